"""The View menu: what is shown, and how."""

from __future__ import annotations

from typing import Final

from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.views.actions.spec import ActionSpec, MenuSpec

VIEW: Final = MenuSpec(
    "view",
    QT_TRANSLATE_NOOP("Actions", "&View"),
    MenuSpec(
        "theme",
        QT_TRANSLATE_NOOP("Actions", "&Theme"),
        ActionSpec(
            "theme_system",
            QT_TRANSLATE_NOOP("Actions", "&Follow the System"),
            QT_TRANSLATE_NOOP("Actions", "Light or dark, as the desktop says"),
            checkable=True,
            shortcut="Ctrl+T, S",
        ),
        ActionSpec(
            "theme_light",
            QT_TRANSLATE_NOOP("Actions", "&Light"),
            QT_TRANSLATE_NOOP("Actions", "Always light"),
            checkable=True,
            shortcut="Ctrl+T, L",
        ),
        ActionSpec(
            "theme_dark",
            QT_TRANSLATE_NOOP("Actions", "&Dark"),
            QT_TRANSLATE_NOOP("Actions", "Always dark"),
            checkable=True,
            shortcut="Ctrl+T, D",
        ),
    ),
    MenuSpec(
        "matrix",
        QT_TRANSLATE_NOOP("Actions", "&Matrix"),
        ActionSpec(
            "matrix_modes",
            QT_TRANSLATE_NOOP("Actions", "Hosts and &Modes"),
            QT_TRANSLATE_NOOP("Actions", "Which hosts of the cluster or datacenter support which EVC modes"),
            shortcut="Ctrl+G, M",
        ),
        ActionSpec(
            "matrix_features",
            QT_TRANSLATE_NOOP("Actions", "Hosts and &Features"),
            QT_TRANSLATE_NOOP("Actions", "Which hosts have which CPU features, under the chosen mode"),
            shortcut="Ctrl+G, F",
        ),
        ActionSpec(
            "matrix_clusters",
            QT_TRANSLATE_NOOP("Actions", "Features &Kept by Clusters"),
            QT_TRANSLATE_NOOP("Actions", "How many features one, two or more clusters of these hosts keep"),
            shortcut="Ctrl+G, K",
        ),
        ActionSpec(
            "matrix_before_after",
            QT_TRANSLATE_NOOP("Actions", "&Before and After FlexMigration"),
            QT_TRANSLATE_NOOP("Actions", "Which generations exchange running machines without and with EVC"),
            shortcut="Ctrl+G, B",
        ),
    ),
    ActionSpec(
        "show_findings",
        QT_TRANSLATE_NOOP("Actions", "&Findings"),
        QT_TRANSLATE_NOOP("Actions", "Show or hide the findings"),
        shortcut="Ctrl+Shift+F",
        checkable=True,
    ),
)

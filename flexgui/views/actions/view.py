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
    ActionSpec(
        "show_findings",
        QT_TRANSLATE_NOOP("Actions", "&Findings"),
        QT_TRANSLATE_NOOP("Actions", "Show or hide the findings"),
        shortcut="Ctrl+Shift+F",
        checkable=True,
    ),
)

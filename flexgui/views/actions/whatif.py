"""The What-If menu in the Plan menu: scenarios beside the plan."""

from __future__ import annotations

from typing import Final

from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.views.actions.spec import SEPARATOR, ActionSpec, MenuSpec

WHATIF: Final = MenuSpec(
    "whatif",
    QT_TRANSLATE_NOOP("Actions", "&What-If"),
    ActionSpec(
        "whatif_new",
        QT_TRANSLATE_NOOP("Actions", "&New What-If…"),
        QT_TRANSLATE_NOOP(
            "Actions", "Make a copy of the plan to change and compare; the plan stays as it is"
        ),
        "whatif",
        "Ctrl+J, N",
    ),
    ActionSpec(
        "whatif_cluster",
        QT_TRANSLATE_NOOP("Actions", "Duplicate Cl&uster as What-If…"),
        QT_TRANSLATE_NOOP(
            "Actions", "Make a what-if that is called after the selected cluster, and begin there"
        ),
        "cluster",
        "Ctrl+J, U",
    ),
    SEPARATOR,
    MenuSpec("whatif_show", QT_TRANSLATE_NOOP("Actions", "&Show")),
    ActionSpec(
        "whatif_plan",
        QT_TRANSLATE_NOOP("Actions", "&Back to the Plan"),
        QT_TRANSLATE_NOOP("Actions", "Show and edit the plan itself; the what-if stays"),
        "back",
        "Ctrl+J, B",
    ),
    ActionSpec(
        "whatif_compare",
        QT_TRANSLATE_NOOP("Actions", "&Compare…"),
        QT_TRANSLATE_NOOP(
            "Actions", "See the plan and the what-if side by side, with findings gained and lost"
        ),
        "compare",
        "Ctrl+J, C",
    ),
    SEPARATOR,
    ActionSpec(
        "whatif_apply",
        QT_TRANSLATE_NOOP("Actions", "&Apply…"),
        QT_TRANSLATE_NOOP("Actions", "Put the what-if on show in the place of the plan"),
        "ok",
        "Ctrl+J, A",
    ),
    ActionSpec(
        "whatif_rename",
        QT_TRANSLATE_NOOP("Actions", "&Rename…"),
        QT_TRANSLATE_NOOP("Actions", "Give the what-if on show another name"),
        "edit",
        "Ctrl+J, R",
    ),
    ActionSpec(
        "whatif_drop",
        QT_TRANSLATE_NOOP("Actions", "&Drop…"),
        QT_TRANSLATE_NOOP("Actions", "Remove the what-if on show; the plan stays as it is"),
        "remove",
        "Ctrl+J, D",
    ),
)

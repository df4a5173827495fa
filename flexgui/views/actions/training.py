"""The Training menu: learning by doing."""

from __future__ import annotations

from typing import Final

from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.views.actions.spec import ActionSpec, MenuSpec

TRAINING: Final = MenuSpec(
    "training",
    QT_TRANSLATE_NOOP("Actions", "Trainin&g"),
    ActionSpec(
        "train",
        QT_TRANSLATE_NOOP("Actions", "&Train"),
        QT_TRANSLATE_NOOP(
            "Actions", "Create a cluster the VI 3.5 way in Rehearse: every action answers as vCenter would"
        ),
        "step-current",
        "Ctrl+Shift+T",
    ),
)

"""The Help menu."""

from __future__ import annotations

from typing import Final

from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.views.actions.spec import ActionSpec, MenuSpec

HELP: Final = MenuSpec(
    "help",
    QT_TRANSLATE_NOOP("Actions", "&Help"),
    ActionSpec(
        "help",
        QT_TRANSLATE_NOOP("Actions", "&Help"),
        QT_TRANSLATE_NOOP("Actions", "How to plan a cluster, in short"),
        "info",
        "F1",
    ),
    ActionSpec(
        "about",
        QT_TRANSLATE_NOOP("Actions", "&About FlexGUI"),
        QT_TRANSLATE_NOOP("Actions", "Version and licence"),
        shortcut="Shift+F1",
    ),
)

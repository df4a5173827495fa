"""The Edit menu: undo, and what is done to objects that are there."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QKeySequence

from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.views.actions.spec import SEPARATOR, ActionSpec, MenuSpec

_Key = QKeySequence.StandardKey

EDIT: Final = MenuSpec(
    "edit",
    QT_TRANSLATE_NOOP("Actions", "&Edit"),
    ActionSpec(
        "undo",
        QT_TRANSLATE_NOOP("Actions", "&Undo"),
        QT_TRANSLATE_NOOP("Actions", "Take the last change back"),
        "undo",
        _Key.Undo,
    ),
    ActionSpec(
        "redo",
        QT_TRANSLATE_NOOP("Actions", "&Redo"),
        QT_TRANSLATE_NOOP("Actions", "Make the change again that was taken back"),
        "redo",
        "Ctrl+Shift+Z",
    ),
    SEPARATOR,
    ActionSpec(
        "rename",
        QT_TRANSLATE_NOOP("Actions", "Re&name"),
        QT_TRANSLATE_NOOP("Actions", "Give the selected object another name"),
        "edit",
        "F2",
    ),
    ActionSpec(
        "remove",
        QT_TRANSLATE_NOOP("Actions", "Re&move"),
        QT_TRANSLATE_NOOP("Actions", "Remove the selected objects from the plan, with all that is in them"),
        "remove",
        shortcut="Del",
        where="inventory",
    ),
    SEPARATOR,
    ActionSpec(
        "find",
        QT_TRANSLATE_NOOP("Actions", "&Filter the Inventory"),
        QT_TRANSLATE_NOOP("Actions", "Go to the filter box above the inventory"),
        "search",
        _Key.Find,
    ),
    ActionSpec(
        "palette",
        QT_TRANSLATE_NOOP("Actions", "Command &Palette…"),
        QT_TRANSLATE_NOOP("Actions", "Find and do anything by typing: actions, objects, recent plans"),
        "search",
        "Ctrl+K",
    ),
)

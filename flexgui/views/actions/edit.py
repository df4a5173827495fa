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
        "cut",
        QT_TRANSLATE_NOOP("Actions", "Cu&t"),
        QT_TRANSLATE_NOOP(
            "Actions", "Take the selected hosts, machines or pools along, to paste them elsewhere"
        ),
        "cut",
        _Key.Cut,
        where="inventory",
    ),
    ActionSpec(
        "copy",
        QT_TRANSLATE_NOOP("Actions", "&Copy"),
        QT_TRANSLATE_NOOP(
            "Actions", "Copy the selected objects with their processors, for this or another plan"
        ),
        "copy",
        _Key.Copy,
        where="inventory",
    ),
    ActionSpec(
        "paste",
        QT_TRANSLATE_NOOP("Actions", "&Paste"),
        QT_TRANSLATE_NOOP("Actions", "Put what was cut or copied into the selected object"),
        "paste",
        _Key.Paste,
        where="inventory",
    ),
    ActionSpec(
        "duplicate",
        QT_TRANSLATE_NOOP("Actions", "&Duplicate"),
        QT_TRANSLATE_NOOP("Actions", "Make others like the selected objects, beside them"),
        "copy",
        "Ctrl+D",
        where="inventory",
    ),
    SEPARATOR,
    ActionSpec(
        "move_to",
        QT_TRANSLATE_NOOP("Actions", "Move T&o…"),
        QT_TRANSLATE_NOOP(
            "Actions", "Choose where the selected objects go, among places that say what it means"
        ),
        "move",
        "F6",
        where="inventory",
    ),
    ActionSpec(
        "edit_selected",
        QT_TRANSLATE_NOOP("Actions", "Edit &Selected…"),
        QT_TRANSLATE_NOOP(
            "Actions", "Change some settings of all selected hosts or virtual machines at once"
        ),
        "edit",
        "Ctrl+Return",
        where="inventory",
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

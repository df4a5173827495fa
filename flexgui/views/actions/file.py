"""The File menu: plans, captures and lists, exports."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QKeySequence

from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.views.actions.spec import SEPARATOR, ActionSpec, MenuSpec

_Key = QKeySequence.StandardKey

FILE: Final = MenuSpec(
    "file",
    QT_TRANSLATE_NOOP("Actions", "&File"),
    ActionSpec(
        "new_plan",
        QT_TRANSLATE_NOOP("Actions", "&New Plan"),
        QT_TRANSLATE_NOOP("Actions", "Start an empty plan"),
        "new",
        _Key.New,
    ),
    ActionSpec(
        "open_plan",
        QT_TRANSLATE_NOOP("Actions", "&Open…"),
        QT_TRANSLATE_NOOP("Actions", "Open a plan file"),
        "open",
        _Key.Open,
    ),
    MenuSpec(
        "recent",
        QT_TRANSLATE_NOOP("Actions", "Open &Recent"),
        ActionSpec(
            "clear_recent",
            QT_TRANSLATE_NOOP("Actions", "&Clear Recent Plans"),
            QT_TRANSLATE_NOOP("Actions", "Forget which plans were open"),
            shortcut="Ctrl+Shift+Delete",
        ),
    ),
    ActionSpec(
        "open_sample",
        QT_TRANSLATE_NOOP("Actions", "Open Sa&mple"),
        QT_TRANSLATE_NOOP("Actions", "Open the sample plan: hosts of four Xeon generations in one pool"),
        "open",
        shortcut="Ctrl+Shift+O",
    ),
    ActionSpec(
        "close_plan",
        QT_TRANSLATE_NOOP("Actions", "&Close Plan"),
        QT_TRANSLATE_NOOP(
            "Actions", "Close the plan and go to the start page: recent plans, samples, a new one"
        ),
        "close",
        "Ctrl+W",
    ),
    SEPARATOR,
    ActionSpec(
        "import_hosts",
        QT_TRANSLATE_NOOP("Actions", "&Import Hosts…"),
        QT_TRANSLATE_NOOP("Actions", "Add many hosts at once, from captures, RVTools exports or other lists"),
        "import",
        "Ctrl+I",
    ),
    ActionSpec(
        "import_folder",
        QT_TRANSLATE_NOOP("Actions", "Import &Folder…"),
        QT_TRANSLATE_NOOP("Actions", "Add the hosts of all captures and inventories in a folder"),
        "import",
        "Ctrl+Shift+I",
    ),
    SEPARATOR,
    ActionSpec(
        "import_modes",
        QT_TRANSLATE_NOOP("Actions", "Import E&VC Modes…"),
        QT_TRANSLATE_NOOP(
            "Actions", "Work with the modes of a vCenter: its capability.supportedEVCMode, saved as JSON"
        ),
        "masked",
        shortcut="Ctrl+Alt+I",
    ),
    ActionSpec(
        "builtin_modes",
        QT_TRANSLATE_NOOP("Actions", "Use &Built-in EVC Modes"),
        QT_TRANSLATE_NOOP("Actions", "Forget the modes that were read from a vCenter"),
        shortcut="Ctrl+Alt+B",
    ),
    SEPARATOR,
    ActionSpec(
        "save_plan",
        QT_TRANSLATE_NOOP("Actions", "&Save"),
        QT_TRANSLATE_NOOP("Actions", "Save the plan"),
        "save",
        _Key.Save,
    ),
    ActionSpec(
        "save_plan_as",
        QT_TRANSLATE_NOOP("Actions", "Save &As…"),
        QT_TRANSLATE_NOOP("Actions", "Save the plan under another name"),
        "save-as",
        "Ctrl+Shift+S",
    ),
    ActionSpec(
        "reload_plan",
        QT_TRANSLATE_NOOP("Actions", "&Reload from Disk"),
        QT_TRANSLATE_NOOP("Actions", "Show the plan's file as it is now; Undo brings your version back"),
        shortcut="F5",
    ),
    ActionSpec(
        "export_plan",
        QT_TRANSLATE_NOOP("Actions", "&Export…"),
        QT_TRANSLATE_NOOP("Actions", "Write the validated plan as a file for other programs"),
        "export",
        "Ctrl+E",
    ),
    SEPARATOR,
    ActionSpec(
        "quit",
        QT_TRANSLATE_NOOP("Actions", "&Quit"),
        QT_TRANSLATE_NOOP("Actions", "Leave FlexGUI"),
        None,
        "Ctrl+Q",
    ),
)

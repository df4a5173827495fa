"""Every action of the main window, in one register: menus, toolbar and context menus take them from here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence

from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.widgets.form import plain_label
from flexgui.widgets.icons import icon

_Key = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action: `text` with its mnemonic, `tip` what it does. A shortcut is a standard key or "Ctrl+F"."""

    name: str
    text: str
    tip: str
    icon: str | None = None
    shortcut: QKeySequence.StandardKey | str | None = None
    checkable: bool = False


ACTIONS: Final[tuple[ActionSpec, ...]] = (
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
    ActionSpec(
        "open_sample",
        QT_TRANSLATE_NOOP("Actions", "Open Sa&mple"),
        QT_TRANSLATE_NOOP("Actions", "Open the sample plan: hosts of four Xeon generations in one pool"),
        "open",
    ),
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
    ActionSpec(
        "clear_recent",
        QT_TRANSLATE_NOOP("Actions", "&Clear This List"),
        QT_TRANSLATE_NOOP("Actions", "Forget which plans were open"),
    ),
    ActionSpec(
        "import_modes",
        QT_TRANSLATE_NOOP("Actions", "Import E&VC Modes…"),
        QT_TRANSLATE_NOOP(
            "Actions", "Work with the modes of a vCenter: its capability.supportedEVCMode, saved as JSON"
        ),
        "masked",
    ),
    ActionSpec(
        "builtin_modes",
        QT_TRANSLATE_NOOP("Actions", "Use &Built-in EVC Modes"),
        QT_TRANSLATE_NOOP("Actions", "Forget the modes that were read from a vCenter"),
    ),
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
        "export_plan",
        QT_TRANSLATE_NOOP("Actions", "&Export…"),
        QT_TRANSLATE_NOOP("Actions", "Write the validated plan as a file for other programs"),
        "export",
        "Ctrl+E",
    ),
    ActionSpec(
        "quit",
        QT_TRANSLATE_NOOP("Actions", "&Quit"),
        QT_TRANSLATE_NOOP("Actions", "Leave FlexGUI"),
        None,
        "Ctrl+Q",
    ),
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
    ),
    ActionSpec(
        "find",
        QT_TRANSLATE_NOOP("Actions", "&Filter the Inventory"),
        QT_TRANSLATE_NOOP("Actions", "Go to the filter box above the inventory"),
        "search",
        _Key.Find,
    ),
    ActionSpec(
        "theme_system",
        QT_TRANSLATE_NOOP("Actions", "&Follow the System"),
        QT_TRANSLATE_NOOP("Actions", "Light or dark, as the desktop says"),
        checkable=True,
    ),
    ActionSpec(
        "theme_light",
        QT_TRANSLATE_NOOP("Actions", "&Light"),
        QT_TRANSLATE_NOOP("Actions", "Always light"),
        checkable=True,
    ),
    ActionSpec(
        "theme_dark",
        QT_TRANSLATE_NOOP("Actions", "&Dark"),
        QT_TRANSLATE_NOOP("Actions", "Always dark"),
        checkable=True,
    ),
    ActionSpec(
        "new_datacenter",
        QT_TRANSLATE_NOOP("Actions", "New &Datacenter…"),
        QT_TRANSLATE_NOOP("Actions", "Add a datacenter to the plan"),
        "datacenter",
        "Ctrl+Shift+D",
    ),
    ActionSpec(
        "new_cluster",
        QT_TRANSLATE_NOOP("Actions", "New &Cluster…"),
        QT_TRANSLATE_NOOP("Actions", "Plan a cluster step by step"),
        "cluster",
        "Ctrl+Shift+N",
    ),
    ActionSpec(
        "add_host",
        QT_TRANSLATE_NOOP("Actions", "Add &Host…"),
        QT_TRANSLATE_NOOP("Actions", "Add a host to the selected cluster or datacenter"),
        "host",
        "Ctrl+Shift+H",
    ),
    ActionSpec(
        "add_capture",
        QT_TRANSLATE_NOOP("Actions", "Add Cap&ture…"),
        QT_TRANSLATE_NOOP("Actions", "Give or complete what is known of the selected host’s processor"),
        "capture",
        "Ctrl+Shift+C",
    ),
    ActionSpec(
        "add_vm",
        QT_TRANSLATE_NOOP("Actions", "Add &Virtual Machine"),
        QT_TRANSLATE_NOOP("Actions", "Add a virtual machine to the selected host"),
        "vm",
    ),
    ActionSpec(
        "change_evc_mode",
        QT_TRANSLATE_NOOP("Actions", "Change &EVC Mode…"),
        QT_TRANSLATE_NOOP("Actions", "Choose which CPU features virtual machines of the cluster may see"),
        "masked",
    ),
    ActionSpec(
        "suggest_clusters",
        QT_TRANSLATE_NOOP("Actions", "&Suggest Clusters…"),
        QT_TRANSLATE_NOOP("Actions", "Find the clusters that keep the most CPU features on its hosts"),
        "cluster",
        "Ctrl+Shift+G",
    ),
    ActionSpec(
        "check_migration",
        QT_TRANSLATE_NOOP("Actions", "Chec&k Migration…"),
        QT_TRANSLATE_NOOP("Actions", "Show where the virtual machine can move, live or cold, and why"),
        "vm",
    ),
    ActionSpec(
        "verify_guest",
        QT_TRANSLATE_NOOP("Actions", "Verify &Guest Capture…"),
        QT_TRANSLATE_NOOP(
            "Actions", "Compare a capture taken in a virtual machine with what the plan expects on its host"
        ),
        "check",
    ),
    ActionSpec(
        "enter_maintenance",
        QT_TRANSLATE_NOOP("Actions", "Enter &Maintenance Mode"),
        QT_TRANSLATE_NOOP("Actions", "State that the host is in maintenance mode now"),
        "maintenance",
    ),
    ActionSpec(
        "exit_maintenance",
        QT_TRANSLATE_NOOP("Actions", "E&xit Maintenance Mode"),
        QT_TRANSLATE_NOOP("Actions", "State that the host is not in maintenance mode"),
        "maintenance",
    ),
    ActionSpec(
        "connect_host",
        QT_TRANSLATE_NOOP("Actions", "&Connect"),
        QT_TRANSLATE_NOOP("Actions", "State that vCenter is connected to the host"),
    ),
    ActionSpec(
        "disconnect_host",
        QT_TRANSLATE_NOOP("Actions", "&Disconnect"),
        QT_TRANSLATE_NOOP("Actions", "State that the host is disconnected from vCenter"),
        "disconnected",
    ),
    ActionSpec(
        "xd_on",
        QT_TRANSLATE_NOOP("Actions", "&XD Is On"),
        QT_TRANSLATE_NOOP("Actions", "State that Execute Disable (XD, NX) is enabled in the BIOS"),
    ),
    ActionSpec(
        "xd_off",
        QT_TRANSLATE_NOOP("Actions", "XD Is &Off"),
        QT_TRANSLATE_NOOP("Actions", "State that Execute Disable (XD, NX) is disabled in the BIOS"),
    ),
    ActionSpec(
        "vt_on",
        QT_TRANSLATE_NOOP("Actions", "&VT Is On"),
        QT_TRANSLATE_NOOP("Actions", "State that virtualization (VT-x, AMD-V) is enabled in the BIOS"),
    ),
    ActionSpec(
        "vt_off",
        QT_TRANSLATE_NOOP("Actions", "VT &Is Off"),
        QT_TRANSLATE_NOOP("Actions", "State that virtualization (VT-x, AMD-V) is disabled in the BIOS"),
    ),
    ActionSpec(
        "power_on",
        QT_TRANSLATE_NOOP("Actions", "Power &On"),
        QT_TRANSLATE_NOOP("Actions", "State that the virtual machine runs"),
        "poweredOn",
    ),
    ActionSpec(
        "power_off",
        QT_TRANSLATE_NOOP("Actions", "Power O&ff"),
        QT_TRANSLATE_NOOP("Actions", "State that the virtual machine is powered off"),
        "poweredOff",
    ),
    ActionSpec(
        "suspend",
        QT_TRANSLATE_NOOP("Actions", "S&uspend"),
        QT_TRANSLATE_NOOP("Actions", "State that the virtual machine is suspended"),
        "suspended",
    ),
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
    ),
)


class Actions(QObject):
    """The actions by name. A disabled one says why in its tool tip."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}
        self._tips: dict[str, str] = {}
        for spec in ACTIONS:
            action = QAction(QCoreApplication.translate("Actions", spec.text), self)
            action.setObjectName(spec.name)
            action.setCheckable(spec.checkable)
            if spec.icon is not None:
                action.setIcon(icon(spec.icon))
            if spec.shortcut is not None:
                action.setShortcut(QKeySequence(spec.shortcut))
            self._actions[spec.name] = action
            self._tips[spec.name] = QCoreApplication.translate("Actions", spec.tip)
            self.enable(spec.name)

    def __getitem__(self, name: str) -> QAction:
        """The action of this name. Raises KeyError."""
        return self._actions[name]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def enable(self, name: str, unless: str = "") -> None:
        """Enable an action, unless there is a reason not to: a sentence for its tool tip."""
        action = self._actions[name]
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        tip = unless or self._tips[name]
        title = plain_label(action.text()).rstrip("…")
        action.setToolTip(f"{title} ({keys})\n{tip}" if keys else tip)
        action.setStatusTip(tip)
        action.setEnabled(not unless)

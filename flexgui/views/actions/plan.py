"""The Plan menu: what a plan is made of, and its present state."""

from __future__ import annotations

from typing import Final

from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.views.actions.findings import FINDINGS
from flexgui.views.actions.spec import SEPARATOR, ActionSpec, MenuSpec
from flexgui.views.actions.whatif import WHATIF

PLAN: Final = MenuSpec(
    "plan",
    QT_TRANSLATE_NOOP("Actions", "&Plan"),
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
        "new_pool",
        QT_TRANSLATE_NOOP("Actions", "New Resource &Pool"),
        QT_TRANSLATE_NOOP("Actions", "Add a resource pool to the selected cluster or pool"),
        "pool",
        "Ctrl+Shift+P",
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
        shortcut="Ctrl+Shift+V",
    ),
    SEPARATOR,
    ActionSpec(
        "edit_settings",
        QT_TRANSLATE_NOOP("Actions", "Edit &Settings…"),
        QT_TRANSLATE_NOOP("Actions", "Change the cluster’s settings, and see what follows before OK"),
        "edit",
        shortcut="Ctrl+,",
    ),
    ActionSpec(
        "change_evc_mode",
        QT_TRANSLATE_NOOP("Actions", "Change &EVC Mode…"),
        QT_TRANSLATE_NOOP("Actions", "Choose which CPU features virtual machines of the cluster may see"),
        "masked",
        shortcut="Ctrl+Shift+E",
    ),
    SEPARATOR,
    MenuSpec(
        "host_state",
        QT_TRANSLATE_NOOP("Actions", "H&ost State"),
        ActionSpec(
            "enter_maintenance",
            QT_TRANSLATE_NOOP("Actions", "Enter &Maintenance Mode"),
            QT_TRANSLATE_NOOP("Actions", "State that the host is in maintenance mode now"),
            "maintenance",
            shortcut="Ctrl+M, M",
        ),
        ActionSpec(
            "exit_maintenance",
            QT_TRANSLATE_NOOP("Actions", "E&xit Maintenance Mode"),
            QT_TRANSLATE_NOOP("Actions", "State that the host is not in maintenance mode"),
            "maintenance",
            shortcut="Ctrl+M, X",
        ),
        SEPARATOR,
        ActionSpec(
            "connect_host",
            QT_TRANSLATE_NOOP("Actions", "&Connect"),
            QT_TRANSLATE_NOOP("Actions", "State that vCenter is connected to the host"),
            shortcut="Ctrl+M, C",
        ),
        ActionSpec(
            "disconnect_host",
            QT_TRANSLATE_NOOP("Actions", "&Disconnect"),
            QT_TRANSLATE_NOOP("Actions", "State that the host is disconnected from vCenter"),
            "disconnected",
            shortcut="Ctrl+M, D",
        ),
        SEPARATOR,
        ActionSpec(
            "xd_on",
            QT_TRANSLATE_NOOP("Actions", "&XD Is On"),
            QT_TRANSLATE_NOOP("Actions", "State that Execute Disable (XD, NX) is enabled in the BIOS"),
            shortcut="Ctrl+M, 1",
        ),
        ActionSpec(
            "xd_off",
            QT_TRANSLATE_NOOP("Actions", "XD Is &Off"),
            QT_TRANSLATE_NOOP("Actions", "State that Execute Disable (XD, NX) is disabled in the BIOS"),
            shortcut="Ctrl+M, 2",
        ),
        ActionSpec(
            "vt_on",
            QT_TRANSLATE_NOOP("Actions", "&VT Is On"),
            QT_TRANSLATE_NOOP("Actions", "State that virtualization (VT-x, AMD-V) is enabled in the BIOS"),
            shortcut="Ctrl+M, 3",
        ),
        ActionSpec(
            "vt_off",
            QT_TRANSLATE_NOOP("Actions", "VT &Is Off"),
            QT_TRANSLATE_NOOP("Actions", "State that virtualization (VT-x, AMD-V) is disabled in the BIOS"),
            shortcut="Ctrl+M, 4",
        ),
    ),
    MenuSpec(
        "vm_power",
        QT_TRANSLATE_NOOP("Actions", "V&M Power"),
        ActionSpec(
            "power_on",
            QT_TRANSLATE_NOOP("Actions", "Power &On"),
            QT_TRANSLATE_NOOP("Actions", "State that the virtual machine runs"),
            "poweredOn",
            shortcut="Ctrl+B, O",
        ),
        ActionSpec(
            "power_off",
            QT_TRANSLATE_NOOP("Actions", "Power O&ff"),
            QT_TRANSLATE_NOOP("Actions", "State that the virtual machine is powered off"),
            "poweredOff",
            shortcut="Ctrl+B, F",
        ),
        ActionSpec(
            "suspend",
            QT_TRANSLATE_NOOP("Actions", "S&uspend"),
            QT_TRANSLATE_NOOP("Actions", "State that the virtual machine is suspended"),
            "suspended",
            shortcut="Ctrl+B, S",
        ),
    ),
    SEPARATOR,
    FINDINGS,
    SEPARATOR,
    WHATIF,
    SEPARATOR,
    MenuSpec(
        "release",
        QT_TRANSLATE_NOOP("Actions", "vCenter &Release"),
    ),
)

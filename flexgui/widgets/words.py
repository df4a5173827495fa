"""The words for vSphere's enumerations and for the kinds of objects."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from flexgui.cpuid.cpu import Cpu
from flexgui.plan.values import Cluster, Datacenter, Host, Object, Plan, ResourcePool, VirtualMachine
from flexgui.translate import QT_TRANSLATE_NOOP

_CONTEXT: Final = "Words"

KINDS: Final[dict[type, tuple[str, str]]] = {
    Plan: ("plan", QT_TRANSLATE_NOOP("Words", "plan")),
    Datacenter: ("datacenter", QT_TRANSLATE_NOOP("Words", "datacenter")),
    Cluster: ("cluster", QT_TRANSLATE_NOOP("Words", "cluster")),
    ResourcePool: ("pool", QT_TRANSLATE_NOOP("Words", "resource pool")),
    Host: ("host", QT_TRANSLATE_NOOP("Words", "host")),
    VirtualMachine: ("vm", QT_TRANSLATE_NOOP("Words", "virtual machine")),
}
"""Kind of object → icon name and word."""

COUNTS: Final[dict[type, tuple[str, str]]] = {
    Datacenter: (
        QT_TRANSLATE_NOOP("Words", "1 datacenter"),
        QT_TRANSLATE_NOOP("Words", "{count} datacenters"),
    ),
    Cluster: (QT_TRANSLATE_NOOP("Words", "1 cluster"), QT_TRANSLATE_NOOP("Words", "{count} clusters")),
    ResourcePool: (
        QT_TRANSLATE_NOOP("Words", "1 resource pool"),
        QT_TRANSLATE_NOOP("Words", "{count} resource pools"),
    ),
    Host: (QT_TRANSLATE_NOOP("Words", "1 host"), QT_TRANSLATE_NOOP("Words", "{count} hosts")),
    VirtualMachine: (
        QT_TRANSLATE_NOOP("Words", "1 virtual machine"),
        QT_TRANSLATE_NOOP("Words", "{count} virtual machines"),
    ),
    Cpu: (QT_TRANSLATE_NOOP("Words", "1 distinct CPU"), QT_TRANSLATE_NOOP("Words", "{count} distinct CPUs")),
}
"""Kind → "1 host" and "{count} hosts"."""

ENUMERATIONS: Final[dict[str, dict[str | None, str]]] = {
    "power_state": {
        "poweredOn": QT_TRANSLATE_NOOP("Words", "Powered on"),
        "poweredOff": QT_TRANSLATE_NOOP("Words", "Powered off"),
        "suspended": QT_TRANSLATE_NOOP("Words", "Suspended"),
    },
    "connection_state": {
        "connected": QT_TRANSLATE_NOOP("Words", "Connected"),
        "disconnected": QT_TRANSLATE_NOOP("Words", "Disconnected"),
        "notResponding": QT_TRANSLATE_NOOP("Words", "Not responding"),
    },
    "switch": {
        None: QT_TRANSLATE_NOOP("Words", "Cannot tell"),
        "enabled": QT_TRANSLATE_NOOP("Words", "Enabled"),
        "disabled": QT_TRANSLATE_NOOP("Words", "Disabled"),
    },
    "virtual_exec_usage": {
        None: QT_TRANSLATE_NOOP("Words", "Not known"),
        "hvAuto": QT_TRANSLATE_NOOP("Words", "Automatic"),
        "hvOn": QT_TRANSLATE_NOOP("Words", "VT-x or AMD-V"),
        "hvOff": QT_TRANSLATE_NOOP("Words", "Binary translation"),
    },
    "role": {
        "none": QT_TRANSLATE_NOOP("Words", "None"),
        "vCenter": QT_TRANSLATE_NOOP("Words", "vCenter Server"),
        "vCLS": QT_TRANSLATE_NOOP("Words", "vSphere Cluster Services (vCLS)"),
    },
    "vm_behavior": {
        "manual": QT_TRANSLATE_NOOP("Words", "Manual"),
        "partiallyAutomated": QT_TRANSLATE_NOOP("Words", "Partially automated"),
        "fullyAutomated": QT_TRANSLATE_NOOP("Words", "Fully automated"),
    },
    "dpm_behavior": {
        "manual": QT_TRANSLATE_NOOP("Words", "Manual"),
        "automated": QT_TRANSLATE_NOOP("Words", "Automatic"),
    },
    "threshold": {
        "1": QT_TRANSLATE_NOOP("Words", "1 – conservative"),
        "2": QT_TRANSLATE_NOOP("Words", "2"),
        "3": QT_TRANSLATE_NOOP("Words", "3 – default"),
        "4": QT_TRANSLATE_NOOP("Words", "4"),
        "5": QT_TRANSLATE_NOOP("Words", "5 – aggressive"),
    },
    "admission_control_policy": {
        "slots": QT_TRANSLATE_NOOP("Words", "Host failures the cluster tolerates"),
        "resources": QT_TRANSLATE_NOOP("Words", "Percentage of cluster resources"),
        "failoverHosts": QT_TRANSLATE_NOOP("Words", "Dedicated failover hosts"),
    },
    "restart_priority": {
        "disabled": QT_TRANSLATE_NOOP("Words", "Disabled"),
        "low": QT_TRANSLATE_NOOP("Words", "Low"),
        "medium": QT_TRANSLATE_NOOP("Words", "Medium"),
        "high": QT_TRANSLATE_NOOP("Words", "High"),
    },
    "isolation_response": {
        "none": QT_TRANSLATE_NOOP("Words", "Leave powered on"),
        "powerOff": QT_TRANSLATE_NOOP("Words", "Power off"),
        "shutdown": QT_TRANSLATE_NOOP("Words", "Shut down"),
    },
    "vm_monitoring": {
        "vmMonitoringDisabled": QT_TRANSLATE_NOOP("Words", "Disabled"),
        "vmMonitoringOnly": QT_TRANSLATE_NOOP("Words", "VM monitoring only"),
        "vmAndAppMonitoring": QT_TRANSLATE_NOOP("Words", "VM and application monitoring"),
    },
    "vm_swap_placement": {
        "vmDirectory": QT_TRANSLATE_NOOP("Words", "In the same directory as the virtual machine"),
        "hostLocal": QT_TRANSLATE_NOOP("Words", "In the datastore that the host names"),
    },
    "power_management": {
        None: QT_TRANSLATE_NOOP("Words", "Not known"),
        "ipmi": QT_TRANSLATE_NOOP("Words", "IPMI"),
        "ilo": QT_TRANSLATE_NOOP("Words", "iLO"),
        "wol": QT_TRANSLATE_NOOP("Words", "Wake-on-LAN"),
        "none": QT_TRANSLATE_NOOP("Words", "None"),
    },
    "last_standby_exit": {
        None: QT_TRANSLATE_NOOP("Words", "Not known"),
        "succeeded": QT_TRANSLATE_NOOP("Words", "Succeeded"),
        "failed": QT_TRANSLATE_NOOP("Words", "Failed"),
        "never": QT_TRANSLATE_NOOP("Words", "Never tried"),
    },
    "license_edition": {
        None: QT_TRANSLATE_NOOP("Words", "Not known"),
        **{
            edition: edition
            for edition in (
                "Essentials",
                "Essentials Plus",
                "Standard",
                "Advanced",
                "Enterprise",
                "Enterprise Plus",
                "vSphere Foundation",
                "VMware Cloud Foundation",
            )
        },
    },
    "evidence": {
        "registers": QT_TRANSLATE_NOOP("Words", "CPUID registers"),
        "features": QT_TRANSLATE_NOOP("Words", "Feature names"),
        "maxEVCModeKey": QT_TRANSLATE_NOOP("Words", "vCenter’s measure"),
        "brand": QT_TRANSLATE_NOOP("Words", "Brand only"),
    },
    "answer": {
        "yes": QT_TRANSLATE_NOOP("Words", "Yes"),
        "no": QT_TRANSLATE_NOOP("Words", "No"),
        "cannot tell": QT_TRANSLATE_NOOP("Words", "Cannot tell"),
    },
}
"""Enumeration → vSphere's string (None: not known) → the word on screen, in the order to offer."""


def kind_icon(found: Object | Plan) -> str:
    """The icon name of an object's kind."""
    return KINDS[type(found)][0]


def kind_word(found: Object | Plan) -> str:
    """ "cluster", "host", … in the user's language."""
    return QCoreApplication.translate(_CONTEXT, KINDS[type(found)][1])


def word(enumeration: str, value: str | None) -> str:
    """The word for one value of an enumeration; a value that has none is shown as it is."""
    english = ENUMERATIONS[enumeration].get(value)
    return (value or "") if english is None else QCoreApplication.translate(_CONTEXT, english)


def offered(enumeration: str) -> tuple[tuple[str | None, str], ...]:
    """(value, word) of an enumeration's values, in the order to offer."""
    return tuple((value, word(enumeration, value)) for value in ENUMERATIONS[enumeration])


def counted(kind: type, count: int) -> str:
    """ "1 host", "4 hosts"."""
    one, many = COUNTS[kind]
    english = one if count == 1 else many
    return QCoreApplication.translate(_CONTEXT, english).format(count=count)


def label(found: Object | Plan) -> str:
    """What to call an object on screen."""
    if isinstance(found, Plan):
        return kind_word(found)
    return found.label if isinstance(found, Host) else found.name


def state_words(found: Object | Plan) -> str:
    """The present state of a host or virtual machine where it is worth a word, else ""."""
    if isinstance(found, Host):
        states = []
        if found.connection_state != "connected":
            states.append(word("connection_state", found.connection_state).lower())
        if found.in_maintenance_mode:
            states.append(QCoreApplication.translate(_CONTEXT, "maintenance"))
        return ", ".join(states)
    if isinstance(found, VirtualMachine) and found.power_state != "poweredOn":
        return word("power_state", found.power_state).lower()
    return ""


def state_badge(found: Object | Plan) -> str | None:
    """The badge that an object's icon carries for its present state."""
    if isinstance(found, VirtualMachine):
        return found.power_state
    if isinstance(found, Host):
        if found.connection_state != "connected":
            return found.connection_state
        return "maintenance" if found.in_maintenance_mode else None
    return None

"""What a comparison says of fields and their values, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QCoreApplication

from flexgui.evc.modes import ModeTable
from flexgui.evc.releases import esx_releases, releases
from flexgui.plan.values import Datastore, ResourcePool
from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.widgets import words
from flexgui.widgets.name_list import joined
from flexgui.widgets.processor_text import mode_name

CONTEXT: Final = "Comparison"

FIELDS: Final[dict[str, str]] = {
    "release": QT_TRANSLATE_NOOP("Comparison", "vCenter release"),
    "modes": QT_TRANSLATE_NOOP("Comparison", "EVC modes read from a vCenter"),
    "name": QT_TRANSLATE_NOOP("Comparison", "Name"),
    "datastores": QT_TRANSLATE_NOOP("Comparison", "Datastores"),
    "networks": QT_TRANSLATE_NOOP("Comparison", "Networks"),
    # cluster
    "ha.enabled": QT_TRANSLATE_NOOP("Comparison", "vSphere HA"),
    "ha.host_monitoring": QT_TRANSLATE_NOOP("Comparison", "HA host monitoring"),
    "ha.admission_control_enabled": QT_TRANSLATE_NOOP("Comparison", "HA admission control"),
    "ha.admission_control_policy": QT_TRANSLATE_NOOP("Comparison", "Admission control policy"),
    "ha.failures_to_tolerate": QT_TRANSLATE_NOOP("Comparison", "Host failures to tolerate"),
    "ha.cpu_percent": QT_TRANSLATE_NOOP("Comparison", "Failover CPU capacity (%)"),
    "ha.memory_percent": QT_TRANSLATE_NOOP("Comparison", "Failover memory capacity (%)"),
    "ha.failover_hosts": QT_TRANSLATE_NOOP("Comparison", "Failover hosts"),
    "ha.restart_priority": QT_TRANSLATE_NOOP("Comparison", "VM restart priority"),
    "ha.isolation_response": QT_TRANSLATE_NOOP("Comparison", "Host isolation response"),
    "ha.vm_monitoring": QT_TRANSLATE_NOOP("Comparison", "VM monitoring"),
    "drs.enabled": QT_TRANSLATE_NOOP("Comparison", "DRS"),
    "drs.default_vm_behavior": QT_TRANSLATE_NOOP("Comparison", "DRS automation level"),
    "drs.migration_threshold": QT_TRANSLATE_NOOP("Comparison", "DRS migration threshold"),
    "drs.overrides": QT_TRANSLATE_NOOP("Comparison", "VMs with a DRS level of their own"),
    "dpm.enabled": QT_TRANSLATE_NOOP("Comparison", "Power management (DPM)"),
    "dpm.default_dpm_behavior": QT_TRANSLATE_NOOP("Comparison", "DPM automation level"),
    "dpm.threshold": QT_TRANSLATE_NOOP("Comparison", "DPM threshold"),
    "evc_mode": QT_TRANSLATE_NOOP("Comparison", "EVC mode"),
    "vm_swap_placement": QT_TRANSLATE_NOOP("Comparison", "Swapfile location"),
    "resource_pools": QT_TRANSLATE_NOOP("Comparison", "Resource pools"),
    "exists": QT_TRANSLATE_NOOP("Comparison", "Exists in vCenter"),
    "present_evc_mode": QT_TRANSLATE_NOOP("Comparison", "Present EVC mode"),
    # host
    "address": QT_TRANSLATE_NOOP("Comparison", "Address"),
    "vendor": QT_TRANSLATE_NOOP("Comparison", "Vendor"),
    "model": QT_TRANSLATE_NOOP("Comparison", "Model"),
    "cpu": QT_TRANSLATE_NOOP("Comparison", "Processor"),
    "cpu_source": QT_TRANSLATE_NOOP("Comparison", "Source of the processor"),
    "cpu_assumed": QT_TRANSLATE_NOOP("Comparison", "Processor is assumed"),
    "evidence": QT_TRANSLATE_NOOP("Comparison", "Sources of the processor"),
    "cpu_packages": QT_TRANSLATE_NOOP("Comparison", "Processor sockets"),
    "cpu_cores": QT_TRANSLATE_NOOP("Comparison", "Cores"),
    "cpu_mhz": QT_TRANSLATE_NOOP("Comparison", "Clock (MHz)"),
    "memory_mb": QT_TRANSLATE_NOOP("Comparison", "Memory (MiB)"),
    "esx_release": QT_TRANSLATE_NOOP("Comparison", "ESX release"),
    "esx_build": QT_TRANSLATE_NOOP("Comparison", "ESX build"),
    "xd": QT_TRANSLATE_NOOP("Comparison", "XD (NX)"),
    "vt": QT_TRANSLATE_NOOP("Comparison", "Virtualization (VT)"),
    "ac_power_cycle_pending": QT_TRANSLATE_NOOP("Comparison", "AC power cycle pending"),
    "connection_state": QT_TRANSLATE_NOOP("Comparison", "Connection"),
    "in_maintenance_mode": QT_TRANSLATE_NOOP("Comparison", "Maintenance mode"),
    "thumbprint": QT_TRANSLATE_NOOP("Comparison", "Thumbprint"),
    "thumbprint_confirmed": QT_TRANSLATE_NOOP("Comparison", "Thumbprint confirmed"),
    "license_key": QT_TRANSLATE_NOOP("Comparison", "Licence key"),
    "license_edition": QT_TRANSLATE_NOOP("Comparison", "Licence"),
    "power_management": QT_TRANSLATE_NOOP("Comparison", "Power management"),
    "last_standby_exit": QT_TRANSLATE_NOOP("Comparison", "Last exit from standby"),
    "vmotion_network": QT_TRANSLATE_NOOP("Comparison", "vMotion network"),
    "management_networks": QT_TRANSLATE_NOOP("Comparison", "Management networks"),
    "local_swap_datastore": QT_TRANSLATE_NOOP("Comparison", "Swap datastore"),
    "present_parent": QT_TRANSLATE_NOOP("Comparison", "Is now in"),
    # virtual machine
    "host": QT_TRANSLATE_NOOP("Comparison", "Host"),
    "power_state": QT_TRANSLATE_NOOP("Comparison", "Power state"),
    "power_on_evc_mode": QT_TRANSLATE_NOOP("Comparison", "EVC mode at power-on"),
    "features": QT_TRANSLATE_NOOP("Comparison", "Features at power-on"),
    "hardware_version": QT_TRANSLATE_NOOP("Comparison", "Hardware version"),
    "virtual_exec_usage": QT_TRANSLATE_NOOP("Comparison", "Monitor mode"),
    "num_cpus": QT_TRANSLATE_NOOP("Comparison", "Virtual CPUs"),
    "cpu_reservation_mhz": QT_TRANSLATE_NOOP("Comparison", "CPU reservation (MHz)"),
    "memory_reservation_mb": QT_TRANSLATE_NOOP("Comparison", "Memory reservation (MiB)"),
    "resource_pool": QT_TRANSLATE_NOOP("Comparison", "Resource pool"),
    "role": QT_TRANSLATE_NOOP("Comparison", "Role"),
}
"""Path of a field → what to call it. A test sees that none is missing."""

_ENUMERATIONS: Final = {
    "ha.host_monitoring": "switch",
    "drs.default_vm_behavior": "vm_behavior",
    "dpm.default_dpm_behavior": "dpm_behavior",
    "xd": "switch",
    "vt": "switch",
}
"""Fields whose enumeration is not called like their last part."""

_MODES: Final = frozenset({"evc_mode", "present_evc_mode", "power_on_evc_mode"})
_CALLED: Final = frozenset({"ha.failover_hosts", "present_parent", "host", "resource_pool", "cpu"})


def tr(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text)


def field_word(field: str) -> str:
    """What to call a field."""
    return tr(FIELDS.get(field, field))


class ValueWords:
    """Values of fields in words. `called` tells what an id or a fingerprint is called."""

    def __init__(self, modes: ModeTable, called: Callable[[str], str]) -> None:
        self._modes, self._called = modes, called

    def mode(self, key: str | None) -> str:
        """An EVC mode by its label; a key that is not in the plan's modes as it is."""
        if key is None:
            return tr("Disabled")
        found = self._modes.get(key)
        return key if found is None else mode_name(found)

    def of(self, field: str, value: Any) -> str:
        """The value of a field, on one line."""
        last = field.rpartition(".")[2]
        if field in _MODES:
            return self.mode(value)
        if field in _CALLED:
            ids = value if isinstance(value, tuple) else (value,)
            return joined([self._called(each) for each in ids if each], none=tr("None"))
        if isinstance(value, bool):
            if last == "enabled":
                return tr("On") if value else tr("Off")
            return tr("Yes") if value else tr("No")
        enumeration = _ENUMERATIONS.get(field, last)
        if enumeration in words.ENUMERATIONS:
            return words.word(enumeration, value)
        if field in ("drs.migration_threshold", "dpm.threshold"):
            return words.word("threshold", str(value))
        if field == "release" and value in releases():
            return releases()[value].name
        if field == "esx_release" and value in esx_releases():
            return esx_releases()[value].name
        if isinstance(value, tuple):
            return self._list(value)
        return tr("Not known") if value is None else str(value) or tr("None")

    def _list(self, values: tuple[Any, ...]) -> str:
        if all(isinstance(value, str) for value in values):
            return joined(values, none=tr("None"))
        if all(isinstance(value, ResourcePool | Datastore) for value in values):
            return joined([value.name for value in values], none=tr("None"))
        return str(len(values))

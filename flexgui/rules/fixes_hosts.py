"""Fixes of hosts and virtual machines: mostly that the work which a todo asks for is stated to be done.

The plan keeps the present state, and nobody but the user knows when that has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flexgui.plan.address import kind, normalised, reaches_a_host
from flexgui.plan.inventory import hosts
from flexgui.plan.values import Host
from flexgui.rules.fix import Case, Fix, fixes
from flexgui.rules.rule import HostView
from flexgui.translate import QT_TRANSLATE_NOOP


def _state(case: Case, template: str, act: str, **fields: Any) -> Fix:
    """A fix that states something of the host or machine that the finding is about."""
    said: Mapping[str, Any] = {"host": case.host.label, "vm": getattr(case.place.object, "name", "")}
    what = ", ".join(fields)
    return case.fix(template, said, what, lambda found: replace(found, **fields), act=act)


@fixes("host.xd-off")
def xd_is_on(case: Case) -> Fix | None:
    """States that the switch is on, once it was changed in the BIOS; not where the capture shows it off."""
    if case.template != 0 or _bios_hides(case, "NX"):
        return None
    name = QT_TRANSLATE_NOOP("fixes", "State that XD of {host} is on, after the BIOS change")
    act = QT_TRANSLATE_NOOP("fixes", "Switch XD of {host} on")
    return _state(case, name, act, xd="enabled")


@fixes("host.vt-off")
def vt_is_on(case: Case) -> Fix | None:
    """States that the switch is on, once it was changed in the BIOS; not where the capture shows it off."""
    if case.template != 0 or _bios_hides(case, "VMX", "SVM"):
        return None
    name = QT_TRANSLATE_NOOP("fixes", "State that VT of {host} is on, after the BIOS change")
    act = QT_TRANSLATE_NOOP("fixes", "Switch VT of {host} on")
    return _state(case, name, act, vt="enabled")


def _bios_hides(case: Case, *features: str) -> bool:
    view = HostView(case.facts, case.place.datacenter, case.place.cluster, case.host)
    return any(found.cause == "bios" and found.feature in features for found in view.hidden)


@fixes("host.power-cycle")
def power_cycled(case: Case) -> Fix | None:
    """States that the host was powered off and on."""
    name = QT_TRANSLATE_NOOP("fixes", "State that {host} had its power cycle")
    act = QT_TRANSLATE_NOOP("fixes", "Take {host} off power and on again")
    return _state(case, name, act, ac_power_cycle_pending=False)


@fixes("host.maintenance-mode")
def in_maintenance(case: Case) -> Fix | None:
    """States that the host is in maintenance mode, which it cannot be while machines run on it."""
    if any(vm.power_state == "poweredOn" for vm in case.host.vms):
        return None
    name = QT_TRANSLATE_NOOP("fixes", "State that {host} is in maintenance mode")
    act = QT_TRANSLATE_NOOP("fixes", "Enter maintenance mode on {host}")
    return _state(case, name, act, in_maintenance_mode=True)


@fixes("evc.host-disconnected")
def connected(case: Case) -> Fix | None:
    """States that the host is connected again."""
    name = QT_TRANSLATE_NOOP("fixes", "State that {host} is connected")
    act = QT_TRANSLATE_NOOP("fixes", "Connect {host}")
    return _state(case, name, act, connection_state="connected")


@fixes("dpm.standby-exit")
def came_back(case: Case) -> Fix | None:
    """States that the host was brought back from standby."""
    name = QT_TRANSLATE_NOOP("fixes", "State that {host} came back from standby")
    act = QT_TRANSLATE_NOOP("fixes", "Bring {host} back from standby")
    return _state(case, name, act, last_standby_exit="succeeded")


@fixes("evc.vm-powered-on", "evc.vm-suspended", "host.vm-outside-evc")
def shut_down(case: Case) -> Fix | None:
    """States that the virtual machine was shut down."""
    name = QT_TRANSLATE_NOOP("fixes", "State that {vm} on {host} is shut down")
    act = QT_TRANSLATE_NOOP("fixes", "Shut down {vm} on {host}")
    return _state(case, name, act, power_state="poweredOff")


@fixes("host.address")
def trim_address(case: Case) -> Fix | None:
    """Removes blanks around the address, where that is all that is wrong with it."""
    address = case.host.address.strip()
    if kind(address) is None or not reaches_a_host(address):
        return None
    same = normalised(address)
    if any(normalised(other.address) == same for *_, other in hosts(case.plan) if other is not case.host):
        return None
    return case.fix(
        QT_TRANSLATE_NOOP("fixes", "Remove the blanks around the address {address}"),
        {"address": address},
        "address",
        lambda found: replace(found, address=address),
        alone=True,
    )


@fixes("host.thumbprint-format")
def no_thumbprint(case: Case) -> Fix | None:
    """Leaves the thumbprint empty until it is read on the host's console."""

    def change(found: Host) -> Host:
        return replace(found, thumbprint=None, thumbprint_confirmed=False)

    name = QT_TRANSLATE_NOOP("fixes", "Clear the thumbprint of {host}")
    return case.fix(name, {"host": case.host.label}, "thumbprint", change)

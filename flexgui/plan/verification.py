"""Verification in a plan: what a machine on one of its hosts should see, and a capture against it."""

from __future__ import annotations

from dataclasses import replace

from flexgui.cpuid.cpu import Cpu
from flexgui.errors import InputError, printable
from flexgui.evc.guest_features import Guest
from flexgui.evc.verification import CONTEXT, Difference, Expected, Kind, Verification, verify
from flexgui.evc.visibility import binary_translation_allowed, binary_translation_usual
from flexgui.plan.inventory import find, modes_of
from flexgui.plan.migration import end_of
from flexgui.plan.values import Host, Plan, VirtualMachine
from flexgui.translate import QT_TRANSLATE_NOOP, Said

__all__ = ["CONTEXT", "Difference", "Kind", "Verification", "expected_on", "verify_capture"]


def verify_capture(plan: Plan, host_id: str, capture: Cpu, vm_id: str | None = None) -> Verification:
    """What a guest saw against what the plan expects on a host, for one of its machines or for any.

    Raises:
        KeyError: there is no such host or machine.
        InputError: the plan knows neither the host's processor nor a mode for it.
    """
    found = verify(capture, expected_on(plan, host_id, vm_id), modes_of(plan))
    machine, place = find(plan, vm_id), find(plan, host_id)
    if machine is None or machine.host is None or place is None or machine.host.id == host_id:
        return found
    words = {"vm": machine.path(), "host": place.path()}
    return replace(found, notes=(Said(ELSEWHERE, words), *found.notes))


ELSEWHERE = QT_TRANSLATE_NOOP("verification", "In the plan the machine is {vm}, not on {host}.")


def expected_on(plan: Plan, host_id: str, vm_id: str | None = None) -> Expected:
    """What the plan expects a machine on a host to see. Raises as `verify_capture` does."""
    place, machine = find(plan, host_id), find(plan, vm_id)
    if place is None or not isinstance(place.object, Host):
        raise KeyError(host_id)
    if vm_id is not None and (machine is None or not isinstance(machine.object, VirtualMachine)):
        raise KeyError(vm_id)
    vm = machine.object if machine is not None and isinstance(machine.object, VirtualMachine) else None
    host, cluster = end_of(plan, place.object, place.cluster), place.cluster
    if host.cpu is None and host.mode is None:
        raise InputError(
            f"The processor of {printable(host.name)} is not known, and no EVC mode is planned for it.",
            "Capture the host with cpuid -r and add the capture to the plan.",
        )
    in_force = None
    if cluster is not None and cluster.exists:
        in_force = cluster.present_evc_mode == cluster.evc_mode
    usual = binary_translation_usual(plan.release)
    translation = usual
    if not binary_translation_allowed(plan.release):
        translation = False
    elif vm is not None:
        translation = {"hvOff": True, "hvOn": False}.get(vm.virtual_exec_usage or "", usual)
    guest = Guest(
        vm.name if vm is not None else ANY_VM,
        started_under=None if vm is None else vm.power_on_evc_mode,
        own_mode=None if vm is None else vm.evc_mode,
        hardware_version=None if vm is None else vm.hardware_version,
        binary_translation=translation,
    )
    return Expected(host, guest, in_force)


ANY_VM = "the virtual machine"
"""What to call the guest where it is not said which machine it is."""

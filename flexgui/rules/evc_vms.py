"""Enhanced vMotion Compatibility: what virtual machines have to do before a mode can be set.

`Subject.field` names a field of the virtual machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flexgui.cpuid.catalogue import catalogue
from flexgui.evc.hardware_versions import PER_VM_EVC_HARDWARE
from flexgui.evc.modes import EvcMode, maker
from flexgui.evc.releases import offers, releases
from flexgui.evc.silicon_limits import unproven
from flexgui.evc.support import gains
from flexgui.plan.values import VirtualMachine
from flexgui.rules.facts import Facts
from flexgui.rules.finding import Severity, Subject
from flexgui.rules.host_state import emptied_for_work, outside_evc
from flexgui.rules.rule import Hit, HostView, rule
from flexgui.translate import QT_TRANSLATE_NOOP

MANAGEMENT = "vCenter Server and Host Management, EVC"


def started_under(vm: VirtualMachine) -> bool:
    """Whether it is known of the machine itself with which features it was powered on."""
    return vm.features is not None or vm.power_on_evc_mode is not None or vm.evc_mode is not None


def excess(view: HostView, vm: VirtualMachine, mode: EvcMode) -> tuple[str, ...] | None:
    """The features that a running or suspended machine may use and a mode hides; None: cannot be told.

    What is known of the machine decides: its exact features, else the mode that it was powered on under, else
    its own mode. Otherwise (see `started_under`) it has at most what its host offered: the present mode of
    the cluster that the host is in now, or everything that the host's processor has.
    """
    facts = view.facts
    if vm.features is not None and mode.requires is not None:
        known = catalogue()
        names = {field.name for spelling in vm.features if (field := known.find(spelling)) is not None}
        shown = {*mode.requires, *(mode.exposes_also or ())}
        return facts.in_order(names - shown, mode.vendor)
    key = vm.power_on_evc_mode or vm.evc_mode or facts.present_modes.get(view.host.present_parent or "")
    if key is not None:
        return _above(facts, key, mode)
    cpu = view.cpu
    if cpu is None or mode.requires is None or facts.vendor(cpu) != mode.vendor:
        return None
    lost = facts.lost(cpu, mode)
    every = facts.modes.governed.get(mode.vendor, frozenset())
    return lost if lost or facts.known(cpu).known >= every - set(mode.requires) else None


def _above(facts: Facts, key: str, mode: EvcMode) -> tuple[str, ...] | None:
    """What a mode gave a machine and another mode hides; None where either is not known."""
    own = facts.modes.get(key)
    if own is None:
        return None
    if mode.includes(own):
        return ()
    if own.requires is None or mode.requires is None or own.vendor != mode.vendor:
        return None
    return gains(mode, own)


RUNS_WITH, NOT_KNOWN, MAY_USE, ONLY_EMPTY, UNPROVEN = range(5)
"""What `evc.vm-powered-on` says, in the order of its templates."""


@rule(
    "evc.vm-powered-on",
    "host",
    Severity.TODO,
    says=(
        QT_TRANSLATE_NOOP("rules", "{vm} on {host} runs with {features}, which the EVC mode {mode} hides."),
        QT_TRANSLATE_NOOP(
            "rules",
            "{vm} on {host} is powered on, and with which features is not known; {mode} may hide some.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "{vm} on {host} is powered on and may use {features}, which the EVC mode {mode} hides.",
        ),
        QT_TRANSLATE_NOOP(
            "rules", "{vm} on {host} is powered on; {release} sets an EVC mode only where no machine runs."
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "{vm} on {host} is powered on and may use {features}. That {mode} hides it is derived from "
            "published lists, not proven: processors of the mode's own generation have it.",
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP(
            "rules",
            "Shut {vm} down, or move it to another host, before EVC reaches {host}, and power it on "
            "afterwards. Do not suspend it.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Shut {vm} down before EVC reaches {host}, or find out under which mode it was powered on. "
            "Do not suspend it.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Import the EVC modes of the vCenter, which tell; without them, plan to shut {vm} down before "
            "EVC reaches {host}. Do not suspend it.",
        ),
    ),
    source="paper, figures 20 and 21; " + MANAGEMENT,
    fault=("EVCAdmissionFailedVmActive", "ActiveVMsBlockingEVC"),
)
def vm_powered_on(view: HostView) -> Iterator[Hit]:
    """A virtual machine runs, or may run, with features that the EVC mode, which its host is to get, hides.

    Where only the host tells which features a machine may have got, it "may use" them. Where they are those
    of the mode's own generation alone, the rule says that the mode may show them as well. Before vSphere 4.0
    any running machine counts, once: see `host.vm-outside-evc`. Quiet for a host that is in the cluster
    already while the mode stays as it is. vCenter's own machine and vCLS are left to `evc.management-vm`.
    """
    mode = view.coming_mode()
    if mode is None:
        return
    old = not view.facts.at_least("4.0")
    for vm in view.host.vms:
        if vm.power_state != "poweredOn" or vm.role != "none" or outside_evc(view, vm):
            continue
        above, known = excess(view, vm, mode), started_under(vm)
        if above or above is None or old:
            parameters = {**_words(view, vm, mode), "features": above or ()}
            if old and not above:
                case, remedy = ONLY_EMPTY, 0
            elif above and _unproven(view, mode).issuperset(above):
                case, remedy = UNPROVEN, 2
            elif above:
                case, remedy = (RUNS_WITH, 0) if known else (MAY_USE, 1)
            else:
                case, remedy = NOT_KNOWN, 1
            subject = Subject(vm.id, "power_state")
            yield Hit(subject, parameters, case, remedy=remedy, fault=int(not view.joins))


def _unproven(view: HostView, mode: EvcMode) -> frozenset[str]:
    """What a mode may show though its published list does not name it; nothing where its masks are known."""
    cpu = view.cpu
    return (
        frozenset()
        if cpu is None or mode.hides is not None
        else unproven(cpu.vendor, cpu.signature, mode.key)
    )


def _words(view: HostView, vm: VirtualMachine, mode: EvcMode) -> dict[str, Any]:
    return {
        "vm": vm.name,
        "host": view.host.label,
        "mode": mode.label,
        "release": view.facts.release_name,
    }


@rule(
    "evc.vm-suspended",
    "host",
    Severity.TODO,
    Severity.WARNING,
    says=(
        QT_TRANSLATE_NOOP(
            "rules",
            "{vm} on {host} is suspended: its memory on disk holds code for the features it was started "
            "with. Under the EVC mode {mode} it may not resume, and data may be lost.",
        ),
        QT_TRANSLATE_NOOP(
            "rules", "{vm} on {host} is suspended. Its features fit the EVC mode {mode}, so it should resume."
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP("rules", "Resume {vm} where it is and shut it down before EVC reaches {host}."),
        QT_TRANSLATE_NOOP(
            "rules", "Resume {vm} and shut it down first: a suspended machine may fail to resume."
        ),
    ),
    source="paper, text to figures 20 and 21, and “Pain Points”",
    fault=("EVCAdmissionFailedVmActive", "ActiveVMsBlockingEVC"),
)
def vm_suspended(view: HostView) -> Iterator[Hit]:
    """A suspended virtual machine is on a host that is to get an EVC mode.

    Before vSphere 4.0 always a todo. From 4.0 a todo where its features do not fit or are not known, a
    warning where they fit. Quiet for a host that is in the cluster already while the mode stays as it is.
    """
    mode = view.coming_mode()
    if mode is None:
        return
    for vm in view.host.vms:
        if vm.power_state == "suspended":
            fits = view.facts.at_least("4.0") and excess(view, vm, mode) == ()
            yield Hit(
                Subject(vm.id, "power_state"),
                _words(view, vm, mode),
                template=int(fits),
                severity=Severity.WARNING if fits else Severity.TODO,
                remedy=int(fits),
                fault=int(not view.joins),
            )


@rule(
    "evc.management-vm",
    "host",
    Severity.TODO,
    says=(
        QT_TRANSLATE_NOOP(
            "rules",
            "{vm} is vCenter itself and runs on {host}, which has to be emptied before EVC {mode} is set.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "{vm} is a vCLS machine and runs on {host}, which has to be emptied before EVC {mode} is set.",
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP(
            "rules",
            "vCenter cannot switch itself off and go on: move it to a host that stays as it is, or shut it "
            "down and register it on a host of the new cluster with that host's own client.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Put the cluster's vCLS into retreat mode, which removes the machine; it comes back later.",
        ),
    ),
    source=MANAGEMENT + "; vSphere Resource Management, vSphere Cluster Services",
    fault=("EVCAdmissionFailedVmActive", "ActiveVMsBlockingEVC"),
)
def management_vm(view: HostView) -> Iterator[Hit]:
    """vCenter's own machine or a vCLS machine runs on a host that has to be emptied before it gets its mode.

    A host has to be emptied where the machine has features that the mode hides (before vSphere 4.0: in any
    case), where it has to be in maintenance mode for a move, or where a BIOS setting has to change. Where no
    mode is to be set, `host.management-vm` speaks.
    """
    mode = view.coming_mode()
    if mode is None:
        return
    emptied = emptied_for_work(view)
    for vm in view.host.vms:
        if vm.role != "none" and vm.power_state == "poweredOn":
            fits = view.facts.at_least("4.0") and excess(view, vm, mode) == ()
            if emptied or not fits:
                case = int(vm.role == "vCLS")
                subject = Subject(vm.id, "power_state")
                yield Hit(subject, _words(view, vm, mode), case, remedy=case, fault=int(not view.joins))


NOT_IN_RELEASE, OLD_HARDWARE, ABOVE, UNKNOWN, NOT_OFFERED, NOT_OFFERED_RECALLED, OTHER_MAKER, LACKS = range(8)
"""What `evc.vm-own-mode` says, in the order of its templates."""


@rule(
    "evc.vm-own-mode",
    "host",
    Severity.ERROR,
    says=(
        QT_TRANSLATE_NOOP("rules", "{vm} is to have an EVC mode of its own, which {release} does not offer."),
        QT_TRANSLATE_NOOP(
            "rules", "{vm} is to have an EVC mode of its own, but has the virtual hardware version {version}."
        ),
        QT_TRANSLATE_NOOP(
            "rules", "{vm} is to have the EVC mode {own}, which is above {mode} of its cluster."
        ),
        QT_TRANSLATE_NOOP("rules", "{vm} is to have the EVC mode {own}, which is not known."),
        QT_TRANSLATE_NOOP(
            "rules", "{vm} is to have the EVC mode {own}; {first} is the first release that offers it."
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "{vm} is to have the EVC mode {own}; {first} is the first release that offers it, as far as "
            "recalled: no documentation at hand confirms it.",
        ),
        QT_TRANSLATE_NOOP(
            "rules", "{vm} is to have the EVC mode {own}, which is not for {maker} hosts such as {host}."
        ),
        QT_TRANSLATE_NOOP(
            "rules", "{vm} is to have the EVC mode {own}, but {host} lacks {features}, which it requires."
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP("rules", "Remove the machine's mode, or plan for vSphere 6.7 or newer."),
        QT_TRANSLATE_NOOP("rules", "Upgrade its virtual hardware to version 14 or newer while it is off."),
        QT_TRANSLATE_NOOP("rules", "Choose a mode for the machine that the cluster's mode includes."),
        QT_TRANSLATE_NOOP("rules", "Choose a mode for the machine that the release offers."),
        QT_TRANSLATE_NOOP(
            "rules", "Choose a mode for {maker}, or put the machine on a host by the other maker."
        ),
        QT_TRANSLATE_NOOP("rules", "Choose a mode for the machine that its host supports."),
    ),
    source="vSphere Virtual Machine Administration, per-VM EVC; releases.tsv (6.7)",
)
def vm_own_mode(view: HostView) -> Iterator[Hit]:
    """A virtual machine's own EVC mode is not possible.

    It takes vSphere 6.7, hardware version 14, and a mode that the release offers, for the maker of the host's
    processor, and not above the cluster's mode or, where EVC is off, not above the host.
    """
    for vm in view.host.vms:
        if vm.evc_mode is None:
            continue
        own = view.facts.modes.get(vm.evc_mode)
        found = _own_mode_trouble(view, vm, own)
        if found is not None:
            case, remedy, more = found
            parameters = {
                "vm": vm.name,
                "host": view.host.label,
                "release": view.facts.release_name,
                "own": vm.evc_mode if own is None else own.label,
                **more,
            }
            yield Hit(Subject(vm.id, "evc_mode"), parameters, template=case, remedy=remedy)


def _own_mode_trouble(
    view: HostView, vm: VirtualMachine, own: EvcMode | None
) -> tuple[int, int, dict[str, Any]] | None:
    """What forbids a machine's own mode, if anything: the template, the remedy and further parameters."""
    facts, mode, cpu = view.facts, view.mode(), view.cpu
    if not facts.at_least("6.7"):
        return NOT_IN_RELEASE, 0, {}
    if own is None:
        return UNKNOWN, 3, {}
    if own.first_release is not None and not offers(facts.release, own):
        recalled = own.first_release_provenance != "documented"
        case = NOT_OFFERED_RECALLED if recalled else NOT_OFFERED
        return case, 3, {"first": releases()[own.first_release].name}
    vendor = None if cpu is None else facts.vendor(cpu)
    vendor = vendor or (None if mode is None else mode.vendor)
    if vendor is not None and vendor != own.vendor:
        return OTHER_MAKER, 4, {"maker": maker(vendor)}
    if vm.hardware_version is not None and vm.hardware_version < PER_VM_EVC_HARDWARE:
        return OLD_HARDWARE, 1, {"version": vm.hardware_version}
    if mode is not None:
        above = mode.known and own.known and not mode.includes(own)
        return (ABOVE, 2, {"mode": mode.label}) if above else None
    missing = () if cpu is None else facts.support(cpu, own).missing
    return (LACKS, 5, {"features": facts.in_order(missing, own.vendor)}) if missing else None

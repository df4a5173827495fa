"""The present state of a host: what has to change before it can join its cluster.

`Subject.field` names a field of the host, or `power_state` of a virtual machine.
"""

from __future__ import annotations

from collections.abc import Iterator

from flexgui.plan.thumbprint import normalised_thumbprint, thumbprint_bytes
from flexgui.plan.values import VirtualMachine
from flexgui.rules.finding import Severity, Subject
from flexgui.rules.rule import Hit, HostView, rule
from flexgui.translate import QT_TRANSLATE_NOOP

PREREQUISITES = (
    "paper, prerequisites before adding any host (“Cluster Creation and Enabling Enhanced VMotion”)"
)


def _cold(view: HostView) -> int:
    """0 up to vSphere 4.x, where the paper asks for an AC power cycle; 1 from 5.0: a cold boot."""
    return int(view.facts.at_least("5.0"))


def _switch(view: HostView, intel: str, amd: str) -> str:
    vendor = None if view.cpu is None else view.cpu.vendor
    return intel if vendor == "intel" else amd if vendor == "amd" else f"{intel} / {amd}"


def _hides(view: HostView, *features: str) -> bool:
    """Whether the processor does not show one of these features, though its silicon has it for certain."""
    return any(found.cause == "bios" and found.feature in features for found in view.hidden)


@rule(
    "host.xd-off",
    "host",
    Severity.TODO,
    says=(
        QT_TRANSLATE_NOOP("rules", "{switch} is off in the BIOS of {host}: without it no EVC mode fits."),
        QT_TRANSLATE_NOOP(
            "rules",
            "The processor of {host} ({cpu}) shows no NX: {switch} is off in its BIOS, so no EVC mode fits.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "{switch} of {host} is said to be on, but the capture of its processor ({cpu}) shows no NX.",
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP(
            "rules",
            "Empty the host, switch on {switch} and hardware virtualization in the BIOS, then take it off AC "
            "power and on again (AC power cycle).",
        ),
        QT_TRANSLATE_NOOP("rules", "Empty the host, switch on {switch} in the BIOS and boot it cold."),
        QT_TRANSLATE_NOOP("rules", "Capture the host again."),
    ),
    source=PREREQUISITES,
    fault="EVCAdmissionFailedCPUFeaturesForMode",
)
def xd_off(view: HostView) -> Iterator[Hit]:
    """The Execute Disable bit (AMD: No Execute) is off.

    The host's state says so, or its processor shows no NX in CPUID though its signature proves that the
    silicon has it. Quiet for processors without NX by birth (NetBurst) unless the state says so.
    """
    host, cpu = view.host, view.cpu
    if host.xd != "disabled" and not _hides(view, "NX"):
        return
    case = 0 if host.xd == "disabled" else 1 if host.xd is None else 2
    parameters = {
        "host": host.label,
        "cpu": "" if cpu is None else cpu.name(),
        "switch": _switch(view, "Execute Disable (XD)", "No Execute (NX)"),
    }
    yield Hit(Subject(host.id, "xd"), parameters, case, remedy=2 if case == 2 else _cold(view))


@rule(
    "host.vt-off",
    "host",
    Severity.TODO,
    says=(
        QT_TRANSLATE_NOOP("rules", "{switch} is off in the BIOS of {host}."),
        QT_TRANSLATE_NOOP(
            "rules",
            "The processor of {host} ({cpu}) shows no {switch}, though its silicon has it: it is off in the "
            "BIOS.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "{switch} of {host} is said to be on, but the capture of its processor ({cpu}) shows none.",
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP(
            "rules",
            "Empty the host, switch on {switch} and the Execute Disable bit in the BIOS, then take it off AC "
            "power and on again (AC power cycle).",
        ),
        QT_TRANSLATE_NOOP("rules", "Empty the host, switch on {switch} in the BIOS and boot it cold."),
        QT_TRANSLATE_NOOP("rules", "Capture the host again."),
    ),
    source=PREREQUISITES + "; silicon_features.tsv",
)
def vt_off(view: HostView) -> Iterator[Hit]:
    """Hardware virtualization is known to be off in the BIOS.

    The host's state says so, or its processor shows no VMX or SVM though its signature and brand prove that
    the silicon has it. CPUID does not tell of the lock in an MSR, so nothing is said of one that shows it.
    """
    host, cpu = view.host, view.cpu
    if host.vt != "disabled" and not _hides(view, "VMX", "SVM"):
        return
    case = 0 if host.vt == "disabled" else 1 if host.vt is None else 2
    parameters = {
        "host": host.label,
        "cpu": "" if cpu is None else cpu.name(),
        "switch": _switch(view, "Intel VT", "AMD-V"),
    }
    yield Hit(Subject(host.id, "vt"), parameters, case, remedy=2 if case == 2 else _cold(view))


@rule(
    "host.power-cycle",
    "host",
    Severity.TODO,
    says=QT_TRANSLATE_NOOP(
        "rules", "A BIOS setting of {host} was changed, and takes effect after a power cycle."
    ),
    remedy=(
        QT_TRANSLATE_NOOP(
            "rules", "Take the host off AC power and on again (AC power cycle); a restart is not enough."
        ),
        QT_TRANSLATE_NOOP("rules", "Shut the host down and boot it cold; a restart is not enough."),
    ),
    source=PREREQUISITES,
)
def power_cycle(view: HostView) -> Iterator[Hit]:
    """A changed BIOS setting (XD, VT) still waits for a power cycle."""
    if view.host.ac_power_cycle_pending:
        subject = Subject(view.host.id, "ac_power_cycle_pending")
        yield Hit(subject, {"host": view.host.label}, remedy=_cold(view))


@rule(
    "host.maintenance-mode",
    "host",
    Severity.TODO,
    says=(
        QT_TRANSLATE_NOOP("rules", "{host} comes from another cluster and is not in maintenance mode."),
        QT_TRANSLATE_NOOP("rules", "{host} is to be moved, which {release} does only in maintenance mode."),
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules", "Move or shut down its virtual machines and enter maintenance mode first."
    ),
    source="paper, steps 8 and 9, figures 18 and 19",
    fault="InvalidState",
)
def maintenance_mode(view: HostView) -> Iterator[Hit]:
    """A host that is to be moved is not in maintenance mode.

    Leaving a cluster always takes maintenance mode; with VirtualCenter 2.5 any move does. There, a host that
    vCenter does not have yet counts as well if it runs virtual machines and joins a cluster with EVC.
    """
    host = view.host
    if not host.in_maintenance_mode and _moves(view):
        parameters = {"host": host.label, "release": view.facts.release_name}
        template = 0 if view.origin == "elsewhere" else 1
        yield Hit(Subject(host.id, "in_maintenance_mode"), parameters, template=template)


def _moves(view: HostView) -> bool:
    """Whether the host is to be moved in a way that takes maintenance mode."""
    if view.origin == "elsewhere":
        return True
    if view.origin == "here" or view.facts.at_least("4.0"):
        return False
    if view.origin != "nowhere":
        return True
    evc = view.cluster is not None and view.cluster.evc_mode is not None
    return evc and any(vm.power_state == "poweredOn" for vm in view.host.vms)


def emptied_for_work(view: HostView) -> bool:
    """Whether the host has to be emptied for a move, a change of its BIOS or a power cycle."""
    host = view.host
    bios = "disabled" in (host.xd, host.vt) or host.ac_power_cycle_pending
    hidden = (host.xd is None and _hides(view, "NX")) or (host.vt is None and _hides(view, "VMX", "SVM"))
    return _moves(view) or bios or hidden


@rule(
    "host.management-vm",
    "host",
    Severity.TODO,
    says=(
        QT_TRANSLATE_NOOP(
            "rules",
            "{vm} is vCenter itself and runs on {host}, which has to be emptied before it is moved or "
            "its BIOS changed.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "{vm} is a vCLS machine and runs on {host}, which has to be emptied before it is moved or "
            "its BIOS changed.",
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP("rules", "Move vCenter to a host that stays as it is before the work begins."),
        QT_TRANSLATE_NOOP(
            "rules",
            "Put the cluster's vCLS into retreat mode, which removes the machine; it comes back later.",
        ),
    ),
    source="vCenter Server and Host Management; vSphere Resource Management, vSphere Cluster Services",
)
def management_vm(view: HostView) -> Iterator[Hit]:
    """vCenter's own machine or a vCLS machine runs on a host that has to be emptied for other work than EVC.

    The host is to be moved in maintenance mode, or a BIOS setting or a power cycle is due. Where an EVC mode
    is to be set as well, `evc.management-vm` speaks.
    """
    if view.coming_mode() is not None or not emptied_for_work(view):
        return
    for vm in view.host.vms:
        if vm.role != "none" and vm.power_state == "poweredOn":
            case = int(vm.role == "vCLS")
            parameters = {"vm": vm.name, "host": view.host.label}
            yield Hit(Subject(vm.id, "power_state"), parameters, template=case, remedy=case)


@rule(
    "host.thumbprint-format",
    "host",
    Severity.ERROR,
    says=(
        QT_TRANSLATE_NOOP(
            "rules",
            "The thumbprint of {host} has something other than pairs of the digits 0 to 9 and A to F.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "The thumbprint of {host} has {count} pairs of digits; SHA-1 has 20 and SHA-256 has 32.",
        ),
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Copy the whole thumbprint again, or leave it empty for now."),
    source="paper, figure 32; FIPS 180-4 (lengths of SHA-1 and SHA-256)",
)
def thumbprint_format(view: HostView) -> Iterator[Hit]:
    """A host's thumbprint is neither a SHA-1 nor a SHA-256 fingerprint.

    Colons, hyphens and blanks between the digits do not count, nor does what openssl prints before them.
    """
    text = view.host.thumbprint
    if not text or normalised_thumbprint(text) is not None:
        return
    raw = thumbprint_bytes(text)
    parameters = {"host": view.host.label, "count": len(raw or b"")}
    yield Hit(Subject(view.host.id, "thumbprint"), parameters, template=int(raw is not None))


@rule(
    "host.thumbprint",
    "host",
    Severity.TODO,
    says=(
        QT_TRANSLATE_NOOP(
            "rules", "Whether {host} is the right machine is not confirmed: its thumbprint is {thumbprint}."
        ),
        QT_TRANSLATE_NOOP("rules", "The thumbprint of {host} is not known yet."),
    ),
    remedy=(
        QT_TRANSLATE_NOOP(
            "rules", "Compare it with the thumbprint on the host's own console, and confirm it."
        ),
        QT_TRANSLATE_NOOP("rules", "Read it on the host's own console, enter it and confirm it."),
    ),
    source="paper, figure 32",
    fault="SSLVerifyFault",
)
def thumbprint(view: HostView) -> Iterator[Hit]:
    """A host's thumbprint is not confirmed.

    Quiet for a host that vCenter has already, and for what is no thumbprint: `host.thumbprint-format` speaks.
    """
    host = view.host
    if host.thumbprint_confirmed or view.origin != "nowhere":
        return
    if host.thumbprint and normalised_thumbprint(host.thumbprint) is None:
        return
    unknown = int(not host.thumbprint)
    parameters = {"host": host.label, "thumbprint": host.thumbprint or ""}
    yield Hit(Subject(host.id, "thumbprint"), parameters, template=unknown, remedy=unknown)


def outside_evc(view: HostView, vm: VirtualMachine) -> bool:
    """VirtualCenter 2.5: whether a machine that runs outside EVC is to come into a cluster with EVC."""
    cluster = view.cluster
    if cluster is None or cluster.evc_mode is None or not view.joins or view.facts.at_least("4.0"):
        return False
    return vm.power_state == "poweredOn" and vm.power_on_evc_mode is None


@rule(
    "host.vm-outside-evc",
    "host",
    Severity.TODO,
    says=QT_TRANSLATE_NOOP(
        "rules",
        "{vm} on {host} was powered on outside EVC; {release} cannot move it live into a cluster with EVC.",
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Shut {vm} down, move it, and power it on in the cluster."),
    source="paper, “Compatibility Pool …”: no live migration from a cluster without Enhanced vMotion",
    fault="EVCAdmissionFailedVmActive",
)
def vm_outside_evc(view: HostView) -> Iterator[Hit]:
    """VirtualCenter 2.5: a machine that was powered on outside EVC is to come into a cluster with EVC.

    From vSphere 4.0 the machine's own features decide: `evc.vm-powered-on`.
    """
    for vm in view.host.vms:
        if outside_evc(view, vm):
            parameters = {"vm": vm.name, "host": view.host.label, "release": view.facts.release_name}
            yield Hit(Subject(vm.id, "power_state"), parameters)

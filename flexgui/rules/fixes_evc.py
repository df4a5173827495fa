"""Fixes of EVC: another mode for the cluster, or a host taken out of it.

A mode is only set where every host whose processor is known supports it for certain, and a host only taken
out where the rest of the cluster stays possible: a fix brings no error that was not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from flexgui.evc.modes import EvcMode
from flexgui.rules import evc, evc_hosts, evc_vms
from flexgui.rules.fix import Case, Fix, fixes
from flexgui.translate import QT_TRANSLATE_NOOP

SET_MODE = QT_TRANSLATE_NOOP("fixes", "Set the EVC mode of {cluster} to {mode}")
ENABLE = QT_TRANSLATE_NOOP("fixes", "Enable EVC of {cluster} with {mode}")
KEEP = QT_TRANSLATE_NOOP("fixes", "Keep EVC of {cluster} on, with {mode}")
TAKE_OUT = QT_TRANSLATE_NOOP("fixes", "Take {host} out of {cluster}")


def _common(case: Case) -> tuple[EvcMode, ...]:
    """The modes that all hosts of the cluster support for certain, as far as their processors are known."""
    hosts, known = case.cluster.hosts, case.facts.cpus
    cpus = {host.cpu: known[host.cpu] for host in hosts if host.cpu is not None and host.cpu in known}
    return case.facts.common_modes(cpus.values(), {host.esx_release for host in hosts})


def _below(case: Case, modes: Iterable[EvcMode]) -> EvcMode | None:
    """The highest of some modes that the cluster's mode includes, or of its maker where that is not known."""
    present = case.facts.modes.get(case.cluster.evc_mode)
    return case.facts.modes.highest(
        mode
        for mode in modes
        if mode.known and mode.key != case.cluster.evc_mode and (present is None or present.includes(mode))
    )


def _set(case: Case, mode: EvcMode | None, template: str = SET_MODE) -> Fix | None:
    """The fix that gives the cluster a mode; None where a machine's own mode would then be too high."""
    cluster = case.cluster
    if mode is None or mode.key == cluster.evc_mode or _above_own(case, mode):
        return None
    parameters = {"cluster": cluster.name, "mode": mode.label}
    return Fix(
        template,
        MappingProxyType(parameters),
        cluster.id,
        "evc_mode",
        lambda found: replace(found, evc_mode=mode.key),
    )


def _above_own(case: Case, mode: EvcMode) -> bool:
    """Whether some machine's own mode fits the cluster's present mode, and would not fit another one."""
    modes = case.facts.modes
    present = modes.get(case.cluster.evc_mode)
    own = {vm.evc_mode for host in case.cluster.hosts for vm in host.vms} - {None}
    known = [found for key in own if (found := modes.get(key)) is not None]
    return any(
        not mode.includes(each) and (present is None or not present.known or present.includes(each))
        for each in known
    )


@fixes("evc.mode-not-offered")
def offered(case: Case) -> Fix | None:
    """Sets the nearest lower mode that the release offers and, where there is one, that all hosts support."""
    modes = _common(case)
    if case.template == 0:  # nobody knows what is lower than a mode that is in no table
        makers = {mode.vendor for mode in modes}
        return _set(case, _below(case, modes)) if case.cluster.hosts and len(makers) == 1 else None
    return _set(case, _below(case, modes) or _below(case, case.facts.offered()))


@fixes("evc.mode-below-best", "evc.common-mode")
def best(case: Case) -> Fix | None:
    """Sets the highest mode that all hosts support."""
    label = case.finding.parameters["best"]
    return _set(case, next((mode for mode in _common(case) if mode.label == label), None))


@fixes("evc.mixed-without-evc")
def enable(case: Case) -> Fix | None:
    """Enables EVC with the highest mode that all hosts support, where that is certain."""
    if case.remedy not in (evc.ENABLE, evc.NEWER_ESX):
        return None
    label = case.finding.parameters["best"]
    offered_here = case.facts.offered({host.esx_release for host in case.cluster.hosts})
    return _set(case, next((mode for mode in offered_here if mode.label == label), None), ENABLE)


@fixes("evc.disabling")
def keep(case: Case) -> Fix | None:
    """Keeps the present mode of the cluster, where all hosts support it."""
    present = case.facts.modes.get(case.cluster.present_evc_mode)
    return _set(case, present if present in _common(case) else None, KEEP)


@fixes("evc.mode-unknown-to-esx")
def older_mode(case: Case) -> Fix | None:
    """Sets the highest mode that the ESX of all hosts knows and their processors support."""
    return _set(case, _below(case, _common(case)))


@fixes("evc.features-missing")
def lower_mode(case: Case) -> Fix | None:
    """Sets the highest mode that all hosts support; where there is none, takes the host out of the cluster.

    None where the BIOS or the capture hides what is missing: then the mode may stay.
    """
    if case.remedy in (evc_hosts.ENABLE, evc_hosts.UNLIMIT, evc_hosts.AGAIN):
        return None
    return _set(case, _below(case, _common(case))) or _take_out(case)


@fixes("evc.vendor-mismatch", "evc.vendor-unknown", "evc.netburst")
def take_out(case: Case) -> Fix | None:
    """Takes the host out of the cluster; it stays in the datacenter as a standalone host."""
    return _take_out(case)


def _take_out(case: Case) -> Fix | None:
    """The fix that takes a host out of its cluster; None where the rest would be impossible by that."""
    host, cluster, datacenter = case.host, case.cluster, case.place.datacenter
    rest = [each.id for each in cluster.hosts if each is not host]
    ha = cluster.ha
    if ha.enabled and ha.admission_control_enabled and len(rest) >= 2:
        slots = ha.admission_control_policy == "slots"
        if slots and ha.failures_to_tolerate > len(rest) - 1:
            return None
        if ha.admission_control_policy == "failoverHosts" and set(rest) <= set(ha.failover_hosts):
            return None
    taken = [each.name for each in datacenter.clusters] + [each.label for each in datacenter.hosts]
    if host.label.strip().casefold() in {name.strip().casefold() for name in taken}:
        return None
    if any(vm.evc_mode is not None for vm in host.vms):
        return None
    parameters = {"host": host.label, "cluster": cluster.name}
    return Fix(TAKE_OUT, MappingProxyType(parameters), host.id, "cluster", moved_to=datacenter.id, alone=True)


@fixes("evc.vm-own-mode")
def own_mode(case: Case) -> Fix | None:
    """Gives the machine the mode of its cluster where its own is above that, else none of its own."""
    vm, mode = case.vm, None if case.place.cluster is None else case.facts.modes.get(case.cluster.evc_mode)
    if case.template == evc_vms.ABOVE and mode is not None:
        return case.fix(
            QT_TRANSLATE_NOOP("fixes", "Set the EVC mode of {vm} to {mode}"),
            {"vm": vm.name, "mode": mode.label},
            "evc_mode",
            lambda found: replace(found, evc_mode=mode.key),
        )
    name = QT_TRANSLATE_NOOP("fixes", "Remove the EVC mode of its own from {vm}")
    return case.fix(name, {"vm": vm.name}, "evc_mode", lambda found: replace(found, evc_mode=None))

"""The sentences of consequences: what a change of settings, or of the release, leads to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from flexgui.rules.finding import Severity
from flexgui.translate import QT_TRANSLATE_NOOP, Said

CONTEXT: Final = "Consequences"
"""The translation context of the sentences."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """One sentence. `key` is its name in the tables here, `step.name`.

    `sums_up` are the rules whose findings it counts: whoever lists findings beside it leaves those out.
    """

    key: str
    severity: Severity
    said: Said
    sums_up: frozenset[str] = frozenset()

    @property
    def step(self) -> str:
        """The rules' step that it belongs to, or "release"."""
        return self.key.partition(".")[0]

    def text(self) -> str:
        """The sentence in English."""
        return self.said.text()


def say(key: str, sums_up: Iterable[str] = (), **parameters: Any) -> Consequence:
    """The sentence of this key. Raises KeyError."""
    severity, template = SENTENCES[key]
    return Consequence(key, severity, Said(template, MappingProxyType(parameters)), frozenset(sums_up))


def counted(
    key: str, names: Sequence[str], sums_up: Iterable[str] = (), **parameters: Any
) -> Iterable[Consequence]:
    """The sentence of this key about things that it counts (`count`) and names (`names`); none about none.

    Raises:
        KeyError: there is no such sentence.
    """
    severity, one, many = COUNTED[key]
    if names:
        found = {**parameters, "count": len(names), "names": tuple(names)}
        said = Said(one if len(names) == 1 else many, MappingProxyType(found))
        yield Consequence(key, severity, said, frozenset(sums_up))


SENTENCES: Final[dict[str, tuple[Severity, str]]] = {
    "ha.off": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "vSphere HA is switched off: when a host of {cluster} fails, its virtual machines stay down.",
        ),
    ),
    "ha.monitoring-off": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Host monitoring is switched off: a host that fails goes unnoticed, and nothing restarts.",
        ),
    ),
    "ha.monitoring-on": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Host monitoring is switched on: a host that fails is noticed again.",
        ),
    ),
    "ha.admission-off": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Admission control is switched off: virtual machines may be powered on that a failover cannot "
            "take in.",
        ),
    ),
    "ha.admission-on": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Admission control is switched on: vCenter refuses to power on what a failover could not take "
            "in.",
        ),
    ),
    "ha.slots": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Admission control counts slots from now on, of the size of the largest reservation.",
        ),
    ),
    "ha.resources": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Admission control keeps {cpu} % of CPU and {memory} % of memory free from now on.",
        ),
    ),
    "ha.failoverHosts": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Admission control keeps whole hosts free from now on; nothing runs on them.",
        ),
    ),
    "ha.failures": (
        Severity.INFO,
        QT_TRANSLATE_NOOP("Consequences", "Room is kept for {after} failed hosts instead of {before}."),
    ),
    "ha.percent": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{cpu} % of CPU and {memory} % of memory are kept free instead of {old_cpu} % and {old_memory} "
            "%.",
        ),
    ),
    "drs.off": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "DRS is switched off: nobody places the virtual machines of {cluster} or balances its hosts.",
        ),
    ),
    "drs.dpm-off": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP("Consequences", "Power management works through DRS, and is switched off with it."),
    ),
    "drs.on-manual": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "DRS is switched on: it suggests where virtual machines should run.",
        ),
    ),
    "drs.on-partiallyAutomated": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "DRS is switched on: it places virtual machines at power-on, and suggests migrations.",
        ),
    ),
    "drs.on-fullyAutomated": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "DRS is switched on: it places virtual machines and migrates them by itself.",
        ),
    ),
    "drs.fullyAutomated": (
        Severity.INFO,
        QT_TRANSLATE_NOOP("Consequences", "DRS migrates running virtual machines without asking."),
    ),
    "drs.partiallyAutomated-up": (
        Severity.INFO,
        QT_TRANSLATE_NOOP("Consequences", "DRS chooses by itself where a virtual machine is powered on."),
    ),
    "drs.partiallyAutomated-down": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "DRS only suggests migrations: they wait for somebody to apply them.",
        ),
    ),
    "drs.manual": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "DRS only suggests: placement at power-on and migrations wait for somebody to apply them.",
        ),
    ),
    "drs.threshold-up": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "The migration threshold goes from {before} to {after}: DRS migrates for smaller improvements, "
            "and more often.",
        ),
    ),
    "drs.threshold-down": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "The migration threshold goes from {before} to {after}: DRS migrates for larger improvements "
            "only, and less often.",
        ),
    ),
    "dpm.off": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Power management is switched off: hosts stay on. Power on by hand what is in standby.",
        ),
    ),
    "dpm.automated": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "vCenter empties hosts of {cluster} and powers them down by itself while the load is low.",
        ),
    ),
    "dpm.manual": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "vCenter suggests which hosts of {cluster} to power down or up; nothing happens by itself.",
        ),
    ),
    "dpm.threshold-up": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "The DPM threshold goes from {before} to {after}: hosts are powered down more readily.",
        ),
    ),
    "dpm.threshold-down": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "The DPM threshold goes from {before} to {after}: hosts are powered down less readily.",
        ),
    ),
    "evc.disabled-recreate": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "EVC is disabled. {release} enables it only on a new cluster: to have it back, {cluster} has to "
            "be created anew.",
        ),
    ),
    "evc.disabled": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "EVC is disabled: vCenter no longer enforces that the hosts of {cluster} fit each other. Running"
            " virtual machines keep the features that they have until their next power-on.",
        ),
    ),
    "evc.enabled": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "EVC is enabled with {after}: every host of {cluster} has to allow it; one that does not cannot "
            "join.",
        ),
    ),
    "evc.other-maker": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "EVC changes from {before} to {after}, which is for hosts by {maker}.",
        ),
    ),
    "evc.not-published": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "EVC changes from {before} to {after}. What differs between them is not published.",
        ),
    ),
    "evc.sideways": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "EVC changes from {before} to {after}: from their next power-on virtual machines see {won}, and "
            "lose {lost}.",
        ),
    ),
    "evc.lowered": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "EVC is lowered from {before} to {after}: from their next power-on virtual machines lose {lost}.",
        ),
    ),
    "evc.raised": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "EVC is raised from {before} to {after}: from their next power-on virtual machines see {won}.",
        ),
    ),
    "swap.hostLocal": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Swapfiles go to each host's own datastore: vMotion has to copy them where the destination does "
            "not see it.",
        ),
    ),
    "swap.vmDirectory": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Swapfiles go beside the virtual machines: vMotion no longer copies them.",
        ),
    ),
}


COUNTED: Final[dict[str, tuple[Severity, str, str]]] = {
    "ha.on": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "vSphere HA is switched on: 1 running virtual machine restarts on another host when its own "
            "fails.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "vSphere HA is switched on: {count} running virtual machines restart on other hosts when theirs "
            "fail.",
        ),
    ),
    "drs.pools-deleted": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Without DRS there are no resource pools: vCenter deletes {names} with its shares and "
            "reservations. Save a snapshot of the resource pool tree first.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Without DRS there are no resource pools: vCenter deletes {count} with their shares and "
            "reservations: {names}. Save a snapshot of the resource pool tree first.",
        ),
    ),
    "drs.pools-removed": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "The resource pool {names} goes, with its shares and reservations.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{count} resource pools go, with their shares and reservations: {names}.",
        ),
    ),
    "drs.pool-machines": (
        Severity.INFO,
        QT_TRANSLATE_NOOP("Consequences", "1 virtual machine moves up to the pool above: {names}."),
        QT_TRANSLATE_NOOP("Consequences", "{count} virtual machines move up to the pool above: {names}."),
    ),
    "dpm.cannot-wake": (
        Severity.TODO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "1 host cannot be woken by IPMI, iLO or Wake-on-LAN, or it is not known: {names}.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{count} hosts cannot be woken by IPMI, iLO or Wake-on-LAN, or it is not known: {names}.",
        ),
    ),
    "evc.off-first": (
        Severity.TODO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Power off 1 VM first, which may use features that {mode} hides: {names}.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Power off {count} VMs first, which may use features that {mode} hides: {names}.",
        ),
    ),
    "evc.suspended-first": (
        Severity.TODO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Resume 1 suspended VM and shut it down first; it may not resume under {mode}: {names}.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Resume {count} suspended VMs and shut them down first; they may not resume under {mode}: "
            "{names}.",
        ),
    ),
    "evc.management-first": (
        Severity.TODO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "1 VM that manages the cluster has to leave its host first: {names}.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{count} VMs that manage the cluster have to leave their hosts first: {names}.",
        ),
    ),
    "evc.evacuate": (
        Severity.TODO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Instead of powering off you can evacuate the host that they run on: {names}.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Instead of powering off you can evacuate the {count} hosts that they run on, one after the "
            "other: {names}.",
        ),
    ),
    "evc.power-cycle": (
        Severity.TODO,
        QT_TRANSLATE_NOOP("Consequences", "1 VM needs a power cycle to see {features}: {names}."),
        QT_TRANSLATE_NOOP("Consequences", "{count} VMs need a power cycle to see {features}: {names}."),
    ),
    "evc.power-cycle-unknown": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Whether 1 VM needs a power cycle to see all that {mode} shows cannot be told: {names}.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "Whether {count} VMs need a power cycle to see all that {mode} shows cannot be told: {names}.",
        ),
    ),
    "evc.old-hardware": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "1 VM has virtual hardware that is too old for {features}, as far as recalled: {names}. Upgrade "
            "it while the machine is off.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{count} VMs have virtual hardware that is too old for {features}, as far as recalled: {names}. "
            "Upgrade it while they are off.",
        ),
    ),
    "evc.hidden": (
        Severity.INFO,
        QT_TRANSLATE_NOOP("Consequences", "{names} no longer shows {features}."),
        QT_TRANSLATE_NOOP("Consequences", "{count} hosts no longer show {features}: {names}."),
    ),
    "evc.shown-again": (
        Severity.INFO,
        QT_TRANSLATE_NOOP("Consequences", "{names} shows {features} again."),
        QT_TRANSLATE_NOOP("Consequences", "{count} hosts show {features} again: {names}."),
    ),
    "swap.next-power-on": (
        Severity.INFO,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "1 VM keeps its swapfile where it is until its next power-on: {names}.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{count} VMs keep their swapfiles where they are until their next power-on: {names}.",
        ),
    ),
    "release.modes-lacking": (
        Severity.ERROR,
        QT_TRANSLATE_NOOP("Consequences", "{release} lacks the EVC mode of 1 cluster: {names}."),
        QT_TRANSLATE_NOOP("Consequences", "{release} lacks the EVC modes of {count} clusters: {names}."),
    ),
    "release.admission-control": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{release} knows no admission control but by host failures; 1 cluster has another: {names}.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{release} knows no admission control but by host failures; {count} clusters have another: "
            "{names}.",
        ),
    ),
    "release.dpm": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{release} has power management for experiments only; 1 cluster uses it: {names}.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{release} has power management for experiments only; {count} clusters use it: {names}.",
        ),
    ),
    "release.vm-modes": (
        Severity.ERROR,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{release} has no EVC modes for single virtual machines; 1 VM has one: {names}.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{release} has no EVC modes for single virtual machines; {count} VMs have one: {names}.",
        ),
    ),
    "release.binary-translation": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{release} no longer runs virtual machines by binary translation; 1 VM is set to it: {names}.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{release} no longer runs virtual machines by binary translation; {count} VMs are set to it: "
            "{names}.",
        ),
    ),
    "release.new-clusters-only": (
        Severity.WARNING,
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{release} enables EVC only on new clusters; 1 cluster exists without it: {names}.",
        ),
        QT_TRANSLATE_NOOP(
            "Consequences",
            "{release} enables EVC only on new clusters; {count} clusters exist without it: {names}.",
        ),
    ),
    "release.modes-go": (
        Severity.INFO,
        QT_TRANSLATE_NOOP("Consequences", "1 EVC mode is no longer offered: {names}."),
        QT_TRANSLATE_NOOP("Consequences", "{count} EVC modes are no longer offered: {names}."),
    ),
    "release.modes-come": (
        Severity.INFO,
        QT_TRANSLATE_NOOP("Consequences", "1 EVC mode more is offered: {names}."),
        QT_TRANSLATE_NOOP("Consequences", "{count} EVC modes more are offered: {names}."),
    ),
}
"""Sentences about one thing, and about several."""

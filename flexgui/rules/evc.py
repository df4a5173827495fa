"""Enhanced vMotion Compatibility: the mode of a cluster.

`Subject.field` is `evc_mode` of the cluster. What hosts lack is in `evc_hosts`, what virtual machines have
to do in `evc_vms`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.modes import EvcMode, maker
from flexgui.evc.releases import esx_offers, esx_releases, offers, releases
from flexgui.evc.support import Answer, gains
from flexgui.plan.values import Host
from flexgui.rules.facts import Facts, distinct_cpus, labels, unknown_cpus
from flexgui.rules.finding import Severity, Subject
from flexgui.rules.rule import ClusterView, Hit, rule
from flexgui.translate import QT_TRANSLATE_NOOP

MANAGEMENT = "vCenter Server and Host Management, EVC"


@rule(
    "evc.mode-not-offered",
    "cluster",
    Severity.ERROR,
    says=(
        QT_TRANSLATE_NOOP("rules", "{cluster} is to have the EVC mode {mode}, which is not known."),
        QT_TRANSLATE_NOOP(
            "rules", "{release} does not offer the EVC mode {mode}; {first} is the first that does."
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "{release} does not offer the EVC mode {mode}; {first} is the first that does, "
            "as far as recalled: no documentation at hand confirms it.",
        ),
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Choose a mode that the release offers, or plan for a newer vCenter."),
    source="evc_modes.json (first release); paper, figure 27 and table 4",
    reads=(),
)
def mode_not_offered(view: ClusterView) -> Iterator[Hit]:
    """The release of vCenter does not offer the cluster's EVC mode.

    Also where the plan names a mode that is in no table. Modes read from a vCenter are always offered.
    """
    cluster, mode = view.cluster, view.mode()
    if cluster.evc_mode is None:
        return
    subject = Subject(cluster.id, "evc_mode")
    if mode is None:
        yield Hit(subject, {"cluster": cluster.name, "mode": cluster.evc_mode})
    elif mode.first_release is not None and not offers(view.facts.release, mode):
        parameters = {
            "mode": mode.label,
            "release": view.facts.release_name,
            "first": releases()[mode.first_release].name,
        }
        recalled = mode.first_release_provenance != "documented"
        yield Hit(subject, parameters, template=2 if recalled else 1)


@rule(
    "evc.mode-below-best",
    "cluster",
    Severity.WARNING,
    says=(
        QT_TRANSLATE_NOOP(
            "rules",
            "Every host of {cluster} supports {best}, but the mode is {mode}: "
            "virtual machines on {hosts} lose {features}.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Every host of {cluster} supports {best}, the highest mode that the ESX of {limits} knows, but "
            "the mode is {mode}: virtual machines on {hosts} lose {features}.",
        ),
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Choose {best}, unless an older host is to join the cluster later."),
    source="paper, note after table 4",
    reads=["cpu", "esx_release"],
)
def mode_below_best(view: ClusterView) -> Iterator[Hit]:
    """All hosts of a cluster support a higher EVC mode than the planned one.

    Only modes that the release offers and the hosts' ESX knows. Quiet as long as the processor of a host is
    not known, or whether one supports the higher mode cannot be told.
    """
    mode = view.mode()
    if mode is None or not view.hosts or unknown_cpus(view.facts, view.hosts):
        return
    best = _best_above(view, mode, view.hosts)
    if best is None:
        return
    highest = _best_above(view, mode, ())
    limits = [] if highest is None or highest == best else _older_than(view.hosts, highest)
    parameters = {
        "cluster": view.cluster.name,
        "mode": mode.label,
        "best": best.label,
        "hosts": labels(view.hosts),
        "limits": labels(limits),
        "features": gains(mode, best),
    }
    yield Hit(Subject(view.cluster.id, "evc_mode"), parameters, template=int(bool(limits)))


def _best_above(view: ClusterView, mode: EvcMode, esx_of: Iterable[Host]) -> EvcMode | None:
    """The highest mode above `mode` that all known processors of the cluster support, or None.

    Only modes that the release offers and the ESX of `esx_of` knows.
    """
    cpus = [cpu for cpu, _ in distinct_cpus(view.facts, view.hosts).values()]
    return _highest_above(view.facts, mode, view.facts.common_modes(cpus, esx_of))


def _highest_above(facts: Facts, mode: EvcMode, common: Iterable[EvcMode]) -> EvcMode | None:
    candidates = tuple(common)
    if mode not in candidates:
        return None
    key = mode.key, *[other.key for other in candidates]
    if key not in facts.highest_above:  # clusters are many, sets of modes few
        facts.highest_above[key] = facts.modes.highest(
            other
            for other in candidates
            if other.key != mode.key and other.includes(mode) and gains(mode, other)
        )
    return facts.highest_above[key]


def _older_than(hosts: Iterable[Host], mode: EvcMode) -> list[Host]:
    """The hosts whose ESX is known and does not know a mode."""
    known = esx_releases()
    return [h for h in hosts if h.esx_release in known and not esx_offers(h.esx_release, mode)]


@dataclass(frozen=True, slots=True)
class _Step:
    """A mode above the cluster's: hosts whose processors lack it, have it, or leave it open."""

    mode: EvcMode
    unable: list[Host]
    able: list[Host]
    open: list[Host]


def _step(view: ClusterView, mode: EvcMode) -> _Step:
    found: dict[Answer, list[Host]] = {answer: [] for answer in Answer}
    answers = {
        fingerprint: view.facts.support(cpu, mode).answer
        for fingerprint, (cpu, _) in distinct_cpus(view.facts, view.hosts).items()
    }
    for host in view.hosts:
        found[answers.get(host.cpu or "", Answer.UNKNOWN)].append(host)
    return _Step(mode, found[Answer.NO], found[Answer.YES], found[Answer.UNKNOWN])


WITHOUT, WITHOUT_AND_NEWER, NEWER, NOT_TOLD = range(4)
"""The remedies of `evc.oldest-host`."""


@rule(
    "evc.oldest-host",
    "cluster",
    Severity.INFO,
    says=(
        QT_TRANSLATE_NOOP(
            "rules", "{mode} is the EVC mode because of {setters}: it hides {features} on {losers}."
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "{mode} is the EVC mode because of {setters}: it hides {features} on {losers}, and more on "
            "{more}.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "{mode} is the highest EVC mode that the ESX of {setters} knows: it hides {features} on "
            "{losers}.",
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP("rules", "Without {setters} the cluster could have {next}."),
        QT_TRANSLATE_NOOP(
            "rules", "Without {setters}, and with a newer ESX on {old}, the cluster could have {next}."
        ),
        QT_TRANSLATE_NOOP("rules", "With a newer ESX on {old} the cluster could have {next}."),
        QT_TRANSLATE_NOOP(
            "rules", "Find out what {unknown} can do before you plan without {setters}: {next} may not fit."
        ),
    ),
    source="paper, “Compatibility Pool with Intel VT FlexMigration” (adapt to the oldest CPU)",
    reads=["cpu", "esx_release"],
)
def oldest_host(view: ClusterView) -> Iterator[Hit]:
    """The hosts that keep a cluster from a higher EVC mode, and what the others lose by it.

    All processors that are known support the mode, and at least one could do more. Named are hosts that are
    known to lack the next mode, never those of which that cannot be told; where no processor lacks it, the
    hosts whose ESX does not know it.
    """
    mode, facts = view.mode(), view.facts
    cpus = [cpu for cpu, _ in distinct_cpus(facts, view.hosts).values()]
    if mode is None or any(facts.support(cpu, mode).answer is not Answer.YES for cpu in cpus):
        return
    if _best_above(view, mode, view.hosts) is not None or _older_than(view.hosts, mode):
        return
    offered = {other.key for other in facts.offered()}
    steps = [_step(view, step) for step in facts.modes.next_after(mode, mode.vendor) if step.key in offered]
    blocked = [step for step in steps if step.able and (step.unable or not step.open)]
    if not blocked:
        return
    step = min(blocked, key=lambda each: len(each.unable))
    setters = step.unable or _older_than(view.hosts, step.mode)
    leaving = {host.id for host in step.unable}
    staying = [host for host in view.hosts if host.id not in leaving]
    parameters, remedy = _without(view, step, mode, staying)
    losses = [(set(facts.lost(cpu, mode)), hosts) for cpu, hosts in distinct_cpus(facts, step.able).values()]
    common = set.intersection(*(lost for lost, _ in losses))
    more = [host for lost, hosts in losses if lost > common for host in hosts]
    parameters |= {
        "setters": labels(setters),
        "losers": labels(step.able),
        "more": labels(more),
        "mode": mode.label,
        "features": facts.in_order(common, mode.vendor),
    }
    if common and setters:
        template = 2 if not step.unable else 1 if more else 0
        yield Hit(Subject(view.cluster.id, "evc_mode"), parameters, template=template, remedy=remedy)


def _without(
    view: ClusterView, step: _Step, mode: EvcMode, staying: Sequence[Host]
) -> tuple[dict[str, Any], int]:
    """The highest mode that the hosts could have without those that lack the next one, and the remedy."""
    facts = view.facts
    cpus = [cpu for cpu, _ in distinct_cpus(facts, staying).values()]
    if step.open:
        return {"next": step.mode.label, "unknown": labels(step.open)}, NOT_TOLD
    within = _highest_above(facts, mode, facts.common_modes(cpus, staying))
    if within is not None and step.unable:
        return {"next": within.label}, WITHOUT
    best = _highest_above(facts, mode, facts.common_modes(cpus)) or step.mode
    old = _older_than(staying, best)
    return {"next": best.label, "old": labels(old)}, WITHOUT_AND_NEWER if step.unable else NEWER


ENABLE, EACH_MAKER, SEVERAL, ENABLE_LATER, NEW_CLUSTER, NEWER_ESX = range(6)
"""The remedies of `evc.mixed-without-evc`."""


@rule(
    "evc.mixed-without-evc",
    "cluster",
    Severity.WARNING,
    says=(
        QT_TRANSLATE_NOOP(
            "rules", "{cluster} has hosts with different processors and no EVC: not all have {features}."
        ),
        QT_TRANSLATE_NOOP(
            "rules", "{cluster} has hosts by {makers}: running virtual machines never move between them."
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP("rules", "Enable EVC with {best}, so that running machines can move everywhere."),
        QT_TRANSLATE_NOOP("rules", "Make a cluster for each maker; EVC does not help here."),
        QT_TRANSLATE_NOOP("rules", "No EVC mode fits them all: make several clusters."),
        QT_TRANSLATE_NOOP(
            "rules", "Find out which EVC modes {unknown} can have, then enable EVC with one that fits all."
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Create a new cluster with EVC and {best}; {release} does not enable it on an existing one.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Enable EVC with {best}, the highest mode that the ESX of {limits} knows; with a newer ESX there "
            "{higher} fits them all.",
        ),
    ),
    source="paper, “Before Intel VT FlexMigration and Enhanced vMotion”, table 2",
    fault="HeterogenousHostsBlockingEVC",
    reads=["cpu", "esx_release"],
)
def mixed_without_evc(view: ClusterView) -> Iterator[Hit]:
    """EVC is off and the hosts' processors differ in features that EVC modes govern, or in their maker.

    NX does not count: `host.xd-off` speaks of it. No mode is advised while a host cannot be told.
    """
    if view.cluster.evc_mode is not None:
        return
    facts = view.facts
    cpus = [cpu for cpu, _ in distinct_cpus(facts, view.hosts).values()]
    makers = sorted({vendor for cpu in cpus if (vendor := facts.vendor(cpu)) is not None})
    subject = Subject(view.cluster.id, "evc_mode")
    if len(makers) > 1:
        names = tuple(maker(vendor) for vendor in makers)
        parameters: dict[str, Any] = {"cluster": view.cluster.name, "makers": names}
        yield Hit(subject, parameters, template=1, remedy=EACH_MAKER)
        return
    known = [facts.known(cpu) for cpu in cpus]
    some = frozenset().union(*(each.present for each in known))
    absent = frozenset().union(*(each.known - each.present for each in known))
    differing = (some & absent) - {"NX"}
    if not makers or not differing:
        return
    parameters = {"cluster": view.cluster.name, "features": facts.in_order(differing, makers[0])}
    best = facts.modes.highest(
        mode for mode in facts.offered(view.hosts) if _fit_but_for_nx(facts, cpus, mode)
    )
    untold = _untold(view, makers[0])
    if untold:
        yield Hit(subject, {**parameters, "unknown": labels(untold)}, remedy=ENABLE_LATER)
    elif best is None:
        yield Hit(subject, parameters, remedy=SEVERAL)
    else:
        new = view.cluster.exists and not facts.at_least("4.0")
        parameters |= {"best": best.label, "release": facts.release_name}
        higher = facts.modes.highest(
            mode for mode in facts.offered() if _fit_but_for_nx(facts, cpus, mode) and mode.includes(best)
        )
        limited = higher is not None and higher.key != best.key and not new
        if higher is not None and limited:
            parameters |= {"limits": labels(_older_than(view.hosts, higher)), "higher": higher.label}
        yield Hit(subject, parameters, remedy=NEW_CLUSTER if new else NEWER_ESX if limited else ENABLE)


def _fit_but_for_nx(facts: Facts, cpus: Iterable[Cpu], mode: EvcMode) -> bool:
    """Whether all processors support a mode for certain, once NX is switched on where it is off."""
    supports = (facts.support(cpu, mode) for cpu in cpus)
    return all(found.answer is Answer.YES or found.missing == ("NX",) for found in supports)


def _untold(view: ClusterView, vendor: str) -> list[Host]:
    """The hosts of which no mode is certain, though one may fit: it cannot be told."""
    facts = view.facts
    modes = [mode for mode in facts.offered(view.hosts) if mode.vendor == vendor and mode.known]
    found = unknown_cpus(facts, view.hosts)
    for cpu, hosts in distinct_cpus(facts, view.hosts).values():
        answers = {facts.support(cpu, mode).answer for mode in modes}
        if Answer.UNKNOWN in answers and Answer.YES not in answers:
            found += hosts
    return found


@rule(
    "evc.existing-cluster",
    "cluster",
    Severity.ERROR,
    says=QT_TRANSLATE_NOOP(
        "rules", "{cluster} exists without EVC, and {release} enables EVC only on a new cluster."
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Create a new cluster with EVC and move the hosts into it one by one."),
    source="paper, step 7 and “Pain Points”",
    reads=(),
)
def existing_cluster(view: ClusterView) -> Iterator[Hit]:
    """EVC is to be enabled on an existing cluster, before vSphere 4.0."""
    cluster = view.cluster
    if not cluster.exists or cluster.present_evc_mode is not None or cluster.evc_mode is None:
        return
    if not view.facts.at_least("4.0"):
        parameters = {"cluster": cluster.name, "release": view.facts.release_name}
        yield Hit(Subject(cluster.id, "evc_mode"), parameters)


@rule(
    "evc.disabling",
    "cluster",
    Severity.INFO,
    Severity.ERROR,
    says=(
        QT_TRANSLATE_NOOP(
            "rules",
            "EVC of {cluster} is to be disabled: hosts that do not fit may then join, and features differ.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "EVC of {cluster} is to be disabled. In {release}, a cluster whose EVC was disabled has to be "
            "created anew.",
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP("rules", "Keep the mode unless all hosts have the same processor for good."),
        QT_TRANSLATE_NOOP("rules", "Keep EVC on."),
    ),
    source="paper, “Pain Points”; " + MANAGEMENT,
    reads=(),
)
def disabling(view: ClusterView) -> Iterator[Hit]:
    """EVC of an existing cluster is to be disabled: compatibility is no longer enforced.

    Before vSphere 4.0 an error: the paper warns that the cluster has to be recreated.
    """
    cluster = view.cluster
    if not cluster.exists or cluster.present_evc_mode is None or cluster.evc_mode is not None:
        return
    old = int(not view.facts.at_least("4.0"))
    parameters = {"cluster": cluster.name, "release": view.facts.release_name}
    severity = Severity.ERROR if old else Severity.INFO
    yield Hit(Subject(cluster.id, "evc_mode"), parameters, old, severity, old)


@rule(
    "evc.raising",
    "cluster",
    Severity.INFO,
    says=QT_TRANSLATE_NOOP(
        "rules",
        "The EVC mode of {cluster} is raised from {present} to {mode}: running machines do not see "
        "{features} yet.",
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules", "Power each machine off and on; a restart of the guest or suspending it is not enough."
    ),
    source=MANAGEMENT,
    reads=(),
)
def raising(view: ClusterView) -> Iterator[Hit]:
    """The EVC mode of an existing cluster is raised: machines see new features after a full power cycle."""
    mode, present = view.mode(), view.facts.modes.get(view.cluster.present_evc_mode)
    if not view.cluster.exists or mode is None or present is None:
        return
    if mode.key != present.key and mode.includes(present):
        parameters = {
            "cluster": view.cluster.name,
            "present": present.label,
            "mode": mode.label,
            "features": gains(present, mode),
        }
        yield Hit(Subject(view.cluster.id, "evc_mode"), parameters)

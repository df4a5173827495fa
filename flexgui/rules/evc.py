"""Enhanced vMotion Compatibility: the mode of a cluster.

`Subject.field` is `evc_mode` of the cluster. What hosts lack is in `evc_hosts`, what virtual machines have
to do in `evc_vms`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.modes import EvcMode, maker
from flexgui.evc.releases import esx_offers, esx_releases, offers, releases
from flexgui.evc.support import Answer, gains
from flexgui.rules.facts import Facts
from flexgui.rules.finding import Severity, Subject
from flexgui.rules.grouped import Groups
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
    if mode is None or not view.hosts or view.by("cpu").keys() - view.facts.cpus.keys():
        return
    cpus = _cpus(view)
    best = _highest_above(view.facts, mode, view.facts.common_modes(cpus, view.by("esx_release")))
    if best is None:
        return
    highest = _highest_above(view.facts, mode, view.facts.common_modes(cpus))
    limits = () if highest is None or highest == best else _older_than(view, highest)
    parameters = {
        "cluster": view.cluster.name,
        "mode": mode.label,
        "best": best.label,
        "hosts": view.labels(range(len(view.hosts))),
        "limits": limits,
        "features": gains(mode, best),
    }
    yield Hit(Subject(view.cluster.id, "evc_mode"), parameters, template=int(bool(limits)))


def _cpus(view: ClusterView, without: Collection[str | None] = ()) -> list[Cpu]:
    """The known processors of a cluster but for some (fingerprints)."""
    known = view.facts.cpus
    return [known[name] for name in view.by("cpu") if name in known and name not in without]


def _highest_above(facts: Facts, mode: EvcMode, common: Iterable[EvcMode]) -> EvcMode | None:
    """The highest mode above `mode` of those that all processors support; None where `mode` is not."""
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


def _older_than(view: ClusterView, mode: EvcMode, without: Collection[str | None] = ()) -> tuple[str, ...]:
    """The hosts whose ESX is known and does not know a mode, but for those with some processors."""
    known = esx_releases()
    return view.labels(
        *(
            places
            for (esx, cpu), places in view.by("esx_release", "cpu").items()
            if cpu not in without and esx in known and not esx_offers(esx, mode)
        )
    )


@dataclass(frozen=True, slots=True)
class _Step:
    """A mode above the cluster's: processors that lack it, have it, or leave it open, each with its hosts."""

    mode: EvcMode
    unable: Groups
    able: Groups
    open: Groups

    def hosts_unable(self) -> int:
        return sum(map(len, self.unable.values()))


def _step(view: ClusterView, mode: EvcMode) -> _Step:
    found: dict[Answer, dict[str | None, Sequence[int]]] = {answer: {} for answer in Answer}
    for name, places in view.by("cpu").items():
        cpu = view.facts.cpus.get(name)
        answer = Answer.UNKNOWN if cpu is None else view.facts.support(cpu, mode).answer
        found[answer][name] = places
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
    cpus = _cpus(view)
    if mode is None or any(facts.support(cpu, mode).answer is not Answer.YES for cpu in cpus):
        return
    best = _highest_above(facts, mode, facts.common_modes(cpus, view.by("esx_release")))
    if best is not None or _older_than(view, mode):
        return
    offered = {other.key for other in facts.offered()}
    steps = [_step(view, step) for step in facts.modes.next_after(mode, mode.vendor) if step.key in offered]
    blocked = [step for step in steps if step.able and (step.unable or not step.open)]
    if not blocked:
        return
    step = min(blocked, key=_Step.hosts_unable)
    setters = view.labels(*step.unable.values()) or _older_than(view, step.mode)
    parameters, remedy = _without(view, step, mode)
    losses = [(set(facts.lost(facts.cpus[name], mode)), places) for name, places in step.able.items()]
    common = set.intersection(*(lost for lost, _ in losses))
    more = [places for lost, places in losses if lost > common]
    parameters |= {
        "setters": setters,
        "losers": view.labels(*step.able.values()),
        "more": view.labels(*more),
        "mode": mode.label,
        "features": facts.in_order(common, mode.vendor),
    }
    if common and setters:
        template = 2 if not step.unable else 1 if more else 0
        yield Hit(Subject(view.cluster.id, "evc_mode"), parameters, template=template, remedy=remedy)


def _without(view: ClusterView, step: _Step, mode: EvcMode) -> tuple[dict[str, Any], int]:
    """The highest mode that the hosts could have without those that lack the next one, and the remedy."""
    facts = view.facts
    if step.open:
        return {"next": step.mode.label, "unknown": view.labels(*step.open.values())}, NOT_TOLD
    cpus = _cpus(view, step.unable)
    esx = [esx for esx, cpu in view.by("esx_release", "cpu") if cpu not in step.unable]
    within = _highest_above(facts, mode, facts.common_modes(cpus, esx))
    if within is not None and step.unable:
        return {"next": within.label}, WITHOUT
    best = _highest_above(facts, mode, facts.common_modes(cpus)) or step.mode
    old = _older_than(view, best, step.unable)
    return {"next": best.label, "old": old}, WITHOUT_AND_NEWER if step.unable else NEWER


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
    cpus = _cpus(view)
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
        mode for mode in facts.offered(view.by("esx_release")) if _fit_but_for_nx(facts, cpus, mode)
    )
    untold = _untold(view, makers[0])
    if untold:
        yield Hit(subject, {**parameters, "unknown": untold}, remedy=ENABLE_LATER)
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
            parameters |= {"limits": _older_than(view, higher), "higher": higher.label}
        yield Hit(subject, parameters, remedy=NEW_CLUSTER if new else NEWER_ESX if limited else ENABLE)


def _fit_but_for_nx(facts: Facts, cpus: Iterable[Cpu], mode: EvcMode) -> bool:
    """Whether all processors support a mode for certain, once NX is switched on where it is off."""
    supports = (facts.support(cpu, mode) for cpu in cpus)
    return all(found.answer is Answer.YES or found.missing == ("NX",) for found in supports)


def _untold(view: ClusterView, vendor: str) -> tuple[str, ...]:
    """The hosts of which no mode is certain, though one may fit: it cannot be told."""
    facts, found = view.facts, []
    offered = facts.offered(view.by("esx_release"))
    modes = [mode for mode in offered if mode.vendor == vendor and mode.known]
    for name, places in view.by("cpu").items():
        cpu = facts.cpus.get(name)
        answers = {Answer.UNKNOWN} if cpu is None else {facts.support(cpu, mode).answer for mode in modes}
        if Answer.UNKNOWN in answers and Answer.YES not in answers:
            found.append(places)
    return view.labels(*found)


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

"""Enhanced vMotion Compatibility: the mode of a cluster.

`Subject.field` is `evc_mode` of the cluster. What hosts lack is in `evc_hosts`, what virtual machines have
to do in `evc_vms`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from flexgui.evc.modes import EvcMode, maker
from flexgui.evc.releases import offers, releases
from flexgui.evc.support import Answer, gains
from flexgui.plan.values import Host
from flexgui.rules.facts import distinct_cpus, labels
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
    says=QT_TRANSLATE_NOOP(
        "rules",
        "Every host of {cluster} supports {best}, but the mode is {mode}: "
        "{features} are hidden from virtual machines on {hosts}.",
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Choose {best}, unless an older host is to join the cluster later."),
    source="paper, note after table 4",
)
def mode_below_best(view: ClusterView) -> Iterator[Hit]:
    """All hosts of a cluster support a higher EVC mode than the planned one.

    Only hosts whose processor is known are weighed, and only modes that the release offers.
    """
    mode = view.mode()
    cpus = distinct_cpus(view.facts, view.hosts)
    if mode is None or not cpus:
        return
    best = _best_above(view, mode)
    if best is not None:
        hosts = [host for _, members in cpus.values() for host in members]
        parameters = {
            "cluster": view.cluster.name,
            "mode": mode.label,
            "best": best.label,
            "hosts": labels(hosts),
            "features": gains(mode, best),
        }
        yield Hit(Subject(view.cluster.id, "evc_mode"), parameters)


def _best_above(view: ClusterView, mode: EvcMode) -> EvcMode | None:
    """The highest mode above `mode` that all hosts with a known processor support, or None."""
    cpus = [cpu for cpu, _ in distinct_cpus(view.facts, view.hosts).values()]
    common = view.facts.common_modes(cpus)
    above = [
        other for other in common if other.key != mode.key and other.includes(mode) and gains(mode, other)
    ]
    return view.facts.modes.highest(above) if mode in common else None


@rule(
    "evc.oldest-host",
    "cluster",
    Severity.INFO,
    says=QT_TRANSLATE_NOOP(
        "rules", "{mode} is the EVC mode because of {setters}: it hides {features} on {losers}."
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Without {setters} the cluster could have {next}."),
    source="paper, “Compatibility Pool with Intel VT FlexMigration” (adapt to the oldest CPU)",
)
def oldest_host(view: ClusterView) -> Iterator[Hit]:
    """The hosts that keep a cluster from a higher EVC mode, and what the others lose by it.

    The mode is the highest that all hosts support; at least one host could do more.
    """
    mode = view.mode()
    cpus = list(distinct_cpus(view.facts, view.hosts).values())
    if mode is None or len(cpus) < 2 or _best_above(view, mode) is not None:
        return
    if any(view.facts.support(cpu, mode).answer is not Answer.YES for cpu, _ in cpus):
        return
    offered = {other.key for other in view.facts.offered()}
    steps: list[tuple[EvcMode, list[Host], list[Host]]] = []
    for step in view.facts.modes.next_after(mode, mode.vendor):
        able = [hosts for cpu, hosts in cpus if view.facts.support(cpu, step).answer is Answer.YES]
        unable = [hosts for cpu, hosts in cpus if view.facts.support(cpu, step).answer is not Answer.YES]
        if step.key in offered and able:
            steps.append((step, list(chain(*unable)), list(chain(*able))))
    if not steps:
        return
    step, setters, losers = min(steps, key=lambda found: len(found[1]))
    lost = {name for cpu, _ in cpus for name in view.facts.lost(cpu, mode)}
    parameters = {
        "setters": labels(setters),
        "losers": labels(losers),
        "mode": mode.label,
        "next": step.label,
        "features": view.facts.in_order(lost, mode.vendor),
    }
    if lost:
        yield Hit(Subject(view.cluster.id, "evc_mode"), parameters)


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
    ),
    source="paper, “Before Intel VT FlexMigration and Enhanced vMotion”, table 2",
    fault="HeterogenousHostsBlockingEVC",
)
def mixed_without_evc(view: ClusterView) -> Iterator[Hit]:
    """EVC is off and the hosts' processors differ in features that EVC modes govern, or in their maker."""
    if view.cluster.evc_mode is not None:
        return
    cpus = [cpu for cpu, _ in distinct_cpus(view.facts, view.hosts).values()]
    makers = sorted({vendor for cpu in cpus if (vendor := view.facts.vendor(cpu)) is not None})
    subject = Subject(view.cluster.id, "evc_mode")
    if len(makers) > 1:
        names = tuple(maker(vendor) for vendor in makers)
        yield Hit(subject, {"cluster": view.cluster.name, "makers": names}, template=1, remedy=1)
        return
    known = [view.facts.known(cpu) for cpu in cpus]
    some = frozenset().union(*(each.present for each in known))
    absent = frozenset().union(*(each.known - each.present for each in known))
    if makers and some & absent:
        best = view.facts.modes.highest(view.facts.common_modes(cpus))
        parameters = {
            "cluster": view.cluster.name,
            "features": view.facts.in_order(some & absent, makers[0]),
            "best": "" if best is None else best.label,
        }
        yield Hit(subject, parameters, remedy=0 if best is not None else 2)


@rule(
    "evc.existing-cluster",
    "cluster",
    Severity.ERROR,
    says=QT_TRANSLATE_NOOP(
        "rules", "{cluster} exists without EVC, and {release} enables EVC only on a new cluster."
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Create a new cluster with EVC and move the hosts into it one by one."),
    source="paper, step 7 and “Pain Points”",
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

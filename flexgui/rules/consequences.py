"""What follows from a change of a cluster's settings or of the release, said before it is made.

Consequences compare the plan before with the plan after. What is wrong with the plan after, or has to be done
first, is for rules to say: of that, consequences only count and name what the findings are about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from flexgui.evc.releases import at_least, offered_modes, releases
from flexgui.evc.visibility import binary_translation_allowed
from flexgui.plan.inventory import find, hosts, modes_of
from flexgui.plan.values import Cluster, Plan
from flexgui.rules.consequence_words import Consequence, counted, say
from flexgui.rules.consequences_evc import of_mode
from flexgui.rules.facts import Facts
from flexgui.rules.finding import Finding

FIRST_MODERN: Final = "4.0"
"""From it on DPM is supported, EVC may be enabled on existing clusters, and HA has three policies."""

_LEVELS: Final = ("manual", "partiallyAutomated", "fullyAutomated")


def of_settings(
    before: Plan, after: Plan, cluster_id: str, findings: Iterable[Finding]
) -> tuple[Consequence, ...]:
    """What follows where a cluster's settings become others, in the order of the steps.

    `findings`: those of the plan after. Nothing follows where either plan lacks the cluster.
    """
    places = find(before, cluster_id), find(after, cluster_id)
    old, new = (None if place is None else place.object for place in places)
    if not isinstance(old, Cluster) or not isinstance(new, Cluster):
        return ()
    own = [f for f in findings if f.step in ("evc", "dpm")]
    found: list[Consequence] = []
    if old.ha != new.ha:
        found += _ha(old, new)
    if old.drs != new.drs:
        found += _drs(old, new)
    if old.resource_pools != new.resource_pools:
        found += _pools(old, new)
    if old.dpm != new.dpm:
        found += _dpm(old, new, own)
    if old.evc_mode != new.evc_mode:
        found += of_mode(Facts.of(after), old, new, own)
    if old.vm_swap_placement != new.vm_swap_placement:
        found += _swap(new)
    return tuple(found)


def _machines(cluster: Cluster, *states: str) -> list[str]:
    return [vm.name for host in cluster.hosts for vm in host.vms if vm.power_state in states]


def _ha(old: Cluster, new: Cluster) -> Iterator[Consequence]:
    was, now = old.ha, new.ha
    if not now.enabled:
        if was.enabled:
            yield say("ha.off", cluster=new.name)
        return
    if not was.enabled:
        yield from counted("ha.on", _machines(new, "poweredOn"))
    elif was.host_monitoring != now.host_monitoring:
        yield say("ha.monitoring-on" if now.host_monitoring == "enabled" else "ha.monitoring-off")
    controlled = was.enabled and was.admission_control_enabled
    if not now.admission_control_enabled:
        if controlled:
            yield say("ha.admission-off")
        return
    if not controlled:
        yield say("ha.admission-on")
        return
    policy = now.admission_control_policy
    if was.admission_control_policy != policy:
        yield say(f"ha.{policy}", cpu=now.cpu_percent, memory=now.memory_percent)
    elif policy == "slots" and was.failures_to_tolerate != now.failures_to_tolerate:
        yield say("ha.failures", before=was.failures_to_tolerate, after=now.failures_to_tolerate)
    elif policy == "resources":
        before, after = (was.cpu_percent, was.memory_percent), (now.cpu_percent, now.memory_percent)
        if before != after:
            old_cpu, old_memory = before
            cpu, memory = after
            yield say("ha.percent", cpu=cpu, memory=memory, old_cpu=old_cpu, old_memory=old_memory)


def _drs(old: Cluster, new: Cluster) -> Iterator[Consequence]:
    was, now = old.drs, new.drs
    if not now.enabled:
        if was.enabled:
            yield say("drs.off", cluster=new.name)
            if old.dpm.enabled and not new.dpm.enabled:
                yield say("drs.dpm-off")
        return
    level = now.default_vm_behavior
    if not was.enabled:
        yield say(f"drs.on-{level}")
        return
    if was.default_vm_behavior != level:
        up = _LEVELS.index(level) > _LEVELS.index(was.default_vm_behavior)
        between = level == "partiallyAutomated"
        yield say(f"drs.{level}" + (("-up" if up else "-down") if between else ""))
    if was.migration_threshold != now.migration_threshold:
        way = "up" if now.migration_threshold > was.migration_threshold else "down"
        yield say(f"drs.threshold-{way}", before=was.migration_threshold, after=now.migration_threshold)


def _pools(old: Cluster, new: Cluster) -> Iterator[Consequence]:
    kept = {pool.id for pool in new.resource_pools}
    gone = {pool.id: pool.name for pool in old.resource_pools if pool.id not in kept}
    yield from counted("drs.pools-removed" if new.drs.enabled else "drs.pools-deleted", list(gone.values()))
    inside = [vm.name for host in old.hosts for vm in host.vms if vm.resource_pool in gone]
    yield from counted("drs.pool-machines", inside)


CANNOT_WAKE: Final = "dpm.power-management"


def _dpm(old: Cluster, new: Cluster, findings: Sequence[Finding]) -> Iterator[Consequence]:
    was, now = old.dpm, new.dpm
    if not now.enabled:
        if was.enabled and new.drs.enabled:
            yield say("dpm.off")
        return
    if not was.enabled or was.default_dpm_behavior != now.default_dpm_behavior:
        yield say(f"dpm.{now.default_dpm_behavior}", cluster=new.name)
    elif was.threshold != now.threshold:
        way = "up" if now.threshold > was.threshold else "down"
        yield say(f"dpm.threshold-{way}", before=was.threshold, after=now.threshold)
    if not was.enabled:
        ids = {f.subject.object_id for f in findings if f.rule == CANNOT_WAKE}
        asleep = [host.label for host in new.hosts if host.id in ids]
        yield from counted("dpm.cannot-wake", asleep, (CANNOT_WAKE,))


def _swap(new: Cluster) -> Iterator[Consequence]:
    yield say(f"swap.{new.vm_swap_placement}")
    yield from counted("swap.next-power-on", _machines(new, "poweredOn", "suspended"))


# --- the release


NOT_OFFERED: Final = "evc.mode-not-offered"
OWN_MODE: Final = "evc.vm-own-mode"
EXPERIMENTAL: Final = "dpm.experimental"
FIRST_WITH_OWN_MODES: Final = "6.7"


def of_release(before: Plan, after: Plan, gained: Iterable[Finding]) -> tuple[Consequence, ...]:
    """What follows for the objects of the plan where it is made for another release of vCenter.

    `gained`: the findings that come with it.
    """
    subjects: defaultdict[str, set[str]] = defaultdict(set)
    for finding in gained:
        subjects[finding.rule].add(finding.subject.object_id)
    release = releases()[after.release].name
    clusters = [cluster for datacenter in after.datacenters for cluster in datacenter.clusters]
    table = modes_of(after)
    found: list[Consequence] = []

    def about(key: str, names: Sequence[str], sums_up: Iterable[str] = ()) -> None:
        found.extend(counted(key, names, sums_up, release=release))

    lacking = []
    for cluster in clusters:
        if cluster.id in subjects[NOT_OFFERED]:
            mode = table.get(cluster.evc_mode)
            lacking.append(f"{cluster.name} ({cluster.evc_mode if mode is None else mode.short_label})")
    about("release.modes-lacking", lacking, (NOT_OFFERED,))
    if _loses(before, after, FIRST_WITH_OWN_MODES):
        machines = (vm for _, _, host in hosts(after) for vm in host.vms)
        own = [vm.name for vm in machines if vm.id in subjects[OWN_MODE]]
        about("release.vm-modes", own, (OWN_MODE,))
    if binary_translation_allowed(before.release) and not binary_translation_allowed(after.release):
        machines = (vm for _, _, host in hosts(after) for vm in host.vms)
        about("release.binary-translation", [vm.name for vm in machines if vm.virtual_exec_usage == "hvOff"])
    if _loses(before, after, FIRST_MODERN):
        other = [c.name for c in clusters if _controlled(c) and c.ha.admission_control_policy != "slots"]
        about("release.admission-control", other)
        about("release.dpm", [c.name for c in clusters if c.id in subjects[EXPERIMENTAL]], (EXPERIMENTAL,))
        without = [c.name for c in clusters if c.exists and c.present_evc_mode is None]
        about("release.new-clusters-only", without)
    return tuple(found)


def of_release_alone(before: Plan, after: Plan) -> tuple[Consequence, ...]:
    """What another release of vCenter brings and takes, whatever is in the plan."""
    modes = modes_of(after)
    old, new = offered_modes(before.release, modes), offered_modes(after.release, modes)
    return (
        *counted("release.modes-go", [mode.short_label for mode in old if mode not in new]),
        *counted("release.modes-come", [mode.short_label for mode in new if mode not in old]),
    )


def _loses(before: Plan, after: Plan, release: str) -> bool:
    """Whether something that a release brought goes."""
    return at_least(before.release, release) and not at_least(after.release, release)


def _controlled(cluster: Cluster) -> bool:
    return cluster.ha.enabled and cluster.ha.admission_control_enabled

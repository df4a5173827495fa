"""The settings of a cluster that the plan has, as they are edited, and the edit they lead to. Without Qt."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flexgui.plan import edits
from flexgui.plan.inventory import cpu_of, find
from flexgui.plan.values import Cluster, Edit, Plan, ResourcePool
from flexgui.rules.finding import Finding, Severity
from flexgui.wizards.cluster_draft import Candidate, ClusterDraft

_SETTINGS: Final = ("name", "ha", "drs", "dpm", "evc_mode", "vm_swap_placement")
"""Fields of a cluster that are its settings; resource pools are objects of their own."""

_STEPS: Final = {
    "names": "name",
    "ha": "ha",
    "drs": "drs",
    "dpm": "dpm",
    "evc": "evc_mode",
    "swap": "vm_swap_placement",
}


def cluster_of(plan: Plan, cluster_id: str) -> Cluster:
    """The cluster of this id. Raises KeyError where there is none."""
    place = find(plan, cluster_id)
    if place is None or not isinstance(place.object, Cluster):
        raise KeyError(cluster_id)
    return place.object


def settings_draft(plan: Plan, cluster_id: str) -> ClusterDraft:
    """The draft that Edit Settings starts with: everything as it is, the cluster's hosts as candidates.

    Raises:
        KeyError: there is no such cluster.
    """
    cluster = cluster_of(plan, cluster_id)
    place = find(plan, cluster_id)
    assert place is not None
    return ClusterDraft(
        cluster=replace(cluster, hosts=()),
        new_datacenter_id="",
        datacenter_id=place.datacenter.id,
        candidates=tuple(Candidate(host, cpu_of(plan, host)) for host in cluster.hosts),
        evc_chosen=True,
    )


def settings_edit(draft: ClusterDraft) -> Edit:
    """The edit that OK makes: the settings, and the resource pools; the same plan where all is as it was.

    Power management goes with DRS, and so do resource pools, as in vCenter.
    """

    def apply(plan: Plan) -> Plan:
        old, new = cluster_of(plan, draft.cluster.id), draft.cluster
        pools = new.resource_pools
        if old.drs.enabled and not new.drs.enabled:
            new, pools = replace(new, dpm=replace(new.dpm, enabled=False)), ()
        plan = _with_pools(plan, old, pools)
        fields = {name: getattr(new, name) for name in _SETTINGS if getattr(new, name) != getattr(old, name)}
        return edits.set_fields(plan, old.id, **fields) if fields else plan

    return apply


def _with_pools(plan: Plan, old: Cluster, pools: tuple[ResourcePool, ...]) -> Plan:
    """The plan with other resource pools in a cluster; machines of those that go move up."""
    wanted, known = {pool.id: pool for pool in pools}, {pool.id for pool in old.resource_pools}
    for pool in old.resource_pools:
        if pool.id not in wanted:
            plan = edits.remove(plan, pool.id)
    for pool in pools:
        if pool.id not in known:
            plan = edits.add_resource_pool(plan, old.id, pool)
        elif pool not in old.resource_pools:
            plan = edits.update_resource_pool(plan, pool.id, lambda _, changed=pool: changed)  # type: ignore[misc]
    return plan


def blocking(
    before: Cluster, after: Cluster, known: tuple[Finding, ...], found: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    """The errors that a change of settings brings; those that were there before do not stand in its way.

    `known` are findings that both plans or only the plan before have, `found` those that the plan after has
    anew or says with other words. An error of a step counts with other words where that step's settings
    changed: a new name alone stands against nobody.
    """
    changed = {step for step, name in _STEPS.items() if getattr(before, name) != getattr(after, name)}
    keys = {(f.rule, f.subject) for f in known}
    return tuple(
        finding
        for finding in found
        if finding.severity is Severity.ERROR
        and ((finding.rule, finding.subject) not in keys or finding.step in changed)
    )

"""Edits of many objects at once, in one pass over what they are in.

As in `edits`, what is not touched is shared with the plan before, and nothing is checked but that the objects
exist (KeyError).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from operator import is_
from typing import Any, TypeVar

from flexgui.plan import edits
from flexgui.plan.inventory import Place, find
from flexgui.plan.migration import guest_of
from flexgui.plan.values import Cluster, Datacenter, Host, Plan, ResourcePool, VirtualMachine

Holder = TypeVar("Holder", Cluster, Datacenter)


@dataclass(slots=True)
class _Touched:
    """Which clusters and datacenters an edit has to look into."""

    clusters: set[str] = field(default_factory=set)
    datacenters: set[str] = field(default_factory=set)

    def add(self, place: Place) -> None:
        if place.cluster is not None:
            self.clusters.add(place.cluster.id)
        else:
            self.datacenters.add(place.datacenter.id)


def _places(plan: Plan, ids: Iterable[str]) -> list[Place]:
    found = []
    for object_id in ids:
        place = find(plan, object_id)
        if place is None:
            raise KeyError(object_id)
        found.append(place)
    return found


def _rebuilt(
    plan: Plan,
    touched: _Touched,
    change_host: Callable[[Host], Host | None],
    change_cluster: Callable[[Cluster], Cluster | None] = lambda cluster: cluster,
    change_datacenter: Callable[[Datacenter], Datacenter | None] = lambda datacenter: datacenter,
) -> Plan:
    """The plan with its touched parts put together anew; what a function gives None for is left out."""

    def members(hosts: tuple[Host, ...]) -> tuple[Host, ...]:
        after = tuple([new for host in hosts if (new := change_host(host)) is not None])
        return hosts if len(after) == len(hosts) and all(map(is_, after, hosts)) else after

    def inside(holder: Holder) -> Holder:
        after = members(holder.hosts)
        return holder if after is holder.hosts else replace(holder, hosts=after)

    def clusters(datacenter: Datacenter) -> tuple[Cluster, ...]:
        after: list[Cluster] = []
        for cluster in datacenter.clusters:
            new: Cluster | None = cluster
            if cluster.id in touched.clusters:
                new = change_cluster(cluster)
                new = None if new is None else inside(new)
            if new is not None:
                after.append(new)
        same = len(after) == len(datacenter.clusters) and all(map(is_, after, datacenter.clusters))
        return datacenter.clusters if same else tuple(after)

    after: list[Datacenter] = []
    for datacenter in plan.datacenters:
        changed = change_datacenter(datacenter)
        if changed is None:
            continue
        own = clusters(changed)
        changed = changed if own is changed.clusters else replace(changed, clusters=own)
        after.append(inside(changed) if changed.id in touched.datacenters else changed)
    same = len(after) == len(plan.datacenters) and all(map(is_, after, plan.datacenters))
    return plan if same else replace(plan, datacenters=tuple(after))


def _set(found: Any, fields: dict[str, Any]) -> Any:
    """The object with some fields; the same one where it has these values already."""
    return (
        found
        if all(getattr(found, name) == new for name, new in fields.items())
        else replace(found, **fields)
    )


def set_fields(plan: Plan, ids: Iterable[str], **fields: Any) -> Plan:
    """The plan with some fields of hosts or virtual machines changed; those that have the values stay."""
    touched, wanted = _Touched(), set()
    for place in _places(plan, ids):
        if not isinstance(place.object, Host | VirtualMachine):
            raise KeyError(place.object.id)
        touched.add(place)
        wanted.add(place.object.id)

    def changed(host: Host) -> Host:
        new: Host = _set(host, fields) if host.id in wanted else host
        if any(vm.id in wanted for vm in new.vms):
            vms = tuple([_set(vm, fields) if vm.id in wanted else vm for vm in new.vms])
            if not all(map(is_, vms, new.vms)):
                new = replace(new, vms=vms)
        return new

    return _rebuilt(plan, touched, changed)


def remove(plan: Plan, ids: Iterable[str]) -> Plan:
    """The plan without some objects, whatever they are; see `edits.remove`. What is in one goes with it."""
    gone: set[str] = set()
    touched = _Touched()
    pools: list[str] = []
    for place in _places(plan, ids):
        gone.add(place.object.id)
        if isinstance(place.object, ResourcePool):
            pools.append(place.object.id)
        else:
            touched.add(place)

    def without(host: Host) -> Host | None:
        if host.id in gone:
            return None
        vms = tuple([vm for vm in host.vms if vm.id not in gone])
        return host if len(vms) == len(host.vms) else replace(host, vms=vms)

    def cluster_without(cluster: Cluster) -> Cluster | None:
        if cluster.id in gone:
            return None
        failover = tuple([i for i in cluster.ha.failover_hosts if i not in gone])
        if len(failover) == len(cluster.ha.failover_hosts):
            return cluster
        return replace(cluster, ha=replace(cluster.ha, failover_hosts=failover))

    changed = _rebuilt(plan, touched, without, cluster_without, lambda d: None if d.id in gone else d)
    for pool_id in pools:
        if find(changed, pool_id) is not None:  # it may have gone with its cluster
            changed = edits.remove(changed, pool_id)
    return plan if changed is plan else edits.drop_unused_cpus(changed)


def move_vms(plan: Plan, vm_ids: Iterable[str], host_id: str, **fields: Any) -> Plan:
    """Move virtual machines to a host; `fields` are set on those that move.

    Within a cluster a machine stays in its resource pool; elsewhere it comes out in the root pool. A machine
    that runs keeps the EVC mode that it was powered on under, also where only its old cluster told.
    """
    target = _places(plan, (host_id,))[0]
    if not isinstance(target.object, Host):
        raise KeyError(host_id)
    touched, arriving = _Touched(), {}
    touched.add(target)
    for place in _places(plan, vm_ids):
        vm = place.object
        if not isinstance(vm, VirtualMachine) or place.host is None:
            raise KeyError(vm.id)
        if place.host.id == host_id:
            continue
        touched.add(place)
        stays = place.cluster is not None and place.cluster is target.cluster
        moved = replace(vm, resource_pool=vm.resource_pool if stays else None, **fields)
        if moved.power_state != "poweredOff" and moved.power_on_evc_mode is None and vm.evc_mode is None:
            guest = guest_of(plan, vm, place.host, place.cluster)
            moved = replace(moved, power_on_evc_mode=None if guest.start_assumed else guest.started_under)
        arriving[vm.id] = moved
    if not arriving:
        return plan

    def changed(host: Host) -> Host:
        vms = tuple([vm for vm in host.vms if vm.id not in arriving])
        if host.id == host_id:
            vms = (*vms, *arriving.values())
        elif len(vms) == len(host.vms):
            return host
        return replace(host, vms=vms)

    return _rebuilt(plan, touched, changed)


def move_to_pool(plan: Plan, ids: Sequence[str], target_id: str) -> Plan:
    """Move virtual machines and resource pools of a cluster into one of its pools, or to its root pool.

    `target_id` is a pool's id or the cluster's. A pool that holds the target cannot move into it: ValueError,
    as for an object of another cluster.
    """
    target = _places(plan, (target_id,))[0]
    cluster = target.cluster
    if cluster is None or not isinstance(target.object, ResourcePool | Cluster):
        raise KeyError(target_id)
    parent = target.object.id if isinstance(target.object, ResourcePool) else None
    moving = set()
    for place in _places(plan, ids):
        if place.cluster is not cluster or not isinstance(place.object, ResourcePool | VirtualMachine):
            raise ValueError(f"{place.object.id} is in no resource pool of {cluster.id}")
        moving.add(place.object.id)
    if parent is not None and moving & set(above(cluster, parent)):
        raise ValueError("a resource pool cannot be in itself")
    touched = _Touched(clusters={cluster.id})

    def pools(found: Cluster) -> Cluster:
        after = tuple([_set(p, {"parent": parent}) if p.id in moving else p for p in found.resource_pools])
        return found if all(map(is_, after, found.resource_pools)) else replace(found, resource_pools=after)

    def vms(host: Host) -> Host:
        after = tuple([_set(vm, {"resource_pool": parent}) if vm.id in moving else vm for vm in host.vms])
        return host if all(map(is_, after, host.vms)) else replace(host, vms=after)

    return _rebuilt(plan, touched, vms, pools)


def above(cluster: Cluster, pool_id: str) -> tuple[str, ...]:
    """A resource pool's id and those of the pools it is in, outermost last."""
    parents = {pool.id: pool.parent for pool in cluster.resource_pools}
    chain: list[str] = []
    at: str | None = pool_id
    while at is not None and at not in chain:
        chain.append(at)
        at = parents.get(at)
    return tuple(chain)


def outermost(plan: Plan, ids: Iterable[str]) -> tuple[str, ...]:
    """Those of some objects that are in none of the others, each once, in order; unknown ids left out."""
    return tuple(outermost_places(plan, ids))


def outermost_places(plan: Plan, ids: Iterable[str]) -> dict[str, Place]:
    """The places of these objects by their ids; see `outermost`."""
    wanted: dict[str, Place] = {}
    for object_id in ids:
        place = find(plan, object_id)
        if place is not None:
            wanted[object_id] = place
    return {object_id: place for object_id, place in wanted.items() if not _inside(place, wanted.keys())}


def _inside(place: Place, others: Set[str]) -> bool:
    own, cluster, host = place.object, place.cluster, place.host
    if host is not None and host is not own and host.id in others:
        return True
    if cluster is not None and cluster is not own and cluster.id in others:
        return True
    if (
        cluster is not None
        and isinstance(own, ResourcePool)
        and not others.isdisjoint(above(cluster, own.id)[1:])
    ):
        return True
    return place.datacenter is not own and place.datacenter.id in others

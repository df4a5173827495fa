"""Edits: functions from a plan to the plan after it.

What an edit does not touch is shared with the plan before, so undo is keeping the old one. Edits check
nothing but that the objects they name exist (KeyError): what is wise or possible is for the rules to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from itertools import compress, count
from operator import attrgetter, is_
from typing import Any, TypeVar

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.modes import EvcMode
from flexgui.plan import inventory
from flexgui.plan.values import (
    Cluster,
    Datacenter,
    Host,
    MutedFinding,
    Plan,
    ResourcePool,
    VirtualMachine,
)

Item = TypeVar("Item", Datacenter, Cluster, Host, VirtualMachine, ResourcePool)
Holder = TypeVar("Holder", Datacenter, Cluster)
PREFIXES: dict[type, str] = {
    Datacenter: "datacenter",
    Cluster: "domain-c",
    Host: "host",
    VirtualMachine: "vm",
    ResourcePool: "resgroup",
}


def new_id(plan: Plan, kind: type, offset: int = 0) -> str:
    """An id that the plan has not given yet; `offset` counts on for several in one edit."""
    prefix = PREFIXES[kind]
    return f"{prefix}{'' if prefix.endswith('-c') else '-'}{plan.serial + 1 + offset}"


def _numbered(plan: Plan, *ids: str) -> Plan:
    """The plan with a serial that is at least the number of every id."""
    numbers = [int(digits) for i in ids if (digits := i.rpartition("-")[2].lstrip("c")).isdecimal()]
    return replace(plan, serial=max([plan.serial, *numbers]))


def _place(plan: Plan, object_id: str) -> inventory.Place:
    found = inventory.find(plan, object_id)
    if found is None:
        raise KeyError(object_id)
    return found


_ID = attrgetter("id")


def _swap(items: tuple[Item, ...], object_id: str, change: Callable[[Item], Item]) -> tuple[Item, ...]:
    places = compress(count(), map(object_id.__eq__, map(_ID, items)))
    place = next(places, None)
    if place is None:
        return items
    changed = list(items)
    changed[place] = change(items[place])
    return tuple(changed)


def set_release(plan: Plan, release: str) -> Plan:
    """The plan for another release of vCenter (a key of `resources/releases.tsv`)."""
    return replace(plan, release=release)


def set_modes(plan: Plan, modes: tuple[EvcMode, ...]) -> Plan:
    """The plan with the modes that were read from a vCenter; with none it works with the built-in ones.

    Clusters keep their mode by its key, also where it is not among the new ones.
    """
    return replace(plan, modes=modes)


def store_cpu(plan: Plan, cpu: Cpu) -> Plan:
    """The plan with a processor; a fingerprint that it has already stays as it is."""
    if cpu.fingerprint in inventory.cpus(plan.cpus):
        return plan
    return replace(plan, cpus=(*plan.cpus, cpu))


def store_cpus(plan: Plan, cpus: Iterable[Cpu]) -> Plan:
    """The plan with several processors; see `store_cpu`."""
    known = inventory.cpus(plan.cpus)
    new = {cpu.fingerprint: cpu for cpu in cpus if cpu.fingerprint not in known}
    return replace(plan, cpus=(*plan.cpus, *new.values())) if new else plan


def drop_unused_cpus(plan: Plan) -> Plan:
    """The plan without processors that no host has any more, nor any source of one."""
    used: set[str | None] = set()
    for datacenters in (plan.datacenters, *(scenario.datacenters for scenario in plan.scenarios)):
        for datacenter in datacenters:
            for hosts in (datacenter.hosts, *(cluster.hosts for cluster in datacenter.clusters)):
                used |= {host.cpu for host in hosts}
                used |= {each.cpu for host in hosts for each in host.evidence}
    kept = tuple(cpu for cpu in plan.cpus if cpu.fingerprint in used)
    return plan if len(kept) == len(plan.cpus) else replace(plan, cpus=kept)


def add_datacenter(plan: Plan, datacenter: Datacenter) -> Plan:
    return _numbered(replace(plan, datacenters=(*plan.datacenters, datacenter)), datacenter.id)


def add_cluster(plan: Plan, datacenter_id: str, cluster: Cluster) -> Plan:
    """Add a cluster, with the hosts and resource pools it already has, to a datacenter."""
    changed = update_datacenter(
        plan, datacenter_id, lambda found: replace(found, clusters=(*found.clusters, cluster))
    )
    return _numbered(changed, cluster.id, *(pool.id for pool in cluster.resource_pools))


def add_host(plan: Plan, parent_id: str, host: Host) -> Plan:
    """Add a host to a cluster or, standalone, to a datacenter."""
    parent = _place(plan, parent_id).object
    if isinstance(parent, Cluster):
        changed = update_cluster(plan, parent_id, lambda found: replace(found, hosts=(*found.hosts, host)))
    else:
        changed = update_datacenter(plan, parent_id, lambda found: replace(found, hosts=(*found.hosts, host)))
    return _numbered(changed, host.id, *(vm.id for vm in host.vms))


def add_objects(
    plan: Plan,
    datacenters: Sequence[Datacenter],
    clusters: Mapping[str, Sequence[Cluster]],
    hosts: Mapping[str, Sequence[Host]],
) -> Plan:
    """Add many objects in one pass: clusters by their datacenter's id, hosts by their parent's.

    What is added may be put into what is added with it.

    Raises:
        KeyError: a parent is neither in the plan nor added.
    """
    everywhere = (*plan.datacenters, *datacenters)
    inner = {d.id: (*d.clusters, *clusters.get(d.id, ())) for d in everywhere}
    parents = {*inner, *(cluster.id for own in inner.values() for cluster in own)}
    for parent_id in (*clusters, *hosts):
        if parent_id not in parents or (parent_id in clusters and parent_id not in inner):
            raise KeyError(parent_id)

    def filled(holder: Holder) -> Holder:
        new: Sequence[Host] = hosts.get(holder.id, ())
        return replace(holder, hosts=(*holder.hosts, *new)) if new else holder

    def whole(datacenter: Datacenter) -> Datacenter:
        own = tuple(map(filled, inner[datacenter.id]))
        same = len(own) == len(datacenter.clusters) and all(map(is_, own, datacenter.clusters))
        return filled(datacenter if same else replace(datacenter, clusters=own))

    ids = [datacenter.id for datacenter in datacenters]
    ids += [cluster.id for own in clusters.values() for cluster in own]
    ids += [host.id for own in hosts.values() for host in own]
    return _numbered(replace(plan, datacenters=tuple(map(whole, everywhere))), *ids)


def add_resource_pool(plan: Plan, cluster_id: str, pool: ResourcePool) -> Plan:
    changed = update_cluster(
        plan, cluster_id, lambda found: replace(found, resource_pools=(*found.resource_pools, pool))
    )
    return _numbered(changed, pool.id)


def add_vm(plan: Plan, host_id: str, vm: VirtualMachine) -> Plan:
    return _numbered(update_host(plan, host_id, lambda found: replace(found, vms=(*found.vms, vm))), vm.id)


def update_datacenter(plan: Plan, datacenter_id: str, change: Callable[[Datacenter], Datacenter]) -> Plan:
    _place(plan, datacenter_id)
    return replace(plan, datacenters=_swap(plan.datacenters, datacenter_id, change))


def update_cluster(plan: Plan, cluster_id: str, change: Callable[[Cluster], Cluster]) -> Plan:
    place = _place(plan, cluster_id)
    return update_datacenter(
        plan,
        place.datacenter.id,
        lambda found: replace(found, clusters=_swap(found.clusters, cluster_id, change)),
    )


def update_host(plan: Plan, host_id: str, change: Callable[[Host], Host]) -> Plan:
    place = _place(plan, host_id)
    if place.cluster is not None:
        return update_cluster(
            plan, place.cluster.id, lambda found: replace(found, hosts=_swap(found.hosts, host_id, change))
        )
    return update_datacenter(
        plan, place.datacenter.id, lambda found: replace(found, hosts=_swap(found.hosts, host_id, change))
    )


def update_hosts(plan: Plan, changes: Mapping[str, Callable[[Host], Host]]) -> Plan:
    """The plan with many hosts changed at once, each by its own function.

    Raises:
        KeyError: an id is of no host.
    """
    for host_id in changes:
        if not isinstance(_place(plan, host_id).object, Host):
            raise KeyError(host_id)

    def changed(hosts: tuple[Host, ...]) -> tuple[Host, ...]:
        if not any(host.id in changes for host in hosts):
            return hosts
        return tuple(changes[host.id](host) if host.id in changes else host for host in hosts)

    def in_cluster(cluster: Cluster) -> Cluster:
        after = changed(cluster.hosts)
        return cluster if after is cluster.hosts else replace(cluster, hosts=after)

    def in_datacenter(datacenter: Datacenter) -> Datacenter:
        clusters = tuple(map(in_cluster, datacenter.clusters))
        hosts = changed(datacenter.hosts)
        same = hosts is datacenter.hosts and all(map(is_, clusters, datacenter.clusters))
        return datacenter if same else replace(datacenter, clusters=clusters, hosts=hosts)

    return replace(plan, datacenters=tuple(map(in_datacenter, plan.datacenters))) if changes else plan


def update_vm(plan: Plan, vm_id: str, change: Callable[[VirtualMachine], VirtualMachine]) -> Plan:
    host = _place(plan, vm_id).host
    if host is None:
        raise KeyError(vm_id)
    return update_host(plan, host.id, lambda found: replace(found, vms=_swap(found.vms, vm_id, change)))


def update_resource_pool(plan: Plan, pool_id: str, change: Callable[[ResourcePool], ResourcePool]) -> Plan:
    cluster = _place(plan, pool_id).cluster
    if cluster is None:
        raise KeyError(pool_id)
    return update_cluster(
        plan,
        cluster.id,
        lambda found: replace(found, resource_pools=_swap(found.resource_pools, pool_id, change)),
    )


def set_fields(plan: Plan, object_id: str, **fields: Any) -> Plan:
    """The plan with some fields of one object changed, whatever kind of object it is."""
    update: dict[type, Any] = {
        Datacenter: update_datacenter,
        Cluster: update_cluster,
        Host: update_host,
        VirtualMachine: update_vm,
        ResourcePool: update_resource_pool,
    }
    kind = type(_place(plan, object_id).object)
    changed: Plan = update[kind](plan, object_id, lambda found: replace(found, **fields))
    return changed


def remove(plan: Plan, object_id: str) -> Plan:
    """The plan without an object, all that is in it, and the processors that only its hosts had.

    A resource pool's virtual machines and child pools move up to its parent.
    """
    place = _place(plan, object_id)
    found = place.object
    if isinstance(found, Datacenter):
        changed = replace(plan, datacenters=tuple(d for d in plan.datacenters if d.id != object_id))
    elif isinstance(found, Cluster):
        changed = update_datacenter(
            plan,
            place.datacenter.id,
            lambda d: replace(d, clusters=tuple(c for c in d.clusters if c.id != object_id)),
        )
    elif isinstance(found, Host):
        changed = _without_host(plan, place)
    elif isinstance(found, VirtualMachine):
        assert place.host is not None
        changed = update_host(
            plan, place.host.id, lambda h: replace(h, vms=tuple(v for v in h.vms if v.id != object_id))
        )
    else:
        assert place.cluster is not None
        changed = update_cluster(plan, place.cluster.id, lambda c: _without_pool(c, found))
    return drop_unused_cpus(changed)


def _without_pool(cluster: Cluster, pool: ResourcePool) -> Cluster:
    pools = (p for p in cluster.resource_pools if p.id != pool.id)
    return replace(
        cluster,
        resource_pools=tuple(replace(p, parent=pool.parent) if p.parent == pool.id else p for p in pools),
        hosts=tuple(_moved_up(host, pool.id, pool.parent) for host in cluster.hosts),
    )


def _moved_up(host: Host, pool_id: str, parent: str | None) -> Host:
    if all(vm.resource_pool != pool_id for vm in host.vms):
        return host
    vms = (replace(v, resource_pool=parent) if v.resource_pool == pool_id else v for v in host.vms)
    return replace(host, vms=tuple(vms))


def _without_host(plan: Plan, place: inventory.Place) -> Plan:
    host_id = place.object.id
    if place.cluster is None:
        return update_datacenter(
            plan,
            place.datacenter.id,
            lambda d: replace(d, hosts=tuple(h for h in d.hosts if h.id != host_id)),
        )
    return update_cluster(
        plan,
        place.cluster.id,
        lambda c: replace(
            c,
            hosts=tuple(h for h in c.hosts if h.id != host_id),
            ha=replace(c.ha, failover_hosts=tuple(i for i in c.ha.failover_hosts if i != host_id)),
        ),
    )


def move_hosts(plan: Plan, host_ids: Iterable[str], target_id: str) -> Plan:
    """Move hosts with their virtual machines to a cluster or, standalone, to a datacenter.

    The virtual machines come out in the target's root resource pool. Failover roles are left behind. What is
    neither left nor entered is shared with the plan before.
    """
    return distribute_hosts(plan, {target_id: host_ids})


def distribute_hosts(plan: Plan, targets: Mapping[str, Iterable[str]]) -> Plan:
    """Move hosts to several clusters or datacenters, each host to one, in one pass; see `move_hosts`."""
    moving: set[str] = set()
    arriving: dict[str, dict[str, Host]] = {}
    for target_id, host_ids in targets.items():
        if not isinstance(_place(plan, target_id).object, Cluster | Datacenter):
            raise KeyError(target_id)
        for host_id in host_ids:
            place = _place(plan, host_id)
            host = place.object
            if not isinstance(host, Host):
                raise KeyError(host_id)
            here = place.cluster.id if place.cluster is not None else place.datacenter.id
            if here != target_id:
                moved = host
                if any(vm.resource_pool is not None for vm in host.vms):
                    moved = replace(host, vms=tuple(replace(vm, resource_pool=None) for vm in host.vms))
                arriving.setdefault(target_id, {})[host_id] = moved
                moving.add(host_id)
    if not moving:
        return plan

    def cluster_after(cluster: Cluster) -> Cluster:
        hosts = _hosts_after(cluster, moving, arriving)
        if hosts is cluster.hosts:
            return cluster
        gone = {host.id for host in cluster.hosts if host.id in moving}
        failover = tuple(i for i in cluster.ha.failover_hosts if i not in gone)
        return replace(cluster, hosts=hosts, ha=replace(cluster.ha, failover_hosts=failover))

    def datacenter_after(datacenter: Datacenter) -> Datacenter:
        hosts = _hosts_after(datacenter, moving, arriving)
        clusters = tuple(cluster_after(cluster) for cluster in datacenter.clusters)
        same = all(new is old for new, old in zip(clusters, datacenter.clusters, strict=True))
        if same and hosts is datacenter.hosts:
            return datacenter
        return replace(datacenter, hosts=hosts, clusters=datacenter.clusters if same else clusters)

    changed = replace(plan, datacenters=tuple(datacenter_after(d) for d in plan.datacenters))
    vms = (vm.id for hosts in arriving.values() for host in hosts.values() for vm in host.vms)
    return _numbered(changed, *moving, *vms)


def _hosts_after(
    parent: Cluster | Datacenter, moving: Set[str], arriving: Mapping[str, Mapping[str, Host]]
) -> tuple[Host, ...]:
    """The hosts directly in a cluster or datacenter when some have moved; the same tuple where none did."""
    kept = tuple(host for host in parent.hosts if host.id not in moving)
    come = tuple(arriving.get(parent.id, {}).values())
    return parent.hosts if not come and len(kept) == len(parent.hosts) else (*kept, *come)


def mute(plan: Plan, rule: str, object_id: str, reason: str) -> Plan:
    """Mute a rule's findings about one object, with the reason that the plan keeps."""
    return mute_all(plan, [(rule, object_id)], reason)


def unmute(plan: Plan, rule: str, object_id: str) -> Plan:
    return unmute_all(plan, [(rule, object_id)])


def mute_all(plan: Plan, about: Iterable[tuple[str, str]], reason: str) -> Plan:
    """Mute the findings of several rules about several objects (rule and object's id), for one reason."""
    pairs = list(dict.fromkeys(about))
    new = (MutedFinding(rule=rule, object=object_id, reason=reason) for rule, object_id in pairs)
    return replace(plan, muted=(*unmute_all(plan, pairs).muted, *new))


def unmute_all(plan: Plan, about: Iterable[tuple[str, str]]) -> Plan:
    """Count findings again (rule and object's id)."""
    gone = set(about)
    return replace(plan, muted=tuple(m for m in plan.muted if (m.rule, m.object) not in gone))

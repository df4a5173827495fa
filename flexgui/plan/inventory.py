"""Finding objects in a plan: by id, with what they are in, and which processor a host has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import compress
from operator import is_not
from typing import TYPE_CHECKING

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.evidence import EvidenceKind, kind_of
from flexgui.evc.modes import EvcMode, ModeTable, builtin_modes
from flexgui.evc.pool import Member
from flexgui.identity import cached_by_identity
from flexgui.plan.values import (
    Cluster,
    Datacenter,
    Host,
    Object,
    Plan,
    ResourcePool,
    VirtualMachine,
)

if TYPE_CHECKING:
    from flexgui.evc.partition import FleetHost


@dataclass(frozen=True, slots=True)
class Place:
    """An object and what it is in; None for what does not apply."""

    object: Object
    datacenter: Datacenter
    cluster: Cluster | None = None
    host: Host | None = None

    def path(self) -> str:
        """`Milano / Cluster A / esx-01`, for messages and tool tips."""
        chain: list[str] = [self.datacenter.name]
        if self.cluster is not None:
            chain.append(self.cluster.name)
        if self.host is not None:
            chain.append(self.host.label)
        if isinstance(self.object, VirtualMachine | ResourcePool):
            chain.append(self.object.name)
        return " / ".join(chain)


def places(plan: Plan) -> Iterator[Place]:
    """Every object of the plan, parents before children."""
    for datacenter in plan.datacenters:
        yield Place(datacenter, datacenter)
        for cluster in datacenter.clusters:
            yield Place(cluster, datacenter, cluster)
            for pool in cluster.resource_pools:
                yield Place(pool, datacenter, cluster)
            for host in cluster.hosts:
                yield from _host_places(host, datacenter, cluster)
        for host in datacenter.hosts:
            yield from _host_places(host, datacenter, None)


def _host_places(host: Host, datacenter: Datacenter, cluster: Cluster | None) -> Iterator[Place]:
    yield Place(host, datacenter, cluster, host)
    for vm in host.vms:
        yield Place(vm, datacenter, cluster, host)


Entry = tuple[Object, Host | None, str]
"""An object, the host that it is or is on, and the id of the cluster or datacenter that it is directly in."""

Entries = dict[str, Entry]


@dataclass(frozen=True, slots=True)
class _Index:
    """Every object by its id, and each cluster and datacenter by its own.

    `of_clusters` has the entries of each cluster, by its id, to be taken over as far as it stays the same:
    after an edit little is looked up again.
    """

    objects: Entries
    holders: dict[str, tuple[Datacenter, Cluster | None]]
    of_clusters: dict[str, tuple[Cluster, Entries]]


_latest: list[_Index] = []


def _of_cluster(cluster: Cluster, before: tuple[Cluster, Entries] | None) -> Entries:
    """The entries of a cluster, from those that it had before the last edit, if they are of use."""
    if before is not None and before[0] is cluster:
        return before[1]
    entry: Entry = (cluster, None, cluster.id)
    if before is None or _are_others(before[0], cluster):
        found: Entries = {cluster.id: entry}
        found |= {pool.id: (pool, None, cluster.id) for pool in cluster.resource_pools}
        return found | _of_hosts(cluster.hosts, cluster.id)
    found = before[1].copy()
    found[cluster.id] = entry
    edited = list(map(is_not, before[0].hosts, cluster.hosts))
    for host in compress(before[0].hosts, edited):
        for gone in (host.id, *(vm.id for vm in host.vms)):
            del found[gone]
    found.update(_of_hosts(compress(cluster.hosts, edited), cluster.id))
    return found


def _are_others(old: Cluster, new: Cluster) -> bool:
    """Whether a cluster has other resource pools than before, or not the same number of hosts."""
    return old.resource_pools is not new.resource_pools or len(old.hosts) != len(new.hosts)


def _of_hosts(members: Iterable[Host], holder: str) -> Entries:
    found: Entries = {}
    for host in members:
        found[host.id] = host, host, holder
        for vm in host.vms:
            found[vm.id] = vm, host, holder
    return found


@cached_by_identity(8)
def _index(plan: Plan) -> _Index:
    before = _latest[0].of_clusters if _latest else {}
    index = _Index({}, {}, {})
    for datacenter in plan.datacenters:
        index.holders[datacenter.id] = datacenter, None
        index.objects[datacenter.id] = datacenter, None, datacenter.id
        for cluster in datacenter.clusters:
            found = _of_cluster(cluster, before.get(cluster.id))
            index.of_clusters[cluster.id] = cluster, found
            index.holders[cluster.id] = datacenter, cluster
            index.objects.update(found)
        index.objects.update(_of_hosts(datacenter.hosts, datacenter.id))
    _latest[:] = [index]
    return index


def find(plan: Plan, object_id: str | None) -> Place | None:
    """The object of an id with what it is in, or None."""
    index = _index(plan)
    found = None if object_id is None else index.objects.get(object_id)
    if found is None:
        return None
    thing, host, holder = found
    datacenter, cluster = index.holders[holder]
    return Place(thing, datacenter, cluster, host)


def hosts(plan: Plan) -> Iterator[tuple[Datacenter, Cluster | None, Host]]:
    """Every host with its datacenter and, unless it is standalone, its cluster."""
    for datacenter in plan.datacenters:
        for cluster in datacenter.clusters:
            for host in cluster.hosts:
                yield datacenter, cluster, host
        for host in datacenter.hosts:
            yield datacenter, None, host


@cached_by_identity(8)
def cpus(values: tuple[Cpu, ...]) -> dict[str, Cpu]:
    """The processors of a plan (`plan.cpus`) by fingerprint."""
    return {cpu.fingerprint: cpu for cpu in values}


def cpu_of(plan: Plan, host: Host) -> Cpu | None:
    """The processor of a host, or None where it is not known."""
    return None if host.cpu is None else cpus(plan.cpus).get(host.cpu)


def members(plan: Plan, of: tuple[Host, ...]) -> tuple[Member, ...]:
    """The hosts whose processor is known, as members of a pool."""
    found = cpus(plan.cpus)
    return tuple(
        Member(host.label, found[host.cpu], kind(host, found), host.esx_release)
        for host in of
        if host.cpu in found
    )


def everybody(plan: Plan, of: tuple[Host, ...]) -> tuple[Member, ...]:
    """All hosts as members of a pool, those of whose processor nothing is known too."""
    found = cpus(plan.cpus)
    return tuple(
        Member(host.label, found[host.cpu], kind(host, found), host.esx_release)
        if host.cpu in found
        else Member(host.label)
        for host in of
    )


def kind(host: Host, known: Mapping[str, Cpu]) -> EvidenceKind | None:
    """The strongest evidence of a host's processor; None where there is none. `known`: by fingerprint."""
    if host.evidence:
        return host.evidence[0].kind
    cpu = known.get(host.cpu or "")
    return None if cpu is None else kind_of(cpu, assumed=host.cpu_assumed)


def fleet_host(plan: Plan, host: Host) -> FleetHost:
    """A host as one of a fleet that is to be put into clusters."""
    from flexgui.evc.partition import FleetHost

    return FleetHost(host.label, cpu_of(plan, host), host.esx_release, kind(host, cpus(plan.cpus)))


@cached_by_identity(8)
def _mode_table(modes: tuple[EvcMode, ...]) -> ModeTable:
    return ModeTable(modes) if modes else builtin_modes()


def modes_of(plan: Plan) -> ModeTable:
    """The modes that the plan works with: those read from a vCenter, or the built-in ones."""
    return _mode_table(plan.modes)

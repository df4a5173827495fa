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


Part = Cluster | Datacenter
"""What has hosts: a cluster, or a datacenter with its standalone ones."""


@dataclass(frozen=True, slots=True)
class _Index:
    """Every object by its id, and each cluster and datacenter by its own, with what it is in.

    After an edit the entries of what stays are taken over: `parts` tell what that is.
    """

    objects: Entries
    holders: dict[str, tuple[Datacenter, Cluster | None]]
    parts: dict[str, Part]


_latest: list[_Index] = [_Index({}, {}, {})]


def _entries(part: Part) -> Entries:
    """The entries of a part and of all that is directly in it."""
    found: Entries = {part.id: (part, None, part.id)}
    if isinstance(part, Cluster):
        found |= {pool.id: (pool, None, part.id) for pool in part.resource_pools}
    return found | _of_hosts(part.hosts, part.id)


def _of_hosts(members: Iterable[Host], holder: str) -> Entries:
    found: Entries = {}
    for host in members:
        found[host.id] = host, host, holder
        for vm in host.vms:
            found[vm.id] = vm, host, holder
    return found


def _difference(old: Part | None, new: Part | None) -> tuple[Entries, Entries]:
    """The entries that go and those that come when a part becomes another one."""
    if old is None or new is None or _are_others(old, new):
        return ({} if old is None else _entries(old)), ({} if new is None else _entries(new))
    edited = list(map(is_not, old.hosts, new.hosts))
    come = _of_hosts(compress(new.hosts, edited), new.id)
    come[new.id] = new, None, new.id
    return _of_hosts(compress(old.hosts, edited), old.id), come


def _are_others(old: Part, new: Part) -> bool:
    """Whether a part has other resource pools than before, or not the same number of hosts."""
    pools = [part.resource_pools if isinstance(part, Cluster) else None for part in (old, new)]
    return pools[0] is not pools[1] or len(old.hosts) != len(new.hosts)


@cached_by_identity(8)
def _index(plan: Plan) -> _Index:
    before = _latest[0]
    holders: dict[str, tuple[Datacenter, Cluster | None]] = {}
    parts: dict[str, Part] = {}
    for datacenter in plan.datacenters:
        holders[datacenter.id] = datacenter, None
        parts[datacenter.id] = datacenter
        for cluster in datacenter.clusters:
            holders[cluster.id] = datacenter, cluster
            parts[cluster.id] = cluster
    objects = before.objects.copy()
    other = [i for i in (before.parts | parts) if before.parts.get(i) is not parts.get(i)]
    differences = [_difference(before.parts.get(i), parts.get(i)) for i in other]
    for gone, _ in differences:
        for object_id in gone:
            objects.pop(object_id, None)
    for _, come in differences:  # what moved from one part to another is gone from one, too
        objects.update(come)
    index = _Index(objects, holders, parts)
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


def objects_of(plan: Plan, ids: Iterable[str]) -> list[Object]:
    """The objects of some ids, in their order, without those that the plan lacks: quicker than `find`."""
    known = _index(plan).objects
    return [known[object_id][0] for object_id in ids if object_id in known]


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

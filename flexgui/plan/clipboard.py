"""Objects on the clipboard: what is copied out of one plan, and how it comes into another one or the same.

A clip is a small plan that holds the copied objects and the processors they need. Whatever is pasted was
written by somebody else: it is read as hostile, like a plan file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import Final, Literal

from pydantic_core import ValidationError

from flexgui.cpuid.cpu import described
from flexgui.errors import InputError, printable
from flexgui.plan import edits
from flexgui.plan.address import kind as kind_of_address
from flexgui.plan.address import normalised
from flexgui.plan.codec import codec
from flexgui.plan.collecting import without_collecting
from flexgui.plan.inventory import Place, find, hosts
from flexgui.plan.many import outermost
from flexgui.plan.references import check_references
from flexgui.plan.values import (
    Cluster,
    Datacenter,
    Host,
    Id,
    Object,
    Plan,
    ResourcePool,
    VirtualMachine,
    value,
)

MIME: Final = "application/x-flexgui+json"
LIMIT: Final = 128 * 1024 * 1024
"""Bytes that may be pasted: more than 100,000 hosts take."""

COPIED: Final = (Datacenter, Cluster, Host, VirtualMachine)
"""The kinds of objects that can be copied."""

LONGEST_NAME: Final = 80


@value
class Clip:
    """Copied objects of one kind: their ids, and the plan that they are in."""

    clip: Literal[1] = 1
    roots: tuple[Id, ...]
    plan: Plan


@dataclass(frozen=True, slots=True)
class Pasted:
    """The plan after pasting, the ids of what came, and what had to be called otherwise: (old, new)."""

    plan: Plan
    ids: tuple[str, ...]
    kind: type[Object]
    names: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...] = ()
    readdressed: tuple[tuple[str, str], ...] = ()


# --- out of a plan


def copied(plan: Plan, ids: Iterable[str]) -> Clip | None:
    """The objects for the clipboard; None where there are none, or several kinds, or kinds not in `COPIED`.

    What is in another one of them goes with it.
    """
    chosen = outermost(plan, ids)
    places = [place for i in chosen if (place := find(plan, i)) is not None]
    kinds = {type(place.object) for place in places}
    if len(kinds) != 1 or not kinds <= set(COPIED):
        return None
    held: dict[str, list[Place]] = {}
    for place in places:
        held.setdefault(place.datacenter.id, []).append(place)
    datacenters = tuple(_shell(own) for own in held.values())
    whole = replace(Plan(release=plan.release), cpus=plan.cpus, datacenters=datacenters)
    return Clip(roots=chosen, plan=edits.drop_unused_cpus(whole))


def _shell(places: list[Place]) -> Datacenter:
    """The datacenter of some objects, with no more in it than these."""
    datacenter, first = places[0].datacenter, places[0].object
    if isinstance(first, Datacenter):
        return first
    clusters = tuple(place.object for place in places if isinstance(place.object, Cluster))
    members = [_unpooled(place.object) for place in places if isinstance(place.object, Host)]
    machines: dict[str, list[VirtualMachine]] = {}
    for place in places:
        if isinstance(place.object, VirtualMachine) and place.host is not None:
            machines.setdefault(place.host.id, []).append(replace(place.object, resource_pool=None))
    members += [Host(id=host_id, address="", vms=tuple(vms)) for host_id, vms in machines.items()]
    return replace(datacenter, clusters=clusters, hosts=tuple(members))


def _unpooled(host: Host) -> Host:
    if all(vm.resource_pool is None for vm in host.vms):
        return host
    return replace(host, vms=tuple(replace(vm, resource_pool=None) for vm in host.vms))


def to_json(clip: Clip) -> bytes:
    """The clip as it is handed to other windows and programs: UTF-8."""
    return codec(Clip).dump_json(clip, exclude_defaults=True)


def from_json(content: bytes) -> Clip:
    """Read a clip.

    Raises:
        InputError: it is too large, none at all, or refers to what it does not have.
    """
    if len(content) > LIMIT:
        raise InputError(
            f"What is on the clipboard is larger than {LIMIT // (1024 * 1024)} MiB.",
            "Copy fewer objects at once.",
        )
    try:
        with without_collecting():
            clip = codec(Clip).validate_json(content)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = printable(".".join(str(step) for step in problem["loc"]) or "its start")
        raise InputError(
            f"The objects on the clipboard cannot be read at {place}: {printable(problem['msg'])}.",
            "Copy them again, with this version of FlexGUI.",
        ) from None
    except RecursionError:
        raise InputError("The objects on the clipboard cannot be read.", "Copy them again.") from None
    try:
        check_references(clip.plan)
    except InputError as error:
        raise InputError(error.problem, "Copy the objects again; nothing was pasted.") from None
    roots = [find(clip.plan, root) for root in clip.roots]
    kinds = {type(place.object) for place in roots if place is not None}
    if None in roots or len(kinds) != 1 or not kinds <= set(COPIED) or len(set(clip.roots)) < len(clip.roots):
        raise InputError("What is copied is not on the clipboard.", "Copy the objects again.")
    return clip


# --- into a plan


def kind_of(clip: Clip) -> type[Object]:
    """The kind of the objects of a clip."""
    place = find(clip.plan, clip.roots[0])
    assert place is not None
    return type(place.object)


def destination(plan: Plan, kind: type[Object], target_id: str) -> str | None:
    """Where objects of a kind go when they are pasted on an object: its id, "" for the plan; None: nowhere.

    On a host, other hosts go beside it, and virtual machines onto it.
    """
    if kind is Datacenter:
        return ""
    place = find(plan, target_id)
    if place is None:
        return plan.datacenters[0].id if kind is not VirtualMachine and len(plan.datacenters) == 1 else None
    if kind is Cluster:
        return place.datacenter.id
    if kind is Host:
        return place.datacenter.id if place.cluster is None else place.cluster.id
    return None if place.host is None else place.host.id


def paste(plan: Plan, clip: Clip, where: str) -> Pasted:
    """Paste a clip into a place that `destination` named.

    Everything gets a new id. vCenter has none of it yet, so clusters come as new ones. Names and addresses
    that are taken are counted on; a host that gets another address is another machine, without a thumbprint
    and a licence key. Raises KeyError where the place is none of the plan.
    """
    place = find(plan, where) if where else None
    if where and place is None:
        raise KeyError(where)
    came = _Arrival(plan, place, clip)
    kind = kind_of(clip)
    roots = [found for i in clip.roots if (found := find(clip.plan, i)) is not None]
    datacenters: list[Datacenter] = []
    clusters: list[Cluster] = []
    members: list[Host] = []
    machines: list[VirtualMachine] = []
    for root in roots:
        if isinstance(root.object, Datacenter):
            datacenters.append(came.datacenter(root.object))
        elif isinstance(root.object, Cluster):
            clusters.append(came.cluster(root.object))
        elif isinstance(root.object, Host):
            members.append(came.host(root.object))
        elif isinstance(root.object, VirtualMachine):
            machines.append(came.vm(root.object))
    after = edits.store_cpus(plan, came.cpus.values())
    if machines:
        after = edits.update_host(after, where, lambda host: replace(host, vms=(*host.vms, *machines)))
    else:
        after = edits.add_objects(
            after,
            datacenters,
            {where: clusters} if clusters else {},
            {where: members} if members else {},
        )
        if place is not None:
            after = _with_stores(after, place.datacenter.id, clip.plan, (*members, *_members(clusters)))
    new: tuple[Object, ...] = (*datacenters, *clusters, *members, *machines)
    return Pasted(
        edits.drop_unused_cpus(replace(after, serial=came.serial)),
        tuple([each.id for each in new]),
        kind,
        tuple([each.label if isinstance(each, Host) else each.name for each in new]),
        tuple(came.renamed),
        tuple(came.readdressed),
    )


def _members(clusters: Iterable[Cluster]) -> list[Host]:
    return [host for cluster in clusters for host in cluster.hosts]


def _with_stores(plan: Plan, datacenter_id: str, source: Plan, members: Iterable[Host]) -> Plan:
    """The plan with the datastores and networks of pasted hosts, as their old datacenter has them."""
    seen = {name for host in members for name in host.datastores or ()}
    linked = {name for host in members for name in host.networks or ()}

    def filled(datacenter: Datacenter) -> Datacenter:
        stores = {store.name for store in datacenter.datastores}
        nets = set(datacenter.networks)
        more = {
            store.name: store
            for each in source.datacenters
            for store in each.datastores
            if store.name in seen and store.name not in stores
        }
        lines = [n for each in source.datacenters for n in each.networks if n in linked and n not in nets]
        if not more and not lines:
            return datacenter
        return replace(
            datacenter,
            datastores=(*datacenter.datastores, *more.values()),
            networks=(*datacenter.networks, *dict.fromkeys(lines)),
        )

    datacenter = find(plan, datacenter_id)
    if datacenter is None or filled(datacenter.datacenter) is datacenter.datacenter:
        return plan
    return edits.update_datacenter(plan, datacenter_id, filled)


@dataclass(slots=True)
class _Names:
    """Names that are taken, in lower case, and up to which number each was counted on."""

    taken: set[str]
    counted: dict[str, int] = field(default_factory=dict)

    def free(self, name: str, pattern: str = "{name} ({number})", longest: int = LONGEST_NAME) -> str:
        if not name.strip() or self._take(name):
            return name
        number = self.counted.get(name.casefold(), 1)
        while True:
            number += 1
            tail = pattern.format(name="", number=number)
            found = pattern.format(name=name[: longest - len(tail)], number=number)
            if self._take(found):
                self.counted[name.casefold()] = number
                return found

    def _take(self, name: str) -> bool:
        if name.strip().casefold() in self.taken:
            return False
        self.taken.add(name.strip().casefold())
        return True


class _Arrival:
    """Gives new ids and free names to what comes into a plan."""

    def __init__(self, plan: Plan, place: Place | None, clip: Clip) -> None:
        self.serial = plan.serial
        self.renamed: list[tuple[str, str]] = []
        self.readdressed: list[tuple[str, str]] = []
        # A fingerprint that somebody else wrote may be another processor's here.
        self.cpus = {cpu.fingerprint: described(cpu) for cpu in clip.plan.cpus}
        self._addresses = {normalised(host.address) for _, _, host in hosts(plan)}
        self._last = 0
        self._hosts = _Names({host.name.strip().casefold() for _, _, host in hosts(plan)} - {""})
        self._datacenters = _Names({each.name.strip().casefold() for each in plan.datacenters})
        self._clusters, self._machines = _Names(set()), _Names(set())
        if place is not None:
            datacenter = place.datacenter
            everybody = (*_members(datacenter.clusters), *datacenter.hosts)
            self._clusters.taken |= {each.name.strip().casefold() for each in datacenter.clusters}
            self._machines.taken |= {vm.name.strip().casefold() for host in everybody for vm in host.vms}

    def _id(self, kind: type) -> str:
        self.serial += 1
        prefix = edits.PREFIXES[kind]
        return f"{prefix}{'' if prefix.endswith('-c') else '-'}{self.serial}"

    def _named(self, names: _Names, name: str) -> str:
        found = names.free(name)
        if found != name:
            self.renamed.append((name, found))
        return found

    def datacenter(self, found: Datacenter) -> Datacenter:
        clusters, machines = self._clusters, self._machines
        self._clusters, self._machines = _Names(set()), _Names(set())
        came = replace(
            found,
            id=self._id(Datacenter),
            name=self._named(self._datacenters, found.name),
            clusters=tuple([self.cluster(cluster) for cluster in found.clusters]),
            hosts=tuple([self.host(host) for host in found.hosts]),
        )
        self._clusters, self._machines = clusters, machines
        return came

    def cluster(self, found: Cluster) -> Cluster:
        cluster_id = self._id(Cluster)
        pools = {pool.id: self._id(ResourcePool) for pool in found.resource_pools}
        members = [self.host(host, pools) for host in found.hosts]
        ids = {old.id: new.id for old, new in zip(found.hosts, members, strict=True)}
        ids |= {
            old.id: new.id
            for before, after in zip(found.hosts, members, strict=True)
            for old, new in zip(before.vms, after.vms, strict=True)
        }
        failover = tuple([ids[i] for i in found.ha.failover_hosts if i in ids])
        overrides = tuple([replace(o, vm=ids[o.vm]) for o in found.drs.overrides if o.vm in ids])
        return replace(
            found,
            id=cluster_id,
            name=self._named(self._clusters, found.name),
            ha=replace(found.ha, failover_hosts=failover),
            drs=replace(found.drs, overrides=overrides),
            resource_pools=tuple(
                [replace(p, id=pools[p.id], parent=pools.get(p.parent or "")) for p in found.resource_pools]
            ),
            hosts=tuple(members),
            exists=False,
            present_evc_mode=None,
        )

    def host(self, found: Host, pools: dict[str, str] | None = None) -> Host:
        address = self._address(found.address)
        name = self._named(self._hosts, found.name)
        cpu = None if found.cpu is None else self.cpus[found.cpu].fingerprint
        came = replace(
            found,
            id=self._id(Host),
            address=address,
            name=name,
            cpu=cpu,
            evidence=tuple([replace(e, cpu=self.cpus[e.cpu].fingerprint) for e in found.evidence]),
            present_parent=None,
            vms=tuple([self.vm(vm, pools) for vm in found.vms]),
        )
        if address == found.address:
            return came
        self.readdressed.append((found.address, address))
        return replace(came, thumbprint=None, thumbprint_confirmed=False, license_key=None)

    def vm(self, found: VirtualMachine, pools: dict[str, str] | None = None) -> VirtualMachine:
        pool = None if pools is None or found.resource_pool is None else pools.get(found.resource_pool)
        name = self._named(self._machines, found.name)
        return replace(found, id=self._id(VirtualMachine), name=name, resource_pool=pool)

    def _address(self, address: str) -> str:
        """The address, or where a host has it already, one that is free."""
        wanted, kind = normalised(address), kind_of_address(address.strip())
        if not wanted or kind is None or wanted not in self._addresses:
            self._addresses.add(wanted)
            return address
        number, found = 1, ""
        if kind in ("ipv4", "ipv6"):
            first = ip_address(address.strip())
            begin = int(first)
            # Many in a row are counted on from the last one given, not from each one's own number.
            at = self._last if begin <= self._last < begin + (1 << 16) else begin
            highest = (1 << first.max_prefixlen) - 2
            while not found or normalised(found) in self._addresses:
                at = at + 1 if at < highest else 1
                found = str(type(first)(at))
            self._last = at
        else:
            label, dot, domain = address.strip().partition(".")
            counted = self._hosts.counted
            key = f"address {label.casefold()}"
            number = counted.get(key, 1)
            while not found or normalised(found) in self._addresses:
                number += 1
                found = f"{label[: 62 - len(str(number))]}-{number}{dot}{domain}"
            counted[key] = number
        self._addresses.add(normalised(found))
        return found

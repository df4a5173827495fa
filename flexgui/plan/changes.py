"""What an edit did to which objects: plans compared by identity first, so that it costs what it changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import compress
from operator import is_not
from typing import TypeVar

from flexgui.plan.inventory import Place, find
from flexgui.plan.values import Cluster, Datacenter, Host, Object, Plan, ResourcePool, VirtualMachine

Thing = TypeVar("Thing", Datacenter, Cluster, Host, VirtualMachine)

_CONTENT = frozenset({"datacenters", "clusters", "hosts", "vms"})
"""Fields that hold other objects: these are compared on their own."""

_OWN = {
    kind: tuple(each.name for each in fields(kind) if each.name not in _CONTENT)
    for kind in (Datacenter, Cluster, Host, VirtualMachine)
}


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit did to one datacenter, cluster, host or virtual machine.

    `before` is None for what was added, `after` for what was removed. `fields` are the own fields of the
    object that differ; what it holds is told by changes of its own.
    """

    before: Place | None
    after: Place | None
    fields: frozenset[str] = frozenset()

    @property
    def object(self) -> Object:
        """The object after the edit, or before it where it was removed."""
        place = self.after or self.before
        assert place is not None
        return place.object

    @property
    def added(self) -> bool:
        return self.before is None

    @property
    def removed(self) -> bool:
        return self.after is None

    @property
    def moved(self) -> bool:
        """Whether the object is in, or on, another one than before."""
        both = self.before is not None and self.after is not None
        return both and parent_id(self.before) != parent_id(self.after)


def parent_id(place: Place | None) -> str | None:
    """The id of what an object is directly in or, a virtual machine, on; None for a datacenter."""
    if place is None or isinstance(place.object, Datacenter):
        return None
    if isinstance(place.object, VirtualMachine):
        return None if place.host is None else place.host.id
    if place.cluster is None or isinstance(place.object, Cluster):
        return place.datacenter.id
    return place.cluster.id


def changes(before: Plan, after: Plan) -> tuple[Change, ...]:
    """What an edit did to the inventory: datacenters first, then clusters, hosts, virtual machines."""
    old, new = _differing(
        ((None, each) for each in before.datacenters), ((None, each) for each in after.datacenters)
    )
    found = _paired(before, after, old, new)
    clusters = _differing(
        ((d.id, cluster) for d in old for cluster in d.clusters),
        ((d.id, cluster) for d in new for cluster in d.clusters),
    )
    found += _paired(before, after, *clusters)
    left: list[Datacenter | Cluster] = [*old, *clusters[0]]
    right: list[Datacenter | Cluster] = [*new, *clusters[1]]
    hosts = _differing(_hosts(left, right), _hosts(right, left))
    found += _paired(before, after, *hosts)
    vms = _differing(
        ((host.id, vm) for host in hosts[0] for vm in host.vms),
        ((host.id, vm) for host in hosts[1] for vm in host.vms),
    )
    return tuple(found + _paired(before, after, *vms))


def _differing(
    old: Iterable[tuple[str | None, Thing]], new: Iterable[tuple[str | None, Thing]]
) -> tuple[list[Thing], list[Thing]]:
    """What is only among the old or the new objects, or in another parent there."""
    before = {(parent, id(thing)): thing for parent, thing in old}
    after = {(parent, id(thing)): thing for parent, thing in new}
    return (
        [thing for key, thing in before.items() if key not in after],
        [thing for key, thing in after.items() if key not in before],
    )


def _hosts(
    holders: Iterable[Datacenter | Cluster], others: Iterable[Datacenter | Cluster]
) -> Iterator[tuple[str, Host]]:
    """The hosts of some holders, without those that stand in the same place of the other side's holder."""
    beside = {holder.id: holder.hosts for holder in others}
    for holder in holders:
        hosts, there = holder.hosts, beside.get(holder.id, ())
        differing = compress(hosts, map(is_not, hosts, there)) if len(hosts) == len(there) else hosts
        yield from ((holder.id, host) for host in differing)


def _paired(before: Plan, after: Plan, old: Iterable[Object], new: Iterable[Object]) -> list[Change]:
    ids = dict.fromkeys(thing.id for thing in (*old, *new))
    found = []
    for object_id in ids:
        change = Change(find(before, object_id), find(after, object_id))
        if change.before is not None and change.after is not None:
            one, other = change.before.object, change.after.object
            assert not isinstance(one, ResourcePool)
            differ = frozenset(n for n in _OWN[type(one)] if getattr(one, n) != getattr(other, n, None))
            change = Change(change.before, change.after, differ)
            if not differ and not change.moved:
                continue
        found.append(change)
    return found

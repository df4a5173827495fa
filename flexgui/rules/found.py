"""All findings of a plan, by object, kept up to date from edit to edit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, compress, count
from operator import attrgetter, is_not
from typing import Final

from flexgui.plan.collecting import without_collecting
from flexgui.plan.inventory import find
from flexgui.plan.values import Cluster, Datacenter, Host, Plan
from flexgui.rules.check import order
from flexgui.rules.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings of a plan, by object.

    `all` come heaviest first, and so do those of each object. `worst` has the heaviest severity of each
    object and of all that is in it, muted findings left out; it is what the badges of the inventory show.
    """

    all: tuple[Finding, ...] = ()
    by_object: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    worst: dict[str, Severity] = field(default_factory=dict)
    _plan: Plan | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, plan: Plan, findings: Iterable[Finding], before: Findings | None = None) -> Findings:
        """Group findings, which come heaviest first, as `Checker.check` gives them.

        `before` are those of the plan before an edit: what is said of most objects is taken over.
        """
        with without_collecting():
            found = tuple(findings)
            known = None if before is None or before._plan is None else _after(plan, found, before)
            by_object, worst = known or _anew(plan, found)
            return cls(found, by_object, worst, plan)

    def about(self, object_id: str) -> tuple[Finding, ...]:
        return self.by_object.get(object_id, ())

    def in_step(self, step: str, object_ids: Iterable[str]) -> tuple[Finding, ...]:
        """The findings of one wizard step about some objects, in the plan's order."""
        wanted = set(object_ids)
        return tuple(f for f in self.all if f.step == step and f.subject.object_id in wanted)


_STRETCH: Final = 4096
"""Findings that are compared at once."""
_WINDOW: Final = 512
"""How many findings may have come or gone in one place."""

Grouped = dict[str, tuple[Finding, ...]]
Worst = dict[str, Severity]


def _anew(plan: Plan, found: tuple[Finding, ...]) -> tuple[Grouped, Worst]:
    by_object: dict[str, list[Finding]] = {}
    own: Worst = {}
    for finding in found:
        object_id = finding.subject.object_id
        by_object.setdefault(object_id, []).append(finding)
        if finding.muted is None:
            own.setdefault(object_id, finding.severity)
    # Plans have many more findings than objects, and whoever comes first is the heaviest.
    worst: Worst = {}
    for object_id, severity in own.items():
        place = find(plan, object_id)
        if place is not None:
            for holder in (place.object, place.host, place.cluster, place.datacenter):
                if holder is not None:
                    worst.setdefault(holder.id, severity)
    return {key: tuple(group) for key, group in by_object.items()}, worst


def _after(plan: Plan, found: tuple[Finding, ...], before: Findings) -> tuple[Grouped, Worst] | None:
    """The same from what was known before an edit; None where too much is other."""
    differences = _differences(before.all, found)
    if differences is None:
        return None
    gone, added = differences
    went = set(map(id, gone))
    touched = {finding.subject.object_id for finding in chain(added, gone)}
    by_object = before.by_object.copy()
    for object_id in touched:
        kept = [finding for finding in by_object.pop(object_id, ()) if id(finding) not in went]
        if kept:
            by_object[object_id] = tuple(kept)
    new: dict[str, list[Finding]] = {}
    for finding in added:
        new.setdefault(finding.subject.object_id, []).append(finding)
    for object_id, own in new.items():
        by_object[object_id] = tuple(sorted((*by_object.get(object_id, ()), *own), key=order))
    return by_object, _worst_after(plan, by_object, touched, before)


def _differences(
    old: tuple[Finding, ...], new: tuple[Finding, ...]
) -> tuple[list[Finding], list[Finding]] | None:
    """Which findings went and which came; None where these are many in one place.

    A finding that is still said is the same object, and those that stay keep their order.
    """
    gone: list[Finding] = []
    added: list[Finding] = []
    i = j = 0
    while i < len(old) and j < len(new):
        left, right = old[i : i + _STRETCH], new[j : j + _STRETCH]
        same = next(compress(count(), map(is_not, left, right)), min(len(left), len(right)))
        i, j = i + same, j + same
        if same < min(len(left), len(right)):
            ahead = {id(finding): place for place, finding in enumerate(new[j : j + _WINDOW])}
            window = enumerate(old[i : i + _WINDOW])
            went = next((place for place, finding in window if id(finding) in ahead), None)
            if went is None:
                return None
            came = ahead[id(old[i + went])]
            gone += old[i : i + went]
            added += new[j : j + came]
            i, j = i + went, j + came
    gone += old[i:]
    added += new[j:]
    return None if len(gone) + len(added) > len(new) // 4 else (gone, added)


def _worst_after(plan: Plan, by_object: Grouped, touched: set[str], before: Findings) -> Worst:
    """The worst of each object: found again for what an edit touched, and for what holds it."""
    assert before._plan is not None
    worst = before.worst.copy()
    places = [place for object_id in touched if (place := find(plan, object_id)) is not None]
    holders = {place.cluster.id for place in places if place.cluster is not None}
    holders |= {place.datacenter.id for place in places}
    again = {place.host.id: place.host for place in places if place.host is not None}
    old, new = ({part.id: part for part in _parts(each)} for each in (before._plan, plan))
    changed = [i for i in old | new if i in holders or old.get(i) is not new.get(i)]
    for left, right in ((old.get(part_id), new.get(part_id)) for part_id in changed):
        hosts_before, hosts_now = (() if part is None else part.hosts for part in (left, right))
        if left is not None:
            for object_id in (left.id, *_pools(left)):
                worst.pop(object_id, None)
        for host in _others(hosts_before, hosts_now):
            for object_id in (host.id, *(vm.id for vm in host.vms)):
                worst.pop(object_id, None)
        again |= {host.id: host for host in _others(hosts_now, hosts_before)}
    for host in again.values():
        for object_id in (host.id, *(vm.id for vm in host.vms)):
            worst.pop(object_id, None)
        for vm in host.vms:
            _join(worst, vm.id, [_own(vm.id, by_object)])
        _join(worst, host.id, [_own(host.id, by_object), *(worst.get(vm.id) for vm in host.vms)])
    for part in (new[part_id] for part_id in changed if part_id in new):
        for pool in _pools(part):
            _join(worst, pool, [_own(pool, by_object)])
        inner = list(map(worst.get, chain(_pools(part), map(_ID, part.hosts))))
        heaviest = next((severity for severity in _HEAVIEST_FIRST if severity in inner), None)
        _join(worst, part.id, [_own(part.id, by_object), heaviest])
    for datacenter in plan.datacenters:
        _join(worst, datacenter.id, [worst.get(cluster.id) for cluster in datacenter.clusters])
    return worst


def _others(these: tuple[Host, ...], those: tuple[Host, ...]) -> list[Host]:
    """The hosts that are not among others; of as many, those that are not in the same place."""
    if len(these) == len(those):
        return list(compress(these, map(is_not, these, those)))
    known = set(map(id, those))
    return [host for host in these if id(host) not in known]


def _parts(plan: Plan) -> list[Cluster | Datacenter]:
    """What has hosts: all clusters, and the datacenters for their standalone ones."""
    clusters = [cluster for datacenter in plan.datacenters for cluster in datacenter.clusters]
    return [*clusters, *plan.datacenters]


def _pools(part: Cluster | Datacenter) -> list[str]:
    return [pool.id for pool in part.resource_pools] if isinstance(part, Cluster) else []


def _own(object_id: str, by_object: Grouped) -> Severity | None:
    """The heaviest severity said of an object itself."""
    return next((f.severity for f in by_object.get(object_id, ()) if f.muted is None), None)


def _join(worst: Worst, object_id: str, severities: Iterable[Severity | None]) -> None:
    """Let an object have the heaviest of some severities, and of what it has."""
    found = [severity for severity in (worst.get(object_id), *severities) if severity is not None]
    if found:
        worst[object_id] = min(found, key=_RANK)


_ID = attrgetter("id")
_HEAVIEST_FIRST = sorted(Severity, key=lambda severity: severity.rank)
_RANK = {severity: severity.rank for severity in Severity}.__getitem__

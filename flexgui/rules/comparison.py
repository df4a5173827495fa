"""Two plans side by side: what differs between them, and what virtual machines and findings make of it.

A scenario and its plan, two scenarios, or a plan before and after an edit: objects are the same where their
ids are. What is shared by both is told by identity and costs nothing; hosts are looked at by kinds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final, TypeAlias

from flexgui.evc.support import Answer, known_features, loses, support, vendor_of
from flexgui.plan.inventory import cpus, modes_of
from flexgui.plan.values import Cluster, Datacenter, Host, Plan, VirtualMachine
from flexgui.rules.finding import Finding

Features: TypeAlias = "tuple[str, ...] | None"
"""vSphere's names in the order in which modes introduced them; None is "cannot tell"."""

FindingKey = tuple[str, str, str, str]

_CHILDREN: Final = frozenset({"id", "hosts", "clusters", "vms"})
"""Fields that hold other objects, which are compared by themselves."""


def finding_key(finding: Finding) -> FindingKey:
    """What tells a finding from the others after an edit, without its numbers and names."""
    return finding.rule, finding.subject.object_id, finding.subject.field, finding.template


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field, by its path from the object (`ha.enabled`), with its value in both plans."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class HostChange:
    """A host that both plans have, with the fields of its own that differ."""

    before: Host
    after: Host
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class VmChange:
    """A virtual machine that both plans have in one place, with the fields that differ; `host`: the id of
    the host that it is on."""

    before: VirtualMachine
    after: VirtualMachine
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A host that joined a place or left it. `elsewhere`: the id of the cluster or, for a standalone host,
    the datacenter that it is in in the other plan; None where that plan does not have the host."""

    host: Host
    elsewhere: str | None


@dataclass(frozen=True, slots=True)
class HostKind:
    """Hosts of one place (in the later plan) with one processor that saw the same change.

    `before` and `after` are the features that modes govern and that a virtual machine finds on them; None
    where that cannot be told, where the hosts cannot be in the mode of their cluster, and before they were
    in the plan. `present`: those that the processor has. `refused` says that they cannot be in the mode of
    the later plan, and `lacks` which of its features they miss: none where it is a mode of another maker;
    `was_refused` says the same of the earlier plan.
    """

    hosts: tuple[Host, ...]
    present: Features
    before: Features
    after: Features
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    refused: bool = False
    lacks: tuple[str, ...] = ()
    was_refused: bool = False


@dataclass(frozen=True, slots=True)
class PlaceComparison:
    """A cluster, or a datacenter with its standalone hosts, in both plans; None where a plan lacks it.

    `joined` are the hosts that only the later plan has here, `left` those that only the earlier one has.
    `kinds` are all hosts of the later plan, the most numerous first, or, where the place is gone, none.
    """

    id: str
    datacenter: str
    before: Cluster | Datacenter | None
    after: Cluster | Datacenter | None
    settings: tuple[FieldChange, ...]
    joined: tuple[Moved, ...]
    left: tuple[Moved, ...]
    kinds: tuple[HostKind, ...]
    hosts: tuple[HostChange, ...]
    vms: tuple[VmChange, ...]
    vms_joined: tuple[VirtualMachine, ...]
    vms_left: tuple[VirtualMachine, ...]

    @property
    def name(self) -> str:
        found = self.after or self.before
        assert found is not None
        return found.name

    @property
    def is_cluster(self) -> bool:
        return isinstance(self.after or self.before, Cluster)

    @property
    def mode_before(self) -> str | None:
        """The key of the EVC mode; None where EVC is disabled, or there is no cluster."""
        return self.before.evc_mode if isinstance(self.before, Cluster) else None

    @property
    def mode_after(self) -> str | None:
        return self.after.evc_mode if isinstance(self.after, Cluster) else None

    @property
    def differs(self) -> bool:
        """Whether anything is not as it was."""
        return (
            (self.before is None) is not (self.after is None)
            or any((self.settings, self.joined, self.left, self.hosts, self.vms))
            or any((self.vms_joined, self.vms_left))
            or any(k.before != k.after or k.refused is not k.was_refused for k in self.kinds)
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs. `settings` are the plan's own: `release`, and `modes` where others were read.

    `gained` and `lost` are findings that only the later, or only the earlier plan has; `restated` those that
    both have with other numbers or names (earlier, later). A finding that changed its severity is in both.
    `places` are all clusters and datacenters, each datacenter after its clusters, also those that are alike.
    """

    settings: tuple[FieldChange, ...]
    places: tuple[PlaceComparison, ...]
    gained: tuple[Finding, ...]
    lost: tuple[Finding, ...]
    restated: tuple[tuple[Finding, Finding], ...]

    @property
    def differs(self) -> bool:
        """Whether the plans differ in anything but what findings say."""
        return bool(self.settings) or any(place.differs for place in self.places)

    def place(self, object_id: str) -> PlaceComparison | None:
        """The cluster or datacenter of this id."""
        return next((place for place in self.places if place.id == object_id), None)


def compare(
    before: Plan, after: Plan, findings_before: Iterable[Finding], findings_after: Iterable[Finding]
) -> Comparison:
    """Compare two plans with what was found in each (`rules.check`); one `Checker` for both is quickest."""
    gained, lost, restated = compare_findings(findings_before, findings_after)
    settings = _changes(before, after, ("release", "modes"))
    return Comparison(tuple(settings), _places(before, after), gained, lost, restated)


def compare_findings(
    before: Iterable[Finding], after: Iterable[Finding]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[tuple[Finding, Finding], ...]]:
    """The findings gained, those lost, and those restated: see `Comparison`."""
    old, new = tuple(before), tuple(after)
    shared = {id(finding) for finding in old} & {id(finding) for finding in new}
    waiting: defaultdict[object, list[Finding]] = defaultdict(list)
    for finding in old:
        if id(finding) not in shared:
            waiting[finding.severity, finding_key(finding)].append(finding)
    gained: list[Finding] = []
    restated: list[tuple[Finding, Finding]] = []
    stayed: set[int] = set(shared)
    for finding in new:
        if id(finding) in shared:
            continue
        group = waiting.get((finding.severity, finding_key(finding)))
        if not group:
            gained.append(finding)
            continue
        # Of several with one key, the one that says the same is meant.
        number = next((n for n, known in enumerate(group) if known == finding), 0)
        known = group.pop(number)
        stayed.add(id(known))
        if known != finding:
            restated.append((known, finding))
    lost = tuple(finding for finding in old if id(finding) not in stayed)
    return tuple(gained), lost, tuple(restated)


def _changes(before: object, after: object, names: Iterable[str], prefix: str = "") -> Iterator[FieldChange]:
    """The fields of two values of one type that differ; of values inside them, their fields."""
    for name in names:
        old, new = getattr(before, name), getattr(after, name)
        if old is new or old == new:
            continue
        if is_dataclass(old) and type(old) is type(new):
            yield from _changes(old, new, _field_names(old), f"{prefix}{name}.")
        else:
            yield FieldChange(prefix + name, old, new)


def _field_names(of: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(of) if each.name not in _CHILDREN)


_Place: TypeAlias = "tuple[Datacenter, Cluster | Datacenter]"


@dataclass(frozen=True, slots=True)
class _Found:
    """What a processor has, and what machines find on it: see `HostKind`."""

    present: Features
    shown: Features
    refused: bool = False
    lacks: tuple[str, ...] = ()


class _Side:
    """One of the two plans: its places, where each host is, and what machines find on its hosts."""

    def __init__(self, plan: Plan) -> None:
        self.places: dict[str, _Place] = {}
        for datacenter in plan.datacenters:
            for cluster in datacenter.clusters:
                self.places[cluster.id] = datacenter, cluster
            self.places[datacenter.id] = datacenter, datacenter
        self.hosts: dict[str, tuple[Host, str, str | None]] = {}
        for key, (_, holder) in self.places.items():
            mode = holder.evc_mode if isinstance(holder, Cluster) else None
            for host in holder.hosts:
                self.hosts[host.id] = host, key, mode
        self._cpus = cpus(plan.cpus)
        self._modes = modes_of(plan)
        self._found: dict[tuple[str | None, str | None], _Found] = {}

    def features(self, cpu: str | None, mode: str | None) -> _Found:
        """What a processor shows in a cluster of an EVC mode, or of none."""
        key = cpu, mode
        answer = self._found.get(key)
        if answer is None:
            answer = self._found[key] = self._features(cpu, mode)
        return answer

    def _features(self, fingerprint: str | None, key: str | None) -> _Found:
        cpu = self._cpus.get(fingerprint or "")
        vendor = None if cpu is None else vendor_of(cpu, self._modes)
        if cpu is None or vendor is None:
            return _Found(None, None)
        present = self._modes.in_order(known_features(cpu, self._modes).present, vendor)
        if key is None:
            return _Found(present, present)
        mode = self._modes.get(key)
        if mode is None:
            return _Found(present, None)
        answer = support(cpu, mode, self._modes)
        if answer.answer is Answer.NO:
            return _Found(present, None, refused=True, lacks=answer.missing)
        if mode.requires is None:
            return _Found(present, None)
        hidden = set(loses(cpu, mode, self._modes))
        return _Found(present, tuple(name for name in present if name not in hidden))


def _places(before: Plan, after: Plan) -> tuple[PlaceComparison, ...]:
    old, new = _Side(before), _Side(after)
    # In the later plan's order; what it no longer has comes last.
    keys = dict.fromkeys((*new.places, *old.places))
    return tuple(_place(key, old, new) for key in keys)


def _place(key: str, old: _Side, new: _Side) -> PlaceComparison:
    was, now = old.places.get(key), new.places.get(key)
    datacenter = new.places[key][0] if key in new.places else old.places[key][0]
    before, after = was and was[1], now and now[1]
    hosts_before: Sequence[Host] = () if before is None else before.hosts
    hosts_after: Sequence[Host] = () if after is None else after.hosts
    settings: Iterable[FieldChange] = ()
    if before is not None and type(before) is type(after):
        settings = _changes(before, after, _field_names(before))
    machines = _machines(hosts_before, hosts_after, old, new) if hosts_before is not hosts_after else None
    return PlaceComparison(
        key,
        datacenter.name,
        before,
        after,
        tuple(settings),
        _moved(hosts_after, key, old),
        _moved(hosts_before, key, new),
        _kinds(hosts_after, old, new),
        () if machines is None else machines[0],
        () if machines is None else machines[1],
        () if machines is None else machines[2],
        () if machines is None else machines[3],
    )


def _moved(hosts: Sequence[Host], here: str, other: _Side) -> tuple[Moved, ...]:
    """The hosts that the other plan does not have here."""
    found: list[Moved] = []
    for host in hosts:
        place = other.hosts.get(host.id)
        if place is None or place[1] != here:
            found.append(Moved(host, None if place is None else place[1]))
    return tuple(found)


def _kinds(hosts: Sequence[Host], old: _Side, new: _Side) -> tuple[HostKind, ...]:
    groups: defaultdict[tuple[Any, ...], list[Host]] = defaultdict(list)
    for host in hosts:
        place = old.hosts.get(host.id)
        earlier = (False, None, None) if place is None else (True, place[0].cpu, place[2])
        groups[(*earlier, host.cpu, new.hosts[host.id][2])].append(host)
    kinds: list[HostKind] = []
    for (was_there, old_cpu, old_mode, cpu, mode), members in groups.items():
        earlier_found = old.features(old_cpu, old_mode) if was_there else _Found(None, None)
        before = earlier_found.shown
        found = new.features(cpu, mode)
        after = found.shown
        known = before is not None and after is not None
        kinds.append(
            HostKind(
                tuple(members),
                found.present,
                before,
                after,
                _without(after, before) if known else (),
                _without(before, after) if known else (),
                found.refused,
                found.lacks,
                earlier_found.refused,
            )
        )
    return tuple(sorted(kinds, key=lambda kind: -len(kind.hosts)))


def _without(features: Features, others: Features) -> tuple[str, ...]:
    missing = set(others or ())
    return tuple(name for name in features or () if name not in missing)


_Machines: TypeAlias = (
    "tuple[tuple[HostChange, ...], tuple[VmChange, ...], "
    "tuple[VirtualMachine, ...], tuple[VirtualMachine, ...]]"
)


def _machines(before: Sequence[Host], after: Sequence[Host], old: _Side, new: _Side) -> _Machines:
    """Hosts that changed, machines that changed, those that joined and those that left."""
    # A host that is the same object in the same place has the same machines.
    same = {id(host) for host in before} & {id(host) for host in after}
    hosts: list[HostChange] = []
    for host in after:
        place = old.hosts.get(host.id)
        if place is not None and place[0] is not host:
            changes = tuple(_changes(place[0], host, _field_names(host)))
            if changes:
                hosts.append(HostChange(place[0], host, changes))
    was = {vm.id: (vm, host.id) for host in before if id(host) not in same for vm in host.vms}
    now = {vm.id: (vm, host.id) for host in after if id(host) not in same for vm in host.vms}
    vms: list[VmChange] = []
    for key in now.keys() & was.keys():
        (earlier, left_host), (later, entered) = was[key], now[key]
        changes = () if earlier is later else tuple(_changes(earlier, later, _field_names(later)))
        if left_host != entered:
            changes = (*changes, FieldChange("host", left_host, entered))
        if changes:
            vms.append(VmChange(earlier, later, changes))
    vms.sort(key=lambda change: (change.after.name, change.after.id))
    joined = tuple(vm for key, (vm, _) in now.items() if key not in was)
    left = tuple(vm for key, (vm, _) in was.items() if key not in now)
    return tuple(hosts), tuple(vms), joined, left

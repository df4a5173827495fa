"""What moving some objects to a place would mean, before it is done: for drag and drop, paste and Move To.

Hosts go into clusters and datacenters, virtual machines to hosts, both resource pools and machines into pools
of their cluster. Answers about places that were asked before are kept, so that a cursor may pass over many.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Final

from flexgui.evc.migration_words import CONTEXT as MIGRATION
from flexgui.plan import edits, many
from flexgui.plan.inventory import Place, find
from flexgui.plan.migration import Outcome, Verdict, verdict
from flexgui.plan.values import Cluster, Datacenter, Edit, Host, Object, Plan, ResourcePool, VirtualMachine
from flexgui.rules import rehearsal
from flexgui.rules.check import Checker
from flexgui.rules.comparison import finding_key
from flexgui.rules.finding import Finding, Severity
from flexgui.translate import QT_TRANSLATE_NOOP, Said

CONTEXT: Final = "move"
"""The translation context of what this module says."""

Line = tuple[str, Said]
"""A sentence and the context that it is translated in."""

HOST_TARGETS: Final = QT_TRANSLATE_NOOP("move", "Hosts go into a cluster or a datacenter.")
VM_TARGETS: Final = QT_TRANSLATE_NOOP("move", "Virtual machines go to a host, or into a resource pool.")
POOL_TARGETS: Final = QT_TRANSLATE_NOOP("move", "Resource pools go into a cluster or another pool.")
FIXED: Final = QT_TRANSLATE_NOOP("move", "Clusters and datacenters stay where they are. Copy them instead.")
MIXED: Final = QT_TRANSLATE_NOOP("move", "These are objects of several kinds. Move one kind at a time.")
OTHER_CLUSTER: Final = QT_TRANSLATE_NOOP(
    "move", "{name} runs outside {cluster}. Move it to one of the hosts of {cluster} first."
)
POOL_STAYS: Final = QT_TRANSLATE_NOOP("move", "{name} is of another cluster. Create a resource pool here.")
INTO_ITSELF: Final = QT_TRANSLATE_NOOP("move", "{name} cannot be moved into itself or a pool in it.")
STANDALONE: Final = QT_TRANSLATE_NOOP("move", "Virtual machines go to a host. Choose one in {datacenter}.")


class Permission(Enum):
    """What becomes of a move. `ASK`: some machines move only powered off. `NOTHING`: all are there now."""

    ALLOWED = "allowed"
    ASK = "ask"
    REFUSED = "refused"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a move would mean.

    `why` says it where it is refused or has to be asked. `new` are the findings that the move brings,
    heaviest first; it is refused for those of severity error. `cold`: the running machines that move only
    powered off. `edit` does the move, and powers these off; None where nothing is to be done. In
    Rehearse a move that vCenter refuses has an `edit`, too: to be tried, and answered in vCenter's own words.
    `warnings` are those of the `verdicts` about machines.
    """

    permission: Permission
    kind: type[Object]
    names: tuple[str, ...]
    target: Object
    why: tuple[Line, ...] = ()
    new: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    cold: tuple[str, ...] = ()
    edit: Edit | None = None
    warnings: tuple[Line, ...] = ()

    @property
    def possible(self) -> bool:
        return self.permission in (Permission.ALLOWED, Permission.ASK)

    @property
    def tried(self) -> bool:
        """Whether it is refused by vCenter only, when it is tried."""
        return self.permission is Permission.REFUSED and self.edit is not None

    def count(self, severity: Severity) -> int:
        """How many findings of a severity the move brings."""
        return sum(finding.severity is severity for finding in self.new)


class Moving:
    """Some objects of a plan that are to be moved: what each place says to that.

    `before` are the findings of the plan, and `checker` knows them. While `rehearsing`, what vCenter would
    refuse now is refused. `last` is the place that was judged last, with the plan that its answer makes, that
    the checker then knows.
    """

    def __init__(
        self,
        plan: Plan,
        ids: Iterable[str],
        before: Sequence[Finding] | None = None,
        checker: Checker | None = None,
        rehearsing: bool = False,
    ) -> None:
        self.plan = plan
        found = many.outermost_places(plan, ids)
        self.ids = tuple(found)
        self.checker = checker or Checker()
        self.last: tuple[str, Plan] | None = None
        self._before = before
        self._known: set[int] = set()
        self._keys: set[object] = set()
        self._rehearsing = rehearsing
        self._answers: dict[str, Answer] = {}
        self._places: list[Place] = list(found.values())
        self._kinds = {type(place.object) for place in self._places}

    @property
    def kind(self) -> type[Object] | None:
        """The kind of the objects, where all are of one."""
        return next(iter(self._kinds)) if len(self._kinds) == 1 else None

    @property
    def names(self) -> tuple[str, ...]:
        """What the objects are called."""
        return tuple([_label(place.object) for place in self._places])

    def fits(self, target: Object | Plan) -> bool:
        """Whether a place is of the kind that such objects go to: a cheap answer, for every row."""
        if self.kind is Host:
            return isinstance(target, Cluster | Datacenter)
        if self.kind is VirtualMachine:
            return isinstance(target, Host | Cluster | ResourcePool)
        return self.kind is ResourcePool and isinstance(target, Cluster | ResourcePool)

    def known(self, target_id: str) -> Answer | None:
        """The answer of a place that was asked before."""
        return self._answers.get(target_id)

    def forget(self, target_id: str) -> None:
        """Judge a place anew when it is asked next: then `last` is about it."""
        self._answers.pop(target_id, None)

    def work(self, target_id: str) -> int:
        """How many hosts and machines the answer of a place has to look at: what it costs, roughly."""
        target = find(self.plan, target_id)
        holders = {} if target is None else {id(target.cluster): target.cluster}
        if self.kind is Host:
            holders |= {id(place.cluster): place.cluster for place in self._places}
        return len(self.ids) + sum(len(cluster.hosts) for cluster in holders.values() if cluster is not None)

    def onto(self, target_id: str) -> Answer:
        """What moving the objects to a place would mean. Raises KeyError for a place that the plan lacks."""
        answer = self._answers.get(target_id)
        if answer is None:
            place = find(self.plan, target_id)
            if place is None:
                raise KeyError(target_id)
            answer = self._answers[target_id] = self._judged(place)
        return answer

    # --- judging

    def _judged(self, target: Place) -> Answer:
        if self.kind is None:
            return self._refused(target, MIXED if self._places else FIXED)
        if self.kind is Host:
            if not self.fits(target.object):
                return self._refused(target, HOST_TARGETS)
            staying = [p for p in self._places if (p.cluster or p.datacenter) is target.object]
            ids = self._leaving(staying)
            return self._checked(
                target, ids, partial(edits.move_hosts, host_ids=ids, target_id=target.object.id)
            )
        if self.kind is VirtualMachine:
            return self._machines(target)
        if self.kind is ResourcePool:
            if not self.fits(target.object):
                return self._refused(target, POOL_TARGETS)
            return self._into_pool(target)
        return self._refused(target, FIXED)

    def _machines(self, target: Place) -> Answer:
        if isinstance(target.object, Cluster | ResourcePool):
            return self._into_pool(target)
        if isinstance(target.object, Datacenter):
            return self._refused(target, STANDALONE, datacenter=target.object.name)
        if not isinstance(target.object, Host):
            return self._refused(target, VM_TARGETS)
        host = target.object
        ids = self._leaving([place for place in self._places if place.host is host])
        found = [(vm_id, verdict(self.plan, vm_id, host.id)) for vm_id in ids]
        verdicts = tuple(each for _, each in found)
        cold = []
        for vm_id, each in found:
            place = find(self.plan, vm_id)
            runs = place is not None and getattr(place.object, "power_state", "") == "poweredOn"
            if each.outcome is Outcome.NEVER or (self._rehearsing and runs and each.outcome is Outcome.COLD):
                tried = partial(many.move_vms, vm_ids=ids, host_id=host.id) if self._rehearsing else None
                return self._answer(
                    Permission.REFUSED, target, ids, _reasons(each), verdicts=verdicts, edit=tried
                )
            if each.outcome is Outcome.COLD and runs:
                cold.append(vm_id)

        def edit(plan: Plan) -> Plan:
            moved = many.move_vms(plan, ids, host.id)
            return many.set_fields(moved, cold, power_state="poweredOff") if cold else moved

        why = next((_reasons(each) for _, each in found if each.outcome is Outcome.COLD), ()) if cold else ()
        if not why:
            why = next((_reasons(each)[:1] for _, each in found if each.outcome is Outcome.UNKNOWN), ())
        told = {said.text(): (MIGRATION, said) for each in verdicts for said in each.warnings}
        return self._checked(target, ids, edit, why, verdicts, tuple(cold), tuple(told.values()))

    def _into_pool(self, target: Place) -> Answer:
        """Machines or pools into a pool of their own cluster, or to its root pool."""
        cluster = target.cluster
        assert cluster is not None
        parent = target.object.id if isinstance(target.object, ResourcePool) else None
        for place in self._places:
            name = _label(place.object)
            if place.cluster is not cluster:
                text = POOL_STAYS if isinstance(place.object, ResourcePool) else OTHER_CLUSTER
                return self._refused(target, text, name=name, cluster=cluster.name)
            if parent is not None and place.object.id in many.above(cluster, parent):
                if place.object.id == parent and len(self._places) == 1:
                    return self._answer(Permission.NOTHING, target)
                return self._refused(target, INTO_ITSELF, name=name)
        ids = self._leaving([place for place in self._places if _pool_of(place.object) == parent])
        return self._checked(target, ids, partial(many.move_to_pool, ids=ids, target_id=target.object.id))

    def _leaving(self, staying: list[Place]) -> tuple[str, ...]:
        stays = {place.object.id for place in staying}
        return tuple([object_id for object_id in self.ids if object_id not in stays])

    def _checked(
        self,
        target: Place,
        ids: tuple[str, ...],
        edit: Edit,
        why: tuple[Line, ...] = (),
        verdicts: tuple[Verdict, ...] = (),
        cold: tuple[str, ...] = (),
        warnings: tuple[Line, ...] = (),
    ) -> Answer:
        """The answer by what the rules find anew after an edit."""
        if not ids:
            return self._answer(Permission.NOTHING, target)
        after = edit(self.plan)
        before, then = self._found(), self.checker.check(after)
        self.last = target.object.id, after
        said = _refusal(self.plan, after, before, then) if self._rehearsing else ()
        if said:
            return self._answer(Permission.REFUSED, target, ids, why=said, verdicts=verdicts, edit=edit)
        new = self._new(then)
        errors = [finding for finding in new if finding.severity is Severity.ERROR]
        if errors:
            lines = (("rules", Said(errors[0].template, errors[0].parameters)),)
            return self._answer(Permission.REFUSED, target, ids, why=lines, new=new, verdicts=verdicts)
        permission = Permission.ASK if cold else Permission.ALLOWED

        def known(plan: Plan) -> Plan:
            last = self.last
            judged = last is not None and last[0] == target.object.id and plan is self.plan
            return last[1] if judged and last is not None else edit(plan)

        return self._answer(permission, target, ids, why, new, verdicts, cold, known, warnings)

    def _found(self) -> Sequence[Finding]:
        """The findings of the plan as it is."""
        if self._before is None:
            self._before = self.checker.check(self.plan)
        if not self._known:
            self._known = {id(finding) for finding in self._before}
            self._keys = {finding_key(finding) for finding in self._before}
        return self._before

    def _new(self, then: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings after the move that the plan does not have; muted ones left out."""
        return tuple(
            [
                finding
                for finding in then
                if id(finding) not in self._known
                and finding.muted is None
                and finding_key(finding) not in self._keys
            ]
        )

    def _refused(
        self,
        target: Place,
        template: str | Line,
        *more: Line,
        verdicts: tuple[Verdict, ...] = (),
        **names: str,
    ) -> Answer:
        first = (CONTEXT, Said(template, names)) if isinstance(template, str) else template
        return self._answer(Permission.REFUSED, target, why=(first, *more), verdicts=verdicts)

    def _answer(
        self,
        permission: Permission,
        target: Place,
        ids: tuple[str, ...] | None = None,
        why: tuple[Line, ...] = (),
        new: tuple[Finding, ...] = (),
        verdicts: tuple[Verdict, ...] = (),
        cold: tuple[str, ...] = (),
        edit: Edit | None = None,
        warnings: tuple[Line, ...] = (),
    ) -> Answer:
        moved = set(self.ids if ids is None else ids)
        names = tuple([_label(place.object) for place in self._places if place.object.id in moved])
        kind = self.kind or (type(self._places[0].object) if self._places else Host)
        return Answer(permission, kind, names, target.object, why, new, verdicts, cold, edit, warnings)


def _refusal(
    before: Plan, after: Plan, found: Sequence[Finding], then: Sequence[Finding]
) -> tuple[Line, ...]:
    """Why vCenter would not do it now, and what to do about it; empty where it would."""
    refusals = rehearsal.answer(before, after, found, then).refusals
    lines = (refusals[0].why, refusals[0].remedy) if refusals else ()
    return tuple(line for line in lines if line is not None)


def _reasons(found: Verdict) -> tuple[Line, ...]:
    """What decides a verdict, and what to do about it."""
    said = (*found.reasons[:1], *(() if found.remedy is None else (found.remedy,)))
    return tuple((MIGRATION, each) for each in said)


def _label(found: Object) -> str:
    return found.label if isinstance(found, Host) else found.name


def _pool_of(found: Object) -> str | None:
    """The resource pool that a machine or a pool is in."""
    return found.resource_pool if isinstance(found, VirtualMachine) else getattr(found, "parent", None)

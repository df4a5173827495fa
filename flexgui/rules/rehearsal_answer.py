"""What vCenter answers to an action in Rehearse: what it is made of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from flexgui.evc.releases import at_least, releases
from flexgui.plan import edits, many
from flexgui.plan.changes import Change
from flexgui.plan.inventory import Place, find
from flexgui.plan.values import Cluster, Host, Plan
from flexgui.rules.faults import faults
from flexgui.rules.finding import Finding, Severity
from flexgui.translate import Said

Line = tuple[str, Said]
"""A sentence, and the context that windows translate it in."""


class Outcome(Enum):
    """What vCenter does. WAITING: the task begins, and does not end before something else is done."""

    DONE = "done"
    REFUSED = "refused"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why vCenter does not do an action.

    `why` is our sentence, `remedy` what to do first. `fault` is vSphere's class, `detail` its exact words
    where they are made for this case. `severity` is ERROR where the plan could not exist. `waits`: vCenter
    begins the task and waits.
    """

    object_id: str
    why: Line
    remedy: Line | None = None
    fault: str | None = None
    detail: str = ""
    rule: str | None = None
    severity: Severity = Severity.TODO
    waits: bool = False

    def vsphere_message(self) -> str:
        """What vSphere shows; empty where its words are not known."""
        return self.detail or (faults()[self.fault].text if self.fault in faults() else "")

    @classmethod
    def of(cls, finding: Finding) -> Refusal:
        return cls(
            finding.subject.object_id,
            ("rules", Said(finding.template, finding.parameters)),
            ("rules", Said(finding.remedy, finding.parameters)) if finding.remedy else None,
            finding.fault,
            rule=finding.rule,
            severity=finding.severity,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """vCenter's answer to an edit.

    `plan` is the plan after it: settled where it was done, else the one before. `actions` are the ids of what
    was asked for, `refusals` say why not, what vSphere has words for first; `remarks` are worth reading
    although it was done.
    """

    outcome: Outcome
    plan: Plan
    actions: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    remarks: tuple[Line, ...] = ()


@dataclass(slots=True)
class Moment:
    """What an action is weighed by: the plans before and after it, and what is found of what it touches."""

    before: Plan
    after: Plan
    findings: dict[str, list[Finding]]

    def at_least(self, release: str) -> bool:
        return at_least(self.after.release, release)

    @property
    def release_name(self) -> str:
        return releases()[self.after.release].name


@dataclass(slots=True)
class Settling:
    """What follows from an action that is done: fields of objects, machines that move, what to tell."""

    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    moves: dict[str, list[str]] = field(default_factory=dict)
    remarks: list[Line] = field(default_factory=list)

    def set(self, object_id: str, **values: Any) -> None:
        self.fields.setdefault(object_id, {}).update(values)

    def tell(self, template: str, **parameters: Any) -> None:
        self.remarks.append(("rehearsal", Said(template, parameters)))

    def apply(self, plan: Plan) -> Plan:
        """The plan with all of it."""
        hosts: dict[str, dict[str, dict[str, Any]]] = {}
        for object_id, values in self.fields.items():
            place = find(plan, object_id)
            if place is None:
                continue
            if place.host is not None:
                hosts.setdefault(place.host.id, {})[object_id] = values
            elif any(getattr(place.object, name) != value for name, value in values.items()):
                plan = edits.set_fields(plan, object_id, **values)

        def changed(host: Host) -> Host:
            own = hosts[host.id]
            vms = tuple(replace(vm, **own[vm.id]) if vm.id in own else vm for vm in host.vms)
            return replace(host, vms=vms, **own.get(host.id, {}))

        plan = edits.update_hosts(plan, dict.fromkeys(hosts, changed))
        for host_id, vm_ids in self.moves.items():
            plan = many.move_vms(plan, vm_ids, host_id)
        return plan


def had(change: Change, name: str) -> Any:
    """The value of a field before the edit."""
    return None if change.before is None else getattr(change.before.object, name)


def place_of(change: Change) -> Place:
    """Where the object is after the edit, or was before it was removed."""
    place = change.after or change.before
    assert place is not None
    return place


def host_of(change: Change) -> Host:
    """The host that an object is or is on."""
    host = place_of(change).host
    assert host is not None
    return host


def counts_as_existing(cluster: Cluster, release: str) -> bool:
    """Whether vCenter takes a cluster that it shows for an existing one.

    With VirtualCenter 2.5, EVC is enabled right after a cluster was created (paper, steps 5 to 7), and on
    none that exists: there a cluster stays new until it has EVC or a host.
    """
    return cluster.exists or at_least(release, "4.0") or bool(cluster.hosts) or cluster.evc_mode is not None

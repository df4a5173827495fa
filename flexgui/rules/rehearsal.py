"""Rehearse: what vCenter would answer, at this moment, to an action that is an edit.

An edit changes objects; each change is one or several actions of vCenter (`rehearsal_actions.ACTIONS`). The
answer is worked out from the findings of the plan after it: errors that the edit brings refuse it, and so do
the errors and todos of the rules that its actions name. What is done has the present state settled: what the
inventory shows then is what vCenter has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from flexgui.plan.changes import Change, changes, parent_id
from flexgui.plan.inventory import find
from flexgui.plan.values import Cluster, Datacenter, Host, Plan, VirtualMachine
from flexgui.rules.finding import Finding, Severity, Subject
from flexgui.rules.rehearsal_actions import actions_of
from flexgui.rules.rehearsal_answer import (
    Answer,
    Line,
    Moment,
    Outcome,
    Refusal,
    Settling,
    counts_as_existing,
)
from flexgui.translate import Said

__all__ = ["Answer", "Line", "Outcome", "Refusal", "answer", "brought", "settled"]


def answer(before: Plan, after: Plan, found: Sequence[Finding], then: Sequence[Finding]) -> Answer:
    """What vCenter answers to an edit.

    `found` and `then` are the findings of the plan before and after it, heaviest first, as a `Checker` gives
    them.
    """
    did = [change for change in changes(before, after) if not _part_of_another(change, before, after)]
    touched = set().union(*(_members(change) for change in did)) if did else set()
    by_object: dict[str, list[Finding]] = {}
    for finding in then:
        if finding.subject.object_id in touched:
            by_object.setdefault(finding.subject.object_id, []).append(finding)
    moment = Moment(before, after, by_object)
    asked = [(action, change) for change in did for action in actions_of(change)]
    names = tuple(dict.fromkeys(action.id for action, _ in asked))

    refusals: dict[object, Refusal] = {}
    for action, change in asked:
        mode = _mode(change)
        for object_id in _members(change) if action.weighs or action.weighs_with_evc else ():
            for finding in by_object.get(object_id, ()):
                if finding.severity in (Severity.ERROR, Severity.TODO) and action.weighed(finding, mode):
                    refusals.setdefault((finding.rule, finding.subject), Refusal.of(finding))
        for check in action.asks:
            for refusal in check(moment, change):
                refusals.setdefault((refusal.object_id, refusal.why[1].template), refusal)
    for finding in brought(found, then):
        refusals.setdefault((finding.rule, finding.subject), Refusal.of(finding))
    if refusals:
        # What vSphere has words for comes first; that the task waits is said where nothing refuses.
        ordered = sorted(refusals.values(), key=lambda r: (r.waits, r.fault is None))
        outcome = Outcome.WAITING if all(r.waits for r in ordered) else Outcome.REFUSED
        return Answer(outcome, before, names, tuple(ordered))

    settling = Settling()
    for action, change in asked:
        for settle in action.settles:
            settle(moment, change, settling)
        for object_id in _members(change) if action.remarks else ():
            for finding in by_object.get(object_id, ()):
                if finding.rule in action.remarks and finding.severity is not Severity.TODO:
                    settling.remarks.append(("rules", Said(finding.template, finding.parameters)))
    return Answer(Outcome.DONE, settling.apply(after), names, remarks=tuple(_once(settling.remarks)))


def brought(found: Iterable[Finding], then: Iterable[Finding]) -> Iterator[Finding]:
    """The errors of the plan after an edit that the one before does not have."""
    known = {_key(finding) for finding in _errors(found)}
    return (finding for finding in _errors(then) if _key(finding) not in known)


def _errors(findings: Iterable[Finding]) -> Iterator[Finding]:
    return takewhile(lambda finding: finding.severity is Severity.ERROR, findings)  # they come first


def _key(finding: Finding) -> tuple[str, Subject]:
    return finding.rule, finding.subject


def _once(lines: Iterable[Line]) -> list[Line]:
    return list({(context, said.text()): (context, said) for context, said in lines}.values())


def _part_of_another(change: Change, before: Plan, after: Plan) -> bool:
    """Whether an object only went with what it was in, or a machine only came with its host."""
    if change.removed:
        parent = parent_id(change.before)
        return parent is not None and find(after, parent) is None
    if change.added and isinstance(change.object, VirtualMachine):
        return find(before, parent_id(change.after)) is None
    return False


def _members(change: Change) -> Iterator[str]:
    """The ids of an object and of all that is in it, and of the cluster that it is in."""
    found = change.object
    yield found.id
    if change.after is not None and change.after.cluster is not None:
        yield change.after.cluster.id
    hosts = found.hosts if isinstance(found, Cluster) else (found,) if isinstance(found, Host) else ()
    if isinstance(found, Cluster) and not change.added and change.fields <= {"name", "resource_pools"}:
        return
    for host in hosts:
        yield host.id
        for vm in host.vms:
            yield vm.id


def _mode(change: Change) -> str | None:
    """The EVC mode of the cluster that an object is, or is in."""
    cluster = None if change.after is None else change.after.cluster
    return None if cluster is None else cluster.evc_mode


def settled(plan: Plan) -> Plan:
    """The plan where all that the inventory shows is what vCenter has; the same one where it is so."""

    def member(host: Host, parent: str) -> Host:
        return host if host.present_parent == parent else replace(host, present_parent=parent)

    def members(hosts: tuple[Host, ...], parent: str) -> tuple[Host, ...]:
        if all(host.present_parent == parent for host in hosts):
            return hosts
        return tuple(member(host, parent) for host in hosts)

    def inside(cluster: Cluster) -> Cluster:
        hosts = members(cluster.hosts, cluster.id)
        exists = counts_as_existing(cluster, plan.release)
        present = cluster.evc_mode
        if hosts is cluster.hosts and exists == cluster.exists and present == cluster.present_evc_mode:
            return cluster
        return replace(cluster, hosts=hosts, exists=exists, present_evc_mode=present)

    def whole(datacenter: Datacenter) -> Datacenter:
        hosts, clusters = (
            members(datacenter.hosts, datacenter.id),
            tuple(inside(cluster) for cluster in datacenter.clusters),
        )
        if hosts is datacenter.hosts and all(
            a is b for a, b in zip(clusters, datacenter.clusters, strict=True)
        ):
            return datacenter
        return replace(datacenter, hosts=hosts, clusters=clusters)

    datacenters = tuple(whole(datacenter) for datacenter in plan.datacenters)
    if all(a is b for a, b in zip(datacenters, plan.datacenters, strict=True)):
        return plan
    return replace(plan, datacenters=datacenters)

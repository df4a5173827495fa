"""The fixes of findings: the one edit that mends a finding, and of many findings all that can be mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import flexgui.rules.check  # noqa: F401 (registers all rules)
from flexgui.identity import cached_by_identity
from flexgui.plan.inventory import find
from flexgui.plan.values import Plan
from flexgui.rules import fixes_evc, fixes_hosts, fixes_settings  # noqa: F401 (they register their fixes)
from flexgui.rules.facts import Facts
from flexgui.rules.finding import Finding
from flexgui.rules.fix import FIXES, Case, Change, Fix, change_objects
from flexgui.rules.grouped import Grouped
from flexgui.rules.rule import RULES, ClusterView, DatacenterView, HostView, PlanView, Scope, View

_facts = cached_by_identity(4)(Facts.of)


def may_have_fix(finding: Finding) -> bool:
    """Whether findings of this rule can have a fix at all; `fix_of` tells whether this one has."""
    return finding.rule in FIXES


def fix_of(plan: Plan, finding: Finding) -> Fix | None:
    """The one edit that mends a finding of this plan; None where it takes a decision, or work elsewhere."""
    maker = FIXES.get(finding.rule)
    place = None if maker is None else find(plan, finding.subject.object_id)
    if maker is None or place is None:
        return None
    return maker(Case(plan, _facts(plan), finding, place))


@dataclass(frozen=True, slots=True)
class Mended:
    """A plan after several fixes, and those that were applied."""

    plan: Plan
    fixes: tuple[Fix, ...]


def mend(plan: Plan, findings: Iterable[Finding]) -> Mended:
    """Apply the fixes of several findings of a plan, each once.

    Where two want the same field, the first one has it; what it left of the other is still a finding.
    """
    changes: dict[str, list[Change]] = {}
    applied: list[Fix] = []
    later: list[Finding] = []
    taken: set[tuple[str, str]] = set()
    for finding in findings:
        fix = fix_of(plan, finding)
        if fix is not None and fix.alone:
            later.append(finding)
        elif fix is not None and fix.change is not None and (fix.object_id, fix.what) not in taken:
            taken.add((fix.object_id, fix.what))
            changes.setdefault(fix.object_id, []).append(fix.change)
            applied.append(fix)
    after = change_objects(plan, {key: _one_by_one(own) for key, own in changes.items()})
    for finding in later:
        fix = fix_of(after, finding) if after is plan or still_found(after, finding) else None
        if fix is not None:
            after = fix.edit(after)
            applied.append(fix)
    return Mended(after, tuple(applied))


def _one_by_one(changes: list[Change]) -> Change:
    def change(found: object) -> object:
        for each in changes:
            found = each(found)
        return found

    return change


def still_found(plan: Plan, finding: Finding) -> bool:
    """Whether a plan has a finding, which another one had, as well; only its rule is asked."""
    rule = RULES[finding.rule]
    return any(
        hit.subject == finding.subject and rule.templates[hit.template] == finding.template
        for view in _views(plan, finding, rule.scopes)
        for hit in rule.check(view)
    )


def _views(plan: Plan, finding: Finding, scopes: tuple[Scope, ...]) -> Iterator[View]:
    """What a rule may look at to say something of a finding's object."""
    place, facts = find(plan, finding.subject.object_id), _facts(plan)
    if place is None:
        return
    if "plan" in scopes:
        yield PlanView(facts, plan)
    if "datacenter" in scopes:
        yield DatacenterView(facts, place.datacenter)
    if "cluster" in scopes and place.cluster is not None:
        yield ClusterView(facts, place.datacenter, place.cluster, Grouped(place.cluster.hosts))
    if "host" in scopes and place.host is not None:
        yield HostView(facts, place.datacenter, place.cluster, place.host)

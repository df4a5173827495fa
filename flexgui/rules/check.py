"""All findings of a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from flexgui.plan.values import Plan
from flexgui.rules import dpm, drs, evc, ha, host, names, swap  # noqa: F401 (they register their rules)
from flexgui.rules.finding import Finding, Severity
from flexgui.rules.rule import (
    RULES,
    STEPS,
    ClusterView,
    DatacenterView,
    Facts,
    HostView,
    PlanView,
    Rule,
    Scope,
    View,
)


@cache
def _rules(scope: Scope) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES.values() if rule.scope == scope)


class Checker:
    """Checks plans, and keeps what it found for the parts that the next plan shares with the last one.

    Findings of a host depend on the facts, on the host and on its cluster's settings; of a cluster on the
    facts, the cluster and its datacenter's stores; and so on. Parts of a plan are values: the same object
    has the same findings. What is kept is keyed on identity and holds the objects.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], tuple[tuple[object, ...], tuple[Finding, ...]]] = {}
        self._facts: Facts | None = None
        self._parts: tuple[object, ...] = ()

    def check(self, plan: Plan) -> tuple[Finding, ...]:
        """The findings of a plan, heaviest first, then in the order of steps; muted ones are marked."""
        parts = (plan.release, plan.modes, plan.cpus)
        if self._facts is None or any(new is not old for new, old in zip(parts, self._parts, strict=True)):
            self._facts, self._parts, self._kept = Facts.of(plan), parts, {}
        facts = self._facts
        kept: dict[tuple[object, ...], tuple[tuple[object, ...], tuple[Finding, ...]]] = {}
        found: list[Finding] = []
        for holds, view in _views(facts, plan):
            key: tuple[object, ...] = tuple(id(part) for part in holds)
            known = self._kept.get(key) or (holds, tuple(_findings(view)))
            kept[key] = known
            found += known[1]
        self._kept = kept
        return tuple(sorted(_muted(plan, found), key=_order))


def check(plan: Plan) -> tuple[Finding, ...]:
    """The findings of one plan, checked from scratch; see `Checker.check` for the order."""
    return Checker().check(plan)


def _views(facts: Facts, plan: Plan) -> Iterator[tuple[tuple[object, ...], View]]:
    """Every view of a plan, with the objects that its findings depend on."""
    yield (plan,), PlanView(facts, plan)
    for datacenter in plan.datacenters:
        yield (datacenter,), DatacenterView(facts, datacenter)
        stores = (datacenter.datastores, datacenter.networks)
        for cluster in datacenter.clusters:
            yield (cluster, *stores), ClusterView(facts, datacenter, cluster)
            for member in cluster.hosts:
                settings = (cluster.evc_mode, cluster.drs, cluster.ha, cluster.dpm, cluster.vm_swap_placement)
                parts = (member, *settings, cluster.exists, cluster.present_evc_mode, *stores, cluster.id)
                yield parts, HostView(facts, datacenter, cluster, member)
        for member in datacenter.hosts:
            yield (member, *stores), HostView(facts, datacenter, None, member)


def _findings(view: View) -> Iterator[Finding]:
    scopes: dict[type, Scope] = {
        PlanView: "plan",
        DatacenterView: "datacenter",
        ClusterView: "cluster",
        HostView: "host",
    }
    for rule in _rules(scopes[type(view)]):
        for hit in rule.check(view):
            yield hit.finding(rule)


def _muted(plan: Plan, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, those that somebody muted with the reason. An error cannot be muted."""
    reasons = {(m.rule, m.object): m.reason for m in plan.muted}
    for finding in findings:
        reason = reasons.get((finding.rule, finding.subject.object_id))
        if reason is None or finding.severity is Severity.ERROR:
            yield finding
        else:
            yield replace(finding, muted=reason)


def _order(finding: Finding) -> tuple[int, int, str]:
    return finding.severity.rank, STEPS.index(finding.step), finding.rule


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each severity there are, muted ones not counted; all severities are named."""
    found = Counter(f.severity.value for f in findings if f.muted is None)
    return {severity.value: found[severity.value] for severity in Severity}

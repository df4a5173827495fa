"""All findings of a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, compress, count
from operator import is_not

from flexgui.plan.collecting import without_collecting
from flexgui.plan.inventory import cpus
from flexgui.plan.values import Cluster, Datacenter, Host, MutedFinding, Plan
from flexgui.rules import (  # noqa: F401 (they register their rules)
    dpm,
    drs,
    evc,
    evc_common,
    evc_hosts,
    evc_tsx,
    evc_vms,
    ha,
    host,
    host_evidence,
    host_license,
    host_state,
    microcode,
    names,
    swap,
)
from flexgui.rules.alike import Kinds
from flexgui.rules.facts import Facts, present_modes
from flexgui.rules.finding import Finding, Severity
from flexgui.rules.grouped import Grouped
from flexgui.rules.rule import (
    RULES,
    STEPS,
    ClusterView,
    DatacenterView,
    HostView,
    PlanView,
    Rule,
    Scope,
    View,
)

SCOPES: dict[type, Scope] = {
    PlanView: "plan",
    DatacenterView: "datacenter",
    ClusterView: "cluster",
    HostView: "host",
}

ROUTINE = frozenset({"host.thumbprint", "host.evaluation"})
"""Rules that speak of every new host: what they say comes after all else of its severity."""

Order = tuple[int, bool, int, str]
"""Severity, routine, step, rule: what findings are sorted by."""

Sorted = dict[Order, list[Finding]]
"""Findings of a part of the plan, put in boxes by what they are sorted by."""


@dataclass(slots=True)
class _Group:
    """What was found for a cluster and its hosts, or for a datacenter's standalone hosts.

    `holds` are the objects that the findings depend on, `settings` those that every host's findings depend
    on; all are held, so that their ids stay theirs. `of_hosts` has what was found for each of `hosts`,
    `of_cluster` what each rule found for the cluster itself.
    """

    holds: tuple[object, ...]
    settings: tuple[object, ...]
    pools: object
    hosts: tuple[Host, ...]
    grouped: Grouped
    of_hosts: list[tuple[Finding, ...]]
    of_cluster: dict[str, tuple[Finding, ...]]
    found: Sorted


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a checker knows after a plan. `parts` are what its facts were made of."""

    facts: Facts | None
    kinds: Kinds
    parts: tuple[object, ...]
    datacenters: dict[int, tuple[Datacenter, Sorted]]
    groups: dict[str, _Group]


class Checker:
    """Checks plans, and keeps what it found for the parts that the next plan shares with the last one.

    Findings of a host depend on the facts, on the host and on its cluster's settings; of a cluster on the
    facts, the cluster and its datacenter's stores; and so on. Parts of a plan are values: the same object
    has the same findings. After an edit only the groups that it touched are looked at, and in them only the
    hosts that it touched are checked again.
    """

    def __init__(self, knowledge: Knowledge | None = None) -> None:
        known = knowledge or Knowledge(None, Kinds(()), (), {}, {})
        self._facts, self.kinds, self._parts = known.facts, known.kinds, known.parts
        self._datacenters, self._groups = known.datacenters, known.groups

    @property
    def knowledge(self) -> Knowledge:
        """What this one knows; a checker that begins with it must not be used on another thread."""
        return Knowledge(self._facts, self.kinds, self._parts, self._datacenters, self._groups)

    def fork(self) -> Checker:
        """A checker that knows what this one knows, for plans that may never come to be."""
        return Checker(replace(self.knowledge, kinds=self.kinds.copy()))

    def work(self, plan: Plan) -> int:
        """How many hosts checking a plan has to look at: what it costs, roughly."""
        facts, parts = self._facts, (plan.release, plan.modes, plan.cpus)
        known = facts is not None and facts.present_modes == present_modes(plan)
        groups = self._groups if known and _same(parts, self._parts) else {}
        total = 0
        for datacenter in plan.datacenters:
            for cluster in (*datacenter.clusters, None):
                members = datacenter.hosts if cluster is None else cluster.hosts
                group = groups.get(datacenter.id if cluster is None else cluster.id)
                settings = _all_settings(datacenter, cluster)
                if group is None or not _same(settings, group.settings):
                    total += len(members)
                elif members is not group.hosts:
                    places = _edited(group.hosts, members)
                    total += len(members) if places is None else len(places)
        return total

    def check(self, plan: Plan) -> tuple[Finding, ...]:
        """The findings of a plan, heaviest first, then in the order of steps; muted ones are marked."""
        with without_collecting():
            return self._check(plan)

    def _check(self, plan: Plan) -> tuple[Finding, ...]:
        parts = (plan.release, plan.modes, plan.cpus)
        stale = self._facts is None or self._facts.present_modes != present_modes(plan)
        if not stale and self._only_unused_cpus_differ(plan):
            self._facts, self._parts = Facts.of(plan), parts
        elif self._facts is None or stale or not _same(parts, self._parts):
            self._facts, self._parts, self._datacenters, self._groups = Facts.of(plan), parts, {}, {}
            self.kinds = Kinds(_rules("host"))
        boxes: list[Sorted] = [_sorted(_findings(PlanView(self._facts, plan)))]
        datacenters, groups = {}, {}
        for datacenter in plan.datacenters:
            known = self._datacenters.get(id(datacenter)) or (
                datacenter,
                _sorted(_findings(DatacenterView(self._facts, datacenter))),
            )
            datacenters[id(datacenter)] = known
            boxes.append(known[1])
            for cluster in (*datacenter.clusters, None):
                key = datacenter.id if cluster is None else cluster.id
                group = groups[key] = self._group(self._facts, datacenter, cluster, self._groups.get(key))
                boxes.append(group.found)
        self._datacenters, self._groups = datacenters, groups
        return tuple(_muted(plan.muted, _merged(boxes)))

    def _only_unused_cpus_differ(self, plan: Plan) -> bool:
        """Whether what rules may know besides their object differs only in processors that nobody had."""
        if self._facts is None or not _same((plan.release, plan.modes), self._parts[:2]):
            return False
        if plan.cpus is self._parts[2]:
            return False
        old, new = self._facts.cpus, cpus(plan.cpus)
        differ = {name for name in old.keys() | new.keys() if old.get(name) is not new.get(name)}
        return not self.kinds.met(differ) and not any(
            member.cpu in differ or any(each.cpu in differ for each in member.evidence)
            for group in self._groups.values()
            for member in group.hosts
        )

    def _group(
        self, facts: Facts, datacenter: Datacenter, cluster: Cluster | None, old: _Group | None
    ) -> _Group:
        members = datacenter.hosts if cluster is None else cluster.hosts
        holds = (members if cluster is None else cluster, *_stores(datacenter))
        if old is not None and _same(holds, old.holds):
            return old
        settings = _all_settings(datacenter, cluster)
        pools = None if cluster is None else cluster.resource_pools
        if old is None or not _same(settings, old.settings):
            old = None
        places = None if old is None else _edited(old.hosts, members)
        grouped = Grouped(members)
        changed = None
        if old is not None and places is not None:
            grouped = Grouped(members, old.grouped, places)
            changed = None if pools is not old.pools else _changed(old.hosts, members, places)
        of_hosts = self._of_hosts(facts, datacenter, cluster, members, old, places)
        of_cluster: dict[str, tuple[Finding, ...]] = {}
        if cluster is not None:
            view = ClusterView(facts, datacenter, cluster, grouped)
            for rule in _rules("cluster"):
                known = None if old is None else old.of_cluster[rule.id]
                if known is None or changed is None or _must_ask(rule, known, changed):
                    known = tuple(_findings(view, (rule,)))
                of_cluster[rule.id] = known
        found = _sorted(chain(*of_cluster.values(), chain.from_iterable(of_hosts)))
        return _Group(holds, settings, pools, members, grouped, of_hosts, of_cluster, found)

    def _of_hosts(
        self,
        facts: Facts,
        datacenter: Datacenter,
        cluster: Cluster | None,
        members: tuple[Host, ...],
        old: _Group | None,
        new: Sequence[int] | None,
    ) -> list[tuple[Finding, ...]]:
        """What was found for each host; the same hosts under the same settings are not asked again.

        `new`: the places of those that are others than before; None where places mean nothing.
        """
        if old is not None and new is not None:
            found = old.of_hosts.copy()
        else:
            found, new = [()] * len(members), range(len(members))
        kept: dict[int, tuple[Finding, ...]] = {}
        if old is not None and len(new) > 1:
            kept = {id(host): own for host, own in zip(old.hosts, old.of_hosts, strict=True)}
        for number in new:
            member = members[number]
            known = kept.get(id(member))
            if known is None:
                view = HostView(facts, datacenter, cluster, member)
                known = tuple(_findings(view, self.kinds.rules(view)))
            found[number] = known
        return found


_FIELDS = tuple(Host.__dataclass_fields__)
_LABEL = frozenset({"name", "address"})


def _must_ask(rule: Rule, found: tuple[Finding, ...], changed: frozenset[str]) -> bool:
    """Whether a rule about a cluster may find something else after hosts changed in some fields.

    What hosts are called is told by findings, and decides none.
    """
    return rule.reads is None or bool(rule.reads & changed) or bool(found and changed & _LABEL)


def _edited(old: tuple[Host, ...], new: tuple[Host, ...]) -> list[int] | None:
    """The places at which hosts differ; None where there are more or fewer."""
    return list(compress(count(), map(is_not, old, new))) if len(old) == len(new) else None


def _changed(old: tuple[Host, ...], new: tuple[Host, ...], places: Iterable[int]) -> frozenset[str] | None:
    """The fields in which the hosts at some places differ; None where they are others."""
    changed = {
        name for place in places for name in _FIELDS if getattr(old[place], name) != getattr(new[place], name)
    }
    return None if "id" in changed else frozenset(changed)


def check(plan: Plan) -> tuple[Finding, ...]:
    """The findings of one plan, checked from scratch; see `Checker.check` for the order."""
    return Checker().check(plan)


def _stores(datacenter: Datacenter) -> tuple[object, ...]:
    return datacenter.id, datacenter.datastores, datacenter.networks


def _all_settings(datacenter: Datacenter, cluster: Cluster | None) -> tuple[object, ...]:
    """What every host's findings may depend on, in a cluster or standalone."""
    stores = _stores(datacenter)
    return stores if cluster is None else (*stores, *_settings(cluster))


def _settings(cluster: Cluster) -> tuple[object, ...]:
    """What a host's findings may depend on of its cluster: everything but its hosts and resource pools."""
    return (
        cluster.id,
        cluster.name,
        cluster.ha,
        cluster.drs,
        cluster.dpm,
        cluster.evc_mode,
        cluster.vm_swap_placement,
        cluster.exists,
        cluster.present_evc_mode,
    )


def _same(new: tuple[object, ...], old: tuple[object, ...]) -> bool:
    return len(new) == len(old) and all(a is b for a, b in zip(new, old, strict=True))


@cache
def _rules(scope: Scope) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES.values() if scope in rule.scopes)


def _findings(view: View, rules: tuple[Rule, ...] | None = None) -> Iterator[Finding]:
    """What all rules of a view's scope find, or only some of them."""
    for rule in _rules(SCOPES[type(view)]) if rules is None else rules:
        for hit in rule.check(view):
            yield hit.finding(rule)


def order(finding: Finding) -> Order:
    """What findings are sorted by, and those that are alike in it by their place in the plan."""
    key = finding.rule, id(finding.severity)
    found = _orders.get(key)
    if found is None:
        found = finding.severity.rank, finding.rule in ROUTINE, STEPS.index(finding.step), finding.rule
        _orders[key] = found
    return found


_orders: dict[tuple[str, int], Order] = {}
"""By the rule and which severity it is: they are few, and thousands of findings are sorted at once."""


def _sorted(findings: Iterable[Finding]) -> Sorted:
    boxes: Sorted = {}
    for finding in findings:
        boxes.setdefault(order(finding), []).append(finding)
    return boxes


def _merged(parts: list[Sorted]) -> list[Finding]:
    """The findings of all parts; those that sort alike stay in the order of the plan."""
    boxes: Sorted = {}
    for part in parts:
        for key, findings in part.items():
            boxes.setdefault(key, []).extend(findings)
    return [finding for key in sorted(boxes) for finding in boxes[key]]


def _muted(muted: tuple[MutedFinding, ...], findings: list[Finding]) -> Iterable[Finding]:
    """The findings, those that somebody muted with the reason. An error cannot be muted."""
    if not muted:
        return findings
    reasons = {(m.rule, m.object): m.reason for m in muted}
    return (_marked(finding, reasons) for finding in findings)


def _marked(finding: Finding, reasons: dict[tuple[str, str], str]) -> Finding:
    reason = reasons.get((finding.rule, finding.subject.object_id))
    if reason is None or finding.severity is Severity.ERROR:
        return finding
    return replace(finding, muted=reason)


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each severity there are, muted ones not counted; all severities are named."""
    found = Counter(f.severity.value for f in findings if f.muted is None)
    return {severity.value: found[severity.value] for severity in Severity}

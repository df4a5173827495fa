"""Rules that are not asked of a host would have found nothing on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from flexgui.plan import edits, inventory
from flexgui.plan.fleet import make_fleet
from flexgui.plan.values import Host, Plan
from flexgui.rules import check as module
from flexgui.rules.alike import SHARED, Kinds
from flexgui.rules.check import Checker, check
from flexgui.rules.facts import Facts
from flexgui.rules.finding import Finding, Severity, Subject
from flexgui.rules.grouped import Grouped
from flexgui.rules.rule import RULES, ClusterView, Hit, HostView, Rule
from tests.plan.strategies import plans
from tests.rules import table_evc, table_hosts, table_settings, table_silicon
from tests.rules.plans import MEROM, PENRYN, host, plan

OF_HOSTS = tuple(rule for rule in RULES.values() if "host" in rule.scopes)


def views(of: Plan) -> Iterator[HostView]:
    facts = Facts.of(of)
    for datacenter, cluster, member in inventory.hosts(of):
        yield HostView(facts, datacenter, cluster, member)


def asked_of_all(of: Plan) -> list[Finding]:
    return [hit.finding(rule) for view in views(of) for rule in OF_HOSTS for hit in rule.check(view)]


@given(plans())
def test_no_finding_is_lost(any_plan: Plan) -> None:
    names = {rule.id for rule in OF_HOSTS}
    per_host = {place.object.id for place in inventory.places(any_plan) if place.host is not None}
    found = [replace(f, muted=None) for f in check(any_plan)]
    found = [f for f in found if f.rule in names and f.subject.object_id in per_host]
    assert sorted(map(repr, found)) == sorted(map(repr, asked_of_all(any_plan)))


def test_no_finding_of_a_fleet_is_lost() -> None:
    fleet = make_fleet(600, 11, clusters=40, distinct=80, vms=300)
    names = {rule.id for rule in OF_HOSTS}
    found = [f for f in check(fleet) if f.rule in names]
    clusters = {cluster.id for datacenter in fleet.datacenters for cluster in datacenter.clusters}
    found = [f for f in found if f.subject.object_id not in clusters]
    assert sorted(map(repr, found)) == sorted(map(repr, asked_of_all(fleet)))


def asked(check: Any, *hosts: Any) -> list[str]:
    """The addresses of the hosts that a rule is asked of, once it was asked of the first to learn."""
    rule = Rule("host.test", "host", ("host",), (Severity.INFO,), "", "", ("",), ("",), "", (), check)
    kinds = Kinds([rule])
    return [view.host.address for view in views(plan(*hosts)) if kinds.rules(view)]


def test_a_quiet_rule_is_not_asked_of_hosts_that_are_alike() -> None:
    def quiet(view: HostView) -> Iterator[Hit]:
        subject = Subject(view.host.id, "xd")
        if view.host.xd == "disabled":
            yield Hit(subject, {"host": view.host.label})

    off = host(2, MEROM, xd="disabled")
    assert asked(quiet, host(1, MEROM), off, host(3, PENRYN)) == [off.address]


@pytest.mark.parametrize("field", ["address", "memory_mb", "thumbprint", "vms"])
def test_a_rule_that_reads_what_hosts_have_of_their_own_is_asked_of_each(field: str) -> None:
    def curious(view: HostView) -> Iterator[Hit]:
        getattr(view.host, field)
        yield from ()

    first, second = host(1, MEROM, thumbprint="AB", memory_mb=4), host(2, MEROM, thumbprint="CD", memory_mb=8)
    fleet = plan(first, second)
    if field == "vms":
        assert asked(curious, first, second) == []  # both have none
        machine = make_fleet(1, 1, vms=1).datacenters[0].clusters[0].hosts[0].vms[0]
        first = replace(first, vms=(machine,))
        assert asked(curious, first, second) == [first.address]
    else:
        assert asked(curious, *fleet.datacenters[0].clusters[0].hosts) == [first.address, second.address]


@pytest.mark.parametrize(
    "look",
    [
        lambda text: text.startswith("host"),
        lambda text: text == "host-1",
        lambda text: text in {"host-1"},
        lambda text: len(text),
        lambda text: f"{text}",
        lambda text: text and 1,
        lambda text: text + "1",
        lambda text: text[0],
    ],
)
def test_a_rule_that_looks_into_an_id_or_a_label_is_asked_of_each(look: Any) -> None:
    def curious(view: HostView) -> Iterator[Hit]:
        look(view.host.id)
        yield from ()

    assert len(asked(curious, host(1, MEROM), host(2, MEROM))) == 2


def test_what_rules_read_of_hosts_is_shared_but_for_names_and_machines() -> None:
    """A new field that rules of scope "host" read joins `SHARED`, or checking a large plan gets slower."""
    fleet = make_fleet(2000, 5, clusters=20)
    checker = Checker()
    checker.check(fleet)
    members = [view for view in views(fleet) if not view.host.vms]
    numbers = [len(checker.kinds.rules(view)) for view in members]
    assert sum(numbers) / len(numbers) < 5


class Reading:
    """Stands for a host and notes what is read of it."""

    def __init__(self, of: Host, read: set[str]) -> None:
        self._of, self._read = of, read

    def __getattr__(self, name: str) -> Any:
        self._read.add(name)
        value = getattr(self._of, name)
        return Opened(value, self._read) if name == "label" else value


class Opened(str):
    """A label; whoever compares it notes that it was looked into."""

    def __new__(cls, text: str, read: set[str]) -> Opened:
        made = super().__new__(cls, text)
        made.read = read
        return made

    read: set[str]

    def __eq__(self, other: object) -> bool:
        self.read.add("label, looked into")
        return str.__eq__(self, other)  # type: ignore[arg-type]

    def __lt__(self, other: str) -> bool:
        self.read.add("label, looked into")
        return str.__lt__(self, other)

    __hash__ = None  # type: ignore[assignment]


def undeclared(of: Plan) -> set[tuple[str, str]]:
    """What rules of scope "cluster" read of hosts without saying so."""
    found = set()
    facts = Facts.of(of)
    for datacenter in of.datacenters:
        for cluster in datacenter.clusters:
            for rule in RULES.values():
                if "cluster" in rule.scopes and rule.reads is not None:
                    read: set[str] = set()
                    hosts: Any = tuple(Reading(member, read) for member in cluster.hosts)
                    watched = replace(cluster, hosts=hosts)
                    list(rule.check(ClusterView(facts, datacenter, watched, Grouped(hosts))))
                    found |= {(rule.id, name) for name in read - rule.reads - {"id", "label"}}
    return found


@given(plans())
def test_rules_read_of_hosts_what_they_declare(any_plan: Plan) -> None:
    assert undeclared(any_plan) == set()


@pytest.mark.parametrize(
    "table", [table_settings.TABLE, table_evc.TABLE, table_hosts.TABLE, table_silicon.TABLE]
)
def test_rules_read_of_hosts_what_they_declare_in_every_case(table: Any) -> None:
    assert set().union(*(undeclared(case.plan) for case in table)) == set()


def test_an_edit_of_one_host_among_many_asks_few_rules() -> None:
    fleet = make_fleet(2000, 5, clusters=200)
    checker = Checker()
    checker.check(fleet)
    _, _, member = next(inventory.hosts(fleet))
    before = checker.kinds.asked
    checker.check(edits.set_fields(fleet, member.id, xd="disabled"))
    assert checker.kinds.asked - before <= len(OF_HOSTS)


def test_shared_fields_are_fields_of_hosts() -> None:
    assert set(SHARED) <= set(type(host(1, MEROM)).__dataclass_fields__)


def test_an_edit_of_a_host_asks_rules_about_its_cluster_only_where_they_read_it() -> None:
    before = make_fleet(60, 5, clusters=1)
    _, _, member = next(inventory.hosts(before))
    asked: list[str] = []
    checker = Checker()
    checker.check(before)
    with pytest.MonkeyPatch.context() as patched:
        findings = module._findings

        def counted(view: Any, *rules: Any) -> Any:
            asked.extend(rule.id for rule in rules[0] if isinstance(view, ClusterView)) if rules else None
            return findings(view, *rules)

        patched.setattr(module, "_findings", counted)
        after = edits.set_fields(before, member.id, memory_mb=1)
        found = checker.check(after)
        assert asked == ["ha.memory", "ha.capacity"]
        asked.clear()
        renamed = edits.set_fields(after, member.id, name="another")
        told = checker.check(renamed)
        assert set(asked) == {f.rule for f in found if f.subject.object_id.startswith("domain-c")}
    assert found == check(after)
    assert told == check(renamed)

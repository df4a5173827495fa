"""Checking again after an edit gives what checking from scratch gives, whatever the plan."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from flexgui.evc.releases import releases
from flexgui.evc.series import assumed_cpu, series
from flexgui.plan import edits, inventory
from flexgui.plan.values import Cluster, Datacenter, Host, Plan, VirtualMachine
from flexgui.rules import check as module
from flexgui.rules.check import Checker, check, counts
from flexgui.rules.finding import Severity
from flexgui.rules.rule import RULES, HostView
from tests.plan.strategies import CLUSTERS, DATACENTERS, HOSTS, MACHINES, plans
from tests.rules.plans import MEROM, PENRYN, host, hosts, plan, running

KINDS: dict[type, Any] = {Datacenter: DATACENTERS, Cluster: CLUSTERS, Host: HOSTS, VirtualMachine: MACHINES}
KEPT = {"id", "vms", "hosts", "clusters", "resource_pools", "resource_pool"}
"""Fields that an edit of a field alone must leave: they hold other objects."""


@st.composite
def edited(draw: st.DrawFn, before: Plan) -> Plan:
    """The plan after one edit, drawn from all that windows do."""
    places = list(inventory.places(before))
    if not places or draw(st.integers(0, 9)) == 0:
        return edits.set_release(before, draw(st.sampled_from(sorted(releases()))))
    place = draw(st.sampled_from(places))
    target = place.object
    action = draw(st.sampled_from(["change", "change", "remove", "move", "mute", "add"]))
    if action == "remove":
        return edits.remove(before, target.id)
    if action == "mute":
        return edits.mute(before, draw(st.sampled_from(sorted(RULES))), target.id, "because")
    if action == "move" and isinstance(target, Host):
        parents = [p.object.id for p in places if isinstance(p.object, Cluster | Datacenter)]
        return edits.move_hosts(before, [target.id], draw(st.sampled_from(parents)))
    if action == "add" and isinstance(target, Cluster | Datacenter):
        new = replace(draw(HOSTS), id=edits.new_id(before, Host), vms=())
        return edits.add_host(before, target.id, new)
    if type(target) in KINDS:
        other = draw(KINDS[type(target)])
        names = sorted(set(target.__dataclass_fields__) - KEPT)
        some = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
        return edits.set_fields(before, target.id, **{name: getattr(other, name) for name in some})
    return edits.set_fields(before, target.id, name="another")


@given(st.data())
def test_incremental_checks_equal_checks_from_scratch(data: st.DataObject) -> None:
    checker, current = Checker(), data.draw(plans())
    history = [current]
    assert checker.check(current) == check(current)
    for _ in range(5):
        undo = data.draw(st.integers(0, 4)) == 0
        current = data.draw(st.sampled_from(history)) if undo else data.draw(edited(current))
        history.append(current)
        assert checker.check(current) == check(current)


FULL = CLUSTERS.filter(lambda cluster: bool(cluster.hosts))


@settings(phases=(Phase.explicit, Phase.reuse, Phase.generate))  # shrinking two plans takes minutes
@given(plans(), FULL, FULL, st.sampled_from(["2.5u2", "4.1", "8.0"]))
def test_every_setting_of_a_cluster_reaches_its_findings(
    first: Plan, cluster: Cluster, other: Cluster, release: str
) -> None:
    """Each field in turn is changed, and changed back."""
    members = tuple(replace(h, id=f"host-{n}", vms=()) for n, h in enumerate(cluster.hosts, 5000))
    cluster = replace(cluster, id="domain-c4000", resource_pools=(), hosts=members)
    before = edits.add_datacenter(
        edits.set_release(first, release), Datacenter(id="datacenter-4001", name="new", clusters=(cluster,))
    )
    checker = Checker()
    checker.check(before)
    for name in sorted(set(cluster.__dataclass_fields__) - KEPT):
        after = edits.set_fields(before, cluster.id, **{name: getattr(other, name)})
        assert checker.check(after) == check(after), name
        assert checker.check(before) == check(before), name


OF_HOSTS = {"datastores", "networks"}
"""Fields of a cluster's hosts that a finding about the cluster names."""


@given(plans())
def test_any_plan_can_be_checked(any_plan: Plan) -> None:
    ids = {place.object.id for place in inventory.places(any_plan)}
    ranks = []
    for finding in check(any_plan):
        rule = RULES[finding.rule]
        assert finding.message()
        assert finding.advice()
        assert finding.severity in rule.severities
        assert finding.subject.object_id in ids
        place = inventory.find(any_plan, finding.subject.object_id)
        assert place is not None
        if finding.subject.field not in OF_HOSTS:
            attrgetter(finding.subject.field)(place.object)  # the field is a path that leads somewhere
        ranks.append(finding.severity.rank)
    assert ranks == sorted(ranks)


@given(plans())
def test_the_order_of_checking_does_not_matter(any_plan: Plan) -> None:
    """Facts that are kept while checking must not change what is found later."""
    assert check(any_plan) == check(any_plan)


def big() -> Plan:
    return plan(*hosts(*[MEROM, PENRYN] * 10), evc_mode="intel-merom")


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the hosts that were checked."""
    seen: list[str] = []
    findings = module._findings

    def counted(view: Any, *rules: Any) -> Any:
        if isinstance(view, HostView):
            seen.append(view.host.id)
        return findings(view, *rules)

    monkeypatch.setattr(module, "_findings", counted)
    return seen


def test_an_edit_of_one_host_checks_one_host(checked: list[str]) -> None:
    checker, before = Checker(), big()
    checker.check(before)
    assert len(checked) == 20
    checked.clear()
    checker.check(edits.set_fields(before, "host-7", xd="disabled"))
    assert checked == ["host-7"]


def test_an_edit_of_a_name_checks_no_host_twice(checked: list[str]) -> None:
    checker, before = Checker(), big()
    checker.check(before)
    checked.clear()
    checker.check(edits.set_fields(before, "datacenter-1", name="Torino"))
    assert checked == []


def test_a_change_of_the_mode_checks_all_hosts_of_the_cluster(checked: list[str]) -> None:
    checker, before = Checker(), big()
    checker.check(before)
    checked.clear()
    checker.check(edits.set_fields(before, "domain-c1", evc_mode=None))
    assert len(checked) == 20


def test_what_a_cluster_has_now_reaches_hosts_that_leave_it() -> None:
    """A machine was started under the present mode of the cluster that its host comes from."""
    leaving = host(1, PENRYN, present_parent="domain-c2", vms=(running(),))
    other = Cluster(id="domain-c2", name="Cluster B", exists=True, present_evc_mode="intel-penryn")
    checker, before = Checker(), plan(leaving, evc_mode="intel-merom", others=(other,))
    assert "evc.vm-powered-on" in {f.rule for f in checker.check(before)}
    after = edits.set_fields(before, "domain-c2", present_evc_mode="intel-merom")
    assert "evc.vm-powered-on" not in {f.rule for f in checker.check(after)}


def test_a_muted_finding_carries_its_reason_and_does_not_count() -> None:
    muted = edits.mute(plan(host(license_edition=None)), "host.evaluation", "host-1", "a lab")
    (finding,) = [f for f in check(muted) if f.rule == "host.evaluation"]
    assert finding.muted == "a lab"
    assert counts(check(muted))["info"] == 0


def test_an_error_cannot_be_muted() -> None:
    muted = edits.mute(plan(host(address="no host")), "host.address", "host-1", "never mind")
    (finding,) = [f for f in check(muted) if f.rule == "host.address"]
    assert finding.muted is None
    assert counts(check(muted))["error"] == 1


def test_the_heaviest_findings_come_first() -> None:
    found = check(plan(host(address="no host", license_edition=None, xd="disabled", management_networks=1)))
    assert [f.severity for f in found] == [Severity.ERROR, Severity.TODO, Severity.INFO]
    assert counts(found) == {"error": 1, "todo": 1, "warning": 0, "info": 1}


def test_a_processor_that_no_host_has_checks_nothing_again(checked: list[str]) -> None:
    checker, before = Checker(), big()
    checker.check(before)
    checked.clear()
    after = edits.store_cpu(before, assumed_cpu(series()[-1]))
    assert after is not before
    assert checker.check(after) == check(after)
    assert checked == [place.object.id for place in inventory.places(after) if isinstance(place.object, Host)]


def test_a_processor_that_a_host_waited_for_is_weighed() -> None:
    cpu = assumed_cpu(series()[-1])
    checker, before = Checker(), plan(host(1, None), evc_mode="amd-zen")
    before = edits.set_fields(before, "host-1", cpu=cpu.fingerprint)
    unknown = checker.check(before)
    after = edits.store_cpu(before, cpu)
    assert checker.check(after) == check(after) != unknown
    without = edits.set_fields(before, "host-1", cpu=None)
    assert checker.check(without) == check(without)
    known = edits.set_fields(edits.store_cpu(without, cpu), "host-1", cpu=cpu.fingerprint)
    assert checker.check(known) == check(known)

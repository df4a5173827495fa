"""What is known of the findings of a plan is taken over after an edit, and is what it would be anew."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexgui.plan import edits, fleet
from flexgui.plan.inventory import hosts, places
from flexgui.plan.values import Cluster, Datacenter, Dpm, Host, Plan, VirtualMachine
from flexgui.rules.check import Checker
from flexgui.rules.finding import Severity
from flexgui.rules.found import Findings

FLEET = fleet.make_fleet(40, 11, vms=60, clusters=4)


def edited(plan: Plan, dice: Random) -> Plan:
    """The plan after some edit."""
    everything = [place.object for place in places(plan)]
    found = dice.choice(everything)
    clusters = [each for each in everything if isinstance(each, Cluster)]
    members = [host for *_, host in hosts(plan)]
    choice = dice.randrange(7)
    if choice == 0 and len(members) > 10:
        return edits.remove(plan, dice.choice(members).id)
    if choice == 1 and members:
        target = dice.choice([*clusters, *plan.datacenters])
        return edits.move_hosts(plan, [host.id for host in dice.sample(members, 3)], target.id)
    if choice == 2:
        rule = dice.choice(["evc.vm-powered-on", "host.thumbprint", "host.microcode"])
        return edits.mute(plan, rule, found.id, "known")
    if choice == 3 and clusters:
        return edits.set_fields(plan, dice.choice(clusters).id, dpm=Dpm(enabled=dice.random() < 0.5))
    if isinstance(found, Host):
        return edits.set_fields(plan, found.id, xd=dice.choice(["enabled", "disabled"]), address=" x")
    if isinstance(found, VirtualMachine | Datacenter | Cluster):
        return edits.set_fields(plan, found.id, name=dice.choice(["", " a", "b"]))
    return edits.set_release(plan, dice.choice(["2.5u2", "6.7", "8.0"]))


@given(st.integers(0, 2**32))
@settings(max_examples=40)
def test_findings_that_are_taken_over_are_those_found_anew(seed: int) -> None:
    dice, checker, plan = Random(seed), Checker(), FLEET
    known = Findings.of(plan, checker.check(plan))
    for _ in range(6):
        plan = edited(plan, dice)
        found = checker.check(plan)
        known = Findings.of(plan, found, known)
        assert known == Findings.of(plan, found)


@pytest.mark.parametrize("holder", ["domain-c", "datacenter-"])
def test_the_worst_of_what_holds_an_object_follows_an_edit(holder: str) -> None:
    checker = Checker()
    known = Findings.of(FLEET, checker.check(FLEET))
    place = next(place for place in places(FLEET) if isinstance(place.object, VirtualMachine))
    holders = (place.datacenter, place.cluster, place.host)
    spoiled = edits.set_fields(FLEET, place.object.id, name="")
    after = Findings.of(spoiled, checker.check(spoiled), known)
    (found,) = (each for each in holders if each is not None and each.id.startswith(holder))
    assert known.worst[found.id] is not Severity.ERROR
    assert after.worst[found.id] is Severity.ERROR
    back = Findings.of(FLEET, checker.check(FLEET), after)
    assert back.worst == known.worst


def test_what_is_muted_is_no_longer_the_worst_of_what_holds_it() -> None:
    """No object of the plan is another one after it: only what is said of them."""
    checker = Checker()
    plan = edits.set_fields(FLEET, next(place.object.id for place in places(FLEET)), name=" blank ")
    known = Findings.of(plan, checker.check(plan))
    for finding in known.all:
        if finding.severity is not Severity.ERROR:
            plan = edits.mute(plan, finding.rule, finding.subject.object_id, "known")
            found = checker.check(plan)
            known = Findings.of(plan, found, known)
            assert known == Findings.of(plan, found)
    assert set(known.worst.values()) <= {Severity.ERROR}

"""What-ifs: a scenario is edited as a plan of its own, and leaves the plan alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.errors import InputError
from flexgui.evc.releases import releases
from flexgui.plan import edits, inventory, scenarios, storage
from flexgui.plan.values import Cluster, Datacenter, Host, Plan, Scenario
from flexgui.rules.check import check
from tests.plan.strategies import plans
from tests.rules.plans import MEROM, NEHALEM, PENRYN, hosts, plan, vm

NAME = "Without esx-01"


def with_scenario(any_plan: Plan, name: str = NAME) -> Plan:
    return scenarios.add(replace(any_plan, scenarios=()), name)


def edited(data: st.DataObject, any_plan: Plan) -> Plan:
    """The plan after some edits that a person might make."""
    for _ in range(data.draw(st.integers(1, 4))):
        found = [place.object for place in inventory.places(any_plan)]
        parents = [o.id for o in found if isinstance(o, Cluster | Datacenter)]
        movable = [o.id for o in found if isinstance(o, Host)]
        what = data.draw(st.sampled_from(["add", "move", "remove", "rename", "release", "mute"]))
        if what == "release":
            any_plan = edits.set_release(any_plan, data.draw(st.sampled_from(sorted(releases()))))
        elif what == "mute":
            any_plan = edits.mute(any_plan, "host.evaluation", "host-3", "known")
        elif what == "add" and parents:
            host = Host(id=edits.new_id(any_plan, Host), address="10.0.0.9", cpu=MEROM.fingerprint)
            any_plan = edits.add_host(
                edits.store_cpu(any_plan, MEROM), data.draw(st.sampled_from(parents)), host
            )
        elif what == "move" and movable:
            moved = data.draw(st.sampled_from(movable))
            any_plan = edits.move_hosts(any_plan, [moved], data.draw(st.sampled_from(parents)))
        elif what in ("remove", "rename") and found:
            target = data.draw(st.sampled_from([o.id for o in found]))
            if what == "remove":
                any_plan = edits.remove(any_plan, target)
            else:
                any_plan = edits.set_fields(any_plan, target, name="changed")
    return any_plan


@given(plans(), st.data())
def test_an_edit_of_a_scenario_leaves_the_plan_alone(any_plan: Plan, data: st.DataObject) -> None:
    base = with_scenario(any_plan)
    shown = edited(data, scenarios.shown(base, NAME))
    after = scenarios.whole(shown, NAME)
    assert after.datacenters is base.datacenters
    assert after.release == base.release
    assert scenarios.find(after, NAME).datacenters is shown.datacenters
    # What the plan needs is still there, and everything can be read again.
    again = storage.from_json(storage.to_json(after))
    assert again == after
    assert scenarios.shown(again, NAME) == scenarios.shown(after, NAME)
    assert check(replace(after, scenarios=())) == check(
        replace(base, scenarios=(), muted=after.muted, cpus=after.cpus)
    )


@given(plans(), st.data())
def test_an_edit_of_the_plan_leaves_the_scenario_alone(any_plan: Plan, data: st.DataObject) -> None:
    base = with_scenario(any_plan)
    after = edited(data, base)
    assert scenarios.find(after, NAME).datacenters is base.datacenters
    # One that is for the plan's release follows it.
    assert scenarios.shown(after, NAME).release == after.release


@given(plans(), st.data())
def test_an_id_is_never_given_twice_over_plan_and_scenarios(any_plan: Plan, data: st.DataObject) -> None:
    whole = with_scenario(any_plan)
    given_ids: list[str] = []
    for _ in range(4):
        name = data.draw(st.sampled_from([None, NAME]))
        shown = scenarios.shown(whole, name)
        new = edits.new_id(shown, Datacenter)
        given_ids.append(new)
        shown = edits.add_datacenter(shown, Datacenter(id=new, name="Roma"))
        if data.draw(st.booleans()):
            shown = edits.remove(shown, new)
        whole = scenarios.whole(shown, name)
    assert len(set(given_ids)) == len(given_ids)


@given(plans(), st.data())
def test_showing_and_putting_back_changes_nothing(any_plan: Plan, data: st.DataObject) -> None:
    base = with_scenario(any_plan)
    base = scenarios.whole(edited(data, scenarios.shown(base, NAME)), NAME)
    assert scenarios.whole(scenarios.shown(base, NAME), NAME) == base
    assert scenarios.shown(base, None) is base
    assert scenarios.whole(base, None) is base


@given(plans(), st.data())
def test_what_is_applied_is_the_plan(any_plan: Plan, data: st.DataObject) -> None:
    base = scenarios.add(with_scenario(any_plan), "Other")
    shown = edited(data, scenarios.shown(base, NAME))
    whole = scenarios.whole(shown, NAME)
    after = scenarios.apply(whole, NAME)
    assert after.datacenters == shown.datacenters
    assert after.release == shown.release
    assert scenarios.names(after) == ("Other",)
    other = scenarios.shown(after, "Other")
    assert (other.datacenters, other.release) == (base.datacenters, base.release)
    assert storage.from_json(storage.to_json(after)) == after
    dropped = scenarios.drop(after, "Other")
    assert dropped.datacenters is after.datacenters
    used = {host.cpu for _, _, host in inventory.hosts(dropped)}
    used |= {each.cpu for _, _, host in inventory.hosts(dropped) for each in host.evidence}
    assert {cpu.fingerprint for cpu in dropped.cpus} <= used


def test_a_processor_stays_as_long_as_the_plan_or_a_scenario_needs_it() -> None:
    base = with_scenario(plan(*hosts(MEROM, PENRYN)))
    shown = edits.remove(scenarios.shown(base, NAME), "host-1")
    assert MEROM in shown.cpus
    nehalem = replace(hosts(NEHALEM)[0], id=edits.new_id(shown, Host))
    shown = edits.add_host(edits.store_cpu(shown, NEHALEM), "domain-c1", nehalem)
    whole = scenarios.whole(shown, NAME)
    assert NEHALEM in edits.remove(whole, "host-1").cpus
    assert NEHALEM not in scenarios.drop(whole, NAME).cpus
    assert MEROM not in scenarios.apply(whole, NAME).cpus


def test_what_is_equal_in_a_file_is_one_object_in_memory() -> None:
    first, second, third = hosts(MEROM, PENRYN, NEHALEM)
    base = plan(
        replace(first, vms=(vm(),)), second, others=(Cluster(id="domain-c2", name="B", hosts=(third,)),)
    )
    base = with_scenario(base)
    shown = edits.set_fields(scenarios.shown(base, NAME), "host-2", in_maintenance_mode=True)
    again = storage.from_json(storage.to_json(scenarios.whole(shown, NAME)))
    (mine,), (theirs,) = again.datacenters, scenarios.find(again, NAME).datacenters
    assert theirs.clusters[0].hosts[0] is mine.clusters[0].hosts[0]
    assert theirs.clusters[0].hosts[1] is not mine.clusters[0].hosts[1]
    assert theirs.clusters[1] is mine.clusters[1]
    assert storage.from_json(storage.to_json(base)).scenarios[0].datacenters[0] is not base.datacenters[0]


def test_a_scenario_of_another_release() -> None:
    base = with_scenario(plan(*hosts(MEROM), release="6.0"))
    shown = edits.set_release(scenarios.shown(base, NAME), "7.0")
    whole = scenarios.whole(shown, NAME)
    assert (whole.release, scenarios.find(whole, NAME).release) == ("6.0", "7.0")
    assert scenarios.shown(whole, NAME).release == "7.0"
    # A second one stays for 6.0 when the plan becomes one for 7.0.
    applied = scenarios.apply(scenarios.add(whole, "Later"), NAME)
    assert (applied.release, scenarios.shown(applied, "Later").release) == ("7.0", "6.0")
    back = scenarios.whole(edits.set_release(shown, "6.0"), NAME)
    assert scenarios.find(back, NAME).release is None


def test_a_scenario_of_a_scenario() -> None:
    base = with_scenario(plan(*hosts(MEROM, PENRYN)))
    whole = scenarios.whole(edits.remove(scenarios.shown(base, NAME), "host-1"), NAME)
    again = scenarios.add(whole, "More", of=NAME)
    assert scenarios.find(again, "More").datacenters is scenarios.find(again, NAME).datacenters


def test_alone_it_is_a_plan_that_says_what_it_is() -> None:
    base = with_scenario(plan(*hosts(MEROM, PENRYN)))
    whole = scenarios.whole(edits.remove(scenarios.shown(base, NAME), "host-1"), NAME)
    alone = scenarios.alone(whole, NAME)
    assert alone.remarks == (f"This is the what-if {NAME}, not the plan itself.",)
    assert alone.scenarios == ()
    assert alone.cpus == (PENRYN,)
    assert scenarios.alone(whole, None).remarks == ()
    assert scenarios.alone(whole, None).datacenters is base.datacenters


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "has no name"),
        ("  ", "has no name"),
        ("x" * 81, "longer than 80"),
        (NAME.upper(), "already"),
        (f" {NAME} ", "already"),
    ],
)
def test_names_that_will_not_do(name: str, words: str) -> None:
    base = scenarios.add(with_scenario(plan()), "Other")
    with pytest.raises(InputError, match=words):
        scenarios.add(base, name)
    with pytest.raises(InputError, match=words):
        scenarios.rename(base, "Other", name)


def test_renamed_scenarios_keep_their_place() -> None:
    base = scenarios.add(with_scenario(plan()), "Other")
    renamed = scenarios.rename(base, NAME, " With esx-02 ")
    assert scenarios.names(renamed) == ("With esx-02", "Other")
    assert scenarios.names(scenarios.rename(base, NAME, NAME.upper())) == (NAME.upper(), "Other")
    assert scenarios.rename(base, NAME, NAME) is base


def test_there_may_be_fifty() -> None:
    full = replace(plan(), scenarios=tuple(Scenario(name=f"{n}") for n in range(scenarios.MOST)))
    with pytest.raises(InputError, match="may have no more"):
        scenarios.add(full, "one more")
    assert scenarios.rename(full, "0", "zero").scenarios[0].name == "zero"


def test_a_free_name_is_free_and_short_enough() -> None:
    base = with_scenario(plan(), "Cluster A")
    assert scenarios.free_name(base, "Cluster B") == "Cluster B"
    assert scenarios.free_name(base, "cluster a") == "cluster a (2)"
    again = scenarios.add(base, "Cluster A (2)")
    assert scenarios.free_name(again, "Cluster A") == "Cluster A (3)"
    long = scenarios.add(base, "x" * 80)
    found = scenarios.free_name(long, "x" * 200)
    assert len(found) <= 80
    assert scenarios.problem(long, found) is None
    assert scenarios.free_name(base, " ") == "What-if"


def test_there_is_no_scenario_of_that_name() -> None:
    for ask in (scenarios.drop, scenarios.apply, scenarios.shown, scenarios.alone, scenarios.find):
        with pytest.raises(KeyError):
            ask(plan(), "nothing")

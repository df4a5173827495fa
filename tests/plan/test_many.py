"""Edits of many objects at once: as one after another, and all else shared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.plan import edits, many, storage
from flexgui.plan.inventory import find, places
from flexgui.plan.references import check_references
from flexgui.plan.values import Cluster, Host, Plan, ResourcePool, VirtualMachine
from tests.plan.strategies import plans
from tests.plan.test_edits import the, two
from tests.rules.plans import MEROM, host, plan, running


def ids_of(of: Plan, *kinds: type) -> list[str]:
    return sorted(place.object.id for place in places(of) if isinstance(place.object, kinds or object))


def some(data: st.DataObject, ids: list[str]) -> list[str]:
    return data.draw(st.lists(st.sampled_from(ids), unique=True, max_size=6)) if ids else []


@given(plans(), st.data())
def test_fields_of_many_are_set_as_one_after_another(any_plan: Plan, data: st.DataObject) -> None:
    chosen = some(data, ids_of(any_plan, Host, VirtualMachine))
    one_by_one = any_plan
    for object_id in chosen:
        one_by_one = edits.set_fields(one_by_one, object_id, name="same")
    after = many.set_fields(any_plan, chosen, name="same")
    assert after == one_by_one
    assert many.set_fields(after, chosen, name="same") is after
    inside = {i for o in chosen for p in [find(any_plan, o)] if p for i in (p.host, p.cluster, p.datacenter)}
    held = {each.id for each in inside if each is not None}
    for place in places(any_plan):
        if place.object.id not in held | set(chosen):
            assert the(after, place.object.id) is place.object


@given(plans(), st.data())
def test_many_are_removed_as_one_after_another(any_plan: Plan, data: st.DataObject) -> None:
    chosen = some(data, ids_of(any_plan))
    one_by_one = any_plan
    for object_id in chosen:
        if find(one_by_one, object_id) is not None:
            one_by_one = edits.remove(one_by_one, object_id)
    assert many.remove(any_plan, chosen) == one_by_one


@given(plans(), st.data())
def test_machines_move_and_the_plan_can_still_be_read(any_plan: Plan, data: st.DataObject) -> None:
    hosts = ids_of(any_plan, Host)
    if not hosts:
        return
    target = data.draw(st.sampled_from(hosts))
    chosen = some(data, ids_of(any_plan, VirtualMachine))
    after = many.move_vms(any_plan, chosen, target)
    check_references(after)
    assert storage.from_json(storage.to_json(after)) == after
    assert ids_of(after) == ids_of(any_plan)
    for vm_id in chosen:
        place = find(after, vm_id)
        assert place is not None
        assert place.host is the(after, target)


def test_a_machine_keeps_its_pool_in_its_cluster_and_leaves_it_elsewhere() -> None:
    assert the(many.move_vms(two(), ["vm-1"], "host-2"), "vm-1").resource_pool == "resgroup-6"
    assert the(many.move_vms(two(), ["vm-1"], "host-3"), "vm-1").resource_pool is None
    plan_ = two()
    assert many.move_vms(plan_, ["vm-1"], "host-1") is plan_


def test_a_running_machine_keeps_the_mode_that_its_old_cluster_gave_it() -> None:
    here = plan(
        host(1, MEROM, vms=(running(),), present_parent="domain-c1"),
        exists=True,
        present_evc_mode="intel-merom",
        evc_mode="intel-merom",
        others=(Cluster(id="domain-c2", name="B", hosts=(host(3, MEROM),)),),
    )
    assert the(many.move_vms(here, ["vm-1"], "host-3"), "vm-1").power_on_evc_mode == "intel-merom"
    off = edits.set_fields(here, "vm-1", power_state="poweredOff")
    assert the(many.move_vms(off, ["vm-1"], "host-3"), "vm-1").power_on_evc_mode is None


def test_machines_and_pools_move_into_a_pool_of_their_cluster() -> None:
    after = many.move_to_pool(two(), ["vm-1", "resgroup-6"], "domain-c1")
    assert the(after, "vm-1").resource_pool is None
    assert the(after, "resgroup-6").parent is None
    assert the(many.move_to_pool(after, ["resgroup-5"], "resgroup-6"), "resgroup-5").parent == "resgroup-6"
    for ids, target in (
        (["resgroup-5"], "resgroup-6"),
        (["resgroup-5"], "resgroup-5"),
        (["vm-1"], "domain-c2"),
    ):
        with pytest.raises(ValueError, match="pool"):
            many.move_to_pool(two(), ids, target)


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: many.set_fields(p, ["host-99"], name="x"),
        lambda p: many.set_fields(p, ["domain-c1"], name="x"),
        lambda p: many.remove(p, ["host-99"]),
        lambda p: many.move_vms(p, ["vm-1"], "domain-c1"),
        lambda p: many.move_vms(p, ["host-1"], "host-2"),
        lambda p: many.move_to_pool(p, ["vm-1"], "host-1"),
    ],
)
def test_what_is_not_there_is_refused(edit: Any) -> None:
    with pytest.raises(KeyError):
        edit(two())


def test_what_is_in_another_one_goes_with_it() -> None:
    chosen = ["vm-1", "host-1", "host-99", "resgroup-6", "host-1"]
    assert many.outermost(two(), chosen) == ("host-1", "resgroup-6")
    assert many.outermost(two(), [*chosen, "resgroup-5"]) == ("host-1", "resgroup-5")
    assert many.outermost(two(), [*chosen, "datacenter-1"]) == ("datacenter-1",)


def test_the_pools_above_a_pool_are_followed_once() -> None:
    loop = replace(
        plan().datacenters[0].clusters[0],
        resource_pools=(
            ResourcePool(id="resgroup-1", name="a", parent="resgroup-2"),
            ResourcePool(id="resgroup-2", name="b", parent="resgroup-1"),
        ),
    )
    assert many.above(loop, "resgroup-1") == ("resgroup-1", "resgroup-2")

"""Looking up after an edit finds what looking through the whole plan finds."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from flexgui.plan import edits, inventory
from flexgui.plan.values import Cluster, Host, Plan, VirtualMachine
from tests.plan.strategies import HOSTS, plans


def by_id(plan: Plan) -> dict[str, inventory.Place]:
    return {place.object.id: place for place in inventory.places(plan)}


def found(plan: Plan, *ids: str) -> dict[str, inventory.Place]:
    every = {name: inventory.find(plan, name) for name in (*by_id(plan), *ids)}
    return {name: place for name, place in every.items() if place is not None}


@given(plans(), st.data())
def test_look_ups_follow_edits(plan: Plan, data: st.DataObject) -> None:
    ids = set(by_id(plan))
    for _ in range(4):
        places = list(inventory.places(plan))
        if not places:
            return
        place = data.draw(st.sampled_from(places))
        action = data.draw(st.sampled_from(["remove", "move", "machine", "host", "name"]))
        if action == "remove":
            plan = edits.remove(plan, place.object.id)
        elif action == "move" and isinstance(place.object, Host):
            targets = [p.object.id for p in places if isinstance(p.object, Cluster)]
            if targets:
                plan = edits.move_hosts(plan, [place.object.id], data.draw(st.sampled_from(targets)))
        elif action == "machine" and isinstance(place.object, Host):
            machine = VirtualMachine(id=edits.new_id(plan, VirtualMachine), name="new")
            plan = edits.add_vm(plan, place.object.id, machine)
        elif action == "host" and isinstance(place.object, Cluster):
            host = replace(data.draw(HOSTS), id=edits.new_id(plan, Host), vms=())
            plan = edits.add_host(plan, place.object.id, host)
        else:
            plan = edits.set_fields(plan, place.object.id, name="another")
        ids |= set(by_id(plan))
        assert found(plan, *ids) == by_id(plan)

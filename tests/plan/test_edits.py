"""Edits change what they name and share everything else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.plan import edits, inventory, storage
from flexgui.plan.values import Cluster, Datacenter, Host, Plan, ResourcePool, VirtualMachine
from tests.plan.strategies import plans
from tests.rules.plans import HA, MEROM, PENRYN, host, plan, vm


def two() -> Plan:
    """Two clusters, and a standalone host."""
    pool = ResourcePool(id="resgroup-5", name="gold")
    child = ResourcePool(id="resgroup-6", name="inner", parent="resgroup-5")
    inner = plan(
        host(1, MEROM, vms=(vm(resource_pool="resgroup-6"),)),
        host(2, PENRYN, vms=(vm("web", 2, resource_pool="resgroup-5"),)),
        ha=replace(HA, failover_hosts=("host-1", "host-2")),
        resource_pools=(pool, child),
        others=(Cluster(id="domain-c2", name="Cluster B", hosts=(host(3, MEROM),)),),
    )
    standalone = replace(inner.datacenters[0], hosts=(host(4),))
    return replace(inner, datacenters=(standalone, Datacenter(id="datacenter-2", name="Roma")))


def the(of: Plan, object_id: str) -> Any:
    place = inventory.find(of, object_id)
    assert place is not None
    return place.object


@given(plans(), st.data())
def test_an_edit_shares_what_it_does_not_touch(any_plan: Plan, data: st.DataObject) -> None:
    before = {place.object.id: place for place in inventory.places(any_plan)}
    if not before:
        return
    place = before[data.draw(st.sampled_from(sorted(before)))]
    after = edits.set_fields(any_plan, place.object.id, name="changed")
    ancestors = {o.id for o in (place.datacenter, place.cluster, place.host, place.object) if o is not None}
    for other in inventory.places(after):
        shared = other.object is before[other.object.id].object
        assert shared == (other.object.id not in ancestors)
    assert after.cpus is any_plan.cpus
    assert the(after, place.object.id).name == "changed"
    assert {p.object.id for p in inventory.places(after)} == set(before)


@given(plans(), st.data())
def test_what_is_removed_is_gone_with_all_that_is_in_it(any_plan: Plan, data: st.DataObject) -> None:
    ids = [place.object.id for place in inventory.places(any_plan)]
    if not ids:
        return
    target = data.draw(st.sampled_from(sorted(ids)))
    after = edits.remove(any_plan, target)
    left = {place.object.id for place in inventory.places(after)}
    assert target not in left
    assert left < set(ids)
    hosts = [h for _, _, h in inventory.hosts(after)]
    for datacenter in (d for s in after.scenarios for d in s.datacenters):
        hosts += [*datacenter.hosts, *(h for c in datacenter.clusters for h in c.hosts)]
    used = {h.cpu for h in hosts} | {each.cpu for h in hosts for each in h.evidence}
    assert {cpu.fingerprint for cpu in after.cpus} <= used
    assert storage.from_json(storage.to_json(after)) == after


@given(plans(), st.data())
def test_a_new_id_is_never_given_twice(any_plan: Plan, data: st.DataObject) -> None:
    parents = [p.object.id for p in inventory.places(any_plan) if isinstance(p.object, Datacenter | Cluster)]
    for _ in range(3 if parents else 0):
        new = edits.new_id(any_plan, Host)
        assert inventory.find(any_plan, new) is None
        any_plan = edits.add_host(
            any_plan, data.draw(st.sampled_from(parents)), Host(id=new, address="esx.example.com")
        )
        any_plan = edits.remove(any_plan, new) if data.draw(st.booleans()) else any_plan
        assert edits.new_id(any_plan, Host) != new


@pytest.mark.parametrize(
    ("kind", "prefix"),
    [
        (Datacenter, "datacenter-"),
        (Cluster, "domain-c"),
        (Host, "host-"),
        (VirtualMachine, "vm-"),
        (ResourcePool, "resgroup-"),
    ],
)
def test_ids_look_like_those_of_vsphere(kind: type, prefix: str) -> None:
    assert edits.new_id(plan(), kind) == f"{prefix}1001"
    assert edits.new_id(plan(), kind, 2) == f"{prefix}1003"


def test_a_host_moves_with_its_machines_into_the_root_pool() -> None:
    after = edits.move_hosts(two(), ["host-1", "host-4"], "domain-c2")
    assert [h.id for h in the(after, "domain-c2").hosts] == ["host-3", "host-1", "host-4"]
    assert the(after, "vm-1").resource_pool is None
    assert the(after, "domain-c1").ha.failover_hosts == ("host-2",)
    assert the(after, "datacenter-1").hosts == ()


def test_a_host_becomes_standalone_and_stays_where_it_is() -> None:
    before = two()
    assert [
        h.id for h in the(edits.move_hosts(before, ["host-3"], "datacenter-2"), "datacenter-2").hosts
    ] == ["host-3"]
    assert edits.move_hosts(before, ["host-3"], "domain-c2") is before


@given(plans(), st.data())
def test_many_hosts_move_as_one_after_the_other_would(any_plan: Plan, data: st.DataObject) -> None:
    hosts = [host.id for _, _, host in inventory.hosts(any_plan)]
    parents = [p.object.id for p in inventory.places(any_plan) if isinstance(p.object, Datacenter | Cluster)]
    if not hosts:
        return
    moving = data.draw(st.lists(st.sampled_from(hosts)))
    target = data.draw(st.sampled_from(parents))
    expected = any_plan
    for host_id in moving:
        expected = edits.move_hosts(expected, [host_id], target)
    after = edits.move_hosts(any_plan, moving, target)
    assert after == expected
    old = {p.object.id: p.object for p in inventory.places(any_plan)}
    for parent in parents:
        before, now = old[parent], the(after, parent)
        if isinstance(before, Cluster) and before.hosts == now.hosts:
            assert now is before


def test_hosts_go_to_several_clusters_in_one_pass() -> None:
    before = two()
    targets = {"domain-c1": ["host-4", "host-1"], "domain-c2": ["host-2"], "datacenter-2": ["host-3"]}
    expected = before
    for target, moving in targets.items():
        expected = edits.move_hosts(expected, moving, target)
    assert edits.distribute_hosts(before, targets) == expected
    assert edits.distribute_hosts(before, {"domain-c1": ["host-1"], "domain-c2": ["host-3"]}) is before
    with pytest.raises(KeyError):
        edits.distribute_hosts(before, {"domain-c1": [], "host-1": []})


def test_a_failover_role_is_left_behind_and_one_that_waits_is_kept() -> None:
    """A failover host may be named before it is in the cluster."""
    waiting = edits.set_fields(two(), "domain-c2", ha=replace(HA, failover_hosts=("host-1",)))
    after = edits.move_hosts(waiting, ["host-1"], "domain-c2")
    assert the(after, "domain-c2").ha.failover_hosts == ("host-1",)
    assert the(after, "domain-c1").ha.failover_hosts == ("host-2",)


def test_a_host_cannot_hold_hosts() -> None:
    with pytest.raises(KeyError):
        edits.move_hosts(two(), ["host-1"], "host-3")


def test_a_resource_pool_leaves_its_machines_and_children_to_its_parent() -> None:
    after = edits.remove(two(), "resgroup-5")
    assert the(after, "resgroup-6").parent is None
    assert the(after, "vm-2").resource_pool is None
    assert the(after, "vm-1").resource_pool == "resgroup-6"
    assert the(edits.remove(two(), "resgroup-6"), "vm-1").resource_pool == "resgroup-5"


def test_processors_come_once_and_go_with_their_last_host() -> None:
    before = two()
    assert edits.store_cpu(before, MEROM) is before
    assert [cpu.brand for cpu in edits.remove(before, "host-2").cpus] == ["Xeon 5110"]
    assert [cpu.brand for cpu in edits.remove(before, "host-1").cpus] == ["Xeon 5110", "Xeon E5450"]


def test_a_removed_failover_host_is_no_failover_host() -> None:
    assert the(edits.remove(two(), "host-1"), "domain-c1").ha.failover_hosts == ("host-2",)


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: edits.remove(p, "host-99"),
        lambda p: edits.set_fields(p, "host-99", name="x"),
        lambda p: edits.add_host(p, "domain-c99", host(9)),
        lambda p: edits.add_cluster(p, "datacenter-99", Cluster(id="domain-c9", name="x")),
        lambda p: edits.add_vm(p, "host-99", vm()),
        lambda p: edits.update_vm(p, "vm-99", lambda v: v),
        lambda p: edits.update_resource_pool(p, "resgroup-99", lambda r: r),
        lambda p: edits.move_hosts(p, ["domain-c1"], "datacenter-1"),
    ],
)
def test_an_edit_of_what_is_not_there_is_refused(edit: Any) -> None:
    with pytest.raises(KeyError):
        edit(two())


def test_a_mute_replaces_the_one_before_and_can_be_taken_back() -> None:
    once = edits.mute(two(), "host.evaluation", "host-1", "a lab")
    twice = edits.mute(once, "host.evaluation", "host-1", "still a lab")
    assert [m.reason for m in twice.muted] == ["still a lab"]
    assert edits.unmute(twice, "host.evaluation", "host-1") == two()


def test_a_plan_cannot_be_changed_in_place() -> None:
    with pytest.raises(AttributeError):
        two().release = "9.0"  # type: ignore[misc]


def test_the_way_to_an_object_is_shown() -> None:
    place = inventory.find(two(), "vm-1")
    assert place is not None
    assert place.path() == "Milano / Cluster A / esx-01 / db01"


@given(plans(), st.data())
def test_many_hosts_at_once_are_one_after_another(any_plan: Plan, data: st.DataObject) -> None:
    parents = [p.object.id for p in inventory.places(any_plan) if isinstance(p.object, Datacenter | Cluster)]
    if not parents:
        return
    parent = data.draw(st.sampled_from(sorted(parents)))
    new = [Host(id=edits.new_id(any_plan, Host, n), address=f"esx-{n}.example.com") for n in range(3)]
    one_by_one = any_plan
    for each in new:
        one_by_one = edits.add_host(one_by_one, parent, each)
    after = edits.add_objects(any_plan, (), {}, {parent: new})
    assert after == one_by_one
    others = [d for d in after.datacenters if d is not the_datacenter(after, parent)]
    assert all(any(d is before for before in any_plan.datacenters) for d in others)
    ids = [h.id for _, _, h in inventory.hosts(after)]
    chosen = data.draw(st.lists(st.sampled_from(sorted(ids)), unique=True, max_size=4))
    for host_id in chosen:
        one_by_one = edits.set_fields(one_by_one, host_id, name=host_id)
    changes = {host_id: (lambda h: replace(h, name=h.id)) for host_id in chosen}
    changed = edits.update_hosts(after, changes)
    assert changed == one_by_one
    for place in inventory.places(after):
        if isinstance(place.object, Cluster) and not {h.id for h in place.object.hosts} & set(chosen):
            assert the(changed, place.object.id) is place.object
    for before, now in zip(after.datacenters, changed.datacenters, strict=True):
        inside = [*before.hosts, *(h for cluster in before.clusters for h in cluster.hosts)]
        assert (now is before) == (not {h.id for h in inside} & set(chosen))


def the_datacenter(of: Plan, object_id: str) -> Datacenter:
    place = inventory.find(of, object_id)
    assert place is not None
    return place.datacenter


@given(plans())
def test_many_objects_at_once_are_one_after_another(any_plan: Plan) -> None:
    roma = Datacenter(id=edits.new_id(any_plan, Datacenter), name="Roma")
    cluster = Cluster(id=edits.new_id(any_plan, Cluster, 1), name="Cluster R")
    other = Cluster(id=edits.new_id(any_plan, Cluster, 2), name="Cluster S")
    here = any_plan.datacenters[0].id if any_plan.datacenters else roma.id
    hosts = [Host(id=edits.new_id(any_plan, Host, 3 + n), address=f"10.0.0.{n}") for n in range(3)]
    after = edits.add_objects(
        any_plan,
        [roma],
        {roma.id: [cluster], here: [*([cluster] if here == roma.id else []), other]},
        {cluster.id: hosts[:2], roma.id: hosts[2:]},
    )
    expected = edits.add_cluster(edits.add_datacenter(any_plan, roma), roma.id, cluster)
    expected = edits.add_cluster(expected, here, other)
    for parent, each in ((cluster.id, hosts[0]), (cluster.id, hosts[1]), (roma.id, hosts[2])):
        expected = edits.add_host(expected, parent, each)
    assert after == expected


def test_nothing_is_added_to_what_is_not_there() -> None:
    new = Host(id="host-900", address="10.0.0.1")
    with pytest.raises(KeyError):
        edits.add_objects(two(), (), {}, {"host-1": [new]})
    with pytest.raises(KeyError):
        edits.add_objects(two(), (), {"domain-c2": [Cluster(id="domain-c901", name="x")]}, {})


def test_many_hosts_are_changed_only_where_they_are_hosts() -> None:
    with pytest.raises(KeyError):
        edits.update_hosts(two(), {"domain-c1": lambda found: found})
    assert edits.update_hosts(two(), {}) == two()


def test_many_processors_are_stored_once_each() -> None:
    empty = Plan(release="5.5")
    after = edits.store_cpus(empty, (MEROM, PENRYN, MEROM))
    assert after.cpus == (MEROM, PENRYN)
    assert edits.store_cpus(after, (PENRYN,)) is after

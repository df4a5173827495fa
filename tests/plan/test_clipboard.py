"""Objects on the clipboard: what is copied comes whole into any plan; what is pasted is read as hostile."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.errors import InputError
from flexgui.plan import clipboard, edits, storage
from flexgui.plan.clipboard import Clip
from flexgui.plan.inventory import cpus, find, hosts, places
from flexgui.plan.references import check_references
from flexgui.plan.values import (
    Cluster,
    Datacenter,
    Datastore,
    Drs,
    DrsOverride,
    Host,
    Plan,
    ResourcePool,
    VirtualMachine,
)
from flexgui.rules.check import check
from flexgui.rules.finding import Severity
from tests.plan.strategies import plans
from tests.plan.test_edits import the, two
from tests.rules.plans import HA, MEROM, PENRYN, host, plan, vm


def clip_of(of: Plan, *ids: str) -> Clip:
    found = clipboard.copied(of, ids)
    assert found is not None
    return found


def pasted(into: Plan, clip: Clip, target: str) -> clipboard.Pasted:
    where = clipboard.destination(into, clipboard.kind_of(clip), target)
    assert where is not None
    return clipboard.paste(into, clip, where)


@given(plans(), plans(), st.data())
def test_what_is_copied_is_pasted_whole_into_any_plan(source: Plan, other: Plan, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(clipboard.COPIED))
    ids = sorted(p.object.id for p in places(source) if isinstance(p.object, kind))
    if not ids:
        return
    chosen = data.draw(st.lists(st.sampled_from(ids), unique=True, min_size=1, max_size=3))
    clip = clip_of(source, *chosen)
    assert clipboard.from_json(clipboard.to_json(clip)) == clip
    targets = [
        i for p in places(other) for i in [clipboard.destination(other, kind, p.object.id)] if i is not None
    ]
    if not targets:
        return
    done = clipboard.paste(other, clip, data.draw(st.sampled_from(targets)))
    check_references(done.plan)
    assert storage.from_json(storage.to_json(done.plan)) == done.plan
    before, after = {p.object.id for p in places(other)}, {p.object.id for p in places(done.plan)}
    assert before <= after
    assert len(done.ids) == len(chosen)
    assert not set(done.ids) & before
    for old, new in zip(chosen, done.ids, strict=True):
        assert shape(the(source, old), source) == shape(the(done.plan, new), done.plan)


def shape(found: Any, of: Plan) -> Any:
    """What stays the same of an object that was copied: all but ids, names, addresses and present places."""
    if isinstance(found, VirtualMachine):
        return replace(found, id="", name="", resource_pool=None)
    if isinstance(found, Host):
        cpu = cpus(of.cpus).get(found.cpu or "")
        kept = replace(
            found,
            id="",
            name="",
            address="",
            cpu=None,
            evidence=(),
            present_parent=None,
            thumbprint=None,
            thumbprint_confirmed=False,
            license_key=None,
            vms=(),
        )
        machines = [shape(each, of) for each in found.vms]
        return kept, None if cpu is None else cpu.fingerprint, len(found.evidence), machines
    if isinstance(found, Cluster):
        pools = [pool.name for pool in found.resource_pools]
        return found.evc_mode, found.dpm, pools, [shape(each, of) for each in found.hosts]
    return [shape(each, of) for each in (*found.clusters, *found.hosts)]


def test_a_cluster_keeps_what_its_parts_mean_to_each_other() -> None:
    inner = plan(
        host(1, MEROM, vms=(vm(resource_pool="resgroup-6"),)),
        host(2, PENRYN),
        ha=replace(HA, failover_hosts=("host-2", "host-77")),
        drs=Drs(enabled=True, overrides=(DrsOverride(vm="vm-1"), DrsOverride(vm="vm-77"))),
        resource_pools=(
            ResourcePool(id="resgroup-5", name="gold"),
            ResourcePool(id="resgroup-6", name="inner", parent="resgroup-5"),
        ),
        exists=True,
        present_evc_mode="intel-merom",
    )
    done = pasted(inner, clip_of(inner, "domain-c1"), "host-1")
    came = the(done.plan, done.ids[0])
    assert came.name == "Cluster A (2)"
    assert not came.exists
    assert came.present_evc_mode is None
    assert came.ha.failover_hosts == (came.hosts[1].id,)
    assert came.drs.overrides == (DrsOverride(vm=came.hosts[0].vms[0].id),)
    gold, inside = came.resource_pools
    assert inside.parent == gold.id
    assert came.hosts[0].vms[0].resource_pool == inside.id
    assert done.plan.serial == 1006
    assert ("Cluster A", "Cluster A (2)") in done.renamed


def test_another_plan_takes_a_host_as_it_is_with_its_processor_and_stores() -> None:
    san = (Datastore(name="san-1", type="VMFS"), Datastore(name="other"))
    source = plan(
        host(1, PENRYN, datastores=("san-1",), networks=("vm",), thumbprint="AA", license_key="k"),
        stores=san,
        networks=("vm", "unused"),
    )
    into = Plan(release="6.0", datacenters=(Datacenter(id="datacenter-1", name="Roma"),))
    done = pasted(into, clip_of(source, "host-1"), "")
    came = the(done.plan, done.ids[0])
    assert came.address == "esx-01.example.com"
    assert (came.thumbprint, came.thumbprint_confirmed, came.license_key) == ("AA", True, "k")
    assert came.cpu in cpus(done.plan.cpus)
    assert done.plan.datacenters[0].datastores == san[:1]
    assert done.plan.datacenters[0].networks == ("vm",)
    assert not done.renamed
    assert not done.readdressed


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("esx-01.example.com", ["esx-01-2.example.com", "esx-01-3.example.com"]),
        ("esx", ["esx-2", "esx-3"]),
        ("10.0.0.255", ["10.0.1.0", "10.0.1.1"]),
        ("fe80::1", ["fe80::2", "fe80::3"]),
        ("no address!", ["no address!", "no address!"]),
        ("", ["", ""]),
    ],
)
def test_an_address_that_is_taken_is_counted_on(address: str, expected: list[str]) -> None:
    before = plan(host(1, MEROM, address=address, thumbprint=":".join(["AB"] * 20)))
    clip = clip_of(before, "host-1")
    once = pasted(before, clip, "domain-c1")
    twice = pasted(once.plan, clip, "domain-c1")
    assert [the(twice.plan, i).address for i in (*once.ids, *twice.ids)] == expected
    assert bool(once.readdressed) == (expected[0] != address)
    if once.readdressed:
        assert the(twice.plan, twice.ids[0]).thumbprint is None
        assert not [f for f in check(twice.plan) if f.severity is Severity.ERROR]


def test_many_hosts_in_a_row_are_counted_on_together() -> None:
    row = plan(*(host(n, MEROM, address=f"10.0.{n >> 8}.{n & 255}") for n in range(1, 2000)))
    ids = [h.id for _, _, h in hosts(row)]
    done = pasted(row, clip_of(row, *ids), "domain-c1")
    assert len({h.address for _, _, h in hosts(done.plan)}) == 2 * len(ids)


def test_long_names_are_cut_before_their_number() -> None:
    before = edits.set_fields(two(), "vm-1", name="x" * 80)
    done = pasted(before, clip_of(before, "vm-1"), "host-2")
    assert done.names == ("x" * 76 + " (2)",)


def test_where_each_kind_goes() -> None:
    of = two()
    where = {
        (Host, "host-1"): "domain-c1",
        (Host, "vm-1"): "domain-c1",
        (Host, "host-4"): "datacenter-1",
        (Host, "resgroup-5"): "domain-c1",
        (Host, ""): None,
        (Cluster, "host-1"): "datacenter-1",
        (Cluster, "datacenter-2"): "datacenter-2",
        (VirtualMachine, "vm-1"): "host-1",
        (VirtualMachine, "domain-c1"): None,
        (Datacenter, "host-1"): "",
        (Datacenter, ""): "",
    }
    for (kind, target), expected in where.items():
        assert clipboard.destination(of, kind, target) == expected


def test_a_host_goes_with_its_cluster_and_kinds_are_not_mixed() -> None:
    assert clip_of(two(), "domain-c1", "host-1").roots == ("domain-c1",)
    for ids in (["host-1", "domain-c2"], [], ["host-99"], ["resgroup-5"]):
        assert clipboard.copied(two(), ids) is None


GOOD = json.loads(clipboard.to_json(clip_of(two(), "host-1")))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "cannot be read"),
        (b"hello", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b"{}", "roots"),
        (json.dumps({**GOOD, "more": 1}).encode(), "more"),
        (json.dumps({**GOOD, "clip": 2}).encode(), "clip"),
        (json.dumps({**GOOD, "roots": []}).encode(), "not on the clipboard"),
        (json.dumps({**GOOD, "roots": ["host-77"]}).encode(), "not on the clipboard"),
        (json.dumps({**GOOD, "roots": ["host-1", "host-1"]}).encode(), "not on the clipboard"),
        (json.dumps({**GOOD, "roots": ["host-1", "datacenter-1"]}).encode(), "not on the clipboard"),
        (json.dumps({**GOOD, "plan": {**GOOD["plan"], "cpus": []}}).encode(), "processor"),
        (json.dumps({**GOOD, "plan": {**GOOD["plan"], "release": "99"}}).encode(), "release"),
        (json.dumps({**GOOD, "plan": {**GOOD["plan"], "serial": -1}}).encode(), "serial"),
    ],
)
def test_what_is_no_clip_is_refused_in_one_sentence(content: bytes, says: str) -> None:
    with pytest.raises(InputError) as refused:
        clipboard.from_json(content)
    assert says in refused.value.problem
    assert refused.value.remedy
    assert "\n" not in str(refused.value)


def test_too_much_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "LIMIT", 10)
    with pytest.raises(InputError, match="larger than"):
        clipboard.from_json(b" " * 11)


def test_a_fingerprint_that_somebody_made_up_does_not_take_another_processor() -> None:
    into = plan(host(1, PENRYN))
    lying = json.dumps(GOOD).replace(GOOD["plan"]["cpus"][0]["fingerprint"], into.cpus[0].fingerprint)
    clip = clipboard.from_json(lying.encode())
    done = pasted(into, clip, "domain-c1")
    came = the(done.plan, done.ids[0])
    assert cpus(done.plan.cpus)[came.cpu].brand == "Xeon 5110"
    assert find(done.plan, "host-1") is not None

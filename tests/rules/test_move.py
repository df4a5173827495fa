"""What moving objects would mean, before it is done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flexgui.plan import edits
from flexgui.plan.inventory import find
from flexgui.plan.values import Cluster, Datacenter, Host, Plan, ResourcePool
from flexgui.rules.check import Checker, check
from flexgui.rules.finding import Severity
from flexgui.rules.move import Answer, Moving, Permission
from tests.rules.plans import MEROM, OPTERON, PENRYN, host, plan, running, vm


def milano(**fields: Any) -> Plan:
    """Cluster A under Penryn with a Penryn host, Cluster B without EVC, and standalone hosts."""
    inner = plan(
        host(1, PENRYN, vms=(running(), vm("web", 2)), vmotion_network="vmotion"),
        evc_mode="intel-penryn",
        resource_pools=(
            ResourcePool(id="resgroup-5", name="gold"),
            ResourcePool(id="resgroup-6", name="inner", parent="resgroup-5"),
        ),
        others=(Cluster(id="domain-c2", name="Cluster B", hosts=(host(2, OPTERON),)),),
    )
    alone = (host(3, MEROM), host(4, PENRYN, in_maintenance_mode=False, **fields))
    changed = replace(inner.datacenters[0], hosts=alone)
    used = {cpu.fingerprint: cpu for cpu in (*inner.cpus, MEROM, PENRYN)}
    return replace(
        inner, datacenters=(changed, Datacenter(id="datacenter-2", name="Roma")), cpus=tuple(used.values())
    )


def said(answer: Answer) -> str:
    return " ".join(line.text() for _, line in answer.why)


def test_a_host_that_lacks_features_is_refused_with_the_reason_of_the_rule() -> None:
    answer = Moving(milano(), ["host-3"]).onto("domain-c1")
    assert answer.permission is Permission.REFUSED
    assert said(answer).startswith("esx-03 lacks SSE41")
    assert answer.edit is None
    both = Moving(milano(), ["host-4", "host-3"]).onto("domain-c1")
    assert said(both).startswith("esx-03 lacks SSE41")
    assert Moving(milano(), ["host-4"]).onto("domain-c1").permission is Permission.ALLOWED


def test_todos_are_told_and_do_not_refuse() -> None:
    at_work = milano(present_parent="domain-c2")
    answer = Moving(at_work, ["host-4"]).onto("domain-c1")
    assert answer.permission is Permission.ALLOWED
    todos = [f for f in answer.new if f.severity is Severity.TODO]
    before = Moving(at_work, ["host-4"]).onto("datacenter-2")
    assert answer.count(Severity.TODO) == len(todos)
    assert before.permission is Permission.ALLOWED


def test_errors_that_were_there_before_do_not_refuse() -> None:
    bad = edits.set_fields(milano(), "host-4", address="10.0.0.300")
    assert any(f.severity is Severity.ERROR and f.subject.object_id == "host-4" for f in check(bad))
    assert Moving(bad, ["host-4"]).onto("domain-c1").permission is Permission.ALLOWED


def test_what_is_there_already_is_nothing_and_the_rest_moves() -> None:
    assert Moving(milano(), ["host-1"]).onto("domain-c1").permission is Permission.NOTHING
    both = Moving(milano(), ["host-1", "host-4"]).onto("domain-c1")
    assert both.names == ("esx-04",)
    assert both.edit is not None
    place = find(both.edit(milano()), "host-4")
    assert place is not None
    assert place.cluster is not None
    assert place.cluster.name == "Cluster A"


def test_the_answer_is_the_same_with_the_memory_of_another_checker() -> None:
    of, checker = milano(), Checker()
    found = checker.check(of)
    for target in ("domain-c1", "domain-c2", "datacenter-1", "datacenter-2"):
        fresh = Moving(of, ["host-3", "host-4"]).onto(target)
        kept = Moving(of, ["host-3", "host-4"], found, checker.fork()).onto(target)
        assert (fresh.permission, fresh.why, fresh.new) == (kept.permission, kept.why, kept.new)
    assert checker.check(of) == found


def test_a_place_that_was_asked_is_not_weighed_again() -> None:
    moving = Moving(milano(), ["host-4"])
    assert moving.known("domain-c1") is None
    assert moving.onto("domain-c1") is moving.onto("domain-c1") is moving.known("domain-c1")
    with pytest.raises(KeyError):
        moving.onto("domain-c99")


def test_in_rehearse_todos_refuse_as_vcenter_does() -> None:
    at_work = milano(present_parent="domain-c2", vms=(running("app", 3),))
    before = replace(at_work, datacenters=(*at_work.datacenters,))
    planned = Moving(before, ["host-4"]).onto("domain-c1")
    assert planned.permission is Permission.ALLOWED
    rehearsed = Moving(before, ["host-4"], rehearsing=True).onto("domain-c1")
    assert rehearsed.permission is Permission.REFUSED
    assert said(rehearsed)


def test_a_machine_moves_by_its_migration_verdict() -> None:
    never = Moving(milano(), ["vm-1"]).onto("host-2")  # Intel to AMD: only powered off
    assert never.permission is Permission.ASK
    assert never.cold == ("vm-1",)
    assert said(never).startswith("esx-01 has a processor by Intel")
    assert never.edit is not None
    moved = find(never.edit(milano()), "vm-1")
    assert moved is not None
    assert moved.host is not None
    assert (moved.host.id, getattr(moved.object, "power_state", "")) == ("host-2", "poweredOff")
    rehearsed = Moving(milano(), ["vm-1"], rehearsing=True).onto("host-2")
    assert rehearsed.permission is Permission.REFUSED
    assert Moving(milano(), ["vm-2"]).onto("host-2").permission is Permission.ALLOWED


def test_a_suspended_machine_never_moves_under_the_old_release() -> None:
    old = replace(edits.set_fields(milano(), "vm-1", power_state="suspended"), release="2.5u2")
    answer = Moving(old, ["vm-1"]).onto("host-4")
    assert answer.permission is Permission.REFUSED
    assert "is suspended" in said(answer)


def test_machines_and_pools_go_into_pools_of_their_cluster() -> None:
    assert Moving(milano(), ["vm-1"]).onto("resgroup-6").permission is Permission.ALLOWED
    assert Moving(milano(), ["vm-1"]).onto("domain-c1").permission is Permission.NOTHING
    away = Moving(milano(), ["vm-1"]).onto("domain-c2")
    assert said(away) == "db01 runs outside Cluster B. Move it to one of the hosts of Cluster B first."
    assert Moving(milano(), ["resgroup-6"]).onto("domain-c1").permission is Permission.ALLOWED
    assert Moving(milano(), ["resgroup-5"]).onto("resgroup-6").permission is Permission.REFUSED
    assert Moving(milano(), ["resgroup-6"]).onto("domain-c2").permission is Permission.REFUSED
    assert Moving(milano(), ["resgroup-5"]).onto("resgroup-5").permission is Permission.NOTHING


def test_kinds_go_where_they_belong() -> None:
    for ids, target in (
        (["host-3"], "host-1"),
        (["host-3"], "resgroup-5"),
        (["vm-1"], "datacenter-1"),
        (["domain-c1"], "datacenter-2"),
        (["datacenter-1"], "datacenter-2"),
        (["host-3", "vm-1"], "domain-c1"),
    ):
        answer = Moving(milano(), ids).onto(target)
        assert answer.permission is Permission.REFUSED
        assert said(answer)
    assert Moving(milano(), ["host-1", "vm-1"]).kind is Host


def test_what_leaves_may_break_what_stays() -> None:
    of = milano()
    cluster = of.datacenters[0].clusters[0]
    ha = replace(cluster.ha, enabled=True)
    of = edits.set_fields(edits.move_hosts(of, ["host-4"], "domain-c1"), "domain-c1", ha=ha)
    new = Moving(of, ["host-4"]).onto("datacenter-2").new
    assert any(f.subject.object_id == "domain-c1" for f in new)

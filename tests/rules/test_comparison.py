"""Two plans side by side."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from flexgui.plan import edits
from flexgui.plan.values import Cluster, Plan
from flexgui.rules.check import Checker, check
from flexgui.rules.comparison import Comparison, FieldChange, compare, finding_key
from flexgui.rules.finding import Finding, Severity, Subject
from tests.plan.strategies import plans
from tests.rules.plans import MEROM, NEHALEM, PENRYN, WESTMERE, hosts, plan, running, vm

CLUSTER = "domain-c1"
OTHER = Cluster(id="domain-c2", name="Cluster B")


def compared(before: Plan, after: Plan) -> Comparison:
    return compare(before, after, check(before), check(after))


def mixed() -> Plan:
    """Two hosts of a Nehalem cluster and one that keeps it at Penryn."""
    return plan(*hosts(NEHALEM, WESTMERE, PENRYN), evc_mode="intel-penryn", others=(OTHER,))


def test_a_plan_does_not_differ_from_itself() -> None:
    whole = mixed()
    comparison = compared(whole, whole)
    assert not comparison.differs
    assert (comparison.gained, comparison.lost, comparison.restated) == ((), (), ())
    assert [place.name for place in comparison.places] == ["Cluster A", "Cluster B", "Milano"]


@given(plans())
def test_equal_plans_do_not_differ_whatever_is_in_them(whole: Plan) -> None:
    again = replace(whole, datacenters=tuple(replace(each) for each in whole.datacenters))
    comparison = compared(whole, again)
    assert not comparison.differs
    assert not comparison.gained
    assert not comparison.lost


def test_raising_the_mode_without_the_oldest_host_gains_its_features() -> None:
    before = mixed()
    after = edits.move_hosts(before, ["host-3"], OTHER.id)
    after = edits.set_fields(after, CLUSTER, evc_mode="intel-nehalem")
    comparison = compared(before, after)
    cluster = comparison.place(CLUSTER)
    assert cluster is not None
    assert (cluster.mode_before, cluster.mode_after) == ("intel-penryn", "intel-nehalem")
    assert cluster.settings == (FieldChange("evc_mode", "intel-penryn", "intel-nehalem"),)
    assert [moved.host.id for moved in cluster.left] == ["host-3"]
    assert cluster.left[0].elsewhere == OTHER.id
    assert [(len(kind.hosts), kind.gained, kind.lost) for kind in cluster.kinds] == [
        (1, ("SSE42", "POPCNT", "RDTSCP"), ()),
        (1, ("SSE42", "POPCNT", "RDTSCP"), ()),
    ]
    other = comparison.place(OTHER.id)
    assert other is not None
    assert [moved.elsewhere for moved in other.joined] == [CLUSTER]
    # Penryn hides nothing that a Penryn has, so outside of EVC it shows no more.
    assert [(kind.gained, kind.lost) for kind in other.kinds] == [((), ())]


def test_lowering_the_mode_loses_features_on_the_hosts_that_have_them() -> None:
    before = plan(*hosts(WESTMERE, WESTMERE, MEROM), evc_mode=None)
    after = edits.set_fields(before, CLUSTER, evc_mode="intel-merom")
    cluster = compared(before, after).place(CLUSTER)
    assert cluster is not None
    newer, older = cluster.kinds
    assert [host.id for host in newer.hosts] == ["host-1", "host-2"]
    assert {"SSE41", "SSE42", "AES"} <= set(newer.lost)
    assert not newer.gained
    assert (older.gained, older.lost) == ((), ())
    assert newer.present is not None
    assert newer.after is not None
    assert len(newer.present) == len(newer.after) + len(newer.lost)


def test_what_cannot_be_told_is_neither_gained_nor_lost() -> None:
    before = plan(*hosts(WESTMERE, None), evc_mode="intel-merom")
    after = edits.set_fields(before, CLUSTER, evc_mode="intel-graniterapids")
    cluster = compared(before, after).place(CLUSTER)
    assert cluster is not None
    assert [(kind.after, kind.gained, kind.lost) for kind in cluster.kinds] == [(None, (), ())] * 2
    assert cluster.differs


def test_hosts_that_cannot_be_in_the_mode_show_nothing() -> None:
    before = plan(*hosts(WESTMERE, PENRYN), evc_mode="intel-penryn")
    cluster = compared(before, edits.set_fields(before, CLUSTER, evc_mode="intel-nehalem")).place(CLUSTER)
    assert cluster is not None
    newer, older = cluster.kinds
    assert (newer.refused, newer.gained) == (False, ("SSE42", "POPCNT", "RDTSCP"))
    assert (older.refused, older.lacks) == (True, ("SSE42", "POPCNT", "RDTSCP"))
    assert (older.after, older.gained, older.lost) == (None, (), ())
    cluster = compared(before, edits.set_fields(before, CLUSTER, evc_mode="amd-rev-e")).place(CLUSTER)
    assert cluster is not None
    assert [(kind.refused, kind.lacks) for kind in cluster.kinds] == [(True, ()), (True, ())]
    back = compared(edits.set_fields(before, CLUSTER, evc_mode="amd-rev-e"), before).place(CLUSTER)
    assert back is not None
    assert [(kind.refused, kind.was_refused) for kind in back.kinds] == [(False, True)] * 2


def test_a_cluster_that_only_one_plan_has() -> None:
    before = mixed()
    after = edits.remove(edits.move_hosts(before, ["host-1", "host-2", "host-3"], "datacenter-1"), CLUSTER)
    comparison = compared(before, after)
    gone = comparison.place(CLUSTER)
    assert gone is not None
    assert gone.after is None
    assert gone.name == "Cluster A"
    assert len(gone.left) == 3
    assert gone.kinds == ()
    assert gone.differs
    back = compared(after, before).place(CLUSTER)
    assert back is not None
    assert back.before is None
    assert len(back.joined) == 3
    assert [kind.lost for kind in back.kinds] != [()] * 3


def test_settings_by_the_path_of_the_field() -> None:
    before = mixed()
    after = edits.update_cluster(
        before,
        CLUSTER,
        lambda c: replace(c, name="A", ha=replace(c.ha, enabled=True), drs=replace(c.drs, enabled=True)),
    )
    cluster = compared(before, after).place(CLUSTER)
    assert cluster is not None
    assert [change.field for change in cluster.settings] == ["name", "ha.enabled", "drs.enabled"]


def test_the_release_is_a_setting_of_the_plan() -> None:
    before = mixed()
    comparison = compared(before, edits.set_release(before, "2.5u2"))
    assert [(change.field, change.after) for change in comparison.settings] == [("release", "2.5u2")]
    assert comparison.differs
    assert not any(place.differs for place in comparison.places)


def test_hosts_and_machines_that_change_in_their_place() -> None:
    first, second = hosts(WESTMERE, WESTMERE)
    before = plan(replace(first, vms=(running("db01"), vm("web", 2))), second)
    after = edits.set_fields(before, "vm-1", power_state="poweredOff")
    after = edits.set_fields(after, "host-2", in_maintenance_mode=True)
    cluster = compared(before, after).place(CLUSTER)
    assert cluster is not None
    assert [(c.after.id, [f.field for f in c.fields]) for c in cluster.vms] == [("vm-1", ["power_state"])]
    assert [(c.after.id, [f.field for f in c.fields]) for c in cluster.hosts] == [
        ("host-2", ["in_maintenance_mode"])
    ]
    moved = edits.update_host(before, "host-1", lambda h: replace(h, vms=h.vms[:1]))
    moved = edits.add_vm(moved, "host-2", vm("web", 2))
    cluster = compared(before, moved).place(CLUSTER)
    assert cluster is not None
    assert not cluster.vms_joined
    assert not cluster.vms_left
    assert [c.fields for c in cluster.vms] == [(FieldChange("host", "host-1", "host-2"),)]
    fewer = compared(before, edits.remove(before, "vm-2")).place(CLUSTER)
    assert fewer is not None
    assert [machine.name for machine in fewer.vms_left] == ["web"]


def finding(rule: str = "evc.mode", object_id: str = CLUSTER, *, count: int = 1, **fields: object) -> Finding:
    subject = Subject(object_id, "evc_mode")
    severity = fields.pop("severity", Severity.ERROR)
    assert isinstance(severity, Severity)
    return Finding(rule, "evc", severity, subject, "{count} hosts", {"count": count})


def test_findings_are_told_apart_without_their_numbers() -> None:
    whole = mixed()
    stays, three, two, lost, gained = (
        finding("a"),
        finding("b", count=3),
        finding("b", count=2),
        finding("c"),
        finding("d"),
    )
    comparison = compare(whole, whole, [stays, three, lost], [finding("a"), two, gained])
    assert comparison.gained == (gained,)
    assert comparison.lost == (lost,)
    assert comparison.restated == ((three, two),)
    assert finding_key(two) == finding_key(three)


def test_a_finding_that_weighs_more_now_is_another() -> None:
    whole, light, heavy = mixed(), finding(severity=Severity.WARNING), finding()
    comparison = compare(whole, whole, [light], [heavy])
    assert (comparison.gained, comparison.lost) == ((heavy,), (light,))


def test_several_findings_of_one_key_are_counted() -> None:
    whole, one, two = mixed(), finding(count=1), finding(count=2)
    comparison = compare(whole, whole, [one, two], [finding(count=2)])
    assert comparison.lost == (one,)
    assert not comparison.gained
    assert not comparison.restated


def test_one_checker_for_both_plans_finds_the_same_differences() -> None:
    before = mixed()
    after = edits.set_fields(before, CLUSTER, evc_mode="intel-westmere")
    checker = Checker()
    shared = compare(before, after, checker.check(before), checker.check(after))
    assert shared == compared(before, after)
    assert Severity.ERROR in {found.severity for found in shared.gained}

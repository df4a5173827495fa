"""The document in Rehearse: edits are answered as vCenter would, and undo works across."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from flexgui.document import Document
from flexgui.plan import edits, many, scenarios
from flexgui.plan.inventory import find, places
from flexgui.plan.values import Cluster, Drs, Edit, Host, Plan, VirtualMachine
from flexgui.rules.check import Checker, check
from flexgui.rules.finding import Severity
from flexgui.rules.rehearsal import Answer, Outcome
from tests.rules.plans import MEROM, NETBURST, OPTERON, WESTMERE, host, plan, running, vm

A, HOST = "domain-c1", "host-1"
ENTER: Edit = lambda plan: edits.set_fields(plan, HOST, in_maintenance_mode=True)  # noqa: E731
MOVE: Edit = lambda plan: edits.move_hosts(plan, (HOST,), A)  # noqa: E731
POWER_OFF: Edit = lambda plan: edits.set_fields(plan, "vm-1", power_state="poweredOff")  # noqa: E731


def old_plan() -> Plan:
    """VirtualCenter 2.5: a standalone host with a running machine beside an empty cluster with EVC."""
    return plan(host(1, MEROM, vms=(running(),)), standalone=True, release="2.5u2", evc_mode="intel-merom")


@pytest.fixture
def document(qapp: QApplication) -> Document:
    document = Document()
    document.new(old_plan())
    return document


def events(document: Document) -> list[str]:
    return [entry.event for entry in document.log]


def test_the_mistakes_of_the_paper_are_refused_one_by_one(document: Document) -> None:
    refused: list[tuple[str, Answer]] = []
    document.refused.connect(lambda name, answer: refused.append((name, answer)))
    document.set_rehearsing(True)
    before = document.plan
    assert not document.edit("Move", MOVE)
    assert not document.edit("Enter", ENTER)
    assert document.plan is before
    assert [(name, answer.outcome) for name, answer in refused] == [
        ("Move", Outcome.REFUSED),
        ("Enter", Outcome.WAITING),
    ]
    assert document.edit("Power off", POWER_OFF)
    assert document.edit("Enter", ENTER)
    assert document.edit("Move", MOVE)
    assert events(document) == ["began", "refused", "waiting", "done", "done", "done"]
    assert len(refused) == 2


def test_planning_refuses_nothing_and_logs_nothing(document: Document) -> None:
    assert document.edit("Move", MOVE)
    assert document.log == ()
    assert not document.rehearsing


def test_an_edit_that_changes_nothing_is_no_action(document: Document) -> None:
    document.set_rehearsing(True)
    assert document.edit("Nothing", lambda plan: plan)
    assert events(document) == ["began"]


def test_undo_and_redo_work_across_the_beginning_and_the_end(document: Document) -> None:
    planned = document.plan
    document.edit("Rename", lambda p: edits.set_fields(p, A, name="Other"))
    document.set_rehearsing(True)
    document.edit("Power off", POWER_OFF)
    rehearsed = document.plan
    document.set_rehearsing(False, keep=True)
    document.edit("Enter", ENTER)
    told: list[bool] = []
    document.rehearsing_changed.connect(lambda: told.append(document.rehearsing))
    stack = document.undo_stack
    seen = []
    while stack.canUndo():
        stack.undo()
        seen.append(document.rehearsing)
    assert seen == [False, True, True, False, False]
    assert document.plan == planned
    while stack.canRedo():
        stack.redo()
    assert told == [True, False, True, False]
    assert not document.rehearsing
    stack.undo()
    assert document.plan is rehearsed


def test_an_undone_action_is_refused_or_done_anew_as_it_was(document: Document) -> None:
    document.set_rehearsing(True)
    document.edit("Power off", POWER_OFF)
    assert document.edit("Enter", ENTER)
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert not document.edit("Enter", ENTER), "the machine runs again"
    assert events(document) == ["began", "done", "done", "undone", "undone", "waiting"]


def test_going_back_leaves_the_plan_as_it_was_in_one_step(document: Document) -> None:
    planned = document.plan
    document.set_rehearsing(True)
    document.edit("Power off", POWER_OFF)
    document.edit("Remove", lambda p: edits.remove(p, HOST))
    steps = document.undo_stack.count()
    document.set_rehearsing(False, keep=False)
    assert document.undo_stack.count() == steps + 1
    assert document.plan.datacenters == planned.datacenters
    assert document.plan.cpus == planned.cpus
    assert check(document.plan) == check(planned)
    document.undo_stack.undo()
    assert document.rehearsing
    assert find(document.plan, HOST) is None


def test_what_was_said_of_findings_meanwhile_stays(document: Document) -> None:
    document.set_rehearsing(True)
    document.edit("Mute", lambda p: edits.mute(p, "host.evaluation", HOST, "known"))
    document.edit_whole("What-if", lambda p: scenarios.add(p, "Other"))
    assert document.rehearsing
    document.set_rehearsing(False, keep=False)
    assert [muted.reason for muted in document.plan.muted] == ["known"]
    assert [scenario.name for scenario in document.whole.scenarios] == ["Other"]


def test_another_inventory_ends_the_rehearsal(document: Document) -> None:
    document.set_rehearsing(True)
    document.edit_whole("What-if", lambda p: scenarios.add(p, "Other"))
    document.show_scenario("Other")
    assert not document.rehearsing
    document.show_scenario(None)
    document.undo_stack.undo()
    assert document.rehearsing, "the step was made while rehearsing"


def test_a_scenario_is_rehearsed_like_a_plan(document: Document) -> None:
    document.edit_whole("What-if", lambda p: scenarios.add(p, "Other"), show="Other")
    document.set_rehearsing(True)
    assert not document.edit("Move", MOVE)
    assert document.edit("Power off", POWER_OFF)
    document.set_rehearsing(False, keep=False)
    assert document.scenario == "Other"


def test_another_file_is_not_rehearsed_and_has_no_log(document: Document) -> None:
    document.set_rehearsing(True)
    document.new(old_plan())
    assert not document.rehearsing
    assert document.log == ()


def test_what_would_be_refused_is_told_without_a_trace(document: Document) -> None:
    before = document.plan
    assert document.objection(before, MOVE(before)) is None, "planning refuses nothing"
    document.set_rehearsing(True)
    before = document.plan
    told = document.objection(before, MOVE(before))
    assert told is not None
    assert "maintenance mode" in told[1].text()
    assert document.objection(before, POWER_OFF(before)) is None
    assert events(document) == ["began"]


def test_findings_after_a_refusal_are_those_of_the_plan(document: Document) -> None:
    document.set_rehearsing(True)
    document.edit("Move", MOVE)
    document.edit("Power off", POWER_OFF)
    assert document.findings.all == check(document.plan)


# --- whatever is tried, vCenter never comes to have what cannot be

START = edits.move_hosts(
    plan(
        host(1, MEROM, vms=(running(), vm("b", 2))),
        host(2, WESTMERE, vms=(running("c", 3),), xd="disabled", in_maintenance_mode=True),
        host(3, OPTERON, in_maintenance_mode=True),
        host(4, NETBURST, vms=(vm("d", 4),)),
        host(6, WESTMERE, vms=(running("e", 5),), in_maintenance_mode=True),
        drs=Drs(enabled=True),
        others=(Cluster(id="domain-c9", name="Cluster B", hosts=(host(5, MEROM),)),),
    ),
    ("host-3", "host-4", "host-6"),
    "datacenter-1",
)
"""Hosts of all kinds, in clusters and beside them, at work and in maintenance mode."""

HOSTS = tuple(p.object.id for p in places(START) if isinstance(p.object, Host))
VMS = tuple(p.object.id for p in places(START) if isinstance(p.object, VirtualMachine))
HOLDERS = (A, "domain-c9", "datacenter-1")
FIELDS: tuple[tuple[tuple[str, ...], str, tuple[object, ...]], ...] = (
    (HOSTS, "in_maintenance_mode", (True, False)),
    (HOSTS, "connection_state", ("connected", "disconnected")),
    (HOSTS, "xd", ("enabled", "disabled")),
    (HOSTS, "ac_power_cycle_pending", (False,)),
    (HOSTS, "address", ("esx-01.example.com", "no address", "10.0.0.1")),
    (VMS, "power_state", ("poweredOn", "poweredOff", "suspended")),
    (VMS, "evc_mode", (None, "intel-merom", "intel-westmere")),
    (HOLDERS[:2], "evc_mode", (None, "intel-merom", "intel-westmere", "amd-greyhound")),
    (HOLDERS[:2], "name", ("", "Cluster A", "C")),
)


def _setting(kind: int, which: int, value: int) -> Edit:
    ids, name, values = FIELDS[kind % len(FIELDS)]
    wanted, new = ids[which % len(ids)], values[value % len(values)]
    return lambda p: edits.set_fields(p, wanted, **{name: new}) if find(p, wanted) is not None else p


def _move(which: int, to: int) -> Edit:
    moving = HOSTS[which % len(HOSTS)]
    return lambda p: edits.move_hosts(p, (moving,), HOLDERS[to % 3]) if find(p, moving) is not None else p


def _migrate(which: int, to: int) -> Edit:
    vm_id, host_id = VMS[which % len(VMS)], HOSTS[to % len(HOSTS)]

    def edit(p: Plan) -> Plan:
        there = find(p, vm_id) is not None and find(p, host_id) is not None
        return many.move_vms(p, (vm_id,), host_id) if there else p

    return edit


def _remove(which: int) -> Edit:
    gone = (*HOSTS, *VMS)[which % (len(HOSTS) + len(VMS))]
    return lambda p: edits.remove(p, gone) if find(p, gone) is not None else p


NUMBER = st.integers(0, 20)
EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.builds(_setting, NUMBER, NUMBER, NUMBER),
    st.builds(_move, NUMBER, NUMBER),
    st.builds(_migrate, NUMBER, NUMBER),
    st.builds(_remove, NUMBER),
)


@pytest.fixture(scope="module")
def rehearsed(qapp: QApplication) -> Document:
    """One document for all examples: a program has one, too."""
    return Document()


@settings(max_examples=100)
@given(release=st.sampled_from(["2.5u2", "4.0", "5.5", "7.0"]), tried=st.lists(EDITS, max_size=12))
def test_nothing_that_cannot_be_comes_to_be(rehearsed: Document, release: str, tried: list[Edit]) -> None:
    document, checker = rehearsed, Checker()
    document.new(edits.set_release(START, release))
    document.set_rehearsing(True)
    known = {_key(f) for f in document.findings.all if f.severity is Severity.ERROR}
    for number, edit in enumerate(tried):
        before, steps = document.plan, document.undo_stack.count()
        if not document.edit(str(number), edit):
            assert document.plan is before
            assert document.undo_stack.count() == steps
        found = {_key(f) for f in checker.check(document.plan) if f.severity is Severity.ERROR}
        assert found <= known
        known = found
        for place in places(document.plan):
            if isinstance(place.object, Host):
                holder = place.cluster or place.datacenter
                assert place.object.present_parent == holder.id
            if isinstance(place.object, Cluster):
                assert place.object.present_evc_mode == place.object.evc_mode
    after = document.plan
    while document.undo_stack.index() > 1:
        document.undo_stack.undo()
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
    assert document.plan is after


def _key(finding: object) -> tuple[object, object]:
    return getattr(finding, "rule", None), getattr(finding, "subject", None)

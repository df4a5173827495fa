"""The document shows the plan or one of its scenarios; undo goes back to where the edit was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.errors import InputError
from flexgui.plan import edits, scenarios, storage
from flexgui.plan.inventory import find
from flexgui.plan.values import Plan
from tests.rules.plans import MEROM, NEHALEM, hosts, plan

NAME = "Without esx-01"


@pytest.fixture
def document(qtbot: QtBot) -> Iterator[Document]:
    owner = QWidget()
    qtbot.addWidget(owner)
    made = Document(owner)
    made.new(plan(*hosts(MEROM, NEHALEM), evc_mode="intel-merom"))
    assert made.edit_whole("New what-if", lambda whole: scenarios.add(whole, NAME), NAME)
    yield made  # its owner lives as long as this
    assert made.parent() is owner


def removed(document: Document, host_id: str = "host-1") -> None:
    document.edit(f"Remove {host_id}", lambda shown: edits.remove(shown, host_id))


def ids(of: Plan) -> list[str]:
    return [host.id for host in of.datacenters[0].clusters[0].hosts]


def test_a_new_scenario_is_shown_and_edited_in_the_place_of_the_plan(document: Document) -> None:
    assert document.scenario == NAME
    removed(document)
    assert ids(document.plan) == ["host-2"]
    assert ids(document.whole) == ["host-1", "host-2"]
    assert document.undo_stack.undoText() == f"Remove host-1 (what-if “{NAME}”)"
    document.show_scenario(None)
    assert ids(document.plan) == ["host-1", "host-2"]
    assert document.plan is document.whole


def test_findings_are_those_of_what_is_shown(document: Document) -> None:
    document.edit("Raise", lambda shown: edits.set_fields(shown, "domain-c1", evc_mode="intel-nehalem"))
    rules = {finding.rule for finding in document.findings.all}
    document.show_scenario(None)
    assert "evc.features-missing" in rules
    assert "evc.features-missing" not in {finding.rule for finding in document.findings.all}


def test_undo_and_redo_return_to_where_the_edit_was_made(document: Document) -> None:
    removed(document)
    document.show_scenario(None)
    removed(document, "host-2")
    assert document.undo_stack.undoText() == "Remove host-2"
    document.undo_stack.undo()
    assert document.scenario is None
    assert ids(document.plan) == ["host-1", "host-2"]
    document.undo_stack.undo()
    assert document.scenario == NAME
    assert ids(document.plan) == ["host-1", "host-2"]
    document.show_scenario(None)
    document.undo_stack.redo()
    assert document.scenario == NAME
    assert ids(document.plan) == ["host-2"]
    assert ids(document.whole) == ["host-1", "host-2"]
    document.undo_stack.redo()
    assert document.scenario is None
    assert ids(document.plan) == ["host-1"]
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.scenario is None
    assert document.whole.scenarios == ()


def test_looking_at_a_scenario_is_no_change(document: Document, tmp_path: Path) -> None:
    document.save(tmp_path / "a.flexplan.json")
    for name in (None, NAME, None, NAME):
        document.show_scenario(name)
    assert not document.dirty
    assert document.undo_stack.count() == 1


def test_what_is_saved_is_everything_in_its_place(document: Document, tmp_path: Path) -> None:
    removed(document)
    path = tmp_path / "a.flexplan.json"
    document.save(path)
    saved = storage.load(path)
    assert ids(saved) == ["host-1", "host-2"]
    assert ids(scenarios.shown(saved, NAME)) == ["host-2"]
    document.open(path)
    assert document.scenario is None
    assert document.whole == saved


def test_signals_tell_when_another_one_is_shown(document: Document) -> None:
    heard: list[str] = []
    for name in ("plan_changed", "findings_changed", "scenario_shown"):
        getattr(document, name).connect(lambda name=name: heard.append(name))

    def told() -> list[str]:
        now = heard.copy()
        heard.clear()
        return now

    both = ["plan_changed", "findings_changed"]

    removed(document)
    assert told() == both
    document.show_scenario(None)
    assert told() == [*both, "scenario_shown"]
    document.show_scenario(None)
    assert told() == []
    document.undo_stack.undo()
    assert told() == [*both, "scenario_shown"]


def test_apply_and_drop_can_be_undone(document: Document) -> None:
    removed(document)
    assert document.edit_whole("Apply", lambda whole: scenarios.apply(whole, NAME))
    assert document.scenario is None
    assert ids(document.plan) == ["host-2"]
    assert document.whole.scenarios == ()
    document.undo_stack.undo()
    assert document.scenario == NAME
    assert ids(document.whole) == ["host-1", "host-2"]
    assert document.edit_whole("Drop", lambda whole: scenarios.drop(whole, NAME))
    assert find(document.plan, "host-1") is not None
    document.undo_stack.undo()
    assert ids(document.plan) == ["host-2"]


def test_an_edit_that_cannot_be_leaves_no_trace(document: Document) -> None:
    count = document.undo_stack.count()

    def again(whole: Plan) -> Plan:
        return scenarios.add(whole, NAME)

    with pytest.raises(InputError):
        document.edit_whole("Again", again)
    with pytest.raises(KeyError):
        document.show_scenario("nothing")
    with pytest.raises(KeyError):
        document.edit_whole("Drop", lambda whole: scenarios.drop(whole, NAME), NAME)
    assert document.edit_whole("Nothing", lambda whole: whole) is False
    assert document.scenario == NAME
    assert document.undo_stack.count() == count


def test_a_release_in_a_scenario_is_the_scenarios(document: Document, tmp_path: Path) -> None:
    document.edit("Upgrade", lambda shown: edits.set_release(shown, "7.0"))
    assert (document.plan.release, document.whole.release) == ("7.0", "6.0")
    document.save(tmp_path / "a.flexplan.json")
    assert storage.load(tmp_path / "a.flexplan.json") == document.whole


def test_another_plan_is_shown_from_the_start(document: Document) -> None:
    document.new(replace(plan(), scenarios=()))
    assert document.scenario is None


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "drop", "apply", "rename", "show", "edit", "release", "undo", "redo"]),
        st.integers(0, 5),
    ),
    max_size=14,
)


@given(steps=STEPS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_can_be_undone_and_done_again(qapp: QApplication, steps: list[Any]) -> None:
    owner = QWidget()
    document = Document(owner)
    start = plan(*hosts(MEROM, NEHALEM), evc_mode="intel-merom")
    document.new(start)
    for what, number in steps:
        names = (None, *scenarios.names(document.whole))
        name = names[number % len(names)]
        base = document.whole.datacenters
        before = document.scenario
        one_step(document, what, number, name)
        whole = document.whole
        assert scenarios.whole(scenarios.shown(whole, document.scenario), document.scenario) == whole
        assert document.plan == scenarios.shown(whole, document.scenario)
        if what == "edit" and before is not None:
            assert whole.datacenters is base
    end = document.whole
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.whole == start
    assert document.scenario is None
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
    if "undo" not in [what for what, _ in steps]:
        assert document.whole == end
    shiboken6.delete(owner)


def one_step(document: Document, what: str, number: int, name: str | None) -> None:
    whole = document.whole
    if what == "add":
        new = scenarios.free_name(whole, "What-if")
        document.edit_whole("add", lambda p: scenarios.add(p, new, name), new)
    elif what == "show":
        document.show_scenario(name)
    elif what == "edit":
        label = f"Cluster {number}"
        document.edit("edit", lambda p: edits.set_fields(p, "domain-c1", name=label))
    elif what == "release":
        document.edit("release", lambda p: edits.set_release(p, ("5.5", "6.0", "7.0")[number % 3]))
    elif what == "undo":
        document.undo_stack.undo()
    elif what == "redo":
        document.undo_stack.redo()
    elif name is not None:
        shown = document.scenario
        kept = None if shown == name else shown
        if what == "rename":
            new = scenarios.free_name(whole, f"Named {number}")
            document.edit_whole("rename", lambda p: scenarios.rename(p, name, new), new)
        elif what == "apply":
            document.edit_whole("apply", lambda p: scenarios.apply(p, name), kept)
        else:
            document.edit_whole("drop", lambda p: scenarios.drop(p, name), kept)

"""Checks that take a while are made off the GUI thread; what was found lately is not found again."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.plan import edits, scenarios
from flexgui.plan.fleet import make_fleet
from flexgui.plan.inventory import hosts
from flexgui.plan.values import Edit, Plan
from flexgui.rules.check import Checker, check
from flexgui.rules.found import Findings
from flexgui.rules.memory import Memory
from flexgui.widgets.elsewhere import elsewhere
from tests.plan.strategies import plans
from tests.rules.test_checker import edited


@pytest.fixture
def document(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Document:
    """A document to which ten hosts are many."""
    monkeypatch.setattr("flexgui.document.MANY", 10)
    document = Document()
    document.elsewhere = elsewhere
    document.new(make_fleet(40, 1, clusters=2))
    return document


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each check that had something to do, whether it was made on this thread."""
    found: list[bool] = []
    here, before = threading.get_ident(), Checker.check

    def counted(checker: Checker, plan: Plan) -> object:
        if checker.work(plan):
            found.append(threading.get_ident() == here)
        return before(checker, plan)

    monkeypatch.setattr(Checker, "check", counted)
    return found


def mode_off(document: Document) -> Edit:
    cluster = document.plan.datacenters[0].clusters[0]
    other = "intel-merom" if cluster.evc_mode is None else None
    return lambda plan: edits.set_fields(plan, cluster.id, evc_mode=other)


def test_a_large_edit_is_checked_elsewhere_and_undone_without_a_check(
    document: Document, threads: list[bool]
) -> None:
    told: list[bool] = []
    document.checking.connect(told.append)
    before, found = document.plan, document.findings.all
    assert document.edit("Mode", mode_off(document))
    assert threads == [False]
    assert told == [True, False]
    assert document.findings.all == check(document.plan)
    assert document.findings.all != found
    threads.clear()
    document.undo_stack.undo()
    assert document.plan is before
    assert document.findings.all == found
    document.undo_stack.redo()
    assert threads == []
    assert document.findings.all == check(document.plan)


def test_a_small_edit_is_checked_at_once(document: Document, threads: list[bool]) -> None:
    _, _, host = next(hosts(document.plan))
    assert document.edit("XD", lambda plan: edits.set_fields(plan, host.id, xd="disabled"))
    assert threads == [True]


def test_what_is_edited_meanwhile_stays(document: Document) -> None:
    _, _, host = next(hosts(document.plan))
    rename: Edit = lambda plan: edits.set_fields(plan, host.id, name="another")  # noqa: E731
    QTimer.singleShot(0, document, lambda: document.edit("Rename", rename))
    wanted = mode_off(document)(document.plan)
    document.edit("Mode", mode_off(document))
    assert document.plan.datacenters[0].clusters[0].evc_mode == wanted.datacenters[0].clusters[0].evc_mode
    assert "another" in [each.name for _, _, each in hosts(document.plan)]
    assert document.findings.all == check(document.plan)
    assert [document.undo_stack.text(n) for n in range(2)] == ["Rename", "Mode"]


def test_rehearse_begins_elsewhere_and_ends_without_a_check(document: Document, threads: list[bool]) -> None:
    document.set_rehearsing(True)
    assert document.rehearsing
    assert threads == [False]
    assert document.findings.all == check(document.plan)
    threads.clear()
    document.set_rehearsing(False, keep=False)
    assert threads == []
    assert document.findings.all == check(document.plan)


def test_a_what_if_and_the_plan_are_shown_in_turns_without_a_check(
    document: Document, threads: list[bool]
) -> None:
    document.edit_whole("New", lambda plan: scenarios.add(plan, "A"), "A")
    document.edit("Mode", mode_off(document))
    threads.clear()
    for name in (None, "A", None):
        document.show_scenario(name)
        assert threads == []
        assert document.findings.all == check(document.plan)
        threads.clear()


def test_what_fails_elsewhere_is_raised_here(qtbot: QtBot) -> None:
    def work() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        elsewhere(work)
    assert QApplication.overrideCursor() is None


def test_timers_fire_while_something_is_done_elsewhere(qtbot: QtBot) -> None:
    fired = threading.Event()
    QTimer.singleShot(0, fired.set)
    assert elsewhere(lambda: fired.wait(5))


@given(st.data())
def test_what_is_remembered_is_what_checking_finds(data: st.DataObject) -> None:
    checker, memory = Checker(), Memory()
    current = data.draw(plans())
    history = [current]
    for _ in range(6):
        known = memory.of(current)
        if known is None:
            findings = Findings.of(current, checker.check(current))
        else:
            findings, checker = known
        assert findings.all == check(current) == checker.check(current)
        memory.note(current, findings, checker)
        back = data.draw(st.booleans())
        current = data.draw(st.sampled_from(history)) if back else data.draw(edited(current))
        history.append(current)

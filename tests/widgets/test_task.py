"""Work off the GUI thread."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject, QThreadPool
from pytestqt.qtbot import QtBot

from flexgui.errors import FlexGuiError, InputError
from flexgui.widgets.task import Report, Task, run_task


def test_the_answer_comes_back_to_the_gui_thread(qtbot: QtBot) -> None:
    here = threading.get_ident()
    got: list[tuple[str, int, int]] = []
    steps: list[tuple[int, int, str]] = []

    def work(report: Report) -> int:
        report(1, 2, "half")
        return threading.get_ident()

    owner = QObject()
    run_task(
        owner,
        work,
        lambda there: got.append(("done", there, threading.get_ident())),
        progress=lambda *step: steps.append(step),
    )
    qtbot.waitUntil(lambda: bool(got))
    ((word, there, back),) = got
    assert word == "done"
    assert there != here
    assert back == here
    assert steps == [(1, 2, "half")]


def test_what_can_be_mended_is_told(qtbot: QtBot) -> None:
    told: list[FlexGuiError] = []

    def work(report: Report) -> None:
        raise InputError("It is broken.", "Mend it.")

    owner = QObject()
    run_task(owner, work, lambda _: None, failed=told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert str(told[0]) == "It is broken. Mend it."


@pytest.mark.parametrize("by_owner", [False, True])
def test_a_cancelled_task_ends_and_says_nothing(qtbot: QtBot, by_owner: bool) -> None:
    said: list[object] = []
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def work(report: Report) -> None:
        begun.set()
        go_on.wait(10)
        try:
            report(1, 1, "")
            said.append("went on")
        finally:
            ended.set()

    owner = QObject()
    task = run_task(owner, work, said.append, progress=lambda *_: said.append("progress"))
    assert begun.wait(10)
    if by_owner:
        owner.deleteLater()
        qtbot.waitUntil(lambda: task.cancelled)
    else:
        task.cancel()
    go_on.set()
    assert ended.wait(10)
    QThreadPool.globalInstance().waitForDone()
    qtbot.wait(0)
    assert said == []


def test_an_answer_that_comes_too_late_is_dropped(qtbot: QtBot) -> None:
    said: list[object] = []
    go_on = threading.Event()
    owner = QObject()
    task = run_task(owner, lambda report: go_on.wait(10), said.append)
    task.cancel()
    go_on.set()
    QThreadPool.globalInstance().waitForDone()
    later = run_task(owner, lambda report: "later", said.append)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["later"]
    assert not later.cancelled


def test_tests_may_do_without_threads(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Task, "synchronous", True)
    got: list[int] = []
    run_task(QObject(), lambda report: threading.get_ident(), got.append)
    assert got == [threading.get_ident()]

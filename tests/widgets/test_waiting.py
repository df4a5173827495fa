"""Work that the user waits for: behind a dialog, with Cancel that leaves nothing half done."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from flexgui.errors import InputError
from flexgui.widgets.task import Cancelled, Report
from flexgui.widgets.waiting import WaitingDialog, wait_for


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


def dialog() -> WaitingDialog:
    shown = QApplication.activeModalWidget()
    assert isinstance(shown, WaitingDialog)
    return shown


def test_the_dialog_is_on_screen_while_the_work_goes_on(qtbot: QtBot, window: QWidget) -> None:
    go_on = threading.Event()
    seen: list[tuple[str, str, int]] = []

    def look() -> None:
        if dialog().step.text():
            shown = dialog()
            seen.append((shown.title.text(), shown.step.text(), shown.progress.value()))
            go_on.set()
        else:
            QTimer.singleShot(1, look)

    def work(report: Report) -> int:
        report(3, 7, "the third")
        go_on.wait()
        return threading.get_ident()

    QTimer.singleShot(0, look)
    assert wait_for(window, "Counting…", work) != threading.get_ident()
    assert seen == [("Counting…", "the third", 3)]


def test_escape_ends_the_work_where_it_reports(qtbot: QtBot, window: QWidget) -> None:
    begun, stopped = threading.Event(), threading.Event()
    steps: list[int] = []

    def press() -> None:
        if begun.is_set():
            shown = dialog()
            qtbot.keyClick(shown, Qt.Key.Key_Escape)
            assert shown.isVisible(), "until the work has ended"
            assert shown.step.text() == "Stopping…"
            stopped.set()
        else:
            QTimer.singleShot(1, press)

    def work(report: Report) -> None:
        report(0, 2, "")
        begun.set()
        stopped.wait()
        steps.append(1)
        report(1, 2, "")
        steps.append(2)

    QTimer.singleShot(0, press)
    with pytest.raises(Cancelled):
        wait_for(window, "Counting…", work)
    assert steps == [1]


def test_what_was_complete_when_it_was_cancelled_counts(qtbot: QtBot, window: QWidget) -> None:
    begun, stopped = threading.Event(), threading.Event()

    def press() -> None:
        if begun.is_set():
            qtbot.keyClick(dialog(), Qt.Key.Key_Escape)
            stopped.set()
        else:
            QTimer.singleShot(1, press)

    def work(report: Report) -> str:
        begun.set()
        stopped.wait()
        return "written"

    QTimer.singleShot(0, press)
    assert wait_for(window, "Writing…", work) == "written"


def test_what_fails_is_raised_when_the_dialog_is_gone(qtbot: QtBot, window: QWidget) -> None:
    def work(report: Report) -> None:
        raise InputError("It is broken.", "Mend it.")

    with pytest.raises(InputError, match="Mend it"):
        wait_for(window, "Counting…", work)
    assert QApplication.activeModalWidget() is None

    def defect(answer: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        wait_for(window, "Counting…", lambda report: 1, defect)
    assert QApplication.activeModalWidget() is None

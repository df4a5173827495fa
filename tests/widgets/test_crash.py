from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QThread, QTimer
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton, QWidget, QWizard, QWizardPage
from pytestqt.qtbot import QtBot

from flexgui.widgets import crash
from flexgui.widgets.crash import CrashDialog, CrashReporter, crash_log_path

# The reporter takes the place of pytest-qt's own hook: that is what is tested here.
pytestmark = pytest.mark.qt_no_exception_capture


class Window(QMainWindow):
    """A main window with everything that can go wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.button = QPushButton("&Fail", self)
        self.button.clicked.connect(self.fail)
        self.setCentralWidget(self.button)
        self.saved = 0

    def fail(self) -> None:
        raise ZeroDivisionError("no hosts to divide by")

    def save_plan_as(self) -> None:
        self.saved += 1


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def reporter(window: Window, capsys: pytest.CaptureFixture[str]) -> Iterator[CrashReporter]:
    crash_log_path().unlink(missing_ok=True)
    reporter = crash.install(lambda: window, save_plan_as=window.save_plan_as)
    yield reporter
    reporter.uninstall()
    QApplication.processEvents()


def shown(qtbot: QtBot, reporter: CrashReporter) -> CrashDialog:
    qtbot.waitUntil(lambda: reporter.dialog() is not None)
    dialog = reporter.dialog()
    assert dialog is not None
    assert dialog.isVisible()
    assert [w for w in QApplication.topLevelWidgets() if isinstance(w, CrashDialog) and w.isVisible()] == [
        dialog
    ]
    return dialog


def test_a_slot_that_raises(qtbot: QtBot, window: Window, reporter: CrashReporter) -> None:
    qtbot.mouseClick(window.button, Qt.MouseButton.LeftButton)
    dialog = shown(qtbot, reporter)
    assert "ZeroDivisionError: no hosts to divide by" in dialog.headline.text()
    assert "still open" in dialog.advice.text()
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert "Traceback (most recent call last)" in copied
    assert "in fail" in copied
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in copied
    assert "PySide6" in copied
    assert "offscreen" in copied or "xcb" in copied
    qtbot.keyClick(dialog, Qt.Key.Key_Return)  # Continue is the default button
    assert reporter.dialog() is None
    assert window.isVisible()


def test_the_plan_can_be_saved_from_the_dialog(qtbot: QtBot, window: Window, reporter: CrashReporter) -> None:
    window.button.click()
    dialog = shown(qtbot, reporter)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window.saved == 1)
    assert dialog.isVisible()


def test_an_overridden_paint_event_that_raises_on_and_on(
    qtbot: QtBot, window: Window, reporter: CrashReporter
) -> None:
    class Bad(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            raise RuntimeError("cannot paint")

    bad = Bad()
    window.setCentralWidget(bad)
    dialog = shown(qtbot, reporter)
    for _ in range(3):
        before = dialog.count()
        bad.update()
        qtbot.waitUntil(lambda before=before: dialog.count() > before)  # type: ignore[misc]
    assert shown(qtbot, reporter) is dialog
    assert "cannot paint" in dialog.details_text()
    assert dialog.details_text().count("Traceback") == 1
    assert f"[{dialog.count()} times]" in dialog.details.toPlainText()
    assert f"({dialog.count()} problems so far)" in dialog.headline.text()

    qtbot.keyClick(dialog.mute, Qt.Key.Key_Space)
    dialog.proceed.click()
    with qtbot.waitSignal(reporter.problem_reported):
        bad.update()
    assert reporter.dialog() is None
    window.setCentralWidget(QWidget())


def test_is_complete_that_raises_is_not_just_a_grey_button(
    qtbot: QtBot, window: Window, reporter: CrashReporter
) -> None:
    class Page(QWizardPage):
        ready = True

        def isComplete(self) -> bool:
            if self.ready:
                return True
            raise LookupError("no such mode")

    wizard = QWizard(window)
    wizard.setWindowModality(Qt.WindowModality.ApplicationModal)
    page = Page()
    wizard.addPage(page)
    wizard.show()
    page.ready = False
    QTimer.singleShot(0, page.completeChanged.emit)
    dialog = shown(qtbot, reporter)
    assert "no such mode" in dialog.headline.text()
    assert dialog.parent() is wizard  # over the modal wizard, which would block it otherwise
    page.ready = True
    dialog.proceed.click()
    wizard.close()


def test_threads(qtbot: QtBot, reporter: CrashReporter) -> None:
    def work() -> None:
        raise OSError("the disk is gone")

    thread = threading.Thread(target=work, name="reader")
    thread.start()
    thread.join()
    assert reporter.dialog() is None  # nothing of Qt is touched off the GUI thread
    dialog = shown(qtbot, reporter)
    assert dialog.thread() is QThread.currentThread()
    assert "In thread reader" in dialog.details_text()
    assert "the disk is gone" in dialog.headline.text()


def test_exceptions_that_nobody_can_catch(qtbot: QtBot, reporter: CrashReporter) -> None:
    class Bad:
        def __del__(self) -> None:
            raise RuntimeError("not even my own end")

    Bad()
    assert "not even my own end" in shown(qtbot, reporter).details_text()


def test_different_problems_share_one_dialog(qtbot: QtBot, window: Window, reporter: CrashReporter) -> None:
    window.button.click()
    reporter.report(ValueError("second"))
    for number in range(crash.DETAILS_LIMIT + 5):
        kind = type(f"Problem{number}", (Exception,), {})
        reporter.report(kind("one of many"))
    dialog = shown(qtbot, reporter)
    qtbot.waitUntil(lambda: dialog.count() == crash.DETAILS_LIMIT + 7)
    assert "[7 more, see the log]" in dialog.details_text()
    assert "no hosts to divide by" in dialog.details_text()
    assert "ValueError: second" in dialog.details_text()


def test_the_log_keeps_everything(
    qtbot: QtBot, window: Window, reporter: CrashReporter, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = crash_log_path()
    assert log.is_relative_to(home)
    window.button.click()
    window.button.click()
    assert log.read_text("utf-8").count("ZeroDivisionError: no hosts") == 2
    monkeypatch.setattr(crash, "LOG_LIMIT", 10)
    window.button.click()
    assert log.read_text("utf-8").count("ZeroDivisionError: no hosts") == 1
    assert log.with_name("crash.log.1").exists()
    shown(qtbot, reporter)


def test_an_unwritable_log_does_not_hide_the_dialog(
    qtbot: QtBot, window: Window, reporter: CrashReporter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr(crash, "crash_log_path", lambda: blocked / "crash.log")
    window.button.click()
    shown(qtbot, reporter)


def test_a_dialog_that_cannot_be_built_does_not_loop(
    qtbot: QtBot, window: Window, reporter: CrashReporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object) -> CrashDialog:
        raise RuntimeError("no dialog either")

    monkeypatch.setattr(crash, "CrashDialog", broken)
    reports: list[object] = []
    reporter.problem_reported.connect(reports.append)
    with qtbot.waitSignal(reporter.problem_reported):
        window.button.click()
    QApplication.processEvents()
    assert len(reports) == 1
    assert reporter.dialog() is None


def test_hooks_are_given_back(window: Window) -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    reporter = crash.install(lambda: window)
    assert sys.excepthook != before[0]
    reporter.uninstall()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


def test_without_a_plan_there_is_no_save_button(qtbot: QtBot) -> None:
    dialog = CrashDialog(None)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.save.isVisible()
    assert dialog.proceed.isVisible()

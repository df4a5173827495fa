"""Plan and Rehearse in the window, driven as a user would."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QDialog,
    QDockWidget,
    QToolBar,
    QToolButton,
)
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from flexgui.plan import edits
from flexgui.plan.inventory import find
from flexgui.plan.values import Host, Plan
from flexgui.views.main_window import MainWindow
from flexgui.views.rehearsal import Rehearsal
from flexgui.views.rehearsal_dialogs import LeaveDialog, RefusalDialog
from flexgui.views.rehearsal_log import LogView
from tests.driving import LEFT, child
from tests.views.conftest import Boxes

Kind = TypeVar("Kind", bound=QDialog)
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def press_mode(qtbot: QtBot, window: MainWindow, which: str) -> None:
    """Click "plan" or "rehearse" in the toolbar."""
    qtbot.mouseClick(child(window, f"mode_{which}"), LEFT)


def mode(window: MainWindow) -> str:
    """The button of the switch that is pressed."""
    names = ("plan", "rehearse")
    return " ".join(n for n in names if cast(QToolButton, child(window, f"mode_{n}")).isChecked())


def banner(window: MainWindow) -> str:
    found = window.feature(Rehearsal).banner
    return found.text() if found.isVisible() else ""


def host(window: MainWindow, host_id: str) -> Host:
    place = find(window.document.plan, host_id)
    assert place is not None
    assert isinstance(place.object, Host)
    return place.object


def dialog_of(qtbot: QtBot, kind: type[Kind]) -> Kind:
    """The dialog of a kind that is on show."""
    found: list[Kind] = []

    def shown() -> bool:
        found[:] = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
        return bool(found)

    qtbot.waitUntil(shown)
    return found[0]


def click(qtbot: QtBot, dialog: QDialog, text: str) -> None:
    """Click the button that begins with a text."""
    buttons = (b for b in dialog.findChildren(QAbstractButton) if b.text().replace("&", "").startswith(text))
    qtbot.mouseClick(next(buttons), LEFT, pos=QPoint(8, 8))


@pytest.fixture
def running(window: MainWindow) -> MainWindow:
    """The window in Rehearse, with a machine that runs on esx-07 of Cluster A."""
    power_on: Callable[[Plan], Plan] = lambda p: edits.set_fields(p, "vm-21", power_state="poweredOn")  # noqa: E731
    window.document.edit("Power on", power_on)
    window.feature(Rehearsal).enter()
    return window


def refuse(qtbot: QtBot, window: MainWindow) -> RefusalDialog:
    """Ask for maintenance mode on the host's page while a machine runs there."""
    assert window.select("host-7")
    page = window.page()
    assert page is not None
    box = next(b for b in page.findChildren(QCheckBox) if "maintenance" in b.text())
    qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    assert not box.isChecked(), "the page shows what is"
    return dialog_of(qtbot, RefusalDialog)


def test_the_switch_enters_and_leaves(qtbot: QtBot, window: MainWindow) -> None:
    assert (mode(window), banner(window)) == ("plan", "")
    press_mode(qtbot, window, "rehearse")
    assert window.document.rehearsing
    assert mode(window) == "rehearse"
    assert "as vCenter would" in banner(window)
    assert window.actions_["rehearse"].isChecked()
    press_mode(qtbot, window, "rehearse")
    assert mode(window) == "rehearse", "pressing it again changes nothing"
    press_mode(qtbot, window, "plan")
    assert (mode(window), banner(window)) == ("plan", ""), "nothing was done, so nothing is asked"
    assert not window.actions_["rehearse"].isChecked()


def test_keys_enter_and_leave(qtbot: QtBot, window: MainWindow) -> None:
    for on in (True, False):
        qtbot.keyClick(window, Qt.Key.Key_R, CTRL | SHIFT)
        assert window.document.rehearsing is on


def test_undo_leads_out_of_rehearse_and_redo_back(qtbot: QtBot, window: MainWindow) -> None:
    press_mode(qtbot, window, "rehearse")
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert (mode(window), banner(window)) == ("plan", "")
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL | SHIFT)
    assert mode(window) == "rehearse"


def test_a_refusal_says_why_and_what_to_do_and_the_page_goes_back(qtbot: QtBot, running: MainWindow) -> None:
    dialog = refuse(qtbot, running)
    assert dialog.windowTitle() == "vCenter waits"
    assert dialog.heading.text() == "Waiting: Change maintenance mode"
    assert "web01" in dialog.lines[0].text()
    assert "Power off or migrate" in dialog.lines[0].text()
    assert not host(running, "host-7").in_maintenance_mode
    assert running.statusBar().currentMessage().startswith("vCenter waits: Change maintenance mode.")
    click(qtbot, dialog, "Copy")
    assert QGuiApplication.clipboard().text().splitlines()[0] == "Waiting: Change maintenance mode"
    click(qtbot, dialog, "Close")
    qtbot.waitUntil(lambda: running.feature(Rehearsal).dialog is None)


def test_what_is_done_in_the_end_is_told(running: MainWindow) -> None:
    enter: Callable[[Plan], Plan] = lambda p: edits.set_fields(p, "host-7", in_maintenance_mode=True)  # noqa: E731
    power_off: Callable[[Plan], Plan] = lambda p: edits.set_fields(p, "vm-21", power_state="poweredOff")  # noqa: E731
    assert not running.document.edit("Enter maintenance mode", enter)
    assert running.statusBar().currentMessage().startswith("vCenter waits")
    assert running.document.edit("Power off", power_off)
    assert running.document.edit("Enter maintenance mode", enter)
    assert running.statusBar().currentMessage() == "Done: Enter maintenance mode."


def test_a_refusal_has_vspheres_words_and_fault(qtbot: QtBot, running: MainWindow) -> None:
    edit: Callable[[Plan], Plan] = lambda p: edits.move_hosts(p, ("host-7",), "datacenter-1")  # noqa: E731
    assert not running.document.edit("Move 1 host to Milano", edit)
    dialog = dialog_of(qtbot, RefusalDialog)
    assert dialog.windowTitle() == "vCenter refuses"
    assert (dialog.message, dialog.fault) == (
        "The operation is not allowed in the current state.",
        "InvalidState",
    )
    assert (
        dialog.text().splitlines()[1] == "The operation is not allowed in the current state. (InvalidState)"
    )
    running.select("")
    qtbot.mouseClick(child(dialog, "show"), LEFT)
    assert running.inventory.current_id() == "host-7"


def test_one_refusal_is_shown_at_a_time(qtbot: QtBot, running: MainWindow) -> None:
    edit: Callable[[Plan], Plan] = lambda p: edits.remove(p, "host-7")  # noqa: E731
    for _ in range(3):
        running.document.edit("Remove host", edit)
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, RefusalDialog) and w.isVisible()]
    assert len(shown) == 1
    shown[0].close()


def test_leaving_asks_what_becomes_of_what_was_rehearsed(qtbot: QtBot, running: MainWindow) -> None:
    edit: Callable[[Plan], Plan] = lambda p: edits.set_fields(p, "vm-21", power_state="poweredOff")  # noqa: E731
    running.document.edit("Power off", edit)
    press_mode(qtbot, running, "plan")
    dialog = dialog_of(qtbot, LeaveDialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert running.document.rehearsing
    assert mode(running) == "rehearse", "the switch shows what is"
    press_mode(qtbot, running, "plan")
    dialog = dialog_of(qtbot, LeaveDialog)
    qtbot.mouseClick(child(dialog, "keep"), LEFT, pos=QPoint(8, 8))
    click(qtbot, dialog, "Leave Rehearse")
    assert not running.document.rehearsing
    assert host(running, "host-7").vms[0].power_state == "poweredOff"
    qtbot.keyClick(running, Qt.Key.Key_Z, CTRL)
    assert running.document.rehearsing
    click_leave = running.feature(Rehearsal).banner.findChildren(QAbstractButton)[0]
    qtbot.mouseClick(click_leave, LEFT)
    click(qtbot, dialog_of(qtbot, LeaveDialog), "Leave Rehearse")
    assert host(running, "host-7").vms[0].power_state == "poweredOn", "back to the plan as it was"


def test_what_drs_does_is_told(qtbot: QtBot, window: MainWindow) -> None:
    """A remark of what was done stands in the status bar."""
    window.feature(Rehearsal).enter()
    power_off: Callable[[Plan], Plan] = lambda p: edits.set_fields(p, "vm-20", power_state="poweredOff")  # noqa: E731
    window.document.edit("Power off", power_off)
    assert "is lost" in window.statusBar().currentMessage()


def log_view(window: MainWindow) -> LogView:
    dock = window.findChild(QDockWidget, "rehearsal")
    assert isinstance(dock, QDockWidget)
    return cast(LogView, dock.widget())


def test_the_log_lists_what_was_done_and_refused(
    qtbot: QtBot, running: MainWindow, qtmodeltester: ModelTester
) -> None:
    refuse(qtbot, running).close()
    view = log_view(running)
    rows = [
        [view.model.index(row, column).data() for column in (1, 2)] for row in range(view.model.rowCount())
    ]
    assert rows == [["Begin rehearsal", "Began"], ["Change maintenance mode", "Waiting"]]
    qtmodeltester.check(view.model)
    dock = running.findChild(QDockWidget, "rehearsal")
    assert isinstance(dock, QDockWidget)
    assert running.actions_["show_rehearsal"].isChecked() == dock.toggleViewAction().isChecked()
    running.actions_["show_rehearsal"].trigger()
    running.actions_["show_rehearsal"].trigger()
    qtbot.waitUntil(view.isVisible)


@pytest.mark.parametrize(("ending", "number"), [(".md", 0), (".tsv", 1), (".csv", 2)])
def test_the_log_is_exported(
    qtbot: QtBot,
    running: MainWindow,
    name_files: Callable[..., list[str]],
    tmp_path: Path,
    ending: str,
    number: int,
) -> None:
    refuse(qtbot, running).close()
    name_files(tmp_path / "log", number)
    running.actions_["export_rehearsal"].trigger()
    text = (tmp_path / f"log{ending}").read_text("utf-8-sig")
    assert "Change maintenance mode" in text
    assert text.count("\n") == (6 if ending == ".md" else 3)
    if ending != ".md":
        rows = list(csv.reader(text.splitlines(), delimiter="\t" if ending == ".tsv" else ","))
        assert rows[2][1:3] == ["Change maintenance mode", "waiting"]
    assert running.statusBar().currentMessage() == f"Exported log{ending}"


def test_a_log_that_cannot_be_written_is_told(
    qtbot: QtBot, running: MainWindow, name_files: Callable[..., list[str]], tmp_path: Path, boxes: Boxes
) -> None:
    name_files(tmp_path / "none" / "log.md")
    running.actions_["export_rehearsal"].trigger()
    assert "The log was not exported." in boxes.texts[0]


def test_there_is_nothing_to_export_before_a_rehearsal(window: MainWindow) -> None:
    assert not window.actions_["export_rehearsal"].isEnabled()
    assert "Nothing was rehearsed yet." in window.actions_["export_rehearsal"].toolTip()


def test_words_leave_the_toolbar_where_something_would_not_be_seen(qtbot: QtBot, window: MainWindow) -> None:
    """The release and the switch are always there; where there is room, buttons have words."""
    bar = window.findChild(QToolBar, "toolbar")
    assert isinstance(bar, QToolBar)
    button = cast(QToolButton, bar.widgetForAction(window.actions_["add_host"]))
    only, beside = Qt.ToolButtonStyle.ToolButtonIconOnly, Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    for width, styles in ((800, {only}), (1600, {beside}), (1024, {only, beside})):
        window.resize(width, 700)
        qtbot.waitUntil(lambda styles=styles: button.toolButtonStyle() in styles)
        qtbot.waitUntil(lambda width=width: window.release.isVisible() and window.release.x() + 60 < width)

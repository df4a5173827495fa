from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QDockWidget, QMessageBox, QTabBar
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.plan import edits
from flexgui.plan.samples import MARK, Sample, samples
from flexgui.rules.check import check, counts
from flexgui.views.main_window import MainWindow
from flexgui.views.start import Start
from flexgui.views.start_page import StartLink, StartPage
from tests.views.conftest import Boxes


@pytest.fixture
def bare(qtbot: QtBot, boxes: Boxes) -> Iterator[MainWindow]:
    """The window as the program makes it when no plan is named."""
    window = MainWindow(Document())
    qtbot.addWidget(window)
    yield window
    window.plan_file.may_close = lambda: True  # type: ignore[method-assign]


def _page(window: MainWindow) -> StartPage:
    page = window.feature(Start).page
    assert page is not None
    assert page.isVisible()
    return page


def _link(page: StartPage, text: str) -> StartLink:
    (found,) = (link for link in page.findChildren(StartLink) if link.title == text)
    return found


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.file)
def test_every_sample_loads_and_is_marked(sample: Sample) -> None:
    plan = sample.load()
    assert plan.remarks[0].startswith(MARK)
    assert counts(check(plan))["error"] == 0


def test_the_first_start_opens_the_sample_and_says_so(bare: MainWindow) -> None:
    bare.feature(Start).begin()
    bare.show()
    assert [d.name for d in bare.document.plan.datacenters] == ["Milano"]
    assert bare.document.path is None
    assert not bare.document.dirty
    banner = bare.feature(Start).banner
    assert banner.isVisible()
    assert "yours to save" in banner.text()


def test_later_starts_show_the_start_page(qtbot: QtBot, bare: MainWindow) -> None:
    QSettings().setValue("started", True)
    bare.feature(Start).begin()
    bare.show()
    page = _page(bare)
    assert not bare.findings_dock.isVisible()
    qtbot.mouseClick(_link(page, "New Plan"), Qt.MouseButton.LeftButton)
    assert not page.isVisible()
    assert bare.inventory.isVisible()
    assert bare.findings_dock.isVisible()


def test_a_sample_of_the_page_is_opened_by_the_keyboard(qtbot: QtBot, bare: MainWindow) -> None:
    QSettings().setValue("started", True)
    bare.feature(Start).begin()
    bare.show()
    link = _link(_page(bare), "Fleet of 200 hosts")
    link.setFocus()
    qtbot.keyClick(link, Qt.Key.Key_Space)
    assert bare.inventory.isVisible()
    assert bare.feature(Start).banner.isVisible()


def test_what_begins_elsewhere_leaves_the_page(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["close_plan"].trigger()
    page = _page(window)
    window.actions_["new_datacenter"].trigger()  # asks for the dialog; nothing is made yet
    assert page.isVisible()
    window.actions_["undo"].trigger()
    assert page.isVisible()


def test_close_plan_asks_and_lists_what_was_open(
    qtbot: QtBot, window: MainWindow, plan_path: Path, boxes: Boxes
) -> None:
    window.plan_file.open(plan_path)
    qtbot.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    page = _page(window)
    assert not window.document.plan.datacenters
    qtbot.mouseClick(_link(page, "milano"), Qt.MouseButton.LeftButton)
    assert window.document.path == plan_path
    assert not page.isVisible()
    assert not boxes.texts


def test_changes_are_asked_about_before_a_sample_is_opened(bare: MainWindow, boxes: Boxes) -> None:
    bare.feature(Start).begin()
    own = bare.document.plan.datacenters[0].id
    bare.document.edit("Rename", lambda plan: edits.set_fields(plan, own, name="Torino"))
    boxes.answers = [QMessageBox.StandardButton.Cancel]
    assert not bare.feature(Start).open_sample(samples()[1])
    assert bare.document.plan.datacenters[0].name == "Torino"


def test_a_saved_sample_is_no_sample_any_more(bare: MainWindow, tmp_path: Path) -> None:
    bare.feature(Start).begin()
    bare.show()
    bare.document.save(tmp_path / "own.flexplan.json")
    assert not bare.feature(Start).banner.isVisible()


def test_train_rehearses_on_its_sample(qtbot: QtBot, bare: MainWindow) -> None:
    QSettings().setValue("started", True)
    bare.feature(Start).begin()
    bare.show()
    qtbot.mouseClick(_link(_page(bare), "Train"), Qt.MouseButton.LeftButton)
    assert bare.document.rehearsing
    assert bare.document.plan.release == "2.5u2"


def _dock_in_front(window: MainWindow) -> str:
    bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return " ".join(bar.tabText(bar.currentIndex()) for bar in bars if bar.isVisible())


def test_the_log_of_a_rehearsal_is_not_in_the_way_of_the_next_plan(qtbot: QtBot, bare: MainWindow) -> None:
    QSettings().setValue("started", True)
    bare.feature(Start).begin()
    bare.show()
    qtbot.waitExposed(bare)
    qtbot.mouseClick(_link(_page(bare), "Train"), Qt.MouseButton.LeftButton)
    log = bare.findChild(QDockWidget, "rehearsal")
    assert isinstance(log, QDockWidget)
    qtbot.waitUntil(lambda: _dock_in_front(bare) == "Findings")
    log.raise_()
    qtbot.waitUntil(lambda: _dock_in_front(bare) == "Rehearsal")
    bare.plan_file.may_close = lambda: True  # type: ignore[method-assign]
    bare.actions_["close_plan"].trigger()
    page = _page(bare)
    assert log.isHidden()
    qtbot.mouseClick(_link(page, "Four Xeon generations"), Qt.MouseButton.LeftButton)
    assert not log.isHidden()
    qtbot.waitUntil(lambda: _dock_in_front(bare) == "Findings")

"""Real drags in the inventory (paper, fig. 19). Offscreen a drag returns at once: these need an X server."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.plan import edits
from flexgui.plan.inventory import find
from flexgui.views.main_window import MainWindow
from tests.views.conftest import Boxes


def place_of(window: MainWindow, object_id: str) -> QPoint:
    """The middle of an object's row, in the tree's viewport."""
    assert window.select(object_id)
    tree = window.inventory.tree
    return tree.visualRect(tree.currentIndex()).center()


def drag(window: MainWindow, start: QPoint, end: QPoint) -> None:
    """Drag with the mouse. The drag runs an event loop of its own, so the way is laid out beforehand."""
    viewport = window.inventory.tree.viewport()
    steps = [start + (end - start) * n / 5 for n in range(1, 6)]
    for number, point in enumerate(steps):
        QTimer.singleShot(50 * (number + 1), viewport, lambda point=point: QTest.mouseMove(viewport, point))
    QTimer.singleShot(400, viewport, lambda: QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end))
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, start + QPoint(0, -30))


@pytest.fixture
def shown(qtbot: QtBot, document: Document, boxes: Boxes) -> MainWindow:
    window = MainWindow(document)
    qtbot.addWidget(window, before_close_func=lambda _: document.undo_stack.setClean())
    window.plan_file.opened.emit()
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.mark.xvfb
def test_a_refused_drop_says_why_at_the_cursor_and_in_the_status_bar(qtbot: QtBot, shown: MainWindow) -> None:
    document = shown.document
    document.edit("x", lambda plan: edits.set_fields(plan, "domain-c2", evc_mode="intel-sandybridge"))
    count = document.undo_stack.count()
    end, start = place_of(shown, "domain-c2"), place_of(shown, "host-9")
    said: list[str] = []
    tips: list[str] = []
    shown.inventory.tree.told.connect(said.append)
    shown.inventory.tree.told.connect(lambda _: tips.append(QToolTip.text()))
    drag(shown, start, end)
    # It stays told after the drop, for who lets go at once.
    qtbot.waitUntil(lambda: "" in said and said[-1].endswith("The move is refused."))
    refused = [text for text in said if text.endswith("The move is refused.")]
    assert refused
    assert refused[0].startswith("esx-09 lacks")
    assert any("esx-09 lacks" in tip for tip in tips)
    assert document.undo_stack.count() == count


@pytest.mark.xvfb
def test_several_hosts_are_dragged_in_one_step(qtbot: QtBot, shown: MainWindow) -> None:
    place_of(shown, "host-6")
    end, start = place_of(shown, "datacenter-1"), place_of(shown, "host-5")
    tree = shown.inventory.tree
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    tree.selectionModel().select(shown.inventory.model.index_of("host-6"), flags)
    drag(shown, start, end)
    stack = shown.document.undo_stack
    qtbot.waitUntil(lambda: stack.undoText() == "Move 2 hosts to Milano")
    assert shown.inventory.selected_ids() == ["host-5", "host-6"]


@pytest.mark.xvfb
def test_a_machine_is_dragged_to_another_host(qtbot: QtBot, shown: MainWindow) -> None:
    shown.inventory.tree.expandAll()
    end, start = place_of(shown, "host-5"), place_of(shown, "vm-21")
    drag(shown, start, end)
    qtbot.waitUntil(lambda: shown.document.undo_stack.undoText() == "Move web01 to esx-05")
    place = find(shown.document.plan, "vm-21")
    assert place is not None
    assert place.host is not None
    assert place.host.id == "host-5"


@pytest.mark.xvfb
def test_a_host_is_dragged_onto_a_cluster(qtbot: QtBot, document: Document, boxes: Boxes) -> None:
    window = MainWindow(document)
    qtbot.addWidget(window, before_close_func=lambda _: document.undo_stack.setClean())
    window.plan_file.opened.emit()
    window.show()
    qtbot.waitExposed(window)
    end = place_of(window, "domain-c2")
    start = place_of(window, "host-9")
    drag(window, start, end)

    def moved() -> bool:
        place = find(window.document.plan, "host-9")
        return place is not None and place.cluster is not None

    qtbot.waitUntil(moved)
    assert window.document.undo_stack.count() == 1
    window.document.undo_stack.undo()
    assert not moved()

"""Real drags in the inventory (paper, fig. 19). Offscreen a drag returns at once: these need an X server."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from flexgui.document import Document
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

"""Files that are really dragged onto the window. Offscreen a drag returns at once: this needs an X server."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from flexgui.app import connect_wizards
from flexgui.document import Document
from flexgui.plan.inventory import hosts
from flexgui.views.main_window import MainWindow
from flexgui.wizards.import_hosts import ImportDialog
from tests.processors import cpuid_raw, features_of, leaves_with
from tests.views.conftest import Boxes


class FileManager(QLabel):
    """Another window, whose files are dragged away."""

    def __init__(self, paths: list[Path]) -> None:
        super().__init__("files")
        self.paths = paths
        self.answer = Qt.DropAction.IgnoreAction

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.mime = QMimeData()  # kept: the drag, which owns it, goes with the window
        self.mime.setUrls([QUrl.fromLocalFile(str(path)) for path in self.paths])
        self.drag = QDrag(self)
        self.drag.setMimeData(self.mime)
        self.answer = self.drag.exec(Qt.DropAction.CopyAction)


def drag_onto(source: FileManager, target: QWidget) -> None:
    """Drag with the mouse, from one window to the middle of a widget in another."""
    end = target.mapToGlobal(target.rect().center())
    begin = source.mapToGlobal(source.rect().center())
    for number in range(1, 6):
        point = begin + (end - begin) * number / 5
        QTimer.singleShot(
            50 * (number + 1), target, lambda at=point: QTest.mouseMove(target, target.mapFromGlobal(at))
        )
    QTimer.singleShot(
        450, target, lambda: QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=target.rect().center())
    )
    QTest.mousePress(source, Qt.MouseButton.LeftButton, pos=source.rect().center())
    QTest.mouseMove(source, source.rect().center() + QPoint(20, 0))


@pytest.mark.xvfb
@pytest.mark.parametrize("onto", ["tree", "filter", "page", "findings"])
def test_a_folder_is_dragged_anywhere_onto_the_window(
    qtbot: QtBot, document: Document, boxes: Boxes, tmp_path: Path, onto: str
) -> None:
    for name, mode in (("esx-21", "intel-nehalem"), ("esx-22", "intel-westmere")):
        (tmp_path / f"{name}.txt").write_text(cpuid_raw([leaves_with(features_of(mode))]))
    window = MainWindow(document)
    connect_wizards(window)
    qtbot.addWidget(window, before_close_func=lambda _: document.undo_stack.setClean())
    window.resize(900, 640)
    window.move(260, 0)
    window.show()
    source = FileManager([tmp_path])
    qtbot.addWidget(source)
    source.resize(200, 200)
    source.move(0, 0)
    source.show()
    qtbot.waitExposed(window)
    qtbot.waitExposed(source)
    window.select("datacenter-1")
    page = window.page()
    assert page is not None
    target = {
        "tree": window.inventory.tree.viewport(),
        "filter": window.inventory.filter_box,
        "page": page.tabs,
        "findings": window.findings.view.viewport(),
    }[onto]
    drag_onto(source, target)

    def opened() -> ImportDialog | None:
        return next((d for d in window.findChildren(ImportDialog) if d.isVisible()), None)

    qtbot.waitUntil(lambda: opened() is not None)
    assert source.answer == Qt.DropAction.CopyAction
    dialog = opened()
    assert dialog is not None
    qtbot.waitUntil(dialog.ok.isEnabled)
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    labels = [host.label for _, cluster, host in hosts(document.plan) if cluster is None]
    assert labels[-2:] == ["esx-21", "esx-22"]
    assert document.undo_stack.count() == 1

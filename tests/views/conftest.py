from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.plan import storage
from flexgui.views.main_window import MainWindow
from tests.views.plans import small_plan


@pytest.fixture
def document(qapp: QApplication) -> Document:
    document = Document()
    document.new(small_plan())
    return document


@pytest.fixture
def plan_path(tmp_path: Path) -> Path:
    path = tmp_path / "milano.flexplan.json"
    storage.save(small_plan(), path)
    return path


class Boxes:
    """Answers message boxes, and remembers what they said."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.answers: list[QMessageBox.StandardButton] = []


@pytest.fixture
def boxes(monkeypatch: pytest.MonkeyPatch) -> Boxes:
    """Message boxes answer from `answers`, Ok when there are none left."""
    found = Boxes()

    def answer(box: QMessageBox) -> int:
        found.texts.append(f"{box.text()} {box.informativeText()}")
        return found.answers.pop(0) if found.answers else QMessageBox.StandardButton.Ok

    monkeypatch.setattr(QMessageBox, "exec", answer)
    return found


@pytest.fixture
def window(qtbot: QtBot, document: Document, boxes: Boxes) -> MainWindow:
    """The window on the small plan. No message box holds a test up, and closing at its end asks nothing."""
    window = MainWindow(document)

    def let_go(_: object) -> None:
        window.plan_file.may_close = lambda: True  # type: ignore[method-assign]

    qtbot.addWidget(window, before_close_func=let_go)
    window.plan_file.opened.emit()
    window.show()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    return window


@pytest.fixture
def name_files(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """File dialogs answer with a path, and with a filter by its number; returns the names they suggested.

    Without a number the filter that the dialog began with stays.
    """

    def use(path: Path | None, number: int | None = None) -> list[str]:
        suggested: list[str] = []

        def choose(parent: object, title: str, start: str, filters: str, first: str = "") -> tuple[str, str]:
            suggested.append(start)
            kinds = filters.split(";;")
            return (str(path) if path is not None else ""), first if number is None else kinds[number]

        monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(choose))
        monkeypatch.setattr(QFileDialog, "getOpenFileName", staticmethod(choose))
        return suggested

    return use

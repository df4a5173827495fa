"""Driving windows as a user would: by mouse and keys, controls found by their object names."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QWidget,
    QWizard,
)
from pytestqt.qtbot import QtBot

LEFT = Qt.MouseButton.LeftButton


def child(parent: QWidget, name: str) -> QWidget:
    """The control of an object name."""
    found = parent.findChild(QWidget, name)
    assert isinstance(found, QWidget), name
    return found


def press(qtbot: QtBot, wizard: QWizard, which: str) -> None:
    """Click Next, Back, Finish or Cancel."""
    qtbot.mouseClick(wizard.button(getattr(QWizard.WizardButton, f"{which}Button")), LEFT)


def enabled(wizard: QWizard, which: str = "Next") -> bool:
    return bool(wizard.button(getattr(QWizard.WizardButton, f"{which}Button")).isEnabled())


def go(qtbot: QtBot, wizard: QWizard, title: str) -> None:
    """Press Next until a page is on show; what is being read on a page is waited for."""
    for _ in range(9):
        if wizard.currentPage().title() == title:
            return
        wait_for_reading(qtbot, wizard)
        assert enabled(wizard), reason(wizard)
        press(qtbot, wizard, "Next")
    raise AssertionError(f"there is no page {title!r}")


def wait_for_reading(qtbot: QtBot, wizard: QWizard) -> None:
    """Wait until the files are read that the page on show reads; Next waits, too."""
    line = getattr(wizard.currentPage(), "reading", None)
    if line is not None and line.busy:
        assert not enabled(wizard)
        qtbot.waitUntil(lambda: not line.busy)


def reason(wizard: QWizard) -> str:
    """The line that says why Next is disabled."""
    text: str = wizard.currentPage().reason.text()  # type: ignore[attr-defined]
    return text


def tick(qtbot: QtBot, parent: QWidget, name: str) -> None:
    """Click the indicator of a check box or radio button."""
    button = child(parent, name)
    assert isinstance(button, QAbstractButton)
    qtbot.mouseClick(button, LEFT, pos=QPoint(8, button.height() // 2))


def type_over(qtbot: QtBot, parent: QWidget, name: str, text: str) -> None:
    """Replace what a line has by typing."""
    field = child(parent, name)
    assert isinstance(field, QLineEdit)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)


def pick(qtbot: QtBot, parent: QWidget, name: str, text: str) -> None:
    """Choose the first entry of a combo box that begins with a text, with the arrow keys."""
    box = child(parent, name)
    assert isinstance(box, QComboBox)
    pick_in(qtbot, box, text)


def pick_in(qtbot: QtBot, box: QComboBox, text: str) -> None:
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.count()):
        if box.currentText().startswith(text):
            return
        qtbot.keyClick(box, Qt.Key.Key_Down)
    raise AssertionError(f"{box.objectName()} has no entry {text!r}")


def text_of(parent: QWidget, name: str) -> str:
    found = child(parent, name)
    if isinstance(found, QLabel | QLineEdit):
        return found.text()
    text: str = found.text()  # type: ignore[attr-defined]
    return text


def drop(widget: QWidget, *paths: Path) -> None:
    """Drag files over a widget, which must take them, and drop them."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), copy, mime, LEFT, none)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(QPointF(50, 50), copy, mime, LEFT, none))

"""The mouse wheel scrolls the page, and changes an input only once the user is in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QComboBox, QDoubleSpinBox, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from flexgui.widgets.quiet_inputs import QuietCombo, QuietDoubleSpin, QuietSlider, QuietSpin
from flexgui.widgets.scrolled import scrolled


def combo() -> QWidget:
    found = QuietCombo()
    found.addItems(["one", "two", "three"])
    found.setCurrentIndex(1)
    return found


def number(kind: type[QSpinBox] | type[QDoubleSpinBox]) -> QWidget:
    found = kind()
    found.setValue(5)
    return found


def slider() -> QWidget:
    found = QuietSlider(Qt.Orientation.Horizontal)
    found.setValue(5)
    return found


def value(widget: QWidget) -> float:
    if isinstance(widget, QComboBox):
        return widget.currentIndex()
    assert isinstance(widget, QSpinBox | QDoubleSpinBox | QAbstractSlider)
    return widget.value()


def turn_wheel(widget: QWidget) -> None:
    window = widget.window()
    place = QPointF(widget.mapTo(window, widget.rect().center()))
    QTest.wheelEvent(window.windowHandle(), place, QPoint(0, -120))


@pytest.mark.parametrize("make", [combo, lambda: number(QuietSpin), lambda: number(QuietDoubleSpin), slider])
def test_the_wheel_scrolls_the_page_until_the_input_has_the_focus(make, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    content = QWidget()
    content.setFixedHeight(4000)
    widget = make()
    widget.setParent(content)
    area = scrolled(content)
    qtbot.addWidget(area)
    area.resize(300, 200)
    area.show()
    qtbot.waitExposed(area)
    area.setFocus()
    before = value(widget)
    turn_wheel(widget)
    assert value(widget) == before
    assert not widget.hasFocus()
    assert area.verticalScrollBar().value() > 0
    area.verticalScrollBar().setValue(0)
    widget.setFocus()
    turn_wheel(widget)
    assert value(widget) != before

"""Lists and numbers that the mouse wheel does not change while it scrolls the page that they are on.

Each takes the wheel only while it has the focus, and gets the focus by key or click, never by the wheel.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSlider, QSpinBox, QWidget

NUMBER_WIDTH = 180
"""Numbers are no wider than this, however wide the window is."""


class _Guard(QObject):
    """Keeps the wheel from an input that has no focus."""

    def __init__(self, guarded: QWidget) -> None:
        super().__init__(guarded)
        guarded.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        guarded.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


class QuietCombo(QComboBox):
    """A list of values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _Guard(self)


class QuietSpin(QSpinBox):
    """A whole number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _Guard(self)


class QuietDoubleSpin(QDoubleSpinBox):
    """A number with decimals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _Guard(self)


class QuietSlider(QSlider):
    """A level."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        _Guard(self)

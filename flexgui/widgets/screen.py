"""Sizes of windows that fit the screen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

# A window has its frame only once it is shown: this is left for the borders and the title bar.
FRAME = QSize(16, 40)


def fit_to_screen(window: QWidget, width: int, height: int) -> None:
    """Make `window` `width` by `height`, but with its frame no larger than the screen has room for.

    The room is what panels and task bars leave, in device-independent pixels.
    """
    window.resize(QSize(width, height).boundedTo(window.screen().availableSize() - FRAME))


def bring_onto_screen(window: QWidget) -> None:
    """Move `window` where it can be seen and moved, if the screen that it was on has gone or is smaller now.

    It is enough that the middle of the title bar can be reached; where it cannot, the window goes to the
    nearest screen and becomes no larger than that has room for.
    """
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    frame = window.frameGeometry()
    grip = QPoint(frame.center().x(), frame.top())
    if not screens or any(area.contains(grip) for area in screens):
        return
    area = min(screens, key=lambda each: _distance(each, grip))
    size = window.size().boundedTo(area.size() - FRAME)
    window.resize(size)
    window.move(
        max(area.left(), min(frame.left(), area.right() - size.width() - FRAME.width())),
        max(area.top(), min(frame.top(), area.bottom() - size.height() - FRAME.height())),
    )


def _distance(area: QRect, point: QPoint) -> int:
    across = max(area.left() - point.x(), 0, point.x() - area.right())
    down = max(area.top() - point.y(), 0, point.y() - area.bottom())
    return across + down

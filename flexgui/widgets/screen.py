"""Sizes of windows that fit the screen."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

# A window has its frame only once it is shown: this is left for the borders and the title bar.
FRAME = QSize(16, 40)


def fit_to_screen(window: QWidget, width: int, height: int) -> None:
    """Make `window` `width` by `height`, but with its frame no larger than the screen has room for.

    The room is what panels and task bars leave, in device-independent pixels.
    """
    window.resize(QSize(width, height).boundedTo(window.screen().availableSize() - FRAME))

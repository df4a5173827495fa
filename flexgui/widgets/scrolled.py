"""Content that scrolls up and down where its window is small."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget


def scrolled(content: QWidget) -> QScrollArea:
    """A frameless area around `content`, which is as high as it needs at the width that it gets."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    area.setWidget(_Scrolled(content))
    return area


class _Scrolled(QWidget):
    """As high as its content is at the present width.

    Labels that wrap state how high they are at their narrowest, which would leave a page with empty room to
    scroll to: where there are any, the area asks for the height at its width instead.
    """

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(content)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(hint.width(), 0) if self._column.hasHeightForWidth() else hint

    def showEvent(self, event: QShowEvent) -> None:
        """Ask every layout within for its height anew.

        What changes in a layout while it is hidden does not reach the layouts around it. A form around it
        would keep the height of before, and crush its rows.
        """
        super().showEvent(event)
        for layout in self.findChildren(QLayout):
            layout.invalidate()

"""A flat list as tall as its rows, whose columns share the width by what their texts need."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget

LEAST = 96
"""What a column keeps where there is no room for all."""


class FittedList(QTreeWidget):
    """Rows without children, all of one height. `fit` is called after they changed."""

    def __init__(
        self,
        name: str,
        label: str,
        columns: Sequence[str],
        fewest: int,
        most: int,
        whole: frozenset[int] = frozenset(),
    ) -> None:
        """`fewest` and `most`: for how many rows there is room; `whole`: columns that are never cut."""
        super().__init__()
        self._rows, self._whole = (fewest, most), whole
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setHeaderLabels(list(columns))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.header().setStretchLastSection(True)

    def fit(self) -> None:
        fewest, most = self._rows
        rows = min(max(self.topLevelItemCount(), fewest), most)
        row = max(self.sizeHintForRow(0), self.fontMetrics().height() + 4)
        self.setFixedHeight(self.header().sizeHint().height() + rows * row + 2 * self.frameWidth() + 2)
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """Where the texts need more than there is, the widest columns give way."""
        header, room = self.header(), self.viewport().width()
        wanted = [
            max(self.sizeHintForColumn(number), header.sectionSizeHint(number)) + 8
            for number in range(self.columnCount())
        ]
        may = [number for number in range(len(wanted)) if number not in self._whole]
        while (over := sum(wanted) - room) > 0:
            widest = max(may, key=lambda number: wanted[number])
            if wanted[widest] <= LEAST:
                break
            second = max((wanted[number] for number in may if number != widest), default=LEAST)
            wanted[widest] = max(LEAST, wanted[widest] - over, min(second, wanted[widest] - 1))
        for number in range(self.columnCount() - 1):
            header.resizeSection(number, wanted[number])

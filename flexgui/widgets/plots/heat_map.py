"""A matrix of up to millions of cells as an image: zoom, hover, and a cell to walk with the arrow keys.

This module imports pyqtgraph, which takes a third of a second: import it when a map is first shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QScrollBar, QWidget

from flexgui.widgets.plots.grid import Grid
from flexgui.widgets.plots.heat_map_canvas import USUAL_HEIGHT, Canvas
from flexgui.widgets.plots.looks import Look
from flexgui.widgets.theme import theme

LARGEST_CELL: Final = 34.0, 26.0


@dataclass(frozen=True)
class Map:
    """A grid with all its cells: `states` has the numbers of `looks`; shape (rows, columns).

    `row_groups` are (title, first row, row after the last), told by lines while nothing is sorted.
    """

    grid: Grid
    states: npt.NDArray[np.uint8]
    looks: tuple[Look, ...]
    row_groups: Sequence[tuple[str, int, int]] = field(default_factory=tuple)


class HeatMap(QWidget):
    """Shows a map. The signals and most methods are those of `GridView`.

    `hovered` is emitted with the numbers of the row and column below the mouse, -1 where there is none.
    """

    cell_changed = Signal(int, int)
    rows_selected = Signal(list)
    row_activated = Signal(int)
    hovered = Signal(int, int)
    zoomed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map: Map | None = None
        self._order: npt.NDArray[np.int64] = np.arange(0)
        self._shown: npt.NDArray[np.uint8] = np.zeros((0, 0), np.uint8)
        self._selected: set[int] = set()
        self._anchor = 0
        self.sorted_by: tuple[int, Qt.SortOrder] | None = None
        self.cursor_place = (-1, -1)
        self.corner = QPointF(0, 0)
        self.cell = QSizeF(*LARGEST_CELL)
        self._fitted = True
        self.canvas = Canvas(self)
        self.canvas.setAccessibleName(name)
        self.setFocusProxy(self.canvas)
        self.canvas.box.sigResized.connect(lambda _: self._arrange())
        self._across, self._down = QScrollBar(Qt.Orientation.Horizontal), QScrollBar(Qt.Orientation.Vertical)
        for bar in (self._across, self._down):
            bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            bar.valueChanged.connect(self._scrolled)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.canvas, 0, 0)
        layout.addWidget(self._down, 0, 1)
        layout.addWidget(self._across, 1, 0)
        theme().changed.connect(self._dress)
        self._dress()

    def sizeHint(self) -> QSize:
        return QSize(480, 240)

    # --- what is shown

    def show_map(self, shown: Map) -> None:
        """Show another map; sorting and the current cell stay where the columns are the same."""
        before = self.map
        row, column = self.current_cell()
        same = before is not None and [c.title for c in before.grid.columns] == [
            c.title for c in shown.grid.columns
        ]
        alike = same and before is not None and before.grid.rows == shown.grid.rows
        self.map = shown
        if not same:
            self.sorted_by = None
            column = shown.grid.line or 0
        if not alike:
            row, self._selected = 0, set()
        self._order = self._sorted()
        self._shown = shown.states[self._order]
        rows, columns = shown.states.shape
        place = self.place(row)
        self.cursor_place = (
            (max(0, place), min(max(0, column), columns - 1)) if rows and columns else (-1, -1)
        )
        self.canvas.measure(shown.grid)
        if not alike:
            self._fitted = True
        self._arrange()
        self._tell()

    def number(self, place: int) -> int:
        """The grid's number of the row at a place."""
        return int(self._order[place])

    def place(self, number: int) -> int:
        """The place on the screen of a row of the grid, or -1."""
        found = np.flatnonzero(self._order == number)
        return int(found[0]) if len(found) else -1

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)"""
        return self._shown.shape[0], self._shown.shape[1]

    @property
    def states(self) -> npt.NDArray[np.uint8]:
        """The cells in the order shown."""
        return self._shown

    @property
    def order(self) -> list[int]:
        """The grid's numbers of the rows in the order shown."""
        return [int(number) for number in self._order]

    def current_cell(self) -> tuple[int, int]:
        """The grid's numbers of the current row and column; -1 for none."""
        place, column = self.cursor_place
        return (self.number(place), column) if 0 <= place < len(self._order) else (-1, -1)

    def go_to(self, row: int, column: int) -> None:
        """Make a cell the current one, by the grid's numbers, and bring it into view."""
        place = self.place(row)
        if place >= 0:
            self.go_to_place(place, column)

    def go_to_place(self, place: int, column: int) -> None:
        rows, columns = self.shape
        if not rows or not columns:
            return
        self.cursor_place = min(max(0, place), rows - 1), min(max(0, column), columns - 1)
        self._bring_into_view()
        self.canvas.repaint_all()
        self._tell()

    def selected_numbers(self) -> list[int]:
        """The grid's numbers of the selected rows, as shown from the top."""
        return [int(number) for number in self._order if int(number) in self._selected]

    def select_numbers(self, numbers: Sequence[int]) -> None:
        """Select rows by the grid's numbers, without telling; the first of them is brought into view."""
        self._selected = set(numbers)
        places = [place for place, number in enumerate(self._order) if int(number) in self._selected]
        if places:
            self.cursor_place = places[0], max(0, self.cursor_place[1])
            self._bring_into_view()
            self._tell()
        self.canvas.repaint_all()

    def is_selected(self, place: int) -> bool:
        return bool(self._selected) and self.number(place) in self._selected

    def select_place(self, place: int, modifiers: Qt.KeyboardModifier) -> None:
        """Select a row as lists do: alone, with Ctrl besides others, with Shift up to it."""
        number = self.number(place)
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            first, last = sorted((self._anchor, place))
            self._selected = {self.number(n) for n in range(first, last + 1)}
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self._selected ^= {number}
            self._anchor = place
        else:
            self._selected = {number}
            self._anchor = place
        self.canvas.repaint_all()
        self.rows_selected.emit(self.selected_numbers())

    def sort_by(self, column: int) -> None:
        """Sort by a column; the other way round where it is sorted by it; then not at all."""
        before = self.sorted_by
        if before is None or before[0] != column:
            self.sorted_by = column, Qt.SortOrder.DescendingOrder  # what is wrong comes first
        elif before[1] == Qt.SortOrder.DescendingOrder:
            self.sorted_by = column, Qt.SortOrder.AscendingOrder
        else:
            self.sorted_by = None
        if self.map is None:
            return
        row, current = self.current_cell()
        self._order = self._sorted()
        self._shown = self.map.states[self._order]
        self.cursor_place = self.place(row), current
        self.corner.setY(0)
        self._arrange()
        self._tell()

    def _sorted(self) -> npt.NDArray[np.int64]:
        shown = self.map
        rows = 0 if shown is None else len(shown.states)
        if shown is None or self.sorted_by is None:
            return np.arange(rows)
        column, order = self.sorted_by
        keys = shown.states[:, column].astype(np.int64)
        return np.argsort(-keys if order == Qt.SortOrder.DescendingOrder else keys, kind="stable")

    # --- what is in view

    @property
    def room(self) -> QSizeF:
        """The pixels that the cells have."""
        found: QSizeF = self.canvas.box.size()
        return found

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Make the cells larger by a factor; what is at a point of the cells (pixels) stays there."""
        at = at if at is not None else QPointF(self.room.width() / 2, self.room.height() / 2)
        before = self.cell
        fixed = QPointF(self.corner.x() + at.x() / before.width(), self.corner.y() + at.y() / before.height())
        self.cell = QSizeF(before.width() * factor, before.height() * factor)
        self._fitted = False
        self._limit()
        self.corner = QPointF(fixed.x() - at.x() / self.cell.width(), fixed.y() - at.y() / self.cell.height())
        self._arrange()

    def fit(self) -> None:
        """All columns, and rows with room for their names: how a map begins."""
        self._fitted = True
        self.corner = QPointF(0, 0)
        self._arrange()
        self._bring_into_view()

    def fit_all(self) -> None:
        """All columns and all rows."""
        self._fitted = False
        self.corner = QPointF(0, 0)
        self.cell = QSizeF(0, 0)
        self._arrange()

    @property
    def smallest(self) -> QSizeF:
        """The size of the cells with which all are in view."""
        rows, columns = self.shape
        return QSizeF(
            min(LARGEST_CELL[0], self.room.width() / max(1, columns)),
            min(LARGEST_CELL[1], self.room.height() / max(1, rows)),
        )

    def scroll(self, columns: float, rows: float) -> None:  # type: ignore[override]
        """Move what is in view."""
        self.corner += QPointF(columns, rows)
        self._arrange()

    def place_at(self, position: QPointF) -> tuple[int, int]:
        """(place, column) of the cell at a point of the cells (pixels); -1, -1 where there is none."""
        rows, columns = self.shape
        column = int(np.floor(self.corner.x() + position.x() / max(self.cell.width(), 1e-9)))
        place = int(np.floor(self.corner.y() + position.y() / max(self.cell.height(), 1e-9)))
        return (place, column) if 0 <= place < rows and 0 <= column < columns else (-1, -1)

    def rect_of(self, place: int, column: int) -> QRectF:
        """Where a cell is, in pixels of the cells."""
        left = (column - self.corner.x()) * self.cell.width()
        top = (place - self.corner.y()) * self.cell.height()
        return QRectF(left, top, self.cell.width(), self.cell.height())

    def _limit(self) -> None:
        least = self.smallest
        if self._fitted:
            self.cell = QSizeF(least.width(), min(LARGEST_CELL[1], max(least.height(), USUAL_HEIGHT)))
        self.cell = QSizeF(
            min(LARGEST_CELL[0], max(least.width(), self.cell.width())),
            min(LARGEST_CELL[1], max(least.height(), self.cell.height())),
        )

    def _arrange(self) -> None:
        """Keep what is in view within the map, and draw it."""
        if self.room.width() < 2 or self.room.height() < 2:
            return
        self._limit()
        rows, columns = self.shape
        seen = QSizeF(self.room.width() / self.cell.width(), self.room.height() / self.cell.height())
        self.corner = QPointF(
            min(max(0.0, self.corner.x()), max(0.0, columns - seen.width())),
            min(max(0.0, self.corner.y()), max(0.0, rows - seen.height())),
        )
        for bar, at, part, whole in (
            (self._across, self.corner.x(), seen.width(), columns),
            (self._down, self.corner.y(), seen.height(), rows),
        ):
            bar.blockSignals(True)
            bar.setRange(0, max(0, int((whole - part) * 100)))
            bar.setPageStep(max(1, int(part * 100)))
            bar.setSingleStep(100)
            bar.setValue(int(at * 100))
            bar.blockSignals(False)
            bar.setVisible(whole - part > 0.01)
        self.canvas.draw()
        self.zoomed.emit()

    def _scrolled(self) -> None:
        self.corner = QPointF(self._across.value() / 100, self._down.value() / 100)
        self._arrange()

    def _bring_into_view(self) -> None:
        place, column = self.cursor_place
        seen = QSizeF(self.room.width() / self.cell.width(), self.room.height() / self.cell.height())
        x = min(max(self.corner.x(), column + 1 - seen.width()), column)
        y = min(max(self.corner.y(), place + 1 - seen.height()), place)
        if (x, y) != (self.corner.x(), self.corner.y()):
            self.corner = QPointF(x, y)
            self._arrange()

    def _tell(self) -> None:
        row, column = self.current_cell()
        grid = self.map.grid if self.map is not None else None
        said = "" if grid is None or row < 0 else f"{grid.row_title(row)}, {grid.sentence(row, column)}"
        self.canvas.setAccessibleDescription(said)
        self.cell_changed.emit(row, column)

    def _dress(self) -> None:
        self.canvas.setBackground(theme().color("base"))
        self.canvas.draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.map is not None:
            self.canvas.measure(self.map.grid)
            self._arrange()

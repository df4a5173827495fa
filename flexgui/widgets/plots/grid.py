"""A matrix as a table: cells with mark, word and colour, columns with slanted heads, one row a host."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QLineF,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from flexgui.widgets.copy import add_copy_action
from flexgui.widgets.plots.looks import Look, mark_font, paint_cell
from flexgui.widgets.theme import theme
from flexgui.widgets.tooltip import plain_tip

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
LONGEST_HEAD: Final = 180
"""Pixels; longer heads of columns and rows end with an ellipsis."""


class Cell(NamedTuple):
    """What a cell shows: its look, and a mark of its own where that of the look does not do."""

    look: Look
    mark: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, what its tip says, the group it belongs to, and whether it counts at present.

    `text` makes it a column of plain text, told by the row's number. `dimmed`: it is there for comparison.
    """

    title: str
    tip: str = ""
    group: str = ""
    text: Callable[[int], str] | None = None
    dimmed: bool = False


@dataclass(frozen=True)
class Grid:
    """A matrix to show or to write to a file.

    Rows and columns are told by their numbers. `cell` says what a cell shows, `sentence` the same in words,
    for read-outs and screen readers; `value` is what a file gets. `sort_key` gives what a column is sorted
    by: shape (rows,). `framed` is the column of the current mode, `line` the number of the column that a
    heavy line stands before, `widest` the longest mark.
    """

    title: str
    corner: str
    columns: Sequence[Column]
    rows: int
    row_title: Callable[[int], str]
    cell: Callable[[int, int], Cell]
    sentence: Callable[[int, int], str]
    value: Callable[[int, int], str]
    sort_key: Callable[[int], npt.NDArray[Any]] | None = None
    framed: int | None = None
    line: int | None = None
    looks: tuple[Look, ...] = ()
    widest: str = "−00"


class GridModel(QAbstractTableModel):
    """Shows a grid. Its row numbers are those on the screen; `number` tells the grid's own."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.grid: Grid | None = None
        self._order: npt.NDArray[np.int64] = np.arange(0)
        self.sorted_by: tuple[int, Qt.SortOrder] | None = None

    def set_grid(self, grid: Grid) -> None:
        """Show another grid, sorted as before where its columns are the same."""
        same = self.grid is not None and [c.title for c in self.grid.columns] == [
            c.title for c in grid.columns
        ]
        self.beginResetModel()
        self.grid = grid
        if not same:
            self.sorted_by = None
        self._order = self._sorted()
        self.endResetModel()

    def number(self, row: int) -> int:
        """The grid's number of a row on the screen."""
        return int(self._order[row])

    def place(self, number: int) -> int:
        """The row on the screen of a row of the grid, or -1."""
        found = np.flatnonzero(self._order == number)
        return int(found[0]) if len(found) else -1

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() or self.grid is None else len(self.grid.columns)

    def cell(self, index: Index) -> Cell | None:
        """What a cell shows; None for a column of text."""
        grid = self.grid
        if grid is None or not index.isValid() or grid.columns[index.column()].text is not None:
            return None
        return grid.cell(self.number(index.row()), index.column())

    def sentence(self, index: Index) -> str:
        grid = self.grid
        if grid is None or not index.isValid():
            return ""
        number, text = self.number(index.row()), grid.columns[index.column()].text
        return grid.sentence(number, index.column()) if text is None else text(number)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        grid = self.grid
        if grid is None or not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            text = grid.columns[index.column()].text
            number = self.number(index.row())
            return grid.cell(number, index.column()).mark if text is None else text(number)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{grid.row_title(self.number(index.row()))}, {self.sentence(index)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.sentence(index).split("\n"))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        grid = self.grid
        if grid is None:
            return None
        if orientation == Qt.Orientation.Vertical:
            if not 0 <= section < len(self._order):
                return None
            title = grid.row_title(self.number(section))
            if role == Qt.ItemDataRole.DisplayRole:
                return title
            return plain_tip([title]) if role == Qt.ItemDataRole.ToolTipRole else None
        if not 0 <= section < len(grid.columns):
            return None
        column = grid.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip([column.title, *column.tip.split("\n")])
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the rows by a column, or by none (-1): as the inventory has them."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        numbers = [self.number(index.row()) for index in before]
        self.sorted_by = None if column < 0 else (column, order)
        self._order = self._sorted()
        places = {int(number): row for row, number in enumerate(self._order)} if before else {}
        after = [
            self.index(places[number], index.column()) for number, index in zip(numbers, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _sorted(self) -> npt.NDArray[np.int64]:
        grid = self.grid
        rows = 0 if grid is None else grid.rows
        if grid is None or grid.sort_key is None or self.sorted_by is None:
            return np.arange(rows)
        column, order = self.sorted_by
        keys = grid.sort_key(column)
        found = np.argsort(keys, kind="stable")
        if order == Qt.SortOrder.DescendingOrder:
            # Reversed, with equal rows in the order they have in the inventory.
            found = rows - 1 - np.argsort(keys[::-1], kind="stable")[::-1]
        return found.astype(np.int64)


class _Header(QHeaderView):
    """A header whose end beyond the last section has the window's colour."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        end = max(0, self.length() - self.offset())
        across = self.orientation() == Qt.Orientation.Horizontal
        rest = self.viewport().rect().adjusted(end if across else 0, 0 if across else end, 0, 0)
        QPainter(self.viewport()).fillRect(rest, theme().color("window"))


class _Heads(_Header):
    """Titles of columns from bottom to top: many narrow columns with names that can be read."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self._view = view
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(20)

    def sectionSizeFromContents(self, section: int) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.height() + 12, self._longest())

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._longest())

    def _longest(self) -> int:
        model, metrics = self.model(), self.fontMetrics()
        across = [
            metrics.horizontalAdvance(str(model.headerData(n, Qt.Orientation.Horizontal)))
            for n in range(self.count())
            if not self._is_text(n)
        ]
        # In a low window the rows need the room more than their heads; tips have the whole names.
        room = max(metrics.height() * 5 + 8, self._view.height() * 2 // 5)
        return min(LONGEST_HEAD, room, max(across, default=metrics.height()) + 16)

    def _is_text(self, section: int) -> bool:
        model = self.model()
        grid = model.grid if isinstance(model, GridModel) else None
        return grid is not None and grid.columns[section].text is not None

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        model = self.model()
        if not isinstance(model, GridModel) or model.grid is None or not rect.isValid():
            return
        grid = model.grid
        column = grid.columns[section]
        painter.save()
        painter.fillRect(rect, theme().color("window"))
        framed = grid.framed == section
        painter.setPen(theme().color("accent" if framed else "secondary" if column.dimmed else "text"))
        font = QFont(self.font())
        font.setBold(framed)
        painter.setFont(font)
        arrow = ""
        if model.sorted_by is not None and model.sorted_by[0] == section:
            arrow = " ▲" if model.sorted_by[1] == Qt.SortOrder.AscendingOrder else " ▼"
        metrics = painter.fontMetrics()
        if column.text is not None:
            flags = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
            text = metrics.elidedText(column.title + arrow, Qt.TextElideMode.ElideRight, rect.width() - 8)
            painter.drawText(rect.adjusted(4, 0, -4, -4), int(flags), text)
        else:
            room = rect.height() - 8
            text = metrics.elidedText(column.title + arrow, Qt.TextElideMode.ElideRight, room)
            painter.translate(rect.left(), rect.bottom() - 3)
            painter.rotate(-90)
            upright = QRect(0, 0, room, rect.width())
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(upright, int(flags), text)
        painter.restore()
        paint_lines(painter, QRectF(rect), section, grid)


def paint_lines(painter: QPainter, rect: QRectF, column: int, grid: Grid) -> None:
    """The frame of the current mode's column, the heavy line, and hair lines between makers or modes."""
    painter.save()
    before = grid.columns[column - 1].group if column else grid.columns[column].group
    if before != grid.columns[column].group:
        painter.setPen(QPen(theme().color("outline"), 1))
        painter.drawLine(rect.topLeft(), rect.bottomLeft())
    heavy = QPen(theme().color("accent"), 3)
    heavy.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(heavy)
    if grid.framed == column:
        painter.drawLine(QLineF(rect.left() + 1.5, rect.top(), rect.left() + 1.5, rect.bottom()))
        painter.drawLine(QLineF(rect.right() - 1.5, rect.top(), rect.right() - 1.5, rect.bottom()))
    if grid.line == column:
        painter.drawLine(QLineF(rect.left() + 0.5, rect.top(), rect.left() + 0.5, rect.bottom()))
    painter.restore()


class _Cells(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model, rect = index.model(), option.rect
        view = self.parent()
        assert isinstance(model, GridModel)
        assert isinstance(view, QTableView)
        cell = model.cell(index)
        if cell is None:
            super().paint(painter, option, index)
        painter.save()
        if cell is not None:
            painter.setFont(mark_font(option.font.pointSizeF()))
            paint_cell(painter, QRectF(rect.adjusted(0, 0, -1, -1)), cell.look, cell.mark)
        if model.grid is not None:
            paint_lines(painter, QRectF(rect), index.column(), model.grid)
        if option.state & QStyle.StateFlag.State_Selected and cell is not None:
            painter.setPen(QPen(theme().color("accent"), 1))
            painter.drawLine(rect.topLeft(), rect.topRight())
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if view.currentIndex() == index:
            pen = QPen(theme().color("text" if view.hasFocus() else "outline"), 2)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        painter.restore()


class GridView(QTableView):
    """A grid to walk through by mouse or arrow keys.

    `cell_changed` is emitted with the grid's numbers of the current row and column (-1 for none),
    `rows_selected` with the numbers of the selected rows, `row_activated` with that of the row that was
    double-clicked or got Enter.
    """

    cell_changed = Signal(int, int)
    rows_selected = Signal(list)
    row_activated = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells = GridModel(self)
        self._silent = False
        self._widest = LONGEST_HEAD // 2
        self.setHorizontalHeader(_Heads(self))
        self.setVerticalHeader(_Header(Qt.Orientation.Vertical, self))
        self.setModel(self._cells)
        self.setItemDelegate(_Cells(self))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(max(22, self.fontMetrics().height() + 8))
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        rows.setHighlightSections(True)
        rows.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        columns.sectionClicked.connect(self.sort_by)
        self.copy_action = add_copy_action(self)
        self.selectionModel().currentChanged.connect(self._tell_cell)
        self.selectionModel().selectionChanged.connect(self._tell_rows)
        self.activated.connect(lambda index: self.row_activated.emit(self._cells.number(index.row())))

    @property
    def cells(self) -> GridModel:
        """The model."""
        return self._cells

    def sizeHint(self) -> QSize:
        return QSize(400, 160)

    def show_grid(self, grid: Grid) -> None:
        """Show another grid; the current cell stays where there is one."""
        row, column = self.current_cell()
        self._silent = True
        self._cells.set_grid(grid)
        self._silent = False
        header = self.horizontalHeader()
        wide = header.fontMetrics().horizontalAdvance(grid.widest) + 10
        for number, each in enumerate(grid.columns):
            header.resizeSection(number, 140 if each.text is not None else max(28, wide))
        widest = max(
            (header.fontMetrics().horizontalAdvance(grid.row_title(n)) for n in range(min(grid.rows, 200))),
            default=40,
        )
        self._widest = widest + 20
        self._make_room()
        if grid.rows and grid.columns:
            place = self._cells.place(row)
            first = next((n for n, each in enumerate(grid.columns) if each.text is None), 0)
            start = grid.framed if grid.framed is not None else first
            column = column if 0 <= column < len(grid.columns) else start
            self.selectionModel().setCurrentIndex(
                self._cells.index(max(0, place), column), QItemSelectionModel.SelectionFlag.NoUpdate
            )
            self.scrollTo(self.currentIndex())
        self._tell_cell()

    def current_cell(self) -> tuple[int, int]:
        """The grid's numbers of the current row and column; -1 for none."""
        index = self.currentIndex()
        return (self._cells.number(index.row()), index.column()) if index.isValid() else (-1, -1)

    def go_to(self, row: int, column: int) -> None:
        """Make a cell the current one, by the grid's numbers."""
        place = self._cells.place(row)
        if place >= 0:
            self.selectionModel().setCurrentIndex(
                self._cells.index(place, column), QItemSelectionModel.SelectionFlag.NoUpdate
            )

    def selected_numbers(self) -> list[int]:
        """The grid's numbers of the selected rows, as shown from the top."""
        selection = self.selectionModel().selection()
        ranges = (selection.at(number) for number in range(selection.count()))
        places = {row for found in ranges for row in range(found.top(), found.bottom() + 1)}
        return [self._cells.number(row) for row in sorted(places)]

    def select_numbers(self, numbers: Sequence[int]) -> None:
        """Select rows by the grid's numbers, without telling."""
        model, last = self._cells, self._cells.columnCount() - 1
        wanted, selection = set(numbers), QItemSelection()
        if last >= 0 and wanted:
            for row in range(model.rowCount()):
                if model.number(row) in wanted:
                    selection.select(model.index(row, 0), model.index(row, last))
        self._silent = True
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if not selection.isEmpty():
            self.scrollTo(selection.at(0).topLeft())
        self._silent = False

    def sort_by(self, column: int) -> None:
        """Sort by a column; the other way round where it is sorted by it; then not at all."""
        before = self._cells.sorted_by
        order = Qt.SortOrder.DescendingOrder  # what is wrong comes first
        if before is not None and before[0] == column:
            column = column if before[1] == order else -1
            order = Qt.SortOrder.AscendingOrder
        self._cells.sort(column, order)
        self.horizontalHeader().viewport().update()
        self.scrollTo(self.currentIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size() != event.oldSize():
            self._make_room()
            self.horizontalHeader().updateGeometry()
            self.updateGeometries()

    def _make_room(self) -> None:
        """The rows' titles take what they need, but no more than a quarter of the width."""
        most = max(LONGEST_HEAD // 2, self.width() // 4)
        self.verticalHeader().setFixedWidth(min(LONGEST_HEAD, most, self._widest))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.viewport().update()

    def _tell_cell(self) -> None:
        if not self._silent:
            self.viewport().update()
            self.cell_changed.emit(*self.current_cell())

    def _tell_rows(self) -> None:
        if not self._silent:
            self.rows_selected.emit(self.selected_numbers())

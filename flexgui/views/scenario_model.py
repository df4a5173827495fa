"""The comparison as a tree: places, and in each what differs, made when the place is opened."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush

from flexgui.views.scenario_rows import MARKS, Line, Lines
from flexgui.views.scenario_words import tr
from flexgui.widgets.icons import icon
from flexgui.widgets.theme import theme
from flexgui.widgets.tooltip import plain_tip

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
WHAT, BEFORE, AFTER, CHANGE = range(4)


class ComparisonModel(QAbstractItemModel):
    """Four columns: what, how it is in either plan, and what that means.

    The internal id of an index is the place of its parent's row plus one, or 0 at the top.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: Lines | None = None
        self._titles = ("", "")
        self._only = True
        self._top: list[Line] = []
        self._inside: dict[int, list[Line]] = {}

    def show(self, lines: Lines | None, before: str, after: str) -> None:
        """Show other rows; `before` and `after` are the titles of their columns."""
        self.beginResetModel()
        self._lines, self._titles = lines, (before, after)
        self._fill()
        self.endResetModel()

    def set_only_differences(self, only: bool) -> None:
        """Leave out what is the same in both, or show it too."""
        if only != self._only:
            self.beginResetModel()
            self._only = only
            self._fill()
            self.endResetModel()

    def line(self, index: Index) -> Line | None:
        """The row behind an index."""
        if not index.isValid():
            return None
        holder = int(index.internalId())
        rows = self._top if holder == 0 else self._rows(holder - 1)
        return rows[index.row()]

    def _fill(self) -> None:
        self._top = [] if self._lines is None else self._lines.top(self._only)
        self._inside = {}

    def _rows(self, number: int) -> list[Line]:
        """What is in a row of the top."""
        found = self._inside.get(number)
        if found is None:
            place = self._top[number].place
            found = [] if place is None or self._lines is None else self._lines.inside(place, self._only)
            self._inside[number] = found
        return found

    # --- QAbstractItemModel

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: Index = _ROOT) -> Any:
        holder = int(index.internalId()) if index.isValid() else 0
        return self.createIndex(holder - 1, 0, 0) if holder else QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:
        if not parent.isValid():
            return len(self._top)
        if int(parent.internalId()) or parent.column():
            return 0
        return len(self._rows(parent.row()))

    def hasChildren(self, parent: Index = _ROOT) -> bool:
        if not parent.isValid():
            return bool(self._top)
        # A place has at least one row, unless only differences are shown and it is new or gone.
        return not int(parent.internalId()) and parent.column() == 0 and bool(self._rows(parent.row()))

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("What"), *self._titles, tr("Change"))[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.line(index)
        if line is None:
            return None
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (line.title, line.before, line.after, line.says())[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            text = (line.title, line.before, line.after, line.says())[column]
            return plain_tip([text, line.details] if column == WHAT and line.details else [text])
        if role == Qt.ItemDataRole.DecorationRole:
            if column == WHAT:
                return icon(line.icon)
            if column == CHANGE and line.mark:
                name, token, _ = MARKS[line.mark]
                return icon(name, token)
        if role == Qt.ItemDataRole.ForegroundRole and column == CHANGE and line.mark:
            return QBrush(theme().color(MARKS[line.mark][1]))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

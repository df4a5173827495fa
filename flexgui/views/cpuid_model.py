"""The item model of the CPUID tree, and the proxy that filters it.

Ids inside model indexes are places in the list of rows, never Python objects: a dropped object behind
`internalPointer()` crashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from flexgui.views.cpuid_rows import Column, Kind, Row, RowKey
from flexgui.views.cpuid_words import Subject, details, spoken
from flexgui.widgets.tooltip import plain_tip

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


class Show(Enum):
    """Which rows are shown."""

    ALL = "all"
    MASKED = "masked"
    DIFFERS = "differs"


class CpuidModel(QAbstractItemModel):
    """Leaf → register → field of one host. `set_rows` is the only way in."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._top: tuple[int, ...] = ()
        self._places: dict[RowKey, int] = {}
        self._subject: Subject | None = None

    @property
    def rows(self) -> list[Row]:
        return self._rows

    def set_rows(self, rows: list[Row], subject: Subject | None) -> bool:
        """Show other rows; where their places stay the same only what differs is announced.

        Returns whether the model was reset, which makes views forget expansion and selection.
        """
        self._subject = subject
        if [row.key for row in rows] == [row.key for row in self._rows]:
            changed = [at for at, row in enumerate(rows) if row != self._rows[at]]
            self._rows = rows
            for first, last in _runs(changed, rows):
                self.dataChanged.emit(self._index_at(first, 0), self._index_at(last, self.columnCount() - 1))
            return False
        self.beginResetModel()
        self._rows = rows
        self._top = tuple(at for at, row in enumerate(rows) if row.parent < 0)
        self._places = {row.key: at for at, row in enumerate(rows)}
        self.endResetModel()
        return True

    def index_of(self, key: RowKey) -> QModelIndex:
        """The first cell of the row at a place, or an invalid index."""
        at = self._places.get(key)
        return QModelIndex() if at is None else self._index_at(at, 0)

    def row_of(self, index: Index) -> Row | None:
        """The row of a valid index."""
        return self._rows[index.internalId()] if index.isValid() else None

    def place_of(self, index: Index) -> int:
        """The place in the list of rows of a valid index."""
        return int(index.internalId())

    def _index_at(self, at: int, column: int) -> QModelIndex:
        return self.createIndex(self._rows[at].position, column, at)

    def _children(self, parent: Index) -> Sequence[int]:
        if not parent.isValid():
            return self._top
        return self._rows[parent.internalId()].children if parent.column() == 0 else ()

    # QAbstractItemModel

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's signature; never changed)
        return len(self._children(parent))

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(Column)

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        children = self._children(parent)
        if not (0 <= row < len(children) and 0 <= column < self.columnCount()):
            return QModelIndex()
        return self.createIndex(row, column, children[row])

    def parent(self, index: Index = QModelIndex()) -> Any:  # noqa: B008
        above = self._rows[index.internalId()].parent if index.isValid() else -1
        return QModelIndex() if above < 0 else self._index_at(above, 0)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.internalId()], index.column()
        if role == Role.DisplayRole:
            return row.cell(column).text
        if role == Role.ToolTipRole:
            return plain_tip(self.details_of(row).split("\n")) or None
        if role == Role.AccessibleTextRole:
            return self.spoken_of(row, column)
        if role == Role.AccessibleDescriptionRole and column == 0:
            return self.details_of(row) or None
        return None

    def details_of(self, row: Row) -> str:
        """All there is to say of a row."""
        return "" if self._subject is None else details(row, self._subject)

    def spoken_of(self, row: Row, column: int) -> str:
        """A cell for a screen reader."""
        return spoken(row, column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < self.columnCount():
            return None
        if role == Role.DisplayRole:
            return self.titles()[section]
        if role == Role.ToolTipRole:
            return self.explanations()[section]
        if role == Role.TextAlignmentRole:
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            return int(left) | int(Qt.TextFlag.TextWordWrap)
        return None

    def titles(self) -> tuple[str, ...]:
        return (
            self.tr("Field"),
            self.tr("Hardware"),
            self.tr("EVC baseline"),
            self.tr("Mask"),
            self.tr("Guest kernel sees"),
            self.tr("Application sees"),
            self.tr("Masked by"),
        )

    def explanations(self) -> tuple[str, ...]:
        return (
            self.tr("CPUID leaf, register, and the field in it by vSphere's name."),
            self.tr("What the processor itself answers."),
            self.tr("What the cluster's EVC mode lets virtual machines see; – where modes do not decide."),
            self.tr("What the mode takes away on this host: 1→0, or a register's mask as vSphere writes it."),
            self.tr("What CPUID answers the kernel of a guest, as far as EVC decides it."),
            self.tr("What CPUID answers a program in the guest; how the virtual machine is run decides."),
            self.tr("Who hides the feature from applications."),
        )


def _runs(places: list[int], rows: list[Row]) -> list[tuple[int, int]]:
    """(first, last) of the siblings that follow each other in `places`, which ascend."""
    last_of: dict[int, int] = {}  # by parent
    runs: dict[int, int] = {}
    start_of: dict[int, int] = {}
    for at in places:
        parent = rows[at].parent
        previous = last_of.get(parent)
        if previous is None or rows[previous].position + 1 != rows[at].position:
            start_of[parent] = at
        runs[start_of[parent]] = at
        last_of[parent] = at
    return list(runs.items())


class CpuidProxy(QSortFilterProxyModel):
    """Lets through the rows that a filter and a search leave, with what they are in."""

    def __init__(self, source: CpuidModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._accepted: set[int] | None = None
        self.setDynamicSortFilter(False)
        self.setSourceModel(source)

    def accept(self, places: set[int] | None) -> None:
        """Show these places of the source's list, or all with None."""
        if places == self._accepted:
            return
        if not hasattr(self, "endFilterChange"):  # Qt before 6.10
            self._accepted = places
            self.invalidateFilter()
            return
        self.beginFilterChange()
        self._accepted = places
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        if self._accepted is None:
            return True
        return self._source.place_of(self._source.index(source_row, 0, source_parent)) in self._accepted


def visible_places(rows: list[Row], show: Show, found: list[int] | None) -> set[int] | None:
    """The places to show: those that pass the filter and belong to the search's answer, with their parents.

    `found`: what the search is for (None: no search); all that is below it belongs to the answer.
    """
    if show is Show.ALL and found is None:
        return None
    asked = None if found is None else _with_descendants(rows, found)
    places: set[int] = set()
    for at, row in enumerate(rows):
        if asked is not None and at not in asked:
            continue
        if show is not Show.ALL and not (row.kind is Kind.FIELD and _passes(row, show)):
            continue
        while at >= 0 and at not in places:
            places.add(at)
            at = rows[at].parent
    return places


def _passes(row: Row, show: Show) -> bool:
    return row.differs if show is Show.DIFFERS else row.hidden > 0


def _with_descendants(rows: list[Row], found: list[int]) -> set[int]:
    asked = set(found)
    for at, row in enumerate(rows):  # parents come first
        if row.parent in asked:
            asked.add(at)
    return asked

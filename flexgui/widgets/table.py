"""Tables of plain rows: sorted, copied as tab-separated text, with columns that are remembered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QByteArray,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSettings,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QFont, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import (
    QHeaderView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from flexgui.widgets.column_menu import column_menu, offer_columns
from flexgui.widgets.copy import add_copy_action, cells_as_tsv
from flexgui.widgets.theme import monospace_font
from flexgui.widgets.tooltip import plain_tip

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: how a row's cell reads, sorts, and what its tool tip says (the text itself by default).

    `edit` makes the cells editable: it takes the row and the new value. `choices` are offered in a list
    (value and word) instead of a line of text; `value` is what the editor begins with. `ticked` gives the
    cells a tick box, and `tick` takes a row and whether it is ticked now.

    `note` is what the header's tool tip says besides the title. A `quiet` column is drawn in the secondary
    colour; one that is `hidden` is shown only when somebody asks for it. `elide` is where a text that is too
    long is cut; with `shared`, what all rows begin or end with gives way first, so that what tells them apart
    stays in sight.
    """

    title: str
    text: Callable[[Row], str]
    sort: Callable[[Row], Any] | None = None
    icon: Callable[[Row], QIcon | None] | None = None
    tip: Callable[[Row], str] | None = None
    width: int = 120
    monospace: bool = False
    value: Callable[[Row], Any] | None = None
    edit: Callable[[Row, Any], bool] | None = None
    choices: Sequence[tuple[str | None, str]] | None = None
    ticked: Callable[[Row], bool] | None = None
    tick: Callable[[Row, bool], None] | None = None
    note: str = ""
    quiet: bool = False
    hidden: bool = False
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    shared: bool = False


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows in the order of the sorted column, or as given, all or only some of them.

    `key` tells which row is which after a change, `greyed` which rows are drawn in the secondary colour.
    """

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], object],
        parent: QObject | None = None,
        *,
        greyed: Callable[[Row], bool] | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key = key
        self._greyed = greyed
        self._given: list[Row] = []
        self._only: Collection[object] | None = None
        self._shared: dict[int, tuple[str, str]] = {}
        self._rows: list[Row] = []
        self._sorted_by = (-1, Qt.SortOrder.AscendingOrder)
        self._in_this_order = False
        self._mono: QFont | None = None
        always = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        can = {Qt.ItemFlag.ItemIsEditable: "edit", Qt.ItemFlag.ItemIsUserCheckable: "tick"}
        self._flags = []
        for column in self.columns:
            flags = always
            for flag, field in can.items():
                if getattr(column, field) is not None:
                    flags |= flag
            self._flags.append(flags)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows. Where they are the same ones as before, only what changed is drawn again."""
        self._given = list(rows)
        self._show(self._in_order(self._given))

    def show_only(self, keys: Collection[object] | None) -> None:
        """Show the rows with these keys alone (best a set), also after `set_rows`; all of them with None."""
        if keys is not None or self._only is not None:
            self._only = keys
            self._show(self._in_order(self._given))

    @property
    def total(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._given)

    def given(self) -> tuple[Row, ...]:
        """All rows, shown or not, as they were given."""
        return tuple(self._given)

    def shared(self, column: int) -> tuple[str, str]:
        """What the texts of all rows shown begin with, and what they end with, in whole words."""
        found = self._shared.get(column)
        if found is None:
            read = self.columns[column].text
            texts = {read(row) for row in self._rows}
            found = self._shared[column] = _shared_parts(texts) if len(texts) > 1 else ("", "")
        return found

    def _show(self, shown: list[Row]) -> None:
        self._shared.clear()
        if len(shown) == len(self._rows) and list(map(self._key, shown)) == list(map(self._key, self._rows)):
            old, self._rows = self._rows, shown
            changed = [number for number, row in enumerate(shown) if row is not old[number]]
            if changed:
                last = len(self.columns) - 1
                self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], last))
            return
        self.beginResetModel()
        self._rows = shown
        self.endResetModel()

    def refresh(self) -> None:
        """Draw everything again: what the cells say depends on more than the rows."""
        self._in_this_order = False
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1))

    def row(self, index: Index) -> Row | None:
        """The row behind an index."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def rows(self) -> tuple[Row, ...]:
        """The rows as shown."""
        return tuple(self._rows)

    def key(self, row: Row) -> object:
        """What tells a row from others."""
        return self._key(row)

    def find(self, key: object) -> int:
        """The number of the row with this key, or -1."""
        return next((n for n, row in enumerate(self._rows) if self._key(row) == key), -1)

    def key_of(self, index: Index) -> object:
        row = self.row(index)
        return None if row is None else self._key(row)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip([column.title, column.note]) if column.note else column.title
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return column.note or None
        if role == Qt.ItemDataRole.ForegroundRole and column.quiet:
            return _secondary()
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None:
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.EditRole:
            return column.value(row) if column.value is not None else column.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip((column.tip or column.text)(row).split("\n"))
        if role == Qt.ItemDataRole.DecorationRole and column.icon is not None:
            return column.icon(row)
        if role == Qt.ItemDataRole.ForegroundRole and (
            column.quiet or (self._greyed is not None and self._greyed(row))
        ):
            return _secondary()
        if role == Qt.ItemDataRole.CheckStateRole and column.ticked is not None:
            return Qt.CheckState.Checked if column.ticked(row) else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.FontRole and column.monospace:
            self._mono = self._mono or monospace_font()
            return self._mono
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.row(index)
        if row is None:
            return False
        tick = self.columns[index.column()].tick
        if role == Qt.ItemDataRole.CheckStateRole and tick is not None:
            tick(row, Qt.CheckState(value) is Qt.CheckState.Checked)
            return True
        if role != Qt.ItemDataRole.EditRole:
            return False
        edit = self.columns[index.column()].edit
        return edit is not None and edit(row, value)

    def flags(self, index: Index) -> Qt.ItemFlag:
        # Asked for every cell of a selection, so it must not take long.
        return self._flags[index.column()] if index.isValid() else Qt.ItemFlag.NoItemFlags

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if self._sorted_by == (column, order) and self._in_this_order:
            return  # a header that is told to sort says so twice
        self._sorted_by = (column, order)
        self._in_this_order = True
        shown = self._in_order(self._given)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self.key_of(index) for index in before]
        self._rows = shown
        numbers = {self._key(row): number for number, row in enumerate(shown)} if before else {}
        after = [self.index(numbers[key], index.column()) for key, index in zip(keys, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _in_order(self, rows: Sequence[Row]) -> list[Row]:
        if self._only is not None:
            only, key_of = self._only, self._key
            rows = [row for row in rows if key_of(row) in only]
        number, order = self._sorted_by
        if not 0 <= number < len(self.columns):
            return list(rows)
        column = self.columns[number]
        key = column.sort or (lambda row: column.text(row).casefold())
        return sorted(rows, key=key, reverse=order == Qt.SortOrder.DescendingOrder)


def _secondary() -> QBrush:
    return QGuiApplication.palette().brush(QPalette.ColorRole.PlaceholderText)


def _shared_parts(texts: set[str]) -> tuple[str, str]:
    """What several texts begin and end with, as far as no word or number is taken apart."""
    first, last = min(texts), max(texts)
    prefix = _beginning(first, last)
    while prefix and prefix[-1].isalnum():
        prefix = prefix[:-1]
    ends = {text[len(prefix) :][::-1] for text in texts}
    suffix = _beginning(min(ends), max(ends))[::-1]
    while suffix and suffix[0].isalnum():
        suffix = suffix[1:]
    return prefix, suffix


def _beginning(left: str, right: str) -> str:
    """What two texts begin with."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False))
    return "".join(character for character, _ in same)


class _Eliding(QStyledItemDelegate):
    """Cuts long texts of a column where it wants them to be cut."""

    def __init__(self, column: Column[Any], model: RowsModel[Any], parent: QObject) -> None:
        super().__init__(parent)
        self._column, self._model = column, model

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = self._column.elide
        if not self._column.shared:
            return
        icon = option.decorationSize.width() + 4 if not option.icon.isNull() else 0
        room, width = option.rect.width() - icon - 8, option.fontMetrics.horizontalAdvance
        text = option.text
        prefix, suffix = self._model.shared(index.column()) if width(text) > room else ("", "")
        if suffix:
            text = text[: -len(suffix)] + "…"
        if prefix and width(text) > room:
            text = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideLeft, room)
        option.text = text


class RowsView(QTableView, Generic[Row]):
    """Shows a `RowsModel`. Columns can be sorted, moved and hidden; `name` is what the settings call it.

    `row_activated` is emitted with the key of the row that was double-clicked or got Enter.
    """

    row_activated = Signal(object)

    def __init__(self, model: RowsModel[Row], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._rows = model
        self._restoring = False
        self._wanted: object = None
        self._selected: frozenset[object] = frozenset()
        model.modelAboutToBeReset.connect(self._remember)
        self.setModel(model)
        model.modelReset.connect(self._restore_current)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        lines = self.verticalHeader()
        lines.hide()
        lines.setMinimumSectionSize(16)
        lines.setDefaultSectionSize(max(20, self.fontMetrics().height() + 6))
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = self.header()
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(True)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        # A header asks whether its columns are selected, cell by cell: thousands of rows take half a second.
        header.setSelectionModel(QItemSelectionModel(model, header))
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for number, column in enumerate(model.columns):
            header.resizeSection(number, column.width)
            header.setSectionHidden(number, column.hidden)
            if column.shared or column.elide != Qt.TextElideMode.ElideRight:
                self.setItemDelegateForColumn(number, _Eliding(column, model, self))
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._offer_columns)
        self.setSortingEnabled(True)
        self._restore_columns()
        for signal in (header.sectionMoved, header.sectionResized, header.sortIndicatorChanged):
            signal.connect(self._save_columns)
        self.copy_action = add_copy_action(self, lambda _: self.copy_rows())
        self.activated.connect(lambda index: self.row_activated.emit(model.key_of(index)))

    def sizeHint(self) -> QSize:
        """Small: a table takes all room that is left."""
        return QSize(400, 120)

    def header(self) -> QHeaderView:
        """The header of the columns."""
        return self.horizontalHeader()

    def current_row(self) -> Row | None:
        return self._rows.row(self.currentIndex())

    def edit_current(self) -> bool:
        """Begin to edit the current cell. False where it cannot be edited."""
        index = self.currentIndex()
        if not self._rows.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return False
        self.edit(index)
        return True

    def copy_rows(self) -> None:
        """Put the selected rows on the clipboard as tab-separated text, with the columns as shown."""
        shown = sorted(range(len(self._rows.columns)), key=self.header().visualIndex)
        columns = [self._rows.columns[n] for n in shown if not self.header().isSectionHidden(n)]
        rows = self._rows.rows()
        cells = [[column.text(rows[n]) for column in columns] for n in self._selected_numbers()]
        if cells:
            QGuiApplication.clipboard().setText(cells_as_tsv([c.title for c in columns], cells))

    def selected_rows(self) -> list[Row]:
        rows = self._rows.rows()
        return [rows[number] for number in self._selected_numbers() if number < len(rows)]

    def selected_keys(self) -> list[object]:
        return [self._rows.key_of(self._rows.index(number, 0)) for number in self._selected_numbers()]

    def _selected_numbers(self) -> list[int]:
        """The selected rows, from above. Not by `selectedRows`, which asks for the flags of every cell."""
        selection = self.selectionModel().selection()
        ranges = (selection.at(number) for number in range(selection.count()))
        return sorted({number for each in ranges for number in range(each.top(), each.bottom() + 1)})

    def show_key(self, key: object) -> bool:
        """Make the row with this key the current one. False where there is none."""
        number = self._rows.find(key)
        if number < 0:
            return False
        index = self._rows.index(number, max(0, self.header().logicalIndex(0)))
        self.setCurrentIndex(index)
        self.scrollTo(index)
        return True

    def column_menu(self) -> QMenu:
        """The menu of columns to show or hide."""
        return column_menu(self.header(), [column.title for column in self._rows.columns])

    def _offer_columns(self, position: QPoint) -> None:
        offer_columns(self.header(), [column.title for column in self._rows.columns], position)

    def _settings_key(self) -> str:
        return f"tables/{self._name}/{len(self._rows.columns)}"

    def _save_columns(self) -> None:
        if not self._restoring:
            QSettings().setValue(self._settings_key(), self.header().saveState())

    def _restore_columns(self) -> None:
        state = QSettings().value(self._settings_key(), QByteArray(), type=QByteArray)
        if isinstance(state, QByteArray) and not state.isEmpty():
            self._restoring = True
            self.header().restoreState(state)
            self._restoring = False
            self.sortByColumn(self.header().sortIndicatorSection(), self.header().sortIndicatorOrder())

    def _remember(self) -> None:
        """Note what is current and selected; a row that a filter hides is current again when it is back."""
        current = self._rows.key_of(self.currentIndex())
        if current is not None:
            self._wanted = current
            self._selected = frozenset(self.selected_keys())

    def _restore_current(self) -> None:
        if self._wanted is None or not self.show_key(self._wanted) or len(self._selected) < 2:
            return
        selection, last = QItemSelection(), len(self._rows.columns) - 1
        numbers = [n for n, row in enumerate(self._rows.rows()) if self._rows.key(row) in self._selected]
        for first, end in _runs(numbers):
            selection.select(self._rows.index(first, 0), self._rows.index(end, last))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(first, last) of the numbers that follow each other in ascending `numbers`."""
    start = previous = None
    for number in numbers:
        if start is None or previous is None or number != previous + 1:
            if start is not None and previous is not None:
                yield start, previous
            start = number
        previous = number
    if start is not None and previous is not None:
        yield start, previous

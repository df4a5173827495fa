"""The list of findings: groups that open and close over a table whose columns are remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import (
    QByteArray,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSettings,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import (
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOption,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from flexgui.rules.finding import Finding
from flexgui.views.findings_groups import Group, Key, finding_key
from flexgui.views.findings_model import FindingsModel, Index
from flexgui.widgets.column_menu import column_menu, offer_columns
from flexgui.widgets.copy import add_copy_action, cells_as_tsv

_ARROW = 16
_SEVERAL = 200
"""Selected rows that are found again after everything was shown anew; of more only the current one is."""


class FindingsList(QTableView):
    """Shows a `FindingsModel`. `sort_changed` asks for another order; the model is given it by its owner.

    `finding_activated` comes with Enter or a double click on a finding; on a group these open and close it.
    `now` gives the findings about an object as they are now.
    """

    finding_activated = Signal()
    sort_changed = Signal()

    def __init__(
        self,
        model: FindingsModel,
        now: Callable[[str], tuple[Finding, ...]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._rows = model
        self._now = now
        self._wide: QByteArray | None = None
        self._kept: tuple[Key | str | None, int, list[Key]] = (None, -1, [])
        model.modelAboutToBeReset.connect(self._remember)
        self.setModel(model)
        model.modelReset.connect(self._restore)
        self.setItemDelegateForColumn(0, _First(model, self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        lines = self.verticalHeader()
        lines.hide()
        lines.setMinimumSectionSize(16)
        lines.setDefaultSectionSize(max(20, self.fontMetrics().height() + 6))
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._build_header()
        self.copy_action = add_copy_action(self, lambda _: self.copy_rows())
        self.activated.connect(self._activate)

    def _build_header(self) -> None:
        header = self.horizontalHeader()
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        self.setSortingEnabled(True)  # what is sorted by is asked for; the model leaves its order alone
        # A header asks its selection whether all of a column is selected, row by row, at each painting.
        header.setSelectionModel(QItemSelectionModel(self._rows, self))
        header.setSectionsMovable(True)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for number, column in enumerate(self._rows.columns):
            header.resizeSection(number, column.width)
            header.setSectionHidden(number, column.hidden)
        state = QSettings().value(self._key(), QByteArray(), type=QByteArray)
        if isinstance(state, QByteArray) and not state.isEmpty():
            header.restoreState(state)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._offer_columns)
        for signal in (header.sectionMoved, header.sectionResized, header.sortIndicatorChanged):
            signal.connect(self._save_columns)
        header.sortIndicatorChanged.connect(lambda *_: self.sort_changed.emit())

    def sizeHint(self) -> QSize:
        """Small: a list takes all room that is left."""
        return QSize(400, 120)

    # --- what is selected

    def current_finding(self) -> Finding | None:
        """The current finding; None on the head of a group."""
        index = self.currentIndex()
        return self._rows.finding(index.row()) if index.isValid() else None

    def current_group(self) -> Group | None:
        """The group whose head is current."""
        index = self.currentIndex()
        return self._rows.group(index.row()) if index.isValid() else None

    def selected_findings(self) -> list[Finding]:
        """The selected findings, and those of selected groups, each once, in the order shown."""
        ranges = sorted(self._ranges())
        if len(ranges) == 1:
            return [finding for part in self._rows.findings_between(*ranges[0]) for finding in part]
        parts = (part for found in ranges for part in self._rows.findings_between(*found))
        return list({id(finding): finding for part in parts for finding in part}.values())

    def _ranges(self) -> list[tuple[int, int]]:
        """The first and last rows of what is selected."""
        selection = self.selectionModel().selection()
        ranges = (selection.at(number) for number in range(selection.count()))
        return [(found.top(), found.bottom()) for found in ranges if found.isValid()]

    def show_finding(self, finding: Finding) -> bool:
        """Make a finding the current one; False where its row is not shown."""
        rows = self._rows.rows_of([finding])
        if rows:
            self._go(rows[0])
        return bool(rows)

    def step(self, step: int) -> Finding | None:
        """Go to the next finding, or with -1 to the one before, round the end."""
        index = self.currentIndex()
        row = self._rows.next_finding(index.row() if index.isValid() else -1, step)
        if row < 0:
            return None
        self._go(row)
        return self._rows.finding(row)

    def _go(self, row: int) -> None:
        index = self._rows.index(row, max(0, self.horizontalHeader().logicalIndex(0)))
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def _remember(self) -> None:
        finding, group = self.current_finding(), self.current_group()
        current = finding_key(finding) if finding is not None else None if group is None else group.key
        ranges = self._ranges()
        few = sum(last - first + 1 for first, last in ranges) <= _SEVERAL
        rows = (row for first, last in ranges for row in range(first, last + 1)) if few else ()
        chosen = [self._rows.finding(row) for row in rows]
        self._kept = current, self.currentIndex().row(), [finding_key(f) for f in chosen if f is not None]

    def _restore(self) -> None:
        """Select what was selected; where the current finding is gone, go to the one in its place."""
        current, row, selected = self._kept
        if isinstance(current, str):
            number = self._rows.row_of_group(current)
        else:
            rows = self._rows.rows_of(list(self._named([] if current is None else [current])))
            number = rows[0] if rows else min(row, self._rows.rowCount() - 1) if current is not None else -1
        if number >= 0:
            self._go(number)
        others = self._rows.rows_of(list(self._named(selected))) if len(selected) > 1 else []
        flag = self.selectionModel().SelectionFlag
        for each in others:
            self.selectionModel().select(self._rows.index(each, 0), flag.Select | flag.Rows)

    def _named(self, keys: list[Key]) -> Iterator[Finding]:
        for key in keys:
            yield from (finding for finding in self._now(key[1]) if finding_key(finding) == key)

    # --- keys and clicks

    def _activate(self, index: QModelIndex) -> None:
        if self._rows.group(index.row()) is not None:
            self._rows.set_open(index.row(), not self._rows.is_open(index.row()))
        elif self._rows.finding(index.row()) is not None:
            self.finding_activated.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right close and open groups; Left on a finding goes to its group."""
        row = self.currentIndex().row()
        key = event.key()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if row < 0 or not plain or key not in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            super().keyPressEvent(event)
        elif self._rows.group(row) is not None:
            self._rows.set_open(row, key == Qt.Key.Key_Right)
        elif key == Qt.Key.Key_Left and self._rows.head_of(row) != row:
            self._go(self._rows.head_of(row))
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters look for nothing: that is what the filter is for, and it would ask for every row."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the arrow of a group opens or closes it."""
        index = self.indexAt(event.position().toPoint())
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self._rows.group(index.row()) is not None:
            first = self.columnViewportPosition(self.horizontalHeader().logicalIndex(0))
            if index.isValid() and first <= event.position().x() < first + _ARROW + 8:
                self._activate(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cells, and over those of a group's head its arrow, icon and title."""
        super().paintEvent(event)
        last = self.rowAt(self.viewport().height() - 1)
        rows = range(self.rowAt(0), (last if last >= 0 else self._rows.rowCount() - 1) + 1)
        heads = [row for row in rows if row >= 0 and self._rows.group(row) is not None]
        if heads:
            painter = QPainter(self.viewport())
            for row in heads:
                self._paint_head(painter, row)
            painter.end()

    def _paint_head(self, painter: QPainter, row: int) -> None:
        head = self._rows.index(row, 0)
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        first = self.columnViewportPosition(self.horizontalHeader().logicalIndex(0))
        top, height = self.rowViewportPosition(row), self.rowHeight(row)
        selected = self.selectionModel().isSelected(head)
        group = QPalette.ColorGroup.Active if self.hasFocus() else QPalette.ColorGroup.Inactive
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        color = self.palette().color(group, role)
        arrow = QStyleOption()
        arrow.initFrom(self)
        for each in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
            arrow.palette.setColor(each, color)
        arrow.rect = QRect(first + 4, top + (height - _ARROW // 2) // 2, _ARROW // 2, _ARROW // 2)
        arrows = QStyle.PrimitiveElement
        which = arrows.PE_IndicatorArrowDown if self._rows.is_open(row) else arrows.PE_IndicatorArrowRight
        self.style().drawPrimitive(which, arrow, painter, self)
        left = first + 4 + _ARROW
        picture = head.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(picture, QIcon):
            mode = QIcon.Mode.Selected if selected else QIcon.Mode.Normal
            picture.paint(painter, QRect(left, top + (height - 16) // 2, 16, 16), mode=mode)
            left += 22
        font = head.data(Qt.ItemDataRole.FontRole)
        painter.setFont(font)
        painter.setPen(color)
        room = QRect(left, top, max(0, self.viewport().width() - left - 4), height)
        text = QFontMetrics(font).elidedText(head.data(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    # --- columns, copying

    def sorted_by(self) -> tuple[int, bool]:
        """The column that orders the findings of each group, -1 for none, and whether it runs downwards."""
        header = self.horizontalHeader()
        return header.sortIndicatorSection(), header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder

    def copy_rows(self) -> None:
        """Put the selected rows on the clipboard as tab-separated text, with the columns as shown."""
        header = self.horizontalHeader()
        shown = sorted(range(header.count()), key=header.visualIndex)
        columns = [self._rows.columns[n] for n in shown if not header.isSectionHidden(n)]
        cells = [[column.text(finding) for column in columns] for finding in self.selected_findings()]
        if cells:
            QGuiApplication.clipboard().setText(cells_as_tsv([column.title for column in columns], cells))

    def column_menu(self) -> QMenu:
        """The menu of columns to show or hide."""
        return column_menu(self.horizontalHeader(), [column.title for column in self._rows.columns])

    def _offer_columns(self, position: QPoint) -> None:
        offer_columns(self.horizontalHeader(), [column.title for column in self._rows.columns], position)

    def _key(self) -> str:
        return f"tables/findings/{len(self._rows.columns)}"

    def set_narrow(self, on: bool) -> None:
        """Make the best of little room, or go back to the columns as they were."""
        header = self.horizontalHeader()
        if on and self._wide is None:
            self._wide = header.saveState()
            for number, width in self._rows.narrow.items():
                header.setSectionHidden(number, not width)
                header.resizeSection(number, width)
        elif not on and self._wide is not None:
            wide, self._wide = self._wide, None
            header.restoreState(wide)

    def _save_columns(self) -> None:
        if self._wide is not None:
            return
        QSettings().setValue(self._key(), self.horizontalHeader().saveState())


class _First(QStyledItemDelegate):
    """The first column: indented under the head of a group, which the list itself writes over all columns."""

    def __init__(self, model: FindingsModel, view: FindingsList) -> None:
        super().__init__(view)
        self._model, self._view = model, view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if self._model.is_flat:
            super().paint(painter, option, index)
            return
        whole = QStyleOptionViewItem(option)
        self.initStyleOption(whole, index)
        style = self._view.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, whole, painter, self._view)
        if self._model.finding(index.row()) is not None:
            indented = QStyleOptionViewItem(option)
            indented.rect = option.rect.adjusted(_ARROW, 0, 0, 0)
            super().paint(painter, indented, index)

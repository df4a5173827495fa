"""The tree itself: its columns, which rows are open, its place kept over changes, and copying."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QFontMetricsF, QGuiApplication, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTreeView, QWidget

from flexgui.cpuid.registers import REGISTER_NAMES
from flexgui.views.cpuid_delegate import CpuidDelegate
from flexgui.views.cpuid_model import CpuidModel, CpuidProxy, Index
from flexgui.views.cpuid_rows import Column, Kind, Row, RowKey
from flexgui.views.cpuid_words import Subject
from flexgui.widgets.copy import add_copy_action, in_columns, selection_as_tsv
from flexgui.widgets.icons import icon
from flexgui.widgets.theme import monospace_font


def mask_lines(rows: Iterable[Row]) -> list[str]:
    """The masks of registers as a virtual machine's configuration writes them: `cpuid.1.ecx = "…"`.

    Registers without a mask are left out, and so are those of a subleaf, for which there is no such line
    (`vim.host.CpuIdInfo` has a level and no subleaf).
    """
    return [
        f'cpuid.{row.key[0]:x}.{REGISTER_NAMES[row.key[2]].lower()} = "{row.mask}"'
        for row in rows
        if row.kind is Kind.REGISTER and row.mask and not row.key[1]
    ]


class Outline(QTreeView):
    """Leaves, registers and fields. Columns share the width until somebody drags one."""

    def __init__(self, parent: QWidget | None = None, source: CpuidModel | None = None) -> None:
        super().__init__(parent)
        self.source = source or CpuidModel(self)
        self.proxy = CpuidProxy(self.source, self)
        self.setModel(self.proxy)
        self._delegate = self.make_delegate()
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(self.tr("CPUID of the host"))
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setAllColumnsShowFocus(True)
        self.setIndentation(16)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._open: set[RowKey] | None = None  # None until a host is shown for the first time
        self._closed_in_filter: set[RowKey] = set()
        self._filtered = False
        self._restoring = False
        self.expanded.connect(lambda index: self._remember(index, True))
        self.collapsed.connect(lambda index: self._remember(index, False))
        self._set_up_header()
        self._make_actions()

    def make_delegate(self) -> CpuidDelegate:
        """What paints the cells."""
        return CpuidDelegate(self, self.row_at)

    # What is shown

    def set_rows(self, rows: list[Row], subject: Subject | None) -> bool:
        """Show other rows. Returns whether the rows are at other places than before; then call `filter`."""
        was_reset = self.source.set_rows(rows, subject)
        if self._open is None and rows:
            self._open = self.open_at_first(rows)
        return was_reset

    def filter(self, accepted: set[int] | None, *, restore: bool) -> None:
        """Show the rows at these places, all open; with None all rows, as they were open before.

        `restore`: the filter or the places of the rows have changed, so that what is open must be set anew.
        """
        if restore and self._filtered and accepted is None:
            self._closed_in_filter.clear()
        self._filtered = accepted is not None
        with self._not_remembering():
            self.proxy.accept(accepted)
            if self._filtered:
                self.expandAll()
                self._set_expanded(self._closed_in_filter, False)
            elif restore:
                self.collapseAll()
                self._set_expanded(self._open or set(), True)
                self._reveal(self.currentIndex())

    def open_all_found(self) -> None:
        """Forget which rows were closed while a filter was on: there is another one now."""
        self._closed_in_filter.clear()

    # Where we are

    def row_at(self, index: Index) -> Row | None:
        """The row of an index of this view."""
        return self.source.row_of(self.proxy.mapToSource(index))

    def current_row(self) -> Row | None:
        return self.row_at(self.currentIndex())

    def current_place(self) -> int | None:
        """The place of the current row in the list of rows."""
        index = self.proxy.mapToSource(self.currentIndex())
        return self.source.place_of(index) if index.isValid() else None

    def index_of(self, key: RowKey) -> QModelIndex:
        """The view's index of the row at a place; invalid where there is none or a filter hides it."""
        return self.proxy.mapFromSource(self.source.index_of(key))

    def go_to(self, at: int) -> None:
        """Select the row at a place in the list of rows, and open and scroll to where it is seen."""
        index = self.index_of(self.source.rows[at].key)
        self._reveal(index)
        # Not `setCurrentIndex`: that selects a range while Shift is down, as it is for Shift+F3.
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    @contextmanager
    def place_kept(self) -> Iterator[None]:
        """Keep the current row, the selection and the scroll position over a change of the rows."""
        top = self.row_at(self.indexAt(QPoint(0, 0)))
        across = self.horizontalScrollBar().value()
        current = self.current_row()
        selected = [row for index in self.selectionModel().selectedRows() if (row := self.row_at(index))]
        yield
        flags, chosen = QItemSelectionModel.SelectionFlag, self.selectionModel()
        now = self.current_row()
        if current is not None and (now is None or now.key != current.key):
            index = self.index_of(current.key)
            if index.isValid():
                self._reveal(index)
                chosen.setCurrentIndex(index, flags.NoUpdate)
        selection = QItemSelection()
        for row in selected:
            index = self.index_of(row.key)
            if index.isValid():
                selection.select(index, index)
        if not selection.isEmpty():
            chosen.select(selection, flags.ClearAndSelect | flags.Rows)
        index = QModelIndex() if top is None else self.index_of(top.key)
        if index.isValid():
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)
            self.horizontalScrollBar().setValue(across)

    # What is open

    def _reveal(self, index: QModelIndex) -> None:
        parent = index.parent()
        while parent.isValid():
            self.expand(parent)
            parent = parent.parent()

    def _remember(self, index: QModelIndex, is_open: bool) -> None:
        row = self.row_at(index)
        if self._restoring or row is None or self._open is None:
            return
        kept = self._closed_in_filter if self._filtered else self._open
        if is_open is not self._filtered:
            kept.add(row.key)
        else:
            kept.discard(row.key)

    def _set_expanded(self, keys: Iterable[RowKey], is_open: bool) -> None:
        for key in sorted(keys):
            index = self.index_of(key)
            if index.isValid():
                self.setExpanded(index, is_open)

    def _set_all(self, is_open: bool) -> None:
        parents = {row.key for row in self.source.rows if row.kind is not Kind.FIELD}
        with self._not_remembering():
            if is_open:
                self.expandAll()
            else:
                self.collapseAll()
        if self._filtered:
            self._closed_in_filter = set() if is_open else parents
        else:
            self._open = parents if is_open else set()

    @contextmanager
    def _not_remembering(self) -> Iterator[None]:
        before, self._restoring = self._restoring, True
        try:
            yield
        finally:
            self._restoring = before

    # Copying

    def _make_actions(self) -> None:
        self.copy = add_copy_action(self)
        self.copy_text = QAction(icon("copy"), self.tr("Copy as &Text"), self)
        self.copy_text.setShortcut(QKeySequence("Ctrl+Alt+C"))
        self.copy_text.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.copy_text.setToolTip(self.tr("Copy the selected rows in columns, as they are read"))
        self.copy_text.triggered.connect(self._copy_text)
        self.addAction(self.copy_text)
        self.copy_masks = QAction(icon("copy"), self.tr("Copy &Mask Lines"), self)
        self.copy_masks.setShortcut(QKeySequence("Ctrl+Shift+C"))
        self.copy_masks.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.copy_masks.triggered.connect(self._copy_masks)
        self.addAction(self.copy_masks)
        self.expand_all = QAction(self.tr("&Expand All"), self)
        self.expand_all.triggered.connect(lambda: self._set_all(True))
        self.collapse_all = QAction(self.tr("C&ollapse All"), self)
        self.collapse_all.triggered.connect(lambda: self._set_all(False))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.selectionModel().selectionChanged.connect(self._update_actions)
        self.source.dataChanged.connect(self._update_actions)
        self._update_actions()

    def selected_registers(self) -> list[Row]:
        """The selected registers, and those whose fields are selected, in the order of the tree."""
        places = set()
        for index in self.selectionModel().selectedRows():
            place = self.source.place_of(self.proxy.mapToSource(index))
            row = self.source.rows[place]
            if row.kind is not Kind.LEAF:
                places.add(place if row.kind is Kind.REGISTER else row.parent)
        return [self.source.rows[place] for place in sorted(places)]

    def lines_to_copy(self) -> list[str]:
        """The mask lines of what is selected."""
        return mask_lines(self.selected_registers())

    def _update_actions(self) -> None:
        can = bool(self.lines_to_copy())
        self.copy_masks.setEnabled(can)
        self.copy_masks.setToolTip(
            self.tr('Copy the masks of the selected registers as cpuid.1.ecx = "…" lines.')
            if can
            else self.tr("Select registers that a mode governs; for a subleaf there is no mask line.")
        )

    def _copy_text(self) -> None:
        text = in_columns(selection_as_tsv(self))
        if text:
            QGuiApplication.clipboard().setText(text)

    def _copy_masks(self) -> None:
        lines = self.lines_to_copy()
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menu.addActions([self.copy, self.copy_text, self.copy_masks])
        menu.addSeparator()
        menu.addActions([self.expand_all, self.collapse_all])
        menu.popup(self.viewport().mapToGlobal(at))

    # Columns

    def _set_up_header(self) -> None:
        header = self.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(40)
        header.setFixedHeight(2 * header.fontMetrics().lineSpacing() + 8)
        self._sharing = False
        self._dragged = False
        header.sectionResized.connect(self._note_drag)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._delegate.forget_fonts()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._dragged:
            self.share_width()

    def _note_drag(self, column: int) -> None:
        if not self._sharing and column != self.source.columnCount() - 1:
            self._dragged = True

    def share_width(self) -> None:
        """Each column gets what it needs at least; what is left goes to the masks, then to the registers."""
        digit = QFontMetricsF(monospace_font()).horizontalAdvance("0")
        widths: dict[int, float] = {
            Column.FIELD: 30 * digit,
            Column.HARDWARE: 10 * digit,
            Column.BASELINE: 10 * digit,
            Column.MASK: 18 * digit,
            Column.KERNEL: 11 * digit,
            Column.APPLICATION: 11 * digit,
        }
        spare = self.viewport().width() - sum(widths.values()) - 14 * digit
        for column, wish in (
            (Column.MASK, 39 * digit + 16),
            (Column.HARDWARE, 49 * digit + 24 - widths[Column.BASELINE]),
        ):
            more = max(0.0, min(spare, wish - widths[column]))
            widths[column] += more
            spare -= more
        self.set_widths(widths)

    def set_widths(self, widths: Mapping[int, float]) -> None:
        """Set the widths of columns; not as one who drags them."""
        self._sharing = True
        for column, width in widths.items():
            self.setColumnWidth(column, round(width))
        self._sharing = False

    def open_at_first(self, rows: list[Row]) -> set[RowKey]:
        """What is open before anybody opens or closes anything."""
        return _open_at_first(rows)


def _open_at_first(rows: list[Row]) -> set[RowKey]:
    """Open at first: the registers in which something is masked, or else that of the best known features."""
    registers = {row.key for row in rows if row.kind is Kind.REGISTER and row.hidden} or {(1, 0, 2)}
    return {(1, 0), (0x8000_0001, 0)} | {key[:2] for key in registers} | registers

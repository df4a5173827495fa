"""The inventory: a filter box over the tree of the plan's objects."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from flexgui.document import Document
from flexgui.plan.inventory import find, hosts, objects_of, places
from flexgui.plan.values import Cluster, Datacenter, Plan, VirtualMachine
from flexgui.views.inventory_model import FINDINGS, NAME, PLAN_ID, InventoryModel
from flexgui.views.inventory_tree import InventoryTree
from flexgui.views.moves import Moves
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import SecondaryLabel

FILTER_DELAY_MS = 150
NAME_LENGTH = 200
"""How many letters an editor takes; the rules say earlier what vSphere refuses."""
_EXPANDED_HOSTS = 200
"""Up to so many hosts, clusters begin unfolded."""
_UNFOLDED = 500
_SHOWN = 2_000
"""So many rows are unfolded for a filter, with so many rows in them, the outermost first; more would make the
window wait."""


class _NameDelegate(QStyledItemDelegate):
    """Edits the name alone, without the state that is shown behind it."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex) -> QWidget:  # type: ignore[override]
        editor = QLineEdit(parent)
        editor.setMaxLength(NAME_LENGTH)
        editor.setAccessibleName(self.tr("New name"))
        return editor


class Inventory(QWidget):
    """Emits `object_selected` with the id of the current object ("" for the plan), `selection_changed` with
    the ids of all selected ones, and `menu_requested` with the global position for a context menu."""

    object_selected = Signal(str)
    selection_changed = Signal(list)
    menu_requested = Signal(QPoint)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._expanded: set[str] = set()
        self._current = PLAN_ID
        self._holders: list[str] = []
        self._quiet = False
        self._selected: list[str] | None = None
        self._stale = False
        self.filter_box = QLineEdit()
        self.filter_box.setPlaceholderText(self.tr("Filter by name, address or CPU"))
        self.filter_box.setAccessibleName(self.tr("Filter the inventory"))
        self.filter_box.setToolTip(self.tr("Show only what has these letters in its name, address or CPU"))
        self.filter_box.setClearButtonEnabled(True)
        self.filter_box.setMaxLength(NAME_LENGTH)
        self.filter_box.setAcceptDrops(False)  # a file that is dropped here is for the window
        self.filter_box.addAction(icon("search", "secondary"), QLineEdit.ActionPosition.LeadingPosition)
        self.filter_box.installEventFilter(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FILTER_DELAY_MS)
        self._timer.timeout.connect(self._apply_filter)
        self.filter_box.textChanged.connect(lambda: self._timer.start())

        self.moves = Moves(document, self)
        self.moves.moved.connect(self.select_all_of)
        self.model = InventoryModel(document, self, self.moves)
        self.tree = InventoryTree(self.model, self.moves)
        self.tree.setAccessibleName(self.tr("Inventory"))
        self.tree.kind_wanted.connect(self.select_kind)
        self.tree.setItemDelegateForColumn(NAME, _NameDelegate(self.tree))
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setAllColumnsShowFocus(True)
        self.tree.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        self.tree.setEditTriggers(QTreeView.EditTrigger.EditKeyPressed)
        self.tree.setExpandsOnDoubleClick(True)
        self.tree.setIndentation(16)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(24)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(FINDINGS, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(FINDINGS, 28)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(
            lambda at: self.menu_requested.emit(self.tree.viewport().mapToGlobal(at))
        )
        self.tree.expanded.connect(lambda index: self._note_expanded(index, True))
        self.tree.collapsed.connect(lambda index: self._note_expanded(index, False))
        self.model.modelAboutToBeReset.connect(self._before_reset)
        self.model.modelReset.connect(self._after_reset)
        self.model.many_changed.connect(self.tree.viewport().update)
        self.model.rowsInserted.connect(self._after_insert)
        self.model.rowsAboutToBeRemoved.connect(self._before_remove)
        selection = self.tree.selectionModel()
        selection.currentChanged.connect(self._note_current)
        selection.selectionChanged.connect(self._note_selection)
        for signal in (self.model.modelReset, self.model.rowsRemoved, self.model.rowsInserted):
            signal.connect(self._forget_selected)
        document.plan_changed.connect(self._leave_what_is_gone)
        document.path_changed.connect(self._show_name)

        self._nothing = SecondaryLabel()
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 4, 8)
        column.setSpacing(8)
        column.addWidget(self.filter_box)
        column.addWidget(self._nothing)
        column.addWidget(self.tree, 1)
        self.start_over()

    def start_over(self) -> None:
        """Another plan was opened: show it from the top, with its clusters unfolded."""
        self._timer.stop()
        self.filter_box.clear()
        self._timer.stop()
        self.model.set_filter("")
        self._current = PLAN_ID
        plan = self._document.plan
        self._expanded = {PLAN_ID, *(d.id for d in plan.datacenters)}
        if sum(1 for _, _, _ in hosts(plan)) <= _EXPANDED_HOSTS:
            self._expanded |= {c.id for d in plan.datacenters for c in d.clusters}
        self.model.reset()

    def current_id(self) -> str:
        return self._current

    def selected_ids(self) -> list[str]:
        """The ids of the selected objects in the order of selection, without the plan itself."""
        if self._selected is None:
            found: dict[str, None] = {}
            # Not selectedRows(), which looks at every range for every row.
            for stretch in self.tree.selectionModel().selection():  # type: ignore[attr-defined]
                if stretch.left() == NAME:
                    found |= dict.fromkeys(
                        self.model.ids_in(stretch.parent(), stretch.top(), stretch.bottom())
                    )
            self._selected = list(found)
        return self._selected

    def select(self, object_id: str) -> bool:
        """Make an object the current one, unfolding what it is in; clears a filter that hides it."""
        index = self.model.index_of(object_id)
        if not index.isValid() and self.filter_box.text():
            self.filter_box.clear()
            self._apply_filter()
            index = self.model.index_of(object_id)
        if not index.isValid():
            return False
        self.tree.setCurrentIndex(index)
        self.tree.scrollTo(index)
        return True

    def select_all_of(self, ids: Sequence[str]) -> None:
        """Select objects, the first of them being the current one; those that are not shown are left out."""
        stretches = self.model.stretches_of(ids)
        if not stretches or not self.select(ids[0]):
            return
        chosen = QItemSelection()
        for first, last in stretches:
            chosen.select(first, last)
        self.tree.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def select_kind(self) -> None:
        """Select what is of the current object's kind beside it, and when that is so already, everywhere."""
        place = find(self._document.plan, self._current or None)
        if place is None:
            return
        kind = type(place.object)
        parent = self.model.index_of(self._current).parent()
        rows = self.model.ids_in(parent, 0, self.model.rowCount(parent) - 1)
        beside = ((row, find(self._document.plan, row)) for row in rows)
        here = [row for row, found in beside if found is not None and isinstance(found.object, kind)]
        if set(here) <= set(self.selected_ids()) and kind is not VirtualMachine:
            every = (each.object for each in places(self._document.plan))
            here = [found.id for found in every if isinstance(found, kind)]
        current = self._current
        self.select_all_of([current, *(i for i in here if i != current)])

    def rename(self, object_id: str | None = None) -> None:
        """Edit the name of the current object, or of another one, in place."""
        if object_id is not None and not self.select(object_id):
            return
        self.tree.setFocus()
        self.tree.edit(self.model.index_of(self._current))

    def focus_filter(self) -> None:
        self.filter_box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter_box.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.filter_box
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
        ):
            return self._filter_key(event)
        return super().eventFilter(watched, event)

    def _filter_key(self, event: QKeyEvent) -> bool:
        """Esc empties the box, then leaves it; Down and Enter go to what was found."""
        if event.key() == Qt.Key.Key_Escape:
            if self.filter_box.text():
                self.filter_box.clear()
            else:
                self.tree.setFocus()
            return True
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._apply_filter()
            if self._filtering():
                self.tree.setCurrentIndex(self.model.index_of(self.model.first_match))
            self.tree.setFocus()
            return True
        return False

    def _apply_filter(self) -> None:
        self._timer.stop()
        text = self.filter_box.text()
        self.model.set_filter(text)
        nothing = bool(text.strip()) and self.model.rowCount(self.model.index(0, 0)) == 0
        self._nothing.setText(self.tr("Nothing has “{text}” in it.").format(text=text.strip()))
        self._nothing.setVisible(nothing)

    def _filtering(self) -> bool:
        return bool(self.filter_box.text().strip())

    def _before_reset(self) -> None:
        self._quiet = True

    def _after_reset(self) -> None:
        unfolded: Collection[str] = self.model.holders if self._filtering() else self._expanded
        shown = 0
        for object_id in self._by_depth(unfolded)[:_UNFOLDED]:
            index = self.model.index_of(object_id)
            if index.isValid() and self.model.hasChildren(index):
                self.tree.expand(index)
                shown += self.model.rowCount(index)
            if shown > _SHOWN and self._filtering():
                break
        index = self.model.index_of(self._current)
        if index.isValid():
            self.tree.setCurrentIndex(index)  # which is on show already
        self._quiet = False
        if not index.isValid():
            if self._filtering():
                # The page stays; the row comes back with the filter's end.
                return
            self.tree.setCurrentIndex(self.model.index_of(PLAN_ID))
        self.tree.scrollTo(self.tree.currentIndex())

    def _by_depth(self, ids: Collection[str]) -> Sequence[str]:
        """Objects whose holders come first: the model makes rows from the top down."""
        outer = {Datacenter: 0, Cluster: 1}
        found = objects_of(self._document.plan, ids)
        below = sorted(found, key=lambda each: outer.get(type(each), 2))
        return [PLAN_ID, *(each.id for each in below)] if PLAN_ID in ids else [each.id for each in below]

    def _after_insert(self, parent: QModelIndex, first: int, last: int) -> None:
        """New datacenters and clusters, and what got its first child, are unfolded."""
        if self._quiet:
            return
        if self.model.rowCount(parent) == last - first + 1 or isinstance(self.model.object_of(parent), Plan):
            self.tree.expand(parent)
        for row in range(first, last + 1):
            index = self.model.index(row, 0, parent)
            if isinstance(self.model.object_of(index), Cluster | Datacenter) and self.model.hasChildren(
                index
            ):
                self.tree.expand(index)

    def _before_remove(self, parent: QModelIndex, first: int, last: int) -> None:
        """Fold what loses its last child.

        Qt never lays out the children of an item that was unfolded while it had none: the same is why only
        items with children are unfolded everywhere here.
        """
        if self.model.rowCount(parent) == last - first + 1:
            quiet, self._quiet = self._quiet, True
            self.tree.collapse(parent)
            self._quiet = quiet

    def _note_expanded(self, index: QModelIndex, expanded: bool) -> None:
        object_id = self.model.id_of(index)
        if self._quiet or self._filtering() or object_id is None:
            return
        if expanded:
            self._expanded.add(object_id)
        else:
            self._expanded.discard(object_id)

    def _forget_selected(self) -> None:
        self._selected = None

    def _note_selection(self) -> None:
        self._selected = None
        self._stale = self.model.updating
        if self._stale:
            return
        self.selection_changed.emit(self.selected_ids())

    def _note_current(self, current: QModelIndex) -> None:
        object_id = self.model.id_of(current)
        if self._quiet or self.model.updating or object_id is None:
            return
        self._current = object_id
        self._holders = []
        parent = current.parent()
        while parent.isValid():
            self._holders.append(self.model.id_of(parent) or PLAN_ID)
            parent = parent.parent()
        self.object_selected.emit(object_id)

    def _leave_what_is_gone(self) -> None:
        """After an edit the current object stays that, wherever it is now.

        Where it has gone, the row that has taken its place is the current one, or where its holder has gone
        too, the nearest holder that is left.
        """
        shown = self.model.id_of(self.tree.currentIndex())
        gone = self._current != PLAN_ID and find(self._document.plan, self._current) is None
        if not gone:
            index = self.model.index_of(self._current)
            if index.isValid() and shown != self._current:
                quiet, self._quiet = self._quiet, True
                self.tree.setCurrentIndex(index)
                self._quiet = quiet
        elif shown not in (None, self._current, PLAN_ID):
            self._note_current(self.tree.currentIndex())
        else:
            left = (i for i in self._holders if find(self._document.plan, i) is not None)
            index = self.model.index_of(next(left, PLAN_ID))
            if index.isValid() and self.model.id_of(index) != shown:
                self.tree.setCurrentIndex(index)
            elif index.isValid():
                self._note_current(index)
            else:  # a filter hides it
                self._current = PLAN_ID
                self.object_selected.emit(PLAN_ID)
        if self._stale:
            self._note_selection()

    def _show_name(self) -> None:
        index = self.model.index_of(PLAN_ID)
        self.model.dataChanged.emit(index, index)

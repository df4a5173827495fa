"""The command palette: every action, every object of the plan and the recent plans, found by typing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSettings,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QIcon, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from flexgui.plan.inventory import places
from flexgui.plan.samples import sample, samples
from flexgui.plan.values import Datacenter, Host, Plan
from flexgui.views.actions import MENUS, MenuSpec
from flexgui.views.palette_search import Entry, search
from flexgui.views.start import Start
from flexgui.widgets import words
from flexgui.widgets.form import plain_label
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import SecondaryLabel
from flexgui.widgets.theme import theme

if TYPE_CHECKING:
    from flexgui.views.main_window import MainWindow

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_ENTRY: Final = Qt.ItemDataRole.UserRole
_SHOWN: Final = 60
"""So many results are listed; who wants another types more of it."""
_VISIBLE: Final = 12
_USED_KEY: Final = "palette/used"
_USED: Final = 6
_AT_ONCE: Final = 3000
"""So many objects are prepared between two events of the window."""


class CommandPalette(QObject):
    """Ctrl+K: opens the palette over the window, and does what is chosen there."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._objects = _Objects()
        action = window.actions_["palette"]
        action.triggered.connect(lambda: self.open())
        self._button = button = QToolButton(window.menuBar())  # the menu bar does not keep it alive
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setIconText(self.tr("Search  {keys}").format(keys=keys))
        button.setAccessibleName(self.tr("Search actions and objects"))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        window.menuBar().setCornerWidget(button)

    def open(self) -> PalettePopup:
        """Show the palette, empty, with the actions that were used last on top."""
        window = self._window
        self._objects.follow(window.document.plan)
        popup = PalettePopup(self._actions(), self._files(), self._objects, window.icon_of, window)
        popup.chosen.connect(self._choose)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        width = min(680, max(320, window.width() - 64))
        top = window.menuBar().height() + 8
        popup.setGeometry(
            (window.width() - width) // 2, top, width, min(popup.sizeHint().height(), window.height() - top)
        )
        popup.show()
        popup.raise_()
        popup.box.setFocus(Qt.FocusReason.PopupFocusReason)
        return popup

    def _actions(self) -> list[Entry]:
        used = QSettings().value(_USED_KEY, [], type=list)
        known = {name: path for menu in MENUS for name, path in _paths(menu, "")}
        last = [str(name) for name in used if name in known] if isinstance(used, list) else []
        made = []
        for name in (*last, *(name for name in known if name not in last)):
            if name != "palette":
                title = plain_label(self._window.actions_[name].text())
                made.append(Entry("action", name, title, known[name]))
        return made

    def _files(self) -> list[Entry]:
        paths = self._window.plan_file.recent()
        found = [Entry("file", str(path), path.name, str(path.parent), 2) for path in paths]
        return found + [Entry("sample", each.file, each.title, each.description, 2) for each in samples()]

    def _choose(self, entry: Entry) -> None:
        if entry.kind == "object":
            self._window.select(entry.key)
            self._window.inventory.tree.setFocus()
        elif entry.kind == "file":
            self._window.plan_file.open(Path(entry.key))
        elif entry.kind == "sample":
            self._window.feature(Start).open_sample(sample(entry.key))
        else:
            used = QSettings().value(_USED_KEY, [], type=list)
            before = [str(name) for name in used if name != entry.key] if isinstance(used, list) else []
            QSettings().setValue(_USED_KEY, [entry.key, *before][:_USED])
            self._window.actions_[entry.key].trigger()


def _paths(menu: MenuSpec, above: str) -> Iterator[tuple[str, str]]:
    """The names of a menu's actions, each with the titles of the menus that it is in."""
    title = plain_label(QApplication.translate("Actions", menu.title))
    path = f"{above} > {title}" if above else title
    for entry in menu.entries:
        if isinstance(entry, MenuSpec):
            yield from _paths(entry, path)
        elif entry is not None:
            yield entry.name, path


class _Objects:
    """The entries of a plan's objects, made a few at a time and kept for as long as the plan stays."""

    def __init__(self) -> None:
        self._plan: Plan | None = None
        self._rest: Iterator[Entry] = iter(())
        self.entries: list[Entry] = []

    def follow(self, plan: Plan) -> None:
        if self._plan is None or plan.datacenters is not self._plan.datacenters:
            self._plan, self._rest, self.entries = plan, _of_plan(plan), []

    def more(self) -> bool:
        """Make some more entries; False where there are none left."""
        new = list(islice(self._rest, _AT_ONCE))
        self.entries += new
        return len(new) == _AT_ONCE


def _of_plan(plan: Plan) -> Iterator[Entry]:
    for place in places(plan):
        found = place.object
        above = "" if isinstance(found, Datacenter) else place.path().rpartition(" / ")[0]
        if isinstance(found, Host) and found.label != found.address:
            above = f"{found.address}, {above}"
        yield Entry("object", found.id, words.label(found), f"{words.kind_word(found)}, {above}", 1)


class PalettePopup(QFrame):
    """A line to type in over the list of what is found. `chosen` has the entry that was chosen.

    It lies over the window, and closes by itself when something is chosen, on Esc, and when the keyboard goes
    elsewhere. An action that is not possible now says why and is not done.
    """

    chosen = Signal(object)

    def __init__(
        self,
        actions: Sequence[Entry],
        files: Sequence[Entry],
        objects: _Objects,
        look: Any,
        window: MainWindow,
    ) -> None:
        super().__init__(window)
        self.setAutoFillBackground(True)
        self._window, self._before = window, window.focusWidget()
        self._others, self._objects = (*actions, *files), objects
        self.setAccessibleName(self.tr("Command palette"))
        self.box = QLineEdit()
        self.box.setPlaceholderText(self.tr("Type an action, a host, a cluster, a virtual machine"))
        self.box.setAccessibleName(self.tr("Search actions and objects"))
        self.box.setClearButtonEnabled(True)
        self.box.setMaxLength(200)
        self.box.addAction(icon("search", "secondary"), QLineEdit.ActionPosition.LeadingPosition)
        self.box.installEventFilter(self)
        self.model = _Results(window, look, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(_TwoTexts(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setIconSize(QSize(16, 16))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(self.tr("Results"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.clicked.connect(self._choose)
        self.note = SecondaryLabel()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.box)
        column.addWidget(self.list, 1)
        column.addWidget(self.note)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._prepare)
        self._timer.start()
        self.box.textChanged.connect(self._search)
        self.list.selectionModel().currentChanged.connect(self._say)
        self._search()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(theme().color("outline"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def sizeHint(self) -> QSize:
        row = self.list.sizeHintForRow(0) if self.model.rowCount() else 24
        frame = self.box.sizeHint().height() + self.note.sizeHint().height() + 32
        return QSize(600, _VISIBLE * row + frame + 4)

    def _prepare(self) -> None:
        more = self._objects.more()
        if not more:
            self._timer.stop()
        if self.box.text().strip():
            self._search()

    def _search(self) -> None:
        typed = self.box.text()
        # Without a word there is nothing to tell 10,000 hosts apart by.
        entries = (*self._others, *self._objects.entries) if typed.strip() else self._others
        kept = self.model.entry(self.list.currentIndex()) if self._timer.isActive() else None
        found = search(entries, typed, _SHOWN)
        self.model.show_entries(found)
        row = found.index(kept) if kept in found else 0
        self.list.setCurrentIndex(self.model.index(row, 0))
        self._say()

    def _say(self) -> None:
        entry = self.model.entry(self.list.currentIndex())
        if entry is None:
            text = self.box.text().strip()
            self.note.setText(self.tr("Nothing has “{text}” in it.").format(text=text))
        else:
            self.note.setText(self.model.tip(entry))

    def _choose(self, index: Index) -> None:
        entry = self.model.entry(index)
        if entry is None or not self.model.possible(entry):
            return
        self._leave()
        self.chosen.emit(entry)

    def _leave(self) -> None:
        """Close, and give the keyboard back to what had it."""
        self.close()
        try:
            if self._before is not None and self._before.isVisible():
                self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        except RuntimeError:  # the page that it was on is gone by now
            pass

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.close()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.list.currentIndex())
                return True
            if key == Qt.Key.Key_Escape:
                self._leave()
                return True
            steps = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: _VISIBLE - 1,
                Qt.Key.Key_PageUp: 1 - _VISIBLE,
            }
            if key in steps:
                self._move(steps[Qt.Key(key)])
                return True
        return super().eventFilter(watched, event)

    def _move(self, by: int) -> None:
        count = self.model.rowCount()
        if count:
            row = self.list.currentIndex().row() + by
            row = row % count if abs(by) == 1 else max(0, min(count - 1, row))
            self.list.setCurrentIndex(self.model.index(row, 0))


class _Results(QAbstractListModel):
    """What was found, with icons; an action that is not possible now is disabled and says why."""

    def __init__(self, window: MainWindow, look: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._look = window, look
        self._entries: list[Entry] = []
        blank = QPixmap(16, 16)
        blank.fill(Qt.GlobalColor.transparent)
        self._blank = QIcon(blank)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self._entries = list(entries)
        self.endResetModel()

    def entry(self, index: Index) -> Entry | None:
        return self._entries[index.row()] if index.isValid() and index.row() < len(self._entries) else None

    def possible(self, entry: Entry) -> bool:
        return entry.kind != "action" or self._window.actions_[entry.key].isEnabled()

    def tip(self, entry: Entry) -> str:
        """What the entry is or does; of an action that is not possible, why."""
        return self._window.actions_[entry.key].statusTip() if entry.kind == "action" else entry.detail

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        # A disabled row could not be gone to, and would not tell why.
        return super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index)
        if entry is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == _ENTRY:
            return self._right(entry)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._icon(entry)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tip(entry)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = [entry.title, self._right(entry)]
            if not self.possible(entry):
                parts.append(self.tip(entry))
            return ", ".join(part for part in parts if part)
        if role == Qt.ItemDataRole.ForegroundRole and not self.possible(entry):
            palette = self._window.palette()
            return palette.brush(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
        return None

    def _right(self, entry: Entry) -> str:
        if entry.kind != "action":
            return entry.detail
        keys = self._window.actions_[entry.key].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        return f"{entry.detail}   {keys}" if keys else entry.detail

    def _icon(self, entry: Entry) -> QIcon:
        if entry.kind == "action":
            own = self._window.actions_[entry.key].icon()
            return self._blank if own.isNull() else own
        if entry.kind in ("file", "sample"):
            return icon("plan")
        found: QIcon = self._look(entry.key)
        return found


class _TwoTexts(QStyledItemDelegate):
    """The title on the left, menu and keys or the path of an object on the right, in secondary text."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # type: ignore[override]
        self.initStyleOption(option, index)
        view = option.widget
        style = view.style() if isinstance(view, QWidget) else QApplication.style()
        right = str(index.data(_ENTRY) or "")
        metrics = option.fontMetrics
        area: QRect = option.rect.adjusted(0, 0, -8, 0)
        text: str = option.text
        room = area.width() - metrics.horizontalAdvance(text) - 56
        option.text = text
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, view)
        if room <= 24:
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.PlaceholderText
        painter.save()
        painter.setPen(option.palette.color(role))
        shown = metrics.elidedText(right, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # type: ignore[override]
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), max(24, hint.height() + 4))

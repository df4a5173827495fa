"""The CPUID tree of one host: what its hardware says, what the EVC mode hides, and who is fooled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QFontMetricsF,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QRadioButton,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from flexgui.cpuid.catalogue import catalogue
from flexgui.cpuid.registers import REGISTER_NAMES
from flexgui.evc.releases import releases
from flexgui.evc.visibility import HostView, binary_translation_allowed, binary_translation_usual
from flexgui.plan import inventory
from flexgui.plan.values import Host, Plan
from flexgui.views import cpuid_words as words
from flexgui.views.cpuid_delegate import CpuidDelegate
from flexgui.views.cpuid_model import CpuidModel, CpuidProxy, Show, visible_places
from flexgui.views.cpuid_rows import Column, Kind, Row, RowKey, tree_rows
from flexgui.views.cpuid_search import best_row, found_rows
from flexgui.widgets.copy import add_copy_action
from flexgui.widgets.empty_state import EmptyState
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import IconLabel, WrapLabel
from flexgui.widgets.theme import monospace_font

SEARCH_DELAY_MS = 150


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


class CpuidTreeView(QWidget):
    """The CPUID tree with its search, filters, and the sentences that explain it.

    `masked_counted` tells how many fields are masked on the host whenever that is computed anew.
    """

    masked_counted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: Plan | None = None
        self._host_id: str | None = None
        self._subject: words.Subject | None = None
        self._computed: tuple[Any, ...] = ()
        self._binary_translation: bool | None = None  # None: as is usual in the plan's release
        self._found: list[int] | None = None
        self._visited = False
        self._filtered = False
        self._open: set[RowKey] | None = None  # None until a host is shown for the first time
        self._closed_in_filter: set[RowKey] = set()
        self._restoring = False
        self.setAccessibleName(self.tr("CPUID tree"))

        self.model = CpuidModel(self)
        self.proxy = CpuidProxy(self.model, self)
        self._mode_line, self._mechanism_line, self._evidence_line = _Line(), _Line(), _Line()
        self.tree = _Tree()
        self.tree.setModel(self.proxy)
        self.tree.setAccessibleName(self.tr("CPUID of the host"))
        self._make_controls()
        self._make_actions()
        self._details = WrapLabel()
        self._details.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._details.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        self._details.setAccessibleName(self.tr("Details of the selected row"))
        self._nothing_left = EmptyState("filter", "")
        self._nothing_left.add_action(self._show_all)
        self._rows_or_nothing = QStackedWidget()
        self._rows_or_nothing.addWidget(self.tree)
        self._rows_or_nothing.addWidget(self._nothing_left)
        self._no_host = EmptyState("cpu", "")
        self._make_layout()

        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_DELAY_MS)
        self._timer.timeout.connect(self._search_now)
        self.tree.expanded.connect(lambda index: self._remember(index, True))
        self.tree.collapsed.connect(lambda index: self._remember(index, False))
        self.tree.selectionModel().currentChanged.connect(self._explain)
        self.tree.selectionModel().selectionChanged.connect(self._update_actions)
        self._rebuild()

    # What others call

    def set_host(self, plan: Plan, host_id: str | None) -> None:
        """Show a host of the plan, or say that there is none. Call it again whenever the plan changes."""
        self._plan, self._host_id = plan, host_id
        self._update_monitor()
        self._rebuild()

    def set_show(self, show: Show) -> None:
        """Choose which rows are shown."""
        self._filters[show].setChecked(True)

    def show_feature(self, name: str) -> bool:
        """Select the row of a feature (any spelling), with all rows shown. Returns whether there is one."""
        found = catalogue().find(name)
        index = QModelIndex() if found is None else self.model.index_of((*found.key, found.bit))
        if not index.isValid():
            return False
        self.set_show(Show.ALL)
        self.search.clear()
        self._search_now()
        self._go_to(self.model.place_of(index))
        return True

    def focus_search(self) -> None:
        """Put the keyboard into the search box, its text selected."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @property
    def binary_translation(self) -> bool:
        """Whether the tree shows virtual machines that run by binary translation."""
        release = self._plan.release if self._plan is not None else ""
        if not binary_translation_allowed(release):
            return False
        chosen = self._binary_translation
        return binary_translation_usual(release) if chosen is None else chosen

    # Building

    def _make_controls(self) -> None:
        self.search = _Search()
        self.search.setPlaceholderText(self.tr("Feature or place: sse4.1, aes-ni, 1.ecx"))
        self.search.setAccessibleName(self.tr("Search CPUID"))
        self.search.setToolTip(
            self.tr("Any spelling of a feature, or a place such as 1.ecx (Ctrl+F). Enter and F3 go on.")
        )
        self.search.addAction(icon("search", "secondary"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda: self._timer.start())
        self.search.stepped.connect(self._step)
        self.search.left_below.connect(self._enter_tree)
        self._search_label = QLabel(self.tr("&Search:"))
        self._search_label.setBuddy(self.search)
        self._count = QLabel()
        self._count.setAccessibleName(self.tr("Search result"))

        self._group = QButtonGroup(self)
        self._filters: dict[Show, QRadioButton] = {}
        for show, text, tip in (
            (Show.ALL, self.tr("&All"), self.tr("Show all rows.")),
            (Show.MASKED, self.tr("Mas&ked only"), self.tr("Show the features that the mode hides.")),
            (
                Show.DIFFERS,
                self.tr("&Differs"),
                self.tr("Show where hardware, baseline, guest kernel and application do not agree."),
            ),
        ):
            button = QRadioButton(text)
            button.setToolTip(tip)
            self._group.addButton(button)
            self._filters[show] = button
        self._filters[Show.ALL].setChecked(True)
        self._group.buttonToggled.connect(lambda _, on: self._filter() if on else None)

        self.monitor = QComboBox()
        self.monitor.addItem(self.tr("Hardware (VT-x, AMD-V)"), False)
        self.monitor.addItem(self.tr("Binary translation"), True)
        self.monitor.setAccessibleName(self.tr("Virtual machines run by"))
        self.monitor.activated.connect(self._choose_monitor)
        self._monitor_label = QLabel(self.tr("&Virtual machines run by:"))
        self._monitor_label.setBuddy(self.monitor)

    def _make_actions(self) -> None:
        self.copy = add_copy_action(self.tree)
        self.copy_masks = QAction(icon("copy"), self.tr("Copy &Mask Lines"), self.tree)
        self.copy_masks.setShortcut(QKeySequence("Ctrl+Shift+C"))
        self.copy_masks.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.copy_masks.triggered.connect(self._copy_masks)
        self.tree.addAction(self.copy_masks)
        self._expand_all = QAction(self.tr("&Expand All"), self)
        self._expand_all.triggered.connect(lambda: self._set_all(True))
        self._collapse_all = QAction(self.tr("C&ollapse All"), self)
        self._collapse_all.triggered.connect(lambda: self._set_all(False))
        self._show_all = QAction(self.tr("Show All Rows"), self)
        self._show_all.triggered.connect(self._show_everything)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._open_menu)
        self._update_actions()

    def _make_layout(self) -> None:
        lines = QVBoxLayout()
        lines.setSpacing(4)
        for line in (self._mode_line, self._mechanism_line, self._evidence_line):
            lines.addWidget(line)
        lines.addStretch()
        choice = QVBoxLayout()
        choice.setSpacing(4)
        choice.addWidget(self._monitor_label)
        choice.addWidget(self.monitor)
        choice.addStretch()
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addLayout(lines, 1)
        top.addLayout(choice)

        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self._search_label)
        bar.addWidget(self.search)
        bar.addWidget(self._count)
        bar.addStretch(1)
        show_label = QLabel(self.tr("Show:"))
        bar.addWidget(show_label)
        for button in self._filters.values():
            bar.addWidget(button)

        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addLayout(top)
        column.addLayout(bar)
        column.addWidget(self._rows_or_nothing, 1)
        column.addWidget(self._details)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._content)
        self._pages.addWidget(self._no_host)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    # The host

    def _rebuild(self) -> None:
        place = None if self._plan is None else inventory.find(self._plan, self._host_id)
        host = place.object if place is not None and isinstance(place.object, Host) else None
        cpu = None if host is None or self._plan is None else inventory.cpu_of(self._plan, host)
        if self._plan is None or place is None or host is None or cpu is None:
            self._say_no_host(host)
            return
        modes = inventory.modes_of(self._plan)
        cluster = place.cluster
        mode = None if cluster is None else modes.get(cluster.evc_mode)
        about = (cluster.name, cluster.evc_mode) if cluster is not None else None
        computed = (
            (id(cpu), id(modes)),
            (mode, about, host.label, host.cpu_assumed, self.binary_translation),
        )
        if computed == self._computed and self._subject is not None:
            return
        view = HostView(cpu, mode, modes, binary_translation=self.binary_translation)
        self._computed = computed
        # Holds cpu and modes, so that their ids stay theirs.
        self._subject = words.Subject(host, cpu, cluster, mode, modes, view)
        with self._place_kept():
            rows = tree_rows(view, modes)
            was_reset = self.model.set_rows(rows, self._subject)
            if self._open is None:
                self._open = _open_at_first(rows)
            self._refresh_filter(restore=was_reset)
        self._say_lines(rows)
        self._explain()
        self._pages.setCurrentWidget(self._content)
        self.masked_counted.emit(sum(row.hidden for row in rows if row.kind is Kind.FIELD))

    def _say_no_host(self, host: Host | None) -> None:
        self._subject, self._computed = None, ()
        self.model.set_rows([], None)
        if host is None:
            sentence = self.tr("There is no host to show. Select one in the inventory.")
        else:
            sentence = self.tr(
                "The processor of {host} is not known. Import a capture of the host, or choose its processor."
            ).format(host=host.label)
        self._no_host.set_sentence(sentence)
        self._pages.setCurrentWidget(self._no_host)

    def _say_lines(self, rows: list[Row]) -> None:
        subject = self._subject
        if subject is None:
            return
        self._mode_line.say(*words.mode_line(subject, rows), words.mode_source(subject))
        self._mechanism_line.say(*words.mechanism_line(subject))
        self._evidence_line.say(*words.evidence_line(subject))

    def _update_monitor(self) -> None:
        release = self._plan.release if self._plan is not None else ""
        allowed = binary_translation_allowed(release)
        self.monitor.setEnabled(allowed)
        self.monitor.setCurrentIndex(self.monitor.findData(self.binary_translation))
        if allowed:
            tip = self.tr(
                "By binary translation a program's CPUID runs on the hardware; by VT-x or AMD-V the "
                "hypervisor answers every CPUID."
            )
        else:
            found = releases().get(release)
            name = found.name if found is not None else release
            tip = self.tr(
                "{release} runs virtual machines by VT-x or AMD-V only: binary translation ended with "
                "vSphere 6.5."
            ).format(release=name)
        self.monitor.setToolTip(tip)
        self.monitor.setAccessibleDescription(tip)

    def _choose_monitor(self, at: int) -> None:
        self._binary_translation = bool(self.monitor.itemData(at))
        self._rebuild()

    # Search and filters

    def _shown(self) -> Show:
        return next(show for show, button in self._filters.items() if button.isChecked())

    def _search_now(self) -> None:
        self._timer.stop()
        text = self.search.text().strip()
        self._found = found_rows(self.model.rows, text) if text else None
        self._visited = False
        self._closed_in_filter.clear()
        self._filter()

    def _filter(self) -> None:
        if not self.model.rows:
            return
        self._closed_in_filter.clear()
        leaving = self._filtered
        self._refresh_filter(restore=True)
        if leaving and not self._filtered:
            current = self.tree.currentIndex()
            if current.isValid():
                self.tree.scrollTo(current, QAbstractItemView.ScrollHint.PositionAtCenter)
        self._explain()

    def _refresh_filter(self, *, restore: bool) -> None:
        """Filter the rows of the moment; with `restore`, open what shall be open."""
        rows, text = self.model.rows, self.search.text().strip()
        if self._found is not None:
            self._found = found_rows(rows, text)
        accepted = visible_places(rows, self._shown(), self._found)
        self._filtered = accepted is not None
        with self._not_remembering():
            self.proxy.accept(accepted)
            if self._filtered:
                self.tree.expandAll()
                self._set_expanded(self._closed_in_filter, False)
            elif restore:
                self.tree.collapseAll()
                self._set_expanded(self._open or set(), True)
                self._reveal(self.tree.currentIndex())
        empty = self._filtered and not accepted
        if empty:
            self._nothing_left.set_sentence(self._why_nothing(text))
        self._rows_or_nothing.setCurrentWidget(self._nothing_left if empty else self.tree)
        self._say_count()

    def _why_nothing(self, text: str) -> str:
        if self._found:
            return self.tr(
                "What matches “{text}” is not shown by the filter. Show all rows to see it."
            ).format(text=text)
        if self._found is not None:
            known = catalogue().find(text)
            if known is not None and self._subject is not None:
                return words.absent_sentence(known, self._subject)
            return self.tr(
                "No field is called “{text}”. Try another spelling, or a place such as 1.ecx."
            ).format(text=text)
        if self._shown() is Show.MASKED:
            return self.tr("Nothing is masked on this host.")
        return self.tr("Hardware, baseline, guest kernel and application agree everywhere.")

    def _matches(self) -> list[int]:
        """What the search is for and the filter shows."""
        if not self._found:
            return []
        accepted = visible_places(self.model.rows, self._shown(), self._found) or set()
        return [at for at in self._found if at in accepted]

    def _say_count(self) -> None:
        if self._found is None:
            self._count.setText("")
            return
        matches, current = self._matches(), self._current_place()
        if self._visited and current in matches:
            number = matches.index(current) + 1
            text = self.tr("{number} of {count}").format(number=number, count=len(matches))
        else:
            text = self.tr("{count} found").format(count=len(matches))
        self._count.setText(text)

    def _step(self, by: int) -> None:
        """Go to the best match, then on to the next or back to the one before; around the end."""
        if self._timer.isActive():
            self._search_now()
        matches = self._matches()
        if not matches:
            return
        current = self._current_place()
        if not self._visited:
            best = best_row(self.model.rows, matches, self.search.text())
            target = matches[0] if best is None else best
        elif by > 0:
            target = next((at for at in matches if current is None or at > current), matches[0])
        else:
            target = next((at for at in reversed(matches) if current is None or at < current), matches[-1])
        self._visited = True
        self._go_to(target)
        self._say_count()

    def _enter_tree(self) -> None:
        if self._timer.isActive():
            self._search_now()
        if not self.tree.currentIndex().isValid():
            self.tree.setCurrentIndex(self.proxy.index(0, 0))
        self.tree.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_everything(self) -> None:
        self.search.clear()
        self.set_show(Show.ALL)
        self._search_now()
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    # Place, expansion, selection

    def _current_place(self) -> int | None:
        index = self.proxy.mapToSource(self.tree.currentIndex())
        return self.model.place_of(index) if index.isValid() else None

    def _go_to(self, at: int) -> None:
        index = self.proxy.mapFromSource(self.model.index_of(self.model.rows[at].key))
        self._reveal(index)
        self.tree.setCurrentIndex(index)
        self.tree.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def _reveal(self, index: QModelIndex) -> None:
        parent = index.parent()
        while parent.isValid():
            self.tree.expand(parent)
            parent = parent.parent()

    def _remember(self, index: QModelIndex, is_open: bool) -> None:
        row = self.model.row_of(self.proxy.mapToSource(index))
        if self._restoring or row is None or self._open is None:
            return
        kept = self._closed_in_filter if self._filtered else self._open
        if is_open is not self._filtered:
            kept.add(row.key)
        else:
            kept.discard(row.key)

    def _set_expanded(self, keys: Iterable[RowKey], is_open: bool) -> None:
        for key in sorted(keys):
            index = self.proxy.mapFromSource(self.model.index_of(key))
            if index.isValid():
                self.tree.setExpanded(index, is_open)

    def _set_all(self, is_open: bool) -> None:
        parents = {row.key for row in self.model.rows if row.kind is not Kind.FIELD}
        with self._not_remembering():
            if is_open:
                self.tree.expandAll()
            else:
                self.tree.collapseAll()
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

    @contextmanager
    def _place_kept(self) -> Iterator[None]:
        """Keep the current row, the selection and the scroll position over a change of the rows."""
        top = self._key_at(self.tree.indexAt(QPoint(0, 0)))
        across = self.tree.horizontalScrollBar().value()
        current = self._key_at(self.tree.currentIndex())
        selected = [self._key_at(index) for index in self.tree.selectionModel().selectedRows()]
        yield
        chosen = self.tree.selectionModel()
        if current is not None and self._key_at(self.tree.currentIndex()) != current:
            index = self.proxy.mapFromSource(self.model.index_of(current))
            if index.isValid():
                self._reveal(index)
                chosen.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        found = (self.proxy.mapFromSource(self.model.index_of(key)) for key in selected if key is not None)
        selection = QItemSelection()
        for index in found:
            if index.isValid():
                selection.select(index, index)
        if not selection.isEmpty():
            flags = QItemSelectionModel.SelectionFlag
            chosen.select(selection, flags.ClearAndSelect | flags.Rows)
        if top is not None:
            index = self.proxy.mapFromSource(self.model.index_of(top))
            if index.isValid():
                self.tree.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)
                self.tree.horizontalScrollBar().setValue(across)

    def _key_at(self, index: QModelIndex) -> RowKey | None:
        row = self.model.row_of(self.proxy.mapToSource(index))
        return None if row is None else row.key

    # Details, menu, copying

    def _explain(self) -> None:
        if self._subject is None:
            return
        row = self.model.row_of(self.proxy.mapToSource(self.tree.currentIndex()))
        text = words.details(row, self._subject) if row is not None else words.mode_source(self._subject)
        self._details.setText(text)
        self._details.setAccessibleDescription(text)

    def _selected_registers(self) -> list[Row]:
        """The selected registers, and those whose fields are selected, in the order of the tree."""
        places = set()
        for index in self.tree.selectionModel().selectedRows():
            row = self.model.row_of(self.proxy.mapToSource(index))
            if row is None or row.kind is Kind.LEAF:
                continue
            place = self.model.place_of(self.proxy.mapToSource(index))
            places.add(place if row.kind is Kind.REGISTER else row.parent)
        return [self.model.rows[place] for place in sorted(places)]

    def _update_actions(self) -> None:
        can = bool(mask_lines(self._selected_registers()))
        self.copy_masks.setEnabled(can)
        self.copy_masks.setToolTip(
            self.tr('Copy the masks of the selected registers as cpuid.1.ecx = "…" lines.')
            if can
            else self.tr("Select registers that the mode masks; a subleaf has no mask line.")
        )

    def _copy_masks(self) -> None:
        lines = mask_lines(self._selected_registers())
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menu.addActions([self.copy, self.copy_masks])
        menu.addSeparator()
        menu.addActions([self._expand_all, self._collapse_all])
        menu.popup(self.tree.viewport().mapToGlobal(at))

    # Keys: taken here before the window's own shortcuts, so that both may use Ctrl+F

    def _key(self, event: QKeyEvent) -> bool:
        """Whether this is one of our keys; a key press (not its announcement) is acted upon."""
        acts = event.type() == QEvent.Type.KeyPress
        if event.matches(QKeySequence.StandardKey.Find):
            if acts:
                self.focus_search()
            return True
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_F3:
            if acts:
                self._step(-1 if shift else 1)
            return True
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            if acts:
                self.search.clear()
                self._search_now()
            return True
        return False

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._subject is not None
            and self._key(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._subject is None or not self._key(event):
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        if self._timer.isActive():
            self._search_now()
        super().hideEvent(event)


def _open_at_first(rows: list[Row]) -> set[RowKey]:
    """Open at first: the leaves of features, and the registers in which something is masked."""
    leaves = {row.key[:2] for row in rows if row.kind is Kind.REGISTER and (row.hidden or row.unsure)}
    return leaves | {row.key for row in rows if row.kind is Kind.REGISTER and row.hidden}


class _Line(QWidget):
    """An icon with a sentence; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel()
        self._text = WrapLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)

    def say(self, look: str, text: str, tip: str = "") -> None:
        """`look`: a severity, "masked", or "" for an ordinary line."""
        self._icon.set_icon(icon(look, look) if look else icon("cpu", "secondary"))
        self._text.setText(text)
        self._text.setToolTip(tip)
        self.setAccessibleName(text)
        self.setAccessibleDescription(tip)
        self.setVisible(bool(text))


class _Search(QLineEdit):
    """A search box that hands on the keys for going through what was found."""

    stepped = Signal(int)
    left_below = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.stepped.emit(-1 if back else 1)
        elif event.key() == Qt.Key.Key_Down:
            self.left_below.emit()
        else:
            super().keyPressEvent(event)


class _Tree(QTreeView):
    """The tree. Its columns share the width until somebody drags one."""

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(CpuidDelegate(self))
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setTabKeyNavigation(False)
        header = self.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(40)
        self._sharing = False
        self._dragged = False
        header.sectionResized.connect(self._note_drag)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._dragged:
            self._share()

    def _note_drag(self, column: int) -> None:
        if not self._sharing and column != Column.MASKED_BY:
            self._dragged = True

    def _share(self) -> None:
        """Each column what it needs at least; what is left first to the masks, then to the registers."""
        header = self.header()
        if header.count() < len(Column):
            return
        digit = QFontMetricsF(monospace_font()).horizontalAdvance("0")
        titles = {column: header.sectionSizeHint(column) + 8 for column in Column}
        widths = {
            Column.FIELD: round(28 * digit),
            Column.HARDWARE: round(14 * digit),
            Column.BASELINE: titles[Column.BASELINE],
            Column.MASK: round(20 * digit),
            Column.KERNEL: titles[Column.KERNEL],
            Column.APPLICATION: titles[Column.APPLICATION],
        }
        last = round(18 * digit)
        spare = self.viewport().width() - sum(widths.values()) - last
        for column, wish in (
            (Column.MASK, round(39 * digit) + 12),
            (Column.HARDWARE, round(49 * digit) + 24 - widths[Column.BASELINE]),
            (Column.FIELD, round(36 * digit)),
        ):
            more = max(0, min(spare, wish - widths[column]))
            widths[column] += more
            spare -= more
        self._sharing = True
        for column, width in widths.items():
            self.setColumnWidth(column, width)
        self._sharing = False

"""The CPUID tree of one host: what its hardware says, what the EVC mode hides, and who is fooled."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from flexgui.cpuid.catalogue import catalogue
from flexgui.cpuid.cpu import Cpu
from flexgui.evc.modes import ModeTable
from flexgui.evc.releases import releases
from flexgui.evc.visibility import Visibility, binary_translation_allowed, binary_translation_usual
from flexgui.plan import inventory
from flexgui.plan.values import Host, Plan
from flexgui.views import cpuid_words as words
from flexgui.views.cpuid_bar import FilterBar, Sentence
from flexgui.views.cpuid_compare_words import why_hidden
from flexgui.views.cpuid_model import Show, visible_places
from flexgui.views.cpuid_outline import Outline
from flexgui.views.cpuid_rows import Kind, tree_rows
from flexgui.views.cpuid_search import best_row, found_rows
from flexgui.widgets.empty_state import EmptyState
from flexgui.widgets.labels import WrapLabel
from flexgui.widgets.quiet_inputs import QuietCombo

LOW: Final = 400
"""Below this height, in pixels, sentences give way to the tree."""


class CpuidTreeView(QWidget):
    """The CPUID tree with its search, filters, and the sentences that explain it.

    `masked_counted` tells how many features are masked on the host whenever that is computed anew.
    """

    masked_counted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: Plan | None = None
        self._host_id: str | None = None
        self._subject: words.Subject | None = None
        self._computed: tuple[object, ...] = ()
        self._binary_translation: bool | None = None  # None: as is usual in the plan's release
        self._found: list[int] | None = None
        self._visited = False
        self.setAccessibleName(self.tr("CPUID tree"))

        self.mode_line, self.mechanism_line, self.evidence_line = Sentence(), Sentence(), Sentence()
        self.monitor = QuietCombo()
        self.bar = FilterBar()
        self.tree = Outline()
        self.details = WrapLabel()
        self._nothing_left = EmptyState("filter", "")
        self._no_host = EmptyState("cpu", "")
        self._make_monitor()
        self._make_layout()

        self.bar.searched.connect(self._search)
        self.bar.show_changed.connect(self._filter)
        self.bar.stepped.connect(self._step)
        self.bar.left_below.connect(self.enter_tree)
        self.tree.selectionModel().currentChanged.connect(self._explain)
        self._rebuild()

    # What others call

    def set_host(self, plan: Plan, host_id: str | None) -> None:
        """Show a host of the plan, or say that there is none. Call it again whenever the plan changes."""
        self._plan, self._host_id = plan, host_id
        self._update_monitor()
        self._rebuild()

    def set_show(self, show: Show) -> None:
        """Choose which rows are shown."""
        self.bar.filters[show].setChecked(True)

    def show_feature(self, name: str) -> bool:
        """Select the row of a feature (any spelling), with all rows shown. Returns whether there is one."""
        index = self.feature_index(name)
        if not index.isValid():
            return False
        self.set_show(Show.ALL)
        self.bar.clear()
        self.tree.go_to(self.tree.source.place_of(index))
        return True

    def feature_index(self, name: str) -> QModelIndex:
        """The source model's index of a feature's row (any spelling); invalid where the host has no such row.

        `index.siblingAtColumn(Column.MASK).data()` is what the tree says of its mask.
        """
        found = catalogue().find(name)
        return QModelIndex() if found is None else self.tree.source.index_of((*found.key, found.bit))

    def focus_search(self) -> None:
        """Put the keyboard into the search box, its text selected."""
        self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.search.selectAll()

    @property
    def binary_translation(self) -> bool:
        """Whether the tree shows virtual machines that run by binary translation."""
        release = self._plan.release if self._plan is not None else ""
        if not binary_translation_allowed(release):
            return False
        chosen = self._binary_translation
        return binary_translation_usual(release) if chosen is None else chosen

    # Building

    def _make_monitor(self) -> None:
        self.monitor.addItem(self.tr("Hardware (VT-x, AMD-V)"), False)
        self.monitor.addItem(self.tr("Binary translation"), True)
        self.monitor.setAccessibleName(self.tr("Virtual machines run by"))
        self.monitor.activated.connect(self._choose_monitor)
        self._monitor_label = QLabel(self.tr("Virtual machines r&un by:"))
        self._monitor_label.setBuddy(self.monitor)

    def _make_layout(self) -> None:
        lines = QVBoxLayout()
        lines.setSpacing(4)
        for line in (self.mode_line, self.mechanism_line, self.evidence_line):
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

        show_all = QAction(self.tr("Show All Rows"), self)
        show_all.triggered.connect(self._show_everything)
        self._nothing_left.add_action(show_all)
        self._rows_or_nothing = QStackedWidget()
        self._rows_or_nothing.addWidget(self.tree)
        self._rows_or_nothing.addWidget(self._nothing_left)
        self.details.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.details.setMinimumHeight(2 * self.details.fontMetrics().lineSpacing())
        self.details.setAccessibleName(self.tr("Details of the selected row"))

        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.bar)
        column.addWidget(self._rows_or_nothing, 1)
        column.addWidget(self.details)
        self._pages = QStackedWidget()
        self._pages.addWidget(content)
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
        about = None if cluster is None else (cluster.name, cluster.evc_mode)
        computed = (about, mode, host.label, host.cpu_assumed, self.binary_translation)
        if self._same(cpu, modes) and computed == self._computed:
            return
        view = Visibility(cpu, mode, modes, binary_translation=self.binary_translation)
        self._computed = computed
        subject = self._subject = words.Subject(host, cpu, cluster, mode, modes, view)
        rows = tree_rows(view, modes)
        with self.tree.place_kept():
            self._refresh(restore=self.tree.set_rows(rows, subject))
        self.mode_line.say(*words.mode_line(subject, rows), words.mode_source(subject))
        self.mechanism_line.say(*words.mechanism_line(subject))
        self.evidence_line.say(*words.evidence_line(subject))
        self._explain()
        self._pages.setCurrentIndex(0)
        self.masked_counted.emit(sum(row.hidden for row in rows if row.kind is Kind.FIELD))

    def _same(self, cpu: Cpu, modes: ModeTable) -> bool:
        subject = self._subject
        return subject is not None and subject.cpu is cpu and subject.modes is modes

    def _say_no_host(self, host: Host | None) -> None:
        self._subject = None
        self.tree.set_rows([], None)
        if host is None:
            sentence = self.tr("There is no host to show. Select one in the inventory.")
        else:
            sentence = self.tr(
                "The processor of {host} is not known. Import a capture of the host, or choose its processor."
            ).format(host=host.label)
        self._no_host.set_sentence(sentence)
        self._pages.setCurrentWidget(self._no_host)

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
            tip = self.tr(
                "{release} runs virtual machines by VT-x or AMD-V only: binary translation ended with "
                "vSphere 6.5."
            ).format(release=found.name if found is not None else release)
        self.monitor.setToolTip(tip)
        self.monitor.setAccessibleDescription(tip)

    def _choose_monitor(self, at: int) -> None:
        self._binary_translation = bool(self.monitor.itemData(at))
        self._rebuild()

    # Search and filters

    def _search(self) -> None:
        text = self.bar.text()
        self._found = found_rows(self.tree.source.rows, text) if text else None
        self._visited = False
        self._filter()

    def _filter(self) -> None:
        if self._subject is None:
            return
        self.tree.open_all_found()
        self._refresh(restore=True)
        current = self.tree.currentIndex()
        if current.isValid():
            self.tree.scrollTo(current, QAbstractItemView.ScrollHint.EnsureVisible)
        self._explain()

    def _refresh(self, *, restore: bool) -> None:
        rows = self.tree.source.rows
        if self._found is not None:
            self._found = found_rows(rows, self.bar.text())
        accepted = visible_places(rows, self.bar.show_kind(), self._found)
        self.tree.filter(accepted, restore=restore)
        empty = accepted is not None and not accepted
        if empty:
            self._nothing_left.set_sentence(self._why_nothing())
        self._rows_or_nothing.setCurrentWidget(self._nothing_left if empty else self.tree)
        self._say_count()

    def _why_nothing(self) -> str:
        text = self.bar.text()
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
        if self.bar.show_kind() is Show.MASKED:
            return self.tr("Nothing is masked on this host.")
        return self.tr("Hardware, baseline, guest kernel and application agree everywhere.")

    def _matches(self) -> list[int]:
        """What the search is for and the filter shows."""
        if not self._found:
            return []
        accepted = visible_places(self.tree.source.rows, self.bar.show_kind(), self._found) or set()
        return [at for at in self._found if at in accepted]

    def _say_count(self) -> None:
        if self._found is None:
            self.bar.set_count("")
            return
        matches, current = self._matches(), self.tree.current_place()
        if self._visited and current in matches:
            number = matches.index(current) + 1
            self.bar.set_count(self.tr("{number} of {count}").format(number=number, count=len(matches)))
        else:
            self.bar.set_count(self.tr("{count} found").format(count=len(matches)))

    def _step(self, by: int) -> None:
        """Go to the best match, then on to the next or back to the one before; around the end."""
        self.bar.settle()
        matches = self._matches()
        if not matches:
            return
        current = self.tree.current_place()
        if not self._visited or current is None:
            best = best_row(self.tree.source.rows, matches, self.bar.text())
            target = matches[0] if best is None else best
        elif by > 0:
            target = next((at for at in matches if at > current), matches[0])
        else:
            target = next((at for at in reversed(matches) if at < current), matches[-1])
        self._visited = True
        self.tree.go_to(target)
        self._say_count()

    def enter_tree(self) -> None:
        self.bar.settle()
        if not self.tree.currentIndex().isValid():
            self.tree.setCurrentIndex(self.tree.proxy.index(0, 0))
        self.tree.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_everything(self) -> None:
        self.set_show(Show.ALL)
        self.bar.clear()
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a low window the tree has the room of what can be read elsewhere (the Processor tab)."""
        low = self.height() < LOW
        self.mechanism_line.setVisible(bool(self.mechanism_line.text()) and not low)
        self.details.setVisible(not low or self.tree.current_row() is not None)

    def _explain(self) -> None:
        if self._subject is None:
            return
        row = self.tree.current_row()
        text = words.mode_source(self._subject) if row is None else words.details(row, self._subject)
        if row is not None and row.kind is Kind.FIELD and row.hidden and self._plan is not None:
            text += " " + why_hidden(self._plan, self._subject.cluster, row.name)
        self._fit()
        self.details.setText(text)
        self.details.setAccessibleDescription(text)

    # Keys: taken here before the window's own shortcuts, so that both may use Ctrl+F

    def _key(self, event: QKeyEvent) -> bool:
        """Whether this is one of our keys; a key press, not its announcement, is acted upon."""
        acts = event.type() == QEvent.Type.KeyPress
        if event.matches(QKeySequence.StandardKey.Find):
            if acts:
                self.focus_search()
            return True
        if event.key() == Qt.Key.Key_F3:
            if acts:
                self._step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            return True
        if event.key() == Qt.Key.Key_Escape and self.bar.search.text():
            if acts:
                self.bar.clear()
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

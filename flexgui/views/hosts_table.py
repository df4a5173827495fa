"""The hosts of a cluster or datacenter as a table that can be filtered by a query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import compress, count
from operator import is_not
from time import perf_counter
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from flexgui.document import Document
from flexgui.evc.modes import EvcMode, maker
from flexgui.plan.inventory import cpu_of, cpus, modes_of
from flexgui.plan.values import Host, Plan
from flexgui.rules.query import Term, with_term
from flexgui.rules.query_facts import Condition
from flexgui.views.host_rows import HostRow, Surroundings, host_columns
from flexgui.views.query_box import QueryBox
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import SecondaryLabel
from flexgui.widgets.table import RowsModel, RowsView

SLICE_S: Final = 0.012
"""How long hosts are weighed before the window gets its turn."""

Group = tuple[tuple[Host, ...], EvcMode | None, str]
"""The hosts of a cluster, its mode and its name; standalone hosts have no mode and no name."""


def tr(text: str) -> str:
    return QCoreApplication.translate("HostsTable", text)


class Sieve(QObject):
    """Weighs hosts in slices, so that the window answers keys meanwhile. `sieved` comes with a set of ids."""

    sieved = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)
        self._rows: Sequence[HostRow] = ()
        self._holds: Condition = lambda row: True
        self._at = 0
        self._found: set[str] = set()

    @property
    def busy(self) -> bool:
        return self._timer.isActive()

    def start(self, rows: Sequence[HostRow], holds: Condition) -> None:
        """Begin anew; what was under way is dropped."""
        self._rows, self._holds, self._at, self._found = rows, holds, 0, set()
        self._timer.start()
        self._go_on()

    def stop(self) -> None:
        self._timer.stop()

    def _go_on(self) -> None:
        until, rows, holds = perf_counter() + SLICE_S, self._rows, self._holds
        while True:
            part = rows[self._at : self._at + 64]
            self._found.update(row.host.id for row in part if holds(row))
            self._at += len(part)
            if self._at >= len(rows) or perf_counter() >= until:
                break
        if self._at >= len(rows):
            self._timer.stop()
            self.sieved.emit(self._found)


class HostsTable(QWidget):
    """The table and its filter. `name` is what the settings call it; `clusters` adds their column.

    `empty` stands in the place of both where there are no hosts.
    """

    def __init__(self, document: Document, name: str, empty: QWidget, *, clusters: bool = False) -> None:
        super().__init__()
        self._document = document
        columns = host_columns(clusters=clusters)
        self._terms = tuple(term for _, term in columns)
        self._around = Surroundings(modes_of(document.plan), document.findings)
        self._groups: tuple[Group, ...] = ()
        self._rows: list[HostRow] = []
        self._rows_show: tuple[Plan, tuple[Group, ...]] | None = None
        self._stale = False
        self._counted: dict[str, tuple[str, ...]] = {}
        self._holds: Condition | None = None
        self.model: RowsModel[HostRow] = RowsModel([column for column, _ in columns], _id, self)
        self.view: RowsView[HostRow] = RowsView(self.model, name)
        self.view.setAccessibleName(tr("Hosts"))
        self.box = QueryBox()
        self.sieve = Sieve(self)
        self._nothing = _Nothing()
        self._remark = SecondaryLabel()
        self._remark.setText(tr("Cores, clock, cache and stepping do not affect compatibility."))
        self._make_actions()
        self._nothing.clear.clicked.connect(self._clear)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.box)
        column.addWidget(self._stack, 1)
        column.addWidget(self._remark)
        column.addWidget(empty, 1)
        self._empty = empty
        self.box.condition_changed.connect(self._weigh_by)
        self.box.left_below.connect(self._enter_table)
        self.sieve.sieved.connect(self._show_only)
        self.view.selectionModel().currentChanged.connect(lambda *_: self._update_actions())
        self._update_actions()

    def show_hosts(self, *groups: Group) -> None:
        """Show some hosts; out of sight nothing is done until the table is seen."""
        self._groups = groups
        self._stale = True
        some = any(hosts for hosts, _, _ in groups)
        for part in (self.box, self._stack, self._remark):
            part.setVisible(some)
        self._empty.setVisible(not some)
        if self.isVisible():
            self.bring_up_to_date()

    def bring_up_to_date(self) -> None:
        """Show what `show_hosts` was given last."""
        if not self._stale:
            return
        self._stale = False
        plan, around = self._document.plan, self._around
        around.findings = self._document.findings
        modes = modes_of(plan)
        self._rows = self._rows_of(plan, modes is not around.modes)
        self._counted.clear()
        self.model.set_rows(self._rows)
        self.model.refresh()
        self.box.set_values(modes, self._values)
        if self._holds is None:
            self._say_count()
        else:
            self.sieve.start(self._rows, self._holds)

    def focus_search(self) -> bool:
        """Put the keyboard into the filter box, its text selected. False where there is nothing to filter."""
        if self.box.isHidden():
            return False
        self.box.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.edit.selectAll()
        return True

    def showEvent(self, event: QShowEvent) -> None:
        self.bring_up_to_date()
        super().showEvent(event)

    # --- rows

    def _rows_of(self, plan: Plan, other_modes: bool) -> list[HostRow]:
        """A row for each host; an edit of some hosts makes new rows for these alone."""
        before, groups, around = self._rows_show, self._groups, self._around
        self._rows_show = plan, groups
        if other_modes:
            around.modes = modes_of(plan)
            around.lost.clear()
        elif before is not None and before[0].cpus is plan.cpus and _alike(before[1], groups):
            rows, at = self._rows.copy(), 0
            for (old, _, _), (new, mode, cluster) in zip(before[1], groups, strict=True):
                for number in compress(count(), map(is_not, old, new)):
                    host = new[number]
                    rows[at + number] = HostRow(host, cpu_of(plan, host), mode, cluster, around)
                at += len(new)
            return rows
        known = cpus(plan.cpus)
        return [
            HostRow(host, known.get(host.cpu or ""), mode, cluster, around)
            for hosts, mode, cluster in groups
            for host in hosts
        ]

    def _values(self, field: str) -> Iterable[str]:
        """The values that the hosts have of a field, the commonest first."""
        read = _VALUES.get(field)
        if read is None:
            return ()
        if field not in self._counted:
            counts = Counter(map(read, self._rows))
            self._counted[field] = tuple(value for value, _ in counts.most_common(200))
        return self._counted[field]

    # --- the filter

    def _weigh_by(self, holds: Condition | None) -> None:
        self._holds = holds
        if holds is None:
            self.sieve.stop()
            self._show_only(None)
        elif not self._stale:
            self.sieve.start(self._rows, holds)

    def _show_only(self, ids: set[str] | None) -> None:
        self.model.show_only(ids)
        nothing = ids is not None and not ids and bool(self.model.total)
        self._stack.setCurrentIndex(1 if nothing else 0)
        self._say_count()
        self._update_actions()

    def _say_count(self) -> None:
        shown, total = self.model.rowCount(), self.model.total
        if self._holds is None:
            text = tr("1 host") if total == 1 else tr("{total} hosts").format(total=f"{total:,}")
        else:
            text = tr("{shown} of {total} hosts").format(shown=f"{shown:,}", total=f"{total:,}")
        self.box.say_count(text)

    def _enter_table(self) -> None:
        if not self.view.currentIndex().isValid() and self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(0, max(0, self.view.header().logicalIndex(0))))
        if self._stack.currentIndex() == 0:
            self.view.setFocus(Qt.FocusReason.TabFocusReason)

    # --- actions

    def _make_actions(self) -> None:
        def action(text: str, keys: str, slot: Callable[[], None], name: str = "filter") -> QAction:
            made = QAction(icon(name), text, self.view)
            made.setShortcut(QKeySequence(keys))
            made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            made.triggered.connect(lambda: slot())
            self.view.addAction(made)
            return made

        self.filter_by = action(tr("&Filter by This Value"), "Ctrl+Return", lambda: self._filter_by(False))
        self.filter_out = action(
            tr("Filter &Out This Value"), "Ctrl+Shift+Return", lambda: self._filter_by(True)
        )
        self.clear_filter = action(tr("C&lear Filter"), "Esc", self._clear)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _term(self, *, negated: bool) -> Term | None:
        row, column = self.view.current_row(), self.view.currentIndex().column()
        if row is None:
            return None
        term = self._terms[column](row)
        return Term(term.value, term.field, term.operator, negated)

    def _filter_by(self, negated: bool) -> None:
        term = self._term(negated=negated)
        if term is not None:
            self.box.set_text(with_term(self.box.text(), term))

    def _clear(self) -> None:
        self.box.set_text("")
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _update_actions(self) -> None:
        for action, negated, text in (
            (self.filter_by, False, tr("&Filter by {term}")),
            (self.filter_out, True, tr("Filter &Out: {term}")),
        ):
            term = self._term(negated=negated)
            action.setEnabled(term is not None)
            if term is not None:
                action.setText(text.format(term=term.text().replace("&", "&&")))
        self.clear_filter.setEnabled(bool(self.box.text()))


class _Nothing(QWidget):
    """What stands in the table's place where no host fits: small, for the table may be low."""

    def __init__(self) -> None:
        super().__init__()
        said = SecondaryLabel()
        said.setText(tr("No host fits the filter. Ask for less, or clear it."))
        said.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.clear = QPushButton(icon("filter"), tr("Clear Filter"))
        self.clear.setToolTip(tr("Show all hosts"))
        column = QVBoxLayout(self)
        column.addStretch()
        column.addWidget(said)
        column.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()


def _id(row: HostRow) -> str:
    return row.host.id


def _alike(old: tuple[Group, ...], new: tuple[Group, ...]) -> bool:
    """Whether there are as many hosts as before in clusters of the same names and modes."""
    return len(old) == len(new) and all(
        len(a[0]) == len(b[0]) and a[1] is b[1] and a[2] == b[2] for a, b in zip(old, new, strict=True)
    )


_VALUES: Final[dict[str, Callable[[HostRow], str]]] = {
    "host": lambda row: row.host.label,
    "address": lambda row: row.host.address,
    "cluster": lambda row: row.cluster,
    "model": lambda row: "" if row.cpu is None else row.cpu.short_name(),
    "generation": lambda row: row.cpu.generation.name if row.cpu and row.cpu.generation else "",
    "maker": lambda row: maker(row.cpu.vendor) if row.cpu and row.cpu.vendor else "",
    "server": lambda row: f"{row.host.vendor} {row.host.model}".strip(),
}

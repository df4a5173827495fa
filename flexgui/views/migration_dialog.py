"""Check Migration: every host that a virtual machine could move to, and why or why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from flexgui.document import Document
from flexgui.evc.migration import Outcome, Verdict
from flexgui.evc.migration_views import View
from flexgui.evc.migration_words import CONTEXT
from flexgui.plan.inventory import Place, find
from flexgui.plan.migration import destinations, verdicts
from flexgui.plan.values import VirtualMachine
from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.widgets import words
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import IconLabel, SecondaryLabel, WrapLabel
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.processor_text import mode_name
from flexgui.widgets.said_text import translated
from flexgui.widgets.screen import fit_to_screen
from flexgui.widgets.scrolled import scrolled
from flexgui.widgets.severity import severity_icon
from flexgui.widgets.table import Column, RowsModel, RowsView
from flexgui.widgets.task import Report, Task, run_task
from flexgui.widgets.theme import monospace_font

OUTCOMES: Final[dict[Outcome, tuple[str, str]]] = {
    Outcome.LIVE: ("ok", QT_TRANSLATE_NOOP("MigrationDialog", "Live")),
    Outcome.COLD: ("warning", QT_TRANSLATE_NOOP("MigrationDialog", "Cold only")),
    Outcome.NEVER: ("error", QT_TRANSLATE_NOOP("MigrationDialog", "Never")),
    Outcome.UNKNOWN: ("unknown", QT_TRANSLATE_NOOP("MigrationDialog", "Cannot tell")),
}
"""Outcome → severity and word, in the order to sort by."""

POWERED_OFF: Final = ("info", QT_TRANSLATE_NOOP("MigrationDialog", "Cold, as it is powered off"))
"""The same of a machine that is powered off: that it moves cold is nothing to worry about."""

FILTER_DELAY_MS: Final = 150

AT_ONCE: Final = 200
"""Hosts that are weighed before the dialog shows; more are weighed off the GUI thread."""

_ORDER = list(OUTCOMES)
_BITS: Final = re.compile(r" (?=Host bits: |Required: |Mismatch )")
_SEEN: Final = {"yes": "ok", "no": "error", "cannot tell": "unknown"}


def tr(text: str) -> str:
    return QCoreApplication.translate("MigrationDialog", text)


def look(verdict: Verdict) -> tuple[str, str]:
    """The severity and the word (in English) of a verdict."""
    if verdict.powered_off and verdict.outcome is Outcome.COLD:
        return POWERED_OFF
    return OUTCOMES[verdict.outcome]


@dataclass(frozen=True, slots=True)
class Destination:
    """A host and what came of it."""

    place: Place
    verdict: Verdict

    @property
    def host_id(self) -> str:
        return self.place.object.id

    def searched(self) -> str:
        """What the filter looks through, in small letters."""
        host = self.place.host
        where = self.place.cluster or self.place.datacenter
        names = (words.label(self.place.object), "" if host is None else host.address, where.name)
        return "\n".join((*names, tr(look(self.verdict)[1]))).lower()


class MigrationDialog(QDialog):
    """The verdicts for one virtual machine. Nothing is changed."""

    def __init__(self, document: Document, vm_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        plan = document.plan
        place = find(plan, vm_id)
        if place is None or not isinstance(place.object, VirtualMachine) or place.host is None:
            raise KeyError(vm_id)
        self._vm = place.object
        self.setObjectName("check_migration")
        self.setWindowTitle(tr("Check Migration – {0}").format(place.object.name))
        self.setMinimumSize(640, 420)
        fit_to_screen(self, 980, 680)
        self.hosts: RowsModel[Destination] = RowsModel(_columns(), lambda row: row.host_id, self)
        self.hosts_view: RowsView[Destination] = RowsView(self.hosts, "migration_hosts")
        self.hosts_view.setObjectName("migration_hosts")
        self.hosts_view.setAccessibleName(tr("Hosts to move to"))
        self.hosts_view.setSelectionMode(RowsView.SelectionMode.ExtendedSelection)
        caption = QLabel(tr("&Hosts to move to"))
        caption.setBuddy(self.hosts_view)
        self.filter_box = self._filter_box()
        self.count = SecondaryLabel("")
        self.count.setAccessibleName(tr("How many hosts are shown"))
        above = QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(caption)
        above.addStretch(1)
        above.addWidget(self.count)
        above.addWidget(self.filter_box)
        where = SecondaryLabel(
            tr("{vm} is on {host}: {state}.").format(
                vm=place.object.name,
                host=place.host.label,
                state=words.word("power_state", place.object.power_state).lower(),
            )
        )
        self.details = VerdictDetails()
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(where)
        column.addLayout(above)
        column.addWidget(self.hosts_view, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(12)
        split.addWidget(top)
        split.addWidget(self.details)
        split.setSizes([260, 360])
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(split, 1)
        layout.addWidget(self.buttons)
        self.hosts_view.selectionModel().currentRowChanged.connect(lambda *_: self._show())
        self._places = destinations(plan, vm_id)
        self._rows: list[Destination] = []
        self._texts: list[str] = []
        self._task: Task | None = None
        if len(self._places) <= AT_ONCE:
            self._show_verdicts(verdicts(plan, vm_id))
        else:
            self.details.show_nothing(tr("Weighing {count} hosts…").format(count=len(self._places)))
            self.finished.connect(self._forget)
            self._task = run_task(
                self, lambda report: verdicts(plan, vm_id, _steps(report)), self._show_verdicts
            )
        self.hosts_view.setFocus()

    def _filter_box(self) -> QLineEdit:
        box = QLineEdit()
        box.setPlaceholderText(tr("Filter by host, cluster or verdict"))
        box.setAccessibleName(tr("Filter the hosts"))
        box.setToolTip(tr("Show only hosts with these letters in name, address, cluster or verdict (Ctrl+F)"))
        box.setClearButtonEnabled(True)
        box.setMinimumWidth(240)
        box.addAction(icon("search", "secondary"), QLineEdit.ActionPosition.LeadingPosition)
        box.installEventFilter(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FILTER_DELAY_MS)
        self._timer.timeout.connect(self._filter)
        box.textChanged.connect(lambda: self._timer.start())
        self._find = QShortcut(QKeySequence.StandardKey.Find, self)
        self._find.activated.connect(lambda: box.setFocus(Qt.FocusReason.ShortcutFocusReason))
        return box

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the filter Esc empties it; Enter and Down go to the list. An empty one lets Esc pass."""
        if (
            watched is self.filter_box
            and isinstance(event, QKeyEvent)
            and event.type() == event.Type.KeyPress
        ):
            if event.key() == Qt.Key.Key_Escape and self.filter_box.text():
                self.filter_box.clear()
                self._filter()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
                self._filter()
                if self.hosts.rowCount():
                    self.hosts_view.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _filter(self) -> None:
        """Show the hosts that the filter lets through, and keep the current one where it is among them."""
        self._timer.stop()
        wanted = self.filter_box.text().strip().lower()
        shown = [row for row, text in zip(self._rows, self._texts, strict=True) if wanted in text]
        self.hosts.set_rows(shown)
        total = len(self._rows)
        count = tr("{shown} of {count} hosts").format(shown=len(shown), count=total)
        self.count.setText(count if len(shown) < total else "")
        if not self._places:
            self.details.show_nothing(tr("The plan has no other host. Add the host that it is to move to."))
        elif not self._rows:
            return  # still being weighed
        elif not shown:
            self.details.show_nothing(tr("No host has these letters. Empty the filter to see all."))
        elif self.hosts_view.current_row() is None:
            self.hosts_view.selectRow(0)
        else:
            self._show()

    def _show_verdicts(self, found: dict[str, Verdict]) -> None:
        self._task = None
        self._rows = [Destination(each, found[each.object.id]) for each in self._places]
        self._texts = [row.searched() for row in self._rows]
        self._filter()

    def _forget(self) -> None:
        """Nobody waits for the answer any more."""
        if self._task is not None:
            self._task.cancel()

    def show_host(self, host_id: str) -> bool:
        """Show the details of a host. False where it is not in the list."""
        return self.hosts_view.show_key(host_id)

    def _show(self) -> None:
        row = self.hosts_view.current_row()
        if row is not None:
            self.details.show_verdict(row.verdict)


def _steps(report: Report) -> Callable[[int, int], None]:
    return lambda done, total: report(done, total, "")


def _columns() -> tuple[Column[Destination], ...]:
    def where(row: Destination) -> str:
        place = row.place
        return place.cluster.name if place.cluster is not None else place.datacenter.name

    return (
        Column(tr("Host"), lambda row: words.label(row.place.object), tip=lambda row: row.place.path()),
        Column(tr("Cluster or datacenter"), where, width=160),
        Column(
            tr("Verdict"),
            lambda row: tr(look(row.verdict)[1]),
            sort=lambda row: _ORDER.index(row.verdict.outcome),
            icon=lambda row: severity_icon(look(row.verdict)[0]),
            width=120,
        ),
        Column(tr("Why"), lambda row: translated(row.verdict.reasons[0], CONTEXT), width=420),
    )


class VerdictDetails(QWidget):
    """One verdict: the word, the reasons, what to do, vCenter's sentence, and what guests see."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel()
        self.word = QLabel()
        font = self.word.font()
        font.setBold(True)
        self.word.setFont(font)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._icon)
        head.addWidget(self.word, 1)
        self.reasons, self.remedy, self.message = WrapLabel(), WrapLabel(), WrapLabel()
        self.message.setFont(monospace_font())
        for label, name in (
            (self.reasons, tr("Reasons")),
            (self.remedy, tr("What to do")),
            (self.message, tr("What vCenter says")),
        ):
            label.setAccessibleName(name)
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self._said = QVBoxLayout()
        self._said.setSpacing(4)
        self.views: RowsModel[View] = RowsModel(_view_columns(), lambda v: (v.viewer, v.masked), self)
        self.views_view: RowsView[View] = RowsView(self.views, "migration_views")
        self.views_view.setObjectName("migration_views")
        self.views_view.setAccessibleName(tr("What the guest finds after the move"))
        self.views_view.setMinimumHeight(128)
        caption = QLabel(tr("What the &guest finds after the move, with and without FlexMigration"))
        caption.setBuddy(self.views_view)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        column.addLayout(head)
        for label in (self.reasons, self.remedy, self.message):
            column.addWidget(label)
        column.addLayout(self._said)
        column.addStretch(1)
        self._caption = caption
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self._scroll = scrolled(content)
        self._scroll.setAccessibleName(tr("Details"))
        layout.addWidget(self._scroll, 1)
        layout.addWidget(caption)
        layout.addWidget(self.views_view)

    def show_nothing(self, why: str) -> None:
        """Say why there is no verdict."""
        self._icon.set_icon(severity_icon("info"))
        self.word.setText(why)
        for widget in (self.reasons, self.remedy, self.message, self._caption, self.views_view):
            widget.hide()
        self._forget_said()

    def _forget_said(self) -> None:
        while self._said.count():
            item = self._said.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def show_verdict(self, verdict: Verdict) -> None:
        for part in (self.reasons, self._caption, self.views_view):
            part.show()
        severity, word = look(verdict)
        self._icon.set_icon(severity_icon(severity))
        self.word.setText(tr(word))
        self.reasons.setText("\n".join(translated(said, CONTEXT) for said in verdict.reasons))
        remedy = "" if verdict.remedy is None else translated(verdict.remedy, CONTEXT)
        self.remedy.setText(tr("What to do: {0}").format(remedy) if remedy else "")
        # vCenter's sentence is easier to read with the bits below each other.
        message = _BITS.sub("\n", verdict.message)
        self.message.setText(tr("vCenter says: {0}").format(message) if message else "")
        for label in (self.remedy, self.message):
            label.setVisible(bool(label.text()))
        self._forget_said()
        for kind, texts in (("warning", verdict.warnings), ("info", verdict.notes)):
            for said in texts:
                line = MessageLine(self)
                self._said.addWidget(line)
                line.set_message(kind, translated(said, CONTEXT))
        self.views.set_rows(verdict.views)
        self._scroll.verticalScrollBar().setValue(0)


def _view_columns() -> tuple[Column[View], ...]:
    viewers = {"kernel": tr("Guest kernel"), "application": tr("Applications")}
    answers = {"yes": tr("The same"), "no": tr("Something else"), "cannot tell": tr("Cannot tell")}

    def masking(view: View) -> str:
        if not view.masked:
            return tr("Without masking")
        return tr("With, no mode fits both") if view.mode is None else mode_name(view.mode)

    def first(view: View) -> str:
        if view.failing is not None:
            return f"{view.failing.place()}: {', '.join(view.failing.features)}"
        return tr("Not known: {0}").format(", ".join(view.unknown)) if view.unknown else "–"

    return (
        Column(tr("Seen by"), lambda view: viewers[view.viewer], width=120),
        Column(tr("Masking"), masking, width=220),
        Column(
            tr("After the move"),
            lambda view: answers[view.answer.value],
            icon=lambda view: severity_icon(_SEEN[view.answer.value]),
            width=140,
        ),
        Column(tr("First difference"), first, width=320),
    )

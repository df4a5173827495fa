"""The findings: a table with filters, and what each finding rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QSplitter,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from flexgui.document import Document
from flexgui.plan import edits
from flexgui.plan.inventory import find
from flexgui.plan.values import Plan
from flexgui.rules.check import counts
from flexgui.rules.finding import Finding, Severity
from flexgui.views.mute_dialog import MuteDialog
from flexgui.widgets.finding_text import advice, message
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import SecondaryLabel
from flexgui.widgets.severity import severity_icon, severity_rank, severity_word
from flexgui.widgets.table import Column, RowsModel, RowsView


def finding_key(finding: Finding) -> tuple[str, str, str, str]:
    """What tells a finding from the others after an edit, without its numbers and names."""
    return finding.rule, finding.subject.object_id, finding.subject.field, finding.template


def _about(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Rule and object of findings, each pair once: what is muted together."""
    return list(dict.fromkeys((finding.rule, finding.subject.object_id) for finding in findings))


class FindingsView(QWidget):
    """Emits `finding_requested` with the id of an object and the field that a finding is about."""

    finding_requested = Signal(str, str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        columns = (
            Column[Finding](
                self.tr("Severity"),
                lambda r: (
                    severity_word(r.severity.value)
                    + (f" ({self.tr('muted')})" if r.muted is not None else "")
                ),
                sort=lambda r: severity_rank(r.severity.value),
                icon=lambda r: severity_icon(r.severity.value),
                width=110,
            ),
            Column[Finding](self.tr("Object"), self._path, width=190),
            Column[Finding](self.tr("What is"), lambda r: message(r), width=420),
            Column[Finding](self.tr("What to do"), self._advice, width=240),
        )
        self.model: RowsModel[Finding] = RowsModel(
            columns, finding_key, self, greyed=lambda r: r.muted is not None
        )
        self.view: RowsView[Finding] = RowsView(self.model, "findings")
        self.view.setAccessibleName(self.tr("Findings"))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._offer_menu)
        self.view.row_activated.connect(lambda _: self.show_current())
        self.toggles = {severity: self._toggle(severity) for severity in ("error", "todo", "warning", "info")}
        self.show_action = QAction(icon("next"), self.tr("&Show"), self)
        self.show_action.triggered.connect(self.show_current)
        self.explain_action = QAction(icon("info"), self.tr("E&xplain"), self)
        self.explain_action.setCheckable(True)
        self.explain_action.setToolTip(self.tr("Show the rule behind the finding, and its source"))
        self.explain_action.toggled.connect(self._explain)
        self.mute_action = QAction(self.tr("&Mute…"), self)
        self.mute_action.triggered.connect(self.ask_reason)
        self.unmute_action = QAction(self.tr("&Unmute"), self)
        self.unmute_action.triggered.connect(self.unmute)
        self.explanation = QTextBrowser()
        self.explanation.setAccessibleName(self.tr("Explanation"))
        self.explanation.setOpenLinks(False)
        self.explanation.setTabChangesFocus(True)
        self.explanation.hide()
        self.summary = SecondaryLabel()
        self.summary.setWordWrap(False)

        row = QHBoxLayout()
        row.setSpacing(4)
        for button in self.toggles.values():
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(self.summary, 1)
        for action in (self.show_action, self.mute_action, self.unmute_action, self.explain_action):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            row.addWidget(button)
        splitter = QSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.view)
        splitter.addWidget(self.explanation)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 8)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(splitter, 1)
        self.view.selectionModel().currentChanged.connect(self._update_current)
        self.view.selectionModel().selectionChanged.connect(self._update_current)
        self.model.modelReset.connect(self._update_current)
        document.findings_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Take the document's findings, those that the filters let through."""
        found = self._document.findings.all
        shown = {severity for severity, button in self.toggles.items() if button.isChecked()}
        rows = [finding for finding in found if finding.severity.value in shown]
        self.model.set_rows(rows)
        self.model.refresh()  # an object of the path may have another name
        number = counts(found)
        for severity, button in self.toggles.items():
            button.setText(f"{severity_word(severity)}: {number[severity]}")
        hidden = len(found) - len(rows)
        muted = sum(finding.muted is not None for finding in found)
        parts = [self.tr("{count} hidden by the filters").format(count=hidden)] if hidden else []
        parts += [self.tr("{count} muted").format(count=muted)] if muted else []
        self.summary.setText(", ".join(parts) if found else self.tr("No findings."))
        self._update_current()

    def _path(self, finding: Finding) -> str:
        place = find(self._document.plan, finding.subject.object_id)
        return place.path() if place is not None else self.tr("Plan")

    def show_current(self) -> None:
        """Go to the object and field of the current finding."""
        row = self.view.current_row()
        if row is not None:
            subject = row.subject
            self.finding_requested.emit(subject.object_id, subject.field)

    def _toggle(self, severity: str) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setChecked(True)
        button.setAutoRaise(True)
        button.setIcon(severity_icon(severity))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip(
            self.tr("Show or hide findings of severity “{word}”").format(word=severity_word(severity))
        )
        button.toggled.connect(lambda: self.refresh())
        return button

    def _update_current(self) -> None:
        row = self.view.current_row()
        self.show_action.setEnabled(row is not None)
        self.show_action.setToolTip(
            self.tr("Go to the object and field of the finding")
            if row is not None
            else self.tr("Select a finding first.")
        )
        selected = self.view.selected_rows()
        muted = [finding for finding in selected if finding.muted is not None]
        self._enable(
            self.mute_action,
            self.tr("Keep the finding out of the counts, with a reason"),
            self.tr("Select a finding first.")
            if not selected
            else self.tr("An error cannot be muted: the plan cannot exist like this.")
            if any(finding.severity is Severity.ERROR for finding in selected)
            else self.tr("The finding is muted already.")
            if len(muted) == len(selected)
            else "",
        )
        self._enable(
            self.unmute_action,
            self.tr("Count the finding again"),
            "" if muted else self.tr("Select a muted finding first."),
        )
        if self.explanation.isVisible():
            self.explanation.setPlainText(self.explain(row) if row is not None else "")

    @staticmethod
    def _enable(action: QAction, tip: str, reason: str) -> None:
        action.setEnabled(not reason)
        action.setToolTip(reason or tip)

    def ask_reason(self) -> None:
        """Ask why the selected findings are to be muted, then mute them in one step of undo."""
        about = _about(finding for finding in self.view.selected_rows() if finding.muted is None)
        row = self.view.current_row()
        if not about or row is None:
            return
        if len(about) == 1:
            what = message(row)
        else:
            what = self.tr("{count} findings are selected.").format(count=len(about))
        dialog = MuteDialog(what, self)
        dialog.accepted.connect(lambda: self._mute(about, dialog.reason()))
        dialog.open()

    def _mute(self, about: Sequence[tuple[str, str]], reason: str) -> None:
        def edit(plan: Plan) -> Plan:
            for rule, object_id in about:
                plan = edits.mute(plan, rule, object_id, reason)
            return plan

        self._document.edit(self.tr("Mute finding") if len(about) == 1 else self.tr("Mute findings"), edit)

    def unmute(self) -> None:
        """Count the selected muted findings again, in one step of undo."""
        about = _about(finding for finding in self.view.selected_rows() if finding.muted is not None)
        if not about:
            return

        def edit(plan: Plan) -> Plan:
            for rule, object_id in about:
                plan = edits.unmute(plan, rule, object_id)
            return plan

        name = self.tr("Unmute finding") if len(about) == 1 else self.tr("Unmute findings")
        self._document.edit(name, edit)

    def _advice(self, finding: Finding) -> str:
        if finding.muted is not None:
            return self.tr("Muted: {reason}").format(reason=finding.muted)
        return advice(finding)

    def explain(self, finding: Finding) -> str:
        """All that is known of a finding, a line each."""
        lines = [message(finding), advice(finding), "", self.tr("Rule: {rule}").format(rule=finding.rule)]
        lines.append(self.tr("Source: {source}").format(source=finding.source))
        if finding.fault:
            lines.append(self.tr("vSphere fault: {fault}").format(fault=finding.fault))
        if finding.muted is not None:
            lines.append(self.tr("Muted: {reason}").format(reason=finding.muted))
        return "\n".join(lines)

    def _explain(self, on: bool) -> None:
        self.explanation.setVisible(on)
        self._update_current()

    def _offer_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.show_action)
        menu.addAction(self.mute_action)
        menu.addAction(self.unmute_action)
        menu.addAction(self.explain_action)
        menu.addAction(self.view.copy_action)
        menu.popup(self.view.viewport().mapToGlobal(at))

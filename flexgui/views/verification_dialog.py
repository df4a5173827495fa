"""Verify Guest Capture: what a virtual machine saw, against what the plan expects on its host."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from flexgui.capture import CapturedHost
from flexgui.document import Document
from flexgui.evc.verification import CONTEXT, Difference, Kind, Verification
from flexgui.plan.inventory import find
from flexgui.plan.values import Host
from flexgui.plan.verification import verify_capture
from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.widgets.labels import SecondaryLabel, WrapLabel
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.processor_text import mode_name
from flexgui.widgets.quiet_inputs import QuietCombo
from flexgui.widgets.said_text import translated
from flexgui.widgets.screen import fit_to_screen
from flexgui.widgets.severity import severity_icon
from flexgui.widgets.table import Column, RowsModel, RowsView

KINDS: Final[dict[Kind, tuple[str, str]]] = {
    Kind.VISIBLE: ("error", QT_TRANSLATE_NOOP("VerificationDialog", "Visible, should be hidden")),
    Kind.MISSING: ("error", QT_TRANSLATE_NOOP("VerificationDialog", "Missing, is expected")),
    Kind.HIDDEN: ("ok", QT_TRANSLATE_NOOP("VerificationDialog", "Hidden as planned")),
    Kind.NOT_KNOWN: ("unknown", QT_TRANSLATE_NOOP("VerificationDialog", "Not known whether masked")),
    Kind.NOT_PASSED_ON: ("info", QT_TRANSLATE_NOOP("VerificationDialog", "Up to the hypervisor")),
}
"""Kind of difference → severity and word, in the order to sort by."""

_ORDER = list(KINDS)


def tr(text: str) -> str:
    return QCoreApplication.translate("VerificationDialog", text)


class VerificationDialog(QDialog):
    """The result for one capture and one host; the machine that it was taken in may be chosen.

    Nothing is changed. `capture_requested` asks for another capture, which `show_capture` shows.
    """

    capture_requested = Signal()

    def __init__(
        self, document: Document, host_id: str, captured: CapturedHost, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._plan = document.plan
        place = find(self._plan, host_id)
        if place is None or not isinstance(place.object, Host):
            raise KeyError(host_id)
        self._host = place.object
        self._captured = captured
        self.verification: Verification | None = None
        self.setObjectName("verify_guest")
        self.setWindowTitle(tr("Verify Guest Capture – {0}").format(self._host.label))
        self.setMinimumSize(640, 380)
        fit_to_screen(self, 1040, 620)
        self.source = SecondaryLabel()
        self.machine = QuietCombo()
        self.machine.setObjectName("verify_machine")
        self.machine.addItem(tr("Any virtual machine of the host"), None)
        for vm in self._host.vms:
            self.machine.addItem(vm.name, vm.id)
        self.machine.setToolTip(tr("Its own EVC mode, hardware version and mode at power-on then count, too"))
        self.machine.currentIndexChanged.connect(lambda _: self._verify())
        caption = QLabel(tr("Taken &in"))
        caption.setBuddy(self.machine)
        choice = QHBoxLayout()
        choice.setSpacing(8)
        choice.addWidget(caption)
        choice.addWidget(self.machine)
        choice.addStretch(1)
        self.answer = MessageLine()
        self.answer.setObjectName("verify_result")
        self._said = QVBoxLayout()
        self._said.setSpacing(4)
        self.rows: RowsModel[Difference] = RowsModel(_columns(), lambda row: row.field.name, self)
        self.view: RowsView[Difference] = RowsView(self.rows, "verification")
        self.view.setObjectName("verify_differences")
        self.view.setAccessibleName(tr("Differing bits"))
        table = QLabel(tr("&Differing bits"))
        table.setBuddy(self.view)
        self.explanation = WrapLabel()
        self.explanation.setObjectName("verify_explanation")
        self.explanation.setAccessibleName(tr("Explanation of the chosen bit"))
        self.explanation.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.view.selectionModel().currentRowChanged.connect(lambda *_: self._explain())
        self.rows.modelReset.connect(self._explain)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        other = self.buttons.addButton(tr("&Other Capture…"), QDialogButtonBox.ButtonRole.ActionRole)
        other.setToolTip(tr("Open another capture that was taken inside a virtual machine"))
        other.clicked.connect(self.capture_requested)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addWidget(self.source)
        layout.addLayout(choice)
        layout.addWidget(self.answer)
        layout.addLayout(self._said)
        layout.addWidget(table)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.explanation)
        layout.addWidget(self.buttons)
        self.show_capture(captured)
        self.view.setFocus()

    def show_capture(self, captured: CapturedHost) -> None:
        """Verify another capture."""
        self._captured = captured
        self.source.setText(tr("Capture: {0}").format(captured.evidence))
        self._verify()

    def _verify(self) -> None:
        vm_id = self.machine.currentData(Qt.ItemDataRole.UserRole)
        found = verify_capture(
            self._plan, self._host.id, self._captured.cpu, None if vm_id is None else str(vm_id)
        )
        self.verification = found
        mode = tr("no EVC") if found.mode is None else mode_name(found.mode)
        failures = sum(each.matters for each in found.differences)
        if found.agrees:
            text = tr("The guest sees what is expected on {host} ({mode}).")
        elif failures:
            text = tr("The guest sees something else than is expected on {host} ({mode}): {count} bits.")
        else:
            text = tr("The capture is not what is expected of {host} ({mode}).")
        self.answer.set_message(
            "ok" if found.agrees else "error", text.format(host=self._host.label, mode=mode, count=failures)
        )
        while self._said.count():
            item = self._said.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for kind, texts in (("error", found.problems), ("info", found.notes)):
            for said in texts:
                line = MessageLine(self)
                self._said.addWidget(line)
                line.set_message(kind, translated(said, CONTEXT))
        self.rows.set_rows(found.differences)
        self.rows.refresh()
        if self.rows.rowCount() and not self.view.currentIndex().isValid():
            self.view.selectRow(0)
        self._explain()

    def _explain(self) -> None:
        row = self.view.current_row()
        self.explanation.setText("" if row is None else translated(row.explanation, CONTEXT))


def _columns() -> tuple[Column[Difference], ...]:
    def bit(value: bool | None) -> str:
        return "?" if value is None else str(int(value))

    return (
        Column(
            tr("Bit"),
            lambda row: row.field.place(),
            sort=lambda row: (row.field.key, row.field.bit),
            width=130,
            monospace=True,
        ),
        Column(tr("Feature"), lambda row: row.field.name, width=130),
        Column(tr("Hardware"), lambda row: bit(row.hardware), width=80, monospace=True),
        Column(tr("Expected"), lambda row: bit(row.expected), width=80, monospace=True),
        Column(tr("Seen"), lambda row: bit(row.seen), width=60, monospace=True),
        Column(
            tr("Result"),
            lambda row: tr(KINDS[row.kind][1]),
            sort=lambda row: _ORDER.index(row.kind),
            icon=lambda row: severity_icon(KINDS[row.kind][0]),
            width=190,
        ),
        Column(tr("Explanation"), lambda row: translated(row.explanation, CONTEXT), width=340),
    )

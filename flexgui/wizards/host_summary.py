"""The summary of a new host: its hardware, its present state and its virtual machines (fig. 33)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QSpinBox, QVBoxLayout

from flexgui.rules.finding import Finding
from flexgui.widgets import ranges, words
from flexgui.widgets.form import Form
from flexgui.widgets.quiet_inputs import QuietDoubleSpin, QuietSpin
from flexgui.wizards.host_draft import HostDraft
from flexgui.wizards.host_step_page import (
    AUTHENTICITY_FIELDS,
    CONNECTION_FIELDS,
    CPU_FIELDS,
    LICENSE_FIELDS,
    LONGEST_LINE,
    HostStepPage,
    combo,
    other_host_findings,
    show_value,
)
from flexgui.wizards.shell import DraftWizard, explanation, heading
from flexgui.wizards.vm_table import VmTable


class SummaryPage(HostStepPage):
    """What the host is and in which state it is now."""

    step = "host"

    def __init__(self, wizard: DraftWizard[HostDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Host summary"),
            wizard.tr("What is the host, and in which state is it now?"),
            wizard.tr("Intel's paper, fig. 33"),
        )

    def build(self) -> None:
        columns = QHBoxLayout()
        columns.setSpacing(32)
        columns.addLayout(self._hardware(), 1)
        columns.addLayout(self._state(), 1)
        self.body.addLayout(columns)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(heading(self.tr("Virtual machines on it now")))
        column.addWidget(
            explanation(
                self.tr(
                    "Those that run, are suspended or have a role decide what has to be done before. A host "
                    "without any needs none here."
                )
            )
        )
        self.vms = VmTable()
        self.vms.model.vms_edited.connect(lambda: self.change(vms=self.vms.model.vms))
        column.addWidget(self.vms)
        self.body.addLayout(column)

    def _hardware(self) -> Form:
        form = Form()
        form.setVerticalSpacing(8)
        form.add_heading(self.tr("Hardware"))
        self.vendor = self._line("vendor")
        self.model = self._line("model")
        self.packages = self._count("cpu_packages", ranges.SOCKETS)
        self.cores = self._count("cpu_cores", ranges.CORES)
        self.clock = self._count("cpu_mhz", ranges.MHZ, 100, self.tr(" MHz"))
        self.memory = QuietDoubleSpin()
        self.memory.setObjectName("memory")
        self.memory.setRange(0, ranges.MEMORY_GIB[1])
        self.memory.setDecimals(1)
        self.memory.setSingleStep(8)
        self.memory.setSuffix(self.tr(" GiB"))
        self.memory.setSpecialValueText(self.tr("not known"))
        self.memory.valueChanged.connect(lambda gib: self.change(memory_mb=round(gib * 1024) or None))
        form.add_field(self.tr("&Vendor"), self.vendor)
        form.add_field(self.tr("M&odel"), self.model)
        form.add_field(self.tr("&Sockets"), self.packages)
        form.add_field(self.tr("Total &cores"), self.cores)
        form.add_field(self.tr("C&lock"), self.clock)
        form.add_field(self.tr("M&emory"), self.memory)
        return form

    def _state(self) -> Form:
        form = Form()
        form.setVerticalSpacing(8)
        form.add_heading(self.tr("Present state"))
        self.xd = combo("xd", words.offered("switch"))
        self.vt = combo("vt", words.offered("switch"))
        self.connection = combo("connection_state", words.offered("connection_state"))
        self.maintenance = QCheckBox(self.tr("In main&tenance mode"))
        self.maintenance.setObjectName("in_maintenance_mode")
        form.add_field(
            self.tr("Execute Disable (&XD, NX)"), self.xd, self.tr("The BIOS switch. A capture shows it.")
        )
        form.add_field(
            self.tr("Virtuali&zation (VT-x, AMD-V)"),
            self.vt,
            self.tr("The BIOS switch. No capture shows it."),
        )
        form.add_field(self.tr("Connect&ion"), self.connection)
        form.addRow("", self.maintenance)
        for box, field in ((self.xd, "xd"), (self.vt, "vt"), (self.connection, "connection_state")):
            box.currentIndexChanged.connect(
                lambda _row, box=box, field=field: self.change(**{field: box.currentData()})
            )
        self.maintenance.toggled.connect(lambda checked: self.change(in_maintenance_mode=checked))
        return form

    def _line(self, field: str) -> QLineEdit:
        line = QLineEdit()
        line.setObjectName(field)
        line.setMaxLength(LONGEST_LINE)
        line.setPlaceholderText(self.tr("not known"))
        line.textChanged.connect(lambda text: self.change(**{field: text}))
        return line

    def _count(self, field: str, limits: tuple[int, int], step: int = 1, unit: str = "") -> QSpinBox:
        """A number; one below the lowest says that it is not known."""
        spin = QuietSpin()
        spin.setObjectName(field)
        spin.setRange(limits[0] - 1, limits[1])
        spin.setSingleStep(step)
        spin.setSuffix(unit)
        spin.setSpecialValueText(self.tr("not known"))
        spin.setAlignment(Qt.AlignmentFlag.AlignLeft)
        spin.valueChanged.connect(lambda value: self.change(**{field: value or None}))
        return spin

    def load(self) -> None:
        draft = self.draft
        self.vendor.setText(draft.vendor)
        self.model.setText(draft.model)
        counts: tuple[tuple[QSpinBox, int | None], ...] = (
            (self.packages, draft.cpu_packages),
            (self.cores, draft.cpu_cores),
            (self.clock, draft.cpu_mhz),
        )
        for spin, value in counts:
            spin.setMaximum(max(spin.maximum(), min(value or 0, 2**31 - 1)))
            spin.setValue(value or 0)
        self.memory.setValue((draft.memory_mb or 0) / 1024)
        show_value(self.xd, draft.xd)
        show_value(self.vt, draft.vt)
        show_value(self.connection, draft.connection_state)
        self.maintenance.setChecked(draft.in_maintenance_mode)
        self.vms.model.show_vms(draft.vms)

    def findings(self) -> Sequence[Finding]:
        wizard = self.wizard_of_host
        found: list[Any] = other_host_findings(
            self, CONNECTION_FIELDS, AUTHENTICITY_FIELDS, CPU_FIELDS, LICENSE_FIELDS
        )
        for step in ("host", "names"):
            found += self.shell.findings.in_step(step, wizard.vm_ids())
        return found

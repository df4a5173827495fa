"""The hosts of a cluster or datacenter as a table."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QVBoxLayout, QWidget

from flexgui.cpuid.cpu import Cpu
from flexgui.document import Document, Findings
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.support import Assessment, loses
from flexgui.plan.inventory import cpu_of, modes_of
from flexgui.plan.values import Host
from flexgui.rules.finding import Finding
from flexgui.widgets import words
from flexgui.widgets.finding_text import message
from flexgui.widgets.icons import icon
from flexgui.widgets.name_list import joined
from flexgui.widgets.processor_text import (
    Assessments,
    cpu_name,
    generation_name,
    highest_mode,
    short_cpu_name,
)
from flexgui.widgets.severity import severity_icon, severity_word
from flexgui.widgets.table import Column, RowsModel, RowsView


@dataclass(slots=True)
class HostRow:
    """A host with what its row says, computed when it is first shown."""

    host: Host
    cpu: Cpu | None
    mode: EvcMode | None
    modes: ModeTable
    findings: Findings
    assessments: Assessments

    @property
    def assessment(self) -> Assessment | None:
        return None if self.cpu is None else self.assessments.of(self.cpu, self.modes)

    def lost(self) -> tuple[str, ...]:
        """The features that the cluster's mode hides on this host."""
        return () if self.cpu is None or self.mode is None else loses(self.cpu, self.mode, self.modes)

    def own_findings(self) -> list[Finding]:
        ids = (self.host.id, *(vm.id for vm in self.host.vms))
        return [f for object_id in ids for f in self.findings.about(object_id) if f.muted is None]


def tr(text: str) -> str:
    return QCoreApplication.translate("HostsTable", text)


def _state(row: HostRow) -> str:
    states = words.state_words(row.host) or words.word("connection_state", "connected")
    return states[:1].upper() + states[1:]


def _findings_text(row: HostRow) -> str:
    found = row.own_findings()
    if not found:
        return ""
    return (
        f"{severity_word(found[0].severity.value)} ({len(found)})"
        if len(found) > 1
        else severity_word(found[0].severity.value)
    )


def _worst_icon(row: HostRow) -> QIcon | None:
    worst = row.findings.worst.get(row.host.id)
    return None if worst is None else severity_icon(worst.value)


def _switch(value: str | None) -> str:
    return words.word("switch", value)


def host_columns() -> tuple[Column[HostRow], ...]:
    def power(row: HostRow) -> int:
        found = row.assessment
        return -1 if found is None or found.highest is None else len(found.highest.requires or ())

    return (
        Column(
            tr("Host"),
            lambda r: r.host.label,
            icon=lambda r: icon("host", badge=words.state_badge(r.host)),
            tip=lambda r: f"{r.host.label}\n{r.host.address}",
            width=92,
        ),
        Column(tr("Address"), lambda r: r.host.address, width=124, monospace=True),
        Column(tr("CPU"), lambda r: short_cpu_name(r.cpu), tip=lambda r: cpu_name(r.cpu), width=126),
        Column(tr("Generation"), lambda r: generation_name(r.cpu), width=80),
        Column(
            tr("Highest mode"),
            lambda r: highest_mode(r.cpu, r.assessment),
            sort=power,
            width=94,
        ),
        Column(
            tr("Features hidden"),
            lambda r: joined(r.lost()),
            sort=lambda r: len(r.lost()),
            tip=lambda r: ", ".join(r.lost()),
            width=104,
        ),
        Column(tr("XD"), lambda r: _switch(r.host.xd), width=74),
        Column(tr("VT"), lambda r: _switch(r.host.vt), width=74),
        Column(tr("State"), _state, width=86),
        Column(
            tr("Findings"),
            _findings_text,
            sort=lambda r: (
                min((f.severity.rank for f in r.own_findings()), default=9),
                -len(r.own_findings()),
            ),
            icon=_worst_icon,
            tip=lambda r: "\n".join(message(f) for f in r.own_findings()[:8]),
            width=80,
        ),
    )


class HostsTable(QWidget):
    """The table. `name` is what the settings call its columns."""

    def __init__(self, document: Document, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._assessments = Assessments()
        self.model: RowsModel[HostRow] = RowsModel(host_columns(), lambda row: row.host.id, self)
        self.view: RowsView[HostRow] = RowsView(self.model, name)
        self.view.setAccessibleName(tr("Hosts"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.view)

    def show_hosts(self, hosts: tuple[Host, ...], mode: EvcMode | None) -> None:
        """Show some hosts under a mode."""
        plan, findings = self._document.plan, self._document.findings
        modes = modes_of(plan)
        self.model.set_rows(
            [HostRow(h, cpu_of(plan, h), mode, modes, findings, self._assessments) for h in hosts]
        )

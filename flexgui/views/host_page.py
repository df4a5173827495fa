"""The page of a host: present state, processor, EVC modes, CPUID tree, virtual machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QVBoxLayout, QWidget

from flexgui.document import Document
from flexgui.evc.modes import MAKERS
from flexgui.evc.releases import offers
from flexgui.evc.support import Answer, Support
from flexgui.plan.evidence import without_evidence
from flexgui.plan.inventory import cpu_of, modes_of
from flexgui.plan.values import Host, Object, Plan
from flexgui.views.action_button import ActionButton
from flexgui.views.actions import Actions
from flexgui.views.host_sources import HostSources
from flexgui.views.host_state import HostState
from flexgui.views.page import Page
from flexgui.views.vms_table import VmsTable
from flexgui.widgets import words
from flexgui.widgets.evidence_text import no_modes
from flexgui.widgets.form import Form
from flexgui.widgets.labels import SecondaryLabel, WrapLabel
from flexgui.widgets.name_list import joined
from flexgui.widgets.processor_text import (
    Assessments,
    cpu_name,
    evidence,
    generation_name,
    hidden_advice,
    highest_mode,
    masking_text,
    mode_name,
    support_reason,
)
from flexgui.widgets.scrolled import scrolled
from flexgui.widgets.severity import severity_icon
from flexgui.widgets.table import Column, RowsModel, RowsView
from flexgui.widgets.theme import monospace_font

if TYPE_CHECKING:
    from flexgui.views.cpuid_tab import CpuidTab
    from flexgui.views.cpuid_tree import CpuidTreeView

_ANSWERS = {Answer.YES: "ok", Answer.NO: "error", Answer.UNKNOWN: "unknown"}


class HostPage(Page):
    """One host."""

    def __init__(self, document: Document, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(document, actions, parent)
        self._assessments = Assessments()
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 12, 12, 12)
        column.setSpacing(0)
        form = Form()
        self.state = HostState(self.fields, form)
        column.addLayout(form)
        column.addStretch()
        self.tabs.addTab(scrolled(content), self.tr("Summary"))
        self.tabs.addTab(scrolled(self._processor_tab()), self.tr("Processor"))
        self.cpuid_tab: CpuidTab | None = None
        self._cpuid_holder = QWidget()
        QVBoxLayout(self._cpuid_holder).setContentsMargins(0, 0, 0, 0)
        self.tabs.addTab(self._cpuid_holder, self.tr("CPUID"))
        self.tabs.currentChanged.connect(self._show_cpuid)
        self.vms = VmsTable(document, actions)
        self.vms.view.row_activated.connect(lambda key: self.object_requested.emit(str(key)))
        self._vms_tab = self.tabs.addTab(self.vms, self.tr("Virtual Machines"))
        self.fields.widgets["vms"] = self.vms.view

    def _processor_tab(self) -> QWidget:
        tab = QWidget()
        form = Form()
        self._cpu, self._evidence = WrapLabel(), WrapLabel()
        self._signature, self._generation = WrapLabel(), WrapLabel()
        self._signature.setFont(monospace_font())
        self._highest, self._next, self._masking = WrapLabel(), SecondaryLabel(), WrapLabel()
        form.add_field(self.tr("CPU"), self._cpu)
        known = QWidget()
        lines = QVBoxLayout(known)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        lines.addWidget(self._evidence)
        lines.addWidget(ActionButton(self.actions_["add_capture"]))
        form.add_field(self.tr("Evidence"), known)
        form.add_field(self.tr("Signature"), self._signature)
        form.add_field(
            self.tr("Silicon generation"),
            self._generation,
            self.tr("What the processor is, from its signature. It does not decide which modes it supports."),
        )
        highest = QWidget()
        lines = QVBoxLayout(highest)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        lines.addWidget(self._highest)
        lines.addWidget(self._next)
        form.add_field(self.tr("Highest EVC mode"), highest)
        form.add_field(self.tr("Hardware masking"), self._masking)
        self.sources = HostSources(self._assessments)
        self.sources.removal_requested.connect(self._remove_source)
        self.modes: RowsModel[Support] = RowsModel(self._mode_columns(), lambda s: s.mode.key, self)
        self.modes_view: RowsView[Support] = RowsView(self.modes, "host_modes")
        self.modes_view.setAccessibleName(self.tr("EVC modes of this host"))
        self.modes_view.setMinimumHeight(180)
        column = QVBoxLayout(tab)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.sources)
        column.addWidget(self.modes_view, 1)
        self.fields.widgets["cpu"] = self.modes_view
        return tab

    def _mode_columns(self) -> tuple[Column[Support], ...]:
        def answer_icon(support: Support) -> QIcon:
            return severity_icon(_ANSWERS[support.answer])

        def offered(support: Support) -> str:
            yes = offers(self.document.plan.release, support.mode)
            return self.tr("Yes") if yes else self.tr("No")

        return (
            Column(self.tr("EVC mode"), lambda s: mode_name(s.mode), width=270),
            Column(
                self.tr("Supported"),
                lambda s: words.word("answer", s.answer.value),
                icon=answer_icon,
                width=110,
            ),
            Column(self.tr("Offered"), offered, width=70),
            Column(self.tr("Why"), self._why, width=320),
        )

    def _why(self, support: Support) -> str:
        """Why a mode is or is not supported, and what hides what the silicon has."""
        found = self.found()
        cpu = cpu_of(self.document.plan, found) if isinstance(found, Host) else None
        tips = () if cpu is None else hidden_advice(cpu, support)
        reason = support_reason(support)
        return " ".join((reason.rstrip(".") + ".", *tips)) if tips else reason

    def _remove_source(self, source: str) -> None:
        """Take a source from the host in one undoable edit; what the others say counts then."""
        found = self.found()
        if isinstance(found, Host):
            text = self.tr("Remove a source of {host}").format(host=found.label)
            self.document.edit(text, lambda plan: without_evidence(plan, found.id, source))

    def ids_within(self) -> list[str]:
        found = self.found()
        return [found.id, *(vm.id for vm in found.vms)] if isinstance(found, Host) else []

    def subtitle(self, found: Object | Plan) -> str:
        assert isinstance(found, Host)
        cpu = cpu_of(self.document.plan, found)
        parts = [cpu_name(cpu) if cpu is not None else self.tr("CPU not known")]
        parts.append(words.state_words(found) or words.word("connection_state", "connected").lower())
        return " · ".join(parts)

    def show_field(self, field: str) -> bool:
        if field == "cpu":
            self.tabs.setCurrentIndex(1)
        return super().show_field(field)

    def name_vm(self, vm_id: str) -> None:
        """Go to a new virtual machine and edit its name."""
        self.tabs.setCurrentIndex(self._vms_tab)
        self.vms.edit_name(vm_id)

    def show_state(self, found: Object | Plan) -> None:
        assert isinstance(found, Host)
        plan = self.document.plan
        self.state.show_host(found)
        self._show_processor(plan, found)
        self._show_cpuid()
        self.vms.show_host(found)
        self.tabs.setTabText(
            self._vms_tab, self.tr("Virtual Machines ({count})").format(count=len(found.vms))
        )

    def focus_search(self) -> bool:
        if self.tabs.currentWidget() is not self._cpuid_holder:
            return False
        self.whole_cpuid_tab().focus_search()
        return True

    def whole_cpuid_tab(self) -> CpuidTab:
        """What is in the CPUID tab, made when it is first asked for."""
        if self.cpuid_tab is None:
            from flexgui.views.cpuid_tab import CpuidTab

            self.cpuid_tab = CpuidTab()
            layout = self._cpuid_holder.layout()
            assert layout is not None
            layout.addWidget(self.cpuid_tab)
        return self.cpuid_tab

    def cpuid_tree(self) -> CpuidTreeView:
        """The tree of this host in the CPUID tab."""
        return self.whole_cpuid_tab().single()

    def compare_cpuid(self, ids: Sequence[str]) -> None:
        """Show the CPUID of hosts side by side, or ask for some where there are none to compare with."""
        self.tabs.setCurrentWidget(self._cpuid_holder)
        self.whole_cpuid_tab().compare_hosts(ids)

    def _show_cpuid(self) -> None:
        """Bring the tree up to date while it is in sight."""
        if self.tabs.currentWidget() is self._cpuid_holder:
            self.whole_cpuid_tab().show_object(self.document.plan, self.object_id)

    def _show_processor(self, plan: Plan, host: Host) -> None:
        cpu = cpu_of(plan, host)
        self._cpu.setText(cpu_name(cpu))
        self._evidence.setText(evidence(host, cpu))
        self.sources.show_host(plan, host)
        if cpu is None:
            for label in (self._signature, self._generation, self._highest, self._masking):
                label.setText(self.tr("Cannot tell"))
            self._next.hide()
            self.modes.set_rows(())
            return
        self._signature.setText(str(cpu.signature) if cpu.signature is not None else self.tr("Cannot tell"))
        generation = cpu.generation
        text = generation_name(cpu)
        if generation is not None:
            text += f" ({self.tr('source: {source}').format(source=generation.provenance)})"
        self._generation.setText(text)
        assessment = self._assessments.of(cpu, modes_of(plan))
        none = cpu.vendor is not None and cpu.vendor not in MAKERS
        self._highest.setText(no_modes(cpu.vendor) if none else highest_mode(cpu, assessment))
        sentences = [
            text.format(features=joined(features, 8))
            for features, text in (
                (assessment.missing_for_next, self.tr("For the next mode it lacks {features}.")),
                (
                    assessment.unknown_for_next,
                    self.tr("Of the next mode it cannot be told whether it has {features}."),
                ),
            )
            if features
        ]
        self._next.setText(" ".join(sentences))
        self._next.setVisible(bool(sentences))
        self._masking.setText(masking_text(cpu))
        self.modes.set_rows(tuple(reversed(assessment.supports)))
        self.modes.refresh()

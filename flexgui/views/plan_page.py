"""The page of the plan as a whole."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from flexgui.cpuid.cpu import Cpu
from flexgui.document import Document
from flexgui.evc.releases import releases
from flexgui.plan.inventory import hosts
from flexgui.plan.values import Cluster, Datacenter, Host, Object, Plan, VirtualMachine
from flexgui.rules.finding import Finding
from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.views.actions import Actions
from flexgui.views.fields import FIELD_WIDTH
from flexgui.views.page import Page
from flexgui.views.release_combo import ReleaseCombo
from flexgui.widgets import words
from flexgui.widgets.empty_state import EmptyState
from flexgui.widgets.form import Form
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import IconLabel, SecondaryLabel, WrapLabel
from flexgui.widgets.scrolled import scrolled
from flexgui.widgets.severity import severity_icon, severity_word

_LEGEND = (
    ("error", QT_TRANSLATE_NOOP("PlanPage", "The plan cannot exist like this.")),
    ("todo", QT_TRANSLATE_NOOP("PlanPage", "The present state must change first; it never blocks planning.")),
    ("warning", QT_TRANSLATE_NOOP("PlanPage", "Allowed, and probably regretted.")),
    ("info", QT_TRANSLATE_NOOP("PlanPage", "Worth knowing.")),
)
_STATES = (
    ("host", "maintenance", QT_TRANSLATE_NOOP("PlanPage", "Host in maintenance mode")),
    ("host", "disconnected", QT_TRANSLATE_NOOP("PlanPage", "Host disconnected or not responding")),
    ("vm", "poweredOn", QT_TRANSLATE_NOOP("PlanPage", "Virtual machine powered on")),
    ("vm", "suspended", QT_TRANSLATE_NOOP("PlanPage", "Virtual machine suspended")),
    ("vm", "poweredOff", QT_TRANSLATE_NOOP("PlanPage", "Virtual machine powered off")),
)


class PlanPage(Page):
    """The release, what is in the plan, and what the signs mean; buttons to begin with where it is empty."""

    def __init__(self, document: Document, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(document, actions, parent)
        self.empty = EmptyState(
            "datacenter",
            self.tr(
                "The plan is empty. Create a datacenter, import hosts, or open a plan that was saved. Files "
                "and folders can be dropped here."
            ),
        )
        for name in ("new_cluster", "new_datacenter", "import_hosts", "open_plan", "open_sample"):
            self.empty.add_action(actions[name])

        content = QWidget()
        form = Form()
        self.release = ReleaseCombo(document)
        self.release.setMaximumWidth(FIELD_WIDTH)
        form.add_heading(self.tr("Plan"))
        form.add_field(
            self.tr("vCenter re&lease"),
            self.release,
            self.tr("It decides which EVC modes there are, and which rules apply."),
        )
        self._modes = WrapLabel()
        self._modes.setTextFormat(Qt.TextFormat.PlainText)
        form.add_field(
            self.tr("EVC modes"),
            self._modes,
            self.tr(
                "File, Import EVC Modes replaces the built-in ones by those that a vCenter itself lists."
            ),
        )
        self._path = WrapLabel()
        form.add_field(self.tr("File"), self._path)
        self._contents = WrapLabel()
        form.add_field(self.tr("Contents"), self._contents)
        self._form, self._remarks = form, WrapLabel()
        self._remarks.setTextFormat(Qt.TextFormat.PlainText)
        form.add_field(self.tr("Remarks"), self._remarks)
        form.add_heading(self.tr("What the signs mean"))
        form.add_wide(self._legend())
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 12, 0, 0)
        column.addLayout(form)
        column.addStretch()
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(scrolled(content))
        self._stack.addWidget(scrolled(self.empty))
        self.tabs.addTab(holder, self.tr("Summary"))
        self.fields.widgets["release"] = self.release
        document.path_changed.connect(self.refresh)

    def _legend(self) -> QWidget:
        legend = QWidget()
        grid = QGridLayout(legend)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        for row, (severity, english) in enumerate(_LEGEND):
            grid.addWidget(IconLabel(severity_icon(severity)), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(QLabel(severity_word(severity)), row, 1, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(SecondaryLabel(self.tr(english)), row, 2)
        for row, (name, badge, english) in enumerate(_STATES, len(_LEGEND)):
            grid.addWidget(IconLabel(icon(name, badge=badge)), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(QLabel(self.tr(english)), row, 1, 1, 2)
        return legend

    def found(self) -> Object | Plan | None:
        return self.document.plan

    def title(self, found: Object | Plan) -> str:
        path = self.document.path
        return self.tr("New plan") if path is None else path.name.removesuffix(".flexplan.json")

    def subtitle(self, found: Object | Plan) -> str:
        return releases()[self.document.plan.release].name

    def own_findings(self) -> tuple[Finding, ...]:
        return self.document.findings.all

    def show_state(self, found: Object | Plan) -> None:
        plan = self.document.plan
        self._stack.setCurrentIndex(0 if plan.datacenters else 1)
        self._modes.setText(self._where_modes_come_from(plan))
        path = self.document.path
        self._path.setText(self.tr("Not saved yet.") if path is None else str(path))
        all_hosts = [host for _, _, host in hosts(plan)]
        parts = (
            words.counted(Datacenter, len(plan.datacenters)),
            words.counted(Cluster, sum(len(d.clusters) for d in plan.datacenters)),
            words.counted(Host, len(all_hosts)),
            words.counted(Cpu, len(plan.cpus)),
            words.counted(VirtualMachine, sum(len(host.vms) for host in all_hosts)),
        )
        self._contents.setText(", ".join(parts))
        self._remarks.setText("\n".join(plan.remarks))
        self._form.setRowVisible(self._remarks, bool(plan.remarks))

    def _where_modes_come_from(self, plan: Plan) -> str:
        if not plan.modes:
            return self.tr("Built in: derived from published differences, not read from a vCenter.")
        sources = dict.fromkeys(mode.requires_provenance for mode in plan.modes if mode.known)
        return self.tr("{count} modes, {source}").format(
            count=len(plan.modes), source="; ".join(sources) or self.tr("their source is not stated")
        )

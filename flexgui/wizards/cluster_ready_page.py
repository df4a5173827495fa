"""The last page of the New Cluster wizard (paper, figs. 15 and 29)."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel

from flexgui.plan.inventory import modes_of
from flexgui.rules.finding import Finding, Severity
from flexgui.widgets import words
from flexgui.widgets.findings_panel import summed
from flexgui.wizards import cluster_draft
from flexgui.wizards.cluster_draft import ClusterDraft
from flexgui.wizards.shell import DraftShell, FindingsPanel, StepPage, heading


class ClusterReadyPage(StepPage[ClusterDraft]):
    """Everything chosen, and what must happen before the cluster can be made."""

    def __init__(self, wizard: DraftShell[ClusterDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Ready to complete"),
            wizard.tr("Is everything as it should be?"),
            wizard.tr("Intel's paper, figs. 15, 29"),
        )
        self.setFinalPage(True)

    def build(self) -> None:
        self.summary = QGridLayout()
        self.summary.setHorizontalSpacing(16)
        self.summary.setVerticalSpacing(4)
        self.summary.setColumnStretch(1, 1)
        self.body.addLayout(self.summary)
        self.move_hosts = QCheckBox(self.tr("&Move the ticked standalone hosts into the cluster"))
        self.move_hosts.setObjectName("move_hosts")
        self.add_hosts = QCheckBox(self.tr("Continue with &Add Host"))
        self.add_hosts.setObjectName("add_hosts")
        self.body.addWidget(self.move_hosts)
        self.body.addWidget(self.add_hosts)
        self.todo_heading = heading(self.tr("Before you start"))
        self.body.addWidget(self.todo_heading)
        self.todos = FindingsPanel()
        self.todos.setObjectName("before_you_start")
        self.body.addWidget(self.todos)
        self.other_heading = heading(self.tr("Worth knowing"))
        self.body.addWidget(self.other_heading)
        self.others = FindingsPanel()
        self.body.addWidget(self.others)
        self.move_hosts.toggled.connect(lambda on: self.change(move_hosts=on))
        self.add_hosts.toggled.connect(lambda on: self.change(add_hosts=on))

    def load(self) -> None:
        self._show_choices()

    def _show_choices(self) -> None:
        """What follows by itself is not taken for the user's choice."""
        for box, on in (
            (self.move_hosts, cluster_draft.moves_hosts(self.draft, self.shell.document.plan)),
            (self.add_hosts, cluster_draft.goes_on(self.draft)),
        ):
            with QSignalBlocker(box):
                box.setChecked(on)

    def _all(self) -> list[Finding]:
        return [f for f in self.shell.findings.all if f.subject.object_id in set(self.shell.subjects())]

    def findings(self) -> tuple[Finding, ...]:
        """Errors of steps that other steps brought about block here too."""
        return tuple(f for f in self._all() if f.severity is Severity.ERROR and f.step != "host")

    def refresh(self) -> None:
        standalone = cluster_draft.standalone(self.draft)
        self._show_choices()
        self.move_hosts.setEnabled(bool(standalone))
        self.move_hosts.setToolTip(
            "" if standalone else self.tr("No standalone host of the datacenter is ticked on the EVC page.")
        )
        found = self._all()
        todos = [f for f in found if f.severity is Severity.TODO]
        others = [f for f in found if f.severity in (Severity.WARNING, Severity.INFO)]
        for panel, title, shown in (
            (self.todos, self.todo_heading, todos),
            (self.others, self.other_heading, others),
        ):
            panel.setVisible(bool(shown))
            title.setVisible(bool(shown))
            panel.show_list(summed(shown))
        self._show_summary()

    def _show_summary(self) -> None:
        while (item := self.summary.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for row, (name, text) in enumerate(self.lines()):
            label = QLabel(name)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            value = QLabel(text)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.summary.addWidget(label, row, 0)
            self.summary.addWidget(value, row, 1)

    def lines(self) -> list[tuple[str, str]]:
        """The summary as (name, text) pairs."""
        plan, draft = self.shell.document.plan, self.draft
        cluster = cluster_draft.planned_cluster(draft, plan)
        existing = next((d.name for d in plan.datacenters if d.id == draft.datacenter_id), None)
        lines = [
            (
                self.tr("Datacenter"),
                existing if existing is not None else self.tr("{0} (new)").format(draft.datacenter_name),
            ),
            (self.tr("Cluster"), cluster.name),
            (self.tr("vSphere HA"), self._ha_text() if cluster.ha.enabled else self.tr("Off")),
        ]
        drs, dpm = cluster.drs, cluster.dpm
        level = self.tr("{0}, threshold {1}")
        drs_text = level.format(words.word("vm_behavior", drs.default_vm_behavior), drs.migration_threshold)
        dpm_text = level.format(words.word("dpm_behavior", dpm.default_dpm_behavior), dpm.threshold)
        lines.append((self.tr("vSphere DRS"), drs_text if drs.enabled else self.tr("Off")))
        lines.append((self.tr("Power management"), dpm_text if dpm.enabled else self.tr("Off")))
        mode = modes_of(plan).get(cluster.evc_mode)
        lines.append((self.tr("VMware EVC"), mode.label if mode is not None else self.tr("Disabled")))
        lines.append((self.tr("Swapfiles"), words.word("vm_swap_placement", cluster.vm_swap_placement)))
        if draft.ticked and cluster_draft.has_evc_step(plan):
            lines.append((self.tr("Weighed with"), ", ".join(c.host.label for c in draft.ticked)))
        return lines

    def _ha_text(self) -> str:
        ha = self.draft.cluster.ha
        if not ha.admission_control_enabled:
            return self.tr("On, without admission control")
        texts = {
            "slots": self.tr("On, host failures to tolerate: {0}").format(ha.failures_to_tolerate),
            "resources": self.tr("On, keeps {0} % CPU and {1} % memory free").format(
                ha.cpu_percent, ha.memory_percent
            ),
            "failoverHosts": self.tr("On, with dedicated failover hosts"),
        }
        return texts[ha.admission_control_policy]

"""The EVC page of Edit Settings (paper, fig. 17): the mode, and what it means for the cluster's hosts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QAbstractItemView, QTreeWidgetItem

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.pool import Member
from flexgui.evc.recommendation import Verdict, verdict
from flexgui.evc.releases import offered_modes
from flexgui.evc.support import assess, support
from flexgui.plan.inventory import modes_of
from flexgui.plan.values import Host
from flexgui.rules.finding import Finding
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import WrapLabel
from flexgui.widgets.name_list import joined
from flexgui.widgets.processor_text import cpu_name, hidden_advice, highest_mode
from flexgui.widgets.tooltip import plain_tip
from flexgui.wizards import cluster_draft
from flexgui.wizards.cluster_draft import ClusterDraft
from flexgui.wizards.evc_choice import EvcChoice, Question
from flexgui.wizards.evc_verdict import Setters, host_tip, verdict_words
from flexgui.wizards.fitted_list import FittedList
from flexgui.wizards.settings_draft import cluster_of
from flexgui.wizards.shell import DraftShell, StepPage, heading

_NAMED = 3
"""Hosts that a row names."""

_TIPPED = 30
"""Hosts that a tool tip names."""


class SettingsEvcPage(StepPage[ClusterDraft]):
    """Enable, disable or change EVC. Hosts with the same processor are one row."""

    step = "evc"

    def __init__(self, shell: DraftShell[ClusterDraft]) -> None:
        super().__init__(
            shell,
            shell.tr("VMware EVC"),
            shell.tr("Which CPU features may virtual machines see?"),
            shell.tr("Intel's paper, figs. 17, 27"),
        )

    def build(self) -> None:
        self.now = WrapLabel()
        self.now.setObjectName("evc_now")
        self.body.addWidget(self.now)
        self.choice = EvcChoice()
        self.choice.chosen.connect(self._chosen)
        self.body.addWidget(self.choice)
        title = heading(self.tr("Hosts of the cluster"))
        self.body.addWidget(title)
        self.hosts = FittedList(
            "evc_hosts",
            self.tr("Hosts of the cluster"),
            [
                self.tr("Hosts"),
                self.tr("Processor"),
                self.tr("Highest mode"),
                self.tr("Under the chosen mode"),
            ],
            2,
            6,
        )
        self.hosts.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.body.addWidget(self.hosts)
        groups: dict[tuple[str | None, str | None], list[Host]] = {}
        self._cpus: dict[str | None, Cpu | None] = {None: None}
        for candidate in self.draft.candidates:
            fingerprint = None if candidate.cpu is None else candidate.cpu.fingerprint
            self._cpus[fingerprint] = candidate.cpu
            groups.setdefault((fingerprint, candidate.host.esx_release), []).append(candidate.host)
        self._groups = [(self._cpus[key], tuple(hosts)) for (key, _), hosts in groups.items()]
        for cpu, hosts in self._groups:
            self._add_row(cpu, hosts)
        for widget in (title, self.hosts):
            widget.setVisible(bool(self._groups))

    def _add_row(self, cpu: Cpu | None, hosts: Sequence[Host]) -> None:
        item = QTreeWidgetItem([joined([host.label for host in hosts], _NAMED)])
        item.setIcon(0, icon("host"))
        one = host_tip(hosts[0])
        item.setToolTip(
            0, one if len(hosts) == 1 else plain_tip([joined([host.label for host in hosts], _TIPPED)])
        )
        modes = modes_of(self.shell.document.plan)
        item.setText(1, self.tr("not known") if cpu is None else cpu.short_name())
        item.setToolTip(1, cpu_name(cpu))
        item.setText(2, highest_mode(cpu, None if cpu is None else assess(cpu, modes)))
        item.setToolTip(2, item.text(2))
        self.hosts.addTopLevelItem(item)

    def load(self) -> None:
        self._show()

    def refresh(self) -> None:
        self._show()

    def focus_field(self) -> None:
        """Where typing begins: the list of modes, or the buttons while EVC is disabled."""
        (self.choice.list if self.choice.mode else self.choice.off).setFocus()

    def _show(self) -> None:
        plan, draft = self.shell.document.plan, self.draft
        modes = modes_of(plan)
        self.now.setText(self._present(modes))
        esx = cluster_draft.esx_of(draft)
        question = Question(cluster_draft.members(draft), modes, plan.release, esx)
        self.choice.show_choice(question, draft.cluster.evc_mode)
        mode = modes.get(draft.cluster.evc_mode)
        offered = offered_modes(plan.release, modes, esx=esx)
        found = [
            None if mode is None or cpu is None else verdict(Member("", cpu), mode, modes, offered)
            for cpu, _ in self._groups
        ]
        weighed = zip(found, self._groups, strict=True)
        setters = Setters((each, len(hosts)) for each, (_, hosts) in weighed if each is not None)
        for number, each in enumerate(found):
            item = self.hosts.topLevelItem(number)
            assert item is not None
            self._show_verdict(item, self._groups[number], mode, each, setters)
        self.hosts.fit()

    def _present(self, modes: ModeTable) -> str:
        """What the cluster has in the plan, and in vCenter where that is something else."""

        def name(key: str | None) -> str:
            mode = modes.get(key)
            return mode.label if mode is not None else key or self.tr("EVC is disabled")

        cluster = self.draft.cluster
        planned = cluster_of(self.shell.document.plan, cluster.id).evc_mode
        if cluster.exists and cluster.present_evc_mode != planned:
            text = self.tr("Planned: {planned}. In vCenter now: {present}.")
            return text.format(planned=name(planned), present=name(cluster.present_evc_mode))
        return self.tr("Until now: {planned}.").format(planned=name(planned))

    def _show_verdict(
        self,
        item: QTreeWidgetItem,
        group: tuple[Cpu | None, tuple[Host, ...]],
        mode: EvcMode | None,
        found: Verdict | None,
        setters: Setters,
    ) -> None:
        cpu, hosts = group
        tips: list[str] = []
        if cpu is None:
            symbol, text = "unknown", self.tr("cannot tell: no processor is given")
        elif mode is None or found is None:
            symbol, text = "info", self.tr("EVC is disabled: shows all its features")
        else:
            symbol, text = verdict_words(found, setters)
            if not hosts[0].cpu_assumed:
                tips = hidden_advice(cpu, support(cpu, mode, modes_of(self.shell.document.plan)))
        item.setText(3, text)
        item.setIcon(3, icon(symbol, symbol))
        item.setToolTip(3, plain_tip([text, *tips]))

    def findings(self) -> Sequence[Finding]:
        """Those of the step, and that hosts of one model differ."""
        alike = (f for f in self.shell.findings.about(self.draft.cluster.id) if f.rule == "host.microcode")
        return (*super().findings(), *alike)

    def _chosen(self, key: str) -> None:
        self.change(cluster=replace(self.draft.cluster, evc_mode=key or None))

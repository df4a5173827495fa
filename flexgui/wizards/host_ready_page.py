"""The last page of the Add Host wizard (fig. 36): everything once more, and what must be done before."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from flexgui.evc.releases import esx_releases
from flexgui.evc.support import assess
from flexgui.plan.inventory import find, modes_of
from flexgui.plan.thumbprint import normalised_thumbprint
from flexgui.rules.finding import Finding, Severity
from flexgui.widgets import words
from flexgui.widgets.findings_panel import summed
from flexgui.widgets.form import Form
from flexgui.widgets.labels import WrapLabel
from flexgui.widgets.message_line import MessageLine
from flexgui.wizards import host_draft
from flexgui.wizards.host_draft import HostDraft
from flexgui.wizards.host_step_page import HostStepPage
from flexgui.wizards.shell import DraftWizard, FindingsPanel, heading


class HostReadyPage(HostStepPage):
    """The summary. Findings of all steps about the host, its machines, and the cluster's mode."""

    def __init__(self, wizard: DraftWizard[HostDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Ready to complete"),
            wizard.tr("Is everything right?"),
            wizard.tr("Intel's paper, fig. 36"),
        )
        # Below what scrolls, so that it is in sight however much there is to do.
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        row = QHBoxLayout()
        row.setContentsMargins(4, 0, 0, 0)
        row.addWidget(self.add_another)
        layout.insertLayout(1, row)

    def build(self) -> None:
        card = QFrame()
        card.setFrameShape(QFrame.Shape.StyledPanel)
        card.setBackgroundRole(QPalette.ColorRole.Base)
        card.setAutoFillBackground(True)
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 12, 12, 12)
        self.form = Form()
        self.form.setVerticalSpacing(4)
        column.addLayout(self.form)
        self.values: dict[str, WrapLabel] = {}
        for key, label in (
            ("place", self.tr("Goes to")),
            ("host", self.tr("Host")),
            ("release", self.tr("ESX release")),
            ("thumbprint", self.tr("Authenticity")),
            ("cpu", self.tr("Processor")),
            ("mode", self.tr("Highest EVC mode")),
            ("hardware", self.tr("Hardware")),
            ("state", self.tr("Present state")),
            ("vms", self.tr("Virtual machines")),
            ("cluster_mode", self.tr("Cluster’s EVC mode")),
            ("license", self.tr("Licence")),
            ("pool", self.tr("Resource pool")),
        ):
            value = WrapLabel()
            value.setObjectName(f"summary_{key}")
            self.values[key] = value
            self.form.add_field(label, value)
        self.body.addWidget(card)
        self.before_heading = heading(self.tr("Before you start"))
        self.before_you_start = FindingsPanel()
        self.before_you_start.setObjectName("before_you_start")
        self.nothing = MessageLine()
        self.nothing.set_message("ok", self.tr("Nothing has to be done before the host can be added."))
        self.body.addWidget(self.before_heading)
        self.body.addWidget(self.before_you_start)
        self.body.addWidget(self.nothing)
        self.worth = QWidget()
        column = QVBoxLayout(self.worth)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(heading(self.tr("Worth knowing")))
        self.remarks = FindingsPanel()
        self.remarks.setObjectName("remarks")
        column.addWidget(self.remarks)
        self.body.addWidget(self.worth)
        self.add_another = QCheckBox(self.tr("Add another &host after this one"))
        self.add_another.setObjectName("add_another")
        self.add_another.setToolTip(
            self.tr("This host is added; the wizard starts again with its release and licence.")
        )
        self.add_another.toggled.connect(self.wizard_of_host.show_finish_text)

    def load(self) -> None:
        self.add_another.setChecked(False)

    def refresh(self) -> None:
        for key, text in self._texts().items():
            self.values[key].setText(text)
            self.form.setRowVisible(self.values[key], bool(text))
        found = self.findings()
        todos = [f for f in found if f.severity is Severity.TODO]
        rest = [f for f in found if f.severity is not Severity.TODO]
        self.before_you_start.setVisible(bool(todos))
        self.before_you_start.show_list(summed(todos))
        self.nothing.setVisible(not todos)
        self.worth.setVisible(bool(rest))
        self.remarks.show_list(summed(rest))

    def findings(self) -> Sequence[Finding]:
        wizard = self.wizard_of_host
        own = {wizard.host_id, *wizard.vm_ids(), host_draft.pool_id(self.before, self.draft)}
        mode = {wizard.parent_id} if self.cluster is not None else set()
        return [
            f
            for f in self.shell.findings.all
            if f.subject.object_id in own
            or (f.subject.object_id in mode and (f.step == "evc" or f.rule.startswith("host.")))
        ]

    def _texts(self) -> dict[str, str]:
        draft, plan = self.draft, self.before
        cluster, place = self.cluster, find(plan, self.wizard_of_host.parent_id)
        processor = draft.processor
        unknown = self.tr("not known")
        texts = {
            "place": place.path() if place is not None else "",
            "host": draft.address.strip() if not draft.name.strip() else f"{draft.label} ({draft.address})",
            "release": esx_releases()[draft.esx_release].name if draft.esx_release else unknown,
            "thumbprint": self._thumbprint(),
            "cpu": unknown,
            "mode": unknown,
            "hardware": self._hardware() or unknown,
            "state": self._state(),
            "vms": self._vms(),
            "cluster_mode": "",
            "license": self._license(),
            "pool": "",
        }
        if processor is not None:
            how = self.tr("assumed") if processor.assumed else self.tr("measured")
            texts["cpu"] = f"{processor.cpu.name()} ({how})"
            highest = assess(processor.cpu, modes_of(plan)).highest
            texts["mode"] = highest.label if highest is not None else self.tr("none, or cannot tell")
        if cluster is not None:
            texts["cluster_mode"] = self._cluster_mode()
            makes = host_draft.makes_pool(plan, self.wizard_of_host.parent_id, draft)
            texts["pool"] = host_draft.pool_name(draft) if makes else self.tr("the cluster’s root pool")
        return texts

    def _thumbprint(self) -> str:
        if normalised_thumbprint(self.draft.thumbprint) is None:
            return self.tr("thumbprint not known")
        if self.draft.thumbprint_confirmed:
            return self.tr("thumbprint compared with the host’s console")
        return self.tr("thumbprint not compared yet")

    def _hardware(self) -> str:
        draft = self.draft
        parts = [f"{draft.vendor} {draft.model}".strip()]
        if draft.cpu_packages:
            parts.append(self.tr("{0} sockets").format(draft.cpu_packages))
        if draft.cpu_cores:
            parts.append(self.tr("{0} cores").format(draft.cpu_cores))
        if draft.cpu_mhz:
            parts.append(self.tr("{0} MHz").format(draft.cpu_mhz))
        if draft.memory_mb:
            parts.append(self.tr("{0} GiB").format(f"{draft.memory_mb / 1024:g}"))
        return ", ".join(part for part in parts if part)

    def _state(self) -> str:
        draft = self.draft
        parts = [
            words.word("connection_state", draft.connection_state).lower(),
            self.tr("XD: {0}").format(words.word("switch", draft.xd).lower()),
            self.tr("VT: {0}").format(words.word("switch", draft.vt).lower()),
        ]
        if draft.in_maintenance_mode:
            parts.append(self.tr("in maintenance mode"))
        return ", ".join(parts)

    def _vms(self) -> str:
        if not self.draft.vms:
            return self.tr("none")
        states = [vm.power_state for vm in self.draft.vms]
        parts = []
        for state, text in (
            ("poweredOn", self.tr("{0} powered on")),
            ("suspended", self.tr("{0} suspended")),
            ("poweredOff", self.tr("{0} powered off")),
        ):
            if state in states:
                parts.append(text.format(states.count(state)))
        return ", ".join(parts)

    def _cluster_mode(self) -> str:
        cluster = self.cluster
        assert cluster is not None
        modes = modes_of(self.before)
        before = cluster.evc_mode
        after = host_draft.mode_after(self.draft, self.before, cluster)
        names = []
        for key in (before, after):
            mode = modes.get(key)
            names.append(mode.label if mode is not None else key or self.tr("EVC disabled"))
        if before == after:
            return self.tr("stays {0}").format(names[1])
        return self.tr("{0} instead of {1}").format(names[1], names[0])

    def _license(self) -> str:
        draft = self.draft
        if not draft.licensed:
            return self.tr("evaluation mode")
        parts = [draft.license_edition or "", draft.license_key.strip()]
        return ", ".join(part for part in parts if part)

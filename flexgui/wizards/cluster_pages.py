"""The pages of the New Cluster wizard, but for EVC, in the paper's order (figs. 22 to 29)."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from flexgui.evc.releases import at_least
from flexgui.plan.inventory import modes_of
from flexgui.rules.finding import Finding, Severity
from flexgui.widgets.form import Form
from flexgui.wizards import cluster_draft
from flexgui.wizards.cluster_draft import ClusterDraft
from flexgui.wizards.shell import DraftWizard, FindingsPanel, StepPage, explanation, heading

LONGEST_NAME = 256
"""What a field takes, so that a name over vSphere's 80 characters can be typed and be told so."""


class RadioGroup(QWidget):
    """A column of radio buttons with an explanation each; `value` is the key of the chosen one."""

    def __init__(self, options: dict[str, tuple[str, str]], name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QRadioButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for key, (label, help_text) in options.items():
            button = QRadioButton(label)
            button.setObjectName(f"{name}_{key}")
            button.setAccessibleDescription(help_text)
            self._group.addButton(button)
            self.buttons[key] = button
            column.addWidget(button)
            note = explanation(help_text)
            note.setContentsMargins(24, 0, 0, 8)
            column.addWidget(note)
        self.changed = self._group.buttonClicked

    @property
    def value(self) -> str:
        return next((key for key, button in self.buttons.items() if button.isChecked()), "")

    def set_value(self, key: str) -> None:
        self.buttons[key].setChecked(True)


class ThresholdSlider(QWidget):
    """A migration or power threshold from 1 conservative to 5 aggressive, with what the level does."""

    def __init__(self, name: str, label: str, meanings: tuple[str, ...]) -> None:
        super().__init__()
        self._meanings = meanings
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName(name)
        self.slider.setAccessibleName(label)
        self.slider.setRange(1, 5)
        self.slider.setPageStep(1)
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setTickInterval(1)
        self.slider.setMaximumWidth(320)
        self.slider.valueChanged.connect(self._say)
        caption = QLabel(label)
        caption.setBuddy(self.slider)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(QLabel(self.tr("Conservative")))
        row.addWidget(self.slider, 1)
        row.addWidget(QLabel(self.tr("Aggressive")))
        row.addStretch(1)
        self.meaning = explanation("")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(caption)
        column.addLayout(row)
        column.addWidget(self.meaning)
        self.changed = self.slider.valueChanged

    def set_value(self, value: int) -> None:
        self.slider.setValue(value)
        self._say(value)

    def _say(self, value: int) -> None:
        text = self.tr("Level {0}: {1}").format(value, self._meanings[value - 1])
        self.meaning.setText(text)
        self.slider.setAccessibleDescription(text)


class DatacenterPage(StepPage[ClusterDraft]):
    """Which datacenter the cluster comes into, or the name of a new one."""

    step = "names"

    def __init__(self, wizard: DraftWizard[ClusterDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Datacenter"),
            wizard.tr("Which datacenter does the cluster belong to?"),
            wizard.tr("paper, fig. 22"),
        )

    def build(self) -> None:
        self.existing = QComboBox()
        self.existing.setObjectName("datacenter")
        self.name = QLineEdit()
        self.name.setObjectName("datacenter_name")
        self.name.setMaxLength(LONGEST_NAME)
        form = Form()
        form.add_field(self.tr("&Datacenter"), self.existing)
        form.add_field(
            self.tr("&Name"),
            self.name,
            self.tr("Up to 80 characters. A datacenter holds clusters, hosts, networks and datastores."),
        )
        self.body.addLayout(form)
        self.existing.currentIndexChanged.connect(self._picked)
        self.name.textChanged.connect(lambda text: self.change(datacenter_name=text))

    def load(self) -> None:
        self.existing.clear()
        for datacenter in self.shell.document.plan.datacenters:
            self.existing.addItem(datacenter.name, datacenter.id)
        self.existing.addItem(self.tr("New datacenter"), None)
        self.existing.setCurrentIndex(self.existing.findData(self.draft.datacenter_id))
        self.name.setText(self.draft.datacenter_name)

    def refresh(self) -> None:
        new = self.draft.datacenter_id is None
        self.name.setEnabled(new)
        self.name.setToolTip("" if new else self.tr("The datacenter exists; it is renamed in the inventory."))

    def _picked(self) -> None:
        if not self._loading:
            chosen = self.existing.currentData()
            self.shell.set_draft(cluster_draft.in_datacenter(self.draft, self.shell.document.plan, chosen))

    def findings(self) -> tuple[Finding, ...]:
        return self.shell.findings.in_step("names", [self.draft.parent_id])


class NamePage(StepPage[ClusterDraft]):
    """The cluster's name, and which features it has."""

    step = "names"

    def __init__(self, wizard: DraftWizard[ClusterDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Name and features"),
            wizard.tr("What is the cluster called, and which features does it have?"),
            wizard.tr("paper, figs. 12, 23, 24"),
        )

    def build(self) -> None:
        self.name = QLineEdit()
        self.name.setObjectName("cluster_name")
        self.name.setMaxLength(LONGEST_NAME)
        form = Form()
        form.add_field(self.tr("&Name"), self.name, self.tr("Up to 80 characters, unique in the datacenter."))
        self.body.addLayout(form)
        self.ha = QCheckBox(self.tr("Turn on vSphere &HA"))
        self.ha.setObjectName("ha_enabled")
        self.drs = QCheckBox(self.tr("Turn on vSphere &DRS"))
        self.drs.setObjectName("drs_enabled")
        self.body.addWidget(self.ha)
        self.body.addWidget(
            explanation(self.tr("Restarts virtual machines on other hosts of the cluster when a host fails."))
        )
        self.body.addWidget(self.drs)
        self.body.addWidget(
            explanation(
                self.tr(
                    "Manages the hosts as one pool, places virtual machines and moves them with vMotion to "
                    "balance the load. Needed for resource pools and power management."
                )
            )
        )
        self.name.textChanged.connect(self._name_typed)
        self.ha.toggled.connect(self._ha_toggled)
        self.drs.toggled.connect(self._drs_toggled)

    def load(self) -> None:
        cluster = self.draft.cluster
        self.name.setText(cluster.name)
        self.ha.setChecked(cluster.ha.enabled)
        self.drs.setChecked(cluster.drs.enabled)

    def _name_typed(self, text: str) -> None:
        self.change(cluster=replace(self.draft.cluster, name=text))

    def _ha_toggled(self, on: bool) -> None:
        cluster = self.draft.cluster
        self.change(cluster=replace(cluster, ha=replace(cluster.ha, enabled=on)))

    def _drs_toggled(self, on: bool) -> None:
        cluster = self.draft.cluster
        self.change(cluster=replace(cluster, drs=replace(cluster.drs, enabled=on)))

    def findings(self) -> tuple[Finding, ...]:
        return self.shell.findings.in_step("names", [self.draft.cluster.id])


class HaPage(StepPage[ClusterDraft]):
    """Host monitoring and admission control."""

    step = "ha"

    def __init__(self, wizard: DraftWizard[ClusterDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("vSphere HA"),
            wizard.tr("What happens when a host fails, and how much room is kept for it?"),
        )

    def build(self) -> None:
        self.monitoring = QCheckBox(self.tr("Enable host &monitoring"))
        self.monitoring.setObjectName("ha_host_monitoring")
        self.admission = QCheckBox(self.tr("Enable &admission control"))
        self.admission.setObjectName("ha_admission_control")
        self.body.addWidget(self.monitoring)
        self.body.addWidget(self.admission)
        self.body.addWidget(
            explanation(self.tr("Powers on no virtual machine that a failover could not take in."))
        )
        self.policy = RadioGroup(
            {
                "slots": (
                    self.tr("Host failures the cluster &tolerates"),
                    self.tr("Reserves slots, sized by the largest reservation, for so many hosts."),
                ),
                "resources": (
                    self.tr("&Percentage of cluster resources"),
                    self.tr("Reserves a share of CPU and of memory; from vSphere 4.0 on."),
                ),
                "failoverHosts": (
                    self.tr("Dedicated &failover hosts"),
                    self.tr("Keeps whole hosts free; name them once the hosts are in. From vSphere 4.0 on."),
                ),
            },
            "ha_policy",
        )
        self.policy.setAccessibleName(self.tr("Admission control policy"))
        self.body.addWidget(self.policy)
        numbers = QHBoxLayout()
        numbers.setSpacing(12)
        self.failures = self._number("ha_failures", self.tr("&Failures tolerated"), 0, 63, "", numbers)
        self.cpu = self._number("ha_cpu_percent", self.tr("&CPU"), 0, 200, " %", numbers)
        self.memory = self._number("ha_memory_percent", self.tr("M&emory"), 0, 200, " %", numbers)
        numbers.addStretch(1)
        self.body.addLayout(numbers)
        self.monitoring.toggled.connect(lambda on: self._set(host_monitoring="enabled" if on else "disabled"))
        self.admission.toggled.connect(lambda on: self._set(admission_control_enabled=on))
        self.policy.changed.connect(lambda: self._set(admission_control_policy=self.policy.value))
        self.failures.valueChanged.connect(lambda value: self._set(failures_to_tolerate=value))
        self.cpu.valueChanged.connect(lambda value: self._set(cpu_percent=value))
        self.memory.valueChanged.connect(lambda value: self._set(memory_percent=value))

    def _number(self, name: str, label: str, low: int, high: int, suffix: str, row: QHBoxLayout) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName(name)
        box.setRange(low, high)
        box.setSuffix(suffix)
        caption = QLabel(label)
        caption.setBuddy(box)
        box.setAccessibleName(label.replace("&", ""))
        row.addWidget(caption)
        row.addWidget(box)
        return box

    def _set(self, **fields: object) -> None:
        cluster = self.draft.cluster
        self.change(cluster=replace(cluster, ha=replace(cluster.ha, **fields)))  # type: ignore[arg-type]

    def applies_not(self) -> str:
        return "" if self.draft.cluster.ha.enabled else self.tr("vSphere HA is off.")

    def load(self) -> None:
        ha = self.draft.cluster.ha
        self.monitoring.setChecked(ha.host_monitoring == "enabled")
        self.admission.setChecked(ha.admission_control_enabled)
        self.policy.set_value(ha.admission_control_policy)
        self.failures.setValue(ha.failures_to_tolerate)
        self.cpu.setValue(ha.cpu_percent)
        self.memory.setValue(ha.memory_percent)

    def refresh(self) -> None:
        ha = self.draft.cluster.ha
        on = ha.admission_control_enabled
        off = self.tr("Admission control is off.")
        modern = at_least(self.shell.document.plan.release, "4.0")
        for key, button in self.policy.buttons.items():
            known = modern or key == "slots"
            button.setEnabled(on and known)
            old = self.tr("VirtualCenter 2.5 knows only host failures.")
            button.setToolTip(off if not on else "" if known else old)
        boxes = {"slots": (self.failures,), "resources": (self.cpu, self.memory), "failoverHosts": ()}
        for key, own in boxes.items():
            for box in own:
                box.setEnabled(on and ha.admission_control_policy == key)
                box.setToolTip(
                    "" if box.isEnabled() else self.tr("Belongs to another policy.") if on else off
                )


class DrsPage(StepPage[ClusterDraft]):
    """The automation level and the migration threshold."""

    step = "drs"

    def __init__(self, wizard: DraftWizard[ClusterDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("vSphere DRS"),
            wizard.tr("How much does DRS do by itself?"),
            wizard.tr("paper, figs. 13, 25"),
        )

    def build(self) -> None:
        self.level = RadioGroup(
            {
                "manual": (
                    self.tr("&Manual"),
                    self.tr("vCenter suggests where to power on and what to migrate; you decide."),
                ),
                "partiallyAutomated": (
                    self.tr("&Partially automated"),
                    self.tr("Virtual machines are placed at power-on; migrations are suggested."),
                ),
                "fullyAutomated": (
                    self.tr("&Fully automated"),
                    self.tr("Virtual machines are placed at power-on and migrated to balance the load."),
                ),
            },
            "drs_level",
        )
        self.level.setAccessibleName(self.tr("Automation level"))
        self.threshold = ThresholdSlider(
            "drs_threshold",
            self.tr("Migration &threshold"),
            (
                self.tr("only what must be, such as maintenance mode and affinity rules."),
                self.tr("what promises a significant improvement."),
                self.tr("what promises a good improvement; the default."),
                self.tr("what promises a moderate improvement."),
                self.tr("what promises even a slight improvement: many migrations."),
            ),
        )
        self.body.addWidget(self.level)
        self.body.addWidget(self.threshold)
        self.level.changed.connect(lambda: self._set(default_vm_behavior=self.level.value))
        self.threshold.changed.connect(lambda value: self._set(migration_threshold=value))

    def _set(self, **fields: object) -> None:
        cluster = self.draft.cluster
        self.change(cluster=replace(cluster, drs=replace(cluster.drs, **fields)))  # type: ignore[arg-type]

    def applies_not(self) -> str:
        return "" if self.draft.cluster.drs.enabled else self.tr("vSphere DRS is off.")

    def load(self) -> None:
        drs = self.draft.cluster.drs
        self.level.set_value(drs.default_vm_behavior)
        self.threshold.set_value(drs.migration_threshold)


class DpmPage(StepPage[ClusterDraft]):
    """Power management: off, suggested or automatic."""

    step = "dpm"

    def __init__(self, wizard: DraftWizard[ClusterDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Power management"),
            wizard.tr("May hosts be powered down while the load is low?"),
            wizard.tr("paper, fig. 26"),
        )

    def build(self) -> None:
        self.level = RadioGroup(
            {
                "off": (self.tr("&Off"), self.tr("Hosts stay powered on.")),
                "manual": (
                    self.tr("&Manual"),
                    self.tr("vCenter suggests which hosts to power down or up; you decide."),
                ),
                "automated": (
                    self.tr("&Automatic"),
                    self.tr("Hosts are evacuated and powered down, and woken when they are needed."),
                ),
            },
            "dpm_level",
        )
        self.level.setAccessibleName(self.tr("Power management"))
        self.threshold = ThresholdSlider(
            "dpm_threshold",
            self.tr("DPM &threshold"),
            (
                self.tr("only what HA or the reserved capacity requires; no host is powered down."),
                self.tr("where a host is hardly used."),
                self.tr("where a host is little used; the default."),
                self.tr("where a host is moderately used."),
                self.tr("wherever the load allows it."),
            ),
        )
        self.body.addWidget(self.level)
        self.body.addWidget(self.threshold)
        self.body.addWidget(
            explanation(
                self.tr(
                    "Each host needs additional hardware to be woken: IPMI, HP iLO or Wake-on-LAN, tried in "
                    "this order. Test standby exit on every host while DPM is still off."
                )
            )
        )
        self.level.changed.connect(self._level_chosen)
        self.threshold.changed.connect(lambda value: self._set(threshold=value))

    def _level_chosen(self) -> None:
        level = self.level.value
        if level == "off":
            self._set(enabled=False)
        else:
            self._set(enabled=True, default_dpm_behavior=level)

    def _set(self, **fields: object) -> None:
        cluster = self.draft.cluster
        self.change(cluster=replace(cluster, dpm=replace(cluster.dpm, **fields)))  # type: ignore[arg-type]

    def applies_not(self) -> str:
        return "" if self.draft.cluster.drs.enabled else self.tr("Power management needs vSphere DRS.")

    def load(self) -> None:
        dpm = self.draft.cluster.dpm
        self.level.set_value(dpm.default_dpm_behavior if dpm.enabled else "off")
        self.threshold.set_value(dpm.threshold)

    def refresh(self) -> None:
        on = self.draft.cluster.dpm.enabled
        self.threshold.slider.setEnabled(on)
        self.threshold.slider.setToolTip("" if on else self.tr("Power management is off."))


class SwapPage(StepPage[ClusterDraft]):
    """Where virtual machines keep their swapfiles."""

    step = "swap"

    def __init__(self, wizard: DraftWizard[ClusterDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Swapfile location"),
            wizard.tr("Where are the swapfiles of virtual machines stored?"),
            wizard.tr("paper, figs. 14, 28"),
        )

    def build(self) -> None:
        self.placement = RadioGroup(
            {
                "vmDirectory": (
                    self.tr("In the same directory as the &virtual machine (recommended)"),
                    self.tr("Migration with vMotion has no swapfile to copy."),
                ),
                "hostLocal": (
                    self.tr("In the datastore that the &host names"),
                    self.tr(
                        "If the host names none, beside the virtual machine. Where the destination does not "
                        "see the datastore, vMotion copies the swapfile and takes longer."
                    ),
                ),
            },
            "swap",
        )
        self.placement.setAccessibleName(self.tr("Swapfile location"))
        self.body.addWidget(self.placement)
        self.placement.changed.connect(
            lambda: self.change(
                cluster=replace(self.draft.cluster, vm_swap_placement=self.placement.value)  # type: ignore[arg-type]
            )
        )

    def load(self) -> None:
        self.placement.set_value(self.draft.cluster.vm_swap_placement)


class ReadyPage(StepPage[ClusterDraft]):
    """Everything chosen, and what must happen before the cluster can be made."""

    def __init__(self, wizard: DraftWizard[ClusterDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Ready to complete"),
            wizard.tr("Is everything as it should be?"),
            wizard.tr("paper, figs. 15, 29"),
        )
        self.setFinalPage(True)

    def build(self) -> None:
        self.summary = QGridLayout()
        self.summary.setHorizontalSpacing(16)
        self.summary.setVerticalSpacing(4)
        self.summary.setColumnStretch(1, 1)
        self.body.addLayout(self.summary)
        self.todo_heading = heading(self.tr("Before you start"))
        self.body.addWidget(self.todo_heading)
        self.todos = FindingsPanel()
        self.todos.setObjectName("before_you_start")
        self.body.addWidget(self.todos)
        self.other_heading = heading(self.tr("Worth knowing"))
        self.body.addWidget(self.other_heading)
        self.others = FindingsPanel()
        self.body.addWidget(self.others)
        self.move_hosts = QCheckBox(self.tr("&Move the ticked standalone hosts into the cluster"))
        self.move_hosts.setObjectName("move_hosts")
        self.add_hosts = QCheckBox(self.tr("Continue with &Add Host"))
        self.add_hosts.setObjectName("add_hosts")
        self.body.addWidget(self.move_hosts)
        self.body.addWidget(self.add_hosts)
        self.move_hosts.toggled.connect(lambda on: self.change(move_hosts=on))
        self.add_hosts.toggled.connect(lambda on: self.change(add_hosts=on))

    def load(self) -> None:
        self.move_hosts.setChecked(self.draft.move_hosts)
        self.add_hosts.setChecked(self.draft.add_hosts)

    def _all(self) -> list[Finding]:
        return [f for f in self.shell.findings.all if f.subject.object_id in set(self.shell.subjects())]

    def findings(self) -> tuple[Finding, ...]:
        """Errors of steps that other steps brought about block here too."""
        return tuple(f for f in self._all() if f.severity is Severity.ERROR and f.step != "host")

    def refresh(self) -> None:
        standalone = [c for c in self.draft.ticked if not c.captured]
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
            panel.show_findings(shown)
        self._show_summary()

    def _show_summary(self) -> None:
        while (item := self.summary.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for row, (name, text) in enumerate(self.lines()):
            label = QLabel(name)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            label.setForegroundRole(label.foregroundRole())
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
            (self.tr("vSphere HA"), self._ha_text() if cluster.ha.enabled else self.tr("off")),
        ]
        levels = {
            "manual": self.tr("manual"),
            "partiallyAutomated": self.tr("partially automated"),
            "fullyAutomated": self.tr("fully automated"),
            "automated": self.tr("automatic"),
        }
        drs, dpm = cluster.drs, cluster.dpm
        level = self.tr("{0}, threshold {1}")
        drs_text = level.format(levels[drs.default_vm_behavior], drs.migration_threshold)
        dpm_text = level.format(levels[dpm.default_dpm_behavior], dpm.threshold)
        lines.append((self.tr("vSphere DRS"), drs_text if drs.enabled else self.tr("off")))
        lines.append((self.tr("Power management"), dpm_text if dpm.enabled else self.tr("off")))
        mode = modes_of(plan).get(cluster.evc_mode)
        lines.append((self.tr("VMware EVC"), mode.label if mode is not None else self.tr("disabled")))
        places = {
            "vmDirectory": self.tr("with the virtual machine"),
            "hostLocal": self.tr("in the datastore that the host names"),
        }
        lines.append((self.tr("Swapfiles"), places[cluster.vm_swap_placement]))
        if draft.ticked:
            lines.append((self.tr("Weighed with"), ", ".join(c.host.label for c in draft.ticked)))
        return lines

    def _ha_text(self) -> str:
        ha = self.draft.cluster.ha
        if not ha.admission_control_enabled:
            return self.tr("on, without admission control")
        texts = {
            "slots": self.tr("on, tolerates {0} host failures").format(ha.failures_to_tolerate),
            "resources": self.tr("on, keeps {0} % CPU and {1} % memory free").format(
                ha.cpu_percent, ha.memory_percent
            ),
            "failoverHosts": self.tr("on, with dedicated failover hosts"),
        }
        return texts[ha.admission_control_policy]

"""The pages of the New Cluster wizard, but for EVC and the last, in the paper's order (figs. 22 to 28)."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QLineEdit

from flexgui.evc.releases import at_least
from flexgui.rules.finding import Finding
from flexgui.widgets import ranges
from flexgui.widgets.form import Form
from flexgui.widgets.quiet_inputs import NUMBER_WIDTH, QuietCombo, QuietSpin
from flexgui.wizards import cluster_draft
from flexgui.wizards.cluster_draft import ClusterDraft
from flexgui.wizards.controls import RadioGroup, ThresholdSlider
from flexgui.wizards.shell import DraftShell, StepPage, explanation

LONGEST_NAME = 256
"""What a field takes, so that a name over vSphere's 80 characters can be typed and be told so."""


class DatacenterPage(StepPage[ClusterDraft]):
    """Which datacenter the cluster comes into, or the name of a new one."""

    step = "names"

    def __init__(self, wizard: DraftShell[ClusterDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Datacenter"),
            wizard.tr("Which datacenter does the cluster belong to?"),
            wizard.tr("Intel's paper, fig. 22"),
        )

    def build(self) -> None:
        self.existing = QuietCombo()
        self.existing.setObjectName("datacenter")
        self.name = QLineEdit()
        self.name.setObjectName("datacenter_name")
        self.name.setMaxLength(LONGEST_NAME)
        form = Form()
        form.add_field(self.tr("&Datacenter"), self.existing)
        form.add_field(
            self.tr("Na&me"),
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
        self.name.selectAll()

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

    def __init__(self, wizard: DraftShell[ClusterDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Name and features"),
            wizard.tr("What is the cluster called, and which features does it have?"),
            wizard.tr("Intel's paper, figs. 12, 23, 24"),
        )

    def build(self) -> None:
        self.name = QLineEdit()
        self.name.setObjectName("cluster_name")
        self.name.setMaxLength(LONGEST_NAME)
        form = Form()
        form.add_field(self.tr("Na&me"), self.name, self.tr("Up to 80 characters, unique in the datacenter."))
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
        self.name.selectAll()
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

    def __init__(self, wizard: DraftShell[ClusterDraft]) -> None:
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
                    self.tr("Dedicated failover &hosts"),
                    self.tr("Keeps whole hosts free; name them once the hosts are in. From vSphere 4.0 on."),
                ),
            },
            "ha_policy",
        )
        self.policy.setAccessibleName(self.tr("Admission control policy"))
        self.body.addWidget(self.policy)
        form = Form()
        self.failures = self._number(
            form, "ha_failures", self.tr("Host &failures to tolerate"), ranges.FAILURES
        )
        self.cpu = self._number(
            form, "ha_cpu_percent", self.tr("Failover &CPU capacity"), ranges.PERCENT, " %"
        )
        self.memory = self._number(
            form, "ha_memory_percent", self.tr("Failover m&emory capacity"), ranges.PERCENT, " %"
        )
        self.body.addLayout(form)
        self.monitoring.toggled.connect(lambda on: self._set(host_monitoring="enabled" if on else "disabled"))
        self.admission.toggled.connect(lambda on: self._set(admission_control_enabled=on))
        self.policy.changed.connect(lambda: self._set(admission_control_policy=self.policy.value))
        self.failures.valueChanged.connect(lambda value: self._set(failures_to_tolerate=value))
        self.cpu.valueChanged.connect(lambda value: self._set(cpu_percent=value))
        self.memory.valueChanged.connect(lambda value: self._set(memory_percent=value))

    def _number(
        self, form: Form, name: str, label: str, limits: tuple[int, int], suffix: str = ""
    ) -> QuietSpin:
        box = QuietSpin()
        box.setObjectName(name)
        box.setRange(*limits)
        box.setSuffix(suffix)
        box.setMaximumWidth(NUMBER_WIDTH)
        form.add_field(label, box)
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

    def __init__(self, wizard: DraftShell[ClusterDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("vSphere DRS"),
            wizard.tr("How much does DRS do by itself?"),
            wizard.tr("Intel's paper, figs. 13, 25"),
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

    def __init__(self, wizard: DraftShell[ClusterDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Power management"),
            wizard.tr("May hosts be powered down while the load is low?"),
            wizard.tr("Intel's paper, fig. 26"),
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

    def __init__(self, wizard: DraftShell[ClusterDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Swapfile location"),
            wizard.tr("Where are the swapfiles of virtual machines stored?"),
            wizard.tr("Intel's paper, figs. 14, 28"),
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

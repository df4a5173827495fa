"""The planned settings of a cluster that are no EVC mode: HA, DRS, DPM, swapfile location."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from flexgui.document import Document
from flexgui.plan.values import Cluster
from flexgui.views.failover_hosts import FailoverHosts
from flexgui.views.fields import Fields
from flexgui.widgets import ranges, words
from flexgui.widgets.form import Form


class ClusterSettings(QWidget):
    """One form. What does not apply is disabled, and its tool tip says why."""

    def __init__(self, document: Document, fields: Fields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = Form()
        form.add_heading(self.tr("vSphere HA"))
        self.ha = fields.check("ha.enabled", self.tr("Change HA"), self.tr("Turn on vSphere H&A"))
        form.addRow("", self.ha)
        self.host_monitoring = fields.check(
            "ha.host_monitoring",
            self.tr("Change host monitoring"),
            self.tr("Enable host mo&nitoring"),
            "enabled",
            "disabled",
        )
        form.addRow("", self.host_monitoring)
        self.admission = fields.check(
            "ha.admission_control_enabled",
            self.tr("Change admission control"),
            self.tr("Enable admission &control"),
        )
        form.addRow("", self.admission)
        self.policy = fields.enumeration(
            "ha.admission_control_policy",
            self.tr("Change admission control policy"),
            "admission_control_policy",
        )
        form.add_field(self.tr("Admission control polic&y"), self.policy)
        self.failures = fields.number(
            "ha.failures_to_tolerate", self.tr("Change host failures"), *ranges.FAILURES
        )
        form.add_field(self.tr("Host fail&ures to tolerate"), self.failures)
        self.cpu = fields.number(
            "ha.cpu_percent", self.tr("Change failover CPU"), *ranges.PERCENT, suffix=" %"
        )
        form.add_field(self.tr("Fa&ilover CPU capacity"), self.cpu)
        self.memory = fields.number(
            "ha.memory_percent", self.tr("Change failover memory"), *ranges.PERCENT, suffix=" %"
        )
        form.add_field(self.tr("Failover &memory capacity"), self.memory)
        self.failover_hosts = FailoverHosts(document, fields)
        form.add_field(self.tr("Failover h&osts"), self.failover_hosts)
        self.restart = fields.enumeration(
            "ha.restart_priority", self.tr("Change VM restart priority"), "restart_priority"
        )
        form.add_field(self.tr("VM restart priority"), self.restart)
        self.isolation = fields.enumeration(
            "ha.isolation_response", self.tr("Change host isolation response"), "isolation_response"
        )
        form.add_field(self.tr("Host isolation response"), self.isolation)
        self.monitoring = fields.enumeration(
            "ha.vm_monitoring", self.tr("Change VM monitoring"), "vm_monitoring"
        )
        form.add_field(self.tr("VM monitoring"), self.monitoring)

        form.add_heading(self.tr("DRS"))
        self.drs = fields.check("drs.enabled", self.tr("Change DRS"), self.tr("Turn on vSphere &DRS"))
        form.addRow("", self.drs)
        self.level = fields.enumeration(
            "drs.default_vm_behavior", self.tr("Change DRS automation level"), "vm_behavior"
        )
        form.add_field(self.tr("Automation level"), self.level)
        self.threshold = fields.choice(
            "drs.migration_threshold", self.tr("Change migration threshold"), _thresholds(), _number
        )
        form.add_field(self.tr("Migration threshold"), self.threshold)

        form.add_heading(self.tr("Power management (DPM)"))
        self.dpm = fields.check("dpm.enabled", self.tr("Change DPM"), self.tr("Turn on po&wer management"))
        form.addRow("", self.dpm)
        self.dpm_level = fields.enumeration(
            "dpm.default_dpm_behavior", self.tr("Change DPM automation level"), "dpm_behavior"
        )
        form.add_field(self.tr("DPM automation &level"), self.dpm_level)
        self.dpm_threshold = fields.choice(
            "dpm.threshold", self.tr("Change DPM threshold"), _thresholds(), _number
        )
        form.add_field(self.tr("DPM threshold"), self.dpm_threshold)

        form.add_heading(self.tr("Swapfile location"))
        self.swap = fields.enumeration(
            "vm_swap_placement", self.tr("Change swapfile location"), "vm_swap_placement"
        )
        form.add_field(self.tr("&Swapfile"), self.swap)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 12, 12)
        column.addLayout(form)
        column.addStretch()

    def show_cluster(self, cluster: Cluster) -> None:
        """Enable what applies; the fields themselves are loaded already."""
        ha, drs, dpm = cluster.ha, cluster.drs, cluster.dpm
        no_ha = "" if ha.enabled else self.tr("Turn on vSphere HA first.")
        control = no_ha or (
            "" if ha.admission_control_enabled else self.tr("Enable admission control first.")
        )
        policy = ha.admission_control_policy
        other = self.tr("Another admission control policy is chosen.")
        no_drs = "" if drs.enabled else self.tr("Turn on vSphere DRS first.")
        no_dpm = "" if dpm.enabled else self.tr("Turn on power management first.")
        reasons = (
            *((w, no_ha) for w in (self.host_monitoring, self.admission, self.restart)),
            *((w, no_ha) for w in (self.isolation, self.monitoring)),
            (self.policy, control),
            (self.failures, control or ("" if policy == "slots" else other)),
            *((w, control or ("" if policy == "resources" else other)) for w in (self.cpu, self.memory)),
            (self.failover_hosts, control or ("" if policy == "failoverHosts" else other)),
            *((w, no_drs) for w in (self.level, self.threshold)),
            (self.dpm, "" if drs.enabled or dpm.enabled else no_drs),
            *((w, no_dpm) for w in (self.dpm_level, self.dpm_threshold)),
        )
        self.failover_hosts.show_cluster(cluster)
        for widget, reason in reasons:
            widget.setEnabled(not reason)
            widget.setToolTip(reason)


def _thresholds() -> list[tuple[str | None, str]]:
    return [(value, words.word("threshold", value)) for value in words.ENUMERATIONS["threshold"]]


def _number(value: str | None) -> int:
    return int(value or 3)

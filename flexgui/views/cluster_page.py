"""The page of a cluster: summary, settings, EVC, hosts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from flexgui.document import Document
from flexgui.evc.modes import EvcMode, maker
from flexgui.evc.pool import NO_MAKER
from flexgui.evc.releases import offered_modes
from flexgui.plan.inventory import modes_of
from flexgui.plan.values import Cluster, Host, Object, Plan, ResourcePool, VirtualMachine
from flexgui.views.action_button import ActionButton
from flexgui.views.actions import Actions
from flexgui.views.cluster_pools import pools_of
from flexgui.views.cluster_settings import ClusterSettings
from flexgui.views.evc_tab import EvcTab
from flexgui.views.hosts_table import HostsTable
from flexgui.views.page import Page
from flexgui.views.plots.matrix_tab import MatrixTab
from flexgui.widgets import words
from flexgui.widgets.empty_state import EmptyState
from flexgui.widgets.evidence_text import no_modes
from flexgui.widgets.form import Form
from flexgui.widgets.labels import SecondaryLabel, WrapLabel
from flexgui.widgets.name_list import joined
from flexgui.widgets.processor_text import mode_name, short_mode_name
from flexgui.widgets.scrolled import scrolled

if TYPE_CHECKING:
    from flexgui.views.cpuid_tab import CpuidTab


class ClusterPage(Page):
    """One cluster."""

    def __init__(self, document: Document, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(document, actions, parent)
        self.tabs.addTab(scrolled(self._summary()), self.tr("Summary"))
        self.no_hosts = EmptyState(
            "host", self.tr("The cluster has no hosts yet. Add one, or import several.")
        )
        self.no_hosts.add_action(actions["add_host"])
        self.no_hosts.add_action(actions["import_hosts"])
        self.hosts = HostsTable(document, "cluster_hosts", self.no_hosts)
        self.hosts.view.row_activated.connect(lambda key: self.object_requested.emit(str(key)))
        self.tabs.addTab(self.hosts, self.tr("Hosts"))
        self.evc = EvcTab(document, actions)
        self.tabs.addTab(scrolled(self.evc), self.tr("EVC"))
        # What the hosts have of these differs from host to host: their table shows it.
        self.fields.widgets |= dict.fromkeys(("hosts", "datastores", "networks"), self.hosts.view)
        self.matrix = MatrixTab(document, actions)
        self.matrix.host_requested.connect(self.object_requested)
        self.tabs.addTab(self.matrix, self.tr("Matrix"))
        self.cpuid_tab: CpuidTab | None = None
        self._cpuid_holder = QWidget()
        QVBoxLayout(self._cpuid_holder).setContentsMargins(0, 0, 0, 0)
        self.tabs.addTab(self._cpuid_holder, self.tr("CPUID"))
        self.tabs.currentChanged.connect(self._show_cpuid)
        self.settings = ClusterSettings(document, self.fields)
        self.tabs.addTab(scrolled(self.settings), self.tr("Settings"))

    def _summary(self) -> QWidget:
        content = QWidget()
        form = Form()
        self.name = self.fields.text("name", self.tr("Rename cluster"))
        form.add_field(self.tr("&Name"), self.name)
        self._contents = WrapLabel()
        form.add_field(self.tr("Contents"), self._contents)
        form.add_heading(self.tr("Enhanced vMotion Compatibility"))
        self._mode, self._source = WrapLabel(), SecondaryLabel()
        mode = QWidget()
        lines = QVBoxLayout(mode)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        lines.addWidget(self._mode)
        lines.addWidget(self._source)
        form.add_field(self.tr("Planned mode"), mode)
        self._best = WrapLabel()
        form.add_field(self.tr("Hosts allow"), self._best)
        self.change = ActionButton(self.actions_["change_evc_mode"])
        form.addRow("", self.change)
        self.fields.widgets["evc_mode"] = self.change
        form.add_heading(self.tr("Present state"))
        self.exists: QCheckBox = self.fields.check(
            "exists",
            self.tr("Change whether the cluster exists"),
            self.tr("vCenter has this cluster &already"),
        )
        form.addRow("", self.exists)
        self.present_mode: QComboBox = self.fields.choice(
            "present_evc_mode", self.tr("Change present EVC mode"), [(None, self.tr("EVC is disabled"))]
        )
        form.add_field(
            self.tr("Pre&sent EVC mode"),
            self.present_mode,
            self.tr("The mode of the cluster now, before the plan is carried out."),
        )
        form.add_heading(self.tr("Features"))
        self._ha, self._drs, self._dpm, self._swap = (WrapLabel() for _ in range(4))
        form.add_field(self.tr("vSphere HA"), self._ha)
        form.add_field(self.tr("DRS"), self._drs)
        form.add_field(self.tr("Power management"), self._dpm)
        form.add_field(self.tr("Swapfile location"), self._swap)
        self._empty = EmptyState("host", self.tr("The cluster has no hosts yet. Add one with its CPU."))
        self._empty.add_action(self.actions_["add_host"])
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(self._empty)
        column.addLayout(form)
        column.addStretch()
        return content

    def whole_cpuid_tab(self) -> CpuidTab:
        """What is in the CPUID tab, made when it is first asked for."""
        if self.cpuid_tab is None:
            from flexgui.views.cpuid_tab import CpuidTab

            self.cpuid_tab = CpuidTab()
            layout = self._cpuid_holder.layout()
            assert layout is not None
            layout.addWidget(self.cpuid_tab)
        return self.cpuid_tab

    def compare_cpuid(self, ids: Sequence[str]) -> None:
        """Show the CPUID of hosts side by side; of none, the cluster's distinct processors."""
        self.tabs.setCurrentWidget(self._cpuid_holder)
        self.whole_cpuid_tab().compare_hosts(ids)

    def _show_cpuid(self) -> None:
        """Bring the comparison up to date while it is in sight."""
        if self.tabs.currentWidget() is self._cpuid_holder:
            self.whole_cpuid_tab().show_object(self.document.plan, self.object_id)

    def focus_search(self) -> bool:
        if self.tabs.currentWidget() is self._cpuid_holder:
            self.whole_cpuid_tab().focus_search()
            return True
        if self.tabs.currentWidget() is not self.hosts:
            return False
        return self.hosts.focus_search()

    def ids_within(self) -> list[str]:
        found = self.found()
        if not isinstance(found, Cluster):
            return []
        ids = [found.id, *(pool.id for pool in found.resource_pools)]
        for host in found.hosts:
            ids += [host.id, *(vm.id for vm in host.vms)]
        return ids

    def subtitle(self, found: Object | Plan) -> str:
        assert isinstance(found, Cluster)
        mode = self._mode_of(found)
        if mode is not None:
            return mode_name(mode)
        return found.evc_mode or self.tr("EVC is disabled")

    def refresh(self) -> None:
        found = self.found()
        if isinstance(found, Cluster):
            self._offer_modes(found)
        super().refresh()

    def show_state(self, found: Object | Plan) -> None:
        assert isinstance(found, Cluster)
        plan = self.document.plan
        mode = self._mode_of(found)
        parts = [
            words.counted(Host, len(found.hosts)),
            words.counted(VirtualMachine, sum(len(host.vms) for host in found.hosts)),
        ]
        if found.resource_pools:
            parts.append(words.counted(ResourcePool, len(found.resource_pools)))
        self._contents.setText(", ".join(parts))
        self._mode.setText(self.subtitle(found))
        self._source.setText(
            "" if mode is None else self.tr("Source: {source}").format(source=mode.requires_provenance)
        )
        self._source.setVisible(mode is not None)
        self._best.setText(self._best_text(plan, found))
        self.present_mode.setEnabled(found.exists)
        self.present_mode.setToolTip(
            "" if found.exists else self.tr("Only a cluster that vCenter has already has a present mode.")
        )
        self._show_features(found)
        self._empty.setVisible(not found.hosts)
        self.evc.show_cluster(found)
        self.hosts.show_hosts((found.hosts, mode, found.name))
        self._show_cpuid()
        self.matrix.show_object(found)
        self.settings.show_cluster(found)
        self.tabs.setTabText(
            self.tabs.indexOf(self.hosts), self.tr("Hosts ({count})").format(count=len(found.hosts))
        )

    def _best_text(self, plan: Plan, cluster: Cluster) -> str:
        found = pools_of(plan, cluster)
        lines = []
        for pool in found.pools:
            if pool.vendor == NO_MAKER:
                continue
            if not pool.has_modes:
                lines.append(no_modes(pool.vendor))
                continue
            if pool.highest is not None:
                text = self.tr("{maker}: {mode}, the highest that every host supports.").format(
                    maker=maker(pool.vendor), mode=short_mode_name(pool.highest)
                )
            else:
                text = self.tr("{maker}: no mode that every host supports for certain.").format(
                    maker=maker(pool.vendor)
                )
            if pool.possible is not None and pool.possible != pool.highest:
                text += " " + self.tr("{mode} is possible, see EVC.").format(
                    mode=short_mode_name(pool.possible)
                )
            if pool.next_mode is not None and pool.blockers:
                names = [blocker.member.name for blocker in pool.blockers]
                shown = joined(names, 4)
                text += (
                    " "
                    + self.tr("{hosts} keep it from {mode}.").format(
                        hosts=shown, mode=short_mode_name(pool.next_mode)
                    )
                    if len(names) > 1
                    else " "
                    + self.tr("{hosts} keeps it from {mode}.").format(
                        hosts=shown, mode=short_mode_name(pool.next_mode)
                    )
                )
            lines.append(text)
        if found.unknown:
            lines.append(
                self.tr("{count} without a known CPU: no mode is certain.").format(
                    count=words.counted(Host, found.unknown)
                )
            )
        return "\n".join(lines) or self.tr("There are no hosts to weigh.")

    def _show_features(self, cluster: Cluster) -> None:
        off = self.tr("Off")
        ha, drs, dpm = cluster.ha, cluster.drs, cluster.dpm
        self._ha.setText(
            self.tr("On, admission control: {policy}").format(
                policy=words.word("admission_control_policy", ha.admission_control_policy)
            )
            if ha.enabled and ha.admission_control_enabled
            else self.tr("On, no admission control")
            if ha.enabled
            else off
        )
        self._drs.setText(
            self.tr("{level}, migration threshold {threshold}").format(
                level=words.word("vm_behavior", drs.default_vm_behavior),
                threshold=words.word("threshold", str(drs.migration_threshold)),
            )
            if drs.enabled
            else off
        )
        self._dpm.setText(
            self.tr("{level}, threshold {threshold}").format(
                level=words.word("dpm_behavior", dpm.default_dpm_behavior),
                threshold=words.word("threshold", str(dpm.threshold)),
            )
            if dpm.enabled
            else off
        )
        self._swap.setText(words.word("vm_swap_placement", cluster.vm_swap_placement))

    def _mode_of(self, cluster: Cluster) -> EvcMode | None:
        return modes_of(self.document.plan).get(cluster.evc_mode)

    def _offer_modes(self, cluster: Cluster) -> None:
        plan = self.document.plan
        wanted: list[tuple[str | None, str]] = [(None, self.tr("EVC is disabled"))]
        wanted += [(m.key, mode_name(m)) for m in offered_modes(plan.release, modes_of(plan))]
        if cluster.present_evc_mode is not None and cluster.present_evc_mode not in dict(wanted):
            shown = modes_of(plan).get(cluster.present_evc_mode)
            name = mode_name(shown) if shown is not None else cluster.present_evc_mode
            wanted.append((cluster.present_evc_mode, name))
        combo = self.present_mode
        if [combo.itemData(n) for n in range(combo.count())] != [key for key, _ in wanted]:
            combo.clear()
            for key, name in wanted:
                combo.addItem(name, key)

"""The page of a datacenter."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from flexgui.document import Document
from flexgui.plan.inventory import modes_of
from flexgui.plan.values import Cluster, Datacenter, Host, Object, Plan
from flexgui.views.action_button import ActionButton
from flexgui.views.actions import Actions
from flexgui.views.hosts_table import HostsTable
from flexgui.views.page import Page
from flexgui.views.plots.matrix_tab import MatrixTab
from flexgui.widgets import words
from flexgui.widgets.empty_state import EmptyState
from flexgui.widgets.form import Form
from flexgui.widgets.labels import WrapLabel
from flexgui.widgets.scrolled import scrolled


class DatacenterPage(Page):
    """Name, stores and networks, and all hosts, standalone or in clusters."""

    def __init__(self, document: Document, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(document, actions, parent)
        content = QWidget()
        form = Form()
        self.name: QLineEdit = self.fields.text("name", self.tr("Rename datacenter"))
        form.add_field(self.tr("&Name"), self.name)
        self._contents, self._stores, self._networks = WrapLabel(), WrapLabel(), WrapLabel()
        form.add_field(self.tr("Contents"), self._contents)
        form.add_field(self.tr("Datastores"), self._stores)
        form.add_field(self.tr("Networks"), self._networks)
        self._empty = EmptyState(
            "cluster", self.tr("There is no cluster yet. Plan one, or add hosts first and weigh them there.")
        )
        self._empty.add_action(actions["new_cluster"])
        self._empty.add_action(actions["add_host"])
        self._empty.add_action(actions["import_hosts"])
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 12, 0, 0)
        column.addLayout(form)
        column.addWidget(self._empty)
        column.addStretch()
        self.tabs.addTab(scrolled(content), self.tr("Summary"))
        no_hosts = EmptyState("host", self.tr("The datacenter has no hosts yet. Add one, or import several."))
        no_hosts.add_action(actions["add_host"])
        no_hosts.add_action(actions["import_hosts"])
        self.hosts = HostsTable(document, "datacenter_hosts", no_hosts, clusters=True)
        self.hosts.view.row_activated.connect(lambda key: self.object_requested.emit(str(key)))
        hosts = QWidget()
        column = QVBoxLayout(hosts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.hosts)
        self.suggest = ActionButton(actions["suggest_clusters"])
        column.addWidget(self.suggest)
        self.tabs.addTab(hosts, self.tr("Hosts"))
        self.matrix = MatrixTab(document, actions)
        self.matrix.host_requested.connect(self.object_requested)
        self.tabs.addTab(self.matrix, self.tr("Matrix"))

    def focus_search(self) -> bool:
        if self.tabs.currentIndex() != 1:
            return False
        return self.hosts.focus_search()

    def ids_within(self) -> list[str]:
        found = self.found()
        if not isinstance(found, Datacenter):
            return []
        ids = [found.id]
        for cluster in found.clusters:
            ids += [cluster.id, *(pool.id for pool in cluster.resource_pools)]
        for host in (*found.hosts, *(h for c in found.clusters for h in c.hosts)):
            ids += [host.id, *(vm.id for vm in host.vms)]
        return ids

    def subtitle(self, found: Object | Plan) -> str:
        return self.tr("Datacenter")

    def show_state(self, found: Object | Plan) -> None:
        assert isinstance(found, Datacenter)
        self.matrix.show_object(found)
        count = len(found.hosts) + sum(len(c.hosts) for c in found.clusters)
        self._contents.setText(
            ", ".join((words.counted(Cluster, len(found.clusters)), words.counted(Host, count)))
        )
        stores = [f"{d.name} ({d.type})" if d.type else d.name for d in found.datastores]
        self._stores.setText(", ".join(stores) or self.tr("None named"))
        self._networks.setText(", ".join(found.networks) or self.tr("None named"))
        self._empty.setVisible(not found.clusters and not found.hosts)
        modes = modes_of(self.document.plan)
        self.hosts.show_hosts(
            (found.hosts, None, ""),
            *((cluster.hosts, modes.get(cluster.evc_mode), cluster.name) for cluster in found.clusters),
        )
        self.tabs.setTabText(1, self.tr("Hosts ({count})").format(count=count))

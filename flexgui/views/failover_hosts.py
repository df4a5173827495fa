"""The dedicated failover hosts of a cluster: its hosts, each with a tick."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from flexgui.document import Document
from flexgui.plan.inventory import find
from flexgui.plan.values import Cluster
from flexgui.views.fields import FIELD_WIDTH, Fields
from flexgui.widgets.icons import icon

_PATH = "ha.failover_hosts"
_ID = Qt.ItemDataRole.UserRole
_ROWS = 5


class FailoverHosts(QListWidget):
    """Each tick is one step of undo. Those that are not in the cluster come last, to be taken off."""

    def __init__(self, document: Document, fields: Fields) -> None:
        super().__init__()
        self._document = document
        self._fields = fields
        self._shown: list[tuple[str, str]] = []
        self.setUniformItemSizes(True)
        self.setMaximumWidth(FIELD_WIDTH)
        self.itemChanged.connect(self._enter)
        fields.widgets[_PATH] = self

    def show_cluster(self, cluster: Cluster) -> None:
        """Show the hosts of a cluster whose admission control works by failover hosts; none of another's."""
        chosen = cluster.ha.failover_hosts
        used = cluster.ha.admission_control_policy == "failoverHosts"
        own = [(host.id, host.label) for host in cluster.hosts] if used else []
        inside = {host_id for host_id, _ in own}
        others = [(host_id, self._other(host_id)) for host_id in chosen if host_id not in inside]
        rows = own + others if used else []
        with QSignalBlocker(self):
            if rows != self._shown:
                self._fill(rows)
            for number in range(self.count()):
                item = self.item(number)
                checked = item.data(_ID) in chosen
                item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)

    def sizeHint(self) -> QSize:
        row = max(self.sizeHintForRow(0), self.fontMetrics().height() + 4)
        return QSize(FIELD_WIDTH, _ROWS * row + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def _fill(self, rows: list[tuple[str, str]]) -> None:
        current = self.currentRow()
        self._shown = rows
        self.clear()
        for host_id, label in rows:
            item = QListWidgetItem(icon("host"), label)
            item.setData(_ID, host_id)
            self.addItem(item)
        self.setCurrentRow(min(max(current, 0), len(rows) - 1))

    def _other(self, host_id: str) -> str:
        place = find(self._document.plan, host_id)
        if place is None or place.host is None:
            return self.tr("{id} (not in the plan)").format(id=host_id)
        return self.tr("{host} (not in this cluster)").format(host=place.host.label)

    def _enter(self, changed: QListWidgetItem) -> None:
        items = (self.item(number) for number in range(self.count()))
        chosen = tuple(str(i.data(_ID)) for i in items if i.checkState() == Qt.CheckState.Checked)
        self._fields.set(_PATH, self.tr("Change failover hosts"), chosen)

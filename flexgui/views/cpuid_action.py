"""Compare CPUID: what is selected in the inventory, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from flexgui.plan.inventory import find
from flexgui.plan.values import Cluster, Host

if TYPE_CHECKING:
    from flexgui.views.main_window import MainWindow


class CpuidAction(QObject):
    """Opens the comparison of the selected hosts, or of a cluster's processors."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.actions_["compare_cpuid"].triggered.connect(lambda: self.compare())
        window.inventory.selection_changed.connect(self._enable)
        window.inventory.object_selected.connect(self._enable)
        window.document.plan_changed.connect(self._enable)
        self._enable()

    def compare(self) -> None:
        """Show the selected hosts side by side, on the page of the current one or of the cluster."""
        from flexgui.views.cluster_page import ClusterPage
        from flexgui.views.host_page import HostPage

        window = self._window
        place = find(window.document.plan, window.inventory.current_id() or None)
        if place is None:
            return
        hosts = self._hosts()
        target = place.host or place.cluster
        if target is None:
            return
        if target.id != window.inventory.current_id() and not window.select(target.id):
            return
        page = window.page()
        if isinstance(page, HostPage | ClusterPage):
            page.compare_cpuid(hosts)

    def _hosts(self) -> list[str]:
        """The ids of the selected hosts, and of all hosts of selected clusters besides the first."""
        plan, ids = self._window.document.plan, dict[str, None]()
        selected = self._window.inventory.selected_ids()
        for object_id in selected:
            place = find(plan, object_id)
            if place is None:
                continue
            if isinstance(place.object, Host):
                ids[place.object.id] = None
            elif isinstance(place.object, Cluster) and len(selected) > 1:
                ids |= dict.fromkeys(host.id for host in place.object.hosts)
        return list(ids)

    def _enable(self) -> None:
        window = self._window
        place = find(window.document.plan, window.inventory.current_id() or None)
        possible = place is not None and (place.host or place.cluster) is not None
        why = "" if possible else self.tr("Select hosts or a cluster first.")
        window.actions_.enable("compare_cpuid", why)

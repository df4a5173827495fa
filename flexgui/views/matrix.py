"""The Matrix tabs and the window: what is selected in one is selected in the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject

from flexgui.plan.inventory import find, objects_of
from flexgui.plan.values import Host

if TYPE_CHECKING:
    from flexgui.views.main_window import MainWindow
    from flexgui.views.plots.matrix_tab import MatrixTab, View

MOST_SELECTED: Final = 1000
"""So many hosts are selected in the inventory at once, the first of them."""
MOST_UNFOLDED: Final = 500
"""A cluster of more hosts is not unfolded in the inventory because some of them are selected."""
_TOLD_MS: Final = 6000

ACTIONS: Final[dict[str, View]] = {
    "matrix_modes": "modes",
    "matrix_features": "features",
    "matrix_clusters": "clusters",
    "matrix_before_after": "before_after",
}


class Matrix(QObject):
    """Connects the Matrix tab of each page once the page is there, and opens it from the menu."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._known: set[MatrixTab] = set()
        self._selecting = False
        window.inventory.object_selected.connect(lambda _: self._meet())
        window.inventory.selection_changed.connect(lambda *_: self._mark())
        for name, view in ACTIONS.items():
            window.actions_[name].triggered.connect(lambda _=False, view=view: self.show_view(view))
        window.document.plan_changed.connect(self._enable)
        self._meet()

    def show_view(self, view: View) -> None:
        """Show a picture of the current cluster or datacenter, or of what the current object is in."""
        window = self._window
        target = self._target()
        if not target or not window.select(target):
            return
        page, tab = window.page(), self._tab()
        if page is not None and tab is not None:
            self._meet()
            tab.choose(view)
            page.tabs.setCurrentWidget(tab)
            tab.focus_picture()

    def _tab(self) -> MatrixTab | None:
        """The Matrix tab of the page that is shown; None where it has none."""
        return getattr(self._window.page(), "matrix", None)

    def _target(self) -> str:
        """The id of the cluster or datacenter to show; "" for none."""
        plan = self._window.document.plan
        place = find(plan, self._window.inventory.current_id())
        if place is not None:
            return (place.cluster or place.datacenter).id
        return plan.datacenters[0].id if plan.datacenters else ""

    def _enable(self) -> None:
        why = "" if self._target() else self.tr("The plan has no hosts yet.")
        for name in ACTIONS:
            self._window.actions_.enable(name, why)

    def _meet(self) -> None:
        self._enable()
        tab = self._tab()
        if tab is None or tab in self._known:
            return
        self._known.add(tab)
        tab.hosts_selected.connect(self._select)
        tab.clusters_requested.connect(self._window.clusters_requested)
        tab.told.connect(lambda text: self._window.statusBar().showMessage(text, _TOLD_MS))

    def _select(self, ids: Sequence[str]) -> None:
        """Select hosts in the inventory. What is shown stays: its object remains the current one."""
        inventory, chosen = self._window.inventory, QItemSelection()
        found = (inventory.model.index_of(host_id) for host_id in ids[:MOST_SELECTED])
        rows = sorted((i for i in found if i.isValid()), key=lambda i: (i.parent().internalId(), i.row()))
        if not rows:
            return
        # Neighbours are one range: thousands of ranges would make the inventory wait.
        ends = [n for n in range(1, len(rows)) if rows[n] != rows[n - 1].siblingAtRow(rows[n - 1].row() + 1)]
        for first, after in pairwise([0, *ends, len(rows)]):
            chosen.select(rows[first], rows[after - 1].siblingAtColumn(inventory.model.columnCount() - 1))
        self._selecting = True
        tree = inventory.tree
        tree.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        parent = rows[0].parent()
        if tree.isExpanded(parent) or inventory.model.rowCount(parent) <= MOST_UNFOLDED:
            tree.scrollTo(rows[0])
        self._selecting = False

    def _mark(self) -> None:
        """Hosts that were selected in the inventory are marked in the pictures they are in."""
        if self._selecting or not self._known:
            return
        selected = objects_of(self._window.document.plan, self._window.inventory.selected_ids())
        hosts = [found.id for found in selected if isinstance(found, Host)]
        if hosts:
            for tab in self._known:
                tab.mark_hosts(hosts)

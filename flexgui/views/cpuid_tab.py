"""The tab "CPUID" of hosts and clusters: the tree of one host, or several hosts side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from flexgui.plan.inventory import find
from flexgui.plan.values import Cluster, Host, Plan
from flexgui.views.cpuid_compare import CpuidCompareView
from flexgui.views.cpuid_compare_box import CompareBox
from flexgui.views.cpuid_tree import CpuidTreeView


class CpuidTab(QWidget):
    """A box that names hosts, over the tree of one host or the comparison of those named.

    A host's tab shows its tree until another host is named; a cluster's compares all of its processors.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: Plan | None = None
        self._object: Host | Cluster | None = None
        self.box = CompareBox()
        self.compare = CpuidCompareView()
        self.box.row.addWidget(self.compare.what)
        self.tree: CpuidTreeView | None = None
        self._stack = QStackedWidget()
        self._stack.addWidget(self.compare)
        top = QHBoxLayout()
        top.setContentsMargins(8, 8, 8, 0)
        top.addWidget(self.box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        self.compare.layout().setContentsMargins(8, 0, 8, 8)  # type: ignore[union-attr]
        self.box.hosts_changed.connect(self._show)
        self.box.left_below.connect(self._enter)

    def show_object(self, plan: Plan, object_id: str) -> None:
        """Show a host or a cluster as it is in the plan now."""
        place = find(plan, object_id)
        found = None if place is None else place.object
        if not isinstance(found, Host | Cluster):
            return
        other = self._object is None or self._object.id != found.id
        self._plan, self._object = plan, found
        self.box.set_plan(plan)
        if other and self.box.ids():
            self.box.set_hosts([])
        else:
            self._show()
        if other:
            self.box.edit.clear()

    def compare_hosts(self, ids: Sequence[str]) -> None:
        """Compare these hosts, with that of the tab; of fewer than two ask in the box for more."""
        self.box.set_hosts(ids)
        if len(ids) < 2:
            self.box.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            self.box.edit.selectAll()

    def single(self) -> CpuidTreeView:
        """The tree of one host, made when it is first needed."""
        if self.tree is None:
            self.tree = CpuidTreeView()
            self._stack.addWidget(self.tree)
        return self.tree

    @property
    def comparing(self) -> bool:
        """Whether several hosts are on show."""
        return self._stack.currentWidget() is self.compare

    def focus_search(self) -> None:
        """Put the keyboard into the search box of what is shown."""
        if self.comparing:
            self.compare.focus_search()
        else:
            self.single().focus_search()

    def _show(self) -> None:
        if self._plan is None or self._object is None:
            return
        hosts: Sequence[Host] = self._named(self._plan, self._object)
        cluster = None
        if isinstance(self._object, Cluster) and not hosts:
            hosts, cluster = self._object.hosts, self._object
        if isinstance(self._object, Host) and len(hosts) < 2:
            self.compare.what.hide()
            tree = self.single()
            tree.set_host(self._plan, self._object.id)
            self._stack.setCurrentWidget(tree)
            return
        self.compare.what.show()
        self.compare.set_hosts(self._plan, hosts, cluster)
        self._stack.setCurrentWidget(self.compare)

    def _named(self, plan: Plan, found: Host | Cluster) -> list[Host]:
        places = (find(plan, host_id) for host_id in self.box.ids())
        named = [place.object for place in places if place is not None and isinstance(place.object, Host)]
        if isinstance(found, Host):
            return named if found in named or not named else [found, *named]
        return named

    def _enter(self) -> None:
        if self.comparing:
            self.compare.enter_tree()
        else:
            self.single().enter_tree()

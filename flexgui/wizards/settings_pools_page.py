"""The resource pools page of Edit Settings: add, rename, remove, and their shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLineEdit, QPushButton, QTreeWidgetItem

from flexgui.plan import edits
from flexgui.plan.values import ResourcePool
from flexgui.rules.finding import Finding
from flexgui.widgets.form import Form
from flexgui.widgets.icons import icon
from flexgui.widgets.quiet_inputs import QuietCombo
from flexgui.wizards.cluster_draft import ClusterDraft, unique_name
from flexgui.wizards.cluster_pages import LONGEST_NAME
from flexgui.wizards.fitted_list import FittedList
from flexgui.wizards.shell import DraftShell, StepPage, explanation


class SettingsPoolsPage(StepPage[ClusterDraft]):
    """The pools of the cluster, and the fields of the one that is selected."""

    step = "names"

    def __init__(self, shell: DraftShell[ClusterDraft]) -> None:
        super().__init__(
            shell,
            shell.tr("Resource pools"),
            shell.tr("How do virtual machines share what the hosts have?"),
            shell.tr("Intel's paper, fig. 35"),
        )

    def build(self) -> None:
        self.pools = FittedList(
            "settings_pools",
            self.tr("Resource pools"),
            [self.tr("Resource pool"), self.tr("In"), self.tr("CPU shares"), self.tr("Memory shares")],
            4,
            8,
        )
        self.pools.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.pools.itemSelectionChanged.connect(self._selected)
        self.body.addWidget(self.pools)
        self.add = QPushButton(icon("add"), self.tr("&Add"))
        self.add.setObjectName("settings_add_pool")
        self.add.setToolTip(self.tr("Add a resource pool below the cluster"))
        self.add.clicked.connect(self._add)
        self.remove = QPushButton(icon("remove"), self.tr("Re&move"))
        self.remove.setObjectName("settings_remove_pool")
        self.remove.clicked.connect(self._remove)
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addWidget(self.remove)
        row.addStretch(1)
        self.body.addLayout(row)
        self.name = QLineEdit()
        self.name.setObjectName("settings_pool_name")
        self.name.setMaxLength(LONGEST_NAME)
        self.name.textEdited.connect(lambda text: self._set(name=text))
        form = Form()
        form.add_field(self.tr("&Name"), self.name)
        self.shares: dict[str, QuietCombo] = {}
        for key, label in (("cpu", self.tr("&CPU shares")), ("memory", self.tr("M&emory shares"))):
            box = QuietCombo()
            box.setObjectName(f"settings_pool_{key}")
            for level, word in self._levels().items():
                box.addItem(word, level)
            box.activated.connect(lambda _number, key=key: self._share(key))
            form.add_field(label, box)
            self.shares[key] = box
        self.body.addLayout(form)
        self.body.addWidget(
            explanation(
                self.tr("Shares count where the hosts are short. A pool's own page has its reservations.")
            )
        )

    def _levels(self) -> dict[str, str]:
        return {
            "low": self.tr("Low"),
            "normal": self.tr("Normal"),
            "high": self.tr("High"),
            "custom": self.tr("Custom"),
        }

    def applies_not(self) -> str:
        return "" if self.draft.cluster.drs.enabled else self.tr("Resource pools need vSphere DRS.")

    def findings(self) -> Sequence[Finding]:
        return self.shell.findings.in_step("names", [pool.id for pool in self.draft.cluster.resource_pools])

    def load(self) -> None:
        self._show_pool()

    def refresh(self) -> None:
        pools = self.draft.cluster.resource_pools
        self.pools.blockSignals(True)
        if [self._id(n) for n in range(self.pools.topLevelItemCount())] != [pool.id for pool in pools]:
            chosen = self._chosen_id()
            self.pools.clear()
            for pool in pools:
                item = QTreeWidgetItem()
                item.setData(0, Qt.ItemDataRole.UserRole, pool.id)
                item.setIcon(0, icon("pool"))
                self.pools.addTopLevelItem(item)
            self._select(chosen if any(pool.id == chosen for pool in pools) else pools[0].id if pools else "")
        names = {pool.id: pool.name for pool in pools}
        levels = self._levels()
        for number, pool in enumerate(pools):
            shown = self.pools.topLevelItem(number)
            assert shown is not None
            shown.setText(0, pool.name)
            shown.setText(1, names.get(pool.parent or "", self.draft.cluster.name))
            shown.setText(2, levels[pool.cpu.shares_level])
            shown.setText(3, levels[pool.memory.shares_level])
        self.pools.blockSignals(False)
        self.pools.fit()
        self._enable()

    def _enable(self) -> None:
        none = "" if self._pool() is not None else self.tr("Select a resource pool first.")
        for widget in (self.remove, self.name, *self.shares.values()):
            widget.setEnabled(not none)
            widget.setToolTip(none)

    def _id(self, row: int) -> str:
        item = self.pools.topLevelItem(row)
        return "" if item is None else str(item.data(0, Qt.ItemDataRole.UserRole))

    def _chosen_id(self) -> str:
        chosen = self.pools.selectedItems()
        return str(chosen[0].data(0, Qt.ItemDataRole.UserRole)) if chosen else ""

    def _select(self, pool_id: str) -> None:
        for row in range(self.pools.topLevelItemCount()):
            item = self.pools.topLevelItem(row)
            if item is not None and self._id(row) == pool_id:
                self.pools.setCurrentItem(item)
        self._show_pool()

    def _pool(self) -> ResourcePool | None:
        chosen = self._chosen_id()
        return next((pool for pool in self.draft.cluster.resource_pools if pool.id == chosen), None)

    def _selected(self) -> None:
        self._show_pool()
        self._enable()

    def _show_pool(self) -> None:
        pool = self._pool()
        if pool is None:
            self.name.clear()
            return
        if self.name.text() != pool.name:
            self.name.setText(pool.name)
        for key, box in self.shares.items():
            box.setCurrentIndex(box.findData(getattr(pool, key).shares_level))

    def _put(self, pools: Sequence[ResourcePool]) -> None:
        self.change(cluster=replace(self.draft.cluster, resource_pools=tuple(pools)))

    def _set(self, **fields: object) -> None:
        chosen = self._chosen_id()
        self._put(
            [
                replace(pool, **fields) if pool.id == chosen else pool  # type: ignore[arg-type]
                for pool in self.draft.cluster.resource_pools
            ]
        )

    def _share(self, key: str) -> None:
        pool = self._pool()
        if pool is not None:
            allocation = replace(getattr(pool, key), shares_level=str(self.shares[key].currentData()))
            self._set(**{key: allocation})

    def _add(self) -> None:
        plan, pools = self.shell.document.plan, self.draft.cluster.resource_pools
        taken = {pool.id for pool in pools}
        pool_id = next(
            found
            for number in range(len(taken) + 1)
            if (found := edits.new_id(plan, ResourcePool, number)) not in taken
        )
        name = unique_name(self.tr("New Resource Pool"), {pool.name for pool in pools})
        self._put([*pools, ResourcePool(id=pool_id, name=name)])
        self._select(pool_id)
        self._enable()
        self.name.setFocus()
        self.name.selectAll()

    def _remove(self) -> None:
        gone = self._pool()
        if gone is not None:
            self._put(
                [
                    replace(pool, parent=gone.parent) if pool.parent == gone.id else pool
                    for pool in self.draft.cluster.resource_pools
                    if pool.id != gone.id
                ]
            )
            self._show_pool()

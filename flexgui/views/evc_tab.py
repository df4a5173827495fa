"""The EVC tab of a cluster: its mode, the ladder, and the button that changes the mode."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from flexgui.document import Document
from flexgui.evc.modes import MAKERS
from flexgui.evc.pool import NO_MAKER
from flexgui.evc.releases import offered_modes, releases
from flexgui.evc.support import vendor_of
from flexgui.evc.to_collect import to_collect
from flexgui.plan.inventory import cpus, modes_of
from flexgui.plan.values import Cluster
from flexgui.views.action_button import ActionButton
from flexgui.views.actions import Actions
from flexgui.views.cluster_pools import pools_of
from flexgui.views.ladder_rungs import build_ladder
from flexgui.views.mode_ladder import ModeLadder
from flexgui.widgets.evidence_text import certain_and_possible, collect_sentences
from flexgui.widgets.form import Form
from flexgui.widgets.labels import SecondaryLabel, WrapLabel
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.name_list import joined
from flexgui.widgets.processor_text import mode_name
from flexgui.widgets.quiet_inputs import QuietCombo


class EvcTab(QWidget):
    """Shows one cluster."""

    def __init__(self, document: Document, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._cluster: Cluster | None = None
        self._shown: Cluster | None = None
        self._stale = False
        self.mode = QLabel()
        font = self.mode.font()
        font.setBold(True)
        self.mode.setFont(font)
        self.maker = QuietCombo()
        for key, name in MAKERS.items():
            self.maker.addItem(name, key)
        self._maker_label = QLabel(self.tr("&Maker"))
        self._maker_label.setBuddy(self.maker)
        self.maker.setAccessibleName(self.tr("Maker of the modes"))
        self.maker.setToolTip(self.tr("Whose modes to show: the cluster has hosts of both makers, or none"))
        self.maker.activated.connect(lambda: self._show_ladder(True))
        self.change = ActionButton(actions["change_evc_mode"])
        self.ladder = ModeLadder()
        self.detail = QWidget()
        self._rows = Form(self.detail)
        self._rows.setContentsMargins(0, 4, 0, 4)
        self._rows.setVerticalSpacing(4)
        self.facts: dict[str, WrapLabel] = {}
        for key, caption in (
            ("standing", self.tr("Hosts at this level")),
            ("blocked", self.tr("Not supported by")),
            ("untold", self.tr("Cannot tell of")),
            ("adds", self.tr("Adds")),
            ("source", self.tr("Source")),
        ):
            self.facts[key] = WrapLabel()
            self._rows.add_field(caption, self.facts[key])
        self.note = SecondaryLabel()
        self.certain, self.collect = MessageLine(), MessageLine()
        self.certain.setObjectName("evc_certain")
        self.collect.setObjectName("evc_collect")
        self.ladder.selectionModel().currentChanged.connect(self._show_detail)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.mode, 1)
        top.addWidget(self._maker_label)
        top.addWidget(self.maker)
        top.addWidget(self.change)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.ladder, 1)
        column.addWidget(self.detail)
        column.addWidget(self.certain)
        column.addWidget(self.collect)
        column.addWidget(self.note)

    def show_cluster(self, cluster: Cluster) -> None:
        """Show a cluster; out of sight nothing is done until the tab is seen."""
        self._cluster, self._stale = cluster, True
        if self.isVisible():
            self.bring_up_to_date()

    def showEvent(self, event: QShowEvent) -> None:
        self.bring_up_to_date()
        super().showEvent(event)

    def bring_up_to_date(self) -> None:
        """Show what `show_cluster` was given last."""
        cluster = self._cluster
        if cluster is None or not self._stale:
            return
        before, self._shown, self._stale = self._shown, cluster, False
        another = before is None or before.id != cluster.id
        changed = not another and before is not None and before.evc_mode != cluster.evc_mode
        plan = self._document.plan
        mode = modes_of(plan).get(cluster.evc_mode)
        if mode is not None:
            self.mode.setText(self.tr("EVC mode: {mode}").format(mode=mode_name(mode)))
        elif cluster.evc_mode:
            self.mode.setText(self.tr("EVC mode: {mode}").format(mode=cluster.evc_mode))
        else:
            self.mode.setText(self.tr("EVC is disabled"))
        known_cpus = cpus(plan.cpus)
        kinds = {host.cpu for host in cluster.hosts}
        makers = {vendor_of(known_cpus[cpu], modes_of(plan)) for cpu in kinds if cpu in known_cpus}
        known = [key for key in MAKERS if key in makers]
        choice = mode.vendor if mode is not None else known[0] if known else "intel"
        only = len(known) == 1 and (mode is None or mode.vendor == known[0])
        self.maker.setVisible(not only)
        self._maker_label.setVisible(not only)
        if another or only or changed:
            with QSignalBlocker(self.maker):
                self.maker.setCurrentIndex(max(0, self.maker.findData(choice)))
        self._show_ladder(another or changed)

    def _show_ladder(self, start: bool) -> None:
        cluster, plan = self._cluster, self._document.plan
        if cluster is None:
            return
        modes = modes_of(plan)
        vendor = str(self.maker.currentData())
        offered = offered_modes(plan.release, modes)
        known = cpus(plan.cpus)
        members = tuple([(host.label, known.get(host.cpu or "")) for host in cluster.hosts])
        ladder = build_ladder(members, offered, modes, vendor, modes.get(cluster.evc_mode))
        self.ladder.set_ladder(ladder)
        if start or not self.ladder.currentIndex().isValid():
            standing = next((r.mode.key for r in ladder.rungs if r.standing), None)
            self.ladder.select_mode(cluster.evc_mode or standing)
            self.ladder.selectionModel().clearSelection()
        self._show_detail()
        self._show_certain(cluster, vendor)
        notes = []
        newer = [m for m in modes.of_vendor(vendor) if m not in offered]
        if newer:
            text = self.tr("{release} does not offer: {modes}.")
            names = joined([mode_name(m) for m in newer], 3)
            notes.append(text.format(release=releases()[plan.release].name, modes=names))
        if ladder.others:
            text = self.tr("Not on this ladder, for another maker or an unknown CPU: {hosts}.")
            shown = joined(ladder.others)
            notes.append(text.format(hosts=shown))
        self.note.setText("\n".join(notes))
        self.note.setVisible(bool(notes))

    def _show_certain(self, cluster: Cluster, vendor: str) -> None:
        """The certain and the possible mode where they differ, and what to collect to settle it."""
        plan = self._document.plan
        pools = pools_of(plan, cluster).pools
        pool = next((each for each in pools if each.vendor in (vendor, NO_MAKER)), None)
        if pool is None or pool.highest == pool.possible:
            self.certain.clear()
            self.collect.clear()
            return
        self.certain.set_message("unknown", certain_and_possible(pool))
        self.collect.set_message("info", "\n".join(collect_sentences(to_collect(pool, modes_of(plan)))))

    def _show_detail(self) -> None:
        model = self.ladder.ladder_model
        rung = model.rung(self.ladder.currentIndex())
        self.detail.setVisible(rung is not None)
        if rung is None:
            return
        for key, text in model.facts(rung).items():
            self.facts[key].setText(text)
            self._rows.setRowVisible(self.facts[key], bool(text))

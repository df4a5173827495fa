"""Changing the EVC mode of a cluster that the plan has already (paper, fig. 17)."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from flexgui.document import Document, DraftChecker
from flexgui.plan import edits
from flexgui.plan.inventory import everybody, find, modes_of
from flexgui.plan.values import Cluster, Plan
from flexgui.rules.finding import Finding, Severity
from flexgui.widgets.finding_text import sentence
from flexgui.widgets.screen import fit_to_screen
from flexgui.widgets.scrolled import scrolled
from flexgui.wizards.evc_choice import EvcChoice, Question
from flexgui.wizards.shell import FindingsPanel, heading


def set_mode(plan: Plan, cluster_id: str, mode: str | None) -> Plan:
    """The plan with a cluster's EVC mode changed; the same plan where it had that mode already."""
    place = find(plan, cluster_id)
    if place is not None and isinstance(place.object, Cluster) and place.object.evc_mode == mode:
        return plan
    return edits.set_fields(plan, cluster_id, evc_mode=mode)


class ChangeEvcDialog(QDialog):
    """The modes weighed against the cluster's hosts, with what follows; OK makes one undoable edit."""

    def __init__(self, document: Document, cluster_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        place = find(document.plan, cluster_id)
        if place is None or not isinstance(place.object, Cluster):
            raise KeyError(cluster_id)
        self._document, self._cluster = document, place.object
        self._checker = DraftChecker()
        self.mode: str | None = self._cluster.evc_mode
        self.setWindowTitle(self.tr("Change EVC Mode – {0}").format(self._cluster.name))
        fit_to_screen(self, 860, 560)
        self.choice = EvcChoice()
        self.choice.chosen.connect(self._chosen)
        self.panel = FindingsPanel()
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.panel)
        inner.addStretch(1)
        scroll = scrolled(content)
        scroll.setAccessibleName(self.tr("Compatibility"))
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(self.choice)
        layout.addWidget(heading(self.tr("Compatibility")))
        layout.addWidget(scroll, 1)
        layout.addWidget(self.buttons)
        self._show()

    def findings(self) -> tuple[Finding, ...]:
        """What the mode would mean: the findings of the EVC step about the cluster and all that is in it."""
        after = set_mode(self._document.plan, self._cluster.id, self.mode)
        hosts = self._cluster.hosts
        subjects = [self._cluster.id, *(h.id for h in hosts), *(v.id for h in hosts for v in h.vms)]
        return self._checker.findings(after).in_step("evc", subjects)

    def accept(self) -> None:
        done = self._document.edit(
            self.tr("Change EVC mode of {0}").format(self._cluster.name),
            partial(set_mode, cluster_id=self._cluster.id, mode=self.mode),
        )
        if done:
            super().accept()

    def _chosen(self, key: str) -> None:
        self.mode = key or None
        self._show()

    def _show(self) -> None:
        plan = self._document.plan
        hosts = everybody(plan, self._cluster.hosts)
        esx = tuple(host.esx_release for host in self._cluster.hosts)
        self.choice.show_choice(Question(hosts, modes_of(plan), plan.release, esx), self.mode)
        found = self.findings()
        self.panel.show_findings(found)
        errors = [f for f in found if f.severity is Severity.ERROR]
        button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        button.setEnabled(not errors)
        button.setToolTip(sentence(errors[0]) if errors else "")

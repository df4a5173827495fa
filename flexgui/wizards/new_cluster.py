"""The New Cluster wizard (paper, figs. 12 to 15 and 22 to 29)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget, QWizard

from flexgui.document import Document
from flexgui.plan.values import Edit
from flexgui.wizards import cluster_draft
from flexgui.wizards.cluster_draft import Candidate, ClusterDraft
from flexgui.wizards.cluster_pages import (
    DatacenterPage,
    DpmPage,
    DrsPage,
    HaPage,
    NamePage,
    SwapPage,
)
from flexgui.wizards.cluster_ready_page import ClusterReadyPage
from flexgui.wizards.evc_page import EvcPage
from flexgui.wizards.shell import DraftWizard


class NewClusterWizard(DraftWizard[ClusterDraft]):
    """Makes a cluster, and its datacenter where that is new, in one undoable edit.

    `add_hosts_requested` is emitted after Finish with the cluster's id, if the user wants to go on with Add
    Host; `captured()` then has the candidates that were weighed from captures.
    """

    add_hosts_requested = Signal(str)

    def __init__(
        self, document: Document, datacenter_id: str | None = None, parent: QWidget | None = None
    ) -> None:
        names = self.tr("New Cluster"), self.tr("New Datacenter")
        draft = cluster_draft.new_draft(document.plan, datacenter_id, *names)
        if document.rehearsing:  # vCenter makes the cluster first; each host is a task of its own
            draft = replace(draft, move_hosts=False)
        super().__init__(document, draft, parent)
        self.setWindowTitle(self.tr("New Cluster"))
        for page in (DatacenterPage, NamePage, HaPage, DrsPage, DpmPage, EvcPage, SwapPage, ClusterReadyPage):
            self.add_step(page(self))
        self.start()

    def captured(self) -> tuple[Candidate, ...]:
        """The ticked candidates that came from captures."""
        return tuple(c for c in self.draft.ticked if c.captured)

    def edit(self) -> Edit:
        return cluster_draft.edit(self.draft)

    def preview(self) -> Edit:
        return cluster_draft.preview(self.draft)

    def edit_name(self) -> str:
        return self.tr("New cluster {0}").format(self.draft.cluster.name)

    def subjects(self) -> Sequence[str]:
        draft = self.draft
        hosts = [c.host.id for c in draft.ticked]
        vms = [vm.id for c in draft.ticked for vm in c.host.vms]
        return [draft.parent_id, draft.cluster.id, *hosts, *vms]

    def accept(self) -> None:
        super().accept()
        if self.result() == QWizard.DialogCode.Accepted and cluster_draft.goes_on(self.draft):
            self.add_hosts_requested.emit(self.draft.cluster.id)

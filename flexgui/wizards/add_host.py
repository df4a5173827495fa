"""The Add Host wizard (paper, figs. 30 to 36)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget, QWizard

from flexgui.document import Document
from flexgui.plan.values import Edit
from flexgui.wizards import host_draft
from flexgui.wizards.cluster_draft import Candidate
from flexgui.wizards.cpu_page import ProcessorPage
from flexgui.wizards.host_draft import HostDraft, Processor
from flexgui.wizards.host_evc_page import HostEvcPage
from flexgui.wizards.host_pages import AuthenticityPage, ConnectionPage, LicensePage, ResourcePoolPage
from flexgui.wizards.host_ready_page import HostReadyPage
from flexgui.wizards.host_summary import SummaryPage
from flexgui.wizards.shell import DraftWizard


class AddHostWizard(DraftWizard[HostDraft]):
    """Adds hosts to a cluster or, standalone, to a datacenter: one undoable edit each.

    `candidates` are captures that the New Cluster wizard weighed; the processor page offers them.
    `host_added` is emitted with the id of each host, also while the wizard goes on with another.
    """

    host_added = Signal(str)

    def __init__(
        self,
        document: Document,
        parent_id: str,
        parent: QWidget | None = None,
        candidates: Sequence[Candidate] = (),
    ) -> None:
        self.parent_id = parent_id
        self.candidates: list[Processor] = [
            host_draft.candidate(each.host, each.cpu, each.sources)
            for each in candidates
            if each.cpu is not None
        ]
        start = HostDraft(cpu_from="candidate" if self.candidates else "file", waiting=tuple(self.candidates))
        super().__init__(document, start, parent)
        self.setWindowTitle(self.tr("Add Host"))
        self._finish_text = self.buttonText(QWizard.WizardButton.FinishButton)
        for page in (
            ConnectionPage,
            AuthenticityPage,
            ProcessorPage,
            SummaryPage,
            HostEvcPage,
            LicensePage,
            ResourcePoolPage,
        ):
            self.add_step(page(self))
        self.ready = HostReadyPage(self)
        self.add_step(self.ready)
        self.start()

    @property
    def host_id(self) -> str:
        """The id that the host gets."""
        return host_draft.host_id(self.document.plan)

    def vm_ids(self) -> list[str]:
        return host_draft.vm_ids(self.document.plan, self.draft)

    def edit(self) -> Edit:
        return host_draft.edit(self.draft, self.parent_id)

    def edit_name(self) -> str:
        return self.tr("Add host {0}").format(self.draft.address.strip())

    def subjects(self) -> Sequence[str]:
        return [self.host_id, *self.vm_ids(), self.parent_id]

    def show_finish_text(self, another: bool) -> None:
        """Say on the button whether the wizard goes on."""
        text = self.tr("Add && &Continue") if another else self._finish_text
        self.setButtonText(QWizard.WizardButton.FinishButton, text)

    def accept(self) -> None:
        """Add the host; then close, or start again for another."""
        added = self.host_id
        if not self.ready.add_another.isChecked():
            super().accept()
            if self.result() == QWizard.DialogCode.Accepted:
                self.host_added.emit(added)
            return
        if not self.apply():
            return
        self.host_added.emit(added)
        if self.draft.candidate in self.candidates:
            self.candidates.remove(self.draft.candidate)
        self.ready.add_another.setChecked(bool(self.candidates))
        self.draft = replace(host_draft.carried_over(self.draft), waiting=tuple(self.candidates))
        self.recheck()
        self.restart()

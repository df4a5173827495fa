"""The EVC page of the New Cluster wizard (paper, figs. 17 and 27): candidates, and the mode they allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QTreeWidgetItem,
)

from flexgui.capture.folders import Skipped
from flexgui.evc.modes import EvcMode
from flexgui.evc.pool import Member
from flexgui.evc.recommendation import Verdict, verdict
from flexgui.evc.releases import offered_modes
from flexgui.evc.support import assess, support
from flexgui.plan.inventory import modes_of
from flexgui.rules.finding import Finding
from flexgui.widgets.drops import local_paths
from flexgui.widgets.icons import icon
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.processor_text import hidden_advice, highest_mode
from flexgui.widgets.task import Report
from flexgui.wizards import cluster_draft
from flexgui.wizards.cluster_draft import Candidate, ClusterDraft
from flexgui.wizards.evc_choice import EvcChoice, Question
from flexgui.wizards.evc_verdict import Setters, host_tip, verdict_words
from flexgui.wizards.fitted_list import FittedList
from flexgui.wizards.import_draft import FACTS, Described, described, read_sources
from flexgui.wizards.reading_line import ReadingLine
from flexgui.wizards.shell import DraftShell, StepPage, explanation, heading

_TOLD = 4
"""Skipped files that are told with their reasons."""


class EvcPage(StepPage[ClusterDraft]):
    """Weighs the candidates, preselects the highest common mode, and takes another choice."""

    step = "evc"

    def __init__(self, wizard: DraftShell[ClusterDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("VMware EVC"),
            wizard.tr("Which CPU features may virtual machines see?"),
            wizard.tr("Intel's paper, fig. 27"),
        )

    def build(self) -> None:
        self.body.addWidget(heading(self.tr("Candidate hosts")))
        self.candidates = FittedList(
            "evc_candidates",
            self.tr("Candidate hosts"),
            [
                self.tr("Host"),
                self.tr("Processor"),
                self.tr("Highest mode"),
                self.tr("Under the chosen mode"),
            ],
            4,
            8,
        )
        self.candidates.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.candidates.itemChanged.connect(self._ticked)
        self.candidates.itemSelectionChanged.connect(self._selection_changed)
        self.body.addWidget(self.candidates)
        row = QHBoxLayout()
        self.add = QPushButton(icon("capture"), self.tr("Add &Captures…"))
        self.add.setObjectName("evc_add_capture")
        self.add.setToolTip(
            self.tr(
                "Weigh further hosts by what is known of their processors: captures, RVTools exports, other "
                "lists. Files and folders can be dropped here, too."
            )
        )
        self.add.clicked.connect(self.add_captures)
        self.add_folder = QPushButton(icon("open"), self.tr("Add &Folder…"))
        self.add_folder.setObjectName("evc_add_folder")
        self.add_folder.setToolTip(self.tr("Weigh the hosts of all captures and inventories in a folder."))
        self.add_folder.clicked.connect(self.add_captures_of_folder)
        self.remove = QPushButton(icon("remove"), self.tr("Re&move"))
        self.remove.setObjectName("evc_remove_capture")
        self.remove.clicked.connect(self._remove_selected)
        row.addWidget(self.add)
        row.addWidget(self.add_folder)
        row.addWidget(self.remove)
        row.addStretch(1)
        self.body.addLayout(row)
        self.reading = ReadingLine()
        self.reading.busy_changed.connect(self._show_busy)
        self.body.addWidget(self.reading)
        self.trouble = MessageLine()
        self.body.addWidget(self.trouble)
        self.body.addWidget(
            explanation(
                self.tr(
                    "Untick a host to leave it out. Weighing moves nothing yet: the last page asks which "
                    "hosts come into the cluster."
                )
            )
        )
        self.choice = EvcChoice()
        self.choice.chosen.connect(self._chosen)
        self.body.addWidget(self.choice)
        self._selection_changed()
        self.setAcceptDrops(True)

    def applies_not(self) -> str:
        if cluster_draft.has_evc_step(self.shell.document.plan):
            return ""
        return self.tr(
            "In this release EVC is switched on in the finished cluster's settings (paper, figs. 16, 17)."
        )

    def findings(self) -> Sequence[Finding]:
        """Those of the step, and that candidates of one model differ: the same microcode comes first."""
        alike = (f for f in self.shell.findings.about(self.draft.cluster.id) if f.rule == "host.microcode")
        return (*super().findings(), *alike)

    def load(self) -> None:
        self._show()

    def refresh(self) -> None:
        self._show()

    def _show(self) -> None:
        plan, draft = self.shell.document.plan, self.draft
        mode = cluster_draft.chosen_mode(draft, plan)
        key = mode.key if mode is not None else None
        question = Question(
            cluster_draft.members(draft), modes_of(plan), plan.release, cluster_draft.esx_of(draft)
        )
        self.choice.show_choice(question, key)
        self.candidates.blockSignals(True)
        rows = self.candidates.topLevelItemCount()
        if [self._id(n) for n in range(rows)] != [c.host.id for c in draft.candidates]:
            self.candidates.clear()
            for candidate in draft.candidates:
                item = QTreeWidgetItem([candidate.host.label])
                item.setData(0, Qt.ItemDataRole.UserRole, candidate.host.id)
                self.candidates.addTopLevelItem(item)
        verdicts = self._verdicts(mode)
        setters = Setters((found, 1) for found in verdicts.values())
        for number, candidate in enumerate(draft.candidates):
            row = self.candidates.topLevelItem(number)
            assert row is not None
            self._show_candidate(row, candidate, mode, verdicts.get(candidate.host.id), setters)
        self.candidates.blockSignals(False)
        self.candidates.fit()

    def _verdicts(self, mode: EvcMode | None) -> dict[str, Verdict]:
        """What the mode means for the ticked candidates whose processors are known, by the host's id."""
        plan = self.shell.document.plan
        modes = modes_of(plan)
        if mode is None:
            return {}
        offered = offered_modes(plan.release, modes, esx=cluster_draft.esx_of(self.draft))
        return {
            candidate.host.id: verdict(Member(candidate.host.label, candidate.cpu), mode, modes, offered)
            for candidate in self.draft.ticked
            if candidate.cpu is not None
        }

    def _id(self, row: int) -> str:
        item = self.candidates.topLevelItem(row)
        return "" if item is None else str(item.data(0, Qt.ItemDataRole.UserRole))

    def _show_candidate(
        self,
        item: QTreeWidgetItem,
        candidate: Candidate,
        mode: EvcMode | None,
        found: Verdict | None,
        setters: Setters,
    ) -> None:
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, Qt.CheckState.Checked if candidate.ticked else Qt.CheckState.Unchecked)
        item.setIcon(0, icon("capture" if candidate.captured else "host"))
        item.setToolTip(0, host_tip(candidate.host))
        cpu = candidate.cpu
        assessment = None if cpu is None else assess(cpu, modes_of(self.shell.document.plan))
        item.setText(1, self.tr("not known") if cpu is None else cpu.short_name())
        item.setToolTip(1, self.tr("No processor is given.") if cpu is None else cpu.name())
        item.setText(2, highest_mode(cpu, assessment))
        item.setToolTip(2, item.text(2))
        if not candidate.ticked:
            symbol, color, text = "step-skipped", "secondary", self.tr("left out")
        elif cpu is None:
            symbol, color, text = "unknown", "unknown", self.tr("cannot tell: no processor is given")
        elif found is None:
            symbol, color, text = "info", "info", self.tr("EVC is disabled: shows all its features")
        else:
            symbol, text = verdict_words(found, setters)
            color = symbol
        item.setText(3, text)
        item.setIcon(3, icon(symbol, color))
        tips = [] if mode is None else self._tips(candidate, mode)
        item.setToolTip(3, "\n".join((text, *tips)))

    def _tips(self, candidate: Candidate, mode: EvcMode) -> list[str]:
        """What hides features of a candidate that the mode requires, and what to do."""
        if candidate.cpu is None or candidate.host.cpu_assumed:
            return []
        return hidden_advice(candidate.cpu, support(candidate.cpu, mode, modes_of(self.shell.document.plan)))

    def _chosen(self, key: str) -> None:
        self.change(evc_chosen=True, cluster=replace(self.draft.cluster, evc_mode=key or None))

    def _ticked(self, item: QTreeWidgetItem, column: int) -> None:
        if column:
            return
        host_id = item.data(0, Qt.ItemDataRole.UserRole)
        ticked = item.checkState(0) is Qt.CheckState.Checked
        self.change(
            candidates=tuple(
                replace(c, ticked=ticked) if c.host.id == host_id else c for c in self.draft.candidates
            )
        )

    def _selection_changed(self) -> None:
        captured = {c.host.id for c in self.draft.candidates if c.captured}
        chosen = {item.data(0, Qt.ItemDataRole.UserRole) for item in self.candidates.selectedItems()}
        self.remove.setEnabled(bool(chosen & captured))
        self.remove.setToolTip(
            "" if chosen & captured else self.tr("Select a capture; standalone hosts are unticked instead.")
        )

    def _remove_selected(self) -> None:
        chosen = {item.data(0, Qt.ItemDataRole.UserRole) for item in self.candidates.selectedItems()}
        self.change(
            candidates=tuple(c for c in self.draft.candidates if not (c.captured and c.host.id in chosen))
        )

    def add_captures(self) -> None:
        """Ask for capture files and weigh the hosts in them; one that cannot be read changes nothing."""
        files, _ = QFileDialog.getOpenFileNames(self, self.tr("Add captures"), "", self.tr("All files (*)"))
        self.add_files([Path(file) for file in files])

    def add_captures_of_folder(self) -> None:
        """Ask for a folder and weigh the hosts of the captures in it."""
        name = QFileDialog.getExistingDirectory(self, self.tr("Add the captures of a folder"))
        self.add_files([Path(name)] if name else [])

    def add_files(self, paths: Sequence[Path]) -> None:
        """Weigh the hosts of files and folders; several sources of one host are one candidate."""
        plan, wanted = self.shell.document.plan, tuple(paths)
        if not wanted or self.reading.busy:
            return

        def work(report: Report) -> tuple[tuple[Described, ...], tuple[Skipped, ...]]:
            sources = read_sources(wanted, report)
            return described(sources, plan), sources.skipped

        self.trouble.clear()
        self.reading.read(work, lambda found: self._add(*found))

    def _add(self, found: Sequence[Described], skipped: Sequence[Skipped]) -> None:
        draft = self.draft
        weighed = {(c.host.label, c.host.cpu_source, c.host.cpu) for c in draft.candidates}
        for each in found:
            host = each.host
            if (host.label, host.cpu_source, host.cpu) not in weighed:
                draft = cluster_draft.add_captured(
                    draft,
                    self.shell.document.plan,
                    host.label,
                    each.cpu,
                    host.cpu_source,
                    each.sources,
                    **{name: getattr(host, name) for name in (*FACTS, "cpu_assumed")},
                )
        told = [f"{file.path.name}: {file.sentence}" for file in skipped[:_TOLD]]
        if len(skipped) > _TOLD:
            told.append(self.tr("{count} more files were skipped.").format(count=len(skipped) - _TOLD))
        self.trouble.set_message("warning" if found else "error", "\n".join(told))
        self.change(candidates=draft.candidates)

    def problem(self) -> str:
        return self.tr("Captures are being read.") if self.reading.busy else ""

    def _show_busy(self) -> None:
        for button in (self.add, self.add_folder):
            button.setEnabled(not self.reading.busy)
        self.update_state()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event.mimeData()) and not self.reading.busy:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.add_files(local_paths(event.mimeData()))

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
    QTreeWidget,
    QTreeWidgetItem,
)

from flexgui.capture.folders import Skipped
from flexgui.evc.modes import EvcMode
from flexgui.evc.pool import Member
from flexgui.evc.recommendation import Verdict, verdict
from flexgui.evc.releases import offered_modes
from flexgui.evc.support import Answer, Assessment, assess, support
from flexgui.plan.inventory import modes_of
from flexgui.rules.finding import Finding
from flexgui.widgets.drops import local_paths
from flexgui.widgets.icons import icon
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.processor_text import hidden_advice
from flexgui.widgets.task import Report
from flexgui.wizards import cluster_draft
from flexgui.wizards.cluster_draft import Candidate, ClusterDraft
from flexgui.wizards.evc_choice import EvcChoice, Question, fit_to_rows
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
        self.candidates = QTreeWidget()
        self.candidates.setObjectName("evc_candidates")
        self.candidates.setAccessibleName(self.tr("Candidate hosts"))
        self.candidates.setHeaderLabels(
            [self.tr("Host"), self.tr("Processor"), self.tr("Highest mode"), self.tr("Under the chosen mode")]
        )
        self.candidates.setRootIsDecorated(False)
        self.candidates.setUniformRowHeights(True)
        self.candidates.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.candidates.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.candidates.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.candidates.header().setStretchLastSection(True)
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
                    "Untick a host to leave it out. Weighing moves nothing: hosts come into the cluster with "
                    "Add Host, or at the end of this wizard if you say so there."
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
        for number, candidate in enumerate(draft.candidates):
            found = self.candidates.topLevelItem(number)
            assert found is not None
            self._show_candidate(found, candidate)
        self.candidates.blockSignals(False)
        fit_to_rows(self.candidates, 4, 8)
        for column, most in enumerate((190, 220, 250)):
            wanted = self.candidates.sizeHintForColumn(column) + 8
            self.candidates.setColumnWidth(column, min(wanted, most))

    def _id(self, row: int) -> str:
        item = self.candidates.topLevelItem(row)
        return "" if item is None else str(item.data(0, Qt.ItemDataRole.UserRole))

    def _show_candidate(self, item: QTreeWidgetItem, candidate: Candidate) -> None:
        plan = self.shell.document.plan
        modes = modes_of(plan)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, Qt.CheckState.Checked if candidate.ticked else Qt.CheckState.Unchecked)
        item.setIcon(0, icon("capture" if candidate.captured else "host"))
        if candidate.cpu is None:
            item.setText(1, self.tr("not known"))
            item.setText(2, self.tr("cannot tell"))
            ticked = candidate.ticked
            item.setText(3, self.tr("cannot tell: no processor is given") if ticked else self.tr("left out"))
            item.setIcon(3, icon("unknown", "unknown") if ticked else icon("step-skipped", "secondary"))
            return
        found = assess(candidate.cpu, modes)
        item.setText(1, candidate.cpu.short_name())
        item.setToolTip(1, candidate.cpu.name())
        item.setText(2, self._highest(found))
        item.setToolTip(2, item.text(2))
        mode = cluster_draft.chosen_mode(self.draft, plan)
        if not candidate.ticked:
            item.setText(3, self.tr("left out"))
            item.setIcon(3, icon("step-skipped", "secondary"))
        elif mode is None:
            item.setText(3, self.tr("EVC is disabled: shows all its features"))
            item.setIcon(3, icon("info", "info"))
        else:
            offered = offered_modes(plan.release, modes, esx=cluster_draft.esx_of(self.draft))
            member = Member(candidate.host.label, candidate.cpu)
            symbol, text = self._verdict(verdict(member, mode, modes, offered))
            item.setText(3, text)
            item.setIcon(3, icon(symbol, symbol))
        tips = [] if mode is None else self._tips(candidate, mode)
        item.setToolTip(3, "\n".join((item.text(3), *tips)))

    def _tips(self, candidate: Candidate, mode: EvcMode) -> list[str]:
        """What hides features of a candidate that the mode requires, and what to do."""
        if candidate.cpu is None or candidate.host.cpu_assumed:
            return []
        return hidden_advice(candidate.cpu, support(candidate.cpu, mode, modes_of(self.shell.document.plan)))

    def _highest(self, found: Assessment) -> str:
        highest, possible = found.highest, found.possible
        if possible is None or possible == highest:
            return highest.key if highest is not None else self.tr("none")
        sure = highest.key if highest is not None else self.tr("cannot tell")
        return self.tr("{0}; perhaps {1}").format(sure, possible.key)

    def _verdict(self, found: Verdict) -> tuple[str, str]:
        if found.wrong_vendor:
            return "error", self.tr("is of another maker than the mode")
        if found.answer is Answer.NO:
            return "error", self.tr("lacks {0}").format(", ".join(found.missing))
        if found.answer is Answer.UNKNOWN:
            if found.unknown and not found.unknown_leaves:
                return "unknown", self.tr("cannot tell: {0}, which no capture shows").format(
                    ", ".join(found.unknown)
                )
            if not found.unknown_leaves:
                return "unknown", self.tr("cannot tell: what the mode contains is not published")
            return "unknown", self.tr("cannot tell: {0}; collect CPUID leaf {1}").format(
                ", ".join(found.unknown) or self.tr("its maker"), ", ".join(found.unknown_leaves)
            )
        if found.sets_the_mode:
            return "ok", self.tr("sets the mode")
        if found.hidden:
            return "info", self.tr("hides {0}").format(", ".join(found.hidden))
        return "ok", self.tr("hides nothing")

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

"""Suggest Clusters: the best clusters for the hosts of a datacenter, made in one undoable edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from flexgui.document import Document, DraftChecker, Findings
from flexgui.evc.partition import Suggestion
from flexgui.evc.partition_words import Words
from flexgui.plan.inventory import cpu_of, modes_of
from flexgui.plan.values import Cluster, Host, Plan
from flexgui.rules.finding import Finding, Severity
from flexgui.widgets import words
from flexgui.widgets.finding_text import sentence
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import SecondaryLabel
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.processor_text import Assessments, highest_mode
from flexgui.widgets.quiet_inputs import QuietCombo
from flexgui.widgets.screen import fit_to_screen
from flexgui.widgets.scrolled import scrolled
from flexgui.widgets.severity import severity_rank
from flexgui.widgets.task import Report, run_task
from flexgui.wizards import suggest_draft
from flexgui.wizards.shell import LONGEST_LIST, FindingsPanel, heading
from flexgui.wizards.suggest_draft import Candidate, NewCluster, Outcome, SuggestDraft
from flexgui.wizards.suggest_tables import CandidatesTable, ClustersTable, NumberRow, NumbersTable


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules say to the plan that an outcome leads to, beyond what they say to the present one."""

    after: Plan
    findings: tuple[Finding, ...]


class SuggestClustersDialog(QDialog):
    """Which hosts take part, how many clusters to make of them, and what follows.

    The plan that OK would lead to is checked off the GUI thread; an error that it would bring disables OK.
    Pressed before the check is over, OK waits for it. `clusters_created` is emitted with the id of the first
    new cluster.
    """

    clusters_created = Signal(str)

    def __init__(
        self,
        document: Document,
        datacenter_id: str,
        parent: QWidget | None = None,
        *,
        within: str = "",
        number: tuple[str, int] | None = None,
    ) -> None:
        """`within`: whose hosts take part at first (`suggest_draft.new_draft`); `number`: of which maker's
        hosts how many clusters are to be made at first."""
        super().__init__(parent)
        self._document = document
        self._plan = document.plan
        self.draft: SuggestDraft = suggest_draft.new_draft(document.plan, datacenter_id, within)
        if number is not None:
            self.draft = suggest_draft.choose_number(self.draft, *number)
        self.outcome: Outcome = suggest_draft.outcome(self.draft, self._plan)
        self._destinations: dict[str, str] = {}
        self._assessments = Assessments()
        self._checker = DraftChecker()
        self._checking = self._stale = self._showing = self._accepting = False
        self._checked: Checked | None = None
        self.setObjectName("suggest_clusters")
        self.setWindowTitle(self.tr("Suggest Clusters"))
        self.setMinimumSize(700, 460)
        fit_to_screen(self, 1120, 720)
        self._build()
        self._show()
        if number is not None and self.maker.findData(number[0]) >= 0:
            self.maker.setCurrentIndex(self.maker.findData(number[0]))
            self._show_numbers()
        self._check()
        self.hosts.setFocus()

    # --- the controls

    def _build(self) -> None:
        modes = modes_of(self._plan)

        def highest(candidate: Candidate) -> str:
            cpu = cpu_of(self._plan, candidate.host)
            return highest_mode(cpu, None if cpu is None else self._assessments.of(cpu, modes))

        self.hosts = CandidatesTable(lambda c: cpu_of(self._plan, c.host), highest, self._goes_to, self._tick)
        caption = heading(self.tr("&Hosts that take part"))
        caption.setBuddy(self.hosts)
        self.tick_all = self._button("suggest_tick_all", self.tr("Tick &All"), partial(self._tick_all, True))
        self.tick_none = self._button(
            "suggest_tick_none", self.tr("Tick N&one"), partial(self._tick_all, False)
        )
        self.count = SecondaryLabel()
        self.count.setObjectName("suggest_count")
        left = _column(
            _row(caption, None, self.tick_all, self.tick_none),
            self.hosts,
            self.count,
        )
        self.numbers = NumbersTable()
        self.numbers.selectionModel().currentRowChanged.connect(self._number_chosen)
        number_caption = heading(self.tr("&Number of clusters"))
        number_caption.setBuddy(self.numbers)
        self.maker = QuietCombo()
        self.maker.setObjectName("suggest_maker")
        self.maker.setAccessibleName(self.tr("Maker of the processors"))
        self.maker.activated.connect(lambda _: self._show_numbers())
        self.maker_caption = QLabel(self.tr("for the hosts of &maker"))
        self.maker_caption.setBuddy(self.maker)
        self.advice = MessageLine()
        self.advice.setObjectName("suggest_advice")
        right = _column(_row(number_caption, None, self.maker_caption, self.maker), self.numbers, self.advice)
        top = QSplitter(Qt.Orientation.Horizontal)
        top.setChildrenCollapsible(False)
        top.setHandleWidth(12)
        top.addWidget(left)
        top.addWidget(right)
        top.setStretchFactor(0, 1)
        top.setStretchFactor(1, 1)
        top.setSizes([560, 560])

        self.clusters = ClustersTable(self._rename)
        clusters_caption = heading(self.tr("New &clusters"))
        clusters_caption.setBuddy(self.clusters)
        hint = SecondaryLabel(self.tr("F2 or a double click changes a name. HA and DRS are set afterwards."))
        hint.setWordWrap(False)
        middle = _column(_row(clusters_caption, None, hint), self.clusters)
        self.panel = FindingsPanel()
        self.panel.setAccessibleName(self.tr("What follows"))
        follows = QWidget()
        inner = QVBoxLayout(follows)
        inner.setContentsMargins(0, 0, 8, 0)
        inner.addWidget(self.panel)
        inner.addStretch(1)
        scroll = scrolled(follows)
        scroll.setObjectName("suggest_follows")
        scroll.setAccessibleName(self.tr("What follows"))
        scroll.setMinimumHeight(56)
        bottom = _column(heading(self.tr("What follows")), scroll)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        for part, stretch in ((top, 4), (middle, 3), (bottom, 3)):
            splitter.addWidget(part)
            splitter.setStretchFactor(splitter.indexOf(part), stretch)
        splitter.setSizes([280, 180, 180])

        self.trouble = MessageLine()
        self.trouble.setObjectName("suggest_trouble")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.ok = QPushButton(icon("cluster"), "")
        self.ok.setObjectName("suggest_ok")
        self.ok.setDefault(True)
        self.buttons.addButton(self.ok, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(splitter, 1)
        column.addWidget(self.trouble)
        column.addWidget(self.buttons)

    def _button(self, name: str, text: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _=False: slot())
        return button

    # --- the draft

    def _change(self, draft: SuggestDraft) -> None:
        self.draft = draft
        self.outcome = suggest_draft.outcome(draft, self._plan)
        self._checked = None
        self._accepting = False
        self._show()
        self._check()

    def _tick(self, rows: Sequence[Candidate], on: bool) -> None:
        self._change(suggest_draft.tick(self.draft, [row.host.id for row in rows], on))

    def _tick_all(self, on: bool) -> None:
        self._tick(self.draft.candidates, on)

    def _number_chosen(self) -> None:
        row = self.numbers.current_row()
        vendor = self.maker.currentData()
        if self._showing or row is None or vendor is None:
            return
        self._change(suggest_draft.choose_number(self.draft, vendor, row.k))

    def _rename(self, cluster: NewCluster, name: object) -> bool:
        if str(name) != cluster.name:
            self._change(suggest_draft.choose_name(self.draft, cluster.mode.key, str(name)))
        return True

    # --- what follows

    def _check(self) -> None:
        """Check what the draft leads to; if it changes meanwhile, check again."""
        if self._checking:
            self._stale = True
            return
        outcome, checker, now = self.outcome, self._checker, self._document.findings
        plan, datacenter_id = self._plan, self.draft.datacenter_id

        def work(report: Report) -> Checked:
            after = suggest_draft.apply(plan, datacenter_id, outcome.clusters)
            return Checked(after, _new(checker.findings(after), now))

        self._checking, self._stale = True, False
        run_task(self, work, self._show_checked)

    def _show_checked(self, checked: Checked) -> None:
        self._checking = False
        if self._stale:
            self._check()
            return
        self._checked = checked
        self.panel.show_texts(self._what_follows())
        self._show_ok()
        if self._accepting:
            self._accepting = False
            self.accept()

    def _what_follows(self) -> list[tuple[str, str]]:
        """What to know of the clusters, and one line for each kind of finding that they bring."""
        speech = self._words()
        texts: list[tuple[str, str]] = []
        for suggestion in self.outcome.suggestions:
            k = suggest_draft.number_of(self.draft, suggestion)
            texts += [(remark.severity, remark.text) for remark in speech.remarks(suggestion, k)]
        blocked = self._blocked()
        by_rule: dict[tuple[str, str], list[Finding]] = {}
        for finding in self._checked.findings if self._checked is not None else ():
            # What blocks stands beside the buttons; once is enough.
            if not blocked or finding.severity is not Severity.ERROR or sentence(finding) != blocked:
                by_rule.setdefault((finding.rule, finding.template), []).append(finding)
        for own in by_rule.values():
            text = sentence(own[0])
            if len(own) > 1:
                more = self.tr("{sentence} The same of {count} more.")
                text = more.format(sentence=text, count=len(own) - 1)
            texts.append((own[0].severity.value, text))
        texts.sort(key=lambda each: severity_rank(each[0]))
        if not texts and not blocked:
            texts.append(("ok", self.tr("Nothing speaks against these clusters.")))
        return texts[:LONGEST_LIST]

    def _blocked(self) -> str:
        """Why OK is disabled; empty where it is not, or where the check is not over."""
        if not self.draft.candidates:
            return self.tr("This datacenter has no host. Add or import some first.")
        if not self.draft.ticked:
            return self.tr("No host takes part. Tick those that are to come into the new clusters.")
        if not self.outcome.clusters:
            return self.tr("No mode fits any of these hosts for certain. What follows says why.")
        found = self._checked.findings if self._checked is not None else ()
        errors = [f for f in found if f.severity is Severity.ERROR]
        return sentence(errors[0]) if errors else ""

    # --- what is shown

    def _words(self) -> Words:
        return Words(self.outcome.fleet, modes_of(self._plan), QCoreApplication.translate)

    def _show(self) -> None:
        outcome = self.outcome
        self._destinations = {host.id: new.name for new in outcome.clusters for host in new.hosts}
        self.hosts.candidates.set_rows(self.draft.candidates)
        self.hosts.candidates.refresh()
        everyone, ticked = len(self.draft.candidates), len(self.draft.ticked)
        text = self.tr("{ticked} of {hosts} take part.").format(
            ticked=ticked, hosts=words.counted(Host, everyone)
        )
        if everyone > ticked:
            text += " " + self.tr("The others stay where they are.")
        self.count.setText(text)
        self.tick_all.setEnabled(ticked < everyone)
        self.tick_all.setToolTip("" if self.tick_all.isEnabled() else self.tr("All hosts are ticked."))
        self.tick_none.setEnabled(ticked > 0)
        self.tick_none.setToolTip("" if self.tick_none.isEnabled() else self.tr("No host is ticked."))
        self._show_makers()
        self._show_numbers()
        self.clusters.clusters.set_rows(outcome.clusters)
        self._show_ok()

    def _show_makers(self) -> None:
        speech = self._words()
        having = [found for found in self.outcome.suggestions if found.partitions[-1].clusters]
        wanted = [(found.vendor, speech.maker(found)) for found in having]
        shown = [(self.maker.itemData(n), self.maker.itemText(n)) for n in range(self.maker.count())]
        if wanted != shown:
            current = self.maker.currentData()
            with QSignalBlocker(self.maker):
                self.maker.clear()
                for vendor, name in wanted:
                    self.maker.addItem(name, vendor)
                self.maker.setCurrentIndex(max(0, self.maker.findData(current)) if wanted else -1)
        for widget in (self.maker, self.maker_caption):
            widget.setVisible(len(having) > 1)

    def _show_numbers(self) -> None:
        """The numbers of clusters for the maker that is chosen."""
        found = self.outcome.suggestion(str(self.maker.currentData() or ""))
        self._showing = True
        try:
            self.numbers.numbers.set_rows([] if found is None else self._number_rows(found))
            if found is not None:
                self.numbers.show_key(suggest_draft.number_of(self.draft, found))
        finally:
            self._showing = False
        self.numbers.setEnabled(found is not None)
        self.numbers.setToolTip("" if found is not None else self.tr("No cluster can be made yet."))
        if found is not None:
            self.advice.set_message("info", self._words().advice(found))
        else:
            self.advice.clear()

    def _number_rows(self, found: Suggestion) -> list[NumberRow]:
        speech = self._words()
        most = max(found.partitions[-1].features_kept, 1)
        rows = []
        for partition in found.partitions:
            gain = speech.gain(found, partition.k)
            kept = partition.features_kept
            proposed = partition.k == found.recommended_k
            rows.append(
                NumberRow(
                    partition.k,
                    kept,
                    kept / most,
                    gain,
                    speech.sentence_of(partition, partition.k, gain),
                    proposed,
                    partition.alone,
                )
            )
        return rows

    def _show_ok(self) -> None:
        count = len(self.outcome.clusters)
        text = self.tr("Create {clusters}").format(clusters=words.counted(Cluster, count))
        self.ok.setText(text if count else self.tr("Create Clusters"))
        blocked = self._blocked()
        self.ok.setEnabled(not blocked)
        checking = self._checked is None and not blocked
        self.ok.setToolTip(self.tr("The plan that this leads to is being checked.") if checking else blocked)
        if blocked:
            self.trouble.set_message("error" if self.outcome.clusters else "info", blocked)
        elif not checking:
            self.trouble.clear()

    def _goes_to(self, candidate: Candidate) -> str:
        if not candidate.ticked:
            return self.tr("left out")
        return self._destinations.get(candidate.host.id, self.tr("stays"))

    # --- the end

    def accept(self) -> None:
        """Make the clusters and move the hosts, unless something keeps them from it."""
        if self._blocked():
            return
        if self._checked is None:
            self._accepting = True
            return
        clusters, before, after = self.outcome.clusters, self._plan, self._checked.after
        name = self.tr("Create {clusters}").format(clusters=words.counted(Cluster, len(clusters)))
        datacenter_id = self.draft.datacenter_id

        def edit(plan: Plan) -> Plan:
            return after if plan is before else suggest_draft.apply(plan, datacenter_id, clusters)

        if not self._document.edit(name, edit, self._checker):
            return
        super().accept()
        self.clusters_created.emit(clusters[0].id)


def _new(after: Findings, before: Findings) -> tuple[Finding, ...]:
    """The findings that a plan has and the one before had not, muted ones left out."""
    known = {_key(finding) for finding in before.all}
    return tuple(f for f in after.all if f.muted is None and _key(f) not in known)


def _key(finding: Finding) -> tuple[str, str, str, str]:
    return finding.rule, finding.subject.object_id, finding.subject.field, finding.message()


def _row(*parts: QWidget | None) -> QWidget:
    """Widgets side by side; None takes the room that is left."""
    whole = QWidget()
    line = QHBoxLayout(whole)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    for part in parts:
        if part is None:
            line.addStretch(1)
        else:
            line.addWidget(part)
    return whole


def _column(*parts: QWidget) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    for part in parts:
        column.addWidget(part)
    return whole

"""Import Hosts: many hosts from captures, inventories and folders, in one undoable edit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from flexgui.capture.folders import Skipped
from flexgui.document import Document, DraftChecker
from flexgui.plan.inventory import find
from flexgui.plan.values import Cluster, Datacenter, Host, Plan
from flexgui.rules.finding import Finding, Severity
from flexgui.widgets import words
from flexgui.widgets.drops import local_paths
from flexgui.widgets.finding_text import sentence
from flexgui.widgets.findings_panel import summed
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import SecondaryLabel
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.name_list import joined
from flexgui.widgets.quiet_inputs import QuietCombo
from flexgui.widgets.screen import fit_to_screen
from flexgui.widgets.scrolled import scrolled
from flexgui.widgets.table import RowsModel, RowsView
from flexgui.widgets.task import Report, run_task
from flexgui.wizards import import_draft
from flexgui.wizards.cpu_card import CpuCard
from flexgui.wizards.host_draft import captured
from flexgui.wizards.import_draft import Found, ImportDraft, Outcome
from flexgui.wizards.import_table import FoundTable, skipped_columns
from flexgui.wizards.reading_line import ReadingLine
from flexgui.wizards.shell import LONGEST_LIST, FindingsPanel

FILTER_DELAY_MS = 150
LONGEST_NAME = 256


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a draft leads to, with the findings about what it adds or changes."""

    draft: ImportDraft
    outcome: Outcome
    findings: tuple[Finding, ...]
    blocked: Finding | None


class ImportDialog(QDialog):
    """What files and folders hold, what comes of it, and where it goes.

    Files are read, and the outcome is checked, off the GUI thread. OK makes one edit; `imported` is emitted
    with the id of what to look at first. Errors of the present state do not keep it from being imported, but
    for those of `import_draft.BLOCKING`. With a `host_id` all that is ticked is further evidence for that
    host of the plan.
    """

    imported = Signal(str)

    def __init__(
        self,
        document: Document,
        paths: Sequence[Path] = (),
        parent_id: str = "",
        parent: QWidget | None = None,
        *,
        host_id: str = "",
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._plan = document.plan
        self._checker = DraftChecker()
        self._checking = self._stale = False
        self._weighed: Weighed | None = None
        self.draft = import_draft.new_draft(document.plan, parent_id, self.tr("New Datacenter"), host_id)
        place = find(document.plan, host_id or None)
        self._only = None if place is None else place.host
        self.setObjectName("import_hosts")
        self.setWindowTitle(
            self.tr("Import Hosts")
            if self._only is None
            else self.tr("Add Capture – {host}").format(host=self._only.label)
        )
        self.setAcceptDrops(True)
        self.setMinimumSize(700, 460)
        fit_to_screen(self, 1120, 720)
        self._build()
        self._filter_timer = QTimer(self)
        self._filter_timer.setSingleShot(True)
        self._filter_timer.setInterval(FILTER_DELAY_MS)
        self._filter_timer.timeout.connect(self._show_rows)
        self.filter_box.textChanged.connect(lambda: self._filter_timer.start())
        self._show_places()
        self._show()
        if paths:
            self.read(paths)

    # --- the controls

    def _build(self) -> None:
        self.filter_box = QLineEdit()
        self.filter_box.setObjectName("import_filter")
        self.filter_box.setPlaceholderText(self.tr("Filter by name, processor, mode, cluster or file"))
        self.filter_box.setAccessibleName(self.tr("Filter what was found"))
        self.filter_box.setClearButtonEnabled(True)
        self.filter_box.setAcceptDrops(False)
        self.filter_box.addAction(icon("search", "secondary"), QLineEdit.ActionPosition.LeadingPosition)
        self.filter_box.installEventFilter(self)
        caption = QLabel(self.tr("Fi&lter"))
        caption.setBuddy(self.filter_box)
        self.tick_all = self._button("import_tick_all", self.tr("Tick &All"), partial(self._tick_shown, True))
        self.tick_none = self._button(
            "import_tick_none", self.tr("Tick N&one"), partial(self._tick_shown, False)
        )
        self.count = SecondaryLabel()
        self.count.setObjectName("import_count")
        self.count.setWordWrap(False)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(caption)
        top.addWidget(self.filter_box, 1)
        top.addWidget(self.tick_all)
        top.addWidget(self.tick_none)
        top.addWidget(self.count)

        self.table = FoundTable(lambda found: found.number in self.draft.ticked, self._tick)
        self.table.selectionModel().currentRowChanged.connect(self._show_current)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.card = CpuCard()
        self.tabs.addTab(scrolled(self._padded(self.card)), self.tr("&Selected Host"))
        self.panel = FindingsPanel()
        self.panel.setAccessibleName(self.tr("What follows"))
        self.tabs.addTab(scrolled(self._padded(self.panel)), self.tr("&What Follows"))
        self.skipped: RowsModel[Skipped] = RowsModel(skipped_columns(), lambda s: (s.path, s.sentence), self)
        self.skipped_table = RowsView(self.skipped, "import_skipped")
        self.skipped_table.setObjectName("import_skipped")
        self.skipped_table.setAccessibleName(self.tr("Skipped files"))
        self.tabs.addTab(self.skipped_table, self.tr("S&kipped Files"))
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(self.tabs)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setSizes([340, 220])

        self.as_stated = QCheckBox(self.tr("&Use the datacenters and clusters that the files name"))
        self.as_stated.setObjectName("import_as_stated")
        self.as_stated.toggled.connect(lambda on: self._change(as_stated=on))
        self.place = QuietCombo()
        self.place.setObjectName("import_place")
        self.place.setSizeAdjustPolicy(QuietCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.place.setMinimumContentsLength(24)
        self.place.activated.connect(lambda row: self._change(parent_id=self.place.itemData(row)))
        self.place_caption = QLabel()
        self.place_caption.setBuddy(self.place)
        self.name = QLineEdit()
        self.name.setObjectName("import_datacenter_name")
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setAcceptDrops(False)
        self.name.textChanged.connect(lambda text: self._change(datacenter_name=text))
        self.name_caption = QLabel(self.tr("&Named"))
        self.name_caption.setBuddy(self.name)
        self.name.setAccessibleName(self.tr("Name of the new datacenter"))
        target = QHBoxLayout()
        target.setSpacing(8)
        for widget in (self.place_caption, self.place, self.name_caption, self.name):
            target.addWidget(widget)
        target.addStretch(1)
        self.target = QWidget()
        self.target.setLayout(target)
        target.setContentsMargins(0, 0, 0, 0)
        self.as_stated.setVisible(self._only is None)
        self.target.setVisible(self._only is None)

        self.trouble = MessageLine()
        self.trouble.setObjectName("import_trouble")
        self.reading = ReadingLine()
        self.reading.busy_changed.connect(self._show)
        self.reading.stopped.connect(self._stopped)

        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.ok = QPushButton(icon("import"), "")
        self.ok.setObjectName("import_ok")
        self.ok.setDefault(True)
        self.buttons.addButton(self.ok, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        self.add_files = self._button("import_add_files", self.tr("Add &Files…"), self._ask_files, "capture")
        self.add_folder = self._button("import_add_folder", self.tr("Add Fol&der…"), self._ask_folder, "open")
        self.add_files.setToolTip(
            self.tr("Read captures or inventories besides. Files and folders can be dropped here, too.")
        )
        self.add_folder.setToolTip(self.tr("Read all captures and inventories in a folder."))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.add_files)
        foot.addWidget(self.add_folder)
        foot.addWidget(self.buttons, 1)

        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(splitter, 1)
        column.addWidget(self.as_stated)
        column.addWidget(self.target)
        column.addWidget(self.trouble)
        column.addWidget(self.reading)
        column.addLayout(foot)
        self.table.setFocus()

    def _button(
        self, name: str, text: str, slot: Callable[[], None], symbol: str | None = None
    ) -> QPushButton:
        button = QPushButton(text)
        if symbol is not None:
            button.setIcon(icon(symbol))
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _=False: slot())
        return button

    @staticmethod
    def _padded(content: QWidget) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 8, 8, 8)
        column.addWidget(content)
        column.addStretch(1)
        return whole

    def _show_places(self) -> None:
        """List where hosts can go: each datacenter, each cluster, and a new datacenter."""
        self.place.addItem(icon("add"), self.tr("A new datacenter"), "")
        for datacenter in self._plan.datacenters:
            text = self.tr("{name}, standalone").format(name=datacenter.name)
            self.place.addItem(icon("datacenter"), text, datacenter.id)
            for cluster in datacenter.clusters:
                self.place.addItem(icon("cluster"), f"{datacenter.name} / {cluster.name}", cluster.id)
        self.place.setCurrentIndex(max(0, self.place.findData(self.draft.parent_id)))
        with QSignalBlocker(self.name):
            self.name.setText(self.draft.datacenter_name)

    # --- reading

    def read(self, paths: Sequence[Path]) -> None:
        """Read files and folders, and add what they hold to the table."""
        if self.reading.busy or not paths:
            return
        draft, plan, wanted = self.draft, self._plan, tuple(paths)

        def work(report: Report) -> ImportDraft:
            sources = import_draft.read_sources(wanted, report)
            return import_draft.with_sources(draft, plan, sources)

        self.trouble.clear()
        self.reading.read(work, self._read)

    def _read(self, draft: ImportDraft) -> None:
        new = len(draft.skipped) - len(self.draft.skipped)
        nothing = len(draft.found) == len(self.draft.found)
        self.draft = replace(self.draft, found=draft.found, skipped=draft.skipped, ticked=draft.ticked)
        if new == 1 and nothing:
            last = draft.skipped[-1]
            self.trouble.set_message("error", f"{last.path.name}: {last.sentence}")
        elif nothing:
            text = self.tr("None of the {count} files is a capture or an inventory. Skipped Files says why.")
            self.trouble.set_message("error", text.format(count=new))
        if nothing and new:
            self.tabs.setCurrentWidget(self.skipped_table)
        self.skipped.set_rows(draft.skipped)
        title = self.tr("S&kipped Files ({count})") if draft.skipped else self.tr("S&kipped Files")
        self.tabs.setTabText(2, title.format(count=len(draft.skipped)))
        self._show_rows()
        if not self.table.currentIndex().isValid() and self.table.found.rowCount():
            self.table.setCurrentIndex(self.table.found.index(0, 0))
        self._draft_changed()

    def _stopped(self) -> None:
        self.trouble.set_message("info", self.tr("Reading was stopped. Nothing of it was taken."))

    def _ask_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Import hosts from files"), "", self.tr("All files (*)")
        )
        self.read([Path(name) for name in names])

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Import hosts from a folder"))
        self.read([Path(name)] if name else [])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event.mimeData()) and not self.reading.busy:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = local_paths(event.mimeData())
        if paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.read(paths)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the filter box, Enter and Down go to what was found, and Esc empties the box first."""
        if (
            watched is self.filter_box
            and event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
        ):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
                self._show_rows()
                self.table.setFocus()
                return True
            if event.key() == Qt.Key.Key_Escape and self.filter_box.text():
                self.filter_box.clear()
                return True
        return super().eventFilter(watched, event)

    # --- the draft

    def _change(self, **fields: object) -> None:
        self.draft = replace(self.draft, **fields)  # type: ignore[arg-type]
        self._draft_changed()

    def _tick(self, rows: Iterable[Found], on: bool) -> None:
        numbers = {row.number for row in rows}
        ticked = self.draft.ticked | numbers if on else self.draft.ticked - numbers
        self.draft = replace(self.draft, ticked=frozenset(ticked))
        self.table.found.refresh()
        self._draft_changed()

    def _tick_shown(self, on: bool) -> None:
        """Tick or untick what the filter shows."""
        self._tick(self.table.found.rows(), on)

    def _draft_changed(self) -> None:
        self._weighed = None
        self._show()
        self._weigh()

    def _weigh(self) -> None:
        """Check what the draft leads to; if it changes meanwhile, check again."""
        if self._checking:
            self._stale = True
            return
        draft, plan, checker = self.draft, self._plan, self._checker

        def work(report: Report) -> Weighed:
            found = import_draft.outcome(draft, plan)
            findings = checker.findings(found.plan)
            about = tuple(f for f in findings.all if f.subject.object_id in found.subjects)
            return Weighed(draft, found, about, import_draft.blocking(about, found.subjects))

        self._checking, self._stale = True, False
        run_task(self, work, self._show_weighed)

    def _show_weighed(self, weighed: Weighed) -> None:
        self._checking = False
        if self._stale:
            self._weigh()
            return
        self._weighed = weighed
        self.panel.show_texts(self._what_follows(weighed))
        worst = sum(f.severity in (Severity.ERROR, Severity.WARNING) for f in weighed.findings)
        title = self.tr("&What Follows ({count})") if worst else self.tr("&What Follows")
        self.tabs.setTabText(1, title.format(count=worst))
        self._show()

    def _what_follows(self, weighed: Weighed) -> list[tuple[str, str]]:
        """What is made, then one line for each kind of finding, however many hosts it is about."""
        made = weighed.outcome
        parts = []
        if made.datacenters:
            kind = words.counted(Datacenter, len(made.datacenters))
            parts.append(f"{kind} ({joined(made.datacenters)})")
        if made.clusters:
            parts.append(f"{words.counted(Cluster, len(made.clusters))} ({joined(made.clusters)})")
        if made.hosts:
            parts.append(words.counted(Host, made.hosts))
        texts = []
        if parts:
            texts.append(("info", self.tr("The plan gets {things}.").format(things=", ".join(parts))))
        if made.further:
            text = self.tr("{count} of its hosts get further evidence.")
            texts.append(("info", text.format(count=made.further)))
        texts += summed([finding for finding in weighed.findings if finding.severity is not Severity.INFO])
        return texts[:LONGEST_LIST] or [("info", self.tr("Nothing is ticked, so nothing changes."))]

    # --- what is shown

    def _show_rows(self) -> None:
        self._filter_timer.stop()
        self.table.found.set_rows(import_draft.matching(self.draft, self.filter_box.text()))
        self._show_count()

    def _show_count(self) -> None:
        shown = self.table.found.rowCount()
        found, ticked = len(self.draft.found), len(self.draft.ticked)
        if shown != found:
            text = self.tr("{shown} of {found} shown, {ticked} ticked")
        else:
            text = self.tr("{found} found, {ticked} ticked")
        self.count.setText(text.format(shown=shown, found=found, ticked=ticked))

    def _show_current(self) -> None:
        found = self.table.current_row()
        self.card.show_processor(captured(found.host) if found is not None else None, self._plan)

    def _show(self) -> None:
        """Bring everything but the rows up to date."""
        draft = self.draft
        for widget in (self.table, self.tick_all, self.tick_none, self.add_files, self.add_folder):
            widget.setEnabled(not self.reading.busy)
        states = draft.states_places
        self.as_stated.setEnabled(states)
        self.as_stated.setToolTip(
            self.tr("Those that the plan lacks are created, clusters with the EVC mode that they have now.")
            if states
            else self.tr("No file says in which datacenter or cluster a host is.")
        )
        with QSignalBlocker(self.as_stated):
            self.as_stated.setChecked(states and draft.as_stated)
        self.place_caption.setText(
            self.tr("Hosts without one &go to") if states and draft.as_stated else self.tr("The hosts &go to")
        )
        self.place.setAccessibleName(self.place_caption.text().replace("&", ""))
        self.name.setVisible(not draft.parent_id)
        self.name_caption.setVisible(not draft.parent_id)
        self._show_count()
        chosen = draft.chosen
        new = len({each.same_as for each in chosen if not each.host_id})
        further = len({each.host_id for each in chosen if each.host_id})
        if self._only is not None:
            self.ok.setText(self.tr("Add &to {host}").format(host=self._only.label.replace("&", "&&")))
        elif new or not further:
            self.ok.setText(self.tr("&Import {hosts}").format(hosts=words.counted(Host, new)))
        else:
            text = self.tr("&Import Evidence for {hosts}")
            self.ok.setText(text.format(hosts=words.counted(Host, further)))
        blocked = self.blocked_by()
        self.ok.setEnabled(not blocked)
        self.ok.setDefault(True)
        self.ok.setToolTip(blocked)
        blocking = self._weighed is not None and self._weighed.blocked is not None
        if blocking:
            self.trouble.set_message("error", blocked)
        elif self._weighed is not None and self.trouble.severity() == "error" and draft.ticked:
            self.trouble.clear()

    def blocked_by(self) -> str:
        """Why there is nothing to import now; empty where there is."""
        if self.reading.busy:
            return self.tr("The files are still being read.")
        if not self.draft.found:
            return self.tr("No host was found. Add files or a folder.")
        if not self.draft.ticked and self._only is not None:
            return self.tr("Tick what describes {host}.").format(host=self._only.label)
        if not self.draft.ticked:
            return self.tr("Tick the hosts to import.")
        if self._weighed is None:
            return self.tr("What follows is being checked.")
        if self._weighed.blocked is not None:
            return sentence(self._weighed.blocked)
        return ""

    # --- the end

    def accept(self) -> None:
        """Make the one edit, unless something speaks against it."""
        weighed = self._weighed
        if self.blocked_by() or weighed is None:
            return
        made = weighed.outcome
        name = self.tr("Import {hosts}").format(hosts=words.counted(Host, made.hosts or made.further))
        if self._only is not None:
            name = self.tr("Add capture of {host}").format(host=self._only.label)

        def edit(plan: Plan) -> Plan:
            return made.plan if plan is self._plan else import_draft.outcome(weighed.draft, plan).plan

        if not self._document.edit(name, edit, self._checker):
            return
        super().accept()
        self.imported.emit(made.first)

    def done(self, result: int) -> None:
        self.reading.cancel()
        super().done(result)

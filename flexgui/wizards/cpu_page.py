"""The processor of a new host: from a capture file, from pasted text, or from the list of series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from flexgui.capture.folders import Skipped
from flexgui.capture.reader import FORMATS, read_text
from flexgui.errors import InputError
from flexgui.evc.series import assumed_cpu, series
from flexgui.plan.address import normalised
from flexgui.widgets.drops import local_paths
from flexgui.widgets.icons import icon
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.quiet_inputs import QuietCombo
from flexgui.widgets.task import Report
from flexgui.widgets.theme import monospace_font
from flexgui.wizards import host_draft
from flexgui.wizards.cpu_card import CpuCard
from flexgui.wizards.host_draft import CpuFrom, HostDraft, Processor, Reading, captured
from flexgui.wizards.host_step_page import CPU_FIELDS, HostStepPage
from flexgui.wizards.import_draft import Described, described, read_sources
from flexgui.wizards.reading_line import ReadingLine
from flexgui.wizards.series_list import SeriesList
from flexgui.wizards.shell import DraftWizard, explanation, heading


class PasteEdit(QPlainTextEdit):
    """Takes pasted text, and says so; files that are dropped go to the page."""

    pasted = Signal()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        super().insertFromMimeData(source)
        self.pasted.emit()


class ProcessorPage(HostStepPage):
    """Where the processor is known from, and what it is (fig. 33).

    What fails to be read changes nothing: the sentence says why, and what was there before stays.
    """

    step = "host"
    fields = CPU_FIELDS

    def __init__(self, wizard: DraftWizard[HostDraft]) -> None:
        self.ask_file: Callable[[], str] = self._ask_file
        super().__init__(
            wizard,
            wizard.tr("Processor"),
            wizard.tr("Which processor does the host have?"),
            wizard.tr("Intel's paper, fig. 33"),
        )
        self.setAcceptDrops(True)

    # The controls.

    def build(self) -> None:
        self.sources: dict[CpuFrom, QRadioButton] = {
            "candidate": QRadioButton(self.tr("&Weighed before")),
            "file": QRadioButton(self.tr("Capture &file")),
            "text": QRadioButton(self.tr("&Pasted text")),
            "list": QRadioButton(self.tr("Processor &list")),
            "unknown": QRadioButton(self.tr("Not known &yet")),
        }
        tips = {
            "candidate": self.tr("The captures that the New Cluster wizard weighed."),
            "file": self.tr("What the host’s processor answered to CPUID: measured."),
            "text": self.tr("A capture from the clipboard: measured."),
            "list": self.tr("By its name: assumed, not measured."),
            "unknown": self.tr("The host is planned; its EVC mode cannot be told."),
        }
        group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(20)
        self.panels: dict[CpuFrom, QWidget] = {}
        for source, button in self.sources.items():
            button.setObjectName(f"cpu_from_{source}")
            button.setToolTip(tips[source])
            group.addButton(button)
            row.addWidget(button)
            button.clicked.connect(lambda _checked=False, chosen=source: self._source_picked(chosen))
        row.addStretch(1)
        self.body.addLayout(row)
        makers = {
            "candidate": self._candidate_panel,
            "file": self._file_panel,
            "text": self._text_panel,
            "list": self._list_panel,
            "unknown": self._unknown_panel,
        }
        for source in self.sources:
            self.panels[source] = makers[source]()
            self.body.addWidget(self.panels[source])
        self.chooser = self._chooser()
        self.body.addWidget(self.chooser)
        self.reading = ReadingLine()
        self.reading.busy_changed.connect(self.update_state)
        self.body.addWidget(self.reading)
        self.trouble = MessageLine()
        self.trouble.setObjectName("cpu_trouble")
        self.body.addWidget(self.trouble)
        self.body.addWidget(heading(self.tr("This host’s processor")))
        self.card = CpuCard()
        self.body.addWidget(self.card)

    def _candidate_panel(self) -> QWidget:
        self.candidates = QuietCombo()
        self.candidates.setObjectName("cpu_candidates")
        self.candidates.setAccessibleName(self.tr("Weighed captures"))
        self.candidates.setPlaceholderText(self.tr("Choose a capture"))
        self.candidates.activated.connect(self._candidate_picked)
        note = self.tr("The captures that the New Cluster wizard weighed for this cluster.")
        return _column(self.candidates, explanation(note))

    def _file_panel(self) -> QWidget:
        self.path = QLineEdit()
        self.path.setObjectName("cpu_source_file")
        self.path.setReadOnly(True)
        self.path.setPlaceholderText(self.tr("No capture is open. Open one, or drop files or a folder here."))
        self.path.setAccessibleName(self.tr("Capture file"))
        self.open = QPushButton(icon("open"), self.tr("&Open…"))
        self.open.setObjectName("cpu_open")
        self.open.setAutoDefault(False)
        self.open.clicked.connect(self.open_file)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.path, 1)
        row.addWidget(self.open)
        formats = self.tr("It may be: {0}. The content decides, not the name; up to 64 MiB.")
        return _column(line, explanation(formats.format(", ".join(FORMATS))))

    def _text_panel(self) -> QWidget:
        self.paste = PasteEdit()
        self.paste.setObjectName("cpu_paste")
        self.paste.setAccessibleName(self.tr("Pasted capture"))
        self.paste.setFont(monospace_font())
        self.paste.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.paste.setTabChangesFocus(True)
        self.paste.setPlaceholderText(self.tr("Paste the output of cpuid -r, or any other capture, here."))
        self.paste.setFixedHeight(self.paste.fontMetrics().lineSpacing() * 6 + 16)
        self.paste.textChanged.connect(self._text_changed)
        self.paste.pasted.connect(self.read_pasted)
        self.read = QPushButton(icon("capture"), self.tr("&Read"))
        self.read.setObjectName("cpu_read")
        self.read.setAutoDefault(False)
        self.read.clicked.connect(self.read_pasted)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.read)
        row.addWidget(
            explanation(self.tr("What is pasted is read at once; what is typed or changed, with Read.")), 1
        )
        return _column(self.paste, line)

    def _list_panel(self) -> QWidget:
        self.series = SeriesList()
        self.series.series_chosen.connect(self._series_picked)
        return self.series

    def _unknown_panel(self) -> QWidget:
        return explanation(
            self.tr(
                "The host is planned without a processor. Whether it allows the cluster’s EVC mode cannot be "
                "told until a capture is added on its page; cpuid -r on the host makes one."
            )
        )

    def _chooser(self) -> QWidget:
        self.host = QuietCombo()
        self.host.setObjectName("captured_host")
        caption = QLabel(self.tr("The capture has several hosts. &This one is:"))
        caption.setBuddy(self.host)
        self.host.setAccessibleName(self.tr("Host of the capture"))
        self.host.activated.connect(self._host_picked)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(caption)
        row.addWidget(self.host, 1)
        return whole

    # The draft.

    def load(self) -> None:
        draft = self.draft
        self.sources[draft.cpu_from].setChecked(True)
        if self.paste.toPlainText() != draft.pasted_text:
            self.paste.setPlainText(draft.pasted_text)
        self.candidates.clear()
        for each in self.wizard_of_host.candidates:
            self.candidates.addItem(f"{each.name}: {each.cpu.name()}")
        self.sources["candidate"].setVisible(bool(self.wizard_of_host.candidates))
        self.trouble.clear()

    def refresh(self) -> None:
        draft = self.draft
        for source, panel in self.panels.items():
            panel.setVisible(source == draft.cpu_from)
        self.path.setText(draft.file.source if draft.file is not None else "")
        self.path.setToolTip(self.path.text())
        self.read.setEnabled(bool(draft.pasted_text.strip()))
        self.read.setToolTip("" if self.read.isEnabled() else self.tr("Paste a capture first."))
        self._show_hosts()
        chosen = draft.candidate
        listed = self.wizard_of_host.candidates
        self.candidates.setCurrentIndex(listed.index(chosen) if chosen in listed else -1)
        self.series.show_chosen(self._series_number())
        self.card.show_processor(draft.processor, self.before)

    def problem(self) -> str:
        if self.reading.busy:
            return self.tr("The capture is being read.")
        draft = self.draft
        read = draft.text.source if draft.text is not None else None
        if draft.cpu_from == "text" and draft.pasted_text.strip() and read is None:
            return self.tr("The pasted text was not read. Read it, or clear it.")
        return ""

    def _show_hosts(self) -> None:
        reading = self._reading()
        several = reading is not None and len(reading.hosts) > 1
        self.chooser.setVisible(several)
        if reading is None or not several:
            return
        labels = [f"{each.name}: {each.cpu.name()}" for each in reading.hosts]
        if labels != [self.host.itemText(row) for row in range(self.host.count())]:
            self.host.clear()
            self.host.addItems(labels)
        self.host.setCurrentIndex(reading.chosen)

    def _reading(self) -> Reading | None:
        draft = self.draft
        return {"file": draft.file, "text": draft.text}.get(draft.cpu_from)

    def _series_number(self) -> int | None:
        listed = self.draft.listed
        return None if listed is None else _numbers().get(listed.cpu.fingerprint)

    # What the user does.

    def open_file(self) -> None:
        name = self.ask_file()
        if name:
            self.read_file(Path(name))

    def read_file(self, path: Path) -> None:
        """Take the hosts of a capture file, or say why not and change nothing."""
        self.read_files([path])

    def read_files(self, paths: Sequence[Path]) -> None:
        """Take the hosts of files and folders; several sources of one host are one."""
        plan, wanted = self.before, tuple(paths)
        if self.reading.busy:
            return

        def work(report: Report) -> tuple[tuple[Described, ...], tuple[Skipped, ...]]:
            sources = read_sources(wanted, report)
            return described(sources, plan), sources.skipped

        self.reading.read(work, lambda found: self._take_files(wanted, *found))

    def _take_files(
        self, paths: Sequence[Path], found: Sequence[Described], skipped: Sequence[Skipped]
    ) -> None:
        if not found:
            self.trouble.set_message("error", self._kept(f"{skipped[0].path}: {skipped[0].sentence}"))
            return
        first, more = str(paths[0]), len(paths) - 1
        source = self.tr("{first} and {count} more").format(first=first, count=more) if more else first
        processors = tuple(host_draft.candidate(each.host, each.cpu, each.sources) for each in found)
        address = normalised(self.draft.address)
        chosen = next((n for n, each in enumerate(processors) if normalised(each.name) == address), 0)
        self._take("file", Reading(source, processors, chosen))

    def read_pasted(self) -> None:
        """Take the hosts of the pasted text, or say why not and change nothing."""
        text = self.paste.toPlainText()
        if not text.strip():
            return
        try:
            hosts = read_text(text, self.tr("pasted text"))
        except InputError as error:
            self.trouble.set_message("error", self._kept(str(error)))
            return
        self._take("text", Reading(self.tr("pasted text"), tuple(captured(host) for host in hosts)))

    def _kept(self, sentence: str) -> str:
        if self.draft.processor is None:
            return sentence
        return self.tr("{0} What was read before stays.").format(sentence)

    def _take(self, source: CpuFrom, reading: Reading) -> None:
        self.trouble.clear()
        self.sources[source].setChecked(True)
        after = host_draft.with_processor(self.draft, reading.processor)
        if source == "file":
            after = replace(after, cpu_from=source, file=reading)
        else:
            after = replace(after, cpu_from=source, text=reading)
        self.wizard_of_host.set_draft(after)

    def _source_picked(self, source: CpuFrom) -> None:
        """Show the panel of a source; what it yielded before counts again."""
        self.trouble.clear()
        draft = self.draft
        if source == "unknown":
            after = host_draft.with_processor(draft, None)
        else:
            known: Processor | None = {
                "candidate": draft.candidate,
                "file": draft.file.processor if draft.file else None,
                "text": draft.text.processor if draft.text else None,
                "list": draft.listed,
            }[source]
            after = draft if known is None else host_draft.with_processor(draft, known)
        self.wizard_of_host.set_draft(replace(after, cpu_from=source))

    def _host_picked(self, row: int) -> None:
        reading = self._reading()
        if reading is not None:
            self._take(self.draft.cpu_from, replace(reading, chosen=row))

    def _candidate_picked(self, row: int) -> None:
        chosen = self.wizard_of_host.candidates[row]
        after = host_draft.with_processor(self.draft, chosen)
        self.wizard_of_host.set_draft(replace(after, candidate=chosen))

    def _series_picked(self, number: int) -> None:
        chosen = series()[number]
        source = self.tr("processor list: {0}, {1}").format(chosen.code_name, chosen.brand_series)
        listed = Processor(assumed_cpu(chosen), source, chosen.code_name, assumed=True)
        after = host_draft.with_processor(self.draft, listed)
        self.wizard_of_host.set_draft(replace(after, listed=listed))

    def _text_changed(self) -> None:
        if not self._loading:
            self.change(pasted_text=self.paste.toPlainText(), text=None)

    def _ask_file(self) -> str:
        return QFileDialog.getOpenFileName(self, self.tr("Open a capture"))[0]

    # Drag and drop.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drop(event.mimeData())
        event.acceptProposedAction()

    def drop(self, data: QMimeData) -> None:
        """Read the files and folders that were dropped."""
        paths = local_paths(data)
        if paths:
            self.read_files(paths)
        else:
            text = self.tr("This is no file of this computer. Save it here, then drop it.")
            self.trouble.set_message("error", self._kept(text))


def _column(*widgets: QWidget) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    for widget in widgets:
        column.addWidget(widget)
    return whole


@cache
def _numbers() -> dict[str, int]:
    """The series' numbers by the fingerprint of the processor that each promises."""
    return {assumed_cpu(each).fingerprint: number for number, each in enumerate(series())}

"""The log of a rehearsal as a table: what was asked of vCenter, and what it answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from flexgui.document import Document
from flexgui.rules.rehearsal_answer import Line as Sentence
from flexgui.rules.rehearsal_log import Entry, Event
from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.views.rehearsal_dialogs import say
from flexgui.widgets.icons import icon
from flexgui.widgets.table import Column, RowsModel, RowsView

EVENTS: Final[dict[Event, tuple[str, str, str]]] = {
    "began": (QT_TRANSLATE_NOOP("RehearsalLog", "Began"), "rehearse", "accent"),
    "done": (QT_TRANSLATE_NOOP("RehearsalLog", "Done"), "ok", "ok"),
    "refused": (QT_TRANSLATE_NOOP("RehearsalLog", "Refused"), "error", "error"),
    "waiting": (QT_TRANSLATE_NOOP("RehearsalLog", "Waiting"), "todo", "todo"),
    "undone": (QT_TRANSLATE_NOOP("RehearsalLog", "Undone"), "undo", "secondary"),
    "redone": (QT_TRANSLATE_NOOP("RehearsalLog", "Done again"), "redo", "secondary"),
    "ended": (QT_TRANSLATE_NOOP("RehearsalLog", "Ended"), "rehearse", "secondary"),
}
"""What became of an action: its word, and the icon with its colour."""

Line = tuple[int, Entry]
"""An entry with its number, by which it stays itself in the table."""


def event_word(event: Event) -> str:
    return QCoreApplication.translate("RehearsalLog", EVENTS[event][0])


class LogView(QWidget):
    """The entries, the newest last and in view."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        columns = (
            Column[Line](self.tr("Time"), lambda line: f"{line[1].time:%H:%M:%S}", width=76, monospace=True),
            Column[Line](self.tr("Action"), lambda line: line[1].action, width=250),
            Column[Line](
                self.tr("Outcome"),
                lambda line: event_word(line[1].event),
                icon=lambda line: icon(*EVENTS[line[1].event][1:]),
                width=104,
            ),
            Column[Line](self.tr("Why"), lambda line: _joined(line[1].reasons), width=330),
            Column[Line](self.tr("First"), lambda line: _joined(line[1].remedies), width=260),
            Column[Line](self.tr("vSphere"), lambda line: line[1].vsphere_message, width=260),
            Column[Line](self.tr("Fault"), lambda line: line[1].fault, width=200, monospace=True),
        )
        self.model = RowsModel(columns, key=lambda line: line[0], parent=self)
        self.table = RowsView(self.model, "rehearsal")
        self.table.setAccessibleName(self.tr("Rehearsal log"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        document.log_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        self.model.set_rows(list(enumerate(self._document.log)))
        self.table.scrollToBottom()


def _joined(lines: Iterable[Sentence]) -> str:
    """Sentences one after the other, each once."""
    return " ".join(dict.fromkeys(map(say, lines)))

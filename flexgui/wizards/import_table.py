"""The table of what an import found, with a box to tick for each host."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QWidget

from flexgui.capture.folders import Skipped
from flexgui.evc.evidence import STRENGTH
from flexgui.evc.modes import EvcMode
from flexgui.widgets import words
from flexgui.widgets.icons import icon
from flexgui.widgets.processor_text import cpu_name, short_cpu_name, short_mode_name
from flexgui.widgets.table import Column, RowsModel, RowsView
from flexgui.wizards.import_draft import Becomes, Found

_KIND_ICONS: Final = {
    "registers": ("cpu", "ok"),
    "features": ("cpu", "info"),
    "maxEVCModeKey": ("masked", "info"),
    "brand": ("unknown", "unknown"),
}
_BECOMES_ICONS: Final = {
    Becomes.NEW: ("add", "ok"),
    Becomes.JOINED: ("capture", "info"),
    Becomes.FURTHER: ("capture", "info"),
    Becomes.KNOWN: ("check", "secondary"),
    Becomes.DUPLICATE: ("check", "secondary"),
}


def tr(text: str) -> str:
    return QCoreApplication.translate("ImportTable", text)


def becomes_text(found: Found) -> str:
    """What a found host becomes, in words."""
    texts = {
        Becomes.NEW: tr("New host"),
        Becomes.JOINED: tr("Further evidence for new {host}"),
        Becomes.FURTHER: tr("Further evidence for {host}"),
        Becomes.KNOWN: tr("In the plan already, as {host}"),
        Becomes.DUPLICATE: tr("In this import already, as {host}"),
    }
    return texts[found.becomes].format(host=found.other)


def possible_mode(found: Found) -> EvcMode | None:
    """The highest mode that cannot be ruled out, where it is another than the certain one."""
    sure, possible = found.assessment.highest, found.assessment.possible
    return None if possible is not None and sure is not None and possible.key == sure.key else possible


def _certain(found: Found) -> str:
    sure = found.assessment.highest
    return short_mode_name(sure) if sure or possible_mode(found) is None else tr("Cannot tell")


def _size(mode: EvcMode | None) -> int:
    return -1 if mode is None else len(mode.requires or ())


def _icon(look: tuple[str, str]) -> QIcon:
    return icon(*look)


def found_columns(
    ticked: Callable[[Found], bool], tick: Callable[[Found, bool], None]
) -> tuple[Column[Found], ...]:
    return (
        Column(tr("Host"), lambda f: f.host.name, width=176, ticked=ticked, tick=tick),
        Column(
            tr("Processor"),
            lambda f: short_cpu_name(f.host.cpu),
            tip=lambda f: cpu_name(f.host.cpu),
            width=150,
        ),
        Column(tr("Highest mode"), _certain, sort=lambda f: _size(f.assessment.highest), width=100),
        Column(
            tr("Perhaps"),
            lambda f: "" if possible_mode(f) is None else short_mode_name(possible_mode(f)),
            sort=lambda f: _size(possible_mode(f)),
            tip=lambda f: tr("The highest mode that cannot be ruled out from what is known."),
            width=96,
        ),
        Column(
            tr("Known by"),
            lambda f: words.word("evidence", f.host.kind),
            sort=lambda f: STRENGTH.index(f.host.kind),
            icon=lambda f: _icon(_KIND_ICONS[f.host.kind]),
            tip=lambda f: f"{words.word('evidence', f.host.kind)}\n{f.host.evidence}",
            width=132,
        ),
        Column(tr("ESX"), lambda f: f.host.esx_release or "", width=56),
        Column(tr("Becomes"), becomes_text, icon=lambda f: _icon(_BECOMES_ICONS[f.becomes]), width=200),
        Column(tr("Datacenter / cluster"), lambda f: f.place, width=130),
        Column(tr("Source"), lambda f: f.host.evidence, width=180),
    )


def skipped_columns() -> tuple[Column[Skipped], ...]:
    return (
        Column(tr("File"), lambda s: s.path.name, tip=lambda s: str(s.path), width=260),
        Column(tr("Why it was skipped"), lambda s: s.sentence, width=500),
    )


class FoundTable(RowsView[Found]):
    """Space ticks or unticks all selected rows, whatever column is current."""

    def __init__(
        self,
        ticked: Callable[[Found], bool],
        tick: Callable[[list[Found], bool], None],
        parent: QWidget | None = None,
    ) -> None:
        columns = found_columns(ticked, lambda found, on: tick([found], on))
        model: RowsModel[Found] = RowsModel(columns, lambda f: f.number)
        super().__init__(model, "import_hosts", parent)
        self.found = model
        model.setParent(self)
        self._ticked, self._tick = ticked, tick
        self.setObjectName("import_found")
        self.setAccessibleName(tr("Hosts that were found"))
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self
            and event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
            and not event.modifiers()
        ):
            rows = self.selected_rows()
            if rows:
                self._tick(rows, not all(self._ticked(row) for row in rows))
            return True
        return super().eventFilter(watched, event)

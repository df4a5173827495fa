"""Which generations exchange running machines, before and after EVC: the paper's tables 2 and 3."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from flexgui.evc.before_after import (
    MOST_KINDS,
    BeforeAfter,
    Generation,
    Move,
    Pair,
    before_after,
    generations,
)
from flexgui.evc.migration import Outcome
from flexgui.evc.migration_words import CONTEXT
from flexgui.evc.modes import maker
from flexgui.translate import Said, fill
from flexgui.views.plots.pane import Pane
from flexgui.views.plots.scope import Scope
from flexgui.widgets.plots.figure import Figure, GridFigure
from flexgui.widgets.plots.grid import Cell, Column, Grid, GridView
from flexgui.widgets.plots.looks import LIVE, OPEN, PARTLY, STUCK, Legend, word
from flexgui.widgets.processor_text import mode_name
from flexgui.widgets.task import Report

LOOKS = (LIVE, PARTLY, STUCK, OPEN)


class BeforeAfterPane(Pane):
    """Two matrices side by side, from row to column; a cell is current in both."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found = BeforeAfter((), ())
        self._weighed: object = None
        self.before = GridView(self.tr("Without FlexMigration and EVC: from row to column"))
        self.before.setObjectName("matrix_before")
        self.after = GridView(self.tr("With FlexMigration and EVC: from row to column"))
        self.after.setObjectName("matrix_after")
        both = QHBoxLayout()
        both.setSpacing(16)
        for view, title in (
            (self.before, self.tr("&Before: each host by itself")),
            (self.after, self.tr("&After: in one cluster with EVC")),
        ):
            caption = QLabel(title)
            caption.setBuddy(view)
            side = QVBoxLayout()
            side.setSpacing(4)
            side.addWidget(caption)
            side.addWidget(view, 1)
            both.addLayout(side, 1)
        self.before.cell_changed.connect(lambda row, column: self._moved(self.after, row, column))
        self.after.cell_changed.connect(lambda row, column: self._moved(self.before, row, column))
        for view in (self.before, self.after):
            view.setSelectionMode(GridView.SelectionMode.NoSelection)
        self.readout.most = 6
        self.column.addLayout(both, 1)
        self.column.addWidget(Legend(LOOKS))
        self.column.addWidget(self.readout)
        self.setFocusProxy(self.before)

    def fill(self, scope: Scope, another: bool) -> None:
        modes, release = scope.modes, scope.plan.release
        counts = scope.counts
        weighed = tuple((cpu.fingerprint, count) for cpu, count in counts), modes, release
        if weighed == self._weighed and not another:
            return  # an edit of something else
        self._weighed = weighed
        if another:
            self._show(BeforeAfter((), ()))
        if not counts:
            self._show(BeforeAfter((), ()))
            self.note.set_message(
                "unknown",
                self.tr("No processor is known, so nothing can be told. Add a capture to the hosts."),
            )
            return
        self.note.set_message("info", self.tr("The migrations are being weighed…"))

        def work(report: Report) -> BeforeAfter:
            rows = generations(counts, modes)
            return before_after(rows, modes, release, lambda done, total: report(done, total, ""))

        self.work(work, self._show_answer)

    def _show_answer(self, found: BeforeAfter) -> None:
        self._show(found)
        scope = self.scope
        said = []
        unknown = 0 if scope is None else scope.unknown
        if len(found.generations) == 1:
            said.append(self.tr("All known processors are of one generation: there is nothing to bridge."))
        if unknown:
            said.append(
                self.tr("Hosts without a known processor are left out: {count}.").format(count=unknown)
            )
        many = [row for row in found.generations if row.left_out]
        if many:
            text = self.tr("Of {names} only the {count} most frequent kinds of processors are weighed.")
            names = ", ".join(self._name(row) for row in many)
            said.append(text.format(names=names, count=MOST_KINDS))
        if said:
            self.note.set_message("unknown" if unknown else "info", " ".join(said))
        else:
            self.note.clear()

    def _show(self, found: BeforeAfter) -> None:
        self.found = found
        self.before.show_grid(self._grid(evc=False))
        self.after.show_grid(self._grid(evc=True))
        self._say(*self.before.current_cell())

    def _moved(self, other: GridView, row: int, column: int) -> None:
        if row >= 0 and other.current_cell() != (row, column):
            other.go_to(row, column)
        self._say(row, column)

    def _name(self, row: Generation) -> str:
        name = row.name
        if not name and row.level is not None:
            name = self.tr("{mode} level").format(mode=row.level.short_label)
        name = name or self.tr("unknown")
        makers = {each.vendor for each in self.found.generations}
        return f"{maker(row.vendor)} {name}" if len(makers) > 1 else name

    def _grid(self, *, evc: bool) -> Grid:
        found = self.found
        names = [self._name(row) for row in found.generations]
        tips = [", ".join(kind.name for kind in row.kinds) for row in found.generations]
        columns = [Column(name, tip) for name, tip in zip(names, tips, strict=True)]

        def cell(row: int, column: int) -> Cell:
            return self._cell(found.moves[row][column], evc=evc)

        def value(row: int, column: int) -> str:
            move = found.moves[row][column]
            look = cell(row, column).look
            if look is not PARTLY:
                return word(look)
            return f"{word(look)} ({move.live(evc=evc)}/{len(move.pairs)})"

        def sentence(row: int, column: int) -> str:
            text = self.tr("{source} to {destination}: {answer}")
            return text.format(source=names[row], destination=names[column], answer=value(row, column))

        title = self.tr("With FlexMigration and EVC") if evc else self.tr("Without FlexMigration and EVC")
        corner = self.tr("from ↓ to →")
        return Grid(
            title,
            corner,
            columns,
            len(names),
            lambda row: names[row],
            cell,
            sentence,
            value,
            looks=LOOKS,
            widest="00/00",
        )

    def _cell(self, move: Move, *, evc: bool) -> Cell:
        answer, live = move.answer(evc=evc), move.live(evc=evc)
        if answer is True:
            return Cell(LIVE, LIVE.mark)
        if live:
            return Cell(PARTLY, f"{live}/{len(move.pairs)}")
        look = OPEN if answer is None else STUCK
        return Cell(look, look.mark)

    def _say(self, row: int, column: int) -> None:
        found = self.found
        if not (0 <= row < len(found.generations) and 0 <= column < len(found.generations)):
            self.readout.say("")
            return
        move = found.moves[row][column]
        before, after = self._grid(evc=False), self._grid(evc=True)
        lines = [
            self.tr("{source} to {destination}. Before: {before}. After: {after}.").format(
                source=before.row_title(row),
                destination=before.row_title(column),
                before=before.value(row, column),
                after=after.value(row, column),
            )
        ]
        # The pair that tells the most: one that does not move, before one of which it cannot be told.
        pair = max(move.pairs, key=lambda each: (_weight(each, evc=True), _weight(each, evc=False)))
        if len(move.pairs) > 1:
            text = self.tr("Such as {source} to {destination}:")
            lines.append(text.format(source=pair.source.name, destination=pair.destination.name))
        for label, verdict in ((self.tr("Before:"), pair.before), (self.tr("After:"), pair.after)):
            if verdict is not None and verdict.reasons:
                lines.append(f"{label} {self._said(verdict.reasons[0])}")
        if pair.mode is not None:
            text = self.tr("The highest mode for both: {mode}.")
            lines.append(text.format(mode=mode_name(pair.mode)))
        else:
            lines.append(self.tr("After: no EVC mode fits both for certain, so EVC changes nothing."))
        self.readout.say(*lines)

    def _said(self, said: Said) -> str:
        return fill(QCoreApplication.translate(CONTEXT, said.template), said.parameters)

    def pictures(self) -> list[QWidget]:
        return [self.before, self.after]

    def figure(self) -> Figure | None:
        if self.scope is None or not self.found.generations:
            return None
        title = self.tr("{name}: live migration between generations").format(name=self.scope.name)
        return GridFigure(title, self._grid(evc=False), self._grid(evc=True))


def _weight(pair: Pair, *, evc: bool) -> int:
    """0 for a live migration, 1 where it cannot be told, 2 for none."""
    return {Outcome.LIVE: 0, Outcome.UNKNOWN: 1}.get(pair.outcome(evc=evc), 2)

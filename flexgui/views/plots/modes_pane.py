"""Hosts × modes: who supports which mode, and what those lack that do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QWidget

from flexgui.evc.compatibility import Cell as Answer
from flexgui.evc.compatibility import Compatibility, compatibility, makers_of
from flexgui.evc.modes import MAKERS, maker
from flexgui.evc.releases import offered_modes, releases
from flexgui.evc.support import Support
from flexgui.views.plots.pane import HostsPane
from flexgui.views.plots.scope import HostRows, Scope, cpu_title
from flexgui.widgets.plots.figure import Figure, GridFigure
from flexgui.widgets.plots.grid import Cell, Column, Grid, GridView
from flexgui.widgets.plots.looks import FOREIGN, MISSING, OPEN, SUPPORTED, Legend, word
from flexgui.widgets.processor_text import first_offered, hidden_advice, mode_name, support_reason

LOOKS = (SUPPORTED, MISSING, OPEN, FOREIGN)


class ModesPane(HostsPane):
    """The matrix as a table: arrow keys walk it, and screen readers read it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: Compatibility | None = None
        self.view = GridView(self.tr("Hosts and the modes that they support"))
        self.view.setObjectName("matrix_modes")
        self.view.cell_changed.connect(self._say)
        self.view.rows_selected.connect(self.tell_selected)
        self.view.row_activated.connect(self.activate)
        self.choices.addStretch(1)
        self.column.addWidget(self.view, 1)
        self.column.addWidget(Legend(LOOKS))
        self.column.addWidget(self.readout)
        self.setFocusProxy(self.view)

    def makers_offered(self, scope: Scope) -> list[tuple[str | None, str]]:
        return [*MAKERS.items(), (None, self.tr("Intel and AMD"))]

    def first_maker(self, scope: Scope) -> str | None:
        found = makers_of((cpu for cpu, _ in scope.counts), scope.modes)
        return found[0] if len(found) == 1 else None

    def refill(self) -> None:
        scope = self.scope
        if scope is None:
            return
        modes, vendor = scope.modes, self.chosen_maker()
        self.rows = rows = HostRows(scope, collapsed=self.collapse.isChecked())
        of = [mode for mode in modes if vendor in (None, mode.vendor)]
        self.found = compatibility(rows.cpus, of, modes)
        self.view.show_grid(self._grid(scope, rows, self.found))
        self.say_unknown(scope)

    def sort_by_current(self) -> None:
        column = self.view.current_cell()[1]
        if column >= 0:
            self.view.sort_by(column)

    def mark_hosts(self, ids: list[str]) -> None:  # type: ignore[override]
        if self.rows is not None:
            self.view.select_numbers(self.rows.numbers(ids))

    def pictures(self) -> list[QWidget]:
        return [self.view]

    def figure(self) -> Figure | None:
        grid, scope = self.view.cells.grid, self.scope
        if grid is None or scope is None:
            return None
        model = self.view.cells
        order = [model.number(row) for row in range(model.rowCount())]
        return GridFigure(grid.title, grid, order=order, note=self._mode_note(scope))

    def _mode_note(self, scope: Scope) -> str:
        if scope.mode is None:
            return ""
        return self.tr("EVC mode: {mode}").format(mode=mode_name(scope.mode))

    def _grid(self, scope: Scope, rows: HostRows, found: Compatibility) -> Grid:
        offered = {mode.key for mode in offered_modes(scope.plan.release, scope.modes)}
        release = releases()[scope.plan.release].name
        columns = [Column(self.tr("Processor"), text=lambda row: cpu_title(rows.cpu(row)))]
        if rows.collapsed:
            columns = []
        before = len(columns)
        for mode in found.modes:
            tip = [mode_name(mode), first_offered(mode)]
            if mode.key not in offered:
                tip.append(self.tr("{release} does not offer it.").format(release=release))
            columns.append(
                Column(
                    mode.short_label,
                    "\n".join(line for line in tip if line),
                    maker(mode.vendor),
                    dimmed=mode.key not in offered,
                )
            )
        framed = next((n for n, mode in enumerate(found.modes, before) if mode is scope.mode), None)

        def cell(row: int, column: int) -> Cell:
            cpu, mode = int(rows.cpu_numbers[row]), column - before
            answer = int(found.cells[cpu, mode])
            if answer == Answer.YES:
                return Cell(SUPPORTED, SUPPORTED.mark)
            if answer == Answer.OTHER_MAKER:
                return Cell(FOREIGN, FOREIGN.mark)
            if answer == Answer.UNKNOWN:
                return Cell(OPEN, OPEN.mark)
            return Cell(MISSING, f"{MISSING.mark}{int(found.missing[cpu, mode])}")

        def sentence(row: int, column: int) -> str:
            cpu, mode = int(rows.cpu_numbers[row]), column - before
            return f"{found.modes[mode].short_label}: {self._word(found, cpu, mode)}"

        kept: dict[tuple[int, int], str] = {}

        def value(row: int, column: int) -> str:
            key = int(rows.cpu_numbers[row]), column - before
            if key not in kept:
                kept[key] = self._value(found, *key)
            return kept[key]

        def sort_key(column: int) -> npt.NDArray[Any]:
            if column < before:
                return np.array([cpu_title(rows.cpu(row)).casefold() for row in range(len(rows))], object)
            mode = column - before
            weight = found.cells[:, mode].astype(np.int64) * 10_000 + found.missing[:, mode]
            return weight[rows.cpu_numbers]

        corner = self.tr("Processor") if rows.collapsed else self.tr("Host")
        title = self.tr("{name}: hosts and modes").format(name=scope.name)
        return Grid(
            title,
            corner,
            columns,
            len(rows),
            rows.title,
            cell,
            sentence,
            value,
            sort_key,
            framed,
            looks=LOOKS,
        )

    def _word(self, found: Compatibility, cpu: int, mode: int) -> str:
        answer = int(found.cells[cpu, mode])
        if answer == Answer.YES:
            return word(SUPPORTED)
        if answer == Answer.OTHER_MAKER:
            return word(FOREIGN)
        if answer == Answer.UNKNOWN:
            return word(OPEN)
        count = int(found.missing[cpu, mode])
        one, many = self.tr("1 feature missing"), self.tr("{count} features missing")
        return one if count == 1 else many.format(count=count)

    def _value(self, found: Compatibility, cpu: int, mode: int) -> str:
        """A cell in a file: the answer and the features."""
        assert self.scope is not None
        text = self._word(found, cpu, mode)
        support = found.support(cpu, mode, self.scope.modes)
        features = support.missing or support.unknown
        return f"{text}: {' '.join(features)}" if features else text

    def _say(self, row: int, column: int) -> None:
        rows, found, scope, grid = self.rows, self.found, self.scope, self.view.cells.grid
        if row < 0 or rows is None or found is None or scope is None or grid is None:
            self.readout.say("")
            return
        if grid.columns[column].text is not None:
            self.readout.say(f"{rows.full_title(row)}")
            return
        mode = column - (len(grid.columns) - len(found.modes))
        support: Support = found.support(int(rows.cpu_numbers[row]), mode, scope.modes)
        self.readout.say(
            f"{rows.full_title(row)} · {mode_name(support.mode)}: "
            f"{self._word(found, int(rows.cpu_numbers[row]), mode)}",
            support_reason(support),
            *hidden_advice(rows.cpu(row), support),
        )

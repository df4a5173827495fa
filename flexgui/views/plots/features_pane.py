"""Hosts × features: what each host has, under the modes that introduced it. Imports pyqtgraph."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from flexgui.cpuid.catalogue import catalogue
from flexgui.evc.compatibility import FeatureMap, State, feature_map
from flexgui.evc.modes import EvcMode, maker
from flexgui.views.plots.pane import HostsPane
from flexgui.views.plots.scope import HostRows, Scope
from flexgui.widgets.plots.figure import Figure, GridFigure
from flexgui.widgets.plots.grid import Cell, Column, Grid
from flexgui.widgets.plots.heat_map import HeatMap, Map
from flexgui.widgets.plots.heat_map_canvas import ZOOM
from flexgui.widgets.plots.looks import STATES, Legend, word
from flexgui.widgets.processor_text import mode_name


class FeaturesPane(HostsPane):
    """The heat map of one maker's hosts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: FeatureMap | None = None
        self.view = HeatMap(self.tr("Hosts and the features that they have"))
        self.view.setObjectName("matrix_features")
        self.view.cell_changed.connect(self._say)
        self.view.hovered.connect(self._hover)
        self.view.rows_selected.connect(self.tell_selected)
        self.view.row_activated.connect(self.activate)
        for name, text, tip, slot in (
            (
                "matrix_zoom_out",
                "−",
                self.tr("Smaller cells (− or Ctrl and the wheel)"),
                lambda: self.view.zoom(1 / ZOOM),
            ),
            (
                "matrix_zoom_in",
                "+",
                self.tr("Larger cells (+ or Ctrl and the wheel)"),
                lambda: self.view.zoom(ZOOM),
            ),
            (
                "matrix_fit",
                self.tr("Fit"),
                self.tr("All columns, and rows with their names (0)"),
                self.view.fit,
            ),
            ("matrix_all", self.tr("All"), self.tr("All columns and all rows"), self.view.fit_all),
        ):
            self.choices.addWidget(self.button(name, text, tip, slot))
        self.choices.addStretch(1)
        self.column.addWidget(self.view, 1)
        self.column.addWidget(Legend(STATES))
        self.column.addWidget(self.readout)
        self.setFocusProxy(self.view)

    def refill(self) -> None:
        scope = self.scope
        if scope is None:
            return
        vendor = self.chosen_maker() or "intel"
        self.rows = rows = HostRows(scope, collapsed=self.collapse.isChecked(), vendor=vendor)
        self.found = found = feature_map(rows.cpus, vendor, scope.mode, scope.modes)
        self.view.show_map(
            Map(self._grid(scope, rows, found, vendor), found.states[rows.cpu_numbers], STATES, rows.groups)
        )
        notes = []
        if rows.left_out:
            text = self.tr("Hosts by another maker than {maker} are not on this map: {count}.")
            notes.append(text.format(maker=maker(vendor), count=rows.left_out))
        if scope.mode is not None and not scope.mode.known:
            text = self.tr("What {mode} masks is not published.")
            notes.append(text.format(mode=mode_name(scope.mode)))
        elif scope.mode is not None and found.mode is None:
            text = self.tr("The mode {mode} is for hosts of another maker; no line is drawn.")
            notes.append(text.format(mode=mode_name(scope.mode)))
        self.say_unknown(scope, *notes)

    def sort_by_current(self) -> None:
        column = self.view.current_cell()[1]
        if column >= 0:
            self.view.sort_by(column)

    def mark_hosts(self, ids: list[str]) -> None:  # type: ignore[override]
        if self.rows is not None:
            self.view.select_numbers(self.rows.numbers(ids))

    def pictures(self) -> list[QWidget]:
        return [self.view.canvas]

    def figure(self) -> Figure | None:
        if self.view.map is None or self.scope is None:
            return None
        grid = self.view.map.grid
        mode = self.scope.mode
        note = "" if mode is None else self.tr("EVC mode: {mode}").format(mode=mode_name(mode))
        return GridFigure(grid.title, grid, order=self.view.order, note=note)

    def _grid(self, scope: Scope, rows: HostRows, found: FeatureMap, vendor: str) -> Grid:
        columns = [
            Column(column.name, mode_name(column.mode), column.mode.short_label) for column in found.columns
        ]

        def state(row: int, column: int) -> int:
            return int(found.states[int(rows.cpu_numbers[row]), column])

        def cell(row: int, column: int) -> Cell:
            look = STATES[state(row, column)]
            return Cell(look, look.mark)

        def value(row: int, column: int) -> str:
            return word(STATES[state(row, column)])

        def sentence(row: int, column: int) -> str:
            return f"{found.columns[column].name}: {value(row, column)}"

        corner = self.tr("Processor") if rows.collapsed else self.tr("Host")
        title = self.tr("{name}: features of hosts by {maker}").format(name=scope.name, maker=maker(vendor))
        return Grid(
            title,
            corner,
            columns,
            len(rows),
            rows.title,
            cell,
            sentence,
            value,
            line=found.line,
            looks=STATES,
            widest="1",
        )

    def _hover(self, row: int, column: int) -> None:
        if row < 0:
            row, column = self.view.current_cell()
        self._say(row, column)

    def _say(self, row: int, column: int) -> None:
        rows, found = self.rows, self.found
        if row < 0 or rows is None or found is None:
            self.readout.say("")
            return
        feature = found.columns[column]
        state = State(int(found.states[int(rows.cpu_numbers[row]), column]))
        field = catalogue()[feature.name]
        first = self.tr("{host} · {feature}, {place}: {state}").format(
            host=rows.full_title(row), feature=feature.name, place=field.place(), state=word(STATES[state])
        )
        self.readout.say(first, self._why(state, found), self._introduced(feature.mode))

    def _introduced(self, mode: EvcMode) -> str:
        return self.tr("The first mode with it is {mode}.").format(mode=mode_name(mode))

    def _why(self, state: State, found: FeatureMap) -> str:
        if found.mode is None:
            return ""
        name = mode_name(found.mode)
        if state is State.MASKED:
            return self.tr("The host has it; {mode} hides it from virtual machines.").format(mode=name)
        if state is State.LACKING:
            text = self.tr("{mode} requires it. Choose a mode without it, or leave this host out.")
            return text.format(mode=name)
        if state is State.UNKNOWN and not found.mode.known:
            return self.tr("It is not published whether {mode} hides it.").format(mode=name)
        return ""

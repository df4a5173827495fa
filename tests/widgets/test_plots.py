"""The pictures of pools by themselves: grids, the heat map, curves, and what becomes of them in a file."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QWheelEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from flexgui.widgets.plots.figure import MOST_ROWS, GridFigure, as_csv, as_png, as_svg
from flexgui.widgets.plots.grid import Cell, Column, Grid, GridModel, GridView
from flexgui.widgets.plots.heat_map import HeatMap, Map
from flexgui.widgets.plots.heat_map_canvas import groups_of
from flexgui.widgets.plots.kept_plot import Curve, KeptPlot, Point
from flexgui.widgets.plots.looks import STATES, fill_of, word
from flexgui.widgets.theme import contrast, theme

ROOT = Path(__file__).resolve().parents[2]
CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


def grid_of(states: np.ndarray, names: Sequence[str] | None = None, line: int | None = None) -> Grid:
    """A grid of states with columns in two groups."""
    rows, columns = states.shape
    half = columns // 2
    heads = [Column(f"F{n}", group="Old" if n < half else "New") for n in range(columns)]

    def cell(row: int, column: int) -> Cell:
        look = STATES[int(states[row, column])]
        return Cell(look, look.mark)

    def value(row: int, column: int) -> str:
        return word(cell(row, column).look)

    return Grid(
        "Made up",
        "Host",
        heads,
        rows,
        lambda row: names[row] if names is not None else f"esx-{row}",
        cell,
        lambda row, column: f"F{column}: {value(row, column)}",
        value,
        lambda column: states[:, column].astype(np.int64),
        line=line,
        looks=STATES,
    )


def map_of(states: np.ndarray, line: int | None = None) -> Map:
    half = len(states) // 2
    return Map(grid_of(states, line=line), states, STATES, [("CPU 1", 0, half), ("CPU 2", half, len(states))])


@pytest.fixture
def heat_map(qtbot: QtBot) -> HeatMap:
    view = HeatMap("Map")
    qtbot.addWidget(view)
    view.resize(700, 400)
    view.show()
    qtbot.waitExposed(view)
    return view


def random_states(rows: int, columns: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 5, (rows, columns)).astype(np.uint8)


# --- the grid


def test_a_grid_is_a_sound_model(qtbot: QtBot) -> None:
    model = GridModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_grid(grid_of(random_states(6, 4)))
    model.sort(2, Qt.SortOrder.DescendingOrder)
    kept = [model.grid.cell(model.number(row), 2).look for row in range(6)]  # type: ignore[union-attr]
    assert kept == sorted(kept, key=STATES.index, reverse=True)
    model.set_grid(grid_of(random_states(3, 4)))
    assert model.sorted_by == (2, Qt.SortOrder.DescendingOrder)
    model.set_grid(grid_of(random_states(0, 0)))
    assert model.rowCount() == model.columnCount() == 0
    del tester


@given(st.lists(st.integers(0, 4), max_size=12))
def test_equal_rows_keep_their_order_both_ways(column: list[int]) -> None:
    states = np.array(column, np.uint8).reshape(len(column), 1)
    model = GridModel()
    model.set_grid(grid_of(states))
    for order, sign in ((Qt.SortOrder.AscendingOrder, 1), (Qt.SortOrder.DescendingOrder, -1)):
        model.sort(0, order)
        found = [model.number(row) for row in range(model.rowCount())]
        assert found == sorted(range(len(column)), key=lambda n: (sign * column[n], n))


def test_the_current_cell_and_the_selection_stay_with_their_rows(qtbot: QtBot) -> None:
    view = GridView("Grid")
    qtbot.addWidget(view)
    view.show()
    states = np.array([[0], [4], [2]], np.uint8)
    view.show_grid(grid_of(states))
    view.go_to(2, 0)
    view.select_numbers([0, 2])
    view.sort_by(0)
    assert [view.cells.number(row) for row in range(3)] == [1, 2, 0]
    assert view.current_cell() == (2, 0)
    assert view.selected_numbers() == [2, 0]
    view.show_grid(grid_of(states))
    assert view.current_cell() == (2, 0)


# --- the heat map


def test_a_map_of_ten_thousand_rows_begins_readable_and_ends_whole(qtbot: QtBot, heat_map: HeatMap) -> None:
    states = np.zeros((10_000, 60), np.uint8)
    states[7_777, 30] = 4
    heat_map.show_map(map_of(states, line=20))
    assert heat_map.cell.height() >= 20
    assert heat_map.rect_of(0, 59).right() <= heat_map.room.width() + 0.01
    heat_map.fit_all()
    assert heat_map.rect_of(9_999, 0).bottom() <= heat_map.room.height() + 0.01
    # One line of the screen stands for many rows, and the one that is wrong is not lost in it.
    assert len(heat_map.canvas.image.image) < 10_000
    assert (heat_map.canvas.image.image == 4).sum() == 1
    image = heat_map.grab().toImage()
    wrong = fill_of(STATES[4]).name()
    ratio = image.devicePixelRatio()
    at = heat_map.canvas.box.mapToScene(heat_map.rect_of(7_777, 30).center())
    column = {
        image.pixelColor(round(at.x() * ratio), y).name() for y in range(image.height()) if image.height()
    }
    assert wrong in column


def test_the_colours_of_states_are_told_apart(qapp: QApplication) -> None:
    for mode in ("light", "dark"):
        theme().set_mode(mode)  # type: ignore[arg-type]
        fills = [fill_of(look) for look in STATES]
        assert len({fill.name() for fill in fills}) == len(STATES)
        marks = {(look.mark, look.struck, look.token) for look in STATES}
        assert len(marks) == len(STATES)
        for look in STATES:
            text = theme().color("text" if look.token != "secondary" else "secondary")
            assert contrast(text, fill_of(look)) >= 4.5, look


def test_each_cell_has_the_colour_of_its_state(qtbot: QtBot, heat_map: HeatMap) -> None:
    states = np.array([[0, 1, 2], [3, 4, 0]], np.uint8)
    heat_map.show_map(map_of(states))
    QApplication.processEvents()
    image = heat_map.grab().toImage()
    for row in range(2):
        for column in range(3):
            rect = heat_map.rect_of(row, column)
            corner = heat_map.canvas.box.mapToScene(rect.topLeft() + QPointF(4, 4))
            found = image.pixelColor(QPointF(corner * image.devicePixelRatio()).toPoint())
            assert found.name() == fill_of(STATES[int(states[row, column])]).name(), (row, column)


def turn(view: HeatMap, at: QPointF, steps: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Turn the wheel over a point of the cells."""
    viewport = view.canvas.viewport()
    position = QPointF(view.canvas.box.mapToScene(at))
    event = QWheelEvent(
        position,
        QPointF(viewport.mapToGlobal(position.toPoint())),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def test_the_wheel_scrolls_and_with_ctrl_zooms_around_the_mouse(qtbot: QtBot, heat_map: HeatMap) -> None:
    heat_map.show_map(map_of(random_states(500, 60)))
    QApplication.processEvents()
    at = QPointF(200, 100)
    before = heat_map.place_at(at)
    turn(heat_map, at, -1)
    assert heat_map.place_at(at)[0] > before[0]
    assert heat_map.place_at(at)[1] == before[1]
    fixed, width = heat_map.place_at(at), heat_map.cell.width()
    for _ in range(3):
        turn(heat_map, at, 1, CTRL)
    assert heat_map.cell.width() > width
    assert heat_map.place_at(at) == fixed
    turn(heat_map, at, 100)
    assert heat_map.corner.y() == 0


def test_the_mouse_drags_the_map(qtbot: QtBot, heat_map: HeatMap) -> None:
    heat_map.show_map(map_of(random_states(500, 60)))
    QApplication.processEvents()
    viewport, left = heat_map.canvas.viewport(), Qt.MouseButton.LeftButton
    start = heat_map.canvas.box.mapToScene(QPointF(100, 150)).toPoint()
    qtbot.mousePress(viewport, left, NONE, start)
    for step in range(1, 9):
        qtbot.mouseMove(viewport, start - QPoint(0, 12 * step))
    qtbot.mouseRelease(viewport, left, NONE, start - QPoint(0, 96))
    assert heat_map.corner.y() > 2
    assert not heat_map.selected_numbers()


def test_a_map_that_changes_keeps_what_is_looked_at(qtbot: QtBot, heat_map: HeatMap) -> None:
    states = random_states(200, 30)
    heat_map.show_map(map_of(states))
    heat_map.sort_by(3)
    heat_map.select_numbers([150, 3])
    heat_map.go_to(150, 12)
    heat_map.show_map(map_of(states.copy()))
    assert heat_map.current_cell() == (150, 12)
    assert heat_map.sorted_by is not None
    assert set(heat_map.selected_numbers()) == {150, 3}
    heat_map.show_map(map_of(random_states(5, 30)))
    assert heat_map.selected_numbers() == []
    heat_map.show_map(map_of(random_states(0, 30)))
    assert heat_map.current_cell() == (-1, -1)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Plus):
        qtbot.keyClick(heat_map.canvas, key)
    heat_map.grab()


def test_groups_are_parted_by_the_line() -> None:
    grid = grid_of(random_states(1, 8), line=2)
    assert groups_of(grid) == [("Old", 0, 2), ("Old", 2, 4), ("New", 4, 8)]


# --- curves


def test_a_curve_is_walked_and_clicked(qtbot: QtBot) -> None:
    plot = KeptPlot()
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    plot.show()
    qtbot.waitExposed(plot)
    first = Curve("intel", "Intel", (Point(1, 100, 120), Point(2, 150, 150), Point(3, 155, 155)), 2)
    second = Curve("amd", "AMD", (Point(1, 40, 40),), 1)
    plot.show_curves([first, second])
    assert plot.current_point() == ("intel", 2)
    assert "proposed" in plot.canvas.accessibleDescription()
    with qtbot.waitSignal(plot.point_changed) as told:
        qtbot.keyClick(plot.canvas, Qt.Key.Key_Left)
    assert told.args == ["intel", 1]
    assert "possibly 120" in plot.sentence(0, 0)
    qtbot.keyClick(plot.canvas, Qt.Key.Key_End)
    qtbot.keyClick(plot.canvas, Qt.Key.Key_Down)
    assert plot.current_point() == ("amd", 1)
    at = plot.canvas.pixel_of(0, 1).toPoint()
    qtbot.mouseClick(plot.canvas.viewport(), Qt.MouseButton.LeftButton, NONE, at)
    assert plot.current_point() == ("intel", 2)
    with qtbot.waitSignal(plot.point_activated):
        qtbot.mouseDClick(plot.canvas.viewport(), Qt.MouseButton.LeftButton, NONE, at)
    plot.show_curves([])
    assert plot.current_point() == ("", 0)
    qtbot.keyClick(plot.canvas, Qt.Key.Key_Return)


# --- files


HOSTILE = ["=1+1", "+x", "-x", "@x", '"quoted"', "a,b", "line\nbreak", "\ttab", "<&>\x00\x1b", "\u202eabc"]


def test_hostile_names_stay_names_in_every_file(qapp: QApplication) -> None:
    states = random_states(len(HOSTILE), 3)
    figure = GridFigure("<b>&\x00</b>", grid_of(states, HOSTILE, line=1), note="<i>")
    rows = list(csv.reader(io.StringIO(as_csv(figure).decode(), newline="")))
    assert [row[0].removeprefix("'") for row in rows[1:]] == HOSTILE
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t")]
    root = ET.fromstring(as_svg(figure))
    texts = {"".join(e.itertext()).strip() for e in root.iter() if e.tag.endswith("text")}
    assert {"=1+1", '"quoted"', "<&>\\x00\\x1b", "\\u202eabc"} <= texts


@given(st.lists(st.text(max_size=12), min_size=1, max_size=4))
def test_any_names_come_back_from_a_table(names: list[str]) -> None:
    figure = GridFigure("T", grid_of(random_states(len(names), 2), names))
    rows = list(csv.reader(io.StringIO(as_csv(figure).decode(errors="strict"), newline="")))
    for row, name in zip(rows[1:], names, strict=True):
        assert row[0] in (name, f"'{name}")


def test_a_picture_of_thousands_of_rows_ends_and_says_so(qapp: QApplication) -> None:
    states = random_states(3_000, 3)
    figure = GridFigure("Many", grid_of(states))
    image = QImage.fromData(as_png(figure), "PNG")
    assert image.height() in (figure.size().height(), figure.size().height() * 2)
    root = ET.fromstring(as_svg(figure))
    texts = ["".join(e.itertext()).strip() for e in root.iter() if e.tag.endswith("text")]
    assert sum(text.startswith("esx-") for text in texts) == MOST_ROWS
    assert any("2500 more rows" in text for text in texts)
    assert len(as_csv(figure).splitlines()) == 3_001


def test_a_png_is_what_is_painted(qapp: QApplication) -> None:
    figure = GridFigure("Small", grid_of(np.full((2, 2), 4, np.uint8)))
    image = QImage.fromData(as_png(figure), "PNG")
    direct = QImage(image.size(), QImage.Format.Format_RGB32)
    direct.setDevicePixelRatio(2)
    direct.fill(theme().color("base"))
    painter = QPainter(direct)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    figure.paint(painter)
    painter.end()
    assert image.convertToFormat(QImage.Format.Format_RGB32) == direct
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert fill_of(STATES[4]).name() in colours


# --- the start


def test_plots_are_not_imported_before_one_is_shown() -> None:
    program = """
import sys
from flexgui.app import make_application, connect_wizards
from flexgui.document import Document
from flexgui.plan.values import Cluster, Datacenter, Host, Plan
from flexgui.views.main_window import MainWindow
app = make_application()
document = Document()
hosts = (Host(id="host-3", address="10.0.0.1"),)
cluster = Cluster(id="domain-c2", name="C", hosts=hosts)
document.new(Plan(release="8.0", datacenters=(Datacenter(id="datacenter-1", name="D", clusters=(cluster,)),)))
window = MainWindow(document)
window.show()
window.select("domain-c2")
app.processEvents()
page = window.page()
print("pyqtgraph" in sys.modules)
page.tabs.setCurrentWidget(page.matrix)
app.processEvents()
print("pyqtgraph" in sys.modules)
page.matrix.choose("features")
print("pyqtgraph" in sys.modules)
sys.stdout.flush()
import os
os._exit(0)
"""
    found = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert found.stdout.split() == ["False", "False", "True"], found.stderr

"""The Matrix tab, worked as a user does: by mouse and keys, in the window."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QPlainTextEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from flexgui.app import connect_wizards
from flexgui.plan.values import Cluster, Datacenter, Host, Plan
from flexgui.views.main_window import MainWindow
from flexgui.views.plots.matrix_tab import MatrixTab
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.plots.grid import GridView
from flexgui.widgets.theme import theme
from flexgui.wizards.suggest_clusters import SuggestClustersDialog
from tests.driving import LEFT, child
from tests.processors import cpu_of
from tests.views.conftest import Boxes
from tests.views.plans import MEROM, cpu, host

ZEN = cpu("amd-zen", "EPYC 7351")
HOSTILE = '=HYPERLINK("http://x","<b>&\u202eesx</b>")'


@pytest.fixture
def tab(qtbot: QtBot, window: MainWindow) -> MatrixTab:
    """The Matrix tab of the small plan's cluster, opened by a click."""
    return open_tab(qtbot, window, "domain-c2")


def open_tab(qtbot: QtBot, window: MainWindow, object_id: str) -> MatrixTab:
    assert window.select(object_id)
    page = window.page()
    assert page is not None
    bar = page.tabs.tabBar()
    titles = [bar.tabText(n).replace("&", "") for n in range(bar.count())]
    qtbot.mouseClick(bar, LEFT, pos=bar.tabRect(titles.index("Matrix")).center())
    tab = page.tabs.currentWidget()
    assert isinstance(tab, MatrixTab)
    return tab


def show(qtbot: QtBot, tab: MatrixTab, view: str) -> Any:
    """Click the button of a picture, wait for what it works out, and return its main widget."""
    qtbot.mouseClick(child(tab, f"matrix_view_{view}"), LEFT)
    pane = tab.pane()
    if view in ("clusters", "before_after"):
        note = pane.findChild(MessageLine, "matrix_note")
        assert isinstance(note, MessageLine)
        qtbot.waitUntil(lambda: "…" not in note.text())
    QApplication.processEvents()  # every part has its place now
    return pane


def said(tab: MatrixTab) -> str:
    readout = tab.pane().findChild(QPlainTextEdit, "readout")
    assert isinstance(readout, QPlainTextEdit)
    return readout.toPlainText()


def note(tab: MatrixTab) -> str:
    found = tab.pane().findChild(MessageLine, "matrix_note")
    assert isinstance(found, MessageLine)
    return found.text()


def click_cell(qtbot: QtBot, view: GridView, row: int, column: int, **more: Any) -> None:
    rect = view.visualRect(view.model().index(row, column))
    qtbot.mouseClick(view.viewport(), LEFT, pos=rect.center(), **more)


def click_map(qtbot: QtBot, view: Any, place: int, column: int, modifiers: Any = None) -> None:
    """Click a cell of the heat map."""
    at = view.canvas.box.mapToScene(view.rect_of(place, column).center())
    at = QPointF(at).toPoint()
    viewport = view.canvas.viewport()
    modifiers = modifiers or Qt.KeyboardModifier.NoModifier
    qtbot.mouseMove(viewport, at)
    qtbot.mouseClick(viewport, LEFT, modifiers, at)


def ids(window: MainWindow) -> set[str]:
    return set(window.inventory.selected_ids())


# --- the tab


def test_the_tabs_stand_in_the_order_of_the_work(window: MainWindow) -> None:
    window.select("domain-c2")
    page = window.page()
    assert page is not None
    titles = [page.tabs.tabText(n).replace("&", "").split(" (")[0] for n in range(page.tabs.count())]
    wanted = [t for t in ("Summary", "Hosts", "EVC", "Matrix", "CPUID", "Settings") if t in titles]
    assert [t for t in titles if t in wanted] == wanted
    assert "Matrix" in titles


def test_nothing_is_built_before_it_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    window.select("domain-c2")
    page = window.page()
    assert page is not None
    tab = page.findChild(MatrixTab)
    assert tab is not None
    assert not tab.buttons
    assert not tab.findChildren(QWidget)
    open_tab(qtbot, window, "domain-c2")
    assert list(tab.buttons) == ["modes", "features", "clusters", "before_after"]
    assert len(tab.findChildren(GridView)) == 1


def test_a_cluster_without_hosts_says_what_to_do(qtbot: QtBot, window: MainWindow) -> None:
    empty = Cluster(id="domain-c1", name="New")
    plan = Plan(release="5.5", datacenters=(Datacenter(id="datacenter-1", name="D", clusters=(empty,)),))
    window.document.new(plan)
    window.restart()
    tab = open_tab(qtbot, window, "domain-c1")
    assert "no host" in tab._empty.sentence()
    assert tab._empty.isVisible()
    assert not any(button.isEnabled() for button in tab.buttons.values())
    assert not child(tab, "matrix_export").isEnabled()


def test_the_menu_leads_to_each_picture(qtbot: QtBot, window: MainWindow) -> None:
    window.select("host-6")
    window.activateWindow()
    for name, view in (
        ("matrix_features", "features"),
        ("matrix_before_after", "before_after"),
        ("matrix_clusters", "clusters"),
        ("matrix_modes", "modes"),
    ):
        window.actions_[name].trigger()
        assert window.inventory.current_id() == "domain-c2"
        page = window.page()
        assert page is not None
        tab = page.tabs.currentWidget()
        assert isinstance(tab, MatrixTab)
        assert tab.view == view
        assert tab.buttons[view].isChecked()
        qtbot.waitUntil(lambda tab=tab: "…" not in note(tab))  # type: ignore[misc]
    focus = QApplication.focusWidget()
    assert focus is not None
    assert tab.isAncestorOf(focus)


# --- modes


def test_a_cell_tells_the_features_that_are_missing(qtbot: QtBot, tab: MatrixTab) -> None:
    pane = show(qtbot, tab, "modes")
    view = pane.view
    assert isinstance(view, GridView)
    titles = [c.title for c in view.cells.grid.columns]  # type: ignore[union-attr]
    assert view.cells.grid is not None
    assert titles[view.cells.grid.framed or 0] == "Merom"
    click_cell(qtbot, view, 0, titles.index("Nehalem"))
    assert "esx-05 (Xeon 5110)" in said(tab)
    assert "4 features missing" in said(tab)
    for feature in ("SSE41", "SSE42", "POPCNT", "RDTSCP"):
        assert feature in said(tab)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert "1 feature missing" in said(tab)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert "esx-06 (Xeon E5462)" in said(tab)
    assert "supported" in said(tab)
    model = view.cells
    index = model.index(1, titles.index("Nehalem"))
    assert model.data(index) == "−3"
    assert model.data(index, Qt.ItemDataRole.AccessibleTextRole) == "esx-06, Nehalem: 3 features missing"


def test_modes_are_a_sound_model(qtbot: QtBot, tab: MatrixTab) -> None:
    view = show(qtbot, tab, "modes").view
    tester = QAbstractItemModelTester(view.cells, QAbstractItemModelTester.FailureReportingMode.Fatal)
    view.sort_by(2)
    view.sort_by(2)
    tab.pane().refill()
    del tester


def test_rows_are_sorted_by_a_head_and_by_the_button(qtbot: QtBot, tab: MatrixTab) -> None:
    pane = show(qtbot, tab, "modes")
    view = pane.view
    titles = [c.title for c in view.cells.grid.columns]
    column = titles.index("Westmere")

    def order() -> list[str]:
        return [
            str(view.cells.headerData(row, Qt.Orientation.Vertical)) for row in range(view.cells.rowCount())
        ]

    header = view.horizontalHeader()
    at = QPoint(
        header.sectionViewportPosition(column) + header.sectionSize(column) // 2, header.height() // 2
    )
    assert order() == ["esx-05", "esx-06", "esx-07"]
    click_cell(qtbot, view, 2, column)
    qtbot.mouseClick(header.viewport(), LEFT, pos=at)
    assert order() == ["esx-05", "esx-06", "esx-07"]  # the most missing first
    qtbot.mouseClick(tab.pane().sort, LEFT)
    assert order() == ["esx-07", "esx-06", "esx-05"]
    assert view.current_cell() == (2, column)  # the same host as before
    qtbot.mouseClick(tab.pane().sort, LEFT)
    assert order() == ["esx-05", "esx-06", "esx-07"]
    assert view.cells.sorted_by is None


def test_makers_and_rows_can_be_chosen(qtbot: QtBot, window: MainWindow) -> None:
    window.document.new(mixed())
    window.restart()
    tab = open_tab(qtbot, window, "domain-c2")
    view = show(qtbot, tab, "modes").view
    titles = [c.title for c in view.cells.grid.columns]
    assert {"Merom", "Zen"} <= set(titles)
    maker = child(tab, "matrix_maker")
    assert isinstance(maker, QComboBox)
    assert maker.currentText() == "Intel and AMD"
    click_cell(qtbot, view, 0, titles.index("Zen"))
    assert "another maker" in said(tab)
    collapse = child(tab, "matrix_collapse")
    assert isinstance(collapse, QCheckBox)
    collapse.setFocus()
    qtbot.keyClick(collapse, Qt.Key.Key_Space)
    rows = [str(view.cells.headerData(n, Qt.Orientation.Vertical)) for n in range(view.cells.rowCount())]
    assert rows == ["Xeon 5110: esx-05", "EPYC 7351 × 2"]
    maker.setFocus()
    qtbot.keyClick(maker, Qt.Key.Key_Home)
    assert "Zen" not in [c.title for c in view.cells.grid.columns]


def mixed() -> Plan:
    """A cluster with Intel and AMD hosts."""
    hosts = (host(5, MEROM), host(6, ZEN), host(7, ZEN))
    cluster = Cluster(id="domain-c2", name="Mixed", hosts=hosts)
    return Plan(
        release="8.0",
        cpus=(MEROM, ZEN),
        datacenters=(Datacenter(id="datacenter-1", name="Milano", clusters=(cluster,)),),
    )


def test_hosts_without_a_processor_are_cannot_tell(qtbot: QtBot, window: MainWindow) -> None:
    hosts = tuple(replace(host(n, MEROM), cpu=None, cpu_source="") for n in (5, 6))
    plan = mixed()
    cluster = replace(plan.datacenters[0].clusters[0], hosts=hosts)
    window.document.new(replace(plan, datacenters=(replace(plan.datacenters[0], clusters=(cluster,)),)))
    window.restart()
    tab = open_tab(qtbot, window, "domain-c2")
    view = show(qtbot, tab, "modes").view
    assert {view.cells.data(view.cells.index(0, n)) for n in range(1, view.cells.columnCount())} == {"?"}
    for picture in ("modes", "features", "before_after"):
        show(qtbot, tab, picture)
        assert "No processor is known" in note(tab), picture
        assert "Add a capture" in note(tab)
    show(qtbot, tab, "clusters")
    assert note(tab)
    assert not child(tab, "matrix_suggest").isEnabled()


# --- features


def test_the_heat_map_tells_what_is_under_the_mouse(qtbot: QtBot, tab: MatrixTab) -> None:
    pane = show(qtbot, tab, "features")
    view = pane.view
    names = [c.title for c in view.map.grid.columns]
    line = view.map.grid.line
    assert names.index("SSE41") == line  # the mode is Merom: everything from Penryn on is right of the line
    sse41 = names.index("SSE41")
    assert view.states[:, sse41].tolist() == [2, 1, 1]  # absent, masked, masked
    click_map(qtbot, view, 1, sse41)
    assert "esx-06 (Xeon E5462) · SSE41, 1.ECX[19]: masked by the mode" in said(tab)
    assert "Merom" in said(tab)
    aes = view.canvas.box.mapToScene(view.rect_of(2, names.index("AES")).center())
    qtbot.mouseMove(view.canvas.viewport(), QPointF(aes).toPoint())
    assert "esx-07 (Xeon E7-4830) · AES, 1.ECX[25]: masked by the mode" in said(tab)
    assert "esx-06, SSE41: masked" in view.canvas.accessibleDescription()


def test_a_feature_that_the_mode_requires_and_a_host_lacks_stands_out(
    qtbot: QtBot, window: MainWindow
) -> None:
    def raise_mode(plan: Plan) -> Plan:
        datacenter = plan.datacenters[0]
        cluster = replace(datacenter.clusters[0], evc_mode="intel-nehalem")
        return replace(plan, datacenters=(replace(datacenter, clusters=(cluster,)),))

    window.document.edit("Raise", raise_mode)
    tab = open_tab(qtbot, window, "domain-c2")
    view = show(qtbot, tab, "features").view
    names = [c.title for c in view.map.grid.columns]
    view.setFocus()
    view.go_to(0, names.index("SSE41"))
    assert "absent, and the mode requires it" in said(tab)
    assert "leave this host out" in said(tab)
    # An edit is followed while the picture is on show.
    window.document.undo_stack.undo()
    assert view.map.grid.line == names.index("SSE41")
    assert "requires" not in said(tab)


def test_the_map_is_walked_and_zoomed_by_keys(qtbot: QtBot, tab: MatrixTab) -> None:
    view = show(qtbot, tab, "features").view
    view.setFocus()
    canvas = view.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert view.current_cell() == (0, 0)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(canvas, key)
    assert view.current_cell() == (1, 2)
    qtbot.keyClick(canvas, Qt.Key.Key_End)
    assert view.current_cell() == (1, view.shape[1] - 1)
    width = view.cell.width()
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert view.cell.width() > width
    rect = view.rect_of(*view.cursor_place)
    assert rect.right() <= view.room.width() + 1  # what was looked at stays in view
    for _ in range(20):
        qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    assert view.cell.width() == pytest.approx(view.smallest.width())
    qtbot.mouseClick(child(tab.pane().choices_bar, "matrix_zoom_in"), LEFT)
    assert view.cell.width() > view.smallest.width()
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert view.cell.width() == pytest.approx(view.smallest.width())


def test_tab_goes_through_the_tab(qtbot: QtBot, window: MainWindow, tab: MatrixTab) -> None:
    """Every control is reached by keys, and the pictures let go of the keyboard."""
    for view in ("modes", "features", "clusters"):
        pane = show(qtbot, tab, view)
        tab.buttons[view].setFocus()
        passed = []
        for _ in range(30):
            focus = QApplication.focusWidget()
            assert focus is not None
            passed.append(focus)
            if isinstance(focus, QPlainTextEdit) and tab.isAncestorOf(focus):
                break
            qtbot.keyClick(focus, Qt.Key.Key_Tab)
        wanted = {tab.buttons[view], tab.export, pane.readout}
        wanted |= set(pane.choices_bar.findChildren(QToolButton)) | set(
            pane.choices_bar.findChildren(QCheckBox)
        )
        assert wanted <= set(passed), view
        assert any(pane.view.isAncestorOf(each) or each is pane.view for each in passed), view
        assert passed[0] is tab.buttons[view]
        assert passed[-1] is pane.readout
    tab.buttons["clusters"].setFocus()
    qtbot.keyClick(tab.buttons["clusters"], Qt.Key.Key_Left)
    assert tab.view == "features"


def test_the_map_is_sorted_by_any_column(qtbot: QtBot, tab: MatrixTab) -> None:
    view = show(qtbot, tab, "features").view
    names = [c.title for c in view.map.grid.columns]
    column = names.index("SSE41")
    at = view.canvas.box.mapToScene(QPointF(view.rect_of(0, column).center().x(), -6))
    qtbot.mouseClick(view.canvas.viewport(), LEFT, pos=QPointF(at).toPoint())
    assert view.sorted_by == (column, Qt.SortOrder.DescendingOrder)
    assert view.order[0] == 0  # Merom lacks it: the worst first
    qtbot.mouseClick(tab.pane().sort, LEFT)
    assert view.order == [1, 2, 0]
    assert view.states[:, column].tolist() == [1, 1, 2]
    qtbot.mouseClick(tab.pane().sort, LEFT)
    assert view.sorted_by is None
    assert view.order == [0, 1, 2]


def test_selecting_in_the_map_selects_in_the_inventory_and_the_other_way(
    qtbot: QtBot, window: MainWindow, tab: MatrixTab
) -> None:
    view = show(qtbot, tab, "features").view
    click_map(qtbot, view, 1, 3)
    assert ids(window) == {"host-6"}
    click_map(qtbot, view, 2, 3, Qt.KeyboardModifier.ControlModifier)
    assert ids(window) == {"host-6", "host-7"}
    assert window.inventory.current_id() == "domain-c2"  # the picture stays
    assert tab.isVisible()
    view.go_to(0, 0)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Space)
    assert ids(window) == {"host-5"}
    qtbot.keyClick(view.canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert ids(window) == {"host-5", "host-6"}
    # The host's own page, and back: its row is marked.
    window.inventory.tree.setFocus()
    assert window.select("host-7")
    assert window.select("domain-c2")
    assert tab.isVisible()
    assert view.selected_numbers() == [2]
    modes = show(qtbot, tab, "modes").view
    assert modes.selected_numbers() == [2]
    click_cell(qtbot, modes, 0, 3)
    assert ids(window) == {"host-5"}


def test_enter_and_a_double_click_go_to_the_host(qtbot: QtBot, window: MainWindow, tab: MatrixTab) -> None:
    view = show(qtbot, tab, "features").view
    view.go_to(2, 0)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    assert window.inventory.current_id() == "host-7"
    window.select("domain-c2")
    QApplication.processEvents()
    at = QPointF(view.canvas.box.mapToScene(view.rect_of(1, 4).center())).toPoint()
    qtbot.mouseDClick(view.canvas.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, at)
    assert window.inventory.current_id() == "host-6"


def test_hosts_by_another_maker_are_named(qtbot: QtBot, window: MainWindow) -> None:
    window.document.new(mixed())
    window.restart()
    tab = open_tab(qtbot, window, "domain-c2")
    view = show(qtbot, tab, "features").view
    assert "Hosts by another maker than AMD are not on this map: 1." in note(tab)
    assert view.shape[0] == 2
    maker = tab.pane().maker  # type: ignore[attr-defined]
    maker.setFocus()
    qtbot.keyClick(maker, Qt.Key.Key_Home)
    assert view.shape[0] == 1
    assert "than Intel" in note(tab)


# --- clusters, before and after


def test_a_point_shows_its_partition_and_opens_suggest_clusters(
    qtbot: QtBot, window: MainWindow, tab: MatrixTab
) -> None:
    connect_wizards(window)
    view = show(qtbot, tab, "clusters").view
    (curve,) = view.curves
    assert [point.k for point in curve.points] == [1, 2, 3]
    kept = [point.kept for point in curve.points]
    assert kept == sorted(kept)
    view.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Home)
    assert said(tab).startswith("Intel, 1 cluster:")
    assert "Merom: 3 hosts" in said(tab)
    at = view.canvas.pixel_of(0, 2)
    qtbot.mouseMove(view.canvas.viewport(), at.toPoint())
    qtbot.mouseClick(view.canvas.viewport(), LEFT, pos=at.toPoint())
    assert view.current_point() == ("intel", 3)
    assert "Westmere: 1 host" in said(tab)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Left)
    assert view.current_point() == ("intel", 2)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    dialogs: list[SuggestClustersDialog] = []

    def opened() -> bool:
        dialogs[:] = [w for w in QApplication.topLevelWidgets() if isinstance(w, SuggestClustersDialog)]
        return bool(dialogs) and dialogs[0].isVisible()

    qtbot.waitUntil(opened)
    (dialog,) = dialogs
    assert {c.host.id for c in dialog.draft.ticked} == {"host-5", "host-6", "host-7"}
    assert len(dialog.outcome.clusters) == 2
    row = dialog.numbers.current_row()
    assert row is not None
    assert row.k == 2
    dialog.reject()
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_of_two_makers_both_have_a_curve(qtbot: QtBot, window: MainWindow) -> None:
    window.document.new(mixed())
    window.restart()
    tab = open_tab(qtbot, window, "datacenter-1")
    view = show(qtbot, tab, "clusters").view
    assert [curve.key for curve in view.curves] == ["intel", "amd"]
    view.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Down)
    assert view.current_point() == ("amd", 1)
    assert "AMD, 1 cluster" in said(tab)
    assert "Opteron Gen. 3 (no 3DNow!): 2 hosts" in said(tab)


def test_before_and_after_are_the_papers_tables(qtbot: QtBot, window: MainWindow) -> None:
    made = {
        "Xeon 5160": ("intel-merom", 0x06F6),
        "Xeon E5450": ("intel-penryn", 0x10676),
        "Xeon X5570": ("intel-nehalem", 0x106A5),
        "Xeon X5670": ("intel-westmere", 0x206C2),
    }
    cpus = tuple(cpu_of(mode, eax=eax, brand=name, maximum=0xA) for name, (mode, eax) in made.items())
    hosts = tuple(host(n, each) for n, each in enumerate(cpus, 5))
    plan = Plan(
        release="4.0u1",
        cpus=cpus,
        datacenters=(Datacenter(id="datacenter-1", name="Milano", hosts=hosts),),
    )
    window.document.new(plan)
    window.restart()
    tab = open_tab(qtbot, window, "datacenter-1")
    pane = show(qtbot, tab, "before_after")

    def marks(view: GridView) -> list[str]:
        model = view.cells
        return [
            "".join(str(model.data(model.index(row, column))) for column in range(model.columnCount()))
            for row in range(model.rowCount())
        ]

    assert marks(pane.before) == ["✓✕✕✕", "✕✓✕✕", "✕✕✓✕", "✕✕✕✓"]
    assert marks(pane.after) == ["✓✓✓✓"] * 4
    click_cell(qtbot, pane.before, 3, 0)
    assert pane.after.current_cell() == (3, 0)
    assert "Westmere to Merom. Before: does not move live. After: moves live." in said(tab)
    assert "The highest mode for both" in said(tab)
    qtbot.keyClick(pane.before, Qt.Key.Key_Right)
    assert "Westmere to Penryn" in said(tab)


# --- export


@pytest.fixture
def choose(name_files: Callable[..., list[str]], tmp_path: Path) -> Callable[[str], Path]:
    def use(name: str) -> Path:
        name_files(tmp_path / name)
        return tmp_path / name

    return use


def export(tab: MatrixTab, kind: str) -> None:
    button = child(tab, "matrix_export")
    assert isinstance(button, QToolButton)
    menu = button.menu()
    action = menu.findChild(QAction, f"matrix_export_{kind}")
    assert isinstance(action, QAction)
    action.trigger()


@pytest.mark.parametrize("view", ["modes", "features", "clusters", "before_after"])
def test_every_picture_becomes_a_file(
    view: str, qtbot: QtBot, window: MainWindow, choose: Callable[[str], Path]
) -> None:
    plan = window.document.plan
    datacenter = plan.datacenters[0]
    cluster = datacenter.clusters[0]
    named: list[Host] = [replace(cluster.hosts[0], name=HOSTILE), *cluster.hosts[1:]]
    cluster = replace(cluster, hosts=tuple(named), name="A/B\x07 <&>")
    window.document.new(replace(plan, datacenters=(replace(datacenter, clusters=(cluster,)),)))
    window.restart()
    tab = open_tab(qtbot, window, "domain-c2")
    show(qtbot, tab, view)
    file = choose(f"{view}.csv")
    export(tab, "csv")
    rows = list(csv.reader(io.StringIO(file.read_bytes().decode(), newline="")))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    if view in ("modes", "features"):
        assert [row[0] for row in rows[1:]] == [f"'{HOSTILE}", "esx-06", "esx-07"]
        assert {len(row) for row in rows} == {len(rows[0])}
    if view == "modes":
        assert rows[1][rows[0].index("Penryn")] == "1 feature missing: SSE41"
    if view == "features":
        assert rows[2][rows[0].index("SSE41")] == "masked by the mode"
    if view == "clusters":
        assert [row[1] for row in rows[1:]] == ["1", "2", "3"]
        assert sum(row[4] == "yes" for row in rows) == 1
    svg = choose(f"{view}.svg")
    export(tab, "svg")
    root = ET.fromstring(svg.read_bytes())
    assert root.tag.endswith("svg")
    texts = " ".join("".join(e.itertext()) for e in root.iter() if e.tag.endswith("text"))
    assert texts.strip()
    png = choose(f"{view}.png")
    export(tab, "png")
    figure = tab.pane().figure()
    assert figure is not None
    image = QImage(str(png))
    assert (image.width(), image.height()) == (figure.size().width() * 2, figure.size().height() * 2)
    box = root.attrib["viewBox"].split()
    assert [float(n) for n in box] == [0, 0, figure.size().width(), figure.size().height()]
    assert f"{view}.png" in window.statusBar().currentMessage()


def test_a_name_without_a_suffix_gets_one_and_nothing_is_overwritten_unasked(
    qtbot: QtBot, tab: MatrixTab, choose: Callable[[str], Path], tmp_path: Path, boxes: Boxes
) -> None:
    from PySide6.QtWidgets import QMessageBox

    show(qtbot, tab, "modes")
    (tmp_path / "picture.csv").write_text("mine")
    choose("picture")
    boxes.answers = [QMessageBox.StandardButton.No]
    export(tab, "csv")
    assert (tmp_path / "picture.csv").read_text() == "mine"
    assert "picture.csv is there already" in boxes.texts[0]
    boxes.answers = [QMessageBox.StandardButton.Yes]
    export(tab, "csv")
    assert "esx-05" in (tmp_path / "picture.csv").read_text()


def test_a_file_that_cannot_be_written_is_told(
    qtbot: QtBot, tab: MatrixTab, choose: Callable[[str], Path], tmp_path: Path, boxes: Boxes
) -> None:
    show(qtbot, tab, "modes")
    choose("nowhere/x.svg")
    export(tab, "svg")
    assert "The picture was not exported." in boxes.texts[0]
    assert not (tmp_path / "nowhere").exists()


# --- light and dark


@pytest.mark.parametrize("view", ["modes", "features", "clusters", "before_after"])
def test_pictures_follow_the_theme(view: str, qtbot: QtBot, tab: MatrixTab) -> None:
    theme().set_mode("light")
    pane = show(qtbot, tab, view)
    shown = pane.before if view == "before_after" else pane.view
    base = theme().color("base")

    def corner() -> Any:
        image = shown.grab().toImage()
        ratio = image.devicePixelRatio()
        # The last pixel within the frame: background in every picture.
        return image.pixelColor(int((shown.width() - 3) * ratio), int((shown.height() - 3) * ratio)).name()

    light = corner()
    theme().set_mode("dark")
    QApplication.processEvents()
    assert theme().color("base") != base
    assert corner() != light

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTextBrowser
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.plan import edits
from flexgui.plan.values import Host, Plan
from flexgui.rules.query import parse
from flexgui.views.hosts_table import HostsTable, Sieve
from flexgui.views.main_window import MainWindow
from tests.views.plans import MEROM, PENRYN, WESTMERE, host, small_plan


def fleet() -> Plan:
    """Milano's cluster with twelve hosts, of which three are in maintenance mode."""
    plan = small_plan()
    datacenter = plan.datacenters[0]
    hosts = tuple(
        replace(
            host(10 + n, (MEROM, PENRYN, WESTMERE)[n % 3]),
            name=f"esx-{n:02}.milano.example.com",
            in_maintenance_mode=n < 3,
            cpu_cores=4 * (n + 1),
            cpu_mhz=2667,
            memory_mb=None if n == 5 else 1024 * 8,
        )
        for n in range(12)
    )
    cluster = replace(datacenter.clusters[0], hosts=hosts)
    return replace(plan, datacenters=(replace(datacenter, clusters=(cluster,)),))


@pytest.fixture
def document(document: Document) -> Document:
    document.new(fleet())
    return document


@pytest.fixture
def table(qtbot: QtBot, window: MainWindow) -> HostsTable:
    window.select("domain-c2")
    page: Any = window.page()
    page.tabs.setCurrentWidget(page.hosts)
    found: HostsTable = page.hosts
    qtbot.waitUntil(lambda: found.model.rowCount() == 12)
    return found


def names(table: HostsTable) -> list[str]:
    return [row.host.label.partition(".")[0] for row in table.model.rows()]


def ask(qtbot: QtBot, table: HostsTable, text: str) -> None:
    """Type a query and wait until the hosts are weighed."""
    table.box.edit.setFocus()
    table.box.edit.selectAll()
    with qtbot.waitSignal(table.box.condition_changed):
        QTest.keyClicks(table.box.edit, text)
        close_offers(table)
    qtbot.waitUntil(lambda: not table.sieve.busy)


def close_offers(table: HostsTable) -> None:
    popup = table.box.completer.popup()
    assert popup is not None
    popup.hide()
    table.window().activateWindow()  # the offscreen platform does not give it back by itself


def column(table: HostsTable, title: str) -> int:
    return [each.title for each in table.model.columns].index(title)


def to_cell(table: HostsTable, row: int, title: str) -> None:
    """Click a cell."""
    index = table.model.index(row, column(table, title))
    table.view.scrollTo(index)
    at = table.view.visualRect(index).center()
    QTest.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_the_model_stays_sound_when_it_is_filtered(qtmodeltester: Any, table: HostsTable) -> None:
    qtmodeltester.check(table.model)
    table.model.show_only({"host-10", "host-12"})
    assert names(table) == ["esx-00", "esx-02"]
    table.model.sort(0, Qt.SortOrder.DescendingOrder)
    assert names(table) == ["esx-02", "esx-00"]
    table.model.show_only(None)
    assert table.model.rowCount() == table.model.total == 12


def test_typing_filters_and_says_how_many_are_shown(qtbot: QtBot, table: HostsTable) -> None:
    assert table.box.count.text() == "12 hosts"
    ask(qtbot, table, "evc<westmere -state:maintenance")
    assert names(table) == ["esx-03", "esx-04", "esx-06", "esx-07", "esx-09", "esx-10"]
    assert table.box.count.text() == "6 of 12 hosts"
    assert table.box.edit.accessibleDescription() == "6 of 12 hosts"


def test_an_error_is_told_under_the_box_and_the_rows_stay(qtbot: QtBot, table: HostsTable) -> None:
    ask(qtbot, table, "state:maintenance")
    assert len(names(table)) == 3
    table.box.edit.selectAll()
    with qtbot.waitSignal(table.box.error.message_changed):
        QTest.keyClicks(table.box.edit, "cores>many")
    close_offers(table)
    assert table.box.error.isVisible()
    assert table.box.error.text().startswith("“many” at character 1 is no number.")
    assert len(names(table)) == 3
    ask(qtbot, table, "cores>40")
    assert not table.box.error.isVisible()
    assert names(table) == ["esx-10", "esx-11"]


def test_nothing_fits(qtbot: QtBot, table: HostsTable) -> None:
    ask(qtbot, table, "evc:zen")
    assert not table.view.isVisible()
    QTest.mouseClick(table._nothing.clear, Qt.MouseButton.LeftButton)
    assert table.view.isVisible()
    assert len(names(table)) == 12


def test_keys_lead_from_the_box_to_the_table_and_back(qtbot: QtBot, window: MainWindow, table: Any) -> None:
    table.view.setFocus()
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(table.box.edit.hasFocus)
    QTest.keyClicks(table.box.edit, "esx-07")
    close_offers(table)
    QTest.keyClick(table.box.edit, Qt.Key.Key_Down)  # does not wait for the pause after typing
    qtbot.waitUntil(table.view.hasFocus)
    assert names(table) == ["esx-07"]
    assert table.view.current_row().host.id == "host-17"
    QTest.keyClick(table.view, Qt.Key.Key_Escape)
    assert len(names(table)) == 12
    assert table.box.text() == ""
    assert table.view.current_row().host.id == "host-17"


def test_escape_in_the_box_empties_it(qtbot: QtBot, table: HostsTable) -> None:
    ask(qtbot, table, "esx-07")
    QTest.keyClick(table.box.edit, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(names(table)) == 12)


def test_filter_by_this_value_with_a_key(qtbot: QtBot, table: HostsTable) -> None:
    to_cell(table, 4, "Highest mode")
    QTest.keyClick(table.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert table.box.text() == "evc=penryn"
    qtbot.waitUntil(lambda: names(table) == ["esx-01", "esx-04", "esx-07", "esx-10"])
    to_cell(table, 0, "State")
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(table.view, Qt.Key.Key_Return, modifiers)
    assert table.box.text() == "evc=penryn -state:maintenance"
    qtbot.waitUntil(lambda: names(table) == ["esx-04", "esx-07", "esx-10"])


def test_the_value_of_every_column_finds_its_row(qtbot: QtBot, table: HostsTable) -> None:
    for row in (1, 5):
        for title in [each.title for each in table.model.columns]:
            table.box.set_text("")
            to_cell(table, row, title)
            table.filter_by.trigger()
            qtbot.waitUntil(lambda: not table.sieve.busy)
            assert not table.box.error.isVisible(), table.box.error.text()
            assert f"esx-{row:02}" in names(table), table.box.text()
    assert table.filter_by.text().startswith("&Filter by stepping:unknown")


def test_the_context_menu_has_filter_and_copy(table: HostsTable) -> None:
    to_cell(table, 0, "CPU")
    texts = [action.text() for action in table.view.actions()]
    assert table.view.contextMenuPolicy() == Qt.ContextMenuPolicy.ActionsContextMenu
    assert texts[1:] == ['&Filter by model:"Xeon 5110"', 'Filter &Out: -model:"Xeon 5110"', "C&lear Filter"]
    assert not table.clear_filter.isEnabled()


def test_the_selection_outlives_the_filter(qtbot: QtBot, table: HostsTable) -> None:
    to_cell(table, 6, "Host")
    at = table.view.visualRect(table.model.index(8, 0)).center()
    QTest.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, at)
    assert [str(key) for key in table.view.selected_keys()] == ["host-16", "host-17", "host-18"]
    ask(qtbot, table, "-esx-07")
    assert [str(key) for key in table.view.selected_keys()] == ["host-16", "host-18"]


def test_only_rows_shown_are_copied(qtbot: QtBot, table: HostsTable) -> None:
    ask(qtbot, table, "cores>40")
    QTest.keyClick(table.box.edit, Qt.Key.Key_Down)
    QTest.keyClick(table.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].startswith("Host\tCPU\tHighest mode\t")
    assert [line.partition(".")[0] for line in lines[1:]] == ["esx-10", "esx-11"]


def test_an_edit_is_weighed_again_and_makes_one_new_row(qtbot: QtBot, window: MainWindow, table: Any) -> None:
    ask(qtbot, table, "state:maintenance")
    before = table.model.given()
    window.document.edit("x", lambda plan: edits.set_fields(plan, "host-15", in_maintenance_mode=True))
    qtbot.waitUntil(lambda: names(table) == ["esx-00", "esx-01", "esx-02", "esx-05"])
    after = table.model.given()
    assert [n for n in range(12) if before[n] is not after[n]] == [5]
    window.document.undo_stack.undo()
    qtbot.waitUntil(lambda: len(names(table)) == 3)


def test_completion_puts_fields_and_values_into_the_box(qtbot: QtBot, table: HostsTable) -> None:
    edit, popup = table.box.edit, table.box.completer.popup()
    assert popup is not None
    edit.setFocus()
    QTest.keyClicks(edit, "ev")
    qtbot.waitUntil(popup.isVisible)
    assert popup.model().index(0, 0).data() == "evc<"
    assert "EVC mode" in popup.model().index(0, 1).data()
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert edit.text() == "evc<"
    qtbot.waitUntil(lambda: popup.isVisible() and popup.model().index(0, 0).data() == "evc<merom")
    QTest.keyClicks(popup, "pen")
    qtbot.waitUntil(lambda: popup.model().rowCount() == 1)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert edit.text() == "evc<penryn "
    qtbot.waitUntil(lambda: names(table) == ["esx-00", "esx-03", "esx-06", "esx-09"])
    edit.clear()
    QTest.keyClick(edit, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert popup.isVisible()
    popup.hide()


def test_help_has_examples_that_go_into_the_box(qtbot: QtBot, table: HostsTable) -> None:
    QTest.mouseClick(table.box.help_button, Qt.MouseButton.LeftButton)
    assert table.box._help is not None
    browser = table.box._help.browser
    assert isinstance(browser, QTextBrowser)
    qtbot.waitUntil(browser.isVisible)
    text = browser.toPlainText()
    for example in ("evc<nehalem", "finding:error", 'cluster="Cluster A"', "memory:unknown"):
        assert example in text
        parse(example)
    browser.setFocus()
    for _ in range(4):  # the fourth link
        QTest.keyClick(browser, Qt.Key.Key_Tab)
    QTest.keyClick(browser, Qt.Key.Key_Return)
    assert table.box.text() == "evc<nehalem"
    QTest.keyClick(table.box._help, Qt.Key.Key_Escape)
    assert not table.box._help.isVisible()


def test_what_does_not_affect_compatibility_is_said(table: HostsTable) -> None:
    view = table.view
    for title in ("Cores", "Clock", "Cache", "Stepping"):
        number = column(table, title)
        header = view.model().headerData(number, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        assert "Does not affect compatibility" in header
        cell = table.model.index(0, number).data(Qt.ItemDataRole.ForegroundRole)
        assert cell is not None
        assert table.model.index(0, 0).data(Qt.ItemDataRole.ForegroundRole) is None


def test_a_datacenter_shows_all_hosts_with_their_clusters(qtbot: QtBot, window: MainWindow) -> None:
    window.select("datacenter-1")
    page: Any = window.page()
    page.tabs.setCurrentIndex(1)
    assert page.tabs.tabText(1) == "Hosts (13)"
    table = page.hosts
    assert table.model.rowCount() == 13
    ask(qtbot, table, "cluster:none")
    assert [row.host.id for row in table.model.rows()] == ["host-9"]
    ask(qtbot, table, 'cluster="cluster a" esx-03')
    assert names(table) == ["esx-03"]


def test_long_names_are_cut_where_they_are_alike(table: HostsTable) -> None:
    assert table.model.shared(0) == ("esx-", ".milano.example.com")
    assert table.view.itemDelegateForColumn(0) is not table.view.itemDelegate()


def test_many_hosts_are_weighed_in_slices(
    qtbot: QtBot, table: HostsTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flexgui.views.hosts_table.SLICE_S", 0)
    row = table.model.row(table.model.index(0, 0))
    assert row is not None
    rows = [
        replace(row, host=Host(id=f"host-{n}", address=f"10.0.{n // 250}.{n % 250}")) for n in range(3000)
    ]
    sieve = Sieve(table)
    asked: list[int] = []

    def holds(facts: Any) -> bool:
        asked.append(1)
        return True

    with qtbot.waitSignal(sieve.sieved) as told:
        sieve.start(rows, holds)
        assert len(asked) == 64  # the window has its turn meanwhile
        assert sieve.busy
    assert len(told.args[0]) == 3000


def test_a_click_on_the_clear_button_shows_all(qtbot: QtBot, table: HostsTable) -> None:
    ask(qtbot, table, "esx-07")
    edit = table.box.edit
    QTest.mouseClick(edit, Qt.MouseButton.LeftButton, pos=QPoint(edit.width() - 12, edit.height() // 2))
    edit.clear()
    qtbot.waitUntil(lambda: len(names(table)) == 12)


def test_without_hosts_there_is_what_adds_them(window: MainWindow, table: HostsTable) -> None:
    page: Any = window.page()
    assert not page.no_hosts.isVisible()
    hosts = [row.host.id for row in table.model.rows()]
    window.document.edit("x", lambda plan: reduce(edits.remove, hosts, plan))
    assert page.no_hosts.isVisible()
    assert not table.view.isVisible()
    assert not table.box.isVisible()
    asked: list[str] = []
    window.add_host_requested.connect(asked.append)
    buttons = {button.text(): button for button in page.no_hosts.findChildren(QPushButton)}
    assert list(buttons) == ["Add Host…", "Import Hosts…"]
    buttons["Add Host…"].click()
    assert asked == ["domain-c2"]
    assert not page.focus_search()
    window.document.undo_stack.undo()
    assert not page.no_hosts.isVisible()
    assert table.view.isVisible()
    assert table.model.rowCount() == 12


def test_with_an_error_the_count_is_of_the_last_filter_and_the_list_is_below(
    qtbot: QtBot, table: HostsTable
) -> None:
    box = table.box
    table.focus_search()
    qtbot.keyClicks(box.edit, "memory>many evc<neh")
    popup = box.edit.popup
    assert popup is not None
    box.settle()
    assert box.error.isVisible()
    assert box.count.text() == "12 hosts, as filtered before"
    bottom = box.error.mapToGlobal(box.error.rect().bottomLeft()).y()
    qtbot.waitUntil(lambda: popup.isVisible() and popup.mapToGlobal(popup.rect().topLeft()).y() >= bottom)
    popup.hide()
    box.set_text("")
    assert box.count.text() == "12 hosts"

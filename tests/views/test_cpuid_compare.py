from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from flexgui.cpuid.cpu import described
from flexgui.cpuid.registers import CpuidTable
from flexgui.document import Document
from flexgui.plan import edits
from flexgui.plan.values import Host, Plan
from flexgui.views.cpuid_compare import CompareModel, CpuidCompareView
from flexgui.views.cpuid_compare_box import named
from flexgui.views.cpuid_comparison import MOST_COLUMNS, What, choose, compared_rows
from flexgui.views.cpuid_model import Show
from flexgui.views.cpuid_rows import Kind, Look
from flexgui.views.cpuid_tab import CpuidTab
from flexgui.views.main_window import MainWindow
from tests.views.test_cpuid_tree import BY_NAME, MEROM, SMALL, WESTMERE, plan_of

ALONE = "host-9"


def hosts(plan: Plan) -> tuple[Host, ...]:
    return plan.datacenters[0].clusters[0].hosts


def three(mode: str | None = "intel-merom") -> Plan:
    """Two hosts with a Westmere, one with a Merom."""
    plan = plan_of(WESTMERE, MEROM, mode=mode)
    datacenter = plan.datacenters[0]
    cluster = datacenter.clusters[0]
    twin = replace(cluster.hosts[0], id="host-3", name="esx-3", address="esx-3.example.com")
    cluster = replace(cluster, hosts=(*cluster.hosts, twin))
    return replace(plan, datacenters=(replace(datacenter, clusters=(cluster,)),))


# --- the values


def test_hosts_with_one_processor_are_one_column() -> None:
    plan = three()
    choice = choose(plan, hosts(plan), binary_translation=False)
    assert [each.label() for each in choice.compared] == ["esx-1 (+1)", "esx-2"]
    assert (choice.hosts, choice.left_out, choice.unknown) == (3, 0, ())


def test_the_same_processor_under_another_mode_is_another_column() -> None:
    plan = three()
    alone = plan.datacenters[0].hosts[1]
    choice = choose(plan, (*hosts(plan), alone), binary_translation=False)
    assert [each.label() for each in choice.compared] == ["esx-1 (+1)", "esx-2", "alone.example.com"]
    bare = plan.datacenters[0].hosts[0]
    assert choose(plan, (bare,), binary_translation=False).unknown == (bare,)


def test_too_many_processors_are_capped_by_number_of_hosts() -> None:
    many = [described(replace(MEROM, table=stepping(n))) for n in range(10)]
    plan = plan_of(*many, many[9])
    choice = choose(plan, hosts(plan), binary_translation=False)
    assert len(choice.compared) == MOST_COLUMNS
    assert choice.left_out == 4
    assert choice.compared[-1].label() == "esx-10 (+1)"


def stepping(number: int) -> CpuidTable:
    lines = [line.replace("000006f6", f"000006f{number:x}") for line in MEROM.table.lines()]
    return CpuidTable.from_lines(lines)


@pytest.mark.parametrize(
    ("what", "values"),
    [
        (What.HARDWARE, ["1", "0", "differs: not on esx-2"]),
        (What.GUEST, ["1→0", "0", ""]),
        (What.APPLICATION, ["1→0", "0", ""]),
    ],
)
def test_what_is_compared(what: What, values: list[str]) -> None:
    plan = three()
    compared = choose(plan, hosts(plan), binary_translation=False).compared
    rows = {row.key: row for row in compared_rows(compared, what)}
    assert [cell.text for cell in rows[1, 0, 2, 19].cells] == values  # SSE41
    assert rows[1, 0, 2, 19].hidden == 1
    assert rows[1, 0, 2, 19].differs == (what is What.HARDWARE)
    apic = rows[1, 0, 1, 24]
    assert not apic.differs
    assert rows[1, 0, 0, 0].cells[-1].text == "differs, does not decide"  # the stepping


def test_an_application_that_is_not_fooled_differs() -> None:
    plan = replace(three(), release="2.5u2")
    compared = choose(plan, hosts(plan), binary_translation=True).compared
    row = next(row for row in compared_rows(compared, What.APPLICATION) if row.name == "AVX2")
    assert not row.differs
    # A Westmere masks 1.ECX in hardware; a Merom could not, and has nothing to hide.
    assert next(r for r in compared_rows(compared, What.APPLICATION) if r.name == "SSE41").hidden == 1


def test_what_is_not_known_is_no_difference() -> None:
    plan = plan_of(WESTMERE, BY_NAME)
    compared = choose(plan, hosts(plan), binary_translation=False).compared
    rows = {row.name: row for row in compared_rows(compared, What.HARDWARE) if row.kind is Kind.FIELD}
    popcnt = rows["POPCNT"]
    assert [cell.text for cell in popcnt.cells] == ["1", "?", "cannot tell"]
    assert popcnt.cells[1].look is Look.UNKNOWN
    assert not popcnt.differs
    assert not rows["AES"].differs


def test_rows_above_count_what_differs() -> None:
    plan = three()
    rows = compared_rows(choose(plan, hosts(plan), binary_translation=False).compared, What.HARDWARE)
    by_key = {row.key: row for row in rows}
    below = sum(row.differs for row in rows if row.kind is Kind.FIELD and row.key[:2] == (1, 0))
    assert by_key[1, 0].cells[-1].text == f"{below} differ"
    for at, row in enumerate(rows):
        assert all(rows[child].parent == at for child in row.children)


# --- the model and the view


def test_the_model_is_a_proper_one(qtmodeltester: Any) -> None:
    model = CompareModel()
    qtmodeltester.check(model)
    other = described(replace(SMALL, brand="other", present=("AES",)))
    for plan in (plan_of(SMALL, other), plan_of(SMALL), plan_of(SMALL, other)):
        compared = choose(plan, hosts(plan), binary_translation=False).compared
        model.compare(compared, compared_rows(compared, What.HARDWARE))
        assert model.columnCount() == len(compared) + 2
    assert model.headerData(1, Qt.Orientation.Horizontal).startswith("esx-1")
    model.compare((), [])


@pytest.fixture
def tab(qtbot: QtBot) -> CpuidTab:
    widget = CpuidTab()
    qtbot.addWidget(widget)
    widget.resize(1000, 700)
    widget.show_object(three(), "domain-c7")
    widget.show()
    qtbot.waitExposed(widget)
    qtbot.waitUntil(lambda: not widget.compare.busy)
    return widget


def names(view: CpuidCompareView) -> list[str]:
    """The fields that are shown."""
    model, found = view.tree.model(), []

    def walk(parent: Any) -> None:
        for number in range(model.rowCount(parent)):
            index = model.index(number, 0, parent)
            row = view.tree.row_at(index)
            assert row is not None
            if row.kind is Kind.FIELD:
                found.append(row.name)
            walk(index)

    walk(view.tree.rootIndex())
    return found


def select(view: CpuidCompareView, name: str) -> None:
    at = next(n for n, row in enumerate(view.tree.source.rows) if row.name == name)
    view.tree.go_to(at)


def search(qtbot: QtBot, view: CpuidCompareView, text: str) -> None:
    view.bar.search.setFocus()
    view.bar.search.selectAll()
    with qtbot.waitSignal(view.bar.searched):
        QTest.keyClicks(view.bar.search, text)


def test_a_cluster_compares_its_distinct_processors(tab: CpuidTab) -> None:
    assert tab.comparing
    titles = [tab.compare.tree.model().headerData(n, Qt.Orientation.Horizontal) for n in range(4)]
    assert titles[0] == "Field"
    assert titles[1].splitlines()[0] == "esx-1 (+1)"
    assert titles[2] == "esx-2\nXeon 5110"
    assert tab.compare.summary.text().startswith("2 distinct processors of 3 hosts differ in ")
    assert "SSE41" in tab.compare.summary.text()


def test_filters_and_search(qtbot: QtBot, tab: CpuidTab) -> None:
    view = tab.compare
    QTest.mouseClick(view.bar.filters[Show.DIFFERS], Qt.MouseButton.LeftButton)
    shown = names(view)
    assert "SSE41" in shown
    assert "SSSE3" not in shown
    QTest.mouseClick(view.bar.filters[Show.MASKED], Qt.MouseButton.LeftButton)
    assert sorted(names(view)) == ["AES", "PCLMULQDQ", "POPCNT", "RDTSCP", "SSE41", "SSE42"]
    search(qtbot, view, "aes-ni")
    assert names(view) == ["AES"]
    QTest.keyClick(view.bar.search, Qt.Key.Key_Return)
    row = view.tree.current_row()
    assert row is not None
    assert row.name == "AES"
    search(qtbot, view, "ssse3")
    assert "is not shown by the filter" in view._nothing_said.text()
    QTest.mouseClick(view._show_all, Qt.MouseButton.LeftButton)
    assert len(names(view)) > 100


def test_why_a_bit_is_masked(tab: CpuidTab) -> None:
    select(tab.compare, "SSE41")
    said = tab.compare.details.text()
    assert "esx-1 (+1) 1; esx-2 0." in said
    assert (
        "SSE41 is hidden by Intel Merom. Intel Penryn would show it; esx-2 (Xeon 5110) holds it back." in said
    )
    select(tab.compare, "SSSE3")
    assert "hid" not in tab.compare.details.text()
    select(tab.compare, "VMX")  # the mode requires it of no host and is not known to show it
    assert "Whether Intel Merom hides VMX cannot be told" in tab.compare.details.text()


def test_another_view_of_the_same_bits(tab: CpuidTab) -> None:
    view = tab.compare
    select(view, "SSE41")
    view.what.setFocus()
    QTest.keyClick(view.what, Qt.Key.Key_Down)
    assert view.chosen() is What.GUEST
    index = view.tree.currentIndex()
    assert index.siblingAtColumn(1).data() == "1→0"
    spoken = index.siblingAtColumn(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "masked: 1 becomes 0"


def test_hosts_are_named_in_the_box(qtbot: QtBot, tab: CpuidTab) -> None:
    tab.box.edit.setFocus()
    with qtbot.waitSignal(tab.box.hosts_changed):
        QTest.keyClicks(tab.box.edit, "ESX-2, alone.example.com")
        tab.box._popup.hide()
    assert [each.label() for each in tab.compare.choice.compared] == ["esx-2", "alone.example.com"]
    with qtbot.waitSignal(tab.box.error.message_changed):
        QTest.keyClicks(tab.box.edit, ", esx-77")
    tab.box._popup.hide()
    assert tab.box.error.text().startswith("No host is called “esx-77”.")
    assert len(tab.compare.choice.compared) == 2
    QTest.keyClick(tab.box.edit, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: tab.compare.choice.hosts == 3)


def test_completion_of_hosts(qtbot: QtBot, tab: CpuidTab) -> None:
    edit, popup = tab.box.edit, tab.box._popup
    edit.setFocus()
    QTest.keyClicks(edit, "esx")
    qtbot.waitUntil(popup.isVisible)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert edit.text() == "esx-2, "
    QTest.keyClicks(edit, "al")
    qtbot.waitUntil(popup.isVisible)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert edit.text() == "esx-2, alone.example.com, "
    assert tab.box.ids() == ["host-2", ALONE]


def test_names_are_found_by_name_address_and_beginning() -> None:
    plan = three()
    assert named(plan, " esx-1 ,ESX-2.example.com,, alone") == (["host-1", "host-2", ALONE], [])
    assert named(plan, "esx-1, esx-1, nobody") == (["host-1"], ["nobody"])


def test_copying_masks_names_each_host(qtbot: QtBot, tab: CpuidTab) -> None:
    view = tab.compare
    select(view, "SSE41")
    view.tree.setFocus()
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(view.tree, Qt.Key.Key_C, modifiers)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "# esx-1 (+1), intel-merom"
    assert lines[1].startswith('cpuid.1.ecx = "')
    assert lines[2] == "# esx-2, intel-merom"
    assert lines[3].startswith('cpuid.1.ecx = "')
    QTest.keyClick(view.tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().split("\t")[1:] == ["1", "0", "differs: not on esx-2"]


def test_copying_as_text_puts_cells_under_each_other(tab: CpuidTab) -> None:
    view = tab.compare
    select(view, "SSE41")
    index = view.tree.currentIndex()
    flags = QItemSelectionModel.SelectionFlag
    view.tree.selectionModel().select(index.siblingAtRow(index.row() + 1), flags.Select | flags.Rows)
    view.tree.setFocus()
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(view.tree, Qt.Key.Key_C, modifiers)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Field")
    places = {line.index("differs: not on esx-2") for line in lines[1:]}
    assert len(lines) == 3
    assert len(places) == 1


def test_a_host_shows_its_tree_until_another_is_named(qtbot: QtBot, tab: CpuidTab) -> None:
    plan = three()
    tab.show_object(plan, "host-1")
    assert not tab.comparing
    tab.compare_hosts(["host-2"])
    assert tab.comparing
    assert [each.label() for each in tab.compare.choice.compared] == ["esx-1", "esx-2"]
    tab.show_object(plan, "host-2")
    assert not tab.comparing
    tab.single().show_feature("AES")
    tab.show_object(plan, "host-1")
    tab.single().show_feature("AES")
    assert "AES is hidden by Intel Merom. Intel Westmere would show it" in tab.single().details.text()


# --- in the window


@pytest.fixture
def document(document: Document) -> Document:
    document.new(three())
    return document


def test_the_selected_hosts_are_compared(qtbot: QtBot, window: MainWindow) -> None:
    window.select("host-1")
    tree = window.inventory.tree
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert window.inventory.selected_ids() == ["host-1", "host-2"]
    assert window.actions_["compare_cpuid"].isEnabled()
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_Y, modifiers)
    page: Any = window.page()
    assert page.cpuid_tab.comparing
    assert {each.label() for each in page.cpuid_tab.compare.choice.compared} == {"esx-1", "esx-2"}
    assert page.cpuid_tab.box.edit.text() == "esx-1, esx-2"


def test_one_host_asks_for_another_and_a_cluster_shows_all(qtbot: QtBot, window: MainWindow) -> None:
    window.select("host-1")
    window.actions_["compare_cpuid"].trigger()
    page: Any = window.page()
    qtbot.waitUntil(page.cpuid_tab.box.edit.hasFocus)
    window.select("domain-c7")
    window.actions_["compare_cpuid"].trigger()
    page = window.page()
    assert page.tabs.tabText(page.tabs.currentIndex()) == "CPUID"
    assert page.cpuid_tab.compare.choice.hosts == 3
    window.select("datacenter-1")
    assert not window.actions_["compare_cpuid"].isEnabled()
    assert "Select hosts or a cluster first." in window.actions_["compare_cpuid"].toolTip()


def test_the_comparison_follows_the_plan(qtbot: QtBot, window: MainWindow) -> None:
    window.select("domain-c7")
    window.actions_["compare_cpuid"].trigger()
    page: Any = window.page()
    view = page.cpuid_tab.compare
    qtbot.waitUntil(lambda: not view.busy)
    select(view, "SSE41")
    assert "is hidden" in view.details.text()
    window.document.edit("x", lambda plan: edits.set_fields(plan, "domain-c7", evc_mode="intel-penryn"))
    qtbot.waitUntil(lambda: not view.busy and "is hidden" not in view.details.text())
    row = view.tree.current_row()
    assert row is not None
    assert row.name == "SSE41"
    window.document.edit("x", lambda plan: edits.set_fields(plan, "host-2", name="old"))
    qtbot.waitUntil(lambda: view.choice.compared[1].label() == "old")


def test_keys_search_in_the_comparison(qtbot: QtBot, window: MainWindow) -> None:
    window.select("domain-c7")
    window.actions_["compare_cpuid"].trigger()
    page: Any = window.page()
    page.cpuid_tab.compare.tree.setFocus()
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.cpuid_tab.compare.bar.search.hasFocus)

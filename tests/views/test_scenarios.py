"""What-ifs in the main window, as a person works with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QMessageBox, QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from flexgui.plan import edits, scenarios, storage
from flexgui.plan import values as v
from flexgui.plan.fleet import make_fleet
from flexgui.plan.inventory import find
from flexgui.rules.check import Checker
from flexgui.rules.comparison import compare
from flexgui.views.main_window import MainWindow
from flexgui.views.scenario_comparison import ComparisonDialog
from flexgui.views.scenario_dialogs import ApplyDialog, NameDialog
from flexgui.views.scenario_model import ComparisonModel
from flexgui.views.scenario_rows import MOST, Lines
from flexgui.views.scenario_words import FIELDS
from flexgui.widgets.banner import Banner
from tests.driving import LEFT, child
from tests.views.conftest import Boxes

CLUSTER = "domain-c2"
NAME = "Without esx-05"


def chord(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    """Press Ctrl+J, then a letter."""
    qtbot.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, key)


def shown_dialog(window: MainWindow, kind: type[QDialog]) -> QDialog:
    (found,) = [dialog for dialog in window.findChildren(kind) if dialog.isVisible()]
    return found


def new_whatif(qtbot: QtBot, window: MainWindow, name: str = NAME, key: Qt.Key = Qt.Key.Key_N) -> None:
    chord(qtbot, window, key)
    dialog = shown_dialog(window, NameDialog)
    qtbot.keyClicks(child(dialog, "whatif_name_line"), name)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert window.document.scenario == name


def without_esx_05(window: MainWindow) -> None:
    """In the what-if: the host that keeps the cluster back leaves it, and the mode is raised."""
    document = window.document
    document.edit("Move esx-05", lambda plan: edits.move_hosts(plan, ["host-5"], "datacenter-1"))
    document.edit("Raise", lambda plan: edits.set_fields(plan, CLUSTER, evc_mode="intel-penryn"))


def banner(window: MainWindow) -> Banner:
    found = child(window, "whatif_banner")
    assert isinstance(found, Banner)
    return found


def click_in_banner(qtbot: QtBot, window: MainWindow, text: str) -> None:
    (button,) = [b for b in banner(window).findChildren(QPushButton) if b.text().startswith(text)]
    qtbot.mouseClick(button, LEFT)


def comparison(qtbot: QtBot, window: MainWindow) -> ComparisonDialog:
    chord(qtbot, window, Qt.Key.Key_C)
    dialog = shown_dialog(window, ComparisonDialog)
    assert isinstance(dialog, ComparisonDialog)
    return dialog


def destroyed(dialog: QDialog) -> list[bool]:
    """Has something in it once the dialog is gone."""
    found: list[bool] = []
    dialog.destroyed.connect(lambda: found.append(True))
    return found


def rows(model: ComparisonModel, parent: QModelIndex | None = None) -> list[list[str]]:
    found = []
    for row in range(model.rowCount(parent or QModelIndex())):
        first = model.index(row, 0, parent or QModelIndex())
        found.append([str(first.siblingAtColumn(column).data()) for column in range(4)])
        found += rows(model, first)
    return found


def index_of(model: ComparisonModel, title: str, parent: QModelIndex | None = None) -> QModelIndex:
    for row in range(model.rowCount(parent or QModelIndex())):
        index = model.index(row, 0, parent or QModelIndex())
        if index.data() == title:
            return index
        inside = index_of(model, title, index)
        if inside.isValid():
            return inside
    return QModelIndex()


def test_a_new_whatif_is_shown_under_a_banner_and_leaves_the_plan_alone(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert not banner(window).isVisible()
    assert window.actions_["whatif_apply"].toolTip().endswith("Show a what-if first.")
    new_whatif(qtbot, window)
    assert banner(window).isVisible()
    assert NAME in banner(window).text()
    window.select("host-5")
    qtbot.keyClick(window.inventory.tree, Qt.Key.Key_Delete)
    assert find(window.document.plan, "host-5") is None
    assert window.document.undo_stack.undoText().endswith(f"(what-if “{NAME}”)")
    click_in_banner(qtbot, window, "Back to the Plan")
    assert window.document.scenario is None
    assert not banner(window).isVisible()
    assert window.select("host-5")
    # Undo goes back to where it was removed.
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.scenario == NAME
    assert banner(window).isVisible()


def test_a_cluster_is_duplicated_as_a_whatif_that_begins_there(qtbot: QtBot, window: MainWindow) -> None:
    window.select("datacenter-1")
    assert not window.actions_["whatif_cluster"].isEnabled()
    window.select("host-6")
    assert window.actions_["whatif_cluster"].isEnabled()
    chord(qtbot, window, Qt.Key.Key_U)
    dialog = shown_dialog(window, NameDialog)
    assert child(dialog, "whatif_name_line").property("text") == "Cluster A, changed"
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert window.document.scenario == "Cluster A, changed"
    assert window.inventory.current_id() == CLUSTER


def test_a_name_that_will_not_do_is_said_at_once(qtbot: QtBot, window: MainWindow) -> None:
    new_whatif(qtbot, window)
    chord(qtbot, window, Qt.Key.Key_N)
    dialog = shown_dialog(window, NameDialog)
    assert isinstance(dialog, NameDialog)
    assert dialog.line.text() == f"{NAME} (2)"
    qtbot.keyClicks(dialog.line, NAME.upper())
    assert not dialog.ok.isEnabled()
    assert "already" in dialog.message.text()
    dialog.line.clear()
    assert not dialog.ok.isEnabled()
    assert "Give it one" in dialog.ok.toolTip()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert scenarios.names(window.document.whole) == (NAME,)


def test_a_whatif_of_a_whatif_or_of_the_plan(qtbot: QtBot, window: MainWindow) -> None:
    new_whatif(qtbot, window)
    without_esx_05(window)
    for number, moved in enumerate((True, False)):
        window.document.show_scenario(NAME)
        chord(qtbot, window, Qt.Key.Key_N)
        dialog = shown_dialog(window, NameDialog)
        model = child(dialog, "whatif_model")
        assert isinstance(model, QComboBox)
        model.setFocus()
        qtbot.keyClick(model, Qt.Key.Key_Down if number else Qt.Key.Key_Home)
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
        place = find(window.document.plan, "host-5")
        assert place is not None
        assert (place.cluster is None) is moved


def test_the_menu_shows_plan_and_whatifs(qtbot: QtBot, window: MainWindow) -> None:
    menu = window.menus["whatif_show"]
    assert not menu.isEnabled()
    new_whatif(qtbot, window, "A & B")
    new_whatif(qtbot, window, "Other")
    menu.aboutToShow.emit()
    assert [(a.text(), a.isChecked()) for a in menu.actions()] == [
        ("The &Plan", False),
        ("&1  A && B", False),
        ("&2  Other", True),
    ]
    menu.actions()[1].trigger()
    assert window.document.scenario == "A & B"
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    assert window.document.scenario is None


def test_side_by_side(qtbot: QtBot, window: MainWindow, qtmodeltester: ModelTester) -> None:
    new_whatif(qtbot, window)
    without_esx_05(window)
    dialog = comparison(qtbot, window)
    qtmodeltester.check(dialog.model)
    assert dialog.model.headerData(1, Qt.Orientation.Horizontal) == "The plan"
    assert dialog.model.headerData(2, Qt.Orientation.Horizontal) == NAME
    found = {row[0]: row[1:] for row in rows(dialog.model)}
    assert found["Cluster A"][:2] == ["Merom, 3 hosts", "Penryn, 2 hosts"]
    assert "1 host left" in found["Cluster A"][2]
    assert found["EVC mode"] == [
        'Intel® "Merom" Generation',
        'Intel® "Penryn" Generation',
        "Changed",
    ]
    assert found["esx-06 with Xeon E5462"][2] == "Gained: SSE41"
    assert found["esx-05"] == ["In Cluster A", "Here", "Joined"]  # the last one: of the datacenter
    assert {finding.subject.object_id for finding in dialog.gained.rows()} >= {CLUSTER, "vm-20"}
    assert f"“{NAME}” ({len(dialog.gained.rows())})" in dialog.gained_title.text()
    assert dialog.summary.text().startswith(f"Findings: {len(dialog.gained.rows())} gained")
    assert "esx-09 with Xeon E7-4830" not in found
    qtbot.keyClick(dialog.only, Qt.Key.Key_Space)
    qtmodeltester.check(dialog.model)
    assert "esx-09 with Xeon E7-4830" in {row[0] for row in rows(dialog.model)}


def test_it_follows_the_plan_while_it_is_open(qtbot: QtBot, window: MainWindow) -> None:
    new_whatif(qtbot, window)
    dialog = comparison(qtbot, window)
    assert dialog.summary.text() == "Nothing differs."
    assert rows(dialog.model) == []
    without_esx_05(window)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2)
    dialog.tree.collapse(dialog.model.index(0, 0))
    window.document.undo_stack.undo()
    qtbot.waitUntil(lambda: "EVC mode" not in {row[0] for row in rows(dialog.model)})
    assert not dialog.tree.isExpanded(dialog.model.index(0, 0))
    # Renamed, it stays on its side; without what-ifs there is nothing to compare.
    window.document.edit_whole("Rename", lambda p: scenarios.rename(p, NAME, "Other"), "Other")
    assert dialog.sides() == (None, "Other")
    gone = destroyed(dialog)
    window.document.edit_whole("Drop", lambda p: scenarios.drop(p, "Other"))
    qtbot.waitUntil(lambda: bool(gone))
    assert not window.actions_["whatif_compare"].isEnabled()


def test_a_row_leads_to_its_object_in_the_plan_or_in_the_whatif(qtbot: QtBot, window: MainWindow) -> None:
    new_whatif(qtbot, window)
    without_esx_05(window)
    window.document.edit("Remove", lambda plan: edits.remove(plan, "host-9"))
    dialog = comparison(qtbot, window)
    dialog.tree.setCurrentIndex(index_of(dialog.model, "EVC mode").siblingAtColumn(1))
    qtbot.keyClick(dialog.tree, Qt.Key.Key_Return)
    assert window.document.scenario is None
    assert window.inventory.current_id() == CLUSTER
    dialog.tree.setCurrentIndex(index_of(dialog.model, "EVC mode"))
    qtbot.keyClick(dialog.tree, Qt.Key.Key_Return)
    assert window.document.scenario == NAME
    # What only the plan has is shown there.
    dialog.tree.setCurrentIndex(index_of(dialog.model, "esx-09"))
    qtbot.keyClick(dialog.tree, Qt.Key.Key_Return)
    assert window.document.scenario is None
    assert window.inventory.current_id() == "host-9"
    number = next(n for n, f in enumerate(dialog.gained.rows()) if f.subject.object_id == "vm-20")
    dialog.gained_view.selectRow(number)
    qtbot.keyClick(dialog.gained_view, Qt.Key.Key_Return)
    assert window.document.scenario == NAME
    assert window.inventory.current_id() == "vm-20"


def test_two_whatifs_with_each_other(qtbot: QtBot, window: MainWindow) -> None:
    new_whatif(qtbot, window)
    without_esx_05(window)
    window.document.show_scenario(None)
    new_whatif(qtbot, window, "Other")
    dialog = comparison(qtbot, window)
    assert dialog.sides() == (None, "Other")
    dialog.before.setFocus()
    qtbot.keyClick(dialog.before, Qt.Key.Key_Down)
    assert dialog.sides() == (NAME, "Other")
    found = {row[0]: row for row in rows(dialog.model)}
    assert found["Cluster A"][1:3] == ["Penryn, 2 hosts", "Merom, 3 hosts"]
    assert not dialog.apply.isEnabled()
    assert "left side" in dialog.apply.toolTip()
    qtbot.mouseClick(dialog.swap, LEFT)
    assert dialog.sides() == ("Other", NAME)
    found = {row[0]: row for row in rows(dialog.model)}
    assert found["Cluster A"][1:3] == ["Merom, 3 hosts", "Penryn, 2 hosts"]
    dialog.after.setFocus()
    qtbot.keyClick(dialog.after, Qt.Key.Key_Home)
    assert not dialog.drop.isEnabled()


def test_everything_is_copied_as_text(qtbot: QtBot, window: MainWindow) -> None:
    new_whatif(qtbot, window)
    without_esx_05(window)
    dialog = comparison(qtbot, window)
    qtbot.mouseClick(child(dialog, "whatif_copy_button"), LEFT)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == f"What\tThe plan\t{NAME}\tChange"
    assert all(line.count("\t") == 3 for line in lines)
    assert any(line.startswith("New finding\t\t") for line in lines)
    assert any("EVC mode" in line for line in lines)


def test_apply_shows_what_changes_and_can_be_undone(qtbot: QtBot, window: MainWindow) -> None:
    new_whatif(qtbot, window)
    without_esx_05(window)
    click_in_banner(qtbot, window, "Apply")
    dialog = shown_dialog(window, ApplyDialog)
    assert isinstance(dialog, ApplyDialog)
    texts = [dialog.changes.item(n).text() for n in range(dialog.changes.count())]
    assert texts[0].startswith("Cluster A: Merom → Penryn, 1 host left")
    assert "gained" in dialog.findings.text()
    qtbot.mouseClick(child(dialog, "whatif_do_apply"), LEFT)
    assert window.document.scenario is None
    assert window.document.whole.scenarios == ()
    place = find(window.document.plan, "host-5")
    assert place is not None
    assert place.cluster is None
    assert window.document.undo_stack.undoText() == f"Apply what-if “{NAME}”"
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.scenario == NAME
    place = find(window.document.whole, "host-5")
    assert place is not None
    assert place.cluster is not None


def test_apply_leads_to_the_comparison_and_that_applies(qtbot: QtBot, window: MainWindow) -> None:
    new_whatif(qtbot, window)
    without_esx_05(window)
    chord(qtbot, window, Qt.Key.Key_A)
    question = shown_dialog(window, ApplyDialog)
    assert isinstance(question, ApplyDialog)
    qtbot.mouseClick(question.compare, LEFT)
    dialog = shown_dialog(window, ComparisonDialog)
    assert isinstance(dialog, ComparisonDialog)
    gone = destroyed(dialog)
    qtbot.mouseClick(child(dialog, "whatif_apply_button"), LEFT)
    qtbot.waitUntil(lambda: bool(gone))
    assert window.document.whole.scenarios == ()
    assert window.document.plan.datacenters[0].clusters[0].evc_mode == "intel-penryn"


def test_drop_asks_only_where_something_was_changed(qtbot: QtBot, window: MainWindow, boxes: Boxes) -> None:
    new_whatif(qtbot, window)
    click_in_banner(qtbot, window, "Drop")
    assert boxes.texts == []
    assert window.document.whole.scenarios == ()
    new_whatif(qtbot, window)
    without_esx_05(window)
    boxes.answers = [QMessageBox.StandardButton.Cancel]
    chord(qtbot, window, Qt.Key.Key_D)
    assert boxes.texts[0].startswith(f"Drop the what-if “{NAME}”?")
    assert window.document.scenario == NAME
    boxes.answers = [QMessageBox.StandardButton.Yes]
    chord(qtbot, window, Qt.Key.Key_D)
    assert window.document.whole.scenarios == ()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.scenario == NAME


def test_renamed(qtbot: QtBot, window: MainWindow) -> None:
    new_whatif(qtbot, window)
    chord(qtbot, window, Qt.Key.Key_R)
    dialog = shown_dialog(window, NameDialog)
    qtbot.keyClicks(child(dialog, "whatif_name_line"), "Otherwise")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert window.document.scenario == "Otherwise"
    assert "“Otherwise”" in banner(window).text()


def test_what_was_typed_is_taken_over_before_another_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    new_whatif(qtbot, window)
    window.select(CLUSTER)
    page = window.page()
    assert page is not None
    (name,) = [line for line in page.findChildren(QLineEdit) if line.text() == "Cluster A"]
    name.setFocus()
    name.end(False)
    qtbot.keyClicks(name, " II")
    click_in_banner(qtbot, window, "Back to the Plan")
    assert window.document.plan.datacenters[0].clusters[0].name == "Cluster A"
    window.document.show_scenario(NAME)
    assert "II" in window.document.plan.datacenters[0].clusters[0].name


def test_the_whatif_on_show_is_exported_as_a_plan_of_its_own(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name_files: Callable[..., list[str]]
) -> None:
    new_whatif(qtbot, window, "With/out: esx-05")
    window.document.edit("Remove", lambda plan: edits.remove(plan, "host-5"))
    path = tmp_path / "out.json"
    suggested = name_files(path)
    assert window.plan_file.export()
    assert suggested[0].endswith("Milano-With-out- esx-05.json")
    exported = storage.load(path)
    assert exported.remarks == ("This is the what-if With/out: esx-05, not the plan itself.",)
    assert find(exported, "host-5") is None
    assert find(window.document.whole, "host-5") is not None


@pytest.mark.parametrize(
    "kind", [v.Datacenter, v.Cluster, v.Host, v.VirtualMachine], ids=lambda kind: kind.__name__
)
def test_every_field_has_a_word(kind: type) -> None:
    parts = {"ha": v.HighAvailability, "drs": v.Drs, "dpm": v.Dpm}
    for each in fields(kind):
        if each.name in ("id", "hosts", "clusters", "vms"):
            continue
        inner = parts.get(each.name) if kind is v.Cluster else None
        names = [each.name] if inner is None else [f"{each.name}.{f.name}" for f in fields(inner)]
        assert set(names) <= set(FIELDS)


def test_a_large_plan_is_compared_on_another_thread(qtbot: QtBot, window: MainWindow) -> None:
    window.document.new(make_fleet(400, 1, clusters=4))
    new_whatif(qtbot, window)
    cluster = window.document.plan.datacenters[0].clusters[0]
    window.document.edit("Off", lambda plan: edits.set_fields(plan, cluster.id, evc_mode=None))
    chord(qtbot, window, Qt.Key.Key_C)
    dialog = shown_dialog(window, ComparisonDialog)
    assert isinstance(dialog, ComparisonDialog)
    assert dialog.summary.text() == "Comparing…"
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1)
    assert dialog.model.index(0, 2).data() == f"No EVC, {len(cluster.hosts)} hosts"


def test_many_hosts_that_moved_get_some_rows_and_how_many_more_there_are(qtbot: QtBot) -> None:
    before = make_fleet(200, 1, clusters=2)
    first, second = before.datacenters[0].clusters
    after = edits.move_hosts(before, [host.id for host in first.hosts], second.id)
    checker = Checker()
    lines = Lines(compare(before, after, checker.check(before), checker.check(after)), before, after)
    place = next(line.place for line in lines.top(True) if line.object_id == second.id)
    assert place is not None
    joined = [line for line in lines.inside(place, True) if line.mark == "joined"]
    assert len(joined) >= MOST + 1
    assert f"… and {len(first.hosts) - MOST} more" in {line.title for line in joined}

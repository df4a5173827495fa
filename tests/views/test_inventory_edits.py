"""Cut, copy, paste, duplicate and many at once in the inventory, with keys as a user would."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from flexgui.plan import clipboard, edits, many
from flexgui.plan.inventory import find
from flexgui.plan.values import Datacenter, Host, Plan
from flexgui.views.main_window import MainWindow
from flexgui.widgets.task import Task
from tests.views.conftest import Boxes


@pytest.fixture(autouse=True)
def nothing_copied(qapp: QApplication) -> Iterator[None]:
    """Nothing of a test is left on the clipboard."""
    yield
    QGuiApplication.clipboard().setText("")


CONTROL = Qt.KeyboardModifier.ControlModifier


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = CONTROL) -> None:
    qtbot.keyClick(window.inventory.tree, key, modifier)


def choose(window: MainWindow, *ids: str) -> None:
    """Select several rows as with Ctrl and the mouse."""
    window.select(ids[0])
    selection = window.inventory.tree.selectionModel()
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for object_id in ids[1:]:
        selection.select(window.inventory.model.index_of(object_id), flags)


def where(window: MainWindow, object_id: str) -> str:
    place = find(window.document.plan, object_id)
    assert place is not None
    return place.path()


def told(window: MainWindow) -> str:
    return window.statusBar().currentMessage()


def test_cut_and_paste_moves_hosts_in_one_step(qtbot: QtBot, window: MainWindow) -> None:
    choose(window, "host-5", "host-6")
    press(qtbot, window, Qt.Key.Key_X)
    faded = window.inventory.model.index_of("host-5").data(Qt.ItemDataRole.ForegroundRole)
    assert faded is not None
    assert "paste" in told(window)
    window.select("datacenter-1")
    press(qtbot, window, Qt.Key.Key_V)
    assert where(window, "host-5") == "Milano / esx-05"
    assert window.document.undo_stack.undoText() == "Move 2 hosts to Milano"
    assert window.inventory.selected_ids() == ["host-5", "host-6"]
    assert window.inventory.model.index_of("host-5").data(Qt.ItemDataRole.ForegroundRole) is None
    window.document.undo_stack.undo()
    assert where(window, "host-5") == "Milano / Cluster A / esx-05"


def test_esc_lets_go_of_what_was_cut(qtbot: QtBot, window: MainWindow) -> None:
    window.select("host-5")
    press(qtbot, window, Qt.Key.Key_X)
    press(qtbot, window, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    assert window.inventory.model.index_of("host-5").data(Qt.ItemDataRole.ForegroundRole) is None
    window.select("datacenter-1")
    press(qtbot, window, Qt.Key.Key_V)
    assert where(window, "host-5") == "Milano / Cluster A / esx-05"
    assert window.document.undo_stack.undoText() == "Paste esx-05 (2) into Milano"


def test_what_the_rules_refuse_is_not_pasted_and_the_reason_is_told(qtbot: QtBot, window: MainWindow) -> None:
    window.document.edit("x", lambda plan: many.set_fields(plan, ["host-9"], address="10.0.0.9"))
    window.document.edit("x", lambda plan: _with_mode(plan, "intel-sandybridge"))
    count = window.document.undo_stack.count()
    window.select("host-9")
    press(qtbot, window, Qt.Key.Key_X)
    window.select("domain-c2")
    press(qtbot, window, Qt.Key.Key_V)
    assert where(window, "host-9") == "Milano / esx-09"
    assert told(window).startswith("esx-09 lacks")
    assert told(window).endswith("The move is refused.")
    assert window.document.undo_stack.count() == count


def _with_mode(plan: Plan, mode: str) -> Plan:
    return edits.set_fields(plan, "domain-c2", evc_mode=mode)


def test_in_rehearse_a_drop_is_answered_and_logged_as_vcenter_would(
    qtbot: QtBot, window: MainWindow, boxes: Boxes
) -> None:
    document = window.document
    document.edit("x", lambda plan: many.set_fields(plan, ["vm-21"], power_state="poweredOn"))
    document.set_rehearsing(True)
    refused: list[str] = []
    document.refused.connect(lambda name, answer: refused.append(name))
    window.select("host-7")
    press(qtbot, window, Qt.Key.Key_X)
    window.select("datacenter-1")
    press(qtbot, window, Qt.Key.Key_V)
    assert refused == ["Move esx-07 to Milano"]
    assert where(window, "host-7") == "Milano / Cluster A / esx-07"
    assert document.log[-1].action == "Move esx-07 to Milano"


def test_a_copy_comes_under_another_name_and_says_so(qtbot: QtBot, window: MainWindow) -> None:
    choose(window, "host-5", "host-7")
    press(qtbot, window, Qt.Key.Key_C)
    assert told(window) == "Copied: 2 hosts."
    text = QGuiApplication.clipboard().text().split("\n")
    assert text[0].split("\t")[:2] == ["Host", "Address"]
    assert text[1].split("\t")[:2] == ["esx-05", "10.0.0.5"]
    window.select("domain-c2")
    press(qtbot, window, Qt.Key.Key_V)
    assert window.document.undo_stack.undoText() == "Paste 2 hosts into Cluster A"
    new = window.inventory.selected_ids()
    assert len(new) == 2
    found = find(window.document.plan, new[0])
    assert found is not None
    assert isinstance(found.object, Host)
    assert found.object.name == "esx-05 (2)"
    assert found.object.address == "10.0.0.8"
    assert "10.0.0.5 → 10.0.0.8" in told(window)
    assert "esx-05 → esx-05 (2)" in told(window)


def test_hosts_are_pasted_into_another_plan(qtbot: QtBot, window: MainWindow) -> None:
    window.select("domain-c2")
    press(qtbot, window, Qt.Key.Key_C)
    foreign = QMimeData()  # as another process hands it over
    foreign.setData(clipboard.MIME, QGuiApplication.clipboard().mimeData().data(clipboard.MIME))
    QGuiApplication.clipboard().setMimeData(foreign)
    document = window.document
    document.new(Plan(release="6.0"))
    window.restart()
    window.actions_["paste"].trigger()
    assert told(window).startswith("Select the cluster or datacenter to paste into")
    document.new(Plan(release="6.0", datacenters=(Datacenter(id="datacenter-1", name="Roma"),)))
    window.restart()
    window.select("datacenter-1")
    press(qtbot, window, Qt.Key.Key_V)
    assert document.undo_stack.undoText() == "Paste Cluster A into Roma"
    cluster = document.plan.datacenters[0].clusters[0]
    assert [host.name for host in cluster.hosts] == ["esx-05", "esx-06", "esx-07"]
    assert {host.cpu for host in cluster.hosts} <= {cpu.fingerprint for cpu in document.plan.cpus}
    assert cluster.resource_pools[1].parent == cluster.resource_pools[0].id


@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        ("text/plain", b"some text", "The clipboard has a text"),
        ("image/x-nothing", b"1", "There are no objects on the clipboard"),
    ],
)
def test_what_is_no_object_is_not_pasted(
    qtbot: QtBot, window: MainWindow, kind: str, content: bytes, says: str
) -> None:
    mime = QMimeData()
    mime.setData(kind, content)
    QGuiApplication.clipboard().setMimeData(mime)
    window.select("domain-c2")
    press(qtbot, window, Qt.Key.Key_V)
    assert told(window).startswith(says)
    assert not window.document.dirty


@pytest.mark.parametrize("gone", ["rows", "everything"])
def test_what_is_being_renamed_may_go(window: MainWindow, gone: str) -> None:
    """Qt would warn: an editor of a row that has gone still wants to commit."""
    window.select("host-5")
    window.actions_["rename"].trigger()
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    if gone == "rows":
        window.document.edit("Remove", lambda plan: many.remove(plan, ["host-5"]))
    else:
        window.inventory.model.reset()
    assert QApplication.focusWidget() is window.inventory.tree


def test_nothing_at_all_is_not_pasted(qtbot: QtBot, window: MainWindow) -> None:
    QGuiApplication.clipboard().clear()
    press(qtbot, window, Qt.Key.Key_V)
    assert told(window).startswith("There are no objects on the clipboard")


def test_damaged_objects_are_refused_in_a_sentence(qtbot: QtBot, window: MainWindow, boxes: Boxes) -> None:
    mime = QMimeData()
    mime.setData(clipboard.MIME, b'{"clip": 1}')
    QGuiApplication.clipboard().setMimeData(mime)
    window.select("domain-c2")
    press(qtbot, window, Qt.Key.Key_V)
    assert "Nothing was pasted." in boxes.texts[0]
    assert "Copy them again" in boxes.texts[0]
    assert not window.document.dirty


def test_duplicates_stand_beside_their_originals(qtbot: QtBot, window: MainWindow) -> None:
    choose(window, "host-5", "host-9")
    press(qtbot, window, Qt.Key.Key_D)
    assert window.document.undo_stack.undoText() == "Duplicate 2 hosts"
    paths = [where(window, object_id) for object_id in window.inventory.selected_ids()]
    assert sorted(paths) == ["Milano / Cluster A / esx-05 (2)", "Milano / esx-09 (2)"]


def test_a_new_pool_is_named_at_once(qtbot: QtBot, window: MainWindow) -> None:
    window.select("resgroup-3")
    window.actions_["new_pool"].trigger()
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "New resource pool 1"
    qtbot.keyClicks(editor, "Gold")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.document.undo_stack.undoText() == "Rename New resource pool 1 to Gold")
    place = find(window.document.plan, window.inventory.current_id())
    assert place is not None
    assert getattr(place.object, "parent", None) == "resgroup-3"


def test_what_is_done_to_several_says_to_how_many(qtbot: QtBot, window: MainWindow) -> None:
    choose(window, "host-5", "host-6", "host-7")
    window.actions_["enter_maintenance"].trigger()
    stack = window.document.undo_stack
    assert stack.undoText() == "Enter maintenance mode: 3 hosts"
    window.actions_["remove"].trigger()
    assert stack.undoText() == "Remove 3 hosts"
    stack.undo()
    choose(window, "vm-20", "vm-21")
    window.actions_["power_on"].trigger()
    assert stack.undoText() == "Power on: 2 virtual machines"
    window.select("vm-20")
    window.actions_["suspend"].trigger()
    assert stack.undoText() == "Suspend: db01"


def test_actions_say_why_they_are_not_possible(window: MainWindow) -> None:
    actions = window.actions_
    window.select("")
    assert "Select objects" in actions["copy"].toolTip()
    assert "Select a cluster" in actions["new_pool"].toolTip()
    window.select("domain-c2")
    assert actions["copy"].isEnabled()
    assert "copy a cluster" in actions["cut"].toolTip()
    choose(window, "host-5", "vm-21")
    assert "one kind" in actions["move_to"].toolTip()
    window.select("resgroup-3")
    assert actions["cut"].isEnabled()
    assert "cluster" in actions["copy"].toolTip()


def test_dropping_a_machine_that_moves_only_cold_asks(window: MainWindow, boxes: Boxes) -> None:
    window.document.edit("x", lambda plan: many.set_fields(plan, ["vm-21"], power_state="poweredOn"))
    model, moves = window.inventory.model, window.inventory.moves
    count = window.document.undo_stack.count()
    boxes.answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Ok]
    for _ in range(2):
        mime = model.mimeData([model.index_of("vm-21")])
        move, target = Qt.DropAction.MoveAction, model.index_of("host-9")
        assert model.canDropMimeData(mime, move, -1, -1, target)
        model.dropMimeData(mime, move, -1, -1, target)
        moves.end()
    assert boxes.texts[0].startswith("Power off and move web01 to esx-09?")
    assert window.document.undo_stack.count() == count + 1
    assert where(window, "vm-21") == "Milano / esx-09 / web01"


def test_many_are_weighed_off_the_thread_and_dropped_when_that_is_known(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flexgui.views.moves.AT_ONCE", 0)
    monkeypatch.setattr(Task, "synchronous", False)
    model, moves = window.inventory.model, window.inventory.moves
    mime = model.mimeData([model.index_of("host-9")])
    target = model.index_of("domain-c2")
    assert model.canDropMimeData(mime, Qt.DropAction.MoveAction, -1, -1, target)
    with qtbot.waitSignal(moves.moved):
        model.dropMimeData(mime, Qt.DropAction.MoveAction, -1, -1, target)
    assert where(window, "host-9") == "Milano / Cluster A / esx-09"


def test_renaming_takes_hostile_names_as_they_are_and_esc_leaves_them(
    qtbot: QtBot, window: MainWindow
) -> None:
    for object_id, name in (("vm-20", "<b>x</b>\u202e"), ("resgroup-4", "a/b\\c%2f"), ("host-9", "é" * 60)):
        window.select(object_id)
        press(qtbot, window, Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier)
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit)
        qtbot.keyClicks(editor, "lost")
        qtbot.keyClick(editor, Qt.Key.Key_Escape)
        assert "lost" not in where(window, object_id)
        press(qtbot, window, Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier)
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit)
        editor.setText(name)
        window.inventory.filter_box.setFocus()  # leaving the editor commits
        qtbot.waitUntil(lambda object_id=object_id, name=name: where(window, object_id).endswith(name))
        assert "\u202e" not in window.document.undo_stack.undoText()


_ENDS = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from flexgui import app

begin = app.connect_wizards

def copy_and_quit(window):
    begin(window)

    def copy():
        window.select("host-9")
        window.actions_["copy"].trigger()
        QTimer.singleShot(0, QApplication.quit)

    QTimer.singleShot(0, copy)

app.connect_wizards = copy_and_quit
raise SystemExit(app.main([PLAN]))
"""


def test_the_program_ends_well_with_something_copied(plan_path: Path) -> None:
    """What is on the clipboard outlives Python."""
    root = Path(__file__).resolve().parents[2]
    code = _ENDS.replace("PLAN", repr(str(plan_path)))
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_undo_while_a_name_is_typed_takes_the_name_back_and_redo_brings_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.select("host-6")
    window.actions_["rename"].trigger()
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.setText("another")
    window.actions_["undo"].setEnabled(True)
    window.actions_["undo"].trigger()
    assert window.document.undo_stack.redoText().startswith("Rename")
    window.actions_["redo"].trigger()
    place = find(window.document.plan, "host-6")
    assert place is not None
    assert place.object.name == "another"


def test_the_page_says_that_it_shows_one_of_several(window: MainWindow) -> None:
    window.select("host-6")
    assert not window.several.isVisible()
    choose(window, "host-6", "host-5", "host-7")
    assert window.several.isVisible()
    said = "3 objects are selected; this page shows esx-06. Edit Selected changes all."
    assert window.several.text() == said
    asked: list[list[str]] = []
    window.edit_selected_requested.connect(asked.append)
    window.several.button.click()
    assert [sorted(ids) for ids in asked] == [["host-5", "host-6", "host-7"]]
    window.document.edit("x", lambda plan: edits.set_fields(plan, "host-6", name="esx-16"))
    assert "this page shows esx-16." in window.several.text()
    choose(window, "host-6", "vm-21")  # of two kinds: there is nothing to change of both
    assert window.several.text() == "2 objects are selected; this page shows esx-16."
    assert not window.several.button.isVisible()
    window.select("host-7")
    assert not window.several.isVisible()

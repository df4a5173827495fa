from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.plan import edits
from flexgui.plan.fleet import make_fleet
from flexgui.plan.inventory import find
from flexgui.plan.values import Cluster, Datacenter, Host, Plan, VirtualMachine
from flexgui.views.inventory_model import FINDINGS, IDS_MIME, InventoryModel
from flexgui.views.main_window import MainWindow
from tests.views.plans import MEROM, host, small_plan


def shown(model: InventoryModel, parent: QModelIndex | None = None) -> list[Any]:
    """The tree as nested lists: what each row says, then its children."""
    rows = []
    for row in range(model.rowCount(parent or QModelIndex())):
        index = model.index(row, 0, parent or QModelIndex())
        children = shown(model, index)
        rows.append((index.data(), children) if children else index.data())
    return rows


SMALL = [
    (
        "New plan",
        [
            (
                "Milano",
                [
                    (
                        "Cluster A",
                        [
                            ("Production", ["Batch"]),
                            "esx-05",
                            ("esx-06", ["db01  (suspended)"]),
                            ("esx-07", ["web01  (powered off)"]),
                        ],
                    ),
                    "esx-09",
                ],
            )
        ],
    )
]


def test_the_tree(document: Document) -> None:
    assert shown(InventoryModel(document)) == SMALL


def test_model_is_sound(qtmodeltester: Any, document: Document) -> None:
    model = InventoryModel(document)
    qtmodeltester.check(model)
    model.set_filter("esx-06")
    qtmodeltester.check(model)


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: edits.remove(p, "host-6"),
        lambda p: edits.remove(p, "datacenter-1"),
        lambda p: edits.remove(p, "resgroup-3"),
        lambda p: edits.add_host(p, "domain-c2", host(11, MEROM)),
        lambda p: edits.add_datacenter(p, Datacenter(id="datacenter-30", name="Roma")),
        lambda p: edits.add_cluster(p, "datacenter-1", Cluster(id="domain-c31", name="B")),
        lambda p: edits.add_vm(p, "host-5", VirtualMachine(id="vm-40", name="new")),
        lambda p: edits.move_hosts(p, ["host-9", "host-6"], "domain-c2"),
        lambda p: edits.move_hosts(p, ["host-6"], "datacenter-1"),
        lambda p: edits.set_fields(p, "host-6", in_maintenance_mode=True),
        lambda p: edits.update_cluster(
            p, "domain-c2", lambda c: Cluster(id="domain-c2", name="turned", hosts=c.hosts[::-1])
        ),
        lambda p: Plan(release="5.5"),
    ],
)
@pytest.mark.parametrize("text", ["", "esx", "db01"])
def test_the_model_follows_every_edit_and_its_undo(
    qtmodeltester: Any, document: Document, edit: Any, text: str
) -> None:
    model = InventoryModel(document)
    model.set_filter(text)
    qtmodeltester.check(model, force_py=True)
    before = shown(model)
    document.edit("x", edit)
    fresh = InventoryModel(document)
    fresh.set_filter(text)
    assert shown(model) == shown(fresh)
    document.undo_stack.undo()
    assert shown(model) == before


def test_rows_that_stay_keep_their_indexes(document: Document) -> None:
    model = InventoryModel(document)
    shown(model)
    from PySide6.QtCore import QPersistentModelIndex

    kept = QPersistentModelIndex(model.index_of("vm-21"))
    document.edit("x", lambda p: edits.remove(p, "host-5"))
    assert kept.isValid()
    assert kept.data() == "web01  (powered off)"
    assert model.id_of(kept) == "vm-21"


def test_badges_follow_the_findings(document: Document) -> None:
    model = InventoryModel(document)
    index = model.index_of("domain-c2", FINDINGS)
    before = index.data(Qt.ItemDataRole.AccessibleTextRole)
    document.edit("x", lambda p: edits.set_fields(p, "domain-c2", name=""))
    assert model.index_of("domain-c2", FINDINGS).data(Qt.ItemDataRole.AccessibleTextRole) == "Error"
    tip = model.index_of("domain-c2").data(Qt.ItemDataRole.ToolTipRole)
    assert "The cluster has no name." in tip
    document.undo_stack.undo()
    assert model.index_of("domain-c2", FINDINGS).data(Qt.ItemDataRole.AccessibleTextRole) == before


def test_names_from_outside_are_no_markup(document: Document) -> None:
    document.edit("x", lambda p: edits.set_fields(p, "host-5", name="<b>bold</b>"))
    model = InventoryModel(document)
    tip = model.index_of("host-5").data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;bold" in tip


def test_a_host_dropped_on_a_cluster_moves_there(document: Document) -> None:
    model = InventoryModel(document)
    mime = model.mimeData([model.index_of("host-9"), model.index_of("host-9", FINDINGS)])
    assert mime.hasFormat(IDS_MIME)
    target = model.index_of("domain-c2")
    assert model.canDropMimeData(mime, Qt.DropAction.MoveAction, -1, -1, target)
    assert model.canDropMimeData(mime, Qt.DropAction.MoveAction, -1, -1, model.index_of("host-5"))
    assert not model.canDropMimeData(mime, Qt.DropAction.MoveAction, -1, -1, model.index_of(""))
    assert not model.canDropMimeData(mime, Qt.DropAction.MoveAction, -1, -1, model.index_of("datacenter-1"))
    assert not InventoryModel(document).canDropMimeData(mime, Qt.DropAction.MoveAction, -1, -1, target)
    model.dropMimeData(mime, Qt.DropAction.MoveAction, -1, -1, target)
    place = find(document.plan, "host-9")
    assert place is not None
    assert place.cluster is not None
    assert document.undo_stack.undoText() == "Move esx-09 to Cluster A"


# --- the view, with keys and clicks


def rename_editor(window: MainWindow) -> QLineEdit:
    focused = QApplication.focusWidget()
    assert isinstance(focused, QLineEdit)
    assert focused.accessibleName() == "New name"
    return focused


def test_f2_renames_in_place(qtbot: QtBot, window: MainWindow) -> None:
    window.select("domain-c2")
    qtbot.keyClick(window.inventory.tree, Qt.Key.Key_F2)
    editor = rename_editor(window)
    assert editor.text() == "Cluster A"
    editor.selectAll()
    qtbot.keyClicks(editor, "Cluster Z")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.document.dirty)
    place = find(window.document.plan, "domain-c2")
    assert place is not None
    assert isinstance(place.object, Cluster)
    assert place.object.name == "Cluster Z"
    assert window.document.undo_stack.undoText() == "Rename Cluster A to Cluster Z"
    assert window.inventory.current_id() == "domain-c2"
    page = window.page()
    assert page is not None
    assert page.header.name.text() == "Cluster Z"


def test_renaming_to_nothing_and_esc_leave_the_name(qtbot: QtBot, window: MainWindow) -> None:
    window.select("host-5")
    for keys in ([Qt.Key.Key_Delete, Qt.Key.Key_Return], [Qt.Key.Key_X, Qt.Key.Key_Escape]):
        qtbot.keyClick(window.inventory.tree, Qt.Key.Key_F2)
        editor = rename_editor(window)
        editor.selectAll()
        for key in keys:
            qtbot.keyClick(editor, key)
        qtbot.waitUntil(lambda: QApplication.focusWidget() is window.inventory.tree)
        assert not window.document.dirty


def test_delete_removes_and_undo_brings_back(qtbot: QtBot, window: MainWindow) -> None:
    window.select("host-6")
    qtbot.keyClick(window.inventory.tree, Qt.Key.Key_Delete)
    assert find(window.document.plan, "host-6") is None
    assert window.document.undo_stack.undoText() == "Remove esx-06"
    assert window.inventory.current_id() != "host-6"
    page = window.page()
    assert page is not None
    assert page.object_id == window.inventory.current_id()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert find(window.document.plan, "host-6") is not None


def test_ctrl_f_filters_and_esc_shows_all_again(qtbot: QtBot, window: MainWindow) -> None:
    window.select("host-7")
    model = window.inventory.model
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    box = window.inventory.filter_box
    assert QApplication.focusWidget() is box
    with qtbot.waitSignal(model.modelReset):
        qtbot.keyClicks(box, "E5462")
    assert shown(model) == [("New plan", [("Milano", [("Cluster A", [("esx-06", ["db01  (suspended)"])])])])]
    assert window.inventory.tree.isExpanded(model.index_of("domain-c2"))
    assert not window.inventory.tree.isExpanded(model.index_of("host-6"))
    page = window.page()
    assert page is not None
    assert page.object_id == "host-7"
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: shown(model) == SMALL)
    assert window.inventory.current_id() == "host-7"
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is window.inventory.tree


def test_enter_goes_to_what_was_found(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClicks(window.inventory.filter_box, "db01")
    qtbot.keyClick(window.inventory.filter_box, Qt.Key.Key_Return)
    assert window.inventory.current_id() == "vm-20"
    assert QApplication.focusWidget() is window.inventory.tree


def test_a_filter_that_finds_nothing_says_so(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClicks(window.inventory.filter_box, "nowhere")
    qtbot.keyClick(window.inventory.filter_box, Qt.Key.Key_Return)
    assert "nowhere" in window.inventory._nothing.text()
    assert window.inventory._nothing.isVisible()


def test_of_thousands_of_matches_the_topmost_are_unfolded(qtbot: QtBot, window: MainWindow) -> None:
    window.document.new(make_fleet(5_000, 1, clusters=100))
    window.restart()
    tree, model = window.inventory.tree, window.inventory.model
    qtbot.keyClicks(window.inventory.filter_box, "esx")
    qtbot.keyClick(window.inventory.filter_box, Qt.Key.Key_Return)
    clusters = [cluster.id for cluster in window.document.plan.datacenters[0].clusters]
    unfolded = [tree.isExpanded(model.index_of(cluster)) for cluster in clusters]
    assert unfolded == sorted(unfolded, reverse=True)
    assert 10 < sum(unfolded) < 90
    assert tree.isExpanded(model.index_of(window.document.plan.datacenters[0].id))


def test_folding_survives_an_edit_and_a_filter(qtbot: QtBot, window: MainWindow) -> None:
    tree, model = window.inventory.tree, window.inventory.model
    tree.collapse(model.index_of("domain-c2"))
    tree.expand(model.index_of("datacenter-1"))
    window.document.edit("x", lambda p: edits.set_fields(p, "host-9", in_maintenance_mode=True))
    assert not tree.isExpanded(model.index_of("domain-c2"))
    window.inventory.filter_box.setText("esx")
    qtbot.waitUntil(lambda: tree.isExpanded(model.index_of("domain-c2")))
    window.inventory.filter_box.clear()
    qtbot.waitUntil(lambda: not tree.isExpanded(model.index_of("domain-c2")))


def test_the_menu_states_what_is(qtbot: QtBot, window: MainWindow) -> None:
    window.select("host-5")
    texts = [action.objectName() for action in window.context_menu().actions() if action.objectName()]
    assert texts[0] == "edit_selected"
    assert {"add_vm", "enter_maintenance", "disconnect_host"} < set(texts)
    actions = window.actions_
    assert not actions["xd_on"].isEnabled()
    assert "already" in actions["xd_on"].toolTip()
    for name, field, value in (
        ("enter_maintenance", "in_maintenance_mode", True),
        ("disconnect_host", "connection_state", "disconnected"),
        ("xd_off", "xd", "disabled"),
        ("vt_off", "vt", "disabled"),
    ):
        actions[name].trigger()
        place = find(window.document.plan, "host-5")
        assert place is not None
        assert getattr(place.object, field) == value
    assert window.document.undo_stack.count() == 4
    texts = [action.objectName() for action in window.context_menu().actions()]
    assert "exit_maintenance" in texts
    assert "enter_maintenance" not in texts


def test_the_state_of_several_machines_is_one_step(qtbot: QtBot, window: MainWindow) -> None:
    inventory = window.inventory
    window.select("vm-20")
    selection = inventory.tree.selectionModel()
    flags = selection.SelectionFlag
    selection.select(inventory.model.index_of("vm-21"), flags.Select | flags.Rows)
    window.actions_["power_on"].trigger()
    for vm_id in ("vm-20", "vm-21"):
        place = find(window.document.plan, vm_id)
        assert place is not None
        assert isinstance(place.object, VirtualMachine)
        assert place.object.power_state == "poweredOn"
    assert window.document.undo_stack.count() == 1


def test_an_added_machine_is_named_at_once(qtbot: QtBot, window: MainWindow) -> None:
    window.select("host-5")
    window.actions_["add_vm"].trigger()
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "mail")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.document.undo_stack.count() == 2)
    place = find(window.document.plan, "host-5")
    assert place is not None
    assert isinstance(place.object, Host)
    assert [vm.name for vm in place.object.vms] == ["mail"]


def test_copy_as_text(qtbot: QtBot, window: MainWindow) -> None:
    window.select("domain-c2")
    page = window.page()
    assert page is not None
    page.tabs.setCurrentIndex(1)
    view = page.hosts.view  # type: ignore[attr-defined]
    view.setFocus()
    view.selectAll()
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].startswith("Host\tCPU\tHighest mode")
    assert [line.split("\t")[0] for line in lines[1:]] == ["esx-05", "esx-06", "esx-07"]


def test_the_small_plan_is_what_the_tests_think() -> None:
    assert [h.name for h in small_plan().datacenters[0].clusters[0].hosts] == ["esx-05", "esx-06", "esx-07"]


def test_what_is_made_in_an_empty_plan_is_seen_also_after_redo(qtbot: QtBot, window: MainWindow) -> None:
    document, tree = window.document, window.inventory.tree
    document.new()
    window.plan_file.opened.emit()

    def seen(object_id: str) -> bool:
        return tree.visualRect(window.inventory.model.index_of(object_id)).height() > 0

    def make(plan: Plan) -> Plan:
        plan = edits.add_datacenter(plan, Datacenter(id="datacenter-1", name="Milano"))
        return edits.add_cluster(plan, "datacenter-1", Cluster(id="domain-c2", name="A"))

    document.edit("New cluster", make)
    document.edit(
        "Add host", lambda plan: edits.add_host(plan, "domain-c2", Host(id="host-3", address="a.b"))
    )
    window.select("host-3")
    for object_id in ("datacenter-1", "domain-c2", "host-3"):
        assert seen(object_id)
    for _ in range(2):
        document.undo_stack.undo()
    for _ in range(2):
        document.undo_stack.redo()
    for object_id in ("datacenter-1", "domain-c2", "host-3"):
        assert seen(object_id)

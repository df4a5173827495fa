"""Import Hosts, driven as a user would."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QThreadPool
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from flexgui.capture.captured import CapturedHost
from flexgui.document import Document
from flexgui.plan import edits
from flexgui.plan.address import kind
from flexgui.plan.inventory import find, hosts
from flexgui.plan.values import Cluster, Datacenter, Host, Plan
from flexgui.widgets.task import Task
from flexgui.wizards import import_draft
from flexgui.wizards.import_hosts import ImportDialog
from tests.driving import child, drop, pick, text_of, tick, type_over
from tests.processors import cpuid_raw, features_of, leaves_with, vsphere

pytestmark = pytest.mark.usefixtures("no_threads")

LEFT = Qt.MouseButton.LeftButton
Start = Callable[..., ImportDialog]


def plan(release: str = "6.7") -> Plan:
    """Milano with a cluster of one host."""
    known = Host(id="host-10", address="esx-01.example.com")
    cluster = Cluster(id="domain-c2", name="Cluster A", hosts=(known,))
    milano = Datacenter(id="datacenter-1", name="Milano", clusters=(cluster,))
    return Plan(release=release, serial=20, datacenters=(milano,))


@pytest.fixture
def start(qtbot: QtBot) -> Start:
    """Opens the dialog on a plan."""

    def opened(paths: Sequence[Path] = (), found: Plan | None = None, **more: str) -> ImportDialog:
        document = Document()
        document.new(found or plan())
        dialog = ImportDialog(document, paths, **more)  # type: ignore[arg-type]
        document.setParent(dialog)
        dialog.document = document  # type: ignore[attr-defined]
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        return dialog

    return opened


def document_of(dialog: ImportDialog) -> Document:
    found: Document = dialog.document  # type: ignore[attr-defined]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three captures, one of a host that the plan has, and two files that are none."""
    for name, mode in (("esx-01", "intel-merom"), ("esx-02", "intel-nehalem"), ("esx-03", "intel-westmere")):
        write(tmp_path / f"{name}.txt", mode)
    (tmp_path / "notes.txt").write_text("Nothing that anybody can read.")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0\0\0")
    return tmp_path


def write(path: Path, mode: str) -> Path:
    path.write_text(cpuid_raw([leaves_with(features_of(mode), brand=f"Made-up {mode}")]))
    return path


def labels(of: Plan) -> list[str]:
    return [f"{cluster.name if cluster else '-'}/{host.label}" for _, cluster, host in hosts(of)]


def cells(dialog: ImportDialog, column: int) -> list[str]:
    model = dialog.table.found
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def box_of(dialog: ImportDialog, row: int) -> QPoint:
    """The middle of a row's box."""
    rect = dialog.table.visualRect(dialog.table.found.index(row, 0))
    return QPoint(rect.left() + 10, rect.center().y())


def click_box(qtbot: QtBot, dialog: ImportDialog, row: int) -> None:
    qtbot.mouseClick(dialog.table.viewport(), LEFT, pos=box_of(dialog, row))


def press(qtbot: QtBot, dialog: ImportDialog) -> None:
    qtbot.mouseClick(dialog.ok, LEFT)


# A folder of captures.


def test_a_folder_becomes_hosts_in_one_edit(qtbot: QtBot, start: Start, folder: Path) -> None:
    dialog = start([folder])
    document = document_of(dialog)
    assert cells(dialog, 0) == ["esx-01", "esx-02", "esx-03"]
    assert cells(dialog, 2) == ["Merom", "Nehalem", "Westmere"]
    assert cells(dialog, 6) == ["Further evidence for esx-01.example.com", "New host", "New host"]
    assert text_of(dialog, "import_count") == "3 found, 3 ticked"
    assert dialog.tabs.tabText(2) == "S&kipped Files (2)"
    assert dialog.skipped_table.model().index(0, 0).data() == "notes.txt"
    click_box(qtbot, dialog, 2)
    assert dialog.ok.text() == "&Import 1 host"
    with qtbot.waitSignal(dialog.imported) as imported:
        press(qtbot, dialog)
    assert imported.args == ["datacenter-1"]
    assert labels(document.plan) == ["Cluster A/esx-01.example.com", "-/esx-02"]
    place = find(document.plan, "host-10")
    assert place is not None
    assert place.host is not None
    assert place.host.cpu is not None
    assert document.undo_stack.undoText() == "Import 1 host"
    assert {f.subject.object_id for f in document.findings.all} >= {"host-10", "host-21"}
    document.undo_stack.undo()
    assert document.plan == plan()


def test_cancel_leaves_no_trace(qtbot: QtBot, start: Start, folder: Path) -> None:
    dialog = start([folder])
    before = document_of(dialog).plan
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert document_of(dialog).plan is before
    assert document_of(dialog).undo_stack.count() == 0


def test_what_is_ticked_by_keyboard(qtbot: QtBot, start: Start, folder: Path) -> None:
    dialog = start([folder])
    dialog.table.setFocus()
    qtbot.keyClick(dialog.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
    assert text_of(dialog, "import_count") == "3 found, 0 ticked"
    assert not dialog.ok.isEnabled()
    assert dialog.ok.toolTip() == "Tick the hosts to import."
    qtbot.keyClick(dialog.table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
    assert dialog.draft.ticked == {1}
    assert dialog.ok.isEnabled()


def test_tick_all_and_none_are_about_what_the_filter_shows(qtbot: QtBot, start: Start, folder: Path) -> None:
    dialog = start([folder])
    qtbot.mouseClick(dialog.tick_none, LEFT)
    dialog.filter_box.setFocus()
    qtbot.keyClicks(dialog.filter_box, "nehalem")
    qtbot.keyClick(dialog.filter_box, Qt.Key.Key_Return)
    assert dialog.isVisible()  # Return looks, it does not import
    assert cells(dialog, 0) == ["esx-02"]
    qtbot.mouseClick(dialog.tick_all, LEFT)
    assert text_of(dialog, "import_count") == "1 of 3 shown, 1 ticked"
    qtbot.keyClick(dialog.filter_box, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: cells(dialog, 0) == ["esx-01", "esx-02", "esx-03"])
    assert dialog.draft.ticked == {1}


def test_the_selected_host_is_shown(qtbot: QtBot, start: Start, folder: Path) -> None:
    dialog = start([folder])
    assert text_of(dialog, "cpu_name") == "Made-up intel-merom"
    dialog.table.setFocus()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Down)
    assert text_of(dialog, "cpu_name") == "Made-up intel-nehalem"


def test_rows_are_sorted_and_copied(qtbot: QtBot, start: Start, folder: Path) -> None:
    dialog = start([folder])
    dialog.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert cells(dialog, 2) == ["Westmere", "Nehalem", "Merom"]
    click_box(qtbot, dialog, 0)
    assert dialog.draft.ticked == {0, 1}
    dialog.table.selectAll()
    dialog.table.copy_action.trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:3] == ["Host", "Processor", "Highest mode"]
    assert lines[1].startswith("esx-03\t")


def test_the_model_is_sound(qtmodeltester: object, start: Start, folder: Path) -> None:
    qtmodeltester.check(start([folder]).table.found)  # type: ignore[attr-defined]


def test_every_control_has_a_name_and_can_be_reached(start: Start, folder: Path) -> None:
    dialog = start([folder])
    dialog.place.setCurrentIndex(0)
    dialog.place.activated.emit(0)
    for name in (
        *("import_filter", "import_found", "import_skipped", "import_place", "import_datacenter_name"),
        *("import_as_stated", "import_tick_all", "import_tick_none", "import_add_files"),
        *("import_add_folder", "import_ok"),
    ):
        control = child(dialog, name)
        assert control.accessibleName() or "&" in control.property("text"), name
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, name
    texts = [b.text() for b in dialog.findChildren(QAbstractButton)]
    texts += [label.text() for label in dialog.findChildren(QLabel) if label.buddy() is not None]
    texts += [dialog.tabs.tabText(number) for number in range(dialog.tabs.count())]
    keys = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert sorted(set(keys)) == sorted(keys)


# Where it goes.


def test_hosts_go_where_the_user_says(qtbot: QtBot, start: Start, folder: Path) -> None:
    dialog = start([folder / "esx-02.txt"])
    assert not child(dialog, "import_as_stated").isEnabled()
    assert "No file says" in child(dialog, "import_as_stated").toolTip()
    pick(qtbot, dialog, "import_place", "Milano / Cluster A")
    press(qtbot, dialog)
    assert labels(document_of(dialog).plan) == ["Cluster A/esx-01.example.com", "Cluster A/esx-02"]


def test_a_selected_cluster_is_proposed(start: Start, folder: Path) -> None:
    dialog = start([folder], parent_id="domain-c2")
    assert dialog.place.currentText() == "Milano / Cluster A"


def test_a_new_datacenter_needs_a_name(qtbot: QtBot, start: Start, folder: Path) -> None:
    dialog = start([folder], Plan(release="6.7"))
    assert text_of(dialog, "import_datacenter_name") == "New Datacenter"
    type_over(qtbot, dialog, "import_datacenter_name", " ")
    assert not dialog.ok.isEnabled()
    assert "The datacenter has no name." in dialog.trouble.text()
    type_over(qtbot, dialog, "import_datacenter_name", "Torino")
    assert dialog.trouble.text() == ""
    press(qtbot, dialog)
    (torino,) = document_of(dialog).plan.datacenters
    assert (torino.name, len(torino.hosts)) == ("Torino", 3)


def test_what_is_still_to_do_is_told_and_imported(qtbot: QtBot, start: Start, tmp_path: Path) -> None:
    dialog = start([write(tmp_path / "no address!.txt", "intel-merom")])
    follows = "\n".join(dialog.panel.texts())
    assert "The plan gets 1 host." in follows
    assert " has no address yet." in follows
    press(qtbot, dialog)
    assert labels(document_of(dialog).plan)[-1] == "-/no address!"


def test_what_cannot_exist_is_not_imported(qtbot: QtBot, start: Start, folder: Path) -> None:
    known = plan()
    same = Cluster(id="domain-c3", name="esx-02")
    dialog = start([folder / "esx-02.txt"], import_draft.edits.add_cluster(known, "datacenter-1", same))
    assert not dialog.ok.isEnabled()
    assert "shares its name" in dialog.trouble.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert document_of(dialog).undo_stack.count() == 0


# Bad files.


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("picture.png", b"\x89PNG\0\0\0", "picture.png: "),
        ("empty.txt", b"", "empty"),
        ("cut.txt", b"CPU 0:\n   0x00000000 0x00: eax=0x0000000d ebx=0x75", "cut.txt: "),
        ("list.csv", b"a,b,c\n1,2,3\n", "list.csv: "),
    ],
)
def test_a_bad_file_changes_nothing_and_says_why(
    start: Start, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    dialog = start([tmp_path / name])
    assert dialog.trouble.severity() == "error"
    assert says in dialog.trouble.text()
    assert "\n" not in dialog.trouble.text()
    assert str(tmp_path) not in dialog.trouble.text()
    assert not dialog.ok.isEnabled()
    assert dialog.ok.toolTip() == "No host was found. Add files or a folder."
    assert document_of(dialog).undo_stack.count() == 0


def test_an_empty_folder_says_so(start: Start, tmp_path: Path) -> None:
    dialog = start([tmp_path])
    assert "The folder holds no files." in dialog.trouble.text()


def test_several_bad_files_are_one_sentence(start: Start, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("nothing")
    dialog = start([tmp_path])
    assert dialog.trouble.text() == (
        "None of the 2 files is a capture or an inventory. Skipped Files says why."
    )
    assert dialog.tabs.currentWidget() is dialog.skipped_table


# More files, while the dialog is open.


def test_files_are_added_by_button_and_drop(
    qtbot: QtBot, start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = start([folder / "esx-02.txt"])
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(folder / "esx-03.txt")], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    qtbot.mouseClick(dialog.add_files, LEFT)
    assert cells(dialog, 0) == ["esx-02", "esx-03"]
    qtbot.mouseClick(dialog.add_folder, LEFT)
    assert cells(dialog, 6)[2:] == [
        "Further evidence for esx-01.example.com",
        "In this import already, as esx-02",
        "In this import already, as esx-03",
    ]
    assert dialog.draft.ticked == {0, 1, 2}
    facts = folder / "facts.json"
    facts.write_text(vsphere(leaves_with(features_of("intel-penryn"))))
    drop(dialog, facts)
    assert cells(dialog, 0)[-1] == "facts"
    assert not [line for line in dialog.findChildren(QLineEdit) if line.acceptDrops()]


# One host.


def test_a_capture_is_added_to_one_host(qtbot: QtBot, start: Start, folder: Path) -> None:
    dialog = start([folder / "esx-03.txt"], host_id="host-10")
    assert dialog.windowTitle() == "Add Capture – esx-01.example.com"
    assert not child(dialog, "import_place").isVisible()
    assert dialog.ok.text() == "Add &to esx-01.example.com"
    press(qtbot, dialog)
    document = document_of(dialog)
    assert labels(document.plan) == ["Cluster A/esx-01.example.com"]
    assert len(document.plan.cpus) == 1
    assert document.undo_stack.undoText() == "Add capture of esx-01.example.com"
    document.undo_stack.undo()
    assert document.plan.cpus == ()


def test_of_several_hosts_only_the_one_of_its_name_is_ticked(start: Start, folder: Path) -> None:
    dialog = start([folder], host_id="host-10")
    assert dialog.draft.ticked == {0}
    dialog = start([folder / "esx-02.txt", folder / "esx-03.txt"], host_id="host-10")
    assert dialog.ok.toolTip() == "Tick what describes esx-01.example.com."


# Off the GUI thread.


def test_reading_shows_progress_and_can_be_stopped(
    qtbot: QtBot, start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = start()
    monkeypatch.setattr(Task, "synchronous", False)
    begun, go_on = threading.Event(), threading.Event()
    read_capture = import_draft.read_capture

    def slow(path: Path) -> object:
        begun.set()
        assert go_on.wait(10)
        return read_capture(path)

    monkeypatch.setattr(import_draft, "read_capture", slow)
    dialog.read([folder])
    assert begun.wait(10)
    qtbot.waitUntil(lambda: dialog.reading.progress.maximum() == 5)
    qtbot.waitUntil(dialog.reading.isVisible)
    assert dialog.reading.step.text() == "Reading 1 of 5: esx-01.txt"
    assert dialog.ok.toolTip() == "The files are still being read."
    qtbot.mouseClick(child(dialog, "reading_stop"), LEFT)
    go_on.set()
    QThreadPool.globalInstance().waitForDone()
    qtbot.wait(0)
    assert not dialog.reading.isVisible()
    assert "Nothing of it was taken." in dialog.trouble.text()
    assert cells(dialog, 0) == []
    dialog.read([folder])
    qtbot.waitUntil(lambda: dialog.ok.isEnabled())
    assert cells(dialog, 0) == ["esx-01", "esx-02", "esx-03"]


def test_a_check_that_is_overtaken_is_done_again(
    qtbot: QtBot, start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = start([folder])
    monkeypatch.setattr(Task, "synchronous", False)
    begun, go_on = threading.Event(), threading.Event()
    outcome, seen = import_draft.outcome, []

    def slow(draft: import_draft.ImportDraft, of: Plan) -> import_draft.Outcome:
        seen.append(draft.ticked)
        begun.set()
        assert go_on.wait(10)
        return outcome(draft, of)

    monkeypatch.setattr(import_draft, "outcome", slow)
    click_box(qtbot, dialog, 0)
    assert begun.wait(10)
    assert dialog.ok.toolTip() == "What follows is being checked."
    click_box(qtbot, dialog, 1)
    click_box(qtbot, dialog, 2)
    go_on.set()
    qtbot.waitUntil(lambda: dialog.ok.toolTip() == "Tick the hosts to import.")
    qtbot.waitUntil(lambda: seen == [frozenset({1, 2}), frozenset()])
    QThreadPool.globalInstance().waitForDone()
    qtbot.wait(0)


def test_closing_ends_the_reading(
    qtbot: QtBot, start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = start()
    monkeypatch.setattr(Task, "synchronous", False)
    begun, go_on, read = threading.Event(), threading.Event(), []

    def slow(path: Path) -> list[CapturedHost]:
        begun.set()
        assert go_on.wait(10)
        read.append(path.name)
        return []

    monkeypatch.setattr(import_draft, "read_capture", slow)
    dialog.read([folder])
    assert begun.wait(10)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    go_on.set()
    QThreadPool.globalInstance().waitForDone()
    assert read == ["esx-01.txt"]  # the file that was open; no other was begun
    qtbot.wait(0)


# Many.


def test_many_hosts_are_one_edit_that_is_checked_once(
    qtbot: QtBot, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = leaves_with(features_of("intel-nehalem"))
    whole = json.loads(vsphere(core))
    path = tmp_path / "hosts.json"
    path.write_text(json.dumps([{**whole, "name": f"esx-{n:04}.example.com"} for n in range(400)]))
    dialog = start([path])
    assert dialog.table.found.rowCount() == 400
    assert text_of(dialog, "import_count") == "400 found, 400 ticked"
    document = document_of(dialog)
    looked_at: list[str] = []
    monkeypatch.setattr("flexgui.rules.host.kind", lambda address: looked_at.append(address) or kind(address))
    press(qtbot, dialog)
    assert len(list(hosts(document.plan))) == 401
    assert looked_at == []
    assert "host.short-name" not in {f.rule for f in document.findings.all}
    assert len(document.findings.about("host-420")) > 1
    document.undo_stack.undo()
    (_, _, left), *_ = hosts(document.plan)
    document.edit("x", lambda plan: edits.set_fields(plan, left.id, address="esx-02.example.com"))
    assert set(looked_at) == {"esx-02.example.com"}  # the rules of addresses were watched indeed


def test_an_inventory_says_where_its_hosts_are(
    qtbot: QtBot, start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_capture = import_draft.read_capture

    def placed(path: Path) -> list[CapturedHost]:
        place = {"datacenter": "Roma", "cluster": "R1", "current_evc_mode": "intel-merom"}
        return [replace(host, **place) for host in read_capture(path)]  # type: ignore[arg-type]

    monkeypatch.setattr(import_draft, "read_capture", placed)
    dialog = start([folder / "esx-02.txt"])
    assert cells(dialog, 7) == ["Roma / R1"]
    assert dialog.place_caption.text() == "Hosts without one &go to"
    assert "The plan gets 1 datacenter (Roma), 1 cluster (R1), 1 host." in "\n".join(dialog.panel.texts())
    tick(qtbot, dialog, "import_as_stated")
    assert dialog.place_caption.text() == "The hosts &go to"
    assert "Roma" not in "\n".join(dialog.panel.texts())
    tick(qtbot, dialog, "import_as_stated")
    with qtbot.waitSignal(dialog.imported) as imported:
        press(qtbot, dialog)
    roma = document_of(dialog).plan.datacenters[1]
    assert imported.args == [roma.clusters[0].id]
    assert (roma.name, roma.clusters[0].evc_mode) == ("Roma", "intel-merom")

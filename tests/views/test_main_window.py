from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QSettings, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.export.target import TARGETS, Target
from flexgui.plan import edits, storage
from flexgui.plan.inventory import find
from flexgui.plan.values import Datacenter
from flexgui.views.actions import ACTIONS
from flexgui.views.datacenter_page import DatacenterPage
from flexgui.views.help import HelpDialog
from flexgui.views.host_page import HostPage
from flexgui.views.main_window import MainWindow
from flexgui.views.recent_files import RECENT_LIMIT
from flexgui.widgets.theme import theme
from tests.views.conftest import Boxes
from tests.views.plans import small_plan

Buttons = QMessageBox.StandardButton
Ask = Callable[..., list[str]]


def change(window: MainWindow) -> None:
    window.document.edit("Rename cluster", lambda p: edits.set_fields(p, "domain-c2", name="changed"))


def test_title_and_dirty_mark(window: MainWindow) -> None:
    assert window.windowTitle() == "New plan[*] – FlexGUI"
    assert not window.isWindowModified()
    change(window)
    assert window.isWindowModified()
    window.document.undo_stack.undo()
    assert not window.isWindowModified()


def test_undo_and_redo_are_named_and_say_why_not(qtbot: QtBot, window: MainWindow) -> None:
    undo, redo = window.actions_["undo"], window.actions_["redo"]
    assert (undo.isEnabled(), redo.isEnabled()) == (False, False)
    assert "Nothing to undo." in undo.toolTip()
    change(window)
    assert undo.text() == "&Undo Rename cluster"
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert redo.text() == "&Redo Rename cluster"
    shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_Z, shift)
    assert window.document.dirty


def test_every_action_has_words_and_a_shortcut_of_its_own(window: MainWindow) -> None:
    keys: dict[str, QKeySequence] = {}
    for spec in ACTIONS:
        action = window.actions_[spec.name]
        assert action.text()
        assert action.toolTip()
        assert not action.shortcut().isEmpty(), spec.name
        keys[spec.name] = action.shortcut()
    for name, own in keys.items():
        for other, key in keys.items():
            # A key that also begins a chord would wait for the rest of it.
            assert name == other or own.matches(key) is QKeySequence.SequenceMatch.NoMatch, (name, other)


def test_wizards_are_asked_for_with_the_object(qtbot: QtBot, window: MainWindow) -> None:
    asked: list[tuple[str, str]] = []
    window.new_cluster_requested.connect(lambda found: asked.append(("cluster", found)))
    window.add_host_requested.connect(lambda found: asked.append(("host", found)))
    window.change_evc_mode_requested.connect(lambda found: asked.append(("mode", found)))
    window.select("host-6")
    with qtbot.waitSignal(window.new_datacenter_requested):
        window.actions_["new_datacenter"].trigger()
    for name in ("new_cluster", "add_host", "change_evc_mode"):
        window.actions_[name].trigger()
    window.select("host-9")
    window.actions_["add_host"].trigger()
    assert asked == [
        ("cluster", "datacenter-1"),
        ("host", "domain-c2"),
        ("mode", "domain-c2"),
        ("host", "datacenter-1"),
    ]
    assert not window.actions_["change_evc_mode"].isEnabled()


def test_clusters_are_suggested_for_a_datacenter_with_hosts(qtbot: QtBot, window: MainWindow) -> None:
    action = window.actions_["suggest_clusters"]
    for selected in ("datacenter-1", "domain-c2", "host-9", ""):
        window.select(selected)
        with qtbot.waitSignal(window.suggest_clusters_requested) as asked:
            action.trigger()
        assert asked.args == ["datacenter-1"]
    window.select("datacenter-1")
    assert action in window.context_menu().actions()
    page = window.page()
    assert isinstance(page, DatacenterPage)
    page.tabs.setCurrentIndex(1)
    with qtbot.waitSignal(window.suggest_clusters_requested):
        qtbot.mouseClick(page.suggest, Qt.MouseButton.LeftButton)
    window.document.edit("empty", lambda plan: edits.add_datacenter(plan, Datacenter(id="dc-9", name="Roma")))
    window.select("dc-9")
    assert not action.isEnabled()
    assert "Add hosts to the datacenter first." in action.toolTip()
    window.select("")
    assert "Select a datacenter first." in action.toolTip()


def test_an_empty_plan_offers_where_to_begin(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    page = window.page()
    assert page is not None
    buttons = {b.text(): b for b in page.findChildren(QPushButton) if b.isVisible()}
    assert list(buttons) == [
        "New Cluster…",
        "New Datacenter…",
        "Import Hosts…",
        "Open…",
        "Open Sample",
    ]
    with qtbot.waitSignal(window.new_datacenter_requested):
        qtbot.mouseClick(buttons["New Datacenter…"], Qt.MouseButton.LeftButton)
    assert "Create a datacenter first." in window.actions_["add_host"].toolTip()


def test_the_release_is_one_step_of_undo(qtbot: QtBot, window: MainWindow) -> None:
    window.release.setFocus()
    qtbot.keyClick(window.release, Qt.Key.Key_Up)
    assert window.document.plan.release == "6.0"
    assert window.document.undo_stack.undoText() == "Change vCenter release to vSphere 6.0"
    window.document.undo_stack.undo()
    assert window.release.currentData() == "5.5"


def test_theme_is_chosen_and_kept(window: MainWindow) -> None:
    window.actions_["theme_dark"].trigger()
    assert theme().is_dark
    assert QSettings().value("theme", "", type=str) == "dark"


def test_help_opens_once_with_f1(qtbot: QtBot, window: MainWindow, boxes: Boxes) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    (dialog,) = window.findChildren(HelpDialog)
    assert "maintenance mode" in dialog.text.toPlainText()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    window.actions_["about"].trigger()
    assert "FlexGUI" in boxes.texts[0]


# --- files


def test_save_asks_for_a_name_once(qtbot: QtBot, window: MainWindow, tmp_path: Path, name_files: Ask) -> None:
    suggested = name_files(tmp_path / "mine")
    change(window)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    path = tmp_path / "mine.flexplan.json"
    assert Path(suggested[0]).name == "Milano.flexplan.json"
    assert storage.load(path) == window.document.plan
    assert window.windowTitle() == "mine[*] – FlexGUI"
    assert not window.document.dirty
    assert not window.actions_["save_plan"].isEnabled()
    window.document.edit("x", lambda p: edits.set_fields(p, "domain-c2", name="again"))
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert len(suggested) == 1
    assert storage.load(path) == window.document.plan


def test_a_name_completed_by_us_is_asked_about(
    window: MainWindow, tmp_path: Path, name_files: Ask, boxes: Boxes
) -> None:
    old = tmp_path / "mine.flexplan.json"
    old.write_text("old")
    name_files(tmp_path / "mine")
    boxes.answers = [Buttons.No]
    assert not window.plan_file.save_as()
    assert old.read_text() == "old"
    boxes.answers = [Buttons.Yes]
    assert window.plan_file.save_as()


def test_a_failing_save_keeps_the_mark_and_says_why(
    window: MainWindow, tmp_path: Path, name_files: Ask, boxes: Boxes
) -> None:
    name_files(tmp_path / "no such folder" / "plan.flexplan.json")
    change(window)
    window.actions_["save_plan"].trigger()
    assert window.isWindowModified()
    assert window.document.path is None
    assert "was not saved" in boxes.texts[0]
    assert "cannot be written" in boxes.texts[0]


def test_a_failing_open_says_one_sentence_and_keeps_the_plan(
    window: MainWindow, tmp_path: Path, name_files: Ask, boxes: Boxes
) -> None:
    broken = tmp_path / "broken.flexplan.json"
    broken.write_text('{"format": 99}')
    name_files(broken)
    before = window.document.plan
    window.actions_["open_plan"].trigger()
    assert window.document.plan is before
    assert "newer FlexGUI" in boxes.texts[0]
    assert broken.read_text() == '{"format": 99}'
    assert window.plan_file.recent() == []


@pytest.mark.parametrize(
    ("answer", "opened", "saved"),
    [(Buttons.Save, True, True), (Buttons.Discard, True, False), (Buttons.Cancel, False, False)],
)
def test_opening_another_asks_once(
    window: MainWindow,
    plan_path: Path,
    tmp_path: Path,
    name_files: Ask,
    boxes: Boxes,
    answer: Buttons,
    opened: bool,
    saved: bool,
) -> None:
    mine = tmp_path / "mine.flexplan.json"
    window.document.save(mine)
    change(window)
    boxes.answers = [answer]
    assert window.plan_file.open(plan_path) is opened
    assert len(boxes.texts) == 1
    assert "mine.flexplan.json" in boxes.texts[0]
    assert (window.document.path == plan_path) is opened
    assert (b"changed" in mine.read_bytes()) is saved


def test_closing_asks_and_a_failed_save_keeps_the_window(
    window: MainWindow, tmp_path: Path, name_files: Ask, boxes: Boxes
) -> None:
    change(window)
    name_files(None)
    for answer, closes in ((Buttons.Cancel, False), (Buttons.Save, False), (Buttons.Discard, True)):
        boxes.answers = [answer]
        event = QCloseEvent()
        window.closeEvent(event)
        assert event.isAccepted() is closes
    assert len(boxes.texts) == 3


def test_closing_without_changes_asks_nothing(window: MainWindow, boxes: Boxes) -> None:
    assert window.close()
    assert boxes.texts == []


def test_text_that_is_still_typed_is_saved(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name_files: Ask
) -> None:
    window.document.save(tmp_path / "p.flexplan.json")
    window.select("host-5")
    page = window.page()
    assert page is not None
    assert page.show_field("address")
    line = QApplication.focusWidget()
    assert line is not None
    line.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(line, "10.9.9.9")
    window.actions_["save_plan"].setEnabled(True)
    window.actions_["save_plan"].trigger()
    assert b"10.9.9.9" in (tmp_path / "p.flexplan.json").read_bytes()
    assert window.document.undo_stack.undoText() == "Change address"


def test_recent_files(window: MainWindow, tmp_path: Path, boxes: Boxes) -> None:
    for number in range(RECENT_LIMIT + 2):
        path = tmp_path / f"{number}.flexplan.json"
        storage.save(small_plan(), path)
        assert window.plan_file.open(path)
    recent = window.plan_file.recent()
    assert [p.name for p in recent[:2]] == ["11.flexplan.json", "10.flexplan.json"]
    assert len(recent) == RECENT_LIMIT
    recent[1].unlink()
    window.menus["recent"].actions()[1].trigger()
    assert "no such file" in boxes.texts[0]
    assert len(window.plan_file.recent()) == RECENT_LIMIT - 1
    window.actions_["clear_recent"].trigger()
    assert window.plan_file.recent() == []


def test_export_refuses_errors_and_writes_what_is_fine(
    window: MainWindow, tmp_path: Path, name_files: Ask, boxes: Boxes
) -> None:
    target = tmp_path / "out.json"
    name_files(target)
    window.document.edit("x", lambda p: edits.set_fields(p, "domain-c2", name=""))
    window.actions_["export_plan"].trigger()
    assert "The cluster has no name." in boxes.texts[0]
    assert not target.exists()
    window.document.undo_stack.undo()
    window.actions_["export_plan"].trigger()
    assert storage.load(target) == window.document.plan


@pytest.fixture
def two_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Target("other", "Other", ".other.txt", lambda _: b"other")
    monkeypatch.setitem(TARGETS, "other", other)


@pytest.mark.usefixtures("two_targets")
def test_an_export_has_the_suffix_of_its_target(
    window: MainWindow, tmp_path: Path, name_files: Ask, boxes: Boxes
) -> None:
    suggested = name_files(tmp_path / "mine", 1)
    assert window.plan_file.export()
    assert Path(suggested[0]).name == "Milano.json"
    assert (tmp_path / "mine.other.txt").read_bytes() == b"other"
    again = name_files(None)
    assert not window.plan_file.export()
    assert Path(again[0]).name == "Milano.other.txt"
    assert boxes.texts == []


@pytest.mark.usefixtures("two_targets")
def test_a_suggested_name_follows_the_target(window: MainWindow, tmp_path: Path, name_files: Ask) -> None:
    name_files(tmp_path / "Milano.json", 1)
    assert window.plan_file.export()
    assert [path.name for path in tmp_path.iterdir()] == ["Milano.other.txt"]
    name_files(tmp_path / "typed.json")
    assert window.plan_file.export()
    assert (tmp_path / "typed.json").read_bytes() == b"other"


@pytest.mark.usefixtures("two_targets")
def test_an_export_asks_before_it_replaces_a_file_of_another_name(
    window: MainWindow, tmp_path: Path, name_files: Ask, boxes: Boxes
) -> None:
    old = tmp_path / "mine.other.txt"
    old.write_text("old")
    name_files(tmp_path / "mine", 1)
    boxes.answers = [Buttons.No]
    assert not window.plan_file.export()
    assert old.read_text() == "old"
    boxes.answers = [Buttons.Yes]
    assert window.plan_file.export()
    assert old.read_text() == "other"


def test_save_as_follows_the_filter(window: MainWindow, tmp_path: Path, name_files: Ask) -> None:
    name_files(tmp_path / "Milano.flexplan.json", 1)
    assert window.plan_file.save_as()
    assert [path.name for path in tmp_path.iterdir()] == ["Milano.json"]
    name_files(tmp_path / "bare", 2)
    assert window.plan_file.save_as()
    assert (tmp_path / "bare").exists()


def drop(window: MainWindow, *paths: Path) -> tuple[bool, bool]:
    """Drag files over the window and drop them: (taken when they came, taken when dropped)."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return drop_data(window, mime)


def drop_data(window: MainWindow, mime: QMimeData) -> tuple[bool, bool]:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    actions = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(50, 50), actions, mime, left, none)
    enter.setAccepted(False)
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False, False
    dropped = QDropEvent(QPoint(50, 50).toPointF(), actions, mime, left, none)
    QApplication.sendEvent(window, dropped)
    return True, dropped.isAccepted()


def test_a_dropped_plan_is_opened(qtbot: QtBot, window: MainWindow, plan_path: Path) -> None:
    assert drop(window, plan_path) == (True, True)
    qtbot.waitUntil(lambda: window.document.path == plan_path)


def test_a_plan_is_known_by_how_it_begins(qtbot: QtBot, window: MainWindow, plan_path: Path) -> None:
    other = plan_path.rename(plan_path.with_name("milano.json"))
    drop(window, other)
    qtbot.waitUntil(lambda: window.document.path == other)


def test_what_is_no_file_is_not_taken(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.com/milano.flexplan.json")])
    assert drop_data(window, mime) == (False, False)
    mime = QMimeData()
    mime.setText("milano.flexplan.json")
    assert drop_data(window, mime) == (False, False)


def test_dropped_captures_and_folders_are_imported(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    capture, facts = tmp_path / "esx-01.txt", tmp_path / "host.json"
    capture.write_text("x")
    facts.write_text('{"cpuFeature": []}')
    window.select("domain-c2")
    with qtbot.waitSignal(window.import_requested) as asked:
        drop(window, capture, facts, tmp_path)
    assert asked.args == [[capture, facts, tmp_path], "domain-c2"]
    window.select("host-6")
    with qtbot.waitSignal(window.import_requested) as asked:
        drop(window, capture)
    assert asked.args == [[capture], "datacenter-1"]


def test_two_dropped_plans_are_refused(
    qtbot: QtBot, window: MainWindow, plan_path: Path, boxes: Boxes
) -> None:
    before = window.document.plan
    drop(window, plan_path, plan_path.with_name("roma.flexplan.json"))
    qtbot.waitUntil(lambda: bool(boxes.texts))
    assert "Drop one." in boxes.texts[0]
    assert "roma.flexplan.json" in boxes.texts[0]
    assert window.document.plan is before


@pytest.mark.parametrize("answer", [Buttons.Ok, Buttons.Cancel])
def test_a_plan_with_captures_says_what_happens(
    qtbot: QtBot, window: MainWindow, plan_path: Path, tmp_path: Path, boxes: Boxes, answer: Buttons
) -> None:
    asked: list[object] = []
    window.import_requested.connect(lambda paths, _: asked.append(paths))
    capture = tmp_path / "esx-01.txt"
    boxes.answers = [answer]
    drop(window, capture, plan_path)
    qtbot.waitUntil(lambda: bool(boxes.texts))
    assert "Open the plan milano.flexplan.json and import hosts into it?" in boxes.texts[0]
    assert "esx-01.txt" in boxes.texts[0]
    if answer == Buttons.Ok:
        qtbot.waitUntil(lambda: asked == [[capture]])
    assert (window.document.path == plan_path) is (answer == Buttons.Ok)
    assert bool(asked) is (answer == Buttons.Ok)


def test_lines_of_text_leave_files_to_the_window(window: MainWindow) -> None:
    for object_id in ("", "datacenter-1", "domain-c2", "host-6", "vm-20", "resgroup-3"):
        window.select(object_id)
    assert not [line.objectName() for line in window.findChildren(QLineEdit) if line.acceptDrops()]


def test_files_and_a_folder_are_asked_for(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [str(tmp_path / name) for name in ("a.txt", "b.xlsx")]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (files, ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    with qtbot.waitSignal(window.import_requested) as asked:
        qtbot.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [[tmp_path / "a.txt", tmp_path / "b.xlsx"], ""]
    shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    with qtbot.waitSignal(window.import_requested) as asked:
        qtbot.keyClick(window, Qt.Key.Key_I, shift)
    assert asked.args == [[tmp_path], ""]
    window.select("vm-20")
    with qtbot.waitSignal(window.evidence_requested) as asked:
        qtbot.keyClick(window, Qt.Key.Key_C, shift)
    assert asked.args == [[tmp_path / "a.txt", tmp_path / "b.xlsx"], "host-6"]
    window.select("domain-c2")
    assert "Select a host first." in window.actions_["add_capture"].toolTip()


# --- findings


def test_a_finding_leads_to_its_field(qtbot: QtBot, window: MainWindow) -> None:
    document = window.document
    document.edit("x", lambda p: edits.set_fields(p, "host-7", address="10.0.0.300"))
    view = window.findings.view
    model = window.findings.model
    number = next(n for n, found in enumerate(model.findings()) if found.subject.field == "address")
    index = model.index(number, 0)
    view.setCurrentIndex(index)
    view.scrollTo(index)
    view.setFocus()
    where = view.visualRect(index).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert window.inventory.current_id() == "host-7"
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "Address"


def test_findings_are_filtered_by_severity_and_explained(qtbot: QtBot, window: MainWindow) -> None:
    window.document.edit("x", lambda p: edits.set_fields(p, "domain-c2", name=""))
    findings = window.findings
    assert findings.toggles["error"].accessibleName() == "Error: 1"
    findings.view.setCurrentIndex(findings.model.index(0, 0))
    qtbot.mouseClick(findings.toggles["error"], Qt.MouseButton.LeftButton)
    assert all(found.severity.value != "error" for found in findings.model.findings())
    assert "hidden" in findings.summary.text()
    qtbot.mouseClick(findings.toggles["error"], Qt.MouseButton.LeftButton)
    findings.view.setCurrentIndex(findings.model.index(0, 0))
    findings.explain_action.trigger()
    text = findings.explanation.toPlainText()
    assert "The cluster has no name." in text
    assert "names.blank" in text


def test_findings_model_is_sound(qtmodeltester: object, window: MainWindow) -> None:
    qtmodeltester.check(window.findings.model)  # type: ignore[attr-defined]
    window.findings.view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    qtmodeltester.check(window.findings.model)  # type: ignore[attr-defined]


def test_a_finding_of_something_removed_is_no_trouble(window: MainWindow) -> None:
    window.show_finding("host-999", "address")
    assert window.inventory.current_id() == ""


def test_the_page_follows_the_document(window: MainWindow, document: Document) -> None:
    window.select("host-6")
    document.edit("x", lambda p: edits.remove(p, "domain-c2"))
    page = window.page()
    assert page is not None
    assert find(document.plan, page.object_id or None) is not None or page.object_id == ""
    document.undo_stack.undo()
    document.edit("x", lambda p: edits.remove(p, "datacenter-1"))
    page = window.page()
    assert page is not None
    assert page.object_id == ""


def test_find_searches_where_the_user_looks(qtbot: QtBot, window: MainWindow) -> None:
    window.select("host-7")
    page = window.page()
    assert isinstance(page, HostPage)
    window.actions_["find"].trigger()
    assert window.inventory.filter_box.hasFocus()
    page.tabs.setCurrentIndex(2)
    window.actions_["find"].trigger()
    assert page.cpuid_tree().bar.search.hasFocus()


def test_todos_that_stop_evc_come_before_thumbprints(window: MainWindow, document: Document) -> None:
    host = document.plan.datacenters[0].clusters[0].hosts[0]
    document.edit("XD off", lambda plan: edits.set_fields(plan, host.id, xd="disabled"))
    todos = [f.rule for f in document.findings.all if f.severity.value == "todo"]
    assert "host.thumbprint" in todos
    assert todos.index("host.xd-off") < todos.index("host.thumbprint")

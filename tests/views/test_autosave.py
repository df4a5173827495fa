"""What is not saved is kept, and offered when its owner did not come to save it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QTreeWidget
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.plan import edits, storage
from flexgui.plan.autosave import Autosaver, Found, find
from flexgui.plan.values import Plan
from flexgui.views.autosave import Autosave, autosave_folder
from flexgui.views.autosave_dialog import AutosaveDialog
from flexgui.views.main_window import MainWindow
from tests.driving import LEFT, text_of
from tests.views.conftest import Boxes
from tests.views.plans import small_plan

Buttons = QMessageBox.StandardButton


def changed(name: str = "changed") -> Plan:
    return edits.set_fields(small_plan(), "domain-c2", name=name)


def change(window: MainWindow, name: str = "changed") -> None:
    window.document.edit("Rename cluster", lambda p: edits.set_fields(p, "domain-c2", name=name))


def name_of(window: MainWindow) -> str:
    return window.document.plan.datacenters[0].clusters[0].name


def autosave(window: MainWindow) -> Autosave:
    return window.feature(Autosave)


@pytest.fixture(autouse=True)
def no_autosaves() -> Iterator[None]:
    """None are there before a test, and none that the program offers at another test's start after it."""
    yield
    for found in find(None, autosave_folder()):
        found.discard()


def left_behind(path: Path | None, plan: Plan, *names: str) -> Path:
    """An autosave whose owner is gone."""
    saver = Autosaver(autosave_folder())
    saver.begin(path)
    saver.note(plan, names or ("Rename cluster",))
    saver.flush()
    file = saver.file
    assert file is not None
    saver.close()
    return file


def opened(qtbot: QtBot, window: MainWindow, path: Path) -> AutosaveDialog:
    """The offer that comes when a plan is opened."""
    assert window.plan_file.open(path)
    return offer(qtbot, window)


def offer(qtbot: QtBot, window: MainWindow) -> AutosaveDialog:
    qtbot.waitUntil(lambda: autosave(window).dialog is not None and autosave(window).dialog.isVisible())
    dialog = autosave(window).dialog
    assert dialog is not None
    return dialog


def undo(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def looked(qtbot: QtBot, window: MainWindow, path: Path) -> int:
    """How many autosaves are found when a plan is opened."""
    with qtbot.waitSignal(autosave(window).looked) as found:
        assert window.plan_file.open(path)
    assert found.args is not None
    return int(found.args[0])


def released(found: list[Found]) -> int:
    for each in found:
        each.release()
    return len(found)


def test_an_edit_is_on_disk_a_moment_later_and_a_save_ends_that(
    qtbot: QtBot, window: MainWindow, plan_path: Path
) -> None:
    window.plan_file.open(plan_path)
    with qtbot.waitSignal(autosave(window).written) as written:
        change(window)
    assert written.args is not None
    file = Path(written.args[0])
    assert file.parent == plan_path.parent
    assert storage.from_json(file.read_bytes().partition(b"\n")[2]) == changed()
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert not file.exists()
    with qtbot.waitSignal(autosave(window).written):
        change(window, "again")
    assert file.exists()
    undo(qtbot, window)
    assert not window.document.dirty
    assert not file.exists()


def test_a_clean_exit_leaves_no_autosave(
    qtbot: QtBot, document: Document, boxes: Boxes, plan_path: Path
) -> None:
    window = MainWindow(document)
    window.show()
    window.plan_file.open(plan_path)
    with qtbot.waitSignal(autosave(window).written):
        change(window)
    assert len(os.listdir(plan_path.parent)) == 2
    boxes.answers = [Buttons.Cancel, Buttons.Discard]
    window.close()
    assert window.isVisible()
    assert len(os.listdir(plan_path.parent)) == 2, "nothing is let go when closing is cancelled"
    window.close()
    assert not window.isVisible()
    assert os.listdir(plan_path.parent) == [plan_path.name]
    window.deleteLater()


def test_restore_is_an_unsaved_change_over_the_file(
    qtbot: QtBot, window: MainWindow, plan_path: Path
) -> None:
    file = left_behind(plan_path, changed(), "Rename cluster", "Rename datacenter")
    dialog = opened(qtbot, window, plan_path)
    said = text_of(dialog, "autosave_text")
    assert "2 edits; 1 cluster changed" in said
    tree = dialog.findChild(QTreeWidget, "autosave_changes")
    assert isinstance(tree, QTreeWidget)
    names = [tree.topLevelItem(0).child(row).text(0) for row in range(2)]
    assert names == ["Rename datacenter", "Rename cluster"]
    assert dialog.restore.isDefault()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: autosave(window).dialog is None)
    assert name_of(window) == "changed"
    assert window.document.dirty
    assert window.document.path == plan_path
    autosave(window).saver.flush()
    assert len(list(plan_path.parent.iterdir())) == 2, "still kept, under one name"
    assert released(find(plan_path, autosave_folder())) == 0, "ours now"
    undo(qtbot, window)
    assert window.document.plan == small_plan()
    assert not window.document.dirty
    assert not file.exists()
    assert os.listdir(plan_path.parent) == [plan_path.name]


def test_discard_and_decide_later(qtbot: QtBot, window: MainWindow, plan_path: Path) -> None:
    file = left_behind(plan_path, changed())
    dialog = opened(qtbot, window, plan_path)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: autosave(window).dialog is None)
    assert window.document.plan == small_plan()
    assert file.exists()
    dialog = opened(qtbot, window, plan_path)
    qtbot.mouseClick(dialog.discard, LEFT)
    qtbot.waitUntil(lambda: autosave(window).dialog is None)
    assert not file.exists()
    assert not window.document.dirty
    assert looked(qtbot, window, plan_path) == 0


def test_what_another_program_is_working_on_is_not_offered(
    qtbot: QtBot, window: MainWindow, plan_path: Path
) -> None:
    other = Autosaver(autosave_folder())
    other.begin(plan_path)
    other.note(changed())
    other.flush()
    assert looked(qtbot, window, plan_path) == 0
    with qtbot.waitSignal(autosave(window).written):
        change(window, "mine")
    assert len(os.listdir(plan_path.parent)) == 3
    other.forget()
    other.close()


def test_what_is_as_the_file_is_not_offered(qtbot: QtBot, window: MainWindow, plan_path: Path) -> None:
    file = left_behind(plan_path, small_plan())
    with qtbot.waitSignal(autosave(window).looked):
        window.plan_file.open(plan_path)
    qtbot.waitUntil(lambda: not file.exists())
    assert autosave(window).dialog is None


def test_a_damaged_autosave_is_told_and_kept(
    qtbot: QtBot, window: MainWindow, plan_path: Path, boxes: Boxes
) -> None:
    file = left_behind(plan_path, changed())
    file.write_bytes(file.read_bytes()[:-100])
    window.plan_file.open(plan_path)
    qtbot.waitUntil(lambda: bool(boxes.texts))
    assert "cannot be restored" in boxes.texts[0]
    assert str(file) in boxes.texts[0]
    assert file.exists()


def test_a_file_that_was_changed_since_is_said(qtbot: QtBot, window: MainWindow, plan_path: Path) -> None:
    _, stamp = storage.load_stamped(plan_path)
    saver = Autosaver(autosave_folder())
    saver.begin(plan_path, stamp)
    saver.note(changed())
    saver.flush()
    saver.close()
    storage.save(changed("by somebody else"), plan_path)
    dialog = opened(qtbot, window, plan_path)
    assert "The file was changed since" in dialog.warning.text()
    qtbot.mouseClick(dialog.restore, LEFT)
    qtbot.waitUntil(lambda: autosave(window).dialog is None)
    assert name_of(window) == "changed"
    undo(qtbot, window)
    assert name_of(window) == "by somebody else"


def test_a_plan_without_a_file_is_offered_at_the_start(qtbot: QtBot, boxes: Boxes) -> None:
    left_behind(None, changed())
    document = Document()
    window = MainWindow(document)
    qtbot.addWidget(window)
    window.show()
    dialog = offer(qtbot, window)
    assert text_of(dialog, "autosave_title") == "The new plan was not saved"
    qtbot.mouseClick(dialog.restore, LEFT)
    qtbot.waitUntil(lambda: autosave(window).dialog is None)
    assert document.plan == changed()
    assert document.dirty
    assert document.path is None
    boxes.answers = [Buttons.Discard]
    window.close()
    assert find(None, autosave_folder()) == []


def test_a_plan_whose_file_is_gone_is_offered(
    qtbot: QtBot, window: MainWindow, plan_path: Path, boxes: Boxes
) -> None:
    window.plan_file.open(plan_path)
    left_behind(plan_path, changed())
    plan_path.unlink()
    window.plan_file.open(plan_path)
    assert "no longer among the recent plans" in boxes.texts[0]
    dialog = offer(qtbot, window)
    qtbot.mouseClick(dialog.restore, LEFT)
    qtbot.waitUntil(lambda: autosave(window).dialog is None)
    assert window.document.plan == changed()
    assert window.document.dirty


class Session:
    """What Qt hands over when the session ends."""

    def __init__(self, interaction: bool = True) -> None:
        self.interaction, self.cancelled = interaction, False

    def allowsInteraction(self) -> bool:
        return self.interaction

    def cancel(self) -> None:
        self.cancelled = True

    def release(self) -> None:
        pass


def test_the_end_of_the_session_asks_as_closing_does(
    qtbot: QtBot, window: MainWindow, plan_path: Path, boxes: Boxes
) -> None:
    window.plan_file.open(plan_path)
    with qtbot.waitSignal(autosave(window).written):
        change(window)
    boxes.answers = [Buttons.Cancel, Buttons.Save]
    first, second = Session(), Session()
    for session in (first, second):
        autosave(window)._end_session(session)  # type: ignore[arg-type]
    assert (first.cancelled, second.cancelled) == (True, False)
    assert storage.load(plan_path) == changed()
    change(window, "later")
    autosave(window)._end_session(Session(interaction=False))  # type: ignore[arg-type]
    assert len(boxes.texts) == 2, "nobody may be asked"
    assert autosave(window).saver.file is not None, "it is offered at the next start"


def test_what_is_being_typed_is_asked_about(
    qtbot: QtBot, window: MainWindow, plan_path: Path, boxes: Boxes
) -> None:
    window.plan_file.open(plan_path)
    window.select("domain-c2")
    qtbot.keyClick(window.inventory.tree, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "typed")
    boxes.answers = [Buttons.Save]
    window.close()
    assert "Save the changes" in boxes.texts[0]
    assert storage.load(plan_path).datacenters[0].clusters[0].name == "typed"

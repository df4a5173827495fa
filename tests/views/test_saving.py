"""Nothing is lost on the way to the disk: failing saves, files that others change, closing, large plans."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSettings, Qt
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from flexgui.app import connect_wizards
from flexgui.export.target import TARGETS
from flexgui.plan import edits, storage
from flexgui.plan.fleet import make_fleet
from flexgui.plan.inventory import hosts
from flexgui.plan.values import Plan
from flexgui.views import plan_file
from flexgui.views.autosave import Autosave
from flexgui.views.changed_file import ChangedFile
from flexgui.views.main_window import MainWindow
from flexgui.views.recent_files import RECENT_KEY
from flexgui.widgets.waiting import WaitingDialog
from tests.driving import LEFT
from tests.views.conftest import Boxes
from tests.views.plans import small_plan

Buttons = QMessageBox.StandardButton
Ask = Callable[..., list[str]]


def changed(name: str = "changed") -> Plan:
    return edits.set_fields(small_plan(), "domain-c2", name=name)


def change(window: MainWindow, name: str = "changed") -> None:
    window.document.edit("Rename cluster", lambda p: edits.set_fields(p, "domain-c2", name=name))


def name_of(window: MainWindow) -> str:
    return window.document.plan.datacenters[0].clusters[0].name


def key(qtbot: QtBot, window: MainWindow, letter: Qt.Key) -> None:
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    qtbot.keyClick(window, letter, Qt.KeyboardModifier.ControlModifier)


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """Message boxes are answered by a button's text, "" for Cancel; returns what they say."""

    def use(*texts: str) -> list[str]:
        said: list[str] = []
        wanted = list(texts)
        clicked: dict[QMessageBox, object] = {}

        def answer(box: QMessageBox) -> int:
            said.append(f"{box.text()} {box.informativeText()}")
            text = wanted.pop(0) if wanted else ""
            found = [b for b in box.buttons() if b.text().replace("&", "") == text]
            assert found or not text, [b.text() for b in box.buttons()]
            clicked[box] = found[0] if found else box.button(Buttons.Cancel)
            return 0

        monkeypatch.setattr(QMessageBox, "exec", answer)
        monkeypatch.setattr(QMessageBox, "clickedButton", lambda box: clicked[box])
        return said

    return use


# --- a save that fails


def test_a_failing_save_says_why_stays_dirty_and_offers_another_place(
    qtbot: QtBot,
    window: MainWindow,
    plan_path: Path,
    tmp_path: Path,
    choose: Callable[..., list[str]],
    name_files: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.plan_file.open(plan_path)
    change(window)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    said = choose("")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        key(qtbot, window, Qt.Key.Key_S)
    assert "the disk is full" in said[0]
    assert window.isWindowModified()
    assert storage.load(plan_path) == small_plan()
    other = tmp_path / "other" / "b.flexplan.json"
    other.parent.mkdir()
    (plan_path.parent / "gone").mkdir()
    said = choose("Save As…")
    name_files(other)
    plan_path.unlink()
    plan_path.mkdir()  # a folder took the name
    key(qtbot, window, Qt.Key.Key_S)
    assert "There is a folder of this name" in said[0]
    assert storage.load(other) == changed()
    assert window.document.path == other
    assert not window.isWindowModified()


def test_a_folder_that_is_gone_and_a_name_that_is_too_long(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, choose: Callable[..., list[str]], name_files: Ask
) -> None:
    change(window)
    for path, why in (
        (tmp_path / "gone" / "a.flexplan.json", "the folder is not there"),
        (tmp_path / ("x" * 300 + ".flexplan.json"), "the name is too long"),
    ):
        said = choose("")
        name_files(path)
        key(qtbot, window, Qt.Key.Key_S)
        assert why in said[0]
        assert window.isWindowModified()
        assert window.document.path is None


# --- somebody else


def test_a_file_that_somebody_else_changed_is_not_overwritten_unasked(
    qtbot: QtBot, window: MainWindow, plan_path: Path, choose: Callable[..., list[str]]
) -> None:
    window.plan_file.open(plan_path)
    change(window, "mine")
    storage.save(changed("theirs"), plan_path)
    said = choose("")
    key(qtbot, window, Qt.Key.Key_S)
    assert "was changed by someone else" in said[0]
    assert storage.load(plan_path) == changed("theirs")
    assert window.isWindowModified()
    choose("Overwrite")
    key(qtbot, window, Qt.Key.Key_S)
    assert storage.load(plan_path) == changed("mine")
    assert not window.isWindowModified()
    change(window, "again")
    said = choose()
    key(qtbot, window, Qt.Key.Key_S)
    assert said == [], "our own save is not somebody else's"


def test_reload_keeps_the_own_version_for_undo(
    qtbot: QtBot, window: MainWindow, plan_path: Path, choose: Callable[..., list[str]]
) -> None:
    window.plan_file.open(plan_path)
    change(window, "mine")
    storage.save(changed("theirs"), plan_path)
    choose("Reload")
    key(qtbot, window, Qt.Key.Key_S)
    assert name_of(window) == "theirs"
    assert not window.isWindowModified()
    key(qtbot, window, Qt.Key.Key_Z)
    assert name_of(window) == "mine"
    assert window.isWindowModified()


def test_save_as_from_the_question_leaves_the_other_version(
    qtbot: QtBot,
    window: MainWindow,
    plan_path: Path,
    tmp_path: Path,
    choose: Callable[..., list[str]],
    name_files: Ask,
) -> None:
    window.plan_file.open(plan_path)
    change(window, "mine")
    storage.save(changed("theirs"), plan_path)
    choose("Save As…")
    name_files(tmp_path / "mine.flexplan.json")
    key(qtbot, window, Qt.Key.Key_S)
    assert storage.load(plan_path) == changed("theirs")
    assert storage.load(tmp_path / "mine.flexplan.json") == changed("mine")


def come_back(window: MainWindow, qtbot: QtBot) -> None:
    """Another window is used for a while."""
    other = QDialog()
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is other)
    other.close()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    other.deleteLater()


def test_a_change_is_noticed_when_the_window_is_used_again(
    qtbot: QtBot, window: MainWindow, plan_path: Path
) -> None:
    window.plan_file.open(plan_path)
    banner = window.feature(ChangedFile).banner
    come_back(window, qtbot)
    assert not banner.isVisible()
    storage.save(changed("theirs"), plan_path)
    come_back(window, qtbot)
    assert banner.isVisible()
    assert "was changed by someone else" in banner.text()
    qtbot.mouseClick(window.feature(ChangedFile).keep, LEFT)
    assert not banner.isVisible()
    come_back(window, qtbot)
    assert not banner.isVisible(), "said once"
    storage.save(changed("theirs again"), plan_path)
    come_back(window, qtbot)
    qtbot.mouseClick(window.feature(ChangedFile).reload, LEFT)
    assert name_of(window) == "theirs again"
    assert not banner.isVisible()
    assert not window.isWindowModified()


def test_a_file_that_is_gone_is_said_and_written_again(
    qtbot: QtBot, window: MainWindow, plan_path: Path
) -> None:
    window.plan_file.open(plan_path)
    plan_path.unlink()
    come_back(window, qtbot)
    feature = window.feature(ChangedFile)
    assert "was removed or renamed" in feature.banner.text()
    assert not feature.reload.isEnabled()
    change(window)
    key(qtbot, window, Qt.Key.Key_S)
    assert storage.load(plan_path) == changed()
    assert not feature.banner.isVisible()


# --- closing


def test_closing_with_a_wizard_open_asks_once(
    qtbot: QtBot, window: MainWindow, plan_path: Path, boxes: Boxes
) -> None:
    connect_wizards(window)
    window.plan_file.open(plan_path)
    window.select("datacenter-1")
    window.actions_["new_cluster"].trigger()
    wizard = QApplication.activeModalWidget()
    assert isinstance(wizard, QDialog)
    boxes.answers = [Buttons.Cancel]
    window.close()
    assert boxes.texts == [
        f"Close anyway? Not finished: {wizard.windowTitle()}. What was entered there is lost."
    ]
    assert wizard.isVisible()
    assert window.isVisible()
    change(window)
    boxes.answers = [Buttons.Save]
    window.close()
    assert len(boxes.texts) == 2
    assert "Save the changes" in boxes.texts[1]
    assert wizard.windowTitle() in boxes.texts[1]
    assert not window.isVisible()
    assert storage.load(plan_path) == changed()


def test_a_failing_save_does_not_close(
    qtbot: QtBot, window: MainWindow, plan_path: Path, boxes: Boxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.plan_file.open(plan_path)
    change(window)
    plan_path.unlink()
    plan_path.mkdir()
    boxes.answers = [Buttons.Save, Buttons.Cancel]
    window.close()
    assert window.isVisible()
    assert window.isWindowModified()


def test_what_is_typed_in_a_page_is_saved(
    qtbot: QtBot, window: MainWindow, plan_path: Path, boxes: Boxes
) -> None:
    window.plan_file.open(plan_path)
    window.select("host-9")
    page = window.page()
    assert page is not None
    field = next(f for f in page.findChildren(QLineEdit) if f.text() == "esx-09")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "typed")
    boxes.answers = [Buttons.Save]
    window.close()
    assert len(boxes.texts) == 1
    assert any(host.name == "typed" for _, _, host in hosts(storage.load(plan_path)))


# --- recent files


@pytest.mark.parametrize(
    "name", ["a & b, c;d.flexplan.json", "[1] é ü %20 'q' \"x\".flexplan.json", "\udcff.flexplan.json"]
)
def test_recent_files_may_have_any_name(qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    storage.save(small_plan(), path)
    window.plan_file.open(path)
    QSettings().sync()
    assert window.plan_file.recent() == [path]
    window.plan_file.new()
    menu = window.menus["recent"]
    menu.actions()[0].trigger()
    assert window.document.path == path


def test_a_recent_file_that_vanished_is_said_and_removed(
    qtbot: QtBot, window: MainWindow, plan_path: Path, boxes: Boxes
) -> None:
    window.plan_file.open(plan_path)
    plan_path.unlink()
    window.menus["recent"].actions()[0].trigger()
    assert "no longer among the recent plans" in boxes.texts[0]
    assert QSettings().value(RECENT_KEY, [], type=list) == []


# --- large plans


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan that counts as large here."""
    monkeypatch.setattr(plan_file, "_LARGE", 1000)
    monkeypatch.setattr(plan_file, "MANY_HOSTS", 50)
    path = tmp_path / "large.flexplan.json"
    storage.save(make_fleet(120, 1), path)
    return path


class Watcher(QObject):
    """Notes what waiting dialogs say; cancels those of a title when they appear, before their work begins."""

    def __init__(self, qtbot: QtBot, cancels: str) -> None:
        super().__init__()
        self._qtbot, self._cancels = qtbot, cancels
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, WaitingDialog):
            self.seen.append(watched.title.text())
            if self._cancels and self.seen[-1].startswith(self._cancels):
                cancel = watched.buttons.button(QDialogButtonBox.StandardButton.Cancel)
                self._qtbot.mouseClick(cancel, LEFT)
        return False


@pytest.fixture
def watch(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[[str], list[str]]]:
    """Watches waiting dialogs: see `Watcher`; returns what they say."""
    watchers: list[Watcher] = []

    def begin(cancels: str = "") -> list[str]:
        end()
        watchers.append(Watcher(qtbot, cancels))
        qapp.installEventFilter(watchers[-1])
        return watchers[-1].seen

    def end() -> None:
        for watcher in watchers:
            qapp.removeEventFilter(watcher)

    yield begin
    end()


Watch = Callable[..., list[str]]


def test_a_large_plan_is_opened_behind_a_dialog(window: MainWindow, large: Path, watch: Watch) -> None:
    seen = watch()
    assert window.plan_file.open(large)
    assert seen == ["Opening large.flexplan.json…"]
    assert sum(1 for _ in hosts(window.document.plan)) == 120
    assert window.document.path == large
    assert window.document.findings.all


def test_opening_can_be_cancelled(window: MainWindow, large: Path, watch: Watch) -> None:
    before = window.document.plan
    watch("Opening")
    assert not window.plan_file.open(large)
    assert window.document.plan is before
    assert window.document.path is None


def test_a_large_plan_that_is_none_is_told(
    qtbot: QtBot, window: MainWindow, large: Path, boxes: Boxes
) -> None:
    large.write_bytes(large.read_bytes()[:-100])
    before = window.document.plan
    assert not window.plan_file.open(large)
    assert "The plan was not opened" in boxes.texts[0]
    assert window.document.plan is before


def test_saving_a_large_plan_can_be_cancelled(window: MainWindow, large: Path, watch: Watch) -> None:
    window.plan_file.open(large)
    content = large.read_bytes()
    cluster = next(c for d in window.document.plan.datacenters for c in d.clusters)
    window.document.edit("Rename", lambda p: edits.set_fields(p, cluster.id, name="changed"))
    window.feature(Autosave).saver.flush()
    watch("Saving")
    assert not window.plan_file.save()
    assert window.isWindowModified()
    assert large.read_bytes() == content
    assert not [name for name in os.listdir(large.parent) if name.endswith(".part")]
    watch()
    assert window.plan_file.save()
    assert storage.load(large) == window.document.plan
    assert large.read_bytes() == storage.to_json(window.document.plan)
    assert not window.isWindowModified()


def test_exporting_a_large_plan_can_be_cancelled(
    window: MainWindow, large: Path, tmp_path: Path, watch: Watch
) -> None:
    window.plan_file.open(large)
    target = next(iter(TARGETS.values()))
    out = tmp_path / "out"
    watch("Exporting")
    assert not window.plan_file.export_to(out, target)
    assert not out.exists()
    watch()
    assert window.plan_file.export_to(out, target)
    assert out.stat().st_size

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from flexgui.views.actions import ACTIONS
from flexgui.views.main_window import MainWindow
from flexgui.views.palette import PalettePopup
from flexgui.views.palette_search import Entry, search


def _entries(*titles: str) -> list[Entry]:
    return [Entry("action", title, title) for title in titles]


@pytest.mark.parametrize(
    ("typed", "titles", "expected"),
    [
        ("host", ("Add Host", "Host State", "Ghost"), ["Host State", "Add Host", "Ghost"]),
        ("add ho", ("Host Additions", "Add Host"), ["Add Host", "Host Additions"]),
        ("nclu", ("New Cluster", "Undo"), ["New Cluster"]),
        ("  ", ("B", "A"), ["B", "A"]),
        ("zzz", ("A",), []),
    ],
)
def test_the_best_fit_comes_first(typed: str, titles: tuple[str, ...], expected: list[str]) -> None:
    assert [entry.title for entry in search(_entries(*titles), typed, 10)] == expected


@given(st.text(max_size=8), st.lists(st.text(max_size=12), max_size=8))
def test_every_result_has_the_words_or_the_letters(typed: str, titles: list[str]) -> None:
    found = search(_entries(*titles), typed, 5)
    assert len(found) <= 5
    for entry in found:
        text = entry.text
        assert all(letter in text for letter in "".join(typed.casefold().split()))


def _open(qtbot: QtBot, window: MainWindow) -> PalettePopup:
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    popup = window.findChildren(PalettePopup)[-1]
    assert popup.isVisible()
    assert QApplication.focusWidget() is popup.box
    return popup


def _is_closed(window: MainWindow) -> bool:
    return not any(popup.isVisible() for popup in window.findChildren(PalettePopup))


def test_an_action_is_found_and_done(qtbot: QtBot, window: MainWindow) -> None:
    popup = _open(qtbot, window)
    qtbot.keyClicks(popup.box, "new datac")
    with qtbot.waitSignal(window.new_datacenter_requested):
        qtbot.keyClick(popup.box, Qt.Key.Key_Return)
    assert _is_closed(window)
    again = _open(qtbot, window)
    assert again.model.data(again.model.index(0, 0)) == "New Datacenter…"  # used last
    qtbot.keyClick(again.box, Qt.Key.Key_Escape)
    assert _is_closed(window)


def test_esc_gives_the_keyboard_back_to_what_had_it(qtbot: QtBot, window: MainWindow) -> None:
    window.findings.view.setFocus()
    popup = _open(qtbot, window)
    qtbot.keyClick(popup.box, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is window.findings.view


def test_every_action_is_in_it(qtbot: QtBot, window: MainWindow) -> None:
    popup = _open(qtbot, window)
    rows = (popup.model.entry(popup.model.index(row, 0)) for row in range(popup.model.rowCount()))
    listed = {entry.key for entry in rows if entry is not None and entry.kind == "action"}
    every = {spec.name for spec in ACTIONS} - {"palette"}
    assert listed <= every
    for name in every - listed:  # beyond the first ones: found when typed
        popup.box.setText(window.actions_[name].text().replace("&", ""))
        rows = (popup.model.entry(popup.model.index(row, 0)) for row in range(popup.model.rowCount()))
        assert name in {entry.key for entry in rows if entry is not None}
    popup.close()


def test_an_object_is_gone_to(qtbot: QtBot, window: MainWindow) -> None:
    popup = _open(qtbot, window)
    host = window.document.plan.datacenters[0].clusters[0].hosts[1]
    qtbot.keyClicks(popup.box, host.label)
    qtbot.waitUntil(lambda: popup.model.rowCount() > 0)
    ModelTester(popup.model)
    entry = popup.model.entry(popup.list.currentIndex())
    assert entry is not None
    assert entry.key == host.id
    qtbot.mouseClick(
        popup.list.viewport(),
        Qt.MouseButton.LeftButton,
        pos=popup.list.visualRect(popup.list.currentIndex()).center(),
    )
    assert window.inventory.current_id() == host.id


def test_what_is_not_possible_says_why(qtbot: QtBot, window: MainWindow) -> None:
    window.select("")
    popup = _open(qtbot, window)
    qtbot.keyClicks(popup.box, "change evc")
    assert popup.note.text() == "Select a cluster first."
    qtbot.keyClick(popup.box, Qt.Key.Key_Return)
    assert popup.isVisible()
    qtbot.keyClicks(popup.box, "qqqq")
    assert "Nothing has" in popup.note.text()
    popup.close()


def test_arrows_go_round(qtbot: QtBot, window: MainWindow) -> None:
    popup = _open(qtbot, window)
    qtbot.keyClick(popup.box, Qt.Key.Key_Up)
    assert popup.list.currentIndex().row() == popup.model.rowCount() - 1
    qtbot.keyClick(popup.box, Qt.Key.Key_Down)
    assert popup.list.currentIndex().row() == 0
    qtbot.keyClick(popup.box, Qt.Key.Key_PageDown)
    assert popup.list.currentIndex().row() > 1
    popup.close()


def test_recent_plans_are_opened(qtbot: QtBot, window: MainWindow, plan_path: Path) -> None:
    window.plan_file.open(plan_path)
    window.document.new()
    window.plan_file.opened.emit()
    popup = _open(qtbot, window)
    qtbot.keyClicks(popup.box, "milano.flex")
    with qtbot.waitSignal(window.plan_file.opened):
        qtbot.keyClick(popup.box, Qt.Key.Key_Return)
    assert window.document.path == plan_path


def test_it_closes_when_the_keyboard_goes_elsewhere(qtbot: QtBot, window: MainWindow) -> None:
    popup = _open(qtbot, window)
    qtbot.mouseClick(window.inventory.tree.viewport(), Qt.MouseButton.LeftButton)
    window.inventory.tree.setFocus()
    assert not popup.isVisible()

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QPalette, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QTreeView,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from flexgui.widgets.copy import add_copy_action, selection_as_tsv
from flexgui.widgets.empty_state import EmptyState
from flexgui.widgets.form import Form, help_of, plain_label
from flexgui.widgets.icons import icon, icon_names
from flexgui.widgets.labels import ElidedLabel, IconLabel, SecondaryLabel, WrapLabel
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.scrolled import scrolled
from flexgui.widgets.severity import (
    SEVERITIES,
    severity_color,
    severity_icon,
    severity_rank,
    severity_word,
)
from flexgui.widgets.theme import TOKENS, theme
from flexgui.widgets.tooltip import plain_tip

LONG = "esx-03 lacks SSE4.2 (Xeon E5450). Choose Penryn or lower, or leave this host out. " * 3


# --- severities


@pytest.mark.parametrize("severity", ["error", "todo", "warning", "info", "ok", "unknown"])
def test_a_severity_has_word_icon_and_colour(qapp: QApplication, severity: str) -> None:
    look = SEVERITIES[severity]
    assert look.icon in icon_names()
    assert look.token in TOKENS
    assert severity_word(severity)
    assert not severity_icon(severity).isNull()
    assert severity_color(severity) == theme().color(look.token)


def test_severities_are_told_apart_without_colour() -> None:
    assert len({look.word for look in SEVERITIES.values()}) == len(SEVERITIES)
    assert len({look.icon for look in SEVERITIES.values()}) == len(SEVERITIES)


def test_worst_first() -> None:
    assert sorted(SEVERITIES, key=severity_rank)[:4] == ["error", "todo", "warning", "info"]


# --- message line


@pytest.fixture
def line(qtbot: QtBot) -> MessageLine:
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    line = MessageLine()
    column.addWidget(line)
    column.addStretch()
    holder.resize(600, 300)
    holder.show()
    line.holder = holder  # type: ignore[attr-defined]
    return line


def test_message_line_speaks_and_falls_silent(qtbot: QtBot, line: MessageLine) -> None:
    assert not line.isVisible()
    with qtbot.waitSignal(line.message_changed) as changed:
        line.set_message("error", "The name is empty. Type one.")
    assert changed.args == ["error", "The name is empty. Type one."]
    assert line.isVisible()
    assert line.accessibleName() == "Error: The name is empty. Type one."
    with qtbot.assertNotEmitted(line.message_changed):
        line.set_message("error", "The name is empty. Type one.")
    with qtbot.waitSignal(line.message_changed):
        line.clear()
    assert not line.isVisible()
    assert (line.severity(), line.text(), line.accessibleName()) == ("", "", "")
    line.set_message("warning", "x")
    line.set_message("warning", "")
    assert not line.isVisible()


def test_message_line_takes_text_as_text(line: MessageLine) -> None:
    line.set_message("info", "a <b>bold</b> & <img src=x> name")
    label = line.findChild(QLabel)
    assert "&lt;b&gt;bold" in label.text()
    assert line.text() == "a <b>bold</b> & <img src=x> name"


def test_message_line_wraps(qtbot: QtBot, line: MessageLine) -> None:
    line.set_message("warning", LONG)
    QApplication.processEvents()
    wide = line.height()
    line.holder.resize(260, 400)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: line.height() > wide)


def test_message_line_follows_the_theme(qtbot: QtBot, line: MessageLine) -> None:
    line.set_message("error", "x")
    assert TOKENS["error"].light in line.findChild(QLabel).text()
    theme().set_mode("dark")
    qtbot.waitUntil(lambda: TOKENS["error"].dark in line.findChild(QLabel).text())


def test_message_line_refuses_other_severities(line: MessageLine) -> None:
    with pytest.raises(KeyError):
        line.set_message("catastrophe", "x")


# --- labels


def test_elided_label(qtbot: QtBot) -> None:
    label = ElidedLabel(LONG)
    qtbot.addWidget(label)
    label.resize(100, 20)
    label.show()
    assert label.shown_text().endswith("…")
    assert label.text() == label.accessibleName() == LONG.strip()
    assert label.toolTip() == plain_tip([label.text()])
    label.set_text("two\nlines")
    assert label.shown_text() == "two lines"
    assert label.toolTip() == ""


def test_wrap_label_shows_no_markup(qtbot: QtBot) -> None:
    label = WrapLabel("<b>x</b>")
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    label.setText(LONG)
    assert label.heightForWidth(200) > label.heightForWidth(800)


def test_secondary_label_is_in_the_secondary_colour(qtbot: QtBot) -> None:
    label = SecondaryLabel("help")
    qtbot.addWidget(label)
    for mode in ("dark", "light"):
        theme().set_mode(mode)  # type: ignore[arg-type]
        qtbot.waitUntil(lambda: label.palette().color(label.foregroundRole()) == theme().color("secondary"))
    assert label.foregroundRole() == QPalette.ColorRole.PlaceholderText


def test_icon_label_follows_the_theme(qtbot: QtBot) -> None:
    label = IconLabel(icon("error", "error"), 32)
    qtbot.addWidget(label)
    for mode in ("dark", "light"):
        theme().set_mode(mode)  # type: ignore[arg-type]
        assert label.grab().toImage().pixelColor(5, 16) == theme().color("error")


# --- forms


def test_form_fields_have_names_buddies_and_help(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    form = Form(window)
    form.add_heading("General")
    name, mode = QLineEdit(), QComboBox()
    label = form.add_field("&Name", name, "At most 80 characters.")
    form.add_field("EVC &mode", mode)
    form.add_wide(MessageLine())
    assert label.buddy() is name
    assert name.accessibleName() == "Name"
    assert name.accessibleDescription() == "At most 80 characters."
    assert mode.accessibleName() == "EVC mode"
    note = help_of(name)
    assert note is not None
    assert note.text() == "At most 80 characters."
    assert help_of(mode) is None
    window.show()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    qtbot.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    assert QApplication.focusWidget() is mode
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    assert QApplication.focusWidget() is name
    assert note.mapTo(window, note.rect().topLeft()).y() >= name.mapTo(window, name.rect().bottomLeft()).y()


def test_plain_label() -> None:
    assert plain_label("R&&D &name") == "R&D name"


# --- empty state


def test_empty_state_offers_what_fills_it(qtbot: QtBot) -> None:
    pane = EmptyState("host", "There are no hosts yet. Add one.")
    qtbot.addWidget(pane)
    action = QAction(icon("add"), "&Add Host…")
    action.setEnabled(False)
    action.setToolTip("First create a cluster")
    button = pane.add_action(action)
    pane.show()
    assert pane.accessibleName() == pane.sentence() == "There are no hosts yet. Add one."
    assert not button.isEnabled()
    assert button.toolTip() == "First create a cluster"
    action.setEnabled(True)
    with qtbot.waitSignal(action.triggered):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    pane.set_sentence("Nothing matches.")
    assert pane.accessibleName() == "Nothing matches."
    assert [b.text() for b in pane.findChildren(QPushButton)] == ["Add Host…"]


# --- copy


def table() -> QStandardItemModel:
    model = QStandardItemModel(3, 3)
    model.setHorizontalHeaderLabels(["Host", "CPU", "Mode"])
    for row in range(3):
        for column in range(3):
            model.setItem(row, column, QStandardItem(f"{'abc'[row]}{column}"))
    model.item(1, 1).setText("two\nlines\tand a tab")
    return model


def test_copy_a_table_with_ctrl_c(qtbot: QtBot) -> None:
    view, model = QTableView(), table()
    qtbot.addWidget(view)
    view.setModel(model)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setColumnHidden(2, True)
    view.horizontalHeader().moveSection(1, 0)
    add_copy_action(view)
    view.show()
    view.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is view)
    view.selectAll()
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "CPU\tHost\na1\ta0\ntwo lines and a tab\tb0\nc1\tc0"


def test_copy_of_one_row_has_no_titles_and_of_none_is_nothing(qtbot: QtBot) -> None:
    view, model = QTableView(), table()
    qtbot.addWidget(view)
    view.setModel(model)
    assert selection_as_tsv(view) == ""
    view.selectRow(2)
    assert selection_as_tsv(view) == "c0\tc1\tc2"
    QGuiApplication.clipboard().setText("before")
    view.clearSelection()
    add_copy_action(view).trigger()
    assert QGuiApplication.clipboard().text() == "before"


def test_copy_without_a_model(qtbot: QtBot) -> None:
    view = QTreeView()
    qtbot.addWidget(view)
    assert selection_as_tsv(view) == ""


def test_copy_a_tree_in_the_order_shown(qtbot: QtBot) -> None:
    model = QStandardItemModel()
    model.setHorizontalHeaderLabels(["Name", "Value"])
    for leaf in ("00000001", "00000007"):
        parent = QStandardItem(leaf)
        for field in ("SSSE3", "SSE41"):
            parent.appendRow([QStandardItem(field), QStandardItem("1")])
        model.appendRow([parent, QStandardItem("")])
    view = QTreeView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.expandAll()
    view.selectAll()
    assert selection_as_tsv(view).split("\n") == [
        "Name\tValue",
        "00000001\t",
        "  SSSE3\t1",
        "  SSE41\t1",
        "00000007\t",
        "  SSSE3\t1",
        "  SSE41\t1",
    ]


@pytest.mark.parametrize("wraps", [False, True])
def test_scrolled_content_is_never_squeezed(qtbot: QtBot, wraps: bool) -> None:
    content = QWidget()
    column = QVBoxLayout(content)
    lines = [QLineEdit() for _ in range(30)]
    for line in lines:
        column.addWidget(line)
    if wraps:
        column.addWidget(WrapLabel("words that wrap " * 20))
    area = scrolled(content)
    qtbot.addWidget(area)
    area.resize(300, 200)
    area.show()
    qtbot.waitExposed(area)
    assert all(line.height() >= line.minimumSizeHint().height() for line in lines)
    assert area.verticalScrollBar().maximum() > 0
    area.resize(300, 2000)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() == 0)

"""Names from outside are text wherever they are shown, never markup."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QMessageBox, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

import flexgui
from flexgui.plan.inventory import places
from flexgui.plan.samples import samples
from flexgui.plan.values import Plan
from flexgui.views.main_window import MainWindow
from flexgui.widgets.labels import ElidedLabel
from flexgui.widgets.message_box import message_box

NAME = "<b>evil</b>"


def hostile() -> Plan:
    plan = samples()[0].load()
    return replace(
        plan,
        datacenters=tuple(
            replace(
                datacenter,
                name=NAME,
                clusters=tuple(
                    replace(
                        cluster,
                        name=f"{number}{NAME}",
                        hosts=tuple(
                            replace(h, name=f"{h.id}{NAME}", vms=tuple(replace(v, name=NAME) for v in h.vms))
                            for h in cluster.hosts
                        ),
                    )
                    for number, cluster in enumerate(datacenter.clusters)
                ),
                hosts=tuple(replace(h, name=f"{h.id}{NAME}") for h in datacenter.hosts),
            )
            for datacenter in plan.datacenters
        ),
    )


def tips(model: QAbstractItemModel, columns: int, parent: QModelIndex, depth: int = 0) -> list[str]:
    found = []
    for row in range(min(model.rowCount(parent), 40)):
        for column in range(columns):
            found.append(str(model.index(row, column, parent).data(Qt.ItemDataRole.ToolTipRole)))
        if depth < 4:
            found += tips(model, columns, model.index(row, 0, parent), depth + 1)
    return found


def shown_as_markup(within: QWidget) -> set[str]:
    """What shows the name as markup: widgets by their own tool tips, and views by those of their cells."""
    found = set()
    for widget in (within, *within.findChildren(QWidget)):
        texts = [widget.toolTip()]
        if isinstance(widget, QLabel) and widget.textFormat() is not Qt.TextFormat.PlainText:
            texts.append(widget.text())
        if isinstance(widget, QAbstractItemView) and not isinstance(widget, QHeaderView):
            model = widget.model()
            header = next(iter(widget.findChildren(QHeaderView)), None)
            if model is not None:
                columns = 1 if header is None else header.count()
                texts += tips(model, min(columns, 20), QModelIndex())
                across = Qt.Orientation.Horizontal
                texts += [
                    str(model.headerData(n, across, Qt.ItemDataRole.ToolTipRole)) for n in range(columns)
                ]
        if any(NAME in text for text in texts):
            found.add(f"{type(widget).__name__} {widget.objectName()!r}")
    return found


def test_no_tool_tip_and_no_label_takes_a_name_for_markup(qtbot: QtBot, window: MainWindow) -> None:
    plan = hostile()
    window.document.new(plan)
    window.show()
    seen: set[type] = set()
    for place in places(plan):
        if type(place.object) in seen:
            continue
        seen.add(type(place.object))
        window.select(place.object.id)
        for tabs in window.findChildren(QTabWidget):
            for number in range(tabs.count() if tabs.isVisible() else 0):
                tabs.setCurrentIndex(number)
                qtbot.wait(1)
                assert shown_as_markup(window) == set(), tabs.tabText(number)
    assert len(seen) >= 3


def test_a_message_box_and_a_cut_label_show_names_as_they_are(qtbot: QtBot) -> None:
    box = message_box(None)
    qtbot.addWidget(box)
    box.setText(NAME)
    box.setInformativeText(NAME)
    formats = {label.textFormat() for label in box.findChildren(QLabel) if label.text() == NAME}
    assert formats == {Qt.TextFormat.PlainText}
    label = ElidedLabel(NAME * 9)
    qtbot.addWidget(label)
    label.resize(40, 20)
    label.show()
    assert label.toolTip()
    assert shown_as_markup(label) == set()


def test_message_boxes_are_made_for_plain_text() -> None:
    for file in Path(flexgui.__file__).parent.rglob("*.py"):
        if file.name in ("message_box.py", "help.py"):  # the latter is about the program itself
            continue
        nodes = ast.walk(ast.parse(file.read_text("utf-8")))
        called = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
        assert QMessageBox.__name__ not in called, file.name

"""A monkey: does anything that a window lets it, always the same for a seed, and sees what must hold."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPoint,
    Qt,
    QThreadPool,
)
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QTextEdit,
    QToolButton,
    QWidget,
)
from shiboken6 import isValid

from flexgui.plan import storage
from flexgui.plan.inventory import find, places
from flexgui.plan.values import Plan
from flexgui.rules.check import check
from flexgui.views.inventory_model import InventoryModel
from flexgui.views.main_window import MainWindow
from flexgui.widgets.task import Task

LEFT = Qt.MouseButton.LeftButton
KEY_NAMES = (
    "Up Down Left Right Home End PageUp PageDown Return Enter Escape Tab Backtab Space Delete Backspace",
    "F2 F4 Plus Minus Asterisk Menu A Z 1",
)
KEYS = [getattr(Qt.Key, f"Key_{name}") for line in KEY_NAMES for name in line.split(" ")]
MODIFIERS = [
    getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("No", "No", "No", "Control", "Shift")
]
TEXTS = [
    "",
    "a",
    "esx-99",
    "10.0.0.77",
    "x" * 210,
    "two\nlines\tand a tab",
    "\u202egnp.exe\u200f",
    "<b>bold</b><img src=x>",
    "R&D && more",
    "=1+1|' ';--",
    "%1 {name} {} %s",
    "-1",
    "99999999999999999999",
    "model:5500 evc<nehalem finding:error",
    'vm>"(a OR',
    "\U0001f4a5\u0301",
]
LEFT_ALONE = {"quit"}
"""Actions after which there is nothing left to do; the window is closed at the end."""


class Monkey:
    """Does one random thing in a window at a time. `steps` is what it did, to be read after a failure."""

    def __init__(self, window: MainWindow, seed: int, folder: Path, files: list[Path]) -> None:
        self.window, self.document = window, window.document
        self.dice = random.Random(seed)
        self.folder, self.files = folder, files
        self.steps: list[str] = []
        self._first = self.document.whole
        self._checked: Plan | None = None
        self.document.path_changed.connect(self._note_first)
        window.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)  # the menu of docks is modal

    def _note_first(self) -> None:
        if self.document.undo_stack.count() == 0:
            self._first = self.document.whole

    def step(self) -> None:
        """Do something, let everything that follows from it happen, and see whether all is well."""
        kinds: list[tuple[int, Callable[[], object]]] = [
            (25, self._act),
            (12, self._select),
            (30, lambda: self._poke(self.window)),
            (8, self._drag),
            (12, self._undo_or_redo),
            (6, lambda: self._key(QApplication.focusWidget() or self.window)),
            (3, self._menu),
            (2, self._to_the_bottom),
        ]
        popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        others = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
        if popup is not None:
            self._answer_popup(popup)
        elif modal is not None:
            self._work_in(modal)
        elif others and self.dice.random() < 0.3:
            self._work_in(self.dice.choice(others))
        else:
            self.dice.choices([each for _, each in kinds], [weight for weight, _ in kinds])[0]()
        self.settle()
        self.look()

    def settle(self) -> None:
        for _ in range(2):
            if not Task.synchronous:
                QThreadPool.globalInstance().waitForDone(20_000)
            QTest.qWait(self.dice.choice((0, 0, 1)))
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        front = QApplication.activeModalWidget() or self.window
        lost = QApplication.activePopupWidget() is None and QApplication.activeWindow() is None
        if lost and front is not None and isValid(front) and front.isVisible():
            front.activateWindow()  # a desktop does that by itself
            QTest.qWait(5)

    def leave(self) -> None:
        """Close what is open besides the window."""
        for _ in range(9):
            for each in QApplication.topLevelWidgets():
                if each is not self.window and isValid(each) and each.isVisible():
                    each.close()
            self.settle()

    def look(self) -> None:
        """What holds whatever was done."""
        document, window = self.document, self.window
        whole = document.whole
        if document.plan is not self._checked:
            self._checked = document.plan
            assert storage.from_json(storage.to_json(whole)) == whole, "the plan comes back from its file"
            assert document.findings.all == check(document.plan), "findings are those of the plan"
            shown = window.inventory.model
            fresh = InventoryModel(document, None, window.inventory.moves)
            fresh.set_filter(shown._filter)
            assert rows(shown) == rows(fresh), "the inventory shows the plan"
            fresh.deleteLater()
        page = window.page()
        assert page is not None
        for object_id in (window.inventory.current_id(), page.object_id):
            assert not object_id or find(document.plan, object_id) is not None, f"{object_id} is gone"
        assert window.isWindowModified() == document.dirty
        assert window.actions_["undo"].isEnabled() == document.undo_stack.canUndo()

    # --- what it does

    def _note(self, *words: object) -> None:
        self.steps.append(" ".join(map(str, words)))

    def _act(self) -> None:
        actions = [a for a in self.window.actions_ if a.isEnabled() and a.objectName() not in LEFT_ALONE]
        for name in ("whatif_show", "recent", "release"):
            menu = self.window.menus[name]
            menu.aboutToShow.emit()
            actions += self.dice.sample(
                entries := [a for a in menu.actions() if _usable(a)], min(2, len(entries))
            )
        self._trigger(self.dice.choice(actions))

    def _trigger(self, action: QAction) -> None:
        self._note("act", action.objectName() or repr(action.text()))
        action.trigger()

    def _ids(self) -> list[str]:
        return [place.object.id for place in places(self.document.plan)]

    def _select(self) -> None:
        chosen = self.dice.choices(["", *self._ids()], k=self.dice.choice((1, 1, 1, 2, 5)))
        self._note("select", chosen)
        if len(chosen) == 1:
            self.window.select(chosen[0])
        else:
            self.window.inventory.select_all_of([each for each in chosen if each])

    def _drag(self) -> None:
        ids = self._ids()
        if not ids:
            return
        model = self.window.inventory.model
        chosen, target = (
            self.dice.sample(ids, min(len(ids), self.dice.choice((1, 1, 3)))),
            self.dice.choice(ids),
        )
        self._note("drag", chosen, "to", target)
        mime = model.mimeData([model.index_of(each) for each in chosen if model.index_of(each).isValid()])
        if mime is None:
            return
        place, move = model.index_of(target), Qt.DropAction.MoveAction
        if model.canDropMimeData(mime, move, -1, -1, place) or self.dice.random() < 0.2:
            model.dropMimeData(mime, move, -1, -1, place)

    def _undo_or_redo(self) -> None:
        for _ in range(self.dice.choice((1, 1, 4))):
            action = self.window.actions_[self.dice.choice(("undo", "undo", "redo"))]
            if action.isEnabled():
                self._trigger(action)

    def _to_the_bottom(self) -> None:
        """Undo everything, redo everything: nothing is lost on the way."""
        self._note("undo and redo everything")
        page = self.window.page()
        if page is not None:
            page.commit()
        stack, top, index = self.document.undo_stack, self.document.whole, self.document.undo_stack.index()
        while stack.canUndo():
            stack.undo()
        assert self.document.whole == self._first, "undo goes back to the first plan"
        self.look()
        while stack.index() < index:
            stack.redo()
        assert self.document.whole == top, "redo goes back to the last plan"

    def _menu(self) -> None:
        views = [v for v in self.window.findChildren(QAbstractItemView) if v.isVisible()]
        if not views:
            return
        view = self.dice.choice(views)
        at = QPoint(self.dice.randrange(1, 200), self.dice.randrange(1, 150))
        target = (
            view.horizontalHeader()
            if self.dice.random() < 0.2 and hasattr(view, "horizontalHeader")
            else view
        )
        self._note("context menu", _name(target), at.toTuple())
        if target.contextMenuPolicy() is Qt.ContextMenuPolicy.ActionsContextMenu:
            # Qt's own menu of these would wait for a hand, and everybody with it.
            entries = [action for action in target.actions() if _usable(action)]
            if entries:
                self._trigger(self.dice.choice(entries))
            return
        port = target.viewport()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, port.mapToGlobal(at))
        QApplication.sendEvent(port, event)

    def _answer_popup(self, popup: QWidget) -> None:
        if isinstance(popup, QMenu) and self.dice.random() < 0.7:
            entries = [a for a in popup.actions() if _usable(a)]
            popup.close()
            if entries:
                self._trigger(self.dice.choice(entries))
            return
        self._key(popup)
        if self.dice.random() < 0.3 and isValid(popup):
            self._note("close popup")
            popup.close()

    def _work_in(self, dialog: QWidget) -> None:
        if self.dice.random() < 0.6:
            self._poke(dialog)
        elif self.dice.random() < 0.5:
            buttons = [b for b in dialog.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()]
            if buttons:
                self._press(self.dice.choice(buttons))
        elif isinstance(dialog, QDialog):
            self._note("leave", _name(dialog))
            press(dialog, Qt.Key.Key_Escape)

    def _press(self, button: QAbstractButton) -> None:
        self._note("press", _name(button), repr(button.text()))
        if (menu := _menu_at_once(button)) is not None:
            # Its menu would wait for a hand, and everybody with it.
            menu.aboutToShow.emit()
            entries = [a for a in menu.actions() if _usable(a) and a.objectName() not in LEFT_ALONE]
            if entries:
                self._trigger(self.dice.choice(entries))
            return
        QTest.mouseClick(button, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(8, button.height() // 2))

    def _poke(self, within: QWidget) -> None:
        """Use a control as a hand would."""
        kinds = (
            QAbstractButton,
            QLineEdit,
            QComboBox,
            QAbstractSpinBox,
            QTabBar,
            QAbstractItemView,
            QPlainTextEdit,
            QTextEdit,
        )
        found = [
            w
            for w in within.findChildren(QWidget)
            if isinstance(w, kinds) and w.isVisible() and w.isEnabled() and w.window() is within.window()
        ]
        if not found:
            return
        kind = self.dice.choice(sorted({type(w).__name__ for w in found}))
        widget = self.dice.choice([w for w in found if type(w).__name__ == kind])
        if isinstance(widget, QAbstractButton):
            self._press(widget)
        elif isinstance(widget, QTabBar):
            if widget.count():
                number = self.dice.randrange(widget.count())
                self._note("tab", widget.tabText(number))
                QTest.mouseClick(
                    widget, LEFT, Qt.KeyboardModifier.NoModifier, widget.tabRect(number).center()
                )
        elif isinstance(widget, QHeaderView):
            at = QPoint(self.dice.randrange(max(widget.width(), 1)), widget.height() // 2)
            self._note("header", _name(widget), at.toTuple())
            QTest.mouseClick(widget.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, at)
        elif isinstance(widget, QAbstractItemView):
            self._in_view(widget)
        elif isinstance(widget, QComboBox) and not widget.isEditable():
            widget.setFocus()
            for _ in range(self.dice.randrange(4)):
                key = self.dice.choice((Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Home))
                self._note("combo", _name(widget), key.name)
                press(widget, key)
        else:
            text = self.dice.choice(TEXTS)
            self._note("type", _name(widget), ascii(text))
            widget.setFocus()
            if self.dice.random() < 0.7:
                press(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            if hasattr(widget, "insert") and self.dice.random() < 0.5:
                widget.insert(text)
            else:
                for letter in text[:40]:
                    if letter.isascii() and letter.isprintable():
                        press(widget, letter)
            if self.dice.random() < 0.6:
                press(widget, self.dice.choice((Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape)))

    def _in_view(self, view: QAbstractItemView) -> None:
        model = view.model()
        parent, index = QModelIndex(), QModelIndex()
        if model is None:
            return
        for _ in range(self.dice.randrange(1, 5)):
            if not model.rowCount(parent):
                break
            index = model.index(
                self.dice.randrange(model.rowCount(parent)),
                self.dice.randrange(
                    1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
                ),
                parent,
            )
            parent = index.siblingAtColumn(0)
        if not index.isValid():
            return
        self._note("row", _name(view), index.row(), index.column())
        view.scrollTo(index)
        at = view.visualRect(index).center()
        click = self.dice.choice((QTest.mouseClick, QTest.mouseClick, QTest.mouseDClick))
        click(view.viewport(), LEFT, self.dice.choice(MODIFIERS), at)
        if self.dice.random() < 0.5:
            self._key(view)

    def _key(self, widget: QWidget) -> None:
        key, modifier = self.dice.choice(KEYS), self.dice.choice(MODIFIERS)
        self._note("key", key.name, modifier.name, "in", _name(widget))
        press(widget, key, modifier)

    # --- answers to what is asked

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Message boxes and file dialogs get random answers."""
        one = lambda *_, **__: self._name_file()  # noqa: E731
        with (
            patch.object(QMessageBox, "exec", self._answer()),
            patch.object(QFileDialog, "getOpenFileName", staticmethod(lambda *_, **__: self._open_file())),
            patch.object(QFileDialog, "getOpenFileNames", staticmethod(lambda *_, **__: self._open_files())),
            patch.object(QFileDialog, "getSaveFileName", staticmethod(one)),
            patch.object(
                QFileDialog, "getExistingDirectory", staticmethod(lambda *_, **__: str(self.folder))
            ),
        ):
            yield

    def _answer(self) -> Callable[[QMessageBox], int]:
        def answer(box: QMessageBox) -> int:
            if not box.buttons():
                return int(QMessageBox.StandardButton.Ok.value)
            button = self.dice.choice(box.buttons())
            self._note("answer", repr(box.text()), "by", repr(button.text()))
            button.click()
            return int(box.standardButton(button).value)

        return answer

    def _open_file(self) -> tuple[str, str]:
        name = str(self.dice.choice([*self.files, ""]))
        self._note("file", name)
        return name, ""

    def _open_files(self) -> tuple[list[str], str]:
        names = [str(name) for name in self.dice.sample(self.files, min(2, len(self.files)))]
        self._note("files", names)
        return names, ""

    def _name_file(self) -> tuple[str, str]:
        name = str(
            self.dice.choice(
                [self.folder / "a.flexplan.json", self.folder / "no" / "such", self.folder / "b", ""]
            )
        )
        self._note("name", name)
        return name, ""


def press(widget: QWidget, key: Any, modifier: Qt.KeyboardModifier = MODIFIERS[0]) -> None:
    """A key, unless an earlier one has closed what it is for."""
    if isValid(widget) and widget.isVisible() and widget.isEnabled():
        QTest.keyClick(widget, key, modifier)


def rows(model: InventoryModel, parent: QModelIndex | None = None) -> Any:
    above = QModelIndex() if parent is None else parent
    found = [model.index(row, 0, above) for row in range(model.rowCount(above))]
    return [(model.id_of(index), index.data(), rows(model, index)) for index in found]


def _usable(action: QAction) -> bool:
    return action.isEnabled() and action.isVisible() and not action.isSeparator() and action.menu() is None


def _menu_at_once(button: QAbstractButton) -> QMenu | None:
    """The menu that a click on a button shows, and whose end the click waits for."""
    if isinstance(button, QToolButton):
        # That for what a narrow tool bar leaves out has one of its own.
        at_once = button.popupMode() is QToolButton.ToolButtonPopupMode.InstantPopup
        return button.menu() if at_once else None
    return button.menu() if isinstance(button, QPushButton) else None


def _name(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName()!r}"

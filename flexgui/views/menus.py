"""The menu bar and the toolbar, made from the register of actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QActionEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QMenu, QMenuBar, QSizePolicy, QToolBar, QToolButton, QWidget

from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.views.actions import MENUS, Actions, ActionSpec, MenuSpec

_TOOLBAR = ("open_plan", "save_plan", "", "undo", "redo", "")
_TOOLBAR_WITH_WORDS = {
    "new_datacenter": QT_TRANSLATE_NOOP("Toolbar", "+ Datacenter"),
    "new_cluster": QT_TRANSLATE_NOOP("Toolbar", "+ Cluster"),
    "add_host": QT_TRANSLATE_NOOP("Toolbar", "+ Host"),
    "": "",
    "export_plan": QT_TRANSLATE_NOOP("Toolbar", "Export"),
}
"""The actions that have a word on the toolbar."""


class Menus:
    """The menus by their names. `made` has those that are more than a list of actions, by name."""

    def __init__(
        self, bar: QMenuBar, actions: Actions, made: Mapping[str, Callable[[QWidget], QMenu]]
    ) -> None:
        self._actions, self._made = actions, made
        self._menus: dict[str, QMenu] = {}
        for spec in MENUS:
            bar.addMenu(self._menu(spec, bar))

    def __getitem__(self, name: str) -> QMenu:
        """The menu of this name. Raises KeyError."""
        return self._menus[name]

    def fill(self, menu: QMenu, names: Sequence[str]) -> None:
        """Add actions to a menu; "" is a separator."""
        menu.setToolTipsVisible(True)
        for name in names:
            if name:
                menu.addAction(self._actions[name])
            else:
                menu.addSeparator()

    def _menu(self, spec: MenuSpec, parent: QWidget) -> QMenu:
        menu = self._made[spec.name](parent) if spec.name in self._made else QMenu(parent)
        menu.setTitle(QCoreApplication.translate("Actions", spec.title))
        menu.setToolTipsVisible(True)
        self._menus[spec.name] = menu
        for entry in spec.entries:
            if entry is None:
                menu.addSeparator()
            elif isinstance(entry, ActionSpec):
                menu.addAction(self._actions[entry.name])
            else:
                menu.addMenu(self._menu(entry, menu))
        return menu


def toolbar(actions: Actions, title: str, right: Sequence[QWidget | QLabel]) -> QToolBar:
    """The toolbar: what is used most, and at its right end some widgets."""
    bar = _Toolbar(title)
    bar.setObjectName("toolbar")
    bar.setMovable(False)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    for name in (*_TOOLBAR, *_TOOLBAR_WITH_WORDS):
        if not name:
            bar.addSeparator()
            continue
        bar.addAction(actions[name])
        if name in _TOOLBAR_WITH_WORDS:
            actions[name].setIconText(QCoreApplication.translate("Toolbar", _TOOLBAR_WITH_WORDS[name]))
            bar.give_words(actions[name])
    gap = QWidget()
    gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(gap)
    for widget in right:
        bar.addWidget(widget)
    return bar


class _Toolbar(QToolBar):
    """A toolbar some of whose buttons have words as long as there is room for all it holds."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._worded: list[QToolButton] = []

    def give_words(self, action: QAction) -> None:
        """Let the button of an action have words beside its icon."""
        button = self.widgetForAction(action)
        assert isinstance(button, QToolButton)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._worded.append(button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def actionEvent(self, event: QActionEvent) -> None:
        super().actionEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Words go where something would not be seen for them."""
        if not self.isVisible():
            return
        words = sum(button.fontMetrics().horizontalAdvance(button.text()) + 8 for button in self._worded)
        shown = any(b.toolButtonStyle() != Qt.ToolButtonStyle.ToolButtonIconOnly for b in self._worded)
        needed = self.sizeHint().width() + (0 if shown else words)
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        wanted = style if needed <= self.width() else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self._worded:
            button.setToolButtonStyle(wanted)

"""Every action of the main window, in one register, at its place in the menus.

Menus, toolbar, context menus and the command palette take the actions from here. What an action does lives in
the part of the window that it belongs to (`views/features.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from flexgui.views.actions.edit import EDIT
from flexgui.views.actions.file import FILE
from flexgui.views.actions.help import HELP
from flexgui.views.actions.plan import PLAN
from flexgui.views.actions.spec import ActionSpec as ActionSpec
from flexgui.views.actions.spec import MenuSpec as MenuSpec
from flexgui.views.actions.tools import TOOLS
from flexgui.views.actions.training import TRAINING
from flexgui.views.actions.view import VIEW
from flexgui.widgets.form import plain_label
from flexgui.widgets.icons import icon

MENUS: Final[tuple[MenuSpec, ...]] = (FILE, EDIT, VIEW, PLAN, TOOLS, TRAINING, HELP)
"""The menu bar."""

ACTIONS: Final[tuple[ActionSpec, ...]] = tuple(spec for menu in MENUS for spec in menu.actions())


class Actions(QObject):
    """The actions by name. A disabled one says why in its tool tip."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}
        self._tips: dict[str, str] = {}
        for spec in ACTIONS:
            action = QAction(QCoreApplication.translate("Actions", spec.text), self)
            action.setObjectName(spec.name)
            action.setCheckable(spec.checkable)
            if spec.icon is not None:
                action.setIcon(icon(spec.icon))
            if spec.shortcut is not None:
                action.setShortcut(QKeySequence(spec.shortcut))
            if spec.where == "inventory":
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self._actions[spec.name] = action
            self._tips[spec.name] = QCoreApplication.translate("Actions", spec.tip)
            self.enable(spec.name)

    def __getitem__(self, name: str) -> QAction:
        """The action of this name. Raises KeyError."""
        return self._actions[name]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def of(self, where: str) -> list[QAction]:
        """The actions whose keys work in the whole "window", or in the "inventory" alone."""
        return [self._actions[spec.name] for spec in ACTIONS if spec.where == where]

    def enable(self, name: str, unless: str = "") -> None:
        """Enable an action, unless there is a reason not to: a sentence for its tool tip."""
        action = self._actions[name]
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        tip = unless or self._tips[name]
        title = plain_label(action.text()).rstrip("…")
        action.setToolTip(f"{title} ({keys})\n{tip}" if keys else tip)
        action.setStatusTip(tip)
        action.setEnabled(not unless)

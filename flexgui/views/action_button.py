"""A button on a page that stands for one of the window's actions."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from flexgui.widgets.form import plain_label


class ActionButton(QPushButton):
    """Has the action's text, icon, tool tip and state, and follows them.

    The action's mnemonic is for its menu, where the letter is free. Here it could take one from the menu bar.
    """

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._mirror)
        self._mirror()

    def _mirror(self) -> None:
        self.setText(plain_label(self._action.text()).replace("&", "&&"))
        self.setIcon(self._action.icon())
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())

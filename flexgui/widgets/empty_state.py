"""What an empty pane shows: an icon, a sentence, and the buttons that fill it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from flexgui.widgets.form import plain_label
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import IconLabel, SecondaryLabel

BUTTONS_IN_ROW = 3
"""More would not fit into a narrow window."""


class EmptyState(QWidget):
    """A centred icon and sentence ("There are no hosts yet. Add one.") with buttons."""

    def __init__(self, icon_name: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel(icon(icon_name, "secondary"), 48)
        self._sentence = SecondaryLabel(sentence)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._sentence.setMinimumWidth(160)
        self._sentence.setMaximumWidth(420)
        self._buttons = QGridLayout()
        self._buttons.setSpacing(8)
        line = QHBoxLayout()
        line.addStretch()
        line.addWidget(self._sentence, 100)
        line.addStretch()
        centred = QHBoxLayout()
        centred.addStretch()
        centred.addLayout(self._buttons)
        centred.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 24, 8, 24)
        column.setSpacing(12)
        column.addStretch()
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(line)
        column.addLayout(centred)
        column.addStretch()
        self.set_sentence(sentence)

    def set_sentence(self, sentence: str) -> None:
        """Say `sentence`: what is, and then what to do."""
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)

    def sentence(self) -> str:
        return self._sentence.text()

    def add_action(self, action: QAction) -> QPushButton:
        """Add a button that does what `action` does, with its text, icon, tooltip and enabled state, live."""
        button = _ActionButton(action)
        count = self._buttons.count()
        self._buttons.addWidget(button, count // BUTTONS_IN_ROW, count % BUTTONS_IN_ROW)
        return button


class _ActionButton(QPushButton):
    """A button that looks and acts like its action, without the mnemonic: that is for the action's menu."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self._action = action
        self.clicked.connect(action.trigger)
        action.changed.connect(self._mirror)
        self._mirror()

    def _mirror(self) -> None:
        self.setText(plain_label(self._action.text()).replace("&", "&&"))
        self.setIcon(self._action.icon())
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())

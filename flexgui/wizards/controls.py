"""Controls that only wizards have: choices with an explanation each, and thresholds."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from flexgui.widgets.quiet_inputs import QuietSlider
from flexgui.wizards.shell import explanation


class RadioGroup(QWidget):
    """A column of radio buttons with an explanation each; `value` is the key of the chosen one."""

    def __init__(self, options: dict[str, tuple[str, str]], name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QRadioButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for key, (label, help_text) in options.items():
            button = QRadioButton(label)
            button.setObjectName(f"{name}_{key}")
            button.setAccessibleDescription(help_text)
            self._group.addButton(button)
            self.buttons[key] = button
            column.addWidget(button)
            note = explanation(help_text)
            note.setContentsMargins(24, 0, 0, 8)
            column.addWidget(note)
        self.changed = self._group.buttonClicked

    @property
    def value(self) -> str:
        return next((key for key, button in self.buttons.items() if button.isChecked()), "")

    def set_value(self, key: str) -> None:
        self.buttons[key].setChecked(True)


class ThresholdSlider(QWidget):
    """A migration or power threshold from 1 conservative to 5 aggressive, with what the level does."""

    def __init__(self, name: str, label: str, meanings: tuple[str, ...]) -> None:
        super().__init__()
        self._meanings = meanings
        self.slider = QuietSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName(name)
        self.slider.setAccessibleName(label)
        self.slider.setRange(1, 5)
        self.slider.setPageStep(1)
        self.slider.setTickPosition(QuietSlider.TickPosition.TicksBelow)
        self.slider.setTickInterval(1)
        self.slider.setMaximumWidth(320)
        self.slider.valueChanged.connect(self._say)
        caption = QLabel(label)
        caption.setBuddy(self.slider)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(QLabel(self.tr("Conservative")))
        row.addWidget(self.slider, 1)
        row.addWidget(QLabel(self.tr("Aggressive")))
        row.addStretch(1)
        self.meaning = explanation("")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(caption)
        column.addLayout(row)
        column.addWidget(self.meaning)
        self.changed = self.slider.valueChanged

    def set_value(self, value: int) -> None:
        self.slider.setValue(value)
        self._say(value)

    def _say(self, value: int) -> None:
        text = self.tr("Level {0}: {1}").format(value, self._meanings[value - 1])
        self.meaning.setText(text)
        self.slider.setAccessibleDescription(text)

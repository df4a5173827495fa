"""Above the CPUID tree: its sentences, the search box, and the filters."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QLineEdit, QRadioButton, QWidget

from flexgui.views.cpuid_model import Show
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import IconLabel, WrapLabel

SEARCH_DELAY_MS = 150


class Sentence(QWidget):
    """An icon with a sentence; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel()
        self._text = WrapLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)

    def text(self) -> str:
        return self._text.text()

    def say(self, look: str, text: str, tip: str = "") -> None:
        """`look`: a severity, "masked", or "" for an ordinary line."""
        self._icon.set_icon(icon(look, look) if look else icon("cpu", "secondary"))
        self._text.setText(text)
        self._text.setToolTip(tip)
        self.setAccessibleName(text)
        self.setAccessibleDescription(tip)
        self.setVisible(bool(text))


class SearchBox(QLineEdit):
    """A search box that hands on the keys for going through what was found."""

    stepped = Signal(int)
    left_below = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.stepped.emit(-1 if back else 1)
        elif event.key() == Qt.Key.Key_Down:
            self.left_below.emit()
        else:
            super().keyPressEvent(event)


class FilterBar(QWidget):
    """Search and filters. `searched` comes a little after the last key, `show_changed` at once.

    `stepped` asks for the next (1) or previous (-1) match, `left_below` for the tree.
    """

    searched = Signal()
    show_changed = Signal()
    stepped = Signal(int)
    left_below = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_DELAY_MS)
        self._timer.timeout.connect(self.searched)
        self.search = self._make_search()
        label = QLabel(self.tr("&Search:"))
        label.setBuddy(self.search)
        self._count = QLabel()
        self.filters = self._make_filters()

        bar = QHBoxLayout(self)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(8)
        bar.addWidget(label)
        bar.addWidget(self.search, 1)
        bar.addWidget(self._count, 1)
        bar.addWidget(QLabel(self.tr("Show:")))
        for button in self.filters.values():
            bar.addWidget(button)

    def text(self) -> str:
        """What is searched for, without blanks around it."""
        return self.search.text().strip()

    def show_kind(self) -> Show:
        """The filter that is chosen."""
        return next(show for show, button in self.filters.items() if button.isChecked())

    def set_count(self, text: str) -> None:
        """Say how many were found."""
        self._count.setText(text)
        self.search.setAccessibleDescription(text)

    def count_text(self) -> str:
        return self._count.text()

    def settle(self) -> None:
        """Search now for what was typed last, if that was not yet done."""
        if self._timer.isActive():
            self._timer.stop()
            self.searched.emit()

    def clear(self) -> None:
        """Search for nothing, now."""
        self.search.clear()
        self._timer.stop()
        self.searched.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        self.settle()
        super().hideEvent(event)

    def _make_search(self) -> SearchBox:
        box = SearchBox()
        box.setMinimumWidth(140)
        box.setMaximumWidth(320)
        box.setPlaceholderText(self.tr("Feature or place: sse4.1, aes-ni, 1.ecx"))
        box.setAccessibleName(self.tr("Search CPUID"))
        box.setToolTip(
            self.tr("Any spelling of a feature, or a place such as 1.ecx (Ctrl+F). Enter and F3 go on.")
        )
        box.addAction(icon("search", "secondary"), QLineEdit.ActionPosition.LeadingPosition)
        box.setClearButtonEnabled(True)
        box.textChanged.connect(lambda: self._timer.start())
        box.stepped.connect(self.stepped)
        box.left_below.connect(self.left_below)
        return box

    def _make_filters(self) -> dict[Show, QRadioButton]:
        group = QButtonGroup(self)
        buttons = {}
        for show, text, tip in (
            (Show.ALL, self.tr("&All"), self.tr("Show all rows.")),
            (Show.MASKED, self.tr("Mas&ked only"), self.tr("Show the features that the mode hides.")),
            (
                Show.DIFFERS,
                self.tr("&Differs"),
                self.tr("Show where hardware, baseline, guest kernel and application do not agree."),
            ),
        ):
            button = QRadioButton(text)
            button.setToolTip(tip)
            group.addButton(button)
            buttons[show] = button
        buttons[Show.ALL].setChecked(True)
        group.buttonToggled.connect(lambda _, on: self.show_changed.emit() if on else None)
        return buttons

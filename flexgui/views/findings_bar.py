"""What is above the list of findings: filters, grouping and actions, in as much room as there is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from flexgui.views.findings_groups import GROUPINGS, Grouping
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import ElidedLabel
from flexgui.widgets.severity import severity_icon, severity_word

_SEVERITIES = ("error", "todo", "warning", "info")
_DELAY_MS = 150
_LENGTH = 200
_FILTER_WIDTH = 150
_SETTING = "findings/group_by"
WORDS, ICONS, NUMBERS, LINES = range(4)
"""How much room there is: for all words, not for those of the actions, not for those of the severities,
and not for one line."""


class FindingsBar(QWidget):
    """Emits `changed` when something else is to be shown, `left` when the keyboard should go to the list.

    `toggles` are the buttons that show or hide a severity, or what is muted.
    """

    changed = Signal()
    left = Signal()

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: dict[str, int] = {}
        self._level = WORDS
        self.toggles = {name: self._toggle(name) for name in (*_SEVERITIES, "muted")}
        self.filter_box = _FilterBox()
        self.filter_box.setPlaceholderText(self.tr("Filter findings"))
        self.filter_box.setAccessibleName(self.tr("Filter findings"))
        self.filter_box.setToolTip(
            self.tr("Show only findings with all of these words: of what is, of the object, rule or severity")
        )
        self.filter_box.setClearButtonEnabled(True)
        self.filter_box.setMaxLength(_LENGTH)
        self.filter_box.setAcceptDrops(False)  # a file that is dropped here is for the window
        self.filter_box.addAction(icon("search", "secondary"), QLineEdit.ActionPosition.LeadingPosition)
        self.filter_box.setMinimumWidth(100)
        self.filter_box.setMaximumWidth(320)
        self.filter_box.left.connect(self._leave)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self.changed)
        self.filter_box.textChanged.connect(lambda: self._timer.start())
        self.grouping_box = self._grouping()
        self.summary = ElidedLabel()
        self.summary.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self.buttons = [self._button(action) for action in actions]
        self._lines = [QHBoxLayout() for _ in range(3)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for line in self._lines:
            line.setSpacing(4)
            column.addLayout(line)
        self._place()

    # --- what is wanted

    def words(self) -> tuple[str, ...]:
        """What the filter looks for, in lower case."""
        return tuple(self.filter_box.text().lower().split())

    def severities(self) -> frozenset[str]:
        """The severities that are to be shown."""
        return frozenset(name for name in _SEVERITIES if self.toggles[name].isChecked())

    def grouping(self) -> Grouping:
        """What the findings are grouped by."""
        found: Grouping = self.grouping_box.currentData()
        return found

    def set_grouping(self, grouping: Grouping) -> None:
        """Group by something else."""
        self.grouping_box.setCurrentIndex(GROUPINGS.index(grouping))

    def set_counts(self, counts: dict[str, int]) -> None:
        """Show how many findings of each severity there are, and how many are muted."""
        if counts != self._counts:
            self._counts = counts
            self._write()
            self._fit()

    def clear_filter(self) -> None:
        """Show what the filter hides."""
        self.filter_box.clear()
        self._timer.stop()
        self.changed.emit()

    # --- parts

    def _toggle(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setChecked(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIcon(icon("mute") if name == "muted" else severity_icon(name))
        button.toggled.connect(lambda: self.changed.emit())
        return button

    def _grouping(self) -> QComboBox:
        box = QComboBox()
        words = {
            "none": self.tr("No groups"),
            "object": self.tr("By object"),
            "rule": self.tr("By rule"),
            "severity": self.tr("By severity"),
        }
        for name in GROUPINGS:
            box.addItem(words[name], name)
        box.setAccessibleName(self.tr("Group findings"))
        box.setToolTip(self.tr("How findings are grouped"))
        known = str(QSettings().value(_SETTING, "none", type=str))
        box.setCurrentIndex(max(0, box.findData(known)))
        box.currentIndexChanged.connect(self._regroup)
        return box

    def _regroup(self) -> None:
        QSettings().setValue(_SETTING, self.grouping())
        self.changed.emit()

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _leave(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self.changed.emit()
        self.left.emit()

    # --- room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """As narrow as a dock at the side may be."""
        return QSize(260, super().minimumSizeHint().height())

    def _fit(self) -> None:
        """Leave words out until everything has room on one line; then take three."""
        for level in (WORDS, ICONS, NUMBERS, LINES):
            self._set_level(level)
            if self._needed() <= self.width():
                return

    def _needed(self) -> int:
        shown = [*self.toggles.values(), *self.buttons, self.grouping_box]
        return _FILTER_WIDTH + sum(widget.sizeHint().width() + 4 for widget in shown) + 40

    def _set_level(self, level: int) -> None:
        if level == self._level:
            return
        in_lines = LINES in (level, self._level)
        self._level = level
        if in_lines:
            self._place()
        style = Qt.ToolButtonStyle
        for button in self.buttons:
            button.setToolButtonStyle(
                style.ToolButtonTextBesideIcon if level == WORDS else style.ToolButtonIconOnly
            )
        self._write()

    def _place(self) -> None:
        """Put everything on one line, or on three: filter, severities, actions."""
        first, second, third = self._lines if self._level == LINES else [self._lines[0]] * 3
        for line in self._lines:
            while line.takeAt(0) is not None:
                pass
        first.addWidget(self.filter_box, 1)
        first.addWidget(self.grouping_box)
        for button in self.toggles.values():
            second.addWidget(button)
        if second is not third:
            second.addStretch(1)
        third.addWidget(self.summary, 1)
        for button in self.buttons:
            third.addWidget(button)

    def _write(self) -> None:
        """The counts on the buttons, with the words that have room."""
        for name, button in self.toggles.items():
            word = self.tr("Muted") if name == "muted" else severity_word(name)
            count = self._counts.get(name, 0)
            told = f"{word}: {count}"
            button.setText(told if self._level in (WORDS, ICONS) else str(count))
            button.setAccessibleName(told)
            what = self.tr("Show or hide what is muted")
            if name != "muted":
                what = self.tr("Show or hide findings of severity “{word}”").format(word=word)
            button.setToolTip(f"{told}\n{what}")


class _FilterBox(QLineEdit):
    """Enter and Down go on to the list; Esc clears it first."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

"""One sentence with its severity: icon, word and text."""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from flexgui.widgets.labels import IconLabel
from flexgui.widgets.severity import SEVERITIES, severity_color, severity_icon, severity_word


class MessageLine(QWidget):
    """Says what is, and then what to do; wraps; reads "Error: …" to a screen reader. Empty, it is hidden.

    `message_changed` is emitted with severity and text ("" and "" when cleared).
    """

    message_changed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._severity = ""
        self._text = ""
        self._icon = IconLabel(parent=self)
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.RichText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._label, 1)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def set_message(self, severity: str, text: str) -> None:
        """Show `text`, plain, as "error", "todo", "warning", "info", "ok" or "unknown" (else `KeyError`)."""
        SEVERITIES[severity]
        if not text:
            self.clear()
            return
        changed = (severity, text) != (self._severity, self._text)
        self._severity, self._text = severity, text
        self._refresh()
        self.show()
        if changed:
            self.message_changed.emit(severity, text)

    def clear(self) -> None:
        """Say nothing and take no room."""
        changed = bool(self._text)
        self._severity = self._text = ""
        self._label.clear()
        self.setAccessibleName("")
        self.hide()
        if changed:
            self.message_changed.emit("", "")

    def severity(self) -> str:
        """The severity that is shown, or ""."""
        return self._severity

    def text(self) -> str:
        """The sentence that is shown, without the word, or ""."""
        return self._text

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        kinds = (QEvent.Type.PaletteChange, QEvent.Type.LanguageChange, QEvent.Type.EnabledChange)
        if self._text and event.type() in kinds:
            self._refresh()

    def _refresh(self) -> None:
        word = severity_word(self._severity)
        self._icon.set_icon(severity_icon(self._severity))
        body = escape(_breakable(self._text)).replace("\n", "<br>")
        if self.isEnabled():
            color = severity_color(self._severity).name()
            self._label.setText(
                f'<span style="color:{color}; font-weight:600">{escape(word)}</span>&ensp;{body}'
            )
        else:
            self._label.setText(f"<b>{escape(word)}</b>&ensp;{body}")
        self._label.setAccessibleName(f"{word}: {self._text}")
        self.setAccessibleName(f"{word}: {self._text}")


def _breakable(text: str) -> str:
    """`text` with places to wrap in words that are too long for a line, such as thumbprints and paths."""
    return re.sub(r"\S{60}(?=\S)", "\\g<0>\u200b", text)

"""How a severity is shown: word, icon and colour, always all three, the same everywhere."""

from __future__ import annotations

from typing import Final, NamedTuple

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QIcon

from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.widgets.icons import icon
from flexgui.widgets.theme import theme

_CONTEXT: Final = "Severity"


class SeverityLook(NamedTuple):
    """The English word, the icon's name and the colour token of one severity."""

    word: str
    icon: str
    token: str


SEVERITIES: Final[dict[str, SeverityLook]] = {
    "error": SeverityLook(QT_TRANSLATE_NOOP("Severity", "Error"), "error", "error"),
    "todo": SeverityLook(QT_TRANSLATE_NOOP("Severity", "To do"), "todo", "todo"),
    "warning": SeverityLook(QT_TRANSLATE_NOOP("Severity", "Warning"), "warning", "warning"),
    "info": SeverityLook(QT_TRANSLATE_NOOP("Severity", "Information"), "info", "info"),
    "unknown": SeverityLook(QT_TRANSLATE_NOOP("Severity", "Cannot tell"), "unknown", "unknown"),
    "ok": SeverityLook(QT_TRANSLATE_NOOP("Severity", "OK"), "ok", "ok"),
}
"""Worst first: the order to sort and count by."""


def severity_word(severity: str) -> str:
    """The word for `severity` in the user's language. `KeyError` for any other word."""
    return QCoreApplication.translate(_CONTEXT, SEVERITIES[severity].word)


def severity_icon(severity: str) -> QIcon:
    """The icon of `severity` in its colour."""
    look = SEVERITIES[severity]
    return icon(look.icon, look.token)


def severity_color(severity: str) -> QColor:
    """The colour of `severity` in the present theme."""
    return theme().color(SEVERITIES[severity].token)


def severity_rank(severity: str) -> int:
    """0 for the worst; for sorting."""
    return list(SEVERITIES).index(severity)

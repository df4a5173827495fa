"""Times, as the user writes them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale


def moment(when: datetime) -> str:
    """A time with its date, in the user's own format and zone."""
    seconds = QDateTime.fromSecsSinceEpoch(int(when.timestamp()))
    return QLocale().toString(seconds, QLocale.FormatType.ShortFormat)

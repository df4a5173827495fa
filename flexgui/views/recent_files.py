"""The plans that were open, as the settings remember them."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QObject, QSettings, Signal

RECENT_KEY = "recent_files"
RECENT_LIMIT = 10
_URI = "file://"


class RecentFiles(QObject):
    """The files that were open, the last one first. `recent_changed` is emitted when the list is another."""

    recent_changed = Signal()

    def recent(self) -> list[Path]:
        """The files that were open, the last one first."""
        names = QSettings().value(RECENT_KEY, [], type=list)
        return [_path_of(str(name)) for name in names] if isinstance(names, list) else []

    def clear_recent(self) -> None:
        self._set_recent([])

    def _remember(self, path: Path) -> None:
        path = path.absolute()
        self._set_recent([path, *(p for p in self.recent() if p != path)][:RECENT_LIMIT])

    def _forget(self, path: Path) -> None:
        self._set_recent([p for p in self.recent() if p != path.absolute()])

    def _set_recent(self, paths: list[Path]) -> None:
        QSettings().setValue(RECENT_KEY, [_text_of(path) for path in paths])
        self.recent_changed.emit()


def _text_of(path: Path) -> str:
    """A path as settings keep it: its URI where its name is no text."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return path.as_uri()
    return str(path)


def _path_of(text: str) -> Path:
    if text.startswith(_URI):
        return Path(os.fsdecode(unquote_to_bytes(text.removeprefix(_URI))))
    return Path(text)

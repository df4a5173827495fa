"""Files and folders that are dragged into a window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData


def local_paths(data: QMimeData) -> list[Path]:
    """The files and folders of this computer that are dragged, each once; none where it is something else."""
    paths = (Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile() and url.toLocalFile())
    return list(dict.fromkeys(paths))

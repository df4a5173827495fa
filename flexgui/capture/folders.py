"""The files of a folder that may be captures, and what was left out of it and why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flexgui.errors import InputError

FILES_LIMIT: Final = 10_000
"""Files that one folder may hold, its subfolders included; a capture of each host of a large site fits."""

DEPTH_LIMIT: Final = 16
"""Folders inside folders that are still entered."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was found in a folder and not read. `sentence` says why."""

    path: Path
    sentence: str


def files_in(folder: Path) -> Iterator[Path | Skipped]:
    """The regular files in a folder and its subfolders, sorted by name, each folder's files first.

    Hidden files and folders are left out. Links to files are followed; links to folders never are, so that
    no loop can form.

    Raises:
        InputError: the folder cannot be read, or holds more than `FILES_LIMIT` files.
    """
    pending = [(folder, 0)]
    files = 0
    while pending:
        place, depth = pending.pop()
        inner: list[tuple[Path, int]] = []
        try:
            with os.scandir(place) as entries:
                listed = sorted((e for e in entries if not e.name.startswith(".")), key=lambda e: e.name)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            if place == folder:
                raise InputError(
                    f"The folder cannot be read: {reason}.", "Check its permissions.", str(folder)
                ) from None
            yield Skipped(place, f"The folder cannot be read: {reason}.")
            continue
        for entry in listed:
            path = place / entry.name
            files += 1
            if files > FILES_LIMIT:
                raise InputError(
                    f"The folder holds more than {FILES_LIMIT:,} files.",
                    "Choose the folder that holds the captures alone.",
                    str(folder),
                )
            if entry.is_dir(follow_symlinks=False):
                if depth < DEPTH_LIMIT:
                    inner.append((path, depth + 1))
                else:
                    yield Skipped(path, f"It is more than {DEPTH_LIMIT} folders deep.")
            elif _is_file(entry):
                yield path
            elif entry.is_symlink():
                yield Skipped(path, "A link to a folder, or to nothing, is not followed.")
            else:
                yield Skipped(path, "This is not a regular file.")
        pending += reversed(inner)


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link in a loop
        return False

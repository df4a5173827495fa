"""Reading of untrusted files with a limit, and writing that never leaves half a file behind."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from flexgui.errors import InputError

CAPTURE_LIMIT = 64 * 1024 * 1024
"""Bytes a capture may have; the largest real ones are below 1 MiB."""

PLAN_SUFFIX = ".flexplan.json"

PLAN_LIMIT = 512 * 1024 * 1024
"""Bytes a plan may have; 100,000 hosts take some 60 MiB."""


def read_bytes(path: Path, limit: int) -> bytes:
    """The content of `path`, refused above `limit` bytes.

    Reads at most one byte beyond the limit, so that a device or a growing file cannot fill the memory.

    Raises:
        InputError: the file is missing, is not a regular file, cannot be read, or is too large.
    """
    try:
        with open(path, "rb", opener=_without_waiting) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise InputError("This is not a regular file.", "Choose a file.", str(path))
            content = stream.read(limit + 1)
    except IsADirectoryError:
        raise InputError("This is a folder.", "Name the files inside it.", str(path)) from None
    except FileNotFoundError:
        raise InputError("There is no such file.", "Check the name.", str(path)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"The file cannot be read: {reason}.", "Check its permissions.", str(path)) from None
    if len(content) > limit:
        raise InputError(
            f"The file is larger than {limit // (1024 * 1024)} MiB.", "Choose a smaller file.", str(path)
        )
    return content


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` by `content`, or leave it as it was.

    The new content is written beside the old file, forced to disk, and renamed over it. A symbolic link is
    followed, and the permissions of an existing file are kept. What exists and is no regular file (a device,
    a pipe) is never replaced.

    Raises:
        InputError: the folder or file cannot be written; the old content is untouched.
    """
    temporary: str | None = None
    try:
        target = path.resolve() if path.is_symlink() else path
        mode = target.stat().st_mode if target.exists() else None
        if mode is not None and not stat.S_ISREG(mode):
            raise InputError(
                "There is something that is not a regular file.", "Choose another name.", str(path)
            )
        handle, temporary = tempfile.mkstemp(prefix=".flexgui.", suffix=".part", dir=target.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o666 & ~_umask() if mode is None else stat.S_IMODE(mode))
        os.replace(temporary, target)
        temporary = None
        _sync_folder(target.parent)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of symbolic links
        reason = getattr(error, "strerror", None) or "too many symbolic links"
        raise InputError(
            f"The file cannot be written: {reason}.", "Choose another place.", str(path)
        ) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _without_waiting(path: str, flags: int) -> int:
    """Open without waiting for the other end, as a named pipe would."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system allows a folder to be opened (not on Windows)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

"""Reading of untrusted files with a limit, and writing that never leaves half a file behind."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a file was when it was read or written: bytes, time of change (ns since 1970), SHA-256 in hex."""

    size: int
    mtime_ns: int
    sha256: str


def read_stamped(path: Path, limit: int) -> tuple[bytes, Stamp]:
    """The content of a file, and what it is known by from now on.

    Raises:
        InputError: as `read_bytes`.
    """
    # Looked at before it is read: a change meanwhile then counts as one since.
    before = _time_of(path)
    content = read_bytes(path, limit)
    return content, Stamp(size=len(content), mtime_ns=before or 0, sha256=hashlib.sha256(content).hexdigest())


def changed_since(path: Path, stamp: Stamp, *, thorough: bool = False) -> Stamp | None:
    """What the file is now, if its content is another than when it was stamped; None while it is not.

    Its size and time are looked at first, and its content only if they differ, or if `thorough`: a file may
    be written twice within one tick of the clock.

    Raises:
        FileNotFoundError: it is gone.
        InputError: it cannot be read.
    """
    found = path.stat()
    if not thorough and (found.st_size, found.st_mtime_ns) == (stamp.size, stamp.mtime_ns):
        return None
    digest, size = hashlib.sha256(), 0
    try:
        with open(path, "rb", opener=_without_waiting) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):  # a device may have no end
                raise InputError("This is not a regular file.", "Choose another place.", str(path))
            while block := stream.read(1 << 20):
                size += len(block)
                digest.update(block)
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"The file cannot be read: {reason}.", "Choose another place.", str(path)) from None
    now = Stamp(size=size, mtime_ns=found.st_mtime_ns, sha256=digest.hexdigest())
    return None if now.sha256 == stamp.sha256 else now


def _time_of(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


def write_atomically(path: Path, content: bytes | Iterable[bytes]) -> Stamp:
    """Replace `path` by `content`, whole or in pieces, or leave it as it was.

    The new content is written beside the old file, forced to disk, and renamed over it. A symbolic link is
    followed, and the permissions of an existing file are kept. What exists and is no regular file (a device,
    a pipe), or must not be written, is never replaced. An exception that the pieces raise ends it, and the
    file stays as it was. Returns what the file is now.

    Raises:
        InputError: the folder or file cannot be written; the old content is untouched.
    """
    temporary: str | None = None
    digest, size = hashlib.sha256(), 0
    try:
        target = _followed(path)
        mode = target.stat().st_mode if target.exists() else None
        if mode is not None and stat.S_ISDIR(mode):
            raise InputError("There is a folder of this name.", "Choose another name.", str(path))
        if mode is not None and not stat.S_ISREG(mode):
            raise InputError(
                "There is something that is not a regular file.", "Choose another name.", str(path)
            )
        if mode is not None and not os.access(target, os.W_OK):
            raise InputError("The file is read-only.", "Choose another name.", str(path))
        handle, temporary = part_file(target.parent)
        with os.fdopen(handle, "wb") as stream:
            for piece in (content,) if isinstance(content, bytes) else content:
                stream.write(piece)
                digest.update(piece)
                size += len(piece)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o666 & ~_umask() if mode is None else stat.S_IMODE(mode))
        os.replace(temporary, target)
        temporary = None
        sync_folder(target.parent)
    except OSError as error:
        raise InputError(
            f"The file cannot be written: {why_not(error)}.", "Choose another place.", str(path)
        ) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
    return Stamp(size=size, mtime_ns=_time_of(target) or 0, sha256=digest.hexdigest())


def _followed(path: Path) -> Path:
    """The file that a symbolic link leads to.

    Raises:
        OSError: it leads in a circle.
    """
    try:
        return path.resolve() if path.is_symlink() else path
    except RuntimeError:
        raise OSError(errno.ELOOP, "its symbolic links lead in a circle") from None


def why_not(error: OSError) -> str:
    """Why a file cannot be written, as words inside a sentence."""
    known = {
        getattr(errno, "EDQUOT", errno.ENOSPC): "your quota of the disk is used up",
        errno.ENOSPC: "the disk is full",
        errno.EROFS: "the disk is read-only",
        errno.EACCES: "you may not write there",
        errno.EPERM: "you may not write there",
        errno.ENOENT: "the folder is not there",
        errno.ENOTDIR: "what should be its folder is a file",
        errno.ENAMETOOLONG: "the name is too long",
        errno.EFBIG: "it would be too large there",
    }
    return known.get(error.errno or 0) or error.strerror or type(error).__name__


PART_PREFIX, PART_SUFFIX = ".flexgui.", ".part"
_ABANDONED_S = 60
"""A part that is no older may be about to be renamed."""


def part_file(folder: Path) -> tuple[int, str]:
    """A new file, to be renamed when it is complete: descriptor and name. It is locked while it is open."""
    handle, name = tempfile.mkstemp(prefix=PART_PREFIX, suffix=PART_SUFFIX, dir=folder)
    try_lock(handle)
    return handle, name


def remove_parts(folder: Path) -> None:
    """Remove what a process that was killed left half written in a folder; what one still writes stays."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(PART_PREFIX) and entry.name.endswith(PART_SUFFIX):
                with contextlib.suppress(OSError):
                    handle = open_itself(entry.path)
                    try:
                        if time.time() - entry.stat().st_mtime > _ABANDONED_S and try_lock(handle):
                            os.unlink(entry.path)
                    finally:
                        os.close(handle)


def open_itself(path: str | Path) -> int:
    """A descriptor of a regular file to read and lock; a symbolic link is not followed.

    Raises:
        OSError: it cannot be opened, or is no regular file.
    """
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a regular file")
    return handle


def try_lock(handle: int) -> bool | None:
    """Lock an open file for as long as it stays open, or the process lives, however that ends.

    False: another has it open and locked. None: the file system knows no locks.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, 1 << 40, os.SEEK_SET)  # far behind the content, which others may read
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        taken = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)
        return False if error.errno in taken else None
    finally:
        os.lseek(handle, 0, os.SEEK_SET)
    return True


def _without_waiting(path: str, flags: int) -> int:
    """Open without waiting for the other end, as a named pipe would."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system allows a folder to be opened (not on Windows)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

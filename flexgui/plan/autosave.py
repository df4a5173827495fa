"""Autosaves: what is not saved yet, kept beside the plan's file for the case that the process ends badly.

An autosave is a file of its own for each time that a plan is open: two programs on the same plan never write
to the same one. Its first line says what it is an autosave of, the rest is a plan file. It is replaced as a
whole, like a plan, and is locked while its owner lives; so whoever opens the plan later knows whose owner is
gone.

Where the folder of the plan cannot be written, and for plans without a file, it is in a folder of the
program's.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import platform
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic_core import ValidationError

from flexgui.errors import InputError
from flexgui.files import (
    PLAN_LIMIT,
    Stamp,
    open_itself,
    part_file,
    remove_parts,
    sync_folder,
    try_lock,
    why_not,
)
from flexgui.plan.codec import codec
from flexgui.plan.pieces import Pieces
from flexgui.plan.storage import from_json
from flexgui.plan.values import Limits, Plan, Text, value

SUFFIX: Final = ".autosave"
DELAY_S: Final = 0.4
"""So long after an autosave the next one begins at the earliest."""

GATHERED_S: Final = 0.05
"""How long an edit waits at least, for those that belong to it."""

EDITS_NAMED: Final = 50
"""So many of the last edits are named in an autosave."""

_NOTE_LIMIT: Final = 1 << 20
_NAME_BYTES: Final = 160
_RETRY_S: Final = 5.0
_BLOCK: Final = 1 << 18
_WORK_S: Final = 0.004
_PAUSE_S: Final = 0.0005
"""The thread that writes lets others go on after each few milliseconds of its work."""


@value
class Note:
    """The first line of an autosave. `plan` is the file's absolute path, "" for a plan without one; `base`
    what that file was when the edits began, the last of which `edits` names; `saved` is a time (ISO 8601)."""

    flexgui_autosave: Literal[1]
    plan: Text = ""
    saved: datetime
    edits: Annotated[tuple[Text, ...], Limits(max_length=EDITS_NAMED)] = ()
    edit_count: Annotated[int, Limits(ge=0)] = 0
    base: Stamp | None = None
    host: Text = ""
    pid: int = 0


@dataclass(frozen=True, slots=True)
class _Work:
    generation: int
    plan: Plan
    edits: tuple[str, ...]
    edit_count: int
    since: float


class Autosaver:
    """Writes autosaves on a thread of its own, which lives only while there is something to write.

    `written` is called on that thread with the file after each autosave, `moved` with the folder and the
    reason when it has to be another than the plan's, `failed` with the reason when it cannot be anywhere;
    these two once for each plan.
    """

    def __init__(
        self,
        folder: Path,
        written: Callable[[Path], None] = lambda file: None,
        moved: Callable[[Path, str], None] = lambda folder, reason: None,
        failed: Callable[[str], None] = lambda reason: None,
    ) -> None:
        self._fallback = folder
        self._written, self._moved, self._failed = written, moved, failed
        self._session = secrets.token_hex(4)
        self._pieces = Pieces()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._work: _Work | None = None
        self._expected: Plan | None = None
        self._ended = 0.0
        self._generation = 0
        self._hurry = False
        self._file: Path | None = None
        self._handle: int | None = None
        self._path: Path | None = None
        self._base: Stamp | None = None
        self._beside = True
        self._told_failure = False

    @property
    def file(self) -> Path | None:
        """The autosave as it is on disk now, if there is one."""
        return self._file

    def begin(self, path: Path | None, base: Stamp | None = None) -> None:
        """Another plan is open, or the same one has been saved: nothing is worth keeping yet."""
        with self._changed:
            self._path = None if path is None else Path(os.path.realpath(path))
            self._base = base
            self._beside, self._told_failure = path is not None, False
            self._drop()

    def note(self, plan: Plan, edits: tuple[str, ...] = (), edit_count: int = 0) -> None:
        """The plan has changed: write it soon. Returns at once."""
        with self._changed:
            since = self._work.since if self._work is not None else time.monotonic()
            self._work = _Work(self._generation, plan, edits[-EDITS_NAMED:], edit_count or len(edits), since)
            self._start()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="autosave", daemon=True)
            self._thread.start()
        else:
            self._changed.notify_all()

    def expect(self, plan: Plan) -> None:
        """This large plan will be edited: prepare what its autosaves will consist of, so that the first one
        is as quick as the others. Returns at once."""
        with self._changed:
            self._expected = plan
            self._start()

    def forget(self) -> None:
        """There is nothing left that is not saved: remove the autosave."""
        with self._changed:
            self._drop()

    def adopt(self, found: Found) -> None:
        """Keep an autosave that was found until the next one takes its place, or it is forgotten."""
        with self._changed:
            self._drop()
            self._file, self._handle = found.file, found.hand_over()

    def flush(self) -> None:
        """Write what is still to be written now, and wait for it."""
        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        self._hurry = False

    def close(self) -> None:
        """Stop. An autosave that is there stays, for the next start, and is nobody's any more."""
        self.flush()
        with self._changed:
            self._release()
            self._file = None
            self._pieces.forget()

    def _drop(self) -> None:
        self._generation += 1
        self._work = self._expected = None
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.unlink(self._file)
        self._file = None
        self._release()
        self._changed.notify_all()

    def _release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    # --- on the thread

    def _run(self) -> None:
        try:
            self._write_pending()
        except BaseException:
            with self._changed:
                self._thread = None  # the next change tries again
            raise

    def _write_pending(self) -> None:
        while True:
            with self._changed:
                while self._work is not None and not self._hurry:
                    due = max(self._work.since + GATHERED_S, self._ended + DELAY_S)
                    left = due - time.monotonic()
                    if left <= 0:
                        break
                    self._changed.wait(left)
                work, self._work = self._work, None
                expected, self._expected = self._expected, None
                if work is None and expected is None:
                    self._thread = None
                    return
            if work is None:
                self._prepare(expected)
                continue
            with contextlib.suppress(_Outdated):
                reason = self._write(work)
                if reason is not None:
                    self._try_later(work, reason)
            self._ended = time.monotonic()

    def _prepare(self, plan: Plan | None) -> None:
        """Write a plan to nowhere, until there is something to write."""
        if plan is not None:
            generation = self._generation
            for _ in self._paced(self._pieces.of(plan)):
                if self._work is not None or self._hurry or generation != self._generation:
                    break

    def _write(self, work: _Work) -> str | None:
        """Write an autosave where that is possible; else return why it is not."""
        reason = ""
        if self._beside and self._path is not None:
            try:
                self._write_in(self._path.parent, work)
                return None
            except OSError as error:
                reason = why_not(error)
        try:
            # What the edits are of nobody else's concern.
            self._fallback.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write_in(self._fallback, work)
        except OSError as error:
            return why_not(error)
        if self._beside:
            self._beside = False
            if self._path is not None:
                self._moved(self._fallback, reason)
        return None

    def _try_later(self, work: _Work, reason: str) -> None:
        if not self._told_failure:
            self._told_failure = True
            self._failed(reason)
        with self._changed:
            if work.generation == self._generation and self._work is None and not self._hurry:
                self._work = work
                self._changed.wait(_RETRY_S)

    def _write_in(self, folder: Path, work: _Work) -> None:
        beside = self._path is not None and folder == self._path.parent
        target = folder / f"{_stem(self._path, beside)}{self._session}{SUFFIX}"
        handle, temporary = part_file(folder)
        try:
            for block in _blocks(self._content(work)):
                self._still_wanted(work)
                _write_all(handle, block)
            if beside and self._path is not None:
                with contextlib.suppress(OSError):  # who may read the plan may read this; nobody else
                    os.chmod(temporary, self._path.stat().st_mode & 0o666)
            os.fsync(handle)
            with self._changed:
                self._still_wanted(work)
                handle = self._put(handle, temporary, target)
        except BaseException:
            os.close(handle)
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
        sync_folder(folder)
        self._written(target)

    def _put(self, handle: int, temporary: str, target: Path) -> int:
        """Make the new file the autosave; its lock comes with it."""
        old, old_handle = self._file, self._handle
        if os.name == "nt":  # an open file cannot be renamed there
            for each in (old_handle, handle):
                if each is not None:
                    os.close(each)
            os.replace(temporary, target)
            handle = os.open(target, os.O_RDWR | getattr(os, "O_BINARY", 0))
            try_lock(handle)
        else:
            os.replace(temporary, target)
            if old_handle is not None:
                os.close(old_handle)
        self._file, self._handle = target, handle
        if old is not None and old != target:
            with contextlib.suppress(OSError):
                os.unlink(old)
        return handle

    def _still_wanted(self, work: _Work) -> None:
        if work.generation != self._generation:
            raise _Outdated

    def _content(self, work: _Work) -> Iterator[bytes]:
        note = Note(
            flexgui_autosave=1,
            plan=str(self._path or "").encode("utf-8", "backslashreplace").decode(),
            saved=datetime.now().astimezone(),
            edits=work.edits,
            edit_count=work.edit_count,
            base=self._base,
            host=platform.node(),
            pid=os.getpid(),
        )
        yield codec(Note).dump_json(note) + b"\n"
        yield from self._paced(self._pieces.of(work.plan))

    def _paced(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        since = time.perf_counter()
        for piece in pieces:
            yield piece
            if time.perf_counter() - since > _WORK_S and not self._hurry:
                time.sleep(_PAUSE_S)
                since = time.perf_counter()


class _Outdated(Exception):  # noqa: N818 (nothing is wrong)
    """What is being written is not wanted any more."""


def _blocks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pieces put together, so that each is worth a call of the system."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _BLOCK:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _write_all(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


# --- found


class Found:
    """An autosave whose owner is gone. It is locked for us until it is released, discarded or handed over.

    `note` is None and `problem` says why, where it is none of ours after all: it is left alone.
    """

    def __init__(self, file: Path, handle: int) -> None:
        self.file = file
        self._handle: int | None = handle
        self.note: Note | None = None
        self.problem: InputError | None = None
        try:
            self.note = _read_note(handle)
        except InputError as error:
            self.problem = error.in_file(file)

    @property
    def saved(self) -> datetime:
        """When it was written."""
        return self.note.saved if self.note is not None else datetime.fromtimestamp(0).astimezone()

    def plan(self) -> Plan:
        """The plan that it holds.

        Raises:
            InputError: it is none; the file is left alone.
        """
        if self.problem is not None:
            raise self.problem
        assert self._handle is not None
        os.lseek(self._handle, 0, os.SEEK_SET)
        with os.fdopen(os.dup(self._handle), "rb") as stream:
            stream.readline(_NOTE_LIMIT)
            content = stream.read(PLAN_LIMIT + 1)
        if len(content) > PLAN_LIMIT:
            raise InputError("The autosave is too large.", "It was left where it is.", str(self.file))
        return from_json(content, str(self.file))

    def discard(self) -> None:
        """Remove it. It stays where it cannot be removed."""
        with contextlib.suppress(OSError):
            os.unlink(self.file)
        self.release()

    def release(self) -> None:
        """Leave it for another time."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def hand_over(self) -> int | None:
        """Its lock, for whoever takes care of it from now on."""
        handle, self._handle = self._handle, None
        return handle


def find(path: Path | None, fallback: Path) -> list[Found]:
    """The autosaves of a plan file, or of plans without one, whose owners are gone; the newest first.

    What processes that were killed left half written beside them is removed.
    """
    real = None if path is None else Path(os.path.realpath(path))
    places = [(fallback, _stem(real, False))]
    if real is not None:
        places.append((real.parent, _stem(real, True)))
    found: list[Found] = []
    for folder, stem in places:
        remove_parts(folder)
        try:
            names = [entry.name for entry in os.scandir(folder)]
        except OSError:
            continue
        for name in names:
            middle = name[len(stem) : -len(SUFFIX)]
            if name.startswith(stem) and name.endswith(SUFFIX) and _is_session(middle):
                each = _claimed(folder / name)
                if each is not None:
                    found.append(each)
    return sorted(found, key=lambda each: each.saved, reverse=True)


def _claimed(file: Path) -> Found | None:
    """The autosave, unless its owner lives or it cannot be read at all."""
    try:
        handle = open_itself(file)
    except OSError:
        return None
    locked = try_lock(handle)
    found = Found(file, handle)
    if locked is False or (locked is None and found.note is not None and _lives(found.note)):
        found.release()
        return None
    return found


def _lives(note: Note) -> bool:
    """Whether the owner of an autosave seems to live, where the file system knows no locks."""
    if note.host != platform.node() or note.pid <= 0 or os.name == "nt":
        return False
    try:
        os.kill(note.pid, 0)
    except OSError as error:
        return error.errno == errno.EPERM
    return note.pid != os.getpid()


def _read_note(handle: int) -> Note:
    os.lseek(handle, 0, os.SEEK_SET)
    with os.fdopen(os.dup(handle), "rb") as stream:
        line = stream.readline(_NOTE_LIMIT)
    try:
        note = codec(Note).validate_json(line)
        # One moment among others: with a zone, and not before or after all that there are.
        return replace(note, saved=note.saved.astimezone())
    except (ValidationError, OverflowError, ValueError, OSError):
        raise InputError(
            "This autosave cannot be read: it is damaged, or of another program.", "It was left where it is."
        ) from None


def _stem(path: Path | None, beside: bool) -> str:
    """How the names of the autosaves of a plan file begin, beside it or in the program's folder."""
    if path is None:
        return "plan-without-file."
    full = os.fsencode(path)
    if not beside:
        return f"{hashlib.sha256(full).hexdigest()[:16]}."
    name = os.fsencode(path.name)
    if len(name) > _NAME_BYTES:
        return f".{hashlib.sha256(name).hexdigest()[:32]}."
    return f".{path.name}."


def _is_session(text: str) -> bool:
    return len(text) == 8 and set(text) <= set("0123456789abcdef")

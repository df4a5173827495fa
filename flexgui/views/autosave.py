"""Keeps what is not saved beside the plan, and offers it when its owner did not come to save it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal, SignalInstance
from PySide6.QtGui import QGuiApplication, QSessionManager

from flexgui.errors import InputError
from flexgui.files import changed_since
from flexgui.plan.autosave import EDITS_NAMED, Autosaver, Found, find
from flexgui.plan.changes import Change, changes
from flexgui.plan.inventory import hosts
from flexgui.plan.values import Plan
from flexgui.views.plan_file import MANY_HOSTS
from flexgui.widgets.task import run_task

if TYPE_CHECKING:
    from flexgui.views.autosave_dialog import AutosaveDialog
    from flexgui.views.main_window import MainWindow


def autosave_folder() -> Path:
    """Where autosaves are that cannot be beside their plan."""
    location = QStandardPaths.StandardLocation.AppLocalDataLocation
    return Path(QStandardPaths.writableLocation(location)) / "autosaves"


@dataclass(frozen=True, slots=True)
class _Offer:
    found: Found
    plan: Plan
    changes: tuple[Change, ...]
    same: bool
    changed_at: datetime | None


class Autosave(QObject):
    """Follows the document: what is dirty is on disk a moment later, what is clean has no autosave.

    `written` tells the file, from another thread, `looked` how many autosaves were found for the plan that
    was opened; then `dialog` is the offer of the newest, while it is open.
    """

    written = Signal(str)
    looked = Signal(int)
    _moved = Signal(str, str)
    _failed = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._document = window.document
        self.dialog: AutosaveDialog | None = None
        self._waiting: list[Found] = []
        self._ended = False

        def tell(signal: SignalInstance, *texts: str) -> None:
            with contextlib.suppress(RuntimeError):  # the window has gone meanwhile
                signal.emit(*texts)

        self.saver = saver = Autosaver(
            autosave_folder(),
            written=lambda file: tell(self.written, str(file)),
            moved=lambda folder, reason: tell(self._moved, str(folder), reason),
            failed=lambda reason: tell(self._failed, reason),
        )
        self._moved.connect(self._say_moved)
        self._failed.connect(self._say_failed)
        stack = self._document.undo_stack
        stack.indexChanged.connect(self._follow)
        stack.cleanChanged.connect(self._follow_clean)
        self._document.path_changed.connect(self._begin)
        plan_file = window.plan_file
        plan_file.opened.connect(lambda: self._look_soon(self._document.path))
        plan_file.not_opened.connect(self._look_soon)
        plan_file.closed.connect(self._end)
        self.destroyed.connect(lambda: saver.close())
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.aboutToQuit.connect(saver.close)
            application.commitDataRequest.connect(self._end_session)
        self._begin()
        if self._document.path is None:
            QTimer.singleShot(0, self, self._look_at_start)
        else:
            self._look_soon(self._document.path)

    # --- keep

    def _begin(self) -> None:
        self.saver.begin(self._document.path, self._window.plan_file.stamp)
        self._follow()
        whole = self._document.whole
        if sum(1 for _ in hosts(whole)) >= MANY_HOSTS:
            self.saver.expect(whole)

    def _follow_clean(self, clean: bool) -> None:
        if clean:
            self.saver.begin(self._document.path, self._window.plan_file.stamp)
        else:
            self._follow()

    def _end(self) -> None:
        """The window was closed: what was not saved then was let go."""
        self._ended = True  # a field that loses the focus now still enters what was typed in it
        self.saver.forget()

    def _follow(self) -> None:
        if self._ended:
            return
        if not self._document.dirty:
            self.saver.forget()
            return
        names = self._edits()
        self.saver.note(self._document.whole, names[-EDITS_NAMED:], len(names))

    def _edits(self) -> tuple[str, ...]:
        """What was done since the plan was saved, by the names that Undo shows."""
        stack = self._document.undo_stack
        clean, now = max(stack.cleanIndex(), 0), stack.index()
        if now < clean:
            undone = self.tr("Undo: {name}")
            return tuple(undone.format(name=stack.text(i)) for i in range(clean - 1, now - 1, -1))
        return tuple(stack.text(i) for i in range(clean, now))

    def _say_moved(self, folder: str, reason: str) -> None:
        text = self.tr("Unsaved work is kept in {folder}, not beside the plan: {reason}.")
        self._window.plan_file.told.emit(text.format(folder=folder, reason=reason))

    def _say_failed(self, reason: str) -> None:
        text = self.tr("Unsaved work cannot be kept: {reason}. Save the plan often.")
        self._window.plan_file.told.emit(text.format(reason=reason))

    def _end_session(self, manager: QSessionManager) -> None:
        """The session ends: ask as for closing. What was let go is not offered again."""
        if not self._document.dirty and not self._window.plan_file.unfinished():
            return
        if not manager.allowsInteraction():
            self.saver.flush()
            return
        if self._window.plan_file.may_close():
            self.saver.forget()
        else:
            manager.cancel()
        manager.release()

    # --- offer

    def _look_at_start(self) -> None:
        if self._document.path is None and not self._document.dirty:
            self._look(None)

    def _look_soon(self, path: Path | None) -> None:
        """Once what was opened is on show."""
        if path is not None:
            QTimer.singleShot(0, self, lambda: self._look(path))

    def _look(self, path: Path | None) -> None:
        for old in self._waiting:
            old.release()
        self._waiting = find(path, autosave_folder())
        self.looked.emit(len(self._waiting))
        self._next()

    def _next(self) -> None:
        if self.dialog is not None or not self._waiting:
            return
        found = self._waiting.pop(0)
        before = self._document.whole
        run_task(
            self,
            lambda report: _compared(found, before),
            self._offer,
            failed=lambda error: self._refuse(found, error),
        )

    def _refuse(self, found: Found, error: Exception) -> None:
        found.release()
        self._window.plan_file.say(self.tr("Work that was not saved cannot be restored."), str(error))
        self._next()

    def _offer(self, offer: _Offer) -> None:
        from flexgui.views.autosave_dialog import AutosaveDialog

        found = offer.found
        note = found.note
        if offer.same or note is None:
            found.discard()
            self._next()
            return
        name = Path(note.plan).name or self.tr("The new plan")
        dialog = AutosaveDialog(name, note, offer.changes, offer.changed_at, self._window)
        self.dialog = dialog
        dialog.restore_chosen.connect(lambda: self._restore(offer))
        dialog.discard_chosen.connect(found.discard)
        dialog.later_chosen.connect(found.release)
        dialog.finished.connect(self._done)
        dialog.open()

    def _done(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = None
        self._next()

    def _restore(self, offer: _Offer) -> None:
        """Show what was kept, over the file's version: it is not saved yet, and can be undone."""
        found, document = offer.found, self._document
        path = None if found.note is None or not found.note.plan else Path(found.note.plan)
        mine = document.path is not None and path is not None and _same_file(document.path, path)
        if not mine:
            if not self._window.plan_file.may_close():
                found.release()
                return
            document.new()
        self.saver.adopt(found)
        for other in self._waiting:  # older ones are of the state before
            other.release()
        self._waiting = []
        name = self.tr("Restore unsaved work")
        document.edit_whole(name, lambda plan: offer.plan)
        if not mine:
            self._window.plan_file.opened.emit()
        self._window.plan_file.told.emit(self.tr("Restored. Save keeps it, Undo shows the saved plan."))


def _compared(found: Found, before: Plan) -> _Offer:
    """What an autosave holds, and how that differs from what is open."""
    plan = found.plan()
    note = found.note
    changed_at: datetime | None = None
    if note is not None and note.base is not None and note.plan:
        with contextlib.suppress(OSError, InputError):
            if changed_since(Path(note.plan), note.base) is not None:
                changed_at = datetime.fromtimestamp(Path(note.plan).stat().st_mtime).astimezone()
    return _Offer(found, plan, tuple(changes(before, plan)), plan == before, changed_at)


def _same_file(one: Path, other: Path) -> bool:
    with contextlib.suppress(OSError):
        return one.resolve() == other.resolve()
    return False

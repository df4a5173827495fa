"""The plan's file: new, open, recent, save, export, and the question before changes are lost."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QMessageBox, QWidget

from flexgui.document import Document, DraftChecker
from flexgui.errors import InputError, printable
from flexgui.files import Stamp, changed_since, write_atomically
from flexgui.plan.inventory import hosts
from flexgui.plan.storage import SUFFIX, load_stamped, save
from flexgui.plan.values import Plan
from flexgui.resources import resource_path
from flexgui.rules.finding import Finding, Severity
from flexgui.views.file_questions import FileQuestions
from flexgui.widgets.finding_text import sentence
from flexgui.widgets.message_box import message_box
from flexgui.widgets.moment import moment
from flexgui.widgets.name_list import joined
from flexgui.widgets.task import Cancelled, Report
from flexgui.widgets.waiting import WaitingDialog, wait_for

if TYPE_CHECKING:
    from flexgui.export.target import Target


_LISTED = 5
MANY_HOSTS = 2000
"""A plan of so many hosts is read and written off the GUI thread."""

_LARGE = 1 << 20
_LOOKED_INTO = 16 << 20
"""Bytes up to which a file is read before it is overwritten, in case its time of change tells nothing."""


def is_large(path: Path) -> bool:
    """Whether a plan file takes so long to open that the user must see it."""
    try:
        return path.stat().st_size >= _LARGE
    except OSError:
        return False


class PlanFile(FileQuestions):
    """Asks and tells over `window`. `opened` is emitted after another plan is open, `told` with a sentence
    for the status line, `recent_changed` when the list of recent files is another, `saved` when the plan is
    as its file again, `not_opened` with the path of a file that could not be opened, `closed` when the user
    has let the plan go.

    `stamp` is what the plan's file was when it was last read or written; None where nobody knows.
    """

    opened = Signal()
    told = Signal(str)
    about_to_read = Signal()
    saved = Signal()
    not_opened = Signal(object)
    closed = Signal()

    def __init__(self, document: Document, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._target = ""
        self.stamp: Stamp | None = None

    # --- open

    def new(self) -> bool:
        """Start an empty plan, unless the user wants to keep the open one."""
        if not self.may_close():
            return False
        self.stamp = None
        self._document.new()
        self.opened.emit()
        return True

    def choose_and_open(self) -> bool:
        """Ask for a plan file and open it."""
        if not self.may_close():
            return False
        path, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open plan"), str(self.folder()), ";;".join(self._kinds())
        )
        return bool(path) and self._read(Path(path))

    def open(self, path: Path) -> bool:
        """Open a plan file, unless the user wants to keep the open plan."""
        return self.may_close() and self._read(path)

    def read(self, path: Path) -> None:
        """Open a plan file without asking or telling anybody. A bundled sample is opened without its file.

        A large one is read and checked off the GUI thread, behind a dialog that says so.

        Raises:
            InputError: as `Document.open` does; the open plan stays.
            Cancelled: the user has stopped it; the open plan stays.
        """
        if not is_large(path):
            self._show(path, *load_stamped(path))
            return
        title = self.tr("Opening {file}…").format(file=printable(path.name))
        wait_for(
            self._window,
            title,
            lambda report: self._opened(path, report),
            lambda opened: self._show(path, *opened),
        )
        # So many values that stay as they are: the collector must not walk them again and again.
        gc.freeze()

    def _show(self, path: Path, plan: Plan, stamp: Stamp, checker: DraftChecker | None = None) -> None:
        gc.unfreeze()
        sample = path.resolve().parent == resource_path("samples").resolve()
        self.stamp = None if sample else stamp
        if sample:
            self._document.new(plan, checker)
        else:
            self._document.open(path, plan, checker)
            self._remember(path)
        self.opened.emit()

    def _opened(self, path: Path, report: Report) -> tuple[Plan, Stamp, DraftChecker]:
        """A plan that is ready to be shown; on another thread."""
        report(0, 2, self.tr("Reading the file"))
        plan, stamp = load_stamped(path)
        count = sum(1 for _ in hosts(plan))
        report(1, 2, self.tr("Checking {count} hosts").format(count=f"{count:,}"))
        checker = DraftChecker()
        checker.findings(plan)
        report(2, 2, "")
        return plan, stamp, checker

    def _read(self, path: Path) -> bool:
        try:
            self.read(path)
        except Cancelled:
            return False
        except InputError as error:
            headline = self.tr("The plan was not opened.")
            if not os.path.lexists(path) and path.absolute() in self.recent():
                self._forget(path)
                self.say(
                    headline, self.tr("{error} It is no longer among the recent plans.").format(error=error)
                )
            else:
                self.say(headline, error)
            self.not_opened.emit(path)
            return False
        return True

    # --- save

    def save(self) -> bool:
        """Save to the plan's file; ask for a name where it has none. False where it was not saved."""
        self.commit()
        return self.save_as() if self._document.path is None else self._write(None)

    def save_as(self) -> bool:
        """Ask for a name and save there."""
        self.commit()
        suggested = self._document.path or self.folder() / f"{self.suggested_name()}{SUFFIX}"
        answer = self._ask_name(self.tr("Save plan"), suggested, self._kinds())
        return answer is not None and self._write(answer[0])

    def suggested_name(self) -> str:
        """A file name for a plan that has none: its only datacenter's, or "plan"."""
        names = [d.name for d in self._document.plan.datacenters]
        safe = _file_name(names[0]) if len(names) == 1 else ""
        return safe or self.tr("plan")

    def _write(self, path: Path | None) -> bool:
        """Write the plan to `path`, or to its own file if nobody else has changed that."""
        target = path or self._document.path
        assert target is not None
        if self._is_own(target):
            own = self._may_overwrite(target)
            if own is not True:
                return own is None and self.save_as()
        try:
            self.stamp = self._written(self._document.whole, target)
        except Cancelled:
            self.told.emit(self.tr("Not saved: {file} is as it was").format(file=target.name))
            return False
        except InputError as error:
            return self._offer_another_place(error)
        self._document.mark_saved(target)
        self._remember(target)
        self.saved.emit()
        self.told.emit(self.tr("Saved {file}").format(file=target.name))
        return True

    def _written(self, plan: Plan, path: Path) -> Stamp:
        count = sum(1 for _ in hosts(plan))
        if count < MANY_HOSTS:
            return save(plan, path)
        title = self.tr("Saving {file}…").format(file=printable(path.name))
        return wait_for(
            self._window, title, lambda report: save(plan, path, lambda done: report(done, count, ""))
        )

    def _is_own(self, target: Path) -> bool:
        own = self._document.path
        return own is not None and self.stamp is not None and own.absolute() == target.absolute()

    def change_on_disk(self, *, thorough: bool = False) -> datetime | None:
        """When somebody else changed the plan's file since it was read or saved; None if nobody did.

        Raises:
            FileNotFoundError: it was removed.
        """
        path = self._document.path
        if path is None or self.stamp is None:
            return None
        try:
            now = changed_since(path, self.stamp, thorough=thorough and self.stamp.size < _LOOKED_INTO)
        except FileNotFoundError:
            raise
        except (OSError, InputError):
            return None  # writing or reading it will say why
        return None if now is None else datetime.fromtimestamp(now.mtime_ns / 1e9).astimezone()

    def _may_overwrite(self, path: Path) -> bool | None:
        """Whether the plan's file may be written; None to write another one instead."""
        try:
            when = self.change_on_disk(thorough=True)
        except FileNotFoundError:
            return True  # nothing is lost by writing it again
        if when is None:
            return True
        box = message_box(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("FlexGUI"))
        box.setText(self.tr("{file} was changed by someone else.").format(file=printable(path.name)))
        box.setInformativeText(
            self.tr(
                "It was changed at {time}, after it was opened here. Overwriting it loses those changes. "
                "Reloading shows them; Undo brings your version back."
            ).format(time=moment(when))
        )
        role = QMessageBox.ButtonRole
        overwrite = box.addButton(self.tr("&Overwrite"), role.DestructiveRole)
        other = box.addButton(self.tr("Save &As…"), role.AcceptRole)
        reload = box.addButton(self.tr("&Reload"), role.ActionRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(other)
        box.exec()
        clicked = box.clickedButton()
        box.deleteLater()
        if clicked is reload:
            self.reload()
        return True if clicked is overwrite else None if clicked is other else False

    def reload(self) -> bool:
        """Show the plan's file as it is on disk now. The version that was open comes back with Undo."""
        path = self._document.path
        if path is None:
            return False
        self.about_to_read.emit()
        try:
            if is_large(path):
                title = self.tr("Opening {file}…").format(file=printable(path.name))
                plan, stamp = wait_for(self._window, title, lambda report: load_stamped(path))
            else:
                plan, stamp = load_stamped(path)
        except Cancelled:
            return False
        except InputError as error:
            self.say(self.tr("The plan was not loaded again."), error)
            return False
        self.stamp = stamp
        name = self.tr("Reload {file}").format(file=printable(path.name))
        self._document.edit_whole(name, lambda _: plan)
        self._document.mark_saved(path)
        self.saved.emit()
        self.told.emit(self.tr("Loaded {file} again. Undo brings your version back.").format(file=path.name))
        return True

    def _offer_another_place(self, error: InputError) -> bool:
        """Say why the plan could not be written, and offer to write it elsewhere."""
        box = self._box(self.tr("The plan was not saved."), str(error))
        other = box.addButton(self.tr("Save &As…"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(other)
        box.exec()
        again = box.clickedButton() is other
        box.deleteLater()
        return again and self.save_as()

    def may_close(self) -> bool:
        """Whether the open plan may go: asks once where it has changes that are not saved.

        What is still being typed counts, and so does what was entered in dialogs that are open.
        """
        self.commit()
        dialogs = self.unfinished()
        if not self._document.dirty and not dialogs:
            return True
        box = message_box(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("FlexGUI"))
        path = self._document.path
        name = printable(path.name) if path is not None else self.tr("the new plan")
        open_here = self.tr("Not finished: {dialogs}. What was entered there is lost.").format(
            dialogs=joined([dialog.windowTitle() for dialog in dialogs])
        )
        buttons = QMessageBox.StandardButton
        if self._document.dirty:
            box.setText(self.tr("Save the changes to {name}?").format(name=name))
            lost = self.tr("What is not saved is lost.")
            box.setInformativeText(f"{lost} {open_here}" if dialogs else lost)
            box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
            box.setDefaultButton(buttons.Save)
        else:
            box.setText(self.tr("Close anyway?"))
            box.setInformativeText(open_here)
            box.setStandardButtons(buttons.Discard | buttons.Cancel)
            box.setDefaultButton(buttons.Cancel)
        answer = buttons(box.exec())
        box.deleteLater()
        if answer not in (buttons.Save, buttons.Discard) or (answer == buttons.Save and not self.save()):
            return False
        for dialog in dialogs:
            dialog.done(QDialog.DialogCode.Rejected)
        return True

    def unfinished(self) -> list[QDialog]:
        """The dialogs that are open with what was entered in them."""
        return [
            dialog
            for dialog in self._window.findChildren(QDialog)
            if dialog.isVisible()
            and dialog.isModal()
            and not isinstance(dialog, QMessageBox | QFileDialog | WaitingDialog)
            and dialog.objectName() != "autosave"
        ]

    def commit(self) -> None:
        """What is still being typed becomes an edit."""
        self.about_to_read.emit()
        typing = QApplication.focusWidget()
        if isinstance(typing, QLineEdit) and typing.window() is self._window:
            # The editor of a cell or of a name commits when it loses the focus.
            typing.clearFocus()

    # --- export

    def export(self) -> bool:
        """Ask for a target and a file, and write the plan there. A plan with errors is refused.

        The target that was exported to last is proposed again.
        """
        from flexgui.export.target import TARGETS

        self.commit()
        errors = [f for f in self._document.findings.all if f.severity is Severity.ERROR]
        if errors:
            self._refuse(errors)
            return False
        filters = {f"{target.name} (*{target.suffix})": target for target in TARGETS.values()}
        kinds = {text: target.suffix for text, target in filters.items()}
        last = (text for text, target in filters.items() if target.key == self._target)
        proposed = next(last, next(iter(filters)))
        base = self._document.path.name.removesuffix(SUFFIX) if self._document.path else self.suggested_name()
        title, scenario = self.tr("Export plan"), self._document.scenario
        if scenario is not None:
            base = f"{base}-{_file_name(scenario)}"
            title = self.tr("Export what-if “{name}”").format(name=scenario)
        suggested = self.folder() / f"{base}{kinds[proposed]}"
        answer = self._ask_name(title, suggested, kinds, proposed)
        if answer is None:
            return False
        path, chosen = answer
        self._target = filters[chosen].key
        return self.export_to(path, filters[chosen])

    def export_to(self, path: Path, target: Target) -> bool:
        """Write the plan, or the what-if on show, to `path`."""
        from flexgui.export.target import ExportRefusedError, export

        plan = self._document.to_export()
        try:
            if sum(1 for _ in hosts(plan)) < MANY_HOSTS:
                write_atomically(path, export(plan, target))
            else:
                title = self.tr("Exporting {file}…").format(file=printable(path.name))
                wait_for(self._window, title, lambda report: self._exported(plan, target, path, report))
        except Cancelled:
            self.told.emit(self.tr("Nothing was exported"))
            return False
        except ExportRefusedError as error:
            self._refuse(error.errors)
            return False
        except InputError as error:
            self.say(self.tr("The plan was not exported."), error)
            return False
        scenario = self._document.scenario
        text = (
            self.tr("Exported {file}") if scenario is None else self.tr("Exported what-if “{name}” to {file}")
        )
        self.told.emit(text.format(file=path.name, name=scenario))
        return True

    def _exported(self, plan: Plan, target: Target, path: Path, report: Report) -> None:
        from flexgui.export.target import export

        report(0, 2, self.tr("Making {target}").format(target=target.name))
        content = export(plan, target)
        report(1, 2, self.tr("Writing the file"))
        write_atomically(path, content)

    def _refuse(self, errors: Sequence[Finding]) -> None:
        """Say which errors keep the plan from being exported."""
        if len(errors) == 1:
            count = self.tr("The plan has an error. Mend it first:")
        else:
            count = self.tr("The plan has {count} errors. Mend them first:").format(count=len(errors))
        lines = [sentence(finding) for finding in errors[:_LISTED]]
        if len(errors) > _LISTED:
            lines.append(self.tr("… and {count} more").format(count=len(errors) - _LISTED))
        self.say(self.tr("The plan was not exported."), "\n".join((count, "", *lines)))

    def folder(self) -> Path:
        """Where file dialogs begin: beside the plan, beside the last one, or in the documents folder."""
        if self._document.path is not None:
            return self._document.path.absolute().parent
        recent = self.recent()
        if recent and recent[0].parent.is_dir():
            return recent[0].parent
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        return Path(documents or Path.home())


def _file_name(name: str) -> str:
    """A name from the plan as a part of a file name; may be empty."""
    return "".join(c if c.isalnum() or c in " -_." else "-" for c in name).strip(" .")[:80]

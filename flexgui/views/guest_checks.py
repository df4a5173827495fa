"""Where a virtual machine of the plan can move, and whether it sees what is planned: two dialogs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from flexgui.document import Document
from flexgui.errors import InputError
from flexgui.views.commands import Commands
from flexgui.views.plan_file import PlanFile

if TYPE_CHECKING:
    from flexgui.capture import CapturedHost


class GuestChecks(QObject):
    """Opens the dialogs that `Commands` asks for, over `window`. Neither changes the plan."""

    def __init__(self, document: Document, commands: Commands, plan_file: PlanFile, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._plan_file = plan_file
        self._window = window
        commands.check_migration_requested.connect(self.check_migration)
        commands.verify_guest_requested.connect(self.choose_and_verify)

    def check_migration(self, vm_id: str) -> None:
        """Show where a virtual machine can move."""
        from flexgui.views.migration_dialog import MigrationDialog

        _open(MigrationDialog(self._document, vm_id, self._window))

    def choose_and_verify(self, host_id: str) -> None:
        """Ask for a capture taken in a virtual machine on a host, and show what it says."""
        captured = self._choose(self._window)
        if captured is not None:
            self.verify(host_id, captured)

    def verify(self, host_id: str, captured: CapturedHost) -> None:
        from flexgui.views.verification_dialog import VerificationDialog

        try:
            dialog = VerificationDialog(self._document, host_id, captured, self._window)
        except InputError as error:
            self._plan_file.say(self.tr("The capture was not verified."), error)
            return

        def another() -> None:
            found = self._choose(dialog)
            if found is not None:
                dialog.show_capture(found)

        dialog.capture_requested.connect(another)
        _open(dialog)

    def _choose(self, parent: QWidget) -> CapturedHost | None:
        name, _ = QFileDialog.getOpenFileName(
            parent,
            self.tr("Open a capture taken inside a virtual machine"),
            str(self._plan_file.folder()),
            self.tr("All files (*)"),
        )
        if not name:
            return None
        from flexgui.capture import read_capture

        try:
            captured = read_capture(Path(name))
            if len(captured) != 1:
                raise InputError(
                    self.tr("The capture holds {count} machines.").format(count=len(captured)),
                    self.tr("Choose the capture of one virtual machine."),
                    name,
                )
        except InputError as error:
            self._plan_file.say(self.tr("The capture was not verified."), error)
            return None
        return captured[0]


def _open(dialog: QDialog) -> None:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()

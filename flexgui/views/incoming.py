"""Files that come into the window: chosen to be imported, or dropped on it. A plan is opened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMessageBox, QWidget

from flexgui.plan.storage import SUFFIX
from flexgui.views.plan_file import PlanFile
from flexgui.widgets.drops import local_paths
from flexgui.widgets.message_box import message_box
from flexgui.widgets.name_list import joined

_PLAN_HEAD: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"format"\s*:')
"""How a plan begins, whatever its file is called. Captures may be JSON, too."""


class IncomingFiles(QObject):
    """Takes what is dropped anywhere on `window`, and asks for files and folders to import.

    `import_requested` has the files and folders that hold hosts, and `evidence_requested` those that hold
    further evidence, with the id of the host that it is for.
    """

    import_requested = Signal(list)
    evidence_requested = Signal(list, str)

    def __init__(self, plan_file: PlanFile, window: QWidget) -> None:
        super().__init__(window)
        self._plan_file = plan_file
        self._window = window
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def ask_files(self) -> None:
        """Ask for captures and inventories, and import them."""
        paths = self._ask(self.tr("Import hosts from files"))
        if paths:
            self.import_requested.emit(paths)

    def ask_folder(self) -> None:
        """Ask for a folder of captures and inventories, and import what is in it."""
        name = QFileDialog.getExistingDirectory(
            self._window, self.tr("Import hosts from a folder"), str(self._plan_file.folder())
        )
        if name:
            self.import_requested.emit([Path(name)])

    def ask_evidence(self, host_id: str, name: str) -> None:
        """Ask for further captures of a host of the plan."""
        paths = self._ask(self.tr("Add a capture of {host}").format(host=name))
        if paths:
            self.evidence_requested.emit(paths, host_id)

    def _ask(self, title: str) -> list[Path]:
        kinds = (
            self.tr("All files (*)"),
            self.tr("Captures and inventories (*.txt *.xml *.json *.csv *.xlsx)"),
        )
        names, _ = QFileDialog.getOpenFileNames(
            self._window, title, str(self._plan_file.folder()), ";;".join(kinds)
        )
        return [Path(name) for name in names]

    # --- what is dropped

    def leave_drops_to_window(self, content: QWidget) -> None:
        """Let files that are dropped on a line of text through, which would take their names."""
        for line in content.findChildren(QLineEdit):
            line.setAcceptDrops(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in (QEvent.Type.DragEnter, QEvent.Type.Drop) or not isinstance(event, QDropEvent):
            return super().eventFilter(watched, event)
        paths = local_paths(event.mimeData())
        if not paths:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            # Whoever the files come from must not wait until the user has answered.
            QTimer.singleShot(0, self, lambda: self.take(paths))
        return True

    def take(self, paths: Sequence[Path]) -> None:
        """Open a plan, or import hosts. Where both came, say what will happen first."""
        plans = [path for path in paths if is_plan(path)]
        others = [path for path in paths if path not in plans]
        if len(plans) > 1:
            text = self.tr("{count} plans were dropped: {names}. Only one can be open. Drop one.")
            names = joined([path.name for path in plans])
            self._plan_file.say(self.tr("No plan was opened."), text.format(count=len(plans), names=names))
            return
        if plans and others and not self._both(plans[0], others):
            return
        if plans and not self._plan_file.open(plans[0]):
            return
        if others:
            self.import_requested.emit(others)

    def _both(self, plan: Path, others: Sequence[Path]) -> bool:
        box = message_box(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("FlexGUI"))
        box.setText(self.tr("Open the plan {name} and import hosts into it?").format(name=plan.name))
        box.setInformativeText(
            self.tr("The plan is opened first, then the hosts of {names} are shown for import.").format(
                names=joined([path.name for path in others])
            )
        )
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Ok | buttons.Cancel)
        box.setDefaultButton(buttons.Ok)
        answer = buttons(box.exec())
        box.deleteLater()
        return answer == buttons.Ok


def is_plan(path: Path) -> bool:
    """Whether a file is a plan, by its name or how it begins."""
    if path.name.endswith(SUFFIX):
        return True
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    try:
        with path.open("rb") as stream:
            return _PLAN_HEAD.match(stream.read(1024)) is not None
    except OSError:
        return False

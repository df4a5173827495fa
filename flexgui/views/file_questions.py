"""Asks for files, and tells what did not work with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from flexgui.errors import InputError
from flexgui.plan.storage import SUFFIX
from flexgui.views.recent_files import RecentFiles
from flexgui.widgets.message_box import message_box


class FileQuestions(RecentFiles):
    """Message boxes and file dialogs over a window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def say(self, headline: str, error: InputError | str) -> None:
        """Tell that something did not work, and why."""
        box = self._box(headline, str(error))
        box.exec()
        box.deleteLater()

    def _box(self, headline: str, text: str) -> QMessageBox:
        box = message_box(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("FlexGUI"))
        box.setText(headline)
        box.setInformativeText(text)
        return box

    def _ask_name(
        self, title: str, suggested: Path, kinds: Mapping[str, str], proposed: str = ""
    ) -> tuple[Path, str] | None:
        """A file to write, and which of `kinds` (filter → suffix) was chosen; None for no file.

        `proposed` is the filter to begin with, the first by default. A suffix that was not typed becomes that
        of the chosen filter.
        """
        proposed = proposed or next(iter(kinds))
        name, chosen = QFileDialog.getSaveFileName(
            self._window, title, str(suggested), ";;".join(kinds), proposed
        )
        if not name:
            return None
        chosen = chosen if chosen in kinds else proposed
        typed = path = Path(name)
        if typed.name == suggested.name and chosen != proposed:
            old = max((s for s in kinds.values() if typed.name.endswith(s)), key=len, default="")
            path = typed.with_name(typed.name.removesuffix(old) + (kinds[chosen] or old))
        elif typed.suffix == "":
            path = typed.with_name(typed.name + kinds[chosen])
        # The dialog has asked about the name as typed, not about another one.
        if path != typed and path.exists() and not self._may_replace(path):
            return None
        return path, chosen

    def _may_replace(self, path: Path) -> bool:
        box = message_box(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("FlexGUI"))
        box.setText(self.tr("{name} is there already. Replace it?").format(name=path.name))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Yes | buttons.No)
        box.setDefaultButton(buttons.No)
        answer = buttons(box.exec())
        box.deleteLater()
        return answer == buttons.Yes

    def _kinds(self) -> dict[str, str]:
        """What plan files are filtered by, with the suffix that each kind has."""
        return {
            self.tr("FlexGUI plans (*{suffix})").format(suffix=SUFFIX): SUFFIX,
            self.tr("JSON files (*.json)"): ".json",
            self.tr("All files (*)"): "",
        }

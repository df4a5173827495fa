"""The plan's file: new, open, recent, save, export, and the question before changes are lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from flexgui.document import Document
from flexgui.errors import InputError
from flexgui.export.target import TARGETS, ExportRefusedError, Target, export
from flexgui.files import write_atomically
from flexgui.plan.storage import SUFFIX, load
from flexgui.resources import resource_path
from flexgui.rules.finding import Finding, Severity
from flexgui.widgets.finding_text import sentence

RECENT_KEY = "recent_files"
RECENT_LIMIT = 10
_LISTED = 5


class PlanFile(QObject):
    """Asks and tells over `window`. `opened` is emitted after another plan is open, `told` with a sentence
    for the status line, `recent_changed` when the list of recent files is another."""

    opened = Signal()
    told = Signal(str)
    recent_changed = Signal()
    about_to_read = Signal()

    def __init__(self, document: Document, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._window = window
        self._target = next(iter(TARGETS))

    # --- open

    def new(self) -> bool:
        """Start an empty plan, unless the user wants to keep the open one."""
        if not self.may_close():
            return False
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

        Raises:
            InputError: as `Document.open` does; the open plan stays.
        """
        if path.resolve().parent == resource_path("samples").resolve():
            self._document.new(load(path))
        else:
            self._document.open(path)
            self._remember(path)
        self.opened.emit()

    def _read(self, path: Path) -> bool:
        try:
            self.read(path)
        except InputError as error:
            if not path.exists():
                self._forget(path)
            self.say(self.tr("The plan was not opened."), error)
            return False
        return True

    # --- save

    def save(self) -> bool:
        """Save to the plan's file; ask for a name where it has none. False where it was not saved."""
        self.about_to_read.emit()
        return self.save_as() if self._document.path is None else self._write(None)

    def save_as(self) -> bool:
        """Ask for a name and save there."""
        self.about_to_read.emit()
        suggested = self._document.path or self.folder() / f"{self.suggested_name()}{SUFFIX}"
        answer = self._ask_name(self.tr("Save plan"), suggested, self._kinds())
        return answer is not None and self._write(answer[0])

    def suggested_name(self) -> str:
        """A file name for a plan that has none: its only datacenter's, or "plan"."""
        names = [d.name for d in self._document.plan.datacenters]
        if len(names) == 1:
            safe = "".join(c if c.isalnum() or c in " -_." else "-" for c in names[0]).strip(" .")
            if safe:
                return safe[:80]
        return self.tr("plan")

    def _write(self, path: Path | None) -> bool:
        try:
            self._document.save(path)
        except InputError as error:
            self.say(self.tr("The plan was not saved."), error)
            return False
        if self._document.path is not None:
            self._remember(self._document.path)
            self.told.emit(self.tr("Saved {file}").format(file=self._document.path.name))
        return True

    def may_close(self) -> bool:
        """Whether the open plan may go: asks once where it has changes that are not saved."""
        self.about_to_read.emit()
        if not self._document.dirty:
            return True
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("FlexGUI"))
        path = self._document.path
        name = path.name if path is not None else self.tr("the new plan")
        box.setText(self.tr("Save the changes to {name}?").format(name=name))
        box.setInformativeText(self.tr("What is not saved is lost."))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        answer = buttons(box.exec())
        box.deleteLater()
        if answer == buttons.Save:
            return self.save()
        return answer == buttons.Discard

    # --- export

    def export(self) -> bool:
        """Ask for a target and a file, and write the plan there. A plan with errors is refused.

        The target that was exported to last is proposed again.
        """
        self.about_to_read.emit()
        errors = [f for f in self._document.findings.all if f.severity is Severity.ERROR]
        if errors:
            self._refuse(errors)
            return False
        filters = {f"{target.name} (*{target.suffix})": target for target in TARGETS.values()}
        kinds = {text: target.suffix for text, target in filters.items()}
        proposed = next(text for text, target in filters.items() if target.key == self._target)
        base = self._document.path.name.removesuffix(SUFFIX) if self._document.path else self.suggested_name()
        suggested = self.folder() / f"{base}{kinds[proposed]}"
        answer = self._ask_name(self.tr("Export plan"), suggested, kinds, proposed)
        if answer is None:
            return False
        path, chosen = answer
        self._target = filters[chosen].key
        return self.export_to(path, filters[chosen])

    def export_to(self, path: Path, target: Target) -> bool:
        """Write the plan to `path`."""
        try:
            content = export(self._document.plan, target)
            write_atomically(path, content)
        except ExportRefusedError as error:
            self._refuse(error.errors)
            return False
        except InputError as error:
            self.say(self.tr("The plan was not exported."), error)
            return False
        self.told.emit(self.tr("Exported {file}").format(file=path.name))
        return True

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

    # --- recent files

    def recent(self) -> list[Path]:
        """The files that were open, the last one first."""
        names = QSettings().value(RECENT_KEY, [], type=list)
        return [Path(str(name)) for name in names] if isinstance(names, list) else []

    def clear_recent(self) -> None:
        self._set_recent([])

    def _remember(self, path: Path) -> None:
        path = path.absolute()
        self._set_recent([path, *(p for p in self.recent() if p != path)][:RECENT_LIMIT])

    def _forget(self, path: Path) -> None:
        self._set_recent([p for p in self.recent() if p != path.absolute()])

    def _set_recent(self, paths: list[Path]) -> None:
        QSettings().setValue(RECENT_KEY, [str(path) for path in paths])
        self.recent_changed.emit()

    # --- asking and telling

    def say(self, headline: str, error: InputError | str) -> None:
        """Tell that something did not work, and why."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("FlexGUI"))
        box.setText(headline)
        box.setInformativeText(str(error))
        box.exec()
        box.deleteLater()

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
        box = QMessageBox(self._window)
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

    def folder(self) -> Path:
        """Where file dialogs begin: beside the plan, beside the last one, or in the documents folder."""
        if self._document.path is not None:
            return self._document.path.absolute().parent
        recent = self.recent()
        if recent and recent[0].parent.is_dir():
            return recent[0].parent
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        return Path(documents or Path.home())

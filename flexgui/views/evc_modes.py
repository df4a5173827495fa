"""The EVC modes that the plan works with: read from a vCenter's file, or the built-in ones again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from flexgui.document import Document
from flexgui.errors import InputError
from flexgui.evc.modes import MAKERS, EvcMode, ModeTable
from flexgui.plan import edits
from flexgui.plan.inventory import modes_of
from flexgui.plan.values import Plan
from flexgui.views.actions import Actions
from flexgui.views.plan_file import PlanFile
from flexgui.widgets.message_box import message_box
from flexgui.widgets.name_list import joined


class EvcModes(QObject):
    """Imports modes into the plan and takes them out, each as one step of undo; tells over `window`.

    `told` is emitted with a sentence for the status line.
    """

    told = Signal(str)

    def __init__(self, document: Document, actions: Actions, plan_file: PlanFile, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._actions = actions
        self._plan_file = plan_file
        self._window = window
        actions["import_modes"].triggered.connect(lambda _=False: self.choose_and_import())
        actions["builtin_modes"].triggered.connect(lambda _=False: self.use_built_in())
        document.plan_changed.connect(self._refresh)
        self._refresh()

    def choose_and_import(self) -> bool:
        """Ask for a file with a vCenter's modes and import them."""
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Import EVC modes of a vCenter"),
            str(self._plan_file.folder()),
            ";;".join((self.tr("JSON files (*.json)"), self.tr("All files (*)"))),
        )
        return bool(name) and self.import_file(Path(name))

    def import_file(self, path: Path) -> bool:
        """Replace the plan's modes by those of a file, and say what was read. False where it has none."""
        from flexgui.capture.supported_modes import read_modes

        try:
            modes = read_modes(path)
        except InputError as error:
            self._plan_file.say(self.tr("The EVC modes were not imported."), error)
            return False
        self._set(self.tr("Import EVC modes"), modes)
        box = message_box(self._window)
        box.setIcon(QMessageBox.Icon.Information)
        box.setWindowTitle(self.tr("FlexGUI"))
        box.setText(
            self.tr("{count} EVC modes were read from {file}.").format(count=len(modes), file=path.name)
        )
        box.setInformativeText("\n".join(self._details(modes)))
        box.exec()
        box.deleteLater()
        return True

    def use_built_in(self) -> None:
        """Work with the built-in modes again."""
        self._set(self.tr("Use built-in EVC modes"), ())
        self.told.emit(self.tr("The plan works with the built-in EVC modes."))

    def _set(self, name: str, modes: tuple[EvcMode, ...]) -> None:
        from flexgui.plan.evidence import weighed_again

        if modes != self._document.plan.modes:
            self._document.edit(name, lambda plan: weighed_again(edits.set_modes(plan, modes)))

    def _details(self, modes: Sequence[EvcMode]) -> list[str]:
        lines = [
            self.tr("{maker}: {modes}").format(
                maker=name, modes=joined([m.short_label for m in modes if m.vendor == vendor], 20)
            )
            for vendor, name in MAKERS.items()
            if any(m.vendor == vendor for m in modes)
        ]
        empty = [m.key for m in modes if not m.known]
        if empty:
            lines.append(self.tr("Without contents: {modes}.").format(modes=joined(empty, 8)))
        kept = {key for m in modes for key, _ in m.other_requirements}
        if kept:
            lines.append(
                self.tr("Requirements that no capture shows, kept: {keys}.").format(
                    keys=joined(sorted(kept), 8)
                )
            )
        lost = sorted(missing_modes(self._document.plan))
        if lost:
            lines.append(
                self.tr("The plan has clusters with modes that are not among them: {modes}.").format(
                    modes=joined(lost, 8)
                )
            )
        lines.append(self.tr("They replace the built-in modes in this plan; Undo takes them out again."))
        return lines

    def _refresh(self) -> None:
        own = bool(self._document.plan.modes)
        self._actions.enable(
            "builtin_modes", "" if own else self.tr("The plan works with the built-in modes already.")
        )


def missing_modes(plan: Plan) -> set[str]:
    """The keys of the modes that clusters of the plan are to have and that its modes do not have."""
    table: ModeTable = modes_of(plan)
    wanted = {c.evc_mode for d in plan.datacenters for c in d.clusters if c.evc_mode is not None}
    return {key for key in wanted if key not in table}

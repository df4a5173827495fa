"""What is muted in a plan, and why; also what is not found any more."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from flexgui.document import Document
from flexgui.plan.inventory import find
from flexgui.widgets.finding_text import message
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import SecondaryLabel
from flexgui.widgets.table import Column, RowsModel, RowsView


@dataclass(frozen=True, slots=True)
class _Muted:
    rule: str
    object_id: str
    path: str
    says: str
    reason: str

    @property
    def key(self) -> tuple[str, str]:
        return self.rule, self.object_id


class MutedDialog(QDialog):
    """Follows the document. `unmute_requested` gives pairs of rule and object, `object_requested` an id."""

    unmute_requested = Signal(list)
    object_requested = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.setWindowTitle(self.tr("Muted findings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 320)
        columns = (
            Column[_Muted](
                self.tr("Object"), lambda m: m.path, width=200, elide=Qt.TextElideMode.ElideMiddle
            ),
            Column[_Muted](self.tr("Rule"), lambda m: m.rule, width=150),
            Column[_Muted](self.tr("Reason"), lambda m: m.reason, width=180),
            Column[_Muted](self.tr("What is"), lambda m: m.says, width=240),
        )
        self.model: RowsModel[_Muted] = RowsModel(columns, lambda m: m.key, self)
        self.view: RowsView[_Muted] = RowsView(self.model, "muted")
        self.view.setAccessibleName(self.tr("Muted findings"))
        self.view.row_activated.connect(lambda _: self._show())
        self.note = SecondaryLabel(
            self.tr("Muted findings are not counted. The plan keeps their reasons, and reports tell them.")
        )
        buttons = QDialogButtonBox()
        self.unmute = buttons.addButton(self.tr("&Unmute"), QDialogButtonBox.ButtonRole.ActionRole)
        self.show_button = buttons.addButton(self.tr("&Show"), QDialogButtonBox.ButtonRole.ActionRole)
        self.show_button.setIcon(icon("next"))
        buttons.addButton(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        for button in (self.unmute, self.show_button):
            button.setAutoDefault(False)
        self.unmute.clicked.connect(lambda: self.unmute_requested.emit(self.view.selected_keys()))
        self.show_button.clicked.connect(self._show)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(self.view, 1)
        column.addWidget(self.note)
        column.addWidget(buttons)
        self.view.selectionModel().selectionChanged.connect(self._enable)
        self.model.modelReset.connect(self._enable)
        document.findings_changed.connect(self.refresh)
        self.refresh()
        if self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(0, 0))

    def refresh(self) -> None:
        """Show what is muted now."""
        rows = []
        for muted in self._document.plan.muted:
            place = find(self._document.plan, muted.object)
            about = self._document.findings.about(muted.object)
            says = [message(finding) for finding in about if finding.rule == muted.rule]
            rows.append(
                _Muted(
                    muted.rule,
                    muted.object,
                    self.tr("Not in the plan") if place is None else place.path(),
                    " ".join(says) or self.tr("Not found any more."),
                    muted.reason,
                )
            )
        self.model.set_rows(rows)
        self._enable()

    def _enable(self) -> None:
        selected = self.view.selected_keys()
        for button in (self.unmute, self.show_button):
            button.setEnabled(bool(selected))
            button.setToolTip("" if selected else self.tr("Select a muted finding first."))

    def _show(self) -> None:
        row = self.view.current_row()
        if row is not None:
            self.object_requested.emit(row.object_id)
            self.accept()

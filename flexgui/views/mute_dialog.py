"""Asks why findings are to be muted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from flexgui.views.fields import TEXT_LENGTH
from flexgui.widgets.form import Form
from flexgui.widgets.labels import WrapLabel


class MuteDialog(QDialog):
    """`reason()` after it was accepted is never blank."""

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Mute finding"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.line = QLineEdit()
        self.line.setMaxLength(TEXT_LENGTH)
        self.line.setMinimumWidth(360)
        self.line.textChanged.connect(self._enable)
        form = Form()
        form.add_field(
            self.tr("&Reason"),
            self.line,
            self.tr("It is kept in the plan. A muted finding stays in the list, greyed, and is not counted."),
        )
        buttons = QDialogButtonBox()
        self.mute = buttons.addButton(self.tr("&Mute"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(WrapLabel(what))
        column.addLayout(form)
        column.addWidget(buttons)
        self._enable()

    def reason(self) -> str:
        return self.line.text().strip()

    def _enable(self) -> None:
        self.mute.setEnabled(bool(self.reason()))
        self.mute.setToolTip("" if self.reason() else self.tr("Type a reason first."))

"""The New Datacenter dialog (paper, fig. 22)."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from flexgui.document import Document, DraftChecker
from flexgui.plan import edits
from flexgui.plan.values import Datacenter, Plan
from flexgui.rules.finding import Finding, Severity
from flexgui.widgets.finding_text import sentence
from flexgui.widgets.form import Form
from flexgui.wizards.cluster_draft import unique_name
from flexgui.wizards.shell import FindingsPanel

LONGEST_NAME = 256
"""What the field takes, so that a name over vSphere's 80 characters can be typed and be told so."""


class NewDatacenterDialog(QDialog):
    """Asks for the name of a datacenter. OK makes it in one undoable edit; `datacenter_id` is its id."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.datacenter_id = edits.new_id(document.plan, Datacenter)
        self._checker = DraftChecker()
        self.setWindowTitle(self.tr("New Datacenter"))
        self.name = QLineEdit()
        self.name.setObjectName("datacenter_name")
        self.name.setMaxLength(LONGEST_NAME)
        form = Form()
        form.add_field(
            self.tr("&Name"),
            self.name,
            self.tr("Up to 80 characters. A datacenter holds clusters, hosts, networks and datastores."),
        )
        self.panel = FindingsPanel()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(self.panel)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(480)
        self.name.textChanged.connect(self._check)
        taken = {datacenter.name for datacenter in document.plan.datacenters}
        self.name.setText(unique_name(self.tr("New Datacenter"), taken))
        self.name.selectAll()

    def accept(self) -> None:
        """Make the datacenter, unless its name has an error."""
        if self._blocked():
            return
        if self.document.edit(self.tr("New datacenter {0}").format(self.name.text()), self._edit):
            super().accept()

    def _edit(self, plan: Plan) -> Plan:
        return edits.add_datacenter(plan, Datacenter(id=self.datacenter_id, name=self.name.text()))

    def _blocked(self) -> str:
        errors = [f for f in self._found() if f.severity is Severity.ERROR]
        return sentence(errors[0]) if errors else ""

    def _found(self) -> tuple[Finding, ...]:
        plan = self._edit(self.document.plan)
        return self._checker.findings(plan).in_step("names", [self.datacenter_id])

    def _check(self) -> None:
        self.panel.show_findings(self._found())
        blocked = self._blocked()
        button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        button.setEnabled(not blocked)
        button.setToolTip(blocked)

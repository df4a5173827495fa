"""What the pages of the Add Host wizard have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from PySide6.QtWidgets import QComboBox, QRadioButton, QVBoxLayout, QWidget

from flexgui.plan.values import Cluster, Plan
from flexgui.rules.finding import Finding, Severity
from flexgui.widgets.labels import WrapLabel
from flexgui.widgets.quiet_inputs import QuietCombo
from flexgui.wizards import host_draft
from flexgui.wizards.host_draft import HostDraft
from flexgui.wizards.shell import StepPage, explanation

if TYPE_CHECKING:
    from flexgui.wizards.add_host import AddHostWizard

CONNECTION_FIELDS: Final = ("address", "name", "esx_release", "esx_build")
AUTHENTICITY_FIELDS: Final = ("thumbprint", "thumbprint_confirmed")
CPU_FIELDS: Final = ("cpu", "cpu_source", "cpu_assumed")
LICENSE_FIELDS: Final = ("license_key", "license_edition")

LONGEST_LINE: Final = 256
"""Characters that a field takes: more than any name, address or thumbprint has."""


class HostStepPage(StepPage[HostDraft]):
    """A page of the Add Host wizard: shows the findings of the step "host" about its own `fields`."""

    fields: tuple[str, ...] = ()

    @property
    def wizard_of_host(self) -> AddHostWizard:
        return cast("AddHostWizard", self.shell)

    @property
    def before(self) -> Plan:
        """The plan without the host."""
        return self.shell.document.plan

    @property
    def cluster(self) -> Cluster | None:
        """The cluster, without the host; None for a standalone one."""
        return host_draft.cluster_of(self.before, self.wizard_of_host.parent_id)

    def about_host(self, step: str) -> tuple[Finding, ...]:
        return self.shell.findings.in_step(step, [self.wizard_of_host.host_id])

    def findings(self) -> Sequence[Finding]:
        if self.step is None:
            return ()
        return [f for f in self.about_host(self.step) if f.subject.field in self.fields]


def other_host_findings(page: HostStepPage, *elsewhere: tuple[str, ...]) -> list[Finding]:
    """The findings of the step "host" that no page before has shown, and all its errors."""
    shown = {field for fields in elsewhere for field in fields}
    found = page.about_host("host")
    return [f for f in found if f.subject.field not in shown or f.severity is Severity.ERROR]


def combo(name: str, options: Sequence[tuple[Any, str]]) -> QComboBox:
    """A combo box of (value, text)."""
    box = QuietCombo()
    box.setObjectName(name)
    for value, text in options:
        box.addItem(text, value)
    return box


def show_value(box: QComboBox, value: Any) -> None:
    """Choose the entry with this value. `findData` does not find None."""
    for row in range(box.count()):
        if box.itemData(row) == value:
            box.setCurrentIndex(row)


def with_note(button: QRadioButton, note: str = "") -> tuple[QWidget, WrapLabel]:
    """A radio button with secondary text below it, both indented as one choice; and the text's label."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(button)
    label = explanation(note)
    label.setContentsMargins(24, 0, 0, 0)
    column.addWidget(label)
    if note:
        button.setAccessibleDescription(note)
    return whole, label

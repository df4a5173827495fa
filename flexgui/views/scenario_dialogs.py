"""Small dialogs of what-ifs: a name for one, and the question before one is applied."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from flexgui.document import Document
from flexgui.errors import InputError
from flexgui.plan.scenarios import LONGEST_NAME
from flexgui.rules.finding import Severity
from flexgui.views.scenario_comparer import Compared, Comparer
from flexgui.views.scenario_rows import Lines
from flexgui.views.scenario_words import tr
from flexgui.widgets.form import Form
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import SecondaryLabel, WrapLabel
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.quiet_inputs import QuietCombo
from flexgui.widgets.screen import fit_to_screen


class NameDialog(QDialog):
    """Asks for the name of a what-if; `problem` says what is wrong with one.

    `models` are what it may begin as: a name in the plan (None for the plan itself) with its words. With one
    or none nothing is asked.
    """

    def __init__(
        self,
        title: str,
        name: str,
        problem: Callable[[str], InputError | None],
        models: Sequence[tuple[str | None, str]] = (),
        explanation: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._problem = problem
        self.setObjectName("whatif_name")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.line = QLineEdit(name)
        self.line.setObjectName("whatif_name_line")
        self.line.setMaxLength(LONGEST_NAME)
        self.line.setMinimumWidth(380)
        self.line.selectAll()
        self.line.textChanged.connect(self._enable)
        self.model = QuietCombo()
        self.model.setObjectName("whatif_model")
        for value, words in models:
            self.model.addItem(words, value)
        form = Form()
        form.add_field(self.tr("&Name"), self.line)
        if len(models) > 1:
            form.add_field(self.tr("&Begins as"), self.model)
        self.message = MessageLine()
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        if explanation:
            column.addWidget(SecondaryLabel(explanation))
        column.addLayout(form)
        column.addWidget(self.message)
        column.addStretch(1)
        column.addWidget(buttons)
        self._enable()

    def name(self) -> str:
        return self.line.text().strip()

    def model_name(self) -> str | None:
        """The scenario that it begins as, None for the plan."""
        found = self.model.currentData()
        return None if found is None else str(found)

    def _enable(self) -> None:
        wrong = self._problem(self.line.text())
        self.ok.setEnabled(wrong is None)
        self.ok.setToolTip("" if wrong is None else str(wrong))
        if wrong is not None and self.name():
            self.message.set_message("error", str(wrong))
        else:
            self.message.clear()


class ApplyDialog(QDialog):
    """Shows what applying a what-if changes. Accepted, it is to be applied; it changes nothing itself."""

    comparison_requested = Signal(str)

    def __init__(self, document: Document, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("whatif_apply")
        self.setWindowTitle(self.tr("Apply What-If"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(440, 240)
        fit_to_screen(self, 620, 340)
        self.question = WrapLabel(
            self.tr("“{name}” takes the place of the plan. This is what changes:").format(name=name)
        )
        self.changes = QListWidget()
        self.changes.setObjectName("whatif_changes")
        self.changes.setAccessibleName(self.tr("What changes"))
        self.changes.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.changes.setAlternatingRowColors(True)
        self.changes.setWordWrap(True)
        self.changes.setIconSize(QSize(16, 16))
        self.findings = MessageLine()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.apply = buttons.addButton(self.tr("&Apply"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.apply.setObjectName("whatif_do_apply")
        self.compare = buttons.addButton(self.tr("Com&pare…"), QDialogButtonBox.ButtonRole.ActionRole)
        self.compare.setToolTip(self.tr("See plan and what-if side by side first"))
        self.compare.clicked.connect(lambda: self._compare(name))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(self.question)
        column.addWidget(self.changes, 1)
        column.addWidget(self.findings)
        column.addWidget(
            SecondaryLabel(self.tr("It is one edit: Undo brings plan and what-if back as they are now."))
        )
        column.addWidget(buttons)
        self._comparer = Comparer(document, self)
        self._comparer.began.connect(self._wait)
        self._comparer.compared.connect(self._show)
        self.finished.connect(self._comparer.stop)
        self._comparer.compare(None, name)
        self.apply.setDefault(True)
        self.apply.setFocus()

    def _compare(self, name: str) -> None:
        self.reject()
        self.comparison_requested.emit(name)

    def _wait(self) -> None:
        self.apply.setEnabled(False)
        self.apply.setToolTip(self.tr("Wait for the comparison."))
        self.findings.set_message("info", self.tr("Comparing…"))

    def _show(self, answer: Compared) -> None:
        self.apply.setEnabled(True)
        self.apply.setToolTip("")
        sums = Lines(answer.comparison, answer.before, answer.after).sums()
        self.changes.clear()
        for text in sums or [self.tr("Nothing: it is as the plan is.")]:
            self.changes.addItem(text)
            self.changes.item(self.changes.count() - 1).setIcon(icon("edit", "accent"))
        self.findings.set_message(*findings_sum(answer))


def findings_sum(answer: Compared) -> tuple[str, str]:
    """How findings change: a severity, and a sentence."""
    gained, lost = answer.comparison.gained, answer.comparison.lost
    if not gained and not lost:
        return "info", tr("No finding is gained or lost.")
    errors = sum(finding.severity is Severity.ERROR for finding in gained)
    text = tr("Findings: {gained} gained, {lost} lost.").format(gained=len(gained), lost=len(lost))
    if errors == 1:
        text += " " + tr("One of those gained is an error.")
    elif errors:
        text += " " + tr("{count} of those gained are errors.").format(count=errors)
    worse = any(finding.severity is not Severity.INFO for finding in gained)
    return ("error" if errors else "warning" if worse else "ok"), text

"""What another release of vCenter does to the plan, before it is accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from flexgui.document import Document, DraftChecker
from flexgui.evc.releases import releases
from flexgui.plan import edits
from flexgui.plan.values import Plan
from flexgui.rules.comparison import compare_findings
from flexgui.rules.consequence_words import Consequence
from flexgui.rules.consequences import of_release, of_release_alone
from flexgui.rules.finding import Finding, Severity
from flexgui.widgets.consequences import ConsequencesPanel, Outcome
from flexgui.widgets.labels import IconLabel, WrapLabel
from flexgui.widgets.screen import fit_to_screen
from flexgui.widgets.scrolled import scrolled
from flexgui.widgets.severity import severity_icon, severity_word


def change_release(document: Document, release: str, parent: QWidget) -> ReleaseDialog | None:
    """Make the plan one for another release (a key of `resources/releases.tsv`).

    Where that changes what is found, or what the plan may have, it is asked first, in a dialog over `parent`
    that is open when this returns; otherwise it is done at once.
    """
    if release == document.plan.release:
        return None
    change = ReleaseChange(document, release)
    if not change.differs:
        change.make()
        return None
    dialog = ReleaseDialog(change, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


class ReleaseChange:
    """The change and all that it leads to."""

    def __init__(self, document: Document, release: str) -> None:
        self.document, self.release = document, release
        self._checked = DraftChecker(document.checker())
        before, after = document.plan, self.edit(document.plan)
        found = self._checked.findings(after).all
        gained, lost, _ = compare_findings(document.findings.all, found)
        self.gained = tuple(finding for finding in gained if finding.muted is None)
        self.lost = tuple(finding for finding in lost if finding.muted is None)
        self.about_plan: tuple[Consequence, ...] = of_release(before, after, gained)
        self.alone = of_release_alone(before, after)

    @property
    def differs(self) -> bool:
        """Whether it matters to what is in the plan."""
        return bool(self.gained or self.lost or self.about_plan)

    @property
    def outcome(self) -> Outcome:
        summed = frozenset[str]().union(*(each.sums_up for each in self.about_plan))
        gained = tuple(finding for finding in self.gained if finding.rule not in summed)
        return Outcome((*self.about_plan, *self.alone), gained, self.lost)

    def edit(self, plan: Plan) -> Plan:
        return edits.set_release(plan, self.release)

    def make(self) -> bool:
        """Make the one edit; False where it is refused."""
        name = self.document.tr("Change vCenter release to {0}").format(releases()[self.release].name)
        return self.document.edit(name, self.edit, self._checked)


class ReleaseDialog(QDialog):
    """Shows a change of the release; accepting makes it, in one step of undo."""

    def __init__(self, change: ReleaseChange, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.change = change
        name = releases()[change.release].name
        self.setWindowTitle(self.tr("Change vCenter Release"))
        self.setModal(True)
        self.setMinimumSize(QSize(560, 360))
        fit_to_screen(self, 760, 560)
        question = WrapLabel(self.tr("Change to {0}?").format(name))
        font = QFont(question.font())
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.25)
        question.setFont(font)
        self.panel = ConsequencesPanel()
        self.panel.show_outcome(change.outcome, changed=True)
        area = scrolled(self.panel)
        area.setAccessibleName(self.tr("Consequences of the change"))
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # its text is scrolled by keys
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.ok = self.buttons.addButton(self.tr("C&hange Release"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setObjectName("accept_release")
        self.ok.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(question)
        layout.addWidget(self._counts())
        layout.addWidget(area, 1)
        layout.addWidget(self.buttons)
        self.ok.setFocus()

    def _counts(self) -> QWidget:
        """How many findings of each severity come and go."""
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        self.counts: dict[str, str] = {}
        rows = (
            ("come", self.tr("Findings that come:"), self.change.gained),
            ("go", self.tr("Findings that go:"), self.change.lost),
        )
        for row, (name, title, findings) in enumerate(rows):
            grid.addWidget(QLabel(title), row, 0)
            column, texts = 1, []
            for severity, text in _counted(findings):
                grid.addWidget(IconLabel(severity_icon(severity.value)), row, column)
                grid.addWidget(QLabel(text), row, column + 1)
                column += 2
                texts.append(text)
            if not texts:
                texts.append(self.tr("none"))
                grid.addWidget(QLabel(texts[0]), row, column, 1, 2)
            self.counts[name] = ", ".join(texts)
        grid.setColumnStretch(2 * len(Severity) + 1, 1)
        return box

    def accept(self) -> None:
        """Make the change; stay open where vCenter refuses it in Rehearse."""
        if self.change.make():
            super().accept()


def _counted(findings: Iterable[Finding]) -> list[tuple[Severity, str]]:
    """`2 × Error`, for each severity that there is, heaviest first."""
    found = Counter(finding.severity for finding in findings)
    return [
        (severity, f"{found[severity]} × {severity_word(severity.value)}")
        for severity in Severity
        if found[severity]
    ]

"""The shell of all wizards: a draft, the plan it would lead to, and the findings of each step.

A wizard edits nothing while it is open. What was typed is a frozen draft; after every change the shell makes
the plan that the draft would lead to, checks it, and shows each page the findings of its step. Next is
enabled exactly while that step has no error, and the line at the foot of the page says why when it is not.
Finish hands one edit to the document; Cancel leaves no trace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
    QWizard,
    QWizardPage,
)

from flexgui.document import Document, DraftChecker, Findings
from flexgui.plan.values import Edit, Plan
from flexgui.rules.finding import Finding, Severity
from flexgui.widgets.finding_text import sentence
from flexgui.widgets.findings_panel import LONGEST_LIST as LONGEST_LIST
from flexgui.widgets.findings_panel import FindingsPanel as FindingsPanel
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import SecondaryLabel, WrapLabel
from flexgui.widgets.labels import heading as heading
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.screen import fit_to_screen
from flexgui.widgets.scrolled import scrolled

DraftType = TypeVar("DraftType")


class DraftShell(Generic[DraftType]):
    """What holds pages over a draft: a wizard, or a dialog whose pages are visited in any order.

    A subclass calls `begin` before it makes its pages, implements `edit`, `edit_name` and `subjects`, and
    `preview` too where the checked plan is not the one that the edit makes; it shows in `show_checked` what
    follows from a change of the draft.
    """

    document: Document
    draft: DraftType
    plan: Plan
    findings: Findings
    pages_give_reasons = True
    """Whether a page says at its foot which error blocks it. Otherwise it lists that like any finding."""

    if TYPE_CHECKING:  # every shell is a widget, which has it

        def tr(self, sourceText: str, /, disambiguation: str | None = ..., n: int = ...) -> str: ...

    def begin(self, document: Document, draft: DraftType) -> None:
        self.document, self.draft = document, draft
        self.plan, self.findings = document.plan, Findings()
        self._checker = DraftChecker(document.checker())

    # What a subclass says.

    def edit(self) -> Edit:
        """The edit that is made in the end."""
        raise NotImplementedError

    def edit_name(self) -> str:
        """What undo calls it."""
        raise NotImplementedError

    def subjects(self) -> Sequence[str]:
        """The ids of the objects that are made or weighed: whose findings the pages show."""
        raise NotImplementedError

    def preview(self) -> Edit:
        """The edit whose outcome is checked; the one that is made unless overridden."""
        return self.edit()

    def show_checked(self) -> None:
        """The draft, its plan and the findings of it are others: show them."""
        raise NotImplementedError

    def show_blocked(self, reason: str) -> None:
        """What blocks the page on show, "" for nothing."""

    def page_after(self, page: StepPage[DraftType]) -> int:
        """The id of the step that Next leads to, or -1."""
        return -1

    # The draft.

    def change(self, **fields: Any) -> None:
        """Replace fields of the draft and check again."""
        self.set_draft(replace(self.draft, **fields))  # type: ignore[type-var]

    def set_draft(self, draft: DraftType) -> None:
        """Take another draft and check again."""
        if draft != self.draft:
            self.draft = draft
            self.recheck()

    def recheck(self) -> None:
        """Check the plan that the draft leads to, and show what follows."""
        self.plan = self.preview()(self.document.plan)
        self.findings = self._checker.findings(self.plan)
        self.show_checked()


class StepPage(QWizardPage, Generic[DraftType]):
    """One step of a wizard.

    A subclass builds its controls in `build`, puts the draft into them in `load`, hands what is typed to
    `change`, and may override `applies_not`, `findings`, `problem` and `refresh`. `source`, where the step
    comes from, stands in secondary text at the foot of the page.
    """

    step: str | None = None
    """The rules' step whose findings the page shows; None for a page without rules."""

    def __init__(self, shell: DraftShell[DraftType], title: str, question: str, source: str = "") -> None:
        super().__init__(shell if isinstance(shell, QWidget) else None)
        self.shell = shell
        self._loading = False
        self.setTitle(title)
        self.setSubTitle(question)
        content = QWidget()
        self.body = QVBoxLayout(content)
        self.body.setContentsMargins(4, 4, 12, 4)
        self.body.setSpacing(12)
        self.build()
        self.panel: FindingsPanel | None = None
        if self.step is not None:
            self.body.addWidget(heading(self.tr("Compatibility")))
            self.panel = FindingsPanel()
            self.body.addWidget(self.panel)
        self.body.addStretch(1)
        self.source = SecondaryLabel(source)
        self.source.setToolTip(self.tr("Where the step comes from. You do not need it to plan."))
        self.source.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.body.addWidget(self.source)
        self.source.setHidden(not source)
        scroll = scrolled(content)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.reason = MessageLine(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.reason)

    @property
    def draft(self) -> DraftType:
        return self.shell.draft

    def change(self, **fields: Any) -> None:
        """Change fields of the draft, unless it is the draft that is being shown."""
        if not self._loading:
            self.shell.change(**fields)

    # What a subclass says.

    def build(self) -> None:
        """Make the controls, in `self.body`."""

    def load(self) -> None:
        """Put the draft into the controls."""

    def refresh(self) -> None:
        """Show what follows from the draft, after each change."""

    def applies_not(self) -> str:
        """Why the step does not apply now; empty where it does. Must be pure: Qt asks often."""
        return ""

    def findings(self) -> Sequence[Finding]:
        """The findings that the page shows, and whose errors block Next."""
        if self.step is None:
            return ()
        return self.shell.findings.in_step(self.step, self.shell.subjects())

    def problem(self) -> str:
        """What is still missing on the page, beyond the rules; empty where nothing is."""
        return ""

    # What Qt asks.

    def initializePage(self) -> None:
        self.load_draft()

    def cleanupPage(self) -> None:
        """Going back forgets nothing."""

    def isComplete(self) -> bool:
        return not self.blocked_by()

    def nextId(self) -> int:
        return self.shell.page_after(self)

    # What the shell asks.

    def load_draft(self) -> None:
        self._loading = True
        try:
            self.load()
        finally:
            self._loading = False
        self.update_state()

    def update_state(self) -> None:
        """Show the findings, and why Next is disabled."""
        self.refresh()
        blocked = self.blocked_by()
        told = blocked if self.shell.pages_give_reasons else ""
        if self.panel is not None:
            # The error that blocks stands at the foot of the page; once is enough.
            others = self.findings()
            if told:
                others = [f for f in others if f.severity is not Severity.ERROR or sentence(f) != told]
            self.panel.show_findings(others, nothing_else=bool(told))
        if told:
            self.reason.set_message("error", told)
        else:
            self.reason.clear()
        self.shell.show_blocked(blocked)
        self.completeChanged.emit()

    def blocked_by(self) -> str:
        """The sentence that says why Next is disabled; empty where it is enabled."""
        errors = [f for f in self.findings() if f.severity is Severity.ERROR]
        if errors:
            return sentence(errors[0])
        return self.problem()


class DraftWizard(QWizard, DraftShell[DraftType]):
    """A wizard over a draft: see `DraftShell`. A subclass makes its pages with `add_step` in their order."""

    def __init__(self, document: Document, draft: DraftType, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.begin(document, draft)
        self._pages: list[StepPage[DraftType]] = []
        self._visited: set[int] = set()
        self.setWizardStyle(QWizard.WizardStyle.ModernStyle)
        self.setOption(QWizard.WizardOption.NoBackButtonOnStartPage)
        self.setOption(QWizard.WizardOption.HaveHelpButton, False)
        self.setModal(True)
        self.setMinimumSize(QSize(880, 560))
        fit_to_screen(self, 1040, 700)
        self._steps = QListWidget()
        self._steps.setAccessibleName(self.tr("Steps"))
        self._steps.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._steps.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self._steps.setFrameShape(QFrame.Shape.NoFrame)
        self._steps.viewport().setAutoFillBackground(False)
        self._steps.setFixedWidth(220)
        self._steps.setIconSize(QSize(16, 16))
        self._steps.setSpacing(2)
        side = QWidget(self)
        column = QVBoxLayout(side)
        column.setContentsMargins(12, 12, 4, 12)
        column.addWidget(self._steps)
        self.setSideWidget(side)
        self.currentIdChanged.connect(self._page_shown)

    # What the draft leads to.

    def show_checked(self) -> None:
        """Bring the page on show up to date."""
        page = self.currentPage()
        if isinstance(page, StepPage):
            page.update_state()
        self._show_steps()

    def show_blocked(self, reason: str) -> None:
        for which in (QWizard.WizardButton.NextButton, QWizard.WizardButton.FinishButton):
            button = self.button(which)
            if button is not None:
                button.setToolTip(reason)

    # The pages.

    def add_step(self, page: StepPage[DraftType]) -> None:
        self._pages.append(page)
        self.addPage(page)

    def page_after(self, page: StepPage[DraftType]) -> int:
        """The id of the next step that applies, or -1 after the last."""
        for later in self._pages[self._pages.index(page) + 1 :]:
            if not later.applies_not():
                return self._id(later)
        return -1

    def steps(self) -> tuple[StepPage[DraftType], ...]:
        return tuple(self._pages)

    def _id(self, page: StepPage[DraftType]) -> int:
        return next(number for number in self.pageIds() if self.page(number) is page)

    def start(self) -> None:
        """Check once and show the first page; call it at the end of the subclass's constructor."""
        self.recheck()
        self.setStartId(self._id(self._pages[0]))

    def _page_shown(self, number: int) -> None:
        if number >= 0:
            self._visited.add(number)
            page = self.page(number)
            if isinstance(page, StepPage):
                page.update_state()
        self._show_steps()

    def _show_steps(self) -> None:
        """Side list: done, current, still to come, or not applicable with the reason as tool tip."""
        if self._steps.count() != len(self._pages):
            self._steps.clear()
            for _ in self._pages:
                self._steps.addItem(QListWidgetItem())
        current = self.currentPage()
        passed = current in self._pages
        for row, page in enumerate(self._pages):
            item, why_not = self._steps.item(row), page.applies_not()
            state, word = "step-ahead", self.tr("to come")
            if page is current:
                state, word, passed = "step-current", self.tr("current"), False
            elif why_not:
                state, word = "step-skipped", self.tr("does not apply")
            elif passed:
                state, word = "ok", self.tr("done")
            font = QFont(self._steps.font())
            font.setBold(page is current)
            item.setFont(font)
            item.setText(page.title())
            item.setIcon(icon(state, "secondary" if why_not else "text"))
            item.setToolTip(why_not or f"{page.title()}: {word}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{page.title()}, {word}")
            item.setFlags(Qt.ItemFlag.NoItemFlags if why_not else Qt.ItemFlag.ItemIsEnabled)

    # The end.

    def accept(self) -> None:
        """Hand the one edit to the document, then close; stay open where vCenter refuses it in Rehearse."""
        if self.apply():
            super().accept()

    def apply(self) -> bool:
        """Hand the one edit to the document; False where it is refused."""
        return self.document.edit(self.edit_name(), self.edit())


def explanation(text: str) -> WrapLabel:
    """Secondary text under a control."""
    return SecondaryLabel(text)

"""Edit Settings of a cluster (paper, figs. 16 and 17): the wizard's pages, and what follows before OK."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from flexgui.document import Document
from flexgui.plan.inventory import modes_of
from flexgui.plan.values import Cluster, Edit, ResourcePool
from flexgui.rules.comparison import compare_findings
from flexgui.rules.consequences import of_settings
from flexgui.rules.finding import Finding
from flexgui.widgets.consequences import ConsequencesPanel, Outcome
from flexgui.widgets.finding_text import sentence
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import SecondaryLabel
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.said_text import translated
from flexgui.widgets.screen import fit_to_screen
from flexgui.widgets.scrolled import scrolled
from flexgui.widgets.severity import severity_word
from flexgui.wizards import settings_draft
from flexgui.wizards.cluster_draft import ClusterDraft
from flexgui.wizards.cluster_pages import DpmPage, DrsPage, HaPage, NamePage, SwapPage
from flexgui.wizards.settings_evc_page import SettingsEvcPage
from flexgui.wizards.settings_pools_page import SettingsPoolsPage
from flexgui.wizards.shell import DraftShell, StepPage, heading

_PAGES: tuple[Callable[[DraftShell[ClusterDraft]], StepPage[ClusterDraft]], ...] = (
    NamePage,
    HaPage,
    DrsPage,
    SettingsPoolsPage,
    DpmPage,
    SettingsEvcPage,
    SwapPage,
)
_OF_FIELD = {
    "": NamePage,
    "name": NamePage,
    "ha": HaPage,
    "drs": DrsPage,
    "resource_pools": SettingsPoolsPage,
    "dpm": DpmPage,
    "evc_mode": SettingsEvcPage,
    "vm_swap_placement": SwapPage,
}
"""Which page has a field of the cluster (the first part of its path)."""

_LARGE = 500
"""Hosts of a cluster from which on the consequences wait for a pause in typing."""

_PAUSE_MS = 250

_NAMED = 3
"""Changes that the name of the edit tells."""


class EditSettingsDialog(QDialog, DraftShell[ClusterDraft]):
    """Pages to visit in any order, the consequences under them; OK makes one undoable edit.

    Raises:
        KeyError: there is no such cluster.
    """

    pages_give_reasons = False

    def __init__(
        self, document: Document, cluster_id: str, field: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.begin(document, settings_draft.settings_draft(document.plan, cluster_id))
        self._before = document.plan
        self._cluster = settings_draft.cluster_of(document.plan, cluster_id)
        self._known = document.findings.all
        self._subjects: tuple[tuple[ResourcePool, ...], list[str]] | None = None
        self._later = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._later.timeout.connect(self.recheck)
        self.outcome = Outcome()
        self.setWindowTitle(self.tr("Edit Settings – {0}").format(self._cluster.name))
        self.setModal(True)
        self.setMinimumSize(QSize(820, 520))
        fit_to_screen(self, 1040, 760)
        self.pages = tuple(page(self) for page in _PAGES)
        self.stack = QStackedWidget()
        for page in self.pages:
            self.stack.addWidget(page)
        self._build()
        for page in self.pages:
            page.load_draft()
        self.recheck()
        self.show_page(_OF_FIELD.get(field.partition(".")[0], NamePage))

    def _build(self) -> None:
        self.side = QListWidget()
        self.side.setObjectName("settings_pages")
        self.side.setAccessibleName(self.tr("Settings"))
        self.side.setFrameShape(QFrame.Shape.NoFrame)
        self.side.viewport().setAutoFillBackground(False)
        self.side.setFixedWidth(196)
        self.side.setIconSize(QSize(16, 16))
        self.side.setSpacing(2)
        for page in self.pages:
            self.side.addItem(QListWidgetItem(page.title()))
        self.side.currentRowChanged.connect(self._row_chosen)
        self.title = QLabel()
        font = QFont(self.title.font())
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self.title.setFont(font)
        self.question = SecondaryLabel()
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(self.question)
        column.addWidget(self.stack, 1)
        self.consequences = ConsequencesPanel()
        below = scrolled(self.consequences)
        below.setAccessibleName(self.tr("Consequences of the change"))
        lower = QWidget()
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        self.heading = heading(self.tr("Consequences of the change"))
        column.addWidget(self.heading)
        column.addWidget(below, 1)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(upper)
        self.splitter.addWidget(lower)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([460, 200])
        self.reason = MessageLine()
        self.reason.setObjectName("settings_reason")
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.ok: QPushButton = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setObjectName("settings_ok")
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.side)
        middle.addWidget(self.splitter, 1)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(self.reason, 1)
        foot.addWidget(self.buttons, 0, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(middle, 1)
        layout.addLayout(foot)

    # What a shell says.

    def edit(self) -> Edit:
        return settings_draft.settings_edit(self.draft)

    def edit_name(self) -> str:
        changes = self.changes()
        shown = ", ".join(changes[:_NAMED]) + (" …" if len(changes) > _NAMED else "")
        return self.tr("Edit settings of {0}: {1}").format(self._cluster.name, shown)

    def subjects(self) -> Sequence[str]:
        pools = self.draft.cluster.resource_pools
        if self._subjects is None or self._subjects[0] is not pools:
            hosts = self._cluster.hosts
            ids = [self._cluster.id, *(pool.id for pool in pools), *(host.id for host in hosts)]
            self._subjects = pools, [*ids, *(vm.id for host in hosts for vm in host.vms)]
        return self._subjects[1]

    def set_draft(self, draft: ClusterDraft) -> None:
        if len(self._cluster.hosts) < _LARGE:
            super().set_draft(draft)
        elif draft != self.draft:
            self.draft = draft
            self._later.start()

    def recheck(self) -> None:
        self._later.stop()
        super().recheck()

    def show_checked(self) -> None:
        self._weigh()
        self.current.update_state()
        self._show_side()

    # The pages.

    @property
    def current(self) -> StepPage[ClusterDraft]:
        """The page on show."""
        return self.pages[self.stack.currentIndex()]

    def show_page(self, kind: type[StepPage[ClusterDraft]]) -> None:
        """Show a page and put the focus into it; the first one where it does not apply now."""
        number = next(n for n, page in enumerate(self.pages) if isinstance(page, kind))
        if self.pages[number].applies_not():
            number = 0
        self.side.setCurrentRow(number)
        page = self.pages[number]
        if isinstance(page, SettingsEvcPage):
            page.focus_field()
        else:
            self.side.setFocus()

    def _row_chosen(self, row: int) -> None:
        page = self.pages[row]
        self.stack.setCurrentIndex(row)
        self.title.setText(page.title())
        self.question.setText(page.subTitle())
        page.load_draft()
        self._show_side()

    def _show_side(self) -> None:
        """Mark the pages that block, that were changed, and that do not apply, with the reason."""
        blocked = {id(finding) for finding in self._blocking}
        for row, page in enumerate(self.pages):
            item, why_not = self.side.item(row), page.applies_not()
            if why_not:
                state, color, word = "step-skipped", "secondary", self.tr("does not apply")
            elif blocked and any(id(finding) in blocked for finding in page.findings()):
                state, color, word = "error", "error", severity_word("error")
            elif self._is_changed(page):
                state, color, word = "step-current", "accent", self.tr("changed")
            else:
                state, color, word = "step-ahead", "secondary", self.tr("as it was")
            item.setIcon(icon(state, color))
            item.setToolTip(why_not or f"{page.title()}: {word}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{page.title()}, {word}")
            item.setFlags(
                Qt.ItemFlag.NoItemFlags
                if why_not and page is not self.current
                else Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            )

    def _is_changed(self, page: StepPage[ClusterDraft]) -> bool:
        old, new = self._cluster, self._after
        if isinstance(page, NamePage):
            return (old.name, old.ha.enabled, old.drs.enabled) != (new.name, new.ha.enabled, new.drs.enabled)
        fields = [name for name, kind in _OF_FIELD.items() if isinstance(page, kind) and name]
        return any(getattr(old, name) != getattr(new, name) for name in fields)

    # What follows.

    @property
    def _after(self) -> Cluster:
        return settings_draft.cluster_of(self.plan, self._cluster.id)

    def _weigh(self) -> None:
        """What the change leads to, and what stands against it."""
        gained, lost, restated = compare_findings(self._known, self.findings.all)
        consequences = of_settings(self._before, self.plan, self._cluster.id, self.findings.all)
        summed = frozenset[str]().union(*(each.sums_up for each in consequences))
        changed = self.plan is not self._before
        self.outcome = Outcome(
            consequences,
            tuple(f for f in gained if f.muted is None and f.rule not in summed),
            tuple(f for f in lost if f.muted is None),
        )
        # In Rehearse nobody says no but vCenter: the mistakes of the paper can be made.
        self._blocking = (
            ()
            if self.document.rehearsing
            else settings_draft.blocking(
                self._cluster,
                self._after,
                tuple(old for old, _ in restated),
                (*gained, *(new for _, new in restated)),
            )
        )
        self.consequences.show_outcome(self.outcome, changed=changed)
        self._say(self._blocking)

    def _say(self, blocking: Sequence[Finding]) -> None:
        """Why OK is disabled; in Rehearse, what vCenter would say to it."""
        self.ok.setEnabled(not blocking)
        reason = sentence(blocking[0]) if blocking else ""
        self.ok.setToolTip(reason)
        if reason:
            self.reason.set_message("error", reason)
            return
        objection = self.document.objection(self._before, self.plan)
        if objection is None:
            self.reason.clear()
            return
        context, said = objection
        self.reason.set_message(
            "todo", self.tr("vCenter would refuse this now. {0}").format(translated(said, context))
        )

    def changes(self) -> list[str]:
        """What is other than before, each in a few words: for the name of the edit."""
        old, new = self._cluster, self._after
        found: list[str] = []
        if old.name != new.name:
            found.append(self.tr("name {0}").format(new.name))
        if old.evc_mode != new.evc_mode:
            mode = modes_of(self._before).get(new.evc_mode)
            name = mode.short_label if mode is not None else new.evc_mode
            found.append(self.tr("EVC off") if name is None else self.tr("EVC mode {0}").format(name))
        for was, now, feature in (
            (old.ha, new.ha, self.tr("HA")),
            (old.drs, new.drs, self.tr("DRS")),
            (old.dpm, new.dpm, self.tr("DPM")),
        ):
            if was.enabled != now.enabled:
                text = self.tr("{0} on") if now.enabled else self.tr("{0} off")
                found.append(text.format(feature))
            elif was != now:
                found.append(feature)
        if old.vm_swap_placement != new.vm_swap_placement:
            found.append(self.tr("swapfiles"))
        if old.resource_pools != new.resource_pools:
            found.append(self.tr("resource pools"))
        return found

    # The end.

    def accept(self) -> None:
        """Make the one edit, then close; stay open where vCenter refuses it in Rehearse."""
        if self._later.isActive():
            self.recheck()
        if self._blocking:
            return
        if self.plan is self._before or self.document.edit(self.edit_name(), self.edit(), self._checker):
            super().accept()
        else:
            self._say(self._blocking)

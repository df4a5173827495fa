"""The findings dock: findings filtered and in groups, what each rests on, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from time import monotonic

from PySide6.QtCore import QPoint, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from flexgui.document import Document
from flexgui.plan import edits
from flexgui.plan.values import Plan
from flexgui.rules.finding import Finding, Severity
from flexgui.rules.fix import Fix
from flexgui.rules.fixes import Mended, fix_of, may_have_fix, mend
from flexgui.rules.rule import RULES
from flexgui.views.actions import Actions
from flexgui.views.explanation import Explanation
from flexgui.views.findings_bar import FindingsBar
from flexgui.views.findings_groups import Group, Steps, Wanted, arranged, counted
from flexgui.views.findings_groups import finding_key as finding_key
from flexgui.views.findings_list import FindingsList
from flexgui.views.findings_model import FindingsModel
from flexgui.views.findings_texts import FindingTexts
from flexgui.widgets.finding_text import fix_name
from flexgui.widgets.severity import severity_icon, severity_word
from flexgui.widgets.table import Column
from flexgui.widgets.task import run_task

_AT_ONCE = 4
"""Steps of arranging that are done whatever they take: small plans never flicker."""
_STEP_SECONDS = 0.008
_LOOKED_AT = 40
"""Selected findings of which each is asked for its fix; of more, whether their rules have one."""
_FIXED_AT_ONCE = 200
_NARROW = 560
_SETTING = "findings/explained"


def _about(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Rule and object of findings, each pair once: what is muted together."""
    return list(dict.fromkeys((finding.rule, finding.subject.object_id) for finding in findings))


class FindingsView(QWidget):
    """Emits `finding_requested` with the id of an object and the field that a finding is about.

    `arranged` comes when the list shows what was last asked for, `told` with a sentence for the status bar.
    """

    finding_requested = Signal(str, str)
    arranged = Signal()
    told = Signal(str)

    def __init__(self, document: Document, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._actions = document, actions
        self._texts = FindingTexts(document, self.tr("Plan"))
        self._fix: Fix | None = None
        self._steps: Steps | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)
        self.model = FindingsModel(
            self._columns(), self._group_column(), self, narrow={0: 44, 1: 0, 2: 600, 3: 0}
        )
        self.view = FindingsList(self.model, lambda object_id: document.findings.about(object_id))
        self.view.setAccessibleName(self.tr("Findings"))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._offer_menu)
        self.view.finding_activated.connect(self.show_current)
        self.view.sort_changed.connect(self.refresh)
        names = ("show_finding", "fix_finding", "mute_finding", "unmute_finding", "explain_finding")
        self.show_action, self.fix_action, self.mute_action, self.unmute_action, self.explain_action = (
            actions[name] for name in names
        )
        for name, text in (
            ("show_finding", self.tr("Show")),
            ("fix_finding", self.tr("Fix")),
            ("mute_finding", self.tr("Mute…")),
            ("unmute_finding", self.tr("Unmute")),
            ("explain_finding", self.tr("Explain")),
        ):
            actions[name].setIconText(text)
        self.bar = FindingsBar([actions[name] for name in names])
        self.toggles, self.summary = self.bar.toggles, self.bar.summary
        self.bar.changed.connect(self._filter)
        self.bar.left.connect(self._enter_list)
        self.explanation = Explanation()
        self.explanation.setVisible(bool(QSettings().value(_SETTING, False, type=bool)))
        self.explanation.fix_requested.connect(self.fix_selected)
        self.explanation.copied.connect(
            lambda name: self.told.emit(self.tr("{name} is on the clipboard.").format(name=name))
        )
        self.explain_action.setChecked(not self.explanation.isHidden())
        self.splitter = QSplitter()
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.view)
        self.splitter.addWidget(self.explanation)
        self.splitter.setStretchFactor(0, 5)
        self.splitter.setStretchFactor(1, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.bar)
        column.addWidget(self.splitter, 1)
        self.view.selectionModel().currentChanged.connect(self._update_current)
        self.view.selectionModel().selectionChanged.connect(self._update_current)
        self.model.modelReset.connect(self._update_current)
        self._grouping = self.bar.grouping()
        document.findings_changed.connect(self.refresh)
        document.rehearsing_changed.connect(self._update_current)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """At the side of the window the explanation goes below, and columns make the best of it."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self.splitter.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        self.view.set_narrow(narrow)

    def _columns(self) -> Sequence[Column[Finding]]:
        texts = self._texts
        return (
            Column[Finding](self.tr("Severity"), self._severity, icon=_icon, width=110),
            Column[Finding](self.tr("Object"), texts.name, sort=texts.path, tip=texts.path, width=200),
            Column[Finding](self.tr("What is"), texts.message, width=420),
            Column[Finding](self.tr("What to do"), self._advice, width=240),
            Column[Finding](self.tr("Rule"), lambda finding: finding.rule, width=140, hidden=True),
        )

    def _group_column(self) -> Column[Group]:
        return Column[Group]("", self._group_text, icon=lambda g: severity_icon(g.worst.value))

    # --- what is listed

    def refresh(self) -> None:
        """Show the document's findings as they are now: those that the filters let through, in groups."""
        found = self._document.findings
        self._texts.forget(found.all)
        numbers = counted(found.all, self._muted())
        self.bar.set_counts(numbers)
        section, descending = self.view.sorted_by()
        column = self.model.columns[section] if section >= 0 else None
        text = None if column is None or section == 0 else column.sort or column.text
        wanted = Wanted(
            grouping=self.bar.grouping(),
            severities=self.bar.severities(),
            muted=self.toggles["muted"].isChecked(),
            words=self.bar.words(),
            sort=None if text is None else self._texts.by(section, text),
            descending=descending and column is not None,
            sort_groups=section == 1 and self.bar.grouping() == "object",
            text=self._texts.searched,
        )
        self._steps = arranged(found.all, found.by_object, wanted)
        self._timer.stop()
        self._advance(_AT_ONCE)

    def _muted(self) -> list[Finding]:
        about = self._document.findings.about
        objects = dict.fromkeys(muted.object for muted in self._document.plan.muted)
        return [found for object_id in objects for found in about(object_id) if found.muted is not None]

    def _filter(self) -> None:
        if self.bar.grouping() != self._grouping:
            self._grouping = self.bar.grouping()
            self.model.forget_open()
        self.refresh()

    def _go_on(self) -> None:
        self._advance(1)

    def _advance(self, least: int) -> None:
        """Arrange for some milliseconds; what is not done then is gone on with when the window is idle."""
        end = monotonic() + _STEP_SECONDS
        assert self._steps is not None
        try:
            for done in count(1):
                next(self._steps)
                if done >= least and monotonic() > end:
                    self._timer.start(0)
                    return
        except StopIteration as stop:
            self._steps = None
            self._show(stop.value)

    def _show(self, groups: list[Group]) -> None:
        self.model.set_groups(groups, flat=self._grouping == "none")
        self.model.refresh()  # an object of the path may have another name
        total = len(self._document.findings.all)
        hidden = total - sum(len(group.findings) for group in groups)
        text = self.tr("{count} hidden by the filters").format(count=hidden) if hidden else ""
        self.summary.set_text(text if total else self.tr("No findings."))
        self._update_current()
        self.arranged.emit()

    def _severity(self, finding: Finding) -> str:
        muted = f" ({self.tr('muted')})" if finding.muted is not None else ""
        return severity_word(finding.severity.value) + muted

    def _advice(self, finding: Finding) -> str:
        if finding.muted is not None:
            return self.tr("Muted: {reason}").format(reason=finding.muted)
        return self._texts.advice(finding)

    def _group_text(self, group: Group) -> str:
        count = len(group.findings)
        if self._grouping == "object":
            return f"{self._texts.path(group.findings[0])} ({count})"
        if self._grouping == "severity":
            return f"{severity_word(group.key)} ({count})"
        rule = RULES.get(group.key)
        return f"{group.key} ({count})" + (f": {rule.summary}" if rule is not None else "")

    # --- what can be done

    def _update_current(self) -> None:
        selected, current = self.view.selected_findings(), self.view.current_finding()
        place = current or self.view.current_group()
        self._enable("show_finding", self.tr("Select a finding first.") if place is None else "")
        muted = any(finding.muted is not None for finding in selected)
        self._enable(
            "mute_finding",
            self.tr("Select a finding first.")
            if not selected
            else self.tr("An error cannot be muted: the plan cannot exist like this.")
            if any(finding.severity is Severity.ERROR for finding in selected)
            else (
                self.tr("The finding is muted.")
                if len(selected) == 1
                else self.tr("All {count} selected findings are muted.").format(count=len(selected))
            )
            if muted and all(finding.muted is not None for finding in selected)
            else "",
        )
        self._enable("unmute_finding", "" if muted else self.tr("Select a muted finding first."))
        self._offer_fix(selected)
        if not self.explanation.isHidden():
            fix = self._fix if len(selected) == 1 and current is selected[0] else None
            group = self.view.current_group()
            rule = RULES.get(group.key) if group is not None and self._grouping == "rule" else None
            if rule is not None:
                self.explanation.explain_rule(rule)
                return
            self.explanation.explain(current, "" if fix is None else self._fix_name(fix))

    def _offer_fix(self, selected: Sequence[Finding]) -> None:
        plan = self._document.plan
        self._fix = fix_of(plan, selected[0]) if len(selected) == 1 else None
        title, reason = self.tr("&Fix Finding"), ""
        if not selected:
            reason = self.tr("Select a finding first.")
        elif len(selected) == 1 and self._fix is None:
            reason = self.tr("No single edit mends this: it takes a decision, or work on the host.")
        elif self._fix is not None:
            title = self.tr("&Fix: {name}").format(name=self._fix_name(self._fix).replace("&", "&&"))
        else:
            title = self.tr("&Fix {count} Findings").format(count=len(selected))
            few = len(selected) <= _LOOKED_AT
            if not any(fix_of(plan, f) is not None if few else may_have_fix(f) for f in selected):
                reason = self.tr("No single edit mends any of these.")
        self.fix_action.setText(title)
        self.fix_action.setIconText(self.tr("Fix"))
        self._enable("fix_finding", reason)

    def _fix_name(self, fix: Fix) -> str:
        return fix_name(fix, self._document.rehearsing)

    def _enable(self, name: str, reason: str) -> None:
        self._actions.enable(name, reason)

    def show_current(self) -> None:
        """Go to the object and field of the current finding, or to the object of the current group."""
        finding, group = self.view.current_finding(), self.view.current_group()
        if finding is not None:
            self.finding_requested.emit(finding.subject.object_id, finding.subject.field)
        elif group is not None:
            self.finding_requested.emit(group.findings[0].subject.object_id, "")

    def step(self, step: int) -> None:
        """Go to the next finding (or with -1 to the one before), and to its object and field."""
        finding = self.view.step(step)
        if finding is None:
            self.told.emit(self.tr("There is no finding."))
            return
        self.show_current()
        self.told.emit(f"{self._severity(finding)}: {self._texts.message(finding)}")

    def fix_selected(self) -> None:
        """Mend the selected findings that one edit mends, in one step of undo."""
        selected = self.view.selected_findings()
        plan = self._document.plan
        if len(selected) <= _FIXED_AT_ONCE:
            self._fixed(plan, len(selected), mend(plan, selected))
        else:
            run_task(
                self, lambda _: mend(plan, selected), lambda done: self._fixed(plan, len(selected), done)
            )

    def _fixed(self, before: Plan, asked: int, mended: Mended) -> None:
        if self._document.plan is not before:
            self.told.emit(self.tr("The plan was changed meanwhile: nothing was fixed."))
            return
        if not mended.fixes:
            self.told.emit(self.tr("No single edit mends this."))
            return
        done = len(mended.fixes)
        one = done == 1
        name = self._fix_name(mended.fixes[0]) if one else self.tr("Fix {count} findings").format(count=done)
        self._document.edit(name, lambda plan: mended.plan if plan is before else plan)
        if self._document.plan is mended.plan:
            left = self.tr("Done: {name}. {left} more are left to decide.")
            told = left if not one and asked > done else self.tr("Done: {name}.")
            self.told.emit(told.format(name=name, left=asked - done))

    def ask_reason(self) -> None:
        """Ask why the selected findings are to be muted, then mute them in one step of undo."""
        from flexgui.views.mute_dialog import MuteDialog

        waiting = [finding for finding in self.view.selected_findings() if finding.muted is None]
        about = _about(waiting)
        if not about:
            return
        if len(about) == 1:
            what = self._texts.message(waiting[0])
        else:
            what = self.tr("{count} findings are selected.").format(count=len(about))
        dialog = MuteDialog(what, self)
        dialog.accepted.connect(lambda: self._mute(about, dialog.reason()))
        dialog.open()

    def _mute(self, about: Sequence[tuple[str, str]], reason: str) -> None:
        name = self.tr("Mute finding") if len(about) == 1 else self.tr("Mute findings")
        if self._document.edit(name, lambda plan: edits.mute_all(plan, about, reason)):
            done = self.tr("{count} findings are muted.").format(count=len(about))
            self.told.emit(self.tr("The finding is muted.") if len(about) == 1 else done)

    def unmute(self) -> None:
        """Count the selected muted findings again, in one step of undo."""
        self._unmute(_about(f for f in self.view.selected_findings() if f.muted is not None))

    def _unmute(self, about: Sequence[tuple[str, str]]) -> None:
        name = self.tr("Unmute finding") if len(about) == 1 else self.tr("Unmute findings")
        if about:
            self._document.edit(name, lambda plan: edits.unmute_all(plan, about))

    def list_muted(self) -> None:
        """List what is muted in the plan, also what is not found any more."""
        from flexgui.views.muted_dialog import MutedDialog

        dialog = MutedDialog(self._document, self)
        dialog.unmute_requested.connect(self._unmute)
        dialog.object_requested.connect(lambda object_id: self.finding_requested.emit(object_id, ""))
        dialog.open()

    def set_explained(self, on: bool) -> None:
        """Show or hide what the current finding rests on."""
        QSettings().setValue(_SETTING, on)
        self.explanation.setVisible(on)
        self._update_current()

    def focus_filter(self) -> None:
        """Put the keyboard into the filter."""
        self.bar.filter_box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.filter_box.selectAll()

    def _enter_list(self) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.view.currentIndex().isValid() and self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(0, 0))

    def _offer_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for action in (self.show_action, self.fix_action, self.explain_action):
            menu.addAction(action)
        menu.addSeparator()
        for action in (self.mute_action, self.unmute_action, self._actions["muted_findings"]):
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(self.view.copy_action)
        if self._grouping != "none":
            menu.addSeparator()
            menu.addAction(self.tr("&Open All Groups"), lambda: self.model.set_all_open(True))
            menu.addAction(self.tr("&Close All Groups"), lambda: self.model.set_all_open(False))
        menu.popup(self.view.viewport().mapToGlobal(at))


def _icon(finding: Finding) -> QIcon:
    return severity_icon(finding.severity.value)

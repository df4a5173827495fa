"""The one mutable thing: the open plan with its undo stack, its file and its findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeVar
from weakref import proxy

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from flexgui.evc.releases import latest
from flexgui.plan import scenarios, storage
from flexgui.plan.edits import drop_unused_cpus, store_cpus
from flexgui.plan.values import Edit, Plan
from flexgui.rules.check import Checker
from flexgui.rules.found import Findings as Findings
from flexgui.rules.memory import Memory
from flexgui.rules.rehearsal_log import Entry, Event

if TYPE_CHECKING:
    from flexgui.rules.rehearsal_answer import Answer, Line


Answered = TypeVar("Answered")
MANY: Final = 400
"""More hosts than this are checked elsewhere, where the document knows of such a place."""


class Elsewhere(Protocol):
    def __call__(self, work: Callable[[], Answered], /) -> Answered: ...


class DraftChecker:
    """Checks a plan that is not yet made: what a wizard's draft would lead to.

    It has a memory of its own, so that each key typed costs no more than what it changes; or it begins with
    what a checker knows.
    """

    def __init__(self, checker: Checker | None = None) -> None:
        self._checker = checker or Checker()
        self.last: tuple[Plan, Findings] | None = None
        """The plan that was checked last, with its findings."""

    def findings(self, plan: Plan) -> Findings:
        known = None if self.last is None else self.last[1]
        found = Findings.of(plan, self._checker.check(plan), known)
        self.last = plan, found
        return found

    def hand_over(self) -> Checker:
        """The checker with its memory; this one begins anew."""
        known, self._checker = self._checker, Checker()
        return known


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is shown: a plan, and the name of the scenario that it is.

    In Rehearse, `planned` is the plan before it, `began` what it began with.
    """

    plan: Plan
    scenario: str | None = None
    planned: Plan | None = None
    began: Plan | None = None


class _Change(QUndoCommand):
    """From what was shown to what is shown then."""

    def __init__(self, document: Document, name: str, after: _Shown) -> None:
        super().__init__(name)
        # A cycle of Python objects around commands, which Qt owns, crashes when it is collected.
        self._document = proxy(document)
        self._before, self._after = document._shown, after
        self._done = False

    def redo(self) -> None:
        self._document._show(self._after)
        if self._done:
            self._document._note(self.text(), "redone", self._before, self._after)
        self._done = True

    def undo(self) -> None:
        self._document._show(self._before)
        self._document._note(self.text(), "undone", self._before, self._after)


class Document(QObject):
    """The open plan.

    `plan_changed` and `findings_changed` come together, the plan first. Every change goes through `edit` and
    can be undone; `undo_stack` has the names and the mark of what was saved.

    `plan` is what is shown and edited: the plan itself, or one of its scenarios in its place. `whole` is
    everything, as it is saved. `scenario_shown` comes after the other signals when it is another one.

    While `rehearsing`, every edit is answered as vCenter would at that moment (`rules.rehearsal`). `refused`
    comes with the edit's name and the `Answer` of one that was not done; `log_changed` whenever the `log` of
    the rehearsal has another entry. `rehearsing_changed` comes after the others, like `scenario_shown`.
    `checking` tells when a check that takes a while begins and ends.
    """

    plan_changed = Signal()
    findings_changed = Signal()
    path_changed = Signal()
    scenario_shown = Signal()
    rehearsing_changed = Signal()
    refused = Signal(str, object)
    log_changed = Signal()
    checking = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        # Owned by Qt in any case: Python's collector crashes over undo steps that Qt deletes meanwhile.
        super().__init__(parent or QCoreApplication.instance())
        self.undo_stack = QUndoStack(self)
        self._checker = Checker()
        self._last: tuple[Plan, Findings] | None = None
        self._path: Path | None = None
        self._shown = _Shown(Plan(release=latest().key))
        self._findings = Findings()
        self._memory = Memory()
        self.elsewhere: Elsewhere | None = None
        """Does long work, and lets the window live meanwhile; see `widgets.elsewhere`."""
        self._log: list[Entry] = []

    @property
    def plan(self) -> Plan:
        """What is shown and edited (see `plan.scenarios`): not what is saved while a scenario is on show."""
        return self._shown.plan

    @property
    def whole(self) -> Plan:
        """Everything in its own place, whatever is shown."""
        return scenarios.whole(self._shown.plan, self._shown.scenario)

    @property
    def scenario(self) -> str | None:
        """The name of the scenario on show, or None where it is the plan itself."""
        return self._shown.scenario

    def to_export(self) -> Plan:
        """What an export writes: what is shown; a scenario as a plan of its own that says what it is."""
        return self.plan if self.scenario is None else scenarios.alone(self.whole, self.scenario)

    @property
    def rehearsing(self) -> bool:
        """Whether edits are answered as vCenter would now."""
        return self._shown.planned is not None

    @property
    def rehearsed(self) -> bool:
        """Whether anything was done since the rehearsal began."""
        return self.rehearsing and self._shown.plan is not self._shown.began

    @property
    def log(self) -> tuple[Entry, ...]:
        """What was done and refused in Rehearse since the plan was opened, the oldest first."""
        return tuple(self._log)

    @property
    def findings(self) -> Findings:
        return self._findings

    def checker(self) -> Checker:
        """A checker of its own that knows what was found: plans that differ little cost it little."""
        return self._checker.fork()

    @property
    def path(self) -> Path | None:
        """The file of the plan, or None where it was never saved."""
        return self._path

    @property
    def dirty(self) -> bool:
        return not self.undo_stack.isClean()

    def edit(self, name: str, edit: Edit, checked: DraftChecker | None = None) -> bool:
        """Apply an edit under a name that undo and redo show; one that changes nothing leaves no trace.

        Returns False where vCenter refuses it in Rehearse; then the plan stays as it is. `checked` has just
        checked what the edit makes: what it knows is taken over, so that nothing is checked twice.
        """
        shown = self._shown
        after = edit(shown.plan)
        if after is shown.plan:
            return True
        checker = self._checker if checked is None else checked.hand_over()
        last = None if checked is None else checked.last
        much = self._is_much(checker, after)
        if self.rehearsing or much:
            checker = checker.fork()
        if much:
            last = self._checked_ahead(checker, after)
            if self._shown is not shown:  # something else was edited meanwhile
                return self.edit(name, edit)
        answer: Answer | None = None
        if self.rehearsing:
            from flexgui.rules import rehearsal

            answer = rehearsal.answer(shown.plan, after, self._findings.all, checker.check(after))
            if answer.outcome is not rehearsal.Outcome.DONE:
                self._add_entry(
                    name, "waiting" if answer.outcome is rehearsal.Outcome.WAITING else "refused", answer
                )
                self.refused.emit(name, answer)
                return False
            after = answer.plan
        self._checker, self._last = checker, last
        self.undo_stack.push(_Change(self, self._with_scenario(name), replace(shown, plan=after)))
        if answer is not None:
            self._add_entry(name, "done", answer)
        return True

    def objection(self, before: Plan, after: Plan) -> Line | None:
        """In Rehearse: the first reason why vCenter would not do an edit now; None where it would.

        `before` is the plan that is shown. Nothing is done, and nothing logged.
        """
        from flexgui.rules import rehearsal

        if not self.rehearsing or before is not self.plan:
            return None
        found = rehearsal.answer(before, after, self._findings.all, self.checker().check(after))
        return found.refusals[0].why if found.refusals else None

    def set_rehearsing(self, on: bool, keep: bool = True) -> None:
        """Enter or leave Rehearse, in one step of undo.

        On entering, what the inventory shows becomes what vCenter has. On leaving, what was rehearsed is
        kept, or the plan is as it was before; mutings and what-ifs that came meanwhile stay.
        """
        from flexgui.rules import rehearsal

        shown = self._shown
        if on == self.rehearsing:
            return
        if on:
            name = self.tr("Begin rehearsal")
            began = self._do(lambda: rehearsal.settled(shown.plan), len(self._findings.all) > MANY)
            checker, last = self._checker.fork(), None
            if self._memory.of(began) is None and self._is_much(checker, began):
                last = self._checked_ahead(checker, began)
            if self._shown is not shown:  # something was edited meanwhile
                return self.set_rehearsing(on, keep)
            self._checker, self._last = checker, last
            after = replace(shown, plan=began, planned=shown.plan, began=began)
        else:
            name = self.tr("End rehearsal") if keep else self.tr("End rehearsal, back to the plan")
            assert shown.planned is not None
            plan = shown.plan if keep else _gone_back(shown.plan, shown.planned)
            after = replace(shown, plan=plan, planned=None, began=None)
        self.undo_stack.push(_Change(self, self._with_scenario(name), after))
        self._add_entry(name, "began" if on else "ended")

    def edit_whole(self, name: str, edit: Edit, show: str | None = None) -> bool:
        """Apply an edit of everything, as the edits of scenarios are; then show a scenario, or the plan.

        Returns whether it changed anything; if not, what is shown stays. A rehearsal ends, with what was
        rehearsed, where another inventory is shown then.

        Raises:
            KeyError: there is no scenario `show` after the edit.
            InputError: as the edit does.
        """
        before = self.whole
        after = edit(before)
        if after is before:
            return False
        plan = scenarios.shown(after, show)
        same = show == self.scenario and plan.datacenters is self.plan.datacenters
        now = replace(self._shown, plan=plan) if same else _Shown(plan, show)
        self.undo_stack.push(_Change(self, name, now))
        return True

    def show_scenario(self, name: str | None) -> None:
        """Show and edit a scenario, or with None the plan itself. It is no edit. Raises KeyError.

        A rehearsal ends, with what was rehearsed.
        """
        if name != self.scenario:
            self._show(_Shown(scenarios.shown(self.whole, name), name))

    def _is_much(self, checker: Checker, plan: Plan) -> bool:
        return self.elsewhere is not None and checker.work(plan) > MANY

    def _checked_ahead(self, checker: Checker, plan: Plan) -> tuple[Plan, Findings]:
        """The findings of a plan that is not yet shown, found elsewhere."""
        before = self._findings
        return self._do(lambda: (plan, Findings.of(plan, checker.check(plan), before)), True)

    def _do(self, work: Callable[[], Answered], long: bool) -> Answered:
        """Do some work; long work elsewhere, but for what comes while there is some already."""
        if self.elsewhere is None or not long:
            return work()
        elsewhere, self.elsewhere = self.elsewhere, None
        self.checking.emit(True)
        try:
            return elsewhere(work)
        finally:
            self.elsewhere = elsewhere
            self.checking.emit(False)

    def _with_scenario(self, name: str) -> str:
        if self.scenario is None:
            return name
        return self.tr("{edit} (what-if “{scenario}”)").format(edit=name, scenario=self.scenario)

    def new(self, plan: Plan | None = None, checked: DraftChecker | None = None) -> None:
        """Start over with an empty plan, or with one that has no file yet (a sample)."""
        self._take_over(checked)
        self._start(plan or Plan(release=latest().key), None)

    def open(self, path: Path, read: Plan | None = None, checked: DraftChecker | None = None) -> None:
        """Open a plan file, which has been `read`, and `checked`, elsewhere if these are given.

        Raises:
            InputError: it cannot be read or is no plan; the open plan stays as it is.
        """
        plan = storage.load(path) if read is None else read
        self._take_over(checked)
        self._start(plan, path)

    def save(self, path: Path | None = None) -> None:
        """Write the plan to its file, or to another that becomes its file.

        Raises:
            InputError: it cannot be written; the old file, the plan and its mark of change stay as they are.
            ValueError: the plan has no file yet and none was named.
        """
        target = path or self._path
        if target is None:
            raise ValueError("the plan has no file yet")
        storage.save(self.whole, target)
        self.mark_saved(target)

    def mark_saved(self, path: Path) -> None:
        """The plan as it is now has been written to `path`, which is its file from now on."""
        self.undo_stack.setClean()
        if path != self._path:
            self._path = path
            self.path_changed.emit()

    def _start(self, plan: Plan, path: Path | None) -> None:
        self.undo_stack.clear()
        self._path = path
        self._log.clear()
        self._show(_Shown(plan))
        self.log_changed.emit()
        self.path_changed.emit()

    def _take_over(self, checked: DraftChecker | None) -> None:
        if checked is not None:
            self._checker, self._last = checked.hand_over(), checked.last

    def _show(self, shown: _Shown) -> None:
        before, self._shown = self._shown, shown
        last, self._last = self._last, None
        if last is None or last[0] is not shown.plan:
            known = self._memory.of(shown.plan)
            if known is not None:
                last, self._checker = (shown.plan, known[0]), known[1]
            else:
                last = shown.plan, Findings.of(shown.plan, self._checker.check(shown.plan), self._findings)
        self._findings = last[1]
        self._memory.note(shown.plan, self._findings, self._checker)
        self.plan_changed.emit()
        self.findings_changed.emit()
        if shown.scenario != before.scenario:
            self.scenario_shown.emit()
        if (shown.planned is None) != (before.planned is None):
            self.rehearsing_changed.emit()

    def _note(self, name: str, event: Event, *sides: _Shown) -> None:
        """Log an undo or redo of a step of the rehearsal."""
        if any(shown.planned is not None for shown in sides):
            self._add_entry(name, event)

    def _add_entry(self, name: str, event: Event, answer: Answer | None = None) -> None:
        self._log.append(Entry(datetime.now().astimezone(), name, event, answer))
        self.log_changed.emit()


def _gone_back(plan: Plan, planned: Plan) -> Plan:
    """A plan with the inventory, the release and the modes that it had before a rehearsal."""
    before = replace(plan, datacenters=planned.datacenters, release=planned.release, modes=planned.modes)
    return drop_unused_cpus(store_cpus(before, planned.cpus))

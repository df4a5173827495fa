"""The one mutable thing: the open plan with its undo stack, its file and its findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from flexgui.evc.releases import latest
from flexgui.plan import scenarios, storage
from flexgui.plan.inventory import find
from flexgui.plan.values import Edit, Plan
from flexgui.rules.check import Checker
from flexgui.rules.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings of a plan, by object.

    `worst` has the heaviest severity of each object and of all that is in it, muted findings left out; it is
    what the badges of the inventory show.
    """

    all: tuple[Finding, ...] = ()
    by_object: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    worst: dict[str, Severity] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, findings: Iterable[Finding]) -> Findings:
        """Group findings, which come heaviest first, as `Checker.check` gives them."""
        found = tuple(findings)
        by_object: dict[str, list[Finding]] = {}
        own: dict[str, Severity] = {}
        for finding in found:
            object_id = finding.subject.object_id
            by_object.setdefault(object_id, []).append(finding)
            if finding.muted is None:
                own.setdefault(object_id, finding.severity)
        # Plans have many more findings than objects, and whoever comes first is the heaviest.
        worst: dict[str, Severity] = {}
        for object_id, severity in own.items():
            place = find(plan, object_id)
            if place is not None:
                for holder in (place.object, place.host, place.cluster, place.datacenter):
                    if holder is not None:
                        worst.setdefault(holder.id, severity)
        return cls(found, {key: tuple(group) for key, group in by_object.items()}, worst)

    def about(self, object_id: str) -> tuple[Finding, ...]:
        return self.by_object.get(object_id, ())

    def in_step(self, step: str, object_ids: Iterable[str]) -> tuple[Finding, ...]:
        """The findings of one wizard step about some objects, in the plan's order."""
        wanted = set(object_ids)
        return tuple(f for f in self.all if f.step == step and f.subject.object_id in wanted)


class DraftChecker:
    """Checks a plan that is not yet made: what a wizard's draft would lead to.

    It has a memory of its own, so that each key typed costs no more than what it changes.
    """

    def __init__(self) -> None:
        self._checker = Checker()

    def findings(self, plan: Plan) -> Findings:
        return Findings.of(plan, self._checker.check(plan))

    def hand_over(self) -> Checker:
        """The checker with its memory; this one begins anew."""
        known, self._checker = self._checker, Checker()
        return known


class _Change(QUndoCommand):
    """From what was shown to what is shown then: each a plan, and the name of the scenario that it is."""

    def __init__(self, document: Document, name: str, after: Plan, scenario: str | None) -> None:
        super().__init__(name)
        self._document = document
        self._before, self._after = (document.plan, document.scenario), (after, scenario)

    def redo(self) -> None:
        self._document._show(*self._after)

    def undo(self) -> None:
        self._document._show(*self._before)


class Document(QObject):
    """The open plan.

    `plan_changed` and `findings_changed` come together, the plan first. Every change goes through `edit` and
    can be undone; `undo_stack` has the names and the mark of what was saved.

    `plan` is what is shown and edited: the plan itself, or one of its scenarios in its place. `whole` is
    everything, as it is saved. `scenario_shown` comes after the other signals when it is another one.
    """

    plan_changed = Signal()
    findings_changed = Signal()
    path_changed = Signal()
    scenario_shown = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self._checker = Checker()
        self._path: Path | None = None
        self._plan = Plan(release=latest().key)
        self._scenario: str | None = None
        self._findings = Findings()

    @property
    def plan(self) -> Plan:
        """What is shown and edited (see `plan.scenarios`): not what is saved while a scenario is on show."""
        return self._plan

    @property
    def whole(self) -> Plan:
        """Everything in its own place, whatever is shown."""
        return scenarios.whole(self._plan, self._scenario)

    @property
    def scenario(self) -> str | None:
        """The name of the scenario on show, or None where it is the plan itself."""
        return self._scenario

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

    def edit(self, name: str, edit: Edit, checked: DraftChecker | None = None) -> None:
        """Apply an edit under a name that undo and redo show; one that changes nothing leaves no trace.

        `checked` has just checked what the edit makes: what it knows is taken over, so that nothing is
        checked twice.
        """
        after = edit(self._plan)
        if after is not self._plan:
            if checked is not None:
                self._checker = checked.hand_over()
            self.undo_stack.push(_Change(self, self._with_scenario(name), after, self._scenario))

    def edit_whole(self, name: str, edit: Edit, show: str | None = None) -> bool:
        """Apply an edit of everything, as the edits of scenarios are; then show a scenario, or the plan.

        Returns whether it changed anything; if not, what is shown stays.

        Raises:
            KeyError: there is no scenario `show` after the edit.
            InputError: as the edit does.
        """
        before = self.whole
        after = edit(before)
        if after is before:
            return False
        self.undo_stack.push(_Change(self, name, scenarios.shown(after, show), show))
        return True

    def show_scenario(self, name: str | None) -> None:
        """Show and edit a scenario, or with None the plan itself. It is no edit. Raises KeyError."""
        if name != self._scenario:
            self._show(scenarios.shown(self.whole, name), name)

    def _with_scenario(self, name: str) -> str:
        if self._scenario is None:
            return name
        return self.tr("{edit} (what-if “{scenario}”)").format(edit=name, scenario=self._scenario)

    def new(self, plan: Plan | None = None, checked: DraftChecker | None = None) -> None:
        """Start over with an empty plan, or with one that has no file yet (a sample)."""
        if checked is not None:
            self._checker = checked.hand_over()
        self._start(plan or Plan(release=latest().key), None)

    def open(self, path: Path, read: Plan | None = None, checked: DraftChecker | None = None) -> None:
        """Open a plan file, which has been `read`, and `checked`, elsewhere if these are given.

        Raises:
            InputError: it cannot be read or is no plan; the open plan stays as it is.
        """
        plan = storage.load(path) if read is None else read
        if checked is not None:
            self._checker = checked.hand_over()
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
        self._show(plan, None)
        self.path_changed.emit()

    def _show(self, plan: Plan, scenario: str | None) -> None:
        another = scenario != self._scenario
        self._plan, self._scenario = plan, scenario
        self._findings = Findings.of(plan, self._checker.check(plan))
        self.plan_changed.emit()
        self.findings_changed.emit()
        if another:
            self.scenario_shown.emit()

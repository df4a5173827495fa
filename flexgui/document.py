"""The one mutable thing: the open plan with its undo stack, its file and its findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from flexgui.evc.releases import latest
from flexgui.plan import storage
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
    def __init__(self, document: Document, name: str, after: Plan) -> None:
        super().__init__(name)
        self._document, self._before, self._after = document, document.plan, after

    def redo(self) -> None:
        self._document._show(self._after)

    def undo(self) -> None:
        self._document._show(self._before)


class Document(QObject):
    """The open plan.

    `plan_changed` and `findings_changed` come together, the plan first. Every change goes through `edit` and
    can be undone; `undo_stack` has the names and the mark of what was saved.
    """

    plan_changed = Signal()
    findings_changed = Signal()
    path_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self._checker = Checker()
        self._path: Path | None = None
        self._plan = Plan(release=latest().key)
        self._findings = Findings()

    @property
    def plan(self) -> Plan:
        return self._plan

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
            self.undo_stack.push(_Change(self, name, after))

    def new(self, plan: Plan | None = None) -> None:
        """Start over with an empty plan, or with one that has no file yet (a sample)."""
        self._start(plan or Plan(release=latest().key), None)

    def open(self, path: Path) -> None:
        """Open a plan file.

        Raises:
            InputError: it cannot be read or is no plan; the open plan stays as it is.
        """
        self._start(storage.load(path), path)

    def save(self, path: Path | None = None) -> None:
        """Write the plan to its file, or to another that becomes its file.

        Raises:
            InputError: it cannot be written; the old file, the plan and its mark of change stay as they are.
            ValueError: the plan has no file yet and none was named.
        """
        target = path or self._path
        if target is None:
            raise ValueError("the plan has no file yet")
        storage.save(self._plan, target)
        self.undo_stack.setClean()
        if target != self._path:
            self._path = target
            self.path_changed.emit()

    def _start(self, plan: Plan, path: Path | None) -> None:
        self.undo_stack.clear()
        self._path = path
        self._show(plan)
        self.path_changed.emit()

    def _show(self, plan: Plan) -> None:
        self._plan = plan
        self._findings = Findings.of(plan, self._checker.check(plan))
        self.plan_changed.emit()
        self.findings_changed.emit()

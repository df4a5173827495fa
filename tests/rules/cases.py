"""What a case of the tables is, and how it is run."""

from __future__ import annotations

from dataclasses import dataclass

from flexgui.plan.values import Plan
from flexgui.rules.check import check
from flexgui.rules.finding import Finding


@dataclass(frozen=True)
class Fires:
    """A plan that makes a rule fire: one of its findings has this severity, object and field, and all words.

    Words are looked for in the message and the remedy together.
    """

    rule: str
    severity: str
    object_id: str
    field: str
    words: tuple[str, ...]
    plan: Plan

    def findings(self) -> list[Finding]:
        return [
            found
            for found in check(self.plan)
            if found.rule == self.rule
            and found.severity.value == self.severity
            and (found.subject.object_id, found.subject.field) == (self.object_id, self.field)
            and all(word in f"{found.message()} {found.advice()} {found.fault}" for word in self.words)
        ]


@dataclass(frozen=True)
class Quiet:
    """A plan that a rule has nothing to say about."""

    rule: str
    why: str
    plan: Plan

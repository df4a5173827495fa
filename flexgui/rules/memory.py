"""What was found of the plans that were shown last."""

from __future__ import annotations

from collections import deque
from typing import Final

from flexgui.plan.values import Plan
from flexgui.rules.check import Checker, Knowledge
from flexgui.rules.found import Findings

_PLANS: Final = 4


class Memory:
    """The findings of a few plans, each with what its checker knew then.

    Who goes to and fro (undo and redo, a what-if and the plan, Rehearse) has nothing checked anew.
    """

    def __init__(self) -> None:
        self._known: deque[tuple[tuple[object, ...], Findings, Knowledge]] = deque(maxlen=_PLANS)

    def note(self, plan: Plan, findings: Findings, checker: Checker) -> None:
        """`checker` has just checked a plan, and found this."""
        parts = _parts(plan)
        for entry in [each for each in self._known if _same(each[0], parts)]:
            self._known.remove(entry)
        self._known.append((parts, findings, checker.knowledge))

    def of(self, plan: Plan) -> tuple[Findings, Checker] | None:
        """The findings of a plan, and a checker that has just checked it; None where it was long ago."""
        parts = _parts(plan)
        for known, findings, knowledge in self._known:
            if _same(known, parts):
                return findings, Checker(knowledge)
        return None


def _parts(plan: Plan) -> tuple[object, ...]:
    """All that findings depend on."""
    return plan.datacenters, plan.release, plan.modes, plan.cpus, plan.muted


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return all(a is b for a, b in zip(one, other, strict=True))

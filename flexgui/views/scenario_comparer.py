"""Compares what-ifs with the plan or with each other, off the GUI thread where there are many hosts."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

from flexgui.plan import scenarios
from flexgui.plan.values import Plan
from flexgui.rules.check import Checker
from flexgui.rules.comparison import Comparison, compare
from flexgui.widgets.task import Report, Task, run_task

AT_ONCE: Final = 300
"""Hosts that are compared at once; more are compared on another thread."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two plans and what differs between them. The names are those of scenarios, None for the plan itself."""

    before: Plan
    after: Plan
    names: tuple[str | None, str | None]
    comparison: Comparison


class Comparer(QObject):
    """`compared` brings the answer to the last question as a `Compared`; `began` says that it takes a while.

    What was found for one question is kept for the next, so that after an edit only what it touched is
    checked again.
    """

    began = Signal()
    compared = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._checkers = {False: Checker(), True: Checker()}
        self._lock = threading.Lock()
        self._task: Task | None = None

    def compare(self, whole: Plan, before: str | None, after: str | None) -> None:
        """Compare the plan or one of its scenarios with another. Raises KeyError for a name that none has."""
        self.stop()
        plans = scenarios.shown(whole, before), scenarios.shown(whole, after)
        hosts = sum(
            len(datacenter.hosts) + sum(len(cluster.hosts) for cluster in datacenter.clusters)
            for datacenter in plans[1].datacenters
        )
        if hosts <= AT_ONCE:
            self.compared.emit(self._work(*plans, (before, after)))
            return
        self.began.emit()

        def work(report: Report) -> Compared:
            return self._work(*plans, (before, after))

        self._task = run_task(self, work, self.compared.emit)

    def stop(self) -> None:
        """Let nothing come of a question that has no answer yet."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _work(self, before: Plan, after: Plan, names: tuple[str | None, str | None]) -> Compared:
        with self._lock:
            # One checker for both plans, so that what they share has the same findings; but where the
            # releases differ nothing is shared, and each has its own.
            checker = self._checkers[False]
            first = checker.check(before)
            second = (checker if before.release == after.release else self._checkers[True]).check(after)
        return Compared(before, after, names, compare(before, after, first, second))

"""Compares what-ifs with the plan or with each other, off the GUI thread where there are many hosts."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

from flexgui.document import Document
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

    What the document's checker has found is made use of. What was found for another release than the one
    on show is kept here, so that after an edit only what it touched is checked again.
    """

    began = Signal()
    compared = Signal(object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._of_other_release = Checker()
        self._lock = threading.Lock()
        self._task: Task | None = None

    def compare(self, before: str | None, after: str | None) -> None:
        """Compare the plan (None) or one of its scenarios with another. Raises KeyError for other names."""
        self.stop()
        whole = self._document.whole
        plans = scenarios.shown(whole, before), scenarios.shown(whole, after)
        checker, release = self._document.checker(), self._document.plan.release
        hosts = sum(
            len(datacenter.hosts) + sum(len(cluster.hosts) for cluster in datacenter.clusters)
            for datacenter in plans[1].datacenters
        )

        def work(report: Report) -> Compared:
            with self._lock:
                first, second = (
                    (checker if plan.release == release else self._of_other_release).check(plan)
                    for plan in plans
                )
            return Compared(*plans, (before, after), compare(*plans, first, second))

        if hosts <= AT_ONCE:
            self.compared.emit(work(lambda *steps: None))
        else:
            self.began.emit()
            self._task = run_task(self, work, self.compared.emit)

    def stop(self) -> None:
        """Let nothing come of a question that has no answer yet."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

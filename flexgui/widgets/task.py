"""Long work off the GUI thread, with progress and Cancel; its answer comes back to the GUI thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal, Slot

from flexgui.errors import FlexGuiError
from flexgui.plan.collecting import without_collecting

Answer = TypeVar("Answer")
Report = Callable[[int, int, str], None]
"""Tells how many steps are done, how many there are, and what is being done now. Raises `Cancelled` when
nobody waits for the answer any more."""

_running: Final[set[Task]] = set()
"""They must live until their answer was delivered, whoever forgets them."""


class Cancelled(Exception):  # noqa: N818 (nothing is wrong)
    """The work is to end without an answer."""


class Task(QObject):
    """Work that `run_task` has begun. `cancel` makes it end soon; its answer is dropped."""

    synchronous = False
    """Do the work at once, on the thread that asks for it: for tests."""

    _progressed = Signal(int, int, str)
    _ended = Signal(object, object)

    def __init__(
        self,
        done: Callable[[Any], None],
        failed: Callable[[FlexGuiError], None] | None,
        progress: Callable[[int, int, str], None] | None,
    ) -> None:
        super().__init__()
        self._done, self._failed, self._progress = done, failed, progress
        self._stop = threading.Event()
        queued = Qt.ConnectionType.QueuedConnection
        self._progressed.connect(self._show_progress, queued)
        self._ended.connect(self._deliver, queued)

    def cancel(self) -> None:
        """Let nothing come of the work any more. It ends when it reports next."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()

    def report(self, done: int, total: int, text: str) -> None:
        """What the work calls: see `Report`."""
        if self._stop.is_set():
            raise Cancelled
        self._progressed.emit(done, total, text)

    def run(self, work: Callable[[Report], Any]) -> None:
        """Do the work here, and send its answer to the GUI thread.

        Cycles are not looked for meanwhile: among the values of a large plan that takes longer than a window
        may stand still, and it would, whichever thread begins it.
        """
        answer, error = None, None
        try:
            with without_collecting():
                answer = work(self.report)
        except Exception as raised:
            error = raised
        self._ended.emit(answer, error)

    @Slot(int, int, str)
    def _show_progress(self, done: int, total: int, text: str) -> None:
        if self._progress is not None and not self.cancelled:
            self._progress(done, total, text)

    @Slot(object, object)
    def _deliver(self, answer: Any, error: Exception | None) -> None:
        _running.discard(self)
        if self.cancelled or isinstance(error, Cancelled):
            return
        if error is None:
            self._done(answer)
        elif isinstance(error, FlexGuiError) and self._failed is not None:
            self._failed(error)
        else:
            raise error


def run_task(
    owner: QObject,
    work: Callable[[Report], Answer],
    done: Callable[[Answer], None],
    *,
    failed: Callable[[FlexGuiError], None] | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Task:
    """Do `work` on another thread; `done` gets its answer on the GUI thread.

    `work` gets a `Report`, which it calls now and then; `progress` hears it on the GUI thread. `failed` gets
    what a person can mend; anything else is raised on the GUI thread. The task is cancelled with its owner.
    """
    task = Task(done, failed, progress)
    if Task.synchronous:
        try:
            answer: Any = work(lambda *steps: None)
        except FlexGuiError as error:
            task._deliver(None, error)
        else:
            task._deliver(answer, None)
        return task
    _running.add(task)
    owner.destroyed.connect(task.cancel)
    QThreadPool.globalInstance().start(lambda: task.run(work))
    return task

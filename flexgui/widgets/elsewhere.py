"""Work of a moment that the window waits for, and is painted meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QThreadPool
from PySide6.QtGui import QGuiApplication

from flexgui.widgets.task import Report, Task, run_task

Answer = TypeVar("Answer")


def elsewhere(work: Callable[[], Answer]) -> Answer:
    """Do `work` on another thread; return its answer, or raise what it raises.

    Meanwhile the window is painted and timers fire; keys and clicks wait. For longer work see `waiting.py`.
    """
    if Task.synchronous:
        return work()
    application = QCoreApplication.instance()
    assert application is not None
    ended: list[tuple[Answer | None, BaseException | None]] = []
    # The thread may be the last to let go of the task, and so of `finish`, but must not be that of the loop.
    loops = [QEventLoop()]

    def caught(_: Report) -> tuple[Answer | None, BaseException | None]:
        try:
            return work(), None
        except BaseException as error:
            return None, error

    def finish(outcome: tuple[Answer | None, BaseException | None]) -> None:
        ended.append(outcome)
        for loop in loops:
            loop.quit()

    QGuiApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)
    try:
        run_task(application, caught, finish)
        loops[0].exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        if not ended:  # the program quits, and every loop with it
            QThreadPool.globalInstance().waitForDone()
            QCoreApplication.sendPostedEvents()
    finally:
        loops.clear()
        QGuiApplication.restoreOverrideCursor()
    answer, error = ended.pop()
    if error is not None:
        try:
            raise error
        finally:
            del error  # with its traceback it would be a cycle
    return answer  # type: ignore[return-value]

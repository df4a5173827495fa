"""A dialog for work that the user waits for: off the GUI thread, with progress and Cancel."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QThreadPool, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QProgressBar, QVBoxLayout, QWidget

from flexgui.widgets.labels import ElidedLabel
from flexgui.widgets.task import Cancelled, Report, Task, run_task

Answer = TypeVar("Answer")
_UNPAINTED_MS = 250
"""A dialog that nobody can see begins after that."""


class WaitingDialog(QDialog):
    """Says what goes on, and how far it is. It closes when the work has ended; Cancel asks the work to end.

    The work begins when the dialog has been painted: what holds Python's lock, such as the decoding of a
    large file, stops the window for that long, and it must not be blank then.
    """

    def __init__(self, title: str, parent: QWidget, begin: Callable[[], None]) -> None:
        super().__init__(parent)
        self.setObjectName("waiting")
        self.setWindowTitle(self.tr("FlexGUI"))
        self.setModal(True)
        self.setMinimumWidth(420)
        self._begin: Callable[[], None] | None = begin
        self.stop = threading.Event()
        self.title = QLabel(title)
        self.title.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(title)
        self.step = ElidedLabel()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for widget in (self.title, self.progress, self.step, self.buttons):
            column.addWidget(widget)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(_UNPAINTED_MS)
        self._late.timeout.connect(self._start)
        self._late.start()

    def show_progress(self, done: int, total: int, text: str) -> None:
        """So many of so many steps are done; 0 of 0 where nobody knows."""
        if not self.stop.is_set():
            self.progress.setRange(0, total)
            self.progress.setValue(done)
            self.step.set_text(text)

    def show_last(self, text: str) -> None:
        """What cannot be stopped any more begins; the dialog is painted before it does."""
        self.step.set_text(text)
        self.buttons.setEnabled(False)
        self.repaint()

    def reject(self) -> None:
        """Ask the work to end; the dialog stays until it has."""
        self.stop.set()
        self.step.set_text(self.tr("Stopping…"))
        self.buttons.setEnabled(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._begin is not None:
            QTimer.singleShot(0, self, self._start)

    def never_began(self) -> bool:
        """Whether the work has not begun; then it does not any more by itself."""
        never, self._begin = self._begin is not None, None
        self._late.stop()
        return never

    def _start(self) -> None:
        begin = self._begin
        if self.never_began() and begin is not None:
            begin()


def wait_for(
    window: QWidget,
    title: str,
    work: Callable[[Report], Answer],
    show: Callable[[Answer], None] | None = None,
) -> Answer:
    """Do `work` on another thread while a dialog over `window` says `title`; return its answer.

    It calls its `Report` often: that is where Cancel ends it. What is complete when it ends stays complete:
    an answer that comes after Cancel is an answer. `show` gets the answer on the GUI thread while the dialog
    is still on screen, unless the user has stopped it.

    Raises:
        Cancelled: the user has stopped it.
        Exception: what the work raises.
    """
    if Task.synchronous:
        found = work(lambda *steps: None)
        if show is not None:
            show(found)
        return found
    ended: list[tuple[Answer | None, BaseException | None]] = []

    def stoppable(report: Report) -> tuple[Answer | None, BaseException | None]:
        def step(done: int, total: int, text: str) -> None:
            if dialog.stop.is_set():
                raise Cancelled
            report(done, total, text)

        try:
            return work(step), None
        except BaseException as error:
            return None, error

    def finish(outcome: tuple[Answer | None, BaseException | None]) -> None:
        answer, error = outcome
        try:
            if error is None and show is not None:
                if dialog.stop.is_set():
                    raise Cancelled
                dialog.show_last(QCoreApplication.translate("WaitingDialog", "Showing it"))
                show(answer)  # type: ignore[arg-type]
        except BaseException as raised:
            outcome = None, raised
        ended.append(outcome)
        dialog.accept()

    def begin() -> None:
        run_task(dialog, stoppable, finish, progress=dialog.show_progress)

    dialog = WaitingDialog(title, window, begin)
    while not ended:
        dialog.exec()
        if not ended:  # the program quits: whoever closes the dialog does not end the work
            dialog.stop.set()
            if dialog.never_began():
                begin()
            QThreadPool.globalInstance().waitForDone()
            QCoreApplication.sendPostedEvents()
    dialog.deleteLater()
    answer, error = ended[0]
    if error is not None:
        raise error
    return answer  # type: ignore[return-value]

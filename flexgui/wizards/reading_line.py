"""The line that shows how far the reading of files is, and stops it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from flexgui.widgets.labels import ElidedLabel
from flexgui.widgets.task import Report, Task, run_task

Answer = TypeVar("Answer")
SHOWN_AFTER_MS = 200
"""What takes no longer is not worth a line that comes and goes."""


class ReadingLine(QWidget):
    """Reads files off the GUI thread; seen only while that takes a while.

    `busy_changed` is emitted when reading begins and ends, `stopped` when the user has stopped it: then
    nothing comes of it.
    """

    busy_changed = Signal()
    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task: Task | None = None
        self.busy = False
        self.progress = QProgressBar()
        self.progress.setObjectName("reading_progress")
        self.progress.setAccessibleName(self.tr("Reading"))
        self.progress.setTextVisible(False)
        self.progress.setMaximumWidth(220)
        self.step = ElidedLabel()
        self.stop = QPushButton(self.tr("S&top Reading"))
        self.stop.setObjectName("reading_stop")
        self.stop.setAutoDefault(False)
        self.stop.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.progress)
        row.addWidget(self.step, 1)
        row.addWidget(self.stop)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(SHOWN_AFTER_MS)
        self._delay.timeout.connect(self.show)
        self.hide()

    def read(self, work: Callable[[Report], Answer], done: Callable[[Answer], None]) -> None:
        """Do `work`; `done` gets its answer. Must not be called while it is busy."""

        def ended(answer: Answer) -> None:
            self._set_busy(False)
            done(answer)

        self.step.set_text(self.tr("Looking for files…"))
        self.progress.setRange(0, 0)
        self._set_busy(True)
        task = run_task(self, work, ended, progress=self._show_progress)
        self._task = task if self.busy else None

    def cancel(self) -> None:
        """Let nothing come of the reading, without a word."""
        if self._task is not None:
            self._task.cancel()
        self._set_busy(False)

    def _stop(self) -> None:
        self.cancel()
        self.stopped.emit()

    def _set_busy(self, busy: bool) -> None:
        if busy == self.busy:
            return
        self.busy, self._task = busy, None
        if busy and not Task.synchronous:
            self._delay.start()
        else:
            self._delay.stop()
            self.hide()
        self.busy_changed.emit()

    def _show_progress(self, done: int, total: int, name: str) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        text = self.tr("Reading {number} of {total}: {name}")
        self.step.set_text(text.format(number=done + 1, total=total, name=name))

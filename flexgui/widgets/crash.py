"""The dialog behind every uncaught exception: nothing fails in silence, and the open plan stays open.

PySide6 hands exceptions from slots, timers and overridden Qt methods to `sys.excepthook`, wherever they are
raised; left alone it only prints them, and a raising `isComplete` just leaves Next grey.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final

import PySide6
from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from flexgui import __version__
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import IconLabel, SecondaryLabel, WrapLabel
from flexgui.widgets.theme import monospace_font

WindowGetter = Callable[[], QWidget | None]
SavePlanAs = Callable[[], object]

LOG_LIMIT: Final = 1 << 20
"""Bytes; a longer log is moved aside to `crash.log.1` first."""

DETAILS_LIMIT: Final = 20
"""How many different problems one dialog keeps the traceback of. The log has them all."""


@dataclass(slots=True)
class Problem:
    """One uncaught exception, and how often the same one came from the same line."""

    key: tuple[str, str]
    summary: str
    trace: str
    count: int = 1


def crash_log_path() -> Path:
    """`crash.log` in the user's state directory for this program (XDG_STATE_HOME on Linux)."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.StateLocation)
    return Path(folder) / "crash.log"


def versions() -> str:
    """What runs here, a line each, for a report."""
    import platform

    screen = QGuiApplication.platformName() if QGuiApplication.instance() is not None else "none"
    return "\n".join(
        (
            f"FlexGUI {__version__}",
            f"Python {platform.python_version()}",
            f"PySide6 {PySide6.__version__}, Qt {qVersion()}, platform {screen}",
            platform.platform(),
        )
    )


class CrashReporter(QObject):
    """Collects uncaught exceptions of all threads and shows them in one dialog on the GUI thread.

    While the dialog is open, further exceptions are counted in it. `problem_reported` is emitted, on the GUI
    thread, for each one.
    """

    problem_reported = Signal(object)
    _caught = Signal(object)

    def __init__(self, window_getter: WindowGetter, save_plan_as: SavePlanAs | None) -> None:
        super().__init__()
        self._window_getter = window_getter
        self._save_plan_as = save_plan_as
        self._dialog: CrashDialog | None = None
        self._muted: set[tuple[str, str]] = set()
        self._previous = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        # Queued: the exception may come from another thread, or from the middle of a paintEvent.
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)
        sys.excepthook = self._from_main
        threading.excepthook = self._from_thread
        sys.unraisablehook = self._from_nowhere

    def report(self, error: BaseException) -> None:
        """Show `error`, which somebody caught and cannot mend; callable from any thread."""
        self._from_main(type(error), error, error.__traceback__)

    def uninstall(self) -> None:
        """Give the hooks back and close the dialog."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._previous
        if self._dialog is not None:
            self._dialog.close()

    def dialog(self) -> CrashDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def _from_main(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None, where: str = ""
    ) -> None:
        if issubclass(kind, (KeyboardInterrupt, SystemExit)):
            # Ctrl+C in the terminal and sys.exit() in a slot mean what they say.
            app = QApplication.instance()
            if app is not None:
                app.quit()
            return
        problem = _problem(kind, error, trace, where)
        with contextlib.suppress(Exception):  # a closed terminal or a full disk must not hide the dialog
            sys.stderr.write(problem.trace)
        with contextlib.suppress(Exception):
            _write_log(problem)
        with contextlib.suppress(RuntimeError):  # at exit, when Qt's half of this object has gone
            self._caught.emit(problem)

    def _from_thread(self, args: threading.ExceptHookArgs) -> None:
        if issubclass(args.exc_type, SystemExit):
            return
        error = args.exc_value if args.exc_value is not None else args.exc_type()
        name = args.thread.name if args.thread is not None else "?"
        self._from_main(args.exc_type, error, args.exc_traceback, f"In thread {name}:\n")

    def _from_nowhere(self, unraisable: sys.UnraisableHookArgs) -> None:
        error = unraisable.exc_value if unraisable.exc_value is not None else unraisable.exc_type()
        where = f"{unraisable.err_msg or 'Exception ignored in'}: {unraisable.object!r}\n"
        self._from_main(unraisable.exc_type, error, unraisable.exc_traceback, where)

    @Slot(object)
    def _show(self, problem: Problem) -> None:
        self.problem_reported.emit(problem)
        if self._dialog is not None:
            self._dialog.add(problem)
            return
        if problem.key in self._muted:
            return
        try:
            parent = QApplication.activeModalWidget() or self._window_getter()
            dialog = CrashDialog(parent, self._save_plan_as)
            dialog.add(problem)
        except Exception:
            # The dialog itself is broken: reporting that with a dialog would never end.
            self._muted.add(problem.key)
            traceback.print_exc()
            return
        self._dialog = dialog
        dialog.finished.connect(self._closed)
        # Not exec(): a nested event loop inside whatever failed would make things worse.
        dialog.open()

    @Slot()
    def _closed(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            if dialog.mute.isChecked():
                self._muted.update(dialog.keys())
            dialog.deleteLater()


class CrashDialog(QDialog):
    """A summary sentence, the details to copy, and Continue."""

    def __init__(self, parent: QWidget | None, save_plan_as: SavePlanAs | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("FlexGUI: something went wrong"))
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self._problems: list[Problem] = []
        self._more = 0

        self.headline = WrapLabel()
        font = self.headline.font()
        font.setBold(True)
        self.headline.setFont(font)
        self.advice = WrapLabel(
            self.tr(
                "Your plan is still open, and its file on disk is unchanged. Save the plan under a new name, "
                "then copy the details below into a report. You can go on working."
            )
        )
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setFont(monospace_font())
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName(self.tr("Details"))
        note = SecondaryLabel(self.tr("The details are also in {path}").format(path=crash_log_path()))
        self.mute = QCheckBox(self.tr("&Do not show this again until FlexGUI is restarted"))

        self.copy = QPushButton(icon("copy"), self.tr("&Copy details"))
        self.copy.clicked.connect(self._copy)
        self.save = QPushButton(icon("save-as"), self.tr("&Save plan as…"))
        self.save.setVisible(save_plan_as is not None)
        if save_plan_as is not None:
            self.save.clicked.connect(lambda: save_plan_as())
        self.proceed = QPushButton(self.tr("C&ontinue"))
        self.proceed.clicked.connect(self.accept)
        for button in (self.copy, self.save):
            button.setAutoDefault(False)
        self.proceed.setDefault(True)
        self.proceed.setFocus()

        texts = QVBoxLayout()
        texts.setSpacing(8)
        texts.addWidget(self.headline)
        texts.addWidget(self.advice)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(IconLabel(icon("error", "error"), 32), 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(texts, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.copy)
        buttons.addStretch()
        buttons.addWidget(self.save)
        buttons.addWidget(self.proceed)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.details, 1)
        column.addWidget(note)
        column.addWidget(self.mute)
        column.addLayout(buttons)
        self.resize(680, 440)

    def add(self, problem: Problem) -> None:
        """Show `problem`, or count it if it is shown already."""
        for known in self._problems:
            if known.key == problem.key:
                known.count += 1
                break
        else:
            if len(self._problems) < DETAILS_LIMIT:
                self._problems.append(problem)
            else:
                self._more += 1
        self._refresh()

    def count(self) -> int:
        """How many exceptions this dialog stands for."""
        return sum(p.count for p in self._problems) + self._more

    def keys(self) -> set[tuple[str, str]]:
        return {p.key for p in self._problems}

    def details_text(self) -> str:
        """Tracebacks, each with its count, and versions."""
        parts = []
        for problem in self._problems:
            times = f"[{problem.count} times]\n" if problem.count > 1 else ""
            parts.append(times + problem.trace.rstrip())
        if self._more:
            parts.append(f"[{self._more} more, see the log]")
        return "\n\n".join((*parts, versions()))

    def _refresh(self) -> None:
        headline = self.tr("Something went wrong in FlexGUI: {problem}").format(
            problem=self._problems[0].summary
        )
        if self.count() > 1:
            headline += " " + self.tr("({count} problems so far)").format(count=self.count())
        self.headline.setText(headline)
        self.setAccessibleDescription(headline)
        text = self.details_text()
        if text != self.details.toPlainText():
            position = self.details.verticalScrollBar().value()
            self.details.setPlainText(text)
            self.details.verticalScrollBar().setValue(position)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details_text())
        self.copy.setText(self.tr("&Copied"))
        self.copy.setIcon(icon("ok", "ok"))


def install(window_getter: WindowGetter, *, save_plan_as: SavePlanAs | None = None) -> CrashReporter:
    """Route every uncaught exception to a dialog over the window that `window_getter` returns.

    `save_plan_as`, if given, is behind the button "Save plan as…". Keep the result; `uninstall()` undoes it.
    Exceptions before the event loop runs are better caught by the caller and given to `report`.
    """
    return CrashReporter(window_getter, save_plan_as)


def _problem(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None, where: str
) -> Problem:
    frames = traceback.extract_tb(trace)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    text = " ".join(str(error).split())
    summary = f"{kind.__name__}: {text[:200]}" if text else kind.__name__
    # A limit on depth and length: a RecursionError's traceback is a thousand frames long.
    lines = traceback.format_exception(kind, error, trace, limit=-40)
    return Problem((kind.__name__, place), summary, where + "".join(lines)[-20_000:])


def _write_log(problem: Problem) -> None:
    path = crash_log_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        os.replace(path, path.with_name("crash.log.1"))
    stamp = datetime.now().astimezone().isoformat(timespec="seconds")
    with path.open("a", encoding="utf-8", errors="backslashreplace") as log:
        log.write(f"--- {stamp}\n{versions()}\n{problem.trace}\n")

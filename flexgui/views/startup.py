"""What the program leaves for after the first paint: a window that is seen soon is ready soon."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer

if TYPE_CHECKING:
    from flexgui.views.main_window import MainWindow

PREPARED: Final = (
    "flexgui.views.datacenter_page",
    "flexgui.views.cluster_page",
    "flexgui.views.host_page",
    "flexgui.views.vm_page",
    "flexgui.views.pool_page",
    "flexgui.widgets.move_text",
    "flexgui.rules.rehearsal",
    "numpy",
)
"""What is imported late and soon wanted, so that nobody waits for it at the first click, key or drag."""

_BETWEEN_MS: Final = 20


class _AfterFirstPaint(QObject):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._rest: Iterator[str] = iter(PREPARED)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self, self._complete)
        return False

    def _complete(self) -> None:
        self._window.complete()
        self._prepare()

    def _prepare(self) -> None:
        """Import the next, and leave the window time for whatever has come meanwhile."""
        name = next(self._rest, None)
        if name is not None:
            import_module(name)
            QTimer.singleShot(_BETWEEN_MS, self, self._prepare)


def after_first_paint(window: MainWindow) -> None:
    """Make the rest of the window once it is on show, and import what is soon wanted, a module at a time."""
    _AfterFirstPaint(window)

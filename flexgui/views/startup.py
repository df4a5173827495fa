"""What the program leaves for after the first paint: a window that is seen soon is ready soon."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer

from flexgui.plan.values import Cluster, Datacenter, Host

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
    "numpy.ma",
    "flexgui.widgets.plots.figure",
    "flexgui.views.plots.modes_pane",
)
"""What is imported late and soon wanted, so that nobody waits for it at the first click, key or drag."""

PAGES: Final = (Datacenter, Cluster, Host)
"""Whose pages are made then: making one takes longer than a click may."""

_BETWEEN_MS: Final = 20


class _AfterFirstPaint(QObject):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._rest = self._steps()
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
        """Make the next, and leave the window time for whatever has come meanwhile."""
        if next(self._rest, None) is not None:
            QTimer.singleShot(_BETWEEN_MS, self, self._prepare)

    def _steps(self) -> Iterator[object]:
        for name in PREPARED:
            yield import_module(name)
        for kind in PAGES:
            yield self._window.page_for(kind)


def after_first_paint(window: MainWindow) -> None:
    """Make the rest of the window once it is on show, and import what is soon wanted, a module at a time."""
    _AfterFirstPaint(window)

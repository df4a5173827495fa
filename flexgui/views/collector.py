"""Python's collector of cycles, kept from looking through all there is while somebody works."""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

_YOUNG: Final = 5_000
"""New objects after which the newest are looked through; Python's own number, 700, is for small programs."""

_NEVER: Final = 1_000_000


def collect_unseen(application: QGuiApplication) -> None:
    """Look through everything only when the user has turned to another window.

    With a plan of 10,000 hosts, whose rows, findings and past states are kept, that stops the window for a
    tenth of a second, at any moment. Cycles are few: a closed dialog is one.
    """
    gc.set_threshold(_YOUNG, 3, _NEVER)
    application.applicationStateChanged.connect(_collect)


def _collect(state: Qt.ApplicationState) -> None:
    if state != Qt.ApplicationState.ApplicationActive:
        gc.collect()

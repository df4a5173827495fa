"""When cycles are looked for."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from flexgui.views import collector


class Cycle:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_all_is_looked_through_when_the_user_turns_away(qapp: QApplication, thresholds: None) -> None:
    collector.collect_unseen(qapp)
    try:
        old = Cycle()
        gone = weakref.ref(old)
        gc.collect()  # which makes it one of the oldest objects
        del old
        several = [[] for _ in range(300_000)]
        assert len(several) == 300_000
        assert gone() is not None
        qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
        assert gone() is not None
        qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
        assert gone() is None
    finally:
        qapp.applicationStateChanged.disconnect(collector._collect)

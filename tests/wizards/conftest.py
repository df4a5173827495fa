from __future__ import annotations

import pytest

from flexgui.widgets.task import Task


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read, and plans checked, at once: what a click leads to is there when it returns."""
    monkeypatch.setattr(Task, "synchronous", True)

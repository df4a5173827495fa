"""The fixtures that every test relies on do fail a careless test, and isolate a careful one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
ROOT = CONFTEST.parent.parent


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty test directory with this project's conftest; its tests run in a process of their own."""
    shutil.copy(CONFTEST, pytester.path / "conftest.py")
    pytester.makeini("[pytest]\nmarkers =\n    xvfb: needs an X server\n    long: slow\nqt_api = pyside6\n")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("FLEXGUI_TEST_PLATFORM", raising=False)
    return pytester


@pytest.mark.parametrize(
    ("careless", "named"),
    [
        ("keep(QWidget()).show()", "QWidget"),
        ("keep(QTimer()).start(100000)", "QTimer"),
        ("keep(QThread()).start()", "QThread"),
        (
            "threading.Thread(target=stop.wait, args=(60,), name='forgotten', daemon=True).start()",
            "forgotten",
        ),
    ],
)
def test_a_leftover_fails_the_test(inner: pytest.Pytester, careless: str, named: str) -> None:
    inner.makepyfile(
        f"""
        import threading
        from PySide6.QtCore import QThread, QTimer
        from PySide6.QtWidgets import QWidget
        kept = []
        stop = threading.Event()
        def keep(thing):
            kept.append(thing)
            return thing
        def test_careless(qapp):
            {careless}
        def test_next(qapp):
            stop.set()
        """
    )
    result = inner.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines([f"*left behind: *{named}*"])


def test_a_tidy_test_passes(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        import threading
        from PySide6.QtCore import QSettings, QThread, QTimer
        from PySide6.QtWidgets import QWidget
        def test_tidy(qtbot):
            shown = QWidget()
            qtbot.addWidget(shown)
            shown.show()
            QTimer(shown).start(100000)
            thread = QThread()
            thread.start()
            thread.quit()
            thread.wait()
            worker = threading.Thread(target=print)
            worker.start()
            QSettings().setValue("left", "behind")
        def test_empty_settings(qtbot):
            assert QSettings().allKeys() == []
        """
    )
    inner.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_qt_is_not_loaded_for_tests_without_it(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        import sys
        def test_plain():
            assert not [m for m in sys.modules if m.startswith("PySide6.QtW")]
        """
    )
    inner.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:pytest-qt").assert_outcomes(passed=1)


def test_tests_that_need_an_x_server_are_skipped_offscreen(inner: pytest.Pytester) -> None:
    inner.makepyfile("import pytest\n@pytest.mark.xvfb\ndef test_drag(): raise SystemError\n")
    inner.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(skipped=1)


def test_home_is_not_the_users(home: Path) -> None:
    assert Path.home() == home
    assert Path(os.environ["XDG_CONFIG_HOME"]).is_relative_to(home)

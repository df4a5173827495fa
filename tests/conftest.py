"""What every test gets: a platform without a screen, an empty home, and nothing left by the test before.

Qt is imported only for tests that ask for `qapp` or `qtbot`; `cli` and the layers below run without it.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
"""Captures and reference tables for tests; a checkout without them skips what needs them."""

GRACE_MS = 2000
"""How long a thread that has announced its end may take to be gone."""

pytest_plugins = ["pytester"]

# Whoever has a desktop does not want hundreds of windows on it. Tests marked `xvfb` need "xcb" here.
os.environ["QT_QPA_PLATFORM"] = os.environ.get("FLEXGUI_TEST_PLATFORM", "offscreen")

settings.register_profile(
    "ci",
    max_examples=50,
    derandomize=True,  # the same examples for everybody: a red test is red again
    deadline=None,  # no timed assertions
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", max_examples=400, derandomize=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


QT_WARNINGS_ALLOWED = (
    # The offscreen platform has no window manager to tell sizes to. Nothing of ours can help that.
    r"This plugin does not support propagateSizeHints\(\)",
    # It cannot move focus to a window of another application or raise one either.
    r"This plugin does not support raise\(\)",
    # A list that drops down from a box wants all keys for itself, which it cannot have there.
    r"This plugin does not support grabbing the keyboard",
)
"""Qt warnings are errors (`qt_log_level_fail` in pyproject.toml), except these regular expressions."""


def pytest_configure(config: pytest.Config) -> None:
    if config.pluginmanager.has_plugin("pytest-qt"):
        for warning in QT_WARNINGS_ALLOWED:
            config.addinivalue_line("qt_log_ignore", warning)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ["QT_QPA_PLATFORM"] == "xcb":
        return
    skip = pytest.mark.skip(reason="needs an X server: FLEXGUI_TEST_PLATFORM=xcb xvfb-run pytest -m xvfb")
    for item in items:
        if item.get_closest_marker("xvfb"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared` beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("there is no folder 'shared' beside the checkout")
    return SHARED


@pytest.fixture(scope="session")
def captures(shared: Path) -> Path:
    """The folder of real CPUID captures, by format."""
    folder = shared / "captures"
    if not folder.is_dir():
        pytest.skip("there are no captures in the folder 'shared' beside the checkout")
    return folder


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home for the whole run: no test reads or writes the settings of whoever runs it."""
    folder = tmp_path_factory.mktemp("home")
    before = Path.home()
    with pytest.MonkeyPatch.context() as patch:
        # pip's settings (an index, a proxy) and its cache are not ours to hide: some tests install the wheel.
        for name, path in (
            ("PIP_CONFIG_FILE", before / ".config/pip/pip.conf"),
            ("PIP_CACHE_DIR", before / ".cache/pip"),
        ):
            if name not in os.environ and path.exists():
                patch.setenv(name, str(path))
        patch.setenv("HOME", str(folder))
        patch.setenv("USERPROFILE", str(folder))
        for name, part in (
            ("XDG_CONFIG_HOME", ".config"),
            ("XDG_DATA_HOME", ".local/share"),
            ("XDG_STATE_HOME", ".local/state"),
            ("XDG_CACHE_HOME", ".cache"),
        ):
            (folder / part).mkdir(parents=True, exist_ok=True)
            patch.setenv(name, str(folder / part))
        yield folder


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> Iterator[QApplication]:
    """The application in the program's own dress."""
    from flexgui.widgets.theme import theme

    qapp.setOrganizationName("FlexGUI tests")
    qapp.setApplicationName("FlexGUI tests")
    theme().apply(qapp)
    yield qapp
    gc.collect()  # a window that only a cycle keeps alive must not outlive the application


@pytest.fixture(autouse=True)
def nothing_left_behind(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Fail a test that leaves a thread, and, if it uses Qt, a visible window or a running QThread or QTimer.

    A Qt test starts with empty settings and the system's theme.
    """
    threads = set(threading.enumerate())
    if "qapp" in request.fixturenames:
        qt = _QtWatch(request.getfixturevalue("qapp"), tmp_path_factory)
        yield
        left = qt.leftovers()
    else:
        yield
        left = []
    for thread in set(threading.enumerate()) - threads:
        # Threads that Qt runs Python code in show up as dummies; the QThread behind them is watched below.
        if not isinstance(thread, threading._DummyThread):
            thread.join(GRACE_MS / 1000)
            if thread.is_alive():
                left.append(f"thread {thread.name!r}")
    if left:
        pytest.fail("left behind: " + "; ".join(left), pytrace=False)


class _QtWatch:
    """What of Qt is alive when a test begins, and what the test has added when it is over."""

    started: Any = None  # weak set of every QTimer and QThread that Python code has started

    def __init__(self, app: QApplication, folders: pytest.TempPathFactory) -> None:
        from PySide6.QtCore import QSettings
        from PySide6.QtWidgets import QApplication

        if _QtWatch.started is None:
            _QtWatch.started = _record_starts()
        folder = str(folders.mktemp("settings"))
        for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
            QSettings.setPath(form, QSettings.Scope.UserScope, folder)
        self._app = app
        self._windows = set(QApplication.topLevelWidgets())
        self._running = {id(each) for each in _QtWatch.started if _is_running(each)}

    def leftovers(self) -> list[str]:
        """Names of the leftovers, which are closed and stopped, so that the next test does not suffer."""
        left = self._look()
        if left:
            gc.collect()  # what only a cycle keeps alive is garbage, not a leak
            left = self._look()
        for thing in left:
            _end(thing)
        from flexgui.widgets.theme import theme

        theme().set_mode("system")
        return [_describe(thing) for thing in left]

    def _look(self) -> list[Any]:
        from PySide6.QtCore import QEvent, QThread, QThreadPool
        from PySide6.QtWidgets import QApplication

        self._app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        left: list[Any] = [
            w for w in QApplication.topLevelWidgets() if w.isVisible() and w not in self._windows
        ]
        for each in list(_QtWatch.started):
            if id(each) in self._running or not _is_running(each):
                continue
            if not (isinstance(each, QThread) and each.wait(GRACE_MS)):
                left.append(each)
        pool = QThreadPool.globalInstance()
        if not pool.waitForDone(GRACE_MS):
            left.append(pool)
        return left


def _record_starts() -> Any:
    """From now on, note every QTimer and QThread that is started from Python."""
    from functools import wraps
    from weakref import WeakSet

    from PySide6.QtCore import QThread, QTimer

    started: Any = WeakSet()

    def noting(start: Any) -> Any:
        @wraps(start)
        def begin(self: Any, *arguments: Any, **keywords: Any) -> Any:
            started.add(self)
            return start(self, *arguments, **keywords)

        return begin

    # Plain functions: PySide6 may crash when a method is replaced by a callable object.
    for kind in (QTimer, QThread):
        kind.start = noting(kind.start)  # type: ignore[method-assign]
    return started


def _is_running(each: Any) -> bool:
    from PySide6.QtCore import QTimer
    from shiboken6 import isValid

    if not isValid(each):
        return False
    return bool(each.isActive() if isinstance(each, QTimer) else each.isRunning())


def _end(thing: Any) -> None:
    from PySide6.QtCore import QThread, QTimer
    from PySide6.QtWidgets import QWidget

    if isinstance(thing, QTimer):
        thing.stop()
    elif isinstance(thing, QThread):
        thing.requestInterruption()
        thing.quit()
        thing.wait(GRACE_MS)
    elif isinstance(thing, QWidget):
        thing.hide()
        thing.deleteLater()


def _describe(thing: Any) -> str:
    from PySide6.QtWidgets import QWidget

    title = f" {thing.windowTitle()!r}" if isinstance(thing, QWidget) else ""
    return f"{type(thing).__module__.rpartition('.')[2]}.{type(thing).__name__} {thing.objectName()!r}{title}"

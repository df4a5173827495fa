"""How fast the window is: from the start to the first paint, and the longest stall while somebody works.

`python measurements/window.py stalls [HOSTS] [CLUSTERS]` prints the stalls of each step in milliseconds, for
who looks for the cause of one; `make bench` takes them from here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "resources/samples/paper.flexplan.json"
BEAT_MS = 2
START_MS = 2500
"""So long is waited until the program has prepared what it leaves for after the first paint."""
SETTLE_MS = 400
"""So long is waited after a step for what it leaves to timers and threads."""

BARE = """
import os, sys
import numpy, pydantic
from PySide6.QtWidgets import QApplication, QMainWindow, QTreeView
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        os._exit(0)
application = QApplication(["bare"])
application.setStyle("Fusion")
window = Window()
window.setCentralWidget(QTreeView())
window.resize(1280, 800)
window.show()
application.exec()
"""
"""What nobody can be quicker than: a window with an empty tree, that imports NumPy and pydantic."""


def environment(folder: Path) -> dict[str, str]:
    """Offscreen, with empty settings; modules are compiled once, as an installation has them."""
    own = {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    own |= {f"XDG_{kind}_HOME": str(folder) for kind in ("CONFIG", "DATA", "CACHE")}
    own |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    return {**os.environ, **own}


def first_paint(folder: Path, work: str) -> float:
    """Seconds from the start of a process to its first paint: of the "bare" window, or of "flexgui"."""
    command = [sys.executable, "-c", BARE] if work == "bare" else [sys.executable, __file__, "paint"]
    start = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT, env=environment(folder))
    return time.perf_counter() - start


def paint() -> None:
    """The program on the sample plan, which ends when its inventory has been painted for the first time."""
    from PySide6.QtCore import QEvent, QObject

    from flexgui import app
    from flexgui.views import inventory

    class Painted(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                os._exit(0)
            return False

    painted = Painted()
    before = inventory.Inventory.__init__

    def watched(self: inventory.Inventory, *arguments: object) -> None:
        before(self, *arguments)  # type: ignore[arg-type]
        self.tree.viewport().installEventFilter(painted)

    inventory.Inventory.__init__ = watched  # type: ignore[assignment, method-assign]
    app.main([str(SAMPLE)])


class Heart:
    """Beats while the window's events are handled; `longest` is the longest time without a beat, in ms."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.longest = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def begin(self) -> None:
        self.longest, self._last = 0.0, time.perf_counter()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, 1000 * (now - self._last) - BEAT_MS)
        self._last = now


def stalls(hosts: int, clusters: int) -> dict[str, float]:
    """The longest stall of each step, in milliseconds, in a window of its own; see `window_steps.py`.

    "open" is what opening takes above 1.5 times `json.loads` of the file: that much may be spent at once.
    """
    from PySide6.QtTest import QTest
    from window_steps import steps

    from flexgui.app import connect_wizards, make_application
    from flexgui.document import Document
    from flexgui.plan.fleet import make_fleet
    from flexgui.plan.storage import to_json
    from flexgui.views.collector import collect_unseen
    from flexgui.views.main_window import MainWindow
    from flexgui.views.startup import after_first_paint

    application = make_application()
    window = MainWindow(Document(), complete=False)
    connect_wizards(window)
    window.resize(1280, 800)
    after_first_paint(window)
    collect_unseen(application)
    window.show()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "fleet.flexplan.json"
        path.write_bytes(to_json(make_fleet(hosts, 1, clusters=clusters)))
        content = path.read_bytes()
        start = time.perf_counter()
        json.loads(content)
        decoding = 1000 * (time.perf_counter() - start)
        heart = Heart()
        QTest.qWait(START_MS)
        heart.begin()
        window.plan_file.open(path)
        while window.document.path != path:
            QTest.qWait(10)
        QTest.qWait(2 * SETTLE_MS)
        found = {"open": max(0.0, heart.longest - 1.5 * decoding)}
        for step, work in steps(window):
            heart.begin()
            work()
            QTest.qWait(SETTLE_MS)
            found[step] = heart.longest
        del application
        window.plan_file.may_close = lambda: True  # type: ignore[method-assign]
        window.close()
    return found


def measured_stalls(folder: Path, hosts: int, clusters: int) -> dict[str, float]:
    """`stalls` in a process of its own."""
    command = [sys.executable, __file__, "stalls", str(hosts), str(clusters)]
    output = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=ROOT, env=environment(folder)
    ).stdout
    found = (line.rpartition("\t") for line in output.splitlines() if "\t" in line)
    return {step: float(took) for step, _, took in found}


if __name__ == "__main__":
    if sys.argv[1] == "paint":
        paint()
    else:
        hosts, clusters = (int(text) for text in (*sys.argv[2:], "10000", "200")[:2])
        for step, took in stalls(hosts, clusters).items():
            print(f"{step}\t{took:.1f}")
        sys.stdout.flush()
        os._exit(0)

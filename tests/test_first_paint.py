"""The window is painted before what is not seen of it is imported, and made whole right after."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments import ROOT

LATE = (
    *("numpy", "pydantic", "pyqtgraph", "openpyxl", "defusedxml"),
    *("flexgui.capture", "flexgui.export", "flexgui.wizards", "flexgui.cli"),
    *("flexgui.evc.partition", "flexgui.evc.migration", "flexgui.evc.verification", "flexgui.plan.fleet"),
    *("flexgui.plan.autosave", "flexgui.plan.clipboard", "flexgui.plan.migration"),
    *("flexgui.rules.rehearsal", "flexgui.rules.move", "flexgui.rules.consequences", "flexgui.rules.query"),
    *(
        "flexgui.views.cluster_page",
        "flexgui.views.host_page",
        "flexgui.views.plots",
        "flexgui.widgets.plots",
    ),
    *("flexgui.views.scenario_dialogs", "flexgui.views.rehearsal_dialogs", "flexgui.views.start_page"),
)
"""What the first paint of a small plan needs nothing of; with a package, all that is in it."""

SHOWN = """
import sys
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from flexgui import app
from flexgui.views.main_window import MainWindow

class Painted(QObject):
    before = True

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and self.before:
            self.before = False
            print(*sorted(sys.modules))
            print(watched.actions_["paste"].receivers("2triggered(bool)"))
            QTimer.singleShot(0, lambda: QCoreApplication.postEvent(watched, QEvent(QEvent.Type.User)))
        elif event.type() == QEvent.Type.User:
            print(watched.actions_["paste"].receivers("2triggered(bool)"))
            watched.close()
        return False

painted = Painted()
show = MainWindow.show

def watched(window):
    window.installEventFilter(painted)
    show(window)

MainWindow.show = watched
app.main([sys.argv[1]])
print(*sorted(sys.modules))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Modules at the first paint, who hears Paste then and right after, and modules in the end."""
    home = tmp_path_factory.mktemp("home")
    own = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    sample = ROOT / "resources" / "samples" / "paper.flexplan.json"
    done = subprocess.run(
        [sys.executable, "-c", SHOWN, sample],
        cwd=ROOT,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout.splitlines()


def test_the_first_paint_imports_nothing_that_is_not_seen(told: list[str]) -> None:
    modules = told[0].split()
    assert "flexgui.views.plan_page" in modules
    assert [name for name in modules if any(f"{name}.".startswith(f"{late}.") for late in LATE)] == []


def test_all_actions_work_right_after_it(told: list[str]) -> None:
    assert int(told[1]) < int(told[2])
    assert "flexgui.views.autosave" in told[3].split()


def test_what_is_to_come_late_is_there(told: list[str]) -> None:
    """A name in the list that nothing has would watch over nothing."""
    own = [name for name in LATE if name.startswith("flexgui.")]
    places = [Path(ROOT, *name.split(".")) for name in own]
    assert [str(place) for place in places if not (place.is_dir() or place.with_suffix(".py").exists())] == []

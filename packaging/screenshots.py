"""Draws the pictures of the documentation: `python packaging/screenshots.py [PLAN] [FOLDER]`.

Every scene is drawn in light and dark, from the real window at 1280×800. A scene is a name and a function
that brings the window into a state and returns the widget to draw; add new ones to `SCENES`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QSettings, QSize, QTimer
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QWidget

from flexgui.app import connect_wizards, make_application
from flexgui.document import Document
from flexgui.plan.inventory import places
from flexgui.plan.values import Cluster, Host
from flexgui.resources import resource_path
from flexgui.views.main_window import MainWindow
from flexgui.widgets.theme import theme

SIZE = QSize(1280, 800)
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
SAMPLE = resource_path("samples", "paper.flexplan.json")

Scene = Callable[[MainWindow], QWidget]


def first(window: MainWindow, kind: type) -> str:
    """The id of the first object of a kind in the plan."""
    return next(place.object.id for place in places(window.document.plan) if isinstance(place.object, kind))


def last(window: MainWindow, kind: type) -> str:
    """The id of the last object of a kind that is in a cluster."""
    found = [p for p in places(window.document.plan) if isinstance(p.object, kind) and p.cluster is not None]
    return found[-1].object.id


def page(window: MainWindow, object_id: str, tab: int) -> QWidget:
    """The window on one tab of an object's page."""
    window.select(object_id)
    shown = window.page()
    assert shown is not None
    shown.tabs.setCurrentIndex(tab)
    return window


SCENES: list[tuple[str, Scene]] = [
    ("plan", lambda window: page(window, "", 0)),
    ("cluster-summary", lambda window: page(window, first(window, Cluster), 0)),
    ("cluster-evc", lambda window: page(window, first(window, Cluster), 1)),
    ("cluster-hosts", lambda window: page(window, first(window, Cluster), 2)),
    ("cluster-settings", lambda window: page(window, first(window, Cluster), 3)),
    ("host-summary", lambda window: page(window, last(window, Host), 0)),
    ("host-processor", lambda window: page(window, last(window, Host), 1)),
    ("host-cpuid", lambda window: page(window, last(window, Host), 2)),
    ("host-vms", lambda window: page(window, last(window, Host), 3)),
]


def settle(milliseconds: int = 120) -> None:
    """Let layouts, palettes and single-shot timers have their turn."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def main(arguments: list[str]) -> int:
    plan = Path(arguments[0]) if arguments else SAMPLE
    folder = Path(arguments[1]) if len(arguments) > 1 else FOLDER
    size = SIZE
    if len(arguments) > 2:
        width, _, height = arguments[2].partition("x")
        size = QSize(int(width), int(height))
    folder.mkdir(parents=True, exist_ok=True)
    settings = tempfile.TemporaryDirectory()  # the pictures show the window as it first comes up
    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, settings.name)
    application = make_application()
    family = "DejaVu Sans"
    if family in QFontDatabase.families():
        application.setFont(QFont(family, 9))
    document = Document()
    window = MainWindow(document)
    connect_wizards(window)
    if plan.exists():
        window.plan_file.read(plan)
    window.resize(size)
    window.show()
    for scheme in ("light", "dark"):
        theme().set_mode(scheme)
        for name, scene in SCENES:
            shown = scene(window)
            settle()
            picture = folder / f"{name}-{scheme}.png"
            if not shown.grab().save(str(picture)):
                sys.stderr.write(f"cannot write {picture}\n")
                return 2
            print(picture.name)
    document.undo_stack.setClean()
    window.close()
    settings.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Draws every page of the program: `python packaging/screenshots.py [PLAN] [FOLDER] [WIDTHxHEIGHT]`.

Each picture is drawn in light and dark, from the real window at 1280×800, into `build/screenshots`; those
that the README shows are copied to `docs/screenshots`. A scene is a name and a function that brings the
window into a state and returns the widget to draw; they are in `scenes.py`. Wizards are walked through.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings, QSize
from PySide6.QtGui import QFont, QFontDatabase
from scenes import SAMPLE, pictures, wait

from flexgui.app import connect_wizards, make_application
from flexgui.document import Document
from flexgui.views.main_window import MainWindow
from flexgui.widgets.theme import theme

SIZE = QSize(1280, 800)
ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "screenshots"
SHOWN = ROOT / "docs" / "screenshots"
IN_README = (
    *("cluster-evc-light", "host-cpuid-light", "new-cluster-vmware-evc-light"),
    "state-matrix-features-light",
)
"""The pictures that the README shows."""


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
        for name, shown in pictures(window, size):
            wait(120)
            picture = folder / f"{name}-{scheme}.png"
            if not shown.grab().save(str(picture)):
                sys.stderr.write(f"cannot write {picture}\n")
                return 2
            print(picture.name)
            if picture.stem in IN_README and folder == FOLDER:
                SHOWN.mkdir(exist_ok=True)
                shutil.copy(picture, SHOWN)
    document.undo_stack.setClean()
    window.close()
    settings.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

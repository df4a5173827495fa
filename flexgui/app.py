"""The window's program."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow


def main(argv: list[str]) -> int:
    """Open the main window, on the plan that `argv` names if it names one; return the exit code."""
    application = QApplication(["flexgui"])
    window = QMainWindow()
    window.show()
    if "--quit-after-start" in argv:
        QTimer.singleShot(0, application.quit)
    return application.exec()

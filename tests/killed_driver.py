"""Edits and saves a plan in the real window until somebody kills it: `killed_driver.py PLAN LOG SEED`.

A line of the log says what is done: "edit" or "saved", a number, and when (ns of the monotonic clock). The
edit of number n names the first cluster "edit-n"; a save is of the edit of its number.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from flexgui import app
from flexgui.plan import edits
from flexgui.views.main_window import MainWindow

PAUSES_MS = (0, 1, 5, 20, 50, 100, 400)


def main(plan: str, log: str, seed: str) -> None:
    dice = random.Random(int(seed))
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    number = 0

    def tell(what: str) -> None:
        os.write(handle, f"{what} {number} {time.monotonic_ns()}\n".encode())

    def step() -> None:
        nonlocal number
        (window,) = (each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
        document = window.document
        if document.path is None:  # it is still being opened
            QTimer.singleShot(20, step)
            return
        cluster = next(c for d in document.plan.datacenters for c in d.clusters)
        number += 1
        name = f"edit-{number}"
        document.edit(f"Rename to {name}", lambda p: edits.set_fields(p, cluster.id, name=name))
        tell("edit")
        if dice.random() < 0.15:
            window.actions_["save_plan"].trigger()
            assert not document.dirty
            tell("saved")
        QTimer.singleShot(dice.choice(PAUSES_MS), step)

    app.make_application()
    QTimer.singleShot(0, step)
    app.main([str(Path(plan))])


if __name__ == "__main__":
    main(*sys.argv[1:])

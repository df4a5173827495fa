"""Windows and dialogs fit the screen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.resources import resource_path
from flexgui.views.main_window import MainWindow
from flexgui.views.migration_dialog import MigrationDialog
from flexgui.widgets.screen import FRAME, bring_onto_screen, fit_to_screen
from flexgui.wizards.add_host import AddHostWizard
from flexgui.wizards.edit_settings import EditSettingsDialog
from flexgui.wizards.import_hosts import ImportDialog
from flexgui.wizards.new_cluster import NewClusterWizard
from flexgui.wizards.suggest_clusters import SuggestClustersDialog

SMALL = QSize(1024, 700)
"""The room on the smallest screen that is promised, in device-independent pixels."""

Open = Callable[[Document], QWidget]


def _ids(document: Document) -> dict[str, str]:
    datacenter = next(d for d in document.plan.datacenters if d.clusters)
    cluster = next(c for c in datacenter.clusters if any(host.vms for host in c.hosts))
    machine = next(vm for host in cluster.hosts for vm in host.vms)
    return {"datacenter": datacenter.id, "cluster": cluster.id, "machine": machine.id}


OPENERS: dict[str, Open] = {
    "main": lambda document: MainWindow(document),
    "new_cluster": lambda document: NewClusterWizard(document, _ids(document)["datacenter"]),
    "add_host": lambda document: AddHostWizard(document, _ids(document)["cluster"]),
    "import": lambda document: ImportDialog(document),
    "suggest": lambda document: SuggestClustersDialog(document, _ids(document)["datacenter"]),
    "edit_settings": lambda document: EditSettingsDialog(document, _ids(document)["cluster"]),
    "migration": lambda document: MigrationDialog(document, _ids(document)["machine"]),
}


@pytest.fixture
def sample(qapp: QApplication) -> Document:
    document = Document()
    path = resource_path("samples", "paper.flexplan.json")
    document.open(path)
    return document


@pytest.mark.parametrize("name", OPENERS)
def test_windows_fit_a_small_screen(
    qtbot: QtBot, sample: Document, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(QScreen, "availableSize", lambda _: SMALL)
    window = OPENERS[name](sample)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    room = SMALL - FRAME
    assert window.size().boundedTo(room) == window.size()
    least = window.minimumSize().expandedTo(window.minimumSizeHint())
    assert least.boundedTo(room) == least


def test_a_large_screen_gives_what_is_asked_for(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QScreen, "availableSize", lambda _: QSize(1920, 1080))
    window = QWidget()
    qtbot.addWidget(window)
    fit_to_screen(window, 1120, 720)
    assert window.size() == QSize(1120, 720)


@pytest.mark.parametrize("at", [QPoint(9000, 40), QPoint(-5000, 100), QPoint(20, -900), QPoint(50, 7000)])
def test_a_window_on_a_screen_that_has_gone_is_fetched(qtbot: QtBot, at: QPoint) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(3000, 2000)
    window.move(at)
    bring_onto_screen(window)
    (area,) = (screen.availableGeometry() for screen in QGuiApplication.screens())
    assert area.contains(window.frameGeometry().topLeft())
    assert window.size().boundedTo(area.size()) == window.size()


def test_a_window_that_can_be_reached_stays(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    window.move(60, 40)
    bring_onto_screen(window)
    assert window.pos() == QPoint(60, 40)


def test_the_main_window_remembers_where_it_was_but_not_out_of_sight(qtbot: QtBot, sample: Document) -> None:
    first = MainWindow(sample)
    qtbot.addWidget(first)
    first.show()
    first.move(4000, 3000)
    first.close()
    second = MainWindow(sample)
    qtbot.addWidget(second)
    second.show()
    (area,) = (screen.availableGeometry() for screen in QGuiApplication.screens())
    assert area.contains(second.frameGeometry().topLeft())


@pytest.mark.parametrize("factor", ["1.25", "3"])
def test_the_program_starts_on_scaled_screens(factor: str) -> None:
    sample = str(resource_path("samples", "paper.flexplan.json"))
    done = subprocess.run(
        [sys.executable, "-m", "flexgui", sample, "--quit-after-start"],
        env={**os.environ, "QT_SCALE_FACTOR": factor, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]
    assert (done.returncode, said) == (0, [])

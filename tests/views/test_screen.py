"""Windows and dialogs fit the screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.resources import resource_path
from flexgui.views.main_window import MainWindow
from flexgui.views.migration_dialog import MigrationDialog
from flexgui.widgets.screen import FRAME, fit_to_screen
from flexgui.wizards.add_host import AddHostWizard
from flexgui.wizards.change_evc import ChangeEvcDialog
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
    "change_evc": lambda document: ChangeEvcDialog(document, _ids(document)["cluster"]),
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

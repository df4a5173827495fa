"""From the first start to a valid cluster out of a folder of captures, as a newcomer goes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog
from pytestqt.qtbot import QtBot

from flexgui.app import connect_wizards
from flexgui.document import Document
from flexgui.plan.inventory import hosts
from flexgui.views.main_window import MainWindow
from flexgui.views.start import Start
from flexgui.views.start_page import StartLink
from flexgui.wizards.import_hosts import ImportDialog
from flexgui.wizards.new_cluster import NewClusterWizard
from tests.driving import LEFT, go, press, tick, type_over

CAPTURES = ("Xeon-E5-2609-v3", "Xeon-E5-2630-v4", "Xeon-E5-2650-v4", "Xeon-Gold-5115", "Xeon-Gold-6148")


@pytest.fixture
def folder(captures: Path, tmp_path: Path) -> Path:
    """Captures under the names that they have: none is a host's address."""
    for name in CAPTURES:
        shutil.copy(captures / "libvirt" / f"x86_64-cpuid-{name}.xml", tmp_path)
    return tmp_path


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    window = MainWindow(Document())
    connect_wizards(window)

    def let_go(_: object) -> None:
        window.plan_file.may_close = lambda: True  # type: ignore[method-assign]

    qtbot.addWidget(window, before_close_func=let_go)
    window.feature(Start).begin()
    window.show()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    return window


def test_a_folder_of_captures_becomes_a_cluster_without_errors(
    qtbot: QtBot, window: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window.feature(Start).banner.isVisible()  # the first start shows a sample
    qtbot.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    page = window.feature(Start).page
    assert page is not None
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a, **_k: str(folder))
    (link,) = (found for found in page.findChildren(StartLink) if found.title == "Import Folder")
    qtbot.mouseClick(link, LEFT)
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ImportDialog) and w.isVisible())
    box = dialog.findChild(QDialogButtonBox)
    assert box is not None
    add = next(b for b in box.buttons() if box.buttonRole(b) == QDialogButtonBox.ButtonRole.AcceptRole)
    qtbot.waitUntil(add.isEnabled)
    qtbot.mouseClick(add, LEFT)
    qtbot.waitUntil(lambda: len(list(hosts(window.document.plan))) == len(CAPTURES))

    window.actions_["new_cluster"].trigger()
    wizard = next(
        w for w in QApplication.topLevelWidgets() if isinstance(w, NewClusterWizard) and w.isVisible()
    )
    go(qtbot, wizard, "Name and features")
    type_over(qtbot, wizard, "cluster_name", "Cluster A")
    go(qtbot, wizard, "VMware EVC")
    tick(qtbot, wizard, "evc_intel")
    go(qtbot, wizard, "Ready to complete")
    press(qtbot, wizard, "Finish")
    qtbot.waitUntil(lambda: any(d.clusters for d in window.document.plan.datacenters))
    (cluster,) = window.document.plan.datacenters[0].clusters
    assert (cluster.evc_mode, len(cluster.hosts)) == ("intel-haswell", len(CAPTURES))
    errors = [f for f in window.document.findings.all if f.severity.value == "error"]
    assert not errors

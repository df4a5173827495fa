"""The VI 3.5 way (paper, figures 11 to 21), rehearsed in the real window from start to end.

Once by dragging hosts, which needs an X server, and once by cutting and pasting them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from flexgui.app import connect_wizards
from flexgui.document import Document
from flexgui.plan import edits
from flexgui.plan.inventory import find
from flexgui.plan.storage import load
from flexgui.plan.values import Cluster, Host, VirtualMachine
from flexgui.resources import resource_path
from flexgui.views.main_window import MainWindow
from flexgui.views.rehearsal_dialogs import RefusalDialog
from flexgui.wizards.add_host import AddHostWizard
from flexgui.wizards.edit_settings import EditSettingsDialog
from flexgui.wizards.new_cluster import NewClusterWizard
from tests.driving import LEFT, child, go, press, tick, type_over
from tests.views.test_drag import drag, place_of

Window = TypeVar("Window", bound=QWidget)
Move = Callable[["Session", str, str], None]


class Session:
    """What a user does in the window, and what they see then."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window, self.document = qtbot, window, window.document
        self.told: list[str] = []
        window.statusBar().messageChanged.connect(self.told.append)

    def on_show(self, kind: type[Window]) -> Window:
        """The window of a kind that is on show."""
        found: list[Window] = []

        def shown() -> bool:
            found[:] = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
            return bool(found)

        self.qtbot.waitUntil(shown)
        return found[0]

    def keys(self, object_id: str, action: str) -> None:
        """Select an object, and press the keys of an action."""
        self.window.inventory.tree.setFocus()
        self.window.inventory.select_all_of((object_id,))
        assert self.window.inventory.selected_ids() == [object_id]
        self.qtbot.waitUntil(self.window.actions_[action].isEnabled)
        if QApplication.platformName() == "xcb":  # without a window manager no window gets keys
            self.window.actions_[action].trigger()
            return
        shortcut = self.window.actions_[action].shortcut()
        for number in range(shortcut.count()):
            QTest.keySequence(self.window.inventory.tree, QKeySequence(shortcut[number]))

    def refused(self) -> str:
        """What vCenter says; its dialog is closed."""
        dialog = self.on_show(RefusalDialog)
        text = dialog.text()
        self.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        self.qtbot.waitUntil(lambda: not any(isinstance(w, RefusalDialog) for w in visible()))
        return text

    def create_cluster(self, name: str) -> str:
        """Figures 11 to 15. Returns the cluster's id."""
        self.keys("datacenter-1", "new_cluster")
        wizard = self.on_show(NewClusterWizard)
        go(self.qtbot, wizard, "Name and features")
        type_over(self.qtbot, wizard, "cluster_name", name)
        tick(self.qtbot, wizard, "ha_enabled")
        tick(self.qtbot, wizard, "drs_enabled")
        titles = []
        while wizard.currentPage().title() != "Ready to complete":
            press(self.qtbot, wizard, "Next")
            titles.append(wizard.currentPage().title())
        assert "VMware EVC" not in titles, "VirtualCenter 2.5 has no such page"
        assert "Swapfile location" in titles
        press(self.qtbot, wizard, "Finish")
        if any(isinstance(w, AddHostWizard) for w in visible()):
            self.qtbot.keyClick(self.on_show(AddHostWizard), Qt.Key.Key_Escape)
        return next(
            cluster.id for cluster in self.document.plan.datacenters[0].clusters if cluster.name == name
        )

    def enable_evc(self, cluster_id: str) -> EditSettingsDialog:
        """Figures 16 and 17: Edit Settings, EVC for Intel hosts, OK."""
        self.keys(cluster_id, "change_evc_mode")
        dialog = self.on_show(EditSettingsDialog)
        tick(self.qtbot, dialog, "evc_intel")
        self.qtbot.mouseClick(dialog.ok, LEFT)
        return dialog

    def holder(self, host_id: str) -> str:
        place = find(self.document.plan, host_id)
        assert place is not None
        return (place.cluster or place.datacenter).id

    def state(self, object_id: str) -> Host | Cluster | VirtualMachine:
        place = find(self.document.plan, object_id)
        assert place is not None
        assert isinstance(place.object, Host | Cluster | VirtualMachine)
        return place.object

    def log(self) -> list[tuple[str, str]]:
        return [(entry.action, entry.event) for entry in self.document.log]


def visible() -> list[QWidget]:
    return [w for w in QApplication.topLevelWidgets() if w.isVisible()]


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    """The sample of VirtualCenter 2.5 in the window, in Rehearse: three hosts, no cluster yet."""
    document = Document()
    document.new(load(resource_path("samples", "vi35.flexplan.json")))
    window = MainWindow(document)
    connect_wizards(window)

    def let_go(_: object) -> None:
        window.plan_file.may_close = lambda: True  # type: ignore[method-assign]

    qtbot.addWidget(window, before_close_func=let_go)
    window.plan_file.opened.emit()
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    if QApplication.platformName() != "xcb":
        qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    qtbot.mouseClick(child(window, "mode_rehearse"), LEFT, pos=QPoint(8, 8))
    assert document.rehearsing
    yield Session(qtbot, window)
    QApplication.clipboard().clear()
    document.setParent(window)


def by_drag(session: Session, host_id: str, target_id: str) -> None:
    """Figure 19."""
    end = place_of(session.window, target_id)
    drag(session.window, place_of(session.window, host_id), end)


def by_paste(session: Session, host_id: str, target_id: str) -> None:
    session.keys(host_id, "cut")
    session.keys(target_id, "paste")


def stays(session: Session, move: Move, host_id: str, target_id: str, *words: str) -> None:
    """The move is refused, and the status bar says why."""
    before = session.document.plan
    session.told.clear()
    move(session, host_id, target_id)
    session.qtbot.waitUntil(lambda: any(all(w in text for w in words) for text in session.told))
    if move is by_drag:
        session.qtbot.wait(500)
    if move is by_paste or any(isinstance(w, RefusalDialog) for w in visible()):
        assert words[0] in session.refused()  # who does it nevertheless is answered by vCenter
    assert session.document.plan is before


def comes(session: Session, move: Move, host_id: str, target_id: str) -> None:
    move(session, host_id, target_id)
    session.qtbot.waitUntil(lambda: session.holder(host_id) == target_id)


@pytest.mark.parametrize(
    "move", [pytest.param(by_drag, marks=pytest.mark.xvfb), by_paste], ids=["drag", "paste"]
)
def test_the_vi_35_way(session: Session, move: Move) -> None:
    esx_01, esx_02, web01, web02, db01, test01 = "host-2", "host-3", "vm-5", "vm-6", "vm-7", "vm-8"
    cluster = session.create_cluster("EVC cluster")
    dialog = session.enable_evc(cluster)
    assert not dialog.isVisible()
    found = session.state(cluster)
    assert isinstance(found, Cluster)
    assert (found.evc_mode, found.present_evc_mode) == ("intel-merom", "intel-merom")

    # Figures 18 to 20: a host is emptied, enters maintenance mode, and is moved.
    stays(session, move, esx_01, cluster, "maintenance mode")
    session.keys(esx_01, "enter_maintenance")
    said = session.refused()
    assert "web01, web02" in said
    assert "Power off" in said
    for vm in (web01, web02):
        session.keys(vm, "power_off")
    session.keys(esx_01, "enter_maintenance")
    comes(session, move, esx_01, cluster)
    session.keys(web01, "power_on")
    assert "InvalidState" in session.refused(), "not in maintenance mode"
    session.keys(esx_01, "exit_maintenance")
    session.keys(web01, "power_on")
    running = session.state(web01)
    assert isinstance(running, VirtualMachine)
    assert (running.power_state, running.power_on_evc_mode) == ("poweredOn", "intel-merom")

    # “Do not suspend VMs”: a suspended machine keeps its host out.
    session.keys(db01, "power_off")
    session.keys(esx_02, "enter_maintenance")
    stays(session, move, esx_02, cluster, "test01", "suspended")
    session.keys(esx_02, "exit_maintenance")
    for action in ("power_on", "power_off"):
        session.keys(test01, action)
    session.keys(esx_02, "enter_maintenance")
    comes(session, move, esx_02, cluster)

    # Never disable EVC: the cluster would have to be created anew.
    session.keys(cluster, "change_evc_mode")
    dialog = session.on_show(EditSettingsDialog)
    tick(session.qtbot, dialog, "evc_off")
    session.qtbot.mouseClick(dialog.ok, LEFT)
    assert "created anew" in session.refused()
    assert dialog.isVisible(), "what was chosen is not lost"
    session.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert {event for _, event in session.log()} == {"began", "done", "refused", "waiting"}
    assert session.document.findings.worst.get(cluster) is None or not [
        f for f in session.document.findings.all if f.severity.value == "error"
    ]


@pytest.mark.parametrize(
    "move", [pytest.param(by_drag, marks=pytest.mark.xvfb), by_paste], ids=["drag", "paste"]
)
def test_evc_is_not_enabled_while_machines_run(session: Session, move: Move) -> None:
    """Figure 21: the cluster has a host on which a machine runs."""
    esx_03, build01 = "host-4", "vm-9"
    cluster = session.create_cluster("Without EVC")
    session.keys(esx_03, "enter_maintenance")
    comes(session, move, esx_03, cluster)
    session.keys(esx_03, "exit_maintenance")
    session.keys(build01, "power_on")
    before = session.document.plan
    dialog = session.enable_evc(cluster)
    said = session.refused()
    assert "EVC cannot be enabled because there are some running VMs. (ActiveVMsBlockingEVC)" in said
    assert "build01" in said
    assert dialog.isVisible()
    session.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    session.keys(build01, "power_off")
    dialog = session.enable_evc(cluster)
    assert "only on a new cluster" in session.refused()
    session.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    session.document.undo_stack.undo()
    assert session.document.plan is before


@pytest.mark.parametrize(
    "move", [pytest.param(by_drag, marks=pytest.mark.xvfb), by_paste], ids=["drag", "paste"]
)
def test_vsphere_4_asks_for_less(session: Session, move: Move) -> None:
    """From 4.0 a host comes without maintenance mode, and EVC is enabled while machines run that fit."""
    document, esx_03, build01 = session.document, "host-4", "vm-9"
    session.qtbot.mouseClick(child(session.window, "mode_plan"), LEFT, pos=QPoint(8, 8))
    cluster = Cluster(id="domain-c90", name="New")
    document.edit("Release", lambda p: edits.set_release(p, "4.0u1"))
    document.edit("Cluster", lambda p: edits.add_cluster(p, "datacenter-1", cluster))
    session.qtbot.mouseClick(child(session.window, "mode_rehearse"), LEFT, pos=QPoint(8, 8))
    comes(session, move, esx_03, cluster.id)
    session.enable_evc(cluster.id)
    session.keys(build01, "power_on")
    session.enable_evc(cluster.id)
    assert session.log()[-1][1] == "done"

"""The paper, played from start to end in the real window with real keys and clicks.

Four hosts of four generations come into one cluster (paper, figs. 22 to 36); then the ways that it warns of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QTabWidget,
    QToolBar,
    QTreeWidget,
    QWidget,
    QWizard,
)
from pytestqt.qtbot import QtBot

from flexgui.app import connect_wizards
from flexgui.document import Document
from flexgui.plan import storage
from flexgui.plan.values import Host, Plan
from flexgui.views.cpuid_model import Column
from flexgui.views.cpuid_tree import CpuidTreeView
from flexgui.views.main_window import MainWindow
from flexgui.wizards.add_host import AddHostWizard
from flexgui.wizards.new_cluster import NewClusterWizard
from flexgui.wizards.shell import FindingsPanel
from tests.driving import (
    LEFT,
    child,
    enabled,
    go,
    pick,
    press,
    reason,
    text_of,
    tick,
    type_over,
    wait_for_reading,
)

HOSTS = {
    "esx-01": "libvirt/x86_64-cpuid-Xeon-5110.xml",
    "esx-02": "aida64/GenuineIntel0010676_Harpertown_CPUID.txt",
    "esx-03": "aida64/GenuineIntel00106A2_Nehalem-EP_CPUID.txt",
    "esx-04": "libvirt/x86_64-cpuid-Xeon-E7-4830.xml",
}
NETBURST = "aida64/GenuineIntel0000F48_P4_Paxville_CPUID.txt"
AMD = "libvirt/x86_64-cpuid-Opteron-2350.xml"
Choose = Callable[[Path], None]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """The main window with an empty plan for the release that the paper writes about."""
    document = Document()
    document.new(Plan(release="4.0u1"))
    window = MainWindow(document)
    connect_wizards(window)
    qtbot.addWidget(window, before_close_func=lambda _: document.undo_stack.setClean())
    window.show()
    qtbot.waitExposed(window)
    yield window
    document.setParent(window)


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Choose:
    """Sets the file that the user picks in the next file dialogs."""

    def answer(path: Path) -> None:
        for name in ("getOpenFileName", "getSaveFileName"):
            monkeypatch.setattr(QFileDialog, name, lambda *_a, **_k: (str(path), ""))
        monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_a, **_k: ([str(path)], ""))

    return answer


def click_tool(qtbot: QtBot, window: MainWindow, action: str) -> None:
    """Click an action's button in the toolbar."""
    bar = window.findChild(QToolBar, "toolbar")
    assert isinstance(bar, QToolBar)
    button = bar.widgetForAction(window.actions_[action])
    assert isinstance(button, QWidget)
    qtbot.mouseClick(button, LEFT)


def open_wizard(qtbot: QtBot, kind: type[QWizard]) -> QWizard:
    """The wizard of a kind that is on show."""
    found: list[QWizard] = []

    def shown() -> bool:
        found[:] = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
        return bool(found)

    qtbot.waitUntil(shown)
    return found[0]


def make_cluster(qtbot: QtBot, window: MainWindow) -> None:
    """New Cluster, from the toolbar to the first page of Add Host; EVC stays off until there are hosts."""
    click_tool(qtbot, window, "new_cluster")
    wizard = open_wizard(qtbot, NewClusterWizard)
    type_over(qtbot, wizard, "datacenter_name", "Milano")
    go(qtbot, wizard, "Name and features")
    type_over(qtbot, wizard, "cluster_name", "Cluster A")
    tick(qtbot, wizard, "ha_enabled")
    tick(qtbot, wizard, "drs_enabled")
    go(qtbot, wizard, "VMware EVC")
    assert "no mode is recommended" in text_of(wizard, "evc_recommendation")
    go(qtbot, wizard, "Ready to complete")
    press(qtbot, wizard, "Finish")


def describe(qtbot: QtBot, wizard: QWizard, name: str, capture: Path, choose: Choose) -> None:
    """Fill Add Host up to the processor page."""
    type_over(qtbot, wizard, "address", f"{name}.example.org")
    type_over(qtbot, wizard, "host_name", name)
    go(qtbot, wizard, "Authenticity")
    type_over(qtbot, wizard, "thumbprint", "1f" * 20)
    tick(qtbot, wizard, "thumbprint_confirmed")
    go(qtbot, wizard, "Processor")
    choose(capture)
    tick(qtbot, wizard, "cpu_from_file")
    qtbot.mouseClick(child(wizard, "cpu_open"), LEFT)


def with_the_oldest_host(qtbot: QtBot, window: MainWindow, captures: Path, choose: Choose) -> QWizard:
    """A cluster whose first host sets the mode to Merom; Add Host waits for the next."""
    make_cluster(qtbot, window)
    wizard = open_wizard(qtbot, AddHostWizard)
    describe(qtbot, wizard, "esx-01", captures / HOSTS["esx-01"], choose)
    go(qtbot, wizard, "VMware EVC")
    tick(qtbot, wizard, "evc_recommended")
    go(qtbot, wizard, "Ready to complete")
    tick(qtbot, wizard, "add_another")
    press(qtbot, wizard, "Finish")
    return wizard


def hosts(window: MainWindow) -> dict[str, Host]:
    return {host.label: host for host in window.document.plan.datacenters[0].clusters[0].hosts}


def todos(wizard: QWizard) -> str:
    panel = child(wizard, "before_you_start")
    assert isinstance(panel, FindingsPanel)
    return "\n".join(panel.texts()) if panel.isVisible() else ""


def cpuid_tree(qtbot: QtBot, window: MainWindow, name: str) -> CpuidTreeView:
    """The CPUID tree of a host, through the inventory and the page's tab."""
    assert window.select(hosts(window)[name].id)
    page = window.page()
    assert page is not None
    tabs = page.findChild(QTabWidget)
    assert isinstance(tabs, QTabWidget)
    labels = [tabs.tabText(n).replace("&", "") for n in range(tabs.count())]
    number = next(n for n, label in enumerate(labels) if label.startswith("CPUID"))
    qtbot.mouseClick(tabs.tabBar(), LEFT, pos=tabs.tabBar().tabRect(number).center())
    tree = page.findChild(CpuidTreeView)
    assert isinstance(tree, CpuidTreeView)
    return tree


def masked(tree: CpuidTreeView, feature: str) -> str:
    return str(tree.feature_index(feature).siblingAtColumn(Column.MASK).data())


def test_four_generations_in_one_cluster(
    qtbot: QtBot, window: MainWindow, captures: Path, choose: Choose, tmp_path: Path
) -> None:
    document = window.document
    make_cluster(qtbot, window)
    assert [d.name for d in document.plan.datacenters] == ["Milano"]
    assert window.inventory.current_id() == document.plan.datacenters[0].clusters[0].id
    tree = window.inventory.tree
    assert tree.visualRect(tree.currentIndex()).height() > 0
    wizard = open_wizard(qtbot, AddHostWizard)
    for number, (name, capture) in enumerate(HOSTS.items()):
        describe(qtbot, wizard, name, captures / capture, choose)
        go(qtbot, wizard, "VMware EVC")
        if number == 0:
            # The first host: EVC is still off, and its own mode is the best there is.
            tick(qtbot, wizard, "evc_recommended")
        assert "Merom" in text_of(wizard, "evc_effect") + child(wizard, "evc_recommended").text()  # type: ignore[attr-defined]
        go(qtbot, wizard, "Ready to complete")
        if number < len(HOSTS) - 1:
            tick(qtbot, wizard, "add_another")
        press(qtbot, wizard, "Finish")
    (cluster,) = document.plan.datacenters[0].clusters
    assert list(hosts(window)) == list(HOSTS)
    assert cluster.evc_mode == "intel-merom"
    assert document.findings.worst.get(cluster.id) is not None

    tree = cpuid_tree(qtbot, window, "esx-04")
    for feature in ("AES", "popcnt", "SSE4.1", "sse4_2"):
        assert "0" in masked(tree, feature), feature
    assert "0" not in masked(tree, "SSSE3")
    tree = cpuid_tree(qtbot, window, "esx-01")
    for feature in ("SSSE3", "SSE3", "NX", "CMPXCHG16B"):
        assert "0" not in masked(tree, feature)
    assert "cannot" in tree.mechanism_line.text()

    file = tmp_path / "paper.flexplan.json"
    choose(file)
    assert document.dirty
    click_tool(qtbot, window, "save_plan")
    assert not document.dirty
    before = document.plan
    click_tool(qtbot, window, "open_plan")
    assert document.undo_stack.count() == 0
    assert document.plan == before
    exported = tmp_path / "exported.json"
    choose(exported)
    click_tool(qtbot, window, "export_plan")
    assert storage.load(exported) == before


def test_candidates_get_merom_recommended(
    qtbot: QtBot, window: MainWindow, captures: Path, choose: Choose
) -> None:
    click_tool(qtbot, window, "new_cluster")
    wizard = open_wizard(qtbot, NewClusterWizard)
    go(qtbot, wizard, "VMware EVC")
    for capture in HOSTS.values():
        choose(captures / capture)
        qtbot.mouseClick(child(wizard, "evc_add_capture"), LEFT)
        wait_for_reading(qtbot, wizard)
    assert "Merom" in text_of(wizard, "evc_recommendation")
    modes = child(wizard, "evc_modes")
    assert isinstance(modes, QTreeWidget)
    assert "recommended" in modes.selectedItems()[0].text(0)
    go(qtbot, wizard, "Ready to complete")
    press(qtbot, wizard, "Finish")
    assert window.document.plan.datacenters[0].clusters[0].evc_mode == "intel-merom"
    adding = open_wizard(qtbot, AddHostWizard)
    type_over(qtbot, adding, "address", "esx-01.example.org")
    go(qtbot, adding, "Processor")
    assert child(adding, "cpu_candidates").isEnabled()
    press(qtbot, adding, "Cancel")
    assert window.document.plan.datacenters[0].clusters[0].hosts == ()


def test_suspended_machine_and_xd_off_become_todos(
    qtbot: QtBot, window: MainWindow, captures: Path, choose: Choose
) -> None:
    wizard = with_the_oldest_host(qtbot, window, captures, choose)
    describe(qtbot, wizard, "esx-04", captures / HOSTS["esx-04"], choose)
    go(qtbot, wizard, "Host summary")
    pick(qtbot, wizard, "xd", "Disabled")
    pick(qtbot, wizard, "vt", "Disabled")
    qtbot.mouseClick(child(wizard, "vm_add"), LEFT)
    vms = wizard.draft.vms  # type: ignore[attr-defined]
    assert len(vms) == 1
    suspend(qtbot, wizard)
    assert wizard.draft.vms[0].power_state == "suspended"  # type: ignore[attr-defined]
    go(qtbot, wizard, "Ready to complete")
    text = todos(wizard)
    assert "AC" in text  # the paper: enable the bit, then take the power away
    assert "suspended" in text
    press(qtbot, wizard, "Finish")
    rules = {(f.rule, f.severity.value) for f in window.document.findings.all}
    assert any(severity == "todo" and rule.startswith("host.xd") for rule, severity in rules)
    assert any(severity == "todo" and "suspended" in rule for rule, severity in rules)


def suspend(qtbot: QtBot, wizard: QWizard) -> None:
    """Choose "suspended" in the first machine's power state cell, with the keyboard."""
    from PySide6.QtWidgets import QComboBox, QTableView

    view = child(wizard, "vms")
    assert isinstance(view, QTableView)
    headers = [
        str(view.model().headerData(column, Qt.Orientation.Horizontal)).lower()
        for column in range(view.model().columnCount())
    ]
    column = next(n for n, title in enumerate(headers) if "power" in title or "state" in title)
    index = view.model().index(0, column)
    view.setCurrentIndex(index)
    view.edit(index)
    boxes: list[QComboBox] = []

    def editing() -> bool:
        boxes[:] = view.viewport().findChildren(QComboBox)
        return bool(boxes)

    qtbot.waitUntil(editing)
    box = boxes[0]
    for _ in range(box.count()):
        if box.currentText().lower().startswith("suspend"):
            break
        qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not view.viewport().findChildren(QComboBox))


@pytest.mark.parametrize(("capture", "says"), [(NETBURST, "NetBurst"), (AMD, "AMD")])
def test_netburst_and_amd_are_refused_with_the_reason(
    capture: str, says: str, qtbot: QtBot, window: MainWindow, captures: Path, choose: Choose
) -> None:
    wizard = with_the_oldest_host(qtbot, window, captures, choose)
    describe(qtbot, wizard, "esx-09", captures / capture, choose)
    go(qtbot, wizard, "VMware EVC")
    assert not enabled(wizard)
    assert says.lower() in reason(wizard).lower()
    press(qtbot, wizard, "Cancel")
    assert list(hosts(window)) == ["esx-01"]

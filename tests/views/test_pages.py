from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from flexgui.cpuid.cpu import Cpu, described
from flexgui.evc.modes import builtin_modes
from flexgui.plan import edits
from flexgui.plan.inventory import find
from flexgui.plan.values import Cluster, Host, Plan, VirtualMachine
from flexgui.views.cluster_page import ClusterPage
from flexgui.views.host_page import HostPage
from flexgui.views.hosts_table import HostsTable
from flexgui.views.ladder_rungs import build_ladder
from flexgui.views.main_window import MainWindow
from flexgui.views.pool_page import PoolPage
from flexgui.views.vm_page import VmPage
from tests.processors import cpu_of
from tests.views.plans import MEROM, PENRYN, cpu


def host_of(window: MainWindow, host_id: str = "host-5") -> Host:
    place = find(window.document.plan, host_id)
    assert place is not None
    assert isinstance(place.object, Host)
    return place.object


def cluster_of(window: MainWindow) -> Cluster:
    place = find(window.document.plan, "domain-c2")
    assert place is not None
    assert isinstance(place.object, Cluster)
    return place.object


def cluster_page(window: MainWindow, tab: int = 0) -> ClusterPage:
    window.select("domain-c2")
    page = window.page()
    assert isinstance(page, ClusterPage)
    page.tabs.setCurrentIndex(tab)
    return page


def host_page(window: MainWindow, tab: int = 0, host_id: str = "host-5") -> HostPage:
    window.select(host_id)
    page = window.page()
    assert isinstance(page, HostPage)
    page.tabs.setCurrentIndex(tab)
    return page


def choose(qtbot: QtBot, combo: QComboBox, key: Qt.Key) -> None:
    combo.setFocus()
    qtbot.keyClick(combo, key)


# --- fields


def test_a_typed_address_is_one_step_of_undo(qtbot: QtBot, window: MainWindow) -> None:
    page = host_page(window)
    line = page.fields.widgets["address"]
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "10.1.1.1")
    assert not window.document.dirty
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert host_of(window).address == "10.1.1.1"
    assert window.document.undo_stack.undoText() == "Change address"
    assert window.document.undo_stack.count() == 1
    window.document.undo_stack.undo()
    assert line.text() == "10.0.0.5"


def test_esc_takes_back_what_was_typed(qtbot: QtBot, window: MainWindow) -> None:
    line = host_page(window).fields.widgets["address"]
    assert isinstance(line, QLineEdit)
    line.setFocus()
    qtbot.keyClicks(line, "x")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert line.text() == "10.0.0.5"
    assert not window.document.dirty


def test_typing_survives_an_edit_from_elsewhere(qtbot: QtBot, window: MainWindow) -> None:
    line = host_page(window).fields.widgets["address"]
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "10.2")
    window.document.edit("x", lambda p: edits.set_fields(p, "host-6", xd="disabled"))
    assert line.text() == "10.2"


def test_going_elsewhere_enters_what_was_typed(qtbot: QtBot, window: MainWindow) -> None:
    line = host_page(window).fields.widgets["address"]
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "10.3.3.3")
    window.select("host-6")
    assert host_of(window).address == "10.3.3.3"
    assert host_of(window, "host-6").address == "10.0.0.6"


def test_the_present_state_is_set_on_the_page(qtbot: QtBot, window: MainWindow) -> None:
    fields = host_page(window).fields.widgets
    for path, value, name in (
        ("xd", "disabled", "Change XD"),
        ("vt", "disabled", "Change VT"),
        ("connection_state", "disconnected", "Change connection state"),
    ):
        combo = fields[path]
        assert isinstance(combo, QComboBox)
        choose(qtbot, combo, Qt.Key.Key_Down)
        assert getattr(host_of(window), path) == value
        assert window.document.undo_stack.undoText() == name
    box = fields["in_maintenance_mode"]
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert host_of(window).in_maintenance_mode
    assert window.document.undo_stack.count() == 4


def test_a_thumbprint_is_confirmed_only_once_it_is_known(qtbot: QtBot, window: MainWindow) -> None:
    page = host_page(window)
    assert not page.state.confirmed.isEnabled()
    assert "thumbprint" in page.state.confirmed.toolTip()
    page.state.thumbprint.setFocus()
    qtbot.keyClicks(page.state.thumbprint, "AA:BB")
    qtbot.keyClick(page.state.thumbprint, Qt.Key.Key_Return)
    assert page.state.confirmed.isEnabled()
    qtbot.keyClick(page.state.confirmed, Qt.Key.Key_Space)
    assert host_of(window).thumbprint_confirmed


def test_memory_is_typed_in_gib_and_kept_in_mib(qtbot: QtBot, window: MainWindow) -> None:
    spin = host_page(window).fields.widgets["memory_mb"]
    assert isinstance(spin, QDoubleSpinBox)
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, "47.5")
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert host_of(window).memory_mb == 47.5 * 1024
    assert spin.text() == "47.5 GiB"
    spin.selectAll()
    qtbot.keyClicks(spin, "0")
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert host_of(window).memory_mb is None
    assert spin.text() == "Not known"


def test_numbers_may_be_unknown(qtbot: QtBot, window: MainWindow) -> None:
    spin = host_page(window).fields.widgets["cpu_cores"]
    assert isinstance(spin, QSpinBox)
    assert spin.text() == "Not known"
    spin.setFocus()
    qtbot.keyClick(spin, Qt.Key.Key_Up)
    assert host_of(window).cpu_cores == 1
    qtbot.keyClick(spin, Qt.Key.Key_Down)
    assert host_of(window).cpu_cores is None


def test_settings_that_do_not_apply_say_why(qtbot: QtBot, window: MainWindow) -> None:
    settings = cluster_page(window, 3).settings
    assert not settings.failures.isEnabled()
    assert "HA" in settings.failures.toolTip()
    qtbot.keyClick(settings.ha, Qt.Key.Key_Space)
    assert cluster_of(window).ha.enabled
    assert settings.failures.isEnabled()
    assert not settings.cpu.isEnabled()
    qtbot.keyClick(settings.drs, Qt.Key.Key_Space)
    choose(qtbot, settings.threshold, Qt.Key.Key_Down)
    assert cluster_of(window).drs.migration_threshold == 4


def test_a_cluster_that_exists_has_a_present_mode(qtbot: QtBot, window: MainWindow) -> None:
    page = cluster_page(window)
    assert not page.present_mode.isEnabled()
    qtbot.keyClick(page.exists, Qt.Key.Key_Space)
    choose(qtbot, page.present_mode, Qt.Key.Key_Down)
    assert cluster_of(window).present_evc_mode == "intel-merom"


@pytest.mark.parametrize(
    ("object_id", "field", "name"),
    [
        ("host-5", "address", "Address"),
        ("host-5", "xd", "Execute Disable (XD, NX)"),
        ("domain-c2", "name", "Name"),
        ("domain-c2", "ha.cpu_percent", "Failover CPU capacity"),
        ("domain-c2", "drs", "vSphere"),
        ("vm-20", "power_state", "Power state"),
        ("resgroup-4", "name", "Name"),
    ],
)
def test_a_field_is_shown(window: MainWindow, object_id: str, field: str, name: str) -> None:
    window.document.edit(
        "x", lambda p: edits.update_cluster(p, "domain-c2", lambda c: _with_everything_on(c))
    )
    window.show_finding(object_id, field)
    focused = QApplication.focusWidget()
    assert focused is not None
    shown = focused.accessibleName() or focused.property("text")
    assert name in shown


def _with_everything_on(cluster: Cluster) -> Cluster:
    from dataclasses import replace

    ha = replace(cluster.ha, enabled=True, admission_control_policy="resources")
    return replace(cluster, ha=ha, drs=replace(cluster.drs, enabled=True))


# --- the host page


def test_generation_and_highest_mode_are_two_answers(window: MainWindow) -> None:
    page = host_page(window, 1, "host-6")
    assert page._generation.text() == "Cannot tell"
    assert page._highest.text() == "Penryn"
    assert "SSE42" in page._next.text()
    rows = {row.mode.key: row.answer.value for row in page.modes.rows()}
    assert rows["intel-penryn"] == "yes"
    assert rows["intel-nehalem"] == "no"
    assert rows["intel-graniterapids"] == "no", "it needs what Nehalem needs"


def test_an_assumed_cpu_says_so(window: MainWindow) -> None:
    window.document.edit("x", lambda p: edits.set_fields(p, "host-5", cpu_assumed=True))
    assert "Assumed, not measured" in host_page(window, 1)._evidence.text()


def test_a_host_without_cpu_is_shown(window: MainWindow) -> None:
    window.document.edit("x", lambda p: edits.set_fields(p, "host-5", cpu=None))
    page = host_page(window, 1)
    assert page._highest.text() == "Cannot tell"
    assert page.modes.rowCount() == 0


def test_the_cpuid_tree_follows_the_mode(window: MainWindow) -> None:
    page = host_page(window, 2, "host-7")
    tree = page.cpuid_tree()
    with_mode: list[int] = []
    tree.masked_counted.connect(with_mode.append)
    window.document.edit("x", lambda p: edits.set_fields(p, "domain-c2", evc_mode="intel-westmere"))
    assert with_mode
    assert with_mode[-1] == 0


# Offscreen, a popup cannot grab the keyboard.
@pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")
def test_machines_are_edited_in_the_table(qtbot: QtBot, window: MainWindow) -> None:
    page = host_page(window, 3, "host-6")
    view, model = page.vms.view, page.vms.model
    view.setFocus()
    view.setCurrentIndex(model.index(0, 1))
    qtbot.keyClick(view, Qt.Key.Key_F2)
    combo = view.findChild(QComboBox)
    assert isinstance(combo, QComboBox)
    assert combo.currentData() == "suspended"
    popup = combo.view()
    qtbot.keyClick(popup, Qt.Key.Key_Home)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.document.dirty)
    place = find(window.document.plan, "vm-20")
    assert place is not None
    assert isinstance(place.object, VirtualMachine)
    assert place.object.power_state == "poweredOn"
    assert window.document.undo_stack.undoText() == "Change power state"


def test_machines_are_removed(qtbot: QtBot, window: MainWindow) -> None:
    page = host_page(window, 3, "host-6")
    assert not page.vms.remove.isEnabled()
    page.vms.view.selectAll()
    qtbot.mouseClick(page.vms.remove, Qt.MouseButton.LeftButton)
    assert host_of(window, "host-6").vms == ()
    assert page.vms.empty.isVisible()


def test_the_machine_and_pool_pages(qtbot: QtBot, window: MainWindow) -> None:
    window.select("vm-20")
    page = window.page()
    assert isinstance(page, VmPage)
    choose(qtbot, page.at_power_on, Qt.Key.Key_Down)
    place = find(window.document.plan, "vm-20")
    assert place is not None
    assert isinstance(place.object, VirtualMachine)
    assert place.object.power_on_evc_mode == "intel-merom"
    window.select("resgroup-4")
    assert isinstance(window.page(), PoolPage)


# --- the hosts table


def test_the_hosts_table_is_sound_and_sorts(qtmodeltester: Any, window: MainWindow) -> None:
    table = cluster_page(window, 1).hosts
    qtmodeltester.check(table.model)
    titles = [column.title for column in table.model.columns]
    table.view.sortByColumn(titles.index("Highest mode"), Qt.SortOrder.DescendingOrder)
    assert [row.host.name for row in table.model.rows()] == ["esx-07", "esx-06", "esx-05"]
    hidden = table.model.index(0, titles.index("Features hidden")).data()
    assert hidden.startswith("SSE41")
    qtmodeltester.check(table.model)


def test_hidden_and_moved_columns_are_remembered(qtbot: QtBot, window: MainWindow) -> None:
    view = cluster_page(window, 1).hosts.view
    view.column_menu().actions()[1].setChecked(False)
    view.header().moveSection(0, 2)
    another = HostsTable(window.document, "cluster_hosts", QWidget())
    qtbot.addWidget(another)
    assert another.view.isColumnHidden(1)
    assert another.view.header().visualIndex(0) == 2
    assert QSettings().contains("tables/cluster_hosts/17")


def test_enter_opens_the_host(qtbot: QtBot, window: MainWindow) -> None:
    view = cluster_page(window, 1).hosts.view
    view.setFocus()
    view.show_key("host-6")
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert window.inventory.current_id() == "host-6"


# --- the ladder


def test_the_ladder_names_who_stands_where(qtmodeltester: Any, window: MainWindow) -> None:
    page = cluster_page(window, 2)
    model = page.evc.ladder.ladder_model
    qtmodeltester.check(model)
    rungs = {rung.mode.key: rung for rung in model.ladder.rungs}
    assert next(iter(rungs)) == "intel-ivybridge"  # what vSphere 5.5 offers, newest first
    assert rungs["intel-merom"].current
    assert not rungs["intel-merom"].above
    assert rungs["intel-penryn"].above
    assert rungs["intel-penryn"].standing == ("esx-06",)
    assert (rungs["intel-penryn"].allowing, rungs["intel-penryn"].total) == (2, 3)
    assert model.blockers(rungs["intel-penryn"]) == "esx-05 lacks SSE41"
    assert "Haswell" in page.evc.note.text()


def test_the_ladder_takes_the_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    ladder = cluster_page(window, 2).evc.ladder
    ladder.setFocus()
    qtbot.keyClick(ladder, Qt.Key.Key_Home)
    assert ladder.currentIndex().row() == 0
    said = ladder.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith('Intel® "Ivy Bridge" Generation. 0 of 3 hosts')
    facts = window.page().evc.facts  # type: ignore[union-attr]
    assert "esx-05" in facts["blocked"].text()


def test_of_whom_a_mode_cannot_be_told_stands_apart(window: MainWindow) -> None:
    sandy = described(Cpu("", vendor="intel", max_evc_mode="intel-penryn"))

    def untold(plan: Plan) -> Plan:
        return edits.set_fields(edits.store_cpu(plan, sandy), "host-6", cpu=sandy.fingerprint)

    page = cluster_page(window, 2)
    window.document.edit("x", untold)
    page.evc.ladder.select_mode("intel-westmere")
    facts = page.evc.facts
    assert facts["blocked"].text().startswith("esx-05: ")
    assert "esx-06" not in facts["blocked"].text()
    assert facts["untold"].text().startswith("esx-06: ")


def test_the_mode_is_changed_with_the_button(qtbot: QtBot, window: MainWindow) -> None:
    page = cluster_page(window, 2)
    with qtbot.waitSignal(window.change_evc_mode_requested) as asked:
        qtbot.mouseClick(page.evc.change, Qt.MouseButton.LeftButton)
    assert asked.args == ["domain-c2"]
    window.document.edit("x", lambda p: edits.set_fields(p, "domain-c2", evc_mode="intel-penryn"))
    assert "Penryn" in page.evc.mode.text()
    assert "Penryn" in page.header.subtitle.text()


def test_amd_modes_split_into_lanes() -> None:
    modes = builtin_modes()
    opteron, epyc = cpu("amd-bulldozer", "Opteron 6234"), cpu("amd-zen2", "EPYC")
    hosts = (("a", opteron), ("b", epyc), ("c", MEROM), ("d", None))
    ladder = build_ladder(hosts, tuple(modes), modes, "amd", modes["amd-greyhound-no3dnow"])
    lanes = {rung.mode.key: rung.lane for rung in ladder.rungs}
    assert lanes["amd-zen5"] == lanes["amd-zen"] == lanes["amd-greyhound-no3dnow"] == 0
    assert lanes["amd-bulldozer"] == lanes["amd-steamroller"] != 0
    assert lanes["amd-greyhound"] == lanes["amd-rev-e"]
    assert ladder.others == ("c", "d")
    by_key = {rung.mode.key: rung for rung in ladder.rungs}
    assert by_key["amd-bulldozer"].standing == ("a",)
    assert by_key["amd-zen2"].standing == ("b",)
    assert by_key["amd-bulldozer"].above
    assert by_key["amd-greyhound-no3dnow"].allowing == 2
    assert all(edge.upper_row < edge.lower_row for edge in ladder.edges)


def test_an_unknown_mode_blocks_nobody_for_certain() -> None:
    modes = builtin_modes()
    hosts = (("a", cpu_of("intel-sapphirerapids")), ("b", PENRYN))
    ladder = build_ladder(hosts, tuple(modes), modes, "intel", None)
    top = ladder.rungs[0]
    assert top.mode.key == "intel-graniterapids"
    answers = {blocked.hosts[0]: blocked.support.answer.value for blocked in top.blocked}
    assert answers == {"a": "cannot tell", "b": "no"}
    assert not any(rung.above for rung in ladder.rungs)


def test_an_empty_cluster_offers_to_add_a_host(qtbot: QtBot, window: MainWindow) -> None:
    window.document.edit(
        "x", lambda p: edits.add_cluster(p, "datacenter-1", Cluster(id="domain-c50", name="Empty"))
    )
    window.select("domain-c50")
    page = window.page()
    assert page is not None
    button = next(b for b in page.findChildren(QPushButton) if "Host" in b.text() and b.isVisible())
    with qtbot.waitSignal(window.add_host_requested) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == ["domain-c50"]

"""Edit Settings of a cluster, driven as a user would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QTreeWidget
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.plan import edits
from flexgui.plan.inventory import find
from flexgui.plan.values import Cluster, Host, Plan, ResourcePool, VirtualMachine
from flexgui.widgets.theme import theme
from flexgui.wizards.edit_settings import EditSettingsDialog
from tests.driving import LEFT, child, pick, tick, type_over
from tests.rules.plans import DPM, DRS, HA, MEROM, NEHALEM, OPTERON, PENRYN, WESTMERE, host, plan, running

Start = Callable[..., EditSettingsDialog]
CLUSTER = "domain-c1"
POOLS = (ResourcePool(id="resgroup-5", name="Production"), ResourcePool(id="resgroup-6", name="Batch"))


def member(number: int, cpu: Any, *vms: VirtualMachine, **fields: Any) -> Host:
    return host(number, cpu, vms=vms, present_parent=CLUSTER, **fields)


def under_merom(number: int) -> VirtualMachine:
    return running(f"vm{number:02}", number, power_on_evc_mode="intel-merom")


def three_hosts(**settings: Any) -> Plan:
    """A cluster that vCenter has with Merom, three hosts that could have Nehalem, five machines."""
    hosts = (
        member(1, NEHALEM, under_merom(1), under_merom(2)),
        member(2, NEHALEM, under_merom(3), under_merom(4)),
        member(3, WESTMERE, under_merom(5)),
    )
    present = settings.get("evc_mode", "intel-merom")
    fields = {"exists": True, "present_evc_mode": present, "evc_mode": present, **settings}
    return plan(*hosts, **fields)


@pytest.fixture
def start(qtbot: QtBot) -> Start:
    """Opens the dialog on a plan."""

    def opened(before: Plan, field: str = "", *, rehearse: bool = False) -> EditSettingsDialog:
        document = Document()
        document.new(before)
        if rehearse:
            document.set_rehearsing(True)
        dialog = EditSettingsDialog(document, CLUSTER, field)
        document.setParent(dialog)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
        return dialog

    return opened


def cluster(dialog: EditSettingsDialog) -> Cluster:
    place = find(dialog.document.plan, CLUSTER)
    assert place is not None
    assert isinstance(place.object, Cluster)
    return place.object


def go_to(qtbot: QtBot, dialog: EditSettingsDialog, title: str) -> None:
    """Click a page in the list at the left."""
    side = child(dialog, "settings_pages")
    assert isinstance(side, QListWidget)
    (item,) = side.findItems(title, Qt.MatchFlag.MatchExactly)
    qtbot.mouseClick(side.viewport(), LEFT, pos=side.visualItemRect(item).center())


def choose_mode(qtbot: QtBot, dialog: EditSettingsDialog, name: str) -> None:
    modes = child(dialog, "evc_modes")
    assert isinstance(modes, QTreeWidget)
    (item,) = modes.findItems(f'"{name}"', Qt.MatchFlag.MatchContains)
    modes.scrollToItem(item)
    qtbot.mouseClick(modes.viewport(), LEFT, pos=modes.visualItemRect(item).center())


def follows(dialog: EditSettingsDialog) -> str:
    return "\n".join(dialog.consequences.texts("follows"))


def confirm(qtbot: QtBot, dialog: EditSettingsDialog) -> None:
    qtbot.mouseClick(dialog.ok, LEFT)


def test_raising_says_which_machines_need_a_power_cycle(qtbot: QtBot, start: Start) -> None:
    dialog = start(three_hosts(), "evc_mode")
    assert dialog.current.title() == "VMware EVC"
    choose_mode(qtbot, dialog, "Nehalem")
    assert "To do: 5 VMs need a power cycle to see SSE41, SSE42, POPCNT, RDTSCP" in follows(dialog)
    assert cluster(dialog).evc_mode == "intel-merom"
    confirm(qtbot, dialog)
    assert cluster(dialog).evc_mode == "intel-nehalem"
    assert dialog.document.undo_stack.undoText() == "Edit settings of Cluster A: EVC mode Nehalem"
    dialog.document.undo_stack.undo()
    assert cluster(dialog).evc_mode == "intel-merom"


def test_lowering_says_whom_to_power_off(qtbot: QtBot, start: Start) -> None:
    vms = [replace(under_merom(n), power_on_evc_mode="intel-nehalem") for n in (1, 2, 3)]
    before = plan(
        member(1, NEHALEM, *vms), exists=True, present_evc_mode="intel-nehalem", evc_mode="intel-nehalem"
    )
    dialog = start(before, "evc_mode")
    choose_mode(qtbot, dialog, "Merom")
    said = follows(dialog)
    assert "Power off 3 VMs first" in said
    assert "vm01, vm02, vm03" in said
    assert "esx-01" in said
    # They are counted, so they are not listed again.
    assert not any("vm01 on" in text for text in dialog.consequences.texts("comes"))
    assert dialog.ok.isEnabled()


def test_nothing_is_changed_and_nothing_is_done(qtbot: QtBot, start: Start) -> None:
    dialog = start(three_hosts())
    assert dialog.consequences.nothing.isVisible()
    assert follows(dialog) == ""
    confirm(qtbot, dialog)
    assert not dialog.isVisible()
    assert dialog.document.undo_stack.count() == 0


def test_a_change_that_is_taken_back_leaves_no_trace(qtbot: QtBot, start: Start) -> None:
    before = three_hosts()
    dialog = start(before)
    tick(qtbot, dialog, "ha_enabled")
    assert "vSphere HA is switched on" in follows(dialog)
    tick(qtbot, dialog, "ha_enabled")
    assert follows(dialog) == ""
    confirm(qtbot, dialog)
    assert dialog.document.plan is before


def test_cancel_leaves_no_trace(qtbot: QtBot, start: Start) -> None:
    before = three_hosts()
    dialog = start(before)
    type_over(qtbot, dialog, "cluster_name", "Another")
    tick(qtbot, dialog, "drs_enabled")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert dialog.document.plan is before
    assert dialog.document.undo_stack.count() == 0


def test_many_changes_are_one_edit_with_a_name(qtbot: QtBot, start: Start) -> None:
    before = three_hosts(drs=DRS, ha=HA)
    dialog = start(before)
    tick(qtbot, dialog, "drs_enabled")
    go_to(qtbot, dialog, "VMware EVC")
    choose_mode(qtbot, dialog, "Nehalem")
    go_to(qtbot, dialog, "Swapfile location")
    tick(qtbot, dialog, "swap_hostLocal")
    go_to(qtbot, dialog, "vSphere HA")
    tick(qtbot, dialog, "ha_policy_resources")
    confirm(qtbot, dialog)
    found = cluster(dialog)
    assert (found.drs.enabled, found.evc_mode, found.vm_swap_placement) == (
        False,
        "intel-nehalem",
        "hostLocal",
    )
    assert found.ha.admission_control_policy == "resources"
    stack = dialog.document.undo_stack
    assert stack.count() == 1
    assert stack.undoText() == "Edit settings of Cluster A: EVC mode Nehalem, HA, DRS off …"


def test_an_error_disables_ok_and_says_why_beside_it(qtbot: QtBot, start: Start) -> None:
    dialog = start(three_hosts(), "evc_mode")
    choose_mode(qtbot, dialog, "Westmere")
    assert not dialog.ok.isEnabled()
    assert "AES" in dialog.reason.text()
    assert dialog.reason.isVisible()
    qtbot.keyClick(dialog.ok, Qt.Key.Key_Return)
    assert dialog.isVisible()
    go_to(qtbot, dialog, "Name and features")
    assert "AES" in dialog.reason.text()
    go_to(qtbot, dialog, "VMware EVC")
    choose_mode(qtbot, dialog, "Nehalem")
    assert dialog.ok.isEnabled()
    assert not dialog.reason.isVisible()


def test_a_bad_name_disables_ok(qtbot: QtBot, start: Start) -> None:
    dialog = start(three_hosts())
    type_over(qtbot, dialog, "cluster_name", "   ")
    assert not dialog.ok.isEnabled()
    assert "name" in dialog.reason.text()
    type_over(qtbot, dialog, "cluster_name", "Cluster B")
    assert dialog.ok.isEnabled()


def test_an_error_that_was_there_does_not_stand_against_other_changes(qtbot: QtBot, start: Start) -> None:
    before = plan(member(1, OPTERON), evc_mode="intel-merom")
    dialog = start(before)
    type_over(qtbot, dialog, "cluster_name", "Cluster B")
    assert dialog.ok.isEnabled()
    go_to(qtbot, dialog, "VMware EVC")
    choose_mode(qtbot, dialog, "Penryn")
    assert not dialog.ok.isEnabled()
    qtbot.mouseClick(child(dialog, "evc_amd"), LEFT)
    assert dialog.ok.isEnabled()
    assert dialog.consequences.texts("goes")


def test_disabling_evc_on_vi_35_is_refused_and_later_only_told(qtbot: QtBot, start: Start) -> None:
    for release, allowed, words in (
        ("2.5u2", False, "has to be created anew"),
        ("5.5", True, "no longer enforces"),
    ):
        dialog = start(edits.set_release(three_hosts(), release), "evc_mode")
        qtbot.mouseClick(child(dialog, "evc_off"), LEFT)
        assert dialog.ok.isEnabled() is allowed
        assert words in follows(dialog)
        dialog.reject()


def test_vi_35_has_its_pages_and_enables_evc_in_a_new_cluster(qtbot: QtBot, start: Start) -> None:
    """Paper, figs. 16 and 17: the New Cluster wizard of the release has no EVC page, Edit Settings has."""
    before = plan(release="2.5u2", drs=DRS, ha=HA)
    dialog = start(before)
    side = child(dialog, "settings_pages")
    assert isinstance(side, QListWidget)
    titles = [side.item(row).text() for row in range(side.count())]
    assert "VMware EVC" in titles
    go_to(qtbot, dialog, "vSphere HA")
    assert not child(dialog, "ha_policy_resources").isEnabled()
    go_to(qtbot, dialog, "VMware EVC")
    qtbot.mouseClick(child(dialog, "evc_intel"), LEFT)
    modes = child(dialog, "evc_modes")
    assert isinstance(modes, QTreeWidget)
    assert modes.topLevelItemCount() == 1
    assert not child(dialog, "evc_hosts").isVisible()
    confirm(qtbot, dialog)
    assert cluster(dialog).evc_mode == "intel-merom"


def test_drs_takes_power_management_and_resource_pools_with_it(qtbot: QtBot, start: Start) -> None:
    inside = replace(under_merom(1), resource_pool="resgroup-5")
    before = plan(member(1, NEHALEM, inside), drs=DRS, dpm=DPM, resource_pools=POOLS)
    dialog = start(before)
    tick(qtbot, dialog, "drs_enabled")
    said = follows(dialog)
    assert "Power management works through DRS" in said
    assert "vCenter deletes 2" in said
    assert "Production, Batch" in said
    side = child(dialog, "settings_pages")
    assert isinstance(side, QListWidget)
    (pools,) = side.findItems("Resource pools", Qt.MatchFlag.MatchExactly)
    assert pools.toolTip() == "Resource pools need vSphere DRS."
    assert not pools.flags() & Qt.ItemFlag.ItemIsEnabled
    confirm(qtbot, dialog)
    found = cluster(dialog)
    assert found.resource_pools == ()
    assert not found.dpm.enabled
    assert found.hosts[0].vms[0].resource_pool is None
    assert dialog.document.undo_stack.undoText() == (
        "Edit settings of Cluster A: DRS off, DPM off, resource pools"
    )


def test_drs_switched_off_and_on_again_keeps_the_pools(qtbot: QtBot, start: Start) -> None:
    before = plan(member(1, NEHALEM), drs=DRS, dpm=DPM, resource_pools=POOLS)
    dialog = start(before)
    tick(qtbot, dialog, "drs_enabled")
    tick(qtbot, dialog, "drs_enabled")
    confirm(qtbot, dialog)
    assert dialog.document.plan is before


def test_a_plan_that_cannot_be_is_not_mended_unasked(qtbot: QtBot, start: Start) -> None:
    """Power management on without DRS is an error of the plan: opening the dialog changes nothing."""
    before = plan(member(1, NEHALEM), dpm=DPM, resource_pools=POOLS)
    dialog = start(before)
    assert follows(dialog) == ""
    confirm(qtbot, dialog)
    assert dialog.document.plan is before


def test_resource_pools_are_added_renamed_and_removed(qtbot: QtBot, start: Start) -> None:
    inside = replace(under_merom(1), resource_pool="resgroup-5")
    dialog = start(plan(member(1, NEHALEM, inside), drs=DRS, resource_pools=POOLS))
    go_to(qtbot, dialog, "Resource pools")
    qtbot.mouseClick(child(dialog, "settings_add_pool"), LEFT)
    name = child(dialog, "settings_pool_name")
    assert isinstance(name, QLineEdit)
    assert name.hasFocus()
    qtbot.keyClicks(name, "Test & more")
    pick(qtbot, dialog, "settings_pool_cpu", "High")
    pools = child(dialog, "settings_pools")
    assert isinstance(pools, QTreeWidget)
    assert [pools.topLevelItem(row).text(0) for row in range(3)] == ["Production", "Batch", "Test & more"]
    first = pools.topLevelItem(0)
    qtbot.mouseClick(pools.viewport(), LEFT, pos=pools.visualItemRect(first).center())
    assert name.text() == "Production"
    qtbot.mouseClick(child(dialog, "settings_remove_pool"), LEFT)
    assert "The resource pool Production goes" in follows(dialog)
    assert "1 virtual machine moves up" in follows(dialog)
    confirm(qtbot, dialog)
    found = cluster(dialog)
    assert [pool.name for pool in found.resource_pools] == ["Batch", "Test & more"]
    assert found.resource_pools[1].cpu.shares_level == "high"
    assert len({pool.id for pool in found.resource_pools}) == 2
    assert found.hosts[0].vms[0].resource_pool is None
    assert dialog.document.undo_stack.count() == 1


def test_a_pool_without_a_name_disables_ok(qtbot: QtBot, start: Start) -> None:
    dialog = start(plan(member(1, NEHALEM), drs=DRS, resource_pools=POOLS))
    go_to(qtbot, dialog, "Resource pools")
    type_over(qtbot, dialog, "settings_pool_name", "")
    assert not dialog.ok.isEnabled()
    type_over(qtbot, dialog, "settings_pool_name", "Production 2")
    assert dialog.ok.isEnabled()


def test_pages_are_reached_by_keys(qtbot: QtBot, start: Start) -> None:
    dialog = start(three_hosts(drs=DRS))
    side = child(dialog, "settings_pages")
    assert side.hasFocus()
    seen = [dialog.current.title()]
    for _ in range(5):
        qtbot.keyClick(side, Qt.Key.Key_Down)
        seen.append(dialog.current.title())
    # vSphere HA is off: its page is passed over.
    assert seen[:3] == ["Name and features", "vSphere DRS", "Resource pools"]
    assert seen[-1] == "Swapfile location"


def test_what_was_changed_is_marked(qtbot: QtBot, start: Start) -> None:
    dialog = start(three_hosts(drs=DRS))
    go_to(qtbot, dialog, "Swapfile location")
    tick(qtbot, dialog, "swap_hostLocal")
    side = child(dialog, "settings_pages")
    assert isinstance(side, QListWidget)
    tips = {side.item(row).text(): side.item(row).toolTip() for row in range(side.count())}
    assert tips["Swapfile location"] == "Swapfile location: changed"
    assert tips["vSphere DRS"] == "vSphere DRS: as it was"
    assert tips["vSphere HA"] == "vSphere HA is off."


def test_hosts_with_one_processor_are_one_row(qtbot: QtBot, start: Start) -> None:
    dialog = start(three_hosts(), "evc_mode")
    rows = child(dialog, "evc_hosts")
    assert isinstance(rows, QTreeWidget)
    assert [rows.topLevelItem(row).text(0) for row in range(rows.topLevelItemCount())] == [
        "esx-01, esx-02",
        "esx-03",
    ]
    choose_mode(qtbot, dialog, "Nehalem")
    assert [rows.topLevelItem(row).text(3) for row in range(2)] == [
        "sets the mode, one of 2",
        "hides AES, PCLMULQDQ",
    ]
    assert rows.topLevelItem(0).text(2) == "Nehalem"


def test_who_does_not_allow_the_mode_leaves_nobody_to_set_it(qtbot: QtBot, start: Start) -> None:
    before = plan(member(1, MEROM), member(2, PENRYN), member(3, WESTMERE), evc_mode="intel-merom")
    dialog = start(before, "evc_mode")
    choose_mode(qtbot, dialog, "Penryn")
    rows = child(dialog, "evc_hosts")
    assert isinstance(rows, QTreeWidget)
    words = [rows.topLevelItem(row).text(3) for row in range(3)]
    assert words[:2] == ["lacks SSE41", "its highest mode"]


def test_in_rehearse_a_refusal_keeps_the_dialog_open(qtbot: QtBot, start: Start) -> None:
    vms = [replace(under_merom(n), power_on_evc_mode="intel-nehalem") for n in (1, 2)]
    before = plan(
        member(1, NEHALEM, *vms), exists=True, present_evc_mode="intel-nehalem", evc_mode="intel-nehalem"
    )
    dialog = start(before, "evc_mode", rehearse=True)
    shown = dialog.document.plan
    choose_mode(qtbot, dialog, "Merom")
    assert dialog.ok.isEnabled()
    assert "vCenter would refuse this now." in dialog.reason.text()
    with qtbot.waitSignal(dialog.document.refused):
        confirm(qtbot, dialog)
    assert dialog.isVisible()
    assert dialog.document.plan is shown
    assert dialog.reason.isVisible()


def test_there_must_be_such_a_cluster(qtbot: QtBot) -> None:
    document = Document()
    document.new(three_hosts())
    with pytest.raises(KeyError):
        EditSettingsDialog(document, "host-1")


@pytest.fixture(params=["light", "dark"])
def look(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    theme().set_mode(request.param)
    yield request.param
    theme().set_mode("system")


def test_a_small_window_shows_every_page(qtbot: QtBot, start: Start, look: str) -> None:
    dialog = start(three_hosts(drs=DRS, ha=HA, dpm=DPM))
    dialog.resize(1000, 640)
    for page in dialog.pages:
        go_to(qtbot, dialog, page.title())
        assert dialog.current is page
        assert page.isVisible()
        assert dialog.width() <= 1000
        assert dialog.ok.visibleRegion().boundingRect().height() == dialog.ok.height()


def test_in_a_large_cluster_ok_waits_for_what_was_typed_last(qtbot: QtBot, start: Start) -> None:
    hosts = tuple(member(number, NEHALEM) for number in range(1, 502))
    dialog = start(plan(*hosts, drs=DRS))
    type_over(qtbot, dialog, "cluster_name", "Large")
    confirm(qtbot, dialog)
    assert cluster(dialog).name == "Large"
    assert dialog.document.undo_stack.undoText() == "Edit settings of Cluster A: name Large"
    second = start(dialog.document.plan)
    type_over(qtbot, second, "cluster_name", "")
    confirm(qtbot, second)
    assert second.isVisible()
    assert cluster(second).name == "Large"
    tick(qtbot, second, "drs_enabled")
    qtbot.waitUntil(lambda: "DRS is switched off" in follows(second))

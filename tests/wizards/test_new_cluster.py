"""The New Cluster wizard, driven as a user would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLineEdit, QTreeWidget, QWizard
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.plan import edits, storage
from flexgui.plan.values import Plan
from flexgui.resources import resource_path
from flexgui.wizards.new_cluster import NewClusterWizard
from tests.driving import child, drop, enabled, go, press, reason, tick, type_over
from tests.processors import cpuid_raw, features_of, leaves_with

pytestmark = pytest.mark.usefixtures("no_threads")

Start = Callable[[Plan], NewClusterWizard]


def standalone(release: str = "4.1") -> Plan:
    """The sample's four hosts, standalone in their datacenter."""
    sample = storage.load(resource_path("samples", "paper.flexplan.json"))
    cluster = sample.datacenters[0].clusters[0]
    moved = edits.move_hosts(sample, [host.id for host in cluster.hosts], sample.datacenters[0].id)
    return replace(edits.remove(moved, cluster.id), release=release)


@pytest.fixture
def start(qtbot: QtBot) -> Start:
    """Opens the wizard on a plan."""

    def opened(plan: Plan) -> NewClusterWizard:
        document = Document()
        document.new(plan)
        wizard = NewClusterWizard(document)
        document.setParent(wizard)
        qtbot.addWidget(wizard)
        wizard.show()
        qtbot.waitExposed(wizard)
        return wizard

    return opened


def test_from_an_empty_plan_to_a_cluster_in_one_edit(qtbot: QtBot, start: Start) -> None:
    wizard = start(Plan(release="5.5"))
    document = wizard.document
    type_over(qtbot, wizard, "datacenter_name", "Milano")
    go(qtbot, wizard, "Name and features")
    type_over(qtbot, wizard, "cluster_name", "Cluster A")
    tick(qtbot, wizard, "drs_enabled")
    go(qtbot, wizard, "Ready to complete")
    asked: list[str] = []
    wizard.add_hosts_requested.connect(asked.append)
    press(qtbot, wizard, "Finish")
    (datacenter,) = document.plan.datacenters
    assert (datacenter.name, datacenter.clusters[0].name) == ("Milano", "Cluster A")
    assert datacenter.clusters[0].drs.enabled
    assert datacenter.clusters[0].evc_mode is None
    assert asked == [datacenter.clusters[0].id]
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.plan.datacenters == ()


def test_cancel_leaves_no_trace(qtbot: QtBot, start: Start) -> None:
    plan = standalone()
    wizard = start(plan)
    go(qtbot, wizard, "VMware EVC")
    press(qtbot, wizard, "Cancel")
    assert wizard.document.plan is plan
    assert wizard.document.undo_stack.count() == 0


def test_back_keeps_everything_typed(qtbot: QtBot, start: Start) -> None:
    wizard = start(standalone())
    go(qtbot, wizard, "Name and features")
    type_over(qtbot, wizard, "cluster_name", "Kept")
    tick(qtbot, wizard, "ha_enabled")
    go(qtbot, wizard, "vSphere HA")
    tick(qtbot, wizard, "ha_policy_resources")
    for _ in range(2):
        press(qtbot, wizard, "Back")
    assert wizard.currentPage().title() == "Datacenter"
    go(qtbot, wizard, "vSphere HA")
    name = child(wizard, "cluster_name")
    assert isinstance(name, QLineEdit)
    assert name.text() == "Kept"
    policy = child(wizard, "ha_policy_resources")
    assert isinstance(policy, QAbstractButton)
    assert policy.isChecked()


@pytest.mark.parametrize(("name", "says"), [("", "name"), ("   ", "name"), ("x" * 81, "80"), ("milano", "")])
def test_a_bad_name_blocks_next_and_says_why(name: str, says: str, qtbot: QtBot, start: Start) -> None:
    wizard = start(Plan(release="5.5"))
    type_over(qtbot, wizard, "datacenter_name", name)
    page = wizard.steps()[0]
    if says:
        assert not enabled(wizard)
        assert says in page.reason.text()
        assert says in wizard.button(QWizard.WizardButton.NextButton).toolTip()
    else:
        assert enabled(wizard)
        assert page.reason.text() == ""


def test_a_name_with_quotes_is_fine(qtbot: QtBot, start: Start) -> None:
    wizard = start(Plan(release="5.5"))
    go(qtbot, wizard, "Name and features")
    type_over(qtbot, wizard, "cluster_name", "Prod \"A\" 'b'")
    assert enabled(wizard)


def test_pages_appear_only_when_they_apply(qtbot: QtBot, start: Start) -> None:
    wizard = start(standalone())
    go(qtbot, wizard, "Name and features")
    titles = {page.title(): page.applies_not() for page in wizard.steps()}
    assert titles["vSphere HA"]
    assert titles["vSphere DRS"]
    assert titles["Power management"]
    press(qtbot, wizard, "Next")
    assert wizard.currentPage().title() == "VMware EVC"
    press(qtbot, wizard, "Back")
    tick(qtbot, wizard, "drs_enabled")
    press(qtbot, wizard, "Next")
    assert wizard.currentPage().title() == "vSphere DRS"
    press(qtbot, wizard, "Next")
    assert wizard.currentPage().title() == "Power management"


def test_in_virtualcenter_25_evc_comes_later(qtbot: QtBot, start: Start) -> None:
    wizard = start(standalone("2.5u2"))
    go(qtbot, wizard, "Swapfile location")
    evc = next(page for page in wizard.steps() if page.title() == "VMware EVC")
    assert "figs. 16, 17" in evc.applies_not()


def test_the_highest_common_mode_is_preselected_with_its_reason(qtbot: QtBot, start: Start) -> None:
    wizard = start(standalone())
    go(qtbot, wizard, "VMware EVC")
    modes = child(wizard, "evc_modes")
    assert isinstance(modes, QTreeWidget)
    (chosen,) = modes.selectedItems()
    assert "Merom" in chosen.text(0)
    advice = wizard.currentPage().choice.advice.text()  # type: ignore[attr-defined]
    assert "Merom" in advice
    assert "esx-01 sets the mode" in advice
    assert "4 of 4" in chosen.text(1)
    assert modes.headerItem().text(2) == "Lost against best"
    assert chosen.text(2) == "nothing: the best"
    assert "compared with it" in chosen.toolTip(2)
    higher = modes.itemAbove(chosen)
    assert higher.text(2) == "–"
    assert "Not all hosts allow this mode" in higher.toolTip(2)


def test_the_paper_is_named_at_the_foot_of_a_page_not_in_its_question(qtbot: QtBot, start: Start) -> None:
    wizard = start(standalone())
    go(qtbot, wizard, "VMware EVC")
    page: Any = wizard.currentPage()
    assert "paper" not in page.subTitle()
    assert page.source.isVisibleTo(page)
    assert page.source.text() == "Intel's paper, fig. 27"


def test_a_mode_too_high_blocks_next_until_the_host_is_left_out(qtbot: QtBot, start: Start) -> None:
    wizard = start(standalone())
    go(qtbot, wizard, "VMware EVC")
    modes, candidates = child(wizard, "evc_modes"), child(wizard, "evc_candidates")
    assert isinstance(modes, QTreeWidget)
    assert isinstance(candidates, QTreeWidget)
    (penryn,) = modes.findItems("Penryn", Qt.MatchFlag.MatchContains)
    qtbot.mouseClick(modes.viewport(), Qt.MouseButton.LeftButton, pos=modes.visualItemRect(penryn).center())
    page = wizard.steps()[5]
    assert not enabled(wizard)
    assert "SSE41" in page.reason.text()
    assert "esx-01" in page.reason.text()
    row = candidates.visualItemRect(candidates.topLevelItem(0))
    qtbot.mouseClick(
        candidates.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(row.left() + 10, row.center().y())
    )
    assert not wizard.draft.candidates[0].ticked
    assert enabled(wizard)
    go(qtbot, wizard, "Ready to complete")
    press(qtbot, wizard, "Finish")
    assert wizard.document.plan.datacenters[0].clusters[0].evc_mode == "intel-penryn"


def test_captures_are_weighed_right_there(
    qtbot: QtBot, start: Start, captures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard = start(Plan(release="5.5"))
    go(qtbot, wizard, "VMware EVC")
    modes = child(wizard, "evc_modes")
    assert isinstance(modes, QTreeWidget)
    assert not modes.selectedItems()
    bad = tmp_path / "bad.txt"
    bad.write_text("no capture at all")
    files = [str(captures / "libvirt/x86_64-cpuid-Xeon-E7-4830.xml"), str(bad)]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args, **_kw: (files, ""))
    qtbot.mouseClick(child(wizard, "evc_add_capture"), Qt.MouseButton.LeftButton)
    (chosen,) = modes.selectedItems()
    assert "Westmere" in chosen.text(0)
    assert "bad.txt" in wizard.currentPage().trouble.text()  # type: ignore[attr-defined]
    assert [c.captured for c in wizard.draft.candidates] == [True]


def test_a_folder_is_weighed_by_button_and_drop(
    qtbot: QtBot, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard = start(Plan(release="6.7"))
    go(qtbot, wizard, "VMware EVC")
    page = wizard.currentPage()
    for number, mode in enumerate(("intel-nehalem", "intel-westmere")):
        capture = cpuid_raw([leaves_with(features_of(mode))])
        (tmp_path / f"esx-{number}.txt").write_text(capture)
    (tmp_path / "notes.txt").write_text("no capture at all")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    qtbot.mouseClick(child(wizard, "evc_add_folder"), Qt.MouseButton.LeftButton)
    assert [c.host.label for c in wizard.draft.candidates] == ["esx-0", "esx-1"]
    assert page.trouble.text().startswith("notes.txt: ")  # type: ignore[attr-defined]
    assert page.trouble.severity() == "warning"  # type: ignore[attr-defined]
    (chosen,) = child(wizard, "evc_modes").selectedItems()  # type: ignore[attr-defined]
    assert "Nehalem" in chosen.text(0)
    drop(page, tmp_path / "esx-1.txt")
    assert [c.host.label for c in wizard.draft.candidates] == ["esx-0", "esx-1"]  # it is weighed already
    other = tmp_path / "esx-2.txt"
    other.write_text((tmp_path / "esx-1.txt").read_text())
    drop(page, other)
    assert [c.host.label for c in wizard.draft.candidates] == ["esx-0", "esx-1", "esx-2"]


def test_two_makers_under_evc_are_refused(
    qtbot: QtBot, start: Start, captures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard = start(standalone())
    go(qtbot, wizard, "VMware EVC")
    files = [str(captures / "libvirt/x86_64-cpuid-Opteron-2350.xml")]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args, **_kw: (files, ""))
    qtbot.mouseClick(child(wizard, "evc_add_capture"), Qt.MouseButton.LeftButton)
    assert not enabled(wizard)
    assert wizard.steps()[5].reason.text()


def test_todos_never_block_and_are_listed_before_you_start(qtbot: QtBot, start: Start) -> None:
    plan = standalone()
    host = plan.datacenters[0].hosts[3]
    plan = edits.set_fields(plan, host.id, xd="disabled")
    wizard = start(plan)
    go(qtbot, wizard, "Ready to complete")
    page = wizard.steps()[-1]
    assert any("esx-04" in text for text in page.todos.texts())  # type: ignore[attr-defined]
    assert wizard.button(QWizard.WizardButton.FinishButton).isEnabled()


def test_what_is_to_be_done_of_several_hosts_alike_is_said_once(qtbot: QtBot, start: Start) -> None:
    plan = standalone()
    for host in plan.datacenters[0].hosts[1:]:
        plan = edits.set_fields(plan, host.id, xd="disabled")
    wizard = start(plan)
    go(qtbot, wizard, "Ready to complete")
    page: Any = wizard.steps()[-1]
    said = [text for text in page.todos.texts() if "XD" in text]
    assert len(said) == 1
    assert plan.datacenters[0].hosts[1].label in said[0]
    assert said[0].endswith("The same of 2 more.")


def test_ticked_hosts_come_in_and_nothing_else_is_asked_for(qtbot: QtBot, start: Start) -> None:
    wizard = start(standalone())
    asked: list[str] = []
    wizard.add_hosts_requested.connect(asked.append)
    go(qtbot, wizard, "Ready to complete")
    press(qtbot, wizard, "Finish")
    (datacenter,) = wizard.document.plan.datacenters
    assert len(datacenter.clusters[0].hosts) == 4
    assert asked == []
    wizard.document.undo_stack.undo()
    assert len(wizard.document.plan.datacenters[0].hosts) == 4


def test_ticked_hosts_stay_where_they_are_if_that_is_chosen(qtbot: QtBot, start: Start) -> None:
    wizard = start(standalone())
    go(qtbot, wizard, "Ready to complete")
    tick(qtbot, wizard, "move_hosts")
    press(qtbot, wizard, "Finish")
    assert len(wizard.document.plan.datacenters[0].hosts) == 4


def test_where_evc_comes_later_no_host_comes_in_by_itself(qtbot: QtBot, start: Start) -> None:
    wizard = start(edits.set_release(standalone(), "2.5u2"))
    asked: list[str] = []
    wizard.add_hosts_requested.connect(asked.append)
    go(qtbot, wizard, "Ready to complete")
    press(qtbot, wizard, "Finish")
    assert len(wizard.document.plan.datacenters[0].hosts) == 4
    assert asked == []


def test_a_share_of_nothing_can_be_typed_and_is_answered(qtbot: QtBot, start: Start) -> None:
    wizard = start(Plan(release="5.5"))
    type_over(qtbot, wizard, "datacenter_name", "Milano")
    go(qtbot, wizard, "Name and features")
    tick(qtbot, wizard, "ha_enabled")
    go(qtbot, wizard, "vSphere HA")
    tick(qtbot, wizard, "ha_policy_resources")
    box = child(wizard, "ha_cpu_percent")
    box.setFocus()
    box.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(box, "0")
    assert "0 %" in reason(wizard)
    assert not enabled(wizard)


def test_a_host_of_which_nothing_is_known_leaves_no_mode_certain(qtbot: QtBot, start: Start) -> None:
    plan = standalone()
    host = plan.datacenters[0].hosts[3]
    wizard = start(edits.set_fields(plan, host.id, cpu=None))
    go(qtbot, wizard, "VMware EVC")
    page = next(each for each in wizard.steps() if each.title() == "VMware EVC")
    choice = page.choice  # type: ignore[attr-defined]
    assert "No mode fits all 4 hosts for certain" in choice.advice.text()
    assert "Merom" in choice.advice.text()
    assert choice.collect.text().startswith(f"{host.label}: the processor is not known.")
    untick = page.candidates.topLevelItem(3)  # type: ignore[attr-defined]
    untick.setCheckState(0, Qt.CheckState.Unchecked)
    assert "Merom" in choice.advice.text()
    assert "all 3 hosts allow" in choice.advice.text()
    assert choice.collect.text() == ""

"""Another release of vCenter: what it does to the plan is shown before it is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from flexgui.plan import edits
from flexgui.plan.values import Plan, VirtualMachine
from flexgui.views.main_window import MainWindow
from flexgui.views.release_combo import ReleaseMenu
from flexgui.views.release_dialog import ReleaseDialog
from flexgui.widgets.theme import theme
from tests.driving import LEFT, pick_in
from tests.views.plans import small_plan


def with_clusters_mode(key: str, release: str = "5.5") -> Plan:
    return replace(edits.set_fields(small_plan(), "domain-c2", evc_mode=key), release=release)


def shown(window: MainWindow) -> ReleaseDialog | None:
    return next((found for found in window.findChildren(ReleaseDialog) if found.isVisible()), None)


def asked(window: MainWindow) -> ReleaseDialog:
    found = shown(window)
    assert found is not None
    return found


def choose(qtbot: QtBot, box: QComboBox, name: str) -> None:
    """Pick an entry from the open list, with the keys."""
    box.setFocus()
    number = box.findText(name, Qt.MatchFlag.MatchStartsWith)
    box.showPopup()
    view = box.view()
    view.setCurrentIndex(view.model().index(number, 0))
    qtbot.keyClick(view, Qt.Key.Key_Return)


def press(qtbot: QtBot, dialog: ReleaseDialog, which: str) -> None:
    (button,) = (b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == which)
    qtbot.mouseClick(button, LEFT)


def test_what_becomes_invalid_is_shown_and_accepted_in_one_step(qtbot: QtBot, window: MainWindow) -> None:
    document = window.document
    document.new(with_clusters_mode("intel-westmere"))
    choose(qtbot, window.release, "VirtualCenter 2.5")
    dialog = asked(window)
    assert document.plan.release == "5.5"
    assert window.release.currentData() == "5.5"
    assert "lacks the EVC mode of 1 cluster: Cluster A (Westmere)" in dialog.panel.texts("follows")[0]
    assert dialog.panel.texts("follows")[0].startswith("Error: ")
    assert dialog.counts["come"].startswith("5 × Error")
    comes = dialog.panel.texts("comes")
    severities = [text.partition(":")[0] for text in comes]
    assert severities == sorted(severities, key=["Error", "To do", "Warning", "Information"].index)
    assert any("cannot manage" in text for text in comes)
    press(qtbot, dialog, "Change Release")
    assert shown(window) is None
    assert document.plan.release == "2.5u2"
    assert window.release.currentData() == "2.5u2"
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText().startswith("Change vCenter release to VirtualCenter 2.5")
    window.actions_["undo"].trigger()
    assert document.plan.release == "5.5"
    assert window.release.currentData() == "5.5"


def test_cancel_returns_to_the_old_release(qtbot: QtBot, window: MainWindow) -> None:
    before = window.document.plan
    choose(qtbot, window.release, "VirtualCenter 2.5")
    qtbot.keyClick(asked(window), Qt.Key.Key_Escape)
    assert shown(window) is None
    assert window.document.plan is before
    assert window.document.undo_stack.count() == 0
    assert window.release.currentData() == "5.5"


def test_findings_that_go_are_shown(qtbot: QtBot, window: MainWindow) -> None:
    window.document.new(with_clusters_mode("intel-merom", "2.5u2"))
    choose(qtbot, window.release, "vSphere 5.5")
    dialog = asked(window)
    assert "Error" in dialog.counts["go"]
    assert any("cannot manage" in text for text in dialog.panel.texts("goes"))
    assert any("more is offered" in t or "more are offered" in t for t in dialog.panel.texts("follows"))


def test_nothing_is_asked_where_nothing_changes(qtbot: QtBot, window: MainWindow) -> None:
    window.document.new(Plan(release="5.5"))
    for key in ("VirtualCenter 2.5", "vSphere 9.0"):
        choose(qtbot, window.release, key)
        assert shown(window) is None
    assert window.document.plan.release == "9.0"
    assert window.document.undo_stack.count() == 2


def test_the_release_that_it_has_is_no_change(qtbot: QtBot, window: MainWindow) -> None:
    choose(qtbot, window.release, "vSphere 5.5")
    assert shown(window) is None
    assert window.document.undo_stack.count() == 0


def test_by_keys_alone(qtbot: QtBot, window: MainWindow) -> None:
    window.document.new(with_clusters_mode("intel-westmere", "4.0u1"))
    window.release.setFocus()
    qtbot.keyClick(window.release, Qt.Key.Key_Down)
    dialog = asked(window)
    assert dialog.change.release == "4.0"
    qtbot.keyClick(dialog.ok, Qt.Key.Key_Return)
    assert window.document.plan.release == "4.0"


def test_from_the_menu(qtbot: QtBot, window: MainWindow) -> None:
    (menu,) = window.findChildren(ReleaseMenu)

    def entry(key: str) -> QAction:
        return next(action for action in menu.actions() if action.data() == key)

    menu.aboutToShow.emit()
    assert entry("5.5").isChecked()
    entry("2.5u2").trigger()
    dialog = asked(window)
    assert dialog.parentWidget() is window
    menu.aboutToShow.emit()
    assert entry("5.5").isChecked()
    dialog.reject()
    entry("2.5u2").trigger()
    press(qtbot, asked(window), "Change Release")
    menu.aboutToShow.emit()
    assert entry("2.5u2").isChecked()


def test_from_the_page_of_the_plan(qtbot: QtBot, window: MainWindow) -> None:
    window.select("")
    page = window.page()
    assert page is not None
    box = page.fields.widgets["release"]
    assert isinstance(box, QComboBox)
    choose(qtbot, box, "VirtualCenter 2.5")
    asked(window).reject()
    assert box.currentData() == "5.5"


def test_many_findings_alike_are_told_once(qtbot: QtBot, window: MainWindow) -> None:
    plan = small_plan()
    hosts = tuple(
        replace(plan.datacenters[0].hosts[0], id=f"host-{number}", address=f"10.0.1.{number}", name="")
        for number in range(50, 60)
    )
    window.document.new(edits.add_objects(plan, (), {}, {"datacenter-1": hosts}))
    choose(qtbot, window.release, "VirtualCenter 2.5")
    comes = asked(window).panel.texts("comes")
    errors = [text for text in comes if "cannot manage" in text]
    assert len(errors) == 1
    assert "(13 more findings like it)" in errors[0]


def test_muted_findings_are_not_told(qtbot: QtBot, window: MainWindow) -> None:
    machine = VirtualMachine(id="vm-90", name="bt", virtual_exec_usage="hvOff")
    plan = edits.add_vm(small_plan(), "host-9", machine)
    window.document.new(plan)
    choose(qtbot, window.release, "vSphere 6.7")
    dialog = asked(window)
    assert any("binary translation; 1 VM" in text for text in dialog.panel.texts("follows"))
    rules = {finding.rule: finding.subject.object_id for finding in dialog.change.gained}
    dialog.reject()
    muted = plan
    for finding in dialog.change.gained:
        muted = edits.mute(muted, finding.rule, finding.subject.object_id, "known")
    window.document.new(muted)
    choose(qtbot, window.release, "vSphere 6.7")
    left = {f.rule for f in asked(window).change.gained if f.severity.value != "error"}
    assert not left & rules.keys()


@pytest.fixture(params=["light", "dark"])
def look(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    theme().set_mode(request.param)
    yield request.param
    theme().set_mode("system")


def test_the_buttons_fit_a_small_window(qtbot: QtBot, window: MainWindow, look: str) -> None:
    choose(qtbot, window.release, "VirtualCenter 2.5")
    dialog = asked(window)
    dialog.resize(560, 360)
    assert dialog.width() == 560
    assert dialog.ok.visibleRegion().boundingRect().size() == dialog.ok.size()


def test_arrow_keys_change_a_plan_without_findings_at_once(qtbot: QtBot, window: MainWindow) -> None:
    window.document.new(Plan(release="2.5u2"))
    pick_in(qtbot, window.release, "vSphere 7.0 Update 2")
    assert window.document.plan.release == "7.0u2"

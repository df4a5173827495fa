from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QListWidget, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from flexgui.document import Findings
from flexgui.plan import edits
from flexgui.plan.inventory import find
from flexgui.plan.values import Cluster, HighAvailability
from flexgui.rules.check import check
from flexgui.rules.finding import Finding, Severity
from flexgui.views.cluster_page import ClusterPage
from flexgui.views.main_window import MainWindow
from flexgui.views.mute_dialog import MuteDialog
from tests.rules.cases import Fires
from tests.rules.test_rules import FIRES
from tests.views.plans import small_plan

FAILOVER = HighAvailability(enabled=True, admission_control_policy="failoverHosts")


def click_row(qtbot: QtBot, window: MainWindow, rule: str, *, twice: bool = False) -> Finding:
    """Click the first finding of a rule in the list."""
    view, model = window.findings.view, window.findings.model
    finding = next(finding for finding in model.findings() if finding.rule == rule)
    (number,) = model.rows_of([finding])
    index = model.index(number, 0)
    view.scrollTo(index)
    where = view.visualRect(index).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    if twice:
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    return finding


def button(window: MainWindow, text: str) -> QToolButton:
    buttons = [b for b in window.findings.findChildren(QToolButton) if b.defaultAction() is not None]
    (found,) = (b for b in buttons if b.defaultAction().iconText() == text)
    return found


def click(qtbot: QtBot, target: QWidget) -> None:
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton)


def cluster_of(window: MainWindow) -> Cluster:
    place = find(window.document.plan, "domain-c2")
    assert place is not None
    assert isinstance(place.object, Cluster)
    return place.object


# --- to the field


def field_is_reached(window: MainWindow, case: Fires) -> bool:
    """Whether the page of the case's object has an editor that is in sight and takes the focus."""
    window.document.new(case.plan)
    assert window.select(case.object_id)
    page = window.page()
    assert page is not None
    if not page.show_field(case.field):
        return False
    focused = QApplication.focusWidget()
    return focused is not None and page.isAncestorOf(focused) and focused.isVisible() and focused.isEnabled()


def test_every_finding_leads_to_an_editor(window: MainWindow) -> None:
    fields = {(case.rule, case.object_id, case.field): case for case in FIRES}
    lost = {key for key, case in fields.items() if not field_is_reached(window, case)}
    assert not lost


@pytest.mark.parametrize(
    ("rule", "editor", "name"),
    [
        ("ha.percentage", QSpinBox, "Failover CPU capacity"),
        ("drs.dpm-without-drs", QCheckBox, ""),
        ("ha.failover-host", QListWidget, "Failover hosts"),
    ],
)
def test_a_finding_about_settings_leads_to_them(
    qtbot: QtBot, window: MainWindow, rule: str, editor: type[QWidget], name: str
) -> None:
    case = next(case for case in FIRES if case.rule == rule)
    window.document.new(case.plan)
    click_row(qtbot, window, rule, twice=True)
    focused = QApplication.focusWidget()
    assert isinstance(focused, editor)
    assert focused.accessibleName() == name
    assert focused.isVisible()


def test_a_finding_about_what_hosts_have_leads_to_the_hosts(qtbot: QtBot, window: MainWindow) -> None:
    case = next(case for case in FIRES if case.rule == "drs.networks")
    window.document.new(case.plan)
    click_row(qtbot, window, "drs.networks")
    click(qtbot, button(window, "Show"))
    assert window.inventory.current_id() == case.object_id
    page = window.page()
    assert isinstance(page, ClusterPage)
    assert page.hosts.view.hasFocus()


# --- failover hosts


def failover_list(window: MainWindow) -> QListWidget:
    window.document.edit("x", lambda p: edits.set_fields(p, "domain-c2", ha=FAILOVER))
    window.select("domain-c2")
    page = window.page()
    assert page is not None
    assert page.show_field("ha.failover_hosts")
    found = page.fields.widgets["ha.failover_hosts"]
    assert isinstance(found, QListWidget)
    return found


def tick(qtbot: QtBot, hosts: QListWidget, row: int) -> None:
    where = hosts.visualItemRect(hosts.item(row))
    qtbot.mouseClick(
        hosts.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(where.left() + 8, where.center().y()),
    )


def test_failover_hosts_are_ticked_one_step_of_undo_each(qtbot: QtBot, window: MainWindow) -> None:
    hosts = failover_list(window)
    assert [hosts.item(n).text() for n in range(hosts.count())] == ["esx-05", "esx-06", "esx-07"]
    assert "ha.failover-host" in {f.rule for f in window.document.findings.all}
    steps = window.document.undo_stack.count()
    tick(qtbot, hosts, 1)
    tick(qtbot, hosts, 2)
    assert cluster_of(window).ha.failover_hosts == ("host-6", "host-7")
    assert window.document.undo_stack.count() == steps + 2
    assert window.document.undo_stack.undoText() == "Change failover hosts"
    assert "ha.failover-host" not in {f.rule for f in window.document.findings.all}
    window.document.undo_stack.undo()
    assert cluster_of(window).ha.failover_hosts == ("host-6",)
    assert hosts.item(2).checkState() == Qt.CheckState.Unchecked
    for key in (Qt.Key.Key_End, Qt.Key.Key_Space):
        qtbot.keyClick(hosts, key)
    assert cluster_of(window).ha.failover_hosts == ("host-6", "host-7")


def test_failover_hosts_from_elsewhere_can_be_taken_off(qtbot: QtBot, window: MainWindow) -> None:
    hosts = failover_list(window)
    outside = replace(FAILOVER, failover_hosts=("host-9", "host-99", "host-5"))
    window.document.edit("x", lambda p: edits.set_fields(p, "domain-c2", ha=outside))
    texts = [hosts.item(n).text() for n in range(hosts.count())]
    assert texts[3:] == ["esx-09 (not in this cluster)", "host-99 (not in the plan)"]
    tick(qtbot, hosts, 4)
    assert cluster_of(window).ha.failover_hosts == ("host-5", "host-9")
    tick(qtbot, hosts, 3)
    assert cluster_of(window).ha.failover_hosts == ("host-5",)
    assert hosts.count() == 3


def test_failover_hosts_say_why_they_are_disabled(window: MainWindow) -> None:
    hosts = failover_list(window)
    slots = replace(FAILOVER, admission_control_policy="slots")
    window.document.edit("x", lambda p: edits.set_fields(p, "domain-c2", ha=slots))
    assert not hosts.isEnabled()
    assert "Another admission control policy" in hosts.toolTip()


# --- muting

MUTED = "evc.vm-suspended"


def dialog_of(window: MainWindow) -> MuteDialog:
    (dialog,) = window.findings.findChildren(MuteDialog)
    return dialog


def test_a_finding_is_muted_with_a_reason_and_counted_again(qtbot: QtBot, window: MainWindow) -> None:
    findings, stack = window.findings, window.document.undo_stack
    before = findings.toggles["todo"].accessibleName()
    found = click_row(qtbot, window, MUTED)
    click(qtbot, button(window, "Mute…"))
    dialog = dialog_of(window)
    assert not dialog.mute.isEnabled()
    assert dialog.mute.toolTip()
    qtbot.keyClicks(dialog.line, "  ")
    assert not dialog.mute.isEnabled()
    qtbot.keyClicks(dialog.line, "resumed next week")
    click(qtbot, dialog.mute)
    (muted,) = window.document.plan.muted
    assert (muted.rule, muted.object, muted.reason) == (MUTED, found.subject.object_id, "resumed next week")
    assert stack.count() == 1
    assert stack.undoText() == "Mute finding"
    assert findings.toggles["todo"].accessibleName() != before
    assert findings.toggles["muted"].accessibleName() == "Muted: 1"

    row = click_row(qtbot, window, MUTED)
    assert row.muted == "resumed next week"
    index = findings.view.currentIndex()
    assert "muted" in index.data()
    assert index.siblingAtColumn(3).data() == "Muted: resumed next week"
    grey = index.data(Qt.ItemDataRole.ForegroundRole)
    assert grey.color() == findings.palette().placeholderText().color()
    assert not button(window, "Mute…").isEnabled()

    click(qtbot, button(window, "Unmute"))
    assert window.document.plan.muted == ()
    assert stack.count() == 2
    assert findings.toggles["todo"].accessibleName() == before
    assert findings.toggles["muted"].accessibleName() == "Muted: 0"
    assert not button(window, "Unmute").isEnabled()
    stack.undo()
    assert len(window.document.plan.muted) == 1


def test_muting_can_be_left(qtbot: QtBot, window: MainWindow) -> None:
    click_row(qtbot, window, MUTED)
    click(qtbot, button(window, "Mute…"))
    dialog = dialog_of(window)
    qtbot.keyClicks(dialog.line, "because")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.document.plan.muted == ()


def test_several_findings_are_muted_at_once(qtbot: QtBot, window: MainWindow) -> None:
    rows = [found for found in window.findings.model.findings() if found.rule == "host.thumbprint"]
    assert len(rows) > 1
    selection = window.findings.view.selectionModel()
    selection.clear()
    model = window.findings.model
    for number in model.rows_of(rows):
        selection.setCurrentIndex(
            model.index(number, 0), selection.SelectionFlag.Select | selection.SelectionFlag.Rows
        )
    click(qtbot, button(window, "Mute…"))
    dialog = dialog_of(window)
    qtbot.keyClicks(dialog.line, "a laboratory")
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert {muted.object for muted in window.document.plan.muted} == {row.subject.object_id for row in rows}
    assert window.document.undo_stack.count() == 1


def test_an_error_is_not_muted(qtbot: QtBot, window: MainWindow) -> None:
    assert not button(window, "Mute…").isEnabled()
    window.document.edit("x", lambda p: edits.set_fields(p, "domain-c2", name=""))
    click_row(qtbot, window, "names.blank")
    assert not button(window, "Mute…").isEnabled()
    assert "error" in window.findings.mute_action.toolTip()


# --- grouped


def test_the_worst_of_an_object_is_that_of_all_in_it_without_the_muted() -> None:
    plan = edits.set_fields(small_plan(), "vm-21", name="")
    found = Findings.of(plan, check(plan))
    for holder in ("vm-21", "host-7", "domain-c2", "datacenter-1"):
        assert found.worst[holder] is Severity.ERROR
    assert found.worst["host-6"] is Severity.TODO
    assert [f.rule for f in found.about("vm-21")] == ["names.blank"]
    todos = {(f.rule, f.subject.object_id) for f in found.all if f.severity is Severity.TODO}
    for rule, object_id in todos:
        plan = edits.mute(plan, rule, object_id, "known")
    assert Findings.of(plan, check(plan)).worst["host-6"] is not Severity.TODO

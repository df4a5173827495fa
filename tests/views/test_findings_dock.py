"""The findings dock as it is used: filter, groups, Fix, Explain, what is muted, and the keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.plan import edits, fleet
from flexgui.plan.inventory import find
from flexgui.plan.values import Cluster, Dpm, Host, Plan
from flexgui.rules.finding import Finding
from flexgui.rules.rule import RULES
from flexgui.views.findings import finding_key
from flexgui.views.main_window import MainWindow
from flexgui.views.mute_dialog import MuteDialog
from flexgui.views.muted_dialog import MutedDialog
from flexgui.widgets.finding_text import message
from tests.views.test_findings import button, click, click_row


def shown(window: MainWindow) -> list[Finding]:
    return window.findings.model.findings()


def rows(window: MainWindow) -> list[str]:
    model = window.findings.model
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def key(qtbot: QtBot, window: MainWindow, pressed: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    """Press a key where the keyboard is."""
    held = Qt.KeyboardModifier.NoModifier
    for each in modifiers:
        held |= each
    qtbot.keyClick(QApplication.focusWidget() or window, pressed, held)


def set_dpm(window: MainWindow, *, on: bool = True) -> None:
    window.document.edit("x", lambda p: edits.set_fields(p, "domain-c2", dpm=Dpm(enabled=on)))


# --- what is listed


def test_the_filter_looks_at_words_of_message_object_and_rule(qtbot: QtBot, window: MainWindow) -> None:
    findings = window.findings
    total = len(shown(window))
    window.actions_["filter_findings"].trigger()
    assert findings.bar.filter_box.hasFocus()
    with qtbot.waitSignal(findings.arranged):
        qtbot.keyClicks(findings.bar.filter_box, "ESX-07 evc.")
    assert 0 < len(shown(window)) < total
    assert all("evc." in f.rule for f in shown(window))
    assert f"{total - len(shown(window))} hidden by the filters" in findings.summary.text()
    key(qtbot, window, Qt.Key.Key_Down)
    assert findings.view.hasFocus()
    assert findings.view.current_finding() is shown(window)[0]
    findings.focus_filter()
    with qtbot.waitSignal(findings.arranged):
        key(qtbot, window, Qt.Key.Key_Escape)
    assert len(shown(window)) == total
    assert findings.summary.text() == ""


def test_enter_in_the_filter_does_not_wait(qtbot: QtBot, window: MainWindow) -> None:
    window.findings.focus_filter()
    qtbot.keyClicks(window.findings.bar.filter_box, "suspended")
    key(qtbot, window, Qt.Key.Key_Return)
    assert {f.rule for f in shown(window)} == {"evc.vm-suspended"}
    assert window.findings.view.hasFocus()


def test_groups_have_counts_and_are_remembered(qtbot: QtBot, window: MainWindow, document: Document) -> None:
    window.findings.bar.set_grouping("severity")
    found = document.findings.all
    todo = [f for f in found if f.severity.value == "todo"]
    assert f"To do ({len(todo)})" in rows(window)
    window.findings.bar.set_grouping("rule")
    assert any(row.startswith("evc.vm-suspended (1): A suspended") for row in rows(window))
    window.findings.bar.set_grouping("object")
    assert any(row.startswith("Milano / ") for row in rows(window))
    again = MainWindow(Document())
    qtbot.addWidget(again)
    assert again.findings.bar.grouping() == "object"


def test_a_group_is_opened_and_closed_by_keys_and_by_its_arrow(qtbot: QtBot, window: MainWindow) -> None:
    findings = window.findings
    findings.bar.set_grouping("severity")
    view, model = findings.view, findings.model
    total = model.rowCount()
    view.setFocus()
    view.setCurrentIndex(model.index(0, 0))
    size = len(model.groups()[0].findings)
    key(qtbot, window, Qt.Key.Key_Left)
    assert model.rowCount() == total - size
    key(qtbot, window, Qt.Key.Key_Right)
    assert model.rowCount() == total
    key(qtbot, window, Qt.Key.Key_Down)
    key(qtbot, window, Qt.Key.Key_Left)
    assert view.currentIndex().row() == 0
    key(qtbot, window, Qt.Key.Key_Return)
    assert model.rowCount() == total - size
    at = QPoint(8, view.rowViewportPosition(0) + 4)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert model.rowCount() == total


def test_the_selection_stays_through_edits_and_other_groups(window: MainWindow) -> None:
    findings = window.findings
    chosen = next(f for f in shown(window) if f.rule == "evc.vm-suspended")
    assert findings.view.show_finding(chosen)
    for grouping in ("rule", "object", "severity", "none"):
        findings.bar.set_grouping(grouping)
        current = findings.view.current_finding()
        assert current is not None
        assert finding_key(current) == finding_key(chosen)
        set_dpm(window)
        set_dpm(window, on=False)
        current = findings.view.current_finding()
        assert current is not None
        assert finding_key(current) == finding_key(chosen)


def test_columns_are_sorted_within_groups(window: MainWindow) -> None:
    header = window.findings.view.horizontalHeader()
    header.setSortIndicator(2, Qt.SortOrder.DescendingOrder)
    said = [f.message().casefold() for f in shown(window)]
    assert said == sorted(said, reverse=True)
    header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    assert shown(window) == list(window.document.findings.all)


def test_large_plans_are_listed_as_small_ones_are(qtbot: QtBot, window: MainWindow) -> None:
    """More findings than are arranged at once: the list follows when the window is idle."""
    plan = fleet.make_fleet(600, 5, vms=6000)
    window.document.new(plan)
    findings = window.findings
    expected = [f for f in window.document.findings.all if "app-1" in findings.model.columns[2].text(f)]
    findings.bar.filter_box.setText("app-1")
    with qtbot.waitSignal(findings.arranged):
        findings.refresh()
    assert {id(f) for f in expected} <= {id(f) for f in shown(window)}
    assert all("app-1" in f"{f.message()} {find(plan, f.subject.object_id).path()}" for f in shown(window))  # type: ignore[union-attr]


def test_rows_are_copied_as_a_table(qtbot: QtBot, window: MainWindow) -> None:
    window.findings.bar.set_grouping("rule")
    click_row(qtbot, window, "evc.vm-suspended")
    key(qtbot, window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = QGuiApplication.clipboard().text()
    assert text.count("\t") == 3
    assert "is suspended" in text
    window.findings.view.selectAll()
    window.findings.view.copy_action.trigger()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].split("\t")[:2] == ["Severity", "Object"]
    assert len(lines) == 1 + len(window.document.findings.all)


@pytest.mark.parametrize("width", [1400, 1000, 700, 300])
def test_the_bar_has_room_at_any_width(qtbot: QtBot, window: MainWindow, width: int) -> None:
    bar = window.findings.bar
    window.findings_dock.setFloating(True)
    window.findings_dock.resize(width, 300)
    qtbot.waitUntil(lambda: abs(window.findings.width() - width) < 40)
    visible = [*bar.toggles.values(), *bar.buttons, bar.grouping_box]

    def all_have_room() -> bool:
        room = (
            w.width() >= w.minimumSizeHint().width() and bar.rect().contains(w.geometry()) for w in visible
        )
        return all(room)

    qtbot.waitUntil(all_have_room)


# --- going through them


def test_f8_goes_through_the_findings_from_anywhere(qtbot: QtBot, window: MainWindow) -> None:
    window.inventory.tree.setFocus()
    visited = []
    for _ in range(3):
        key(qtbot, window, Qt.Key.Key_F8)
        current = window.findings.view.current_finding()
        assert current is not None
        assert window.inventory.current_id() == current.subject.object_id
        assert window.statusBar().currentMessage().endswith(current.message())
        visited.append(current)
    assert visited == shown(window)[:3]
    key(qtbot, window, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert window.findings.view.current_finding() is visited[1]


def test_enter_on_a_finding_shows_its_field(qtbot: QtBot, window: MainWindow) -> None:
    set_dpm(window)
    click_row(qtbot, window, "drs.dpm-without-drs")
    key(qtbot, window, Qt.Key.Key_Return)
    focused = QApplication.focusWidget()
    page = window.page()
    assert focused is not None
    assert page is not None
    assert focused is page.fields.widgets["dpm.enabled"]


# --- fixes


def cluster(window: MainWindow) -> Cluster:
    place = find(window.document.plan, "domain-c2")
    assert place is not None
    assert isinstance(place.object, Cluster)
    return place.object


def test_fix_does_the_one_edit_under_its_name(qtbot: QtBot, window: MainWindow) -> None:
    set_dpm(window)
    before = window.document.plan
    click_row(qtbot, window, "drs.dpm-without-drs")
    name = f"Disable DPM of {cluster(window).name}"
    assert window.findings.fix_action.text() == f"&Fix: {name}"
    key(qtbot, window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    assert not cluster(window).dpm.enabled
    assert window.document.undo_stack.undoText() == name
    assert name in window.statusBar().currentMessage()
    assert "drs.dpm-without-drs" not in {f.rule for f in shown(window)}
    window.document.undo_stack.undo()
    assert window.document.plan == before


def test_what_takes_a_decision_has_no_fix(qtbot: QtBot, window: MainWindow) -> None:
    assert not button(window, "Fix").isEnabled()
    assert "Select a finding first." in window.findings.fix_action.toolTip()
    click_row(qtbot, window, "host.thumbprint")
    assert not button(window, "Fix").isEnabled()
    assert "takes a decision" in window.findings.fix_action.toolTip()


def test_all_of_a_group_are_fixed_in_one_step(qtbot: QtBot, window: MainWindow) -> None:
    ids = ("host-5", "host-6", "host-7")
    for host_id in ids:
        window.document.edit("x", lambda p, i=host_id: edits.set_fields(p, i, xd="disabled"))
    window.findings.bar.set_grouping("rule")
    model = window.findings.model
    row = model.row_of_group("host.xd-off")
    window.findings.view.setCurrentIndex(model.index(row, 0))
    steps = window.document.undo_stack.count()
    click(qtbot, button(window, "Fix"))
    assert window.document.undo_stack.count() == steps + 1
    assert window.document.undo_stack.undoText() == "Fix 3 findings"
    for host_id in ids:
        place = find(window.document.plan, host_id)
        assert place is not None
        assert isinstance(place.object, Host)
        assert place.object.xd == "enabled"


def test_of_several_only_what_can_be_is_fixed(qtbot: QtBot, window: MainWindow) -> None:
    set_dpm(window)
    window.document.edit("x", lambda p: edits.set_fields(p, "host-5", xd="disabled"))
    window.findings.view.selectAll()
    count = len(shown(window))
    click(qtbot, button(window, "Fix"))
    rules = {f.rule for f in shown(window)}
    assert "host.thumbprint" in rules
    assert not {"drs.dpm-without-drs", "host.xd-off"} & rules
    assert len(shown(window)) < count
    assert "left to decide" in window.statusBar().currentMessage()


def test_the_page_offers_the_fix_of_its_worst_finding(qtbot: QtBot, window: MainWindow) -> None:
    window.select("domain-c2")
    page = window.page()
    assert page is not None
    set_dpm(window)
    assert page.worst_line.severity() == "error"
    assert page.fix_button.isVisible()
    assert page.fix_button.accessibleName() == f"Fix: Disable DPM of {cluster(window).name}"
    click(qtbot, page.fix_button)
    assert not cluster(window).dpm.enabled
    assert page.worst_line.severity() != "error"
    assert window.statusBar().currentMessage() == f"Done: Disable DPM of {cluster(window).name}."


def test_in_a_rehearsal_vcenter_answers_a_fix(qtbot: QtBot, window: MainWindow) -> None:
    """A todo is then work to be done now, and what vCenter refuses is not called fixed."""
    document = window.document
    window.document.edit("x", lambda p: edits.set_fields(p, "host-5", xd="disabled"))
    document.set_rehearsing(True)
    click_row(qtbot, window, "host.xd-off")
    assert window.findings.fix_action.text() == "&Fix: Switch XD of esx-05 on"
    before = document.plan
    with qtbot.waitSignal(document.refused):
        window.findings.fix_action.trigger()
    assert document.plan is before
    document.edit("x", lambda p: edits.set_fields(p, "host-5", in_maintenance_mode=True))
    click_row(qtbot, window, "host.xd-off")
    window.findings.fix_action.trigger()
    assert document.plan is not before
    assert document.undo_stack.undoText() == "Switch XD of esx-05 on"


# --- explained


def explained(qtbot: QtBot, window: MainWindow, rule: str) -> str:
    if window.findings.explanation.isHidden():
        window.actions_["explain_finding"].trigger()
    click_row(qtbot, window, rule)
    return window.findings.explanation.toPlainText()


def test_the_fault_is_told_with_its_class_and_can_be_copied(qtbot: QtBot, window: MainWindow) -> None:
    text = explained(qtbot, window, "evc.vm-suspended")
    finding = window.findings.view.current_finding()
    assert finding is not None
    assert finding.fault is not None
    for part in (finding.message(), finding.advice(), finding.source, finding.fault, "vSphere fault", "Rule"):
        assert part in text
    explanation = window.findings.explanation
    assert explanation.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    assert explanation.textInteractionFlags() & Qt.TextInteractionFlag.LinksAccessibleByKeyboard
    explanation.anchorClicked.emit(QUrl(f"copy:{finding.fault}"))
    assert QGuiApplication.clipboard().text() == finding.fault
    assert finding.fault in window.statusBar().currentMessage()


def test_the_explanation_offers_the_fix(qtbot: QtBot, window: MainWindow) -> None:
    set_dpm(window)
    assert f"Disable DPM of {cluster(window).name}" in explained(qtbot, window, "drs.dpm-without-drs")
    window.findings.explanation.anchorClicked.emit(QUrl("fix"))
    assert not cluster(window).dpm.enabled


def test_an_explanation_shows_names_from_outside_as_they_are(qtbot: QtBot, window: MainWindow) -> None:
    window.document.edit("x", lambda p: edits.set_fields(p, "domain-c2", name="<b>A</b> & co"))
    set_dpm(window)
    assert "<b>A</b> & co" in explained(qtbot, window, "drs.dpm-without-drs")


def test_a_rule_is_explained_and_muted_as_a_whole(qtbot: QtBot, window: MainWindow) -> None:
    findings = window.findings
    window.actions_["explain_finding"].setChecked(True)
    findings.bar.set_grouping("rule")
    head = findings.model.index(findings.model.row_of_group("host.thumbprint"), 0)
    findings.view.setCurrentIndex(head)
    rule = RULES["host.thumbprint"]
    said = findings.explanation.toPlainText()
    assert rule.summary in said
    assert rule.source in said
    assert rule.id in said
    findings.view.setCurrentIndex(head.siblingAtRow(head.row() + 1))
    finding = findings.view.current_finding()
    assert finding is not None
    assert message(finding) in findings.explanation.toPlainText()

    findings.view.setCurrentIndex(findings.model.index(head.row(), 0))
    click(qtbot, button(window, "Mute…"))
    (dialog,) = window.findChildren(MuteDialog)
    qtbot.keyClicks(dialog.line, "a laboratory")
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    count = len(window.document.plan.muted)
    assert count > 1
    assert window.statusBar().currentMessage() == f"{count} findings are muted."
    assert f"All {count} selected findings are muted." in findings.mute_action.toolTip()


# --- muted


def test_what_is_muted_is_listed_and_counted_again(qtbot: QtBot, window: MainWindow) -> None:
    assert not window.actions_["muted_findings"].isEnabled()

    def mute(plan: Plan) -> Plan:
        return edits.mute_all(plan, [("host.thumbprint", "host-5"), ("host.power-cycle", "host-99")], "a lab")

    window.document.edit("x", mute)
    window.actions_["muted_findings"].trigger()
    (dialog,) = window.findings.findChildren(MutedDialog)
    model = dialog.model
    told = [[model.index(row, c).data() for c in range(4)] for row in range(model.rowCount())]
    assert told[0][1:3] == ["host.thumbprint", "a lab"]
    assert told[1][0] == "Not in the plan"
    assert told[1][3] == "Not found any more."
    dialog.view.selectAll()
    click(qtbot, dialog.unmute)
    assert window.document.plan.muted == ()
    assert window.document.undo_stack.undoText() == "Unmute findings"
    assert model.rowCount() == 0
    assert not dialog.unmute.isEnabled()
    dialog.reject()


def test_muted_findings_can_be_left_out(qtbot: QtBot, window: MainWindow) -> None:
    window.document.edit("x", lambda p: edits.mute(p, "host.thumbprint", "host-5", "a lab"))
    total = len(shown(window))
    click(qtbot, window.findings.toggles["muted"])
    assert len(shown(window)) == total - 1
    assert all(f.muted is None for f in shown(window))


def test_the_context_menu_offers_what_can_be_done(qtbot: QtBot, window: MainWindow) -> None:
    set_dpm(window)
    click_row(qtbot, window, "drs.dpm-without-drs")
    view = window.findings.view
    view.customContextMenuRequested.emit(view.visualRect(view.currentIndex()).center())
    (menu,) = (m for m in window.findings.findChildren(QMenu) if m.isVisible())
    texts = [action.text().replace("&", "") for action in menu.actions() if action.text()]
    assert texts[:2] == ["Show Finding", f"Fix: Disable DPM of {cluster(window).name}"]
    assert "Copy" in texts
    menu.close()


def test_every_control_has_a_name(window: MainWindow) -> None:
    bar = window.findings.bar
    for widget in (*bar.toggles.values(), *bar.buttons, bar.filter_box, bar.grouping_box):
        name = widget.text() if isinstance(widget, QToolButton) else ""
        assert widget.accessibleName() or name
        assert widget.toolTip()

"""Settings of many at once: only what is touched is changed, in one step, and the findings are foretold."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.plan import many
from flexgui.plan.inventory import find
from flexgui.wizards.edit_selected import EditSelectedDialog
from tests.driving import pick
from tests.views.plans import small_plan

HOSTS = ["host-5", "host-6", "host-7"]


@pytest.fixture
def document(qapp: object) -> Document:
    document = Document()
    document.new(many.set_fields(small_plan(), ["host-6"], esx_release="5.0"))
    return document


def opened(qtbot: QtBot, document: Document, ids: list[str]) -> EditSelectedDialog:
    dialog = EditSelectedDialog(document, ids)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def ok(dialog: EditSelectedDialog) -> object:
    return dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)


def value(document: Document, object_id: str, field: str) -> object:
    place = find(document.plan, object_id)
    assert place is not None
    return getattr(place.object, field)


def test_fields_begin_with_what_is_common_and_nothing_is_touched(qtbot: QtBot, document: Document) -> None:
    dialog = opened(qtbot, document, HOSTS)
    assert dialog.windowTitle() == "Edit 3 hosts"
    assert dialog.fields["esx_release"].currentText() == "(several values)"
    assert dialog.fields["xd"].currentText() == "Enabled"
    assert dialog.changes() == {}
    assert not ok(dialog).isEnabled()  # type: ignore[attr-defined]


def test_only_what_is_touched_is_changed_in_one_step(qtbot: QtBot, document: Document) -> None:
    dialog = opened(qtbot, document, HOSTS)
    pick(qtbot, dialog, "power_management", "iLO")
    vmotion = dialog.fields["vmotion_network"]
    vmotion.setFocus()
    vmotion.lineEdit().selectAll()
    qtbot.keyClicks(vmotion, "vmk1")
    assert dialog.changes() == {"power_management": "ilo", "vmotion_network": "vmk1"}
    qtbot.mouseClick(ok(dialog), Qt.MouseButton.LeftButton)  # type: ignore[arg-type]
    assert document.undo_stack.undoText() == "Set power management and vMotion network of 3 hosts"
    assert value(document, "host-6", "esx_release") == "5.0"
    assert value(document, "host-7", "vmotion_network") == "vmk1"
    document.undo_stack.undo()
    assert value(document, "host-7", "vmotion_network") is None


def test_going_back_to_what_was_takes_the_change_back(qtbot: QtBot, document: Document) -> None:
    dialog = opened(qtbot, document, HOSTS)
    pick(qtbot, dialog, "esx_release", "ESXi 6.0")
    assert dialog.changes() == {"esx_release": "6.0"}
    assert dialog.edit_name() == "Set ESX release of 3 hosts"
    pick(qtbot, dialog, "esx_release", "(several values)")
    assert dialog.changes() == {}


def test_the_findings_that_come_and_go_are_foretold(qtbot: QtBot, document: Document) -> None:
    dialog = opened(qtbot, document, HOSTS)
    pick(qtbot, dialog, "xd", "Disabled")
    qtbot.waitUntil(lambda: any("Execute Disable" in text for text in dialog.come.texts()))
    assert "(and 2 more like it)" in " ".join(dialog.come.texts())
    before = document.findings.all
    qtbot.mouseClick(ok(dialog), Qt.MouseButton.LeftButton)  # type: ignore[arg-type]
    assert value(document, "host-5", "xd") == "disabled"
    assert len(document.findings.all) > len(before)
    again = opened(qtbot, document, HOSTS)
    pick(qtbot, again, "xd", "Enabled")
    qtbot.waitUntil(lambda: any("Execute Disable" in text for text in again.go.texts()))


def test_machines_have_their_own_settings(qtbot: QtBot, document: Document) -> None:
    dialog = opened(qtbot, document, ["vm-20", "vm-21"])
    assert dialog.fields["power_state"].currentText() == "(several values)"
    pick(qtbot, dialog, "power_state", "Powered on")
    pick(qtbot, dialog, "hardware_version", "9")
    pick(qtbot, dialog, "virtual_exec_usage", "Binary")
    assert dialog.edit_name() == "Change 3 settings of 2 virtual machines"
    qtbot.mouseClick(ok(dialog), Qt.MouseButton.LeftButton)  # type: ignore[arg-type]
    assert value(document, "vm-20", "power_state") == "poweredOn"
    assert value(document, "vm-21", "hardware_version") == 9


def test_many_are_checked_off_the_thread(
    qtbot: QtBot, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flexgui.wizards.edit_selected.AT_ONCE", 0)
    dialog = opened(qtbot, document, HOSTS)
    pick(qtbot, dialog, "xd", "Disabled")
    qtbot.waitUntil(lambda: any("Execute Disable" in text for text in dialog.come.texts()))
    dialog.reject()
    assert not document.dirty

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.wizards.new_datacenter import NewDatacenterDialog


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    document = Document()
    document.new()
    return document


def opened(qtbot: QtBot, document: Document) -> NewDatacenterDialog:
    dialog = NewDatacenterDialog(document)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def ok(dialog: NewDatacenterDialog) -> QPushButton:
    return dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)


def retype(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)


def test_the_default_name_is_made_unique(qtbot: QtBot, document: Document) -> None:
    names = []
    for _ in range(2):
        dialog = opened(qtbot, document)
        names.append(dialog.name.text())
        qtbot.mouseClick(ok(dialog), Qt.MouseButton.LeftButton)
        assert document.plan.datacenters[-1].id == dialog.datacenter_id
    assert names == ["New Datacenter", "New Datacenter 2"]
    assert [d.name for d in document.plan.datacenters] == names


def test_typing_replaces_the_proposed_name_and_enter_makes_it(qtbot: QtBot, document: Document) -> None:
    dialog = opened(qtbot, document)
    qtbot.keyClicks(dialog.name, "Milano")
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert dialog.result() == NewDatacenterDialog.DialogCode.Accepted
    assert [d.name for d in document.plan.datacenters] == ["Milano"]
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.plan.datacenters == ()


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_bad_name_says_why_and_disables_ok(qtbot: QtBot, document: Document, name: str) -> None:
    dialog = opened(qtbot, document)
    retype(qtbot, dialog.name, name)
    assert not ok(dialog).isEnabled()
    assert dialog.panel.texts()[0].startswith("Error: ")
    assert ok(dialog).toolTip() in dialog.panel.texts()[0]
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert document.plan.datacenters == ()
    retype(qtbot, dialog.name, 'Milano "2"')
    assert ok(dialog).isEnabled()
    dialog.reject()


def test_a_name_that_is_taken_is_refused(qtbot: QtBot, document: Document) -> None:
    dialog = opened(qtbot, document)
    retype(qtbot, dialog.name, "Milano")
    dialog.accept()
    dialog = opened(qtbot, document)
    retype(qtbot, dialog.name, "milano")
    assert not ok(dialog).isEnabled()
    dialog.reject()


def test_cancel_changes_nothing(qtbot: QtBot, document: Document) -> None:
    before = document.plan
    dialog = opened(qtbot, document)
    qtbot.keyClicks(dialog.name, "Milano")
    cancel = dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel)
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert document.plan is before
    assert document.undo_stack.count() == 0

"""Move To: places with what each says, chosen with the keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.plan import edits, many
from flexgui.plan.inventory import find
from flexgui.wizards.move_to import MoveToDialog
from tests.views.plans import small_plan


@pytest.fixture
def document(qapp: object) -> Document:
    document = Document()
    document.new(many.set_fields(small_plan(), ["vm-21"], power_state="poweredOn"))
    return document


def opened(qtbot: QtBot, document: Document, *ids: str) -> MoveToDialog:
    dialog = MoveToDialog(document, ids)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    qtbot.waitUntil(lambda: all(verdict for _, verdict in shown(dialog)))
    return dialog


def shown(dialog: MoveToDialog) -> list[tuple[str, str]]:
    model = dialog.view.model()
    rows = range(model.rowCount())
    return [(model.index(row, 0).data(), model.index(row, 1).data()) for row in rows]


def test_hosts_go_to_clusters_and_datacenters(qtbot: QtBot, document: Document) -> None:
    dialog = opened(qtbot, document, "host-9")
    assert [name for name, _ in shown(dialog)] == ["Milano", "Milano / Cluster A"]
    assert shown(dialog)[0][1] == "There already"
    assert dialog.target() == "domain-c2"
    assert dialog.said.text().startswith("Move esx-09 to Cluster A:")
    qtbot.keyClick(dialog.view, Qt.Key.Key_Return)
    place = find(document.plan, "host-9")
    assert place is not None
    assert place.cluster is not None
    assert document.undo_stack.undoText() == "Move esx-09 to Cluster A"


def test_what_is_refused_cannot_be_chosen_and_says_why(qtbot: QtBot, document: Document) -> None:
    document.edit("x", lambda plan: edits.set_fields(plan, "domain-c2", evc_mode="intel-sandybridge"))
    dialog = opened(qtbot, document, "host-9")
    assert shown(dialog)[1][1] == "Refused"
    qtbot.keyClick(dialog.view, Qt.Key.Key_Down)
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert not button.isEnabled()
    assert "esx-09 lacks" in dialog.said.text()
    assert "esx-09 lacks" in button.toolTip()


def test_machines_go_by_their_verdict(qtbot: QtBot, document: Document) -> None:
    document.edit("x", lambda plan: many.set_fields(plan, ["host-5"], in_maintenance_mode=True))
    dialog = opened(qtbot, document, "vm-21")
    verdicts = dict(shown(dialog))
    assert verdicts["Milano / esx-09"] == "Only powered off"
    assert verdicts["Milano / Cluster A / esx-07"] == "There already"
    assert "warning" in verdicts["Milano / Cluster A / esx-05"]
    qtbot.keyClicks(dialog.filter, "esx-09")
    assert dialog.target() == "host-9"
    assert "powered off for it" in dialog.said.text()
    qtbot.keyClick(dialog.filter, Qt.Key.Key_Return)
    place = find(document.plan, "vm-21")
    assert place is not None
    assert place.host is not None
    assert place.host.id == "host-9"
    assert getattr(place.object, "power_state", "") == "poweredOff"


def test_a_filter_without_a_match_says_so(qtbot: QtBot, document: Document) -> None:
    dialog = opened(qtbot, document, "host-9")
    qtbot.keyClicks(dialog.filter, "zzz")
    assert dialog.target() == ""
    assert "No place" in dialog.said.text()
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()

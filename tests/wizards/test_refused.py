"""Wizards in Rehearse: what vCenter refuses leaves them open, with all that was typed."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.rules.rehearsal import Answer
from flexgui.wizards.add_host import AddHostWizard
from tests.driving import go, press, text_of, tick, type_over
from tests.rules.plans import MEROM, host, plan


@pytest.mark.parametrize("another", [False, True], ids=["one", "several"])
def test_a_host_that_is_refused_can_be_corrected(qtbot: QtBot, another: bool) -> None:
    """The thumbprint was not confirmed; back to its page, tick it, and finish."""
    document = Document()
    document.new(plan(host(1, MEROM), release="5.5"))
    document.set_rehearsing(True)
    refused: list[Answer] = []
    document.refused.connect(lambda _, answer: refused.append(answer))
    wizard = AddHostWizard(document, "domain-c1")
    document.setParent(wizard)
    qtbot.addWidget(wizard)
    wizard.show()
    qtbot.waitExposed(wizard)
    added: list[str] = []
    wizard.host_added.connect(added.append)
    type_over(qtbot, wizard, "address", "esx-09.example.org")
    go(qtbot, wizard, "Authenticity")
    type_over(qtbot, wizard, "thumbprint", "ab" * 20)
    go(qtbot, wizard, "Ready to complete")
    wizard.ready.add_another.setChecked(another)
    press(qtbot, wizard, "Finish")
    assert wizard.isVisible()
    assert added == []
    assert refused[0].refusals[0].fault == "SSLVerifyFault"
    while wizard.currentPage().title() != "Authenticity":
        press(qtbot, wizard, "Back")
    assert text_of(wizard, "thumbprint").replace(":", "").lower() == "ab" * 20
    tick(qtbot, wizard, "thumbprint_confirmed")
    go(qtbot, wizard, "Ready to complete")
    wizard.ready.add_another.setChecked(another)
    press(qtbot, wizard, "Finish")
    assert len(added) == 1
    assert wizard.isVisible() is another

"""The EVC page of the New Cluster wizard says what candidates hide, and that their microcode differs."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.wizards.evc_page import EvcPage
from flexgui.wizards.new_cluster import NewClusterWizard
from tests.driving import go
from tests.processors import cpu_with, features_of
from tests.rules.plans import WESTMERE, host, known, plan

FULL = (*features_of("intel-westmere"), "VMX", "MWAIT")
WITHOUT_AES = known(cpu_with((f for f in FULL if f != "AES"), eax=0x206C2, brand="Xeon X5670"))
PATCHED = known(cpu_with((*FULL, "IBRSIBPB", "STIBP"), eax=0x206C2, brand="Xeon X5670"))


def page_of(qtbot: QtBot, *cpus: object) -> EvcPage:
    document = Document()
    hosts = tuple(host(number, cpu) for number, cpu in enumerate(cpus, 1))  # type: ignore[arg-type]
    document.new(plan(*hosts, standalone=True))
    wizard = NewClusterWizard(document)
    document.setParent(wizard)
    qtbot.addWidget(wizard)
    wizard.show()
    qtbot.waitExposed(wizard)
    go(qtbot, wizard, "VMware EVC")
    page = wizard.currentPage()
    assert isinstance(page, EvcPage)
    return page


def test_microcode_of_candidates(qtbot: QtBot) -> None:
    page = page_of(qtbot, WESTMERE, PATCHED)
    said = [found.message() for found in page.findings() if found.rule == "host.microcode"]
    assert len(said) == 1
    assert "Missing on esx-01: IBRSIBPB, STIBP; present on esx-02" in said[0]


def test_what_a_candidate_hides(qtbot: QtBot) -> None:
    page = page_of(qtbot, WESTMERE, WITHOUT_AES)
    page._chosen("intel-westmere")
    item = page.candidates.topLevelItem(1)
    assert item is not None
    assert item.text(3) == "lacks AES"
    assert "The BIOS hides AES" in item.toolTip(3)
    assert "enable AES-NI" in item.toolTip(3)

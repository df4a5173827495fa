"""Several sources of one host, and what is certain and possible, on the pages."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from flexgui.cpuid.cpu import Cpu, described
from flexgui.evc.series import assumed_cpu, branded, series
from flexgui.plan import edits
from flexgui.plan.evidence import Source, with_evidence
from flexgui.views.cluster_page import ClusterPage
from flexgui.views.host_page import HostPage
from flexgui.views.main_window import MainWindow
from tests.processors import cpu_of
from tests.views.plans import WESTMERE

CAPTURE = Source.of("esx-05.txt", cpu_of("intel-westmere", "AES", eax=0x206C2, brand="Xeon X5670"))
MEASURED = Source.of("vHost.csv", described(Cpu("", vendor="intel", max_evc_mode="intel-westmere")))


def sold_as(code_name: str) -> Source:
    found = next(each for each in series() if each.code_name == code_name)
    return Source.of("the list", assumed_cpu(found), assumed=True)


def host_page(window: MainWindow, *sources: Source) -> HostPage:
    window.document.edit("x", lambda plan: edits.set_fields(plan, "host-5", cpu=None))
    window.document.edit("x", lambda plan: with_evidence(plan, {"host-5": sources}))
    window.select("host-5")
    page = window.page()
    assert isinstance(page, HostPage)
    page.tabs.setCurrentIndex(1)
    return page


def evc_tab(window: MainWindow) -> ClusterPage:
    window.select("domain-c2")
    page = window.page()
    assert isinstance(page, ClusterPage)
    page.tabs.setCurrentIndex(2)
    return page


def cells(page: HostPage) -> list[list[str]]:
    model = page.sources.rows
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_one_source_is_told_in_one_line(window: MainWindow, qtmodeltester: ModelTester) -> None:
    page = host_page(window, CAPTURE)
    assert page._evidence.text() == "Measured: esx-05.txt"
    assert not page.sources.several.isVisible()
    assert page.sources.contradiction.text() == ""
    qtmodeltester.check(page.sources.rows)


def test_every_source_is_listed_with_what_it_says(window: MainWindow, qtmodeltester: ModelTester) -> None:
    page = host_page(window, MEASURED, CAPTURE)
    assert page._evidence.text().startswith("2 sources")
    first, second = cells(page)
    assert first[:3] == ["esx-05.txt", "CPUID registers", "Westmere"]
    assert "Nehalem" in first[3]
    assert second[:3] == ["vHost.csv", "vCenter’s measure", "Cannot tell"]
    assert "Westmere" in second[3]
    assert "vHost.csv says that esx-05 supports" in page.sources.contradiction.text()
    assert "AES" in page.sources.contradiction.text()
    assert page._highest.text() == "Nehalem"
    qtmodeltester.check(page.sources.rows)


def test_a_wrong_source_is_removed_and_comes_back_by_undo(qtbot: QtBot, window: MainWindow) -> None:
    page = host_page(window, sold_as("Haswell EP"), CAPTURE)
    assert "Haswell" in page.sources.contradiction.text()
    assert not page.sources.remove.isEnabled()
    assert page.sources.remove.toolTip()
    page.sources.view.selectRow(1)
    qtbot.mouseClick(page.sources.remove, Qt.MouseButton.LeftButton)
    assert not page.sources.several.isVisible()
    assert page.sources.contradiction.text() == ""
    window.document.undo_stack.undo()
    assert len(cells(page)) == 2


def test_an_ambiguous_name_says_what_it_may_be(window: MainWindow) -> None:
    found = branded("Intel(R) Xeon(R) Platinum 8300 CPU")
    assert len(found.candidates) > 1
    page = host_page(window, Source.of("vHost.csv", found.cpu, assumed=True))
    assert "Cooper Lake or Ice Lake" in page.sources.ambiguous.text()
    assert page._generation.text() == "Cannot tell"


def test_a_maker_without_modes_is_said_plainly(window: MainWindow) -> None:
    hygon = described(Cpu("", vendor="hygon", brand="Hygon C86 7185", present=("SSE2",)))
    page = host_page(window, Source.of("flags.txt", hygon))
    assert page._highest.text() == "There is no EVC mode for processors by Hygon."
    assert page._evidence.text() == "Known by names of features: flags.txt"


def test_the_evc_tab_says_what_to_collect(window: MainWindow) -> None:
    assert evc_tab(window).evc.certain.text() == ""
    sandy = described(Cpu("", vendor="intel", max_evc_mode="intel-merom"))
    for host_id in ("host-5", "host-6", "host-7"):
        window.document.edit(
            "x", lambda plan, own=host_id: edits.set_fields(plan, own, cpu=WESTMERE.fingerprint)
        )
    window.document.edit("x", lambda plan: edits.set_fields(plan, "host-5", cpu=None))
    tab = evc_tab(window).evc
    assert tab.certain.text() == "No mode is certain for all hosts; Westmere is possible."
    assert tab.collect.text().startswith("esx-05: the processor is not known.")
    window.document.edit("x", lambda plan: with_evidence(plan, {"host-5": [Source.of("vHost.csv", sandy)]}))
    assert tab.certain.text() == "Certain for all hosts: Merom. Possible: Westmere."
    assert "a vCenter that manages ESXi 5.5 offers" in tab.collect.text()
    assert "yet it reported" in tab.collect.text()
    window.document.edit("x", lambda plan: edits.set_fields(plan, "host-5", esx_release=None))
    assert "maxEVCModeKey from a vCenter that offers" in tab.collect.text()
    window.document.edit("x", lambda plan: with_evidence(plan, {"host-5": [Source.of("a.txt", WESTMERE)]}))
    assert tab.certain.text() == tab.collect.text() == ""

"""The Add Host wizard, driven as a user would."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QTreeView,
    QWidget,
    QWizard,
)
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from flexgui.document import Document
from flexgui.plan import edits
from flexgui.plan.values import Cluster, Datacenter, Drs, Host, Plan, VirtualMachine
from flexgui.widgets.message_line import MessageLine
from flexgui.wizards.add_host import AddHostWizard
from flexgui.wizards.cluster_draft import Candidate
from flexgui.wizards.shell import FindingsPanel
from flexgui.wizards.vm_table import VmModel
from tests.driving import child, enabled, go, pick, pick_in, press, reason, text_of, tick, type_over
from tests.processors import cpuid_raw, features_of, leaves_with

pytestmark = pytest.mark.usefixtures("no_threads")

DATACENTER, CLUSTER = "datacenter-1", "domain-c2"
Start = Callable[..., AddHostWizard]
Choose = Callable[[Path], None]

MEROM = "libvirt/x86_64-cpuid-Xeon-5110.xml"
WESTMERE = "libvirt/x86_64-cpuid-Xeon-E7-4830.xml"
NETBURST = "aida64/GenuineIntel0000F43_P4_Irwindale_CPUID.txt"
AMD = "libvirt/x86_64-cpuid-Opteron-2350.xml"


def plan(evc_mode: str | None = "intel-merom", drs: bool = True, release: str = "5.5") -> Plan:
    found = edits.add_datacenter(Plan(release=release), Datacenter(id=DATACENTER, name="Milano"))
    cluster = Cluster(id=CLUSTER, name="Cluster A", evc_mode=evc_mode, drs=Drs(enabled=drs))
    return edits.add_cluster(found, DATACENTER, cluster)


@pytest.fixture
def start(qtbot: QtBot) -> Start:
    """Opens the wizard on a plan."""

    def opened(
        found: Plan | None = None, parent_id: str = CLUSTER, candidates: tuple[Candidate, ...] = ()
    ) -> AddHostWizard:
        document = Document()
        document.new(found or plan())
        wizard = AddHostWizard(document, parent_id, candidates=candidates)
        document.setParent(wizard)
        qtbot.addWidget(wizard)
        wizard.show()
        qtbot.waitExposed(wizard)
        return wizard

    return opened


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Choose:
    """Sets the file that the user picks in the next file dialogs."""

    def answer(path: Path) -> None:
        def pick(*_arguments: object, **_options: object) -> tuple[str, str]:
            return str(path), ""

        monkeypatch.setattr(QFileDialog, "getOpenFileName", pick)

    return answer


def open_capture(qtbot: QtBot, wizard: AddHostWizard, choose: Choose, path: Path) -> None:
    go(qtbot, wizard, "Processor")
    choose(path)
    tick(qtbot, wizard, "cpu_from_file")
    qtbot.mouseClick(child(wizard, "cpu_open"), Qt.MouseButton.LeftButton)


def members(wizard: AddHostWizard) -> tuple[Host, ...]:
    return wizard.document.plan.datacenters[0].clusters[0].hosts


def before_you_start(wizard: AddHostWizard) -> str:
    panel = child(wizard, "before_you_start")
    assert isinstance(panel, FindingsPanel)
    return "\n".join(panel.texts()) if panel.isVisible() else ""


# Through all pages.


def test_a_host_with_everything_is_one_edit(
    qtbot: QtBot, start: Start, choose: Choose, captures: Path
) -> None:
    wizard = start()
    type_over(qtbot, wizard, "address", "esx-01.example.org")
    type_over(qtbot, wizard, "host_name", "esx-01")
    pick(qtbot, wizard, "esx_release", "ESXi 5.1")
    go(qtbot, wizard, "Authenticity")
    type_over(qtbot, wizard, "thumbprint", "ab" * 20)
    assert text_of(wizard, "thumbprint_normalised").startswith("SHA-1")
    tick(qtbot, wizard, "thumbprint_confirmed")
    open_capture(qtbot, wizard, choose, captures / WESTMERE)
    assert text_of(wizard, "cpu_silicon").startswith("Westmere")
    assert "Westmere" in text_of(wizard, "cpu_mode")
    assert "Measured" in text_of(wizard, "cpu_evidence")
    go(qtbot, wizard, "Host summary")
    assert child(wizard, "xd").currentText() == "Enabled"  # type: ignore[attr-defined]
    assert child(wizard, "vt").currentText() == "Cannot tell"  # type: ignore[attr-defined]
    pick(qtbot, wizard, "vt", "Enabled")
    type_over(qtbot, wizard, "vendor", "Dell")
    go(qtbot, wizard, "VMware EVC")
    assert "esx-01 allows" in text_of(wizard, "evc_effect")
    go(qtbot, wizard, "Licence")
    tick(qtbot, wizard, "license_licensed")
    assert not enabled(wizard)
    assert "licence key" in reason(wizard)
    pick(qtbot, wizard, "license_edition", "Enterprise Plus")
    go(qtbot, wizard, "Resource pool")
    tick(qtbot, wizard, "pool_new")
    go(qtbot, wizard, "Ready to complete")
    assert before_you_start(wizard) == ""
    added: list[str] = []
    wizard.host_added.connect(added.append)
    press(qtbot, wizard, "Finish")
    document = wizard.document
    (host,) = members(wizard)
    assert added == [host.id]
    assert (host.address, host.label, host.esx_release) == ("esx-01.example.org", "esx-01", "5.1")
    assert (host.vendor, host.xd, host.vt) == ("Dell", "enabled", "enabled")
    assert (host.thumbprint, host.thumbprint_confirmed) == (":".join(["AB"] * 20), True)
    assert host.license_edition == "Enterprise Plus"
    assert not host.cpu_assumed
    assert [pool.name for pool in document.plan.datacenters[0].clusters[0].resource_pools] == [
        "Grafted from esx-01.example.org"
    ]
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Add host esx-01.example.org"
    document.undo_stack.undo()
    assert members(wizard) == ()


def test_a_standalone_host_skips_what_only_clusters_have(qtbot: QtBot, start: Start) -> None:
    wizard = start(parent_id=DATACENTER)
    skipped = {page.title(): page.applies_not() for page in wizard.steps() if page.applies_not()}
    assert list(skipped) == ["VMware EVC", "Resource pool"]
    assert all("standalone" in why for why in skipped.values())
    type_over(qtbot, wizard, "address", "2001:db8::17")
    seen = []
    while enabled(wizard) and wizard.currentPage() is not wizard.ready:
        seen.append(wizard.currentPage().title())
        press(qtbot, wizard, "Next")
    assert seen == ["Connection", "Authenticity", "Processor", "Host summary", "Licence"]
    press(qtbot, wizard, "Finish")
    (host,) = wizard.document.plan.datacenters[0].hosts
    assert (host.address, host.cpu, host.xd, host.vt) == ("2001:db8::17", None, None, None)


def test_pools_need_drs(start: Start) -> None:
    wizard = start(plan(drs=False))
    why = {page.title(): page.applies_not() for page in wizard.steps()}
    assert "DRS" in why["Resource pool"]
    assert not why["VMware EVC"]


def test_no_password_is_asked_for(start: Start) -> None:
    wizard = start()
    assert "password" in text_of(wizard, "no_password")
    fields = wizard.findChildren(QLineEdit)
    assert all(field.echoMode() == QLineEdit.EchoMode.Normal for field in fields)


def test_every_control_has_a_name(start: Start) -> None:
    wizard = start()
    kinds = (QLineEdit, QComboBox, QPlainTextEdit, QTableView, QTreeView)
    for kind in kinds:
        for field in wizard.findChildren(kind):
            inner = field.objectName().startswith("qt_") or isinstance(field.parentWidget(), QComboBox)
            assert inner or field.accessibleName(), field.objectName()


# Connection and authenticity.


@pytest.mark.parametrize(
    "address", ["10.0.0.300", "esx_01.example.org", "a b", "", "::g", "-esx.example.org"]
)
def test_a_bad_address_blocks_and_says_why(qtbot: QtBot, start: Start, address: str) -> None:
    wizard = start()
    type_over(qtbot, wizard, "address", address)
    assert not enabled(wizard)
    assert reason(wizard)
    assert address in reason(wizard)
    type_over(qtbot, wizard, "address", "10.0.0.30")
    assert enabled(wizard)
    assert reason(wizard) == ""


def test_an_address_that_is_taken_blocks(qtbot: QtBot, start: Start) -> None:
    wizard = start(edits.add_host(plan(), CLUSTER, Host(id="host-3", address="10.0.0.1")))
    type_over(qtbot, wizard, "address", "10.0.0.1")
    assert not enabled(wizard)
    assert "10.0.0.1" in reason(wizard)


def test_only_releases_that_the_vcenter_manages_are_offered(start: Start) -> None:
    box = child(start(plan(release="4.1")), "esx_release")
    assert isinstance(box, QComboBox)
    texts = [box.itemText(row) for row in range(box.count())]
    assert texts[:2] == ["not known", "ESX 4.1"]


def test_a_thumbprint_that_is_not_whole_blocks(qtbot: QtBot, start: Start) -> None:
    wizard = start()
    type_over(qtbot, wizard, "address", "10.0.0.1")
    go(qtbot, wizard, "Authenticity")
    confirmed = child(wizard, "thumbprint_confirmed")
    assert not confirmed.isEnabled()
    assert confirmed.toolTip()
    type_over(qtbot, wizard, "thumbprint", "AB:CD")
    assert "2 pairs" in reason(wizard)
    assert not enabled(wizard)
    type_over(qtbot, wizard, "thumbprint", "xyz")
    assert "pairs of the digits" in reason(wizard)
    type_over(qtbot, wizard, "thumbprint", "")
    assert enabled(wizard)


def test_another_thumbprint_is_not_confirmed(qtbot: QtBot, start: Start) -> None:
    wizard = start()
    type_over(qtbot, wizard, "address", "10.0.0.1")
    go(qtbot, wizard, "Authenticity")
    type_over(qtbot, wizard, "thumbprint", "ab" * 20)
    tick(qtbot, wizard, "thumbprint_confirmed")
    assert wizard.draft.thumbprint_confirmed
    type_over(qtbot, wizard, "thumbprint", "cd" * 20)
    assert not wizard.draft.thumbprint_confirmed


def test_an_unconfirmed_thumbprint_is_work_to_do(qtbot: QtBot, start: Start) -> None:
    wizard = start()
    type_over(qtbot, wizard, "address", "10.0.0.1")
    go(qtbot, wizard, "Authenticity")
    type_over(qtbot, wizard, "thumbprint", "ab" * 32)
    go(qtbot, wizard, "Ready to complete")
    assert "thumbprint" in before_you_start(wizard)
    assert enabled(wizard, "Finish")
    wizard.reject()


# The processor.


def on_processor(qtbot: QtBot, start: Start, **options: object) -> AddHostWizard:
    wizard = start(**options)
    type_over(qtbot, wizard, "address", "10.0.0.1")
    go(qtbot, wizard, "Processor")
    return wizard


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"\0\1\2\3" * 100,
        "Prozessor für alle".encode("latin-1"),
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><cpudata arch='x86'>&b;</cpudata>",
        b'{"cpuFeature": [',
    ],
)
def test_a_bad_capture_says_why_and_what_was_read_stays(
    qtbot: QtBot, start: Start, choose: Choose, captures: Path, tmp_path: Path, content: bytes
) -> None:
    wizard = on_processor(qtbot, start)
    open_capture(qtbot, wizard, choose, captures / MEROM)
    before = wizard.draft
    bad = tmp_path / "bad.txt"
    bad.write_bytes(content)
    open_capture(qtbot, wizard, choose, bad)
    assert wizard.draft == before
    trouble = text_of(wizard, "cpu_trouble")
    assert str(bad) in trouble
    assert "stays" in trouble
    assert "Xeon" in text_of(wizard, "cpu_name")
    assert enabled(wizard)
    open_capture(qtbot, wizard, choose, captures / WESTMERE)
    assert text_of(wizard, "cpu_trouble") == ""


def test_a_huge_file_is_refused(qtbot: QtBot, start: Start, choose: Choose, tmp_path: Path) -> None:
    wizard = on_processor(qtbot, start)
    huge = tmp_path / "huge.txt"
    with open(huge, "wb") as stream:
        stream.truncate(64 * 1024 * 1024 + 1)
    open_capture(qtbot, wizard, choose, huge)
    assert "64 MiB" in text_of(wizard, "cpu_trouble")
    assert wizard.draft.processor is None


def drop(onto: QWidget, *urls: QUrl) -> None:
    data = QMimeData()
    data.setUrls(list(urls))
    copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for event in (
        QDragEnterEvent(QPoint(4, 4), copy, data, left, plain),
        QDropEvent(QPointF(4, 4), copy, data, left, plain),
    ):
        QApplication.sendEvent(onto, event)


def test_a_dropped_file_is_read(qtbot: QtBot, start: Start, captures: Path) -> None:
    wizard = on_processor(qtbot, start)
    page = wizard.currentPage()
    drop(page, QUrl.fromLocalFile(str(captures / MEROM)))
    assert "5110" in text_of(wizard, "cpu_name")
    drop(page, QUrl("https://example.org/a.xml"))
    assert "no file of this computer" in text_of(wizard, "cpu_trouble")
    drop(page, QUrl.fromLocalFile("/a"), QUrl.fromLocalFile("/b"))
    assert text_of(wizard, "cpu_trouble").startswith("/a: There is no such file.")
    tick(qtbot, wizard, "cpu_from_text")
    drop(child(wizard, "cpu_paste"), QUrl.fromLocalFile(str(captures / WESTMERE)))
    assert "4830" in text_of(wizard, "cpu_name")
    assert child(wizard, "cpu_source_file").isVisible()


def test_of_several_files_the_host_of_the_address_is_taken(
    qtbot: QtBot, start: Start, tmp_path: Path
) -> None:
    for number, mode in enumerate(("intel-merom", "intel-westmere", "intel-nehalem")):
        (tmp_path / f"esx-{number}.txt").write_text(cpuid_raw([leaves_with(features_of(mode))]))
    wizard = start()
    type_over(qtbot, wizard, "address", "ESX-1")
    go(qtbot, wizard, "Processor")
    drop(wizard.currentPage(), QUrl.fromLocalFile(str(tmp_path)))
    assert "Westmere" in text_of(wizard, "cpu_mode")
    pick(qtbot, wizard, "captured_host", "esx-2")
    assert "Nehalem" in text_of(wizard, "cpu_mode")


def paste(qtbot: QtBot, wizard: AddHostWizard, text: str) -> None:
    tick(qtbot, wizard, "cpu_from_text")
    field = child(wizard, "cpu_paste")
    field.setFocus()
    QGuiApplication.clipboard().setText(text)
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_pasted_text_is_read_at_once(qtbot: QtBot, start: Start, captures: Path) -> None:
    wizard = on_processor(qtbot, start)
    paste(qtbot, wizard, (captures / MEROM).read_text())
    assert "5110" in text_of(wizard, "cpu_name")
    assert "pasted text" in text_of(wizard, "cpu_evidence")
    assert enabled(wizard)


def test_pasted_nonsense_blocks_until_it_is_read_or_gone(
    qtbot: QtBot, start: Start, choose: Choose, captures: Path
) -> None:
    wizard = on_processor(qtbot, start)
    open_capture(qtbot, wizard, choose, captures / MEROM)
    paste(qtbot, wizard, "nonsense")
    assert text_of(wizard, "cpu_trouble").startswith("pasted text")
    assert "5110" in text_of(wizard, "cpu_name")
    assert not enabled(wizard)
    assert "pasted text" in reason(wizard)
    field = child(wizard, "cpu_paste")
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    assert enabled(wizard)
    assert not child(wizard, "cpu_read").isEnabled()
    assert child(wizard, "cpu_read").toolTip()


def test_typed_text_is_read_with_the_button(qtbot: QtBot, start: Start) -> None:
    wizard = on_processor(qtbot, start)
    tick(qtbot, wizard, "cpu_from_text")
    lines = ["CPU:"]
    lines += [
        "   0x00000000 0x00: eax=0x00000001 ebx=0x756e6547 ecx=0x6c65746e edx=0x49656e69",
        "   0x00000001 0x00: eax=0x000206f2 ebx=0x00000000 ecx=0x029ee3ff edx=0xbfebfbff",
    ]
    field = child(wizard, "cpu_paste")
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText("\n".join(lines))
    assert not enabled(wizard)
    qtbot.mouseClick(child(wizard, "cpu_read"), Qt.MouseButton.LeftButton)
    assert text_of(wizard, "cpu_silicon").startswith("Westmere")
    assert enabled(wizard)


def test_a_series_from_the_list_is_assumed(qtbot: QtBot, start: Start) -> None:
    wizard = on_processor(qtbot, start)
    tick(qtbot, wizard, "cpu_from_list")
    listed = child(wizard, "series_list")
    assert isinstance(listed, QTreeView)
    everything = listed.model().rowCount()
    qtbot.keyClicks(child(wizard, "series_search"), "55xx")
    assert 0 < listed.model().rowCount() < everything
    qtbot.mouseClick(
        listed.viewport(),
        Qt.MouseButton.LeftButton,
        pos=listed.visualRect(listed.model().index(0, 0)).center(),
    )
    assert "not measured" in text_of(wizard, "cpu_evidence")
    assert "Nehalem" in text_of(wizard, "cpu_mode")
    assert wizard.draft.processor is not None
    assert wizard.draft.processor.assumed
    qtbot.keyClicks(child(wizard, "series_search"), "zzz")
    assert child(wizard, "series_none").isVisible()
    assert wizard.draft.processor.assumed
    go(qtbot, wizard, "Ready to complete")
    assert "assumed" in text_of(wizard, "summary_cpu")
    press(qtbot, wizard, "Finish")
    (host,) = members(wizard)
    assert host.cpu_assumed
    assert (host.xd, host.vt) == (None, None)


def test_the_processor_may_stay_unknown(qtbot: QtBot, start: Start, choose: Choose, captures: Path) -> None:
    wizard = on_processor(qtbot, start)
    open_capture(qtbot, wizard, choose, captures / MEROM)
    tick(qtbot, wizard, "cpu_from_unknown")
    assert wizard.draft.processor is None
    tick(qtbot, wizard, "cpu_from_file")
    assert wizard.draft.processor is not None
    tick(qtbot, wizard, "cpu_from_unknown")
    go(qtbot, wizard, "VMware EVC")
    assert "not known" in text_of(wizard, "evc_effect")
    go(qtbot, wizard, "Ready to complete")
    wizard.reject()


def test_a_capture_of_several_hosts_asks_which(
    qtbot: QtBot, start: Start, choose: Choose, captures: Path, tmp_path: Path
) -> None:
    one = json.loads((captures / "vsphere/host-icelake-esxi803.json").read_text())
    one = one if isinstance(one, dict) else one[0]
    several = tmp_path / "several.json"
    several.write_text(json.dumps([{**one, "name": "first"}, {**one, "name": "second"}]))
    wizard = on_processor(qtbot, start, found=plan(None, release="8.0u2"))
    open_capture(qtbot, wizard, choose, several)
    box = child(wizard, "captured_host")
    assert isinstance(box, QComboBox)
    assert box.isVisible()
    assert [box.itemText(row).partition(":")[0] for row in range(box.count())] == ["first", "second"]
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert wizard.draft.processor is not None
    assert wizard.draft.processor.name == "second"
    assert wizard.draft.esx_release is not None  # the capture states it


def test_candidates_of_the_new_cluster_are_offered(qtbot: QtBot, start: Start, captures: Path) -> None:
    from flexgui.capture.reader import read_capture

    hosts = [read_capture(captures / file)[0] for file in (MEROM, WESTMERE)]
    candidates = tuple(
        Candidate(Host(id=f"host-{n}", address=f"c{n}", cpu=h.cpu.fingerprint, cpu_source=h.evidence), h.cpu)
        for n, h in enumerate(hosts)
    )
    wizard = on_processor(qtbot, start, candidates=candidates)
    box = child(wizard, "cpu_candidates")
    assert isinstance(box, QComboBox)
    assert box.count() == 2
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert "5110" in text_of(wizard, "cpu_name")
    go(qtbot, wizard, "Ready to complete")
    tick(qtbot, wizard, "add_another")
    press(qtbot, wizard, "Finish")
    type_over(qtbot, wizard, "address", "10.0.0.2")
    go(qtbot, wizard, "Processor")
    assert box.count() == 1
    wizard.reject()


# State, machines and what has to be done before.


def add_vm(qtbot: QtBot, wizard: AddHostWizard, name: str, state: str) -> None:
    qtbot.mouseClick(child(wizard, "vm_add"), Qt.MouseButton.LeftButton)
    view = child(wizard, "vms")
    assert isinstance(view, QTableView)
    editor = view.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, name)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.viewport().findChild(QLineEdit) is None)  # it closes with the next events
    index = view.model().index(view.model().rowCount() - 1, 1)
    view.setCurrentIndex(index)
    qtbot.keyClick(view, Qt.Key.Key_F2)
    box = view.viewport().findChild(QComboBox)
    assert isinstance(box, QComboBox)
    pick_in(qtbot, box, state)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.viewport().findChild(QComboBox) is None)


def test_a_suspended_machine_and_xd_off_are_work_to_do(
    qtbot: QtBot, start: Start, choose: Choose, captures: Path
) -> None:
    wizard = on_processor(qtbot, start, found=plan(release="2.5u2"))
    open_capture(qtbot, wizard, choose, captures / MEROM)
    go(qtbot, wizard, "Host summary")
    pick(qtbot, wizard, "xd", "Disabled")
    pick(qtbot, wizard, "vt", "Disabled")
    add_vm(qtbot, wizard, "db01", "Suspended")
    assert wizard.draft.vms == (VirtualMachine(id="", name="db01", power_state="suspended"),)
    go(qtbot, wizard, "Ready to complete")
    todo = before_you_start(wizard)
    assert "Execute Disable" in todo
    assert "VT" in todo
    assert "db01" in todo
    assert "AC power" in todo  # the paper's reason
    assert enabled(wizard, "Finish")
    press(qtbot, wizard, "Finish")
    (host,) = members(wizard)
    assert (host.xd, host.vms[0].name, host.vms[0].power_state) == ("disabled", "db01", "suspended")


def test_machines_are_removed_and_their_names_checked(qtbot: QtBot, start: Start) -> None:
    wizard = on_processor(qtbot, start)
    go(qtbot, wizard, "Host summary")
    remove = child(wizard, "vm_remove")
    assert not remove.isEnabled()
    assert remove.toolTip()
    add_vm(qtbot, wizard, " ", "Powered off")
    assert not enabled(wizard)
    assert "no name" in reason(wizard)
    view = child(wizard, "vms")
    assert isinstance(view, QTableView)
    view.setCurrentIndex(view.model().index(0, 0))
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert wizard.draft.vms == ()
    assert enabled(wizard)
    wizard.reject()


def test_the_table_of_machines_is_a_sound_model(qtmodeltester: ModelTester) -> None:
    model = VmModel()
    qtmodeltester.check(model)
    for _ in range(3):
        model.add()
    assert model.setData(model.index(1, 2), 4)
    assert model.setData(model.index(1, 4), "vCenter")
    model.remove(0)
    qtmodeltester.check(model)
    assert [(vm.name, vm.num_cpus, vm.role) for vm in model.vms] == [
        ("VM 2", 4, "vCenter"),
        ("VM 3", None, "none"),
    ]


def test_numbers_are_not_known_until_they_are_typed(qtbot: QtBot, start: Start) -> None:
    wizard = on_processor(qtbot, start)
    go(qtbot, wizard, "Host summary")
    for name, keys in (("cpu_packages", "2"), ("cpu_cores", "8"), ("cpu_mhz", "2400"), ("memory", "48")):
        field = child(wizard, name)
        field.setFocus()
        field.selectAll()  # type: ignore[attr-defined]
        qtbot.keyClicks(field, keys)
    draft = wizard.draft
    assert (draft.cpu_packages, draft.cpu_cores, draft.cpu_mhz) == (2, 8, 2400)
    assert draft.memory_mb == 48 * 1024
    wizard.reject()


# EVC.


@pytest.mark.parametrize(("file", "word"), [(NETBURST, "NetBurst"), (AMD, "AMD")])
def test_a_host_that_no_mode_of_the_cluster_fits_is_refused(
    qtbot: QtBot, start: Start, choose: Choose, captures: Path, file: str, word: str
) -> None:
    wizard = on_processor(qtbot, start)
    open_capture(qtbot, wizard, choose, captures / file)
    go(qtbot, wizard, "VMware EVC")
    assert not enabled(wizard)
    assert word in reason(wizard)
    assert wizard.button(QWizard.WizardButton.NextButton).toolTip() == reason(wizard)
    before = wizard.document.plan
    press(qtbot, wizard, "Cancel")
    assert wizard.document.plan is before


def test_the_mode_is_weighed_again_and_a_change_offered(
    qtbot: QtBot, start: Start, choose: Choose, captures: Path
) -> None:
    wizard = on_processor(qtbot, start, found=plan("intel-nehalem"))
    open_capture(qtbot, wizard, choose, captures / MEROM)
    go(qtbot, wizard, "VMware EVC")
    assert "lacks" in text_of(wizard, "evc_effect")
    assert not enabled(wizard)
    change = child(wizard, "evc_recommended")
    assert isinstance(change, QAbstractButton)
    assert "Merom" in change.text()
    effect = child(wizard, "evc_effect")
    assert isinstance(effect, MessageLine)
    assert effect.severity() == "error"
    tick(qtbot, wizard, "evc_recommended")
    assert effect.severity() == "info"
    assert enabled(wizard)
    go(qtbot, wizard, "Ready to complete")
    assert "Merom" in text_of(wizard, "summary_cluster_mode")
    press(qtbot, wizard, "Finish")
    document = wizard.document
    assert document.plan.datacenters[0].clusters[0].evc_mode == "intel-merom"
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.plan.datacenters[0].clusters[0].evc_mode == "intel-nehalem"


def test_where_nothing_else_fits_better_the_offer_says_so(
    qtbot: QtBot, start: Start, choose: Choose, captures: Path
) -> None:
    wizard = on_processor(qtbot, start)
    open_capture(qtbot, wizard, choose, captures / MEROM)
    go(qtbot, wizard, "VMware EVC")
    change = child(wizard, "evc_recommended")
    assert not change.isEnabled()
    assert "nothing to change" in change.toolTip()
    assert enabled(wizard)
    wizard.reject()


@pytest.mark.parametrize(
    ("mode", "says"),
    [
        ("intel-westmere", ("allows", "Merom", "higher mode", "Westmere")),
        # At least what Sapphire Rapids requires; the cluster's other host is an Ivy Bridge.
        ("intel-graniterapids", ("allows", "Merom", "higher mode", "Ivy Bridge")),
        ("intel-novalake", ("Cannot tell whether", "Merom", "Collect CPUID", "leaf 1.0")),
    ],
)
def test_a_host_known_by_its_highest_mode_alone(
    qtbot: QtBot, start: Start, choose: Choose, tmp_path: Path, mode: str, says: tuple[str, ...]
) -> None:
    file = tmp_path / "host.json"
    file.write_text(json.dumps({"summary": {"maxEVCModeKey": mode}}))
    wizard = on_processor(qtbot, start)
    open_capture(qtbot, wizard, choose, file)
    go(qtbot, wizard, "VMware EVC")
    for word in says:
        assert word in text_of(wizard, "evc_effect")
    wizard.reject()


def test_a_host_with_an_unknown_processor_says_what_to_collect(qtbot: QtBot, start: Start) -> None:
    wizard = on_processor(qtbot, start)
    tick(qtbot, wizard, "cpu_from_unknown")
    go(qtbot, wizard, "VMware EVC")
    text = text_of(wizard, "evc_effect")
    assert "cannot be told" in text
    assert "open a capture" in text
    wizard.reject()


# Back, Cancel, and another one.


def test_back_keeps_everything_typed(qtbot: QtBot, start: Start, choose: Choose, captures: Path) -> None:
    wizard = start()
    type_over(qtbot, wizard, "address", "10.0.0.1")
    go(qtbot, wizard, "Authenticity")
    type_over(qtbot, wizard, "thumbprint", "ab" * 20)
    open_capture(qtbot, wizard, choose, captures / MEROM)
    go(qtbot, wizard, "Host summary")
    type_over(qtbot, wizard, "vendor", "Dell")
    add_vm(qtbot, wizard, "db01", "Powered off")
    go(qtbot, wizard, "Licence")
    tick(qtbot, wizard, "license_licensed")
    type_over(qtbot, wizard, "license_key", "AAAAA")
    go(qtbot, wizard, "Resource pool")
    tick(qtbot, wizard, "pool_new")
    type_over(qtbot, wizard, "pool_name", "Mine")
    before = wizard.draft
    while wizard.currentPage().title() != "Connection":
        press(qtbot, wizard, "Back")
    assert text_of(wizard, "address") == "10.0.0.1"
    go(qtbot, wizard, "Ready to complete")
    assert wizard.draft == before
    assert text_of(wizard, "summary_pool") == "Mine"
    wizard.reject()


def test_cancel_changes_nothing(qtbot: QtBot, start: Start, choose: Choose, captures: Path) -> None:
    wizard = start()
    before = wizard.document.plan
    type_over(qtbot, wizard, "address", "10.0.0.1")
    open_capture(qtbot, wizard, choose, captures / MEROM)
    go(qtbot, wizard, "Ready to complete")
    press(qtbot, wizard, "Cancel")
    assert not wizard.isVisible()
    assert wizard.document.plan is before
    assert wizard.document.undo_stack.count() == 0


def test_add_another_keeps_going(qtbot: QtBot, start: Start, choose: Choose, captures: Path) -> None:
    wizard = start()
    added: list[str] = []
    wizard.host_added.connect(added.append)
    type_over(qtbot, wizard, "address", "10.0.0.1")
    pick(qtbot, wizard, "esx_release", "ESXi 5.1")
    open_capture(qtbot, wizard, choose, captures / MEROM)
    go(qtbot, wizard, "Ready to complete")
    tick(qtbot, wizard, "add_another")
    assert "Continue" in wizard.buttonText(QWizard.WizardButton.FinishButton)
    press(qtbot, wizard, "Finish")
    assert wizard.isVisible()
    assert wizard.currentPage().title() == "Connection"
    assert text_of(wizard, "address") == ""
    assert wizard.draft.processor is None
    assert wizard.draft.esx_release == "5.1"
    assert not enabled(wizard)
    type_over(qtbot, wizard, "address", "10.0.0.1")
    assert not enabled(wizard)  # the first one has it
    type_over(qtbot, wizard, "address", "10.0.0.2")
    open_capture(qtbot, wizard, choose, captures / WESTMERE)
    go(qtbot, wizard, "Ready to complete")
    assert "Continue" not in wizard.buttonText(QWizard.WizardButton.FinishButton)
    press(qtbot, wizard, "Finish")
    assert not wizard.isVisible()
    assert [host.address for host in members(wizard)] == ["10.0.0.1", "10.0.0.2"]
    assert added == [host.id for host in members(wizard)]
    assert wizard.document.undo_stack.count() == 2
    wizard.document.undo_stack.undo()
    assert [host.address for host in members(wizard)] == ["10.0.0.1"]


def test_the_whole_wizard_works_with_the_keyboard(qtbot: QtBot, start: Start) -> None:
    wizard = start()
    qtbot.keyClicks(child(wizard, "address"), "10.0.0.1")
    for _ in range(8):
        if wizard.currentPage() is wizard.ready:
            break
        button = wizard.button(QWizard.WizardButton.NextButton)
        button.setFocus()
        qtbot.keyClick(button, Qt.Key.Key_Space)
    button = wizard.button(QWizard.WizardButton.FinishButton)
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert [host.address for host in members(wizard)] == ["10.0.0.1"]


def test_todos_of_a_host_in_a_lowered_cluster(qtbot: QtBot, start: Start) -> None:
    lowered = plan("intel-merom")
    cluster = replace(lowered.datacenters[0].clusters[0], exists=True, present_evc_mode="intel-nehalem")
    lowered = edits.update_cluster(lowered, CLUSTER, lambda _: cluster)
    wizard = start(lowered)
    type_over(qtbot, wizard, "address", "10.0.0.1")
    go(qtbot, wizard, "Ready to complete")
    assert enabled(wizard, "Finish")
    wizard.reject()

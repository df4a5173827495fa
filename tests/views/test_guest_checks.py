"""Check Migration and Verify Guest Capture: the window gives the command line's answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QThreadPool
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from flexgui import cli
from flexgui.document import Document
from flexgui.plan import edits, storage
from flexgui.plan.values import Plan, VirtualMachine
from flexgui.resources import resource_path
from flexgui.views.main_window import MainWindow
from flexgui.views.migration_dialog import POWERED_OFF, MigrationDialog, look
from flexgui.views.verification_dialog import VerificationDialog
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.theme import theme
from tests.evc.test_verification import guest_of, hidden_by
from tests.processors import cpuid_raw
from tests.views.conftest import Boxes
from tests.views.plans import small_plan

SAMPLE = resource_path("samples", "paper.flexplan.json")


def sample(evc: bool) -> Plan:
    """The paper's pool, after FlexMigration and before it."""
    plan = storage.load(SAMPLE)
    cluster = plan.datacenters[0].clusters[0]
    for host in () if evc else cluster.hosts:
        for vm in host.vms:
            plan = edits.set_fields(plan, vm.id, power_on_evc_mode=None)
    return plan if evc else edits.set_fields(plan, cluster.id, evc_mode=None)


def asked(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> dict[str, Any]:
    cli.main([*(str(part) for part in argv), "--json"])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


@pytest.fixture
def guest(tmp_path: Path) -> Callable[..., Path]:
    """Captures of guests on a host of the sample."""

    def make(*shows: str, name: str = "guest.txt") -> Path:
        cpu = guest_of(storage.load(SAMPLE).cpus[3], hidden_by("intel-merom") - set(shows))
        path = tmp_path / name
        path.write_text(cpuid_raw([dict(cpu.table.items())]), "utf-8")
        return path

    return make


def opened(kind: type[QWidget]) -> Any:
    """The dialog that is open."""
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())


@pytest.mark.parametrize("evc", [True, False])
def test_the_window_says_what_the_command_says(
    qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str], evc: bool
) -> None:
    plan = sample(evc)
    path = tmp_path / "p.flexplan.json"
    storage.save(plan, path)
    document = Document()
    document.new(plan)
    for vm_id in ("vm-7", "vm-10", "vm-13", "vm-14"):
        dialog = MigrationDialog(document, vm_id)
        qtbot.addWidget(dialog)
        assert dialog.hosts.rowCount() == 3
        for row in dialog.hosts.rows():
            said = asked(capsys, "migrate", path, "--vm", vm_id, "--to", row.host_id)
            assert said["verdict"] == row.verdict.outcome.value
            assert dialog.show_host(row.host_id)
            assert dialog.details.word.text() == look(row.verdict)[1]
            assert dialog.details.reasons.text() == "\n".join(said["reasons"])
            assert " ".join(dialog.details.message.text().split()) == (
                f"vCenter says: {said['message']}" if said["message"] else ""
            )
            shown = dialog.details.views.rows()
            assert [(v.viewer, v.masked) for v in shown] == [
                (v["viewer"], v["masked"]) for v in said["views"]
            ]
            assert [v.failing.place() if v.failing else None for v in shown] == [
                v["failing"] and v["failing"]["place"] for v in said["views"]
            ]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_list_of_hosts_by_keyboard(qtbot: QtBot, mode: str) -> None:
    theme().set_mode(mode)  # type: ignore[arg-type]
    document = Document()
    document.new(sample(evc=False))
    dialog = MigrationDialog(document, "vm-14")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.hosts_view.hasFocus())
    assert "differ in SSE41" in dialog.details.reasons.text()
    qtbot.keyClick(dialog.hosts_view, Qt.Key.Key_Down)
    assert "differ in SSE42" in dialog.details.reasons.text()
    assert "Information" in " ".join(w.accessibleName() for w in dialog.details.findChildren(QWidget))
    qtbot.keyClick(dialog.hosts_view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(dialog.hosts_view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "esx-02\tCluster A\tCold only\t" in QGuiApplication.clipboard().text()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_hosts_are_filtered_by_keyboard(qtbot: QtBot) -> None:
    document = Document()
    document.new(sample(evc=False))
    dialog = MigrationDialog(document, "vm-14")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.hosts_view.hasFocus())
    box = dialog.filter_box
    assert box.accessibleName()
    assert not dialog.count.text()
    last = dialog.hosts.rows()[-1]
    dialog.show_host(last.host_id)
    qtbot.keyClick(dialog.hosts_view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(box.hasFocus)
    qtbot.keyClicks(box, last.place.object.name.upper())
    qtbot.waitUntil(lambda: dialog.hosts.rows() == (last,))
    assert dialog.count.text() == "1 of 3 hosts"
    assert dialog.hosts_view.current_row() is last
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.hosts_view.hasFocus()
    box.setFocus()
    qtbot.keyClicks(box, "no such host")
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert dialog.hosts.rowCount() == 0
    assert "Empty the filter" in dialog.details.word.text()
    assert not dialog.details.reasons.isVisible()
    assert not [line for line in dialog.details.findChildren(MessageLine) if line.isVisible()]
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.hosts.rowCount() == 3
    assert dialog.details.reasons.isVisible()
    for letters, rows in (("cold only", 3), ("cluster a", 3), ("live", 0)):
        box.setText(letters)
        qtbot.keyClick(box, Qt.Key.Key_Down)
        assert dialog.hosts.rowCount() == rows, letters
    box.clear()
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_powered_off_machine_moves_cold_without_a_warning(
    qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = edits.set_fields(sample(evc=False), "vm-14", power_state="poweredOff")
    document = Document()
    document.new(plan)
    dialog = MigrationDialog(document, "vm-14")
    qtbot.addWidget(dialog)
    assert {look(row.verdict) for row in dialog.hosts.rows()} == {POWERED_OFF}
    assert dialog.details.word.text() == "Cold, as it is powered off"
    assert dialog.hosts.index(0, 2).data() == "Cold, as it is powered off"
    path = tmp_path / "p.flexplan.json"
    storage.save(plan, path)
    assert cli.main(["migrate", str(path), "--vm", "vm-14", "--to", dialog.hosts.rows()[0].host_id]) == 0
    assert ": cold, as it is powered off" in capsys.readouterr().out


def test_models_and_names(qtbot: QtBot, qtmodeltester: ModelTester, guest: Callable[..., Path]) -> None:
    from flexgui.capture import read_capture

    document = Document()
    document.new(sample(evc=True))
    migration = MigrationDialog(document, "vm-14")
    verification = VerificationDialog(document, "host-6", read_capture(guest("AES"))[0])
    for dialog in (migration, verification):
        qtbot.addWidget(dialog)
        for label in dialog.findChildren(QLabel):
            if "&" in label.text() and "<span" not in label.text():
                assert label.buddy() is not None, label.text()
    for view in (migration.hosts_view, migration.details.views_view, verification.view):
        assert view.accessibleName()
    for model in (migration.hosts, migration.details.views, verification.rows):
        qtmodeltester.check(model)
        for row in range(model.rowCount()):
            for column in range(model.columnCount()):
                assert model.index(row, column).data(), model.columns[column].title


def test_a_plan_with_one_host_says_so(qtbot: QtBot) -> None:
    plan = small_plan()
    cluster = plan.datacenters[0].clusters[0]
    plan = edits.remove(edits.remove(edits.remove(plan, "host-9"), "host-5"), "host-6")
    document = Document()
    document.new(plan)
    assert cluster.hosts[2].vms
    dialog = MigrationDialog(document, "vm-21")
    qtbot.addWidget(dialog)
    assert "no other host" in dialog.details.word.text()


def test_from_the_menu(qtbot: QtBot, window: MainWindow) -> None:
    actions = window.actions_
    window.select("domain-c2")
    assert not actions["check_migration"].isEnabled()
    assert "virtual machine first" in actions["check_migration"].toolTip()
    assert not actions["verify_guest"].isEnabled()
    window.select("vm-21")
    texts = [action.objectName() for action in window.context_menu().actions()]
    assert "check_migration" in texts
    actions["check_migration"].trigger()
    dialog = opened(MigrationDialog)
    assert dialog.windowTitle() == "Check Migration – web01"
    assert [row.place.object.name for row in dialog.hosts.rows()] == ["esx-05", "esx-06", "esx-09"]
    dialog.buttons.button(QDialogButtonBox.StandardButton.Close).click()
    assert not window.document.dirty


def test_verifying_from_the_menu(
    qtbot: QtBot,
    window: MainWindow,
    guest: Callable[..., Path],
    name_files: Callable[..., list[str]],
    boxes: Boxes,
    capsys: pytest.CaptureFixture[str],
) -> None:
    window.document.new(sample(evc=True))
    window.restart()
    window.select("host-6")
    names = [action.objectName() for action in window.context_menu().actions()]
    assert "verify_guest" in names
    bad = guest("AES", "SSE42")
    name_files(bad)
    window.actions_["verify_guest"].trigger()
    dialog = opened(VerificationDialog)
    said = asked(capsys, "verify", SAMPLE, "--host", "esx-04", bad)
    assert not said["agrees"]
    assert [row.field.place() for row in dialog.rows.rows()] == [d["place"] for d in said["differences"]]
    assert [row.explanation.text() for row in dialog.rows.rows()] == [
        d["explanation"] for d in said["differences"]
    ]
    assert dialog.answer.accessibleName().startswith("Error")
    assert dialog.explanation.text() == said["differences"][0]["explanation"]
    dialog.machine.setCurrentIndex(1)
    name = dialog.machine.currentText()
    assert f"{name} was not powered off" in dialog.explanation.text()

    name_files(guest(name="good.txt"))
    dialog.capture_requested.emit()
    assert dialog.answer.accessibleName().startswith("OK")
    assert asked(capsys, "verify", SAMPLE, "--host", "esx-04", guest(name="good.txt"))["agrees"]
    name_files(None)
    dialog.capture_requested.emit()
    assert dialog.answer.accessibleName().startswith("OK")
    dialog.reject()

    nothing = bad.with_name("nothing.txt")
    nothing.write_text("nothing", "utf-8")
    name_files(nothing)
    window.actions_["verify_guest"].trigger()
    assert "was not verified" in boxes.texts[-1]


def test_a_host_without_processor_and_mode_is_told(
    window: MainWindow, guest: Callable[..., Path], name_files: Callable[..., list[str]], boxes: Boxes
) -> None:
    window.document.new(edits.set_fields(small_plan(), "host-9", cpu=None))
    window.restart()
    window.select("host-9")
    name_files(guest())
    window.actions_["verify_guest"].trigger()
    assert "esx-09 is not known" in boxes.texts[-1]


def test_unknown_ids_are_refused(qtbot: QtBot) -> None:
    document = Document()
    document.new(small_plan())
    for wrong in ("host-9", "vm-99"):
        with pytest.raises(KeyError):
            MigrationDialog(document, wrong)
    assert isinstance(small_plan().datacenters[0].clusters[0].hosts[1].vms[0], VirtualMachine)


@pytest.mark.parametrize("waits", [True, False])
def test_many_hosts_are_weighed_aside(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, waits: bool) -> None:
    monkeypatch.setattr("flexgui.views.migration_dialog.AT_ONCE", 2)
    document = Document()
    document.new(sample(evc=False))
    dialog = MigrationDialog(document, "vm-14")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.details.word.text() == "Weighing 3 hosts…"
    if waits:
        qtbot.waitUntil(lambda: dialog.hosts.rowCount() == 3)
        assert "differ in SSE41" in dialog.details.reasons.text()
        assert dialog.details.views_view.isVisible()
    else:
        dialog.reject()
        QThreadPool.globalInstance().waitForDone()
        QApplication.processEvents()
        assert dialog.hosts.rowCount() == 0

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from flexgui.app import connect_wizards
from flexgui.resources import resource_path
from flexgui.views.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flexgui", *arguments], capture_output=True, text=True, cwd=ROOT, timeout=120
    )


def test_the_window_opens_on_a_plan_and_on_none(plan_path: Path) -> None:
    for arguments in ([], [str(plan_path)]):
        ended = run("--quit-after-start", *arguments)
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_a_bad_plan_is_one_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.flexplan.json"
    bad.write_bytes(b"\xff\x00")
    ended = run("--quit-after-start", str(bad))
    assert ended.returncode == 2
    assert ended.stderr.startswith("flexgui: ")
    assert ended.stderr.count("\n") == 1
    assert "Traceback" not in ended.stderr


def test_the_start_is_lean(plan_path: Path) -> None:
    code = (
        "import sys; from flexgui.app import main; main(sys.argv[1:]);"
        "print([m for m in ('pyqtgraph', 'flexgui.wizards.new_cluster') if m in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, "--quit-after-start", str(plan_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
    )
    assert ended.stdout == "[]\n", ended.stderr


@pytest.mark.parametrize(
    ("selected", "action", "dialog"),
    [
        ("", "new_datacenter", "NewDatacenterDialog"),
        ("datacenter-1", "new_cluster", "NewClusterWizard"),
        ("domain-c2", "add_host", "AddHostWizard"),
        ("domain-c2", "change_evc_mode", "EditSettingsDialog"),
        ("host-6", "edit_settings", "EditSettingsDialog"),
        ("datacenter-1", "suggest_clusters", "SuggestClustersDialog"),
    ],
)
def test_each_wizard_opens_and_cancel_leaves_no_trace(
    qtbot: QtBot, window: MainWindow, selected: str, action: str, dialog: str
) -> None:
    connect_wizards(window)
    window.select(selected)
    before = window.document.plan
    window.actions_[action].trigger()
    (shown,) = (d for d in window.findChildren(QDialog) if d.isVisible())
    assert type(shown).__name__ == dialog
    shown.reject()
    assert not shown.isVisible()
    assert window.document.plan is before


def test_a_bundled_sample_has_no_file_to_save_over(window: MainWindow) -> None:
    window.plan_file.read(resource_path("samples", "paper.flexplan.json"))
    assert window.document.path is None
    assert not window.document.dirty
    assert window.plan_file.recent() == []
    window.select("")
    page = window.page()
    assert page is not None
    assert any(label.text().startswith("Sample:") for label in page.findChildren(QLabel) if label.isVisible())

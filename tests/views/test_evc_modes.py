"""Modes of a vCenter are imported, shown, saved with the plan and taken out again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flexgui.document import Document
from flexgui.plan import edits
from flexgui.plan.inventory import modes_of
from flexgui.views.evc_modes import missing_modes
from flexgui.views.ladder_rungs import build_ladder
from flexgui.views.main_window import MainWindow
from flexgui.views.mode_ladder import LadderModel
from flexgui.views.plan_page import PlanPage
from flexgui.widgets.labels import WrapLabel
from tests.processors import cpu_of
from tests.views.conftest import Boxes


def vcenter_mode(key: str, *features: str) -> dict[str, object]:
    requirements = [{"key": f"cpuid.{name}", "value": "Bool:Min:1"} for name in features]
    masks = [{"key": f"cpuid.{name}", "value": "Val:1"} for name in features]
    vendor = key.partition("-")[0]
    return {"key": key, "vendor": vendor, "featureRequirement": requirements, "featureMask": masks}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "vcenter.json"
    modes = [
        vcenter_mode("intel-merom", "SSE3", "SSSE3", "NX"),
        vcenter_mode("intel-penryn", "SSE3", "SSSE3", "NX", "SSE41"),
        vcenter_mode("amd-rev-e", "SSE3", "NX"),
    ]
    path.write_text(json.dumps({"supportedEVCMode": modes}))
    return path


def said(window: MainWindow) -> str:
    window.select("")
    page = window.page()
    assert isinstance(page, PlanPage)
    return next(
        label.text() for label in page.findChildren(WrapLabel) if label.accessibleName() == "EVC modes"
    )


def test_import_and_back(
    window: MainWindow,
    document: Document,
    file: Path,
    boxes: Boxes,
    name_files: Callable[..., list[str]],
) -> None:
    assert "Built in" in said(window)
    assert not window.actions_["builtin_modes"].isEnabled()
    name_files(file)
    window.actions_["import_modes"].trigger()
    assert "3 EVC modes were read from vcenter.json" in boxes.texts[-1]
    assert "Intel: " in boxes.texts[-1]
    assert "AMD: " in boxes.texts[-1]
    assert [mode.key for mode in modes_of(document.plan)] == ["intel-merom", "intel-penryn", "amd-rev-e"]
    assert "3 modes, read from a vCenter (vcenter.json)" in said(window)
    assert document.undo_stack.undoText() == "Import EVC modes"

    window.actions_["builtin_modes"].trigger()
    assert document.plan.modes == ()
    assert "Built in" in said(window)
    document.undo_stack.undo()
    assert len(document.plan.modes) == 3
    document.undo_stack.undo()
    assert document.plan.modes == ()


def test_a_cluster_whose_mode_vanishes_has_an_error(
    window: MainWindow, document: Document, file: Path
) -> None:
    cluster = document.plan.datacenters[0].clusters[0]
    document.edit("mode", lambda plan: edits.set_fields(plan, cluster.id, evc_mode="intel-westmere"))
    assert window.evc_modes.import_file(file)
    assert missing_modes(document.plan) == {"intel-westmere"}
    found = [f for f in document.findings.all if f.rule == "evc.mode-not-offered"]
    assert found[0].severity.value == "error"
    assert found[0].subject.object_id == cluster.id


def test_what_is_no_file_of_modes_changes_nothing(
    window: MainWindow, document: Document, tmp_path: Path, boxes: Boxes
) -> None:
    path = tmp_path / "empty.json"
    path.write_text("[]")
    assert not window.evc_modes.import_file(path)
    assert "The list of EVC modes is empty" in boxes.texts[-1]
    assert document.plan.modes == ()
    assert not document.undo_stack.canUndo()


def test_nothing_is_imported_where_no_file_is_chosen(
    window: MainWindow, document: Document, name_files: Callable[..., list[str]]
) -> None:
    name_files(None)
    window.actions_["import_modes"].trigger()
    assert not document.undo_stack.canUndo()


def test_the_ladder_says_what_is_hidden_and_what_is_recalled(qtbot: object) -> None:
    table = modes_of(Document().plan)
    cpu = cpu_of("intel-westmere", "AES", eax=0x206C2, brand="Xeon X5670")
    ladder = build_ladder((("esx-01", cpu),), tuple(table), table, "intel", None)
    model = LadderModel()
    model.set_ladder(ladder)
    rung = next(r for r in ladder.rungs if r.mode.key == "intel-westmere")
    text = "\n".join(model.lines(rung))
    assert "lacks AES. The BIOS hides AES" in text
    assert "enable AES-NI" in text
    assert "First offered by vSphere 4.0 Update 1, as far as recalled: not verified" in text

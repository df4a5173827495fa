"""`inspect` and `baseline` with several sources of one host, and with hosts of which little is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flexgui import cli
from flexgui.plan import storage
from tests import processors as make
from tests.rules.plans import HYGON, WESTMERE, host, plan


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> str:
    code = cli.main([str(part) for part in argv])
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    return out


def run_json(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> Any:
    return json.loads(run(capsys, *argv, "--json"))


def capture(folder: Path, name: str, mode: str, *without: int, eax: int = 0x306F2) -> Path:
    """The output of `cpuid -r -1` on a host that has what a mode requires, without some leaves."""
    leaves = make.leaves_with(make.features_of(mode), eax=eax, maximum=0x1F)
    file = folder / f"{name}.txt"
    text = make.cpuid_raw([{k: v for k, v in leaves.items() if k[0] not in without}], numbered=False)
    file.write_text(text, encoding="utf-8")
    return file


def inventory(folder: Path, *hosts: tuple[str, str], file: str = "vcenter.json") -> Path:
    """What a vCenter says of hosts: names, and the highest mode of each."""
    content = [{"name": name, "summary": {"maxEVCModeKey": mode}} for name, mode in hosts]
    path = folder / file
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_a_host_in_two_files_is_one_host(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = capture(tmp_path, "esx-01", "intel-haswell", 7)
    stated = inventory(
        tmp_path, ("ESX-01.example.com", "intel-haswell"), ("esx-02.example.com", "intel-merom")
    )
    (alone,) = run_json(capsys, "inspect", file)["hosts"]
    assert (alone["evc"]["highest"], alone["evc"]["possible"]) == (
        "intel-sandybridge",
        "intel-haswell",
    )
    assert "7.0" in alone["evc"]["to_collect"][0]
    joined, other = run_json(capsys, "inspect", file, stated)["hosts"]
    assert (joined["name"], joined["evc"]["highest"]) == ("ESX-01.example.com", "intel-haswell")
    assert [(e["source"], e["kind"], e["generation"], e["highest"]) for e in joined["evidence"]] == [
        ("esx-01.txt", "registers", "Haswell", "intel-sandybridge"),
        ("vcenter.json", "maxEVCModeKey", None, "intel-haswell"),
    ]
    assert (joined["disagreements"], joined["assumed"]) == ([], False)
    assert (joined["source"], len(other["evidence"])) == (str(file), 1)
    text = run(capsys, "inspect", tmp_path)
    assert "maxEVCModeKey: vcenter.json" in text
    vendors = run_json(capsys, "baseline", file, stated)["vendors"]
    assert vendors["intel"]["hosts"] == ["ESX-01.example.com", "esx-02.example.com"]


def test_sources_that_disagree_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = capture(tmp_path, "esx-01", "intel-westmere", eax=0x206C2)
    stated = inventory(tmp_path, ("esx-01", "intel-haswell"))
    (found,) = run_json(capsys, "inspect", file, stated)["hosts"]
    (sentence,) = found["disagreements"]
    assert "vcenter.json says that esx-01 supports" in sentence
    assert "esx-01.txt counts" in sentence
    assert found["evc"]["highest"] == "intel-westmere"
    assert sentence in run(capsys, "inspect", file, stated)


def test_what_to_collect_settles_the_baseline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = capture(tmp_path, "esx-01", "intel-haswell")
    short = capture(tmp_path, "esx-02", "intel-haswell", 7)
    old = inventory(tmp_path, ("esx-03", "intel-sandybridge"))
    found = run_json(capsys, "baseline", whole, short, old)["vendors"]["intel"]
    assert found["highest_common_mode"] == "intel-sandybridge"
    assert found["possible_mode"] == "intel-haswell"
    assert [(c["hosts"], c["advice"], c["mode"], c["leaves"]) for c in found["to_collect"]] == [
        (["esx-02"], "leaves", "intel-haswell", ["7.0"]),
        (["esx-03"], "vcenter", "intel-haswell", ["1.0", "7.0", "80000001.0"]),
    ]
    assert {h for lost in found["loses"] for h in lost["hosts"]} == {"esx-01", "esx-02"}
    text = run(capsys, "baseline", whole, short, old)
    for each in found["to_collect"]:
        assert each["sentence"] in text
    again = capture(tmp_path, "esx-02", "intel-haswell")
    new = inventory(tmp_path, ("esx-03", "intel-haswell"))
    settled = run_json(capsys, "baseline", whole, again, new)["vendors"]["intel"]
    assert (settled["highest_common_mode"], settled["to_collect"]) == ("intel-haswell", [])


def test_the_hosts_of_a_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.flexplan.json"
    storage.save(plan(host(1, WESTMERE), host(2), host(3, HYGON)), file)
    vendors = run_json(capsys, "baseline", file)["vendors"]
    assert set(vendors) == {"intel", "hygon"}
    intel, hygon = vendors["intel"], vendors["hygon"]
    assert (intel["highest_common_mode"], intel["possible_mode"]) == (None, "intel-westmere")
    assert (intel["hosts"], intel["maker_unknown"]) == (["esx-01"], ["esx-02"])
    assert [(c["hosts"], c["advice"]) for c in intel["to_collect"]] == [(["esx-02"], "processor")]
    assert [b["host"] for b in intel["blocked_by"]] == ["esx-02"]
    assert (hygon["has_evc_modes"], hygon["highest_common_mode"], hygon["to_collect"]) == (False, None, [])
    text = run(capsys, "baseline", file)
    assert "no EVC mode for processors by Hygon" in text
    assert "esx-02: the processor is not known" in text
    only = capture(tmp_path, "esx-09", "intel-nehalem", eax=0x106A5)
    both = run_json(capsys, "baseline", file, only)["vendors"]["intel"]
    assert both["hosts"] == ["esx-01", "esx-09"]


def test_a_maker_without_modes_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leaves = make.leaves_with(("FPU", "SSE2"), vendor="HygonGenuine", eax=0x900F01)
    file = tmp_path / "hygon.txt"
    file.write_text(make.cpuid_raw([leaves]), encoding="utf-8")
    (found,) = run_json(capsys, "inspect", file)["hosts"]
    assert found["evc"]["maker_has_modes"] is False
    assert (found["evc"]["unknown"], found["evc"]["to_collect"]) == ([], [])
    text = run(capsys, "inspect", file)
    assert "no EVC mode for processors by Hygon" in text
    assert "cannot tell" not in text

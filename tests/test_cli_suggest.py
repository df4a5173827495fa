"""`flexgui suggest`: captures, folders and plans; its JSON keys and its words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flexgui import cli
from flexgui.capture import read_capture
from flexgui.plan import storage
from flexgui.plan.inventory import fleet_host, hosts
from flexgui.plan.values import Datacenter, Host, Plan
from flexgui.resources import resource_path
from tests import processors as make

SAMPLE = resource_path("samples", "paper.flexplan.json")


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    code = cli.main([str(part) for part in argv])
    out, err = capsys.readouterr()
    return code, out, err


def suggested(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> Any:
    code, out, err = run(capsys, "suggest", *argv, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)["vendors"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Captures of five made-up hosts, two of them alike, and one without a mode."""
    for name, cores in {
        "esx-01": make.leaves_with(make.features_of("intel-merom")),
        "esx-02": make.leaves_with(make.features_of("intel-westmere")),
        "esx-03": make.leaves_with(make.features_of("intel-westmere")),
        "esx-04": make.leaves_with(make.features_of("amd-zen"), vendor=make.AMD),
        "esx-05": make.leaves_with([f for f in make.features_of("amd-zen") if f != "NX"], vendor=make.AMD),
    }.items():
        (tmp_path / f"{name}.txt").write_text(make.cpuid_raw([cores]), encoding="utf-8")
    return tmp_path


def test_a_folder_of_captures(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = suggested(capsys, folder)
    assert list(found) == ["intel", "amd"]
    one, two = found["intel"]["partitions"]
    assert (one["k"], one["features_kept"], one["unplaced"]) == (1, 45, [])
    assert [(c["mode"], c["hosts"], c["features"]) for c in two["clusters"]] == [
        ("intel-westmere", ["esx-02", "esx-03"], 21),
        ("intel-merom", ["esx-01"], 15),
    ]
    assert two["gain"].startswith("A second cluster keeps SSE41, SSE42, ")
    assert two["gain"].endswith(" on 2 hosts.")
    assert any("esx-01 would be alone" in text for text in two["remarks"])
    assert (found["intel"]["recommended_k"], found["intel"]["useful_k"]) == (1, 2)
    (only,) = found["amd"]["partitions"]
    assert only["unplaced"] == ["esx-05"]
    assert found["amd"]["left_out"] == [
        {
            "hosts": ["esx-05"],
            "reason": "lacks features",
            "closest_mode": "amd-greyhound-no3dnow",
            "missing": ["NX"],
            "unknown": [],
            "collect": [],
        }
    ]
    assert only["clusters"][0]["sources"] == [str(folder / "esx-04.txt")]


def test_every_number_up_to_k_gets_an_answer(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    intel = suggested(capsys, folder, "-k", "3")["intel"]
    assert [(p["k"], len(p["clusters"])) for p in intel["partitions"]] == [(1, 1), (2, 2), (3, 2)]
    assert intel["partitions"][2]["gain"] == "A third cluster gains nothing."
    one = suggested(capsys, folder, "-k", "1")["intel"]
    assert [p["k"] for p in one["partitions"]] == [1]
    assert one["useful_k"] == 2
    assert len(suggested(capsys, folder, "-k", "999999999")["intel"]["partitions"]) < 30


def test_a_plan_brings_its_hosts_its_release_and_its_modes(capsys: pytest.CaptureFixture[str]) -> None:
    (intel,) = suggested(capsys, SAMPLE).values()
    plan = storage.load(SAMPLE)
    assert sorted(intel["hosts"]) == sorted(host.label for _, _, host in hosts(plan))
    assert [p["features_kept"] for p in intel["partitions"]] == [60, 68, 70, 71]
    (old,) = suggested(capsys, SAMPLE, "--release", "2.5u2").values()
    assert {c["mode"] for p in old["partitions"] for c in p["clusters"]} == {"intel-merom"}


def test_captures_beside_a_plan(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = tmp_path / "sample.json"
    plain.write_bytes(SAMPLE.read_bytes())
    found = suggested(capsys, plain, folder / "esx-04.txt")
    assert (len(found["intel"]["hosts"]), found["amd"]["hosts"]) == (4, ["esx-04"])


def test_modes_of_a_vcenter_replace_the_built_in_ones(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also for a plan: they are what is asked about."""
    modes = tmp_path / "modes" / "vcenter.json"
    modes.parent.mkdir()
    features = {"intel-old": ("SSE3", "NX"), "intel-new": ("SSE3", "NX", "AES")}
    stated = [
        {
            "Key": key,
            "Label": key,
            "Vendor": "intel",
            "FeatureRequirement": [{"Key": f"cpuid.{f}", "Value": "Bool:Min:1"} for f in own],
        }
        for key, own in features.items()
    ]
    modes.write_text(json.dumps(stated), encoding="utf-8")
    for files in ([SAMPLE], [folder / f"esx-0{n}.txt" for n in (1, 2, 3)]):
        intel = suggested(capsys, *files, "--modes", modes, "--release", "2.5u2")["intel"]
        assert [c["mode"] for c in intel["partitions"][1]["clusters"]] == ["intel-new", "intel-old"]


def test_two_plans_are_too_many(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "suggest", SAMPLE, SAMPLE)
    assert (code, out) == (2, "")
    assert "2 plans" in err


@pytest.mark.parametrize("number", ["0", "-1", "two", "1.5", ""])
def test_a_number_of_clusters_that_is_none(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["suggest", str(SAMPLE), f"-k={number}"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("content", ['{"format": 1, "release": 7}', '{"format": 99, "release": "5.5"}', "{}"])
def test_what_is_no_plan_is_refused_in_one_line(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "some.json"
    path.write_text(content, encoding="utf-8")
    code, out, err = run(capsys, "suggest", path, "--json")
    assert (code, out) == (2, "")
    assert str(path) in err
    assert err.count("\n") == 1


def test_a_plan_without_hosts_or_processors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.flexplan.json"
    storage.save(Plan(release="8.0"), empty)
    assert suggested(capsys, empty) == {}
    bare = tmp_path / "bare.flexplan.json"
    host = Host(id="host-2", address="10.0.0.1", name="esx\n-01")
    datacenter = Datacenter(id="datacenter-1", name="Milano", hosts=(host,))
    storage.save(Plan(release="8.0", serial=2, datacenters=(datacenter,)), bare)
    unknown = suggested(capsys, bare)["unknown"]
    assert unknown["left_out"][0]["reason"] == "no processor"
    code, out, _ = run(capsys, "suggest", bare)
    assert code == 0
    assert "esx\\n-01: the processor is not known." in out


def test_words_for_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "suggest", folder, "-k", "2")
    assert (code, err) == (0, "")
    assert "A second cluster keeps SSE41" in out
    assert "Proposed: 1 cluster." in out
    assert "leave a host alone" in out
    assert "With 2 clusters:" in out
    assert "esx-05: no mode fits without NX" in out


def test_the_esxi_host_by_two_sources(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`featureCapability` is certain; of `cpuFeature` alone leaf 7 is asked for."""
    path = captures / "vsphere/cpuFeature-e5-1620.json"
    (host,) = read_capture(path)
    (intel,) = suggested(capsys, path).values()
    assert intel["hosts"] == [host.name]
    assert any("7.0" in question["collect"] for question in intel["cannot_tell"])
    assert all(p["possible"] >= p["features_kept"] for p in intel["partitions"])


def test_a_host_of_a_plan_as_one_of_a_fleet() -> None:
    plan = storage.load(SAMPLE)
    found = [fleet_host(plan, host) for _, _, host in hosts(plan)]
    assert all(each.cpu is not None and each.esx_release for each in found)

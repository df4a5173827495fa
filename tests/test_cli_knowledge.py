"""What the command line says of hidden features, of a vCenter's modes, of unknown models and of releases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flexgui.evc.releases import esx_cpu_support, esx_releases
from flexgui.resources import read_text, resource_path
from tests.processors import AMD, Leaves, aida64, cpuid_raw, features_of, leaves_with, libvirt, vsphere
from tests.test_cli import run, run_json

Capsys = pytest.CaptureFixture[str]
SERVER = ("VMX", "MWAIT")


def saved(folder: Path, core: Leaves, name: str = "host.xml") -> Path:
    path = folder / name
    path.write_text(libvirt(core))
    return path


def westmere(*without: str) -> Leaves:
    features = (f for f in (*features_of("intel-westmere"), *SERVER) if f not in without)
    return leaves_with(features, eax=0x206C2, brand="Intel(R) Xeon(R) CPU X5670")


def test_inspect_tells_hidden_from_missing(tmp_path: Path, capsys: Capsys) -> None:
    file = saved(tmp_path, westmere("AES", "PCLMULQDQ"))
    (host,) = run_json(capsys, "inspect", file)["hosts"]
    assert [(h["feature"], h["cause"], h["setting"]) for h in host["hidden"]] == [
        ("AES", "bios", "AES-NI"),
        ("PCLMULQDQ", "bios", "AES-NI"),
    ]
    assert host["evc"]["missing_for_next"] == ["PCLMULQDQ", "AES"]
    _, out, _ = run(capsys, "inspect", file)
    assert "enable AES-NI in the BIOS" in out
    assert "AC power cycle" in out


def test_inspect_says_nothing_of_what_is_not_proven(captures: Path, capsys: Capsys) -> None:
    (host,) = run_json(capsys, "inspect", captures / "libvirt/x86_64-cpuid-Pentium-P6100.xml")["hosts"]
    assert host["hidden"] == []
    (host,) = run_json(capsys, "inspect", captures / "cpuid/cpuid-r-1.txt")["hosts"]
    assert host["hidden"] == []


def test_inspect_never_seeks_tsx(captures: Path, capsys: Capsys) -> None:
    _, out, _ = run(capsys, "inspect", captures / "libvirt/x86_64-cpuid-Xeon-E5-2609-v3.xml")
    assert "Newer microcode takes HLE, RTM away: do not seek it" in out
    assert "enable HLE" not in out


def test_baseline_says_what_a_blocker_hides(tmp_path: Path, capsys: Capsys) -> None:
    files = (saved(tmp_path, westmere(), "a.xml"), saved(tmp_path, westmere("AES"), "b.xml"))
    (blocker,) = run_json(capsys, "baseline", *files)["vendors"]["intel"]["blocked_by"]
    assert (blocker["host"], blocker["missing"]) == ("b", ["AES"])
    assert [h["feature"] for h in blocker["hidden"]] == ["AES"]
    _, out, _ = run(capsys, "baseline", *files)
    assert "enable AES-NI" in out


def test_inspect_says_which_esx_is_needed_and_how_far_that_is_known(captures: Path, capsys: Capsys) -> None:
    file = captures / "libvirt/x86_64-cpuid-Xeon-W3520.xml"
    (host,) = run_json(capsys, "inspect", file)["hosts"]
    assert host["esx_support"]["first"] == "ESX 3.5 Update 4"
    assert host["esx_support"]["first_documented"] is True
    assert host["esx_support"]["last_documented"] is False
    _, out, _ = run(capsys, "inspect", file)
    assert "ESX 3.5 Update 4 is the first (documented)" in out
    assert "has dropped it (as far as recalled; verify in the vendor's compatibility guide)" in out


@pytest.mark.parametrize(
    ("vendor", "eax"),
    [("HygonGenuine", 0x900F01), ("CentaurHauls", 0x6FE), ("  Shanghai  ", 0x306B0)],
)
@pytest.mark.parametrize("layout", ["libvirt", "aida64", "cpuid", "vsphere"])
def test_other_makers_get_no_mode(vendor: str, eax: int, layout: str, tmp_path: Path, capsys: Capsys) -> None:
    """Hygon, Centaur and Zhaoxin, though their features would do for the modes of Intel or AMD."""
    features = {*features_of("intel-haswell"), *features_of("amd-zen")}
    core = leaves_with(features, vendor=vendor, eax=eax, brand="Processor of another maker")
    write = {"libvirt": libvirt, "aida64": lambda c: aida64([c]), "cpuid": lambda c: cpuid_raw([c])}
    path = tmp_path / "host.txt"
    path.write_text(write.get(layout, vsphere)(core))
    (host,) = run_json(capsys, "inspect", path)["hosts"]
    assert host["vendor"] in ("hygon", "centaur", "zhaoxin")
    evc = host["evc"]
    assert (evc["highest"], evc["possible"], evc["supported"], evc["unknown"]) == (None, None, [], [])
    assert host["hidden"] == []
    (pool,) = run_json(capsys, "baseline", path)["vendors"].values()
    assert (pool["highest_common_mode"], pool["possible_mode"], pool["blocked_by"]) == (None, None, [])


@pytest.mark.parametrize(
    ("vendor", "eax", "mode"), [("GenuineIntel", 0xF06F2, "intel-haswell"), (AMD, 0xC00F10, "amd-zen2")]
)
def test_unknown_models_are_judged_by_their_features_and_say_so(
    vendor: str, eax: int, mode: str, tmp_path: Path, capsys: Capsys
) -> None:
    core = leaves_with(features_of(mode), vendor=vendor, eax=eax, brand="Processor of tomorrow")
    file = saved(tmp_path, core)
    (host,) = run_json(capsys, "inspect", file)["hosts"]
    assert (host["generation"], host["evc"]["highest"]) == (None, mode)
    _, out, _ = run(capsys, "inspect", file)
    assert "unknown model, judged by its features" in out


def mode_file(folder: Path) -> Path:
    def mode(key: str, *features: str) -> dict[str, Any]:
        return {
            "Key": key,
            "Label": f"The label of {key}",
            "Vendor": key.partition("-")[0],
            "FeatureRequirement": [{"Key": f"cpuid.{f}", "Value": "Bool:Min:1"} for f in features],
        }

    path = folder / "modes.json"
    path.write_text(
        json.dumps([mode("intel-new", "SSE3", "NX", "AES", "RTM"), mode("intel-old", "SSE3", "NX")])
    )
    return path


def test_modes_of_a_vcenter_replace_the_built_in_ones(tmp_path: Path, capsys: Capsys) -> None:
    file, modes = saved(tmp_path, westmere()), mode_file(tmp_path)
    (host,) = run_json(capsys, "inspect", file, "--modes", modes)["hosts"]
    assert host["evc"]["supported"] == ["intel-old"]
    assert host["evc"]["missing_for_next"] == ["RTM"]
    found = run_json(capsys, "baseline", file, "--modes", modes, "--release", "5.0")["vendors"]["intel"]
    assert (found["highest_common_mode"], found["next_mode"]) == ("intel-old", "intel-new")
    listed = run_json(capsys, "modes", "--modes", modes)["modes"]
    assert [m["key"] for m in listed] == ["intel-old", "intel-new"]
    assert listed[1]["includes"] == ["intel-old"]
    _, out, _ = run(capsys, "modes", "--modes", modes)
    assert "read from a vCenter (modes.json)" in out


def test_modes_of_a_vcenter_replace_those_of_a_plan(tmp_path: Path, capsys: Capsys) -> None:
    plan = resource_path("samples", "paper.flexplan.json")
    modes = mode_file(tmp_path)
    found = run_json(capsys, "baseline", plan, "--modes", modes)["vendors"]["intel"]
    assert (found["highest_common_mode"], found["next_mode"]) == ("intel-old", "intel-new")
    _, out, _ = run(capsys, "suggest", plan, "--modes", modes, "--json")
    assert "intel-old" in out
    assert "intel-merom" not in out


def test_a_bad_file_of_modes_is_one_line(tmp_path: Path, capsys: Capsys) -> None:
    file = saved(tmp_path, westmere())
    for content in ("[]", "{", "\0", '{"supportedEVCMode": [{"key": "x", "featureMask": []}]}'):
        bad = tmp_path / "modes.json"
        bad.write_text(content)
        code, out, err = run(capsys, "inspect", file, "--modes", bad)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert "modes.json" in err
    code, _, err = run(capsys, "inspect", file, "--modes", tmp_path / "none.json")
    assert code == 2
    assert "There is no such file" in err


def test_modes_of_a_release_with_their_provenance(capsys: Capsys) -> None:
    listed = run_json(capsys, "modes", "--release", "5.5")["modes"]
    keys = [mode["key"] for mode in listed]
    assert keys[0] == "intel-merom"
    assert [key for key in keys if key.startswith("intel")][-1] == "intel-ivybridge"
    assert [key for key in keys if key.startswith("amd")][-1] == "amd-piledriver"
    _, out, _ = run(capsys, "modes", "--release", "5.5")
    assert "since 2.5u2 (documented)" in out
    assert "since 5.1 (recalled)" in out
    assert "not verified" in out


def test_every_row_of_esx_support_is_of_a_known_generation_and_release(shared: Path) -> None:
    generations = {
        line.split("\t")[4] for line in read_text("processor_generations.tsv").splitlines() if "\t" in line
    }
    named = {known.generation for known in esx_cpu_support()}
    assert named <= generations
    for known in esx_cpu_support():
        assert {known.first_esx, known.last_esx} <= {*esx_releases(), None}
    rows = (shared / "reference/esx_cpu_support.tsv").read_text().splitlines()[1:]
    assert {row.split("\t")[0].split(" (")[0] for row in rows} <= named


def test_inspect_says_where_nothing_is_known_of_the_esx(captures: Path, capsys: Capsys) -> None:
    _, out, _ = run(capsys, "inspect", captures / "libvirt/x86_64-cpuid-Core-i7-8550U.xml")
    assert "nothing is known of the ESX that it needs; verify in the vendor's compatibility guide" in out
    _, out, _ = run(capsys, "inspect", captures / "libvirt/x86_64-cpuid-Xeon-E5-2650-v4.xml")
    assert "ESXi 6.0 Update 1, or 5.5 Update 3 is the first (as far as recalled" in out
    assert "ESX 9.0 has dropped it (as far as recalled" in out

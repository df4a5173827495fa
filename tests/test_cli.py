"""The command line: its JSON keys, its exit codes, and one sentence for bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flexgui import cli
from flexgui.__main__ import main
from flexgui.plan import edits, storage
from flexgui.plan.values import Plan
from flexgui.resources import resource_path

SAMPLE = resource_path("samples", "paper.flexplan.json")
LIBVIRT = "libvirt/x86_64-cpuid-"


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    code = cli.main([str(part) for part in argv])
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> Any:
    code, out, err = run(capsys, *argv, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_inspect_says_silicon_and_highest_mode(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = captures / f"{LIBVIRT}Pentium-P6100.xml"
    (host,) = run_json(capsys, "inspect", file)["hosts"]
    assert host["generation"] == "Westmere"
    assert host["evc"]["highest"] == "intel-merom"
    assert host["evc"]["supported"] == ["intel-merom"]
    assert host["evc"]["missing_for_next"] == ["SSE41"]
    assert (host["vendor"], host["family"], host["model"], host["stepping"]) == ("intel", 6, 0x25, 5)
    assert host["source"] == str(file)
    assert host["hypervisor"] is False


def test_inspect_of_a_guest_cannot_tell(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (host,) = run_json(capsys, "inspect", captures / "cpuid/cpuid-r-1.txt")["hosts"]
    assert host["hypervisor"] is True
    assert "amd-zen4" in host["evc"]["unknown"]


def test_inspect_prints_for_people(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "inspect", captures / f"{LIBVIRT}Xeon-E7-4830.xml")
    assert code == 0
    assert "Westmere" in out
    assert "intel-westmere" in out
    assert "MSR 130h, 131h" in out


def test_baseline_of_the_papers_pool(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [
        captures / f"{LIBVIRT}Xeon-5110.xml",
        captures / "aida64/GenuineIntel0010676_Harpertown_CPUID.txt",
        captures / "aida64/GenuineIntel00106A2_Nehalem-EP_CPUID.txt",
        captures / f"{LIBVIRT}Xeon-E7-4830.xml",
        captures / f"{LIBVIRT}Opteron-2350.xml",
    ]
    vendors = run_json(capsys, "baseline", *files)["vendors"]
    assert set(vendors) == {"intel", "amd"}
    assert vendors["intel"]["highest_common_mode"] == vendors["intel"]["possible_mode"] == "intel-merom"
    assert [b["missing"] for b in vendors["intel"]["blocked_by"]] == [["SSE41"]]
    eax, ebx, ecx, edx = vendors["intel"]["registers"]["00000001.0"]
    assert (eax, ebx) == (None, None)
    assert (ecx, edx) == ("0004e33d", "bfebfbff")
    assert vendors["amd"]["highest_common_mode"] == "amd-greyhound"


def test_release_limits_the_modes(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = captures / f"{LIBVIRT}Xeon-E7-4830.xml"
    (host,) = run_json(capsys, "inspect", file, "--release", "2.5u2")["hosts"]
    assert host["evc"]["highest"] == "intel-merom"
    code, _, err = run(capsys, "inspect", file, "--release", "17.4")
    assert code == 2
    assert "17.4" in err


def test_check_of_the_sample(capsys: pytest.CaptureFixture[str]) -> None:
    found = run_json(capsys, "check", SAMPLE)
    assert set(found["counts"]) == {"error", "todo", "warning", "info"}
    assert found["counts"]["error"] == 0
    assert {"rule", "severity", "subject", "message", "remedy", "source"} <= set(found["findings"][0])


def broken(tmp_path: Path) -> Path:
    """The sample with a mode that the oldest host lacks features for."""
    plan = storage.load(SAMPLE)
    cluster = plan.datacenters[0].clusters[0]
    file = tmp_path / "broken.flexplan.json"
    storage.save(edits.set_fields(plan, cluster.id, evc_mode="intel-westmere"), file)
    return file


def test_check_with_errors_exits_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "check", broken(tmp_path))
    assert (code, err) == (1, "")
    assert "SSE41" in out
    assert "error" in out


def test_export_is_a_plan_with_every_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.json"
    code, out, err = run(capsys, "export", SAMPLE, "--to", "json", "-o", target)
    assert (code, out, err) == (0, "", "")
    assert storage.load(target) == storage.load(SAMPLE)
    host = json.loads(target.read_bytes())["datacenters"][0]["clusters"][0]["hosts"][0]
    assert host["in_maintenance_mode"] is False


def test_export_of_errors_needs_force_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan, target = broken(tmp_path), tmp_path / "out.json"
    code, _, err = run(capsys, "export", plan, "--to", "json", "-o", target)
    assert code == 1
    assert "--force" in err
    assert not target.exists()
    code, _, err = run(capsys, "export", plan, "--to", "json", "-o", target, "--force")
    assert (code, err) == (0, "")
    assert "error" in json.loads(target.read_bytes())["remarks"][0]


def test_unknown_target(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "export", SAMPLE, "--to", "punch-cards")
    assert code == 2
    assert "json" in err


def test_modes_and_rules_and_formats(capsys: pytest.CaptureFixture[str]) -> None:
    modes = run_json(capsys, "modes")["modes"]
    assert len(modes) == 25
    assert {m["key"] for m in modes if m["requires"] is None} == {"intel-graniterapids", "amd-zen5"}
    assert run_json(capsys, "rules")["rules"]
    assert "json" in run_json(capsys, "formats")["targets"]
    for command in ("modes", "rules", "formats"):
        code, out, _ = run(capsys, command)
        assert code == 0
        assert out


def test_schema_describes_the_sample(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "schema")
    assert code == 0
    assert json.loads(out)["title"] == "FlexGUI plan"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\x7fELF\0\0\0\1", "binary"),
        (b"hello", "no capture"),
        (SAMPLE.read_bytes(), "flexgui check"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><cpudata arch='x86'>&a;</cpudata>", "DTD"),
    ],
)
def test_bad_capture_is_one_line(
    content: bytes, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.txt"
    file.write_bytes(content)
    # A plan is fine for baseline.
    for command in ("inspect",) if says == "flexgui check" else ("inspect", "baseline"):
        code, out, err = run(capsys, command, file)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert "bad.txt" in err
        assert "Traceback" not in err
    if says != "DTD":
        assert says in err


def test_huge_capture_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "huge.txt"
    with file.open("wb") as stream:
        stream.truncate(64 * 1024 * 1024 + 1)
    code, _, err = run(capsys, "inspect", file)
    assert code == 2
    assert "64 MiB" in err


def test_newer_plan_is_refused_and_untouched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "newer.flexplan.json"
    content = SAMPLE.read_bytes().replace(b'"format": 1', b'"format": 99')
    file.write_bytes(content)
    code, _, err = run(capsys, "check", file)
    assert code == 2
    assert "99" in err
    assert err.count("\n") == 1
    assert file.read_bytes() == content


def test_plan_with_a_missing_cpu(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = storage.load(SAMPLE)
    file = tmp_path / "gap.flexplan.json"
    file.write_bytes(storage.to_json(replace(plan, cpus=plan.cpus[1:])))
    code, _, err = run(capsys, "check", file)
    assert code == 2
    assert "esx-01" in err


def test_missing_file_and_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path / "nothing", tmp_path):
        code, _, err = run(capsys, "check", path)
        assert code == 2
        assert err.count("\n") == 1


def test_hostile_names_stay_on_their_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = Plan(release="5.5")
    plan = edits.add_datacenter(
        plan, replace(storage.load(SAMPLE).datacenters[0], name="a\n\x1b[31m\u202eb" + "x" * 80)
    )
    plan = replace(plan, cpus=storage.load(SAMPLE).cpus)
    file = tmp_path / "hostile.flexplan.json"
    storage.save(plan, file)
    _, out, _ = run(capsys, "check", file)
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_a_defect_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_path: Path) -> Plan:
        raise RuntimeError("broken inside")

    monkeypatch.setattr(storage, "load", fail)
    code, _, err = run(capsys, "check", SAMPLE)
    assert code == 3
    assert "broken inside" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("word", ["rulez", "inspct"])
def test_a_mistyped_command_is_told(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([word]) == 2
    err = capsys.readouterr().err
    assert word in err
    assert "inspect" in err
    assert err.count("\n") == 1


def test_json_is_json_whatever_the_terminal(tmp_path: Path) -> None:
    for encoding in ("ascii", "latin-1", "utf-8"):
        ended = subprocess.run(
            [sys.executable, "-m", "flexgui", "modes", "--json"],
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": encoding},
            timeout=60,
        )
        assert json.loads(ended.stdout)["modes"][0]["label"] == 'Intel® "Merom" Generation'


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's redirections")
@pytest.mark.parametrize("redirection", [">&-", "> /dev/full"])
def test_no_room_for_the_output_is_one_line(redirection: str) -> None:
    if "full" in redirection and not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    for command in ("modes", f"export {SAMPLE} --to json"):
        ended = subprocess.run(
            f"{sys.executable} -m flexgui {command} {redirection}",
            shell=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ended.returncode == 2
        assert ended.stderr.startswith("flexgui: ")
        assert ended.stderr.count("\n") == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_neither_waited_for_nor_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for command in (["inspect", pipe], ["check", pipe], ["export", SAMPLE, "--to", "json", "-o", pipe]):
        code, _, err = run(capsys, *command)
        assert code == 2
        assert "regular file" in err
    assert pipe.is_fifo()


def test_odd_targets_are_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for target in (loop, tmp_path / ("x" * 300), tmp_path / "none" / "out.json"):
        code, _, err = run(capsys, "export", SAMPLE, "--to", "json", "-o", target)
        assert code == 2
        assert err.count("\n") == 1
    long = tmp_path / ("x" * 250)
    assert run(capsys, "export", SAMPLE, "--to", "json", "-o", long)[0] == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_a_mistake_in_the_options_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for argv in (["check"], ["export", "a", "--nope\x1b"], ["inspect"]):
        with pytest.raises(SystemExit) as ended:
            cli.main(argv)
        assert ended.value.code == 2
        err = capsys.readouterr().err
        assert err.count("\n") == 1
        assert "\x1b" not in err

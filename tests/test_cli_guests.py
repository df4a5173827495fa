"""`migrate` and `verify`: keys, exit codes, and one sentence for bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flexgui import cli
from flexgui.plan import edits, storage
from flexgui.plan.values import Plan
from flexgui.resources import resource_path
from tests.evc.test_verification import guest_of, hidden_by
from tests.processors import cpuid_raw

SAMPLE = resource_path("samples", "paper.flexplan.json")


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    code = cli.main([str(part) for part in argv])
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys: pytest.CaptureFixture[str], *argv: str | Path, code: int = 0) -> Any:
    found, out, err = run(capsys, *argv, "--json")
    assert (found, err) == (code, "")
    return json.loads(out)


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The sample before FlexMigration: no EVC."""
    plan = storage.load(SAMPLE)
    cluster = plan.datacenters[0].clusters[0]
    for host in cluster.hosts:
        for vm in host.vms:
            plan = edits.set_fields(plan, vm.id, power_on_evc_mode=None)
    return _saved(edits.set_fields(plan, cluster.id, evc_mode=None), tmp_path)


def _saved(plan: Plan, folder: Path) -> Path:
    path = folder / "p.flexplan.json"
    storage.save(plan, path)
    return path


@pytest.fixture
def guest(tmp_path: Path) -> Path:
    """What a machine on esx-04 sees under the Merom mode."""
    cpu = guest_of(storage.load(SAMPLE).cpus[3], hidden_by("intel-merom"))
    path = tmp_path / "guest.txt"
    path.write_text(cpuid_raw([dict(cpu.table.items())]), "utf-8")
    return path


def test_live_cold_and_never(before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live = run_json(capsys, "migrate", SAMPLE, "--vm", "mail01", "--to", "esx-01")
    assert (live["verdict"], live["live"], live["message"], live["failing"]) == ("live", True, None, None)
    assert live["evc_mode"] == "intel-merom"
    assert [(v["viewer"], v["masked"], v["compatible"]) for v in live["views"]] == [
        ("kernel", False, False),
        ("application", False, False),
        ("kernel", True, True),
        ("application", True, True),
    ]
    cold = run_json(capsys, "migrate", before, "--vm", "mail01", "--to", "esx-01")
    assert (cold["verdict"], cold["live"], cold["powered_off"]) == ("cold", False, False)
    assert cold["failing"]["place"] == "CPUID level 0x1 register 'ecx'"
    assert cold["failing"]["fault"] == "CpuIncompatible1ECX"
    assert cold["failing"]["features"] == ["PCLMULQDQ", "SSE41", "SSE42", "POPCNT", "AES"]
    assert cold["message"].startswith("Host CPU is incompatible with the virtual machine's requirements")
    assert "Merom" in cold["remedy"]
    old = _saved(edits.set_release(storage.load(SAMPLE), "2.5u2"), tmp_path)
    never = run_json(capsys, "migrate", old, "--vm", "test01", "--to", "esx-01", code=1)
    assert never["verdict"] == "never"


def test_for_people(before: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "migrate", before, "--vm", "mail01", "--to", "esx-01")
    assert code == 0
    assert out.startswith("Milano / Cluster A / esx-04 / mail01 to Milano / Cluster A / esx-01: cold only\n")
    assert "vCenter says: Host CPU is incompatible" in out
    assert "with masking (intel-merom)" in out


@pytest.mark.parametrize(
    ("vm", "host", "says"),
    [
        ("nobody", "esx-01", "There is no virtual machine 'nobody'"),
        ("mail01", "nowhere", "There is no host 'nowhere'"),
        ("mail01", "esx-04", "is on this host already"),
    ],
)
def test_what_is_not_there(vm: str, host: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "migrate", SAMPLE, "--vm", vm, "--to", host)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


def test_names_that_several_have(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = storage.load(SAMPLE)
    twice = _saved(edits.set_fields(plan, "vm-7", name="mail01"), tmp_path)
    code, _, err = run(capsys, "migrate", twice, "--vm", "mail01", "--to", "esx-02")
    assert code == 2
    assert "Milano / Cluster A / esx-01 / mail01 (vm-7)" in err
    assert run(capsys, "migrate", twice, "--vm", "vm-7", "--to", "esx-02")[0] == 0
    assert run(capsys, "migrate", twice, "--vm", "esx-01/mail01", "--to", "esx-02")[0] == 0


def test_verify(guest: Path, before: Path, capsys: pytest.CaptureFixture[str]) -> None:
    agrees = run_json(capsys, "verify", SAMPLE, "--host", "esx-04", guest)
    assert (agrees["agrees"], agrees["evc_mode"], agrees["fits"]) == (True, "intel-merom", "intel-merom")
    rows = {row["feature"]: row for row in agrees["differences"]}
    assert rows["AES"]["place"] == "1.ECX[25]"
    assert (rows["AES"]["hardware"], rows["AES"]["expected"], rows["AES"]["seen"]) == (True, False, False)
    assert rows["AES"]["kind"] == "hidden as planned"
    differs = run_json(capsys, "verify", before, "--host", "esx-04", guest, "--vm", "mail01", code=1)
    rows = {row["feature"]: row for row in differs["differences"]}
    assert rows["AES"]["matters"]
    code, out, _ = run(capsys, "verify", before, "--host", "esx-04", guest)
    assert code == 1
    assert "Missing though it is expected" in out


def test_verify_with_other_captures(captures: Path, guest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "verify", SAMPLE, "--host", "esx-01", captures / "cpuid" / "cpuid-r-1.txt")
    assert code == 1
    assert "the capture is of another host" in out
    code, out, err = run(capsys, "verify", SAMPLE, "--host", "esx-01", guest.with_name("none.txt"))
    assert (code, out) == (2, "")
    assert "no such file" in err

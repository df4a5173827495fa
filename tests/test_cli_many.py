"""Thousands of hosts: what rests on their processors is weighed once, and what is said stays each host's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flexgui import cli
from flexgui.evc import pool, support
from tests.capture.host_tables import E5_2650_V4, GOLD_6130, as_csv


def inspected(capsys: pytest.CaptureFixture[str], *files: Path, text: bool = False) -> Any:
    assert cli.main(["inspect", *map(str, files), *([] if text else ["--json"])]) == 0
    out = capsys.readouterr().out
    return out if text else json.loads(out)["hosts"]


@pytest.mark.parametrize("brand", [GOLD_6130, "AMD Ryzen 9 5950X 16-Core", "Nobody's {}"])
def test_many_hosts_are_weighed_once(
    brand: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = [["Host", "CPU Model"], *([f"esx{n}", brand.format(n)] for n in range(300))]
    (tmp_path / "hosts.csv").write_text(as_csv(table))
    asked = 0

    def counted(*arguments: Any) -> support.Support:
        nonlocal asked
        asked += 1
        return own(*arguments)

    own = support.support
    monkeypatch.setattr(support, "support", counted)
    monkeypatch.setattr(pool, "support", counted)
    hosts = inspected(capsys, tmp_path / "hosts.csv")
    assert [host["name"] for host in hosts] == [f"esx{n}" for n in range(300)]
    assert [host["brand"] for host in hosts] == [brand.format(n) for n in range(300)]
    assert all(each.startswith(f"{host['name']}: ") for host in hosts for each in host["evc"]["to_collect"])
    assert 0 < asked < 300


def test_captures_of_one_name_are_told_apart_by_their_folders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        files.append(tmp_path / folder / "cpuinfo")
        files[-1].write_text("processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu sse2 lm\n\n")
    out = inspected(capsys, *files, text=True)
    assert all(f"cpuinfo ({file}): no brand" in out for file in files)
    assert "cpuinfo: no brand" in inspected(capsys, files[0], text=True)


def test_a_brand_that_its_own_mode_contradicts_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = ["Host", "CPU Model", "Max EVC"]
    rows = [["a", E5_2650_V4, "intel-icelake"], ["b", E5_2650_V4, "intel-broadwell"]]
    (tmp_path / "hosts.csv").write_text(as_csv([header, *rows]))
    told, fine = inspected(capsys, tmp_path / "hosts.csv")
    assert len(told["disagreements"]) == 1
    assert "hosts.csv says that a supports" in told["disagreements"][0]
    assert E5_2650_V4 in told["disagreements"][0]
    assert fine["disagreements"] == []

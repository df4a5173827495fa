"""The command line on a what-if of a plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flexgui import cli
from flexgui.plan import edits, scenarios, storage
from tests.rules.plans import MEROM, NEHALEM, hosts, plan

NAME = "Raised & alone"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    whole = scenarios.add(plan(*hosts(MEROM, NEHALEM), evc_mode="intel-merom"), NAME)
    shown = edits.set_fields(scenarios.shown(whole, NAME), "domain-c1", evc_mode="intel-nehalem")
    path = tmp_path / "a.flexplan.json"
    storage.save(scenarios.whole(shown, NAME), path)
    return path


def rules(capsys: pytest.CaptureFixture[str], *argv: str) -> set[str]:
    cli.main([*argv, "--json"])
    return {finding["rule"] for finding in json.loads(capsys.readouterr().out)["findings"]}


def test_check_of_a_scenario(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "evc.features-missing" not in rules(capsys, "check", str(file))
    assert "evc.features-missing" in rules(capsys, "check", str(file), "--scenario", NAME)
    assert cli.main(["check", str(file)]) == 0
    assert cli.main(["check", str(file), "--scenario", NAME]) == 1


def test_export_of_a_scenario_says_what_it_is(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["export", str(file), "--to", "json", "--scenario", NAME]
    assert cli.main(asked) == 1
    capsys.readouterr()
    assert cli.main([*asked, "--force"]) == 0
    exported = storage.from_json(capsys.readouterr().out.encode())
    assert exported.remarks[1] == f"This is the what-if {NAME}, not the plan itself."
    assert exported.scenarios == ()
    assert exported.datacenters[0].clusters[0].evc_mode == "intel-nehalem"


def test_a_scenario_that_is_not_there(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(file), "--scenario", "nothing"]) == 2
    error = capsys.readouterr().err
    assert "There is no what-if nothing in the plan. It has Raised & alone." in error
    storage.save(plan(), file)
    assert cli.main(["check", str(file), "--scenario", "nothing"]) == 2
    assert "It has none." in capsys.readouterr().err

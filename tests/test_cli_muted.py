"""What is muted in a plan is told with its reason, on the command line and in what is exported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flexgui.__main__ import main
from flexgui.plan import edits, storage
from flexgui.rules.check import check
from tests.rules.plans import host, plan

REASON = "agreed with operations"


@pytest.fixture
def muted(tmp_path: Path) -> Path:
    found = plan(host(thumbprint_confirmed=False))
    assert "host.thumbprint" in {finding.rule for finding in check(found)}
    path = tmp_path / "muted.flexplan.json"
    storage.save(edits.mute(found, "host.thumbprint", "host-1", REASON), path)
    return path


def test_check_tells_what_is_muted_and_why(muted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(muted)])
    (line,) = (line for line in capsys.readouterr().out.splitlines() if "thumbprint" in line)
    assert line.endswith(f"(muted: {REASON})")
    main(["check", str(muted), "--json"])
    told = json.loads(capsys.readouterr().out)
    (row,) = (row for row in told["findings"] if row["rule"] == "host.thumbprint")
    assert row["muted"] == REASON
    assert told["counts"]["todo"] == 0


def test_an_exported_plan_keeps_the_reason(muted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["export", str(muted), "--to", "json"])
    assert REASON in capsys.readouterr().out

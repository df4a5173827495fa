"""The program is killed while it edits and saves: plan and autosave are whole, and little is missing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flexgui.plan import storage
from flexgui.plan.autosave import find
from flexgui.plan.fleet import make_fleet
from flexgui.plan.values import Plan

ROOT = Path(__file__).resolve().parents[1]
MISSING_NS = 2_000_000_000
"""So much of the work before the end may be missing."""

LONGEST_S = 4.5
pytestmark = pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")


def kill_one(folder: Path, plan: Plan, seed: int) -> None:
    """Run the window on a plan, kill it at a moment that the seed chooses, and look at what is there."""
    folder.mkdir()
    path, log = folder / "plan.flexplan.json", folder / "log"
    storage.save(plan, path)
    log.touch()
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.killed_driver", str(path), str(log), str(seed)],
        env=environment,
        cwd=ROOT,
    )
    try:
        while not log.stat().st_size:
            assert process.poll() is None, "it ended by itself"
            time.sleep(0.01)
        time.sleep(random.Random(seed).uniform(0, LONGEST_S))
    finally:
        killed = time.monotonic_ns()
        process.send_signal(signal.SIGKILL)
        process.wait()
    done, saved = told(log)
    in_file = number(storage.load(path))
    found = find(path, folder / "data")
    kept = [number(each.plan()) for each in found]
    for each in found:
        each.discard()
    due = max((n for n, when in done.items() if when < killed - MISSING_NS), default=0)
    assert in_file >= max(saved, default=0), "a save that was told is in the file"
    assert in_file in {0, *done, max(done) + 1}
    assert max(in_file, *kept, 0) >= due, f"seed {seed}: {due} is missing"
    parts = [entry for entry in os.listdir(folder) if entry not in (path.name, log.name)]
    assert all(name.startswith(".flexgui.") for name in parts), parts


def told(log: Path) -> tuple[dict[int, int], list[int]]:
    """When each edit was done, and the edits that were saved."""
    done, saved = {}, []
    for line in log.read_text().splitlines():
        what, count, when = line.split()
        if what == "saved":
            saved.append(int(count))
        else:
            done[int(count)] = int(when)
    return done, saved


def number(plan: Plan) -> int:
    """The last edit that a plan has."""
    name = next(c.name for d in plan.datacenters for c in d.clusters)
    return int(name.removeprefix("edit-")) if name.startswith("edit-") else 0


@pytest.fixture(scope="module")
def small() -> Plan:
    return make_fleet(60, 1)


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment(tmp_path: Path, small: Plan, seed: int) -> None:
    kill_one(tmp_path / "plan", small, seed)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_killed_at_many_moments(tmp_path: Path, small: Plan) -> None:
    for seed in range(100, 180):
        kill_one(tmp_path / str(seed), small, seed)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_killed_with_ten_thousand_hosts(tmp_path: Path) -> None:
    plan = make_fleet(10_000, 1)
    for seed in range(12):
        kill_one(tmp_path / str(seed), plan, seed)

"""Made-up fleets are the same for one seed everywhere, can be read, and have few errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flexgui.__main__ import main
from flexgui.evc.releases import releases
from flexgui.plan import inventory
from flexgui.plan.dice import Dice
from flexgui.plan.fleet import make_fleet
from flexgui.plan.storage import from_json, to_json
from flexgui.plan.values import Plan
from flexgui.rules.check import check, counts


def shape(plan: Plan) -> tuple[int, int, int, int]:
    """Hosts, clusters, distinct processors, virtual machines."""
    hosts = [host for _, _, host in inventory.hosts(plan)]
    clusters = [cluster for datacenter in plan.datacenters for cluster in datacenter.clusters]
    return len(hosts), len(clusters), len(plan.cpus), sum(len(host.vms) for host in hosts)


def test_a_fleet_is_of_the_size_that_was_asked_for() -> None:
    assert shape(make_fleet(1000, 7, clusters=50, distinct=90, vms=2500)) == (1000, 50, 90, 2500)
    assert shape(make_fleet(1, 0)) == (1, 1, 1, 0)


def test_the_same_seed_gives_the_same_fleet_and_another_another() -> None:
    first, again, other = (to_json(make_fleet(200, seed, vms=100)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_draws_do_not_depend_on_the_version_of_python() -> None:
    dice = Dice(42)
    assert [dice.below(100) for _ in range(4)] == [63, 2, 27, 22]
    assert dice.shuffled("abcdef") == ["b", "c", "a", "f", "d", "e"]
    assert [dice.weighted("abc", [1, 0, 9]) for _ in range(6)] == ["a", "c", "c", "a", "c", "c"]


@pytest.mark.parametrize("release", sorted(releases()))
def test_a_fleet_fits_its_release_and_reads_back(release: str) -> None:
    plan = make_fleet(300, 3, release=release, distinct=20, vms=100)
    assert from_json(to_json(plan)) == plan
    assert counts(check(plan))["error"] == 0


def test_processors_are_distinct_however_many_are_wanted() -> None:
    plan = make_fleet(3000, 5, clusters=3, distinct=2000)
    assert len({cpu.fingerprint for cpu in plan.cpus}) == len(plan.cpus) == 2000
    assert all(cpu.measured and cpu.generation is not None for cpu in plan.cpus)


def test_the_command_writes_the_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "fleet.flexplan.json"
    assert main(["fleet", "make", "--hosts", "40", "--seed", "9", "--clusters", "4", "-o", str(file)]) == 0
    assert json.loads(file.read_bytes())["release"] == "8.0u2"
    assert main(["check", str(file)]) == 0
    capsys.readouterr()


@pytest.mark.parametrize(
    "wish",
    [
        ["--hosts", "0"],
        ["--hosts", "3", "--clusters", "4"],
        ["--hosts", "3", "--distinct", "4"],
        ["--hosts", "20000", "--distinct", "20000"],
        ["--hosts", "3", "--release", "1.0"],
        ["--hosts", "99999999"],
        ["--hosts", "3", "--vms", "-1"],
    ],
)
def test_a_wish_that_cannot_be_fulfilled_gets_one_sentence(
    wish: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fleet", "make", "--seed", "1", *wish]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1

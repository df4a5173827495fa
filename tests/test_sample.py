"""The bundled sample: the paper's pool, fit to be shown."""

from __future__ import annotations

import pytest

from flexgui.evc.recommendation import recommend
from flexgui.evc.releases import offered_modes
from flexgui.plan import inventory, storage
from flexgui.plan.values import Plan
from flexgui.resources import resource_path
from flexgui.rules.check import check, counts


@pytest.fixture(scope="module")
def plan() -> Plan:
    return storage.load(resource_path("samples", "paper.flexplan.json"))


def test_it_is_the_papers_pool(plan: Plan) -> None:
    found = {}
    for _, _, host in inventory.hosts(plan):
        cpu = inventory.cpu_of(plan, host)
        assert cpu is not None
        assert cpu.measured
        assert cpu.generation is not None
        found[cpu.brand.split(" @")[0].split()[-1]] = cpu.generation.name
    assert found == {"5110": "Merom", "E5462": "Penryn", "E5520": "Nehalem", "X5650": "Westmere"}


def test_every_processor_says_where_it_was_measured(plan: Plan) -> None:
    for _, _, host in inventory.hosts(plan):
        assert "register values" in host.cpu_source
        assert not host.cpu_assumed


def test_its_mode_is_the_one_that_fits(plan: Plan) -> None:
    (cluster,) = plan.datacenters[0].clusters
    modes = inventory.modes_of(plan)
    found = recommend(inventory.members(plan, cluster.hosts), modes, offered_modes(plan.release, modes))
    assert found is not None
    assert found.mode is not None
    assert found.mode.key == cluster.evc_mode == "intel-merom"
    assert [member.name for member in found.setters] == ["esx-01"]


def test_it_has_no_errors_and_something_to_learn(plan: Plan) -> None:
    numbers = counts(check(plan))
    assert numbers["error"] == 0
    assert numbers["warning"] + numbers["info"] > 0


def test_it_says_that_it_is_a_sample(plan: Plan) -> None:
    assert plan.remarks[0].startswith("Sample:")

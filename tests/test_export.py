"""Every export target: an empty plan, hostile names, errors."""

from __future__ import annotations

import pytest

from flexgui.export.target import TARGETS, ExportRefusedError, Target, export
from flexgui.plan import edits, storage
from flexgui.plan.values import Datacenter, Plan
from flexgui.resources import resource_path

ALL = pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))
HOSTILE = ("'; rm -rf /", '"$(reboot)"', "`id`", "${x}", "{{ y }}", "=1+1", "a\nb", "\u202eabc", "@'\n'@")


def sample() -> Plan:
    return storage.load(resource_path("samples", "paper.flexplan.json"))


def broken() -> Plan:
    plan = sample()
    return edits.set_fields(plan, plan.datacenters[0].clusters[0].id, evc_mode="intel-westmere")


@ALL
def test_an_empty_plan(target: Target) -> None:
    assert export(Plan(release="5.5"), target)


@ALL
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(target: Target, name: str) -> None:
    plan = edits.add_datacenter(Plan(release="5.5"), Datacenter(id="datacenter-1", name=name))
    assert export(plan, target, force=True)


@ALL
def test_errors_are_refused_and_forced_with_a_warning_at_the_top(target: Target) -> None:
    with pytest.raises(ExportRefusedError, match="3 errors"):
        export(broken(), target)
    text = export(broken(), target, force=True).decode()
    assert 0 <= text.find("Exported with 3 errors") < 400


@pytest.mark.parametrize("name", HOSTILE)
def test_json_gives_back_the_name(name: str) -> None:
    plan = edits.add_datacenter(sample(), Datacenter(id="datacenter-90", name=name))
    assert storage.from_json(export(plan, TARGETS["json"], force=True)).datacenters == plan.datacenters


def test_json_is_the_plan_itself() -> None:
    plan = sample()
    assert storage.from_json(export(plan, TARGETS["json"])) == plan


@ALL
def test_the_warning_of_an_earlier_export_is_gone_when_the_errors_are(target: Target) -> None:
    forced = storage.from_json(export(broken(), TARGETS["json"], force=True))
    mended = edits.set_fields(forced, forced.datacenters[0].clusters[0].id, evc_mode="intel-merom")
    assert b"Exported with" not in export(mended, target)

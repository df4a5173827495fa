"""Plans are read and written as pydantic would, without all of pydantic."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.modes import EvcMode
from flexgui.plan.autosave import Note
from flexgui.plan.clipboard import Clip
from flexgui.plan.codec import codec, core_schema_of
from flexgui.plan.values import Cluster, Datacenter, Host, Plan, Scenario, VirtualMachine

UNSAID = {
    "frozen": False,
    "post_init": False,
    "collect_init_only": False,
    "computed_fields": [],
    "init": True,
    "kw_only": False,
    "default_factory_takes_data": False,
    "microseconds_precision": "truncate",
}
"""What pydantic says besides, and what its core takes for granted or needs for Python objects alone."""


def plain(schema: Any, named: dict[str, Any]) -> Any:
    """A core schema in full, without names and notes; functions by their names."""
    if isinstance(schema, list):
        return [plain(each, named) for each in schema]
    if not isinstance(schema, dict):
        return getattr(schema, "__qualname__", schema) if callable(schema) else schema
    if schema.get("type") == "definitions":
        found = {each["ref"]: each for each in schema["definitions"]}
        return plain(schema["schema"], named | found)
    if schema.get("type") == "definition-ref":
        return plain(named[schema["schema_ref"]], named)
    return {
        key: plain(value, named)
        for key, value in schema.items()
        if key not in ("metadata", "ref") and not (key in UNSAID and UNSAID[key] == value)
    }


@pytest.mark.parametrize(
    "kind", [Plan, Scenario, Datacenter, Cluster, Host, VirtualMachine, Cpu, EvcMode, Note, Clip]
)
def test_schema_is_that_of_pydantic(kind: Any) -> None:
    assert plain(core_schema_of(kind), {}) == plain(TypeAdapter(kind).core_schema, {})


def test_a_type_that_plans_do_not_have() -> None:
    with pytest.raises(TypeError, match="float"):
        codec(float)

"""Plan files: an exact round trip, a schema that describes them, and nothing hostile gets in."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from flexgui.errors import InputError
from flexgui.evc.modes import builtin_modes
from flexgui.plan import edits, storage
from flexgui.plan.values import Plan, ResourcePool, Scenario
from tests.plan.strategies import plans
from tests.rules.plans import MEROM, host, plan, vm

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "resources" / "samples").glob("*.json"))


def document(of: Plan | None = None, **fields: Any) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(storage.to_json(of or plan(host(1, MEROM, vms=(vm(),)))))
    return content | fields


def refused(content: bytes | dict[str, Any]) -> InputError:
    """Why a file is refused: one sentence, one line, with what to do."""
    if isinstance(content, dict):
        content = json.dumps(content).encode()
    with pytest.raises(InputError) as caught:
        storage.from_json(content, "a.flexplan.json")
    assert str(caught.value).startswith("a.flexplan.json")
    assert "\n" not in str(caught.value)
    assert caught.value.remedy
    return caught.value


@given(plans())
def test_a_plan_comes_back_as_it_was_saved(any_plan: Plan) -> None:
    assert storage.from_json(storage.to_json(any_plan)) == any_plan
    assert storage.from_json(storage.to_json(any_plan, complete=True)) == any_plan


@given(plans())
def test_the_schema_describes_what_is_saved(any_plan: Plan) -> None:
    for complete in (False, True):
        jsonschema.validate(
            json.loads(storage.to_json(any_plan, complete=complete)),
            SCHEMA,
            cls=jsonschema.Draft202012Validator,
        )


SCHEMA = storage.schema()


def test_the_schema_is_a_schema_and_refuses_what_is_no_plan() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for wrong in (document(unknown=1), document(format=2), document(datacenters="none"), {"format": 1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, SCHEMA, cls=jsonschema.Draft202012Validator)


def test_the_schema_in_the_documents_is_up_to_date() -> None:
    """`make docs` writes it."""
    assert json.loads((ROOT / "docs/plan.schema.json").read_text(encoding="utf-8")) == SCHEMA


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_the_samples_are_plans(sample: Path) -> None:
    loaded = storage.load(sample)
    assert storage.from_json(storage.to_json(loaded)) == loaded


def test_a_file_is_saved_and_loaded(tmp_path: Path) -> None:
    path = tmp_path / "a.flexplan.json"
    storage.save(plan(host(1, MEROM)), path)
    assert storage.load(path) == plan(host(1, MEROM))
    assert [child.name for child in tmp_path.iterdir()] == ["a.flexplan.json"]


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_save_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "a.flexplan.json"
    storage.save(plan(), path)
    before = path.read_bytes()

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(InputError, match="the disk is full"):
        storage.save(plan(host(1, MEROM)), path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_newer_version_is_refused_and_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "new.flexplan.json"
    content = json.dumps({"format": 2, "release": "9.0", "unheard_of": []}).encode()
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"newer FlexGUI .* format 2.*up to 1"):
        storage.load(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[]", "not a FlexGUI plan"),
        (b"null", "not a FlexGUI plan"),
        (b'{"format": "1"}', "format version"),
        (b'{"format": true}', "format version"),
        (b'{"format": 0}', "format version"),
        (b'{"format": 1e400}', ""),
        (b'{"format": NaN}', "sensible"),
        (b'{"format": 1, "serial": NaN}', ""),
        (b'{"format": 1, "release": "9.0", "serial": 1e400}', "serial"),
        (b'{"format": 1, "release": "9.0", "serial": 1.5}', "serial"),
        (b'{"format": 1, "release": "9.0", "serial": -1}', "serial"),
        (b'{"format": 1, "release": "9.0", "serial": "1"}', "serial"),
        (b'{"format": 1, "release": "9.0", "serial": ' + b"9" * 5000 + b"}", ""),
        (b'{"format": 1, "release": ["9.0"]}', "release"),
        (b'{"format": 1, "release": "9.0", "password": "x"}', "password"),
        (b'{"format": 1, "release": "10.0"}', "unknown release"),
        (b'{"format": 1}' + b" trailing", "not JSON"),
        (b"[" * 100_000, ""),
        (b'{"a":' * 50_000, ""),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else None,
)
def test_hostile_content_is_refused_in_one_sentence(content: bytes, words: str) -> None:
    assert words in str(refused(content))


def test_a_huge_text_is_refused() -> None:
    content = document()
    content["datacenters"][0]["name"] = "x" * 10_001
    assert "datacenters.0.name" in refused(content).problem


def test_a_name_with_control_characters_cannot_break_the_message() -> None:
    assert r"\n" in refused(document(release="a\nb\u202e")).problem


def test_a_host_without_its_processor_is_refused() -> None:
    assert "esx-01 refers to the processor" in refused(document(cpus=[])).problem


def test_a_processor_twice_is_refused() -> None:
    content = document()
    assert "fingerprint" in refused(document(cpus=content["cpus"] * 2)).problem


def test_ids_are_unique() -> None:
    content = document()
    host_of = content["datacenters"][0]["clusters"][0]["hosts"][0]
    host_of["vms"][0]["id"] = host_of["id"]
    assert "'host-1'" in refused(content).problem


def test_an_unknown_esx_release_is_refused() -> None:
    assert "ESX release '3.0'" in refused(document(plan(host(1, esx_release="3.0")))).problem


def test_a_resource_pool_that_is_not_there_is_refused() -> None:
    astray = plan(host(1, vms=(vm(resource_pool="resgroup-9"),)))
    assert "resource pool" in refused(document(astray)).problem


def test_registers_are_checked_too() -> None:
    content = document()
    content["cpus"][0]["table"] = ["00000000.0 0000000g 00000000 00000000 00000000"]
    assert "cpus.0.table" in refused(content).problem
    line = "00000000.0 00000001 00000000 00000000 00000000"
    content["cpus"][0]["table"] = [line, line]
    assert "twice" in refused(content).problem


def test_a_byte_order_mark_is_no_crash() -> None:
    refused(b"\xef\xbb\xbf" + b"{}")


def test_a_plan_of_the_same_values_has_the_same_bytes() -> None:
    assert storage.to_json(plan(host(1, MEROM))) == storage.to_json(replace(plan(host(1, MEROM))))


def test_no_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        storage.load(tmp_path / "missing.flexplan.json")
    with pytest.raises(InputError, match="folder"):
        storage.load(tmp_path)


def contradictions() -> list[tuple[Plan, str]]:
    """Plans that a schema allows and that make no sense, with a word of what is told."""
    sample = storage.load(SAMPLES[0])
    cpu = sample.cpus[0]
    cluster = sample.datacenters[0].clusters[0]
    mode = builtin_modes()["intel-merom"]

    def cpus(**fields: Any) -> Plan:
        return replace(sample, cpus=(replace(cpu, **fields), *sample.cpus[1:]))

    def pools(*found: tuple[str, str | None]) -> Plan:
        made = tuple(ResourcePool(id=name, name=name, parent=parent) for name, parent in found)
        return edits.set_fields(sample, cluster.id, resource_pools=made)

    return [
        (cpus(present=("NOSUCH",)), "unknown feature"),
        (cpus(absent=("NOSUCH",)), "unknown feature"),
        (cpus(family=-5), "no processor has"),
        (cpus(model=cpu.model + 1 if cpu.model else 1), "than its registers"),
        (replace(sample, modes=(mode, mode)), "one key"),
        (replace(sample, modes=(replace(mode, requires=("NOSUCH",)),)), "unknown feature"),
        (replace(sample, modes=(replace(mode, first_release="12.0"),)), "unknown release"),
        (pools(("resgroup-90", "resgroup-91")), "lacks"),
        (pools(("resgroup-90", "resgroup-91"), ("resgroup-91", "resgroup-90")), "in itself"),
        (
            replace(
                sample,
                scenarios=(Scenario(name="x", datacenters=sample.datacenters),),
                datacenters=(),
                cpus=(),
            ),
            "In the what-if x: Host .* which the plan lacks",
        ),
        (replace(sample, scenarios=(Scenario(name="x"), Scenario(name="X"))), "one name"),
        (replace(sample, scenarios=(Scenario(name=" "),)), "1 to 80 characters"),
        (replace(sample, scenarios=(Scenario(name="x" * 81),)), "1 to 80 characters"),
        (replace(sample, scenarios=(Scenario(name="x", release="12.0"),)), "unknown release"),
        (replace(sample, scenarios=tuple(Scenario(name=f"{n}") for n in range(51))), "may have 50"),
        (
            replace(sample, scenarios=(Scenario(name="x", datacenters=sample.datacenters * 2),)),
            "In the what-if x: Two objects",
        ),
    ]


@pytest.mark.parametrize(("plan", "words"), contradictions())
def test_a_plan_that_contradicts_itself_is_refused_in_one_sentence(plan: Plan, words: str) -> None:
    with pytest.raises(InputError, match=words):
        storage.from_json(storage.to_json(plan))

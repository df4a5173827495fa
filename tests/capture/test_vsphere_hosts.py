"""Which objects of vSphere's JSON are a host each, and what is never made one host."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flexgui.capture import CapturedHost, read_text
from flexgui.errors import InputError
from flexgui.evc.modes import builtin_modes
from flexgui.evc.support import assess
from tests import processors as make

NEW: dict[str, Any] = {"name": "new", "maxEVCModeKey": "intel-icelake"}
OLD: dict[str, Any] = {"name": "old", "maxEVCModeKey": "intel-merom"}
WESTMERE = make.cpu_feature(make.leaves_with(make.features_of("intel-westmere")))
MEROM = make.cpu_feature(make.leaves_with(make.features_of("intel-merom"), eax=0x6F6))
WEAKER = make.cpu_feature(make.leaves_with(make.features_of("intel-merom")))


def hosts(document: object) -> list[CapturedHost]:
    return read_text(json.dumps(document), "made up")


@pytest.mark.parametrize("part", ["product", "config", "summary", "hardware"])
@pytest.mark.parametrize("content", [{}, {"name": "cluster"}, [], None])
def test_hosts_below_an_object_with_parts_are_not_one(part: str, content: object) -> None:
    containers: list[dict[str, Any]] = [
        {part: content, "host": [NEW, OLD]},
        {part: content, "a": NEW, "b": OLD},
        {part: [NEW, OLD]},
        {part: {"host": [NEW, {"summary": OLD}]}},
        {part: {"a": NEW, "b": OLD}},
    ]
    for container in containers:
        found = hosts(container)
        assert sorted(host.cpu.max_evc_mode or "" for host in found) == ["intel-icelake", "intel-merom"]


def test_another_host_in_a_host_is_another() -> None:
    inner = {**OLD, "product": {"version": "7.0.2", "build": "1"}, "cpuMhz": 2000}
    for document in ({**NEW, "neighbours": [inner]}, {"summary": NEW, "neighbour": inner}):
        first, second = hosts(document)
        assert (first.cpu.max_evc_mode, second.cpu.max_evc_mode) == ("intel-icelake", "intel-merom")
        assert (first.esx_release, first.cpu_mhz) == (None, None)
        assert (second.name, second.esx_release, second.cpu_mhz) == ("old", "7.0u2", 2000)


def test_real_captures_in_one_file_are_two_hosts(captures: Path) -> None:
    paths = [captures / "vsphere" / name for name in ("host-icelake-esxi803.json", "cpuFeature-e5-1620.json")]
    alone = [json.loads(path.read_text()) for path in paths]
    expected = [host.cpu for document in alone for host in hosts(document)]
    assert len(expected) == 2
    for together in ({"product": alone[0]["product"], "hosts": alone}, {"summary": {}, "a": alone}):
        assert [host.cpu for host in hosts(together)] == expected


@pytest.mark.parametrize(
    "document",
    [
        {"maxEVCModeKey": "intel-icelake", "summary": {"maxEVCModeKey": "intel-merom"}},
        {"hardware": {"maxEVCModeKey": "intel-icelake"}, "summary": {"maxEVCModeKey": "intel-merom"}},
        {**NEW, "summary": {"config": {"name": "old"}}},
        {"hardware": NEW, "config": {**NEW, "name": "old"}},
        {"cpuFeature": WESTMERE, "hardware": {"cpuFeature": WEAKER}},
        {"cpuFeature": WESTMERE, "hardware": {"cpuFeature": MEROM}},
        {"cpuFeature": WESTMERE, "cpuPkg": [{"cpuFeature": MEROM}]},
        {"hardware": {"cpuPkg": [{"cpuFeature": WESTMERE}, {"cpuFeature": MEROM}]}},
        {"cpuPkg": [NEW, OLD]},
    ],
)
def test_what_cannot_be_one_host_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="different") as caught:
        hosts(document)
    assert "file each" in caught.value.remedy


def test_what_parts_repeat_is_one_host() -> None:
    other_core = make.cpu_feature(make.leaves_with(make.features_of("intel-westmere"), apic=6))
    (host,) = hosts(
        {
            **NEW,
            "cpuFeature": WESTMERE,
            "summary": {"config": {"name": "new"}, "maxEVCModeKey": "intel-icelake"},
            "hardware": {"cpuFeature": other_core, "cpuPkg": [{"cpuFeature": WESTMERE}]},
        }
    )
    assert (host.name, host.cpu.max_evc_mode, host.cpu.differing) == ("new", "intel-icelake", ())


def test_packages_that_differ_are_one_host_with_what_both_have() -> None:
    (host,) = hosts({"cpuPkg": [{"cpuFeature": WESTMERE}, {"cpuFeature": WEAKER}]})
    assert host.cpu.has("AES") is False
    assert "AES" in host.cpu.differing


def test_capabilities_alone_are_enough(captures: Path) -> None:
    """A 64-bit processor has what every one of them has; vSphere does not list it, as it never masks it."""
    document = json.loads((captures / "vsphere/host-icelake-esxi803.json").read_text("utf-8"))
    listed = next(
        value for value in walk(document) if isinstance(value, dict) and "featureCapability" in value
    )
    (host,) = hosts({"name": "esx", "featureCapability": listed["featureCapability"]})
    assert not host.cpu.measured
    assert host.kind == "features"
    assert host.cpu.vendor == "intel"  # cpuid.intel
    highest = assess(host.cpu, builtin_modes()).highest
    assert highest is not None
    assert highest.key == "intel-icelake"


def walk(value: Any) -> Iterator[Any]:
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from walk(each)


def capitalised(value: Any) -> Any:
    """A document as PowerShell's `ConvertTo-Json` writes it."""
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: capitalised(inner) for key, inner in value.items()}
    return [capitalised(each) for each in value] if isinstance(value, list) else value


WHOLE: dict[str, Any] = {
    "name": "esx1",
    "summary": {"maxEVCModeKey": "intel-westmere", "hardware": {"cpuModel": "A model", "numCpuCores": 8}},
    "hardware": {"cpuFeature": WESTMERE},
    "config": {"product": {"version": "8.0.2", "build": "22380479"}},
}


def test_properties_are_read_in_any_case() -> None:
    for document in (WHOLE, [NEW, OLD], WESTMERE, {"featureCapability": [{"key": "cpuid.LM", "value": "1"}]}):
        assert hosts(capitalised(document)) == hosts(document)
    assert hosts({"Val": {"HostCpuIdInfo": capitalised(WESTMERE)}}) == hosts(WESTMERE)
    with pytest.raises(InputError, match="'maxEvcModeKey' twice"):
        hosts({"maxEVCModeKey": "intel-merom", "maxEvcModeKey": "intel-merom"})


def test_properties_by_their_paths_are_those_of_the_host() -> None:
    flat: dict[str, Any] = {
        "name": "esx1",
        "summary.maxEVCModeKey": "intel-westmere",
        "summary.hardware": {"numCpuCores": 8},
        "summary.hardware.cpuModel": "A model",
        "hardware.cpuFeature": {"_typeName": "ArrayOfHostCpuIdInfo", "_value": WESTMERE},
        "config.product": {"version": "8.0.2", "build": "22380479"},
    }
    changes = [{"name": name, "op": "assign", "val": value} for name, value in flat.items()]
    (expected,) = hosts(WHOLE)
    assert (expected.name, expected.cpu.max_evc_mode) == ("esx1", "intel-westmere")
    assert (expected.cpu_cores, expected.esx_release) == (8, "8.0u2")
    for document in (flat, [flat], changes, capitalised(flat), capitalised(changes)):
        assert hosts(document) == [expected]


@pytest.mark.parametrize("mode", ["intel-haswell", None])
def test_a_model_alone_is_a_processor_as_in_a_table(mode: str | None) -> None:
    brand = "Intel(R) Xeon(R) CPU E5-2630 v3 @ 2.40GHz"
    csv = f"Name,ProcessorType,MaxEVCMode\nesx2,{brand},{mode or ''}\n"
    (expected,) = read_text(csv, "made up")
    assert expected.assumed
    nested = {"hardware": {"cpuModel": brand}, **({"maxEVCModeKey": mode} if mode else {})}
    selected = {"Name": "esx2", "ProcessorType": brand, "MaxEVCMode": mode}
    for document in ({"name": "esx2", "summary": nested}, selected, [selected]):
        (host,) = hosts(document)
        assert (host.name, host.cpu, host.kind) == ("esx2", expected.cpu, expected.kind)
        assert (host.assumed, host.candidates) == (expected.assumed, expected.candidates)
        assert host.cpu_mhz == expected.cpu_mhz == 2400


def test_registers_and_features_need_no_model() -> None:
    (host,) = hosts({"cpuFeature": WESTMERE, "cpuModel": "Intel(R) Xeon(R) CPU E5-2630 v3 @ 2.40GHz"})
    assert (host.kind, host.assumed) == ("registers", False)
    with pytest.raises(InputError, match="AMD"):
        hosts({"maxEVCModeKey": "intel-merom", "cpuModel": "AMD EPYC 7763 64-Core Processor"})

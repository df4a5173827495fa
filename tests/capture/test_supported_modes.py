"""Modes read from a vCenter, made of pyVmomi's own types: what they require and mask is what was meant."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyVmomi import vim
from pyVmomi.VmomiJSONEncoder import VmomiJSONEncoder

from flexgui.capture.supported_modes import LIMIT, modes_of, read_modes
from flexgui.cpuid.catalogue import catalogue
from flexgui.errors import InputError
from flexgui.evc.modes import EvcMode, ModeTable, builtin_modes
from flexgui.evc.support import Answer, support
from flexgui.evc.visibility import Bit, Visibility
from flexgui.plan import edits
from flexgui.plan.inventory import modes_of as plan_modes
from flexgui.plan.storage import from_json, to_json
from tests.processors import cpu_of, cpu_with, features_of, one
from tests.rules.plans import plan

SEEN = ("FPU", "TSC", "MSR", "CX8", "CMOV", "MMX", "FXSR", "SSE", "SSE2")
"""What vSphere lists as no capability of its own: every host has it."""


def mode(key: str, requires: tuple[str, ...], *, hides: tuple[str, ...] = (), **more: Any) -> vim.EVCMode:
    """A mode as vCenter has it: requirements, and masks of what is shown and hidden."""
    found = vim.EVCMode(key=key, label=f"The {key} mode", summary="made up", vendor=key.partition("-")[0])
    found.featureRequirement = [
        vim.vm.FeatureRequirement(key=f"cpuid.{n}", featureName=f"cpuid.{n}", value="Bool:Min:1")
        for n in requires
    ]
    masks = {**dict.fromkeys(requires, "Val:1"), **dict.fromkeys(hides, "Val:0"), **more.get("masks", {})}
    found.featureMask = [
        vim.host.FeatureMask(key=f"cpuid.{n}", featureName=f"cpuid.{n}", value=value)
        for n, value in masks.items()
    ]
    found.featureCapability = [
        vim.host.FeatureCapability(key=f"cpuid.{n}", featureName=f"cpuid.{n}", value="1") for n in requires
    ]
    found.vendorTier = more.get("tier", 0)
    found.track = [found.vendor]
    return found


def built_in(key: str, tier: int = 0, maker: str = "Intel") -> vim.EVCMode:
    """A built-in mode as a vCenter would write it."""
    own = builtin_modes()[key]
    assert own.requires is not None
    listed = tuple(n for n in own.requires if n not in SEEN)
    every = builtin_modes().governed[own.vendor] - set(SEEN)
    numbers = {"FAMILY": "Val:6", "MODEL": "Val:0xf", "NUMLEVELS": "Val:0xa", maker: "Val:1"}
    return mode(key, (*listed, maker), hides=tuple(sorted(every - set(listed))), masks=numbers, tier=tier)


def as_json(*modes: vim.EVCMode, style: str = "pyVmomi") -> str:
    """The modes as pyVmomi's encoder, govc or PowerCLI writes them."""
    if style == "pyVmomi":
        capability = vim.Capability()
        capability.supportedEVCMode = list(modes)
        return json.dumps(capability, cls=VmomiJSONEncoder)
    plain = json.loads(json.dumps(list(modes), cls=VmomiJSONEncoder))
    if style == "govc":
        return json.dumps(
            [{"name": "capability.supportedEVCMode", "op": "assign", "val": {"EVCMode": plain}}]
        )
    listed = [_pascal(each) for each in plain]
    return json.dumps(listed[0] if len(listed) == 1 else listed)


def _pascal(value: Any) -> Any:
    if isinstance(value, list):
        return [_pascal(each) for each in value]
    if isinstance(value, dict):
        return {k[:1].upper() + k[1:]: _pascal(v) for k, v in value.items() if not k.startswith(("_", "dyn"))}
    return value


ALL = [m.key for m in builtin_modes() if m.known and m.vendor == "intel"]
STYLES = pytest.mark.parametrize("style", ["pyVmomi", "govc", "PowerCLI"])


@STYLES
def test_a_round_trip_keeps_every_requirement_and_mask(style: str) -> None:
    """vim.EVCMode → JSON → import → plan → save → load: equal, and the same in meaning."""
    sent = [built_in(key, tier) for tier, key in enumerate(ALL)]
    modes = modes_of(as_json(*sent, style=style), "modes.json")
    before = edits.set_modes(plan(), modes)
    after = from_json(to_json(before))
    assert after == before
    table = plan_modes(after)
    assert [m.key for m in table] == ALL
    assert table.imported
    for own in sent:
        read = table[own.key]
        required = {r.key for r in own.featureRequirement if r.value == "Bool:Min:1"} - {"cpuid.Intel"}
        assert {f"cpuid.{n}" for n in read.requires or ()} == required
        masks = {m.key: m.value for m in own.featureMask if m.key != "cpuid.Intel"}
        shown = {*(read.requires or ()), *(read.exposes_also or ())}
        assert shown == {k.removeprefix("cpuid.") for k, v in masks.items() if v == "Val:1"}
        assert set(read.hides or ()) == {k.removeprefix("cpuid.") for k, v in masks.items() if v == "Val:0"}
        assert set(read.other_masks) == {
            ("cpuid.FAMILY", "Val:6"),
            ("cpuid.MODEL", "Val:0xf"),
            ("cpuid.NUMLEVELS", "Val:0xa"),
        }
        assert read.other_requirements == ()
        assert read.label == own.label
        assert "read from a vCenter (modes.json)" in read.requires_provenance


@STYLES
def test_one_mode_alone(style: str) -> None:
    (read,) = modes_of(as_json(built_in("intel-merom"), style=style), "one.json")
    assert read.key == "intel-merom"


def test_imported_modes_answer_as_the_built_in_ones_do() -> None:
    imported = ModeTable(modes_of(as_json(*(built_in(key) for key in ALL)), "modes.json"))
    for key in ALL:
        cpu = cpu_of(key, eax=0xF06F2)
        for own in builtin_modes().of_vendor("intel"):
            if own.known:
                assert (
                    support(cpu, imported[own.key], imported).answer
                    is support(cpu, own, builtin_modes()).answer
                )
    assert imported["intel-skylake"].includes(imported["intel-merom"])
    assert not imported["intel-merom"].includes(imported["intel-penryn"])


def test_modes_are_ordered_by_their_features_not_by_the_tier() -> None:
    sent = [built_in("amd-zen", 1, "AMD"), built_in("intel-penryn", 9), built_in("intel-merom", 12)]
    assert [m.key for m in modes_of(as_json(*sent), "x")] == ["intel-merom", "intel-penryn", "amd-zen"]


def test_visibility_uses_the_masks() -> None:
    merom = mode(
        "intel-merom", ("SSE3", "SSSE3", "LM", "NX"), hides=("VMX", "SSE41"), masks={"MWAIT": "Val:1"}
    )
    penryn = mode("intel-penryn", ("SSE3", "SSSE3", "LM", "NX", "SSE41"), masks={"IBRS": "Val:1"})
    table = ModeTable(modes_of(as_json(merom, penryn), "x"))
    cpu = cpu_with((*features_of("intel-penryn"), "VMX", "MWAIT", "IBRSIBPB", "PCID"), eax=0x10676)
    view = Visibility(cpu, table["intel-merom"], table, binary_translation=False)
    bits = {name: view.baseline(catalogue()[name]) for name in ("VMX", "MWAIT", "SSE41", "IBRSIBPB", "PCID")}
    assert bits == {
        "VMX": Bit.ZERO,
        "MWAIT": Bit.ONE,
        "SSE41": Bit.ZERO,
        "IBRSIBPB": Bit.ZERO,  # another mode's mask names it, and this one's does not
        "PCID": Bit.UNKNOWN,
    }


def test_a_requirement_that_no_capture_tells_of_is_kept_and_leads_to_cannot_tell() -> None:
    sent = mode("intel-merom", ("SSE3", "NX"))
    sent.featureRequirement += [
        vim.vm.FeatureRequirement(key="misc.new", featureName="misc.new", value="Bool:Min:1"),
        vim.vm.FeatureRequirement(key="cpuid.SSE41", featureName="cpuid.SSE41", value="Max:0"),
    ]
    (read,) = modes_of(as_json(sent), "x")
    assert read.other_requirements == (("misc.new", "Bool:Min:1"), ("cpuid.SSE41", "Max:0"))
    found = support(cpu_of("intel-merom", eax=0x6F6), read, ModeTable([read]))
    assert found.answer is Answer.UNKNOWN
    assert found.unknown == ("misc.new", "cpuid.SSE41")
    assert support(cpu_with(("SSE3",), eax=0x6F6), read, ModeTable([read])).answer is Answer.NO


def test_old_releases_state_registers_only() -> None:
    """vSphere 4.x and 5.0: guaranteedCPUFeatures, and nothing else."""
    sent = vim.EVCMode(key="intel-merom", label="Merom", vendor="intel")
    ecx = ["-"] * 32
    ecx[31 - 0], ecx[31 - 9], ecx[31 - 19] = "1", "1", "0"
    text = "".join(ecx)
    sent.guaranteedCPUFeatures = [
        vim.host.CpuIdInfo(level=1, ecx=":".join(text[n : n + 4] for n in range(0, 32, 4))),
        vim.host.CpuIdInfo(level=0x80000001 - 2**32, edx="---1:----:---1:----:----:----:----:----"),
    ]
    (read,) = modes_of(as_json(sent), "x")
    assert set(read.requires or ()) == {"SSE3", "SSSE3", "NX"} | ({"INTEL_64"} & set(read.requires or ()))
    assert read.hides == ("SSE41",)


def test_a_mode_without_contents_is_listed_and_not_guessed() -> None:
    modes = modes_of(as_json(built_in("intel-merom"), mode("intel-graniterapids", ())), "x")
    assert [m.requires is None for m in modes] == [False, True]
    assert "gave no contents" in modes[1].requires_provenance


def test_speculation_control_of_amd_is_in_its_own_leaf() -> None:
    (read,) = modes_of(as_json(mode("amd-zen", ("SSE3", "IBPB"), masks={"SSBD": "Val:1"})), "x")
    assert "LEAF88_IBPB" in (read.requires or ())
    assert read.other_masks == (("cpuid.SSBD", "Val:1"),)


def changed(change: Callable[[dict[str, Any]], None]) -> str:
    found = json.loads(as_json(built_in("intel-merom")))
    change(found["supportedEVCMode"][0])
    return json.dumps(found)


BAD = {
    "empty list": ("[]", "The list of EVC modes is empty"),
    "empty capability": ('{"supportedEVCMode": []}', "The list of EVC modes is empty"),
    "nothing": ("{}", "holds no EVC modes"),
    "a number": ("17", "holds no EVC modes"),
    "no JSON": ("<xml/>", "The JSON cannot be read"),
    "cut": (as_json(built_in("intel-merom"))[:-40], "The JSON cannot be read"),
    "deep": ("[" * 5000 + "]" * 5000, "nested more than"),
    "a key twice": ('{"key": 1, "key": 2}', "twice"),
    "two spellings": (changed(lambda m: m.update(Key="intel-x")), "names the property"),
    "no key": (changed(lambda m: m.update(key="../../etc")), "is no key of an EVC mode"),
    "a key of no text": (changed(lambda m: m.update(key=7)), "is no key of an EVC mode"),
    "a long key": (changed(lambda m: m.update(key="intel-" + "x" * 10_000)), "is no key"),
    "another maker": (
        changed(lambda m: m.update(key="hygon-dhyana", vendor="hygon")),
        "neither Intel nor AMD",
    ),
    "wrong vendor": (changed(lambda m: m.update(vendor="amd")), "states the maker 'amd'"),
    "both makers": (
        changed(lambda m: m["featureRequirement"].append({"key": "cpuid.AMD", "value": "Bool:Min:1"})),
        "is for AMD as well",
    ),
    "the same mode twice": (as_json(built_in("intel-merom"), built_in("intel-merom")), "twice"),
    "a text for a list": (
        changed(lambda m: m.update(featureMask="VMware.Vim.HostFeatureMask")),
        "cut at some depth",
    ),
    "entries cut": (changed(lambda m: m.update(featureMask=["VMware.Vim.HostFeatureMask"])), "-Depth 5"),
    "a value twice": (
        changed(lambda m: m["featureMask"].append({"key": "cpuid.AES", "value": "Val:1"})),
        "states cpuid.AES twice",
    ),
    "required and hidden": (
        changed(
            lambda m: m.update(featureMask=[{"key": "cpuid.SSE3", "value": "Val:0"}], featureCapability=[])
        ),
        "both requires and hides SSE3",
    ),
    "no level": (changed(lambda m: m.update(guaranteedCPUFeatures=[{"eax": "0" * 32}])), "level of 32 bits"),
    "no register": (
        changed(lambda m: m.update(guaranteedCPUFeatures=[{"level": 1, "ecx": "yes"}])),
        "eight groups",
    ),
    "many entries": (
        changed(lambda m: m.update(featureMask=[{"key": f"a.{n}", "value": "1"} for n in range(6000)])),
        "more than 5000",
    ),
    "a long entry": (
        changed(lambda m: m.update(featureMask=[{"key": "a" * 999, "value": "1"}])),
        "too long",
    ),
    "many modes": (
        json.dumps([{"key": f"intel-m{n}", "featureMask": []} for n in range(300)]),
        "more than 200",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_get_one_sentence(case: str, tmp_path: Path) -> None:
    text, words = BAD[case]
    path = tmp_path / "modes.json"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        read_modes(path)
    assert words in str(error.value)
    assert "modes.json" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "modes.json"
    path.write_bytes(b" " * (LIMIT + 1))
    with pytest.raises(InputError, match="larger than 16 MiB"):
        read_modes(path)


def test_powershell_writes_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "modes.json"
    path.write_text(as_json(built_in("intel-merom"), style="PowerCLI"), encoding="utf-16")
    assert [m.key for m in read_modes(path)] == ["intel-merom"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["intel-x", "Val:1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["key", "value", "featureMask", "featureRequirement", "guaranteedCPUFeatures", "vendor"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_anything_is_read_or_refused(document: Any) -> None:
    try:
        modes = modes_of(json.dumps(document), "x")
    except InputError:
        return
    assert from_json(to_json(edits.set_modes(plan(), modes))).modes == modes


def test_a_mode_of_the_plan_that_names_an_unknown_feature_is_refused() -> None:
    good: EvcMode = modes_of(as_json(built_in("intel-merom")), "x")[0]
    bad = edits.set_modes(plan(), (replace(good, hides=("NOSUCH",)),))
    with pytest.raises(InputError, match="unknown feature"):
        from_json(to_json(bad))


def test_a_host_and_a_mode_mean_the_same_by_a_key() -> None:
    """Speculation control of AMD again, this time as `config.featureCapability` of a host names it."""
    keys = ("cpuid.AMD", "cpuid.SSE3", "cpuid.IBPB", "cpuid.LM")
    listed = [{"key": key, "featureName": key, "value": "1"} for key in keys]
    host = one(json.dumps({"config": {"featureCapability": listed}, "summary": {"hardware": {}}}))
    (read,) = modes_of(as_json(mode("amd-zen", ("SSE3", "IBPB"))), "x")
    assert support(host.cpu, read, ModeTable([read])).answer is Answer.YES


def test_capabilities_alone_tell_what_is_guaranteed_and_what_is_hidden() -> None:
    sent = vim.EVCMode(key="intel-merom", label="Merom", vendor="intel")
    sent.featureCapability = [
        vim.host.FeatureCapability(key=f"cpuid.{name}", featureName=f"cpuid.{name}", value=value)
        for name, value in (("SSE3", "1"), ("SSE41", "0"), ("FAMILY", "6"), ("Intel", "1"))
    ]
    (read,) = modes_of(as_json(sent), "x")
    assert (read.requires, read.hides) == (("SSE3",), ("SSE41",))

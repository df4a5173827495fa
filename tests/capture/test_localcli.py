"""ESXi's localcli: a list of levels with registers, in every shape that JSON writers give it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flexgui.capture import read_text
from tests import processors as make
from tests.capture.test_bad_input import refused
from tests.capture.test_real_captures import LIBVIRT, cpu_in

CORES = [make.leaves_with(make.features_of("intel-icelake"), eax=0x606A6, apic=apic) for apic in range(2)]
WHOLE = make.one(make.cpuid_raw(CORES)).cpu
ENTRIES: list[dict[str, Any]] = json.loads(make.localcli(CORES[:1]))


def test_integers_signed_or_not_or_texts() -> None:
    texts = [{key: f"0x{value:08x}" for key, value in entry.items()} for entry in ENTRIES]
    for text in (make.localcli(CORES), make.localcli(CORES, signed=True), json.dumps(texts)):
        host = make.one(text)
        assert host.cpu == WHOLE
        assert host.format == "localcli cpuid JSON"


def test_processors_in_lists_or_one_after_the_other() -> None:
    parts = [json.loads(make.localcli([core])) for core in CORES]
    for text in (json.dumps(parts), "\n".join(map(json.dumps, parts)), json.dumps({"cpus": parts})):
        assert make.one(text).cpu == WHOLE


def test_named_subleaves_need_no_order() -> None:
    entries = [
        {"Level": leaf, "Subleaf": subleaf, "EAX": a, "EBX": b, "ECX": c, "EDX": d}
        for (leaf, subleaf), (a, b, c, d) in sorted(CORES[0].items(), reverse=True)
    ]
    assert make.one(json.dumps(entries)).cpu == WHOLE


@pytest.mark.parametrize("file", LIBVIRT)
def test_real_registers(captures: Path, file: str) -> None:
    cpu = cpu_in(captures / file)
    leaves = {
        leaf: registers
        for leaf, registers in cpu.table.items()
        if leaf[1] == 0 or leaf[0] in (0x4, 0x7, 0xB, 0x1F, 0x8000_001D)
    }
    # As from the real thing: subleaf 0 of D alone.
    read = make.one(make.localcli([leaves])).cpu
    for leaf in ((0, 0), (1, 0), (7, 0), (0x8000_0001, 0)):
        # A leaf 7 that is all zero may be the second subleaf of one whose first was lost.
        if leaf in leaves and (leaf[0] != 7 or any(leaves[leaf])):
            assert read.table.get(*leaf) == cpu.table.get(*leaf)
    assert read.has("XSAVES") in (cpu.has("XSAVES"), None)


def test_hosts_of_different_models() -> None:
    merom = make.leaves_with(make.features_of("intel-merom"), eax=0x6F6, maximum=10)
    hosts = read_text(make.localcli([*CORES, merom]), "racks")
    assert [host.cpu.generation.name for host in hosts if host.cpu.generation] == ["Ice Lake", "Merom"]


def test_a_lost_subleaf_moves_no_features() -> None:
    leaves = make.leaves_with(make.features_of("intel-haswell"), eax=0x306F2)
    for lost in ((7, 0), (0xD, 0), (0xD, 1)):
        kept = {leaf: registers for leaf, registers in leaves.items() if leaf != lost}
        cpu = make.one(make.localcli([kept])).cpu
        whole = make.cpu_with(make.features_of("intel-haswell"), eax=0x306F2)
        for name in ("AVX2", "AVX_VNNI", "SHA512", "XSAVEOPT", "XSAVES", "RDPID"):
            assert cpu.has(name) in (whole.has(name), None), (lost, name)


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"EAX": None}, "EAX"),
        ({"EAX": 2**32}, "EAX"),
        ({"EDX": -(2**31) - 1}, "EDX"),
        ({"ECX": True}, "ECX"),
        ({"EBX": "0xg"}, "EBX"),
        ({"Level": "zero"}, "Level"),
        ({"Level": 7, "Subleaf": "x"}, "Subleaf"),
    ],
)
def test_bad_entries(entry: dict[str, Any], problem: str) -> None:
    assert problem in refused(json.dumps([*ENTRIES, {**ENTRIES[0], **entry}])).problem


def test_cut_short() -> None:
    text = make.localcli(CORES)
    assert "cannot be read" in refused(text[: len(text) // 2]).problem
    assert "leaf 1" in refused(json.dumps([e for e in ENTRIES if e["Level"] != 1])).problem

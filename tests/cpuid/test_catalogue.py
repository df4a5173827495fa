"""The catalogue of named fields, and every usual spelling of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from flexgui.cpuid.catalogue import catalogue, normalised, rows

KNOWN = catalogue()


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("SSE41", "SSE41"),
        ("sse4_1", "SSE41"),
        ("SSE4.1", "SSE41"),
        ("sse4-1", "SSE41"),
        ("cpuid.SSE41", "SSE41"),
        ("cpuid.sse42", "SSE42"),
        ("pni", "SSE3"),
        ("aes-ni", "AES"),
        ("AES", "AES"),
        ("xd", "NX"),
        ("nx", "NX"),
        ("cx16", "CMPXCHG16B"),
        ("lahf_lm", "LAHF64"),
        ("pclmulqdq", "PCLMULQDQ"),
        ("avx512_vnni", "AVX512VNNI"),
        ("amx_tile", "AMX_TILE"),
        ("erms", "ENFSTRG"),
        ("lzcnt", "ABM"),
        ("  fma4 ", "FMA4"),
    ],
)
def test_any_spelling_finds_the_field(spelling: str, name: str) -> None:
    field = KNOWN.find(spelling)
    assert field is not None
    assert field.name == name


@pytest.mark.parametrize("spelling", ["", "cpuid.", "nothing", "…", "sse99"])
def test_other_spellings_find_nothing(spelling: str) -> None:
    assert KNOWN.find(spelling) is None


def test_no_alias_is_ambiguous() -> None:
    meanings: dict[str, set[str]] = {}
    for field in KNOWN.fields:
        meanings.setdefault(normalised(field.name), set()).add(field.name)
    for alias, name, _ in rows("cpuid_aliases.tsv"):
        meanings.setdefault(normalised(alias), set()).add(name)
    assert {spelling: names for spelling, names in meanings.items() if len(names) > 1} == {}
    assert "" not in meanings


def test_every_name_finds_itself_and_knows_its_aliases() -> None:
    for field in KNOWN.fields:
        assert KNOWN.find(field.name) == field
        assert KNOWN[field.name] == field
        for alias in KNOWN.aliases(field.name):
            assert KNOWN.find(alias) == field


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("SSE3", "1.ECX[0]"),
        ("AES", "1.ECX[25]"),
        ("HYPERVISOR", "1.ECX[31]"),
        ("SSE2", "1.EDX[26]"),
        ("AVX2", "7.EBX[5]"),
        ("IBRSIBPB", "7.EDX[26]"),
        ("AVX_VNNI", "7.1.EAX[4]"),
        ("XSAVES", "D.1.EAX[3]"),
        ("LAHF64", "80000001.ECX[0]"),
        ("NX", "80000001.EDX[20]"),
        ("LM", "80000001.EDX[29]"),
        ("3DNOW", "80000001.EDX[31]"),
        ("CLZERO", "80000008.EBX[0]"),
        ("NUMLEVELS", "0.EAX[31:0]"),
    ],
)
def test_places(name: str, place: str) -> None:
    assert KNOWN[name].place() == place


def test_fields_of_a_register_do_not_overlap() -> None:
    seen: dict[tuple[int, int, int], int] = {}
    for field in KNOWN.fields:
        assert not seen.get(field.key, 0) & field.mask, field
        seen[field.key] = seen.get(field.key, 0) | field.mask
        assert field.bit + field.width <= 32


def test_bits_without_a_name_are_called_by_their_place() -> None:
    aes = KNOWN["AES"].mask
    assert KNOWN.names((1, 0, 2), aes | 1 << 16) == ["AES", "1.ECX[16]"]


def test_the_registers_of_feature_flags() -> None:
    registers = set(KNOWN.feature_registers)
    for key in ((1, 0, 2), (1, 0, 3), (7, 0, 1), (7, 0, 2), (7, 0, 3), (7, 1, 0), (0xD, 1, 0)):
        assert key in registers
    for key in ((0, 0, 0), (1, 0, 0), (1, 0, 1), (4, 0, 0), (0xB, 0, 1), (0x8000_0002, 0, 0)):
        assert key not in registers


def test_run_time_bits_are_no_flags_of_a_processor() -> None:
    assert not KNOWN.flag_bits((1, 0, 2)) & KNOWN["OSXSAVE"].mask
    assert not KNOWN.flag_bits((7, 0, 2)) & KNOWN["OSPKE"].mask


def test_every_field_of_the_reference_is_there(shared: Path) -> None:
    lines = (shared / "reference" / "cpuid_fields.tsv").read_text().splitlines()[1:]
    for leaf, subleaf, register, bit, width, name, kind in (line.split("\t") for line in lines):
        field = KNOWN[name]
        place = int(leaf, 16), int(subleaf), ("EAX", "EBX", "ECX", "EDX").index(register)
        assert (field.key, field.bit, field.width) == (place, int(bit), int(width)), name
        assert field.flag == (kind == "flag"), name
    own = {"SBPB", "IBPB_BRTYPE"}  # no field of VMware's list
    assert len([field for field in KNOWN.fields if field.name not in own]) == len(lines)

"""Family, model and stepping; vendor and brand; and the silicon they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from flexgui.cpuid.registers import CpuidTable
from flexgui.cpuid.signature import Signature, brand, generation, signature, vendor
from tests import processors as make


@pytest.mark.parametrize(
    ("eax", "family", "model", "stepping"),
    [
        (0x00000F43, 0x0F, 0x04, 3),  # Irwindale
        (0x000006F6, 0x06, 0x0F, 6),  # Woodcrest
        (0x00010676, 0x06, 0x17, 6),  # Harpertown
        (0x000106A5, 0x06, 0x1A, 5),  # Nehalem-EP
        (0x000206F2, 0x06, 0x2F, 2),  # Westmere-EX
        (0x00050654, 0x06, 0x55, 4),  # Skylake-SP
        (0x00040F12, 0x0F, 0x41, 2),  # Opteron Rev F
        (0x00100F23, 0x10, 0x02, 3),  # Barcelona
        (0x00600F12, 0x15, 0x01, 2),  # Bulldozer
        (0x00800F12, 0x17, 0x01, 2),  # Naples
        (0x00A10F11, 0x19, 0x11, 1),  # Genoa
        (0x00000480, 0x04, 0x08, 0),  # 486: no extended model
        (0x00010480, 0x04, 0x08, 0),  # the extended model counts for families 6 and 15 only
        (0x00100543, 0x05, 0x04, 3),  # and the extended family for family 15 only
    ],
)
def test_decoding(eax: int, family: int, model: int, stepping: int) -> None:
    assert Signature.decode(eax) == Signature(family, model, stepping)


def test_as_the_manual_writes_it() -> None:
    assert str(Signature.decode(0x000206F2)) == "06_2FH stepping 2"


@pytest.mark.parametrize(
    ("maker", "eax", "name"),
    [
        ("intel", 0x00050654, "Skylake"),
        ("intel", 0x00050657, "Cascade Lake"),
        ("intel", 0x0005065B, "Cooper Lake"),
        ("intel", 0x000206F2, "Westmere"),
        ("intel", 0x00000F43, "NetBurst"),
        ("intel", 0x000C06F2, "Emerald Rapids"),
        ("amd", 0x00A00F11, "Zen 3"),
        ("amd", 0x00A10F11, "Zen 4"),
        ("amd", 0x00B00F21, "Zen 5"),
        ("amd", 0x00000720, None),
        ("intel", 0x000FF6F0, None),
        (None, 0x000206F2, None),
    ],
)
def test_generations(maker: str | None, eax: int, name: str | None) -> None:
    found = generation(maker, Signature.decode(eax))
    assert (found.name if found else None) == name
    assert found is None or found.provenance


@pytest.mark.parametrize(
    ("letters", "name"),
    [
        ("GenuineIntel", "intel"),
        ("AuthenticAMD", "amd"),
        ("HygonGenuine", "hygon"),
        ("  Shanghai  ", "zhaoxin"),
        ("CentaurHauls", "centaur"),
        ("KVMKVMKVM\0\0\0", "kvmkvmkvm"),
    ],
)
def test_vendors(letters: str, name: str) -> None:
    assert vendor(CpuidTable(make.leaves_with((), vendor=letters))) == name


def test_what_an_empty_table_says() -> None:
    assert (vendor(CpuidTable()), brand(CpuidTable()), signature(CpuidTable())) == (None, "", None)


def test_brands_lose_padding_and_what_is_not_printable() -> None:
    table = CpuidTable(make.leaves_with((), brand="   Made\x07 up   CPU \0rest"))
    assert brand(table) == "Made up CPU"


def test_every_signature_of_the_reference_names_a_generation(shared: Path) -> None:
    rows = (shared / "reference" / "cpu_series.tsv").read_text().splitlines()[1:]
    for code_name, text, *_ in (row.split("\t") for row in rows if "/" in row.split("\t")[1]):
        parts = text.split(",")[0].split("/")
        if len(parts) != 3:
            continue
        family, model, stepping = (int(part.split("-")[0], 16) for part in parts)
        found = generation("intel" if family == 6 else "amd", Signature(family, model, stepping))
        assert found is not None, code_name

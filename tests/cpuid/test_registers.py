"""Register tables: the project's own notation, and what a processor states of its range."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.cpuid.registers import CpuidTable

word = st.integers(0, 0xFFFF_FFFF)
tables = st.dictionaries(st.tuples(word, word), st.tuples(word, word, word, word), max_size=20)


@given(tables)
def test_lines_round_trip(leaves: dict[tuple[int, int], tuple[int, int, int, int]]) -> None:
    table = CpuidTable(leaves)
    again = CpuidTable.from_lines(table.lines())
    assert again == table
    assert hash(again) == hash(table)
    assert list(again) == sorted(leaves)


@pytest.mark.parametrize(
    "lines",
    [
        ["00000001.0 00000000 00000000 00000000"],
        ["1.0 00000000 00000000 00000000 00000000"],
        ["00000001.0 00000000 00000000 00000000 0000000G"],
        ["00000001.0 00000000 00000000 00000000 00000000", "00000001.0 00000000 00000000 00000000 00000000"],
    ],
)
def test_other_lines_are_refused(lines: list[str]) -> None:
    with pytest.raises(ValueError, match=r"CPUID registers are written|occurs twice"):
        CpuidTable.from_lines(lines)


@pytest.mark.parametrize("registers", [(2**32, 0, 0, 0), (0, -1, 0, 0)])
def test_registers_have_32_bits(registers: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="32 bits"):
        CpuidTable({(1, 0): registers})


def test_the_highest_leaf_of_each_range() -> None:
    table = CpuidTable({(0, 0): (0xD, 0, 0, 0), (0x8000_0000, 0): (0, 0, 0, 0)})
    assert table.maximum(7) == 0xD
    assert table.maximum(0x8000_0001) == 0x8000_0000  # no extended leaves
    assert table.maximum(0x4000_0001) is None
    assert table.maximum(0xC000_0000) is None

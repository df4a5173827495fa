"""vSphere's mask strings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.cpuid.mask_string import ALPHABET, MaskString

characters = st.text(st.sampled_from(sorted(ALPHABET)), min_size=32, max_size=32)
word = st.integers(0, 0xFFFF_FFFF)


def test_the_alphabet_is_vspheres() -> None:
    assert set(ALPHABET) == set("01-xXTFHR")


@given(characters)
def test_printed_and_read_again(text: str) -> None:
    mask = MaskString(text)
    assert MaskString.parse(str(mask)) == mask
    assert MaskString.parse(f" {text}\n") == mask
    assert [len(group) for group in str(mask).split(":")] == [4] * 8
    assert mask.bits("".join(ALPHABET)) == 0xFFFF_FFFF


@given(word)
def test_registers(value: int) -> None:
    mask = MaskString.parse(f"{value:032b}")
    assert mask.value() == value
    assert int(str(mask).replace(":", ""), 2) == value


@given(word, word)
def test_hiding_clears_bits_and_passes_the_rest(bits: int, value: int) -> None:
    assert MaskString.hiding(bits).apply(value) == value & ~bits


@given(characters, word)
def test_applying(text: str, value: int) -> None:
    seen = MaskString(text).apply(value)
    for bit in range(32):
        character = text[31 - bit]
        expected = {"0": 0, "F": 0, "1": 1, "T": 1}.get(character, value >> bit & 1)
        assert seen >> bit & 1 == expected


def test_bit_31_comes_first() -> None:
    assert str(MaskString.hiding(1 << 31 | 1)) == "0---:----:----:----:----:----:----:---0"


@pytest.mark.parametrize(
    "text",
    ["", "0" * 31, "0" * 33, "2" * 32, "0000:" * 8, ":".join(["00000000"] * 4), "0000 " * 8, "0" * 31 + "h"],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="mask has"):
        MaskString.parse(text)


def test_a_mask_is_no_register() -> None:
    with pytest.raises(ValueError, match="only the characters 0 and 1"):
        MaskString.hiding(1).value()

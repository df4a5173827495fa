"""vSphere's mask strings: how `CpuIdInfo`, `cpuid.N.reg` lines and feature masks write a register.

Thirty-two characters, bit 31 first, in eight groups of four joined by colons:
`0000:0010:1001:1110:1110:0011:1111:1111`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ALPHABET: Final = {
    "0": "the bit must be or reads as 0",
    "1": "the bit must be or reads as 1",
    "-": "the bit is not used: the host's value is passed on",
    "x": "the bit is not compared",
    "X": "the bit is not compared and may not be overridden",
    "T": "the bit is true and must match on both hosts",
    "F": "the bit is false and must match on both hosts",
    "H": "the guest sees the host's bit, which must match",
    "R": "the bit is compared only if the guest uses it",
}
"""The characters of `vim.host.CpuIdInfo` (vSphere Web Services API) and what each says."""


@dataclass(frozen=True, slots=True)
class MaskString:
    """Thirty-two mask characters, bit 31 first."""

    characters: str

    def __post_init__(self) -> None:
        unknown = sorted(set(self.characters) - set(ALPHABET))
        if len(self.characters) != 32 or unknown:
            raise ValueError("a mask has 32 characters of " + " ".join(ALPHABET))

    @classmethod
    def parse(cls, text: str) -> MaskString:
        """Read eight groups of four; the colons may be left out, blanks around the text are ignored.

        Raises:
            ValueError: the text has another length, other characters, or colons at other places.
        """
        text = text.strip()
        groups = text.split(":")
        if len(groups) != 1 and (len(groups) != 8 or any(len(group) != 4 for group in groups)):
            raise ValueError("a mask has eight groups of four characters, joined by colons")
        return cls("".join(groups))

    @classmethod
    def hiding(cls, bits: int) -> MaskString:
        """The mask that forces `bits` to 0 and passes all others on."""
        return cls("".join("0" if bits >> bit & 1 else "-" for bit in range(31, -1, -1)))

    def __str__(self) -> str:
        return ":".join(self.characters[start : start + 4] for start in range(0, 32, 4))

    def bits(self, characters: str) -> int:
        """The bits that carry one of `characters`, as a uint32."""
        return sum(1 << (31 - place) for place, c in enumerate(self.characters) if c in characters)

    def value(self) -> int:
        """The register that the string states.

        Raises:
            ValueError: a character is neither 0 nor 1, so that the string is a mask and no register.
        """
        if set(self.characters) - {"0", "1"}:
            raise ValueError("a register has only the characters 0 and 1")
        return int(self.characters, 2)

    def apply(self, value: int) -> int:
        """What a guest sees of a host's register: 0 and F clear a bit, 1 and T set it, the rest passes."""
        return (value & ~self.bits("0F") | self.bits("1T")) & 0xFFFF_FFFF

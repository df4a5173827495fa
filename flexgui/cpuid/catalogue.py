"""The named CPUID fields, and which registers hold feature flags.

Names and positions come from `resources/cpuid_fields.tsv`, other spellings from
`resources/cpuid_aliases.tsv`; both files state their sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from flexgui.cpuid.registers import EBX, FULL, REGISTER_NAMES
from flexgui.resources import read_text

RegisterKey = tuple[int, int, int]
"""(leaf, subleaf, register), the register as 0..3 for EAX..EDX."""

RUN_TIME_FLAGS: Final = frozenset({"OSXSAVE", "OSPKE"})
"""Copies of CR4 bits that the operating system sets: they say nothing of the processor (Intel SDM, CPUID)."""

REMOVED_FLAGS: Final = frozenset({"FDP_EXCPTN_ONLY", "FP_SEGMENT_ZERO"})
"""Flags that say "removed" when set (7.EBX[6], [13]): in a pool they are common where any host sets them."""

PER_CORE: Final[dict[RegisterKey, int]] = {
    (0x1, 0, EBX): 0xFF00_0000,  # initial APIC id
    (0xD, 0, EBX): FULL,  # size for the components that XCR0 enables now
    (0xD, 1, EBX): FULL,  # the same for XCR0 | IA32_XSS
}
"""Bits that differ from core to core, or from moment to moment, on one and the same processor."""

PER_CORE_LEAVES: Final = frozenset({0xB, 0x1F, 0x8000_001E})
"""Topology leaves: their registers name the core that was asked (Intel SDM; AMD APM vol. 3, appendix E)."""

_DESCRIPTOR_LEAVES: Final = frozenset({0x4, 0xA, 0x18, 0x8000_001D})
"""Leaves whose single bits describe caches, TLBs and counters, not features of the instruction set."""


@dataclass(frozen=True, slots=True)
class Field:
    """One named field: `width` bits from `bit` upwards in a register (0..3 for EAX..EDX)."""

    leaf: int
    subleaf: int
    register: int
    bit: int
    width: int
    name: str
    flag: bool

    @property
    def mask(self) -> int:
        return ((1 << self.width) - 1) << self.bit

    @property
    def key(self) -> RegisterKey:
        return self.leaf, self.subleaf, self.register

    @property
    def run_time(self) -> bool:
        return self.name in RUN_TIME_FLAGS

    def place(self) -> str:
        """Where the field is, as manuals write it: `1.ECX[25]`, `7.1.EAX[4]`, `0.EAX[31:0]`."""
        leaf = f"{self.leaf:X}" if not self.subleaf else f"{self.leaf:X}.{self.subleaf:X}"
        bits = f"{self.bit}" if self.width == 1 else f"{self.bit + self.width - 1}:{self.bit}"
        return f"{leaf}.{REGISTER_NAMES[self.register]}[{bits}]"


class Catalogue:
    """All fields, found by place, by name, or by any usual spelling."""

    def __init__(self, fields: Iterable[Field], aliases: Iterable[tuple[str, str]]) -> None:
        self.fields: tuple[Field, ...] = tuple(sorted(fields, key=lambda f: (f.key, f.bit)))
        self._by_name = {field.name: field for field in self.fields}
        self._by_spelling = {normalised(field.name): field for field in self.fields}
        self._aliases: dict[str, list[str]] = {}
        for alias, name in aliases:
            field = self._by_name[name]
            self._by_spelling.setdefault(normalised(alias), field)
            self._aliases.setdefault(name, []).append(alias)
        self._by_register: dict[RegisterKey, list[Field]] = {}
        for field in self.fields:
            self._by_register.setdefault(field.key, []).append(field)
        self._masks = {
            key: [(field.mask, field.name) for field in fields] for key, fields in self._by_register.items()
        }
        self.feature_registers: tuple[RegisterKey, ...] = tuple(
            key for key, fields in self._by_register.items() if _holds_flags(key, fields)
        )

    def __getitem__(self, name: str) -> Field:
        """The field of exactly this name. Raises KeyError."""
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        """Whether a field has exactly this name."""
        return name in self._by_name

    def find(self, spelling: str) -> Field | None:
        """The field meant by any usual spelling (`sse4_1`, `SSE4.1`, `cpuid.SSE41`, `pni`), or None."""
        text = spelling.strip()
        if text.lower().startswith("cpuid."):
            text = text[6:]
        return self._by_spelling.get(normalised(text))

    def aliases(self, name: str) -> tuple[str, ...]:
        return tuple(self._aliases.get(name, ()))

    def in_register(self, leaf: int, subleaf: int, register: int) -> tuple[Field, ...]:
        """The fields of one register, from bit 0 upwards; empty where none is named."""
        return tuple(self._by_register.get((leaf, subleaf, register), ()))

    def flag_bits(self, key: RegisterKey) -> int:
        """The named flags of a register as a mask, without those that the operating system sets."""
        return sum(f.mask for f in self._by_register.get(key, ()) if f.flag and not f.run_time)

    def names(self, key: RegisterKey, bits: int) -> list[str]:
        """The names of the fields that `bits` of a register touch; an unnamed bit is given by its place."""
        found = []
        for mask, name in self._masks.get(key, ()):
            if mask & bits:
                found.append(name)
                bits &= ~mask
        leaf, subleaf, register = key
        while bits:
            bit = (bits & -bits).bit_length() - 1
            found.append(Field(leaf, subleaf, register, bit, 1, "", True).place())
            bits &= bits - 1
        return found


def normalised(spelling: str) -> str:
    """A spelling without what never distinguishes features: case, punctuation, blanks."""
    return re.sub(r"[^a-z0-9]", "", spelling.lower())


def _holds_flags(key: RegisterKey, fields: list[Field]) -> bool:
    """Whether a register is one of feature flags: more of its named bits are flags than parts of numbers."""
    flags = sum(f.width for f in fields if f.flag)
    numbers = sum(f.width for f in fields if not f.flag)
    return flags > numbers and key[0] not in _DESCRIPTOR_LEAVES


def rows(resource: str) -> list[list[str]]:
    """The rows of a tab-separated resource, without comments and the line of column names."""
    lines = [line for line in read_text(resource).splitlines() if line and not line.startswith("#")]
    return [line.split("\t") for line in lines[1:]]


@cache
def catalogue() -> Catalogue:
    """The catalogue of the bundled tables."""
    registers = {name: number for number, name in enumerate(REGISTER_NAMES)}
    fields = [
        Field(int(leaf, 16), int(subleaf), registers[register], int(bit), int(width), name, kind == "flag")
        for leaf, subleaf, register, bit, width, name, kind in rows("cpuid_fields.tsv")
    ]
    return Catalogue(fields, [(alias, name) for alias, name, _ in rows("cpuid_aliases.tsv")])

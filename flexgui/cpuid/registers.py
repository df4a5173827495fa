"""What a processor answers to CPUID: four 32-bit registers for each leaf and subleaf."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

Leaf = tuple[int, int]
"""(leaf, subleaf), the values of EAX and ECX before the instruction."""

Registers = tuple[int, int, int, int]
"""EAX, EBX, ECX, EDX after the instruction, each 0..0xFFFFFFFF."""

EAX, EBX, ECX, EDX = range(4)
REGISTER_NAMES: Final = ("EAX", "EBX", "ECX", "EDX")
FULL: Final = 0xFFFFFFFF

BASIC_RANGE: Final = 0x0000_0000
HYPERVISOR_RANGE: Final = 0x4000_0000
EXTENDED_RANGE: Final = 0x8000_0000

_LINE = re.compile(r"([0-9a-f]{8})\.([0-9a-f]{1,8})((?: [0-9a-f]{8}){4})")


class CpuidTable:
    """An immutable register table, ordered by leaf and subleaf.

    Leaves that a capture lacks are not in the table: absent is not the same as zero.
    """

    __slots__ = ("_hash", "_leaves")

    def __init__(self, leaves: Mapping[Leaf, Registers] | None = None) -> None:
        given: Mapping[Leaf, Registers] = leaves or {}
        for (leaf, subleaf), registers in given.items():
            if not all(0 <= value <= FULL for value in (leaf, subleaf, *registers)):
                raise ValueError(f"leaf {leaf:x}.{subleaf:x}: a register has 32 bits")
        self._leaves: dict[Leaf, Registers] = {key: given[key] for key in sorted(given)}
        self._hash = hash(tuple(self._leaves.items()))

    def __repr__(self) -> str:
        return f"CpuidTable({len(self._leaves)} leaves)"

    def __len__(self) -> int:
        return len(self._leaves)

    def __iter__(self) -> Iterator[Leaf]:
        return iter(self._leaves)

    def __contains__(self, leaf: object) -> bool:
        return leaf in self._leaves

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CpuidTable) and self._leaves == other._leaves

    def __hash__(self) -> int:
        return self._hash

    def items(self) -> Iterable[tuple[Leaf, Registers]]:
        return self._leaves.items()

    def get(self, leaf: int, subleaf: int = 0) -> Registers | None:
        """The four registers of a leaf, or None where the capture lacks it."""
        return self._leaves.get((leaf, subleaf))

    def register(self, leaf: int, subleaf: int, register: int) -> int | None:
        """One register (EAX..EDX as 0..3), or None where the capture lacks the leaf."""
        found = self._leaves.get((leaf, subleaf))
        return None if found is None else found[register]

    def maximum(self, leaf: int) -> int | None:
        """The highest leaf of the range that `leaf` belongs to, as the processor states it.

        None where the capture lacks the leaf that states it (0, 40000000h or 80000000h). A processor whose
        EAX of 80000000h is below 80000000h has no extended leaves (Intel SDM vol. 2A, CPUID); where the
        capture has some with contents nevertheless, it is damaged, and the answer None.
        """
        start = leaf & 0xFFFF_0000
        if start not in (BASIC_RANGE, HYPERVISOR_RANGE, EXTENDED_RANGE):
            return None
        highest = self.register(start, 0, EAX)
        if highest is not None and highest < start:
            others = range(start + 1, start + 9)
            return None if any(any(self.get(other) or ()) for other in others) else start
        return highest

    def lines(self) -> tuple[str, ...]:
        """The table in the project's own notation: `leaf.subleaf eax ebx ecx edx`, all hexadecimal."""
        return tuple(
            f"{leaf:08x}.{subleaf:x} " + " ".join(f"{value:08x}" for value in registers)
            for (leaf, subleaf), registers in self._leaves.items()
        )

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> CpuidTable:
        """Read what `lines` wrote.

        Raises:
            ValueError: a line is not in the notation, or a leaf occurs twice.
        """
        leaves: dict[Leaf, Registers] = {}
        for line in lines:
            match = _LINE.fullmatch(line) if isinstance(line, str) else None
            if match is None:
                raise ValueError(
                    "CPUID registers are written as 'leaf.subleaf eax ebx ecx edx' in hexadecimal"
                )
            key = int(match[1], 16), int(match[2], 16)
            if key in leaves:
                raise ValueError(f"leaf {match[1]}.{match[2]} occurs twice")
            eax, ebx, ecx, edx = (int(value, 16) for value in match[3].split())
            leaves[key] = (eax, ebx, ecx, edx)
        return cls(leaves)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """In plan files a table is the list of its lines; pydantic is asked only where plans are read."""
        from pydantic_core import core_schema

        line = core_schema.str_schema(pattern=f"^{_LINE.pattern}$")
        return core_schema.no_info_after_validator_function(
            cls.from_lines,
            core_schema.list_schema(line, max_length=4096),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda table: list(table.lines()),
                return_schema=core_schema.list_schema(core_schema.str_schema()),
            ),
        )

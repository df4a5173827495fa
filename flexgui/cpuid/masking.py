"""Whether a processor can hide CPUID bits from software that the hypervisor does not intercept.

Without such a mechanism a program that runs directly on the hardware sees every feature (paper, "The
Migration Issue"); FlexMigration is Intel's name for having one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flexgui.cpuid.catalogue import RegisterKey, rows
from flexgui.cpuid.cpu import Cpu


@dataclass(frozen=True, slots=True)
class Masking:
    """How a processor masks CPUID in hardware.

    `mechanism` is a name ("MSR 478h", "CPUID faulting"), or None where the processor has none. `registers`
    are those that the mechanism covers, None meaning all of them.
    """

    mechanism: str | None
    registers: frozenset[RegisterKey] | None
    provenance: str

    def covers(self, key: RegisterKey) -> bool:
        if self.mechanism is None:
            return False
        return self.registers is None or key in self.registers


@dataclass(frozen=True, slots=True)
class _Row:
    vendor: str
    family: int
    models: range
    requires: str
    masking: Masking


@cache
def _table() -> tuple[_Row, ...]:
    table = []
    for vendor, family, models, requires, mechanism, registers, provenance in rows("masking_mechanisms.tsv"):
        first, _, last = models.partition("-")
        table.append(
            _Row(
                vendor,
                int(family, 16),
                range(int(first, 16), int(last or first, 16) + 1),
                requires,
                Masking(mechanism if mechanism != "none" else None, _registers(registers), provenance),
            )
        )
    return tuple(table)


def _registers(text: str) -> frozenset[RegisterKey] | None:
    """`all`, `none`, or `1.0.ECX` items with a comma between them (leaf and subleaf hexadecimal)."""
    if text == "all":
        return None
    keys = []
    for item in text.split(",") if text != "none" else []:
        leaf, subleaf, register = item.split(".")
        keys.append((int(leaf, 16), int(subleaf, 16), ("EAX", "EBX", "ECX", "EDX").index(register)))
    return frozenset(keys)


def masking(cpu: Cpu) -> Masking | None:
    """The mechanism of a processor, or None where that cannot be told.

    Source: `resources/masking_mechanisms.tsv`. The first row that fits counts; a row may require a feature,
    and where it is unknown whether the processor has that, the mechanism is unknown, too.
    """
    signature = cpu.signature
    if cpu.vendor is None or signature is None:
        return None
    for row in _table():
        if row.vendor == cpu.vendor and row.family == signature.family and signature.model in row.models:
            needed = cpu.has(row.requires) if row.requires else True
            if needed is None:
                return None
            if needed:
                return row.masking
    return None

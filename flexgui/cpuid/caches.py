"""The caches of a processor, from the leaves that describe them. They never decide about EVC."""

from __future__ import annotations

from dataclasses import dataclass

from flexgui.cpuid.cpu import Cpu

INTEL_CACHES = 0x4
AMD_CACHES = 0x8000_001D
AMD_L2_L3 = 0x8000_0006


@dataclass(frozen=True, slots=True)
class Cache:
    """One cache: its level, its size in KiB, and whether it keeps data (a unified one does)."""

    level: int
    kib: int
    data: bool


def caches(cpu: Cpu) -> tuple[Cache, ...]:
    """The caches that leaf 4, 8000001D or else 80000006 describes; none where the capture has none of these.

    Sources: Intel SDM vol. 2A, CPUID leaf 04H (EAX[4:0] type, EAX[7:5] level, EBX ways, partitions and line
    size, ECX sets, each less one); AMD APM vol. 3, Fn8000_001D (the same layout) and Fn8000_0006 (ECX[31:16]
    the L2 cache in KiB, EDX[31:18] the L3 cache in units of 512 KiB).
    """
    for leaf in (INTEL_CACHES, AMD_CACHES):
        found = [cache for registers in _subleaves(cpu, leaf) if (cache := _described(registers)) is not None]
        if found:
            return tuple(found)
    registers = cpu.table.get(AMD_L2_L3)
    if registers is None:
        return ()
    sizes = (2, registers[2] >> 16), (3, (registers[3] >> 18) * 512)
    return tuple(Cache(level, kib, True) for level, kib in sizes if kib)


def last_level_kib(cpu: Cpu) -> int | None:
    """The size of the last cache before memory in KiB, or None where the capture does not tell."""
    return max(((c.level, c.kib) for c in caches(cpu) if c.data), default=(0, None))[1]


def _subleaves(cpu: Cpu, leaf: int) -> list[tuple[int, int, int, int]]:
    return [registers for key, registers in cpu.table.items() if key[0] == leaf]


def _described(registers: tuple[int, int, int, int]) -> Cache | None:
    eax, ebx, ecx, _ = registers
    kind = eax & 0x1F
    if kind not in (1, 2, 3):
        return None
    size = ((ebx >> 22) + 1) * ((ebx >> 12 & 0x3FF) + 1) * ((ebx & 0xFFF) + 1) * (ecx + 1)
    return Cache(eax >> 5 & 7, size // 1024, kind != 2)

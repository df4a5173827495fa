"""What the hosts of a pool have in common, and which of them hold the others back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from flexgui.cpuid.catalogue import RUN_TIME_FLAGS, catalogue
from flexgui.cpuid.cpu import Cpu, combine_flags
from flexgui.cpuid.registers import Leaf
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.support import Answer, Support, support


@dataclass(frozen=True, slots=True)
class Member:
    """A host of a pool: what to call it, and its processor."""

    name: str
    cpu: Cpu


def names(members: Iterable[Member]) -> list[str]:
    return [member.name for member in members]


@dataclass(frozen=True, slots=True)
class Blocker:
    """A host that cannot, or not for certain, take a mode."""

    member: Member
    support: Support


@dataclass(frozen=True, slots=True)
class VendorPool:
    """The answer for all hosts of one maker.

    `highest`: the highest mode that every host supports for certain, None where there is none. `possible`:
    the highest that no host is known to lack. `next_mode` and `blockers`: the next mode above `highest` and
    the hosts that keep the pool from it.
    """

    vendor: str
    members: tuple[Member, ...]
    highest: EvcMode | None
    possible: EvcMode | None
    next_mode: EvcMode | None
    blockers: tuple[Blocker, ...]


def vendors(members: Iterable[Member]) -> dict[str, tuple[Member, ...]]:
    """The members by maker, in the order in which makers first occur; an unknown maker counts as one."""
    found: dict[str, list[Member]] = {}
    for member in members:
        found.setdefault(member.cpu.vendor or "unknown", []).append(member)
    return {vendor: tuple(own) for vendor, own in found.items()}


def blockers(members: Iterable[Member], mode: EvcMode, modes: ModeTable) -> tuple[Blocker, ...]:
    """The hosts that do not support a mode for certain, with what they lack."""
    weighed = ((member, support(member.cpu, mode, modes)) for member in members)
    return tuple(Blocker(member, found) for member, found in weighed if found.answer is not Answer.YES)


def weigh(
    members: Sequence[Member], modes: ModeTable, offered: Iterable[EvcMode] | None = None
) -> list[VendorPool]:
    """Weigh the hosts of a pool, maker by maker.

    `offered` restricts the modes to those that a release of vCenter lists; None means all.
    """
    candidates = tuple(modes if offered is None else offered)
    return [_weigh(vendor, own, modes, candidates) for vendor, own in vendors(members).items()]


def _weigh(
    vendor: str, members: tuple[Member, ...], modes: ModeTable, candidates: tuple[EvcMode, ...]
) -> VendorPool:
    distinct = list({member.cpu.fingerprint: member.cpu for member in members}.values())
    certain, possible = [], []
    for mode in candidates:
        if mode.vendor != vendor:
            continue
        answers = {support(cpu, mode, modes).answer for cpu in distinct}
        if answers == {Answer.YES}:
            certain.append(mode)
        if Answer.NO not in answers and (mode.known or answers == {Answer.YES}):
            possible.append(mode)
    highest = modes.highest(certain)
    allowed = {mode.key for mode in candidates}
    steps = [mode for mode in modes.next_after(highest, vendor) if mode.key in allowed]
    blocking = [(mode, blockers(members, mode, modes)) for mode in steps]
    next_mode, holding = min(blocking, key=lambda found: len(found[1]), default=(None, ()))
    return VendorPool(vendor, members, highest, modes.highest(possible), next_mode, holding)


def common_registers(
    cpus: Sequence[Cpu],
) -> dict[Leaf, tuple[int | None, int | None, int | None, int | None]]:
    """The registers of every leaf that all processors have.

    A register of feature flags is the bitwise AND of the raw registers (flags that say "removed" are ORed),
    with the bits that the operating system sets cleared; any other register is None.
    """
    if not cpus:
        return {}
    leaves = reduce(lambda left, right: left & right, (set(cpu.table) for cpu in cpus))
    flags = set(catalogue().feature_registers)
    common: dict[Leaf, tuple[int | None, int | None, int | None, int | None]] = {}
    for leaf in sorted(leaves):
        values: list[int | None] = [None] * 4
        for register in range(4):
            key = (*leaf, register)
            if key in flags:
                run_time = sum(catalogue()[n].mask for n in RUN_TIME_FLAGS if catalogue()[n].key == key)
                column = [registers[register] for cpu in cpus if (registers := cpu.table.get(*leaf))]
                values[register] = combine_flags(key, column) & ~run_time
        common[leaf] = values[0], values[1], values[2], values[3]
    return common

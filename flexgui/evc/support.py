"""Which modes a processor supports: yes, no, or cannot tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from flexgui.cpuid.catalogue import catalogue
from flexgui.cpuid.cpu import Cpu
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.packed import Packed, as_bytes, feature_registers, pack, pack_once, packed, unpack
from flexgui.evc.silicon_limits import out_of_reach

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Row: TypeAlias = "npt.NDArray[np.uint32]"
"""One word for each feature register, in the order of `feature_registers()`: shape (registers,)."""

Bools: TypeAlias = "npt.NDArray[np.bool_]"


class Answer(Enum):
    """Three answers: unknown is never treated as absent or as present."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a processor supports a mode.

    `missing`: features it is known to lack. `unknown`: features that cannot be told, with the leaves that a
    capture would need in `unknown_leaves` (`7.0`, `D.1`); both are empty where the mode itself is unknown.
    """

    mode: EvcMode
    answer: Answer
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unknown_leaves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """All modes of a processor's maker, weighed.

    `highest`: the mode with the most features among those supported for certain; `possible`: the same where
    every "cannot tell" turned out as well as the silicon allows. `missing_for_next`: what keeps the host from
    the next mode above `highest` (the one with the fewest features missing, where the order splits);
    `unknown_for_next`: what cannot be told of it.
    """

    supports: tuple[Support, ...]
    highest: EvcMode | None
    possible: EvcMode | None
    missing_for_next: tuple[str, ...]
    unknown_for_next: tuple[str, ...] = ()

    def of(self, mode: EvcMode) -> Support | None:
        return next((s for s in self.supports if s.mode.key == mode.key), None)

    def keys(self, answer: Answer) -> list[str]:
        return [s.mode.key for s in self.supports if s.answer is answer]


def feature_row(features: Iterable[str]) -> Row:
    """Features (vSphere's names) as a row of register words."""
    row: Row = _matrix([pack(features)])[0]
    return row


def support(cpu: Cpu, mode: EvcMode, modes: ModeTable) -> Support:
    """Whether a processor supports one mode.

    Features decide where they are known. Where they are not, a mode that the processor's `max_evc_mode`
    includes is supported; of a mode above it that cannot be told, since a vCenter never reports a mode newer
    than itself. No mode is certain where the maker is unknown. A mode whose contents are not published is not
    supported where one of the features that it is known to require is missing; otherwise it cannot be told,
    unless a vCenter measured that very mode.
    """
    highest = modes.get(cpu.max_evc_mode)
    vendor = vendor_of(cpu, modes)
    if vendor is not None and vendor != mode.vendor:
        return Support(mode, Answer.NO)
    values, known = packed(cpu)
    required = pack_once(mode.surely_requires)
    missing = required & known & ~values
    if missing:
        return Support(mode, Answer.NO, unpack(missing))
    if mode.requires is None:
        measured = highest is not None and highest.key == mode.key
        return Support(mode, Answer.YES if measured else Answer.UNKNOWN)
    open_bits = required & ~known
    if not open_bits and not mode.other_requirements:
        if vendor is None:
            return Support(mode, Answer.UNKNOWN, unknown_leaves=("0.0",))
        return Support(mode, Answer.YES)
    if highest is not None and highest.includes(mode):
        return Support(mode, Answer.YES)
    if highest is not None:
        open_bits &= ~pack_once(highest.surely_requires)
    open_features, leaves = _open(open_bits)
    others = tuple(key for key, _ in mode.other_requirements)
    return Support(mode, Answer.UNKNOWN, (), (*open_features, *others), leaves)


@lru_cache(maxsize=1024)
def _open(bits: Packed) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of features, and the leaves that tell them; asked of the same ones again and again."""
    features = unpack(bits)
    leaves = dict.fromkeys(
        f"{leaf:X}.{subleaf:X}" for name in features for leaf, subleaf, _ in [catalogue()[name].key]
    )
    return features, tuple(leaves)


def assess(cpu: Cpu, modes: ModeTable) -> Assessment:
    """Weigh a processor against all modes of its maker; of all makers where the maker is unknown."""
    candidates = modes.of_vendor(cpu.vendor) if cpu.vendor is not None else tuple(modes)
    supports = tuple(support(cpu, mode, modes) for mode in candidates)
    highest = modes.highest(s.mode for s in supports if s.answer is Answer.YES)
    reach = out_of_reach(cpu)
    possible = modes.highest(
        s.mode
        for s in supports
        if s.answer is not Answer.NO and s.mode.known and not pack_once(s.mode.surely_requires) & reach
    )
    if highest is not None and not highest.known:
        possible = highest
    gap: Support | None = None
    if cpu.vendor is not None:
        steps = {step.key for step in modes.next_after(highest, cpu.vendor)}
        gaps = (s for s in supports if s.mode.key in steps)
        gap = min(gaps, key=lambda s: len(s.missing) + len(s.unknown), default=None)
    missing, unknown = (gap.missing, gap.unknown) if gap is not None else ((), ())
    return Assessment(supports, highest, possible, missing, unknown)


@dataclass(frozen=True, slots=True)
class Known:
    """The features of a processor that its maker's modes govern: those it has, and those known at all."""

    present: frozenset[str]
    known: frozenset[str]


def vendor_of(cpu: Cpu, modes: ModeTable) -> str | None:
    """The maker of a processor, if only its highest mode tells."""
    highest = modes.get(cpu.max_evc_mode)
    return cpu.vendor or (None if highest is None else highest.vendor)


def known_features(cpu: Cpu, modes: ModeTable) -> Known:
    """What is known of the features that modes govern: measured, by name, or by the processor's highest mode.

    Where neither register nor name tells, `max_evc_mode` does, exactly as in `support`: the processor has
    what the mode requires; of the rest nothing is known.
    """
    governed = pack(modes.governed.get(vendor_of(cpu, modes) or "", ()))
    values, known = packed(cpu)
    highest = modes.get(cpu.max_evc_mode)
    if highest is not None:
        stated = pack_once(highest.surely_requires) & ~known
        values |= stated
        known |= stated
    return Known(frozenset(unpack(values & governed)), frozenset(unpack(known & governed)))


def loses(cpu: Cpu, mode: EvcMode, modes: ModeTable) -> tuple[str, ...]:
    """The features that a processor has and that a mode hides, as far as both are known.

    In the order in which the maker's modes introduced them; none for a mode of another maker.
    """
    if mode.requires is None or vendor_of(cpu, modes) != mode.vendor:
        return ()
    hidden = known_features(cpu, modes).present - {*mode.requires, *(mode.exposes_also or ())}
    return modes.in_order(hidden, mode.vendor)


def gains(lower: EvcMode, upper: EvcMode) -> tuple[str, ...]:
    """The features that one mode requires beyond another, in the upper mode's order."""
    return tuple(name for name in upper.requires or () if name not in (lower.requires or ()))


def matrix(cpus: Sequence[Cpu]) -> tuple[Row, Row]:
    """(values, known) of several processors: two uint32 arrays of shape (processors, registers)."""
    both = [packed(cpu) for cpu in cpus]
    return _matrix([values for values, _ in both]), _matrix([known for _, known in both])


def answers(cpus: Sequence[Cpu], of: Sequence[EvcMode], modes: ModeTable) -> tuple[Bools, Bools]:
    """Who supports which mode: (for certain, possibly), two arrays of shape (processors, modes).

    The answers of `support` without their reasons: bits tell most of them at once.
    """
    import numpy as np

    values, known = matrix(cpus)
    lacking, unknown = known & ~values, ~known
    makers = [vendor_of(cpu, modes) for cpu in cpus]
    makerless = np.array([maker is None for maker in makers], np.bool_)
    certain = np.zeros((len(cpus), len(of)), np.bool_)
    possible = certain.copy()
    every = _matrix([pack_once(mode.surely_requires) for mode in of])
    for number, (mode, required) in enumerate(zip(of, every, strict=True)):
        theirs = np.array([maker == mode.vendor for maker in makers], np.bool_)
        may = (theirs | makerless) & ~(lacking & required).any(axis=1)
        if mode.known and not mode.other_requirements:
            certain[:, number] = may & theirs & ~(unknown & required).any(axis=1)
        possible[:, number] = certain[:, number]
        for place in np.flatnonzero(may & ~certain[:, number]).tolist():
            answer = support(cpus[place], mode, modes).answer
            certain[place, number] = answer is Answer.YES
            possible[place, number] = answer is not Answer.NO
    return certain, possible


def _matrix(rows: Sequence[Packed]) -> Row:
    import numpy as np  # takes longer to import than a small pool to weigh

    words = np.frombuffer(b"".join([as_bytes(row) for row in rows]), "<u4")
    return words.astype(np.uint32).reshape(len(rows), len(feature_registers()))

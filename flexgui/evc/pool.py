"""What the hosts of a pool have in common, which of them hold the others back, and what nobody knows yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

from flexgui.cpuid.catalogue import RUN_TIME_FLAGS, catalogue
from flexgui.cpuid.cpu import Cpu, combine_flags, described
from flexgui.cpuid.registers import Leaf
from flexgui.evc.evidence import EvidenceKind, kind_of
from flexgui.evc.modes import MAKERS, EvcMode, ModeTable
from flexgui.evc.packed import pack, pack_once, packed
from flexgui.evc.silicon_limits import out_of_reach
from flexgui.evc.support import Answer, Support, loses, support, vendor_of

UNKNOWN: Final = described(Cpu(fingerprint=""))
"""The processor of a host of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Member:
    """A host of a pool: what to call it, its processor, and what that rests on where its source says so.

    `esx`: the ESX release that it runs (a key of `resources/esx_releases.tsv`), if known.
    """

    name: str
    cpu: Cpu = UNKNOWN
    kind: EvidenceKind | None = None
    esx: str | None = None

    @property
    def known(self) -> bool:
        """Whether anything is known of the processor."""
        return self.cpu.fingerprint != UNKNOWN.fingerprint

    @property
    def evidence(self) -> EvidenceKind:
        return self.kind or kind_of(self.cpu, assumed=False)


def names(members: Iterable[Member]) -> list[str]:
    return [member.name for member in members]


@dataclass(frozen=True, slots=True)
class Blocker:
    """A host that cannot, or not for certain, take a mode."""

    member: Member
    support: Support


@dataclass(frozen=True, slots=True)
class Unsettled:
    """What cannot be told of hosts that keeps a pool from its possible mode.

    `modes` are the keys of those above the certain mode, up to the possible one, that cannot be told;
    `features` and `leaves` are what is open of them (see `Support`).
    """

    members: tuple[Member, ...]
    modes: tuple[str, ...]
    features: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """What a mode hides on some hosts of a pool."""

    members: tuple[Member, ...]
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VendorPool:
    """The answer for all hosts of one maker.

    `highest`: the highest mode that every host supports for certain, None where there is none. `possible`:
    the highest that no host is known to lack and the silicon of every one allows. `next_mode` and
    `blockers`: the next mode above `highest` and the hosts that keep the pool from it. `makerless`: hosts
    whose maker is not known. As long as there are any, they may be of this one, and no mode is certain.
    `unsettled`: what to find out about which hosts to settle what lies between `highest` and `possible`.
    """

    vendor: str
    members: tuple[Member, ...]
    highest: EvcMode | None
    possible: EvcMode | None
    next_mode: EvcMode | None
    blockers: tuple[Blocker, ...]
    makerless: tuple[Member, ...] = ()
    unsettled: tuple[Unsettled, ...] = ()

    @property
    def has_modes(self) -> bool:
        """Whether there are EVC modes for processors by this maker, or there may be."""
        return self.vendor in MAKERS or self.vendor == NO_MAKER


NO_MAKER: Final = "unknown"
"""The maker of a pool whose hosts' makers are all unknown."""


def vendors(members: Iterable[Member], modes: ModeTable) -> dict[str, tuple[Member, ...]]:
    """The members by maker, in the order in which makers first occur; an unknown maker counts as one.

    The maker may be known by the highest mode alone.
    """
    found: dict[str, list[Member]] = {}
    for member in members:
        found.setdefault(vendor_of(member.cpu, modes) or NO_MAKER, []).append(member)
    return {vendor: tuple(own) for vendor, own in found.items()}


def blockers(members: Iterable[Member], mode: EvcMode, modes: ModeTable) -> tuple[Blocker, ...]:
    """The hosts that do not support a mode for certain, with what they lack."""
    weighed: dict[str, Support] = {}
    found: list[Blocker] = []
    for member in members:
        key = member.cpu.fingerprint
        if key not in weighed:
            weighed[key] = support(member.cpu, mode, modes)
        if weighed[key].answer is not Answer.YES:
            found.append(Blocker(member, weighed[key]))
    return tuple(found)


def weigh(
    members: Sequence[Member], modes: ModeTable, offered: Iterable[EvcMode] | None = None
) -> list[VendorPool]:
    """Weigh the hosts of a pool, maker by maker.

    `offered` restricts the modes to those that a release of vCenter lists; None means all. Hosts whose maker
    is not known weigh in every maker's pool; where there are no others they are a pool of their own.
    """
    candidates = tuple(modes if offered is None else offered)
    by_maker = vendors(members, modes)
    makerless = by_maker.pop(NO_MAKER, ())
    pools = by_maker.items() if by_maker else [(NO_MAKER, makerless)] if makerless else []
    return [_weigh(vendor, own, makerless, modes, candidates) for vendor, own in pools]


class _Alike:
    """Processors that the same modes tell apart no further: every question is asked of one of each kind.

    Thousands of distinct processors differ in few of the features that modes govern.
    """

    def __init__(self, members: Sequence[Member], vendor: str, modes: ModeTable) -> None:
        governed = pack(name for names in _governed(vendor, modes) for name in names)
        distinct = {member.cpu.fingerprint: member.cpu for member in members}
        of: dict[object, Cpu] = {}
        self._of_cpu: dict[str, Cpu] = {}
        for cpu in distinct.values():
            values, known = packed(cpu)
            reach = 0 if known & governed == governed else out_of_reach(cpu)
            key = values & governed, known & governed, cpu.vendor, cpu.max_evc_mode, reach
            self._of_cpu[cpu.fingerprint] = of.setdefault(key, cpu)
        self.cpus = list(of.values())

    def of(self, cpu: Cpu) -> Cpu:
        """The processor that answers for this one."""
        return self._of_cpu[cpu.fingerprint]


def _governed(vendor: str, modes: ModeTable) -> list[frozenset[str]]:
    return [names for maker, names in modes.governed.items() if vendor in (maker, NO_MAKER)]


def _weigh(
    vendor: str,
    own: tuple[Member, ...],
    makerless: tuple[Member, ...],
    modes: ModeTable,
    candidates: tuple[EvcMode, ...],
) -> VendorPool:
    members = own if vendor == NO_MAKER else (*own, *makerless)
    candidates = tuple(mode for mode in candidates if vendor in (mode.vendor, NO_MAKER))
    alike = _Alike(members, vendor, modes)
    found = {
        mode.key: {cpu.fingerprint: support(cpu, mode, modes) for cpu in alike.cpus} for mode in candidates
    }
    certain, possible = [], []
    reach = reduce(or_, (out_of_reach(cpu) for cpu in alike.cpus), 0)
    for mode in candidates:
        answers = {each.answer for each in found[mode.key].values()}
        within = mode.known and not pack_once(mode.surely_requires) & reach
        if answers == {Answer.YES}:
            certain.append(mode)
        if answers == {Answer.YES} or (Answer.NO not in answers and within):
            possible.append(mode)
    highest, best = modes.highest(certain), modes.highest(possible)

    def blocking(mode: EvcMode) -> tuple[Blocker, ...]:
        weighed = ((member, found[mode.key][alike.of(member.cpu).fingerprint]) for member in members)
        return tuple(Blocker(member, each) for member, each in weighed if each.answer is not Answer.YES)

    allowed = {mode.key for mode in candidates}
    steps = [mode for mode in modes.next_after(highest, vendor) if mode.key in allowed]
    held = [(mode, blocking(mode)) for mode in steps]
    next_mode, holding = min(held, key=lambda step: len(step[1]), default=(None, ()))
    above = [mode for mode in possible if mode not in certain and best is not None and best.includes(mode)]
    open_of = {cpu.fingerprint: [found[mode.key][cpu.fingerprint] for mode in above] for cpu in alike.cpus}
    groups: dict[str, list[Member]] = {}
    for member in members:
        groups.setdefault(alike.of(member.cpu).fingerprint, []).append(member)
    unsettled = tuple(
        each for key, group in groups.items() if (each := _unsettled(group, open_of[key])) is not None
    )
    return VendorPool(
        vendor, own, highest, best, next_mode, holding, makerless if own is not makerless else (), unsettled
    )


def _unsettled(members: Sequence[Member], above: Iterable[Support]) -> Unsettled | None:
    """What is open of the modes that processors alike may support; None where nothing is."""
    open_ = [each for each in above if each.answer is Answer.UNKNOWN]
    if not open_:
        return None
    features = dict.fromkeys(name for each in open_ for name in each.unknown)
    leaves = dict.fromkeys(leaf for each in open_ for leaf in each.unknown_leaves)
    return Unsettled(tuple(members), tuple(e.mode.key for e in open_), tuple(features), tuple(leaves))


def losses(members: Sequence[Member], mode: EvcMode, modes: ModeTable) -> tuple[Loss, ...]:
    """What a mode hides on each host that loses anything known, hosts that lose the same together."""
    alike = _Alike(members, mode.vendor, modes)
    lost = {cpu.fingerprint: loses(cpu, mode, modes) for cpu in alike.cpus}
    found: dict[tuple[str, ...], list[Member]] = {}
    for member in members:
        features = lost[alike.of(member.cpu).fingerprint]
        if features:
            found.setdefault(features, []).append(member)
    return tuple(Loss(tuple(own), features) for features, own in found.items())


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

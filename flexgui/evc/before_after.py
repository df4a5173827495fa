"""Which generations of processors exchange running machines, without and with FlexMigration and EVC.

The matrices of the paper's tables 2 and 3, worked out for any processors by the very function that gives the
verdict on one migration (`flexgui.evc.migration.migrate`). Without: both hosts stand alone and the machine
was powered on on the first. With: both are in one cluster with the highest EVC mode that both support for
certain, and the machine was powered on there. Where no mode fits both, EVC changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.guest_features import End, Guest, hardware, visible_bits
from flexgui.evc.migration import Outcome, Verdict, migrate
from flexgui.evc.migration_views import common_mode
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.support import assess, vendor_of

MOST_KINDS: Final = 6
"""So many kinds of processors of one generation are weighed, those of the most hosts."""

GUEST: Final = Guest("VM")


@dataclass(frozen=True, slots=True)
class Kind:
    """Processors that no migration tells apart; `cpu` is one of them, `hosts` how many hosts have one."""

    cpu: Cpu
    hosts: int

    @property
    def name(self) -> str:
        return self.cpu.short_name()


@dataclass(frozen=True, slots=True)
class Generation:
    """A row and column of the matrix: the kinds of one silicon.

    `name` is "" where the silicon is not known: then those with the same highest mode, `level`, are together.
    `left_out`: how many kinds are not weighed, because there are more than `MOST_KINDS`.
    """

    vendor: str | None
    name: str
    kinds: tuple[Kind, ...]
    left_out: int = 0
    level: EvcMode | None = None

    @property
    def hosts(self) -> int:
        return sum(kind.hosts for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two kinds, from `source` to `destination`: the verdicts without and with the EVC mode `mode`.

    `after` is None where no mode fits both for certain.
    """

    source: Kind
    destination: Kind
    before: Verdict
    after: Verdict | None
    mode: EvcMode | None

    def outcome(self, *, evc: bool) -> Outcome:
        return self.after.outcome if evc and self.after is not None else self.before.outcome


@dataclass(frozen=True, slots=True)
class Move:
    """One cell: from one generation to another, all pairs of their kinds."""

    pairs: tuple[Pair, ...]

    def live(self, *, evc: bool) -> int:
        """Of how many pairs a running machine moves for certain."""
        return sum(pair.outcome(evc=evc) is Outcome.LIVE for pair in self.pairs)

    def unknown(self, *, evc: bool) -> int:
        return sum(pair.outcome(evc=evc) is Outcome.UNKNOWN for pair in self.pairs)

    def answer(self, *, evc: bool) -> bool | None:
        """True: all pairs for certain. False: some pair is known not to. None: cannot tell."""
        if self.live(evc=evc) == len(self.pairs):
            return True
        return None if self.live(evc=evc) + self.unknown(evc=evc) == len(self.pairs) else False


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """`moves[from][to]` for the generations in their order."""

    generations: tuple[Generation, ...]
    moves: tuple[tuple[Move, ...], ...]


def generations(cpus: Sequence[tuple[Cpu, int]], modes: ModeTable) -> tuple[Generation, ...]:
    """Processors, each with its number of hosts, by generation: makers apart, the oldest model first."""
    kinds: dict[tuple[str | None, str, str | None], dict[object, Kind]] = {}
    for cpu, hosts in cpus:
        generation = cpu.generation
        level = assess(cpu, modes).highest if generation is None else None
        name = "" if generation is None else generation.name
        own = kinds.setdefault((vendor_of(cpu, modes), name, None if level is None else level.key), {})
        found = hardware(cpu, modes)
        bits = visible_bits()
        key = found.values & bits, found.known & bits, cpu.max_evc_mode
        before = own.get(key)
        own[key] = Kind(cpu, hosts) if before is None else Kind(before.cpu, before.hosts + hosts)
    rows = []
    for (vendor, name, level_key), own in kinds.items():
        most = sorted(own.values(), key=lambda kind: (-kind.hosts, kind.name))
        weighed, left_out = tuple(most[:MOST_KINDS]), max(0, len(most) - MOST_KINDS)
        rows.append(Generation(vendor, name, weighed, left_out, modes.get(level_key)))

    def age(row: Generation) -> tuple[bool, str, int, int, str]:
        """Makers apart; in each by the highest mode, then by how much there is: both grew with time."""
        highest = [assess(kind.cpu, modes).highest for kind in row.kinds]
        mode = max(0 if mode is None else len(mode.surely_requires) for mode in highest)
        most = max(hardware(kind.cpu, modes).yes.bit_count() for kind in row.kinds)
        return row.vendor is None, row.vendor or "", mode, most, row.name

    return tuple(sorted(rows, key=age))


def before_after(
    rows: Sequence[Generation],
    modes: ModeTable,
    release: str,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> BeforeAfter:
    """Weigh every pair in both directions, for a vCenter of one release.

    `step` is told how many generations are done, of how many.
    """
    moves = []
    for number, source in enumerate(rows):
        step(number, len(rows))
        moves.append(
            tuple(
                Move(
                    tuple(_pair(one, other, modes, release) for one in source.kinds for other in target.kinds)
                )
                for target in rows
            )
        )
    return BeforeAfter(tuple(rows), tuple(moves))


def _pair(one: Kind, other: Kind, modes: ModeTable, release: str) -> Pair:
    source, destination = End(one.name, one.cpu), End(other.name, other.cpu)
    before = migrate(GUEST, source, destination, modes, release)
    mode = common_mode(source, destination, modes, release)
    if mode is None:
        return Pair(one, other, before, None, None)
    pool = one.cpu, other.cpu
    source = End(one.name, one.cpu, None, "cluster", mode.key, pool)
    destination = End(other.name, other.cpu, None, "cluster", mode.key, pool)
    guest = Guest(GUEST.name, started_under=mode.key)
    return Pair(one, other, before, migrate(guest, source, destination, modes, release), mode)

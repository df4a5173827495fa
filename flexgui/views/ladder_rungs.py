"""The mode ladder as values: which rungs there are, who stands on each, and who blocks it."""

from __future__ import annotations

from dataclasses import dataclass

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.support import Answer, Support, gains, support, vendor_of


@dataclass(frozen=True, slots=True)
class Blocked:
    """Hosts of one processor that do not take a mode, or not for certain."""

    hosts: tuple[str, ...]
    support: Support
    cpu: Cpu


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from a rung down to the next one: rows and lanes, counted from the top and the left."""

    upper_row: int
    upper_lane: int
    lower_row: int
    lower_lane: int


@dataclass(frozen=True, slots=True)
class Rung:
    """One mode. `allowing` of the ladder's hosts take it for certain; `standing` have it as their highest.

    `above` says that the mode is not included in the chosen one: what it adds is lost.
    """

    mode: EvcMode
    lane: int
    adds: tuple[str, ...]
    allowing: int
    total: int
    standing: tuple[str, ...]
    blocked: tuple[Blocked, ...]
    current: bool
    above: bool


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs from the newest down, and the lines between them. `lanes` is how many there are side by side.

    `others` are hosts that cannot stand here: of another maker, or of a processor that is not known.
    """

    rungs: tuple[Rung, ...]
    edges: tuple[Edge, ...]
    lanes: int
    others: tuple[str, ...]


def build_ladder(
    hosts: tuple[tuple[str, Cpu | None], ...],
    offered: tuple[EvcMode, ...],
    modes: ModeTable,
    vendor: str,
    current: EvcMode | None,
) -> Ladder:
    """The ladder of one maker's modes that a release offers, for hosts given by name and processor."""
    own = tuple(mode for mode in offered if mode.vendor == vendor)
    groups: dict[str, tuple[Cpu, list[str]]] = {}
    makers: dict[str, str | None] = {}
    others = []
    for name, cpu in hosts:
        if cpu is not None and cpu.fingerprint not in makers:
            makers[cpu.fingerprint] = vendor_of(cpu, modes)
        if cpu is None or makers[cpu.fingerprint] != vendor:
            others.append(name)
        else:
            groups.setdefault(cpu.fingerprint, (cpu, []))[1].append(name)
    answers = {key: {m.key: support(cpu, m, modes) for m in own} for key, (cpu, _) in groups.items()}
    highest: dict[str, list[str]] = {}
    for key, (_, names) in groups.items():
        best = modes.highest(m for m in own if answers[key][m.key].answer is Answer.YES)
        if best is not None:
            highest.setdefault(best.key, []).extend(names)
    below = {mode.key: _next_below(mode, own) for mode in own}
    lanes = _lanes(own, below)
    row = {mode.key: number for number, mode in enumerate(reversed(own))}
    chosen = current if current is not None and current.vendor == vendor else None
    rungs = []
    for mode in reversed(own):
        blocked = tuple(
            Blocked(tuple(names), answers[key][mode.key], cpu)
            for key, (cpu, names) in groups.items()
            if answers[key][mode.key].answer is not Answer.YES
        )
        total = sum(len(names) for _, names in groups.values())
        lower = below[mode.key]
        rungs.append(
            Rung(
                mode,
                lanes[mode.key],
                gains(lower[0], mode) if lower else mode.requires or (),
                total - sum(len(b.hosts) for b in blocked),
                total,
                tuple(highest.get(mode.key, ())),
                blocked,
                chosen is not None and mode.key == chosen.key,
                chosen is not None and not chosen.includes(mode),
            )
        )
    edges = tuple(
        Edge(row[upper], lanes[upper], row[lower.key], lanes[lower.key])
        for upper, found in below.items()
        for lower in found
    )
    return Ladder(tuple(rungs), edges, 1 + max(lanes.values(), default=0), tuple(others))


def _next_below(mode: EvcMode, own: tuple[EvcMode, ...]) -> tuple[EvcMode, ...]:
    """The largest modes that a mode includes; the last known one for a mode of unknown contents."""
    if not mode.known:
        older = [m for m in own[: own.index(mode)] if m.known]
        return (older[-1],) if older else ()
    under = [m for m in own if m.known and m.key != mode.key and mode.includes(m)]
    return tuple(m for m in under if not any(o.includes(m) and o.key != m.key for o in under))


def _lanes(own: tuple[EvcMode, ...], below: dict[str, tuple[EvcMode, ...]]) -> dict[str, int]:
    """The newest mode and all below it by the longest way stand in lane 0; each branch gets a lane."""
    lanes: dict[str, int] = {}
    used = 0
    for mode in reversed(own):
        if mode.key in lanes:
            continue
        step: EvcMode | None = mode
        while step is not None:
            lanes[step.key] = used
            free = [m for m in below[step.key] if m.key not in lanes]
            step = max(free, key=lambda m: len(m.requires or ()), default=None)
        used += 1
    return lanes

"""Which mode to recommend for a pool, and what each host says to a mode."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.pool import NO_MAKER, Member, VendorPool, weigh
from flexgui.evc.support import Answer, gains, loses, support, vendor_of
from flexgui.evc.to_collect import ToCollect, to_collect


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The highest mode that all hosts of one maker allow for certain.

    `setters` are the hosts that keep the pool from the next mode. Where hosts of several makers are weighed,
    `others` are those of makers that the mode is not for. `mode` is None where no mode fits for certain;
    `possible` is then, or above it, what might fit once what is unknown is known, and `collect` says what to
    find out for it. `members` include hosts whose maker is not known. `has_modes` is False where there is no
    EVC mode for processors by this maker at all.
    """

    vendor: str
    mode: EvcMode | None
    possible: EvcMode | None
    members: tuple[Member, ...]
    setters: tuple[Member, ...]
    others: tuple[Member, ...]
    collect: tuple[ToCollect, ...] = ()
    has_modes: bool = True


def recommend(
    members: Sequence[Member], modes: ModeTable, offered: Iterable[EvcMode]
) -> Recommendation | None:
    """Recommend a mode among those that a release offers; None where there is no host to go by.

    With hosts of several makers, which no cluster can have under EVC, the maker with the most hosts counts.
    """
    pools = weigh(members, modes, tuple(offered))
    if not pools:
        return None
    chosen = max(pools, key=_weight)
    others = tuple(m for pool in pools if pool is not chosen for m in pool.members)
    setters = tuple(blocker.member for blocker in chosen.blockers)
    return Recommendation(
        chosen.vendor,
        chosen.highest,
        None if chosen.vendor == NO_MAKER else chosen.possible,
        (*chosen.members, *chosen.makerless),
        setters,
        others,
        to_collect(chosen, modes),
        chosen.has_modes,
    )


def _weight(pool: VendorPool) -> tuple[bool, bool, int]:
    return pool.highest is not None, pool.has_modes, len(pool.members)


@dataclass(frozen=True, slots=True)
class ModeChoice:
    """A mode that could be chosen: who allows it, who not, and what it hides against the pool's best."""

    mode: EvcMode
    allowed: tuple[Member, ...]
    refused: tuple[Member, ...]
    unknown: tuple[Member, ...]
    lost: tuple[str, ...]


def choices(members: Sequence[Member], modes: ModeTable, offered: Iterable[EvcMode]) -> list[ModeChoice]:
    """Weigh every offered mode against the hosts, in the order given.

    `lost` are the features of the pool's best mode that the mode does not have; empty where there is no best.
    """
    listed = tuple(offered)
    best = {pool.vendor: pool.highest for pool in weigh(members, modes, listed)}
    distinct = {member.cpu.fingerprint: member.cpu for member in members}
    found = []
    for mode in listed:
        of_cpu = {key: support(cpu, mode, modes).answer for key, cpu in distinct.items()}
        answers: dict[Answer, list[Member]] = {answer: [] for answer in Answer}
        for member in members:
            answers[of_cpu[member.cpu.fingerprint]].append(member)
        top = best.get(mode.vendor)
        lost = () if top is None or mode.requires is None else gains(mode, top)
        yes, no, open_ = (tuple(answers[a]) for a in (Answer.YES, Answer.NO, Answer.UNKNOWN))
        found.append(ModeChoice(mode, yes, no, open_, lost))
    return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mode means for one host.

    `missing`: features that it lacks. `unknown`: features that cannot be told; `unknown_leaves`: what a
    capture would need for it, empty where the mode itself is unknown (see `Support`). `hidden`: features
    that the mode hides on it. `wrong_vendor`: the mode is for another maker. `sets_the_mode`: it allows this
    mode and no higher one.
    """

    member: Member
    answer: Answer
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    unknown_leaves: tuple[str, ...]
    hidden: tuple[str, ...]
    wrong_vendor: bool
    sets_the_mode: bool


def verdict(member: Member, mode: EvcMode, modes: ModeTable, offered: Iterable[EvcMode]) -> Verdict:
    """What a mode means for a host, among the modes that the release offers."""
    found = support(member.cpu, mode, modes)
    own = [m for m in offered if support(member.cpu, m, modes).answer is Answer.YES]
    highest = modes.highest(own)
    return Verdict(
        member,
        found.answer,
        found.missing,
        found.unknown,
        found.unknown_leaves,
        loses(member.cpu, mode, modes) if found.answer is Answer.YES else (),
        vendor_of(member.cpu, modes) not in (None, mode.vendor),
        highest is not None and highest.key == mode.key,
    )

"""Which clusters to make of a fleet: the best partition of hosts into at most k clusters, for each maker.

**Objective.** Every cluster has an EVC mode, and every host in it supports that mode for certain. Of all such
partitions into at most k clusters the best one

1. places the most hosts (a host stays out only where no mode fits it, or where k clusters cannot cover all:
   AMD's modes form no chain, so two hosts may have no mode in common),
2. then keeps the most features: the sum, over all placed hosts, of the number of features that the mode of
   the host's cluster requires,
3. then has the fewest clusters; what is still equal goes to the higher modes.

Features of *modes* are counted, not what a cluster's processors have in common: virtual machines get what
the mode gives them, whatever else all hosts happen to have. What modes are seen to expose besides what they
require (`EvcMode.exposes_also`) is not counted either, because it is known of a few modes only.

**Why this is exact and cheap.** Given the modes of the clusters, each host belongs where the most features
are kept. So only sets of modes are searched, and of modes only those that some group of hosts has as its
highest in common. Hosts are grouped by the set of modes that they support, so the search costs the same for
ten hosts as for 100,000. Two clusters of one mode never keep more than one.

What cannot be told counts as not supported; `Partition.possible` says what might be kept beyond.
Modes of unknown contents are no candidates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.evidence import EvidenceKind
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.releases import esx_offers, esx_releases
from flexgui.evc.support import Answer, Bools, Support, answers, gains, support, vendor_of

Ints = npt.NDArray[np.int64]

CANDIDATES_LIMIT: Final = 18
"""Modes of one maker of which all sets are searched. More would need a table of modes such as no vCenter
has; then only those that keep the most by themselves are searched, and `Suggestion.exact` is False."""

WORTH_IT: Final = 0.05
"""The share of all features kept that one more cluster must add before it is recommended."""

UNKNOWN_MAKER: Final = "unknown"

Reason = Literal[
    "no processor", "maker unknown", "maker without modes", "lacks features", "cannot tell", "not offered"
]


@dataclass(frozen=True, slots=True)
class FleetHost:
    """A host of a fleet. None is what is not known of it; `kind` is what its processor rests on."""

    name: str
    cpu: Cpu | None
    esx_release: str | None = None
    kind: EvidenceKind | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """Hosts that are alike: one processor and one ESX release."""

    cpu: Cpu
    esx_release: str | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """The best modes for at most `k` clusters, highest first.

    `placement` has the number of the mode for each kind, -1 for a kind that stays out; `hosts` how many
    hosts each mode gets.
    """

    k: int
    modes: tuple[EvcMode, ...]
    placement: tuple[int, ...]
    hosts: tuple[int, ...]
    features_kept: int

    @property
    def placed(self) -> int:
        return sum(self.hosts)


@dataclass(frozen=True, slots=True)
class SuggestedCluster:
    """A cluster with its mode; `hosts` are numbers in the fleet as it was given."""

    mode: EvcMode
    hosts: tuple[int, ...]

    @property
    def features(self) -> int:
        """How many features the mode keeps on each host."""
        return len(self.mode.requires or ())

    @property
    def alone(self) -> bool:
        """Whether it has one host only: vSphere HA needs two, and nothing can move."""
        return len(self.hosts) == 1


@dataclass(frozen=True, slots=True)
class Partition:
    """The best partition into at most `k` clusters, highest mode first.

    `unplaced`: the hosts in none of them. `features_kept` is summed over the placed hosts. `possible`: what
    the best partition into at most `k` clusters might keep if all that cannot be told turned out well.
    """

    k: int
    clusters: tuple[SuggestedCluster, ...]
    unplaced: tuple[int, ...]
    features_kept: int
    possible: int

    @property
    def alone(self) -> int:
        """How many clusters have one host only."""
        return sum(cluster.alone for cluster in self.clusters)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Hosts that no mode fits for certain, with the reason.

    `mode` is the one that comes closest: `missing` features of it, or `unknown` ones with the leaves of CPUID
    to collect (`flexgui.evc.to_collect` says how).
    """

    hosts: tuple[int, ...]
    reason: Reason
    mode: EvcMode | None = None
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unknown_leaves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Hosts that may support a higher mode than is certain: `mode`, once `unknown_leaves` are collected."""

    hosts: tuple[int, ...]
    certain: EvcMode | None
    mode: EvcMode
    unknown: tuple[str, ...]
    unknown_leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The answer for the hosts of one maker.

    `partitions` are those for k = 1, 2, … while one more cluster gains anything; there is at least one.
    `recommended_k` is a proposal: see `recommended`.
    """

    vendor: str
    hosts: tuple[int, ...]
    partitions: tuple[Partition, ...]
    recommended_k: int
    left_out: tuple[LeftOut, ...]
    open_questions: tuple[OpenQuestion, ...]
    exact: bool = True

    @property
    def useful_k(self) -> int:
        """The number of clusters after which a further one gains nothing."""
        return len(self.partitions)

    def partition(self, k: int) -> Partition:
        """The best partition into at most `k` clusters, `k` being at least 1."""
        return self.partitions[min(k, len(self.partitions)) - 1]


@dataclass(frozen=True, slots=True)
class Gain:
    """What one more cluster changes for some hosts: from mode `before` (None: in no cluster) to `after`."""

    hosts: tuple[int, ...]
    before: EvcMode | None
    after: EvcMode | None

    @property
    def gained(self) -> tuple[str, ...]:
        """The features that the hosts keep now; all of the mode where they were in no cluster."""
        return _beyond(self.before, self.after)

    @property
    def lost(self) -> tuple[str, ...]:
        return _beyond(self.after, self.before)


def _beyond(lower: EvcMode | None, upper: EvcMode | None) -> tuple[str, ...]:
    if upper is None:
        return ()
    return gains(lower, upper) if lower is not None else upper.requires or ()


def suggest(
    hosts: Sequence[FleetHost],
    modes: ModeTable,
    offered: Iterable[EvcMode] | None = None,
) -> list[Suggestion]:
    """The best partitions of a fleet, maker by maker, in the order in which makers have modes.

    `offered` restricts the modes to those that a release of vCenter lists; None means all. A mode that a
    host's ESX does not know is none for that host. The answer does not depend on the order of the hosts,
    but for the order in which they are listed.
    """
    kinds, kind_of = _kinds(hosts)
    counts = np.bincount(kind_of[kind_of >= 0], minlength=len(kinds)).astype(np.int64)
    allowed = tuple(modes if offered is None else offered)
    vendors = [vendor_of(kind.cpu, modes) or UNKNOWN_MAKER for kind in kinds]
    having = dict.fromkeys(mode.vendor for mode in modes)
    order = [v for v in having if v in vendors] + sorted(set(vendors) - set(having))
    found = []
    for vendor in order:
        own = [number for number, each in enumerate(vendors) if each == vendor]
        weighed = _Weighed([kinds[n] for n in own], counts[own], vendor, modes, allowed)
        found.append(_suggestion(vendor, weighed, own, kind_of))
    without = tuple(np.flatnonzero(kind_of < 0).tolist())
    if without:
        found.append(_without_processor(without, found.pop() if UNKNOWN_MAKER in order else None))
    return found


def best_modes(
    kinds: Sequence[Kind],
    counts: npt.ArrayLike,
    modes: ModeTable,
    offered: Iterable[EvcMode] | None = None,
) -> dict[str, list[Selection]]:
    """The best modes for each number of clusters, by maker, of a fleet given as kinds and their counts.

    `counts` has the number of hosts of each kind: shape (kinds,), as `np.bincount` gives it. Kinds of a
    maker without modes are left out.
    """
    allowed = tuple(modes if offered is None else offered)
    numbers = np.asarray(counts, np.int64)
    answer = {}
    for vendor in dict.fromkeys(mode.vendor for mode in modes):
        own = [n for n, kind in enumerate(kinds) if vendor_of(kind.cpu, modes) == vendor]
        if own:
            weighed = _Weighed([kinds[n] for n in own], numbers[own], vendor, modes, allowed)
            answer[vendor] = [_spread(s, own, len(kinds)) for s in weighed.selections(weighed.certain)]
    return answer


def changes(before: Partition | None, after: Partition) -> list[Gain]:
    """What a partition changes for hosts against another one (None: there is no cluster yet).

    Hosts with the same change are together, the change that concerns the most features on hosts first.
    """
    old = () if before is None else before.clusters
    everyone = [host for cluster in (*old, *after.clusters) for host in cluster.hosts]
    was, now = (_cluster_of(clusters, max(everyone, default=-1)) for clusters in (old, after.clusters))
    found = []
    for code in np.unique(was * (len(after.clusters) + 1) + now).tolist():
        left, entered = divmod(code, len(after.clusters) + 1)
        lower = old[left - 1].mode if left else None
        upper = after.clusters[entered - 1].mode if entered else None
        if lower != upper:
            hosts = np.flatnonzero((was == left) & (now == entered))
            found.append(Gain(tuple(hosts.tolist()), lower, upper))
    found.sort(key=lambda gain: gain.hosts)
    return sorted(found, key=lambda gain: -len(gain.hosts) * (len(gain.gained) - len(gain.lost)))


def _cluster_of(clusters: Sequence[SuggestedCluster], last: int) -> Ints:
    """The number of each host's cluster, counted from 1; 0 for none. Shape (last + 1,)."""
    numbers = np.zeros(last + 1, np.int64)
    for number, cluster in enumerate(clusters, 1):
        numbers[list(cluster.hosts)] = number
    return numbers


def recommended(partitions: Sequence[Partition]) -> int:
    """A number of clusters to propose, of partitions for k = 1, 2, ….

    As many as are needed to place every host that can be placed, and then one more as long as it adds at
    least `WORTH_IT` of all features that can be kept (the knee). Among those the ones with the fewest
    clusters of a single host win, and of these the one with the most clusters.
    """
    least = min(len(p.unplaced) for p in partitions)
    first = next(p for p in partitions if len(p.unplaced) == least)
    enough = WORTH_IT * partitions[-1].features_kept
    worth = [first]
    for before, after in pairwise(partitions[first.k - 1 :]):
        if after.features_kept - before.features_kept < max(enough, 1):
            break
        worth.append(after)
    return min(worth, key=lambda p: (p.alone, -p.k)).k


class _Weighed:
    """The kinds of one maker against its modes: who supports what, with the reasons kept."""

    def __init__(
        self,
        kinds: Sequence[Kind],
        counts: Ints,
        vendor: str,
        modes: ModeTable,
        allowed: Sequence[EvcMode],
    ) -> None:
        self.kinds, self.counts, self.vendor, self.table = kinds, counts, vendor, modes
        self.modes = tuple(m for m in modes.of_vendor(vendor) if m.known)
        offered = {mode.key for mode in allowed}
        cpus = {kind.cpu.fingerprint: kind.cpu for kind in kinds}
        number = {fingerprint: n for n, fingerprint in enumerate(cpus)}
        cpu_of = [number[kind.cpu.fingerprint] for kind in kinds]
        certain, possible = answers(list(cpus.values()), self.modes, modes)
        known_esx = esx_releases()
        knows = {
            esx: [m.key in offered and (esx not in known_esx or esx_offers(esx, m)) for m in self.modes]
            for esx in {kind.esx_release for kind in kinds}
        }
        self.allowed: Bools = np.array([knows[kind.esx_release] for kind in kinds], np.bool_)
        self.certain: Bools = certain[cpu_of] & self.allowed
        self.possible: Bools = possible[cpu_of] & self.allowed
        self.sizes: Ints = np.array([len(mode.requires or ()) for mode in self.modes], np.int64)
        self.exact = True
        self._kept: dict[str, list[Support]] = {}

    def _supports(self, number: int) -> list[Support]:
        """What each mode needs that a kind lacks or leaves open."""
        cpu = self.kinds[number].cpu
        if cpu.fingerprint not in self._kept:
            self._kept[cpu.fingerprint] = [support(cpu, mode, self.table) for mode in self.modes]
        return self._kept[cpu.fingerprint]

    def selections(self, supported: Bools) -> list[Selection]:
        """The best modes for k = 1, 2, … to where more gains nothing; at least for 1.

        `supported`: shape (kinds, modes).
        """
        # Kinds that support the same modes are one group, however many processors they are.
        hosts: dict[tuple[bool, ...], int] = {}
        for row, count in zip(map(tuple, supported.tolist()), self.counts.tolist(), strict=True):
            hosts[row] = hosts.get(row, 0) + count
        rows = np.array(list(hosts), np.bool_)
        weights = np.array(list(hosts.values()), np.int64)
        candidates = self._candidates(rows, weights)
        chosen = _best_sets(rows[:, candidates], weights, self.sizes[candidates])
        return [
            self._selection(k, [candidates[c] for c in own], supported) for k, own in enumerate(chosen, 1)
        ]

    def _candidates(self, rows: Bools, weights: Ints) -> list[int]:
        """The modes worth considering, lowest first: no other keeps as much on at least the same hosts."""
        order = sorted(range(len(self.modes)), key=lambda n: (self.sizes[n], self.modes[n].key))
        useful = [n for n in order if rows[:, n].any()]
        kept = []
        for place, number in enumerate(useful):
            # A larger mode that the same groups support is always better; an equally large one comes later.
            better = useful[place + 1 :]
            if not any((rows[:, number] <= rows[:, other]).all() for other in better):
                kept.append(number)
        if len(kept) > CANDIDATES_LIMIT:
            self.exact = False
            alone = {n: int(weights @ rows[:, n]) * int(self.sizes[n]) for n in kept}
            best = sorted(kept, key=lambda n: alone[n])[-CANDIDATES_LIMIT:]
            kept = [n for n in kept if n in best]
        return kept

    def _selection(self, k: int, chosen: Sequence[int], supported: Bools) -> Selection:
        highest_first = list(reversed(chosen))
        placement = np.full(len(self.kinds), -1, np.int64)
        for place in reversed(range(len(highest_first))):
            placement[supported[:, highest_first[place]]] = place
        placed = placement >= 0
        hosts = np.bincount(placement[placed], self.counts[placed], len(highest_first)).astype(np.int64)
        return Selection(
            k,
            tuple(self.modes[n] for n in highest_first),
            tuple(placement.tolist()),
            tuple(hosts.tolist()),
            int(hosts @ self.sizes[highest_first]) if highest_first else 0,
        )

    def left_out(self, number: int) -> LeftOut | None:
        """Why a kind supports no mode for certain; None where it does. Hosts are filled in later."""
        if self.certain[number].any():
            return None
        if self.vendor == UNKNOWN_MAKER:
            return LeftOut((), "maker unknown", unknown_leaves=("0.0",))
        if not self.modes:
            return LeftOut((), "maker without modes")
        row = self._supports(number)
        if any(s.answer is Answer.YES for s in row):
            highest = self.table.highest(s.mode for s in row if s.answer is Answer.YES)
            return LeftOut((), "not offered", highest)
        open_ = [s for s in row if s.answer is Answer.UNKNOWN]
        if open_:
            nearest = min(open_, key=_distance)
            return LeftOut((), "cannot tell", nearest.mode, (), nearest.unknown, nearest.unknown_leaves)
        nearest = min(row, key=_distance)
        return LeftOut((), "lacks features", nearest.mode, nearest.missing)

    def open_question(self, number: int) -> OpenQuestion | None:
        """The highest mode that a kind may support beyond what is certain; None where all is told."""
        certain = self.table.highest(
            m for m, yes in zip(self.modes, self.certain[number], strict=True) if yes
        )
        size = -1 if certain is None else len(certain.requires or ())
        unsure = [
            s
            for s, allowed in zip(self._supports(number), self.allowed[number], strict=True)
            if allowed and s.answer is Answer.UNKNOWN and len(s.mode.requires or ()) > size
        ]
        if not unsure:
            return None
        best = max(unsure, key=lambda s: (len(s.mode.requires or ()), s.mode.key))
        return OpenQuestion((), certain, best.mode, best.unknown, best.unknown_leaves)


def _distance(found: Support) -> tuple[int, int, str]:
    return len(found.missing) + len(found.unknown), len(found.mode.requires or ()), found.mode.key


def _best_sets(rows: Bools, weights: Ints, sizes: Ints) -> list[list[int]]:
    """The best set of candidates of each size, as their numbers in ascending order, while more gains.

    `rows`: which group supports which candidate, shape (groups, candidates); candidates lowest first. Every
    set is a number whose bits say who is in it: all are weighed, one group after the other.
    """
    groups, candidates = rows.shape
    if not candidates:
        return [[]]
    # One host more counts for more than all features together.
    one_host = int(weights.sum()) * int(sizes.max()) + 1
    scores = np.zeros(1 << candidates, np.int64)
    for group in range(groups):
        best = np.zeros(1, np.int64)
        for candidate in range(candidates):
            value = one_host + int(sizes[candidate]) if rows[group, candidate] else 0
            best = np.concatenate((best, np.maximum(best, value)))
        scores += weights[group] * best
    members = np.bitwise_count(np.arange(1 << candidates, dtype=np.uint32))
    found: list[list[int]] = []
    highest = 0
    for size in range(1, candidates + 1):
        sets = np.flatnonzero(members == size)
        top = int(scores[sets].max())
        if found and top <= highest:
            break  # What one more mode does not better, two more do not (the score is submodular).
        highest = top
        winner = int(sets[np.flatnonzero(scores[sets] == top)[-1]])
        found.append([c for c in range(candidates) if winner >> c & 1])
    return found


def _kinds(hosts: Sequence[FleetHost]) -> tuple[list[Kind], Ints]:
    """The distinct kinds, sorted, and each host's number among them (-1 where its processor is not known)."""
    seen: dict[tuple[str, str], Kind] = {}
    keys: list[tuple[str, str] | None] = []
    for host in hosts:
        if host.cpu is None:
            keys.append(None)
            continue
        key = host.cpu.fingerprint, host.esx_release or ""
        keys.append(key)
        if key not in seen:
            seen[key] = Kind(host.cpu, host.esx_release)
    ordered = sorted(seen)
    number: dict[tuple[str, str] | None, int] = {key: n for n, key in enumerate(ordered)}
    number[None] = -1
    return [seen[key] for key in ordered], np.array([number[key] for key in keys], np.int64)


def _suggestion(vendor: str, weighed: _Weighed, own: Sequence[int], kind_of: Ints) -> Suggestion:
    position = np.full(int(kind_of.max()) + 2, -1, np.int64)  # one more, for those without a kind (-1)
    position[list(own)] = np.arange(len(own))
    kind = position[kind_of]
    certain = weighed.selections(weighed.certain)
    possible = weighed.selections(weighed.possible)
    mine = np.flatnonzero(kind >= 0)
    partitions = []
    for place, selection in enumerate(certain):
        mode_of_host = np.array(selection.placement, np.int64)[kind[mine]]
        clusters = tuple(
            SuggestedCluster(mode, tuple(mine[mode_of_host == n].tolist()))
            for n, mode in enumerate(selection.modes)
        )
        unplaced = tuple(mine[mode_of_host < 0].tolist())
        best = possible[min(place, len(possible) - 1)].features_kept
        kept = selection.features_kept
        partitions.append(Partition(selection.k, clusters, unplaced, kept, max(best, kept)))
    grouped: dict[LeftOut, list[int]] = {}
    asked: dict[OpenQuestion, list[int]] = {}
    for number in range(len(own)):
        left, question = weighed.left_out(number), weighed.open_question(number)
        if left is not None:
            grouped.setdefault(left, []).append(number)
        elif question is not None:
            asked.setdefault(question, []).append(number)

    def hosts_of(numbers: Sequence[int]) -> tuple[int, ...]:
        return tuple(np.flatnonzero(np.isin(kind, numbers)).tolist())

    return Suggestion(
        vendor,
        tuple(mine.tolist()),
        tuple(partitions),
        recommended(partitions),
        tuple(replace(found, hosts=hosts_of(numbers)) for found, numbers in grouped.items()),
        tuple(replace(found, hosts=hosts_of(numbers)) for found, numbers in asked.items()),
        weighed.exact,
    )


def _without_processor(hosts: tuple[int, ...], unknown: Suggestion | None) -> Suggestion:
    """The hosts of which no processor is known, together with those whose maker is not."""
    left: tuple[LeftOut, ...] = (LeftOut(hosts, "no processor"),)
    if unknown is not None:
        hosts = tuple(sorted(hosts + unknown.hosts))
        left = unknown.left_out + left
    return Suggestion(UNKNOWN_MAKER, hosts, (Partition(1, (), hosts, 0, 0),), 1, left, ())


def _spread(selection: Selection, own: Sequence[int], kinds: int) -> Selection:
    """A selection over some kinds as one over all of them."""
    placement = [-1] * kinds
    for kind, place in zip(own, selection.placement, strict=True):
        placement[kind] = place
    return Selection(selection.k, selection.modes, tuple(placement), selection.hosts, selection.features_kept)

"""Findings put in groups, filtered and sorted, in steps short enough to let the window breathe between them.

Knows nothing of windows. The findings of a plan come heaviest first, then step by step, so that those of one
severity, and of one rule in it, stand together: they are cut out of the whole, not looked at one by one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Literal, get_args

from flexgui.plan.collecting import without_collecting
from flexgui.rules.check import order
from flexgui.rules.finding import Finding, Severity

Grouping = Literal["none", "object", "rule", "severity"]
GROUPINGS: Final[tuple[Grouping, ...]] = get_args(Grouping)

Key = tuple[str, str, str, str]

_SLICE: Final = 256
"""Findings that are looked at in one step."""

Steps = Generator[None, None, list["Group"]]


def finding_key(finding: Finding) -> Key:
    """What tells a finding from the others after an edit, without its numbers and names."""
    return finding.rule, finding.subject.object_id, finding.subject.field, finding.template


@dataclass(slots=True)
class Group:
    """Findings that have something in common: `key` is an object's id, a rule's id, a severity, or ""."""

    key: str
    findings: Sequence[Finding]

    @property
    def worst(self) -> Severity:
        """The heaviest severity of what is not muted; of all where everything is."""
        first = self.findings[0]
        if first.muted is None:
            return first.severity
        counted = [f.severity for f in self.findings if f.muted is None]
        return min(counted or [f.severity for f in self.findings], key=lambda severity: severity.rank)


@dataclass(frozen=True)
class Wanted:
    """What is to be shown, and how: `words` must all be in a finding's text, `sort` orders each group.

    `sort_groups` orders the groups instead.
    """

    grouping: Grouping = "none"
    severities: frozenset[str] = frozenset(severity.value for severity in Severity)
    muted: bool = True
    words: tuple[str, ...] = ()
    sort: Callable[[Finding], str] | None = None
    descending: bool = False
    sort_groups: bool = False
    text: Callable[[Finding], str] = field(default=lambda finding: "")

    @property
    def everything(self) -> bool:
        return self.muted and not self.words and len(self.severities) == len(Severity)


def counted(findings: Sequence[Finding], muted: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each severity there are without the muted ones, and how many are "muted"."""
    found = {name: stop - start for name, start, stop in _severities(findings)}
    names = [finding.severity.value for finding in muted]
    for name in names:
        found[name] -= 1
    return {**found, "muted": len(names)}


def _severities(findings: Sequence[Finding]) -> Iterator[tuple[str, int, int]]:
    start = 0
    for severity in Severity:
        stop = bisect_right(findings, severity.rank, lo=start, key=lambda finding: finding.severity.rank)
        yield severity.value, start, stop
        start = stop


def _of_rules(findings: Sequence[Finding], start: int, stop: int) -> Iterator[tuple[str, int, int]]:
    """The stretches of findings of one rule each."""
    while start < stop:
        end = bisect_right(findings, order(findings[start]), lo=start, hi=stop, key=order)
        yield findings[start].rule, start, end
        start = end


def arranged(
    findings: Sequence[Finding], by_object: Mapping[str, Sequence[Finding]], wanted: Wanted
) -> Steps:
    """The groups of the findings that are wanted, without empty ones: a generator that returns them.

    It stops after every few milliseconds of work. `findings` are all of a plan, heaviest first, and
    `by_object` the same by their objects, in any order.
    """
    if wanted.grouping == "object" and wanted.everything:
        with without_collecting():
            groups = [Group(key, own) for key, own in by_object.items()]
            groups.sort(key=lambda group: group.findings[0].severity.rank)
    else:
        groups = yield from _grouped(findings, wanted)
    if wanted.sort_groups and wanted.sort is not None:
        groups = yield from _sorted_groups(groups, wanted)
    elif wanted.sort is not None or wanted.descending:
        looked_at = 0
        for group in groups:
            group.findings = yield from _sorted(group.findings, wanted)
            looked_at += len(group.findings)
            if looked_at >= _SLICE:
                looked_at = 0
                yield
    return groups


def _grouped(findings: Sequence[Finding], wanted: Wanted) -> Steps:
    stretches: list[tuple[str, int, int]] = []
    for name, start, stop in _severities(findings):
        if name in wanted.severities:
            if wanted.grouping == "rule":
                stretches += _of_rules(findings, start, stop)
            else:
                stretches.append((name if wanted.grouping == "severity" else "", start, stop))
    found: dict[str, list[Finding]] = {}
    for key, start, stop in stretches:
        if not wanted.words and wanted.muted and wanted.grouping != "object":
            found.setdefault(key, []).extend(findings[start:stop])
            continue
        for first in range(start, stop, _SLICE):
            passing = _passing(findings[first : min(stop, first + _SLICE)], wanted)
            if wanted.grouping == "object":
                for finding in passing:
                    found.setdefault(finding.subject.object_id, []).append(finding)
            else:
                found.setdefault(key, []).extend(passing)
            yield
    return [Group(key, own) for key, own in found.items() if own]


def _passing(findings: Iterable[Finding], wanted: Wanted) -> list[Finding]:
    if not wanted.muted:
        findings = [finding for finding in findings if finding.muted is None]
    text = wanted.text
    for word in wanted.words:
        findings = [finding for finding in findings if word in text(finding)]
    return list(findings)


def _sorted(findings: Sequence[Finding], wanted: Wanted) -> Generator[None, None, Sequence[Finding]]:
    """The findings by what they are sorted by: first in runs, which are then merged at little cost."""
    if wanted.sort is None or len(findings) < 2:
        return findings[::-1]
    keys: list[str] = []
    order: list[int] = []
    for first in range(0, len(findings), _SLICE):
        keys += map(wanted.sort, findings[first : first + _SLICE])
        order += sorted(range(first, len(keys)), key=keys.__getitem__, reverse=wanted.descending)
        if len(findings) > _SLICE:
            yield
    order.sort(key=keys.__getitem__, reverse=wanted.descending)
    return [findings[number] for number in order]


def _sorted_groups(groups: list[Group], wanted: Wanted) -> Steps:
    """Groups of objects by the name of the object."""
    assert wanted.sort is not None
    keys: dict[str, str] = {}
    remaining = iter(groups)
    while part := list(islice(remaining, _SLICE)):
        keys |= {group.key: wanted.sort(group.findings[0]) for group in part}
        yield
    return sorted(groups, key=lambda group: keys[group.key], reverse=wanted.descending)

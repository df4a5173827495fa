"""The hosts of a cluster by what they have in some fields: a cluster has many hosts and few kinds of them.

Rules about a cluster look at each kind once, and at hosts only to name them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, Final

from flexgui.plan.values import Host

FEW: Final = 16
"""Hosts that one edit may change for groups to be taken over: moving one costs as much as its group has."""

Groups = Mapping[Any, Sequence[int]]
"""Places of hosts, ascending, by what the hosts have in common; in the order in which it first occurs."""


class Grouped:
    """Groups of some hosts, by the fields that rules ask for.

    `before` are the groups of the same number of hosts before an edit, which changed those at the places
    `changed`: what is known of the others is taken over.
    """

    def __init__(
        self, hosts: Sequence[Host], before: Grouped | None = None, changed: Sequence[int] = ()
    ) -> None:
        self._hosts = hosts
        self._groups: dict[tuple[str, ...], Groups] = {}
        self._labels: list[str] = []
        if before is not None and len(changed) <= FEW:
            self._labels = before._labels.copy()
            for place in changed if self._labels else ():
                self._labels[place] = hosts[place].label
            for fields, groups in before._groups.items():
                self._groups[fields] = _moved(groups, attrgetter(*fields), before._hosts, hosts, changed)

    def by(self, *fields: str) -> Groups:
        """The hosts by the value of a field, or by the values of several."""
        found = self._groups.get(fields)
        if found is None:
            groups: defaultdict[Any, list[int]] = defaultdict(list)
            for place, value in enumerate(map(attrgetter(*fields), self._hosts)):
                groups[value].append(place)
            found = self._groups[fields] = dict(groups)
        return found

    def labels(self, *groups: Iterable[int]) -> tuple[str, ...]:
        """What the hosts at some places are called, in the order of their places."""
        if not self._labels:
            self._labels = [host.label for host in self._hosts]
        return tuple(map(self._labels.__getitem__, sorted(chain(*groups))))


def _moved(
    groups: Groups, value_of: Any, old: Sequence[Host], new: Sequence[Host], changed: Sequence[int]
) -> Groups:
    """The groups after the hosts at some places changed."""
    moves = [(place, value_of(old[place]), value_of(new[place])) for place in changed]
    moves = [(place, left, entered) for place, left, entered in moves if left != entered]
    if not moves:
        return groups
    result = dict(groups)
    for place, left, entered in moves:
        result[left] = [each for each in result[left] if each != place]
        result[entered] = sorted([*result.get(entered, ()), place])
        if not result[left]:
            del result[left]
    return dict(sorted(result.items(), key=lambda group: group[1][0]))

"""The hosts that a Matrix tab shows, and their rows: one for each host, or one for each processor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.compatibility import Distinct
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.pool import UNKNOWN
from flexgui.evc.support import vendor_of
from flexgui.plan.inventory import cpus, modes_of
from flexgui.plan.values import Host, Plan
from flexgui.widgets.processor_text import short_cpu_name

COLLAPSED_FROM = 200
"""With more hosts than this a matrix begins with one row for each processor."""


@dataclass(frozen=True, eq=False)
class Scope:
    """What a tab shows: the hosts of a cluster with its mode, or all of a datacenter."""

    plan: Plan
    object_id: str
    name: str
    hosts: tuple[Host, ...]
    mode: EvcMode | None = None

    @property
    def modes(self) -> ModeTable:
        return modes_of(self.plan)

    @cached_property
    def distinct(self) -> Distinct:
        """The processors of the hosts, and which host has which."""
        known, numbers = cpus(self.plan.cpus), dict[str, int]()
        of_host = [
            numbers.setdefault(host.cpu if host.cpu in known else "", len(numbers)) for host in self.hosts
        ]
        return Distinct(tuple(known.get(key, UNKNOWN) for key in numbers), np.array(of_host, np.int64))

    @cached_property
    def counts(self) -> list[tuple[Cpu, int]]:
        """Each known processor with its number of hosts."""
        found = zip(self.distinct.cpus, self.distinct.counts.tolist(), strict=True)
        return [(cpu, count) for cpu, count in found if cpu is not UNKNOWN]

    @property
    def unknown(self) -> int:
        """How many hosts have a processor of which nothing is known."""
        return len(self.hosts) - sum(count for _, count in self.counts)

    @cached_property
    def places(self) -> dict[str, int]:
        """The number of each host by its id."""
        return {host.id: number for number, host in enumerate(self.hosts)}

    def alike(self, other: Scope | None) -> bool:
        """Whether a picture of the other shows the same."""
        return (
            other is not None
            and self.hosts is other.hosts
            and self.mode is other.mode
            and self.plan.cpus is other.plan.cpus
            and self.plan.modes is other.plan.modes
            and self.plan.release == other.plan.release
        )


def cpu_title(cpu: Cpu) -> str:
    """What to call a processor in a row."""
    return short_cpu_name(None if cpu is UNKNOWN else cpu)


class HostRows:
    """Hosts grouped by their processors, each group together, or one row for each processor."""

    def __init__(self, scope: Scope, *, collapsed: bool, vendor: str | None = None) -> None:
        """`vendor` leaves out hosts whose processors are by another maker."""
        modes, found = scope.modes, scope.distinct
        ours = np.array(
            [vendor is None or vendor_of(cpu, modes) in (None, vendor) for cpu in found.cpus], np.bool_
        )
        numbers = np.cumsum(ours) - 1  # of the processors that are kept
        hosts = np.flatnonzero(ours[found.of_host]) if len(found.cpus) else np.arange(0)
        self._scope = scope
        self.left_out = len(scope.hosts) - len(hosts)
        self.cpus = tuple(cpu for cpu, own in zip(found.cpus, ours, strict=True) if own)
        self.collapsed = collapsed
        of_host = numbers[found.of_host[hosts]] if len(hosts) else hosts
        by_cpu = np.argsort(of_host, kind="stable")
        self._hosts = hosts[by_cpu]
        self._of_host = of_host[by_cpu]
        ends = np.cumsum(np.bincount(of_host, minlength=len(self.cpus))).tolist()
        self._spans = list(zip([0, *ends[:-1]], ends, strict=True)) if ends else []
        self.cpu_numbers: npt.NDArray[np.int64] = np.arange(len(self.cpus)) if collapsed else self._of_host

    def __len__(self) -> int:
        return len(self.cpu_numbers)

    def _host(self, place: int) -> Host:
        return self._scope.hosts[int(self._hosts[place])]

    def cpu(self, row: int) -> Cpu:
        return self.cpus[int(self.cpu_numbers[row])]

    def title(self, row: int) -> str:
        """The host's name; of several with one processor the processor's, with their number."""
        if not self.collapsed:
            return self._host(row).label
        start, end = self._spans[row]
        name = cpu_title(self.cpus[row])
        return f"{name} × {end - start}" if end - start > 1 else f"{name}: {self._host(start).label}"

    def full_title(self, row: int) -> str:
        """Host and processor."""
        return self.title(row) if self.collapsed else f"{self.title(row)} ({cpu_title(self.cpu(row))})"

    def ids(self, rows: Sequence[int]) -> list[str]:
        """The hosts of some rows."""
        if not self.collapsed:
            return [self._host(row).id for row in rows]
        return [self._host(n).id for row in rows for n in range(*self._spans[row])]

    def numbers(self, ids: Sequence[str]) -> list[int]:
        """The rows of some hosts; what is not among them is left out."""
        wanted = [self._scope.places[i] for i in ids if i in self._scope.places]
        places = np.flatnonzero(np.isin(self._hosts, wanted)) if wanted else np.arange(0)
        return sorted({int(n) for n in (self._of_host[places] if self.collapsed else places)})

    @property
    def groups(self) -> list[tuple[str, int, int]]:
        """The processors with their rows; of one row each where that is a processor's."""
        if self.collapsed:
            return [(cpu_title(cpu), n, n + 1) for n, cpu in enumerate(self.cpus)]
        return [(cpu_title(cpu), a, b) for cpu, (a, b) in zip(self.cpus, self._spans, strict=True)]

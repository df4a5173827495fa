"""The hosts that a Matrix tab shows, and their rows: one for each host, or one for each processor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.compatibility import distinct
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.pool import UNKNOWN
from flexgui.evc.support import vendor_of
from flexgui.plan.inventory import cpu_of, modes_of
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
    def cpus(self) -> tuple[Cpu | None, ...]:
        """The processor of each host."""
        return tuple(cpu_of(self.plan, host) for host in self.hosts)

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
        modes = scope.modes
        kept = [
            (host, cpu)
            for host, cpu in zip(scope.hosts, scope.cpus, strict=True)
            if vendor is None or cpu is None or vendor_of(cpu, modes) in (None, vendor)
        ]
        self.left_out = len(scope.hosts) - len(kept)
        found = distinct(cpu for _, cpu in kept)
        self.cpus = found.cpus
        self.collapsed = collapsed
        by_cpu = np.argsort(found.of_host, kind="stable")
        self._hosts = [kept[int(number)][0] for number in by_cpu]
        ends = np.cumsum(found.counts).tolist()
        self._spans = list(zip([0, *ends[:-1]], ends, strict=True)) if ends else []
        self.cpu_numbers: npt.NDArray[np.int64] = (
            np.arange(len(found.cpus)) if collapsed else found.of_host[by_cpu]
        )

    def __len__(self) -> int:
        return len(self.cpu_numbers)

    def cpu(self, row: int) -> Cpu:
        return self.cpus[int(self.cpu_numbers[row])]

    def title(self, row: int) -> str:
        """The host's name; of several with one processor the processor's, with their number."""
        if not self.collapsed:
            return self._hosts[row].label
        start, end = self._spans[row]
        name = cpu_title(self.cpus[row])
        return f"{name} × {end - start}" if end - start > 1 else f"{name}: {self._hosts[start].label}"

    def full_title(self, row: int) -> str:
        """Host and processor."""
        return self.title(row) if self.collapsed else f"{self.title(row)} ({cpu_title(self.cpu(row))})"

    def ids(self, rows: Sequence[int]) -> list[str]:
        """The hosts of some rows."""
        if not self.collapsed:
            return [self._hosts[row].id for row in rows]
        return [self._hosts[n].id for row in rows for n in range(*self._spans[row])]

    def numbers(self, ids: Sequence[str]) -> list[int]:
        """The rows of some hosts; what is not among them is left out."""
        wanted = set(ids)
        places = [n for n, host in enumerate(self._hosts) if host.id in wanted] if wanted else []
        if not self.collapsed:
            return places
        return sorted({n for place in places for n, (a, b) in enumerate(self._spans) if a <= place < b})

    @property
    def groups(self) -> list[tuple[str, int, int]]:
        """The processors with their rows; of one row each where that is a processor's."""
        if self.collapsed:
            return [(cpu_title(cpu), n, n + 1) for n, cpu in enumerate(self.cpus)]
        return [(cpu_title(cpu), a, b) for cpu, (a, b) in zip(self.cpus, self._spans, strict=True)]

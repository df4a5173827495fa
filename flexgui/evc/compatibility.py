"""Which of many hosts support which modes, as matrices over the distinct processors.

The answers of `flexgui.evc.support.support`, with the numbers of features that are missing or open, found for
all processors at once. Reasons are asked of `support` for the one cell that somebody looks at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.modes import MAKERS, EvcMode, ModeTable
from flexgui.evc.pool import UNKNOWN
from flexgui.evc.support import Support, answers, feature_row, matrix, support, vendor_of

Codes = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.int64]


class Cell(IntEnum):
    """What a processor says to a mode; the numbers are what the matrix has, the worse the larger."""

    YES = 0
    OTHER_MAKER = 1
    UNKNOWN = 2
    NO = 3


@dataclass(frozen=True, slots=True)
class Distinct:
    """The distinct processors of some hosts.

    `of_host` has for each host the number of its processor; shape (hosts,). Hosts of whose processor nothing
    is known share `flexgui.evc.pool.UNKNOWN`.
    """

    cpus: tuple[Cpu, ...]
    of_host: Counts

    @property
    def counts(self) -> Counts:
        """How many hosts have each processor; shape (cpus,)."""
        return np.bincount(self.of_host, minlength=len(self.cpus)).astype(np.int64)


def distinct(cpus: Iterable[Cpu | None]) -> Distinct:
    """The distinct processors among those of hosts, in the order in which they first occur."""
    numbers: dict[str, int] = {}
    found: list[Cpu] = []
    of_host: list[int] = []
    for each in cpus:
        cpu = UNKNOWN if each is None else each
        number = numbers.get(cpu.fingerprint)
        if number is None:
            number = numbers[cpu.fingerprint] = len(found)
            found.append(cpu)
        of_host.append(number)
    return Distinct(tuple(found), np.array(of_host, np.int64))


def makers_of(cpus: Iterable[Cpu], modes: ModeTable) -> tuple[str, ...]:
    """The makers with modes that some processors are by, as keys; all where none of them is known."""
    theirs = {vendor_of(cpu, modes) for cpu in cpus}
    having = dict.fromkeys(mode.vendor for mode in modes) or dict.fromkeys(MAKERS)
    return tuple(maker for maker in having if maker in theirs) or tuple(having)


@dataclass(frozen=True, slots=True)
class Compatibility:
    """Processors × modes; all arrays have the shape (cpus, modes).

    `cells` are numbers of `Cell`; `missing` how many features a processor is known to lack, `unknown` how
    many cannot be told, where the cell is NO or UNKNOWN.
    """

    cpus: tuple[Cpu, ...]
    modes: tuple[EvcMode, ...]
    cells: Codes
    missing: Counts
    unknown: Counts

    def support(self, cpu: int, mode: int, modes: ModeTable) -> Support:
        """One cell with its reasons."""
        return support(self.cpus[cpu], self.modes[mode], modes)


def compatibility(cpus: Sequence[Cpu], of: Sequence[EvcMode], modes: ModeTable) -> Compatibility:
    """Weigh processors against some modes."""
    shape = len(cpus), len(of)
    cells = np.full(shape, Cell.NO, np.uint8)
    missing, unknown = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    if not cpus or not of:
        return Compatibility(tuple(cpus), tuple(of), cells, missing, unknown)
    certain, possible = answers(cpus, of, modes)
    values, known = matrix(cpus)
    makers = [vendor_of(cpu, modes) for cpu in cpus]
    stated = np.zeros_like(known)
    for number, cpu in enumerate(cpus):
        highest = modes.get(cpu.max_evc_mode)
        if highest is not None:
            stated[number] = feature_row(highest.surely_requires)
    for number, mode in enumerate(of):
        required = feature_row(mode.surely_requires)
        other = np.array([maker is not None and maker != mode.vendor for maker in makers], np.bool_)
        lacking = np.bitwise_count(required & known & ~values).sum(axis=1)
        open_ = np.bitwise_count(required & ~known & ~stated).sum(axis=1) + len(mode.other_requirements)
        column = cells[:, number]
        column[possible[:, number]] = Cell.UNKNOWN
        column[certain[:, number]] = Cell.YES
        column[other] = Cell.OTHER_MAKER
        missing[:, number] = np.where(column == Cell.NO, lacking, 0)
        if mode.requires is not None:
            unknown[:, number] = np.where(column == Cell.UNKNOWN, open_, 0)
    return Compatibility(tuple(cpus), tuple(of), cells, missing, unknown)


class State(IntEnum):
    """What a processor says to a feature under a mode; the numbers are what the map has.

    The larger shows where several rows share one line of the screen, so that a rare cell is not lost.
    LACKING: absent though the mode requires it.
    """

    PRESENT = 0
    MASKED = 1
    ABSENT = 2
    UNKNOWN = 3
    LACKING = 4


@dataclass(frozen=True, slots=True)
class FeatureColumn:
    """A feature, the mode that introduced it, and whether the chosen mode shows it."""

    name: str
    mode: EvcMode
    shown: bool


@dataclass(frozen=True, slots=True)
class FeatureMap:
    """Processors × features of one maker's modes under a mode (None: EVC is disabled).

    `states` are numbers of `State`; shape (cpus, columns). Columns that the mode shows come first, so that
    the line of the mode is at `line` columns from the left (None: there is no line).
    """

    cpus: tuple[Cpu, ...]
    columns: tuple[FeatureColumn, ...]
    mode: EvcMode | None
    states: Codes

    @property
    def line(self) -> int | None:
        return None if self.mode is None else sum(column.shown for column in self.columns)

    def groups(self) -> list[tuple[EvcMode, int, int]]:
        """The modes above the columns: (mode, first column, column after the last); one may come twice."""
        found: list[tuple[EvcMode, int, int]] = []
        for number, column in enumerate(self.columns):
            same = found and found[-1][0] is column.mode and self.columns[number - 1].shown == column.shown
            if same:
                found[-1] = (column.mode, found[-1][1], number + 1)
            else:
                found.append((column.mode, number, number + 1))
        return found


def feature_columns(vendor: str, mode: EvcMode | None, modes: ModeTable) -> tuple[FeatureColumn, ...]:
    """The features that a maker's modes require, grouped by the mode that introduced them.

    AMD's modes form no chain: what the chosen mode shows is put before the rest, and in each part the modes
    have the table's order.
    """
    own = modes.of_vendor(vendor)
    order = {each.key: number for number, each in enumerate(own)}
    shown = _shown(mode)
    names = modes.in_order(modes.governed.get(vendor, ()), vendor)
    columns = []
    for name in names:
        introduced = modes.introduced_by(name, vendor)
        assert introduced is not None  # a governed feature is required by some mode
        columns.append(FeatureColumn(name, introduced, name in shown))
    return tuple(sorted(columns, key=lambda c: (not c.shown and mode is not None, order[c.mode.key])))


def _shown(mode: EvcMode | None) -> frozenset[str]:
    """The features that a mode is known to show virtual machines."""
    return frozenset() if mode is None else frozenset({*mode.surely_requires, *(mode.exposes_also or ())})


def feature_map(cpus: Sequence[Cpu], vendor: str, mode: EvcMode | None, modes: ModeTable) -> FeatureMap:
    """What processors have of the features that a maker's modes govern.

    What neither register nor name tells, a processor's highest mode does, as in `support.known_features`. Of
    a mode whose contents are not published it cannot be told what it masks. A mode of another maker is none.
    """
    if mode is not None and mode.vendor != vendor:
        mode = None
    columns = feature_columns(vendor, mode, modes)
    shape = len(cpus), len(columns)
    states = np.full(shape, State.UNKNOWN, np.uint8)
    if not cpus or not columns:
        return FeatureMap(tuple(cpus), columns, mode, states)
    values, known = matrix(cpus)
    for number, cpu in enumerate(cpus):
        highest = modes.get(cpu.max_evc_mode)
        if highest is not None:
            stated = feature_row(highest.surely_requires) & ~known[number]
            values[number] |= stated
            known[number] |= stated
    required = frozenset() if mode is None else frozenset(mode.surely_requires)
    for number, column in enumerate(columns):
        bit = feature_row((column.name,))
        has, told = (values & bit).any(axis=1), (known & bit).any(axis=1)
        if mode is None or column.shown:
            seen = State.PRESENT
        else:
            seen = State.MASKED if mode.known else State.UNKNOWN
        states[told & has, number] = seen
        states[told & ~has, number] = State.LACKING if column.name in required else State.ABSENT
    return FeatureMap(tuple(cpus), columns, mode, states)


def pooled(states: Codes, rows: int) -> Codes:
    """A map with `rows` neighbouring rows in each line, of which the largest state counts."""
    if rows <= 1 or not len(states):
        return states
    found: Codes = np.maximum.reduceat(states, np.arange(0, len(states), rows), axis=0)
    return found

"""Several hosts' CPUID side by side, as values: which processors are compared, and the rows of the tree.

Hosts with the same processor under the same mode are one column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from PySide6.QtCore import QCoreApplication

from flexgui.cpuid.catalogue import Field, catalogue
from flexgui.evc.visibility import FieldView, Visibility
from flexgui.plan.inventory import cpus, find, modes_of
from flexgui.plan.values import Cluster, Host, Plan
from flexgui.views.cpuid_rows import (
    DASH,
    EMPTY,
    MASKED,
    UNKNOWN,
    Cell,
    Column,
    Kind,
    Look,
    Row,
    RowKey,
    at_run_time,
    number_text,
    tree_rows,
)
from flexgui.views.cpuid_words import Subject
from flexgui.widgets.name_list import joined

translate = QCoreApplication.translate

MOST_COLUMNS: Final = 6
"""How many processors are compared at once."""


class What(Enum):
    """What is compared."""

    HARDWARE = "hardware"
    GUEST = "guest"
    APPLICATION = "application"

    @property
    def column(self) -> Column:
        """The column of the tree of one host that says it."""
        return {
            What.HARDWARE: Column.HARDWARE,
            What.GUEST: Column.KERNEL,
            What.APPLICATION: Column.APPLICATION,
        }[self]

    def of(self, view: FieldView) -> int | None:
        return {
            What.HARDWARE: view.hardware,
            What.GUEST: view.kernel,
            What.APPLICATION: view.application,
        }[self]


@dataclass(slots=True, eq=False)
class Compared:
    """A column: hosts with the same processor under the same mode. `rows`: by place, found when asked for."""

    hosts: tuple[Host, ...]
    subject: Subject
    _rows: dict[RowKey, Row] = field(default_factory=dict)

    @property
    def rows(self) -> dict[RowKey, Row]:
        if not self._rows:
            self._rows = {row.key: row for row in tree_rows(self.subject.view, self.subject.modes)}
        return self._rows

    @property
    def known(self) -> bool:
        """Whether its rows were found already."""
        return bool(self._rows)

    def label(self) -> str:
        """`esx-01`, `esx-01 (+3)`."""
        more = len(self.hosts) - 1
        return self.hosts[0].label + (f" (+{more})" if more else "")

    def field(self, found: Field) -> FieldView:
        row = self.rows.get((*found.key, found.bit))
        return row.view if row is not None and row.view is not None else self.subject.view.field(found)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is compared of the hosts that were asked for.

    `left_out`: how many processors were too many; `unknown`: hosts whose processor is not known.
    """

    compared: tuple[Compared, ...]
    left_out: int = 0
    unknown: tuple[Host, ...] = ()

    def alike(self, other: Choice) -> bool:
        """Whether the same is compared as in another choice, of the same hosts."""
        return (
            len(self.compared) == len(other.compared)
            and self.left_out == other.left_out
            and self.unknown == other.unknown
            and all(
                mine.hosts == others.hosts and _same(mine.subject, others.subject)
                for mine, others in zip(self.compared, other.compared, strict=True)
            )
        )

    @property
    def hosts(self) -> int:
        return sum(len(each.hosts) for each in self.compared)


def choose(
    plan: Plan,
    hosts: Iterable[Host],
    *,
    binary_translation: bool,
    cluster: Cluster | None = None,
    before: Sequence[Compared] = (),
) -> Choice:
    """The columns for some hosts, in their order; of too many processors those that most hosts have.

    `cluster`: the one that all hosts are in, which need not be looked for then. `before`: columns that were
    shown, which are kept as far as they stay the same.
    """
    modes = modes_of(plan)
    groups: dict[tuple[str, str | None], list[Host]] = {}
    clusters: dict[tuple[str, str | None], Cluster | None] = {}
    unknown: list[Host] = []
    known = cpus(plan.cpus)
    for host in hosts:
        if host.cpu is None or host.cpu not in known:
            unknown.append(host)
            continue
        of = cluster
        if of is None:
            place = find(plan, host.id)
            of = None if place is None else place.cluster
        key = host.cpu, None if of is None else of.evc_mode
        own = groups.get(key)
        if own is None:
            own = groups[key] = []
            clusters[key] = of
        own.append(host)
    kept = list(groups)
    if len(kept) > MOST_COLUMNS:
        most = sorted(kept, key=lambda key: -len(groups[key]))[:MOST_COLUMNS]
        kept = [key for key in kept if key in most]
    compared = []
    for key in kept:
        host, of = groups[key][0], clusters[key]
        cpu = known[key[0]]
        mode = None if of is None else modes.get(of.evc_mode)
        view = Visibility(cpu, mode, modes, binary_translation=binary_translation)
        subject = Subject(host, cpu, of, mode, modes, view)
        old = next((each for each in before if _same(each.subject, subject)), None)
        compared.append(Compared(tuple(groups[key]), subject, {} if old is None else old._rows))
    return Choice(tuple(compared), len(groups) - len(kept), tuple(unknown))


def _same(old: Subject, new: Subject) -> bool:
    return (
        old.cpu is new.cpu
        and old.mode is new.mode
        and old.modes is new.modes
        and old.view.binary_translation == new.view.binary_translation
    )


def compared_rows(compared: Sequence[Compared], what: What) -> list[Row]:
    """The rows of all columns together, every parent before its children; the last cell says what differs."""
    keys = sorted({key for each in compared for key in each.rows})
    made: list[Row] = []
    places: dict[RowKey, int] = {}
    children: dict[int, list[int]] = {}
    for key in keys:
        parent = places.get(key[:-1], -1)
        siblings = children.setdefault(parent, [])
        own = [each.rows.get(key) for each in compared]
        first = next(row for row in own if row is not None)
        row = replace(first, parent=parent, position=len(siblings), children=(), mask="")
        if first.kind is Kind.FIELD and first.view is not None:
            row = _field_row(row, first.view.field, compared, what)
        elif first.kind is Kind.REGISTER:
            row = replace(row, cells=_register_cells(own, what))
        else:
            row = replace(row, detail=_title(own), cells=(EMPTY,) * (len(compared) + 1))
        places[key] = len(made)
        siblings.append(len(made))
        made.append(row)
    for at in range(len(made) - 1, -1, -1):
        row = made[at]
        if row.kind is Kind.FIELD:
            continue
        below = [made[child] for child in children.get(at, ())]
        differing = sum(_differing(each) for each in below)
        text = translate("CpuidCompare", "{count} differ").format(count=differing)
        last = Cell(text, Look.DIFFERS) if differing else EMPTY
        made[at] = replace(
            row,
            children=tuple(children.get(at, ())),
            cells=(*row.cells[:-1], last),
            hidden=sum(each.hidden for each in below),
            unsure=differing,
            differs=differing > 0,
        )
    return made


def _differing(row: Row) -> int:
    """How many fields in a row differ; rows above fields carry the number in `unsure`."""
    return int(row.differs) if row.kind is Kind.FIELD else row.unsure


def _title(own: Sequence[Row | None]) -> str:
    """The title of a leaf, without what it says of one of the processors."""
    details = {row.detail for row in own if row is not None}
    return details.pop() if len(details) == 1 else next(iter(details)).partition(": ")[0]


def _register_cells(own: Sequence[Row | None], what: What) -> tuple[Cell, ...]:
    cells = []
    for row in own:
        if row is None:
            cells.append(DASH)
            continue
        cell = row.cell(what.column)
        if cell.text == DASH.text and what is not What.HARDWARE:
            cell = row.cell(Column.HARDWARE)
        cells.append(Cell(cell.text.partition("  ")[0], cell.look))
    return (*cells, EMPTY)


def _field_row(row: Row, found: Field, compared: Sequence[Compared], what: What) -> Row:
    special = at_run_time(found)
    views = [each.field(found) for each in compared]
    if special or not found.flag:
        values = [view.hardware for view in views]
    else:
        values = [what.of(view) for view in views]
    differs = not special and len({value for value in values if value is not None}) > 1
    cells = [_cell(view, value, what, differs) for view, value in zip(views, values, strict=True)]
    masked = [view for view in views if view.masked and found.flag]
    return replace(
        row,
        view=views[0],
        cells=(*cells, _difference(found, values, compared, special, differs)),
        hidden=int(bool(masked)),
        unsure=0,
        differs=differs,
    )


def _cell(view: FieldView, value: int | None, what: What, differs: bool) -> Cell:
    if value is None:
        return UNKNOWN
    if not view.field.flag:
        return Cell(number_text(value, view.field), Look.DIFFERS if differs else Look.PLAIN)
    if what is not What.HARDWARE and view.masked:
        return Cell(MASKED, Look.MASKED) if value == 0 else Cell("1", Look.EXPOSED)
    if differs and value == 0:
        return Cell("0", Look.DIFFERS)
    return Cell(str(value), Look.PLAIN if value else Look.QUIET)


def _difference(
    found: Field, values: Sequence[int | None], compared: Sequence[Compared], special: str, differs: bool
) -> Cell:
    if special:
        return Cell(special, Look.QUIET)
    if not differs:
        unsure = any(value is None for value in values) and any(value is not None for value in values)
        return Cell(translate("CpuidCompare", "cannot tell"), Look.QUIET) if unsure else EMPTY
    if not found.flag or found.key not in catalogue().feature_registers:
        return Cell(translate("CpuidCompare", "differs, does not decide"), Look.QUIET)
    without = [each.label() for each, value in zip(compared, values, strict=True) if value == 0]
    text = translate("CpuidCompare", "differs: not on {hosts}").format(hosts=joined(without, 3))
    return Cell(text, Look.DIFFERS)

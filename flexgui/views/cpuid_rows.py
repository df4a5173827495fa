"""The rows of the CPUID tree as values: leaf, register and field of one host under one mode.

A new list of rows is made whenever the plan changes; the model compares it with the one it shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum
from functools import cache
from typing import Final, NamedTuple

from PySide6.QtCore import QCoreApplication

from flexgui.cpuid import signature
from flexgui.cpuid.catalogue import PER_CORE, PER_CORE_LEAVES, Field, RegisterKey, catalogue, rows
from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.mask_string import MaskString
from flexgui.cpuid.registers import FULL, REGISTER_NAMES, Leaf
from flexgui.evc.modes import ModeTable
from flexgui.evc.visibility import HYPERVISOR, Bit, FieldView, Visibility

translate = QCoreApplication.translate

NOTHING: Final = "–"
MASKED: Final = "1→0"


class Column(IntEnum):
    """The columns of the tree."""

    FIELD = 0
    HARDWARE = 1
    BASELINE = 2
    MASK = 3
    KERNEL = 4
    APPLICATION = 5
    MASKED_BY = 6


class Kind(IntEnum):
    """What a row is."""

    LEAF = 0
    REGISTER = 1
    FIELD = 2


class Look(Enum):
    """What a cell says beside its text: the delegate gives each its colour and mark."""

    PLAIN = "plain"
    QUIET = "quiet"
    UNKNOWN = "unknown"
    MASKED = "masked"
    EXPOSED = "exposed"
    LACKING = "lacking"
    DIFFERS = "differs"


class Cell(NamedTuple):
    text: str = ""
    look: Look = Look.PLAIN


EMPTY: Final = Cell()
DASH: Final = Cell(NOTHING, Look.QUIET)
UNKNOWN: Final = Cell("?", Look.UNKNOWN)

RowKey = tuple[int, ...]
"""(leaf, subleaf), with the register and the lowest bit for rows further down."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `parent` and `children` are places in the list; `position` is the place below the parent.

    `detail`: the title of a leaf, the place of a field. `cells`: one for each column from Hardware on.
    `hidden`: how many bits in it the mode hides; `unsure`: of how many set bits that is not known.
    """

    kind: Kind
    key: RowKey
    parent: int
    position: int
    name: str
    detail: str = ""
    cells: tuple[Cell, ...] = (EMPTY,) * 6
    view: FieldView | None = None
    mask: str = ""
    hidden: int = 0
    unsure: int = 0
    differs: bool = False
    children: tuple[int, ...] = field(default=(), compare=False)

    def cell(self, column: int) -> Cell:
        return self.cells[column - 1] if column else Cell(self.text())

    def text(self) -> str:
        """What the first column says: name and, if there is one, title or place."""
        return f"{self.name}  {self.detail}" if self.detail else self.name


def tree_rows(host: Visibility, modes: ModeTable) -> list[Row]:
    """All rows of a host, every parent before its children.

    Leaves are those of the capture, and those that a feature lives in which modes govern, or which is known
    by name, and of which the capture cannot tell.
    """
    cpu = host.cpu
    wanted = _wanted(host, modes)
    leaves = sorted({*cpu.table, *((leaf, subleaf) for leaf, subleaf, _ in wanted)})
    made: list[Row] = []
    for position, leaf in enumerate(leaves):
        leaf_at = len(made)
        made.append(Row(Kind.LEAF, leaf, -1, position, _leaf_name(leaf), _leaf_detail(leaf, cpu)))
        registers = [r for r in range(4) if leaf in cpu.table or (*leaf, r) in wanted]
        of_leaf = []
        for register_position, register in enumerate(registers):
            of_leaf.append(len(made))
            _add_register(made, host, (*leaf, register), leaf_at, register_position)
        hidden = sum(made[child].hidden for child in of_leaf)
        unsure = sum(made[child].unsure for child in of_leaf)
        cells = [EMPTY] * 6
        if hidden:
            text = translate("CpuidTree", "{count} masked").format(count=hidden)
            cells[Column.MASK - 1] = Cell(text, Look.MASKED)
        made[leaf_at] = replace(
            made[leaf_at], cells=tuple(cells), hidden=hidden, unsure=unsure, children=tuple(of_leaf)
        )
    return made


def _wanted(host: Visibility, modes: ModeTable) -> set[RegisterKey]:
    """The registers that must be shown although the capture lacks them."""
    cpu = host.cpu
    vendors = [cpu.vendor] if cpu.vendor is not None else list(modes.governed)
    names = {*cpu.present, *cpu.absent}.union(*(modes.governed.get(v, frozenset()) for v in vendors))
    fields = [catalogue()[name] for name in names]
    measured = {*cpu.table}
    named = {*cpu.present, *cpu.absent}
    return {
        f.key for f in fields if f.key[:2] not in measured and (f.name in named or host.hardware(f) is None)
    }


def _add_register(made: list[Row], host: Visibility, key: RegisterKey, parent: int, position: int) -> None:
    at = len(made)
    made.append(Row(Kind.REGISTER, key, parent, position, REGISTER_NAMES[key[2]]))
    fields = [*catalogue().in_register(*key), *_unnamed(host.cpu, key)]
    fields.sort(key=lambda f: f.bit)
    children = range(at + 1, at + 1 + len(fields))
    for place, each in enumerate(fields):
        made.append(_field_row(host, each, at, place))
    views = [made[child].view for child in children]
    made[at] = replace(
        _with_cells(made[at], host, key, [view for view in views if view is not None]),
        children=tuple(children),
    )


def _unnamed(cpu: Cpu, key: RegisterKey) -> Iterable[Field]:
    """Bits of a register of feature flags that are set and have no name."""
    if key not in catalogue().feature_registers:
        return
    value, _ = cpu.register_state(key)
    rest = value & ~sum(f.mask for f in catalogue().in_register(*key))
    for bit in range(32):
        if rest >> bit & 1:
            name = translate("CpuidTree", "bit {bit} (no name)").format(bit=bit)
            yield Field(*key, bit, 1, name, True)


# --- Fields ---


def at_run_time(found: Field) -> str:
    """Why a field says nothing of the processor: "run-time", "per core", or ""."""
    if found.run_time or found.name == "HYPERVISOR":
        return translate("CpuidTree", "run-time")
    if found.leaf in PER_CORE_LEAVES or PER_CORE.get(found.key, 0) & found.mask:
        return translate("CpuidTree", "per core")
    return ""


def lacks_required(host: Visibility, view: FieldView) -> bool:
    """Whether the mode requires a feature that the host is known not to have."""
    required = host.mode is not None and view.field.name in (host.mode.requires or ())
    return required and view.hardware == 0


def _field_row(host: Visibility, found: Field, parent: int, position: int) -> Row:
    view = host.field(found)
    row = Row(Kind.FIELD, (*found.key, found.bit), parent, position, found.name, found.place(), view=view)
    special = at_run_time(found)
    if special or not found.flag:
        cells = (Cell(number_text(view.hardware, found)), DASH, DASH, DASH, DASH, Cell(special, Look.QUIET))
        if view.hardware is None:
            cells = (UNKNOWN, *cells[1:])
        return replace(row, cells=cells)
    exposed = view.masked is True and view.application != 0
    lacking = lacks_required(host, view)
    cells = (
        _bit(view.hardware),
        Cell("1", Look.LACKING) if lacking else _baseline(view.baseline),
        _mask(view),
        Cell("0", Look.MASKED) if view.masked else _bit(view.kernel),
        _application(view, exposed),
        _masked_by(view, exposed, lacking),
    )
    known = {view.hardware, view.kernel, view.application} - {None}
    if view.baseline in (Bit.ONE, Bit.ZERO):
        known.add(int(view.baseline.value))
    return replace(
        row,
        cells=cells,
        hidden=int(view.masked is True),
        unsure=int(view.masked is None and view.hardware == 1),
        differs=len(known) > 1,
    )


def number_text(value: int | None, found: Field) -> str:
    if value is None or found.flag or value < 10:
        return "?" if value is None else str(value)
    return f"{value:x}h ({value})"


def _bit(value: int | None) -> Cell:
    return UNKNOWN if value is None else Cell(str(value), Look.PLAIN if value else Look.QUIET)


def _baseline(bit: Bit) -> Cell:
    return {Bit.ONE: Cell("1"), Bit.ZERO: Cell("0", Look.QUIET), Bit.UNKNOWN: UNKNOWN, Bit.FREE: DASH}[bit]


def _mask(view: FieldView) -> Cell:
    if view.masked is None:
        return UNKNOWN
    return Cell(MASKED, Look.MASKED) if view.masked else DASH


def _application(view: FieldView, exposed: bool) -> Cell:
    if exposed and view.application is not None:
        return Cell(str(view.application), Look.EXPOSED)
    return Cell("0", Look.MASKED) if view.masked and view.application == 0 else _bit(view.application)


def _masked_by(view: FieldView, exposed: bool, lacking: bool) -> Cell:
    if lacking:
        return Cell(translate("CpuidTree", "the host lacks it"), Look.LACKING)
    if not view.masked:
        return EMPTY
    return _masker(view.masked_by, exposed)


def _masker(masked_by: str, exposed: bool) -> Cell:
    if masked_by == "?":
        return UNKNOWN
    if exposed or not masked_by:
        return Cell(translate("CpuidTree", "none: cannot be masked"), Look.EXPOSED)
    return Cell(translate("CpuidTree", "hypervisor") if masked_by == HYPERVISOR else masked_by)


# --- Registers ---


def _with_cells(row: Row, host: Visibility, key: RegisterKey, views: list[FieldView]) -> Row:
    raw = host.cpu.table.register(*key)
    if key not in catalogue().feature_registers:
        hardware = _register(raw or 0, 0 if raw is None else FULL, bits=True)
        return replace(row, cells=(hardware, EMPTY, DASH, DASH, DASH, EMPTY))
    value, known = host.cpu.register_state(key)
    if raw is not None:
        run_time = sum(v.field.mask for v in views if at_run_time(v.field))
        value, known = value | raw & run_time, known | run_time
    governed = [v for v in views if v.field.flag and not at_run_time(v.field)]
    masked = [v for v in governed if v.masked]
    hidden = sum(v.field.mask for v in masked)
    unsure = sum(1 for v in governed if v.masked is None and v.hardware == 1)
    mask, text = DASH, ""
    if host.mode is not None:
        text = str(MaskString.hiding(hidden))
        mask = Cell(text, Look.MASKED if hidden else Look.QUIET) if host.mode.known else UNKNOWN
    masked_by = EMPTY
    if masked:
        exposed = [v for v in masked if v.application != 0]
        masked_by = _masker((exposed or masked)[0].masked_by, bool(exposed))
    return replace(
        row,
        cells=(
            _register(value, known, bits=True),
            EMPTY,
            mask,
            _seen(value, known, {v.field.mask: v.kernel for v in governed}, Look.MASKED if hidden else None),
            _seen(
                value,
                known,
                {v.field.mask: v.application for v in governed},
                Look.EXPOSED if any(v.application == 1 for v in masked) else Look.MASKED if hidden else None,
            ),
            masked_by,
        ),
        mask=text,
        hidden=len(masked),
        unsure=unsure,
    )


def _seen(value: int, known: int, answers: dict[int, int | None], look: Look | None) -> Cell:
    """A register as virtual machines read it, from the answers for its single bits."""
    for mask, answer in answers.items():
        value &= ~mask
        known &= ~mask
        if answer is not None:
            known |= mask
            value |= mask if answer else 0
    cell = _register(value, known, bits=False)
    return cell if look is None or cell.look is Look.UNKNOWN else Cell(cell.text, look)


def _register(value: int, known: int, *, bits: bool) -> Cell:
    """`029ee3ff`, with the bits in eight groups if `bits`; "?" where a digit or bit is not known."""
    if not known:
        return UNKNOWN
    digits = "".join(
        f"{value >> place & 0xF:x}" if known >> place & 0xF == 0xF else "?" for place in range(28, -1, -4)
    )
    if not bits:
        return Cell(digits)
    single = "".join(("1" if value >> b & 1 else "0") if known >> b & 1 else "?" for b in range(31, -1, -1))
    return Cell(digits + "  " + ":".join(single[start : start + 4] for start in range(0, 32, 4)))


# --- Leaves ---


@cache
def _titles() -> dict[tuple[int, int | None], str]:
    return {
        (int(leaf, 16), int(subleaf, 16) if subleaf else None): title
        for leaf, subleaf, title, _ in rows("cpuid_leaves.tsv")
    }


def _leaf_name(leaf: Leaf) -> str:
    return f"{leaf[0]:08X}" + (f".{leaf[1]:X}" if leaf[1] else "")


def _leaf_detail(leaf: Leaf, cpu: Cpu) -> str:
    """The title of a leaf with what it says in letters: vendor, signature, part of the brand string."""
    title = _titles().get(leaf) or _titles().get((leaf[0], None), "")
    registers = cpu.table.get(*leaf)
    if registers is None or leaf[1]:
        return title
    says = ""
    if leaf[0] == 0:
        says = signature.vendor_string(cpu.table) or ""
    elif leaf[0] == 1:
        found, silicon = cpu.signature, cpu.generation
        says = ", ".join(str(part) for part in (silicon and silicon.name, found) if part)
    elif 0x8000_0002 <= leaf[0] <= 0x8000_0004:
        raw = b"".join(register.to_bytes(4, "little") for register in registers).split(b"\0", 1)[0]
        letters = " ".join("".join(chr(b) if 32 <= b < 127 else " " for b in raw).split())
        says = f"“{letters}”" if letters else ""
    return f"{title}: {says}" if title and says else title

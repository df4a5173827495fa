"""One distinct processor: its registers as measured, and what is known of it by other means."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from operator import attrgetter
from typing import Final

from flexgui.cpuid import signature as sig
from flexgui.cpuid.catalogue import (
    PER_CORE,
    PER_CORE_LEAVES,
    REMOVED_FLAGS,
    RUN_TIME_FLAGS,
    RegisterKey,
    catalogue,
)
from flexgui.cpuid.registers import (
    BASIC_RANGE,
    EAX,
    ECX,
    EXTENDED_RANGE,
    FULL,
    HYPERVISOR_RANGE,
    CpuidTable,
    Leaf,
    Registers,
)

XSAVE_LEAF: Final = 0xD

_ENDS: Final = frozenset(
    {(BASIC_RANGE, 0, EAX), (HYPERVISOR_RANGE, 0, EAX), (EXTENDED_RANGE, 0, EAX), (0x7, 0, EAX)}
)
"""The registers that state the last leaf of a range, or the last subleaf of leaf 7 (Intel SDM, CPUID)."""

_NOTHING: Final[Registers] = (0, 0, 0, 0)


@cache
def _no_registers() -> CpuidTable:
    return CpuidTable()


@dataclass(frozen=True, slots=True)
class Cpu:
    """A distinct processor. Hosts with the same processor share one.

    `table` holds the registers, as far as they were measured. `present` and `absent` are features known by
    name only (vSphere's `featureCapability`, a list of flags, an assumption from the catalogue); where a
    register is measured it decides. `max_evc_mode` is what a vCenter measured, or what the catalogue of
    series assumes. `differing` names features that not all cores of the host have.
    """

    fingerprint: str
    vendor: str | None = None
    brand: str = ""
    family: int | None = None
    model: int | None = None
    stepping: int | None = None
    table: CpuidTable = field(default_factory=_no_registers)
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    max_evc_mode: str | None = None
    differing: tuple[str, ...] = ()

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 (read by pydantic, never changed)

    @property
    def signature(self) -> sig.Signature | None:
        if self.family is None or self.model is None or self.stepping is None:
            return None
        return sig.Signature(self.family, self.model, self.stepping)

    @property
    def generation(self) -> sig.Generation | None:
        """The silicon that the signature names; None where it is unknown."""
        return sig.generation(self.vendor, self.signature)

    @property
    def measured(self) -> bool:
        """Whether any register was read from a processor."""
        return len(self.table) > 0

    @property
    def hypervisor(self) -> bool:
        """Whether the processor was seen inside a virtual machine: 1.ECX[31], or HYPERVISOR by name."""
        ecx = self.table.register(1, 0, ECX)
        return "HYPERVISOR" in self.present if ecx is None else bool(ecx >> 31)

    def name(self) -> str:
        """What to call the processor on a screen."""
        if self.brand:
            return self.brand
        generation = self.generation
        if generation is not None:
            return f"{generation.name} processor"
        return f"{self.vendor or 'unknown'} processor"

    def short_name(self) -> str:
        """The name without what every brand string carries: `Xeon 5110`."""
        text = self.name().partition("@")[0]
        for noise in ("(R)", "(r)", "(TM)", "(tm)", " CPU", "Intel ", "Processor"):
            text = text.replace(noise, " ")
        return " ".join(text.split()) or self.name()

    def register_state(self, key: RegisterKey) -> tuple[int, int]:
        """(value, known) of a register of feature flags: which bits are set, and which are known at all.

        A leaf above the highest that the processor states is known to be all zero, even where a capture has
        it: Intel's processors answer such a leaf with the highest basic one's data (SDM vol. 2A, CPUID). A
        leaf that the capture merely lacks is unknown. Where features may be masked only set bits are known.
        Bits that the operating system sets are never known.
        """
        return self.register_states((key,))[0]

    def register_states(self, keys: Sequence[RegisterKey]) -> list[tuple[int, int]]:
        """`register_state` of several registers, in one look at the names."""
        present, absent = _named_bits(self.present), _named_bits(self.absent)
        masked = self.may_be_masked
        run_time, measured = _run_time_bits(), self.measured
        states = []
        leaf: Leaf | None = None
        registers: Registers | None = None
        for key in keys:
            if measured and leaf != key[:2]:
                leaf = key[:2]
                registers = _NOTHING if _beyond_the_end(self.table, *leaf) else self.table.get(*leaf)
            value, known = (0, 0) if registers is None else (registers[key[2]], FULL)
            if masked:
                known &= value
            value = value & known | present.get(key, 0) & ~known
            known = (known | present.get(key, 0) | absent.get(key, 0)) & ~run_time.get(key, 0)
            states.append((value & known, known))
        return states

    def has(self, name: str) -> bool | None:
        """Whether the processor has a feature (vSphere's name); None where that cannot be told."""
        found = catalogue()[name]
        value, known = self.register_state(found.key)
        return bool(value & found.mask) if known & found.mask else None

    @property
    def may_be_masked(self) -> bool:
        """Whether a hypervisor may hide features: it is there, or leaf 1, which would tell, is missing."""
        return self.hypervisor or (self.measured and (1, 0) not in self.table)


def _named_bits(names: Iterable[str]) -> dict[RegisterKey, int]:
    known, bits = catalogue(), dict[RegisterKey, int]()
    for name in names:
        field = known[name]
        bits[field.key] = bits.get(field.key, 0) | field.mask
    return bits


@cache
def _run_time_bits() -> dict[RegisterKey, int]:
    return _named_bits(RUN_TIME_FLAGS)


def _beyond_the_end(table: CpuidTable, leaf: int, subleaf: int) -> bool:
    """Whether a leaf is known to be all zero, because the processor states that it ends before it."""
    highest = table.maximum(leaf)
    if highest is None:
        return False
    if leaf > highest:
        return True
    if subleaf and leaf == 0x7:
        last = table.register(7, 0, EAX)
        return last is not None and subleaf > last
    if leaf == XSAVE_LEAF:
        features = table.register(1, 0, ECX)
        return features is not None and not features & catalogue()["XSAVE"].mask
    return False


def measured_cpu(tables: Sequence[CpuidTable]) -> Cpu:
    """The processor of a host from the register tables of its cores, features common to all.

    Raises:
        ValueError: there is no table, or the cores are of different makers.
    """
    if not tables:
        raise ValueError("a processor has at least one core")
    if len({sig.vendor(table) for table in tables}) > 1:
        raise ValueError("the cores are of different makers")
    table, differing = common_to_cores(tables)
    return described(Cpu(fingerprint="", table=table, differing=differing))


def described(cpu: Cpu) -> Cpu:
    """The same processor with what its registers say of vendor, brand and signature, and its fingerprint."""
    found = sig.signature(cpu.table)
    if cpu.measured:
        cpu = replace(
            cpu, vendor=sig.vendor(cpu.table) or cpu.vendor, brand=sig.brand(cpu.table) or cpu.brand
        )
    if found is not None:
        cpu = replace(cpu, family=found.family, model=found.model, stepping=found.stepping)
    return Cpu(_fingerprint(cpu), *_but_fingerprint(cpu))


_but_fingerprint = attrgetter(*(each.name for each in fields(Cpu) if each.name != "fingerprint"))
"""What a processor is, in the order of its fields: `replace` is too slow for thousands of processors."""


def common_to_cores(tables: Sequence[CpuidTable]) -> tuple[CpuidTable, tuple[str, ...]]:
    """One table for several cores, and the names of the features that not all of them have.

    The result does not depend on the order of the cores. Registers of feature flags are combined bit by bit
    (see `combine_flags`), but for the hypervisor's, which any core can give away for all of them. Where the
    cores end at different leaves the table ends at the lowest, and what is beyond a core's own end is zero
    in that core, even where the capture has it. A leaf that a core lacks otherwise is left out: what that
    core has there is unknown. Of all other registers the core's that sorts first are kept, which is the one
    with the lowest APIC id where nothing else differs.

    Per-core and run-time bits never count as a difference: every core has its own APIC id.
    """
    first = min(tables, key=lambda table: tuple(table.items()))
    if all(table == first for table in tables):
        return first, ()
    known = catalogue()
    flags = {key: known.flag_bits(key) for key in known.feature_registers}
    hypervisor = known["HYPERVISOR"]
    combined: dict[Leaf, Registers] = {}
    differing: list[str] = []
    for leaf in sorted({leaf for table in tables for leaf in table}):
        ended = [_beyond_the_end(table, *leaf) for table in tables]
        # What is beyond every core's end is nobody's feature; it is kept as the capture has it.
        cores = [
            _NOTHING if beyond and not all(ended) else table.get(*leaf)
            for table, beyond in zip(tables, ended, strict=True)
        ]
        measured = [core for core in cores if core is not None]
        values = list(first.get(*leaf) or _NOTHING)
        for register in range(4):
            key = (*leaf, register)
            column = [core[register] for core in measured]
            if key in flags:
                values[register] = combine_flags(key, column)
                if not all(ended):
                    differing += known.names(key, _differences(column) & flags[key])
            elif key in _ENDS:
                values[register] = min(column)
            elif any(ended) and not all(ended):
                values[register] = 0
            if key == hypervisor.key and any(value & hypervisor.mask for value in column):
                values[register] |= hypervisor.mask
        if len(measured) == len(tables):
            combined[leaf] = (values[0], values[1], values[2], values[3])
    return CpuidTable(combined), tuple(differing)


def combine_flags(key: RegisterKey, values: Iterable[int]) -> int:
    """What several values of a register of feature flags have in common, as a uint32.

    The bitwise AND, but for the flags that say "removed" when set: those are common where any is set.
    """
    every, some = FULL, 0
    for value in values:
        every &= value
        some |= value
    removed = sum(catalogue()[name].mask for name in REMOVED_FLAGS if catalogue()[name].key == key)
    return every | some & removed


def _differences(values: Sequence[int]) -> int:
    different = 0
    for value in values:
        different |= value ^ values[0]
    return different


def _fingerprint(cpu: Cpu) -> str:
    """Sixteen hexadecimal digits over all that makes the processor distinct.

    Per-core and run-time values are left out, so that two captures of one model, taken on different cores,
    are the same processor.
    """
    run_time = _run_time_bits()
    parts = []
    for leaf, registers in cpu.table.items():
        if leaf[0] in PER_CORE_LEAVES:
            continue
        for register, value in enumerate(registers):
            key = (*leaf, register)
            value &= ~(PER_CORE.get(key, 0) | run_time.get(key, 0))
            parts.append(f"{leaf[0]:x}.{leaf[1]:x}.{register}={value:x};")
    named = (cpu.vendor, cpu.brand, cpu.family, cpu.model, cpu.stepping, cpu.max_evc_mode)
    parts.append(repr((named, sorted(cpu.present), sorted(cpu.absent), sorted(cpu.differing))))
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]

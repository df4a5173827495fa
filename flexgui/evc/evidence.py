"""How what is known of a processor came to be known: measured wins over assumed.

A host may be described by several sources: a capture of its registers, a list of flags, the highest mode
that a vCenter measured, the name that its processor is sold by. `combined` makes one processor of them: what
a stronger source says stands, and a weaker one says only what the stronger ones leave open. Where they
contradict each other, `disagreements` says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from flexgui.cpuid.catalogue import RUN_TIME_FLAGS, RegisterKey, catalogue
from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.registers import CpuidTable
from flexgui.cpuid.signature import generation
from flexgui.evc.modes import EvcMode, ModeTable, maker
from flexgui.evc.packed import Packed, feature_registers, joined, pack, packed, unpack
from flexgui.evc.support import vendor_of
from flexgui.translate import QT_TRANSLATE_NOOP

EvidenceKind = Literal["registers", "features", "maxEVCModeKey", "brand"]
"""CPUID registers; names of features (flags, `featureCapability`); the highest mode that a vCenter measured;
the name that a processor is sold by, looked up in the catalogue of series."""

STRENGTH: Final[tuple[EvidenceKind, ...]] = ("registers", "features", "maxEVCModeKey", "brand")
"""The strongest evidence first."""

Sources = Sequence[tuple[EvidenceKind, Cpu]]
"""What each source says of one host's processor, in any order."""

_State = dict[RegisterKey, tuple[int, int]]
"""(value, known) of each register of feature flags."""


def kind_of(cpu: Cpu, *, assumed: bool) -> EvidenceKind:
    """The strongest evidence that a processor rests on.

    `assumed`: its features come from the catalogue of series.
    """
    if cpu.measured:
        return "registers"
    if (cpu.present or cpu.absent) and not assumed:
        return "features"
    return "brand" if cpu.max_evc_mode is None else "maxEVCModeKey"


def ranked(evidence: Sources) -> list[int]:
    """The places of the sources in `evidence`, the strongest first.

    Of registers those come first that no hypervisor may mask, then those that know most. What else is equal
    goes by fingerprint, so that the order in which sources come does not matter.
    """

    def rank(place: int) -> tuple[int, bool, int, str]:
        kind, cpu = evidence[place]
        known = packed(cpu)[1].bit_count()
        return STRENGTH.index(kind), cpu.may_be_masked, -known, cpu.fingerprint

    return sorted(range(len(evidence)), key=rank)


def combined(evidence: Sources, modes: ModeTable) -> Cpu:
    """The one processor of a host that several sources describe.

    The strongest registers stand; a leaf that they lack comes from another capture of the same processor only
    where both have one signature and agree in every register of features that both have. Names fill what the
    registers leave open, the highest mode that a vCenter measured what is open after that. The name that a
    processor is sold by comes last: it says nothing where a stronger source contradicts it, and nothing of
    features above the measured mode, since a vCenter never reports a mode newer than itself. Where sources of
    one kind contradict each other in a feature, it stays open.

    A weaker source never changes a "yes" or "no" that stronger ones give for a mode, and the order of
    `evidence` does not matter.

    Raises:
        ValueError: there is no source.
    """
    return _combine(evidence, modes)[0]


def rests_on_brand(evidence: Sources, modes: ModeTable) -> bool:
    """Whether any feature of the combined processor is assumed because of the name that it is sold by."""
    return _combine(evidence, modes)[1]


def _combine(evidence: Sources, modes: ModeTable) -> tuple[Cpu, bool]:
    if not evidence:
        raise ValueError("a processor has at least one source")
    if len(evidence) == 1 and evidence[0][0] in ("registers", "features"):
        return evidence[0][1], False
    sources = [evidence[place] for place in ranked(evidence)]
    vendor = next((found for _, cpu in sources if (found := vendor_of(cpu, modes))), None)
    own = [(kind, cpu) for kind, cpu in sources if vendor_of(cpu, modes) in (None, vendor)]
    of_kind = {name: [cpu for kind, cpu in own if kind == name] for name in STRENGTH}

    table, differing = _table(of_kind["registers"])
    known = _Known(_state(Cpu(fingerprint="", table=table)))
    known.fill(of_kind["registers"])
    known.fill(of_kind["features"])
    best, included = _highest_measured([cpu for kind, cpu in own if kind != "brand"], modes)
    known.state(name for mode in included for name in mode.requires or ())
    seen = [*of_kind["registers"], *of_kind["features"]]
    signed = next((cpu for cpu in seen if cpu.signature is not None), None)

    highest = modes.get(best)
    believed = {
        kind: [cpu for cpu in of_kind[kind] if not _contradicted(cpu, vendor, signed, highest)]
        for kind in ("maxEVCModeKey", "brand")
    }
    promises = [*believed["maxEVCModeKey"], *believed["brand"]]
    assumed_mode = _assumed_mode(believed["brand"], known) if best is None else None
    settled = known.count
    for cpus in believed.values():
        known.fill(cpus, highest, measured=best is not None)
    assumed = known.count > settled or assumed_mode is not None
    if signed is None:
        signed = _agreed([cpu for cpu in promises if cpu.signature is not None], lambda c: c.signature)
    brands = [cpu.brand for _, cpu in own if cpu.brand and (cpu in seen or cpu in promises)]
    result = described(
        Cpu(
            fingerprint="",
            vendor=vendor,
            brand=brands[0] if brands else "",
            family=signed.family if signed else None,
            model=signed.model if signed else None,
            stepping=signed.stepping if signed else None,
            table=table,
            present=tuple(sorted(known.present)),
            absent=tuple(sorted(known.absent)),
            max_evc_mode=best or assumed_mode,
            differing=differing,
        )
    )
    same = (cpu for _, cpu in evidence if cpu.fingerprint == result.fingerprint)
    return next(same, result), assumed or all(kind == "brand" for kind, _ in evidence)


class _Known:
    """What is known so far: the registers, and features by name that the registers leave open."""

    def __init__(self, registers: _State) -> None:
        self._registers = registers
        self.present: set[str] = set()
        self.absent: set[str] = set()

    @property
    def count(self) -> int:
        return len(self.present) + len(self.absent)

    def bit(self, name: str) -> bool | None:
        if name in self.present or name in self.absent:
            return name in self.present
        field = catalogue()[name]
        value, known = self._registers.get(field.key, (0, 0))
        return bool(value & field.mask) if known & field.mask else None

    def state(self, names: Iterable[str]) -> None:
        """Features that are there, as far as that is open."""
        self.present |= {name for name in names if self.bit(name) is None}

    def fill(self, cpus: Iterable[Cpu], highest: EvcMode | None = None, *, measured: bool = False) -> None:
        """What these processors say by name of what is open; where they contradict each other it stays open.

        With a measured mode they promise nothing that it does not say itself: what is above it is not known
        to be there. (That what it requires is missing nobody says any more here: see `_contradicted`.) Of a
        measured mode whose contents are not known nobody can say what is beyond it.
        """
        present: set[str] = set()
        absent: set[str] = set()
        for cpu in cpus:
            own = _state(Cpu(fingerprint="", table=cpu.table)) if cpu.measured else {}
            for names, said in ((cpu.present, present), (cpu.absent, absent)):
                said |= {name for name in names if not _is_known(own, name) and self.bit(name) is None}
        present, absent = present - absent, absent - present
        if measured:
            requires = None if highest is None else highest.requires
            present = present if requires is None else set()
            absent = set() if requires is None else absent
        self.present |= present
        self.absent |= absent


def _state(cpu: Cpu) -> _State:
    return {key: cpu.register_state(key) for key in catalogue().feature_registers}


def _is_known(state: _State, name: str) -> bool:
    field = catalogue()[name]
    return bool(state.get(field.key, (0, 0))[1] & field.mask)


def _table(cpus: Sequence[Cpu]) -> tuple[CpuidTable, tuple[str, ...]]:
    """The registers of the first processor, with leaves that it lacks from others that agree with it."""
    if not cpus:
        return CpuidTable(), ()
    main = cpus[0]
    table, differing = main.table, set(main.differing)
    for other in cpus[1:]:
        if main.signature is None or other.signature != main.signature or other.may_be_masked:
            continue
        more = {leaf: registers for leaf, registers in other.table.items() if leaf not in table}
        if not more or not _agree(table, other.table):
            continue
        grown = CpuidTable({**dict(table.items()), **more})
        if _keeps(_state(Cpu(fingerprint="", table=table)), _state(Cpu(fingerprint="", table=grown))):
            table, differing = grown, differing | set(other.differing)
    return table, tuple(sorted(differing)) if table is not main.table else main.differing


def _agree(first: CpuidTable, second: CpuidTable) -> bool:
    """Whether two captures have the same feature flags in every register that both have."""
    run_time = {catalogue()[name].key: catalogue()[name].mask for name in RUN_TIME_FLAGS}
    for key in catalogue().feature_registers:
        left, right = first.register(*key), second.register(*key)
        if left is not None and right is not None and (left ^ right) & ~run_time.get(key, 0):
            return False
    return True


def _keeps(before: _State, after: _State) -> bool:
    """Whether what was known is still known, and the same: another leaf 0 may end the leaves elsewhere."""
    return all(
        not known & ~after[key][1] and not (value ^ after[key][0]) & known
        for key, (value, known) in before.items()
    )


def _highest_measured(cpus: Iterable[Cpu], modes: ModeTable) -> tuple[str | None, list[EvcMode]]:
    """The highest of the modes that vCenters measured, and the others that it does not include for certain.

    An older vCenter reports an older mode for the same host: the mode that includes the others counts.
    """
    best: EvcMode | None = None
    key: str | None = None
    others: list[EvcMode] = []
    for cpu in cpus:
        mode = modes.get(cpu.max_evc_mode)
        if mode is None:
            key = key or cpu.max_evc_mode
        elif best is None or mode.includes(best):
            best = mode
        elif mode.requires is None and best.requires is not None:
            others.append(best)
            best = mode
        elif best.requires is None and mode.requires is not None:
            others.append(mode)
    return (best.key if best is not None else key), others


def _contradicted(brand: Cpu, vendor: str | None, signed: Cpu | None, highest: EvcMode | None) -> bool:
    """Whether what was measured shows that the host has another processor than its name says."""
    measured = None if signed is None else generation(vendor, signed.signature)
    assumed = generation(vendor, brand.signature)
    if measured is not None and assumed is not None and measured.name != assumed.name:
        return True
    return highest is not None and not set(highest.surely_requires).isdisjoint(brand.absent)


def _assumed_mode(promises: Sequence[Cpu], known: _Known) -> str | None:
    """The mode of unpublished contents that the names promise, unless a feature that goes with it is gone."""
    if any(known.bit(name) is False for cpu in promises for name in cpu.present):
        return None
    first = _agreed(promises, lambda cpu: cpu.max_evc_mode)
    return None if first is None else first.max_evc_mode


def _agreed(cpus: Sequence[Cpu], what: Callable[[Cpu], object]) -> Cpu | None:
    """The first of the processors if all say the same of something; None where they differ."""
    return cpus[0] if cpus and len({what(cpu) for cpu in cpus}) == 1 else None


# Where sources contradict each other.


About = Literal["maker", "generation", "brand", "features", "mode", "modes"]

SAYS: Final[dict[About, str]] = {
    "maker": QT_TRANSLATE_NOOP(
        "rules",
        "{source} says that the processor of {host} is by {what}, {other} says by {other_what}; {counts} "
        "counts.",
    ),
    "generation": QT_TRANSLATE_NOOP(
        "rules",
        "{source} says that the processor of {host} is {what}, {other} says {other_what}; {counts} counts.",
    ),
    "brand": QT_TRANSLATE_NOOP(
        "rules",
        "{source} says that the processor of {host} is {what}, {other} says {other_what}: the generation is "
        "the same, or may be, but not the model; {counts} counts.",
    ),
    "features": QT_TRANSLATE_NOOP(
        "rules", "{source} says that {host} has {features}, {other} that it has not; {counts} counts."
    ),
    "mode": QT_TRANSLATE_NOOP(
        "rules",
        "{source} says that {host} supports {what}, {other} that it lacks {features} for it; {counts} "
        "counts.",
    ),
    "modes": QT_TRANSLATE_NOOP(
        "rules",
        "{source} says that the highest mode of {host} is {what}, {other} says {other_what}, and no host has "
        "both; {counts} counts.",
    ),
}
"""What to say of each kind of disagreement; English with `str.format` fields (see `Disagreement`)."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A contradiction between two sources of one host.

    `source` and `other` are their places in the evidence. `what` and `other_what` are what each says: a
    maker, a generation, or the label of a mode; `features` are those that they disagree about. `counts` is
    the one of both that counts.
    """

    about: About
    source: int
    other: int
    counts: int
    what: str = ""
    other_what: str = ""
    features: tuple[str, ...] = ()

    def parameters(self, host: str, sources: Sequence[str]) -> dict[str, object]:
        """The fields of the sentence: what to call the host, and each source of the evidence."""
        return {
            "host": host,
            "source": sources[self.source],
            "other": sources[self.other],
            "counts": sources[self.counts],
            "what": self.what,
            "other_what": self.other_what,
            "features": self.features,
        }


def disagreements(evidence: Sources, modes: ModeTable) -> tuple[Disagreement, ...]:
    """Where the sources of one host contradict each other, the strongest pair first.

    Makers, generations or models differ; a feature is there for one and missing for the other; a measured
    mode requires what another source knows to be missing; two measured modes exclude each other. Only what
    was measured counts as known, except that a name may contradict a generation or a measured mode. That a
    vCenter measured a lower mode than registers prove is no contradiction: it never reports a mode newer
    than itself.
    """
    order = ranked(evidence)
    found: list[Disagreement] = []
    for number, source in enumerate(order):
        for other in order[number + 1 :]:
            found += _between(evidence, source, other, modes)
    return tuple(found)


def _between(evidence: Sources, source: int, other: int, modes: ModeTable) -> Iterator[Disagreement]:
    """The contradictions between two sources, `source` being the stronger one."""
    (kind, cpu), (other_kind, other_cpu) = evidence[source], evidence[other]
    vendor, other_vendor = vendor_of(cpu, modes), vendor_of(other_cpu, modes)
    if None not in (vendor, other_vendor) and vendor != other_vendor:
        yield Disagreement("maker", source, other, source, maker(vendor), maker(other_vendor))
        return
    silicon, other_silicon = cpu.generation, other_cpu.generation
    if silicon is not None and other_silicon is not None and silicon.name != other_silicon.name:
        yield Disagreement("generation", source, other, source, silicon.name, other_silicon.name)
        return
    if _other_model(cpu.brand, other_cpu.brand):
        yield Disagreement("brand", source, other, source, cpu.short_name(), other_cpu.short_name())
    if {kind, other_kind} <= {"registers", "features"}:
        yield from _of_features(cpu, other_cpu, source, other, modes)
    for (one_kind, one), (_, second), here, there in (
        (evidence[source], evidence[other], source, other),
        (evidence[other], evidence[source], other, source),
    ):
        mode = modes.get(one.max_evc_mode) if one_kind != "brand" else None
        lacking = () if mode is None else _lacking(second, mode)
        if mode is not None and lacking:
            yield Disagreement("mode", here, there, source, mode.label, features=lacking)
    if "brand" not in (kind, other_kind):
        mode, other_mode = modes.get(cpu.max_evc_mode), modes.get(other_cpu.max_evc_mode)
        if mode is not None and other_mode is not None and _exclude(mode, other_mode):
            yield Disagreement("modes", source, other, source, mode.label, other_mode.label)


_MODEL_NUMBER: Final = re.compile(r"[0-9]{3,5}")
_WHOLE_SERIES: Final = re.compile(r"[0-9]+(?:00|xx|00[0-9]x?)\b", re.IGNORECASE)


def _other_model(brand: str, other: str) -> bool:
    """Whether two brand strings carry model numbers, and none in common: `Gold 6140` and `Gold 6148`.

    A name of a whole series (`Platinum 8300`, `54xx`, `EPYC 7003`) is no other model than one of them.
    """
    brand, other = (text.partition("@")[0] for text in (brand, other))
    if _WHOLE_SERIES.search(brand) or _WHOLE_SERIES.search(other):
        return False
    own, others = (set(_MODEL_NUMBER.findall(text)) for text in (brand, other))
    return bool(own) and bool(others) and own.isdisjoint(others)


def _of_features(
    cpu: Cpu, other_cpu: Cpu, source: int, other: int, modes: ModeTable
) -> Iterator[Disagreement]:
    (values, known), (other_values, other_known) = packed(cpu), packed(other_cpu)
    compared = known & other_known & _instructions()
    if cpu.may_be_masked or other_cpu.may_be_masked:
        # A hypervisor also adds features that it provides itself (x2APIC, UMIP).
        compared = compared & pack(modes.governed.get(vendor_of(cpu, modes) or "", ()))
    for bits, here, there in (
        (values & ~other_values & compared, source, other),
        (other_values & ~values & compared, other, source),
    ):
        if bits:
            yield Disagreement("features", here, there, source, features=unpack(bits))


@cache
def _instructions() -> Packed:
    """The named flags of the leaves that tell instructions, not power and clock."""
    bits = []
    for key in feature_registers():
        leaf, subleaf, _ = key
        tells = leaf in (1, 7, 0x8000_0001, 0x8000_0008) or (leaf, subleaf) == (0xD, 1)
        bits.append(catalogue().flag_bits(key) if tells else 0)
    return joined(bits) & ~pack(("HYPERVISOR",))


def _lacking(cpu: Cpu, mode: EvcMode) -> tuple[str, ...]:
    """What a mode requires and a processor is known to lack."""
    values, known = packed(cpu)
    return unpack(pack(mode.requires or ()) & known & ~values)


def _exclude(mode: EvcMode, other: EvcMode) -> bool:
    """Whether no host has both modes as its highest: neither includes the other, as far as that is known."""
    return mode.known and other.known and not mode.includes(other) and not other.includes(mode)

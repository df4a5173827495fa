"""Releases of vCenter and ESX: their order, which modes they offer, which processors they run on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, total_ordering

from flexgui.cpuid.catalogue import rows
from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.signature import span
from flexgui.evc.modes import EvcMode, ModeTable


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Release:
    """A release of vCenter; `order` counts from 1. `oldest_esx` is the oldest that it manages, if known."""

    order: int
    key: str
    name: str
    facts: str
    provenance: str
    oldest_esx: str | None
    oldest_esx_provenance: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Release) and self.order == other.order

    def __hash__(self) -> int:
        return hash(self.order)

    def __lt__(self, other: Release) -> bool:
        return self.order < other.order


@dataclass(frozen=True, slots=True)
class EsxRelease:
    """A release of ESX or ESXi, and the oldest vCenter release that manages it."""

    order: int
    key: str
    name: str
    vcenter: str
    provenance: str


@dataclass(frozen=True, slots=True)
class EsxCpuSupport:
    """Which ESX releases run on a generation of processors; only what is documented may lead to an error.

    `models` are those of the generation that the row speaks of. `first_esx` and `last_esx` are None where
    they are not known; `needed` says what the first is exactly, "" where it is not known.
    """

    generation: str
    models: tuple[range, ...]
    first_esx: str | None
    needed: str
    first_documented: bool
    last_esx: str | None
    last_documented: bool
    provenance: str

    @property
    def dropped(self) -> str | None:
        """The first listed release that no longer runs on it. Updates of the last one may not be listed."""
        keys = list(esx_releases())
        newer = keys[keys.index(self.last_esx) + 1 :] if self.last_esx in keys else []
        return newer[0] if newer else None


@cache
def releases() -> dict[str, Release]:
    """All vCenter releases by key, oldest first."""
    return {
        key: Release(int(order), key, name, facts, provenance, oldest or None, oldest_provenance)
        for order, key, name, facts, provenance, oldest, oldest_provenance in rows("releases.tsv")
    }


@cache
def esx_releases() -> dict[str, EsxRelease]:
    """All ESX releases by key, oldest first."""
    return {
        key: EsxRelease(order, key, name, vcenter, provenance)
        for order, (key, name, vcenter, provenance) in enumerate(rows("esx_releases.tsv"), 1)
    }


@cache
def esx_cpu_support() -> tuple[EsxCpuSupport, ...]:
    """What is known of the ESX that generations of processors need (`resources/esx_cpu_support.tsv`)."""
    names = {key: esx.name for key, esx in esx_releases().items()}
    return tuple(
        EsxCpuSupport(
            generation,
            tuple(span(part) for part in models.split()),
            first or None,
            needed or names.get(first, ""),
            first_documented == "yes",
            last or None,
            last_documented == "yes",
            provenance,
        )
        for generation, models, first, needed, first_documented, last, last_documented, provenance in rows(
            "esx_cpu_support.tsv"
        )
    )


def esx_support_of(cpu: Cpu) -> EsxCpuSupport | None:
    """What is known of the ESX that a processor needs; None where no table names it."""
    generation, model = cpu.generation, cpu.model
    if generation is None or model is None:
        return None
    fitting = (
        row
        for row in esx_cpu_support()
        if row.generation == generation.name and any(model in models for models in row.models)
    )
    return next(fitting, None)


def latest() -> Release:
    return max(releases().values())


def at_least(release: str, other: str) -> bool:
    """Whether a vCenter release is `other` or newer. Raises KeyError for an unknown key."""
    known = releases()
    return known[release].order >= known[other].order


def esx_at_least(release: str, other: str) -> bool:
    """Whether an ESX release is `other` or newer. Raises KeyError for an unknown key."""
    return esx_releases()[release].order >= esx_releases()[other].order


def offers(release: str, mode: EvcMode) -> bool:
    """Whether a vCenter of this release offers a mode; imported modes have no first release."""
    return mode.first_release is None or at_least(release, mode.first_release)


def offered_modes(
    release: str, modes: ModeTable, vendor: str | None = None, esx: Iterable[str | None] = ()
) -> tuple[EvcMode, ...]:
    """The modes that a vCenter of this release offers, in the table's order.

    `esx` are the ESX releases of the hosts that are to have one: a mode that one of them does not know is
    left out. None, and what no table knows, says nothing.
    """
    known = {key for key in esx if key in esx_releases()}
    return tuple(
        mode
        for mode in modes
        if offers(release, mode)
        and vendor in (None, mode.vendor)
        and all(esx_offers(key, mode) for key in known)
    )


def esx_offers(esx: str, mode: EvcMode) -> bool:
    """Whether an ESX host of this release knows a mode: the vCenter of its own release offers it."""
    return offers(esx_releases()[esx].vcenter, mode)

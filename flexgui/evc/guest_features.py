"""Which CPU features a virtual machine has, and which a host offers it: yes, no, or cannot tell, bit by bit.

A machine gets its features when it is powered on, from the host's processor, the ESX release, its virtual
hardware version, and the EVC mode of the cluster or of its own (vSphere vCenter and Host Management, "CPU
Compatibility"). It keeps them until it is powered off.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from flexgui.cpuid.catalogue import catalogue
from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.levels import Level, of_level
from flexgui.cpuid.microcode import microcode_features
from flexgui.evc.hardware_versions import features_since
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.packed import Packed, feature_registers, pack, packed
from flexgui.evc.packed import unpack as row_features
from flexgui.evc.releases import esx_offers, esx_releases
from flexgui.evc.support import vendor_of


@dataclass(frozen=True, slots=True)
class Guest:
    """A virtual machine as migration sees it.

    `features`: exactly what it got at power-on, where that is known. `started_under`: the EVC mode it was
    powered on under, None where it runs outside EVC; `start_assumed` says that this is the planned mode of
    its cluster, not a fact. `own_mode` is its own EVC mode. `binary_translation`: its monitor mode, where it
    is set to one.
    """

    name: str
    power_state: str = "poweredOn"
    features: tuple[str, ...] | None = None
    started_under: str | None = None
    start_assumed: bool = False
    own_mode: str | None = None
    hardware_version: int | None = None
    binary_translation: bool | None = None

    @property
    def recognised(self) -> tuple[str, ...]:
        """vSphere's names of its exact features."""
        found = (catalogue().find(spelling) for spelling in self.features or ())
        return tuple(field.name for field in found if field is not None)


@dataclass(frozen=True, slots=True)
class End:
    """A host as one end of a migration.

    `cluster` tells clusters apart, None for a standalone host; `mode` is the key of the cluster's EVC mode,
    `pool` the processors of all its hosts (None for one that is not known).
    """

    name: str
    cpu: Cpu | None
    esx: str | None = None
    cluster: str | None = None
    mode: str | None = None
    pool: tuple[Cpu | None, ...] = ()


class Bits(NamedTuple):
    """Feature bits and which of them are known, as in `evc.packed`. Unknown bits are 0 in both."""

    values: Packed
    known: Packed

    @property
    def yes(self) -> Packed:
        return self.values & self.known

    @property
    def no(self) -> Packed:
        return self.known & ~self.values


class Mask(NamedTuple):
    """What a mode does to feature bits. What is in neither: not known whether the mode hides it.

    Of that, `doubtful` are those that were not seen in this mode or a higher one, though in others.
    """

    shown: Packed
    hidden: Packed
    doubtful: Packed


@cache
def everything() -> Packed:
    """All bits of all feature registers."""
    return (1 << 32 * len(feature_registers())) - 1


@cache
def level_bits(level: Level) -> Packed:
    return pack(of_level(level))


@cache
def visible_bits() -> Packed:
    """The features that virtual machines can have."""
    return level_bits("user") | level_bits("kernel") | level_bits("microcode") | level_bits("asked")


def hardware(cpu: Cpu | None, modes: ModeTable) -> Bits:
    """What a processor has; where neither register nor name tells, its highest mode does."""
    if cpu is None:
        return Bits(0, 0)
    values, known = packed(cpu)
    highest = modes.get(cpu.max_evc_mode)
    if highest is not None and highest.requires is not None and vendor_of(cpu, modes) == highest.vendor:
        stated = pack(highest.requires) & ~known
        values, known = values | stated, known | stated
    return Bits(values & known, known)


def governed_bits(mode: EvcMode, modes: ModeTable) -> Packed:
    """What a mode decides on: what any mode of its maker requires, and what a vCenter's masks name."""
    names = modes.governed.get(mode.vendor, frozenset())
    return pack(names if mode.hides is None else names | modes.masked.get(mode.vendor, frozenset()))


def mask_of(mode: EvcMode, modes: ModeTable) -> Mask | None:
    """What a mode shows and hides; None where its contents are not known.

    Bits that come with microcode are left open unless the modes govern them: a cluster shows those once all
    its hosts have them.
    """
    if mode.requires is None:
        return None
    governed = governed_bits(mode, modes)
    shown = pack({*mode.requires, *(mode.exposes_also or ())})
    seen = pack({name for other in modes.of_vendor(mode.vendor) for name in other.exposes_also or ()})
    doubtful = 0
    for other in modes.of_vendor(mode.vendor):
        if other.exposes_also is not None and other.requires is not None and other.includes(mode):
            doubtful |= seen & ~pack({*other.requires, *other.exposes_also})
    open_bits = level_bits("microcode") & ~governed
    return Mask(shown & ~open_bits, governed & ~shown, doubtful & ~(shown | governed | open_bits))


def offered(end: End, modes: ModeTable) -> Bits:
    """What a host offers a machine that comes to it.

    Under a mode: what the mode shows and the processor has. What the mode is not known to hide counts as
    offered where only a kernel uses it, and as not known where programs do or where it is
    doubtful. Microcode's bits are offered once all hosts of the cluster have them (KB 52085).
    """
    found = hardware(end.cpu, modes)
    if end.mode is None:
        return found
    mode = modes.get(end.mode)
    mask = None if mode is None else mask_of(mode, modes)
    if mode is None or mask is None:
        return Bits(0, found.no)
    values, known = found.values & ~mask.hidden, found.known | mask.hidden
    unsure = values & (mask.doubtful | (level_bits("user") & ~mask.shown))
    governed = governed_bits(mode, modes)
    shared = level_bits("microcode") & ~governed
    for cpu in end.pool:
        other = hardware(cpu, modes)
        unsure = unsure | (shared & values & ~other.known)
        values = values & ~(shared & other.no)
    return Bits(values & ~unsure, known & ~unsure)


def held(guest: Guest, source: End, modes: ModeTable, *, expecting: bool = False) -> Bits:
    """What a machine has, from what is known of it.

    Its exact features; else the mode that it was powered on under; else the processor of the host that it
    runs on. Each is cut by its own mode, its hardware version and the ESX release of its host; where such a
    limit is only recalled, the feature becomes unknown. `expecting`: what the machine is to get, rather than
    what it has; then a hardware version that is not stated is one that gives it all.
    """
    if guest.features is not None:
        values = pack(guest.recognised)
        return Bits(values, everything())
    found, start = hardware(source.cpu, modes), modes.get(guest.started_under)
    outside = guest.started_under is None
    values, known = _outside(found, source, modes) if outside else _under(start, found, modes)
    own = modes.get(guest.own_mode)
    mask = None if own is None else mask_of(own, modes)
    if mask is not None:
        values, known = values & ~mask.hidden, known | mask.hidden
    vendor = _vendor_of_guest(guest, source, modes)
    absent, unsure = limits(guest, vendor, expecting=expecting)
    if not expecting:
        unsure |= visible_bits() & ~_since(vendor).named & ~_shown(start, modes)
    values, known = values & ~(absent | unsure), (known | absent) & ~(unsure & values)
    asked = level_bits("asked")
    return Bits(values & ~asked, known | asked)


def limits(guest: Guest, vendor: str | None, *, expecting: bool = False) -> tuple[Packed, Packed]:
    """What a machine's hardware version withholds, for certain and perhaps; nothing of stated features.

    vCenter states under which mode a machine runs by the features that it has: where the version is not
    known, that is taken at its word.
    """
    if guest.features is not None:
        return 0, 0
    stated = guest.started_under is not None and not guest.start_assumed
    return by_version(guest.hardware_version, vendor, stated=stated or expecting)


def _vendor_of_guest(guest: Guest, source: End, modes: ModeTable) -> str | None:
    vendor = None if source.cpu is None else vendor_of(source.cpu, modes)
    start = modes.get(guest.started_under) or modes.get(guest.own_mode)
    return vendor or (None if start is None else start.vendor)


def _shown(mode: EvcMode | None, modes: ModeTable) -> Packed:
    mask = None if mode is None else mask_of(mode, modes)
    return 0 if mask is None else mask.shown


class _Since(NamedTuple):
    """The features that hardware versions give: with each version those that come with it, and all."""

    documented: dict[int, Packed]
    recalled: dict[int, Packed]
    named: Packed


@cache
def _since(vendor: str | None) -> _Since:
    """For machines on a maker's hosts; where the maker is not known, for both."""
    documented: dict[int, Packed] = {}
    recalled: dict[int, Packed] = {}
    named: dict[str, set[str]] = {}
    for each in features_since():
        if vendor is not None and each.vendor not in ("", vendor):
            continue
        which, bit = documented if each.documented else recalled, pack((each.feature,))
        which[each.version] = which.get(each.version, 0) | bit
        named.setdefault(each.vendor, set()).add(each.feature)
    anyone = named.pop("", set())
    if vendor is None:
        # Only what every maker's machines get is certain.
        return _Since(documented, recalled, pack(anyone | set.intersection(*named.values())))
    return _Since(documented, recalled, pack(anyone.union(*named.values())))


def by_version(version: int | None, vendor: str | None, *, stated: bool = False) -> tuple[Packed, Packed]:
    """(features that a hardware version does not give for certain, features of which that cannot be told).

    `stated`: the features are known from elsewhere, so a version that is not known puts only those in doubt
    that are documented to need one.
    """
    since, absent, unsure = _since(vendor), 0, 0
    oldest = min(since.recalled)
    for number, bits in since.documented.items():
        absent |= bits if version is not None and version < number else 0
        unsure |= bits if version is None else 0
    for number, bits in since.recalled.items():
        below = version < number if version is not None else number > oldest and not stated
        unsure |= bits if below else 0
    return absent, unsure & ~absent


def may_show(mode: EvcMode | None, modes: ModeTable) -> Packed:
    """The features of which no public source says whether a mode shows them, and which microcode takes away.

    HLE and RTM under the modes of the generation that brought them (Haswell) and of later ones, unless the
    mode's masks are known to decide.
    """
    if mode is None:
        return 0
    removed = pack(microcode_features(mode.vendor).removed)
    mask = mask_of(mode, modes)
    if mask is None or mode.requires is None:
        return removed
    required, since = pack(mode.requires), _since(mode.vendor)
    newest = max((number for number, bits in since.recalled.items() if bits & required), default=0)
    first = min((number for number, bits in since.recalled.items() if bits & removed), default=0)
    return removed & ~(mask.shown | mask.hidden) if newest >= first else 0


def _under(mode: EvcMode | None, found: Bits, modes: ModeTable) -> Bits:
    """What a machine has that was powered on under a mode, on a host with these features.

    What the mode requires the machine has, even where its host is said to lack it: it need not have been
    powered on there.
    """
    mask = None if mode is None else mask_of(mode, modes)
    if mode is None or mode.requires is None or mask is None:
        return Bits(0, found.no)
    required = pack(mode.requires)
    rest = mask.shown & ~required
    return Bits(required | (rest & found.yes), required | mask.hidden | found.no | (rest & found.known))


def _outside(found: Bits, source: End, modes: ModeTable) -> Bits:
    """What a machine has that was powered on outside EVC; what its ESX may not know is unknown."""
    vendor = None if source.cpu is None else vendor_of(source.cpu, modes)
    if vendor is None or source.esx not in esx_releases():
        return found
    newer = [mode for mode in modes.of_vendor(vendor) if not esx_offers(source.esx, mode)]
    older = [mode for mode in modes.of_vendor(vendor) if esx_offers(source.esx, mode)]
    names = {name for mode in newer for name in mode.requires or ()}
    names -= {name for mode in older for name in mode.requires or ()}
    unsure = pack(names) & found.values
    return Bits(found.values & ~unsure, found.known & ~unsure)


def names(bits: Packed, vendor: str | None, modes: ModeTable) -> tuple[str, ...]:
    """The features of some bits: those that modes govern in the modes' order, then the others."""
    every = row_features(bits)
    first = modes.in_order(every, vendor) if vendor is not None else ()
    return (*first, *(name for name in every if name not in first))

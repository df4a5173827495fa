"""A capture taken inside a virtual machine, compared with the baseline that is planned for its host.

The paper calls this the best way to check what an EVC mode gives (figure 10). Every bit that differs from
the hardware or from the baseline is explained; only what modes govern can be a failure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from flexgui.cpuid.catalogue import Field, catalogue, normalised
from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.levels import level, levels
from flexgui.cpuid.masking import masking
from flexgui.cpuid.registers import EAX, ECX
from flexgui.evc.guest_features import (
    Bits,
    End,
    Guest,
    Mask,
    by_version,
    governed_bits,
    hardware,
    held,
    mask_of,
)
from flexgui.evc.modes import EvcMode, ModeTable, maker
from flexgui.evc.packed import Packed, column, pack
from flexgui.evc.packed import unpack as row_features
from flexgui.evc.releases import esx_offers, esx_releases
from flexgui.evc.support import vendor_of
from flexgui.translate import QT_TRANSLATE_NOOP, Said

CONTEXT: Final = "verification"
"""The translation context of what a verification says."""


class Kind(Enum):
    """What became of a bit. VISIBLE and MISSING are failures, the rest is as it may be."""

    VISIBLE = "visible though it should be hidden"
    MISSING = "missing though it is expected"
    HIDDEN = "hidden as planned"
    NOT_KNOWN = "not known whether masked"
    NOT_PASSED_ON = "up to the hypervisor"


@dataclass(frozen=True, slots=True)
class Difference:
    """One bit; None is what is not known. `matters` says that it is a failure."""

    field: Field
    hardware: bool | None
    expected: bool | None
    seen: bool
    kind: Kind
    explanation: Said

    @property
    def matters(self) -> bool:
        return self.kind in (Kind.VISIBLE, Kind.MISSING)


@dataclass(frozen=True, slots=True)
class Verification:
    """The result. `problems` are reasons to doubt the capture as a whole, each of which is a failure.

    `mode`: what is expected, None for no EVC. `fits`: the highest mode whose features the guest sees, all of
    them. `unseen`: features that modes govern and that the capture does not tell.
    """

    problems: tuple[Said, ...]
    differences: tuple[Difference, ...]
    mode: EvcMode | None
    fits: EvcMode | None
    unseen: tuple[str, ...] = ()
    notes: tuple[Said, ...] = ()

    @property
    def agrees(self) -> bool:
        return not self.problems and not any(each.matters for each in self.differences)


@dataclass(frozen=True, slots=True)
class Expected:
    """What the plan expects: a host, and a machine on it.

    `guest.own_mode` and `host.mode` say which mode; `guest.started_under` is the mode that the machine is
    said to run under now. `in_force`: whether vCenter has the mode of the cluster already; None: not known.
    `guest.binary_translation`: how its programs run.
    """

    host: End
    guest: Guest
    in_force: bool | None = None


def verify(capture: Cpu, expected: Expected, modes: ModeTable) -> Verification:
    """Compare what a guest saw with what is expected."""
    return _Verifying(capture, expected, modes).result()


@dataclass(slots=True)
class _Verifying:
    capture: Cpu
    expected: Expected
    modes: ModeTable
    mode: EvcMode | None = field(init=False)
    has: Bits = field(init=False)
    found: Bits = field(init=False)

    def __post_init__(self) -> None:
        host, guest = self.expected.host, self.expected.guest
        self.mode = self.modes.get(guest.own_mode) or self.modes.get(host.mode)
        machine = Guest(
            guest.name,
            started_under=None if self.mode is None else self.mode.key,
            own_mode=guest.own_mode,
            hardware_version=guest.hardware_version,
        )
        self.has = held(machine, host, self.modes, expecting=True)
        self.found = hardware(host.cpu, self.modes)

    def result(self) -> Verification:
        problems = self._problems()
        vendor = self._vendor()
        if vendor is not None and self.capture.vendor not in (None, vendor):
            return Verification(problems, (), self.mode, None)
        differences, unseen = [], []
        governed = frozenset(row_features(self._governed(vendor)))
        for name in levels():
            one = catalogue()[name]
            if name == "HYPERVISOR":
                continue
            seen = _seen(self.capture, one)
            if seen is None:
                if name in governed:
                    unseen.append(name)
                continue
            difference = self._difference(one, seen, name in governed)
            if difference is not None:
                differences.append(difference)
        notes = []
        if unseen:
            notes.append(Said(UNSEEN, {"features": unseen}))
        fits = self._fits(vendor)
        if self.mode is not None and fits is not None and fits.key != self.mode.key:
            notes.append(Said(FITS, {"fits": fits.label, "mode": self.mode.label}))
        order = list(Kind)
        differences.sort(key=lambda each: order.index(each.kind))
        return Verification(problems, tuple(differences), self.mode, fits, tuple(unseen), tuple(notes))

    def _governed(self, vendor: str | None) -> Packed:
        if self.mode is not None:
            return governed_bits(self.mode, self.modes)
        return pack(self.modes.governed.get(vendor or "", ()))

    def _vendor(self) -> str | None:
        cpu = self.expected.host.cpu
        vendor = None if cpu is None else vendor_of(cpu, self.modes)
        return vendor or (None if self.mode is None else self.mode.vendor)

    def _problems(self) -> tuple[Said, ...]:
        host, capture, vendor = self.expected.host, self.capture, self._vendor()
        said = []
        if not capture.hypervisor and "HYPERVISOR" not in capture.present:
            said.append(Said(NOT_A_GUEST, {"host": host.name}))
        if vendor is not None and capture.vendor not in (None, vendor):
            words = {"host": host.name, "maker": maker(capture.vendor), "other": maker(vendor)}
            said.append(Said(OTHER_MAKER, words))
        elif self._other_model():
            assert host.cpu is not None
            words = {"host": host.name, "cpu": host.cpu.name(), "seen": capture.name()}
            said.append(Said(OTHER_MODEL, words))
        return tuple(said)

    def _other_model(self) -> bool:
        """Whether the guest sees a model that is neither the host's nor the one that the mode goes by."""
        cpu, seen = self.expected.host.cpu, self.capture
        if cpu is None or None in (cpu.family, cpu.model, seen.family, seen.model):
            return False
        if (cpu.family, cpu.model) == (seen.family, seen.model):
            return False
        generation = seen.generation
        if self.mode is None or generation is None:
            return True
        return normalised(generation.name) != normalised(self.mode.key.partition("-")[2])

    def _fits(self, vendor: str | None) -> EvcMode | None:
        fitting = [
            mode
            for mode in self.modes.of_vendor(vendor)
            if mode.requires is not None
            and all(_seen(self.capture, catalogue()[name]) for name in mode.requires)
        ]
        return self.modes.highest(fitting)

    # --- one bit

    def _difference(self, one: Field, seen: bool, governed: bool) -> Difference | None:
        real, expects = _bit(self.found, one), _bit(self.has, one)
        kind = level(one.name)
        if kind in ("host", "hypervisor", "asked"):
            if real is None or real == seen:
                return None
            text = {"host": HOSTS_OWN, "hypervisor": HYPERVISORS, "asked": ASKED}[kind]
            return self._told(one, real, None, seen, Kind.NOT_PASSED_ON, text)
        if not governed and real is not False and not self._by_version(one):
            # Modes are not known to govern it: whether it is there is no failure, either way.
            expects = None
        if expects is None:
            if real == seen or (real is None and not seen):
                return None
            return self._told(one, real, None, seen, Kind.NOT_KNOWN, self._why_open(one))
        if seen and not expects:
            return self._told(one, real, expects, seen, Kind.VISIBLE, self._why_visible(one, real))
        if expects and not seen:
            return self._told(one, real, expects, seen, Kind.MISSING, self._why_missing(one))
        if real and not seen:
            return self._told(one, real, expects, seen, Kind.HIDDEN, self._why_hidden(one))
        return None

    def _told(
        self, one: Field, real: bool | None, expects: bool | None, seen: bool, kind: Kind, text: str
    ) -> Difference:
        guest, host = self.expected.guest, self.expected.host
        start = self.modes.get(guest.started_under)
        words: dict[str, Any] = {
            "feature": one.name,
            "vm": guest.name,
            "host": host.name,
            "mode": "" if self.mode is None else self.mode.label,
            "start": guest.started_under if start is None else start.label,
            "version": guest.hardware_version,
            "esx": esx_releases()[host.esx].name if host.esx in esx_releases() else "",
            "leaf": f"{one.leaf:X}",
        }
        return Difference(one, real, expects, seen, kind, Said(text, words))

    def _by_version(self, one: Field) -> bool:
        """Whether the machine's hardware version keeps a feature from it."""
        return bool(self._version()[0] & pack((one.name,)))

    def _version(self) -> tuple[Packed, Packed]:
        """What the machine's hardware version withholds, for certain and perhaps."""
        return by_version(self.expected.guest.hardware_version, self._vendor(), stated=True)

    def _why_hidden(self, one: Field) -> str:
        return OLD_VERSION if self._by_version(one) else HIDDEN

    def _why_visible(self, one: Field, real: bool | None) -> str:
        guest = self.expected.guest
        if real is False:
            return NOT_IN_HARDWARE
        if self._by_version(one):
            return VERSION_CHANGED
        cpu = self.expected.host.cpu
        mechanism = None if cpu is None else masking(cpu)
        if guest.binary_translation and mechanism is not None and not mechanism.covers(one.key):
            return NOT_MASKED
        if self.expected.in_force is False and guest.own_mode is None:
            return NOT_IN_FORCE
        if self._start_mask().shown & pack((one.name,)):
            return NOT_RESTARTED
        return STILL_VISIBLE

    def _why_missing(self, one: Field) -> str:
        highest = self.capture.table.maximum(one.leaf)
        if highest is not None and highest < one.leaf:
            return LEAF_CUT
        if self._start_mask().hidden & pack((one.name,)):
            return STARTED_LOWER
        return STILL_MISSING

    def _start_mask(self) -> Mask:
        """What the mode that the machine runs under now shows and hides; nothing where that is not known."""
        start = self.modes.get(self.expected.guest.started_under)
        mask = None if start is None else mask_of(start, self.modes)
        return Mask(0, 0, 0) if mask is None else mask

    def _why_open(self, one: Field) -> str:
        if self.mode is not None:
            return VERSION_OPEN if self._version()[1] & pack((one.name,)) else IN_NEITHER_LIST
        host, vendor = self.expected.host, self._vendor()
        mode = None if vendor is None else self.modes.introduced_by(one.name, vendor)
        if mode is not None and host.esx in esx_releases() and not esx_offers(str(host.esx), mode):
            return ESX_OPEN
        return VERSION_OPEN if self._version()[1] & pack((one.name,)) else NO_MODE_OPEN


def _bit(bits: Bits, one: Field) -> bool | None:
    mask = one.mask << 32 * column(one.key)
    return bool(bits.values & mask) if bits.known & mask else None


def _seen(capture: Cpu, one: Field) -> bool | None:
    """A bit as the guest saw it: here a 0 is a 0, hypervisor or not."""
    table = capture.table
    highest, last, features = table.maximum(one.leaf), table.register(7, 0, EAX), table.register(1, 0, ECX)
    if highest is not None and one.leaf > highest:
        return False
    if one.leaf == 0x7 and last is not None and one.subleaf > last:
        return False
    if one.leaf == 0xD and features is not None and not features & catalogue()["XSAVE"].mask:
        return False
    value = table.register(*one.key)
    if value is not None:
        return bool(value & one.mask)
    if one.name in capture.present:
        return True
    return False if one.name in capture.absent else None


NOT_A_GUEST = QT_TRANSLATE_NOOP(
    "verification",
    "The capture was not taken inside a virtual machine: it lacks the bit that hypervisors set (1.ECX[31]). "
    "Run cpuid -r in a virtual machine on {host}.",
)
OTHER_MAKER = QT_TRANSLATE_NOOP(
    "verification",
    "The guest saw a processor by {maker}, and {host} has one by {other}: the capture is of another host.",
)
OTHER_MODEL = QT_TRANSLATE_NOOP(
    "verification",
    "The guest saw another processor ({seen}) than {host} has ({cpu}): the capture may be of another host.",
)
UNSEEN = QT_TRANSLATE_NOOP(
    "verification", "The capture does not tell of {features}. Run cpuid -r in the virtual machine to see all."
)
FITS = QT_TRANSLATE_NOOP("verification", "What the guest sees is enough for {fits}; expected is {mode}.")
HIDDEN = QT_TRANSLATE_NOOP("verification", "{host} has {feature}, and {mode} hides it.")
OLD_VERSION = QT_TRANSLATE_NOOP(
    "verification", "The virtual hardware version {version} does not give {feature} to machines."
)
NOT_IN_HARDWARE = QT_TRANSLATE_NOOP(
    "verification",
    "{host} itself lacks {feature}: the capture is of another host, or the host was changed since it was "
    "captured. Capture the host again.",
)
VERSION_CHANGED = QT_TRANSLATE_NOOP(
    "verification",
    "The virtual hardware version {version} does not give {feature}: the machine has a newer one by now.",
)
NOT_MASKED = QT_TRANSLATE_NOOP(
    "verification",
    "{mode} hides {feature} from the kernel; under binary translation programs see it all the same, since "
    "the processor of {host} cannot mask this register. Use VT-x or AMD-V.",
)
NOT_IN_FORCE = QT_TRANSLATE_NOOP(
    "verification",
    "{mode} hides {feature}, but it is only planned: the cluster of {host} has not got it yet.",
)
NOT_RESTARTED = QT_TRANSLATE_NOOP(
    "verification",
    "{mode} hides {feature}, but {vm} was powered on under {start}, which has it. Power it off and on; a "
    "restart of the guest is not enough.",
)
STILL_VISIBLE = QT_TRANSLATE_NOOP(
    "verification",
    "{mode} hides {feature}. EVC is not enabled yet, or {vm} was not powered off and on since (a restart of "
    "the guest is not enough).",
)
LEAF_CUT = QT_TRANSLATE_NOOP(
    "verification",
    "The guest’s CPUID ends before leaf {leaf}, where {feature} is: a lower mode, an old virtual hardware "
    "version, or a limit in the guest’s settings cuts it off.",
)
STARTED_LOWER = QT_TRANSLATE_NOOP(
    "verification",
    "{vm} was powered on under {start}, which lacks {feature}. Power it off and on to get what the host "
    "offers now.",
)
STILL_MISSING = QT_TRANSLATE_NOOP(
    "verification",
    "{feature} should be there. A lower mode may be in force, {vm} may not have been powered off and on "
    "since, or its virtual hardware version, a mask in its settings, or the ESX release holds it back.",
)
IN_NEITHER_LIST = QT_TRANSLATE_NOOP(
    "verification", "It is not known whether {mode} masks {feature}: modes are not known to govern it."
)
VERSION_OPEN = QT_TRANSLATE_NOOP(
    "verification", "Whether a machine gets {feature} depends on its virtual hardware version."
)
ESX_OPEN = QT_TRANSLATE_NOOP("verification", "Whether {esx} passes {feature} on to machines is not known.")
NO_MODE_OPEN = QT_TRANSLATE_NOOP(
    "verification", "No mode governs {feature}; whether machines get it is up to the hypervisor."
)
HOSTS_OWN = QT_TRANSLATE_NOOP(
    "verification", "{feature} is the host’s own; hypervisors pass it on or not as they please."
)
HYPERVISORS = QT_TRANSLATE_NOOP(
    "verification", "The hypervisor provides {feature} by itself, whatever the processor has."
)
ASKED = QT_TRANSLATE_NOOP("verification", "A machine gets {feature} only where its settings ask for it.")

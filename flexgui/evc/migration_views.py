"""Two hosts compared with the eyes of a guest's kernel and of its applications, with and without masking.

Under binary translation an application's CPUID runs on the hardware and shows what the hardware does not
mask itself; under VT-x and AMD-V both see what the hypervisor shows (paper, "The Migration Issue").
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from flexgui.cpuid.masking import masking
from flexgui.cpuid.registers import FULL
from flexgui.evc.failing import Failing, first_failing
from flexgui.evc.guest_features import Bits, End, hardware, level_bits, mask_of, may_show, visible_bits
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.packed import Packed, feature_registers, pack
from flexgui.evc.packed import unpack as row_features
from flexgui.evc.releases import esx_offers, esx_releases, offers, releases
from flexgui.evc.support import Answer, support

Viewer = Literal["kernel", "application"]


@dataclass(frozen=True, slots=True)
class View:
    """What one viewer finds after the move: the same (yes), something else (no), or cannot tell.

    `mode`: the EVC mode that masks both hosts, None without masking (and where no mode fits both).
    `features`: all that differ; `unknown`: those of which it cannot be told.
    """

    viewer: Viewer
    masked: bool
    mode: EvcMode | None
    answer: Answer
    failing: Failing | None = None
    features: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def common_mode(source: End, destination: End, modes: ModeTable, release: str) -> EvcMode | None:
    """The highest mode that both hosts support for certain and the release and their ESX offer."""
    return modes.highest(_common(source, destination, modes, release, {Answer.YES}))


def _common(
    source: End, destination: End, modes: ModeTable, release: str, answers: set[Answer]
) -> list[EvcMode]:
    esx = [end.esx for end in (source, destination) if end.esx in esx_releases()]
    cpus = [end.cpu for end in (source, destination) if end.cpu is not None]
    return [
        mode
        for mode in modes
        if (release not in releases() or offers(release, mode))
        and all(esx_offers(key, mode) for key in esx if key is not None)
        and (len(cpus) == 2 or Answer.UNKNOWN in answers)
        and all(support(cpu, mode, modes).answer in answers for cpu in cpus)
    ]


def views(
    has: Bits,
    source: End,
    destination: End,
    mode: EvcMode | None,
    modes: ModeTable,
    release: str,
    *,
    binary_translation: bool,
) -> tuple[View, ...]:
    """Kernel and application, first without, then with masking to `mode`.

    `has` is what the machine has outside EVC. `mode` may be None, where no mode fits both hosts for certain.
    """
    here, there = hardware(source.cpu, modes), hardware(destination.cpu, modes)
    visible, user = visible_bits(), level_bits("user")
    unmasked = (
        _view("kernel", None, False, has.yes & there.no & visible, ~_fits(has, there) & visible, has, there),
        _different("application", None, False, user, here, there),
    )
    if mode is None:
        possible = _common(source, destination, modes, release, {Answer.YES, Answer.UNKNOWN})
        answer = Answer.UNKNOWN if possible else Answer.NO
        return (*unmasked, View("kernel", True, None, answer), View("application", True, None, answer))
    mask = mask_of(mode, modes)
    if mask is None or mode.requires is None:
        sure = all(
            end.cpu is not None and support(end.cpu, mode, modes).answer is Answer.YES
            for end in (source, destination)
        )
        answer = Answer.YES if sure else Answer.UNKNOWN
        return (*unmasked, View("kernel", True, mode, answer), View("application", True, mode, answer))
    required = pack(mode.requires)
    missing, unsure = required & (here.no | there.no), required & ~(here.known & there.known)
    # What the mode may show, and microcode takes from one host and not from the other.
    open_bits = may_show(mode, modes)
    unsure |= open_bits & ~(here.known & there.known & ~(here.values ^ there.values))
    needs = Bits(required, required)
    kernel = _view("kernel", mode, True, missing, unsure, needs, there)
    application = replace(kernel, viewer="application")
    if binary_translation and not missing:
        seen = [_unmasked(end, bits, mask.hidden) for end, bits in ((source, here), (destination, there))]
        leak = _different("application", mode, True, user & mask.hidden, *seen)
        application = application if leak.answer is Answer.YES else leak
    return (*unmasked, kernel, application)


def _unmasked(end: End, found: Bits, hidden: Packed) -> Bits:
    """What an application sees under binary translation, of a host that is to hide some bits."""
    mechanism = None if end.cpu is None else masking(end.cpu)
    if mechanism is None:
        return Bits(found.values & ~hidden, found.known & ~(hidden & ~found.no))
    covered = 0
    for number, key in enumerate(feature_registers()):
        if mechanism.covers(key):
            covered |= hidden & FULL << 32 * number
    return Bits(found.values & ~covered, found.known | covered)


def _fits(needed: Bits, found: Bits) -> Packed:
    """The bits of which it is known whether they are needed and missing."""
    return needed.no | found.yes | (needed.yes & found.no)


def _different(
    viewer: Viewer, mode: EvcMode | None, masked: bool, compared: Packed, here: Bits, there: Bits
) -> View:
    both = compared & here.known & there.known
    return _view(viewer, mode, masked, both & (here.values ^ there.values), compared & ~both, here, there)


def _view(
    viewer: Viewer, mode: EvcMode | None, masked: bool, bad: Packed, unsure: Packed, needed: Bits, found: Bits
) -> View:
    answer = Answer.NO if bad else Answer.UNKNOWN if unsure else Answer.YES
    failing = first_failing(bad, needs(bad, needed), found)
    return View(viewer, masked, mode, answer, failing, row_features(bad), row_features(unsure & ~bad))


def needs(in_the_way: Packed, needed: Bits) -> Bits:
    """What is required of a destination: the bits in the way, and all that the machine has."""
    return Bits(needed.values, in_the_way | (needed.yes & visible_bits()))

"""What to do where features stand in the way of a live migration."""

from __future__ import annotations

from typing import Any

from flexgui.cpuid.levels import level
from flexgui.cpuid.microcode import microcode_features
from flexgui.cpuid.silicon import CPUID_LIMIT, by_cause, hidden, settings
from flexgui.evc import migration_words as say
from flexgui.evc.guest_features import End, mask_of
from flexgui.evc.migration_views import common_mode
from flexgui.evc.modes import ModeTable
from flexgui.evc.packed import pack


def remedy(
    features: tuple[str, ...],
    source: End,
    destination: End,
    modes: ModeTable,
    release: str,
    vendor: str | None,
    *,
    suspended: bool,
) -> tuple[str, dict[str, Any]]:
    """A remedy for what stands in the way, and the words that it needs besides the usual ones.

    First what brings the features back where a host only hides them, then microcode, then EVC. `vendor`: the
    maker of the processor that the machine was powered on with.
    """
    own = hidden_by_host(features, source, destination, modes)
    if own is not None:
        return own
    if suspended:
        return say.RESUME, {}
    microcode = of_microcode(features, vendor)
    if microcode is not None:
        return microcode
    if destination.mode is not None:
        return say.START_THERE, {}
    common = common_mode(source, destination, modes, release)
    return (say.MOVE_COLD, {}) if common is None else (say.USE_EVC, {"common": common.label})


def of_microcode(features: tuple[str, ...], vendor: str | None) -> tuple[str, dict[str, Any]] | None:
    """The remedy where all of the features come, or go, with microcode; None where they do not."""
    if features and set(features) <= microcode_features(vendor).removed:
        return say.SAME_MICROCODE_TAKEN, {"taken": features}
    if features and all(level(name) == "microcode" for name in features):
        return say.SAME_MICROCODE, {}
    return None


def hidden_by_host(
    features: tuple[str, ...], source: End, destination: End, modes: ModeTable
) -> tuple[str, dict[str, Any]] | None:
    """The remedy where one host only hides all of the features: its silicon has them for certain.

    None where that is not proven, where the destination's mode hides one of them, and for what newer
    microcode takes away. Source: `flexgui.cpuid.silicon`.
    """
    mode = modes.get(destination.mode)
    mask = None if mode is None else mask_of(mode, modes)
    if mask is not None and pack(features) & mask.hidden:
        return None
    for end in (destination, source):
        own = () if end.cpu is None else tuple(h for h in hidden(end.cpu) if h.feature in features)
        if {h.feature for h in own} != set(features) or by_cause(own, "microcode"):
            continue
        words: dict[str, Any] = {"shy": end.name, "hidden": features}
        if len(by_cause(own, "bios")) < len(own):
            return say.CAPTURE_AGAIN, words
        words["settings"] = settings(own) or features
        limited = any(h.setting == CPUID_LIMIT for h in own)
        return (say.DISABLE_SETTING if limited else say.ENABLE_SETTING), words
    return None

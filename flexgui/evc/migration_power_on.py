"""Whether a host can power a virtual machine on at all: its hardware version and the EVC mode of its own.

Sources: vSphere Virtual Machine Administration, compatibility (`resources/hardware_versions.tsv`) and
per-VM EVC.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from flexgui.evc import migration_words as say
from flexgui.evc.guest_features import End, Guest
from flexgui.evc.hardware_versions import given_up, hardware_versions, runs
from flexgui.evc.modes import ModeTable, maker
from flexgui.evc.releases import esx_releases
from flexgui.evc.support import Answer, support, vendor_of


class Trouble(NamedTuple):
    """What keeps a machine from powering on (`certain`), or may: why, and what to do."""

    certain: bool
    reason: str
    remedy: str
    words: dict[str, Any]


def of_version(guest: Guest, destination: End) -> Trouble | None:
    """The trouble that a hardware version makes; None where the version or the host's ESX is not known."""
    version, esx = guest.hardware_version, destination.esx
    if version is None or esx not in esx_releases():
        return None
    answer, row = runs(esx, version), hardware_versions().get(version)
    words = {
        "version": version,
        "esx": esx_releases()[esx].name,
        "first": "" if row is None else esx_releases()[row.first_esx].name,
    }
    if answer is Answer.YES:
        return None
    if answer is Answer.UNKNOWN:
        return Trouble(False, say.VERSION_UNKNOWN, say.VERIFY_ESX, words)
    if given_up(esx, version):
        return Trouble(True, say.VERSION_TOO_OLD, say.UPGRADE_HARDWARE, words)
    return Trouble(True, say.VERSION_TOO_NEW, say.UPGRADE_ESX, words)


def of_own_mode(guest: Guest, destination: End, modes: ModeTable) -> Trouble | None:
    """The trouble that a mode of the machine's own makes."""
    key, cpu = guest.own_mode, destination.cpu
    if key is None:
        return None
    own, there = modes.get(key), None if cpu is None else vendor_of(cpu, modes)
    if own is None:
        return Trouble(False, say.OWN_NOT_KNOWN, say.REMOVE_OWN, {"own": key})
    words: dict[str, Any] = {"own": own.label}
    if there is not None and there != own.vendor:
        return Trouble(True, say.OWN_OF_OTHER_MAKER, say.REMOVE_OWN, {**words, "maker": maker(there)})
    mode = modes.get(destination.mode)
    if mode is not None and mode.known and own.known and not mode.includes(own):
        return Trouble(True, say.OWN_ABOVE, say.LOWER_OWN, words)
    found = None if cpu is None else support(cpu, own, modes)
    if found is None or found.answer is Answer.UNKNOWN:
        return Trouble(False, say.OWN_CANNOT_TELL, say.CAPTURE, {**words, "unknown": destination.name})
    if found.answer is Answer.NO:
        return Trouble(True, say.OWN_LACKS, say.LOWER_OWN, {**words, "features": found.missing})
    return None

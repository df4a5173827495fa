"""Virtual hardware versions: which ESX runs them, and which CPU features they give."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flexgui.cpuid.catalogue import rows
from flexgui.evc.releases import esx_at_least, esx_releases
from flexgui.evc.support import Answer

PER_VM_EVC_HARDWARE = 14
"""The virtual hardware version from which a machine can have a mode of its own (documented, vSphere 6.7)."""


@dataclass(frozen=True, slots=True)
class HardwareVersion:
    """A virtual hardware version: no ESX before `first_esx` runs it, `sure_esx` and newer ones do.

    From `until` on none does; "" where no release is known to have given it up.
    """

    version: int
    first_esx: str
    sure_esx: str
    until: str
    provenance: str

    @property
    def documented(self) -> bool:
        return self.provenance.startswith("documented")


@dataclass(frozen=True, slots=True)
class FeatureSince:
    """A CPU feature that a virtual machine gets from a hardware version on, on hosts by `vendor` ("": any).

    `documented`: below the version it has not got it; otherwise that is only recalled.
    """

    feature: str
    vendor: str
    version: int
    documented: bool
    source: str


@cache
def hardware_versions() -> dict[int, HardwareVersion]:
    """By version. Source: `resources/hardware_versions.tsv`."""
    return {
        int(version): HardwareVersion(int(version), first, sure, until, provenance)
        for version, first, sure, until, provenance in rows("hardware_versions.tsv")
    }


@cache
def features_since() -> tuple[FeatureSince, ...]:
    """Source: `resources/hardware_version_features.tsv`."""
    return tuple(
        FeatureSince(feature, vendor, int(version), provenance == "documented", source)
        for vendor, features, version, provenance, source in rows("hardware_version_features.tsv")
        for feature in features.split()
    )


def runs(esx: str | None, version: int | None) -> Answer:
    """Whether an ESX release runs a virtual hardware version.

    A version that the table does not have is as new as the next one that it has; below and above them all,
    and where either is not known, nothing can be told. What is only recalled never leads to "no".
    """
    if esx not in esx_releases() or version is None:
        return Answer.UNKNOWN
    known = hardware_versions()
    row = known.get(version)
    if row is None:
        above = [number for number in known if number > version]
        if len(above) < len(known) and above and esx_at_least(esx, known[min(above)].sure_esx):
            return Answer.YES
        return Answer.UNKNOWN
    if given_up(esx, version):
        return Answer.NO if row.documented else Answer.UNKNOWN
    if esx_at_least(esx, row.sure_esx):
        return Answer.YES
    if esx_at_least(esx, row.first_esx):
        return Answer.UNKNOWN
    older = [number for number in known if number < version and known[number].documented]
    sure = row.documented or any(not esx_at_least(esx, known[number].first_esx) for number in older)
    return Answer.NO if sure else Answer.UNKNOWN


def given_up(esx: str | None, version: int | None) -> bool:
    """Whether an ESX release is too new for a virtual hardware version, as far as is known."""
    row = None if version is None else hardware_versions().get(version)
    return row is not None and bool(row.until) and esx in esx_releases() and esx_at_least(esx, row.until)

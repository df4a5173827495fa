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
    """A virtual hardware version: no ESX before `first_esx` runs it, `sure_esx` and newer ones do."""

    version: int
    first_esx: str
    sure_esx: str
    provenance: str

    @property
    def documented(self) -> bool:
        return self.provenance.startswith("documented")


@dataclass(frozen=True, slots=True)
class FeatureSince:
    """A CPU feature that a virtual machine gets only from a hardware version on."""

    feature: str
    version: int
    documented: bool
    source: str


@cache
def hardware_versions() -> dict[int, HardwareVersion]:
    """By version. Source: `resources/hardware_versions.tsv`."""
    return {
        int(version): HardwareVersion(int(version), first, sure, provenance)
        for version, first, sure, provenance in rows("hardware_versions.tsv")
    }


@cache
def features_since() -> tuple[FeatureSince, ...]:
    """Source: `resources/hardware_version_features.tsv`."""
    return tuple(
        FeatureSince(feature, int(version), provenance == "documented", source)
        for feature, version, provenance, source in rows("hardware_version_features.tsv")
    )


def runs(esx: str | None, version: int | None) -> Answer:
    """Whether an ESX release runs a virtual hardware version.

    A version that the table does not have is as new as the next one that it has; above them all, and where
    either is not known, nothing can be told. What is only recalled never leads to "no".
    """
    if esx not in esx_releases() or version is None:
        return Answer.UNKNOWN
    known = hardware_versions()
    row = known.get(version)
    if row is None:
        above = [number for number in known if number > version]
        if above and esx_at_least(esx, known[min(above)].sure_esx):
            return Answer.YES
        return Answer.UNKNOWN
    if esx_at_least(esx, row.sure_esx):
        return Answer.YES
    if esx_at_least(esx, row.first_esx):
        return Answer.UNKNOWN
    older = [number for number in known if number < version and known[number].documented]
    sure = row.documented or any(not esx_at_least(esx, known[number].first_esx) for number in older)
    return Answer.NO if sure else Answer.UNKNOWN

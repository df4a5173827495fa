"""How what is known of a processor came to be known: measured wins over assumed."""

from __future__ import annotations

from typing import Final, Literal

from flexgui.cpuid.cpu import Cpu

EvidenceKind = Literal["registers", "features", "maxEVCModeKey", "brand"]
"""CPUID registers; names of features (flags, `featureCapability`); the highest mode that a vCenter measured;
the name that a processor is sold by, looked up in the catalogue of series."""

STRENGTH: Final[tuple[EvidenceKind, ...]] = ("registers", "features", "maxEVCModeKey", "brand")
"""The strongest evidence first."""


def kind_of(cpu: Cpu, *, assumed: bool) -> EvidenceKind:
    """The strongest evidence that a processor rests on.

    `assumed`: its features come from the catalogue of series.
    """
    if cpu.measured:
        return "registers"
    if (cpu.present or cpu.absent) and not assumed:
        return "features"
    return "maxEVCModeKey" if cpu.max_evc_mode is not None else "brand"

"""The list of processors to choose from where there is no capture: what it says is assumed, not measured."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flexgui.cpuid.catalogue import rows
from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.signature import Signature
from flexgui.evc.modes import EvcMode, builtin_modes


@dataclass(frozen=True, slots=True)
class Series:
    """A series of processors, as it is sold.

    `signatures` are those that the series is known to have, the first being the oldest; may be empty.
    `certain_mode` is the highest mode that every processor of the series supports, `max_mode` the highest
    that any does; None is no mode. Where `mode_known` is False nothing is known of its modes. `absent`:
    features that the series is known to lack.
    """

    code_name: str
    vendor: str
    signatures: tuple[Signature, ...]
    brand_series: str
    certain_mode: str | None
    max_mode: str | None
    mode_known: bool
    absent: tuple[str, ...]
    provenance: str


@cache
def series() -> tuple[Series, ...]:
    """All series of `resources/cpu_series.tsv`: Intel's, then AMD's, each from the oldest on."""
    return tuple(
        Series(
            code_name,
            vendor,
            tuple(_signature(text) for text in signatures.split()),
            brands,
            _mode(certain),
            _mode(highest),
            highest != "unknown",
            tuple(absent.split()),
            provenance,
        )
        for code_name, vendor, signatures, brands, certain, highest, absent, provenance in rows(
            "cpu_series.tsv"
        )
    )


def assumed_cpu(chosen: Series) -> Cpu:
    """The processor that a series promises: features by name, no registers, the first of its signatures.

    Features above the certain mode are unknown up to the highest mode that a processor of the series may
    support, and absent beyond it. Where no mode is known, nothing is assumed but maker and signature.
    """
    present: tuple[str, ...] = ()
    absent = chosen.absent
    assumed_highest: str | None = None
    certain, highest = _find(chosen.certain_mode), _find(chosen.max_mode)
    if certain is not None and certain.requires is not None:
        present = certain.requires
    if highest is not None and not highest.known:
        assumed_highest = highest.key
    elif highest is not None and highest.requires is not None:
        beyond = builtin_modes().governed[chosen.vendor] - set(highest.requires)
        absent = (*absent, *sorted(beyond - set(absent)))
    first = chosen.signatures[0] if chosen.signatures else None
    return described(
        Cpu(
            fingerprint="",
            vendor=chosen.vendor,
            brand=chosen.brand_series,
            family=first.family if first else None,
            model=first.model if first else None,
            stepping=first.stepping if first else None,
            present=present,
            absent=absent,
            max_evc_mode=assumed_highest,
        )
    )


def _signature(text: str) -> Signature:
    family, model, stepping = (int(part, 16) for part in text.split("/"))
    return Signature(family, model, stepping)


def _mode(text: str) -> str | None:
    return None if text in ("none", "unknown") else text


def _find(key: str | None) -> EvcMode | None:
    return None if key is None else builtin_modes()[key]

"""The list of processors to choose from where there is no capture: what it says is assumed, not measured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

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
    features that the series is known to lack; `perhaps`: features above its highest mode that some of its
    processors have. `brands` are templates of what its processors call
    themselves, in the notation that `resources/cpu_series.tsv` explains.
    """

    code_name: str
    vendor: str
    signatures: tuple[Signature, ...]
    brand_series: str
    brands: tuple[str, ...]
    certain_mode: str | None
    max_mode: str | None
    mode_known: bool
    absent: tuple[str, ...]
    perhaps: tuple[str, ...]
    provenance: str
    brands_provenance: str


@dataclass(frozen=True, slots=True)
class Branded:
    """What a brand string promises, together with the mode that a vCenter measured.

    `candidates`: the series that the processor may be of, one where the brand decides; none where the brand
    is unknown, or where the vCenter measured a mode that no series of the brand supports.
    """

    cpu: Cpu
    candidates: tuple[Series, ...]


@cache
def series() -> tuple[Series, ...]:
    """All series of `resources/cpu_series.tsv`: Intel's, then AMD's, each from the oldest on."""
    return tuple(
        Series(
            code_name,
            vendor,
            tuple(_signature(text) for text in signatures.split()),
            sold_as,
            tuple(template.strip() for template in templates.split(";")),
            _mode(certain),
            _mode(highest),
            highest != "unknown",
            tuple(absent.split()),
            tuple(perhaps.split()),
            provenance,
            brands_provenance,
        )
        for (
            code_name,
            vendor,
            signatures,
            sold_as,
            templates,
            certain,
            highest,
            absent,
            perhaps,
            provenance,
            brands_provenance,
        ) in rows("cpu_series.tsv")
    )


def find_brand(brand: str, *, cut: bool = False) -> tuple[Series, ...]:
    """The series that a brand string may belong to: several where the brand does not decide, or none.

    Brand strings are understood as processors, vCenter and RVTools write them, and without their makers,
    trademarks and clocks. Of one that may be `cut` short, every series that it could go on to is one.
    """
    text = _plain(brand)
    cut = cut and "@" not in brand
    if cut and len(text) < _SHORTEST:
        return ()
    for spelling in dict.fromkeys((text, _CLOCK_BEHIND.sub("", text))):
        if spelling and _any_pattern(cut).fullmatch(spelling):
            found = tuple(each for each, pattern in _patterns(cut) if pattern.fullmatch(spelling))
            return tuple(each for each in found if not _is_rest(each)) or found
    return ()


def _is_rest(each: Series) -> bool:
    """Whether a series stands for all brands of a family that no other series names."""
    return any(template.endswith(" ...") for template in each.brands)


@lru_cache(maxsize=4096)
def branded(brand: str, max_evc_mode: str | None = None, *, cut: bool = False) -> Branded:
    """The processor of a brand string, and of the highest mode that a vCenter measured (its key), if any.

    What was measured wins over what the brand promises: a series that cannot support the measured mode is no
    candidate. Of an unknown brand only the maker is known, where it is named. `cut`: see `find_brand`.
    """
    brand = " ".join(brand.split())
    named = find_brand(brand, cut=cut)
    candidates = tuple(each for each in named if max_evc_mode is None or _may_support(each, max_evc_mode))
    if candidates:
        return Branded(assumed_cpu(*candidates, brand=brand, max_evc_mode=max_evc_mode), candidates)
    makers = {each.vendor for each in named} or makers_named(brand)
    if not makers and max_evc_mode is not None:
        makers = {max_evc_mode.partition("-")[0]}
    vendor = makers.pop() if len(makers) == 1 else None
    cpu = Cpu(fingerprint="", vendor=vendor, brand=brand, max_evc_mode=max_evc_mode)
    return Branded(described(cpu), ())


def assumed_cpu(*candidates: Series, brand: str = "", max_evc_mode: str | None = None) -> Cpu:
    """The processor that a series promises: features by name, no registers, the first of its signatures.

    Features above the certain mode are unknown up to the highest mode that a processor of the series may
    support, and absent beyond it, but for the few that it may have. Where no mode is known, nothing is
    assumed but maker and signature.

    Of several candidates only what all of them agree in is assumed. `max_evc_mode` is what a vCenter
    measured: the features of that mode are never absent, and those above it are unknown, since a vCenter
    reports no mode newer than itself and a BIOS may hide features.
    """
    vendor, *others = dict.fromkeys(each.vendor for each in candidates)
    present, absent = _promise(candidates[0])
    for each in candidates[1:]:
        own_present, own_absent = _promise(each)
        present = tuple(name for name in present if name in own_present)
        absent = tuple(name for name in absent if name in own_absent)
    measured = _find(max_evc_mode)
    if max_evc_mode is not None and (measured is None or measured.requires is None):
        absent = ()
    elif measured is not None and measured.requires is not None:
        present = tuple(name for name in present if name in measured.requires)
        absent = tuple(name for name in absent if name not in measured.requires)
    signatures = {each.signatures for each in candidates}
    first = candidates[0].signatures[0] if len(signatures) == 1 and candidates[0].signatures else None
    return described(
        Cpu(
            fingerprint="",
            vendor=None if others else vendor,
            brand=brand or candidates[0].brand_series,
            family=first.family if first else None,
            model=first.model if first else None,
            stepping=first.stepping if first else None,
            present=present,
            absent=absent,
            max_evc_mode=max_evc_mode,
        )
    )


def _promise(chosen: Series) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The features that every processor of a series has, and those that none has."""
    certain, highest = _find(chosen.certain_mode), _find(chosen.max_mode)
    present = certain.requires or () if certain is not None else ()
    absent = chosen.absent
    if highest is not None and highest.requires is not None:
        beyond = builtin_modes().governed[chosen.vendor] - set(highest.requires)
        absent = (*absent, *sorted(beyond.difference(absent, chosen.perhaps)))
    return present, absent


def _may_support(chosen: Series, mode: str) -> bool:
    """Whether some processor of a series may support a mode."""
    measured, highest = _find(mode), _find(chosen.max_mode)
    if not mode.startswith(f"{chosen.vendor}-"):
        return False
    if not chosen.mode_known or chosen.max_mode == mode:
        return True
    if highest is None or measured is None or measured.requires is None:
        return False
    return highest.includes(measured) or (
        not highest.known and not set(measured.requires).intersection(chosen.absent)
    )


def _plain(brand: str) -> str:
    """A brand string without what the templates leave out."""
    text = _MARKS.sub("", brand[:_LONGEST]).lower()
    text = _CLOCK.sub("", text)
    text = _ASIDE.sub(" ", text)
    text = _NOISE.sub(" ", text)
    text = _SPLIT_E7.sub(r"\1", text)
    text = _JOINED_VERSION.sub(r"\1 \2", text)
    return " ".join(text.split()).removesuffix(" 0")


_LONGEST: Final = 200
_SHORTEST: Final = 4
"""Fewer letters of a brand cut short may go on to a maker's name or a number of cores: `A`, `Si`."""

_MARKS: Final = re.compile(r"[®™©]|\((?:r|tm|c)\)", re.IGNORECASE)
_CLOCK: Final = re.compile(r"\s*@.*", re.DOTALL)
_CLOCK_BEHIND: Final = re.compile(r" \d(?:\.\d+)? ?ghz$")
_NOISE: Final = re.compile(
    r"\b(?:intel|amd|cpu|processor|(?:\d{1,3}|dual|quad|six|eight|twelve|sixteen)[- ]core)(?![\w-])"
)
_SPLIT_E7: Final = re.compile(r"\b(e7-) +(?=\d)")
"""`E7- 4830`, as the first generation of E7 writes itself."""

_ASIDE: Final = re.compile(r"^\s*\d{1,2} ?[x×] |\([^()]*\)|(?<=xeon)-")
"""What people add: `2x Intel Xeon-Gold 6130 (2.1GHz/16-core/125W)`."""

_JOINED_VERSION: Final = re.compile(r"\b(e[357]-\d{4}l?)(v[2-9])\b")

_MAKERS: Final = {"intel": "intel", "amd": "amd", "hygon": "hygon", "zhaoxin": "zhaoxin"}


def makers_named(brand: str) -> set[str]:
    """The makers (`intel`, `amd`, others that have no modes) whose names are words of a brand string."""
    words = set(re.findall(r"[a-z]+", _MARKS.sub(" ", brand).lower()))
    return {maker for word, maker in _MAKERS.items() if word in words}


@cache
def _patterns(cut: bool) -> tuple[tuple[Series, re.Pattern[str]], ...]:
    """Each series, and its templates as a regular expression for what `_plain` returns, or its beginnings."""
    return tuple(
        (each, re.compile("|".join(template_pattern(template, cut=cut) for template in each.brands)))
        for each in series()
    )


@cache
def _any_pattern(cut: bool) -> re.Pattern[str]:
    """What any series matches: most brands in a table of nonsense are told apart at once."""
    return re.compile("|".join(pattern.pattern for _, pattern in _patterns(cut)))


_PARTS: Final = re.compile(r"\(([^)]*)\) |(\[[^]]*\])|\{([^}]*)\}|(#)|(\*)|( \.\.\.$)|(.)")


def template_pattern(template: str, *, cut: bool = False) -> str:
    """The regular expression of a template; `resources/cpu_series.tsv` explains the notation.

    `cut`: it matches all beginnings of what the template stands for.
    """
    parts: list[str] = []
    for word, one_of, perhaps, digit, ending, rest, other in _PARTS.findall(template.lower()):
        if word:
            parts.append(f"(?:{re.escape(word)} )?")
        elif digit:
            parts.append(r"\d")
        elif ending:
            parts.append(r"(?: ?[a-z+]{1,4})?")
        elif rest:
            parts.append(r"(?:[ -].*)?")
        else:
            parts.append(one_of or (f"[{perhaps}]?" if perhaps else re.escape(other)))
    return "(?:".join(parts) + ")?" * (len(parts) - 1) if cut else "".join(parts)


def _signature(text: str) -> Signature:
    family, model, stepping = (int(part, 16) for part in text.split("/"))
    return Signature(family, model, stepping)


def _mode(text: str) -> str | None:
    return None if text in ("none", "unknown") else text


def _find(key: str | None) -> EvcMode | None:
    return builtin_modes().get(key)

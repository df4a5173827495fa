"""The EVC modes and their order.

Modes are ordered by inclusion of the features they require, never by a level number: Intel's form a chain,
AMD's do not. What a mode requires of a host and what it exposes to virtual machines are kept apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from flexgui.cpuid.catalogue import catalogue
from flexgui.resources import read_text

MAKERS = {"intel": "Intel", "amd": "AMD"}
"""The makers that have EVC modes, by their key in the modes' keys, and what they are called."""


_OTHERS = {"hygon": "Hygon", "zhaoxin": "Zhaoxin", "centaur": "Centaur"}
"""Makers that have none."""


def maker(vendor: str | None) -> str:
    """What to call the maker of a processor; an unusual one goes by its key."""
    return (MAKERS | _OTHERS).get(vendor or "", vendor or "?")


@dataclass(frozen=True, slots=True)
class EvcMode:
    """One mode. `requires` and `exposes_also` are None where their contents are not published.

    `at_least` are features that a mode of unknown contents is known to require: those of the mode before it.
    Of a mode that was read from a vCenter its masks are known: `hides` are the features that they set to 0
    (None: no masks are known), `other_masks` what else they say, as (key, value), such as the model that
    virtual machines see; `other_requirements` are those that no feature of CPUID stands for, so that no
    capture tells whether a host meets them.
    """

    key: str
    label: str
    vendor: str
    requires: tuple[str, ...] | None
    exposes_also: tuple[str, ...] | None
    first_release: str | None = None
    label_in_paper: str | None = None
    vcf_enum: str | None = None
    requires_provenance: str = ""
    exposes_provenance: str = ""
    first_release_provenance: str = ""
    hides: tuple[str, ...] | None = None
    other_requirements: tuple[tuple[str, str], ...] = ()
    other_masks: tuple[tuple[str, str], ...] = ()
    at_least: tuple[str, ...] = ()

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 (read by pydantic, never changed)

    @property
    def known(self) -> bool:
        """Whether the features that the mode requires are known."""
        return self.requires is not None

    @property
    def surely_requires(self) -> tuple[str, ...]:
        """The features that the mode is known to require: all, or `at_least`."""
        return self.at_least if self.requires is None else self.requires

    @property
    def short_label(self) -> str:
        """The label for a narrow column: `Westmere`, `Opteron Gen. 3`, `Zen 2`."""
        if '"' in self.label:
            return self.label.split('"')[1]
        name = self.label.removeprefix("AMD ").removesuffix(" Generation")
        return name.replace("Generation", "Gen.").replace("™", "")

    def includes(self, other: EvcMode) -> bool:
        """Whether a host of this mode is also one of `other`: same maker, and a superset of features."""
        if self.key == other.key:
            return True
        if other.requires is None or self.vendor != other.vendor:
            return False
        return set(self.surely_requires).issuperset(other.requires)


class ModeTable:
    """The modes that one plan works with: the built-in ones, or those read from a vCenter."""

    def __init__(self, modes: Iterable[EvcMode]) -> None:
        self._modes = {mode.key: mode for mode in modes}

    def __iter__(self) -> Iterator[EvcMode]:
        return iter(self._modes.values())

    def __len__(self) -> int:
        return len(self._modes)

    def __contains__(self, key: object) -> bool:
        return key in self._modes

    def __getitem__(self, key: str) -> EvcMode:
        """The mode of this key. Raises KeyError."""
        return self._modes[key]

    def get(self, key: str | None) -> EvcMode | None:
        return None if key is None else self._modes.get(key)

    def of_vendor(self, vendor: str | None) -> tuple[EvcMode, ...]:
        """A maker's modes in the table's order: smaller ones before those that include them."""
        return tuple(mode for mode in self if mode.vendor == vendor)

    @cached_property
    def governed(self) -> dict[str, frozenset[str]]:
        """By vendor: every feature that some mode requires. A mode that does not name one hides it."""
        features: dict[str, set[str]] = {}
        for mode in self:
            features.setdefault(mode.vendor, set()).update(mode.requires or ())
        return {vendor: frozenset(names) for vendor, names in features.items()}

    @cached_property
    def masked(self) -> dict[str, frozenset[str]]:
        """By vendor: every feature that some mode is known to show or to hide, besides those it requires.

        Only of modes whose masks are known: a mode with masks that do not name one of these hides it.
        """
        features: dict[str, set[str]] = {}
        for mode in self:
            if mode.hides is not None:
                features.setdefault(mode.vendor, set()).update(mode.hides, mode.exposes_also or ())
        return {vendor: frozenset(names) for vendor, names in features.items()}

    @property
    def imported(self) -> bool:
        """Whether the modes were read from a vCenter: only those have no first release."""
        return len(self) > 0 and all(mode.first_release is None for mode in self)

    def introduced_by(self, feature: str, vendor: str) -> EvcMode | None:
        """The smallest mode of a maker that requires a feature (vSphere's name); None where none does."""
        holders = [mode for mode in self.of_vendor(vendor) if mode.requires and feature in mode.requires]
        return min(holders, key=_size, default=None)

    def in_order(self, features: Iterable[str], vendor: str) -> tuple[str, ...]:
        """Features in the order in which a maker's modes introduced them; others are left out."""
        wanted = set(features)
        order = dict.fromkeys(name for mode in self.of_vendor(vendor) for name in mode.requires or ())
        return tuple(name for name in order if name in wanted)

    def highest(self, modes: Iterable[EvcMode]) -> EvcMode | None:
        """The mode of `modes` that includes the most features, as far as they are known."""
        return max(modes, key=_size, default=None)

    def next_after(self, mode: EvcMode | None, vendor: str) -> tuple[EvcMode, ...]:
        """The smallest modes above `mode` by inclusion; the smallest of all where there is no mode yet."""
        above = [
            other
            for other in self.of_vendor(vendor)
            if other.known and (mode is None or (other.key != mode.key and other.includes(mode)))
        ]
        return tuple(
            m for m in above if not any(m.includes(o) and not o.includes(m) for o in above if o.key != m.key)
        )


def _size(mode: EvcMode) -> tuple[int, bool]:
    """How many features a mode is known to require; with more to come where its contents are unknown."""
    return len(mode.surely_requires), bool(mode.at_least)


@cache
def builtin_modes() -> ModeTable:
    """The bundled table (`resources/evc_modes.json`): derived from published deltas, no dump of a vCenter."""
    table = json.loads(read_text("evc_modes.json"))["modes"]
    known = catalogue()
    modes: list[EvcMode] = []
    for row in table:
        for field in ("requires", "exposes_also"):
            row[field] = None if row[field] is None else tuple(known[name].name for name in row[field])
        below = row.pop("at_least", None)
        at_least = next((mode.requires or () for mode in modes if mode.key == below), ())
        modes.append(EvcMode(**row, at_least=at_least))
    return ModeTable(modes)

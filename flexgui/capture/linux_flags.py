"""What Linux's feature flags say of a processor: what `/proc/cpuinfo` and `lscpu` have in common.

A flag that is there is a feature that is there. A flag that is not there says nothing, because the kernel may
be older than the flag or have cleared it: a feature is missing for certain only where the silicon cannot have
it, and never inside a virtual machine. Flags and features are in `resources/linux_flags.tsv`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from flexgui.cpuid.catalogue import rows
from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.signature import VENDORS, Signature
from flexgui.errors import InputError, printable
from flexgui.evc.silicon_limits import certainly_missing

_NUMBER = re.compile(r"\d{1,9}")


@cache
def feature_names(maker: str | None) -> Mapping[str, str]:
    """vSphere's name by flag, for processors of a maker, from `resources/linux_flags.tsv`."""
    return {flag: name for flag, whose, name in rows("linux_flags.tsv") if whose in ("any", maker)}


@dataclass(frozen=True, slots=True)
class LinuxCore:
    """What Linux says of one processor. `vendor` is the identification string: `GenuineIntel`."""

    flags: frozenset[str]
    vendor: str = ""
    brand: str = ""
    signature: Signature | None = None

    @property
    def maker(self) -> str | None:
        """The maker in EVC's spelling, another one's name, or None."""
        known = {text.strip(): maker for text, maker in VENDORS.items()}
        return known.get(self.vendor, self.vendor.lower() or None)

    def features(self) -> frozenset[str]:
        names = feature_names(self.maker)
        return frozenset(names[flag] for flag in self.flags if flag in names)


def signature_of(family: str, model: str, stepping: str) -> Signature | None:
    """The signature from three decimal numbers; None where one is missing."""
    numbers = (family, model, stepping)
    return Signature(*map(int, numbers)) if all(map(_NUMBER.fullmatch, numbers)) else None


def number(text: str) -> int | None:
    """A positive decimal number, or None."""
    return (int(text) or None) if _NUMBER.fullmatch(text) else None


def cpu_of_flags(cores: Sequence[LinuxCore], line: int | None = None) -> Cpu:
    """The processor that has the features that all cores have. `line` is where they begin in the file.

    Raises:
        InputError: the cores are of different makers or models.
    """
    kinds = sorted(
        {(printable(c.vendor), c.signature and (c.signature.family, c.signature.model)) for c in cores},
        key=repr,
    )
    if len(kinds) > 1:
        stated = ", ".join(
            f"{vendor} family {model[0]} model {model[1]}" if model else vendor for vendor, model in kinds
        )
        raise InputError(
            f"The processors of one host are not of one model: {stated}.",
            "Put the captures of different hosts into a file each.",
            line=line,
        )
    return _cpu(tuple(dict.fromkeys(cores)))


@lru_cache(maxsize=1024)
def _cpu(cores: tuple[LinuxCore, ...]) -> Cpu:
    of_each = [core.features() for core in cores]
    some, present = frozenset.union(*of_each), frozenset.intersection(*of_each)
    present |= some & {"HYPERVISOR"}  # any core can give it away for all of them
    first = min(cores, key=lambda core: (repr(core.signature), core.brand))
    found = first.signature
    return described(
        Cpu(
            fingerprint="",
            vendor=first.maker,
            brand=first.brand,
            family=found.family if found else None,
            model=found.model if found else None,
            stepping=found.stepping if found else None,
            present=tuple(sorted(present)),
            absent=tuple(sorted(certainly_missing(first.maker, found, some))),
            differing=tuple(sorted(some - present)),
        )
    )

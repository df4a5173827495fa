"""Features that a processor's silicon has for certain, though the host does not show them.

A missing feature is one of two things: the silicon lacks it, or something hides it. The signature proves the
second for some: a BIOS setting can be changed, what newer microcode took away nobody should seek, and where
no setting hides it the capture does not show all, so that another one is due.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, cast

from flexgui.cpuid.catalogue import RegisterKey, catalogue, rows
from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.signature import Signature, span
from flexgui.translate import QT_TRANSLATE_NOOP

Cause = Literal["bios", "microcode", "capture"]

CPUID_LIMIT = "Limit CPUID Maximum"
"""The BIOS setting that ends the basic leaves early (Intel SDM vol. 4, IA32_MISC_ENABLE[22])."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A feature (vSphere's name) that is hidden, not missing: by what, and how that is known.

    `setting` is what the BIOS calls its switch, "" where that is not known.
    """

    feature: str
    cause: Cause
    setting: str
    provenance: str


@dataclass(frozen=True, slots=True)
class _Row:
    vendor: str
    family: int
    models: tuple[range, ...]
    steppings: range
    brands: tuple[str, ...]
    but_not: tuple[str, ...]
    features: tuple[str, ...]
    cause: Cause
    setting: str
    provenance: str

    def proves(self, vendor: str | None, signature: Signature, brand: str) -> bool:
        """Whether the silicon of this signature and brand (in small letters) has the row's features."""
        return (
            self.vendor == vendor
            and self.family == signature.family
            and any(signature.model in models for models in self.models)
            and signature.stepping in self.steppings
            and (not self.brands or any(word in brand for word in self.brands))
            and not any(word in brand for word in self.but_not)
        )


@cache
def _table() -> tuple[_Row, ...]:
    known = catalogue()
    return tuple(
        _Row(
            vendor,
            int(family, 16),
            tuple(span(part) for part in models.split()),
            span(steppings),
            tuple(brands.lower().split()),
            tuple(but_not.lower().split()),
            tuple(known[name].name for name in features.split()),
            cast(Cause, cause),
            setting,
            provenance,
        )
        for (
            vendor,
            family,
            models,
            steppings,
            brands,
            but_not,
            features,
            cause,
            setting,
            provenance,
        ) in rows("silicon_features.tsv")
    )


def hidden(cpu: Cpu) -> tuple[Hidden, ...]:
    """The features that the processor's silicon has and that are known to be missing on the host.

    Empty for a processor that was seen through a hypervisor, which may be what hides them, and where the
    signature proves nothing. Source: `resources/silicon_features.tsv`.
    """
    signature = cpu.signature
    if signature is None or cpu.may_be_masked:
        return ()
    brand = cpu.brand.lower()
    known = catalogue()
    states: dict[RegisterKey, tuple[int, int]] = {}
    found: dict[str, Hidden] = {}
    for row in _table():
        if not row.proves(cpu.vendor, signature, brand):
            continue
        for name in row.features:
            field = known[name]
            if field.key not in states:
                states[field.key] = cpu.register_state(field.key)
            value, measured = states[field.key]
            if name not in found and measured & ~value & field.mask:
                limited = row.cause != "microcode" and _beyond(cpu, name)
                found[name] = (
                    Hidden(name, "bios", CPUID_LIMIT, row.provenance)
                    if limited
                    else Hidden(name, row.cause, row.setting, row.provenance)
                )
    return _doubted(tuple(found.values()))


def _doubted(found: tuple[Hidden, ...]) -> tuple[Hidden, ...]:
    """The same, all by the capture where it does not show what no setting hides: it may hide the rest, too.

    NX and what a limit of the leaves hides stay the BIOS's.
    """
    if not any(each.cause == "capture" for each in found):
        return found
    return tuple(
        replace(each, cause="capture", setting="")
        if each.cause == "bios" and each.feature != "NX" and each.setting != CPUID_LIMIT
        else each
        for each in found
    )


def _beyond(cpu: Cpu, name: str) -> bool:
    """Whether the processor states that its basic leaves end before the one that holds a feature."""
    leaf = catalogue()[name].leaf
    highest = cpu.table.maximum(leaf)
    return leaf < 0x8000_0000 and highest is not None and leaf > highest


def by_cause(found: Iterable[Hidden], cause: Cause, among: Iterable[str] | None = None) -> tuple[Hidden, ...]:
    """Those that one cause hides, if wanted only among some features."""
    wanted = None if among is None else set(among)
    return tuple(h for h in found if h.cause == cause and (wanted is None or h.feature in wanted))


def settings(found: Iterable[Hidden]) -> tuple[str, ...]:
    """What the BIOS calls the switches, each once; empty where none is known."""
    return tuple(dict.fromkeys(h.setting for h in found if h.setting))


_ENABLE = QT_TRANSLATE_NOOP(
    "Silicon",
    "The BIOS hides {features}, which the silicon has: enable {settings} in the BIOS, then take the host off "
    "AC power and on again (AC power cycle).",
)
_DISABLE = QT_TRANSLATE_NOOP(
    "Silicon",
    "The BIOS hides {features}, which the silicon has: disable {settings} in the BIOS, then take the host "
    "off AC power and on again (AC power cycle).",
)
_TAKEN = QT_TRANSLATE_NOOP(
    "Silicon",
    "Newer microcode takes {features} away: do not seek it, and bring all hosts to the same current "
    "microcode. On some models a BIOS setting switches it off as well.",
)
_UNSEEN = QT_TRANSLATE_NOOP(
    "Silicon",
    "The silicon has {features}, the capture does not show it, and no usual BIOS setting hides it: "
    "capture again on the bare host, outside EVC and outside any virtual machine.",
)


def advice(found: Iterable[Hidden]) -> tuple[tuple[str, dict[str, str]], ...]:
    """What to say of hidden features: templates of the context "Silicon", each with its parameters."""
    groups: dict[str, list[Hidden]] = {}
    for each in found:
        limited = each.setting == CPUID_LIMIT
        by_bios = _DISABLE if limited else _ENABLE
        template = {"microcode": _TAKEN, "capture": _UNSEEN, "bios": by_bios}[each.cause]
        groups.setdefault(template, []).append(each)
    return tuple(
        (
            template,
            {
                "features": ", ".join(h.feature for h in own),
                "settings": ", ".join(dict.fromkeys(h.setting or h.feature for h in own)),
            },
        )
        for template, own in groups.items()
    )

"""Features that a processor's silicon cannot have: the signature settles what lists of names leave open.

The counterpart of `cpuid/silicon.py`, which says what the silicon has for certain.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from flexgui.cpuid.catalogue import rows
from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.signature import Signature, span
from flexgui.evc.modes import builtin_modes
from flexgui.evc.packed import Packed, pack, packed
from flexgui.evc.series import branded


@cache
def beyond_silicon(vendor: str | None, signature: Signature | None) -> frozenset[str]:
    """The features governed by the maker's modes that no processor of this signature has.

    Empty where nothing is known of the signature. Source: `resources/silicon_limits.tsv`.
    """
    if vendor is None or signature is None:
        return frozenset()
    modes = builtin_modes()
    for maker, family, models, steppings, mode, also, _ in rows("silicon_limits.tsv"):
        if (
            (maker, int(family, 16)) == (vendor, signature.family)
            and any(signature.model in span(part) for part in models.split())
            and signature.stepping in span(steppings)
        ):
            return modes.governed[vendor] - {*(modes[mode].requires or ()), *also.split()}
    return frozenset()


def unproven(vendor: str | None, signature: Signature | None, mode: str) -> frozenset[str]:
    """What silicon has beyond the mode of its own generation, though the mode may show it, too.

    Modes of the built-in table are derived from published lists, which need not name all that a mode shows.
    Empty for silicon of another generation than the mode's (a key).
    """
    for maker, family, models, steppings, own, also, _ in rows("silicon_limits.tsv"):
        if (
            signature is not None
            and (maker, int(family, 16), own) == (vendor, signature.family, mode)
            and any(signature.model in span(part) for part in models.split())
            and signature.stepping in span(steppings)
        ):
            return frozenset(also.split())
    return frozenset()


def out_of_reach(cpu: Cpu) -> Packed:
    """The features (packed) that cannot turn out to be there once what is open of a processor is settled.

    They bound what is possible and answer nothing: what cannot be told of a mode stays so. Nothing is out of
    reach of a processor that has what its signature denies. A hypervisor may make up a signature, and gives
    such a processor a name of its own: it is believed only with the name of a series that has it.
    """
    bits = _packed_beyond(cpu.vendor, cpu.signature)
    if not bits or packed(cpu)[0] & bits:
        return 0
    if cpu.may_be_masked and not any(
        (cpu.family, cpu.model) == (own.family, own.model)
        for each in branded(cpu.brand).candidates
        for own in each.signatures
    ):
        return 0
    return bits


@cache
def _packed_beyond(vendor: str | None, signature: Signature | None) -> Packed:
    return pack(beyond_silicon(vendor, signature))


def certainly_missing(
    vendor: str | None, signature: Signature | None, present: Iterable[str]
) -> frozenset[str]:
    """What a processor that is known by names cannot have.

    Nothing where names contradict the signature, or where a hypervisor was seen, which may make up both.
    """
    names = frozenset(present)
    beyond = beyond_silicon(vendor, signature)
    return frozenset() if "HYPERVISOR" in names or beyond & names else beyond

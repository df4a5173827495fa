"""Features that a processor's silicon cannot have: the signature settles what lists of names leave open.

The counterpart of `cpuid/silicon.py`, which says what the silicon has for certain.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from flexgui.cpuid.catalogue import rows
from flexgui.cpuid.signature import Signature, span
from flexgui.evc.modes import builtin_modes


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


def certainly_missing(
    vendor: str | None, signature: Signature | None, present: Iterable[str]
) -> frozenset[str]:
    """What a processor that is known by names cannot have.

    Nothing where names contradict the signature, or where a hypervisor was seen, which may make up both.
    """
    names = frozenset(present)
    beyond = beyond_silicon(vendor, signature)
    return frozenset() if "HYPERVISOR" in names or beyond & names else beyond

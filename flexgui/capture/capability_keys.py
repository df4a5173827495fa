"""vSphere's keys of feature capabilities, requirements and masks, such as `cpuid.AVX2`."""

from __future__ import annotations

from typing import Final

from flexgui.cpuid.catalogue import Field, catalogue

_OF_AMD: Final[dict[str, str | None]] = {
    "ibpb": "LEAF88_IBPB",
    "ibrs": "LEAF88_IBRS",
    "stibp": "LEAF88_STIBP",
    "ssbd": None,  # it may be any of three bits
}
"""What the names of speculation control mean with AMD, whose bits are in 80000008.EBX (recalled)."""


def flag_of(key: str, vendor: str | None) -> Field | None:
    """The flag of CPUID that a key names in any case, for a maker; None where it names none."""
    name = key.strip().lower()
    if not name.startswith("cpuid."):
        return None
    name = name.removeprefix("cpuid.")
    if vendor == "amd" and name in _OF_AMD:
        of_amd = _OF_AMD[name]
        return None if of_amd is None else catalogue()[of_amd]
    field = catalogue().find(name)
    return field if field is not None and field.flag and not field.run_time else None

"""Who uses a CPU feature: programs, an operating system's kernel, or only the host itself.

vCenter compares features of user level and of kernel level by different rules before a live migration
(vSphere vCenter and Host Management, "CPU Compatibility Scenarios").
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal

from flexgui.cpuid.catalogue import rows

Level = Literal["user", "kernel", "microcode", "asked", "host", "hypervisor"]

VISIBLE: Final[frozenset[Level]] = frozenset({"user", "kernel", "microcode", "asked"})
"""The levels of what virtual machines can have."""


@cache
def levels() -> dict[str, Level]:
    """The level of each feature (vSphere's name). Source: `resources/feature_levels.tsv`."""
    return {feature: level for feature, level, _ in rows("feature_levels.tsv")}  # type: ignore[misc]


def level(feature: str) -> Level:
    """The level of a feature; what the table does not have is the host's own."""
    return levels().get(feature, "host")


@cache
def of_level(wanted: Level) -> tuple[str, ...]:
    """All features of one level, in the table's order."""
    return tuple(feature for feature, found in levels().items() if found == wanted)

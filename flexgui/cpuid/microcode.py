"""Features that come and go with microcode: those of speculation control are added, TSX is taken away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flexgui.cpuid.catalogue import catalogue, rows


@dataclass(frozen=True, slots=True)
class MicrocodeFeatures:
    """The features of one maker that microcode changes.

    `added` with any stepping of a model, `added_to_stepping` with some only, `removed` by newer microcode.
    """

    added: frozenset[str]
    added_to_stepping: frozenset[str]
    removed: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.added | self.added_to_stepping | self.removed


@cache
def microcode_features(vendor: str | None) -> MicrocodeFeatures:
    """What is known of a maker's microcode; nothing for a maker that the table does not have.

    Source: `resources/microcode_features.tsv`.
    """
    sets: dict[tuple[str, str], set[str]] = {}
    for maker, features, change, scope, _ in rows("microcode_features.tsv"):
        if maker == vendor:
            sets.setdefault((change, scope), set()).update(catalogue()[n].name for n in features.split())
    return MicrocodeFeatures(
        frozenset(sets.get(("added", "model"), ())),
        frozenset(sets.get(("added", "stepping"), ())),
        frozenset(sets.get(("removed", "stepping"), ())),
    )

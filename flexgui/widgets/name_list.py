"""Names in a sentence or a cell, cut short where there are many."""

from __future__ import annotations

from collections.abc import Sequence

MOST_NAMES = 6


def joined(names: Sequence[str], most: int = MOST_NAMES, none: str = "–") -> str:
    """The names with commas, the first few and how many more: `a, b … (+3)`; `none` where there are none."""
    shown = ", ".join(names[:most]) or none
    more = len(names) - most
    return f"{shown} … (+{more})" if more > 0 else shown

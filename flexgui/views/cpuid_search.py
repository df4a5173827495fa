"""Searching the CPUID tree: any spelling of a feature, or a place such as `1.ecx` or `cpuid.1.ecx[25]`."""

from __future__ import annotations

import re
from functools import cache

from flexgui.cpuid.catalogue import catalogue, normalised
from flexgui.cpuid.registers import REGISTER_NAMES
from flexgui.views.cpuid_rows import Kind, Row, RowKey

_PLACE = re.compile(
    r"(?:cpuid\.)?(?P<leaf>[0-9a-f]{1,8})h?(?:[.:](?P<subleaf>[0-9a-f]{1,2}))?"
    r"(?:[.:]?(?P<register>e[abcd]x))?(?:[.:]?\[?(?P<bit>\d{1,2})(?::\d{1,2})?\]?)?"
)
_SHORT = 2
"""Up to this many letters only the beginning of a name counts: "de" is in half of all names."""


def found_rows(rows: list[Row], text: str) -> list[int]:
    """The rows that a search is for, in the order of the tree; all rows below them belong to the answer."""
    query = text.strip().lower()
    place = _place(query)
    word = normalised(query.removeprefix("cpuid."))
    return [at for at, row in enumerate(rows) if (place and _at_place(row, place)) or _named(row, word)]


def best_row(rows: list[Row], found: list[int], text: str) -> int | None:
    """The row to jump to first: the very field, where the text is one of its spellings; else the first."""
    exact = catalogue().find(text)
    for at in found:
        if exact is not None and rows[at].kind is Kind.FIELD and rows[at].name == exact.name:
            return at
    return found[0] if found else None


def _named(row: Row, word: str) -> bool:
    if not word:
        return False
    if row.kind is Kind.LEAF:
        return len(word) > _SHORT and word in normalised(row.detail)
    if row.kind is Kind.REGISTER:
        return False
    if len(word) <= _SHORT:
        return any(spelling.startswith(word) for spelling in _spellings(row.name))
    return any(word in spelling for spelling in _spellings(row.name))


@cache
def _spellings(name: str) -> tuple[str, ...]:
    return tuple(normalised(spelling) for spelling in (name, *catalogue().aliases(name)))


def _place(query: str) -> RowKey | None:
    """(leaf), (leaf, subleaf), … as far as the text names it; a leaf with register has subleaf 0."""
    match = _PLACE.fullmatch(query)
    if match is None:
        return None
    leaf = int(match["leaf"], 16)
    if match["register"] is None:
        if match["bit"] is not None:
            return None
        return (leaf,) if match["subleaf"] is None else (leaf, int(match["subleaf"], 16))
    register = REGISTER_NAMES.index(match["register"].upper())
    key = (leaf, int(match["subleaf"] or "0", 16), register)
    return key if match["bit"] is None else (*key, int(match["bit"]))


def _at_place(row: Row, place: RowKey) -> bool:
    if len(place) == 1:
        return row.kind is Kind.LEAF and row.key[0] == place[0]
    if len(place) < 4:
        return row.key == place
    if row.view is None or row.key[:3] != place[:3]:
        return False
    return bool(row.view.field.mask >> place[3] & 1)

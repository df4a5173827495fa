"""What can be put into a query at the place where somebody types."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from flexgui.cpuid.catalogue import normalised
from flexgui.evc.modes import ModeTable
from flexgui.rules.query import quoted
from flexgui.rules.query_fields import FIELDS, NONE, UNKNOWN, field_of
from flexgui.rules.rule import RULES

MOST: Final = 40
"""How many offers are made at once."""

_PART = re.compile(r'-?[^\s"]*(?:"[^"]*"?)?\Z')
_BEGUN = re.compile(r'(-?)([A-Za-z][A-Za-z_-]*)(<=|>=|!=|:|=|<|>)"?([^"]*)"?\Z')
_LEAD = re.compile(r"[a-z]+(?:<=|>=|:|=|<|>)")


@dataclass(frozen=True, slots=True)
class Offer:
    """`text` in place of the characters from `start` to `end`; `says` what it is (marked for "Query")."""

    text: str
    start: int
    end: int
    says: str = ""


def offers(
    text: str, cursor: int, modes: ModeTable, values: Callable[[str], Iterable[str]]
) -> tuple[Offer, ...]:
    """What may stand where the cursor is: fields, and after a field its values.

    `values` gives the values that the hosts have of a field, the commonest first.
    """
    begun = _PART.search(text, 0, cursor)
    part = "" if begun is None else begun[0]
    start = cursor - len(part)
    found = _BEGUN.fullmatch(part)
    if found is None:
        sign, word = ("-", part[1:]) if part.startswith("-") else ("", part)
        names = [each for each in FIELDS.values() if _begins(each.name, each.aliases, word.lower())]
        return tuple(Offer(f"{sign}{lead(each.example)}", start, cursor, each.says) for each in names)
    field = field_of(found[2].lower())
    if field is None:
        return ()
    said = f"{found[1]}{found[2]}{found[3]}"
    typed = normalised(found[4])
    known = dict.fromkeys((*_own_values(field.name, modes), *field.values, *values(field.name)))
    fitting = [value for value in known if value and typed in normalised(value)]
    fitting.sort(key=lambda value: not normalised(value).startswith(typed))
    if fitting and fitting[0].lower() == found[4].lower():
        return ()
    return tuple(Offer(f"{said}{quoted(value)}", start, cursor) for value in fitting[:MOST])


def lead(example: str) -> str:
    """The field of an example with its operator: `evc<`."""
    found = _LEAD.match(example)
    return example if found is None else found[0]


def _begins(name: str, aliases: Iterable[str], word: str) -> bool:
    return any(each.startswith(word) for each in (name, *aliases))


def _own_values(field: str, modes: ModeTable) -> Iterable[str]:
    if field == "evc":
        return (*(mode.key.partition("-")[2] for mode in modes), NONE, UNKNOWN)
    return RULES if field == "finding" else ()

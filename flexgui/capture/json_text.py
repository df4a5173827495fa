"""JSON from outside: parsed with limits, so that no reader has to expect the worst again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from flexgui.errors import InputError, printable

Json = dict[str, Any]

DEEPEST: Final = 64


def parsed(text: str) -> Any:
    """The one document in a text.

    Raises:
        InputError: the JSON is malformed, names a property twice, holds a number out of range, or is nested
            more than 64 deep.
    """
    found = documents(text, limit=1)
    return found[0] if found else None


def documents(text: str, limit: int = 100_000) -> list[Any]:
    """All documents in a text, one after the other, as where several outputs were put together.

    Raises:
        InputError: as `parsed` does, or there are more than `limit`.
    """
    decoder = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
    found: list[Any] = []
    place = _skip_blanks(text, 0)
    try:
        while place < len(text):
            if len(found) == limit:
                raise json.JSONDecodeError("Extra data", text, place)
            document, place = decoder.raw_decode(text, place)
            found.append(document)
            place = _skip_blanks(text, place)
        deep = any(depth > DEEPEST for document in found for _, depth in walk(document))
    except json.JSONDecodeError as error:
        raise InputError(
            f"The JSON cannot be read: {error.msg}.",
            "The file may be cut short: save it again.",
            line=error.lineno,
        ) from None
    except RecursionError:
        deep = True
    except ValueError:
        # Python refuses to convert integers of thousands of digits.
        raise InputError("The JSON holds a number that is out of range.", "Save it again.") from None
    if deep:
        raise InputError(f"The JSON is nested more than {DEEPEST} deep.", "Choose a capture of a host.")
    return found


def walk(document: Any) -> Iterator[tuple[Any, int]]:
    """Every value with its depth, outer ones first, in the document's order; nothing below the limit."""
    pending = [(document, 1)]
    while pending:
        value, depth = pending.pop()
        yield value, depth
        if depth > DEEPEST:
            continue
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        pending += reversed([(each, depth + 1) for each in inner])


def _skip_blanks(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place


def _without_duplicates(pairs: list[tuple[str, Any]]) -> Json:
    found: Json = {}
    for key, value in pairs:
        if key in found:
            raise InputError(f"The JSON names the property '{printable(key, 40)}' twice.", "Save it again.")
        found[key] = value
    return found


def _no_constant(name: str) -> None:
    raise InputError(f"The JSON holds {name}, which is no number.", "Save it again.")

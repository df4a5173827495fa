"""What is wrong with a term of a query, in a sentence."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from flexgui.rules.query import QueryError, Term
from flexgui.translate import QT_TRANSLATE_NOOP


def close(word: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    names = list(known)
    return tuple(difflib.get_close_matches(word, names, most, 0.5)) or tuple(names[:most])


def error(template: str, term: Term, **parameters: object) -> QueryError:
    said = {"field": term.field, "value": term.value, "place": term.start + 1}
    return QueryError(template, term.start, term.length, **{**said, **parameters})


def without_order(term: Term) -> None:
    if term.operator not in (":", "="):
        template = QT_TRANSLATE_NOOP(
            "Query", "“{field}” at character {place} has no order. Write {field}:{value} instead."
        )
        raise error(template, term)

"""What somebody types above a table of hosts: `model:5500 evc<nehalem finding:error`.

A query is words and conditions on fields. All must hold; `or` begins an alternative, `-` turns one round,
quotation marks hold together what has blanks. This module knows the form; `query_fields` knows the fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as of
from types import MappingProxyType
from typing import Any, Final

from flexgui.translate import QT_TRANSLATE_NOOP, fill

LONGEST: Final = 2000
"""How many characters a query may have."""

_FIELD = re.compile(r"([A-Za-z][A-Za-z_-]*)(:|\s*(?:<=|>=|!=|=|<|>)\s*)")
_WORD = re.compile(r'[^\s"][^\s]*')
_BARE = re.compile(r'[^\s"<>=!-][^\s]*')
_BARE_VALUE = re.compile(r'[^\s"][^\s]*')
_KEYWORDS: Final = ("or", "and")
OPERATORS: Final = (":", "=", "<", "<=", ">", ">=")


class QueryError(Exception):
    """A query that cannot be understood: one sentence, and where.

    `template` is English, marked for the context "Query"; `start` and `length` are the place in the text.
    """

    def __init__(self, template: str, start: int, length: int, /, **parameters: Any) -> None:
        super().__init__(template)
        self.template, self.start, self.length = template, start, length
        self.parameters: Mapping[str, Any] = MappingProxyType(parameters)

    def message(self) -> str:
        """The sentence in English."""
        return fill(self.template, self.parameters)

    def __str__(self) -> str:
        return self.message()


@dataclass(frozen=True, slots=True)
class Term:
    """A word (`field` and `operator` are empty) or a condition. `!=` is read as `=` turned round.

    `start` and `length` are its place in the text; they do not make it another term.
    """

    value: str
    field: str = ""
    operator: str = ""
    negated: bool = False
    start: int = of(default=0, compare=False)
    length: int = of(default=0, compare=False)

    def text(self) -> str:
        """The term in the usual spelling."""
        sign = "-" if self.negated else ""
        if self.field:
            return f"{sign}{self.field}{self.operator}{quoted(self.value)}"
        bare = _BARE.fullmatch(self.value) and self.value.lower() not in _KEYWORDS
        return sign + (self.value if bare and not _FIELD.match(self.value) else _in_marks(self.value))


@dataclass(frozen=True, slots=True)
class Query:
    """Alternatives: one must hold, and of it all terms. A query without any lets everything through."""

    alternatives: tuple[tuple[Term, ...], ...] = ()

    def text(self) -> str:
        """The query in the usual spelling: parsed again it is the same query."""
        return " or ".join(" ".join(term.text() for term in terms) for terms in self.alternatives)

    @property
    def terms(self) -> tuple[Term, ...]:
        return tuple(term for terms in self.alternatives for term in terms)


def quoted(value: str) -> str:
    """A value as it is written after an operator: in quotation marks where it needs them."""
    return value if _BARE_VALUE.fullmatch(value) and value[0] not in "<>=" else _in_marks(value)


def _in_marks(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def with_term(text: str, term: Term) -> str:
    """The query that asks for a term besides all that `text` asks for; a `text` with an error is given up."""
    try:
        query = parse(text)
    except QueryError:
        query = Query()
    if not query.alternatives:
        return term.text()
    return Query(tuple(t if term in t else (*t, term) for t in query.alternatives)).text()


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        QueryError: it has no such form.
    """
    if len(text) > LONGEST:
        raise QueryError(
            QT_TRANSLATE_NOOP("Query", "The text is longer than {most} characters. Write a shorter one."),
            LONGEST,
            len(text) - LONGEST,
            most=LONGEST,
        )
    alternatives: list[list[Term]] = [[]]
    last_or: tuple[int, int] | None = None
    at = _after_blanks(text, 0)
    while at < len(text):
        term = _term(text, at)
        end = at + term.length
        word = "" if term.field or term.negated or text[at] == '"' else term.value.lower()
        if word == "or":
            if not alternatives[-1]:
                raise _lonely_or(at, term.length)
            alternatives.append([])
            last_or = (at, term.length)
        elif word != "and":
            alternatives[-1].append(term)
        at = _after_blanks(text, end)
    if last_or is not None and not alternatives[-1]:
        raise _lonely_or(*last_or)
    return Query(tuple(tuple(terms) for terms in alternatives if terms))


def _lonely_or(start: int, length: int) -> QueryError:
    template = QT_TRANSLATE_NOOP(
        "Query", "The “or” at character {place} needs a condition before it and one after it."
    )
    return QueryError(template, start, length, place=start + 1)


def _after_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _term(text: str, start: int) -> Term:
    at = start
    negated = text[at] == "-" and at + 1 < len(text) and not text[at + 1].isspace()
    at += negated
    found = _FIELD.match(text, at)
    if found is None:
        value, end = _value(text, at, _WORD)
        return Term(value, negated=negated, start=start, length=end - start)
    name, operator = found[1].lower(), found[2].strip()
    if found.end() >= len(text) or text[found.end()].isspace():
        raise QueryError(
            QT_TRANSLATE_NOOP(
                "Query",
                "“{asked}” at character {place} needs a value after it. Write one, as in {example}.",
            ),
            start,
            found.end() - start,
            asked=f"{name}{operator}",
            place=start + 1,
            example=f"{name}{operator}{EXAMPLES.get(name, 'value')}",
        )
    value, end = _value(text, found.end(), _BARE_VALUE)
    if operator == "!=":
        operator, negated = "=", not negated
    return Term(value, name, operator, negated, start, end - start)


EXAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {"evc": "nehalem", "memory": "256GB", "clock": "3GHz", "cache": "8MB", "finding": "error", "esx": "5.5"}
    | dict.fromkeys(("cores", "sockets", "vms", "hidden", "stepping"), "4")
)
"""What an example of a field's value is, where “value” would not do."""


def _value(text: str, at: int, bare: re.Pattern[str]) -> tuple[str, int]:
    """A word or value from `at` on, in quotation marks or not, and where it ends."""
    if text[at] != '"':
        found = bare.match(text, at)
        assert found is not None  # a character that is neither blank nor a mark is there
        return found[0], found.end()
    parts, begin = [], at + 1
    while True:
        close = text.find('"', begin)
        if close < 0:
            raise QueryError(
                QT_TRANSLATE_NOOP(
                    "Query",
                    "The quotation mark at character {place} is not closed. Write another where it ends.",
                ),
                at,
                len(text) - at,
                place=at + 1,
            )
        parts.append(text[begin:close])
        if text[close + 1 : close + 2] != '"':
            return '"'.join(parts), close + 1
        begin = close + 2

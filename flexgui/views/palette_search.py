"""What the command palette finds: entries ranked by how well they fit the words that were typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be chosen: `kind` and `key` say what it is ("action", "object", "file" or "sample").

    `group` orders kinds that fit equally well, `detail` stands behind the title and is searched too.
    """

    kind: str
    key: str
    title: str
    detail: str = ""
    group: int = 0
    text: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", f"{self.title}\n{self.detail}".casefold())


Rank = tuple[int, int, int]


def search(entries: Iterable[Entry], typed: str, limit: int) -> list[Entry]:
    """The entries that have every word, the best first; those that fit equally well as they were given.

    Where no entry has the words, those whose titles have the letters in their order.
    """
    words = typed.casefold().split()
    if not words:
        return list(entries)[:limit]
    known = list(entries)
    found = [entry for entry in known if all(word in entry.text for word in words)]
    if found:
        return _best(((_rank(entry, words), entry) for entry in found), limit)
    letters = "".join(words)
    return _best(
        (((4, entry.group, len(entry.title)), entry) for entry in known if _has_letters(entry, letters)),
        limit,
    )


def _best(ranked: Iterable[tuple[Rank, Entry]], limit: int) -> list[Entry]:
    numbered = ((rank, number, entry) for number, (rank, entry) in enumerate(ranked))
    return [entry for _, _, entry in nsmallest(limit, numbered, key=lambda each: each[:2])]


def _rank(entry: Entry, words: Sequence[str]) -> Rank:
    title = entry.text.partition("\n")[0]
    if title.startswith(words[0]) and _in_order(title, words):
        fit = 0
    elif all(title.startswith(word) or f" {word}" in title for word in words):
        fit = 1
    elif all(word in title for word in words):
        fit = 2
    else:
        fit = 3
    return fit, entry.group, len(title)


def _in_order(title: str, words: Sequence[str]) -> bool:
    at = 0
    for word in words:
        at = title.find(word, at)
        if at < 0:
            return False
        at += len(word)
    return True


def _has_letters(entry: Entry, letters: str) -> bool:
    rest = iter(entry.text.partition("\n")[0])
    return all(letter in rest for letter in letters)

"""The log of a rehearsal: what was asked of vCenter and what it answered, as text for reports and tables."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from flexgui.errors import printable

if TYPE_CHECKING:
    from flexgui.rules.rehearsal_answer import Answer, Line, Refusal

Event = Literal["began", "done", "refused", "waiting", "undone", "redone", "ended"]
"""What became of an action; the rehearsal itself begins and ends."""

COLUMNS: Final = ("time", "action", "outcome", "reason", "remedy", "vsphere_message", "fault")

LONGEST: Final = 10_000
"""Characters of one cell; names in a plan may be longer than any table shows."""

English: TypeAlias = "Callable[[Line], str]"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. `answer` is what vCenter said; None where nothing was asked of it."""

    time: datetime
    action: str
    event: Event
    answer: Answer | None = None

    @property
    def fault(self) -> str:
        """vSphere's fault class, if it is known."""
        return next((r.fault for r in self._refusals if r.fault), "")

    @property
    def vsphere_message(self) -> str:
        """What vSphere shows, where its words are known."""
        return next((text for r in self._refusals if (text := r.vsphere_message())), "")

    @property
    def reasons(self) -> tuple[Line, ...]:
        """Why it was refused or waits; for what was done, what is worth reading about it."""
        if self.answer is None:
            return ()
        return tuple(refusal.why for refusal in self._refusals) or self.answer.remarks

    @property
    def remedies(self) -> tuple[Line, ...]:
        """What to do first."""
        return tuple(r.remedy for r in self._refusals if r.remedy is not None)

    @property
    def _refusals(self) -> tuple[Refusal, ...]:
        return () if self.answer is None else self.answer.refusals


def in_english(line: Line) -> str:
    return line[1].text()


def cells(entry: Entry, say: English = in_english) -> tuple[str, ...]:
    """An entry in the order of `COLUMNS`, each safe for one line."""
    return tuple(
        printable(text, LONGEST)
        for text in (
            entry.time.strftime("%Y-%m-%d %H:%M:%S"),
            entry.action,
            entry.event,
            " ".join(dict.fromkeys(map(say, entry.reasons))),
            " ".join(dict.fromkeys(map(say, entry.remedies))),
            entry.vsphere_message,
            entry.fault,
        )
    )


def as_tsv(entries: Iterable[Entry], say: English = in_english) -> str:
    """The log as tab-separated values; no cell has a tab or a line break."""
    lines = [COLUMNS, *(tuple(_no_formula(c) for c in cells(entry, say)) for entry in entries)]
    return "".join("\t".join(cell.replace("\t", " ") for cell in line) + "\n" for line in lines)


def as_csv(entries: Iterable[Entry], say: English = in_english) -> str:
    """The log as comma-separated values (RFC 4180), with the mark by which spreadsheets see UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([_no_formula(cell) for cell in cells(entry, say)] for entry in entries)
    return "\ufeff" + out.getvalue()


def as_markdown(entries: Iterable[Entry], say: English = in_english, title: str = "Rehearsal") -> str:
    """The log as a Markdown document with one table."""
    lines = [
        f"# {_markdown(title)}",
        "",
        _row(("Time", "Action", "Outcome", "Why, and what to do", "vSphere")),
    ]
    lines.append("|---" * 5 + "|")
    for entry in entries:
        time, action, event, reason, remedy, message, fault = cells(entry, say)
        vsphere = (
            f"{_markdown(message)} ({_markdown(fault)})" if message and fault else _markdown(message or fault)
        )
        why = _markdown(f"{reason} {remedy}".strip())
        lines.append(_row((time, _markdown(action), event, why, vsphere)))
    return "\n".join(lines) + "\n"


def _row(parts: Iterable[str]) -> str:
    return "| " + " | ".join(parts) + " |"


def _markdown(text: str) -> str:
    """Text that means nothing to Markdown or HTML."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&!])", r"\\\1", " ".join(text.split()))


def _no_formula(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell

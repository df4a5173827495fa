"""Errors that a person caused and can mend. Anything else that is raised is a defect of the program."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class FlexGuiError(Exception):
    """The base of every error that is shown as one sentence instead of a traceback."""


@dataclass(slots=True)
class InputError(FlexGuiError):
    """What came from outside cannot be used.

    `problem` says what is, `remedy` what to do; both are whole sentences. `file` and `line` (counted
    from 1) say where, as far as it is known.
    """

    problem: str
    remedy: str = ""
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        where = ""
        if self.file is not None:
            where = (
                f"{printable(self.file)}, line {self.line}: " if self.line else f"{printable(self.file)}: "
            )
        elif self.line is not None:
            where = f"line {self.line}: "
        return f"{where}{self.problem} {self.remedy}".rstrip()

    def in_file(self, path: Path | str) -> InputError:
        """The same error, with the file named; a name that is already there stays."""
        return InputError(self.problem, self.remedy, self.file or str(path), self.line)


def printable(text: str, limit: int = 200) -> str:
    """Outside text made safe for one line of a message: control and direction characters are escaped.

    A host name or a file name must not be able to break a message into two or to reverse it.
    """
    shown = text
    if not text.isprintable():
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"

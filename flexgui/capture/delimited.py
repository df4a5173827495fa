"""Hosts in a text with a row for each, apart by a separator: RVTools' vHost as CSV, or a list by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from flexgui.capture.captured import CapturedHost
from flexgui.capture.host_table import (
    HEADER_WITHIN,
    Row,
    columns_of,
    hosts_of,
    is_header,
    is_near_header,
    without_repetitions,
)
from flexgui.errors import InputError, printable

FORMAT: Final = "RVTools vHost or host list as CSV"

DELIMITERS: Final = (",", ";", "\t", "|")
_HEAD: Final = 64 * 1024
"""Characters in which the header is looked for."""


def recognises(text: str) -> bool:
    return _delimiter(text) is not None or _near_header(text) is not None


def read(text: str, source: str) -> list[CapturedHost]:
    """A host for each row of the table.

    Raises:
        InputError: there is no column for hosts or none for processors, quotes do not match, a row has more
            fields than the header, no host is there, or `hosts_of` refuses a row.
    """
    delimiter = _delimiter(text)
    if delimiter is None:
        names = ", ".join(printable(name.strip(), 40) for name in (_near_header(text) or ())[:8])
        raise InputError(
            f"The table has no columns for both hosts and their processors, but {names}.",
            "Export vHost from RVTools, or name the columns Host and CPU Model.",
        )
    hosts = hosts_of(_rows(text, delimiter), source, FORMAT)
    if not hosts:
        raise InputError("The table has a header but no hosts.", "Export it again.")
    return without_repetitions(hosts)


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    terminated = text.endswith(("\n", "\r"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    last: Row | None = None
    width = None
    try:
        for cells in reader:
            if width is None or len(cells) > width:
                if is_header(columns_of(cells)):
                    width = len(cells)
                elif width is not None and any(cell.strip() for cell in cells[width:]):
                    raise InputError(
                        f"The row has {len(cells)} fields, but the header has {width}.",
                        "Put fields that hold the separator in quotes, or export it again.",
                        line=reader.line_num,
                    )
            if last is not None:
                yield last
            last = Row(cells, reader.line_num)
    except csv.Error as error:
        raise InputError(
            f"The fields cannot be told apart: {printable(str(error))}.",
            "Export it again, with every field in quotes.",
            line=reader.line_num,
        ) from None
    if last is not None:
        yield last if terminated else Row(last.cells, last.number, cut=True)


def _head(text: str, delimiter: str) -> Iterator[list[str]]:
    """The first rows, as far as they can be read."""
    head = text[:_HEAD]
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader):
            if number > HEADER_WITHIN:
                return
            yield cells
    except csv.Error:
        return


def _delimiter(text: str) -> str | None:
    """What the fields are apart by; None where no row is a header of hosts and processors."""
    for delimiter in DELIMITERS:
        if delimiter in text[:_HEAD] and any(is_header(columns_of(row)) for row in _head(text, delimiter)):
            return delimiter
    return None


def _near_header(text: str) -> list[str] | None:
    """The header of a table that lacks hosts or processors, if it is one."""
    for delimiter in DELIMITERS:
        if delimiter in text[:_HEAD]:
            for cells in _head(text, delimiter):
                if is_near_header(cells):
                    return cells
    return None

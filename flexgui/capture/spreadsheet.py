"""Hosts in a workbook of Excel (xlsx): RVTools' vHost, alone or among other sheets, or a list by hand."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

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

FORMAT: Final = "RVTools vHost or host list as xlsx"

ROWS_LIMIT: Final = 200_000
"""Rows of a sheet that are read; half of them may be hosts."""

SHEET_ROWS: Final = 1_048_576
"""Rows that a sheet may have, empty ones included."""

EMPTY_ROWS_LIMIT: Final = 3_000_000
"""Rows of all sheets that are gone through: a stray cell far down a sheet has a million of them above it."""

COLUMNS_LIMIT: Final = 1024
"""Columns of a sheet that are read."""

_MEMBERS_LIMIT: Final = 4096
_UNPACKED_LIMIT: Final = 1024 * 1024 * 1024
_ALWAYS_ALLOWED: Final = 16 * 1024 * 1024
_RATIO_LIMIT: Final = 60
"""How much smaller members may be packed, once one is larger than `_ALWAYS_ALLOWED`, or all are than four
times that; real sheets reach 20."""

_BEYOND_HEADER: Final = 8
"""Columns that a second row of the header may have besides."""

_CELL: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,9})")

_PARSED_FROM: Final = 500_000
"""Bytes from which on a member is parsed to look at the order of its rows."""

_PICTURES: Final = "xl/media/"
_ELEMENTS_ALLOWED: Final = 500_000
_ELEMENTS_PER_BYTE: Final = 3
"""Tags that the members may have for each of their packed bytes besides; real sheets have below 2."""

_ELEMENTS_LIMIT: Final = 16_000_000
"""Tags that all members may have; the fullest vHost of 20,000 hosts has 12 million."""

_CHARTS: Final = "xl/chartsheets/"
_ZIP: Final = b"PK\x03\x04"
_COMPOUND_FILE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AS_CSV: Final = "Save it as xlsx again, or as CSV."


def recognises(content: bytes) -> bool:
    return content.startswith((_ZIP, _COMPOUND_FILE))


def read(content: bytes, source: str) -> list[CapturedHost]:
    """A host for each row of every sheet that has columns for hosts and processors.

    Raises:
        InputError: this is no workbook, an old or encrypted one, or one that unpacks to more than it should;
            it is damaged; no sheet lists hosts with their processors; a formula that is needed has no value;
            a sheet has too many rows, or `hosts_of` refuses one.
    """
    _check(content)
    found: list[CapturedHost] = []
    near: tuple[str, list[str]] | None = None
    gone_through = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that do not matter here
        book = _opened(content)
        names = [str(sheet.title) for sheet in book.worksheets]
        for sheet, name in zip(book.worksheets, names, strict=True):
            try:
                reader = _Sheet(sheet, content, gone_through)
                found += hosts_of(reader.rows(), source, FORMAT)
                gone_through = reader.gone_through
            except InputError as error:
                raise _in_sheet(error, name) from None
            near = near or ((name, reader.near) if reader.near else None)
    if found:
        return without_repetitions(found)
    if near:
        columns = ", ".join(printable(cell.strip(), 40) for cell in near[1] if cell.strip())
        raise InputError(
            f"No sheet has columns for both hosts and their processors; {_named(near[0])} has "
            f"{printable(columns, 120)}.",
            "Export vHost from RVTools, or name the columns Host and CPU Model.",
        )
    raise InputError(
        f"No sheet of the workbook ({', '.join(_named(name) for name in names[:5])}) lists hosts.",
        "Export vHost from RVTools, or name the columns Host and CPU Model.",
    )


def _named(sheet: str) -> str:
    return f"'{printable(sheet, 40)}'"


def _in_sheet(error: InputError, sheet: str) -> InputError:
    row = f", row {error.line}" if error.line else ""
    return InputError(f"Sheet {_named(sheet)}{row}: {error.problem}", error.remedy)


def _check(content: bytes) -> None:
    """Refuse what openpyxl should not even open."""
    if content.startswith(_COMPOUND_FILE):
        raise InputError(
            "This is an old workbook (xls), or one that is encrypted.", "Save it as xlsx without a password."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_members(archive, members)
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, NotImplementedError, RuntimeError):
        raise InputError("The workbook is damaged or cut short.", "Export it again.") from None
    names = {member.filename for member in members}
    if {"mimetype", "content.xml"} <= names:
        raise InputError("This is an OpenDocument file, not a workbook of Excel.", "Save it as xlsx or CSV.")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise InputError(
            "This is an archive, not a workbook of Excel.", "Unpack it and choose the files or the folder."
        )


def _check_members(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Refuse archives that unpack to far more than they should, in bytes or in tags."""
    unpacked = sum(member.file_size for member in members)
    if len(members) > _MEMBERS_LIMIT or unpacked > _UNPACKED_LIMIT:
        raise InputError("The workbook is too large.", "Save the sheet with the hosts alone.")
    packed = sum(member.compress_size for member in members)
    if members and unpacked > max(4 * _ALWAYS_ALLOWED, _RATIO_LIMIT * packed):
        raise _bomb(max(members, key=lambda member: member.file_size))
    tags = bought = 0
    for member in members:
        if member.file_size > max(_ALWAYS_ALLOWED, _RATIO_LIMIT * member.compress_size):
            raise _bomb(member)
        if member.flag_bits & 1:
            continue
        own, comments = _tags(archive, member)
        tags += own
        bought += max(0, member.compress_size - comments)
        if tags > min(_ELEMENTS_LIMIT, _ELEMENTS_ALLOWED + _ELEMENTS_PER_BYTE * bought):
            raise _bomb(member)


def _bomb(member: zipfile.ZipInfo) -> InputError:
    return InputError(
        f"The workbook unpacks to far more than it should ({printable(member.filename, 60)}).",
        "Save the sheet with the hosts alone, or as CSV.",
    )


def _tags(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[int, int]:
    """How many tags a member has, and how many bytes of comments, which openpyxl only skips.

    Large ones are parsed, to refuse rows and cells that come again: openpyxl reads them and yields nothing.
    """
    tags, order = 0, _Order()
    parsed = member.file_size > _PARSED_FROM and not member.filename.startswith(_PICTURES)
    with archive.open(member) as stream:
        while block := stream.read(1024 * 1024):
            tags += block.count(b"<")
            if parsed:
                parsed = order.parse(block)
    return tags, order.comments


class _Order:
    """Refuses a sheet whose rows or cells do not follow each other."""

    def __init__(self) -> None:
        self.comments = 0
        self._row = self._column = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.CommentHandler = self._skipped
        self._parser.ProcessingInstructionHandler = self._skipped
        self._parser.StartDoctypeDeclHandler = self._declared

    def parse(self, block: bytes) -> bool:
        """Whether it can go on: what is no XML, or damaged, is left to openpyxl."""
        try:
            self._parser.Parse(block, False)
        except expat.ExpatError:
            return False
        return True

    def _skipped(self, *texts: str) -> None:
        self.comments += sum(map(len, texts))

    def _declared(self, *_: object) -> None:
        raise InputError("The workbook declares a document type, which Excel never does.", _AS_CSV)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c" or name.endswith(":c"):
            column = attributes.get("r", "").rstrip("0123456789")
            if column:
                number = 0
                for letter in column[:4].upper():
                    number = number * 26 + ord(letter) - 64
                if number <= self._column:
                    raise self._again(attributes["r"])
                self._column = number
        elif name == "row" or name.endswith(":row"):
            self._column = 0
            row = attributes.get("r", "")
            if row.isdecimal() and len(row) < 10:
                if int(row) <= self._row:
                    raise self._again(row)
                self._row = int(row)

    def _again(self, what: str) -> InputError:
        return InputError(
            f"The workbook is damaged: row or cell {printable(what, 20)} does not follow the one before.",
            _AS_CSV,
        )


def _opened(content: bytes) -> Any:
    """The workbook, with the values that are stored with formulas. The caller has checked the content.

    openpyxl takes defusedxml where it is installed, which refuses entities; it is a requirement of FlexGUI.
    """
    import openpyxl

    try:
        content = _without_charts(content)
        return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        # What openpyxl raises for a damaged workbook is not documented, and is anything.
        raise _damaged(error) from None


def _without_charts(content: bytes) -> bytes:
    """A workbook without its sheets of charts alone: openpyxl cannot read those that hold no drawing."""
    with zipfile.ZipFile(io.BytesIO(content)) as before:
        if not any(name.startswith(_CHARTS) for name in before.namelist()):
            return content
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as after:
            for name in before.namelist():
                if not name.startswith(_CHARTS):
                    after.writestr(name, before.read(name))
    return stream.getvalue()


def _damaged(error: Exception) -> InputError:
    if isinstance(error, KeyError | zipfile.BadZipFile | EOFError):
        return InputError("The workbook is damaged: a part of it is missing.", _AS_CSV)
    return InputError(f"The workbook is damaged ({type(error).__name__}).", _AS_CSV)


class _Sheet:
    """A sheet being read. `near`: a header that lacks hosts or processors, if the sheet has no better one.

    `gone_through`: the rows of this sheet and those before it, empty ones included.
    """

    def __init__(self, sheet: Any, content: bytes, gone_through: int = 0) -> None:
        self.near: list[str] = []
        self.gone_through = gone_through
        self._sheet = sheet
        self._content = content

    def rows(self) -> Iterator[Row]:
        """The rows that are not empty, from the header on; none where the sheet has no header."""
        found = self._header()
        if found is None:
            return
        number, header = found
        width = max(place for place, cell in enumerate(header, 1) if cell) + _BEYOND_HEADER
        self._refuse_formulas_without_value(header, number)
        for filled, (row, cells) in enumerate(self._texts(SHEET_ROWS, width), 1):
            if filled > ROWS_LIMIT:
                raise InputError(
                    f"There are more than {ROWS_LIMIT:,} rows.", "Part the sheet into several.", line=row
                )
            if row >= number:
                yield Row(cells, row)

    def _header(self) -> tuple[int, list[str]] | None:
        for number, cells in self._texts(HEADER_WITHIN, COLUMNS_LIMIT):
            if is_header(columns_of(cells)):
                return number, cells
            if not self.near and is_near_header(cells):
                self.near = cells
        return None

    def _texts(self, rows: int, columns: int) -> Iterator[tuple[int, list[str]]]:
        """The rows that are not empty, each with its number; openpyxl fills them up to `columns`."""
        try:
            self._sheet.reset_dimensions()  # The stated ones may be wrong.
            listed = self._sheet.iter_rows(max_row=rows, max_col=columns, values_only=True)
            for number, values in enumerate(listed, 1):
                self.gone_through += 1
                if self.gone_through > EMPTY_ROWS_LIMIT:
                    break
                if values.count(None) < len(values):
                    yield number, [_text(value) for value in values]
            else:
                return
        except Exception as error:
            raise _damaged(error) from None
        raise InputError(
            f"The sheets have more than {EMPTY_ROWS_LIMIT:,} rows, empty ones included.",
            "Save the sheet with the hosts alone.",
        )

    def _refuse_formulas_without_value(self, header: list[str], below: int) -> None:
        """Refuse formulas in columns that are needed where no value is stored with them.

        Programs that write workbooks without calculating leave the values out; the cells would look empty.
        """
        needed = {_letters(column): name for column, name in _needed(header).items()}
        try:
            with zipfile.ZipFile(io.BytesIO(self._content)) as archive:
                part = archive.read(self._sheet._worksheet_path)
            if b"f>" in part or b"<f " in part:
                cell = _formula_without_value(part, set(needed), below)
            else:
                return
        except Exception as error:
            raise _damaged(error) from None
        if cell:
            raise InputError(
                f"Cell {cell} ({needed[cell.rstrip('0123456789')]}) holds a formula without a value.",
                "Open the workbook in Excel or LibreOffice, and save it there.",
            )


def _needed(header: list[str]) -> dict[int, str]:
    return {column: printable(header[column].strip(), 40) for column in columns_of(header).values()}


def _formula_without_value(part: bytes, columns: set[str], below: int) -> str | None:
    """The first cell (`C7`) of these columns and below a row that has a formula but no stored value.

    An empty value is one only where it is said to be a text; openpyxl writes an empty one of no type.
    """
    found: list[str] = []
    cell, formula, value, text = "", False, False, False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal cell, formula, value, text
        match name.rpartition(":")[2]:
            case "c":
                cell, formula, value = attributes.get("r", ""), False, False
                text = attributes.get("t") == "str"
            case "f":
                formula = True
            case "v":
                value = text
                parser.CharacterDataHandler = characters

    def characters(_: str) -> None:
        nonlocal value
        value = True

    def end(name: str) -> None:
        match name.rpartition(":")[2]:
            case "v":
                parser.CharacterDataHandler = None
            case "c" if formula and not value:
                place = _CELL.fullmatch(cell)
                if place is not None and place[1] in columns and int(place[2]) > below:
                    found.append(cell)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(part, True)
    return found[0] if found else None


def _text(value: Any) -> str:
    """A cell as text; numbers that are whole without a fraction, so that `2` and `2.0` are the same."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _letters(column: int) -> str:
    """The letters of a column counted from 0, as Excel writes them."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

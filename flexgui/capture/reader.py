"""Which reader a capture is for, and what it gets: the text, or the bytes of what is no text."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from flexgui.capture import (
    aida64,
    cpuid_decoded,
    cpuid_raw,
    delimited,
    libvirt_cpu,
    libvirt_xml,
    localcli,
    lscpu,
    proc_cpuinfo,
    refused,
    spreadsheet,
    vsphere,
)
from flexgui.capture.captured import CapturedHost, named
from flexgui.capture.folders import Skipped, files_in
from flexgui.errors import InputError, printable
from flexgui.files import CAPTURE_LIMIT, read_bytes


class Reader(Protocol):
    """What a module of this package offers: what it recognises, and how it reads that.

    `read` gets the whole text and where it comes from, and raises InputError for what it cannot use.
    """

    @property
    def FORMAT(self) -> str: ...  # noqa: N802 (a constant of the module)

    def recognises(self, text: str) -> bool: ...

    def read(self, text: str, source: str) -> list[CapturedHost]: ...


class BinaryReader(Protocol):
    """The same for what is no text: both functions get the file's bytes."""

    @property
    def FORMAT(self) -> str: ...  # noqa: N802 (a constant of the module)

    def recognises(self, content: bytes) -> bool: ...

    def read(self, content: bytes, source: str) -> list[CapturedHost]: ...


READERS: Final[tuple[Reader, ...]] = (
    *(libvirt_cpu, refused, cpuid_decoded, cpuid_raw, aida64, proc_cpuinfo),
    *(libvirt_xml, lscpu, localcli, vsphere, delimited),
)
"""Tried in this order; the first that recognises a text reads it. The first of them knows its texts by their
beginning, where the others search the whole: it comes first, since its texts may be of many hosts."""

BINARY_READERS: Final[tuple[BinaryReader, ...]] = (spreadsheet,)
"""Tried before the others."""

FORMATS: Final = tuple(
    dict.fromkeys(
        name
        for name in (*(text.FORMAT for text in READERS), *(binary.FORMAT for binary in BINARY_READERS))
        if name
    )
)
"""The names of the formats that can be read."""

_LATIN_XML: Final = re.compile(rb"\s*<\?xml[^>]{0,100}encoding=[\"']iso-8859-1[\"']", re.IGNORECASE)

_UNKNOWN: Final = "This is no capture that FlexGUI can read."


@dataclass(frozen=True, slots=True)
class Captures:
    """What several files and folders yield: each host with the file it is in, and what was skipped."""

    found: tuple[tuple[Path, CapturedHost], ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def hosts(self) -> tuple[CapturedHost, ...]:
        return tuple(host for _, host in self.found)


def read_captures(paths: Sequence[Path]) -> Captures:
    """The hosts in files and folders, in the order given; of a folder, in the order of its files' names.

    What is no capture in a folder is skipped, with the reason. A file that is named twice, or is in a folder
    that is named too, is read once.

    Raises:
        InputError: a file that is named itself cannot be read or is no capture, or a folder holds no capture.
    """
    found: list[tuple[Path, CapturedHost]] = []
    skipped: list[Skipped] = []
    read: set[str] = set()
    for path in paths:
        if path.is_dir():
            _read_folder(path, read, found, skipped)
        elif os.path.realpath(path) not in read:
            found += [(path, host) for host in read_capture(path)]
            read.add(os.path.realpath(path))
    return Captures(tuple(found), tuple(skipped))


def _read_folder(
    folder: Path, read: set[str], found: list[tuple[Path, CapturedHost]], skipped: list[Skipped]
) -> None:
    captures, reasons = 0, list[Skipped]()
    for path in files_in(folder):
        if isinstance(path, Skipped):
            reasons.append(path)
            continue
        target = os.path.realpath(path)
        captures += target in read
        if target in read:
            continue
        read.add(target)
        try:
            found += [(path, host) for host in read_capture(path)]
            captures += 1
        except InputError as error:
            remedy = "" if error.problem == _UNKNOWN else error.remedy
            reasons.append(Skipped(path, str(InputError(error.problem, remedy, line=error.line))))
    if not captures:
        why = f" ({reasons[0].path.name}: {reasons[0].sentence})" if reasons else ""
        raise InputError(
            f"The folder holds no capture{printable(why)}.", "Choose a folder with captures.", str(folder)
        )
    skipped += reasons


def read_capture(path: Path) -> list[CapturedHost]:
    """The hosts in a capture file, named after the file where the capture names none.

    Raises:
        InputError: the file cannot be read, has more than 64 MiB, is no text, or is no capture.
    """
    hosts = _read(read_bytes(path, CAPTURE_LIMIT), str(path))
    return named(hosts, path.stem)


def read_text(content: str | bytes, source: str) -> list[CapturedHost]:
    """The hosts in a text that does not come from a file; `source` says where it comes from instead.

    Hosts are named after their processors where the capture names none.

    Raises:
        InputError: the text is larger than 64 MiB, is no text, or is no capture.
    """
    if isinstance(content, str):
        try:
            content = content.encode("utf-8")
        except UnicodeEncodeError:
            raise InputError("This is no text.", "Copy it again.", source) from None
    if len(content) > CAPTURE_LIMIT:
        raise InputError(
            f"The text is larger than {CAPTURE_LIMIT // (1024 * 1024)} MiB.", "Choose a smaller one.", source
        )
    return named(_read(content, source), "")


def _read(content: bytes, source: str) -> list[CapturedHost]:
    name = Path(source).name or source
    try:
        for binary in BINARY_READERS:
            if binary.recognises(content):
                return binary.read(content, name)
        text = decoded(content)
        for reader in READERS:
            if reader.recognises(text):
                return reader.read(text, name)
        raise InputError(
            _UNKNOWN,
            f"It reads {', '.join(FORMATS)}; run cpuid -r on the host and open its output.",
        )
    except InputError as error:
        raise error.in_file(source) from None


def decoded(content: bytes) -> str:
    """The text of a capture: UTF-8, UTF-16 with a byte order mark (as PowerShell writes it), or Windows-1252.

    XML may declare ISO-8859-1. Lines may end with carriage returns alone.
    Windows-1252 is allowed only for AIDA64 dumps, which carry names of boards in it, and for tables, which
    Excel writes in it.

    Raises:
        InputError: the content is empty, binary, or in another encoding.
    """
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    latin = _LATIN_XML.match(content) is not None
    try:
        text = content.decode("utf-16" if wide else "latin-1" if latin else "utf-8-sig")
    except UnicodeDecodeError as error:
        text = "" if wide else content.decode("cp1252", "replace")
        if "\0" not in text and not (aida64.recognises(text) or delimited.recognises(text)):
            raise InputError(
                f"The text is not in {'UTF-16' if wide else 'UTF-8'}.",
                "Save it as UTF-8.",
                line=content.count(b"\n", 0, error.start) + 1,
            ) from None
    if "\0" in text:
        raise InputError("This is binary, not text.", "Choose a capture that was saved as text.")
    if not text.strip():
        raise InputError("The capture is empty.", "Capture it again.")
    return text if "\n" in text else text.replace("\r", "\n")

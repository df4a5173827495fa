"""`cpuid -r`, of one core (`-1`) or of all: `0x00000001 0x00: eax=0x... ebx=0x... ecx=0x... edx=0x...`."""

from __future__ import annotations

import re
from typing import Final

from flexgui.capture.captured import CapturedHost
from flexgui.capture.sections import Sections
from flexgui.errors import InputError

FORMAT: Final = "cpuid -r"

_HEADER = re.compile(r"CPU(?: (\d{1,6}))?:")
_BEGINNING = re.compile(r"^[ \t]*0x[0-9a-f]{8}(?: 0x[0-9a-f]{1,8})?: eax=", re.MULTILINE | re.IGNORECASE)
_REGISTERS = re.compile(
    r"0x([0-9a-f]{8}) 0x([0-9a-f]{1,8}):"
    r" eax=0x([0-9a-f]{8}) ebx=0x([0-9a-f]{8}) ecx=0x([0-9a-f]{8}) edx=0x([0-9a-f]{8})",
    re.IGNORECASE,
)
_WITHOUT_SUBLEAF = re.compile(r"0x[0-9a-f]{8}: (?:eax=|subleafs:)", re.IGNORECASE)


def recognises(text: str) -> bool:
    return _BEGINNING.search(text) is not None


def read(text: str, source: str) -> list[CapturedHost]:
    """Every host in the text: one, unless several captures were put together.

    Raises:
        InputError: a register line is broken or contradicts another, or a core is incomplete.
    """
    sections = Sections(source, FORMAT)
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        registers = _REGISTERS.fullmatch(line)
        if registers is not None:
            leaf, subleaf, eax, ebx, ecx, edx = (int(value, 16) for value in registers.groups())
            sections.core_of(leaf, number).add(leaf, subleaf, (eax, ebx, ecx, edx), number)
        elif _WITHOUT_SUBLEAF.match(line):
            raise InputError(
                "The line of registers does not say of which subleaf it is: kcpuid and very old versions of "
                "cpuid leave that out.",
                "Capture with a newer cpuid -r.",
                line=number,
            )
        elif line[:2].lower() == "0x":
            raise InputError(
                "The line of registers is cut short or damaged.", "Capture again with cpuid -r.", line=number
            )
        elif header := _HEADER.fullmatch(line):
            sections.header(int(header[1]) if header[1] else None, number)
    return sections.hosts()

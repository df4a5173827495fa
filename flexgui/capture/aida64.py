"""AIDA64 (formerly EVEREST) dumps as InstLatx64 collects them, and the CPUID page of AIDA64's reports.

Five layouts of sections, one for each core:

    ------[ Logical CPU #0 ]------
    ------[ CPUID Registers / Logical CPU #0 ]------
    CPU#00 AffMask: 0X0000000000000000:0000000000000001
    CPUID Registers (CPU #1):
    no header at all: a core begins with its leaf 0

Register lines are `CPUID 00000007: EAX-EBX-ECX-EDX [SL 00]`, with a colon, a tab or blanks after the leaf.
The subleaf in `[SL nn]` is hexadecimal; where it is left out, a leaf that occurs several times has its
subleaves in order. Newer versions leave out subleaves that are all zero, but name the others.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from flexgui.capture.captured import CapturedHost, Core
from flexgui.capture.implied_subleaves import ImpliedSubleaves
from flexgui.capture.sections import Sections
from flexgui.cpuid.registers import Registers
from flexgui.errors import InputError

FORMAT: Final = "AIDA64 dump"

_BEGINNING = re.compile(r"^[ \t]*CPUID[ \t]+[0-9A-F]{8}(?:[ \t]|:)", re.MULTILINE | re.IGNORECASE)
_HEADER = re.compile(
    r"(?:-+\[ (?:CPUID Registers / )?Logical CPU|CPU|CPUID Registers \(CPU) ?#(\d{1,6})\b", re.IGNORECASE
)
_LEAF = re.compile(r"CPUID[ \t]+([0-9A-F]{1,8})(?![0-9A-Z])(.*)", re.IGNORECASE)
_VALUES = re.compile(
    r"[ \t:]+([0-9A-F]{8})-([0-9A-F]{8})-([0-9A-F]{8})-([0-9A-F]{8})(?![0-9A-F-])(.*)", re.IGNORECASE
)
_SUBLEAF = re.compile(r"[ \t]*\[SL[ \t]+([0-9A-F]{1,8})\]", re.IGNORECASE)
_PLACE = re.compile(r"allcpu: Package (\d{1,4}) / Core (\d{1,4}) / Thread \d{1,4}: Valid", re.IGNORECASE)


def recognises(text: str) -> bool:
    return _BEGINNING.search(text) is not None


def read(text: str, source: str) -> list[CapturedHost]:
    """Every host in the text: one, unless several dumps were put together.

    Raises:
        InputError: a register line is broken or contradicts another, or a core is incomplete.
    """
    sections = Sections(source, FORMAT)
    implied = ImpliedSubleaves()
    named: dict[Core, set[int]] = {}
    places: list[tuple[str, str]] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if place := _PLACE.match(line):
            places.append((place[1], place[2]))
        elif header := _HEADER.match(line):
            sections.header(int(header[1]), number)
        elif line[:5].upper() == "CPUID" and (found := _LEAF.match(line)):
            leaf, registers, subleaf = _registers(found, number)
            core = sections.core_of(leaf, number)
            if subleaf is not None:
                core.add(leaf, subleaf, registers, number)
                named.setdefault(core, set()).add(leaf)
                continue
            if leaf in named.get(core, ()):
                raise _broken(number)
            implied.add(core, leaf, registers, number)
    implied.settle()
    hosts = sections.hosts()
    if len(hosts) == 1 and len(places) == sum(1 for _ in sections.cores()):
        packages, cores = len({package for package, _ in places}), len(set(places))
        return [replace(hosts[0], cpu_packages=packages, cpu_cores=cores)]
    return hosts


def _registers(found: re.Match[str], line: int) -> tuple[int, Registers, int | None]:
    """(leaf, registers, subleaf if it is named) of a line that begins like one of registers."""
    values = _VALUES.fullmatch(found[2])
    if len(found[1]) < 8 or values is None:
        raise _broken(line)
    eax, ebx, ecx, edx = (int(value, 16) for value in values.groups()[:4])
    rest = values[5].strip()
    subleaf = _SUBLEAF.match(rest)
    if subleaf is None and (rest.upper().startswith("[SL") or rest in ("[", "[S", "[s")):
        raise _broken(line)
    return int(found[1], 16), (eax, ebx, ecx, edx), int(subleaf[1], 16) if subleaf else None


def _broken(line: int) -> InputError:
    return InputError("The line of registers is cut short or damaged.", "Save the dump again.", line=line)

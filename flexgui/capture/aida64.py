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
from flexgui.capture.sections import Sections
from flexgui.cpuid.registers import EAX, EBX, Registers
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

_AVX_STATE = 0x100, 0x240
"""EAX and EBX of leaf D.2: size and offset of AVX's state (Intel SDM vol. 1, "Standard Format")."""

_LAST_SUBLEAF_OF_7: Final = 8
"""No processor states as many subleaves of leaf 7; what does is another subleaf's feature flags."""


def recognises(text: str) -> bool:
    return _BEGINNING.search(text) is not None


def read(text: str, source: str) -> list[CapturedHost]:
    """Every host in the text: one, unless several dumps were put together.

    Raises:
        InputError: a register line is broken or contradicts another, or a core is incomplete.
    """
    sections = Sections(source, FORMAT)
    unnamed: dict[Core, dict[int, list[Registers]]] = {}
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
            earlier = unnamed.setdefault(core, {}).setdefault(leaf, [])
            # Leaves without subleaves occur once; twice the same is harmless, and no second subleaf.
            if leaf in _WITH_SUBLEAVES or registers not in earlier:
                core.add(leaf, len(earlier) if leaf in _WITH_SUBLEAVES else 0, registers, number)
                earlier.append(registers)
    for core, leaves in unnamed.items():
        _drop_doubtful(core, leaves)
    _drop_unequal(unnamed)
    hosts = sections.hosts()
    if len(hosts) == 1 and len(places) == sum(1 for _ in sections.cores()):
        packages, cores = len({package for package, _ in places}), len(set(places))
        return [replace(hosts[0], cpu_packages=packages, cpu_cores=cores)]
    return hosts


_WITH_SUBLEAVES: Final = frozenset(
    {
        *(0x2, 0x4, 0x7, 0xB, 0xD, 0xF, 0x10, 0x12, 0x14, 0x17, 0x18, 0x1B, 0x1D, 0x1E, 0x1F),
        *(0x20, 0x23, 0x24, 0x27, 0x28),
        *(0x8000_001D, 0x8000_0020, 0x8000_0026),
    }
)
"""Leaves that answer by ECX (Intel SDM vol. 2A, CPUID; AMD APM vol. 3, appendix E), and leaf 2, which
processors with more descriptors than fit answer several times."""


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


def _drop_doubtful(core: Core, leaves: dict[int, list[Registers]]) -> None:
    """Forget the subleaves of leaves 7 and D whose order cannot be right, because one of them is missing.

    A line that was lost moves the others up: features would be read off the wrong register.
    """
    seven, xsave = leaves.get(0x7), leaves.get(0xD)
    if seven and (seven[0][EAX] > _LAST_SUBLEAF_OF_7 or len(seven) > seven[0][EAX] + 1):
        _forget(core, 0x7)
    if xsave and (
        (xsave[0][EAX] & 3 != 3 and any(xsave[0]))
        or any((state[EAX], state[EBX]) == _AVX_STATE for state in xsave[:2])
    ):
        _forget(core, 0xD)


def _drop_unequal(cores: dict[Core, dict[int, list[Registers]]]) -> None:
    """Forget the subleaves of leaves 7 and D where cores of one signature differ in number: one is lost."""
    of_signature: dict[int, list[Core]] = {}
    for core in cores:
        if (1, 0) in core.leaves:
            of_signature.setdefault(core.leaves[1, 0][EAX], []).append(core)
    for alike in of_signature.values():
        for leaf in (0x7, 0xD):
            if len({len(cores[core].get(leaf, ())) for core in alike}) > 1:
                for core in alike:
                    _forget(core, leaf)


def _forget(core: Core, leaf: int) -> None:
    for key in [key for key in core.leaves if key[0] == leaf]:
        del core.leaves[key]

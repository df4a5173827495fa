"""ESXi's `localcli --formatter=json hardware cpu cpuid get` (and esxcli's): a list of levels with registers.

Each entry has `Level`, `EAX`, `EBX`, `ECX` and `EDX` as integers, signed or not, or as hexadecimal texts; a
level that comes again is its next subleaf where none is named. Outputs for several processors may follow each
other, or be lists in a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from flexgui.capture.captured import CapturedHost, Core
from flexgui.capture.implied_subleaves import ImpliedSubleaves
from flexgui.capture.json_text import Json, documents, walk
from flexgui.capture.sections import Sections
from flexgui.cpuid.registers import REGISTER_NAMES, Registers
from flexgui.errors import InputError

FORMAT: Final = "localcli cpuid JSON"

_LEVEL = re.compile(r'"Level"[ \t\r\n]*:')
_EAX = re.compile(r'"EAX"[ \t\r\n]*:')
_SUBLEAF: Final = ("Subleaf", "SubLeaf", "Sub-leaf", "Sublevel", "SubLevel", "ECX In", "ECXIn", "Index")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]{1,8}")
_AGAIN: Final = "Save the output of localcli --formatter=json hardware cpu cpuid get again."


def recognises(text: str) -> bool:
    return (
        text.lstrip()[:1] in ("[", "{") and _LEVEL.search(text) is not None and _EAX.search(text) is not None
    )


def read(text: str, source: str) -> list[CapturedHost]:
    """Every host in the text: one, unless processors of several models were put together.

    Raises:
        InputError: the JSON is malformed, an entry lacks a register, contradicts another, or is no number of
            32 bits, or a processor lacks level 0 or 1.
    """
    sections, implied = Sections(source, FORMAT), ImpliedSubleaves()
    named: dict[Core, set[int]] = {}
    for count, entry in enumerate(_entries(text), 1):
        where = f"Entry {count}"
        leaf, *values = (_integer(entry, key, where) for key in ("Level", *REGISTER_NAMES))
        registers: Registers = values[0], values[1], values[2], values[3]
        core = sections.core_of(leaf, 0)
        core.line = None
        subleaf = next((key for key in _SUBLEAF if key in entry), None)
        if subleaf is not None:
            named.setdefault(core, set()).add(leaf)
            core.add(leaf, _integer(entry, subleaf, where), registers)
        elif leaf in named.get(core, ()):
            raise InputError(f"{where} lacks its subleaf.", _AGAIN)
        else:
            implied.add(core, leaf, registers)
    implied.settle()
    return sections.hosts()


def _entries(text: str) -> Iterator[Json]:
    for document in documents(text):
        for value, _ in walk(document):
            if isinstance(value, dict) and "Level" in value:
                yield value


def _integer(entry: Json, key: str, where: str) -> int:
    """A value of 32 bits; a negative one is what it is as an unsigned integer."""
    value: Any = entry.get(key)
    if isinstance(value, str) and _HEXADECIMAL.fullmatch(value.strip()):
        value = int(value.strip(), 16)
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**31) <= value < 2**32:
        raise InputError(f"{where} has no {key} of 32 bits.", _AGAIN)
    return value & 0xFFFF_FFFF

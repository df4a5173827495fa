"""The decoded output of cpuid, as far as raw lines of registers are in it.

cpuid writes raw lines for leaves that it cannot decode; leaves 0 and 1 are among them only where raw output
(`cpuid -r`) was put together with decoded. What is decoded itself is not read: its wording changes from
version to version.
"""

from __future__ import annotations

import re
from typing import Final

from flexgui.capture import cpuid_raw
from flexgui.capture.captured import CapturedHost
from flexgui.errors import InputError

FORMAT: Final = cpuid_raw.FORMAT

_DECODED = re.compile(r"[ \t]*version information \(1/eax\):")
_BEGINNING = re.compile(rf"^{_DECODED.pattern}", re.MULTILINE)
_HEADER = re.compile(r"CPU(?: \d{1,6})?:")
_RAW = re.compile(r"0x([0-9a-f]{8}) 0x([0-9a-f]{1,8}):(?: e[a-d]x=0x[0-9a-f]{8}){4}")


def recognises(text: str) -> bool:
    return _BEGINNING.search(text) is not None


def read(text: str, source: str) -> list[CapturedHost]:
    """Every host whose leaves 0 and 1 are there as raw lines.

    Raises:
        InputError: there is none, or raw lines contradict each other.
    """
    lines = [line.strip() for line in text.split("\n")]
    kept = [""] * len(lines)
    starts = [place for place, line in enumerate(lines) if _HEADER.fullmatch(line)]
    for start, end in zip([0, *starts], [*starts, len(lines)], strict=True):
        raw = [place for place in range(start, end) if _RAW.fullmatch(lines[place])]
        leaves = {int(found[1], 16) for place in raw if (found := _RAW.fullmatch(lines[place]))}
        if not leaves >= {0, 1} and any(_DECODED.match(lines[place]) for place in range(start, end)):
            continue
        # Lines keep their numbers, so that an error names the right one.
        for place in ([start] if raw and start < end else []) + raw:
            kept[place] = lines[place]
    if not any(_RAW.fullmatch(line) for line in kept):
        raise InputError(
            "This is the decoded output of cpuid, which shows features but not the CPUID registers.",
            "Run cpuid -r on the host and open its output.",
        )
    return cpuid_raw.read("\n".join(kept), source)

"""Texts that are no captures of registers: recognised, and refused with what to do instead."""

from __future__ import annotations

import re
from typing import Final

from flexgui.capture.captured import CapturedHost
from flexgui.errors import InputError

FORMAT: Final = ""

_DECODED = re.compile(r"^[ \t]*version information \(1/eax\):", re.MULTILINE)
_RAW_LEAF_0 = re.compile(r"^[ \t]*0x00000000 0x0+: eax=", re.MULTILINE)
_CPUINFO = re.compile(r"^processor[ \t]*:[ \t]*\d+\r?\nvendor_id", re.MULTILINE)
_PLAN = re.compile(r'\{\s{0,100}"format"[ \t]*:')
_LSCPU = re.compile(r'\{\s{0,100}"lscpu"|Architecture:[ \t]')


def _kind(text: str) -> str | None:
    """What the text is, or None where it is for another reader.

    Decoded output of cpuid has raw lines, too, of the leaves that cpuid cannot decode; leaf 0 is not one.
    """
    if _DECODED.search(text) and not _RAW_LEAF_0.search(text):
        return "the decoded output of cpuid"
    if _CPUINFO.search(text):
        return "a copy of /proc/cpuinfo"
    return "the output of lscpu" if _LSCPU.match(text.lstrip()) else None


def _is_plan(text: str) -> bool:
    return _PLAN.match(text.lstrip()) is not None


def recognises(text: str) -> bool:
    return _is_plan(text) or _kind(text) is not None


def read(text: str, source: str) -> list[CapturedHost]:
    """Refuse the text. Raises InputError always."""
    if _is_plan(text):
        raise InputError(
            "This is a FlexGUI plan, not a capture.", "Open it as a plan, or run `flexgui check` on it."
        )
    raise InputError(
        f"This is {_kind(text)}, which shows features but not the CPUID registers.",
        "Run cpuid -r on the host and open its output.",
    )

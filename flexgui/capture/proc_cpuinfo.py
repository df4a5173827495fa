"""Linux's `/proc/cpuinfo`: flags of every logical processor. Several hosts may have been put together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from flexgui.capture.captured import CapturedHost, clock_of_brand
from flexgui.capture.linux_flags import LinuxCore, cpu_of_flags, number, signature_of
from flexgui.errors import InputError, printable

FORMAT: Final = "/proc/cpuinfo"

_BEGINNING = re.compile(
    r"^[ \t]*(?:processor[ \t]*:[ \t]*\d+[ \t]*\r?$|(?:vendor_id|cpu family)[ \t]*:|flags[ \t]*: ?fpu )",
    re.MULTILINE,
)
_READ: Final = frozenset(
    {
        *("processor", "vendor_id", "cpu family", "model", "model name", "stepping", "flags"),
        *("physical id", "siblings", "cpu cores"),
    }
)
_OTHER_ARCHITECTURE: Final = frozenset({"CPU implementer", "Features", "isa", "cpu", "cpu model"})
_MAINFRAMES: Final = "IBM/S390"
_CUT: Final = "The file may be cut short: copy /proc/cpuinfo again, or run cpuid -r on the host."


def recognises(text: str) -> bool:
    return _BEGINNING.search(text) is not None


def read(text: str, source: str) -> list[CapturedHost]:
    """Every host in the text: a processor whose number was there before begins another host.

    Raises:
        InputError: a processor has no flags, a line is broken or contradicts another, or the processors of
            a host are of different makers or models.
    """
    return [_host(entries, source) for entries in _hosts(list(_entries(text)))]


@dataclass(slots=True)
class _Entry:
    """The lines of one logical processor; `line` is where they begin."""

    line: int
    values: dict[str, str] = field(default_factory=dict)
    lines: set[str] = field(default_factory=set)

    @property
    def label(self) -> str:
        return (
            f"processor {printable(self.values['processor'], 20)}"
            if "processor" in self.values
            else "a processor"
        )


def _entries(text: str) -> Iterator[_Entry]:
    entry: _Entry | None = None
    lines = text.split("\n")
    # A last line that does not end may be cut short: what it says would be something else.
    lines[-1] = _unfinished(lines[-1], len(lines))
    for place, raw in enumerate(lines, 1):
        line = raw.strip()
        key, colon, value = (part.strip() for part in line.partition(":"))
        if entry is not None and (not line or (key == "processor" and "processor" in entry.values)):
            yield _whole(entry)
            entry = None
        if not line:
            continue
        if not colon:
            raise InputError(
                "The line is none of /proc/cpuinfo.",
                "Copy the file itself: its long lines must not be wrapped.",
                line=place,
            )
        entry = entry or _Entry(place)
        entry.lines.add(f"{key}:")
        if key in _READ and entry.values.setdefault(key, value) != value:
            raise InputError(f"One processor has two different lines '{key}'.", _CUT, line=place)
    if entry is not None:
        yield _whole(entry)


def _unfinished(line: str, place: int) -> str:
    """What can be used of a last line without an end: nothing."""
    if line.strip().startswith("flags"):
        raise InputError("The flags are cut short.", _CUT, line=place)
    return ""


def _whole(entry: _Entry) -> _Entry:
    if entry.values.get("flags"):
        return entry
    other = any(f"{key}:" in entry.lines for key in _OTHER_ARCHITECTURE) and "vendor_id:" not in entry.lines
    if other or entry.values.get("vendor_id", "").startswith(_MAINFRAMES):
        raise InputError(
            "The capture is of another processor architecture than x86.",
            "EVC is for x86 hosts.",
            line=entry.line,
        )
    raise InputError(f"The flags of {entry.label} are missing.", _CUT, line=entry.line)


def _hosts(entries: list[_Entry]) -> Iterator[list[_Entry]]:
    numbers = [entry.values.get("processor") for entry in entries]
    if len(entries) > 1 and None in numbers:
        unnumbered = entries[numbers.index(None)]
        raise InputError("An entry lacks its line 'processor'.", _CUT, line=unnumbered.line)
    own: dict[str | None, _Entry] = {}
    for entry, key in zip(entries, numbers, strict=True):
        if key in own:
            yield list(own.values())
            own = {}
        own[key] = entry
    if own:
        yield list(own.values())


def _host(entries: list[_Entry], source: str) -> CapturedHost:
    cpu = cpu_of_flags([_core(entry) for entry in entries], entries[0].line)
    packages, cores = _sockets(entries)
    return CapturedHost(
        "", source, FORMAT, cpu, cpu_packages=packages, cpu_cores=cores, cpu_mhz=clock_of_brand(cpu.brand)
    )


def _core(entry: _Entry) -> LinuxCore:
    family, model, stepping = (entry.values.get(key, "") for key in ("cpu family", "model", "stepping"))
    return LinuxCore(
        flags=frozenset(entry.values["flags"].split()),
        vendor=entry.values.get("vendor_id", ""),
        brand=" ".join(printable(entry.values.get("model name", "")).split()),
        signature=signature_of(family, model, stepping),
    )


def _sockets(entries: list[_Entry]) -> tuple[int | None, int | None]:
    """(packages, cores), where every logical processor of every package is there."""
    packages: dict[str, list[_Entry]] = {}
    for entry in entries:
        packages.setdefault(entry.values.get("physical id", ""), []).append(entry)
    cores = 0
    for package, own in packages.items():
        siblings, count = (number(own[0].values.get(key, "")) for key in ("siblings", "cpu cores"))
        if not package or siblings != len(own) or not count:
            return None, None
        cores += count
    return len(packages), cores

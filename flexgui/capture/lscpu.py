"""`lscpu -J` of util-linux, and its plain text: flags of a host, all processors alike.

Older versions write one list of fields; from 2.37 on they are nested below one another. The outputs of
several hosts may have been put together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flexgui.capture.captured import CapturedHost, clock_of_brand
from flexgui.capture.json_text import documents, walk
from flexgui.capture.linux_flags import LinuxCore, cpu_of_flags, number, signature_of
from flexgui.errors import InputError, printable

FORMAT: Final = "lscpu"

_JSON = re.compile(r'\{\s{0,100}"lscpu"[ \t\r\n]*:')
_TEXT = re.compile(r"Archite(?:cture|ktur):[ \t]")
_READ: Final = frozenset(
    {
        *("Architecture", "Vendor ID", "Model name", "CPU family", "Model", "Stepping", "Flags"),
        *("Hypervisor vendor", "Socket(s)", "Core(s) per socket"),
    }
)
_GERMAN: Final = {
    "Architektur": "Architecture",
    "Anbieterkennung": "Vendor ID",
    "Modellname": "Model name",
    "Prozessorfamilie": "CPU family",
    "Modell": "Model",
    "Markierungen": "Flags",
    "Hypervisor-Anbieter": "Hypervisor vendor",
    "Sockel": "Socket(s)",
    "Kern(e) pro Socket": "Core(s) per socket",
}
"""What it calls its fields in German (util-linux, po/de.po; recalled); other languages need LC_ALL=C."""

_CUT: Final = "The output may be cut short: run lscpu -J again, or cpuid -r."


def recognises(text: str) -> bool:
    text = text.lstrip()
    return _JSON.match(text) is not None or _TEXT.match(text) is not None


def read(text: str, source: str) -> list[CapturedHost]:
    """Every host in the text.

    Raises:
        InputError: the JSON is malformed, a line is broken, a host has two different values of one field, no
            flags, or another architecture than x86.
    """
    hosts = _of_json(text) if text.lstrip().startswith("{") else _of_text(text)
    return [_host(fields, line, source) for fields, line in hosts]


def _of_json(text: str) -> Iterator[tuple[Mapping[str, str], int | None]]:
    for document in documents(text):
        fields: dict[str, str] = {}
        for value, _ in walk(document.get("lscpu") if isinstance(document, dict) else None):
            if isinstance(value, dict) and isinstance(value.get("field"), str):
                _note(fields, value["field"].rstrip(":"), value.get("data"), None)
        yield fields, None


def _of_text(text: str) -> Iterator[tuple[Mapping[str, str], int | None]]:
    lines = text.split("\n")
    if lines[-1].strip().startswith(("Flags", "Markierungen")):
        raise InputError("The flags are cut short.", _CUT, line=len(lines))
    fields: dict[str, str] = {}
    begins = 1
    for place, raw in enumerate(lines[:-1], 1):
        key, colon, value = (part.strip() for part in raw.partition(":"))
        if not raw.strip():
            continue
        if not colon:
            raise InputError(
                "The line is none of lscpu's.",
                "Its long lines must not be wrapped: run lscpu -J.",
                line=place,
            )
        if key in ("Architecture", "Architektur") and fields:
            yield fields, begins
            fields, begins = {}, place
        _note(fields, key, value, place)
    yield fields, begins


def _note(fields: dict[str, str], key: str, value: Any, line: int | None) -> None:
    key = _GERMAN.get(key, key)
    if key in _READ and isinstance(value, str) and fields.setdefault(key, value) != value:
        raise InputError(
            f"One host has two different values of '{key}'.",
            "All processors of a host must be alike here: run cpuid -r on it instead.",
            line=line,
        )


def _host(fields: Mapping[str, str], line: int | None, source: str) -> CapturedHost:
    if fields.get("Architecture", "x86_64") not in ("x86_64", "i686", "i586", "i486", "i386"):
        raise InputError(
            "The capture is of another processor architecture than x86.", "EVC is for x86 hosts.", line=line
        )
    flags = frozenset(fields.get("Flags", "").split())
    if not flags:
        raise InputError("lscpu lists no flags.", _CUT, line=line)
    if "Hypervisor vendor" in fields:
        flags |= {"hypervisor"}
    core = LinuxCore(
        flags=flags,
        vendor=fields.get("Vendor ID", ""),
        brand=" ".join(printable(fields.get("Model name", "")).split()),
        signature=signature_of(*(fields.get(key, "") for key in ("CPU family", "Model", "Stepping"))),
    )
    cpu = cpu_of_flags([core], line)
    sockets, cores = (number(fields.get(key, "")) for key in ("Socket(s)", "Core(s) per socket"))
    return CapturedHost(
        "",
        source,
        FORMAT,
        cpu,
        cpu_packages=sockets,
        cpu_cores=sockets * cores if sockets and cores else None,
        cpu_mhz=clock_of_brand(cpu.brand),
    )

"""Tables with a row for each host: RVTools' vHost, PowerCLI's Get-VMHost, or a list made by hand.

Which column is which is found by the names in the header, wherever the header is. Processors are told by
their brand and by the highest mode that vCenter measured (`Max EVC`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, Final

from flexgui.capture.captured import CapturedHost, clock_of_brand
from flexgui.capture.esx_version import esx_release
from flexgui.errors import InputError, printable
from flexgui.evc.mode_names import mode_key
from flexgui.evc.modes import maker
from flexgui.evc.series import branded

HOSTS_LIMIT: Final = 100_000
"""Hosts that a table may have."""

HEADER_WITHIN: Final = 200
"""Rows in which the header is looked for."""

_LONGEST: Final = 300

# Each name is folded as `_folded` does: lower case, no blanks or punctuation but `#`. The first name wins.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "name": (
        "host",
        "hostname",
        "esxhost",
        "esxihost",
        "esxhostname",
        "esxihostname",
        "vmhost",
        "server",
        "servername",
        "fqdn",
        "dnsname",
        "name",
    ),
    "brand": (
        "cpumodel",
        "cpumodell",
        "prozessormodell",
        "prozessortyp",
        "prozessor",
        "modelcpu",
        "processormodel",
        "processortype",
        "cputype",
        "cpuname",
        "processorname",
        "cpubrand",
        "processor",
        "cpu",
        "brand",
    ),
    "max_evc": ("maxevc", "maxevcmode", "maxevcmodekey", "maximumevcmode", "highestevcmode"),
    "current_evc": ("currentevc", "currentevcmode", "currentevcmodekey", "evcmode", "evc"),
    "datacenter": ("datacenter", "datacentre"),
    "cluster": ("cluster", "clustername"),
    "maintenance": ("inmaintenancemode", "maintenancemode", "maintenance"),
    "mhz": ("speed", "cpuspeed", "processorspeed", "cpumhz", "mhz", "speedmhz", "cpuspeedmhz"),
    "packages": ("#cpu", "#cpus", "cpusockets", "sockets", "#sockets", "cpupackages", "numcpupkgs"),
    "cores_each": ("corespercpu", "corespersocket", "cpucorespersocket"),
    "cores": ("#cores", "cores", "totalcores", "cpucores", "numcpucores", "numcpu"),
    "memory_mb": ("#memory", "memory", "memorymb", "memorysize", "memorytotalmb", "memorymib"),
    "memory_gb": ("memorygb", "memorytotalgb", "memorygib"),
    "version": ("esxversion", "esxiversion", "version", "hypervisor", "hypervisorversion"),
    "build": ("build", "esxbuild", "esxibuild"),
    "vendor": ("vendor", "manufacturer", "systemvendor"),
    "model": ("model", "servermodel", "systemmodel", "hardwaremodel"),
}

_GENERAL: Final = frozenset(
    {"name", "brand", "cpu", "server", "processor", "prozessor", "version", "hypervisor"}
)
"""Names that also stand in tables of other things: alone they make no header."""

_OF_MACHINES: Final = frozenset({"vm", "vmname", "virtualmachine", "guest"})
"""Columns of tables of virtual machines, whose "CPU" is their number."""

_SIZES: Final = frozenset({"packages", "cores_each", "cores", "memory_mb", "memory_gb"})
"""What such a table says of its machines, not of their hosts."""

_SUMS: Final = frozenset({"total", "totals", "grandtotal", "subtotal", "sum", "summe", "gesamt", "insgesamt"})
_RULE: Final = re.compile(r"\s*:?-{2,}:?\s*")
"""A cell of the line that Markdown has below a table's header."""

_HEADINGS: Final = frozenset(name for names in COLUMNS.values() for name in names)
_SUB_HEADINGS: Final = _HEADINGS | {"type", "count", "ghz", "mb", "gb", "total"}

_NOTHING: Final = frozenset({"", "-", "–", "n/a", "na", "null", "none", "unknown", "?"})
_ERROR: Final = re.compile(r"#(?:N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|GETTING_DATA|SPILL!|CALC!)", re.I)
_GROUPED: Final = re.compile(r"\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+")
_NUMBER: Final = re.compile(r"(\d{1,15})(?:[.,](\d{1,15}))?")
_BUILD: Final = re.compile(r"\bbuild[- ](\d{1,12})\b", re.IGNORECASE)
_RELEASE: Final = re.compile(r"\b(\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)(?:\.\d+)*\b")
_YES: Final = frozenset({"true", "yes", "1", "1.0", "wahr", "ja", "vrai", "oui"})
_NO: Final = frozenset({"false", "no", "0", "0.0", "falsch", "nein", "faux", "non"})

Columns = dict[str, int]
"""Which column (from 0) holds what, by the keys of `COLUMNS`."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells as text, its number in the table or file, and whether it may be cut short."""

    cells: Sequence[str]
    number: int
    cut: bool = False


def columns_of(cells: Sequence[str]) -> Columns:
    """The columns that a header names; empty where it names none."""
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        if cell:
            places.setdefault(_folded(cell), place)
    of_machines = not _OF_MACHINES.isdisjoint(places)
    if of_machines:
        places = {name: place for name, place in places.items() if name not in _GENERAL}
    found = {key: next((places[n] for n in names if n in places), None) for key, names in COLUMNS.items()}
    left_out = _SIZES if of_machines else frozenset[str]()
    return {key: place for key, place in found.items() if place is not None and key not in left_out}


def is_header(columns: Columns) -> bool:
    """Whether there are hosts and processors in the table."""
    return "name" in columns and ("brand" in columns or "max_evc" in columns)


def is_near_header(cells: Sequence[str]) -> bool:
    """Whether a row is the header of a table of hosts or processors that lacks the other column."""
    columns = columns_of(cells)
    names = {_folded(cells[columns[key]]) for key in ("name", "brand", "max_evc") if key in columns}
    return bool(names - _GENERAL) and len(columns) > 1


def hosts_of(rows: Iterable[Row], source: str, format: str) -> list[CapturedHost]:
    """A host for each row below a header; rows above it and empty rows are skipped.

    A header may come again (tables that were put together), and may have a second row with the parts of
    what the first one groups.

    Raises:
        InputError: there are more than `HOSTS_LIMIT` hosts, or a brand is of another maker than the mode
            that was measured. `line` is the row.
    """
    hosts: list[CapturedHost] = []
    columns: Columns = {}
    heading: Sequence[str] = ()
    for row in rows:
        cells = row.cells
        if not any(cells) or all(_RULE.fullmatch(cell) for cell in cells if cell.strip()):
            continue
        if not columns or _folded(_cell(cells, columns, "name")) in _HEADINGS:
            again = columns_of(cells)
            if is_header(again):
                columns, heading = again, cells
                continue
        if not columns:
            continue
        if heading and _is_second_heading(cells, columns):
            columns, heading = columns_of(_joined(heading, cells)), ()
            continue
        heading = ()
        if host := _host(row, columns, source, format):
            hosts.append(host)
        if len(hosts) > HOSTS_LIMIT:
            raise InputError(
                f"The table has more than {HOSTS_LIMIT:,} hosts.", "Part it into several.", line=row.number
            )
    return hosts


def without_repetitions(hosts: Sequence[CapturedHost]) -> list[CapturedHost]:
    """The hosts, each once: a table of machines has a row of its host for each, and sheets may repeat others.

    Rows of one name are one host where none says what another contradicts; what only some of them say is
    taken from these. Where any two contradict each other, or do not tell the same of a processor that both
    name, there are several hosts of that name.
    """
    own: dict[str, list[int]] = {}
    for place, host in enumerate(hosts):
        if host.name:
            own.setdefault(host.name.casefold(), []).append(place)
    result: list[CapturedHost | None] = list(hosts)
    for places in own.values():
        if len(places) > 1 and (joined := _agreed([hosts[place] for place in places])) is not None:
            result[places[0]] = joined
            for place in places[1:]:
                result[place] = None
    return [host for host in result if host is not None]


def _agreed(rows: Sequence[CapturedHost]) -> CapturedHost | None:
    """The one host that several rows describe; None where two contradict each other."""
    told: dict[str, Any] = {}
    for row in rows:
        for name in _SAID:
            value = getattr(row, name)
            if value not in (None, "") and told.setdefault(name, value) != value:
                return None
    by_cpu = {row.cpu.fingerprint: row for row in rows if row.cpu.brand or row.cpu.max_evc_mode}
    if len(by_cpu) > 1:
        return None
    base = next(iter(by_cpu.values()), rows[0])
    return replace(base, name=rows[0].name, **told)


_SAID: Final = tuple(
    each.name
    for each in fields(CapturedHost)
    if each.name
    not in ("name", "source", "format", "cpu", "cpu_mhz", "assumed", "candidates", "sources", "name_stated")
)
"""What a row says of a host besides its name and processor; its clock may be the one that a brand states."""


def _is_second_heading(cells: Sequence[str], columns: Columns) -> bool:
    """Whether the row below a header parts what that groups: words of headings, and no host."""
    folded = [_folded(cell) for cell in cells if cell.strip()]
    return not _cell(cells, columns, "name") and all(word in _SUB_HEADINGS for word in folded)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """One header of two rows: `CPU` over `Model` and `Speed` is `CPU Model` and `CPU Speed`."""
    names, group = [], ""
    for place in range(max(len(upper), len(lower))):
        above = upper[place].strip() if place < len(upper) else ""
        below = lower[place].strip() if place < len(lower) else ""
        group = above or group
        both = f"{group} {below}"
        names.append(both if below and columns_of([both]) else below or above)
    return names


@lru_cache(maxsize=1024)
def _folded(name: str) -> str:
    return re.sub(r"[^\w#]|_", "", name[:_LONGEST].lower())


def _cell(cells: Sequence[str], columns: Columns, key: str) -> str:
    """The text of a cell, its blanks folded; empty where there is none, and for errors of spreadsheets."""
    place = columns.get(key)
    if place is None or place >= len(cells):
        return ""
    text = " ".join(cells[place].split())
    if text.lower() in _NOTHING or (text[:1] == "#" and _ERROR.fullmatch(text)):
        return ""
    return text if text.isprintable() and len(text) <= _LONGEST else printable(text, _LONGEST)


def _host(row: Row, columns: Columns, source: str, format: str) -> CapturedHost | None:
    cells = row.cells

    def text(key: str) -> str:
        return _cell(cells, columns, key)

    def number(key: str, highest: int) -> int | None:
        found = _number(text(key))
        return round(found) if found is not None and 1 <= found <= highest else None

    name, brand, measured = text("name"), text("brand"), text("max_evc")
    if _number(brand) is not None:
        brand = ""  # A column "CPU" that holds the number of them.
    if not (name or brand or measured):
        return None
    if not (brand or measured) and _folded(name) in _SUMS:
        return None
    last = max((place for place, cell in enumerate(cells) if cell.strip()), default=-1) if row.cut else None
    mode = _mode(measured, last is not None and last == columns.get("max_evc"))
    found = branded(brand, mode, cut=last is not None and last == columns.get("brand"))
    if mode is not None and found.cpu.vendor not in (None, mode.partition("-")[0]):
        raise InputError(
            f"{printable(name or brand, 60)}: the processor is of {maker(found.cpu.vendor)}, but Max EVC "
            f"is a mode of {maker(mode.partition('-')[0])}.",
            "Correct the row, or leave one of both empty.",
            line=row.number,
        )
    packages, cores = number("packages", 1024), number("cores", 65_536)
    if cores is None and packages is not None and (each := number("cores_each", 4096)) is not None:
        cores = packages * each
    product = text("version")
    release, build = _product(product)
    return CapturedHost(
        name,
        source,
        format,
        found.cpu,
        product=product,
        esx_release=release,
        esx_build=build or text("build") or None,
        vendor=text("vendor"),
        model=text("model"),
        cpu_packages=packages,
        cpu_cores=cores,
        cpu_mhz=_clock(text("mhz")) or clock_of_brand(brand),
        memory_mb=number("memory_mb", 2**40) or _gigabytes(text("memory_gb")),
        assumed=bool(found.candidates),
        datacenter=text("datacenter"),
        cluster=text("cluster"),
        in_maintenance_mode=_truth(text("maintenance")),
        current_evc_mode=_mode(text("current_evc"), False),
        candidates=tuple(each.code_name for each in found.candidates),
    )


@lru_cache(maxsize=1024)
def _product(text: str) -> tuple[str | None, str | None]:
    """The ESX release and the build that a version like `VMware ESXi 8.0.3 build-24022510` names."""
    release, build = _RELEASE.search(text), _BUILD.search(text)
    return esx_release(release[1]) if release else None, build[1] if build else None


@lru_cache(maxsize=4096)
def _number(text: str) -> float | None:
    """A number, perhaps stored as text, with groups of thousands or without: `2.300`, `2,300`, `2300.0`."""
    text = text.strip()
    if _GROUPED.fullmatch(text):
        return float(re.sub(r"\D", "", text))
    found = _NUMBER.fullmatch(text)
    return float(f"{found[1]}.{found[2] or 0}") if found else None


def _gigabytes(text: str) -> int | None:
    """Memory in MiB from a number of GiB; None for what no host has."""
    found = _NUMBER.fullmatch(text)
    value = float(f"{found[1]}.{found[2] or 0}") * 1024 if found else 0
    return round(value) if 1 <= value <= 2**40 else None


@lru_cache(maxsize=4096)
def _mode(text: str, cut: bool) -> str | None:
    return mode_key(text, cut=cut) if text else None


@lru_cache(maxsize=1024)
def _clock(text: str) -> int | None:
    """A clock in MHz, from `2300`, `2300 MHz` or `2.3 GHz`."""
    text = text.strip().lower()
    giga = text.endswith("ghz")
    text = text.removesuffix("ghz").removesuffix("mhz").strip()
    if giga:
        found = _NUMBER.fullmatch(text)
        value = float(f"{found[1]}.{found[2] or 0}") * 1000 if found else None
    else:
        value = _number(text)
    return round(value) if value is not None and 100 <= value <= 20_000 else None


def _truth(text: str) -> bool | None:
    text = text.lower()
    return True if text in _YES else False if text in _NO else None

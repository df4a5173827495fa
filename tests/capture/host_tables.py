"""Tables of hosts for tests, shaped as RVTools exports them: as rows, as CSV, and as workbooks."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence

import openpyxl

GOLD_6130 = "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz"
E5_2650_V4 = "Intel(R) Xeon(R) CPU E5-2650 v4 @ 2.20GHz"
PLATINUM_8380 = "Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz"
EPYC_7763 = "AMD EPYC 7763 64-Core Processor"

HEADER = (
    "Host",
    "Datacenter",
    "Cluster",
    "Config status",
    "in Maintenance Mode",
    "CPU Model",
    "Speed",
    "HT Available",
    "HT Active",
    "# CPU",
    "Cores per CPU",
    "# Cores",
    "CPU usage %",
    "# Memory",
    "Memory usage %",
    "# NICs",
    "# VMs",
    "VMotion support",
    "Current EVC",
    "Max EVC",
    "ESX Version",
    "Boot time",
    "Vendor",
    "Model",
    "UUID",
)

Cell = str | int | float | bool | None
Table = list[list[Cell]]


def vhost(
    name: str,
    brand: str | None = GOLD_6130,
    max_evc: str | None = None,
    *,
    current: str | None = None,
    version: str = "VMware ESXi 8.0.3 build-24022510",
    maintenance: bool = False,
) -> list[Cell]:
    """A row of vHost, in the order of `HEADER`."""
    return [
        *(name, "Campus", "Cluster 1", "green", maintenance, brand, 2095, True, True, 2, 16, 32, 11, 393_211),
        *(48, 4, 23, True, current, max_evc, version, "2025/03/01 08:15:00", "HPE", "ProLiant DL380 Gen10"),
        "34353736-3033-5a43-3333-31344e343233",
    ]


def export(*rows: Sequence[Cell]) -> Table:
    return [list(HEADER), *(list(row) for row in rows)]


def as_csv(table: Sequence[Sequence[Cell]], delimiter: str = ",", *, quoted: bool = False) -> str:
    stream = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(stream, delimiter=delimiter, quoting=quoting).writerows(table)
    return stream.getvalue()


def as_xlsx(
    table: Sequence[Sequence[object]], sheet: str = "vHost", **others: Sequence[Sequence[object]]
) -> bytes:
    """A workbook; `others` are sheets that come before."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in (*others.items(), (sheet, table)):
        page = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(content: bytes, part: str, old: str, new: str) -> bytes:
    """A workbook with a piece of a part replaced."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            data = before.read(name).decode()
            if name == part:
                assert old in data, data[:2000]
                data = data.replace(old, new, 1)
            after.writestr(name, data)
    return stream.getvalue()

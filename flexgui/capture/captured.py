"""What a capture yields: hosts, each from the registers of its cores."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

from flexgui.cpuid.cpu import Cpu, measured_cpu
from flexgui.cpuid.registers import CpuidTable, Leaf, Registers
from flexgui.cpuid.signature import signature, vendor_string
from flexgui.errors import InputError, printable
from flexgui.evc.evidence import EvidenceKind, kind_of

LEAVES_LIMIT = 4096
"""Leaves and subleaves that one core may have; real processors have below 200."""

_FILE_EACH = "Put the captures of different hosts into a file each."
_CLOCK = re.compile(r"@ ?(\d{1,2}(?:\.\d{1,3})?) ?GHz")


@dataclass(frozen=True, slots=True)
class CapturedHost:
    """A host as a capture shows it. None, or an empty text, is what the capture does not say.

    `source` is the file or the place the text came from, `format` what kind of capture it is. Clock in MHz,
    memory in MiB. Whether it was seen through a hypervisor says `cpu.hypervisor`; which features not all
    cores have, `cpu.differing`. `assumed`: the processor's features come from the catalogue of series by its
    brand. `name_stated`: the name is what the capture itself calls the host, not its file's name.
    `datacenter` and `cluster` are where an inventory has the host, `current_evc_mode` is the mode (its key)
    that it runs under there. `candidates`: code names of the series that the brand may mean; where there are
    several, only what all of them agree in is assumed. `sources`: the hosts that this one was joined from,
    the strongest evidence first; empty for a host of one file (`flexgui.capture.join`).
    """

    name: str
    source: str
    format: str
    cpu: Cpu
    product: str = ""
    esx_release: str | None = None
    esx_build: str | None = None
    vendor: str = ""
    model: str = ""
    cpu_packages: int | None = None
    cpu_cores: int | None = None
    cpu_mhz: int | None = None
    memory_mb: int | None = None
    assumed: bool = False
    name_stated: bool = False
    datacenter: str = ""
    cluster: str = ""
    in_maintenance_mode: bool | None = None
    current_evc_mode: str | None = None
    candidates: tuple[str, ...] = ()
    sources: tuple[CapturedHost, ...] = ()

    @property
    def kind(self) -> EvidenceKind:
        if self.sources:
            return self.sources[0].kind
        return kind_of(self.cpu, assumed=self.assumed)

    @property
    def evidence(self) -> str:
        """Where the processor's registers come from, in one line."""
        return f"{self.source} ({self.format})"


class Core:
    """The registers of one core while a capture is being read. `line` is where the core begins."""

    def __init__(self, label: str = "", line: int | None = None) -> None:
        self.label = label
        self.line = line
        self.leaves: dict[Leaf, Registers] = {}

    def add(self, leaf: int, subleaf: int, registers: Registers, line: int | None = None) -> None:
        """Note a leaf.

        Raises:
            InputError: the leaf was there with other values, a value has more than 32 bits, or there are
                more leaves than any processor has.
        """
        key = leaf, subleaf
        if not all(0 <= value <= 0xFFFF_FFFF for value in (leaf, subleaf, *registers)):
            raise InputError("A CPUID register has 32 bits.", "Capture it again.", line=line)
        if self.leaves.setdefault(key, registers) != registers:
            raise InputError(
                f"CPUID leaf {leaf:X}.{subleaf:X} occurs twice in one core, with different values.",
                "Remove what was added to the capture, or capture again.",
                line=line,
            )
        if len(self.leaves) > LEAVES_LIMIT:
            raise InputError(
                f"One core has more than {LEAVES_LIMIT} CPUID leaves.", "Capture it again.", line=line
            )


def host_of_cores(cores: Sequence[Core], source: str, format: str) -> CapturedHost:
    """One host from its cores: the features that all of them have. Its name is left empty.

    Raises:
        InputError: there is no core, a core lacks leaf 0 or 1, or the cores are of different makers
            or models. All cores of a processor state one family and model, be they fast or efficient ones.
    """
    if not cores:
        raise InputError("The capture holds no CPUID registers.", "Capture it again.")
    tables = []
    for core in cores:
        for leaf in (0, 1):
            if (leaf, 0) not in core.leaves:
                whose = f" of {core.label}" if core.label else ""
                raise InputError(
                    f"CPUID leaf {leaf}{whose} is missing.",
                    "The capture is cut short or incomplete: capture it again.",
                    line=core.line,
                )
        tables.append(CpuidTable(core.leaves))
    try:
        cpu = measured_cpu(tables)
    except ValueError:
        makers = sorted({printable(vendor_string(table) or "") for table in tables})
        raise InputError(
            f"The cores are of different makers: {', '.join(makers)}.",
            _FILE_EACH,
        ) from None
    models = {(found.family, found.model): found for table in tables if (found := signature(table))}
    if len(models) > 1:
        stated = ", ".join(str(models[key]) for key in sorted(models))
        raise InputError(f"The cores are of different processors: {stated}.", _FILE_EACH)
    return CapturedHost("", source, format, cpu, cpu_mhz=clock_of_brand(cpu.brand))


def clock_of_brand(brand: str) -> int | None:
    """The nominal clock in MHz that a brand string states (`@ 2.40GHz`), or None."""
    found = _CLOCK.search(brand)
    return round(float(found[1]) * 1000) if found else None


def named(hosts: Sequence[CapturedHost], name: str) -> list[CapturedHost]:
    """The hosts with a name each: the one the capture states, else `name`, else their processor's.

    Several hosts that would share a name are numbered.
    """
    wanted = [host.name or name or host.cpu.name() for host in hosts]
    shared, seen = Counter(wanted), Counter[str]()
    result = []
    for host, text in zip(hosts, wanted, strict=True):
        seen[text] += 1
        unique = text if shared[text] == 1 else f"{text}-{seen[text]}"
        values = list(_values(host))
        values[_NAME], values[_NAME_STATED] = unique, bool(host.name)
        result.append(CapturedHost(*values))
    return result


_FIELDS = tuple(field.name for field in fields(CapturedHost))
_NAME, _NAME_STATED = _FIELDS.index("name"), _FIELDS.index("name_stated")
_values = attrgetter(*_FIELDS)  # `replace` takes four times as long: too long for 10,000 hosts

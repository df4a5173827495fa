"""vSphere's own view of a host as JSON: `HostSystem` or parts of it, as pyVmomi and govc write them.

Read are `cpuFeature` (registers of a few leaves, as mask strings; a bare list of them is a host too), the
packages' own `cpuFeature`, `featureCapability`, `maxEVCModeKey`, and what is said of model and product; a
host of which nothing else is known has the processor that its `cpuModel` names. Properties are read in
whatever case they are written (PowerShell's `ConvertTo-Json` capitalises them), one below the other or in
one name (`summary.maxEVCModeKey`), and as what `govc object.collect` lists of one object. Rows of hosts, as
`Get-VMHost | Select-Object` makes them, are read like the same table as CSV.
vSphere publishes leaves 0, 1, 80000000h, 80000001h and 80000008h only: leaf 7 is never there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from flexgui.capture.capability_keys import flag_of
from flexgui.capture.captured import CapturedHost, Core, clock_of_brand, host_of_cores
from flexgui.capture.esx_version import esx_release
from flexgui.capture.host_table import Row, columns_of, hosts_of, is_header, without_repetitions
from flexgui.capture.json_text import Json, parsed, walk
from flexgui.cpuid.cpu import Cpu, described, measured_cpu
from flexgui.cpuid.mask_string import MaskString
from flexgui.cpuid.registers import REGISTER_NAMES, CpuidTable, Registers
from flexgui.errors import InputError, printable
from flexgui.evc.modes import MAKERS, maker
from flexgui.evc.series import branded

FORMAT: Final = "vSphere cpuFeature JSON"

_EVIDENCE: Final = frozenset({"cpufeature", "cpupkg", "featurecapability", "maxevcmodekey"})
_PARTS: Final = frozenset({"hardware", "config", "summary", "product"})
"""Properties of `HostSystem` that are part of the host; any other object with evidence is another host."""

_WRAPPERS: Final = {
    "value": frozenset({"count"}),
    "_value": frozenset({"_typename"}),
    "hostcpuidinfo": frozenset[str](),
    "hostfeaturecapability": frozenset[str](),
}

_LIST_THEM: Final = "Save the hosts as a list, or in a file each."

_MODE_KEY = re.compile(r"(intel|amd)-[a-z0-9-]{1,40}")

_WITH_LONG_MODE: Final = ("FPU", "TSC", "MSR", "CX8", "CMOV", "MMX", "FXSR", "SSE", "SSE2")
"""What every 64-bit processor has (System V psABI for AMD64, x86-64 baseline; EFER is an MSR; every K8 and
later has the TSC). vSphere never masks them, so `featureCapability` does not list them."""


def recognises(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[")


def read(text: str, source: str) -> list[CapturedHost]:
    """Every host in the text.

    Raises:
        InputError: the JSON is malformed, names a property twice, is nested too deep, holds no host, or
            says of one host what can only be true of two.
    """
    document = _folded(parsed(text))
    if (rows := _rows(document)) is not None:
        hosts = without_repetitions(hosts_of(rows, source, FORMAT))
    else:
        hosts = [_host(objects, source) for objects in _hosts(document)]
    if not hosts:
        raise InputError(
            "The JSON holds no cpuFeature of a vSphere host.",
            "Save hardware.cpuFeature, config.featureCapability and summary.maxEVCModeKey of the host.",
        )
    return hosts


def _folded(value: Any) -> Any:
    """A document with its properties in small letters, those of `a.b` below `a`, and lists unwrapped."""
    if isinstance(value, list):
        return _collected([_folded(each) for each in value])
    if not isinstance(value, dict):
        return value
    found: Json = {}
    for name, inner in value.items():
        key, inner = name.lower(), _folded(inner)
        first, dot, rest = key.partition(".")
        into = found
        while dot and first in _PARTS and isinstance(into.setdefault(first, {}), dict):
            into, key = into[first], rest
            first, dot, rest = key.partition(".")
        if key in into:
            both = into[key], inner
            if not (all(isinstance(each, dict) for each in both) and not both[0].keys() & both[1].keys()):
                raise InputError(
                    f"The JSON names the property '{printable(name, 40)}' twice.", "Save it again."
                )
            into[key] = {**both[0], **both[1]}
        else:
            into[key] = inner
    return _unwrapped(found)


def _unwrapped(value: Json) -> Any:
    """The list in what govc, pyVmomi and Windows PowerShell put around one."""
    for wrapped, others in _WRAPPERS.items():
        if isinstance(value.get(wrapped), list) and value.keys() - {wrapped} <= others:
            return value[wrapped]
    return value


def _collected(values: list[Any]) -> Any:
    """The object whose properties a list names one by one, as `govc object.collect` writes them."""
    if not values or not all(
        isinstance(each, dict)
        and each.keys() - {"op"} == {"name", "val"}
        and isinstance(each["name"], str)
        and (each["name"].lower() == "name" or each["name"].lower().partition(".")[0] in _PARTS)
        for each in values
    ):
        return values
    if len({each["name"].lower() for each in values}) < len(values):
        return values
    return _folded({each["name"]: each["val"] for each in values})


def _rows(document: Any) -> list[Row] | None:
    """A table of hosts, its header first; None where the document is none."""
    objects = document if isinstance(document, list) else [document]
    if not objects or not all(isinstance(each, dict) for each in objects):
        return None
    names = list(dict.fromkeys(name for each in objects for name in each))
    if not is_header(columns_of(names)) or any(
        isinstance(value, dict) and _EVIDENCE & value.keys() for value, _ in walk(document)
    ):
        return None
    rows = [[_cell(each.get(name)) for name in names] for each in objects]
    return [Row(cells, number) for number, cells in enumerate([names, *rows], 1)]


def _cell(value: Any) -> str:
    return str(value) if isinstance(value, (str, int, float)) else ""


def _hosts(document: Any) -> Iterator[list[Json]]:
    """The objects of each host, itself first. A bare list of registers is its host's `cpuFeature`."""
    pending = [(document, False)]
    while pending:
        value, within = pending.pop()
        inner: list[Any] = []
        if _is_registers(value) and not within:
            yield [{"cpufeature": value}]
        elif _is_host(value) or (not within and _is_named(value)):
            objects, inner = _parted(value)
            yield objects
            within = True
        elif isinstance(value, (dict, list)):
            inner = list(value.values()) if isinstance(value, dict) else value
        pending += reversed([(each, within) for each in inner])


def _is_host(value: Any) -> bool:
    """Whether an object, or a part of it, has evidence of a processor."""
    return isinstance(value, dict) and (
        any(value.get(key) is not None for key in _EVIDENCE)
        or any(_is_host(value[part]) for part in _PARTS & value.keys())
    )


def _is_named(value: Any) -> bool:
    """Whether an object, or a part of it, says at least which model its processor is."""
    return isinstance(value, dict) and (
        bool(_string(value.get("cpumodel"))) or any(_is_named(value[part]) for part in _PARTS & value.keys())
    )


def _parted(host: Json) -> tuple[list[Json], list[Json]]:
    """The objects that say something of a host, itself first, and the other hosts that are in it."""
    objects: list[Json] = []
    others: list[Json] = []
    pending: list[tuple[Any, bool]] = [(host, True)]
    while pending:
        value, own = pending.pop()
        if isinstance(value, list):
            pending += reversed([(each, own) for each in value])
        elif isinstance(value, dict) and not own and _is_host(value):
            others.append(value)
        elif isinstance(value, dict):
            objects.append(value)
            pending += reversed(
                [
                    (inner, own and (key in _EVIDENCE or (key in _PARTS and isinstance(inner, dict))))
                    for key, inner in value.items()
                ]
            )
    return objects, others


def _is_registers(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and "level" in each and "eax" in each for each in value)
    )


def _host(objects: list[Json], source: str) -> CapturedHost:
    cores = _cores(objects)
    brand = " ".join(_text(objects, "cpumodel").split()) or _package_brand(objects)
    mode = _MODE_KEY.fullmatch(_agreed("maxEVCModeKey", (o.get("maxevcmodekey") for o in objects)))
    if cores:
        captured = host_of_cores(cores, source, FORMAT)
        cpu = captured.cpu
    else:
        makers = [maker for maker in MAKERS if maker in brand.lower() or _is_capable(objects, maker)]
        vendor = mode[1] if mode else makers[0] if len(makers) == 1 else None
        cpu = Cpu(fingerprint="", vendor=vendor)
        captured = CapturedHost("", source, FORMAT, cpu)
    present = _capabilities(objects, cpu.vendor)
    if cores or present:
        measured = mode[0] if mode else None
        cpu = described(replace(cpu, brand=cpu.brand or brand, present=present, max_evc_mode=measured))
    else:
        captured = _promised(captured, brand, mode)
        cpu = captured.cpu
    if not (cpu.measured or cpu.present or cpu.max_evc_mode or captured.assumed or brand):
        raise InputError(
            "The JSON says nothing of the host's processor.",
            "Save hardware.cpuFeature and summary.maxEVCModeKey of the host.",
        )
    product = next((o for o in objects if "version" in o and ("build" in o or "fullname" in o)), {})
    version = product.get("version")
    memory = _count(objects, "memorysize")
    return replace(
        captured,
        name=_name(objects[0]),
        cpu=cpu,
        product=_string(product.get("fullname")),
        esx_release=esx_release(version) if isinstance(version, str) else None,
        esx_build=_string(product.get("build")) or None,
        vendor=_text([o for o in objects if "cpumodel" in o or "numcpupkgs" in o or "uuid" in o], "vendor"),
        model=_text(objects, "model"),
        cpu_packages=_count(objects, "numcpupkgs") or _count(objects, "numcpupackages"),
        cpu_cores=_count(objects, "numcpucores"),
        cpu_mhz=_count(objects, "cpumhz") or clock_of_brand(cpu.brand),
        memory_mb=memory // (1024 * 1024) if memory else None,
    )


def _promised(captured: CapturedHost, brand: str, mode: re.Match[str] | None) -> CapturedHost:
    """The host with the processor that its brand and the highest mode of a vCenter tell."""
    found = branded(brand, mode[0] if mode else None)
    cpu = found.cpu
    if mode is not None and cpu.vendor not in (None, mode[1]):
        raise InputError(
            f"The processor '{printable(brand, 60)}' is of {maker(cpu.vendor)}, but maxEVCModeKey is a mode "
            f"of {maker(mode[1])}.",
            _LIST_THEM,
        )
    if cpu.vendor is None and captured.cpu.vendor is not None:
        cpu = described(replace(cpu, vendor=captured.cpu.vendor))
    names = tuple(each.code_name for each in found.candidates)
    return replace(captured, cpu=cpu, assumed=bool(names), candidates=names)


def _cores(objects: list[Json]) -> list[Core]:
    """A core for each `cpuFeature`; packages may differ, but what is said of the whole host may not."""
    packages = {id(inner) for o in objects for inner, _ in walk(o.get("cpupkg"))}
    cores, whole = [], set()
    for number, found in enumerate(o for o in objects if o.get("cpufeature") is not None):
        core = _core(found["cpufeature"], number)
        cores.append(core)
        if id(found) not in packages:
            whole.add(measured_cpu([CpuidTable(core.leaves)]).fingerprint)
    if len(whole) > 1:
        raise InputError("One host has two different cpuFeature.", _LIST_THEM)
    return cores


def _agreed(what: str, values: Iterable[Any]) -> str:
    """The one text among the values; empty where there is none."""
    found = list(dict.fromkeys(text for value in values if (text := _string(value))))
    if len(found) > 1:
        raise InputError(f"One host has two different {what}: {found[0]} and {found[1]}.", _LIST_THEM)
    return found[0] if found else ""


def _core(features: Any, number: int) -> Core:
    """The registers of one `cpuFeature`; entries without all four registers say nothing of the leaf."""
    if not isinstance(features, list):
        raise InputError("cpuFeature is not a list.", "Save hardware.cpuFeature of the host.")
    core = Core(f"the {_ordinal(number)} cpuFeature" if number else "")
    for entry in features:
        if not isinstance(entry, dict):
            raise InputError("An entry of cpuFeature is not an object.", "Save cpuFeature again.")
        level = entry.get("level")
        if not isinstance(level, int) or isinstance(level, bool) or not -(2**31) <= level < 2**32:
            raise InputError("A level in cpuFeature is not an integer of 32 bits.", "Save cpuFeature again.")
        values = [entry.get(name.lower()) for name in REGISTER_NAMES]
        if all(value is not None for value in values):
            eax, ebx, ecx, edx = (_register(value, level) for value in values)
            registers: Registers = eax, ebx, ecx, edx
            # vSphere's level is a signed int32: 80000001h is written -2147483647.
            core.add(level & 0xFFFF_FFFF, 0, registers)
    return core


def _ordinal(number: int) -> str:
    return {1: "second", 2: "third"}.get(number, f"{number + 1}th")


def _register(value: Any, level: int) -> int:
    try:
        return MaskString.parse(value).value()
    except (ValueError, AttributeError):
        raise InputError(
            f"A register of level {level} in cpuFeature is not eight groups of four digits 0 or 1.",
            "Save hardware.cpuFeature of the host, which has no masks in it.",
        ) from None


def _capabilities(objects: list[Json], vendor: str | None) -> tuple[str, ...]:
    """The features that `featureCapability` states of a maker's processor, by their names.

    Only what is there is taken: a capability of 0, or none at all, may be the hypervisor's doing.
    """
    found: dict[str, None] = {}
    for key in _capability_keys(objects):
        field = flag_of(key, vendor)
        if field is not None:
            found[field.name] = None
    if "LM" in found:
        found.update(dict.fromkeys(_WITH_LONG_MODE))
    return tuple(found)


def _capability_keys(objects: list[Json]) -> Iterator[str]:
    """The keys of the capabilities of CPUID that are 1, in small letters: `cpuid.avx2`."""
    for listed in (o["featurecapability"] for o in objects if "featurecapability" in o):
        for entry in listed if isinstance(listed, list) else ():
            if not isinstance(entry, dict) or not isinstance(entry.get("key"), str):
                raise InputError(
                    "An entry of featureCapability has no key.", "Save config.featureCapability again."
                )
            key = entry["key"].lower()
            if key.startswith("cpuid.") and str(entry.get("value")) == "1":
                yield key


def _is_capable(objects: list[Json], maker: str) -> bool:
    """Whether the capabilities name the maker: `cpuid.intel`."""
    return f"cpuid.{maker}" in _capability_keys(objects)


def _package_brand(objects: list[Json]) -> str:
    packages = [o for o in objects if "threadid" in o or "bushz" in o]
    return " ".join(_text(packages, "description").split())


def _name(host: Json) -> str:
    """The host's own name: `name` of the object itself, or of `summary.config`; parts may repeat it."""
    parts = [part for key in sorted(_PARTS) if isinstance(part := host.get(key), dict) and _is_host(part)]
    summary = host.get("summary")
    config = summary.get("config") if isinstance(summary, dict) else None
    places = [host, config if isinstance(config, dict) else {}, *parts]
    return _agreed("names", (place.get("name") for place in places))


def _string(value: Any) -> str:
    return printable(value.strip()) if isinstance(value, str) else ""


def _text(objects: list[Json], key: str) -> str:
    """The first text of this name."""
    return next((text for o in objects if (text := _string(o.get(key)))), "")


def _count(objects: list[Json], key: str) -> int | None:
    """The first count of this name that is positive and believable."""
    values = (o.get(key) for o in objects)
    return next((v for v in values if isinstance(v, int) and v is not True and 0 < v < 2**53), None)

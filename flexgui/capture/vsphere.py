"""vSphere's own view of a host as JSON: `HostSystem` or parts of it, as pyVmomi and govc write them.

Read are `cpuFeature` (registers of a few leaves, as mask strings; a bare list of them is a host too), the
packages' own `cpuFeature`, `featureCapability`, `maxEVCModeKey`, and what is said of model and product.
vSphere publishes leaves 0, 1, 80000000h, 80000001h and 80000008h only: leaf 7 is never there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from flexgui.capture.captured import CapturedHost, Core, clock_of_brand, host_of_cores
from flexgui.cpuid.catalogue import catalogue
from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.mask_string import MaskString
from flexgui.cpuid.registers import REGISTER_NAMES, Registers
from flexgui.errors import InputError, printable
from flexgui.evc.releases import esx_releases

FORMAT: Final = "vSphere cpuFeature JSON"

_DEEPEST: Final = 64
_EVIDENCE: Final = frozenset({"cpuFeature", "cpuPkg", "featureCapability", "maxEVCModeKey"})
_PARTS: Final = frozenset({"hardware", "config", "summary", "product"})
"""Properties of `HostSystem`; an object with one of them is a host, however deep its evidence is."""

_MODE_KEY = re.compile(r"(intel|amd)-[a-z0-9-]{1,40}")
_VERSION = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{1,2}))?(?:\.\d+)*")
_RELEASE_KEY = re.compile(r"(\d+)\.(\d+)(?:u(\d+))?")

Json = dict[str, Any]


def recognises(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[")


def read(text: str, source: str) -> list[CapturedHost]:
    """Every host in the text.

    Raises:
        InputError: the JSON is malformed, names a property twice, is nested too deep, or holds no host.
    """
    document = _parsed(text)
    hosts = [_host(found, source) for found in _hosts(document)]
    if not hosts:
        raise InputError(
            "The JSON holds no cpuFeature of a vSphere host.",
            "Save hardware.cpuFeature, config.featureCapability and summary.maxEVCModeKey of the host.",
        )
    return hosts


def _parsed(text: str) -> Any:
    try:
        document = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
        deep = any(depth > _DEEPEST for _, depth in _walk(document))
    except json.JSONDecodeError as error:
        raise InputError(
            f"The JSON cannot be read: {error.msg}.",
            "The file may be cut short: save it again.",
            line=error.lineno,
        ) from None
    except RecursionError:
        deep = True
    except ValueError:
        # Python refuses to convert integers of thousands of digits.
        raise InputError("The JSON holds a number that is out of range.", "Save it again.") from None
    if deep:
        raise InputError(f"The JSON is nested more than {_DEEPEST} deep.", "Choose a host's cpuFeature.")
    return document


def _without_duplicates(pairs: list[tuple[str, Any]]) -> Json:
    found: Json = {}
    for key, value in pairs:
        if key in found:
            raise InputError(f"The JSON names the property '{printable(key, 40)}' twice.", "Save it again.")
        found[key] = value
    return found


def _no_constant(name: str) -> None:
    raise InputError(f"The JSON holds {name}, which is no number.", "Save it again.")


def _walk(document: Any) -> Iterator[tuple[Any, int]]:
    """Every value with its depth, outer ones first, in the document's order."""
    pending = [(document, 1)]
    while pending:
        value, depth = pending.pop()
        yield value, depth
        if depth > _DEEPEST:
            continue
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        pending += reversed([(each, depth + 1) for each in inner])


def _hosts(document: Any) -> Iterator[Json]:
    """The objects that are hosts each. A bare list of registers is taken for its host's `cpuFeature`."""
    pending = [document]
    while pending:
        value = pending.pop()
        if _is_registers(value):
            yield {"cpuFeature": value}
        elif isinstance(value, dict) and (_EVIDENCE & value.keys() or _PARTS & value.keys()):
            if any(isinstance(inner, dict) and _EVIDENCE & inner.keys() for inner, _ in _walk(value)):
                yield value
        else:
            inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            pending += reversed(list(inner))


def _is_registers(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and "level" in each and "eax" in each for each in value)
    )


def _host(host: Json, source: str) -> CapturedHost:
    objects = [value for value, _ in _walk(host) if isinstance(value, dict)]
    cores = [
        _core(found["cpuFeature"], number)
        for number, found in enumerate(o for o in objects if o.get("cpuFeature") is not None)
    ]
    brand = " ".join(_text(objects, "cpuModel").split()) or _package_brand(objects)
    mode = _MODE_KEY.fullmatch(_text(objects, "maxEVCModeKey"))
    if cores:
        captured = host_of_cores(cores, source, FORMAT)
        cpu = captured.cpu
    else:
        vendor = mode[1] if mode else next((v for v in ("intel", "amd") if v in brand.lower()), None)
        cpu = Cpu(fingerprint="", vendor=vendor)
        captured = CapturedHost("", source, FORMAT, cpu)
    cpu = described(
        replace(
            cpu,
            brand=cpu.brand or brand,
            present=_capabilities(objects),
            max_evc_mode=mode[0] if mode else None,
        )
    )
    if not (cpu.measured or cpu.present or cpu.max_evc_mode):
        raise InputError(
            "The JSON says nothing of the host's processor.",
            "Save hardware.cpuFeature and summary.maxEVCModeKey of the host.",
        )
    product = next((o for o in objects if "version" in o and ("build" in o or "fullName" in o)), {})
    version = product.get("version")
    memory = _count(objects, "memorySize")
    return replace(
        captured,
        name=_name(host),
        cpu=cpu,
        product=_string(product.get("fullName")),
        esx_release=esx_release(version) if isinstance(version, str) else None,
        esx_build=_string(product.get("build")) or None,
        vendor=_text([o for o in objects if "cpuModel" in o or "numCpuPkgs" in o or "uuid" in o], "vendor"),
        model=_text(objects, "model"),
        cpu_packages=_count(objects, "numCpuPkgs") or _count(objects, "numCpuPackages"),
        cpu_cores=_count(objects, "numCpuCores"),
        cpu_mhz=_count(objects, "cpuMhz") or clock_of_brand(cpu.brand),
        memory_mb=memory // (1024 * 1024) if memory else None,
    )


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


def _capabilities(objects: list[Json]) -> tuple[str, ...]:
    """The features that `featureCapability` states, by their names.

    Only what is there is taken: a capability of 0, or none at all, may be the hypervisor's doing.
    """
    found: dict[str, None] = {}
    for listed in (o["featureCapability"] for o in objects if "featureCapability" in o):
        for entry in listed if isinstance(listed, list) else ():
            if not isinstance(entry, dict) or not isinstance(entry.get("key"), str):
                raise InputError(
                    "An entry of featureCapability has no key.", "Save config.featureCapability again."
                )
            key = entry["key"].lower()
            if key.startswith("cpuid.") and str(entry.get("value")) == "1":
                field = catalogue().find(key)
                if field is not None and field.flag:
                    found[field.name] = None
    return tuple(found)


def _package_brand(objects: list[Json]) -> str:
    packages = [o for o in objects if "threadId" in o or "busHz" in o]
    return " ".join(_text(packages, "description").split())


def _name(host: Json) -> str:
    """The host's own name: `name` of the object itself, or of `summary.config`."""
    summary = host.get("summary")
    config = summary.get("config") if isinstance(summary, dict) else None
    for place in (host, config):
        if isinstance(place, dict) and (name := _string(place.get("name"))):
            return name
    return ""


def _string(value: Any) -> str:
    return printable(value.strip()) if isinstance(value, str) else ""


def _text(objects: list[Json], key: str) -> str:
    """The first text of this name."""
    return next((text for o in objects if (text := _string(o.get(key)))), "")


def _count(objects: list[Json], key: str) -> int | None:
    """The first count of this name that is positive and believable."""
    values = (o.get(key) for o in objects)
    return next((v for v in values if isinstance(v, int) and v is not True and 0 < v < 2**53), None)


def esx_release(version: str) -> str | None:
    """The key of the ESX release that a version like `8.0.3` belongs to; None for one that is not listed.

    Updates that are not listed count as the newest listed one before them: they have its features.
    """
    found = _VERSION.fullmatch(version.strip())
    if found is None:
        return None
    wanted = int(found[1]), int(found[2]), int(found[3] or 0)
    best = None
    for key in esx_releases():
        release = _RELEASE_KEY.fullmatch(key)
        if release is not None and (int(release[1]), int(release[2])) == wanted[:2]:
            best = key if int(release[3] or 0) <= wanted[2] else best
    return best

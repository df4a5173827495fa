"""Hosts that several files describe, put together: an inventory's row, and the capture of the same host.

Two files speak of one host only where one of them names it: an inventory, a vCenter or the capture itself.
What is named after its file alone is somebody's processor, and two such captures are never one host.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from flexgui.capture.captured import CapturedHost
from flexgui.cpuid.cpu import Cpu
from flexgui.evc.evidence import EvidenceKind, combined, ranked, rests_on_brand
from flexgui.evc.modes import ModeTable
from flexgui.plan.address import kind, normalised

_STATED = (
    *("product", "esx_release", "esx_build", "vendor", "model", "cpu_packages", "cpu_cores", "cpu_mhz"),
    *("memory_mb", "datacenter", "cluster", "in_maintenance_mode", "current_evc_mode"),
)
"""What is taken from the strongest source that says it."""

_Weighed = dict[tuple[tuple[EvidenceKind, str], ...], tuple[Cpu, bool]]


@dataclass(slots=True)
class _Named:
    """The places of hosts that go by one name: those that state it, and those whose file is called so."""

    stating: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)


def join(
    hosts: Sequence[CapturedHost], modes: ModeTable, files: Sequence[Hashable] = ()
) -> list[CapturedHost]:
    """The hosts, those that are one joined into one, in the order in which each first occurs.

    A joined host has its sources in `sources`, the strongest first; its processor is what they say together.
    Names are compared without case; a name without a domain is that of the one host whose full name begins
    with it. What is not clear is left apart: two captures whose files have the name of one host, one file
    that names a host twice, a short name that several full ones begin with.

    `files` says which file each host comes from, by default its `source`.
    """
    if not any(host.name_stated for host in hosts):
        return list(hosts)
    origins = list(files) or [host.source for host in hosts]
    joined: dict[int, list[int]] = {}
    for named in _by_name(hosts, origins).values():
        members = _members(named, origins)
        if len(members) > 1:
            joined[min(members)] = members
    gone = {place for members in joined.values() for place in members}
    weighed: _Weighed = {}
    return [
        _joined([hosts[n] for n in joined[place]], modes, weighed) if place in joined else host
        for place, host in enumerate(hosts)
        if place in joined or place not in gone
    ]


def _members(named: _Named, origins: Sequence[Hashable]) -> list[int]:
    """The hosts of one name that are one host."""
    said_by = [origins[place] for place in named.stating]
    if not said_by or len(set(said_by)) < len(said_by):
        return []
    files = named.files if len(named.files) == 1 else []
    return sorted({*named.stating, *files})


def _by_name(hosts: Sequence[CapturedHost], origins: Sequence[Hashable]) -> dict[str, _Named]:
    several: dict[Hashable, int] = {}
    for host, origin in zip(hosts, origins, strict=True):
        if not host.name_stated:
            several[origin] = several.get(origin, 0) + 1
    found: dict[str, _Named] = {}
    for place, host in enumerate(hosts):
        if host.name_stated and (name := normalised(host.name)):
            found.setdefault(name, _Named()).stating.append(place)
    # A file with several hosts is called after none of them.
    for place, host in enumerate(hosts):
        if not host.name_stated and several[origins[place]] == 1:
            names = [name for name in _file_names(host) if name in found]
            name = names[0] if names else normalised(host.name)
            found.setdefault(name, _Named()).files.append(place)
    full: dict[str, list[str]] = {}
    for name in found:
        if kind(name) == "fqdn":
            full.setdefault(name.partition(".")[0], []).append(name)
    for short, names in full.items():
        if short in found and len(names) == 1:
            other = found.pop(short)
            found[names[0]].stating += other.stating
            found[names[0]].files += other.files
    return found


def _file_names(host: CapturedHost) -> list[str]:
    """What a file's name may mean: without its ending, or whole, since a full name has dots as well."""
    file = Path(host.source).name
    return list(dict.fromkeys(map(normalised, (host.name, Path(file).stem, file))))


def _joined(sources: Iterable[CapturedHost], modes: ModeTable, weighed: _Weighed) -> CapturedHost:
    own = list(sources)
    evidence = [(host.kind, host.cpu) for host in own]
    order = [own[place] for place in ranked(evidence)]
    key = tuple((host.kind, host.cpu.fingerprint) for host in order)
    if key not in weighed:
        weighed[key] = combined(evidence, modes), rests_on_brand(evidence, modes)
    cpu, assumed = weighed[key]
    names = [host.name for host in order if host.name_stated]
    stated = {
        name: next((value for host in order if (value := getattr(host, name, None)) not in (None, "")), None)
        for name in _STATED
        if hasattr(order[0], name)
    }
    return replace(
        order[0],
        **{name: value for name, value in stated.items() if value is not None},
        name=next((name for name in names if kind(name) == "fqdn"), names[0]),
        name_stated=True,
        cpu=cpu,
        assumed=assumed,
        candidates=() if cpu.signature else next((h.candidates for h in order if h.candidates), ()),
        sources=tuple(order),
    )

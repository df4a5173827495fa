"""What an import found, what is to come of it, and the edit that it leads to. Knows nothing of Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from flexgui.capture.captured import CapturedHost
from flexgui.capture.folders import Skipped, files_in
from flexgui.capture.reader import read_capture
from flexgui.cpuid.cpu import Cpu
from flexgui.errors import InputError
from flexgui.evc.modes import ModeTable
from flexgui.evc.support import Assessment, assess
from flexgui.plan import edits, inventory
from flexgui.plan.address import kind, normalised, reaches_a_host
from flexgui.plan.evidence import Source, described_by, sources_of, with_evidence
from flexgui.plan.inventory import find, hosts, modes_of
from flexgui.plan.values import Cluster, Datacenter, Host, Plan
from flexgui.rules.finding import Finding, Severity
from flexgui.wizards.cluster_draft import unique_name
from flexgui.wizards.host_draft import xd_of

BLOCKING: Final = frozenset({"host.duplicate-address", "names.blank", "names.duplicate", "names.too-long"})
"""Rules whose errors keep an import from being made: a plan in which two objects are one, or cannot be told
apart, cannot exist. Any other error is what the present state is: it is imported, and mended in the plan."""

Named = TypeVar("Named")
Report = Callable[[int, int, str], None]
"""Hears how many files are read, of how many, and which is next."""


class Becomes(Enum):
    """What a host that was found becomes."""

    NEW = "a new host"
    JOINED = "further evidence for a host of this import"
    FURTHER = "further evidence for a host of the plan"
    KNOWN = "nothing: the plan has this evidence already"
    DUPLICATE = "nothing: the import has this evidence already"


@dataclass(frozen=True, slots=True)
class Sources:
    """What files and folders held, and what in them could not be read."""

    hosts: tuple[CapturedHost, ...] = ()
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A host that was found, what its processor allows, and what it becomes.

    `host_id` is the plan's host that it is, "" for none; `same_as` the number of the found host that it is
    too, its own where it is the first; `other` what to call either. `search` is all that a filter looks
    into, in lower case.
    """

    number: int
    host: CapturedHost
    assessment: Assessment
    same_as: int
    becomes: Becomes = Becomes.NEW
    host_id: str = ""
    other: str = ""
    search: str = ""

    @property
    def place(self) -> str:
        """Where the inventory has it: `Milano / Cluster A`."""
        return " / ".join(part for part in (self.host.datacenter, self.host.cluster) if part)


@dataclass(frozen=True, slots=True)
class ImportDraft:
    """The draft of an import.

    `ticked` are numbers of found hosts. `as_stated`: hosts go to the datacenter and cluster that their
    inventory names, which are made where the plan lacks them. `parent_id` is the datacenter or cluster for
    all others; "" is a new datacenter of the name `datacenter_name`. With a `host_id` all that is found is
    further evidence for that host of the plan, and nothing else.
    """

    found: tuple[Found, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    ticked: frozenset[int] = frozenset()
    as_stated: bool = True
    parent_id: str = ""
    datacenter_name: str = ""
    host_id: str = ""

    @property
    def chosen(self) -> tuple[Found, ...]:
        return tuple(each for each in self.found if each.number in self.ticked)

    @property
    def states_places(self) -> bool:
        """Whether any inventory says where its hosts are."""
        return any(each.host.datacenter or each.host.cluster for each in self.found)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The plan after the import, and what is new in it.

    `subjects` are the ids of all that it adds or changes, `first` is the id of the first of them to look at.
    """

    plan: Plan
    hosts: int = 0
    further: int = 0
    datacenters: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    subjects: frozenset[str] = frozenset()
    first: str = ""


# Reading.


def read_sources(paths: Sequence[Path], report: Report = lambda done, total, name: None) -> Sources:
    """The hosts in files and folders. What cannot be read is skipped with its reason, whoever named it."""
    files: list[Path] = []
    skipped: list[Skipped] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        before = len(files) + len(skipped)
        try:
            for each in files_in(path):
                if isinstance(each, Path):
                    files.append(each)
                else:
                    skipped.append(each)
        except InputError as error:
            skipped.append(Skipped(path, _sentence(error)))
        if len(files) + len(skipped) == before:
            skipped.append(Skipped(path, "The folder holds no files. Choose the one that has the captures."))
    found: list[tuple[Path, CapturedHost]] = []
    read: set[Path] = set()
    for number, path in enumerate(files):
        report(number, len(files), path.name)
        target = path.resolve()
        if target in read:
            continue
        read.add(target)
        try:
            found += [(path, host) for host in read_capture(path)]
        except InputError as error:
            skipped.append(Skipped(path, _sentence(error)))
    return Sources(tuple(_told_apart(found)), tuple(skipped))


def _told_apart(found: Sequence[tuple[Path, CapturedHost]]) -> Iterator[CapturedHost]:
    """The hosts, those named after files of one name in several folders by their folder instead.

    `esx-01/cpuid.txt` and `esx-02/cpuid.txt` are two hosts; `esx-01.txt` and `esx-01.json` in one folder
    are one.
    """
    folders: dict[str, set[Path]] = {}
    for path, host in found:
        if not host.name_stated:
            folders.setdefault(normalised(host.name), set()).add(path.parent)
    given: dict[str, Path] = {}
    for path, host in found:
        if not host.name_stated and len(folders[normalised(host.name)]) > 1:
            name, number = path.parent.name, 1
            while given.setdefault(normalised(name), path.parent) != path.parent:
                number += 1
                name = f"{path.parent.name}-{number}"
            host = replace(host, name=name)
        yield host


def _sentence(error: InputError) -> str:
    return str(InputError(error.problem, error.remedy, line=error.line))


# The draft.


def new_draft(plan: Plan, parent_id: str, datacenter_name: str, host_id: str = "") -> ImportDraft:
    """An empty draft. `parent_id` is what was selected; "" is the first datacenter, or a new one.

    Raises:
        KeyError: `host_id` is of no host.
    """
    place = find(plan, host_id or None)
    if host_id and (place is None or place.host is None):
        raise KeyError(host_id)
    if find(plan, parent_id or None) is None:
        parent_id = plan.datacenters[0].id if plan.datacenters else ""
    name = unique_name(datacenter_name, {d.name for d in plan.datacenters})
    return ImportDraft(parent_id=parent_id, datacenter_name=name, host_id=host_id)


def with_sources(draft: ImportDraft, plan: Plan, sources: Sources) -> ImportDraft:
    """The draft with what further files held. What adds something is ticked."""
    modes = modes_of(plan)
    recogniser = _Recogniser(plan, draft)
    assessed: dict[str, Assessment] = {}
    for captured in sources.hosts:
        cpu = captured.cpu
        if cpu.fingerprint not in assessed:
            assessed[cpu.fingerprint] = assess(cpu, modes)
        recogniser.add(captured, assessed[cpu.fingerprint], modes)
    found = tuple(recogniser.found)
    new = found[len(draft.found) :]
    ticked = {each.number for each in new if recogniser.adds(each)}
    if draft.host_id and len(found) > 1:
        # Which of several hosts this one is, only a name can tell.
        ticked &= {each.number for each in new if recogniser.is_called(each.host.name, draft.host_id)}
    skipped = (*draft.skipped, *sources.skipped)
    return replace(draft, found=found, skipped=skipped, ticked=draft.ticked | ticked)


class _Recogniser:
    """Tells which hosts the plan has already, and which the import has."""

    def __init__(self, plan: Plan, draft: ImportDraft) -> None:
        self.found = list(draft.found)
        place = find(plan, draft.host_id or None)
        self._only = None if place is None else place.host
        self._cpus = inventory.cpus(plan.cpus)
        self._known: _Directory[Host] = _Directory()
        for _, _, host in hosts(plan):
            self._known.add(host.address, host)
        for _, _, host in hosts(plan):  # an address counts more than another host's name
            self._known.add(host.name, host)
        self._firsts: _Directory[Found] = _Directory()
        self._seen: set[tuple[int, str, str]] = set()
        for each in draft.found:
            self._note(each)

    def is_called(self, name: str, host_id: str) -> bool:
        """Whether a host of the plan has this name or address."""
        own = self._known.find(name)
        return own is not None and own.id == host_id

    def adds(self, found: Found) -> bool:
        """Whether it is certain that a found host adds something to what it becomes.

        Two files of one name may be captures of two machines: where neither says which host it is of, the
        user does.
        """
        if found.becomes is Becomes.JOINED:
            return found.host.name_stated or self.found[found.same_as].host.name_stated
        return found.becomes in (Becomes.NEW, Becomes.FURTHER)

    def _note(self, found: Found) -> None:
        self._seen.add((found.same_as, found.host.evidence, found.host.cpu.fingerprint))
        self._firsts.add(found.host.name, self.found[found.same_as])

    def add(self, captured: CapturedHost, assessment: Assessment, modes: ModeTable) -> None:
        """Say what a host that was found becomes."""
        number = len(self.found)
        each = Found(number, captured, assessment, number)
        first, own = self._firsts.find(captured.name), self._known.find(captured.name)
        own = self._only or own
        says = captured.evidence, captured.cpu.fingerprint
        if first is not None and (first.number, *says) in self._seen:
            each = replace(
                each,
                same_as=first.number,
                becomes=Becomes.DUPLICATE,
                host_id=first.host_id,
                other=first.host.name,
            )
        elif first is not None and not first.host_id:
            each = replace(each, same_as=first.number, becomes=Becomes.JOINED, other=first.host.name)
        elif own is not None:
            sources = sources_of(own, self._cpus)
            known = any((source.source, source.cpu.fingerprint) == says for source in sources)
            each = replace(
                each,
                same_as=number if first is None else first.number,
                becomes=Becomes.KNOWN if known else Becomes.FURTHER,
                host_id=own.id,
                other=own.label,
            )
        self.found.append(replace(each, search=_search_text(each, modes)))
        self._note(self.found[-1])


def _search_text(found: Found, modes: ModeTable) -> str:
    host, cpu = found.host, found.host.cpu
    generation = cpu.generation.name if cpu.generation is not None else ""
    reached = (found.assessment.highest, found.assessment.possible)
    names = " ".join(f"{mode.key} {mode.short_label}" for mode in reached if mode is not None)
    parts = (host.name, cpu.brand, generation, names, host.esx_release or "", found.place, host.source)
    return " ".join(parts).casefold()


class _Directory(Generic[Named]):
    """Hosts by address and name.

    A name without a domain is the same host as a full name that begins with it, where only one does: files
    are often called by the short name.
    """

    def __init__(self) -> None:
        self._exact: dict[str, Named] = {}
        self._full: dict[str, set[str]] = {}

    def add(self, name: str, host: Named) -> None:
        """Note a host; what was noted under the name before stays."""
        key = normalised(name)
        if key:
            self._exact.setdefault(key, host)
            if kind(key) == "fqdn":
                self._full.setdefault(key.partition(".")[0], set()).add(key)

    def find(self, name: str) -> Named | None:
        key = normalised(name)
        if key in self._exact or not key:
            return self._exact.get(key)
        short, dot, _ = key.partition(".")
        if not dot:
            full = self._full.get(short, set())
            return self._exact[next(iter(full))] if len(full) == 1 else None
        return self._exact.get(short) if kind(key) == "fqdn" and not self._full.get(short) else None


def matching(draft: ImportDraft, text: str) -> list[Found]:
    """The found hosts that have a text in them, in upper or lower case."""
    wanted = " ".join(text.split()).casefold()
    return [each for each in draft.found if wanted in each.search]


# The edit.


@dataclass(slots=True)
class _Builder:
    """Collects where new hosts go, and makes what they need on the way."""

    plan: Plan
    draft: ImportDraft
    given: int = 0
    parents: dict[tuple[str, str], str] = field(default_factory=dict)
    new_clusters: dict[str, tuple[str, str]] = field(default_factory=dict)
    new_datacenters: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[Host]] = field(default_factory=dict)

    def new_id(self, of: type) -> str:
        self.given += 1
        return edits.new_id(self.plan, of, self.given - 1)

    def parent(self, host: CapturedHost) -> tuple[str, bool]:
        """The id of where a host goes, and whether its inventory says so."""
        stated = self.draft.as_stated and bool(host.datacenter or host.cluster)
        if not stated:
            return self.fallback(), False
        key = host.datacenter.casefold(), host.cluster.casefold()
        if key not in self.parents:
            datacenter = self.datacenter(host.datacenter) if host.datacenter else self.fallback_datacenter()
            self.parents[key] = self.cluster(datacenter, host.cluster) if host.cluster else datacenter
        return self.parents[key], True

    def fallback(self) -> str:
        return self.draft.parent_id or self.datacenter(self.draft.datacenter_name)

    def fallback_datacenter(self) -> str:
        place = find(self.plan, self.draft.parent_id or None)
        return self.fallback() if place is None else place.datacenter.id

    def datacenter(self, name: str) -> str:
        for datacenter in self.plan.datacenters:
            if datacenter.name.casefold() == name.casefold():
                return datacenter.id
        for object_id, made in self.new_datacenters.items():
            if made.casefold() == name.casefold():
                return object_id
        object_id = self.new_id(Datacenter)
        self.new_datacenters[object_id] = name
        return object_id

    def cluster(self, datacenter_id: str, name: str) -> str:
        place = find(self.plan, datacenter_id)
        if place is not None:
            for cluster in place.datacenter.clusters:
                if cluster.name.casefold() == name.casefold():
                    return cluster.id
        object_id = self.new_id(Cluster)
        self.new_clusters[object_id] = datacenter_id, name
        return object_id

    def add(self, sources: Sequence[CapturedHost], modes: ModeTable) -> tuple[Cpu, ...]:
        """Plan a new host that several sources describe; the processors that it needs."""
        placed = next((each for each in sources if each.datacenter or each.cluster), sources[0])
        parent_id, stated = self.parent(placed)
        host = planned_host(sources, self.new_id(Host), parent_id if stated else None)
        host, cpus = described_by(host, [source_of(each) for each in sources], modes)
        self.members.setdefault(parent_id, []).append(host)
        return cpus

    def built(self, chosen: Iterable[Found]) -> Plan:
        """The plan with all that was collected."""
        modes = self._modes(chosen)
        clusters: dict[str, list[Cluster]] = {}
        for object_id, (datacenter_id, name) in self.new_clusters.items():
            mode = modes.get(object_id)
            cluster = Cluster(id=object_id, name=name, evc_mode=mode, present_evc_mode=mode, exists=True)
            clusters.setdefault(datacenter_id, []).append(cluster)
        datacenters = [
            Datacenter(id=object_id, name=name) for object_id, name in self.new_datacenters.items()
        ]
        return edits.add_objects(self.plan, datacenters, clusters, self.members)

    def _modes(self, chosen: Iterable[Found]) -> dict[str, str]:
        """The mode that a new cluster's hosts run under now, where all that say so say the same."""
        stated: dict[str, set[str]] = {}
        for found in chosen:
            mode = found.host.current_evc_mode
            if mode and found.host.cluster:
                stated.setdefault(self.parent(found.host)[0], set()).add(mode)
        return {parent: next(iter(modes)) for parent, modes in stated.items() if len(modes) == 1}


def outcome(draft: ImportDraft, plan: Plan) -> Outcome:
    """The plan after the import. Where nothing is ticked it is the same plan."""
    new: dict[int, list[Found]] = {}
    further: dict[str, list[CapturedHost]] = {}
    for each in draft.chosen:
        if each.host_id:
            further.setdefault(each.host_id, []).append(each.host)
        else:
            new.setdefault(each.same_as, []).append(each)
    if not new and not further:
        return Outcome(plan)
    modes = modes_of(plan)
    builder = _Builder(plan, draft)
    cpus = [cpu for own in new.values() for cpu in builder.add([each.host for each in own], modes)]
    after = edits.store_cpus(builder.built(each for own in new.values() for each in own), cpus)
    if further:
        after = with_further(after, further)
    added = [host.id for own in builder.members.values() for host in own]
    return Outcome(
        plan=after,
        hosts=len(new),
        further=len(further),
        datacenters=tuple(builder.new_datacenters.values()),
        clusters=tuple(name for _, name in builder.new_clusters.values()),
        subjects=frozenset([*added, *builder.new_datacenters, *builder.new_clusters, *further]),
        first=next(iter((*builder.members, *further))),
    )


FACTS: Final = (
    *("vendor", "model", "cpu_packages", "cpu_cores", "cpu_mhz", "memory_mb"),
    *("esx_release", "esx_build", "xd"),
)
"""What a source may say of a host besides its processor: fields of `Host`."""


def facts(sources: Iterable[CapturedHost]) -> dict[str, Any]:
    """What the first source that knows says of each fact."""
    known: dict[str, Any] = {}
    for found in sources:
        for name in FACTS:
            value = xd_of(found.cpu) if name == "xd" else getattr(found, name)
            if value not in (None, ""):
                known.setdefault(name, value)
    return known


def source_of(found: CapturedHost) -> Source:
    """What was found as a source that a plan keeps."""
    return Source(found.evidence, found.cpu, found.kind, found.assumed)


def planned_host(sources: Sequence[CapturedHost], host_id: str, present_parent: str | None) -> Host:
    """A new host as its sources describe it, still without its processor.

    Its address is the fullest name that is one. Where no name is an address it is left blank, to be typed
    later, and the first name becomes the host's.
    """
    names = [found.name for found in sources]
    addresses = [name for name in names if kind(name) is not None and reaches_a_host(name)]
    full = next((name for name in addresses if kind(name) != "short name"), None)
    address = full or next(iter(addresses), "")
    return Host(
        id=host_id,
        address=address,
        name="" if address else names[0],
        in_maintenance_mode=any(found.in_maintenance_mode for found in sources),
        present_parent=present_parent,
        **facts(sources),
    )


def with_further(plan: Plan, further: Mapping[str, Sequence[CapturedHost]]) -> Plan:
    """The plan with further evidence for hosts that it has, in one edit of any size.

    The sources join those that the hosts have; of the other facts only those are taken that were not known.
    """

    def completed(host: Host) -> Host:
        known = facts(further[host.id])
        blank = {name: value for name, value in known.items() if getattr(host, name) in (None, "")}
        return replace(host, **blank) if blank else host

    after = edits.update_hosts(plan, dict.fromkeys(further, completed))
    return with_evidence(after, {own: [source_of(each) for each in found] for own, found in further.items()})


@dataclass(frozen=True, slots=True)
class Described:
    """A host, its sources, and the processor that they describe together."""

    host: Host
    cpu: Cpu
    sources: tuple[Source, ...]


def _each_a_host(draft: ImportDraft) -> ImportDraft:
    """The draft with what would only join a host if the user said so as hosts of their own, numbered."""
    seen = {normalised(each.host.name) for each in draft.found}
    found = []
    for each in draft.found:
        if each.becomes is Becomes.JOINED and each.number not in draft.ticked:
            name, number = each.host.name, 2
            while normalised(name) in seen:
                name, number = f"{each.host.name}-{number}", number + 1
            seen.add(normalised(name))
            own = replace(each.host, name=name)
            each = replace(each, host=own, same_as=each.number, becomes=Becomes.NEW, other="")
        found.append(each)
    new = {each.number for each in found if each.becomes is Becomes.NEW}
    return replace(draft, found=tuple(found), ticked=draft.ticked | new)


def described(sources: Sources, plan: Plan) -> tuple[Described, ...]:
    """The hosts that sources describe, those of one host joined, as they would come into an empty plan."""
    empty = Plan(release=plan.release, modes=plan.modes)
    draft = _each_a_host(with_sources(ImportDraft(as_stated=False), empty, sources))
    after = outcome(draft, empty).plan
    cpus = inventory.cpus(after.cpus)
    found = ((host, cpus.get(host.cpu or "")) for _, _, host in hosts(after))
    return tuple(Described(host, cpu, sources_of(host, cpus)) for host, cpu in found if cpu is not None)


# What speaks against it.


def blocking(findings: Iterable[Finding], subjects: frozenset[str]) -> Finding | None:
    """The first error that keeps the import from being made; see `BLOCKING`."""
    errors = (f for f in findings if f.severity is Severity.ERROR and f.rule in BLOCKING)
    return next((f for f in errors if f.subject.object_id in subjects), None)

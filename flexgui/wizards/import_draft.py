"""What an import found, what is to come of it, and the edit that it leads to. Knows nothing of Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Final

from flexgui.capture.captured import CapturedHost
from flexgui.capture.folders import Skipped, files_in
from flexgui.capture.reader import read_capture
from flexgui.cpuid.cpu import Cpu
from flexgui.errors import InputError
from flexgui.evc.evidence import STRENGTH, kind_of
from flexgui.evc.modes import ModeTable
from flexgui.evc.support import Assessment, assess
from flexgui.plan import edits
from flexgui.plan.address import kind, normalised, reaches_a_host
from flexgui.plan.inventory import cpu_of, find, hosts, modes_of
from flexgui.plan.values import Cluster, Datacenter, Host, Plan
from flexgui.rules.finding import Finding, Severity
from flexgui.wizards.cluster_draft import unique_name
from flexgui.wizards.host_draft import xd_of

BLOCKING: Final = frozenset({"host.duplicate-address", "names.blank", "names.duplicate", "names.too-long"})
"""Rules whose errors keep an import from being made: a plan in which two objects are one, or cannot be told
apart, cannot exist. Any other error is what the present state is: it is imported, and mended in the plan."""

Report = Callable[[int, int, str], None]
"""Hears how many files are read, of how many, and which is next."""


class Becomes(Enum):
    """What a host that was found becomes."""

    NEW = "a new host"
    FURTHER = "further evidence for a host of the plan"
    KNOWN = "nothing: the plan has this evidence already"
    DUPLICATE = "nothing: the import has this host already"


@dataclass(frozen=True, slots=True)
class Sources:
    """What files and folders held, and what in them could not be read."""

    hosts: tuple[CapturedHost, ...] = ()
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A host that was found, what its processor allows, and what it becomes.

    `host_id` is the plan's host that it is, "" for none; `other` what to call that, or the host of this
    import that it repeats. `search` is all that a filter looks into, in lower case.
    """

    number: int
    host: CapturedHost
    assessment: Assessment
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
    all others; "" is a new datacenter of the name `datacenter_name`.
    """

    found: tuple[Found, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    ticked: frozenset[int] = frozenset()
    as_stated: bool = True
    parent_id: str = ""
    datacenter_name: str = ""

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
    found: list[CapturedHost] = []
    read: set[Path] = set()
    for number, path in enumerate(files):
        report(number, len(files), path.name)
        target = path.resolve()
        if target in read:
            continue
        read.add(target)
        try:
            found += read_capture(path)
        except InputError as error:
            skipped.append(Skipped(path, _sentence(error)))
    return Sources(tuple(found), tuple(skipped))


def _sentence(error: InputError) -> str:
    return str(InputError(error.problem, error.remedy, line=error.line))


# The draft.


def new_draft(plan: Plan, parent_id: str, datacenter_name: str) -> ImportDraft:
    """An empty draft. `parent_id` is what was selected; "" is the first datacenter, or a new one."""
    if find(plan, parent_id or None) is None:
        parent_id = plan.datacenters[0].id if plan.datacenters else ""
    name = unique_name(datacenter_name, {d.name for d in plan.datacenters})
    return ImportDraft(parent_id=parent_id, datacenter_name=name)


def with_sources(draft: ImportDraft, plan: Plan, sources: Sources) -> ImportDraft:
    """The draft with what further files held. What adds something is ticked."""
    modes = modes_of(plan)
    assessed: dict[str, Assessment] = {}
    known = _known_hosts(plan)
    imported = {key: each for each in reversed(draft.found) for key in _keys(each.host)}
    found = list(draft.found)
    ticked = set(draft.ticked)
    for host in sources.hosts:
        cpu = host.cpu
        if cpu.fingerprint not in assessed:
            assessed[cpu.fingerprint] = assess(cpu, modes)
        number = len(found)
        each = Found(number, host, assessed[cpu.fingerprint])
        own = next((known[key] for key in _keys(host) if key in known), None)
        twin = next((imported[key] for key in _keys(host) if key in imported), None)
        if twin is not None:
            each = replace(each, becomes=Becomes.DUPLICATE, other=twin.host.name)
        elif own is not None:
            same = own.cpu == cpu.fingerprint and own.cpu_source == host.evidence
            becomes = Becomes.KNOWN if same else Becomes.FURTHER
            each = replace(each, becomes=becomes, host_id=own.id, other=own.label)
        each = replace(each, search=_search_text(each, modes))
        if each.becomes in (Becomes.NEW, Becomes.FURTHER):
            ticked.add(number)
        found.append(each)
        for key in _keys(host):
            imported.setdefault(key, each)
    return replace(
        draft, found=tuple(found), skipped=(*draft.skipped, *sources.skipped), ticked=frozenset(ticked)
    )


def _keys(host: CapturedHost) -> tuple[str, ...]:
    """What a host is recognised by: its name, which for most inventories is its address."""
    name = normalised(host.name)
    return (name,) if name else ()


def _known_hosts(plan: Plan) -> dict[str, Host]:
    """The plan's hosts by address and name; an address counts more than another host's name."""
    known: dict[str, Host] = {}
    for _, _, host in hosts(plan):
        if host.address.strip():
            known.setdefault(normalised(host.address), host)
    for _, _, host in hosts(plan):
        if host.name.strip():
            known.setdefault(normalised(host.name), host)
    return known


def _search_text(found: Found, modes: ModeTable) -> str:
    host, cpu = found.host, found.host.cpu
    generation = cpu.generation.name if cpu.generation is not None else ""
    reached = (found.assessment.highest, found.assessment.possible)
    names = " ".join(f"{mode.key} {mode.short_label}" for mode in reached if mode is not None)
    parts = (host.name, cpu.brand, generation, names, host.esx_release or "", found.place, host.source)
    return " ".join(parts).casefold()


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

    def add(self, found: Found) -> str:
        """Plan a new host; its id."""
        parent_id, stated = self.parent(found.host)
        host = planned_host(found.host, self.new_id(Host), parent_id if stated else None)
        self.members.setdefault(parent_id, []).append(host)
        return host.id

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
            mode = getattr(found.host, "current_evc_mode", None)
            if mode and found.host.cluster:
                stated.setdefault(self.parent(found.host)[0], set()).add(mode)
        return {parent: next(iter(modes)) for parent, modes in stated.items() if len(modes) == 1}


def outcome(draft: ImportDraft, plan: Plan) -> Outcome:
    """The plan after the import. Where nothing is ticked it is the same plan."""
    chosen = draft.chosen
    further = [each for each in chosen if each.host_id]
    new = [each for each in chosen if not each.host_id]
    if not chosen:
        return Outcome(plan)
    builder = _Builder(edits.store_cpus(plan, (each.host.cpu for each in chosen)), draft)
    subjects = {builder.add(each) for each in new}
    after = builder.built(new)
    after = with_evidence(after, further)
    return Outcome(
        plan=after,
        hosts=len(new),
        further=len(further),
        datacenters=tuple(builder.new_datacenters.values()),
        clusters=tuple(name for _, name in builder.new_clusters.values()),
        subjects=frozenset(
            subjects | {*builder.new_datacenters, *builder.new_clusters} | {each.host_id for each in further}
        ),
        first=next(iter(builder.members), further[0].host_id if further else ""),
    )


def planned_host(found: CapturedHost, host_id: str, present_parent: str | None) -> Host:
    """A new host as it was found. A name that is no address leaves the address blank, to be typed later."""
    is_address = kind(found.name) is not None and reaches_a_host(found.name)
    return Host(
        id=host_id,
        address=found.name if is_address else "",
        name="" if is_address else found.name,
        vendor=found.vendor,
        model=found.model,
        cpu=found.cpu.fingerprint,
        cpu_source=found.evidence,
        cpu_assumed=found.assumed,
        cpu_packages=found.cpu_packages,
        cpu_cores=found.cpu_cores,
        cpu_mhz=found.cpu_mhz,
        memory_mb=found.memory_mb,
        esx_release=found.esx_release,
        esx_build=found.esx_build,
        xd=None if found.assumed else xd_of(found.cpu),
        in_maintenance_mode=bool(found.in_maintenance_mode),
        present_parent=present_parent,
    )


def with_evidence(plan: Plan, found: Sequence[Found]) -> Plan:
    """The plan with further evidence for hosts that it has, several at once."""
    changes: dict[str, Callable[[Host], Host]] = {}
    for each in found:
        before = changes.get(each.host_id, lambda host: host)
        changes[each.host_id] = _then(before, each.host, plan)
    return edits.drop_unused_cpus(edits.update_hosts(plan, changes))


def _then(before: Callable[[Host], Host], found: CapturedHost, plan: Plan) -> Callable[[Host], Host]:
    def changed(host: Host) -> Host:
        so_far = before(host)
        return _with_capture(so_far, found, cpu_of(plan, so_far))

    return changed


def _with_capture(host: Host, found: CapturedHost, old: Cpu | None) -> Host:
    """A host with what a capture says: of the processor where that is no weaker than what was known, of the
    rest where nothing was."""
    fields = planned_host(found, host.id, None)
    changes: dict[str, object] = {}
    for name in (
        *("vendor", "model", "cpu_packages", "cpu_cores", "cpu_mhz", "memory_mb"),
        *("esx_release", "esx_build", "xd"),
    ):
        if getattr(host, name) in (None, ""):
            changes[name] = getattr(fields, name)
    weight = STRENGTH.index
    if old is None or weight(found.kind) <= weight(kind_of(old, assumed=host.cpu_assumed)):
        changes |= {"cpu": fields.cpu, "cpu_source": fields.cpu_source, "cpu_assumed": fields.cpu_assumed}
    return replace(host, **changes)  # type: ignore[arg-type]


# What speaks against it.


def blocking(findings: Iterable[Finding], subjects: frozenset[str]) -> Finding | None:
    """The first error that keeps the import from being made; see `BLOCKING`."""
    errors = (f for f in findings if f.severity is Severity.ERROR and f.rule in BLOCKING)
    return next((f for f in errors if f.subject.object_id in subjects), None)

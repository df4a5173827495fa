"""What has been typed into the Add Host wizard, and the edit that it leads to. Knows nothing of Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from flexgui.capture.captured import CapturedHost
from flexgui.cpuid.cpu import Cpu
from flexgui.evc.modes import EvcMode
from flexgui.evc.pool import Member
from flexgui.evc.recommendation import Recommendation, Verdict, recommend, verdict
from flexgui.evc.releases import at_least, esx_releases, offered_modes
from flexgui.identity import cached_by_identity
from flexgui.plan import edits
from flexgui.plan.evidence import Source, described_by, together
from flexgui.plan.inventory import everybody, find, modes_of
from flexgui.plan.thumbprint import normalised_thumbprint
from flexgui.plan.values import (
    Cluster,
    Edit,
    Host,
    HostConnectionState,
    LicenseEdition,
    Plan,
    ResourcePool,
    Switch,
    VirtualMachine,
)

CpuFrom = Literal["candidate", "file", "text", "list", "unknown"]
"""Where the page looks for the processor."""

EvcAnswer = Literal["keep", "recommended", "disable"]
"""What becomes of the cluster's mode; a recommendation is computed anew whenever the host changes."""


@dataclass(frozen=True, slots=True)
class Processor:
    """A processor for the host, where it comes from, and what that source says of the host besides.

    `stated` holds fields of `Host` by name. `assumed` is set where nothing was measured. `sources` are all
    that describe it together, where there are several.
    """

    cpu: Cpu
    source: str
    name: str = ""
    assumed: bool = False
    stated: tuple[tuple[str, Any], ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def evidence(self) -> tuple[Source, ...]:
        """All that is known of it, the strongest source first."""
        return self.sources or (Source.of(self.source, self.cpu, assumed=self.assumed),)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a capture file or a pasted text held: one or several hosts, one of which is chosen."""

    source: str
    hosts: tuple[Processor, ...]
    chosen: int = 0

    @property
    def processor(self) -> Processor:
        return self.hosts[self.chosen]


@dataclass(frozen=True, slots=True)
class HostDraft:
    """The draft of a host.

    `thumbprint` and `pasted_text` are as typed. `file`, `text`, `listed` and `candidate` are the last that
    each source yielded; `processor` is the one that counts. The virtual machines have no ids yet. `waiting`
    are the candidates that the New Cluster wizard weighed and that are not in the cluster yet.
    """

    address: str = ""
    name: str = ""
    esx_release: str | None = None
    esx_build: str | None = None
    thumbprint: str = ""
    thumbprint_confirmed: bool = False
    cpu_from: CpuFrom = "file"
    file: Reading | None = None
    pasted_text: str = ""
    text: Reading | None = None
    listed: Processor | None = None
    candidate: Processor | None = None
    processor: Processor | None = None
    vendor: str = ""
    model: str = ""
    cpu_packages: int | None = None
    cpu_cores: int | None = None
    cpu_mhz: int | None = None
    memory_mb: int | None = None
    xd: Switch | None = None
    vt: Switch | None = None
    connection_state: HostConnectionState = "connected"
    in_maintenance_mode: bool = False
    vms: tuple[VirtualMachine, ...] = ()
    evc: EvcAnswer = "keep"
    licensed: bool = False
    license_key: str = ""
    license_edition: LicenseEdition | None = None
    own_pool: bool = False
    pool_name: str = ""
    waiting: tuple[Processor, ...] = ()

    @property
    def others_waiting(self) -> tuple[Processor, ...]:
        """The candidates that are still to come once this host is in."""
        own = self.candidate if self.cpu_from == "candidate" else None
        return tuple(each for each in self.waiting if each is not own)

    @property
    def label(self) -> str:
        """What to call the host; may be empty while nothing is typed."""
        return self.name.strip() or self.address.strip()


# The processor.


def captured(host: CapturedHost) -> Processor:
    """A host of a capture, with all that the capture states of it."""
    stated: dict[str, Any] = {
        "esx_release": host.esx_release,
        "esx_build": host.esx_build,
        "vendor": host.vendor or None,
        "model": host.model or None,
        "cpu_packages": host.cpu_packages,
        "cpu_cores": host.cpu_cores,
        "cpu_mhz": host.cpu_mhz,
        "memory_mb": host.memory_mb,
        "xd": xd_of(host.cpu),
    }
    found = tuple((name, value) for name, value in stated.items() if value is not None)
    sources = tuple(Source(each.evidence, each.cpu, each.kind, each.assumed) for each in host.sources)
    return Processor(host.cpu, host.evidence, host.name, host.assumed, found, sources)


def candidate(host: Host, cpu: Cpu, sources: tuple[Source, ...] = ()) -> Processor:
    """A host that is known already, or that the New Cluster wizard weighed."""
    names = (
        "vendor",
        "model",
        "cpu_packages",
        "cpu_cores",
        "cpu_mhz",
        "memory_mb",
        "esx_release",
        "esx_build",
    )
    stated = [(name, value) for name in names if (value := getattr(host, name))]
    xd = host.xd or (None if host.cpu_assumed else xd_of(cpu))
    if xd is not None:
        stated.append(("xd", xd))
    several = sources if len(sources) > 1 else ()
    return Processor(cpu, host.cpu_source, host.label, host.cpu_assumed, tuple(stated), several)


def xd_of(cpu: Cpu) -> Switch | None:
    """The execute disable switch as CPUID shows it: firmware that disables it hides NX. VT is never shown."""
    if not cpu.measured:
        return None
    present = cpu.has("NX")
    return None if present is None else "enabled" if present else "disabled"


def with_processor(draft: HostDraft, processor: Processor | None) -> HostDraft:
    """The draft with another processor.

    What the new source states replaces what was there. What only the last one stated, and nobody changed
    since, goes with it; what was typed stays. A release that was typed stays in any case.
    """
    before = dict(draft.processor.stated) if draft.processor is not None else {}
    after = dict(processor.stated) if processor is not None else {}
    empty = HostDraft()
    fields: dict[str, Any] = {}
    for name in dict.fromkeys((*before, *after)):
        untouched = name not in before or getattr(draft, name) == before[name]
        blank = getattr(draft, name) == getattr(empty, name)
        if name in after:
            if name != "esx_release" or blank or (name in before and untouched):
                fields[name] = after[name]
        elif untouched:
            fields[name] = getattr(empty, name)
    return replace(draft, processor=processor, **fields)


# The place, and the edit.


def cluster_of(plan: Plan, parent_id: str) -> Cluster | None:
    """The cluster that the host is added to; None where it becomes standalone."""
    place = find(plan, parent_id)
    return place.object if place is not None and isinstance(place.object, Cluster) else None


def host_id(plan: Plan) -> str:
    return edits.new_id(plan, Host)


def vm_ids(plan: Plan, draft: HostDraft) -> list[str]:
    return [edits.new_id(plan, VirtualMachine, 1 + row) for row in range(len(draft.vms))]


def pool_id(plan: Plan, draft: HostDraft) -> str:
    return edits.new_id(plan, ResourcePool, 1 + len(draft.vms))


def makes_pool(plan: Plan, parent_id: str, draft: HostDraft) -> bool:
    """Whether a resource pool is made: only below a cluster with DRS, which pools need."""
    cluster = cluster_of(plan, parent_id)
    return draft.own_pool and cluster is not None and cluster.drs.enabled


def pool_name(draft: HostDraft) -> str:
    """The name of the new pool; vSphere's own where none was typed."""
    return draft.pool_name.strip() or f"Grafted from {draft.address.strip()}"


def planned_host(draft: HostDraft, plan: Plan, parent_id: str) -> Host:
    """The host as Finish makes it."""
    pool = pool_id(plan, draft) if makes_pool(plan, parent_id, draft) else None
    numbered = zip(draft.vms, vm_ids(plan, draft), strict=True)
    thumbprint = normalised_thumbprint(draft.thumbprint)
    processor = draft.processor
    host = Host(
        id=host_id(plan),
        address=draft.address.strip(),
        name=draft.name.strip(),
        vendor=draft.vendor,
        model=draft.model,
        cpu=processor.cpu.fingerprint if processor is not None else None,
        cpu_source=processor.source if processor is not None else "",
        cpu_assumed=processor is not None and processor.assumed,
        cpu_packages=draft.cpu_packages,
        cpu_cores=draft.cpu_cores,
        cpu_mhz=draft.cpu_mhz,
        memory_mb=draft.memory_mb,
        esx_release=draft.esx_release,
        esx_build=draft.esx_build,
        xd=draft.xd,
        vt=draft.vt,
        connection_state=draft.connection_state,
        in_maintenance_mode=draft.in_maintenance_mode,
        thumbprint=thumbprint or draft.thumbprint.strip() or None,
        thumbprint_confirmed=thumbprint is not None and draft.thumbprint_confirmed,
        license_key=(draft.license_key.strip() or None) if draft.licensed else None,
        license_edition=draft.license_edition if draft.licensed else None,
        vms=tuple(replace(vm, id=number, resource_pool=pool) for vm, number in numbered),
    )
    if processor is not None and processor.sources:
        host, _ = described_by(host, processor.sources, modes_of(plan))
    return host


def edit(draft: HostDraft, parent_id: str) -> Edit:
    """The one edit that Finish makes: the processor, the host, its pool, and the cluster's mode."""

    def apply(plan: Plan) -> Plan:
        after = plan if draft.processor is None else with_processors(plan, draft.processor)
        if makes_pool(plan, parent_id, draft):
            pool = ResourcePool(id=pool_id(plan, draft), name=pool_name(draft))
            after = edits.add_resource_pool(after, parent_id, pool)
        after = edits.add_host(after, parent_id, planned_host(draft, plan, parent_id))
        cluster = cluster_of(plan, parent_id)
        if cluster is not None and (mode := mode_after(draft, plan, cluster)) != cluster.evc_mode:
            after = edits.set_fields(after, parent_id, evc_mode=mode)
        return after

    return apply


@cached_by_identity(4)
def _with_cpus(plan: Plan) -> dict[tuple[str, ...], Plan]:
    return {}


def with_processors(plan: Plan, processor: Processor) -> Plan:
    """The plan with a processor and those that its sources alone show.

    It is the same object each time: findings are kept by identity of its parts.
    """
    cpus = [each.cpu for each in processor.sources]
    cpus.append(together(processor.sources, modes_of(plan))[0] if cpus else processor.cpu)
    known, key = _with_cpus(plan), tuple(cpu.fingerprint for cpu in cpus)
    if key not in known:
        known[key] = edits.store_cpus(plan, cpus)
    return known[key]


def carried_over(draft: HostDraft) -> HostDraft:
    """What the next host starts with. Nothing that was stated or measured of this one is taken for it."""
    return HostDraft(
        esx_release=draft.esx_release,
        cpu_from=draft.cpu_from,
        licensed=draft.licensed,
        license_key=draft.license_key,
        license_edition=draft.license_edition,
    )


def manageable_releases(plan: Plan) -> list[tuple[str, str]]:
    """(key, name) of the ESX releases that the plan's vCenter manages, newest first."""
    known = [r for r in esx_releases().values() if at_least(plan.release, r.vcenter)]
    return [(release.key, release.name) for release in reversed(known)]


# The mode.


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the new host means for the mode of its cluster.

    `current` is None where EVC is disabled. `verdict` is what the current mode means for the new host.
    `recommendation` weighs all hosts, the new one too; `unknown` names those whose processor is not known.
    """

    current: EvcMode | None
    verdict: Verdict | None
    recommendation: Recommendation | None
    unknown: tuple[str, ...]

    @property
    def offer(self) -> EvcMode | None:
        """Another mode than now that all hosts allow, or None."""
        found = self.recommendation
        if found is None or found.others or found.mode is None:
            return None
        return found.mode if self.current is None or found.mode.key != self.current.key else None


def weigh(draft: HostDraft, plan: Plan, cluster: Cluster) -> Weighing:
    """Weigh the cluster's mode again, as if the new host were in it, and the candidates still to come."""
    modes = modes_of(plan)
    weighed = list(everybody(plan, cluster.hosts))
    new = None
    if draft.processor is not None:
        kind = draft.processor.evidence[0].kind
        new = Member(draft.label, draft.processor.cpu, kind, draft.esx_release)
    weighed.append(new or Member(draft.label))
    for each in draft.others_waiting:
        esx = dict(each.stated).get("esx_release")
        weighed.append(Member(each.name, each.cpu, each.evidence[0].kind, esx))
    unknown = tuple(member.name for member in weighed if not member.known)
    coming = (dict(each.stated).get("esx_release") for each in draft.others_waiting)
    releases = (draft.esx_release, *(host.esx_release for host in cluster.hosts), *coming)
    offered = offered_modes(plan.release, modes, esx=releases)
    current = modes.get(cluster.evc_mode)
    meaning = verdict(new, current, modes, offered) if new is not None and current is not None else None
    return Weighing(current, meaning, recommend(weighed, modes, offered), unknown)


def mode_after(draft: HostDraft, plan: Plan, cluster: Cluster) -> str | None:
    """The key of the cluster's mode once the host is in it."""
    if draft.evc == "disable":
        return None
    if draft.evc == "recommended" and (offer := weigh(draft, plan, cluster).offer) is not None:
        return offer.key
    return cluster.evc_mode

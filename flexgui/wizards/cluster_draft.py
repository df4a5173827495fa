"""What has been typed into the New Cluster wizard, and the edits that it leads to. Knows nothing of Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.evidence import EvidenceKind
from flexgui.evc.modes import EvcMode
from flexgui.evc.pool import Member
from flexgui.evc.recommendation import Recommendation, recommend
from flexgui.evc.releases import at_least, offered_modes
from flexgui.plan import edits
from flexgui.plan.evidence import Source, described_by
from flexgui.plan.inventory import cpu_of, find, kind, modes_of
from flexgui.plan.values import Cluster, Datacenter, Edit, Host, Plan

FIRST_WITH_EVC_PAGE = "4.0"
"""Before it, EVC is switched on in the settings of the finished cluster (paper, figs. 16 and 17)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A host that the EVC page weighs: a standalone host of the datacenter, or a capture added on the page.

    A capture has a host of its own only for weighing; it becomes one when it is added with an address. Its
    `sources` are what describes it.
    """

    host: Host
    cpu: Cpu | None
    ticked: bool = True
    captured: bool = False
    sources: tuple[Source, ...] = ()

    @property
    def kind(self) -> EvidenceKind | None:
        """The strongest evidence of the processor."""
        return None if self.cpu is None else kind(self.host, {self.cpu.fingerprint: self.cpu})


@dataclass(frozen=True, slots=True)
class ClusterDraft:
    """The draft of a cluster.

    `datacenter_id` is None while a new datacenter of the name `datacenter_name` is wanted. `evc_mode` in
    `cluster` counts only where `evc_chosen` says that the user chose; otherwise the recommendation does.
    `move_hosts` and `add_hosts` are None until the user chose: see `moves_hosts` and `goes_on`.
    """

    cluster: Cluster
    new_datacenter_id: str
    datacenter_id: str | None = None
    datacenter_name: str = ""
    candidates: tuple[Candidate, ...] = ()
    evc_chosen: bool = False
    move_hosts: bool | None = None
    add_hosts: bool | None = None

    @property
    def parent_id(self) -> str:
        return self.datacenter_id or self.new_datacenter_id

    @property
    def ticked(self) -> tuple[Candidate, ...]:
        return tuple(candidate for candidate in self.candidates if candidate.ticked)


def unique_name(wanted: str, taken: set[str]) -> str:
    """`wanted`, or with the first number that makes it unique; vCenter does not tell names apart by case."""
    folded = {name.casefold() for name in taken}
    name, number = wanted, 2
    while name.casefold() in folded:
        name, number = f"{wanted} {number}", number + 1
    return name


def new_draft(plan: Plan, datacenter_id: str | None, cluster_name: str, datacenter_name: str) -> ClusterDraft:
    """The draft that the wizard starts with, for a datacenter or, with None, for the first or a new one."""
    if datacenter_id is None and plan.datacenters:
        datacenter_id = plan.datacenters[0].id
    draft = ClusterDraft(
        cluster=Cluster(id=edits.new_id(plan, Cluster, 1), name=""),
        new_datacenter_id=edits.new_id(plan, Datacenter),
        datacenter_id=datacenter_id,
        datacenter_name=unique_name(datacenter_name, {d.name for d in plan.datacenters}),
    )
    return in_datacenter(draft, plan, datacenter_id, cluster_name)


def in_datacenter(
    draft: ClusterDraft, plan: Plan, datacenter_id: str | None, cluster_name: str | None = None
) -> ClusterDraft:
    """The draft for another datacenter: its standalone hosts become the candidates; captures stay."""
    place = find(plan, datacenter_id)
    datacenter = place.object if place is not None and isinstance(place.object, Datacenter) else None
    known = {candidate.host.id: candidate for candidate in draft.candidates}
    standalone = tuple(
        known.get(host.id, Candidate(host, cpu_of(plan, host)))
        for host in (datacenter.hosts if datacenter else ())
    )
    captured = tuple(candidate for candidate in draft.candidates if candidate.captured)
    cluster = draft.cluster
    if cluster_name is not None:
        taken = {c.name for c in datacenter.clusters} if datacenter else set()
        cluster = replace(cluster, name=unique_name(cluster_name, taken))
    return replace(draft, datacenter_id=datacenter_id, candidates=standalone + captured, cluster=cluster)


def add_captured(
    draft: ClusterDraft,
    plan: Plan,
    name: str,
    cpu: Cpu,
    source: str,
    sources: Sequence[Source] = (),
    **fields: Any,
) -> ClusterDraft:
    """The draft with a captured host as one more candidate.

    `sources` are those that describe it, where there are several; `fields` of the host are what they say of
    it besides.
    """
    used = {candidate.host.id for candidate in draft.candidates}
    numbers = (edits.new_id(plan, Host, 2 + offset) for offset in range(len(used) + 1))
    host_id = next(number for number in numbers if number not in used)
    taken = {candidate.host.label for candidate in draft.candidates}
    host = Host(
        id=host_id, address=unique_name(name, taken), cpu=cpu.fingerprint, cpu_source=source, **fields
    )
    if len(sources) > 1:
        host, _ = described_by(host, sources, modes_of(plan))
    added = Candidate(host, cpu, captured=True, sources=tuple(sources))
    return replace(draft, candidates=(*draft.candidates, added))


def has_evc_step(plan: Plan) -> bool:
    """Whether the release's New Cluster wizard has an EVC page."""
    return at_least(plan.release, FIRST_WITH_EVC_PAGE)


def members(draft: ClusterDraft) -> tuple[Member, ...]:
    """The ticked candidates, those of whose processor nothing is known too."""
    return tuple(
        Member(c.host.label) if c.cpu is None else Member(c.host.label, c.cpu, c.kind, c.host.esx_release)
        for c in draft.ticked
    )


def esx_of(draft: ClusterDraft) -> tuple[str | None, ...]:
    """The ESX releases of the ticked candidates, None where one is not known."""
    return tuple(c.host.esx_release for c in draft.ticked)


def recommendation(draft: ClusterDraft, plan: Plan) -> Recommendation | None:
    """What to recommend, of the modes that vCenter and the hosts' ESX know; None without candidates."""
    modes = modes_of(plan)
    return recommend(members(draft), modes, offered_modes(plan.release, modes, esx=esx_of(draft)))


def chosen_mode(draft: ClusterDraft, plan: Plan) -> EvcMode | None:
    """The mode as it stands: the user's choice, else the recommendation; None is EVC disabled."""
    if not has_evc_step(plan):
        return None
    if draft.evc_chosen:
        return modes_of(plan).get(draft.cluster.evc_mode)
    found = recommendation(draft, plan)
    return found.mode if found is not None else None


def standalone(draft: ClusterDraft) -> tuple[Candidate, ...]:
    """The ticked candidates that are hosts of the datacenter already."""
    return tuple(candidate for candidate in draft.ticked if not candidate.captured)


def moves_hosts(draft: ClusterDraft, plan: Plan) -> bool:
    """Whether the ticked standalone hosts come in with the cluster: as chosen, else where it gets EVC first.

    Where EVC is enabled later, a host that came in before it would be in the way.
    """
    wanted = has_evc_step(plan) if draft.move_hosts is None else draft.move_hosts
    return wanted and bool(standalone(draft))


def goes_on(draft: ClusterDraft) -> bool:
    """Whether Add Host follows: as chosen, else where a candidate is no host yet, or there is none at all."""
    if draft.add_hosts is not None:
        return draft.add_hosts
    return not standalone(draft) or any(candidate.captured for candidate in draft.ticked)


def planned_cluster(draft: ClusterDraft, plan: Plan) -> Cluster:
    """The cluster as Finish makes it. Settings of steps that do not apply are left at their defaults."""
    mode = chosen_mode(draft, plan)
    key = mode.key if mode is not None else draft.cluster.evc_mode if draft.evc_chosen else None
    cluster = replace(draft.cluster, evc_mode=key if has_evc_step(plan) else None)
    if not cluster.drs.enabled:
        cluster = replace(cluster, dpm=replace(cluster.dpm, enabled=False))
    return cluster


def edit(draft: ClusterDraft) -> Edit:
    """The one edit that Finish makes: a new datacenter, the cluster, the ticked hosts if they are to move."""

    def apply(plan: Plan) -> Plan:
        after = _with_cluster(draft, plan)
        if moves_hosts(draft, plan):
            after = edits.move_hosts(after, [c.host.id for c in standalone(draft)], draft.cluster.id)
        return after

    return apply


def preview(draft: ClusterDraft) -> Edit:
    """The plan to check: as if all ticked candidates were in the cluster already."""

    def apply(plan: Plan) -> Plan:
        after = _with_cluster(draft, plan)
        after = edits.move_hosts(after, [c.host.id for c in standalone(draft)], draft.cluster.id)
        for candidate in draft.ticked:
            if candidate.captured:
                shown = () if candidate.cpu is None else (candidate.cpu,)
                after = edits.store_cpus(after, (*shown, *(each.cpu for each in candidate.sources)))
                after = edits.add_host(after, draft.cluster.id, candidate.host)
        return after

    return apply


def _with_cluster(draft: ClusterDraft, plan: Plan) -> Plan:
    cluster = planned_cluster(draft, plan)
    if draft.datacenter_id is None:
        datacenter = Datacenter(id=draft.new_datacenter_id, name=draft.datacenter_name)
        plan = edits.add_datacenter(plan, datacenter)
    return edits.add_cluster(plan, draft.parent_id, cluster)

"""What was chosen in Suggest Clusters, the clusters it leads to, and their edit. Knows nothing of Qt."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from flexgui.evc.modes import EvcMode, maker
from flexgui.evc.partition import FleetHost, Suggestion, suggest
from flexgui.evc.releases import offered_modes
from flexgui.plan import edits
from flexgui.plan.inventory import find, fleet_host, modes_of
from flexgui.plan.values import Cluster, Datacenter, Host, Plan
from flexgui.wizards.cluster_draft import unique_name


@dataclass(frozen=True, slots=True)
class Candidate:
    """A host of the datacenter; `cluster` is the one that it is in, None for a standalone host.

    `weighed` is the host as one of the fleet.
    """

    host: Host
    cluster: Cluster | None
    ticked: bool
    weighed: FleetHost


@dataclass(frozen=True, slots=True)
class SuggestDraft:
    """The choices: who takes part, how many clusters by maker, and names by the key of the cluster's mode.

    A maker without a number gets the one that is proposed, a mode without a name its default one.
    """

    datacenter_id: str
    candidates: tuple[Candidate, ...]
    numbers: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def ticked(self) -> tuple[Candidate, ...]:
        return tuple(candidate for candidate in self.candidates if candidate.ticked)


@dataclass(frozen=True, slots=True)
class NewCluster:
    """A cluster that OK makes, with the hosts that move into it."""

    id: str
    name: str
    mode: EvcMode
    hosts: tuple[Host, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a draft leads to: suggestions by maker over `fleet`, the clusters, and the hosts that stay."""

    fleet: tuple[FleetHost, ...]
    suggestions: tuple[Suggestion, ...]
    clusters: tuple[NewCluster, ...]
    staying: tuple[Host, ...]

    def suggestion(self, vendor: str) -> Suggestion | None:
        return next((found for found in self.suggestions if found.vendor == vendor), None)


def new_draft(plan: Plan, datacenter_id: str, within: str = "") -> SuggestDraft:
    """All hosts of a datacenter, the standalone ones ticked. Raises KeyError.

    `within`: the id of the cluster whose hosts are ticked instead, or of the datacenter for all of them.
    """
    place = find(plan, datacenter_id)
    if place is None or not isinstance(place.object, Datacenter):
        raise KeyError(datacenter_id)
    datacenter = place.object
    standalone = (
        Candidate(host, None, within in ("", datacenter_id), fleet_host(plan, host))
        for host in datacenter.hosts
    )
    inside = (
        Candidate(host, cluster, within in (cluster.id, datacenter_id), fleet_host(plan, host))
        for cluster in datacenter.clusters
        for host in cluster.hosts
    )
    return SuggestDraft(datacenter_id, (*standalone, *inside))


def tick(draft: SuggestDraft, host_ids: Collection[str], ticked: bool) -> SuggestDraft:
    """The draft with some hosts taking part, or not."""
    wanted = frozenset(host_ids)
    return replace(
        draft,
        candidates=tuple(
            replace(c, ticked=ticked) if c.host.id in wanted and c.ticked != ticked else c
            for c in draft.candidates
        ),
    )


def choose_number(draft: SuggestDraft, vendor: str, k: int) -> SuggestDraft:
    return replace(draft, numbers=MappingProxyType({**draft.numbers, vendor: k}))


def choose_name(draft: SuggestDraft, mode_key: str, name: str) -> SuggestDraft:
    """The draft with a name for the cluster of a mode, kept however the clusters change meanwhile."""
    return replace(draft, names=MappingProxyType({**draft.names, mode_key: name}))


def number_of(draft: SuggestDraft, suggestion: Suggestion) -> int:
    """How many clusters a maker's hosts are put into at most, as things stand."""
    return min(draft.numbers.get(suggestion.vendor, suggestion.recommended_k), suggestion.useful_k)


def outcome(draft: SuggestDraft, plan: Plan) -> Outcome:
    """Weigh the ticked hosts among the modes that the plan's release offers."""
    modes = modes_of(plan)
    ticked = draft.ticked
    hosts = tuple(candidate.host for candidate in ticked)
    fleet = tuple(candidate.weighed for candidate in ticked)
    found = tuple(suggest(fleet, modes, offered_modes(plan.release, modes)))
    place = find(plan, draft.datacenter_id)
    datacenter = place.object if place is not None else None
    assert isinstance(datacenter, Datacenter)
    taken = {cluster.name for cluster in datacenter.clusters}
    clusters: list[NewCluster] = []
    staying: list[Host] = []
    for suggestion in found:
        partition = suggestion.partition(number_of(draft, suggestion))
        staying += [hosts[number] for number in partition.unplaced]
        for cluster in partition.clusters:
            default = unique_name(f"{maker(cluster.mode.vendor)} {cluster.mode.short_label}", taken)
            name = draft.names.get(cluster.mode.key, default)
            taken.add(name)
            cluster_id = edits.new_id(plan, Cluster, len(clusters))
            own = tuple(hosts[number] for number in cluster.hosts)
            clusters.append(NewCluster(cluster_id, name, cluster.mode, own))
    return Outcome(fleet, found, tuple(clusters), tuple(staying))


def apply(plan: Plan, datacenter_id: str, clusters: Collection[NewCluster]) -> Plan:
    """The plan with new clusters in a datacenter and their hosts moved into them; the edit that OK makes."""
    for new in clusters:
        cluster = Cluster(id=new.id, name=new.name, evc_mode=new.mode.key)
        plan = edits.add_cluster(plan, datacenter_id, cluster)
    return edits.distribute_hosts(plan, {new.id: [host.id for host in new.hosts] for new in clusters})

"""DRS: how eagerly it moves virtual machines, and whether it can.

`Subject.field` is of the cluster (`drs.migration_threshold`, `hosts`, `networks`) or of the host.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flexgui.rules.finding import Severity, Subject
from flexgui.rules.rule import ClusterView, Hit, HostView, rule
from flexgui.translate import QT_TRANSLATE_NOOP

MIGRATION = "vCenter Server and Host Management, requirements of vMotion"

AGGRESSIVE = 5


@rule(
    "drs.dpm-without-drs",
    "cluster",
    Severity.ERROR,
    says=QT_TRANSLATE_NOOP("rules", "DPM is on in {cluster}, and DRS, which it works through, is off."),
    remedy=QT_TRANSLATE_NOOP("rules", "Switch DRS on, or DPM off."),
    source="vSphere Resource Management, DPM",
    reads=(),
)
def dpm_without_drs(view: ClusterView) -> Iterator[Hit]:
    """DPM is on while DRS is off."""
    if view.cluster.dpm.enabled and not view.cluster.drs.enabled:
        yield Hit(Subject(view.cluster.id, "dpm.enabled"), {"cluster": view.cluster.name})


@rule(
    "drs.many-migrations",
    "cluster",
    Severity.INFO,
    says=QT_TRANSLATE_NOOP(
        "rules",
        "DRS of {cluster} is fully automated and aggressive: under a changing workload it moves machines "
        "often.",
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Choose a lower migration threshold if the migrations disturb."),
    source="paper, figure 25",
    reads=(),
)
def many_migrations(view: ClusterView) -> Iterator[Hit]:
    """DRS is fully automated with the most aggressive threshold."""
    drs = view.cluster.drs
    automatic = drs.enabled and drs.default_vm_behavior == "fullyAutomated"
    if automatic and drs.migration_threshold == AGGRESSIVE:
        yield Hit(Subject(view.cluster.id, "drs.migration_threshold"), {"cluster": view.cluster.name})


@rule(
    "drs.vmotion-network",
    "host",
    Severity.WARNING,
    says=QT_TRANSLATE_NOOP("rules", "{host} has no vMotion network: DRS cannot move machines to or from it."),
    remedy=QT_TRANSLATE_NOOP("rules", "Enable vMotion on one of its VMkernel adapters."),
    source=MIGRATION,
)
def vmotion_network(view: HostView) -> Iterator[Hit]:
    """DRS is on and a host is known to have no vMotion network."""
    if view.cluster is not None and view.cluster.drs.enabled and view.host.vmotion_network == "":
        yield Hit(Subject(view.host.id, "vmotion_network"), {"host": view.host.label})


def _not_common(view: ClusterView, field: str, least: int) -> tuple[list[str], tuple[str, ...]]:
    """Names in a field that at least `least` but not all hosts have, and the hosts that lack one.

    Hosts of which nothing is known are left aside.
    """
    lists = {names: places for names, places in view.by(field).items() if names is not None}
    known = sum(map(len, lists.values()))
    users = Counter[str]()
    for names, places in lists.items():
        for name in set(names):
            users[name] += len(places)
    partial = sorted(name for name, count in users.items() if least <= count < known)
    lacking = [places for names, places in lists.items() if not set(names).issuperset(partial)]
    return partial, view.labels(*lacking)


@rule(
    "drs.networks",
    "cluster",
    Severity.WARNING,
    says=QT_TRANSLATE_NOOP(
        "rules", "Not every host of {cluster} has the networks {names}: {hosts} lack some."
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules", "Give all hosts the same port groups: a machine moves only where its network is."
    ),
    source=MIGRATION,
    reads=["networks"],
)
def networks(view: ClusterView) -> Iterator[Hit]:
    """DRS is on and a port group is not common to all hosts whose networks are known."""
    names, lacking = _not_common(view, "networks", 1)
    if view.cluster.drs.enabled and names:
        parameters = {"cluster": view.cluster.name, "names": tuple(names), "hosts": lacking}
        yield Hit(Subject(view.cluster.id, "networks"), parameters)


@rule(
    "drs.datastores",
    "cluster",
    Severity.WARNING,
    says=QT_TRANSLATE_NOOP(
        "rules", "Not every host of {cluster} sees the shared datastores {names}: {hosts} lack some."
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules", "Present them to all hosts: DRS moves a machine only where its files are."
    ),
    source=MIGRATION,
    reads=["datastores"],
)
def datastores(view: ClusterView) -> Iterator[Hit]:
    """DRS is on and a datastore is shared by some hosts but not by all whose datastores are known.

    A datastore that only one host has is taken for a local one.
    """
    names, lacking = _not_common(view, "datastores", 2)
    if view.cluster.drs.enabled and names:
        parameters = {"cluster": view.cluster.name, "names": tuple(names), "hosts": lacking}
        yield Hit(Subject(view.cluster.id, "datastores"), parameters)


@rule(
    "drs.islands",
    "cluster",
    Severity.WARNING,
    says=(
        QT_TRANSLATE_NOOP(
            "rules",
            "DRS cannot move running machines everywhere in {cluster}: its hosts are {count} islands: "
            "{islands}.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "DRS may not be able to move running machines everywhere in {cluster}: its vMotion networks have "
            "{count} names: {islands}.",
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP("rules", "Give the hosts a common vMotion network, datastore and port group."),
        QT_TRANSLATE_NOOP("rules", "Make a cluster for each maker of processors; EVC does not help here."),
        QT_TRANSLATE_NOOP(
            "rules", "See that these networks reach each other by routing, or give the hosts a common one."
        ),
    ),
    source="paper, “The Migration Issue” (islands of servers); " + MIGRATION,
    reads=["vmotion_network", "datastores", "networks", "cpu"],
)
def islands(view: ClusterView) -> Iterator[Hit]:
    """DRS is on and the hosts fall into groups that cannot exchange running virtual machines.

    Two hosts can, if they have the same vMotion network, a datastore and a port group in common, and, without
    EVC, processors by the same maker. From vSphere 6.0, which routes vMotion, networks of different names
    only may keep them apart. What is not known of some host is not held against any. Processors that differ
    in features are left to `evc.mixed-without-evc`: EVC mends that.
    """
    if not view.cluster.drs.enabled or len(view.hosts) < 2:
        return
    routed = view.facts.at_least("6.0")
    kinds = _kinds(view)
    groups = _connected(kinds, any_vmotion=routed)
    anyone = [replace(kind, maker=None) for kind in kinds]
    template = remedy = 0
    if len(groups) > 1 and anyone != kinds:
        remedy = int(len(_connected(anyone, any_vmotion=routed)) == 1)
    elif len(groups) == 1 and routed:
        groups = _connected(anyone, any_vmotion=False)
        template, remedy = 1, 2
    if len(groups) > 1:
        parameters = {
            "cluster": view.cluster.name,
            "count": len(groups),
            "islands": tuple(_island(view, group) for group in groups),
        }
        yield Hit(Subject(view.cluster.id, "hosts"), parameters, template=template, remedy=remedy)


@dataclass(frozen=True, slots=True)
class _Kind:
    """Hosts that are alike in all that moving running machines needs. `maker` is None where none matters."""

    maker: str | None
    hosts: Sequence[int]
    vmotion: str | None
    datastores: tuple[str, ...] | None
    networks: tuple[str, ...] | None


def _kinds(view: ClusterView) -> list[_Kind]:
    """The hosts of a cluster; where makers matter only those whose maker is known.

    Makers matter without EVC, where several are known.
    """
    reach = "vmotion_network", "datastores", "networks"
    if view.cluster.evc_mode is not None:
        return [_Kind(None, places, *reaches) for reaches, places in view.by(*reach).items()]
    kinds = []
    for (name, *reaches), places in view.by("cpu", *reach).items():
        cpu = view.facts.cpus.get(name)
        kinds.append(_Kind(None if cpu is None else view.facts.vendor(cpu), places, *reaches))
    if len({kind.maker for kind in kinds} - {None}) > 1:
        return [kind for kind in kinds if kind.maker is not None]
    return [replace(kind, maker=None) for kind in kinds]


def _island(view: ClusterView, places: Sequence[int]) -> str:
    """`[esx-01 esx-02 esx-03 +9]`"""
    shown = " ".join(view.labels(places[:3]))
    return f"[{shown} +{len(places) - 3}]" if len(places) > 3 else f"[{shown}]"


def _connected(kinds: Sequence[_Kind], *, any_vmotion: bool) -> list[list[int]]:
    """The hosts in groups that are connected by what two of them have in common, each in the plan's order.

    Hosts with the same maker, vMotion network, datastore and port group are joined: a union-find over these
    keys, so the cost is linear in kinds of hosts and in the datastores and networks that they name. With
    `any_vmotion` a vMotion network of any name will do.
    """
    by_name = not any_vmotion and all(kind.vmotion is not None for kind in kinds)
    stores_of = _shared([(kind.datastores, len(kind.hosts)) for kind in kinds])
    networks_of = _shared([(kind.networks, len(kind.hosts)) for kind in kinds])
    parent = list(range(len(kinds)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    alone: list[list[int]] = []
    reaching: list[int] = []
    first: dict[tuple[str | None, str | None, str, str], int] = {}
    for number, (kind, stores, nets) in enumerate(zip(kinds, stores_of, networks_of, strict=True)):
        if kind.vmotion == "" or not (stores and nets):
            # Without vMotion, or anything that another host has: an island of its own each.
            alone += [[place] for place in kind.hosts]
            continue
        reaching.append(number)
        for store in stores:
            for network in nets:
                key = kind.maker, kind.vmotion if by_name else "any", store, network
                parent[root(number)] = root(first.setdefault(key, number))
    groups: dict[int, list[int]] = {}
    for number in reaching:
        groups.setdefault(root(number), []).extend(kinds[number].hosts)
    return sorted([*map(sorted, groups.values()), *alone], key=lambda group: (-len(group), group))


def _shared(lists: Sequence[tuple[tuple[str, ...] | None, int]]) -> list[tuple[str, ...]]:
    """The names in each list that another host has too; one name for all where some host's are not known.

    `lists`: names, and how many hosts have them.
    """
    if any(names is None for names, _ in lists):
        return [("unknown",)] * len(lists)
    users = Counter[str]()
    for names, hosts in lists:
        for name in set(names or ()):
            users[name] += hosts
    return [tuple(sorted(name for name in set(names or ()) if users[name] > 1)) for names, _ in lists]

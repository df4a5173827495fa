"""DRS: how eagerly it moves virtual machines, and whether it can.

`Subject.field` is of the cluster (`drs.migration_threshold`, `hosts`, `networks`) or of the host.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter

from flexgui.plan.values import Host
from flexgui.rules.facts import distinct_cpus, labels
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


def _not_common(
    hosts: Sequence[Host], names_of: Callable[[Host], tuple[str, ...] | None], least: int
) -> tuple[list[str], list[Host]]:
    """Names that at least `least` but not all hosts have, and the hosts that lack one.

    Hosts of which nothing is known are left aside.
    """
    # Few lists are many hosts': each is looked into once.
    lists = Counter(map(names_of, hosts))
    known = len(hosts) - lists.pop(None, 0)
    users = Counter[str]()
    for names, count in lists.items():
        for name in set(names or ()):
            users[name] += count
    partial = sorted(name for name, count in users.items() if least <= count < known)
    lacking = {names for names in lists if names is not None and not set(names).issuperset(partial)}
    return partial, [host for host in hosts if names_of(host) in lacking] if lacking else []


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
    names, lacking = _not_common(view.hosts, attrgetter("networks"), 1)
    if view.cluster.drs.enabled and names:
        parameters = {"cluster": view.cluster.name, "names": tuple(names), "hosts": labels(lacking)}
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
    names, lacking = _not_common(view.hosts, attrgetter("datastores"), 2)
    if view.cluster.drs.enabled and names:
        parameters = {"cluster": view.cluster.name, "names": tuple(names), "hosts": labels(lacking)}
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
    hosts, makers = view.hosts, _makers(view)
    if makers:
        hosts = tuple(host for host in hosts if host.id in makers)
    groups = _connected(hosts, [makers.get(host.id) for host in hosts], any_vmotion=routed)
    template = remedy = 0
    if len(groups) > 1 and makers:
        remedy = int(len(_connected(hosts, [None] * len(hosts), any_vmotion=routed)) == 1)
    elif len(groups) == 1 and routed:
        groups = _connected(hosts, [None] * len(hosts), any_vmotion=False)
        template, remedy = 1, 2
    if len(groups) > 1:
        parameters = {
            "cluster": view.cluster.name,
            "count": len(groups),
            "islands": tuple(_island(group) for group in groups),
        }
        yield Hit(Subject(view.cluster.id, "hosts"), parameters, template=template, remedy=remedy)


def _makers(view: ClusterView) -> dict[str, str]:
    """By id of the host, the maker of its processor; empty with EVC, and where not several are known."""
    if view.cluster.evc_mode is not None:
        return {}
    makers = {
        host.id: vendor
        for cpu, hosts in distinct_cpus(view.facts, view.hosts).values()
        if (vendor := view.facts.vendor(cpu)) is not None
        for host in hosts
    }
    return makers if len(set(makers.values())) > 1 else {}


def _island(hosts: Sequence[Host]) -> str:
    """`[esx-01 esx-02 esx-03 +9]`"""
    shown = " ".join(labels(hosts[:3]))
    return f"[{shown} +{len(hosts) - 3}]" if len(hosts) > 3 else f"[{shown}]"


def _connected(hosts: Sequence[Host], makers: Sequence[str | None], *, any_vmotion: bool) -> list[list[Host]]:
    """The hosts in groups that are connected by what two of them have in common, each in the plan's order.

    Hosts with the same maker, vMotion network, datastore and port group are joined: a union-find over these
    keys, so the cost is linear in hosts and in the datastores and networks that they name. With `any_vmotion`
    a vMotion network of any name will do.
    """
    by_name = not any_vmotion and all(host.vmotion_network is not None for host in hosts)
    stores_of = _shared([host.datastores for host in hosts])
    networks_of = _shared([host.networks for host in hosts])
    reaches = [
        None  # without vMotion, or anything that another host has: an island of its own
        if host.vmotion_network == "" or not (stores and nets)
        else (made_by, host.vmotion_network if by_name else "any", stores, nets)
        for host, made_by, stores, nets in zip(hosts, makers, stores_of, networks_of, strict=True)
    ]
    distinct = {reach: number for number, reach in enumerate(dict.fromkeys(filter(None, reaches)))}
    parent = list(range(len(distinct)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    first: dict[tuple[str | None, str | None, str, str], int] = {}
    for (made_by, vmotion, stores, nets), number in distinct.items():
        for store in stores:
            for network in nets:
                parent[root(number)] = root(first.setdefault((made_by, vmotion, store, network), number))
    roots = {reach: root(number) for reach, number in distinct.items()}
    groups: dict[int | str, list[Host]] = {}
    for host, reach in zip(hosts, reaches, strict=True):
        groups.setdefault(host.id if reach is None else roots[reach], []).append(host)
    return sorted(groups.values(), key=len, reverse=True)


def _shared(names: Sequence[tuple[str, ...] | None]) -> list[tuple[str, ...]]:
    """For each host the names that another one has too; one name for all where some host's are not known."""
    lists = Counter(names)
    if None in lists:
        return [("unknown",)] * len(names)
    users = Counter[str]()
    for own, count in lists.items():
        for name in set(own or ()):
            users[name] += count
    shared = {own: tuple(sorted(name for name in set(own or ()) if users[name] > 1)) for own in lists}
    return [shared[own] for own in names]

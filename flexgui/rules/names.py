"""Names of datacenters, clusters, resource pools and virtual machines.

vSphere compares names without case and allows 80 characters; a name is unique in its folder or pool.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter

from flexgui.identity import cached_by_identity
from flexgui.plan.address import normalised
from flexgui.plan.values import Cluster, Host
from flexgui.rules.finding import Severity, Subject
from flexgui.rules.rule import ClusterView, DatacenterView, Hit, HostView, PlanView, Scope, View, rule
from flexgui.translate import QT_TRANSLATE_NOOP

LONGEST = 80
"""Characters that a name may have (vSphere API: `InvalidName`, object names)."""

DATACENTER, CLUSTER, POOL, VM, HOST = range(5)
"""What is named; every rule has a template for each, in this order."""

SOURCE = "vSphere API reference, names of managed entities"
EACH: tuple[Scope, ...] = ("datacenter", "cluster", "host")

Named = tuple[int, str, str]
"""What it is, its id, its name."""


def _named(view: View) -> Iterator[Named]:
    """What a view names, without what a smaller view names."""
    if isinstance(view, DatacenterView):
        yield DATACENTER, view.datacenter.id, view.datacenter.name
    elif isinstance(view, ClusterView):
        yield CLUSTER, view.cluster.id, view.cluster.name
        for pool in view.cluster.resource_pools:
            yield POOL, pool.id, pool.name
    elif isinstance(view, HostView):
        for vm in view.host.vms:
            yield VM, vm.id, vm.name


@rule(
    "names.blank",
    EACH,
    Severity.ERROR,
    says=(
        QT_TRANSLATE_NOOP("rules", "The datacenter has no name."),
        QT_TRANSLATE_NOOP("rules", "The cluster has no name."),
        QT_TRANSLATE_NOOP("rules", "A resource pool has no name."),
        QT_TRANSLATE_NOOP("rules", "A virtual machine has no name."),
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Type a name of up to 80 characters."),
    source=SOURCE,
    reads=(),
)
def blank(view: View) -> Iterator[Hit]:
    """A name is empty or blank.

    Looks at datacenters, clusters, resource pools and virtual machines.
    """
    for kind, object_id, name in _named(view):
        if not name.strip():
            yield Hit(Subject(object_id, "name"), {}, template=kind)


@rule(
    "names.too-long",
    EACH,
    Severity.ERROR,
    says=(
        QT_TRANSLATE_NOOP(
            "rules", "The name of datacenter {name} has {length} characters; vSphere allows 80."
        ),
        QT_TRANSLATE_NOOP("rules", "The name of cluster {name} has {length} characters; vSphere allows 80."),
        QT_TRANSLATE_NOOP(
            "rules", "The name of resource pool {name} has {length} characters; vSphere allows 80."
        ),
        QT_TRANSLATE_NOOP(
            "rules", "The name of virtual machine {name} has {length} characters; vSphere allows 80."
        ),
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Shorten the name to 80 characters."),
    source=SOURCE,
    reads=(),
)
def too_long(view: View) -> Iterator[Hit]:
    """A name has more than 80 characters.

    Looks at datacenters, clusters, resource pools and virtual machines.
    """
    for kind, object_id, name in _named(view):
        if len(name) > LONGEST:
            yield Hit(Subject(object_id, "name"), {"name": name, "length": len(name)}, template=kind)


@rule(
    "names.outer-blanks",
    EACH,
    Severity.WARNING,
    says=(
        QT_TRANSLATE_NOOP("rules", "The name of datacenter “{name}” begins or ends with a blank."),
        QT_TRANSLATE_NOOP("rules", "The name of cluster “{name}” begins or ends with a blank."),
        QT_TRANSLATE_NOOP("rules", "The name of resource pool “{name}” begins or ends with a blank."),
        QT_TRANSLATE_NOOP("rules", "The name of virtual machine “{name}” begins or ends with a blank."),
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Remove the blank: scripts and searches trip over it."),
    source=SOURCE,
    reads=(),
)
def outer_blanks(view: View) -> Iterator[Hit]:
    """A name begins or ends with a blank.

    Looks at datacenters, clusters, resource pools and virtual machines.
    """
    for kind, object_id, name in _named(view):
        if name.strip() and name != name.strip():
            yield Hit(Subject(object_id, "name"), {"name": name}, template=kind)


@rule(
    "names.duplicate",
    ("plan", "datacenter", "cluster"),
    Severity.ERROR,
    Severity.WARNING,
    says=(
        QT_TRANSLATE_NOOP("rules", "There are {count} datacenters named {name}."),
        QT_TRANSLATE_NOOP("rules", "Cluster {name} shares its name with another cluster or standalone host."),
        QT_TRANSLATE_NOOP("rules", "There are {count} resource pools named {name} in one parent."),
        QT_TRANSLATE_NOOP(
            "rules",
            "There are {count} virtual machines named {name} in the datacenter; in one VM folder vCenter "
            "refuses this.",
        ),
        QT_TRANSLATE_NOOP("rules", "Host {name} shares its name with another cluster or standalone host."),
    ),
    remedy=(
        QT_TRANSLATE_NOOP("rules", "Give each a name of its own. vSphere does not tell case apart."),
        QT_TRANSLATE_NOOP("rules", "Give each a name of its own, or see that they are in different folders."),
    ),
    source=SOURCE,
    fault="DuplicateName",
    reads=(),
)
def duplicate(view: View) -> Iterator[Hit]:
    """Two objects in one folder have the same name.

    Compares datacenters with each other; clusters and standalone hosts of a datacenter; resource pools of
    one parent; virtual machines of a datacenter. For these only a warning: a plan has no folders, and in
    different ones a name may occur again. Case does not count. Standalone hosts that have one address
    are left to `host.duplicate-address`.
    """
    if isinstance(view, PlanView):
        yield from _twice([(DATACENTER, d.id, d.name) for d in view.plan.datacenters])
    elif isinstance(view, ClusterView):
        parents = {pool.parent for pool in view.cluster.resource_pools}
        for parent in sorted(parents, key=str) if parents else ():
            yield from _twice(
                [(POOL, p.id, p.name) for p in view.cluster.resource_pools if p.parent == parent]
            )
    elif isinstance(view, DatacenterView):
        yield from _twice(
            [(CLUSTER, c.id, c.name) for c in view.datacenter.clusters] + _hosts(view.datacenter.hosts)
        )
        yield from _vms(view)


def _hosts(hosts: Iterable[Host]) -> list[Named]:
    """Standalone hosts, each address once."""
    return [(HOST, h.id, h.label) for h in {normalised(h.address): h for h in hosts}.values()]


def _twice(named: Sequence[Named]) -> Iterator[Hit]:
    times = Counter(name.strip().casefold() for _, _, name in named)
    if len(times) == len(named):
        return
    for kind, object_id, name in named:
        count = times[name.strip().casefold()]
        if count > 1 and name.strip():
            yield Hit(Subject(object_id, "name"), {"name": name, "count": count}, template=kind)


_MACHINES = attrgetter("vms")


@cached_by_identity(1024)
def _vm_names(cluster: Cluster) -> list[str]:
    return [vm.name.casefold() for vm in chain.from_iterable(map(_MACHINES, cluster.hosts))]


def _vms(view: DatacenterView) -> Iterator[Hit]:
    """Virtual machines of one name, wherever in the datacenter; names are only counted where all is well."""
    datacenter = view.datacenter
    times = Counter(vm.name.casefold() for host in datacenter.hosts for vm in host.vms)
    for cluster in datacenter.clusters:
        times.update(_vm_names(cluster))
    if len(times) == times.total():
        return
    hosts = [host for cluster in datacenter.clusters for host in cluster.hosts]
    for host in (*hosts, *datacenter.hosts):
        for vm in host.vms:
            count = times[vm.name.casefold()]
            if count > 1 and vm.name.strip():
                parameters = {"name": vm.name, "count": count}
                yield Hit(Subject(vm.id, "name"), parameters, VM, Severity.WARNING, remedy=1)

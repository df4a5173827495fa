"""vSphere HA: numbers that make sense, hosts to restart on, and what HA needs of each host.

`Subject.field` is of the cluster (`ha.cpu_percent`, `hosts`, `datastores`) or of the host.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from flexgui.plan.inventory import find
from flexgui.plan.values import Host, VirtualMachine
from flexgui.rules.finding import Severity, Subject
from flexgui.rules.rule import ClusterView, Hit, HostView, PlanView, rule
from flexgui.translate import QT_TRANSLATE_NOOP

AVAILABILITY = "vSphere Availability, admission control"

SLOT_CPU_MHZ = 32
"""The CPU part of a slot where no virtual machine reserves more (vSphere Availability; recalled)."""
SLOT_CPU_MHZ_BEFORE_5 = 256


def _failures(view: ClusterView) -> int:
    """How many hosts may fail: what the slot policy promises, one for any other policy."""
    ha = view.cluster.ha
    slots = ha.admission_control_enabled and ha.admission_control_policy == "slots"
    return max(1, ha.failures_to_tolerate) if slots else 1


def _running(hosts: Sequence[Host]) -> list[VirtualMachine]:
    return [vm for host in hosts for vm in host.vms if vm.power_state == "poweredOn"]


def _without_largest(hosts: Mapping[int, int], count: int) -> int:
    """The sum of amounts without the `count` largest ones; `hosts` says how many hosts have each amount."""
    total = 0
    for amount in sorted(hosts, reverse=True):
        gone = min(count, hosts[amount])
        count -= gone
        total += amount * (hosts[amount] - gone)
    return total


@rule(
    "ha.percentage",
    "cluster",
    Severity.ERROR,
    says=(
        QT_TRANSLATE_NOOP("rules", "HA is to keep {percent} % of the CPU capacity of {cluster} free."),
        QT_TRANSLATE_NOOP("rules", "HA is to keep {percent} % of the memory of {cluster} free."),
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Choose a percentage from 1 to 100."),
    source=AVAILABILITY,
    reads=(),
)
def percentage(view: ClusterView) -> Iterator[Hit]:
    """A percentage of failover capacity is not within 1 to 100.

    Only where HA is on and admission control works by percentages.
    """
    ha = view.cluster.ha
    if not (ha.enabled and ha.admission_control_enabled and ha.admission_control_policy == "resources"):
        return
    for template, (field, percent) in enumerate(
        (("ha.cpu_percent", ha.cpu_percent), ("ha.memory_percent", ha.memory_percent))
    ):
        if not 1 <= percent <= 100:
            parameters = {"percent": percent, "cluster": view.cluster.name}
            yield Hit(Subject(view.cluster.id, field), parameters, template)


@rule(
    "ha.failures-to-tolerate",
    "cluster",
    Severity.ERROR,
    says=(
        QT_TRANSLATE_NOOP("rules", "HA is to tolerate {failures} host failures in {cluster}."),
        QT_TRANSLATE_NOOP(
            "rules",
            "HA is to tolerate {failures} host failures in {cluster}, which has {hosts} hosts: "
            "none would be left.",
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP("rules", "Choose at least 1."),
        QT_TRANSLATE_NOOP("rules", "Choose at most {most}, or add hosts."),
    ),
    source=AVAILABILITY,
    reads=(),
)
def failures_to_tolerate(view: ClusterView) -> Iterator[Hit]:
    """The host failures to tolerate are fewer than one, or no host would be left.

    Only where HA is on and admission control works by slots. The upper limit, hosts − 1, counts once the
    cluster has two hosts; until then `ha.too-few-hosts` speaks.
    """
    ha, hosts = view.cluster.ha, len(view.hosts)
    if not (ha.enabled and ha.admission_control_enabled and ha.admission_control_policy == "slots"):
        return
    parameters = {
        "failures": ha.failures_to_tolerate,
        "cluster": view.cluster.name,
        "hosts": hosts,
        "most": hosts - 1,
    }
    subject = Subject(view.cluster.id, "ha.failures_to_tolerate")
    if ha.failures_to_tolerate < 1:
        yield Hit(subject, parameters)
    elif hosts >= 2 and ha.failures_to_tolerate > hosts - 1:
        yield Hit(subject, parameters, template=1, remedy=1)


@rule(
    "ha.too-few-hosts",
    "cluster",
    Severity.TODO,
    says=(
        QT_TRANSLATE_NOOP("rules", "{cluster} has no host yet: HA has nowhere to restart virtual machines."),
        QT_TRANSLATE_NOOP("rules", "{cluster} has one host, {host}: HA has nowhere to restart its machines."),
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Add hosts until there are at least two."),
    source=AVAILABILITY,
    reads=(),
)
def too_few_hosts(view: ClusterView) -> Iterator[Hit]:
    """HA is on and the cluster has fewer than two hosts."""
    if view.cluster.ha.enabled and len(view.hosts) < 2:
        parameters = {"cluster": view.cluster.name, "host": view.labels(range(len(view.hosts)))}
        yield Hit(Subject(view.cluster.id, "ha.enabled"), parameters, template=len(view.hosts))


@rule(
    "ha.failover-host",
    "plan",
    Severity.TODO,
    says=(
        QT_TRANSLATE_NOOP("rules", "No failover host of {cluster} is named yet."),
        QT_TRANSLATE_NOOP("rules", "The failover host {host} is not in {cluster} yet."),
        QT_TRANSLATE_NOOP("rules", "A failover host of {cluster} is host {id}, which the plan lacks."),
    ),
    remedy=(
        QT_TRANSLATE_NOOP("rules", "Add the host and name it, or choose another admission control policy."),
        QT_TRANSLATE_NOOP("rules", "Move it into the cluster, or name another failover host."),
        QT_TRANSLATE_NOOP("rules", "Name another failover host."),
    ),
    source=AVAILABILITY,
)
def failover_host(view: PlanView) -> Iterator[Hit]:
    """A dedicated failover host is not named, or not in the cluster.

    Only where HA is on and admission control works by failover hosts.
    """
    for cluster in (cluster for datacenter in view.plan.datacenters for cluster in datacenter.clusters):
        ha = cluster.ha
        admission = ha.admission_control_policy if ha.enabled and ha.admission_control_enabled else None
        if admission != "failoverHosts":
            continue
        subject = Subject(cluster.id, "ha.failover_hosts")
        if not ha.failover_hosts:
            yield Hit(subject, {"cluster": cluster.name})
        for host_id in ha.failover_hosts:
            place = find(view.plan, host_id)
            if place is None or place.host is None:
                yield Hit(subject, {"cluster": cluster.name, "id": host_id}, template=2, remedy=2)
            elif place.cluster is not cluster:
                yield Hit(subject, {"cluster": cluster.name, "host": place.host.label}, template=1, remedy=1)


@rule(
    "ha.all-failover-hosts",
    "cluster",
    Severity.ERROR,
    says=QT_TRANSLATE_NOOP(
        "rules", "All hosts of {cluster} are failover hosts: none is left to run virtual machines."
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules", "Name fewer failover hosts, add hosts, or choose another admission control policy."
    ),
    source=AVAILABILITY,
    reads=(),
)
def all_failover_hosts(view: ClusterView) -> Iterator[Hit]:
    """Every host of a cluster is a dedicated failover host.

    Only where HA is on and admission control works by failover hosts, once the cluster has two hosts.
    """
    ha = view.cluster.ha
    if not (ha.enabled and ha.admission_control_enabled and ha.admission_control_policy == "failoverHosts"):
        return
    if len(view.hosts) >= 2 and {host.id for host in view.hosts} <= set(ha.failover_hosts):
        yield Hit(Subject(view.cluster.id, "ha.failover_hosts"), {"cluster": view.cluster.name})


@rule(
    "ha.memory",
    "cluster",
    Severity.WARNING,
    says=QT_TRANSLATE_NOOP(
        "rules",
        "After {failures} of {hosts} hosts fail, {cluster} has {left} MiB of memory left; its running "
        "virtual machines have {needed} MiB.",
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Add memory or a host, or run fewer virtual machines."),
    source=AVAILABILITY,
    reads=["memory_mb", "vms"],
)
def memory(view: ClusterView) -> Iterator[Hit]:
    """After losing the largest hosts, the running virtual machines' memory does not fit.

    HA is on, there are more hosts than may fail (one, or what the slot policy says), and the memory of every
    host is known. Virtual machines whose memory is not known are not counted.
    """
    failures = _failures(view)
    amounts = view.by("memory_mb")
    if not view.cluster.ha.enabled or len(view.hosts) <= failures or None in amounts:
        return
    left = _without_largest({amount: len(places) for amount, places in amounts.items()}, failures)
    needed = sum(vm.memory_mb or 0 for vm in _running(view.hosts))
    if needed > left:
        parameters = {
            "cluster": view.cluster.name,
            "failures": failures,
            "hosts": len(view.hosts),
            "left": left,
            "needed": needed,
        }
        yield Hit(Subject(view.cluster.id, "hosts"), parameters)


@rule(
    "ha.capacity",
    "cluster",
    Severity.WARNING,
    says=(
        QT_TRANSLATE_NOOP(
            "rules",
            "After {failures} hosts fail, {cluster} has {slots} slots of {cpu} MHz and {memory} MiB for "
            "{machines} running virtual machines.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Running virtual machines of {cluster} reserve {reserved} MHz; with {percent} % kept free, "
            "{left} MHz are left.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Running virtual machines of {cluster} reserve {reserved} MiB; with {percent} % kept free, "
            "{left} MiB are left.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Running virtual machines of {cluster} reserve {reserved} MHz; without the failover hosts, "
            "{left} MHz are left.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Running virtual machines of {cluster} reserve {reserved} MiB; without the failover hosts, "
            "{left} MiB are left.",
        ),
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules", "Lower the largest reservations, add a host, or reserve less for failures."
    ),
    source=AVAILABILITY,
    reads=["cpu_cores", "cpu_mhz", "memory_mb", "vms"],
)
def capacity(view: ClusterView) -> Iterator[Hit]:
    """Admission control would refuse the virtual machines that run now.

    HA and its admission control are on, there are at least two hosts, and the processors' clock and cores
    and the memory of all are known. A slot is as large as the largest reservation. The overhead of virtual
    machines is not known and not counted. Quiet where the policy itself is wrong: `ha.percentage` and
    `ha.all-failover-hosts` speak.
    """
    ha, hosts = view.cluster.ha, view.hosts
    if not (ha.enabled and ha.admission_control_enabled) or len(hosts) < 2:
        return
    sizes = view.by("cpu_cores", "cpu_mhz", "memory_mb")
    if any(None in size for size in sizes):
        return
    running = _running(hosts)
    if ha.admission_control_policy == "slots":
        yield from _slots(view, running)
        return
    spare = set(ha.failover_hosts) if ha.admission_control_policy == "failoverHosts" else set()
    gone = {place for place, host in enumerate(hosts) if host.id in spare} if spare else set()
    remaining = [(size, len(set(places) - gone) if gone else len(places)) for size, places in sizes.items()]
    mhz = sum(cores * mhz * count for (cores, mhz, _), count in remaining)
    mib = sum(memory * count for (_, _, memory), count in remaining)
    amounts = (
        ("ha.cpu_percent", ha.cpu_percent, mhz, "cpu_reservation_mhz"),
        ("ha.memory_percent", ha.memory_percent, mib, "memory_reservation_mb"),
    )
    for number, (field, percent, total, reservation) in enumerate(amounts):
        by_percent = ha.admission_control_policy == "resources"
        if (by_percent and not 1 <= percent <= 100) or len(gone) == len(hosts):
            continue
        left = total * (100 - percent) // 100 if by_percent else total
        reserved = sum(getattr(vm, reservation) for vm in running)
        if reserved > left:
            parameters = {
                "cluster": view.cluster.name,
                "reserved": reserved,
                "percent": percent,
                "left": left,
            }
            where = field if by_percent else "ha.failover_hosts"
            yield Hit(Subject(view.cluster.id, where), parameters, template=number + (1 if by_percent else 3))


def _slots(view: ClusterView, running: Sequence[VirtualMachine]) -> Iterator[Hit]:
    smallest = SLOT_CPU_MHZ if view.facts.at_least("5.0") else SLOT_CPU_MHZ_BEFORE_5
    cpu = max([smallest, *(vm.cpu_reservation_mhz for vm in running)])
    memory = max([1, *(vm.memory_reservation_mb for vm in running)])
    each = Counter[int]()
    for (cores, mhz, memory_mb), places in view.by("cpu_cores", "cpu_mhz", "memory_mb").items():
        each[min(cores * mhz // cpu, memory_mb // memory)] += len(places)
    failures = _failures(view)
    slots = _without_largest(each, failures)
    if running and len(view.hosts) > failures and slots < len(running):
        parameters = {
            "cluster": view.cluster.name,
            "failures": failures,
            "slots": slots,
            "cpu": cpu,
            "memory": memory,
            "machines": len(running),
        }
        yield Hit(Subject(view.cluster.id, "ha.failures_to_tolerate"), parameters)


def _shared_datastores(view: ClusterView, without: frozenset[str]) -> list[tuple[Sequence[int], int]]:
    """The places of hosts that have the same datastores, with how many of these another host has too.

    Empty as long as the datastores of any host are not known: it may share those of the others.
    """
    lists, users = view.by("datastores"), Counter[str]()
    if None in lists:
        return []
    for names, places in lists.items():
        for name in set(names) - without:
            users[name] += len(places)
    return [
        (places, sum(users[name] > 1 for name in set(names) - without)) for names, places in lists.items()
    ]


@rule(
    "ha.shared-datastore",
    "cluster",
    Severity.WARNING,
    says=(
        QT_TRANSLATE_NOOP("rules", "{hosts} of {cluster} has no datastore in common with another host."),
        QT_TRANSLATE_NOOP("rules", "{hosts} of {cluster} have no datastore in common."),
        QT_TRANSLATE_NOOP("rules", "{hosts} of {cluster} have no datastore in common with another host."),
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules", "Present a common datastore to them: HA restarts only machines whose files it reaches."
    ),
    source="vSphere Availability, requirements of HA",
    reads=["datastores"],
)
def shared_datastore(view: ClusterView) -> Iterator[Hit]:
    """HA is on and a host shares no datastore with another one.

    There are at least two hosts, and the datastores of all are known.
    """
    if not view.cluster.ha.enabled:
        return
    alone = view.labels(*(places for places, shared in _shared_datastores(view, frozenset()) if not shared))
    if len(view.hosts) > 1 and alone:
        parameters = {"hosts": alone, "cluster": view.cluster.name}
        template = 0 if len(alone) == 1 else 1 if len(alone) == len(view.hosts) else 2
        yield Hit(Subject(view.cluster.id, "datastores"), parameters, template)


@rule(
    "ha.heartbeat-datastores",
    "cluster",
    Severity.WARNING,
    says=QT_TRANSLATE_NOOP("rules", "{hosts} of {cluster} have fewer than two datastores for HA heartbeats."),
    remedy=QT_TRANSLATE_NOOP(
        "rules", "Present a second shared datastore to them. A vSAN datastore does not count."
    ),
    source="vSphere Availability, datastore heartbeating; releases.tsv (5.0)",
    reads=["datastores"],
)
def heartbeat_datastores(view: ClusterView) -> Iterator[Hit]:
    """HA is on and a host shares fewer than two datastores with others.

    From vSphere 5.0, which introduced heartbeats over datastores. Datastores of vSAN do not count. Hosts
    that share none at all are left to `ha.shared-datastore`. The datastores of all hosts must be known.
    """
    if not (view.cluster.ha.enabled and view.facts.at_least("5.0")):
        return
    vsan = frozenset(store.name for store in view.datacenter.datastores if store.type == "vsan")
    every, beside_vsan = _shared_datastores(view, frozenset()), _shared_datastores(view, vsan)
    few = [
        places
        for (places, with_vsan), (_, shared) in zip(every, beside_vsan, strict=True)
        if with_vsan and shared < 2
    ]
    if few:
        parameters = {"hosts": view.labels(*few), "cluster": view.cluster.name}
        yield Hit(Subject(view.cluster.id, "datastores"), parameters)


@rule(
    "ha.management-redundancy",
    "host",
    Severity.WARNING,
    says=(
        QT_TRANSLATE_NOOP("rules", "{host} has no management network."),
        QT_TRANSLATE_NOOP(
            "rules", "{host} has one management network: a broken cable looks like a failed host."
        ),
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Add a second management network or a second uplink."),
    source="vSphere Availability, network best practices",
)
def management_redundancy(view: HostView) -> Iterator[Hit]:
    """HA is on and a host is known to have fewer than two management networks."""
    host = view.host
    if view.cluster is None or not view.cluster.ha.enabled or host.management_networks is None:
        return
    if host.management_networks < 2:
        subject = Subject(host.id, "management_networks")
        yield Hit(subject, {"host": host.label}, template=host.management_networks)

"""Generated plans: everything that the format allows, with ids that are unique and references that hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from hypothesis import strategies as st

from flexgui.evc.evidence import EvidenceKind
from flexgui.evc.modes import builtin_modes
from flexgui.evc.releases import esx_releases, releases
from flexgui.plan import values as v
from tests.rules.plans import CPUS

TEXT = st.text(max_size=12) | st.sampled_from(
    ["a", "A ", " ", "x" * 81, "esx-01", "10.0.0.300", "2001:db8::1"]
)
COUNT = st.integers(0, 2**40) | st.sampled_from([0, 1, 2])
MODE = st.none() | st.sampled_from([*(mode.key for mode in builtin_modes()), "intel-foo"])
STORE = st.sampled_from(["san-1", "san-2", "local"])
STORES = st.none() | st.lists(STORE, max_size=3).map(tuple)
CPU = st.none() | st.sampled_from(sorted(CPUS))


def one_of_type(alias: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(get_args(alias))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


ALLOCATIONS = st.builds(
    v.ResourceAllocation,
    shares_level=one_of_type(v.SharesLevel),
    shares=maybe(COUNT),
    reservation=COUNT,
    expandable_reservation=st.booleans(),
    limit=maybe(COUNT),
)
MACHINES = st.builds(
    v.VirtualMachine,
    id=st.just(""),
    name=TEXT,
    power_state=one_of_type(v.PowerState),
    power_on_evc_mode=MODE,
    features=maybe(st.lists(st.sampled_from(["SSE41", "aes-ni", "no such"]), max_size=2).map(tuple)),
    hardware_version=maybe(st.integers(4, 21)),
    virtual_exec_usage=maybe(one_of_type(v.VirtualExecUsage)),
    evc_mode=MODE,
    memory_mb=maybe(COUNT),
    cpu_reservation_mhz=COUNT,
    memory_reservation_mb=COUNT,
    role=one_of_type(v.VmRole),
)
EVIDENCE = st.builds(
    v.Evidence,
    source=TEXT,
    kind=one_of_type(EvidenceKind),
    cpu=st.sampled_from(sorted(CPUS)),
    assumed=st.booleans(),
)
PROCESSORS = st.tuples(CPU, st.lists(EVIDENCE, max_size=3).map(tuple))
HOSTS = st.builds(
    lambda processor, **fields: v.Host(
        cpu=processor[0], evidence=() if processor[0] is None else processor[1], **fields
    ),
    processor=PROCESSORS,
    id=st.just(""),
    address=TEXT,
    name=TEXT,
    cpu_assumed=st.booleans(),
    cpu_cores=maybe(COUNT),
    cpu_mhz=maybe(COUNT),
    memory_mb=maybe(COUNT),
    esx_release=maybe(st.sampled_from(sorted(esx_releases()))),
    xd=maybe(one_of_type(v.Switch)),
    vt=maybe(one_of_type(v.Switch)),
    ac_power_cycle_pending=st.booleans(),
    connection_state=one_of_type(v.HostConnectionState),
    in_maintenance_mode=st.booleans(),
    thumbprint=maybe(TEXT),
    thumbprint_confirmed=st.booleans(),
    license_key=maybe(TEXT),
    license_edition=maybe(one_of_type(v.LicenseEdition)),
    power_management=maybe(one_of_type(v.PowerManagement)),
    last_standby_exit=maybe(one_of_type(v.StandbyExit)),
    vmotion_network=maybe(st.sampled_from(["", "vmotion"])),
    management_networks=maybe(st.integers(0, 3)),
    local_swap_datastore=maybe(st.sampled_from(["", "local", "vsan"])),
    datastores=STORES,
    networks=STORES,
    present_parent=maybe(st.sampled_from(["datacenter-1", "domain-c2", "domain-c99"])),
    vms=st.lists(MACHINES, max_size=2).map(tuple),
)
CLUSTERS = st.builds(
    v.Cluster,
    id=st.just(""),
    name=TEXT,
    ha=st.builds(
        v.HighAvailability,
        enabled=st.booleans(),
        admission_control_enabled=st.booleans(),
        admission_control_policy=one_of_type(v.AdmissionControlPolicy),
        failures_to_tolerate=st.integers(-2, 5),
        cpu_percent=st.integers(-5, 105),
        memory_percent=st.integers(-5, 105),
        failover_hosts=st.lists(st.sampled_from(["host-3", "host-99"]), max_size=2).map(tuple),
    ),
    drs=st.builds(
        v.Drs,
        enabled=st.booleans(),
        default_vm_behavior=one_of_type(v.ClusterDefaultVmBehavior),
        migration_threshold=st.integers(1, 5),
        overrides=st.lists(
            st.builds(
                v.DrsOverride, vm=st.just("vm-1"), behavior=maybe(one_of_type(v.ClusterDefaultVmBehavior))
            ),
            max_size=1,
        ).map(tuple),
    ),
    dpm=st.builds(v.Dpm, enabled=st.booleans(), default_dpm_behavior=one_of_type(v.DpmBehavior)),
    evc_mode=MODE,
    vm_swap_placement=one_of_type(v.VmSwapPlacement),
    resource_pools=st.lists(
        st.builds(v.ResourcePool, id=st.just(""), name=TEXT, cpu=ALLOCATIONS, memory=ALLOCATIONS), max_size=2
    ).map(tuple),
    hosts=st.lists(HOSTS, max_size=4).map(tuple),
    exists=st.booleans(),
    present_evc_mode=MODE,
)
DATACENTERS = st.builds(
    v.Datacenter,
    id=st.just(""),
    name=TEXT,
    hosts=st.lists(HOSTS, max_size=2).map(tuple),
    clusters=st.lists(CLUSTERS, max_size=2).map(tuple),
    datastores=st.lists(
        st.builds(v.Datastore, name=STORE | st.just("vsan"), type=maybe(one_of_type(v.DatastoreType))),
        max_size=2,
    ).map(tuple),
    networks=st.lists(STORE, max_size=2).map(tuple),
)


class _Numbers:
    """Gives ids as a vCenter would: one count for all kinds."""

    def __init__(self) -> None:
        self.last = 0

    def next(self, prefix: str) -> str:
        self.last += 1
        return f"{prefix}{self.last}"

    def host(self, host: v.Host, pools: tuple[v.ResourcePool, ...] = ()) -> v.Host:
        pool = pools[0].id if pools else None
        return replace(
            host,
            id=self.next("host-"),
            vms=tuple(replace(vm, id=self.next("vm-"), resource_pool=pool) for vm in host.vms),
        )

    def cluster(self, cluster: v.Cluster) -> v.Cluster:
        cluster_id = self.next("domain-c")
        pools: tuple[v.ResourcePool, ...] = ()
        for pool in cluster.resource_pools:
            parent = pools[-1].id if pools else None
            pools = (*pools, replace(pool, id=self.next("resgroup-"), parent=parent))
        hosts = tuple(self.host(host, pools) for host in cluster.hosts)
        return replace(cluster, id=cluster_id, resource_pools=pools, hosts=hosts)

    def datacenter(self, datacenter: v.Datacenter) -> v.Datacenter:
        return replace(
            datacenter,
            id=self.next("datacenter-"),
            clusters=tuple(self.cluster(cluster) for cluster in datacenter.clusters),
            hosts=tuple(self.host(host) for host in datacenter.hosts),
        )


@st.composite
def plans(draw: st.DrawFn) -> v.Plan:
    numbers = _Numbers()
    datacenters = tuple(numbers.datacenter(d) for d in draw(st.lists(DATACENTERS, max_size=2)))
    muted = draw(
        st.lists(
            st.builds(
                v.MutedFinding,
                rule=st.sampled_from(["host.evaluation", "evc.features-missing"]),
                object=st.sampled_from(["host-3", "host-4"]),
                reason=TEXT,
            ),
            max_size=2,
        )
    )
    modes = tuple(builtin_modes()) if draw(st.booleans()) else ()
    scenarios = (v.Scenario(name="what if", datacenters=datacenters),) if draw(st.booleans()) else ()
    return v.Plan(
        release=draw(st.sampled_from(sorted(releases()))),
        serial=numbers.last,
        cpus=tuple(CPUS.values()),
        modes=modes,
        muted=tuple(muted),
        scenarios=scenarios,
        datacenters=datacenters,
    )

"""Cases of the steps names, HA, DRS, DPM and swap."""

from __future__ import annotations

from dataclasses import replace

from flexgui.plan.values import Cluster, Datacenter, Datastore, Drs, ResourcePool
from tests.rules.cases import Fires, Quiet
from tests.rules.plans import (
    DPM,
    DRS,
    HA,
    MEROM,
    NEHALEM,
    OPTERON,
    PENRYN,
    host,
    hosts,
    known,
    of_datacenters,
    plan,
    running,
    vm,
)

LONG = "x" * 81
POOLS = tuple(ResourcePool(id=f"resgroup-{n}", name=name) for n, name in enumerate(("gold", "GOLD"), 1))
OTHER = Cluster(id="domain-c2", name="Cluster B")
CLUSTER = "domain-c1"

PERCENT = replace(HA, admission_control_policy="resources")
FAILOVER = replace(HA, admission_control_policy="failoverHosts", failover_hosts=("host-2",))


def sized(number: int, *vms: object, **fields: object):  # type: ignore[no-untyped-def]
    return host(number, cpu_cores=8, cpu_mhz=2000, memory_mb=65536, vms=vms, **fields)


def two(left: dict[str, object], right: dict[str, object], **settings: object):  # type: ignore[no-untyped-def]
    return plan(host(1, **left), host(2, **right), **settings)


SHARED = {"datastores": ("san-1", "san-2"), "networks": ("VM Network",), "vmotion_network": "vmotion"}
LOCAL = {"datastores": ("local-2",), "networks": ("VM Network",), "vmotion_network": "vmotion"}
WHOLE = two(SHARED, SHARED, ha=HA, drs=DRS)

NAMES = [
    Fires("names.blank", "error", "datacenter-1", "name", ("datacenter",), plan(datacenter_name="")),
    Fires("names.blank", "error", CLUSTER, "name", ("cluster",), plan(name=" \t ")),
    Fires(
        "names.blank",
        "error",
        "resgroup-9",
        "name",
        ("resource pool",),
        plan(resource_pools=(ResourcePool(id="resgroup-9", name=""),)),
    ),
    Fires("names.blank", "error", "vm-1", "name", ("virtual machine",), plan(host(vms=(vm(""),)))),
    Quiet("names.blank", "all have names", plan(host(vms=(vm(),)))),
    Fires("names.too-long", "error", "datacenter-1", "name", (LONG, "81"), plan(datacenter_name=LONG)),
    Fires("names.too-long", "error", CLUSTER, "name", (LONG, "81"), plan(name=LONG)),
    Fires(
        "names.too-long",
        "error",
        "resgroup-9",
        "name",
        ("81",),
        plan(resource_pools=(ResourcePool(id="resgroup-9", name=LONG),)),
    ),
    Fires("names.too-long", "error", "vm-1", "name", ("81",), plan(host(vms=(vm(LONG),)))),
    Quiet("names.too-long", "80 characters are fine", plan(name="x" * 80)),
    Fires(
        "names.outer-blanks",
        "warning",
        "datacenter-1",
        "name",
        ("“ Milano”",),
        plan(datacenter_name=" Milano"),
    ),
    Fires("names.outer-blanks", "warning", CLUSTER, "name", ("“A ”",), plan(name="A ")),
    Fires(
        "names.outer-blanks",
        "warning",
        "resgroup-9",
        "name",
        ("“gold ”",),
        plan(resource_pools=(ResourcePool(id="resgroup-9", name="gold "),)),
    ),
    Fires("names.outer-blanks", "warning", "vm-1", "name", ("“db ”",), plan(host(vms=(vm("db "),)))),
    Quiet("names.outer-blanks", "a blank inside is usual", plan(name="Cluster A")),
    Quiet("names.outer-blanks", "nothing but blanks is another rule's", plan(name="  ")),
    Fires(
        "names.duplicate",
        "error",
        "datacenter-2",
        "name",
        ("2 datacenters", "milano"),
        of_datacenters(
            Datacenter(id="datacenter-1", name="Milano"), Datacenter(id="datacenter-2", name="milano")
        ),
    ),
    Fires(
        "names.duplicate",
        "error",
        "domain-c2",
        "name",
        ("Cluster B",),
        plan(name="CLUSTER B", others=(OTHER,)),
    ),
    Fires("names.duplicate", "error", "resgroup-2", "name", ("GOLD",), plan(resource_pools=POOLS)),
    Fires(
        "names.duplicate",
        "warning",
        "vm-2",
        "name",
        ("2 virtual machines named DB01", "in one VM folder", "different folders"),
        plan(host(1, vms=(vm(),)), host(2, vms=(vm("DB01", 2),))),
    ),
    Fires(
        "names.duplicate",
        "error",
        "host-1",
        "name",
        ("Host esx-01",),
        plan(host(1), name="ESX-01", standalone=True),
    ),
    Quiet("names.duplicate", "clusters of their own names", plan(others=(OTHER,))),
    Quiet(
        "names.duplicate",
        "pools of one name with different parents",
        plan(resource_pools=(POOLS[0], replace(POOLS[1], parent="resgroup-1"))),
    ),
    Quiet(
        "names.duplicate",
        "one address twice is another rule's",
        plan(host(1), replace(host(2, address="esx-01.example.com"), name="esx-01"), standalone=True),
    ),
]

AVAILABILITY = [
    Fires(
        "ha.percentage",
        "error",
        CLUSTER,
        "ha.cpu_percent",
        ("0 %", "CPU"),
        plan(*hosts(None, None), ha=replace(PERCENT, cpu_percent=0)),
    ),
    Fires(
        "ha.percentage",
        "error",
        CLUSTER,
        "ha.memory_percent",
        ("101 %", "memory"),
        plan(*hosts(None, None), ha=replace(PERCENT, memory_percent=101)),
    ),
    Quiet(
        "ha.percentage", "1 and 100 are fine", plan(ha=replace(PERCENT, cpu_percent=1, memory_percent=100))
    ),
    Quiet("ha.percentage", "another policy", plan(ha=replace(HA, cpu_percent=0))),
    Quiet("ha.percentage", "HA is off", plan(ha=replace(PERCENT, enabled=False, cpu_percent=0))),
    Fires(
        "ha.failures-to-tolerate",
        "error",
        CLUSTER,
        "ha.failures_to_tolerate",
        ("0 host failures", "at least 1"),
        plan(ha=replace(HA, failures_to_tolerate=0)),
    ),
    Fires(
        "ha.failures-to-tolerate",
        "error",
        CLUSTER,
        "ha.failures_to_tolerate",
        ("2 host failures", "at most 1"),
        plan(*hosts(None, None), ha=replace(HA, failures_to_tolerate=2)),
    ),
    Quiet("ha.failures-to-tolerate", "no hosts yet", plan(ha=replace(HA, failures_to_tolerate=2))),
    Quiet("ha.failures-to-tolerate", "one of two", plan(*hosts(None, None), ha=HA)),
    Fires("ha.too-few-hosts", "todo", CLUSTER, "ha.enabled", ("no host yet",), plan(ha=HA)),
    Fires("ha.too-few-hosts", "todo", CLUSTER, "ha.enabled", ("one host, esx-01",), plan(host(), ha=HA)),
    Quiet("ha.too-few-hosts", "two hosts", plan(*hosts(None, None), ha=HA)),
    Quiet("ha.too-few-hosts", "HA is off", plan()),
    Fires(
        "ha.failover-host",
        "todo",
        CLUSTER,
        "ha.failover_hosts",
        ("No failover host",),
        plan(ha=replace(FAILOVER, failover_hosts=())),
    ),
    Fires(
        "ha.failover-host",
        "todo",
        CLUSTER,
        "ha.failover_hosts",
        ("is host host-2, which the plan lacks",),
        plan(host(1), ha=FAILOVER),
    ),
    Fires(
        "ha.failover-host",
        "todo",
        CLUSTER,
        "ha.failover_hosts",
        ("The failover host esx-02 is not in Cluster A yet.",),
        plan(host(1), ha=FAILOVER, others=(replace(OTHER, hosts=(host(2),)),)),
    ),
    Quiet(
        "ha.failover-host",
        "no admission control",
        plan(ha=replace(FAILOVER, admission_control_enabled=False)),
    ),
    Fires(
        "ha.all-failover-hosts",
        "error",
        CLUSTER,
        "ha.failover_hosts",
        ("All hosts of Cluster A", "none is left"),
        plan(*hosts(None, None), ha=replace(FAILOVER, failover_hosts=("host-1", "host-2"))),
    ),
    Quiet("ha.all-failover-hosts", "one of two", plan(*hosts(None, None), ha=FAILOVER)),
    Quiet(
        "ha.all-failover-hosts",
        "another policy",
        plan(*hosts(None, None), ha=replace(HA, failover_hosts=("host-1", "host-2"))),
    ),
    Quiet(
        "ha.all-failover-hosts",
        "more hosts are to come",
        plan(host(2), ha=FAILOVER),
    ),
    Quiet(
        "ha.capacity",
        "ha.all-failover-hosts says it",
        plan(
            sized(1, running(cpu_reservation_mhz=9000)),
            sized(2),
            ha=replace(FAILOVER, failover_hosts=("host-1", "host-2")),
        ),
    ),
    Quiet(
        "ha.capacity",
        "ha.percentage says it",
        plan(sized(1, running(cpu_reservation_mhz=9000)), sized(2), ha=replace(PERCENT, cpu_percent=150)),
    ),
    Quiet("ha.failover-host", "it is there", plan(*hosts(None, None), ha=FAILOVER)),
    Fires(
        "ha.memory",
        "warning",
        CLUSTER,
        "hosts",
        ("65536", "70000", "1 of 2"),
        plan(sized(1, running(memory_mb=70000)), sized(2), ha=HA),
    ),
    Quiet("ha.memory", "it fits", plan(sized(1, running(memory_mb=60000)), sized(2), ha=HA)),
    Quiet("ha.memory", "it is off", plan(sized(1, vm(memory_mb=70000)), sized(2), ha=HA)),
    Quiet(
        "ha.memory",
        "a host's memory is not known",
        plan(sized(1, running(memory_mb=70000)), host(2), ha=HA),
    ),
    Fires(
        "ha.capacity",
        "warning",
        CLUSTER,
        "ha.failures_to_tolerate",
        ("1 slots", "2 running"),
        plan(sized(1, running(cpu_reservation_mhz=9000), running("b", 2)), sized(2), ha=HA),
    ),
    Fires(
        "ha.capacity",
        "warning",
        CLUSTER,
        "ha.cpu_percent",
        ("25000 MHz", "24000 MHz"),
        plan(sized(1, running(cpu_reservation_mhz=25000)), sized(2), ha=PERCENT),
    ),
    Fires(
        "ha.capacity",
        "warning",
        CLUSTER,
        "ha.memory_percent",
        ("100000 MiB", "98304 MiB"),
        plan(sized(1, running(memory_reservation_mb=100000)), sized(2), ha=PERCENT),
    ),
    Fires(
        "ha.capacity",
        "warning",
        CLUSTER,
        "ha.failover_hosts",
        ("17000 MHz", "16000 MHz"),
        plan(sized(1, running(cpu_reservation_mhz=17000)), sized(2), ha=FAILOVER),
    ),
    Fires(
        "ha.capacity",
        "warning",
        CLUSTER,
        "ha.failover_hosts",
        ("66000 MiB", "65536 MiB"),
        plan(sized(1, running(memory_reservation_mb=66000)), sized(2), ha=FAILOVER),
    ),
    Quiet("ha.capacity", "slots enough", plan(sized(1, running(), running("b", 2)), sized(2), ha=HA)),
    Quiet(
        "ha.capacity",
        "admission control is off",
        plan(
            sized(1, running(cpu_reservation_mhz=99999)),
            sized(2),
            ha=replace(HA, admission_control_enabled=False),
        ),
    ),
    Fires(
        "ha.shared-datastore",
        "warning",
        CLUSTER,
        "datastores",
        ("esx-01, esx-02 of Cluster A have no datastore in common.",),
        two({"datastores": ("a",)}, {"datastores": ("b",)}, ha=HA),
    ),
    Fires(
        "ha.shared-datastore",
        "warning",
        CLUSTER,
        "datastores",
        ("esx-03 of Cluster A has no datastore in common with another host.",),
        plan(*(host(n, datastores=(name,)) for n, name in enumerate("aab", 1)), ha=HA),
    ),
    Fires(
        "ha.shared-datastore",
        "warning",
        CLUSTER,
        "datastores",
        ("esx-03, esx-04 of Cluster A have no datastore in common with another host.",),
        plan(*(host(n, datastores=(name,)) for n, name in enumerate("aabc", 1)), ha=HA),
    ),
    Quiet("ha.shared-datastore", "all is shared", WHOLE),
    Quiet("ha.shared-datastore", "not known", two({"datastores": ("a",)}, {}, ha=HA)),
    Quiet(
        "ha.shared-datastore",
        "those of a third host are not known",
        plan(host(1, datastores=("a",)), host(2, datastores=("b",)), host(3), ha=HA),
    ),
    Quiet(
        "ha.heartbeat-datastores",
        "those of a third host are not known",
        plan(host(1, datastores=("a", "b")), host(2, datastores=("a", "c")), host(3), ha=HA),
    ),
    Fires(
        "ha.heartbeat-datastores",
        "warning",
        CLUSTER,
        "datastores",
        ("esx-01, esx-02", "fewer than two"),
        two({"datastores": ("a", "x")}, {"datastores": ("a", "y")}, ha=HA, release="5.0"),
    ),
    Fires(
        "ha.heartbeat-datastores",
        "warning",
        CLUSTER,
        "datastores",
        ("vSAN",),
        two(
            {"datastores": ("a", "b")},
            {"datastores": ("a", "b")},
            ha=HA,
            stores=(Datastore(name="b", type="vsan"),),
        ),
    ),
    Quiet("ha.heartbeat-datastores", "two are shared", WHOLE),
    Quiet(
        "ha.heartbeat-datastores",
        "before 5.0 there are no heartbeats over datastores",
        two({"datastores": ("a",)}, {"datastores": ("a",)}, ha=HA, release="4.1"),
    ),
    Fires(
        "ha.management-redundancy",
        "warning",
        "host-1",
        "management_networks",
        ("esx-01", "one"),
        plan(host(management_networks=1), ha=HA),
    ),
    Fires(
        "ha.management-redundancy",
        "warning",
        "host-1",
        "management_networks",
        ("esx-01", "no management network"),
        plan(host(management_networks=0), ha=HA),
    ),
    Quiet("ha.management-redundancy", "two", plan(host(management_networks=2), ha=HA)),
    Quiet("ha.management-redundancy", "not known", plan(host(), ha=HA)),
]

BALANCING = [
    Fires("drs.dpm-without-drs", "error", CLUSTER, "dpm.enabled", ("Cluster A",), plan(dpm=DPM)),
    Quiet("drs.dpm-without-drs", "both are on", plan(drs=DRS, dpm=DPM)),
    Fires(
        "drs.many-migrations",
        "info",
        CLUSTER,
        "drs.migration_threshold",
        ("aggressive",),
        plan(drs=Drs(enabled=True, migration_threshold=5)),
    ),
    Quiet("drs.many-migrations", "the default threshold", plan(drs=DRS)),
    Quiet(
        "drs.many-migrations",
        "a person decides",
        plan(drs=Drs(enabled=True, migration_threshold=5, default_vm_behavior="manual")),
    ),
    Fires(
        "drs.vmotion-network",
        "warning",
        "host-1",
        "vmotion_network",
        ("esx-01",),
        plan(host(vmotion_network=""), drs=DRS),
    ),
    Quiet("drs.vmotion-network", "it has one", WHOLE),
    Quiet("drs.vmotion-network", "not known", plan(host(), drs=DRS)),
    Fires(
        "drs.networks",
        "warning",
        CLUSTER,
        "networks",
        ("DMZ", "esx-02"),
        two({"networks": ("VM Network", "DMZ")}, {"networks": ("VM Network",)}, drs=DRS),
    ),
    Quiet("drs.networks", "all have it", WHOLE),
    Quiet("drs.networks", "one is not known", two({"networks": ("DMZ",)}, {}, drs=DRS)),
    Fires(
        "drs.datastores",
        "warning",
        CLUSTER,
        "datastores",
        ("san-2", "esx-03"),
        plan(
            host(1, **SHARED),
            host(2, **SHARED),
            host(3, **{**SHARED, "datastores": ("san-1", "local-3")}),
            drs=DRS,
        ),
    ),
    Quiet("drs.datastores", "all see them", WHOLE),
    Quiet("drs.datastores", "what one host has is local", two(SHARED, LOCAL, drs=DRS)),
    Fires(
        "drs.islands",
        "warning",
        CLUSTER,
        "hosts",
        ("2 islands", "[esx-01]", "[esx-02]"),
        two(SHARED, LOCAL, drs=DRS),
    ),
    Fires(
        "drs.islands",
        "warning",
        CLUSTER,
        "hosts",
        ("2 islands", "[esx-01 esx-03]", "[esx-02]", "a common vMotion network"),
        plan(host(1, MEROM, **SHARED), host(2, OPTERON, **LOCAL), host(3, MEROM, **SHARED), drs=DRS),
    ),
    Fires(
        "drs.islands",
        "warning",
        CLUSTER,
        "hosts",
        ("2 islands", "[esx-01 esx-02 esx-03 +1]", "[esx-05]", "for each maker"),
        plan(*hosts(MEROM, MEROM, MEROM, MEROM, OPTERON), drs=DRS),
    ),
    Fires(
        "drs.islands",
        "warning",
        CLUSTER,
        "hosts",
        ("2 islands",),
        two({"vmotion_network": "a"}, {"vmotion_network": ""}, drs=DRS),
    ),
    Fires(
        "drs.islands",
        "warning",
        CLUSTER,
        "hosts",
        ("cannot move", "2 islands", "a common vMotion network"),
        two({"vmotion_network": "a"}, {"vmotion_network": "b"}, drs=DRS, release="5.5"),
    ),
    Fires(
        "drs.islands",
        "warning",
        CLUSTER,
        "hosts",
        ("may not be able", "2 names: [esx-01], [esx-02]", "by routing"),
        two({"vmotion_network": "a"}, {"vmotion_network": "b"}, drs=DRS, release="6.0"),
    ),
    Fires(
        "drs.islands",
        "warning",
        CLUSTER,
        "hosts",
        ("2 islands: [esx-01], [esx-02].",),
        plan(*hosts(MEROM, OPTERON, None), drs=DRS),
    ),
    Quiet("drs.islands", "evc.mixed-without-evc says it", plan(*hosts(MEROM, PENRYN, MEROM), drs=DRS)),
    Quiet("drs.islands", "a vMotion network is not known", two({"vmotion_network": "a"}, {}, drs=DRS)),
    Quiet("drs.islands", "everything is common", WHOLE),
    Quiet("drs.islands", "nothing is known", plan(*hosts(None, None), drs=DRS)),
    Quiet("drs.islands", "EVC joins them", plan(*hosts(MEROM, PENRYN), drs=DRS, evc_mode="intel-merom")),
    Quiet(
        "drs.islands",
        "a chain of shared datastores connects",
        plan(
            host(1, datastores=("a",)),
            host(2, datastores=("a", "b")),
            host(3, datastores=("b",)),
            drs=DRS,
        ),
    ),
    Quiet(
        "drs.islands",
        "a capture without leaf 7 and one with it",
        plan(
            *hosts(
                known(replace(NEHALEM, table=type(NEHALEM.table)(dict(list(NEHALEM.table.items())[:3])))),
                NEHALEM,
            ),
            drs=DRS,
        ),
    ),
]

POWER = [
    Fires(
        "dpm.power-management",
        "todo",
        "host-1",
        "power_management",
        ("esx-01", "neither IPMI"),
        plan(host(power_management="none"), drs=DRS, dpm=DPM),
    ),
    Fires(
        "dpm.power-management",
        "todo",
        "host-1",
        "power_management",
        ("esx-01", "not known"),
        plan(host(), drs=DRS, dpm=DPM),
    ),
    Quiet("dpm.power-management", "it has iLO", plan(host(power_management="ilo"), drs=DRS, dpm=DPM)),
    Quiet("dpm.power-management", "DPM is off", plan(host(power_management="none"), drs=DRS)),
    Fires(
        "dpm.standby-exit",
        "warning",
        "host-1",
        "last_standby_exit",
        ("esx-01", "never"),
        plan(host(last_standby_exit="never"), drs=DRS, dpm=DPM),
    ),
    Fires(
        "dpm.standby-exit",
        "warning",
        "host-1",
        "last_standby_exit",
        ("esx-01", "failed"),
        plan(host(last_standby_exit="failed"), drs=DRS, dpm=DPM),
    ),
    Quiet("dpm.standby-exit", "it worked", plan(host(last_standby_exit="succeeded"), drs=DRS, dpm=DPM)),
    Quiet("dpm.standby-exit", "DPM is off", plan(host(last_standby_exit="failed"), drs=DRS)),
    Fires(
        "dpm.experimental",
        "warning",
        CLUSTER,
        "dpm.enabled",
        ("2.5",),
        plan(drs=DRS, dpm=DPM, release="2.5u2"),
    ),
    Quiet("dpm.experimental", "supported from 4.0", plan(drs=DRS, dpm=DPM, release="4.0")),
]

LOCAL_SWAP = {"vm_swap_placement": "hostLocal", "stores": (Datastore(name="vs", type="vsan"),)}

SWAP = [
    Fires(
        "swap.host-local",
        "info",
        CLUSTER,
        "vm_swap_placement",
        ("Cluster A",),
        plan(vm_swap_placement="hostLocal"),
    ),
    Quiet("swap.host-local", "beside the machine", plan()),
    Fires(
        "swap.no-datastore",
        "warning",
        "host-1",
        "local_swap_datastore",
        ("esx-01 has no",),
        plan(host(local_swap_datastore=""), **LOCAL_SWAP),
    ),
    Fires(
        "swap.no-datastore",
        "warning",
        "host-1",
        "local_swap_datastore",
        ("not known", "esx-01"),
        plan(host(), **LOCAL_SWAP),
    ),
    Quiet("swap.no-datastore", "it has one", plan(host(local_swap_datastore="a"), **LOCAL_SWAP)),
    Quiet("swap.no-datastore", "beside the machine", plan(host())),
    Fires(
        "swap.datastore-type",
        "warning",
        "host-1",
        "local_swap_datastore",
        ("esx-01", "vSAN", "vs"),
        plan(host(local_swap_datastore="vs"), **LOCAL_SWAP),
    ),
    Quiet("swap.datastore-type", "another type", plan(host(local_swap_datastore="a"), **LOCAL_SWAP)),
    Quiet(
        "swap.datastore-type",
        "beside the machine",
        plan(host(local_swap_datastore="vs"), stores=LOCAL_SWAP["stores"]),
    ),
]

TABLE: list[Fires | Quiet] = NAMES + AVAILABILITY + BALANCING + POWER + SWAP

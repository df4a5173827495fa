"""The values that a plan is made of.

All are frozen dataclasses with tuples inside; an edit makes a new plan (see `edits`). Enumerations are the
vSphere API's own strings. Hosts and virtual machines carry their present state, clusters the planned
settings. None means "not known" and leads to "cannot tell", never to a default that looks measured.

Ids are unique in a plan and look like vSphere's managed object ids (`host-12`). No password is kept, ever.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, dataclass_transform

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.evidence import EvidenceKind
from flexgui.evc.modes import EvcMode

FORMAT = 1
"""The version of the plan format that this program writes."""

Value = TypeVar("Value")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def value(cls: type[Value]) -> type[Value]:
    """A frozen dataclass with slots and keyword fields that refuses unknown keys when it is read."""
    cls.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[attr-defined]
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


class Limits(NamedTuple):
    """How long a text and how large a number may be in a file; pydantic reads it, as `plan.codec` does."""

    max_length: int | None = None
    ge: int | None = None
    le: int | None = None

    def limits(self) -> dict[str, int]:
        """Those that there are, by the names of pydantic's core."""
        return {name: limit for name, limit in self._asdict().items() if limit is not None}

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return handler(source) | self.limits()


Id = Annotated[str, Limits(max_length=200)]
Text = Annotated[str, Limits(max_length=10_000)]
Count = Annotated[int, Limits(ge=0, le=2**40)]
Threshold = Annotated[int, Limits(ge=1, le=5)]
"""1 conservative … 5 aggressive, as the user interface counts; the API's rates are `6 - n`."""

ClusterDefaultVmBehavior = Literal["manual", "partiallyAutomated", "fullyAutomated"]
DpmBehavior = Literal["manual", "automated"]
VmSwapPlacement = Literal["vmDirectory", "hostLocal"]
HostConnectionState = Literal["connected", "disconnected", "notResponding"]
PowerState = Literal["poweredOn", "poweredOff", "suspended"]
VirtualExecUsage = Literal["hvAuto", "hvOn", "hvOff"]
"""`VirtualMachineFlagInfo.virtualExecUsage`: hvOff is binary translation, hvOn VT-x or AMD-V."""
Switch = Literal["enabled", "disabled"]
AdmissionControlPolicy = Literal["resources", "slots", "failoverHosts"]
"""`ClusterFailoverResourcesAdmissionControlPolicy`, `…Level…`, `…Host…` in short."""
DatastoreType = Literal["VMFS", "NFS", "vsan", "VVOL"]
SharesLevel = Literal["low", "normal", "high", "custom"]
PowerManagement = Literal["ipmi", "ilo", "wol", "none"]
StandbyExit = Literal["succeeded", "failed", "never"]
LicenseEdition = Literal[
    "Essentials",
    "Essentials Plus",
    "Standard",
    "Advanced",
    "Enterprise",
    "Enterprise Plus",
    "vSphere Foundation",
    "VMware Cloud Foundation",
]
VmRole = Literal["none", "vCenter", "vCLS"]


@value
class Datastore:
    name: Text
    type: DatastoreType | None = None


@value
class ResourceAllocation:
    """Shares, reservation and limit of CPU (MHz) or memory (MiB); a limit of None is unlimited."""

    shares_level: SharesLevel = "normal"
    shares: Count | None = None
    reservation: Count = 0
    expandable_reservation: bool = True
    limit: Count | None = None


@value
class ResourcePool:
    """A resource pool; `parent` is None for those directly below the cluster's root pool."""

    id: Id
    name: Text
    parent: Id | None = None
    cpu: ResourceAllocation = ResourceAllocation()
    memory: ResourceAllocation = ResourceAllocation()


@value
class HighAvailability:
    """vSphere HA (`ClusterDasConfigInfo`). Percentages are failover capacity, failures those of hosts."""

    enabled: bool = False
    host_monitoring: Switch = "enabled"
    admission_control_enabled: bool = True
    admission_control_policy: AdmissionControlPolicy = "slots"
    failures_to_tolerate: int = 1
    cpu_percent: int = 25
    memory_percent: int = 25
    failover_hosts: tuple[Id, ...] = ()
    restart_priority: Literal["disabled", "low", "medium", "high"] = "medium"
    isolation_response: Literal["none", "powerOff", "shutdown"] = "none"
    vm_monitoring: Literal["vmMonitoringDisabled", "vmMonitoringOnly", "vmAndAppMonitoring"] = (
        "vmMonitoringDisabled"
    )


@value
class DrsOverride:
    """A virtual machine with a DRS level of its own; None switches DRS off for it."""

    vm: Id
    behavior: ClusterDefaultVmBehavior | None = None


@value
class Drs:
    """DRS (`ClusterDrsConfigInfo`)."""

    enabled: bool = False
    default_vm_behavior: ClusterDefaultVmBehavior = "fullyAutomated"
    migration_threshold: Threshold = 3
    overrides: tuple[DrsOverride, ...] = ()


@value
class Dpm:
    """DPM (`ClusterDpmConfigInfo`); off where it is not enabled."""

    enabled: bool = False
    default_dpm_behavior: DpmBehavior = "manual"
    threshold: Threshold = 3


@value
class VirtualMachine:
    """A virtual machine in its present state.

    `power_on_evc_mode` is the mode it was powered on under (vSphere's `minRequiredEVCModeKey`), `features`
    the exact features it got, where they are known. Memory in MiB, CPU reservation in MHz.
    """

    id: Id
    name: Text
    power_state: PowerState = "poweredOff"
    power_on_evc_mode: Id | None = None
    features: tuple[Text, ...] | None = None
    hardware_version: Count | None = None
    virtual_exec_usage: VirtualExecUsage | None = None
    evc_mode: Id | None = None
    num_cpus: Count | None = None
    memory_mb: Count | None = None
    cpu_reservation_mhz: Count = 0
    memory_reservation_mb: Count = 0
    resource_pool: Id | None = None
    role: VmRole = "none"


@value
class Evidence:
    """One of several sources that describe a host's processor: where it comes from, and what it says.

    `cpu` is the fingerprint of the processor as this source alone shows it, `kind` the strongest evidence
    that it has; `assumed` says that its features come from the catalogue of series.
    """

    source: Text
    kind: EvidenceKind
    cpu: Id
    assumed: bool = False


@value
class Host:
    """A host in its present state.

    `cpu` is the fingerprint of one of the plan's processors; `cpu_source` says where that comes from, and
    `cpu_assumed` that something of it was chosen from a list rather than measured. `evidence` are all
    sources where there are several, the strongest first; `cpu` is then what they say together, and
    `cpu_source` the strongest of them. A host with one source, or none, has no `evidence`. `xd` and `vt` are
    the BIOS switches; None is "cannot tell". Memory in MiB, clock in MHz. An empty `vmotion_network` or
    `local_swap_datastore` says that there is none. `present_parent` is the cluster or, for a standalone
    host, the datacenter where vCenter has the host now; None where it does not have it yet.
    """

    id: Id
    address: Text
    name: Text = ""
    vendor: Text = ""
    model: Text = ""
    cpu: Id | None = None
    cpu_source: Text = ""
    cpu_assumed: bool = False
    evidence: tuple[Evidence, ...] = ()
    cpu_packages: Count | None = None
    cpu_cores: Count | None = None
    cpu_mhz: Count | None = None
    memory_mb: Count | None = None
    esx_release: Id | None = None
    esx_build: Text | None = None
    xd: Switch | None = None
    vt: Switch | None = None
    ac_power_cycle_pending: bool = False
    connection_state: HostConnectionState = "connected"
    in_maintenance_mode: bool = False
    thumbprint: Text | None = None
    thumbprint_confirmed: bool = False
    license_key: Text | None = None
    license_edition: LicenseEdition | None = None
    power_management: PowerManagement | None = None
    last_standby_exit: StandbyExit | None = None
    vmotion_network: Text | None = None
    management_networks: Count | None = None
    local_swap_datastore: Text | None = None
    datastores: tuple[Text, ...] | None = None
    networks: tuple[Text, ...] | None = None
    present_parent: Id | None = None
    vms: tuple[VirtualMachine, ...] = ()

    @property
    def label(self) -> str:
        """What to call the host on a screen."""
        return self.name or self.address


@value
class Cluster:
    """A cluster with its planned settings.

    `evc_mode` is None where EVC is disabled. `exists` says that vCenter has the cluster already, now with
    `present_evc_mode`; for a cluster that is still to be created both keep their defaults.
    """

    id: Id
    name: Text
    ha: HighAvailability = HighAvailability()
    drs: Drs = Drs()
    dpm: Dpm = Dpm()
    evc_mode: Id | None = None
    vm_swap_placement: VmSwapPlacement = "vmDirectory"
    resource_pools: tuple[ResourcePool, ...] = ()
    hosts: tuple[Host, ...] = ()
    exists: bool = False
    present_evc_mode: Id | None = None


@value
class Datacenter:
    """A datacenter. `hosts` are the standalone ones."""

    id: Id
    name: Text
    hosts: tuple[Host, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    datastores: tuple[Datastore, ...] = ()
    networks: tuple[Text, ...] = ()


@value
class MutedFinding:
    """A finding that somebody decided to live with; the reason is kept and reported."""

    rule: Text
    object: Id
    reason: Text


@value
class Scenario:
    """A what-if: the datacenters as they would be, and the release where that is not the plan's."""

    name: Text
    release: Id | None = None
    datacenters: tuple[Datacenter, ...] = ()


@value
class Plan:
    """The whole plan.

    `remarks` are what the writer of a file had to say, such as that it was exported with errors; they come
    first in it. `serial` is the last number given to an id. `cpus` holds each distinct processor once; hosts
    point to it by fingerprint. `modes` are those read from a vCenter; where there are any, they replace the
    built-in ones.
    """

    format: Literal[1] = 1
    remarks: tuple[Text, ...] = ()
    release: Id
    serial: Count = 0
    cpus: tuple[Cpu, ...] = ()
    modes: tuple[EvcMode, ...] = ()
    muted: tuple[MutedFinding, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    datacenters: tuple[Datacenter, ...] = ()


Object = Datacenter | Cluster | Host | VirtualMachine | ResourcePool
"""What the inventory shows."""

Edit = Callable[[Plan], Plan]
"""An edit: from a plan to the plan after it."""

"""Small plans for tests: by default nothing in them is worth a finding."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flexgui.cpuid.cpu import Cpu, described
from flexgui.plan.values import Cluster, Datacenter, Dpm, Drs, HighAvailability, Host, Plan, VirtualMachine
from tests.processors import cpu_of, cpu_with

MEROM = cpu_of("intel-merom", eax=0x6F6, brand="Xeon 5110")
PENRYN = cpu_of("intel-penryn", eax=0x10676, brand="Xeon E5450")
NEHALEM = cpu_of("intel-nehalem", eax=0x106A5, brand="Xeon X5570")
WESTMERE = cpu_of("intel-westmere", eax=0x206C2, brand="Xeon X5670")
SANDY = cpu_of("intel-sandybridge", eax=0x206D7, brand="Xeon E5-2670")
NETBURST = cpu_with(("FPU", "SSE", "SSE2", "SSE3", "LM", "NX"), eax=0xF43, brand="Xeon Irwindale")
OPTERON = cpu_of("amd-greyhound", eax=0x100F42, brand="Opteron 2389")
HYGON = replace(cpu_with(("FPU",), eax=0x900F01, brand="Dhyana"), vendor="hygon")
CPUS = {cpu.fingerprint: cpu for cpu in (MEROM, PENRYN, NEHALEM, WESTMERE, SANDY, NETBURST, OPTERON, HYGON)}

MEROM_LABEL = 'Intel® "Merom" Generation'
WESTMERE_LABEL = 'Intel® "Westmere" Generation'

HA = HighAvailability(enabled=True)
DRS = Drs(enabled=True)
DPM = Dpm(enabled=True)


def known(cpu: Cpu) -> Cpu:
    """The processor with its fingerprint, so that plans find it."""
    cpu = described(cpu)
    CPUS[cpu.fingerprint] = cpu
    return cpu


def host(number: int = 1, cpu: Cpu | None = None, **fields: Any) -> Host:
    """A host without fault; `vms` may be given without ids."""
    fields.setdefault("address", f"esx-{number:02}.example.com")
    fields.setdefault("license_edition", "Enterprise Plus")
    fields.setdefault("thumbprint_confirmed", True)
    return Host(
        id=f"host-{number}",
        name=f"esx-{number:02}",
        cpu=None if cpu is None else cpu.fingerprint,
        **fields,
    )


def hosts(*cpus: Cpu | None, **fields: Any) -> tuple[Host, ...]:
    return tuple(host(number, cpu, **fields) for number, cpu in enumerate(cpus, 1))


def vm(name: str = "db01", number: int = 1, **fields: Any) -> VirtualMachine:
    return VirtualMachine(id=f"vm-{number}", name=name, **fields)


def running(name: str = "db01", number: int = 1, **fields: Any) -> VirtualMachine:
    return vm(name, number, power_state="poweredOn", **fields)


def plan(*of: Host, release: str = "6.0", standalone: bool = False, **settings: Any) -> Plan:
    """A plan of one datacenter with one cluster of these hosts; keywords set fields of either.

    `stores`, `networks` and `datacenter_name` are the datacenter's, everything else the cluster's.
    """
    more = {
        "datastores": settings.pop("stores", ()),
        "networks": settings.pop("networks", ()),
        "name": settings.pop("datacenter_name", "Milano"),
    }
    others = settings.pop("others", ())
    settings.setdefault("name", "Cluster A")
    cluster = Cluster(id="domain-c1", hosts=() if standalone else of, **settings)
    datacenter = Datacenter(
        id="datacenter-1", hosts=of if standalone else (), clusters=(cluster, *others), **more
    )
    return of_datacenters(datacenter, release=release)


def of_datacenters(*datacenters: Datacenter, release: str = "6.0") -> Plan:
    used = {each.cpu for d in datacenters for each in (*d.hosts, *(h for c in d.clusters for h in c.hosts))}
    return Plan(
        release=release,
        serial=1000,
        cpus=tuple(cpu for cpu in CPUS.values() if cpu.fingerprint in used),
        datacenters=datacenters,
    )

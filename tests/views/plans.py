"""Plans for the tests of windows, made by hand."""

from __future__ import annotations

from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.registers import CpuidTable
from flexgui.evc.modes import builtin_modes
from flexgui.plan.values import Cluster, Datacenter, Host, Plan, ResourcePool, VirtualMachine


def cpu(mode: str, brand: str) -> Cpu:
    """A processor known by its features only: those that a mode requires, and none besides."""
    modes = builtin_modes()
    found = modes[mode]
    absent = modes.governed[found.vendor] - set(found.requires or ())
    return described(
        Cpu(
            fingerprint="",
            vendor=found.vendor,
            brand=brand,
            table=CpuidTable(),
            present=tuple(found.requires or ()),
            absent=tuple(sorted(absent)),
        )
    )


MEROM, PENRYN, WESTMERE = (
    cpu("intel-merom", "Xeon 5110"),
    cpu("intel-penryn", "Xeon E5462"),
    cpu("intel-westmere", "Xeon E7-4830"),
)


def host(number: int, processor: Cpu, *vms: VirtualMachine) -> Host:
    return Host(
        id=f"host-{number}",
        address=f"10.0.0.{number}",
        name=f"esx-{number:02}",
        cpu=processor.fingerprint,
        cpu_source="by hand",
        esx_release="5.5",
        xd="enabled",
        vt="enabled",
        vms=vms,
    )


def small_plan() -> Plan:
    """Milano with a cluster of three hosts, a pool with a pool in it, and a standalone host."""
    return Plan(
        release="5.5",
        serial=100,
        cpus=(MEROM, PENRYN, WESTMERE),
        datacenters=(
            Datacenter(
                id="datacenter-1",
                name="Milano",
                clusters=(
                    Cluster(
                        id="domain-c2",
                        name="Cluster A",
                        evc_mode="intel-merom",
                        resource_pools=(
                            ResourcePool(id="resgroup-3", name="Production"),
                            ResourcePool(id="resgroup-4", name="Batch", parent="resgroup-3"),
                        ),
                        hosts=(
                            host(5, MEROM),
                            host(6, PENRYN, VirtualMachine(id="vm-20", name="db01", power_state="suspended")),
                            host(7, WESTMERE, VirtualMachine(id="vm-21", name="web01")),
                        ),
                    ),
                ),
                hosts=(host(9, WESTMERE),),
            ),
        ),
    )

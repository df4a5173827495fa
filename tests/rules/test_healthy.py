"""A plan as it should be: nothing is worth more than an info."""

from __future__ import annotations

from dataclasses import replace

from flexgui.plan import edits
from flexgui.plan.values import Datastore, Host, Plan
from flexgui.rules.check import check
from flexgui.rules.finding import Severity
from tests.processors import cpu_of
from tests.rules.plans import DRS, HA, host, known, plan, running

MODE = "intel-skylake"
SKYLAKE = known(cpu_of(MODE, eax=0x50654, brand="Xeon Gold 6130"))
CASCADE_LAKE = known(cpu_of("intel-cascadelake", eax=0x50657, brand="Xeon Gold 6230"))
ICE_LAKE = known(cpu_of("intel-icelake", eax=0x606A6, brand="Xeon Gold 6330"))


def member(number: int, cpu: object) -> Host:
    machines = tuple(
        running(
            f"app-{number}-{each}",
            10 * number + each,
            power_on_evc_mode=MODE,
            hardware_version=20,
            num_cpus=4,
            memory_mb=16384,
        )
        for each in range(3)
    )
    return host(
        number,
        cpu,  # type: ignore[arg-type]
        esx_release="8.0",
        xd="enabled",
        vt="enabled",
        cpu_packages=2,
        cpu_cores=32,
        cpu_mhz=2100,
        memory_mb=262144,
        vmotion_network="vMotion",
        management_networks=2,
        datastores=("san-1", "san-2"),
        networks=("VM Network", "DMZ"),
        present_parent="domain-c1",
        vms=machines,
    )


def healthy() -> Plan:
    """vSphere 8.0, HA and DRS, and four hosts from Skylake to Ice Lake in a cluster that is there already."""
    return plan(
        *(member(number, cpu) for number, cpu in enumerate((SKYLAKE, SKYLAKE, CASCADE_LAKE, ICE_LAKE), 1)),
        release="8.0",
        ha=HA,
        drs=DRS,
        evc_mode=MODE,
        exists=True,
        present_evc_mode=MODE,
        stores=(Datastore(name="san-1", type="VMFS"), Datastore(name="san-2", type="VMFS")),
        networks=("VM Network", "DMZ"),
    )


def weighty(of: Plan) -> list[str]:
    return [f"{f.rule}: {f.message()}" for f in check(of) if f.severity is not Severity.INFO]


def test_a_healthy_plan_has_nothing_but_infos() -> None:
    assert weighty(healthy()) == []
    assert {finding.rule for finding in check(healthy())} == {"evc.oldest-host"}


def test_a_cluster_that_is_still_to_be_created_is_as_healthy() -> None:
    """Nothing but infos too where vCenter has the hosts standalone, and the machines fit the mode."""
    there = healthy()
    members = there.datacenters[0].clusters[0].hosts
    standalone = tuple(replace(member, present_parent="datacenter-1") for member in members)
    new = edits.set_fields(there, "domain-c1", exists=False, present_evc_mode=None, hosts=standalone)
    assert weighty(new) == []


def test_a_fault_in_it_is_found() -> None:
    assert weighty(edits.set_fields(healthy(), "host-4", datastores=("san-1",))) != []

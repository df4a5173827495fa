"""Migration and verification in a plan; objects found by what a person calls them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flexgui.errors import InputError
from flexgui.evc.migration import Outcome
from flexgui.plan import edits
from flexgui.plan.lookup import named
from flexgui.plan.migration import destinations, guest_of, verdict, verdicts
from flexgui.plan.values import Cluster, Datacenter, Host, Plan, VirtualMachine
from flexgui.plan.verification import expected_on, verify_capture
from tests.rules.plans import MEROM, OPTERON, WESTMERE, host, plan, running, vm

MODE = {"evc_mode": "intel-merom"}


def pool(release: str = "4.0u1", *machines: VirtualMachine, **settings: object) -> Plan:
    here = host(1, WESTMERE, vms=machines or (running(),))
    return plan(here, host(2, MEROM), host(3, OPTERON), host(4, None), release=release, **settings)


def test_outcomes_in_a_plan() -> None:
    assert verdict(pool(**MODE), "vm-1", "host-2").outcome is Outcome.LIVE
    assert verdict(pool(), "vm-1", "host-2").outcome is Outcome.COLD
    assert verdict(pool(), "vm-1", "host-4").outcome is Outcome.UNKNOWN
    assert verdict(pool("2.5u2", vm(power_state="suspended")), "vm-1", "host-2").outcome is Outcome.NEVER


def test_all_hosts_at_once_are_the_same_as_one_by_one() -> None:
    twin = host(5, MEROM, address="twin", in_maintenance_mode=True, connection_state="disconnected")
    found = pool(**MODE)
    cluster = found.datacenters[0].clusters[0]
    found = edits.set_fields(found, cluster.id, hosts=(*cluster.hosts, twin))
    every = verdicts(found, "vm-1")
    assert list(every) == [place.object.id for place in destinations(found, "vm-1")]
    assert every == {host_id: verdict(found, "vm-1", host_id) for host_id in every}
    assert "esx-05" in every["host-5"].reasons[0].text()
    assert len(every["host-5"].warnings) == len(every["host-2"].warnings) + 2
    assert not any("\ue000" in said.text() for each in every.values() for said in each.reasons)


@pytest.mark.parametrize(
    ("present", "exists", "present_mode", "expected"),
    [
        (None, False, None, ("intel-merom", True)),  # vCenter does not have the host: the plan is assumed
        ("domain-c1", True, "intel-merom", ("intel-merom", False)),
        ("domain-c1", True, None, (None, False)),  # EVC is only planned, the machine runs outside it
        ("datacenter-1", False, None, (None, False)),
    ],
)
def test_under_which_mode_a_machine_runs(
    present: str | None, exists: bool, present_mode: str | None, expected: tuple[str | None, bool]
) -> None:
    here = host(1, WESTMERE, vms=(running(),), present_parent=present)
    found = plan(here, exists=exists, present_evc_mode=present_mode, **MODE)
    cluster = found.datacenters[0].clusters[0]
    guest = guest_of(found, here.vms[0], here, cluster)
    assert (guest.started_under, guest.start_assumed) == expected
    stated = replace(here.vms[0], power_on_evc_mode="intel-penryn")
    assert guest_of(found, stated, here, cluster).started_under == "intel-penryn"


def test_ids_that_are_something_else() -> None:
    for vm_id, host_id in (("vm-9", "host-2"), ("host-1", "host-2"), ("vm-1", "vm-1")):
        with pytest.raises(KeyError):
            verdict(pool(), vm_id, host_id)
    with pytest.raises(KeyError):
        expected_on(pool(), "vm-1")
    with pytest.raises(KeyError):
        expected_on(pool(), "host-1", "host-1")


def test_expected_of_a_host_without_processor() -> None:
    with pytest.raises(InputError, match="esx-04 is not known"):
        verify_capture(pool(), "host-4", MEROM)
    assert verify_capture(pool(**MODE), "host-4", MEROM).problems


def test_a_machine_that_is_on_another_host_is_noted() -> None:
    here = verify_capture(pool(**MODE), "host-1", WESTMERE, "vm-1").notes
    assert not any("In the plan" in said.text() for said in here)
    note = verify_capture(pool(**MODE), "host-2", MEROM, "vm-1").notes[0].text()
    assert "esx-01 / db01, not on Milano / Cluster A / esx-02" in note


@pytest.fixture
def crowded() -> Plan:
    def cluster(number: int, *machines: str) -> Cluster:
        vms = tuple(VirtualMachine(id=f"vm-{number}{n}", name=name) for n, name in enumerate(machines))
        one = Host(id=f"host-{number}", address=f"10.0.0.{number}", name="esx-01", vms=vms)
        return Cluster(id=f"domain-c{number}", name=f"Cluster {number}", hosts=(one,))

    clusters = (cluster(1, "db01", "a/b"), cluster(2, "db01", "Mail"))
    return Plan(release="8.0", datacenters=(Datacenter(id="datacenter-1", name="Milano", clusters=clusters),))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("vm-20", "vm-20"),
        ("mail", "vm-21"),
        ("Cluster 2/esx-01/db01", "vm-20"),
        ("milano / cluster 1 / ESX-01 / db01", "vm-10"),
        ("a/b", "vm-11"),
    ],
)
def test_finding_a_machine(crowded: Plan, text: str, found: str) -> None:
    assert named(crowded, VirtualMachine, text).object.id == found


def test_finding_a_host(crowded: Plan) -> None:
    assert named(crowded, Host, "10.0.0.2").object.id == "host-2"
    with pytest.raises(InputError, match="2 hosts are called 'esx-01': Milano / Cluster 1 / esx-01"):
        named(crowded, Host, "esx-01")
    with pytest.raises(InputError, match="There is no host 'mail'"):
        named(crowded, Host, "mail")
    with pytest.raises(InputError, match="no virtual machine at all"):
        named(Plan(release="8.0"), VirtualMachine, "x")

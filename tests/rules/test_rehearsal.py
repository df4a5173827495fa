"""What vCenter answers in Rehearse: every action done and refused, and what follows from it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial

import pytest

from flexgui.plan import edits, many
from flexgui.plan.inventory import find
from flexgui.plan.values import (
    Cluster,
    Datacenter,
    Drs,
    Edit,
    HighAvailability,
    Host,
    Plan,
    ResourcePool,
    VirtualMachine,
)
from flexgui.rules.check import Checker, check
from flexgui.rules.rehearsal import Answer, Outcome, answer, settled
from flexgui.rules.rehearsal_actions import ACTIONS
from tests.rules.plans import MEROM, OPTERON, SANDY, WESTMERE, host, plan, running, vm

A, B, HOST, DC = "domain-c1", "domain-c9", "host-1", "datacenter-1"
HOST_2, HOST_3 = "host-2", "host-3"
AUTOMATED = Drs(enabled=True)


def asked(before: Plan, edit: Edit) -> Answer:
    """What vCenter answers where the inventory shows what it has."""
    after = edit(before)
    checker = Checker()
    found = checker.check(before)
    return answer(before, after, found, checker.check(after))


def sets(object_id: str, **fields: object) -> Edit:
    return lambda plan: edits.set_fields(plan, object_id, **fields)


def moves(target: str, *hosts: str) -> Edit:
    return lambda plan: edits.move_hosts(plan, hosts or (HOST,), target)


def migrates(host_id: str, vm_id: str = "vm-1") -> Edit:
    return lambda plan: many.move_vms(plan, (vm_id,), host_id)


def removes(object_id: str) -> Edit:
    return lambda plan: edits.remove(plan, object_id)


def adds_cluster(**fields: object) -> Edit:
    cluster = Cluster(id="domain-c20", name="New", **fields)  # type: ignore[arg-type]
    return lambda plan: edits.add_cluster(plan, DC, cluster)


def adds_host(**fields: object) -> Edit:
    return lambda plan: edits.add_host(edits.store_cpu(plan, MEROM), A, host(20, MEROM, **fields))


def standalone(
    *vms: VirtualMachine, release: str = "4.0", mode: str | None = "intel-merom", **fields: object
) -> Plan:
    """A standalone Westmere host beside a cluster with EVC."""
    only = host(1, WESTMERE, vms=vms, **fields)
    return settled(plan(only, standalone=True, release=release, evc_mode=mode))


def pair(*vms: VirtualMachine, release: str = "5.0", first: object = MEROM, **settings: object) -> Plan:
    """A cluster of two hosts, the machines on the first."""
    return settled(plan(host(1, MEROM, vms=vms), host(2, MEROM), release=release, **settings))


def changed(before: Plan, object_id: str, **fields: object) -> Plan:
    return edits.set_fields(before, object_id, **fields)


UNFIT = replace(running(), power_on_evc_mode="intel-westmere")
FIT = replace(running(), power_on_evc_mode="intel-merom")
MAINTAINED = {"in_maintenance_mode": True}
OTHER = Cluster(id=B, name="Cluster B")


@dataclass(frozen=True)
class Case:
    """An action: what becomes of it, and which words and fault the answer has."""

    action: str
    why: str
    before: Plan
    edit: Edit
    fault: str | None = ""
    words: tuple[str, ...] = ()
    outcome: Outcome = Outcome.REFUSED


def done(action: str, why: str, before: Plan, edit: Edit, *words: str) -> Case:
    return Case(action, why, before, edit, None, words, Outcome.DONE)


def refused(action: str, why: str, before: Plan, edit: Edit, fault: str | None, *words: str) -> Case:
    return Case(action, why, before, edit, fault, words)


def waits(why: str, before: Plan, *words: str) -> Case:
    return Case("enter-maintenance-mode", why, before, sets(HOST, **MAINTAINED), None, words, Outcome.WAITING)


HA_FULL = HighAvailability(enabled=True)
SMALL = {"cpu_cores": 1, "cpu_mhz": 1000, "memory_mb": 1024}
FAILOVER = HighAvailability(enabled=True, admission_control_policy="failoverHosts", failover_hosts=(HOST,))
ON = {"power_state": "poweredOn"}
OFF = {"power_state": "poweredOff"}

TABLE = (
    done(
        "create-datacenter",
        "a new one",
        pair(),
        lambda p: edits.add_datacenter(p, Datacenter(id="datacenter-9", name="Roma")),
    ),
    refused(
        "create-datacenter",
        "its name is taken",
        pair(),
        lambda p: edits.add_datacenter(p, Datacenter(id="datacenter-9", name="Milano")),
        "DuplicateName",
        "Milano",
    ),
    done("remove-datacenter", "with its hosts", pair(), removes(DC), "unmanaged"),
    done("create-cluster", "with HA and DRS, no hosts yet", pair(), adds_cluster(ha=HA_FULL, drs=AUTOMATED)),
    done("create-cluster", "with EVC, from 4.0", pair(), adds_cluster(evc_mode="intel-merom")),
    refused(
        "create-cluster",
        "with EVC, VirtualCenter 2.5",
        pair(release="2.5u2"),
        adds_cluster(evc_mode="intel-merom"),
        None,
        "Edit Settings",
    ),
    done(
        "create-cluster",
        "VirtualCenter 2.5 tells when to enable EVC",
        pair(release="2.5u2"),
        adds_cluster(),
        "before hosts come in",
    ),
    done("remove-cluster", "an empty one", standalone(), removes(A)),
    done("edit-settings", "HA", pair(), sets(A, ha=HA_FULL)),
    done(
        "edit-settings",
        "without DRS there are no pools",
        pair(drs=AUTOMATED, resource_pools=(ResourcePool(id="resgroup-5", name="Gold"),)),
        sets(A, drs=Drs()),
        "resource pools",
    ),
    refused(
        "edit-settings",
        "a percentage of 0",
        pair(),
        sets(A, ha=HighAvailability(enabled=True, admission_control_policy="resources", cpu_percent=0)),
        None,
        "0",
    ),
    refused(
        "edit-settings",
        "a failover host of another cluster",
        pair(others=(replace(OTHER, hosts=(host(3, MEROM),)),)),
        sets(A, ha=replace(FAILOVER, failover_hosts=(HOST_3,))),
        None,
        "esx-03",
    ),
    done("set-evc-mode", "enabling with machines that fit", pair(running()), sets(A, evc_mode="intel-merom")),
    done(
        "set-evc-mode",
        "enabling on a new cluster of VirtualCenter 2.5",
        standalone(mode=None, release="2.5u2"),
        sets(A, evc_mode="intel-merom"),
    ),
    refused(
        "set-evc-mode",
        "machines run, VirtualCenter 2.5 (fig. 21)",
        pair(running(), release="2.5u2"),
        sets(A, evc_mode="intel-merom"),
        "ActiveVMsBlockingEVC",
        "db01",
        "running VMs",
    ),
    refused(
        "set-evc-mode",
        "an existing cluster, VirtualCenter 2.5",
        pair(release="2.5u2"),
        sets(A, evc_mode="intel-merom"),
        None,
        "new cluster",
    ),
    refused(
        "set-evc-mode",
        "disabling, VirtualCenter 2.5",
        pair(release="2.5u2", evc_mode="intel-merom"),
        sets(A, evc_mode=None),
        None,
        "anew",
    ),
    done(
        "set-evc-mode",
        "disabling, from 4.0",
        pair(evc_mode="intel-merom"),
        sets(A, evc_mode=None),
        "disabled",
    ),
    refused(
        "set-evc-mode",
        "lowering under a running machine",
        settled(plan(host(1, WESTMERE, vms=(UNFIT,)), evc_mode="intel-westmere")),
        sets(A, evc_mode="intel-merom"),
        "ActiveVMsBlockingEVC",
        "db01",
        "SSE41",
    ),
    done(
        "set-evc-mode",
        "raising over a running machine",
        settled(plan(host(1, WESTMERE, vms=(FIT,)), evc_mode="intel-merom")),
        sets(A, evc_mode="intel-westmere"),
        "raised",
    ),
    refused(
        "set-evc-mode",
        "raising above a host",
        pair(),
        sets(A, evc_mode="intel-westmere"),
        "EVCModeUnsupportedByHosts",
        "esx-01",
    ),
    refused(
        "set-evc-mode",
        "a host of the other maker",
        settled(plan(host(1, OPTERON))),
        sets(A, evc_mode="intel-merom"),
        "EVCModeIllegalByVendor",
    ),
    refused(
        "set-evc-mode",
        "a disconnected host",
        settled(plan(host(1, MEROM, connection_state="disconnected"))),
        sets(A, evc_mode="intel-merom"),
        "DisconnectedHostsBlockingEVC",
    ),
    refused(
        "set-evc-mode",
        "XD is off",
        settled(plan(host(1, MEROM, xd="disabled"))),
        sets(A, evc_mode="intel-merom"),
        "EVCAdmissionFailedCPUFeaturesForMode",
        "Execute Disable",
    ),
    refused(
        "set-evc-mode",
        "a suspended machine that does not fit",
        settled(plan(host(1, WESTMERE, vms=(replace(UNFIT, power_state="suspended"),)))),
        sets(A, evc_mode="intel-merom"),
        "ActiveVMsBlockingEVC",
        "suspended",
    ),
    done("add-host", "confirmed", pair(evc_mode="intel-merom"), adds_host()),
    refused(
        "add-host",
        "its thumbprint is not confirmed",
        pair(),
        adds_host(thumbprint_confirmed=False),
        "SSLVerifyFault",
    ),
    refused(
        "add-host",
        "VT is off, for a cluster with EVC",
        pair(evc_mode="intel-merom"),
        adds_host(vt="disabled"),
        None,
        "Intel VT",
    ),
    done("add-host", "VT is off, without EVC", pair(), adds_host(vt="disabled")),
    refused(
        "add-host",
        "an address that is taken",
        pair(),
        adds_host(address="esx-01.example.com"),
        "AlreadyConnected",
    ),
    refused("add-host", "no address", pair(), adds_host(address=""), None, "no address yet"),
    done("move-host", "running machines fit", standalone(FIT), moves(A)),
    done("move-host", "no EVC, machines run", standalone(running(), mode=None), moves(A)),
    refused(
        "move-host",
        "a running machine does not fit",
        standalone(UNFIT),
        moves(A),
        "EVCAdmissionFailedVmActive",
        "db01",
    ),
    refused(
        "move-host",
        "VirtualCenter 2.5: not in maintenance mode",
        standalone(release="2.5u2"),
        moves(A),
        "InvalidState",
        "maintenance mode",
    ),
    done(
        "move-host",
        "VirtualCenter 2.5: in maintenance mode (fig. 19)",
        standalone(vm(), release="2.5u2", **MAINTAINED),
        moves(A),
    ),
    refused(
        "move-host",
        "VirtualCenter 2.5: a suspended machine",
        standalone(vm(power_state="suspended"), release="2.5u2", **MAINTAINED),
        moves(A),
        "EVCAdmissionFailedVmActive",
        "suspended",
    ),
    done(
        "move-host",
        "4.0: a suspended machine that fits is warned of",
        standalone(replace(FIT, power_state="suspended")),
        moves(A),
        "suspended",
    ),
    refused(
        "move-host",
        "out of a cluster, not in maintenance mode",
        pair(others=(OTHER,)),
        moves(B),
        "InvalidState",
    ),
    done(
        "move-host",
        "out of a cluster, in maintenance mode",
        changed(pair(others=(OTHER,)), HOST, **MAINTAINED),
        moves(B),
    ),
    refused(
        "move-host",
        "lacks the mode",
        settled(plan(host(1, MEROM), standalone=True, evc_mode="intel-westmere")),
        moves(A),
        "EVCAdmissionFailedCPUModelForMode",
        "esx-01",
    ),
    refused(
        "move-host",
        "a BIOS setting waits for power",
        standalone(ac_power_cycle_pending=True),
        moves(A),
        None,
        "power cycle",
    ),
    done("enter-maintenance-mode", "empty", pair(vm()), sets(HOST, **MAINTAINED)),
    done(
        "enter-maintenance-mode",
        "DRS empties it",
        pair(FIT, drs=AUTOMATED),
        sets(HOST, **MAINTAINED),
        "DRS moves db01 to esx-02",
    ),
    refused(
        "enter-maintenance-mode",
        "disconnected",
        changed(pair(), HOST, connection_state="disconnected"),
        sets(HOST, **MAINTAINED),
        "HostNotConnected",
        "disconnected",
    ),
    waits("a machine runs and nobody moves it", pair(running()), "db01", "Power off or migrate"),
    waits("DRS asks first", pair(running(), drs=replace(AUTOMATED, default_vm_behavior="manual")), "db01"),
    waits(
        "no other host takes it",
        settled(plan(host(1, SANDY, vms=(running(),)), host(2, MEROM), drs=AUTOMATED)),
        "db01",
        "no other host",
    ),
    waits("a standalone host", standalone(running()), "db01"),
    done(
        "exit-maintenance-mode",
        "at once",
        changed(pair(), HOST, **MAINTAINED),
        sets(HOST, in_maintenance_mode=False),
    ),
    refused(
        "exit-maintenance-mode",
        "disconnected",
        changed(pair(), HOST, connection_state="notResponding", **MAINTAINED),
        sets(HOST, in_maintenance_mode=False),
        "HostNotConnected",
    ),
    done(
        "connect-host",
        "disconnect with machines running",
        pair(running()),
        sets(HOST, connection_state="disconnected"),
    ),
    done(
        "connect-host",
        "connect",
        changed(pair(), HOST, connection_state="disconnected"),
        sets(HOST, connection_state="connected"),
    ),
    done("remove-host", "in maintenance mode", changed(pair(), HOST, **MAINTAINED), removes(HOST)),
    done(
        "remove-host",
        "disconnected",
        changed(pair(running()), HOST, connection_state="disconnected"),
        removes(HOST),
    ),
    done("remove-host", "standalone", standalone(running()), removes(HOST)),
    refused(
        "remove-host", "of a cluster, at work", pair(), removes(HOST), "InvalidState", "maintenance mode"
    ),
    refused(
        "remove-host",
        "a failover host",
        pair(ha=FAILOVER),
        removes(HOST),
        "DisallowedOperationOnFailoverHost",
    ),
    done(
        "change-bios",
        "in maintenance mode",
        settled(plan(host(1, MEROM, xd="disabled", **MAINTAINED))),
        sets(HOST, xd="enabled"),
        "power cycle",
    ),
    refused(
        "change-bios",
        "at work",
        settled(plan(host(1, MEROM, vt="disabled"))),
        sets(HOST, vt="enabled"),
        "InvalidState",
    ),
    done(
        "power-cycle-host",
        "in maintenance mode",
        settled(plan(host(1, MEROM, ac_power_cycle_pending=True, **MAINTAINED))),
        sets(HOST, ac_power_cycle_pending=False),
    ),
    refused(
        "power-cycle-host",
        "at work",
        settled(plan(host(1, MEROM, ac_power_cycle_pending=True))),
        sets(HOST, ac_power_cycle_pending=False),
        "InvalidState",
    ),
    done(
        "upgrade-host",
        "in maintenance mode",
        settled(plan(host(1, MEROM, esx_release="4.0", **MAINTAINED))),
        sets(HOST, esx_release="5.0"),
    ),
    refused(
        "upgrade-host",
        "at work",
        settled(plan(host(1, MEROM, esx_release="4.0"))),
        sets(HOST, esx_release="5.0"),
        "InvalidState",
    ),
    refused(
        "upgrade-host",
        "newer than vCenter",
        settled(plan(host(1, MEROM, esx_release="5.0", **MAINTAINED), release="5.0")),
        sets(HOST, esx_release="6.0"),
        None,
    ),
    done("create-vm", "on a host", pair(), lambda p: edits.add_vm(p, HOST, vm())),
    done("power-on", "in a cluster with EVC", pair(vm(), evc_mode="intel-merom"), sets("vm-1", **ON)),
    refused(
        "power-on",
        "in maintenance mode",
        changed(pair(vm()), HOST, **MAINTAINED),
        sets("vm-1", **ON),
        "InvalidState",
        "maintenance",
    ),
    refused(
        "power-on",
        "disconnected",
        changed(pair(vm()), HOST, connection_state="disconnected"),
        sets("vm-1", **ON),
        "HostNotConnected",
    ),
    refused(
        "power-on",
        "a failover host",
        pair(vm(), ha=FAILOVER),
        sets("vm-1", **ON),
        "DisallowedOperationOnFailoverHost",
    ),
    refused(
        "power-on",
        "admission control",
        settled(
            plan(
                host(1, MEROM, vms=(vm(memory_reservation_mb=2000),), **SMALL),
                host(2, MEROM, **SMALL),
                ha=HA_FULL,
            )
        ),
        sets("vm-1", **ON),
        "InsufficientFailoverResourcesFault",
        "slots",
    ),
    done("power-off", "running", pair(running()), sets("vm-1", **OFF)),
    done(
        "power-off",
        "suspended loses its memory",
        pair(vm(power_state="suspended")),
        sets("vm-1", **OFF),
        "lost",
    ),
    refused(
        "power-off",
        "disconnected",
        changed(pair(running()), HOST, connection_state="disconnected"),
        sets("vm-1", **OFF),
        "HostNotConnected",
    ),
    done("power-off", "vCenter itself", pair(running(role="vCenter")), sets("vm-1", **OFF), "vCenter itself"),
    done("suspend", "running", pair(running()), sets("vm-1", power_state="suspended")),
    refused(
        "suspend",
        "off",
        pair(vm()),
        sets("vm-1", power_state="suspended"),
        "InvalidPowerState",
        "Powered off",
    ),
    done("migrate", "live", pair(FIT), migrates(HOST_2)),
    done(
        "migrate", "powered off", settled(plan(host(1, SANDY, vms=(vm(),)), host(2, MEROM))), migrates(HOST_2)
    ),
    refused(
        "migrate",
        "the processor lacks features",
        settled(plan(host(1, SANDY, vms=(running(hardware_version=7),)), host(2, MEROM), release="5.0")),
        migrates(HOST_2),
        "CpuIncompatible1ECX",
        "CPUID level 0x1",
    ),
    refused(
        "migrate",
        "features are compared by name",
        settled(plan(host(1, SANDY, vms=(running(hardware_version=9),)), host(2, MEROM), release="5.5")),
        migrates(HOST_2),
        "FeatureRequirementsNotMet",
    ),
    refused(
        "migrate",
        "to a host in maintenance mode",
        changed(pair(FIT), HOST_2, **MAINTAINED),
        migrates(HOST_2),
        "InvalidState",
    ),
    refused(
        "migrate",
        "no vMotion network",
        changed(pair(FIT), HOST_2, vmotion_network=""),
        migrates(HOST_2),
        "VMotionNotConfigured",
    ),
    refused(
        "migrate",
        "disconnected",
        changed(pair(FIT), HOST_2, connection_state="disconnected"),
        migrates(HOST_2),
        "HostNotConnected",
    ),
    done("remove-vm", "off", pair(vm()), removes("vm-1")),
    refused("remove-vm", "running", pair(running()), removes("vm-1"), "InvalidPowerState", "Powered on"),
    done("rename", "a cluster", pair(), sets(A, name="Cluster Z")),
    refused(
        "rename", "a name that is taken", pair(others=(OTHER,)), sets(A, name="Cluster B"), "DuplicateName"
    ),
)


@pytest.mark.parametrize("case", TABLE, ids=[f"{case.action}: {case.why}" for case in TABLE])
def test_vcenter_answers(case: Case) -> None:
    found = asked(case.before, case.edit)
    text = "\n".join(
        [
            *(
                f"{r.why[1].text()} {r.remedy[1].text() if r.remedy else ''} {r.vsphere_message()}"
                for r in found.refusals
            ),
            *(said.text() for _, said in found.remarks),
        ]
    )
    assert (found.outcome, case.action in found.actions) == (case.outcome, True), (found.actions, text)
    assert all(word in text for word in case.words), text
    if case.outcome is Outcome.DONE:
        assert not found.refusals
        assert found.plan is not case.before
    else:
        assert found.plan is case.before
    if case.outcome is Outcome.REFUSED:
        assert case.fault in {refusal.fault for refusal in found.refusals}, text
    errors = {f.subject for f in check(case.before) if f.severity.value == "error"}
    assert {f.subject for f in check(found.plan) if f.severity.value == "error"} <= errors


def test_every_action_is_in_the_table() -> None:
    tried = {(case.action, case.outcome is Outcome.DONE) for case in TABLE}
    never_refused = {"create-vm", "remove-datacenter", "remove-cluster", "connect-host"}
    for action in ACTIONS:
        assert (action.id, True) in tried, action.id
        assert ((action.id, False) in tried) != (action.id in never_refused), action.id
        assert action.title
        assert action.source


@pytest.mark.parametrize("case", TABLE, ids=[f"{case.action}: {case.why}" for case in TABLE])
def test_what_is_said_is_whole(case: Case) -> None:
    """No gap in a sentence, and something to do for everything that is refused."""
    found = asked(case.before, case.edit)
    for refusal in found.refusals:
        texts = [refusal.why[1].text(), refusal.vsphere_message()]
        texts += [] if refusal.remedy is None else [refusal.remedy[1].text()]
        for text in texts:
            assert not re.search(r"  |\bNone\b| [,.;:]|\{|\}", text), text


def state(plan: Plan, object_id: str) -> Host | Cluster | VirtualMachine:
    place = find(plan, object_id)
    assert place is not None
    assert isinstance(place.object, Host | Cluster | VirtualMachine)
    return place.object


def test_what_is_done_is_what_vcenter_has() -> None:
    """Cluster, mode and host are there after each action: nothing is left to do of it."""
    present = standalone(FIT, mode=None)
    for edit in (adds_cluster(), sets("domain-c20", evc_mode="intel-merom"), moves("domain-c20")):
        found = asked(present, edit)
        assert found.outcome is Outcome.DONE
        present = found.plan
        assert settled(present) is present
    cluster = state(present, "domain-c20")
    assert isinstance(cluster, Cluster)
    assert (cluster.exists, cluster.present_evc_mode, cluster.hosts[0].present_parent) == (
        True,
        "intel-merom",
        "domain-c20",
    )


def test_a_machine_gets_the_mode_that_it_is_powered_on_under_and_keeps_it() -> None:
    present = settled(plan(host(1, WESTMERE, vms=(vm(),)), evc_mode="intel-merom"))
    present = asked(present, sets("vm-1", **ON)).plan
    assert state(present, "vm-1").power_on_evc_mode == "intel-merom"  # type: ignore[union-attr]
    present = asked(present, sets(A, evc_mode="intel-westmere")).plan
    assert state(present, "vm-1").power_on_evc_mode == "intel-merom"  # type: ignore[union-attr]
    lowered = asked(present, sets(A, evc_mode="intel-merom"))
    assert lowered.outcome is Outcome.DONE, "the machine still runs as before"
    for power in (OFF, ON):
        present = asked(present, sets("vm-1", **power)).plan
    assert state(present, "vm-1").power_on_evc_mode == "intel-westmere"  # type: ignore[union-attr]
    assert asked(present, sets(A, evc_mode="intel-merom")).outcome is Outcome.REFUSED


def test_raising_a_mode_does_not_give_features_to_a_machine_that_runs() -> None:
    """Of a machine whose mode nobody noted it is noted when its cluster's mode changes."""
    present = settled(plan(host(1, WESTMERE, vms=(running(),)), evc_mode="intel-merom"))
    present = asked(present, sets(A, evc_mode="intel-westmere")).plan
    assert asked(present, sets(A, evc_mode="intel-merom")).outcome is Outcome.DONE


def test_a_bios_setting_takes_effect_after_a_power_cycle() -> None:
    """The paper's prerequisites, in their order."""
    present = settled(
        plan(
            host(1, MEROM, xd="disabled", **MAINTAINED),
            standalone=True,
            evc_mode="intel-merom",
            release="4.0",
        )
    )
    assert asked(present, moves(A)).outcome is Outcome.REFUSED
    present = asked(present, sets(HOST, xd="enabled")).plan
    assert asked(present, moves(A)).outcome is Outcome.REFUSED
    present = asked(present, sets(HOST, ac_power_cycle_pending=False)).plan
    assert asked(present, moves(A)).outcome is Outcome.DONE


def test_drs_spreads_what_it_moves_over_hosts_that_take_it() -> None:
    machines = tuple(running(f"vm{number}", number) for number in range(1, 5))
    present = settled(
        plan(
            host(1, MEROM, vms=machines),
            host(2, MEROM),
            host(3, MEROM, in_maintenance_mode=True),
            host(4, MEROM, connection_state="disconnected"),
            host(5, MEROM),
            drs=AUTOMATED,
        )
    )
    found = asked(present, sets(HOST, **MAINTAINED))
    assert found.outcome is Outcome.DONE
    assert len(found.remarks) == 4
    assert [len(state(found.plan, f"host-{n}").vms) for n in range(1, 6)] == [0, 2, 0, 0, 2]  # type: ignore[union-attr]


def test_two_hosts_do_not_empty_into_each_other() -> None:
    present = settled(
        plan(host(1, MEROM, vms=(running(),)), host(2, MEROM, vms=(running("b", 2),)), drs=AUTOMATED)
    )
    found = asked(present, partial(many.set_fields, ids=(HOST, HOST_2), **MAINTAINED))
    assert found.outcome is Outcome.WAITING


def test_what_vsphere_has_words_for_comes_first() -> None:
    """Fig. 21: that machines run, before that the cluster exists."""
    found = asked(pair(running(), release="2.5u2"), sets(A, evc_mode="intel-merom"))
    assert found.refusals[0].fault == "ActiveVMsBlockingEVC"
    assert {refusal.rule for refusal in found.refusals} >= {"evc.vm-powered-on", "evc.existing-cluster"}


def test_an_edit_that_is_no_action_is_done_unless_it_brings_an_error() -> None:
    assert asked(pair(), sets(HOST, memory_mb=4096)).outcome is Outcome.DONE
    assert asked(pair(), sets(HOST, address="not an address")).outcome is Outcome.REFUSED
    assert asked(pair(), lambda p: edits.set_release(p, "4.0")).outcome is Outcome.DONE


def test_an_error_that_was_there_before_does_not_stop_other_work() -> None:
    faulty = changed(settled(plan(host(1, MEROM), host(2, WESTMERE))), HOST, address="no address")
    assert asked(faulty, sets(HOST_2, **MAINTAINED)).outcome is Outcome.DONE


def test_entering_takes_what_is_shown_for_what_vcenter_has() -> None:
    planned = plan(
        *(host(n, MEROM) for n in (1, 2)), evc_mode="intel-merom", others=(OTHER,), release="2.5u2"
    )
    present = settled(planned)
    first, second = present.datacenters[0].clusters
    assert (first.exists, first.present_evc_mode) == (True, "intel-merom")
    assert {each.present_parent for each in first.hosts} == {A}
    assert not second.exists, "VirtualCenter 2.5 enables EVC on it as long as it is new and empty"
    assert settled(present) is present
    assert settled(edits.set_release(planned, "4.0")).datacenters[0].clusters[1].exists

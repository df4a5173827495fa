"""What follows from a change of settings or of the release: each sentence where it is true, and where not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from flexgui.plan import edits
from flexgui.plan.values import Dpm, Drs, HighAvailability, Host, Plan, ResourcePool, VirtualMachine
from flexgui.rules.check import check
from flexgui.rules.comparison import compare_findings
from flexgui.rules.consequence_words import COUNTED, SENTENCES, Consequence, say
from flexgui.rules.consequences import of_release, of_release_alone, of_settings
from flexgui.rules.finding import Severity
from tests.processors import features_of
from tests.rules.plans import (
    DPM,
    DRS,
    HA,
    MEROM,
    OPTERON,
    PENRYN,
    WESTMERE,
    host,
    hosts,
    plan,
    running,
    vm,
)

HERE = {"present_parent": "domain-c1"}
OWN = {"exists": True, "present_evc_mode": "intel-merom", "evc_mode": "intel-merom"}
"""A cluster that vCenter has with Merom."""


def under(mode: str | None, name: str = "db01", number: int = 1, **fields: Any) -> VirtualMachine:
    return running(name, number, power_on_evc_mode=mode, **fields)


def with_vms(*vms: VirtualMachine, cpu: Any = WESTMERE) -> tuple[Host, ...]:
    """One host in the cluster with these machines."""
    return (host(1, cpu, vms=vms, **HERE),)


def ha(**fields: Any) -> HighAvailability:
    return replace(HA, **fields)


@dataclass(frozen=True)
class Case:
    """A change of the settings of a cluster, and the sentence that it leads to (or not), with words in it."""

    key: str
    before: dict[str, Any]
    after: dict[str, Any]
    words: tuple[str, ...] = ()
    hosts: tuple[Host, ...] = field(default_factory=lambda: hosts(WESTMERE, WESTMERE))
    release: str = "6.0"

    def plans(self) -> tuple[Plan, Plan]:
        before = plan(*self.hosts, release=self.release, **self.before)
        return before, edits.set_fields(before, "domain-c1", **self.after)

    def found(self) -> dict[str, list[Consequence]]:
        before, after = self.plans()
        return by_key(of_settings(before, after, "domain-c1", check(after)))


def by_key(found: tuple[Consequence, ...]) -> dict[str, list[Consequence]]:
    keys: dict[str, list[Consequence]] = {}
    for each in found:
        keys.setdefault(each.key, []).append(each)
    return keys


POOLS = (ResourcePool(id="resgroup-3", name="Production"), ResourcePool(id="resgroup-4", name="Batch"))
IN_POOL = running(resource_pool="resgroup-3")
MANUAL, PARTIAL = (replace(DRS, default_vm_behavior=level) for level in ("manual", "partiallyAutomated"))
THREE = (under("intel-merom", "a", 1), under("intel-merom", "b", 2), under("intel-penryn", "c", 3))
NO_EVC = {"exists": True}

SAID = [
    Case("ha.off", {"ha": HA}, {"ha": HighAvailability()}, ("Cluster A", "stay down")),
    Case("ha.on", {}, {"ha": HA}, ("1 running", "restarts"), with_vms(running())),
    Case("ha.on", {}, {"ha": HA}, ("2 running",), with_vms(running("a", 1), running("b", 2), vm("c", 3))),
    Case("ha.monitoring-off", {"ha": HA}, {"ha": ha(host_monitoring="disabled")}, ("unnoticed",)),
    Case("ha.monitoring-on", {"ha": ha(host_monitoring="disabled")}, {"ha": HA}),
    Case("ha.admission-off", {"ha": HA}, {"ha": ha(admission_control_enabled=False)}),
    Case("ha.admission-on", {"ha": ha(admission_control_enabled=False)}, {"ha": HA}, ("refuses",)),
    Case("ha.admission-on", {}, {"ha": HA}, ("refuses",)),
    Case("ha.slots", {"ha": ha(admission_control_policy="resources")}, {"ha": HA}),
    Case("ha.resources", {"ha": HA}, {"ha": ha(admission_control_policy="resources")}, ("25 % of CPU",)),
    Case("ha.failoverHosts", {"ha": HA}, {"ha": ha(admission_control_policy="failoverHosts")}),
    Case("ha.failures", {"ha": HA}, {"ha": ha(failures_to_tolerate=2)}, ("2 failed hosts instead of 1",)),
    Case(
        "ha.percent",
        {"ha": ha(admission_control_policy="resources")},
        {"ha": ha(admission_control_policy="resources", memory_percent=40)},
        ("40 % of memory", "and 25 %"),
    ),
    Case("drs.off", {"drs": DRS}, {"drs": Drs()}, ("Cluster A",)),
    Case("drs.dpm-off", {"drs": DRS, "dpm": DPM}, {"drs": Drs(), "dpm": Dpm()}, ("through DRS",)),
    Case("drs.on-manual", {}, {"drs": MANUAL}, ("suggests",)),
    Case("drs.on-partiallyAutomated", {}, {"drs": PARTIAL}),
    Case("drs.on-fullyAutomated", {}, {"drs": DRS}),
    Case("drs.fullyAutomated", {"drs": MANUAL}, {"drs": DRS}),
    Case("drs.partiallyAutomated-up", {"drs": MANUAL}, {"drs": PARTIAL}),
    Case("drs.partiallyAutomated-down", {"drs": DRS}, {"drs": PARTIAL}),
    Case("drs.manual", {"drs": PARTIAL}, {"drs": MANUAL}),
    Case("drs.threshold-up", {"drs": DRS}, {"drs": replace(DRS, migration_threshold=5)}, ("3 to 5", "often")),
    Case("drs.threshold-down", {"drs": DRS}, {"drs": replace(DRS, migration_threshold=1)}, ("3 to 1",)),
    Case(
        "drs.pools-deleted",
        {"drs": DRS, "resource_pools": POOLS},
        {"drs": Drs(), "resource_pools": ()},
        ("2 with", "Production, Batch", "snapshot"),
    ),
    Case(
        "drs.pools-deleted",
        {"drs": DRS, "resource_pools": POOLS[:1]},
        {"drs": Drs(), "resource_pools": ()},
        ("Production with its shares",),
    ),
    Case(
        "drs.pools-removed",
        {"drs": DRS, "resource_pools": POOLS},
        {"resource_pools": POOLS[:1]},
        ("pool Batch",),
    ),
    Case(
        "drs.pools-removed",
        {"drs": DRS, "resource_pools": POOLS},
        {"resource_pools": ()},
        ("2 resource pools go",),
    ),
    Case(
        "drs.pool-machines",
        {"drs": DRS, "resource_pools": POOLS},
        {"resource_pools": POOLS[1:]},
        ("1 virtual machine", "db01"),
        with_vms(IN_POOL, running("x", 2)),
    ),
    Case(
        "drs.pool-machines",
        {"drs": DRS, "resource_pools": POOLS},
        {"resource_pools": POOLS[1:]},
        ("2 virtual machines",),
        with_vms(IN_POOL, running("x", 2, resource_pool="resgroup-3")),
    ),
    Case("dpm.off", {"drs": DRS, "dpm": DPM}, {"dpm": Dpm()}, ("standby",)),
    Case("dpm.manual", {"drs": DRS}, {"dpm": DPM}, ("suggests",)),
    Case("dpm.automated", {"drs": DRS, "dpm": DPM}, {"dpm": replace(DPM, default_dpm_behavior="automated")}),
    Case("dpm.threshold-up", {"drs": DRS, "dpm": DPM}, {"dpm": replace(DPM, threshold=4)}, ("more readily",)),
    Case("dpm.threshold-down", {"drs": DRS, "dpm": DPM}, {"dpm": replace(DPM, threshold=2)}, ("less",)),
    Case("dpm.cannot-wake", {"drs": DRS}, {"dpm": DPM}, ("2 hosts", "esx-01, esx-02")),
    Case("dpm.cannot-wake", {"drs": DRS}, {"dpm": DPM}, ("1 host", "esx-01"), hosts(WESTMERE)),
    Case("evc.enabled", NO_EVC, {"evc_mode": "intel-westmere"}, ("Westmere", "Cluster A")),
    Case(
        "evc.disabled-recreate",
        OWN,
        {"evc_mode": None},
        ("VirtualCenter 2.5", "Cluster A has to be created anew"),
        release="2.5u2",
    ),
    Case("evc.disabled", OWN, {"evc_mode": None}, ("no longer enforces",)),
    Case("evc.other-maker", OWN, {"evc_mode": "amd-rev-e"}, ("Merom", "AMD"), hosts(OPTERON)),
    Case("evc.not-published", OWN, {"evc_mode": "intel-graniterapids"}, ("not published",), release="9.0"),
    Case(
        "evc.sideways",
        {"evc_mode": "amd-greyhound"},
        {"evc_mode": "amd-bulldozer"},
        ("see", "AVX", "lose", "3DNOW"),
        hosts(OPTERON),
    ),
    Case(
        "evc.lowered",
        {"evc_mode": "intel-nehalem"},
        {"evc_mode": "intel-penryn"},
        ("lose SSE42, POPCNT, RDTSCP",),
    ),
    Case("evc.raised", OWN, {"evc_mode": "intel-nehalem"}, ("Merom to Nehalem", "SSE41, SSE42, POPCNT")),
    Case(
        "evc.off-first",
        {"exists": True, "present_evc_mode": "intel-nehalem", "evc_mode": "intel-nehalem"},
        {"evc_mode": "intel-merom"},
        ("Power off 2 VMs first", "Merom hides: a, b."),
        with_vms(
            under("intel-nehalem", "a", 1), under("intel-nehalem", "b", 2), under("intel-merom", "c", 3)
        ),
    ),
    Case("evc.off-first", NO_EVC, {"evc_mode": "intel-merom"}, ("1 VM first",), with_vms(running())),
    Case(
        "evc.suspended-first",
        NO_EVC,
        {"evc_mode": "intel-merom"},
        ("1 suspended VM", "may not resume under Merom"),
        with_vms(vm(power_state="suspended")),
    ),
    Case(
        "evc.suspended-first",
        NO_EVC,
        {"evc_mode": "intel-merom"},
        ("2 suspended VMs",),
        with_vms(vm("a", 1, power_state="suspended"), vm("b", 2, power_state="suspended")),
    ),
    Case(
        "evc.management-first",
        NO_EVC,
        {"evc_mode": "intel-merom"},
        ("1 VM that manages", "vc"),
        with_vms(running("vc", role="vCenter")),
    ),
    Case(
        "evc.management-first",
        NO_EVC,
        {"evc_mode": "intel-merom"},
        ("2 VMs that manage",),
        with_vms(running("vc", 1, role="vCenter"), running("vcls", 2, role="vCLS")),
    ),
    Case("evc.evacuate", NO_EVC, {"evc_mode": "intel-merom"}, ("the host", "esx-01"), with_vms(running())),
    Case(
        "evc.evacuate",
        NO_EVC,
        {"evc_mode": "intel-merom"},
        ("2 hosts", "esx-01, esx-02"),
        tuple(host(n, WESTMERE, vms=(running(f"v{n}", n),), **HERE) for n in (1, 2)),
    ),
    Case(
        "evc.power-cycle",
        OWN,
        {"evc_mode": "intel-nehalem"},
        ("2 VMs need a power cycle to see SSE41, SSE42, POPCNT, RDTSCP: a, b.",),
        with_vms(*THREE),
    ),
    Case(
        "evc.power-cycle",
        OWN,
        {"evc_mode": "intel-nehalem"},
        ("1 VM needs a power cycle to see SSE42, POPCNT, RDTSCP: c.",),
        with_vms(*THREE),
    ),
    Case(
        "evc.power-cycle-unknown",
        OWN,
        {"evc_mode": "intel-nehalem"},
        ("Whether 1 VM", "cannot be told: old"),
        with_vms(under("intel-nosuch", "old")),
    ),
    Case(
        "evc.power-cycle-unknown",
        OWN,
        {"evc_mode": "intel-nehalem"},
        ("Whether 2 VMs",),
        with_vms(under("intel-nosuch", "a", 1), under("amd-rev-e", "b", 2)),
    ),
    Case(
        "evc.old-hardware",
        OWN,
        {"evc_mode": "intel-sandybridge"},
        ("1 VM has", "too old for AVX, XSAVE", "recalled"),
        with_vms(under("intel-merom", hardware_version=7)),
    ),
    Case(
        "evc.old-hardware",
        OWN,
        {"evc_mode": "intel-sandybridge"},
        ("2 VMs have", "AVX", "a, b"),
        with_vms(*(under("intel-merom", name, n, hardware_version=7) for n, name in enumerate("ab"))),
    ),
    Case(
        "evc.hidden",
        {"evc_mode": "intel-nehalem"},
        {"evc_mode": "intel-merom"},
        ("esx-01 no longer shows SSE41.",),
        hosts(PENRYN, MEROM),
    ),
    Case(
        "evc.hidden",
        {"evc_mode": "intel-penryn"},
        {"evc_mode": "intel-merom"},
        ("2 hosts no longer show SSE41: esx-01, esx-02",),
    ),
    Case("evc.shown-again", OWN, {"evc_mode": None}, ("esx-01 shows SSE41 again",), hosts(PENRYN)),
    Case("evc.shown-again", OWN, {"evc_mode": "intel-penryn"}, ("2 hosts show SSE41 again",)),
    Case("swap.hostLocal", {}, {"vm_swap_placement": "hostLocal"}, ("copy",)),
    Case("swap.vmDirectory", {"vm_swap_placement": "hostLocal"}, {"vm_swap_placement": "vmDirectory"}),
    Case("swap.next-power-on", {}, {"vm_swap_placement": "hostLocal"}, ("1 VM keeps",), with_vms(running())),
    Case(
        "swap.next-power-on",
        {},
        {"vm_swap_placement": "hostLocal"},
        ("2 VMs keep",),
        with_vms(running("a", 1), vm("b", 2, power_state="suspended"), vm("c", 3)),
    ),
]

QUIET = [
    Case("ha.off", {}, {"ha": ha(enabled=False, failures_to_tolerate=2)}),
    Case("ha.on", {"ha": HA}, {"ha": ha(failures_to_tolerate=2)}, hosts=with_vms(running())),
    Case("ha.on", {}, {"ha": HA}, hosts=with_vms(vm())),
    Case("ha.monitoring-off", {"ha": HA}, {"ha": ha(enabled=False, host_monitoring="disabled")}),
    Case("ha.monitoring-on", {"ha": HA}, {"ha": ha(host_monitoring="disabled")}),
    Case("ha.admission-off", {}, {"ha": ha(admission_control_enabled=False)}),
    Case("ha.admission-on", {"ha": HA}, {"ha": ha(failures_to_tolerate=2)}),
    Case("ha.slots", {"ha": HA}, {"ha": ha(failures_to_tolerate=2)}),
    Case("ha.resources", {}, {"ha": ha(admission_control_policy="resources")}),
    Case("ha.failoverHosts", {"ha": HA}, {"ha": ha(admission_control_policy="resources")}),
    Case("ha.failures", {"ha": HA}, {"ha": ha(cpu_percent=40)}),
    Case("ha.percent", {"ha": HA}, {"ha": ha(cpu_percent=40)}),
    Case("drs.off", {}, {"drs": replace(Drs(), migration_threshold=4)}),
    Case("drs.dpm-off", {"drs": DRS}, {"drs": Drs()}),
    Case("drs.dpm-off", {"drs": DRS, "dpm": DPM}, {"dpm": Dpm()}),
    Case("drs.on-manual", {"drs": DRS}, {"drs": MANUAL}),
    Case("drs.on-partiallyAutomated", {"drs": DRS}, {"drs": PARTIAL}),
    Case("drs.on-fullyAutomated", {"drs": MANUAL}, {"drs": DRS}),
    Case("drs.fullyAutomated", {}, {"drs": DRS}),
    Case("drs.partiallyAutomated-up", {"drs": DRS}, {"drs": PARTIAL}),
    Case("drs.partiallyAutomated-down", {"drs": MANUAL}, {"drs": PARTIAL}),
    Case("drs.manual", {}, {"drs": MANUAL}),
    Case("drs.threshold-up", {"drs": DRS}, {"drs": replace(DRS, migration_threshold=2)}),
    Case("drs.threshold-down", {"drs": DRS}, {"drs": replace(DRS, migration_threshold=4)}),
    Case("drs.pools-deleted", {"drs": DRS}, {"drs": Drs()}),
    Case("drs.pools-removed", {"drs": DRS, "resource_pools": POOLS}, {"resource_pools": POOLS[::-1]}),
    Case(
        "drs.pool-machines",
        {"drs": DRS, "resource_pools": POOLS},
        {"resource_pools": POOLS[:1]},
        hosts=with_vms(IN_POOL),
    ),
    Case("dpm.off", {"drs": DRS, "dpm": DPM}, {"drs": Drs(), "dpm": Dpm()}),
    Case("dpm.manual", {"drs": DRS, "dpm": DPM}, {"dpm": replace(DPM, threshold=4)}),
    Case("dpm.automated", {"drs": DRS}, {"dpm": DPM}),
    Case("dpm.threshold-up", {"drs": DRS}, {"dpm": replace(DPM, threshold=4)}),
    Case("dpm.threshold-down", {"drs": DRS, "dpm": DPM}, {"dpm": replace(DPM, threshold=4)}),
    Case("dpm.cannot-wake", {"drs": DRS}, {"dpm": DPM}, hosts=hosts(WESTMERE, power_management="ipmi")),
    Case("dpm.cannot-wake", {"drs": DRS, "dpm": DPM}, {"dpm": replace(DPM, threshold=4)}),
    Case("evc.enabled", OWN, {"evc_mode": "intel-penryn"}),
    Case("evc.disabled-recreate", OWN, {"evc_mode": None}, release="4.0"),
    Case("evc.disabled-recreate", {"evc_mode": "intel-merom"}, {"evc_mode": None}, release="2.5u2"),
    Case("evc.disabled", OWN, {"evc_mode": "intel-penryn"}),
    Case("evc.other-maker", OWN, {"evc_mode": "intel-penryn"}),
    Case("evc.not-published", OWN, {"evc_mode": "intel-penryn"}),
    Case("evc.sideways", OWN, {"evc_mode": "intel-penryn"}),
    Case("evc.lowered", OWN, {"evc_mode": "intel-penryn"}),
    Case("evc.raised", OWN, {"evc_mode": None}),
    Case("evc.raised", OWN, {"evc_mode": "intel-nosuch"}),
    Case("evc.off-first", OWN, {"evc_mode": "intel-nehalem"}, hosts=with_vms(*THREE)),
    Case("evc.off-first", NO_EVC, {"evc_mode": "intel-westmere"}, hosts=with_vms(running())),
    Case(
        "evc.suspended-first",
        OWN,
        {"evc_mode": "intel-nehalem"},
        hosts=with_vms(vm(power_state="suspended", power_on_evc_mode="intel-merom")),
    ),
    Case("evc.management-first", NO_EVC, {"evc_mode": "intel-merom"}, hosts=with_vms(running())),
    Case("evc.evacuate", OWN, {"evc_mode": "intel-nehalem"}, hosts=with_vms(*THREE)),
    Case(
        "evc.power-cycle",
        OWN,
        {"evc_mode": "intel-nehalem"},
        hosts=with_vms(
            vm("off", 1, power_on_evc_mode="intel-merom"),
            under("intel-merom", "own", 2, evc_mode="intel-merom"),
            under("intel-westmere", "more", 3),
            running("said", 4, features=(*features_of("intel-merom"), "SSE41", "sse4_2", "popcnt", "rdtscp")),
        ),
    ),
    Case("evc.power-cycle-unknown", OWN, {"evc_mode": "intel-nehalem"}, hosts=with_vms(*THREE)),
    Case(
        "evc.old-hardware",
        OWN,
        {"evc_mode": "intel-nehalem"},
        hosts=with_vms(under("intel-merom", "seven", 1, hardware_version=7), under("intel-merom", "any", 2)),
    ),
    Case("evc.hidden", OWN, {"evc_mode": "intel-penryn"}, hosts=hosts(PENRYN)),
    Case("evc.shown-again", OWN, {"evc_mode": None}, hosts=hosts(MEROM)),
    Case("swap.hostLocal", {"vm_swap_placement": "hostLocal"}, {"vm_swap_placement": "vmDirectory"}),
    Case("swap.vmDirectory", {}, {"vm_swap_placement": "hostLocal"}),
    Case("swap.next-power-on", {}, {"vm_swap_placement": "hostLocal"}, hosts=with_vms(vm())),
]


@pytest.mark.parametrize("case", SAID, ids=lambda case: case.key)
def test_it_is_said(case: Case) -> None:
    texts = [each.text() for each in case.found().get(case.key, ())]
    assert any(all(word in text for word in case.words) for text in texts), texts
    assert not any("{" in text for text in texts)


@pytest.mark.parametrize("case", QUIET, ids=lambda case: case.key)
def test_it_is_not_said(case: Case) -> None:
    assert case.key not in case.found()


def test_every_sentence_is_said_and_left_out() -> None:
    keys = {key for key in (*SENTENCES, *COUNTED) if not key.startswith("release.")}
    assert {case.key for case in SAID} == keys
    assert {case.key for case in QUIET} == keys
    both = {
        key: {len(e.said.parameters["names"]) > 1 for c in SAID for e in c.found().get(key, ())}
        for key in COUNTED
    }
    assert all(found == {True, False} for key, found in both.items() if key in keys)


def test_nothing_follows_from_no_change() -> None:
    same = plan(*hosts(WESTMERE), **OWN, drs=DRS, dpm=DPM, ha=HA)
    assert of_settings(same, same, "domain-c1", check(same)) == ()
    renamed = edits.set_fields(same, "domain-c1", name="Cluster B")
    assert of_settings(same, renamed, "domain-c1", check(renamed)) == ()
    assert of_settings(same, same, "datacenter-1", ()) == ()
    assert of_settings(same, same, "domain-c9", ()) == ()


def test_old_virtual_hardware_is_not_promised_new_features() -> None:
    """AVX takes hardware version 8; a machine of version 7 gains the rest."""
    for version, sees in {7: False, 8: True}.items():
        machines = with_vms(under("intel-merom", hardware_version=version))
        case = Case("evc.power-cycle", OWN, {"evc_mode": "intel-sandybridge"}, hosts=machines)
        (found,) = case.found()["evc.power-cycle"]
        assert ("AVX" in found.said.parameters["features"]) is sees
        assert "SSE42" in found.said.parameters["features"]


def test_many_kinds_of_machines_are_few_sentences() -> None:
    modes = ["intel-merom", "intel-penryn", "intel-nehalem", "intel-westmere", "intel-sandybridge"]
    machines = [under(mode, f"{mode}-{n}", n) for n, mode in enumerate(modes, 1)]
    case = Case("evc.power-cycle", OWN, {"evc_mode": "intel-ivybridge"}, hosts=with_vms(*machines))
    found = case.found()["evc.power-cycle"]
    assert sum(each.said.parameters["count"] for each in found) == len(modes)
    assert len(found) <= 4


def test_what_sums_up_findings_counts_them() -> None:
    case = next(c for c in SAID if c.key == "evc.off-first")
    _, after = case.plans()
    (said,) = case.found()["evc.off-first"]
    of_rule = [f for f in check(after) if f.rule in said.sums_up and f.severity is Severity.TODO]
    assert said.said.parameters["count"] == len(of_rule)


def test_a_sentence_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("evc.nonsense")


# --- the release


def of_change(before: Plan, release: str) -> dict[str, list[Consequence]]:
    after = edits.set_release(before, release)
    gained, _, _ = compare_findings(check(before), check(after))
    return by_key((*of_release(before, after, gained), *of_release_alone(before, after)))


def two(before: Plan, **fields: Any) -> Plan:
    """The plan with a second cluster like the first, without hosts."""
    first = before.datacenters[0].clusters[0]
    return edits.add_cluster(
        before, "datacenter-1", replace(first, id="domain-c2", name="Cluster B", hosts=(), **fields)
    )


POLICY = ha(admission_control_policy="resources")
VM_MODE = {"evc_mode": "intel-merom", "hardware_version": 14}
BT = {"virtual_exec_usage": "hvOff"}

RELEASES: list[tuple[str, Plan, str, str]] = [
    (
        "release.modes-lacking",
        plan(evc_mode="intel-haswell"),
        "4.1",
        "mode of 1 cluster: Cluster A (Haswell)",
    ),
    ("release.modes-lacking", two(plan(evc_mode="intel-haswell")), "4.1", "modes of 2 clusters"),
    ("release.admission-control", plan(ha=POLICY), "2.5u2", "1 cluster has another: Cluster A"),
    ("release.admission-control", two(plan(ha=POLICY)), "2.5u2", "2 clusters"),
    ("release.dpm", plan(drs=DRS, dpm=DPM), "2.5u2", "1 cluster uses"),
    ("release.dpm", two(plan(drs=DRS, dpm=DPM)), "2.5u2", "2 clusters use"),
    ("release.vm-modes", plan(*with_vms(vm(**VM_MODE)), release="6.7"), "6.5", "1 VM has one: db01"),
    (
        "release.vm-modes",
        plan(*with_vms(vm("a", 1, **VM_MODE), vm("b", 2, **VM_MODE)), release="6.7"),
        "6.5",
        "2 VMs have one",
    ),
    ("release.binary-translation", plan(*with_vms(vm(**BT))), "6.7", "1 VM is set"),
    ("release.binary-translation", plan(*with_vms(vm("a", 1, **BT), vm("b", 2, **BT))), "6.7", "2 VMs are"),
    ("release.new-clusters-only", plan(exists=True), "2.5u2", "1 cluster exists"),
    ("release.new-clusters-only", two(plan(exists=True)), "2.5u2", "2 clusters exist"),
    ("release.modes-go", plan(), "5.5", "Haswell"),
    ("release.modes-go", plan(), "5.5", "no longer offered"),
    ("release.modes-come", plan(), "6.7", "Skylake"),
]

SILENT: list[tuple[str, Plan, str]] = [
    ("release.modes-lacking", plan(evc_mode="intel-merom"), "4.1"),
    ("release.modes-lacking", plan(evc_mode="intel-nosuch"), "4.1"),
    ("release.admission-control", plan(ha=HA), "2.5u2"),
    ("release.admission-control", plan(ha=replace(POLICY, enabled=False)), "2.5u2"),
    ("release.admission-control", plan(ha=POLICY), "4.0"),
    ("release.dpm", plan(drs=DRS, dpm=DPM), "5.0"),
    ("release.vm-modes", plan(*with_vms(vm(**VM_MODE)), release="6.7"), "7.0"),
    ("release.vm-modes", plan(*with_vms(vm(**VM_MODE)), release="6.0"), "5.5"),
    ("release.binary-translation", plan(*with_vms(vm(**BT))), "5.5"),
    ("release.binary-translation", plan(*with_vms(vm())), "6.7"),
    ("release.new-clusters-only", plan(**OWN), "2.5u2"),
    ("release.new-clusters-only", plan(), "2.5u2"),
    ("release.modes-go", plan(), "6.7"),
    ("release.modes-come", plan(), "5.5"),
]


@pytest.mark.parametrize(("key", "before", "release", "words"), RELEASES)
def test_another_release_is_said(key: str, before: Plan, release: str, words: str) -> None:
    (found,) = of_change(before, release)[key]
    assert words in found.text()


@pytest.mark.parametrize(("key", "before", "release"), SILENT)
def test_another_release_is_not_said(key: str, before: Plan, release: str) -> None:
    assert key not in of_change(before, release)


def test_every_sentence_about_releases_is_said_and_left_out() -> None:
    keys = {key for key in (*SENTENCES, *COUNTED) if key.startswith("release.")}
    assert {key for key, *_ in RELEASES} == keys
    assert {key for key, *_ in SILENT} == keys

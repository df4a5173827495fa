"""A fix mends what it is for, and breaks nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexgui.evc.modes import builtin_modes
from flexgui.plan import edits, fleet
from flexgui.plan.values import Cluster, Dpm, HighAvailability, Plan
from flexgui.rules.check import check
from flexgui.rules.documentation import rules_markdown
from flexgui.rules.finding import Finding, Severity
from flexgui.rules.fix import FIXES, fixes, summary
from flexgui.rules.fixes import fix_of, mend, still_found
from tests.rules.plans import DPM, HA, MEROM, MEROM_LABEL, OPTERON, WESTMERE, host, hosts, plan, running
from tests.rules.test_rules import FIRES

Key = tuple[str, str, str]


def said(findings: tuple[Finding, ...]) -> Counter[tuple[str, str, str, str]]:
    return Counter((f.rule, f.subject.object_id, f.subject.field, f.message()) for f in findings)


def errors(findings: tuple[Finding, ...]) -> set[Key]:
    return {(f.rule, f.subject.object_id, f.subject.field) for f in findings if f.severity is Severity.ERROR}


def assert_mends(before: Plan, finding: Finding, found: tuple[Finding, ...]) -> bool:
    """Whether the finding has a fix; it must mend it and bring no error."""
    fix = fix_of(before, finding)
    if fix is None:
        return False
    after = fix.edit(before)
    assert after != before, fix.name()
    now = check(after)
    key = (finding.rule, finding.subject.object_id, finding.subject.field, finding.message())
    assert said(now)[key] == 0, fix.name()
    assert not errors(now) - errors(found), fix.name()
    assert not still_found(after, finding) or finding.rule == "ha.failover-host"
    return True


FIXED_CASES = [case for case in FIRES if case.rule in FIXES]


@pytest.mark.parametrize("case", FIXED_CASES, ids=[f"{c.rule}: {' '.join(c.words)}" for c in FIXED_CASES])
def test_a_fix_mends_its_finding_and_brings_no_error(case) -> None:  # type: ignore[no-untyped-def]
    found = check(case.plan)
    for finding in found:
        assert_mends(case.plan, finding, found)


@pytest.mark.parametrize("rule", FIXES)
def test_every_rule_with_a_fix_is_mended_somewhere(rule: str) -> None:
    cases = [case for case in FIRES if case.rule == rule]
    mended = [case for case in cases for f in case.findings() if fix_of(case.plan, f) is not None]
    assert mended
    assert summary(rule).endswith(".")


def spoiled(seed: int) -> Plan:
    """A fleet whose clusters were given settings that do not go together."""
    dice = Random(seed)
    found = fleet.make_fleet(hosts=40, seed=seed, vms=60)
    modes = [mode.key for mode in builtin_modes()] + [None, "intel-unheard-of"]
    clusters = [cluster for datacenter in found.datacenters for cluster in datacenter.clusters]
    for cluster in clusters:
        ha = HighAvailability(
            enabled=True,
            admission_control_policy=dice.choice(["slots", "resources", "failoverHosts"]),
            failures_to_tolerate=dice.choice([0, 1, len(cluster.hosts) - 1, 99]),
            cpu_percent=dice.choice([0, 25, 101]),
            failover_hosts=tuple(
                h.id for h in dice.sample(cluster.hosts, dice.randrange(len(cluster.hosts)))
            ),
        )
        found = edits.set_fields(
            found,
            cluster.id,
            ha=ha,
            dpm=Dpm(enabled=dice.random() < 0.5),
            evc_mode=dice.choice(modes),
            exists=dice.random() < 0.5,
            name=dice.choice([cluster.name, " twice", "Twice "]),
        )
        for member in dice.sample(cluster.hosts, min(3, len(cluster.hosts))):
            found = edits.set_fields(found, member.id, address=f" {member.address}", xd="disabled")
            for machine in member.vms[:1]:
                found = edits.set_fields(found, machine.id, evc_mode=dice.choice(modes[:-1]))
    return edits.set_release(found, dice.choice(["2.5u2", "4.1", "5.5", "6.7", "8.0"]))


@given(st.integers(0, 2**32))
@settings(max_examples=20)
def test_no_fix_of_a_spoiled_fleet_brings_an_error(seed: int) -> None:
    before = spoiled(seed)
    found = check(before)
    tried = Counter[str]()
    for finding in found:
        if tried[finding.rule] < 3:
            tried[finding.rule] += assert_mends(before, finding, found)


@given(st.integers(0, 2**32))
@settings(max_examples=20)
def test_many_are_mended_in_one_go(seed: int) -> None:
    before = spoiled(seed)
    found = check(before)
    mended = mend(before, found)
    assert len({(fix.object_id, fix.what, fix.name()) for fix in mended.fixes}) == len(mended.fixes)
    assert errors(check(mended.plan)) <= errors(found)
    assert len(errors(check(mended.plan))) < len(errors(found))


def test_many_hosts_are_mended_in_one_edit_of_each() -> None:
    before = plan(*hosts(*(None,) * 5, xd="disabled", vt="disabled", ac_power_cycle_pending=True))
    mended = mend(before, check(before))
    assert len(mended.fixes) == 15
    assert not [f for f in check(mended.plan) if f.rule in ("host.xd-off", "host.vt-off", "host.power-cycle")]


def test_what_one_fix_mended_is_not_mended_again() -> None:
    """Two of one name: one of them is renamed, and the other keeps it."""
    found = plan(host(), others=(Cluster(id="domain-c2", name="cluster a"),))
    mended = mend(found, check(found))
    assert [fix.name() for fix in mended.fixes] == ["Rename Cluster A to Cluster A (2)"]
    assert not [f for f in check(mended.plan) if f.rule == "names.duplicate"]


def named(found: Plan, rule: str) -> list[str]:
    """What the fixes of a rule's findings are called; "" for a finding without."""
    fixes = [fix_of(found, finding) for finding in check(found) if finding.rule == rule]
    return ["" if fix is None else fix.name() for fix in fixes]


@pytest.mark.parametrize(
    ("rule", "of", "names"),
    [
        ("drs.dpm-without-drs", plan(host(), dpm=DPM), ["Disable DPM of Cluster A"]),
        (
            "evc.features-missing",
            plan(*hosts(MEROM, WESTMERE), evc_mode="intel-nehalem"),
            [f"Set the EVC mode of Cluster A to {MEROM_LABEL}"],
        ),
        (
            "evc.vendor-mismatch",
            plan(*hosts(WESTMERE, OPTERON), evc_mode="intel-nehalem"),
            ["Take esx-02 out of Cluster A"],
        ),
        (
            "evc.vm-powered-on",
            plan(host(vms=(running(),)), evc_mode="intel-merom"),
            ["State that db01 on esx-01 is shut down"],
        ),
        ("host.xd-off", plan(host(xd="disabled")), ["State that XD of esx-01 is on, after the BIOS change"]),
        ("host.thumbprint", plan(host(thumbprint_confirmed=False)), [""]),
        ("host.duplicate-address", plan(host(1, address="10.0.0.1"), host(2, address="10.0.0.1")), ["", ""]),
        ("ha.too-few-hosts", plan(host(), ha=HA), [""]),
    ],
)
def test_a_fix_is_named_and_there_is_none_where_it_takes_a_decision(
    rule: str, of: Plan, names: list[str]
) -> None:
    assert named(of, rule) == names


def test_a_machines_own_mode_keeps_the_cluster_from_a_lower_one() -> None:
    high = running(evc_mode="intel-penryn", hardware_version=14)
    of = (host(1, MEROM), host(2, WESTMERE, vms=(high,)))
    found = plan(*of, evc_mode="intel-nehalem", release="7.0")
    assert named(found, "evc.features-missing") == ["Take esx-01 out of Cluster A"]


def test_a_host_stays_where_the_rest_would_be_impossible_without_it() -> None:
    tolerant = replace(HA, failures_to_tolerate=2)
    found = plan(*hosts(WESTMERE, WESTMERE, OPTERON), evc_mode="intel-nehalem", ha=tolerant)
    assert named(found, "evc.vendor-mismatch") == [""]


def test_a_finding_of_an_object_that_is_gone_has_no_fix() -> None:
    found = plan(host(xd="disabled"))
    (finding,) = (f for f in check(found) if f.rule == "host.xd-off")
    assert fix_of(edits.remove(found, "host-1"), finding) is None
    assert not still_found(edits.set_fields(found, "host-1", xd="enabled"), finding)


@pytest.mark.parametrize("rule", FIXES)
def test_a_fix_documents_itself(rule: str) -> None:
    assert f"- **Fix:** {summary(rule)}" in rules_markdown()


@pytest.mark.parametrize("rule", ["ha.percentage", "no.such-rule"])
def test_a_rule_has_one_fix(rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        fixes(rule)(lambda case: None)


def test_in_a_rehearsal_a_fix_is_what_is_done_there() -> None:
    found = plan(host(vms=(running(),)), evc_mode="intel-merom")
    (finding,) = (f for f in check(found) if f.rule == "evc.vm-powered-on")
    fix = fix_of(found, finding)
    assert fix is not None
    assert fix.name(rehearsing=True) == "Shut down db01 on esx-01"

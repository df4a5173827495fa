"""The Add Host wizard's draft and edit, without a window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.capture.reader import read_capture
from flexgui.cpuid.cpu import Cpu, described
from flexgui.evc.modes import builtin_modes
from flexgui.evc.support import Answer
from flexgui.plan import edits, storage
from flexgui.plan.evidence import Source, together
from flexgui.plan.inventory import find
from flexgui.plan.thumbprint import normalised_thumbprint
from flexgui.plan.values import Cluster, Datacenter, Drs, Plan, VirtualMachine
from flexgui.wizards import host_draft
from flexgui.wizards.host_draft import HostDraft, Processor

DATACENTER, CLUSTER = "datacenter-1", "domain-c2"


def plan(evc_mode: str | None = "intel-merom", drs: bool = True, release: str = "5.5") -> Plan:
    found = edits.add_datacenter(Plan(release=release), Datacenter(id=DATACENTER, name="Milano"))
    cluster = Cluster(id=CLUSTER, name="Cluster A", evc_mode=evc_mode, drs=Drs(enabled=drs))
    return edits.add_cluster(found, DATACENTER, cluster)


def assumed(mode: str, vendor: str = "intel") -> Processor:
    cpu = described(Cpu(fingerprint="", vendor=vendor, brand=mode, max_evc_mode=mode))
    return Processor(cpu, "a list", assumed=True)


def cluster_of(found: Plan) -> Cluster:
    place = find(found, CLUSTER)
    assert place is not None
    assert isinstance(place.object, Cluster)
    return place.object


def test_one_edit_adds_host_processor_machines_and_pool() -> None:
    draft = HostDraft(
        address=" esx-01.example.org ",
        processor=assumed("intel-penryn"),
        vms=(VirtualMachine(id="", name="db"), VirtualMachine(id="", name="web")),
        own_pool=True,
    )
    before = plan()
    after = host_draft.edit(draft, CLUSTER)(before)
    cluster = cluster_of(after)
    (host,), (pool,) = cluster.hosts, cluster.resource_pools
    assert (host.address, host.cpu_assumed, host.cpu_source) == ("esx-01.example.org", True, "a list")
    assert pool.name == "Grafted from esx-01.example.org"
    assert {vm.resource_pool for vm in host.vms} == {pool.id}
    assert len({host.id, pool.id, *(vm.id for vm in host.vms)}) == 4
    assert [cpu.fingerprint for cpu in after.cpus] == [host.cpu]
    assert cluster.evc_mode == "intel-merom"
    assert before == plan()
    assert storage.from_json(storage.to_json(after)) == after


def test_ids_are_never_given_twice() -> None:
    found = plan()
    for number in range(3):
        draft = HostDraft(
            address=f"10.0.0.{number}", vms=(VirtualMachine(id="", name=f"vm{number}"),), own_pool=True
        )
        found = host_draft.edit(draft, CLUSTER)(found)
    storage.from_json(storage.to_json(found))  # refuses an id that occurs twice


def test_a_standalone_host_has_neither_pool_nor_mode() -> None:
    draft = HostDraft(address="10.0.0.1", own_pool=True, evc="disable")
    after = host_draft.edit(draft, DATACENTER)(plan())
    assert after.datacenters[0].hosts[0].address == "10.0.0.1"
    assert cluster_of(after) == cluster_of(plan())


def test_without_drs_there_is_no_pool() -> None:
    after = host_draft.edit(HostDraft(address="10.0.0.1", own_pool=True), CLUSTER)(plan(drs=False))
    assert cluster_of(after).resource_pools == ()


@pytest.mark.parametrize(
    ("answer", "mode"), [("keep", "intel-nehalem"), ("recommended", "intel-merom"), ("disable", None)]
)
def test_the_mode_is_changed_in_the_same_edit(answer: host_draft.EvcAnswer, mode: str | None) -> None:
    draft = HostDraft(address="10.0.0.1", processor=assumed("intel-merom"), evc=answer)
    after = host_draft.edit(draft, CLUSTER)(plan("intel-nehalem"))
    assert cluster_of(after).evc_mode == mode


def weighed(
    first: str, second: Processor | None, evc_mode: str | None = "intel-merom"
) -> host_draft.Weighing:
    found = host_draft.edit(HostDraft(address="10.0.0.1", processor=assumed(first)), CLUSTER)(plan(evc_mode))
    return host_draft.weigh(HostDraft(address="10.0.0.2", processor=second), found, cluster_of(found))


def test_a_host_that_allows_the_highest_common_mode_changes_nothing() -> None:
    found = weighed("intel-merom", assumed("intel-westmere"))
    assert found.verdict is not None
    assert found.verdict.answer is Answer.YES
    assert found.offer is None


def test_a_higher_mode_is_offered() -> None:
    found = weighed("intel-nehalem", assumed("intel-westmere"))
    assert found.offer is not None
    assert found.offer.key == "intel-nehalem"


def test_a_mode_is_offered_where_evc_is_disabled() -> None:
    found = weighed("intel-nehalem", assumed("intel-penryn"), None)
    assert found.offer is not None
    assert found.offer.key == "intel-penryn"


def test_nothing_is_offered_to_several_makers() -> None:
    found = weighed("intel-nehalem", assumed("amd-zen", "amd"))
    assert found.offer is None
    assert found.verdict is not None
    assert found.verdict.wrong_vendor


def test_a_host_without_a_processor_is_named_as_not_weighed() -> None:
    found = weighed("intel-nehalem", None)
    assert found.unknown == ("10.0.0.2",)
    assert found.verdict is None


def test_no_mode_is_offered_that_a_hosts_esx_does_not_know() -> None:
    draft = HostDraft(address="10.0.0.1", processor=assumed("intel-westmere"), esx_release="3.5u2")
    found = plan(None)
    offer = host_draft.weigh(draft, found, cluster_of(found)).offer
    assert offer is not None
    assert offer.key == "intel-merom"


# What a source states.


def test_what_a_capture_states_goes_with_it_and_what_was_typed_stays() -> None:
    cpu = assumed("intel-merom").cpu
    first = Processor(cpu, "a", stated=(("vendor", "Dell"), ("cpu_packages", 2), ("xd", "enabled")))
    second = Processor(cpu, "b", stated=(("cpu_packages", 4),))
    draft = host_draft.with_processor(HostDraft(model="R610"), first)
    assert (draft.vendor, draft.model, draft.cpu_packages, draft.xd) == ("Dell", "R610", 2, "enabled")
    draft = host_draft.with_processor(replace(draft, xd="disabled"), second)
    assert (draft.vendor, draft.model, draft.cpu_packages, draft.xd) == ("", "R610", 4, "disabled")
    draft = host_draft.with_processor(draft, None)
    assert (draft.cpu_packages, draft.processor, draft.xd) == (None, None, "disabled")


def test_a_release_that_was_typed_stays() -> None:
    stated = Processor(assumed("intel-merom").cpu, "a", stated=(("esx_release", "5.5"),))
    assert host_draft.with_processor(HostDraft(esx_release="5.1"), stated).esx_release == "5.1"
    assert host_draft.with_processor(HostDraft(), stated).esx_release == "5.5"


@pytest.mark.parametrize(
    ("file", "xd"),
    [("libvirt/x86_64-cpuid-Xeon-5110.xml", "enabled"), ("libvirt/x86_64-cpuid-Phenom-B95.xml", "disabled")],
)
def test_nx_shows_the_xd_switch(captures: Path, file: str, xd: str) -> None:
    found = host_draft.captured(read_capture(captures / file)[0])
    assert dict(found.stated)["xd"] == xd
    assert "vt" not in dict(found.stated)


def test_nothing_is_carried_over_that_was_stated_of_one_host() -> None:
    draft = HostDraft(
        address="10.0.0.1",
        esx_release="5.5",
        licensed=True,
        license_edition="Enterprise",
        xd="enabled",
        vt="enabled",
        processor=assumed("intel-merom"),
        vms=(VirtualMachine(id="", name="a"),),
        evc="recommended",
    )
    after = host_draft.carried_over(draft)
    assert after == HostDraft(esx_release="5.5", licensed=True, license_edition="Enterprise")


# Thumbprints.


@given(st.sampled_from([20, 32]).flatmap(lambda n: st.binary(min_size=n, max_size=n)), st.sampled_from(": -"))
def test_a_thumbprint_is_read_however_it_is_written(raw: bytes, separator: str) -> None:
    normal = raw.hex(":").upper()
    for text in (raw.hex(), normal, raw.hex(separator), f"sha256 Fingerprint={normal}\n"):
        assert normalised_thumbprint(text) == normal


@pytest.mark.parametrize("text", ["", "AB:CD", "zz" * 20, "ab" * 19, "ab" * 33, "=" * 40])
def test_what_is_no_thumbprint_is_none(text: str) -> None:
    assert normalised_thumbprint(text) is None


def test_a_thumbprint_that_is_not_whole_is_never_confirmed() -> None:
    draft = HostDraft(address="10.0.0.1", thumbprint="AB:CD", thumbprint_confirmed=True)
    host = host_draft.planned_host(draft, plan(), CLUSTER)
    assert (host.thumbprint, host.thumbprint_confirmed) == ("AB:CD", False)


def test_only_releases_that_the_vcenter_manages_are_listed() -> None:
    keys = [key for key, _ in host_draft.manageable_releases(plan(release="4.1"))]
    assert keys[0] == "4.1"
    assert "5.0" not in keys


def test_the_plan_with_a_processor_is_one_object() -> None:
    found, processor = plan(), assumed("intel-merom")
    assert host_draft.with_processors(found, processor) is host_draft.with_processors(found, processor)


def test_every_source_of_a_processor_comes_into_the_plan() -> None:
    named = described(Cpu("", vendor="intel", present=("SSE41",)))
    measured = described(Cpu("", vendor="intel", max_evc_mode="intel-penryn"))
    sources = (Source.of("flags.txt", named), Source.of("vHost.csv", measured))
    cpu, _ = together(sources, builtin_modes())
    found = plan()
    draft = HostDraft(address="10.0.0.9", processor=Processor(cpu, "flags.txt", sources=sources))
    after = host_draft.edit(draft, CLUSTER)(found)
    host = after.datacenters[0].clusters[0].hosts[-1]
    assert [(each.source, each.kind) for each in host.evidence] == [
        ("flags.txt", "features"),
        ("vHost.csv", "maxEVCModeKey"),
    ]
    assert host.cpu == cpu.fingerprint
    stored = {each.fingerprint for each in after.cpus}
    assert {cpu.fingerprint, named.fingerprint, measured.fingerprint} <= stored
    weighing = host_draft.weigh(draft, found, cluster_of(found))
    assert weighing.recommendation is not None
    assert "10.0.0.9" in [member.name for member in weighing.recommendation.members]


def test_candidates_still_to_come_are_weighed_with_the_host() -> None:
    """Otherwise the first host of a new cluster would be offered a mode that the next one does not allow."""
    found = plan("intel-merom")
    first, second = assumed("intel-westmere"), replace(assumed("intel-merom"), name="old")
    alone = HostDraft(address="a", processor=first, candidate=first, cpu_from="candidate")
    offer = host_draft.weigh(alone, found, cluster_of(found)).offer
    assert offer is not None
    assert offer.key == "intel-westmere"
    draft = replace(alone, waiting=(first, second))
    assert [each.name for each in draft.others_waiting] == ["old"]
    assert host_draft.weigh(draft, found, cluster_of(found)).offer is None
    assert host_draft.mode_after(replace(draft, evc="recommended"), found, cluster_of(found)) == "intel-merom"
    # One that is not the host itself, though its processor was taken from a file, is still to come.
    assert len(replace(draft, cpu_from="file").others_waiting) == 2

"""What an import finds, and what it makes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.capture.captured import CapturedHost
from flexgui.cpuid.cpu import Cpu
from flexgui.document import DraftChecker
from flexgui.plan import edits, storage
from flexgui.plan.evidence import sources_of
from flexgui.plan.inventory import cpus, find, hosts
from flexgui.plan.values import Cluster, Datacenter, Host, Plan
from flexgui.wizards import import_draft
from flexgui.wizards.import_draft import Becomes, ImportDraft, Sources
from tests.processors import cpu_of, cpuid_raw, features_of, leaves_with

MEROM, NEHALEM = cpu_of("intel-merom", brand="Xeon 5110"), cpu_of("intel-nehalem", brand="Xeon E5520")


def captured(name: str, cpu: Cpu = MEROM, source: str = "", **more: Any) -> CapturedHost:
    return CapturedHost(name, source or f"{name}.txt", "cpuid -r", cpu, **more)


def plan(*names: str) -> Plan:
    """Milano with Cluster A of hosts with these addresses."""
    members = tuple(
        Host(id=f"host-{n}", address=name, cpu=MEROM.fingerprint, cpu_source="by hand")
        for n, name in enumerate(names, 10)
    )
    cluster = Cluster(id="domain-c2", name="Cluster A", hosts=members)
    milano = Datacenter(id="datacenter-1", name="Milano", clusters=(cluster,))
    return Plan(release="6.7", serial=50, cpus=(MEROM,) if names else (), datacenters=(milano,))


def draft(of: Plan, *found: CapturedHost, parent_id: str = "") -> ImportDraft:
    empty = import_draft.new_draft(of, parent_id, "New Datacenter")
    return import_draft.with_sources(empty, of, Sources(found))


def becomes(of: ImportDraft) -> list[Becomes]:
    return [each.becomes for each in of.found]


def paths(of: Plan) -> list[str]:
    return [f"{d.name}/{c.name if c else '-'}/{h.label}" for d, c, h in hosts(of)]


# What was found.


def test_hosts_are_recognised_by_address_and_name() -> None:
    known = plan("esx-01.example.com", "10.0.0.2")
    known = edits.set_fields(known, "host-11", name="Esx-Two")
    found = draft(
        known,
        captured("ESX-01.example.com."),
        captured("esx-01"),  # a file called by the short name
        captured("esx-two"),
        captured("::ffff:10.0.0.2"),
        captured("esx-01.example.org"),  # another domain: another host
    )
    assert [each.host_id for each in found.found] == ["host-10", "host-10", "host-11", "host-11", ""]
    assert becomes(found) == [Becomes.FURTHER] * 4 + [Becomes.NEW]


def test_a_short_name_that_several_have_is_nobodys() -> None:
    found = draft(plan("esx-01.example.com", "esx-01.example.org"), captured("esx-01"))
    assert becomes(found) == [Becomes.NEW]


def test_an_inventory_and_captures_of_its_hosts_are_joined() -> None:
    place = {"datacenter": "Roma", "cluster": "R1"}
    inventory = captured("esx-01.example.com", MEROM, "rvtools.xlsx", name_stated=True, **place)
    capture = captured("esx-01", NEHALEM)
    found = draft(plan(), capture, inventory, capture, captured("esx-02"))
    assert becomes(found) == [Becomes.NEW, Becomes.JOINED, Becomes.DUPLICATE, Becomes.NEW]
    assert found.ticked == {0, 1, 3}
    after = import_draft.outcome(found, plan())
    assert after.hosts == 2
    assert paths(after.plan) == ["Milano/-/esx-02", "Roma/R1/esx-01.example.com"]
    ((_, _, _), (_, _, host)) = hosts(after.plan)
    sources = sources_of(host, cpus(after.plan.cpus))
    assert [each.source for each in sources] == ["esx-01.txt (cpuid -r)", "rvtools.xlsx (cpuid -r)"]


def test_what_the_plan_has_already_is_not_ticked() -> None:
    first = import_draft.outcome(draft(plan(), captured("esx-01", NEHALEM)), plan()).plan
    again = draft(first, captured("esx-01", NEHALEM), captured("esx-01", NEHALEM, "newer.txt"))
    assert becomes(again) == [Becomes.KNOWN, Becomes.FURTHER]
    assert again.ticked == {1}


def test_files_that_are_read_later_join_the_first() -> None:
    found = draft(plan(), captured("esx-01"))
    found = import_draft.with_sources(found, plan(), Sources((captured("esx-01", NEHALEM, "b.txt"),)))
    assert becomes(found) == [Becomes.NEW, Becomes.JOINED]
    assert found.ticked == {0}  # neither file says which host it is of
    both = import_draft.outcome(replace(found, ticked=frozenset({0, 1})), plan())
    assert [len(h.evidence) for _, _, h in hosts(both.plan)] == [2]
    alone = replace(found, ticked=frozenset({1}))
    (host,) = (h for _, _, h in hosts(import_draft.outcome(alone, plan()).plan))
    assert (host.address, host.cpu) == ("esx-01", NEHALEM.fingerprint)


# Where it goes.


def test_places_are_those_that_the_inventory_names() -> None:
    found = draft(
        plan(),
        captured("a", datacenter="milano", cluster="CLUSTER A"),
        captured("b", datacenter="Milano", cluster="Cluster B"),
        captured("c", datacenter="Roma", cluster="Cluster A"),
        captured("d", datacenter="Roma"),
        captured("e", cluster="Cluster C"),
        captured("f"),
    )
    after = import_draft.outcome(found, plan())
    assert sorted(paths(after.plan)) == [
        "Milano/-/f",
        "Milano/Cluster A/a",
        "Milano/Cluster B/b",
        "Milano/Cluster C/e",
        "Roma/-/d",
        "Roma/Cluster A/c",
    ]
    assert after.datacenters == ("Roma",)
    assert after.clusters == ("Cluster B", "Cluster A", "Cluster C")
    new = next(c for c in after.plan.datacenters[0].clusters if c.name == "Cluster B")
    assert new.exists
    assert new.hosts[0].present_parent == new.id
    standalone = import_draft.outcome(replace(found, as_stated=False), plan())
    assert {path.rpartition("/")[0] for path in paths(standalone.plan)} == {"Milano/-"}
    into = import_draft.outcome(replace(found, as_stated=False, parent_id="domain-c2"), plan())
    assert {path.rpartition("/")[0] for path in paths(into.plan)} == {"Milano/Cluster A"}
    assert {host.present_parent for _, _, host in hosts(into.plan)} == {None}


def test_a_new_datacenter_takes_what_names_none() -> None:
    empty = Plan(release="6.7")
    found = draft(empty, captured("a", cluster="Cluster A"), captured("b"))
    assert found.datacenter_name == "New Datacenter"
    after = import_draft.outcome(replace(found, datacenter_name="Torino"), empty)
    assert sorted(paths(after.plan)) == ["Torino/-/b", "Torino/Cluster A/a"]
    assert storage.from_json(storage.to_json(after.plan)) == after.plan


def test_a_name_that_is_no_address_leaves_the_address_open() -> None:
    after = import_draft.outcome(draft(plan(), captured("Xeon_5110 (lab)"), captured("127.0.0.1")), plan())
    assert [(h.address, h.name) for _, _, h in hosts(after.plan)] == [
        ("", "Xeon_5110 (lab)"),
        ("", "127.0.0.1"),
    ]


# Further evidence.


def test_further_evidence_completes_what_is_known() -> None:
    before = edits.set_fields(plan("esx-01.example.com"), "host-10", model="R740")
    found = draft(before, captured("esx-01", NEHALEM, vendor="Dell", model="R640", memory_mb=1024))
    outcome = import_draft.outcome(found, before)
    place = find(outcome.plan, "host-10")
    assert place is not None
    host = place.object
    assert isinstance(host, Host)
    assert (host.vendor, host.model, host.memory_mb) == ("Dell", "R740", 1024)
    assert len(host.evidence) == 2
    assert (outcome.hosts, outcome.further, outcome.first) == (0, 1, "host-10")
    assert outcome.subjects == {"host-10"}


# What speaks against it.


def test_only_what_cannot_exist_blocks() -> None:
    def blocked(of: ImportDraft, before: Plan) -> str | None:
        after = import_draft.outcome(of, before)
        found = import_draft.blocking(DraftChecker().findings(after.plan).all, after.subjects)
        return None if found is None else found.rule

    known = plan("esx-01.example.com")
    twice = draft(known, captured("esx-02.example.com"))
    # The same host under an address that nobody could recognise: the user has renamed it meanwhile.
    twice = replace(twice, found=(*twice.found, replace(twice.found[0], number=1, same_as=1)))
    twice = replace(twice, ticked=frozenset({0, 1}))
    assert blocked(twice, known) == "host.duplicate-address"
    new = replace(draft(known, captured("b")), parent_id="", datacenter_name=" ")
    assert blocked(new, known) == "names.blank"
    # A host with a mode's features missing, or without an address, is what the present state is.
    wrong = edits.set_fields(known, "domain-c2", evc_mode="intel-nehalem")
    assert blocked(draft(wrong, captured("no address!"), parent_id="domain-c2"), wrong) is None


# Of any size.


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["", "DC"]), st.sampled_from(["", "C1", "c1"]))))
def test_every_ticked_host_is_in_the_plan_once(rows: list[tuple[int, str, str]]) -> None:
    before = plan("esx-0", "esx-1")
    found = draft(
        before,
        *(
            captured(
                f"esx-{n}", (MEROM, NEHALEM)[i % 2], f"{i}.txt", name_stated=True, datacenter=d, cluster=c
            )
            for i, (n, d, c) in enumerate(rows)
        ),
    )
    after = import_draft.outcome(found, before)
    labels = sorted(h.label for _, _, h in hosts(after.plan))
    assert labels == sorted({"esx-0", "esx-1"} | {f"esx-{n}" for n, _, _ in rows})
    assert storage.from_json(storage.to_json(after.plan)) == after.plan
    nothing = import_draft.outcome(replace(found, ticked=frozenset()), before)
    assert nothing.plan is before


# Reading.


def write(folder: Path, name: str, mode: str = "intel-merom") -> Path:
    path = folder / name
    path.write_text(cpuid_raw([leaves_with(features_of(mode))]))
    return path


def test_folders_and_files_are_read_and_the_rest_is_skipped(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    (inner / "empty").mkdir(parents=True)
    write(tmp_path, "esx-01.txt")
    write(inner, "esx-02.txt", "intel-nehalem")
    (inner / "picture.png").write_bytes(b"\x89PNG\0\0")
    cut = inner / "cut.txt"
    cut.write_text(
        "CPU 0:\n   0x00000000 0x00: eax=0x0000000d ebx=0x756e6547 ecx=0x6c65746e edx=0x49656e69\n"
    )
    steps: list[tuple[int, int, str]] = []
    sources = import_draft.read_sources(
        [tmp_path, tmp_path / "esx-01.txt", tmp_path / "missing", inner / "empty"],
        lambda *step: steps.append(step),
    )
    assert [host.name for host in sources.hosts] == ["esx-01", "esx-02"]
    reasons = {skipped.path.name: skipped.sentence for skipped in sources.skipped}
    assert set(reasons) == {"picture.png", "cut.txt", "missing", "empty"}
    assert "no files" in reasons["empty"]
    assert "no such file" in reasons["missing"]
    assert all(str(tmp_path) not in sentence for sentence in reasons.values())
    assert [step[:2] for step in steps] == [(n, len(steps)) for n in range(len(steps))]


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    def report(done: int, total: int, name: str) -> None:
        raise StopIteration

    write(tmp_path, "esx-01.txt")
    with pytest.raises(StopIteration):
        import_draft.read_sources([tmp_path], report)


def test_a_filter_looks_everywhere() -> None:
    found = draft(plan(), captured("esx-01", NEHALEM, cluster="Prod"), captured("esx-02"))
    for text, numbers in (
        ("ESX-0", [0, 1]),
        ("e5520", [0]),
        ("nehalem", [0]),
        ("prod", [0]),
        ("esx-02.txt", [1]),
        ("zz", []),
    ):
        assert [each.number for each in import_draft.matching(found, text)] == numbers


def test_files_of_one_name_in_several_folders_are_several_hosts(tmp_path: Path) -> None:
    for folder in ("esx-01", "esx-02", "site/esx-02"):
        (tmp_path / folder).mkdir(parents=True)
        write(tmp_path / folder, "cpuid.txt")
    write(tmp_path, "esx-03.txt")
    write(tmp_path, "esx-03.raw")
    names = [host.name for host in import_draft.read_sources([tmp_path]).hosts]
    assert sorted(names) == ["esx-01", "esx-02", "esx-02-2", "esx-03", "esx-03"]


def test_a_cluster_that_is_made_has_the_mode_that_its_hosts_run_under() -> None:
    runs = {"datacenter": "Milano", "current_evc_mode": "intel-merom"}
    found = draft(
        plan(),
        captured("a", cluster="One", **runs),
        captured("b", cluster="One", **(runs | {"current_evc_mode": None})),
        captured("c", cluster="Two", **runs),
        captured("d", cluster="Two", **(runs | {"current_evc_mode": "intel-penryn"})),
        captured("e", cluster="Cluster A", **runs),
    )
    made = import_draft.outcome(found, plan()).plan.datacenters[0].clusters
    assert [(c.name, c.evc_mode, c.present_evc_mode) for c in made] == [
        ("Cluster A", None, None),
        ("One", "intel-merom", "intel-merom"),
        ("Two", None, None),
    ]


def test_what_is_added_to_one_host_is_for_that_host_only() -> None:
    before = plan("esx-01.example.com", "esx-02.example.com")
    empty = import_draft.new_draft(before, "", "New Datacenter", "host-10")
    one = import_draft.with_sources(empty, before, Sources((captured("whatever", NEHALEM),)))
    assert one.ticked == {0}
    many = (captured("esx-02", NEHALEM), captured("esx-01", NEHALEM), captured("x", NEHALEM))
    found = import_draft.with_sources(empty, before, Sources(many))
    assert {each.host_id for each in found.found} == {"host-10"}
    assert found.ticked == {1}
    after = import_draft.outcome(found, before)
    assert after.subjects == {"host-10"}
    assert len([h for _, _, h in hosts(after.plan) if h.evidence]) == 1
    with pytest.raises(KeyError):
        import_draft.new_draft(before, "", "x", "domain-c2")


def test_two_captures_of_one_name_are_two_described_hosts() -> None:
    """Where nobody can be asked whether they are one machine, none is left out."""
    files = captured("cpuid", MEROM, "a/cpuid.txt"), captured("cpuid", NEHALEM, "b/cpuid.txt")
    found = import_draft.described(Sources((*files, captured("cpuid-2", MEROM, "c/cpuid-2.txt"))), plan())
    assert sorted(each.cpu.brand for each in found) == ["Xeon 5110", "Xeon 5110", "Xeon E5520"]
    assert len({each.host.label for each in found}) == 3
    stated = captured("esx-01", MEROM, "rvtools.csv", name_stated=True)
    (one,) = import_draft.described(Sources((stated, captured("esx-01", NEHALEM, "esx-01.txt"))), plan())
    assert len(one.sources) == 2

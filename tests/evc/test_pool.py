"""What a pool has in common, and who holds it back."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from flexgui.capture import read_capture
from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.registers import CpuidTable
from flexgui.evc.modes import builtin_modes
from flexgui.evc.pool import Member, blockers, common_registers, weigh
from flexgui.evc.releases import offered_modes
from flexgui.evc.support import Answer, assess
from tests import processors as make

MODES = builtin_modes()
KNOWN = [mode.key for mode in MODES if mode.known]


def member(name: str, mode: str, *without: str) -> Member:
    return Member(name, make.cpu_of(mode, *without, maximum=0x1F))


def test_the_oldest_host_decides_and_is_named() -> None:
    hosts = [member("old", "intel-penryn"), member("new", "intel-westmere"), member("newer", "intel-haswell")]
    (pool,) = weigh(hosts, MODES)
    assert pool.vendor == "intel"
    assert (pool.highest, pool.possible) == (MODES["intel-penryn"], MODES["intel-penryn"])
    assert pool.next_mode == MODES["intel-nehalem"]
    (blocker,) = pool.blockers
    assert blocker.member.name == "old"
    assert set(blocker.support.missing) == {"SSE42", "POPCNT", "RDTSCP"}


def test_makers_are_weighed_apart() -> None:
    pools = weigh([member("a", "intel-haswell"), member("b", "amd-zen"), member("c", "amd-zen2")], MODES)
    assert [(pool.vendor, pool.highest) for pool in pools] == [
        ("intel", MODES["intel-haswell"]),
        ("amd", MODES["amd-zen"]),
    ]


def test_a_bulldozer_and_a_k10_meet_below_both() -> None:
    (pool,) = weigh([member("k10", "amd-greyhound"), member("bulldozer", "amd-bulldozer")], MODES)
    assert pool.highest == MODES["amd-greyhound-no3dnow"]


def test_only_modes_that_the_release_offers() -> None:
    offered = offered_modes("5.0", MODES)
    (pool,) = weigh([member("a", "intel-haswell")], MODES, offered)
    assert pool.highest == MODES["intel-sandybridge"]
    assert pool.next_mode is None


def test_a_host_that_cannot_tell_splits_certain_from_possible() -> None:
    whole = member("whole", "intel-haswell")
    table = CpuidTable({leaf: registers for leaf, registers in whole.cpu.table.items() if leaf[0] != 7})
    short = Member("short", described(Cpu("", table=table)))
    (pool,) = weigh([whole, short], MODES)
    assert pool.highest == MODES["intel-sandybridge"]
    assert pool.possible == MODES["intel-haswell"]
    (blocker,) = pool.blockers
    assert blocker.member is short
    assert blocker.support.answer is Answer.UNKNOWN
    assert blocker.support.unknown_leaves == ("7.0",)


def test_no_host_no_pool() -> None:
    assert weigh([], MODES) == []
    assert common_registers([]) == {}


@given(st.lists(st.sampled_from(KNOWN), min_size=1, max_size=6))
def test_the_pool_supports_exactly_what_all_hosts_support(keys: list[str]) -> None:
    hosts = [member(str(number), key) for number, key in enumerate(keys)]
    for pool in weigh(hosts, MODES):
        each = [set(assess(m.cpu, MODES).keys(Answer.YES)) for m in pool.members]
        common = set.intersection(*each)
        assert (pool.highest.key if pool.highest else None) in (common or {None})
        assert all(
            len(make.features_of(key)) <= len(pool.highest.requires or ()) for key in common if pool.highest
        )
        if pool.next_mode is not None:
            assert pool.blockers == blockers(pool.members, pool.next_mode, MODES) != ()


@given(st.lists(st.sets(st.sampled_from(make.features_of("intel-icelake"))), min_size=1, max_size=5))
def test_common_features_are_those_of_every_host(hosts: list[set[str]]) -> None:
    common = common_registers([make.cpu_with(features, maximum=0x1F) for features in hosts])
    common_table = {
        leaf: tuple(value or 0 for value in registers) for leaf, registers in common.items() if leaf[0] != 0
    }
    every = set.intersection(*hosts)
    expected = make.leaves_with(every, maximum=0x1F)
    for key in ((1, 0, 2), (1, 0, 3), (7, 0, 1), (7, 0, 2), (7, 0, 3), (0xD, 1, 0), (0x8000_0001, 0, 3)):
        leaf, subleaf, register = key
        assert common_table[leaf, subleaf][register] == expected[leaf, subleaf][register]


def test_the_papers_pool(captures: Path) -> None:
    files = (
        "libvirt/x86_64-cpuid-Xeon-5110.xml",
        "aida64/GenuineIntel0010676_Harpertown_CPUID.txt",
        "aida64/GenuineIntel00106A2_Nehalem-EP_CPUID.txt",
        "libvirt/x86_64-cpuid-Xeon-E7-4830.xml",
    )
    hosts = [Member(h.name, h.cpu) for file in files for h in read_capture(captures / file)]
    (pool,) = weigh(hosts, MODES)
    assert pool.highest == MODES["intel-merom"]
    assert pool.next_mode == MODES["intel-penryn"]
    assert [(b.member.name, b.support.missing) for b in pool.blockers] == [
        ("x86_64-cpuid-Xeon-5110", ("SSE41",))
    ]
    (rest,) = weigh(hosts[1:], MODES)
    assert rest.highest == MODES["intel-penryn"]


def test_netburst_and_amd_in_the_papers_pool(captures: Path) -> None:
    files = (
        "libvirt/x86_64-cpuid-Xeon-5110.xml",
        "aida64/GenuineIntel0000F43_P4_Irwindale_CPUID.txt",
        "libvirt/x86_64-cpuid-Opteron-2350.xml",
    )
    hosts = [Member(h.name, h.cpu) for file in files for h in read_capture(captures / file)]
    intel, amd = weigh(hosts, MODES)
    assert intel.highest is None
    assert intel.possible is None
    assert [b.member.name for b in intel.blockers] == ["GenuineIntel0000F43_P4_Irwindale_CPUID"]
    assert "SSSE3" in intel.blockers[0].support.missing
    assert amd.highest == MODES["amd-greyhound"]

"""The best partition of a fleet, against every set partition of small ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.capture import read_capture
from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.registers import CpuidTable
from flexgui.evc.modes import EvcMode, ModeTable, builtin_modes
from flexgui.evc.partition import (
    CANDIDATES_LIMIT,
    FleetHost,
    Kind,
    Partition,
    SuggestedCluster,
    Suggestion,
    best_modes,
    changes,
    suggest,
)
from flexgui.evc.partition_words import Words
from flexgui.evc.releases import esx_offers, esx_releases, offered_modes
from flexgui.evc.support import Answer, support
from tests import processors as make

MODES = builtin_modes()
KNOWN = [mode.key for mode in MODES if mode.known]
FEATURES = ("SSE3", "SSSE3", "SSE41", "SSE42", "AES", "POPCNT")


def host(name: str, mode: str, *without: str, esx: str | None = None) -> FleetHost:
    return FleetHost(name, make.cpu_of(mode, *without, maximum=0x1F), esx)


def without_leaf_7(cpu: Cpu) -> Cpu:
    return described(Cpu("", table=CpuidTable({leaf: r for leaf, r in cpu.table.items() if leaf[0] != 7})))


def as_text(hosts: Sequence[FleetHost], found: Partition) -> list[tuple[str, list[str]]]:
    return [(c.mode.key, [hosts[number].name for number in c.hosts]) for c in found.clusters]


# --- the proof: all partitions of small fleets


def blocks(numbers: list[int]) -> Iterator[list[list[int]]]:
    """Every way to put hosts into blocks."""
    if not numbers:
        yield []
        return
    first, rest = numbers[0], numbers[1:]
    for found in blocks(rest):
        yield [[first], *found]
        for place in range(len(found)):
            yield [*found[:place], [first, *found[place]], *found[place + 1 :]]


def supported(each: FleetHost, modes: ModeTable, offered: Sequence[EvcMode]) -> set[str]:
    assert each.cpu is not None
    return {
        mode.key
        for mode in offered
        if mode.known
        and support(each.cpu, mode, modes).answer is Answer.YES
        and (each.esx_release not in esx_releases() or esx_offers(each.esx_release or "", mode))
    }


def best_by_trying(
    hosts: Sequence[FleetHost], modes: ModeTable, offered: Sequence[EvcMode], k: int
) -> tuple[int, int, int]:
    """(hosts placed, features kept, minus the number of clusters) of the best partition."""
    allowed = [supported(each, modes, offered) for each in hosts]
    best = (0, 0, 0)
    # One more number stands for staying out: its block is no cluster.
    for found in blocks([*range(len(hosts)), -1]):
        clusters = [block for block in found if -1 not in block]
        if len(clusters) > k:
            continue
        kept = 0
        for block in clusters:
            common = set.intersection(*(allowed[number] for number in block))
            if not common:
                break
            kept += len(block) * max(len(modes[key].requires or ()) for key in common)
        else:
            best = max(best, (sum(map(len, clusters)), kept, -len(clusters)))
    return best


def verify(hosts: Sequence[FleetHost], modes: ModeTable, offered: Sequence[EvcMode]) -> None:
    for found in suggest(hosts, modes, offered):
        own = [hosts[number] for number in found.hosts]
        assert found.exact
        for k in range(1, len(hosts) + 1):
            partition = found.partition(k)
            placed = [number for cluster in partition.clusters for number in cluster.hosts]
            assert sorted([*placed, *partition.unplaced]) == list(found.hosts)
            assert len(placed) == len(set(placed))
            for cluster in partition.clusters:
                assert cluster.hosts
                assert all(cluster.mode.key in supported(hosts[n], modes, offered) for n in cluster.hosts)
            kept = sum(c.features * len(c.hosts) for c in partition.clusters)
            assert partition.features_kept == kept <= partition.possible
            expected = best_by_trying(own, modes, offered, k)
            assert (len(placed), kept, -len(partition.clusters)) == expected
        assert [p.k for p in found.partitions] == list(range(1, found.useful_k + 1))
        assert 1 <= found.recommended_k <= found.useful_k
        nowhere = {number for left in found.left_out for number in left.hosts}
        assert nowhere == {n for n in found.hosts if not supported(hosts[n], modes, offered)}


@st.composite
def fleets(draw: st.DrawFn) -> tuple[list[FleetHost], str]:
    """Hosts of built-in modes, some with features missing or leaf 7 not captured, and a release."""
    hosts = []
    for number in range(draw(st.integers(1, 6))):
        key = draw(st.sampled_from(KNOWN))
        lacking = draw(st.sets(st.sampled_from(make.features_of(key)), max_size=1))
        cpu = make.cpu_of(key, *lacking, maximum=0x1F)
        if draw(st.booleans()) and draw(st.booleans()):
            cpu = without_leaf_7(cpu)
        esx = draw(st.sampled_from([None, None, "5.5", "6.7", "7.0", "8.0", "no such release"]))
        hosts.append(FleetHost(f"esx-{number}", cpu, esx))
    return hosts, draw(st.sampled_from(["4.1", "6.0", "7.0", "8.0", "9.0"]))


@given(fleets())
def test_no_partition_of_a_small_fleet_is_better(drawn: tuple[list[FleetHost], str]) -> None:
    hosts, release = drawn
    verify(hosts, MODES, offered_modes(release, MODES))


@st.composite
def mode_tables(draw: st.DrawFn) -> ModeTable:
    """Modes in any order of inclusion, or none: what no chain and no known table would bring out."""
    found = [
        EvcMode(f"intel-{number}", f"Mode {number}", "intel", tuple(sorted(requires)), None)
        for number, requires in enumerate(draw(st.lists(st.sets(st.sampled_from(FEATURES)), max_size=6)))
    ]
    return ModeTable([*found, EvcMode("intel-secret", "Secret", "intel", None, None)])


@given(mode_tables(), st.lists(st.sets(st.sampled_from(FEATURES)), min_size=1, max_size=5))
def test_no_partition_is_better_whatever_the_modes_are(modes: ModeTable, features: list[set[str]]) -> None:
    hosts = [FleetHost(str(number), make.cpu_with(own)) for number, own in enumerate(features)]
    verify(hosts, modes, tuple(modes))


@given(fleets(), st.randoms(use_true_random=False))
def test_the_order_of_the_hosts_does_not_matter(drawn: tuple[list[FleetHost], str], random: object) -> None:
    hosts, release = drawn
    shuffled = list(hosts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    def answer(fleet: list[FleetHost]) -> object:
        return [
            (
                s.vendor,
                s.useful_k,
                s.recommended_k,
                [
                    (p.features_kept, [(key, sorted(names)) for key, names in as_text(fleet, p)])
                    for p in s.partitions
                ],
                sorted((f.reason, sorted(fleet[n].name for n in f.hosts)) for f in s.left_out),
            )
            for s in suggest(fleet, MODES, offered_modes(release, MODES))
        ]

    assert answer(hosts) == answer(shuffled)


@given(fleets())
def test_kinds_with_counts_get_the_same_answer(drawn: tuple[list[FleetHost], str]) -> None:
    hosts, release = drawn
    offered = offered_modes(release, MODES)
    distinct = list({(h.cpu.fingerprint, h.esx_release): h for h in hosts if h.cpu is not None}.values())
    kinds = [Kind(h.cpu, h.esx_release) for h in distinct if h.cpu is not None]
    index = [
        next(n for n, kind in enumerate(kinds) if (kind.cpu, kind.esx_release) == (h.cpu, h.esx_release))
        for h in hosts
    ]
    by_counts = best_modes(kinds, np.bincount(index, minlength=len(kinds)), MODES, offered)
    by_name = {s.vendor: s for s in suggest(hosts, MODES, offered)}
    assert set(by_counts) == set(by_name)
    for vendor, selections in by_counts.items():
        for selection, partition in zip(selections, by_name[vendor].partitions, strict=True):
            assert selection.k == partition.k
            assert selection.features_kept == partition.features_kept
            assert selection.modes == tuple(c.mode for c in partition.clusters)
            assert selection.hosts == tuple(len(c.hosts) for c in partition.clusters)
            for number, kind in zip(range(len(hosts)), index, strict=True):
                place = selection.placement[kind]
                if place >= 0:
                    assert number in partition.clusters[place].hosts


# --- what it says


def four() -> list[FleetHost]:
    """The paper's pool, twice each."""
    return [
        host(f"{key}-{number}", f"intel-{key}")
        for key in ("merom", "penryn", "nehalem", "westmere")
        for number in (1, 2)
    ]


def test_the_papers_pool() -> None:
    hosts = four()
    (found,) = suggest(hosts, MODES)
    assert [p.features_kept for p in found.partitions] == [
        8 * 15,
        4 * 15 + 4 * 19,
        4 * 15 + 2 * 19 + 2 * 21,
        142,
    ]
    assert as_text(hosts, found.partition(2)) == [
        ("intel-nehalem", ["nehalem-1", "nehalem-2", "westmere-1", "westmere-2"]),
        ("intel-merom", ["merom-1", "merom-2", "penryn-1", "penryn-2"]),
    ]
    assert (found.useful_k, found.recommended_k) == (4, 2)
    assert found.partition(9) is found.partitions[-1]


def test_what_one_more_cluster_gains() -> None:
    hosts = four()
    (found,) = suggest(hosts, MODES)
    (first,) = changes(None, found.partition(1))
    assert (len(first.hosts), first.before, first.after) == (8, None, MODES["intel-merom"])
    (second,) = changes(found.partition(1), found.partition(2))
    assert (second.before, second.after) == (MODES["intel-merom"], MODES["intel-nehalem"])
    assert set(second.gained) == {"SSE41", "SSE42", "POPCNT", "RDTSCP"}
    assert (second.lost, [hosts[n].name[:3] for n in second.hosts]) == ((), ["neh", "neh", "wes", "wes"])
    assert changes(found.partition(4), found.partition(4)) == []


def test_placing_every_host_comes_first_where_modes_form_no_chain() -> None:
    """A Bulldozer has no 3DNow!, an Opteron of the second generation is below all that leaves it out."""
    hosts = [*(host(f"zen-{n}", "amd-zen") for n in range(8)), host("santa-rosa", "amd-rev-f")]
    (found,) = suggest(hosts, MODES)
    assert [len(p.unplaced) for p in found.partitions] == [1, 0]
    assert (found.useful_k, found.recommended_k) == (2, 2)
    assert found.partition(1).clusters[0].mode.key == "amd-zen"
    assert found.partition(2).alone == 1
    (gain,) = changes(found.partition(1), found.partition(2))
    assert (gain.before, gain.after) == (None, MODES["amd-rev-f"])


def test_a_cluster_may_cost_other_hosts_features() -> None:
    """The best two modes need not include the best one."""
    tables = [("a", FEATURES[:4]), ("b", FEATURES[2:]), ("both", FEATURES[2:4])]
    modes = ModeTable(EvcMode(key, key, "intel", requires, None) for key, requires in tables)
    hosts = [FleetHost(key, make.cpu_with(requires)) for key, requires in tables[:2]]
    (found,) = suggest(hosts, modes)
    assert [[c.mode.key for c in p.clusters] for p in found.partitions] == [["both"], ["b", "a"]]


def test_a_single_host_is_not_given_a_cluster_for_little() -> None:
    hosts = [*(host(f"a{n}", "intel-haswell") for n in range(9)), host("b", "intel-icelake")]
    (found,) = suggest(hosts, MODES)
    assert found.partition(2).features_kept - found.partition(1).features_kept == 29
    assert (found.useful_k, found.recommended_k) == (2, 1)


def test_alike_hosts_need_one_cluster() -> None:
    hosts = [host("a", "intel-haswell"), host("b", "intel-haswell")]
    (found,) = suggest(hosts, MODES)
    assert [(p.k, len(p.clusters)) for p in found.partitions] == [(1, 1)]
    assert (found.useful_k, found.recommended_k) == (1, 1)


def test_release_and_esx_limit_the_modes() -> None:
    hosts = [host("new", "intel-icelake", esx="8.0"), host("old", "intel-icelake", esx="5.5")]
    (found,) = suggest(hosts, MODES, offered_modes("8.0", MODES))
    assert as_text(hosts, found.partition(2)) == [("intel-icelake", ["new"]), ("intel-ivybridge", ["old"])]
    (limited,) = suggest(hosts, MODES, offered_modes("5.0", MODES))
    assert as_text(hosts, limited.partition(2)) == [("intel-sandybridge", ["new", "old"])]


def test_what_cannot_be_told_counts_as_not_supported_and_is_asked_for() -> None:
    whole = host("whole", "intel-haswell")
    assert whole.cpu is not None
    hosts = [whole, FleetHost("short", without_leaf_7(whole.cpu))]
    (found,) = suggest(hosts, MODES)
    assert as_text(hosts, found.partition(1)) == [("intel-sandybridge", ["whole", "short"])]
    assert (found.partition(1).features_kept, found.partition(1).possible) == (46, 70)
    (question,) = found.open_questions
    assert (question.hosts, question.mode.key, question.unknown_leaves) == ((1,), "intel-haswell", ("7.0",))


def reasons(found: Suggestion) -> list[tuple[tuple[int, ...], str]]:
    return [(left.hosts, left.reason) for left in found.left_out]


def test_hosts_without_a_mode_are_listed_apart_with_the_reason() -> None:
    hygon = make.cpu_with(make.features_of("amd-zen"), vendor="HygonGenuine")
    nothing = described(Cpu("", brand="Something"))
    hosts = [
        host("fine", "intel-haswell"),
        host("netburst", "intel-merom", "SSSE3", "SSE41"),
        host("xd-off", "intel-westmere", "NX"),
        FleetHost("hygon", hygon),
        FleetHost("unknown", nothing),
        FleetHost("no cpu", None),
        host("too new", "amd-zen4", esx="4.0"),
    ]
    found = {s.vendor: s for s in suggest(hosts, MODES)}
    assert list(found) == ["intel", "amd", "hygon", "unknown"]
    assert {left.missing for left in found["intel"].left_out} == {("SSSE3",), ("NX",)}
    assert reasons(found["amd"]) == [((6,), "not offered")]
    assert reasons(found["hygon"]) == [((3,), "maker without modes")]
    assert sorted(reasons(found["unknown"])) == [((4,), "maker unknown"), ((5,), "no processor")]
    for vendor in ("amd", "hygon", "unknown"):
        (only,) = found[vendor].partitions
        assert (only.clusters, only.unplaced, only.features_kept) == ((), found[vendor].hosts, 0)


def test_a_capture_from_a_guest_is_to_be_taken_again_on_the_host() -> None:
    guest = make.cpu_with([*make.features_of("intel-merom"), "HYPERVISOR"])
    (found,) = suggest([FleetHost("guest", guest)], MODES)
    hosts = [FleetHost("guest", guest)]
    assert any("inside a virtual machine" in r.text for r in Words(hosts, MODES).remarks(found, 1))
    bare = make.cpu_with([f for f in make.features_of("intel-merom") if f != "NX"] + ["HYPERVISOR"])
    hosts = [FleetHost("guest", bare)]
    (found,) = suggest(hosts, MODES)
    (left,) = found.left_out
    assert left.reason == "cannot tell"
    texts = [r.text for r in Words(hosts, MODES).remarks(found, 1)]
    assert any("no mode is certain" in text for text in texts)
    assert any("Capture CPUID on the host itself" in text for text in texts)


def test_modes_of_unknown_contents_are_no_candidates() -> None:
    cpu = described(replace(make.cpu_of("intel-sapphirerapids"), max_evc_mode="intel-graniterapids"))
    (found,) = suggest([FleetHost("new", cpu)], MODES)
    assert found.partition(1).clusters[0].mode.known


def test_no_host_no_suggestion() -> None:
    assert suggest([], MODES) == []
    assert best_modes([], [], MODES) == {}


def test_more_modes_than_can_be_searched_say_so() -> None:
    from itertools import combinations

    pairs = list(combinations([*FEATURES, "AVX"], 2))
    assert len(pairs) > CANDIDATES_LIMIT
    modes = ModeTable(EvcMode(str(n), str(n), "intel", pair, None) for n, pair in enumerate(pairs))
    (found,) = suggest([FleetHost(str(n), make.cpu_with(pair)) for n, pair in enumerate(pairs)], modes)
    assert not found.exact


@pytest.mark.parametrize("release", ["5.5", "8.0"])
def test_the_captures_at_hand(captures: Path, release: str) -> None:
    """Real processors: each host alone reaches its own highest mode where clusters are not limited."""
    files = [*sorted(captures.glob("libvirt/*.xml")), *sorted(captures.glob("aida64/*.txt"))]
    hosts = [FleetHost(h.name, h.cpu, h.esx_release) for file in files for h in read_capture(file)]
    offered = offered_modes(release, MODES)
    for found in suggest(hosts, MODES, offered):
        last = found.partitions[-1]
        for cluster in last.clusters:
            for number in cluster.hosts:
                own = supported(hosts[number], MODES, offered)
                assert cluster.features == max(len(MODES[key].requires or ()) for key in own)
        assert set(last.unplaced) == {n for left in found.left_out for n in left.hosts}


# --- in words


def remarks(hosts: Sequence[FleetHost], k: int = 1, offered: Sequence[EvcMode] | None = None) -> list[str]:
    words = Words(hosts, MODES)
    return [
        f"{remark.severity}: {remark.text}"
        for found in suggest(hosts, MODES, offered)
        for remark in words.remarks(found, k)
    ]


def test_each_step_in_words() -> None:
    hosts = four()
    (found,) = suggest(hosts, MODES)
    words = Words(hosts, MODES)
    assert words.sentence(found, 1) == "One cluster keeps 15 features on 8 hosts."
    assert words.sentence(found, 2) == "A second cluster keeps SSE41, SSE42, POPCNT, RDTSCP on 4 hosts."
    assert words.sentence(found, 4) == "A fourth cluster keeps SSE41 on 2 hosts."
    assert words.sentence(found, 9) == "Cluster number 9 gains nothing."
    assert words.advice(found) == (
        "Proposed: 2 clusters. One more would keep only 4 features more (2.8 % of all). "
        "Beyond 4 clusters, nothing is gained."
    )
    alike = [host("a", "intel-haswell"), host("b", "intel-haswell")]
    (one,) = suggest(alike, MODES)
    assert Words(alike, MODES).advice(one) == "Proposed: 1 cluster. More clusters would keep nothing more."


def test_a_step_may_lose_features_and_give_hosts_a_place() -> None:
    hosts = [*(host(f"zen-{n}", "amd-zen") for n in range(3)), host("santa-rosa", "amd-rev-f")]
    (found,) = suggest(hosts, MODES)
    words = Words(hosts, MODES)
    assert words.sentence(found, 2) == "A second cluster has room for 1 host, with 18 features."
    assert any("santa-rosa: no mode in common" in text for text in remarks(hosts))
    tables = [("a", FEATURES[:4]), ("b", FEATURES[2:])]
    modes = ModeTable(EvcMode(key, key, "intel", requires, None) for key, requires in tables)
    (gain,) = changes(
        Partition(1, (SuggestedCluster(modes["a"], (0,)),), (), 4, 4),
        Partition(1, (SuggestedCluster(modes["b"], (0,)),), (), 4, 4),
    )
    assert (gain.gained, gain.lost) == (FEATURES[4:], FEATURES[:2])


def test_what_is_to_know_of_hosts_in_words() -> None:
    hygon = make.cpu_with(make.features_of("amd-zen"), vendor="HygonGenuine")
    haswell = make.cpu_of("intel-haswell", maximum=0x1F)
    hosts = [
        host("netburst", "intel-merom", "SSSE3", "SSE41"),
        host("xd-off", "intel-westmere", "NX"),
        FleetHost("named", haswell, None, "brand"),
        FleetHost("cut", without_leaf_7(make.cpu_of("intel-haswell")), None, "registers"),
        FleetHost("hygon", hygon),
        FleetHost("no cpu", None),
        FleetHost("nothing", described(Cpu("", brand="Something", present=("SSE3",)))),
    ]
    texts = remarks(hosts, 2)
    for expected in (
        "warning: netburst: no mode fits; Intel",
        "warning: xd-off: no mode fits without NX",
        "info: named: assumed by the name of the processor",
        "unknown: cut: whether ",
        "warning: hygon: there is no EVC mode",
        "unknown: no cpu: the processor is not known.",
        "unknown: nothing: the maker of the processor is not known.",
        'warning: named would be alone in the cluster with Intel® "Haswell" Generation: vSphere HA',
        "info: If all that turns out well, as many clusters keep ",
    ):
        assert [t for t in texts if t.startswith(expected)], (expected, texts)
    old = [host("new", "amd-zen4", esx="4.0")]
    assert any("such as AMD Zen 4 Generation. Plan for a newer release." in t for t in remarks(old))


def test_every_sentence_is_translated_before_it_is_filled() -> None:
    hosts = [*four(), host("xd-off", "intel-westmere", "NX"), FleetHost("no cpu", None)]
    words = Words(hosts, MODES, lambda context, text: f"[{context}] {text}")
    for found in suggest(hosts, MODES):
        said = [words.advice(found), words.maker(found) if found.vendor == "unknown" else ""]
        said += [words.sentence(found, k) for k in (1, 2, 9)]
        said += [remark.text for remark in words.remarks(found, 4)]
        assert all(text.startswith(("[Suggest] ", "[Collect] ")) for text in said if text)

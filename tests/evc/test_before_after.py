"""Who exchanges running machines with whom, without and with FlexMigration: the paper's tables 2 and 3."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from flexgui.capture import read_capture
from flexgui.cpuid.cpu import Cpu, described
from flexgui.evc.before_after import MOST_KINDS, BeforeAfter, before_after, generations
from flexgui.evc.guest_features import End, Guest
from flexgui.evc.migration import Outcome, migrate
from flexgui.evc.modes import builtin_modes
from flexgui.evc.series import assumed_cpu, find_brand
from tests import processors as make
from tests.processors import cpu_of

MODES = builtin_modes()

PAPER = {
    # The paper's processors (table 4) by their signatures: one of each microarchitecture.
    "Xeon 5160": ("intel-merom", 0x06F6),
    "Xeon E5450": ("intel-penryn", 0x10676),
    "Xeon X5570": ("intel-nehalem", 0x106A5),
    "Xeon X5670": ("intel-westmere", 0x206C2),
}
CAPTURES = (
    "libvirt/x86_64-cpuid-Xeon-5110.xml",
    "aida64/GenuineIntel0010676_Harpertown_CPUID.txt",
    "aida64/GenuineIntel00106A2_Nehalem-EP_CPUID.txt",
    "libvirt/x86_64-cpuid-Xeon-E7-4830.xml",
)
RELEASES = ("2.5u2", "4.0u1", "5.5", "8.0")


def weigh(cpus: list[Cpu], release: str = "4.0u1") -> BeforeAfter:
    return before_after(generations([(cpu, 1) for cpu in cpus], MODES), MODES, release)


def answers(found: BeforeAfter, *, evc: bool) -> list[list[bool | None]]:
    return [[move.answer(evc=evc) for move in row] for row in found.moves]


ALONE = [[one == other for other in range(4)] for one in range(4)]
"""Table 2: before, every generation exchanges machines with itself only."""
ALL = [[True] * 4 for _ in range(4)]
"""Table 3: after, they all do, in both directions."""


@pytest.mark.parametrize("release", RELEASES)
def test_the_papers_tables(release: str) -> None:
    cpus = [cpu_of(mode, brand=brand, eax=eax, maximum=0xA) for brand, (mode, eax) in PAPER.items()]
    found = weigh(cpus, release)
    assert [row.name for row in found.generations] == ["Merom", "Penryn", "Nehalem", "Westmere"]
    assert [row.kinds[0].name for row in found.generations] == list(PAPER)
    assert answers(found, evc=False) == ALONE
    assert answers(found, evc=True) == ALL
    (pair,) = found.moves[3][0].pairs
    assert pair.mode is MODES["intel-merom"]
    assert pair.outcome(evc=False) is Outcome.COLD


@pytest.mark.parametrize("release", RELEASES)
def test_the_papers_tables_of_real_captures(captures: Path, release: str) -> None:
    cpus = [read_capture(captures / name)[0].cpu for name in CAPTURES]
    found = weigh([cpu for cpu in cpus if cpu is not None], release)
    assert [row.name for row in found.generations] == ["Merom", "Penryn", "Nehalem", "Westmere"]
    assert answers(found, evc=False) == ALONE
    assert answers(found, evc=True) == ALL


def test_processors_from_the_list_leave_only_the_same_series_open() -> None:
    """Whether two hosts of a series are alike in all that programs use, its name does not say."""
    cpus = [assumed_cpu(*find_brand(brand), brand=brand) for brand in PAPER]
    found = weigh(cpus)
    assert answers(found, evc=False) == [[None if same else False for same in row] for row in ALONE]
    assert answers(found, evc=True) == ALL


def test_netburst_stays_alone_and_makers_never_mix() -> None:
    netburst = cpu_of("intel-merom", "SSSE3", brand="Xeon 2.80GHz", eax=0x0F48, maximum=0x5)
    opteron = cpu_of("amd-greyhound", brand="Opteron 2350", eax=0x100F23)
    found = weigh([opteron, cpu_of("intel-penryn", eax=0x10676), netburst])
    assert [(row.vendor, row.name) for row in found.generations] == [
        ("amd", "K10"),
        ("intel", "NetBurst"),
        ("intel", "Penryn"),
    ]
    same = [[one == other for other in range(3)] for one in range(3)]
    assert answers(found, evc=False) == same
    assert answers(found, evc=True) == same
    (pair,) = found.moves[1][1].pairs
    assert pair.after is None
    assert pair.outcome(evc=True) is Outcome.LIVE


def test_it_is_the_verdict_on_the_migration() -> None:
    cpus = [cpu_of(mode, eax=eax, brand=mode) for mode, eax in PAPER.values()]
    found = weigh(cpus)
    for one, other in product(range(4), repeat=2):
        (pair,) = found.moves[one][other].pairs
        source, destination = (End(c.brand, c) for c in (pair.source.cpu, pair.destination.cpu))
        assert pair.before == migrate(Guest("VM"), source, destination, MODES, "4.0u1")


def test_a_generation_of_unlike_processors_moves_in_part() -> None:
    """A BIOS that hides AES makes two kinds of one generation."""
    full = cpu_of("intel-westmere", eax=0x206C2)
    without = cpu_of("intel-westmere", "AES", "PCLMULQDQ", eax=0x206C2)
    rows = generations([(full, 3), (without, 1)], MODES)
    assert [[kind.hosts for kind in row.kinds] for row in rows] == [[3, 1]]
    assert rows[0].hosts == 4
    (move,) = before_after(rows, MODES, "5.5").moves[0]
    assert (len(move.pairs), move.live(evc=False), move.live(evc=True)) == (4, 2, 4)
    assert (move.answer(evc=False), move.answer(evc=True)) == (False, True)


def test_processors_that_no_migration_tells_apart_are_one_kind() -> None:
    slow, fast = (cpu_of("intel-westmere", eax=0x206C2, brand=name) for name in ("Slow", "Fast"))
    (row,) = generations([(slow, 1), (fast, 2)], MODES)
    assert [(kind.name, kind.hosts) for kind in row.kinds] == [("Slow", 3)]


def test_without_a_signature_the_highest_mode_tells_them_apart() -> None:
    named = [
        described(Cpu("", "intel", present=make.features_of(mode), absent=tuple(sorted(absent))))
        for mode, absent in (
            ("intel-westmere", MODES.governed["intel"] - set(make.features_of("intel-westmere"))),
            ("intel-merom", MODES.governed["intel"] - set(make.features_of("intel-merom"))),
        )
    ]
    rows = generations([(cpu, 1) for cpu in named], MODES)
    assert [(row.name, row.level) for row in rows] == [
        ("", MODES["intel-merom"]),
        ("", MODES["intel-westmere"]),
    ]


def test_only_the_most_frequent_kinds_are_weighed() -> None:
    names = ("AES", "PCLMULQDQ", "POPCNT", "SSE42", "SSE41", "SSSE3", "CX16")
    cpus = [(cpu_of("intel-westmere", name, eax=0x206C2), 1 + number) for number, name in enumerate(names)]
    (row,) = generations(cpus, MODES)
    assert len(row.kinds) == MOST_KINDS
    assert row.left_out == len(names) - MOST_KINDS
    assert row.kinds[0].hosts == len(names)
    steps: list[tuple[int, int]] = []
    before_after([row], MODES, "5.5", lambda done, total: steps.append((done, total)))
    assert steps == [(0, 1)]


def test_nobody_moves_nowhere() -> None:
    assert weigh([]) == BeforeAfter((), ())

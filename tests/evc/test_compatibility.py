"""The matrices of compatibility, against one question at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.cpuid.cpu import Cpu, described
from flexgui.evc.compatibility import (
    Cell,
    State,
    compatibility,
    distinct,
    feature_columns,
    feature_map,
    makers_of,
    pooled,
)
from flexgui.evc.modes import EvcMode, ModeTable, builtin_modes
from flexgui.evc.pool import UNKNOWN
from flexgui.evc.support import Answer, known_features, loses, support, vendor_of
from tests.processors import cpu_of

MODES = builtin_modes()
KNOWN = [mode.key for mode in MODES if mode.known]
STRANGE = EvcMode("intel-x", "X", "intel", ("SSE3",), None, other_requirements=(("monitor", "mwait"),))
SHOWING = EvcMode("intel-y", "Y", "intel", ("SSE3", "SSSE3"), ("AES",), hides=("AVX",))
TABLES = (MODES, ModeTable([*MODES, STRANGE]), ModeTable([STRANGE, SHOWING, MODES["intel-westmere"]]))


def processors() -> st.SearchStrategy[Cpu]:
    """Known by registers, by names or by their highest mode, of any maker or none."""
    names = st.sets(st.sampled_from(sorted(set().union(*MODES.governed.values()))))
    by_name = st.builds(
        lambda vendor, present, absent, highest: described(
            Cpu("", vendor, present=tuple(present), absent=tuple(absent - present), max_evc_mode=highest)
        ),
        st.sampled_from(["intel", "amd", "hygon", None]),
        names,
        names,
        st.none() | st.sampled_from([*(mode.key for mode in MODES), "intel-y"]),
    )
    measured = st.builds(cpu_of, st.sampled_from(KNOWN), st.sampled_from(["NX", "SSE3", "XSAVE"]))
    return by_name | measured | st.just(UNKNOWN)


@given(st.lists(processors(), max_size=6), st.sampled_from(TABLES))
def test_every_cell_is_the_answer_of_support(cpus: list[Cpu], table: ModeTable) -> None:
    found = compatibility(cpus, list(table), table)
    assert found.cells.shape == found.missing.shape == found.unknown.shape == (len(cpus), len(table))
    for row, cpu in enumerate(cpus):
        for column, mode in enumerate(table):
            one = support(cpu, mode, table)
            cell = Cell(int(found.cells[row, column]))
            vendor = vendor_of(cpu, table)
            expected = {Answer.YES: Cell.YES, Answer.UNKNOWN: Cell.UNKNOWN, Answer.NO: Cell.NO}[one.answer]
            assert cell is (Cell.OTHER_MAKER if vendor not in (None, mode.vendor) else expected)
            assert found.missing[row, column] == len(one.missing)
            assert found.unknown[row, column] == len(one.unknown)
            assert found.support(row, column, table) == one


def expected_state(cpu: Cpu, vendor: str, mode: EvcMode | None, name: str, table: ModeTable) -> State:
    """One cell of the map in plain words."""
    facts = known_features(cpu, ModeTable(table)) if vendor_of(cpu, table) == vendor else None
    has = cpu.has(name) if facts is None else (name in facts.present if name in facts.known else None)
    if has is None:
        return State.UNKNOWN
    required = () if mode is None else mode.surely_requires
    if not has:
        return State.LACKING if name in required else State.ABSENT
    if mode is None or name in required or name in (mode.exposes_also or ()):
        return State.PRESENT
    return State.MASKED if mode.known else State.UNKNOWN


@given(
    st.lists(processors(), max_size=5),
    st.sampled_from(["intel", "amd"]),
    st.sampled_from(TABLES),
    st.data(),
)
def test_every_state_is_what_is_known_of_one_feature(
    cpus: list[Cpu], vendor: str, table: ModeTable, data: st.DataObject
) -> None:
    own = [cpu for cpu in cpus if vendor_of(cpu, table) in (None, vendor)]
    mode = data.draw(st.none() | st.sampled_from(list(table)))
    found = feature_map(own, vendor, mode, table)
    theirs = mode if mode is not None and mode.vendor == vendor else None
    assert found.mode is theirs
    assert {column.name for column in found.columns} == table.governed.get(vendor, frozenset())
    for row, cpu in enumerate(own):
        for number, column in enumerate(found.columns):
            state = State(int(found.states[row, number]))
            assert state is expected_state(cpu, vendor, theirs, column.name, table), column
    if theirs is not None:
        for row, cpu in enumerate(own):
            masked = {c.name for n, c in enumerate(found.columns) if found.states[row, n] == State.MASKED}
            assert vendor_of(cpu, table) is None or masked == set(loses(cpu, theirs, table))


@pytest.mark.parametrize("mode", list(MODES), ids=lambda mode: mode.key)
def test_the_line_parts_what_a_mode_shows_from_what_it_hides(mode: EvcMode) -> None:
    """For AMD's modes, too, which form no chain."""
    found = feature_map([cpu_of(KNOWN[0])], mode.vendor, mode, MODES)
    assert found.line is not None
    names = [column.name for column in found.columns]
    governed = MODES.governed[mode.vendor]
    shown = {*mode.surely_requires, *(mode.exposes_also or ())} & governed
    assert set(names[: found.line]) == shown
    assert not set(names[found.line :]) & shown


def test_features_stand_under_the_mode_that_introduced_them() -> None:
    found = feature_map([cpu_of("intel-westmere")], "intel", MODES["intel-penryn"], MODES)
    heads = [(mode.short_label, [c.name for c in found.columns[a:b]]) for mode, a, b in found.groups()]
    assert heads[1] == ("Penryn", ["SSE41"])
    assert heads[2] == ("Nehalem", ["SSE42", "POPCNT", "RDTSCP"])
    assert found.line == len(heads[0][1]) + 1
    assert [mode for mode, _, _ in found.groups()] == [
        mode for mode in MODES.of_vendor("intel") if mode.key in {c.mode.key for c in found.columns}
    ]
    for column in feature_columns("amd", None, MODES):
        assert column.mode is MODES.introduced_by(column.name, "amd")


def test_hosts_of_one_processor_are_counted() -> None:
    merom, penryn = cpu_of("intel-merom"), cpu_of("intel-penryn")
    found = distinct([merom, None, penryn, merom, None])
    assert found.cpus == (merom, UNKNOWN, penryn)
    assert found.of_host.tolist() == [0, 1, 2, 0, 1]
    assert found.counts.tolist() == [2, 2, 1]
    nobody = distinct([])
    assert nobody.cpus == ()
    assert nobody.counts.tolist() == []


def test_the_makers_among_processors() -> None:
    assert makers_of([cpu_of("amd-zen"), cpu_of("intel-merom")], MODES) == ("intel", "amd")
    assert makers_of([cpu_of("amd-zen"), UNKNOWN], MODES) == ("amd",)
    assert makers_of([UNKNOWN], MODES) == ("intel", "amd")
    assert makers_of([], MODES) == ("intel", "amd")


@given(st.integers(0, 40), st.integers(1, 9), st.randoms(use_true_random=False))
def test_a_rare_cell_is_not_lost_in_a_crowd(rows: int, in_one: int, chance: object) -> None:
    states = np.array([[chance.randrange(5) for _ in range(3)] for _ in range(rows)], np.uint8)  # type: ignore[attr-defined]
    states = states.reshape(rows, 3)
    found = pooled(states, in_one)
    assert len(found) == -(-rows // in_one)
    for line in range(len(found)):
        assert found[line].tolist() == states[line * in_one : (line + 1) * in_one].max(axis=0).tolist()


def test_what_a_mode_hides_that_is_not_published_cannot_be_told() -> None:
    """A mode after Zen may hide what only Bulldozer has, or may not."""
    zen5 = MODES["amd-zen5"]
    assert not zen5.known
    found = feature_map([cpu_of("amd-piledriver")], "amd", zen5, MODES)
    names = [column.name for column in found.columns]
    assert found.states[0, names.index("XOP")] == State.UNKNOWN
    assert found.states[0, names.index("SSE3")] == State.PRESENT

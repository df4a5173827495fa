"""Yes, no, or cannot tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.registers import CpuidTable
from flexgui.evc.modes import EvcMode, ModeTable, builtin_modes
from flexgui.evc.support import Answer, answers, assess, gains, known_features, loses, support
from tests import processors as make

MODES = builtin_modes()
KNOWN = [mode.key for mode in MODES if mode.known]


def answer(cpu: Cpu, mode: str) -> Answer:
    return support(cpu, MODES[mode], MODES).answer


def cpu_of(mode: str, *without: str) -> Cpu:
    """A processor that has what a mode requires and nothing else that any mode requires."""
    return make.cpu_of(mode, *without, maximum=0x1F)


@pytest.mark.parametrize("key", KNOWN)
def test_what_a_mode_requires_is_enough_for_it_and_for_what_it_includes(key: str) -> None:
    cpu = cpu_of(key)
    for other in MODES.of_vendor(MODES[key].vendor):
        expected = Answer.YES if MODES[key].includes(other) else Answer.NO
        if MODES[key].includes(other) or set(other.surely_requires) - set(MODES[key].requires or ()):
            assert answer(cpu, other.key) is expected, other.key
        else:
            assert not other.known
            assert answer(cpu, other.key) is Answer.UNKNOWN, other.key
    found = assess(cpu, MODES)
    assert found.highest is not None
    assert found.highest.key == key


@given(st.data())
def test_every_single_feature_is_needed(data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(KNOWN))
    feature = data.draw(st.sampled_from(make.features_of(key)))
    found = support(cpu_of(key, feature), MODES[key], MODES)
    assert found.answer is Answer.NO
    # Without XSAVE the whole of its leaf is zero.
    rest = {"XSAVEC", "XSAVES", "XSAVEOPT", "XGETBV_ECX1"} if feature == "XSAVE" else set()
    assert set(found.missing) - rest == {feature}


def test_a_bulldozer_supports_generation_3_without_3dnow_only() -> None:
    bulldozer = cpu_of("amd-bulldozer")
    assert answer(bulldozer, "amd-greyhound-no3dnow") is Answer.YES
    for key in ("amd-greyhound", "amd-rev-f", "amd-rev-e"):
        found = support(bulldozer, MODES[key], MODES)
        assert found.answer is Answer.NO
        assert set(found.missing) == {"3DNOW", "3DNOWPLUS"}


def test_a_zen_supports_no_mode_of_the_bulldozer_family() -> None:
    zen = cpu_of("amd-zen4")
    for key in ("amd-bulldozer", "amd-piledriver", "amd-steamroller"):
        found = support(zen, MODES[key], MODES)
        assert found.answer is Answer.NO
        assert {"XOP", "FMA4"} <= set(found.missing)


@pytest.mark.parametrize("key", KNOWN)
def test_a_disabled_xd_bit_takes_every_mode_away(key: str) -> None:
    cpu = cpu_of(key, "NX")
    found = assess(cpu, MODES)
    assert found.highest is None
    assert found.possible is None
    assert found.missing_for_next == ("NX",) if key.startswith("intel") else "NX" in found.missing_for_next


def test_modes_of_another_maker_are_never_supported() -> None:
    assert answer(cpu_of("intel-haswell"), "amd-rev-e") is Answer.NO
    hygon = make.cpu_with(make.features_of("amd-zen"), vendor="HygonGenuine")
    assert {answer(hygon, key) for key in KNOWN} == {Answer.NO}
    assert assess(hygon, MODES).supports == ()


def test_without_the_maker_nothing_is_certain() -> None:
    nobody = Cpu("nobody", present=make.features_of("intel-haswell"))
    found = support(nobody, MODES["intel-haswell"], MODES)
    assert found.answer is Answer.UNKNOWN
    assert found.unknown_leaves == ("0.0",)
    # A measured highest mode names the maker.
    assert answer(Cpu("rvtools", max_evc_mode="intel-haswell"), "intel-penryn") is Answer.YES
    assert answer(Cpu("rvtools", max_evc_mode="intel-haswell"), "amd-rev-e") is Answer.NO


def test_cannot_tell_names_features_and_leaves() -> None:
    table = cpu_of("intel-skylake").table
    kept = CpuidTable(
        {leaf: registers for leaf, registers in table.items() if leaf not in ((7, 0), (0xD, 1))}
    )
    found = support(described(Cpu("", table=kept)), MODES["intel-skylake"], MODES)
    assert found.answer is Answer.UNKNOWN
    assert found.unknown_leaves == ("7.0", "D.1")
    assert {"AVX512F", "AVX2", "XSAVES"} <= set(found.unknown)
    assert "AES" not in found.unknown


def test_known_to_lack_one_feature_is_no_whatever_is_unknown() -> None:
    table = make.cpu_of("intel-skylake", "AVX", maximum=0x1F).table
    kept = CpuidTable({leaf: registers for leaf, registers in table.items() if leaf != (7, 0)})
    found = support(described(Cpu("", table=kept)), MODES["intel-skylake"], MODES)
    assert found.answer is Answer.NO
    assert found.missing == ("AVX",)


def test_a_measured_highest_mode_decides_what_registers_leave_open() -> None:
    leaves = {key: r for key, r in cpu_of("intel-haswell").table.items() if key[0] != 7}
    cpu = described(Cpu("", table=CpuidTable(leaves), max_evc_mode="intel-haswell"))
    assert answer(cpu, "intel-haswell") is Answer.YES
    assert answer(cpu, "intel-ivybridge") is Answer.YES
    above = support(cpu, MODES["intel-skylake"], MODES)
    assert above.answer is Answer.NO
    assert "AVX512F" in above.missing or "XSAVES" in above.missing


def test_registers_win_over_a_measured_highest_mode() -> None:
    cpu = described(Cpu("", table=cpu_of("intel-westmere").table, max_evc_mode="intel-haswell"))
    assert answer(cpu, "intel-haswell") is Answer.NO
    assert answer(cpu, "intel-westmere") is Answer.YES


def test_a_highest_mode_of_unknown_contents_denies_no_other() -> None:
    cpu = described(Cpu("", vendor="intel", max_evc_mode="intel-graniterapids"))
    assert answer(cpu, "intel-graniterapids") is Answer.YES
    assert answer(cpu, "intel-sapphirerapids") is answer(cpu, "intel-merom") is Answer.YES
    assert assess(cpu, MODES).highest == MODES["intel-graniterapids"]


def test_a_mode_of_unknown_contents_needs_what_the_one_before_it_needs() -> None:
    for mode, below in (("intel-graniterapids", "intel-sapphirerapids"), ("amd-zen5", "amd-zen4")):
        assert answer(cpu_of(below), mode) is Answer.UNKNOWN
        *_, last = make.features_of(below)
        found = support(cpu_of(below, last), MODES[mode], MODES)
        assert (found.answer, found.missing) == (Answer.NO, (last,))
        assert MODES[mode].includes(MODES[below])
        assert not MODES[below].includes(MODES[mode])


def test_what_a_mode_hides_of_a_processor() -> None:
    westmere = cpu_of("intel-westmere")
    assert set(loses(westmere, MODES["intel-merom"], MODES)) == {
        *("SSE41", "SSE42", "POPCNT", "AES", "PCLMULQDQ", "RDTSCP"),
    }
    assert loses(westmere, MODES["intel-westmere"], MODES) == ()
    assert loses(westmere, MODES["amd-rev-e"], MODES) == ()
    found = loses(westmere, MODES["intel-merom"], MODES)
    assert found == MODES.in_order(found, "intel"), "in the order of the modes"
    assert gains(MODES["intel-nehalem"], MODES["intel-westmere"]) == ("AES", "PCLMULQDQ")


@pytest.mark.parametrize("vendor", ["intel", None])
def test_what_a_mode_hides_of_a_processor_known_by_its_highest_mode(vendor: str | None) -> None:
    cpu = described(Cpu("", vendor=vendor, max_evc_mode="intel-westmere"))
    assert loses(cpu, MODES["intel-merom"], MODES) == loses(
        cpu_of("intel-westmere"), MODES["intel-merom"], MODES
    )
    assert loses(cpu, MODES["amd-rev-e"], MODES) == ()
    found = known_features(cpu, MODES)
    assert "AES" in found.present
    assert found.known == set(MODES["intel-westmere"].requires or ())


def test_a_name_or_a_register_speaks_before_the_highest_mode() -> None:
    cpu = described(Cpu("", vendor="intel", max_evc_mode="intel-westmere", present=("AVX",), absent=("AES",)))
    assert "AES" not in loses(cpu, MODES["intel-merom"], MODES)
    assert loses(cpu, MODES["intel-nehalem"], MODES) == ("PCLMULQDQ", "AVX")


def test_a_hypervisor_leaves_open_what_is_above_the_highest_mode() -> None:
    leaves = make.leaves_with([*make.features_of("intel-merom"), "HYPERVISOR"])
    cpu = described(Cpu("", table=CpuidTable(leaves), max_evc_mode="intel-penryn"))
    assert loses(cpu, MODES["intel-merom"], MODES) == ("SSE41",)
    assert "AES" not in known_features(cpu, MODES).known


def test_a_vcenters_maximum_says_nothing_of_the_modes_above_it() -> None:
    """A vCenter never reports a mode newer than itself, so above it nothing was measured."""
    cpu = described(Cpu("", vendor="intel", max_evc_mode="intel-skylake"))
    found = assess(cpu, MODES)
    assert found.highest is MODES["intel-skylake"]
    assert answer(cpu, "intel-cascadelake") is Answer.UNKNOWN
    assert found.possible is not None
    assert found.possible.includes(MODES["intel-cascadelake"])
    assert found.missing_for_next == ()
    assert found.unknown_for_next == ("AVX512VNNI", "XGETBV_ECX1")


def some_cpus() -> st.SearchStrategy[Cpu]:
    """Processors known by registers, by names or by their highest mode, of any maker or none."""
    names = st.sets(st.sampled_from(sorted(set().union(*MODES.governed.values()))))
    by_name = st.builds(
        lambda vendor, present, absent, highest: described(
            Cpu("", vendor, present=tuple(present), absent=tuple(absent - present), max_evc_mode=highest)
        ),
        st.sampled_from(["intel", "amd", "hygon", None]),
        names,
        names,
        st.none() | st.sampled_from([mode.key for mode in MODES]),
    )
    return by_name | st.builds(cpu_of, st.sampled_from(KNOWN), st.sampled_from(["NX", "SSE3", "XSAVE"]))


@given(st.lists(some_cpus(), min_size=1, max_size=6))
def test_the_answers_of_many_are_those_of_each(cpus: list[Cpu]) -> None:
    strange = EvcMode("intel-x", "X", "intel", ("SSE3",), None, other_requirements=(("monitor", "mwait"),))
    for table in (MODES, ModeTable([*MODES, strange])):
        of = list(table)
        certain, possible = answers(cpus, of, table)
        each = [[support(cpu, mode, table).answer for mode in of] for cpu in cpus]
        assert certain.tolist() == [[found is Answer.YES for found in row] for row in each]
        assert possible.tolist() == [[found is not Answer.NO for found in row] for row in each]

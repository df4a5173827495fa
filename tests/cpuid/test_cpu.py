"""A processor: what it has, what it lacks, and what cannot be told."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.cpuid.cpu import Cpu, described, measured_cpu
from flexgui.cpuid.registers import CpuidTable
from tests import processors as make


def table(features: Iterable[str] = make.features_of("intel-westmere"), **more: object) -> CpuidTable:
    return CpuidTable(make.leaves_with(features, **more))  # type: ignore[arg-type]


def without(original: CpuidTable, *leaves: int) -> Cpu:
    kept = {key: registers for key, registers in original.items() if key[0] not in leaves}
    return described(Cpu(fingerprint="", table=CpuidTable(kept)))


def test_what_is_measured() -> None:
    cpu = measured_cpu([table()])
    assert (cpu.vendor, cpu.family, cpu.model, cpu.stepping) == ("intel", 6, 0x2F, 2)
    assert cpu.name() == "Made-up Processor @ 2.50GHz"
    assert cpu.has("AES") is True
    assert cpu.has("AVX") is False
    assert cpu.has("AVX2") is False
    assert cpu.has("OSXSAVE") is None  # the operating system's, not the processor's


def test_a_missing_leaf_is_unknown_and_one_beyond_the_end_is_zero() -> None:
    assert without(table(), 7).has("AVX2") is None
    assert measured_cpu([table(maximum=5)]).has("AVX2") is False
    assert measured_cpu([table(maximum=5)]).has("XSAVES") is False
    assert without(table(maximum=5), 0).has("AVX2") is None
    assert without(table(), 0x8000_0001).has("NX") is None


def test_without_xsave_its_leaf_is_zero() -> None:
    assert without(table(), 0xD).has("XSAVES") is False


def test_subleaves_of_leaf_7_beyond_the_stated_one_are_zero() -> None:
    leaves = dict(table().items())
    leaves[7, 0] = (0, *leaves[7, 0][1:])
    del leaves[7, 1]
    assert measured_cpu([CpuidTable(leaves)]).has("AVX_VNNI") is False
    leaves[7, 0] = (1, *leaves[7, 0][1:])
    assert measured_cpu([CpuidTable(leaves)]).has("AVX_VNNI") is None


@pytest.mark.parametrize("lost", [(), (1,)])
def test_what_is_missing_in_a_virtual_machine_may_be_masked(lost: tuple[int, ...]) -> None:
    guest = CpuidTable(make.leaves_with([*make.features_of("intel-westmere"), "HYPERVISOR", "SMEP"]))
    cpu = without(guest, *lost)
    assert cpu.has("AVX2") is None
    assert cpu.has("SMEP") is True
    assert cpu.may_be_masked


def test_features_known_by_name_count_where_no_register_says_otherwise() -> None:
    named = {"present": ("AVX2", "AVX"), "absent": ("FMA", "AES", "HLE")}
    cpu = described(Cpu(fingerprint="", table=without(table(), 7).table, **named))  # type: ignore[arg-type]
    assert cpu.has("AVX2") is True
    assert cpu.has("HLE") is False
    assert cpu.has("AVX") is False  # the register says so
    assert cpu.has("AES") is True
    assert cpu.has("SMEP") is None


def test_flags_that_say_removed_are_common_where_any_core_sets_them() -> None:
    first = CpuidTable(make.leaves_with(["FDP_EXCPTN_ONLY", "AVX2"]))
    second = CpuidTable(make.leaves_with(["AVX2"]))
    cpu = measured_cpu([first, second])
    assert cpu.has("FDP_EXCPTN_ONLY") is True
    assert cpu.differing == ("FDP_EXCPTN_ONLY",)


def test_the_lowest_end_counts_whatever_the_order_of_cores() -> None:
    whole, short = table(features=("AVX2", "AES")), table(features=("AVX2", "AES"), maximum=5, apic=1)
    believed = dict(short.items())
    believed[7, 0] = whole.get(7) or (0, 0, 0, 0)  # what Intel's processors answer beyond their end
    for second in (short, CpuidTable(believed)):
        assert measured_cpu([second]).has("AVX2") is False
        for cores in permutations([whole, second]):
            cpu = measured_cpu(cores)
            assert cpu.table.maximum(0) == 5
            assert (cpu.has("AVX2"), cpu.has("AES")) == (False, True)
            assert cpu.differing == ("AVX2",)


def test_the_lowest_end_of_extended_leaves_and_of_subleaves_counts() -> None:
    whole = dict(table(features=("NX", "AVX2", "AVX_VNNI")).items())
    short = dict(whole)
    short[0x8000_0000, 0] = (0x8000_0000, 0, 0, 0)
    short[7, 0] = (0, *whole[7, 0][1:])
    for cores in permutations([CpuidTable(whole), CpuidTable(short)]):
        cpu = measured_cpu(cores)
        assert (cpu.has("NX"), cpu.has("AVX2"), cpu.has("AVX_VNNI")) == (False, True, False)
        assert cpu.differing == ("AVX_VNNI", "NX", "TSC_INVARIANT")


def test_what_all_cores_have_beyond_their_end_is_no_difference() -> None:
    first, second = table(maximum=5), table(maximum=5, apic=1)
    leaves = dict(second.items())
    leaves[7, 0] = (0, 0xFFFF, 0, 0)
    cpu = measured_cpu([first, CpuidTable(leaves)])
    assert cpu.differing == ()
    assert cpu.has("BMI1") is False


def test_a_host_that_one_core_saw_through_a_hypervisor_may_be_masked() -> None:
    for cores in permutations([table(), table(features=("HYPERVISOR", "AES"))]):
        cpu = measured_cpu(cores)
        assert cpu.hypervisor
        assert (cpu.has("AES"), cpu.has("SSE3")) == (True, None)


NAMES = ("AES", "SSE42", "AVX2", "BMI1", "FDP_EXCPTN_ONLY", "AVX_VNNI", "XSAVE", "XSAVEC", "NX", "HYPERVISOR")


@st.composite
def cores(draw: st.DrawFn) -> list[CpuidTable]:
    found = []
    for apic in range(draw(st.integers(2, 4))):
        leaves = make.leaves_with(
            draw(st.sets(st.sampled_from(NAMES))), apic=apic, eax=draw(st.sampled_from((0x206F1, 0x206F2)))
        )
        for leaf, ends in (
            ((0, 0), (5, 7, 0xD)),
            ((7, 0), (0, 1)),
            ((0x8000_0000, 0), (0, 0x8000_0000, 0x8000_0008)),
        ):
            leaves[leaf] = (draw(st.sampled_from(ends)), *leaves[leaf][1:])
        for lost in draw(st.sets(st.sampled_from([key for key in leaves if key[0]]), max_size=2)):
            del leaves[lost]
        found.append(CpuidTable(leaves))
    return found


@given(cores(), st.data())
def test_the_order_of_cores_changes_nothing(cores: list[CpuidTable], data: st.DataObject) -> None:
    expected = measured_cpu(cores)
    assert measured_cpu(data.draw(st.permutations(cores))) == expected
    alone = [measured_cpu([core]) for core in cores]
    assert expected.may_be_masked == any(core.may_be_masked for core in alone)
    for name in set(NAMES) - {"FDP_EXCPTN_ONLY", "HYPERVISOR"}:
        answers = {core.has(name) for core in alone}
        if expected.has(name) is True:
            assert answers == {True}, name
        if expected.has(name) is False:
            assert False in answers, name
        if not any(core.may_be_masked for core in alone):
            assert (name in expected.differing) == ({True, False} <= answers), name


def test_one_core_or_of_two_makers() -> None:
    with pytest.raises(ValueError, match="at least one core"):
        measured_cpu([])
    with pytest.raises(ValueError, match="different makers"):
        measured_cpu([table(), table(vendor=make.AMD)])


def test_the_fingerprint_ignores_what_names_the_core_or_the_moment() -> None:
    cpu = measured_cpu([table()])
    assert len(cpu.fingerprint) == 16
    assert measured_cpu([table(apic=7)]).fingerprint == cpu.fingerprint
    leaves = dict(table().items())
    a, b, c, d = leaves[1, 0]
    leaves[1, 0] = (a, b, c | 1 << 27, d)
    leaves[0xD, 0] = (7, 0x240, 0x340, 0)
    assert measured_cpu([CpuidTable(leaves)]).fingerprint == cpu.fingerprint
    leaves[1, 0] = (a, b, c ^ 1 << 25, d)
    assert measured_cpu([CpuidTable(leaves)]).fingerprint != cpu.fingerprint
    assert (
        described(Cpu(fingerprint="", table=cpu.table, max_evc_mode="intel-merom")).fingerprint
        != cpu.fingerprint
    )


def test_names_for_screens() -> None:
    assert Cpu("", vendor="intel", family=6, model=0x2F, stepping=2).name() == "Westmere processor"
    assert Cpu("", vendor="intel").name() == "intel processor"
    assert Cpu("").name() == "unknown processor"


@pytest.mark.parametrize(
    ("brand", "short"),
    [
        ("Intel(R) Xeon(R) CPU            5110  @ 1.60GHz", "Xeon 5110"),
        ("Quad-Core AMD Opteron(tm) Processor 2350", "Quad-Core AMD Opteron 2350"),
        ("Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz", "Xeon Gold 6148"),
        ("Processor", "Processor"),
    ],
)
def test_short_names(brand: str, short: str) -> None:
    assert Cpu("", brand=brand).short_name() == short


def test_a_processor_known_by_names_can_be_seen_through_a_hypervisor() -> None:
    names = described(Cpu(fingerprint="", vendor="intel", present=("AES", "HYPERVISOR")))
    assert names.hypervisor
    assert names.may_be_masked
    assert (names.has("AES"), names.has("AVX")) == (True, None)
    # Where leaf 1 was measured it decides.
    measured = described(Cpu(fingerprint="", table=table(), present=("HYPERVISOR",)))
    assert not measured.hypervisor

"""A processor: what it has, what it lacks, and what cannot be told."""

from __future__ import annotations

import pytest

from flexgui.cpuid.cpu import Cpu, described, measured_cpu
from flexgui.cpuid.registers import CpuidTable
from tests import processors as make


def table(**more: object) -> CpuidTable:
    return CpuidTable(make.leaves_with(make.features_of("intel-westmere"), **more))  # type: ignore[arg-type]


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

"""Hidden is told apart from missing, and only where the signature proves it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flexgui.capture import read_capture
from flexgui.cpuid.catalogue import rows
from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.silicon import CPUID_LIMIT, advice, by_cause, hidden, settings
from flexgui.evc.series import assumed_cpu, series
from tests.processors import AMD, cpu_of, cpu_with, features_of

XEON = "Intel(R) Xeon(R) CPU @ 2.50GHz"


def found(cpu: Cpu) -> dict[str, str]:
    return {h.feature: h.cause for h in hidden(cpu)}


@pytest.mark.parametrize("eax", [0x206C2, 0x206F2])
def test_westmere_without_aes_is_the_bios(eax: int) -> None:
    cpu = cpu_of("intel-westmere", "AES", "PCLMULQDQ", eax=eax, brand="")
    assert found(cpu) == {"AES": "bios", "PCLMULQDQ": "bios"}
    assert settings(hidden(cpu)) == ("AES-NI",)


def test_nothing_is_hidden_where_all_is_there() -> None:
    full = (*features_of("intel-westmere"), "VMX", "MWAIT")
    assert found(cpu_with(full, eax=0x206C2, brand=XEON)) == {}


def test_westmere_silicon_that_may_lack_aes_proves_nothing() -> None:
    """06_25: the Pentium P6100 lacks AES for good."""
    for brand in ("Intel(R) Pentium(R) CPU P6100 @ 2.00GHz", "Intel(R) Xeon(R) CPU L3406"):
        cpu = cpu_with((*features_of("intel-nehalem"), "MWAIT", "VMX"), eax=0x20655, brand=brand)
        assert found(cpu) == {}


@pytest.mark.parametrize("brand", ["Intel(R) Pentium(R) CPU", "Intel(R) Celeron(R) CPU", "Intel Atom"])
@pytest.mark.parametrize("eax", [0x206D7, 0x206C2, 0x50654])
def test_lesser_brands_prove_nothing_but_nx(brand: str, eax: int) -> None:
    if eax == 0x206C2 and "Atom" in brand:
        return
    assert set(found(cpu_with(("SSSE3",), eax=eax, brand=brand))) == {"NX"}


@pytest.mark.parametrize(
    ("vendor", "eax"),
    [("GenuineIntel", 0x6F6), ("GenuineIntel", 0x206C2), ("GenuineIntel", 0x806F8), (AMD, 0x100F42)],
)
def test_xd_off_is_the_bios(vendor: str, eax: int) -> None:
    cpu = cpu_with(("SSE3", "MWAIT"), vendor=vendor, eax=eax, brand="")
    assert found(cpu).get("NX") == "bios"


@pytest.mark.parametrize("eax", [0xF34, 0x6D8, 0x695])
def test_processors_without_nx_by_birth(eax: int) -> None:
    assert found(cpu_with(("SSE2",), eax=eax, brand=XEON)) == {}


@pytest.mark.parametrize("eax", [0x306C3, 0x306F2, 0x406F1, 0x506E3, 0x50654])
def test_tsx_is_taken_away_by_microcode(eax: int) -> None:
    everything = {*features_of("intel-skylake"), "VMX", "MWAIT", "AVX512VNNI"}
    cpu = cpu_with(everything, eax=eax, brand=XEON)
    assert found(cpu) == {"HLE": "microcode", "RTM": "microcode"}
    assert not by_cause(hidden(cpu), "bios")


def test_nothing_is_proven_through_a_hypervisor() -> None:
    cpu = cpu_with(("SSSE3", "HYPERVISOR"), eax=0x206C2, brand=XEON)
    assert hidden(cpu) == ()


def test_nothing_is_proven_where_the_leaf_is_not_known() -> None:
    named = Cpu("", "intel", XEON, 6, 0x2C, 2, present=("SSE42",))
    assert hidden(named) == ()


def test_a_limit_of_the_leaves_is_named() -> None:
    """“Limit CPUID Maximum” ends the leaves at 3: leaf 7 is known to be nothing then."""
    cpu = cpu_with((*features_of("intel-sandybridge"), "VMX", "MWAIT"), eax=0x306F2, brand=XEON, maximum=3)
    assert CPUID_LIMIT in settings(by_cause(hidden(cpu), "bios", ("AVX2",)))


def test_no_assumed_processor_has_hidden_features() -> None:
    for each in series():
        assert hidden(assumed_cpu(each)) == (), each.code_name


def test_other_makers_prove_nothing() -> None:
    for vendor in ("HygonGenuine", "CentaurHauls", "  Shanghai  "):
        assert hidden(cpu_with(("SSE2",), vendor=vendor, eax=0x206C2, brand=XEON)) == ()


@pytest.mark.parametrize(
    ("mode", "silicon", "eax", "brand"),
    [
        ("intel-ivybridge", "intel-haswell", 0x306F2, XEON),
        ("intel-merom", "intel-nehalem", 0x106A5, XEON),
        ("intel-merom", "intel-westmere", 0x206C2, XEON),
        ("amd-greyhound-no3dnow", "amd-zen", 0x800F12, "AMD EPYC 7551"),
    ],
)
def test_what_no_setting_hides_asks_for_another_capture(
    mode: str, silicon: str, eax: int, brand: str
) -> None:
    """Such as a guest that does not see its hypervisor: not even AES-NI or VT is certain to be the BIOS's."""
    vendor = AMD if mode.startswith("amd") else "GenuineIntel"
    cpu = cpu_with((*features_of(mode), "HLE", "RTM"), vendor=vendor, eax=eax, brand=brand)
    assert set(found(cpu).values()) == {"capture"}
    assert set(features_of(silicon)) & set(found(cpu))
    assert not settings(hidden(cpu))
    ((template, parameters),) = advice(hidden(cpu))
    said = template.format_map(parameters)
    assert "capture again on the bare host, outside EVC" in said
    assert "AC power" not in said


def test_xd_is_the_bios_whatever_the_capture_hides() -> None:
    cpu = cpu_with((*set(features_of("intel-merom")) - {"NX"}, "MWAIT"), eax=0x306F2, brand=XEON)
    assert found(cpu)["NX"] == "bios"
    assert found(cpu)["VMX"] == "capture"


def test_only_the_usual_switches_are_the_bios() -> None:
    usual = {"NX", "AES", "PCLMULQDQ", "VMX", "SVM", "MWAIT"}
    for *_, features, cause, setting, _ in rows("silicon_features.tsv"):
        assert (cause == "bios") == bool(setting)
        assert cause != "bios" or set(features.split()) <= usual


def test_real_captures(shared: Path) -> None:
    """What each capture at hand hides: a Phenom's NX, TSX of two Haswells, and nothing else."""
    seen = {}
    for path in sorted([*(shared / "captures/libvirt").glob("*"), *(shared / "captures/aida64").glob("*")]):
        for host in read_capture(path):
            if names := found(host.cpu):
                seen[path.name] = names
    tsx = {"HLE": "microcode", "RTM": "microcode"}
    assert seen == {
        "x86_64-cpuid-Phenom-B95.xml": {"NX": "bios"},
        "x86_64-cpuid-Xeon-E5-2609-v3.xml": tsx,
        "x86_64-cpuid-Xeon-E5-2630-v3.xml": tsx,
        "GenuineIntel00306F2_HaswellEP_00_CPUID.txt": tsx,
    }

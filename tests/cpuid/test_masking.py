"""Who can mask CPUID in hardware: the table of the design, row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from flexgui.capture import read_capture
from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.masking import masking
from tests import processors as make

ECX1, EDX1 = (1, 0, 2), (1, 0, 3)
ECX8, EDX8 = (0x8000_0001, 0, 2), (0x8000_0001, 0, 3)
LEAF_1, EXTENDED = {ECX1, EDX1}, {ECX8, EDX8}
AVX, LEAF_7 = {(0xD, 1, 0)}, {(7, 0, 1)}


@pytest.mark.parametrize(
    ("vendor", "family", "models", "mechanism", "covered"),
    [
        ("intel", 0xF, [0x04, 0x06], None, set()),
        ("intel", 6, [0x0F], None, set()),
        ("intel", 6, [0x17, 0x1D], "MSR 478h", LEAF_1),
        ("intel", 6, [0x1A, 0x1E, 0x1F, 0x25, 0x2C, 0x2E, 0x2F], "MSR 130h, 131h", LEAF_1 | EXTENDED),
        ("intel", 6, [0x2A, 0x2D], "MSR 132h, 133h, 134h", LEAF_1 | EXTENDED | AVX),
        ("intel", 6, [0x3A, 0x3E, 0x3F, 0x4F, 0x55, 0x6A, 0x8F], "CPUID faulting", None),
        ("amd", 0xF, [0x05, 0x21], None, set()),
        ("amd", 0xF, [0x41, 0x43], "override MSRs", LEAF_1 | EXTENDED),
        ("amd", 0x10, [0x02, 0x04, 0x08], "override MSRs", LEAF_1 | EXTENDED),
        ("amd", 0x11, [0x03], None, set()),
        ("amd", 0x15, [0x01, 0x02], "override MSRs", LEAF_1 | EXTENDED | LEAF_7),
    ],
)
def test_by_signature(
    vendor: str,
    family: int,
    models: list[int],
    mechanism: str | None,
    covered: set[tuple[int, int, int]] | None,
) -> None:
    for model in models:
        found = masking(Cpu("", vendor=vendor, family=family, model=model, stepping=2))
        assert found is not None
        assert (found.mechanism or "").startswith(mechanism or "")
        assert (found.mechanism is None) == (mechanism is None)
        assert found.provenance
        for key in LEAF_1 | EXTENDED | AVX | LEAF_7 | {(0x14, 0, 1)}:
            assert found.covers(key) == (covered is None or key in covered), (model, key)


@pytest.mark.parametrize(
    ("maximum", "bit", "mechanism"),
    [
        (0x8000_0021, 1 << 17, "CPUID faulting"),
        (0x8000_0021, 0, "override MSRs"),
        (0x8000_0008, 0, "override MSRs"),
    ],
)
def test_amd_by_its_feature_bit(maximum: int, bit: int, mechanism: str) -> None:
    leaves = make.leaves_with(make.features_of("amd-zen"), vendor=make.AMD, eax=0x00A10F11)
    leaves[0x8000_0000, 0] = (maximum, 0, 0, 0)
    leaves[0x8000_0021, 0] = (bit, 0, 0, 0)
    found = masking(make.one(make.libvirt(leaves)).cpu)
    assert found is not None
    assert (found.mechanism or "").startswith(mechanism)


@pytest.mark.parametrize("model", [0x01, 0x08, 0x11])
def test_zen_1_cannot_fault(model: int) -> None:
    """Zen and Zen+ end before the leaf that would tell, so names alone are enough."""
    found = masking(Cpu("", vendor="amd", family=0x17, model=model, stepping=2, present=("AVX2",)))
    assert found is not None
    assert (found.mechanism or "").startswith("override MSRs")
    assert masking(Cpu("", vendor="amd", family=0x17, model=0x31, stepping=0, present=("AVX2",))) is None


def test_where_the_feature_bit_is_unknown_so_is_the_mechanism() -> None:
    assert masking(Cpu("", vendor="amd", family=0x19, model=0x11, stepping=1)) is None


def test_unknown_processors() -> None:
    assert masking(Cpu("")) is None
    assert masking(Cpu("", vendor="intel")) is None
    assert masking(Cpu("", vendor="hygon", family=0x18, model=1, stepping=1)) is None


@pytest.mark.parametrize(
    ("file", "mechanism"),
    [
        ("libvirt/x86_64-cpuid-Xeon-5110.xml", None),
        ("aida64/GenuineIntel0010676_Harpertown_CPUID.txt", "MSR 478h"),
        ("libvirt/x86_64-cpuid-Xeon-E7-4830.xml", "MSR 130h, 131h"),
        ("aida64/AuthenticAMD0A10F11_K19_Genoa_02_CPUID.txt", "CPUID faulting"),
    ],
)
def test_real_processors(captures: Path, file: str, mechanism: str | None) -> None:
    (host,) = read_capture(captures / file)
    found = masking(host.cpu)
    assert found is not None
    assert found.mechanism == mechanism

"""Several cores of one host: what they have in common, and where they differ."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flexgui.capture import read_text
from flexgui.cpuid.catalogue import catalogue
from tests import processors as make

FEATURES = make.features_of("intel-haswell")


@pytest.mark.parametrize("feature", ["AVX2", "SSE42", "NX", "LM"])
def test_a_feature_that_one_core_lacks_is_reported_and_not_the_hosts(feature: str) -> None:
    cores = [make.leaves_with(FEATURES, apic=0)]
    cores.append(make.leaves_with([f for f in FEATURES if f != feature], apic=1))
    for ordered in (cores, cores[::-1]):
        for text in (make.cpuid_raw(ordered), make.aida64(ordered), make.aida64(ordered, "bare")):
            cpu = make.one(text).cpu
            assert cpu.differing == (feature,)
            assert cpu.has(feature) is False


def test_every_core_has_its_own_apic_id_which_is_no_difference() -> None:
    cpu = make.one(make.cpuid_raw([make.leaves_with(FEATURES, apic=apic) for apic in range(8)])).cpu
    assert cpu.differing == ()
    assert cpu.fingerprint == make.cpu_with(FEATURES).fingerprint


def test_a_leaf_that_one_core_lacks_is_unknown_and_no_difference() -> None:
    whole, short = make.leaves_with(FEATURES, apic=0), make.leaves_with(FEATURES, apic=1)
    del short[7, 0], short[7, 1]
    for cores in ([whole, short], [short, whole]):
        cpu = make.one(make.cpuid_raw(cores)).cpu
        assert cpu.has("AVX2") is None
        assert cpu.differing == ()


def test_run_time_bits_are_no_difference() -> None:
    bits = catalogue()["OSXSAVE"].mask
    first, second = make.leaves_with(FEATURES, apic=0), make.leaves_with(FEATURES, apic=1)
    a, b, c, d = second[1, 0]
    second[1, 0] = (a, b, c | bits, d)
    assert make.one(make.cpuid_raw([first, second])).cpu.differing == ()


def test_one_core_of_a_real_capture_with_a_bit_cleared(captures: Path) -> None:
    path = captures / "aida64" / "GenuineIntel00206F2_Eagleton_CPUID.txt"
    text = path.read_text()
    values = re.findall(r"CPUID 00000001: ([0-9A-F]{8})-([0-9A-F]{8})-([0-9A-F]{8})", text)
    assert len(values) == 80
    eax, ebx, ecx = values[41]
    without = int(ecx, 16) & ~catalogue()["AES"].mask
    (host,) = read_text(text.replace(f"{eax}-{ebx}-{ecx}", f"{eax}-{ebx}-{without:08X}"), path.name)
    assert host.cpu.differing == ("AES",)
    assert host.cpu.has("AES") is False

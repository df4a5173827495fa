"""Decoded output of cpuid is read as far as its raw lines allow."""

from __future__ import annotations

from pathlib import Path

from flexgui.capture import read_text
from tests import processors as make
from tests.capture.test_bad_input import refused

CORES = [make.leaves_with(make.features_of("intel-westmere"), apic=apic) for apic in range(2)]
WHOLE = make.one(make.cpuid_raw(CORES)).cpu
DECODED = """CPU{}:
   vendor_id = "GenuineIntel"
   version information (1/eax):
      processor type  = primary processor (0)
   cache and TLB information (2):
      0xff: cache data is in CPUID 4
      0x63: data TLB: 2M/4M pages, 4-way, 32 entries
   0x00000011 0x00: eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
"""


def test_raw_output_after_decoded() -> None:
    decoded = DECODED.format(" 0") + DECODED.format(" 1")
    host = make.one(decoded + make.cpuid_raw(CORES))
    assert host.cpu == WHOLE
    assert host.format == "cpuid -r"
    assert make.one(make.cpuid_raw(CORES) + decoded).cpu == WHOLE


def test_raw_lines_among_the_decoded() -> None:
    raw = make.cpuid_raw(CORES[:1], numbered=False).partition("\n")[2]
    cpu = make.one(DECODED.format("") + raw).cpu
    assert cpu.has("AES")
    assert cpu.table.get(0x11) == (0, 0, 0, 0)


def test_decoded_alone_is_refused() -> None:
    for text in (DECODED.format(""), DECODED.format(" 0") * 3):
        error = refused(text)
        assert "decoded" in error.problem
        assert "cpuid -r" in error.remedy


def test_leaf_0_alone_is_not_enough() -> None:
    line = make.cpuid_raw(CORES[:1]).split("\n")[1]
    refused(DECODED.format("") + line + "\n")


def test_real_decoded_output_with_the_raw_one(captures: Path) -> None:
    decoded, raw = ((captures / "cpuid" / name).read_text() for name in ("cpuid-1.txt", "cpuid-r-1.txt"))
    (host,) = read_text(decoded + raw, "both")
    assert host.cpu == make.one(raw).cpu

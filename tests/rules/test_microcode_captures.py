"""Microcode of real processors: who is behind, by which bits."""

from __future__ import annotations

from pathlib import Path

from flexgui.capture import read_capture
from flexgui.rules.check import check
from tests.rules.plans import host, known, plan

LIBVIRT = "libvirt/x86_64-cpuid-"
EP = "aida64/GenuineIntel00306F2_HaswellEP_00_CPUID.txt"


def said(captures: Path, *names: str) -> list[str]:
    hosts = []
    for number, name in enumerate(names, 1):
        file = name if "/" in name else f"{LIBVIRT}{name}.xml"
        (captured,) = read_capture(captures / file)
        hosts.append(host(number, known(captured.cpu)))
    found = check(plan(*hosts, release="8.0"))
    return [each.message() for each in found if each.rule == "host.microcode"]


def test_haswells(captures: Path) -> None:
    """Three microcodes of one stepping, and a Haswell-EX of another, which lawfully kept TSX."""
    first, second = said(captures, "Xeon-E5-2609-v3", "Xeon-E5-2630-v3", EP, "Xeon-E7-8890-v3")
    assert "Missing on esx-01: MDCLEAR, FCMD, SSBD; present on esx-03" in first
    assert "Missing on esx-02, esx-04: MDCLEAR, IBRSIBPB, STIBP, FCMD, SSBD; present on esx-03" in second


def test_skylakes_and_a_cascade_lake_of_one_model_number(captures: Path) -> None:
    (one,) = said(captures, "Xeon-Gold-5115", "Xeon-Gold-6148", "Xeon-Platinum-8268")
    assert "Missing on esx-02: IBRSIBPB, STIBP; present on esx-01" in one
    # Both names: neither host has the other's processor.
    assert "one processor model (Xeon Gold 5115, Xeon Gold 6148)" in one


def test_what_the_bios_switches_is_told_apart_from_microcode(captures: Path) -> None:
    first, second = said(captures, "Xeon-E3-1225-v5", "Core-i5-6600")
    assert "Missing on esx-02: MDCLEAR, RTM_FORCE_ABORT, IBRSIBPB, STIBP, FCMD, SSBD" in first
    assert "but not all have SGX" in second


def test_the_same_microcode_is_quiet(captures: Path) -> None:
    assert said(captures, "Xeon-E5-2630-v4", "Xeon-E5-2650-v4") == []
    assert said(captures, "Core-i7-4510U", "Core-i5-4670T") == []

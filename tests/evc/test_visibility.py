"""What a mode hides, and who is fooled."""

from __future__ import annotations

from pathlib import Path

import pytest

from flexgui.capture import read_capture
from flexgui.cpuid.catalogue import catalogue
from flexgui.cpuid.cpu import Cpu
from flexgui.evc.modes import builtin_modes
from flexgui.evc.visibility import HYPERVISOR, Bit, FieldView, Visibility
from tests import processors as make

MODES = builtin_modes()
KNOWN = catalogue()


def view(cpu: Cpu, mode: str | None, *, translated: bool = False) -> Visibility:
    return Visibility(cpu, MODES[mode] if mode else None, MODES, binary_translation=translated)


def masked(host: Visibility) -> set[str]:
    return {f.name for f in KNOWN.fields if host.field(f).masked}


def seen(host: Visibility, name: str) -> FieldView:
    return host.field(KNOWN[name])


def test_the_e7_4830_under_merom(captures: Path) -> None:
    (captured,) = read_capture(captures / "libvirt" / "x86_64-cpuid-Xeon-E7-4830.xml")
    host = view(captured.cpu, "intel-merom")
    assert masked(host) >= {"AES", "POPCNT", "SSE41", "SSE42"}
    assert masked(host) == {"AES", "POPCNT", "SSE41", "SSE42", "PCLMULQDQ", "RDTSCP"}
    assert str(host.mask_string((1, 0, 2))) == "----:--0-:0--0:0---:----:----:----:--0-"
    assert host.masking is not None
    assert host.masking.mechanism == "MSR 130h, 131h"


def test_nothing_can_be_masked_on_the_5110(captures: Path) -> None:
    (captured,) = read_capture(captures / "libvirt" / "x86_64-cpuid-Xeon-5110.xml")
    host = view(captured.cpu, "intel-merom")
    assert masked(host) == set()
    assert str(host.mask_string((1, 0, 2))) == ":".join(["----"] * 8)
    assert host.masking is not None
    assert host.masking.mechanism is None


@pytest.mark.parametrize("mode", [None, "amd-zen"])
def test_without_a_mode_nothing_is_masked(mode: str | None) -> None:
    host = view(make.cpu_of("intel-westmere"), mode)
    assert masked(host) == set()
    assert seen(host, "AES").baseline is Bit.FREE
    assert seen(host, "AES").kernel == seen(host, "AES").application == 1


def test_by_hardware_virtualisation_kernel_and_application_see_the_mask() -> None:
    for eax in (0x6F6, 0x10676, 0x206F2, 0x50654):
        found = seen(view(make.cpu_of("intel-westmere", eax=eax), "intel-merom"), "AES")
        assert found == FieldView(KNOWN["AES"], 1, Bit.ZERO, True, 0, 0, HYPERVISOR)


def test_by_binary_translation_an_application_sees_the_hardware_unless_it_masks() -> None:
    # Merom has no masking: the paper's problem.
    found = seen(view(make.cpu_of("intel-westmere", eax=0x6F6), "intel-merom", translated=True), "AES")
    assert (found.kernel, found.application, found.masked_by) == (0, 1, "")
    # Westmere has FlexMigration: the paper's answer.
    found = seen(view(make.cpu_of("intel-westmere", eax=0x206F2), "intel-merom", translated=True), "AES")
    assert (found.kernel, found.application, found.masked_by) == (0, 0, "MSR 130h, 131h")


def test_by_binary_translation_what_the_mechanism_does_not_cover_shows() -> None:
    penryn = view(make.cpu_of("intel-westmere", eax=0x10676), "intel-merom", translated=True)
    assert seen(penryn, "AES").application == 0
    rdtscp = seen(penryn, "RDTSCP")  # 80000001.EDX, which MSR 478h does not cover
    assert (rdtscp.kernel, rdtscp.application) == (0, 1)
    haswell = view(make.cpu_of("intel-haswell", eax=0x306F2), "intel-merom", translated=True)
    assert (seen(haswell, "AVX2").application, seen(haswell, "AVX2").masked_by) == (0, "CPUID faulting")
    sandy = view(make.cpu_of("intel-haswell", eax=0x206D7), "intel-merom", translated=True)
    assert seen(sandy, "AVX2").application == 1


def test_where_the_mechanism_is_unknown_so_is_what_applications_see() -> None:
    unknown = view(make.cpu_of("intel-westmere", eax=0x106C0), "intel-merom", translated=True)
    assert unknown.masking is None
    found = seen(unknown, "AES")
    assert (found.kernel, found.application, found.masked_by) == (0, None, "?")


def test_what_a_mode_exposes_besides_is_not_masked() -> None:
    host = view(make.cpu_with([*make.features_of("intel-merom"), "MWAIT", "SS", "DS", "EIST"]), "intel-merom")
    for name in ("MWAIT", "SS", "DS"):
        assert seen(host, name).baseline is Bit.ONE
    # In neither list: not known whether masked.
    assert seen(host, "EIST").baseline is Bit.UNKNOWN
    assert seen(host, "EIST").masked is None
    assert seen(host, "EIST").kernel is None


def test_what_no_mode_governs_is_free() -> None:
    host = view(make.cpu_of("intel-westmere"), "intel-merom")
    for name in ("NUMLEVELS", "STEPPING", "HYPERVISOR", "OSXSAVE"):
        assert seen(host, name).baseline is Bit.FREE
        assert seen(host, name).masked is False


def test_of_a_mode_of_unknown_contents_nothing_is_known() -> None:
    host = view(make.cpu_of("intel-sapphirerapids"), "intel-graniterapids")
    assert seen(host, "AES").baseline is Bit.UNKNOWN
    assert seen(host, "AES").masked is None
    assert masked(host) == set()


def test_what_a_capture_cannot_tell_is_not_masked_for_certain() -> None:
    cpu = Cpu("assumed", vendor="intel", present=make.features_of("intel-merom"))
    found = seen(view(cpu, "intel-merom"), "AES")
    assert (found.hardware, found.baseline, found.masked) == (None, Bit.ZERO, None)
    assert found.kernel == 0


def test_without_evc_what_no_mode_governs_is_up_to_the_hypervisor() -> None:
    cpu = make.cpu_with((*make.features_of("intel-westmere"), "VMX"))
    host = view(cpu, None)
    assert (seen(host, "AES").kernel, seen(host, "AES").application) == (1, 1)
    assert (seen(host, "VMX").kernel, seen(host, "VMX").application) == (None, None)
    assert seen(host, "VMX").masked is False
    assert seen(host, "AVX").kernel == 0
    translated = view(cpu, None, translated=True)
    assert (seen(translated, "VMX").kernel, seen(translated, "VMX").application) == (None, 1)

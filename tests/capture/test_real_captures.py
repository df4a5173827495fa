"""What the real captures say: silicon, modes, and what cannot be told. Expectations are from the names."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flexgui.capture import read_capture
from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.registers import CpuidTable
from flexgui.evc.modes import builtin_modes
from flexgui.evc.pool import common_registers
from flexgui.evc.support import Answer, assess

MODES = builtin_modes()

EXPECTED = """
aida64/AuthenticAMD0040F12_K8_SantaRosa_CPUID_S2.txt     K8              amd-rev-f
aida64/AuthenticAMD0A10F11_K19_Genoa_02_CPUID.txt        Zen 4           amd-zen4
aida64/GenuineIntel00006F7_Clovertown_CPUID.txt          Merom           intel-merom
aida64/GenuineIntel0000F43_P4_Irwindale_CPUID.txt        NetBurst        -
aida64/GenuineIntel0000F48_P4_Paxville_CPUID.txt         NetBurst        -
aida64/GenuineIntel0010676_Harpertown_CPUID.txt          Penryn          intel-penryn
aida64/GenuineIntel00106A2_Nehalem-EP_CPUID.txt          Nehalem         intel-nehalem
aida64/GenuineIntel00206F2_Eagleton_CPUID.txt            Westmere        intel-westmere
aida64/GenuineIntel00306F2_HaswellEP_00_CPUID.txt        Haswell         intel-haswell
aida64/GenuineIntel0050654_SkylakeXeon_CPUID9.txt        Skylake         intel-skylake
aida64/GenuineIntel00C06F2_EmeraldRapids_02_CPUID.txt    Emerald Rapids  intel-sapphirerapids
libvirt/x86_64-cpuid-A10-5800K.xml                       Piledriver      amd-piledriver
libvirt/x86_64-cpuid-Atom-D510.xml                       Bonnell         intel-merom
libvirt/x86_64-cpuid-Atom-N450.xml                       Bonnell         intel-merom
libvirt/x86_64-cpuid-Core-i5-2500.xml                    Sandy Bridge    intel-sandybridge
libvirt/x86_64-cpuid-Core-i5-2540M.xml                   Sandy Bridge    intel-sandybridge
libvirt/x86_64-cpuid-Core-i5-4670T.xml                   Haswell         intel-haswell
libvirt/x86_64-cpuid-Core-i5-650.xml                     Westmere        intel-westmere
libvirt/x86_64-cpuid-Core-i5-6600.xml                    Skylake         intel-broadwell
libvirt/x86_64-cpuid-Core-i7-2600-xsaveopt.xml           Sandy Bridge    intel-sandybridge
libvirt/x86_64-cpuid-Core-i7-2600.xml                    Sandy Bridge    intel-sandybridge
libvirt/x86_64-cpuid-Core-i7-3520M.xml                   Ivy Bridge      intel-ivybridge
libvirt/x86_64-cpuid-Core-i7-3740QM.xml                  Ivy Bridge      intel-ivybridge
libvirt/x86_64-cpuid-Core-i7-3770.xml                    Ivy Bridge      intel-ivybridge
libvirt/x86_64-cpuid-Core-i7-4510U.xml                   Haswell         intel-haswell
libvirt/x86_64-cpuid-Core-i7-4600U.xml                   Haswell         intel-haswell
libvirt/x86_64-cpuid-Core-i7-5600U-arat.xml              Broadwell       intel-broadwell
libvirt/x86_64-cpuid-Core-i7-5600U.xml                   Broadwell       intel-broadwell
libvirt/x86_64-cpuid-Core-i7-7600U.xml                   Kaby Lake       intel-broadwell
libvirt/x86_64-cpuid-Core-i7-7700.xml                    Kaby Lake       intel-broadwell
libvirt/x86_64-cpuid-Core-i7-8550U.xml                   Kaby Lake       intel-broadwell
libvirt/x86_64-cpuid-Core-i7-8700.xml                    Coffee Lake     intel-broadwell
libvirt/x86_64-cpuid-Core2-E6850.xml                     Merom           intel-merom
libvirt/x86_64-cpuid-EPYC-7502-32-Core.xml               Zen 2           amd-zen2
libvirt/x86_64-cpuid-EPYC-7601-32-Core.xml               Zen             amd-zen
libvirt/x86_64-cpuid-FX-8150.xml                         Bulldozer       amd-bulldozer
libvirt/x86_64-cpuid-Ice-Lake-Server.xml                 Ice Lake        intel-icelake
libvirt/x86_64-cpuid-Opteron-1352.xml                    K10             amd-greyhound
libvirt/x86_64-cpuid-Opteron-2350.xml                    K10             amd-greyhound
libvirt/x86_64-cpuid-Opteron-6234.xml                    Bulldozer       amd-bulldozer
libvirt/x86_64-cpuid-Pentium-P6100.xml                   Westmere        intel-merom
libvirt/x86_64-cpuid-Phenom-B95.xml                      K10             -
libvirt/x86_64-cpuid-Ryzen-7-1800X-Eight-Core.xml        Zen             amd-zen
libvirt/x86_64-cpuid-Ryzen-9-3900X-12-Core.xml           Zen 2           amd-zen2
libvirt/x86_64-cpuid-Xeon-5110.xml                       Merom           intel-merom
libvirt/x86_64-cpuid-Xeon-E3-1225-v5.xml                 Skylake         intel-broadwell
libvirt/x86_64-cpuid-Xeon-E3-1245-v5.xml                 Skylake         intel-broadwell
libvirt/x86_64-cpuid-Xeon-E5-2609-v3.xml                 Haswell         intel-haswell
libvirt/x86_64-cpuid-Xeon-E5-2630-v3.xml                 Haswell         intel-haswell
libvirt/x86_64-cpuid-Xeon-E5-2630-v4.xml                 Broadwell       intel-broadwell
libvirt/x86_64-cpuid-Xeon-E5-2650-v4.xml                 Broadwell       intel-broadwell
libvirt/x86_64-cpuid-Xeon-E7-4830.xml                    Westmere        intel-westmere
libvirt/x86_64-cpuid-Xeon-E7-8890-v3.xml                 Haswell         intel-haswell
libvirt/x86_64-cpuid-Xeon-Gold-5115.xml                  Skylake         intel-skylake
libvirt/x86_64-cpuid-Xeon-Gold-6148.xml                  Skylake         intel-skylake
libvirt/x86_64-cpuid-Xeon-Platinum-8268.xml              Cascade Lake    intel-cascadelake
libvirt/x86_64-cpuid-Xeon-W3520.xml                      Nehalem         intel-nehalem
"""

IN_A_VM = """
aida64/GenuineIntel00606C1_ICX_01v_CPUID.txt  Ice Lake      intel-broadwell    intel-icelake
cpuid/cpuid-r.txt                             Zen 4         amd-zen            amd-zen4
cpuid/cpuid-r-1.txt                           Zen 4         amd-zen            amd-zen4
cpuid/lscpu.json                              Zen 4         amd-zen            amd-zen4
cpuid/proc-cpuinfo.txt                        Zen 4         amd-zen            amd-zen4
vsphere/cpuFeature-e5-1620.json               Sandy Bridge  intel-sandybridge  intel-sandybridge
vsphere/host-icelake-esxi803.json             Ice Lake      intel-icelake      intel-icelake
"""
"""Seen through a hypervisor: silicon, a mode that is certain, and the one of the physical processor."""

REFUSED = {"cpuid/cpuid-1.txt"}


def rows(table: str) -> list[list[str]]:
    return [re.split(r" {2,}", line.strip()) for line in table.strip().splitlines()]


@cache
def cpu_in(path: Path) -> Cpu:
    (host,) = read_capture(path)
    return host.cpu


@pytest.mark.parametrize(("file", "generation", "mode"), rows(EXPECTED), ids=[r[0] for r in rows(EXPECTED)])
def test_generation_and_highest_mode(captures: Path, file: str, generation: str, mode: str) -> None:
    cpu = cpu_in(captures / file)
    assert cpu.generation is not None
    # The signature of Kaby Lake R is that of Coffee Lake-U, too.
    assert generation in cpu.generation.name.split(" or ")
    found = assess(cpu, MODES)
    assert (found.highest.key if found.highest else "-") == mode
    # A whole capture leaves nothing open but the modes whose contents nobody knows.
    assert [key for key in found.keys(Answer.UNKNOWN) if MODES[key].known] == []
    assert not cpu.hypervisor
    assert cpu.differing == ()


@pytest.mark.parametrize(
    ("file", "generation", "certain", "real"), rows(IN_A_VM), ids=[r[0] for r in rows(IN_A_VM)]
)
def test_through_a_hypervisor_nothing_is_known_to_be_missing(
    captures: Path, file: str, generation: str, certain: str, real: str
) -> None:
    cpu = cpu_in(captures / file)
    assert cpu.hypervisor
    assert cpu.generation is not None
    assert cpu.generation.name == generation
    found = assess(cpu, MODES)
    assert found.keys(Answer.NO) == []
    assert found.highest is not None
    assert found.highest.key == certain
    answer = found.of(MODES[real])
    assert answer is not None
    assert answer.answer is not Answer.NO


def test_every_capture_is_expected(captures: Path) -> None:
    files = {
        str(p.relative_to(captures)) for p in captures.glob("*/*") if p.suffix in (".txt", ".xml", ".json")
    }
    assert files == {row[0] for row in rows(EXPECTED) + rows(IN_A_VM)} | REFUSED


def test_vsphere_cpu_feature_alone_cannot_tell_what_is_in_leaf_7(captures: Path) -> None:
    cpu = cpu_in(captures / "vsphere" / "host-icelake-esxi803.json")
    alone = described(Cpu(fingerprint="", table=cpu.table))
    found = assess(alone, MODES)
    assert found.keys(Answer.NO) == []
    ivybridge = found.of(MODES["intel-ivybridge"])
    assert ivybridge is not None
    assert ivybridge.answer is Answer.UNKNOWN
    assert "7.0" in ivybridge.unknown_leaves


def test_the_esxi_host_says_more_than_registers(captures: Path) -> None:
    (host,) = read_capture(captures / "vsphere" / "host-icelake-esxi803.json")
    assert host.cpu.brand == "Intel(R) Xeon(R) Gold 6330 CPU @ 2.00GHz"
    assert host.cpu.max_evc_mode == "intel-icelake"
    assert (host.esx_release, host.esx_build) == ("8.0u2", "69507956")
    assert (host.vendor, host.model) == ("VMware, Inc.", "VMware7,1")
    assert (host.cpu_packages, host.cpu_cores, host.cpu_mhz, host.memory_mb) == (8, 8, 1995, 16382)
    # What featureCapability names is enough for the mode that vCenter measured.
    unmeasured = described(
        Cpu(fingerprint="", vendor="intel", table=host.cpu.table, present=host.cpu.present)
    )
    found = assess(unmeasured, MODES)
    assert found.highest is not None
    assert found.highest.key == "intel-icelake"


LIBVIRT = [row[0] for row in rows(EXPECTED) if row[0].startswith("libvirt/")]

REMOVED = {(7, 0, 1): 1 << 6 | 1 << 13}  # FDP_EXCPTN_ONLY, and the bit of FCS and FDS: "removed" when set
RUN_TIME = {(1, 0, 2): 1 << 27, (7, 0, 2): 1 << 4}  # OSXSAVE, OSPKE
FLAGS = {
    *((1, 0, 2), (1, 0, 3), (7, 0, 1), (7, 0, 2), (7, 0, 3), (7, 1, 0), (0xD, 1, 0)),
    *((0x8000_0001, 0, 2), (0x8000_0001, 0, 3), (0x8000_0007, 0, 3)),
}


@cache
def raw(path: Path) -> dict[tuple[int, int], tuple[int, ...]]:
    """The registers of a libvirt capture, read by other means than the program's."""
    found = {}
    for line in path.read_text().splitlines():
        if line.strip().startswith("<cpuid "):
            values = dict(re.findall(r"(\w+)='(0x[0-9a-f]+)'", line))
            leaf, subleaf, *registers = (
                int(values[name], 16) for name in ("eax_in", "ecx_in", "eax", "ebx", "ecx", "edx")
            )
            found[leaf, subleaf] = tuple(registers)
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(LIBVIRT), min_size=1, max_size=12, unique=True))
def test_common_registers_are_the_bitwise_and(captures: Path, files: list[str]) -> None:
    tables = [raw(captures / file) for file in files]
    common = common_registers([cpu_in(captures / file) for file in files])
    assert set(common) == set.intersection(*(set(table) for table in tables))
    for leaf, registers in common.items():
        for number, value in enumerate(registers):
            key = (*leaf, number)
            column = [table[leaf][number] for table in tables]
            every, some = 0xFFFF_FFFF, 0
            for each in column:
                every, some = every & each, some | each
            removed = REMOVED.get(key, 0)
            expected = (every & ~removed | some & removed) & ~RUN_TIME.get(key, 0)
            assert value == expected or (value is None and key not in FLAGS), key


def test_common_registers_of_all_captures(captures: Path) -> None:
    cpus = [cpu_in(captures / row[0]) for row in rows(EXPECTED)]
    edx = common_registers(cpus)[1, 0][3]
    every = 0xFFFF_FFFF
    for cpu in cpus:
        every &= cpu.table.register(1, 0, 3) or 0
    assert edx == every


WITHOUT_REGISTERS = {"cpuid/lscpu.json", "cpuid/proc-cpuinfo.txt"}
WHOLE = [row[0] for row in rows(EXPECTED) + rows(IN_A_VM) if row[0] not in WITHOUT_REGISTERS]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_dropping_leaves_only_makes_answers_unknown(captures: Path, data: st.DataObject) -> None:
    cpu = cpu_in(captures / data.draw(st.sampled_from(WHOLE)))
    dropped = data.draw(st.sets(st.sampled_from(sorted(cpu.table)), min_size=1, max_size=3))
    kept = CpuidTable({leaf: registers for leaf, registers in cpu.table.items() if leaf not in dropped})
    less = described(Cpu(fingerprint="", table=kept, present=cpu.present, max_evc_mode=cpu.max_evc_mode))
    before, after = assess(cpu, MODES), assess(less, MODES)
    for support in after.supports:
        whole = before.of(support.mode)
        expected = whole.answer if whole else Answer.NO
        assert support.answer in (expected, Answer.UNKNOWN), (support.mode.key, dropped)
    for name in ("SSE3", "AES", "AVX2", "NX", "3DNOW", "AVX512F", "XSAVES", "CLZERO"):
        assert less.has(name) in (cpu.has(name), None), name


def test_without_leaf_7_what_is_above_sandy_bridge_is_unknown(captures: Path) -> None:
    cpu = cpu_in(captures / "libvirt" / "x86_64-cpuid-Xeon-Gold-6148.xml")
    kept = CpuidTable({leaf: registers for leaf, registers in cpu.table.items() if leaf[0] != 7})
    found = assess(described(Cpu(fingerprint="", table=kept)), MODES)
    assert found.highest is not None
    assert found.highest.key == "intel-sandybridge"
    assert found.possible is not None
    assert found.possible.key == "intel-skylake", "its silicon has no VNNI"
    assert found.keys(Answer.UNKNOWN)[:5] == [
        "intel-ivybridge",
        "intel-haswell",
        "intel-broadwell",
        "intel-skylake",
        "intel-cascadelake",
    ]

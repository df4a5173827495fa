"""/proc/cpuinfo and lscpu: a flag is a feature; a feature is missing only where the silicon lacks it."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flexgui.capture import read_capture, read_text
from flexgui.capture.linux_flags import feature_names
from flexgui.cpuid.catalogue import catalogue, rows
from flexgui.cpuid.cpu import Cpu
from flexgui.errors import InputError
from flexgui.evc.evidence import EvidenceKind
from flexgui.evc.modes import builtin_modes
from flexgui.evc.silicon_limits import beyond_silicon
from flexgui.evc.support import Answer, assess, support
from tests import processors as make
from tests.capture.test_bad_input import refused
from tests.capture.test_real_captures import EXPECTED, cpu_in
from tests.capture.test_real_captures import rows as table_rows

MODES = builtin_modes()
NAMES = sorted({name for _, _, name in rows("linux_flags.tsv")}.union(*MODES.governed.values()))
FILES = [row[0] for row in table_rows(EXPECTED)]
HASWELL = make.leaves_with(make.features_of("intel-haswell"), eax=0x306F2, brand="Xeon @ 2.30GHz")


def leaves(cpu: Cpu) -> make.Leaves:
    return dict(cpu.table.items())


def assert_agrees(flags: Cpu, registers: Cpu, where: object = "") -> None:
    """Nothing that the flags say is the opposite of what the registers say, where these say anything."""
    for name in NAMES:
        if (known := registers.has(name)) is not None:
            assert flags.has(name) in (known, None), (where, name)
    for mode in MODES:
        if (answer := support(registers, mode, MODES).answer) is not Answer.UNKNOWN:
            assert support(flags, mode, MODES).answer in (answer, Answer.UNKNOWN), (where, mode.key)


@pytest.mark.parametrize("file", FILES)
def test_flags_never_contradict_registers(captures: Path, file: str) -> None:
    registers = cpu_in(captures / file)
    for text in (make.proc_cpuinfo([leaves(registers)]), make.lscpu_json(leaves(registers))):
        cpu = make.one(text).cpu
        assert (cpu.vendor, cpu.signature, cpu.brand) == (
            registers.vendor,
            registers.signature,
            registers.brand,
        )
        assert not cpu.measured
        assert_agrees(cpu, registers, file)


@pytest.mark.parametrize(
    ("file", "highest"),
    [
        ("libvirt/x86_64-cpuid-Xeon-5110.xml", "intel-merom"),
        ("libvirt/x86_64-cpuid-Xeon-W3520.xml", "intel-nehalem"),
        ("libvirt/x86_64-cpuid-Xeon-E7-4830.xml", "intel-westmere"),
        ("libvirt/x86_64-cpuid-Xeon-E5-2630-v3.xml", "intel-haswell"),
        ("libvirt/x86_64-cpuid-Xeon-E5-2650-v4.xml", "intel-broadwell"),
        ("libvirt/x86_64-cpuid-Xeon-Gold-6148.xml", "intel-skylake"),
        ("libvirt/x86_64-cpuid-Xeon-Platinum-8268.xml", "intel-cascadelake"),
        ("libvirt/x86_64-cpuid-Opteron-6234.xml", "amd-bulldozer"),
        ("libvirt/x86_64-cpuid-EPYC-7601-32-Core.xml", "amd-zen"),
        ("libvirt/x86_64-cpuid-EPYC-7502-32-Core.xml", "amd-zen2"),
    ],
)
def test_flags_are_enough_for_the_mode_of_a_server(captures: Path, file: str, highest: str) -> None:
    (host,) = read_capture(captures / file)
    found = assess(make.one(make.proc_cpuinfo([leaves(host.cpu)])).cpu, MODES)
    assert found.highest is not None
    assert found.highest.key == highest
    # What is above needs features that this silicon cannot have.
    assert found.possible == found.highest


def test_leaves_that_no_flag_shows_cannot_be_told(captures: Path) -> None:
    file = captures / "aida64" / "AuthenticAMD0A10F11_K19_Genoa_02_CPUID.txt"
    cpu = make.one(make.proc_cpuinfo([leaves(read_capture(file)[0].cpu)])).cpu
    answer = support(cpu, MODES["amd-zen4"], MODES)
    assert answer.answer is Answer.UNKNOWN
    assert "AUTOMATIC_IBRS" in answer.unknown


def test_the_same_machine_by_three_commands(captures: Path) -> None:
    raw, info, listed = (
        read_capture(captures / "cpuid" / name)[0]
        for name in ("cpuid-r.txt", "proc-cpuinfo.txt", "lscpu.json")
    )
    assert info.cpu.present == listed.cpu.present
    assert info.cpu.signature == listed.cpu.signature == raw.cpu.signature
    for host in (info, listed):
        assert_agrees(host.cpu, raw.cpu)
        assert host.cpu.hypervisor
        assert host.cpu.absent == ()
        assert (host.cpu_packages, host.cpu_cores) == (1, 2)
        # All that a flag can show was told; this kernel has no shadow stacks.
        missed = {n for n in feature_names("amd").values() if raw.cpu.has(n) and not host.cpu.has(n)}
        assert missed == {"CET_SS"}


def test_what_a_host_says_of_itself() -> None:
    host = make.one(make.proc_cpuinfo([HASWELL] * 4))
    assert (host.cpu_packages, host.cpu_cores, host.cpu_mhz) == (1, 2, 2300)
    kind: EvidenceKind = "features"
    assert (host.kind, host.format) == (kind, "/proc/cpuinfo")
    assert host.cpu.generation is not None
    assert host.cpu.generation.name == "Haswell"
    # Not all processors are in the file: how many there are is not known.
    part = make.one(make.proc_cpuinfo([HASWELL] * 4, siblings=8))
    assert (part.cpu_packages, part.cpu_cores) == (None, None)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_endings(ending: str) -> None:
    whole = make.one(make.proc_cpuinfo([HASWELL])).cpu
    assert make.one(make.proc_cpuinfo([HASWELL], ending=ending)).cpu == whole
    assert (
        make.one(make.lscpu_text(HASWELL).replace("\n", ending)).cpu == make.one(make.lscpu_json(HASWELL)).cpu
    )


def test_several_hosts_in_one_text() -> None:
    merom = make.leaves_with(make.features_of("intel-merom"), eax=0x6F6, maximum=10)
    hosts = read_text(make.proc_cpuinfo([HASWELL] * 2) + make.proc_cpuinfo([merom] * 2), "racks")
    assert [host.cpu.generation.name for host in hosts if host.cpu.generation] == ["Haswell", "Merom"]
    for write in (make.lscpu_text, make.lscpu_json):
        hosts = read_text(write(HASWELL) + write(merom), "racks")
        assert [host.cpu.generation.name for host in hosts if host.cpu.generation] == ["Haswell", "Merom"]


def test_features_that_not_all_processors_have() -> None:
    less = make.leaves_with([f for f in make.features_of("intel-haswell") if f != "AVX2"], eax=0x306F2)
    (host,) = read_text(
        make.proc_cpuinfo([HASWELL, less]).replace("Made-up Processor @ 2.50GHz", "Xeon"), "x"
    )
    assert host.cpu.differing == ("AVX2",)
    assert host.cpu.has("AVX2") is None
    assert host.cpu.has("FMA")


def test_one_flag_of_several_bits_is_read_as_the_maker_means_it() -> None:
    flags = " ibrs ibpb stibp ssbd "
    intel = make.one(make.proc_cpuinfo([HASWELL]).replace(" fpu ", flags + "fpu ")).cpu
    zen = make.leaves_with(make.features_of("amd-zen"), vendor=make.AMD, eax=0x800F12)
    amd = make.one(make.proc_cpuinfo([zen]).replace(" fpu ", flags + "fpu ")).cpu
    ours = (
        "IBRSIBPB",
        "STIBP",
        "SSBD",
        "LEAF88_IBRS",
        "LEAF88_IBPB",
        "LEAF88_STIBP",
        "LEAF88_SSBD_SPEC_CTRL",
    )
    assert [bool(intel.has(name)) for name in ours] == [True, True, True, False, False, False, False]
    assert [bool(amd.has(name)) for name in ours] == [False, False, False, True, True, True, False]


def test_inside_a_virtual_machine_nothing_is_missing_for_certain() -> None:
    inside = make.leaves_with((*make.features_of("intel-merom"), "HYPERVISOR"), eax=0x306F2)
    for text in (make.proc_cpuinfo([inside]), make.lscpu_json(inside), make.lscpu_text(inside)):
        cpu = make.one(text).cpu
        assert cpu.hypervisor
        assert cpu.absent == ()
        assert assess(cpu, MODES).keys(Answer.NO) == []
    # lscpu knows of some hypervisors without the flag.
    text = make.lscpu_text(HASWELL) + "Hypervisor vendor:      VMware\n"
    assert make.one(text).cpu.hypervisor


def test_newer_lscpu_nests_its_fields() -> None:
    fields = make.lscpu_fields(HASWELL)
    of_model = [{"field": f"{k}:", "data": fields[k]} for k in ("CPU family", "Model", "Stepping", "Flags")]
    nested = {
        "lscpu": [
            {"field": "Architecture:", "data": "x86_64", "children": [{"field": "Byte Order:", "data": "L"}]},
            {
                "field": "Vendor ID:",
                "data": fields["Vendor ID"],
                "children": [{"field": "Model name:", "data": fields["Model name"], "children": of_model}],
            },
        ]
    }
    assert make.one(json.dumps(nested)).cpu == make.one(make.lscpu_json(HASWELL)).cpu


CPUINFO = make.proc_cpuinfo([HASWELL] * 2)


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        (CPUINFO[: CPUINFO.rindex("flags")], "flags of processor 1 are missing", 21),
        (CPUINFO[: CPUINFO.rindex(" sse2")], "cut short", 35),
        (CPUINFO.replace(" sse2 ", " \nsse2 ", 1), "none of /proc/cpuinfo", 16),
        (CPUINFO.replace("stepping\t: 2", "stepping\t: 2\nstepping\t: 3", 1), "different lines", 7),
        (CPUINFO.replace("processor\t: 1\n", ""), "'processor'", 21),
        (CPUINFO.replace("GenuineIntel", "AuthenticAMD", 1), "not of one model", 1),
        (CPUINFO.replace("model\t\t: 63", "model\t\t: 79", 1), "not of one model", 1),
        (
            "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\n",
            "architecture",
            1,
        ),
    ],
)
def test_bad_cpuinfo_names_the_line(text: str, problem: str, line: int) -> None:
    error = refused(text)
    assert problem in error.problem
    assert error.line == line


LSCPU = make.lscpu_text(HASWELL)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (LSCPU[: LSCPU.index(" sse2")], "cut short"),
        (re.sub("Flags.*\n", "", LSCPU), "no flags"),
        (LSCPU.replace("x86_64", "aarch64"), "architecture"),
        (LSCPU.replace(" sse2 ", "\nsse2 "), "none of lscpu"),
        (LSCPU + "Model:   1\n", "two different values"),
        (make.lscpu_json(HASWELL)[:-9], "cannot be read"),
        ('{"lscpu": []}', "no flags"),
        ('{"lscpu": 7}', "no flags"),
        ('{"lscpu": ' + "[" * 100 + "]" * 100 + "}", "nested"),
    ],
)
def test_bad_lscpu(text: str, problem: str) -> None:
    assert problem in refused(text).problem


@pytest.mark.parametrize(
    "text",
    [
        "processor : 0\nflags : " + "x" * 2**20,
        "processor : 0\nflags : " + "fpu " * 2**18 + "\n",
        "processor : 0\n" * 2**16,
        "flags : fpu \n\n" * 2**16,
        "processor : 0\n" + " " * 2**20 + "\n",
        "Architecture: " + "x" * 2**20,
        '{"lscpu":' + " " * 2**20,
    ],
    ids=range(7),
)
def test_large_nonsense_ends(text: str) -> None:
    hosts = []
    with contextlib.suppress(InputError):
        hosts = read_text(text, "large")
    assert len(hosts) <= 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_removing_flags_flips_no_answer(captures: Path, data: st.DataObject) -> None:
    registers = cpu_in(captures / data.draw(st.sampled_from(FILES)))
    whole = make.proc_cpuinfo([leaves(registers)])
    flags = whole[whole.index("flags") : whole.index("\n", whole.index("flags"))].split()[2:]
    removed = data.draw(st.sets(st.sampled_from(flags), max_size=20))
    kept = " ".join(flag for flag in flags if flag not in removed)
    less = make.one(whole.replace(" ".join(flags), kept)).cpu
    assert_agrees(less, make.one(whole).cpu, removed)
    assert_agrees(less, registers, removed)


def test_no_capture_has_what_its_silicon_cannot_have(captures: Path) -> None:
    limited = 0
    for file in FILES:
        cpu = cpu_in(captures / file)
        beyond = beyond_silicon(cpu.vendor, cpu.signature)
        limited += bool(beyond)
        assert [name for name in beyond if cpu.has(name)] == [], file
    assert limited > 40


def test_a_list_that_contradicts_its_signature_tells_nothing_missing() -> None:
    strange = make.leaves_with(make.features_of("intel-haswell"), eax=0x206F2)
    cpu = make.one(make.proc_cpuinfo([strange])).cpu
    assert cpu.has("AVX2")
    assert cpu.absent == ()


def test_flags_are_of_the_catalogue() -> None:
    for flag, maker, name in rows("linux_flags.tsv"):
        assert catalogue()[name].flag, flag
        assert maker in ("any", "intel", "amd")
    for _, _, _, _, mode, also, _ in rows("silicon_limits.tsv"):
        assert all(name in catalogue() for name in also.split())
        assert MODES[mode].requires
    # Every feature that a mode governs has a flag, but for what Linux hides.
    governed = set().union(*MODES.governed.values())
    flags = {name for _, _, name in rows("linux_flags.tsv")}
    assert governed - flags <= {"AUTOMATIC_IBRS"}

"""Every layout of every format yields the registers that were written."""

from __future__ import annotations

import codecs
import json
import re
from pathlib import Path

import pytest

from flexgui.capture import read_capture, read_text
from flexgui.cpuid.registers import CpuidTable
from flexgui.errors import InputError
from tests import processors as make

FEATURES = make.features_of("intel-westmere")
CORES = [make.leaves_with(FEATURES, apic=apic) for apic in range(3)]
TABLE = CpuidTable(CORES[0])


def test_libvirt_xml() -> None:
    host = make.one(make.libvirt(CORES[0]))
    assert host.cpu.table == TABLE
    assert host.format == "libvirt CPUID XML"
    assert host.cpu_mhz == 2500


def test_several_libvirt_files_in_one_are_several_hosts() -> None:
    text = (
        "<?xml version='1.0'?>\n"
        + make.libvirt(CORES[0])
        + "<?xml version='1.0'?>\n"
        + make.libvirt(CORES[1])
    )
    first, second = read_text(text, "made up")
    assert first.cpu.fingerprint == second.cpu.fingerprint
    assert [first.name, second.name] == ["Made-up Processor @ 2.50GHz-1", "Made-up Processor @ 2.50GHz-2"]


def test_subleaf_0_may_be_left_out_of_libvirt_xml() -> None:
    assert make.one(make.libvirt(CORES[0]).replace(" ecx_in='0x00'", "")).cpu.table == TABLE


@pytest.mark.parametrize("numbered", [True, False])
def test_cpuid_raw_of_one_core(numbered: bool) -> None:
    host = make.one(make.cpuid_raw(CORES[:1], numbered=numbered))
    assert host.cpu.table == TABLE
    assert host.format == "cpuid -r"


def test_cpuid_raw_of_many_cores_is_one_host() -> None:
    host = make.one(make.cpuid_raw(CORES))
    assert host.cpu.table == TABLE
    assert host.cpu.differing == ()


def test_two_cpuid_captures_in_one_file_are_two_hosts() -> None:
    other = make.leaves_with(make.features_of("intel-merom"), eax=0x6F6)
    for numbered in (True, False):
        text = make.cpuid_raw(CORES[:1], numbered=numbered) + make.cpuid_raw([other], numbered=numbered)
        first, second = read_text(text, "made up")
        assert first.cpu.table == TABLE
        assert second.cpu.table == CpuidTable(other)


def without_headers(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("CPU"))


@pytest.mark.parametrize("maker", [make.INTEL, make.AMD])
def test_captures_without_headers_are_parted_where_the_processor_changes(maker: str) -> None:
    eax = 0x6F6 if maker == make.INTEL else 0x206F2
    others = [
        make.leaves_with(make.features_of("intel-merom"), eax=eax, vendor=maker, apic=n) for n in range(2)
    ]
    bare = make.aida64(CORES, "bare") + make.aida64(others, "bare")
    for text in (bare, without_headers(make.cpuid_raw([*CORES, *others]))):
        first, second = read_text(text, "made up")
        assert first.cpu.table == TABLE
        assert second.cpu.table == CpuidTable(others[0])
        assert first.cpu.differing == second.cpu.differing == ()


def test_cores_of_one_model_without_headers_are_one_host() -> None:
    other = make.leaves_with(FEATURES, eax=0x206F1, apic=3)
    host = make.one(without_headers(make.cpuid_raw([*CORES, other])))
    assert host.cpu.differing == ()


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("labelled", [True, False])
@pytest.mark.parametrize("separator", [": ", "\t", ":\t", "                            "])
@pytest.mark.parametrize("layout", make.AIDA64_HEADERS)
def test_aida64(layout: str, separator: str, labelled: bool, ending: str) -> None:
    text = make.aida64(CORES, layout, separator=separator, labelled=labelled, ending=ending)
    host = make.one(text)
    assert host.cpu.table == TABLE
    assert host.cpu.differing == ()
    assert host.format == "AIDA64 dump"


def test_aida64_counts_packages_and_cores_where_the_dump_names_them() -> None:
    host = make.one(make.aida64(CORES, "registers"))
    assert (host.cpu_packages, host.cpu_cores) == (1, 3)
    host = make.one(make.aida64(CORES, "logical"))
    assert (host.cpu_packages, host.cpu_cores) == (None, None)


def test_aida64_subleaves_are_hexadecimal() -> None:
    core = {**CORES[0], (0xD, 0xB): (0x10, 0, 1, 0), (0xD, 0x12): (0x2000, 0xAC0, 6, 0)}
    assert make.one(make.aida64([core])).cpu.table == CpuidTable(core)


def test_aida64_dump_with_names_in_latin_1() -> None:
    text = make.aida64(CORES).replace("made up", "Fran\xe7ais \x85 Carte m\xe8re")
    assert make.one(text.encode("latin-1")).cpu.table == TABLE
    assert make.one(text.encode("utf-8")).cpu.table == TABLE


def test_two_aida64_dumps_in_one_file_are_two_hosts() -> None:
    first, second = read_text(make.aida64(CORES) + make.aida64(CORES[:2]), "made up")
    assert first.cpu == second.cpu


@pytest.mark.parametrize("lost", ["CPUID 0000000D: 00000007-", "CPUID 0000000D: 0000000F-"])
def test_a_lost_line_does_not_move_xsave_features_to_another_subleaf(lost: str) -> None:
    core = make.leaves_with(make.features_of("intel-skylake"))
    core[0xD, 1] = (0xF, 0x340, 0x100, 0)
    lines = make.aida64([core], labelled=False).split("\n")
    kept = [line for line in lines if not line.startswith(lost)]
    assert len(kept) == len(lines) - 1
    assert make.one("\n".join(lines)).cpu.has("XSAVEC") is True
    assert make.one("\n".join(kept)).cpu.has("XSAVEC") is None


def test_a_lost_line_does_not_move_features_of_leaf_7() -> None:
    core = make.leaves_with(FEATURES)
    core[7, 0], core[7, 1] = (1, 0x0840_07A9, 0, 0), (0x40_0810, 0, 0, 0)
    lines = make.aida64([core], labelled=False).split("\n")
    lines.remove("CPUID 00000007: 00000001-084007A9-00000000-00000000")
    cpu = make.one("\n".join(lines)).cpu
    assert cpu.table.get(7) is None
    assert cpu.has("SMEP") is None


def test_vsphere_cpu_feature_bare_list_and_object() -> None:
    expected = {(leaf, 0): CORES[0][leaf, 0] for leaf in make.VSPHERE_LEAVES}
    for text in (json.dumps(make.cpu_feature(CORES[0])), make.vsphere(CORES[0])):
        host = make.one(text)
        assert host.cpu.table == CpuidTable(expected)
        assert host.format == "vSphere cpuFeature JSON"
        assert host.cpu.has("AVX2") is None


def test_vsphere_host_system() -> None:
    system = {
        "name": "esx01.example.com",
        "config": {
            "product": {"fullName": "VMware ESXi 8.0.3 build-1", "version": "8.0.3", "build": "1"},
            "featureCapability": [
                {"key": "cpuid.avx2", "featureName": "cpuid.avx2", "value": "1"},
                {"key": "cpuid.IBRS", "value": "1"},
                {"key": "cpuid.rdseed", "value": "0"},
                {"key": "cpuid.nothing_known", "value": "1"},
                {"key": "vt.realmode", "value": "1"},
            ],
        },
        "hardware": {
            "cpuPkg": [{"cpuFeature": make.cpu_feature(core), "threadId": [0]} for core in CORES],
            "cpuFeature": make.cpu_feature(CORES[0]),
        },
        "summary": {
            "maxEVCModeKey": "intel-westmere",
            "hardware": {
                "vendor": "Made Up, Inc.",
                "model": "Box 1",
                "cpuModel": "Made-up  Processor",
                "numCpuPkgs": 3,
                "numCpuCores": 12,
                "cpuMhz": 2400,
                "memorySize": 2**34,
                "uuid": "0",
            },
        },
    }
    host = make.one(json.dumps(system))
    assert host.name == "esx01.example.com"
    assert host.cpu.brand == "Made-up Processor"
    assert host.cpu.max_evc_mode == "intel-westmere"
    assert host.cpu.present == ("AVX2", "IBRSIBPB")
    assert host.cpu.has("AVX2") is True
    assert host.cpu.has("RDSEED") is None  # a capability of 0 may be the hypervisor's doing
    assert (host.product, host.esx_release, host.esx_build) == ("VMware ESXi 8.0.3 build-1", "8.0u2", "1")
    assert (host.vendor, host.model) == ("Made Up, Inc.", "Box 1")
    assert (host.cpu_packages, host.cpu_cores, host.cpu_mhz, host.memory_mb) == (3, 12, 2400, 16384)
    both = read_text(json.dumps({"hosts": [system, {**system, "name": "esx02"}]}), "made up")
    assert [each.name for each in both] == ["esx01.example.com", "esx02"]


def test_vsphere_without_registers() -> None:
    host = make.one('{"maxEVCModeKey": "amd-zen2"}')
    assert (host.cpu.vendor, host.cpu.max_evc_mode, host.cpu.measured) == ("amd", "amd-zen2", False)


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("8.0.3", "8.0u2"),
        ("8.0.1", "8.0"),
        ("7.0.2", "7.0u2"),
        ("6.7.0", "6.7"),
        ("9.9", None),
        ("new", None),
    ],
)
def test_esx_release_of_a_version(version: str, release: str | None) -> None:
    host = make.one(make.vsphere(CORES[0], product={"version": version, "build": "1"}))
    assert host.esx_release == release


@pytest.mark.parametrize(
    "bom_and_encoding",
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_byte_order_marks(bom_and_encoding: tuple[bytes, str]) -> None:
    bom, encoding = bom_and_encoding
    for text in (make.libvirt(CORES[0]), make.cpuid_raw(CORES), make.aida64(CORES), make.vsphere(CORES[0])):
        host = make.one(bom + text.encode(encoding))
        assert host.cpu == make.one(text).cpu


def test_files_are_recognised_by_content_and_hosts_named_after_files(tmp_path: Path) -> None:
    for text, format in (
        (make.libvirt(CORES[0]), "libvirt CPUID XML"),
        (make.cpuid_raw(CORES), "cpuid -r"),
        (make.aida64(CORES), "AIDA64 dump"),
        (make.vsphere(CORES[0]), "vSphere cpuFeature JSON"),
    ):
        path = tmp_path / "rack 7.bin"
        path.write_text(text)
        (host,) = read_capture(path)
        assert (host.name, host.source, host.format) == ("rack 7", "rack 7.bin", format)
        assert host.evidence == f"rack 7.bin ({format})"


def test_the_fingerprint_is_the_processors_not_the_files() -> None:
    cpus = [
        make.one(text).cpu for text in (make.libvirt(CORES[2]), make.cpuid_raw(CORES), make.aida64(CORES))
    ]
    assert len({cpu.fingerprint for cpu in cpus}) == 1
    assert (
        cpus[0].fingerprint != make.one(make.libvirt(make.leaves_with(FEATURES, eax=0x206F1))).cpu.fingerprint
    )


def test_hexadecimal_in_capitals_and_carriage_returns_alone() -> None:
    leaves = make.leaves_with(make.features_of("intel-haswell"))
    text = make.cpuid_raw([leaves])
    (expected,) = read_text(text, "made up")
    for other in (text.upper(), text.replace("0x", "0X"), text.replace("\n", "\r")):
        (host,) = read_text(other, "made up")
        assert host == expected
    info = make.proc_cpuinfo([leaves])
    assert read_text(info.replace("\n", "\r"), "made up") == read_text(info, "made up")


def test_libvirts_old_form_knows_functions() -> None:
    every = make.leaves_with(make.features_of("intel-haswell"))
    leaves = {leaf: own for leaf, own in every.items() if not leaf[1]}
    text = make.libvirt(leaves)
    old = re.sub(r" ecx_in=(['\"])0x0+\1", "", text).replace("eax_in=", "function=")
    assert "ecx_in" not in old
    assert read_text(old, "made up") == read_text(text, "made up")


def test_xml_may_declare_latin_1() -> None:
    text = make.libvirt(make.leaves_with(make.features_of("intel-haswell")))
    text = re.sub(r"^<\?xml[^>]*>\s*", "", text)
    declared = f"<?xml version='1.0' encoding='ISO-8859-1'?>\n<!-- München -->\n{text}"
    assert read_text(declared.encode("latin-1"), "made up") == read_text(text, "made up")


def test_german_lscpu_and_german_headers() -> None:
    text = make.lscpu_text(make.leaves_with(make.features_of("intel-haswell")))
    german = {
        "Architecture:": "Architektur:",
        "Vendor ID:": "Anbieterkennung:",
        "CPU family:": "Prozessorfamilie:",
        "Model:": "Modell:",
        "Flags:": "Markierungen:",
    }
    words = text
    for english, word in german.items():
        assert english in words
        words = words.replace(english, word)
    assert read_text(words, "made up") == read_text(text, "made up")
    with pytest.raises(InputError, match="cut short"):
        read_text(words[: words.index("Markierungen") + 60], "made up")
    (host,) = read_text("Host;CPU-Modell\nesx1;Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz\n", "made up")
    assert host.assumed

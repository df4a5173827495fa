"""Bad captures get one clear sentence that names the place; nothing but InputError escapes a reader."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui import files
from flexgui.capture import read_capture, read_text
from flexgui.errors import InputError
from tests import processors as make

CORES = [make.leaves_with(make.features_of("intel-westmere"), apic=apic) for apic in range(2)]
LIBVIRT = make.libvirt(CORES[0])
RAW = make.cpuid_raw(CORES)
AIDA64 = make.aida64(CORES)
VSPHERE = make.vsphere(CORES[0], maxEVCModeKey="intel-westmere")


def refused(content: str | bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read_text(content, "rack7.txt")
    error = caught.value
    assert error.file == "rack7.txt"
    assert error.problem.endswith(".")
    assert error.remedy.endswith(".")
    assert "\n" not in str(error)
    return error


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_empty(content: bytes) -> None:
    assert "empty" in refused(content).problem


@pytest.mark.parametrize("content", [b"\x7fELF\x02\x01\x01\0\0\0", RAW.encode() + b"\0", b"\xff\xfe\0\0A\0"])
def test_binary(content: bytes) -> None:
    assert "binary" in refused(content).problem


@pytest.mark.parametrize("text", [LIBVIRT, RAW, VSPHERE])
def test_other_encodings_than_utf_8_name_the_line(text: str) -> None:
    error = refused(text.encode().replace(b"\n", b"\n\xe9", 1) if "\n" in text else text.encode() + b"\xe9")
    assert "UTF-8" in error.problem
    assert error.line in (1, 2)


def test_utf_16_cut_short() -> None:
    assert "UTF-16" in refused(b"\xff\xfe" + RAW.encode("utf-16-le")[:-1]).problem


def test_lone_surrogates_in_pasted_text() -> None:
    refused("CPU 0:\n\ud800")


def test_unknown_text_says_what_can_be_read() -> None:
    error = refused("Dear administrator,\nplease find attached")
    assert "cpuid -r" in error.remedy


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "huge.xml"
    with path.open("wb") as stream:
        stream.truncate(files.CAPTURE_LIMIT + 1)
    with pytest.raises(InputError, match="larger than 64 MiB"):
        read_capture(path)
    with pytest.raises(InputError, match="larger than 64 MiB"):
        read_text(" " * (files.CAPTURE_LIMIT + 1), "pasted")


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_capture(tmp_path / "none.txt")
    with pytest.raises(InputError, match="folder"):
        read_capture(tmp_path)


def test_a_file_is_named_in_the_error(tmp_path: Path) -> None:
    path = tmp_path / "cut.txt"
    path.write_text(RAW[: RAW.index("0x00000007") + 40])
    with pytest.raises(InputError) as caught:
        read_capture(path)
    assert str(caught.value).startswith(f"{path}, line ")


@pytest.mark.parametrize(
    "text", [RAW, AIDA64, make.aida64(CORES, "bare"), make.aida64(CORES, labelled=False)]
)
def test_a_register_line_cut_in_the_middle_names_its_line(text: str) -> None:
    marker = "0x00000007 0x00:" if text is RAW else "CPUID 00000007"
    place = text.index(marker) + len(marker) + 20
    error = refused(text[:place])
    assert error.line == text[:place].count("\n") + 1
    assert "cut short" in error.problem


@pytest.mark.parametrize(
    "cut", [" [SL 01] [made up]", "SL 01] [made up]", "L 01] [made up]", " 01] [made up]"]
)
def test_a_line_that_lost_its_subleaf_is_cut_short(cut: str) -> None:
    line = "CPUID 0000000B: 00000004-00000008-00000201-00000000"
    place = AIDA64.index(f"{line} [SL 01] [made up]") + len(f"{line} [SL 01] [made up]") - len(cut)
    error = refused(AIDA64[:place])
    assert "cut short" in error.problem
    assert error.line == AIDA64[:place].count("\n") + 1


@pytest.mark.parametrize("leaf", [0, 1])
def test_leaves_0_and_1_are_needed(leaf: int) -> None:
    core = {key: registers for key, registers in CORES[0].items() if key != (leaf, 0)}
    feature = [entry for entry in make.cpu_feature(CORES[0]) if entry["level"] != leaf]
    for text in (make.libvirt(core), make.cpuid_raw([core]), make.aida64([core]), json.dumps(feature)):
        assert f"leaf {leaf}" in refused(text).problem


def test_the_last_core_cut_short_is_named() -> None:
    text = RAW[: RAW.index("\n", RAW.index("CPU 1:") + 10) + 1]
    error = refused(text)
    assert "CPU 1" in error.problem
    assert error.line == RAW[: RAW.index("CPU 1:")].count("\n") + 1


def test_cores_of_different_makers() -> None:
    other = make.leaves_with(make.features_of("amd-zen"), vendor=make.AMD)
    for text in (make.cpuid_raw([CORES[0], other]), make.aida64([CORES[0], other])):
        error = refused(text)
        assert "AuthenticAMD, GenuineIntel" in error.problem


def test_cores_of_different_models_under_headers_of_one_host() -> None:
    other = make.leaves_with(make.features_of("intel-merom"), eax=0x6F6)
    layouts = [make.aida64([*CORES, other], layout) for layout in make.AIDA64_HEADERS if layout != "bare"]
    for text in (make.cpuid_raw([*CORES, other]), *layouts):
        error = refused(text)
        assert "06_0FH stepping 6, 06_2FH stepping 2" in error.problem
        assert "a file each" in error.remedy


def test_a_leaf_twice_with_different_values() -> None:
    raw_line = RAW.split("\n")[2]
    twice = {
        "xml": LIBVIRT.replace(
            "</cpudata>", "<cpuid eax_in='0x1' eax='0x0' ebx='0x0' ecx='0x0' edx='0x0'/></cpudata>"
        ),
        "raw": RAW.replace(raw_line, raw_line + "\n" + raw_line.replace("eax=0x0", "eax=0x1"), 1),
        "aida": AIDA64.replace(
            "\nCPUID 00000002", "\nCPUID 00000001: 00000000-00000000-00000000-00000000\nCPUID 00000002", 1
        ),
        "json": json.dumps([*make.cpu_feature(CORES[0]), {**make.cpu_feature(CORES[0])[0], "level": 1}]),
    }
    for text in twice.values():
        assert "twice" in refused(text).problem
    assert refused(twice["aida"]).line is not None


def test_the_same_leaf_twice_with_the_same_values_is_harmless() -> None:
    line = RAW.split("\n")[3]
    assert make.one(RAW.replace(line, line + "\n" + line, 1)).cpu == make.one(RAW).cpu


def test_more_leaves_than_any_processor_has() -> None:
    line = "CPUID 00000004: 00000000-00000000-00000000-00000000\n"
    start = "CPUID 00000000: 0000000B-756E6547-6C65746E-49656E69\n"
    assert "4096" in refused(start + line * 5000).problem


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE cpudata [<!ENTITY a "aaaa">]><cpudata>&a;</cpudata>',
        '<?xml version="1.0"?>\n<!DOCTYPE cpudata SYSTEM "file:///etc/passwd"><cpudata/>',
        '<cpudata><!ENTITY a "b"></cpudata>',
    ],
)
def test_xml_that_declares_entities_is_refused(xml: str) -> None:
    error = refused(xml)
    assert "entities" in error.problem
    assert error.line is not None


def test_xml_entities_that_nobody_declared() -> None:
    refused("<cpudata arch='&secret;'/>")


def test_malformed_xml_names_the_line() -> None:
    assert refused(LIBVIRT[: LIBVIRT.index("eax_in='0x00000004'")]).line == 7
    assert refused(LIBVIRT.replace("ebx='0x", "ebx='0xg", 1)).line == 3
    assert refused(LIBVIRT.replace("ebx='0x", "ebx='0x1", 1)).line == 3
    assert refused(LIBVIRT.replace("ecx='0x", "ecy='0x", 1)).line == 3


def test_other_xml() -> None:
    assert "cpudata" in refused("<domain type='kvm'><name>vm</name></domain>").problem
    assert "architecture" in refused("<cpudata arch='ppc64'/>").problem
    assert "nested" in refused("<a>" * 100 + "</a>" * 100).problem


def test_malformed_json_names_the_line() -> None:
    text = json.dumps(json.loads(VSPHERE), indent=1)
    assert refused(text[: len(text) // 2]).line is not None
    assert "twice" in refused('{"cpuFeature": [], "cpuFeature": []}').problem
    assert "nested" in refused("[" * 100 + "]" * 100).problem
    assert "nested" in refused("[" * 200_000).problem
    assert "out of range" in refused('{"cpuFeature": [{"level": ' + "9" * 5000 + "}]}").problem
    assert "NaN" in refused('{"cpuFeature": NaN}').problem


@pytest.mark.parametrize(
    "text", ["{}", "[]", '{"hosts": []}', '[{"level": 0}]', '{"product": {"version": "8.0.3"}}']
)
def test_json_without_a_host(text: str) -> None:
    refused(text)


@pytest.mark.parametrize("level", [2**32, -(2**31) - 1, "1", 1.0, None, True])
def test_levels_out_of_range(level: object) -> None:
    entry = {**make.cpu_feature(CORES[0])[0], "level": level}
    assert "level" in refused(json.dumps({"cpuFeature": [entry]})).problem


@pytest.mark.parametrize("register", ["", "0", "0x1", "0" * 33, ":".join(["xxxx"] * 8), 7])
def test_registers_that_are_none(register: object) -> None:
    entry = {**make.cpu_feature(CORES[0])[0], "eax": register}
    refused(json.dumps({"cpuFeature": [entry]}))


def test_decoded_cpuid_is_refused_with_what_to_run() -> None:
    decoded = 'CPU:\n   vendor_id = "GenuineIntel"\n   version information (1/eax):\n      family = 0x6 (6)\n'
    decoded += "   0x00000011 0x00: eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000\n"
    error = refused(decoded)
    assert "decoded output of cpuid" in error.problem
    assert "cpuid -r" in error.remedy


def test_the_real_decoded_cpuid_is_refused(captures: Path) -> None:
    with pytest.raises(InputError, match="cpuid -r"):
        read_capture(captures / "cpuid" / "cpuid-1.txt")


TEXTS = (
    LIBVIRT,
    RAW,
    AIDA64,
    make.aida64(CORES, "report", separator="  "),
    make.aida64(CORES, "bare"),
    VSPHERE,
)


@given(st.data())
def test_damaged_captures_raise_nothing_but_input_errors(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(TEXTS)).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, max(len(content) - 1, 0)))
        length = data.draw(st.sampled_from([0, 1, 1, 2, 9, 60, 400]))
        new = data.draw(
            st.one_of(st.binary(max_size=6), st.sampled_from([b"<", b"{", b"[", b'"', b"0", b"-1", b"\n"]))
        )
        content[start : start + length] = new
    hosts, message = [], ""
    try:
        hosts = read_text(bytes(content), "damaged")
    except InputError as error:
        message = str(error)
    assert "\n" not in message
    assert all(host.name and host.cpu.fingerprint for host in hosts)
    assert bool(hosts) != bool(message)


ICE_LAKE = frozenset(make.features_of("intel-icelake"))


def ice_lake_captures() -> list[str]:
    cores = [make.leaves_with(ICE_LAKE, apic=apic, maximum=0x1F) for apic in range(2)]
    for core in cores:
        core[7, 1] = (0x20, 0, 0, 0)
        core[0xD, 1] = (0xF, 0x340, 0x100, 0)
    dumps = [
        make.aida64(cores, layout, labelled=labelled)
        for layout in make.AIDA64_HEADERS
        for labelled in (True, False)
    ]
    return [make.libvirt(cores[0]), make.cpuid_raw(cores), make.vsphere(cores[0]), *dumps]


def assert_nothing_invented(less: str, whole: str) -> None:
    expected = make.one(whole).cpu
    try:
        hosts = read_text(less, "less")
    except InputError:
        return
    for host in hosts:
        for name in ICE_LAKE | {"XFD", "SMX", "AVX_VNNI", "AMX_TILE"}:
            assert host.cpu.has(name) in (expected.has(name), None), name


@given(st.data())
def test_a_capture_with_lines_removed_invents_no_feature(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(ice_lake_captures()))
    lines = whole.split("\n")
    removed = data.draw(st.integers(0, len(lines) - 1))
    assert_nothing_invented("\n".join(lines[:removed] + lines[removed + 1 :]), whole)


@given(st.data())
def test_a_capture_cut_anywhere_invents_no_feature(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(ice_lake_captures()))
    assert_nothing_invented(whole[: data.draw(st.integers(1, len(whole)))], whole)


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 2**20,
        " " * 2**20 + "x",
        "CPUID " * 2**17,
        "<" * 2**20,
        "CPU#0\n" * 2**17,
        "<?xml " * 2**17,
        "0x00000000 0x0: eax=" * 2**15,
        "CPUID 00000000\t" + " " * 2**20,
        '{"a":' * 2**17,
        "------[ " * 2**17,
    ],
    ids=range(10),
)
def test_large_nonsense_is_refused(text: str) -> None:
    refused(text)


def test_messages_never_carry_control_characters() -> None:
    error = refused('{"a\\u001b[31m": 1, "a\\u001b[31m": 2}')
    assert not re.search(r"[\x00-\x1f]", str(error))


@pytest.mark.parametrize(
    "line", ["0x00000001: eax=0x00000016 ", "0x00000001: EAX=0x16, ", "0x00000004: subleafs:"]
)
def test_registers_without_subleaves_name_the_remedy(line: str) -> None:
    first = "0x00000000: EAX=0x00000016, EBX=0x756e6547, ECX=0x6c65746e, EDX=0x49656e69"
    for text in (f"{first}\n{line}\n", f"CPU 0:\n   {first.lower()}\n   {line}\n"):
        error = refused(text)
        assert "which subleaf" in error.problem
        assert "cpuid -r" in error.remedy


def test_control_characters_reach_no_message() -> None:
    text = "processor\t: 0\nflags\t: fpu\n\nprocessor\t: 1vendor\tid\x1b[2J\ncpu family\t: 6\n"
    assert str(refused(text)).isprintable()


def test_mainframes_are_no_x86() -> None:
    text = "vendor_id       : IBM/S390\n# processors    : 2\nfeatures\t: esan3 zarch\n"
    assert "another processor architecture" in refused(text).problem

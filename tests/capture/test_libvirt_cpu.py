"""libvirt's <cpu> elements: features by name, of a host, of a guest, and any number of them in one text."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.capture import read_capture, read_text
from flexgui.capture.libvirt_features import feature_names, features_of_model
from flexgui.cpuid.catalogue import catalogue, rows
from flexgui.cpuid.cpu import Cpu
from flexgui.evc.modes import builtin_modes
from flexgui.evc.support import Answer, assess
from tests import processors as make
from tests.capture.test_bad_input import refused
from tests.capture.test_linux import assert_agrees
from tests.capture.test_real_captures import LIBVIRT, cpu_in

MODES = builtin_modes()
MODELS = [model for model, _, _ in rows("libvirt_models.tsv")]
HASWELL = make.libvirt_cpu("Haswell", ("vmx", "smx", "abm", "f16c", "rdrand"))
SIGNED = "  <signature family='6' model='63' stepping='2'/>\n"


def element_of(cpu: Cpu) -> str:
    """The element that libvirt would write for a host: a model that it has, and the rest by name."""
    has = {name for name in feature_names().values() if cpu.has(name)}
    whole = [model for model in MODELS if features_of_model(model) and features_of_model(model) <= has]
    model = max(whole, key=lambda name: len(features_of_model(name)))
    listed = [name for name, ours in feature_names().items() if ours in has - features_of_model(model)]
    more = f"  <signature family='{cpu.family}' model='{cpu.model}' stepping='{cpu.stepping}'/>\n"
    return make.libvirt_cpu(model, listed, vendor="Intel" if cpu.vendor == "intel" else "AMD", more=more)


@pytest.mark.parametrize("file", LIBVIRT)
def test_names_never_contradict_registers(captures: Path, file: str) -> None:
    registers = cpu_in(captures / file)
    cpu = make.one(element_of(registers)).cpu
    assert (cpu.vendor, cpu.signature) == (registers.vendor, registers.signature)
    assert_agrees(cpu, registers, file)


@pytest.mark.parametrize("file", ["Xeon-E7-4830", "Xeon-E5-2650-v4", "Xeon-Gold-6148", "EPYC-7601-32-Core"])
def test_names_are_enough_for_the_mode_of_a_server(captures: Path, file: str) -> None:
    registers = cpu_in(captures / "libvirt" / f"x86_64-cpuid-{file}.xml")
    found = assess(make.one(element_of(registers)).cpu, MODES)
    assert found.highest == assess(registers, MODES).highest
    assert found.possible == found.highest


def test_capabilities() -> None:
    host = make.one(make.capabilities("Icelake-Server", ("vmx", "rdpid", "fsrm")))
    assert (host.cpu_packages, host.cpu_cores) == (2, 4)
    assert host.cpu.generation is not None
    assert host.cpu.generation.name == "Ice Lake"
    assert host.cpu.has("AVX512F")
    assert host.cpu.has("AMX_TILE") is False  # no Ice Lake has it
    assert host.cpu.has("SGX") is None
    assert not host.cpu.hypervisor


def test_what_is_not_listed_cannot_be_told() -> None:
    cpu = make.one(HASWELL).cpu
    assert (cpu.has("AVX2"), cpu.has("ADX")) == (True, None)
    assert cpu.absent == ()
    signed = make.one(make.libvirt_cpu("Haswell", (), more=SIGNED)).cpu
    assert signed.has("ADX") is False
    assert signed.has("MPX") is None


def test_a_guests_element_tells_nothing_missing_and_nothing_that_kvm_makes_up() -> None:
    text = make.libvirt_cpu(
        "Haswell", ("umip", "hypervisor", "x2apic"), attributes=" mode='custom'", more=SIGNED
    )
    cpu = make.one(text).cpu
    assert cpu.hypervisor
    assert (cpu.has("AVX2"), cpu.has("UMIP"), cpu.has("x2APIC"), cpu.has("ADX")) == (True, None, None, None)
    assert assess(cpu, MODES).keys(Answer.NO) == []
    disabled = text.replace("</cpu>", "<feature policy='disable' name='avx2'/></cpu>")
    assert make.one(disabled).cpu.has("AVX2") is None
    forced = text.replace("</cpu>", "<feature policy='force' name='xop'/></cpu>")
    assert make.one(forced).cpu.has("XOP") is None


def test_domain_capabilities() -> None:
    text = (
        "<domainCapabilities><arch>x86_64</arch><cpu><mode name='host-passthrough' supported='yes'/>"
        "<mode name='host-model' supported='yes'><model fallback='forbid'>Skylake-Server-IBRS</model>"
        "<vendor>Intel</vendor><feature policy='require' name='ss'/>"
        "<feature policy='disable' name='avx512f'/></mode>"
        "<mode name='custom' supported='yes'><model usable='yes'>SapphireRapids</model>"
        "<model usable='no'>EPYC</model></mode></cpu></domainCapabilities>"
    )
    cpu = make.one(text).cpu
    assert cpu.hypervisor
    assert cpu.vendor == "intel"
    assert (cpu.has("SS"), cpu.has("AVX2"), cpu.has("AVX512F"), cpu.has("AMX_TILE")) == (
        True,
        True,
        None,
        None,
    )


def test_a_newer_version_of_a_model_and_one_that_nobody_knows() -> None:
    cpu = make.one(make.libvirt_cpu("Skylake-Server-v4", ("rdpid",))).cpu
    assert (cpu.has("AVX512F"), cpu.has("RTM"), cpu.has("RDPID")) == (True, None, True)
    assert make.one(make.libvirt_cpu("Future-v2", ("rdpid",))).cpu.present == ("RDPID",)


def test_without_a_maker_no_mode_is_certain() -> None:
    cpu = make.one(make.libvirt_cpu("Haswell", (), vendor=None)).cpu
    assert cpu.vendor is None
    assert assess(cpu, MODES).highest is None


def test_any_number_in_one_text_in_any_mixture() -> None:
    dump = make.libvirt(make.leaves_with(make.features_of("intel-westmere")))
    text = "<?xml version='1.0'?>\n" + HASWELL + dump + make.capabilities("Icelake-Server", ()) + HASWELL
    hosts = read_text(text, "racks.xml")
    assert [host.cpu.measured for host in hosts] == [False, True, False, False]
    assert hosts[0].cpu == hosts[3].cpu
    assert [host.format for host in hosts[:2]] == ["libvirt CPU XML", "libvirt CPUID XML"]
    assert len({host.name for host in hosts}) == 4


@given(
    st.lists(st.sampled_from(MODELS), min_size=1, max_size=5),
    st.sets(st.sampled_from(sorted(feature_names())), max_size=12),
    st.sampled_from(["", " mode='custom' match='exact'", ' match="minimum"']),
    st.booleans(),
)
def test_reading_without_a_parser_is_the_same(
    models: list[str], features: set[str], attributes: str, quoted: bool
) -> None:
    text = "".join(
        make.libvirt_cpu(model, sorted(features), attributes=attributes, more=SIGNED) for model in models
    )
    text = text.replace("'", '"') if quoted else text
    plain = [host.cpu for host in read_text(text, "x")]
    # A comment makes the parser look.
    assert [host.cpu for host in read_text(text + "<!-- parsed -->", "x")] == plain
    assert len(plain) == len(models)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HASWELL.replace("</model>", "</model><model>EPYC</model>"), "two different models"),
        (HASWELL.replace("x86_64", "s390x"), "architecture"),
        ("<cpu mode='host-passthrough'/>", "no <cpu> with a model"),
        ("<domain><cpu mode='host-model'/></domain>", "no <cpu> with a model"),
        (HASWELL[:-8], "cannot be read"),
        (HASWELL + "<cpu", "cannot be read"),
        (HASWELL.replace("name='vmx'", "name='v&mx'"), "cannot be read"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]>" + HASWELL, "entities"),
        ("<cpu><model>" + "<a>" * 80 + "</a>" * 80 + "</model></cpu>", "nested"),
    ],
)
def test_bad_elements(text: str, problem: str) -> None:
    assert problem in refused(text).problem


def test_names_are_of_the_catalogue() -> None:
    assert all(catalogue()[name].flag for name in feature_names().values())
    assert all(name in catalogue() for model in MODELS for name in features_of_model(model))


def test_models_are_libvirts_own() -> None:
    """What libvirt says that its models include, as far as the libvirt that is installed knows them."""
    virsh = shutil.which("virsh")
    if virsh is None:
        pytest.skip("virsh is not installed (Debian: libvirt-clients)")
    ask = [virsh, "-c", "test:///default"]
    known = subprocess.run([*ask, "cpu-models", "x86_64"], capture_output=True, text=True, check=False)
    if known.returncode:
        pytest.skip("virsh does not answer")
    for model in sorted(set(MODELS) & set(known.stdout.split())):
        told = subprocess.run(
            [*ask, "cpu-baseline", "--features", "/dev/stdin"],
            input=f"<cpu><arch>x86_64</arch><model>{model}</model></cpu>",
            capture_output=True,
            text=True,
            check=True,
        )
        names = re.findall(r"<feature policy='require' name='([^']+)'", told.stdout)
        theirs = {feature_names()[name] for name in names if name in feature_names()}
        assert features_of_model(model) <= theirs, model
        assert theirs, model


def test_a_file_of_elements(tmp_path: Path) -> None:
    path = tmp_path / "fleet.xml"
    path.write_text(HASWELL * 3)
    assert [host.name for host in read_capture(path)] == ["fleet-1", "fleet-2", "fleet-3"]

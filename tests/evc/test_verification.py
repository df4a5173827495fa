"""A guest's capture against the planned baseline: guests are made by masking the registers of hosts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.capture import read_capture
from flexgui.cpuid.catalogue import catalogue
from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.levels import of_level
from flexgui.cpuid.registers import CpuidTable
from flexgui.evc.guest_features import End, Guest
from flexgui.evc.modes import ModeTable, builtin_modes
from flexgui.evc.verification import Expected, Kind, Verification, verify
from tests.processors import cpu_of, cpu_with, features_of

MODES = builtin_modes()
WESTMERE = cpu_of("intel-westmere", eax=0x206C2, brand="Xeon X5650")
PENRYN = cpu_of("intel-penryn", eax=0x10676, brand="Xeon E5450")
MEROM = cpu_of("intel-merom", eax=0x6F6, brand="Xeon 5110")


def guest_of(cpu: Cpu, hides: Iterable[str] = (), shows: Iterable[str] = ()) -> Cpu:
    """What a machine on a host sees: the host without some features, with others, and in a hypervisor."""
    leaves = {key: list(values) for key, values in cpu.table.items()}
    for name, on in [*((n, False) for n in hides), *((n, True) for n in (*shows, "HYPERVISOR"))]:
        one = catalogue()[name]
        if (one.leaf, one.subleaf) in leaves:
            registers = leaves[one.leaf, one.subleaf]
            registers[one.register] = registers[one.register] & ~one.mask | (one.mask if on else 0)
    table = CpuidTable({key: (a, b, c, d) for key, (a, b, c, d) in leaves.items()})
    return described(replace(cpu, table=table))


def hidden_by(mode: str, vendor: str = "intel") -> set[str]:
    return MODES.governed[vendor] - set(features_of(mode))


def check(
    capture: Cpu,
    host: Cpu | None = WESTMERE,
    mode: str | None = "intel-merom",
    *,
    in_force: bool | None = None,
    esx: str | None = None,
    **guest: object,
) -> Verification:
    machine = Guest(name="db01", **guest)  # type: ignore[arg-type]
    return verify(capture, Expected(End("esx-01", host, esx, "a", mode, (host,)), machine, in_force), MODES)


def of(found: Verification, name: str) -> tuple[Kind, str]:
    each = next(each for each in found.differences if each.field.name == name)
    return each.kind, each.explanation.text()


def test_a_guest_that_sees_the_baseline_agrees() -> None:
    found = check(guest_of(WESTMERE, hidden_by("intel-merom")))
    assert found.agrees
    assert {each.kind for each in found.differences} == {Kind.HIDDEN}
    assert {"SSE41", "SSE42", "AES"} <= {each.field.name for each in found.differences}
    assert found.fits is not None
    assert found.fits.key == "intel-merom"


def test_without_evc_a_guest_sees_the_hardware() -> None:
    found = check(guest_of(WESTMERE), mode=None)
    assert found.agrees
    assert not found.differences
    assert not check(guest_of(WESTMERE, ["AES"]), mode=None).agrees


@pytest.mark.parametrize(
    ("circumstances", "words"),
    [
        ({}, "not enabled yet"),
        ({"in_force": False}, "only planned"),
        ({"started_under": "intel-westmere"}, "powered on under"),
        ({"binary_translation": True, "host": MEROM}, "cannot mask this register"),
    ],
)
def test_a_feature_that_should_be_hidden_is_explained(circumstances: dict[str, object], words: str) -> None:
    host = circumstances.get("host", WESTMERE)
    assert isinstance(host, Cpu)
    if host is MEROM:
        host = cpu_with((*features_of("intel-merom"), "AES"), eax=0x6F6)
        circumstances = {**circumstances, "host": host}
    found = check(guest_of(host, hidden_by("intel-merom") - {"AES"}), **circumstances)  # type: ignore[arg-type]
    kind, text = of(found, "AES")
    assert kind is Kind.VISIBLE
    assert words in text
    assert not found.agrees


@pytest.mark.parametrize(
    ("mode", "started", "words"),
    [("intel-westmere", None, "should be there"), ("intel-westmere", "intel-merom", "powered on under")],
)
def test_a_feature_that_is_missing_is_explained(mode: str, started: str | None, words: str) -> None:
    found = check(guest_of(WESTMERE, hidden_by("intel-merom")), mode=mode, started_under=started)
    kind, text = of(found, "AES")
    assert kind is Kind.MISSING
    assert words in text
    assert not found.agrees
    assert found.notes
    assert found.fits is not None
    assert found.fits.key == "intel-merom"


def test_a_guest_whose_leaves_end_early() -> None:
    haswell = cpu_of("intel-haswell", eax=0x306F2)
    guest = guest_of(haswell)
    leaves = dict(guest.table.items())
    leaves[0, 0] = (6, *leaves[0, 0][1:])
    found = check(described(replace(guest, table=CpuidTable(leaves))), haswell, "intel-haswell")
    assert of(found, "AVX2")[0] is Kind.MISSING
    assert "ends before leaf 7" in of(found, "AVX2")[1]


def test_own_mode_and_hardware_version_of_a_machine() -> None:
    own = check(guest_of(WESTMERE, hidden_by("intel-merom")), mode="intel-westmere", own_mode="intel-merom")
    assert own.agrees
    patched = cpu_with((*features_of("intel-westmere"), "IBRSIBPB"), eax=0x206C2)
    old = check(guest_of(patched), patched, None, hardware_version=8)
    assert of(old, "IBRSIBPB")[0] is Kind.VISIBLE
    assert "newer one by now" in of(old, "IBRSIBPB")[1]
    hidden = check(guest_of(patched, ["IBRSIBPB"]), patched, None, hardware_version=8)
    assert hidden.agrees
    assert of(hidden, "IBRSIBPB")[0] is Kind.HIDDEN
    assert check(guest_of(patched, ["IBRSIBPB"]), patched, None).agrees  # the version is not known


@pytest.mark.parametrize(
    ("cpu", "mode", "seen", "version"),
    [
        (cpu_of("intel-sapphirerapids", eax=0xC06F2), "intel-sapphirerapids", "intel-icelake", 13),
        (cpu_of("intel-skylake", eax=0x50654), "intel-skylake", "intel-broadwell", 11),
        (cpu_of("amd-zen3", eax=0xA00F11), "amd-zen3", "amd-zen2", 14),
    ],
)
def test_what_an_old_hardware_version_may_not_give_is_no_failure(
    cpu: Cpu, mode: str, seen: str, version: int
) -> None:
    guest = guest_of(cpu, hidden_by(seen, mode.partition("-")[0]))
    old = check(guest, cpu, mode, hardware_version=version)
    assert old.agrees
    late = set(features_of(mode)) - set(features_of(seen))
    assert {
        each.field.name: each.kind for each in old.differences if each.field.name in late
    } == dict.fromkeys(late, Kind.NOT_KNOWN)
    assert "depends on its virtual hardware version" in of(old, max(late))[1]
    for newer in (22, None):  # the baseline is what the plan expects
        found = check(guest, cpu, mode, hardware_version=newer)
        assert {each.field.name for each in found.differences if each.matters} == late
    # a feature that every version gives is missed all the same
    assert of(check(guest_of(cpu, ["SSE3"]), cpu, mode, hardware_version=version), "SSE3")[0] is Kind.MISSING


def test_the_masks_of_a_vcenter_are_exact() -> None:
    """What no mode requires, they show or hide all the same."""
    host = cpu_with((*features_of("intel-broadwell"), "HLE", "RTM", "PDPE1GB"), eax=0x406F1)
    built_in = check(guest_of(host, ["HLE"]), host, "intel-broadwell", hardware_version=14)
    assert built_in.agrees
    assert of(built_in, "HLE")[0] is Kind.NOT_KNOWN
    mode = replace(
        MODES["intel-broadwell"], hides=("HLE",), exposes_also=("RTM", "PDPE1GB"), first_release=None
    )
    lower = replace(MODES["intel-haswell"], hides=("HLE", "RTM"), exposes_also=(), first_release=None)
    read = ModeTable([lower, mode])

    def under(shows: Iterable[str] = (), hides: Iterable[str] = (), **guest: object) -> Verification:
        capture = guest_of(host, {"HLE", *hides} - set(shows))
        machine = Guest("db01", hardware_version=14, **guest)  # type: ignore[arg-type]
        end = End("esx-01", host, None, "a", "intel-broadwell", (host,))
        return verify(capture, Expected(end, machine), read)

    assert under().agrees
    assert of(under(), "HLE")[0] is Kind.HIDDEN
    assert of(under(shows=["HLE"]), "HLE")[0] is Kind.VISIBLE
    assert of(under(hides=["RTM"]), "RTM")[0] is Kind.MISSING
    lowered = under(hides=["RTM"], started_under="intel-haswell")
    assert "was powered on under" in of(lowered, "RTM")[1]


def test_what_modes_do_not_govern_is_no_failure() -> None:
    more = cpu_with((*features_of("intel-merom"), "VMX", "MWAIT", "EIST", "PCID", "PDPE1GB"), eax=0x6F6)
    found = check(guest_of(more, ["VMX", "MWAIT", "EIST", "PCID"], ["x2APIC"]), more)
    assert found.agrees
    assert of(found, "VMX")[0] is Kind.NOT_PASSED_ON
    assert of(found, "x2APIC")[0] is Kind.NOT_PASSED_ON
    assert of(found, "PCID")[0] is Kind.NOT_KNOWN
    assert check(guest_of(more), more).agrees


def test_run_time_bits_are_ignored() -> None:
    sandy = cpu_of("intel-sandybridge", eax=0x206D7)
    found = check(guest_of(sandy, [], ["OSXSAVE"]), sandy, "intel-sandybridge")
    assert "OSXSAVE" not in {each.field.name for each in found.differences}


def test_captures_that_are_not_of_a_guest_there() -> None:
    bare = check(WESTMERE, mode=None)
    assert not bare.agrees
    assert "not taken inside a virtual machine" in bare.problems[0].text()
    other = check(guest_of(cpu_of("amd-greyhound")))
    assert not other.differences
    assert "AMD" in other.problems[0].text()
    model = check(guest_of(PENRYN))
    assert "another processor" in model.problems[0].text()
    # A mode may show the model of its own generation.
    assert check(guest_of(MEROM)).agrees
    foreign = check(guest_of(MEROM, [], ["AES"]), MEROM)
    assert "lacks AES" in of(foreign, "AES")[1]


def test_a_list_of_flags_says_what_it_cannot_tell() -> None:
    flags = Cpu("x", vendor="intel", present=("HYPERVISOR", *features_of("intel-merom")))
    found = check(flags)
    assert found.agrees
    assert "AES" in found.unseen


def test_the_host_is_not_known_but_its_mode() -> None:
    assert check(guest_of(WESTMERE, hidden_by("intel-merom")), None).agrees
    assert not check(guest_of(WESTMERE), None).agrees


NAMES = tuple(sorted({*of_level("user"), *of_level("kernel")}))
SOME = st.frozensets(st.sampled_from(NAMES), max_size=20)


@given(SOME, st.sampled_from(["intel-merom", "intel-nehalem", "intel-haswell"]))
def test_a_guest_masked_as_the_mode_says_agrees(more: frozenset[str], mode: str) -> None:
    host = cpu_with({*features_of(mode), *more}, eax=0x306F2)
    assert check(guest_of(host, hidden_by(mode)), host, mode).agrees


@given(SOME, SOME, st.sampled_from(["intel-merom", "intel-haswell"]))
def test_failures_are_bits_that_modes_govern_or_hardware_lacks(
    has: frozenset[str], sees: frozenset[str], mode: str
) -> None:
    host = cpu_with({*features_of(mode), *has}, eax=0x306F2)
    guest = guest_of(cpu_with({*features_of("intel-merom"), *sees}, eax=0x306F2))
    for each in check(guest, host, mode).differences:
        if each.matters:
            assert each.field.name in MODES.governed["intel"] or each.hardware is False
            assert each.expected is not each.seen


# --- real captures


def test_an_epyc_guest(captures: Path) -> None:
    (captured,) = read_capture(captures / "cpuid" / "cpuid-r-1.txt")
    genoa = read_capture(captures / "aida64" / "AuthenticAMD0A10F11_K19_Genoa_02_CPUID.txt")[0].cpu
    found = check(captured.cpu, genoa, None)
    assert not found.problems
    assert check(captured.cpu, WESTMERE).problems


def test_observed_masks_are_what_is_expected(captures: Path, shared: Path) -> None:
    """Masks seen in the field: what a guest under them sees agrees with the mode, on a newer host."""
    host = read_capture(captures / "libvirt" / "x86_64-cpuid-Xeon-E5-2650-v4.xml")[0].cpu
    masks = json.loads((shared / "reference" / "observed_feature_masks.json").read_text("utf-8"))
    for title, mask in masks.items():
        mode = title.split()[0]
        flags = {found.name for name in mask["flags"] if (found := catalogue().find(name)) is not None}
        every = {
            f.name for key in catalogue().feature_registers for f in catalogue().in_register(*key) if f.flag
        }
        basics = {f.name for f in catalogue().in_register(1, 0, 3)} | set(features_of(mode))
        guest = guest_of(host, every - flags - basics)
        found = check(guest, host, mode, hardware_version=14)
        assert found.agrees, (title, [each for each in found.differences if each.matters])
        assert found.fits is not None
        assert found.fits.key == mode

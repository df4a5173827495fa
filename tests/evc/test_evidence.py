"""One processor of a host from several sources, and where they contradict each other."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.capture import read_capture
from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.registers import CpuidTable
from flexgui.evc.evidence import (
    SAYS,
    STRENGTH,
    Disagreement,
    EvidenceKind,
    combined,
    disagreements,
    kind_of,
    rests_on_brand,
)
from flexgui.evc.modes import builtin_modes
from flexgui.evc.series import assumed_cpu, branded, series
from flexgui.evc.support import Answer, assess, support
from tests import processors as make

MODES = builtin_modes()
KNOWN = [mode.key for mode in MODES if mode.known]
HASWELL = make.cpu_of("intel-haswell", eax=0x306F2, maximum=0x1F)
BROADWELL = make.cpu_of("intel-broadwell", eax=0x406F1, maximum=0x1F)


def without(cpu: Cpu, *leaves: int) -> Cpu:
    """The processor as a capture shows it that lacks these leaves."""
    table = {leaf: registers for leaf, registers in cpu.table.items() if leaf[0] not in leaves}
    return described(Cpu("", table=CpuidTable(table)))


def named(*present: str, absent: tuple[str, ...] = (), vendor: str | None = "intel") -> Cpu:
    return described(Cpu("", vendor=vendor, present=present, absent=absent))


def measured(mode: str) -> Cpu:
    return described(Cpu("", vendor=mode.partition("-")[0], max_evc_mode=mode))


def sold_as(code_name: str) -> Cpu:
    return assumed_cpu(next(each for each in series() if each.code_name == code_name))


def answer(cpu: Cpu, mode: str) -> Answer:
    return support(cpu, MODES[mode], MODES).answer


def about(*evidence: tuple[EvidenceKind, Cpu]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(d.about, d.what, d.other_what, d.features) for d in disagreements(evidence, MODES)]


def test_one_source_is_the_processor_itself() -> None:
    assert combined([("registers", HASWELL)], MODES) is HASWELL
    assumed = sold_as("Haswell EP")
    assert combined([("brand", assumed)], MODES) is assumed
    assert rests_on_brand([("brand", assumed)], MODES)
    assert not rests_on_brand([("registers", HASWELL)], MODES)
    with pytest.raises(ValueError, match="source"):
        combined([], MODES)


def test_the_kind_of_evidence() -> None:
    assert kind_of(HASWELL, assumed=False) == "registers"
    assert kind_of(named("SSE41"), assumed=False) == "features"
    assert kind_of(measured("intel-haswell"), assumed=False) == "maxEVCModeKey"
    assert kind_of(sold_as("Haswell EP"), assumed=True) == "brand"
    assert kind_of(sold_as("Granite Rapids AP/SP"), assumed=True) == "brand"
    granite = branded("Intel(R) Xeon(R) 6960P").cpu
    assert kind_of(granite, assumed=True) == "brand"
    older = branded("Intel(R) Xeon(R) 6960P", "intel-sapphirerapids").cpu
    assert kind_of(older, assumed=True) == "maxEVCModeKey"


def test_names_fill_only_what_registers_leave_open() -> None:
    short = without(HASWELL, 7)
    names = named("AVX2", "BMI1", "AVX512F", absent=("AES", "SMEP"))
    cpu = combined([("features", names), ("registers", short)], MODES)
    assert cpu.table == short.table
    assert (cpu.has("AVX2"), cpu.has("AVX512F"), cpu.has("SMEP")) == (True, True, False)
    assert cpu.has("AES") is True  # leaf 1 says so
    assert cpu.has("INVPCID") is None
    assert (cpu.brand, cpu.signature) == (short.brand, short.signature)


def test_names_beside_registers_count_more_than_names_alone() -> None:
    host = described(replace(without(HASWELL, 7), present=("AVX2",), absent=("SMEP",)))
    names = named("SMEP", "BMI1", absent=("AVX2",))
    cpu = combined([("features", names), ("registers", host)], MODES)
    assert (cpu.has("AVX2"), cpu.has("SMEP"), cpu.has("BMI1")) == (True, False, True)


def test_names_count_where_a_hypervisor_may_hide_features() -> None:
    inside = make.cpu_with((*make.features_of("intel-merom"), "HYPERVISOR"))
    cpu = combined([("registers", inside), ("features", named("SSE41", absent=("SSE42",)))], MODES)
    assert (cpu.has("SSE41"), cpu.has("SSE42"), cpu.has("AES")) == (True, False, None)


def test_registers_of_the_host_count_more_than_those_of_a_guest() -> None:
    guest = make.cpu_with((*make.features_of("intel-merom"), "HYPERVISOR", "AVX2"), eax=0x306F2)
    cpu = combined([("registers", guest), ("registers", HASWELL)], MODES)
    assert cpu is HASWELL


def test_a_missing_leaf_comes_from_another_capture_of_the_same_processor() -> None:
    short = without(HASWELL, 7, 0xD, 4)
    other = without(HASWELL, 0x8000_0001)
    cpu = combined([("registers", short), ("registers", other)], MODES)
    assert dict(cpu.table.items()) == dict(HASWELL.table.items())
    assert answer(short, "intel-haswell") is Answer.UNKNOWN
    assert answer(cpu, "intel-haswell") is Answer.YES


def test_no_leaf_comes_from_a_capture_that_does_not_agree() -> None:
    short = without(HASWELL, 7, 0x8000_0001)
    other_model = without(make.cpu_of("intel-haswell", eax=0x306F3, maximum=0x1F), 2, 3, 4, 5, 6, 8, 9)
    patched = without(
        make.cpu_of("intel-haswell", "AES", eax=0x306F2, maximum=0x1F), 2, 3, 4, 5, 6, 8, 9, 0xD
    )
    for other in (other_model, patched):
        cpu = combined([("registers", short), ("registers", other)], MODES)
        assert cpu.table in (short.table, other.table)


def test_the_measured_mode_fills_what_is_open_after_that() -> None:
    short = without(HASWELL, 7, 0x8000_0001)
    cpu = combined([("maxEVCModeKey", measured("intel-haswell")), ("registers", short)], MODES)
    assert cpu.max_evc_mode == "intel-haswell"
    assert answer(cpu, "intel-haswell") is Answer.YES
    assert answer(cpu, "intel-broadwell") is Answer.UNKNOWN
    merom = make.cpu_of("intel-merom", maximum=0xA)
    cpu = combined([("maxEVCModeKey", measured("intel-haswell")), ("registers", merom)], MODES)
    assert answer(cpu, "intel-penryn") is Answer.NO


def test_a_newer_vcenter_sees_a_newer_mode() -> None:
    old, new = measured("intel-sandybridge"), measured("intel-haswell")
    assert combined([("maxEVCModeKey", old), ("maxEVCModeKey", new)], MODES).max_evc_mode == "intel-haswell"
    unpublished = measured("intel-graniterapids")
    cpu = combined([("maxEVCModeKey", new), ("maxEVCModeKey", unpublished)], MODES)
    assert answer(cpu, "intel-graniterapids") is answer(cpu, "intel-haswell") is Answer.YES


def test_a_name_promises_only_what_is_open_and_nothing_above_the_measured_mode() -> None:
    short = without(HASWELL, 7)
    assumed = sold_as("Haswell EP")
    both: list[tuple[EvidenceKind, Cpu]] = [("brand", assumed), ("registers", short)]
    cpu = combined(both, MODES)
    assert answer(cpu, "intel-haswell") is Answer.YES
    assert answer(cpu, "intel-broadwell") is Answer.NO
    assert rests_on_brand(both, MODES)
    assert not rests_on_brand([("brand", assumed), ("registers", HASWELL)], MODES)

    cpu = combined([("maxEVCModeKey", measured("intel-sandybridge")), ("brand", assumed)], MODES)
    assert answer(cpu, "intel-sandybridge") is Answer.YES
    assert answer(cpu, "intel-haswell") is Answer.UNKNOWN  # the vCenter may be older than Haswell
    assert answer(cpu, "intel-broadwell") is Answer.NO
    assert cpu.generation is not None
    assert cpu.generation.name == "Haswell"

    # Measured above the name: the name is wrong, and says nothing of what is beyond either.
    cpu = combined([("maxEVCModeKey", measured("intel-broadwell")), ("brand", assumed)], MODES)
    assert answer(cpu, "intel-broadwell") is Answer.YES
    assert answer(cpu, "intel-skylake") is Answer.UNKNOWN
    assert cpu.generation is None


def test_nobody_knows_what_is_beyond_a_mode_whose_contents_are_not_published() -> None:
    unpublished = measured("intel-graniterapids")
    cpu = combined([("maxEVCModeKey", unpublished), ("brand", sold_as("Haswell EP"))], MODES)
    assert answer(cpu, "intel-graniterapids") is answer(cpu, "intel-haswell") is Answer.YES
    assert answer(cpu, "intel-sapphirerapids") is Answer.YES, "a mode has what the one before it has"


def test_a_name_that_registers_contradict_says_nothing() -> None:
    short = without(HASWELL, 7)
    for wrong in (sold_as("Broadwell EP/EX"), sold_as("Zen2-Rome")):
        cpu = combined([("brand", wrong), ("registers", short)], MODES)
        assert cpu.fingerprint == short.fingerprint


def test_sources_of_one_kind_that_contradict_each_other_leave_it_open() -> None:
    one, two = named("AVX2", "SSE41"), named("SSE41", absent=("AVX2",))
    cpu = combined([("features", one), ("features", two)], MODES)
    assert (cpu.has("AVX2"), cpu.has("SSE41")) == (None, True)
    cpu = combined([("brand", sold_as("Haswell EP")), ("brand", sold_as("Broadwell EP/EX"))], MODES)
    assert cpu.generation is None
    assert answer(cpu, "intel-haswell") is Answer.YES
    assert answer(cpu, "intel-broadwell") is Answer.UNKNOWN
    assert answer(cpu, "intel-skylake") is Answer.NO


def test_what_contradicts() -> None:
    rome = sold_as("Zen2-Rome")
    assert about(("registers", HASWELL), ("brand", rome)) == [("maker", "Intel", "AMD", ())]
    wrong = sold_as("Broadwell EP/EX")
    assert about(("brand", wrong), ("registers", HASWELL)) == [("generation", "Haswell", "Broadwell", ())]
    no_aes = make.cpu_of("intel-haswell", "AES", eax=0x306F2, maximum=0x1F)
    assert about(("registers", no_aes), ("features", named("AES", "AVX2"))) == [
        ("features", "", "", ("AES",))
    ]
    (found,) = disagreements([("registers", no_aes), ("maxEVCModeKey", measured("intel-haswell"))], MODES)
    assert (found.about, found.source, found.other, found.counts) == ("mode", 1, 0, 0)
    assert found.features == ("AES",)
    assert (
        about(("maxEVCModeKey", measured("intel-broadwell")), ("brand", sold_as("Haswell EP")))[0][0]
        == "mode"
    )
    assert (
        about(("maxEVCModeKey", measured("amd-piledriver")), ("maxEVCModeKey", measured("amd-zen")))
        == [("modes", MODES["amd-piledriver"].label, MODES["amd-zen"].label, ())]
        or about(("maxEVCModeKey", measured("amd-zen")), ("maxEVCModeKey", measured("amd-piledriver")))[0][0]
        == "modes"
    )


def test_what_does_not_contradict() -> None:
    assert about(("registers", HASWELL)) == []
    # A vCenter never reports a mode newer than itself.
    assert about(("registers", HASWELL), ("maxEVCModeKey", measured("intel-merom"))) == []
    assert (
        about(("maxEVCModeKey", measured("intel-merom")), ("maxEVCModeKey", measured("intel-haswell"))) == []
    )
    # What a list assumes is no knowledge against a register; what a guest lacks may be masked.
    no_aes = make.cpu_of("intel-haswell", "AES", eax=0x306F2, maximum=0x1F)
    assert about(("registers", no_aes), ("brand", sold_as("Haswell EP"))) == []
    guest = make.cpu_with((*make.features_of("intel-merom"), "HYPERVISOR", "x2APIC"), eax=0x306F2)
    assert about(("registers", HASWELL), ("registers", guest)) == []


def test_every_sentence_names_both_sources_and_can_be_filled() -> None:
    for kind, template in SAYS.items():
        found = Disagreement(kind, 0, 1, 0, "this", "that", ("AES",))
        text = template.format_map(found.parameters("esx-01", ("the capture", "the table")))
        assert "the capture" in text
        assert "the table" in text
        assert "esx-01" in text


def test_the_esxi_host_is_settled_by_what_vcenter_measured(captures: Path) -> None:
    for file in sorted((captures / "vsphere").glob("*.json")):
        for host in read_capture(file):
            if not host.cpu.measured or host.cpu.max_evc_mode is None:
                continue
            bare = described(replace(host.cpu, present=(), max_evc_mode=None))
            mode = measured(host.cpu.max_evc_mode)
            cpu = combined([("maxEVCModeKey", mode), ("registers", bare)], MODES)
            assert assess(cpu, MODES).highest == MODES[host.cpu.max_evc_mode]
            assert assess(bare, MODES).highest != MODES[host.cpu.max_evc_mode]


# Properties.

FEATURES = sorted(make.features_of("intel-icelake"))


@st.composite
def sources(draw: st.DrawFn) -> tuple[EvidenceKind, Cpu]:
    kind = draw(st.sampled_from(STRENGTH))
    vendor = draw(st.sampled_from(["intel", "intel", "intel", "amd", None]))
    if kind == "registers":
        features = draw(st.sets(st.sampled_from([*FEATURES, "HYPERVISOR"])))
        cpu = make.cpu_with(features, eax=draw(st.sampled_from([0x306F2, 0x406F1])), maximum=0x1F)
        dropped = draw(st.sets(st.sampled_from([1, 7, 0xD, 0x8000_0001])))
        own = draw(st.sets(st.sampled_from(FEATURES), max_size=3))
        lacks = draw(st.sets(st.sampled_from(FEATURES), max_size=3)) - own
        highest = draw(st.none() | st.sampled_from(["intel-merom", "intel-haswell"]))
        cpu = replace(without(cpu, *dropped), present=tuple(own), absent=tuple(lacks), max_evc_mode=highest)
        return kind, described(cpu)
    if kind == "brand":
        return kind, assumed_cpu(draw(st.sampled_from(series())))
    mode = draw(st.sampled_from([m.key for m in MODES] + ["intel-unheard-of"]))
    if kind == "maxEVCModeKey":
        return kind, measured(mode)
    present = draw(st.sets(st.sampled_from(FEATURES)))
    absent = draw(st.sets(st.sampled_from(FEATURES))) - present
    more = mode if draw(st.booleans()) and vendor is not None and mode.startswith(vendor) else None
    cpu = Cpu("", vendor=vendor, present=tuple(present), absent=tuple(absent), max_evc_mode=more)
    return kind, described(cpu)


def answers(cpu: Cpu) -> dict[str, Answer]:
    return {mode.key: support(cpu, mode, MODES).answer for mode in MODES}


@given(st.lists(sources(), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_sources_does_not_matter(
    evidence: list[tuple[EvidenceKind, Cpu]], shuffler: random.Random
) -> None:
    order = list(evidence)
    shuffler.shuffle(order)
    assert combined(order, MODES).fingerprint == combined(evidence, MODES).fingerprint
    assert rests_on_brand(order, MODES) == rests_on_brand(evidence, MODES)

    def said(of: list[tuple[EvidenceKind, Cpu]]) -> list[object]:
        return sorted(
            (
                d.about,
                of[d.source][1].fingerprint,
                of[d.other][1].fingerprint,
                d.what,
                d.other_what,
                d.features,
            )
            for d in disagreements(of, MODES)
        )

    assert said(order) == said(evidence)


@given(st.lists(sources(), min_size=1, max_size=4), sources())
def test_a_weaker_source_never_changes_an_answer(
    evidence: list[tuple[EvidenceKind, Cpu]], weaker: tuple[EvidenceKind, Cpu]
) -> None:
    weakest = max(STRENGTH.index(kind) for kind, _ in evidence)
    if STRENGTH.index(weaker[0]) <= weakest:
        return
    before = answers(combined(evidence, MODES))
    after = answers(combined([*evidence, weaker], MODES))
    changed = {key for key, a in before.items() if a is not Answer.UNKNOWN and after[key] is not a}
    assert changed == set()


@given(st.lists(sources(), min_size=1, max_size=4))
def test_no_feature_is_invented(evidence: list[tuple[EvidenceKind, Cpu]]) -> None:
    cpu = combined(evidence, MODES)
    told = [MODES.get(each.max_evc_mode) for _, each in evidence]
    stated = {name for mode in told if mode is not None for name in mode.requires or ()}
    for name in FEATURES:
        if cpu.has(name) is not None:
            said = {each.has(name) for _, each in evidence}
            assert cpu.has(name) in said or (cpu.has(name) and name in stated)

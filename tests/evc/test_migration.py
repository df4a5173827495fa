"""Migration: live, cold only, never, or cannot tell; never a guess."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.capture import read_capture
from flexgui.cpuid.catalogue import catalogue
from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.levels import level, levels, of_level
from flexgui.cpuid.registers import CpuidTable
from flexgui.evc import migration_words as say
from flexgui.evc.failing import requirement_keys
from flexgui.evc.guest_features import End, Guest
from flexgui.evc.hardware_versions import features_since, hardware_versions, runs
from flexgui.evc.migration import Outcome, Verdict, migrate
from flexgui.evc.modes import ModeTable, builtin_modes
from flexgui.evc.releases import at_least, esx_releases
from flexgui.evc.support import Answer
from tests.processors import AMD, INTEL, cpu_of, cpu_with, features_of

MODES = builtin_modes()
VI3, VSPHERE4, VSPHERE8 = "2.5u2", "4.0u1", "8.0"

MEROM = cpu_of("intel-merom", eax=0x6F6, brand="Xeon 5110")
PENRYN = cpu_of("intel-penryn", eax=0x10676, brand="Xeon E5450")
NEHALEM = cpu_of("intel-nehalem", eax=0x106A5, brand="Xeon X5570")
HASWELL = cpu_of("intel-haswell", eax=0x306F2, brand="Xeon E5-2690 v3")
OPTERON = cpu_of("amd-greyhound", eax=0x100F42, brand="Opteron 2389")
GENERATIONS = {"merom": MEROM, "penryn": PENRYN, "nehalem": NEHALEM}
"""Table 2 of the paper: each was an island before FlexMigration."""


def end(cpu: Cpu | None, mode: str | None = None, cluster: str | None = None, **more: object) -> End:
    pool = (cpu,) if mode is not None else ()
    fields = {"name": "esx", "cluster": cluster or mode, "mode": mode, "pool": pool, **more}
    return End(cpu=cpu, **fields)  # type: ignore[arg-type]


def move(
    source: Cpu | End | None, destination: Cpu | End | None, release: str = VSPHERE8, **guest: object
) -> Verdict:
    ends = [each if isinstance(each, End) else end(each) for each in (source, destination)]
    machine = Guest(name="db01", **guest)  # type: ignore[arg-type]
    return migrate(machine, replace(ends[0], name="esx-01"), replace(ends[1], name="esx-02"), MODES, release)


def text(verdict: Verdict) -> str:
    return " ".join(said.text() for said in (*verdict.reasons, *verdict.warnings, *verdict.notes))


# --- the paper's pool


@pytest.mark.parametrize("here", GENERATIONS)
@pytest.mark.parametrize("there", GENERATIONS)
@pytest.mark.parametrize("release", [VI3, VSPHERE4])
def test_before_flexmigration_each_generation_is_an_island(here: str, there: str, release: str) -> None:
    found = move(GENERATIONS[here], GENERATIONS[there], release, hardware_version=7)
    assert (found.outcome is Outcome.LIVE) == (here == there)
    kernel, application = found.views[:2]
    assert (application.answer is Answer.YES) == (here == there)
    if here != there:
        assert application.failing is not None
        assert application.failing.place() == "CPUID level 0x1 register 'ecx'"
        assert "CPUID level 0x1 register 'ecx'" in found.message
    # A kernel misses nothing on a host that has more.
    order = list(GENERATIONS)
    assert (kernel.answer is Answer.NO) == (order.index(there) < order.index(here))


@pytest.mark.parametrize("here", GENERATIONS)
@pytest.mark.parametrize("there", GENERATIONS)
@pytest.mark.parametrize("release", [VI3, VSPHERE4])
def test_after_flexmigration_they_are_one_pool(here: str, there: str, release: str) -> None:
    ends = [end(GENERATIONS[name], "intel-merom", "a") for name in (here, there)]
    found = move(*ends, release, started_under="intel-merom")
    assert found.outcome is Outcome.LIVE
    assert [view.answer for view in found.views[2:]] == [Answer.YES, Answer.YES]
    assert found.message == ""


def test_the_first_register_and_its_features_in_vspheres_manner() -> None:
    found = move(NEHALEM, PENRYN)
    assert found.failing is not None
    assert found.failing.place() == "CPUID level 0x1 register 'ecx'"
    assert found.failing.features == ("SSE42", "POPCNT")
    assert set(found.features) == {"SSE42", "POPCNT", "RDTSCP"}
    assert found.failing.required.bits("1") & catalogue()["SSE42"].mask
    assert not found.failing.host_bits.bits("1") & catalogue()["SSE42"].mask
    assert "Mismatch detected for these features: SSE42, POPCNT" in found.message
    old = move(NEHALEM, PENRYN, VI3)
    assert old.message.startswith("Unable to migrate from esx-01 to esx-02: ")
    gained = move(PENRYN, NEHALEM)
    assert gained.failing is not None
    assert gained.failing.required.bits("0") & catalogue()["SSE42"].mask


def test_without_evc_a_difference_of_user_level_blocks_either_way_and_evc_is_advised() -> None:
    for found in (move(PENRYN, MEROM), move(MEROM, PENRYN)):
        assert found.outcome is Outcome.COLD
        assert found.features == ("SSE41",)
        assert found.remedy is not None
        assert MODES["intel-merom"].label in found.remedy.text()


def test_without_evc_a_kernel_feature_blocks_only_where_the_machine_has_it() -> None:
    more = cpu_with((*features_of("intel-merom"), "SMEP"), eax=0x6F6)
    found = move(more, MEROM, hardware_version=14)
    assert (found.outcome, found.features) == (Outcome.COLD, ("SMEP",))
    assert move(MEROM, more).outcome is Outcome.LIVE
    assert move(more, MEROM, features=features_of("intel-merom")).outcome is Outcome.LIVE
    assert move(more, MEROM, features=(*features_of("intel-merom"), "SMEP")).outcome is Outcome.COLD
    # with which features it was powered on is not known for certain
    for version in (None, 8):
        found = move(more, MEROM, hardware_version=version)
        assert (found.outcome, found.unknown) == (Outcome.UNKNOWN, ("SMEP",))
        assert "virtual hardware version" in found.reasons[0].text()
    pages = cpu_with((*features_of("intel-merom"), "PDPE1GB"), eax=0x6F6)  # no version is known to give it
    assert move(pages, MEROM, hardware_version=14).outcome is Outcome.UNKNOWN


# --- EVC


def test_a_machine_above_the_mode_is_judged_by_its_own_features() -> None:
    here, there = (end(cpu, "intel-merom", "a") for cpu in (NEHALEM, MEROM))
    found = move(here, there, started_under="intel-nehalem")
    assert found.outcome is Outcome.COLD
    assert found.features == ("SSE41", "SSE42", "POPCNT", "RDTSCP")
    outside = move(end(NEHALEM), there, VSPHERE4)
    assert outside.outcome is Outcome.COLD
    assert move(end(MEROM), there, VSPHERE4).outcome is Outcome.LIVE
    assert move(here, there, started_under="intel-nehalem", features=features_of("intel-merom")).outcome is (
        Outcome.LIVE
    )


def test_the_paper_moves_nothing_live_into_a_cluster_with_evc_from_outside() -> None:
    found = move(MEROM, end(MEROM, "intel-merom"), VI3)
    assert found.outcome is Outcome.COLD
    assert "outside EVC" in text(found)


def test_a_host_that_lacks_the_mode_blocks_and_one_that_cannot_tell_does_not_say_yes() -> None:
    here = end(HASWELL, "intel-haswell", "a")
    lacking = move(here, end(NEHALEM, "intel-haswell", "a"), started_under="intel-haswell")
    assert lacking.outcome is Outcome.COLD
    unknown = move(here, end(None, "intel-haswell", "a"), started_under="intel-haswell")
    assert unknown.outcome is Outcome.UNKNOWN
    stated = Cpu("x", vendor="intel", max_evc_mode="intel-haswell")
    assert (
        move(here, end(stated, "intel-haswell", "a"), started_under="intel-haswell").outcome is Outcome.LIVE
    )


def test_modes_of_unknown_contents_decide_only_where_a_vcenter_measured_them() -> None:
    mode = "intel-graniterapids"
    measured = Cpu("x", vendor="intel", max_evc_mode=mode)
    here = end(measured, mode, "a")
    assert move(here, end(measured, mode, "a"), "9.0", started_under=mode).outcome is Outcome.LIVE
    assert move(here, end(HASWELL, mode, "a"), "9.0", started_under=mode).outcome is not Outcome.LIVE


def test_microcode_that_differs_is_recognised_and_a_cluster_waits_for_all_hosts() -> None:
    patched = cpu_with((*features_of("intel-haswell"), "IBRSIBPB", "STIBP", "SSBD"), eax=0x306F2)
    found = move(patched, HASWELL, hardware_version=11)
    assert found.outcome is Outcome.COLD
    assert found.remedy is not None
    assert "microcode" in found.remedy.text()
    assert move(patched, HASWELL, hardware_version=8).outcome is Outcome.UNKNOWN  # SSBD is only recalled
    only = cpu_with((*features_of("intel-haswell"), "IBRSIBPB"), eax=0x306F2)
    assert move(only, HASWELL, hardware_version=8).outcome is Outcome.LIVE
    assert move(only, HASWELL).outcome is Outcome.UNKNOWN
    cluster = end(patched, "intel-haswell", "a", pool=(patched, HASWELL))
    assert move(only, cluster, hardware_version=11).features == ("IBRSIBPB",)
    assert move(only, replace(cluster, pool=(patched,)), hardware_version=11).outcome is Outcome.LIVE


def test_evc_vouches_for_all_but_microcode() -> None:
    """Whatever a machine got under a mode, a host that supports the mode has it; microcode may differ."""
    rich = cpu_with((*features_of("intel-haswell"), "MPX", "PDPE1GB"), eax=0x306F2)
    here = end(rich, "intel-haswell", "a")
    for there in (end(HASWELL, "intel-haswell", "b"), end(HASWELL)):
        assert move(here, there, started_under="intel-haswell", hardware_version=14).outcome is Outcome.LIVE
    patched = end(cpu_with((*features_of("intel-haswell"), "SSBD"), eax=0x306F2), "intel-haswell", "a")
    found = move(patched, end(HASWELL, "intel-haswell", "b"), started_under="intel-haswell")
    assert (found.outcome, found.unknown) == (Outcome.UNKNOWN, ("SSBD",))
    assert found.remedy is not None
    assert "same current microcode" in found.remedy.text()


@pytest.mark.parametrize("version", [None, 14])
def test_whether_a_mode_shows_tsx_is_open(version: int | None) -> None:
    """Microcode takes TSX from one host and not from another of the same model."""
    tsx = cpu_with((*features_of("intel-broadwell"), "HLE", "RTM"), eax=0x406F1)
    none = cpu_with(features_of("intel-broadwell"), eax=0x406F1)
    for mode, sure in (("intel-broadwell", False), ("intel-haswell", False), ("intel-ivybridge", True)):
        here = end(tsx, mode, "a")
        start = {"started_under": mode, "hardware_version": version}
        without = [end(none)] if mode == "intel-broadwell" else []
        for there in (end(none, mode, "b"), *without):
            found = move(here, there, **start)
            assert found.outcome is (Outcome.LIVE if sure else Outcome.UNKNOWN)
            assert sure or {"HLE", "RTM"} <= set(found.unknown)
        assert move(end(none, mode, "a"), end(tsx, mode, "b"), **start).outcome is Outcome.LIVE
        # Within a cluster it is vCenter's care; the table still says what is open.
        within = move(here, end(none, mode, "a"), **start)
        assert within.outcome is Outcome.LIVE
        for view in within.views[2:]:
            assert (view.answer, view.unknown) == (
                (Answer.YES, ()) if sure else (Answer.UNKNOWN, ("HLE", "RTM"))
            )
            assert view.failing is None
    # whatever the mode shows, it shows on both
    both = move(
        end(tsx, "intel-broadwell", "a"), end(tsx, "intel-broadwell", "b"), started_under="intel-broadwell"
    )
    assert both.outcome is Outcome.LIVE
    outside = move(end(tsx, cluster="a"), end(none, "intel-broadwell", "a"), hardware_version=14)
    assert (outside.outcome, outside.features) == (Outcome.COLD, ("HLE", "RTM"))
    assert move(end(tsx, cluster="a"), end(none, "intel-broadwell", "a")).outcome is Outcome.UNKNOWN


def test_masks_of_a_vcenter_tell_whether_a_mode_shows_tsx() -> None:
    broadwell = replace(
        MODES["intel-broadwell"], hides=("HLE", "RTM"), exposes_also=("PCID",), first_release=None
    )
    read = ModeTable([broadwell])
    tsx = cpu_with((*features_of("intel-broadwell"), "HLE", "RTM"), eax=0x406F1)
    none = cpu_with(features_of("intel-broadwell"), eax=0x406F1)
    here, there = (end(cpu, "intel-broadwell", name, name=name) for cpu, name in ((tsx, "a"), (none, "b")))
    machine = Guest("db01", started_under="intel-broadwell", hardware_version=14)
    assert migrate(machine, here, there, MODES, VSPHERE8).outcome is Outcome.UNKNOWN
    found = migrate(machine, here, there, read, VSPHERE8)
    assert found.outcome is Outcome.LIVE
    assert [view.answer for view in found.views[2:]] == [Answer.YES, Answer.YES]
    # shown by the masks, so the machine has what its host has
    shown = ModeTable([replace(broadwell, hides=(), exposes_also=("HLE", "RTM"))])
    cold = migrate(machine, here, there, shown, VSPHERE8)
    assert (cold.outcome, cold.features) == (Outcome.COLD, ("HLE", "RTM"))


EMERALD = cpu_of("intel-sapphirerapids", eax=0xC06F2)
ICELAKE = cpu_of("intel-icelake", eax=0x606A6)


@pytest.mark.parametrize(
    ("cpu", "mode", "old", "new"),
    [
        (EMERALD, "intel-icelake", 13, 20),
        (ICELAKE, "intel-sandybridge", 7, 18),
        (ICELAKE, "intel-broadwell", 8, 18),
        (cpu_of("amd-zen3", eax=0xA00F11), "amd-zen2", 13, 19),
    ],
)
def test_features_newer_than_the_hardware_version(cpu: Cpu, mode: str, old: int, new: int) -> None:
    """A machine of an old version may not have what its host has: never a certain no."""
    there = end(cpu, mode)
    assert move(cpu, there, hardware_version=new).outcome is Outcome.COLD
    for version in (old, None):
        found = move(cpu, there, hardware_version=version)
        assert found.outcome is Outcome.UNKNOWN
        assert not found.features
        assert found.remedy is not None
        assert "virtual hardware version" in found.remedy.text()
    start = {EMERALD: "intel-sapphirerapids", ICELAKE: "intel-skylake"}.get(cpu, "amd-zen3")
    here = end(cpu, start, "a")
    assert move(here, there, started_under=start, hardware_version=old).outcome is Outcome.UNKNOWN
    # vCenter states the mode by what the machine has: without a version, its word is taken
    assert move(here, there, started_under=start).outcome is Outcome.COLD
    assert move(here, there, started_under=start, start_assumed=True).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("vendor", ["intel", "amd"])
def test_every_feature_of_a_mode_has_a_hardware_version(vendor: str) -> None:
    """No version older than the release that brought the mode is taken to give it, but for the paper's."""
    for name in MODES.governed[vendor]:
        since = [each for each in features_since() if each.feature == name and each.vendor in ("", vendor)]
        mode = MODES.introduced_by(name, vendor)
        assert since, name
        assert mode is not None
        version = max(each.version for each in since)
        if version > 7:
            assert at_least(hardware_versions()[version].sure_esx, str(mode.first_release)), name
    names = {(each.vendor, each.feature) for each in features_since()}
    assert all(catalogue()[name].name == name for _, name in names)


def test_from_outside_evc_what_a_mode_is_not_known_to_hide() -> None:
    rich = cpu_with((*features_of("intel-haswell"), "RTM"), eax=0x306F2)
    found = move(rich, end(rich, "intel-haswell"), hardware_version=14)
    assert (found.outcome, found.unknown) == (Outcome.UNKNOWN, ("RTM",))
    kernel = cpu_with((*features_of("intel-haswell"), "PDPE1GB"), eax=0x306F2)
    assert move(kernel, end(kernel, "intel-haswell"), hardware_version=14).outcome is Outcome.LIVE
    doubtful = cpu_with((*features_of("intel-westmere"), "PCID"), eax=0x206C2)
    found = move(doubtful, end(doubtful, "intel-westmere"), hardware_version=14)
    assert (found.outcome, found.unknown) == (Outcome.UNKNOWN, ("PCID",))


def test_an_old_esx_may_not_know_the_features_of_its_processor() -> None:
    there = end(NEHALEM, "intel-nehalem")
    westmere = cpu_of("intel-westmere", eax=0x206C2)
    assert move(end(westmere, esx="4.0u1"), there, hardware_version=7).outcome is Outcome.COLD
    old = move(end(westmere, esx="4.0"), there, hardware_version=7)
    assert (old.outcome, set(old.unknown)) == (Outcome.UNKNOWN, {"AES", "PCLMULQDQ"})


# --- power states, makers, versions


def test_suspended_machines() -> None:
    assert move(MEROM, MEROM, VI3, power_state="suspended").outcome is Outcome.NEVER
    fits = move(MEROM, MEROM, VSPHERE4, power_state="suspended")
    assert fits.outcome is Outcome.COLD
    assert any("suspended" in said.text() for said in fits.warnings)
    assert move(PENRYN, MEROM, VSPHERE4, power_state="suspended").outcome is Outcome.NEVER
    assert move(MEROM, OPTERON, power_state="suspended").outcome is Outcome.NEVER
    assert move(MEROM, None, power_state="suspended").outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("release", [VI3, VSPHERE8])
@pytest.mark.parametrize("there", [MEROM, PENRYN, OPTERON, None])
def test_powered_off_is_cold(there: Cpu | None, release: str) -> None:
    assert move(PENRYN, there, release, power_state="poweredOff").outcome is Outcome.COLD


def test_makers_differ() -> None:
    found = move(MEROM, OPTERON)
    assert found.outcome is Outcome.COLD
    assert "Intel" in text(found)
    cold = move(MEROM, OPTERON, power_state="poweredOff")
    assert "AMD" in text(cold)


def test_a_host_that_cannot_run_the_machine_is_never_a_destination() -> None:
    old = end(HASWELL, esx="6.0")
    for state in ("poweredOn", "poweredOff", "suspended"):
        assert move(HASWELL, old, hardware_version=14, power_state=state).outcome is Outcome.NEVER
    assert move(HASWELL, old, hardware_version=11).outcome is Outcome.LIVE
    # recalled versions lead to no "never", unless something documented does
    assert move(HASWELL, end(HASWELL, esx="7.0"), hardware_version=18).outcome is Outcome.UNKNOWN
    assert move(HASWELL, old, hardware_version=18, power_state="poweredOff").outcome is Outcome.NEVER
    unknown = move(HASWELL, HASWELL, hardware_version=18)
    assert unknown.outcome is Outcome.LIVE
    assert "not checked" in text(unknown)


def test_hardware_versions_are_monotone() -> None:
    order = [Answer.NO, Answer.UNKNOWN, Answer.YES]
    for version in (*hardware_versions(), 2, 5, 23):
        row = hardware_versions().get(version)
        until = list(esx_releases()).index(row.until) if row is not None and row.until else None
        answers = [order.index(runs(esx, version)) for esx in esx_releases()]
        assert answers[:until] == sorted(answers[:until]), version
        assert until is None or set(answers[until:]) == {0}
    assert runs("9.0", 99) is Answer.UNKNOWN
    assert runs("9.0", 2) is Answer.UNKNOWN


@pytest.mark.parametrize("state", ["poweredOn", "poweredOff", "suspended"])
def test_a_hardware_version_that_was_given_up(state: str) -> None:
    assert [runs(esx, 3) for esx in ("4.1", "5.0", "8.0")] == [Answer.YES, Answer.NO, Answer.NO]
    found = move(HASWELL, end(HASWELL, esx="8.0"), hardware_version=3, power_state=state)
    assert found.outcome is Outcome.NEVER
    assert "any more" in found.reasons[0].text()
    assert found.remedy is not None
    assert "upgrade its virtual hardware" in found.remedy.text()


def test_own_mode_of_a_machine() -> None:
    own = {"own_mode": "intel-haswell", "started_under": "intel-haswell", "hardware_version": 14}
    assert move(HASWELL, NEHALEM, **own).outcome is Outcome.NEVER
    assert move(HASWELL, end(HASWELL, "intel-merom"), **own).outcome is Outcome.NEVER
    assert move(HASWELL, None, **own).outcome is Outcome.UNKNOWN
    for there in (OPTERON, NEHALEM, end(HASWELL, "intel-merom")):
        off = move(HASWELL, there, power_state="poweredOff", **own)
        assert off.outcome is Outcome.COLD
        assert off.powered_off
        assert "does not power on on esx-02 as it is" in text(off)
    open_ = move(HASWELL, None, power_state="poweredOff", **own)
    assert open_.outcome is Outcome.COLD
    assert "may not power on on esx-02" in text(open_)
    newer = cpu_of("intel-broadwell", eax=0x406F1)
    assert move(HASWELL, newer, **own).outcome is Outcome.LIVE  # what per-VM EVC is for
    assert move(HASWELL, newer, hardware_version=14).outcome is Outcome.COLD


# --- kernel and application


def test_under_binary_translation_an_application_sees_what_hardware_does_not_mask() -> None:
    netburst_like = cpu_with((*features_of("intel-merom"), "SSE41"), eax=0x6F6)  # no masking MSR
    here, there = (end(cpu, "intel-merom", "a") for cpu in (netburst_like, MEROM))
    found = move(here, there, "5.5", started_under="intel-merom", binary_translation=True)
    kernel, application = found.views[2:]
    assert (kernel.answer, application.answer) == (Answer.YES, Answer.NO)
    assert application.features == ("SSE41",)
    assert any("binary translation" in said.text() for said in found.warnings)
    hardware = move(here, there, "5.5", started_under="intel-merom", binary_translation=False)
    assert hardware.views[3].answer is Answer.YES
    assert not move(
        here, there, "8.0", started_under="intel-merom", binary_translation=True
    ).binary_translation
    assert move(here, there, VI3, started_under="intel-merom").binary_translation


def test_without_a_common_mode_masking_does_not_help() -> None:
    found = move(MEROM, OPTERON)
    assert [view.mode for view in found.views[2:]] == [None, None]
    assert [view.answer for view in found.views[2:]] == [Answer.NO, Answer.NO]


def test_each_open_feature_is_told_of_what_would_settle_it() -> None:
    """Of the hosts what a capture would show, of the machine what only it can tell."""
    skylake = cpu_of("intel-skylake", eax=0x50654)
    short = described(
        replace(
            cpu_of("intel-haswell", eax=0x306F2),
            table=CpuidTable({key: value for key, value in HASWELL.table.items() if key[0] != 0xD}),
        )
    )
    found = move(skylake, end(short, "intel-haswell"), hardware_version=8)
    assert found.outcome is Outcome.UNKNOWN
    said = {reason.template: reason.text() for reason in found.reasons}
    assert set(said) == {say.OPEN_VERSION}  # what the mode hides need not be captured
    assert "AVX512F" in said[say.OPEN_VERSION]
    more = cpu_with((*features_of("intel-haswell"), "XSAVEC", "XSAVES"), eax=0x306F2)
    found = move(more, short, features=(*features_of("intel-haswell"), "XSAVEC", "XSAVES"))
    assert {reason.template for reason in found.reasons} == {say.OPEN_HOSTS}
    assert found.remedy is not None
    assert "D.1" in found.remedy.text()


# --- what to do, and what vCenter says


def test_what_the_bios_hides_is_to_be_enabled_there() -> None:
    """Rather than moved around: the silicon of the other host has it."""
    westmere = cpu_of("intel-westmere", eax=0x206C2, brand="Xeon X5650")
    off = cpu_of("intel-westmere", "NX", eax=0x206C2, brand="Xeon X5650")
    for there in (off, end(off, "intel-westmere")):
        found = move(westmere, there, hardware_version=8)
        assert found.outcome is Outcome.COLD
        assert found.remedy is not None
        assert "enable Execute Disable (XD)" in found.remedy.text()
        assert "silicon of esx-02" in found.remedy.text()
    aes = cpu_of("intel-westmere", "AES", "PCLMULQDQ", eax=0x206C2, brand="Xeon X5650")
    for here, there, whose in ((westmere, aes, "esx-02"), (aes, westmere, "esx-01")):
        remedy = move(here, there, hardware_version=8).remedy
        assert remedy is not None
        assert f"silicon of {whose}" in remedy.text()
        assert "AES-NI" in remedy.text()
    untold = move(
        westmere, end(aes, "intel-westmere")
    )  # whether the machine has it: its version is not known
    assert untold.outcome is Outcome.UNKNOWN
    assert untold.remedy is not None
    assert "AES-NI" in untold.remedy.text()
    # the mode hides it, or the silicon is not proven to have it
    masked = move(westmere, end(aes, "intel-nehalem"), hardware_version=8).remedy
    pentium = cpu_of("intel-nehalem", eax=0x20655, brand="Pentium P6100")
    for remedy in (masked, move(westmere, pentium, hardware_version=8).remedy):
        assert remedy is not None
        assert "BIOS" not in remedy.text()


def test_tsx_is_not_to_be_sought() -> None:
    tsx = cpu_with((*features_of("intel-broadwell"), "HLE", "RTM"), eax=0x406F1, brand="Xeon E5-2650 v4")
    none = cpu_with(features_of("intel-broadwell"), eax=0x406F1, brand="Xeon E5-2650 v4")
    for here, there in ((tsx, none), (none, tsx)):
        found = move(here, there, hardware_version=14)
        assert (found.outcome, found.features) == (Outcome.COLD, ("HLE", "RTM"))
        assert found.remedy is not None
        assert "same current microcode" in found.remedy.text()
        assert "Do not seek HLE, RTM" in found.remedy.text()


def test_what_newer_releases_say_and_allow_is_told_as_recalled() -> None:
    def notes(release: str, version: int | None) -> str:
        found = move(PENRYN, NEHALEM, release, hardware_version=version)
        assert found.outcome is Outcome.COLD
        assert "CPUID level 0x1 register 'ecx'" in found.message
        return " ".join(said.text() for said in found.notes)

    for release, version in ((VSPHERE8, 13), ("5.1", None)):
        assert "com.vmware.vim.vmfeature.cpuid.sse42" in notes(release, version)
        assert "FeatureRequirementsNotMet" in notes(release, version)
        assert "only has SSE42, POPCNT, RDTSCP in addition" in notes(release, version)
    for release, version in (("5.0", 8), (VSPHERE8, 8), (VSPHERE4, 7)):
        assert "recalled" not in notes(release, version)
    fewer = move(NEHALEM, PENRYN, hardware_version=13)
    assert "in addition" not in text(fewer)
    assert fewer.failing is not None
    assert fewer.failing.fault == "CpuIncompatible1ECX"
    assert requirement_keys(["IBRSIBPB"]) == [
        "com.vmware.vim.vmfeature.cpuid.ibrs",
        "com.vmware.vim.vmfeature.cpuid.ibpb",
    ]


# --- data


def test_every_flag_that_a_machine_may_have_has_a_level() -> None:
    scope = {catalogue()[name].key for name in levels()}
    flags = {f.name for key in scope for f in catalogue().in_register(*key) if f.flag}
    assert flags == set(levels())
    governed = {name for names in MODES.governed.values() for name in names}
    assert {level(name) for name in governed} <= {"user", "kernel", "microcode"}
    assert {"SSE3", "SSSE3", "SSE41", "SSE42", "AES", "AVX"} <= set(of_level("user"))
    assert {"NX", "SMEP", "SMAP", "PCID"} <= set(of_level("kernel"))


# --- never a guess

NAMES = tuple(sorted({*of_level("user"), *of_level("kernel"), *of_level("microcode")}))
SOME = st.frozensets(st.sampled_from(NAMES), max_size=25)
STRENGTH = {Outcome.COLD: 0, Outcome.UNKNOWN: 1, Outcome.LIVE: 2}


def made(features: frozenset[str], vendor: str = INTEL) -> Cpu:
    return cpu_with(features, vendor=vendor)


@given(SOME, SOME, st.sampled_from([INTEL, AMD]))
def test_where_the_destination_has_it_all_it_is_live(
    has: frozenset[str], more: frozenset[str], vendor: str
) -> None:
    """Under EVC or per-VM EVC; without it, user-level features have to match as well."""
    kernel = frozenset(name for name in more if level(name) != "user")
    found = move(made(has, vendor), made(has | kernel, vendor), hardware_version=20)
    assert found.outcome is Outcome.LIVE, (found.features, found.unknown)


@given(SOME, SOME, SOME)
def test_a_feature_more_never_makes_it_worse(
    has: frozenset[str], other: frozenset[str], more: frozenset[str]
) -> None:
    kernel = frozenset(name for name in more if level(name) != "user")
    before = move(made(has), made(other), hardware_version=20)
    after = move(made(has), made(other | kernel), hardware_version=20)
    assert STRENGTH[after.outcome] >= STRENGTH[before.outcome]


@given(SOME, SOME, st.sampled_from([None, "intel-merom", "intel-haswell"]))
def test_a_feature_more_never_makes_it_worse_under_evc(
    other: frozenset[str], more: frozenset[str], start: str | None
) -> None:
    here = end(HASWELL, "intel-haswell", "a")
    found = []
    for cpu in (made(other), made(other | more)):
        there = end(cpu, "intel-haswell", "a", pool=(HASWELL, cpu))
        found.append(move(here, there, hardware_version=20, started_under=start).outcome)
    assert STRENGTH[found[1]] >= STRENGTH[found[0]]


LEAVES = [(1, 0), (7, 0), (7, 1), (0xD, 1), (0x8000_0001, 0), (0x8000_0008, 0)]


@given(
    SOME,
    SOME,
    st.sets(st.tuples(st.booleans(), st.sampled_from(LEAVES)), max_size=4),
    st.sampled_from([None, "intel-merom", "intel-penryn"]),
    st.booleans(),
    st.sampled_from([None, 8, 20]),
)
def test_removing_data_turns_an_answer_only_into_cannot_tell(
    has: frozenset[str],
    other: frozenset[str],
    gone: set[tuple[bool, tuple[int, int]]],
    start: str | None,
    evc: bool,
    version: int | None,
) -> None:
    base = frozenset({*features_of("intel-merom"), "XSAVE"})  # without it, leaf D counts for nothing
    cpus = [made(has | base), made(other | base)]
    less = [
        described(
            replace(cpu, table=CpuidTable({k: v for k, v in cpu.table.items() if (which, k) not in gone}))
        )
        for which, cpu in zip((False, True), cpus, strict=True)
    ]
    mode = "intel-merom" if evc else None

    def outcome(pair: list[Cpu]) -> Outcome:
        ends = [end(cpu, mode, "a" if mode else None) for cpu in pair]
        return move(*ends, started_under=start, hardware_version=version).outcome

    assert outcome(less) in (outcome(cpus), Outcome.UNKNOWN)


VERSIONS = st.sampled_from([None, 4, 7, 8, 9, 11, 13, 14, 17, 18, 20, 22])


@given(SOME, SOME, VERSIONS, st.sampled_from([None, "intel-merom", "intel-haswell"]), st.booleans())
def test_knowing_the_hardware_version_never_flips(
    has: frozenset[str], other: frozenset[str], version: int | None, start: str | None, evc: bool
) -> None:
    """Without the version the answer is the same or "cannot tell"; outside what vCenter itself has stated."""
    base = frozenset({*features_of("intel-merom"), "XSAVE"})
    mode = "intel-haswell" if evc else None
    ends = [end(made(some | base), mode, "a" if mode else None) for some in (has, other)]
    known = move(*ends, started_under=start, hardware_version=version).outcome
    less = move(*ends, started_under=start).outcome
    assert less is known or Outcome.UNKNOWN in (less, known)
    if start is None:
        assert less in (known, Outcome.UNKNOWN)


@given(SOME, SOME, VERSIONS, VERSIONS)
def test_a_newer_hardware_version_never_takes_features_away(
    has: frozenset[str], other: frozenset[str], one: int | None, two: int | None
) -> None:
    """An old version is in doubt where a new one is certain, never the other way round."""
    versions = sorted(version for version in (one, two) if version is not None)
    if len(versions) == 2:
        old, new = (
            move(made(has), end(made(other), "intel-merom"), hardware_version=each).outcome
            for each in versions
        )
        assert old in (new, Outcome.UNKNOWN, Outcome.LIVE)


# --- real captures


def test_no_live_verdict_that_registers_contradict(captures: Path) -> None:
    """Pairwise over one capture of each kind: independent of the verdict's own tables of rows."""
    cpus = [read_capture(path)[0].cpu for path in sorted((captures / "libvirt").glob("*.xml"))]
    user = [catalogue()[name] for name in of_level("user")]
    outcomes = set()
    for source in cpus:
        for destination in cpus:
            found = move(source, destination, hardware_version=20)
            outcomes.add(found.outcome)
            if found.outcome is not Outcome.LIVE:
                continue
            assert source.vendor == destination.vendor
            for one in user:
                here, there = source.table.register(*one.key), destination.table.register(*one.key)
                assert (here or 0) & one.mask == (there or 0) & one.mask, one.name
            for name in of_level("kernel"):
                assert not source.has(name) or destination.has(name), name
    assert outcomes == {Outcome.LIVE, Outcome.COLD, Outcome.UNKNOWN}


def test_feature_lists_without_leaf_7_cannot_tell(captures: Path) -> None:
    (host,) = read_capture(captures / "vsphere" / "cpuFeature-e5-1620.json")
    found = move(host.cpu, host.cpu, hardware_version=20)
    assert found.outcome is Outcome.UNKNOWN
    assert "AVX2" in found.unknown
    assert found.remedy is not None
    assert "7.0" in found.remedy.text()

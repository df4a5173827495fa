"""The modes and their order by inclusion, never by a number."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from flexgui.cpuid.catalogue import catalogue
from flexgui.evc.modes import builtin_modes, maker

MODES = builtin_modes()

INTEL = (
    *("merom", "penryn", "nehalem", "westmere", "sandybridge", "ivybridge", "haswell", "broadwell"),
    *("skylake", "cascadelake", "icelake", "sapphirerapids", "graniterapids"),
)
AMD = (
    *("rev-e", "rev-f", "greyhound-no3dnow", "greyhound", "bulldozer", "piledriver", "steamroller"),
    *("zen", "zen2", "zen3", "zen4", "zen5"),
)


def includes(upper: str, lower: str) -> bool:
    return MODES[upper].includes(MODES[lower])


def test_there_are_25_and_all_say_where_they_come_from() -> None:
    assert [mode.key for mode in MODES] == [f"intel-{m}" for m in INTEL] + [f"amd-{m}" for m in AMD]
    for mode in MODES:
        assert mode.label
        assert mode.requires_provenance
        assert mode.exposes_provenance
        assert mode.first_release_provenance
        assert mode.vendor == mode.key.split("-")[0]


def test_two_have_unknown_contents() -> None:
    unknown = [mode for mode in MODES if not mode.known]
    assert [mode.key for mode in unknown] == ["intel-graniterapids", "amd-zen5"]
    for mode, before in zip(unknown, ("intel-sapphirerapids", "amd-zen4"), strict=True):
        assert mode.exposes_also is None
        assert mode.at_least == MODES[before].requires
        for other in MODES:
            # What a mode holds that is known to be in it, it includes; none is known to include it.
            assert mode.includes(other) is (MODES[before].includes(other) or mode is other)
            assert not other.includes(mode) or mode is other


def test_intels_known_modes_are_one_chain() -> None:
    chain = [f"intel-{m}" for m in INTEL[:-1]]
    for lower, upper in pairwise(chain):
        assert includes(upper, lower)
        assert not includes(lower, upper)
        assert [m.key for m in MODES.next_after(MODES[lower], "intel")] == [upper]


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("rev-f", "rev-e"),
        ("greyhound", "rev-f"),
        ("greyhound", "greyhound-no3dnow"),
        ("bulldozer", "greyhound-no3dnow"),
        ("piledriver", "bulldozer"),
        ("steamroller", "piledriver"),
        ("zen", "greyhound-no3dnow"),
        ("zen2", "zen"),
        ("zen3", "zen2"),
        ("zen4", "zen3"),
    ],
)
def test_amds_order(upper: str, lower: str) -> None:
    assert includes(f"amd-{upper}", f"amd-{lower}")
    assert not includes(f"amd-{lower}", f"amd-{upper}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("greyhound-no3dnow", "rev-e"),
        ("greyhound-no3dnow", "rev-f"),
        ("bulldozer", "greyhound"),
        ("bulldozer", "rev-e"),
        ("zen", "greyhound"),
        ("zen", "bulldozer"),
        ("zen", "piledriver"),
        ("zen4", "steamroller"),
    ],
)
def test_amds_modes_do_not_form_a_chain(one: str, other: str) -> None:
    assert not includes(f"amd-{one}", f"amd-{other}")
    assert not includes(f"amd-{other}", f"amd-{one}")


def test_modes_of_two_makers_never_include_each_other() -> None:
    assert not includes("intel-sapphirerapids", "amd-rev-e")


def test_where_the_order_splits_both_ways_are_next() -> None:
    after = MODES.next_after(MODES["amd-greyhound-no3dnow"], "amd")
    assert {mode.key for mode in after} == {"amd-greyhound", "amd-bulldozer", "amd-zen"}
    first = MODES.next_after(None, "amd")
    assert {mode.key for mode in first} == {"amd-rev-e", "amd-greyhound-no3dnow"}


@pytest.mark.parametrize(
    ("feature", "vendor", "mode"),
    [
        ("SSSE3", "intel", "intel-merom"),
        ("SSE41", "intel", "intel-penryn"),
        ("SSE42", "intel", "intel-nehalem"),
        ("AES", "intel", "intel-westmere"),
        ("AVX", "intel", "intel-sandybridge"),
        ("AVX2", "intel", "intel-haswell"),
        ("3DNOW", "amd", "amd-rev-e"),
        ("FMA4", "amd", "amd-bulldozer"),
        ("AVX2", "amd", "amd-zen"),
    ],
)
def test_which_mode_introduces_a_feature(feature: str, vendor: str, mode: str) -> None:
    found = MODES.introduced_by(feature, vendor)
    assert found is not None
    assert found.key == mode


def test_features_are_named_as_in_the_catalogue_and_once() -> None:
    for mode in MODES:
        for names in (mode.requires or (), mode.exposes_also or ()):
            assert len(set(names)) == len(names)
            assert all(catalogue()[name].flag for name in names)
        assert not set(mode.requires or ()) & set(mode.exposes_also or ())


def test_the_table_is_the_reference(shared: Path) -> None:
    document = json.loads((shared / "reference" / "evc_modes.json").read_text())
    rows = {row["key"]: row for row in document["modes"]}
    assert set(rows) == {mode.key for mode in MODES}
    for mode in MODES:
        row = rows[mode.key]
        assert mode.label == row["label"]
        assert mode.vcf_enum == row["vcf_enum"]
        assert mode.vendor == row["vendor"]
        assert (None if mode.requires is None else set(mode.requires)) == (
            row["requires"] and set(row["requires"])
        )


@pytest.mark.parametrize(
    ("key", "short"),
    [
        ("intel-sandybridge", "Sandy Bridge"),
        ("amd-rev-e", "Opteron Gen. 1"),
        ("amd-greyhound-no3dnow", "Opteron Gen. 3 (no 3DNow!)"),
        ("amd-piledriver", "Piledriver"),
        ("amd-zen2", "Zen 2"),
    ],
)
def test_short_labels(key: str, short: str) -> None:
    assert MODES[key].short_label == short


def test_short_labels_tell_the_modes_apart() -> None:
    assert len({mode.short_label for mode in MODES}) == len(MODES)


def test_makers_have_names() -> None:
    assert [maker(vendor) for vendor in ("intel", "amd", "hygon", None)] == ["Intel", "AMD", "Hygon", "?"]


def test_features_in_the_order_of_the_modes() -> None:
    assert MODES.in_order({"AES", "SSE41", "NOSUCH", "POPCNT"}, "intel") == ("SSE41", "POPCNT", "AES")

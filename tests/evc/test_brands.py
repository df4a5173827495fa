"""Brand strings lead to series, several where the brand does not decide; what was measured wins over them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.capture import read_captures
from flexgui.evc.evidence import kind_of
from flexgui.evc.mode_names import mode_key
from flexgui.evc.modes import builtin_modes
from flexgui.evc.series import branded, find_brand, series, template_pattern
from flexgui.evc.support import Answer, assess

MODES = builtin_modes()

ICE_OR_COOPER = ("Cooper Lake", "Ice Lake SP")

BRANDS: dict[str, tuple[str, ...]] = {
    "Intel(R) Xeon(R) CPU E5-2650 v4 @ 2.20GHz": ("Broadwell EP/EX",),
    "Intel(R) Xeon(R) CPU E7-8890 v4 @ 2.20GHz": ("Broadwell EP/EX",),
    "Intel(R) Xeon(R) CPU E5-2698 v3 @ 2.30GHz": ("Haswell EP",),
    "Intel(R) Xeon(R) CPU E7-8890 v3 @ 2.50GHz": ("Haswell EX",),
    "Intel(R) Xeon(R) CPU E5-2697 v2 @ 2.70GHz": ("Ivy Bridge EP",),
    "Intel(R) Xeon(R) CPU E7-4890 v2 @ 2.80GHz": ("Ivy Bridge EX",),
    "Intel(R) Xeon(R) CPU E5-2620 0 @ 2.00GHz": ("Sandy Bridge EP",),
    "Intel(R) Xeon(R) CPU E5-2630L v2 @ 2.40GHz": ("Ivy Bridge EP",),
    "Intel(R) Xeon(R) CPU E3-1245 V2 @ 3.40GHz": ("Ivy Bridge DT",),
    "Intel(R) Xeon(R) CPU E31230 @ 3.20GHz": ("Sandy Bridge DT",),
    "Intel(R) Xeon(R) CPU E3-1225 v5 @ 3.30GHz": ("Skylake H/S",),
    "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz": ("Skylake SP",),
    "Intel(R) Xeon(R) Gold 6248R CPU @ 3.00GHz": ("Cascade Lake",),
    "Intel(R) Xeon(R) Silver 4314 CPU @ 2.40GHz": ("Ice Lake SP",),
    "Intel(R) Xeon(R) D-2146NT CPU @ 2.30GHz": ("Skylake SP",),
    "Intel(R) Xeon(R) CPU D-1541 @ 2.10GHz": ("Broadwell DE",),
    "Intel(R) Xeon(R) E-2288G CPU @ 3.70GHz": ("Coffee Lake",),
    "Intel(R) Xeon(R) CPU           X5570  @ 2.93GHz": ("Nehalem EP",),
    "Intel(R) Xeon(R) CPU           E5405  @ 2.00GHz": ("Harpertown",),
    "Intel(R) Xeon(R) CPU 5160 @ 3.00GHz": ("Woodcrest",),
    "Intel(R) Xeon(R) CPU           X5690  @ 3.47GHz": ("Westmere EP",),
    "Intel(R) Xeon(R) CPU E7- 4830  @ 2.13GHz": ("Westmere EX",),
    "Intel(R) Xeon(R) CPU           X7560  @ 2.27GHz": ("Nehalem EX",),
    "Intel(R) Xeon(R) CPU           X3430  @ 2.40GHz": ("Lynnfield",),
    "Intel(R) Xeon(R) CPU           L3406  @ 2.27GHz": ("Clarkdale",),
    "Intel(R) Xeon(R) Platinum 8480+": ("Sapphire Rapids SP",),
    "Intel(R) Xeon(R) CPU Max 9480": ("Sapphire Rapids SP HBM",),
    "INTEL(R) XEON(R) GOLD 6548Y+": ("Emerald Rapids SP",),
    "INTEL(R) XEON(R) PLATINUM 8592+": ("Emerald Rapids SP",),
    "Intel(R) Xeon(R) 6787P": ("Granite Rapids AP/SP",),
    "Intel(R) Xeon(R) 6780E": ("Sierra Forest",),
    "Intel(R) Atom(TM) CPU  C2750  @ 2.40GHz": ("Avoton",),
    "AMD EPYC 7551P 32-Core Processor": ("Zen-Naples",),
    "AMD EPYC 7F52 16-Core Processor": ("Zen2-Rome",),
    "AMD EPYC 7H12 64-Core Processor": ("Zen2-Rome",),
    "AMD EPYC 7763 64-Core Processor": ("Zen3-Milan",),
    "AMD EPYC 74F3 24-Core Processor": ("Zen3-Milan",),
    "AMD EPYC 7773X 64-Core Processor": ("Zen3-Milan-X",),
    "AMD EPYC 9654 96-Core Processor": ("Zen4-Genoa",),
    "AMD EPYC 9684X 96-Core Processor": ("Zen4-Genoa-X",),
    "AMD EPYC 9754 128-Core Processor": ("Zen4-Bergamo/Siena",),
    "AMD EPYC 8324PN 32-Core Processor": ("Zen4-Bergamo/Siena",),
    "AMD EPYC 9575F 64-Core Processor": ("Zen5-Turin",),
    "AMD Opteron(tm) Processor 6234": ("Bulldozer",),
    "AMD Opteron(TM) Processor 6376": ("Piledriver",),
    "AMD Opteron(tm) Processor 6174": ("Lisbon, Magny-Cours",),
    "AMD Opteron(tm) Processor 6128 HE": ("Lisbon, Magny-Cours",),
    "Dual-Core AMD Opteron(tm) Processor 2220": ("K8 Rev F",),
    "Dual-Core AMD Opteron(tm) Processor 2220 SE": ("K8 Rev F",),
    "Quad-Core AMD Opteron(tm) Processor 2356": ("Barcelona, Budapest",),
    "Quad-Core AMD Opteron(tm) Processor 2384": ("Shanghai",),
    "Six-Core AMD Opteron(tm) Processor 2431": ("Istanbul",),
    "Dual Core AMD Opteron(tm) Processor 275": ("K8 Rev E",),
    "Intel(R) Xeon(R) CPU LC5528  @ 2.13GHz": ("Jasper Forest",),
    "Intel(R) Atom(TM) CPU C3958 @ 2.00GHz": ("Denverton",),
    "Intel(R) Atom(TM) C5325 CPU @ 2.40GHz": ("Parker Ridge",),
    "Intel(R) Xeon(R) D-2899NT CPU @ 2.20GHz": ("Ice Lake D (2023)",),
    "Intel(R) Xeon(R) D-1848TER CPU @ 2.10GHz": ("Ice Lake D (2023)",),
    "Intel(R) Xeon(R) W-1290P CPU @ 3.70GHz": ("Comet Lake W",),
    "Intel(R) Xeon(R) W-1370P @ 3.60GHz": ("Rocket Lake W",),
    "Intel(R) Xeon(R) w7-2495X": ("Sapphire Rapids SP",),
    "Intel(R) Xeon(R) w9-3595X": ("Sapphire Rapids (2024)",),
    "Intel(R) Xeon(R) 6315P": ("Raptor Lake (2025)",),
    "Intel(R) Xeon(R) 6369P": ("Raptor Lake (2025)",),
    "Intel(R) Xeon(R) 6726P-B": ("Granite Rapids D",),
    "AMD Opteron(tm) X3421 APU": ("Excavator (Opteron X3000)",),
    "AMD EPYC 3251 8-Core Processor": ("Zen-Snowy Owl",),
    "AMD EPYC 7R32": ("Zen2-Rome (clouds)",),
    "AMD EPYC 7V12 64-Core Processor": ("Zen2-Rome (clouds)",),
    "AMD EPYC 7V13 64-Core Processor": ("Zen3-Milan (clouds)",),
    "AMD EPYC 9R14 96-Core Processor": ("Zen4-Genoa (clouds)",),
    "AMD EPYC 4464P 12-Core Processor": ("Zen4-Raphael",),
    "AMD EPYC 4584PX 16-Core Processor": ("Zen4-Raphael",),
    "AMD EPYC 4565P 16-Core Processor": ("Zen5-Grado",),
    "AMD Ryzen Threadripper PRO 3995WX 64-Cores": ("Zen2-Threadripper PRO",),
    "AMD Ryzen Threadripper PRO 5975WX 32-Cores": ("Zen3-Threadripper PRO",),
    "AMD Ryzen Threadripper PRO 7995WX 96-Cores": ("Zen4-Threadripper PRO",),
    # Every EPYC is at least Zen.
    "AMD EPYC": ("EPYC of another series",),
    "AMD EPYC-Rome Processor": ("EPYC of another series",),
    "AMD EPYC 7JC3": ("EPYC of another series",),
    # What a brand alone does not decide.
    "AMD Opteron(tm) Processor 248": ("K8 before Rev E", "K8 Rev E"),
    "Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz": ICE_OR_COOPER,
    "Intel(R) Xeon(R) Platinum 8380H CPU @ 2.90GHz": ICE_OR_COOPER,
    "Intel(R) Xeon(R) Gold 6330 CPU @ 2.00GHz": ICE_OR_COOPER,
    "Intel(R) Xeon(R) Gold 5318Y CPU @ 2.10GHz": ICE_OR_COOPER,
    "Intel(R) Xeon(TM) CPU 3.20GHz": (
        "NetBurst (Dempsey)",
        "NetBurst (Paxville)",
        "NetBurst (Nocona, Irwindale, Cranford, Potomac)",
    ),
    # As people write them.
    "Intel Xeon Gold 6130": ("Skylake SP",),
    "Intel® Xeon® Gold 6130 2.1 GHz": ("Skylake SP",),
    "E5-2650 v4": ("Broadwell EP/EX",),
    "xeon e5-2650 V4": ("Broadwell EP/EX",),
    "gold 6130": ("Skylake SP",),
    "2x Intel Xeon-Gold 6130 (2.1GHz/16-core/125W) Processor": ("Skylake SP",),
    "2 x Xeon E5-2630Lv4": ("Broadwell EP/EX",),
    "EPYC 7763": ("Zen3-Milan",),
}

UNKNOWN = (
    "",
    " ",
    "Intel",
    "Intel(R) Xeon(R) CPU @ 2.30GHz",
    "Intel(R) Xeon(R) Processor",
    "Genuine Intel(R) CPU @ 0000 @ 2.67GHz",
    "Intel(R) Pentium(R) CPU P6100 @ 2.00GHz",
    "Intel(R) Core(TM) i5-6600 CPU @ 3.30GHz",
    "Intel(R) Core(TM) i5 CPU M 520 @ 2.40GHz",
    "6130",
    "5160",
    "AMD Ryzen 7 1800X Eight-Core Processor",
    "Hygon C86 7285 32-core Processor",
    "Intel(R) Xeon(R) Gold 6130 or so",
    "x" * 10_000,
)


@pytest.mark.parametrize("brand", BRANDS)
def test_brands_lead_to_series(brand: str) -> None:
    assert tuple(each.code_name for each in find_brand(brand)) == BRANDS[brand]


@pytest.mark.parametrize("brand", UNKNOWN)
def test_of_unknown_brands_only_the_maker_is_known(brand: str) -> None:
    assert find_brand(brand) == ()
    found = branded(brand)
    assert (found.candidates, found.cpu.present, found.cpu.absent) == ((), (), ())
    assert found.cpu.vendor == next((m for m in ("intel", "amd", "hygon") if m in brand.lower()), None)
    assert found.cpu.generation is None


@pytest.mark.parametrize("each", series(), ids=lambda each: each.code_name)
def test_every_series_has_templates_that_say_where_they_are_from(each: object) -> None:
    (found,) = (s for s in series() if s == each)
    assert found.brands
    assert re.match(r"(series|recalled)\b", found.brands_provenance)
    for template in found.brands:
        example = re.sub(r"\[(.)[^]]*\]", r"\1", template.replace("#", "1").replace("*", ""))
        example = re.sub(r"\{.*\}|[()]", "", example)
        assert found in find_brand(example), template


@pytest.mark.parametrize("brand", ["A", "AM", "S", "Si", "E", "EP"])
def test_a_few_letters_of_a_brand_cut_short_say_nothing(brand: str) -> None:
    """`A` may go on to AMD or Atom, `Si` to a Six-Core Opteron or a Silver."""
    assert find_brand(brand, cut=True) == ()


def test_templates() -> None:
    for template, yes, no in (
        (
            "Xeon [ELX]55##",
            ("xeon e5520", "xeon x5570"),
            ("xeon 5520", "xeon w5580", "xeon e552", "xeon e55200"),
        ),
        ("EPYC 7##3{P}", ("epyc 7763", "epyc 7713p"), ("epyc 7773x", "epyc 7763pp")),
        (
            "(Xeon) Gold 61##*",
            ("gold 6130", "xeon gold 6130t", "xeon gold 6130 t"),
            ("xeongold 6130", "gold 6130 v2"),
        ),
        ("Xeon #.##GHz", ("xeon 3.20ghz",), ("xeon 3x20ghz",)),
        ("Opteron 23[7-9]#*", ("opteron 2384", "opteron 2379 he"), ("opteron 2356",)),
    ):
        pattern = re.compile(template_pattern(template))
        assert all(pattern.fullmatch(text) for text in yes), template
        assert not any(pattern.fullmatch(text) for text in no), template


def test_ambiguous_brands_assume_only_what_all_series_agree_in() -> None:
    found = branded("Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz")
    assert (found.cpu.vendor, found.cpu.signature, found.cpu.generation) == ("intel", None, None)
    answers = {s.mode.key: s.answer for s in assess(found.cpu, MODES).supports}
    assert answers["intel-cascadelake"] is Answer.YES
    assert answers["intel-icelake"] is Answer.UNKNOWN
    assert answers["intel-sapphirerapids"] is Answer.NO
    netburst = branded("Intel(R) Xeon(TM) CPU 3.20GHz").cpu
    assert assess(netburst, MODES).possible is None
    opteron = {
        s.mode.key: s.answer for s in assess(branded("AMD Opteron(tm) Processor 248").cpu, MODES).supports
    }
    assert opteron["amd-rev-e"] is Answer.UNKNOWN
    assert opteron["amd-rev-f"] is Answer.NO


def answer(brand: str, measured: str | None) -> dict[str, Answer]:
    return {s.mode.key: s.answer for s in assess(branded(brand, measured).cpu, MODES).supports}


def test_a_measured_mode_below_the_brand_leaves_the_rest_open() -> None:
    found = branded("Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz", "intel-broadwell")
    assert found.cpu.max_evc_mode == "intel-broadwell"
    assert "AVX512F" not in (*found.cpu.present, *found.cpu.absent)
    answers = answer("Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz", "intel-broadwell")
    assert answers["intel-broadwell"] is Answer.YES
    assert answers["intel-skylake"] is Answer.UNKNOWN
    assert answers["intel-cascadelake"] is Answer.NO


def test_a_measured_mode_decides_between_series() -> None:
    brand = "Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz"
    assert [each.code_name for each in branded(brand, "intel-icelake").candidates] == ["Ice Lake SP"]
    # A vCenter that knows no newer mode than Cascade Lake's reports it for an Ice Lake host, too.
    assert len(branded(brand, "intel-cascadelake").candidates) == 2
    assert answer(brand, "intel-icelake")["intel-icelake"] is Answer.YES
    assert answer(brand, "intel-icelake")["intel-sapphirerapids"] is Answer.NO


def test_a_measured_mode_that_no_series_of_the_brand_supports_wins() -> None:
    for measured in ("intel-skylake", "intel-graniterapids", "intel-notyetbuilt"):
        found = branded("Intel(R) Xeon(R) CPU E5-2650 v3 @ 2.30GHz", measured)
        assert (found.candidates, found.cpu.present, found.cpu.absent) == ((), (), ())
        assert (found.cpu.vendor, found.cpu.max_evc_mode) == ("intel", measured)
    answers = answer("Intel(R) Xeon(R) CPU E5-2650 v3 @ 2.30GHz", "intel-skylake")
    assert answers["intel-skylake"] is Answer.YES
    assert answers["intel-cascadelake"] is Answer.UNKNOWN


def test_modes_of_unknown_contents() -> None:
    for brand, own, lower in (
        ("Intel(R) Xeon(R) 6787P", "intel-graniterapids", "intel-sapphirerapids"),
        ("AMD EPYC 9575F 64-Core Processor", "amd-zen5", "amd-zen4"),
    ):
        assert branded(brand).cpu.max_evc_mode is None
        assert answer(brand, None)[own] is Answer.UNKNOWN
        assert answer(brand, None)[lower] is Answer.YES
        assert kind_of(branded(brand).cpu, assumed=True) == "brand"
        assert kind_of(branded(brand, lower).cpu, assumed=True) == "maxEVCModeKey"
        assert answer(brand, own)[own] is Answer.YES
        assert branded(brand, lower).candidates
        assert answer(brand, lower)[own] is Answer.UNKNOWN
        assert answer(brand, lower)[lower] is Answer.YES
    assert branded("AMD EPYC 9575F 64-Core Processor", "amd-bulldozer").candidates == ()


@given(
    st.sampled_from(sorted({*BRANDS, *UNKNOWN})),
    st.sampled_from([None, *(mode.key for mode in MODES)]),
)
def test_what_was_measured_is_never_denied(brand: str, measured: str | None) -> None:
    found = branded(brand, measured)
    assert not set(found.cpu.present).intersection(found.cpu.absent)
    requires = MODES[measured].requires if measured else None
    if requires is not None:
        assert not set(found.cpu.absent).intersection(requires)
        assert set(found.cpu.present) <= set(requires)
        if found.cpu.vendor == MODES[str(measured)].vendor:
            answers = answer(brand, measured)
            assert answers[str(measured)] is Answer.YES


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("intel-broadwell", "intel-broadwell"),
        ("Intel-Broadwell ", "intel-broadwell"),
        ("intel-notyetbuilt", "intel-notyetbuilt"),
        ('Intel® "Broadwell" Generation', "intel-broadwell"),
        ('Intel(R) "Broadwell" Generation', "intel-broadwell"),
        ("Intel “Broadwell” Generation", "intel-broadwell"),
        ('Intel® "Merom" Generation (Xeon® Core™2)', "intel-merom"),
        ('Intel® "Penryn" Generation (Xeon® 45 nm Core™2)', "intel-penryn"),
        ("Intel® Xeon® Core™ 2", "intel-merom"),
        ("Intel Xeon Core 2 (45nm)", "intel-penryn"),
        ("Intel Xeon Core i7", "intel-nehalem"),
        ("Westmere", "intel-westmere"),
        ("AMD Opteron™ Generation 3", "amd-greyhound"),
        ("AMD Opteron™ Gen. 3 (no 3DNow!™)", "amd-greyhound-no3dnow"),
        ("AMD Opteron™ Generation 3 (without 3DNow!)", None),
        ("AMD Zen 2 Generation", "amd-zen2"),
        ("", None),
        ("N/A", None),
        ("none", None),
        ("Intel", None),
        ("intel-" + "x" * 500, None),
    ],
)
def test_modes_by_any_of_their_names(text: str, key: str | None) -> None:
    assert mode_key(text) == key


def test_every_label_leads_to_its_mode() -> None:
    for mode in MODES:
        for name in (mode.key, mode.label, mode.short_label, mode.label_in_paper):
            assert name is None or mode_key(name) == mode.key


DESKTOP = ("Core", "Pentium", "Atom", "Phenom", "FX", "Ryzen", "A10", "Genuine")


def test_brands_of_real_captures_lead_to_their_silicon(captures: Path) -> None:
    servers = 0
    for path, host in read_captures([captures]).found:
        found = find_brand(host.cpu.brand)
        if not found:
            assert host.cpu.brand in ("", "AMD EPYC") or any(word in host.cpu.brand for word in DESKTOP), path
            continue
        servers += 1
        measured = host.cpu.signature
        assert measured is not None
        fitting = [
            each
            for each in found
            if (measured.family, measured.model) in {(s.family, s.model) for s in each.signatures}
        ]
        assert fitting or not any(each.signatures for each in found), path
        cpu = branded(host.cpu.brand).cpu
        assert cpu.generation is None or cpu.generation == host.cpu.generation, path
        # No feature that the brand promises is missing, and none that it denies is there.
        assert [name for name in cpu.present if host.cpu.has(name) is False] == [], path
        assert [name for name in cpu.absent if host.cpu.has(name)] == [], path
    assert servers >= 30

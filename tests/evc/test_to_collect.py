"""What to collect from which host, and pools with hosts of which little is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.registers import CpuidTable
from flexgui.evc.modes import builtin_modes
from flexgui.evc.pool import Member, losses, weigh
from flexgui.evc.series import branded, series
from flexgui.evc.support import Answer, assess, loses, support
from flexgui.evc.to_collect import SAYS, Advice, ToCollect, to_collect
from tests import processors as make

MODES = builtin_modes()
HASWELL = make.cpu_of("intel-haswell", eax=0x306F2, maximum=0x1F)
SHORT = described(Cpu("", table=CpuidTable({k: v for k, v in HASWELL.table.items() if k[0] != 7})))
INSIDE = make.cpu_with((*make.features_of("intel-merom"), "HYPERVISOR"), maximum=0x1F)
SANDY = described(Cpu("", vendor="intel", max_evc_mode="intel-sandybridge"))
NAMED = described(Cpu("", vendor="intel", present=make.features_of("intel-penryn")))
NO_MAKER = described(Cpu("", present=make.features_of("intel-penryn")))
HYGON = described(Cpu("", vendor="hygon", brand="Hygon C86 7185"))
AMBIGUOUS = branded("Intel(R) Xeon(R) Platinum 8380H CPU @ 2.90GHz").cpu


def asked(*members: Member) -> list[tuple[Advice, tuple[str, ...]]]:
    return [
        (each.advice, tuple(m.name for m in each.members))
        for pool in weigh(members, MODES)
        for each in to_collect(pool, MODES)
    ]


@pytest.mark.parametrize(
    ("cpu", "advice", "words"),
    [
        (SHORT, "leaves", ("7.0", "cpuid -r", "AVX2", "localcli")),
        (INSIDE, "outside", ("virtual machine", "on the host itself")),
        (SANDY, "vcenter", ("maxEVCModeKey", "Haswell")),
        (NAMED, "registers", ("list of features", "cpuid -r")),
    ],
)
def test_what_settles_it(cpu: Cpu, advice: Advice, words: tuple[str, ...]) -> None:
    (pool,) = weigh([Member("sure", HASWELL), Member("esx-02", cpu)], MODES)
    assert pool.highest != pool.possible == MODES["intel-haswell"]
    (found,) = to_collect(pool, MODES)
    assert (found.advice, [m.name for m in found.members]) == (advice, ["esx-02"])
    text = found.said().text()
    assert [word for word in ("esx-02", *words) if word not in text] == []


def test_nothing_is_asked_where_all_is_known() -> None:
    assert asked(Member("a", HASWELL), Member("b", make.cpu_of("intel-skylake", maximum=0x1F))) == []


def test_only_what_matters_is_asked() -> None:
    """What is open above the mode that another host is known to lack settles nothing."""
    merom = Member("old", make.cpu_of("intel-merom", maximum=0xA))
    assert asked(merom, Member("short", SHORT)) == []
    assert asked(merom, Member("sandy", SANDY)) == []


def test_an_unknown_processor_makes_everything_only_possible() -> None:
    (pool,) = weigh([Member("a", HASWELL), Member("b")], MODES)
    assert (pool.highest, pool.possible) == (None, MODES["intel-haswell"])
    assert [m.name for m in pool.members] == ["a"]
    assert [m.name for m in pool.makerless] == ["b"]
    assert [(b.member.name, b.support.answer) for b in pool.blockers] == [("b", Answer.UNKNOWN)]
    assert asked(Member("a", HASWELL), Member("b")) == [("processor", ("b",))]
    pools = weigh([Member("a", HASWELL), Member("b"), Member("c", make.cpu_of("amd-zen2"))], MODES)
    assert [(p.vendor, p.highest) for p in pools] == [("intel", None), ("amd", None)]


def test_a_name_that_says_nothing_is_no_processor() -> None:
    strange = branded("Some strange CPU").cpu
    assert asked(Member("a", HASWELL), Member("b", strange, "brand")) == [("processor", ("b",))]


def test_an_unknown_maker_is_not_an_unknown_processor() -> None:
    (pool,) = weigh([Member("a", HASWELL), Member("b", NO_MAKER)], MODES)
    assert pool.highest is None
    assert asked(Member("a", HASWELL), Member("b", NO_MAKER)) == [("maker", ("b",))]
    lacking = described(Cpu("", absent=("SSE41",)))
    (pool,) = weigh([Member("a", HASWELL), Member("b", lacking)], MODES)
    assert pool.possible == MODES["intel-merom"]


def test_hosts_of_nobody_are_a_pool_of_their_own() -> None:
    (pool,) = weigh([Member("b")], MODES)
    assert (pool.vendor, pool.highest, pool.has_modes) == ("unknown", None, True)
    assert [m.name for m in pool.members] == ["b"]
    assert pool.makerless == ()


def test_a_measured_mode_tells_the_maker() -> None:
    bare = described(Cpu("", max_evc_mode="intel-haswell"))
    (pool,) = weigh([Member("a", HASWELL), Member("b", bare)], MODES)
    assert pool.highest == MODES["intel-haswell"]


def test_other_makers_have_no_mode_and_nothing_to_collect() -> None:
    intel, hygon = weigh([Member("a", HASWELL), Member("h", HYGON)], MODES)
    assert intel.highest == MODES["intel-haswell"]
    assert (hygon.vendor, hygon.has_modes, hygon.highest, hygon.possible) == ("hygon", False, None, None)
    assert (hygon.blockers, hygon.unsettled) == ((), ())


def test_an_ambiguous_brand_names_what_it_may_be() -> None:
    several = [each for each in series() if each.code_name in ("Cooper Lake", "Ice Lake SP")]
    assert len(several) == 2
    brand = "Intel(R) Xeon(R) Platinum 8300 CPU"
    cpu = branded(brand).cpu
    candidates = [each.code_name for each in branded(brand).candidates]
    if len(candidates) < 2:
        pytest.skip("the catalogue tells this brand")
    icelake = Member("ice", make.cpu_of("intel-icelake", maximum=0x1F))
    (pool,) = weigh([icelake, Member("esx-02", cpu, "brand")], MODES)
    assert (pool.highest, pool.possible) == (MODES["intel-cascadelake"], MODES["intel-icelake"])
    (found,) = to_collect(pool, MODES)
    assert (found.advice, found.candidates) == ("brand", tuple(candidates))


def test_the_same_is_asked_of_several_hosts_at_once() -> None:
    other = described(Cpu("", table=SHORT.table, brand="another"))
    members = [Member("a", HASWELL), *(Member(f"s{n}", SHORT) for n in range(3)), Member("o", other)]
    assert asked(*members) == [("leaves", ("s0", "s1", "s2", "o"))]


def test_what_is_not_known_is_not_alike_to_what_is_missing() -> None:
    whole = make.cpu_of("intel-sandybridge", eax=0x206D7, maximum=0x1F)
    table = {leaf: registers for leaf, registers in whole.table.items() if leaf[0] != 7}
    short = described(Cpu("", table=CpuidTable(table)))
    for first, second in ((whole, short), (short, whole)):
        (pool,) = weigh([Member("a", first), Member("b", second)], MODES)
        found = {b.member.cpu.fingerprint: b.support for b in pool.blockers}
        assert "SMEP" in found[whole.fingerprint].missing
        assert "SMEP" not in found[short.fingerprint].missing


def test_every_advice_can_be_said() -> None:
    for advice in SAYS:
        found = ToCollect(
            (Member("esx-02"),), MODES["intel-haswell"], ("AVX2",), ("7.0",), advice, "X", ("A", "B")
        )
        assert "esx-02" in found.said().text()


def test_what_each_host_loses() -> None:
    members = [
        Member("a", make.cpu_of("intel-penryn")),
        Member("b", make.cpu_of("intel-nehalem", maximum=0x1F)),
    ]
    (loss,) = losses(members, MODES["intel-penryn"], MODES)
    assert [m.name for m in loss.members] == ["b"]
    assert set(loss.features) == {"SSE42", "POPCNT", "RDTSCP"}


def measured(brand: str, mode: str, esx: str | None) -> Member:
    return Member("esx-02", branded(brand, mode).cpu, "maxEVCModeKey", esx)


@pytest.mark.parametrize(
    ("member", "advice", "mode", "words"),
    [
        (
            measured("AMD EPYC 7763 64-Core Processor", "amd-zen2", "7.0u1"),
            "old-esx",
            "amd-zen3",
            ("ESXi 7.0 Update 1 is older than AMD Zen 3", "Upgrade ESX", "cpuid -r"),
        ),
        (
            measured("Intel(R) Xeon(R) CPU E5-2660 v4 @ 2.00GHz", "intel-haswell", "6.7"),
            "measured-lower",
            "intel-broadwell",
            ("manages ESXi 6.7 offers", "Broadwell", "yet it reported", "Haswell", "BIOS or microcode"),
        ),
        (
            measured("Intel(R) Xeon(R) CPU E5-2660 v4 @ 2.00GHz", "intel-haswell", None),
            "vcenter",
            "intel-broadwell",
            ("a vCenter that offers",),
        ),
    ],
)
def test_a_measured_mode_goes_with_the_esx_that_it_was_measured_on(
    member: Member, advice: str, mode: str, words: tuple[str, ...]
) -> None:
    (pool,) = weigh([member], MODES)
    (found,) = to_collect(pool, MODES)
    assert (found.advice, found.mode.key) == (advice, mode)
    text = found.said().text()
    assert [word for word in words if word not in text] == []


def test_the_silicon_bounds_what_is_possible() -> None:
    """A Rocket Lake has no AMX, whatever a vCenter leaves open; what cannot be told stays so."""
    rocket = branded("Intel(R) Xeon(R) E-2336 CPU @ 2.90GHz", "intel-broadwell").cpu
    (pool,) = weigh([Member("a", rocket, "maxEVCModeKey")], MODES)
    assert pool.possible == MODES["intel-icelake"]
    assert assess(rocket, MODES).possible == MODES["intel-icelake"]
    assert support(rocket, MODES["intel-sapphirerapids"], MODES).answer is Answer.UNKNOWN


def test_the_silicon_bounds_what_is_possible_through_a_hypervisor() -> None:
    sandy = (*make.features_of("intel-sandybridge"), "HYPERVISOR")
    real = make.cpu_with(sandy, eax=0x206D7, brand="Intel(R) Xeon(R) CPU E5-1620 0 @ 3.60GHz", maximum=0x1F)
    made_up = make.cpu_with(sandy, eax=0x206D7, brand="Intel Xeon E312xx (Sandy Bridge)", maximum=0x1F)
    for cpu, possible in ((real, "intel-sandybridge"), (made_up, "intel-sapphirerapids")):
        (pool,) = weigh([Member("a", cpu)], MODES)
        assert pool.possible == assess(cpu, MODES).possible == MODES[possible]
        assert support(cpu, MODES["intel-haswell"], MODES).answer is Answer.UNKNOWN
    assert asked(Member("a", real)) == []
    assert [advice for advice, _ in asked(Member("a", made_up))] == ["outside"]
    for both in ((real, made_up), (made_up, real)):
        (pool,) = weigh([Member(str(n), cpu) for n, cpu in enumerate(both)], MODES)
        assert pool.possible == MODES["intel-sandybridge"]


def test_silicon_that_has_what_its_signature_denies_is_not_bounded() -> None:
    odd = make.cpu_with((*make.features_of("intel-haswell"), "HYPERVISOR"), eax=0x206D7, brand="Xeon E5-1620")
    assert assess(odd, MODES).possible == MODES["intel-sapphirerapids"]


FEATURES = sorted(make.features_of("intel-icelake"))
CPUS = st.builds(
    lambda features, dropped, mode: described(
        Cpu(
            "",
            table=CpuidTable(
                {
                    leaf: registers
                    for leaf, registers in make.leaves_with(features, maximum=0x1F).items()
                    if leaf[0] not in dropped
                }
            ),
            max_evc_mode=mode,
        )
    ),
    st.sets(st.sampled_from(FEATURES)).map(lambda without: set(FEATURES) - without)
    | st.sets(st.sampled_from(FEATURES)),
    st.sets(st.sampled_from([0, 7, 0xD, 0x8000_0001])),
    st.none() | st.sampled_from(["intel-merom", "intel-haswell"]),
)


@given(st.lists(CPUS, min_size=1, max_size=6))
def test_processors_alike_get_the_answers_that_each_would_get_alone(cpus: list[Cpu]) -> None:
    members = [Member(str(number), cpu) for number, cpu in enumerate(cpus)]
    for pool in weigh(members, MODES):
        everybody = (*pool.members, *pool.makerless)
        for mode in MODES.of_vendor(pool.vendor):
            answers = {support(m.cpu, mode, MODES).answer for m in everybody}
            if pool.highest is not None and pool.highest.includes(mode):
                assert answers == {Answer.YES}
            if (
                pool.possible is not None
                and mode.known
                and mode.includes(pool.possible)
                and mode != pool.possible
            ):
                assert Answer.NO in answers
        for blocker in pool.blockers:
            assert pool.next_mode is not None
            assert blocker.support == support(blocker.member.cpu, pool.next_mode, MODES)
        lost = {
            m.name: loss.features
            for loss in losses(everybody, MODES["intel-merom"], MODES)
            for m in loss.members
        }
        for m in everybody:
            assert lost.get(m.name, ()) == loses(m.cpu, MODES["intel-merom"], MODES)
        settled = pool.highest == pool.possible
        assert settled == (not pool.unsettled)

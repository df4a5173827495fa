from __future__ import annotations

from flexgui.cpuid.cpu import Cpu, described
from flexgui.evc.modes import builtin_modes
from flexgui.evc.pool import Member
from flexgui.evc.why_masked import why_masked, why_text

MODES = builtin_modes()


def cpu(mode: str, brand: str, *, without: str = "", unknown: str = "") -> Cpu:
    found = MODES[mode]
    present = {*(found.requires or ())} - {without, unknown}
    absent = (MODES.governed[found.vendor] | {without}) - present - {unknown, ""}
    return described(
        Cpu(
            fingerprint="",
            vendor=found.vendor,
            brand=brand,
            present=tuple(sorted(present)),
            absent=tuple(sorted(absent)),
        )
    )


MEROM, PENRYN, WESTMERE = (
    cpu("intel-merom", "Xeon 5160"),
    cpu("intel-penryn", "Xeon E5462"),
    cpu("intel-westmere", "Xeon X5650"),
)
ONE, TWO, THREE = Member("esx-01", MEROM), Member("esx-02", MEROM), Member("esx-03", PENRYN)


def said(feature: str, *members: Member, mode: str = "intel-merom", offered: list[str] | None = None) -> str:
    names = None if offered is None else [MODES[key] for key in offered]
    found = why_masked(feature, MODES[mode], members, MODES, names)
    return "" if found is None else why_text(found)


def test_the_mode_that_would_show_it_and_who_holds_it_back() -> None:
    assert said("SSE41", ONE, TWO, THREE) == (
        "SSE41 is hidden by Intel Merom. "
        "Intel Penryn would show it; esx-01 and esx-02 (Xeon 5160) hold it back."
    )
    assert said("SSE41", ONE, THREE) == (
        "SSE41 is hidden by Intel Merom. Intel Penryn would show it; esx-01 (Xeon 5160) holds it back."
    )


def test_what_they_lack_is_told_where_it_is_not_the_feature_alone() -> None:
    text = said("AES", ONE, THREE)
    assert "Intel Westmere would show it; esx-01 (Xeon 5160), esx-03 (Xeon E5462) hold it back." in text
    assert text.endswith("They lack PCLMULQDQ, SSE41, SSE42, POPCNT, AES, RDTSCP.")


def test_nobody_holds_it_back() -> None:
    assert said("SSE41", THREE).endswith("and every host supports that. Raise the mode to use it.")


def test_what_the_mode_shows_is_not_masked() -> None:
    assert why_masked("SSSE3", MODES["intel-merom"], [ONE], MODES) is None
    assert why_masked("SSE41", MODES["intel-graniterapids"], [ONE], MODES) is None


def test_a_host_of_which_it_cannot_be_told() -> None:
    perhaps = Member("esx-09", cpu("intel-penryn", "Xeon X", unknown="SSE41"))
    assert said("SSE41", ONE, perhaps) == (
        "SSE41 is hidden by Intel Merom. Intel Penryn would show it; esx-01 (Xeon 5160) holds it back. "
        "Whether esx-09 (Xeon X) can take Intel Penryn cannot be told. Capture leaf 1.0 on the host itself."
    )
    nothing = said("SSE41", Member("esx-10"))
    assert "Intel Penryn would show it. Whether esx-10 can take Intel Penryn cannot be told." in nothing


def test_a_feature_that_no_mode_governs() -> None:
    assert said("VMX", THREE).startswith("Whether Intel Merom hides VMX cannot be told")


def test_another_makers_host_holds_nothing_back_and_a_release_may_not_offer_the_mode() -> None:
    amd = Member("amd-1", cpu("amd-zen", "EPYC 7001"))
    assert "amd-1" not in said("SSE41", amd, THREE)
    text = said("SSE41", THREE, offered=["intel-merom"])
    assert text.endswith("This release of vCenter does not offer Intel Penryn yet.")


def test_many_hosts_are_counted() -> None:
    many = [Member(f"esx-{n:03}", MEROM) for n in range(200)]
    assert "esx-000, esx-001, esx-002, esx-003 … (+196) (Xeon 5160) hold it back" in said("SSE41", *many)


def test_no_mode_above_shows_it() -> None:
    # 3DNow! is gone from all that came later.
    assert said("3DNOW", mode="amd-bulldozer") == (
        "3DNOW is hidden by AMD Opteron Gen. 4. No mode above it is known to show it."
    )

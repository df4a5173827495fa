"""Releases in order, and what each offers."""

from __future__ import annotations

import pytest

from flexgui.cpuid.cpu import Cpu
from flexgui.evc import releases as known
from flexgui.evc.modes import builtin_modes

MODES = builtin_modes()


def test_releases_are_in_order_and_say_where_they_come_from() -> None:
    found = list(known.releases().values())
    assert found == sorted(found)
    assert [release.order for release in found] == list(range(1, len(found) + 1))
    assert all(release.provenance and release.name for release in found)
    assert known.latest().key == "9.0"


@pytest.mark.parametrize(
    ("release", "count", "newest_intel"),
    [
        ("2.5u2", 3, "intel-merom"),
        ("4.0", 6, "intel-nehalem"),
        ("4.0u1", 7, "intel-westmere"),
        ("6.7", 17, "intel-skylake"),
        ("9.0", 25, "intel-graniterapids"),
    ],
)
def test_modes_by_release(release: str, count: int, newest_intel: str) -> None:
    offered = known.offered_modes(release, MODES)
    assert len(offered) == count
    assert known.offered_modes(release, MODES, "intel")[-1].key == newest_intel


def test_every_release_offers_what_the_one_before_offers() -> None:
    before: set[str] = set()
    for release in known.releases():
        offered = {mode.key for mode in known.offered_modes(release, MODES)}
        assert offered >= before
        before = offered


def test_at_least() -> None:
    assert known.at_least("4.0u1", "4.0")
    assert not known.at_least("2.5u2", "4.0")
    assert known.esx_at_least("8.0u2", "8.0")
    assert not known.esx_at_least("3.5", "3.5u2")
    with pytest.raises(KeyError):
        known.at_least("1.0", "4.0")


def test_esx_releases_belong_to_vcenter_releases() -> None:
    for release in known.esx_releases().values():
        assert release.vcenter in known.releases()
        assert release.provenance


def test_only_what_is_documented_may_lead_to_an_error() -> None:
    support = {row.generation: row for row in known.esx_cpu_support()}
    assert support["Nehalem"].first_esx == "3.5u4"
    assert support["Nehalem"].first_documented
    assert not any(row.last_documented for row in support.values())
    assert [name for name, row in support.items() if row.first_documented] == ["Nehalem"]
    for row in known.esx_cpu_support():
        assert {row.first_esx, row.last_esx} - {None} <= set(known.esx_releases())
        assert bool(row.needed) == (row.first_esx is not None)
        assert row.provenance


def test_esx_support_goes_by_model_within_a_generation() -> None:
    def support(*signature: int, vendor: str = "intel") -> known.EsxCpuSupport | None:
        family, model, stepping = signature
        return known.esx_support_of(Cpu("", vendor, family=family, model=model, stepping=stepping))

    server, desktop = support(6, 0x55, 4), support(6, 0x5E, 3)
    assert server is not None
    assert desktop is not None
    assert (server.last_esx, desktop.last_esx) == (None, "8.0u2")
    assert support(6, 0x4E, 3) is None
    assert support(6, 0xFF, 0) is None
    assert known.esx_support_of(Cpu("", "intel")) is None


def test_an_esx_host_knows_the_modes_of_its_release() -> None:
    assert known.esx_offers("4.1", MODES["intel-westmere"])
    assert not known.esx_offers("3.5u4", MODES["intel-westmere"])


def test_hosts_narrow_the_modes_to_what_their_esx_knows() -> None:
    def offered(*esx: str | None) -> tuple[str, ...]:
        return tuple(mode.key for mode in known.offered_modes("6.7", MODES, "intel", esx))

    assert offered()[-1] == "intel-skylake"
    assert offered("4.1", "6.7")[-1] == "intel-westmere"
    assert offered(None, "no such release") == offered()

"""Files that speak of the same host are put together, and others never."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.capture import CapturedHost
from flexgui.capture.join import join
from flexgui.cpuid.cpu import Cpu, described
from flexgui.evc.modes import builtin_modes
from flexgui.evc.series import branded
from flexgui.evc.support import assess
from tests import processors as make

MODES = builtin_modes()
CPU = make.cpu_of("intel-haswell", eax=0x306F2, maximum=0x1F)
ROW = branded("Intel(R) Xeon(R) CPU E5-2680 v3 @ 2.50GHz", "intel-sandybridge").cpu


def capture(file: str, cpu: Cpu = CPU, **more: object) -> CapturedHost:
    """A capture that is named after its file."""
    name = file.rpartition(".")[0] if file.count(".") else file
    return CapturedHost(name, file, "cpuid -r", cpu, **more)  # type: ignore[arg-type]


def row(name: str, file: str = "vHost.csv", cpu: Cpu = ROW, **more: object) -> CapturedHost:
    """A row of an inventory."""
    return CapturedHost(name, file, "RVTools", cpu, assumed=True, name_stated=True, **more)  # type: ignore[arg-type]


def names(hosts: list[CapturedHost]) -> list[tuple[str, int]]:
    return [(host.name, len(host.sources)) for host in hosts]


@pytest.mark.parametrize(
    ("file", "stated"),
    [
        ("esx-01.txt", "esx-01"),
        ("ESX-01.txt", "esx-01"),
        ("esx-01.example.com.txt", "esx-01.example.com"),
        ("esx-01.example.com", "ESX-01.example.com."),  # a name without an ending
        ("esx-01.txt", "esx-01.example.com"),
        ("esx-01.example.com.txt", "esx-01"),
        ("10.0.0.5.txt", "10.0.0.5"),
        ("10.0.0.5", "10.0.0.5"),
    ],
)
def test_a_capture_and_the_row_of_its_host(file: str, stated: str) -> None:
    (host,) = join([row(stated, datacenter="Milano", memory_mb=1024), capture(file, memory_mb=None)], MODES)
    assert [each.format for each in host.sources] == ["cpuid -r", "RVTools"]
    assert (host.cpu.table, host.kind, host.source) == (CPU.table, "registers", file)
    assert (host.datacenter, host.memory_mb, host.name_stated, host.assumed) == ("Milano", 1024, True, False)
    found = assess(host.cpu, MODES).highest
    assert found is not None
    assert found.key == "intel-haswell"


@pytest.mark.parametrize(
    ("file", "stated"),
    [
        ("esx-1.txt", "esx-11"),
        ("esx-01.other.com.txt", "esx-01.example.com"),
        ("10.txt", "10.0.0.5"),
        ("cpuid.txt", "esx-01"),
    ],
)
def test_other_names_are_other_hosts(file: str, stated: str) -> None:
    hosts = [row(stated), capture(file)]
    assert join(hosts, MODES) == hosts


def test_captures_that_are_named_after_their_files_are_never_one_host() -> None:
    hosts = [capture("a/esx-01.txt"), capture("b/esx-01.txt"), capture("esx-01.log")]
    assert join(hosts, MODES) == hosts
    assert names(join([*hosts, row("esx-01")], MODES)) == [(h.name, 0) for h in hosts] + [("esx-01", 0)]


def test_what_is_not_clear_is_left_apart() -> None:
    twice = [row("esx-01"), row("ESX-01"), capture("esx-01.txt")]
    assert join(twice, MODES) == twice
    short = [row("esx-01.a.com"), row("esx-01.b.com"), capture("esx-01.txt")]
    assert join(short, MODES) == short
    several = [replace(capture("esx.txt"), name=f"esx-{n}") for n in (1, 2)]
    assert join([*several, row("esx-1")], MODES) == [*several, row("esx-1")]


def test_several_inventories_and_a_capture() -> None:
    vcenter = described(Cpu("", vendor="intel", max_evc_mode="intel-haswell"))
    stated = CapturedHost(
        "esx-01.example.com", "vc.json", "vSphere", vcenter, name_stated=True, esx_release="6.7"
    )
    hosts = join([row("esx-02"), row("esx-01"), stated, capture("esx-01.txt")], MODES)
    assert names(hosts) == [("esx-02", 0), ("esx-01.example.com", 3)]
    assert hosts[1].esx_release == "6.7"
    assert hosts[1].cpu.max_evc_mode == "intel-haswell"


def test_files_of_one_name_in_two_folders_are_two_files() -> None:
    hosts = [row("esx-01"), row("esx-01")]
    assert join(hosts, MODES) == hosts
    (host,) = join(hosts, MODES, ["old/vHost.csv", "new/vHost.csv"])
    assert len(host.sources) == 2


@given(
    st.lists(st.tuples(st.sampled_from(["a", "A", "a.b", "a.c", "b", ""]), st.booleans(), st.integers(0, 3)))
)
def test_no_host_is_lost_and_none_is_in_two(spec: list[tuple[str, bool, int]]) -> None:
    hosts = [
        row(name, file=f"{number}.csv") if stated else capture(f"{name}.txt") for name, stated, number in spec
    ]
    hosts = [replace(host, cpu_cores=number) for number, host in enumerate(hosts)]
    joined = join(hosts, MODES)
    parts = [each.cpu_cores for host in joined for each in host.sources or (host,)]
    assert sorted(map(str, parts)) == sorted(map(str, range(len(hosts))))
    for host in joined:
        assert sum(not each.name_stated for each in host.sources) <= 1

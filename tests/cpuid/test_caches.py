from __future__ import annotations

from pathlib import Path

from flexgui.capture.reader import read_capture
from flexgui.cpuid.caches import caches, last_level_kib
from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.registers import CpuidTable
from flexgui.errors import InputError


def cpu(*lines: str) -> Cpu:
    return described(Cpu("", table=CpuidTable.from_lines(lines)))


def test_leaf_4_and_its_like() -> None:
    found = cpu(
        "00000004.0 1c004121 01c0003f 0000003f 00000000",  # 32 KiB of data
        "00000004.1 1c004122 00c0003f 0000007f 00000000",  # 32 KiB of instructions
        "00000004.2 1c004143 01c0003f 000001ff 00000000",
        "00000004.3 1c03c163 03c0003f 00001fff 00000002",
        "00000004.4 00000000 00000000 00000000 00000000",
    )
    assert [(c.level, c.kib, c.data) for c in caches(found)] == [
        (1, 32, True),
        (1, 32, False),
        (2, 256, True),
        (3, 8192, True),
    ]
    assert last_level_kib(found) == 8192
    assert last_level_kib(cpu("8000001d.3 0001c163 03c0003f 00001fff 00000001")) == 8192


def test_older_amd_and_nothing_at_all() -> None:
    assert last_level_kib(cpu("80000006.0 00000000 42004200 02008140 0030b140")) == 6144
    assert last_level_kib(cpu("80000006.0 00000000 42004200 04008140 00000000")) == 1024
    assert last_level_kib(cpu("00000001.0 000206f2 80400800 02bee3ff bfebfbff")) is None


def test_every_capture_has_caches_of_a_size_that_exists(captures: Path) -> None:
    told = 0
    for path in sorted(captures.rglob("*.txt"))[:200]:
        try:
            hosts = read_capture(path)
        except InputError:
            continue
        for host in hosts:
            kib = last_level_kib(host.cpu)
            assert kib is None or 64 <= kib <= 2 * 1024 * 1024, path
            told += kib is not None
    assert told

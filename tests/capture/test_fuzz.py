"""Every reader against damaged captures: it may refuse, and what it still answers is never the opposite.

The seeds are real captures where they are at hand, and made-up ones in every format. Damage that only removes
data may turn a yes or a no into "cannot tell", never into the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.capture import CapturedHost, read_text
from flexgui.cpuid.catalogue import catalogue
from flexgui.errors import InputError
from flexgui.evc.modes import builtin_modes
from flexgui.evc.support import Answer, support
from tests.capture.seeds import REAL, SEEDS
from tests.conftest import ROOT

MODES = builtin_modes()
NAMES = sorted(set().union(*MODES.governed.values()) | {"XFD", "SMX", "AVX_VNNI", "AMX_TILE", "VMX", "SVM"})
PARTS = (
    b"<",
    b"{",
    b"[",
    b'"',
    b"0",
    b"-1",
    b"\n",
    b",",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"e999",
    b"\t",
    b"=",
)


BEGINNINGS = [*SEEDS.values(), *(path.read_bytes() for path in REAL)]


def hosts_in(content: bytes) -> list[CapturedHost]:
    """What is read, or nothing where it is refused in one sentence."""
    hosts, message = [], ""
    try:
        hosts = read_text(content, "damaged")
    except InputError as error:
        message = str(error)
    assert "\n" not in message
    assert bool(hosts) != bool(message)
    assert all(host.name and host.cpu.fingerprint for host in hosts)
    return hosts


@given(st.data())
def test_damage_raises_nothing_but_input_errors(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(BEGINNINGS)))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, max(len(content) - 1, 0)))
        length = data.draw(st.sampled_from([0, 1, 1, 2, 9, 60, 400, 5000]))
        content[start : start + length] = data.draw(st.one_of(st.binary(max_size=6), st.sampled_from(PARTS)))
    hosts_in(bytes(content))


def less(content: bytes, data: st.DataObject) -> bytes:
    """The content with something removed: lines, words of a line, or all from some place on."""
    how = data.draw(st.sampled_from(["lines", "words", "end"]))
    if how == "end":
        return content[: data.draw(st.integers(1, len(content)))]
    lines = content.split(b"\n")
    place = data.draw(st.integers(0, len(lines) - 1))
    if how == "lines":
        return b"\n".join(without_some(lines, place, data))
    words = lines[place].split(b" ")
    lines[place] = b" ".join(without_some(words, data.draw(st.integers(0, len(words) - 1)), data))
    return b"\n".join(lines)


def without_some(parts: list[bytes], first: int, data: st.DataObject) -> list[bytes]:
    return parts[:first] + parts[first + data.draw(st.sampled_from([1, 1, 2, 5, 40])) :]


@given(st.data())
def test_removing_data_never_turns_an_answer_round(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([seed for seed in BEGINNINGS if not seed.startswith(b"PK")]))
    expected = hosts_in(whole)
    for host in hosts_in(less(whole, data)):
        before = [each for each in expected if each.name == host.name] or expected
        assert_not_turned_round(before, host)


def assert_not_turned_round(before: list[CapturedHost], after: CapturedHost) -> None:
    """Every answer of `after` is one of `before`, or cannot tell."""
    for name in NAMES:
        allowed = {each.cpu.has(name) for each in before} | {None}
        assert after.cpu.has(name) in allowed, name
    for mode in MODES:
        answers = {support(each.cpu, mode, MODES).answer for each in before} | {Answer.UNKNOWN}
        assert support(after.cpu, mode, MODES).answer in answers, mode.key


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_every_seed_is_read(name: str) -> None:
    assert hosts_in(SEEDS[name])


def test_every_format_has_a_seed() -> None:
    from flexgui.capture.reader import FORMATS

    formats = {host.format for content in SEEDS.values() for host in hosts_in(content)}
    assert formats >= set(FORMATS)


def test_names_are_of_the_catalogue() -> None:
    assert all(name in catalogue() for name in NAMES)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_coverage_guided_fuzzing(tmp_path: Path) -> None:
    """atheris, where it installs: it looks for inputs that reach new code."""
    pytest.importorskip("atheris", reason="atheris is not installed (pip install 'flexgui[fuzz]')")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, content in enumerate(SEEDS.values()):
        (corpus / f"{number}").write_bytes(content)
    driver = Path(__file__).with_name("fuzz_driver.py")
    command = [
        sys.executable,
        str(driver),
        str(corpus),
        "-max_total_time=120",
        "-max_len=65536",
        "-timeout=10",
    ]
    here = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False, env=here)
    assert done.returncode == 0, done.stderr[-4000:]

"""The processors to choose from, and what choosing one assumes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flexgui.evc.modes import builtin_modes
from flexgui.evc.series import Series, assumed_cpu, series
from flexgui.evc.support import Answer, assess

MODES = builtin_modes()


def find(code_name: str) -> Series:
    (found,) = (each for each in series() if each.code_name == code_name)
    return found


def answers(chosen: Series) -> dict[str, Answer]:
    return {s.mode.key: s.answer for s in assess(assumed_cpu(chosen), MODES).supports if s.mode.known}


@pytest.mark.parametrize("each", series(), ids=lambda each: each.code_name)
def test_every_series_supports_what_it_promises_and_no_more(each: Series) -> None:
    found = answers(each)
    cpu = assumed_cpu(each)
    assert not cpu.measured
    assert each.provenance
    assert each.brand_series
    assert cpu.generation is not None or not each.signatures
    certain = MODES.get(each.certain_mode)
    if not each.mode_known:
        for key, answer in found.items():
            denied = set(each.absent) & set(MODES[key].surely_requires)
            sure = certain is not None and certain.includes(MODES[key])
            assert answer is (Answer.YES if sure else Answer.NO if denied else Answer.UNKNOWN), key
        assert set(cpu.absent) == set(each.absent)
        return
    highest = MODES.get(each.max_mode)
    for key, answer in found.items():
        if certain is not None and certain.includes(MODES[key]):
            assert answer is Answer.YES, key
        elif highest is not None and highest.includes(MODES[key]):
            assert answer is Answer.UNKNOWN, key
        else:
            assert answer is Answer.NO, key


@pytest.mark.parametrize(
    ("name", "certain", "never"),
    [
        ("Denverton", "intel-westmere", "intel-sandybridge"),
        ("Rocket Lake S", "intel-broadwell", None),
        ("Raptor Lake", "intel-broadwell", "intel-skylake"),
        ("Sierra Forest", "intel-broadwell", "intel-skylake"),
        ("EPYC of another series", "amd-zen", None),
    ],
)
def test_the_lower_modes_of_series_whose_highest_is_not_known(
    name: str, certain: str, never: str | None
) -> None:
    (each,) = [each for each in series() if each.code_name == name]
    found = answers(each)
    assert found[certain] is Answer.YES
    assert never is None or found[never] is Answer.NO


def test_the_papers_processors_are_there() -> None:
    for number, mode in (
        ("51xx", "intel-merom"),
        ("53xx", "intel-merom"),
        ("72xx", "intel-merom"),
        ("73xx", "intel-merom"),
        ("52xx", "intel-penryn"),
        ("54xx", "intel-penryn"),
        ("74xx", "intel-penryn"),
        ("55xx", "intel-nehalem"),
        ("75xx", "intel-nehalem"),
        ("56xx", "intel-westmere"),
    ):
        (found,) = (each for each in series() if re.search(rf"\bXeon {number}", each.brand_series))
        assert (found.certain_mode, found.max_mode) == (mode, mode)


def test_netburst_supports_no_mode() -> None:
    rows = [each for each in series() if each.code_name.startswith("NetBurst")]
    assert len(rows) == 4
    for each in rows:
        found = assess(assumed_cpu(each), MODES)
        assert found.highest is None
        assert found.possible is None
        assert found.missing_for_next == ("SSSE3",)


def test_some_clarkdales_lack_aes() -> None:
    found = answers(find("Clarkdale"))
    assert found["intel-nehalem"] is Answer.YES
    assert found["intel-westmere"] is Answer.UNKNOWN
    assert found["intel-sandybridge"] is Answer.NO


def test_processors_for_modes_of_unknown_contents() -> None:
    for code_name, mode in (("Granite Rapids AP/SP", "intel-graniterapids"), ("Zen5-Turin", "amd-zen5")):
        found = assess(assumed_cpu(find(code_name)), MODES)
        answer = found.of(MODES[mode])
        assert answer is not None
        assert answer.answer is Answer.UNKNOWN, "a brand is no proof of what nobody has published"
        assert found.highest is not None
        assert MODES[mode].includes(found.highest)


def test_fingerprints_are_distinct_and_stable() -> None:
    prints = [assumed_cpu(each).fingerprint for each in series()]
    assert len(set(prints)) == len(prints)
    assert prints == [assumed_cpu(each).fingerprint for each in series()]


def test_every_signature_and_mode_of_the_reference_is_there(shared: Path) -> None:
    lines = (shared / "reference" / "cpu_series.tsv").read_text().splitlines()[1:]
    own: dict[tuple[int, int, int], set[str | None]] = {}
    for each in series():
        for s in each.signatures:
            own.setdefault((s.family, s.model, s.stepping), set()).update((each.certain_mode, each.max_mode))
    for line in lines:
        code_name, signature, _brands, mode, provenance = line.split("\t")
        if provenance.startswith("recalled"):
            continue
        family, model, steppings = signature.split("/")
        for span in steppings.split(","):
            first, _, last = span.partition("-")
            for stepping in range(int(first, 16), int(last or first, 16) + 1):
                modes = own[int(family, 16), int(model, 16), stepping]
                assert mode == "verify" or mode.split()[0] in modes, code_name

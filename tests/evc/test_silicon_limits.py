"""What silicon has for certain, what it can have at most, and what that says of lists of names."""

from __future__ import annotations

from flexgui.cpuid.catalogue import rows
from flexgui.cpuid.signature import Signature, span
from flexgui.evc.modes import builtin_modes
from flexgui.evc.silicon_limits import beyond_silicon, certainly_missing

WESTMERE = Signature(6, 0x2C, 2)


def test_what_a_generation_cannot_have() -> None:
    beyond = beyond_silicon("intel", WESTMERE)
    assert {"AVX", "AVX2", "AVX512F", "SMEP"} <= beyond
    assert not {"AES", "SSE42", "NX"} & beyond
    assert beyond <= builtin_modes().governed["intel"]


def test_nothing_is_known_of_other_silicon() -> None:
    assert beyond_silicon("intel", None) == frozenset()
    assert beyond_silicon(None, WESTMERE) == frozenset()
    assert beyond_silicon("hygon", Signature(0x18, 0, 2)) == frozenset()
    assert beyond_silicon("intel", Signature(6, 0xAD, 1)) == frozenset()  # Granite Rapids


def test_a_hypervisor_or_a_contradiction_leaves_all_open() -> None:
    assert certainly_missing("intel", WESTMERE, ["AES"]) == beyond_silicon("intel", WESTMERE)
    assert certainly_missing("intel", WESTMERE, ["AES", "HYPERVISOR"]) == frozenset()
    assert certainly_missing("intel", WESTMERE, ["AES", "AVX2"]) == frozenset()


def test_no_silicon_has_for_certain_what_it_cannot_have() -> None:
    for vendor, family, models, steppings, _, _, features, *_ in rows("silicon_features.tsv"):
        for model in (model for part in models.split() for model in span(part)):
            for stepping in set(span(steppings)) & set(range(16)):
                signature = Signature(int(family, 16), model, stepping)
                # TSX is no feature that modes govern; what is not governed is never beyond.
                assert not beyond_silicon(vendor, signature) & set(features.split()), signature

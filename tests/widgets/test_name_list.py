"""Names cut short."""

from __future__ import annotations

import pytest

from flexgui.widgets.name_list import joined


@pytest.mark.parametrize(
    ("names", "text"),
    [([], "–"), (["a"], "a"), (list("abc"), "a, b, c"), (list("abcd"), "a, b, c … (+1)")],
)
def test_many_names_are_cut_and_counted(names: list[str], text: str) -> None:
    assert joined(names, 3) == text


def test_none_may_be_nothing() -> None:
    assert joined([], none="") == ""

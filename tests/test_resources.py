"""Resources are found beside the package, and inside it where the wheel put them (see test_wheel)."""

from __future__ import annotations

import pytest

from flexgui import resources
from tests.environments import ROOT


def test_checkout_has_resources_beside_the_package() -> None:
    assert resources.resource_path() == ROOT / "resources"
    assert resources.resource_path("samples", "x.json") == ROOT / "resources" / "samples" / "x.json"


def test_text_and_bytes_of_a_resource() -> None:
    assert resources.read_text("flexgui.svg").encode() == resources.read_bytes("flexgui.svg")


def test_missing_resource_is_a_defect_of_the_installation() -> None:
    with pytest.raises(FileNotFoundError, match=r"no-such\.tsv"):
        resources.read_text("no-such.tsv")

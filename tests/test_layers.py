"""The contract that keeps Qt out covers every module; import-linter itself checks the contracts."""

from __future__ import annotations

import tomllib

from tests.environments import ROOT

KNOW_QT = {"__main__", "app", "document", "views", "widgets", "wizards"}
"""`__main__` imports `app` where a window is wanted, and nothing of Qt itself."""


def test_every_module_below_the_windows_is_forbidden_to_import_qt() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (contract,) = (each for each in linter["contracts"] if each["type"] == "forbidden")
    listed = {name.removeprefix("flexgui.") for name in contract["source_modules"]}
    package = ROOT / "flexgui"
    modules = {path.stem for path in package.glob("*.py")} | {
        path.parent.name for path in package.glob("*/__init__.py")
    }
    assert listed == modules - KNOW_QT - {"__init__"}

"""The contract that keeps Qt out covers every module; import-linter itself checks the contracts."""

from __future__ import annotations

import subprocess
import sys
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
    drafts = {f"wizards.{path.stem}" for path in (package / "wizards").glob("*_draft.py")}
    assert drafts
    assert listed == (modules - KNOW_QT - {"__init__"}) | drafts


def test_a_draft_is_imported_without_qt() -> None:
    """Their package must not bring it in either."""
    modules = sorted(f"flexgui.wizards.{path.stem}" for path in (ROOT / "flexgui/wizards").glob("*_draft.py"))
    code = f"import sys, {', '.join(modules)}; sys.exit('PySide6' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)

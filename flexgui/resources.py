"""The one way to the data files in `resources/`.

The wheel and the PyInstaller bundle carry them inside the package, as `flexgui/resources/`; a checkout and an
editable install have them beside it. (Inside the package, this module and the folder share a name. The module
wins: Python prefers it to a folder without `__init__.py`.)
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def _root() -> Path:
    package = Path(__file__).resolve().parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def resource_path(*parts: str) -> Path:
    """The path of a file or folder in `resources/`, whether it exists or not."""
    return _root().joinpath(*parts)


def read_bytes(*parts: str) -> bytes:
    """The content of a resource.

    Raises:
        FileNotFoundError: there is none of that name: a defect of the installation, not of any input.
    """
    return resource_path(*parts).read_bytes()


def read_text(*parts: str) -> str:
    """The content of a resource that is a text in UTF-8. Raises as `read_bytes` does."""
    return resource_path(*parts).read_text(encoding="utf-8")

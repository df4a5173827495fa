"""Python environments with exactly what the project asks for, made without a network.

The packages are linked from the environment that runs the tests. Whatever a declared requirement does not
bring along is absent, so a forgotten one is noticed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import venv
from collections.abc import Sequence
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent


class Environment:
    """A virtual environment in `folder` with the project's requirements, but without the project."""

    def __init__(self, folder: Path, extras: tuple[str, ...] = ()) -> None:
        venv.create(folder, with_pip=False, symlinks=os.name != "nt")
        self.python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.flexgui = self.python.with_name("flexgui")
        self.packages = Path(
            self.run("import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).stdout.strip()
        )
        for name in _closure(_declared(extras)):
            _link(name, self.packages)

    def install(self, wheel: Path) -> None:
        """Install a wheel, and nothing else."""
        pip = [
            sys.executable,
            "-m",
            "pip",
            "--disable-pip-version-check",
            "--quiet",
            "--python",
            str(self.python),
        ]
        subprocess.run([*pip, "install", "--no-index", "--no-deps", str(wheel)], check=True)

    def run(self, code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """The result of Python code that must succeed."""
        done = call([self.python, "-c", code], cwd)
        assert done.returncode == 0, done.stderr
        return done


def call(command: Sequence[str | Path], cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program that knows of no checkout, and of no screen but the one that `variables` name."""
    hidden = ("PYTHONPATH", "VIRTUAL_ENV", "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def complaints(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What a program wrote to standard error, but for what Qt says offscreen of every window."""
    return [line for line in done.stderr.splitlines() if not line.startswith("This plugin does not support")]


def _declared(extras: tuple[str, ...]) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = [text for extra in extras for text in project["optional-dependencies"][extra]]
    return [*project["dependencies"], *optional]


def _closure(requirements: list[str]) -> set[str]:
    """The names of the distributions that requirements bring along."""
    wanted: set[str] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        requirement = waiting.pop()
        if requirement.name in wanted or (
            requirement.marker and not requirement.marker.evaluate({"extra": ""})
        ):
            continue
        found = distribution(requirement.name)
        assert requirement.specifier.contains(found.version), f"{requirement} is not met by {found.version}"
        wanted.add(requirement.name)
        waiting += [Requirement(text) for text in found.requires or ()]
    return wanted


def _link(name: str, packages: Path) -> None:
    """Link the top-level folders and modules of an installed distribution into another environment."""
    found = distribution(name)
    for top in {Path(file).parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
        target = packages / top
        if not target.exists():
            target.symlink_to(Path(str(found.locate_file(top))).resolve())

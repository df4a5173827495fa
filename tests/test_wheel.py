"""The wheel holds all that the program needs, and runs where there is no checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.environments import ROOT, Environment, call, complaints


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as a packager gets it: built from the source archive, not from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    built = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    environment = Environment(tmp_path_factory.mktemp("installed"), extras=("gui",))
    environment.install(wheel)
    return environment


def sources(folder: str) -> set[str]:
    """The files below a folder of the checkout."""
    files = (
        path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    return {path.relative_to(ROOT).as_posix() for path in files}


def test_wheel_holds_every_module_and_resource(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".data/" not in name and ".dist-info/" not in name}
        others = {name.partition(".data/data/")[2] for name in archive.namelist() if ".data/data/" in name}
    assert packed == sources("flexgui") | {f"flexgui/{name}" for name in sources("resources")}
    assert others == {
        "share/applications/flexgui.desktop",
        "share/icons/hicolor/scalable/apps/flexgui.svg",
    }


def test_installed_module_resources_wins_over_the_folder_of_that_name(
    installed: Environment, tmp_path: Path
) -> None:
    done = installed.run(
        "import flexgui.resources as r; print(r.__file__); print(r.resource_path('flexgui.svg').resolve())"
        "; print(r.read_text('flexgui.svg')[:4]); print(r.read_bytes('flexgui.svg')[:4])",
        tmp_path,
    )
    package = installed.packages.resolve() / "flexgui"
    module, icon, text, content = done.stdout.splitlines()
    assert Path(module).resolve() == package / "resources.py"
    assert Path(icon) == package / "resources" / "flexgui.svg"
    assert (text, content) == ("<svg", "b'<svg'")


def test_installed_program_lists_modes(installed: Environment, tmp_path: Path) -> None:
    done = call([installed.flexgui, "modes"], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "intel-merom" in done.stdout


def test_installed_program_opens_its_window_on_the_sample_plan(
    installed: Environment, tmp_path: Path
) -> None:
    plan = installed.packages / "flexgui" / "resources" / "samples" / "paper.flexplan.json"
    command = (installed.flexgui, "--quit-after-start", plan)
    done = call(command, tmp_path, QT_QPA_PLATFORM="offscreen")
    assert (done.returncode, complaints(done)) == (0, [])

"""What keeps a window from opening is said before Qt aborts."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from flexgui import display
from flexgui.resources import read_text
from tests.environments import ROOT, call

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has displays to miss")

LDD = """\
\tlinux-vdso.so.1 (0x00007ffd1b5f2000)
\tlibGL.so.1 => /lib/x86_64-linux-gnu/libGL.so.1 (0x00007f22d3476000)
\tlibxcb-icccm.so.4 => not found
\tlibxcb-keysyms.so.1 => not found
\tlibxcb-icccm.so.4 => not found
"""


@pytest.fixture
def broken_qt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Qt whose plugins do not load, and an `ldd` that says why."""
    plugins = tmp_path / "Qt" / "plugins" / "platforms"
    plugins.mkdir(parents=True)
    for name in ("xcb", "wayland", "offscreen"):
        (plugins / f"libq{name}.so").touch()
    ldd = tmp_path / "bin" / "ldd"
    ldd.parent.mkdir()
    ldd.write_text(f"#!/bin/sh\ncat <<'END'\n{LDD}END\n", encoding="utf-8")
    ldd.chmod(0o755)
    monkeypatch.setenv("PATH", str(ldd.parent), prepend=os.pathsep)
    return tmp_path / "Qt"


def test_ldd_output_yields_each_missing_library_once() -> None:
    assert display.missing_libraries(LDD) == ("libxcb-icccm.so.4", "libxcb-keysyms.so.1")
    assert display.missing_libraries("\tstatically linked\n") == ()


def test_missing_libraries_are_named_with_their_packages(broken_qt: Path) -> None:
    assert display.find_problem({"DISPLAY": ":0"}, broken_qt) == (
        "Qt cannot open a window: its xcb plugin needs system libraries that are missing "
        "(libxcb-icccm.so.4, libxcb-keysyms.so.1). "
        "On Debian or Ubuntu run `sudo apt-get install libxcb-icccm4 libxcb-keysyms1`, "
        "on Fedora `sudo dnf install xcb-util-keysyms xcb-util-wm`."
    )


def test_missing_libraries_matter_offscreen_too(broken_qt: Path) -> None:
    problem = display.find_problem({"QT_QPA_PLATFORM": "offscreen"}, broken_qt)
    assert problem is not None
    assert "its offscreen plugin needs" in problem


def test_without_ldd_the_loader_names_one_library(broken_qt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setenv("PATH", str(broken_qt))
    monkeypatch.setattr("ctypes.CDLL", refuse)
    problem = display.find_problem({"DISPLAY": ":0"}, broken_qt)
    assert problem is not None
    assert "libxcb-cursor0" in problem


def test_unknown_library_is_named_though_its_package_is_not_known() -> None:
    assert display.advise(["libmystery.so.7"]) == (
        "Install the packages of your distribution that contain libmystery.so.7."
    )


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "the variable DISPLAY is not set (nor WAYLAND_DISPLAY)."),
        ({"DISPLAY": ""}, "the variable DISPLAY is not set (nor WAYLAND_DISPLAY)."),
        ({"QT_QPA_PLATFORM": "xcb"}, "the variable DISPLAY is not set."),
        ({"QT_QPA_PLATFORM": "wayland", "DISPLAY": ":0"}, "the variable WAYLAND_DISPLAY is not set."),
    ],
)
def test_missing_display_names_the_variable(environment: dict[str, str], said: str, tmp_path: Path) -> None:
    problem = display.find_problem(environment, tmp_path)
    assert problem is not None
    assert said in problem
    assert "QT_QPA_PLATFORM=offscreen" in problem
    assert "xvfb-run" in problem


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600", "xcb;offscreen"])
def test_platform_that_needs_no_display_has_no_problem(platform: str, tmp_path: Path) -> None:
    assert display.find_problem({"QT_QPA_PLATFORM": platform}, tmp_path) is None


def test_each_library_is_in_the_table_once() -> None:
    lines = [line for line in read_text("qt_system_libraries.tsv").splitlines() if not line.startswith("#")]
    assert {line.count("\t") for line in lines} == {2}
    names = [line.split("\t")[0] for line in lines]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("variables", "said"),
    [({}, "DISPLAY is not set"), ({"DISPLAY": ":4711"}, "no display server answers at DISPLAY=:4711,")],
)
def test_program_says_it_in_one_line_and_exits_with_2(variables: dict[str, str], said: str) -> None:
    done = call([sys.executable, "-m", "flexgui"], ROOT, **variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr or "system libraries that are missing" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.xvfb
@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="xvfb-run is missing")
def test_window_opens_on_an_x_server() -> None:
    done = call([sys.executable, "-m", "flexgui", "--quit-after-start"], ROOT, DISPLAY=os.environ["DISPLAY"])
    assert (done.returncode, done.stderr) == (0, "")

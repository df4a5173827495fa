"""Looks, before Qt does, at whether a window can open.

Qt aborts the whole process where it cannot, and blames `libxcb-cursor0` whatever the cause is. This module
needs no Qt, names the cause, and names what mends it. It stays silent about what it does not know: then Qt
has the last word.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from flexgui.errors import printable
from flexgui.resources import read_text

_VARIABLES = {"xcb": "DISPLAY", "wayland": "WAYLAND_DISPLAY"}
"""Qt's platforms that need a display, and the environment variable that names it."""

_WITHOUT_DISPLAY = (
    "Start FlexGUI in a desktop session; to run it without a screen, set QT_QPA_PLATFORM=offscreen "
    "or use xvfb-run."
)


def find_problem(environment: Mapping[str, str] = os.environ, qt: Path | None = None) -> str | None:
    """What keeps Qt from opening a window, and what mends it, as sentences; None if nothing is known to.

    `qt` is the folder with Qt's `plugins`: that of the PySide6 wheel by default. Where a distribution's own
    PySide6 is used there is no such folder, and its packages see to the libraries.
    """
    if sys.platform != "linux":
        return None
    qt = _qt_of_wheel() if qt is None else qt
    problems = []
    for platform in _platforms(environment):
        problem = _problem_of(platform, environment, qt)
        if problem is None:
            return None
        problems.append(problem)
    return problems[0] if problems else None


def missing_libraries(ldd_output: str) -> tuple[str, ...]:
    """The libraries that `ldd` did not find, each once, in its order."""
    found = re.findall(r"^\s*(\S+) => not found", ldd_output, re.MULTILINE)
    return tuple(dict.fromkeys(found))


def advise(libraries: Iterable[str]) -> str:
    """What to install for libraries that are missing, as sentences."""
    table = [
        line.split("\t") for line in read_text("qt_system_libraries.tsv").splitlines() if line[:1] != "#"
    ]
    packages = {library: (debian, fedora) for library, debian, fedora in table[1:]}
    wanted = list(libraries)
    known = [packages[library] for library in wanted if library in packages]
    unknown = [library for library in wanted if library not in packages]
    sentences = []
    if known:
        debian, fedora = (" ".join(sorted(set(names))) for names in zip(*known, strict=True))
        sentences.append(
            f"On Debian or Ubuntu run `sudo apt-get install {debian}`, on Fedora `sudo dnf install {fedora}`."
        )
    if unknown:
        sentences.append(f"Install the packages of your distribution that contain {', '.join(unknown)}.")
    return " ".join(sentences)


def _platforms(environment: Mapping[str, str]) -> list[str]:
    """The platform plugins that Qt will try, in its order: those asked for, or else Wayland before X11."""
    asked = environment.get("QT_QPA_PLATFORM", "")
    if asked:
        return [name.partition(":")[0] for name in asked.split(";")]
    return ["wayland", "xcb"] if environment.get("WAYLAND_DISPLAY") else ["xcb"]


def _problem_of(platform: str, environment: Mapping[str, str], qt: Path | None) -> str | None:
    variable = _VARIABLES.get(platform)
    display = environment.get(variable, "") if variable else ""
    if variable and not display:
        either = "" if environment.get("QT_QPA_PLATFORM") else " (nor WAYLAND_DISPLAY)"
        return f"There is no screen: the variable {variable} is not set{either}. {_WITHOUT_DISPLAY}"
    if qt is not None:
        libraries = _missing_for(qt / "plugins" / "platforms" / f"libq{platform}.so")
        if libraries:
            return (
                f"Qt cannot open a window: its {platform} plugin needs system libraries that are missing "
                f"({', '.join(libraries)}). {advise(libraries)}"
            )
    if variable and not _answers(platform):
        return (
            f"There is no screen: no display server answers at {variable}={printable(display)}, "
            f"or it refuses access. {_WITHOUT_DISPLAY}"
        )
    return None


def _qt_of_wheel() -> Path | None:
    spec = importlib.util.find_spec("PySide6")
    for folder in (spec and spec.submodule_search_locations) or ():
        if (Path(folder) / "Qt" / "plugins").is_dir():
            return Path(folder) / "Qt"
    return None


def _missing_for(plugin: Path) -> tuple[str, ...]:
    """The system libraries that a plugin lacks.

    Loading it costs nothing where all is well, for Qt needs it anyway; only where that fails is `ldd` asked,
    because the loader names no more than the first library that it misses.
    """
    if not plugin.is_file():
        return ()
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        try:
            ldd = subprocess.run(
                ["ldd", plugin], capture_output=True, text=True, errors="replace", check=False
            )
        except OSError:
            return tuple(re.findall(r"^(\S+): cannot open shared object file", str(error)))
        return missing_libraries(ldd.stdout)
    return ()


def _answers(platform: str) -> bool:
    """Whether the display server of this process's environment accepts a connection."""
    try:
        if platform == "wayland":
            wayland = ctypes.CDLL("libwayland-client.so.0")
            wayland.wl_display_connect.restype = ctypes.c_void_p
            wayland.wl_display_disconnect.argtypes = [ctypes.c_void_p]
            connection = wayland.wl_display_connect(None)
            if not connection:
                return False
            wayland.wl_display_disconnect(connection)
            return True
        xcb = ctypes.CDLL("libxcb.so.1")
        xcb.xcb_connect.restype = ctypes.c_void_p
        xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
        connection = xcb.xcb_connect(None, None)
        refused = bool(xcb.xcb_connection_has_error(connection))
        xcb.xcb_disconnect(connection)
        return not refused
    except (OSError, AttributeError):
        return True

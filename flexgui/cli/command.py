"""What the commands share: exit codes, the captures and modes that arguments name, and JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from flexgui.errors import InputError, printable

FINE, FOUND_ERRORS, BAD_INPUT, DEFECT = 0, 1, 2, 3

Run = Callable[[argparse.Namespace], int]
"""Runs a command with its arguments; returns the exit code."""


class AddCommand(Protocol):
    """Adds a command by its name; returns its parser, which wants its arguments."""

    def __call__(self, name: str, run: Run, help_text: str) -> argparse.ArgumentParser: ...


def json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for other programs")


def capture_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that `captured` and `weighed_modes` read."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a capture, or a folder of them")
    parser.add_argument("--release", help="weigh only the modes that this vCenter release offers")


def print_json(content: Any) -> None:
    print(json.dumps(content, indent=1))


def captured(arguments: argparse.Namespace) -> list[tuple[Path, Any]]:
    """(file, host) of every capture that was named, or is in a folder that was named.

    What was skipped in a folder is told on stderr, a line each. Raises InputError as `read_captures` does.
    """
    from flexgui.capture import read_captures

    captures = read_captures(arguments.files)
    for skipped in captures.skipped:
        print(f"flexgui: skipped {printable(str(skipped.path))}: {skipped.sentence}", file=sys.stderr)
    return list(captures.found)


def weighed_modes(arguments: argparse.Namespace) -> Any:
    """The table of modes: all, or those that the release of `--release` offers."""
    from flexgui.evc.modes import ModeTable, builtin_modes
    from flexgui.evc.releases import offered_modes, releases

    if arguments.release is None:
        return builtin_modes()
    if arguments.release not in releases():
        raise InputError(
            f"There is no release {printable(arguments.release)!r}.", f"Choose of: {', '.join(releases())}."
        )
    return ModeTable(offered_modes(arguments.release, builtin_modes()))

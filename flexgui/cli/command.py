"""What the commands share: exit codes, the captures and modes that arguments name, and JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from flexgui.errors import InputError, printable
from flexgui.files import PLAN_SUFFIX

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
    mode_arguments(parser)


def mode_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that `weighed_modes` reads."""
    parser.add_argument("--release", help="weigh only the modes that this vCenter release offers")
    parser.add_argument(
        "--modes",
        type=Path,
        metavar="FILE",
        help="the modes of a vCenter, its capability.supportedEVCMode as JSON, instead of the built-in ones",
    )


def print_json(content: Any) -> None:
    """Indented for a person at a terminal, else in one line, which takes a fraction of the time."""
    print(json.dumps(content, indent=1 if sys.stdout.isatty() else None))


def captured(arguments: argparse.Namespace) -> list[tuple[Path, Any]]:
    """(file, host) of every capture that was named, or is in a folder that was named.

    Hosts that several files describe are joined; the file is then that of the strongest evidence. What was
    skipped in a folder is told on stderr, a line each. Raises InputError as `read_captures` does.
    """
    from flexgui.capture import read_captures
    from flexgui.capture.join import join
    from flexgui.evc.modes import builtin_modes

    captures = read_captures(arguments.files)
    for skipped in captures.skipped:
        print(f"flexgui: skipped {printable(str(skipped.path))}: {skipped.sentence}", file=sys.stderr)
    files = {id(host): path for path, host in captures.found}
    joined = join(captures.hosts, builtin_modes(), [path for path, _ in captures.found])
    return [(files[id((host.sources or (host,))[0])], host) for host in joined]


def is_plan(path: Path) -> bool:
    """Whether a file is a plan rather than a capture; one that cannot be read is left to the readers."""
    if path.name.endswith(PLAN_SUFFIX):
        return True
    try:
        with path.open("rb") as file:
            head = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError:
        return False
    return head.startswith(b"{") and b'"format"' in head and b'"release"' in head


def one_plan(arguments: argparse.Namespace) -> Path | None:
    """The plan among the files that were named, or None. Raises InputError where there are several."""
    plans = [path for path in arguments.files if is_plan(path)]
    if len(plans) > 1:
        raise InputError(
            f"There are {len(plans)} plans, and each has a release and modes of its own.",
            "Name one plan; captures may be beside it.",
        )
    return plans[0] if plans else None


def weighed_modes(arguments: argparse.Namespace) -> Any:
    """The table of modes: those of the file of `--modes`, else the built-in ones that `--release` offers.

    A vCenter offers every mode that was read from it.
    """
    from flexgui.evc.modes import ModeTable, builtin_modes
    from flexgui.evc.releases import offered_modes, releases

    release, file = arguments.release, getattr(arguments, "modes", None)
    if release is not None and release not in releases():
        raise InputError(
            f"There is no release {printable(release)!r}.", f"Choose of: {', '.join(releases())}."
        )
    if file is not None:
        from flexgui.capture.supported_modes import read_modes

        return ModeTable(read_modes(file))
    return builtin_modes() if release is None else ModeTable(offered_modes(release, builtin_modes()))


def modes_of_plan(arguments: argparse.Namespace, plan: Any) -> tuple[Any, Any]:
    """(modes, those that are offered) for a plan: its own, unless `--modes` names others."""
    from flexgui.evc.releases import offered_modes
    from flexgui.plan.inventory import modes_of

    weighed = weighed_modes(arguments)  # refuses an unknown release
    modes = modes_of(plan) if arguments.modes is None else weighed
    return modes, offered_modes(arguments.release or plan.release, modes)

"""The start of the program: a command goes to `cli`, everything else opens the window.

Both sides are imported only when they are needed, so that a command never loads Qt.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

COMMANDS = frozenset(
    {
        "inspect",
        "baseline",
        "check",
        "export",
        "fleet",
        "rules",
        "modes",
        "formats",
        "schema",
        "suggest",
        "migrate",
        "verify",
    }
)
"""The first argument that makes this a run without a window. Each is a command of `flexgui.cli`."""

QUIT_AFTER_START = "--quit-after-start"
"""Opens the window, shows it once, and leaves: tells whether the program starts on this machine."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with `argv` (the process's own arguments by default) and return its exit code.

    0 is fine, 1 means findings of severity error, 2 means bad input or a window that cannot open, 3 a defect.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and (arguments[0] in COMMANDS or _is_other_option(arguments[0])):
        from flexgui import cli

        return cli.main(arguments)
    mistaken = next((word for word in arguments if _is_no_plan(word)), None)
    if mistaken is not None:
        print(
            f"flexgui: there is no command and no file {mistaken!r}. "
            f"The commands are {', '.join(sorted(COMMANDS))}; anything else is a plan to open.",
            file=sys.stderr,
        )
        return 2
    return _open_window(arguments)


def _is_other_option(argument: str) -> bool:
    """`--help`, `--version`, and whatever the window does not know: argparse answers or refuses it."""
    return argument.startswith("-") and argument not in (QUIT_AFTER_START, "--")


def _is_no_plan(argument: str) -> bool:
    """A single word that names no file: rather a command mistyped than a plan."""
    return not argument.startswith("-") and argument.isidentifier() and not Path(argument).exists()


def _open_window(arguments: list[str]) -> int:
    problem = _why_no_window()
    if problem:
        print(f"flexgui: {problem}", file=sys.stderr)
        return 2
    from flexgui import app

    return app.main(arguments)


def _why_no_window() -> str | None:
    """What keeps the window from opening, and what mends it, as sentences; None if nothing is known to."""
    if importlib.util.find_spec("PySide6") is None:
        return (
            "The window needs Qt, which is not installed. "
            "Run `pip install 'flexgui[gui]'`; the commands that `flexgui --help` lists work without it."
        )
    from flexgui import display

    return display.find_problem()


if __name__ == "__main__":
    sys.exit(main())

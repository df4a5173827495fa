"""The command line: the same answers as the windows, without Qt.

Exit codes: 0 fine, 1 findings of severity error, 2 bad input, 3 a defect of the program (one line on stderr
each, never a traceback), 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from typing import NoReturn

from flexgui import __version__
from flexgui.cli import baseline, captures, fleet, knowledge, migrate, plans, suggest, verify
from flexgui.cli.command import BAD_INPUT, DEFECT, FINE, Run
from flexgui.errors import FlexGuiError, InputError, printable
from flexgui.plan.collecting import without_collecting


def main(argv: list[str]) -> int:
    """Run one command; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that cannot show a character gets its escape, never an exception.
            stream.reconfigure(errors="backslashreplace")
    arguments = _parser().parse_args(argv)
    command: Run = arguments.command
    try:
        if sys.stdout is None:
            raise InputError("Standard output is closed.", "Redirect it to a file or a pipe.")
        with without_collecting():  # what a command makes stays until it ends
            code = command(arguments)
        sys.stdout.flush()
        return code
    except FlexGuiError as error:
        _complain(str(error))
        return BAD_INPUT
    except BrokenPipeError:
        # The reader has seen enough (`flexgui modes | head`); nothing is left to say, at exit neither.
        _forget_output()
        return FINE
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        _forget_output()
        _complain(f"The output cannot be written: {error.strerror or type(error).__name__}.")
        return BAD_INPUT
    except Exception as error:
        if os.environ.get("FLEXGUI_DEBUG"):
            raise
        _complain(
            f"a defect of FlexGUI, {type(error).__name__}: {printable(str(error))}. "
            "Set FLEXGUI_DEBUG=1 for the details and report them."
        )
        return DEFECT


def _complain(sentence: str) -> None:
    """One line on stderr, if there is one."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(f"flexgui: {sentence}\n")
            sys.stderr.flush()


def _forget_output() -> None:
    """Drop what stdout still holds, so that the interpreter does not complain of it at its end."""
    with contextlib.suppress(OSError, AttributeError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Parser(argparse.ArgumentParser):
    """Tells a mistake in one line, as every other bad input is told."""

    def error(self, message: str) -> NoReturn:
        _complain(f"{printable(message)} (see `{self.prog} --help`)")
        raise SystemExit(BAD_INPUT)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="flexgui",
        description="Plan VMware clusters whose hosts have different CPU generations.",
        epilog="flexgui [PLAN] without a command opens the window.",
    )
    parser.add_argument("--version", action="version", version=f"flexgui {__version__}")
    parser.add_argument(
        "--quit-after-start", action="store_true", help="open the window, show it once, and leave"
    )
    # Were it required, an unknown option would be answered with the advice to name a command.
    commands = parser.add_subparsers(required=False, metavar="COMMAND")

    def add(name: str, run: Run, help_text: str) -> argparse.ArgumentParser:
        found = commands.add_parser(name, help=help_text, description=help_text)
        found.set_defaults(command=run)
        return found

    for module in (captures, baseline, suggest, plans, migrate, verify, fleet, knowledge):
        module.add(add)
    return parser

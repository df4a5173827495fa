"""`fleet make`: plans of any size, made up."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from flexgui.cli.command import FINE, AddCommand
from flexgui.errors import InputError

MOST = 1_000_000
"""Hosts or machines that one command makes: 100,000 hosts take some 90 MB."""

_MAKE = (
    "Make up a plan of any size, for training and for measuring: processors drawn from the catalogue of "
    "series, with older and newer microcode, hosts and clusters around them. The same seed gives the same "
    "plan everywhere, as long as the catalogue stays the same."
)


def add(command: AddCommand) -> None:
    fleet = command("fleet", _choose, "Made-up plans of any size, for training and for measuring.")
    actions = fleet.add_subparsers(required=True, metavar="ACTION")
    make = actions.add_parser("make", help="make up a plan", description=_MAKE)
    make.add_argument("--hosts", type=int, required=True, metavar="N", help="how many hosts")
    make.add_argument("--seed", type=int, required=True, metavar="S", help="any whole number")
    make.add_argument("--clusters", type=int, metavar="C", help="how many clusters (one for 32 hosts)")
    make.add_argument("--distinct", type=int, metavar="D", help="at most so many distinct processors (60)")
    make.add_argument("--vms", type=int, default=0, metavar="V", help="how many virtual machines (0)")
    make.add_argument("--release", metavar="RELEASE", help="the release of vCenter (8.0u2)")
    make.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of standard output")
    make.set_defaults(command=_make)


def _choose(_arguments: argparse.Namespace) -> int:
    raise InputError("fleet has the action make.", "See flexgui fleet make --help.")


def _make(arguments: argparse.Namespace) -> int:
    from flexgui.files import write_atomically
    from flexgui.plan.fleet import RELEASE, make_fleet
    from flexgui.plan.storage import to_json

    if max(arguments.hosts, arguments.vms) > MOST:
        raise InputError(f"At most {MOST:,} hosts or virtual machines can be made up.", "Ask for fewer.")
    try:
        plan = make_fleet(
            arguments.hosts,
            arguments.seed,
            clusters=arguments.clusters,
            distinct=arguments.distinct,
            vms=arguments.vms,
            release=arguments.release or RELEASE,
        )
    except ValueError as error:
        raise InputError(
            f"This fleet cannot be made up: {error}.", "See flexgui fleet make --help."
        ) from None
    content = to_json(plan)
    if arguments.output is None:
        sys.stdout.buffer.write(content)
    else:
        write_atomically(arguments.output, content)
    return FINE

"""`check` and `export`: what is wrong with a plan, and the plan for another program."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flexgui.cli.command import FINE, FOUND_ERRORS, AddCommand, json_option, print_json
from flexgui.errors import InputError, printable

if TYPE_CHECKING:
    from flexgui.plan.values import Plan


def add(command: AddCommand) -> None:
    check = command("check", _check, "The findings of a plan.")
    check.add_argument("plan", type=Path, metavar="PLAN")
    _scenario_option(check)
    json_option(check)
    export = command("export", _export, "Write a plan for another program.")
    export.add_argument("plan", type=Path, metavar="PLAN")
    export.add_argument("--to", required=True, metavar="TARGET", help="see `flexgui formats`")
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of standard output")
    _scenario_option(export)
    export.add_argument("--force", action="store_true", help="even with errors; the file then says so")


def _scenario_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--scenario", metavar="NAME", help="a what-if of the plan instead of the plan itself"
    )


def _load(arguments: argparse.Namespace) -> Plan:
    """The plan, or the what-if of it that is named.

    Raises:
        InputError: the file is no plan, or has no such what-if.
    """
    from flexgui.plan import scenarios
    from flexgui.plan.storage import load

    plan = load(arguments.plan)
    name = arguments.scenario
    if name is None:
        return plan
    known = scenarios.names(plan)
    if name not in known:
        some = ", ".join(printable(each, 80) for each in known[:8])
        more = f" … (+{len(known) - 8})" if len(known) > 8 else ""
        raise InputError(
            f"There is no what-if {printable(name, 80)} in the plan.",
            f"It has {some}{more}." if known else "It has none.",
            str(arguments.plan),
        )
    return scenarios.alone(plan, name)


def _check(arguments: argparse.Namespace) -> int:
    from flexgui.plan.inventory import find
    from flexgui.rules.check import check, counts

    plan = _load(arguments)
    findings = check(plan)
    numbers = counts(findings)
    listed: list[dict[str, Any]] = []
    for finding in findings:
        place = find(plan, finding.subject.object_id)
        listed.append(
            {
                "rule": finding.rule,
                "severity": finding.severity.value,
                "subject": place.path() if place else "plan",
                "message": finding.message(),
                "remedy": finding.advice(),
                "source": finding.source,
                "object": finding.subject.object_id,
                "field": finding.subject.field,
                "fault": finding.fault,
                "muted": finding.muted,
            }
        )
    if arguments.json:
        print_json({"findings": listed, "counts": numbers})
    else:
        for row in listed:
            muted = f" (muted: {printable(row['muted'])})" if row["muted"] else ""
            print(f"{row['severity']:7} {printable(row['subject'])}: {row['message']} {row['remedy']}{muted}")
        print(", ".join(f"{number} {severity}" for severity, number in numbers.items()))
    return FOUND_ERRORS if numbers["error"] else FINE


def _export(arguments: argparse.Namespace) -> int:
    from flexgui.export.target import TARGETS, ExportRefusedError, export
    from flexgui.files import write_atomically

    target = TARGETS.get(arguments.to)
    if target is None:
        raise InputError(
            f"There is no export target {printable(arguments.to)!r}.", f"Choose of: {', '.join(TARGETS)}."
        )
    try:
        content = export(_load(arguments), target, force=arguments.force)
    except ExportRefusedError as error:
        print(f"flexgui: {error} Mend what `flexgui check` lists, or add --force.", file=sys.stderr)
        return FOUND_ERRORS
    if arguments.output is None:
        sys.stdout.buffer.write(content)
    else:
        write_atomically(arguments.output, content)
    return FINE

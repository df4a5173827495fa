"""`check` and `export`: what is wrong with a plan, and the plan for another program."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from flexgui.cli.command import FINE, FOUND_ERRORS, AddCommand, json_option, print_json
from flexgui.errors import InputError, printable


def add(command: AddCommand) -> None:
    check = command("check", _check, "The findings of a plan.")
    check.add_argument("plan", type=Path, metavar="PLAN")
    json_option(check)
    export = command("export", _export, "Write a plan for another program.")
    export.add_argument("plan", type=Path, metavar="PLAN")
    export.add_argument("--to", required=True, metavar="TARGET", help="see `flexgui formats`")
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of standard output")
    export.add_argument("--force", action="store_true", help="even with errors; the file then says so")


def _check(arguments: argparse.Namespace) -> int:
    from flexgui.plan.inventory import find
    from flexgui.plan.storage import load
    from flexgui.rules.check import check, counts

    plan = load(arguments.plan)
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
    from flexgui.plan.storage import load

    target = TARGETS.get(arguments.to)
    if target is None:
        raise InputError(
            f"There is no export target {printable(arguments.to)!r}.", f"Choose of: {', '.join(TARGETS)}."
        )
    try:
        content = export(load(arguments.plan), target, force=arguments.force)
    except ExportRefusedError as error:
        print(f"flexgui: {error} Mend what `flexgui check` lists, or add --force.", file=sys.stderr)
        return FOUND_ERRORS
    if arguments.output is None:
        sys.stdout.buffer.write(content)
    else:
        write_atomically(arguments.output, content)
    return FINE

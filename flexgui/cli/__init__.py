"""The command line: the same answers as the windows, without Qt.

Exit codes: 0 fine, 1 findings of severity error, 2 bad input, 3 a defect of the program (one line on stderr
each, never a traceback), 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from flexgui import __version__
from flexgui.errors import FlexGuiError, InputError, printable

FINE, FOUND_ERRORS, BAD_INPUT, DEFECT = 0, 1, 2, 3

Command = Callable[[argparse.Namespace], int]


def main(argv: list[str]) -> int:
    """Run one command; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that cannot show a character gets its escape, never an exception.
            stream.reconfigure(errors="backslashreplace")
    arguments = _parser().parse_args(argv)
    command: Command = arguments.command
    try:
        if sys.stdout is None:
            raise InputError("Standard output is closed.", "Redirect it to a file or a pipe.")
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

    def add(
        name: str, command: Callable[[argparse.Namespace], int], help_text: str
    ) -> argparse.ArgumentParser:
        found = commands.add_parser(name, help=help_text, description=help_text)
        found.set_defaults(command=command)
        return found

    inspect = add("inspect", _inspect, "What captures say: processor, EVC modes, what blocks the next one.")
    baseline = add("baseline", _baseline, "What hosts have in common, by maker, and who holds them back.")
    for capturing in (inspect, baseline):
        capturing.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a capture")
        capturing.add_argument("--release", help="weigh only the modes that this vCenter release offers")
    check = add("check", _check, "The findings of a plan.")
    check.add_argument("plan", type=Path, metavar="PLAN")
    export = add("export", _export, "Write a plan for another program.")
    export.add_argument("plan", type=Path, metavar="PLAN")
    export.add_argument("--to", required=True, metavar="TARGET", help="see `flexgui formats`")
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of standard output")
    export.add_argument("--force", action="store_true", help="even with errors; the file then says so")
    rules = add("rules", _rules, "The compatibility rules.")
    rules.add_argument("--markdown", action="store_true", help="as docs/rules.md has them")
    modes = add("modes", _modes, "The EVC modes, and how far each is known.")
    formats = add("formats", _formats, "What can be read, and what can be exported to.")
    for listing in (inspect, baseline, check, rules, modes, formats):
        listing.add_argument("--json", action="store_true", help="for other programs")
    add("schema", _schema, "The JSON Schema of plan files.")
    return parser


def _print_json(content: Any) -> None:
    print(json.dumps(content, indent=1))


# Captures


def _captured(arguments: argparse.Namespace) -> list[tuple[Path, Any]]:
    """(file, host) of every capture that was named. Raises InputError for the first that cannot be read."""
    from flexgui.capture import read_capture

    return [(path, host) for path in arguments.files for host in read_capture(path)]


def _weighed_modes(arguments: argparse.Namespace) -> Any:
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


def _inspect(arguments: argparse.Namespace) -> int:
    modes = _weighed_modes(arguments)
    hosts = [_inspected(path, host, modes) for path, host in _captured(arguments)]
    if arguments.json:
        _print_json({"hosts": hosts})
        return FINE
    for host in hosts:
        evc, masking = host["evc"], host["masking"]
        silicon = host["generation"] or "unknown silicon"
        place = "family {family}, model {model}, stepping {stepping}".format_map(host)
        print(f"{printable(host['name'])}: {printable(host['brand']) or 'no brand string'}")
        print(f"  silicon      {silicon} ({host['vendor'] or 'unknown maker'}; {place})")
        if host["hypervisor"]:
            print("  seen         through a hypervisor: what is missing may be masked; capture on the host")
        if host["differing"]:
            print(f"  cores        differ in {', '.join(host['differing'])}; only what all have counts")
        print(f"  highest mode {evc['highest'] or 'none'}")
        if evc["possible"] and evc["possible"] != evc["highest"]:
            print(f"  possible     {evc['possible']}")
        print(f"  supports     {', '.join(evc['supported']) or '–'}")
        print(f"  cannot tell  {', '.join(evc['unknown']) or '–'}")
        print(f"  next lacks   {', '.join(evc['missing_for_next']) or '–'}")
        if evc["unknown_for_next"]:
            print(f"               cannot tell: {', '.join(evc['unknown_for_next'])}")
        nx = {True: "present", False: "missing: enable execute disable in the BIOS", None: "cannot tell"}
        print(f"  NX           {nx[host['nx']]}")
        print("  VT           cannot tell: the BIOS lock cannot be read with CPUID")
        print(f"  masking      {masking['mechanism'] if masking else 'cannot tell'}")
    return FINE


def _inspected(path: Path, host: Any, modes: Any) -> dict[str, Any]:
    from flexgui.cpuid.masking import masking
    from flexgui.evc.support import Answer, assess

    cpu, found = host.cpu, assess(host.cpu, modes)
    mechanism = masking(cpu)
    return {
        "name": host.name,
        "source": str(path),
        "vendor": cpu.vendor,
        "brand": cpu.brand,
        "family": cpu.family,
        "model": cpu.model,
        "stepping": cpu.stepping,
        "generation": cpu.generation.name if cpu.generation else None,
        "hypervisor": cpu.hypervisor,
        "evc": {
            "highest": found.highest.key if found.highest else None,
            "possible": found.possible.key if found.possible else None,
            "supported": found.keys(Answer.YES),
            "unknown": found.keys(Answer.UNKNOWN),
            "missing_for_next": list(found.missing_for_next),
            "unknown_for_next": list(found.unknown_for_next),
        },
        "nx": cpu.has("NX"),
        "vt": None,
        "masking": None
        if mechanism is None
        else {"mechanism": mechanism.mechanism or "none", "provenance": mechanism.provenance},
        "differing": list(cpu.differing),
    }


def _baseline(arguments: argparse.Namespace) -> int:
    from flexgui.evc.pool import Member, common_registers, weigh

    captured = _captured(arguments)
    members = [Member(host.name, host.cpu) for _, host in captured]
    sources = {id(member): str(path) for member, (path, _) in zip(members, captured, strict=True)}
    vendors: dict[str, dict[str, Any]] = {}
    for pool in weigh(members, _weighed_modes(arguments)):
        common = common_registers([member.cpu for member in pool.members])
        vendors[pool.vendor] = {
            "highest_common_mode": pool.highest.key if pool.highest else None,
            "possible_mode": pool.possible.key if pool.possible else None,
            "next_mode": pool.next_mode.key if pool.next_mode else None,
            "registers": {
                f"{leaf:08x}.{subleaf:x}": [None if v is None else f"{v:08x}" for v in values]
                for (leaf, subleaf), values in common.items()
            },
            "blocked_by": [
                {
                    "host": blocker.member.name,
                    "source": sources[id(blocker.member)],
                    "missing": list(blocker.support.missing),
                    "unknown": list(blocker.support.unknown),
                }
                for blocker in pool.blockers
            ],
            "hosts": [member.name for member in pool.members],
        }
    if arguments.json:
        _print_json({"vendors": vendors})
        return FINE
    for vendor, found in vendors.items():
        print(f"{vendor}: {len(found['hosts'])} host(s)")
        print(f"  highest common mode {found['highest_common_mode'] or 'none'}")
        if found["possible_mode"] != found["highest_common_mode"]:
            print(f"  possible            {found['possible_mode']}, once what is unknown is collected")
        if found["next_mode"]:
            print(f"  kept from           {found['next_mode']}, by")
        for blocker in found["blocked_by"]:
            lacks = f"lacks {', '.join(blocker['missing'])}" if blocker["missing"] else ""
            unsure = f"cannot tell {', '.join(blocker['unknown'])}" if blocker["unknown"] else ""
            print(
                f"    {printable(blocker['host'])}: {'; '.join(filter(None, (lacks, unsure))) or 'unknown'}"
            )
    if len(vendors) > 1:
        print("Hosts of different makers cannot be in one cluster under EVC.")
    return FINE


# Plans


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
        _print_json({"findings": listed, "counts": numbers})
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


# What FlexGUI knows


def _rules(arguments: argparse.Namespace) -> int:
    from flexgui.rules import check as _register  # noqa: F401 (registers all rules)
    from flexgui.rules.documentation import rules_markdown
    from flexgui.rules.rule import RULES

    if arguments.markdown:
        print(rules_markdown(), end="")
        return FINE
    listed: list[dict[str, Any]] = [
        {
            "rule": rule.id,
            "step": rule.step,
            "severities": [severity.value for severity in rule.severities],
            "summary": rule.summary,
            "remedy": rule.remedy,
            "source": rule.source,
            "fault": rule.fault,
        }
        for rule in RULES.values()
    ]
    if arguments.json:
        _print_json({"rules": listed})
    else:
        width = max(len(str(row["rule"])) for row in listed)
        for row in listed:
            print(f"{row['rule']:{width}}  {'/'.join(row['severities']):13}  {row['summary']}")
    return FINE


def _modes(arguments: argparse.Namespace) -> int:
    from flexgui.evc.modes import builtin_modes

    table = builtin_modes()
    listed: list[dict[str, Any]] = []
    for mode in table:
        includes = [other.key for other in table if other.key != mode.key and mode.includes(other)]
        listed.append(
            {
                "key": mode.key,
                "label": mode.label,
                "vendor": mode.vendor,
                "label_in_paper": mode.label_in_paper,
                "first_release": mode.first_release,
                "first_release_provenance": mode.first_release_provenance,
                "requires": None if mode.requires is None else list(mode.requires),
                "requires_provenance": mode.requires_provenance,
                "exposes_also": None if mode.exposes_also is None else list(mode.exposes_also),
                "exposes_provenance": mode.exposes_provenance,
                "includes": includes,
            }
        )
    if arguments.json:
        _print_json({"modes": listed})
        return FINE
    for row in listed:
        number = "contents not published" if row["requires"] is None else f"{len(row['requires'])} features"
        print(f"{row['key']:22} {row['label']:40} since {row['first_release']:6} {number}")
    print("Required features are derived from published deltas; `flexgui modes --json` has the provenance.")
    return FINE


def _formats(arguments: argparse.Namespace) -> int:
    from flexgui.capture import FORMATS
    from flexgui.export.target import TARGETS

    if arguments.json:
        _print_json({"captures": list(FORMATS), "targets": {t.key: t.name for t in TARGETS.values()}})
        return FINE
    print("Captures that can be read, recognised by their content:")
    for name in FORMATS:
        print(f"  {name}")
    print("Targets of `flexgui export`:")
    for target in TARGETS.values():
        print(f"  {target.key:8} {target.name}")
    return FINE


def _schema(_arguments: argparse.Namespace) -> int:
    from flexgui.plan.storage import schema

    _print_json(schema())
    return FINE

"""`rules`, `modes`, `formats` and `schema`: what FlexGUI knows."""

from __future__ import annotations

import argparse
from typing import Any

from flexgui.cli.command import (
    FINE,
    AddCommand,
    json_option,
    mode_arguments,
    print_json,
    weighed_modes,
)
from flexgui.errors import printable


def add(command: AddCommand) -> None:
    rules = command("rules", _rules, "The compatibility rules.")
    rules.add_argument("--markdown", action="store_true", help="as docs/rules.md has them")
    modes = command("modes", _modes, "The EVC modes, and how far each is known.")
    mode_arguments(modes)
    formats = command("formats", _formats, "What can be read, and what can be exported to.")
    for listing in (rules, modes, formats):
        json_option(listing)
    command("schema", _schema, "The JSON Schema of plan files.")


def _rules(arguments: argparse.Namespace) -> int:
    from flexgui.rules import check as _register  # noqa: F401 (registers all rules)
    from flexgui.rules import fixes as _fixes  # noqa: F401 (registers all fixes)
    from flexgui.rules.documentation import rules_markdown
    from flexgui.rules.fix import summary
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
            "fix": summary(rule.id) or None,
        }
        for rule in RULES.values()
    ]
    if arguments.json:
        print_json({"rules": listed})
    else:
        width = max(len(str(row["rule"])) for row in listed)
        for row in listed:
            print(f"{row['rule']:{width}}  {'/'.join(row['severities']):13}  {row['summary']}")
            if row["fix"]:
                print(f"{'':{width}}  {'':13}  Fix: {row['fix']}")
    return FINE


def _modes(arguments: argparse.Namespace) -> int:
    table = weighed_modes(arguments)
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
                "hides": None if mode.hides is None else list(mode.hides),
                "other_requirements": [f"{key} {value}" for key, value in mode.other_requirements],
                "other_masks": [f"{key} {value}" for key, value in mode.other_masks],
                "includes": includes,
            }
        )
    if arguments.json:
        print_json({"modes": listed})
        return FINE
    for row in listed:
        number = "contents not known" if row["requires"] is None else f"{len(row['requires'])} features"
        first = row["first_release"]
        since = "" if first is None else f"since {first} ({row['first_release_provenance']})"
        print(f"{row['key']:22} {printable(row['label']):40} {since:24} {number}")
    if table.imported:
        print(f"{listed[0]['requires_provenance']}; a vCenter offers every mode that it lists.")
        return FINE
    print(
        "Required features are derived from published deltas; what is recalled of releases is not verified."
    )
    print(
        "`flexgui modes --json` has the provenance of each; `--modes FILE` takes those of a vCenter instead."
    )
    return FINE


def _formats(arguments: argparse.Namespace) -> int:
    from flexgui.capture import FORMATS
    from flexgui.export.target import TARGETS

    if arguments.json:
        print_json({"captures": list(FORMATS), "targets": {t.key: t.name for t in TARGETS.values()}})
        return FINE
    print("Captures that can be read, recognised by their content:")
    for name in FORMATS:
        print(f"  {name}")
    print("Targets of `flexgui export`:")
    for target in TARGETS.values():
        print(f"  {target.key:8} {target.name}")
    return FINE


def _schema(_arguments: argparse.Namespace) -> int:
    import json

    from flexgui.plan.storage import schema

    print(json.dumps(schema(), indent=1))  # for people, wherever it is written to
    return FINE

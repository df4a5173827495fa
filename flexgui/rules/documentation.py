"""The rules as a document (`docs/rules.md`)."""

from __future__ import annotations

from collections.abc import Iterator

import flexgui.rules.fixes  # noqa: F401 (registers all rules and fixes)
from flexgui.rules.faults import faults
from flexgui.rules.fix import summary as fix_summary
from flexgui.rules.rule import RULES, STEPS, Rule

STEP_TITLES = {
    "names": "Names",
    "ha": "vSphere HA",
    "drs": "DRS",
    "dpm": "Power management (DPM)",
    "evc": "EVC",
    "swap": "Swapfile location",
    "host": "Hosts",
}

INTRODUCTION = """# Rules

What FlexGUI checks, step by step. An **error** says that the plan cannot exist; a **todo** that the present
state has to change first; a **warning** that something is allowed and probably regretted; an **info** is
worth knowing. “Paper” is Intel's white paper *Intel Virtualization Technology FlexMigration Enablement*
(2010); names in `code` are vSphere's fault classes, to search for. **Fix** is what FlexGUI can do by
itself, in one step that can be undone; where a decision or work elsewhere is needed, it does nothing.

This file is generated (`make docs`)."""


def in_order() -> list[Rule]:
    """All rules in the order of the steps, within a step by id."""
    return sorted(RULES.values(), key=lambda rule: (STEPS.index(rule.step), rule.id))


def rules_markdown() -> str:
    """All rules as Markdown, with a table of contents by step."""
    lines = [INTRODUCTION, "", "## Contents", ""]
    for step in STEPS:
        title = STEP_TITLES[step]
        lines.append(f"- [{title}](#{_anchor(title)})")
        lines += [
            f"  - [{rule.id}](#{_anchor(rule.id)}): {rule.summary}"
            for rule in in_order()
            if rule.step == step
        ]
    for step in STEPS:
        lines += ["", f"## {STEP_TITLES[step]}"]
        for rule in in_order():
            if rule.step == step:
                lines += ["", *_section(rule)]
    return "\n".join(lines) + "\n"


def _section(rule: Rule) -> Iterator[str]:
    yield f"### {rule.id}"
    yield ""
    severities = ", ".join(severity.value for severity in rule.severities)
    yield f"**{severities}.** {rule.summary} {rule.fires}".rstrip()
    yield ""
    yield from _item("Says", rule.templates)
    yield from _item("Remedy", rule.remedies)
    if fix_summary(rule.id):
        yield f"- **Fix:** {_text(fix_summary(rule.id))}"
    yield f"- Source: {_text(rule.source)}"
    for name in rule.faults:
        fault = faults()[name]
        text = f": “{_text(fault.text)}” ({fault.text_provenance})" if fault.text else ""
        yield f"- vSphere fault: `{name}`{text}"


def _item(title: str, texts: tuple[str, ...]) -> Iterator[str]:
    if len(texts) == 1:
        yield f"- {title}: {_text(texts[0])}"
        return
    yield f"- {title}:"
    for text in texts:
        yield f"  - {_text(text)}"


def _text(text: str) -> str:
    """A template as it is read: parameters in italics."""
    return text.replace("{", "*").replace("}", "*")


def _anchor(title: str) -> str:
    """The anchor that Markdown viewers make of a heading: lower case, no punctuation, dashes for blanks."""
    kept = (c for c in title.lower() if c.isalnum() or c in " -_")
    return "".join(kept).replace(" ", "-")

"""The documents that are made of the rules, and vSphere's own words."""

from __future__ import annotations

import re
from pathlib import Path

from flexgui.rules.documentation import rules_markdown
from flexgui.rules.faults import faults
from flexgui.rules.finding import Finding, Severity, Subject
from flexgui.rules.rule import RULES

ROOT = Path(__file__).resolve().parents[2]


def test_the_list_of_rules_is_up_to_date() -> None:
    """`make docs` writes it."""
    assert (ROOT / "docs/rules.md").read_text(encoding="utf-8") == rules_markdown()


def test_the_list_of_rules_has_every_rule_and_no_dead_link() -> None:
    text = rules_markdown()
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(RULES) <= set(headings)
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors


def test_faults_carry_the_text_that_an_administrator_reads() -> None:
    known = faults()["EVCAdmissionFailedVmActive"]
    assert known.shown().startswith("EVCAdmissionFailedVmActive: The host cannot be admitted")
    assert known.text_provenance
    assert faults()["EVCAdmissionFailedCPUVendor"].shown() == "EVCAdmissionFailedCPUVendor"
    assert all(fault.text_provenance for fault in faults().values() if fault.text)


def test_outside_text_cannot_break_a_message() -> None:
    finding = Finding(
        "host.address",
        "host",
        Severity.ERROR,
        Subject("host-1"),
        "{name} has {features}.",
        {"name": "a\nb\u202e{0}", "features": tuple(str(n) for n in range(10))},
    )
    assert finding.message() == r"a\nb\u202e{0} has 0, 1, 2, 3, 4, 5, 6, 7 … (+2)."

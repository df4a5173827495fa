"""Every rule fires where it should and keeps quiet where it should; the tables are run, not only listed."""

from __future__ import annotations

import re

import pytest

from flexgui.rules.check import check
from flexgui.rules.faults import faults
from flexgui.rules.rule import RULES, Rule
from tests.rules import table_evc, table_evidence, table_hosts, table_settings, table_silicon
from tests.rules.cases import Fires, Quiet

TABLE = (
    table_settings.TABLE + table_evc.TABLE + table_hosts.TABLE + table_silicon.TABLE + table_evidence.TABLE
)
FIRES = [case for case in TABLE if isinstance(case, Fires)]
QUIET = [case for case in TABLE if isinstance(case, Quiet)]
EACH_RULE = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


@pytest.mark.parametrize("case", FIRES, ids=[f"{case.rule}: {' '.join(case.words)}" for case in FIRES])
def test_it_fires(case: Fires) -> None:
    said = [
        (f.severity.value, f.subject, f.message(), f.advice())
        for f in check(case.plan)
        if f.rule == case.rule
    ]
    assert case.findings(), said


@pytest.mark.parametrize("case", QUIET, ids=[f"{case.rule}: {case.why}" for case in QUIET])
def test_it_keeps_quiet(case: Quiet) -> None:
    assert [found.message() for found in check(case.plan) if found.rule == case.rule] == []


@EACH_RULE
def test_no_rule_is_untested(rule: Rule) -> None:
    """Every severity, template, remedy and fault of a rule is seen, and the rule is seen to keep quiet."""
    found = [f for case in FIRES if case.rule == rule.id for f in case.findings()]
    assert {f.severity for f in found} == set(rule.severities)
    assert {f.template for f in found} == set(rule.templates)
    assert {f.remedy for f in found} == set(rule.remedies)
    assert {f.fault for f in found} == (set(rule.faults) or {None})
    quiet = [case for case in QUIET if case.rule == rule.id]
    assert any(all(f.rule != rule.id for f in check(case.plan)) for case in quiet)


@EACH_RULE
def test_a_rule_documents_itself(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*", rule.id)
    assert rule.id.startswith(rule.step + ".")
    assert rule.summary.endswith(".")
    assert rule.source
    assert set(rule.faults) <= set(faults())
    for text in rule.templates + rule.remedies:
        assert text.endswith(".")
        assert text[0].isupper() or text.startswith(("{", "“", "vCenter"))
        assert "invalid" not in text.lower()


def test_findings_say_what_they_mean_without_a_gap() -> None:
    """Every message of the tables is filled: no empty name, no list without members, no None."""
    for case in FIRES:
        for finding in check(case.plan):
            for text in (finding.message(), finding.advice()):
                assert not re.search(r"  |\(\)|\[\]|\bNone\b| [,.;:]|\{|\}", text), text

"""Findings in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from flexgui.rules.finding import Finding, fill
from flexgui.rules.fix import Fix

CONTEXT = "rules"
"""The translation context that rules mark their templates with."""


def message(finding: Finding) -> str:
    """What is."""
    return fill(QCoreApplication.translate(CONTEXT, finding.template), finding.parameters)


def advice(finding: Finding) -> str:
    """What to do; may be empty."""
    return fill(QCoreApplication.translate(CONTEXT, finding.remedy), finding.parameters)


def sentence(finding: Finding) -> str:
    """What is, then what to do."""
    return f"{message(finding)} {advice(finding)}".rstrip()


def fix_name(fix: Fix, rehearsing: bool = False) -> str:
    """What a fix does, as menus and undo call it; in a rehearsal, what is done there."""
    return fill(QCoreApplication.translate("fixes", fix.named(rehearsing)), fix.parameters)

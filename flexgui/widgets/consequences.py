"""What a change leads to, before it is made: consequences, findings that come, findings that go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from flexgui.rules.consequence_words import CONTEXT, Consequence
from flexgui.rules.finding import Finding
from flexgui.widgets.finding_text import message, sentence
from flexgui.widgets.findings_panel import FindingsPanel
from flexgui.widgets.labels import SecondaryLabel, heading
from flexgui.widgets.said_text import translated

_ALIKE = 3
"""Findings that differ in their names alone and are all told; of more than these, the first and how many."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change leads to. Findings that consequences sum up are not among those that come."""

    consequences: tuple[Consequence, ...] = ()
    gained: tuple[Finding, ...] = ()
    lost: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.consequences or self.gained or self.lost)


class ConsequencesPanel(QWidget):
    """Three lists under their headings; those without an entry are hidden."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Consequences"))
        self.nothing = SecondaryLabel()
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 12, 4)
        column.setSpacing(8)
        column.addWidget(self.nothing)
        self._parts: dict[str, tuple[QLabel, FindingsPanel]] = {}
        for name, title in (
            ("follows", self.tr("What follows")),
            ("comes", self.tr("Findings that come")),
            ("goes", self.tr("Findings that go")),
        ):
            label, panel = heading(title), FindingsPanel()
            panel.setObjectName(f"consequences_{name}")
            panel.setAccessibleName(title)
            self._parts[name] = label, panel
            column.addWidget(label)
            column.addWidget(panel)
        column.addStretch(1)
        self.show_outcome(Outcome(), changed=False)

    def show_outcome(self, outcome: Outcome, *, changed: bool) -> None:
        """`changed`: whether there is a change at all, of which nothing may follow."""
        self._show("follows", [(c.severity.value, translated(c.said, CONTEXT)) for c in outcome.consequences])
        self._show(
            "comes", [(f.severity.value, self._with_alike(sentence(f), n)) for f, n in _alike(outcome.gained)]
        )
        self._show("goes", [("ok", self._with_alike(message(f), n)) for f, n in _alike(outcome.lost)])
        self.nothing.setVisible(not outcome)
        unchanged = self.tr("Nothing is changed yet.")
        self.nothing.setText(self.tr("Nothing else follows from the change.") if changed else unchanged)

    def _with_alike(self, text: str, more: int) -> str:
        if not more:
            return text
        return text + " " + self.tr("({count} more findings like it)").format(count=more)

    def texts(self, name: str) -> list[str]:
        """The sentences of "follows", "comes" or "goes", each with its severity's word in front."""
        return self._parts[name][1].texts()

    def _show(self, name: str, texts: Sequence[tuple[str, str]]) -> None:
        label, panel = self._parts[name]
        panel.show_list(texts)
        for part in (label, panel):
            part.setVisible(bool(texts))


def _alike(findings: Sequence[Finding]) -> list[tuple[Finding, int]]:
    """The findings to tell, each with how many more like it there are."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.template, finding.severity.value), []).append(finding)
    return [
        told
        for group in groups.values()
        for told in ([(f, 0) for f in group] if len(group) <= _ALIKE else [(group[0], len(group) - 1)])
    ]

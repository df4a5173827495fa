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

_MOST_GONE = 10


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
        self._show("comes", [(f.severity.value, sentence(f)) for f in outcome.gained])
        gone = [("ok", message(f)) for f in outcome.lost[:_MOST_GONE]]
        if len(outcome.lost) > _MOST_GONE:
            more = self.tr("{count} more findings go.").format(count=len(outcome.lost) - _MOST_GONE)
            gone.append(("ok", more))
        self._show("goes", gone)
        self.nothing.setVisible(not outcome)
        unchanged = self.tr("Nothing is changed yet.")
        self.nothing.setText(self.tr("Nothing else follows from the change.") if changed else unchanged)

    def texts(self, name: str) -> list[str]:
        """The sentences of "follows", "comes" or "goes", each with its severity's word in front."""
        return self._parts[name][1].texts()

    def _show(self, name: str, texts: Sequence[tuple[str, str]]) -> None:
        label, panel = self._parts[name]
        panel.show_list(texts)
        for part in (label, panel):
            part.setVisible(bool(texts))

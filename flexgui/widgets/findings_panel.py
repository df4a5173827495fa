"""Findings as sentences under each other, where they are to be read rather than worked through."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from flexgui.rules.finding import Finding
from flexgui.widgets.finding_text import sentence
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.severity import severity_word

LONGEST_LIST = 40
"""Findings that a panel shows before it only counts the rest."""


def summed(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """Severity and sentence of each kind of finding, the first one's, with how many more say the same."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.rule, finding.template), []).append(finding)
    texts = []
    for own in alike.values():
        text = sentence(own[0])
        if len(own) > 1:
            more = QCoreApplication.translate("FindingsPanel", "{sentence} The same of {count} more.")
            text = more.format(sentence=text, count=len(own) - 1)
        texts.append((own[0].severity.value, text))
    return texts


class FindingsPanel(QWidget):
    """The findings of a step, live, each with its severity and remedy; says so when there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Finding, ...] | None = None
        self._silent = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self._lines: list[MessageLine] = []
        self.setAccessibleName(self.tr("Compatibility"))

    def show_findings(self, findings: Sequence[Finding], *, nothing_else: bool = False) -> None:
        """Show findings, heaviest first. Without any it says that all is well, unless `nothing_else`."""
        if (tuple(findings), nothing_else) == (self._shown, self._silent):
            return
        texts = [(f.severity.value, sentence(f)) for f in findings[: LONGEST_LIST + 1]]
        if not texts and not nothing_else:
            texts.append(("ok", self.tr("No problems found in this step.")))
        self.show_list(texts, len(findings))
        self._shown, self._silent = tuple(findings), nothing_else

    def show_list(self, texts: Sequence[tuple[str, str]], count: int | None = None) -> None:
        """Show as many sentences as are read, and how many more of `count`, or of all, there are."""
        more = (len(texts) if count is None else count) - LONGEST_LIST
        shown = list(texts[:LONGEST_LIST])
        if more > 0:
            shown.append(("info", self.tr("{0} more findings are listed in the main window.").format(more)))
        self.show_texts(shown)

    def show_texts(self, texts: Sequence[tuple[str, str]]) -> None:
        """Show sentences, each with its severity."""
        self._shown = None
        while len(self._lines) < len(texts):
            line = MessageLine(self)
            self._lines.append(line)
            self._layout.addWidget(line)
        for line, (severity, text) in zip(self._lines, texts, strict=False):
            line.set_message(severity, text)
        for line in self._lines[len(texts) :]:
            line.clear()

    def texts(self) -> list[str]:
        """The sentences on show, each with its severity's word in front."""
        return [f"{severity_word(line.severity())}: {line.text()}" for line in self._lines if line.text()]

"""The panel that explains a finding, or a rule: what it rests on, what vSphere would say, what mends it."""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTextBrowser, QWidget

from flexgui.rules.faults import faults
from flexgui.rules.finding import Finding
from flexgui.rules.rule import RULES, Rule
from flexgui.widgets.finding_text import advice, message
from flexgui.widgets.severity import severity_word
from flexgui.widgets.theme import theme

_FIX, _COPY = "fix", "copy:"


class Explanation(QTextBrowser):
    """Explains one finding, or one rule, in text that can be selected and copied.

    `fix_requested` is emitted when the name of its fix is clicked; `copied` after the fault's class name was
    put on the clipboard.
    """

    fix_requested = Signal()
    copied = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Finding | Rule | None, str] = (None, "")
        self.setAccessibleName(self.tr("Explanation"))
        self.setOpenLinks(False)
        self.setTabChangesFocus(False)
        self.setPlaceholderText(self.tr("Select a finding, or a rule, to read what it rests on."))
        self.setMinimumWidth(160)
        self.anchorClicked.connect(self._follow)
        theme().changed.connect(self._fill)

    def explain(self, finding: Finding | None, fix: str) -> None:
        """Show what is known of a finding, and the name of the fix that it has, if any."""
        before, self._shown = self._shown, (finding, fix)
        if before[0] is not finding or before[1] != fix:
            self._fill()

    def explain_rule(self, rule: Rule) -> None:
        """Show what is known of a rule."""
        before, self._shown = self._shown, (rule, "")
        if before[0] is not rule:
            self._fill()

    def _fill(self) -> None:
        shown, fix = self._shown
        if shown is None:
            self.clear()
            return
        self.setHtml(
            f"<style>a {{ color: {theme().color('accent').name()} }}"
            " p { margin-top: 0; margin-bottom: 8px }</style>"
            + "".join(self._of_rule(shown) if isinstance(shown, Rule) else self._of_finding(shown, fix))
        )

    def _of_rule(self, rule: Rule) -> list[str]:
        parts = [
            f"<p><b>{_marked(rule.summary)}</b></p>",
            self._part(self.tr("Found where"), _marked(rule.fires)),
        ]
        parts.append(self._part(self.tr("Rule"), f"<code>{escape(rule.id)}</code>"))
        parts.append(self._part(self.tr("Source"), escape(rule.source)))
        if rule.faults:
            faulty = "<br>".join(self._fault(name) for name in rule.faults)
            parts.append(self._part(self.tr("vSphere fault"), faulty))
        return parts

    def _of_finding(self, finding: Finding, fix: str) -> list[str]:
        parts = [f"<p><b>{severity_word(finding.severity.value)}</b>&ensp;{escape(message(finding))}</p>"]
        parts.append(self._part(self.tr("What to do"), escape(advice(finding))))
        if fix:
            parts.append(self._part(self.tr("Fix"), _link(_FIX, fix)))
        if finding.muted is not None:
            parts.append(self._part(self.tr("Muted"), escape(finding.muted)))
        rule = RULES.get(finding.rule)
        about = "" if rule is None else f"<br>{_marked(f'{rule.summary} {rule.fires}')}"
        parts.append(self._part(self.tr("Rule"), f"<code>{escape(finding.rule)}</code>{about}"))
        parts.append(self._part(self.tr("Source"), escape(finding.source)))
        if finding.fault:
            parts.append(self._part(self.tr("vSphere fault"), self._fault(finding.fault)))
        return parts

    @staticmethod
    def _part(title: str, html: str) -> str:
        secondary = theme().color("secondary").name()
        return f'<p><span style="color:{secondary}">{escape(title)}</span><br>{html}</p>' if html else ""

    def _fault(self, name: str) -> str:
        known = faults().get(name)
        html = f"<code>{escape(name)}</code>&ensp;{_link(_COPY + name, self.tr('Copy'))}"
        if known is not None and known.text:
            html += f"<br>“{escape(known.text)}”"
        return html

    def _follow(self, url: QUrl) -> None:
        target = url.toString()
        if target == _FIX:
            self.fix_requested.emit()
        elif target.startswith(_COPY):
            name = target.removeprefix(_COPY)
            QGuiApplication.clipboard().setText(name)
            self.copied.emit(name)


def _link(target: str, text: str) -> str:
    return f'<a href="{escape(target)}">{escape(text)}</a>'


def _marked(text: str) -> str:
    """A rule's own description: names in backquotes are code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text.strip()))

"""What a rehearsal says and asks: vCenter's refusal, and what is to become of the plan at the end."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from flexgui.plan.inventory import find
from flexgui.plan.values import Host, Plan
from flexgui.rules.rehearsal_answer import Answer, Line, Outcome, Refusal
from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import IconLabel, SecondaryLabel, WrapLabel
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.said_text import translated
from flexgui.widgets.screen import fit_to_screen
from flexgui.widgets.scrolled import scrolled
from flexgui.widgets.theme import monospace_font

SHOWN: Final = 20
"""Reasons that a dialog shows; a cluster may have thousands of machines that are all in the way."""

TITLES: Final = {
    Outcome.REFUSED: QT_TRANSLATE_NOOP("RefusalDialog", "vCenter refuses"),
    Outcome.WAITING: QT_TRANSLATE_NOOP("RefusalDialog", "vCenter waits"),
}


def say(line: Line) -> str:
    """A sentence in the language of the window."""
    return translated(line[1], line[0])


def title_of(answer: Answer) -> str:
    """`vCenter refuses`."""
    return QCoreApplication.translate("RefusalDialog", TITLES[answer.outcome])


class RefusalDialog(QDialog):
    """Why an action was not done: in vSphere's words with the fault, then each reason with what to do first.

    `object_requested` asks to show the object that stands in the way.
    """

    object_requested = Signal(str)

    def __init__(self, action: str, answer: Answer, plan: Plan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title_of(answer))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self._action, self._answer = action, answer
        waits = answer.outcome is Outcome.WAITING

        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(IconLabel(icon("todo" if waits else "error", "todo" if waits else "error")))
        self.heading = WrapLabel(
            (self.tr("Waiting: {action}") if waits else self.tr("Not done: {action}")).format(action=action)
        )
        font = self.heading.font()
        font.setBold(True)
        self.heading.setFont(font)
        head.addWidget(self.heading, 1)

        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        column.addLayout(head)
        self.message, self.fault = vsphere_words(answer.refusals)
        if self.message or self.fault:
            column.addWidget(self._vsphere())
        reasons = QWidget()
        rows = QVBoxLayout(reasons)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setSpacing(12)
        self.lines = [self._reason(refusal) for refusal in answer.refusals[:SHOWN]]
        for line in self.lines:
            rows.addWidget(line)
        more = len(answer.refusals) - SHOWN
        if more > 0:
            rows.addWidget(SecondaryLabel(self.tr("And {count} more of the kind.").format(count=more)))
        rows.addStretch(1)
        scroll = scrolled(reasons)
        scroll.setAccessibleName(self.tr("Reasons, and what to do first"))
        column.addWidget(scroll, 1)

        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        role = QDialogButtonBox.ButtonRole.ActionRole
        copy = buttons.addButton(self.tr("&Copy"), role)
        copy.setToolTip(self.tr("Copy all of it as text"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        self._first = next((r.object_id for r in answer.refusals if find(plan, r.object_id)), "")
        if self._first:
            name = _name(plan, self._first)
            show = buttons.addButton(self.tr("&Show {name}").format(name=name), role)
            show.setObjectName("show")
            show.setToolTip(self.tr("Go to it in the inventory"))
            show.clicked.connect(self._show_first)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        column.addWidget(buttons)
        fit_to_screen(self, 620, (200 if self.message or self.fault else 130) + 64 * min(len(self.lines), 4))

    def text(self) -> str:
        """All of it, as text."""
        lines = [self.heading.text()]
        if self.message or self.fault:
            lines.append(" ".join(part for part in (self.message, self.fault and f"({self.fault})") if part))
        return "\n".join([*lines, *(reason_text(refusal) for refusal in self._answer.refusals)])

    def _vsphere(self) -> QWidget:
        """What an administrator reads in vSphere."""
        box = QFrame()
        box.setFrameShape(QFrame.Shape.StyledPanel)
        inner = QVBoxLayout(box)
        inner.setContentsMargins(12, 8, 12, 8)
        inner.setSpacing(4)
        if self.message:
            inner.addWidget(WrapLabel(f"“{self.message}”"))
        if self.fault:
            fault = QLabel(self.fault)
            fault.setFont(monospace_font())
            fault.setTextFormat(Qt.TextFormat.PlainText)
            fault.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            fault.setToolTip(self.tr("vSphere’s fault class, to search for"))
            inner.addWidget(fault)
        box.setAccessibleName(
            self.tr("vSphere: {message} {fault}").format(message=self.message, fault=self.fault)
        )
        return box

    def _reason(self, refusal: Refusal) -> MessageLine:
        line = MessageLine()
        line.set_message(refusal.severity.value, reason_text(refusal, "\n"))
        return line

    def _show_first(self) -> None:
        self.accept()
        self.object_requested.emit(self._first)


def vsphere_words(refusals: tuple[Refusal, ...]) -> tuple[str, str]:
    """vSphere's message, and the fault that it belongs to; the first fault where no words are known."""
    for refusal in refusals:
        if refusal.vsphere_message():
            return refusal.vsphere_message(), refusal.fault or ""
    return "", next((refusal.fault for refusal in refusals if refusal.fault), "")


def reason_text(refusal: Refusal, between: str = " ") -> str:
    """What stands in the way, then what to do first."""
    parts = (refusal.why, refusal.remedy)
    return between.join(say(part) for part in parts if part is not None)


def _name(plan: Plan, object_id: str) -> str:
    place = find(plan, object_id)
    if place is None:
        return ""
    name = place.object.label if isinstance(place.object, Host) else place.object.name
    short = name if len(name) <= 24 else f"{name[:23]}…"
    return short.replace("&", "&&")


class LeaveDialog(QDialog):
    """Asks whether what was rehearsed is kept. Accepted, `keep()` is the answer; rejected, it goes on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Leave Rehearse"))
        self.setMinimumWidth(440)
        self._keep = QRadioButton(self.tr("&Keep what was rehearsed"))
        self._back = QRadioButton(self.tr("Go &back to the plan as it was"))
        self._keep.setObjectName("keep")
        self._back.setObjectName("back")
        self._back.setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(8)
        column.addWidget(WrapLabel(self.tr("What is to become of what was done since the rehearsal began?")))
        column.addWidget(self._keep)
        column.addWidget(
            SecondaryLabel(self.tr("The plan, and the state of hosts and machines, stay as shown."))
        )
        column.addWidget(self._back)
        column.addWidget(
            SecondaryLabel(
                self.tr("The inventory is as it was before. The log stays, and Undo comes back here.")
            )
        )
        buttons = QDialogButtonBox()
        leave = buttons.addButton(self.tr("&Leave Rehearse"), QDialogButtonBox.ButtonRole.AcceptRole)
        leave.setDefault(True)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addSpacing(8)
        column.addWidget(buttons)

    def keep(self) -> bool:
        return self._keep.isChecked()

"""What a move would mean, in the language of the window: one sentence for a tool tip and the status bar."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QCoreApplication

from flexgui.plan.values import Object, VirtualMachine
from flexgui.rules.finding import Finding, Severity
from flexgui.rules.move import Answer, Line, Permission
from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.widgets import words
from flexgui.widgets.finding_text import advice, message
from flexgui.widgets.said_text import translated

_CONTEXT: Final = "MoveText"

COUNTS: Final[dict[str, tuple[str, str]]] = {
    "error": (QT_TRANSLATE_NOOP("MoveText", "1 error"), QT_TRANSLATE_NOOP("MoveText", "{count} errors")),
    "todo": (QT_TRANSLATE_NOOP("MoveText", "1 to do"), QT_TRANSLATE_NOOP("MoveText", "{count} to do")),
    "warning": (
        QT_TRANSLATE_NOOP("MoveText", "1 warning"),
        QT_TRANSLATE_NOOP("MoveText", "{count} warnings"),
    ),
}


def _tr(text: str, **parameters: object) -> str:
    return QCoreApplication.translate(_CONTEXT, text).format(**parameters)


def who(kind: type[Object], names: tuple[str, ...]) -> str:
    """One object by its name, several by their number: "esx-03", "3 hosts"."""
    return names[0] if len(names) == 1 else words.counted(kind, len(names))


def edit_name(answer: Answer) -> str:
    """What undo calls the move: "Move 3 hosts to Cluster A"."""
    what, target = who(answer.kind, answer.names), words.label(answer.target)
    if answer.cold:
        text = QT_TRANSLATE_NOOP("MoveText", "Power off and move {what} to {target}")
        return _tr(text, what=what, target=target)
    return _tr(QT_TRANSLATE_NOOP("MoveText", "Move {what} to {target}"), what=what, target=target)


def why(lines: Iterable[Line]) -> str:
    """Reasons, one after another."""
    return " ".join(translated(said, context) for context, said in lines)


def sentence(answer: Answer) -> str:
    """What a move would mean: what is refused and why, or what it brings."""
    what, target = who(answer.kind, answer.names), words.label(answer.target)
    if answer.permission is Permission.NOTHING:
        return _tr(QT_TRANSLATE_NOOP("MoveText", "{what}: in {target} already."), what=what, target=target)
    if answer.permission is Permission.REFUSED:
        return _tr(QT_TRANSLATE_NOOP("MoveText", "{why} The move is refused."), why=why(answer.why))
    if answer.permission is Permission.ASK:
        off = words.counted(VirtualMachine, len(answer.cold))
        text = QT_TRANSLATE_NOOP("MoveText", "{why} {off} would be powered off for it.")
        return _tr(text, why=why(answer.why[:1]), off=off)
    said = [f"{edit_name(answer)}: {consequences(answer)}"]
    first = _heaviest(answer.new)
    if first is not None:
        said.append(_first(first))
    else:
        said.append(why((*answer.why, *answer.warnings[:1])))
    return " ".join(said).rstrip()


def done(answer: Answer) -> str:
    """What was done, and what came of it if anything did."""
    if (
        answer.why
        or answer.warnings
        or any(answer.count(each) for each in (Severity.ERROR, Severity.TODO, Severity.WARNING))
    ):
        return _tr(QT_TRANSLATE_NOOP("MoveText", "Done: {sentence}"), sentence=sentence(answer))
    return _tr(QT_TRANSLATE_NOOP("MoveText", "Done: {sentence}."), sentence=edit_name(answer))


def consequences(answer: Answer) -> str:
    """How many findings and warnings come, by severity: "1 to do, 2 warnings." """
    parts = []
    for severity in (Severity.ERROR, Severity.TODO, Severity.WARNING):
        count = answer.count(severity) + (len(answer.warnings) if severity is Severity.WARNING else 0)
        if count:
            one, many = COUNTS[severity.value]
            parts.append(_tr(one if count == 1 else many, count=count))
    if parts:
        return ", ".join(parts) + "."
    if answer.why:
        return _tr(QT_TRANSLATE_NOOP("MoveText", "whether it works cannot be told."))
    return _tr(QT_TRANSLATE_NOOP("MoveText", "nothing stands in the way."))


def _heaviest(new: tuple[Finding, ...]) -> Finding | None:
    return next((each for each in new if each.severity is not Severity.INFO), None)


def _first(finding: Finding) -> str:
    """The message of a finding, and what to do where it is something to do."""
    if finding.severity is Severity.TODO and finding.remedy:
        return f"{message(finding)} {advice(finding)}"
    return message(finding)

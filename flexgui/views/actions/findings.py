"""The menu of the findings: going through them, and what can be done with those that are selected."""

from __future__ import annotations

from typing import Final

from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.views.actions.spec import SEPARATOR, ActionSpec, MenuSpec

FINDINGS: Final = MenuSpec(
    "findings",
    QT_TRANSLATE_NOOP("Actions", "F&indings"),
    ActionSpec(
        "next_finding",
        QT_TRANSLATE_NOOP("Actions", "&Next Finding"),
        QT_TRANSLATE_NOOP("Actions", "Go to the object and field of the next finding"),
        "next",
        "F8",
    ),
    ActionSpec(
        "previous_finding",
        QT_TRANSLATE_NOOP("Actions", "&Previous Finding"),
        QT_TRANSLATE_NOOP("Actions", "Go to the object and field of the finding before"),
        "back",
        "Shift+F8",
    ),
    ActionSpec(
        "filter_findings",
        QT_TRANSLATE_NOOP("Actions", "Fi&lter Findings"),
        QT_TRANSLATE_NOOP("Actions", "Look for findings by words of theirs"),
        "filter",
        "Ctrl+Alt+F",
    ),
    SEPARATOR,
    ActionSpec(
        "show_finding",
        QT_TRANSLATE_NOOP("Actions", "&Show Finding"),
        QT_TRANSLATE_NOOP("Actions", "Go to the object and field of the finding"),
        "next",
        "Ctrl+F8",
    ),
    ActionSpec(
        "fix_finding",
        QT_TRANSLATE_NOOP("Actions", "&Fix Finding"),
        QT_TRANSLATE_NOOP("Actions", "Do the one edit that mends the finding"),
        "fix",
        "Ctrl+.",
    ),
    ActionSpec(
        "explain_finding",
        QT_TRANSLATE_NOOP("Actions", "E&xplain Findings"),
        QT_TRANSLATE_NOOP("Actions", "Show the rule behind a finding, its source and vSphere's fault"),
        "info",
        "Ctrl+F1",
        checkable=True,
    ),
    SEPARATOR,
    ActionSpec(
        "mute_finding",
        QT_TRANSLATE_NOOP("Actions", "&Mute Finding…"),
        QT_TRANSLATE_NOOP("Actions", "Keep the finding out of the counts, with a reason"),
        "mute",
        "Ctrl+Shift+M",
    ),
    ActionSpec(
        "unmute_finding",
        QT_TRANSLATE_NOOP("Actions", "&Unmute Finding"),
        QT_TRANSLATE_NOOP("Actions", "Count the finding again"),
        "unmute",
        "Ctrl+Alt+M",
    ),
    ActionSpec(
        "muted_findings",
        QT_TRANSLATE_NOOP("Actions", "Mu&ted Findings…"),
        QT_TRANSLATE_NOOP("Actions", "List what is muted in the plan, and why"),
        shortcut="Ctrl+Alt+Shift+M",
    ),
)

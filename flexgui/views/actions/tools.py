"""The Tools menu: questions about the plan."""

from __future__ import annotations

from typing import Final

from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.views.actions.spec import SEPARATOR, ActionSpec, MenuSpec

TOOLS: Final = MenuSpec(
    "tools",
    QT_TRANSLATE_NOOP("Actions", "&Tools"),
    ActionSpec(
        "suggest_clusters",
        QT_TRANSLATE_NOOP("Actions", "&Suggest Clusters…"),
        QT_TRANSLATE_NOOP("Actions", "Find the clusters that keep the most CPU features on its hosts"),
        "cluster",
        "Ctrl+Shift+G",
    ),
    SEPARATOR,
    ActionSpec(
        "check_migration",
        QT_TRANSLATE_NOOP("Actions", "Chec&k Migration…"),
        QT_TRANSLATE_NOOP("Actions", "Show where the virtual machine can move, live or cold, and why"),
        "vm",
        shortcut="Ctrl+Shift+K",
    ),
    ActionSpec(
        "verify_guest",
        QT_TRANSLATE_NOOP("Actions", "Verify &Guest Capture…"),
        QT_TRANSLATE_NOOP(
            "Actions", "Compare a capture taken in a virtual machine with what the plan expects on its host"
        ),
        "check",
        shortcut="Ctrl+Shift+U",
    ),
    ActionSpec(
        "compare_cpuid",
        QT_TRANSLATE_NOOP("Actions", "&Compare CPUID…"),
        QT_TRANSLATE_NOOP("Actions", "Show what the selected hosts’ processors have, side by side"),
        "compare",
        shortcut="Ctrl+Shift+Y",
    ),
    SEPARATOR,
    ActionSpec(
        "rehearse",
        QT_TRANSLATE_NOOP("Actions", "&Rehearse"),
        QT_TRANSLATE_NOOP(
            "Actions", "Answer every action as vCenter would at this moment, and refuse what it would refuse"
        ),
        "rehearse",
        "Ctrl+Shift+R",
        checkable=True,
    ),
    ActionSpec(
        "show_rehearsal",
        QT_TRANSLATE_NOOP("Actions", "Rehearsal &Log"),
        QT_TRANSLATE_NOOP("Actions", "Show or hide what was done and refused in Rehearse"),
        shortcut="Ctrl+Shift+L",
        checkable=True,
    ),
    ActionSpec(
        "export_rehearsal",
        QT_TRANSLATE_NOOP("Actions", "E&xport Rehearsal Log…"),
        QT_TRANSLATE_NOOP("Actions", "Write what was done and refused in Rehearse to a file"),
        "export",
        "Ctrl+Shift+X",
    ),
)

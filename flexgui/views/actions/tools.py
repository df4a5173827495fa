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
)

"""The parts of the main window that bring actions of their own: each connects what it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from flexgui.views.changed_file import ChangedFile
from flexgui.views.finding_actions import FindingActions
from flexgui.views.palette import CommandPalette
from flexgui.views.rehearsal import Rehearsal
from flexgui.views.scenarios import Scenarios
from flexgui.views.start import Start

if TYPE_CHECKING:
    from flexgui.views.main_window import MainWindow

Feature = Callable[["MainWindow"], QObject]

FEATURES: Final[tuple[Feature, ...]] = (
    FindingActions,
    CommandPalette,
    Start,
    ChangedFile,
    Rehearsal,
    Scenarios,
)
"""Made in this order, once the window has its document, actions, menus, inventory and docks."""


def late_features() -> tuple[Feature, ...]:
    """Those of which nothing is seen at first. The program makes them right after the first paint."""
    from flexgui.views.autosave import Autosave
    from flexgui.views.cpuid_action import CpuidAction
    from flexgui.views.inventory_edits import InventoryEdits
    from flexgui.views.matrix import Matrix

    return InventoryEdits, Autosave, Matrix, CpuidAction

"""What an action is, and a menu of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtGui import QKeySequence

SEPARATOR: Final = None
"""A line between the entries of a menu."""


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action: `text` with its mnemonic, `tip` what it does.

    A shortcut is a standard key, "Ctrl+F", or a chord: "Ctrl+T, L". One of the inventory works while the
    inventory has the focus, so that the key may mean something else in a table or a field.
    """

    name: str
    text: str
    tip: str
    icon: str | None = None
    shortcut: QKeySequence.StandardKey | str | None = None
    checkable: bool = False
    where: Literal["window", "inventory"] = "window"


class MenuSpec:
    """A menu of the menu bar, or one in another menu; a part of the window may add to it under its name."""

    __slots__ = ("entries", "name", "title")

    def __init__(self, name: str, title: str, *entries: ActionSpec | MenuSpec | None) -> None:
        self.name, self.title, self.entries = name, title, entries

    def actions(self) -> Iterator[ActionSpec]:
        """The actions of the menu and of those in it, in their order."""
        for entry in self.entries:
            if isinstance(entry, ActionSpec):
                yield entry
            elif entry is not None:
                yield from entry.actions()

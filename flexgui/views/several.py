"""The line over the page that says that it shows one of several selected objects."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from flexgui.widgets.banner import Banner


class SeveralSelected(Banner):
    """Shown while more than one object is selected; `edit_selected` changes what can be changed of all."""

    def __init__(self, edit_selected: QAction, parent: QWidget | None = None) -> None:
        super().__init__("accent", "info", parent)
        self.setObjectName("several_selected")
        self._count, self._editable = 0, False
        self.button = self.add_action(edit_selected)

    def show_selection(self, count: int, *, editable: bool) -> None:
        """`count` objects are selected; `editable`: all can be edited at once."""
        self._count, self._editable = count, editable
        self.button.setVisible(editable)

    def show_page(self, name: str) -> None:
        """The page is that of the object of this name."""
        if self._count < 2:
            self.show_text("", "")
            return
        text = self.tr("{count} objects are selected; this page shows {name}.")
        text = text.format(count=f"{self._count:,}", name=name)
        if self._editable:
            text += " " + self.tr("Edit Selected changes all.")
        self.show_text("", text)

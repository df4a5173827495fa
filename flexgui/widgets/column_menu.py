"""The menu over the header of a table: which columns are shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHeaderView, QMenu


def column_menu(header: QHeaderView, titles: Sequence[str]) -> QMenu:
    """The columns to show or hide, by their titles; the last visible one cannot be hidden.

    Who remembers columns learns of a change by the header's `sectionResized`.
    """
    menu = QMenu(header)
    visible = header.count() - header.hiddenSectionCount()
    for number, title in enumerate(titles):
        action = QAction(title, menu)
        action.setCheckable(True)
        action.setChecked(not header.isSectionHidden(number))
        action.setEnabled(visible > 1 or header.isSectionHidden(number))
        action.toggled.connect(lambda on, number=number: header.setSectionHidden(number, not on))
        menu.addAction(action)
    return menu


def offer_columns(header: QHeaderView, titles: Sequence[str], at: QPoint) -> None:
    """Open the menu at a place in the header."""
    menu = column_menu(header, titles)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(header.mapToGlobal(at))

"""Message boxes that show names from outside as they are, never as markup."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def message_box(parent: QWidget | None) -> QMessageBox:
    """An empty message box for plain text: a plan, a host or a file may be called `<img src=x>`."""
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    return box

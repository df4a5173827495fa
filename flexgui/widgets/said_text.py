"""What the layers without Qt say, in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from flexgui.translate import Said, fill


def translated(said: Said, context: str) -> str:
    """A sentence; `context` is the one that its template was marked with."""
    return fill(QCoreApplication.translate(context, said.template), said.parameters)

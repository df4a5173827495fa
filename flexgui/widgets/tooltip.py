"""Tool tips that show names from outside as they are, never as markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def plain_tip(lines: Iterable[str]) -> str:
    """A tool tip of plain lines, which wrap where they are long; empty for no lines."""
    shown = [escape(line, quote=False) for line in lines if line]
    return f"<qt>{'<br>'.join(shown)}</qt>" if shown else ""

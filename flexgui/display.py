"""Looks, before Qt does, at whether a window can open: Qt itself aborts and blames the wrong library."""

from __future__ import annotations


def find_problem() -> str | None:
    """What keeps Qt from opening a window, and what mends it, as sentences; None if nothing is known to."""
    return None

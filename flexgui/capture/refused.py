"""Texts of FlexGUI's own that are no captures: recognised, and refused with what to do instead."""

from __future__ import annotations

import re
from typing import Final

from flexgui.capture.captured import CapturedHost
from flexgui.errors import InputError

FORMAT: Final = ""

_PLAN = re.compile(r'\{\s{0,100}"format"[ \t]*:')


def recognises(text: str) -> bool:
    return _PLAN.match(text.lstrip()) is not None


def read(text: str, source: str) -> list[CapturedHost]:
    """Refuse the text. Raises InputError always."""
    raise InputError(
        "This is a FlexGUI plan, not a capture.", "Open it as a plan, or run `flexgui check` on it."
    )

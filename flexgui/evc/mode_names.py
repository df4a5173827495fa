"""The mode that a text names: its key, or any of the labels it had in vSphere's windows over the years."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from flexgui.evc.modes import EvcMode, ModeTable, builtin_modes, maker

_KEY: Final = re.compile(r"(?:intel|amd)-[a-z0-9-]{1,40}")
_LONGEST: Final = 200
_PARENTHESES: Final = re.compile(r"\([^()]*\)")
_MARKS: Final = re.compile(r"[®™©]|\((?:r|tm|c)\)")
_FILLING: Final = re.compile(r"[^a-z0-9]+")


def mode_key(text: str, *, cut: bool = False) -> str | None:
    """The key of the mode that a text names, or None where it names none.

    Understood are the keys (`intel-broadwell`), also of modes that are not known here, and every label of
    the built-in modes, with or without trademarks, quotes and the word "Generation": `Intel® "Broadwell"
    Generation`, `Broadwell`, `Intel Xeon Core 2 (45nm)`, `AMD Opteron Gen. 3 (no 3DNow!)`. What vSphere adds
    in parentheses, such as `(Xeon® Core™2)`, may be there or not. A text that may be `cut` short names no
    mode if it could go on to another.
    """
    text = " ".join(text[: _LONGEST + 1].lower().split())
    if cut and _goes_on(text):
        return None
    if _KEY.fullmatch(text):
        return text
    if not text or len(text) > _LONGEST:
        return None
    names = _names()
    found = names.get(_plain(text))
    if found is None and "3dnow" not in text:
        found = names.get(_plain(_PARENTHESES.sub(" ", _MARKS.sub("", text))))
    return found


def _goes_on(text: str) -> bool:
    """Whether the names of several modes begin with a text."""
    start = _plain(text)
    return len({key for name, key in _names().items() if name.startswith(start)}) > 1


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return names_of(builtin_modes())


def names_of(modes: ModeTable) -> dict[str, str]:
    """Every name of every mode, folded as `mode_key` compares them, with its key."""
    found: dict[str, str] = {}
    for mode in modes:
        for name in _spellings(mode):
            found.setdefault(_plain(name), mode.key)
    return found


def _spellings(mode: EvcMode) -> list[str]:
    spellings = [mode.key, mode.label, mode.short_label, f"{maker(mode.vendor)} {mode.short_label}"]
    return spellings + ([mode.label_in_paper] if mode.label_in_paper else [])


def _plain(text: str) -> str:
    """Letters and digits alone, with single blanks; without trademarks and the word Generation at the end."""
    text = _FILLING.sub(" ", _MARKS.sub("", text.lower())).strip()
    text = re.sub(r"\bgeneration\b", "gen", text).removesuffix(" gen")
    return re.sub(r"(\d) (nm)\b", r"\1\2", text)

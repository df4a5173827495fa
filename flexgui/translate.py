"""Marking of English templates in layers that know nothing of Qt.

`lupdate` finds the calls by the macro's name; windows hand the marked text to
`QCoreApplication.translate(context, text)`, the command line prints it as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from flexgui.errors import printable


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Return `text` unchanged. `context` is the translation context that windows look it up in."""
    return text


@dataclass(frozen=True, slots=True)
class Said:
    """An English template with `str.format` fields and what fills them.

    Windows translate the template, in the context that the module which marked it names, before it is filled.
    """

    template: str
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def text(self) -> str:
        """The sentence in English."""
        return fill(self.template, self.parameters)


def fill(template: str, parameters: Mapping[str, Any]) -> str:
    """A template, translated or not, with its parameters; outside text is made safe for one line.

    Sequences are joined with commas: the first eight, then how many more.
    """
    return template.format_map({name: _shown(value) for name, value in parameters.items()})


def _shown(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        parts = [printable(str(part)) for part in value[:8]]
        more = len(value) - len(parts)
        return ", ".join(parts) + (f" … (+{more})" if more > 0 else "")
    return printable(str(value))

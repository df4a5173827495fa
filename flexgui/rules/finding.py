"""A finding: what a rule says about one field of one object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any

from flexgui.errors import printable


class Severity(Enum):
    """How much a finding weighs, heaviest first.

    `error`: the plan cannot exist. `todo`: the present state must change first; it never blocks planning.
    `warning`: allowed, probably regretted. `info`: worth knowing.
    """

    ERROR = "error"
    TODO = "todo"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Subject:
    """One field of one object of the plan; an empty field means the object as a whole.

    `field` is the path of attributes from the object: `address`, `ha.cpu_percent`. `datastores` and
    `networks` of a cluster are those of its hosts.
    """

    object_id: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found.

    `template` and `remedy` are English with `str.format` fields filled from `parameters`; windows translate
    them in the context "rules" before they are filled. `source` is the paper's section or figure, or the
    product documentation. `muted` carries the reason where somebody decided to live with it.
    """

    rule: str
    step: str
    severity: Severity
    subject: Subject
    template: str
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    remedy: str = ""
    source: str = ""
    fault: str | None = None
    muted: str | None = None

    def message(self) -> str:
        """The message in English."""
        return fill(self.template, self.parameters)

    def advice(self) -> str:
        """The remedy in English."""
        return fill(self.remedy, self.parameters)


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

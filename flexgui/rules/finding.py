"""A finding: what a rule says about one field of one object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any

from flexgui.translate import fill as fill


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

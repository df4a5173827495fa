"""vSphere's fault classes: what to search for, and the text that an administrator reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flexgui.cpuid.catalogue import rows


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault class of the vSphere API (`vim.fault.` and its name).

    `text` is what vSphere shows, empty where it is not known; `text_provenance` says where it was seen.
    """

    name: str
    extends: str
    fields: tuple[str, ...]
    name_provenance: str
    text: str
    text_provenance: str

    def shown(self) -> str:
        """`EVCAdmissionFailedVmActive: The host cannot …`, or the name alone."""
        return f"{self.name}: {self.text}" if self.text else self.name


@cache
def faults() -> dict[str, Fault]:
    """The faults by name. Source: `resources/vsphere_faults.tsv`."""
    table = {}
    for name, extends, fields, name_provenance, text, text_provenance in rows("vsphere_faults.tsv"):
        table[name] = Fault(name, extends, tuple(fields.split()), name_provenance, text, text_provenance)
    return table

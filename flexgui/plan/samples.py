"""The sample plans that come with the program (`resources/samples/samples.tsv`)."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from flexgui.plan import storage
from flexgui.plan.values import Plan
from flexgui.resources import read_text, resource_path

MARK: Final = "Sample:"
"""How the first remark of a sample begins."""

_FLEET: Final = "fleet:"
_SEED: Final = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample plan. `file` is the name of its file, or "fleet:200" for one that is made up."""

    file: str
    title: str
    description: str

    def load(self) -> Plan:
        """The plan, with a remark that says that it is a sample.

        Raises:
            InputError: its file cannot be read: a defect of the installation.
        """
        if self.file.startswith(_FLEET):
            from flexgui.plan.fleet import make_fleet

            hosts = int(self.file.removeprefix(_FLEET))
            plan = make_fleet(hosts, _SEED, vms=2 * hosts)
            return replace(plan, remarks=(f"{MARK} {hosts} hosts, all of them made up.",))
        return storage.load(resource_path("samples", self.file))


@cache
def samples() -> tuple[Sample, ...]:
    """All samples, in the order in which they are offered."""
    lines = (line for line in read_text("samples", "samples.tsv").splitlines() if not line.startswith("#"))
    return tuple(Sample(**row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def sample(file: str) -> Sample:
    """The sample of a file. Raises KeyError."""
    return {each.file: each for each in samples()}[file]

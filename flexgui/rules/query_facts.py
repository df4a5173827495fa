"""What a query may ask of a host, and what is read of its processor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from flexgui.cpuid.caches import last_level_kib
from flexgui.cpuid.cpu import Cpu
from flexgui.evc.modes import maker
from flexgui.evc.series import find_brand
from flexgui.evc.support import Assessment
from flexgui.plan.values import Host
from flexgui.rules.finding import Finding


class HostFacts(Protocol):
    """What a query may ask of a host.

    `words`: what a plain word is searched in, in lower case. `hidden`: the features that the cluster's mode
    hides. `findings`: about the host and its machines, without the muted. `cluster`: "" where there is none.
    """

    @property
    def host(self) -> Host: ...
    @property
    def cpu(self) -> Cpu | None: ...
    @property
    def cluster(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def assessment(self) -> Assessment | None: ...
    @property
    def hidden(self) -> Sequence[str]: ...
    @property
    def findings(self) -> Sequence[Finding]: ...


Condition = Callable[[HostFacts], bool | None]
"""True, false, or None where it cannot be told."""


def model_text(facts: HostFacts) -> str | None:
    """The brand of the processor with its series: “5500” finds a Xeon X5550."""
    cpu = facts.cpu
    if cpu is None:
        return None
    found = _models.get(cpu.fingerprint)
    if found is None or found[0] is not cpu:
        found = cpu, " ".join((cpu.name(), cpu.short_name(), *_series(cpu.brand)))
        if len(_models) > 16_384:
            _models.clear()
        _models[cpu.fingerprint] = found
    return found[1]


_models: dict[str, tuple[Cpu, str]] = {}
_NUMBERS = re.compile(r"(?<!\d)(\d\d)\d\d(?!\d)")


def _series(brand: str) -> Iterable[str]:
    """What its series are called: `5500 series` for a X5550, of the list's `Xeon 35xx; Xeon 55xx`."""
    for each in find_brand(brand) if brand else ():
        listed = each.brand_series
        for head in dict.fromkeys(_NUMBERS.findall(brand)):
            if f"{head}xx" in listed or f"{head}00" in listed:
                yield f"{head}00 series"
        if not re.search("[;/]", listed):
            yield listed


def generation(facts: HostFacts) -> str | None:
    found = None if facts.cpu is None else facts.cpu.generation
    return None if found is None else found.name


def maker_text(facts: HostFacts) -> str | None:
    return None if facts.cpu is None or facts.cpu.vendor is None else maker(facts.cpu.vendor)


def cache_kib(facts: HostFacts) -> int | None:
    return None if facts.cpu is None else last_level_kib(facts.cpu)


def stepping(facts: HostFacts) -> int | None:
    return None if facts.cpu is None else facts.cpu.stepping

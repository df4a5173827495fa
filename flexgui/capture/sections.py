"""Register lines in sections, one section a core: what AIDA64 dumps and `cpuid -r` have in common."""

from __future__ import annotations

from collections.abc import Iterator

from flexgui.capture.captured import CapturedHost, Core, host_of_cores
from flexgui.cpuid.registers import CpuidTable
from flexgui.cpuid.signature import signature, vendor


class Sections:
    """Cores while they are read, and the hosts that they belong to.

    A header starts a core; so does leaf 0 where the core has it already, because some captures have no
    headers. A header whose number was there before starts another host: several captures in one file. So
    does a core without a header that is of another model than the core before it.
    """

    def __init__(self, source: str, format: str) -> None:
        self._source = source
        self._format = format
        self._hosts: list[list[Core]] = [[]]
        self._numbers: set[int | None] = set()
        self._core: Core | None = None
        self._header: tuple[int | None, int] | None = None

    def header(self, number: int | None, line: int) -> None:
        """A core's header; no number where there is one core only. It counts once a leaf follows."""
        self._header = number, line

    def core_of(self, leaf: int, line: int) -> Core:
        """The core that a register line belongs to."""
        core = self._core
        if self._header is not None:
            number, start = self._header
            self._header = None
            if number in self._numbers:
                self._hosts.append([])
                self._numbers.clear()
            self._numbers.add(number)
            core = self._begin(Core("" if number is None else f"CPU {number}", start))
        elif core is None or (leaf == 0 and (0, 0) in core.leaves):
            core = self._begin(Core("", line))
        return core

    def cores(self) -> Iterator[Core]:
        return (core for cores in self._hosts for core in cores)

    def hosts(self) -> list[CapturedHost]:
        """The hosts read, without names. Raises InputError as `host_of_cores` does."""
        hosts = (own for cores in self._hosts for own in _by_model(cores))
        return [host_of_cores(cores, self._source, self._format) for cores in hosts]

    def _begin(self, core: Core) -> Core:
        self._core = core
        self._hosts[-1].append(core)
        return core


def _by_model(cores: list[Core]) -> Iterator[list[Core]]:
    """The cores, parted where one without a header is of another maker, family or model than the last."""
    own = cores[:1]
    for core in cores[1:]:
        before, after = _model(own[-1]), _model(core)
        if not core.label and before and after and before != after:
            yield own
            own = []
        own.append(core)
    yield own


def _model(core: Core) -> tuple[str | None, int, int] | None:
    table = CpuidTable(core.leaves)
    found = signature(table)
    return None if found is None else (vendor(table), found.family, found.model)

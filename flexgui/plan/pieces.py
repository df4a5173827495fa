"""A plan's file in pieces: each host is written once and kept until it changes.

Plans are values, so a host that an edit did not touch is the same object and has the same bytes. Writing a
plan again costs what is new in it, and whoever writes it on another thread can pause between two pieces:
one piece is a matter of microseconds, however large the plan is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Any, Final

from flexgui.cpuid.cpu import Cpu
from flexgui.plan.codec import codec
from flexgui.plan.values import FORMAT, Cluster, Datacenter, Host, Plan, Scenario

_OPENED: Final = {
    Plan: ("cpus", "scenarios", "datacenters"),
    Scenario: ("datacenters",),
    Datacenter: ("hosts", "clusters"),
    Cluster: ("hosts",),
}
"""The values that may hold thousands of others, and the fields that do. Other fields are written whole."""

_KEPT: Final = (Host, Cpu)
"""What is written in one piece, and kept."""

_Kept = dict[tuple[int, int], tuple[object, bytes]]
"""Bytes by the identity of an object and by how far they are indented: a scenario has the same hosts deeper.
The object is held, so that its id is not given to another one meanwhile."""


class Pieces:
    """Writes plans as `storage.to_json` does, byte for byte. It remembers the last plan that was written
    to its end, unless it is made with `kept=False`. `hosts` counts those written since it began the last one.
    Not for several threads at once.
    """

    def __init__(self, kept: bool = True) -> None:
        self._keeps = kept
        self.hosts = 0
        self._kept: _Kept = {}

    def of(self, plan: Plan) -> Iterator[bytes]:
        """The file of `plan`, piece by piece."""
        used: _Kept = {}
        self.hosts = 0
        complete = False
        try:
            yield from self._value(plan, 0, used)
            yield b"\n"
            complete = True
        finally:
            # What was written before somebody broke off is known when it is tried again.
            self._kept = used if complete else self._kept | used

    def forget(self) -> None:
        """Let go of what was kept."""
        self._kept = {}

    def _value(self, value: Any, depth: int, used: _Kept) -> Iterator[bytes]:
        kind: Any = type(value)
        if kind in _KEPT:
            known = self._kept.get((id(value), depth))
            if known is None:
                known = value, _dumped(value, None, depth)
            if self._keeps:
                used[id(value), depth] = known
            self.hosts += kind is Host
            yield known[1]
            return
        begin, end = b"\n" + b" " * (depth + 1), b"\n" + b" " * depth
        first = kind is not Plan
        yield b"{" if first else b'{\n "format": %d' % FORMAT
        for names in _runs(kind):
            if not isinstance(names, str):
                body = _dumped(value, names, depth)
                if body != b"{}":
                    yield body[1 : -len(end) - 1] if first else b"," + body[1 : -len(end) - 1]
                    first = False
            elif getattr(value, names):
                yield (b"" if first else b",") + begin + b'"' + names.encode() + b'": ['
                first = False
                for number, part in enumerate(getattr(value, names)):
                    yield (b"," if number else b"") + begin + b" "
                    yield from self._value(part, depth + 2, used)
                yield begin + b"]"
        yield b"}" if first else end + b"}"


def _dumped(value: object, names: set[str] | None, depth: int) -> bytes:
    """A value without what has its default, as it stands at a depth; only some of its fields, if named."""
    kind: Any = type(value)
    body = codec(kind).dump_json(value, indent=1, exclude_defaults=True, include=names)
    # A line break inside a text is escaped: all of these are between two lines.
    return body.replace(b"\n", b"\n" + b" " * depth) if depth else body


@cache
def _runs(kind: type[Any]) -> tuple[str | set[str], ...]:
    """The fields in the order of the file: each that is opened by itself, those between them together."""
    runs: list[str | set[str]] = []
    together: list[str] = []
    for field in fields(kind):
        if field.name in _OPENED.get(kind, ()):
            runs += [set(together), field.name] if together else [field.name]
            together = []
        else:
            together.append(field.name)
    return (*runs, set(together)) if together else tuple(runs)

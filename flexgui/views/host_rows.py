"""The rows and columns of the table of hosts, and what a query asks of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QIcon

from flexgui.cpuid.caches import last_level_kib
from flexgui.cpuid.cpu import Cpu
from flexgui.document import Findings
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.releases import esx_releases
from flexgui.evc.support import Assessment, loses
from flexgui.plan.values import Host
from flexgui.rules.finding import Finding
from flexgui.rules.query import Term
from flexgui.rules.query_fields import NONE, UNKNOWN
from flexgui.widgets import words
from flexgui.widgets.finding_text import message
from flexgui.widgets.icons import icon
from flexgui.widgets.name_list import joined
from flexgui.widgets.processor_text import (
    Assessments,
    cpu_name,
    generation_name,
    highest_mode,
    short_cpu_name,
)
from flexgui.widgets.severity import severity_icon, severity_word
from flexgui.widgets.table import Column


def tr(text: str) -> str:
    return QCoreApplication.translate("HostsTable", text)


@dataclass(slots=True)
class Surroundings:
    """What all rows of a table share; changed in place, so that an edit of one host makes one new row."""

    modes: ModeTable
    findings: Findings
    assessments: Assessments = field(default_factory=Assessments)
    lost: dict[tuple[str, str], tuple[Cpu, tuple[str, ...]]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def name(self, cpu: Cpu | None) -> str:
        """The short name of a processor; the same few are asked for by all rows."""
        if cpu is None:
            return short_cpu_name(None)
        found = self.names.get(cpu.fingerprint)
        if found is None:
            found = self.names[cpu.fingerprint] = short_cpu_name(cpu)
        return found


@dataclass(slots=True, eq=False)
class HostRow:
    """A host with what its row says, found when it is first asked for.

    `mode`: the one of its cluster, whose name is `cluster` ("" for a standalone host).
    """

    host: Host
    cpu: Cpu | None
    mode: EvcMode | None
    cluster: str
    around: Surroundings
    _words: str = ""
    _found: tuple[Findings, list[Finding]] | None = None

    @property
    def assessment(self) -> Assessment | None:
        return None if self.cpu is None else self.around.assessments.of(self.cpu, self.around.modes)

    @property
    def hidden(self) -> tuple[str, ...]:
        """The features that the cluster's mode hides on this host."""
        if self.cpu is None or self.mode is None:
            return ()
        key = self.cpu.fingerprint, self.mode.key
        found = self.around.lost.get(key)
        if found is None or found[0] is not self.cpu:
            found = self.cpu, loses(self.cpu, self.mode, self.around.modes)
            self.around.lost[key] = found
        return found[1]

    @property
    def findings(self) -> list[Finding]:
        """The findings about the host and its machines that nobody has muted."""
        now = self.around.findings
        if self._found is None or self._found[0] is not now:
            ids = (self.host.id, *(vm.id for vm in self.host.vms))
            found = [f for object_id in ids for f in now.by_object.get(object_id, ()) if f.muted is None]
            self._found = now, found
        return self._found[1]

    @property
    def words(self) -> str:
        """What a plain word of a query is searched in, in lower case."""
        if not self._words:
            texts = (
                self.host.label,
                self.host.address,
                cpu_name(self.cpu),
                self.around.name(self.cpu),
                generation_name(self.cpu),
                highest_mode(self.cpu, self.assessment),
                state_text(self),
                esx_text(self),
                self.cluster,
            )
            self._words = "\n".join(texts).lower()
        return self._words


def state_text(row: HostRow) -> str:
    states = words.state_words(row.host) or words.word("connection_state", "connected")
    return states[:1].upper() + states[1:]


def esx_text(row: HostRow) -> str:
    found = esx_releases().get(row.host.esx_release or "")
    return found.name if found is not None else row.host.esx_release or ""


def findings_text(row: HostRow) -> str:
    found = row.findings
    if not found:
        return ""
    word = severity_word(min(found, key=lambda f: f.severity.rank).severity.value)
    return f"{word} ({len(found)})" if len(found) > 1 else word


def _weight(row: HostRow) -> tuple[int, int]:
    found = row.findings
    return min((f.severity.rank for f in found), default=9), -len(found)


def _worst_icon(row: HostRow) -> QIcon | None:
    worst = row.around.findings.worst.get(row.host.id)
    return None if worst is None else severity_icon(worst.value)


def _switch(value: str | None) -> str:
    return words.word("switch", value)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _memory(row: HostRow) -> str:
    mb = row.host.memory_mb
    return "" if mb is None else f"{mb / 1024:.4g} GiB" if mb >= 1024 else f"{mb} MiB"


def _clock(row: HostRow) -> str:
    mhz = row.host.cpu_mhz
    return "" if mhz is None else f"{mhz / 1000:.2f} GHz"


def _cache_kib(row: HostRow) -> int | None:
    return None if row.cpu is None else last_level_kib(row.cpu)


def _cache(row: HostRow) -> str:
    kib = _cache_kib(row)
    return "" if kib is None else f"{kib / 1024:.4g} MiB" if kib >= 1024 else f"{kib} KiB"


def _stepping(row: HostRow) -> int | None:
    return None if row.cpu is None else row.cpu.stepping


def _order(value: int | None) -> int:
    return -1 if value is None else value


# --- What to write into the filter box for the value of a cell


def _exact(name: str, read: Callable[[HostRow], object], unit: str = "") -> Callable[[HostRow], Term]:
    def term(row: HostRow) -> Term:
        value = read(row)
        if value is None or value == "":
            return Term(UNKNOWN, name, ":")
        return Term(f"{value}{unit}", name, "=")

    return term


def _evc_term(row: HostRow) -> Term:
    found = row.assessment
    if found is not None and found.highest is not None:
        return Term(found.highest.key.partition("-")[2], "evc", "=")
    return Term(NONE if found is not None and found.possible is None else UNKNOWN, "evc", ":")


def _state_term(row: HostRow) -> Term:
    state = "maintenance" if row.host.in_maintenance_mode else row.host.connection_state
    return Term(state.lower(), "state", ":")


def _switch_term(name: str, read: Callable[[Host], str | None]) -> Callable[[HostRow], Term]:
    names = {"enabled": "on", "disabled": "off"}
    return lambda row: Term(names.get(read(row.host) or "", UNKNOWN), name, ":")


def _finding_term(row: HostRow) -> Term:
    found = row.findings
    value = min(found, key=lambda f: f.severity.rank).severity.value if found else NONE
    return Term(value, "finding", ":")


def _cpu_term(row: HostRow) -> Term:
    return Term(UNKNOWN if row.cpu is None else row.cpu.short_name(), "model", ":")


HostColumn = tuple[Column[HostRow], Callable[[HostRow], Term]]
"""A column, and the condition that finds the hosts with the same value."""


def host_columns(*, clusters: bool) -> tuple[HostColumn, ...]:
    """The columns, those that never decide about compatibility at the end. `clusters`: also which cluster."""

    def power(row: HostRow) -> int:
        found = row.assessment
        return -1 if found is None or found.highest is None else len(found.highest.requires or ())

    myth = tr("Does not affect compatibility: only the features of the processor do.")
    middle = Qt.TextElideMode.ElideMiddle

    def quiet(
        title: str, text: Callable[[HostRow], str], value: Callable[[HostRow], int | None], width: int
    ) -> Column[HostRow]:
        return Column(title, text, sort=lambda r: _order(value(r)), width=width, note=myth, quiet=True)

    of_cluster: HostColumn = (
        Column(tr("Cluster"), lambda r: r.cluster or "–", width=110, elide=middle, shared=True),
        lambda r: Term(r.cluster, "cluster", "=") if r.cluster else Term(NONE, "cluster", ":"),
    )
    return (
        (
            Column(
                tr("Host"),
                lambda r: r.host.label,
                icon=lambda r: icon("host", badge=words.state_badge(r.host)),
                tip=lambda r: f"{r.host.label}\n{r.host.address}",
                width=150,
                elide=middle,
                shared=True,
            ),
            _exact("host", lambda r: r.host.label),
        ),
        *((of_cluster,) if clusters else ()),
        (
            Column(tr("CPU"), lambda r: r.around.name(r.cpu), tip=lambda r: cpu_name(r.cpu), width=120),
            _cpu_term,
        ),
        (
            Column(
                tr("Highest mode"),
                lambda r: highest_mode(r.cpu, r.assessment),
                sort=power,
                width=96,
                note=tr("The highest EVC mode that the host supports for certain."),
            ),
            _evc_term,
        ),
        (
            Column(
                tr("Features hidden"),
                lambda r: joined(r.hidden) if r.cpu is not None else tr("Cannot tell"),
                sort=lambda r: len(r.hidden) if r.cpu is not None else -1,
                tip=lambda r: ", ".join(r.hidden),
                width=112,
                note=tr("What the cluster’s mode hides from virtual machines on this host."),
            ),
            _exact("hidden", lambda r: None if r.cpu is None else len(r.hidden)),
        ),
        (
            Column(
                tr("Findings"),
                findings_text,
                sort=_weight,
                icon=_worst_icon,
                tip=lambda r: "\n".join(message(f) for f in r.findings[:8]),
                width=92,
            ),
            _finding_term,
        ),
        (
            Column(
                tr("State"),
                state_text,
                sort=lambda r: (r.host.connection_state, r.host.in_maintenance_mode),
                width=92,
            ),
            _state_term,
        ),
        (
            Column(tr("Address"), lambda r: r.host.address, width=116, monospace=True, elide=middle),
            _exact("address", lambda r: r.host.address),
        ),
        (
            Column(tr("Generation"), lambda r: generation_name(r.cpu), width=92),
            _exact("generation", lambda r: r.cpu and r.cpu.generation and r.cpu.generation.name),
        ),
        (
            Column(
                tr("ESX"),
                esx_text,
                sort=lambda r: (
                    list(esx_releases()).index(r.host.esx_release or "")
                    if r.host.esx_release in esx_releases()
                    else -1
                ),
                width=80,
            ),
            _exact("esx", lambda r: r.host.esx_release if r.host.esx_release in esx_releases() else None),
        ),
        (Column(tr("XD"), lambda r: _switch(r.host.xd), width=74), _switch_term("xd", lambda host: host.xd)),
        (Column(tr("VT"), lambda r: _switch(r.host.vt), width=74), _switch_term("vt", lambda host: host.vt)),
        (
            Column(tr("VMs"), lambda r: str(len(r.host.vms)), sort=lambda r: len(r.host.vms), width=50),
            _exact("vms", lambda r: len(r.host.vms)),
        ),
        (
            Column(tr("Memory"), _memory, sort=lambda r: _order(r.host.memory_mb), width=76),
            _exact("memory", lambda r: r.host.memory_mb, "MB"),
        ),
        (
            quiet(tr("Cores"), lambda r: _number(r.host.cpu_cores), lambda r: r.host.cpu_cores, 56),
            _exact("cores", lambda r: r.host.cpu_cores),
        ),
        (
            quiet(tr("Clock"), _clock, lambda r: r.host.cpu_mhz, 72),
            _exact("clock", lambda r: r.host.cpu_mhz, "MHz"),
        ),
        (quiet(tr("Cache"), _cache, _cache_kib, 72), _exact("cache", _cache_kib, "KB")),
        (
            quiet(tr("Stepping"), lambda r: _number(_stepping(r)), _stepping, 66),
            _exact("stepping", _stepping),
        ),
    )

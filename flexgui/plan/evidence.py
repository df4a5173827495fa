"""The sources that describe a host's processor: what they are, and edits that add and remove them.

A host with one source has it in `cpu`, `cpu_source` and `cpu_assumed`. With several, `Host.evidence` keeps
each with the processor that it alone shows, and `cpu` is what they say together (`flexgui.evc.evidence`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.evidence import EvidenceKind, combined, kind_of, ranked, rests_on_brand
from flexgui.evc.modes import ModeTable
from flexgui.plan import edits, inventory
from flexgui.plan.values import Evidence, Host, Plan


@dataclass(frozen=True, slots=True)
class Source:
    """One source: where it comes from, the processor as it alone shows it, and what that rests on."""

    source: str
    cpu: Cpu
    kind: EvidenceKind
    assumed: bool = False

    @classmethod
    def of(cls, source: str, cpu: Cpu, *, assumed: bool = False) -> Source:
        """A source of the strongest kind that its processor shows."""
        return cls(source, cpu, kind_of(cpu, assumed=assumed), assumed)


def sources_of(host: Host, cpus: Mapping[str, Cpu]) -> tuple[Source, ...]:
    """All sources of a host, the strongest first; `cpus` are the plan's processors by fingerprint."""
    if host.evidence:
        return tuple(
            Source(each.source, cpus[each.cpu], each.kind, each.assumed)
            for each in host.evidence
            if each.cpu in cpus
        )
    cpu = cpus.get(host.cpu or "")
    return () if cpu is None else (Source.of(host.cpu_source, cpu, assumed=host.cpu_assumed),)


def together(sources: Sequence[Source], modes: ModeTable) -> tuple[Cpu, bool]:
    """The processor that the sources describe together, and whether any of it is assumed."""
    if len(sources) == 1:
        return sources[0].cpu, sources[0].assumed
    evidence = [(each.kind, each.cpu) for each in sources]
    return combined(evidence, modes), rests_on_brand(evidence, modes)


def described_by(host: Host, sources: Sequence[Source], modes: ModeTable) -> tuple[Host, tuple[Cpu, ...]]:
    """A host with these sources and no others, and the processors that a plan with it needs.

    The order of the sources does not matter.
    """
    if not sources:
        return replace(host, cpu=None, cpu_source="", cpu_assumed=False, evidence=()), ()
    order = [sources[place] for place in ranked([(each.kind, each.cpu) for each in sources])]
    cpu, assumed = together(order, modes)
    evidence = tuple(
        Evidence(source=each.source, kind=each.kind, cpu=each.cpu.fingerprint, assumed=each.assumed)
        for each in order
    )
    changed = replace(
        host,
        cpu=cpu.fingerprint,
        cpu_source=order[0].source,
        cpu_assumed=assumed,
        evidence=evidence if len(order) > 1 else (),
    )
    return changed, (cpu, *(each.cpu for each in order))


def with_added(sources: Iterable[Source], added: Iterable[Source]) -> tuple[Source, ...]:
    """The sources with others; one that is there already by its name is replaced."""
    found = {each.source: each for each in sources}
    return tuple((found | {each.source: each for each in added}).values())


def with_evidence(plan: Plan, added: Mapping[str, Sequence[Source]]) -> Plan:
    """The plan with further sources for hosts that it has, by the hosts' ids, in one edit of any size.

    A source of a name that a host has already replaces it: the same file was captured or exported again.

    Raises:
        KeyError: an id is of no host.
    """
    return _changed(plan, {host_id: partial(with_added, added=own) for host_id, own in added.items()})


def without_evidence(plan: Plan, host_id: str, source: str) -> Plan:
    """The plan without one of a host's sources, by the source's name.

    Raises:
        KeyError: the id is of no host.
    """

    def fewer(sources: tuple[Source, ...]) -> tuple[Source, ...]:
        return tuple(each for each in sources if each.source != source)

    return _changed(plan, {host_id: fewer})


def weighed_again(plan: Plan) -> Plan:
    """The plan with the sources of every host put together again, as after a change of its modes."""
    several = [host.id for _, _, host in inventory.hosts(plan) if host.evidence]
    return _changed(plan, dict.fromkeys(several, tuple)) if several else plan


def _changed(plan: Plan, changes: Mapping[str, Callable[[tuple[Source, ...]], tuple[Source, ...]]]) -> Plan:
    modes, known = inventory.modes_of(plan), inventory.cpus(plan.cpus)
    stored: dict[str, Cpu] = {}

    def change(host: Host) -> Host:
        before = sources_of(host, known)
        after = changes[host.id](before)
        if after == before and len(after) == 1:
            return host
        changed, cpus = described_by(host, after, modes)
        stored.update((cpu.fingerprint, cpu) for cpu in cpus)
        return changed

    after = edits.update_hosts(plan, dict.fromkeys(changes, change))
    return edits.drop_unused_cpus(edits.store_cpus(after, stored.values()))

"""What every rule may know besides its object: the release, the modes, the processors.

Plans have many hosts and few distinct processors: answers about a processor are kept by its fingerprint.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.silicon import Hidden, hidden
from flexgui.evc.evidence import Disagreement, EvidenceKind, disagreements
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.releases import at_least, esx_at_least, esx_releases, offered_modes, releases
from flexgui.evc.support import Answer, Known, Support, known_features, loses, support, vendor_of
from flexgui.plan.inventory import cpus, modes_of
from flexgui.plan.values import Host, Plan


@dataclass(frozen=True, slots=True)
class Facts:
    """The release (a key of `resources/releases.tsv`), the modes, and the processors by fingerprint.

    `present_modes` holds, by id, the clusters that vCenter has already with an EVC mode, and its key.
    """

    release: str
    modes: ModeTable
    cpus: dict[str, Cpu]
    present_modes: dict[str, str] = field(default_factory=dict)
    _supports: dict[tuple[str, str], Support] = field(default_factory=dict, repr=False, compare=False)
    highest_above: dict[tuple[str, ...], EvcMode | None] = field(
        default_factory=dict, repr=False, compare=False
    )
    _offered: dict[frozenset[str | None], tuple[EvcMode, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _known: dict[str, Known] = field(default_factory=dict, repr=False, compare=False)
    _lost: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    _hidden: dict[str, tuple[Hidden, ...]] = field(default_factory=dict, repr=False, compare=False)
    _contradictions: dict[tuple[tuple[EvidenceKind, str], ...], tuple[Disagreement, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def of(cls, plan: Plan) -> Facts:
        return cls(plan.release, modes_of(plan), cpus(plan.cpus), present_modes(plan))

    def at_least(self, release: str) -> bool:
        """Whether the plan's vCenter is of this release or newer."""
        return at_least(self.release, release)

    @property
    def release_name(self) -> str:
        return releases()[self.release].name

    def cpu(self, host: Host) -> Cpu | None:
        return None if host.cpu is None else self.cpus.get(host.cpu)

    def vendor(self, cpu: Cpu) -> str | None:
        """The maker of a processor, if only its highest mode tells."""
        return vendor_of(cpu, self.modes)

    def offered(self, esx: Iterable[str | None] = ()) -> tuple[EvcMode, ...]:
        """The modes that the release offers and that these releases of ESX know, as far as they are known."""
        key = frozenset(esx)
        found = self._offered.get(key)
        if found is None:
            found = self._offered[key] = offered_modes(self.release, self.modes, esx=key)
        return found

    def support(self, cpu: Cpu, mode: EvcMode) -> Support:
        key = cpu.fingerprint, mode.key
        found = self._supports.get(key)
        if found is None:
            found = self._supports[key] = support(cpu, mode, self.modes)
        return found

    def common_modes(self, processors: Iterable[Cpu], esx: Iterable[str | None] = ()) -> tuple[EvcMode, ...]:
        """The modes that all of the processors support for certain, of those `offered` with this ESX."""
        distinct = tuple(processors)
        return tuple(
            mode
            for mode in self.offered(esx)
            if all(self.support(cpu, mode).answer is Answer.YES for cpu in distinct)
        )

    def known(self, cpu: Cpu) -> Known:
        found = self._known.get(cpu.fingerprint)
        if found is None:
            found = self._known[cpu.fingerprint] = known_features(cpu, self.modes)
        return found

    def lost(self, cpu: Cpu, mode: EvcMode) -> tuple[str, ...]:
        """The features that a processor has and that a mode hides, as far as both are known."""
        key = cpu.fingerprint, mode.key
        found = self._lost.get(key)
        if found is None:
            found = self._lost[key] = loses(cpu, mode, self.modes)
        return found

    def in_order(self, features: Iterable[str], vendor: str) -> tuple[str, ...]:
        """Features in the order in which a maker's modes introduced them."""
        return self.modes.in_order(features, vendor)

    def disagreements(self, host: Host) -> tuple[Disagreement, ...]:
        """Where the sources of a host's processor contradict each other (places in `Host.evidence`)."""
        key = tuple((each.kind, each.cpu) for each in host.evidence)
        if len(key) < 2 or any(cpu not in self.cpus for _, cpu in key):
            return ()
        found = self._contradictions.get(key)
        if found is None:
            sources = [(kind, self.cpus[cpu]) for kind, cpu in key]
            found = self._contradictions[key] = disagreements(sources, self.modes)
        return found

    def hidden(self, cpu: Cpu) -> tuple[Hidden, ...]:
        """The features that the silicon has for certain and that the processor does not show."""
        found = self._hidden.get(cpu.fingerprint)
        if found is None:
            found = self._hidden[cpu.fingerprint] = hidden(cpu)
        return found


def present_modes(plan: Plan) -> dict[str, str]:
    """The present EVC modes of the clusters that exist with one, by the id of the cluster."""
    return {
        cluster.id: cluster.present_evc_mode
        for datacenter in plan.datacenters
        for cluster in datacenter.clusters
        if cluster.exists and cluster.present_evc_mode is not None
    }


def esx_older(host: Host, release: str) -> bool:
    """Whether a host's ESX is known to be older than a release (a key of `resources/esx_releases.tsv`)."""
    return host.esx_release in esx_releases() and not esx_at_least(host.esx_release, release)

"""What a rule is, the register of all rules, and what a rule may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.pool import Member, VendorPool, weigh
from flexgui.evc.releases import at_least, offered_modes
from flexgui.plan.inventory import cpus, modes_of
from flexgui.plan.values import Cluster, Datacenter, Host, Plan
from flexgui.rules.finding import Finding, Severity, Subject

Scope = Literal["plan", "datacenter", "cluster", "host"]
"""What one call of a rule looks at. The smaller, the less is checked again after an edit."""

STEPS = ("names", "ha", "drs", "dpm", "evc", "swap", "host")
"""The steps of the wizards, in the paper's order; every rule belongs to one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What every rule may know besides its object: the release, the modes, the processors."""

    release: str
    modes: ModeTable
    cpus: dict[str, Cpu]

    @classmethod
    def of(cls, plan: Plan) -> Facts:
        return cls(plan.release, modes_of(plan), cpus(plan.cpus))

    def at_least(self, release: str) -> bool:
        """Whether the plan's vCenter is of this release or newer."""
        return at_least(self.release, release)

    def cpu(self, host: Host) -> Cpu | None:
        return None if host.cpu is None else self.cpus.get(host.cpu)

    def members(self, hosts: Iterable[Host]) -> tuple[Member, ...]:
        """The hosts whose processor is known, as members of a pool."""
        return tuple(Member(host.label, cpu) for host in hosts if (cpu := self.cpu(host)) is not None)

    def offered(self, vendor: str | None = None) -> tuple[EvcMode, ...]:
        return offered_modes(self.release, self.modes, vendor)

    def pools(self, hosts: Iterable[Host]) -> list[VendorPool]:
        """The hosts weighed against the modes that the release offers, maker by maker."""
        return weigh(self.members(hosts), self.modes, self.offered())


@dataclass(frozen=True, slots=True)
class PlanView:
    """What a rule of scope "plan" looks at."""

    facts: Facts
    plan: Plan


@dataclass(frozen=True, slots=True)
class DatacenterView:
    """What a rule of scope "datacenter" looks at."""

    facts: Facts
    datacenter: Datacenter


@dataclass(frozen=True, slots=True)
class ClusterView:
    """What a rule of scope "cluster" looks at."""

    facts: Facts
    datacenter: Datacenter
    cluster: Cluster

    @property
    def hosts(self) -> tuple[Host, ...]:
        return self.cluster.hosts

    def mode(self) -> EvcMode | None:
        """The cluster's mode, or None where EVC is disabled or the mode is unknown."""
        return self.facts.modes.get(self.cluster.evc_mode)


@dataclass(frozen=True, slots=True)
class HostView:
    """What a rule of scope "host" looks at; `cluster` is None for a standalone host.

    Of the cluster only the settings may be looked at, never its other hosts: a host is not checked again
    when another one changes.
    """

    facts: Facts
    datacenter: Datacenter
    cluster: Cluster | None
    host: Host

    @property
    def cpu(self) -> Cpu | None:
        return self.facts.cpu(self.host)

    def mode(self) -> EvcMode | None:
        return None if self.cluster is None else self.facts.modes.get(self.cluster.evc_mode)


View = PlanView | DatacenterView | ClusterView | HostView


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: a pure function from a view to findings, and what documentation says of it.

    `severities` are all that its findings may have. `summary` is the first line of the function's docstring.
    `fault` is a vSphere fault class that an administrator can search for.
    """

    id: str
    step: str
    scope: Scope
    severities: tuple[Severity, ...]
    summary: str
    templates: tuple[str, ...]
    remedy: str
    source: str
    fault: str | None
    check: Callable[[Any], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule's function yields: where, and with which parameters.

    `template` counts the rule's templates from 0; `severity` is needed where the rule has several, `remedy`
    where this case has another than the rule's.
    """

    subject: Subject
    parameters: dict[str, Any]
    template: int = 0
    severity: Severity | None = None
    remedy: str | None = None

    def finding(self, rule: Rule) -> Finding:
        return Finding(
            rule=rule.id,
            step=rule.step,
            severity=self.severity or rule.severities[0],
            subject=self.subject,
            template=rule.templates[self.template],
            parameters=MappingProxyType(self.parameters),
            remedy=rule.remedy if self.remedy is None else self.remedy,
            source=rule.source,
            fault=rule.fault,
        )


RULES: dict[str, Rule] = {}
"""All rules by id, in the order of their modules. `flexgui.rules.check` imports every module."""

Check = TypeVar("Check", bound=Callable[[Any], Iterator[Hit]])


def rule(
    rule_id: str,
    scope: Scope,
    *severities: Severity,
    says: str | tuple[str, ...],
    remedy: str,
    source: str,
    fault: str | None = None,
) -> Callable[[Check], Check]:
    """Register a rule. `rule_id` is `step.name`; `says` one or more templates, marked for translation.

    Raises:
        ValueError: the id is taken, or names no step.
    """
    step = rule_id.partition(".")[0]
    if rule_id in RULES or step not in STEPS or not severities:
        raise ValueError(rule_id)

    def register(check: Check) -> Check:
        summary = (check.__doc__ or "").strip().splitlines()[0]
        templates = (says,) if isinstance(says, str) else says
        RULES[rule_id] = Rule(
            rule_id, step, scope, severities, summary, templates, remedy, source, fault, check
        )
        return check

    return register

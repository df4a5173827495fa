"""What a rule is, the register of all rules, and what a rule may look at."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.silicon import Hidden
from flexgui.evc.modes import EvcMode
from flexgui.plan.values import Cluster, Datacenter, Host, Plan
from flexgui.rules.facts import Facts
from flexgui.rules.finding import Finding, Severity, Subject
from flexgui.rules.grouped import Grouped, Groups

Scope = Literal["plan", "datacenter", "cluster", "host"]
"""What one call of a rule looks at. The smaller, the less is checked again after an edit."""

STEPS = ("names", "ha", "drs", "dpm", "evc", "swap", "host")
"""The steps of the wizards, in the paper's order; every rule belongs to one."""


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
    """What a rule of scope "cluster" looks at; `groups` are kept of its hosts."""

    facts: Facts
    datacenter: Datacenter
    cluster: Cluster
    groups: Grouped

    @property
    def hosts(self) -> tuple[Host, ...]:
        return self.cluster.hosts

    def by(self, *fields: str) -> Groups:
        """The places of the hosts by the value of a field, or the values of several: few, where hosts many.

        Asked again after an edit it costs next to nothing, however large the cluster is.
        """
        return self.groups.by(*fields)

    def labels(self, *groups: Iterable[int]) -> tuple[str, ...]:
        """What the hosts at some places are called, in the plan's order."""
        return self.groups.labels(*groups)

    def mode(self) -> EvcMode | None:
        """The cluster's mode, or None where EVC is disabled or the mode is unknown."""
        return self.facts.modes.get(self.cluster.evc_mode)


Origin = Literal["nowhere", "here", "datacenter", "elsewhere"]
"""Where vCenter has a host now: not at all, where the plan has it, standalone in the same datacenter while
the plan has it in a cluster, or in another cluster or datacenter."""


def origin(host: Host, cluster: Cluster | None, datacenter: Datacenter) -> Origin:
    """Where vCenter has a host now, seen from its place in the plan."""
    parent = host.present_parent
    if parent is None:
        return "nowhere"
    if parent == (datacenter.id if cluster is None else cluster.id):
        return "here"
    return "datacenter" if parent == datacenter.id else "elsewhere"


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

    @property
    def hidden(self) -> tuple[Hidden, ...]:
        """What hides features of the host's silicon; empty where that is not proven, or only assumed."""
        cpu = self.cpu
        return () if cpu is None or self.host.cpu_assumed else self.facts.hidden(cpu)

    def mode(self) -> EvcMode | None:
        """The cluster's mode, or None where there is no cluster, EVC is disabled, or the mode is unknown."""
        return None if self.cluster is None else self.facts.modes.get(self.cluster.evc_mode)

    def coming_mode(self) -> EvcMode | None:
        """The mode that the host is to get; None where nothing is to happen, or the host cannot take it."""
        mode, cpu = self.mode(), self.cpu
        if mode is None or self.settled:
            return None
        return mode if cpu is None or self.facts.vendor(cpu) in (None, mode.vendor) else None

    @property
    def origin(self) -> Origin:
        """Where vCenter has the host now."""
        return origin(self.host, self.cluster, self.datacenter)

    @property
    def joins(self) -> bool:
        """Whether the host is not in its cluster yet, as far as the plan knows."""
        return self.cluster is None or self.origin != "here"

    @property
    def settled(self) -> bool:
        """Whether the host is in its cluster already, and the cluster has its planned mode."""
        cluster = self.cluster
        return (
            cluster is not None
            and cluster.exists
            and not self.joins
            and cluster.present_evc_mode == cluster.evc_mode
        )


View = PlanView | DatacenterView | ClusterView | HostView


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: a pure function from a view to findings, and what documentation says of it.

    `scopes`: the kinds of view it is called with. `severities` are all that its findings may have. `summary`
    is the first line of the function's docstring, `fires` the rest: when exactly. `templates` and `remedies`
    are what its findings may say; the first remedy is the usual one. `faults` are vSphere fault classes that
    an administrator can search for (`flexgui.rules.faults`). `reads`: what a rule of scope "cluster" reads of
    the cluster's hosts besides their ids and labels; None is anything.
    """

    id: str
    step: str
    scopes: tuple[Scope, ...]
    severities: tuple[Severity, ...]
    summary: str
    fires: str
    templates: tuple[str, ...]
    remedies: tuple[str, ...]
    source: str
    faults: tuple[str, ...]
    check: Callable[[Any], Iterator[Hit]]
    reads: frozenset[str] | None = None

    @property
    def remedy(self) -> str:
        return self.remedies[0]

    @property
    def fault(self) -> str | None:
        return self.faults[0] if self.faults else None


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule's function yields: where, and with which parameters.

    `template`, `remedy` and `fault` count what the rule has of each from 0; `severity` is needed where the
    rule has several.
    """

    subject: Subject
    parameters: dict[str, Any]
    template: int = 0
    severity: Severity | None = None
    remedy: int = 0
    fault: int = 0

    def finding(self, rule: Rule) -> Finding:
        return Finding(
            rule=rule.id,
            step=rule.step,
            severity=self.severity or rule.severities[0],
            subject=self.subject,
            template=rule.templates[self.template],
            parameters=MappingProxyType(self.parameters),
            remedy=rule.remedies[self.remedy],
            source=rule.source,
            fault=rule.faults[self.fault] if rule.faults else None,
        )


RULES: dict[str, Rule] = {}
"""All rules by id, in the order of their modules. `flexgui.rules.check` imports every module."""

Check = TypeVar("Check", bound=Callable[[Any], Iterator[Hit]])


def rule(
    rule_id: str,
    scope: Scope | tuple[Scope, ...],
    *severities: Severity,
    says: str | tuple[str, ...],
    remedy: str | tuple[str, ...],
    source: str,
    fault: str | tuple[str, ...] = (),
    reads: Iterable[str] | None = None,
) -> Callable[[Check], Check]:
    """Register a rule. `rule_id` is `step.name`; `says` and `remedy` are templates marked for translation.

    `reads` may be given for a rule of scope "cluster": the fields of hosts that it reads. It is not asked
    again after an edit of other fields of hosts, which matters in clusters of thousands.

    Raises:
        ValueError: the id is taken, or names no step, or no severity is given.
    """
    step = rule_id.partition(".")[0]
    if rule_id in RULES or step not in STEPS or not severities:
        raise ValueError(rule_id)

    def register(check: Check) -> Check:
        summary, _, fires = inspect.cleandoc(check.__doc__ or "").partition("\n")
        RULES[rule_id] = Rule(
            id=rule_id,
            step=step,
            scopes=scope if isinstance(scope, tuple) else (scope,),
            severities=severities,
            summary=summary,
            fires=" ".join(fires.split()),
            templates=_several(says),
            remedies=_several(remedy),
            source=source,
            faults=_several(fault),
            check=check,
            reads=None if reads is None else frozenset(reads),
        )
        return check

    return register


def _several(texts: str | tuple[str, ...]) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else texts

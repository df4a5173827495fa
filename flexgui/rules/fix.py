"""What a fix is: the one edit that mends a finding, and the register of those who make one.

A rule has a fix only where no decision is left to the user. What takes one (which of two hosts keeps the
address), work elsewhere that the plan cannot know of (another capture, a newer ESX), or a look that must not
be skipped (the thumbprint on a host's console) has none.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar

from flexgui.plan import edits
from flexgui.plan.inventory import Place, find
from flexgui.plan.values import Cluster, Datacenter, Host, Plan, VirtualMachine
from flexgui.rules.facts import Facts
from flexgui.rules.finding import Finding, fill
from flexgui.rules.rule import RULES

Change = Callable[[Any], Any]
"""From an object of the plan to the object after it."""


@dataclass(frozen=True, slots=True)
class Fix:
    """One edit that mends a finding: a change of one object, or a host moved out of its cluster.

    `template` and `parameters` are its name, as undo shows it. `what` names the field that it is about: of
    several fixes about the same one, one is enough. A fix with an `act` only notes in the plan what has to be
    done elsewhere first, the present state of a host or machine; in a rehearsal that is done, and `act` names
    it. `alone` says that it depends on other
    objects than its own, so that it has to be found anew after another edit.
    """

    template: str
    parameters: Mapping[str, Any]
    object_id: str
    what: str
    change: Change | None = None
    moved_to: str = ""
    act: str = ""
    alone: bool = False

    def named(self, rehearsing: bool = False) -> str:
        """The template of its name."""
        return self.act if rehearsing and self.act else self.template

    def name(self, rehearsing: bool = False) -> str:
        """What it does, in English."""
        return fill(self.named(rehearsing), self.parameters)

    def edit(self, plan: Plan) -> Plan:
        """The plan after it."""
        if self.change is None:
            return edits.move_hosts(plan, [self.object_id], self.moved_to)
        return change_objects(plan, {self.object_id: self.change})


def change_objects(plan: Plan, changes: Mapping[str, Change]) -> Plan:
    """The plan with several objects changed, by their ids; hosts and machines in one pass.

    Raises:
        KeyError: the plan has no such object.
    """
    hosts: dict[str, dict[str, Change]] = {}
    for object_id, change in changes.items():
        place = find(plan, object_id)
        if place is None:
            raise KeyError(object_id)
        if place.host is not None:
            hosts.setdefault(place.host.id, {})[object_id] = change
        elif isinstance(place.object, Cluster):
            plan = edits.update_cluster(plan, object_id, change)
        elif isinstance(place.object, Datacenter):
            plan = edits.update_datacenter(plan, object_id, change)
        else:
            plan = edits.update_resource_pool(plan, object_id, change)
    return edits.update_hosts(plan, {host_id: _with_vms(host_id, own) for host_id, own in hosts.items()})


def _with_vms(host_id: str, changes: Mapping[str, Change]) -> Callable[[Host], Host]:
    """The change of a host and of the machines on it."""

    def change(host: Host) -> Host:
        found: Host = changes[host_id](host) if host_id in changes else host
        if all(vm.id not in changes for vm in found.vms):
            return found
        vms = tuple(changes[vm.id](vm) if vm.id in changes else vm for vm in found.vms)
        return replace(found, vms=vms)

    return change


@dataclass(frozen=True, slots=True)
class Case:
    """What the maker of a fix looks at: a finding, and the object it is about in the plan as it is now."""

    plan: Plan
    facts: Facts
    finding: Finding
    place: Place

    @property
    def object_id(self) -> str:
        return self.place.object.id

    @property
    def template(self) -> int:
        """Which of the rule's templates the finding says."""
        return RULES[self.finding.rule].templates.index(self.finding.template)

    @property
    def remedy(self) -> int:
        """Which of the rule's remedies the finding advises."""
        return RULES[self.finding.rule].remedies.index(self.finding.remedy)

    @property
    def cluster(self) -> Cluster:
        assert self.place.cluster is not None
        return self.place.cluster

    @property
    def host(self) -> Host:
        assert self.place.host is not None
        return self.place.host

    @property
    def vm(self) -> VirtualMachine:
        assert isinstance(self.place.object, VirtualMachine)
        return self.place.object

    def fix(
        self,
        template: str,
        parameters: Mapping[str, Any],
        what: str,
        change: Change,
        *,
        act: str = "",
        alone: bool = False,
    ) -> Fix:
        """A fix that changes the object that the finding is about."""
        filled = MappingProxyType(dict(parameters))
        return Fix(template, filled, self.object_id, what, change, act=act, alone=alone)


Fixing = TypeVar("Fixing", bound=Callable[[Case], Fix | None])

FIXES: dict[str, Callable[[Case], Fix | None]] = {}
"""Who makes the fixes of a rule, by its id. `flexgui.rules.fixes` imports every module."""


def fixes(*rules: str) -> Callable[[Fixing], Fixing]:
    """Register a function that makes the fix of some rules' findings, or None where one takes a decision.

    The first line of its docstring says what the fix does; `docs/rules.md` shows it.

    Raises:
        ValueError: a rule is not known, or has a fix already.
    """

    def register(maker: Fixing) -> Fixing:
        for rule in rules:
            if rule not in RULES or rule in FIXES:
                raise ValueError(rule)
            FIXES[rule] = maker
        return maker

    return register


def summary(rule: str) -> str:
    """What the fix of a rule's findings does, a sentence; empty where a rule has none."""
    maker = FIXES.get(rule)
    return "" if maker is None else inspect.cleandoc(maker.__doc__ or "").partition("\n")[0]

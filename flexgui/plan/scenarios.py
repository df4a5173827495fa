"""What-ifs: a scenario is the datacenters of a plan as they would be, and may be for another release.

Objects keep their ids in a scenario, so that it can be compared with the plan, and what is said of an object
(a muted finding, an override) is said of it there too. Processors, modes and mutings are the plan's.

A scenario is worked on as a plan of its own: `shown` puts it in the place of the plan's datacenters, which
wait in the scenario's place meanwhile, so that ids stay unique over all and no processor is dropped that
either needs; `whole` puts both back. Every edit of a plan is thereby an edit of a scenario.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flexgui.errors import InputError, printable
from flexgui.plan.edits import drop_unused_cpus
from flexgui.plan.values import Cluster, Datacenter, Host, Plan, Scenario

MOST: Final = 50
"""Scenarios that one plan may have: each is a whole inventory in the file."""

LONGEST_NAME: Final = 80
"""Characters of a scenario's name, as of an inventory object's in vSphere."""


def names(plan: Plan) -> tuple[str, ...]:
    """The names of the scenarios, in the order in which they were made."""
    return tuple(scenario.name for scenario in plan.scenarios)


def problem(plan: Plan, name: str, renamed: str | None = None) -> InputError | None:
    """What is wrong with a name for a new scenario, or for the one that is `renamed`; None if it will do."""
    text = name.strip()
    if not text:
        return InputError("The what-if has no name.", "Give it one.")
    if len(text) > LONGEST_NAME:
        return InputError(f"The name is longer than {LONGEST_NAME} characters.", "Shorten it.")
    if any(text.casefold() == other.casefold() for other in names(plan) if other != renamed):
        return InputError(f"There is a what-if {printable(text)} already.", "Choose another name.")
    if renamed is None and len(plan.scenarios) >= MOST:
        return InputError(f"The plan has {MOST} what-ifs, and may have no more.", "Drop one first.")
    return None


def free_name(plan: Plan, wanted: str) -> str:
    """A name that no scenario has: the one wanted, or the first free one with a number."""
    taken = {name.casefold() for name in names(plan)}
    base = wanted.strip()[:LONGEST_NAME].rstrip() or "What-if"
    number, name = 1, base
    while name.casefold() in taken:
        number += 1
        end = f" ({number})"
        name = base[: LONGEST_NAME - len(end)].rstrip() + end
    return name


def add(plan: Plan, name: str, of: str | None = None) -> Plan:
    """The plan with a new scenario that is as the plan is, or as another scenario (`of`).

    Raises:
        InputError: the name will not do, or there are too many scenarios.
        KeyError: there is no scenario `of`.
    """
    wrong = problem(plan, name)
    if wrong is not None:
        raise wrong
    model = Scenario(name="", datacenters=plan.datacenters) if of is None else find(plan, of)
    return replace(plan, scenarios=(*plan.scenarios, replace(model, name=name.strip())))


def rename(plan: Plan, name: str, new_name: str) -> Plan:
    """The plan with a scenario called otherwise.

    Raises:
        InputError: the new name will not do.
        KeyError: there is no scenario of this name.
    """
    found = find(plan, name)
    if new_name.strip() == name:
        return plan
    wrong = problem(plan, new_name, renamed=name)
    if wrong is not None:
        raise wrong
    return _with(plan, name, replace(found, name=new_name.strip()))


def drop(plan: Plan, name: str) -> Plan:
    """The plan without a scenario, and without the processors that only its hosts had. Raises KeyError."""
    find(plan, name)
    return drop_unused_cpus(replace(plan, scenarios=tuple(s for s in plan.scenarios if s.name != name)))


def apply(plan: Plan, name: str) -> Plan:
    """The plan as the scenario has it, without the scenario; the other scenarios stay. Raises KeyError."""
    found = find(plan, name)
    changed = replace(plan, datacenters=found.datacenters, release=found.release or plan.release)
    # The others go on for the release that they were for.
    if changed.release != plan.release:
        others = (_for_release(s, s.release or plan.release, changed.release) for s in plan.scenarios)
        changed = replace(changed, scenarios=tuple(others))
    return drop(changed, name)


def find(plan: Plan, name: str) -> Scenario:
    """The scenario of this name. Raises KeyError."""
    for scenario in plan.scenarios:
        if scenario.name == name:
            return scenario
    raise KeyError(name)


def changed(plan: Plan, name: str) -> bool:
    """Whether a scenario is other than the plan is now. Raises KeyError."""
    found = find(plan, name)
    return (found.release or plan.release) != plan.release or found.datacenters != plan.datacenters


def shown(plan: Plan, name: str | None) -> Plan:
    """The plan with a scenario in the place of its own datacenters and release; with None the plan itself.

    Its own wait in the scenario's place: `whole` brings everything back. Raises KeyError.
    """
    if name is None:
        return plan
    found = find(plan, name)
    waiting = Scenario(name=name, datacenters=plan.datacenters, release=plan.release)
    return replace(
        _with(plan, name, waiting), datacenters=found.datacenters, release=found.release or plan.release
    )


def whole(shown_plan: Plan, name: str | None) -> Plan:
    """The plan with everything in its own place, from what `shown` made and edits changed."""
    if name is None:
        return shown_plan
    waiting = find(shown_plan, name)
    release = waiting.release or shown_plan.release
    edited = _for_release(
        Scenario(name=name, datacenters=shown_plan.datacenters), shown_plan.release, release
    )
    return replace(_with(shown_plan, name, edited), datacenters=waiting.datacenters, release=release)


def alone(plan: Plan, name: str | None) -> Plan:
    """What a scenario would be as a plan: without scenarios, and without processors that it has no use for.

    A remark says that it is a what-if. With None: the plan without its scenarios. Raises KeyError.
    """
    found = replace(shown(plan, name), scenarios=())
    if name is not None:
        remark = f"This is the what-if {printable(name)}, not the plan itself."
        found = replace(found, remarks=(remark, *found.remarks))
    return drop_unused_cpus(found)


def _with(plan: Plan, name: str, scenario: Scenario) -> Plan:
    return replace(plan, scenarios=tuple(scenario if s.name == name else s for s in plan.scenarios))


def _for_release(scenario: Scenario, release: str, of_plan: str) -> Scenario:
    """The scenario for a release; one that is for the plan's release follows it."""
    return replace(scenario, release=None if release == of_plan else release)


def shared(plan: Plan) -> Plan:
    """The plan with what its scenarios have just as the plan has it as the same objects.

    A plan that was read has every scenario whole; most of it is as in the plan.
    """
    if not plan.scenarios:
        return plan
    clusters = {cluster.id: cluster for each in plan.datacenters for cluster in each.clusters}
    datacenters = {datacenter.id: datacenter for datacenter in plan.datacenters}
    holders: list[Datacenter | Cluster] = [*datacenters.values(), *clusters.values()]
    hosts = {host.id: host for holder in holders for host in holder.hosts}

    def hosts_of(own: tuple[Host, ...]) -> tuple[Host, ...]:
        return tuple(known if (known := hosts.get(host.id)) == host and known else host for host in own)

    def cluster_of(cluster: Cluster) -> Cluster:
        own = replace(cluster, hosts=hosts_of(cluster.hosts))
        known = clusters.get(cluster.id)
        return known if known is not None and own == known else own

    def datacenter_of(datacenter: Datacenter) -> Datacenter:
        inside = tuple(map(cluster_of, datacenter.clusters))
        own = replace(datacenter, hosts=hosts_of(datacenter.hosts), clusters=inside)
        known = datacenters.get(datacenter.id)
        return known if known is not None and own == known else own

    scenarios = (
        replace(scenario, datacenters=tuple(map(datacenter_of, scenario.datacenters)))
        for scenario in plan.scenarios
    )
    return replace(plan, scenarios=tuple(scenarios))

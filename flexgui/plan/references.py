"""What the schema of plans cannot say: ids are unique, and what is referred to is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Set

from flexgui.cpuid.catalogue import catalogue
from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.signature import signature
from flexgui.errors import InputError, printable
from flexgui.evc.modes import EvcMode
from flexgui.evc.releases import esx_releases, releases
from flexgui.plan.scenarios import LONGEST_NAME, MOST
from flexgui.plan.values import Cluster, Datacenter, Host, Plan

LARGEST_NUMBER = 0xFFF
"""Families and models have at most twelve bits (Intel SDM vol. 2A, CPUID)."""


def check_references(plan: Plan) -> None:
    """Check a plan that has been read.

    Raises:
        InputError: for the first thing that contradicts itself or refers to what the plan lacks.
    """
    for problem in _problems(plan):
        raise InputError(problem, "Mend the file or open another; nothing was changed.")


def _problems(plan: Plan) -> Iterator[str]:
    if plan.release not in releases():
        yield f"The plan is for the unknown release {printable(plan.release)!r}."
    yield from _modes(plan.modes)
    fingerprints = {cpu.fingerprint for cpu in plan.cpus}
    if len(fingerprints) < len(plan.cpus):
        yield "Two processors of the plan have one fingerprint."
    for cpu in plan.cpus:
        yield from _cpu(cpu)
    yield from _datacenters(plan.datacenters, fingerprints)
    yield from _scenarios(plan, fingerprints)


def _datacenters(datacenters: tuple[Datacenter, ...], fingerprints: Set[str]) -> Iterator[str]:
    yield from _ids(datacenters)
    for datacenter in datacenters:
        yield from _hosts(datacenter.hosts, frozenset(), fingerprints)
        for cluster in datacenter.clusters:
            yield from _hosts(cluster.hosts, {pool.id for pool in cluster.resource_pools}, fingerprints)
            yield from _pools(cluster)


def _scenarios(plan: Plan, fingerprints: Set[str]) -> Iterator[str]:
    if len(plan.scenarios) > MOST:
        yield f"The plan has {len(plan.scenarios)} what-ifs, and may have {MOST}."
    if len({scenario.name.casefold() for scenario in plan.scenarios}) < len(plan.scenarios):
        yield "Two what-ifs of the plan have one name."
    for scenario in plan.scenarios:
        name = printable(scenario.name)
        if not scenario.name.strip() or len(scenario.name) > LONGEST_NAME:
            yield f"The name of a what-if should have 1 to {LONGEST_NAME} characters: {name!r}."
        if scenario.release is not None and scenario.release not in releases():
            yield f"The what-if {name} is for the unknown release {printable(scenario.release)!r}."
        for problem in _datacenters(scenario.datacenters, fingerprints):
            yield f"In the what-if {name}: {problem}"


def _ids(datacenters: tuple[Datacenter, ...]) -> Iterator[str]:
    ids: list[str] = []
    for datacenter in datacenters:
        ids.append(datacenter.id)
        ids += [host.id for host in datacenter.hosts]
        ids += [vm.id for host in datacenter.hosts for vm in host.vms]
        for cluster in datacenter.clusters:
            ids.append(cluster.id)
            ids += [pool.id for pool in cluster.resource_pools]
            ids += [host.id for host in cluster.hosts]
            ids += [vm.id for host in cluster.hosts for vm in host.vms]
    if len(set(ids)) < len(ids):
        twice, _ = Counter(ids).most_common(1)[0]
        yield f"Two objects of the plan have the id {printable(twice)!r}."


def _unknown(names: Iterable[str] | None) -> str | None:
    """The first name that no feature has."""
    known = catalogue()
    return next((name for name in names or () if name not in known), None)


def _modes(modes: tuple[EvcMode, ...]) -> Iterator[str]:
    if len({mode.key for mode in modes}) < len(modes):
        yield "Two EVC modes of the plan have one key."
    for mode in modes:
        name = printable(mode.key)
        if mode.first_release is not None and mode.first_release not in releases():
            yield f"EVC mode {name} begins with an unknown release {printable(mode.first_release)!r}."
        feature = _unknown((*(mode.requires or ()), *(mode.exposes_also or ()), *(mode.hides or ())))
        if feature is not None:
            yield f"EVC mode {name} names an unknown feature {printable(feature)!r}."


def _cpu(cpu: Cpu) -> Iterator[str]:
    name = printable(cpu.fingerprint)
    feature = _unknown((*cpu.present, *cpu.absent))
    if feature is not None:
        yield f"Processor {name} names an unknown feature {printable(feature)!r}."
    stated = (cpu.family, cpu.model, cpu.stepping)
    if any(number is not None and not 0 <= number <= LARGEST_NUMBER for number in stated):
        yield f"Processor {name} has a family, model or stepping that no processor has."
    found = signature(cpu.table)
    if found is not None and stated != (found.family, found.model, found.stepping):
        yield f"Processor {name} states another family, model or stepping than its registers."


def _hosts(hosts: Iterable[Host], pools: Set[str], fingerprints: Set[str]) -> Iterator[str]:
    """What is wrong with the hosts of one place that has these resource pools."""
    known = esx_releases()
    for host in hosts:
        if host.cpu not in fingerprints and host.cpu is not None:
            name = printable(host.label)
            yield f"Host {name} refers to the processor {printable(host.cpu)!r}, which the plan lacks."
        for each in host.evidence:
            if each.cpu not in fingerprints:
                name, cpu = printable(host.label), printable(each.cpu)
                yield f"A source of host {name} has the processor {cpu!r}, which the plan lacks."
        if host.evidence and host.cpu is None:
            yield f"Host {printable(host.label)} has sources that describe its processor, and no processor."
        if host.esx_release not in known and host.esx_release is not None:
            name = printable(host.label)
            yield f"Host {name} has the unknown ESX release {printable(host.esx_release)!r}."
        for vm in host.vms:
            if vm.resource_pool is not None and vm.resource_pool not in pools:
                yield f"The virtual machine {printable(vm.name)} is in a resource pool that the plan lacks."


def _pools(cluster: Cluster) -> Iterator[str]:
    """Every pool's parents lead to the root; each is followed once, however deep they are."""
    parents = {pool.id: pool.parent for pool in cluster.resource_pools}
    reaches_the_root: set[str] = set()
    for pool in cluster.resource_pools:
        passed: set[str] = set()
        above: str | None = pool.id
        while above is not None and above not in reaches_the_root:
            if above not in parents or above in passed:
                yield f"The resource pool {printable(pool.name)} is in itself, or in one that the plan lacks."
                return
            passed.add(above)
            above = parents[above]
        reaches_the_root |= passed

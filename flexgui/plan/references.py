"""What the schema of plans cannot say: ids are unique, and what is referred to is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flexgui.cpuid.catalogue import catalogue
from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.signature import signature
from flexgui.errors import InputError, printable
from flexgui.evc.modes import EvcMode
from flexgui.evc.releases import esx_releases, releases
from flexgui.plan import inventory
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
    seen: set[str] = set()
    for place in inventory.places(plan):
        if place.object.id in seen:
            yield f"Two objects of the plan have the id {printable(place.object.id)!r}."
        seen.add(place.object.id)
    for _, cluster, host in inventory.hosts(plan):
        yield from _host(host, cluster, fingerprints)
    for datacenter in plan.datacenters:
        for cluster in datacenter.clusters:
            yield from _pools(cluster)
    for scenario in plan.scenarios:
        for host in _hosts_of(scenario.datacenters):
            named = (host.cpu, *(each.cpu for each in host.evidence))
            if any(cpu is not None and cpu not in fingerprints for cpu in named):
                yield f"A host of the scenario {printable(scenario.name)} has an unknown processor."


def _hosts_of(datacenters: Iterable[Datacenter]) -> Iterator[Host]:
    for datacenter in datacenters:
        yield from datacenter.hosts
        for cluster in datacenter.clusters:
            yield from cluster.hosts


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


def _host(host: Host, cluster: Cluster | None, fingerprints: set[str]) -> Iterator[str]:
    name = printable(host.label)
    if host.cpu is not None and host.cpu not in fingerprints:
        yield f"Host {name} refers to the processor {printable(host.cpu)!r}, which the plan lacks."
    for each in host.evidence:
        if each.cpu not in fingerprints:
            yield f"A source of host {name} has the processor {printable(each.cpu)!r}, which the plan lacks."
    if host.evidence and host.cpu is None:
        yield f"Host {name} has sources that describe its processor, and no processor."
    if host.esx_release is not None and host.esx_release not in esx_releases():
        yield f"Host {name} has the unknown ESX release {printable(host.esx_release)!r}."
    pools = {pool.id for pool in cluster.resource_pools} if cluster is not None else set()
    for vm in host.vms:
        if vm.resource_pool is not None and vm.resource_pool not in pools:
            yield f"The virtual machine {printable(vm.name)} is in a resource pool that the plan lacks."


def _pools(cluster: Cluster) -> Iterator[str]:
    parents = {pool.id: pool.parent for pool in cluster.resource_pools}
    for pool in cluster.resource_pools:
        above, passed = pool.parent, {pool.id}
        while above is not None:
            if above not in parents or above in passed:
                yield f"The resource pool {printable(pool.name)} is in itself, or in one that the plan lacks."
                return
            passed.add(above)
            above = parents[above]

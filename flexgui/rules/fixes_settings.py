"""Fixes of names and of what is planned for HA, DRS, DPM and the swapfiles of a cluster."""

from __future__ import annotations

from dataclasses import replace

from flexgui.plan.inventory import find
from flexgui.plan.values import Cluster, Dpm, Drs, HighAvailability, Host, ResourcePool
from flexgui.rules import names
from flexgui.rules.drs import AGGRESSIVE
from flexgui.rules.fix import Case, Fix, fixes
from flexgui.translate import QT_TRANSLATE_NOOP

TAKE_OFF = QT_TRANSLATE_NOOP("fixes", "Take {host} off the failover hosts of {cluster}")


@fixes("names.too-long")
def shorten(case: Case) -> Fix | None:
    """Cuts the name after 80 characters, where nothing else has the shorter name."""
    new = case.place.object.name.strip()[: names.LONGEST].strip()
    if new.casefold() in _beside(case):
        return None
    return case.fix(
        QT_TRANSLATE_NOOP("fixes", "Shorten the name {name} to 80 characters"),
        {"name": new},
        "name",
        lambda found: replace(found, name=new),
        alone=True,
    )


@fixes("names.outer-blanks")
def trim(case: Case) -> Fix | None:
    """Removes the blanks around the name."""
    return case.fix(
        QT_TRANSLATE_NOOP("fixes", "Remove the blanks around the name {name}"),
        {"name": case.place.object.name.strip()},
        "name",
        lambda found: replace(found, name=found.name.strip()),
    )


@fixes("names.duplicate")
def tell_apart(case: Case) -> Fix | None:
    """Adds a number to the name of a datacenter, cluster or resource pool that vCenter does not have yet.

    Virtual machines may be in different folders, and a host's label is what it is called.
    """
    found = case.place.object
    if case.template in (names.VM, names.HOST) or (isinstance(found, Cluster) and found.exists):
        return None
    old, others = found.name.strip(), _beside(case)
    if old.casefold() not in others:
        return None
    numbered = (f"{old[: names.LONGEST - 6].rstrip()} ({number})" for number in range(2, len(others) + 3))
    new = next(name for name in numbered if name.casefold() not in others)
    return case.fix(
        QT_TRANSLATE_NOOP("fixes", "Rename {name} to {new}"),
        {"name": old, "new": new},
        "name",
        lambda found: replace(found, name=new),
        alone=True,
    )


def _beside(case: Case) -> set[str]:
    """The names, without case, that what is beside an object has."""
    found, datacenter = case.place.object, case.place.datacenter
    if isinstance(found, ResourcePool):
        pools = case.cluster.resource_pools
        taken = [(p.id, p.name) for p in pools if p.parent == found.parent]
    elif isinstance(found, Cluster):
        taken = [(c.id, c.name) for c in datacenter.clusters] + [(h.id, h.label) for h in datacenter.hosts]
    elif found is datacenter:
        taken = [(d.id, d.name) for d in case.plan.datacenters]
    else:
        taken = []
    return {name.strip().casefold() for object_id, name in taken if object_id != found.id}


@fixes("ha.percentage")
def default_percentage(case: Case) -> Fix | None:
    """Sets the percentage to 25, which vSphere begins with."""
    field = case.finding.subject.field.removeprefix("ha.")
    percent = getattr(HighAvailability(), field)
    return case.fix(
        QT_TRANSLATE_NOOP("fixes", "Set the failover memory capacity of {cluster} to {percent} %")
        if field == "memory_percent"
        else QT_TRANSLATE_NOOP("fixes", "Set the failover CPU capacity of {cluster} to {percent} %"),
        {"cluster": case.cluster.name, "percent": percent},
        field,
        lambda found: replace(found, ha=replace(found.ha, **{field: percent})),
    )


@fixes("ha.failures-to-tolerate")
def tolerable_failures(case: Case) -> Fix | None:
    """Sets the host failures to tolerate to the nearest number that is possible."""
    count = max(1, min(case.cluster.ha.failures_to_tolerate, len(case.cluster.hosts) - 1))
    return case.fix(
        QT_TRANSLATE_NOOP("fixes", "Let HA of {cluster} tolerate {count} host failures"),
        {"cluster": case.cluster.name, "count": count},
        "failures_to_tolerate",
        lambda found: replace(found, ha=replace(found.ha, failures_to_tolerate=count)),
    )


@fixes("ha.failover-host")
def take_off(case: Case) -> Fix | None:
    """Takes a failover host that is not in the cluster off the list; none is named for the user."""
    ha, said = case.cluster.ha, case.finding.parameters
    if case.template == 0:
        return None
    gone = [host_id for host_id in ha.failover_hosts if _is_outside(case, host_id)]
    if case.template == 2:
        gone = [host_id for host_id in gone if host_id == said["id"]]
        label = said["id"]
    else:
        label = said["host"]
        gone = [i for i in gone if (place := find(case.plan, i)) and place.host and place.host.label == label]
    if not gone:
        return None

    def change(found: Cluster) -> Cluster:
        kept = tuple(host_id for host_id in found.ha.failover_hosts if host_id not in gone)
        return replace(found, ha=replace(found.ha, failover_hosts=kept))

    parameters = {"cluster": case.cluster.name, "host": label}
    return case.fix(TAKE_OFF, parameters, f"failover_hosts {' '.join(gone)}", change)


def _is_outside(case: Case, host_id: str) -> bool:
    place = find(case.plan, host_id)
    return place is None or not isinstance(place.object, Host) or place.cluster is not case.place.cluster


@fixes("drs.dpm-without-drs", "dpm.experimental")
def no_dpm(case: Case) -> Fix | None:
    """Disables DPM of the cluster."""

    def change(found: Cluster) -> Cluster:
        off: Dpm = replace(found.dpm, enabled=False)
        return replace(found, dpm=off)

    name = QT_TRANSLATE_NOOP("fixes", "Disable DPM of {cluster}")
    return case.fix(name, {"cluster": case.cluster.name}, "dpm.enabled", change)


@fixes("drs.many-migrations")
def less_aggressive(case: Case) -> Fix | None:
    """Lowers the migration threshold of DRS by one."""

    def change(found: Cluster) -> Cluster:
        calmer: Drs = replace(found.drs, migration_threshold=AGGRESSIVE - 1)
        return replace(found, drs=calmer)

    return case.fix(
        QT_TRANSLATE_NOOP("fixes", "Set the migration threshold of {cluster} to {threshold}"),
        {"cluster": case.cluster.name, "threshold": AGGRESSIVE - 1},
        "drs.migration_threshold",
        change,
    )


@fixes("swap.host-local")
def beside_vm(case: Case) -> Fix | None:
    """Keeps the swapfiles in the directories of the virtual machines."""
    return case.fix(
        QT_TRANSLATE_NOOP("fixes", "Keep swapfiles of {cluster} in the machines' directories"),
        {"cluster": case.cluster.name},
        "vm_swap_placement",
        lambda found: replace(found, vm_swap_placement="vmDirectory"),
    )

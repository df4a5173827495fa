"""What follows from an action that vCenter does: the present state after it, and what is worth telling."""

from __future__ import annotations

from flexgui.plan.changes import Change
from flexgui.plan.evacuation import evacuation
from flexgui.plan.migration import Outcome as Migration
from flexgui.plan.migration import verdict
from flexgui.plan.values import Cluster, Datacenter, Host, VirtualMachine
from flexgui.rules.rehearsal_answer import Moment, Settling, counts_as_existing, had, host_of, place_of
from flexgui.translate import QT_TRANSLATE_NOOP

MOVED = QT_TRANSLATE_NOOP("rehearsal", "DRS moves {vm} to {host}.")
MOVED_UNTOLD = QT_TRANSLATE_NOOP(
    "rehearsal", "DRS moves {vm} to {host}, if it fits there: what is known does not tell."
)
ENDED = QT_TRANSLATE_NOOP("rehearsal", "vCenter powers off the vCLS machine {vm}.")
PENDING = QT_TRANSLATE_NOOP(
    "rehearsal",
    "The BIOS setting of {host} takes effect after a power cycle: take it off AC power and on again.",
)
POOLS_GONE = QT_TRANSLATE_NOOP("rehearsal", "Without DRS the resource pools of {cluster} are gone.")
LOST_MEMORY = QT_TRANSLATE_NOOP("rehearsal", "What {vm} had in memory when it was suspended is lost.")
VCENTER_OFF = QT_TRANSLATE_NOOP(
    "rehearsal", "{vm} is vCenter itself: in truth nobody answers from here on until it runs again."
)
HOSTS_GO_TOO = QT_TRANSLATE_NOOP(
    "rehearsal", "The hosts of {name} go from the inventory with it; their machines run on unmanaged."
)
MAY_NOT_FIT = QT_TRANSLATE_NOOP(
    "rehearsal", "Whether {vm} fits {host} cannot be told; vCenter knows, and may refuse it."
)
OTHER_DATACENTER = QT_TRANSLATE_NOOP(
    "rehearsal", "{host} comes from another datacenter: vCenter may ask to disconnect, remove and add it."
)
NOT_BACK = QT_TRANSLATE_NOOP(
    "rehearsal", "EVC of {cluster} can be enabled as long as it is new: do so before hosts come in."
)


def exists(moment: Moment, change: Change, settling: Settling) -> None:
    """vCenter has the cluster now, with the EVC mode that it shows."""
    cluster = change.object
    assert isinstance(cluster, Cluster)
    there = counts_as_existing(cluster, moment.after.release)
    settling.set(cluster.id, exists=there, present_evc_mode=cluster.evc_mode)
    if change.added and not there:
        settling.tell(NOT_BACK, cluster=cluster.name)


def keeps_features(moment: Moment, change: Change, settling: Settling) -> None:
    """Machines that are not off keep the features that they were powered on with, whatever the mode."""
    cluster, old = change.object, change.before
    assert isinstance(cluster, Cluster)
    mode = None if old is None or old.cluster is None else old.cluster.present_evc_mode
    for host in cluster.hosts:
        _remember(host, mode or cluster.evc_mode, settling)


def _remember(host: Host, mode: str | None, settling: Settling) -> None:
    for vm in host.vms:
        known = (vm.features, vm.power_on_evc_mode, vm.evc_mode) != (None, None, None)
        if vm.power_state != "poweredOff" and not known and mode is not None:
            settling.set(vm.id, power_on_evc_mode=mode)


def drops_pools(_: Moment, change: Change, settling: Settling) -> None:
    """Without DRS a cluster has no resource pools."""
    cluster = change.object
    was = had(change, "drs")
    if isinstance(cluster, Cluster) and was.enabled and not cluster.drs.enabled and cluster.resource_pools:
        settling.set(cluster.id, resource_pools=())
        for host in cluster.hosts:
            for vm in host.vms:
                if vm.resource_pool is not None:
                    settling.set(vm.id, resource_pool=None)
        settling.tell(POOLS_GONE, cluster=cluster.name)


def joins(moment: Moment, change: Change, settling: Settling) -> None:
    """vCenter has the host here now."""
    host, place, old = host_of(change), place_of(change), change.before
    parent = place.datacenter.id if place.cluster is None else place.cluster.id
    settling.set(host.id, present_parent=parent)
    if place.cluster is not None:
        settling.set(place.cluster.id, exists=True)
    came_from = None if old is None or old.cluster is None else old.cluster.present_evc_mode
    _remember(host, came_from or (None if place.cluster is None else place.cluster.evc_mode), settling)
    if old is not None and old.datacenter.id != place.datacenter.id:
        settling.tell(OTHER_DATACENTER, host=host.label)


def evacuates(moment: Moment, change: Change, settling: Settling) -> None:
    """DRS moves the machines that run."""
    found = evacuation(moment.after, place_of(change))
    names = {vm.id: vm.name for vm in host_of(change).vms}
    untold = {vm.id for vm in found.untold}
    for vm_id, target in found.moves.items():
        settling.moves.setdefault(target.id, []).append(vm_id)
        settling.tell(MOVED_UNTOLD if vm_id in untold else MOVED, vm=names[vm_id], host=target.label)
    for vm in found.ended:
        settling.set(vm.id, power_state="poweredOff", power_on_evc_mode=None, features=None)
        settling.tell(ENDED, vm=vm.name)


def waits_for_power(_: Moment, change: Change, settling: Settling) -> None:
    """A changed BIOS setting waits for a power cycle."""
    if "ac_power_cycle_pending" not in change.fields:
        settling.set(change.object.id, ac_power_cycle_pending=True)
        settling.tell(PENDING, host=host_of(change).label)


def starts(_: Moment, change: Change, settling: Settling) -> None:
    """A machine that is powered on gets the features of its own EVC mode, or of its cluster's, or all."""
    vm, cluster = change.object, place_of(change).cluster
    assert isinstance(vm, VirtualMachine)
    if had(change, "power_state") != "suspended" and change.fields.isdisjoint(
        {"power_on_evc_mode", "features"}
    ):
        mode = vm.evc_mode or (None if cluster is None else cluster.evc_mode)
        settling.set(vm.id, power_on_evc_mode=mode, features=None)


def stops(_: Moment, change: Change, settling: Settling) -> None:
    """A machine that is powered off has no features until it is powered on."""
    vm = change.object
    assert isinstance(vm, VirtualMachine)
    if change.fields.isdisjoint({"power_on_evc_mode", "features"}):
        settling.set(vm.id, power_on_evc_mode=None, features=None)
    if had(change, "power_state") == "suspended":
        settling.tell(LOST_MEMORY, vm=vm.name)
    if vm.role == "vCenter":
        settling.tell(VCENTER_OFF, vm=vm.name)


def takes_along(moment: Moment, change: Change, settling: Settling) -> None:
    """A machine that is not off keeps the features that it was powered on with."""
    vm, old = change.object, change.before
    assert isinstance(vm, VirtualMachine)
    assert old is not None
    if vm.power_state == "poweredOff":
        return
    known = (vm.features, vm.power_on_evc_mode, vm.evc_mode) != (None, None, None)
    if not known and old.cluster is not None and old.cluster.present_evc_mode is not None:
        settling.set(vm.id, power_on_evc_mode=old.cluster.present_evc_mode)
    if verdict(moment.before, vm.id, host_of(change).id).outcome is Migration.UNKNOWN:
        settling.tell(MAY_NOT_FIT, vm=vm.name, host=host_of(change).label)


def lets_go(_: Moment, change: Change, settling: Settling) -> None:
    """Hosts go with what they are in."""
    found = change.object
    if isinstance(found, Cluster | Datacenter):
        clusters = found.clusters if isinstance(found, Datacenter) else ()
        if found.hosts or any(cluster.hosts for cluster in clusters):
            settling.tell(HOSTS_GO_TOO, name=found.name)

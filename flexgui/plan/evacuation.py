"""Where the running virtual machines of a host go when it enters maintenance mode.

Only DRS moves them by itself, and only those whose level is fully automated, to hosts of the same cluster
that take them live. The task waits for all others. Source: vSphere Resource Management, maintenance mode;
paper, steps 8 and 9.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flexgui.plan.inventory import Place
from flexgui.plan.migration import Outcome, verdict
from flexgui.plan.values import Cluster, Host, Plan, VirtualMachine


@dataclass(frozen=True, slots=True)
class Evacuation:
    """What becomes of the machines that run on a host.

    `moves` gives the host that each machine goes to, by the machine's id; `untold` are those of them of which
    it cannot be told whether they fit. `by_hand` wait for somebody to move them, `stuck` fit no other host.
    `ended` are vCLS machines that fit no other host: vCenter removes these itself.
    """

    moves: dict[str, Host]
    untold: tuple[VirtualMachine, ...] = ()
    by_hand: tuple[VirtualMachine, ...] = ()
    stuck: tuple[VirtualMachine, ...] = ()
    ended: tuple[VirtualMachine, ...] = ()

    @property
    def waits(self) -> bool:
        return bool(self.by_hand or self.stuck)


def evacuation(plan: Plan, place: Place) -> Evacuation:
    """What becomes of the machines that run on a host, with the other hosts as they are in the plan."""
    host, cluster = place.host, place.cluster
    assert host is not None
    running = [vm for vm in host.vms if vm.power_state == "poweredOn"]
    moves: dict[str, Host] = {}
    untold: list[VirtualMachine] = []
    by_hand: list[VirtualMachine] = []
    stuck: list[VirtualMachine] = []
    ended: list[VirtualMachine] = []
    takers = _takers(cluster, host) if running and cluster is not None else []
    load = {taker.id: sum(vm.power_state == "poweredOn" for vm in taker.vms) for taker in takers}
    for vm in running:
        if cluster is None or not _automated(cluster, vm):
            by_hand.append(vm)
            continue
        sure, perhaps = ([], []) if host.vmotion_network == "" else _fitting(plan, vm, takers)
        if sure or perhaps:
            target = min(sure or perhaps, key=lambda taker: load[taker.id])
            moves[vm.id] = target
            load[target.id] += 1
            if not sure:
                untold.append(vm)
        else:
            (ended if vm.role == "vCLS" else stuck).append(vm)
    return Evacuation(moves, tuple(untold), tuple(by_hand), tuple(stuck), tuple(ended))


def _automated(cluster: Cluster, vm: VirtualMachine) -> bool:
    """Whether DRS moves a machine without being asked."""
    if vm.role == "vCLS":
        return True
    own = {override.vm: override.behavior for override in cluster.drs.overrides}
    return cluster.drs.enabled and own.get(vm.id, cluster.drs.default_vm_behavior) == "fullyAutomated"


def failover_hosts(cluster: Cluster) -> frozenset[str]:
    """The hosts that HA keeps free, by their ids."""
    ha = cluster.ha
    kept = ha.enabled and ha.admission_control_enabled and ha.admission_control_policy == "failoverHosts"
    return frozenset(ha.failover_hosts) if kept else frozenset()


def _takers(cluster: Cluster, leaving: Host) -> list[Host]:
    """The hosts of a cluster that take running machines now."""
    spare = failover_hosts(cluster)
    return [
        host
        for host in cluster.hosts
        if host.id != leaving.id
        and host.id not in spare
        and host.connection_state == "connected"
        and not host.in_maintenance_mode
        and host.vmotion_network != ""
    ]


def _fitting(plan: Plan, vm: VirtualMachine, takers: Sequence[Host]) -> tuple[list[Host], list[Host]]:
    """The hosts that a machine moves to live for certain, and those of which that cannot be told."""
    sure, perhaps = [], []
    outcomes: dict[tuple[str | None, str | None], Outcome] = {}
    for taker in takers:
        kind = taker.cpu, taker.esx_release  # hosts that are alike take the same machines
        if kind not in outcomes:
            outcomes[kind] = verdict(plan, vm.id, taker.id).outcome
        if outcomes[kind] is Outcome.LIVE:
            sure.append(taker)
        elif outcomes[kind] is Outcome.UNKNOWN:
            perhaps.append(taker)
    return sure, perhaps

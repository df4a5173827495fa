"""Migration in a plan: what is weighed for one of its virtual machines and one of its hosts.

Machines and hosts are as they are now; a cluster has the EVC mode that is planned for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from flexgui.errors import printable
from flexgui.evc.guest_features import End, Guest
from flexgui.evc.migration import Outcome, Verdict, migrate
from flexgui.evc.migration_words import CONTEXT
from flexgui.plan.inventory import Place, cpu_of, find, hosts, modes_of
from flexgui.plan.values import Cluster, Host, Plan, VirtualMachine
from flexgui.translate import QT_TRANSLATE_NOOP, Said

__all__ = ["CONTEXT", "Outcome", "Verdict", "destinations", "verdict", "verdicts"]

DISCONNECTED = QT_TRANSLATE_NOOP("migration", "{host} is not connected to vCenter now: nothing moves there.")
MAINTENANCE = QT_TRANSLATE_NOOP(
    "migration", "{host} is in maintenance mode now: it takes no running machine."
)
NO_VMOTION = QT_TRANSLATE_NOOP("migration", "{hosts} has no vMotion network: nothing moves live.")


def end_of(plan: Plan, host: Host, cluster: Cluster | None) -> End:
    """A host with its processor, and with its cluster's planned mode and processors."""
    pool = () if cluster is None else tuple(cpu_of(plan, other) for other in cluster.hosts)
    return End(
        host.label,
        cpu_of(plan, host),
        host.esx_release,
        None if cluster is None else cluster.id,
        None if cluster is None else cluster.evc_mode,
        pool,
    )


def guest_of(plan: Plan, vm: VirtualMachine, host: Host, cluster: Cluster | None) -> Guest:
    """A virtual machine on its host.

    Where it is not stated under which mode the machine was powered on, it is the present mode of the cluster
    that vCenter has its host in. A host that vCenter does not have yet tells nothing: then the planned mode
    of its cluster is assumed, and the verdict says so.
    """
    start, assumed = vm.power_on_evc_mode or vm.evc_mode, False
    if start is None and host.present_parent is not None:
        place = find(plan, host.present_parent)
        if place is not None and isinstance(place.object, Cluster) and place.object.exists:
            start = place.object.present_evc_mode
    elif start is None and cluster is not None and cluster.evc_mode is not None:
        start, assumed = cluster.evc_mode, True
    translation = {"hvOff": True, "hvOn": False}.get(vm.virtual_exec_usage or "")
    return Guest(
        vm.name, vm.power_state, vm.features, start, assumed, vm.evc_mode, vm.hardware_version, translation
    )


def _guest(plan: Plan, vm_id: str) -> tuple[Guest, End]:
    """A machine and the host that it is on. Raises KeyError for an id that is not a virtual machine's."""
    vm = _place(plan, vm_id)
    if not isinstance(vm.object, VirtualMachine) or vm.host is None:
        raise KeyError(vm_id)
    return guest_of(plan, vm.object, vm.host, vm.cluster), end_of(plan, vm.host, vm.cluster)


def _host(plan: Plan, host_id: str) -> Place:
    found = _place(plan, host_id)
    if not isinstance(found.object, Host):
        raise KeyError(host_id)
    return found


def verdict(plan: Plan, vm_id: str, host_id: str) -> Verdict:
    """Whether a machine can move to a host. Raises KeyError for an unknown id."""
    return next(iter(_verdicts(plan, vm_id, (_host(plan, host_id),)).values()))


def verdicts(
    plan: Plan, vm_id: str, step: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, Verdict]:
    """The verdicts for a machine and each of its `destinations`, by the host's id.

    `step` is told now and then how many hosts are done, of how many. Raises KeyError.
    """
    places = destinations(plan, vm_id)

    def told() -> Iterator[Place]:
        for number, place in enumerate(places):
            if number % 256 == 0:
                step(number, len(places))
            yield place

    return _verdicts(plan, vm_id, told())


_NAME = "\ue000"
"""Stands for the destination's name while hosts that are alike are weighed once."""


def _verdicts(plan: Plan, vm_id: str, places: Iterable[Place]) -> dict[str, Verdict]:
    guest, source = _guest(plan, vm_id)
    own_host = _place(plan, vm_id).host
    assert own_host is not None
    weighed: dict[tuple[object, ...], Verdict] = {}
    found = {}
    for place in places:
        host = place.host
        assert host is not None
        cluster = None if place.cluster is None else place.cluster.id
        key = (host.cpu, host.esx_release, cluster)
        if key not in weighed:
            end = replace(end_of(plan, host, place.cluster), name=_NAME)
            weighed[key] = migrate(guest, source, end, modes_of(plan), plan.release)
        verdict = _with_name(weighed[key], host.label)
        found[host.id] = replace(
            verdict, warnings=(*verdict.warnings, *_state(own_host, host, verdict.outcome))
        )
    return found


def _with_name(verdict: Verdict, name: str) -> Verdict:
    def named(said: Said) -> Said:
        return Said(said.template, {key: _filled(value, name) for key, value in said.parameters.items()})

    return replace(
        verdict,
        reasons=tuple(map(named, verdict.reasons)),
        remedy=None if verdict.remedy is None else named(verdict.remedy),
        message=verdict.message.replace(printable(_NAME), printable(name)),
        warnings=tuple(map(named, verdict.warnings)),
        notes=tuple(map(named, verdict.notes)),
    )


def _filled(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [_filled(part, name) for part in value]
    return name if value == _NAME else value


def _state(source: Host, destination: Host, outcome: Outcome) -> list[Said]:
    """What the present state of the hosts has to say."""
    said = []
    if destination.connection_state != "connected":
        said.append(Said(DISCONNECTED, {"host": destination.label}))
    if destination.in_maintenance_mode:
        said.append(Said(MAINTENANCE, {"host": destination.label}))
    without = [host.label for host in (source, destination) if host.vmotion_network == ""]
    if without and outcome is Outcome.LIVE:
        said.append(Said(NO_VMOTION, {"hosts": without}))
    return said


def destinations(plan: Plan, vm_id: str) -> tuple[Place, ...]:
    """All hosts of the machine's datacenter but its own, then those of the others. Raises KeyError."""
    vm = _place(plan, vm_id)
    found = [
        Place(host, datacenter, cluster, host)
        for datacenter, cluster, host in hosts(plan)
        if vm.host is None or host.id != vm.host.id
    ]
    own = {None if vm.cluster is None else vm.cluster.id}
    return tuple(
        sorted(
            found,
            key=lambda p: (
                p.datacenter.id != vm.datacenter.id,
                (None if p.cluster is None else p.cluster.id) not in own,
            ),
        )
    )


def _place(plan: Plan, object_id: str) -> Place:
    found = find(plan, object_id)
    if found is None:
        raise KeyError(object_id)
    return found

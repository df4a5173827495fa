"""What vCenter asks for before it does an action, beyond what the rules of a plan look at.

Each condition yields why an action is refused. They are named by what has to be so.
"""

from __future__ import annotations

from collections.abc import Iterator

from flexgui.evc.migration import FEATURES_BY_NAME, NEWER_FAULT
from flexgui.evc.migration_words import CONTEXT as MIGRATION
from flexgui.plan.changes import Change
from flexgui.plan.evacuation import evacuation, failover_hosts
from flexgui.plan.migration import NO_VMOTION, verdict
from flexgui.plan.migration import Outcome as Migration
from flexgui.plan.values import VirtualMachine
from flexgui.rules.faults import faults
from flexgui.rules.rehearsal_answer import Moment, Refusal, had, host_of, place_of
from flexgui.translate import QT_TRANSLATE_NOOP, Said

DISCONNECTED = QT_TRANSLATE_NOOP("rehearsal", "{host} is disconnected: vCenter can do nothing there.")
CONNECT = QT_TRANSLATE_NOOP("rehearsal", "Connect {host} first.")
IN_MAINTENANCE = QT_TRANSLATE_NOOP("rehearsal", "{host} is in maintenance mode: no machine can run on it.")
EXIT_FIRST = QT_TRANSLATE_NOOP("rehearsal", "Let {host} exit maintenance mode first.")
NOT_IN_MAINTENANCE = QT_TRANSLATE_NOOP(
    "rehearsal", "{host} is in a cluster and not in maintenance mode: it cannot be removed."
)
ENTER_FIRST = QT_TRANSLATE_NOOP(
    "rehearsal", "Let {host} enter maintenance mode, or disconnect it, before you remove it."
)
NOT_DOWN = QT_TRANSLATE_NOOP(
    "rehearsal", "{host} is not in maintenance mode: it cannot be shut down for this work."
)
DOWN_FIRST = QT_TRANSLATE_NOOP("rehearsal", "Let {host} enter maintenance mode first.")
BY_HAND = QT_TRANSLATE_NOOP(
    "rehearsal", "{host} enters maintenance mode when nothing runs on it any more; the task waits for {vms}."
)
MOVE_BY_HAND = QT_TRANSLATE_NOOP(
    "rehearsal",
    "Power off or migrate to another host: {vms}. Only fully automated DRS moves machines by itself.",
)
STUCK = QT_TRANSLATE_NOOP(
    "rehearsal",
    "{host} enters maintenance mode when nothing runs on it any more; the task waits for {vms}, as no other "
    "host of {cluster} takes them live.",
)
POWER_OFF = QT_TRANSLATE_NOOP("rehearsal", "Power off {vms} first.")
NO_EVC_PAGE = QT_TRANSLATE_NOOP("rehearsal", "The New Cluster wizard of {release} knows no EVC.")
EDIT_SETTINGS = QT_TRANSLATE_NOOP(
    "rehearsal", "Create {cluster} without EVC, then enable it through Edit Settings before hosts come in."
)
NOT_RUNNING = QT_TRANSLATE_NOOP("rehearsal", "{vm} is powered off: only a running machine can be suspended.")
POWER_ON = QT_TRANSLATE_NOOP("rehearsal", "Power {vm} on first.")
RUNNING = QT_TRANSLATE_NOOP("rehearsal", "{vm} is powered on: it cannot be removed.")
POWER_OFF_ONE = QT_TRANSLATE_NOOP("rehearsal", "Power {vm} off first.")
FAILOVER = QT_TRANSLATE_NOOP(
    "rehearsal", "{host} is a failover host of {cluster}: it runs no machine and stays."
)
NO_FAILOVER = QT_TRANSLATE_NOOP(
    "rehearsal", "Take it from the failover hosts in the settings of {cluster} first."
)


def _line(template: str, **parameters: object) -> tuple[str, Said]:
    return "rehearsal", Said(template, parameters)


def _refused(object_id: str, why: str, remedy: str, fault: str | None, /, **words: object) -> Refusal:
    return Refusal(object_id, _line(why, **words), _line(remedy, **words), fault)


def connected(_: Moment, change: Change) -> Iterator[Refusal]:
    """The host that is worked on is connected."""
    before = None if change.before is None else change.before.host
    for host in dict.fromkeys((host_of(change), before)):
        if host is not None and host.connection_state != "connected":
            yield _refused(host.id, DISCONNECTED, CONNECT, "HostNotConnected", host=host.label)
            return


def runs_machines(_: Moment, change: Change) -> Iterator[Refusal]:
    """The host is not in maintenance mode, and no failover host."""
    host, cluster = host_of(change), place_of(change).cluster
    if host.in_maintenance_mode:
        yield _refused(host.id, IN_MAINTENANCE, EXIT_FIRST, "InvalidState", host=host.label)
    if cluster is not None and host.id in failover_hosts(cluster):
        words = {"host": host.label, "cluster": cluster.name}
        yield _refused(host.id, FAILOVER, NO_FAILOVER, "DisallowedOperationOnFailoverHost", **words)


def emptied(moment: Moment, change: Change) -> Iterator[Refusal]:
    """All machines of a host that enters maintenance mode can leave it; otherwise the task waits."""
    place = place_of(change)
    found = evacuation(moment.after, place)
    for vms, why, remedy in ((found.by_hand, BY_HAND, MOVE_BY_HAND), (found.stuck, STUCK, POWER_OFF)):
        if vms:
            words = {
                "host": host_of(change).label,
                "vms": tuple(vm.name for vm in vms),
                "cluster": "" if place.cluster is None else place.cluster.name,
            }
            yield Refusal(host_of(change).id, _line(why, **words), _line(remedy, **words), waits=True)


def may_leave(_: Moment, change: Change) -> Iterator[Refusal]:
    """A host of a cluster is removed in maintenance mode, or disconnected."""
    host, cluster = host_of(change), place_of(change).cluster
    if cluster is None or host.connection_state != "connected":
        return
    words = {"host": host.label, "cluster": cluster.name}
    if host.id in failover_hosts(cluster):
        yield _refused(host.id, FAILOVER, NO_FAILOVER, "DisallowedOperationOnFailoverHost", **words)
    elif not host.in_maintenance_mode:
        yield _refused(host.id, NOT_IN_MAINTENANCE, ENTER_FIRST, "InvalidState", **words)


def down_for_work(_: Moment, change: Change) -> Iterator[Refusal]:
    """A host is shut down, for its BIOS or ESX, only in maintenance mode (`ShutdownHost_Task`)."""
    host = host_of(change)
    if host.connection_state == "connected" and not host.in_maintenance_mode:
        yield _refused(host.id, NOT_DOWN, DOWN_FIRST, "InvalidState", host=host.label)


def without_evc(moment: Moment, change: Change) -> Iterator[Refusal]:
    """VirtualCenter 2.5 creates clusters without EVC (paper, figures 11 to 17)."""
    cluster = place_of(change).cluster
    if cluster is not None and cluster.evc_mode is not None and not moment.at_least("4.0"):
        words = {"release": moment.release_name, "cluster": cluster.name}
        yield _refused(cluster.id, NO_EVC_PAGE, EDIT_SETTINGS, None, **words)


def admitted(moment: Moment, change: Change) -> Iterator[Refusal]:
    """HA admission control has room for one more machine."""
    cluster = place_of(change).cluster
    for finding in moment.findings.get(cluster.id, ()) if cluster is not None else ():
        if finding.rule == "ha.capacity":
            why, remedy = Said(finding.template, finding.parameters), Said(finding.remedy, finding.parameters)
            fault = "InsufficientFailoverResourcesFault"
            yield Refusal(change.object.id, ("rules", why), ("rules", remedy), fault, rule=finding.rule)


def was_running(_: Moment, change: Change) -> Iterator[Refusal]:
    """Only a running machine is suspended."""
    if had(change, "power_state") == "poweredOff":
        yield _power(change, NOT_RUNNING, POWER_ON, "Powered off")


def is_off(_: Moment, change: Change) -> Iterator[Refusal]:
    """A running machine is not removed."""
    if had(change, "power_state") == "poweredOn":
        yield _power(change, RUNNING, POWER_OFF_ONE, "Powered on")


def _power(change: Change, why: str, remedy: str, state: str) -> Refusal:
    vm = change.object
    words = {"vm": getattr(vm, "name", "")}
    detail = faults()["InvalidPowerState"].text.format(state=state)
    return Refusal(vm.id, _line(why, **words), _line(remedy, **words), "InvalidPowerState", detail)


def fits(moment: Moment, change: Change) -> Iterator[Refusal]:
    """The processors let a machine move to its new host: live where it runs."""
    vm, target = change.object, host_of(change)
    assert isinstance(vm, VirtualMachine)
    source = None if change.before is None else change.before.host
    assert source is not None
    if target.in_maintenance_mode:
        yield _refused(target.id, IN_MAINTENANCE, EXIT_FIRST, "InvalidState", host=target.label)
    if vm.power_state == "poweredOff":
        return
    found = verdict(moment.before, vm.id, target.id)
    live = vm.power_state == "poweredOn"
    cold = found.outcome is Migration.COLD and (live or not moment.at_least("4.0"))
    if found.outcome is Migration.NEVER or cold:
        fault = None
        if found.failing is not None:
            by_name = (vm.hardware_version or 0) >= FEATURES_BY_NAME and moment.at_least("5.1")
            fault = NEWER_FAULT if by_name else found.failing.fault
        remedy = None if found.remedy is None else (MIGRATION, found.remedy)
        detail = faults()[NEWER_FAULT].text if fault == NEWER_FAULT else found.message
        yield Refusal(vm.id, (MIGRATION, found.reasons[0]), remedy, fault, detail)
    without = [host.label for host in (source, target) if host.vmotion_network == ""]
    if live and without:
        yield Refusal(vm.id, (MIGRATION, Said(NO_VMOTION, {"hosts": without})), None, "VMotionNotConfigured")

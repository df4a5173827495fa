"""What follows where a cluster's EVC mode becomes another: for its virtual machines, and for its hosts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from flexgui.cpuid.catalogue import catalogue
from flexgui.evc.hardware_versions import features_since
from flexgui.evc.modes import EvcMode, maker
from flexgui.evc.support import gains
from flexgui.plan.values import Cluster, Host, VirtualMachine
from flexgui.rules.consequence_words import Consequence, counted, say
from flexgui.rules.facts import Facts
from flexgui.rules.finding import Finding, Severity

OFF_FIRST: Final = "evc.vm-powered-on"
SUSPENDED: Final = "evc.vm-suspended"
MANAGEMENT: Final = "evc.management-vm"


def of_mode(facts: Facts, old: Cluster, new: Cluster, findings: Sequence[Finding]) -> Iterator[Consequence]:
    """`findings`: those of the EVC step in the plan after."""
    was, now = facts.modes.get(old.evc_mode), facts.modes.get(new.evc_mode)
    if new.evc_mode is None:
        # VirtualCenter 2.5 takes EVC away for good only where it is on in fact.
        for_good = not facts.at_least("4.0") and new.exists and new.present_evc_mode is not None
        key = "evc.disabled-recreate" if for_good else "evc.disabled"
        yield say(key, cluster=new.name, release=facts.release_name)
    elif now is None:
        return  # a rule says that the mode is not known
    else:
        yield _direction(new, old, was, now)
        yield from _work_first(new, now, findings)
        yield from _to_cycle(facts, new, now)
    for features, labels in _difference(facts, new, now, was).items():
        yield from counted("evc.hidden", labels, features=features)
    for features, labels in _difference(facts, new, was, now).items():
        yield from counted("evc.shown-again", labels, features=features)


def _direction(new: Cluster, old: Cluster, was: EvcMode | None, now: EvcMode) -> Consequence:
    """What kind of change it is, and which features it is about."""
    if old.evc_mode is None:
        return say("evc.enabled", cluster=new.name, after=now.short_label)
    parameters: dict[str, Any] = {
        "before": old.evc_mode if was is None else was.short_label,
        "after": now.short_label,
    }
    if was is not None and was.vendor != now.vendor:
        return say("evc.other-maker", **parameters, maker=maker(now.vendor))
    if was is None or was.requires is None or now.requires is None:
        return say("evc.not-published", **parameters)
    won, lost = gains(was, now), gains(now, was)
    key = "evc.sideways" if won and lost else "evc.lowered" if lost else "evc.raised"
    return say(key, **parameters, won=won, lost=lost)


def _work_first(new: Cluster, mode: EvcMode, findings: Sequence[Finding]) -> Iterator[Consequence]:
    """What has to happen before the mode can be set: counted from the findings about the machines."""
    todos: defaultdict[str, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.severity is Severity.TODO and finding.rule in (OFF_FIRST, SUSPENDED, MANAGEMENT):
            todos[finding.rule].add(finding.subject.object_id)
    for rule, key in (
        (OFF_FIRST, "evc.off-first"),
        (SUSPENDED, "evc.suspended-first"),
        (MANAGEMENT, "evc.management-first"),
    ):
        names = [vm.name for host in new.hosts for vm in host.vms if vm.id in todos[rule]]
        yield from counted(key, names, (rule,), mode=mode.short_label)
    running = todos[OFF_FIRST]
    emptied = [host.label for host in new.hosts if any(vm.id in running for vm in host.vms)]
    yield from counted("evc.evacuate", emptied)


# Which features running machines do not see yet.


def unseen(facts: Facts, host: Host, vm: VirtualMachine, mode: EvcMode) -> tuple[str, ...] | None:
    """The features of a mode that a machine, running or suspended, did not get when it was powered on.

    None where it cannot be told. A machine with a mode of its own keeps that one. Where neither its features
    nor a mode is known that it was started under, it has what its host's processor has, and misses nothing.
    """
    if vm.evc_mode is not None:
        return ()
    if mode.requires is None:
        return None
    key = vm.power_on_evc_mode or facts.present_modes.get(host.present_parent or "")
    if vm.features is not None:
        known = catalogue()
        has = {field.name for spelling in vm.features if (field := known.find(spelling)) is not None}
    elif key is not None:
        own = facts.modes.get(key)
        if own is None or own.requires is None or own.vendor != mode.vendor:
            return None
        has = set(own.requires)
    else:
        cpu = facts.cpu(host)
        return None if cpu is None or facts.vendor(cpu) != mode.vendor else ()
    return tuple(name for name in mode.requires if name not in has)


def _too_new(vm: VirtualMachine, features: Iterable[str], mode: EvcMode) -> tuple[str, ...]:
    """The features that a machine's virtual hardware is too old for, as far as is recalled."""
    version = vm.hardware_version
    if version is None:
        return ()
    return tuple(
        name
        for name in features
        if any(
            since.feature == name and since.vendor in ("", mode.vendor) and version < since.version
            for since in features_since()
        )
    )


_MOST_GROUPS: Final = 3
"""Groups of machines that are told apart by what they lack, before the rest is one group."""


def _to_cycle(facts: Facts, new: Cluster, mode: EvcMode) -> Iterator[Consequence]:
    groups: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    old: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    untold: list[str] = []
    for host in new.hosts:
        for vm in host.vms:
            features = unseen(facts, host, vm, mode) if vm.power_state != "poweredOff" else ()
            if features is None:
                untold.append(vm.name)
            elif features:
                never = _too_new(vm, features, mode)
                groups[tuple(name for name in features if name not in never)].append(vm.name)
                old[never].append(vm.name)
    for found, key in ((groups, "evc.power-cycle"), (old, "evc.old-hardware")):
        found.pop((), None)
        largest = sorted(found.items(), key=lambda group: -len(group[1]))
        shown, rest = largest[:_MOST_GROUPS], largest[_MOST_GROUPS:]
        if rest:
            features = facts.in_order({name for own, _ in rest for name in own}, mode.vendor)
            shown.append((features, [name for _, names in rest for name in names]))
        for features, names in shown:
            yield from counted(key, names, features=features)
    yield from counted("evc.power-cycle-unknown", untold, mode=mode.short_label)


# What the mode hides on which hosts.


def _difference(
    facts: Facts, cluster: Cluster, mode: EvcMode | None, other: EvcMode | None
) -> dict[tuple[str, ...], list[str]]:
    """The hosts by the features that `mode` hides on them and `other` does not."""
    found: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    if mode is None:
        return found
    of_cpu: dict[str | None, tuple[str, ...]] = {None: ()}
    for host in cluster.hosts:
        cpu = facts.cpu(host)
        if cpu is not None and host.cpu not in of_cpu:
            spared = () if other is None else facts.lost(cpu, other)
            of_cpu[host.cpu] = facts.in_order(set(facts.lost(cpu, mode)).difference(spared), mode.vendor)
        features = of_cpu.get(host.cpu, ())
        if features:
            found[features].append(host.label)
    return found

"""The actions of vCenter: what of an edit each of them is, what refuses it, and what follows from it.

`ACTIONS` is the table. An action is refused by the errors and todos of the rules that it `weighs`, found of
the object and all that is in it, and by the conditions that it `asks` for. Where it is not certain what
vCenter does, it does it, with a remark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from flexgui.plan.changes import Change
from flexgui.plan.values import Cluster, Datacenter, Host, VirtualMachine
from flexgui.rules import rehearsal_conditions as ask
from flexgui.rules import rehearsal_consequences as settle
from flexgui.rules.finding import Finding
from flexgui.rules.rehearsal_answer import Moment, Refusal, Settling, had
from flexgui.translate import QT_TRANSLATE_NOOP

Is = Callable[[Change], bool]
Check = Callable[[Moment, Change], Iterator[Refusal]]
Settle = Callable[[Moment, Change, Settling], None]


@dataclass(frozen=True, slots=True)
class Action:
    """One action of vCenter.

    `weighs` names rules, or all of a step by "evc."; `weighs_with_evc` those that count only where the object
    is in a cluster with EVC. `remarks` are rules whose warnings and infos are told when it is done.
    """

    id: str
    title: str
    is_part: Is
    weighs: tuple[str, ...] = ()
    weighs_with_evc: tuple[str, ...] = ()
    asks: tuple[Check, ...] = ()
    settles: tuple[Settle, ...] = ()
    remarks: tuple[str, ...] = ()
    source: str = ""

    def weighed(self, finding: Finding, evc_mode: str | None) -> bool:
        """Whether an error or todo refuses the action."""
        rules = self.weighs if evc_mode is None else (*self.weighs, *self.weighs_with_evc)
        return any(
            finding.rule == rule or (rule[-1] == "." and finding.rule.startswith(rule)) for rule in rules
        )


# --- which part of an edit an action is


def adds(kind: type) -> Is:
    return lambda change: change.added and isinstance(change.object, kind)


def removes(kind: type) -> Is:
    return lambda change: change.removed and isinstance(change.object, kind)


def moves(kind: type) -> Is:
    return lambda change: change.moved and isinstance(change.object, kind)


def alters(kind: type, *names: str) -> Is:
    """Some of these fields of an object differ."""
    return lambda change: isinstance(change.object, kind) and not change.fields.isdisjoint(names)


def turns(kind: type, name: str, *values: object) -> Is:
    """A field of an object gets one of some values."""
    return lambda change: alters(kind, name)(change) and getattr(change.object, name) in values


def replaces_known(kind: type, *names: str) -> Is:
    """A field gets another value that is known, as it was before: to learn of a value changes nothing."""

    def found(change: Change) -> bool:
        if change.before is None or change.after is None or not isinstance(change.object, kind):
            return False
        pairs = [(had(change, name), getattr(change.object, name)) for name in names if name in change.fields]
        return any(old is not None and new is not None for old, new in pairs)

    return found


# --- the table

BIOS: Final = ("host.xd-off", "host.vt-off", "host.power-cycle")
ADMISSION: Final = ("evc.", "host.esx-older-than-evc", "host.vm-outside-evc")
"""What keeps a host out of a cluster with EVC, or EVC off a cluster; `BIOS` does so besides."""
MENTIONED: Final = ("evc.raising", "evc.disabling", "evc.vm-suspended", "evc.cannot-tell")

API: Final = "vSphere API reference"
PAPER: Final = "paper, steps 1 to 9, figures 11 to 21"

ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        "create-datacenter",
        QT_TRANSLATE_NOOP("rehearsal", "Create a datacenter"),
        adds(Datacenter),
        source=API,
    ),
    Action(
        "remove-datacenter",
        QT_TRANSLATE_NOOP("rehearsal", "Remove a datacenter"),
        removes(Datacenter),
        settles=(settle.lets_go,),
        source=API,
    ),
    Action(
        "create-cluster",
        QT_TRANSLATE_NOOP("rehearsal", "Create a cluster"),
        adds(Cluster),
        weighs=("ha.failover-host",),
        asks=(ask.without_evc,),
        settles=(settle.exists,),
        source=PAPER,
    ),
    Action(
        "edit-settings",
        QT_TRANSLATE_NOOP("rehearsal", "Edit the settings of a cluster"),
        alters(Cluster, "ha", "drs", "dpm", "vm_swap_placement"),
        weighs=("ha.failover-host",),
        settles=(settle.drops_pools,),
        source="vSphere Resource Management; vSphere Availability",
    ),
    Action(
        "set-evc-mode",
        QT_TRANSLATE_NOOP("rehearsal", "Enable, raise, lower or disable EVC"),
        alters(Cluster, "evc_mode"),
        weighs=ADMISSION,
        weighs_with_evc=BIOS,
        settles=(settle.keeps_features, settle.exists),
        remarks=MENTIONED,
        source=PAPER + "; vCenter Server and Host Management, EVC",
    ),
    Action(
        "remove-cluster",
        QT_TRANSLATE_NOOP("rehearsal", "Remove a cluster"),
        removes(Cluster),
        settles=(settle.lets_go,),
        source=API,
    ),
    Action(
        "add-host",
        QT_TRANSLATE_NOOP("rehearsal", "Add a host"),
        adds(Host),
        weighs=(*ADMISSION, "host.address-missing", "host.thumbprint", "host.maintenance-mode"),
        weighs_with_evc=BIOS,
        settles=(settle.joins,),
        remarks=MENTIONED,
        source="paper, figures 29 to 36",
    ),
    Action(
        "move-host",
        QT_TRANSLATE_NOOP("rehearsal", "Move a host"),
        moves(Host),
        weighs=(*ADMISSION, "host.maintenance-mode", "host.management-vm"),
        weighs_with_evc=BIOS,
        settles=(settle.joins,),
        remarks=MENTIONED,
        source=PAPER + "; MoveHostInto_Task, MoveInto_Task",
    ),
    Action(
        "enter-maintenance-mode",
        QT_TRANSLATE_NOOP("rehearsal", "Enter maintenance mode"),
        turns(Host, "in_maintenance_mode", True),
        asks=(ask.connected, ask.emptied),
        settles=(settle.evacuates,),
        source="paper, figure 18; EnterMaintenanceMode_Task",
    ),
    Action(
        "exit-maintenance-mode",
        QT_TRANSLATE_NOOP("rehearsal", "Exit maintenance mode"),
        turns(Host, "in_maintenance_mode", False),
        asks=(ask.connected,),
        source=API,
    ),
    Action(
        "connect-host",
        QT_TRANSLATE_NOOP("rehearsal", "Connect or disconnect a host"),
        alters(Host, "connection_state"),
        source=API,
    ),
    Action(
        "remove-host",
        QT_TRANSLATE_NOOP("rehearsal", "Remove a host"),
        removes(Host),
        asks=(ask.may_leave,),
        source=API,
    ),
    Action(
        "change-bios",
        QT_TRANSLATE_NOOP("rehearsal", "Change a BIOS setting"),
        replaces_known(Host, "xd", "vt"),
        asks=(ask.down_for_work,),
        settles=(settle.waits_for_power,),
        source="paper, prerequisites before adding any host; ShutdownHost_Task",
    ),
    Action(
        "power-cycle-host",
        QT_TRANSLATE_NOOP("rehearsal", "Power cycle a host"),
        turns(Host, "ac_power_cycle_pending", False),
        asks=(ask.down_for_work,),
        source="paper, prerequisites before adding any host; ShutdownHost_Task",
    ),
    Action(
        "upgrade-host",
        QT_TRANSLATE_NOOP("rehearsal", "Upgrade ESX"),
        replaces_known(Host, "esx_release"),
        asks=(ask.down_for_work,),
        source="paper, “Upgrade or install VMware ESX 3.5 update 2 or later”",
    ),
    Action(
        "create-vm",
        QT_TRANSLATE_NOOP("rehearsal", "Create a virtual machine"),
        adds(VirtualMachine),
        source=API,
    ),
    Action(
        "power-on",
        QT_TRANSLATE_NOOP("rehearsal", "Power on or resume a virtual machine"),
        turns(VirtualMachine, "power_state", "poweredOn"),
        weighs=("evc.vm-own-mode",),
        asks=(ask.connected, ask.runs_machines, ask.admitted),
        settles=(settle.starts,),
        source="PowerOnVM_Task; vSphere Availability, admission control",
    ),
    Action(
        "power-off",
        QT_TRANSLATE_NOOP("rehearsal", "Power off a virtual machine"),
        turns(VirtualMachine, "power_state", "poweredOff"),
        asks=(ask.connected,),
        settles=(settle.stops,),
        source="paper, figure 20; PowerOffVM_Task",
    ),
    Action(
        "suspend",
        QT_TRANSLATE_NOOP("rehearsal", "Suspend a virtual machine"),
        turns(VirtualMachine, "power_state", "suspended"),
        asks=(ask.connected, ask.was_running),
        source="SuspendVM_Task",
    ),
    Action(
        "migrate",
        QT_TRANSLATE_NOOP("rehearsal", "Migrate a virtual machine"),
        moves(VirtualMachine),
        asks=(ask.connected, ask.fits),
        settles=(settle.takes_along,),
        source="paper, “VirtualCenter Compatibility Checks for VMotion”; MigrateVM_Task",
    ),
    Action(
        "remove-vm",
        QT_TRANSLATE_NOOP("rehearsal", "Remove a virtual machine"),
        removes(VirtualMachine),
        asks=(ask.is_off,),
        source="Destroy_Task",
    ),
    Action(
        "rename",
        QT_TRANSLATE_NOOP("rehearsal", "Rename"),
        alters(object, "name"),
        source="Rename_Task; names in one folder differ",
    ),
)
"""All actions. What an edit does besides, such as telling of a processor, only its errors refuse."""


def actions_of(change: Change) -> Iterator[Action]:
    """The actions of vCenter that a change is; several where it changes several things."""
    return (action for action in ACTIONS if action.is_part(change))

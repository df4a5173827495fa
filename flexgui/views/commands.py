"""What the actions do to the selected objects, and why an action is not possible now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal, SignalInstance

from flexgui.document import Document
from flexgui.plan import edits
from flexgui.plan.inventory import Place, find, objects_of
from flexgui.plan.values import Cluster, Datacenter, Host, Object, Plan, ResourcePool, VirtualMachine
from flexgui.views.actions import Actions
from flexgui.widgets import words

_HOST_STATES: dict[str, dict[str, Any]] = {
    "enter_maintenance": {"in_maintenance_mode": True},
    "exit_maintenance": {"in_maintenance_mode": False},
    "connect_host": {"connection_state": "connected"},
    "disconnect_host": {"connection_state": "disconnected"},
    "xd_on": {"xd": "enabled"},
    "xd_off": {"xd": "disabled"},
    "vt_on": {"vt": "enabled"},
    "vt_off": {"vt": "disabled"},
}
_VM_STATES: dict[str, dict[str, Any]] = {
    "power_on": {"power_state": "poweredOn"},
    "power_off": {"power_state": "poweredOff"},
    "suspend": {"power_state": "suspended"},
}


class Commands(QObject):
    """Follows the selection and the plan, and enables the actions that fit.

    The `_requested` signals ask for a wizard, with the id of the object it is for ("" for none).
    `vm_added` gives the id of a new virtual machine, whose name is then edited. `selected` says that other
    objects are selected, or that they have changed.
    """

    new_datacenter_requested = Signal()
    new_cluster_requested = Signal(str)
    add_host_requested = Signal(str)
    edit_settings_requested = Signal(str)
    change_evc_mode_requested = Signal(str)
    suggest_clusters_requested = Signal(str)
    check_migration_requested = Signal(str)
    verify_guest_requested = Signal(str)
    vm_added = Signal(str)
    selected = Signal()

    def __init__(self, document: Document, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._actions = actions
        self._current = ""
        self._selected: tuple[str, ...] = ()
        self._found: tuple[Plan, tuple[str, ...], list[Object]] | None = None
        actions["new_datacenter"].triggered.connect(self.new_datacenter_requested)
        actions["new_cluster"].triggered.connect(self._new_cluster)
        actions["add_host"].triggered.connect(self._add_host)
        actions["edit_settings"].triggered.connect(lambda: self._ask_of_cluster(self.edit_settings_requested))
        actions["change_evc_mode"].triggered.connect(
            lambda: self._ask_of_cluster(self.change_evc_mode_requested)
        )
        actions["suggest_clusters"].triggered.connect(self._suggest_clusters)
        actions["check_migration"].triggered.connect(self._check_migration)
        actions["verify_guest"].triggered.connect(self._verify_guest)
        actions["add_vm"].triggered.connect(self._add_vm)
        for name, fields in (*_HOST_STATES.items(), *_VM_STATES.items()):
            actions[name].triggered.connect(lambda _=False, n=name, f=fields: self._set_state(n, f))
        document.plan_changed.connect(self.refresh)
        self.refresh()

    def set_selection(self, current: str, selected: Sequence[str]) -> None:
        """What the actions are about: the current object, and all selected ones."""
        self._current = current
        chosen = tuple(selected) or ((current,) if current else ())
        self._selected = self._selected if chosen == self._selected else chosen
        self.refresh()

    def refresh(self) -> None:
        """Enable what is possible, and say why not of the rest."""
        plan, enable = self._document.plan, self._actions.enable
        current = self._place()
        objects = self._objects()
        enable("new_cluster", "")  # the wizard makes the first datacenter itself
        enable(
            "add_host",
            ""
            if self._host_parent() is not None
            else self.tr("Select the cluster or datacenter to add it to.")
            if plan.datacenters
            else self.tr("Create a datacenter first."),
        )
        cluster = current.cluster if current is not None else None
        for name in ("edit_settings", "change_evc_mode"):
            enable(name, "" if cluster is not None else self.tr("Select a cluster first."))
        enable("suggest_clusters", self._why_no_suggestion())
        vm = current is not None and isinstance(current.object, VirtualMachine)
        enable("check_migration", "" if vm else self.tr("Select a virtual machine first."))
        on_host = current is not None and current.host is not None
        enable("verify_guest", "" if on_host else self.tr("Select a host first."))
        enable("add_vm", "" if on_host else self.tr("Select a host first."))
        enable("add_capture", "" if on_host else self.tr("Select a host first."))
        enable("rename", "" if len(objects) == 1 else self.tr("Select one object of the inventory first."))
        enable("remove", "" if objects else self.tr("Select what to remove first."))
        hosts = [found for found in objects if isinstance(found, Host)]
        vms = [found for found in objects if isinstance(found, VirtualMachine)]
        for states, own, missing in (
            (_HOST_STATES, hosts, self.tr("Select a host first.")),
            (_VM_STATES, vms, self.tr("Select a virtual machine first.")),
        ):
            for name, fields in states.items():
                if not own or len(own) < len(objects):
                    enable(name, missing)
                elif all(_has(found, fields) for found in own):
                    enable(name, self.tr("It is in this state already."))
                else:
                    enable(name)
        self.selected.emit()

    def selected_ids(self) -> tuple[str, ...]:
        """The ids of the objects that actions are about."""
        return self._selected

    def selected_kinds(self) -> set[type[Object]]:
        """Their kinds."""
        return {type(found) for found in self._objects()}

    def import_place(self) -> str:
        """Where hosts are imported to: the selected cluster, or the datacenter of what is selected."""
        place = self._place()
        if place is None:
            return ""
        return place.object.id if isinstance(place.object, Cluster) else place.datacenter.id

    def host(self) -> Host | None:
        """The selected host, or the one of the selected virtual machine."""
        place = self._place()
        return None if place is None else place.host

    def remove_selected(self) -> None:
        """Remove the selected objects, in one step of undo."""
        from flexgui.plan import many

        objects = self._objects()
        if objects:
            ids = many.outermost(self._document.plan, [found.id for found in objects])
            name = self.tr("Remove {what}").format(what=self._who(objects))
            self._document.edit(name, lambda plan: many.remove(plan, ids))

    def _who(self, objects: Sequence[Object]) -> str:
        """One object by its name, several by their number."""
        from flexgui.widgets.move_text import who

        kinds = {type(found) for found in objects}
        if len(kinds) == 1:
            return who(kinds.pop(), tuple([words.label(found) for found in objects]))
        return self.tr("{count} objects").format(count=len(objects))

    def _place(self) -> Place | None:
        return find(self._document.plan, self._current or None)

    def _objects(self) -> list[Object]:
        plan = self._document.plan
        if self._found is None or self._found[0] is not plan or self._found[1] is not self._selected:
            self._found = plan, self._selected, objects_of(plan, self._selected)
        return self._found[2]

    def _host_parent(self) -> str | None:
        """Where a host is added: the selected cluster or datacenter, or the only one there is."""
        place = self._place()
        if place is not None:
            return place.cluster.id if place.cluster is not None else place.datacenter.id
        datacenters = self._document.plan.datacenters
        if len(datacenters) != 1:
            return None
        clusters = datacenters[0].clusters
        return clusters[0].id if len(clusters) == 1 else datacenters[0].id if not clusters else None

    def _new_cluster(self) -> None:
        place = self._place()
        self.new_cluster_requested.emit(place.datacenter.id if place is not None else "")

    def _add_host(self) -> None:
        parent = self._host_parent()
        if parent is not None:
            self.add_host_requested.emit(parent)

    def _ask_of_cluster(self, signal: SignalInstance) -> None:
        place = self._place()
        if place is not None and place.cluster is not None:
            signal.emit(place.cluster.id)

    def _datacenter(self) -> Datacenter | None:
        """The datacenter that is selected or that the selection is in, or the only one there is."""
        place, datacenters = self._place(), self._document.plan.datacenters
        if place is not None:
            return place.datacenter
        return datacenters[0] if len(datacenters) == 1 else None

    def _why_no_suggestion(self) -> str:
        datacenter = self._datacenter()
        if datacenter is None:
            return self.tr("Select a datacenter first.")
        if not datacenter.hosts and not any(cluster.hosts for cluster in datacenter.clusters):
            return self.tr("Add hosts to the datacenter first.")
        return ""

    def _suggest_clusters(self) -> None:
        datacenter = self._datacenter()
        if datacenter is not None:
            self.suggest_clusters_requested.emit(datacenter.id)

    def _check_migration(self) -> None:
        place = self._place()
        if place is not None and isinstance(place.object, VirtualMachine):
            self.check_migration_requested.emit(place.object.id)

    def _verify_guest(self) -> None:
        place = self._place()
        if place is not None and place.host is not None:
            self.verify_guest_requested.emit(place.host.id)

    def _add_vm(self) -> None:
        place, plan = self._place(), self._document.plan
        if place is None or place.host is None:
            return
        host = place.host
        taken = {vm.name.casefold() for vm in host.vms}
        number = len(host.vms) + 1
        while (name := self.tr("New virtual machine {number}").format(number=number)).casefold() in taken:
            number += 1
        vm = VirtualMachine(id=edits.new_id(plan, VirtualMachine), name=name)
        self._document.edit(self.tr("Add virtual machine"), lambda p: edits.add_vm(p, host.id, vm))
        self.vm_added.emit(vm.id)

    def _set_state(self, action: str, fields: dict[str, Any]) -> None:
        from flexgui.plan import many

        kind = Host if action in _HOST_STATES else VirtualMachine
        objects = [found for found in self._objects() if isinstance(found, kind) and not _has(found, fields)]
        if not objects:
            return
        names = {
            "enter_maintenance": self.tr("Enter maintenance mode"),
            "exit_maintenance": self.tr("Exit maintenance mode"),
            "connect_host": self.tr("Connect host"),
            "disconnect_host": self.tr("Disconnect host"),
            "xd_on": self.tr("Enable XD"),
            "xd_off": self.tr("Disable XD"),
            "vt_on": self.tr("Enable VT"),
            "vt_off": self.tr("Disable VT"),
            "power_on": self.tr("Power on"),
            "power_off": self.tr("Power off"),
            "suspend": self.tr("Suspend"),
        }

        name = self.tr("{action}: {what}").format(action=names[action], what=self._who(objects))
        ids = [found.id for found in objects]
        self._document.edit(name, lambda plan: many.set_fields(plan, ids, **fields))


_CLIPBOARD = ("cut", "copy", "paste", "duplicate")


def context_actions(found: Object | Plan) -> tuple[str, ...]:
    """The names of the actions in an object's context menu; "" is a separator."""
    end = ("", *_CLIPBOARD, "", "rename", "remove")
    if isinstance(found, Host):
        busy = "exit_maintenance" if found.in_maintenance_mode else "enter_maintenance"
        away = "disconnect_host" if found.connection_state == "connected" else "connect_host"
        bios = ("xd_on", "xd_off", "vt_on", "vt_off")
        first = ("edit_selected", "add_vm", "add_capture", "compare_cpuid", "verify_guest")
        return (*first, "", busy, away, *bios, "", "move_to", *end[1:])
    if isinstance(found, VirtualMachine):
        power = ("power_on", "power_off", "suspend")
        return ("edit_selected", "check_migration", "", *power, "", "move_to", *end[1:])
    if isinstance(found, Cluster):
        making = ("add_host", "import_hosts", "new_pool")
        about = ("edit_settings", "change_evc_mode", "compare_cpuid")
        return (*making, "", *about, "", "new_cluster", "whatif_cluster", *end)
    if isinstance(found, Datacenter):
        inside = ("new_cluster", "suggest_clusters", "add_host", "import_hosts")
        return (*inside, "", "new_datacenter", *end)
    if isinstance(found, ResourcePool):
        return ("new_pool", "", "move_to", "cut", "paste", "", "rename", "remove")
    return ("new_datacenter", "new_cluster", "add_host", "import_hosts", "", "whatif_new", "", "paste")


def _has(found: Object, fields: dict[str, Any]) -> bool:
    return all(getattr(found, field) == value for field, value in fields.items())

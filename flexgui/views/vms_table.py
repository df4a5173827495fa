"""The virtual machines of a host: a table that can be edited."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from flexgui.document import Document
from flexgui.evc.modes import ModeTable
from flexgui.plan import edits
from flexgui.plan.inventory import modes_of
from flexgui.plan.values import Host, VirtualMachine
from flexgui.views.actions import Actions
from flexgui.views.cell_editor import CellEditor
from flexgui.widgets import words
from flexgui.widgets.empty_state import EmptyState
from flexgui.widgets.icons import icon
from flexgui.widgets.processor_text import short_mode_name
from flexgui.widgets.severity import severity_icon
from flexgui.widgets.table import Column, RowsModel, RowsView


def tr(text: str) -> str:
    return QCoreApplication.translate("VmsTable", text)


class VmsTable(QWidget):
    """Table, and buttons to add and remove. The power state is chosen in its cell."""

    def __init__(self, document: Document, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._host: Host | None = None
        self.model: RowsModel[VirtualMachine] = RowsModel(self._columns(), lambda vm: vm.id, self)
        self.view: RowsView[VirtualMachine] = RowsView(self.model, "vms")
        self.view.setAccessibleName(tr("Virtual machines"))
        self.view.setItemDelegate(CellEditor(self.view))
        self.view.setEditTriggers(RowsView.EditTrigger.EditKeyPressed | RowsView.EditTrigger.SelectedClicked)
        self.empty = EmptyState("vm", tr("No virtual machine is known on this host. Add what runs on it."))
        self.empty.add_action(actions["add_vm"])
        self.add = QPushButton(icon("add"), tr("&Add"))
        self.add.setToolTip(tr("Add a virtual machine to this host"))
        self.add.clicked.connect(actions["add_vm"].trigger)
        self.remove = QPushButton(icon("remove"), tr("Re&move"))
        self.remove.clicked.connect(self.remove_selected)
        self.view.selectionModel().selectionChanged.connect(self._enable)
        self.model.modelReset.connect(self._enable)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.add)
        buttons.addWidget(self.remove)
        buttons.addStretch()
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(buttons)
        column.addWidget(self.view)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(full)
        self._stack.addWidget(self.empty)
        self._enable()

    def show_host(self, host: Host) -> None:
        self._host = host
        self.model.set_rows(host.vms)
        self.model.refresh()
        self._stack.setCurrentIndex(0 if host.vms else 1)

    def remove_selected(self) -> None:
        """Remove the selected virtual machines, in one step of undo."""
        ids = [str(key) for key in self.view.selected_keys()]
        if not ids:
            return
        name = tr("Remove virtual machine") if len(ids) == 1 else tr("Remove virtual machines")

        def edit(plan: Any) -> Any:
            for vm_id in ids:
                plan = edits.remove(plan, vm_id)
            return plan

        self._document.edit(name, edit)

    def edit_name(self, vm_id: str) -> None:
        """Begin to edit the name of a virtual machine."""
        if self.view.show_key(vm_id):
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            self.view.edit(self.model.index(self.model.find(vm_id), 0))

    def _enable(self) -> None:
        some = bool(self.view.selectionModel().selectedRows())
        self.remove.setEnabled(some)
        self.remove.setToolTip(
            tr("Remove the selected virtual machines") if some else tr("Select a virtual machine first.")
        )

    def _set(self, vm: VirtualMachine, step: str, **fields: Any) -> bool:
        if all(getattr(vm, field) == value for field, value in fields.items()):
            return False
        vm_id = vm.id
        self._document.edit(step, lambda plan: edits.set_fields(plan, vm_id, **fields))
        return True

    def _rename(self, vm: VirtualMachine, value: Any) -> bool:
        name = str(value)
        return bool(name.strip()) and self._set(vm, tr("Rename virtual machine"), name=name)

    def _modes(self) -> ModeTable:
        return modes_of(self._document.plan)

    def _mode_text(self, key: str | None) -> str:
        if key is None:
            return "–"
        found = self._modes().get(key)
        return key if found is None else short_mode_name(found)

    def _columns(self) -> tuple[Column[VirtualMachine], ...]:
        def choices(enumeration: str) -> list[tuple[str | None, str]]:
            return [(value, words.word(enumeration, value)) for value in words.ENUMERATIONS[enumeration]]

        def number(value: int | None, unit: str = "") -> str:
            return "–" if value is None else f"{value}{unit}"

        worst = self._document
        return (
            Column(
                tr("Name"),
                lambda vm: vm.name,
                icon=lambda vm: icon("vm", badge=vm.power_state),
                width=150,
                edit=self._rename,
            ),
            Column(
                tr("Power state"),
                lambda vm: words.word("power_state", vm.power_state),
                value=lambda vm: vm.power_state,
                choices=choices("power_state"),
                edit=lambda vm, value: self._set(vm, tr("Change power state"), power_state=value),
                width=120,
            ),
            Column(
                tr("Mode at power-on"),
                lambda vm: self._mode_text(vm.power_on_evc_mode),
                width=120,
            ),
            Column(tr("Own EVC mode"), lambda vm: self._mode_text(vm.evc_mode), width=110),
            Column(
                tr("Monitor mode"),
                lambda vm: words.word("virtual_exec_usage", vm.virtual_exec_usage),
                value=lambda vm: vm.virtual_exec_usage,
                choices=choices("virtual_exec_usage"),
                edit=lambda vm, value: self._set(vm, tr("Change monitor mode"), virtual_exec_usage=value),
                width=112,
            ),
            Column(
                tr("Hardware"),
                lambda vm: number(vm.hardware_version),
                sort=lambda vm: vm.hardware_version or 0,
                width=80,
            ),
            Column(tr("vCPUs"), lambda vm: number(vm.num_cpus), sort=lambda vm: vm.num_cpus or 0, width=70),
            Column(
                tr("Memory"),
                lambda vm: number(vm.memory_mb, " MiB"),
                sort=lambda vm: vm.memory_mb or 0,
                width=90,
            ),
            Column(
                tr("Role"),
                lambda vm: words.word("role", vm.role) if vm.role != "none" else "–",
                value=lambda vm: vm.role,
                choices=choices("role"),
                edit=lambda vm, value: self._set(vm, tr("Change role"), role=value),
                width=90,
            ),
            Column(
                tr("Findings"),
                lambda vm: str(sum(f.muted is None for f in worst.findings.about(vm.id)) or ""),
                icon=lambda vm: (
                    severity_icon(worst.findings.worst[vm.id].value)
                    if vm.id in worst.findings.worst
                    else None
                ),
                width=70,
            ),
        )

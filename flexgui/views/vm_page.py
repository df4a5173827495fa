"""The page of a virtual machine."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from flexgui.document import Document
from flexgui.plan.inventory import find, modes_of
from flexgui.plan.values import Object, Plan, VirtualMachine
from flexgui.views.actions import Actions
from flexgui.views.page import Page
from flexgui.widgets import ranges, words
from flexgui.widgets.form import Form
from flexgui.widgets.labels import WrapLabel
from flexgui.widgets.processor_text import mode_name
from flexgui.widgets.scrolled import scrolled


class VmPage(Page):
    """One virtual machine."""

    def __init__(self, document: Document, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(document, actions, parent)
        content = QWidget()
        form = Form()
        fields, unknown = self.fields, self.tr("Not known")
        form.add_field(self.tr("&Name"), fields.text("name", self.tr("Rename virtual machine")))
        self._where = WrapLabel()
        form.add_field(self.tr("Host"), self._where)
        form.add_heading(self.tr("Present state"))
        self.power = fields.enumeration("power_state", self.tr("Change power state"), "power_state")
        form.add_field(self.tr("Po&wer state"), self.power)
        self.at_power_on = fields.choice(
            "power_on_evc_mode", self.tr("Change mode at power-on"), [(None, unknown)]
        )
        form.add_field(
            self.tr("EVC mode &at power-on"),
            self.at_power_on,
            self.tr("What the virtual machine sees until it is powered off, whatever the cluster’s mode is."),
        )
        form.add_field(
            self.tr("&Monitor mode"),
            fields.enumeration("virtual_exec_usage", self.tr("Change monitor mode"), "virtual_exec_usage"),
            self.tr("Under binary translation, applications see what the hardware does not mask."),
        )
        form.add_heading(self.tr("Configuration"))
        self.own_mode = fields.choice("evc_mode", self.tr("Change own EVC mode"), [(None, self.tr("None"))])
        form.add_field(
            self.tr("&Own EVC mode"), self.own_mode, self.tr("From vSphere 6.7 on, hardware version 14.")
        )
        for path, text, edit, limits, suffix in (
            (
                "hardware_version",
                self.tr("Har&dware version"),
                self.tr("Change hardware version"),
                ranges.HARDWARE_VERSION,
                "",
            ),
            ("num_cpus", self.tr("v&CPUs"), self.tr("Change vCPUs"), ranges.VM_CPUS, ""),
            ("memory_mb", self.tr("Memor&y"), self.tr("Change memory"), ranges.VM_MEMORY_MIB, " MiB"),
        ):
            form.add_field(text, fields.number(path, edit, *limits, suffix=suffix, unknown=unknown))
        for path, text, edit, suffix in (
            ("cpu_reservation_mhz", self.tr("CPU re&servation"), self.tr("Change CPU reservation"), " MHz"),
            (
                "memory_reservation_mb",
                self.tr("Memory reservation"),
                self.tr("Change memory reservation"),
                " MiB",
            ),
        ):
            form.add_field(text, fields.number(path, edit, 0, 100_000_000, suffix=suffix))
        form.add_field(self.tr("Ro&le"), fields.enumeration("role", self.tr("Change role"), "role"))
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 12, 12, 12)
        column.addLayout(form)
        column.addStretch()
        self.tabs.addTab(scrolled(content), self.tr("Summary"))

    def refresh(self) -> None:
        if isinstance(self.found(), VirtualMachine):
            modes = [(mode.key, mode_name(mode)) for mode in modes_of(self.document.plan)]
            for combo in (self.at_power_on, self.own_mode):
                _offer(combo, [(None, combo.itemText(0)), *modes])
        super().refresh()

    def subtitle(self, found: Object | Plan) -> str:
        assert isinstance(found, VirtualMachine)
        return words.word("power_state", found.power_state)

    def show_state(self, found: Object | Plan) -> None:
        place = find(self.document.plan, self.object_id)
        if place is not None and place.host is not None:
            self._where.setText(place.host.label)


def _offer(combo: QComboBox, wanted: list[tuple[str | None, str]]) -> None:
    if [combo.itemData(n) for n in range(combo.count())][: len(wanted)] != [key for key, _ in wanted]:
        combo.clear()
        for key, name in wanted:
            combo.addItem(name, key)

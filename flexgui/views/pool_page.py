"""The page of a resource pool."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from flexgui.document import Document
from flexgui.plan.inventory import find
from flexgui.plan.values import Object, Plan
from flexgui.views.actions import Actions
from flexgui.views.page import Page
from flexgui.widgets.form import Form
from flexgui.widgets.labels import WrapLabel
from flexgui.widgets.scrolled import scrolled


class PoolPage(Page):
    """Name, reservations, and the virtual machines in the pool."""

    def __init__(self, document: Document, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(document, actions, parent)
        content = QWidget()
        form = Form()
        form.add_field(self.tr("&Name"), self.fields.text("name", self.tr("Rename resource pool")))
        form.add_field(
            self.tr("&CPU reservation"),
            self.fields.number("cpu.reservation", self.tr("Change CPU reservation"), 0, 10**8, suffix=" MHz"),
        )
        form.add_field(
            self.tr("&Memory reservation"),
            self.fields.number(
                "memory.reservation", self.tr("Change memory reservation"), 0, 10**8, suffix=" MiB"
            ),
        )
        self._vms = WrapLabel()
        form.add_field(self.tr("Virtual machines"), self._vms)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 12, 12, 12)
        column.addLayout(form)
        column.addStretch()
        self.tabs.addTab(scrolled(content), self.tr("Summary"))

    def subtitle(self, found: Object | Plan) -> str:
        return self.tr("Resource pool")

    def show_state(self, found: Object | Plan) -> None:
        place = find(self.document.plan, self.object_id)
        hosts = place.cluster.hosts if place is not None and place.cluster is not None else ()
        names = [vm.name for host in hosts for vm in host.vms if vm.resource_pool == self.object_id]
        self._vms.setText(", ".join(names) or self.tr("None"))

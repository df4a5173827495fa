"""The editable state of a host: what it is now, and what the runbook starts from."""

from __future__ import annotations

from PySide6.QtCore import QObject

from flexgui.evc.releases import esx_releases
from flexgui.plan.values import Host
from flexgui.views.fields import Choices, Fields
from flexgui.widgets import ranges
from flexgui.widgets.form import Form
from flexgui.widgets.theme import monospace_font


class HostState(QObject):
    """The fields of a host on a form."""

    def __init__(self, fields: Fields, form: Form) -> None:
        super().__init__(fields)
        self._fields = fields
        name = fields.text("name", self.tr("Rename host"))
        form.add_field(self.tr("&Name"), name)
        self._name = name
        self.address = fields.text("address", self.tr("Change address"))
        self.address.setFont(monospace_font())
        form.add_field(self.tr("&Address"), self.address, self.tr("IPv4, IPv6 or a full domain name."))
        release = fields.choice(
            "esx_release", self.tr("Change ESX release"), _esx_choices(self.tr("Not known"))
        )
        form.add_field(self.tr("ESX re&lease"), release)

        form.add_heading(self.tr("Present state"))
        connection = fields.enumeration(
            "connection_state", self.tr("Change connection state"), "connection_state"
        )
        form.add_field(self.tr("&Connection"), connection)
        self.maintenance = fields.check(
            "in_maintenance_mode", self.tr("Change maintenance mode"), self.tr("In &maintenance mode")
        )
        form.addRow("", self.maintenance)
        self.xd = fields.enumeration("xd", self.tr("Change XD"), "switch")
        form.add_field(
            self.tr("E&xecute Disable (XD, NX)"),
            self.xd,
            self.tr("The BIOS switch. Every EVC mode needs it enabled."),
        )
        self.vt = fields.enumeration("vt", self.tr("Change VT"), "switch")
        form.add_field(
            self.tr("Virt&ualization (VT-x, AMD-V)"),
            self.vt,
            self.tr("The BIOS switch. No CPUID capture shows it; look in the BIOS setup."),
        )
        cycle = fields.check(
            "ac_power_cycle_pending",
            self.tr("Change pending power cycle"),
            self.tr("&BIOS changed, power not cycled yet"),
        )
        form.addRow("", cycle)

        form.add_heading(self.tr("Authenticity"))
        self.thumbprint = fields.text("thumbprint", self.tr("Change thumbprint"), optional=True)
        self.thumbprint.setFont(monospace_font())
        form.add_field(self.tr("Thumbprint"), self.thumbprint)
        self.confirmed = fields.check(
            "thumbprint_confirmed",
            self.tr("Confirm thumbprint"),
            self.tr("Compared on the host’s own console and confirme&d"),
        )
        form.addRow("", self.confirmed)

        form.add_heading(self.tr("Hardware"))
        for path, text, edit in (
            ("vendor", self.tr("Vendor"), self.tr("Change vendor")),
            ("model", self.tr("Model"), self.tr("Change model")),
        ):
            form.add_field(text, fields.text(path, edit))
        unknown = self.tr("Not known")
        for path, text, edit, limits, suffix in (
            ("cpu_packages", self.tr("Sockets"), self.tr("Change sockets"), ranges.SOCKETS, ""),
            ("cpu_cores", self.tr("Total cores"), self.tr("Change cores"), ranges.CORES, ""),
            ("cpu_mhz", self.tr("Clock"), self.tr("Change clock"), ranges.MHZ, self.tr(" MHz")),
        ):
            form.add_field(text, fields.number(path, edit, *limits, suffix=suffix, unknown=unknown))
        memory = fields.memory(
            "memory_mb", self.tr("Change memory"), *ranges.MEMORY_GIB, suffix=self.tr(" GiB"), unknown=unknown
        )
        form.add_field(self.tr("Memory"), memory)

        form.add_heading(self.tr("Licence and cluster features"))
        edition = fields.enumeration("license_edition", self.tr("Change licence"), "license_edition")
        form.add_field(self.tr("Licence ed&ition"), edition)
        key = fields.text("license_key", self.tr("Change licence key"), optional=True)
        key.setFont(monospace_font())
        form.add_field(self.tr("Licence &key"), key)
        power = fields.enumeration("power_management", self.tr("Change power management"), "power_management")
        form.add_field(self.tr("Power management"), power)
        standby = fields.enumeration(
            "last_standby_exit", self.tr("Change last standby exit"), "last_standby_exit"
        )
        form.add_field(self.tr("Last exit from standb&y"), standby)
        vmotion = fields.text("vmotion_network", self.tr("Change vMotion network"), optional=True)
        form.add_field(self.tr("vM&otion network"), vmotion)
        networks = fields.number(
            "management_networks", self.tr("Change management networks"), 0, 64, unknown=unknown
        )
        form.add_field(self.tr("Management networks"), networks)
        swap = fields.text("local_swap_datastore", self.tr("Change swap datastore"), optional=True)
        form.add_field(self.tr("Local swap datastore"), swap)

    def show_host(self, host: Host) -> None:
        """Say what else depends on the host; the fields themselves are loaded already."""
        self._name.setPlaceholderText(host.address)
        reason = "" if host.thumbprint else self.tr("Enter the thumbprint that the host shows first.")
        self.confirmed.setEnabled(not reason or host.thumbprint_confirmed)
        self.confirmed.setToolTip(reason)


def _esx_choices(unknown: str) -> Choices:
    return [(None, unknown), *((r.key, r.name) for r in reversed(esx_releases().values()))]

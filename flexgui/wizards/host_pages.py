"""The pages of the Add Host wizard on connection, authenticity, licence and resource pool."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QWidget,
)

from flexgui.evc.releases import esx_releases
from flexgui.plan.thumbprint import ALGORITHMS, normalised_thumbprint
from flexgui.plan.values import LicenseEdition
from flexgui.rules.finding import Finding
from flexgui.widgets.form import Form
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import WrapLabel
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.theme import monospace_font
from flexgui.wizards import host_draft
from flexgui.wizards.host_draft import HostDraft
from flexgui.wizards.host_step_page import (
    AUTHENTICITY_FIELDS,
    CONNECTION_FIELDS,
    LICENSE_FIELDS,
    LONGEST_LINE,
    HostStepPage,
    combo,
    show_value,
    with_note,
)
from flexgui.wizards.shell import DraftWizard

THUMBPRINT_COMMAND = "openssl x509 -in /etc/vmware/ssl/rui.crt -noout -fingerprint -sha256"
"""What prints the thumbprint on an ESXi host (`-sha1` for what older vSphere Clients show)."""


class ConnectionPage(HostStepPage):
    """The address of the host, what to call it, and its release (figs. 30 and 31)."""

    step = "host"
    fields = CONNECTION_FIELDS

    def __init__(self, wizard: DraftWizard[HostDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Connection"),
            wizard.tr("Which host is to be added?"),
            wizard.tr("Intel's paper, figs. 30 and 31"),
        )

    def build(self) -> None:
        self.address = QLineEdit()
        self.address.setObjectName("address")
        self.address.setMaxLength(LONGEST_LINE)
        self.address.setPlaceholderText(self.tr("esx-01.example.org"))
        self.name = QLineEdit()
        self.name.setObjectName("host_name")
        self.name.setMaxLength(LONGEST_LINE)
        self.name.setPlaceholderText(self.tr("same as the address"))
        self.release = combo("esx_release", ())
        form = Form()
        form.add_field(
            self.tr("&Address"),
            self.address,
            self.tr("A full name (FQDN), an IPv4 or an IPv6 address, as vCenter is to reach the host."),
        )
        form.add_field(self.tr("Na&me"), self.name, self.tr("Optional: what to call the host in this plan."))
        form.add_field(
            self.tr("&ESX release"),
            self.release,
            self.tr("The releases that this plan’s vCenter can manage. A capture may fill it in later."),
        )
        self.body.addLayout(form)
        note = MessageLine()
        note.setObjectName("no_password")
        note.set_message(
            "info",
            self.tr(
                "No user name and no password is asked for or kept: planning needs none. vCenter asks for "
                "them when the host is really added."
            ),
        )
        self.body.addWidget(note)
        self.address.textChanged.connect(lambda text: self.change(address=text))
        self.name.textChanged.connect(lambda text: self.change(name=text))
        self.release.currentIndexChanged.connect(self._release_picked)

    def load(self) -> None:
        self.address.setText(self.draft.address)
        self.name.setText(self.draft.name)
        self.release.clear()
        self.release.addItem(self.tr("not known"), None)
        offered = host_draft.manageable_releases(self.before)
        stated = self.draft.esx_release
        if stated in esx_releases() and stated not in dict(offered):
            # A capture may state one that this vCenter cannot manage: the rules say so.
            self.release.addItem(esx_releases()[stated].name, stated)
        for key, name in offered:
            self.release.addItem(name, key)
        show_value(self.release, stated)

    def _release_picked(self) -> None:
        if self.release.currentIndex() >= 0:
            self.change(esx_release=self.release.currentData(), esx_build=None)


class AuthenticityPage(HostStepPage):
    """The thumbprint of the host's certificate, and whether somebody compared it (fig. 32)."""

    step = "host"
    fields = AUTHENTICITY_FIELDS

    def __init__(self, wizard: DraftWizard[HostDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Authenticity"),
            wizard.tr("Is it really this host that answers?"),
            wizard.tr("Intel's paper, fig. 32"),
        )

    def build(self) -> None:
        self.thumbprint = QLineEdit()
        self.thumbprint.setObjectName("thumbprint")
        self.thumbprint.setMaxLength(LONGEST_LINE)
        self.thumbprint.setFont(monospace_font())
        self.thumbprint.setClearButtonEnabled(True)
        self.normal = WrapLabel()
        self.normal.setObjectName("thumbprint_normalised")
        self.normal.setFont(monospace_font())
        self.normal.setMinimumHeight(self.normal.fontMetrics().lineSpacing() * 3)
        self.normal.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.confirmed = QCheckBox(self.tr("I &have compared this thumbprint with the host’s own console"))
        self.confirmed.setObjectName("thumbprint_confirmed")
        form = Form()
        form.add_field(
            self.tr("&Thumbprint"),
            self.thumbprint,
            self.tr(
                "SHA-1 (20 pairs of digits) or SHA-256 (32 pairs), with or without colons, as vCenter shows "
                "it. It may stay empty for now."
            ),
        )
        form.add_field(self.tr("Read as"), self.normal)
        form.addRow("", self.confirmed)
        form.add_field(
            self.tr("On the h&ost"),
            self._command(),
            self.tr(
                "Prints it in the host’s shell; -sha1 prints the shorter one. Or press F2 on its console and "
                "choose “View Support Information”."
            ),
        )
        self.body.addLayout(form)
        self.thumbprint.textChanged.connect(self._typed)
        self.confirmed.toggled.connect(lambda checked: self.change(thumbprint_confirmed=checked))

    def _command(self) -> QLineEdit:
        command = QLineEdit(THUMBPRINT_COMMAND)
        command.setObjectName("thumbprint_command")
        command.setReadOnly(True)
        command.setCursorPosition(0)
        command.setFont(monospace_font())
        command.setAccessibleName(self.tr("Command that prints the thumbprint"))
        copy = QAction(icon("copy"), self.tr("Copy the command"), command)
        copy.triggered.connect(lambda: QApplication.clipboard().setText(THUMBPRINT_COMMAND))
        command.addAction(copy, QLineEdit.ActionPosition.TrailingPosition)
        return command

    def load(self) -> None:
        self.thumbprint.setText(self.draft.thumbprint)
        self.confirmed.setChecked(self.draft.thumbprint_confirmed)

    def refresh(self) -> None:
        normal = normalised_thumbprint(self.draft.thumbprint)
        algorithm = ALGORITHMS[(len(normal) + 1) // 3] if normal else ""
        self.normal.setText(f"{algorithm}\n{_in_lines(normal)}" if normal else "–")
        self.confirmed.setEnabled(normal is not None)
        self.confirmed.setToolTip(
            "" if normal else self.tr("Type the thumbprint first: there is nothing to compare.")
        )

    def _typed(self, text: str) -> None:
        """Another thumbprint is not one that was compared."""
        before = normalised_thumbprint(self.draft.thumbprint)
        self.change(thumbprint=text)
        if not self._loading and normalised_thumbprint(text) != before:
            self.confirmed.setChecked(False)


def _in_lines(thumbprint: str) -> str:
    """A thumbprint in lines of 16 pairs: SHA-256 does not fit into one."""
    return "\n".join(thumbprint[start : start + 48].rstrip(":") for start in range(0, len(thumbprint), 48))


class LicensePage(HostStepPage):
    """Evaluation, or a licence (fig. 34)."""

    step = "host"
    fields = LICENSE_FIELDS

    def __init__(self, wizard: DraftWizard[HostDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Licence"),
            wizard.tr("Which licence does the host get?"),
            wizard.tr("Intel's paper, fig. 34"),
        )

    def build(self) -> None:
        self.evaluation = QRadioButton(self.tr("&Evaluation mode"))
        self.evaluation.setObjectName("license_evaluation")
        self.licensed = QRadioButton(self.tr("A &licence"))
        self.licensed.setObjectName("license_licensed")
        group = QButtonGroup(self)
        for button, note in (
            (self.evaluation, self.tr("All features for 60 days; afterwards the host disconnects.")),
            (self.licensed, self.tr("The edition decides whether DRS, HA and EVC are there.")),
        ):
            group.addButton(button)
            self.body.addWidget(with_note(button, note)[0])
        self.key = QLineEdit()
        self.key.setObjectName("license_key")
        self.key.setMaxLength(LONGEST_LINE)
        self.key.setFont(monospace_font())
        self.key.setPlaceholderText("XXXXX-XXXXX-XXXXX-XXXXX-XXXXX")
        editions: list[tuple[str | None, str]] = [(None, self.tr("not known"))]
        editions += [(edition, edition) for edition in get_args(LicenseEdition)]
        self.edition = combo("license_edition", editions)
        self.details = QWidget()
        self.details.setContentsMargins(24, 0, 0, 0)
        form = Form(self.details)
        form.setContentsMargins(0, 0, 0, 0)
        form.add_field(
            self.tr("Licence &key"),
            self.key,
            self.tr("Five groups of five letters and digits. It is kept in the plan file as it is typed."),
        )
        form.add_field(self.tr("E&dition"), self.edition)
        self.body.addWidget(self.details)
        self.licensed.toggled.connect(lambda checked: self.change(licensed=checked))
        self.key.textChanged.connect(lambda text: self.change(license_key=text))
        self.edition.currentIndexChanged.connect(
            lambda: self.change(license_edition=self.edition.currentData())
        )

    def load(self) -> None:
        self.evaluation.setChecked(not self.draft.licensed)
        self.licensed.setChecked(self.draft.licensed)
        self.key.setText(self.draft.license_key)
        show_value(self.edition, self.draft.license_edition)

    def refresh(self) -> None:
        self.details.setEnabled(self.draft.licensed)
        self.details.setToolTip(
            "" if self.draft.licensed else self.tr("Choose “A licence” to enter a key or an edition.")
        )

    def problem(self) -> str:
        draft = self.draft
        if not draft.licensed or draft.license_key.strip() or draft.license_edition is not None:
            return ""
        return self.tr("Type the licence key, choose the edition, or choose evaluation mode.")


class ResourcePoolPage(HostStepPage):
    """The resource pool for what runs on the host (fig. 35)."""

    step = "names"

    def __init__(self, wizard: DraftWizard[HostDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("Resource pool"),
            wizard.tr("Where do this host’s virtual machines and resource pools go?"),
            wizard.tr("Intel's paper, fig. 35"),
        )

    def build(self) -> None:
        self.root = QRadioButton(self.tr("The cluster’s &root resource pool"))
        self.root.setObjectName("pool_root")
        self.own = QRadioButton(self.tr("A ne&w resource pool for this host’s virtual machines"))
        self.own.setObjectName("pool_new")
        group = QButtonGroup(self)
        for button, note in (
            (
                self.root,
                self.tr(
                    "Resource pools that the host has now are given up; its virtual machines share with all "
                    "others of the cluster."
                ),
            ),
            (self.own, self.tr("What the host has now is kept together, below a pool of its own.")),
        ):
            group.addButton(button)
            self.body.addWidget(with_note(button, note)[0])
        self.name = QLineEdit()
        self.name.setObjectName("pool_name")
        self.name.setMaxLength(LONGEST_LINE)
        self.details = QWidget()
        row = QHBoxLayout(self.details)
        row.setContentsMargins(24, 0, 0, 0)
        form = Form()
        form.add_field(self.tr("Na&me"), self.name, self.tr("Left empty, it gets the name shown in grey."))
        row.addLayout(form)
        self.body.addWidget(self.details)
        self.own.toggled.connect(lambda checked: self.change(own_pool=checked))
        self.name.textChanged.connect(lambda text: self.change(pool_name=text))

    def applies_not(self) -> str:
        cluster = self.cluster
        if cluster is None:
            return self.tr("A standalone host keeps its own resource pools.")
        if not cluster.drs.enabled:
            return self.tr("Resource pools need DRS, which is off in cluster {0}.").format(cluster.name)
        return ""

    def load(self) -> None:
        self.root.setChecked(not self.draft.own_pool)
        self.own.setChecked(self.draft.own_pool)
        self.name.setText(self.draft.pool_name)

    def refresh(self) -> None:
        self.name.setPlaceholderText(host_draft.pool_name(HostDraft(address=self.draft.address)))
        self.details.setEnabled(self.draft.own_pool)
        self.details.setToolTip(
            "" if self.draft.own_pool else self.tr("Choose a new resource pool to name it.")
        )

    def findings(self) -> Sequence[Finding]:
        return self.shell.findings.in_step("names", [host_draft.pool_id(self.before, self.draft)])

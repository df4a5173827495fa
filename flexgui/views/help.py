"""Short help and the about box."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QTextBrowser, QVBoxLayout, QWidget

from flexgui import __version__
from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.views.actions import MENUS, Actions
from flexgui.widgets.form import plain_label

_HELP = (
    (
        QT_TRANSLATE_NOOP("Help", "Plan a cluster"),
        QT_TRANSLATE_NOOP(
            "Help",
            "Import hosts from captures of their CPUs, an RVTools export or a list, or drop files and "
            "folders on the window; or create a datacenter, then a cluster, and add its hosts one by one. "
            "FlexGUI names the highest EVC mode that all of them allow.",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Help", "Read the findings"),
        QT_TRANSLATE_NOOP(
            "Help",
            "Errors: the plan cannot exist like this. To do: the present state must change first. Warnings: "
            "allowed, and probably regretted. Double-click a finding to go to the field it is about.",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Help", "State how things are now"),
        QT_TRANSLATE_NOOP(
            "Help",
            "Hosts and virtual machines carry their present state: XD and VT, maintenance mode, power. Set "
            "it on the host’s page or in the context menu, so that the plan knows what must be done first.",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Help", "Collect what is missing"),
        QT_TRANSLATE_NOOP(
            "Help",
            "Where the answer is “cannot tell”, the EVC tab and the host’s page say what to collect: run "
            "cpuid -r on a Linux started on the host, or localcli --formatter=json hardware cpu cpuid get on "
            "ESXi, and give the output to Add Capture.",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Help", "Try it before you do it"),
        QT_TRANSLATE_NOOP(
            "Help",
            "Drag hosts onto a cluster: what the move means stands at the cursor. A what-if is a copy of the "
            "plan to change, compare and apply or drop. Rehearse answers every action as vCenter would at "
            "that moment, and refuses what it would refuse. Everything can be undone.",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Help", "Filter hosts"),
        QT_TRANSLATE_NOOP(
            "Help",
            "The box over a table of hosts takes words and conditions: model:5500 evc<nehalem finding:error. "
            "The sign beside it explains them.",
        ),
    ),
)


class HelpDialog(QDialog):
    """The program in a few paragraphs, and the keys of all actions."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("FlexGUI help"))
        self.text = QTextBrowser()
        self.text.setAccessibleName(self.tr("Help"))
        paragraphs = "".join(f"<h3>{_tr(title)}</h3><p>{escape(_tr(body))}</p>" for title, body in _HELP)
        self.text.setHtml(f"{paragraphs}<h3>{escape(self.tr('Keys'))}</h3>{_keys(actions)}")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        column.addWidget(self.text)
        column.addWidget(buttons)
        self.resize(560, 420)


def _keys(actions: Actions) -> str:
    """A table of the keys of all actions, in the order of the menus."""
    rows = []
    for menu in MENUS:
        rows.append(f"<tr><th align='left' colspan='2'>{escape(plain_label(_title(menu.title)))}</th></tr>")
        for spec in menu.actions():
            keys = actions[spec.name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            name = plain_label(_title(spec.text)).rstrip("…")
            rows.append(f"<tr><td>{escape(name)}</td><td>&nbsp;&nbsp;{escape(keys)}</td></tr>")
    return f"<table>{''.join(rows)}</table>"


def show_help(parent: QWidget, actions: Actions) -> HelpDialog:
    """Open the help beside the window; it may stay open."""
    dialog = next(iter(parent.findChildren(HelpDialog)), None) or HelpDialog(actions, parent)
    dialog.show()
    dialog.raise_()
    return dialog


def show_about(parent: QWidget) -> None:
    """Say what this is."""
    box = QMessageBox(parent)
    box.setWindowTitle(box.tr("About FlexGUI"))
    box.setText(f"<b>FlexGUI {__version__}</b>")
    box.setInformativeText(
        _tr(
            QT_TRANSLATE_NOOP(
                "Help",
                "Plans VMware clusters whose hosts have different CPU generations. Apache License 2.0. "
                "VMware, vSphere and vMotion are trademarks of Broadcom; FlexGUI is independent of it.",
            )
        )
    )
    box.exec()
    box.deleteLater()


def _title(text: str) -> str:
    return QCoreApplication.translate("Actions", text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Help", text)

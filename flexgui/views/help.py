"""Short help and the about box."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QTextBrowser, QVBoxLayout, QWidget

from flexgui import __version__
from flexgui.translate import QT_TRANSLATE_NOOP

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
        QT_TRANSLATE_NOOP("Help", "Keys"),
        QT_TRANSLATE_NOOP(
            "Help",
            "Ctrl+F filters the inventory, Esc empties the filter. F2 renames, Delete removes, Ctrl+Z takes "
            "back. Ctrl+C copies the selected rows of a table. F1 shows this help.",
        ),
    ),
)


class HelpDialog(QDialog):
    """The program in four paragraphs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("FlexGUI help"))
        self.text = QTextBrowser()
        self.text.setAccessibleName(self.tr("Help"))
        self.text.setHtml("".join(f"<h3>{_tr(title)}</h3><p>{_tr(body)}</p>" for title, body in _HELP))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        column.addWidget(self.text)
        column.addWidget(buttons)
        self.resize(560, 420)


def show_help(parent: QWidget) -> HelpDialog:
    """Open the help beside the window; it may stay open."""
    dialog = next(iter(parent.findChildren(HelpDialog)), None) or HelpDialog(parent)
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


def _tr(text: str) -> str:
    return QCoreApplication.translate("Help", text)

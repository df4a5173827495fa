"""The release of vCenter that the plan is for."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QWidget

from flexgui.document import Document
from flexgui.evc.releases import releases
from flexgui.plan import edits
from flexgui.widgets.quiet_inputs import QuietCombo


class ReleaseCombo(QuietCombo):
    """Shows the plan's release and changes it, as one step of undo."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.setAccessibleName(self.tr("vCenter release"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(20)
        for release in reversed(releases().values()):
            self.addItem(release.name, release.key)
            tip = release.facts or release.name
            self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 32)
        self.activated.connect(self._choose)
        document.plan_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(self._document.plan.release))
        release = releases()[self._document.plan.release]
        tip = self.tr("The release of vCenter decides which EVC modes and which rules there are.")
        self.setToolTip(f"{tip}\n{release.name}: {release.facts}" if release.facts else tip)

    def _choose(self, number: int) -> None:
        key = str(self.itemData(number))
        if key != self._document.plan.release:
            self._document.edit(self.tr("Change vCenter release"), lambda plan: edits.set_release(plan, key))

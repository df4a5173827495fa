"""The release of vCenter that the plan is for."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

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
            tip = self.tr("{facts}\nProvenance: {provenance}").format(
                facts=release.facts or release.name, provenance=release.provenance
            )
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
        _choose(self._document, str(self.itemData(number)))


class ReleaseMenu(QMenu):
    """The same choice as a menu, with a mark at the plan's release."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("vCenter &Release"))
        self._document = document
        self._group = QActionGroup(self)
        for release in reversed(releases().values()):
            action = self.addAction(release.name)
            action.setCheckable(True)
            action.setData(release.key)
            self._group.addAction(action)
        self.aboutToShow.connect(self._mark)
        self._group.triggered.connect(lambda action: _choose(document, str(action.data())))

    def _mark(self) -> None:
        for action in self._group.actions():
            action.setChecked(action.data() == self._document.plan.release)


def _choose(document: Document, key: str) -> None:
    if key != document.plan.release:
        name = QCoreApplication.translate("ReleaseCombo", "Change vCenter release")
        document.edit(name, lambda plan: edits.set_release(plan, key))

"""The release of vCenter that the plan is for."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from flexgui.document import Document
from flexgui.evc.releases import releases
from flexgui.widgets.quiet_inputs import QuietCombo


class ReleaseCombo(QuietCombo):
    """Shows the plan's release and changes it, as one step of undo.

    What the change does to the plan is shown first; until it is accepted the old release stays on show.
    """

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
        from flexgui.views.release_dialog import change_release

        key = str(self.itemData(number))
        self._show()
        change_release(self._document, key, self.window())


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
        self._group.triggered.connect(self._choose)

    def _mark(self) -> None:
        for action in self._group.actions():
            action.setChecked(action.data() == self._document.plan.release)

    def _choose(self, action: QAction) -> None:
        from flexgui.views.release_dialog import change_release

        self._mark()
        over: QWidget = self
        while isinstance(over, QMenu) and (parent := over.parentWidget()) is not None:
            over = parent  # a dialog over a menu would go with it
        change_release(self._document, str(action.data()), over.window())

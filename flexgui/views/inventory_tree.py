"""The tree of the inventory: while something is dragged it tells what a drop would mean under the cursor."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractItemDelegate, QLineEdit, QToolTip, QTreeView

from flexgui.views.inventory_model import InventoryModel
from flexgui.views.moves import Moves
from flexgui.widgets.tooltip import plain_tip

_EXPAND_AFTER_MS = 700
_TIP_OFFSET = QPoint(16, 20)


class InventoryTree(QTreeView):
    """`told` has what a drop would mean at the place under the cursor, "" when there is none; `cancelled`
    comes with Esc, `kind_wanted` with Select All."""

    told = Signal(str)
    cancelled = Signal()
    kind_wanted = Signal()

    def __init__(self, model: InventoryModel, moves: Moves) -> None:
        super().__init__()
        self._model, self._moves = model, moves
        self._over = ""
        self._said = self._refused = ""
        self._at = QPoint()
        for signal in (model.rowsAboutToBeRemoved, model.modelAboutToBeReset):
            signal.connect(self._leave_editor)  # before the view hears of it
        self.setModel(model)
        self.setDropIndicatorShown(True)
        self.setDragDropMode(QTreeView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(True)  # drops go onto rows, never between them
        self.setAutoExpandDelay(_EXPAND_AFTER_MS)
        moves.answered.connect(self._answered)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        super().keyPressEvent(event)

    def _leave_editor(self) -> None:
        """What is edited may go: Qt would hide its editor, which then commits to a row that is not there."""
        if self.state() == QTreeView.State.EditingState:
            direct = Qt.FindChildOption.FindDirectChildrenOnly
            for editor in self.viewport().findChildren(QLineEdit, options=direct):
                if editor.isVisible():
                    self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def selectAll(self) -> None:
        """Select what is of the current row's kind beside it; where that is so already, in the whole plan.

        What is done to many objects is done to one kind. Besides, a selection of thousands of stretches would
        make the window wait: Qt compares each with each.
        """
        self.kind_wanted.emit()

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Drag all selected rows. What is dragged is told by a word, not by a picture of every row."""
        ids = [
            object_id
            for stretch in self.selectionModel().selection()  # type: ignore[attr-defined]
            if stretch.left() == 0
            for object_id in self._model.ids_in(stretch.parent(), stretch.top(), stretch.bottom())
        ]
        mime = self._model.mime_of(ids)
        if mime is None:
            return
        drag = QDrag(self)
        drag.setMimeData(mime)
        drag.setPixmap(self._picture())
        drag.setHotSpot(QPoint(-12, -4))
        self._refused = ""
        drag.exec(Qt.DropAction.MoveAction, Qt.DropAction.MoveAction)
        self._leave()
        if self._refused:  # nobody reads it in time who lets go at once
            self.told.emit(self._refused)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        super().dragEnterEvent(event)
        self._over = self._refused = ""

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)  # scrolls, unfolds, and draws where it would drop
        if not self._model.takes(event.mimeData()):
            return
        self._at = event.position().toPoint()
        index = self.indexAt(self._at)
        target = self._moves.place_for(self._model.id_of(index) or "") if index.isValid() else ""
        answer = self._moves.answer(target) if target else None
        waiting = bool(target) and answer is None
        if target != self._over or not QToolTip.isVisible():
            self._over = target
            self._say()
        if (answer is not None and (answer.possible or answer.tried)) or waiting:
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        answer = self._moves.answer(self._over) if self._over else None
        refused = answer is not None and not answer.possible and not answer.tried
        self._refused = self._said if refused else ""
        self._leave()

    def dropEvent(self, event: QDropEvent) -> None:
        if not self._model.takes(event.mimeData()):
            super().dropEvent(event)
            return
        index = self.indexAt(event.position().toPoint())
        target = self._moves.place_for(self._model.id_of(index) or "") if index.isValid() else ""
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()
        self.stopAutoScroll()
        self.setState(QTreeView.State.NoState)
        self.viewport().update()
        self._leave()
        if target:
            self._moves.drop_later(target)

    def _answered(self, target_id: str) -> None:
        if target_id == self._over:
            self._say()

    def _say(self) -> None:
        """Tell at the cursor and in the status bar what a drop here would mean."""
        from flexgui.widgets.move_text import sentence

        text = ""
        if self._over:
            answer = self._moves.answer(self._over)
            text = self.tr("Weighing the move…") if answer is None else sentence(answer)
        if text:
            at = self.viewport().mapToGlobal(self._at) + _TIP_OFFSET
            QToolTip.showText(at, plain_tip([text]), self.viewport())
        else:
            QToolTip.hideText()
        if text != self._said:
            self._said = text
            self.told.emit(text)

    def _leave(self) -> None:
        self._over = ""
        QToolTip.hideText()
        if self._said:
            self._said = ""
            self.told.emit("")

    def _picture(self) -> QPixmap:
        """What is dragged, in a word: "esx-03", "3 hosts"."""
        from flexgui.widgets.move_text import who

        moving = self._moves.moving
        kind = None if moving is None else moving.kind
        if moving is None or kind is None:
            text = self.tr("{count} objects").format(count=0 if moving is None else len(moving.ids))
        else:
            text = who(kind, moving.names)
        metrics = QFontMetrics(self.font())
        text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, 240)
        width, height = metrics.horizontalAdvance(text) + 16, metrics.height() + 8
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(width * ratio), round(height * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(self.palette().color(QPalette.ColorRole.Highlight))
        painter = QPainter(picture)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(QPalette.ColorRole.HighlightedText))
        painter.drawText(0, 0, width, height, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.end()
        return picture

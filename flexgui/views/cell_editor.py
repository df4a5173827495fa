"""Editing of table cells: a line of text, or a list of choices."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from flexgui.widgets.table import RowsModel

TEXT_LENGTH = 200
Index = QModelIndex | QPersistentModelIndex


class CellEditor(QStyledItemDelegate):
    """Follows the columns of a `RowsModel`: `choices` get a list, the others a line."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        assert isinstance(model, RowsModel)
        column = model.columns[index.column()]
        if column.choices is None:
            line = QLineEdit(parent)
            line.setMaxLength(TEXT_LENGTH)
            line.setAccessibleName(column.title)
            return line
        combo = QComboBox(parent)
        combo.setAccessibleName(column.title)
        for value, word in column.choices:
            combo.addItem(word, value)
        combo.activated.connect(lambda: self._enter(combo))
        return combo

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QComboBox):
            value = index.data(Qt.ItemDataRole.EditRole)
            number = next((n for n in range(editor.count()) if editor.itemData(n) == value), -1)
            editor.setCurrentIndex(number)
            editor.showPopup()
        else:
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QComboBox):
            if editor.currentIndex() >= 0:
                model.setData(model.index(index.row(), index.column()), editor.currentData())
        else:
            super().setModelData(editor, model, model.index(index.row(), index.column()))

    def _enter(self, combo: QComboBox) -> None:
        self.commitData.emit(combo)
        self.closeEditor.emit(combo)

"""The virtual machines of a new host, as a small table that can be edited."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSpinBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from flexgui.plan.values import VirtualMachine
from flexgui.widgets import ranges, words
from flexgui.widgets.copy import add_copy_action
from flexgui.widgets.icons import icon

NAME, POWER, CPUS, MEMORY, ROLE = range(5)
FIELDS: Final = ("name", "power_state", "num_cpus", "memory_mb", "role")
Index = QModelIndex | QPersistentModelIndex


class VmModel(QAbstractTableModel):
    """Virtual machines as rows. `vms_edited` is emitted after each change that the user makes."""

    vms_edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.vms: tuple[VirtualMachine, ...] = ()
        self.titles = (
            self.tr("Name"),
            self.tr("Power state"),
            self.tr("Virtual CPUs"),
            self.tr("Memory (MiB)"),
            self.tr("Role"),
        )
        self.words: dict[int, dict[str | None, str]] = {
            POWER: dict(words.offered("power_state")),
            ROLE: {**dict(words.offered("role")), "none": "–"},
        }

    def show_vms(self, vms: tuple[VirtualMachine, ...]) -> None:
        """Show these, unless they are on show already."""
        if vms != self.vms:
            self.beginResetModel()
            self.vms = vms
            self.endResetModel()

    def add(self) -> int:
        """A further virtual machine with a free name; returns its row."""
        taken = {vm.name.casefold() for vm in self.vms}
        number = len(self.vms) + 1
        while self.tr("VM {0}").format(number).casefold() in taken:
            number += 1
        row = len(self.vms)
        self.beginInsertRows(QModelIndex(), row, row)
        vm = VirtualMachine(id="", name=self.tr("VM {0}").format(number), power_state="poweredOn")
        self.vms = (*self.vms, vm)
        self.endInsertRows()
        self.vms_edited.emit()
        return row

    def remove(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        self.vms = self.vms[:row] + self.vms[row + 1 :]
        self.endRemoveRows()
        self.vms_edited.emit()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.vms)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(FIELDS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section] if orientation == Qt.Orientation.Horizontal else section + 1
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        vm, column = self.vms[index.row()], index.column()
        value = getattr(vm, FIELDS[column])
        if role == Qt.ItemDataRole.EditRole:
            return value if value is not None else 0
        if role == Qt.ItemDataRole.DisplayRole:
            if column in self.words:
                return self.words[column].get(value, value)
            return self.tr("not known") if value is None else value
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            return icon("vm", "text", vm.power_state)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (CPUS, MEMORY):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        row, field = index.row(), FIELDS[index.column()]
        if index.column() in (CPUS, MEMORY):
            value = int(value) or None
        changed = replace(self.vms[row], **{field: value})
        if changed != self.vms[row]:
            self.vms = (*self.vms[:row], changed, *self.vms[row + 1 :])
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(FIELDS) - 1))
            self.vms_edited.emit()
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags


class VmDelegate(QStyledItemDelegate):
    """Editors for power state, role and numbers."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        column = index.column()
        if isinstance(model, VmModel) and column in model.words:
            box = QComboBox(parent)
            for value, text in model.words[column].items():
                box.addItem(text, value)
            box.activated.connect(lambda: self.commitData.emit(box))
            return box
        if column in (CPUS, MEMORY):
            spin = QSpinBox(parent)
            low, high = ranges.VM_CPUS if column == CPUS else ranges.VM_MEMORY_MIB
            spin.setRange(low - 1, high)
            spin.setSingleStep(1 if column == CPUS else 1024)
            spin.setSpecialValueText(self.tr("not known"))
            return spin
        return super().createEditor(parent, option, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.EditRole)))
        else:
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentData())
        elif isinstance(editor, QSpinBox):
            editor.interpretText()
            model.setData(index, editor.value())
        else:
            super().setModelData(editor, model, index)


class VmTable(QWidget):
    """The table with its buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = VmModel(self)
        self.view = QTableView()
        self.view.setObjectName("vms")
        self.view.setAccessibleName(self.tr("Virtual machines"))
        self.view.setModel(self.model)
        self.view.setItemDelegate(VmDelegate(self.view))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.view.setTabKeyNavigation(False)
        self.view.setAlternatingRowColors(True)
        self.view.verticalHeader().hide()
        header = self.view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        add_copy_action(self.view)
        self.add = QPushButton(icon("add"), self.tr("A&dd VM"))
        self.add.setObjectName("vm_add")
        self.remove = QPushButton(icon("remove"), self.tr("Re&move VM"))
        self.remove.setObjectName("vm_remove")
        for button in (self.add, self.remove):
            button.setAutoDefault(False)
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self.view.selectionModel().currentChanged.connect(self._update)
        self.model.modelReset.connect(self._update)
        self.model.rowsInserted.connect(self._update)
        self.model.rowsRemoved.connect(self._update)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.add)
        row.addWidget(self.remove)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.view)
        layout.addLayout(row)
        self._update()

    def _add(self) -> None:
        row = self.model.add()
        index = self.model.index(row, NAME)
        self.view.setCurrentIndex(index)
        self.view.edit(index)

    def _remove(self) -> None:
        if self.view.currentIndex().isValid():
            self.model.remove(self.view.currentIndex().row())

    def _update(self) -> None:
        chosen = self.view.currentIndex().isValid()
        self.remove.setEnabled(chosen)
        self.remove.setToolTip("" if chosen else self.tr("Select a virtual machine in the table first."))
        rows = self.model.rowCount()
        self.view.setVisible(rows > 0)
        height = self.view.horizontalHeader().sizeHint().height() + 4
        height += min(rows, 6) * self.view.verticalHeader().defaultSectionSize()
        self.view.setFixedHeight(height)

"""The list of processor series to choose from where there is no capture."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from flexgui.cpuid.signature import generation
from flexgui.evc.modes import ModeTable, builtin_modes, maker
from flexgui.evc.series import Series, series
from flexgui.widgets.copy import add_copy_action
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import SecondaryLabel

ROW_ROLE = Qt.ItemDataRole.UserRole
SEARCH_ROLE = Qt.ItemDataRole.UserRole + 1


class SeriesList(QWidget):
    """A searchable list of series. `series_chosen` is emitted with the number of one in `series()`."""

    series_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit()
        self.search.setObjectName("series_search")
        self.search.setPlaceholderText(self.tr("5500, Westmere, Gold 61, intel-haswell …"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", "secondary"), QLineEdit.ActionPosition.LeadingPosition)
        caption = QLabel(self.tr("Sea&rch"))
        caption.setBuddy(self.search)
        self.search.setAccessibleName(self.tr("Search the processor list"))
        self._model = QStandardItemModel(0, 4, self)
        self._model.setHorizontalHeaderLabels(
            [self.tr("Sold as"), self.tr("Code name"), self.tr("Generation"), self.tr("Highest EVC mode")]
        )
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._model)
        self._proxy.setFilterRole(SEARCH_ROLE)
        self._proxy.setFilterKeyColumn(0)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._proxy.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list = QTreeView()
        self.list.setObjectName("series_list")
        self.list.setAccessibleName(self.tr("Processor series"))
        self.list.setModel(self._proxy)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAllColumnsShowFocus(True)
        self.list.setSortingEnabled(True)
        self.list.header().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.list.header().setSortIndicatorClearable(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setMinimumHeight(168)
        add_copy_action(self.list)
        self._fill()
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(64)
        letter = self.fontMetrics().averageCharWidth()
        for column, letters in ((1, 26), (2, 18), (3, 24)):
            header.resizeSection(column, letter * letters)
        self.none = QLabel(self.tr("No series matches. Search for fewer letters, or use a capture."))
        self.none.setObjectName("series_none")
        self.none.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(caption)
        row.addWidget(self.search, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self.none)
        layout.addWidget(self.list, 1)
        self.source = SecondaryLabel()
        self.source.setObjectName("series_source")
        layout.addWidget(self.source)
        self.search.textChanged.connect(self._search)
        self.list.selectionModel().currentRowChanged.connect(self._picked)

    def show_chosen(self, number: int | None) -> None:
        """Select the series of this number without saying so; None selects nothing."""
        selection = self.list.selectionModel()
        selection.blockSignals(True)
        if number is None:
            selection.clear()
        else:
            index = self._proxy.mapFromSource(self._model.index(number, 0))
            flags = QItemSelectionModel.SelectionFlag
            selection.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.list.scrollTo(index)
        if number is None:
            self.source.setText(self.tr("Choose the series that the host’s processor belongs to."))
        else:
            text = self.tr("Where the list has {0} from: {1}.")
            self.source.setText(text.format(series()[number].code_name, series()[number].provenance))
        selection.blockSignals(False)
        self.list.viewport().update()

    def _fill(self) -> None:
        modes = builtin_modes()
        for number, each in enumerate(series()):
            found = generation(each.vendor, each.signatures[0]) if each.signatures else None
            silicon = found.name if found is not None else "–"
            texts = (
                f"{maker(each.vendor)} {each.brand_series}",
                each.code_name,
                silicon,
                self.mode_text(each, modes),
            )
            row = [QStandardItem(text) for text in texts]
            row[0].setData(number, ROW_ROLE)
            row[0].setData(" ".join((*texts, each.vendor, each.max_mode or "")), SEARCH_ROLE)
            for item, text in zip(row, texts, strict=True):
                item.setToolTip(f"{text}\n" + self.tr("Source: {0}").format(each.provenance))
            self._model.appendRow(row)

    def mode_text(self, each: Series, modes: ModeTable) -> str:
        """What the list promises: a mode, a range of modes, none, or nothing."""
        if not each.mode_known:
            return self.tr("cannot tell")
        labels = [modes[key].short_label for key in dict.fromkeys((each.certain_mode, each.max_mode)) if key]
        if not labels:
            return self.tr("none")
        return self.tr("{0} or {1}").format(*labels) if len(labels) > 1 else labels[0]

    def _search(self, text: str) -> None:
        self._proxy.setFilterFixedString(text.strip())
        self.none.setVisible(self._proxy.rowCount() == 0)

    def _picked(self, index: QModelIndex) -> None:
        if index.isValid() and index.siblingAtColumn(0).isValid():
            self.series_chosen.emit(int(index.siblingAtColumn(0).data(ROW_ROLE)))

"""Move To: every place that hosts, virtual machines or pools can go to, and what each says to that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, QTimer
from PySide6.QtGui import QIcon, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from flexgui.document import Document, DraftChecker
from flexgui.plan.inventory import Place, find, places
from flexgui.plan.values import Object
from flexgui.rules.finding import Severity
from flexgui.rules.move import Answer, Moving, Permission
from flexgui.widgets import words
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import WrapLabel
from flexgui.widgets.move_text import consequences, edit_name, sentence, who
from flexgui.widgets.screen import fit_to_screen
from flexgui.widgets.severity import severity_icon

_SLICE_S: Final = 0.012
"""So long places are weighed before the window gets its turn."""

_ID: Final = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Verdict:
    """A word and an icon for an answer."""

    severity: str
    word: str


class MoveToDialog(QDialog):
    """Places in the order of the inventory; they are weighed little by little, what is selected first."""

    def __init__(self, document: Document, ids: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.moving = Moving(
            document.plan, ids, document.findings.all, document.checker(), document.rehearsing
        )
        kind = self.moving.kind
        if kind is None:
            raise KeyError("objects of one kind are needed")
        self.setWindowTitle(self.tr("Move {what}").format(what=who(kind, self.moving.names)))
        fit_to_screen(self, 760, 480)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter the places"))
        self.filter.setAccessibleName(self.tr("Filter the places"))
        self.filter.setClearButtonEnabled(True)
        self._model = QStandardItemModel(0, 2, self)
        self._model.setHorizontalHeaderLabels([self.tr("Place"), self.tr("What it would mean")])
        for place in _targets(self.moving):
            self._model.appendRow(_row(place))
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._model)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.view = QTreeView()
        self.view.setAccessibleName(self.tr("Places"))
        self.view.setModel(self._proxy)
        self.view.setRootIsDecorated(False)
        self.view.setUniformRowHeights(True)
        self.view.setAllColumnsShowFocus(True)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.view.header().resizeSection(0, 300)
        self.view.header().setStretchLastSection(True)
        self.view.doubleClicked.connect(lambda _: self.accept())
        self.view.selectionModel().currentChanged.connect(self._chosen)
        self.filter.textChanged.connect(self._proxy.setFilterFixedString)
        self.filter.textChanged.connect(lambda: self._select_first())
        self.said = WrapLabel("")
        self.said.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(self.tr("&Move"))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        for widget in (self.filter, self.view, self.said, self.buttons):
            layout.addWidget(widget)
        self._next = 0
        self._undecided = True
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._weigh_some)
        self._select_first()
        self.view.clicked.connect(self._decided)
        self.filter.textEdited.connect(self._decided)
        self._timer.start()

    def target(self) -> str:
        """The id of the place that is chosen, "" for none."""
        index = self.view.currentIndex()
        return str(index.siblingAtColumn(0).data(_ID) or "") if index.isValid() else ""

    def accept(self) -> None:
        target = self.target()
        if not target:
            return
        answer = self.moving.onto(target)
        if not answer.possible or answer.edit is None:
            return
        judged = self.moving.last is not None and self.moving.last[0] == target
        checked = DraftChecker(self.moving.checker) if judged else None
        if self._document.edit(edit_name(answer), answer.edit, checked):
            super().accept()

    def done(self, result: int) -> None:
        self._timer.stop()
        super().done(result)

    def _select_first(self) -> None:
        """Choose a place while none is chosen; of those that a filter leaves, the first."""
        current = self.view.currentIndex()
        if not self._proxy.rowCount():
            self._chosen(QModelIndex())
        elif self.filter.text() or not current.isValid():
            self.view.setCurrentIndex(self._proxy.index(0, 0))

    def _decided(self) -> None:
        """The choice is made: it stays whatever is found of other places."""
        self._undecided = False

    def _weigh_some(self) -> None:
        """Weigh places until the window needs its turn."""
        end = perf_counter() + _SLICE_S
        while self._next < self._model.rowCount():
            answer = self._weigh(self._next)
            if self._undecided and answer.possible:
                self._decided()
                self.view.setCurrentIndex(self._proxy.mapFromSource(self._model.index(self._next, 0)))
            self._next += 1
            if perf_counter() > end:
                return
        self._timer.stop()

    def _weigh(self, row: int) -> Answer:
        item = self._model.item(row, 0)
        answer = self.moving.onto(str(item.data(_ID)))
        told = self._model.item(row, 1)
        if not told.text():
            verdict = _verdict(answer, self)
            told.setText(verdict.word)
            told.setIcon(severity_icon(verdict.severity))
            told.setToolTip("")
        return answer

    def _chosen(self, index: QModelIndex) -> None:
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        if not index.isValid():
            self.said.setText(self.tr("No place has these letters in its name."))
            ok.setEnabled(False)
            return
        answer = self._weigh(self._proxy.mapToSource(index).row())
        self.said.setText(sentence(answer))
        ok.setEnabled(answer.possible)
        ok.setToolTip("" if answer.possible else sentence(answer))


def _targets(moving: Moving) -> Iterator[Place]:
    """The places of a fitting kind, those first that the objects are near to."""
    own = [place for i in moving.ids if (place := find(moving.plan, i)) is not None]
    near = {id(place.datacenter) for place in own}
    fitting = [place for place in places(moving.plan) if moving.fits(place.object)]
    yield from (place for place in fitting if id(place.datacenter) in near)
    yield from (place for place in fitting if id(place.datacenter) not in near)


def _row(place: Place) -> list[QStandardItem]:
    found: Object = place.object
    name = QStandardItem(icon(words.kind_icon(found), badge=words.state_badge(found)), place.path())
    name.setData(found.id, _ID)
    name.setData(f"{words.kind_word(found)}, {place.path()}", Qt.ItemDataRole.AccessibleTextRole)
    return [name, QStandardItem(QIcon(), "")]


def _verdict(answer: Answer, dialog: MoveToDialog) -> Verdict:
    if answer.permission is Permission.NOTHING:
        return Verdict("info", dialog.tr("There already"))
    if answer.permission is Permission.REFUSED:
        return Verdict("error", dialog.tr("Refused"))
    if answer.permission is Permission.ASK:
        return Verdict("warning", dialog.tr("Only powered off"))
    told = consequences(answer).rstrip(".")
    if answer.count(Severity.TODO):
        return Verdict("todo", told)
    if answer.count(Severity.WARNING) or answer.warnings:
        return Verdict("warning", told)
    if answer.why:
        return Verdict("unknown", dialog.tr("Cannot tell"))
    return Verdict("ok", dialog.tr("Nothing stands in the way"))

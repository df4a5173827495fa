"""Compare What-Ifs: plan and what-if, or two what-ifs, side by side. It follows the plan while it is open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from flexgui.document import Document
from flexgui.plan import scenarios
from flexgui.plan.inventory import find
from flexgui.rules.finding import Finding
from flexgui.views.scenario_comparer import Compared, Comparer
from flexgui.views.scenario_dialogs import findings_sum
from flexgui.views.scenario_model import AFTER, BEFORE, CHANGE, WHAT, ComparisonModel
from flexgui.views.scenario_rows import Lines
from flexgui.widgets.copy import add_copy_action, cells_as_tsv
from flexgui.widgets.finding_text import message, sentence
from flexgui.widgets.icons import icon
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.quiet_inputs import QuietCombo
from flexgui.widgets.screen import fit_to_screen
from flexgui.widgets.severity import severity_icon, severity_rank, severity_word
from flexgui.widgets.table import Column, RowsModel, RowsView

DELAY_MS = 100
"""After an edit: several in a row are compared once."""

SHARES: Final = {WHAT: 0.26, BEFORE: 0.2, AFTER: 0.2}
"""Of the width; the last column has what is left."""

FEW = 12
"""Places that are opened by themselves."""


class ComparisonDialog(QDialog):
    """`object_requested` asks to show an object: the scenario ("" for the plan), its id and a field.

    `apply_requested` and `drop_requested` name a scenario.
    """

    object_requested = Signal(str, str, str)
    apply_requested = Signal(str)
    drop_requested = Signal(str)

    def __init__(self, document: Document, after: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._answer: Compared | None = None
        self.setObjectName("whatif_comparison")
        self.setWindowTitle(self.tr("Compare What-Ifs"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(640, 420)
        fit_to_screen(self, 1000, 660)
        self.before = self._combo("whatif_before", self.tr("Left side"))
        self.after = self._combo("whatif_after", self.tr("Right side"))
        self.swap = QToolButton()
        self.swap.setIcon(icon("swap"))
        self.swap.setAccessibleName(self.tr("Swap"))
        self.swap.setToolTip(self.tr("Swap left and right"))
        self.swap.clicked.connect(self._swap)
        self.only = QCheckBox(self.tr("Only &differences"))
        self.only.setObjectName("whatif_only")
        self.only.setChecked(True)
        self.only.setToolTip(self.tr("Leave out what is the same on both sides"))
        self.summary = MessageLine()
        self.summary.setObjectName("whatif_summary")
        self.model = ComparisonModel(self)
        self.only.toggled.connect(self._filter)
        self.tree = self._tree()
        self.lost, self.lost_view, left = self._findings("whatif_lost")
        self.gained, self.gained_view, right = self._findings("whatif_gained")
        self.lost_title, self.gained_title = left, right
        self.buttons = self._buttons()
        self._lay_out()

        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._compare)
        self._comparer = Comparer(document, self)
        self._comparer.began.connect(lambda: self.summary.set_message("info", self.tr("Comparing…")))
        self._comparer.compared.connect(self._show)
        self.finished.connect(self._comparer.stop)
        document.plan_changed.connect(self._follow)
        self._fill((None, after))
        self._compare()
        self.tree.setFocus()

    # --- which two

    def show_comparison(self, before: str | None, after: str | None) -> None:
        """Compare the plan (None) or a scenario with another."""
        self._fill((before, after))
        self._compare()

    def sides(self) -> tuple[str | None, str | None]:
        """The names of the scenarios on the left and on the right; None is the plan."""
        return self.before.currentData(), self.after.currentData()

    def _fill(self, wanted: tuple[str | None, str | None]) -> None:
        names = scenarios.names(self._document.whole)
        for combo, name in zip((self.before, self.after), wanted, strict=True):
            with QSignalBlocker(combo):
                combo.clear()
                for each in (None, *names):
                    combo.addItem(icon("plan" if each is None else "whatif"), self._side(each), each)
                combo.setCurrentIndex(max(0, combo.findData(name)))

    def _side(self, name: str | None) -> str:
        return self.tr("The plan") if name is None else name

    def _swap(self) -> None:
        before, after = self.sides()
        self.show_comparison(after, before)

    def _follow(self) -> None:
        """The plan has changed, or another scenario is shown."""
        names = (None, *scenarios.names(self._document.whole))
        known = tuple(self.before.itemData(number) for number in range(self.before.count()))
        if len(names) == 1:
            self.close()
            return
        if known != names:
            sides = self.sides()
            gone = [name for name in sides if name not in names]
            # Renamed, it is in the same place; dropped, the last one takes its place.
            new = [name for name in names if name not in known]
            instead = new[0] if len(names) == len(known) and len(new) == 1 else names[-1]
            before, after = (instead if name in gone else name for name in sides)
            self._fill((before, after))
        self._timer.start()

    # --- comparing

    def _compare(self) -> None:
        self._comparer.compare(*self.sides())

    def _show(self, answer: Compared) -> None:
        if answer.names != self.sides():
            return
        opened = self._opened()
        self._answer = answer
        comparison = answer.comparison
        titles = [self._side(name) for name in answer.names]
        self.model.show(Lines(comparison, answer.before, answer.after), *titles)
        self._open(opened)
        if not comparison.differs:
            self.summary.set_message("info", self.tr("Nothing differs."))
        else:
            self.summary.set_message(*findings_sum(answer))
        for model, title, findings, text in (
            (
                self.lost,
                self.lost_title,
                comparison.lost,
                self.tr("Findings that &go: only in {side} ({count})"),
            ),
            (
                self.gained,
                self.gained_title,
                comparison.gained,
                self.tr("&New findings: only in {side} ({count})"),
            ),
        ):
            name = answer.names[0 if model is self.lost else 1]
            side = self.tr("the plan") if name is None else f"“{name}”".replace("&", "&&")
            title.setText(text.format(side=side, count=len(findings)))
            model.set_rows(findings)
            model.refresh()
        self._enable()

    def _opened(self) -> dict[str, bool] | None:
        """Which places are open, by their ids; None where nothing was shown yet."""
        if self._answer is None:
            return None
        found = {}
        for index, place_id in self._places():
            found[place_id] = self.tree.isExpanded(index)
        return found

    def _open(self, opened: dict[str, bool] | None) -> None:
        few = self.model.rowCount() <= FEW
        for index, place_id in self._places():
            line = self.model.line(index)
            differs = line is not None and bool(line.mark)
            self.tree.setExpanded(index, (opened or {}).get(place_id, few and differs))

    def _places(self) -> Iterator[tuple[QModelIndex, str]]:
        for row in range(self.model.rowCount()):
            index = self.model.index(row, WHAT)
            line = self.model.line(index)
            if line is not None and line.place is not None:
                yield index, line.place.id

    def _filter(self, only: bool) -> None:
        opened = self._opened()
        self.model.set_only_differences(only)
        self._open(opened)

    # --- what can be done

    def _enable(self) -> None:
        before, after = self.sides()
        reason = ""
        if after is None:
            reason = self.tr("Choose a what-if on the right side first.")
        self.drop.setEnabled(not reason)
        self.drop.setToolTip(reason or self.tr("Remove the what-if on the right side"))
        if not reason and before is not None:
            reason = self.tr("Choose the plan on the left side first.")
        self.apply.setEnabled(not reason)
        self.apply.setToolTip(reason or self.tr("Put the what-if on the right side in the place of the plan"))
        self.copy.setEnabled(self._answer is not None)

    def _go(self, index: QModelIndex) -> None:
        line = self.model.line(index)
        if line is not None:
            # A column is a side: what was asked for in the left one is shown there.
            self._ask(line.object_id, line.field, left_first=index.column() == BEFORE)

    def _go_to_finding(self, view: RowsView[Finding]) -> None:
        row = view.current_row()
        if row is not None:
            self._ask(row.subject.object_id, row.subject.field, left_first=view is self.lost_view)

    def _ask(self, object_id: str, field: str, *, left_first: bool) -> None:
        if self._answer is None:
            return
        sides = [(self._answer.after, self._answer.names[1]), (self._answer.before, self._answer.names[0])]
        if left_first:
            sides.reverse()
        for plan, name in sides:
            if find(plan, object_id) is not None:
                self.object_requested.emit(name or "", object_id, field)
                return
        self.object_requested.emit(sides[0][1] or "", "", field)

    def copy_all(self) -> None:
        """Put everything that is shown on the clipboard, as tab-separated text."""
        if self._answer is None:
            return
        rows = [list(self._cells(index)) for index in self._shown(QModelIndex())]
        for title, findings in (
            (self.tr("Finding that goes"), self._answer.comparison.lost),
            (self.tr("New finding"), self._answer.comparison.gained),
        ):
            for finding in findings:
                left = sentence(finding) if findings is self._answer.comparison.lost else ""
                right = "" if left else sentence(finding)
                rows.append([title, left, right, severity_word(finding.severity.value)])
        titles = [str(self.model.headerData(n, Qt.Orientation.Horizontal)) for n in range(CHANGE + 1)]
        QGuiApplication.clipboard().setText(cells_as_tsv(titles, rows))

    def _shown(self, parent: QModelIndex) -> Iterator[QModelIndex]:
        for row in range(self.model.rowCount(parent)):
            index = self.model.index(row, WHAT, parent)
            yield index
            yield from self._shown(index)

    def _cells(self, index: QModelIndex) -> Iterator[str]:
        for column in range(CHANGE + 1):
            text = str(index.siblingAtColumn(column).data())
            yield f"  {text}" if column == WHAT and index.parent().isValid() else text

    # --- building

    def _combo(self, name: str, title: str) -> QuietCombo:
        combo = QuietCombo()
        combo.setObjectName(name)
        combo.setAccessibleName(title)
        combo.setToolTip(self.tr("What to compare: the plan or a what-if"))
        combo.setMinimumContentsLength(16)
        combo.setSizeAdjustPolicy(QuietCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.currentIndexChanged.connect(lambda _: self._compare())
        return combo

    def _tree(self) -> QTreeView:
        tree = _Tree()
        tree.setObjectName("whatif_tree")
        tree.setAccessibleName(self.tr("Side by side"))
        tree.setModel(self.model)
        tree.setUniformRowHeights(True)
        tree.setAlternatingRowColors(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setExpandsOnDoubleClick(False)
        tree.activated.connect(self._go)
        header = tree.header()
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        add_copy_action(tree)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        return tree

    def _findings(self, name: str) -> tuple[RowsModel[Finding], RowsView[Finding], QLabel]:
        columns = (
            Column[Finding](
                self.tr("Severity"),
                lambda finding: severity_word(finding.severity.value),
                sort=lambda finding: severity_rank(finding.severity.value),
                icon=lambda finding: severity_icon(finding.severity.value),
                width=104,
            ),
            Column[Finding](self.tr("What is"), message, tip=sentence, width=120),
        )
        model: RowsModel[Finding] = RowsModel(columns, id, self, greyed=lambda f: f.muted is not None)
        view: RowsView[Finding] = RowsView(model, name)
        view.setObjectName(name)
        view.row_activated.connect(lambda _: self._go_to_finding(view))
        title = QLabel()
        title.setBuddy(view)
        view.setAccessibleName(
            self.tr("Findings that go") if name == "whatif_lost" else self.tr("New findings")
        )
        return model, view, title

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.apply = self._button(buttons, self.tr("&Apply"), "ok", "whatif_apply_button")
        self.apply.clicked.connect(lambda: self.apply_requested.emit(self.after.currentData()))
        self.drop = self._button(buttons, self.tr("D&rop…"), "remove", "whatif_drop_button")
        self.drop.clicked.connect(lambda: self.drop_requested.emit(self.after.currentData()))
        self.copy = self._button(buttons, self.tr("&Copy All"), "copy", "whatif_copy_button")
        self.copy.setToolTip(self.tr("Copy everything that is shown as tab-separated text"))
        self.copy.clicked.connect(self.copy_all)
        for button in (self.apply, self.drop, self.copy):
            buttons.addButton(button, role)
        buttons.rejected.connect(self.reject)
        return buttons

    @staticmethod
    def _button(parent: QWidget, text: str, icon_name: str, name: str) -> QPushButton:
        button = QPushButton(icon(icon_name), text, parent)
        button.setObjectName(name)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        caption = QLabel(self.tr("&Compare"))
        caption.setBuddy(self.before)
        row.addWidget(caption)
        row.addWidget(self.before, 1)
        row.addWidget(self.swap)
        other = QLabel(self.tr("&with"))
        other.setBuddy(self.after)
        row.addWidget(other)
        row.addWidget(self.after, 1)
        row.addSpacing(8)
        row.addWidget(self.only)
        below = QSplitter()
        below.setChildrenCollapsible(False)
        for title, view in ((self.lost_title, self.lost_view), (self.gained_title, self.gained_view)):
            part = QWidget()
            column = QVBoxLayout(part)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(4)
            column.addWidget(title)
            column.addWidget(view, 1)
            below.addWidget(part)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.tree)
        split.addWidget(below)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.summary)
        column.addWidget(split, 1)
        column.addWidget(self.buttons)


class _Tree(QTreeView):
    """Its columns share the width, until somebody chooses another one for a column."""

    def __init__(self) -> None:
        super().__init__()
        self._chosen = self._sharing = False
        self.header().sectionResized.connect(self._resized)

    def _resized(self, column: int) -> None:
        # The last one takes what is left, whoever asks.
        self._chosen = self._chosen or not (self._sharing or column == CHANGE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if not self._chosen:
            self._sharing = True
            for column, share in SHARES.items():
                self.header().resizeSection(column, round(share * self.viewport().width()))
            self._sharing = False
        super().resizeEvent(event)

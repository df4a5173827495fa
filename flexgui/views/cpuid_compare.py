"""The CPUID of several hosts side by side: a column a processor, and what differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QComboBox, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from flexgui.evc.visibility import binary_translation_usual
from flexgui.plan.values import Cluster, Host, Plan
from flexgui.views import cpuid_compare_words as words
from flexgui.views.cpuid_bar import FilterBar, Sentence
from flexgui.views.cpuid_comparison import Choice, Compared, What, choose, compared_rows
from flexgui.views.cpuid_delegate import Brush, CpuidDelegate
from flexgui.views.cpuid_model import CpuidModel, Show, visible_places
from flexgui.views.cpuid_outline import Outline, mask_lines
from flexgui.views.cpuid_rows import Kind, Row, RowKey
from flexgui.views.cpuid_search import best_row, found_rows
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import SecondaryLabel, WrapLabel
from flexgui.widgets.quiet_inputs import QuietCombo
from flexgui.widgets.theme import monospace_font
from flexgui.widgets.tooltip import plain_tip

_MASKS: Final = "# "
"""What a line begins with that names the host of the mask lines after it."""


_TITLE: Final = 16
"""The characters of a title that a column has room for in one line; the tool tip has them all."""


def _end(name: str) -> str:
    """A name as a column's title: names of one fleet differ at their end."""
    return name if len(name) <= _TITLE else "…" + name[1 - _TITLE :]


class CompareModel(CpuidModel):
    """Leaf → register → field of several hosts. `compare` is the only way in."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.compared: tuple[Compared, ...] = ()

    def compare(self, compared: Sequence[Compared], rows: list[Row]) -> bool:
        """Show other hosts or rows. Returns whether the model was reset."""
        other = len(compared) != len(self.compared)
        if other:
            self.set_rows([], None)
            self.beginResetModel()
        self.compared = tuple(compared)
        if other:
            self.endResetModel()
        was_reset = self.set_rows(rows, None)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
        return was_reset or other

    def columnCount(self, parent: object = None) -> int:
        return len(self.compared) + 2

    def titles(self) -> tuple[str, ...]:
        names = (f"{_end(each.label())}\n{_end(each.subject.cpu.short_name())}" for each in self.compared)
        return (self.tr("Field"), *names, self.tr("Difference"))

    def explanations(self) -> tuple[str, ...]:
        return (
            self.tr("CPUID leaf, register, and the field in it by vSphere's name."),
            *(plain_tip(words.column_tip(each).split("\n")) for each in self.compared),
            self.tr("Which of the hosts lack the feature that others have."),
        )

    def details_of(self, row: Row) -> str:
        return words.details(row, self.compared)

    def spoken_of(self, row: Row, column: int) -> str:
        if column == 0:
            return row.text() + (", " + self.tr("differs") if row.differs else "")
        cell = row.cell(column)
        return words.spoken_cell(cell) or self.tr("nothing")


class CompareDelegate(CpuidDelegate):
    """Paints values of several hosts."""

    def span(self, row: Row) -> tuple[int, int]:
        return (0, len(row.cells) - 1) if row.kind is Kind.LEAF else (0, -1)

    def draw(self, brush: Brush, row: Row, column: int) -> None:
        brush.compared(row, column, len(row.cells))


class CompareOutline(Outline):
    """The tree of the comparison."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.model_ = CompareModel()
        super().__init__(parent, self.model_)
        self.model_.setParent(self)
        self.setAccessibleName(self.tr("CPUID of several hosts"))

    def make_delegate(self) -> CpuidDelegate:
        return CompareDelegate(self, self.row_at)

    def compare(self, compared: Sequence[Compared], rows: list[Row]) -> bool:
        """Show other hosts or rows. Returns whether the rows are at other places than before."""
        others = len(compared) != len(self.model_.compared)
        was_reset = self.model_.compare(compared, rows)
        if self._open is None and rows:
            self._open = self.open_at_first(rows)
        if others:
            self.share_width()
        return was_reset

    def open_at_first(self, rows: list[Row]) -> set[RowKey]:
        registers = {(1, 0, 2)} | {
            row.key[:3] for row in rows if row.differs and row.view is not None and row.view.field.flag
        }
        return registers | {key[:2] for key in registers}

    def share_width(self) -> None:
        count = self.model_.columnCount() - 2
        digit = QFontMetricsF(monospace_font()).horizontalAdvance("0")
        room = self.viewport().width()
        first, last = 31 * digit, 22 * digit
        each = max(17 * digit, min(19 * digit, (room - first - last) / max(1, count)))
        first += max(0.0, min(7 * digit, room - first - last - count * each))
        self.set_widths({0: first} | dict.fromkeys(range(1, count + 1), each))

    def lines_to_copy(self) -> list[str]:
        """The mask lines of the selected registers, for each host after a line that names it."""
        if not hasattr(self, "model_"):
            return []
        lines: list[str] = []
        keys = [row.key for row in self.selected_registers()]
        for each in self.model_.compared:
            own = mask_lines(row for key in keys if (row := each.rows.get(key)) is not None)
            if own:
                mode = each.subject.view.mode
                name = each.label() if mode is None else f"{each.label()}, {mode.key}"
                lines += [f"{_MASKS}{name}", *own]
        return lines


class CpuidCompareView(QWidget):
    """The comparison with its search, filters, and what it compares."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: Plan | None = None
        self._rows: list[Row] = []
        self._found: list[int] | None = None
        self.choice = Choice(())
        self.setAccessibleName(self.tr("Comparison of CPUID"))
        self.summary = Sentence()
        self.what = self._make_what()
        self.bar = FilterBar()
        self.bar.filters[Show.DIFFERS].setToolTip(self.tr("Show where the hosts differ."))
        self.tree = CompareOutline()
        self.details = WrapLabel()
        self.details.setMinimumHeight(2 * self.details.fontMetrics().lineSpacing())
        self.details.hide()  # until a row is selected: its room is the tree's
        self.details.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.details.setAccessibleName(self.tr("Details of the selected row"))
        self._nothing = self._make_nothing()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self._nothing)
        self._work = QTimer(self)
        self._work.setInterval(0)
        self._work.timeout.connect(self._find_next)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.summary)
        column.addWidget(self.bar)
        column.addWidget(self._stack, 1)
        column.addWidget(self.details)
        self.bar.searched.connect(self._search)
        self.bar.show_changed.connect(self._filter)
        self.bar.stepped.connect(self._step)
        self.bar.left_below.connect(self.enter_tree)
        self.what.currentIndexChanged.connect(self._show_rows)
        self.tree.selectionModel().currentChanged.connect(self._explain)

    @property
    def busy(self) -> bool:
        """Whether rows are still to come."""
        return self._work.isActive()

    def set_hosts(self, plan: Plan, hosts: Sequence[Host], cluster: Cluster | None = None) -> None:
        """Compare hosts of a plan, all of one `cluster` or any. Call it again whenever the plan changes."""
        self._plan = plan
        before = self.choice
        self.choice = choose(
            plan,
            hosts,
            cluster=cluster,
            binary_translation=binary_translation_usual(plan.release),
            before=before.compared,
        )
        if self._rows and not self.busy and self.choice.alike(before):
            self._explain()  # other hosts of the cluster may hold a mode back now
            return
        self._work.start()
        if all(each.known for each in self.choice.compared):
            self._find_next()

    def focus_search(self) -> None:
        """Put the keyboard into the search box, its text selected."""
        self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.search.selectAll()

    def chosen(self) -> What:
        """What is compared."""
        found: What = self.what.currentData()
        return found

    def _make_what(self) -> QComboBox:
        box = QuietCombo()
        for what, text, tip in (
            (What.HARDWARE, self.tr("Hardware"), self.tr("What the processors themselves answer.")),
            (What.GUEST, self.tr("EVC baseline"), self.tr("What the kernels of guests see.")),
            (What.APPLICATION, self.tr("Application"), self.tr("What programs in guests see.")),
        ):
            box.addItem(text, what)
            box.setItemData(box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        box.setAccessibleName(self.tr("What is compared"))
        box.setToolTip(self.tr("What is compared: hardware, or what virtual machines see of it"))
        return box

    def _make_nothing(self) -> QWidget:
        """What stands in the tree's place where nothing is left: low, for there may be little room."""
        self._nothing_said = SecondaryLabel()
        self._nothing_said.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._show_all = QPushButton(icon("filter"), self.tr("Show All Rows"))
        self._show_all.setToolTip(self.tr("Search for nothing and show all rows"))
        self._show_all.clicked.connect(self.show_everything)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.addStretch()
        column.addWidget(self._nothing_said)
        column.addWidget(self._show_all, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        return whole

    def show_everything(self) -> None:
        """All rows, and no search."""
        self.bar.filters[Show.ALL].setChecked(True)
        self.bar.clear()
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- rows

    def _find_next(self) -> None:
        """Find the rows of one more processor; with all of them, show them."""
        open_ = next((each for each in self.choice.compared if not each.known), None)
        if open_ is not None:
            _ = open_.rows
            if any(not each.known for each in self.choice.compared):
                return
        self._work.stop()
        self._show_rows()

    def _show_rows(self) -> None:
        if self._work.isActive():
            return
        compared = self.choice.compared
        self._rows = compared_rows(compared, self.chosen()) if compared else []
        with self.tree.place_kept():
            was_reset = self.tree.compare(compared, self._rows)
            self._refresh(restore=was_reset)
        self.summary.say(*words.summary(self.choice, self._rows, self.chosen()))
        self._explain()

    # --- search and filters

    def _search(self) -> None:
        text = self.bar.text()
        self._found = found_rows(self._rows, text) if text else None
        self._filter()

    def _filter(self) -> None:
        self.tree.open_all_found()
        self._refresh(restore=True)

    def _refresh(self, *, restore: bool) -> None:
        if self._found is not None:
            self._found = found_rows(self._rows, self.bar.text())
        accepted = visible_places(self._rows, self.bar.show_kind(), self._found)
        self.tree.filter(accepted, restore=restore)
        empty = (accepted is not None and not accepted) or not self._rows
        if empty:
            self._nothing_said.setText(self._why_nothing())
            self._show_all.setVisible(bool(self._rows))
        self._stack.setCurrentIndex(1 if empty else 0)
        found = self._found
        self.bar.set_count("" if found is None else self.tr("{count} found").format(count=len(found)))

    def _why_nothing(self) -> str:
        if not self._rows:
            return self.tr("There is nothing to compare.")
        if self._found:
            text = self.tr("What matches “{text}” is not shown by the filter. Show all rows to see it.")
            return text.format(text=self.bar.text())
        if self._found is not None:
            return self.tr("No field that is shown matches “{text}”. Try another spelling.").format(
                text=self.bar.text()
            )
        if self.bar.show_kind() is Show.MASKED:
            return self.tr("Nothing is masked on these hosts.")
        return self.tr("The hosts do not differ in what is known of them.")

    def _step(self, by: int) -> None:
        self.bar.settle()
        accepted = visible_places(self._rows, self.bar.show_kind(), self._found)
        found = [at for at in self._found or () if accepted is None or at in accepted]
        if not found:
            return
        current = self.tree.current_place()
        if current not in found:
            best = best_row(self._rows, found, self.bar.text())
            target = found[0] if best is None else best
        else:
            target = found[(found.index(current) + by) % len(found)]
        self.tree.go_to(target)

    def enter_tree(self) -> None:
        self.bar.settle()
        if not self.tree.currentIndex().isValid():
            self.tree.setCurrentIndex(self.tree.proxy.index(0, 0))
        self.tree.setFocus(Qt.FocusReason.TabFocusReason)

    def _explain(self) -> None:
        row = self.tree.current_row()
        text = "" if row is None else words.details(row, self.choice.compared, self._why(row))
        self.details.setText(text)
        self.details.setVisible(bool(text))
        self.details.setAccessibleDescription(text)

    def _why(self, row: Row) -> str:
        """Why the selected feature is masked, or may be, for each mode that the hosts are under."""
        if self._plan is None or row.kind is not Kind.FIELD:
            return ""
        clusters: dict[str, Cluster] = {}
        for each in self.choice.compared:
            own, cluster = each.rows.get(row.key), each.subject.cluster
            if cluster is not None and own is not None and (own.hidden or own.unsure):
                clusters.setdefault(cluster.evc_mode or "", cluster)
        return " ".join(words.why_hidden(self._plan, cluster, row.name) for cluster in clusters.values())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Find):
            self.focus_search()
        elif event.key() == Qt.Key.Key_F3:
            self._step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape and self.bar.search.text():
            self.bar.clear()
        else:
            super().keyPressEvent(event)

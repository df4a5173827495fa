"""How the CPUID tree paints a cell: values in fixed width, masks with their zeros marked, "?" on hatching."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Final

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionFocusRect,
    QStyleOptionViewItem,
    QTreeView,
)

from flexgui.views.cpuid_rows import MASKED, Column, Kind, Look, Row
from flexgui.widgets.icons import icon
from flexgui.widgets.theme import monospace_font, theme

Index = QModelIndex | QPersistentModelIndex

PADDING: Final = 4
ICON: Final = 12
GAP: Final = 4

_TOKENS: Final = {
    Look.PLAIN: "text",
    Look.QUIET: "secondary",
    Look.UNKNOWN: "unknown",
    Look.MASKED: "masked",
    Look.EXPOSED: "warning",
    Look.LACKING: "error",
    Look.DIFFERS: "warning",
}
_ICONS: Final = {
    Look.MASKED: "masked",
    Look.EXPOSED: "warning",
    Look.LACKING: "error",
    Look.DIFFERS: "compare",
}

_SPANS: Final = {
    Kind.LEAF: (Column.FIELD, Column.BASELINE),
    Kind.REGISTER: (Column.HARDWARE, Column.BASELINE),
}
"""The first column's text of these runs on through the empty cells up to the last."""


class CpuidDelegate(QStyledItemDelegate):
    """Paints all columns of a tree. `row_at` gives the row of an index of that tree's model.

    It asks the model for nothing but the row: a screenful has some 200 cells, and an item asks for seven
    roles by itself.
    """

    def __init__(self, view: QTreeView, row_at: Callable[[Index], Row | None]) -> None:
        super().__init__(view)
        self._view, self._row_at = view, row_at
        self._type: _Type | None = None

    def forget_fonts(self) -> None:
        """The fonts of the system or of the view have changed."""
        self._type = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        kind = self._fonts()
        return QSize(0, round(max(kind.text_metrics.height(), kind.fixed_metrics.height())) + 2 * PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style, element = self._view.style(), QStyle.PrimitiveElement
        style.drawPrimitive(element.PE_PanelItemViewItem, option, painter, self._view)
        row, cell = self._row_at(index), QRect(option.rect)
        if row is None:
            return
        column, whole = index.column(), cell
        first, last = self.span(row)
        if first <= column <= last:
            column = first
            ends = (index.sibling(index.row(), first), index.sibling(index.row(), last))
            whole = self._view.visualRect(ends[0]).united(self._view.visualRect(ends[1]))
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setClipRect(cell, Qt.ClipOperation.IntersectClip)
        self.draw(
            Brush(painter, whole.adjusted(PADDING, 0, -PADDING, 0), selected, self._fonts()), row, column
        )
        painter.restore()
        if option.state & QStyle.StateFlag.State_HasFocus and not selected:
            focus = QStyleOptionFocusRect()
            focus.rect, focus.state, focus.palette = cell, option.state, option.palette
            style.drawPrimitive(element.PE_FrameFocusRect, focus, painter, self._view)

    def span(self, row: Row) -> tuple[int, int]:
        """(first, last) of the columns that the first one's text runs on through; (0, -1) for none."""
        return _SPANS.get(row.kind, (0, -1))

    def draw(self, brush: Brush, row: Row, column: int) -> None:
        """Paint one cell."""
        brush.cell(row, Column(column))

    def _fonts(self) -> _Type:
        if self._type is None:
            self._type = _Type(self._view.font())
        return self._type


class _Type:
    """The two fonts and what they measure; made once, since making the fixed one costs more than its use."""

    def __init__(self, font: QFont) -> None:
        self.text, self.fixed = font, monospace_font()
        self.struck = QFont(self.fixed)
        self.struck.setStrikeOut(True)
        self.text_metrics, self.fixed_metrics = QFontMetricsF(font), QFontMetricsF(self.fixed)


class Brush:
    """Paints runs of text from left to right, each in its colour, until there is no more room."""

    def __init__(self, painter: QPainter, room: QRect, selected: bool, kind: _Type) -> None:
        self._painter, self._room, self._selected, self._type = painter, room, selected, kind
        self._x = float(room.left())

    def cell(self, row: Row, column: Column) -> None:
        if column is Column.FIELD:
            self._first_column(row)
            return
        text, look = row.cell(column)
        if not text:
            return
        if look is Look.UNKNOWN:
            self._hatched(text)
        elif text == MASKED:
            self.cell_masked()
        elif column is Column.MASK and row.kind is Kind.REGISTER and look is Look.MASKED:
            self._mask(text)
        elif column is Column.HARDWARE and row.kind is Kind.REGISTER:
            digits, _, bits = text.partition("  ")
            self._run(digits, "text")
            self._x += 2 * GAP
            # Half a row of bits says nothing; the tool tip has them all.
            if self._x + self._type.fixed_metrics.horizontalAdvance(bits) <= self._room.right():
                self._run(bits, "secondary")
        elif column is Column.MASKED_BY or (column is Column.MASK and row.kind is Kind.LEAF):
            self._icon(look)
            self._run(text, _TOKENS[look], fixed=False)
        else:
            if look in (Look.EXPOSED, Look.LACKING) and row.kind is Kind.FIELD:
                self._icon(look)
            self._run(text, _TOKENS[look])

    def compared(self, row: Row, column: int, last: int) -> None:
        """A cell of the comparison of hosts, whose last column says what differs."""
        text, look = row.cell(column)
        if column == 0:
            if row.kind is Kind.FIELD and row.cell(last).look is Look.DIFFERS:
                self._icon(Look.DIFFERS)  # in sight even where the last column is not
            self._first_column(row)
        elif look is Look.UNKNOWN:
            self._hatched(text)
        elif column == last:
            self._icon(look)
            self._run(text, _TOKENS[look], fixed=False)
        elif text == MASKED:
            self.cell_masked()
        else:
            if look is Look.EXPOSED and row.kind is Kind.FIELD:
                self._icon(look)
            self._run(text, _TOKENS[look])

    def cell_masked(self) -> None:
        """A bit that the mode takes away."""
        self._run("1", "masked", struck=True)
        self._x += 2
        self._run("→0", "masked")
        self._x += 2 * GAP
        self._run(QCoreApplication.translate("CpuidTree", "masked"), "masked", fixed=False)

    def _first_column(self, row: Row) -> None:
        if row.kind is Kind.FIELD:
            width = self._type.fixed_metrics.horizontalAdvance(row.detail)
            end = self._room.right() - width - 3 * GAP
            self._run(row.name, "text", fixed=False, until=end - 2 * GAP)
            self._x = max(end, self._x + 2 * GAP)
            self._run(row.detail, "secondary")
            return
        self._run(row.name, "text")
        self._x += 2 * GAP
        self._run(row.detail, "text", fixed=False)

    def _mask(self, text: str) -> None:
        """A mask string: what forces a bit to 0 stands out."""
        room = self._room.right() - self._x
        text = self._type.fixed_metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        for zero, run in groupby(text, lambda character: character == "0"):
            self._run("".join(run), "masked" if zero else "secondary")

    def _hatched(self, text: str) -> None:
        width = self._type.fixed_metrics.horizontalAdvance(text)
        chip = QRectF(self._x, self._room.top() + 2, width + 4 * GAP, self._room.height() - 4)
        faint = self._color("unknown")
        faint.setAlphaF(0.35)
        self._painter.fillRect(chip, QBrush(faint, Qt.BrushStyle.BDiagPattern))
        self._x += 2 * GAP
        self._run(text, "unknown")

    def _icon(self, look: Look) -> None:
        name = _ICONS.get(look)
        if name is None:
            return
        top = self._room.top() + (self._room.height() - ICON) // 2
        painted = icon(name, "highlighted_text" if self._selected else _TOKENS[look])
        painted.paint(self._painter, QRect(round(self._x), top, ICON, ICON))
        self._x += ICON + GAP

    def _run(
        self, text: str, token: str, *, fixed: bool = True, struck: bool = False, until: float | None = None
    ) -> None:
        kind = self._type
        metrics = kind.fixed_metrics if fixed else kind.text_metrics
        room = max(0.0, (self._room.right() + 1.0 if until is None else until) - self._x)
        width = metrics.horizontalAdvance(text)
        if width > room:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(text)
        self._painter.setFont(kind.struck if struck else kind.fixed if fixed else kind.text)
        self._painter.setPen(self._color(token))
        self._painter.drawText(
            QRectF(self._x, self._room.top(), width + 1, self._room.height()),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine),
            text,
        )
        self._x += width

    def _color(self, token: str) -> QColor:
        return theme().color("highlighted_text" if self._selected else token)

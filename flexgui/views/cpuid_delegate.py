"""How the CPUID tree paints a cell: values in fixed width, masks with their zeros marked, "?" on hatching."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from flexgui.views.cpuid_model import DETAIL_ROLE, KIND_ROLE, LOOK_ROLE, NAME_ROLE
from flexgui.views.cpuid_rows import MASKED, Column, Kind, Look
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
}
_ICONS: Final = {Look.MASKED: "masked", Look.EXPOSED: "warning", Look.LACKING: "error"}

_SPANS: Final = {
    Kind.LEAF: (Column.FIELD, Column.BASELINE),
    Kind.REGISTER: (Column.HARDWARE, Column.BASELINE),
}
"""The first column's text of these runs on through the empty cells up to the last."""


class CpuidDelegate(QStyledItemDelegate):
    """Paints all columns of a tree."""

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = max(option.fontMetrics.height(), QFontMetricsF(monospace_font()).height())
        return QSize(0, round(height) + 2 * PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        widget: QWidget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        cell = QRect(option.rect)
        shown, whole = index, cell
        first, last = _SPANS.get(Kind(index.data(KIND_ROLE)), (None, None))
        if first is not None and last is not None and first <= index.column() <= last:
            shown = index.sibling(index.row(), first)
            whole = self._view.visualRect(shown).united(self._view.visualRect(shown.siblingAtColumn(last)))
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setClipRect(cell, Qt.ClipOperation.IntersectClip)
        _Brush(painter, whole.adjusted(PADDING, 0, -PADDING, 0), selected, option.font).cell(shown)
        painter.restore()


class _Brush:
    """Paints runs of text from left to right, each in its colour, until there is no more room."""

    def __init__(self, painter: QPainter, room: QRect, selected: bool, font: QFont) -> None:
        self._painter, self._room, self._selected, self._font = painter, room, selected, font
        self._fixed = monospace_font()
        self._x = float(room.left())

    def cell(self, index: Index) -> None:
        look = Look(index.data(LOOK_ROLE))
        kind, column = Kind(index.data(KIND_ROLE)), Column(index.column())
        text: str = index.data(Qt.ItemDataRole.DisplayRole)
        if column is Column.FIELD:
            self._first_column(index, kind)
        elif look is Look.UNKNOWN:
            self._hatched(text)
        elif text == MASKED:
            self._run("1", "masked", self._fixed, struck=True)
            self._x += 2
            self._run("→0", "masked", self._fixed)
            self._x += 2 * GAP
            self._run(QCoreApplication.translate("CpuidTree", "masked"), "masked", self._font)
        elif column is Column.MASK and kind is Kind.REGISTER and look is Look.MASKED:
            self._mask(text)
        elif column is Column.HARDWARE and kind is Kind.REGISTER:
            digits, _, bits = text.partition("  ")
            self._run(digits, "text", self._fixed)
            self._x += 2 * GAP
            self._run(bits, "secondary", self._fixed)
        elif column is Column.MASKED_BY or (column is Column.MASK and kind is Kind.LEAF):
            self._icon(look)
            self._run(text, _TOKENS[look], self._font)
        else:
            if look in (Look.EXPOSED, Look.LACKING) and kind is Kind.FIELD:
                self._icon(look)
            self._run(text, _TOKENS[look], self._fixed)

    def _first_column(self, index: Index, kind: Kind) -> None:
        name, detail = index.data(NAME_ROLE), index.data(DETAIL_ROLE)
        if kind is Kind.FIELD:
            width = QFontMetricsF(self._fixed).horizontalAdvance(detail)
            end = self._room.right() - width - 3 * GAP
            self._run(name, "text", self._font, until=end - 2 * GAP)
            self._x = max(end, self._x + 2 * GAP)
            self._run(detail, "secondary", self._fixed)
            return
        self._run(name, "text", self._fixed)
        self._x += 2 * GAP
        self._run(detail, "text", self._font)

    def _mask(self, text: str) -> None:
        """A mask string: what forces a bit to 0 stands out."""
        metrics = QFontMetricsF(self._fixed)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self._room.right() - self._x)
        start = 0
        while start < len(text):
            end = start
            while end < len(text) and (text[end] == "0") == (text[start] == "0"):
                end += 1
            self._run(text[start:end], "masked" if text[start] == "0" else "secondary", self._fixed)
            start = end

    def _hatched(self, text: str) -> None:
        metrics = QFontMetricsF(self._fixed)
        chip = QRectF(
            self._x,
            self._room.top() + 2,
            metrics.horizontalAdvance(text) + 4 * GAP,
            self._room.height() - 4,
        )
        color = self._color("unknown")
        faint = QColor(color)
        faint.setAlphaF(0.35)
        self._painter.fillRect(chip, QBrush(faint, Qt.BrushStyle.BDiagPattern))
        self._x += 2 * GAP
        self._run(text, "unknown", self._fixed)

    def _icon(self, look: Look) -> None:
        name = _ICONS.get(look)
        if name is None:
            return
        top = self._room.top() + (self._room.height() - ICON) // 2
        painted = icon(name, "highlighted_text" if self._selected else _TOKENS[look])
        painted.paint(self._painter, QRect(round(self._x), top, ICON, ICON))
        self._x += ICON + GAP

    def _run(
        self, text: str, token: str, font: QFont, *, struck: bool = False, until: float | None = None
    ) -> None:
        if struck:
            font = QFont(font)
            font.setStrikeOut(True)
        metrics = QFontMetricsF(font)
        end = self._room.right() + 1.0 if until is None else until
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, end - self._x))
        self._painter.setFont(font)
        self._painter.setPen(self._color(token))
        width = metrics.horizontalAdvance(text)
        self._painter.drawText(
            QRectF(self._x, self._room.top(), width + 1, self._room.height()),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine),
            text,
        )
        self._x += width

    def _color(self, token: str) -> QColor:
        return theme().color("highlighted_text" if self._selected else token)

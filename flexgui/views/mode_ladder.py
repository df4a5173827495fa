"""The mode ladder: the modes as rungs, newest on top, and the hosts that can reach them.

A list with a painter of its own: it scrolls, takes the keyboard and reads to a screen reader as any list.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QPainter, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from flexgui.evc.support import Answer
from flexgui.views.ladder_rungs import Ladder, Rung
from flexgui.widgets.icons import icon
from flexgui.widgets.name_list import joined
from flexgui.widgets.processor_text import first_offered, hidden_advice, mode_name, support_reason
from flexgui.widgets.theme import theme
from flexgui.widgets.tooltip import plain_tip

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
RungRole = Qt.ItemDataRole.UserRole + 1
_ROW, _LANE, _LEFT, _GAP = 44, 22, 20, 8
_NAMES = 4


class LadderModel(QAbstractListModel):
    """The rungs of a ladder from the top down."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ladder = Ladder((), (), 1, ())

    def set_ladder(self, ladder: Ladder) -> None:
        if ladder == self.ladder:
            return
        if [r.mode.key for r in ladder.rungs] == [r.mode.key for r in self.ladder.rungs]:
            self.ladder = ladder
            self.dataChanged.emit(self.index(0), self.index(len(ladder.rungs) - 1))
            return
        self.beginResetModel()
        self.ladder = ladder
        self.endResetModel()

    def rung(self, index: Index) -> Rung | None:
        rungs = self.ladder.rungs
        return rungs[index.row()] if index.isValid() and index.row() < len(rungs) else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.ladder.rungs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        rung = self.rung(index)
        if rung is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return mode_name(rung.mode)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.lines(rung))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ". ".join([mode_name(rung.mode), *self.lines(rung)])
        return None

    def allowed(self, rung: Rung) -> str:
        return self.tr("{count} of {total} hosts").format(count=rung.allowing, total=rung.total)

    def standing(self, rung: Rung) -> str:
        return joined(rung.standing, _NAMES, none="")

    def blockers(self, rung: Rung) -> str:
        """Who does not take the mode, the shortest reason first: one line."""
        order = sorted(
            rung.blocked, key=lambda b: (b.support.answer is Answer.UNKNOWN, len(b.support.missing))
        )
        parts = []
        for blocked in order:
            who = joined(blocked.hosts, _NAMES)
            if blocked.support.answer is Answer.UNKNOWN:
                parts.append(self.tr("{hosts}: cannot tell").format(hosts=who))
            else:
                lacks = joined(blocked.support.missing, 3)
                parts.append(self.tr("{hosts} lacks {features}").format(hosts=who, features=lacks))
        return "; ".join(parts)

    def lines(self, rung: Rung) -> list[str]:
        """All there is to say of a rung."""
        lines = [self.allowed(rung)] if rung.total else []
        if rung.current:
            lines.append(self.tr("This is the cluster’s mode."))
        facts = self.facts(rung)
        for key, sentence in (
            ("standing", self.tr("Hosts at this level: {what}")),
            ("blocked", "{what}"),
            ("untold", "{what}"),
            ("adds", self.tr("Adds {what}")),
            ("source", self.tr("Source: {what}")),
        ):
            if facts[key]:
                lines += sentence.format(what=facts[key]).split("\n")
        return lines

    def facts(self, rung: Rung) -> dict[str, str]:
        """Who stands on a rung, who cannot and why, of whom that cannot be told, what it adds, and where that
        is from; "" for nothing.
        """
        blocked: list[str] = []
        untold: list[str] = []
        for each in rung.blocked:
            reason = f"{joined(each.hosts, 20)}: {_inside(support_reason(each.support))}"
            tips = hidden_advice(each.cpu, each.support)
            told = " ".join((reason.rstrip(".") + ".", *tips)) if tips else reason
            (untold if each.support.answer is Answer.UNKNOWN else blocked).append(told)
        unknown = self.tr("what is not published")
        return {
            "standing": joined(rung.standing, 20, none=""),
            "blocked": "\n".join(blocked),
            "untold": "\n".join(untold),
            "adds": (", ".join(rung.adds) or "–") if rung.mode.known else unknown,
            "source": "\n".join(filter(None, (rung.mode.requires_provenance, first_offered(rung.mode)))),
        }


class ModeLadder(QListView):
    """The ladder as a list. The line of the chosen mode goes across; what is above it is dimmed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ladder_model = LadderModel(self)
        self.setModel(self.ladder_model)
        self.setItemDelegate(_RungDelegate(self))
        self.setUniformItemSizes(True)
        self.setAccessibleName(self.tr("EVC modes, newest first"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setMinimumHeight(3 * _ROW)
        theme().changed.connect(self.viewport().update)

    def set_ladder(self, ladder: Ladder) -> None:
        self.ladder_model.set_ladder(ladder)
        self.viewport().update()

    def sizeHint(self) -> QSize:
        """Small, so that the page scrolls only where the ladder cannot; it takes all room that is left."""
        return QSize(400, 3 * _ROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex(), QListView.ScrollHint.PositionAtCenter)

    def select_mode(self, key: str | None) -> None:
        """Make a mode's rung the current one and scroll to it; the newest for None."""
        rungs = self.ladder_model.ladder.rungs
        row = next((n for n, rung in enumerate(rungs) if rung.mode.key == key), 0)
        if rungs:
            self.setCurrentIndex(self.ladder_model.index(row))
            self.scrollTo(self.ladder_model.index(row), QListView.ScrollHint.PositionAtCenter)


class _RungDelegate(QStyledItemDelegate):
    """Paints the rails, the rung, who stands on it and who blocks it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        lines = 2 * option.fontMetrics.height() + 12
        return QSize(240, max(_ROW, lines))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, LadderModel):
            return
        rung = model.rung(index)
        if rung is None:
            return
        rect: QRect = option.rect
        palette: QPalette = option.palette
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(rect)
        if selected:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.Highlight))
        elif rung.current:
            painter.fillRect(rect, theme().tint("accent"))
        self._paint_rails(painter, rect, index.row(), model.ladder, selected)
        self._paint_rung(painter, rect, rung, selected)
        left = rect.left() + _LEFT + model.ladder.lanes * _LANE + _GAP
        self._paint_texts(
            painter, rect.adjusted(left - rect.left(), 0, -_GAP, 0), model, rung, option, selected
        )
        if state & QStyle.StateFlag.State_HasFocus:
            pen = QPen(_color("highlighted_text" if selected else "accent", False), 1, Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        painter.restore()

    def _paint_rails(self, painter: QPainter, rect: QRect, row: int, ladder: Ladder, selected: bool) -> None:
        painter.setPen(QPen(_color("secondary", selected), 2))
        middle = rect.center().y() + 0.5
        top, bottom = float(rect.top()), float(rect.bottom() + 1)
        for edge in ladder.edges:
            upper, lower = _lane_x(rect, edge.upper_lane), _lane_x(rect, edge.lower_lane)
            if edge.upper_row == row:
                painter.drawLine(QPointF(upper, middle), QPointF(upper, bottom))
            elif edge.upper_row < row < edge.lower_row:
                painter.drawLine(QPointF(upper, top), QPointF(upper, bottom))
            elif edge.lower_row == row:
                painter.drawLine(QPointF(upper, top), QPointF(lower, middle))

    def _paint_rung(self, painter: QPainter, rect: QRect, rung: Rung, selected: bool) -> None:
        center = QPointF(_lane_x(rect, rung.lane), rect.center().y() + 0.5)
        token = "accent" if rung.current else "disabled" if rung.above else "text"
        color = _color(token, selected)
        background = (
            theme().color("highlight")
            if selected
            else theme().tint("accent")
            if rung.current
            else theme().color("base")
        )
        if rung.current:
            pen = QPen(color, 2)
            painter.setPen(pen)
            painter.drawLine(QPointF(rect.left(), rect.bottom()), QPointF(rect.right(), rect.bottom()))
        painter.setPen(QPen(color, 2))
        painter.setBrush(color if rung.current or rung.standing else background)
        painter.drawEllipse(center, 5.5, 5.5)
        if not rung.mode.known:
            painter.setBrush(background)
            painter.drawEllipse(center, 7.5, 7.5)
            font = painter.font()
            font.setBold(True)
            font.setPointSizeF(font.pointSizeF() * 0.85)
            painter.save()
            painter.setFont(font)
            box = QRect(int(center.x()) - 8, int(center.y()) - 8, 17, 17)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "?")
            painter.restore()

    def _paint_texts(
        self,
        painter: QPainter,
        rect: QRect,
        model: LadderModel,
        rung: Rung,
        option: QStyleOptionViewItem,
        selected: bool,
    ) -> None:
        font = QFont(option.font)
        bold = QFont(font)
        bold.setBold(True)
        metrics = option.fontMetrics
        height = metrics.height()
        first = QRect(rect.left(), rect.center().y() - height, rect.width(), height)
        second = QRect(rect.left(), rect.center().y() + 1, rect.width(), height)
        main = _color("secondary" if rung.above else "text", selected)
        quiet = _color("secondary", selected)

        painter.setFont(bold if rung.current else font)
        count = model.allowed(rung) if rung.total else ""
        marked = self.tr("planned mode") if rung.current else ""
        right = self._right_texts(painter, first, count, marked, rung, selected)
        name = painter.fontMetrics().elidedText(
            model.data(model.index(model.ladder.rungs.index(rung))),
            Qt.TextElideMode.ElideRight,
            right - first.left(),
        )
        painter.setPen(main)
        painter.drawText(first.adjusted(0, 0, right - first.right(), 0), Qt.AlignmentFlag.AlignVCenter, name)

        painter.setFont(font)
        x = second.left()
        who = model.standing(rung)
        if who:
            side = min(16, height)
            shown = icon("host", "accent" if rung.current else "text")
            if selected:
                shown = icon("host", "highlighted_text")
            shown.paint(painter, QRect(x, second.top() + (height - side) // 2, side, side))
            x += side + 4
            who = metrics.elidedText(who, Qt.TextElideMode.ElideRight, max(40, second.width() // 2))
            painter.setPen(main)
            painter.drawText(
                QRect(x, second.top(), second.right() - x, height), Qt.AlignmentFlag.AlignVCenter, who
            )
            x += metrics.horizontalAdvance(who) + 16
        note = model.blockers(rung)
        if not note and rung.above:
            note = self.tr("hidden: {features}").format(features=joined(rung.adds, 5))
        elif not note and not rung.total:
            note = self.tr("adds {features}").format(features=joined(rung.adds, 5)) if rung.mode.known else ""
        if not rung.mode.known and not note:
            note = self.tr("its features are not published")
        painter.setPen(quiet)
        note = metrics.elidedText(note, Qt.TextElideMode.ElideRight, second.right() - x)
        painter.drawText(
            QRect(x, second.top(), second.right() - x, height), Qt.AlignmentFlag.AlignVCenter, note
        )

    def _right_texts(
        self, painter: QPainter, line: QRect, count: str, marked: str, rung: Rung, selected: bool
    ) -> int:
        """Paint what stands at the right of the first line; the x where it begins."""
        metrics = painter.fontMetrics()
        right = line.right()
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if count:
            all_of_them = rung.allowing == rung.total
            token = "ok" if all_of_them else "secondary" if rung.allowing else "error"
            painter.setPen(_color(token if not rung.above else "secondary", selected))
            painter.drawText(line, flags, count)
            right -= max(metrics.horizontalAdvance(count), metrics.horizontalAdvance("00 of 00 hosts")) + 16
        if marked:
            painter.setPen(_color("accent", selected))
            painter.drawText(
                QRect(line.left(), line.top(), right - line.left(), line.height()), flags, marked
            )
            right -= metrics.horizontalAdvance(marked) + 16
        return right


def _inside(sentence: str) -> str:
    """A sentence after a colon."""
    return sentence[:1].lower() + sentence[1:]


def _lane_x(rect: QRect, lane: int) -> float:
    return rect.left() + _LEFT + lane * _LANE + 0.5


def _color(token: str, selected: bool) -> QColor:
    return theme().color("highlighted_text" if selected else token)

"""What a heat map is drawn with: the image, the titles around it, and what lies over it; mouse and keys.

This module imports pyqtgraph, which takes a third of a second: import it when a map is first shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from flexgui.evc.compatibility import pooled
from flexgui.widgets.plots.grid import LONGEST_HEAD, Grid
from flexgui.widgets.plots.looks import fill_of, hatch, mark_font
from flexgui.widgets.theme import theme

if TYPE_CHECKING:
    from flexgui.widgets.plots.heat_map import HeatMap, Map

USUAL_HEIGHT: Final = 22.0
"""Pixels: rows with room for their titles."""
MARKED_CELL: Final = 13.0
"""Pixels; in cells at least so large their marks are drawn, "1" or "?"."""
MOST_MARKS: Final = 6000
ZOOM: Final = 1.25
_STEPS: Final = 3
"""Lines above the columns for the names of their groups."""


class _Box(pg.ViewBox):  # type: ignore[misc]
    """Where the image is. What is in view is set by the map; the mouse moves it."""

    def __init__(self, owner: HeatMap) -> None:
        super().__init__(enableMenu=False, enableMouse=False, invertY=True, defaultPadding=0)
        self._owner = owner
        self.disableAutoRange()

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        """Scrolls; zooms with Ctrl. (Not called where the canvas takes the wheel first.)"""
        event.ignore()

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        event.accept()
        moved = event.screenPos() - event.lastScreenPos()
        cell = self._owner.cell
        self._owner.scroll(-moved.x() / cell.width(), -moved.y() / cell.height())


class Canvas(pg.GraphicsView):  # type: ignore[misc]
    """The scene: heads of columns above, titles of rows at the left, the image, and what is drawn over it."""

    def __init__(self, owner: HeatMap) -> None:
        super().__init__(background=None)
        self._owner = owner
        self.ci = pg.GraphicsLayout()
        self.setCentralItem(self.ci)
        self.ci.setContentsMargins(0, 0, 0, 0)
        self.ci.setSpacing(0)
        self.box = _Box(owner)
        self._was_named = True
        self.rows, self.heads = _Rows(owner), _Heads(owner)
        self.ci.addItem(self.heads, 0, 1)
        self.ci.addItem(self.rows, 1, 0)
        self.ci.addItem(self.box, 1, 1)
        self.image = pg.ImageItem(axisOrder="row-major")
        self.over = _Over(owner)
        self.box.addItem(self.image, ignoreBounds=True)
        self.over.setParentItem(self.box)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.scene().sigMouseClicked.connect(self._click)

    # --- drawing

    def measure(self, grid: Grid) -> None:
        """Give the titles the room that they need."""
        metrics = QFontMetricsF(self.font())
        some = range(min(grid.rows, 200))
        widest = max((metrics.horizontalAdvance(grid.row_title(n)) for n in some), default=40.0)
        # No more than a quarter of the width: the cells need it, too.
        self.rows.setFixedWidth(min(LONGEST_HEAD, max(LONGEST_HEAD / 2, self.width() / 4), widest + 16))
        longest = max((metrics.horizontalAdvance(c.title) for c in grid.columns), default=40.0)
        # In a low window the rows need the room more; the read-out has the whole names.
        room = max(metrics.height() * 3, self.height() * 0.3)
        names = min(LONGEST_HEAD, room, longest * 0.9 + 10) if self._named() else 4.0
        self.heads.setFixedHeight(names + _STEPS * (metrics.height() - 1) + 4)
        self.ci.layout.activate()

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        if event is not None and self._owner.map is not None:  # None while the view is being made
            self.measure(self._owner.map.grid)

    def _named(self) -> bool:
        """Whether columns are wide enough for their names."""
        return bool(self._owner.cell.width() >= QFontMetricsF(_small(self.font())).height() * 0.8)

    def draw(self) -> None:
        """Draw the part of the map that is in view."""
        owner = self._owner
        if owner.map is not None and self._named() != self._was_named:
            self._was_named = self._named()
            self.measure(owner.map.grid)  # which may draw once more, with another room
        shown = owner.map
        if shown is None or owner.room.width() < 2:
            return
        rows, columns = owner.shape
        if not rows or not columns:
            self.image.clear()
            self.repaint_all()
            return
        in_one = 1
        while in_one * owner.cell.height() < 1:
            in_one *= 2
        colours = np.zeros((256, 4), np.uint8)
        for number, look in enumerate(shown.looks):
            color = fill_of(look)
            colours[number] = color.red(), color.green(), color.blue(), 255
        image = pooled(owner.states, in_one)
        self.image.setImage(image, autoLevels=False, levels=(0, 255), lut=colours)
        self.image.setRect(QRectF(0, 0, columns, len(image) * in_one))
        seen = QRectF(
            owner.corner.x(),
            owner.corner.y(),
            owner.room.width() / owner.cell.width(),
            owner.room.height() / owner.cell.height(),
        )
        self.box.setRange(seen, padding=0, disableAutoRange=True)
        self.repaint_all()

    def repaint_all(self) -> None:
        for part in (self.rows, self.heads, self.over):
            part.update()

    # --- mouse and keys

    def _at(self, position: QPointF) -> QPointF:
        found: QPointF = self.box.mapFromScene(position)
        return found

    def _inside(self, position: QPointF) -> tuple[int, int]:
        at = self._at(position)
        size = self.box.size()
        inside = 0 <= at.x() < size.width() and 0 <= at.y() < size.height()
        return self._owner.place_at(at) if inside else (-1, -1)

    def _hover(self, position: QPointF) -> None:
        place, column = self._inside(position)
        self._owner.hovered.emit(self._owner.number(place) if place >= 0 else -1, column)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        # The scene tells of every move but those that follow fast, which may be the last one.
        self._hover(self.mapToScene(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._owner.hovered.emit(-1, -1)

    def _click(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton or event.double():
            return
        position, owner = event.scenePos(), self._owner
        at = self._at(position)
        rows, columns = owner.shape
        if at.y() < 0 <= at.x():
            column = int(owner.corner.x() + at.x() / owner.cell.width())
            if column < columns:
                owner.go_to_place(owner.cursor_place[0], column)
                owner.sort_by(column)
            return
        if at.x() < 0 <= at.y():
            place, column = int(owner.corner.y() + at.y() / owner.cell.height()), owner.cursor_place[1]
        else:
            place, column = self._inside(position)
        if not 0 <= place < rows:
            return
        owner.go_to_place(place, column)
        owner.select_place(place, event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        place, _ = self._inside(self.mapToScene(event.position().toPoint()))
        if place >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._owner.row_activated.emit(self._owner.number(place))

    def wheelEvent(self, event: QWheelEvent) -> None:
        owner, turned = self._owner, event.angleDelta()
        event.accept()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = (turned.y() or turned.x()) / 120
            owner.zoom(ZOOM**steps, self._at(self.mapToScene(event.position().toPoint())))
            return
        across, down = turned.x(), turned.y()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            across, down = across or down, 0
        owner.scroll(-across / 120 * 3, -down / 120 * 3 * max(1.0, USUAL_HEIGHT / owner.cell.height() / 4))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        owner, key, modifiers = self._owner, event.key(), event.modifiers()
        place, column = owner.cursor_place
        rows, columns = owner.shape
        page = max(1, int(owner.room.height() / owner.cell.height()) - 1)
        everything = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        keys = Qt.Key
        moves = {
            keys.Key_Left: (place, column - 1),
            keys.Key_Right: (place, column + 1),
            keys.Key_Up: (place - 1, column),
            keys.Key_Down: (place + 1, column),
            keys.Key_PageUp: (place - page, column),
            keys.Key_PageDown: (place + page, column),
            keys.Key_Home: (0 if everything else place, 0),
            keys.Key_End: (rows - 1 if everything else place, columns - 1),
        }
        found = moves.get(Qt.Key(key))
        if found is not None and rows:
            owner.go_to_place(*found)
            if modifiers & Qt.KeyboardModifier.ShiftModifier:
                owner.select_place(owner.cursor_place[0], modifiers)
        elif key in (keys.Key_Plus, keys.Key_Equal):
            owner.zoom(ZOOM, owner.rect_of(*owner.cursor_place).center())
        elif key == keys.Key_Minus:
            owner.zoom(1 / ZOOM, owner.rect_of(*owner.cursor_place).center())
        elif key == keys.Key_0:
            owner.fit()
        elif key == keys.Key_Space and rows:
            owner.select_place(place, modifiers)
        elif key in (keys.Key_Return, keys.Key_Enter) and rows:
            owner.row_activated.emit(owner.number(place))
        else:
            event.ignore()  # for shortcuts and for what is around the map
            return
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        self.over.update()

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self.over.update()


class _Rows(pg.GraphicsWidget):  # type: ignore[misc]
    """The titles of the rows in view; of groups of rows where there is no room for each."""

    def __init__(self, owner: HeatMap) -> None:
        super().__init__()
        self._owner = owner

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        owner = self._owner
        shown = owner.map
        if shown is None:
            return
        font = owner.font()
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        width, height = self.size().width(), self.size().height()
        painter.setClipRect(QRectF(0, 0, width, height))
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(theme().color("text"))
        rows = owner.shape[0]
        first = max(0, int(owner.corner.y()))
        last = min(rows, int(owner.corner.y() + height / owner.cell.height()) + 1)
        if owner.cell.height() >= metrics.height() * 0.85:
            for place in range(first, last):
                rect = owner.rect_of(place, 0)
                self._write(
                    painter,
                    shown.grid.row_title(owner.number(place)),
                    rect.top(),
                    rect.height(),
                    flags,
                    metrics,
                )
                if owner.is_selected(place):
                    painter.fillRect(QRectF(0, rect.top(), 3, rect.height()), theme().color("accent"))
            return
        for place in range(first, last) if owner.selected_numbers() else ():
            if owner.is_selected(place):
                rect = owner.rect_of(place, 0)
                painter.fillRect(QRectF(0, rect.top(), 3, max(2, rect.height())), theme().color("accent"))
        painter.setPen(theme().color("secondary"))
        end = -1.0
        for title, start, after in shown.row_groups if owner.sorted_by is None else ():
            top = max(0.0, owner.rect_of(start, 0).top())
            bottom = min(height, owner.rect_of(after - 1, 0).bottom())
            middle = (top + bottom - metrics.height()) / 2
            if bottom > 0 and top < height and middle >= end:
                self._write(painter, title, middle, metrics.height(), flags, metrics)
                end = middle + metrics.height()

    def _write(
        self, painter: QPainter, text: str, top: float, height: float, flags: int, metrics: QFontMetricsF
    ) -> None:
        room = self.size().width() - 14
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRectF(6, top, room, height), flags, shown)


class _Heads(pg.GraphicsWidget):  # type: ignore[misc]
    """The names of the columns from bottom to top, and above them those of their groups."""

    def __init__(self, owner: HeatMap) -> None:
        super().__init__()
        self._owner = owner

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        owner = self._owner
        shown = owner.map
        if shown is None:
            return
        font = QFont(owner.font())
        metrics = QFontMetricsF(font)
        width, height = self.size().width(), self.size().height()
        painter.setClipRect(QRectF(0, 0, width, height))
        groups = _STEPS * (metrics.height() - 1) + 2
        self._paint_groups(painter, shown.grid, font, metrics, width, height)
        font = _small(font)
        small = QFontMetricsF(font)
        if owner.cell.width() < small.height() * 0.8:
            return
        painter.setFont(font)
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        first = max(0, int(owner.corner.x()))
        last = min(len(shown.grid.columns), int(owner.corner.x() + width / owner.cell.width()) + 1)
        for number in range(first, last):
            rect = owner.rect_of(0, number)
            text = shown.grid.columns[number].title
            if owner.sorted_by is not None and owner.sorted_by[0] == number:
                text += " ▲" if owner.sorted_by[1] == Qt.SortOrder.AscendingOrder else " ▼"
            current = number == owner.cursor_place[1]
            painter.setPen(theme().color("accent" if current else "text"))
            painter.save()
            painter.translate(rect.left(), height - 4)
            painter.rotate(-90)
            room = height - groups - 6
            shown_text = small.elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(0, 0, room, rect.width()), flags, shown_text)
            painter.restore()

    def _paint_groups(
        self, painter: QPainter, grid: Grid, font: QFont, metrics: QFontMetricsF, width: float, height: float
    ) -> None:
        """Each name at the left end of its columns, on the first line with room, with a line down."""
        owner = self._owner
        painter.setFont(font)
        ends = [-1e9] * _STEPS
        names = []
        painter.setPen(QPen(theme().color("border"), 1))
        for title, first, after in groups_of(grid):
            left, right = owner.rect_of(0, first).left(), owner.rect_of(0, after).left()
            if right <= 0 or left >= width:
                continue
            x = max(left, 0.0)
            free = next((n for n in range(_STEPS) if ends[n] + 8 <= x), None)
            if free is None:
                painter.drawLine(QLineF(left, height - 8, left, height))
                continue
            top = free * (metrics.height() - 1)
            painter.drawLine(QLineF(left, top + 3, left, height))
            ends[free] = x + 4 + metrics.horizontalAdvance(title)
            names.append((QRectF(x + 3, top, ends[free] - x - 2, metrics.height() - 1), title))
        painter.setPen(theme().color("secondary"))
        for rect, title in names:
            painter.fillRect(rect, theme().color("base"))  # over the lines of others
            painter.drawText(QPointF(rect.left() + 1, rect.top() + metrics.ascent()), title)


class _Over(pg.GraphicsObject):  # type: ignore[misc]
    """What is drawn over the image: marks, lines between cells and groups, the current cell."""

    def __init__(self, owner: HeatMap) -> None:
        super().__init__()
        self._owner = owner

    def boundingRect(self) -> QRectF:
        # The whole scene is small; what is outside the cells is clipped below.
        return QRectF(0, 0, 20_000, 20_000)

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        owner = self._owner
        shown = owner.map
        rows, columns = owner.shape
        if shown is None or not rows or not columns:
            return
        room, cell = owner.room, owner.cell
        painter.setClipRect(QRectF(0, 0, room.width(), room.height()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        first, left = max(0, int(owner.corner.y())), max(0, int(owner.corner.x()))
        last = min(rows, int(owner.corner.y() + room.height() / cell.height()) + 1)
        right = min(columns, int(owner.corner.x() + room.width() / cell.width()) + 1)
        whole = QRectF(owner.rect_of(first, left).topLeft(), owner.rect_of(last - 1, right - 1).bottomRight())
        self._lines(painter, shown, whole, (first, last), (left, right))
        if (last - first) * (right - left) <= MOST_MARKS:
            self._hatch(painter, shown, (first, last), (left, right))
            if min(cell.width(), cell.height()) >= MARKED_CELL:
                self._marks(painter, shown, (first, last), (left, right))
        self._selection(painter, whole, first, last)
        if shown.grid.line is not None:
            x = owner.rect_of(0, shown.grid.line).left()
            painter.fillRect(QRectF(x - 1.5, whole.top(), 3, whole.height()), theme().color("accent"))
        place, column = owner.cursor_place
        if place >= 0:
            rect = owner.rect_of(place, column)
            rect.setHeight(max(rect.height(), 4))
            pen = QPen(theme().color("text" if owner.canvas.hasFocus() else "outline"), 2)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _lines(
        self, painter: QPainter, shown: Map, whole: QRectF, rows: tuple[int, int], columns: tuple[int, int]
    ) -> None:
        owner = self._owner
        fine: list[QLineF] = []
        if owner.cell.height() >= 8 and owner.cell.width() >= 8:
            for place in range(rows[0], rows[1] + 1):
                y = owner.rect_of(place, 0).top()
                fine.append(QLineF(whole.left(), y, whole.right(), y))
            for column in range(columns[0], columns[1] + 1):
                x = owner.rect_of(0, column).left()
                fine.append(QLineF(x, whole.top(), x, whole.bottom()))
        painter.setPen(QPen(theme().color("base"), 1))
        painter.drawLines(fine)
        painter.setPen(QPen(theme().color("outline"), 1))
        for _, start, _ in groups_of(shown.grid):
            x = owner.rect_of(0, start).left()
            if start and whole.left() <= x <= whole.right():
                painter.drawLine(QLineF(x, whole.top(), x, whole.bottom()))
        if owner.sorted_by is None and len(shown.row_groups) < owner.shape[0]:
            for _, start, _ in shown.row_groups:
                y = owner.rect_of(start, 0).top()
                if start and whole.top() <= y <= whole.bottom():
                    painter.drawLine(QLineF(whole.left(), y, whole.right(), y))

    def _hatch(self, painter: QPainter, shown: Map, rows: tuple[int, int], columns: tuple[int, int]) -> None:
        owner = self._owner
        part = owner.states[rows[0] : rows[1], columns[0] : columns[1]]
        for number, look in enumerate(shown.looks):
            if look.token == "unknown":
                for place, column in zip(*np.nonzero(part == number), strict=True):
                    hatch(painter, owner.rect_of(rows[0] + int(place), columns[0] + int(column)))

    def _marks(self, painter: QPainter, shown: Map, rows: tuple[int, int], columns: tuple[int, int]) -> None:
        owner = self._owner
        flags = int(Qt.AlignmentFlag.AlignCenter)
        part = owner.states[rows[0] : rows[1], columns[0] : columns[1]]
        size = max(6.0, owner.font().pointSizeF() * 0.9)
        for number, look in enumerate(shown.looks):
            painter.setFont(mark_font(size, look.struck))
            painter.setPen(theme().color("text" if look.token != "secondary" else "secondary"))
            for place, column in zip(*np.nonzero(part == number), strict=True):
                rect = owner.rect_of(rows[0] + int(place), columns[0] + int(column))
                painter.drawText(rect, flags, look.mark)

    def _selection(self, painter: QPainter, whole: QRectF, first: int, last: int) -> None:
        owner = self._owner
        painter.setPen(QPen(theme().color("accent"), 1))
        for place in range(first, last):
            if owner.is_selected(place):
                rect = owner.rect_of(place, 0)
                for y in (rect.top(), rect.bottom() - 1):
                    painter.drawLine(QLineF(whole.left(), y, whole.right(), y))


def groups_of(grid: Grid) -> list[tuple[str, int, int]]:
    """Neighbouring columns of one group: (title, first column, column after the last).

    The line of the mode parts a group.
    """
    found: list[tuple[str, int, int]] = []
    for number, column in enumerate(grid.columns):
        if found and found[-1][0] == column.group and number != grid.line:
            found[-1] = column.group, found[-1][1], number + 1
        else:
            found.append((column.group, number, number + 1))
    return found


def _small(font: QFont) -> QFont:
    """The font of the columns' names."""
    found = QFont(font)
    found.setPointSizeF(font.pointSizeF() * 0.9)
    return found

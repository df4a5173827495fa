"""Features kept against the number of clusters: a curve for each maker, with the proposed number marked.

This module imports pyqtgraph: import it when a plot is first shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from flexgui.errors import printable
from flexgui.widgets.theme import theme
from flexgui.widgets.tooltip import plain_tip

_TOKENS: Final = ("accent", "todo", "info")
_SYMBOLS: Final = ("o", "s", "t")


@dataclass(frozen=True, slots=True)
class Point:
    """What `k` clusters keep for certain, and what they may keep once everything can be told."""

    k: int
    kept: int
    possible: int


@dataclass(frozen=True, slots=True)
class Curve:
    """The points of one maker; `knee` is the number of clusters that is proposed."""

    key: str
    name: str
    points: tuple[Point, ...]
    knee: int


class KeptPlot(QWidget):
    """Shows curves. Left and Right walk along one, Up and Down change to another.

    `point_changed` is emitted with a curve's key and a number of clusters, `point_activated` when it was
    double-clicked or got Enter.
    """

    point_changed = Signal(str, int)
    point_activated = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves: tuple[Curve, ...] = ()
        self.current = (0, 0)
        self.canvas = _Canvas(self)
        self.canvas.setAccessibleName(self.tr("Features kept, by the number of clusters"))
        self.setFocusProxy(self.canvas)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)
        theme().changed.connect(self._dress)
        self._dress()

    def sizeHint(self) -> QSize:
        return QSize(480, 240)

    def show_curves(self, curves: Sequence[Curve]) -> None:
        """Show other curves. The current point stays if there is one of its number, else it is the knee."""
        key, k = self.current_point()
        self.curves = tuple(curves)
        self.current = (0, 0)
        if self.curves and not self.choose(key, k, tell=False):
            self.choose(self.curves[0].key, self.curves[0].knee, tell=False)
        self.canvas.draw()
        self._tell()

    def current_point(self) -> tuple[str, int]:
        """The current curve's key and number of clusters; ("", 0) for none."""
        curve, place = self.current
        return (self.curves[curve].key, self.curves[curve].points[place].k) if self.curves else ("", 0)

    def choose(self, key: str, k: int, *, tell: bool = True) -> bool:
        """Make a point the current one. False where there is none."""
        for number, curve in enumerate(self.curves):
            for place, point in enumerate(curve.points):
                if curve.key == key and point.k == k:
                    self.current = number, place
                    if tell:
                        self.canvas.draw_current()
                        self._tell()
                    return True
        return False

    def step(self, along: int, across: int) -> None:
        """Walk along the curve, or to the point of another one that is nearest."""
        if not self.curves:
            return
        number, place = self.current
        number = min(max(0, number + across), len(self.curves) - 1)
        place = min(max(0, place + along), len(self.curves[number].points) - 1)
        self.current = number, place
        self.canvas.draw_current()
        self._tell()

    def sentence(self, number: int, place: int) -> str:
        """A point in words."""
        curve = self.curves[number]
        point = curve.points[place]
        text = self.tr("{maker}, {count} clusters: {kept} features kept")
        if point.k == 1:
            text = self.tr("{maker}, 1 cluster: {kept} features kept")
        text = text.format(maker=curve.name, count=point.k, kept=f"{point.kept:,}")
        if point.possible > point.kept:
            text += self.tr(", possibly {possible}").format(possible=f"{point.possible:,}")
        if point.k == curve.knee:
            text += self.tr(", proposed")
        return text

    def _tell(self) -> None:
        said = self.sentence(*self.current) if self.curves else ""
        self.canvas.setAccessibleDescription(said)
        self.point_changed.emit(*self.current_point())

    def _dress(self) -> None:
        self.canvas.draw()


class _Box(pg.ViewBox):  # type: ignore[misc]
    """Where the curves are: they always fit, so the mouse only points."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False, enableMouse=False, defaultPadding=0)
        self.disableAutoRange()

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        event.ignore()


class _Canvas(pg.GraphicsView):  # type: ignore[misc]
    def __init__(self, owner: KeptPlot) -> None:
        super().__init__(background=None)
        self._owner = owner
        self.ci = pg.GraphicsLayout()
        self.setCentralItem(self.ci)
        self.ci.setContentsMargins(4, 8, 12, 4)
        self.box = _Box()
        self.left, self.bottom = pg.AxisItem("left"), pg.AxisItem("bottom")
        self.ci.addItem(self.left, 0, 0)
        self.ci.addItem(self.box, 0, 1)
        self.ci.addItem(self.bottom, 1, 1)
        for axis in (self.left, self.bottom):
            axis.linkToView(self.box)
            axis.enableAutoSIPrefix(False)
        self.left.setWidth(None)
        self.ring = pg.ScatterPlotItem(size=22, pxMode=True, useCache=False)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.scene().sigMouseClicked.connect(self._click)
        self.box.sigResized.connect(lambda _: self._fit())

    def draw(self) -> None:
        """Draw all curves anew, in the theme's colours."""
        owner = self._owner
        dress = theme().color
        self.setBackground(dress("base"))
        for item in list(self.box.addedItems):
            self.box.removeItem(item)
        for axis, title in (
            (self.left, owner.tr("features kept")),
            (self.bottom, owner.tr("clusters")),
        ):
            axis.setPen(QPen(dress("outline"), 1))
            axis.setTextPen(QPen(dress("secondary"), 1))
            axis.setLabel(title, color=dress("secondary").name())
            axis.setStyle(tickFont=owner.font())
        if not owner.curves:
            return
        self._fit()
        for number, curve in enumerate(owner.curves):
            self._draw_curve(number, curve)
        self.box.addItem(self.ring, ignoreBounds=True)
        self.draw_current()

    def _fit(self) -> None:
        """All curves in view."""
        owner = self._owner
        if not owner.curves:
            return
        most = max(curve.points[-1].k for curve in owner.curves)
        heights = [n for c in owner.curves for p in c.points for n in (p.kept, p.possible)]
        low, high = min(heights), max(heights)
        # Room for a line of text above the highest point, however low the plot is.
        room = max(1.0, (high - low) * max(0.14, 30 / max(60.0, self.box.height() - 40)))
        self.box.setRange(QRectF(0.6, low - room, most - 0.2, high - low + 2 * room), padding=0)
        self.bottom.setTicks([[(k, str(k)) for k in range(1, most + 1)]])

    def _draw_curve(self, number: int, curve: Curve) -> None:
        color = theme().color(_TOKENS[number % len(_TOKENS)])
        base = theme().color("base")
        symbol = _SYMBOLS[number % len(_SYMBOLS)]
        x = [point.k for point in curve.points]
        kept, possible = [p.kept for p in curve.points], [p.possible for p in curve.points]
        if possible != kept:
            dashed = pg.mkPen(color, width=self.devicePixelRatioF(), style=Qt.PenStyle.DashLine)
            self.box.addItem(pg.PlotCurveItem(x, possible, pen=dashed, antialias=True), ignoreBounds=True)
        line = pg.mkPen(color, width=2 * self.devicePixelRatioF())
        self.box.addItem(pg.PlotCurveItem(x, kept, pen=line, antialias=True), ignoreBounds=True)
        filled = [color if k == curve.knee else base for k in x]
        marks = pg.ScatterPlotItem(
            x,
            kept,
            size=11,
            symbol=symbol,
            pen=pg.mkPen(color, width=2 * self.devicePixelRatioF()),
            brush=[pg.mkBrush(c) for c in filled],
            pxMode=True,
            useCache=False,  # the cache is an image, which a drawing would have as a whole
        )
        self.box.addItem(marks, ignoreBounds=True)
        text = self._owner.tr("{name}: {count} proposed").format(name=curve.name, count=curve.knee)
        knee = next(point for point in curve.points if point.k == curve.knee)
        last = curve.knee == self._owner.curves[0].points[-1].k and len(curve.points) > 1
        label = pg.TextItem(text, color=color, anchor=(1.05, 1.25) if last else (-0.05, -0.3))
        label.setFont(self._owner.font())
        label.setPos(knee.k, knee.kept)
        self.box.addItem(label, ignoreBounds=True)

    def draw_current(self) -> None:
        """Draw the ring around the current point."""
        owner = self._owner
        if not owner.curves:
            self.ring.clear()
            return
        number, place = owner.current
        point = owner.curves[number].points[place]
        color = theme().color("text" if self.hasFocus() else "outline")
        self.ring.setData(
            [point.k],
            [point.kept],
            pen=pg.mkPen(color, width=2 * self.devicePixelRatioF()),
            brush=pg.mkBrush(None),
            symbol="o",
        )

    def pixel_of(self, number: int, place: int) -> QPointF:
        """Where a point is, in pixels of this widget."""
        point = self._owner.curves[number].points[place]
        found: QPointF = self.box.mapViewToScene(QPointF(point.k, point.kept))
        return found

    def _nearest(self, position: QPointF) -> tuple[int, int] | None:
        near: tuple[float, tuple[int, int]] | None = None
        for number, curve in enumerate(self._owner.curves):
            for place in range(len(curve.points)):
                away = self.pixel_of(number, place) - position
                distance = abs(away.x()) + abs(away.y()) / 8  # a column of the plot belongs to its point
                if near is None or distance < near[0]:
                    near = distance, (number, place)
        return None if near is None else near[1]

    def _click(self, event: Any) -> None:
        found = self._nearest(event.scenePos())
        if event.button() != Qt.MouseButton.LeftButton or event.double() or found is None:
            return
        owner = self._owner
        curve = owner.curves[found[0]]
        owner.choose(curve.key, curve.points[found[1]].k)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self._owner.curves:
            self._owner.point_activated.emit(*self._owner.current_point())

    def mouseMoveEvent(self, event: Any) -> None:
        super().mouseMoveEvent(event)
        found = self._nearest(QPointF(event.position()))
        self.setToolTip("" if found is None else plain_tip(self._owner.sentence(*found).split("\n")))

    def wheelEvent(self, event: Any) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        owner, keys = self._owner, Qt.Key
        steps = {
            keys.Key_Left: (-1, 0),
            keys.Key_Right: (1, 0),
            keys.Key_Up: (0, -1),
            keys.Key_Down: (0, 1),
            keys.Key_Home: (-1000, 0),
            keys.Key_End: (1000, 0),
        }
        key = Qt.Key(event.key())
        if key in steps:
            owner.step(*steps[key])
        elif key in (keys.Key_Return, keys.Key_Enter) and owner.curves:
            owner.point_activated.emit(*owner.current_point())
        else:
            event.ignore()
            return
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        self.draw_current()

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self.draw_current()


class KeptFigure:
    """The curves as a file: as they are on the screen, or their numbers."""

    def __init__(self, title: str, plot: KeptPlot) -> None:
        self.title = title
        self._plot = plot

    def size(self) -> QSize:
        found: QSize = self._plot.canvas.size()
        return found.expandedTo(QSize(320, 200)) + QSize(0, 32)

    def paint(self, painter: QPainter) -> None:
        font = self._plot.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(theme().color("text"))
        size = self.size()
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(16, 8, size.width() - 32, 24), left, printable(self.title))
        target = QRectF(0, 32, size.width(), size.height() - 32)
        self._plot.canvas.scene().render(painter, target, QRectF(self._plot.canvas.viewRect()))

    def table(self) -> Iterable[Sequence[str]]:
        tr = self._plot.tr
        yield tr("Maker"), tr("Clusters"), tr("Features kept"), tr("Possibly kept"), tr("Proposed")
        for curve in self._plot.curves:
            for point in curve.points:
                proposed = tr("yes") if point.k == curve.knee else ""
                yield curve.name, str(point.k), str(point.kept), str(point.possible), proposed

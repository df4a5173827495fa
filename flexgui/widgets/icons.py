"""The program's icons: monochrome SVG files, tinted with the theme's tokens whenever they are painted.

`resources/icons/NAME.svg` is drawn on a 16-unit grid with 1.5-unit strokes, `badge-NAME.svg` on an 8-unit
grid. Only their opacity is used. An icon asks the theme for its colour at each painting, so a live switch
between light and dark needs nothing from whoever shows it, except for pixmaps taken out of an icon
(`QLabel.setPixmap`); use `flexgui.widgets.labels.IconLabel` there.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from flexgui.resources import resource_path
from flexgui.widgets.theme import TOKENS, theme

BADGES: Final[dict[str, str]] = {
    # vSphere's own words for the power state of a VM or host
    "poweredOn": "ok",
    "poweredOff": "secondary",
    "suspended": "warning",
    "standBy": "secondary",
    # the connection and maintenance of a host
    "disconnected": "error",
    "notResponding": "error",
    "maintenance": "info",
    # the worst finding below a tree row
    "error": "error",
    "warning": "warning",
    "todo": "todo",
    "info": "info",
    "unknown": "unknown",
}
"""Badge name → token of its colour."""


@cache
def icon_names() -> frozenset[str]:
    """The names that `icon` takes."""
    folder = resource_path("icons")
    return frozenset(f.stem for f in folder.glob("*.svg") if not f.stem.startswith("badge-"))


@cache
def icon(name: str, token: str = "text", badge: str | None = None) -> QIcon:
    """The icon `name` in the colour of `token`, with a state badge at its bottom right.

    On a selected row it takes the colour of selected text, on a disabled control that of disabled text.
    `ValueError` for a name, token or badge that does not exist.
    """
    if name not in icon_names():
        raise ValueError(f"no icon {name!r}; there are {', '.join(sorted(icon_names()))}")
    if token not in TOKENS:
        raise ValueError(f"no colour token {token!r}; there are {', '.join(TOKENS)}")
    if badge is not None and badge not in BADGES:
        raise ValueError(f"no badge {badge!r}; there are {', '.join(BADGES)}")
    return QIcon(_TintedEngine(name, token, badge))


class _TintedEngine(QIconEngine):
    """Paints one icon in the colours of the moment."""

    def __init__(self, name: str, token: str, badge: str | None) -> None:
        super().__init__()
        self._name, self._token, self._badge = name, token, badge

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        device = painter.device()
        ratio = device.devicePixelRatio() if device is not None else 1.0
        side = min(rect.width(), rect.height())
        corner = QPoint(rect.x() + (rect.width() - side) // 2, rect.y() + (rect.height() - side) // 2)
        painter.drawPixmap(corner, self._render(side, ratio, mode))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        return self._render(min(size.width(), size.height()), scale, mode)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        side = min(size.width(), size.height())
        return QSize(side, side)

    def iconName(self) -> str:
        return self._name

    def clone(self) -> QIconEngine:
        # Qt owns the copy, but PySide6 6.11 lets go of what a Python override returns: keep it alive here.
        copy = _TintedEngine(self._name, self._token, self._badge)
        _clones.append(copy)
        return copy

    def _render(self, side: int, ratio: float, mode: QIcon.Mode) -> QPixmap:
        """The icon as `side` × `side` logical pixels at `ratio` device pixels each."""
        tint, badge_tint = self._colors(mode)
        key = f"flexgui/{self._name}/{self._badge}/{tint.name()}/{badge_tint.name()}/{side}/{ratio:g}"
        found = QPixmap()
        if QPixmapCache.find(key, found):
            return found
        pixels = max(1, round(side * ratio))
        pixmap = _silhouette(f"{self._name}.svg", pixels, tint)
        if self._badge is not None:
            _stamp(pixmap, f"badge-{self._badge}.svg", badge_tint)
        pixmap.setDevicePixelRatio(ratio)
        QPixmapCache.insert(key, pixmap)
        return pixmap

    def _colors(self, mode: QIcon.Mode) -> tuple[QColor, QColor]:
        if mode in (QIcon.Mode.Selected, QIcon.Mode.Disabled):
            one = theme().color("highlighted_text" if mode == QIcon.Mode.Selected else "disabled")
            return one, one
        return theme().color(self._token), theme().color(BADGES.get(self._badge or "", self._token))


_clones: list[QIconEngine] = []


@cache
def _source(file: str) -> bytes:
    return resource_path("icons", file).read_bytes()


def _silhouette(file: str, pixels: int, color: QColor) -> QPixmap:
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(_source(file))).render(painter, QRectF(0, 0, pixels, pixels))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), color)
    painter.end()
    return pixmap


def _stamp(pixmap: QPixmap, badge: str, color: QColor) -> None:
    """Clear the bottom right of `pixmap` and put the badge there, half as large as the icon."""
    whole = pixmap.width()
    side = max(1, round(whole * 0.5))
    gap = whole / 16  # one grid unit of nothing keeps badge and icon apart
    corner = whole - side
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.GlobalColor.black)
    painter.drawRoundedRect(
        QRectF(corner - gap, corner - gap, side + 2 * gap, side + 2 * gap), 3 * gap, 3 * gap
    )
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.drawPixmap(corner, corner, _silhouette(badge, side, color))
    painter.end()

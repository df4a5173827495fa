"""How the cells of matrices look: mark, word and colour, always all three; and the legend that tells them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.widgets.theme import monospace_font, theme


class Look(NamedTuple):
    """A kind of cell: the mark in it, the English word for it, and how much of which colour it has.

    `struck`: the mark is struck through, as masked bits are.
    """

    mark: str
    word: str
    token: str
    share: float
    struck: bool = False


SUPPORTED: Final = Look("✓", QT_TRANSLATE_NOOP("Plots", "supported"), "ok", 0.16)
MISSING: Final = Look("−", QT_TRANSLATE_NOOP("Plots", "features missing"), "error", 0.22)
OPEN: Final = Look("?", QT_TRANSLATE_NOOP("Plots", "cannot tell"), "unknown", 0.22)
FOREIGN: Final = Look("·", QT_TRANSLATE_NOOP("Plots", "mode of another maker"), "secondary", 0.0)

PRESENT: Final = Look("1", QT_TRANSLATE_NOOP("Plots", "present"), "ok", 0.30)
MASKED: Final = Look("1", QT_TRANSLATE_NOOP("Plots", "masked by the mode"), "masked", 0.34, True)
ABSENT: Final = Look("0", QT_TRANSLATE_NOOP("Plots", "absent"), "secondary", 0.06)
UNKNOWN: Final = Look("?", QT_TRANSLATE_NOOP("Plots", "cannot tell"), "unknown", 0.40)
LACKING: Final = Look("0", QT_TRANSLATE_NOOP("Plots", "absent, and the mode requires it"), "error", 0.45)
STATES: Final = (PRESENT, MASKED, ABSENT, UNKNOWN, LACKING)
"""In the order of `flexgui.evc.compatibility.State`."""

LIVE: Final = Look("✓", QT_TRANSLATE_NOOP("Plots", "moves live"), "ok", 0.20)
PARTLY: Final = Look("½", QT_TRANSLATE_NOOP("Plots", "some pairs move live"), "warning", 0.20)
STUCK: Final = Look("✕", QT_TRANSLATE_NOOP("Plots", "does not move live"), "error", 0.22)


def word(look: Look) -> str:
    """The word of a look in the user's language."""
    return QCoreApplication.translate("Plots", look.word)


def shade(token: str, share: float) -> QColor:
    """A colour token mixed over the background: 0 is the background, 1 the token."""
    color, base = theme().color(token), theme().color("base")
    mixed = (
        round(c * share + b * (1 - share))
        for c, b in zip(
            (color.red(), color.green(), color.blue()), (base.red(), base.green(), base.blue()), strict=True
        )
    )
    return QColor(*mixed)


def fill_of(look: Look) -> QColor:
    """The background of a cell."""
    return shade(look.token, look.share)


@lru_cache(16)  # the system is asked for its font, which takes longer than to paint a cell
def mark_font(size: float, struck: bool = False) -> QFont:
    """The font of marks, `size` points."""
    font = monospace_font()
    font.setPointSizeF(size)
    font.setStrikeOut(struck)
    return font


def hatch(painter: QPainter, rect: QRectF) -> None:
    """The pattern of what cannot be told, over a cell."""
    painter.fillRect(rect, QBrush(shade("unknown", 0.55), Qt.BrushStyle.BDiagPattern))


def paint_cell(painter: QPainter, rect: QRectF, look: Look, mark: str | None = None) -> None:
    """One cell with its mark, on screen and in exported pictures. The font stays, but for striking."""
    painter.fillRect(rect, fill_of(look))
    if look.token == "unknown":
        hatch(painter, rect)
    font = painter.font()
    if font.strikeOut() != look.struck:
        font.setStrikeOut(look.struck)
        painter.setFont(font)
    painter.setPen(theme().color("text" if look.token != "secondary" else "secondary"))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), look.mark if mark is None else mark)


class _Swatch(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        side = max(18, self.fontMetrics().height() + 2)
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(mark_font(self.font().pointSizeF() or 9))
        paint_cell(painter, QRectF(self.rect()), self._look)
        painter.setPen(theme().color("border"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class Legend(QWidget):
    """Swatches with words, as many as fit side by side; the rest is told by its tool tip and read-outs."""

    def __init__(self, looks: Sequence[Look], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for number, look in enumerate(looks):
            if number:
                row.addSpacing(8)
            row.addWidget(_Swatch(look))
            label = QLabel(word(look))
            label.setForegroundRole(self.palette().ColorRole.PlaceholderText)
            row.addWidget(label)
        row.addStretch(1)
        said = ", ".join(f"{look.mark} {word(look)}" for look in looks)
        self.setAccessibleName(QCoreApplication.translate("Plots", "Legend: {marks}").format(marks=said))
        self.setToolTip(said)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, super().minimumSizeHint().height())

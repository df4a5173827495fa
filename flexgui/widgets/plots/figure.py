"""What a picture is as a file: PNG and SVG as it looks in the theme of the moment, CSV with all its rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Literal, Protocol

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from flexgui.errors import InputError, printable
from flexgui.files import write_atomically
from flexgui.widgets.message_box import message_box
from flexgui.widgets.plots.grid import LONGEST_HEAD, Column, Grid, paint_lines
from flexgui.widgets.plots.looks import paint_cell, word
from flexgui.widgets.theme import theme

Kind = Literal["png", "svg", "csv"]
KINDS: Final[tuple[Kind, ...]] = ("png", "svg", "csv")
MOST_ROWS: Final = 500
"""So many rows a picture has; a table of values has them all."""
LARGEST: Final = 16_000
"""Pixels on a side of a PNG, beyond which it is not drawn twice as fine."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Figure(Protocol):
    """Something to see and its values. `paint` fills the rectangle (0, 0, size) in logical pixels."""

    title: str

    def size(self) -> QSize: ...
    def paint(self, painter: QPainter) -> None: ...
    def table(self) -> Iterable[Sequence[str]]: ...


def tr(text: str) -> str:
    return QCoreApplication.translate("Plots", text)


def as_csv(figure: Figure) -> bytes:
    """The values as comma-separated UTF-8 text (RFC 4180).

    A cell that a spreadsheet would take for a formula gets an apostrophe before it: names come from outside.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in figure.table():
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return text.getvalue().encode()


def as_png(figure: Figure) -> bytes:
    """The picture with two pixels for each logical one, unless that would be too large."""
    size = figure.size()
    ratio = 2 if max(size.width(), size.height()) * 2 <= LARGEST else 1
    image = QImage(size * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(theme().color("base"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    figure.paint(painter)
    painter.end()
    buffer, content = _buffer()
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(content.data())


def as_svg(figure: Figure) -> bytes:
    """The picture as scalable lines and texts."""
    size = figure.size()
    buffer, content = _buffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(96)  # one unit is one logical pixel
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(printable(figure.title))
    painter = QPainter(generator)
    painter.fillRect(QRect(0, 0, size.width(), size.height()), theme().color("base"))
    figure.paint(painter)
    painter.end()
    buffer.close()
    return bytes(content.data())


def _buffer() -> tuple[QBuffer, QByteArray]:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer, content


WRITERS: Final = {"png": as_png, "svg": as_svg, "csv": as_csv}


def kind_name(kind: Kind) -> str:
    """What to call a kind of file in a menu and in a file dialog."""
    names = {"png": tr("PNG picture"), "svg": tr("SVG drawing"), "csv": tr("CSV table")}
    return names[kind]


def ask_and_write(parent: QWidget, figure: Figure, kind: Kind, folder: Path) -> Path | None:
    """Ask for a file and write the figure there. None where no file was chosen or it cannot be written.

    What keeps it from being written is told in a message box.
    """
    safe = "".join(c if c.isalnum() or c in " -_." else "-" for c in figure.title).strip(" .")[:80]
    suggested = folder / f"{safe or kind}.{kind}"
    wanted = f"{kind_name(kind)} (*.{kind})"
    name, _ = QFileDialog.getSaveFileName(parent, tr("Export picture"), str(suggested), wanted)
    if not name:
        return None
    path = Path(name)
    if path.suffix == "":
        path = path.with_name(f"{path.name}.{kind}")
        if path.exists() and not _may_replace(parent, path):  # the dialog asked about the name as typed
            return None
    try:
        write_atomically(path, WRITERS[kind](figure))
    except InputError as error:
        box = message_box(parent)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("FlexGUI")
        box.setText(tr("The picture was not exported."))
        box.setInformativeText(str(error))
        box.exec()
        box.deleteLater()
        return None
    return path


def _may_replace(parent: QWidget, path: Path) -> bool:
    box = message_box(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("FlexGUI")
    box.setText(tr("{name} is there already. Replace it?").format(name=path.name))
    buttons = QMessageBox.StandardButton
    box.setStandardButtons(buttons.Yes | buttons.No)
    box.setDefaultButton(buttons.No)
    answer = buttons(box.exec())
    box.deleteLater()
    return answer == buttons.Yes


class GridFigure:
    """One grid, or several below each other, as a figure.

    `order` are the grid's numbers of its rows in the order to write them in; all as they come by default.
    """

    def __init__(self, title: str, *grids: Grid, order: Sequence[int] | None = None, note: str = "") -> None:
        self.title = title
        self._grids = grids
        self._order = order
        self._note = note
        self._font = QFont(QGuiApplication.font())
        self._font.setPixelSize(max(9, QFontInfo(QGuiApplication.font()).pixelSize()))
        self._mono = QFont(self._font)
        self._bold = QFont(self._font)
        self._bold.setBold(True)
        metrics = QFontMetricsF(self._font)
        self._line = metrics.height() + 8
        self._metrics = metrics

    def table(self) -> Iterator[Sequence[str]]:
        for number, grid in enumerate(self._grids):
            if len(self._grids) > 1:
                if number:
                    yield []
                yield [grid.title]
            yield [grid.corner, *(column.title for column in grid.columns)]
            for row in self._order_of(grid):
                yield [
                    grid.row_title(row),
                    *(
                        grid.value(row, n) if column.text is None else column.text(row)
                        for n, column in enumerate(grid.columns)
                    ),
                ]

    def _order_of(self, grid: Grid) -> Sequence[int]:
        return range(grid.rows) if self._order is None else self._order

    # --- the picture

    def size(self) -> QSize:
        parts = [self._size_of(grid) for grid in self._grids]
        width = max((w for w, _ in parts), default=200.0)
        width = max(width, self._metrics.horizontalAdvance(self.title) * 1.3 + 32, 320.0)
        height = 2 * self._line + sum(h for _, h in parts) + (self._line if self._note else 0) + 16
        return QSize(int(width) + 1, int(height) + 1)

    def paint(self, painter: QPainter) -> None:
        y = 12.0
        painter.setFont(self._bold)
        painter.setPen(theme().color("text"))
        width = self.size().width()
        painter.drawText(QRectF(16, y, width - 24, self._line), self._left(), printable(self.title))
        y += self._line
        if self._note:
            painter.setFont(self._font)
            painter.setPen(theme().color("secondary"))
            note = self._metrics.elidedText(printable(self._note), Qt.TextElideMode.ElideRight, width - 24)
            painter.drawText(QRectF(16, y, width - 24, self._line), self._left(), note)
            y += self._line
        for grid in self._grids:
            painter.save()
            painter.translate(16, y)
            self._paint(painter, grid)
            painter.restore()
            y += self._size_of(grid)[1]

    def _left(self) -> int:
        return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def _rows_of(self, grid: Grid) -> Sequence[int]:
        return self._order_of(grid)[:MOST_ROWS]

    def _heads(self, grid: Grid) -> tuple[float, float]:
        """(width of the rows' titles, height of the columns' titles)."""
        across = self._metrics.horizontalAdvance
        rows = max((across(printable(grid.row_title(n))) for n in self._rows_of(grid)), default=0.0)
        columns = max((across(column.title) for column in grid.columns if column.text is None), default=0.0)
        return min(LONGEST_HEAD * 1.5, max(rows, across(grid.corner)) + 16), columns + 16

    def _width(self, grid: Grid, column: Column) -> float:
        return 150.0 if column.text is not None else self._metrics.horizontalAdvance(grid.widest) + 12

    def _size_of(self, grid: Grid) -> tuple[float, float]:
        left, top = self._heads(grid)
        width = left + sum(self._width(grid, column) for column in grid.columns) + 32
        legend = (
            sum(self._metrics.horizontalAdvance(word(look)) + self._line + 20 for look in grid.looks) + 32
        )
        lines = len(self._rows_of(grid)) + 2 + (len(self._grids) > 1) + (grid.rows > MOST_ROWS)
        groups = self._line if any(column.group for column in grid.columns) else 0.0
        return max(width, legend), top + groups + lines * self._line

    def _paint(self, painter: QPainter, grid: Grid) -> None:
        left, top = self._heads(grid)
        line, x, y = self._line, left, 0.0
        painter.setFont(self._bold)
        painter.setPen(theme().color("text"))
        if len(self._grids) > 1:
            painter.drawText(QRectF(0, 0, 400, line), self._left(), grid.title)
            y += line
        if any(column.group for column in grid.columns):
            self._paint_groups(painter, grid, left, y)
            y += line
        painter.setFont(self._font)
        painter.setPen(theme().color("secondary"))
        painter.drawText(
            QRectF(0, y, left, top - 4),
            int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft),
            grid.corner,
        )
        for column in grid.columns:
            width = self._width(grid, column)
            painter.setPen(theme().color("secondary" if column.dimmed else "text"))
            if column.text is not None:
                flags = int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)
                painter.drawText(QRectF(x + 4, y, width - 4, top - 4), flags, column.title)
            else:
                painter.save()
                painter.translate(x, y + top - 4)
                painter.rotate(-90)
                painter.drawText(QRectF(0, 0, top, width), self._left(), column.title)
                painter.restore()
            x += width
        y += top
        rows = self._rows_of(grid)
        for place, row in enumerate(rows):
            self._paint_row(painter, grid, row, left, y + place * line)
        y += len(rows) * line
        painter.setPen(theme().color("secondary"))
        if grid.rows > MOST_ROWS:
            more = tr("… and {count} more rows, which the table of values (CSV) has.")
            painter.drawText(QPointF(0, y + line * 0.7), more.format(count=grid.rows - MOST_ROWS))
            y += line
        self._paint_legend(painter, grid, y + line * 0.5)

    def _paint_legend(self, painter: QPainter, grid: Grid, y: float) -> None:
        x, side = 0.0, self._line - 4
        for look in grid.looks:
            painter.setFont(self._mono)
            paint_cell(painter, QRectF(x, y, side, side), look)
            painter.setFont(self._font)
            painter.setPen(theme().color("secondary"))
            width = self._metrics.horizontalAdvance(word(look)) + 4
            painter.drawText(QRectF(x + side + 4, y, width, side), self._left(), word(look))
            x += side + width + 20

    def _paint_groups(self, painter: QPainter, grid: Grid, left: float, y: float) -> None:
        x, start, run = left, left, 0
        for number, column in enumerate(grid.columns):
            if number and column.group != grid.columns[run].group:
                self._paint_group(painter, grid.columns[run].group, start, x, y)
                start, run = x, number
            x += self._width(grid, column)
        if grid.columns:
            self._paint_group(painter, grid.columns[run].group, start, x, y)

    def _paint_group(self, painter: QPainter, text: str, start: float, end: float, y: float) -> None:
        shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, end - start - 4)
        painter.setFont(self._font)
        painter.setPen(theme().color("secondary"))
        painter.drawText(QRectF(start + 2, y, end - start - 2, self._line), self._left(), shown)

    def _paint_row(self, painter: QPainter, grid: Grid, row: int, left: float, y: float) -> None:
        painter.setFont(self._font)
        painter.setPen(theme().color("text"))
        elide = Qt.TextElideMode.ElideRight
        title = self._metrics.elidedText(printable(grid.row_title(row)), elide, left - 8)
        painter.drawText(QRectF(0, y, left, self._line), self._left(), title)
        x = left
        for number, column in enumerate(grid.columns):
            width = self._width(grid, column)
            rect = QRectF(x, y, width, self._line)
            if column.text is not None:
                painter.setFont(self._font)
                painter.setPen(theme().color("text"))
                text = self._metrics.elidedText(printable(column.text(row)), elide, width - 8)
                painter.drawText(rect.adjusted(4, 0, 0, 0), self._left(), text)
            else:
                painter.setFont(self._mono)
                cell = grid.cell(row, number)
                paint_cell(painter, rect.adjusted(0, 0, -1, -1), cell.look, cell.mark)
            paint_lines(painter, rect, number, grid)
            x += width

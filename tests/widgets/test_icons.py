from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QListWidget, QListWidgetItem, QPushButton
from pytestqt.qtbot import QtBot

from flexgui.resources import resource_path
from flexgui.widgets.icons import BADGES, icon, icon_names
from flexgui.widgets.theme import theme

FILES = sorted(resource_path("icons").glob("*.svg"))


def pixels(of: QIcon, side: int = 16, ratio: float = 1.0, mode: QIcon.Mode = QIcon.Mode.Normal) -> QImage:
    image: QImage = of.pixmap(QSize(side, side), ratio, mode).toImage()
    return image


def main_color(image: QImage) -> str:
    """The colour of most opaque pixels."""
    seen = Counter(
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    )
    return seen.most_common(1)[0][0]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_every_file_is_a_monochrome_drawing_on_the_grid(qapp: QApplication, file: object) -> None:
    text = resource_path("icons", file.name).read_text("utf-8")  # type: ignore[attr-defined]
    root = ET.fromstring(text)
    side = 8 if file.name.startswith("badge-") else 16  # type: ignore[attr-defined]
    assert root.get("viewBox") == f"0 0 {side} {side}"
    assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', text)) <= {"none", "#000"}
    renderer = QSvgRenderer(text.encode())
    assert renderer.isValid()


@pytest.mark.parametrize("name", sorted(icon_names()))
def test_every_icon_shows_something_and_stays_inside(qapp: QApplication, name: str) -> None:
    image = pixels(icon(name), 16, 2.0)
    alphas = {(x, y): image.pixelColor(x, y).alpha() for x in range(32) for y in range(32)}
    inked = sum(a > 127 for a in alphas.values())
    assert inked >= 30
    edge = [a for (x, y), a in alphas.items() if x in (0, 31) or y in (0, 31)]
    assert sum(a > 127 for a in edge) <= 4


def test_icons_are_told_apart_by_shape(qapp: QApplication) -> None:
    shapes = {name: pixels(icon(name)).convertToFormat(QImage.Format.Format_Alpha8) for name in icon_names()}
    names = sorted(shapes)
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            assert shapes[first] != shapes[second], (first, second)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 3.0])
def test_icons_are_crisp_at_every_scale(qapp: QApplication, ratio: float) -> None:
    pixmap = icon("host").pixmap(QSize(16, 16), ratio)
    assert pixmap.devicePixelRatio() == ratio
    assert pixmap.width() == round(16 * ratio)


def test_colour_follows_the_theme_in_icons_already_handed_out(qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    button.setIcon(icon("vm", "error"))
    for mode in ("dark", "light"):
        theme().set_mode(mode)  # type: ignore[arg-type]
        assert main_color(pixels(button.icon(), 48)) == theme().color("error").name()
        shown = button.grab().toImage()
        drawn = {shown.pixelColor(x, y).name() for x in range(shown.width()) for y in range(shown.height())}
        assert theme().color("error").name() in drawn


def test_selected_and_disabled(qapp: QApplication) -> None:
    of = icon("error", "error")
    assert main_color(pixels(of, mode=QIcon.Mode.Selected)) == theme().color("highlighted_text").name()
    assert main_color(pixels(of, mode=QIcon.Mode.Disabled)) == theme().color("disabled").name()


def test_a_selected_row_tints_its_icon(qtbot: QtBot) -> None:
    rows = QListWidget()
    qtbot.addWidget(rows)
    rows.addItem(QListWidgetItem(icon("error", "error"), ""))
    rows.setCurrentRow(0)
    image = rows.grab().toImage()
    drawn = {image.pixelColor(x, y).name() for x in range(40) for y in range(24)}
    assert theme().color("highlighted_text").name() in drawn
    assert theme().color("error").name() not in drawn


@pytest.mark.parametrize("badge", sorted(BADGES))
def test_badges_sit_at_the_bottom_right_in_their_colour(qapp: QApplication, badge: str) -> None:
    plain, badged = pixels(icon("host"), 64), pixels(icon("host", badge=badge), 64)
    assert main_color(badged.copy(32, 32, 32, 32)) == theme().color(BADGES[badge]).name()
    assert plain.copy(0, 0, 24, 64) == badged.copy(0, 0, 24, 64)


def test_unknown_words_are_refused(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="no icon 'unicorn'"):
        icon("unicorn")
    with pytest.raises(ValueError, match="no colour token 'mauve'"):
        icon("vm", "mauve")
    with pytest.raises(ValueError, match="no badge 'medal'"):
        icon("vm", badge="medal")


def test_icons_are_shared(qapp: QApplication) -> None:
    assert icon("vm", badge="poweredOn") is icon("vm", badge="poweredOn")


def test_a_copied_icon_survives(qapp: QApplication) -> None:
    """Qt clones the engine when an icon is changed after it was copied."""
    copy = QIcon(icon("vm"))
    extra = icon("host").pixmap(16)
    copy.addPixmap(extra)
    del extra
    assert main_color(pixels(copy)) == theme().color("text").name()
    assert QColor(main_color(pixels(icon("vm")))) == theme().color("text")

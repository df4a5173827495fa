from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QFontMetricsF, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from flexgui.widgets.theme import TEXT_TOKENS, TOKENS, Theme, contrast, monospace_font, theme


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    theme().set_mode(request.param)
    yield request.param
    theme().set_mode("system")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)
    assert contrast(QColor("#767676"), QColor("#ffffff")) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("surface", ["window", "base", "surface", "button"])
@pytest.mark.parametrize("token", TEXT_TOKENS)
def test_text_is_readable_on_every_surface(scheme: str, token: str, surface: str) -> None:
    assert contrast(theme().color(token), theme().color(surface)) >= 4.5


@pytest.mark.parametrize("token", TEXT_TOKENS)
def test_text_is_readable_on_tints(scheme: str, token: str) -> None:
    assert contrast(theme().color(token), theme().tint(token)) >= 4.5
    assert contrast(theme().color("text"), theme().tint(token)) >= 4.5


def test_selected_text_is_readable_and_menu_icons_are_visible(scheme: str) -> None:
    assert contrast(theme().color("highlighted_text"), theme().color("highlight")) >= 4.5
    # Fusion paints the icons of a menu's current entry in the ordinary colour, on the highlight.
    assert contrast(theme().color("text"), theme().color("highlight")) >= 3
    assert contrast(theme().color("disabled"), theme().color("window")) >= 2.5


def test_every_token_has_both_schemes() -> None:
    for token, value in TOKENS.items():
        assert QColor(value.light).isValid(), token
        assert QColor(value.dark).isValid(), token
        assert theme().color(token).alpha() == 255
    with pytest.raises(KeyError):
        theme().color("mauve")


def test_switching_is_live(qtbot: QtBot) -> None:
    label = QLabel("text")
    qtbot.addWidget(label)
    label.show()
    with qtbot.waitSignal(theme().changed):
        theme().set_mode("dark")
    assert theme().is_dark
    qtbot.waitUntil(lambda: label.palette().color(QPalette.ColorRole.Window) == theme().color("window"))
    assert label.grab().toImage().pixelColor(0, 0) == QColor(TOKENS["window"].dark)
    with qtbot.waitSignal(theme().changed):
        theme().set_mode("light")
    qtbot.waitUntil(lambda: label.palette().color(QPalette.ColorRole.Window) == theme().color("window"))
    assert label.grab().toImage().pixelColor(0, 0) == QColor(TOKENS["window"].light)
    with qtbot.assertNotEmitted(theme().changed):
        theme().set_mode("light")


def test_follows_the_system(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hints:
        scheme = Qt.ColorScheme.Dark

        def colorScheme(self) -> Qt.ColorScheme:
            return self.scheme

    hints, real = Hints(), qapp.styleHints()
    # The offscreen platform has no colour scheme of its own to change.
    monkeypatch.setattr("flexgui.widgets.theme.QGuiApplication.styleHints", lambda *_: hints)
    with qtbot.waitSignal(theme().changed):
        real.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme().scheme == "dark"
    hints.scheme = Qt.ColorScheme.Light
    with qtbot.waitSignal(theme().changed):
        real.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme().scheme == "light"


def test_a_forced_scheme_does_not_follow_the_system(qapp: QApplication) -> None:
    theme().set_mode("dark")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme().scheme == "dark"
    theme().set_mode("system")
    assert theme().mode == "system"
    assert theme().scheme == "light"


def test_an_unknown_mode_is_refused(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="sepia"):
        theme().set_mode("sepia")  # type: ignore[arg-type]


def test_fusion_in_our_palette(qapp: QApplication) -> None:
    assert qapp.style().objectName() == "fusion"
    palette = qapp.palette()
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
        assert palette.color(group, QPalette.ColorRole.Highlight) == theme().color("highlight")
    assert palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text) == theme().color("disabled")
    assert Theme().color("text") == QColor(TOKENS["text"].light)  # works before it is applied


def test_a_disabled_button_looks_disabled(qtbot: QtBot, scheme: str) -> None:
    button = QPushButton("text")
    qtbot.addWidget(button)
    button.setEnabled(False)
    assert button.palette().color(QPalette.ColorRole.ButtonText) == theme().color("disabled")


@pytest.mark.parametrize("kind", [QCheckBox, QLineEdit, QPlainTextEdit, QTreeView, QComboBox])
def test_what_can_be_used_has_an_outline_that_is_seen(qtbot: QtBot, scheme: str, kind: type[QWidget]) -> None:
    """WCAG 2.2, criterion 1.4.11: 3:1 around controls."""
    widget = kind()
    qtbot.addWidget(widget)
    widget.resize(120, 24)
    image = widget.grab().toImage()
    middle = [image.pixelColor(x, image.height() // 2) for x in range(8)]
    assert max(contrast(color, theme().color("window")) for color in middle) >= 3


def test_the_ring_of_focus_is_seen(qtbot: QtBot, scheme: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    edit, other = QLineEdit(window), QLineEdit(window)
    other.move(0, 40)
    window.show()
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    focused, plain = (w.grab().toImage().pixelColor(40, 0) for w in (edit, other))
    assert contrast(focused, theme().color("window")) >= 3
    assert focused != plain


def test_selected_text_in_an_edit_is_readable(qtbot: QtBot, scheme: str) -> None:
    edit = QLineEdit("esx-01")
    qtbot.addWidget(edit)
    palette = edit.palette()
    assert contrast(palette.highlightedText().color(), palette.highlight().color()) >= 4.5


def test_monospace_font_has_one_width(qapp: QApplication) -> None:
    font = monospace_font()
    metrics = QFontMetricsF(font)
    assert len({metrics.horizontalAdvance(c) for c in "0123456789abcdef:-xXTFHR"}) == 1
    assert font.pointSizeF() == qapp.font().pointSizeF()
    assert QFontInfo(font).fixedPitch() or QFontDatabase.isFixedPitch(font.family())

"""Colours and type. This table is the only place in the program that names a colour.

Every value that is used for text keeps a contrast of at least 4.5:1 (WCAG 2.2, criterion 1.4.3, level AA)
against `window`, `base` and `surface` of its own scheme; a test computes it. Colour never carries meaning
alone: icon, word and colour always come together (see `flexgui.widgets.severity`).
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, get_args

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

Mode = Literal["system", "light", "dark"]
Scheme = Literal["light", "dark"]


class Token(NamedTuple):
    """One colour in both schemes, as `#rrggbb`."""

    light: str
    dark: str


TOKENS: Final[dict[str, Token]] = {
    # surfaces: they carry no text themselves
    "window": Token("#f2f3f5", "#202124"),
    "base": Token("#ffffff", "#17181a"),
    "surface": Token("#f7f8fa", "#26272b"),
    "button": Token("#f7f8f9", "#303237"),
    "border": Token("#c7cad1", "#474a52"),  # between areas; says nothing that is not said otherwise
    "outline": Token("#777b85", "#7b7f89"),  # around what can be typed into or clicked
    "highlight": Token("#1068b8", "#2a67a6"),
    # text
    "text": Token("#1a1c20", "#e8e9ec"),
    "secondary": Token("#565a63", "#a9adb6"),
    "disabled": Token("#8b8f98", "#757983"),
    "highlighted_text": Token("#ffffff", "#ffffff"),
    "accent": Token("#0b5cab", "#79b8f5"),
    # severities and states
    "error": Token("#b3201b", "#ff8b82"),
    "warning": Token("#875100", "#f0b64a"),
    "todo": Token("#6a3bab", "#c4a9ff"),
    "info": Token("#0a5f7d", "#6cc9e3"),
    "ok": Token("#1a6b34", "#7dd491"),
    "unknown": Token("#5a5f69", "#b1b5be"),
    "masked": Token("#9c2f66", "#f497c0"),
}

TEXT_TOKENS: Final = (
    *("text", "secondary", "accent"),
    *("error", "warning", "todo", "info", "ok", "unknown", "masked"),
)
"""The tokens that may colour text or an icon on `window`, `base` and `surface`."""

_INPUTS: Final = (
    *("QCheckBox", "QRadioButton", "QComboBox", "QLineEdit", "QAbstractSpinBox"),
    *("QPushButton", "QPlainTextEdit", "QTextEdit"),
)
_VIEWS: Final = ("QAbstractItemView",)
_TABS: Final = ("QTabWidget", "QTabBar")

TINT: Final = 0.10
"""How much of a token `Theme.tint` mixes into the base colour."""


def contrast(first: QColor, second: QColor) -> float:
    """Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, "relative luminance" and "contrast ratio")."""

    def luminance(color: QColor) -> float:
        parts = [
            value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
            for value in (color.redF(), color.greenF(), color.blueF())
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


class Theme(QObject):
    """The light or dark look of the running program.

    Follows the system's colour scheme and switches live; `set_mode` forces one scheme. Icons from
    `flexgui.widgets.icons` and everything painted with the palette follow by themselves; who paints with
    `color()` repaints on `changed` (or in `changeEvent` on `PaletteChange`, which Qt delivers a little later,
    with the next events).
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._mode: Mode = "system"
        self._scheme: Scheme = "light"
        self._without_hint: Scheme = "light"
        self._applied = False

    def apply(self, app: QApplication) -> None:
        """Dress `app` in Fusion and this theme's palette, and follow the system from now on."""
        if not self._applied:
            self._without_hint = "dark" if _is_dark(app.palette()) else "light"
            app.styleHints().colorSchemeChanged.connect(self._follow)
        self._applied = True
        app.setStyle("Fusion")
        self._scheme = self._wanted()
        self._dress()
        self.changed.emit()

    @property
    def mode(self) -> Mode:
        """What was asked for: "system", "light" or "dark"."""
        return self._mode

    @property
    def scheme(self) -> Scheme:
        """What is shown: "light" or "dark"."""
        return self._scheme

    @property
    def is_dark(self) -> bool:
        return self._scheme == "dark"

    def set_mode(self, mode: Mode) -> None:
        """Force "light" or "dark", or follow the "system" again. `ValueError` for any other word."""
        if mode not in get_args(Mode):
            raise ValueError(f"unknown theme mode {mode!r}")
        self._mode = mode
        if QGuiApplication.instance() is not None:
            # Window frames and native dialogs follow the hint; our palette does not depend on it.
            hints = QGuiApplication.styleHints()
            if mode == "system":
                hints.unsetColorScheme()
            else:
                hints.setColorScheme(Qt.ColorScheme.Dark if mode == "dark" else Qt.ColorScheme.Light)
        self._follow()

    def color(self, token: str) -> QColor:
        """The colour of a token of `TOKENS` in the present scheme. `KeyError` for any other word."""
        return QColor(getattr(TOKENS[token], self._scheme))

    def tint(self, token: str) -> QColor:
        """A quiet opaque background in the hue of `token`; the token itself and `text` are readable on it."""
        color, base = self.color(token), self.color("base")
        mixed = (
            round(c * TINT + b * (1 - TINT))
            for c, b in zip(color.getRgb()[:3], base.getRgb()[:3], strict=True)  # type: ignore[index]
        )
        return QColor(*mixed)

    def palette(self) -> QPalette:
        """The palette of the present scheme, with every role set that Fusion draws with."""
        role, group = QPalette.ColorRole, QPalette.ColorGroup
        palette = QPalette(self.color("button"), self.color("window"))  # derives Light, Mid, Dark, Shadow
        for name, token in (
            (role.Window, "window"),
            (role.WindowText, "text"),
            (role.Base, "base"),
            (role.AlternateBase, "surface"),
            (role.Text, "text"),
            (role.Button, "button"),
            (role.ButtonText, "text"),
            (role.BrightText, "highlighted_text"),
            (role.ToolTipBase, "surface"),
            (role.ToolTipText, "text"),
            (role.PlaceholderText, "secondary"),
            (role.Link, "accent"),
            (role.LinkVisited, "todo"),
            (role.Highlight, "highlight"),
            (role.HighlightedText, "highlighted_text"),
            (role.Accent, "accent"),  # the ring around what has the focus
        ):
            palette.setColor(name, self.color(token))
        for name in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
            palette.setColor(group.Disabled, name, self.color("disabled"))
        palette.setColor(group.Disabled, role.Highlight, self.color("border"))
        palette.setColor(group.Disabled, role.HighlightedText, self.color("text"))
        palette.setColor(group.Disabled, role.Base, self.color("window"))
        return palette

    def _wanted(self) -> Scheme:
        if self._mode != "system":
            return self._mode
        if QGuiApplication.instance() is None:
            return self._without_hint
        hint = QGuiApplication.styleHints().colorScheme()
        if hint == Qt.ColorScheme.Unknown:  # no desktop portal: the platform's own palette decided at start
            return self._without_hint
        return "dark" if hint == Qt.ColorScheme.Dark else "light"

    def _dress(self) -> None:
        """Hand the palette to Qt, and variations of it to the kinds of widgets whose edges Fusion leaves dim.

        Fusion draws outlines in the window's colour `darker(140)` and the ring of focus in the highlight's,
        darker too: in a dark window, neither is seen. To these widgets the window's colour is nothing else.
        """
        role = QPalette.ColorRole
        QApplication.setPalette(self.palette())
        outlined = self.palette()
        outline = self.color("outline")
        before = QColor.fromHsv(outline.hue(), outline.saturation(), round(outline.value() * 1.4))
        outlined.setColor(role.Window, before)
        for kind in _VIEWS:  # Qt's type stubs say bytes, and mean str
            QApplication.setPalette(outlined, kind)  # type: ignore[arg-type]
        if self.is_dark:
            outlined.setColor(role.Highlight, self.color("accent"))
            outlined.setColor(role.HighlightedText, self.color("base"))
        for kind in _INPUTS:
            QApplication.setPalette(outlined, kind)  # type: ignore[arg-type]
        tabs = self.palette()
        tabs.setColor(
            role.Button, self.color("window")
        )  # lightened by Fusion: a page a shade above the window
        for kind in _TABS:
            QApplication.setPalette(tabs, kind)  # type: ignore[arg-type]

    @Slot()
    def _follow(self) -> None:
        scheme = self._wanted()
        if scheme == self._scheme:
            return
        self._scheme = scheme
        if self._applied:
            self._dress()
        self.changed.emit()


_theme: Theme | None = None


def theme() -> Theme:
    """The one theme of the program. It works, in light, before `apply`, too."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme


def monospace_font() -> QFont:
    """The system's fixed-width font at the size of the interface, with tabular figures.

    For registers, masks and addresses.
    """
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFixedPitch(True)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setFeature(QFont.Tag("zero"), 1)  # slashed zero, where the font has one
    size = QApplication.font().pointSizeF()
    if size > 0:  # a font given in pixels reports -1
        font.setPointSizeF(size)
    return font


def _is_dark(palette: QPalette) -> bool:
    window, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
    return window.lightness() < text.lightness()

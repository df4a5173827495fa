"""A slim line over the page that says in which state the window is, with what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from flexgui.widgets.form import plain_label
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import IconLabel
from flexgui.widgets.theme import theme


class Banner(QFrame):
    """Icon, a word in bold, a sentence, and buttons; tinted with a colour token. Hidden while it has no text.

    `token` is one of the text tokens (see `flexgui.widgets.theme`), `icon_name` an icon of that colour.
    """

    def __init__(self, token: str, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token = token
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._icon = IconLabel(icon(icon_name, token))
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._word = QLabel()
        self._word.setTextFormat(Qt.TextFormat.PlainText)
        font = self._word.font()
        font.setBold(True)
        self._word.setFont(font)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 4, 8, 4)
        self._row.setSpacing(8)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._word)
        self._row.addWidget(self._label, 1)
        self._paint_background()
        self.hide()

    def show_text(self, word: str, sentence: str) -> None:
        """Say in which state the window is (a word or two) and what that means; "" and "" hide the banner."""
        self._word.setText(word)
        self._label.setText(sentence)
        self.setAccessibleName(f"{word}: {sentence}" if word and sentence else word or sentence)
        self.setVisible(bool(word or sentence))

    def text(self) -> str:
        """The sentence that is shown, or ""."""
        return self._label.text()

    def add_action(self, action: QAction) -> QPushButton:
        """Add a button for an action, with its text, tool tip and state, live; without its mnemonic."""
        button = QPushButton()

        def mirror() -> None:
            button.setText(plain_label(action.text()).replace("&", "&&"))
            button.setIcon(action.icon())
            button.setToolTip(action.toolTip())
            button.setEnabled(action.isEnabled())
            button.setVisible(action.isVisible())

        button.clicked.connect(action.trigger)
        action.changed.connect(mirror)
        mirror()
        self._row.addWidget(button)
        return button

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_background()

    def _paint_background(self) -> None:
        wanted = theme().tint(self._token)
        if self.palette().color(QPalette.ColorRole.Window) != wanted:
            palette = self.palette()
            palette.setColor(QPalette.ColorRole.Window, wanted)
            self.setPalette(palette)

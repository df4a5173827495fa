"""The box above a table in which a query is typed: completion, help, and the sentence that an error gets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Final

from PySide6.QtCore import QCoreApplication, QModelIndex, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTextBrowser,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from flexgui.evc.modes import ModeTable, builtin_modes
from flexgui.rules.query import LONGEST, QueryError, parse
from flexgui.rules.query_completion import Offer, offers
from flexgui.rules.query_facts import Condition
from flexgui.rules.query_fields import FIELDS, condition
from flexgui.translate import fill
from flexgui.widgets.icons import icon
from flexgui.widgets.message_line import MessageLine

TYPING_MS: Final = 150
"""How long to wait after a key before the query is read."""


def tr(text: str) -> str:
    return QCoreApplication.translate("QueryBox", text)


_OF_POPUP: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class QueryEdit(QLineEdit):
    """The line itself. Ctrl+Space offers what fits, Esc empties it, Down and Enter go on to the table."""

    offers_wanted = Signal()
    left_below = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.popup: QAbstractItemView | None = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self.popup is not None and self.popup.isVisible() and key in _OF_POPUP:
            # What the list does not want it leaves to us; nothing is taken that nobody has gone to.
            chosen = self.popup.selectionModel().hasSelection()
            if chosen or key == Qt.Key.Key_Escape:
                event.ignore()
                return
            self.popup.hide()
        if key == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.offers_wanted.emit()
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left_below.emit()
        else:
            super().keyPressEvent(event)


class QueryBox(QWidget):
    """`condition_changed` is emitted with what a host must fulfil, None for all; not while there is an error.

    `left_below` asks for the table under the box.
    """

    condition_changed = Signal(object)
    left_below = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._modes: ModeTable = builtin_modes()
        self._values: Callable[[str], Iterable[str]] = lambda field: ()
        self._offers: tuple[Offer, ...] = ()
        self._read: tuple[str, ModeTable] | None = ("", self._modes)
        self._help: QueryHelp | None = None
        self._counted = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPING_MS)
        self._timer.timeout.connect(self.read)
        self.edit = self._make_edit()
        self._make_completer()
        label = QLabel(tr("Filter:"))
        label.setBuddy(self.edit)
        self.count = QLabel()
        help_button = QToolButton()
        help_button.setIcon(icon("info"))
        help_button.setAutoRaise(True)
        help_button.setToolTip(tr("What can be asked for, with examples"))
        help_button.setAccessibleName(tr("Help on filtering"))
        help_button.clicked.connect(self.show_help)
        self.help_button = help_button
        self.error = MessageLine()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.edit, 1)
        row.addWidget(help_button)
        row.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.error)

    def text(self) -> str:
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Ask for something else, at once."""
        self.edit.setText(text)
        self.read()

    def set_values(self, modes: ModeTable, values: Callable[[str], Iterable[str]]) -> None:
        """`modes` give modes their meaning; `values` the values of a field that the hosts have."""
        self._values = values
        if modes is not self._modes:
            self._modes = modes
            self.read()

    def say_count(self, text: str) -> None:
        """Say how many rows are shown."""
        self._counted = text
        self._show_count()

    def _show_count(self) -> None:
        """While what is typed cannot be read, the rows are those of what was asked before."""
        text = self._counted
        if self.error.text():
            text = tr("{count}, as filtered before").format(count=text)
        self.count.setText(text)
        self.edit.setAccessibleDescription(text)

    def settle(self) -> None:
        """Read what was typed last, if that was not yet done."""
        if self._timer.isActive():
            self.read()

    def read(self) -> None:
        """Read the text now."""
        self._timer.stop()
        asked = self.text(), self._modes
        if asked == self._read:
            return
        self._read = asked
        try:
            query = parse(self.text())
            holds: Condition | None = condition(query, self._modes) if query.alternatives else None
        except QueryError as error:
            text = fill(QCoreApplication.translate("Query", error.template), error.parameters)
            self.error.set_message("error", text)
            self._show_count()
            QTimer.singleShot(0, self, self._uncover)
            return
        self.error.clear()
        self._show_count()
        self.condition_changed.emit(holds)

    def show_help(self) -> None:
        """What can be asked for; a click on an example puts it into the box."""
        if self._help is None:
            self._help = QueryHelp(self)
            self._help.example_chosen.connect(self._use_example)
        self._help.show()
        self._help.activateWindow()

    def _use_example(self, example: str) -> None:
        text = self.text().strip()
        self.set_text(f"{text} {example}" if text else example)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- the line

    def _make_edit(self) -> QueryEdit:
        edit = QueryEdit()
        edit.setMaxLength(LONGEST)
        edit.setPlaceholderText(tr("Words or conditions: model:5500 evc<nehalem finding:error"))
        edit.setAccessibleName(tr("Filter the hosts"))
        edit.setToolTip(tr("Words and conditions such as evc<nehalem (Ctrl+F). Ctrl+Space shows what fits."))
        edit.addAction(icon("filter", "secondary"), QLineEdit.ActionPosition.LeadingPosition)
        edit.setClearButtonEnabled(True)
        edit.textChanged.connect(lambda: self._timer.start())
        edit.textEdited.connect(lambda: self._offer(asked=False))
        edit.offers_wanted.connect(lambda: self._offer(asked=True))
        edit.left_below.connect(self._leave)
        return edit

    def _leave(self) -> None:
        self.settle()
        self.left_below.emit()

    # --- completion

    def _make_completer(self) -> None:
        self._offered = QStandardItemModel(0, 2, self)
        self.completer = QCompleter(self._offered, self)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        popup = self._popup = QTreeView()
        popup.setRootIsDecorated(False)
        popup.setUniformRowHeights(True)
        popup.setHeaderHidden(True)
        popup.setAccessibleName(tr("What fits"))
        self.completer.setPopup(popup)
        self.edit.popup = popup
        self.completer.setWidget(self.edit)
        self.completer.setMaxVisibleItems(10)
        self.completer.activated[QModelIndex].connect(self._take)  # type: ignore[index]

    def _offer(self, *, asked: bool) -> None:
        """Show what fits where the cursor is; unasked only once something of it is typed."""
        text, cursor = self.text(), self.edit.cursorPosition()
        found = offers(text, cursor, self._modes, self._values)
        begun = bool(found) and found[0].end > found[0].start
        popup = self._popup
        if not found or not (asked or begun):
            popup.hide()
            return
        self._offers = found
        self._offered.setRowCount(0)
        for offer in found:
            says = QCoreApplication.translate("Query", offer.says) if offer.says else ""
            self._offered.appendRow([QStandardItem(offer.text), QStandardItem(says)])
        metrics = self.edit.fontMetrics()
        wide = max(metrics.horizontalAdvance(offer.text) for offer in found) + 24
        popup.setColumnWidth(0, wide)
        spoken = max(metrics.horizontalAdvance(self._offered.item(n, 1).text()) for n in range(len(found)))
        rect = self.edit.cursorRect()
        rect.setWidth(min(self.edit.width(), wide + (spoken + 24 if spoken else 0) + 24))
        if self.error.isVisible():  # what is wrong stays readable above the list
            below = self.error.mapTo(self, self.error.rect().bottomLeft())
            rect.setBottom(self.edit.mapFrom(self, below).y() + 4)
        self.completer.complete(rect)

    def _uncover(self) -> None:
        """Move the list off the sentence that has appeared under the line."""
        if self._popup.isVisible() and not self._popup.selectionModel().hasSelection():
            self._offer(asked=True)

    def _take(self, index: QModelIndex) -> None:
        offer = self._offers[index.row()] if index.row() < len(self._offers) else None
        if offer is None:
            return
        text = self.text()
        finished = not offer.text.endswith((":", "<", ">", "="))
        rest = text[offer.end :]
        gap = " " if finished and not rest.startswith(" ") else ""
        self.edit.setText(text[: offer.start] + offer.text + gap + rest)
        self.edit.setCursorPosition(offer.start + len(offer.text) + len(gap))
        if not finished:
            QTimer.singleShot(0, self, lambda: self._offer(asked=True))


class QueryHelp(QDialog):
    """All fields with their meaning and an example each."""

    example_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Filtering Hosts"))
        self.setModal(False)
        self.browser = QTextBrowser()
        self.browser.setOpenLinks(False)
        self.browser.setAccessibleName(self.windowTitle())
        self.browser.setHtml(_help_html())
        self.browser.anchorClicked.connect(self._choose)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.browser)
        column.addWidget(buttons)
        self.resize(560, 480)

    def _choose(self, url: QUrl) -> None:
        self.example_chosen.emit(url.path(QUrl.ComponentFormattingOption.FullyDecoded))


def _help_html() -> str:
    ways = (
        (tr("Words are searched in what identifies a host; all must be there."), ("esx xeon",)),
        (tr("field:value contains, field=value is exactly that."), ("model:5500", "host=esx-01")),
        (tr("Modes, releases and numbers have an order."), ("evc<nehalem", "esx>=5.5", "memory>=256GB")),
        (tr("Quotation marks hold together what has blanks."), ('cluster="Cluster A"',)),
        (tr("A minus turns a condition round."), ("-state:maintenance",)),
        (tr("“or” begins an alternative."), ("evc<nehalem or finding:error",)),
        (
            tr("A host of which a value is not known is found neither by a condition nor by its opposite."),
            ("evc:unknown", "memory:unknown"),
        ),
    )
    said = "".join(
        f"<li>{escape(text)} {' &nbsp; '.join(_link(example) for example in examples)}</li>"
        for text, examples in ways
    )
    fields = "".join(
        f"<tr><td>{_link(each.example)}</td>"
        f"<td>&nbsp;&nbsp;{escape(QCoreApplication.translate('Query', each.says))}</td></tr>"
        for each in FIELDS.values()
    )
    hint = escape(tr("A click on an example adds it to the filter."))
    return f"<ul>{said}</ul><p>{hint}</p><table>{fields}</table>"


def _link(example: str) -> str:
    url = QUrl()
    url.setScheme("query")
    url.setPath(example)
    encoded = bytes(url.toEncoded().data()).decode("ascii")
    return f'<a href="{escape(encoded)}"><code>{escape(example)}</code></a>'

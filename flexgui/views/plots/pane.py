"""What the panes of the Matrix tab share: a line of choices, a picture, its legend, and a read-out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QTextOption
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from flexgui.evc.compatibility import makers_of
from flexgui.evc.modes import MAKERS
from flexgui.evc.support import vendor_of
from flexgui.views.plots.scope import COLLAPSED_FROM, HostRows, Scope
from flexgui.widgets.icons import icon
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.plots.figure import Figure
from flexgui.widgets.quiet_inputs import QuietCombo
from flexgui.widgets.task import Report, Task, run_task


class ReadOut(QPlainTextEdit):
    """A few lines about the current cell, to read, select and copy."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("readout")
        self.setReadOnly(True)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self.document().setDocumentMargin(2)
        self.most = 3
        self.make_room(1000)

    def make_room(self, height: int) -> None:
        """Take a quarter of a height, but two lines at least and `most` at most."""
        line = self.fontMetrics().lineSpacing()
        self.setFixedHeight(line * max(2, min(self.most, height // 4 // line)) + 6)

    def say(self, *lines: str) -> None:
        """Show some lines; empty ones are left out."""
        text = "\n".join(line for line in lines if line)
        if text != self.toPlainText():
            self.setPlainText(text)


class Pane(QWidget):
    """One view of a scope. A subclass builds its picture and fills it in `fill`.

    `choices_bar` is the line of its choices, which the tab puts where there is room; `marked` is what the tab
    has had marked last: of which object, and which hosts.

    `hosts_selected` is emitted with the ids of hosts, `host_requested` with that of one to go to.
    """

    hosts_selected = Signal(list)
    host_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scope: Scope | None = None
        self.marked: tuple[str, tuple[str, ...]] = "", ()
        self._task: Task | None = None
        self._revision = 0
        self.choices_bar = QWidget()
        self.choices = QHBoxLayout(self.choices_bar)
        self.choices.setContentsMargins(0, 0, 0, 0)
        self.choices.setSpacing(8)
        self.note = MessageLine()
        self.note.setObjectName("matrix_note")
        self.readout = ReadOut(self.tr("About the current cell"))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.column.addWidget(self.note)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.readout.make_room(self.height())

    def show_scope(self, scope: Scope) -> None:
        """Show some hosts; nothing is done where they are the same as before."""
        if scope.alike(self.scope):
            self.scope = scope
            return
        another = self.scope is None or self.scope.object_id != scope.object_id
        self.scope = scope
        self.fill(scope, another)

    def fill(self, scope: Scope, another: bool) -> None:
        """Show hosts; `another`: of another object than before."""
        raise NotImplementedError

    def figure(self) -> Figure | None:
        """What Export writes; None where there is nothing yet."""
        raise NotImplementedError

    def mark_hosts(self, ids: Sequence[str]) -> None:
        """Hosts were selected elsewhere."""

    def stops(self) -> tuple[list[QWidget], list[QWidget]]:
        """Where Tab stops, in order: on the line of choices, and below it."""
        items = (self.choices.itemAt(number) for number in range(self.choices.count()))
        found = (item.widget() for item in items if item is not None)
        choices = [
            each for each in found if each is not None and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        return choices, [*self.pictures(), self.readout]

    def pictures(self) -> list[QWidget]:
        """The pictures, which take the keyboard."""
        raise NotImplementedError

    # --- for the panes

    def button(
        self, name: str, text: str, tip: str, slot: Callable[[], object], icon_name: str = ""
    ) -> QToolButton:
        """A small button on the line of choices."""
        button = QToolButton()
        button.setObjectName(name)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if icon_name:
            button.setIcon(icon(icon_name))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.clicked.connect(lambda: slot())
        return button

    def work(self, work: Callable[[Report], Any], done: Callable[[Any], None]) -> None:
        """Do long work elsewhere; an answer for hosts that are no longer shown is dropped."""
        if self._task is not None:
            self._task.cancel()
        self._revision += 1
        revision = self._revision
        self._task = run_task(self, work, lambda answer: done(answer) if revision == self._revision else None)


class HostsPane(Pane):
    """A matrix with hosts as rows, of all makers' modes or of one's, for each host or each processor."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: HostRows | None = None
        self.maker = QuietCombo()
        self.maker.setObjectName("matrix_maker")
        self.maker.setAccessibleName(self.tr("Maker of the modes"))
        self.maker.setSizeAdjustPolicy(QuietCombo.SizeAdjustPolicy.AdjustToContents)
        self.maker.activated.connect(lambda _: self.refill())
        self.maker_caption = QLabel(self.tr("Ma&ker"))
        self.maker_caption.setBuddy(self.maker)
        self.collapse = QCheckBox(self.tr("&By processor"))
        self.collapse.setObjectName("matrix_collapse")
        self.collapse.setToolTip(self.tr("One row for all hosts with the same processor, with their number"))
        self.collapse.clicked.connect(lambda _: self.refill())
        self.sort = self.button(
            "matrix_sort",
            self.tr("Sort"),
            self.tr("Sort the rows by the current column; again for the other way, and again for none"),
            self.sort_by_current,
        )
        for part in (self.maker_caption, self.maker, self.collapse, self.sort):
            self.choices.addWidget(part)

    def fill(self, scope: Scope, another: bool) -> None:
        if another:
            self.collapse.setChecked(len(scope.hosts) > COLLAPSED_FROM)
            self._offer_makers(scope)
        self.refill()

    def refill(self) -> None:
        """Show the same hosts anew: something was chosen."""
        raise NotImplementedError

    def sort_by_current(self) -> None:
        raise NotImplementedError

    def makers_offered(self, scope: Scope) -> list[tuple[str | None, str]]:
        """The makers to choose from, with their names; None is all of them."""
        return [*MAKERS.items()]

    def _offer_makers(self, scope: Scope) -> None:
        offered = self.makers_offered(scope)
        shown = [(self.maker.itemData(n), self.maker.itemText(n)) for n in range(self.maker.count())]
        if shown != offered:
            self.maker.clear()
            for key, name in offered:
                self.maker.addItem(name, key)
        self.maker.setCurrentIndex(max(0, self.maker.findData(self.first_maker(scope))))

    def first_maker(self, scope: Scope) -> str | None:
        """The mode's maker; else the one of the most hosts."""
        if scope.mode is not None:
            return scope.mode.vendor
        known = makers_of((cpu for cpu, _ in scope.counts), scope.modes)
        hosts = dict.fromkeys(known, 0)
        for cpu, count in scope.counts:
            vendor = vendor_of(cpu, scope.modes)
            if vendor in hosts:
                hosts[vendor] += count
        return max(known, key=lambda maker: hosts[maker])

    def chosen_maker(self) -> str | None:
        found = self.maker.currentData()
        return None if found is None else str(found)

    def tell_selected(self, rows: Sequence[int]) -> None:
        if self.rows is not None:
            self.hosts_selected.emit(self.rows.ids(rows))

    def activate(self, row: int) -> None:
        if self.rows is not None:
            self.host_requested.emit(self.rows.ids([row])[0])

    def say_unknown(self, scope: Scope, *more: str) -> None:
        """What the picture cannot show."""
        unknown = scope.unknown
        said = list(more)
        if unknown and unknown == len(scope.hosts):
            said.insert(
                0, self.tr("No processor is known, so nothing can be told. Add a capture to the hosts.")
            )
        elif unknown == 1:
            said.insert(0, self.tr("The processor of one host is not known. Add a capture to it."))
        elif unknown:
            text = self.tr("The processors of {count} hosts are not known. Add captures to them.")
            said.insert(0, text.format(count=unknown))
        if said:
            self.note.set_message("unknown" if unknown else "info", " ".join(said))
        else:
            self.note.clear()

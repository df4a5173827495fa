"""The box that names the hosts to compare, with completion: `esx-04, esx-01`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication, QStringListModel, QTimer, Signal
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from flexgui.identity import cached_by_identity
from flexgui.plan.inventory import find, hosts
from flexgui.plan.values import Host, Plan
from flexgui.views.query_box import TYPING_MS, QueryEdit
from flexgui.widgets.icons import icon
from flexgui.widgets.message_line import MessageLine

MOST_OFFERS = 40


def tr(text: str) -> str:
    return QCoreApplication.translate("CpuidCompare", text)


@cached_by_identity(2)
def _names(plan: Plan) -> dict[str, str]:
    """The ids of hosts by name and address, in lower case."""
    found: dict[str, str] = {}
    for _, _, host in hosts(plan):
        found.setdefault(host.label.lower(), host.id)
        found.setdefault(host.address.lower(), host.id)
    return found


def named(plan: Plan, text: str) -> tuple[list[str], list[str]]:
    """(ids, names that no host has) of a text with hosts between commas; each host once."""
    known, ids, wrong = _names(plan), dict[str, None](), []
    for part in text.split(","):
        name = part.strip().lower()
        if not name:
            continue
        found = known.get(name)
        if found is None:
            starting = {value for key, value in known.items() if key.startswith(name + ".")}
            found = starting.pop() if len(starting) == 1 else None
        if found is None:
            wrong.append(part.strip())
        else:
            ids[found] = None
    return list(ids), wrong


class CompareBox(QWidget):
    """`hosts_changed` is emitted with the ids of the hosts named, in order, a little after the last key.

    `left_below` asks for the tree.
    """

    hosts_changed = Signal(list)
    left_below = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: Plan | None = None
        self._ids: list[str] = []
        self.edit = QueryEdit()
        self.edit.setPlaceholderText(tr("Hosts to compare: esx-04, esx-01"))
        self.edit.setAccessibleName(tr("Compare with hosts"))
        self.edit.setToolTip(
            tr("Names of hosts, with commas between them. Ctrl+Space shows the hosts there are.")
        )
        self.edit.addAction(icon("compare", "secondary"), QLineEdit.ActionPosition.LeadingPosition)
        self.edit.setClearButtonEnabled(True)
        label = QLabel(tr("Compare:"))
        label.setBuddy(self.edit)
        self.error = MessageLine()
        self.row = QHBoxLayout()
        self.row.setSpacing(8)
        self.row.addWidget(label)
        self.row.addWidget(self.edit, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self.row)
        column.addWidget(self.error)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPING_MS)
        self._timer.timeout.connect(self.read)
        self._names = QStringListModel(self)
        self.completer = QCompleter(self._names, self)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._popup = QListView()
        self._popup.setUniformItemSizes(True)
        self.completer.setPopup(self._popup)
        self.completer.setWidget(self.edit)
        self.edit.popup = self._popup
        self.completer.activated[str].connect(self._take)  # type: ignore[index]
        self.edit.textChanged.connect(lambda: self._timer.start())
        self.edit.textEdited.connect(lambda: self._offer(asked=False))
        self.edit.offers_wanted.connect(lambda: self._offer(asked=True))
        self.edit.left_below.connect(self._leave)

    def set_plan(self, plan: Plan) -> None:
        """Look for hosts in a plan; those named stay the same ones, whatever they are called now."""
        self._plan = plan
        kept = self._objects(self._ids)
        names = ", ".join(host.label for host in kept)
        if self._ids and names != self.edit.text() and not self.edit.hasFocus():
            self.set_hosts([host.id for host in kept])

    def set_hosts(self, ids: Sequence[str]) -> None:
        """Name hosts, at once."""
        before, self._ids = self._ids, [host.id for host in self._objects(ids)]
        self.edit.setText(", ".join(host.label for host in self._objects(ids)))
        self._timer.stop()
        self.error.clear()
        if self._ids != before:
            self.hosts_changed.emit(self._ids)

    def ids(self) -> list[str]:
        """The hosts that are named."""
        return list(self._ids)

    def read(self) -> None:
        """Read the names now."""
        self._timer.stop()
        if self._plan is None:
            return
        ids, wrong = named(self._plan, self.edit.text())
        if wrong:
            text = tr("No host is called “{name}”. Write another name, or choose one with Ctrl+Space.")
            self.error.set_message("error", text.format(name=wrong[0]))
            return
        self.error.clear()
        if ids != self._ids:
            self._ids = ids
            self.hosts_changed.emit(ids)

    def _objects(self, ids: Iterable[str]) -> list[Host]:
        if self._plan is None:
            return []
        places = (find(self._plan, each) for each in ids)
        return [place.object for place in places if place is not None and isinstance(place.object, Host)]

    def _leave(self) -> None:
        self.read()
        self.left_below.emit()

    def _part(self) -> tuple[int, str]:
        """Where the name begins that the cursor is in, and what of it is typed."""
        before = self.edit.text()[: self.edit.cursorPosition()]
        start = before.rfind(",") + 1
        return start, before[start:].strip().lower()

    def _offer(self, *, asked: bool) -> None:
        if self._plan is None:
            return
        _, part = self._part()
        taken = {name.strip().lower() for name in self.edit.text().split(",")} - {part}
        fitting = [
            host.label
            for _, _, host in hosts(self._plan)
            if part in host.label.lower() and host.label.lower() not in taken
        ]
        fitting.sort(key=lambda name: not name.lower().startswith(part))
        if not fitting or not (part or asked) or (len(fitting) == 1 and fitting[0].lower() == part):
            self._popup.hide()
            return
        self._names.setStringList(fitting[:MOST_OFFERS])
        rect = self.edit.cursorRect()
        rect.setWidth(min(320, self.edit.width()))
        self.completer.complete(rect)

    def _take(self, name: str) -> None:
        start, _ = self._part()
        text, cursor = self.edit.text(), self.edit.cursorPosition()
        head = text[:start] + (" " if start else "") + name
        rest = text[cursor:].lstrip()
        self.edit.setText(head + (", " if not rest.startswith(",") else "") + rest)
        self.edit.setCursorPosition(len(head) + (0 if rest.startswith(",") else 2))
        self.read()

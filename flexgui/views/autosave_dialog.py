"""Offers work that was not saved: what was done, until when, and what differs from the plan's file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from flexgui.plan.autosave import Note
from flexgui.plan.changes import Change
from flexgui.plan.values import Cluster, Datacenter, Host, VirtualMachine
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import WrapLabel
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.moment import moment
from flexgui.widgets.tooltip import plain_tip
from flexgui.widgets.words import counted, kind_icon, kind_word, label

LISTED = 200
"""So many objects are listed; more are counted."""


class AutosaveDialog(QDialog):
    """Restore, Discard, or Decide Later, which closing it means. One of the signals is emitted, once."""

    restore_chosen = Signal()
    discard_chosen = Signal()
    later_chosen = Signal()

    def __init__(
        self, name: str, note: Note, changes: Sequence[Change], changed_at: datetime | None, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("autosave")
        self.setWindowTitle(self.tr("Unsaved work"))
        self.resize(560, 460)
        title = QLabel(self.tr("{plan} was not saved").format(plan=name))
        title.setObjectName("autosave_title")
        title.setTextFormat(Qt.TextFormat.PlainText)
        font = title.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.2)
        title.setFont(font)
        title.setWordWrap(True)
        said = self.tr(
            "FlexGUI ended before your last changes were saved. They were kept as of {time}: {changes}."
        )
        text = WrapLabel(said.format(time=moment(note.saved), changes=self._counts(note, changes)))
        text.setObjectName("autosave_text")
        self.warning = MessageLine()
        self.tree = self._tree(note, changes)
        buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole
        self.restore = buttons.addButton(self.tr("&Restore"), role.AcceptRole)
        self.restore.setToolTip(
            self.tr("Show the plan with these changes. They are not saved, and can be undone.")
        )
        self.discard = buttons.addButton(self.tr("&Discard"), role.DestructiveRole)
        self.discard.setToolTip(self.tr("Forget these changes for good"))
        self.later = buttons.addButton(self.tr("Decide &Later"), role.RejectRole)
        self.later.setToolTip(self.tr("Keep these changes and ask again when the plan is opened next"))
        self.restore.setDefault(True)
        self._answer = self.later_chosen
        self.restore.clicked.connect(lambda: self._choose(self.restore_chosen))
        self.discard.clicked.connect(lambda: self._choose(self.discard_chosen))
        self.later.clicked.connect(self.reject)
        self.finished.connect(lambda _: self._answer.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for widget in (title, text, self.warning, self.tree, buttons):
            column.addWidget(widget, 1 if widget is self.tree else 0)
        if changed_at is not None:
            sentence = self.tr(
                "The file was changed since these changes were begun, at {time}. Restoring shows the plan "
                "without what was changed there; Undo then brings the file's version back."
            )
            self.warning.set_message("warning", sentence.format(time=moment(changed_at)))

    def _choose(self, answer: SignalInstance) -> None:
        self._answer = answer
        self.accept()

    def _counts(self, note: Note, changes: Sequence[Change]) -> str:
        parts = []
        if note.edit_count == 1:
            parts.append(self.tr("one edit"))
        elif note.edit_count:
            parts.append(self.tr("{count} edits").format(count=note.edit_count))
        for word, which in (
            (self.tr("{things} added"), [c for c in changes if c.added]),
            (self.tr("{things} removed"), [c for c in changes if c.removed]),
            (self.tr("{things} changed"), [c for c in changes if not c.added and not c.removed]),
        ):
            things = [
                counted(kind, count)
                for kind in (Datacenter, Cluster, Host, VirtualMachine)
                if (count := sum(isinstance(change.object, kind) for change in which))
            ]
            if things:
                parts.append(word.format(things=", ".join(things)))
        return "; ".join(parts) or self.tr("settings of the plan")

    def _tree(self, note: Note, changes: Sequence[Change]) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setObjectName("autosave_changes")
        tree.setAccessibleName(self.tr("What was done"))
        tree.setHeaderLabels([self.tr("What"), self.tr("Changed")])
        tree.setUniformRowHeights(True)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        tree.header().setStretchLastSection(False)
        if note.edits:
            edits = QTreeWidgetItem([self.tr("Edits, the last one first"), ""])
            for name in reversed(note.edits):
                edits.addChild(_row(name))
            more = note.edit_count - len(note.edits)
            if more > 0:
                edits.addChild(_row(self.tr("… and {count} more").format(count=more)))
            tree.addTopLevelItem(edits)
            edits.setExpanded(not changes or len(note.edits) <= 6)
        if changes:
            objects = QTreeWidgetItem([self.tr("Objects that differ from the file"), ""])
            for change in changes[:LISTED]:
                found = change.object
                row = _row(f"{kind_word(found)} {label(found)}", self._verb(change))
                row.setIcon(0, icon(kind_icon(found)))
                objects.addChild(row)
            if len(changes) > LISTED:
                objects.addChild(_row(self.tr("… and {count} more").format(count=len(changes) - LISTED)))
            tree.addTopLevelItem(objects)
            objects.setExpanded(True)
        return tree

    def _verb(self, change: Change) -> str:
        if change.added:
            return self.tr("added")
        if change.removed:
            return self.tr("removed")
        if change.moved:
            return self.tr("moved and changed") if change.fields else self.tr("moved")
        return self.tr("changed")


def _row(text: str, verb: str = "") -> QTreeWidgetItem:
    item = QTreeWidgetItem([" ".join(text.split()), verb])
    item.setToolTip(0, plain_tip(text.split("\n")))
    return item

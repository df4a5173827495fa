"""Moving objects of the inventory by drag and drop or cut and paste: what each place says, and doing it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from flexgui.document import Document, DraftChecker
from flexgui.plan.inventory import find
from flexgui.plan.values import Object
from flexgui.widgets.message_box import message_box
from flexgui.widgets.task import Task, run_task

if TYPE_CHECKING:
    from flexgui.rules.move import Answer, Moving


AT_ONCE: Final = 400
"""Up to so many hosts and machines are weighed while the cursor waits; more on another thread."""


class Moves(QObject):
    """The objects that are dragged or cut, and what each place says to them.

    `answered` follows an answer that took its time, with the id of the place; `told` has what to show in the
    status bar, and `moved` the ids of what was moved.
    """

    answered = Signal(str)
    told = Signal(str)
    moved = Signal(list)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._window = parent
        self._moving: Moving | None = None
        self._key: tuple[object, ...] = ()
        self._task: Task | None = None
        self._weighed = ""
        self._next = ""
        self._awaited = ""
        document.plan_changed.connect(self.end)

    @property
    def moving(self) -> Moving | None:
        return self._moving

    def begin(self, ids: Iterable[str]) -> Moving:
        """These objects of the plan are to be moved."""
        from flexgui.rules.move import Moving

        plan, chosen = self._document.plan, tuple(ids)
        rehearsing = self._document.rehearsing
        key = (chosen, rehearsing)
        if self._moving is None or self._moving.plan is not plan or self._key != key:
            self.end()
            self._key = key
            self._moving = Moving(
                plan, chosen, self._document.findings.all, self._document.checker(), rehearsing
            )
        return self._moving

    def end(self) -> None:
        """Nothing is to be moved any more."""
        if self._task is not None:
            self._task.cancel()
        self._moving, self._task, self._weighed, self._next, self._awaited = None, None, "", "", ""

    def place_for(self, object_id: str) -> str:
        """The place that is meant by an object: itself, or the nearest that it is in and that fits."""
        place = find(self._document.plan, object_id)
        if place is None or self._moving is None:
            return object_id
        chain: list[Object | None] = [place.object, place.host, place.cluster, place.datacenter]
        fitting = (each.id for each in chain if each is not None and self._moving.fits(each))
        return next(fitting, object_id)

    def answer(self, target_id: str) -> Answer | None:
        """What a place says; None while that is weighed, or for what is no place."""
        moving = self._moving
        if moving is None or find(moving.plan, target_id) is None:
            return None
        known = moving.known(target_id)
        if known is not None:
            return known
        if self._task is None and moving.work(target_id) <= AT_ONCE:
            return moving.onto(target_id)
        self._next = target_id
        if self._task is None:
            self._weigh()
        return moving.known(target_id)

    def _weigh(self) -> None:
        moving, target_id = self._moving, self._next
        self._next = ""
        if moving is None or not target_id:
            return
        self._weighed = target_id

        def done(answer: Answer) -> None:
            self._task = None
            self.answered.emit(target_id)
            if self._awaited == target_id:
                self._awaited = ""
                self.apply(answer)
            else:
                self._weigh()

        task = run_task(self, lambda report: moving.onto(target_id), done)
        self._task = None if Task.synchronous else task

    def drop(self, target_id: str) -> None:
        """Move the objects to a place, as soon as its answer is known."""
        moving = self._moving
        other = moving is not None and moving.last is not None and moving.last[0] != target_id
        if moving is not None and other and moving.work(target_id) > AT_ONCE:
            moving.forget(target_id)  # what it makes is made again, but not here
        answer = self.answer(target_id)
        if answer is not None:
            self.apply(answer)
        elif self._moving is not None:
            self._awaited = target_id
            self.told.emit(self.tr("Weighing the move…"))

    def apply(self, answer: Answer) -> bool:
        """Do what was answered; where machines have to be powered off for it, ask first."""
        from flexgui.rules.move import Permission
        from flexgui.widgets.move_text import done, edit_name, sentence

        moving = self._moving
        if answer.tried and answer.edit is not None:
            # vCenter answers, and the log keeps it.
            return self._document.edit(edit_name(answer), answer.edit)
        if not answer.possible or answer.edit is None or moving is None:
            self.told.emit(sentence(answer))
            return False
        if answer.permission is Permission.ASK and not self._may_power_off(answer):
            return False
        ids, name = list(moving.ids), edit_name(answer)
        before = self._document.plan
        last = moving.last if self._task is None else None  # while weighing it may become another
        judged = last is not None and last[0] == answer.target.id
        self._document.edit(name, answer.edit, DraftChecker(moving.checker) if judged else None)
        if self._document.plan is before:
            return False
        self.moved.emit(ids)
        self.told.emit(done(answer))
        return True

    def drop_later(self, target_id: str) -> None:
        """Drop when the drag is over: whoever drags must not wait until the user has answered."""
        QTimer.singleShot(0, self, lambda: self.drop(target_id))

    def _may_power_off(self, answer: Answer) -> bool:
        from flexgui.widgets.move_text import edit_name, sentence

        box = message_box(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("FlexGUI"))
        box.setText(f"{edit_name(answer)}?")
        box.setInformativeText(sentence(answer))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Ok | buttons.Cancel)
        box.button(buttons.Ok).setText(self.tr("Power &Off and Move"))
        box.setDefaultButton(buttons.Cancel)
        given = buttons(box.exec())
        box.deleteLater()
        return given == buttons.Ok

"""Cut, copy, paste, duplicate and move of what is selected in the inventory; new resource pools."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMimeData, QObject, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolTip

from flexgui.document import DraftChecker
from flexgui.errors import FlexGuiError, InputError, printable
from flexgui.plan import clipboard, edits
from flexgui.plan.clipboard import Clip, Pasted
from flexgui.plan.inventory import find
from flexgui.plan.values import Datacenter, Host, Object, Plan, ResourcePool, VirtualMachine
from flexgui.rules.check import Checker
from flexgui.views.inventory_model import MOVABLE
from flexgui.views.inventory_text import ClipMime
from flexgui.views.moves import AT_ONCE
from flexgui.widgets import words
from flexgui.widgets.move_text import sentence, who
from flexgui.widgets.name_list import joined
from flexgui.widgets.task import Report, run_task
from flexgui.widgets.tooltip import plain_tip

if TYPE_CHECKING:
    from flexgui.views.main_window import MainWindow

TOLD_MS: Final = 8000


class InventoryEdits(QObject):
    """Connects the actions of the Edit menu that are about objects, and says why one is not possible."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._document = window, window.document
        self._inventory, self._actions = window.inventory, window.actions_
        self._moves = window.inventory.moves
        self._cut: tuple[str, ...] = ()
        self._clip: tuple[ClipMime, Plan] | None = None
        self._pasting = False
        for name, slot in (
            ("cut", self.cut),
            ("copy", self.copy),
            ("paste", self.paste),
            ("duplicate", self.duplicate),
            ("move_to", lambda: window.move_requested.emit(list(self._ids()))),
            ("edit_selected", lambda: window.edit_selected_requested.emit(list(self._ids()))),
            ("new_pool", self.new_pool),
        ):
            self._actions[name].triggered.connect(lambda _=False, slot=slot: slot())
        self._moves.told.connect(self._tell)
        self._moves.moved.connect(lambda _: self._forget_cut())
        self._inventory.tree.told.connect(self._tell)
        self._inventory.tree.cancelled.connect(self._forget_cut)
        window.commands.selected.connect(self._enable)
        self._enable()

    # --- what the user does

    def cut(self) -> None:
        """Take the selected objects along: pasting moves them."""
        ids = self._ids()
        if not ids or not self._put_on_clipboard(ids):
            return
        self._cut = ids
        self._inventory.model.set_cut(ids)
        self._tell(self.tr("{what}: select where to, and paste.").format(what=self._who(ids)))

    def copy(self) -> None:
        ids = self._ids()
        if ids and self._put_on_clipboard(ids):
            self._tell(self.tr("Copied: {what}.").format(what=self._who(ids)))

    def paste(self) -> None:
        """Move what was cut here, or put copies of what was copied here, in this window or another one."""
        if self._pasting:
            return
        mime = QGuiApplication.clipboard().mimeData() or QMimeData()  # some platforms have nothing there
        own = self._clip is not None and ClipMime.is_own(mime, self._clip[0])
        if own and self._cut:
            self._paste_cut()
            return
        if not mime.hasFormat(clipboard.MIME):
            self._tell(
                self.tr("The clipboard has a text, and no objects of FlexGUI. Copy hosts or clusters first.")
                if mime.hasText()
                else self.tr("There are no objects on the clipboard. Copy hosts or clusters first.")
            )
            return
        if own and self._clip is not None:
            mark, plan = self._clip
            self._read(lambda: clipboard.copied(plan, mark.ids), len(mark.ids))
        else:
            content = bytes(mime.data(clipboard.MIME).data())
            self._read(lambda: clipboard.from_json(content), len(content) // 2000)

    def duplicate(self) -> None:
        """Others like the selected objects, each beside its own."""
        plan, ids = self._document.plan, self._ids()
        groups: dict[str, list[str]] = {}
        for object_id in ids:
            place = find(plan, object_id)
            if place is not None:
                where = clipboard.destination(plan, type(place.object), object_id)
                groups.setdefault(where or "", []).append(object_id)
        clips = [(where, clipboard.copied(plan, own)) for where, own in groups.items()]

        def work(checker: Checker) -> Pasted:
            after, all_of = plan, []
            for where, clip in clips:
                if clip is not None:
                    all_of.append(clipboard.paste(after, clip, where))
                    after = all_of[-1].plan
            return _together(all_of)

        if any(clip is not None for _, clip in clips):
            name = self.tr("Duplicate {what}").format(what=self._who(ids))
            self._put(plan, work, len(ids), lambda _: name)

    def new_pool(self) -> None:
        """A resource pool in the selected cluster or pool; its name is edited at once."""
        plan = self._document.plan
        place = find(plan, self._inventory.current_id() or None)
        if place is None or place.cluster is None:
            return
        cluster = place.cluster
        parent = place.object.id if isinstance(place.object, ResourcePool) else None
        taken = {pool.name.casefold() for pool in cluster.resource_pools if pool.parent == parent}
        number = 1
        while (name := self.tr("New resource pool {number}").format(number=number)).casefold() in taken:
            number += 1
        pool = ResourcePool(id=edits.new_id(plan, ResourcePool), name=name, parent=parent)
        done = self._document.edit(
            self.tr("Add a resource pool to {where}").format(where=words.label(place.object)),
            lambda p: edits.add_resource_pool(p, cluster.id, pool),
        )
        if done:
            self._inventory.rename(pool.id)

    # --- pasting

    def _paste_cut(self) -> None:
        current = self._inventory.current_id()
        self._moves.begin(self._cut)
        target = self._moves.place_for(current)
        answer = self._moves.answer(target)
        if not target or find(self._document.plan, target) is None:
            self._tell(self.tr("Select where to paste: a cluster, a datacenter, a host."))
        elif answer is None or answer.possible or answer.tried:
            self._moves.drop(target)
        else:
            self._tell_at(target, sentence(answer))

    def _read(self, read: Callable[[], Clip | None], size: int) -> None:
        """Read what is on the clipboard and paste it into what is selected."""
        plan, current = self._document.plan, self._inventory.current_id()

        def work(checker: Checker) -> Pasted:
            clip = read()
            if clip is None:
                raise InputError("What was copied is not there any more.", "Copy it again.")
            where = clipboard.destination(plan, clipboard.kind_of(clip), current)
            if where is None:
                kind = clipboard.kind_of(clip)
                raise _NowhereError(kind)
            return clipboard.paste(plan, clip, where)

        def name(pasted: Pasted) -> str:
            place = find(plan, clipboard.destination(plan, pasted.kind, current) or None)
            what = who(pasted.kind, pasted.names)
            if place is None:
                return self.tr("Paste {what}").format(what=what)
            return self.tr("Paste {what} into {where}").format(what=what, where=words.label(place.object))

        self._put(plan, work, size, name)

    def _put(
        self, plan: Plan, work: Callable[[Checker], Pasted], size: int, name: Callable[[Pasted], str]
    ) -> None:
        """Bring new objects into the plan; where they are many, on another thread."""
        checker = self._document.checker()

        def prepared(report: Report) -> Pasted:
            done = work(checker)
            checker.check(done.plan)
            return done

        def arrived(done: Pasted) -> None:
            self._pasting = False
            if self._document.plan is not plan:
                self._tell(self.tr("The plan was changed meanwhile. Paste again."))
                return
            told = self._told(done)
            if self._document.edit(name(done), lambda _: done.plan, DraftChecker(checker)):
                self._inventory.select_all_of(done.ids)
                self._tell(told)

        def failed(error: FlexGuiError) -> None:
            self._pasting = False
            if isinstance(error, _NowhereError):
                self._tell(error.text(self))
            elif isinstance(error, InputError):
                self._window.plan_file.say(self.tr("Nothing was pasted."), error)

        self._pasting = True
        if size <= AT_ONCE:
            try:
                done = prepared(lambda *steps: None)
            except FlexGuiError as error:
                failed(error)
                return
            arrived(done)
        else:
            self._tell(self.tr("Pasting…"))
            run_task(self, prepared, arrived, failed=failed)

    def _told(self, done: Pasted) -> str:
        """What came, and what had to be called otherwise."""
        parts = [self.tr("{what} pasted.").format(what=who(done.kind, done.names))]
        for pairs, text in (
            (done.renamed, self.tr("Names that were taken are counted on: {pairs}.")),
            (done.readdressed, self.tr("Addresses that were taken are made up; correct them: {pairs}.")),
        ):
            if pairs:
                shown = [f"{printable(old, 40)} → {printable(new, 40)}" for old, new in pairs]
                parts.append(text.format(pairs=joined(shown, 3)))
        return " ".join(parts)

    # --- helpers

    def _ids(self) -> tuple[str, ...]:
        return self._window.commands.selected_ids()

    def _who(self, ids: Sequence[str]) -> str:
        found = [place.object for i in ids if (place := find(self._document.plan, i)) is not None]
        kinds = {type(each) for each in found}
        if len(kinds) == 1:
            return who(kinds.pop(), tuple(words.label(each) for each in found[:1]) * len(found))
        return self.tr("{count} objects").format(count=len(found))

    def _put_on_clipboard(self, ids: Sequence[str]) -> bool:
        plan = self._document.plan
        self._forget_cut()
        mime = ClipMime(plan, ids)
        self._clip = mime, plan
        QGuiApplication.clipboard().setMimeData(mime)
        return True

    def _forget_cut(self) -> None:
        if self._cut:
            self._cut = ()
            self._inventory.model.set_cut(())

    def _enable(self) -> None:
        kinds = self._window.commands.selected_kinds()
        nothing = self.tr("Select objects of the inventory first.")
        several = self.tr("Select objects of one kind.")
        one = next(iter(kinds)) if len(kinds) == 1 else None

        def unless(fits: bool, otherwise: str) -> str:
            return nothing if not kinds else "" if fits else several if one is None else otherwise

        movable = self.tr("Hosts, virtual machines and resource pools can be moved; copy a cluster instead.")
        pools = self.tr("Resource pools go with their cluster: copy that.")
        enable = self._actions.enable
        enable("cut", unless(one in MOVABLE, movable))
        enable("move_to", unless(one in MOVABLE, movable))
        enable("copy", unless(one in clipboard.COPIED, pools))
        enable("duplicate", unless(one in clipboard.COPIED, pools))
        editable = self.tr("Select hosts or virtual machines.")
        enable("edit_selected", unless(one in (Host, VirtualMachine), editable))
        place = find(self._document.plan, self._inventory.current_id() or None)
        inside = place is not None and place.cluster is not None
        enable("new_pool", "" if inside else self.tr("Select a cluster or a resource pool first."))

    def _tell(self, text: str) -> None:
        if text:
            self._window.statusBar().showMessage(text, TOLD_MS)
        else:
            self._window.statusBar().clearMessage()

    def _tell_at(self, object_id: str, text: str) -> None:
        """Tell something in the status bar, and at the row that it is about."""
        self._tell(text)
        tree = self._inventory.tree
        at = tree.visualRect(self._inventory.model.index_of(object_id)).bottomLeft() + QPoint(24, 4)
        QToolTip.showText(tree.viewport().mapToGlobal(at), plain_tip([text]), tree.viewport())


class _NowhereError(FlexGuiError):
    """What is selected takes no objects of a kind."""

    def __init__(self, kind: type[Object]) -> None:
        super().__init__()
        self.kind = kind

    def text(self, of: InventoryEdits) -> str:
        if self.kind is VirtualMachine:
            return of.tr("Virtual machines go to a host. Select one, and paste again.")
        if self.kind is Datacenter:
            return of.tr("Select the plan, and paste again.")
        return of.tr("Select the cluster or datacenter to paste into, and paste again.")


def _together(parts: Sequence[Pasted]) -> Pasted:
    """Several pastings as one: the plan after the last of them."""
    return Pasted(
        parts[-1].plan,
        tuple(i for part in parts for i in part.ids),
        parts[0].kind,
        tuple(name for part in parts for name in part.names),
        tuple(pair for part in parts for pair in part.renamed),
        tuple(pair for part in parts for pair in part.readdressed),
    )

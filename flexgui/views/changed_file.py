"""Notices that somebody else changed or removed the plan's file, and says so before it is overwritten."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction

from flexgui.errors import printable
from flexgui.widgets.banner import Banner
from flexgui.widgets.moment import moment

if TYPE_CHECKING:
    from flexgui.views.main_window import MainWindow


class ChangedFile(QObject):
    """Looks whenever the window becomes the active one. A banner says what happened to the file."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._plan_file = window.plan_file
        self._document = window.document
        self._seen: datetime | None = None
        self._gone = False
        self._actions = actions = window.actions_
        self.banner = Banner("warning", "warning")
        self.banner.setObjectName("changed_file")
        self.reload = self.banner.add_action(actions["reload_plan"])
        self.banner.add_action(actions["save_plan_as"])
        self._keep = QAction(self.tr("Keep Mine"), self)
        self._keep.setToolTip(self.tr("Go on; Save asks before it overwrites the file"))
        self._keep.triggered.connect(lambda: self.banner.show_text("", ""))
        self.keep = self.banner.add_action(self._keep)
        window.add_banner(self.banner)
        actions["reload_plan"].triggered.connect(lambda: self._plan_file.reload())
        window.installEventFilter(self)
        for signal in (self._plan_file.opened, self._plan_file.saved, self._document.path_changed):
            signal.connect(self._start_over)
        self._enable()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self.look()
        return False

    def look(self) -> None:
        """Look at the file now."""
        path = self._document.path
        if path is None:
            return
        try:
            when = self._plan_file.change_on_disk()
        except FileNotFoundError:
            if not self._gone:
                self._gone = True
                text = self.tr("{file} was removed or renamed. Saving writes it again.")
                self._say(self.tr("Removed"), text.format(file=printable(path.name)))
            return
        if self._gone:
            self._start_over()
        if when is not None and when != self._seen:
            self._seen = when
            text = self.tr("{file} was changed by someone else at {time}.")
            self._say(self.tr("Changed"), text.format(file=printable(path.name), time=moment(when)))

    def _say(self, word: str, text: str) -> None:
        self.banner.show_text(word, text)
        self._enable()

    def _enable(self) -> None:
        why = ""
        if self._document.path is None:
            why = self.tr("The plan has no file yet.")
        elif self._gone:
            why = self.tr("The plan's file was removed.")
        self._actions.enable("reload_plan", why)

    def _start_over(self) -> None:
        self._seen, self._gone = None, False
        self.banner.show_text("", "")
        self._enable()

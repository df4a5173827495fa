"""Plan and Rehearse: the switch, the sign over the page, vCenter's refusals, and the log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QDockWidget,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QToolBar,
    QToolButton,
    QWidget,
)

from flexgui.errors import InputError
from flexgui.files import write_atomically
from flexgui.rules.rehearsal_log import Entry, as_csv, as_markdown, as_tsv
from flexgui.widgets.banner import Banner
from flexgui.widgets.icons import icon
from flexgui.widgets.theme import theme

if TYPE_CHECKING:
    from flexgui.rules.rehearsal_answer import Answer, Line
    from flexgui.views.main_window import MainWindow
    from flexgui.views.rehearsal_dialogs import RefusalDialog

TOLD_MS: Final = 8000

Writer: TypeAlias = "Callable[[tuple[Entry, ...], Callable[[Line], str]], str]"
WRITERS: Final[dict[str, Writer]] = {".md": as_markdown, ".tsv": as_tsv, ".csv": as_csv}
"""The formats of the log by the ending of the file."""


class Rehearsal(QObject):
    """Enters and leaves Rehearse, and shows what vCenter answers."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._document = window, window.document
        self._dock: QDockWidget | None = None
        self.dialog: RefusalDialog | None = None
        actions = window.actions_
        self.action = actions["rehearse"]
        self.switch = ModeSwitch(self.action)
        self._put_into_toolbar()
        self.banner = Banner("accent", "rehearse")
        self._leave = QAction(self.tr("&Leave…"), self)
        self._leave.setToolTip(self.tr("Back to Plan: keep what was rehearsed, or go back to the plan"))
        self._leave.triggered.connect(self.leave)
        self.banner.add_action(self._leave)
        window.add_banner(self.banner)
        self.action.triggered.connect(
            lambda _=False: self.leave() if self._document.rehearsing else self.enter()
        )
        self.switch.plan_requested.connect(self.leave)
        self.switch.rehearse_requested.connect(self.enter)
        actions["show_rehearsal"].triggered.connect(self.show_log)
        actions["export_rehearsal"].triggered.connect(lambda _=False: self.export())
        self._document.rehearsing_changed.connect(self.refresh)
        self._document.refused.connect(self._tell_refusal)
        self._document.log_changed.connect(self._log_changed)
        self.refresh()
        self._log_changed()

    def _toggle(self) -> None:
        if self._document.rehearsing:
            self.leave()
        else:
            self.enter()

    def enter(self) -> None:
        """Begin to rehearse: what the inventory shows is what vCenter has from now on."""
        self._commit()
        self._document.set_rehearsing(True)
        self.refresh()

    def leave(self) -> None:
        """Back to Plan; asks what becomes of what was rehearsed, if anything was."""
        from flexgui.views.rehearsal_dialogs import LeaveDialog

        self._commit()
        if not self._document.rehearsing:
            self.refresh()
            return
        if not self._document.rehearsed:
            self._document.set_rehearsing(False, keep=False)
            return
        dialog = LeaveDialog(self._window)
        dialog.accepted.connect(lambda: self._document.set_rehearsing(False, keep=dialog.keep()))
        dialog.finished.connect(self.refresh)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def refresh(self) -> None:
        """Show whether it is rehearsed."""
        on = self._document.rehearsing
        self.action.setChecked(on)
        self.switch.show_mode(on)
        self.banner.show_text(
            self.tr("Rehearse") if on else "",
            self.tr(
                "Every action is answered as vCenter would at this moment. What it refuses is not done; "
                "Undo works as ever."
            )
            if on
            else "",
        )
        if on and self._dock is None:
            self._make_dock()
        elif not on and self._dock is not None:
            self._window.findings_dock.raise_()  # a log that goes no further is not in their way

    # --- the log

    def show_log(self, on: bool) -> None:
        """Show or hide the log."""
        dock = self._make_dock()
        dock.setVisible(on)
        if on:
            dock.raise_()

    def export(self) -> bool:
        """Ask for a file, and write the log there. False where it was not written."""
        from flexgui.views.rehearsal_dialogs import say

        suggested = self._window.plan_file.folder() / self.tr("rehearsal.md")
        kinds = {
            self.tr("Markdown (*.md)"): ".md",
            self.tr("Tab-separated values (*.tsv)"): ".tsv",
            self.tr("Comma-separated values (*.csv)"): ".csv",
        }
        name, chosen = QFileDialog.getSaveFileName(
            self._window, self.tr("Export rehearsal log"), str(suggested), ";;".join(kinds)
        )
        if not name:
            return False
        path = Path(name)
        if path.suffix.lower() not in WRITERS:
            path = path.with_name(path.name + kinds.get(chosen, ".md"))
        try:
            write_atomically(path, WRITERS[path.suffix.lower()](self._document.log, say).encode())
        except InputError as error:
            self._window.plan_file.say(self.tr("The log was not exported."), error)
            return False
        self._tell(self.tr("Exported {file}").format(file=path.name))
        return True

    def _make_dock(self) -> QDockWidget:
        from flexgui.views.rehearsal_log import LogView

        if self._dock is None:
            window = self._window
            self._dock = QDockWidget(self.tr("Rehearsal"), window)
            self._dock.setObjectName("rehearsal")
            self._dock.setWidget(LogView(self._document))
            window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self._dock)
            window.tabifyDockWidget(window.findings_dock, self._dock)
            shown = self._dock.toggleViewAction()
            action = window.actions_["show_rehearsal"]
            shown.toggled.connect(action.setChecked)
            action.setChecked(True)
        return self._dock

    def _log_changed(self) -> None:
        log = self._document.log
        unless = "" if log else self.tr("Nothing was rehearsed yet.")
        self._window.actions_.enable("export_rehearsal", unless)
        last = log[-1] if log else None
        if last is None or last.event != "done":
            return
        if last.answer is not None and last.answer.remarks:
            from flexgui.views.rehearsal_dialogs import say

            self._tell(f"{last.action}: {' '.join(map(say, last.answer.remarks))}")
        else:  # what vCenter refused or waited for before is told no longer
            self._tell(self.tr("Done: {action}.").format(action=last.action))

    # --- refusals

    def _tell_refusal(self, action: str, answer: Answer) -> None:
        from flexgui.views.rehearsal_dialogs import RefusalDialog, say, title_of

        title = title_of(answer)
        self._tell(f"{title}: {action}. {say(answer.refusals[0].why)}")
        page = self._window.page()
        if page is not None:
            page.refresh()  # an editor goes back to what the plan says
        if self.dialog is not None:
            self.dialog.close()
        parent = QApplication.activeModalWidget() or self._window
        self.dialog = RefusalDialog(action, answer, self._document.plan, parent)
        self.dialog.object_requested.connect(self._window.select)
        self.dialog.finished.connect(self._dialog_closed)
        self.dialog.open()

    def _dialog_closed(self) -> None:
        self.dialog = None

    def _tell(self, text: str) -> None:
        self._window.statusBar().showMessage(text, TOLD_MS)

    def _commit(self) -> None:
        page = self._window.page()
        if page is not None:
            page.commit()

    def _put_into_toolbar(self) -> None:
        bar = self._window.findChild(QToolBar, "toolbar")
        assert isinstance(bar, QToolBar)
        # Before the release: that is a property of the plan, as is the way of working.
        widgets = [bar.widgetForAction(action) for action in bar.actions()]
        buddies = [isinstance(w, QLabel) and w.buddy() is self._window.release for w in widgets]
        bar.insertWidget(bar.actions()[buddies.index(True)], self.switch)


class ModeSwitch(QWidget):
    """Plan | Rehearse, side by side; the one that holds is pressed."""

    plan_requested = Signal()
    rehearse_requested = Signal()

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._action = action
        self.plan = self._button(
            self.tr("Plan"), "plan", self.tr("Plan freely: what has to change first becomes the work list.")
        )
        self.rehearse = self._button(self.tr("Rehearse"), "rehearse", action.toolTip())
        self.plan.clicked.connect(self.plan_requested)
        self.rehearse.clicked.connect(self.rehearse_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(0)
        row.addWidget(self.plan)
        row.addWidget(self.rehearse)
        self.setAccessibleName(self.tr("Way of working"))

    def show_mode(self, rehearsing: bool) -> None:
        """Press the button of the mode that holds; it alone has its icon, in colour."""
        with QSignalBlocker(self._group):
            (self.rehearse if rehearsing else self.plan).setChecked(True)
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        for button in (self.plan, self.rehearse):
            held = button.isChecked()
            style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            button.setToolButtonStyle(style if held else Qt.ToolButtonStyle.ToolButtonTextOnly)
            palette = QPalette(self.palette())
            if held:
                palette.setColor(QPalette.ColorRole.Button, theme().tint("accent"))
                palette.setColor(QPalette.ColorRole.ButtonText, theme().color("accent"))
            if button.palette() != palette:
                button.setPalette(palette)

    def _button(self, text: str, icon_name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setIcon(icon(icon_name, "accent"))
        button.setCheckable(True)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setAccessibleDescription(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setObjectName(f"mode_{icon_name}")
        self._group.addButton(button)
        return button

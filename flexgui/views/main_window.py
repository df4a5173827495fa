"""The main window: inventory, the selected object's page, findings; menus and toolbar."""

from __future__ import annotations

from typing import TypeVar, cast

from PySide6.QtCore import QByteArray, QObject, QPoint, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QActionGroup, QCloseEvent, QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QLabel,
    QMainWindow,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from flexgui.document import Document
from flexgui.plan.inventory import find
from flexgui.plan.storage import SUFFIX
from flexgui.plan.values import Host, Object, Plan, VirtualMachine
from flexgui.views.actions import Actions
from flexgui.views.commands import Commands, context_actions
from flexgui.views.evc_modes import EvcModes
from flexgui.views.features import FEATURES, late_features
from flexgui.views.findings import FindingsView
from flexgui.views.guest_checks import GuestChecks
from flexgui.views.help import show_about, show_help
from flexgui.views.incoming import IncomingFiles
from flexgui.views.inventory import Inventory
from flexgui.views.menus import Menus, toolbar
from flexgui.views.page import Page
from flexgui.views.pages import page_of
from flexgui.views.plan_file import PlanFile
from flexgui.views.release_combo import ReleaseCombo, ReleaseMenu
from flexgui.views.several import SeveralSelected
from flexgui.views.start import Start
from flexgui.widgets import words
from flexgui.widgets.banner import Banner
from flexgui.widgets.elsewhere import elsewhere
from flexgui.widgets.icons import icon
from flexgui.widgets.screen import bring_onto_screen, fit_to_screen
from flexgui.widgets.table import RowsView
from flexgui.widgets.theme import Mode, theme
from flexgui.widgets.tooltip import plain_tip

_TOLD_MS = 6000

Feature = TypeVar("Feature", bound=QObject)


class MainWindow(QMainWindow):
    """The window over one document.

    It opens no wizard itself: the `_requested` signals ask for one, with the id of the object it is for
    ("" for none), after the files and folders where it begins with some.
    """

    new_datacenter_requested = Signal()
    new_cluster_requested = Signal(str)
    add_host_requested = Signal(str)
    edit_settings_requested = Signal(str)
    change_evc_mode_requested = Signal(str)
    suggest_clusters_requested = Signal(str)
    clusters_requested = Signal(str, str, int)
    move_requested = Signal(list)
    edit_selected_requested = Signal(list)
    import_requested = Signal(list, str)
    evidence_requested = Signal(list, str)

    def __init__(self, document: Document, parent: QWidget | None = None, *, complete: bool = True) -> None:
        super().__init__(parent)
        self.document = document
        self.setMinimumSize(720, 480)
        self.setDockOptions(QMainWindow.DockOption.AnimatedDocks)
        self.actions_ = Actions(self)
        self.plan_file = PlanFile(document, self)
        self.commands = Commands(document, self.actions_, self)
        self.incoming = IncomingFiles(self.plan_file, self)
        self.evc_modes = EvcModes(document, self.actions_, self.plan_file, self)
        self.guest_checks = GuestChecks(document, self.commands, self.plan_file, self)
        self.inventory = Inventory(document)
        self._pages: dict[type, Page] = {}
        self._stack = _Pages()
        self._splitter = QSplitter()
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.inventory)
        self.several = SeveralSelected(self.actions_["edit_selected"])
        paged = QWidget()
        over = QVBoxLayout(paged)
        over.setContentsMargins(0, 0, 0, 0)
        over.setSpacing(0)
        over.addWidget(self.several)
        over.addWidget(self._stack, 1)
        self._splitter.addWidget(paged)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([290, 990])
        self.inventory.setMinimumWidth(180)
        self._banners = QVBoxLayout()
        self._banners.setSpacing(1)
        workspace = QWidget()
        column = QVBoxLayout(workspace)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._banners)
        column.addWidget(self._splitter, 1)
        self.central = QStackedWidget()
        self.central.addWidget(workspace)
        self.setCentralWidget(self.central)
        self.findings = FindingsView(document, self.actions_)
        self.findings_dock = QDockWidget(self.tr("Findings"))
        self.findings_dock.setObjectName("findings")
        self.findings_dock.setWidget(self.findings)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.findings_dock)
        self.resizeDocks([self.findings_dock], [190], Qt.Orientation.Vertical)
        self.release = ReleaseCombo(document)

        self._connect()
        self.menus = Menus(
            self.menuBar(), self.actions_, {"release": lambda parent: ReleaseMenu(document, parent)}
        )
        self._fill_recent()
        self._build_toolbar()
        self.addActions(self.actions_.of("window"))
        self.inventory.tree.addActions(self.actions_.of("inventory"))
        self._features = [feature(self) for feature in FEATURES]
        self._complete = False
        self.statusBar().setSizeGripEnabled(False)
        self._update_undo()
        self._update_title()
        self._enable_files()
        self.show_object("")
        fit_to_screen(self, 1280, 800)
        self._restore()
        self.inventory.tree.setFocus()
        if complete:
            self.complete()

    # --- for the program

    def complete(self) -> None:
        """Make the parts of which nothing is seen at first, if that was left for later (see `startup.py`)."""
        if not self._complete:
            self._complete = True
            self._features += [feature(self) for feature in late_features()]

    def page(self) -> Page | None:
        """The page that is shown."""
        found = self._stack.currentWidget()
        return found if isinstance(found, Page) else None

    def select(self, object_id: str) -> bool:
        """Show an object ("" for the plan) in the inventory and as the page. False where there is none."""
        return self.inventory.select(object_id)

    def feature(self, kind: type[Feature]) -> Feature:
        """The part of the window of a class (see `features.py`). Raises StopIteration."""
        if not any(isinstance(found, kind) for found in self._features):
            self.complete()
        return next(found for found in self._features if isinstance(found, kind))

    def icon_of(self, object_id: str) -> QIcon:
        """The icon of an object of the plan, with its state."""
        place = find(self.document.plan, object_id)
        found = self.document.plan if place is None else place.object
        return icon(words.kind_icon(found), badge=words.state_badge(found))

    def add_banner(self, banner: Banner) -> None:
        """Put a banner over inventory and page: it says in which state the window is."""
        self._banners.addWidget(banner)

    def show_finding(self, object_id: str, field: str) -> None:
        """Go to an object and, where its page has one, to the editor of a field."""
        target = object_id if find(self.document.plan, object_id) is not None else ""
        if not self.select(target):
            return
        page = self.page()
        if page is None or not page.show_field(field):
            self.inventory.tree.setFocus()

    def show_object(self, object_id: str) -> None:
        """Show the page of an object."""
        place = find(self.document.plan, object_id or None)
        page = self.page_for(type(place.object) if place is not None else Plan)
        shown = self.page()
        if shown is not None and shown is not page:
            shown.commit()
        page.set_object(object_id)
        self._stack.setCurrentWidget(page)
        self._select_for_commands()

    def page_for(self, kind: type[Object | Plan]) -> Page:
        """The page of a kind of object, made when it is first wanted."""
        page = self._pages.get(kind)
        if page is None:
            page = page_of(kind)(self.document, self.actions_)
            page.object_requested.connect(self.select)
            page.told.connect(lambda text: self.statusBar().showMessage(text, _TOLD_MS))
            self._pages[kind] = page
            self._stack.addWidget(page)
            self.incoming.leave_drops_to_window(page)
        return page

    def restart(self) -> None:
        """Another plan is open: show it from the top."""
        self.statusBar().clearMessage()
        self.inventory.start_over()
        self.inventory.select("")
        self.show_object("")

    # --- building

    def _connect(self) -> None:
        document, actions = self.document, self.actions_
        document.elsewhere = elsewhere
        document.checking.connect(self._tell_checking)
        document.plan_changed.connect(self._refresh_page)
        document.findings_changed.connect(self._refresh_page)
        document.path_changed.connect(self._update_title)
        stack = document.undo_stack
        stack.cleanChanged.connect(self._update_title)
        for signal in (
            stack.canUndoChanged,
            stack.canRedoChanged,
            stack.undoTextChanged,
            stack.redoTextChanged,
        ):
            signal.connect(self._update_undo)
        stack.indexChanged.connect(self._enable_files)

        self.inventory.object_selected.connect(self.show_object)
        self.inventory.selection_changed.connect(self._select_for_commands)
        self.inventory.menu_requested.connect(self._show_context_menu)
        self.actions_["remove"].triggered.connect(self._remove)
        self.findings.finding_requested.connect(self.show_finding)
        for name in (
            "new_datacenter_requested",
            "new_cluster_requested",
            "add_host_requested",
            "edit_settings_requested",
            "change_evc_mode_requested",
            "suggest_clusters_requested",
        ):
            getattr(self.commands, name).connect(getattr(self, name))
        self.commands.vm_added.connect(self._name_vm)
        self.incoming.import_requested.connect(
            lambda paths: self.import_requested.emit(paths, self.commands.import_place())
        )
        self.incoming.evidence_requested.connect(self.evidence_requested)
        self.plan_file.opened.connect(self.restart)
        self.plan_file.told.connect(lambda text: self.statusBar().showMessage(text, _TOLD_MS))
        self.evc_modes.told.connect(lambda text: self.statusBar().showMessage(text, _TOLD_MS))
        self.plan_file.about_to_read.connect(self._commit)
        self.plan_file.recent_changed.connect(self._fill_recent)

        for name, slot in (
            ("new_plan", self.plan_file.new),
            ("open_plan", self.plan_file.choose_and_open),
            ("import_hosts", self.incoming.ask_files),
            ("import_folder", self.incoming.ask_folder),
            ("add_capture", self._add_capture),
            ("clear_recent", self.plan_file.clear_recent),
            ("save_plan", self.plan_file.save),
            ("save_plan_as", self.plan_file.save_as),
            ("export_plan", self.plan_file.export),
            ("quit", self.close),
            ("undo", self._undo),
            ("redo", self._redo),
            ("rename", self._rename),
            ("find", self._find),
            ("help", lambda: show_help(self, actions)),
            ("about", lambda: show_about(self)),
        ):
            actions[name].triggered.connect(lambda _=False, slot=slot: slot())
        modes: tuple[tuple[str, Mode], ...] = (
            ("theme_system", "system"),
            ("theme_light", "light"),
            ("theme_dark", "dark"),
        )
        shown = self.findings_dock.toggleViewAction()
        actions["show_findings"].toggled.connect(self.findings_dock.setVisible)
        shown.toggled.connect(actions["show_findings"].setChecked)
        group = QActionGroup(self)
        for name, mode in modes:
            group.addAction(actions[name])
            actions[name].setChecked(theme().mode == mode)
            actions[name].triggered.connect(lambda _=False, mode=mode: self._set_theme(mode))

    def _build_toolbar(self) -> None:
        label = QLabel(self.tr("vCenter &release "))
        label.setBuddy(self.release)
        self.addToolBar(toolbar(self.actions_, self.tr("Toolbar"), (label, self.release)))

    # --- following the document

    def _refresh_page(self) -> None:
        page = self.page()
        if page is None:
            return
        if page.object_id and find(self.document.plan, page.object_id) is None:
            # The inventory has moved its current row off what was removed, or it is the plan now.
            self.show_object(self.inventory.current_id())
        else:
            page.refresh()
            self._name_page()

    def _select_for_commands(self) -> None:
        self.commands.set_selection(self.inventory.current_id(), self.inventory.selected_ids())
        count = len(self.commands.selected_ids())
        several = self.commands.selected_kinds() if count > 1 else set()
        self.several.show_selection(count, editable=several in ({Host}, {VirtualMachine}))
        self._name_page()

    def _name_page(self) -> None:
        page = self.page()
        place = find(self.document.plan, page.object_id) if page is not None else None
        self.several.show_page(words.label(self.document.plan if place is None else place.object))

    def _update_title(self) -> None:
        path = self.document.path
        name = path.name.removesuffix(SUFFIX) if path is not None else self.tr("New plan")
        self.setWindowTitle(f"{name}[*] – FlexGUI")
        self.setWindowFilePath(str(path) if path is not None else "")
        self.setWindowModified(self.document.dirty)
        self._enable_files()

    def _update_undo(self) -> None:
        stack = self.document.undo_stack
        for name, can, text, plain, nothing in (
            ("undo", stack.canUndo(), stack.undoText(), self.tr("&Undo"), self.tr("Nothing to undo.")),
            ("redo", stack.canRedo(), stack.redoText(), self.tr("&Redo"), self.tr("Nothing to redo.")),
        ):
            action = self.actions_[name]
            action.setText(f"{plain} {text}" if can and text else plain)
            self.actions_.enable(name, "" if can else nothing)

    def _enable_files(self) -> None:
        nothing = self.document.path is not None and not self.document.dirty
        self.actions_.enable("save_plan", self.tr("There are no changes to save.") if nothing else "")
        empty = not self.document.plan.datacenters
        self.actions_.enable("export_plan", self.tr("The plan is empty.") if empty else "")

    def _fill_recent(self) -> None:
        recent = self.menus["recent"]
        recent.clear()
        paths = self.plan_file.recent()
        for number, path in enumerate(paths, 1):
            name = path.name.replace("&", "&&")
            action = recent.addAction(f"&{number % 10} {name}")
            action.setToolTip(plain_tip([str(path)]))
            action.triggered.connect(lambda _=False, path=path: self.plan_file.open(path))
        recent.setEnabled(bool(paths))
        if paths:
            recent.addSeparator()
            recent.addAction(self.actions_["clear_recent"])

    # --- what the user does

    def _commit(self) -> None:
        page = self.page()
        if page is not None:
            page.commit()

    def _find(self) -> None:
        """Search where the user is looking: in the page if it can, else in the inventory."""
        page = self.page()
        if page is None or not page.focus_search():
            self.inventory.focus_filter()

    def _undo(self) -> None:
        self.plan_file.commit()  # what is being typed is the last step then
        self._tell_step(self.document.undo_stack.undoText(), self.tr("Undone: {name}"))
        self.document.undo_stack.undo()

    def _redo(self) -> None:
        self.plan_file.commit()
        if not self.document.undo_stack.canRedo():
            return  # what was being typed took its place
        self._tell_step(self.document.undo_stack.redoText(), self.tr("Done again: {name}"))
        self.document.undo_stack.redo()

    def _tell_checking(self, on: bool) -> None:
        self.statusBar().showMessage(self.tr("Checking the plan…") if on else "")

    def _tell_step(self, name: str, sentence: str) -> None:
        self.statusBar().showMessage(sentence.format(name=name), _TOLD_MS)

    def _rename(self) -> None:
        """Edit the cell of a table that has the focus, or the name of the inventory's current object."""
        table = QApplication.focusWidget()
        if isinstance(table, RowsView) and table.edit_current():
            return
        self.inventory.rename()

    def _remove(self) -> None:
        before = self.document.undo_stack.index()
        self.commands.remove_selected()
        if self.document.undo_stack.index() != before:
            text = self.tr("{done}. Undo brings it back.").format(done=self.document.undo_stack.undoText())
            self.statusBar().showMessage(text, _TOLD_MS)

    def _add_capture(self) -> None:
        host = self.commands.host()
        if host is not None:
            self.incoming.ask_evidence(host.id, host.label)

    def _name_vm(self, vm_id: str) -> None:
        from flexgui.views.host_page import HostPage

        page = self.page()
        if isinstance(page, HostPage):
            page.name_vm(vm_id)
        else:
            self.inventory.rename(vm_id)

    def _show_context_menu(self, at: QPoint) -> None:
        menu = self.context_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def context_menu(self) -> QMenu:
        """The menu of what is selected in the inventory."""
        menu = QMenu(self)
        place = find(self.document.plan, self.inventory.current_id() or None)
        self.menus.fill(menu, context_actions(place.object if place is not None else self.document.plan))
        return menu

    def _set_theme(self, mode: Mode) -> None:
        theme().set_mode(mode)
        QSettings().setValue("theme", mode)

    # --- window closed

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.plan_file.may_close():
            event.ignore()
            return
        self.feature(Start).leave()  # its docks are hidden for as long as it is on show
        settings = QSettings()
        settings.setValue("window/geometry", self.saveGeometry())
        settings.setValue("window/state", self.saveState())
        settings.setValue("window/splitter", self._splitter.saveState())
        self.plan_file.closed.emit()
        event.accept()

    def _restore(self) -> None:
        settings = QSettings()
        for key, restore in (
            ("window/geometry", self.restoreGeometry),
            ("window/state", self.restoreState),
            ("window/splitter", self._splitter.restoreState),
        ):
            state = settings.value(key, QByteArray(), type=QByteArray)
            if isinstance(state, QByteArray) and not state.isEmpty():
                restore(state)
        bring_onto_screen(self)
        cast(QGuiApplication, QGuiApplication.instance()).screenRemoved.connect(self._fetch)

    def _fetch(self) -> None:
        """A screen has gone. Qt moves its windows first; what it leaves out of sight is fetched then."""
        QTimer.singleShot(0, self, lambda: bring_onto_screen(self))


class _Pages(QStackedWidget):
    """A tall page scrolls; it does not push the findings out of the window."""

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 240)

"""The window's program: puts document, window and wizards together."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QDialog

from flexgui import __version__
from flexgui.document import Document
from flexgui.errors import InputError
from flexgui.plan.inventory import find
from flexgui.resources import resource_path
from flexgui.views.collector import collect_unseen
from flexgui.views.main_window import MainWindow
from flexgui.views.plan_file import is_large
from flexgui.views.start import Start
from flexgui.views.startup import after_first_paint
from flexgui.widgets import crash
from flexgui.widgets.theme import theme

if TYPE_CHECKING:
    from flexgui.wizards.cluster_draft import Candidate

QUIT_AFTER_START = "--quit-after-start"
_SWITCH_S = 0.0005


def main(argv: list[str]) -> int:
    """Open the main window, on the plan that `argv` names if it names one; return the exit code.

    A plan that cannot be read is told on stderr and in the window, which opens with an empty plan. With
    `--quit-after-start` the window is shown once and closes; then an unreadable plan means exit code 2.
    """
    quit_after_start = QUIT_AFTER_START in argv
    paths = [Path(argument) for argument in argv if argument not in (QUIT_AFTER_START, "--")]
    application = make_application()
    document = Document()
    window = MainWindow(document, complete=False)
    reporter = crash.install(lambda: window, save_plan_as=window.plan_file.save_as)
    connect_wizards(window)
    problem: InputError | None = None
    # A large plan is opened once there is a window that can say so.
    later = bool(paths) and not quit_after_start and is_large(paths[0])
    if later:
        QTimer.singleShot(0, lambda: window.plan_file.open(paths[0]))
    elif paths:
        try:
            window.plan_file.read(paths[0])
        except InputError as error:
            problem = error
            sys.stderr.write(f"flexgui: {error}\n")
    elif not quit_after_start:
        window.feature(Start).begin()
    if later or quit_after_start or problem is not None:
        window.complete()
    after_first_paint(window)
    collect_unseen(application)
    window.show()
    if quit_after_start:
        QTimer.singleShot(0, application.quit)
    elif problem is not None:
        told = problem
        QTimer.singleShot(0, lambda: window.plan_file.say(window.tr("The plan was not opened."), told))
    code = application.exec()
    from flexgui.views.inventory_text import leave_as_text

    leave_as_text()
    reporter.uninstall()
    return 2 if quit_after_start and problem is not None else code


def make_application() -> QApplication:
    """The application with its names, its icon, and the theme that was chosen last."""
    application = cast(QApplication, QApplication.instance() or QApplication(["flexgui"]))
    # Work on other threads holds Python's lock no longer than this while the window waits for it.
    sys.setswitchinterval(_SWITCH_S)
    application.setOrganizationName("FlexGUI")
    application.setApplicationName("FlexGUI")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("flexgui")
    mode = QSettings().value("theme", "system", type=str)
    if mode in ("light", "dark"):
        theme().set_mode(mode)
    theme().apply(application)
    application.setWindowIcon(QIcon(str(resource_path("flexgui.svg"))))
    return application


def connect_wizards(window: MainWindow) -> None:
    """Open the wizards that the window asks for. They are imported when they are first needed."""
    document = window.document

    def new_datacenter() -> None:
        from flexgui.wizards.new_datacenter import NewDatacenterDialog

        dialog = NewDatacenterDialog(document, window)
        dialog.accepted.connect(lambda: window.select(dialog.datacenter_id))
        _run(dialog)

    def new_cluster(datacenter_id: str) -> None:
        from flexgui.wizards.new_cluster import NewClusterWizard

        wizard = NewClusterWizard(document, datacenter_id or None, window)
        wizard.accepted.connect(lambda: window.select(wizard.draft.cluster.id))
        wizard.add_hosts_requested.connect(lambda cluster_id: add_host(cluster_id, wizard.captured()))
        _run(wizard)

    def add_host(parent_id: str, candidates: Sequence[Candidate] = ()) -> None:
        from flexgui.wizards.add_host import AddHostWizard

        wizard = AddHostWizard(document, parent_id, window, candidates)
        wizard.host_added.connect(window.select)
        _run(wizard)

    def import_hosts(paths: list[Path], parent_id: str) -> None:
        from flexgui.wizards.import_hosts import ImportDialog

        dialog = ImportDialog(document, paths, parent_id, window)
        dialog.imported.connect(window.select)
        _run(dialog)

    def add_capture(paths: list[Path], host_id: str) -> None:
        from flexgui.wizards.import_hosts import ImportDialog

        _run(ImportDialog(document, paths, parent=window, host_id=host_id))

    def edit_settings(cluster_id: str, field: str = "") -> None:
        from flexgui.wizards.edit_settings import EditSettingsDialog

        _run(EditSettingsDialog(document, cluster_id, field, window))

    def clusters(object_id: str, vendor: str, number: int) -> None:
        place = find(document.plan, object_id)
        if place is not None:
            suggest_clusters(place.datacenter.id, object_id, (vendor, number))

    def suggest_clusters(datacenter_id: str, within: str = "", number: tuple[str, int] | None = None) -> None:
        from flexgui.wizards.suggest_clusters import SuggestClustersDialog

        dialog = SuggestClustersDialog(document, datacenter_id, window, within=within, number=number)
        dialog.clusters_created.connect(window.select)
        _run(dialog)

    def move_to(ids: list[str]) -> None:
        from flexgui.wizards.move_to import MoveToDialog

        dialog = MoveToDialog(document, ids, window)
        dialog.accepted.connect(lambda: window.inventory.select_all_of(ids))
        _run(dialog)

    def edit_selected(ids: list[str]) -> None:
        from flexgui.wizards.edit_selected import EditSelectedDialog

        _run(EditSelectedDialog(document, ids, window))

    window.move_requested.connect(move_to)
    window.edit_selected_requested.connect(edit_selected)
    window.new_datacenter_requested.connect(new_datacenter)
    window.new_cluster_requested.connect(new_cluster)
    window.add_host_requested.connect(lambda parent_id: add_host(parent_id))
    window.edit_settings_requested.connect(lambda cluster_id: edit_settings(cluster_id))
    window.change_evc_mode_requested.connect(lambda cluster_id: edit_settings(cluster_id, "evc_mode"))
    window.suggest_clusters_requested.connect(lambda datacenter_id: suggest_clusters(datacenter_id))
    window.clusters_requested.connect(clusters)
    window.import_requested.connect(import_hosts)
    window.evidence_requested.connect(add_capture)


def _run(dialog: QDialog) -> None:
    """Show a wizard over the window. It applies its own edit when it is accepted."""
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()

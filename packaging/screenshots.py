"""Draws every page of the program: `python packaging/screenshots.py [PLAN] [FOLDER] [WIDTHxHEIGHT]`.

Each picture is drawn in light and dark, from the real window at 1280×800, into `build/screenshots`; those
that the README shows are copied to `docs/screenshots`. A scene is a name and a function that brings the
window into a state and returns the widget to draw; add new ones to `SCENES`. Wizards are walked through.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QSettings, QSize, QTimer
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QDialog, QWidget, QWizard

from flexgui.app import connect_wizards, make_application
from flexgui.document import Document
from flexgui.plan import edits, storage
from flexgui.plan.fleet import make_fleet
from flexgui.plan.inventory import cpu_of, places
from flexgui.plan.values import Cluster, Dpm, Drs, HighAvailability, Host, VirtualMachine
from flexgui.resources import resource_path
from flexgui.views.main_window import MainWindow
from flexgui.widgets.task import Task
from flexgui.widgets.theme import theme
from flexgui.wizards.add_host import AddHostWizard
from flexgui.wizards.cluster_draft import Candidate
from flexgui.wizards.host_draft import with_processor
from flexgui.wizards.import_hosts import ImportDialog
from flexgui.wizards.new_cluster import NewClusterWizard
from flexgui.wizards.suggest_clusters import SuggestClustersDialog

SIZE = QSize(1280, 800)
ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "screenshots"
SHOWN = ROOT / "docs" / "screenshots"
IN_README = ("cluster-evc-light", "host-cpuid-light", "new-cluster-vmware-evc-light")
"""The pictures that the README shows."""
SAMPLE = resource_path("samples", "paper.flexplan.json")

Scene = Callable[[MainWindow], QWidget]


def first(window: MainWindow, kind: type) -> str:
    """The id of the first object of a kind in the plan."""
    return next(place.object.id for place in places(window.document.plan) if isinstance(place.object, kind))


def last(window: MainWindow, kind: type) -> str:
    """The id of the last object of a kind that is in a cluster."""
    found = [p for p in places(window.document.plan) if isinstance(p.object, kind) and p.cluster is not None]
    return found[-1].object.id


def page(window: MainWindow, object_id: str, tab: int) -> QWidget:
    """The window on one tab of an object's page."""
    window.select(object_id)
    shown = window.page()
    assert shown is not None
    shown.tabs.setCurrentIndex(tab)
    return window


SCENES: list[tuple[str, Scene]] = [
    ("plan", lambda window: page(window, "", 0)),
    ("cluster-summary", lambda window: page(window, first(window, Cluster), 0)),
    ("cluster-evc", lambda window: page(window, first(window, Cluster), 1)),
    ("cluster-hosts", lambda window: page(window, first(window, Cluster), 2)),
    ("cluster-settings", lambda window: page(window, first(window, Cluster), 3)),
    ("host-summary", lambda window: page(window, last(window, Host), 0)),
    ("host-processor", lambda window: page(window, last(window, Host), 1)),
    ("host-cpuid", lambda window: page(window, last(window, Host), 2)),
    ("host-vms", lambda window: page(window, last(window, Host), 3)),
]


def new_cluster() -> NewClusterWizard:
    """New Cluster over the sample's hosts, standalone in their datacenter, with every page switched on."""
    plan = storage.load(SAMPLE)
    datacenter = plan.datacenters[0]
    cluster = datacenter.clusters[0]
    moved = edits.move_hosts(plan, [host.id for host in cluster.hosts], datacenter.id)
    document = Document()
    document.new(edits.remove(moved, cluster.id))
    wizard = NewClusterWizard(document, datacenter.id)
    document.setParent(wizard)
    draft = replace(wizard.draft.cluster, ha=HighAvailability(enabled=True), drs=Drs(enabled=True))
    wizard.change(cluster=replace(draft, name="Cluster A", dpm=Dpm(enabled=True)))
    return wizard


def add_host() -> AddHostWizard:
    """Add Host with the sample's newest host, to the cluster of the others; its machine is suspended."""
    plan = storage.load(SAMPLE)
    host = plan.datacenters[0].clusters[0].hosts[-1]
    cpu = cpu_of(plan, host)
    document = Document()
    document.new(edits.remove(plan, host.id))
    cluster = plan.datacenters[0].clusters[0].id
    wizard = AddHostWizard(document, cluster, candidates=[Candidate(host, cpu, captured=True)])
    document.setParent(wizard)
    vm = VirtualMachine(id="", name="mail01", power_state="suspended", memory_mb=8192, num_cpus=4)
    wizard.set_draft(
        replace(
            with_processor(wizard.draft, wizard.candidates[0]),
            candidate=wizard.candidates[0],
            address=host.address,
            name=host.name,
            esx_release=host.esx_release,
            thumbprint=host.thumbprint or "",
            vendor=host.vendor,
            model=host.model,
            xd="disabled",
            vms=(vm,),
        )
    )
    return wizard


def suggest_clusters() -> SuggestClustersDialog:
    """Suggest Clusters over the standalone hosts of a made-up fleet."""
    plan = make_fleet(40, 7, clusters=4)
    datacenter = plan.datacenters[0]
    outside = [host.id for cluster in datacenter.clusters[1:] for host in cluster.hosts]
    plan = edits.move_hosts(plan, outside, datacenter.id)
    for cluster in datacenter.clusters[1:]:
        plan = edits.remove(plan, cluster.id)
    document = Document()
    document.new(plan)
    dialog = SuggestClustersDialog(document, datacenter.id)
    document.setParent(dialog)
    return dialog


INVENTORY = """Host,Datacenter,Cluster,CPU Model,Max EVC,Current EVC,ESX Version
esx-01.example.com,Milano,Cluster A,Intel(R) Xeon(R) CPU 5110 @ 1.60GHz,intel-merom,intel-merom,ESXi 4.0.0
esx-21.example.com,Milano,Cluster B,Xeon E5-2630 v4 @ 2.20GHz,intel-broadwell,intel-haswell,ESXi 6.7.0
esx-22.example.com,Milano,Cluster B,Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz,,intel-haswell,ESXi 6.7.0
esx-23.example.com,Roma,Cluster R,Intel(R) Xeon(R) Platinum 8300,,,ESXi 7.0.3
"""
"""What an inventory program exports, made up."""


def import_hosts() -> ImportDialog:
    """Import Hosts over the sample: an inventory, a capture of one of its hosts, a file that is none."""
    document = Document()
    document.new(storage.load(SAMPLE))
    cpu = document.plan.cpus[-1]
    rows = (
        f"   0x{leaf:08x} 0x{subleaf:02x}: eax=0x{a:08x} ebx=0x{b:08x} ecx=0x{c:08x} edx=0x{d:08x}"
        for (leaf, subleaf), (a, b, c, d) in cpu.table.items()
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (
            ("vHost.csv", INVENTORY),
            ("esx-21.txt", "\n".join(("CPU 0:", *rows))),
            ("notes.txt", "Rack 4 is full."),
        ):
            (Path(folder) / name).write_text(text, encoding="utf-8")
        Task.synchronous = True  # the files are gone before a thread could read them
        dialog = ImportDialog(document, [Path(folder)])
        Task.synchronous = False
    document.setParent(dialog)
    return dialog


DIALOGS: list[tuple[str, Callable[[], QDialog]]] = [
    ("import-hosts", import_hosts),
    ("suggest-clusters", suggest_clusters),
]
WIZARDS: list[tuple[str, Callable[[], QWizard]]] = [("new-cluster", new_cluster), ("add-host", add_host)]


def wizard_pages(name: str, make: Callable[[], QWizard], size: QSize) -> Iterator[tuple[str, QWidget]]:
    """Every page of a wizard, as Next leads to them."""
    wizard = make()
    wizard.resize(size)
    wizard.show()
    while True:
        title = wizard.currentPage().title().lower().replace(" ", "-")
        yield f"{name}-{title}", wizard
        if wizard.nextId() < 0:
            break
        wizard.next()
    wizard.close()
    wizard.deleteLater()


def pictures(window: MainWindow, size: QSize) -> Iterator[tuple[str, QWidget]]:
    """All scenes, then all dialogs and wizards."""
    for name, scene in SCENES:
        yield name, scene(window)
    for name, show in DIALOGS:
        dialog = show()
        dialog.resize(size)
        dialog.show()
        settle(400)  # what follows is checked on another thread
        yield name, dialog
        dialog.close()
        dialog.deleteLater()
    for name, make in WIZARDS:
        yield from wizard_pages(name, make, size)


def settle(milliseconds: int = 120) -> None:
    """Let layouts, palettes and single-shot timers have their turn."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def main(arguments: list[str]) -> int:
    plan = Path(arguments[0]) if arguments else SAMPLE
    folder = Path(arguments[1]) if len(arguments) > 1 else FOLDER
    size = SIZE
    if len(arguments) > 2:
        width, _, height = arguments[2].partition("x")
        size = QSize(int(width), int(height))
    folder.mkdir(parents=True, exist_ok=True)
    settings = tempfile.TemporaryDirectory()  # the pictures show the window as it first comes up
    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, settings.name)
    application = make_application()
    family = "DejaVu Sans"
    if family in QFontDatabase.families():
        application.setFont(QFont(family, 9))
    document = Document()
    window = MainWindow(document)
    connect_wizards(window)
    if plan.exists():
        window.plan_file.read(plan)
    window.resize(size)
    window.show()
    for scheme in ("light", "dark"):
        theme().set_mode(scheme)
        for name, shown in pictures(window, size):
            settle()
            picture = folder / f"{name}-{scheme}.png"
            if not shown.grab().save(str(picture)):
                sys.stderr.write(f"cannot write {picture}\n")
                return 2
            print(picture.name)
            if picture.stem in IN_README and folder == FOLDER:
                SHOWN.mkdir(exist_ok=True)
                shutil.copy(picture, SHOWN)
    document.undo_stack.setClean()
    window.close()
    settings.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

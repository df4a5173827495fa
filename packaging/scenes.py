"""The scenes that `screenshots.py` draws: what brings the window, a wizard or a dialog into a state."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSize, Qt, QTimer
from PySide6.QtWidgets import QDialog, QWidget, QWizard

from flexgui.document import Document
from flexgui.plan import edits, scenarios, storage
from flexgui.plan.fleet import make_fleet
from flexgui.plan.inventory import cpu_of, places
from flexgui.plan.samples import sample
from flexgui.plan.values import Cluster, Dpm, Drs, HighAvailability, Host, Plan, VirtualMachine
from flexgui.resources import resource_path
from flexgui.views.findings_groups import Grouping
from flexgui.views.main_window import MainWindow
from flexgui.views.palette import PalettePopup
from flexgui.views.plots.matrix_tab import View
from flexgui.views.start import Start
from flexgui.widgets.task import Task
from flexgui.wizards.add_host import AddHostWizard
from flexgui.wizards.cluster_draft import Candidate
from flexgui.wizards.edit_settings import EditSettingsDialog
from flexgui.wizards.host_draft import with_processor
from flexgui.wizards.import_hosts import ImportDialog
from flexgui.wizards.new_cluster import NewClusterWizard
from flexgui.wizards.suggest_clusters import SuggestClustersDialog

SAMPLE = resource_path("samples", "paper.flexplan.json")

Scene = Callable[[MainWindow], QWidget]


def first(window: MainWindow, kind: type) -> str:
    """The id of the first object of a kind in the plan."""
    return next(place.object.id for place in places(window.document.plan) if isinstance(place.object, kind))


def last(window: MainWindow, kind: type) -> str:
    """The id of the last object of a kind that is in a cluster."""
    found = [p for p in places(window.document.plan) if isinstance(p.object, kind) and p.cluster is not None]
    return found[-1].object.id


def tab(window: MainWindow, object_id: str, title: str) -> QWidget:
    """The window on the tab of an object's page whose title begins so."""
    window.select(object_id)
    shown = window.page()
    assert shown is not None
    titles = [shown.tabs.tabText(number).replace("&", "") for number in range(shown.tabs.count())]
    shown.tabs.setCurrentIndex(next(n for n, text in enumerate(titles) if text.startswith(title)))
    return window


def open_plan(window: MainWindow, plan: Plan) -> None:
    """Open a plan that has no file."""
    if window.document.rehearsing:
        window.document.set_rehearsing(False)
    window.document.new(plan)
    window.plan_file.opened.emit()


def wait(milliseconds: int = 400) -> None:
    """Let what is worked out in threads and timers come."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def of_cluster(title: str) -> Scene:
    return lambda window: tab(window, first(window, Cluster), title)


def of_host(title: str) -> Scene:
    return lambda window: tab(window, last(window, Host), title)


SCENES: list[tuple[str, Scene]] = [
    ("plan", lambda window: tab(window, "", "Summary")),
    *((f"cluster-{title.lower()}", of_cluster(title)) for title in ("Summary", "Hosts", "EVC", "Settings")),
    *((f"host-{title.lower()}", of_host(title)) for title in ("Summary", "Processor", "CPUID", "Virtual")),
]
"""Pages of the plan that is drawn."""


def empty(window: MainWindow) -> QWidget:
    """No plan: the start page."""
    open_plan(window, Document().plan)
    window.feature(Start).show_page()
    return window


def of_sample(file: str, title: str = "EVC", group: Grouping = "none") -> Scene:
    def scene(window: MainWindow) -> QWidget:
        window.feature(Start).open_sample(sample(file))
        window.findings.bar.set_grouping(group)
        return tab(window, first(window, Cluster), title)

    return scene


def findings(window: MainWindow) -> QWidget:
    """The fleet with its findings in groups, and one explained."""
    of_sample("fleet:200", "Summary", "rule")(window)
    window.resizeDocks([window.findings_dock], [window.height() * 3 // 5], Qt.Orientation.Vertical)
    window.actions_["explain_finding"].setChecked(True)
    window.actions_["next_finding"].trigger()
    return window


def picture(view: View) -> Scene:
    """A picture of the Matrix tab over the datacenter of today, the heat map over its cluster."""

    def scene(window: MainWindow) -> QWidget:
        of_sample("present.flexplan.json")(window)
        datacenter = window.document.plan.datacenters[0]
        window.resizeDocks([window.findings_dock], [120], Qt.Orientation.Vertical)
        window.select(datacenter.clusters[0].id if view == "features" else datacenter.id)
        window.actions_[f"matrix_{view}"].trigger()
        wait()
        return window

    return scene


def cpuid_compare(window: MainWindow) -> QWidget:
    """Two processors of the present-day sample beside each other."""
    of_sample("present.flexplan.json", "CPUID")(window)
    return window


def rehearse(window: MainWindow) -> QWidget:
    """Rehearse, with the log of what was done and refused."""
    refused(window).close()
    return window


def refused(window: MainWindow) -> QWidget:
    """What vCenter says when a host is to enter maintenance mode and its machines have nowhere to go."""
    window.feature(Start).train()
    host = window.document.plan.datacenters[0].hosts[0]
    window.select(host.id)
    window.actions_["show_rehearsal"].setChecked(True)
    window.actions_["enter_maintenance"].trigger()
    return next(dialog for dialog in window.findChildren(QDialog) if dialog.isVisible())


def whatif(window: MainWindow) -> QWidget:
    """A what-if on show."""
    of_sample("present.flexplan.json")(window)
    document = window.document
    document.edit_whole("What-if", lambda plan: scenarios.add(plan, "Without Broadwell"), "Without Broadwell")
    cluster = document.plan.datacenters[0].clusters[0]
    old = [host.id for host in cluster.hosts[:2]]
    document.edit("Move", lambda plan: edits.move_hosts(plan, old, plan.datacenters[0].id))
    document.edit("Mode", lambda plan: edits.set_fields(plan, cluster.id, evc_mode="intel-skylake"))
    return tab(window, cluster.id, "EVC")


def palette(window: MainWindow) -> QWidget:
    """The command palette."""
    of_sample("paper.flexplan.json")(window)
    window.actions_["palette"].trigger()
    popup = window.findChildren(PalettePopup)[-1]
    popup.box.setText("host")
    return window


STATES: list[tuple[str, Scene]] = [
    ("state-empty", empty),
    ("state-sample", of_sample("paper.flexplan.json")),
    ("state-fleet", of_sample("fleet:200", "Hosts")),
    ("state-findings", findings),
    ("state-matrix", picture("modes")),
    ("state-matrix-features", picture("features")),
    ("state-matrix-clusters", picture("clusters")),
    ("state-matrix-before-after", picture("before_after")),
    ("state-cpuid-compare", cpuid_compare),
    ("state-rehearse", rehearse),
    ("state-refused", refused),
    ("state-what-if", whatif),
    ("state-palette", palette),
]
"""States of the window, each with a plan of its own."""


def edit_settings() -> QDialog:
    """Edit Settings of the paper's cluster, about to have a higher mode."""
    document = Document()
    document.new(storage.load(SAMPLE))
    cluster = document.plan.datacenters[0].clusters[0]
    dialog = EditSettingsDialog(document, cluster.id, "evc_mode")
    document.setParent(dialog)
    dialog.change(cluster=replace(dialog.draft.cluster, evc_mode=None))
    return dialog


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
    ("edit-settings", edit_settings),
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
    """All scenes, then all dialogs and wizards, then the states, which open other plans."""
    plan, path = window.document.plan, window.document.path
    for name, scene in SCENES:
        yield name, scene(window)
    for name, show in DIALOGS:
        dialog = show()
        dialog.resize(size)
        dialog.show()
        wait()  # what follows is checked on another thread
        yield name, dialog
        dialog.close()
        dialog.deleteLater()
    for name, make in WIZARDS:
        yield from wizard_pages(name, make, size)
    for name, scene in STATES:
        yield name, scene(window)
        for opened in (*window.findChildren(QDialog), *window.findChildren(PalettePopup)):
            opened.close()
        for action in ("explain_finding", "show_rehearsal"):
            if window.actions_[action].isChecked():
                window.actions_[action].trigger()
        window.findings.bar.set_grouping("none")
        window.document.set_rehearsing(False)
        window.document.undo_stack.setClean()
    if path is not None:
        window.plan_file.read(path)
    else:
        open_plan(window, plan)

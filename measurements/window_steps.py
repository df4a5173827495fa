"""What somebody does in a plan of many hosts: `window.py` measures how long the window stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from flexgui.plan import edits, scenarios
from flexgui.plan.inventory import hosts
from flexgui.plan.values import Cluster, Plan

if TYPE_CHECKING:
    from flexgui.views.main_window import MainWindow

Step = tuple[str, Callable[[], object]]
"""A name, and what is done between two events."""

DRAGGED = 200
EDITED = 1_000


def steps(window: MainWindow) -> Iterator[Step]:
    """Each step is done when the window has settled after the one before."""
    cluster = next(cluster for _, cluster, _ in hosts(window.document.plan) if cluster is not None)
    yield from _pages(window, cluster)
    yield from _inventory(window, cluster)
    yield from _edits(window, cluster)
    yield from _findings(window)
    yield from _moves(window, cluster)
    yield from _many(window)
    yield from _whole_plans(window)


def _page(window: MainWindow) -> Any:
    page = window.page()
    assert page is not None
    return page


def _tab(window: MainWindow, title: str) -> None:
    tabs = _page(window).tabs
    tabs.setCurrentIndex(next(n for n in range(tabs.count()) if title in tabs.tabText(n).replace("&", "")))


def _pages(window: MainWindow, cluster: Cluster) -> Iterator[Step]:
    datacenter, _, _ = next(hosts(window.document.plan))

    def table() -> Any:
        return _page(window).hosts.view

    yield "select a datacenter", lambda: window.select(datacenter.id)
    yield "its hosts", lambda: _tab(window, "Hosts")
    yield "select a cluster", lambda: window.select(cluster.id)
    for title in ("Hosts", "EVC", "Matrix", "CPUID", "Settings"):
        yield f"its tab {title}", partial(_tab, window, title)
    yield "show its hosts", lambda: _tab(window, "Hosts")
    yield "sort its hosts", lambda: table().sortByColumn(2, Qt.SortOrder.DescendingOrder)
    yield "sort them by findings", lambda: table().sortByColumn(6, Qt.SortOrder.DescendingOrder)
    yield "select all its hosts", lambda: table().selectAll()
    for text in ("x", "5", " ", "s", "t", "a", "t", "e", ":", "m"):
        yield (
            f"type {text} into the query",
            lambda text=text: QTest.keyClicks(_page(window).hosts.box.edit, text),
        )
    yield "clear the query", lambda: _page(window).hosts.box.edit.clear()
    yield "show its matrix", lambda: _tab(window, "Matrix")
    for on in (True, False):
        yield (
            f"by processor {'on' if on else 'off'}",
            lambda: _page(window).matrix.pane().collapse.click(),
        )
    for view in ("features", "clusters", "before_after", "modes"):
        yield f"matrix of {view}", partial(lambda view: _page(window).matrix.choose(view), view)
    yield "its summary", lambda: _tab(window, "Summary")


def _inventory(window: MainWindow, cluster: Cluster) -> Iterator[Step]:
    tree, box = window.inventory.tree, window.inventory.filter_box
    yield "expand the inventory", lambda: tree.expand(window.inventory.model.index_of(cluster.id))
    for letter in "esx-0":
        yield f"type {letter} into the filter", partial(QTest.keyClicks, box, letter)
    yield "clear the filter", lambda: box.clear()
    _, _, host = next(hosts(window.document.plan))
    yield "select a host", lambda: window.select(host.id)


def _edits(window: MainWindow, cluster: Cluster) -> Iterator[Step]:
    document = window.document
    _, _, host = next(hosts(document.plan))

    def change(object_id: str, **fields: object) -> Callable[[], object]:
        return lambda: document.edit("", lambda plan: edits.set_fields(plan, object_id, **fields))

    yield "rename it", change(host.id, name="another")
    yield "maintenance mode", change(host.id, in_maintenance_mode=True)
    yield "XD off", change(host.id, xd="disabled")
    yield "undo", lambda: window.actions_["undo"].trigger()
    yield "undo again", lambda: window.actions_["undo"].trigger()
    yield "write what is not saved", lambda: QTest.qWait(2500)
    yield "select the cluster again", lambda: window.select(cluster.id)
    yield "another EVC mode", change(cluster.id, evc_mode=None)
    yield "undo the mode", lambda: window.actions_["undo"].trigger()
    yield "HA off", change(cluster.id, ha=_other_ha(cluster))
    yield "undo HA", lambda: window.actions_["undo"].trigger()


def _other_ha(cluster: Cluster) -> object:
    from dataclasses import replace

    return replace(cluster.ha, enabled=not cluster.ha.enabled)


def _findings(window: MainWindow) -> Iterator[Step]:
    bar = window.findings.bar
    yield "hide findings", lambda: window.actions_["show_findings"].trigger()
    yield "show findings", lambda: window.actions_["show_findings"].trigger()
    yield "hide infos", lambda: bar.toggles["info"].click()
    yield "show infos", lambda: bar.toggles["info"].click()
    for letter in "xd":
        yield f"type {letter} into their filter", partial(QTest.keyClicks, bar.filter_box, letter)
    yield "clear their filter", lambda: bar.filter_box.clear()
    for grouping in ("object", "rule", "severity", "none"):
        yield f"group by {grouping}", partial(bar.set_grouping, grouping)
    yield "next finding", lambda: window.actions_["next_finding"].trigger()
    yield "and the next", lambda: window.actions_["next_finding"].trigger()
    yield "the palette", lambda: window.actions_["palette"].trigger()
    yield "close it", lambda: window.inventory.tree.setFocus()


def _moves(window: MainWindow, cluster: Cluster) -> Iterator[Step]:
    """Half of the hosts stand outside the cluster where there is but one: in the datacenter."""
    inventory = window.inventory
    moves, plan = inventory.moves, window.document.plan
    found = list(hosts(plan))
    ids = [host.id for _, _, host in found[:DRAGGED]]
    own = {id(each) for _, each, _ in found[:DRAGGED]}
    others = [each for each in plan.datacenters[0].clusters if id(each) not in own]
    targets: list[str] = [each.id for each in others[:3]] or [plan.datacenters[0].id]
    yield "select 200 hosts", lambda: inventory.select_all_of(ids)
    yield "begin to drag them", lambda: inventory.model.mime_of(ids)
    for number, target in enumerate(targets, 1):
        yield f"over place {number}", partial(moves.answer, target)
    yield "drop them", lambda: moves.drop_later(targets[-1])
    yield "undo the move", lambda: window.actions_["undo"].trigger()
    yield "select all hosts", lambda: inventory.select_all_of([host.id for _, _, host in found])
    yield "select one", lambda: window.select(ids[0])


def _many(window: MainWindow) -> Iterator[Step]:
    from flexgui.wizards.edit_selected import EditSelectedDialog

    dialogs: list[EditSelectedDialog] = []
    ids = [host.id for _, _, host in hosts(window.document.plan)][:EDITED]

    def show() -> None:
        dialogs.append(EditSelectedDialog(window.document, ids, window))
        dialogs[0].show()

    def choose() -> None:
        field = dialogs[0].fields["xd"]
        field.setCurrentIndex(field.findData("disabled"))

    yield "edit 1,000 hosts", show
    yield "disable their XD", choose
    yield "OK", lambda: dialogs[0].accept()
    yield "undo that", lambda: window.actions_["undo"].trigger()


def _whole_plans(window: MainWindow) -> Iterator[Step]:
    from flexgui.views.rehearsal import Rehearsal

    document = window.document
    _, _, host = next(hosts(document.plan))

    def edit(plan: Plan) -> Plan:
        return edits.set_fields(plan, host.id, in_maintenance_mode=True)

    yield (
        "new what-if",
        lambda: document.edit_whole("", lambda plan: scenarios.add(plan, "A"), "A"),
    )
    yield "edit it", lambda: document.edit("", edit)
    yield "show the plan", lambda: document.show_scenario(None)
    yield "show the what-if", lambda: document.show_scenario("A")
    yield "back to the plan", lambda: document.show_scenario(None)
    yield "rehearse", lambda: window.feature(Rehearsal).enter()
    yield "an edit in it", lambda: document.edit("", edit)
    yield "no more", lambda: document.set_rehearsing(False, keep=False)
    yield "dark", lambda: window.actions_["theme_dark"].trigger()
    yield "light", lambda: window.actions_["theme_light"].trigger()
    yield "save", lambda: window.actions_["save_plan"].trigger()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    font = application.font()
    font.setPointSizeF(font.pointSizeF() * 1.25)
    yield "larger letters", partial(application.setFont, font)

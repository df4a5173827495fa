"""Pages give every field its height, whatever was shown before."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from flexgui.plan.inventory import places
from flexgui.plan.values import Cluster
from flexgui.resources import resource_path
from flexgui.views.cluster_page import ClusterPage
from flexgui.views.main_window import MainWindow


def test_a_tab_that_changed_while_hidden_has_room_for_its_fields(qtbot: QtBot, window: MainWindow) -> None:
    path = resource_path("samples", "paper.flexplan.json")
    document = window.document
    document.open(path)
    datacenter = next(d for d in document.plan.datacenters if d.clusters)
    cluster = next(place.object for place in places(document.plan) if isinstance(place.object, Cluster))
    hosts = tuple(
        replace(host, id=f"host-9{n}", name=f"other{n}", vms=()) for n, host in enumerate(cluster.hosts)
    )
    other = replace(cluster, id="domain-c99", name="Other", resource_pools=(), evc_mode=None, hosts=hosts)
    changed = replace(datacenter, clusters=(*datacenter.clusters, other))
    document.new(
        replace(
            document.plan,
            datacenters=tuple(changed if d is datacenter else d for d in document.plan.datacenters),
        )
    )
    window.resize(1008, 660)

    def show(object_id: str, tab: int | None = None) -> None:
        assert window.select(object_id)
        QApplication.processEvents()
        page = window.page()
        assert page is not None
        if tab is not None:
            page.tabs.setCurrentIndex(tab)
        QApplication.processEvents()

    show("domain-c99", 1)
    show(cluster.hosts[0].id)
    show(cluster.id)
    show(cluster.id, 0)
    page = window.page()
    assert isinstance(page, ClusterPage)
    combo = page.present_mode
    qtbot.waitUntil(lambda: combo.height() >= combo.sizeHint().height(), timeout=2000)
    assert page.change.height() >= page.change.minimumSizeHint().height()

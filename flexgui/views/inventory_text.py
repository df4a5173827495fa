"""Objects of the inventory for the clipboard: as objects for FlexGUI, as a table for all other programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QByteArray, QCoreApplication, QMetaType, QMimeData
from PySide6.QtGui import QGuiApplication

from flexgui.evc.releases import esx_releases
from flexgui.plan import clipboard
from flexgui.plan.inventory import Place, cpu_of, find
from flexgui.plan.values import Cluster, Host, Plan, VirtualMachine
from flexgui.widgets import words
from flexgui.widgets.copy import cells_as_tsv

_TEXT = "text/plain"
_MARK = "application/x-flexgui-mark"


def tr(text: str) -> str:
    return QCoreApplication.translate("InventoryText", text)


class ClipMime(QMimeData):
    """Some objects of a plan. They are written when somebody asks for them: copying many costs nothing."""

    _last = 0

    def __init__(self, plan: Plan, ids: Sequence[str]) -> None:
        super().__init__()
        self.ids = tuple(ids)
        self._plan = plan
        ClipMime._last += 1
        self.mark = f"{id(ClipMime)}-{ClipMime._last}".encode()

    @staticmethod
    def is_own(mime: QMimeData, own: ClipMime) -> bool:
        """Whether what is on the clipboard is what this window has put there."""
        return mime.hasFormat(_MARK) and bytes(mime.data(_MARK).data()) == own.mark

    def formats(self) -> list[str]:
        return [clipboard.MIME, _MARK, _TEXT]

    def hasFormat(self, name: str) -> bool:
        return name in self.formats()

    def retrieveData(self, name: str, kind: QMetaType | Any) -> Any:
        if name == clipboard.MIME:
            clip = clipboard.copied(self._plan, self.ids)
            return QByteArray(b"" if clip is None else clipboard.to_json(clip))
        if name == _MARK:
            return QByteArray(self.mark)
        return as_text(self._plan, self.ids) if name == _TEXT else None


def leave_as_text() -> None:
    """Leave what was copied as mere text, before the program ends.

    Qt deletes what is on the clipboard last of all, and no object of ours once Python has ended.
    """
    board = QGuiApplication.clipboard()
    held = board.mimeData()
    # Some platforms have nothing there at all.
    if held is not None and bytes(held.data(_MARK).data()).startswith(f"{id(ClipMime)}-".encode()):
        board.setText(board.text())


def as_text(plan: Plan, ids: Sequence[str]) -> str:
    """The objects as tab-separated values, a line each under a line of titles."""
    places = [place for i in ids if (place := find(plan, i)) is not None]
    kinds = {type(place.object) for place in places}
    titles: tuple[str, ...]
    rows: list[tuple[str, ...]]
    if kinds == {Host}:
        titles = (tr("Host"), tr("Address"), tr("Model"), tr("Processor"), tr("ESX"), tr("State"), tr("In"))
        rows = [_host(plan, place) for place in places]
    elif kinds == {VirtualMachine}:
        titles = (tr("Virtual machine"), tr("Power state"), tr("Host"))
        rows = [_vm(place) for place in places]
    elif kinds == {Cluster}:
        titles = (tr("Cluster"), tr("EVC mode"), tr("Hosts"))
        rows = [_cluster(place) for place in places]
    else:
        titles = (tr("Kind"), tr("Name"))
        rows = [(words.kind_word(place.object), words.label(place.object)) for place in places]
    return cells_as_tsv(titles, rows)


def _host(plan: Plan, place: Place) -> tuple[str, ...]:
    host = place.object
    assert isinstance(host, Host)
    cpu = cpu_of(plan, host)
    esx = esx_releases().get(host.esx_release or "")
    holder = place.cluster or place.datacenter
    return (
        host.label,
        host.address,
        host.model,
        "" if cpu is None else cpu.name(),
        "" if esx is None else esx.name,
        words.state_words(host),
        holder.name,
    )


def _vm(place: Place) -> tuple[str, ...]:
    vm = place.object
    assert isinstance(vm, VirtualMachine)
    return vm.name, words.word("power_state", vm.power_state), "" if place.host is None else place.host.label


def _cluster(place: Place) -> tuple[str, ...]:
    cluster = place.object
    assert isinstance(cluster, Cluster)
    return cluster.name, cluster.evc_mode or "", str(len(cluster.hosts))

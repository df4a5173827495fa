"""The tables of Suggest Clusters: the hosts, the numbers of clusters, and the clusters that are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from flexgui.cpuid.cpu import Cpu
from flexgui.widgets.icons import icon
from flexgui.widgets.name_list import joined
from flexgui.widgets.processor_text import cpu_name, short_cpu_name
from flexgui.widgets.table import Column, RowsModel, RowsView
from flexgui.widgets.theme import theme
from flexgui.wizards.suggest_draft import Candidate, NewCluster

Index = QModelIndex | QPersistentModelIndex
BAR_WIDTH: Final = 96
PADDING: Final = 4


def tr(text: str) -> str:
    return QCoreApplication.translate("SuggestTables", text)


class CandidatesTable(RowsView[Candidate]):
    """The hosts of the datacenter, with a box each. Space ticks or unticks all selected rows.

    `cpu` tells a host's processor, `highest` its highest mode in words, `goes_to` where it would be.
    """

    def __init__(
        self,
        cpu: Callable[[Candidate], Cpu | None],
        highest: Callable[[Candidate], str],
        goes_to: Callable[[Candidate], str],
        tick: Callable[[list[Candidate], bool], None],
        parent: QWidget | None = None,
    ) -> None:
        self._tick = tick
        columns = (
            Column[Candidate](
                tr("Host"),
                lambda c: c.host.label,
                width=180,
                ticked=lambda c: c.ticked,
                tick=lambda c, on: tick([c], on),
            ),
            Column[Candidate](tr("Is now"), _present, width=100),
            Column[Candidate](
                tr("Processor"),
                lambda c: short_cpu_name(cpu(c)),
                tip=lambda c: cpu_name(cpu(c)),
                width=110,
            ),
            Column[Candidate](tr("Highest mode"), highest, width=104),
            Column[Candidate](tr("Goes to"), goes_to, width=110),
        )
        self.candidates: RowsModel[Candidate] = RowsModel(
            columns, lambda c: c.host.id, greyed=lambda c: not c.ticked
        )
        super().__init__(self.candidates, "suggest_hosts", parent)
        self.candidates.setParent(self)
        self.setObjectName("suggest_hosts")
        self.setAccessibleName(tr("Hosts that take part"))
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self
            and event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
            and not event.modifiers()
        ):
            rows = self.selected_rows()
            if rows:
                self._tick(rows, not all(row.ticked for row in rows))
            return True
        return super().eventFilter(watched, event)


def _present(candidate: Candidate) -> str:
    return tr("Standalone") if candidate.cluster is None else candidate.cluster.name


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A number of clusters with what it keeps. `share` is that of all that can be kept, 0 to 1."""

    k: int
    features_kept: int
    share: float
    gain: str
    sentence: str
    proposed: bool
    alone: int


class NumbersTable(RowsView[NumberRow]):
    """The numbers of clusters to choose from; the bar shows how much of all that can be kept each keeps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        columns = (
            Column[NumberRow](
                tr("Clusters"),
                lambda r: tr("{k}, proposed").format(k=r.k) if r.proposed else str(r.k),
                sort=lambda r: r.k,
                icon=lambda r: icon("ok", "ok") if r.proposed else None,
                tip=_number_tip,
                width=116,
            ),
            Column[NumberRow](
                tr("Features kept"),
                lambda r: str(r.features_kept),
                sort=lambda r: r.features_kept,
                tip=lambda r: tr("{kept} features, counted on every host: {percent} % of all").format(
                    kept=r.features_kept, percent=round(100 * r.share)
                ),
                width=BAR_WIDTH + 64,
            ),
            Column[NumberRow](
                tr("Against one cluster fewer"), lambda r: r.gain, tip=lambda r: r.sentence, width=260
            ),
        )
        self.numbers: RowsModel[NumberRow] = RowsModel(columns, lambda r: r.k)
        super().__init__(self.numbers, "suggest_numbers", parent)
        self.numbers.setParent(self)
        self.setObjectName("suggest_numbers")
        self.setAccessibleName(tr("Number of clusters"))
        self.setSelectionMode(RowsView.SelectionMode.SingleSelection)
        self.setItemDelegateForColumn(1, _Bars(self, self.numbers))


def _number_tip(row: NumberRow) -> str:
    lines = [row.sentence]
    if row.proposed:
        lines.append(tr("Proposed: one more cluster would add little, or leave a host alone."))
    if row.alone:
        lines.append(tr("Clusters with one host only: {count}").format(count=row.alone))
    return "\n".join(lines)


class _Bars(QStyledItemDelegate):
    """The number, and a bar as long as its share."""

    def __init__(self, view: QWidget, rows: RowsModel[NumberRow]) -> None:
        super().__init__(view)
        self._view, self._rows = view, rows

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width() + BAR_WIDTH + 2 * PADDING, hint.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._rows.row(index)
        element = QStyle.PrimitiveElement.PE_PanelItemViewItem
        self._view.style().drawPrimitive(element, option, painter, self._view)
        if row is None:
            return
        cell = QRect(option.rect).adjusted(PADDING, 0, -PADDING, 0)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        bar = QRect(cell)
        bar.setLeft(cell.right() - min(BAR_WIDTH, cell.width() // 2))
        bar.setHeight(max(6, cell.height() // 3))
        bar.moveTop(cell.center().y() - bar.height() // 2)
        text = QRect(cell)
        text.setRight(bar.left() - 2 * PADDING)
        painter.save()
        painter.setPen(theme().color("highlighted_text" if selected else "text"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(text, int(right), str(row.features_kept))
        full = QRect(bar)
        bar.setWidth(max(2, round(full.width() * row.share)))
        painter.fillRect(bar, theme().color("highlighted_text" if selected else "accent"))
        painter.setPen(theme().color("highlighted_text" if selected else "outline"))
        painter.drawRect(full.adjusted(0, 0, -1, -1))
        painter.restore()


class ClustersTable(RowsView[NewCluster]):
    """The clusters that are made; their names can be edited. `rename` takes the cluster and its new name."""

    def __init__(self, rename: Callable[[NewCluster, str], bool], parent: QWidget | None = None) -> None:
        columns = (
            Column[NewCluster](
                tr("Name"), lambda c: c.name, icon=lambda c: icon("cluster"), edit=rename, width=190
            ),
            Column[NewCluster](
                tr("EVC mode"),
                lambda c: c.mode.label,
                tip=lambda c: f"{c.mode.label}\n{c.mode.key}",
                width=220,
            ),
            Column[NewCluster](
                tr("Features"),
                lambda c: str(len(c.mode.requires or ())),
                sort=lambda c: len(c.mode.requires or ()),
                tip=lambda c: tr("What the mode keeps on each host: {features}").format(
                    features=", ".join(c.mode.requires or ())
                ),
                width=72,
            ),
            Column[NewCluster](
                tr("Hosts"),
                lambda c: str(len(c.hosts)),
                sort=lambda c: len(c.hosts),
                icon=lambda c: icon("warning", "warning") if len(c.hosts) == 1 else None,
                tip=lambda c: (
                    tr("One host only: vSphere HA needs at least 2, and nothing can move.")
                    if len(c.hosts) == 1
                    else str(len(c.hosts))
                ),
                width=64,
            ),
            Column[NewCluster](
                tr("Which hosts"),
                lambda c: joined([host.label for host in c.hosts]),
                tip=lambda c: joined([host.label for host in c.hosts], 40),
                width=300,
            ),
        )
        self.clusters: RowsModel[NewCluster] = RowsModel(columns, lambda c: c.mode.key)
        super().__init__(self.clusters, "suggest_clusters", parent)
        self.clusters.setParent(self)
        self.setObjectName("suggest_clusters_made")
        self.setAccessibleName(tr("New clusters"))
        self.setSelectionMode(RowsView.SelectionMode.SingleSelection)
        triggers = RowsView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)

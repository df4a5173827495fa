"""Features kept against the number of clusters; a point shows its partition. Imports pyqtgraph."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from flexgui.evc.partition import FleetHost, Suggestion, suggest
from flexgui.evc.partition_words import Words
from flexgui.evc.releases import offered_modes
from flexgui.plan.inventory import fleet_host
from flexgui.views.plots.pane import Pane
from flexgui.views.plots.scope import Scope
from flexgui.widgets.plots.figure import Figure
from flexgui.widgets.plots.kept_plot import Curve, KeptFigure, KeptPlot, Point
from flexgui.widgets.task import Report


@dataclass(frozen=True, slots=True)
class _Answer:
    fleet: tuple[FleetHost, ...]
    suggestions: tuple[Suggestion, ...]


class ClustersPane(Pane):
    """`clusters_requested` is emitted with the id of what is shown, a maker and a number of clusters."""

    clusters_requested = Signal(str, str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answer = _Answer((), ())
        self.view = KeptPlot()
        self.view.setObjectName("matrix_clusters")
        self.view.point_changed.connect(self._say)
        self.view.point_activated.connect(lambda *_: self._request())
        self.open = self.button(
            "matrix_suggest",
            self.tr("Suggest &Clusters…"),
            self.tr("Open Suggest Clusters with these hosts and this number of clusters (Enter)"),
            self._request,
            "cluster",
        )
        self.choices.addWidget(self.open)
        self.choices.addStretch(1)
        self.readout.most = 6
        self.column.addWidget(self.view, 1)
        self.column.addWidget(self.readout)
        self.setFocusProxy(self.view)

    def fill(self, scope: Scope, another: bool) -> None:
        if another:
            self._show(_Answer((), ()))
        self.note.set_message("info", self.tr("The best clusters are being searched…"))

        def work(report: Report) -> _Answer:
            modes = scope.modes
            fleet = tuple(fleet_host(scope.plan, host) for host in scope.hosts)
            return _Answer(fleet, tuple(suggest(fleet, modes, offered_modes(scope.plan.release, modes))))

        self.work(work, self._show_answer)

    def _show_answer(self, answer: _Answer) -> None:
        self._show(answer)
        speech = self._words()
        if not self.view.curves:
            said = [remark.text for found in answer.suggestions for remark in speech.remarks(found, 1)]
            self.note.set_message(
                "unknown", " ".join(said) or self.tr("No cluster can be made of these hosts.")
            )
            return
        out = sum(len(left.hosts) for found in answer.suggestions for left in found.left_out)
        if out:
            text = self.tr("No mode fits {hosts} for certain: not counted here. Suggest Clusters says why.")
            self.note.set_message("unknown", text.format(hosts=speech.hosts(out)))
        else:
            self.note.clear()

    def _show(self, answer: _Answer) -> None:
        self._answer = answer
        speech = self._words()
        self.view.show_curves(
            [
                Curve(
                    found.vendor,
                    speech.maker(found),
                    tuple(Point(p.k, p.features_kept, p.possible) for p in found.partitions),
                    found.recommended_k,
                )
                for found in answer.suggestions
                if found.partitions[-1].clusters
            ]
        )
        some = bool(self.view.curves)
        self.view.setEnabled(some)
        self.open.setEnabled(some)

    def _words(self) -> Words:
        modes = self.scope.modes if self.scope is not None else ()
        return Words(self._answer.fleet, modes, QCoreApplication.translate)  # type: ignore[arg-type]

    def _suggestion(self, vendor: str) -> Suggestion | None:
        return next((found for found in self._answer.suggestions if found.vendor == vendor), None)

    def _say(self, vendor: str, k: int) -> None:
        found = self._suggestion(vendor)
        if found is None:
            self.readout.say("")
            return
        speech, partition = self._words(), found.partition(k)
        lines = [f"{self.view.sentence(*self.view.current)}. {speech.sentence(found, k)}"]
        for cluster in partition.clusters:
            text = self.tr("{mode}: {hosts}, {features} features each: {names}")
            lines.append(
                text.format(
                    mode=cluster.mode.short_label,
                    hosts=speech.hosts(len(cluster.hosts)),
                    features=cluster.features,
                    names=speech.names(cluster.hosts),
                )
            )
        if partition.unplaced:
            text = self.tr("In no cluster: {hosts}: {names}")
            hosts = speech.hosts(len(partition.unplaced))
            lines.append(text.format(hosts=hosts, names=speech.names(partition.unplaced)))
        self.readout.say(*lines)

    def _request(self) -> None:
        vendor, k = self.view.current_point()
        if self.scope is not None and k:
            self.clusters_requested.emit(self.scope.object_id, vendor, k)

    def pictures(self) -> list[QWidget]:
        return [self.view.canvas]

    def figure(self) -> Figure | None:
        if self.scope is None or not self.view.curves:
            return None
        title = self.tr("{name}: features kept by the number of clusters").format(name=self.scope.name)
        return KeptFigure(title, self.view)

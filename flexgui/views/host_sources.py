"""The sources of a host's processor: what each says, where they contradict each other, what to collect."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from flexgui.evc.pool import weigh
from flexgui.evc.to_collect import to_collect
from flexgui.plan.evidence import Source, sources_of
from flexgui.plan.inventory import cpus, everybody, modes_of
from flexgui.plan.values import Host, Plan
from flexgui.widgets import words
from flexgui.widgets.evidence_text import collect_sentences, contradictions, may_be, says
from flexgui.widgets.icons import icon
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.processor_text import Assessments, generation_name
from flexgui.widgets.table import Column, RowsModel, RowsView

_ROWS_SHOWN = 4


class HostSources(QWidget):
    """Shows one host. `removal_requested` has the name of the source that is to go."""

    removal_requested = Signal(str)

    def __init__(self, assessments: Assessments, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._assessments = assessments
        self._plan: Plan | None = None
        self.rows: RowsModel[Source] = RowsModel(
            (
                Column(self.tr("Source"), lambda s: s.source or self.tr("Not stated"), width=270),
                Column(self.tr("Evidence"), lambda s: words.word("evidence", s.kind), width=130),
                Column(self.tr("Silicon generation"), lambda s: generation_name(s.cpu), width=130),
                Column(self.tr("What it alone says"), self._says, width=260),
            ),
            lambda s: s.source,
            self,
        )
        self.view: RowsView[Source] = RowsView(self.rows, "host_sources")
        self.view.setAccessibleName(self.tr("Sources of this host’s processor, the strongest first"))
        self.view.setSortingEnabled(False)
        self.remove = QPushButton(icon("remove"), self.tr("Remove &Source"))
        self.remove.setObjectName("remove_source")
        self.remove.clicked.connect(self._remove)
        self.view.selectionModel().selectionChanged.connect(self._show_button)
        self.several = QWidget()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.remove)
        row.addStretch(1)
        inner = QVBoxLayout(self.several)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        inner.addWidget(self.view)
        inner.addLayout(row)
        self.contradiction, self.ambiguous, self.collect = MessageLine(), MessageLine(), MessageLine()
        self.contradiction.setObjectName("host_contradictions")
        self.collect.setObjectName("host_collect")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.several, self.contradiction, self.ambiguous, self.collect):
            column.addWidget(widget)

    def _says(self, source: Source) -> str:
        assert self._plan is not None
        return says(source, self._assessments.of(source.cpu, modes_of(self._plan)))

    def show_host(self, plan: Plan, host: Host) -> None:
        self._plan = plan
        modes = modes_of(plan)
        sources = sources_of(host, cpus(plan.cpus))
        several = len(sources) > 1
        self.several.setVisible(several)
        self.rows.set_rows(sources if several else ())
        self.rows.refresh()
        shown = min(max(len(sources), 2), _ROWS_SHOWN)
        self.view.setFixedHeight(
            self.view.horizontalHeader().sizeHint().height()
            + shown * self.view.verticalHeader().defaultSectionSize()
            + 2 * self.view.frameWidth()
            + self.view.horizontalScrollBar().sizeHint().height()
        )
        self.contradiction.set_message("warning", "\n".join(contradictions(host.label, sources, modes)))
        self.ambiguous.set_message("unknown", may_be(sources))
        pools = weigh(everybody(plan, (host,)), modes) if sources else []
        wanted = [each for pool in pools for each in to_collect(pool, modes) if each.advice != "brand"]
        self.collect.set_message("unknown", "\n".join(collect_sentences(wanted)))
        self._show_button()
        self.setVisible(several or any(m.text() for m in (self.contradiction, self.ambiguous, self.collect)))

    def _chosen(self) -> str | None:
        chosen = self.view.selected_rows()
        return chosen[0].source if len(chosen) == 1 else None

    def _show_button(self) -> None:
        chosen = self._chosen()
        self.remove.setEnabled(chosen is not None)
        self.remove.setToolTip(
            "" if chosen is not None else self.tr("Select the source that is wrong or old.")
        )

    def _remove(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.removal_requested.emit(chosen)

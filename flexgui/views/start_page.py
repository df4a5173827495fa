"""The start page: what to begin with, while no plan is open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCommandLinkButton,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from flexgui.plan.samples import Sample, samples
from flexgui.plan.storage import SUFFIX
from flexgui.views.actions import Actions
from flexgui.widgets.form import plain_label
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import SecondaryLabel
from flexgui.widgets.scrolled import scrolled

_BEGIN = ("new_plan", "open_plan", "import_folder", "import_hosts", "new_cluster")
_WIDTH = 900


class StartPage(QWidget):
    """Emits `file_requested` with a recent plan, `sample_requested` with a sample."""

    file_requested = Signal(Path)
    sample_requested = Signal(object)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self.links: list[QCommandLinkButton] = []

        title = QLabel("FlexGUI")
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 2)
        title.setFont(font)
        what = SecondaryLabel(
            self.tr("Plan clusters whose hosts have different CPU generations, and see what EVC hides.")
        )
        drop = SecondaryLabel(
            self.tr("Captures, RVTools exports, folders of them and plans can be dropped here, too.")
        )

        begin, samples_ = QVBoxLayout(), QVBoxLayout()
        for column in (begin, samples_):
            column.setSpacing(0)
        begin.addWidget(_heading(self.tr("Begin")))
        for name in _BEGIN:
            action = actions[name]
            text = plain_label(action.text()).rstrip("…")
            link = _link(text, action.statusTip(), action.icon())
            link.setObjectName(name)
            link.clicked.connect(action.trigger)
            begin.addWidget(link)
            self.links.append(link)
        begin.addStretch()
        samples_.addWidget(_heading(self.tr("Samples")))
        for sample in samples():
            link = _link(sample.title, sample.description, icon("plan"))
            link.clicked.connect(lambda _=False, sample=sample: self._ask_sample(sample))
            samples_.addWidget(link)
            self.links.append(link)
        samples_.addWidget(_heading(self.tr("Recent plans"), 16))
        samples_.addLayout(self._recent)
        samples_.addStretch()

        grid = QGridLayout()
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(4)
        grid.addWidget(title, 0, 0, 1, 2)
        grid.addWidget(what, 1, 0, 1, 2)
        grid.setRowMinimumHeight(2, 12)
        grid.addLayout(begin, 3, 0)
        grid.addLayout(samples_, 3, 1)
        grid.setRowMinimumHeight(4, 12)
        grid.addWidget(drop, 5, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        content = QWidget()
        content.setMaximumWidth(_WIDTH)
        content.setLayout(grid)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(24, 24, 24, 16)
        row.addStretch()
        row.addWidget(content, 100)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scrolled(holder))

    def show_recent(self, paths: Sequence[Path]) -> None:
        """List the plans that were open, the last one first."""
        while (item := self._recent.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for path in paths:
            link = _link(path.name.removesuffix(SUFFIX), str(path.parent), icon("open"))
            link.clicked.connect(lambda _=False, path=path: self.file_requested.emit(path))
            self._recent.addWidget(link)
        if not paths:
            self._recent.addWidget(SecondaryLabel(self.tr("None yet.")))

    def _ask_sample(self, sample: Sample) -> None:
        self.sample_requested.emit(sample)


def _heading(text: str, above: int = 0) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    label.setContentsMargins(0, above, 0, 4)
    return label


def _link(text: str, description: str, look: QIcon) -> QCommandLinkButton:
    link = QCommandLinkButton(text.replace("&", "&&"), description.replace("&", "&&"))
    link.setIcon(look)
    link.setAccessibleName(text)
    link.setAccessibleDescription(description)
    link.setToolTip(description)
    link.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    link.setCursor(Qt.CursorShape.PointingHandCursor)
    return link

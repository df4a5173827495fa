"""The start page: what to begin with, while no plan is open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QIcon
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from flexgui.plan.samples import Sample, samples
from flexgui.plan.storage import SUFFIX
from flexgui.views.actions import Actions
from flexgui.widgets.form import plain_label
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import IconLabel, SecondaryLabel, WrapLabel
from flexgui.widgets.scrolled import scrolled

_BEGIN = ("new_plan", "open_plan", "import_folder", "import_hosts", "new_cluster", "train")
_WIDTH = 900


class StartPage(QWidget):
    """Emits `file_requested` with a recent plan, `sample_requested` with a sample."""

    file_requested = Signal(Path)
    sample_requested = Signal(object)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self.links: list[StartLink] = []

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
            link = StartLink(text, action.statusTip(), action.icon())
            link.setObjectName(name)
            link.clicked.connect(action.trigger)
            begin.addWidget(link)
            self.links.append(link)
        begin.addStretch()
        samples_.addWidget(_heading(self.tr("Samples")))
        for sample in samples():
            link = StartLink(sample.title, sample.description, icon("plan"))
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
            link = StartLink(path.name.removesuffix(SUFFIX), str(path.parent), icon("open"))
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


class StartLink(QPushButton):
    """A flat button: an icon, a title, and in secondary text what it does; as high as its words need."""

    def __init__(self, title: str, description: str, look: QIcon) -> None:
        super().__init__()
        self.title = title
        self.setFlat(True)
        self.setAccessibleName(title)
        self.setAccessibleDescription(description)
        self.setToolTip(description)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        head, what = WrapLabel(title), SecondaryLabel(description)
        for label in (head, what):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        font = head.font()
        font.setWeight(QFont.Weight.DemiBold)
        head.setFont(font)
        sign = IconLabel(look)
        sign.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(head)
        words.addWidget(what)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        return self._inside().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._inside().minimumSize()

    def heightForWidth(self, width: int) -> int:
        return self._inside().heightForWidth(width)

    def _inside(self) -> QLayout:
        inside = self.layout()
        assert inside is not None
        return inside

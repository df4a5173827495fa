"""What the pages of all objects share: a header, tabs, and fields that a finding can lead to."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QTabWidget, QToolButton, QVBoxLayout, QWidget

from flexgui.document import Document
from flexgui.plan.inventory import find
from flexgui.plan.values import Object, Plan
from flexgui.rules.check import counts
from flexgui.rules.finding import Finding
from flexgui.rules.fix import Fix
from flexgui.rules.fixes import fix_of
from flexgui.views.actions import Actions
from flexgui.views.fields import Fields
from flexgui.widgets import words
from flexgui.widgets.finding_text import fix_name, sentence
from flexgui.widgets.icons import icon
from flexgui.widgets.labels import ElidedLabel, IconLabel
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.severity import severity_icon, severity_word
from flexgui.widgets.tooltip import plain_tip

_WORST_LENGTH = 240
"""So many letters of the worst finding stand over the tabs: some two lines."""


class SeverityCounts(QWidget):
    """Icon and number of each severity; what there is none of is left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._parts: dict[str, tuple[QWidget, QLabel]] = {}
        for severity in ("error", "todo", "warning", "info"):
            part, number = QWidget(), QLabel()
            pair = QHBoxLayout(part)
            pair.setContentsMargins(0, 0, 0, 0)
            pair.setSpacing(4)
            pair.addWidget(IconLabel(severity_icon(severity)))
            pair.addWidget(number)
            row.addWidget(part)
            self._parts[severity] = part, number

    def set_counts(self, found: dict[str, int]) -> None:
        said = []
        for severity, (part, number) in self._parts.items():
            count = found.get(severity, 0)
            number.setText(str(count))
            part.setVisible(count > 0)
            part.setToolTip(f"{severity_word(severity)}: {count}")
            if count:
                said.append(part.toolTip())
        self.setAccessibleName(", ".join(said))


class PageHeader(QWidget):
    """Icon, name and a second line of an object, with how many findings there are about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel(size=32)
        self.name = ElidedLabel()
        font = self.name.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.3)
        self.name.setFont(font)
        self.subtitle = ElidedLabel()
        self.subtitle.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self.counts = SeverityCounts()
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.name)
        texts.addWidget(self.subtitle)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addLayout(texts, 1)
        row.addWidget(self.counts)

    def show_object(self, found: Object | Plan, name: str, subtitle: str) -> None:
        self._icon.set_icon(icon(words.kind_icon(found), badge=words.state_badge(found)))
        self.name.set_text(name)
        self.subtitle.set_text(subtitle)


def _areas_around(widget: QWidget) -> Iterator[QScrollArea]:
    holder = widget.parentWidget()
    while holder is not None:
        if isinstance(holder, QScrollArea):
            yield holder
        holder = holder.parentWidget()


class Page(QWidget):
    """The page of one kind of object. A subclass builds `tabs` and `fields` and fills them in `show_state`.

    `object_requested` is emitted with the id of another object that the user wants to see, `told` with a
    sentence for the status bar.
    """

    object_requested = Signal(str)
    told = Signal(str)

    def __init__(self, document: Document, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.actions_ = actions
        self.object_id = ""
        self.fields = Fields(document, self)
        self.header = PageHeader()
        self.worst_line = MessageLine()
        self.fix_button = QToolButton()
        self.fix_button.setText(self.tr("Fix"))
        self.fix_button.setIcon(icon("fix"))
        self.fix_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fix_button.clicked.connect(self._fix)
        self.fix_button.hide()
        self._worst_fix: Fix | None = None
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(8)
        column.addWidget(self.header)
        worst = QHBoxLayout()
        worst.setSpacing(8)
        worst.addWidget(self.worst_line, 1)
        worst.addWidget(self.fix_button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(worst)
        column.addWidget(self.tabs, 1)

    # --- for the window

    def set_object(self, object_id: str) -> None:
        """Show another object of the page's kind."""
        self.fields.commit()
        self.object_id = object_id
        self.refresh()

    def refresh(self) -> None:
        """Show the object as it is in the plan now; nothing where the plan lacks it."""
        found = self.found()
        if found is None:
            return
        if not isinstance(found, Plan):
            self.fields.load(found)
        self.header.show_object(found, self.title(found), self.subtitle(found))
        own = self.own_findings()
        self.header.counts.set_counts(counts(own))
        self._show_worst(own)
        self.show_state(found)

    def focus_search(self) -> bool:
        """Put the keyboard into the page's own search, if the tab on show has one."""
        return False

    def show_field(self, field: str) -> bool:
        """Go to the editor of a field (a finding's subject). False where the page has none for it."""
        widget = self.fields.widget_of(field)
        if widget is None:
            return False
        holder: QWidget | None = widget
        while holder is not None and holder is not self:
            number = self.tabs.indexOf(holder)
            if number >= 0:
                self.tabs.setCurrentIndex(number)
            holder = holder.parentWidget()
        for area in _areas_around(widget):
            area.ensureWidgetVisible(widget)
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def commit(self) -> None:
        """Enter what is still being typed."""
        self.fields.commit()

    # --- for the pages

    def found(self) -> Object | Plan | None:
        place = find(self.document.plan, self.object_id)
        return None if place is None else place.object

    def title(self, found: Object | Plan) -> str:
        return words.label(found)

    def subtitle(self, found: Object | Plan) -> str:
        return ""

    def own_findings(self) -> tuple[Finding, ...]:
        """The findings that the header counts: about the object and what is in it."""
        about = self.document.findings.about
        return tuple(f for object_id in self.ids_within() for f in about(object_id))

    def ids_within(self) -> list[str]:
        """The object and what is in it."""
        return [self.object_id]

    def show_state(self, found: Object | Plan) -> None:
        """Fill the page; `fields` are loaded already."""

    def _show_worst(self, findings: tuple[Finding, ...]) -> None:
        """The heaviest finding about the object itself, in words under its name."""
        own = [f for f in findings if f.subject.object_id == self.object_id and f.muted is None]
        worst = min(own, key=lambda f: f.severity.rank, default=None)
        if worst is None or worst.severity.value not in ("error", "todo", "warning"):
            self.worst_line.clear()
            worst = None
        else:
            said = sentence(worst)
            # Who wants the whole of a long list of hosts finds it in the tool tip and among the findings.
            cut = said if len(said) <= _WORST_LENGTH else f"{said[:_WORST_LENGTH].rpartition(' ')[0]} …"
            self.worst_line.set_message(worst.severity.value, cut)
            self.worst_line.setToolTip(plain_tip([said]) if cut != said else "")
        self._worst_fix = None if worst is None else fix_of(self.document.plan, worst)
        self.fix_button.setVisible(self._worst_fix is not None)
        if self._worst_fix is not None:
            name = fix_name(self._worst_fix, self.document.rehearsing)
            self.fix_button.setToolTip(plain_tip([name]))
            self.fix_button.setAccessibleName(self.tr("Fix: {name}").format(name=name))

    def _fix(self) -> None:
        """Do the one edit that mends the finding under the object's name."""
        self.commit()  # which may be an edit, too: then another finding may be the worst
        fix = self._worst_fix
        if fix is not None:
            name = fix_name(fix, self.document.rehearsing)
            if self.document.edit(name, fix.edit):
                self.told.emit(self.tr("Done: {name}.").format(name=name))

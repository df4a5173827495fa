"""The Matrix tab: four pictures of a cluster's or datacenter's hosts, built when they are first looked at."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import is_not
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QAction, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from flexgui.document import Document
from flexgui.plan.inventory import modes_of
from flexgui.plan.values import Cluster, Datacenter, Host
from flexgui.views.actions import Actions
from flexgui.widgets.empty_state import EmptyState
from flexgui.widgets.icons import icon
from flexgui.widgets.theme import theme

if TYPE_CHECKING:
    from flexgui.views.plots.pane import Pane
    from flexgui.views.plots.scope import Scope

View = Literal["modes", "features", "clusters", "before_after"]
VIEWS: Final[tuple[View, ...]] = ("modes", "features", "clusters", "before_after")


class MatrixTab(QWidget):
    """Shows one object's hosts. Nothing is worked out while it is hidden.

    `hosts_selected` is emitted with the ids of hosts, `host_requested` with that of one to go to,
    `clusters_requested` with the id of what is shown, a maker and a number of clusters, `told` with a
    sentence for the status bar.
    """

    hosts_selected = Signal(list)
    host_requested = Signal(str)
    clusters_requested = Signal(str, str, int)
    told = Signal(str)

    def __init__(self, document: Document, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._actions = actions
        self._object: Cluster | Datacenter | None = None
        self._marked: tuple[str, ...] = ()
        self._panes: dict[View, Pane] = {}
        self._parts: tuple[tuple[tuple[Host, ...], ...], tuple[Host, ...]] = ((), ())
        self._built = False
        self.view: View = "modes"
        self.buttons: dict[View, QToolButton] = {}

    # --- for the pages

    def show_object(self, found: Cluster | Datacenter) -> None:
        """Show the hosts of a cluster, or all of a datacenter."""
        self._object = found
        if self.isVisible():
            self._refresh()

    def choose(self, view: View) -> None:
        """Show one of the four pictures."""
        self.view = view
        if self._built:
            self.buttons[view].setChecked(True)
            self._refresh()

    def mark_hosts(self, ids: Sequence[str]) -> None:
        """Select the rows of hosts that were selected elsewhere, now or when they are shown."""
        self._marked = tuple(ids)
        pane = self._panes.get(self.view)
        if pane is not None and self._object is not None and self.isVisible():
            pane.marked = self._object.id, self._marked
            pane.mark_hosts(ids)

    def pane(self) -> Pane:
        """The picture that is chosen; built where it is not yet."""
        if self.view not in self._panes:
            self._panes[self.view] = self._make(self.view)
            self._order_stops()
        return self._panes[self.view]

    def focus_picture(self) -> None:
        """Put the keyboard into the picture."""
        if self._built and self.view in self._panes and not self._empty.isVisibleTo(self):
            self._panes[self.view].setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._built:
            self._build()
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._built:
            self._make_room()

    def _make_room(self) -> None:
        """The choices stand beside the views, or below them where the window is narrow."""
        wanted = self._panes[self.view].choices_bar.sizeHint().width() if self.view in self._panes else 0
        views = sum(button.sizeHint().width() for button in self.buttons.values())
        beside = views + wanted + self.export.sizeHint().width() + 32 <= self.width()
        place = (0, 1, 1, 1) if beside else (1, 0, 1, 3)
        if self._top.getItemPosition(self._top.indexOf(self._choices)) != place:
            self._top.removeWidget(self._choices)
            self._top.addWidget(self._choices, *place)
        self._choices.setVisible(bool(wanted) and not self._empty.isVisibleTo(self))

    # --- building

    def _build(self) -> None:
        self._built = True
        names = {
            "modes": (self.tr("&Modes"), self.tr("Which hosts support which modes")),
            "features": (self.tr("Feature&s"), self.tr("Which hosts have which features")),
            "clusters": (self.tr("Cl&usters"), self.tr("How many features how many clusters keep")),
            "before_after": (
                self.tr("Bef&ore/After"),
                self.tr("Which generations exchange running machines without and with EVC"),
            ),
        }
        segments = QWidget()
        line = QHBoxLayout(segments)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self._group = QButtonGroup(self)
        for view in VIEWS:
            title, tip = names[view]
            button = QToolButton()
            button.setObjectName(f"matrix_view_{view}")
            button.setText(title)
            button.setToolTip(tip)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda _=False, view=view: self.choose(view))
            button.toggled.connect(self._dress)
            self._group.addButton(button)
            self.buttons[view] = button
            line.addWidget(button)
        self.export = QToolButton()
        self.export.setObjectName("matrix_export")
        self.export.setText(self.tr("E&xport…"))
        self.export.setIcon(icon("export"))
        self.export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.export.setToolTip(self.tr("Write this picture, or its values, to a file"))
        self.export.setMenu(self._export_menu())
        self._choices = QStackedWidget()
        self._choices.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._top = QGridLayout()
        self._top.setHorizontalSpacing(16)
        self._top.setVerticalSpacing(8)
        self._top.addWidget(segments, 0, 0)
        self._top.addWidget(self._choices, 0, 1)
        self._top.addWidget(self.export, 0, 2)
        self._top.setColumnStretch(1, 1)
        self._stack = QStackedWidget()
        self._empty = EmptyState("host", self.tr("There is no host to compare. Add one with its processor."))
        for name in ("add_host", "import_hosts"):
            self._empty.add_action(self._actions[name])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._top)
        column.addWidget(self._stack, 1)
        column.addWidget(self._empty, 1)
        self.buttons[self.view].setChecked(True)
        theme().changed.connect(self._dress)

    def _dress(self) -> None:
        """The chosen view in the accent colour: pressed buttons are hard to tell in a dark window."""
        for button in self.buttons.values():
            palette = QPalette()
            if button.isChecked():
                palette.setColor(QPalette.ColorRole.Button, theme().tint("accent"))
                palette.setColor(QPalette.ColorRole.ButtonText, theme().color("accent"))
            button.setPalette(palette)

    def _export_menu(self) -> QMenu:
        from flexgui.widgets.plots.figure import KINDS, kind_name

        menu = QMenu(self.export)
        for kind in KINDS:
            action = QAction(f"{kind_name(kind)}…", menu)
            action.setObjectName(f"matrix_export_{kind}")
            action.triggered.connect(lambda _=False, kind=kind: self._export(kind))
            menu.addAction(action)
        return menu

    def _make(self, view: View) -> Pane:
        pane: Pane
        # Each imports what it draws with: pyqtgraph takes longer than the rest of the tab.
        if view == "modes":
            from flexgui.views.plots.modes_pane import ModesPane

            pane = ModesPane()
        elif view == "features":
            from flexgui.views.plots.features_pane import FeaturesPane

            pane = FeaturesPane()
        elif view == "clusters":
            from flexgui.views.plots.clusters_pane import ClustersPane

            clusters = ClustersPane()
            clusters.clusters_requested.connect(self.clusters_requested)
            pane = clusters
        else:
            from flexgui.views.plots.before_after_pane import BeforeAfterPane

            pane = BeforeAfterPane()
        pane.hosts_selected.connect(self._note_selected)
        pane.host_requested.connect(self.host_requested)
        self._stack.addWidget(pane)
        self._choices.addWidget(pane.choices_bar)
        return pane

    def _order_stops(self) -> None:
        """Tab goes from the views over their choices and Export to the picture and the read-out."""
        stops = [pane.stops() for pane in self._panes.values()]
        chain: list[QWidget] = [*self.buttons.values()]
        chain += [widget for choices, _ in stops for widget in choices]
        chain.append(self.export)
        chain += [widget for _, below in stops for widget in below]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    # --- showing

    def _note_selected(self, ids: list[str]) -> None:
        """What is selected in one picture is selected in the others, too."""
        self._marked = tuple(ids)
        if self._object is not None:
            self.pane().marked = self._object.id, self._marked
        self.hosts_selected.emit(ids)

    def _refresh(self) -> None:
        found = self._object
        if found is None or not self._built:
            return
        hosts = self._hosts(found)
        self._empty.setVisible(not hosts)
        self._stack.setVisible(bool(hosts))
        self._choices.setVisible(bool(hosts))
        self.export.setEnabled(bool(hosts))
        for button in self.buttons.values():
            button.setEnabled(bool(hosts))
        if not hosts:
            return
        pane = self.pane()
        self._stack.setCurrentWidget(pane)
        self._choices.setCurrentWidget(pane.choices_bar)
        self._make_room()
        pane.show_scope(self._scope(found, hosts))
        if pane.marked != (found.id, self._marked):
            pane.marked = found.id, self._marked
            pane.mark_hosts(self._marked)

    def _scope(self, found: Cluster | Datacenter, hosts: tuple[Host, ...]) -> Scope:
        from flexgui.views.plots.scope import Scope

        plan = self._document.plan
        mode = modes_of(plan).get(found.evc_mode) if isinstance(found, Cluster) else None
        return Scope(plan, found.id, found.name, hosts, mode)

    def _hosts(self, found: Cluster | Datacenter) -> tuple[Host, ...]:
        """The hosts of a cluster or, by cluster, of a datacenter; the same object for the same ones."""
        if isinstance(found, Cluster):
            return found.hosts
        parts = (*(cluster.hosts for cluster in found.clusters), found.hosts)
        before, hosts = self._parts
        if len(before) != len(parts) or any(map(is_not, before, parts)):
            hosts = tuple(host for part in parts for host in part)
            self._parts = parts, hosts
        return hosts

    def _export(self, kind: Literal["png", "svg", "csv"]) -> None:
        from flexgui.widgets.plots.figure import ask_and_write

        figure = self.pane().figure()
        if figure is None:
            self.told.emit(self.tr("There is nothing to export yet."))
            return
        path = self._document.path
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        folder = path.absolute().parent if path is not None else Path(documents or Path.home())
        written = ask_and_write(self, figure, kind, folder)
        if written is not None:
            self.told.emit(self.tr("Exported {file}").format(file=written.name))

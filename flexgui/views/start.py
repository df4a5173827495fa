"""Where work begins: the start page while no plan is open, and the mark of a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QDockWidget

from flexgui.errors import InputError
from flexgui.plan.samples import MARK, Sample, sample, samples
from flexgui.widgets.banner import Banner

if TYPE_CHECKING:
    from flexgui.views.main_window import MainWindow
    from flexgui.views.start_page import StartPage

_STARTED_KEY: Final = "started"
_TRAINING: Final = "vi35.flexplan.json"


class Start(QObject):
    """Shows the start page or the plan, opens samples, and says over the page that a plan is a sample."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.page: StartPage | None = None
        self._hidden_docks: list[QDockWidget] = []
        actions = window.actions_
        self.banner = Banner("info", "info")
        self.banner.add_action(actions["close_plan"])
        window.add_banner(self.banner)
        for name, slot in (
            ("close_plan", self.close_plan),
            ("train", self.train),
            ("open_sample", lambda: self.open_sample(samples()[0])),
        ):
            actions[name].triggered.connect(lambda _=False, slot=slot: slot())
        window.plan_file.opened.connect(self.leave)
        window.document.plan_changed.connect(self.leave)
        window.document.path_changed.connect(self._mark_sample)
        self._mark_sample()

    def begin(self) -> None:
        """What is shown at the start without a plan: the first time the sample, later the start page."""
        settings = QSettings()
        if not settings.value(_STARTED_KEY, False, type=bool):
            settings.setValue(_STARTED_KEY, True)
            if self.open_sample(samples()[0]):
                return
        self.show_page()

    def show_page(self) -> None:
        """Show the start page over an empty plan."""
        from flexgui.views.start_page import StartPage

        window = self._window
        if self.page is None:
            self.page = StartPage(window.actions_)
            self.page.file_requested.connect(window.plan_file.open)
            self.page.sample_requested.connect(self.open_sample)
            window.incoming.leave_drops_to_window(self.page)
            window.central.addWidget(self.page)
        self.page.show_recent(window.plan_file.recent())
        self._hidden_docks = [dock for dock in window.findChildren(QDockWidget) if not dock.isHidden()]
        for dock in self._hidden_docks:
            dock.hide()
        window.central.setCurrentWidget(self.page)
        self.page.links[0].setFocus()

    def leave(self) -> None:
        """Show the plan, with the docks that the start page had hidden."""
        window = self._window
        if self.page is None or window.central.currentWidget() is not self.page:
            return
        window.central.setCurrentIndex(0)
        for dock in self._hidden_docks:
            dock.show()
        window.findings_dock.raise_()
        window.inventory.tree.setFocus()

    def close_plan(self) -> None:
        """Close the plan, unless the user wants to keep it, and show the start page."""
        if self._window.plan_file.new():
            self.show_page()

    def open_sample(self, chosen: Sample) -> bool:
        """Open a sample as a plan without a file, so that nobody saves over it."""
        plan_file = self._window.plan_file
        if not plan_file.may_close():
            return False
        try:
            plan = chosen.load()
        except InputError as error:
            plan_file.say(self.tr("The sample was not opened."), error)
            return False
        self._window.document.new(plan)
        plan_file.opened.emit()
        clusters = [cluster.id for datacenter in plan.datacenters for cluster in datacenter.clusters]
        self._window.select(clusters[0] if clusters else plan.datacenters[0].id)
        return True

    def train(self) -> None:
        """Open the sample for rehearsing, in Rehearse: every action answers as vCenter would."""
        if self.open_sample(sample(_TRAINING)):
            self._window.document.set_rehearsing(True)

    def _mark_sample(self) -> None:
        document = self._window.document
        remarks = document.plan.remarks
        if document.path is None and remarks and remarks[0].startswith(MARK):
            remark = remarks[0].removeprefix(MARK).strip().partition(". ")[0].rstrip(".")
            self.banner.show_text(
                self.tr("Sample"),
                self.tr("{remark}. Try anything: what you change is yours to save elsewhere.").format(
                    remark=remark[:1].upper() + remark[1:]
                ),
            )
        else:
            self.banner.show_text("", "")

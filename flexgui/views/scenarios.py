"""What-ifs in the main window: made, shown under a banner, compared, applied and dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMessageBox

from flexgui.plan import scenarios
from flexgui.plan.inventory import find
from flexgui.plan.values import Cluster
from flexgui.widgets.banner import Banner
from flexgui.widgets.icons import icon
from flexgui.widgets.message_box import message_box

if TYPE_CHECKING:
    from flexgui.views.main_window import MainWindow
    from flexgui.views.scenario_comparison import ComparisonDialog


class Scenarios(QObject):
    """Connects the actions of the What-If menu. All that it changes goes through the document, and undo."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._document = window.document
        self._actions = window.actions_
        self.comparison: ComparisonDialog | None = None
        self.banner = Banner("accent", "whatif")
        self.banner.setObjectName("whatif_banner")
        for name in ("whatif_plan", "whatif_compare", "whatif_apply", "whatif_drop"):
            self.banner.add_action(self._actions[name])
        window.add_banner(self.banner)
        self._menu = window.menus["whatif_show"]
        self._menu.aboutToShow.connect(self._fill_menu)
        for name, slot in (
            ("whatif_new", self.ask_new),
            ("whatif_cluster", self.ask_new_from_cluster),
            ("whatif_plan", lambda: self.show(None)),
            ("whatif_compare", lambda: self.compare()),
            ("whatif_apply", lambda: self.ask_apply()),
            ("whatif_rename", self.ask_rename),
            ("whatif_drop", lambda: self.ask_drop()),
        ):
            self._actions[name].triggered.connect(lambda _=False, slot=slot: slot())
        self._document.plan_changed.connect(self._follow)
        self._document.scenario_shown.connect(self._follow)
        window.inventory.object_selected.connect(self._enable)
        self._follow()

    # --- what a person asks for

    def show(self, name: str | None) -> None:
        """Show a what-if, or with None the plan itself."""
        self._commit()
        self._document.show_scenario(name)

    def ask_new(self) -> None:
        """Ask for the name of a new what-if, and what it begins as."""
        shown = self._document.scenario
        models: list[tuple[str | None, str]] = [(None, self.tr("The plan"))]
        if shown is not None:
            models.insert(0, (shown, self.tr("What-if “{name}”").format(name=shown)))
        self._ask_new(shown or self.tr("What-if"), models, "")

    def ask_new_from_cluster(self) -> None:
        """The same for one that is called after the selected cluster, and begins there."""
        cluster = self._cluster()
        if cluster is not None:
            shown = self._document.scenario
            wanted = self.tr("{cluster}, changed").format(cluster=cluster.name)
            self._ask_new(wanted, [(shown, "")], cluster.id)

    def _ask_new(self, wanted: str, models: list[tuple[str | None, str]], select: str) -> None:
        from flexgui.views.scenario_dialogs import NameDialog

        self._commit()
        whole = self._document.whole
        dialog = NameDialog(
            self.tr("New What-If"),
            scenarios.free_name(whole, wanted),
            lambda name: scenarios.problem(self._document.whole, name),
            models,
            self.tr(
                "A what-if is a copy of the whole inventory that you can change and compare. "
                "The plan stays as it is until you apply the what-if."
            ),
            self._window,
        )
        dialog.accepted.connect(lambda: self._make(dialog.name(), dialog.model_name(), select))
        dialog.open()

    def _make(self, name: str, model: str | None, select: str) -> None:
        self._document.edit_whole(
            self.tr("New what-if “{name}”").format(name=name),
            lambda whole: scenarios.add(whole, name, model),
            name,
        )
        if select:
            self._window.select(select)

    def ask_rename(self) -> None:
        """Ask for another name for the what-if on show."""
        from flexgui.views.scenario_dialogs import NameDialog

        shown = self._document.scenario
        if shown is None:
            return
        dialog = NameDialog(
            self.tr("Rename What-If"),
            shown,
            lambda name: scenarios.problem(self._document.whole, name, shown),
            parent=self._window,
        )
        dialog.accepted.connect(lambda: self._rename(shown, dialog.name()))
        dialog.open()

    def _rename(self, name: str, new_name: str) -> None:
        self._document.edit_whole(
            self.tr("Rename what-if “{name}”").format(name=name),
            lambda whole: scenarios.rename(whole, name, new_name),
            new_name,
        )

    def compare(self, name: str | None = None) -> None:
        """Open the comparison of the plan with a what-if: the one named, the one on show, or the newest."""
        self._commit()
        names = scenarios.names(self._document.whole)
        wanted = name or self._document.scenario or (names[-1] if names else None)
        if wanted is None:
            return
        if self.comparison is None:
            from flexgui.views.scenario_comparison import ComparisonDialog

            dialog = ComparisonDialog(self._document, wanted, self._window)
            dialog.object_requested.connect(self._go)
            dialog.apply_requested.connect(lambda found: self._apply(found))
            dialog.drop_requested.connect(lambda found: self.ask_drop(found))
            dialog.destroyed.connect(self._forget)
            self.comparison = dialog
            dialog.show()
        else:
            self.comparison.show_comparison(None, wanted)
        self.comparison.raise_()
        self.comparison.activateWindow()

    def _forget(self) -> None:
        self.comparison = None

    def _go(self, name: str, object_id: str, field: str) -> None:
        self.show(name or None)
        self._window.show_finding(object_id, field)

    def ask_apply(self, name: str | None = None) -> None:
        """Show what applying a what-if (by default the one on show) changes, and ask."""
        from flexgui.views.scenario_dialogs import ApplyDialog

        wanted = name or self._document.scenario
        if wanted is None:
            return
        self._commit()
        dialog = ApplyDialog(self._document, wanted, self._window)
        dialog.accepted.connect(lambda: self._apply(wanted))
        dialog.comparison_requested.connect(self.compare)
        dialog.open()

    def _apply(self, name: str) -> None:
        self._commit()
        text = self.tr("Apply what-if “{name}”").format(name=name)
        if self._document.edit_whole(text, lambda whole: scenarios.apply(whole, name)):
            self._tell(self.tr("“{name}” is the plan now. Undo takes it back.").format(name=name))

    def ask_drop(self, name: str | None = None) -> None:
        """Drop a what-if (by default the one on show); ask first where something was changed in it."""
        wanted = name or self._document.scenario
        if wanted is None:
            return
        self._commit()
        if scenarios.changed(self._document.whole, wanted) and not self._may_drop(wanted):
            return
        shown = self._document.scenario
        text = self.tr("Drop what-if “{name}”").format(name=wanted)
        self._document.edit_whole(
            text, lambda whole: scenarios.drop(whole, wanted), None if shown == wanted else shown
        )
        self._tell(self.tr("“{name}” is dropped. Undo brings it back.").format(name=wanted))

    def _may_drop(self, name: str) -> bool:
        box = message_box(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Drop What-If"))
        box.setText(self.tr("Drop the what-if “{name}”?").format(name=name))
        box.setInformativeText(self.tr("What was changed in it goes with it. The plan stays as it is."))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Yes | buttons.Cancel)
        box.button(buttons.Yes).setText(self.tr("&Drop"))
        box.setDefaultButton(buttons.Yes)
        answer = buttons(box.exec()) == buttons.Yes
        box.deleteLater()
        return answer

    # --- following the document and the selection

    def _follow(self) -> None:
        shown = self._document.scenario
        if shown is None:
            self.banner.show_text("", "")
        else:
            text = self.tr("“{name}” is on show. Edits leave the plan alone.")
            self.banner.show_text(self.tr("What-if"), text.format(name=shown))
        self._enable()

    def _enable(self) -> None:
        plan, shown = self._document.plan, self._document.scenario
        full = len(plan.scenarios) >= scenarios.MOST
        no_more = (
            self.tr("The plan has {count} what-ifs. Drop one first.").format(count=scenarios.MOST)
            if full
            else ""
        )
        none_shown = self.tr("Show a what-if first.") if shown is None else ""
        no_cluster = self.tr("Select a cluster first.") if self._cluster() is None else ""
        for name, reason in (
            ("whatif_new", no_more),
            ("whatif_cluster", no_more or no_cluster),
            ("whatif_plan", self.tr("The plan itself is on show.") if shown is None else ""),
            ("whatif_compare", "" if plan.scenarios else self.tr("Make a what-if first.")),
            ("whatif_apply", none_shown),
            ("whatif_rename", none_shown),
            ("whatif_drop", none_shown),
        ):
            self._actions.enable(name, reason)
        self._menu.setEnabled(bool(plan.scenarios))

    def _fill_menu(self) -> None:
        self._menu.clear()
        group = QActionGroup(self._menu)
        for number, name in enumerate((None, *scenarios.names(self._document.whole))):
            text = self.tr("The &Plan") if name is None else name.replace("&", "&&")
            if 1 <= number <= 9:
                text = f"&{number}  {text}"
            action = self._menu.addAction(text)
            action.setIcon(icon("plan" if name is None else "whatif"))
            action.setCheckable(True)
            action.setChecked(name == self._document.scenario)
            action.triggered.connect(lambda _=False, name=name: self.show(name))
            group.addAction(action)

    def _cluster(self) -> Cluster | None:
        place = find(self._document.plan, self._window.inventory.current_id() or None)
        return None if place is None else place.cluster

    def _commit(self) -> None:
        """Take over what was typed into a field and not yet left."""
        page = self._window.page()
        if page is not None:
            page.commit()

    def _tell(self, text: str) -> None:
        self._window.statusBar().showMessage(text, 6000)

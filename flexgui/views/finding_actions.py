"""What the actions of the menu Findings do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from flexgui.views.main_window import MainWindow


class FindingActions(QObject):
    """Connects the actions of the findings, which work from anywhere in the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        findings, actions = window.findings, window.actions_
        for name, slot in (
            ("next_finding", lambda: findings.step(1)),
            ("previous_finding", lambda: findings.step(-1)),
            ("show_finding", findings.show_current),
            ("fix_finding", findings.fix_selected),
            ("mute_finding", findings.ask_reason),
            ("unmute_finding", findings.unmute),
            ("muted_findings", findings.list_muted),
            ("filter_findings", self._filter),
        ):
            actions[name].triggered.connect(lambda _=False, slot=slot: slot())
        actions["explain_finding"].toggled.connect(self._explain)
        findings.told.connect(lambda text: window.statusBar().showMessage(text, 6000))
        window.document.findings_changed.connect(self._enable)
        self._enable()

    def _enable(self) -> None:
        window = self._window
        none = "" if window.document.findings.all else window.tr("There is no finding.")
        window.actions_.enable("next_finding", none)
        window.actions_.enable("previous_finding", none)
        unmuted = "" if window.document.plan.muted else window.tr("Nothing is muted.")
        window.actions_.enable("muted_findings", unmuted)

    def _filter(self) -> None:
        self._window.findings_dock.show()
        self._window.findings_dock.raise_()
        self._window.findings.focus_filter()

    def _explain(self, on: bool) -> None:
        if on:
            self._window.findings_dock.show()
        self._window.findings.set_explained(on)

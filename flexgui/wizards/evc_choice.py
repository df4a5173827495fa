"""Choosing an EVC mode: off, Intel or AMD; the modes that the release offers; what each costs."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QRadioButton,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from flexgui.evc.modes import EvcMode, ModeTable, maker
from flexgui.evc.pool import Member, names
from flexgui.evc.recommendation import ModeChoice, Recommendation, choices, recommend
from flexgui.evc.releases import offered_modes
from flexgui.evc.support import vendor_of
from flexgui.widgets.evidence_text import collect_sentences, no_modes
from flexgui.widgets.icons import icon
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.name_list import joined
from flexgui.widgets.tooltip import plain_tip
from flexgui.wizards.fitted_list import FittedList

_SETTERS = 3
"""Hosts that set the mode, as far as they are named."""

_NAMED = 30
"""Hosts that a tool tip names."""

MODE_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Question:
    """What the choice is about: the hosts, the modes, the release of vCenter, and the hosts' ESX releases."""

    members: tuple[Member, ...]
    modes: ModeTable
    release: str
    esx: tuple[str | None, ...] = ()

    def offered(self) -> tuple[EvcMode, ...]:
        return offered_modes(self.release, self.modes, esx=self.esx)

    def recommended(self) -> Recommendation | None:
        return recommend(self.members, self.modes, self.offered())

    def with_newer_esx(self) -> EvcMode | None:
        """What would be recommended if it were not for the hosts' ESX; None where that is no other mode."""
        now = self.recommended()
        then = recommend(self.members, self.modes, offered_modes(self.release, self.modes))
        if now is None or then is None or then.mode is None or then.mode == now.mode:
            return None
        return then.mode


class EvcChoice(QWidget):
    """The radio buttons and the list of modes. `chosen` is emitted with the key, or "" for EVC disabled.

    With hosts, each mode says how many allow it, which do not, and what it hides against the pool's best.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question: Question | None = None
        self._mode = ""
        self.off = QRadioButton(self.tr("&Disable EVC"))
        self.off.setObjectName("evc_off")
        self.vendors = {
            "intel": QRadioButton(self.tr("Enable EVC for &Intel® hosts")),
            "amd": QRadioButton(self.tr("Enable EVC for &AMD hosts")),
        }
        group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(16)
        for button in (self.off, *self.vendors.values()):
            group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        for vendor, button in self.vendors.items():
            button.setObjectName(f"evc_{vendor}")
            button.clicked.connect(lambda _checked=False, chosen=vendor: self._vendor_clicked(chosen))
        self.off.clicked.connect(lambda: self._choose(""))
        self.list = FittedList(
            "evc_modes",
            self.tr("EVC modes"),
            [self.tr("EVC mode"), self.tr("Allowed by"), self.tr("Lost against best")],
            4,
            7,
            frozenset({0}),
        )
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        best = self.tr("What the mode hides that the highest mode that all hosts allow, the best, shows")
        self.list.headerItem().setToolTip(2, best)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.itemSelectionChanged.connect(self._row_selected)
        self.advice = MessageLine()
        self.advice.setObjectName("evc_recommendation")
        self.collect = MessageLine()
        self.collect.setObjectName("evc_collect")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self.list)
        layout.addWidget(self.advice)
        layout.addWidget(self.collect)

    @property
    def mode(self) -> str:
        """The key of the chosen mode; empty while EVC is disabled."""
        return self._mode

    def show_choice(self, question: Question, mode: str | None) -> None:
        """Show a question with the answer as it stands. Emits nothing."""
        self._question = question
        self._mode = mode or ""
        found = question.modes.get(mode)
        vendor = found.vendor if found is not None else ""
        self.off.setChecked(not self._mode)
        if vendor in self.vendors:
            self.vendors[vendor].setChecked(True)
        for key, button in self.vendors.items():
            offered = any(m.vendor == key for m in question.offered())
            button.setEnabled(offered)
            why = self.tr("This release, or the ESX of a host, has no mode for {0} hosts.").format(maker(key))
            button.setToolTip("" if offered else why)
        self._fill(vendor)
        self._say()

    def _fill(self, vendor: str) -> None:
        question = self._question
        assert question is not None
        offered = [m for m in question.offered() if m.vendor == vendor]
        rows = list(reversed(choices(question.members, question.modes, offered)))
        self.list.blockSignals(True)
        if [self._key(n) for n in range(self.list.topLevelItemCount())] != [c.mode.key for c in rows]:
            self.list.clear()
            for choice in rows:
                item = QTreeWidgetItem()
                item.setData(0, MODE_ROLE, choice.mode.key)
                self.list.addTopLevelItem(item)
        recommended = question.recommended()
        best = recommended.mode.key if recommended is not None and recommended.mode is not None else None
        for number, choice in enumerate(rows):
            shown = self.list.topLevelItem(number)
            assert shown is not None
            self._show_choice(shown, choice, choice.mode.key == best)
            if choice.mode.key == self._mode and not shown.isSelected():
                self.list.setCurrentItem(
                    shown,
                    0,
                    QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
                )
        if not self._mode:
            self.list.clearSelection()
        self.list.blockSignals(False)
        self.list.fit()
        self.list.setEnabled(bool(vendor))
        self.list.setToolTip(
            "" if vendor else self.tr("Enable EVC for Intel® or AMD hosts to choose a mode.")
        )

    def _key(self, row: int) -> str:
        item = self.list.topLevelItem(row)
        return "" if item is None else str(item.data(0, MODE_ROLE))

    def _show_choice(self, item: QTreeWidgetItem, choice: ModeChoice, best: bool) -> None:
        total = len(choice.allowed) + len(choice.refused) + len(choice.unknown)
        item.setText(0, choice.mode.label + (self.tr("  (recommended)") if best else ""))
        if not total:
            item.setText(1, "–")
            item.setIcon(1, icon("unknown", "unknown"))
        else:
            text = self.tr("{0} of {1}").format(len(choice.allowed), total)
            if choice.unknown:
                text += self.tr(", {0} cannot tell").format(len(choice.unknown))
            if choice.refused:
                text += self.tr("; not by {0}").format(joined(names(choice.refused)))
            item.setText(1, text)
            state = ("error", "error") if choice.refused else ("ok", "ok")
            item.setIcon(
                1, icon(*(("unknown", "unknown") if choice.unknown and not choice.refused else state))
            )
        item.setText(2, ", ".join(choice.lost) or (self.tr("nothing: the best") if best else "–"))
        lines = [choice.mode.key]
        if choice.mode.label_in_paper:
            lines.append(self.tr("In the paper: {0}").format(choice.mode.label_in_paper))
        if not choice.mode.known:
            lines.append(
                self.tr("What this mode contains is not published: no host can be said to allow it.")
            )
        lines.append(self.tr("Features: {0}").format(choice.mode.requires_provenance))
        lines.append(
            self.tr("Offered since {0} ({1})").format(
                choice.mode.first_release or "–", choice.mode.first_release_provenance
            )
        )
        item.setToolTip(0, "\n".join(lines))
        item.setToolTip(1, plain_tip(self._who(choice)))
        if choice.lost:
            tip = item.text(2)
        elif best:
            tip = self.tr("The highest mode that all hosts allow: the others are compared with it.")
        elif choice.refused:
            tip = self.tr("Not all hosts allow this mode, so it is not compared.")
        else:
            tip = self.tr("There is nothing to compare it with, or nothing that it loses.")
        item.setToolTip(2, tip)

    def _who(self, choice: ModeChoice) -> list[str]:
        """Who allows a mode, who not, and of whom it cannot be told, by name."""
        return [
            text.format(joined(names(members), _NAMED))
            for text, members in (
                (self.tr("Allowed by {0}"), choice.allowed),
                (self.tr("Not by {0}"), choice.refused),
                (self.tr("Cannot tell of {0}"), choice.unknown),
            )
            if members
        ]

    def _say(self) -> None:
        """The recommendation with its reason; nothing without hosts."""
        question = self._question
        assert question is not None
        found = question.recommended()
        wanted = () if found is None else found.collect
        self.collect.set_message("unknown", "\n".join(collect_sentences(wanted)))
        if found is None:
            self.advice.set_message("info", self.tr("No host to go by yet, so no mode is recommended."))
            return
        if not found.has_modes:
            self.advice.set_message("warning", no_modes(found.vendor))
            return
        if found.mode is None:
            text = self.tr("No mode fits all {0} hosts for certain.").format(len(found.members))
            if found.possible is not None:
                text += " " + self.tr("Once what is unknown is collected, {0} may.").format(
                    found.possible.label
                )
            self.advice.set_message("warning", text)
            return
        text = self.tr("Recommended: {0}, the highest that all {1} hosts allow.").format(
            found.mode.label, len(found.members)
        )
        if found.setters:
            set_it = (
                self.tr("{0} sets the mode.") if len(found.setters) == 1 else self.tr("{0} set the mode.")
            )
            text += " " + set_it.format(joined(names(found.setters), _SETTERS))
        if found.others:
            text += " " + self.tr("{0} cannot be in one cluster with them under EVC.").format(
                joined(names(found.others))
            )
        if found.possible is not None and found.possible.key != found.mode.key:
            text += " " + self.tr("{0} is possible once what is unknown is collected.").format(
                found.possible.label
            )
        newer = question.with_newer_esx()
        if newer is not None:
            text += " " + self.tr("The ESX of the hosts sets the limit: newer ESX would allow {0}.").format(
                newer.label
            )
        self.advice.set_message("ok" if self._mode == found.mode.key else "info", text)

    def _vendor_clicked(self, vendor: str) -> None:
        """Choose the maker's recommended mode, or the highest offered where no host says anything."""
        question = self._question
        assert question is not None
        own = tuple(m for m in question.members if vendor_of(m.cpu, question.modes) in (None, vendor))
        offered = [m for m in question.offered() if m.vendor == vendor]
        found = recommend(own, question.modes, offered)
        mode = found.mode if found is not None and found.mode is not None else offered[0]
        self._choose(mode.key)

    def _row_selected(self) -> None:
        selected = self.list.selectedItems()
        if selected:
            self._choose(str(selected[0].data(0, MODE_ROLE)))

    def _choose(self, key: str) -> None:
        self._mode = key
        self.chosen.emit(key)

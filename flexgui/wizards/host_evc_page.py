"""What a new host means for the EVC mode of its cluster, and the offer to change it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout

from flexgui.evc.modes import EvcMode, maker
from flexgui.evc.pool import Member, names
from flexgui.evc.support import Answer, gains, vendor_of
from flexgui.plan.inventory import modes_of
from flexgui.rules.finding import Finding
from flexgui.widgets.evidence_text import collect_sentences, no_modes
from flexgui.widgets.labels import SecondaryLabel
from flexgui.widgets.message_line import MessageLine
from flexgui.widgets.name_list import joined
from flexgui.wizards import host_draft
from flexgui.wizards.host_draft import EvcAnswer, HostDraft, Weighing
from flexgui.wizards.host_step_page import HostStepPage, with_note
from flexgui.wizards.shell import DraftWizard, heading

LONGEST_FEATURES = 12


class HostEvcPage(HostStepPage):
    """Weighs the cluster's mode again with the new host."""

    step = "evc"

    def __init__(self, wizard: DraftWizard[HostDraft]) -> None:
        super().__init__(
            wizard,
            wizard.tr("VMware EVC"),
            wizard.tr("Does the cluster’s EVC mode still fit?"),
            wizard.tr("Intel's paper, fig. 27 and table 4"),
        )

    def build(self) -> None:
        self.effect = MessageLine()
        self.effect.setObjectName("evc_effect")
        self.body.addWidget(self.effect)
        self.counted = SecondaryLabel()
        self.counted.setObjectName("evc_counted")
        self.body.addWidget(self.counted)
        self.body.addWidget(heading(self.tr("The cluster’s mode")))
        column = QVBoxLayout()
        column.setSpacing(12)
        group = QButtonGroup(self)
        self.choices: dict[EvcAnswer, QRadioButton] = {}
        self.notes = {}
        answers: tuple[EvcAnswer, ...] = ("keep", "recommended", "disable")
        for answer in answers:
            button = QRadioButton()
            button.setObjectName(f"evc_{answer}")
            group.addButton(button)
            whole, self.notes[answer] = with_note(button)
            self.choices[answer] = button
            column.addWidget(whole)
            button.clicked.connect(lambda _checked=False, chosen=answer: self.change(evc=chosen))
        self.body.addLayout(column)

    def applies_not(self) -> str:
        return self.tr("A standalone host has no EVC mode.") if self.cluster is None else ""

    def load(self) -> None:
        self.choices[self.draft.evc].setChecked(True)

    def refresh(self) -> None:
        cluster = self.cluster
        if cluster is None:
            return
        weighing = host_draft.weigh(self.draft, self.before, cluster)
        severity, text = self._effect(weighing)
        if severity == "error" and self.draft.evc != "keep":
            severity = "info"  # it stands against the mode as it was, not against what was chosen
        self.effect.set_message(severity, text)
        coming = [each.name or each.source for each in self.draft.others_waiting]
        counted = self.tr("Counted as if they were in the cluster: {0}, weighed when it was made.")
        self.counted.setText(counted.format(joined(coming)))
        self.counted.setVisible(bool(coming))
        current, offer = weighing.current, weighing.offer
        texts: dict[EvcAnswer, tuple[str, str]] = {
            "keep": self._keep(current),
            "recommended": self._offer(weighing, current, offer),
            "disable": (
                self.tr("&Disable EVC"),
                self.tr(
                    "Compatibility is no longer enforced: virtual machines keep what they see until they are "
                    "powered off, and may then no longer move to every host."
                ),
            ),
        }
        for answer, (label, note) in texts.items():
            self.choices[answer].setText(label)
            self.choices[answer].setAccessibleDescription(note)
            self.notes[answer].setText(note)
        whole = self.choices["disable"].parentWidget()
        if whole is not None:
            whole.setVisible(cluster.evc_mode is not None)
        change = self.choices["recommended"]
        change.setEnabled(offer is not None)
        change.setToolTip("" if offer is not None else self.notes["recommended"].text())
        answer = self.draft.evc
        if answer == "recommended" and offer is None:
            answer = "keep"
        self.choices[answer].setChecked(True)

    def findings(self) -> Sequence[Finding]:
        wizard = self.wizard_of_host
        return self.shell.findings.in_step("evc", [wizard.parent_id, wizard.host_id, *wizard.vm_ids()])

    # The sentences.

    def _effect(self, weighing: Weighing) -> tuple[str, str]:
        """What the host means for the mode as it is."""
        host = self.draft.label or self.tr("This host")
        if self.draft.processor is None:
            text = self.tr(
                "The processor of {0} is not known, so it cannot be told which modes it allows. Go back to "
                "Processor and open a capture."
            )
            return "unknown", text.format(host)
        current, found = weighing.current, weighing.verdict
        if current is None or found is None:
            if weighing.offer is None:
                return "info", self.tr("EVC is disabled in the cluster.")
            text = self.tr("EVC is disabled in the cluster. With {0}, all its hosts allow {1}.")
            return "info", text.format(host, weighing.offer.label)
        if found.wrong_vendor:
            text = self.tr(
                "{0} has a processor of {1}; {2} is for {3} processors. It cannot be in this cluster while "
                "EVC is enabled."
            )
            makers = [maker(vendor_of(found.member.cpu, modes_of(self.before))), maker(current.vendor)]
            return "error", text.format(host, makers[0], current.label, makers[1])
        if found.answer is Answer.NO:
            text = self.tr("{0} does not allow {1}: it lacks {2}.")
            return "error", text.format(host, current.label, ", ".join(found.missing))
        if found.answer is Answer.UNKNOWN:
            if not found.unknown_leaves:
                text = self.tr(
                    "Cannot tell whether {0} allows {1}: what the mode contains is not published. Save "
                    "summary.maxEVCModeKey of the host from vCenter and open it on the Processor page."
                )
                return "unknown", text.format(host, current.label)
            text = self.tr(
                "Cannot tell whether {0} allows {1}; not known: {2}. Collect CPUID on the host itself, with "
                "leaf {3}, and open the capture on the Processor page."
            )
            what = joined(found.unknown, LONGEST_FEATURES) or self.tr("its maker")
            return "unknown", text.format(host, current.label, what, ", ".join(found.unknown_leaves))
        offer = weighing.offer
        if offer is not None and offer.includes(current):
            text = self.tr("{0} allows {1}, and all hosts would allow a higher mode: {2}.")
            return "info", text.format(host, current.label, offer.label)
        text = self.tr("{0} allows {1}.").format(host, current.label)
        if found.hidden:
            text += " " + self.tr("The mode hides {0} on it.").format(", ".join(found.hidden))
        return "ok", text

    def _keep(self, current: EvcMode | None) -> tuple[str, str]:
        if current is None:
            note = self.tr(
                "Nothing keeps virtual machines from using features that another host lacks; those cannot "
                "move there."
            )
            return self.tr("&Keep EVC disabled"), note
        return self.tr("&Keep {0}").format(current.label), self.tr("The cluster stays as it is.")

    def _offer(self, weighing: Weighing, current: EvcMode | None, offer: EvcMode | None) -> tuple[str, str]:
        found = weighing.recommendation
        wanted = () if found is None else found.collect
        collect = "".join(f" {said}" for said in collect_sentences(wanted))
        if offer is not None and found is not None:
            label = self.tr("Chan&ge to {0}") if current is not None else self.tr("&Enable {0}")
            note = self.tr("Recommended: the highest mode that {0}.").format(self._who(found.members))
            if found.setters and len(found.members) > 1:
                note += " " + self.tr("{0} sets it.").format(joined(names(found.setters)))
            if current is not None:
                note += self._difference(current, offer)
            return label.format(offer.label), note + collect
        label = self.tr("Chan&ge the mode")
        if found is None or len(weighing.unknown) == len(found.members):
            nothing = self.tr("No host’s processor is known, so there is nothing to recommend.")
            return label, nothing + collect
        if not found.has_modes:
            return label, no_modes(found.vendor)
        if found.others:
            note = self.tr("No mode fits processors of several makers ({0}).").format(
                joined(names((*found.members, *found.others)))
            )
        elif found.mode is None:
            note = self.tr("There is no mode that {0} for certain.").format(self._who(found.members))
            if found.possible is not None:
                note += " " + self.tr("{0} is possible.").format(found.possible.label)
        else:
            note = self.tr("There is nothing to change: {0} is the highest mode that {1}.")
            note = note.format(found.mode.label, self._who(found.members))
        return label, note + collect

    def _who(self, members: Sequence[Member]) -> str:
        """The end of "the highest mode that …"."""
        if len(members) == 1:
            return self.tr("{0} allows").format(members[0].name or self.tr("this host"))
        return self.tr("all {0} hosts allow").format(len(members))

    def _difference(self, current: EvcMode, offer: EvcMode) -> str:
        text = ""
        if lost := gains(offer, current):
            text += " " + self.tr("It hides {0} from virtual machines.").format(", ".join(lost))
        if won := gains(current, offer):
            text += " " + self.tr("Virtual machines gain {0} once they were powered off and on.").format(
                ", ".join(won)
            )
        return text

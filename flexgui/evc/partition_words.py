"""What a suggested partition means, in words: for the command line as they are, for the window translated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from flexgui.evc.modes import EvcMode, ModeTable, maker
from flexgui.evc.partition import (
    WORTH_IT,
    FleetHost,
    Gain,
    LeftOut,
    OpenQuestion,
    Partition,
    Suggestion,
    changes,
)
from flexgui.evc.pool import UNKNOWN, Member, Unsettled
from flexgui.evc.to_collect import SAYS, settle
from flexgui.translate import QT_TRANSLATE_NOOP, fill

CONTEXT: Final = "Suggest"
"""The translation context of the templates below."""

MOST_NAMES: Final = 6
Translate = Callable[[str, str], str]
"""Takes a translation context and an English template, as `QCoreApplication.translate` does."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence and how heavily it weighs."""

    severity: Literal["ok", "info", "warning", "unknown"]
    text: str


def english(context: str, text: str) -> str:
    return text


class Words:
    """Speaks of a fleet that was weighed against a table of modes; `translate` translates the templates."""

    def __init__(self, hosts: Sequence[FleetHost], modes: ModeTable, translate: Translate = english) -> None:
        self._hosts, self._modes, self._translate = hosts, modes, translate

    def _tr(self, text: str) -> str:
        return self._translate(CONTEXT, text)

    def maker(self, suggestion: Suggestion) -> str:
        """`Intel`; "Maker unknown" where it is."""
        if suggestion.vendor == "unknown":
            return self._tr(QT_TRANSLATE_NOOP("Suggest", "Maker unknown"))
        return maker(suggestion.vendor)

    def hosts(self, count: int) -> str:
        one = QT_TRANSLATE_NOOP("Suggest", "1 host")
        many = QT_TRANSLATE_NOOP("Suggest", "{count} hosts")
        return self._tr(one if count == 1 else many).format(count=count)

    def clusters(self, count: int) -> str:
        one = QT_TRANSLATE_NOOP("Suggest", "1 cluster")
        many = QT_TRANSLATE_NOOP("Suggest", "{count} clusters")
        return self._tr(one if count == 1 else many).format(count=count)

    def names(self, numbers: Sequence[int]) -> str:
        """The first few names, and how many more there are."""
        shown = ", ".join(self._hosts[number].name for number in numbers[:MOST_NAMES])
        more = len(numbers) - MOST_NAMES
        return f"{shown} … (+{more})" if more > 0 else shown

    def gain(self, suggestion: Suggestion, k: int) -> str:
        """What k clusters do for the hosts beyond what one fewer does: `keeps SSE41, SSE42 on 12 hosts`."""
        before = suggestion.partition(k - 1) if k > 1 else None
        found = changes(before, suggestion.partition(k))
        if not found:
            return self._tr(QT_TRANSLATE_NOOP("Suggest", "gains nothing"))
        return "; ".join(self._change(gain, first=before is None) for gain in found)

    def sentence(self, suggestion: Suggestion, k: int) -> str:
        """The same as a sentence: `A second cluster keeps SSE41, SSE42 on 12 hosts.`"""
        return self.sentence_of(suggestion.partition(k), k, self.gain(suggestion, k))

    def sentence_of(self, partition: Partition, k: int, gain: str) -> str:
        """The sentence around what `gain` said."""
        if not partition.clusters:
            return self._tr(QT_TRANSLATE_NOOP("Suggest", "No cluster can be made."))
        begin = (
            QT_TRANSLATE_NOOP("Suggest", "One cluster {gain}."),
            QT_TRANSLATE_NOOP("Suggest", "A second cluster {gain}."),
            QT_TRANSLATE_NOOP("Suggest", "A third cluster {gain}."),
            QT_TRANSLATE_NOOP("Suggest", "A fourth cluster {gain}."),
            QT_TRANSLATE_NOOP("Suggest", "Cluster number {k} {gain}."),
        )
        return self._tr(begin[min(k, len(begin)) - 1]).format(k=k, gain=gain)

    def _change(self, gain: Gain, *, first: bool) -> str:
        hosts = self.hosts(len(gain.hosts))
        if gain.after is None:
            return self._tr(QT_TRANSLATE_NOOP("Suggest", "leaves out {hosts}")).format(hosts=hosts)
        if gain.before is None and first:
            text = QT_TRANSLATE_NOOP("Suggest", "keeps {number} features on {hosts}")
            return self._tr(text).format(number=len(gain.gained), hosts=hosts)
        if gain.before is None:
            text = QT_TRANSLATE_NOOP("Suggest", "has room for {hosts}, with {number} features")
            return self._tr(text).format(number=len(gain.gained), hosts=hosts)
        parts = []
        if gain.gained:
            text = QT_TRANSLATE_NOOP("Suggest", "keeps {features} on {hosts}")
            parts.append(self._tr(text).format(features=", ".join(gain.gained), hosts=hosts))
        if gain.lost:
            text = QT_TRANSLATE_NOOP("Suggest", "loses {features} on {hosts}")
            parts.append(self._tr(text).format(features=", ".join(gain.lost), hosts=hosts))
        return ", ".join(parts)

    def advice(self, suggestion: Suggestion) -> str:
        """Which number of clusters is proposed, and why; the choice is the reader's."""
        best, proposed = suggestion.partitions[-1], suggestion.partition(suggestion.recommended_k)
        k, useful = suggestion.recommended_k, suggestion.useful_k
        if not best.clusters:
            return self._tr(QT_TRANSLATE_NOOP("Suggest", "No host can be in a cluster with EVC."))
        if useful == 1:
            text = QT_TRANSLATE_NOOP("Suggest", "Proposed: 1 cluster. More clusters would keep nothing more.")
            return self._tr(text)
        if k == useful:
            text = QT_TRANSLATE_NOOP(
                "Suggest", "Proposed: {clusters}. They keep all that EVC modes can keep; more gain nothing."
            )
            return self._tr(text).format(clusters=self.clusters(k))
        following = suggestion.partition(k + 1)
        more = following.features_kept - proposed.features_kept
        if more >= WORTH_IT * best.features_kept:
            text = QT_TRANSLATE_NOOP(
                "Suggest",
                "Proposed: {clusters}. One more would keep {more} features more ({percent} % of all), but "
                "leave a host alone in a cluster. Beyond {most}, nothing is gained.",
            )
        else:
            text = QT_TRANSLATE_NOOP(
                "Suggest",
                "Proposed: {clusters}. One more would keep only {more} features more ({percent} % of all). "
                "Beyond {most}, nothing is gained.",
            )
        percent = f"{100 * more / best.features_kept:.1f}"
        return self._tr(text).format(
            clusters=self.clusters(k), more=more, percent=percent, most=self.clusters(useful)
        )

    def remarks(self, suggestion: Suggestion, k: int) -> list[Remark]:
        """What to know before k clusters are made: hosts alone, hosts left out and why, what to collect."""
        found = suggestion.partition(k)
        remarks = [Remark("warning", self._alone(c.mode, c.hosts)) for c in found.clusters if c.alone]
        explained = {number for left in suggestion.left_out for number in left.hosts}
        others = [number for number in found.unplaced if number not in explained]
        if others:
            text = QT_TRANSLATE_NOOP(
                "Suggest",
                "{names}: no mode in common with the others in so few clusters. Allow one more cluster.",
            )
            remarks.append(Remark("warning", self._tr(text).format(names=self.names(others))))
        for left in suggestion.left_out:
            remarks += self._left_out(left)
        for question in suggestion.open_questions:
            remarks += self._collect(question)
        if suggestion.open_questions and found.possible > found.features_kept:
            text = QT_TRANSLATE_NOOP(
                "Suggest",
                "If all that turns out well, as many clusters keep {possible} features, not {kept}.",
            )
            said = self._tr(text).format(possible=found.possible, kept=found.features_kept)
            remarks.append(Remark("info", said))
        placed = (number for cluster in found.clusters for number in cluster.hosts)
        assumed = sorted(number for number in placed if self._hosts[number].kind == "brand")
        if assumed:
            text = QT_TRANSLATE_NOOP(
                "Suggest",
                "{names}: assumed by the name of the processor, not measured. Capture CPUID on the host "
                "before you rely on it.",
            )
            remarks.append(Remark("info", self._tr(text).format(names=self.names(assumed))))
        if not suggestion.exact:
            text = QT_TRANSLATE_NOOP(
                "Suggest", "There are too many modes to weigh all sets of them: this may not be the best."
            )
            remarks.append(Remark("warning", self._tr(text)))
        return remarks

    def _alone(self, mode: EvcMode, hosts: Sequence[int]) -> str:
        text = QT_TRANSLATE_NOOP(
            "Suggest",
            "{name} would be alone in the cluster with {mode}: vSphere HA needs at least 2 hosts, and no "
            "virtual machine could move. Add a host of its kind, or allow fewer clusters.",
        )
        return self._tr(text).format(name=self.names(hosts), mode=mode.label)

    def _left_out(self, left: LeftOut) -> list[Remark]:
        names = self.names(left.hosts)
        if left.reason == "no processor" or left.reason == "maker unknown":
            template = SAYS["processor" if left.reason == "no processor" else "maker"]
            return [Remark("unknown", fill(self._translate("Collect", template), {"hosts": names}))]
        if left.reason == "cannot tell":
            text = QT_TRANSLATE_NOOP("Suggest", "{names}: no mode is certain, so they are in no cluster.")
            return [Remark("warning", self._tr(text).format(names=names)), *self._collect(left)]
        if left.reason == "maker without modes":
            text = QT_TRANSLATE_NOOP(
                "Suggest", "{names}: there is no EVC mode for processors of this maker. Leave EVC off there."
            )
        elif left.reason == "not offered":
            text = QT_TRANSLATE_NOOP(
                "Suggest",
                "{names}: this release, or the ESX of the host, has none of the modes that the processor "
                "supports, such as {mode}. Plan for a newer release.",
            )
        elif left.missing == ("NX",):
            text = QT_TRANSLATE_NOOP(
                "Suggest",
                "{names}: no mode fits without NX (Execute Disable). Enable it in the BIOS, then cut and "
                "restore AC power.",
            )
        else:
            text = QT_TRANSLATE_NOOP(
                "Suggest", "{names}: no mode fits; {mode} is the closest, but {missing} is missing."
            )
        mode = left.mode.label if left.mode is not None else ""
        said = self._tr(text).format(names=names, mode=mode, missing=", ".join(left.missing))
        return [Remark("warning", said)]

    def _collect(self, open_: LeftOut | OpenQuestion) -> list[Remark]:
        """What to collect from which host to settle what cannot be told."""
        if open_.mode is None:
            return []
        members = []
        for number in open_.hosts:
            host = self._hosts[number]
            members.append(Member(host.name, host.cpu or UNKNOWN, host.kind, host.esx_release))
        question = Unsettled(tuple(members), (open_.mode.key,), open_.unknown, open_.unknown_leaves)
        said = [each.said() for each in settle([question], self._modes)]
        return [Remark("unknown", fill(self._translate("Collect", s.template), s.parameters)) for s in said]

"""What the cells of findings say, each made once: when it is first drawn, sorted by or searched."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flexgui.document import Document
from flexgui.plan.inventory import find
from flexgui.rules.finding import Finding
from flexgui.widgets import finding_text, words
from flexgui.widgets.severity import severity_word


class FindingTexts:
    """The texts of findings, which stay the same objects from edit to edit, kept by identity.

    `plan_word` is what a finding about the plan as a whole is about.
    """

    def __init__(self, document: Document, plan_word: str) -> None:
        self._document = document
        self._plan_word = plan_word
        self._kept: dict[tuple[str, int], tuple[Finding, str]] = {}
        self._datacenters: tuple[str, ...] = ()

    def forget(self, alive: Collection[Finding]) -> None:
        """Let go of the findings that are gone, and of paths whose datacenter has another name.

        A finding about what is in a cluster is made anew when the cluster's name changes.
        """
        datacenters = tuple(datacenter.name for datacenter in self._document.plan.datacenters)
        if datacenters != self._datacenters or len(self._kept) > 8 * len(alive) + 1000:
            self._datacenters, self._kept = datacenters, {}

    def message(self, finding: Finding) -> str:
        """What is."""
        return self._once("message", finding, finding_text.message)

    def path(self, finding: Finding) -> str:
        """Where the object is: its names from the datacenter down."""
        return self._once("path", finding, self._path)

    def name(self, finding: Finding) -> str:
        """What the object is called, then what it is in: names that differ stand where nothing is cut off."""
        return self._once("name", finding, self._name)

    def advice(self, finding: Finding) -> str:
        """What to do."""
        return self._once("advice", finding, finding_text.advice)

    def searched(self, finding: Finding) -> str:
        """All that the filter looks at, in lower case."""
        return self._once("searched", finding, self._searched)

    def by(self, column: int, text: Callable[[Finding], str]) -> Callable[[Finding], str]:
        """The text of a column for sorting by it: in lower case, and made once."""
        kind = f"column {column}"
        return lambda finding: self._once(kind, finding, lambda found: text(found).casefold())

    def _path(self, finding: Finding) -> str:
        place = find(self._document.plan, finding.subject.object_id)
        return place.path() if place is not None else self._plan_word

    def _name(self, finding: Finding) -> str:
        place = find(self._document.plan, finding.subject.object_id)
        if place is None:
            return self._plan_word
        chain = [words.label(place.object)]
        if place.host is not None and place.object is not place.host:
            chain.append(place.host.label)
        if place.cluster is not None and place.object is not place.cluster:
            chain.append(place.cluster.name)
        return " · ".join(chain)

    def _searched(self, finding: Finding) -> str:
        parts = (
            finding_text.message(finding),
            self.path(finding),
            finding.rule,
            finding.severity.value,
            severity_word(finding.severity.value),
            finding.muted or "",
        )
        return " ".join(parts).lower()

    def _once(self, kind: str, finding: Finding, text: Callable[[Finding], str]) -> str:
        key = kind, id(finding)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = finding, text(finding)
        return kept[1]

"""A host's licence: what it lacks, and where none is given.

`Subject.field` names a field of the host.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from flexgui.cpuid.catalogue import rows
from flexgui.evc.releases import at_least
from flexgui.rules.finding import Severity, Subject
from flexgui.rules.rule import Hit, HostView, rule
from flexgui.translate import QT_TRANSLATE_NOOP


@cache
def _editions() -> dict[str, dict[str, str]]:
    """By edition, whether it has HA, EVC (vMotion), DRS and DPM: `yes`, `no`, or the first release."""
    return {
        edition: {"HA": ha, "EVC": vmotion, "DRS": drs, "DPM": dpm}
        for edition, ha, vmotion, drs, dpm, _ in rows("license_editions.tsv")
    }


@rule(
    "host.license-lacks",
    "host",
    Severity.WARNING,
    says=QT_TRANSLATE_NOOP(
        "rules", "The licence of {host}, {edition}, lacks {features}, which the cluster uses."
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Assign a licence that has them, or switch them off."),
    source="paper, figure 34; license_editions.tsv",
)
def license_lacks(view: HostView) -> Iterator[Hit]:
    """The edition of a host's licence lacks HA, DRS, DPM or EVC (vMotion), and its cluster uses it."""
    cluster, edition = view.cluster, view.host.license_edition
    if cluster is None or edition is None:
        return
    used = {
        "HA": cluster.ha.enabled,
        "DRS": cluster.drs.enabled,
        "DPM": cluster.dpm.enabled,
        "EVC": cluster.evc_mode is not None,
    }
    has = _editions()[edition]
    lacking = [name for name, on in used.items() if on and not _included(has[name], view.facts.release)]
    if lacking:
        parameters = {"host": view.host.label, "edition": edition, "features": tuple(lacking)}
        yield Hit(Subject(view.host.id, "license_edition"), parameters)


def _included(text: str, release: str) -> bool:
    return text == "yes" or (text != "no" and at_least(release, text))


@rule(
    "host.evaluation",
    "host",
    Severity.INFO,
    says=QT_TRANSLATE_NOOP(
        "rules", "No licence is given for {host}: if it runs in evaluation mode, that ends after 60 days."
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules",
        "Note its licence, or assign one before then: afterwards the host disconnects and starts no "
        "machines.",
    ),
    source="paper, figure 34",
)
def evaluation(view: HostView) -> Iterator[Hit]:
    """A host has neither a licence key nor a known edition."""
    if not view.host.license_key and view.host.license_edition is None:
        yield Hit(Subject(view.host.id, "license_key"), {"host": view.host.label})

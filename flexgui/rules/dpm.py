"""Distributed Power Management: hosts that can be woken again.

`Subject.field` is of the cluster (`dpm.enabled`) or of the host.
"""

from __future__ import annotations

from collections.abc import Iterator

from flexgui.rules.finding import Severity, Subject
from flexgui.rules.rule import ClusterView, Hit, HostView, rule
from flexgui.translate import QT_TRANSLATE_NOOP

RESOURCES = "vSphere Resource Management, DPM"


@rule(
    "dpm.power-management",
    "host",
    Severity.TODO,
    says=(
        QT_TRANSLATE_NOOP("rules", "{host} has neither IPMI nor iLO nor Wake-on-LAN: DPM cannot wake it."),
        QT_TRANSLATE_NOOP(
            "rules", "It is not known whether {host} can be woken by IPMI, iLO or Wake-on-LAN."
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP("rules", "Set up one of them, or exclude the host from DPM."),
        QT_TRANSLATE_NOOP("rules", "Look at the host's power management settings and note which one it has."),
    ),
    source="paper, figure 26 (additional hardware)",
)
def power_management(view: HostView) -> Iterator[Hit]:
    """DPM is on and a host has no hardware to be woken by, or it is not known whether it has."""
    if view.cluster is None or not view.cluster.dpm.enabled:
        return
    if view.host.power_management in (None, "none"):
        unknown = int(view.host.power_management is None)
        subject = Subject(view.host.id, "power_management")
        yield Hit(subject, {"host": view.host.label}, template=unknown, remedy=unknown)


@rule(
    "dpm.standby-exit",
    "host",
    Severity.WARNING,
    says=(
        QT_TRANSLATE_NOOP("rules", "{host} has never been brought back from standby."),
        QT_TRANSLATE_NOOP("rules", "The last attempt to bring {host} back from standby failed."),
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules",
        "Test it while DPM is off: enter standby and power on; then look at Last Time Exited Standby.",
    ),
    source=RESOURCES,
)
def standby_exit(view: HostView) -> Iterator[Hit]:
    """DPM is on and a host's exit from standby was never tested, or failed."""
    if view.cluster is None or not view.cluster.dpm.enabled:
        return
    if view.host.last_standby_exit in ("never", "failed"):
        failed = int(view.host.last_standby_exit == "failed")
        yield Hit(Subject(view.host.id, "last_standby_exit"), {"host": view.host.label}, template=failed)


@rule(
    "dpm.experimental",
    "cluster",
    Severity.WARNING,
    says=QT_TRANSLATE_NOOP("rules", "DPM is on in {cluster}, and {release} has it for experiments only."),
    remedy=QT_TRANSLATE_NOOP("rules", "Switch DPM off, or use vSphere 4.0 or newer."),
    source="paper, text to figure 26; releases.tsv (4.0)",
    reads=(),
)
def experimental(view: ClusterView) -> Iterator[Hit]:
    """DPM is on in a release before vSphere 4.0."""
    if view.cluster.dpm.enabled and not view.facts.at_least("4.0"):
        parameters = {"cluster": view.cluster.name, "release": view.facts.release_name}
        yield Hit(Subject(view.cluster.id, "dpm.enabled"), parameters)

"""Enhanced vMotion Compatibility: the mode that all hosts of a cluster support, where it is another.

`Subject.field` is `evc_mode` of the cluster.
"""

from __future__ import annotations

from collections.abc import Iterator

from flexgui.evc.releases import offered_modes
from flexgui.evc.support import Answer
from flexgui.rules.finding import Severity, Subject
from flexgui.rules.rule import ClusterView, Hit, rule
from flexgui.translate import QT_TRANSLATE_NOOP


@rule(
    "evc.common-mode",
    "cluster",
    Severity.INFO,
    says=QT_TRANSLATE_NOOP(
        "rules",
        "The highest EVC mode that every host of {cluster} supports for certain is {best}; features of "
        "{mode} are missing on {without}.",
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Choose {best}, or leave out or mend {without}."),
    source="CPUID captures against evc_modes.json",
    reads=["cpu", "esx_release"],
)
def common_mode(view: ClusterView) -> Iterator[Hit]:
    """Hosts lack features of the cluster's EVC mode, and there is a mode that all hosts have in common.

    Only modes that the release offers and the hosts' ESX knows. Quiet while a processor is not known, or is
    by another maker, and where no mode is certain for all.
    """
    mode, facts = view.mode(), view.facts
    names = {host.cpu for host in view.hosts}
    if mode is None or not names or not names <= facts.cpus.keys():
        return
    cpus = {name: facts.cpus[name] for name in names if name is not None}
    lacking = {name for name, cpu in cpus.items() if facts.support(cpu, mode).answer is Answer.NO}
    if not lacking or any(facts.vendor(cpu) != mode.vendor for cpu in cpus.values()):
        return
    esx = {host.esx_release for host in view.hosts}
    offered = offered_modes(facts.release, facts.modes, mode.vendor, esx)
    best = facts.modes.highest(
        each
        for each in offered
        if all(facts.support(cpu, each).answer is Answer.YES for cpu in cpus.values())
    )
    if best is not None:
        parameters = {
            "cluster": view.cluster.name,
            "best": best.label,
            "mode": mode.label,
            "without": tuple(host.label for host in view.hosts if host.cpu in lacking),
        }
        yield Hit(Subject(view.cluster.id, "evc_mode"), parameters)

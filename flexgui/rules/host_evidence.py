"""What the sources of a host's processor say, one against the other.

`Subject.field` is `cpu`.
"""

from __future__ import annotations

from collections.abc import Iterator

from flexgui.evc.evidence import SAYS, About
from flexgui.rules.finding import Severity, Subject
from flexgui.rules.rule import Hit, HostView, rule
from flexgui.translate import QT_TRANSLATE_NOOP

_ORDER: tuple[About, ...] = tuple(SAYS)
_REMEDY: dict[About, int] = {"maker": 0, "generation": 0, "brand": 0, "features": 1, "mode": 2, "modes": 3}


@rule(
    "host.sources-disagree",
    "host",
    Severity.WARNING,
    says=tuple(SAYS.values()),
    remedy=(
        QT_TRANSLATE_NOOP(
            "rules",
            "One of them is of another host, or of the hardware before a change: collect both again, CPUID "
            "with cpuid -r on the host itself, and remove the wrong one.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "BIOS settings or microcode changed between the two, or one is of another host: capture CPUID on "
            "the host again with cpuid -r, and remove the older one.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "BIOS settings or microcode changed between the two, or one is of another host: read "
            "maxEVCModeKey from vCenter again, and capture CPUID on the host with cpuid -r.",
        ),
        QT_TRANSLATE_NOOP(
            "rules", "One of them is of another host: read maxEVCModeKey of this host from vCenter again."
        ),
    ),
    source="CPUID capture, maxEVCModeKey and brand string of one host",
)
def sources_disagree(view: HostView) -> Iterator[Hit]:
    """Two sources of a host's processor contradict each other.

    Registers count more than names of features, these more than the mode that a vCenter measured, and that
    more than the name that the processor is sold by. Makers, generations or models differ; a feature is there
    for one and missing for the other; a measured mode requires what another source knows to be missing; two
    measured modes exclude each other. A measured mode that is lower than what registers prove is none: a
    vCenter never reports a mode newer than itself.
    """
    host = view.host
    for found in view.facts.disagreements(host):
        names = [each.source for each in host.evidence]
        yield Hit(
            Subject(host.id, "cpu"),
            found.parameters(host.label, names),
            template=_ORDER.index(found.about),
            remedy=_REMEDY[found.about],
        )

"""What a host's processor is known from, what is open, and what to collect, in the language of the window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication

from flexgui.evc.evidence import SAYS, EvidenceKind, disagreements
from flexgui.evc.modes import MAKERS, ModeTable, maker
from flexgui.evc.support import Assessment
from flexgui.evc.to_collect import ToCollect
from flexgui.plan.evidence import Source
from flexgui.translate import fill
from flexgui.widgets.processor_text import highest_mode


def tr(text: str) -> str:
    return QCoreApplication.translate("EvidenceText", text)


def kind_word(kind: EvidenceKind) -> str:
    """What a source rests on, in a word or two."""
    return {
        "registers": tr("CPUID registers"),
        "features": tr("Names of features"),
        "maxEVCModeKey": tr("Measured by vCenter"),
        "brand": tr("Name of the processor"),
    }[kind]


def says(source: Source, assessment: Assessment) -> str:
    """What one source alone says: the generation and the highest mode."""
    generation = source.cpu.generation
    parts = [] if generation is None else [generation.name]
    if source.cpu.vendor in MAKERS or source.cpu.vendor is None:
        parts.append(tr("EVC mode: {mode}").format(mode=highest_mode(source.cpu, assessment)))
    else:
        parts.append(no_modes(source.cpu.vendor))
    if source.assumed:
        parts.append(tr("assumed, not measured"))
    return "; ".join(parts)


def no_modes(vendor: str | None) -> str:
    """For hosts by a maker that has no EVC modes."""
    return tr("There is no EVC mode for processors by {maker}.").format(maker=maker(vendor))


def collect_sentences(wanted: Iterable[ToCollect]) -> list[str]:
    """What to collect from which hosts, a sentence each."""
    said = (each.said() for each in wanted)
    return [fill(QCoreApplication.translate("Collect", each.template), each.parameters) for each in said]


def contradictions(name: str, sources: Sequence[Source], modes: ModeTable) -> list[str]:
    """Where the sources of a host contradict each other, a sentence each."""
    if len(sources) < 2:
        return []
    files = [source.source for source in sources]
    found = disagreements([(source.kind, source.cpu) for source in sources], modes)
    return [
        fill(QCoreApplication.translate("rules", SAYS[each.about]), each.parameters(name, files))
        for each in found
    ]

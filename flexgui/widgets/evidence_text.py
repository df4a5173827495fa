"""What a host's processor is known from, what is open, and what to collect, in the language of the window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication

from flexgui.evc.evidence import SAYS, disagreements
from flexgui.evc.modes import MAKERS, ModeTable, maker
from flexgui.evc.pool import NO_MAKER, VendorPool
from flexgui.evc.series import branded
from flexgui.evc.support import Assessment
from flexgui.evc.to_collect import ToCollect
from flexgui.plan.evidence import Source
from flexgui.translate import fill
from flexgui.widgets import words
from flexgui.widgets.processor_text import highest_mode, short_mode_name


def tr(text: str) -> str:
    return QCoreApplication.translate("EvidenceText", text)


def says(source: Source, assessment: Assessment) -> str:
    """What one source alone says of the EVC modes."""
    if source.cpu.vendor is not None and source.cpu.vendor not in MAKERS:
        return no_modes(source.cpu.vendor)
    text = tr("EVC mode: {mode}").format(mode=highest_mode(source.cpu, assessment))
    return tr("{what} (assumed)").format(what=text) if source.assumed else text


def source_line(source: Source, assessment: Assessment) -> str:
    """One source in one line: what it rests on, where it comes from, what it says."""
    generation = source.cpu.generation
    parts = [says(source, assessment)] if generation is None else [generation.name, says(source, assessment)]
    return f"{words.word('evidence', source.kind)}: {source.source}: {'; '.join(parts)}"


def may_be(sources: Sequence[Source]) -> str:
    """Which series an ambiguous name may mean; "" where the name decides, or something stronger does."""
    if any(source.cpu.signature is not None for source in sources):
        return ""
    for source in sources:
        found = branded(source.cpu.brand).candidates if source.kind in ("brand", "maxEVCModeKey") else ()
        if len(found) > 1:
            text = tr("“{brand}” may be {candidates}. Capture CPUID on the host with cpuid -r to tell which.")
            names = tr(" or ").join(each.code_name for each in found)
            return text.format(brand=source.cpu.brand, candidates=names)
    return ""


def no_modes(vendor: str | None) -> str:
    """For hosts by a maker that has no EVC modes."""
    return tr("There is no EVC mode for processors by {maker}.").format(maker=maker(vendor))


def certain_and_possible(pool: VendorPool) -> str:
    """The highest mode that is certain for a pool, and what it may be once what is open is known."""
    if pool.possible is None or pool.vendor == NO_MAKER:
        return tr("No mode is certain for all hosts.")
    possible = short_mode_name(pool.possible)
    if pool.highest is None:
        return tr("No mode is certain for all hosts; {mode} is possible.").format(mode=possible)
    return tr("Certain for all hosts: {mode}. Possible: {possible}.").format(
        mode=short_mode_name(pool.highest), possible=possible
    )


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

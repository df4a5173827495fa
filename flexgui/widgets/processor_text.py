"""What is known of a host's processor, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.masking import masking
from flexgui.cpuid.silicon import advice, hidden
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.releases import releases
from flexgui.evc.support import Assessment, Support, assess
from flexgui.plan.values import Host


def tr(text: str) -> str:
    return QCoreApplication.translate("ProcessorText", text)


class Assessments:
    """Processors weighed against the modes of one plan; each distinct one is weighed once."""

    def __init__(self) -> None:
        self._modes: ModeTable | None = None
        self._known: dict[str, tuple[Cpu, Assessment]] = {}

    def of(self, cpu: Cpu, modes: ModeTable) -> Assessment:
        if modes is not self._modes:
            self._modes, self._known = modes, {}
        found = self._known.get(cpu.fingerprint)
        if found is None or found[0] is not cpu:
            found = cpu, assess(cpu, modes)
            self._known[cpu.fingerprint] = found
        return found[1]


def cpu_name(cpu: Cpu | None) -> str:
    """The processor's name without the signs and padding of brand strings."""
    if cpu is None:
        return tr("Not known")
    name = cpu.name()
    for noise in ("(R)", "(TM)", "(tm)", "CPU "):
        name = name.replace(noise, "")
    return " ".join(name.split())


def short_cpu_name(cpu: Cpu | None) -> str:
    """The processor's name without its maker and its clock."""
    return tr("Not known") if cpu is None else cpu.short_name()


def generation_name(cpu: Cpu | None) -> str:
    """The silicon, or "Cannot tell"."""
    if cpu is None or cpu.generation is None:
        return tr("Cannot tell")
    return cpu.generation.name


def mode_name(mode: EvcMode | None) -> str:
    """A mode's label as vSphere writes it; "None" for no mode."""
    return tr("None") if mode is None else mode.label


def short_mode_name(mode: EvcMode | None) -> str:
    """A mode's label for a narrow column: `Westmere`, `Opteron Gen. 3`, `Zen 2`."""
    if mode is None:
        return tr("None")
    return mode.short_label


def highest_mode(cpu: Cpu | None, assessment: Assessment | None) -> str:
    """The highest mode of a processor, with what it could be where that cannot be told."""
    if cpu is None or assessment is None:
        return tr("Cannot tell")
    sure, possible = assessment.highest, assessment.possible
    if possible is not None and (sure is None or possible.key != sure.key):
        if sure is None:
            return tr("Cannot tell, at most {mode}").format(mode=short_mode_name(possible))
        return tr("{mode}, perhaps {possible}").format(
            mode=short_mode_name(sure), possible=short_mode_name(possible)
        )
    return short_mode_name(sure)


def evidence(host: Host, cpu: Cpu | None) -> str:
    """Where the processor's registers come from."""
    if cpu is None:
        return tr("No processor is known. Add a capture of the host, or an inventory that names it.")
    source = host.cpu_source or tr("source not stated")
    if len(host.evidence) > 1:
        text = tr("{count} sources; what the stronger ones say counts.").format(count=len(host.evidence))
        if host.cpu_assumed:
            text += " " + tr("What they leave open is assumed from the name.")
    elif host.cpu_assumed and cpu.max_evc_mode is not None:
        text = tr("Assumed, not measured, but for the highest EVC mode: {source}").format(source=source)
    elif host.cpu_assumed:
        text = tr("Assumed, not measured: {source}").format(source=source)
    elif cpu.measured:
        text = tr("Measured: {source}").format(source=source)
    elif cpu.present or cpu.absent:
        text = tr("Known by names of features: {source}").format(source=source)
    else:
        text = tr("Known by the highest EVC mode that a vCenter measured: {source}").format(source=source)
    if cpu.hypervisor:
        text += "\n" + tr(
            "Captured inside a virtual machine: what is missing may be hidden. Capture on the host itself."
        )
    return text


def masking_text(cpu: Cpu | None) -> str:
    """The mechanism that hides CPUID bits from applications under binary translation, with its source."""
    found = masking(cpu) if cpu is not None else None
    if found is None:
        return tr("Cannot tell: the processor’s signature is not known.")
    if found.mechanism is None:
        text = tr("None: applications under binary translation see every feature.")
    elif found.registers is None:
        text = tr("{mechanism}, all leaves").format(mechanism=found.mechanism)
    else:
        registers = ", ".join(
            f"{leaf:X}.{('EAX', 'EBX', 'ECX', 'EDX')[number]}" for leaf, _, number in sorted(found.registers)
        )
        text = f"{found.mechanism} ({registers})"
    return f"{text}\n{tr('Source: {source}').format(source=found.provenance)}"


def support_reason(support: Support) -> str:
    """Why a mode is or is not supported."""
    if support.missing:
        return tr("Lacks {features}").format(features=", ".join(support.missing))
    if support.unknown and not support.unknown_leaves:
        return tr("Not known: {features}. No capture shows it.").format(features=", ".join(support.unknown))
    if support.unknown:
        return tr("Not known: {features}. The capture lacks leaf {leaves}.").format(
            features=", ".join(support.unknown), leaves=", ".join(support.unknown_leaves)
        )
    if support.answer.value == "cannot tell":
        return tr("It is not published which features this mode requires.")
    if support.answer.value == "no":
        return tr("It is a mode of another maker.")
    return tr("All required features are present.")


def hidden_advice(cpu: Cpu, support: Support) -> list[str]:
    """What to do about features that a mode lacks and that the silicon has for certain, a sentence each."""
    found = [each for each in hidden(cpu) if each.feature in support.missing]
    return [
        QCoreApplication.translate("Silicon", template).format_map(parameters)
        for template, parameters in advice(found)
    ]


def first_offered(mode: EvcMode) -> str:
    """Which release of vCenter was the first to offer a mode, and how far that is known; "" if not at all."""
    release = releases().get(mode.first_release or "")
    if release is None:
        return ""
    if mode.first_release_provenance == "documented":
        return tr("First offered by {release} (documented)").format(release=release.name)
    return tr("First offered by {release}, as far as recalled: not verified").format(release=release.name)

"""What the CPUID tree says in sentences: the lines on top, the details of a row, the reason of every "?"."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from flexgui.cpuid.catalogue import Field, catalogue
from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.registers import REGISTER_NAMES
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.visibility import HYPERVISOR, Bit, FieldView, Visibility
from flexgui.plan.values import Cluster, Host
from flexgui.views.cpuid_rows import Cell, Column, Kind, Look, Row, at_run_time, lacks_required
from flexgui.widgets.name_list import joined

translate = QCoreApplication.translate
MANY = 12
"""How many names a sentence lists at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What the tree is about. `mode`: the cluster's, even where it is another maker's."""

    host: Host
    cpu: Cpu
    cluster: Cluster | None
    mode: EvcMode | None
    modes: ModeTable
    view: Visibility


# --- The lines on top ---


def mode_line(subject: Subject, rows: list[Row]) -> tuple[str, str]:
    """(severity, sentence): which mode it is and what it hides on this host."""
    cluster, mode, view = subject.cluster, subject.mode, subject.view
    if cluster is None:
        return "info", translate("CpuidTree", "No EVC mode: the host is standalone, so nothing is masked.")
    if cluster.evc_mode is None:
        return "info", translate(
            "CpuidTree", "No EVC mode: EVC is disabled on {cluster}, so nothing is masked."
        ).format(cluster=cluster.name)
    if mode is None:
        return "unknown", translate(
            "CpuidTree",
            "The mode {mode} of {cluster} is not known here. Choose another, or read the modes "
            "from a vCenter.",
        ).format(mode=cluster.evc_mode, cluster=cluster.name)
    if view.mode is None:
        return "error", translate(
            "CpuidTree",
            "{mode} of {cluster} is a mode for another maker's processors: no mask applies. "
            "Move the host to another cluster.",
        ).format(mode=mode.label, cluster=cluster.name)
    name = translate("CpuidTree", "{label} ({key})").format(label=mode.label, key=mode.key)
    if not mode.known:
        return "unknown", translate(
            "CpuidTree",
            "{mode} on {cluster}: what this mode contains is not published. Read the modes from "
            "a vCenter to see what it hides.",
        ).format(mode=name, cluster=cluster.name)
    fields = [row for row in rows if row.kind is Kind.FIELD]
    lacking = [row.name for row in fields if row.view is not None and lacks_required(view, row.view)]
    if lacking:
        return "error", translate(
            "CpuidTree",
            "{mode} on {cluster} requires what this host lacks: {names}. Choose a lower mode, or "
            "leave this host out.",
        ).format(mode=name, cluster=cluster.name, names=joined(lacking, MANY))
    hidden = [row.name for row in fields if row.hidden]
    unsure = sum(row.unsure for row in fields)
    if hidden:
        text = translate(
            "CpuidTree", "{mode} on {cluster}. Features hidden on this host: {count} ({names})."
        ).format(mode=name, cluster=cluster.name, count=len(hidden), names=joined(hidden, MANY))
    else:
        text = translate(
            "CpuidTree", "{mode} on {cluster} hides nothing of what this host is known to have."
        ).format(mode=name, cluster=cluster.name)
    if unsure:
        text += " " + translate(
            "CpuidTree", "Of {count} more it is not known whether they are hidden."
        ).format(count=unsure)
    return "masked" if hidden else "ok", text


def mode_source(subject: Subject) -> str:
    """Where the contents of the mode come from."""
    mode = subject.view.mode
    if mode is None or not mode.known:
        return ""
    return translate(
        "CpuidTree", "What the mode requires: {requires}. What else it shows: {exposes}."
    ).format(
        requires=mode.requires_provenance or translate("CpuidTree", "not stated"),
        exposes=mode.exposes_provenance or translate("CpuidTree", "not stated"),
    )


def mechanism_line(subject: Subject) -> tuple[str, str]:
    """(severity, sentence): whether the processor can mask CPUID in hardware, and whom that fools."""
    found, name = subject.view.masking, subject.cpu.short_name()
    if found is None:
        return "unknown", translate(
            "CpuidTree",
            "Whether {cpu} can mask CPUID in hardware is not known: its family and model say "
            "nothing that is listed.",
        ).format(cpu=name)
    if found.mechanism is None:
        text = translate("CpuidTree", "{cpu} cannot mask CPUID in hardware ({source}); {consequence}")
        consequence = (
            translate("CpuidTree", "applications under binary translation see all of it.")
            if subject.view.binary_translation
            else translate("CpuidTree", "under VT-x or AMD-V the hypervisor answers CPUID itself.")
        )
        severity = "warning" if subject.view.binary_translation else "info"
        return severity, text.format(cpu=name, source=found.provenance, consequence=consequence)
    covered = translate("CpuidTree", "all leaves")
    if found.registers is not None:
        places = sorted(found.registers)
        covered = ", ".join(
            f"{leaf:X}{f'.{subleaf:X}' if subleaf else ''}.{REGISTER_NAMES[register]}"
            for leaf, subleaf, register in places
        )
    return "", translate(
        "CpuidTree", "Masking in hardware: {mechanism}, covering {covered} ({source})."
    ).format(mechanism=found.mechanism, covered=covered, source=found.provenance)


def evidence_line(subject: Subject) -> tuple[str, str]:
    """(severity, sentence): what to keep in mind of where the registers come from; ("", "") for nothing."""
    cpu, host = subject.cpu, subject.host
    if host.cpu_assumed and not cpu.measured:
        return "unknown", translate(
            "CpuidTree",
            "The processor is assumed from the list, not measured. Import a capture of {host} to "
            "see its registers.",
        ).format(host=host.label)
    if cpu.hypervisor:
        return "unknown", translate(
            "CpuidTree",
            "Captured inside a virtual machine: what is missing here may be masked. Capture on "
            "the host itself.",
        )
    if not cpu.measured:
        return "unknown", translate(
            "CpuidTree",
            "Known by feature names only, no register was measured. Import a capture of {host} "
            "to see the rest.",
        ).format(host=host.label)
    if cpu.differing:
        return "warning", translate(
            "CpuidTree", "Not all cores of the host have {names}. Compare microcode and BIOS settings."
        ).format(names=joined(cpu.differing, MANY))
    return "", ""


# --- The details of a row ---


def details(row: Row, subject: Subject) -> str:
    """All there is to say of a row, for the line below the tree and for tooltips."""
    if row.kind is Kind.FIELD and row.view is not None:
        return " ".join(_field_sentences(row.view, subject))
    if row.kind is Kind.REGISTER:
        return " ".join(_register_sentences(row, subject))
    text = translate("CpuidTree", "Leaf {leaf}").format(leaf=row.text()) + "."
    if row.hidden:
        text += " " + translate("CpuidTree", "Bits masked: {count}.").format(count=row.hidden)
    if row.key not in subject.cpu.table:
        text += " " + _no_leaf(row.key[0], row.key[1], subject)
    return text


def _field_sentences(view: FieldView, subject: Subject) -> list[str]:
    found = view.field
    said = [f"{found.name}, {found.place()}."]
    aliases = catalogue().aliases(found.name)
    if aliases:
        said.append(translate("CpuidTree", "Also called {names}.").format(names=", ".join(aliases)))
    if view.hardware is None:
        said.append(_unknown_hardware(found, subject))
    special = at_run_time(found)
    if special:
        said.append(
            translate(
                "CpuidTree",
                "Set at run time ({kind}): it says nothing of the processor, and each virtual "
                "machine has its own.",
            ).format(kind=special)
        )
        return said
    if not found.flag:
        said.append(
            translate(
                "CpuidTree",
                "A number: EVC modes govern features only; what virtual machines read here is "
                "up to the hypervisor.",
            )
        )
        return said
    if found.name in subject.cpu.differing:
        said.append(translate("CpuidTree", "Not all cores of the host have it."))
    said += _mask_sentences(view, subject)
    return said


def _mask_sentences(view: FieldView, subject: Subject) -> list[str]:
    mode, name = subject.view.mode, view.field.name
    if mode is None and view.hardware == 1 and view.kernel is None:
        return [
            translate(
                "CpuidTree",
                "Without EVC the hypervisor alone decides whether virtual machines see it, "
                "and no public source says.",
            )
        ]
    if mode is None or view.baseline is Bit.FREE:
        return []
    said = []
    first = subject.modes.introduced_by(name, mode.vendor)
    origin = (
        ""
        if first is None or first.key == mode.key or view.baseline is Bit.ONE
        else translate("CpuidTree", "{name} comes with {first}; the cluster's mode is {mode}.").format(
            name=name, first=first.key, mode=mode.key
        )
    )
    if view.masked:
        said.append(
            translate("CpuidTree", "Masked: the host has it, the guest kernel reads 0.") + " " + origin
        )
        said.append(_application_sentence(view, subject))
    elif lacks_required(subject.view, view):
        said.append(
            translate(
                "CpuidTree",
                "{mode} requires it and the host lacks it. Choose a lower mode, or leave this host out.",
            ).format(mode=mode.key)
        )
    elif view.masked is None and view.baseline is Bit.ZERO:
        said.append(translate("CpuidTree", "If the host has it, it is masked.") + " " + origin)
    elif view.masked is None:
        said.append(
            translate(
                "CpuidTree",
                "It is not known whether {mode} masks it: no public source says. Read the modes "
                "from a vCenter.",
            ).format(mode=mode.key)
        )
    elif view.hardware == 0:
        said.append(translate("CpuidTree", "The host does not have it: there is nothing to mask."))
    else:
        said.append(translate("CpuidTree", "{mode} lets virtual machines see it.").format(mode=mode.key))
    return [sentence.strip() for sentence in said]


def _application_sentence(view: FieldView, subject: Subject) -> str:
    if view.masked_by == HYPERVISOR:
        return translate(
            "CpuidTree",
            "Applications read 0 too: under VT-x or AMD-V the hypervisor answers CPUID. Code that "
            "uses the instructions without asking still runs.",
        )
    if view.masked_by == "?":
        return translate("CpuidTree", "Whether the hardware hides it from applications is not known.")
    if view.masked_by:
        return translate("CpuidTree", "Applications read 0 too: {mechanism} masks it in hardware.").format(
            mechanism=view.masked_by
        )
    return translate(
        "CpuidTree",
        "Applications still see it: under binary translation their CPUID runs on the hardware, "
        "and {cpu} cannot mask this register.",
    ).format(cpu=subject.cpu.short_name())


def _unknown_hardware(found: Field, subject: Subject) -> str:
    cpu = subject.cpu
    if cpu.may_be_masked and not cpu.hypervisor and (found.leaf, found.subleaf) in cpu.table:
        return translate(
            "CpuidTree",
            "Cannot tell: the capture lacks leaf 1, which says whether it was taken inside a virtual machine."
            " Capture the host again with all leaves (cpuid -r).",
        )
    if cpu.hypervisor and (found.leaf, found.subleaf) in cpu.table:
        return translate(
            "CpuidTree",
            "Cannot tell: the capture was taken inside a virtual machine, where the feature may "
            "be masked. Capture on the host itself.",
        )
    return _no_leaf(found.leaf, found.subleaf, subject)


def _no_leaf(leaf: int, subleaf: int, subject: Subject) -> str:
    if subject.host.cpu_assumed:
        return translate(
            "CpuidTree", "Cannot tell: the processor is assumed, not measured. Import a capture of the host."
        )
    place = f"{leaf:X}" + (f".{subleaf:X}" if subleaf else "")
    return translate(
        "CpuidTree",
        "Cannot tell: the capture lacks leaf {leaf}. Capture the host again with all leaves (cpuid -r).",
    ).format(leaf=place)


def _register_sentences(row: Row, subject: Subject) -> list[str]:
    leaf, subleaf, register = row.key
    place = f"{leaf:X}" + (f".{subleaf:X}" if subleaf else "")
    said = [f"{place}.{REGISTER_NAMES[register]}: {row.cell(Column.HARDWARE).text}."]
    if row.cell(Column.HARDWARE).look is Look.UNKNOWN:
        said = [f"{place}.{REGISTER_NAMES[register]}.", _no_leaf(leaf, subleaf, subject)]
    if row.key not in catalogue().feature_registers:
        said.append(translate("CpuidTree", "Numbers: EVC modes do not govern this register."))
        return said
    if row.mask:
        said.append(translate("CpuidTree", "Mask {mask}").format(mask=row.mask) + ".")
    if row.unsure:
        said.append(
            translate("CpuidTree", "Bits of which it is not known whether they are masked: {count}.").format(
                count=row.unsure
            )
        )
    return said


def spoken(row: Row, column: int) -> str:
    """A cell for a screen reader: no sign without a word."""
    cell: Cell = row.cell(column)
    if column == Column.FIELD:
        masked = row.kind is Kind.FIELD and row.hidden
        return row.text() + (", " + translate("CpuidTree", "masked") if masked else "")
    if cell.look is Look.UNKNOWN:
        return translate("CpuidTree", "cannot tell")
    if cell.look is Look.MASKED and row.kind is Kind.FIELD:
        if column == Column.MASK:
            return translate("CpuidTree", "masked: 1 becomes 0")
        return translate("CpuidTree", "{value}, masked").format(value=cell.text)
    if cell.look is Look.EXPOSED and column == Column.APPLICATION:
        return translate("CpuidTree", "{value}, not masked for applications").format(value=cell.text)
    if cell.look is Look.LACKING and column == Column.BASELINE:
        return translate("CpuidTree", "{value}, which the host lacks").format(value=cell.text)
    if cell.text == "–":
        return translate("CpuidTree", "nothing")
    return cell.text


def absent_sentence(found: Field, subject: Subject) -> str:
    """Why a search for a field that exists finds no row of this host."""
    return translate("CpuidTree", "{name} is in {place}, a leaf that this processor does not have.").format(
        name=found.name, place=found.place()
    )

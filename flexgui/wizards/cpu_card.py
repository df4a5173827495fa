"""What a processor is and what it can do, in a few lines, with where that is known from."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.masking import masking
from flexgui.evc.evidence import disagreements
from flexgui.evc.modes import MAKERS
from flexgui.evc.releases import offers, releases
from flexgui.evc.support import Assessment, assess
from flexgui.plan.inventory import modes_of
from flexgui.plan.values import Plan
from flexgui.widgets.evidence_text import may_be, no_modes, source_line
from flexgui.widgets.form import Form
from flexgui.widgets.labels import SecondaryLabel, WrapLabel
from flexgui.widgets.message_line import MessageLine
from flexgui.wizards.host_draft import Processor


class CpuCard(QFrame):
    """A processor: what it is (silicon) and what it can do (highest mode) are two answers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cpu_card")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.setAccessibleName(self.tr("Summary of the processor"))
        self.none = SecondaryLabel(
            self.tr("Not known yet. The host can be planned, but its EVC mode cannot be told.")
        )
        self.none.setObjectName("cpu_none")
        self.facts = QWidget()
        form = Form(self.facts)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(6)
        self.rows = {
            name: self._row(form, name, label)
            for name, label in (
                ("name", self.tr("Processor")),
                ("silicon", self.tr("Silicon")),
                ("mode", self.tr("Highest EVC mode")),
                ("masking", self.tr("Can hide features by")),
            )
        }
        self.evidence = MessageLine()
        self.evidence.setObjectName("cpu_evidence")
        self.notes = [MessageLine() for _ in range(5)]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.none)
        layout.addWidget(self.facts)
        layout.addWidget(self.evidence)
        for note in self.notes:
            layout.addWidget(note)

    def _row(self, form: Form, name: str, label: str) -> WrapLabel:
        value = WrapLabel()
        value.setObjectName(f"cpu_{name}")
        caption: QLabel = form.add_field(label, value)
        caption.setEnabled(True)
        return value

    def show_processor(self, processor: Processor | None, plan: Plan) -> None:
        """Show a processor as this plan's modes and release weigh it; None where it is not known."""
        self.none.setVisible(processor is None)
        self.facts.setVisible(processor is not None)
        if processor is None:
            self.evidence.clear()
            for note in self.notes:
                note.clear()
            return
        cpu = processor.cpu
        found = assess(cpu, modes_of(plan))
        self.rows["name"].setText(cpu.name())
        self.rows["silicon"].setText(self._silicon(cpu))
        self.rows["mode"].setText(self._mode(cpu, found))
        self.rows["masking"].setText(self._masking(cpu))
        self._show_evidence(processor, plan)
        ambiguous = may_be(processor.evidence)
        texts = self._notes(cpu, found, plan)
        if ambiguous:
            texts.insert(0, ("unknown", ambiguous))
        for number, note in enumerate(self.notes):
            if number < len(texts):
                note.set_message(*texts[number])
            else:
                note.clear()

    def _show_evidence(self, processor: Processor, plan: Plan) -> None:
        """What the processor is known from, the strongest source first."""
        sources = processor.evidence
        if len(sources) > 1:
            modes = modes_of(plan)
            lines = [source_line(each, assess(each.cpu, modes)) for each in sources]
            if processor.assumed:
                lines.append(self.tr("What they leave open is assumed from the name."))
            clear = not disagreements([(each.kind, each.cpu) for each in sources], modes)
            severity = "warning" if processor.assumed else "ok" if clear else "info"
            self.evidence.set_message(severity, "\n".join(lines))
            return
        text = {
            "registers": self.tr("Measured: {0}."),
            "features": self.tr("Known by names of features, not by registers: {0}."),
            "maxEVCModeKey": self.tr("Measured by vCenter, as its highest EVC mode: {0}."),
            "brand": self.tr("Assumed, not measured, from the {0}. Replace it by a capture."),
        }[sources[0].kind]
        if processor.assumed and sources[0].kind == "maxEVCModeKey":
            text = self.tr(
                "Assumed, not measured, but for the highest EVC mode: {0}. Replace it by a capture."
            )
        self.evidence.set_message("warning" if processor.assumed else "ok", text.format(processor.source))

    def _silicon(self, cpu: Cpu) -> str:
        generation, signature = cpu.generation, cpu.signature
        name = generation.name if generation is not None else self.tr("not known")
        return f"{name} ({signature})" if signature is not None else name

    def _masking(self, cpu: Cpu) -> str:
        found = masking(cpu)
        if found is None:
            return self.tr("cannot tell")
        return found.mechanism or self.tr("nothing: under binary translation, applications see everything")

    def _mode(self, cpu: Cpu, found: Assessment) -> str:
        if found.highest is not None:
            text = found.highest.label
            if found.possible is not None and found.possible.key != found.highest.key:
                text += self.tr("; perhaps up to {0}").format(found.possible.label)
            return text
        if found.possible is not None:
            return self.tr("cannot tell; perhaps up to {0}").format(found.possible.label)
        if cpu.vendor is None:
            return self.tr("cannot tell: the maker is not known")
        return self.tr("none") if cpu.vendor in MAKERS else no_modes(cpu.vendor)

    def _notes(self, cpu: Cpu, found: Assessment, plan: Plan) -> list[tuple[str, str]]:
        notes: list[tuple[str, str]] = []
        if cpu.hypervisor:
            text = self.tr(
                "This was captured inside a virtual machine: what is missing may only be masked. Capture on "
                "the host itself."
            )
            notes.append(("warning", text))
        if cpu.differing:
            text = self.tr(
                "The cores differ in {0}; only what all have counts. Update microcode and firmware, then "
                "capture again."
            )
            notes.append(("warning", text.format(", ".join(cpu.differing))))
        if found.highest is not None and not offers(plan.release, found.highest):
            text = self.tr("{0} does not offer that mode yet.").format(releases()[plan.release].name)
            notes.append(("info", text))
        gap = found.missing_for_next, found.unknown_for_next
        step = next((s for s in found.supports if any(gap) and (s.missing, s.unknown) == gap), None)
        if step is not None:
            for features, text in (
                (step.missing, self.tr("For {0} it lacks {1}.")),
                (step.unknown, self.tr("For {0} it cannot be told whether it has {1}.")),
            ):
                if features:
                    notes.append(("info", text.format(step.mode.label, ", ".join(features))))
        return notes

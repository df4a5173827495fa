"""What a mode hides on a host, bit by bit, and who is fooled: the guest's kernel, and its applications.

Under binary translation a guest kernel's CPUID is intercepted while an application's runs on the hardware
(paper, "The Migration Issue"); under VT-x and AMD-V every CPUID exits to the hypervisor.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from flexgui.cpuid.catalogue import Field, RegisterKey, catalogue
from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.mask_string import MaskString
from flexgui.cpuid.masking import Masking, masking
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.releases import at_least, releases

HYPERVISOR = "hypervisor"
"""Masked by the hypervisor, which answers CPUID itself."""


def binary_translation_allowed(release: str) -> bool:
    """Whether virtual machines may run by binary translation; a release that is not known is a newer one.

    Source: `resources/releases.tsv`, 6.5.
    """
    return release in releases() and not at_least(release, "6.7")


def binary_translation_usual(release: str) -> bool:
    """Whether binary translation is what virtual machines of a release run by unless told otherwise.

    The world of the paper, VMware Infrastructure 3.5 ("The Migration Issue").
    """
    return release in releases() and not at_least(release, "4.0")


class Bit(Enum):
    """What is known of one bit."""

    ONE = "1"
    ZERO = "0"
    UNKNOWN = "?"
    FREE = "–"

    @classmethod
    def of(cls, value: bool | None) -> Bit:
        return cls.UNKNOWN if value is None else cls.ONE if value else cls.ZERO


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of one host under a mode.

    `baseline`: what the mode lets virtual machines see; FREE where modes do not govern the field or there is
    no mode, UNKNOWN where it is not known whether the mode masks it. `masked`: the hardware has the feature
    and the mode hides it (None: cannot tell). `masked_by`: who hides it from applications, empty for nobody.
    """

    field: Field
    hardware: int | None
    baseline: Bit
    masked: bool | None
    kernel: int | None
    application: int | None
    masked_by: str


class Visibility:
    """A processor under an EVC mode (or none), for virtual machines that run by one monitor mode.

    `binary_translation`: whether guests run by binary translation and direct execution; otherwise VT-x or
    AMD-V. Field values are the field's number (0 or 1 for flags), None where the capture cannot tell.
    """

    def __init__(self, cpu: Cpu, mode: EvcMode | None, modes: ModeTable, *, binary_translation: bool) -> None:
        self.cpu = cpu
        self.mode = mode if mode is not None and mode.vendor == cpu.vendor else None
        self.masking: Masking | None = masking(cpu)
        self.binary_translation = binary_translation
        self._governed = modes.governed.get(cpu.vendor or "", frozenset())
        if self.mode is not None and self.mode.hides is not None:
            self._governed |= modes.masked.get(cpu.vendor or "", frozenset())
        requires = self.mode.requires if self.mode is not None else None
        self._shown = None if requires is None else {*requires, *(self.mode.exposes_also or ())}  # type: ignore[union-attr]
        self._states: dict[RegisterKey, tuple[int, int]] = {}

    def baseline(self, field: Field) -> Bit:
        """What the mode gives virtual machines of a field.

        Modes govern the registers of feature flags, not what describes caches, counters and topology.
        """
        if self.mode is None or not field.flag or field.run_time or field.name == "HYPERVISOR":
            return Bit.FREE
        if field.key not in catalogue().feature_registers:
            return Bit.FREE
        if self._shown is None:
            return Bit.UNKNOWN
        if field.name in self._shown:
            return Bit.ONE
        return Bit.ZERO if field.name in self._governed else Bit.UNKNOWN

    def hardware(self, field: Field) -> int | None:
        """The field's value as measured; for a feature known only by name 0 or 1; None where unknown.

        The field need not be one of the catalogue's.
        """
        if not field.flag or field.run_time or field.name == "HYPERVISOR":
            value = self.cpu.table.register(*field.key)
            return None if value is None else (value & field.mask) >> field.bit
        if field.key not in self._states:
            self._states[field.key] = self.cpu.register_state(field.key)
        value, known = self._states[field.key]
        return (value & field.mask) >> field.bit if known & field.mask else None

    def field(self, field: Field) -> FieldView:
        """One field with all that the CPUID tree shows of it."""
        hardware, baseline = self.hardware(field), self.baseline(field)
        masked: bool | None = False
        if baseline is Bit.ZERO:
            masked = None if hardware is None else hardware == 1
        elif baseline is Bit.UNKNOWN:
            masked = False if hardware == 0 else None
        kernel = 0 if masked else hardware if masked is False else None
        if masked is None and baseline is Bit.ZERO:
            kernel = 0
        if self.mode is None and hardware == 1 and self._up_to_the_hypervisor(field):
            # vSphere hides some features of its own accord (VMX without nested virtualization, for one).
            application = hardware if self.binary_translation else None
            return FieldView(field, hardware, baseline, False, None, application, "")
        application, masked_by = kernel, HYPERVISOR if masked else ""
        if self.binary_translation:
            if self.masking is None:
                # Whether hardware could hide it is open; what the hardware lacks, nobody sees.
                application = hardware if masked is False else None
                masked_by = "?" if masked else ""
            elif not self.masking.covers(field.key):
                application, masked_by = hardware, ""
            elif masked:
                masked_by = self.masking.mechanism or ""
        return FieldView(field, hardware, baseline, masked, kernel, application, masked_by)

    def _up_to_the_hypervisor(self, field: Field) -> bool:
        """A feature that no mode governs: without EVC no public source says whether guests get it."""
        if not field.flag or field.run_time or field.name == "HYPERVISOR" or not self._governed:
            return False
        return field.key in catalogue().feature_registers and field.name not in self._governed

    def hidden_bits(self, key: RegisterKey) -> int:
        """The bits of a register that the hardware has and the mode is known to hide."""
        return sum(f.mask for f in catalogue().in_register(*key) if f.flag and self.field(f).masked)

    def mask_string(self, key: RegisterKey) -> MaskString:
        """The mask that the mode puts on a register of this host, in vSphere's notation."""
        return MaskString.hiding(self.hidden_bits(key))

"""Vendor, brand, family, model and stepping; and the silicon that a signature names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flexgui.cpuid.catalogue import rows
from flexgui.cpuid.registers import EAX, EBX, ECX, EDX, CpuidTable

VENDORS = {
    "GenuineIntel": "intel",
    "AuthenticAMD": "amd",
    "HygonGenuine": "hygon",
    "CentaurHauls": "centaur",
    "  Shanghai  ": "zhaoxin",
}
"""Vendor identification strings of leaf 0 (Intel SDM, AMD APM; Linux arch/x86/kernel/cpu for the others)."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Display family, display model and stepping."""

    family: int
    model: int
    stepping: int

    @classmethod
    def decode(cls, eax: int) -> Signature:
        """Decode 1.EAX as the Intel SDM (CPUID, figure "Version Information") and the AMD APM compute it.

        The extended family counts where the base family is 15; the extended model where it is 15 or 6.
        """
        base_family, family = eax >> 8 & 0xF, eax >> 8 & 0xF
        model = eax >> 4 & 0xF
        if base_family == 0xF:
            family += eax >> 20 & 0xFF
        if base_family in (0x6, 0xF):
            model |= (eax >> 16 & 0xF) << 4
        return cls(family, model, eax & 0xF)

    def __str__(self) -> str:
        """As the Intel SDM writes it: `06_2FH stepping 2`."""
        return f"{self.family:02X}_{self.model:02X}H stepping {self.stepping}"


def _text(*registers: int) -> str:
    raw = b"".join(register.to_bytes(4, "little") for register in registers)
    return "".join(chr(byte) if 32 <= byte < 127 else "" for byte in raw.split(b"\0", 1)[0])


def vendor_string(table: CpuidTable) -> str | None:
    """The twelve letters of leaf 0 (EBX, EDX, ECX), or None where the capture lacks it."""
    registers = table.get(0)
    return None if registers is None else _text(registers[EBX], registers[EDX], registers[ECX])


def vendor(table: CpuidTable) -> str | None:
    """The vendor in EVC's spelling (`intel`, `amd`), another maker's name, or None where it is not known."""
    text = vendor_string(table)
    return None if text is None else VENDORS.get(text, text.strip().lower() or None)


def brand(table: CpuidTable) -> str:
    """The brand string of leaves 80000002h to 80000004h with its padding folded; may be empty."""
    parts = [table.get(leaf) for leaf in (0x8000_0002, 0x8000_0003, 0x8000_0004)]
    if any(part is None for part in parts):
        return ""
    return " ".join(_text(*(register for part in parts if part for register in part)).split())


def signature(table: CpuidTable) -> Signature | None:
    """Family, model and stepping from 1.EAX, or None where the capture lacks it."""
    eax = table.register(1, 0, EAX)
    return None if eax is None else Signature.decode(eax)


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation of silicon, and where the signature's meaning comes from."""

    name: str
    provenance: str


@cache
def _generations() -> dict[tuple[str, int], list[tuple[range, range, Generation]]]:
    table: dict[tuple[str, int], list[tuple[range, range, Generation]]] = {}
    for maker, family, models, steppings, name, provenance in rows("processor_generations.tsv"):
        entry = span(models), span(steppings), Generation(name, provenance)
        table.setdefault((maker, int(family, 16)), []).append(entry)
    return table


def span(text: str) -> range:
    """`2a`, `10-1f` (hexadecimal, inclusive) or `*`."""
    if text == "*":
        return range(0x100)
    first, _, last = text.partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)


def generation(maker: str | None, signature: Signature | None) -> Generation | None:
    """The silicon generation that a signature names, or None where the table does not know it.

    This is what the processor is, not what it can do: a Pentium P6100 is Westmere silicon and supports no
    more than the Merom mode. Source: `resources/processor_generations.tsv`.
    """
    if maker is None or signature is None:
        return None
    for models, steppings, found in _generations().get((maker, signature.family), ()):
        if signature.model in models and signature.stepping in steppings:
            return found
    return None

"""The register at which a migration fails, as vSphere names it: "CPUID level 0x1 register 'ecx'"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from flexgui.cpuid.catalogue import RegisterKey, catalogue, rows
from flexgui.cpuid.mask_string import MaskString
from flexgui.cpuid.registers import ECX, EDX, FULL, REGISTER_NAMES
from flexgui.evc.guest_features import Bits
from flexgui.evc.packed import Packed, feature_registers
from flexgui.evc.releases import at_least, releases
from flexgui.translate import fill


@dataclass(frozen=True, slots=True)
class Failing:
    """A register with the features that stand in the way.

    `host_bits`: what the destination offers (`x`: not known). `required`: what the virtual machine needs,
    1 and 0, `x` where nothing is needed.
    """

    key: RegisterKey
    features: tuple[str, ...]
    host_bits: MaskString
    required: MaskString

    @property
    def level(self) -> str:
        """The CPUID level as vSphere writes it: `0x1`, `0x80000001`."""
        return f"0x{self.key[0]:x}"

    @property
    def register(self) -> str:
        """`ecx`."""
        return REGISTER_NAMES[self.key[2]].lower()

    @property
    def fault(self) -> str:
        """vSphere's fault class for the register (recalled; `resources/vsphere_faults.tsv`)."""
        return {(1, 0, ECX): "CpuIncompatible1ECX", (0x8000_0001, 0, EDX): "CpuIncompatible81EDX"}.get(
            self.key, "CpuIncompatible"
        )

    def place(self) -> str:
        """`CPUID level 0x1 register 'ecx'`, with the subleaf where it is not 0."""
        level = f"{self.level}.{self.key[1]:x}" if self.key[1] else self.level
        return f"CPUID level {level} register '{self.register}'"


def first_failing(in_the_way: Packed, needed: Bits, found: Bits) -> Failing | None:
    """The first register, in the order of levels, that has bits in the way; None where none has.

    `needed` are the bits that are required to be 1 or 0, where known; `found` what the destination offers.
    """
    for number, key in enumerate(feature_registers()):
        word = in_the_way >> 32 * number & FULL
        if word:
            return Failing(
                key,
                tuple(catalogue().names(key, word)),
                _string(found.values >> 32 * number, found.known >> 32 * number),
                _string(needed.values >> 32 * number, needed.known >> 32 * number),
            )
    return None


def _string(values: int, known: int) -> MaskString:
    bits = range(31, -1, -1)
    return MaskString("".join("x" if not known >> b & 1 else "1" if values >> b & 1 else "0" for b in bits))


@dataclass(frozen=True, slots=True)
class _Message:
    until: str
    text: str


@cache
def _messages() -> tuple[_Message, ...]:
    return tuple(_Message(until, text) for _, until, text, _ in rows("migration_messages.tsv"))


def requirement_keys(features: Iterable[str]) -> list[str]:
    """The keys by which newer releases name features (recalled): `com.vmware.vim.vmfeature.cpuid.mdclear`."""
    names = [part for name in features for part in _PARTS.get(name, (name.lower(),))]
    return [f"com.vmware.vim.vmfeature.cpuid.{name}" for name in names]


_PARTS = {"IBRSIBPB": ("ibrs", "ibpb")}
"""One bit of CPUID that is two features in a host's `featureCapability` (an ESXi 8.0.3 has both)."""


def incompatible(release: str, source: str, destination: str, failing: Failing) -> str:
    """What vCenter of a release says of a register. Source: `resources/migration_messages.tsv`."""
    text = next(
        message.text
        for message in _messages()
        if not message.until or (release in releases() and not at_least(release, message.until))
    )
    return fill(
        text,
        {
            "source": source,
            "destination": destination,
            "level": failing.level,
            "register": failing.register,
            "host_bits": failing.host_bits,
            "required": failing.required,
            "features": failing.features,
        },
    )

"""All registers of feature flags as one whole number: quick answers about one processor.

Thirty-two bits for each register, in the order of `feature_registers()`, the first one lowest. Questions
about many hosts are asked of matrices (`flexgui.evc.support.matrix`), which need NumPy; these do not.
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Iterable
from functools import cache, lru_cache

from flexgui.cpuid.catalogue import RUN_TIME_FLAGS, RegisterKey, catalogue
from flexgui.cpuid.cpu import Cpu

Packed = int
"""The bits of all feature registers, side by side."""

_KEPT = 16_384
_packed: OrderedDict[str, tuple[Cpu, Packed, Packed]] = OrderedDict()


@cache
def feature_registers() -> tuple[RegisterKey, ...]:
    """The registers of feature flags, which are the columns of every pool matrix."""
    return catalogue().feature_registers


@cache
def column(key: RegisterKey) -> int:
    return feature_registers().index(key)


@cache
def _bits() -> dict[str, Packed]:
    """The bits of every field by name; none for a field that is in no register of feature flags."""
    columns = {key: number for number, key in enumerate(feature_registers())}
    return {
        field.name: field.mask << 32 * columns[field.key] if field.key in columns else 0
        for field in catalogue().fields
    }


def pack(features: Iterable[str]) -> Packed:
    """Features (vSphere's names) as bits. Raises KeyError for a name that no feature has."""
    table, bits = _bits(), 0
    for name in features:
        bits |= table[name]
    return bits


_once: dict[int, tuple[tuple[str, ...], Packed]] = {}


def pack_once(features: tuple[str, ...]) -> Packed:
    """`pack` of a tuple that stays the same, such as what a mode requires."""
    found = _once.get(id(features))
    if found is None or found[0] is not features:
        if len(_once) >= 1024:
            _once.clear()
        found = _once[id(features)] = features, pack(features)
    return found[1]


@lru_cache(8192)  # many processors lack the same
def unpack(bits: Packed) -> tuple[str, ...]:
    """The names of the bits that are set."""
    found: list[str] = []
    for key in feature_registers():
        word = bits & 0xFFFF_FFFF
        if word:
            found += catalogue().names(key, word)
        bits >>= 32
        if not bits:
            break
    return tuple(found)


@cache
def _run_time() -> Packed:
    return pack(RUN_TIME_FLAGS)


def packed(cpu: Cpu) -> tuple[Packed, Packed]:
    """(values, known) of a processor as `Cpu.register_state` has them; kept by fingerprint."""
    found = _packed.get(cpu.fingerprint)
    if found is not None and found[0] is cpu:
        return found[1], found[2]
    if cpu.measured:
        states = cpu.register_states(feature_registers())
        values = joined([value for value, _ in states])
        known = joined([known for _, known in states])
    else:
        # Names alone: what is there is known, and so is what is missing.
        values = pack(cpu.present) & ~_run_time()
        known = values | pack(cpu.absent) & ~_run_time()
    _packed[cpu.fingerprint] = cpu, values, known
    if len(_packed) > _KEPT:
        _packed.popitem(last=False)
    return values, known


def joined(words: list[int]) -> Packed:
    """The words of all feature registers as one number."""
    return int.from_bytes(struct.pack(f"<{len(words)}I", *words), "little")


def as_bytes(bits: Packed) -> bytes:
    """The registers one after another, each with the lowest byte first."""
    return bits.to_bytes(4 * len(feature_registers()), "little")

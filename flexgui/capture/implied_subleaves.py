"""Subleaves that are not named but implied by order: what AIDA64 dumps and ESXi's localcli have in common."""

from __future__ import annotations

from typing import Final

from flexgui.capture.captured import Core
from flexgui.cpuid.catalogue import catalogue
from flexgui.cpuid.registers import EAX, EBX, ECX, Registers

_AVX_STATE = 0x100, 0x240
"""EAX and EBX of leaf D.2: size and offset of AVX's state (Intel SDM vol. 1, "Standard Format")."""

_LAST_SUBLEAF_OF_7: Final = 8
"""No processor states as many subleaves of leaf 7; what does is another subleaf's feature flags."""

_WITH_LEAF_7: Final = sum(catalogue()[name].mask for name in ("RDRAND", "F16C", "FMA"))
"""Bits of 1.ECX."""

_WITH_SUBLEAVES: Final = frozenset(
    {
        *(0x2, 0x4, 0x7, 0xB, 0xD, 0xF, 0x10, 0x12, 0x14, 0x17, 0x18, 0x1B, 0x1D, 0x1E, 0x1F),
        *(0x20, 0x23, 0x24, 0x27, 0x28),
        *(0x8000_001D, 0x8000_0020, 0x8000_0026),
    }
)
"""Leaves that answer by ECX (Intel SDM vol. 2A, CPUID; AMD APM vol. 3, appendix E), and leaf 2, which
processors with more descriptors than fit answer several times."""


class ImpliedSubleaves:
    """The lines of cores whose subleaves are implied, while they are read."""

    def __init__(self) -> None:
        self._cores: dict[Core, dict[int, list[Registers]]] = {}

    def add(self, core: Core, leaf: int, registers: Registers, line: int | None = None) -> None:
        """Note a leaf; where it has subleaves, as the one after the last. Raises InputError as `Core.add`."""
        earlier = self._cores.setdefault(core, {}).setdefault(leaf, [])
        # Leaves without subleaves occur once; twice the same is harmless, and no second subleaf.
        if leaf in _WITH_SUBLEAVES or registers not in earlier:
            core.add(leaf, len(earlier) if leaf in _WITH_SUBLEAVES else 0, registers, line)
            earlier.append(registers)

    def settle(self) -> None:
        """Forget the subleaves whose order cannot be right; once all lines are read."""
        for core, leaves in self._cores.items():
            _drop_doubtful(core, leaves)
        _drop_unequal(self._cores)


def _drop_doubtful(core: Core, leaves: dict[int, list[Registers]]) -> None:
    """Forget the subleaves of leaves 7 and D whose order cannot be right, because one of them is missing.

    A line that was lost moves the others up: features would be read off the wrong register.
    """
    seven, xsave = leaves.get(0x7), leaves.get(0xD)
    if seven and (
        seven[0][EAX] > _LAST_SUBLEAF_OF_7
        or len(seven) > seven[0][EAX] + 1
        or (not any(seven[0]) and _has_features_in_7(core))
    ):
        _forget(core, 0x7)
    if xsave and (
        (xsave[0][EAX] & 3 != 3 and any(xsave[0]))
        or any((state[EAX], state[EBX]) == _AVX_STATE for state in xsave[:2])
    ):
        _forget(core, 0xD)


def _has_features_in_7(core: Core) -> bool:
    """Whether all zeros in leaf 7 can only be a subleaf other than the first.

    No processor got RDRAND, F16C or FMA without features of leaf 7 (SMEP came with Ivy Bridge, BMI1
    with Piledriver); one that has none of the three may have nothing there, as Sandy Bridge and Bulldozer.
    """
    one = core.leaves.get((1, 0))
    return one is None or bool(one[ECX] & _WITH_LEAF_7)


def _drop_unequal(cores: dict[Core, dict[int, list[Registers]]]) -> None:
    """Forget the subleaves of leaves 7 and D where cores of one signature differ in number: one is lost."""
    of_signature: dict[int, list[Core]] = {}
    for core in cores:
        if (1, 0) in core.leaves:
            of_signature.setdefault(core.leaves[1, 0][EAX], []).append(core)
    for alike in of_signature.values():
        for leaf in (0x7, 0xD):
            if len({len(cores[core].get(leaf, ())) for core in alike}) > 1:
                for core in alike:
                    _forget(core, leaf)


def _forget(core: Core, leaf: int) -> None:
    for key in [key for key in core.leaves if key[0] == leaf]:
        del core.leaves[key]

"""What libvirt's names of features and CPU models mean.

The tables are `resources/libvirt_features.tsv` and `resources/libvirt_models.tsv`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from flexgui.cpuid.catalogue import rows

_VERSIONED = re.compile(r"(.+)-v\d{1,2}")
_NOT_IN_EVERY_VERSION: Final = frozenset({"HLE", "RTM", "MPX", "XSAVES"})
"""What QEMU's versions of a model (`Skylake-Server-v4`) may lack that the model has: all else they add to."""

EMULATED: Final = frozenset(
    {
        *("HYPERVISOR", "x2APIC", "TSC_DEADLINE", "TSC_ADJUST", "APIC_INVARIANT", "UMIP"),
        *("ARCH_CAPABILITIES", "IBRSIBPB", "STIBP", "SSBD", "LEAF88_IBPB", "LEAF88_IBRS", "LEAF88_STIBP"),
        *("LEAF88_SSBD_SPEC_CTRL", "LEAF88_SSBD_VIRT_SPEC_CTRL"),
    }
)
"""Features that KVM may give a guest whether or not the host's processor has them (arch/x86/kvm/cpuid.c)."""


@cache
def feature_names() -> dict[str, str]:
    """vSphere's name by libvirt's."""
    return {feature: name for feature, name, _ in rows("libvirt_features.tsv")}


@cache
def _models() -> dict[str, frozenset[str]]:
    return {model: frozenset(features.split()) for model, _, features in rows("libvirt_models.tsv")}


def features_of_model(name: str) -> frozenset[str]:
    """The features (vSphere's names) that a CPU model includes for certain; none of a model nobody knows."""
    found = _models().get(name)
    versioned = _VERSIONED.fullmatch(name) if found is None else None
    if versioned is not None:
        return _models().get(versioned[1], frozenset[str]()) - _NOT_IN_EVERY_VERSION
    return found or frozenset()

"""What to collect from which host, so that "cannot tell" becomes yes or no."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.pool import Member, Unsettled, VendorPool
from flexgui.evc.releases import esx_offers, esx_releases
from flexgui.evc.series import branded
from flexgui.translate import QT_TRANSLATE_NOOP, Said

Advice = Literal[
    "processor",
    "maker",
    "outside",
    "leaves",
    "registers",
    "vcenter",
    "old-esx",
    "measured-lower",
    "brand",
    "assumed",
    "modes",
]

SAYS: Final[dict[Advice, str]] = {
    "processor": QT_TRANSLATE_NOOP(
        "Collect",
        "{hosts}: the processor is not known. Capture CPUID on the host with cpuid -r, or with localcli "
        "--formatter=json hardware cpu cpuid get on ESXi; or choose the processor from the list.",
    ),
    "maker": QT_TRANSLATE_NOOP(
        "Collect",
        "{hosts}: the maker of the processor is not known. Capture CPUID again with leaf 0, for example with "
        "cpuid -r.",
    ),
    "outside": QT_TRANSLATE_NOOP(
        "Collect",
        "{hosts}: captured inside a virtual machine, where {features} may be hidden. Capture CPUID on the "
        "host itself.",
    ),
    "leaves": QT_TRANSLATE_NOOP(
        "Collect",
        "{hosts}: whether {features} are there cannot be told, the capture lacks leaf {leaves}. Capture "
        "CPUID on the host with cpuid -r, or with localcli --formatter=json hardware cpu cpuid get on ESXi.",
    ),
    "registers": QT_TRANSLATE_NOOP(
        "Collect",
        "{hosts}: the list of features does not tell {features}. Capture CPUID on the host with cpuid -r, or "
        "with localcli --formatter=json hardware cpu cpuid get on ESXi.",
    ),
    "vcenter": QT_TRANSLATE_NOOP(
        "Collect",
        "{hosts}: only the highest mode of a vCenter is known, which reports no mode newer than itself. Read "
        "maxEVCModeKey from a vCenter that offers {mode}, or capture CPUID on the host with cpuid -r.",
    ),
    "old-esx": QT_TRANSLATE_NOOP(
        "Collect",
        "{hosts}: {esx} is older than {mode}, and may keep even a newer vCenter from reporting more than "
        "{measured}. Upgrade ESX, or capture CPUID on the host with cpuid -r, for example on Linux started "
        "from a stick.",
    ),
    "measured-lower": QT_TRANSLATE_NOOP(
        "Collect",
        "{hosts}: a vCenter that manages {esx} offers {mode}, as far as recalled, and yet it reported "
        "{measured}: the BIOS or microcode may hide {features}. Capture CPUID on the host with cpuid -r.",
    ),
    "brand": QT_TRANSLATE_NOOP(
        "Collect",
        "{hosts}: “{brand}” may be {candidates}. To tell which, capture CPUID on the host with cpuid -r, or "
        "with localcli --formatter=json hardware cpu cpuid get on ESXi.",
    ),
    "assumed": QT_TRANSLATE_NOOP(
        "Collect",
        "{hosts}: the processor is known by its name alone, which does not tell {features}. Capture CPUID on "
        "the host with cpuid -r, or with localcli --formatter=json hardware cpu cpuid get on ESXi, or read "
        "maxEVCModeKey from a vCenter that offers {mode}.",
    ),
    "modes": QT_TRANSLATE_NOOP(
        "Collect",
        "{hosts}: {mode} asks for {features}, which no capture shows. Read maxEVCModeKey of the host from "
        "that vCenter.",
    ),
}
"""What to say of each kind of advice; English with `str.format` fields (see `ToCollect.said`)."""


@dataclass(frozen=True, slots=True)
class ToCollect:
    """What to find out about some hosts, and how.

    `mode` is the highest that it may settle. `features` and `leaves` are what is open. `candidates` are the
    series that an ambiguous `brand` may mean. `esx` and `measured` are the names of the ESX that the hosts
    run and of the mode that a vCenter measured, where the advice goes by them.
    """

    members: tuple[Member, ...]
    mode: EvcMode
    features: tuple[str, ...]
    leaves: tuple[str, ...]
    advice: Advice
    brand: str = ""
    candidates: tuple[str, ...] = ()
    esx: str = ""
    measured: str = ""

    def said(self) -> Said:
        """The advice as a sentence; its template is marked in the context "Collect"."""
        return Said(
            SAYS[self.advice],
            {
                "hosts": tuple(member.name for member in self.members),
                "mode": self.mode.label,
                "features": self.features,
                "leaves": self.leaves,
                "brand": self.brand,
                "candidates": self.candidates,
                "esx": self.esx,
                "measured": self.measured,
            },
        )


def to_collect(pool: VendorPool, modes: ModeTable) -> tuple[ToCollect, ...]:
    """What would settle which mode is the pool's highest, for hosts that need the same together."""
    return settle(pool.unsettled, modes)


def settle(unsettled: Iterable[Unsettled], modes: ModeTable) -> tuple[ToCollect, ...]:
    """What would settle some questions, for hosts that need the same together."""
    found: dict[object, tuple[ToCollect, list[Member]]] = {}
    for open_ in unsettled:
        for cpu_members in _by_processor(open_.members):
            each = _advice(cpu_members[0], open_, modes)
            key = replace(each, members=())
            found.setdefault(key, (each, []))[1].extend(cpu_members)
    return tuple(replace(each, members=tuple(members)) for each, members in found.values())


def _by_processor(members: Iterable[Member]) -> Iterable[list[Member]]:
    groups: dict[object, list[Member]] = {}
    for member in members:
        groups.setdefault((member.cpu.fingerprint, member.kind, member.esx), []).append(member)
    return groups.values()


def _advice(member: Member, open_: Unsettled, modes: ModeTable) -> ToCollect:
    cpu, kind = member.cpu, member.evidence
    mode = modes.highest(modes[key] for key in open_.modes)
    assert mode is not None
    measured = modes.get(cpu.max_evc_mode)
    esx = esx_releases().get(member.esx or "")
    candidates: tuple[str, ...] = ()
    advice: Advice
    nothing = not (cpu.measured or cpu.present or cpu.absent or cpu.vendor or cpu.max_evc_mode)
    if not member.known or nothing:
        advice = "processor"
    elif not open_.leaves and open_.features:
        advice = "modes"
    elif cpu.hypervisor:
        advice = "outside"
    elif cpu.vendor is None and cpu.max_evc_mode is None:
        advice = "maker"
    elif kind == "registers":
        advice = "leaves"
    elif kind == "features":
        advice = "registers"
    elif kind == "maxEVCModeKey" and esx is not None and measured is not None:
        # A vCenter is at least as new as each ESX that it manages.
        within = modes.highest(modes[key] for key in open_.modes if esx_offers(esx.key, modes[key]))
        advice, mode = ("old-esx", mode) if within is None else ("measured-lower", within)
        return ToCollect(
            (member,), mode, open_.features, open_.leaves, advice, esx=esx.name, measured=measured.label
        )
    elif kind == "maxEVCModeKey":
        advice = "vcenter"
    else:
        candidates = tuple(each.code_name for each in branded(cpu.brand, None).candidates)
        advice = "brand" if len(candidates) > 1 else "assumed"
    brand = cpu.brand if advice == "brand" else ""
    return ToCollect(
        (member,),
        mode,
        open_.features,
        open_.leaves,
        advice,
        brand,
        candidates if advice == "brand" else (),
    )

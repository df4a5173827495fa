"""Enhanced vMotion Compatibility: features that a mode may show and that microcode takes from some hosts.

`Subject.field` is `evc_mode` of the cluster.
"""

from __future__ import annotations

from collections.abc import Iterator

from flexgui.cpuid.catalogue import catalogue
from flexgui.cpuid.cpu import Cpu
from flexgui.evc.guest_features import may_show
from flexgui.evc.packed import Packed, pack, packed, unpack
from flexgui.plan.values import Host, VirtualMachine
from flexgui.rules.finding import Severity, Subject
from flexgui.rules.rule import ClusterView, Hit, rule
from flexgui.translate import QT_TRANSLATE_NOOP


@rule(
    "evc.vm-may-use-tsx",
    "cluster",
    Severity.WARNING,
    says=QT_TRANSLATE_NOOP(
        "rules",
        "{vms} on {ahead} may use {features}, missing on {behind}. Whether the EVC mode {mode} hides them is "
        "not known: a live migration may be refused.",
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules",
        "Bring all hosts to the same current microcode and BIOS settings, then power {vms} off and on. Do "
        "not seek {features}: newer microcode takes TSX away.",
    ),
    source="CPUID captures; microcode_features.tsv; evc_modes.json (what Broadwell shows is not published)",
    reads=["cpu", "vms", "present_parent"],
)
def vm_may_use_tsx(view: ClusterView) -> Iterator[Hit]:
    """A machine may use TSX (HLE, RTM), which not all hosts of its cluster have.

    It is on, or suspended, on a host that is to get the cluster's mode, and got its features outside EVC or
    under a mode that may show TSX; the cluster's mode may show it too: that of Haswell or a later one, where
    its masks are not known. Hosts lack TSX where that is known for certain. Quiet once the cluster has its
    mode.
    """
    mode = view.mode()
    open_bits = may_show(mode, view.facts.modes)
    if mode is None or mode.requires is None or not open_bits:
        return
    known = view.facts.cpus
    lacking: dict[str | None, Packed] = {
        key: _known_to_lack(known[key]) & open_bits for key in {h.cpu for h in view.hosts} if key in known
    }
    lacked = 0
    for bits in lacking.values():
        lacked |= bits
    used, vms, ahead = 0, [], []
    for host in view.hosts if lacked else ():
        if host.vms and lacking.get(host.cpu) != lacked:
            found = [(vm, _may_use(view, host, vm, open_bits) & lacked) for vm in _waiting(view, host)]
            using = [(vm, bits) for vm, bits in found if bits]
            if using:
                ahead.append(host.label)
                vms += [vm.name for vm, _ in using]
                for _, bits in using:
                    used |= bits
    if used:
        parameters = {
            "vms": tuple(vms),
            "ahead": tuple(ahead),
            "behind": tuple(host.label for host in view.hosts if lacking.get(host.cpu, 0) & used),
            "features": unpack(used),
            "mode": mode.label,
        }
        yield Hit(Subject(view.cluster.id, "evc_mode"), parameters)


def _waiting(view: ClusterView, host: Host) -> tuple[VirtualMachine, ...]:
    """The machines of a host that has the mode still to come."""
    cluster = view.cluster
    here = cluster.exists and host.present_parent == cluster.id
    return () if here and cluster.present_evc_mode == cluster.evc_mode else host.vms


def _known_to_lack(cpu: Cpu) -> Packed:
    values, known = packed(cpu)
    return known & ~values


def _may_use(view: ClusterView, host: Host, vm: VirtualMachine, open_bits: Packed) -> Packed:
    """Which of some features a machine may have got."""
    if vm.power_state == "poweredOff":
        return 0
    if vm.features is not None:
        stated = (catalogue().find(spelling) for spelling in vm.features)
        return open_bits & pack([field.name for field in stated if field is not None])
    cpu = view.facts.cpu(host)
    values, known = (0, 0) if cpu is None else packed(cpu)
    key = vm.power_on_evc_mode or vm.evc_mode or view.facts.present_modes.get(host.present_parent or "")
    start = view.facts.modes.get(key)
    return values & known & (open_bits if start is None else open_bits & may_show(start, view.facts.modes))

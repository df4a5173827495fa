"""Enhanced vMotion Compatibility: whether a host can take its cluster's mode.

`Subject.field` names a field of the host: `cpu`, `esx_release` or `connection_state`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from flexgui.cpuid.catalogue import catalogue
from flexgui.cpuid.masking import masking
from flexgui.cpuid.silicon import CPUID_LIMIT, by_cause, settings
from flexgui.evc.evidence import EvidenceKind
from flexgui.evc.modes import MAKERS, EvcMode, maker
from flexgui.evc.releases import esx_offers, esx_releases, releases
from flexgui.evc.series import branded
from flexgui.evc.support import Answer
from flexgui.plan.inventory import kind
from flexgui.rules.finding import Severity, Subject
from flexgui.rules.rule import Hit, HostView, rule
from flexgui.translate import QT_TRANSLATE_NOOP

MANAGEMENT = "vCenter Server and Host Management, EVC"


@rule(
    "evc.mode-unknown-to-esx",
    "host",
    Severity.ERROR,
    says=(
        QT_TRANSLATE_NOOP("rules", "{host} runs {esx}, which does not know the EVC mode {mode} of {first}."),
        QT_TRANSLATE_NOOP(
            "rules",
            "{host} runs {esx}, which does not know the EVC mode {mode} of {first} (as far as recalled).",
        ),
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Upgrade the host, or choose an older mode."),
    source="evc_modes.json (first release)",
    fault=("EVCAdmissionFailedHostSoftwareForMode", "EVCUnsupportedByHostSoftware"),
)
def mode_unknown_to_esx(view: HostView) -> Iterator[Hit]:
    """A host's ESX is older than the cluster's EVC mode.

    ESX is taken to know the modes of the vCenter of its own release.
    """
    mode, host = view.mode(), view.host
    if mode is None or mode.first_release is None or host.esx_release not in esx_releases():
        return
    if not esx_offers(host.esx_release, mode):
        parameters = {
            "host": host.label,
            "esx": esx_releases()[host.esx_release].name,
            "mode": mode.label,
            "first": releases()[mode.first_release].name,
        }
        recalled = mode.first_release_provenance != "documented"
        yield Hit(
            Subject(host.id, "esx_release"), parameters, template=int(recalled), fault=int(not view.joins)
        )


@rule(
    "evc.vendor-mismatch",
    "host",
    Severity.ERROR,
    says=QT_TRANSLATE_NOOP(
        "rules", "{host} has a processor by {maker} ({cpu}); the EVC mode {mode} is for {wanted} hosts."
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules", "Put the host into a cluster for {maker}: no mode spans two makers, nor does vMotion."
    ),
    source=MANAGEMENT + "; paper, introduction (“a single CPU supplier”)",
    fault=("EVCAdmissionFailedCPUVendor", "EVCModeIllegalByVendor"),
)
def vendor_mismatch(view: HostView) -> Iterator[Hit]:
    """A host's processor is by another maker than the cluster's EVC mode."""
    mode, cpu = view.mode(), view.cpu
    vendor = None if cpu is None else view.facts.vendor(cpu)
    if mode is not None and cpu is not None and vendor in MAKERS and vendor != mode.vendor:
        parameters = {
            "host": view.host.label,
            "cpu": cpu.name(),
            "maker": maker(vendor),
            "mode": mode.label,
            "wanted": maker(mode.vendor),
        }
        yield Hit(Subject(view.host.id, "cpu"), parameters, fault=int(not view.joins))


@rule(
    "evc.vendor-unknown",
    "host",
    Severity.ERROR,
    says=QT_TRANSLATE_NOOP(
        "rules", "{host} has a processor by {maker} ({cpu}), for which there is no EVC mode."
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Leave the host out of clusters with EVC."),
    source=MANAGEMENT,
    fault="EVCAdmissionFailedCPUVendorUnknown",
)
def vendor_unknown(view: HostView) -> Iterator[Hit]:
    """A host's processor is neither by Intel nor by AMD, and the cluster has an EVC mode."""
    cpu = view.cpu
    if view.mode() is None or cpu is None or cpu.vendor is None or cpu.vendor in MAKERS:
        return
    parameters = {"host": view.host.label, "cpu": cpu.name(), "maker": cpu.vendor}
    yield Hit(Subject(view.host.id, "cpu"), parameters)


def _netburst(view: HostView) -> bool:
    generation = None if view.cpu is None else view.cpu.generation
    return generation is not None and generation.name == "NetBurst"


@rule(
    "evc.netburst",
    "host",
    Severity.ERROR,
    says=QT_TRANSLATE_NOOP(
        "rules",
        "{host} has a NetBurst processor ({cpu}), which no EVC mode includes: it cannot mask features.",
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Leave the host out of clusters with EVC."),
    source="paper, note after table 3 (“compatible” there is a misprint for “not compatible”)",
    fault="EVCAdmissionFailedCPUModel",
)
def netburst(view: HostView) -> Iterator[Hit]:
    """A host has a processor of the NetBurst architecture, and the cluster has an EVC mode for Intel."""
    mode, cpu = view.mode(), view.cpu
    if mode is not None and cpu is not None and mode.vendor == cpu.vendor and _netburst(view):
        yield Hit(Subject(view.host.id, "cpu"), {"host": view.host.label, "cpu": cpu.name()})


CHOOSE, ENABLE, UNLIMIT, TAKEN, NONE, AGAIN, CHOOSE_ONE = range(7)
"""The remedies of `evc.features-missing`."""


@rule(
    "evc.features-missing",
    "host",
    Severity.ERROR,
    says=(
        QT_TRANSLATE_NOOP("rules", "{host} lacks {features} ({cpu}), which the EVC mode {mode} requires."),
        QT_TRANSLATE_NOOP(
            "rules",
            "{host} does not show {features} ({cpu}), which the EVC mode {mode} requires; the silicon has "
            "{hidden}: hidden by the BIOS.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "{host} does not show {features} ({cpu}), which the EVC mode {mode} requires; the silicon has "
            "{hidden}, and no usual BIOS setting hides {unseen}.",
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP("rules", "Choose {highest} or lower, or leave this host out."),
        QT_TRANSLATE_NOOP(
            "rules",
            "Empty the host, enable {settings} in its BIOS, take it off AC power and on again (AC power "
            "cycle), and capture again.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Empty the host, disable {settings} in its BIOS, take it off AC power and on again (AC power "
            "cycle), and capture again.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Newer microcode takes {taken} away, on some models a BIOS setting as well, so do not seek it: "
            "bring all hosts to the same current microcode, and choose a mode that does without.",
        ),
        QT_TRANSLATE_NOOP("rules", "Leave this host out: it supports no EVC mode."),
        QT_TRANSLATE_NOOP(
            "rules",
            "Capture CPUID again on the bare host, outside EVC and outside any virtual machine: what hid "
            "{unseen} from this capture may not be there on the host at all.",
        ),
        QT_TRANSLATE_NOOP(
            "rules", "Choose one of the modes that it supports ({supported}), or leave this host out."
        ),
    ),
    source=MANAGEMENT + "; paper, table 4; silicon_features.tsv",
    fault=(
        "EVCAdmissionFailedCPUModelForMode",
        "EVCAdmissionFailedCPUFeaturesForMode",
        "EVCModeUnsupportedByHosts",
    ),
)
def features_missing(view: HostView) -> Iterator[Hit]:
    """A host's processor lacks features that the cluster's EVC mode requires.

    Where only NX is missing and the BIOS hides it, `host.xd-off` speaks. Where the signature proves that the
    silicon has all that is missing, vSphere's fault and the remedy are others: a BIOS setting, another
    capture where no setting is known to hide it, or microcode that took TSX away. Where it proves only some,
    the host stays without the rest, and a mode that it supports helps: a lower one, or one of those named
    where modes form no chain.
    """
    mode, cpu = view.mode(), view.cpu
    if mode is None or cpu is None or _netburst(view):
        return
    if view.facts.vendor(cpu) not in (None, mode.vendor):
        return
    support = view.facts.support(cpu, mode)
    if support.answer is not Answer.NO:
        return
    bios = by_cause(view.hidden, "bios", support.missing)
    unseen = by_cause(view.hidden, "capture", support.missing)
    taken = by_cause(view.hidden, "microcode", support.missing)
    if [found.feature for found in bios] == ["NX"] == list(support.missing):
        return
    modes = view.facts.common_modes([cpu], [view.host.esx_release])
    supported = view.facts.modes.highest(modes)
    mendable = len(bios) + len(unseen) == len(support.missing)
    limited = CPUID_LIMIT in settings(bios)
    if mendable:
        remedy = UNLIMIT if limited else AGAIN if unseen else ENABLE
    elif len(taken) == len(support.missing):
        remedy = TAKEN
    else:
        remedy = NONE if supported is None else CHOOSE if _chain(view, supported, modes) else CHOOSE_ONE
    parameters = {
        "host": view.host.label,
        "cpu": cpu.name(),
        "features": view.facts.in_order(support.missing, mode.vendor),
        "hidden": tuple(found.feature for found in (*bios, *unseen)),
        "unseen": tuple(found.feature for found in unseen),
        "settings": (CPUID_LIMIT,) if limited else settings(bios) or tuple(found.feature for found in bios),
        "taken": tuple(found.feature for found in taken),
        "mode": mode.label,
        "highest": "" if supported is None else supported.label,
        "supported": tuple(mode.label for mode in modes),
    }
    yield Hit(
        Subject(view.host.id, "cpu"),
        parameters,
        template=0 if not mendable else 2 if unseen else 1,
        remedy=remedy,
        fault=1 if mendable else 0 if view.joins else 2,
    )


def _chain(view: HostView, highest: EvcMode, supported: Collection[EvcMode]) -> bool:
    """Whether a host supports every mode that its highest one seems to be above, by the table's order."""
    offered = [mode for mode in view.facts.offered([view.host.esx_release]) if mode.vendor == highest.vendor]
    return all(mode in supported for mode in offered[: offered.index(highest)])


@rule(
    "evc.mwait-hidden",
    "host",
    Severity.WARNING,
    says=QT_TRANSLATE_NOOP(
        "rules",
        "The BIOS of {host} ({cpu}) hides MWAIT: vCenter may refuse the EVC mode {mode} on it.",
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules",
        "Empty the host, enable MONITOR/MWAIT in its BIOS, and take it off AC power and on again (AC power "
        "cycle).",
    ),
    source="masks of EVC modes seen in running virtual machines, which have MWAIT; recalled",
    fault="EVCAdmissionFailedCPUFeaturesForMode",
)
def mwait_hidden(view: HostView) -> Iterator[Hit]:
    """A BIOS setting hides MWAIT, which the EVC modes seen in the field expose.

    Quiet where the mode is known to require it: then `evc.features-missing` speaks.
    """
    mode, cpu = view.mode(), view.cpu
    if mode is None or cpu is None or mode.vendor != cpu.vendor or "MWAIT" in (mode.requires or ()):
        return
    if by_cause(view.hidden, "bios", ("MWAIT",)):
        parameters = {"host": view.host.label, "cpu": cpu.name(), "mode": mode.label}
        yield Hit(Subject(view.host.id, "cpu"), parameters)


@rule(
    "evc.cannot-tell",
    "host",
    Severity.WARNING,
    says=(
        QT_TRANSLATE_NOOP(
            "rules", "The processor of {host} is not known: whether it supports {mode} cannot be told."
        ),
        QT_TRANSLATE_NOOP("rules", "The maker of the processor of {host} is not known."),
        QT_TRANSLATE_NOOP(
            "rules", "Whether {host} has {features} cannot be told: the capture lacks leaf {leaves}."
        ),
        QT_TRANSLATE_NOOP(
            "rules", "Whether {host} has {features} cannot be told: it was captured inside a virtual machine."
        ),
        QT_TRANSLATE_NOOP(
            "rules", "What the EVC mode {mode} requires is not published: {host} cannot be weighed."
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Whether {host} has {features} cannot be told: its processor was chosen from the list, not "
            "measured.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Whether {host} meets {features} cannot be told: the EVC mode {mode}, as read from the vCenter, "
            "requires what no capture shows.",
        ),
        QT_TRANSLATE_NOOP(
            "rules", "Whether {host} has {features} cannot be told: the list of its features does not say."
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Whether {host} supports {mode} cannot be told: a vCenter measured {measured} as its highest "
            "mode, and reports no mode newer than itself.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Whether {host} has {features} cannot be told: “{cpu}” may be {candidates}.",
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP("rules", "Capture CPUID on the host, or choose its processor from the list."),
        QT_TRANSLATE_NOOP("rules", "Capture again with leaf 0."),
        QT_TRANSLATE_NOOP(
            "rules", "Capture again on the host with leaf {leaves}, for example with cpuid -r."
        ),
        QT_TRANSLATE_NOOP("rules", "Capture on the host itself, not in a virtual machine."),
        QT_TRANSLATE_NOOP(
            "rules", "Read the modes from a vCenter, or choose a mode whose features are known."
        ),
        QT_TRANSLATE_NOOP("rules", "Capture CPUID on the host itself."),
        QT_TRANSLATE_NOOP(
            "rules",
            "Read maxEVCModeKey of the host from the vCenter: it has measured what the host supports.",
        ),
        QT_TRANSLATE_NOOP("rules", "Capture CPUID on the host, for example with cpuid -r."),
        QT_TRANSLATE_NOOP(
            "rules",
            "Read maxEVCModeKey of the host from a vCenter that offers {mode}, or capture CPUID on the host.",
        ),
        QT_TRANSLATE_NOOP("rules", "Capture CPUID on the host to tell which, for example with cpuid -r."),
        QT_TRANSLATE_NOOP(
            "rules",
            "Upgrade the host, whose {esx} is older than {mode} and may keep even a newer vCenter from "
            "reporting more; or capture CPUID on it with cpuid -r, for example on Linux from a stick.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Capture CPUID on the host with cpuid -r: a vCenter that manages {esx} offers {mode}, as far as "
            "recalled, so the BIOS or microcode may hide {features}.",
        ),
    ),
    source="CPUID capture against evc_modes.json",
)
def cannot_tell(view: HostView) -> Iterator[Hit]:
    """Whether a host supports the cluster's EVC mode cannot be told.

    No processor is known, its maker is not known, it was chosen from the list or its name means several, only
    a list of features or the highest mode that a vCenter measured is known, the capture lacks a leaf or was
    taken inside a virtual machine where features may be masked, the mode's contents are not published, or it
    was read from a vCenter and requires what is no feature of CPUID.
    """
    mode, cpu, host = view.mode(), view.cpu, view.host
    if mode is None:
        return
    subject, parameters = Subject(host.id, "cpu"), {"host": host.label, "mode": mode.label}
    if cpu is None:
        yield Hit(subject, parameters)
        return
    vendor = view.facts.vendor(cpu)
    if vendor not in (None, mode.vendor) or _netburst(view):
        return
    support = view.facts.support(cpu, mode)
    if vendor is None and support.answer is not Answer.NO:
        yield Hit(subject, parameters, template=1, remedy=1)
    elif support.answer is Answer.UNKNOWN:
        parameters |= {"features": support.unknown, "leaves": support.unknown_leaves}  # type: ignore[dict-item]
        others = mode.other_requirements and not support.unknown_leaves
        case = 4 if not mode.known else 6 if others else 3 if cpu.hypervisor else _CASES[_kind(view)]
        highest = view.facts.modes.get(cpu.max_evc_mode)
        remedy = case
        if case == _CASES["maxEVCModeKey"]:
            parameters["measured"] = highest.label if highest is not None else cpu.max_evc_mode or ""
            esx = esx_releases().get(host.esx_release or "")
            if esx is not None and highest is not None:
                parameters["esx"] = esx.name
                remedy = LOWER if esx_offers(esx.key, mode) else OLD_ESX
        named = branded(cpu.brand).candidates if case == _CASES["brand"] else ()
        if len(named) > 1:
            case = remedy = 9
            parameters |= {"cpu": cpu.brand, "candidates": tuple(each.code_name for each in named)}  # type: ignore[dict-item]
        yield Hit(subject, parameters, template=case, remedy=remedy)


OLD_ESX, LOWER = 10, 11
"""The remedies of `evc.cannot-tell` that go by the ESX of the host; the others go with its templates."""

_CASES: dict[EvidenceKind, int] = {"registers": 2, "features": 7, "maxEVCModeKey": 8, "brand": 5}


def _kind(view: HostView) -> EvidenceKind:
    """The strongest evidence of the host's processor; what is assumed as a whole rests on its name."""
    found = kind(view.host, view.facts.cpus)
    assumed = view.host.cpu_assumed and not view.host.evidence
    return "brand" if found is None or (assumed and found in ("registers", "features")) else found


@rule(
    "evc.not-maskable",
    "host",
    Severity.WARNING,
    says=(
        QT_TRANSLATE_NOOP(
            "rules",
            "{host} ({cpu}) cannot mask in hardware; programs there may still see {features}, above {mode}.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "{host} ({cpu}) masks by {mechanism}, which does not cover {features}: programs may still see "
            "them.",
        ),
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules",
        "Run the machines by hardware virtualization, not by binary translation, or choose a mode that "
        "has them.",
    ),
    source="paper, “The Migration Issue”; Intel application note 323850",
)
def not_maskable(view: HostView) -> Iterator[Hit]:
    """A host has features above the cluster's EVC mode that its processor cannot mask in hardware.

    Only where virtual machines may run by binary translation (releases up to 6.5): there an application's
    CPUID runs on the hardware. Quiet where the masking mechanism is not known.
    """
    mode, cpu = view.mode(), view.cpu
    if mode is None or cpu is None or view.facts.at_least("6.7"):
        return
    found = masking(cpu)
    if found is None:
        return
    bare = [name for name in view.facts.lost(cpu, mode) if not found.covers(catalogue()[name].key)]
    if bare:
        parameters = {
            "host": view.host.label,
            "cpu": cpu.name(),
            "mode": mode.label,
            "features": tuple(bare),
            "mechanism": found.mechanism,
        }
        yield Hit(Subject(view.host.id, "cpu"), parameters, template=int(found.mechanism is not None))


@rule(
    "evc.cores-differ",
    "host",
    Severity.WARNING,
    says=QT_TRANSLATE_NOOP("rules", "Not every core of {host} has {features}."),
    remedy=QT_TRANSLATE_NOOP(
        "rules", "Update microcode and BIOS until all cores agree; only what all have is counted."
    ),
    source="CPUID capture",
    fault="EVCUnsupportedByHostHardware",
)
def cores_differ(view: HostView) -> Iterator[Hit]:
    """The cores of one host do not all have the same features."""
    if view.cpu is not None and view.cpu.differing:
        parameters = {"host": view.host.label, "features": view.cpu.differing}
        yield Hit(Subject(view.host.id, "cpu"), parameters)


@rule(
    "evc.host-disconnected",
    "host",
    Severity.TODO,
    says=(
        QT_TRANSLATE_NOOP("rules", "{host} is disconnected: vCenter cannot set the EVC mode {mode} on it."),
        QT_TRANSLATE_NOOP("rules", "{host} does not respond: vCenter cannot set the EVC mode {mode} on it."),
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Connect the host, or remove it from the cluster, before EVC changes."),
    source=MANAGEMENT,
    fault=("EVCAdmissionFailedHostDisconnected", "DisconnectedHostsBlockingEVC"),
)
def host_disconnected(view: HostView) -> Iterator[Hit]:
    """A disconnected host is to get an EVC mode.

    Quiet for a host that is in the cluster already while the mode stays as it is.
    """
    mode = view.mode()
    if mode is None or view.settled or view.host.connection_state == "connected":
        return
    silent = int(view.host.connection_state == "notResponding")
    parameters = {"host": view.host.label, "mode": mode.label}
    subject = Subject(view.host.id, "connection_state")
    yield Hit(subject, parameters, template=silent, fault=int(not view.joins))

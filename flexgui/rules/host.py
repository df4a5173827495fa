"""A host's address, its ESX and its processor.

`Subject.field` names a field of the host. What has to change on a host before work begins is in `host_state`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from operator import attrgetter

from flexgui.evc.modes import MAKERS
from flexgui.evc.releases import esx_releases, esx_support_of, releases
from flexgui.plan.address import kind, normalised, reaches_a_host
from flexgui.plan.inventory import hosts
from flexgui.plan.values import Host
from flexgui.rules.facts import esx_older
from flexgui.rules.finding import Severity, Subject
from flexgui.rules.rule import Hit, HostView, PlanView, rule
from flexgui.translate import QT_TRANSLATE_NOOP

MANAGEMENT = "vCenter Server and Host Management"


@rule(
    "host.address",
    "host",
    Severity.ERROR,
    says=(
        QT_TRANSLATE_NOOP("rules", "The host has no address."),
        QT_TRANSLATE_NOOP("rules", "“{address}” is neither an IPv4 nor an IPv6 address nor a host name."),
        QT_TRANSLATE_NOOP("rules", "{address} is an IP address that no other machine can have."),
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules",
        "Type an address such as 192.0.2.17 or 2001:db8::17, or a full name such as esx-01.example.com.",
    ),
    source="paper, figure 31; RFC 1123, RFC 4291",
)
def address(view: HostView) -> Iterator[Hit]:
    """A host's address is no IPv4 address, IPv6 address or host name; or it has neither address nor name.

    `10.0.0.300` is none: a name's last part must not be all digits. Unspecified, loopback, multicast and
    broadcast addresses and IPv6 addresses with a zone are refused too.
    """
    text = view.host.address
    subject = Subject(view.host.id, "address")
    if not text.strip():
        if not view.host.label.strip():
            yield Hit(subject, {}, template=0)
    elif kind(text) is None:
        yield Hit(subject, {"address": text}, template=1)
    elif not reaches_a_host(text):
        yield Hit(subject, {"address": text}, template=2)


@rule(
    "host.address-missing",
    "host",
    Severity.TODO,
    says=QT_TRANSLATE_NOOP("rules", "{host} has no address yet."),
    remedy=QT_TRANSLATE_NOOP(
        "rules",
        "Find out its address, such as 192.0.2.17 or esx-01.example.com: vCenter adds a host by it.",
    ),
    source="paper, figure 31",
)
def address_missing(view: HostView) -> Iterator[Hit]:
    """A host is known by its name alone, as after importing captures: which mode fits can be planned."""
    if not view.host.address.strip() and view.host.label.strip():
        yield Hit(Subject(view.host.id, "address"), {"host": view.host.label})


@rule(
    "host.short-name",
    "host",
    Severity.WARNING,
    says=QT_TRANSLATE_NOOP("rules", "The address {address} is a host name without a domain."),
    remedy=QT_TRANSLATE_NOOP(
        "rules", "Type the fully qualified name: vCenter and every host must find it by the same name."
    ),
    source="paper, figure 31 (IP address or FQDN)",
)
def short_name(view: HostView) -> Iterator[Hit]:
    """A host's address is a name that is not fully qualified."""
    if kind(view.host.address) == "short name":
        yield Hit(Subject(view.host.id, "address"), {"address": view.host.address})


@lru_cache(2)  # an edit of anything but an address leaves the addresses as they are
def _all_differ(addresses: tuple[str, ...]) -> bool:
    return len(set(map(normalised, addresses))) == len(addresses)


@rule(
    "host.duplicate-address",
    "plan",
    Severity.ERROR,
    says=QT_TRANSLATE_NOOP("rules", "{host} has the address {address}, which {other} has too."),
    remedy=QT_TRANSLATE_NOOP("rules", "Correct one of them; vCenter manages each host once."),
    source=MANAGEMENT + ", adding hosts",
    fault="AlreadyConnected",
)
def duplicate_address(view: PlanView) -> Iterator[Hit]:
    """Two hosts of the plan have the same address.

    Compared without case and final dot, IPv6 addresses in their shortest form; `::ffff:10.0.0.3` is
    `10.0.0.3`.
    """
    groups = [group for d in view.plan.datacenters for group in (*(c.hosts for c in d.clusters), d.hosts)]
    if _all_differ(tuple(map(attrgetter("address"), chain.from_iterable(groups)))):
        return
    users: dict[str, list[Host]] = {}
    for _, _, host in hosts(view.plan):
        if host.address.strip():
            users.setdefault(normalised(host.address), []).append(host)
    for own in users.values():
        for host in own if len(own) > 1 else ():
            other = own[1] if host is own[0] else own[0]
            parameters = {"host": host.label, "address": host.address, "other": other.label}
            yield Hit(Subject(host.id, "address"), parameters)


@rule(
    "host.esx-newer-than-vcenter",
    "host",
    Severity.ERROR,
    says=QT_TRANSLATE_NOOP("rules", "{host} runs {esx}, which {release} cannot manage."),
    remedy=QT_TRANSLATE_NOOP("rules", "Upgrade vCenter to {needed} or newer first, or plan for it."),
    source="esx_releases.tsv; product interoperability",
)
def esx_newer_than_vcenter(view: HostView) -> Iterator[Hit]:
    """A host's ESX is newer than the vCenter of the plan."""
    esx = esx_releases().get(view.host.esx_release or "")
    if esx is not None and not view.facts.at_least(esx.vcenter):
        parameters = {
            "host": view.host.label,
            "esx": esx.name,
            "release": view.facts.release_name,
            "needed": releases()[esx.vcenter].name,
        }
        yield Hit(Subject(view.host.id, "esx_release"), parameters)


@rule(
    "host.esx-too-old-for-vcenter",
    "host",
    Severity.ERROR,
    Severity.WARNING,
    says=(
        QT_TRANSLATE_NOOP("rules", "{host} runs {esx}, and {release} manages {oldest} and newer."),
        QT_TRANSLATE_NOOP(
            "rules", "{host} runs {esx}, and {release} manages {oldest} and newer, as far as recalled."
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP("rules", "Upgrade the host first, or plan for an older vCenter."),
        QT_TRANSLATE_NOOP(
            "rules", "Verify it in the product interoperability matrix; upgrade the host first if so."
        ),
    ),
    source="releases.tsv (6.5 and 6.7: documented); product interoperability",
)
def esx_too_old_for_vcenter(view: HostView) -> Iterator[Hit]:
    """A host's ESX is older than the oldest that the vCenter of the plan manages.

    An error where that is documented (vSphere 6.5 and 6.7), a warning where it is recalled; nothing is said
    of releases for which it is not known.
    """
    release = releases()[view.facts.release]
    if release.oldest_esx is None or not esx_older(view.host, release.oldest_esx):
        return
    parameters = {
        "host": view.host.label,
        "esx": esx_releases()[view.host.esx_release or ""].name,
        "release": release.name,
        "oldest": esx_releases()[release.oldest_esx].name,
    }
    recalled = int(release.oldest_esx_provenance != "documented")
    severity = Severity.WARNING if recalled else Severity.ERROR
    yield Hit(Subject(view.host.id, "esx_release"), parameters, recalled, severity, recalled)


@rule(
    "host.esx-older-than-evc",
    "host",
    Severity.ERROR,
    says=QT_TRANSLATE_NOOP("rules", "{host} runs {esx}, which has no EVC."),
    remedy=QT_TRANSLATE_NOOP("rules", "Upgrade it to ESX 3.5 Update 2 or newer before it joins the cluster."),
    source="paper, “Using and Implementing …, Step by Step”",
    fault=("EVCAdmissionFailedHostSoftware", "EVCUnsupportedByHostSoftware"),
)
def esx_older_than_evc(view: HostView) -> Iterator[Hit]:
    """A host of a cluster with EVC runs an ESX older than 3.5 Update 2."""
    if view.cluster is None or view.cluster.evc_mode is None or not esx_older(view.host, "3.5u2"):
        return
    esx = esx_releases()[view.host.esx_release or ""]
    parameters = {"host": view.host.label, "esx": esx.name}
    yield Hit(Subject(view.host.id, "esx_release"), parameters, fault=int(not view.joins))


@rule(
    "host.esx-older-than-cpu",
    "host",
    Severity.WARNING,
    Severity.ERROR,
    says=(
        QT_TRANSLATE_NOOP(
            "rules", "{host} runs {esx}; its {generation} processor needs {needed} (as far as recalled)."
        ),
        QT_TRANSLATE_NOOP("rules", "{host} runs {esx}; its {generation} processor needs {needed}."),
    ),
    remedy=(
        QT_TRANSLATE_NOOP("rules", "Verify it in the vendor's compatibility guide; upgrade the host if so."),
        QT_TRANSLATE_NOOP("rules", "Upgrade the host to {needed} or newer."),
    ),
    source="paper, “Compatibility Pool …” (5500 series: ESX 3.5 Update 4); esx_cpu_support.tsv",
)
def esx_older_than_cpu(view: HostView) -> Iterator[Hit]:
    """A host's ESX is older than its processor.

    An error only where that is documented (the 5500 series needs ESX 3.5 Update 4), else a warning.
    """
    host = view.host
    known = None if view.cpu is None else esx_support_of(view.cpu)
    if known is None or known.first_esx is None or not esx_older(host, known.first_esx):
        return
    parameters = {
        "host": host.label,
        "esx": esx_releases()[host.esx_release or ""].name,
        "generation": known.generation,
        "needed": known.needed,
    }
    case = int(known.first_documented)
    severity = Severity.ERROR if known.first_documented else Severity.WARNING
    yield Hit(Subject(host.id, "esx_release"), parameters, case, severity, case)


@rule(
    "host.cpu-discontinued",
    "host",
    Severity.WARNING,
    Severity.ERROR,
    says=(
        QT_TRANSLATE_NOOP(
            "rules",
            "{host} runs {esx}, which has dropped its {generation} processor as far as recalled; {last} "
            "still runs on it.",
        ),
        QT_TRANSLATE_NOOP("rules", "{host} runs {esx}, which needs XSAVE; its processor ({cpu}) lacks it."),
    ),
    remedy=(
        QT_TRANSLATE_NOOP(
            "rules", "Verify it in the vendor's compatibility guide before relying on the host."
        ),
        QT_TRANSLATE_NOOP("rules", "Keep the host on ESXi 8.0 Update 1 or older, or replace it."),
        QT_TRANSLATE_NOOP(
            "rules",
            "Keep the host on {last} or older, which run on its {generation} processor as far as known, or "
            "replace it.",
        ),
    ),
    source="releases.tsv (8.0 Update 2, documented); esx_cpu_support.tsv",
)
def cpu_discontinued(view: HostView) -> Iterator[Hit]:
    """A host's ESX no longer supports its processor.

    An error where ESXi 8.0 Update 2 or newer meets a processor without XSAVE, else a warning.
    """
    host, cpu = view.host, view.cpu
    esx = esx_releases().get(host.esx_release or "")
    if cpu is None or esx is None:
        return
    subject = Subject(host.id, "esx_release")
    parameters = {"host": host.label, "esx": esx.name, "cpu": cpu.name()}
    known = esx_support_of(cpu)
    last = None if known is None else esx_releases().get(known.last_esx or "")
    past = last is not None and esx.order > last.order
    if known is not None and last is not None:
        parameters |= {"generation": known.generation, "last": last.name}
    if not esx_older(host, "8.0u2") and cpu.has("XSAVE") is False:
        yield Hit(subject, parameters, 1, Severity.ERROR, 2 if past else 1)
    elif past:
        yield Hit(subject, parameters)


@rule(
    "host.model-unknown",
    "host",
    Severity.INFO,
    says=QT_TRANSLATE_NOOP(
        "rules",
        "The processor model of {host} ({cpu}; {signature}) is in no table: it is judged by its features "
        "alone.",
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules", "Verify in the vendor’s compatibility guide that the host’s ESX supports the processor."
    ),
    source="processor_generations.tsv",
)
def model_unknown(view: HostView) -> Iterator[Hit]:
    """A host's processor is by Intel or AMD, and no table knows its family and model.

    Its EVC modes come from its features alone, and nothing is known of the ESX that it needs.
    """
    cpu = view.cpu
    if cpu is not None and cpu.vendor in MAKERS and cpu.signature is not None and cpu.generation is None:
        parameters = {"host": view.host.label, "cpu": cpu.name(), "signature": cpu.signature}
        yield Hit(Subject(view.host.id, "cpu"), parameters)


@rule(
    "host.esx-support-unknown",
    "host",
    Severity.INFO,
    says=QT_TRANSLATE_NOOP(
        "rules", "Which ESX runs on the {generation} processor of {host} ({cpu}) is in no table here."
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules", "Verify in the vendor’s compatibility guide that {esx} supports the processor."
    ),
    source="esx_cpu_support.tsv",
)
def esx_support_unknown(view: HostView) -> Iterator[Hit]:
    """Nothing is known of the ESX that a host's generation of processors needs.

    Quiet where the host's ESX is not known, and where the model itself is in no table: `host.model-unknown`
    speaks.
    """
    host, cpu = view.host, view.cpu
    esx = esx_releases().get(host.esx_release or "")
    if cpu is None or esx is None or cpu.vendor not in MAKERS or cpu.generation is None:
        return
    if esx_support_of(cpu) is None:
        parameters = {
            "host": host.label,
            "cpu": cpu.name(),
            "generation": cpu.generation.name,
            "esx": esx.name,
        }
        yield Hit(Subject(host.id, "esx_release"), parameters)


@rule(
    "host.seen-through-hypervisor",
    "host",
    Severity.WARNING,
    says=QT_TRANSLATE_NOOP(
        "rules",
        "The processor of {host} was captured inside a virtual machine: what is missing may be hidden.",
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Capture CPUID on the host itself, outside any virtual machine."),
    source="Intel SDM, CPUID 1.ECX[31]; paper, figure 10",
)
def seen_through_hypervisor(view: HostView) -> Iterator[Hit]:
    """A host's capture has the HYPERVISOR bit: it was taken inside a virtual machine."""
    if view.cpu is not None and view.cpu.hypervisor:
        yield Hit(Subject(view.host.id, "cpu"), {"host": view.host.label})


@rule(
    "host.cpu-assumed",
    "host",
    Severity.INFO,
    says=(
        QT_TRANSLATE_NOOP("rules", "The processor of {host} ({cpu}) is assumed from the list, not measured."),
        QT_TRANSLATE_NOOP(
            "rules",
            "What the other sources leave open of the processor of {host} ({cpu}) is assumed from its name.",
        ),
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules", "Capture CPUID on the host: BIOS settings and microcode change features."
    ),
    source="cpu_series.tsv",
)
def cpu_assumed(view: HostView) -> Iterator[Hit]:
    """A host's processor, or part of it, comes from the list of series rather than from a measurement."""
    host, cpu = view.host, view.cpu
    if cpu is not None and host.cpu_assumed:
        partly = any(each.kind != "brand" for each in host.evidence)
        parameters = {"host": host.label, "cpu": cpu.name()}
        yield Hit(Subject(host.id, "cpu"), parameters, template=int(partly))

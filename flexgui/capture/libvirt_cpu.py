"""libvirt's `<cpu>` elements: a model and features by name, no registers.

They come in `virsh capabilities` (the host's), `virsh domcapabilities` and domains (what a guest gets), and
alone, any number in one text, as `virsh cpu-baseline` takes them. A host's element has neither `mode` nor
`match`, and its features no policies. What is not listed may be unknown to libvirt's map, so that nothing is
missing for certain but what the silicon of a host's signature cannot have.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from flexgui.capture.captured import CapturedHost
from flexgui.capture.libvirt_features import EMULATED, feature_names, features_of_model
from flexgui.capture.linux_flags import signature_of
from flexgui.capture.xml_text import is_xml, parse
from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.signature import Signature
from flexgui.errors import InputError
from flexgui.evc.silicon_limits import certainly_missing

FORMAT: Final = "libvirt CPU XML"

_CPU = re.compile(r"<cpu[\s>/]")
_OTHERS = r"((?:<(?:microcode|signature|counter|topology|maxphysaddr|pages)(?:\s+\w+='[\w.,-]*')*\s*/>\s*)*)"
_PLAIN = re.compile(
    r"<cpu((?:\s+(?:mode|match|check)='[\w-]*')*)\s*>\s*"
    r"(?:<arch>(\w+)</arch>\s*)?"
    r"<model(?:\s+fallback='\w+')?>([\w.+ -]+)</model>\s*"
    r"(?:<vendor>([\w ]+)</vendor>\s*)?"
    rf"{_OTHERS}"
    r"((?:<feature(?:\s+policy='\w+')?\s+name='[\w.+-]+'\s*/>\s*)*)"
    rf"{_OTHERS}</cpu>"
)
"""The usual element, which needs no parser, once its quotes are all single ones."""

_FEATURE = re.compile(r"<feature(?:\s+policy='(\w+)')?\s+name='([\w.+-]+)'")
_OTHER = re.compile(r"<(\w+)([^>]*)/>")
_ATTRIBUTE = re.compile(r"(\w+)='([^']*)'")

_MAKERS: Final = {"Intel": "intel", "AMD": "amd", "Hygon": "hygon"}
_X86: Final = frozenset({"x86_64", "i686", "x86"})


@dataclass(slots=True)
class _Said:
    """What one element says. `guest`: it describes what a guest gets; `virtual`: what one gets from KVM."""

    guest: bool = False
    virtual: bool = False
    model: str = ""
    vendor: str = ""
    listed: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    signature: Signature | None = None

    def feature(self, name: str, policy: str) -> None:
        """A feature; `force` and `optional` say nothing of what is there."""
        self.guest = self.guest or bool(policy)
        if policy in ("", "require"):
            self.listed.append(name)
        elif policy in ("disable", "forbid"):
            self.excluded.append(name)

    def note(self, name: str, attributes: dict[str, str]) -> None:
        """A child element."""
        if name == "signature":
            family, model, stepping = (attributes.get(key, "") for key in ("family", "model", "stepping"))
            self.signature = signature_of(family, model, stepping)


def recognises(text: str) -> bool:
    return is_xml(text) and "<cpudata" not in text and _CPU.search(text) is not None


def read(text: str, source: str) -> list[CapturedHost]:
    """Every host in the text, one for each `<cpu>` that describes a processor.

    Raises:
        InputError: the XML is malformed, declares a document type or entities, or describes no x86 processor.
    """
    hosts = _plain_hosts(text, source)
    if hosts is None:
        hosts = []
        parse(text, CpuElements(source, hosts.append))
    if not hosts:
        raise InputError(
            "The XML describes no processor: it has no <cpu> with a model or features.",
            "Save the output of virsh capabilities, or capture with cpuid -r on the host.",
        )
    return hosts


def _plain_hosts(text: str, source: str) -> list[CapturedHost] | None:
    """The hosts of a text that has nothing but usual elements; None where the parser must look."""
    seen: dict[str, CapturedHost] = {}
    hosts = []
    *elements, rest = text.split("</cpu>")
    if rest.strip():
        return None
    for raw in elements:
        element = raw.strip()
        host = seen.get(element)
        if host is None:
            said = _plain(element + "</cpu>")
            if said is None:
                return None
            host = seen[element] = _host(said, source)
        hosts.append(host)
    return hosts


def _plain(element: str) -> _Said | None:
    found = _PLAIN.fullmatch(element.replace('"', "'"))
    if found is None:
        return None
    of_cpu, arch, of_model, vendor, before, features, after = found.groups(default="")
    if arch not in _X86 and arch:
        return None
    said = _Said(bool(of_cpu), model=of_model, vendor=vendor)
    if "policy" in features:
        for policy, name in _FEATURE.findall(features):
            said.feature(name, policy)
    else:
        said.listed = features.split("'")[1::2]
    for others in (before, after):
        for name, attributes in _OTHER.findall(others):
            said.note(name, dict(_ATTRIBUTE.findall(attributes)))
    return said


class CpuElements:
    """Finds the elements in what the XML parser tells, and gives each one's host to `found`."""

    def __init__(self, source: str, found: Callable[[CapturedHost], None]) -> None:
        self._source = source
        self._found = found
        self._said: _Said | None = None
        self._text: list[str] | None = None
        self._depth = 0
        self._capabilities: list[CapturedHost] = []
        self._in_capabilities = False
        self._places: list[dict[str, str]] = []
        self._host_model = False

    def start(self, name: str, attributes: dict[str, str], around: list[str], line: int) -> None:
        parent = around[-1]
        if name == "capabilities":
            self._in_capabilities, self._capabilities, self._places = True, [], []
        if self._said is not None:
            self._depth += 1
            self._inside(name, attributes, parent, line)
        elif name == "cpu" and parent == "cpus":
            self._places.append(attributes)
        elif name == "cpu":
            virtual = "domainCapabilities" in around
            guest = virtual or "mode" in attributes or "match" in attributes
            self._said, self._depth = _Said(guest, virtual), 0

    def text(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, name: str) -> None:
        if name == "capabilities":
            self._in_capabilities = False
            packages, cores = _sockets(self._places)
            for host in self._capabilities:
                self._found(replace(host, cpu_packages=packages, cpu_cores=cores))
        said = self._said
        if said is None:
            return
        if self._text is not None:
            stated = "".join(self._text).strip()
            self._text = None
            if name in ("model", "vendor"):
                if getattr(said, name) not in ("", stated):
                    raise InputError(f"One <cpu> has two different {name}s.", "Save the XML again.")
                setattr(said, name, stated)
            elif stated not in _X86:
                raise InputError(
                    "A <cpu> is of another processor architecture than x86.", "EVC is for x86 hosts."
                )
        if self._depth:
            self._depth -= 1
            return
        self._said = None
        if said.model or said.listed:
            host = _host(said, self._source)
            (self._capabilities.append if self._in_capabilities else self._found)(host)

    def _inside(self, name: str, attributes: dict[str, str], parent: str, line: int) -> None:
        said = self._said
        assert said is not None
        if parent == "mode" and not self._host_model:
            return
        if name == "mode":
            self._host_model = attributes.get("name") == "host-model"
        elif parent not in ("cpu", "mode"):
            return
        elif name == "feature" and "name" in attributes:
            said.feature(attributes["name"], attributes.get("policy", ""))
        elif name in ("model", "vendor", "arch"):
            self._text = []
        else:
            said.note(name, attributes)


def _host(said: _Said, source: str) -> CapturedHost:
    known = feature_names()
    present = features_of_model(said.model).union([known[name] for name in said.listed if name in known])
    if said.excluded:
        present -= {known[name] for name in said.excluded if name in known}
    if said.guest:
        virtual = said.virtual or "HYPERVISOR" in present
        present = present - EMULATED | ({"HYPERVISOR"} if virtual else set())
    maker = _MAKERS.get(said.vendor, said.vendor.lower() or None)
    return CapturedHost("", source, FORMAT, _cpu(maker, said.signature, present, said.guest))


@lru_cache(maxsize=4096)
def _cpu(maker: str | None, signature: Signature | None, present: frozenset[str], guest: bool) -> Cpu:
    return described(
        Cpu(
            fingerprint="",
            vendor=maker,
            family=signature.family if signature else None,
            model=signature.model if signature else None,
            stepping=signature.stepping if signature else None,
            present=tuple(sorted(present)),
            absent=() if guest else tuple(sorted(certainly_missing(maker, signature, present))),
        )
    )


def _sockets(places: list[dict[str, str]]) -> tuple[int | None, int | None]:
    """(packages, cores) of a host from the places of its logical processors, where all are stated."""
    if not places or any("socket_id" not in each or "core_id" not in each for each in places):
        return None, None
    cores = {
        (each["socket_id"], each.get("die_id"), each.get("cluster_id"), each["core_id"]) for each in places
    }
    return len({each["socket_id"] for each in places}), len(cores)

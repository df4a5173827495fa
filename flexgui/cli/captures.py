"""`inspect`: what captures say of each host."""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from flexgui.cli.command import (
    FINE,
    AddCommand,
    capture_arguments,
    captured,
    json_option,
    print_json,
    weighed_modes,
)
from flexgui.errors import printable


def add(command: AddCommand) -> None:
    inspect = command("inspect", _inspect, "What captures say: processor, EVC modes, what blocks the next.")
    capture_arguments(inspect)
    json_option(inspect)


def _inspect(arguments: argparse.Namespace) -> int:
    from flexgui.evc.modes import maker

    inspector = _Inspector(weighed_modes(arguments))
    hosts = [inspector.host(path, host) for path, host in captured(arguments)]
    if arguments.json:
        print_json({"hosts": hosts})
        return FINE
    names = Counter(host["name"] for host in hosts)
    for host in hosts:
        evc, masking = host["evc"], host["masking"]
        unknown = "cannot tell" if host["family"] is None else "unknown model, judged by its features"
        silicon = host["generation"] or unknown
        place = "family {family}, model {model}, stepping {stepping}".format_map(host)
        if host["family"] is None:
            place = "family and model not known"
        where = f" ({printable(host['source'])})" if names[host["name"]] > 1 else ""
        print(f"{printable(host['name'])}{where}: {printable(host['brand']) or 'no brand string'}")
        print(f"  silicon      {silicon} ({host['vendor'] or 'unknown maker'}; {place})")
        if host["hypervisor"]:
            print("  seen         through a hypervisor: what is missing may be masked; capture on the host")
        if host["differing"]:
            print(f"  cores        differ in {', '.join(host['differing'])}; only what all have counts")
        for line in _evidence_lines(host):
            print(line)
        if evc["maker_has_modes"] is False:
            print(f"  highest mode none: there is no EVC mode for processors by {maker(host['vendor'])}")
            continue
        print(f"  highest mode {evc['highest'] or 'none'}")
        if evc["possible"] and evc["possible"] != evc["highest"]:
            print(f"  possible     {evc['possible']}")
        print(f"  supports     {', '.join(evc['supported']) or '–'}")
        print(f"  cannot tell  {', '.join(evc['unknown']) or '–'}")
        print(f"  next lacks   {', '.join(evc['missing_for_next']) or '–'}")
        if evc["unknown_for_next"]:
            print(f"               cannot tell: {', '.join(evc['unknown_for_next'])}")
        for number, sentence in enumerate(evc["to_collect"]):
            print(f"  {'' if number else 'collect':12} {sentence}")
        nx = {True: "present", False: "missing", None: "cannot tell"}
        print(f"  NX           {nx[host['nx']]}")
        print("  VT           cannot tell: the BIOS lock cannot be read with CPUID")
        for number, sentence in enumerate(host["hidden_advice"]):
            print(f"  {'' if number else 'hidden':12} {sentence}")
        for line in _esx_lines(host["esx_support"], host["generation"]):
            print(line)
        print(f"  masking      {masking['mechanism'] if masking else 'cannot tell'}")
    return FINE


def _evidence_lines(host: dict[str, Any]) -> list[str]:
    """What the host's processor is known from, and where the sources contradict each other."""
    lines = []
    for number, each in enumerate(host["evidence"]):
        says = ", ".join(filter(None, (each["generation"], each["highest"]))) or "nothing for certain"
        assumed = " (assumed from the name)" if each["assumed"] else ""
        where = f"{printable(each['source'])} ({each['format']})"
        lines.append(f"  {'' if number else 'evidence':12} {each['kind']}: {where}: {says}{assumed}")
    if host["candidates"][1:]:
        lines.append(f"  {'':12} the name may mean {' or '.join(host['candidates'])}")
    if host["assumed"] and len(host["evidence"]) > 1:
        lines.append(f"  {'':12} what all others leave open is assumed from the name")
    return lines + [f"  {'' if n else 'disagree':12} {said}" for n, said in enumerate(host["disagreements"])]


def _esx_lines(known: dict[str, Any] | None, generation: str | None) -> list[str]:
    """What is known of the ESX that the processor needs, and how far."""
    if known is None:
        nothing = "nothing is known of the ESX that it needs; verify in the vendor's compatibility guide"
        return [f"  ESX          {nothing}"] if generation is not None else []
    recalled = {True: "documented", False: "as far as recalled; verify in the vendor's compatibility guide"}
    lines = []
    if known["first"]:
        lines.append(f"{known['needs']} is the first ({recalled[known['first_documented']]})")
    if known["dropped"]:
        lines.append(f"{known['dropped']} has dropped it ({recalled[known['last_documented']]})")
    return [f"  {'' if number else 'ESX':12} {line}" for number, line in enumerate(lines)]


def _esx_support(cpu: Any) -> dict[str, Any] | None:
    from flexgui.evc.releases import esx_releases, esx_support_of

    found, names = esx_support_of(cpu), {key: esx.name for key, esx in esx_releases().items()}
    if found is None:
        return None
    return {
        "first": names.get(found.first_esx or ""),
        "needs": found.needed or None,
        "first_documented": found.first_documented,
        "last": names.get(found.last_esx or ""),
        "dropped": names.get(found.dropped or ""),
        "last_documented": found.last_documented,
        "provenance": found.provenance,
    }


def hidden_features(cpu: Any, among: Any = None) -> dict[str, Any]:
    """The features that the silicon has for certain and that the host does not show, and what to do.

    `cpu` is None where the processor is only assumed; `among` are the features that matter, None for all.
    """
    from flexgui.cpuid.silicon import advice, hidden

    found = () if cpu is None else hidden(cpu)
    found = tuple(h for h in found if among is None or h.feature in among)
    return {
        "hidden": [
            {"feature": h.feature, "cause": h.cause, "setting": h.setting or None, "provenance": h.provenance}
            for h in found
        ],
        "hidden_advice": [template.format_map(parameters) for template, parameters in advice(found)],
    }


class _Inspector:
    """What is said of hosts.

    What rests on their processors alone is weighed once for each of these, and what rests on the features
    that modes ask for once for all that are alike there: thousands of hosts may have brands of their own.
    """

    def __init__(self, modes: Any) -> None:
        self._modes = modes
        self._assessed: dict[object, Any] = {}
        self._collected: dict[object, list[Any]] = {}
        self._processors: dict[object, tuple[dict[str, Any], list[Any]]] = {}
        self._disagreements: dict[object, Any] = {}

    def host(self, path: Path, host: Any) -> dict[str, Any]:
        key = host.cpu.fingerprint, host.kind, host.assumed, host.esx_release
        if key not in self._processors:
            self._processors[key] = self._processor(host), self._to_collect(host)
        said, collected = self._processors[key]
        sources = host.sources or (host,)
        evc = {**said["evc"], "to_collect": [_said_of(host.name, each) for each in collected]}
        return {
            "name": host.name,
            "source": str(path),
            **said,
            "evc": evc,
            "candidates": list(host.candidates),
            "evidence": [self._source(source) for source in sources],
            "disagreements": self._contradictions(host.name, sources),
        }

    def _assess(self, cpu: Any) -> Any:
        from flexgui.evc.support import assess

        key = _decisive(cpu)
        if key not in self._assessed:
            self._assessed[key] = assess(cpu, self._modes)
        return self._assessed[key]

    def _processor(self, host: Any) -> dict[str, Any]:
        """What is said of every host with this processor that is known in the same way."""
        from flexgui.cpuid.masking import masking
        from flexgui.evc.modes import MAKERS
        from flexgui.evc.support import Answer

        cpu, found = host.cpu, self._assess(host.cpu)
        mechanism = masking(cpu)
        return {
            "vendor": cpu.vendor,
            "brand": cpu.brand,
            "family": cpu.family,
            "model": cpu.model,
            "stepping": cpu.stepping,
            "generation": cpu.generation.name if cpu.generation else None,
            "hypervisor": cpu.hypervisor,
            "evc": {
                "highest": found.highest.key if found.highest else None,
                "possible": found.possible.key if found.possible else None,
                "supported": found.keys(Answer.YES),
                "unknown": found.keys(Answer.UNKNOWN),
                "missing_for_next": list(found.missing_for_next),
                "unknown_for_next": list(found.unknown_for_next),
                "maker_has_modes": None if cpu.vendor is None else cpu.vendor in MAKERS,
            },
            "assumed": host.assumed,
            "nx": cpu.has("NX"),
            "vt": None,
            "masking": None
            if mechanism is None
            else {"mechanism": mechanism.mechanism or "none", "provenance": mechanism.provenance},
            "differing": list(cpu.differing),
            "esx_support": _esx_support(cpu),
            **hidden_features(None if host.assumed else cpu),
        }

    def _to_collect(self, host: Any) -> list[Any]:
        from flexgui.evc.pool import Member, weigh
        from flexgui.evc.to_collect import to_collect

        cpu = host.cpu
        named = bool(cpu.measured or cpu.present or cpu.absent)
        brand = cpu.brand if host.assumed else ""
        key = (*_decisive(cpu), named, cpu.hypervisor, brand, host.kind, host.esx_release)
        if key not in self._collected:
            pools = weigh([Member(host.name, cpu, host.kind, host.esx_release)], self._modes)
            self._collected[key] = [each for pool in pools for each in to_collect(pool, self._modes)]
        return self._collected[key]

    def _source(self, source: Any) -> dict[str, Any]:
        """What one source alone says."""
        highest, generation = self._assess(source.cpu).highest, source.cpu.generation
        return {
            "source": source.source,
            "format": source.format,
            "kind": source.kind,
            "generation": generation.name if generation else None,
            "highest": highest.key if highest else None,
            "assumed": source.assumed,
        }

    def _contradictions(self, name: str, sources: Any) -> list[str]:
        """Where the sources contradict each other, or the highest mode that one measured its own brand."""
        from flexgui.evc.evidence import SAYS, disagreements
        from flexgui.evc.series import find_brand
        from flexgui.translate import fill

        evidence = [(source.kind, source.cpu) for source in sources]
        files = [source.source for source in sources]
        for source in sources:
            cpu = source.cpu
            if source.kind == "maxEVCModeKey" and not source.candidates and find_brand(cpu.brand):
                evidence.append(("brand", _promised(cpu.brand)))
                files.append(f"“{cpu.brand}”")
        key = tuple((kind, cpu.fingerprint) for kind, cpu in evidence)
        if key not in self._disagreements:
            self._disagreements[key] = disagreements(evidence, self._modes)
        return [fill(SAYS[each.about], each.parameters(name, files)) for each in self._disagreements[key]]


def _decisive(cpu: Any) -> tuple[object, ...]:
    """All of a processor that decides which modes it supports, or may support."""
    from flexgui.evc.packed import packed
    from flexgui.evc.silicon_limits import out_of_reach

    return cpu.vendor, packed(cpu), cpu.max_evc_mode, out_of_reach(cpu)


def _promised(brand: str) -> Any:
    from flexgui.evc.series import branded

    return branded(brand).cpu


def _said_of(name: str, collected: Any) -> str:
    """What to collect, said of a host of this name."""
    text: str = replace(collected, members=(replace(collected.members[0], name=name),)).said().text()
    return text

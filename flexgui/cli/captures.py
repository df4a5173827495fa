"""`inspect` and `baseline`: what captures say, one by one and together."""

from __future__ import annotations

import argparse
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
    baseline = command("baseline", _baseline, "What hosts have in common, by maker, and who holds them back.")
    for capturing in (inspect, baseline):
        capture_arguments(capturing)
        json_option(capturing)


def _inspect(arguments: argparse.Namespace) -> int:
    modes = weighed_modes(arguments)
    hosts = [_inspected(path, host, modes) for path, host in captured(arguments)]
    if arguments.json:
        print_json({"hosts": hosts})
        return FINE
    for host in hosts:
        evc, masking = host["evc"], host["masking"]
        silicon = host["generation"] or "unknown model, judged by its features"
        place = "family {family}, model {model}, stepping {stepping}".format_map(host)
        print(f"{printable(host['name'])}: {printable(host['brand']) or 'no brand string'}")
        print(f"  silicon      {silicon} ({host['vendor'] or 'unknown maker'}; {place})")
        if host["hypervisor"]:
            print("  seen         through a hypervisor: what is missing may be masked; capture on the host")
        if host["differing"]:
            print(f"  cores        differ in {', '.join(host['differing'])}; only what all have counts")
        print(f"  highest mode {evc['highest'] or 'none'}")
        if evc["possible"] and evc["possible"] != evc["highest"]:
            print(f"  possible     {evc['possible']}")
        print(f"  supports     {', '.join(evc['supported']) or '–'}")
        print(f"  cannot tell  {', '.join(evc['unknown']) or '–'}")
        print(f"  next lacks   {', '.join(evc['missing_for_next']) or '–'}")
        if evc["unknown_for_next"]:
            print(f"               cannot tell: {', '.join(evc['unknown_for_next'])}")
        nx = {True: "present", False: "missing", None: "cannot tell"}
        print(f"  NX           {nx[host['nx']]}")
        print("  VT           cannot tell: the BIOS lock cannot be read with CPUID")
        for number, sentence in enumerate(host["hidden_advice"]):
            print(f"  {'' if number else 'hidden':12} {sentence}")
        for line in _esx_lines(host["esx_support"]):
            print(line)
        print(f"  masking      {masking['mechanism'] if masking else 'cannot tell'}")
    return FINE


def _esx_lines(known: dict[str, Any] | None) -> list[str]:
    """What is known of the ESX that the processor needs, and how far."""
    if known is None:
        return []
    recalled = {True: "documented", False: "as far as recalled; verify in the vendor's compatibility guide"}
    first = f"{known['first']} is the first ({recalled[known['first_documented']]})"
    last = f"{known['last']} is the last ({recalled[known['last_documented']]})"
    return [f"  ESX          {first}", f"               {last}"]


def _esx_support(cpu: Any) -> dict[str, Any] | None:
    from flexgui.evc.releases import esx_cpu_support, esx_releases

    found = esx_cpu_support().get(cpu.generation.name) if cpu.generation else None
    if found is None:
        return None
    return {
        "first": esx_releases()[found.first_esx].name,
        "first_documented": found.first_documented,
        "last": esx_releases()[found.last_esx].name,
        "last_documented": found.last_documented,
        "provenance": found.provenance,
    }


def _hidden(host: Any, among: Any = None) -> dict[str, Any]:
    """The features that the silicon has for certain and that the host does not show, and what to do."""
    from flexgui.cpuid.silicon import advice, hidden

    found = () if host.assumed else hidden(host.cpu)
    found = tuple(h for h in found if among is None or h.feature in among)
    return {
        "hidden": [
            {"feature": h.feature, "cause": h.cause, "setting": h.setting or None, "provenance": h.provenance}
            for h in found
        ],
        "hidden_advice": [template.format_map(parameters) for template, parameters in advice(found)],
    }


def _inspected(path: Path, host: Any, modes: Any) -> dict[str, Any]:
    from flexgui.cpuid.masking import masking
    from flexgui.evc.support import Answer, assess

    cpu, found = host.cpu, assess(host.cpu, modes)
    mechanism = masking(cpu)
    return {
        "name": host.name,
        "source": str(path),
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
        },
        "nx": cpu.has("NX"),
        "vt": None,
        "masking": None
        if mechanism is None
        else {"mechanism": mechanism.mechanism or "none", "provenance": mechanism.provenance},
        "differing": list(cpu.differing),
        "esx_support": _esx_support(cpu),
        **_hidden(host),
    }


def _baseline(arguments: argparse.Namespace) -> int:
    from flexgui.evc.pool import Member, common_registers, weigh

    read = captured(arguments)
    members = [Member(host.name, host.cpu) for _, host in read]
    sources = {id(member): str(path) for member, (path, _) in zip(members, read, strict=True)}
    hosts = {id(member): host for member, (_, host) in zip(members, read, strict=True)}
    vendors: dict[str, dict[str, Any]] = {}
    for pool in weigh(members, weighed_modes(arguments)):
        common = common_registers([member.cpu for member in pool.members])
        vendors[pool.vendor] = {
            "highest_common_mode": pool.highest.key if pool.highest else None,
            "possible_mode": pool.possible.key if pool.possible else None,
            "next_mode": pool.next_mode.key if pool.next_mode else None,
            "registers": {
                f"{leaf:08x}.{subleaf:x}": [None if v is None else f"{v:08x}" for v in values]
                for (leaf, subleaf), values in common.items()
            },
            "blocked_by": [
                {
                    "host": blocker.member.name,
                    "source": sources[id(blocker.member)],
                    "missing": list(blocker.support.missing),
                    "unknown": list(blocker.support.unknown),
                    **_hidden(hosts[id(blocker.member)], blocker.support.missing),
                }
                for blocker in pool.blockers
            ],
            "hosts": [member.name for member in pool.members],
        }
    if arguments.json:
        print_json({"vendors": vendors})
        return FINE
    for vendor, found in vendors.items():
        print(f"{vendor}: {len(found['hosts'])} host(s)")
        print(f"  highest common mode {found['highest_common_mode'] or 'none'}")
        if found["possible_mode"] != found["highest_common_mode"]:
            print(f"  possible            {found['possible_mode']}, once what is unknown is collected")
        if found["next_mode"]:
            print(f"  kept from           {found['next_mode']}, by")
        for blocker in found["blocked_by"]:
            lacks = f"lacks {', '.join(blocker['missing'])}" if blocker["missing"] else ""
            unsure = f"cannot tell {', '.join(blocker['unknown'])}" if blocker["unknown"] else ""
            print(
                f"    {printable(blocker['host'])}: {'; '.join(filter(None, (lacks, unsure))) or 'unknown'}"
            )
            for sentence in blocker["hidden_advice"]:
                print(f"      {sentence}")
    if len(vendors) > 1:
        print("Hosts of different makers cannot be in one cluster under EVC.")
    return FINE

"""`suggest`: the best clusters for a fleet."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from flexgui.cli.command import (
    FINE,
    AddCommand,
    capture_arguments,
    captured,
    is_plan,
    json_option,
    modes_of_plan,
    one_plan,
    print_json,
    weighed_modes,
)
from flexgui.errors import printable


def add(command: AddCommand) -> None:
    suggest = command(
        "suggest",
        _suggest,
        "The best partition of a fleet into clusters, by maker: FILEs are captures, folders, or a plan.",
    )
    capture_arguments(suggest)
    suggest.add_argument(
        "-k", type=_number, metavar="N", help="at most N clusters a maker; without it, all that gain"
    )
    json_option(suggest)


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("the number of clusters is a whole number from 1 on")
    return int(text)


def _suggest(arguments: argparse.Namespace) -> int:
    from flexgui.evc.partition import suggest
    from flexgui.evc.partition_words import Words

    hosts, sources, modes, offered = _fleet(arguments)
    found = suggest(hosts, modes, offered)
    words = Words(hosts, modes)
    if arguments.json:
        vendors = {}
        for suggestion in found:
            # More clusters than modes are never made; each number up to -k gets an answer nevertheless.
            most = max(1, min(arguments.k or suggestion.useful_k, len(modes.of_vendor(suggestion.vendor))))
            vendors[suggestion.vendor] = _as_json(suggestion, most, words, hosts, sources)
        print_json({"vendors": vendors})
        return FINE
    for suggestion in found:
        _print(suggestion, words, arguments.k)
    return FINE


def _fleet(arguments: argparse.Namespace) -> tuple[list[Any], list[str], Any, Any]:
    """(hosts, the source of each, modes, those that are offered) of all files that were named."""
    from flexgui.evc.modes import builtin_modes
    from flexgui.evc.partition import FleetHost
    from flexgui.plan.inventory import fleet_host
    from flexgui.plan.inventory import hosts as hosts_of
    from flexgui.plan.storage import load

    path = one_plan(arguments)
    weighed = weighed_modes(arguments)
    modes, offered = builtin_modes() if arguments.modes is None else weighed, tuple(weighed)
    hosts: list[FleetHost] = []
    sources: list[str] = []
    if path is not None:
        plan = load(path)
        modes, offered = modes_of_plan(arguments, plan)
        hosts += [fleet_host(plan, host) for _, _, host in hosts_of(plan)]
        sources += [str(path)] * len(hosts)
        arguments.files = [file for file in arguments.files if not is_plan(file)]
    if arguments.files:
        for file, host in captured(arguments):
            hosts.append(FleetHost(host.name, host.cpu, host.esx_release, host.kind))
            sources.append(str(file))
    return hosts, sources, modes, offered


def _as_json(
    suggestion: Any, most: int, words: Any, hosts: Sequence[Any], sources: Sequence[str]
) -> dict[str, Any]:
    def named(numbers: Sequence[int]) -> list[str]:
        return [hosts[number].name for number in numbers]

    return {
        "hosts": named(suggestion.hosts),
        "recommended_k": suggestion.recommended_k,
        "useful_k": suggestion.useful_k,
        "exact": suggestion.exact,
        "advice": words.advice(suggestion),
        "partitions": [
            {
                "k": k,
                "clusters": [
                    {
                        "mode": cluster.mode.key,
                        "hosts": named(cluster.hosts),
                        "sources": [sources[number] for number in cluster.hosts],
                        "features": cluster.features,
                    }
                    for cluster in partition.clusters
                ],
                "features_kept": partition.features_kept,
                "possible": partition.possible,
                "unplaced": named(partition.unplaced),
                "gain": words.sentence(suggestion, k),
                "remarks": [remark.text for remark in words.remarks(suggestion, k)],
            }
            for k in range(1, most + 1)
            for partition in [suggestion.partition(k)]
        ],
        "left_out": [
            {
                "hosts": named(left.hosts),
                "reason": left.reason,
                "closest_mode": left.mode.key if left.mode else None,
                "missing": list(left.missing),
                "unknown": list(left.unknown),
                "collect": list(left.unknown_leaves),
            }
            for left in suggestion.left_out
        ],
        "cannot_tell": [
            {
                "hosts": named(question.hosts),
                "certain": question.certain.key if question.certain else None,
                "possible": question.mode.key,
                "unknown": list(question.unknown),
                "collect": list(question.unknown_leaves),
            }
            for question in suggestion.open_questions
        ],
    }


def _print(suggestion: Any, words: Any, k: int | None) -> None:
    """The numbers of clusters with what each gains, then the clusters for the one asked for or proposed."""
    print(f"{words.maker(suggestion)}: {words.hosts(len(suggestion.hosts))}")
    chosen = suggestion.partition(k or suggestion.recommended_k)
    if chosen.clusters:
        for partition in suggestion.partitions[:k]:
            kept = f"{words.clusters(partition.k):>11}  {partition.features_kept:>8} features kept"
            print(f"{kept}  {words.sentence(suggestion, partition.k)}")
    print(f"  {words.advice(suggestion)}")
    if chosen.clusters:
        print(f"  With {words.clusters(len(chosen.clusters))}:")
    for cluster in chosen.clusters:
        count = words.hosts(len(cluster.hosts))
        print(f"    {cluster.mode.key:21}  {count:>8}  {printable(words.names(cluster.hosts), 10_000)}")
    for remark in words.remarks(suggestion, chosen.k):
        print(f"  {remark.severity}: {printable(remark.text, 10_000)}")

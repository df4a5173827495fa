"""`baseline`: what hosts have in common, by maker, who holds them back, and what nobody knows yet."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from flexgui.cli.captures import hidden_features
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
from flexgui.translate import fill


def add(command: AddCommand) -> None:
    baseline = command(
        "baseline",
        _baseline,
        "What hosts have in common, by maker, and who holds them back: captures, folders, or a plan.",
    )
    capture_arguments(baseline)
    json_option(baseline)


def _baseline(arguments: argparse.Namespace) -> int:
    from flexgui.evc.pool import weigh

    members, sources, modes, offered = _pool(arguments)
    where = {id(member): source for member, source in zip(members, sources, strict=True)}
    pools = weigh(members, modes, offered)
    if arguments.json:
        print_json({"vendors": {pool.vendor: _as_json(pool, where, modes) for pool in pools}})
        return FINE
    for pool in pools:
        _print(pool, modes)
    if len(pools) > 1:
        print("Hosts of different makers cannot be in one cluster under EVC.")
    return FINE


def _pool(arguments: argparse.Namespace) -> tuple[list[Any], list[str], Any, Any]:
    """(members, the source of each, modes, those that are offered) of all files that were named."""
    from flexgui.evc.pool import Member

    members: list[Member] = []
    sources: list[str] = []
    path = one_plan(arguments)
    if path is None:
        modes = weighed_modes(arguments)
        offered = tuple(modes)
    else:
        from flexgui.plan.inventory import everybody, hosts
        from flexgui.plan.storage import load

        plan = load(path)
        modes, offered = modes_of_plan(arguments, plan)
        members += everybody(plan, tuple(host for _, _, host in hosts(plan)))
        sources += [str(path)] * len(members)
        arguments.files = [file for file in arguments.files if not is_plan(file)]
    for file, host in captured(arguments) if arguments.files else ():
        members.append(Member(host.name, host.cpu, host.kind, host.esx_release))
        sources.append(str(file))
    return members, sources, modes, offered


def _as_json(pool: Any, where: dict[int, str], modes: Any) -> dict[str, Any]:
    from flexgui.evc.pool import common_registers, losses
    from flexgui.evc.to_collect import to_collect

    common = common_registers([member.cpu for member in pool.members])
    advice: dict[object, dict[str, Any]] = {}

    def hidden(blocker: Any) -> dict[str, Any]:
        key = blocker.member.cpu.fingerprint, blocker.support.missing
        if key not in advice:
            assumed = blocker.member.evidence in ("brand", "maxEVCModeKey")
            advice[key] = hidden_features(None if assumed else blocker.member.cpu, blocker.support.missing)
        return advice[key]

    return {
        "highest_common_mode": pool.highest.key if pool.highest else None,
        "possible_mode": pool.possible.key if pool.possible else None,
        "next_mode": pool.next_mode.key if pool.next_mode else None,
        "has_evc_modes": pool.has_modes,
        "registers": {
            f"{leaf:08x}.{subleaf:x}": [None if v is None else f"{v:08x}" for v in values]
            for (leaf, subleaf), values in common.items()
        },
        "blocked_by": [
            {
                "host": blocker.member.name,
                "source": where[id(blocker.member)],
                "missing": list(blocker.support.missing),
                "unknown": list(blocker.support.unknown),
                **hidden(blocker),
            }
            for blocker in pool.blockers
        ],
        "to_collect": [
            {
                "hosts": [member.name for member in each.members],
                "mode": each.mode.key,
                "features": list(each.features),
                "leaves": list(each.leaves),
                "advice": each.advice,
                "candidates": list(each.candidates),
                "sentence": each.said().text(),
            }
            for each in to_collect(pool, modes)
        ],
        "loses": [
            {"hosts": [member.name for member in loss.members], "features": list(loss.features)}
            for loss in (losses(pool.members, pool.highest, modes) if pool.highest else ())
        ],
        "hosts": [member.name for member in pool.members],
        "maker_unknown": [member.name for member in pool.makerless],
    }


def _print(pool: Any, modes: Any) -> None:
    from flexgui.evc.modes import maker
    from flexgui.evc.pool import losses
    from flexgui.evc.to_collect import to_collect

    count = len(pool.members)
    if not pool.has_modes:
        names = fill("{hosts}", {"hosts": _names(pool.members)})
        print(f"{pool.vendor}: {count} host(s)")
        print(f"  There is no EVC mode for processors by {maker(pool.vendor)}: leave out {names}.")
        return
    print(f"{pool.vendor}: {count} host(s)")
    print(f"  highest common mode {pool.highest.key if pool.highest else 'none for certain'}")
    if pool.possible is not None and pool.possible != pool.highest:
        print(f"  possible            {pool.possible.key}, once what is unknown is collected")
    if pool.next_mode is not None:
        print(f"  kept from           {pool.next_mode.key}, by")
    for supports, members in _alike(pool.blockers):
        lacks = fill("lacks {what}", {"what": supports.missing}) if supports.missing else ""
        unsure = fill("cannot tell {what}", {"what": supports.unknown}) if supports.unknown else ""
        said = "; ".join(filter(None, (lacks, unsure))) or "cannot tell"
        print(fill("    {hosts}: ", {"hosts": _names(members)}) + said)
        assumed = members[0].evidence in ("brand", "maxEVCModeKey")
        hidden = hidden_features(None if assumed else members[0].cpu, supports.missing)
        for sentence in hidden["hidden_advice"]:
            print(f"      {sentence}")
    for number, each in enumerate(to_collect(pool, modes)):
        print(f"  {'' if number else 'collect':19} {each.said().text()}")
    for number, loss in enumerate(losses(pool.members, pool.highest, modes) if pool.highest else ()):
        text = fill("{hosts}: {features}", {"hosts": _names(loss.members), "features": loss.features})
        print(f"  {'' if number else 'hides':19} {text}")


def _alike(blockers: Sequence[Any]) -> list[tuple[Any, list[Any]]]:
    """The blockers, those together that have one processor or lack the same."""
    groups: dict[object, tuple[Any, list[Any]]] = {}
    for blocker in blockers:
        found = blocker.support
        key = blocker.member.cpu.generation, blocker.member.evidence, found.missing, found.unknown
        groups.setdefault(key, (found, []))[1].append(blocker.member)
    return list(groups.values())


def _names(members: Sequence[Any]) -> tuple[str, ...]:
    return tuple(member.name for member in members)

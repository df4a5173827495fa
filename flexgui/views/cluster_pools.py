"""What the hosts of a cluster allow, kept for as long as its hosts stay the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flexgui.evc.pool import VendorPool, weigh
from flexgui.evc.releases import offered_modes
from flexgui.plan.inventory import everybody, modes_of
from flexgui.plan.values import Cluster, Plan


@dataclass(frozen=True, slots=True)
class Pools:
    """The pools of a cluster, maker by maker, and how many of its hosts have no known processor."""

    pools: tuple[VendorPool, ...]
    unknown: int


_latest: Final[list[tuple[tuple[object, ...], Pools]]] = []
"""The last answer with what it was found from: summary and EVC tab ask for the same, after each edit."""


def pools_of(plan: Plan, cluster: Cluster) -> Pools:
    """The pools that the hosts of a cluster are, weighed for the modes that the plan's release offers."""
    key = (cluster.hosts, plan.cpus, plan.modes, plan.release)
    if _latest and all(map(lambda a, b: a is b, _latest[0][0], key)):
        return _latest[0][1]
    modes = modes_of(plan)
    members = everybody(plan, cluster.hosts)
    esx = {host.esx_release for host in cluster.hosts}
    pools = weigh(members, modes, offered_modes(plan.release, modes, esx=esx))
    found = Pools(tuple(pools), sum(not member.known for member in members))
    _latest[:] = [(key, found)]
    return found

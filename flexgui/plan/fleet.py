"""Made-up fleets: plans of any size for training and for measuring, the same for the same seed everywhere.

Processors are drawn from the catalogue of series, the hosts around them are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flexgui.cpuid.catalogue import RegisterKey, catalogue
from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.registers import CpuidTable, Leaf
from flexgui.cpuid.signature import VENDORS, Signature
from flexgui.evc.modes import builtin_modes
from flexgui.evc.pool import Member, weigh
from flexgui.evc.releases import EsxRelease, at_least, esx_releases, esx_support_of, offered_modes, releases
from flexgui.evc.series import Series, assumed_cpu, series
from flexgui.plan.dice import Dice
from flexgui.plan.values import (
    Cluster,
    Datacenter,
    Datastore,
    Dpm,
    Drs,
    HighAvailability,
    Host,
    Plan,
    VirtualMachine,
)

RELEASE: Final = "8.0u2"
"""The release of vCenter that a fleet is for unless another is named."""

HOSTS_IN_A_CLUSTER: Final = 32
CLUSTERS_IN_A_DATACENTER: Final = 25

WEIGHTS: Final = {
    "Merom": 1,
    "Penryn": 2,
    "Nehalem": 4,
    "Westmere": 6,
    "Sandy Bridge": 10,
    "Ivy Bridge": 14,
    "Haswell": 20,
    "Broadwell": 24,
    "Skylake": 30,
    "Cascade Lake": 30,
    "Ice Lake": 20,
    "Sapphire Rapids": 14,
    "Emerald Rapids": 6,
    "Bulldozer": 1,
    "Piledriver": 2,
    "Zen": 4,
    "Zen 2": 10,
    "Zen 3": 10,
    "Zen 4": 6,
}
"""How often each generation is drawn, where the release manages it at all: a choice, not a statistic."""

MICROCODE: Final = {
    "intel": (
        (),
        ("IBRSIBPB", "STIBP"),
        ("IBRSIBPB", "STIBP", "SSBD"),
        ("IBRSIBPB", "STIBP", "SSBD", "FCMD", "MDCLEAR"),
    ),
    "amd": ((), ("LEAF88_IBPB",), ("LEAF88_IBPB", "LEAF88_STIBP", "LEAF88_SSBD_VIRT_SPEC_CTRL")),
}
"""What a maker's microcode adds from level to level; most hosts have the last one."""

UNGOVERNED: Final = {"intel": ("MWAIT", "SS", "DS", "VMX"), "amd": ("MWAIT", "SVM")}
"""What every processor here has besides what the modes require."""

CLOCKS: Final = tuple(range(1800, 3900, 50))
"""Nominal clocks in MHz."""

_SIZES: Final = ((1, 8, 128), (2, 16, 256), (2, 24, 384), (2, 32, 512), (2, 48, 768), (2, 64, 1024))
"""Processors, cores and GiB of hosts."""

_MODELS: Final = ("Dell Inc. PowerEdge", "HPE ProLiant", "Lenovo ThinkSystem", "Cisco Systems Inc UCS")


@dataclass(frozen=True, slots=True)
class _Processor:
    """A distinct processor, the ESX that its hosts run, and its place among those of its maker."""

    cpu: Cpu
    clock: int
    esx: EsxRelease
    weight: int


def make_fleet(
    hosts: int,
    seed: int,
    *,
    clusters: int | None = None,
    distinct: int | None = None,
    vms: int = 0,
    release: str = RELEASE,
) -> Plan:
    """A plan of `hosts` hosts with `distinct` processors (60, or as many as there are hosts).

    Each cluster has hosts of one maker and of neighbouring generations, and the highest EVC mode that they
    all support; one in ten has none. Some hosts have what hosts in real life have: virtualization switched
    off, no answer, older microcode than others.

    Raises:
        ValueError: there are fewer hosts than clusters or distinct processors, more distinct processors are
            wanted than can be made up, or the release is unknown.
    """
    if release not in releases():
        raise ValueError(f"there is no release {release!r}; choose of {', '.join(releases())}")
    wanted = min(hosts, 60) if distinct is None else distinct
    parts = max(1, hosts // HOSTS_IN_A_CLUSTER) if clusters is None else clusters
    if not 1 <= wanted <= hosts or not 1 <= parts <= hosts or vms < 0:
        raise ValueError(
            "a fleet has at least one host, and at most as many processors and clusters as hosts"
        )
    dice = Dice(seed)
    pools = _pools(_processors(dice, wanted, release), parts)
    builder = _Builder(dice, release)
    datacenters: list[Datacenter] = []
    for first in range(0, parts, CLUSTERS_IN_A_DATACENTER):
        site = len(datacenters) + 1
        own = tuple(
            builder.cluster(
                site,
                number - first + 1,
                pools[number],
                hosts * (number + 1) // parts - hosts * number // parts,
                vms * (number + 1) // parts - vms * number // parts,
            )
            for number in range(first, min(first + CLUSTERS_IN_A_DATACENTER, parts))
        )
        stores = [Datastore(name=name, type="VMFS") for cluster in own for name in _stores(cluster.name)]
        datacenters.append(
            Datacenter(
                id=builder.id("datacenter-"),
                name=f"Site {site}",
                clusters=own,
                datastores=tuple(stores),
                networks=("VM Network", *(f"vlan-{vlan}" for vlan in VLANS)),
            )
        )
    used = {host.cpu for dc in datacenters for cluster in dc.clusters for host in cluster.hosts}
    cpus = {each.cpu.fingerprint: each.cpu for pool in pools for each in pool}
    return Plan(
        remarks=(f"Made up by flexgui fleet make: {hosts} hosts, seed {seed}.",),
        release=release,
        serial=builder.serial,
        cpus=tuple(cpu for fingerprint, cpu in cpus.items() if fingerprint in used),
        datacenters=tuple(datacenters),
    )


VLANS: Final = (110, 120, 130, 140)


def _stores(cluster: str) -> tuple[str, ...]:
    name = cluster.lower().replace(" ", "-")
    return tuple(f"{name}-lun-{number}" for number in (1, 2, 3))


def _processors(dice: Dice, wanted: int, release: str) -> list[_Processor]:
    """Distinct processors, drawn by the weights of their generations, older ones before newer ones."""
    left: list[tuple[Series, EsxRelease, int, list[tuple[Signature, int, int]]]] = []
    for each in series():
        base = assumed_cpu(each)
        generation = base.generation
        esx = None if generation is None else _esx(base, release)
        weight = 0 if generation is None else WEIGHTS.get(generation.name, 0)
        if not weight or esx is None or not base.present:
            continue
        levels = len(MICROCODE[each.vendor]) if "SSE42" in base.present else 1
        variants = [(s, clock, level) for s in each.signatures for clock in CLOCKS for level in range(levels)]
        left.append((each, esx, weight, dice.shuffled(variants)))
    most = sum(len(variants) for *_, variants in left)
    if wanted > most:
        raise ValueError(f"{most} distinct processors can be made up for {release}, no more")
    found: list[tuple[int, _Processor]] = []
    while len(found) < wanted:
        left = [each for each in left if each[3]]
        chosen, esx, weight, variants = dice.weighted(left, [each[2] for each in left])
        # Most hosts have current microcode: an older variant is put back twice of three times.
        signature, clock, level = variants.pop()
        if level < len(MICROCODE[chosen.vendor]) - 1 and variants and not dice.once_in(3):
            variants.insert(0, (signature, clock, level))
            continue
        cpu = _measured(chosen, signature, clock, level)
        found.append((series().index(chosen), _Processor(cpu, clock, esx, weight)))
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def _esx(cpu: Cpu, release: str) -> EsxRelease | None:
    """The newest ESX that runs on a processor and that a vCenter of this release manages, if any."""
    known, order = esx_support_of(cpu), esx_releases()
    first = order.get(known.first_esx or "") if known is not None else None
    last = order.get(known.last_esx or "") if known is not None else None
    oldest = releases()[release].oldest_esx
    fitting = [
        esx
        for esx in order.values()
        if at_least(release, esx.vcenter)
        and (first is None or first.order <= esx.order)
        and (last is None or esx.order <= last.order)
        and (oldest is None or esx.order >= order[oldest].order)
    ]
    return max(fitting, key=lambda esx: esx.order, default=None)


def _measured(chosen: Series, signature: Signature, clock: int, level: int) -> Cpu:
    """A processor of a series as a capture would show it: the registers that tell features and names."""
    base = assumed_cpu(chosen)
    names = {*base.present, *UNGOVERNED[chosen.vendor], *MICROCODE[chosen.vendor][level]}
    names -= set(base.absent)
    bits: dict[RegisterKey, int] = {}
    for name in names:
        field = catalogue()[name]
        bits[field.key] = bits.get(field.key, 0) | field.mask
    leaves: dict[Leaf, list[int]] = {}
    for (leaf, subleaf, register), value in bits.items():
        leaves.setdefault((leaf, subleaf), [0, 0, 0, 0])[register] = value
    xsave = bool(bits.get((1, 0, 2), 0) & catalogue()["XSAVE"].mask)
    basic = max(0x16 if xsave else 0xB, *(leaf for leaf, _ in leaves if leaf < 0x8000_0000))
    extended = max(0x8000_0008, *(leaf for leaf, _ in leaves))
    maker = next(text for text, vendor in VENDORS.items() if vendor == chosen.vendor).encode()
    stated: list[Leaf] = [(0, 0), (1, 0), (7, 0), *([(0xD, 0), (0xD, 1)] if xsave else [])]
    stated += [(0x8000_0000 + number, 0) for number in (0, 1, 2, 3, 4, 7, 8)]
    for key in stated:
        leaves.setdefault(key, [0, 0, 0, 0])
    order = (maker[0:4], maker[8:12], maker[4:8])  # EBX, ECX, EDX: the registers are out of order
    leaves[0, 0] = [basic, *(int.from_bytes(part, "little") for part in order)]
    leaves[0x8000_0000, 0] = [extended, *leaves[0, 0][1:]]
    leaves[7, 0][0] = max((sub for leaf, sub in leaves if leaf == 7), default=0)
    leaves[1, 0][0] = _eax(signature)
    brand = f"{_product(chosen)} @ {clock / 1000:.2f}GHz".encode("ascii", "replace")[:47].ljust(48, b"\0")
    for place in range(12):
        word = int.from_bytes(brand[4 * place : 4 * place + 4], "little")
        leaves[0x8000_0002 + place // 4, 0][place % 4] = word
    table = CpuidTable({leaf: (v[0], v[1], v[2], v[3]) for leaf, v in leaves.items()})
    return described(Cpu(fingerprint="", table=table))


def _product(chosen: Series) -> str:
    """What a series is sold as, in one name: `Intel(R) Xeon(R) Gold 6100`."""
    name = chosen.brand_series.partition(";")[0].partition("/")[0].strip()
    return f"Intel(R) {name}" if chosen.vendor == "intel" else f"AMD {name}"


def _eax(signature: Signature) -> int:
    """1.EAX of a signature: what `Signature.decode` reads."""
    family, model = signature.family, signature.model
    extended = max(0, family - 0xF)
    return extended << 20 | model >> 4 << 16 | min(family, 0xF) << 8 | (model & 0xF) << 4 | signature.stepping


def _pools(processors: list[_Processor], clusters: int) -> list[list[_Processor]]:
    """Which processors each cluster has: neighbours of one maker, and every processor somewhere."""
    by_vendor: dict[str, list[_Processor]] = {}
    for each in processors:
        by_vendor.setdefault(each.cpu.vendor or "", []).append(each)
    makers = [own for _, own in sorted(by_vendor.items(), key=lambda item: len(item[1]), reverse=True)]
    if clusters < len(makers):
        makers = makers[:clusters]
    total = sum(len(own) for own in makers)
    shares = [max(1, clusters * len(own) // total) for own in makers]
    shares[0] += clusters - sum(shares)
    return [
        _part(own, share, number)
        for own, share in zip(makers, shares, strict=True)
        for number in range(share)
    ]


def _part(own: list[_Processor], share: int, number: int) -> list[_Processor]:
    """One of `share` overlapping stretches of a maker's processors, at least two long where there are two."""
    first, last = len(own) * number // share, len(own) * (number + 1) // share
    return own[max(0, min(first, len(own) - 2)) : max(last, first + 2)]


class _Builder:
    """Invents clusters and hosts, and numbers them."""

    def __init__(self, dice: Dice, release: str) -> None:
        self.serial = 0
        self._dice = dice
        self._release = release

    def id(self, prefix: str) -> str:
        self.serial += 1
        return f"{prefix}{self.serial}"

    def cluster(self, site: int, number: int, pool: list[_Processor], hosts: int, vms: int) -> Cluster:
        dice = self._dice
        name = f"Cluster {site:02}-{number:02}"
        identity = self.id("domain-c")
        # As many hosts of each as its weight says, but none is forgotten while there is room.
        drawn = [
            pool[n] if n < len(pool) else dice.weighted(pool, [p.weight for p in pool]) for n in range(hosts)
        ]
        found = weigh(
            [Member("", each.cpu) for each in {each.cpu.fingerprint: each for each in drawn}.values()],
            builtin_modes(),
            offered_modes(self._release, builtin_modes(), esx={each.esx.key for each in drawn}),
        )
        mode = None if dice.once_in(10) or not found[0].highest else found[0].highest.key
        exists = not dice.once_in(4)
        size = dice.below(len(_SIZES) - 1)
        model = dice.one_of(_MODELS)
        members = tuple(
            self._host(
                f"esx-{site:02}-{number:02}-{place + 1:04}.example.com",
                drawn[place],
                _SIZES[size + dice.below(2)],
                model,
                _stores(name),
                identity if exists and not dice.once_in(8) else None,
                vms * (place + 1) // hosts - vms * place // hosts,
                mode,
            )
            for place in range(hosts)
        )
        return Cluster(
            id=identity,
            name=name,
            ha=HighAvailability(enabled=hosts > 1, admission_control_policy="resources"),
            drs=Drs(enabled=True, migration_threshold=1 + dice.below(4)),
            dpm=Dpm(enabled=dice.once_in(5)),
            evc_mode=mode,
            hosts=members,
            exists=exists,
            present_evc_mode=mode if exists else None,
        )

    def _host(
        self,
        address: str,
        processor: _Processor,
        size: tuple[int, int, int],
        model: str,
        stores: tuple[str, ...],
        parent: str | None,
        vms: int,
        mode: str | None,
    ) -> Host:
        dice = self._dice
        packages, cores, memory = size
        digits = "".join(f"{dice.below(1 << 40):010X}" for _ in range(4))
        return Host(
            id=self.id("host-"),
            address=address,
            vendor=model.partition(" ")[0],
            model=model,
            cpu=processor.cpu.fingerprint,
            cpu_source="made up",
            cpu_packages=packages,
            cpu_cores=cores,
            cpu_mhz=processor.clock,
            memory_mb=memory * 1024,
            esx_release=processor.esx.key,
            xd="enabled",
            vt="disabled" if dice.once_in(100) else None if dice.once_in(20) else "enabled",
            connection_state="notResponding" if dice.once_in(200) else "connected",
            in_maintenance_mode=dice.once_in(50),
            thumbprint=":".join(digits[place : place + 2] for place in range(0, 40, 2)),
            thumbprint_confirmed=not dice.once_in(20),
            license_edition="Enterprise Plus",
            power_management="ipmi",
            last_standby_exit="never" if dice.once_in(20) else "succeeded",
            vmotion_network="vmotion",
            management_networks=1 if dice.once_in(50) else 2,
            datastores=stores,
            networks=("VM Network", *(f"vlan-{vlan}" for vlan in VLANS)),
            present_parent=parent,
            vms=tuple(self._vm(mode if parent else None) for _ in range(vms)),
        )

    def _vm(self, mode: str | None) -> VirtualMachine:
        dice = self._dice
        identity = self.id("vm-")
        return VirtualMachine(
            id=identity,
            name=identity.replace("vm-", "app-"),
            power_state="poweredOff"
            if dice.once_in(8)
            else "suspended"
            if dice.once_in(200)
            else "poweredOn",
            power_on_evc_mode=mode,
            hardware_version=13 + dice.below(8),
            num_cpus=1 << dice.below(4),
            memory_mb=2048 << dice.below(4),
        )

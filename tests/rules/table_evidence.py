"""Cases of the rules about the sources of a host's processor."""

from __future__ import annotations

from dataclasses import replace

from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.registers import CpuidTable
from flexgui.evc.evidence import EvidenceKind
from flexgui.evc.modes import builtin_modes
from flexgui.evc.series import assumed_cpu, branded, series
from flexgui.plan.evidence import Source, described_by
from flexgui.plan.values import Plan
from tests.processors import cpu_of
from tests.rules.cases import Fires, Quiet
from tests.rules.plans import host, known, plan

RULE = "host.sources-disagree"
HASWELL = known(cpu_of("intel-haswell", eax=0x306F2, maximum=0x1F, brand="Xeon E5-2680 v3"))
NO_AES = known(cpu_of("intel-haswell", "AES", eax=0x306F2, maximum=0x1F, brand="Xeon E5-2680 v3"))
NO_LEAF_7 = described(
    Cpu("", table=CpuidTable({leaf: at for leaf, at in HASWELL.table.items() if leaf[0] != 7}))
)


def sold_as(code_name: str) -> Source:
    cpu = assumed_cpu(next(each for each in series() if each.code_name == code_name))
    return Source("vHost.csv", cpu, "brand", assumed=True)


def measured(mode: str, source: str = "vHost.csv") -> Source:
    cpu = described(Cpu("", vendor=mode.partition("-")[0], max_evc_mode=mode))
    return Source(source, cpu, "maxEVCModeKey")


def capture(cpu: Cpu, kind: EvidenceKind = "registers") -> Source:
    return Source("esx-01.txt", cpu, kind)


def described_plan(*sources: Source) -> Plan:
    """A plan of one host with these sources."""
    found, cpus = described_by(host(1), sources, builtin_modes())
    distinct = {cpu.fingerprint: cpu for cpu in cpus}
    return replace(plan(found), cpus=tuple(distinct.values()))


def fires(words: tuple[str, ...], *sources: Source) -> Fires:
    return Fires(RULE, "warning", "host-1", "cpu", ("esx-01.txt counts", *words), described_plan(*sources))


AES = described(Cpu("", vendor="intel", present=("AES",)))


def cannot_tell(words: tuple[str, ...], source: Source, mode: str, esx_release: str | None = None) -> Fires:
    """A cluster with a mode, and a host of which one source does not say enough."""
    found, cpus = described_by(host(1, esx_release=esx_release), [source], builtin_modes())
    of = replace(
        plan(found, evc_mode=mode, release="9.0"), cpus=tuple({c.fingerprint: c for c in cpus}.values())
    )
    return Fires("evc.cannot-tell", "warning", "host-1", "cpu", ("esx-01", *words), of)


AMBIGUOUS = Source("vHost.csv", branded("Intel(R) Xeon(R) Platinum 8300 CPU").cpu, "brand", assumed=True)

TABLE: list[Fires | Quiet] = [
    cannot_tell(
        ('measured Intel® "Merom" Generation', "newer than itself", 'offers Intel® "Penryn"'),
        measured("intel-merom"),
        "intel-penryn",
    ),
    cannot_tell(
        ('measured Intel® "Haswell" Generation', "Upgrade the host", "ESXi 6.0 is older", "cpuid -r"),
        measured("intel-haswell"),
        "intel-broadwell",
        esx_release="6.0",
    ),
    cannot_tell(
        ('measured Intel® "Haswell" Generation', "manages ESXi 6.7 offers", "BIOS or microcode may hide"),
        measured("intel-haswell"),
        "intel-broadwell",
        esx_release="6.7",
    ),
    cannot_tell(
        ("SSSE3", "list of its features", "cpuid -r"), Source("flags.txt", AES, "features"), "intel-merom"
    ),
    cannot_tell(("may be Cooper Lake, Ice Lake SP", "tell which"), AMBIGUOUS, "intel-icelake"),
    Quiet(
        "evc.cannot-tell",
        "a vCenter measured it",
        replace(described_plan(measured("intel-haswell")), release="9.0"),
    ),
    fires(("is by Intel, vHost.csv says by AMD", "collect both"), capture(HASWELL), sold_as("Zen2-Rome")),
    fires(
        ("esx-01.txt says", "is Haswell, vHost.csv says Broadwell", "remove the wrong one"),
        sold_as("Broadwell EP/EX"),
        capture(HASWELL),
    ),
    fires(
        ("is Xeon E5-2680 v3, vHost.csv says Xeon E5-2630 v3", "not the model", "remove the wrong one"),
        capture(HASWELL),
        Source("vHost.csv", branded("Intel(R) Xeon(R) CPU E5-2630 v3 @ 2.40GHz").cpu, "brand", assumed=True),
    ),
    Quiet(
        RULE,
        "the same model, and a name of its whole series",
        described_plan(
            capture(HASWELL),
            Source("a.csv", branded("Intel(R) Xeon(R) CPU E5-2680 v3 @ 2.50GHz").cpu, "brand", assumed=True),
            sold_as("Haswell EP"),
        ),
    ),
    fires(
        ("flags.txt says that esx-01 has AES, esx-01.txt that it has not", "microcode"),
        capture(NO_AES),
        Source("flags.txt", AES, "features"),
    ),
    fires(
        ("vHost.csv says that esx-01 supports", "Haswell", "lacks AES", "read maxEVCModeKey"),
        capture(NO_AES),
        measured("intel-haswell"),
    ),
    Fires(
        RULE,
        "warning",
        "host-1",
        "cpu",
        ("no host has both", "AMD Zen", "of this host from vCenter again"),
        described_plan(measured("amd-piledriver"), measured("amd-zen", "vcenter.json")),
    ),
    Quiet(RULE, "one source", described_plan(capture(HASWELL))),
    Quiet(RULE, "an older vCenter", described_plan(capture(HASWELL), measured("intel-merom"))),
    Quiet(RULE, "all say the same", described_plan(capture(HASWELL), sold_as("Haswell EP"))),
    Quiet(RULE, "one says more", described_plan(capture(NO_LEAF_7), measured("intel-haswell"))),
    Fires(
        "host.cpu-assumed",
        "info",
        "host-1",
        "cpu",
        ("leave open", "is assumed"),
        described_plan(capture(NO_LEAF_7), sold_as("Haswell EP")),
    ),
    Quiet("host.cpu-assumed", "all is measured", described_plan(capture(HASWELL), sold_as("Haswell EP"))),
]

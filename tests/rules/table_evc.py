"""Cases of the step EVC."""

from __future__ import annotations

from dataclasses import replace

from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.registers import CpuidTable
from flexgui.evc.modes import EvcMode
from flexgui.evc.series import assumed_cpu, series
from flexgui.plan.values import Cluster, Plan
from tests.processors import cpu_of, cpu_with, features_of, leaves_with
from tests.rules.cases import Fires, Quiet
from tests.rules.plans import (
    HYGON,
    MEROM,
    MEROM_LABEL,
    NEHALEM,
    NETBURST,
    OPTERON,
    PENRYN,
    SANDY,
    WESTMERE,
    WESTMERE_LABEL,
    host,
    hosts,
    known,
    plan,
    running,
    vm,
)

CLUSTER = "domain-c1"
DOCUMENTED = EvcMode(
    "intel-new", "New", "intel", ("SSE",), None, first_release="8.0", first_release_provenance="documented"
)
IN_PLACE = {"present_parent": CLUSTER}
"""A host that is in the cluster already."""

WITHOUT_NX = known(cpu_of("intel-westmere", "NX", eax=0x206C2, brand="Xeon without NX"))
POOR = known(cpu_with(("FPU", "SSE", "LM", "NX"), eax=0x6E8, brand="Xeon LV"))
POOR_MEROM = known(cpu_of("intel-merom", "SSSE3", eax=0x6F6, brand="Xeon without SSSE3"))
INSIDE = known(cpu_with((*features_of("intel-merom"), "HYPERVISOR"), eax=0x206C2, brand="Xeon in a VM"))
SHORT = known(
    Cpu(
        "",
        table=CpuidTable(
            {
                key: value
                for key, value in leaves_with(
                    features_of("intel-skylake"), eax=0x50654, brand="Xeon Gold"
                ).items()
                if key[0] != 7
            }
        ),
    )
)
INSIDE_NOTHING = known(cpu_with(("HYPERVISOR",), eax=0x206C2, brand="Another Xeon in a VM"))
SKYLAKE = known(cpu_of("intel-skylake", eax=0x50654, brand="Xeon Gold 6130"))
NAMELESS = known(Cpu("", present=features_of("intel-merom"), brand="Some processor"))
LISTED = known(Cpu("", vendor="intel", brand="Xeon 5500 series", max_evc_mode="intel-nehalem"))
CLARKDALE = known(assumed_cpu(next(each for each in series() if each.code_name == "Clarkdale")))
REV_E = known(cpu_of("amd-rev-f", eax=0x20F12, brand="Opteron 275"))
BULLDOZER = known(
    cpu_with(
        (*features_of("amd-piledriver"), "UMIP"), vendor="AuthenticAMD", eax=0x600F20, brand="Opteron 6300"
    )
)
ROME = known(cpu_of("amd-zen2", eax=0x830F10, brand="EPYC 7502"))
HASWELL = known(cpu_of("intel-haswell", eax=0x306F2, brand="Xeon E5-2690 v3"))
BROADWELL = known(cpu_of("intel-broadwell", eax=0x406F1, brand="Xeon E5-2690 v4"))
SKYLAKE_SP = known(
    cpu_with((*features_of("intel-skylake"), "XGETBV_ECX1"), eax=0x50654, brand="Xeon Gold 6148")
)
UNEVEN = known(replace(WESTMERE, differing=("AES",)))
GRANITE = known(cpu_of("intel-sapphirerapids", eax=0xA06D1, brand="Xeon 6"))


def with_vm(machine: object, cpu: Cpu = WESTMERE, mode: str | None = "intel-merom", **more: object) -> Plan:
    """A host that runs a virtual machine and joins a cluster of this mode."""
    fields = {name: more.pop(name) for name in list(more) if name in ("xd", "vt", "present_parent")}
    return plan(host(1, cpu, vms=(machine,), **fields), evc_mode=mode, **more)


TSX = known(cpu_with((*features_of("intel-broadwell"), "HLE", "RTM"), eax=0x406F1, brand="E5-2650 v4"))
NO_TSX = known(cpu_with(features_of("intel-broadwell"), eax=0x406F1, brand="E5-2650 v4"))


def tsx(machine: object = None, *, cpus: tuple[Cpu, Cpu] = (TSX, NO_TSX), **more: object) -> Plan:
    """A cluster that exists without EVC, with a machine on its first host."""
    machine = running(hardware_version=13) if machine is None else machine
    first, second = (host(n, cpu, **IN_PLACE) for n, cpu in enumerate(cpus, 1))
    settings = {"evc_mode": "intel-broadwell", "exists": True, "release": "8.0", **more}
    return plan(replace(first, vms=(machine,)), second, **settings)  # type: ignore[arg-type]


MAY_USE_TSX = [
    Fires(
        "evc.vm-may-use-tsx",
        "warning",
        CLUSTER,
        "evc_mode",
        ("db01 on esx-01 may use HLE, RTM, missing on esx-02", "Do not seek HLE, RTM"),
        tsx(),
    ),
    Fires(
        "evc.vm-may-use-tsx",
        "warning",
        CLUSTER,
        "evc_mode",
        ("may use RTM, missing",),
        tsx(running(features=("SSE", "rtm"))),
    ),
    Fires(
        "evc.vm-may-use-tsx",
        "warning",
        CLUSTER,
        "evc_mode",
        ("may use HLE, RTM",),
        tsx(vm(power_state="suspended", power_on_evc_mode="intel-haswell")),
    ),
    Quiet("evc.vm-may-use-tsx", "all have it", tsx(cpus=(TSX, TSX))),
    Quiet("evc.vm-may-use-tsx", "no machine got it", tsx(cpus=(NO_TSX, TSX))),
    Quiet("evc.vm-may-use-tsx", "off", tsx(vm(power_state="poweredOff"))),
    Quiet("evc.vm-may-use-tsx", "its features are known", tsx(running(features=("SSE",)))),
    Quiet("evc.vm-may-use-tsx", "its mode is older", tsx(running(power_on_evc_mode="intel-merom"))),
    Quiet("evc.vm-may-use-tsx", "the mode is older", tsx(evc_mode="intel-sandybridge")),
    Quiet("evc.vm-may-use-tsx", "the mode is there", tsx(present_evc_mode="intel-broadwell")),
    Quiet("evc.vm-may-use-tsx", "no EVC", tsx(evc_mode=None)),
]

MODES = [
    Fires("evc.mode-not-offered", "error", CLUSTER, "evc_mode", ("intel-foo",), plan(evc_mode="intel-foo")),
    Fires(
        "evc.mode-not-offered",
        "error",
        CLUSTER,
        "evc_mode",
        (WESTMERE_LABEL, "vSphere 4.0 does", "vSphere 4.0 Update 1", "recalled"),
        plan(evc_mode="intel-westmere", release="4.0"),
    ),
    Fires(
        "evc.mode-not-offered",
        "error",
        CLUSTER,
        "evc_mode",
        ("New; vSphere 8.0 is the first that does.",),
        replace(plan(evc_mode="intel-new"), modes=(DOCUMENTED,)),
    ),
    Quiet("evc.mode-not-offered", "it is offered", plan(evc_mode="intel-westmere", release="4.0u1")),
    Quiet("evc.mode-not-offered", "EVC is off", plan()),
    Fires(
        "evc.mode-below-best",
        "warning",
        CLUSTER,
        "evc_mode",
        ("esx-01, esx-02", "SSE41, SSE42, POPCNT", MEROM_LABEL, '"Nehalem"'),
        plan(*hosts(NEHALEM, WESTMERE), evc_mode="intel-merom"),
    ),
    Quiet("evc.mode-below-best", "it is the best", plan(*hosts(NEHALEM, WESTMERE), evc_mode="intel-nehalem")),
    Fires(
        "evc.mode-below-best",
        "warning",
        CLUSTER,
        "evc_mode",
        ('supports Intel® "Nehalem"', "the ESX of esx-01 knows", "on esx-01, esx-02 lose SSE41"),
        plan(host(1, WESTMERE, esx_release="4.0"), host(2, WESTMERE), evc_mode="intel-merom"),
    ),
    Quiet(
        "evc.mode-below-best",
        "the ESX of a host does not know a better one",
        plan(host(1, WESTMERE, esx_release="4.0"), host(2, WESTMERE), evc_mode="intel-nehalem"),
    ),
    Quiet(
        "evc.mode-below-best",
        "a processor is not known",
        plan(*hosts(NEHALEM, None), evc_mode="intel-merom"),
    ),
    Quiet(
        "evc.mode-below-best",
        "of one host it cannot be told",
        plan(*hosts(SKYLAKE, SHORT), evc_mode="intel-sandybridge", release="8.0"),
    ),
    Quiet("evc.mode-below-best", "no hosts yet", plan(evc_mode="intel-merom")),
    Quiet(
        "evc.mode-below-best",
        "the better mode is not offered",
        plan(*hosts(WESTMERE), evc_mode="intel-nehalem", release="4.0"),
    ),
    Quiet(
        "evc.mode-below-best",
        "modes of AMD that do not include each other",
        plan(*hosts(OPTERON), evc_mode="amd-greyhound"),
    ),
    Fires(
        "evc.oldest-host",
        "info",
        CLUSTER,
        "evc_mode",
        ("of esx-01: it hides SSE41 on esx-02, esx-03, and more on esx-03.", 'could have Intel® "Penryn"'),
        plan(*hosts(MEROM, PENRYN, NEHALEM), evc_mode="intel-merom"),
    ),
    Fires(
        "evc.oldest-host",
        "info",
        CLUSTER,
        "evc_mode",
        ("of esx-01: it hides SSE41, SSE42, POPCNT, RDTSCP on esx-02.", 'could have Intel® "Nehalem"'),
        plan(*hosts(MEROM, NEHALEM), evc_mode="intel-merom"),
    ),
    Fires(
        "evc.oldest-host",
        "info",
        CLUSTER,
        "evc_mode",
        ("because of esx-01: it", 'Without esx-01 the cluster could have Intel® "Nehalem"'),
        plan(host(1, MEROM), host(2, WESTMERE, esx_release="4.0"), evc_mode="intel-merom"),
    ),
    Fires(
        "evc.oldest-host",
        "info",
        CLUSTER,
        "evc_mode",
        ("because of esx-01: it hides AES", "Without esx-01, and with a newer ESX on esx-02", WESTMERE_LABEL),
        plan(*hosts(NEHALEM, WESTMERE, esx_release="4.0"), evc_mode="intel-nehalem"),
    ),
    Fires(
        "evc.oldest-host",
        "info",
        CLUSTER,
        "evc_mode",
        ("the ESX of esx-02 knows: it hides AES", "on esx-01, esx-02", "With a newer ESX on esx-02"),
        plan(host(1, WESTMERE), host(2, WESTMERE, esx_release="4.0"), evc_mode="intel-nehalem"),
    ),
    Fires(
        "evc.oldest-host",
        "info",
        CLUSTER,
        "evc_mode",
        ("because of esx-01: it", "on esx-02.", "Find out what esx-03 can do"),
        plan(*hosts(MEROM, PENRYN, None), evc_mode="intel-merom"),
    ),
    Quiet(
        "evc.oldest-host",
        "what cannot be told of a host does not make it set the mode",
        plan(*hosts(SKYLAKE, SHORT), evc_mode="intel-sandybridge", release="8.0"),
    ),
    Quiet(
        "evc.oldest-host",
        "whether another host could have more is not known",
        plan(*hosts(WESTMERE, None, esx_release="4.0"), evc_mode="intel-nehalem"),
    ),
    Quiet(
        "evc.oldest-host",
        "the mode is above a host's ESX",
        plan(*hosts(SKYLAKE, SANDY, esx_release="4.1"), evc_mode="intel-sandybridge", release="8.0"),
    ),
    Quiet("evc.oldest-host", "all are alike", plan(*hosts(PENRYN, PENRYN), evc_mode="intel-penryn")),
    Quiet(
        "evc.oldest-host", "the mode could be higher", plan(*hosts(PENRYN, NEHALEM), evc_mode="intel-merom")
    ),
    Fires(
        "evc.mixed-without-evc",
        "warning",
        CLUSTER,
        "evc_mode",
        ("SSE41", "Enable EVC with " + MEROM_LABEL),
        plan(*hosts(MEROM, PENRYN)),
    ),
    Fires(
        "evc.mixed-without-evc",
        "warning",
        CLUSTER,
        "evc_mode",
        ("AMD, Intel", "each maker"),
        plan(*hosts(MEROM, OPTERON)),
    ),
    Fires(
        "evc.mixed-without-evc",
        "warning",
        CLUSTER,
        "evc_mode",
        ("TSC", "No EVC mode fits"),
        plan(*hosts(MEROM, POOR)),
    ),
    Quiet(
        "evc.mixed-without-evc",
        "what is above the highest mode that a vCenter named is not known",
        plan(*hosts(LISTED, WESTMERE)),
    ),
    Fires(
        "evc.mixed-without-evc",
        "warning",
        CLUSTER,
        "evc_mode",
        ("SSE41", "Find out which EVC modes esx-03, esx-04 can have"),
        plan(*hosts(MEROM, PENRYN, None, INSIDE_NOTHING)),
    ),
    Fires(
        "evc.mixed-without-evc",
        "warning",
        CLUSTER,
        "evc_mode",
        ("SSE41", "Create a new cluster with EVC and " + MEROM_LABEL, "2.5"),
        plan(*hosts(MEROM, PENRYN), exists=True, release="2.5u2"),
    ),
    Fires(
        "evc.mixed-without-evc",
        "warning",
        CLUSTER,
        "evc_mode",
        ("not all have AES, PCLMULQDQ.", 'Enable EVC with Intel® "Nehalem"'),
        plan(*hosts(NEHALEM, WITHOUT_NX)),
    ),
    Fires(
        "evc.mixed-without-evc",
        "warning",
        CLUSTER,
        "evc_mode",
        (
            'Enable EVC with Intel® "Sandy Bridge" Generation, the highest mode that the ESX of esx-02 knows',
            'with a newer ESX there Intel® "Haswell" Generation fits',
        ),
        plan(host(1, BROADWELL, esx_release="6.7"), host(2, HASWELL, esx_release="5.0"), release="6.7"),
    ),
    Fires(
        "evc.common-mode",
        "info",
        CLUSTER,
        "evc_mode",
        (
            "every host of Cluster A supports for certain is " + MEROM_LABEL,
            "are missing on esx-01",
            "leave out or mend",
        ),
        plan(*hosts(MEROM, WESTMERE), evc_mode="intel-westmere"),
    ),
    Fires(
        "evc.common-mode",
        "info",
        CLUSTER,
        "evc_mode",
        ("AMD Opteron™ Gen. 3 (no 3DNow!™)", "features of AMD Zen Generation are missing on esx-02"),
        plan(*hosts(ROME, BULLDOZER), evc_mode="amd-zen", release="7.0"),
    ),
    Quiet("evc.common-mode", "all support it", plan(*hosts(MEROM, WESTMERE), evc_mode="intel-merom")),
    Quiet("evc.common-mode", "one is not known", plan(*hosts(MEROM, None), evc_mode="intel-westmere")),
    Quiet("evc.common-mode", "two makers", plan(*hosts(MEROM, OPTERON), evc_mode="intel-westmere")),
    Quiet("evc.common-mode", "there is none", plan(*hosts(POOR, WESTMERE), evc_mode="intel-merom")),
    Quiet("evc.common-mode", "no EVC", plan(*hosts(MEROM, WESTMERE))),
    Quiet("evc.mixed-without-evc", "host.xd-off speaks of NX", plan(*hosts(WESTMERE, WITHOUT_NX))),
    Quiet("evc.mixed-without-evc", "EVC is on", plan(*hosts(MEROM, PENRYN), evc_mode="intel-merom")),
    Quiet("evc.mixed-without-evc", "all are alike", plan(*hosts(MEROM, MEROM))),
    Fires(
        "evc.existing-cluster",
        "error",
        CLUSTER,
        "evc_mode",
        ("Cluster A", "new cluster"),
        plan(exists=True, evc_mode="intel-merom", release="2.5u2"),
    ),
    Quiet(
        "evc.existing-cluster", "from 4.0 it may be", plan(exists=True, evc_mode="intel-merom", release="4.0")
    ),
    Quiet("evc.existing-cluster", "a new cluster", plan(evc_mode="intel-merom", release="2.5u2")),
    Fires(
        "evc.disabling",
        "info",
        CLUSTER,
        "evc_mode",
        ("Cluster A",),
        plan(exists=True, present_evc_mode="intel-merom"),
    ),
    Fires(
        "evc.disabling",
        "error",
        CLUSTER,
        "evc_mode",
        ("Cluster A", "created anew"),
        plan(exists=True, present_evc_mode="intel-merom", release="2.5u2"),
    ),
    Quiet(
        "evc.disabling",
        "it stays on",
        plan(exists=True, present_evc_mode="intel-merom", evc_mode="intel-penryn"),
    ),
    Fires(
        "evc.raising",
        "info",
        CLUSTER,
        "evc_mode",
        ("SSE41", "Power each machine off and on"),
        plan(exists=True, present_evc_mode="intel-merom", evc_mode="intel-penryn"),
    ),
    Quiet(
        "evc.raising",
        "it is lowered",
        plan(exists=True, present_evc_mode="intel-penryn", evc_mode="intel-merom"),
    ),
    Quiet("evc.raising", "a new cluster", plan(evc_mode="intel-penryn")),
]

HOSTS = [
    Fires(
        "evc.mode-unknown-to-esx",
        "error",
        "host-1",
        "esx_release",
        ("esx-01", "ESX 4.0", WESTMERE_LABEL, "recalled", "EVCAdmissionFailedHostSoftwareForMode"),
        plan(host(1, WESTMERE, esx_release="4.0"), evc_mode="intel-westmere"),
    ),
    Fires(
        "evc.mode-unknown-to-esx",
        "error",
        "host-1",
        "esx_release",
        ("EVCUnsupportedByHostSoftware",),
        plan(host(1, WESTMERE, esx_release="4.0", **IN_PLACE), evc_mode="intel-westmere", exists=True),
    ),
    Fires(
        "evc.mode-unknown-to-esx",
        "error",
        "host-1",
        "esx_release",
        ("New of vSphere 8.0.",),
        replace(plan(host(1, esx_release="7.0"), evc_mode="intel-new", release="8.0"), modes=(DOCUMENTED,)),
    ),
    Quiet(
        "evc.mode-unknown-to-esx",
        "it knows it",
        plan(host(1, WESTMERE, esx_release="4.0u1"), evc_mode="intel-westmere"),
    ),
    Quiet("evc.mode-unknown-to-esx", "ESX is not known", plan(host(1, WESTMERE), evc_mode="intel-westmere")),
    Fires(
        "evc.vendor-mismatch",
        "error",
        "host-1",
        "cpu",
        ("esx-01", "AMD", "Opteron 2389", MEROM_LABEL, "EVCAdmissionFailedCPUVendor"),
        plan(host(1, OPTERON), evc_mode="intel-merom"),
    ),
    Fires(
        "evc.vendor-mismatch",
        "error",
        "host-1",
        "cpu",
        ("EVCModeIllegalByVendor",),
        plan(host(1, OPTERON, **IN_PLACE), evc_mode="intel-merom", exists=True),
    ),
    Fires(
        "evc.vendor-mismatch",
        "error",
        "host-1",
        "cpu",
        ("by Intel", '"Nehalem"', "for AMD hosts"),
        plan(host(1, known(Cpu("", max_evc_mode="intel-nehalem", brand='"Nehalem"'))), evc_mode="amd-rev-e"),
    ),
    Quiet("evc.vendor-mismatch", "the same maker", plan(host(1, MEROM), evc_mode="intel-merom")),
    Quiet("evc.vendor-mismatch", "EVC is off", plan(host(1, OPTERON))),
    Fires(
        "evc.vendor-unknown",
        "error",
        "host-1",
        "cpu",
        ("esx-01", "hygon", "Dhyana"),
        plan(host(1, HYGON), evc_mode="amd-zen", release="8.0"),
    ),
    Quiet("evc.vendor-unknown", "a maker with modes", plan(host(1, OPTERON), evc_mode="intel-merom")),
    Quiet("evc.vendor-unknown", "the maker is not known", plan(host(1, NAMELESS), evc_mode="intel-merom")),
    Fires(
        "evc.netburst",
        "error",
        "host-1",
        "cpu",
        ("esx-01", "NetBurst", "Xeon Irwindale"),
        plan(host(1, NETBURST), evc_mode="intel-merom"),
    ),
    Quiet("evc.netburst", "another architecture", plan(host(1, MEROM), evc_mode="intel-merom")),
    Quiet("evc.netburst", "EVC is off", plan(host(1, NETBURST))),
    Fires(
        "evc.features-missing",
        "error",
        "host-1",
        "cpu",
        ("esx-01", "SSE41", "Xeon 5110", MEROM_LABEL + " or lower", "EVCAdmissionFailedCPUModelForMode"),
        plan(host(1, MEROM), evc_mode="intel-penryn"),
    ),
    Fires(
        "evc.features-missing",
        "error",
        "host-1",
        "cpu",
        ("Choose " + MEROM_LABEL + " or lower",),
        plan(host(1, PENRYN, esx_release="3.5u2"), evc_mode="intel-nehalem"),
    ),
    Fires(
        "evc.features-missing",
        "error",
        "host-1",
        "cpu",
        ("no EVC mode", "EVCModeUnsupportedByHosts"),
        plan(host(1, POOR, **IN_PLACE), evc_mode="intel-merom", exists=True),
    ),
    Quiet(
        "evc.features-missing",
        "what is above the highest mode that a vCenter named is not known",
        plan(host(1, LISTED), evc_mode="intel-westmere"),
    ),
    Quiet("evc.features-missing", "it has them all", plan(host(1, PENRYN), evc_mode="intel-merom")),
    Quiet("evc.features-missing", "only NX is missing", plan(host(1, WITHOUT_NX), evc_mode="intel-merom")),
    Quiet(
        "evc.features-missing", "NetBurst has its own rule", plan(host(1, NETBURST), evc_mode="intel-merom")
    ),
    Quiet("evc.features-missing", "another maker", plan(host(1, OPTERON), evc_mode="intel-merom")),
    Quiet("evc.features-missing", "in a VM it may be masked", plan(host(1, INSIDE), evc_mode="intel-penryn")),
    Fires(
        "evc.cannot-tell",
        "warning",
        "host-1",
        "cpu",
        ("esx-01", "Capture"),
        plan(host(1), evc_mode="intel-merom"),
    ),
    Fires(
        "evc.cannot-tell",
        "warning",
        "host-1",
        "cpu",
        ("esx-01", "maker", "leaf 0"),
        plan(host(1, NAMELESS), evc_mode="intel-merom"),
    ),
    Fires(
        "evc.cannot-tell",
        "warning",
        "host-1",
        "cpu",
        ("esx-01", "AVX2", "leaf 7.0"),
        plan(host(1, SHORT), evc_mode="intel-haswell", release="8.0"),
    ),
    Fires(
        "evc.cannot-tell",
        "warning",
        "host-1",
        "cpu",
        ("esx-01", "SSE41", "on the host itself"),
        plan(host(1, INSIDE), evc_mode="intel-penryn"),
    ),
    Fires(
        "evc.cannot-tell",
        "warning",
        "host-1",
        "cpu",
        ("esx-01", '"Granite Rapids"', "not published"),
        plan(host(1, GRANITE), evc_mode="intel-graniterapids", release="9.0"),
    ),
    Fires(
        "evc.cannot-tell",
        "warning",
        "host-1",
        "cpu",
        ("esx-01", "AES", "chosen from the list", "on the host itself"),
        plan(host(1, CLARKDALE, cpu_assumed=True), evc_mode="intel-westmere"),
    ),
    Quiet("evc.cannot-tell", "it can", plan(host(1, MEROM), evc_mode="intel-merom")),
    Quiet("evc.cannot-tell", "EVC is off", plan(host(1))),
    Fires(
        "evc.not-maskable",
        "warning",
        "host-1",
        "cpu",
        ("esx-01", "CMPXCHG16B", "cannot mask"),
        plan(host(1, REV_E), evc_mode="amd-rev-e", release="5.0"),
    ),
    Fires(
        "evc.not-maskable",
        "warning",
        "host-1",
        "cpu",
        ("esx-01", "C0011004h", "does not cover UMIP"),
        plan(host(1, BULLDOZER), evc_mode="amd-bulldozer", release="6.5"),
    ),
    Quiet(
        "evc.not-maskable", "no binary translation", plan(host(1, REV_E), evc_mode="amd-rev-e", release="6.7")
    ),
    Quiet("evc.not-maskable", "nothing above", plan(host(1, MEROM), evc_mode="intel-merom")),
    Quiet("evc.not-maskable", "MSRs cover it", plan(host(1, WESTMERE), evc_mode="intel-merom")),
    Fires("evc.cores-differ", "warning", "host-1", "cpu", ("esx-01", "AES"), plan(host(1, UNEVEN))),
    Quiet("evc.cores-differ", "all agree", plan(host(1, WESTMERE))),
    Fires(
        "evc.host-disconnected",
        "todo",
        "host-1",
        "connection_state",
        ("esx-01", "disconnected", "EVCAdmissionFailedHostDisconnected"),
        plan(host(1, MEROM, connection_state="disconnected"), evc_mode="intel-merom"),
    ),
    Fires(
        "evc.host-disconnected",
        "todo",
        "host-1",
        "connection_state",
        ("does not respond", "DisconnectedHostsBlockingEVC"),
        plan(
            host(1, MEROM, connection_state="notResponding", **IN_PLACE), evc_mode="intel-merom", exists=True
        ),
    ),
    Quiet("evc.host-disconnected", "connected", plan(host(1, MEROM), evc_mode="intel-merom")),
    Quiet(
        "evc.host-disconnected",
        "nothing is to change",
        plan(
            host(1, MEROM, connection_state="disconnected", **IN_PLACE),
            evc_mode="intel-merom",
            exists=True,
            present_evc_mode="intel-merom",
        ),
    ),
]


def in_penryn_mode() -> Cluster:
    """Another cluster, which exists with an EVC mode and is to get another one."""
    return Cluster(
        id="domain-c2",
        name="Cluster B",
        exists=True,
        present_evc_mode="intel-penryn",
        evc_mode="intel-nehalem",
    )


LOWERED = {"exists": True, "present_evc_mode": "intel-westmere"}
SETTLED = {"exists": True, "present_evc_mode": "intel-merom", **IN_PLACE}
JOINED = {"exists": True, **IN_PLACE}

MACHINES = [
    Fires(
        "evc.vm-powered-on",
        "todo",
        "vm-1",
        "power_state",
        ("db01 on esx-01", "may use SSE41", MEROM_LABEL, "find out under", "EVCAdmissionFailedVmActive"),
        with_vm(running()),
    ),
    Fires(
        "evc.vm-powered-on",
        "todo",
        "vm-1",
        "power_state",
        ("may use AES, PCLMULQDQ", "ActiveVMsBlockingEVC"),
        with_vm(running(), mode="intel-nehalem", **IN_PLACE, **LOWERED),
    ),
    Fires(
        "evc.vm-powered-on",
        "todo",
        "vm-1",
        "power_state",
        ("runs with SSE41",),
        with_vm(running(power_on_evc_mode="intel-penryn")),
    ),
    Fires(
        "evc.vm-powered-on",
        "todo",
        "vm-1",
        "power_state",
        ("may use SSE41, which",),
        with_vm(running(), others=(in_penryn_mode(),), present_parent="domain-c2"),
    ),
    Fires(
        "evc.vm-powered-on",
        "todo",
        "vm-1",
        "power_state",
        ("runs with AES",),
        with_vm(running(features=("sse3", "aes-ni"), power_on_evc_mode="intel-merom")),
    ),
    Fires(
        "evc.vm-powered-on",
        "todo",
        "vm-1",
        "power_state",
        ("may use XGETBV_ECX1", "derived from published lists, not proven", "Import the EVC modes"),
        with_vm(running(), cpu=SKYLAKE_SP, mode="intel-skylake", release="8.0"),
    ),
    Fires(
        "evc.vm-powered-on",
        "todo",
        "vm-1",
        "power_state",
        ("may use AVX512F", "which the EVC mode", "hides", "find out under"),
        with_vm(running(), cpu=SKYLAKE_SP, mode="intel-broadwell", release="8.0"),
    ),
    Fires(
        "evc.vm-powered-on",
        "todo",
        "vm-1",
        "power_state",
        ("not known",),
        with_vm(running(), cpu=SHORT, mode="intel-skylake", release="8.0"),
    ),
    Fires(
        "evc.vm-powered-on",
        "todo",
        "vm-1",
        "power_state",
        ("only where no machine runs",),
        with_vm(running(power_on_evc_mode="intel-merom"), release="2.5u2"),
    ),
    Quiet("evc.vm-powered-on", "it is off", with_vm(vm())),
    Quiet(
        "evc.vm-powered-on",
        "it comes from a cluster of this mode",
        with_vm(running(), mode="intel-penryn", others=(in_penryn_mode(),), present_parent="domain-c2"),
    ),
    Quiet("evc.vm-powered-on", "host.vm-outside-evc says it", with_vm(running(), release="2.5u2")),
    Quiet("evc.vm-powered-on", "from 4.0 it fits", with_vm(running(), cpu=MEROM)),
    Quiet("evc.vm-powered-on", "started in a lower mode", with_vm(running(power_on_evc_mode="intel-merom"))),
    Quiet("evc.vm-powered-on", "its own mode keeps it low", with_vm(running(evc_mode="intel-merom"))),
    Quiet("evc.vm-powered-on", "its features fit", with_vm(running(features=("SSE3", "MWAIT")))),
    Quiet("evc.vm-powered-on", "nothing is to change", with_vm(running(), **SETTLED)),
    Quiet(
        "evc.vm-powered-on",
        "the mode is raised",
        with_vm(running(), mode="intel-nehalem", exists=True, present_evc_mode="intel-merom", **IN_PLACE),
    ),
    Quiet("evc.vm-powered-on", "another maker cannot join at all", with_vm(running(), cpu=OPTERON)),
    Fires(
        "evc.vm-suspended",
        "todo",
        "vm-1",
        "power_state",
        ("db01 on esx-01", "data may be lost", "EVCAdmissionFailedVmActive"),
        with_vm(vm(power_state="suspended")),
    ),
    Fires(
        "evc.vm-suspended",
        "todo",
        "vm-1",
        "power_state",
        ("data may be lost",),
        with_vm(vm(power_state="suspended", power_on_evc_mode="intel-merom"), release="2.5u2"),
    ),
    Fires(
        "evc.vm-suspended",
        "warning",
        "vm-1",
        "power_state",
        ("db01 on esx-01", "should resume", "ActiveVMsBlockingEVC"),
        with_vm(vm(power_state="suspended", power_on_evc_mode="intel-merom"), **JOINED),
    ),
    Quiet("evc.vm-suspended", "it is off", with_vm(vm())),
    Quiet("evc.vm-suspended", "nothing is to change", with_vm(vm(power_state="suspended"), **SETTLED)),
    Fires(
        "evc.management-vm",
        "todo",
        "vm-1",
        "power_state",
        ("vcsa", "vCenter itself", "esx-01", "EVCAdmissionFailedVmActive"),
        with_vm(running("vcsa", role="vCenter")),
    ),
    Fires(
        "evc.management-vm",
        "todo",
        "vm-1",
        "power_state",
        ("vCLS-1", "retreat mode", "ActiveVMsBlockingEVC"),
        with_vm(running("vCLS-1", role="vCLS"), release="8.0", **JOINED),
    ),
    Fires(
        "evc.management-vm",
        "todo",
        "vm-1",
        "power_state",
        ("vcsa",),
        with_vm(running("vcsa", role="vCenter"), cpu=MEROM, vt="disabled"),
    ),
    Fires(
        "evc.management-vm",
        "todo",
        "vm-1",
        "power_state",
        ("vcsa",),
        with_vm(running("vcsa", role="vCenter"), cpu=MEROM, present_parent="domain-c9"),
    ),
    Quiet("evc.management-vm", "it may stay on", with_vm(running("vcsa", role="vCenter"), cpu=MEROM)),
    Quiet("evc.management-vm", "an ordinary machine", with_vm(running())),
    Fires(
        "evc.vm-own-mode",
        "error",
        "vm-1",
        "evc_mode",
        ("db01", "vSphere 6.5"),
        with_vm(vm(evc_mode="intel-merom"), release="6.5"),
    ),
    Fires(
        "evc.vm-own-mode",
        "error",
        "vm-1",
        "evc_mode",
        ("db01", "version 13"),
        with_vm(vm(evc_mode="intel-merom", hardware_version=13), release="6.7"),
    ),
    Fires(
        "evc.vm-own-mode",
        "error",
        "vm-1",
        "evc_mode",
        ("db01", '"Penryn"', MEROM_LABEL),
        with_vm(vm(evc_mode="intel-penryn", hardware_version=14), release="6.7"),
    ),
    Fires(
        "evc.vm-own-mode",
        "error",
        "vm-1",
        "evc_mode",
        ("db01", "intel-foo", "not known", "that the release offers"),
        with_vm(vm(evc_mode="intel-foo"), mode=None, release="6.7"),
    ),
    Fires(
        "evc.vm-own-mode",
        "error",
        "vm-1",
        "evc_mode",
        ("db01", '"Ice Lake"', "vSphere 7.0 Update 1 is the first", "as far as recalled"),
        with_vm(vm(evc_mode="intel-icelake"), mode=None, release="6.7"),
    ),
    Fires(
        "evc.vm-own-mode",
        "error",
        "vm-1",
        "evc_mode",
        ("New; vSphere 8.0 is the first release that offers it.",),
        replace(with_vm(vm(evc_mode="intel-new"), mode=None, release="6.7"), modes=(DOCUMENTED,)),
    ),
    Fires(
        "evc.vm-own-mode",
        "error",
        "vm-1",
        "evc_mode",
        ("db01", "not for Intel hosts such as esx-01", "Choose a mode for Intel"),
        with_vm(vm(evc_mode="amd-rev-e"), mode=None, release="6.7"),
    ),
    Fires(
        "evc.vm-own-mode",
        "error",
        "vm-1",
        "evc_mode",
        ("not for Intel hosts",),
        plan(host(1, vms=(vm(evc_mode="amd-rev-e"),)), evc_mode="intel-merom", release="6.7"),
    ),
    Fires(
        "evc.vm-own-mode",
        "error",
        "vm-1",
        "evc_mode",
        ("db01", "esx-01 lacks SSE41", "that its host supports"),
        with_vm(vm(evc_mode="intel-penryn"), cpu=MEROM, mode=None, release="6.7"),
    ),
    Quiet(
        "evc.vm-own-mode",
        "EVC is off and the host supports it",
        with_vm(vm(evc_mode="intel-penryn", hardware_version=14), mode=None, release="6.7"),
    ),
    Quiet(
        "evc.vm-own-mode",
        "within the cluster's mode",
        with_vm(vm(evc_mode="intel-merom", hardware_version=14), release="6.7"),
    ),
    Quiet("evc.vm-own-mode", "it has none", with_vm(vm())),
]

TABLE: list[Fires | Quiet] = MODES + HOSTS + MACHINES + MAY_USE_TSX

"""Cases of what is hidden, of microcode, and of processors that no table knows."""

from __future__ import annotations

from dataclasses import replace

from flexgui.cpuid.cpu import Cpu
from flexgui.evc.modes import EvcMode
from tests.processors import AMD, cpu_of, cpu_with, features_of
from tests.rules.cases import Fires, Quiet
from tests.rules.plans import HYGON, MEROM, NEHALEM, OPTERON, WESTMERE, host, hosts, known, plan

CLUSTER = "domain-c1"
SERVER = ("VMX", "MWAIT")
SPECULATION = ("IBRSIBPB", "STIBP", "SSBD", "FCMD", "MDCLEAR")


def westmere(*features: str, without: tuple[str, ...] = (), stepping: int = 2) -> Cpu:
    has = (*features_of("intel-westmere"), *SERVER, *features)
    return known(cpu_with((f for f in has if f not in without), eax=0x206C0 | stepping, brand="Xeon X5670"))


def haswell(*features: str, stepping: int = 2, brand: str = "Xeon E5-2690 v3") -> Cpu:
    has = (*features_of("intel-haswell"), *SERVER, *features)
    return known(cpu_with(has, eax=0x306F0 | stepping, brand=brand))


def milan(*features: str) -> Cpu:
    has = (*features_of("amd-zen3"), "SVM", "MWAIT", *features)
    return known(cpu_with(has, vendor=AMD, eax=0xA00F11, brand="EPYC 7763"))


WITHOUT_AES = westmere(without=("AES", "PCLMULQDQ"))
MASKED_TO_NEHALEM = westmere(without=("AES", "PCLMULQDQ"))
MASKED_TO_MEROM = westmere(without=("AES", "PCLMULQDQ", "SSE41", "SSE42", "POPCNT", "RDTSCP"))
WITHOUT_AVX2 = known(
    cpu_with((*features_of("intel-ivybridge"), *SERVER), eax=0x306F2, brand="Xeon E5-2690 v3")
)
LIMITED = known(
    cpu_with((*features_of("intel-haswell"), *SERVER), eax=0x306F2, brand="Xeon E5-2690 v3", maximum=3)
)
PENTIUM = known(cpu_with(features_of("intel-nehalem"), eax=0x20655, brand="Pentium P6100"))
WITHOUT_MWAIT = known(cpu_of("intel-westmere", "MWAIT", eax=0x206C2, brand="Xeon X5670"))
WITHOUT_VMX = known(cpu_of("intel-westmere", "VMX", eax=0x206C2, brand="Xeon X5670"))
WITHOUT_SVM = known(cpu_of("amd-greyhound", "SVM", eax=0x100F42, brand="Opteron 2389"))
NEW = known(cpu_of("intel-westmere", eax=0xF06F2, brand="Xeon of tomorrow"))
NEW_WITHOUT_NX = known(cpu_of("intel-westmere", "NX", eax=0x6D1, brand="Processor of another time"))

OLD_MICROCODE = haswell("HLE", "RTM")
MICROCODE_OF_2018 = haswell("IBRSIBPB", "STIBP", "SSBD", "FCMD")
NEW_MICROCODE = haswell(*SPECULATION)
ANOTHER_STEPPING = haswell("IBRSIBPB", "STIBP", "HLE", "RTM", "SRBDS_CTRL", stepping=4)
ROME_OLD = known(cpu_of("amd-zen2", eax=0x830F10, brand="EPYC 7502"))
ROME_NEW = known(
    cpu_with(
        (*features_of("amd-zen2"), "SVM", "MWAIT", "LEAF88_IBPB", "LEAF88_STIBP"),
        vendor=AMD,
        eax=0x830F10,
        brand="EPYC 7502",
    )
)
INSIDE = known(cpu_with((*features_of("intel-haswell"), "HYPERVISOR"), eax=0x306F2, brand="Xeon E5-2690 v3"))

WITH_TSX = EvcMode(
    "intel-haswell", "Haswell with TSX", "intel", (*features_of("intel-haswell"), "HLE", "RTM"), None
)

HIDDEN = [
    Fires(
        "evc.features-missing",
        "error",
        "host-1",
        "cpu",
        (
            "esx-01 does not show AES, PCLMULQDQ (Xeon X5670)",
            "hidden by the BIOS",
            "enable AES-NI",
            "AC power cycle",
            "EVCAdmissionFailedCPUFeaturesForMode",
        ),
        plan(host(1, WITHOUT_AES), evc_mode="intel-westmere"),
    ),
    Fires(
        "evc.features-missing",
        "error",
        "host-1",
        "cpu",
        (
            "does not show AVX2, BMI1",
            "the silicon has",
            "no usual BIOS setting",
            "Capture CPUID again on the bare host, outside EVC",
        ),
        plan(host(1, WITHOUT_AVX2), evc_mode="intel-haswell"),
    ),
    Fires(
        "evc.features-missing",
        "error",
        "host-1",
        "cpu",
        ("esx-01 does not show SSE41, SSE42, POPCNT, RDTSCP, AES", "Capture CPUID again on the bare host"),
        plan(host(1, MASKED_TO_MEROM), evc_mode="intel-westmere"),
    ),
    Fires(
        "evc.features-missing",
        "error",
        "host-1",
        "cpu",
        (
            "lacks XOP, FMA4, TBM",
            "Choose one of the modes that it supports",
            "Gen. 3 (no 3DNow!™), AMD Zen Generation, AMD Zen 2",
        ),
        plan(host(1, ROME_OLD), evc_mode="amd-piledriver", release="7.0"),
    ),
    Fires(
        "evc.features-missing",
        "error",
        "host-1",
        "cpu",
        ("does not show", "AVX2", "disable Limit CPUID Maximum"),
        plan(host(1, LIMITED), evc_mode="intel-haswell"),
    ),
    Fires(
        "evc.features-missing",
        "error",
        "host-1",
        "cpu",
        ("lacks AES, PCLMULQDQ, AVX", "Choose", "or lower"),
        plan(host(1, MASKED_TO_NEHALEM), evc_mode="intel-skylake", release="7.0"),
    ),
    Fires(
        "evc.features-missing",
        "error",
        "host-1",
        "cpu",
        ("esx-01 lacks AES, PCLMULQDQ (Pentium P6100)", "Choose", "Nehalem", "EVCAdmissionFailedCPUModel"),
        plan(host(1, PENTIUM), evc_mode="intel-westmere"),
    ),
    Fires(
        "evc.features-missing",
        "error",
        "host-1",
        "cpu",
        ("esx-01 lacks NX", "supports no EVC mode"),
        plan(host(1, NEW_WITHOUT_NX), evc_mode="intel-merom"),
    ),
    Fires(
        "evc.features-missing",
        "error",
        "host-1",
        "cpu",
        ("lacks HLE, RTM", "Newer microcode takes HLE, RTM away", "BIOS setting", "same current microcode"),
        replace(plan(host(1, NEW_MICROCODE), evc_mode="intel-haswell"), modes=(WITH_TSX,)),
    ),
    Fires(
        "evc.mwait-hidden",
        "warning",
        "host-1",
        "cpu",
        ("esx-01", "Xeon X5670", "MWAIT", "Westmere", "AC power cycle"),
        plan(host(1, WITHOUT_MWAIT), evc_mode="intel-westmere"),
    ),
    Quiet("evc.mwait-hidden", "it is there", plan(host(1, WESTMERE), evc_mode="intel-westmere")),
    Quiet("evc.mwait-hidden", "EVC is off", plan(host(1, WITHOUT_MWAIT))),
    Quiet(
        "evc.mwait-hidden",
        "the processor is assumed",
        plan(host(1, WITHOUT_MWAIT, cpu_assumed=True), evc_mode="intel-westmere"),
    ),
    Fires(
        "host.vt-off",
        "todo",
        "host-1",
        "vt",
        ("shows no Intel VT", "Xeon X5670", "AC power cycle"),
        plan(host(1, WITHOUT_VMX), release="4.0"),
    ),
    Fires(
        "host.vt-off",
        "todo",
        "host-1",
        "vt",
        ("shows no AMD-V", "boot it cold"),
        plan(host(1, WITHOUT_SVM), release="5.0"),
    ),
    Fires(
        "host.vt-off",
        "todo",
        "host-1",
        "vt",
        ("said to be on", "Capture the host again"),
        plan(host(1, WITHOUT_VMX, vt="enabled")),
    ),
    Quiet("host.vt-off", "assumed", plan(host(1, WITHOUT_VMX, cpu_assumed=True))),
    Quiet("host.vt-off", "a brand that may lack it", plan(host(1, PENTIUM))),
]

ODD = EvcMode(
    "intel-merom",
    "Merom of a vCenter",
    "intel",
    features_of("intel-merom"),
    None,
    other_requirements=(("misc.new", "Bool:Min:1"),),
)
IMPORTED = [
    Fires(
        "evc.cannot-tell",
        "warning",
        "host-1",
        "cpu",
        ("esx-01 meets misc.new", "Merom of a vCenter", "maxEVCModeKey"),
        replace(plan(host(1, MEROM), evc_mode="intel-merom"), modes=(ODD,)),
    ),
    Fires(
        "evc.mode-not-offered",
        "error",
        CLUSTER,
        "evc_mode",
        ("intel-penryn", "not known"),
        replace(plan(host(1, MEROM), evc_mode="intel-penryn"), modes=(ODD,)),
    ),
]

UNKNOWN_MODELS = [
    Fires(
        "host.model-unknown",
        "info",
        "host-1",
        "cpu",
        ("Xeon of tomorrow", "06_FFH stepping 2", "features alone"),
        plan(host(1, NEW)),
    ),
    Quiet("host.model-unknown", "in the table", plan(host(1, MEROM))),
    Quiet("host.model-unknown", "another maker", plan(host(1, HYGON))),
    Quiet("host.model-unknown", "no processor", plan(host(1))),
]

MICROCODE = [
    Fires(
        "host.microcode",
        "warning",
        CLUSTER,
        "hosts",
        (
            "Microcode differs",
            "Missing on esx-01: MDCLEAR, IBRSIBPB, STIBP, FCMD, SSBD; present on esx-03",
            "Update the microcode of esx-01",
        ),
        plan(*hosts(OLD_MICROCODE, MICROCODE_OF_2018, NEW_MICROCODE)),
    ),
    Fires(
        "host.microcode",
        "warning",
        CLUSTER,
        "hosts",
        ("Missing on esx-02: MDCLEAR; present on esx-03", "Update the microcode of esx-02"),
        plan(*hosts(OLD_MICROCODE, MICROCODE_OF_2018, NEW_MICROCODE)),
    ),
    Fires(
        "host.microcode",
        "warning",
        CLUSTER,
        "hosts",
        ("Still on esx-01: HLE, RTM; not on esx-02, esx-03", "Do not seek HLE, RTM", "BIOS may switch"),
        plan(*hosts(OLD_MICROCODE, MICROCODE_OF_2018, NEW_MICROCODE)),
    ),
    Fires(
        "host.microcode",
        "warning",
        CLUSTER,
        "hosts",
        ("Missing on esx-02: MDCLEAR, FCMD, SSBD; present on esx-01",),
        plan(*hosts(NEW_MICROCODE, ANOTHER_STEPPING)),
    ),
    Fires(
        "host.microcode",
        "warning",
        CLUSTER,
        "hosts",
        ("Missing on esx-01: LEAF88_IBPB, LEAF88_STIBP; present on esx-02", "EPYC 7502"),
        plan(*hosts(ROME_OLD, ROME_NEW)),
    ),
    Fires(
        "host.microcode",
        "warning",
        CLUSTER,
        "hosts",
        ("esx-01, esx-02 have the same processor model (Xeon X5670), but not all have PCLMULQDQ, AES",),
        plan(*hosts(WESTMERE, WITHOUT_AES)),
    ),
    Fires(
        "host.microcode",
        "warning",
        CLUSTER,
        "hosts",
        ("Missing on esx-01: VERW_CLEAR, SBPB, IBPB_BRTYPE; present on esx-02", "EPYC 7763"),
        plan(*hosts(milan(), milan("VERW_CLEAR", "SBPB", "IBPB_BRTYPE"))),
    ),
    Quiet("host.microcode", "other flags of leaf 80000021", plan(*hosts(milan(), milan("EPSF")))),
    Quiet("host.microcode", "the same", plan(*hosts(WESTMERE, WESTMERE))),
    Quiet("host.microcode", "different models", plan(*hosts(WESTMERE, NEHALEM))),
    Quiet("host.microcode", "inside a VM it may be masked", plan(*hosts(NEW_MICROCODE, INSIDE))),
    Quiet(
        "host.microcode",
        "one is assumed",
        plan(host(1, NEW_MICROCODE), host(2, OLD_MICROCODE, cpu_assumed=True)),
    ),
    Quiet(
        "host.microcode",
        "steppings may differ in TSX and in what few got",
        plan(*hosts(haswell(*SPECULATION), haswell(*SPECULATION, "HLE", "SRBDS_CTRL", stepping=4))),
    ),
    Quiet("host.microcode", "other makers", plan(*hosts(HYGON, OPTERON))),
]

TABLE = [*HIDDEN, *IMPORTED, *UNKNOWN_MODELS, *MICROCODE]

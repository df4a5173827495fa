"""Captures in every format to begin from: made-up ones, and the names of real ones beside the checkout."""

from __future__ import annotations

from typing import Final

from tests import processors as make
from tests.capture import host_tables as tables
from tests.conftest import SHARED

_FEATURES: Final = (*make.features_of("intel-icelake"), "RTM", "HLE", "VMX", "PCID")
_CORES: Final = [make.leaves_with(_FEATURES, apic=apic, maximum=0x1F, eax=0x000606A6) for apic in range(2)]

_TABLE: Final = tables.export(
    tables.vhost("esx01.example.com", tables.GOLD_6130, "intel-skylake", current="intel-broadwell"),
    tables.vhost("esx02.example.com", tables.PLATINUM_8380),
    tables.vhost("esx03.example.com", tables.EPYC_7763, "amd-zen3", maintenance=True),
)

_TEXTS: Final[dict[str, str]] = {
    "cpuid -r": make.cpuid_raw(_CORES),
    "libvirt": make.libvirt(_CORES[0]),
    "csv": tables.as_csv(_TABLE),
    "csv semicolon": tables.as_csv(_TABLE, ";", quoted=True),
    "vsphere": make.vsphere(_CORES[0]),
    "/proc/cpuinfo": make.proc_cpuinfo(_CORES),
    "lscpu": make.lscpu_text(_CORES[0]),
    "lscpu -J": make.lscpu_json(_CORES[0]),
    "localcli": make.localcli(_CORES),
    "libvirt cpu": make.libvirt_cpu("Icelake-Server", ("vmx", "pcid", "smx")),
    "virsh capabilities": make.capabilities("Icelake-Server", ("vmx", "pcid", "smx")),
    **{f"aida64 {layout}": make.aida64(_CORES, layout) for layout in make.AIDA64_HEADERS},
    **{
        f"aida64 {layout} implied": make.aida64(_CORES, layout, labelled=False)
        for layout in make.AIDA64_HEADERS
    },
}

SEEDS: Final[dict[str, bytes]] = {
    **{name: text.encode() for name, text in _TEXTS.items()},
    "xlsx": tables.as_xlsx(_TABLE, vInfo=[["VM", "Powerstate"], ["vm", "poweredOn"]]),
}
"""A capture in every format, by a name for it."""

REAL: Final = [
    SHARED / "captures" / name
    for name in (
        "aida64/AuthenticAMD0040F12_K8_SantaRosa_CPUID_S2.txt",
        "aida64/GenuineIntel00206F2_Eagleton_CPUID.txt",
        "aida64/GenuineIntel00306F2_HaswellEP_00_CPUID.txt",
        "cpuid/cpuid-1.txt",
        "cpuid/cpuid-r.txt",
        "cpuid/proc-cpuinfo.txt",
        "cpuid/lscpu.json",
        "libvirt/x86_64-cpuid-Xeon-Platinum-8268.xml",
        "libvirt/x86_64-cpuid-EPYC-7502-32-Core.xml",
        "vsphere/host-icelake-esxi803.json",
    )
    if (SHARED / "captures" / name).exists()
]
"""Real captures, where they are at hand."""

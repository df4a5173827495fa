"""Cases of the step host."""

from __future__ import annotations

from dataclasses import replace

from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.registers import CpuidTable
from tests.processors import cpu_of, cpu_with, features_of
from tests.rules.cases import Fires, Quiet
from tests.rules.plans import (
    DPM,
    DRS,
    HA,
    MEROM,
    NEHALEM,
    OPTERON,
    SANDY,
    WESTMERE,
    host,
    hosts,
    known,
    plan,
    running,
    vm,
)

CLUSTER = "domain-c1"
SHA1 = ":".join(["AB"] * 20)
NO_NX = known(cpu_of("intel-westmere", "NX", eax=0x206C2, brand="Xeon without NX"))
NO_NX_AMD = known(cpu_of("amd-greyhound", "NX", eax=0x100F42, brand="Phenom B95"))
NETBURST_NO_NX = known(cpu_with(("FPU", "SSE", "LM"), eax=0xF34, brand="Xeon Nocona"))
INSIDE = known(cpu_with((*features_of("intel-merom"), "HYPERVISOR"), eax=0x206C2, brand="Xeon in a VM"))
ASSUMED = known(replace(NEHALEM, table=CpuidTable(), max_evc_mode="intel-nehalem"))
TURBO = known(
    replace(
        WESTMERE,
        table=CpuidTable({key: (6, 0, 0, 0) if key == (6, 0) else at for key, at in WESTMERE.table.items()}),
    )
)


def address(text: str, name: str = "esx-01"):  # type: ignore[no-untyped-def]
    return plan(replace(host(1, address=text), name=name))


def esx(version: str, cpu: object = None, **more: object):  # type: ignore[no-untyped-def]
    more.setdefault("release", "9.0")
    return plan(host(1, cpu, esx_release=version), **more)  # type: ignore[arg-type]


def silicon(mode: str, eax: int) -> Cpu:
    """A processor of this signature (1.EAX) that has what a mode requires."""
    return known(cpu_of(mode, eax=eax, brand=f"Server processor {eax:X}"))


BAD_ADDRESSES = (
    "10.0.0.300",
    "10.0.0",
    "10.0.0.1.2",
    "010.0.0.1",
    "esx_01.example.com",
    "-esx.example.com",
    "esx-.example.com",
    "esx..example.com",
    "esx 01.example.com",
    "ésx.example.com",
    "x" * 64 + ".example.com",
    ".".join(["x" * 60] * 5),
    "fe80::1%eth0",
    "[2001:db8::1]",
    "2001:db8::1::2",
    "esx-01.example.com:443",
    "https://esx-01.example.com",
    " esx-01.example.com",
    "esx-01.example.com\n",
    ".",
)
GOOD_ADDRESSES = (
    "192.0.2.17",
    "2001:db8::17",
    "2001:0DB8:0::17",
    "esx-01.example.com",
    "esx-01.example.com.",
    "ESX-01.Example.COM",
    "1.example.com",
    "a.b",
)

IDENTITY = [
    Fires("host.address", "error", "host-1", "address", ("The host has no address",), address("", "")),
    Quiet("host.address", "a name alone", address("", "esx-17")),
    Fires(
        "host.address-missing",
        "todo",
        "host-1",
        "address",
        ("esx-17 has no address yet",),
        address("", "esx-17"),
    ),
    Quiet("host.address-missing", "an address alone", address("192.0.2.17", "")),
    Quiet("host.address-missing", "neither", address("", "")),
    Fires(
        "host.address", "error", "host-1", "address", ("127.0.0.1", "no other machine"), address("127.0.0.1")
    ),
    Fires("host.address", "error", "host-1", "address", ("224.0.0.1",), address("224.0.0.1")),
    *(
        Fires("host.address", "error", "host-1", "address", (text, "no other machine"), address(text))
        for text in ("::", "0.0.0.0", "255.255.255.255", "239.1.2.3", "ff02::1", "::ffff:127.0.0.1")
    ),
    *(
        Fires("host.address", "error", "host-1", "address", ("neither an IPv4",), address(text))
        for text in BAD_ADDRESSES
    ),
    *(Quiet("host.address", text, address(text)) for text in GOOD_ADDRESSES),
    Fires(
        "host.short-name", "warning", "host-1", "address", ("esx-01", "without a domain"), address("esx-01")
    ),
    *(Quiet("host.short-name", text, address(text)) for text in GOOD_ADDRESSES),
    Fires(
        "host.duplicate-address",
        "error",
        "host-1",
        "address",
        ("esx-01 has", "ESX-02.example.com", "esx-02 has"),
        plan(host(1, address="ESX-02.example.com."), host(2)),
    ),
    Fires(
        "host.duplicate-address",
        "error",
        "host-2",
        "address",
        ("2001:0DB8::1", "esx-01"),
        plan(host(1, address="2001:db8:0::1"), host(2, address="2001:0DB8::1"), standalone=True),
    ),
    Fires(
        "host.duplicate-address",
        "error",
        "host-1",
        "address",
        ("0:0:0:0:0:ffff:10.0.0.3", "esx-02"),
        plan(host(1, address="0:0:0:0:0:ffff:10.0.0.3"), host(2, address="10.0.0.3")),
    ),
    Quiet("host.duplicate-address", "each its own", plan(*hosts(None, None))),
    Quiet("host.duplicate-address", "none yet", plan(host(1, address=""), host(2, address=""))),
    Fires(
        "host.thumbprint",
        "todo",
        "host-1",
        "thumbprint",
        ("esx-01", "not known"),
        plan(host(thumbprint_confirmed=False)),
    ),
    Fires(
        "host.thumbprint",
        "todo",
        "host-1",
        "thumbprint",
        ("esx-01", SHA1),
        plan(host(thumbprint_confirmed=False, thumbprint=SHA1)),
    ),
    Quiet("host.thumbprint", "confirmed", plan(host(thumbprint=SHA1))),
    Quiet("host.thumbprint", "none to compare", plan(host(thumbprint_confirmed=False, thumbprint="AB:CD"))),
    Fires(
        "host.thumbprint-format",
        "error",
        "host-1",
        "thumbprint",
        ("esx-01", "pairs of the digits"),
        plan(host(thumbprint="xyz")),
    ),
    Fires(
        "host.thumbprint-format",
        "error",
        "host-1",
        "thumbprint",
        ("esx-01", "2 pairs"),
        plan(host(thumbprint="AB:CD", present_parent="domain-c1")),
    ),
    Fires(
        "host.thumbprint-format",
        "error",
        "host-1",
        "thumbprint",
        ("21 pairs",),
        plan(host(thumbprint=SHA1 + ":AB"), standalone=True),
    ),
    Quiet("host.thumbprint-format", "SHA-1", plan(host(thumbprint=SHA1))),
    Quiet("host.thumbprint-format", "SHA-256 as openssl prints it", plan(host(thumbprint="F=" + "0f" * 32))),
    Quiet("host.thumbprint-format", "none yet", plan(host(thumbprint=""))),
    Quiet(
        "host.thumbprint",
        "vCenter has the host",
        plan(host(thumbprint_confirmed=False, present_parent="domain-c1")),
    ),
]

SOFTWARE = [
    Fires(
        "host.esx-newer-than-vcenter",
        "error",
        "host-1",
        "esx_release",
        ("esx-01", "ESXi 6.7", "vSphere 6.5"),
        esx("6.7", release="6.5"),
    ),
    Fires(
        "host.esx-too-old-for-vcenter",
        "error",
        "host-1",
        "esx_release",
        ("esx-01 runs ESXi 5.5", "vSphere 6.7 manages ESXi 6.0 and newer.", "Upgrade the host first"),
        esx("5.5", release="6.7"),
    ),
    Fires(
        "host.esx-too-old-for-vcenter",
        "warning",
        "host-1",
        "esx_release",
        ("ESXi 6.5 and newer, as far as recalled", "interoperability matrix"),
        esx("6.0", release="7.0"),
    ),
    Quiet("host.esx-too-old-for-vcenter", "the oldest", esx("5.5", release="6.5")),
    Quiet("host.esx-too-old-for-vcenter", "the host's is not known", plan(host(), release="6.5")),
    Fires(
        "host.esx-too-old-for-vcenter",
        "warning",
        "host-1",
        "esx_release",
        ("ESXi 8.0 and newer, as far as recalled", "interoperability matrix"),
        esx("7.0", release="9.0"),
    ),
    Quiet("host.esx-too-old-for-vcenter", "the oldest is not known", esx("3.5", release="5.5")),
    Quiet("host.esx-newer-than-vcenter", "the same", esx("6.5", release="6.5")),
    Quiet("host.esx-newer-than-vcenter", "not known", plan(host())),
    Fires(
        "host.esx-older-than-evc",
        "error",
        "host-1",
        "esx_release",
        ("esx-01", "ESX 3.5", "EVCAdmissionFailedHostSoftware"),
        esx("3.5", MEROM, evc_mode="intel-merom"),
    ),
    Fires(
        "host.esx-older-than-evc",
        "error",
        "host-1",
        "esx_release",
        ("EVCUnsupportedByHostSoftware",),
        plan(host(1, MEROM, esx_release="3.5", present_parent=CLUSTER), evc_mode="intel-merom", exists=True),
    ),
    Quiet("host.esx-older-than-evc", "Update 2 has it", esx("3.5u2", MEROM, evc_mode="intel-merom")),
    Quiet("host.esx-older-than-evc", "EVC is off", esx("3.5", MEROM)),
    Fires(
        "host.esx-older-than-cpu",
        "error",
        "host-1",
        "esx_release",
        ("esx-01", "Nehalem", "ESX 3.5 Update 4"),
        esx("3.5u2", NEHALEM),
    ),
    Fires(
        "host.esx-older-than-cpu",
        "warning",
        "host-1",
        "esx_release",
        ("esx-01", "Sandy Bridge", "compatibility guide"),
        esx("4.1", SANDY),
    ),
    Quiet("host.esx-older-than-cpu", "new enough", esx("3.5u4", NEHALEM)),
    Quiet("host.esx-older-than-cpu", "not known", plan(host(1, NEHALEM))),
    Fires(
        "host.cpu-discontinued",
        "warning",
        "host-1",
        "esx_release",
        ("esx-01", "Westmere", "ESXi 6.7"),
        esx("7.0", WESTMERE),
    ),
    Fires(
        "host.cpu-discontinued",
        "error",
        "host-1",
        "esx_release",
        ("esx-01", "XSAVE", "Xeon X5670", "on ESXi 6.7 or older", "Westmere", "as far as known"),
        esx("8.0u2", WESTMERE),
    ),
    Fires(
        "host.cpu-discontinued",
        "error",
        "host-1",
        "esx_release",
        ("XSAVE", "processor 40F12", "on ESXi 8.0 Update 1 or older"),
        esx("8.0u2", silicon("amd-rev-f", 0x40F12)),
    ),
    Quiet("host.cpu-discontinued", "supported", esx("6.7", WESTMERE)),
    Quiet("host.cpu-discontinued", "it has XSAVE", esx("7.0", SANDY)),
    *(
        Fires(
            "host.cpu-discontinued",
            "warning",
            "host-1",
            "esx_release",
            ("esx-01 runs", word, "as far as recalled", "compatibility guide"),
            esx(release, cpu, release="9.0"),
        )
        for release, cpu, word in (
            ("9.0", silicon("intel-broadwell", 0x406F1), "Broadwell"),
            ("9.0", silicon("intel-broadwell", 0x506E3), "Skylake"),
            ("9.0", silicon("intel-haswell", 0x306F2), "Haswell"),
            ("8.0u2", silicon("amd-bulldozer", 0x600F12), "Bulldozer"),
            ("8.0", SANDY, "Sandy Bridge"),
            ("7.0", OPTERON, "K10"),
        )
    ),
    *(
        Fires(
            "host.esx-older-than-cpu",
            "warning",
            "host-1",
            "esx_release",
            ("esx-01 runs", *words, "as far as recalled", "compatibility guide"),
            esx(release, cpu),
        )
        for release, cpu, words in (
            ("5.0", silicon("intel-haswell", 0x306F2), ("Haswell", "ESXi 5.5, or 5.1 Update 2")),
            ("5.1", silicon("intel-skylake", 0x50654), ("Skylake", "ESXi 6.5, or 6.0 Update 3")),
            ("5.5", silicon("intel-cascadelake", 0x50657), ("Cascade Lake",)),
            ("6.5", silicon("intel-icelake", 0x606A6), ("Ice Lake", "late patch of ESXi 6.7")),
            ("6.0", silicon("amd-zen2", 0x830F10), ("Zen 2",)),
            ("6.7", silicon("amd-zen4", 0xA10F11), ("Zen 4", "ESXi 8.0, or 7.0 Update 3")),
            ("8.0", silicon("amd-zen4", 0xB00F21), ("Zen 5", "ESXi 8.0 Update 3")),
        )
    ),
    *(
        Quiet(rule, f"{release} runs on it as far as recalled", esx(release, cpu, release="9.0"))
        for rule in ("host.esx-older-than-cpu", "host.cpu-discontinued", "host.esx-support-unknown")
        for release, cpu in (
            ("9.0", silicon("intel-skylake", 0x50654)),
            ("9.0", silicon("intel-icelake", 0x606A6)),
            ("8.0u2", silicon("intel-broadwell", 0x406F1)),
            ("8.0u2", silicon("intel-haswell", 0x306F2)),
            ("7.0", silicon("amd-zen2", 0x830F10)),
        )
    ),
    Fires(
        "host.esx-support-unknown",
        "info",
        "host-1",
        "esx_release",
        ("Cooper Lake", "esx-01", "in no table", "compatibility guide", "ESXi 8.0"),
        esx("8.0", silicon("intel-cascadelake", 0x5065B)),
    ),
    Quiet(
        "host.esx-support-unknown",
        "its ESX is not known",
        plan(host(1, silicon("intel-cascadelake", 0x5065B))),
    ),
    Fires(
        "host.license-lacks",
        "warning",
        "host-1",
        "license_edition",
        ("esx-01", "Essentials", "HA, DRS, DPM, EVC"),
        plan(host(1, MEROM, license_edition="Essentials"), ha=HA, drs=DRS, dpm=DPM, evc_mode="intel-merom"),
    ),
    Fires(
        "host.license-lacks",
        "warning",
        "host-1",
        "license_edition",
        ("Standard", "lacks EVC,"),
        plan(host(1, MEROM, license_edition="Standard"), evc_mode="intel-merom", release="4.0"),
    ),
    Quiet(
        "host.license-lacks",
        "Standard has it from 4.1",
        plan(host(1, MEROM, license_edition="Standard"), ha=HA, evc_mode="intel-merom", release="4.1"),
    ),
    Quiet("host.license-lacks", "nothing is used", plan(host(license_edition="Essentials"))),
    Fires(
        "host.evaluation",
        "info",
        "host-1",
        "license_key",
        ("No licence is given for esx-01", "if it runs in evaluation mode", "60 days"),
        plan(host(license_edition=None)),
    ),
    Quiet("host.evaluation", "licensed", plan(host())),
    Quiet("host.evaluation", "a key", plan(host(license_edition=None, license_key="00000-00000"))),
]

PROCESSOR = [
    Quiet("host.microcode", "a difference of power and clock", plan(*hosts(WESTMERE, TURBO))),
    Quiet("host.microcode", "host.xd-off speaks of NX", plan(*hosts(WESTMERE, NO_NX))),
    Quiet("host.microcode", "one is assumed", plan(*hosts(NEHALEM, ASSUMED))),
    Fires("host.seen-through-hypervisor", "warning", "host-1", "cpu", ("esx-01",), plan(host(1, INSIDE))),
    Quiet("host.seen-through-hypervisor", "on the host", plan(host(1, MEROM))),
    Fires(
        "host.cpu-assumed",
        "info",
        "host-1",
        "cpu",
        ("esx-01", "Xeon X5570"),
        plan(host(1, ASSUMED, cpu_assumed=True)),
    ),
    Quiet("host.cpu-assumed", "measured", plan(host(1, MEROM))),
]

OLD = {"release": "2.5u2"}

STATE = [
    Fires(
        "host.xd-off",
        "todo",
        "host-1",
        "xd",
        ("Execute Disable", "esx-01", "AC power cycle"),
        plan(host(1, MEROM, xd="disabled"), release="4.1"),
    ),
    Fires(
        "host.xd-off",
        "todo",
        "host-1",
        "xd",
        ("No Execute", "Phenom B95", "boot it cold"),
        plan(host(1, NO_NX_AMD), release="5.0"),
    ),
    Fires(
        "host.xd-off",
        "todo",
        "host-1",
        "xd",
        ("said to be on", "Capture the host again"),
        plan(host(1, NO_NX, xd="enabled")),
    ),
    Fires("host.xd-off", "todo", "host-1", "xd", ("XD", "NX"), plan(host(1, xd="disabled"), standalone=True)),
    Quiet("host.xd-off", "it is on", plan(host(1, MEROM, xd="enabled"))),
    Quiet("host.xd-off", "nothing is known", plan(host())),
    Quiet("host.xd-off", "NetBurst without NX by birth", plan(host(1, NETBURST_NO_NX))),
    Quiet(
        "host.xd-off",
        "in a VM it may be masked",
        plan(host(1, known(cpu_with(("HYPERVISOR",), eax=0x206C2)))),
    ),
    Fires(
        "host.vt-off",
        "todo",
        "host-1",
        "vt",
        ("Intel VT", "esx-01", "AC power cycle"),
        plan(host(1, MEROM, vt="disabled"), release="4.0"),
    ),
    Fires(
        "host.vt-off",
        "todo",
        "host-1",
        "vt",
        ("AMD-V", "boot it cold"),
        plan(host(1, OPTERON, vt="disabled"), release="5.0"),
    ),
    Quiet("host.vt-off", "not known", plan(host(1, MEROM))),
    Quiet("host.vt-off", "it is on", plan(host(1, MEROM, vt="enabled"))),
    Fires(
        "host.power-cycle",
        "todo",
        "host-1",
        "ac_power_cycle_pending",
        ("esx-01", "AC power cycle"),
        plan(host(ac_power_cycle_pending=True), release="4.1"),
    ),
    Fires(
        "host.power-cycle",
        "todo",
        "host-1",
        "ac_power_cycle_pending",
        ("esx-01", "boot it cold"),
        plan(host(ac_power_cycle_pending=True), release="5.0"),
    ),
    Quiet("host.power-cycle", "nothing was changed", plan(host())),
    Fires(
        "host.maintenance-mode",
        "todo",
        "host-1",
        "in_maintenance_mode",
        ("esx-01", "another cluster"),
        plan(host(present_parent="domain-c7")),
    ),
    Fires(
        "host.maintenance-mode",
        "todo",
        "host-1",
        "in_maintenance_mode",
        ("another cluster",),
        plan(host(present_parent="domain-c7"), standalone=True),
    ),
    Fires(
        "host.maintenance-mode",
        "todo",
        "host-1",
        "in_maintenance_mode",
        ("esx-01", "VirtualCenter 2.5"),
        plan(host(present_parent="datacenter-1"), **OLD),
    ),
    Fires(
        "host.maintenance-mode",
        "todo",
        "host-1",
        "in_maintenance_mode",
        ("esx-01",),
        plan(host(1, MEROM, vms=(running(),)), evc_mode="intel-merom", **OLD),
    ),
    Quiet("host.maintenance-mode", "it is", plan(host(present_parent="domain-c7", in_maintenance_mode=True))),
    Quiet("host.maintenance-mode", "a standalone host from 4.0", plan(host(present_parent="datacenter-1"))),
    Quiet("host.maintenance-mode", "it stays", plan(host(present_parent=CLUSTER), **OLD)),
    Quiet(
        "host.maintenance-mode",
        "nothing runs",
        plan(host(1, MEROM, vms=(vm(),)), evc_mode="intel-merom", **OLD),
    ),
    Fires(
        "host.vm-outside-evc",
        "todo",
        "vm-1",
        "power_state",
        ("db01 on esx-01", "VirtualCenter 2.5"),
        plan(host(1, MEROM, vms=(running(),)), evc_mode="intel-merom", **OLD),
    ),
    Quiet(
        "host.vm-outside-evc",
        "evc.vm-powered-on says it",
        plan(host(1, MEROM, vms=(running(power_on_evc_mode="intel-merom"),)), evc_mode="intel-merom", **OLD),
    ),
    Quiet("host.vm-outside-evc", "from 4.0", plan(host(1, MEROM, vms=(running(),)), evc_mode="intel-merom")),
    Fires(
        "host.management-vm",
        "todo",
        "vm-1",
        "power_state",
        ("vcsa is vCenter itself and runs on esx-01", "moved or its BIOS changed", "Move vCenter"),
        plan(host(1, MEROM, vms=(running("vcsa", role="vCenter"),), present_parent="domain-c7")),
    ),
    Fires(
        "host.management-vm",
        "todo",
        "vm-1",
        "power_state",
        ("vCLS-1 is a vCLS machine", "retreat mode"),
        plan(
            host(1, MEROM, vms=(running("vCLS-1", role="vCLS"),), xd="disabled", present_parent=CLUSTER),
            exists=True,
            present_evc_mode="intel-merom",
            evc_mode="intel-merom",
        ),
    ),
    *(
        Fires(
            "host.management-vm",
            "todo",
            "vm-1",
            "power_state",
            ("vcsa",),
            plan(host(1, cpu, vms=(running("vcsa", role="vCenter"),), **fields)),
        )
        for cpu, fields in (
            (MEROM, {"vt": "disabled"}),
            (MEROM, {"ac_power_cycle_pending": True}),
            (NO_NX, {}),
        )
    ),
    Quiet(
        "host.management-vm",
        "evc.management-vm says it",
        plan(host(1, MEROM, vms=(running(role="vCenter"),), vt="disabled"), evc_mode="intel-merom"),
    ),
    Quiet(
        "host.management-vm",
        "an ordinary machine",
        plan(host(1, MEROM, vms=(running(),), present_parent="domain-c7")),
    ),
    Quiet("host.management-vm", "nothing is to be done", plan(host(1, MEROM, vms=(running(role="vCLS"),)))),
    Quiet("host.vm-outside-evc", "no EVC", plan(host(1, MEROM, vms=(running(),)), **OLD)),
]

TABLE: list[Fires | Quiet] = IDENTITY + SOFTWARE + PROCESSOR + STATE

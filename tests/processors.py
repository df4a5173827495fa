"""Made-up processors for tests, and captures of them in every layout that the readers know."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from flexgui.capture import CapturedHost, read_text
from flexgui.capture.linux_flags import feature_names
from flexgui.cpuid.catalogue import catalogue
from flexgui.cpuid.cpu import Cpu, measured_cpu
from flexgui.cpuid.registers import CpuidTable, Leaf, Registers
from flexgui.cpuid.signature import vendor_string
from flexgui.evc.modes import builtin_modes

Leaves = dict[Leaf, Registers]

INTEL = "GenuineIntel"
AMD = "AuthenticAMD"

EMPTY_LEAVES = (0x2, 0x3, 0x5, 0x6, 0x8, 0x9, 0xA, 0xC)


def word(text: str) -> int:
    return int.from_bytes(text.encode("ascii"), "little")


def leaves_with(
    features: Iterable[str],
    *,
    vendor: str = INTEL,
    eax: int = 0x000206F2,
    brand: str = "Made-up Processor @ 2.50GHz",
    apic: int = 0,
    maximum: int = 0xD,
) -> Leaves:
    """The leaves of one core that has exactly these features (vSphere's names)."""
    found: dict[Leaf, list[int]] = {
        (0, 0): [maximum, word(vendor[:4]), word(vendor[8:]), word(vendor[4:8])],
        (1, 0): [eax, apic << 24 | 0x0010_0800, 0, 0],
        (4, 0): [0x1C004121, 0x01C0003F, 0x3F, 0],
        (4, 1): [0x1C004122, 0x01C0003F, 0x3F, 0],
        (0x8000_0000, 0): [0x8000_0008 if vendor == INTEL else 0x8000_0021, 0, 0, 0],
        (0x8000_0001, 0): [0, 0, 0, 0],
        (0x8000_0007, 0): [0, 0, 0, 0x100],
        (0x8000_0008, 0): [0x3028, 0, 0, 0],
        **{(leaf, 0): [0, 0, 0, 0] for leaf in EMPTY_LEAVES},
    }
    if vendor != INTEL:
        found[0x8000_0021, 0] = [0, 0, 0, 0]
    if maximum >= 7:
        found[7, 0] = [1, 0, 0, 0]
        found[7, 1] = [0, 0, 0, 0]
    if maximum >= 0xB:
        found[0xB, 0] = [1, 2, 0x100, apic]
        found[0xB, 1] = [4, 8, 0x201, apic]
    if maximum >= 0xD:
        found[0xD, 0] = [7, 0x340, 0x340, 0]
        found[0xD, 1] = [0, 0, 0, 0]
        found[0xD, 2] = [0x100, 0x240, 0, 0]
    padded = brand.ljust(48, "\0")
    for number in range(3):
        part = padded[number * 16 : number * 16 + 16]
        found[0x8000_0002 + number, 0] = [word(part[place : place + 4]) for place in (0, 4, 8, 12)]
    for name in features:
        field = catalogue()[name]
        if field.key[:2] in found:
            found[field.leaf, field.subleaf][field.register] |= field.mask
    return {key: (a, b, c, d) for key, (a, b, c, d) in sorted(found.items())}


def features_of(mode: str) -> tuple[str, ...]:
    """What a built-in mode requires."""
    requires = builtin_modes()[mode].requires
    assert requires is not None
    return requires


def cpu_with(features: Iterable[str], **more: object) -> Cpu:
    return measured_cpu([CpuidTable(leaves_with(features, **more))])  # type: ignore[arg-type]


def cpu_of(mode: str, *without: str, **more: object) -> Cpu:
    """A processor that has what a mode requires, and MWAIT and VMX or SVM, but for the features `without`."""
    vendor = AMD if mode.startswith("amd") else INTEL
    features = (*features_of(mode), "MWAIT", "VMX" if vendor == INTEL else "SVM")
    return cpu_with((f for f in features if f not in without), vendor=vendor, **more)


def libvirt(core: Leaves) -> str:
    rows = "".join(
        f"  <cpuid eax_in='0x{leaf:08x}' ecx_in='0x{subleaf:02x}' eax='0x{a:08x}' ebx='0x{b:08x}'"
        f" ecx='0x{c:08x}' edx='0x{d:08x}'/>\n"
        for (leaf, subleaf), (a, b, c, d) in core.items()
    )
    rows += "  <msr index='0x10a' edx='0x00000000' eax='0x0000006b'/>\n"
    return f"<!-- made up -->\n<cpudata arch='x86'>\n{rows}</cpudata>\n"


def cpuid_raw(cores: Sequence[Leaves], *, numbered: bool = True) -> str:
    text = ""
    for number, core in enumerate(cores):
        text += f"CPU {number}:\n" if numbered else "CPU:\n"
        for (leaf, subleaf), (a, b, c, d) in core.items():
            text += (
                f"   0x{leaf:08x} 0x{subleaf:02x}: eax=0x{a:08x} ebx=0x{b:08x} ecx=0x{c:08x} edx=0x{d:08x}\n"
            )
    return text


AIDA64_HEADERS = {
    "logical": "------[ Logical CPU #{0} ]------\n\nallcpu: Valid\n\n",
    "registers": "------[ CPUID Registers / Logical CPU #{0} ]------\n\n"
    "allcpu: Package 0 / Core {0} / Thread 0: Valid\n\n",
    "affinity": "CPU#{0:02d} AffMask: 0X0000000000000000:{0:016X} \n",
    "report": "    CPUID Registers (CPU #{0}):\n",
    "report, virtual": "    CPUID Registers (CPU #{0} Virtual):\n",
    "bare": "",
}


def aida64(
    cores: Sequence[Leaves],
    layout: str = "registers",
    *,
    separator: str = ": ",
    labelled: bool = True,
    ending: str = "\n",
) -> str:
    """A dump of several cores; `labelled` writes `[SL nn]` where a leaf has several subleaves."""
    text = "------[ Versions ]------\n\nProgram Version : made up\nCPUID Manufacturer : none\n\n"
    text = "" if layout in ("bare", "affinity") else text
    for number, core in enumerate(cores, 1 if layout.startswith("report") else 0):
        text += AIDA64_HEADERS[layout].format(number)
        several = {leaf for leaf, subleaf in core if subleaf}
        for (leaf, subleaf), registers in core.items():
            values = "-".join(f"{value:08X}" for value in registers)
            label = f" [SL {subleaf:02X}] [made up]" if labelled and leaf in several else ""
            text += f"CPUID {leaf:08X}{separator}{values}{label}\n"
        text += "\nL1    Data Cache:    32 KB,  8-way Associative, 64-byte Line\n\n"
    text += "------[ MSR Registers / Logical CPU #0 ]------\n\nMSR 0000001B: 0000-0000-FEE0-0900\n"
    return text.replace("\n", ending)


def register_string(value: int) -> str:
    bits = f"{value:032b}"
    return ":".join(bits[start : start + 4] for start in range(0, 32, 4))


VSPHERE_LEAVES = (0, 1, 0x8000_0000, 0x8000_0001, 0x8000_0008)


def cpu_feature(core: Leaves) -> list[dict[str, object]]:
    return [
        {
            "level": leaf - 2**32 if leaf >= 2**31 else leaf,
            "vendor": None,
            **dict(zip(("eax", "ebx", "ecx", "edx"), map(register_string, core[leaf, 0]), strict=True)),
        }
        for leaf in VSPHERE_LEAVES
    ]


def vsphere(core: Leaves, **more: object) -> str:
    return json.dumps({"cpuFeature": cpu_feature(core), **more})


def linux_flags(core: Leaves, *also: str) -> list[str]:
    """The flags that Linux would print for a core, from the program's own table."""
    cpu = measured_cpu([CpuidTable(core)])
    names = feature_names(cpu.vendor)
    return [*also, *(flag for flag, name in names.items() if cpu.has(name))]


def proc_cpuinfo(cores: Sequence[Leaves], *, ending: str = "\n", siblings: int | None = None) -> str:
    text = ""
    for number, core in enumerate(cores):
        cpu = measured_cpu([CpuidTable(core)])
        text += (
            f"processor\t: {number}\nvendor_id\t: {vendor_string(cpu.table)}\ncpu family\t: {cpu.family}\n"
            f"model\t\t: {cpu.model}\nmodel name\t: {cpu.brand}\nstepping\t: {cpu.stepping}\n"
            f"microcode\t: 0x1\ncpu MHz\t\t: 1200.000\nphysical id\t: 0\n"
            f"siblings\t: {siblings or len(cores)}\n"
            f"core id\t\t: {number // 2}\ncpu cores\t: {(len(cores) + 1) // 2}\nfpu\t\t: yes\n"
            f"cpuid level\t: {core[0, 0][0]}\nflags\t\t: {' '.join(linux_flags(core, 'cpuid'))}\n"
            "bugs\t\t: spectre_v1\nbogomips\t: 1.00\nclflush size\t: 64\npower management:\n\n"
        )
    return text.replace("\n", ending)


def lscpu_fields(core: Leaves) -> dict[str, str]:
    cpu = measured_cpu([CpuidTable(core)])
    return {
        "Architecture": "x86_64",
        "CPU(s)": "8",
        "Vendor ID": vendor_string(cpu.table) or "",
        "Model name": cpu.brand,
        "CPU family": str(cpu.family),
        "Model": str(cpu.model),
        "Core(s) per socket": "2",
        "Socket(s)": "2",
        "Stepping": str(cpu.stepping),
        "Flags": " ".join(linux_flags(core, "cpuid")),
        "L3 cache": "32 MiB (1 instance)",
    }


def lscpu_text(core: Leaves) -> str:
    return "".join(f"{key + ':':<24}{value}\n" for key, value in lscpu_fields(core).items())


def lscpu_json(core: Leaves) -> str:
    return json.dumps(
        {"lscpu": [{"field": f"{k}:", "data": v} for k, v in lscpu_fields(core).items()]}, indent=3
    )


def libvirt_cpu(
    model: str, features: Iterable[str], *, vendor: str | None = "Intel", more: str = "", attributes: str = ""
) -> str:
    """A `<cpu>` element as `virsh capabilities` has it; with `attributes`, as a domain has it."""
    policy = " policy='require'" if attributes else ""
    listed = "".join(f"  <feature{policy} name='{name}'/>\n" for name in features)
    maker = f"  <vendor>{vendor}</vendor>\n" if vendor else ""
    return (
        f"<cpu{attributes}>\n  <arch>x86_64</arch>\n  <model>{model}</model>\n{maker}{more}{listed}</cpu>\n"
    )


def capabilities(
    model: str, features: Iterable[str], *, signature: tuple[int, int, int] = (6, 106, 6)
) -> str:
    """What `virsh capabilities` prints for a host with two sockets of two cores."""
    family, number, stepping = signature
    more = (
        "  <microcode version='17'/>\n"
        f"  <signature family='{family}' model='{number}' stepping='{stepping}'/>\n"
        "  <counter name='tsc' frequency='2000000000' scaling='yes'/>\n"
        "  <topology sockets='1' dies='1' cores='4' threads='1'/>\n"
    )
    places = "".join(
        f"<cpu id='{cpu}' socket_id='{cpu // 4}' die_id='0' core_id='{cpu % 4 // 2}' siblings='{cpu}'/>\n"
        for cpu in range(8)
    )
    return (
        f"<capabilities>\n\n<host>\n<uuid>00000000</uuid>\n{libvirt_cpu(model, features, more=more)}"
        f"<power_management/>\n<topology><cells num='1'><cell id='0'><memory unit='KiB'>8</memory>\n"
        f"<cpus num='8'>\n{places}</cpus></cell></cells></topology>\n</host>\n"
        "<guest><os_type>hvm</os_type><arch name='x86_64'/></guest>\n</capabilities>\n"
    )


def localcli(cores: Sequence[Leaves], *, signed: bool = False) -> str:
    """One list of entries for all processors, their subleaves in order."""
    entries = []
    for core in cores:
        for (leaf, _), registers in core.items():
            values = [v - 2**32 if signed and v >= 2**31 else v for v in (leaf, *registers)]
            entries.append(dict(zip(("Level", "EAX", "EBX", "ECX", "EDX"), values, strict=True)))
    return json.dumps(entries)


def one(content: str | bytes, source: str = "made up") -> CapturedHost:
    """The only host in a text."""
    (host,) = read_text(content, source)
    return host

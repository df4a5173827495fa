"""`make accuracy`: how right FlexGUI is about real processors, written to docs/accuracy.md.

Everything is measured in one run: captures of real processors against their names, FlexGUI's common features
against libvirt's own `virsh cpu-baseline`, masks that were seen in the field against those that FlexGUI would
set, and a whole ESXi host against what its vCenter measured.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from flexgui.capture import CapturedHost, read_capture
from flexgui.cpuid.catalogue import RUN_TIME_FLAGS, catalogue
from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.registers import REGISTER_NAMES
from flexgui.errors import InputError
from flexgui.evc.modes import EvcMode, builtin_modes
from flexgui.evc.pool import common_registers
from flexgui.evc.series import branded
from flexgui.evc.support import Answer, assess, known_features, support
from flexgui.files import write_atomically

ROOT = Path(__file__).resolve().parent.parent
FEATURE_MAP = Path("/usr/share/libvirt/cpu_map/x86_features.xml")
"""libvirt's names of features and the CPUID bits that they are."""

Bit = tuple[int, int, int, int]
"""(leaf, subleaf, register 0..3, bit)."""

MODES = builtin_modes()


# Captures against their names.


@dataclass(frozen=True)
class Promise:
    generation: str
    mode: str | None


def promises() -> list[tuple[re.Pattern[str], Promise]]:
    lines = (Path(__file__).parent / "names.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    return [(re.compile(p), Promise(name, None if mode == "-" else mode)) for p, name, mode in rows]


def promise_of(path: Path) -> Promise | None:
    return next((promise for pattern, promise in promises() if pattern.search(path.stem)), None)


WHY_NOT_THE_NAME = {
    "x86_64-cpuid-Phenom-B95": "XD is off in its BIOS, which takes every mode away: a right answer",
}
"""Captures whose highest mode is rightly another than the product's."""


def names_section(shared: Path) -> Iterator[str]:
    yield "## Every capture: silicon, highest mode, and what its name promises"
    yield ""
    yield "| capture | silicon | highest mode | cannot tell | name agrees |"
    yield "|---|---|---|---|---|"
    counts: Counter[str] = Counter()
    for path in captures(shared):
        try:
            hosts = read_capture(path)
        except InputError:
            counts["refused with the advice to use cpuid -r"] += 1
            yield f"| {path.parent.name}/{path.stem} | – | – | – | refused with the advice to use cpuid -r |"
            continue
        for host in hosts:
            found = assess(host.cpu, MODES)
            highest = found.highest.key if found.highest else None
            silicon = host.cpu.generation.name if host.cpu.generation else None
            unknown = [key for key in found.keys(Answer.UNKNOWN) if MODES[key].known]
            verdict = _verdict(path, host, silicon, highest)
            counts[verdict.split(":")[0]] += 1
            open_ = "–" if not unknown else unknown[0] if len(unknown) == 1 else f"{unknown[0]} and above"
            name = f"{path.parent.name}/{path.stem}"
            yield f"| {name} | {silicon} | {highest or 'none'} | {open_} | {verdict} |"
    yield ""
    total = sum(counts.values())
    yield f"{total} hosts: " + ", ".join(f"{number} {what}" for what, number in counts.most_common()) + "."


def _verdict(path: Path, host: CapturedHost, silicon: str | None, highest: str | None) -> str:
    promised = promise_of(path)
    if promised is None:
        return "without a promise in the name"
    if promised.generation not in (silicon or "").split(" or "):
        return f"**silicon differs**: the name says {promised.generation}"
    if highest == promised.mode:
        return "agree"
    if path.stem in WHY_NOT_THE_NAME:
        return f"explained: {WHY_NOT_THE_NAME[path.stem]}"
    mode = MODES.get(promised.mode)
    if mode is not None and support(host.cpu, mode, MODES).answer is Answer.UNKNOWN:
        return f"cannot tell: {mode.key} is possible"
    return f"**mode differs**: the name promises {promised.mode}"


# Brands through the catalogue, against registers.


def brands_section(shared: Path) -> Iterator[str]:
    yield "## Brand strings through the processor catalogue, against the registers"
    yield ""
    yield "What an inventory without captures (RVTools) would be answered by the brand alone. A mode that the"
    yield "registers do not confirm would be a guess; a lower one is caution."
    yield ""
    yield "| brand | series | mode by the brand | mode by the registers | |"
    yield "|---|---|---|---|---|"
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    for path in captures(shared):
        for host in read_capture(path) if path.stem not in NOT_READ else ():
            brand = host.cpu.brand
            if not brand or brand in seen or not host.cpu.measured or host.cpu.hypervisor:
                continue
            seen.add(brand)
            found = branded(brand)
            if not found.candidates:
                counts["not in the catalogue, so nothing is assumed"] += 1
                continue
            promised, measured = (assess(cpu, MODES).highest for cpu in (found.cpu, host.cpu))
            what = _compared(promised, measured, host.cpu)
            counts[what.split(":")[0]] += 1
            series = " or ".join(each.code_name for each in found.candidates)
            keys = [mode.key if mode else "none" for mode in (promised, measured)]
            yield f"| {brand} | {series} | {keys[0]} | {keys[1]} | {what} |"
    yield ""
    yield (
        f"{len(seen)} brands: " + ", ".join(f"{number} {what}" for what, number in counts.most_common()) + "."
    )


NOT_READ = {"cpuid-1"}
"""Refused: decoded output without raw lines."""


def _compared(promised: EvcMode | None, measured: EvcMode | None, cpu: Cpu) -> str:
    if promised == measured:
        return "the same"
    if promised is None or (measured is not None and measured.includes(promised)):
        return "lower"
    if support(cpu, promised, MODES).answer is Answer.UNKNOWN:
        return "not contradicted: the capture lacks leaves"
    return "**higher than measured**"


# Common features against libvirt's.


def libvirt_features() -> dict[str, frozenset[Bit]]:
    """libvirt's features by name, for the bits of CPUID (some are of model-specific registers: left out)."""
    features: dict[str, frozenset[Bit]] = {}
    for feature in ElementTree.parse(FEATURE_MAP).getroot().iter("feature"):
        bits: set[Bit] = set()
        for leaf in feature.iter("cpuid"):
            place = int(leaf.get("eax_in", "0"), 16), int(leaf.get("ecx_in", "0"), 16)
            for register, name in enumerate(REGISTER_NAMES):
                value = int(leaf.get(name.lower(), "0"), 16)
                bits |= {(*place, register, bit) for bit in range(32) if value >> bit & 1}
        if bits:
            features[feature.get("name", "")] = frozenset(bits)
    return features


def bits_of(cpu: Cpu) -> frozenset[Bit]:
    """Every bit that is set in a processor's registers, as captured."""
    return frozenset(
        (leaf, subleaf, register, bit)
        for (leaf, subleaf), registers in cpu.table.items()
        for register, value in enumerate(registers)
        for bit in range(32)
        if value >> bit & 1
    )


def cpu_element(cpu: Cpu, names: dict[str, frozenset[Bit]]) -> str:
    """The processor as libvirt describes one: the smallest model, and every feature by name."""
    own = bits_of(cpu)
    listed = "".join(f"<feature name={quoteattr(name)}/>" for name, bits in names.items() if bits <= own)
    maker = {"intel": "Intel", "amd": "AMD"}[cpu.vendor or ""]
    return f"<cpu><arch>x86_64</arch><model>486</model><vendor>{maker}</vendor>{listed}</cpu>"


def virsh_baseline(elements: list[str], folder: Path) -> frozenset[str]:
    """The features of `virsh cpu-baseline`; raises CalledProcessError where virsh refuses."""
    file = folder / "cpus.xml"
    file.write_text("\n".join(elements), "utf-8")
    answer = subprocess.run(
        ["virsh", "-q", "-c", "test:///default", "cpu-baseline", "--features", str(file)],
        check=True,
        capture_output=True,
        text=True,
    )
    cpu = ElementTree.fromstring(answer.stdout)
    return frozenset(f.get("name", "") for f in cpu.iter("feature") if f.get("policy") == "require")


def flexgui_common(cpus: list[Cpu]) -> frozenset[Bit]:
    """The bits of feature flags that FlexGUI calls common."""
    return frozenset(
        (leaf, subleaf, register, bit)
        for (leaf, subleaf), registers in common_registers(cpus).items()
        for register, value in enumerate(registers)
        for bit in range(32)
        if value is not None and value >> bit & 1
    )


EXPLAINED = {
    "osxsave": "set by the operating system, not by the processor: FlexGUI clears it",
    "ospke": "set by the operating system, not by the processor: FlexGUI clears it",
    "fdp-excptn-only": "says “removed” when set: common where any host sets it, libvirt ANDs it",
    "zero-fcs-fds": "says “removed” when set: common where any host sets it, libvirt ANDs it",
}
"""Features that the two rightly count differently."""


def libvirt_section(shared: Path) -> Iterator[str]:
    yield "## Pairs of processors: common features against libvirt's `cpu-baseline`"
    yield ""
    if shutil.which("virsh") is None or not FEATURE_MAP.exists():
        yield "Not measured: virsh (Debian: libvirt-clients) is not installed."
        return
    version = subprocess.run(
        ["virsh", "--version"], capture_output=True, text=True, check=True
    ).stdout.strip()
    names = libvirt_features()
    mapped = {bit for bits in names.values() for bit in bits}
    cpus = {
        path.stem: read_capture(path)[0].cpu for path in sorted((shared / "captures/libvirt").glob("*.xml"))
    }
    flags = set(catalogue().feature_registers)
    pairs = agreeing = 0
    compared: list[int] = []
    differences: dict[str, list[str]] = defaultdict(list)
    unmapped: Counter[Bit] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for left, right in itertools.combinations(cpus, 2):
            both = [cpus[left], cpus[right]]
            if both[0].vendor != both[1].vendor:
                continue
            pairs += 1
            theirs = virsh_baseline([cpu_element(cpu, names) for cpu in both], Path(folder))
            ours = flexgui_common(both)
            comparable = {n for n, bits in names.items() if all(bit[:3] in flags for bit in bits)}
            own = {name for name in comparable if names[name] <= ours}
            compared.append(len(own | (theirs & comparable)))
            for name in own ^ (theirs & comparable):
                side = "libvirt alone" if name in theirs else "FlexGUI alone"
                differences[f"{name} ({side})"].append(f"{left} + {right}")
            unmapped.update(bit for bit in ours if bit not in mapped)
            agreeing += own == theirs & comparable or all(n in EXPLAINED for n in own ^ (theirs & comparable))
    yield (
        f"virsh {version}, {len(cpus)} captures, {pairs} pairs of one maker; {min(compared)} to "
        f"{max(compared)} features compared for each pair. **{agreeing} of {pairs} pairs agree**, but for "
        "what is explained here:"
    )
    yield ""
    yield "| feature | pairs | why |"
    yield "|---|---|---|"
    for what, where in sorted(differences.items()):
        reason = EXPLAINED.get(what.split(" ")[0], f"**not explained**: {where[0]}")
        yield f"| {what} | {len(where)} | {reason} |"
    if not differences:
        yield "| – | 0 | no difference at all |"
    yield ""
    known = catalogue()
    unknown_to_libvirt = sorted(
        {
            field.name
            for leaf, subleaf, register, bit in unmapped
            for field in known.in_register(leaf, subleaf, register)
            if field.flag and field.mask >> bit & 1 and field.name not in RUN_TIME_FLAGS
        }
    )
    yield (
        f"Reported, not compared: {len(unknown_to_libvirt)} common features that FlexGUI names and the map "
        f"of virsh {version} does not know: {', '.join(unknown_to_libvirt)}."
    )


# Masks that were seen in the field.

NEVER_MASKED = {"FPU", "TSC", "MSR", "CX8", "CMOV", "MMX", "FXSR", "SSE", "SSE2"}
"""Every 64-bit processor has them, and vSphere's per-VM masks do not list them (observed masks)."""


def masks_section(shared: Path) -> Iterator[str]:
    yield "## Masks seen in the field against those of FlexGUI"
    yield ""
    file = shared / "reference/observed_feature_masks.json"
    host = read_capture(shared / "captures/libvirt/x86_64-cpuid-Xeon-Platinum-8268.xml")[0].cpu
    has = {f.name for f in catalogue().fields if f.flag and host.has(f.name)}
    yield (
        "The host of the comparison is the Platinum 8268, which has every feature that either mask names. "
        "What a mode requires is derived from published deltas; what it exposes besides was learnt from "
        "these very masks, so only the required features are an independent check."
    )
    for label, observed in json.loads(file.read_text("utf-8")).items():
        mode = MODES[label.split(" ")[0]]
        seen = {found.name if (found := catalogue().find(f)) else f for f in observed["flags"]}
        shown = {*(mode.requires or ()), *(mode.exposes_also or ())}
        governed = MODES.governed[mode.vendor]
        sets = {
            "shown by both": shown & seen,
            "hidden by both": (governed & has) - shown - seen,
            "FlexGUI shows, the mask does not list": shown - seen - NEVER_MASKED,
            "always there, so not listed by masks": shown & NEVER_MASKED - seen,
            "the mask shows, FlexGUI hides": (seen & governed) - shown,
            "the mask shows, FlexGUI says “not known whether masked”": seen - governed - shown,
        }
        yield ""
        yield f"### {label}"
        yield ""
        yield "| | number | features |"
        yield "|---|---|---|"
        for what, names in sets.items():
            yield f"| {what} | {len(names)} | {', '.join(sorted(names)) or '–'} |"
        wrong = sets["FlexGUI shows, the mask does not list"] | sets["the mask shows, FlexGUI hides"]
        yield ""
        yield f"Contradictions: {len(wrong)}. Seen once, here: {observed['source']}."


# A whole ESXi host.


def esxi_section(shared: Path) -> Iterator[str]:
    yield "## An ESXi 8.0.3 host: what its vCenter measured, and what FlexGUI makes of its parts"
    yield ""
    yield "| evidence | highest for certain | possible |"
    yield "|---|---|---|"
    file = shared / "captures/vsphere/host-icelake-esxi803.json"
    measured = ""
    for what, drop in (
        ("all of it", ()),
        ("featureCapability, without maxEVCModeKey", ("maxEVCModeKey",)),
        ("featureCapability alone", ("maxEVCModeKey", "cpuFeature", "cpuPkg")),
        ("cpuFeature alone", ("maxEVCModeKey", "featureCapability")),
        ("maxEVCModeKey alone", ("featureCapability", "cpuFeature", "cpuPkg", "cpuModel")),
    ):
        found = assess(_host_without(file, drop), MODES)
        highest, possible = (mode.key if mode else "none" for mode in (found.highest, found.possible))
        measured = measured or _measured_mode(file)
        yield f"| {what} | {highest} | {possible} |"
    capabilities = assess(_host_without(file, ("maxEVCModeKey",)), MODES).highest
    yield ""
    agree = capabilities is not None and capabilities.key == measured
    yield (
        f"The vCenter measured `{measured}`; from featureCapability FlexGUI answers "
        f"`{capabilities.key if capabilities else 'none'}`: {'the same' if agree else '**not the same**'}. "
        f"From cpuFeature alone, which has no leaf 7, everything above Sandy Bridge is “cannot tell”."
    )
    host = _host_without(file, ())
    known = known_features(host, MODES)
    yield ""
    governed = MODES.governed["intel"]
    yield f"Of the {len(governed)} features that Intel's modes govern, {len(known.known)} are known."


def _host_without(file: Path, drop: tuple[str, ...]) -> Cpu:
    from flexgui.capture import read_text

    content = _without(json.loads(file.read_text("utf-8")), drop)
    return read_text(json.dumps(content), file.name)[0].cpu


def _without(value: object, drop: tuple[str, ...]) -> object:
    if isinstance(value, dict):
        return {key: _without(inner, drop) for key, inner in value.items() if key not in drop}
    return [_without(inner, drop) for inner in value] if isinstance(value, list) else value


def _measured_mode(file: Path) -> str:
    found = re.search(r'"maxEVCModeKey"\s*:\s*"([^"]+)"', file.read_text("utf-8"))
    return found[1] if found else "none"


# The document.

SECTIONS = (names_section, brands_section, libvirt_section, masks_section, esxi_section)


def captures(shared: Path) -> list[Path]:
    """Every capture of a whole host, in a fixed order."""
    folder = shared / "captures"
    return [
        path
        for kind in ("aida64", "cpuid", "libvirt", "vsphere")
        for path in sorted((folder / kind).iterdir())
        if path.suffix != ".md"
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="the folder of captures")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs/accuracy.md")
    arguments = parser.parse_args()
    if not (arguments.shared / "captures").is_dir():
        print(f"There are no captures in {arguments.shared}: nothing was measured.", file=sys.stderr)
        return 2
    lines = [
        "# How right FlexGUI is",
        "",
        "Generated by `make accuracy` from captures of real processors (libvirt's test data, InstLatx64's",
        "collection, one virtual machine, one ESXi host). Nothing here is typed by hand.",
    ]
    for section in SECTIONS:
        lines += ["", *section(arguments.shared)]
    write_atomically(arguments.output, ("\n".join(lines) + "\n").encode())
    print(f"Wrote {arguments.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

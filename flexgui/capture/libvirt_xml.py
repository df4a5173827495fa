"""libvirt's XML: CPUID dumps, capabilities, and `<cpu>` elements, any number of them, in any mixture.

A CPUID dump is a `<cpudata>` with a `<cpuid eax_in= ecx_in= eax= ebx= ecx= edx=/>` for each leaf. What names
features instead of registers is left to `libvirt_cpu`.
"""

from __future__ import annotations

import re
from typing import Final

from flexgui.capture.captured import CapturedHost, Core, host_of_cores
from flexgui.capture.libvirt_cpu import CpuElements
from flexgui.capture.xml_text import is_xml, parse
from flexgui.errors import InputError

FORMAT: Final = "libvirt CPUID XML"

_HEXADECIMAL = re.compile(r"0x[0-9a-f]{1,8}", re.IGNORECASE)


def recognises(text: str) -> bool:
    return is_xml(text)


def read(text: str, source: str) -> list[CapturedHost]:
    """Every host in the text, one for each `<cpudata>` and each `<cpu>` that describes a processor.

    Raises:
        InputError: the XML is malformed, declares a document type or entities, describes no x86 processor,
            or a leaf in it is damaged.
    """
    reader = _Reader(source)
    parse(text, reader)
    if not reader.hosts:
        raise InputError(
            "The XML describes no processor: it has neither <cpudata> nor <cpu> with a model or features.",
            "Save the output of virsh capabilities, or capture with cpuid -r on the host.",
        )
    return [host_of_cores([one], source, FORMAT) if isinstance(one, Core) else one for one in reader.hosts]


class _Reader:
    """What the parser reports, made into cores and hosts in the order of the text."""

    def __init__(self, source: str) -> None:
        self.hosts: list[Core | CapturedHost] = []
        self._elements = CpuElements(source, self.hosts.append)

    def start(self, name: str, attributes: dict[str, str], around: list[str], line: int) -> None:
        if name == "cpudata":
            arch = attributes.get("arch", "x86")
            if arch not in ("x86", "x86_64", "i686"):
                raise InputError(
                    "The capture is of another processor architecture than x86.",
                    "EVC is for x86 hosts.",
                    line=line,
                )
            self.hosts.append(Core(line=line))
        elif name == "cpuid" and around[-1] == "cpudata" and isinstance(core := self.hosts[-1], Core):
            value = _Attributes(attributes, line)
            registers = value["eax"], value["ebx"], value["ecx"], value["edx"]
            subleaf = value["ecx_in"] if "ecx_in" in attributes else 0
            # Old versions of libvirt know no subleaves, and call the leaf a function.
            leaf = value["function" if "eax_in" not in attributes and "function" in attributes else "eax_in"]
            core.add(leaf, subleaf, registers, line)
        else:
            self._elements.start(name, attributes, around, line)

    def text(self, text: str) -> None:
        self._elements.text(text)

    def end(self, name: str) -> None:
        self._elements.end(name)


class _Attributes:
    def __init__(self, attributes: dict[str, str], line: int) -> None:
        self._attributes = attributes
        self._line = line

    def __getitem__(self, name: str) -> int:
        text = self._attributes.get(name, "")
        if not _HEXADECIMAL.fullmatch(text):
            raise InputError(
                f"The attribute {name} of <cpuid> is missing or is no hexadecimal number of 32 bits.",
                "Capture it again.",
                line=self._line,
            )
        return int(text, 16)

"""libvirt's CPUID XML: a `<cpudata>` with a `<cpuid eax_in= ecx_in= eax= ebx= ecx= edx=/>` for each leaf."""

from __future__ import annotations

import re
from typing import Final
from xml.parsers import expat

from flexgui.capture.captured import CapturedHost, Core, host_of_cores
from flexgui.errors import InputError

FORMAT: Final = "libvirt CPUID XML"

_BEGINNING = re.compile(r"<(?:[A-Za-z?]|!--|!DOCTYPE|!ENTITY)")
_DECLARES = re.compile(r"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)\b", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>")
_HEXADECIMAL = re.compile(r"0x[0-9a-f]{1,8}", re.IGNORECASE)
_DEEPEST = 64


def recognises(text: str) -> bool:
    return _BEGINNING.match(text.lstrip()) is not None


def read(text: str, source: str) -> list[CapturedHost]:
    """Every host in the text, one for each `<cpudata>`; files may simply have been put together.

    Raises:
        InputError: the XML is malformed, declares a document type or entities, holds no `<cpudata>` of an
            x86 processor, or a leaf in it is damaged.
    """
    # Checked before the parser runs, which would expand entities; comments have no use for these words.
    if declares := _DECLARES.search(text):
        raise InputError(
            "The XML declares a document type or entities, which captures never do.",
            "Remove the declaration, or capture again.",
            line=text.count("\n", 0, declares.start()) + 1,
        )
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: reader.start(
        name, attributes, parser.CurrentLineNumber
    )
    parser.EndElementHandler = reader.end
    try:
        # One root around everything, so that files that were put together are still one document.
        parser.Parse("<captures>", False)
        parser.Parse(_XML_DECLARATION.sub("", text), False)
        parser.Parse("</captures>", True)
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code, "it is malformed")
        raise InputError(
            f"The XML cannot be read: {reason}.",
            "The file may be cut short: capture again.",
            line=error.lineno,
        ) from None
    if not reader.hosts:
        raise InputError(
            "The XML is no libvirt CPUID capture: it has no element <cpudata>.",
            "Capture with cpuid -r on the host instead.",
        )
    return [host_of_cores([core], source, FORMAT) for core in reader.hosts]


class _Reader:
    """What the parser reports, made into cores."""

    def __init__(self) -> None:
        self.hosts: list[Core] = []
        self._path: list[str] = []

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise InputError(
                f"The XML is nested more than {_DEEPEST} deep.", "Choose a CPUID capture.", line=line
            )
        if name == "cpudata":
            arch = attributes.get("arch", "x86")
            if arch not in ("x86", "x86_64", "i686"):
                raise InputError(
                    "The capture is of another processor architecture than x86.",
                    "EVC is for x86 hosts.",
                    line=line,
                )
            self.hosts.append(Core(line=line))
        elif name == "cpuid" and parent == "cpudata":
            value = _Attributes(attributes, line)
            registers = value["eax"], value["ebx"], value["ecx"], value["edx"]
            subleaf = value["ecx_in"] if "ecx_in" in attributes else 0
            self.hosts[-1].add(value["eax_in"], subleaf, registers, line)

    def end(self, name: str) -> None:
        self._path.pop()


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

"""XML from outside: parsed with limits and without entities; files that were put together are one text."""

from __future__ import annotations

import re
from typing import Final, Protocol
from xml.parsers import expat

from flexgui.errors import InputError

_BEGINNING = re.compile(r"<(?:[A-Za-z?]|!--|!DOCTYPE|!ENTITY)")
_DECLARES = re.compile(r"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)\b", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>")
_DEEPEST: Final = 64


class Handler(Protocol):
    """What is told of a text: elements with the names of those around them, outermost first, and texts."""

    def start(self, name: str, attributes: dict[str, str], around: list[str], line: int) -> None: ...

    def text(self, text: str) -> None: ...

    def end(self, name: str) -> None: ...


def is_xml(text: str) -> bool:
    """Whether a text begins like XML."""
    return _BEGINNING.match(text.lstrip()) is not None


def parse(text: str, handler: Handler) -> None:
    """Tell the handler everything in the text, which may hold any number of documents.

    Raises:
        InputError: the XML is malformed, nested too deep, or declares a document type or entities.
    """
    # Checked before the parser runs, which would expand entities; comments have no use for these words.
    if declares := _DECLARES.search(text):
        raise InputError(
            "The XML declares a document type or entities, which captures never do.",
            "Remove the declaration, or capture again.",
            line=text.count("\n", 0, declares.start()) + 1,
        )
    around: list[str] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(around) > _DEEPEST:
            raise InputError(
                f"The XML is nested more than {_DEEPEST} deep.",
                "Choose a CPUID capture.",
                line=parser.CurrentLineNumber,
            )
        if around:  # the root is ours
            handler.start(name, attributes, around, parser.CurrentLineNumber)
        around.append(name)

    def end(name: str) -> None:
        around.pop()
        if around:
            handler.end(name)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
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

"""Objects of a plan by what a person calls them: an id, a path, or a name."""

from __future__ import annotations

from flexgui.errors import InputError, printable
from flexgui.plan.inventory import Place, places
from flexgui.plan.values import Host, Plan, VirtualMachine

Kind = type[Host] | type[VirtualMachine]

_WORDS: dict[Kind, str] = {Host: "host", VirtualMachine: "virtual machine"}


def named(plan: Plan, kind: Kind, text: str) -> Place:
    """The host or virtual machine that `text` means: its id, its path or the end of it, its name or address.

    Names and paths are compared without case. An id wins over a path, a path over a name.

    Raises:
        InputError: nothing is called so, or several things are; their paths are listed.
    """
    every = [place for place in places(plan) if isinstance(place.object, kind)]
    wanted = _joined(text)
    by_id = [place for place in every if place.object.id == text]
    by_path = [place for place in every if f" / {_joined(place.path())}".endswith(f" / {wanted}")]
    whole = [place for place in by_path if _joined(place.path()) == wanted]
    by_name = [place for place in every if text.strip().casefold() in _names(place)]
    found = by_id or whole or (by_path if "/" in text else []) or by_name
    word = _WORDS[kind]
    if not found:
        some = ", ".join(printable(place.path(), 80) for place in every[:5])
        more = " …" if len(every) > 5 else ""
        raise InputError(
            f"There is no {word} {printable(text)!r} in the plan.",
            f"It has {some}{more}." if every else f"It has no {word} at all.",
        )
    if len(found) > 1:
        listed = "; ".join(f"{printable(p.path(), 80)} ({printable(p.object.id, 40)})" for p in found[:8])
        more = f"; and {len(found) - 8} more" if len(found) > 8 else ""
        raise InputError(
            f"{len(found)} {word}s are called {printable(text)!r}: {listed}{more}.", "Give a path or an id."
        )
    return found[0]


def _joined(path: str) -> str:
    return " / ".join(part.strip() for part in path.split("/")).casefold()


def _names(place: Place) -> set[str]:
    found = place.object
    names = {found.name, found.address, found.label} if isinstance(found, Host) else {found.name}
    return {name.casefold() for name in names if name}

"""Why virtual machines of a cluster do not see a feature: which mode would show it, and who holds it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from flexgui.evc.modes import EvcMode, ModeTable, maker
from flexgui.evc.pool import Blocker, Member, blockers, names
from flexgui.evc.support import Answer, vendor_of
from flexgui.translate import QT_TRANSLATE_NOOP, fill

CONTEXT: Final = "WhyMasked"
"""The translation context of the sentences."""

MOST_PROCESSORS: Final = 3
MOST_HOSTS: Final = 4
"""How many processors a sentence names, and how many hosts of each."""

Translate = Callable[[str, str], str]


def english(context: str, text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class WhyMasked:
    """Why a feature is hidden.

    `shown_by`: the smallest mode above the cluster's that shows it, None where none does. `holding`: hosts
    that lack what that mode requires; `open`: those of which it cannot be told. `certain`: whether it is
    known that the cluster's mode hides it. `offered`: whether the release at hand lists `shown_by`.
    """

    feature: str
    mode: EvcMode
    shown_by: EvcMode | None
    holding: tuple[Blocker, ...] = ()
    open: tuple[Blocker, ...] = ()
    certain: bool = True
    offered: bool = True


def why_masked(
    feature: str,
    mode: EvcMode,
    members: Iterable[Member],
    modes: ModeTable,
    offered: Iterable[EvcMode] | None = None,
) -> WhyMasked | None:
    """Why a mode hides a feature (vSphere's name) from the virtual machines of a pool.

    None where the mode shows it, or nothing is known of what the mode contains. A feature that some mode of
    the maker governs is hidden by those that do not name it; of any other it is not known.
    """
    if mode.requires is None or feature in _shown(mode):
        return None
    governed = modes.governed.get(mode.vendor, frozenset()) | (
        modes.masked.get(mode.vendor, frozenset()) if mode.hides is not None else frozenset()
    )
    certain = feature in governed
    above = [
        other
        for other in modes.of_vendor(mode.vendor)
        if other.known and other.key != mode.key and other.includes(mode) and feature in _shown(other)
    ]
    shown_by = min(above, key=lambda other: len(other.surely_requires), default=None)
    if shown_by is None:
        return WhyMasked(feature, mode, None, certain=certain)
    own = (each for each in members if vendor_of(each.cpu, modes) in (None, mode.vendor))
    found = blockers(own, shown_by, modes)
    keys = None if offered is None else {each.key for each in offered}
    return WhyMasked(
        feature,
        mode,
        shown_by,
        tuple(each for each in found if each.support.answer is Answer.NO),
        tuple(each for each in found if each.support.answer is Answer.UNKNOWN),
        certain,
        keys is None or shown_by.key in keys,
    )


def _shown(mode: EvcMode) -> set[str]:
    return {*mode.surely_requires, *(mode.exposes_also or ())}


def why_text(why: WhyMasked, translate: Translate = english) -> str:
    """The answer in sentences. `translate` takes a context and an English template, as Qt's does."""

    def say(template: str, **parameters: object) -> str:
        return fill(translate(CONTEXT, template), parameters)

    if not why.certain:
        template = QT_TRANSLATE_NOOP(
            "WhyMasked",
            "Whether {mode} hides {feature} cannot be told: no public source says. Read the modes from a "
            "vCenter to know.",
        )
        return say(template, mode=label(why.mode), feature=why.feature)
    template = QT_TRANSLATE_NOOP("WhyMasked", "{feature} is hidden by {mode}.")
    said = [say(template, feature=why.feature, mode=label(why.mode))]
    if why.shown_by is None:
        template = QT_TRANSLATE_NOOP("WhyMasked", "No mode above it is known to show it.")
        return " ".join((*said, say(template)))
    shown = label(why.shown_by)
    if why.holding:
        template = (
            QT_TRANSLATE_NOOP("WhyMasked", "{shown} would show it; {hosts} holds it back.")
            if len(why.holding) == 1
            else QT_TRANSLATE_NOOP("WhyMasked", "{shown} would show it; {hosts} hold it back.")
        )
        said.append(say(template, shown=shown, hosts=_hosts(why.holding, translate)))
        said += _besides(why, say)
    elif why.open:
        said.append(say(QT_TRANSLATE_NOOP("WhyMasked", "{shown} would show it."), shown=shown))
    else:
        template = QT_TRANSLATE_NOOP(
            "WhyMasked", "{shown} would show it, and every host supports that. Raise the mode to use it."
        )
        said.append(say(template, shown=shown))
    if why.open:
        leaves = tuple(dict.fromkeys(leaf for each in why.open for leaf in each.support.unknown_leaves))
        template = (
            QT_TRANSLATE_NOOP(
                "WhyMasked",
                "Whether {hosts} can take {shown} cannot be told. Capture leaf {leaves} on the host itself.",
            )
            if leaves
            else QT_TRANSLATE_NOOP(
                "WhyMasked",
                "Whether {hosts} can take {shown} cannot be told. Add a capture of the processor.",
            )
        )
        said.append(say(template, hosts=_hosts(why.open, translate), shown=shown, leaves=leaves))
    if not why.offered:
        template = QT_TRANSLATE_NOOP("WhyMasked", "This release of vCenter does not offer {shown} yet.")
        said.append(say(template, shown=shown))
    return " ".join(said)


def label(mode: EvcMode) -> str:
    """A mode with its maker: `Intel Merom`, `AMD Opteron Gen. 3`."""
    name = maker(mode.vendor)
    return mode.short_label if mode.short_label.startswith(name) else f"{name} {mode.short_label}"


def _besides(why: WhyMasked, say: Callable[..., str]) -> list[str]:
    """What they lack, where that is more than the feature itself."""
    lacking = tuple(dict.fromkeys(name for each in why.holding for name in each.support.missing))
    if set(lacking) <= {why.feature}:
        return []
    template = (
        QT_TRANSLATE_NOOP("WhyMasked", "It lacks {features}.")
        if len(why.holding) == 1
        else QT_TRANSLATE_NOOP("WhyMasked", "They lack {features}.")
    )
    return [say(template, features=lacking)]


def _hosts(held: Sequence[Blocker], translate: Translate) -> str:
    """`esx-01 and esx-02 (Xeon 5160), esx-03 (Xeon 5110)`; the first few, and how many more."""
    by_processor: dict[str, list[Member]] = {}
    for each in held:
        name = each.member.cpu.short_name() if each.member.known else ""
        by_processor.setdefault(name, []).append(each.member)
    parts = []
    for processor, members in list(by_processor.items())[:MOST_PROCESSORS]:
        named = _several(names(members), translate)
        parts.append(f"{named} ({processor})" if processor else named)
    rest = sum(len(members) for members in list(by_processor.values())[MOST_PROCESSORS:])
    return ", ".join(parts) + (f" … (+{rest})" if rest else "")


def _several(of: Sequence[str], translate: Translate) -> str:
    if len(of) == 1:
        return of[0]
    if len(of) > MOST_HOSTS:
        return ", ".join(of[:MOST_HOSTS]) + f" … (+{len(of) - MOST_HOSTS})"
    template = translate(CONTEXT, QT_TRANSLATE_NOOP("WhyMasked", "{first} and {last}"))
    return fill(template, {"first": ", ".join(of[:-1]), "last": of[-1]})

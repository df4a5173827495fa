"""The highest mode of a host in a query: compared by what modes include, never by a number."""

from __future__ import annotations

from typing import Final

from flexgui.cpuid.catalogue import normalised
from flexgui.cpuid.cpu import Cpu
from flexgui.evc.mode_names import mode_key
from flexgui.evc.modes import EvcMode, ModeTable
from flexgui.evc.support import Answer, support
from flexgui.rules.query import Term
from flexgui.rules.query_errors import close as close_to
from flexgui.rules.query_errors import error, without_order
from flexgui.rules.query_facts import Condition, HostFacts
from flexgui.translate import QT_TRANSLATE_NOOP

UNKNOWN: Final = "unknown"
NONE: Final = "none"


def mode_of(text: str, modes: ModeTable) -> EvcMode | None:
    """The mode that a text names: a key, a label, or enough of a short label to be the only one."""
    found = modes.get(mode_key(text))
    if found is not None:
        return found
    word = normalised(text)
    if not word:
        return None
    for names in (_mode_names, lambda mode: (normalised(mode.label),)):
        same = [mode for mode in modes if word in names(mode)]
        if same:
            return same[0]
    starting = [mode for mode in modes if any(name.startswith(word) for name in _mode_names(mode))]
    return starting[0] if len(starting) == 1 else None


def _mode_names(mode: EvcMode) -> tuple[str, ...]:
    return normalised(mode.key), normalised(mode.key.partition("-")[2]), normalised(mode.short_label)


def evc(term: Term, modes: ModeTable) -> Condition:
    """The highest mode that a host supports, compared by inclusion of features, never by a number."""
    value = term.value.lower()
    if value in (NONE, UNKNOWN):
        without_order(term)
        return _no_mode if value == NONE else _mode_unknown
    mode = mode_of(term.value, modes)
    if mode is None:
        template = QT_TRANSLATE_NOOP(
            "Query",
            "“{value}” at character {place} is no EVC mode. Did you mean {close}? “none” and “unknown” are "
            "understood too.",
        )
        close = close_to(normalised(term.value), [n for m in modes for n in _mode_names(m)[1:2]])
        raise error(template, term, close=close)
    weigh = _weigher(term.operator, mode, modes)
    known: dict[str, tuple[Cpu, bool | None]] = {}

    def holds(facts: HostFacts) -> bool | None:
        cpu = facts.cpu
        if cpu is None:
            return None
        found = known.get(cpu.fingerprint)
        if found is None or found[0] is not cpu:
            found = known[cpu.fingerprint] = cpu, weigh(facts)
        return found[1]

    return holds


def _no_mode(facts: HostFacts) -> bool | None:
    found = facts.assessment
    if found is None or (found.highest is None and found.possible is not None):
        return None
    return found.highest is None


def _mode_unknown(facts: HostFacts) -> bool:
    found = facts.assessment
    return found is None or _key(found.highest) != _key(found.possible)


def _key(mode: EvcMode | None) -> str | None:
    return None if mode is None else mode.key


def _weigher(sign: str, mode: EvcMode, modes: ModeTable) -> Condition:
    def at_least(facts: HostFacts) -> bool | None:
        assert facts.cpu is not None
        answer = support(facts.cpu, mode, modes).answer
        return None if answer is Answer.UNKNOWN else answer is Answer.YES

    def is_(facts: HostFacts) -> bool | None:
        found = facts.assessment
        return found is not None and _key(found.highest) == mode.key

    def below(facts: HostFacts) -> bool | None:
        """Its highest mode has less than this one; another maker's, and one beside it, is not below."""
        enough, found = at_least(facts), facts.assessment
        if enough is not False:
            return None if enough is None else False
        assert found is not None
        assert facts.cpu is not None
        if facts.cpu.vendor is None:
            return None
        if facts.cpu.vendor != mode.vendor:
            return False
        highest = found.highest
        return highest is None or mode.includes(highest)

    def or_is(first: Condition) -> Condition:
        return lambda facts: is_(facts) or first(facts)

    def above(facts: HostFacts) -> bool | None:
        enough = at_least(facts)
        found = facts.assessment
        if not enough or found is None:
            return enough
        if _key(found.highest) != mode.key:
            return True
        return False if _key(found.possible) == mode.key else None

    return {":": is_, "=": is_, "<": below, "<=": or_is(below), ">": above, ">=": at_least}[sign]

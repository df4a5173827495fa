"""The fields that a query over hosts may name, and what it means that a host fulfils a condition.

A condition is true, false, or cannot be told (None), and a host is shown where it is true: a host of which
a value is not known is found neither by a condition nor by its opposite, but by `field:unknown`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from flexgui.cpuid.catalogue import catalogue, normalised
from flexgui.evc.modes import ModeTable
from flexgui.evc.releases import esx_releases
from flexgui.plan.values import Host
from flexgui.rules import check as check  # the rules register themselves
from flexgui.rules.finding import Severity
from flexgui.rules.query import Query, QueryError, Term
from flexgui.rules.query_errors import close as close_to
from flexgui.rules.query_errors import error, without_order
from flexgui.rules.query_facts import (
    Condition,
    HostFacts,
    cache_kib,
    generation,
    maker_text,
    model_text,
    stepping,
)
from flexgui.rules.query_modes import NONE as NONE
from flexgui.rules.query_modes import UNKNOWN as UNKNOWN
from flexgui.rules.query_modes import evc
from flexgui.rules.rule import RULES
from flexgui.translate import QT_TRANSLATE_NOOP

Maker = Callable[[Term, ModeTable], Condition]


@dataclass(frozen=True, slots=True)
class QueryField:
    """A field: its name and other names, what it is (marked for "Query"), an example, and its few values."""

    name: str
    says: str
    example: str
    make: Maker
    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


SEVERITIES: Final = tuple(severity.value for severity in Severity)
_ORDER: Final[Mapping[str, Callable[[float, float], bool]]] = MappingProxyType(
    {":": operator.eq, "=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt}
    | {">=": operator.ge}
)
_NUMBER = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)\s*([A-Za-z]*)")
_NO_UNIT: Final[Mapping[str, float]] = MappingProxyType({"": 1})
_HERTZ: Final[Mapping[str, float]] = MappingProxyType({"mhz": 1, "ghz": 1000})
_MEBIBYTES: Final[Mapping[str, float]] = MappingProxyType(
    {"mb": 1, "mib": 1, "gb": 1024, "gib": 1024, "tb": 1 << 20, "tib": 1 << 20}
)
_KIBIBYTES: Final[Mapping[str, float]] = MappingProxyType({"kb": 1, "kib": 1, "mb": 1024, "mib": 1024})


def condition(query: Query, modes: ModeTable) -> Condition:
    """What a host must fulfil to be shown.

    Raises:
        QueryError: there is no such field, or the value does not fit it.
    """
    alternatives = [[_turned(term, _of(term, modes)) for term in terms] for terms in query.alternatives]

    def holds(facts: HostFacts) -> bool | None:
        return any(all(each(facts) for each in conditions) for conditions in alternatives)

    return holds if alternatives else lambda facts: True


def _turned(term: Term, found: Condition) -> Condition:
    if not term.negated:
        return found

    def opposite(facts: HostFacts) -> bool | None:
        answer = found(facts)
        return None if answer is None else not answer

    return opposite


def _of(term: Term, modes: ModeTable) -> Condition:
    if not term.field:
        word = term.value.lower()
        return lambda facts: word in facts.words
    found = field_of(term.field)
    if found is None:
        template = QT_TRANSLATE_NOOP(
            "Query",
            "There is no field “{name}” (character {place}). Did you mean {close}? To search for the text, "
            "put it in quotation marks.",
        )
        close = close_to(term.field, FIELDS)
        raise QueryError(
            template, term.start, term.length, name=term.field, place=term.start + 1, close=close
        )
    return found.make(term, modes)


def field_of(name: str) -> QueryField | None:
    """The field of a name or one of its other names."""
    return FIELDS.get(name) or next((each for each in FIELDS.values() if name in each.aliases), None)


# --- Texts, numbers, choices


def _text(read: Callable[[HostFacts], str | None], none: str = "") -> Maker:
    """A text that contains the value (`:`) or is the value (`=`), in any case; `none` stands for no text."""

    def make(term: Term, modes: ModeTable) -> Condition:
        without_order(term)
        value, exactly = term.value.lower(), term.operator == "="
        if value == UNKNOWN:
            return lambda facts: read(facts) is None
        if none and value == none:
            return lambda facts: read(facts) == ""

        def holds(facts: HostFacts) -> bool | None:
            text = read(facts)
            if text is None:
                return None
            return text.lower() == value if exactly else value in text.lower()

        return holds

    return make


def _number(read: Callable[[HostFacts], float | None], units: Mapping[str, float] = _NO_UNIT) -> Maker:
    def make(term: Term, modes: ModeTable) -> Condition:
        if term.value.lower() == UNKNOWN:
            without_order(term)
            return lambda facts: read(facts) is None
        found = _NUMBER.fullmatch(term.value)
        unit = None if found is None else units.get(found[2].lower())
        if found is None or (unit is None and "" in units):
            template = QT_TRANSLATE_NOOP(
                "Query", "“{value}” at character {place} is no number. Write {example}, or {field}:unknown."
            )
            raise error(template, term, example=FIELDS[_name(term)].example)
        if unit is None:
            template = QT_TRANSLATE_NOOP(
                "Query", "“{value}” at character {place} needs a unit. Write it as in {example}."
            )
            raise error(template, term, example=FIELDS[_name(term)].example)
        compare, wanted = _ORDER[term.operator], float(found[1]) * unit

        def holds(facts: HostFacts) -> bool | None:
            number = read(facts)
            return None if number is None else compare(number, wanted)

        return holds

    return make


def _name(term: Term) -> str:
    found = field_of(term.field)
    return term.field if found is None else found.name


def _choice(values: Mapping[str, Callable[[HostFacts], bool | None]]) -> Maker:
    def make(term: Term, modes: ModeTable) -> Condition:
        without_order(term)
        found = values.get(normalised(term.value))
        if found is None:
            template = QT_TRANSLATE_NOOP(
                "Query", "“{value}” at character {place} is no value of “{field}”. Write one of {values}."
            )
            raise error(template, term, values=tuple(values))
        return found

    return make


def _switch(read: Callable[[Host], str | None]) -> Maker:
    def is_(value: str) -> Condition:
        return lambda facts: None if read(facts.host) is None else read(facts.host) == value

    on, off = is_("enabled"), is_("disabled")
    unknown: Condition = lambda facts: read(facts.host) is None  # noqa: E731
    return _choice({"on": on, "off": off, UNKNOWN: unknown, "enabled": on, "disabled": off})


# --- Modes, releases, features, findings


def _esx(term: Term, modes: ModeTable) -> Condition:
    if term.value.lower() == UNKNOWN:
        without_order(term)
        return lambda facts: facts.host.esx_release is None
    known = esx_releases()
    names = {normalised(name): release for r in known.values() for name in (r.key, r.name) for release in [r]}
    word = normalised(term.value).replace("update", "u")
    word = word if word in names else word.removeprefix("esxi").removeprefix("esx")
    found = names.get(word)
    if found is None and len(word) == 1 and term.operator not in ":=":  # 8 in order is 8.0
        found = names.get(f"{word}0")
    if found is None:
        template = QT_TRANSLATE_NOOP(
            "Query",
            "“{value}” at character {place} is no ESX release that is listed. Did you mean {close}?",
        )
        raise error(template, term, close=close_to(term.value.lower(), known))
    compare, wanted = _ORDER[term.operator], found.order

    def holds(facts: HostFacts) -> bool | None:
        release = known.get(facts.host.esx_release or "")
        return None if release is None else compare(release.order, wanted)

    return holds


def _feature(read: Callable[[HostFacts, str], bool | None]) -> Maker:
    def make(term: Term, modes: ModeTable) -> Condition:
        without_order(term)
        found = catalogue().find(term.value)
        if found is None or not found.flag:
            template = QT_TRANSLATE_NOOP(
                "Query", "“{value}” at character {place} is no CPU feature. Did you mean {close}?"
            )
            names = {each.name.lower(): each.name for each in catalogue().fields if each.flag}
            close = tuple(names[name] for name in close_to(term.value.lower(), names))
            raise error(template, term, close=close)
        name = found.name
        return lambda facts: read(facts, name)

    return make


def _has(facts: HostFacts, name: str) -> bool | None:
    return None if facts.cpu is None else facts.cpu.has(name)


def _lacks(facts: HostFacts, name: str) -> bool | None:
    found = _has(facts, name)
    return None if found is None else not found


def _finding(term: Term, modes: ModeTable) -> Condition:
    """A severity (which has an order), a rule, a group of rules, "any" or "none"."""
    value = term.value.lower()
    if value in SEVERITIES:
        compare, wanted = _ORDER[term.operator], -Severity(value).rank
        return lambda facts: any(compare(-f.severity.rank, wanted) for f in facts.findings)
    without_order(term)
    if value in ("any", NONE):
        return lambda facts: bool(facts.findings) is (value == "any")
    fitting = frozenset(rule for rule in RULES if rule.lower() == value or rule.startswith(value + "."))
    if not fitting:
        template = QT_TRANSLATE_NOOP(
            "Query",
            "“{value}” at character {place} is neither a severity ({severities}) nor a rule. Did you mean "
            "{close}?",
        )
        raise error(template, term, severities=SEVERITIES, close=close_to(value, RULES))
    return lambda facts: any(f.rule in fitting for f in facts.findings)


def _state(value: str) -> Condition:
    return lambda facts: facts.host.connection_state.lower() == value


_STATES: Final[Mapping[str, Condition]] = MappingProxyType(
    {state.lower(): _state(state.lower()) for state in ("connected", "disconnected", "notResponding")}
    | {"maintenance": lambda facts: facts.host.in_maintenance_mode}
)
_SWITCH_VALUES: Final = ("on", "off", UNKNOWN)

FIELDS: Final[Mapping[str, QueryField]] = MappingProxyType(
    {
        each.name: each
        for each in (
            QueryField(
                "host",
                QT_TRANSLATE_NOOP("Query", "name of the host"),
                "host:esx-04",
                _text(lambda f: f.host.label),
                ("name",),
            ),
            QueryField(
                "address",
                QT_TRANSLATE_NOOP("Query", "its address"),
                "address:10.0.0",
                _text(lambda f: f.host.address),
                ("ip",),
            ),
            QueryField(
                "cluster",
                QT_TRANSLATE_NOOP("Query", "its cluster, or none"),
                "cluster:none",
                _text(lambda f: f.cluster, NONE),
                (),
                (NONE,),
            ),
            QueryField(
                "model",
                QT_TRANSLATE_NOOP("Query", "model or series of the processor"),
                "model:5500",
                _text(model_text),
                ("cpu",),
            ),
            QueryField(
                "generation",
                QT_TRANSLATE_NOOP("Query", "what the silicon is"),
                "generation:westmere",
                _text(generation),
                ("silicon",),
            ),
            QueryField(
                "maker",
                QT_TRANSLATE_NOOP("Query", "who made the processor"),
                "maker:amd",
                _text(maker_text),
                ("vendor",),
            ),
            QueryField(
                "server",
                QT_TRANSLATE_NOOP("Query", "maker and model of the server"),
                "server:R710",
                _text(lambda f: f"{f.host.vendor} {f.host.model}".strip() or None),
            ),
            QueryField(
                "evc",
                QT_TRANSLATE_NOOP("Query", "highest EVC mode, ordered by what the modes include"),
                "evc<nehalem",
                evc,
                ("mode",),
            ),
            QueryField(
                "has",
                QT_TRANSLATE_NOOP("Query", "a feature that the processor has"),
                "has:aes",
                _feature(_has),
            ),
            QueryField(
                "lacks",
                QT_TRANSLATE_NOOP("Query", "a feature that it lacks for certain"),
                "lacks:sse4.2",
                _feature(_lacks),
            ),
            QueryField(
                "hides",
                QT_TRANSLATE_NOOP("Query", "a feature that the cluster’s mode hides on it"),
                "hides:popcnt",
                _feature(lambda f, name: None if f.cpu is None else name in f.hidden),
            ),
            QueryField(
                "hidden",
                QT_TRANSLATE_NOOP("Query", "how many features are hidden"),
                "hidden>0",
                _number(lambda f: None if f.cpu is None else len(f.hidden)),
            ),
            QueryField(
                "finding",
                QT_TRANSLATE_NOOP("Query", "severity or rule of a finding, any or none"),
                "finding:error",
                _finding,
                ("findings", "rule"),
                (*SEVERITIES, "any", NONE),
            ),
            QueryField(
                "state",
                QT_TRANSLATE_NOOP("Query", "connection and maintenance mode"),
                "state:maintenance",
                _choice(_STATES),
                ("is",),
                tuple(_STATES),
            ),
            QueryField(
                "esx",
                QT_TRANSLATE_NOOP("Query", "ESX release"),
                "esx>=5.5",
                _esx,
                ("release",),
                (*esx_releases(), UNKNOWN),
            ),
            QueryField(
                "xd",
                QT_TRANSLATE_NOOP("Query", "XD (NX) in the BIOS"),
                "xd:off",
                _switch(lambda host: host.xd),
                ("nx",),
                _SWITCH_VALUES,
            ),
            QueryField(
                "vt",
                QT_TRANSLATE_NOOP("Query", "VT (SVM) in the BIOS"),
                "vt:unknown",
                _switch(lambda host: host.vt),
                ("svm",),
                _SWITCH_VALUES,
            ),
            QueryField(
                "vm",
                QT_TRANSLATE_NOOP("Query", "name of one of its virtual machines"),
                "vm:db01",
                _text(lambda f: "\n".join(vm.name for vm in f.host.vms)),
            ),
            QueryField(
                "vms",
                QT_TRANSLATE_NOOP("Query", "number of virtual machines"),
                "vms>10",
                _number(lambda f: len(f.host.vms)),
            ),
            QueryField(
                "memory",
                QT_TRANSLATE_NOOP("Query", "memory"),
                "memory>=256GB",
                _number(lambda f: f.host.memory_mb, _MEBIBYTES),
                ("ram",),
            ),
            QueryField(
                "cores",
                QT_TRANSLATE_NOOP("Query", "number of cores; does not affect compatibility"),
                "cores>16",
                _number(lambda f: f.host.cpu_cores),
            ),
            QueryField(
                "sockets",
                QT_TRANSLATE_NOOP("Query", "number of processors; does not affect compatibility"),
                "sockets=2",
                _number(lambda f: f.host.cpu_packages),
            ),
            QueryField(
                "clock",
                QT_TRANSLATE_NOOP("Query", "clock; does not affect compatibility"),
                "clock<3GHz",
                _number(lambda f: f.host.cpu_mhz, _HERTZ),
            ),
            QueryField(
                "cache",
                QT_TRANSLATE_NOOP("Query", "last cache before memory; does not affect compatibility"),
                "cache>=8MB",
                _number(cache_kib, _KIBIBYTES),
            ),
            QueryField(
                "stepping",
                QT_TRANSLATE_NOOP("Query", "stepping; does not affect compatibility"),
                "stepping=5",
                _number(stepping),
            ),
        )
    }
)
"""All fields by name, in the order of the help."""

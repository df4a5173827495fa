"""The fields that a query over hosts may name, and what it means that a host fulfils a condition.

A condition is true, false, or cannot be told (None), and a host is shown where it is true: a host of which
a value is not known is found neither by a condition nor by its opposite, but by `field:unknown`.
"""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from flexgui.cpuid.caches import last_level_kib
from flexgui.cpuid.catalogue import catalogue, normalised
from flexgui.cpuid.cpu import Cpu
from flexgui.evc.mode_names import mode_key
from flexgui.evc.modes import EvcMode, ModeTable, maker
from flexgui.evc.releases import esx_releases
from flexgui.evc.series import find_brand
from flexgui.evc.support import Answer, Assessment, support
from flexgui.plan.values import Host
from flexgui.rules import check as check  # the rules register themselves
from flexgui.rules.finding import Finding, Severity
from flexgui.rules.query import Query, QueryError, Term
from flexgui.rules.rule import RULES
from flexgui.translate import QT_TRANSLATE_NOOP


class HostFacts(Protocol):
    """What a query may ask of a host.

    `words`: what a plain word is searched in, in lower case. `hidden`: the features that the cluster's mode
    hides. `findings`: about the host and its machines, without the muted. `cluster`: "" where there is none.
    """

    @property
    def host(self) -> Host: ...
    @property
    def cpu(self) -> Cpu | None: ...
    @property
    def cluster(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def assessment(self) -> Assessment | None: ...
    @property
    def hidden(self) -> Sequence[str]: ...
    @property
    def findings(self) -> Sequence[Finding]: ...


Condition = Callable[[HostFacts], bool | None]
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


UNKNOWN: Final = "unknown"
NONE: Final = "none"
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
        close = _close(term.field, FIELDS)
        raise QueryError(
            template, term.start, term.length, name=term.field, place=term.start + 1, close=close
        )
    return found.make(term, modes)


def field_of(name: str) -> QueryField | None:
    """The field of a name or one of its other names."""
    return FIELDS.get(name) or next((each for each in FIELDS.values() if name in each.aliases), None)


def _close(word: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    names = list(known)
    return tuple(difflib.get_close_matches(word, names, most, 0.5)) or tuple(names[:most])


def _error(template: str, term: Term, **parameters: object) -> QueryError:
    said = {"field": term.field, "value": term.value, "place": term.start + 1}
    return QueryError(template, term.start, term.length, **{**said, **parameters})


def _without_order(term: Term) -> None:
    if term.operator not in (":", "="):
        template = QT_TRANSLATE_NOOP(
            "Query", "“{field}” at character {place} has no order. Write {field}:{value} instead."
        )
        raise _error(template, term)


# --- Texts, numbers, choices


def _text(read: Callable[[HostFacts], str | None], none: str = "") -> Maker:
    """A text that contains the value (`:`) or is the value (`=`), in any case; `none` stands for no text."""

    def make(term: Term, modes: ModeTable) -> Condition:
        _without_order(term)
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
            _without_order(term)
            return lambda facts: read(facts) is None
        found = _NUMBER.fullmatch(term.value)
        unit = None if found is None else units.get(found[2].lower())
        if found is None or (unit is None and "" in units):
            template = QT_TRANSLATE_NOOP(
                "Query", "“{value}” at character {place} is no number. Write {example}, or {field}:unknown."
            )
            raise _error(template, term, example=FIELDS[_name(term)].example)
        if unit is None:
            template = QT_TRANSLATE_NOOP(
                "Query", "“{value}” at character {place} needs a unit. Write it as in {example}."
            )
            raise _error(template, term, example=FIELDS[_name(term)].example)
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
        _without_order(term)
        found = values.get(normalised(term.value))
        if found is None:
            template = QT_TRANSLATE_NOOP(
                "Query", "“{value}” at character {place} is no value of “{field}”. Write one of {values}."
            )
            raise _error(template, term, values=tuple(values))
        return found

    return make


def _switch(read: Callable[[Host], str | None]) -> Maker:
    def is_(value: str) -> Condition:
        return lambda facts: None if read(facts.host) is None else read(facts.host) == value

    on, off = is_("enabled"), is_("disabled")
    unknown: Condition = lambda facts: read(facts.host) is None  # noqa: E731
    return _choice({"on": on, "off": off, UNKNOWN: unknown, "enabled": on, "disabled": off})


# --- Modes, releases, features, findings


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


def _evc(term: Term, modes: ModeTable) -> Condition:
    """The highest mode that a host supports, compared by inclusion of features, never by a number."""
    value = term.value.lower()
    if value in (NONE, UNKNOWN):
        _without_order(term)
        return _no_mode if value == NONE else _mode_unknown
    mode = mode_of(term.value, modes)
    if mode is None:
        template = QT_TRANSLATE_NOOP(
            "Query",
            "“{value}” at character {place} is no EVC mode. Did you mean {close}? “none” and “unknown” are "
            "understood too.",
        )
        close = _close(normalised(term.value), [n for m in modes for n in _mode_names(m)[1:2]])
        raise _error(template, term, close=close)
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


def _esx(term: Term, modes: ModeTable) -> Condition:
    if term.value.lower() == UNKNOWN:
        _without_order(term)
        return lambda facts: facts.host.esx_release is None
    known = esx_releases()
    names = {normalised(name): release for r in known.values() for name in (r.key, r.name) for release in [r]}
    word = normalised(term.value).replace("update", "u")
    found = names.get(word) or names.get(word.removeprefix("esxi").removeprefix("esx"))
    if found is None:
        template = QT_TRANSLATE_NOOP(
            "Query",
            "“{value}” at character {place} is no ESX release that is listed. Did you mean {close}?",
        )
        raise _error(template, term, close=_close(term.value.lower(), known))
    compare, wanted = _ORDER[term.operator], found.order

    def holds(facts: HostFacts) -> bool | None:
        release = known.get(facts.host.esx_release or "")
        return None if release is None else compare(release.order, wanted)

    return holds


def _feature(read: Callable[[HostFacts, str], bool | None]) -> Maker:
    def make(term: Term, modes: ModeTable) -> Condition:
        _without_order(term)
        found = catalogue().find(term.value)
        if found is None or not found.flag:
            template = QT_TRANSLATE_NOOP(
                "Query", "“{value}” at character {place} is no CPU feature. Did you mean {close}?"
            )
            names = {each.name.lower(): each.name for each in catalogue().fields if each.flag}
            close = tuple(names[name] for name in _close(term.value.lower(), names))
            raise _error(template, term, close=close)
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
    _without_order(term)
    if value in ("any", NONE):
        return lambda facts: bool(facts.findings) is (value == "any")
    fitting = frozenset(rule for rule in RULES if rule.lower() == value or rule.startswith(value + "."))
    if not fitting:
        template = QT_TRANSLATE_NOOP(
            "Query",
            "“{value}” at character {place} is neither a severity ({severities}) nor a rule. Did you mean "
            "{close}?",
        )
        raise _error(template, term, severities=SEVERITIES, close=_close(value, RULES))
    return lambda facts: any(f.rule in fitting for f in facts.findings)


# --- What is read of a host


def model_text(facts: HostFacts) -> str | None:
    """The brand of the processor with its series: “5500” finds a Xeon X5550."""
    cpu = facts.cpu
    if cpu is None:
        return None
    found = _models.get(cpu.fingerprint)
    if found is None or found[0] is not cpu:
        found = cpu, " ".join((cpu.name(), cpu.short_name(), *_series(cpu.brand)))
        if len(_models) > 16_384:
            _models.clear()
        _models[cpu.fingerprint] = found
    return found[1]


_models: dict[str, tuple[Cpu, str]] = {}
_NUMBERS = re.compile(r"(?<!\d)(\d\d)\d\d(?!\d)")


def _series(brand: str) -> Iterable[str]:
    """The names of the series that a brand is of: `5500` for a X5550, of the list's `Xeon 35xx; Xeon 55xx`."""
    for each in find_brand(brand) if brand else ():
        listed = each.brand_series
        for head in dict.fromkeys(_NUMBERS.findall(brand)):
            if f"{head}xx" in listed or f"{head}00" in listed:
                yield f"{head}00 series"
        if not re.search("[;/]", listed):
            yield listed


def _generation(facts: HostFacts) -> str | None:
    found = None if facts.cpu is None else facts.cpu.generation
    return None if found is None else found.name


def _maker(facts: HostFacts) -> str | None:
    return None if facts.cpu is None or facts.cpu.vendor is None else maker(facts.cpu.vendor)


def _cache(facts: HostFacts) -> int | None:
    return None if facts.cpu is None else last_level_kib(facts.cpu)


def _stepping(facts: HostFacts) -> int | None:
    return None if facts.cpu is None else facts.cpu.stepping


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
                _text(_generation),
                ("silicon",),
            ),
            QueryField(
                "maker",
                QT_TRANSLATE_NOOP("Query", "who made the processor"),
                "maker:amd",
                _text(_maker),
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
                _evc,
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
                _feature(lambda f, name: name in f.hidden),
            ),
            QueryField(
                "hidden",
                QT_TRANSLATE_NOOP("Query", "how many features are hidden"),
                "hidden>0",
                _number(lambda f: len(f.hidden)),
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
                _number(_cache, _KIBIBYTES),
            ),
            QueryField(
                "stepping",
                QT_TRANSLATE_NOOP("Query", "stepping; does not affect compatibility"),
                "stepping=5",
                _number(_stepping),
            ),
        )
    }
)
"""All fields by name, in the order of the help."""

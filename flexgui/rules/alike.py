"""Hosts that are alike: of what a rule kept quiet about one, it keeps quiet about all.

A fleet has many hosts and few kinds of them. Where a rule found nothing on a host, and read only what another
host has too, it would find nothing there either, so it is not asked. What a rule reads is watched, so no rule
has to say so; one that reads more is simply asked of every host. See `SHARED` for what makes hosts alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any, Final, cast

from flexgui.plan.values import Cluster, Datacenter, Host
from flexgui.rules.rule import HostView, Origin, Rule

SHARED: Final = (
    "cpu",
    "cpu_assumed",
    "esx_release",
    "xd",
    "vt",
    "ac_power_cycle_pending",
    "connection_state",
    "in_maintenance_mode",
    "thumbprint_confirmed",
    "license_edition",
    "power_management",
    "last_standby_exit",
    "vmotion_network",
    "management_networks",
    "local_swap_datastore",
)
"""Fields that many hosts have alike and that rules of scope "host" read. With `Origin`, `ABSENT` and
`SETTINGS` they make a kind of hosts. A rule that reads any other field is asked of each host."""

ABSENT: Final = ("vms", "thumbprint", "license_key", "evidence")
"""Fields that each host has of its own, but for those that have none at all, which are alike in that."""

SETTINGS: Final = (
    "evc_mode",
    "exists",
    "present_evc_mode",
    "vm_swap_placement",
    "ha.enabled",
    "drs.enabled",
    "dpm.enabled",
)
"""What clusters have alike and rules of scope "host" read."""

_GROUPS: Final = frozenset(name.partition(".")[0] for name in SETTINGS if "." in name)
_PLACES: Final = {
    name: place
    for place, name in enumerate(
        ("origin", *(f"host.{n}" for n in (*ABSENT, *SHARED)), *(f"cluster.{n}" for n in SETTINGS))
    )
}
"""Where each value is in a kind."""

_absent = attrgetter(*ABSENT)
_shared = attrgetter(*SHARED)
_settings = attrgetter(*SETTINGS)

_NUMBERS: Final = tuple(_PLACES.values())

_LABELS: Final = frozenset({"id", "label"})

Values = tuple[Any, ...]
"""A kind of hosts: what all have alike, by `_PLACES`; standalone hosts lack what is of clusters."""

_Trace = tuple[Callable[[Values], Values], dict[Values, bool]]
"""What a rule read of kinds, and by the values there whether it may find something: only they decide that."""


class Kinds:
    """What is known, under the same facts, of rules and kinds of hosts.

    `asked` counts how often a rule was asked only to learn this.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.asked = 0
        self._traces = {
            in_cluster: [(rule, list[_Trace]()) for rule in rules] for in_cluster in (False, True)
        }
        self._rules: dict[Values, tuple[Rule, ...]] = {}

    def copy(self) -> Kinds:
        """The same knowledge, to be added to on its own."""
        other = Kinds(())
        other._rules = self._rules.copy()
        other._traces = {
            place: [(rule, [(read, known.copy()) for read, known in traces]) for rule, traces in rules]
            for place, rules in self._traces.items()
        }
        return other

    def met(self, fingerprints: Set[str]) -> bool:
        """Whether a kind was met that has one of these processors."""
        place = _PLACES["host.cpu"]
        return bool(fingerprints) and any(values[place] in fingerprints for values in self._rules)

    def rules(self, view: HostView) -> tuple[Rule, ...]:
        """The rules that may find something on a host; all others would not."""
        host, cluster = view.host, view.cluster
        values = (view.origin, *[own and True for own in _absent(host)], *_shared(host))
        if cluster is not None:
            values += _settings(cluster)
        rules = self._rules.get(values)
        if rules is None:
            found = []
            for rule, traces in self._traces[cluster is not None]:
                for read, answers in traces:
                    answer = answers.get(read(values))
                    if answer is not None:
                        break
                else:
                    answer = self._learn(rule, traces, values, view)
                if answer:
                    found.append(rule)
            rules = self._rules[values] = tuple(found)
        return rules

    def _learn(self, rule: Rule, traces: list[_Trace], values: Values, view: HostView) -> bool:
        """Whether a rule may find something on a kind of hosts; ask it of one, and note what it reads."""
        self.asked += 1
        watch = _Watch()
        watched = _WatchedView(
            view.facts,
            cast(Datacenter, _Watched(view.datacenter, "datacenter.", watch)),
            None if view.cluster is None else cast(Cluster, _Watched(view.cluster, "cluster.", watch)),
            cast(Host, _Watched(view.host, "host.", watch)),
            view.origin,
            watch,
        )
        try:
            answer = next(rule.check(watched), None) is not None or watch.own
        except Exception:  # it did with a label what only texts can do: asked of the host itself it will not
            answer = True
        places = watch.places or [0]
        read = itemgetter(places[0], *places)  # two at least, so that it reads tuples
        for known, answers in traces:
            if known(_NUMBERS) == read(_NUMBERS):
                answers[read(values)] = answer
                return answer
        traces.append((read, {read(values): answer}))
        return answer


class _Watch:
    """What a rule reads of a host and its place: which values that make its kind, and whether any other.

    After another value was read nothing more is noted: what comes then may depend on it.
    """

    __slots__ = ("own", "places")

    def __init__(self) -> None:
        self.places: list[int] = []
        self.own = False

    def note(self, path: str, value: object) -> None:
        if self.own:
            return
        place = _PLACES.get(path)
        if place is None or (place <= len(ABSENT) and path != "origin" and value):
            self.own = True
        if place is not None and place not in self.places:
            self.places.append(place)


@dataclass(frozen=True, slots=True)
class _WatchedView(HostView):
    known_origin: Origin
    watch: _Watch

    @property
    def origin(self) -> Origin:
        self.watch.note("origin", self.known_origin)
        return self.known_origin


class _Watched:
    """Stands for an object of the plan, and notes what is read of it."""

    __slots__ = ("_object", "_path", "_watch")

    def __init__(self, of: object, path: str, watch: _Watch) -> None:
        self._object, self._path, self._watch = of, path, watch

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._object, name)
        if name in _LABELS:
            return _Label(value, self._watch)
        if self._path == "cluster." and name in _GROUPS:
            return _Watched(value, f"cluster.{name}.", self._watch)
        self._watch.note(self._path + name, value)
        return value

    def __eq__(self, other: object) -> bool:
        self._watch.note(self._path, self)
        return self._object == (other._object if isinstance(other, _Watched) else other)

    def __hash__(self) -> int:
        self._watch.note(self._path, self)
        return hash(self._object)


class _Label:
    """Stands for an id or a label: a finding may carry it; whoever looks into it reads the host's own."""

    __slots__ = ("_text", "_watch")

    def __init__(self, text: str, watch: _Watch) -> None:
        self._text, self._watch = text, watch

    def _read(self) -> str:
        self._watch.own = True
        return self._text

    def __getattr__(self, name: str) -> Any:
        return getattr(self._read(), name)

    def __str__(self) -> str:
        return self._read()

    def __bool__(self) -> bool:
        return bool(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __eq__(self, other: object) -> bool:
        return self._read() == (other._text if isinstance(other, _Label) else other)

    def __hash__(self) -> int:
        return hash(self._read())

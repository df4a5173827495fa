"""What a comparison shows, row by row: places, and in each what differs or is worth seeing in both plans."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeVar

from flexgui.cpuid.cpu import Cpu
from flexgui.plan.inventory import cpus, find, modes_of
from flexgui.plan.values import Cluster, Datacenter, Host, Plan, VirtualMachine
from flexgui.rules.comparison import Comparison, Features, FieldChange, HostKind, Moved, PlaceComparison
from flexgui.translate import QT_TRANSLATE_NOOP
from flexgui.views.scenario_words import ValueWords, field_word, tr
from flexgui.widgets import words
from flexgui.widgets.name_list import joined
from flexgui.widgets.processor_text import short_cpu_name

Item = TypeVar("Item")
Mark = Literal[
    "", "gained", "lost", "both", "changed", "joined", "left", "new", "gone", "refused", "admitted"
]

MARKS: Final[dict[Mark, tuple[str, str, str]]] = {
    "gained": ("add", "ok", QT_TRANSLATE_NOOP("Comparison", "Gained")),
    "lost": ("minus", "warning", QT_TRANSLATE_NOOP("Comparison", "Lost")),
    "both": ("edit", "warning", QT_TRANSLATE_NOOP("Comparison", "Gained and lost")),
    "changed": ("edit", "accent", QT_TRANSLATE_NOOP("Comparison", "Changed")),
    "joined": ("add", "accent", QT_TRANSLATE_NOOP("Comparison", "Joined")),
    "left": ("minus", "accent", QT_TRANSLATE_NOOP("Comparison", "Left")),
    "new": ("add", "accent", QT_TRANSLATE_NOOP("Comparison", "New")),
    "gone": ("minus", "accent", QT_TRANSLATE_NOOP("Comparison", "Gone")),
    "refused": ("error", "error", QT_TRANSLATE_NOOP("Comparison", "Cannot be in the mode")),
    "admitted": ("ok", "ok", QT_TRANSLATE_NOOP("Comparison", "Can be in the mode")),
}
"""Mark → icon, colour token and word: always all three."""

MOST: Final = 50
"""Hosts or machines that get a row of their own in one place, of each kind of change."""

NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `object_id` is what it is about, `field` which field of it; `place` is set for the row of a
    cluster or datacenter. `details` is what the tool tip says besides."""

    title: str
    icon: str
    before: str
    after: str
    mark: Mark = ""
    change: str = ""
    object_id: str = ""
    field: str = ""
    place: PlaceComparison | None = None
    details: str = ""

    def says(self) -> str:
        """The mark's word and what it is about."""
        word = tr(MARKS[self.mark][2]) if self.mark else ""
        return f"{word}: {self.change}" if word and self.change else word or self.change


class Lines:
    """The rows for one comparison of two plans."""

    def __init__(self, comparison: Comparison, before: Plan, after: Plan) -> None:
        self._comparison = comparison
        self._before, self._after = before, after
        self._cpus: dict[str, Cpu] = {**cpus(before.cpus), **cpus(after.cpus)}
        self._words = ValueWords(modes_of(after), self.called)
        self._many_datacenters = len({place.datacenter for place in comparison.places}) > 1

    def called(self, object_id: str) -> str:
        """What an object of either plan, or a processor, is called."""
        cpu = self._cpus.get(object_id)
        if cpu is not None:
            return short_cpu_name(cpu)
        place = find(self._after, object_id) or find(self._before, object_id)
        return object_id if place is None else words.label(place.object)

    def top(self, only_differences: bool) -> list[Line]:
        """The plan's own settings, then the clusters and datacenters."""
        found = [self._setting(change, "", "plan") for change in self._comparison.settings]
        for place in self._comparison.places:
            # A datacenter is worth a row where it has something of its own to show.
            worth = place.is_cluster or place.differs or bool(place.kinds)
            if worth and (place.differs or not only_differences):
                found.append(self._place(place))
        return found

    def inside(self, place: PlaceComparison, only_differences: bool) -> list[Line]:
        """The rows in a place."""
        return [line for line in self._inside(place) if line.mark or not only_differences]

    def sums(self) -> list[str]:
        """A sentence for each place that differs, for a question or a report."""
        found: list[str] = []
        for line in self.top(only_differences=True):
            before, after = (None, None) if line.place is None else (line.place.before, line.place.after)
            if line.place is None:
                said = f"{line.before} → {line.after}"
            elif isinstance(before, Cluster) and isinstance(after, Cluster):
                said = ", ".join(self._sum(line.place, f"{self._mode(before)} → {self._mode(after)}"))
            else:
                said = line.change or line.says()
            found.append(f"{line.title}: {said}")
        return found

    # --- places

    def _place(self, place: PlaceComparison) -> Line:
        mark: Mark = "changed" if place.differs else ""
        if place.before is None or place.after is None:
            mark = "new" if place.before is None else "gone"
        title = place.name
        if not place.is_cluster:
            title = tr("{datacenter}, standalone hosts").format(datacenter=place.name)
        elif self._many_datacenters:
            title = f"{place.datacenter} / {place.name}"
        return Line(
            title,
            "cluster" if place.is_cluster else "datacenter",
            self._holder(place.before),
            self._holder(place.after),
            mark,
            ", ".join(self._sum(place)) if mark == "changed" else "",
            place.id,
            place=place,
        )

    def _holder(self, holder: Cluster | Datacenter | None) -> str:
        if holder is None:
            return NOTHING
        hosts = words.counted(Host, len(holder.hosts))
        return f"{self._mode(holder)}, {hosts}" if isinstance(holder, Cluster) else hosts

    def _mode(self, cluster: Cluster) -> str:
        if cluster.evc_mode is None:
            return tr("No EVC")
        found = modes_of(self._after).get(cluster.evc_mode) or modes_of(self._before).get(cluster.evc_mode)
        return cluster.evc_mode if found is None else found.short_label

    def _sum(self, place: PlaceComparison, modes: str = "") -> Iterator[str]:
        """What differs, in few words; `modes` says how the EVC mode does."""
        if place.mode_before != place.mode_after:
            yield modes or tr("EVC mode")
        for count, one, many in (
            (len(place.joined), tr("1 host joined"), tr("{count} hosts joined")),
            (len(place.left), tr("1 host left"), tr("{count} hosts left")),
            (
                _counted(k for k in place.kinds if k.gained),
                tr("1 host gains features"),
                tr("{count} hosts gain features"),
            ),
            (
                _counted(k for k in place.kinds if k.lost),
                tr("1 host loses features"),
                tr("{count} hosts lose features"),
            ),
            (len(place.hosts), tr("1 host changed"), tr("{count} hosts changed")),
            (
                len({c.after.id for c in place.vms}),
                tr("1 virtual machine changed"),
                tr("{count} virtual machines changed"),
            ),
        ):
            if count:
                yield (one if count == 1 else many).format(count=count)
        if any(change.field != "evc_mode" for change in place.settings):
            yield tr("settings")

    # --- what is in a place

    def _inside(self, place: PlaceComparison) -> Iterator[Line]:
        before, after = place.before, place.after
        if place.is_cluster and before is not None and after is not None:
            differ = place.mode_before != place.mode_after
            yield Line(
                field_word("evc_mode"),
                "masked",
                self._words.mode(place.mode_before),
                self._words.mode(place.mode_after),
                "changed" if differ else "",
                object_id=place.id,
                field="evc_mode",
            )
        yield from map(self._kind, place.kinds)
        yield from _some(place.joined, lambda moved: self._moved(moved, "joined"))
        yield from _some(place.left, lambda moved: self._moved(moved, "left"))
        for change in place.settings:
            if change.field != "evc_mode":
                yield self._setting(change, place.id, "cluster" if place.is_cluster else "datacenter")
        yield from self._machines(place)
        changed = [(c.after, field) for c in place.hosts for field in c.fields]
        yield from _some(changed, lambda pair: self._object_field(*pair))
        machines = [(c.after, field) for c in place.vms for field in c.fields]
        yield from _some(machines, lambda pair: self._object_field(*pair))

    def _machines(self, place: PlaceComparison) -> Iterator[Line]:
        counts = [
            0 if holder is None else sum(len(host.vms) for host in holder.hosts)
            for holder in (place.before, place.after)
        ]
        if any(counts) or place.vms_joined or place.vms_left:
            came, went = (joined([vm.name for vm in vms]) for vms in (place.vms_joined, place.vms_left))
            mark: Mark = ""
            change = ""
            if place.vms_joined and place.vms_left:
                mark, change = "changed", tr("{came} joined, {went} left").format(came=came, went=went)
            elif place.vms_joined or place.vms_left:
                mark, change = ("joined", came) if place.vms_joined else ("left", went)
            title = tr("Virtual machines")
            yield Line(title, "vm", str(counts[0]), str(counts[1]), mark, change, place.id, "hosts")

    def _kind(self, kind: HostKind) -> Line:
        mark: Mark = ""
        if kind.refused is not kind.was_refused:
            mark = "refused" if kind.refused else "admitted"
        elif kind.gained or kind.lost:
            mark = "both" if kind.gained and kind.lost else "gained" if kind.gained else "lost"
        elif kind.before is not None and kind.before != kind.after:
            mark = "changed"
        parts = []
        if mark == "both":
            parts = [f"+ {', '.join(kind.gained)}", f"− {', '.join(kind.lost)}"]
        elif kind.refused:
            lacking = tr("lacks {features}").format(features=", ".join(kind.lacks))
            parts = [lacking if kind.lacks else tr("it is a mode of another maker")]
        elif mark:
            parts = [", ".join(kind.gained or kind.lost)]
        cpu = self._cpus.get(kind.hosts[0].cpu or "")
        names = [host.label for host in kind.hosts]
        title = tr("{hosts} with {processor}").format(
            hosts=names[0] if len(names) == 1 else words.counted(Host, len(names)),
            processor=short_cpu_name(cpu),
        )
        return Line(
            title,
            "host",
            NOTHING if kind.was_refused else _kept(kind.before, kind),
            NOTHING if kind.refused else _kept(kind.after, kind),
            mark,
            "; ".join(parts),
            kind.hosts[0].id,
            "cpu",
            details=joined(names, 40),
        )

    def _moved(self, moved: Moved, mark: Literal["joined", "left"]) -> Line:
        other = NOTHING if moved.elsewhere is None else self._elsewhere(moved.elsewhere)
        here = tr("Here")
        before, after = (other, here) if mark == "joined" else (here, other)
        return Line(moved.host.label, "host", before, after, mark, object_id=moved.host.id)

    def _elsewhere(self, place_id: str) -> str:
        place = self._comparison.place(place_id)
        assert place is not None
        text = tr("In {place}") if place.is_cluster else tr("In {place}, standalone")
        return text.format(place=place.name)

    def _setting(self, change: FieldChange, object_id: str, icon: str) -> Line:
        return Line(
            field_word(change.field),
            icon,
            self._words.of(change.field, change.before),
            self._words.of(change.field, change.after),
            "changed",
            object_id=object_id,
            field=change.field,
        )

    def _object_field(self, changed: Host | VirtualMachine, change: FieldChange) -> Line:
        is_host = isinstance(changed, Host)
        return Line(
            f"{words.label(changed)}: {field_word(change.field)}",
            "host" if is_host else "vm",
            self._words.of(change.field, change.before),
            self._words.of(change.field, change.after),
            "changed",
            object_id=changed.id,
            field=change.field,
        )


def _counted(kinds: Iterator[HostKind]) -> int:
    return sum(len(kind.hosts) for kind in kinds)


def _kept(features: Features, kind: HostKind) -> str:
    """How many features machines find on hosts of a kind, of how many."""
    if features is None:
        return tr("Cannot tell")
    if kind.present is None:
        return tr("{count} features").format(count=len(features))
    return tr("{count} of {all} features").format(count=len(features), all=len(kind.present))


def _some(items: Sequence[Item], line: Callable[[Item], Line]) -> Iterator[Line]:
    """A row for each of the first items, and one that says how many more there are."""
    yield from map(line, items[:MOST])
    if len(items) > MOST:
        more = tr("… and {count} more").format(count=len(items) - MOST)
        yield replace(line(items[MOST]), title=more, before="", after="", change="", object_id="", field="")

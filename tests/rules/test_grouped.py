"""Groups that are taken over after an edit are those that are made anew."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from flexgui.plan.values import Host
from flexgui.rules.grouped import FEW, Grouped
from tests.plan.strategies import HOSTS

FIELDS = (("cpu",), ("esx_release", "cpu"), ("datastores",))


class Counted(Host):
    """A host that counts how often it is asked for its processor."""

    asked = 0

    def __getattribute__(self, name: str) -> object:
        if name == "cpu":
            Counted.asked += 1
        return super().__getattribute__(name)


def same(one: Grouped, other: Grouped) -> bool:
    return all(
        [(key, list(places)) for key, places in one.by(*fields).items()]
        == [(key, list(places)) for key, places in other.by(*fields).items()]
        for fields in FIELDS
    )


@given(
    st.lists(HOSTS, min_size=1, max_size=8), st.lists(st.tuples(st.integers(0, 7), HOSTS), max_size=FEW + 2)
)
def test_groups_after_an_edit_are_those_of_the_hosts(
    before: list[Host], edits: list[tuple[int, Host]]
) -> None:
    grouped = Grouped(before)
    for fields in FIELDS:
        grouped.by(*fields)
    grouped.labels([0])
    after = before.copy()
    for place, host in edits:
        after[place % len(after)] = host
    changed = [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a is not b]
    assert same(Grouped(after, grouped, changed), Grouped(after))
    assert Grouped(after, grouped, changed).labels(range(len(after))) == tuple(h.label for h in after)
    assert same(grouped, Grouped(before))


def test_labels_are_in_the_order_of_places() -> None:
    hosts = [Host(id=f"host-{n}", name=f"esx-{n}", address=f"esx-{n}.lab.example") for n in range(4)]
    assert Grouped(hosts).labels([3], [0, 2]) == ("esx-0", "esx-2", "esx-3")


def test_an_edit_asks_no_host_that_stays_the_same() -> None:
    hosts = [Counted(id=f"host-{n}", name="", address=f"esx-{n}", cpu=f"{n % 3}") for n in range(100)]
    grouped = Grouped(hosts)
    grouped.by("cpu")
    assert Counted.asked == 100
    Counted.asked = 0
    after = [*hosts[:50], replace(hosts[50], cpu="new"), *hosts[51:]]
    assert Grouped(after, grouped, [50]).by("cpu")["new"] == [50]
    assert Counted.asked < 10
